/* BN254: answers worked out by Python from the generators, points that are
 * none, twist points of every other order, and the field beneath. */
#include "check.h"

#include "base/hex.h"
#include "crypto/bn254.h"
#include "crypto/bn254_field.h"

#define Z32 "0000000000000000000000000000000000000000000000000000000000000000"
#define ONE "0000000000000000000000000000000000000000000000000000000000000001"
#define FF "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define INF Z32 Z32
#define INF2 INF INF
/* G and H are the generators; SMALL is a point of the twist of order 10069,
 * SMALL_H its sum with H, BIG of the two largest orders but r, FULL of all,
 * NO_H is off the twist. */
#define TWO "0000000000000000000000000000000000000000000000000000000000000002"
#define THREE "0000000000000000000000000000000000000000000000000000000000000003"
#define G                                                                      \
	"0000000000000000000000000000000000000000000000000000000000000001"     \
	"0000000000000000000000000000000000000000000000000000000000000002"
#define NEG_G                                                                  \
	"0000000000000000000000000000000000000000000000000000000000000001"     \
	"30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd45"
#define TWO_G                                                                  \
	"030644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd3"     \
	"15ed738c0e0a7c92e7845f96b2ae9c0a68a6a449e3538fc7ff3ebf7a5a18a2c4"
#define THREE_G                                                                \
	"0769bf9ac56bea3ff40232bcb1b6bd159315d84715b8e679f2d355961915abf0"     \
	"2ab799bee0489429554fdb7c8d086475319e63b40b9c5b57cdf1ff3dd9fe2261"
#define K "1234567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef"
#define K_G                                                                    \
	"19c1e4e5202ab724d766a7dd7534562e225d0e33c8ce19b697eb719d39954fdb"     \
	"1c16dbebb5e86b0d5a9a8454af8c4faad6dea7d798144bbdd01631c592073b3b"
#define H                                                                      \
	"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"     \
	"1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"     \
	"090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b"     \
	"12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"
#define NEG_H                                                                  \
	"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"     \
	"1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"     \
	"275dc4a288d1afb3cbb1ac09187524c7db36395df7be3b99e673b13a075a65ec"     \
	"1d9befcd05a5323e6da4d435f3b617cdb3af83285c2df711ef39c01571827f9d"
#define THREE_H                                                                \
	"1014772f57bb9742735191cd5dcfe4ebbc04156b6878a0a7c9824f32ffb66e85"     \
	"06064e784db10e9051e52826e192715e8d7e478cb09a5e0012defa0694fbc7f5"     \
	"021e2335f3354bb7922ffcc2f38d3323dd9453ac49b55441452aeaca147711b2"     \
	"058e1d5681b5b9e0074b0f9c8d2c68a069b920d74521e79765036d57666c5597"
#define SMALL                                                                  \
	"1f1939a35248c05963dc28c492bd5496d0ee07203ed62a4646610343b7f519d1"     \
	"163b1e6d53c2b9384d7a50f52db7a5f3089a85d87695f7b4f0dfb367204e3d74"     \
	"05b7ee9fa25c610b779f046afe61bc518aac03cdfed3a82e1851d413bf4e56e1"     \
	"20616720904c4e3ec2056718d1a8fd28cb3978424461aec3ed1ee4534b60ca11"
#define SMALL_H                                                                \
	"188404d3f294b5878ad6dd8ab26d148527137b55b07993eb759699e0fd5c45e5"     \
	"183f5f5c415e02f313f301f23b884ceb8abe7a5e5fb2298186a1931b85f4f09e"     \
	"24c8279608c12e098506569f67c56aa447884a2e5cac88dfafb56f3a9bd237d3"     \
	"1c7829f51dff5be1c3ad5b08f8173302f8e042b201e8e21720ccd7a7bb674925"
