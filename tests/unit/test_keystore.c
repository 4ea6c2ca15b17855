/* Key files: what is written can be read, what others write can be read, and
 * whatever was changed is refused.  Costs are small here: the real one takes
 * a second. */
#include "check.h"

#include "base/limits.h"
#include "base/secret.h"
#include "crypto/aes.h"
#include "crypto/keccak.h"
#include "wallet/keystore.h"
#include "wallet/signer.h"

static struct pl_arena *a;
static struct pl_err e;
static const struct pl_scrypt cheap = { 2, 1, 1 };

/* The key 0x0101…01 and its address, known from other software. */
#define KEY_01 "1a642f0e3c3af545e7acbd38b07251b3990914f1"

static const uint8_t key_01[32] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

/* A file under the password "plume", in the layout others use too. */
static char *sample;

static enum pl_rc open_text(uint8_t key[32], struct pl_addr *addr,
			    const char *text, const char *password)
{
	struct pl_keystore ks;
	enum pl_rc rc = pl_keystore_parse(a, &ks, pl_span_str(text), &e);

	return rc ? rc
		  : pl_keystore_unlock(key, addr, &ks, pl_span_str(password),
				       &e);
}

static int setup(void **state)
{
	struct pl_span text;

	(void)state;
	a = pl_arena_open(0);
	if (pl_keystore_lock(a, &text, key_01, pl_span_str("plume"), &cheap,
			     &e))
		return -1;
	sample = pl_strndup(a, (const char *)text.p, text.n);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_arena_close(a);
	return 0;
}

static void what_is_locked_unlocks(void **state)
{
	uint8_t key[32];
	struct pl_addr addr;

	(void)state;
	assert_ok(open_text(key, &addr, sample, "plume"), &e);
	assert_memory_equal(key, key_01, 32);
	assert_hex_equal(pl_addr_span(&addr), KEY_01);
	assert_non_null(strstr(sample, "\"address\":\"" KEY_01 "\""));
	assert_non_null(strstr(sample, "\"version\":3"));
}

static void two_files_of_one_key_share_nothing(void **state)
{
	struct pl_keystore x, y;
	struct pl_span text;

	(void)state;
	assert_ok(pl_keystore_lock(a, &text, key_01, pl_span_str("plume"),
				   &cheap, &e),
		  &e);
	assert_ok(pl_keystore_parse(a, &x, pl_span_str(sample), &e), &e);
	assert_ok(pl_keystore_parse(a, &y, text, &e), &e);
	assert_memory_not_equal(x.salt.p, y.salt.p, 32);
	assert_memory_not_equal(x.iv, y.iv, 16);
	assert_memory_not_equal(x.cipher, y.cipher, 32);
	assert_string_not_equal(x.id, y.id);
}

static void keys_with_zeros_in_front_survive(void **state)
{
	(void)state;
	for (size_t zeros = 0; zeros < 32; zeros++) {
		uint8_t key[32] = { 0 }, got[32];
		struct pl_addr addr;
		struct pl_span text;

		memset(key + zeros, 0x5a, 32 - zeros);
		assert_ok(pl_keystore_lock(a, &text, key, pl_span_str(""),
					   &cheap, &e),
			  &e);
		assert_ok(open_text(got, &addr, (const char *)text.p, ""), &e);
		assert_memory_equal(key, got, 32);
	}
}

/* Zero and the order of the group are no keys. */
static void what_is_no_key_is_not_locked(void **state)
{
	static const char order[] = "fffffffffffffffffffffffffffffffe"
				    "baaedce6af48a03bbfd25e8cd0364141";
	uint8_t zero[32] = { 0 };
	struct pl_span text = { 0 };

	(void)state;
	assert_int_equal(
		pl_keystore_lock(a, &text, zero, pl_span_str("x"), &cheap, &e),
		PL_EFORMAT);
	assert_int_equal(pl_keystore_lock(a, &text, unhex(a, order).p,
					  pl_span_str("x"), &cheap, &e),
			 PL_EFORMAT);
	assert_null(text.p);
}

static char *swapped(const char *text, const char *old, const char *with)
{
	const char *at = strstr(text, old);

	assert_non_null(at);
	return pl_printf(a, "%.*s%s%s", (int)(at - text), text, with,
			 at + strlen(old));
}

