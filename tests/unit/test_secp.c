#include "check.h"

#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "crypto/secp.h"

/* Addresses of keys that everybody knows. */
static const struct {
	const char *secret, *address;
} keys[] = {
	{ "0000000000000000000000000000000000000000000000000000000000000001",
	  "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf" },
	{ "4646464646464646464646464646464646464646464646464646464646464646",
	  "0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F" },
	{ "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80",
	  "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266" },
};

static void addresses_of_known_keys(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		char text[PL_ADDR_TEXT];
		struct pl_addr addr;
		struct pl_err e;

		assert_ok(
			pl_secp_address(&addr, unhex(a, keys[i].secret).p, &e),
			&e);
		pl_addr_text(text, &addr);
		assert_string_equal(text, keys[i].address);
	}
	pl_arena_close(a);
}

static const char *const no_secrets[] = {
	"0000000000000000000000000000000000000000000000000000000000000000",
	"fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
	"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
};

static void secrets_out_of_range(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 h = { { 1 } };

	(void)state;
	for (size_t i = 0; i < COUNT(no_secrets); i++) {
		const uint8_t *secret = unhex(a, no_secrets[i]).p;
		struct pl_addr addr;
		struct pl_sig sig;
		struct pl_err e;

		assert_int_equal(pl_secp_check(secret, &e), PL_EFORMAT);
		assert_int_equal(pl_secp_address(&addr, secret, &e),
				 PL_EFORMAT);
		assert_int_equal(pl_secp_sign(&sig, &h, secret, &e),
				 PL_EFORMAT);
		assert_null(strstr(e.msg, "ffff")); /* no secret in words */
	}
	pl_arena_close(a);
}

/* The example of EIP-155: one key, one digest, one signature (RFC 6979). */
static void signature_of_eip155(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 digest;
	struct pl_sig sig;
	struct pl_err e;

	(void)state;
	memcpy(digest.b,
	       unhex(a, "daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23d"
			"b92e4c8e53")
		       .p,
	       32);
	assert_ok(pl_secp_sign(&sig, &digest, unhex(a, keys[1].secret).p, &e),
		  &e);
	assert_int_equal(sig.y_parity, 0);
	assert_hex_equal((struct pl_span){ sig.r, 32 },
			 "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590"
			 "620aa636276");
	assert_hex_equal((struct pl_span){ sig.s, 32 },
			 "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb"
			 "1966a3b6d83");
	pl_arena_close(a);
}

/* n - s: the other s that fits the same signature. */
static void other_s(struct pl_sig *sig)
{
	struct pl_u256 s = pl_u256_from_be32(sig->s), r;
	struct pl_u256 n = { { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b,
			       0xfffffffffffffffe, 0xffffffffffffffff } };

	assert_true(pl_u256_sub(&r, &n, &s));
	pl_u256_to_be(sig->s, &r);
	sig->y_parity ^= 1;
}

static void sign_recover_verify(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const uint8_t *secret = unhex(a, keys[2].secret).p;
	struct pl_addr mine, got;
	uint8_t pub[65];
	struct pl_err e;

	(void)state;
	assert_ok(pl_secp_address(&mine, secret, &e), &e);
	assert_ok(pl_secp_pubkey(pub, secret, &e), &e);
	for (unsigned i = 0; i < 40; i++) {
		uint8_t byte = (uint8_t)i;
		struct pl_hash32 d = pl_keccak256((struct pl_span){ &byte, 1 });
		struct pl_span key = { pub, 65 };
		struct pl_sig sig;

		assert_ok(pl_secp_sign(&sig, &d, secret, &e), &e);
		assert_true(pl_sig_low_s(&sig));
		assert_ok(pl_secp_recover(&got, &d, &sig, &e), &e);
		assert_true(pl_addr_equal(&got, &mine));
		assert_ok(pl_secp_verify(&d, &sig, key, &e), &e);
		other_s(&sig); /* EIP-2: recovered, but not verified */
		assert_false(pl_sig_low_s(&sig));
		assert_ok(pl_secp_recover(&got, &d, &sig, &e), &e);
		assert_true(pl_addr_equal(&got, &mine));
		assert_int_equal(pl_secp_verify(&d, &sig, key, &e), PL_EPROOF);
		other_s(&sig);
		d.b[i % 32] ^= 1;
		assert_int_equal(pl_secp_verify(&d, &sig, key, &e), PL_EPROOF);
		d.b[i % 32] ^= 1;
		sig.r[i % 32] ^= 0x40;
		assert_int_equal(pl_secp_verify(&d, &sig, key, &e), PL_EPROOF);
	}
	pl_arena_close(a);
}

static void signatures_out_of_range(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hash32 d = { { 1 } };
	struct pl_sig good, sig;
	struct pl_addr addr;
	struct pl_err e;

	(void)state;
	assert_ok(pl_secp_sign(&good, &d, unhex(a, keys[0].secret).p, &e), &e);
	sig = good;
	memset(sig.r, 0, 32);
	assert_int_equal(pl_secp_recover(&addr, &d, &sig, &e), PL_EPROOF);
	sig = good;
	memset(sig.s, 0, 32);
	assert_int_equal(pl_secp_recover(&addr, &d, &sig, &e), PL_EPROOF);
	sig = good;
	memset(sig.r, 0xff, 32);
	assert_int_equal(pl_secp_recover(&addr, &d, &sig, &e), PL_EPROOF);
	sig = good;
	sig.y_parity = 2;
	assert_int_equal(pl_secp_recover(&addr, &d, &sig, &e), PL_EPROOF);
	assert_int_equal(
		pl_secp_verify(&d, &good, (struct pl_span){ d.b, 32 }, &e),
		PL_EFORMAT);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_of_known_keys),
		cmocka_unit_test(secrets_out_of_range),
		cmocka_unit_test(signature_of_eip155),
		cmocka_unit_test(sign_recover_verify),
		cmocka_unit_test(signatures_out_of_range),
	};

	return cmocka_run_group_tests_name("secp", tests, NULL, NULL);
}