#define BIG                                                                    \
	"215fa84be9088a5bfd69d1f46ab6ae0ae95fa7ced6ab3db66ce766616c6a09da"     \
	"2b723c38cf9ba107fdca0733ba7dde7e05bba812cadb35bd39b75cd9ffbbe04b"     \
	"26ff038bb696dd5a1c46a10303d8239a3cb5964611769c0249bd30d7a3e95f4f"     \
	"2e4a73de4421182d9ed6e7ea5a510d92331c698a18467e5088d7aed82591f331"
#define FULL                                                                   \
	"0000000000000000000000000000000000000000000000000000000000000003"     \
	"0000000000000000000000000000000000000000000000000000000000000004"     \
	"2285ae9d51c46989a11f4842444bbc851594b225b9a0a6d35554022ad433a0b4"     \
	"1b95b320d1c253f67624cf89a3adbe8209f0753fc8e867ae9812e06e7bc22fe1"
#define P "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47"
#define R "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001"
#define R1 "30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000000"
#define P1 "30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd48"
#define NO_H                                                                   \
	"198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2"     \
	"1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed"     \
	"090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975c"     \
	"12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa"

static struct pl_err e;

/* As many bytes as there is room for, exactly. */
static void bytes(uint8_t *out, size_t n, const char *hex)
{
	assert_int_equal(strlen(hex), 2 * n);
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(pl_hex_digit(hex[2 * i]) << 4 |
				   pl_hex_digit(hex[2 * i + 1]));
}

/* ------------------------------------------------------ sums, multiples */

/* clang-format off */
static const struct {
	const char *label, *a, *b, *out; /* out NULL: refused */
} sums[] = {
	{ "twice infinity", INF, INF, INF },
	{ "infinity first", INF, G, G },
	{ "infinity second", G, INF, G },
	{ "a point and itself", G, G, TWO_G },
	{ "a point and its negative", G, NEG_G, INF },
	{ "two others", TWO_G, G, THREE_G },
	{ "back again", THREE_G, NEG_G, TWO_G },
	{ "off the curve", ONE ONE, G, NULL },
	{ "off the curve, second", INF, ONE ONE, NULL },
	{ "x only", ONE Z32, G, NULL },
	{ "x is the modulus", P Z32, G, NULL },
	{ "x is too large by the modulus", P1 TWO, G, NULL },
	{ "y is the modulus", Z32 P, G, NULL },
	{ "all bits", FF FF, G, NULL },
};
static const struct {
	const char *label, *point, *factor, *out;
} multiples[] = {
	{ "by nothing", G, Z32, INF },
	{ "by one", G, ONE, G },
	{ "by two", G, TWO, TWO_G },
	{ "by three", G, THREE, THREE_G },
	{ "by the order", G, R, INF },
	{ "by one less", G, R1, NEG_G },
	{ "by a long factor", G, K, K_G },
	{ "of infinity", INF, FF, INF },
	{ "off the curve", ONE ONE, ONE, NULL },
	{ "off the curve, by nothing", ONE ONE, Z32, NULL },
	{ "x is the modulus", P Z32, Z32, NULL },
};
/* clang-format on */

static void sums_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sums); i++) {
		uint8_t a[64], b[64], want[64] = { 7 }, got[64] = { 7 };
		enum pl_rc rc = sums[i].out ? PL_OK : PL_EFORMAT;

		bytes(a, 64, sums[i].a);
		bytes(b, 64, sums[i].b);
		if (sums[i].out)
			bytes(want, 64, sums[i].out);
		if (pl_bn_add(got, a, b, &e) != rc ||
		    memcmp(got, want, sizeof(got)) != 0)
			fail_msg("%s", sums[i].label);
	}
}

static void multiples_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(multiples); i++) {
		uint8_t a[64], k[32], want[64] = { 7 }, got[64] = { 7 };
		enum pl_rc rc = multiples[i].out ? PL_OK : PL_EFORMAT;

		bytes(a, 64, multiples[i].point);
		bytes(k, 32, multiples[i].factor);
		if (multiples[i].out)
			bytes(want, 64, multiples[i].out);
		if (pl_bn_mul(got, a, k, &e) != rc ||
		    memcmp(got, want, sizeof(got)) != 0)
			fail_msg("%s", multiples[i].label);
	}
}