/* clang-format off */
static const struct {
	const char *label, *old, *with;
	enum pl_rc rc;
} changes[] = {
	{ "geth's old capital", "\"crypto\"", "\"Crypto\"", PL_OK },
	{ "all in capitals", "\"version\"", "\"VERSION\"", PL_OK },
	{ "no address", "\"address\":\"" KEY_01 "\",", "", PL_OK },
	{ "empty address", KEY_01, "", PL_OK },
	{ "address null", "\"" KEY_01 "\"", "null", PL_OK },
	{ "address with 0x", "\"" KEY_01, "\"0x" KEY_01, PL_OK },
	{ "no id", "\"id\":", "\"jd\":", PL_OK },
	{ "id a number", "\"id\":", "\"id\":1,\"x\":", PL_OK },
	{ "more members", "{", "{\"name\":\"x\",\"x-ethers\":{},", PL_OK },
	{ "both capital and small", "{", "{\"Crypto\":{},", PL_EFORMAT },
	{ "a member twice", "{", "{\"version\":3,", PL_EFORMAT },
	{ "another address", "\"1a", "\"1b", PL_EPROOF },
	{ "address too short", "\"1a", "\"", PL_EFORMAT },
	{ "address a number", "\"" KEY_01 "\"", "1", PL_EFORMAT },
	{ "version 1", "\"version\":3", "\"version\":1", PL_EFORMAT },
	{ "version as text", "\"version\":3", "\"version\":\"3\"", PL_EFORMAT },
	{ "no version", ",\"version\":3", "", PL_EFORMAT },
	{ "no crypto", "\"crypto\"", "\"krypto\"", PL_EFORMAT },
	{ "another cipher", "aes-128-ctr", "aes-128-cbc", PL_EFORMAT },
	{ "no cipher", "\"cipher\":\"aes-128-ctr\",", "", PL_EFORMAT },
	{ "long iv", "\"iv\":\"", "\"iv\":\"00", PL_EFORMAT },
	{ "odd iv", "\"iv\":\"", "\"iv\":\"0", PL_EFORMAT },
	{ "long ciphertext", "\"ciphertext\":\"", "\"ciphertext\":\"00",
	  PL_EFORMAT },
	{ "long mac", "\"mac\":\"", "\"mac\":\"00", PL_EFORMAT },
	{ "mac is no hex", "\"mac\":\"", "\"mac\":\"zz", PL_EFORMAT },
	{ "longer salt", "\"salt\":\"", "\"salt\":\"00", PL_EPROOF },
	{ "another kdf", "\"kdf\":\"scrypt\"", "\"kdf\":\"argon2\"",
	  PL_EFORMAT },
	{ "dklen 16", "\"dklen\":32", "\"dklen\":16", PL_EFORMAT },
	{ "dklen 2^62", "\"dklen\":32", "\"dklen\":4611686018427387904",
	  PL_EFORMAT },
	{ "n = 3", "\"n\":2", "\"n\":3", PL_EFORMAT },
	{ "n = 4", "\"n\":2", "\"n\":4", PL_EPROOF },
	{ "n = 0", "\"n\":2", "\"n\":0", PL_EFORMAT },
	{ "n = -2", "\"n\":2", "\"n\":-2", PL_EFORMAT },
	{ "n = 2.0", "\"n\":2", "\"n\":2.0", PL_EFORMAT },
	{ "n = 2^62", "\"n\":2", "\"n\":4611686018427387904", PL_ELIMIT },
	{ "n over int64", "\"n\":2", "\"n\":99999999999999999999", PL_EFORMAT },
	{ "r = 2^33", "\"r\":1", "\"r\":8589934592", PL_ELIMIT },
	{ "p = 0", "\"p\":1", "\"p\":0", PL_EFORMAT },
	{ "p = 2^31", "\"p\":1", "\"p\":2147483648", PL_ELIMIT },
	{ "bytes after it", "\"version\":3}", "\"version\":3}}", PL_EFORMAT },
	{ "a presale wallet", "{", "{\"encseed\":\"\",", PL_EFORMAT },
};
/* clang-format on */

static void changed_files_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		char *text = swapped(sample, changes[i].old, changes[i].with);
		uint8_t key[32] = { 0 };
		struct pl_addr addr;
		enum pl_rc rc = open_text(key, &addr, text, "plume");

		if (rc != changes[i].rc)
			fail_msg("%s: %d (%s)", changes[i].label, rc,
				 rc ? e.msg : "");
		if (rc) {
			static const uint8_t none[32];

			assert_memory_equal(key, none, 32);
		}
	}
}

/* Every hexadecimal digit of the file but the id's, changed. */
static void a_changed_digit_is_refused(void **state)
{
	size_t tried = 0;

	(void)state;
	for (char *s = strstr(sample, "\":\""); s; s = strstr(s, "\":\"")) {
		s += 3;
		if (strspn(s, "0123456789abcdef") < 32)
			continue;
		for (; *s != '"'; s++) {
			uint8_t key[32];
			struct pl_addr addr;
			char was = *s;

			*s = was == 'f' ? '0'
					: "123456789abcdef"[pl_hex_digit(was)];
			assert_int_equal(open_text(key, &addr, sample, "plume"),
					 PL_EPROOF);
			*s = was;
			tried++;
		}
	}
	/* address, ciphertext, iv, salt, mac */
	assert_int_equal(tried, 40 + 64 + 32 + 64 + 64);
}

