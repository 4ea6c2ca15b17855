/* Known answers: FIPS 180-4's examples, RFC 7914 §11 and §12, RFC 6070's
 * inputs under SHA-256, SP 800-38A F.5.1. */
#include "check.h"

#include "base/limits.h"
#include "crypto/aes.h"
#include "crypto/kdf.h"
#include "crypto/rand.h"
#include "crypto/sha256.h"

static struct pl_arena *a;
static struct pl_err e;

/* clang-format off */
static const struct { const char *in, *want; } shas[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb924"
	      "27ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223"
		 "b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};
static const struct {
	const char *password, *salt;
	uint64_t n;
	uint32_t r, p;
	const char *want;
} scrypts[] = {
	{ "", "", 16, 1, 1,
	  "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
	  "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906" },
	{ "password", "NaCl", 1024, 8, 16,
	  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
	  "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640" },
	{ "pleaseletmein", "SodiumChloride", 16384, 8, 1,
	  "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
	  "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887" },
};
static const struct {
	const char *password, *salt;
	uint64_t rounds;
	size_t n;
	const char *want;
} pbkdf2s[] = {
	{ "passwd", "salt", 1, 64,
	  "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
	  "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783" },
	{ "Password", "NaCl", 80000, 64,
	  "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
	  "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d" },
	{ "password", "salt", 1, 32,
	  "120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b" },
	{ "password", "salt", 2, 32,
	  "ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43" },
	{ "password", "salt", 4096, 32,
	  "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a" },
};
static const struct {
	const char *label;
	uint64_t n;
	uint32_t r, p;
	enum pl_rc rc;
} costs[] = {
	{ "geth and plume", 262144, 8, 1, PL_OK },
	{ "foundry", 8192, 8, 1, PL_OK },
	{ "web3.js light", 4096, 8, 6, PL_OK },
	{ "n = 0", 0, 8, 1, PL_EFORMAT },
	{ "n = 1", 1, 8, 1, PL_EFORMAT },
	{ "n no power of two", 262143, 8, 1, PL_EFORMAT },
	{ "r = 0", 262144, 0, 1, PL_EFORMAT },
	{ "p = 0", 262144, 8, 0, PL_EFORMAT },
	{ "n over 2^(16r), as key files have it", 262144, 1, 8, PL_OK },
	{ "just over the memory", 1u << 20, 8, 1, PL_ELIMIT },
	{ "little memory, much work", 1u << 22, 1, 17, PL_ELIMIT },
	{ "n = 2^63", 1ull << 63, 8, 1, PL_ELIMIT },
	{ "r = 2^32-1", 2, UINT32_MAX, 1, PL_ELIMIT },
	{ "p = 2^32-1", 2, 8, UINT32_MAX, PL_ELIMIT },
	{ "products that wrap", 1ull << 62, 1u << 31, 1u << 31, PL_ELIMIT },
};
/* clang-format on */

static void sha256_follows_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(shas); i++) {
		struct pl_hash32 h;

		assert_ok(pl_sha256(&h, pl_span_str(shas[i].in), &e), &e);
		assert_hex_equal(pl_hash32_span(&h), shas[i].want);
	}
}

static void sha256_in_pieces_is_the_same(void **state)
{
	uint8_t *million = pl_alloc(a, 1000000);
	struct pl_hash32 whole, parts;

	(void)state;
	memset(million, 'a', 1000000);
	assert_ok(pl_sha256(&whole, (struct pl_span){ million, 1000000 }, &e),
		  &e);
	assert_hex_equal(pl_hash32_span(&whole),
			 "cdc76e5c9914fb9281a1c7e284d73e67"
			 "f1809a48a497200e046d39ccc7112cd0");
	for (size_t step = 1; step < 1000000; step = step * 9 + 1) {
		struct pl_span left = { million, 1000000 };
		struct pl_sha256 h;

		assert_ok(pl_sha256_open(&h, &e), &e);
		while (left.n) {
			size_t n = left.n < step ? left.n : step;

			assert_ok(pl_sha256_put(&h, pl_span_take(&left, n), &e),
				  &e);
		}
		assert_ok(pl_sha256_close(&h, &parts, &e), &e);
		assert_true(pl_hash32_equal(&whole, &parts));
	}
}

static void sha256_can_be_thrown_away(void **state)
{
	struct pl_sha256 h;

	(void)state;
	assert_ok(pl_sha256_open(&h, &e), &e);
	assert_ok(pl_sha256_put(&h, pl_span_str("abc"), &e), &e);
	assert_ok(pl_sha256_close(&h, NULL, &e), &e);
	assert_ok(pl_sha256_close(&h, NULL, &e), &e);
}