/* A generator of numbers that is the same on every machine. */
static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	return *s ^= *s << 17;
}

static void random_bytes(uint8_t *out, size_t n, uint64_t *s)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(next(s) >> 32);
}

/* (k + 1)G = kG + G, over many k; among them those with long runs of the
 * same bit. */
static void multiples_are_sums(void **state)
{
	uint8_t g[64], k[32], a[64], b[64];
	uint64_t seed = 254;

	(void)state;
	bytes(g, 64, G);
	for (unsigned i = 0; i < 500; i++) {
		random_bytes(k, 32, &seed);
		if (i & 1)
			memset(k + i % 17, i & 2 ? 0xff : 0, 3 + i % 13);
		k[31] &= 0xfe;
		assert_int_equal(pl_bn_mul(a, g, k, &e), PL_OK);
		assert_int_equal(pl_bn_add(a, a, g, &e), PL_OK);
		k[31] |= 1;
		assert_int_equal(pl_bn_mul(b, g, k, &e), PL_OK);
		assert_memory_equal(a, b, 64);
	}
}

/* -------------------------------------------------------------- pairings */

/* clang-format off */
static const struct {
	const char *label, *pairs;
	enum pl_rc rc;
} pairings[] = {
	{ "no pair", "", PL_OK },
	{ "infinity and infinity", INF INF2, PL_OK },
	{ "infinity first", INF H, PL_OK },
	{ "infinity second", G INF2, PL_OK },
	{ "the generators", G H, PL_EPROOF },
	{ "and their negative", G H NEG_G H, PL_OK },
	{ "and their other negative", G H G NEG_H, PL_OK },
	{ "the same twice", G H G H, PL_EPROOF },
	{ "a factor moved", THREE_G H NEG_G THREE_H, PL_OK },
	{ "three pairs", TWO_G H G H NEG_G THREE_H, PL_OK },
	{ "with one of infinity", G H INF H NEG_G H, PL_OK },
	{ "a pair and infinity", G H G INF2, PL_EPROOF },
	{ "P off the curve", ONE ONE H, PL_EFORMAT },
	{ "P off the curve, Q at infinity", ONE ONE INF2, PL_EFORMAT },
	{ "Q off the twist", G NO_H, PL_EFORMAT },
	{ "Q off the twist, P at infinity", INF NO_H, PL_EFORMAT },
	{ "Q of order 10069", G SMALL, PL_EFORMAT },
	{ "that and P at infinity", INF SMALL, PL_EFORMAT },
	{ "Q of order 10069 r", G SMALL_H, PL_EFORMAT },
	{ "that and P at infinity", INF SMALL_H, PL_EFORMAT },
	{ "Q of a large order", G BIG, PL_EFORMAT },
	{ "Q of the whole order", G FULL, PL_EFORMAT },
	{ "the last is wrong", G H NEG_G H INF SMALL, PL_EFORMAT },
	{ "a number is the modulus", G P Z32 Z32 Z32, PL_EFORMAT },
	{ "a later number is the modulus", G Z32 Z32 Z32 P, PL_EFORMAT },
	{ "P's number is the modulus", Z32 P H, PL_EFORMAT },
};
/* clang-format on */

static void pairings_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(pairings); i++) {
		size_t n = strlen(pairings[i].pairs) / 2;
		uint8_t in[4 * PL_BN_PAIR];

		assert_int_equal(n % PL_BN_PAIR, 0);
		bytes(in, n, pairings[i].pairs);
		if (pl_bn_pairing(in, n / PL_BN_PAIR, &e) != pairings[i].rc)
			fail_msg("%s", pairings[i].label);
	}
}