static void a_cut_file_is_refused(void **state)
{
	size_t n = strlen(sample) - 1; /* a line's end may be missing */
	struct pl_keystore ks;

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			pl_keystore_parse(
				a, &ks,
				(struct pl_span){ (uint8_t *)sample, i }, &e),
			PL_EFORMAT);
}

static void a_huge_file_is_not_read(void **state)
{
	uint8_t *big = pl_alloc(a, PL_MAX_KEYSTORE + 1);
	struct pl_keystore ks;

	(void)state;
	memset(big, ' ', PL_MAX_KEYSTORE + 1);
	assert_int_equal(
		pl_keystore_parse(a, &ks,
				  (struct pl_span){ big, PL_MAX_KEYSTORE + 1 },
				  &e),
		PL_ELIMIT);
}

static void another_password_is_refused(void **state)
{
	static const char *const wrong[] = { "",       "plum",    "plumE",
					     "plume ", "plume\n", "Plume" };
	uint8_t key[32];
	struct pl_addr addr;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong); i++) {
		assert_int_equal(open_text(key, &addr, sample, wrong[i]),
				 PL_EPROOF);
		assert_non_null(strstr(e.msg, "wrong password"));
		if (*wrong[i] && strcmp(wrong[i], "plum") != 0)
			assert_null(strstr(e.msg, wrong[i]));
	}
}

/* Some programs left the zeros in front of a key out of the file. */
static void short_ciphertext_means_zeros_in_front(void **state)
{
	uint8_t key[32] = { 0 }, got[32], dk[32];
	struct pl_addr want, addr;
	struct pl_keystore ks;

	(void)state;
	memset(key + 3, 0x5a, 29);
	assert_ok(pl_secp_address(&want, key, &e), &e);
	assert_ok(pl_keystore_parse(a, &ks, pl_span_str(sample), &e), &e);
	assert_ok(pl_scrypt(dk, 32, pl_span_str("plume"), ks.salt, &cheap, &e),
		  &e);
	assert_ok(pl_aes128_ctr(ks.cipher, (struct pl_span){ key + 3, 29 }, dk,
				ks.iv, &e),
		  &e);
	ks.cipher_n = 29;
	ks.mac = pl_keccak256_2((struct pl_span){ dk + 16, 16 },
				(struct pl_span){ ks.cipher, 29 });
	ks.addr = want;
	assert_ok(pl_keystore_unlock(got, &addr, &ks, pl_span_str("plume"), &e),
		  &e);
	assert_memory_equal(got, key, 32);
	ks.cipher_n = 30;
	assert_int_equal(
		pl_keystore_unlock(got, &addr, &ks, pl_span_str("plume"), &e),
		PL_EPROOF);
}

static void a_signer_signs_for_its_address(void **state)
{
	struct pl_hash32 digest = { { 7 } };
	uint8_t zero[32] = { 0 };
	struct pl_signer *s;
	struct pl_addr who;
	struct pl_sig sig;

	(void)state;
	assert_ok(pl_signer_of_key(a, &s, key_01, "one", &e), &e);
	assert_hex_equal(pl_addr_span(&s->addr), KEY_01);
	assert_string_equal(s->name, "one");
	assert_ok(pl_signer_sign(s, &sig, &digest, &e), &e);
	assert_ok(pl_secp_recover(&who, &digest, &sig, &e), &e);
	assert_true(pl_addr_equal(&who, &s->addr));
	pl_signer_close(s);
	pl_signer_close(s);
	pl_signer_close(NULL);
	assert_int_equal(pl_signer_of_key(a, &s, zero, "none", &e), PL_EFORMAT);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_locked_unlocks),
		cmocka_unit_test(two_files_of_one_key_share_nothing),
		cmocka_unit_test(keys_with_zeros_in_front_survive),
		cmocka_unit_test(what_is_no_key_is_not_locked),
		cmocka_unit_test(changed_files_follow_the_table),
		cmocka_unit_test(a_changed_digit_is_refused),
		cmocka_unit_test(a_cut_file_is_refused),
		cmocka_unit_test(a_huge_file_is_not_read),
		cmocka_unit_test(another_password_is_refused),
		cmocka_unit_test(short_ciphertext_means_zeros_in_front),
		cmocka_unit_test(a_signer_signs_for_its_address),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