static void scrypt_follows_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scrypts); i++) {
		struct pl_scrypt cost = { scrypts[i].n, scrypts[i].r,
					  scrypts[i].p };
		uint8_t out[64];

		assert_ok(pl_scrypt(out, 64, pl_span_str(scrypts[i].password),
				    pl_span_str(scrypts[i].salt), &cost, &e),
			  &e);
		assert_hex_equal((struct pl_span){ out, 64 }, scrypts[i].want);
	}
}

/* The path of our own, on costs libcrypto takes too. */
static void mix_agrees_with_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(scrypts); i++) {
		struct pl_scrypt c = { scrypts[i].n, scrypts[i].r,
				       scrypts[i].p };
		struct pl_span word = pl_span_str(scrypts[i].password);
		size_t n = (size_t)c.p * c.r * 128;
		uint8_t out[64], *b = pl_alloc(a, n);

		assert_ok(pl_pbkdf2_sha256(b, n, word,
					   pl_span_str(scrypts[i].salt), 1, &e),
			  &e);
		pl_scrypt_mix(b, &c);
		assert_ok(pl_pbkdf2_sha256(out, 64, word,
					   (struct pl_span){ b, n }, 1, &e),
			  &e);
		assert_hex_equal((struct pl_span){ out, 64 }, scrypts[i].want);
	}
}

static void scrypt_cost_is_judged_first(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(costs); i++) {
		struct pl_scrypt cost = { costs[i].n, costs[i].r, costs[i].p };

		if (pl_scrypt_check(&cost, &e) != costs[i].rc)
			fail_msg("%s: not %d", costs[i].label, costs[i].rc);
	}
}

static void pbkdf2_follows_the_table(void **state)
{
	struct pl_span word = pl_span_str("x");
	uint8_t out[64];

	(void)state;
	for (size_t i = 0; i < COUNT(pbkdf2s); i++) {
		assert_ok(pl_pbkdf2_sha256(out, pbkdf2s[i].n,
					   pl_span_str(pbkdf2s[i].password),
					   pl_span_str(pbkdf2s[i].salt),
					   pbkdf2s[i].rounds, &e),
			  &e);
		assert_hex_equal((struct pl_span){ out, pbkdf2s[i].n },
				 pbkdf2s[i].want);
	}
	assert_int_equal(pl_pbkdf2_sha256(out, 32, word, word, 0, &e),
			 PL_EFORMAT);
	assert_int_equal(pl_pbkdf2_sha256(out, 32, word, word,
					  PL_MAX_PBKDF2_ITER + 1, &e),
			 PL_ELIMIT);
}

static void ctr_is_sp800_38a(void **state)
{
	static const char plain[] = "6bc1bee22e409f96e93d7e117393172a"
				    "ae2d8a571e03ac9c9eb76fac45af8e51"
				    "30c81c46a35ce411e5fbc1191a0a52ef"
				    "f69f2445df4f9b17ad2b417be66c3710";
	static const char cipher[] = "874d6191b620e3261bef6864990db6ce"
				     "9806f66b7970fdff8617187bb9fffdff"
				     "5ae4df3edbd5d35e5b4f09020db03eab"
				     "1e031dda2fbe03d1792170a0f3009cee";
	struct pl_span key = unhex(a, "2b7e151628aed2a6abf7158809cf4f3c");
	struct pl_span iv = unhex(a, "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
	struct pl_span in = unhex(a, plain);
	uint8_t out[64];

	(void)state;
	for (size_t n = 0; n <= 64; n++) {
		struct pl_span head = { in.p, n };

		memset(out, 0xee, sizeof(out));
		assert_ok(pl_aes128_ctr(out, head, key.p, iv.p, &e), &e);
		assert_memory_equal(out, unhex(a, cipher).p, n);
		for (size_t i = n; i < 64; i++)
			assert_int_equal(out[i], 0xee);
	}
	assert_ok(pl_aes128_ctr(out, (struct pl_span){ out, 64 }, key.p, iv.p,
				&e),
		  &e);
	assert_hex_equal((struct pl_span){ out, 64 }, plain);
}

static void random_bytes_differ(void **state)
{
	uint8_t x[32] = { 0 }, y[32] = { 0 };

	(void)state;
	assert_ok(pl_random(x, sizeof(x), &e), &e);
	assert_ok(pl_random(y, sizeof(y), &e), &e);
	assert_memory_not_equal(x, y, sizeof(x));
	assert_ok(pl_random(NULL, 0, &e), &e);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha256_follows_the_table),
		cmocka_unit_test(sha256_in_pieces_is_the_same),
		cmocka_unit_test(sha256_can_be_thrown_away),
		cmocka_unit_test(scrypt_follows_the_table),
		cmocka_unit_test(mix_agrees_with_the_table),
		cmocka_unit_test(scrypt_cost_is_judged_first),
		cmocka_unit_test(pbkdf2_follows_the_table),
		cmocka_unit_test(ctr_is_sp800_38a),
		cmocka_unit_test(random_bytes_differ),
	};
	int failed;

	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return failed;
}