/* More pairs than share one loop: n of (G, H) and one of (-nG, H). */
static void many_pairs_are_multiplied(void **state)
{
	static uint8_t in[40 * PL_BN_PAIR];
	uint8_t neg[64], k[32] = { 0 };

	(void)state;
	bytes(neg, 64, NEG_G);
	for (uint8_t n = 13; n < 39; n++) {
		for (size_t i = 0; i <= n; i++)
			bytes(in + i * PL_BN_PAIR, PL_BN_PAIR, G H);
		k[31] = n;
		assert_int_equal(pl_bn_mul(in + n * PL_BN_PAIR, neg, k, &e),
				 PL_OK);
		assert_int_equal(pl_bn_pairing(in, n + 1u, &e), PL_OK);
		assert_int_equal(pl_bn_pairing(in, n, &e), PL_EPROOF);
	}
}

/* Whatever byte of a true pairing changes, it is refused. */
static void every_byte_counts(void **state)
{
	uint8_t in[2 * PL_BN_PAIR];

	(void)state;
	bytes(in, sizeof(in), G H NEG_G H);
	for (size_t i = 0; i < sizeof(in); i++) {
		in[i] ^= 1;
		assert_int_equal(pl_bn_pairing(in, 2, &e), PL_EFORMAT);
		in[i] ^= 1;
	}
	assert_int_equal(pl_bn_pairing(in, 2, &e), PL_OK);
}

/* ----------------------------------------------------------------- field */

static void random_fp(struct pl_fp *out, uint64_t *seed)
{
	uint8_t b[32];

	do {
		random_bytes(b, sizeof(b), seed);
		b[0] &= 0x3f;
	} while (!pl_fp_read(out, b));
}

static void random_fp12(struct pl_fp12 *out, uint64_t *seed)
{
	for (unsigned k = 0; k < 12; k++)
		random_fp(&out->c[k / 6].c[k / 2 % 3].c[k & 1], seed);
}

/* Numbers at the edges, where carries and borrows happen. */
static void numbers(struct pl_fp out[24])
{
	uint64_t seed = 11;
	struct pl_fp x = pl_fp_one;

	memset(out, 0, 24 * sizeof(*out));
	for (unsigned i = 1; i < 12; i++, pl_fp_double(&x, &x)) {
		out[2 * i] = x;
		pl_fp_neg(&out[2 * i + 1], &x);
	}
	out[1].w[0] = 1;
	out[21].w[0] = UINT64_MAX;
	random_fp(&out[22], &seed);
	random_fp(&out[23], &seed);
}

/* a·(b + c) = a·b + a·c, squares, halves, inverses, bytes: for every three of
 * the numbers. */
static void fp_is_a_field(void **state)
{
	struct pl_fp n[24], s, t, u;
	uint8_t b[32];

	(void)state;
	numbers(n);
	for (unsigned i = 0; i < 24 * 24 * 24; i++) {
		const struct pl_fp *x = &n[i % 24], *y = &n[i / 24 % 24],
				   *z = &n[i / 576];

		pl_fp_add(&s, y, z);
		pl_fp_mul(&s, &s, x);
		pl_fp_mul(&t, x, y);
		pl_fp_mul(&u, x, z);
		pl_fp_add(&t, &t, &u);
		assert_true(pl_fp_equal(&s, &t));
	}
	for (unsigned i = 0; i < 24; i++) {
		pl_fp_mul(&s, &n[i], &n[i]);
		pl_fp_sqr(&t, &n[i]);
		assert_true(pl_fp_equal(&s, &t));
		pl_fp_half(&s, &n[i]);
		pl_fp_double(&s, &s);
		assert_true(pl_fp_equal(&s, &n[i]));
		pl_fp_inv(&s, &n[i]);
		pl_fp_mul(&s, &s, &n[i]);
		assert_true(pl_fp_equal(&s, i < 1 ? &n[0] : &pl_fp_one));
		pl_fp_write(b, &n[i]);
		assert_true(pl_fp_read(&s, b));
		assert_true(pl_fp_equal(&s, &n[i]));
	}
}

static void inverses_undo(void **state)
{
	uint64_t seed = 31;
	struct pl_fp x, y;

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		random_fp(&x, &seed);
		if (i & 1) /* short ones, and those with few bits */
			memset(x.w + 1 + i % 3, 0, 8 * (3 - i % 3));
		if (i % 7 == 0)
			x.w[0] = (uint64_t)1 << i % 64;
		pl_fp_inv(&y, &x);
		pl_fp_mul(&y, &y, &x);
		assert_true(pl_fp_equal(&y, &pl_fp_one));
	}
}

/* a^p by squaring: the slow way to the maps of Frobenius. */
static void power_p(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	struct pl_fp12 x = pl_fp12_one;
	uint8_t p[32];

	bytes(p, 32, P);
	for (unsigned i = 0; i < 256; i++) {
		pl_fp12_sqr(&x, &x);
		if (p[i / 8] >> (7 - i % 8) & 1)
			pl_fp12_mul(&x, &x, a);
	}
	*r = x;
}

static void assert_same(const struct pl_fp12 *a, const struct pl_fp12 *b)
{
	assert_memory_equal(a, b, sizeof(*a));
}

static void fp12_is_a_field(void **state)
{
	struct pl_fp12 a, b, c, s, t, u;
	uint64_t seed = 12;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		random_fp12(&a, &seed);
		random_fp12(&b, &seed);
		random_fp12(&c, &seed);
		pl_fp12_mul(&s, &a, &b);
		pl_fp12_mul(&s, &s, &c);
		pl_fp12_mul(&t, &b, &c);
		pl_fp12_mul(&t, &a, &t);
		assert_same(&s, &t);
		pl_fp12_mul(&s, &a, &a);
		pl_fp12_sqr(&t, &a);
		assert_same(&s, &t);
		pl_fp12_inv(&s, &a);
		pl_fp12_mul(&s, &s, &a);
		assert_true(pl_fp12_is_one(&s));
		power_p(&s, &a);
		pl_fp12_frob(&t, &a);
		assert_same(&s, &t);
		power_p(&s, &s);
		pl_fp12_frob2(&t, &a);
		assert_same(&s, &t);
		pl_fp12_frob2(&u, &t);
		pl_fp12_frob2(&u, &u);
		pl_fp12_conj(&t, &a);
		assert_same(&u, &t);
	}
}

/* What is made for one form of number gives what the general way gives. */
static void short_ways_end_where_long_ones_do(void **state)
{
	struct pl_fp12 a, l, s, t;
	struct pl_fp2 line[3];
	uint64_t seed = 13;

	(void)state;
	for (unsigned i = 0; i < 20; i++) {
		random_fp12(&a, &seed);
		random_fp12(&l, &seed);
		memcpy(line, l.c[0].c, sizeof(line));
		memset(&l, 0, sizeof(l));
		l.c[0].c[0] = line[0];
		l.c[1].c[0] = line[1];
		l.c[1].c[1] = line[2];
		pl_fp12_mul(&s, &a, &l);
		pl_fp12_mul_line(&t, &a, line);
		assert_same(&s, &t);
		/* a^((p^6 - 1)(p² + 1)) */
		pl_fp12_inv(&t, &a);
		pl_fp12_conj(&a, &a);
		pl_fp12_mul(&a, &a, &t);
		pl_fp12_frob2(&t, &a);
		pl_fp12_mul(&a, &a, &t);
		pl_fp12_sqr(&s, &a);
		pl_fp12_sqr_cyclotomic(&t, &a);
		assert_same(&s, &t);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_follow_the_table),
		cmocka_unit_test(multiples_follow_the_table),
		cmocka_unit_test(multiples_are_sums),
		cmocka_unit_test(pairings_follow_the_table),
		cmocka_unit_test(many_pairs_are_multiplied),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(fp_is_a_field),
		cmocka_unit_test(inverses_undo),
		cmocka_unit_test(fp12_is_a_field),
		cmocka_unit_test(short_ways_end_where_long_ones_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
