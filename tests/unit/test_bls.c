/* BLS with keys made here: sums against naive ones, every byte flipped, keys
 * outside the subgroup, forgeries that a careless batch would let through. */
#include <blst.h>
#include <blst_aux.h>

#include "check.h"

#include "base/limits.h"
#include "crypto/bls.h"
#include "crypto/sha256.h"

#define SIGNERS 16

static struct pl_err e;

/* r, the order of the subgroups, big-endian */
static const char order[] =
	"73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001";

/* Signer i: secret key i + 1 in its last bytes. */
static void secret(uint8_t sk[PL_BLS_SK], size_t i)
{
	memset(sk, 0, PL_BLS_SK);
	sk[10] = 0xa5;
	sk[30] = (uint8_t)((i + 1) >> 8);
	sk[31] = (uint8_t)(i + 1);
}

static struct pl_bls_pk key(size_t i)
{
	uint8_t sk[PL_BLS_SK];
	struct pl_bls_pk pk;

	secret(sk, i);
	assert_ok(pl_bls_sk_to_pk(&pk, sk, &e), &e);
	return pk;
}

static void sign(uint8_t sig[PL_BLS_SIG], size_t i, struct pl_span msg)
{
	uint8_t sk[PL_BLS_SK];

	secret(sk, i);
	assert_ok(pl_bls_sign(sig, sk, msg, &e), &e);
}

/* By the first n signers together; the message's last byte grows by `step`
 * from one to the next. */
static void sign_all(uint8_t sig[PL_BLS_SIG], size_t n, const uint8_t *msg,
		     size_t len, uint8_t step)
{
	uint8_t sigs[SIGNERS * PL_BLS_SIG], m[64];

	assert_true(n <= SIGNERS && len <= sizeof(m));
	memcpy(m, msg, len);
	for (size_t i = 0; i < n; i++) {
		sign(sigs + i * PL_BLS_SIG, i, (struct pl_span){ m, len });
		m[len - 1] = (uint8_t)(m[len - 1] + step);
	}
	assert_ok(pl_bls_aggregate(sig, sigs, n, &e), &e);
}

static bool same_key(const struct pl_bls_pk *x, const struct pl_bls_pk *y)
{
	return !memcmp(x, y, sizeof(*x));
}

static const uint8_t message[32] = "what the committee agreed upon";
static const struct pl_span msg = { message, sizeof(message) };

/* ----------------------------------------------------------------- keys */

static void keys_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < SIGNERS; i++) {
		struct pl_bls_pk pk = key(i), got;
		uint8_t text[PL_BLS_PK];
		struct pl_span in = { text, sizeof(text) };

		pl_bls_pk_encode(text, &pk);
		assert_ok(pl_bls_pk_decode(&got, in, PL_BLS_KEY, &e), &e);
		assert_true(same_key(&got, &pk));
		assert_ok(pl_bls_pk_decode(&got, in, PL_BLS_BOUND, &e), &e);
		assert_true(same_key(&got, &pk));
	}
}

#define Z16 "00000000000000000000000000000000"
#define P_HEX                                                                  \
	"9a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f624"     \
	"1eabfffeb153ffffb9feffffffffaaab"

static const struct {
	const char *label, *in, *says;
} no_keys[] = {
	{ "nothing", "", "0 bytes" },
	{ "47 bytes", "80" Z16 Z16 "0000000000000000000000000000", "47 bytes" },
	{ "49 bytes", "80" Z16 Z16 Z16, "49 bytes" },
	{ "infinity", "c0" Z16 Z16 "000000000000000000000000000000",
	  "infinity" },
	{ "infinity with a sign", "e0" Z16 Z16 "000000000000000000000000000000",
	  "canonical" },
	{ "infinity and more", "c0" Z16 Z16 "000000000000000000000000000001",
	  "canonical" },
	{ "all zeros", "00" Z16 Z16 "000000000000000000000000000000",
	  "canonical" },
	{ "x = p", P_HEX, "canonical" },
	{ "x = 1, no square", "80" Z16 Z16 "000000000000000000000000000001",
	  "curve" },
	{ "x = 4, outside the subgroup",
	  "80" Z16 Z16 "000000000000000000000000000004", "subgroup" },
};

/* KeyValidate */
static void key_validate_refuses(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(no_keys); i++) {
		struct pl_bls_pk pk, before;
		struct pl_span in = unhex(a, no_keys[i].in);

		memset(&pk, 0x5a, sizeof(pk));
		before = pk;
		if (pl_bls_pk_decode(&pk, in, PL_BLS_KEY, &e) != PL_EFORMAT)
			fail_msg("taken: %s", no_keys[i].label);
		if (!strstr(e.msg, no_keys[i].says))
			fail_msg("%s: %s", no_keys[i].label, e.msg);
		assert_true(same_key(&pk, &before));
		assert_int_equal(pl_bls_pk_decode(&pk, in, PL_BLS_BOUND, &e),
				 strstr(no_keys[i].says, "subgroup")
					 ? PL_OK
					 : PL_EFORMAT);
	}
	pl_arena_close(a);
}

static void the_wrong_key_is_named(void **state)
{
	uint8_t in[SIGNERS * PL_BLS_PK];
	struct pl_bls_pk out[SIGNERS];

	(void)state;
	for (size_t i = 0; i < SIGNERS; i++) {
		struct pl_bls_pk pk = key(i);

		pl_bls_pk_encode(in + i * PL_BLS_PK, &pk);
	}
	assert_ok(pl_bls_pks_decode(out, in, SIGNERS, PL_BLS_KEY, &e), &e);
	for (size_t i = 0; i < SIGNERS; i++) {
		struct pl_bls_pk pk = key(i);

		assert_true(same_key(out + i, &pk));
	}
	in[11 * PL_BLS_PK] ^= 0x80;
	assert_int_equal(pl_bls_pks_decode(out, in, SIGNERS, PL_BLS_KEY, &e),
			 PL_EFORMAT);
	assert_non_null(strstr(e.msg, "key 11:"));
	assert_int_equal(
		pl_bls_pks_decode(out, in, PL_MAX_BLS_KEYS + 1, PL_BLS_KEY, &e),
		PL_ELIMIT);
}

static void secret_keys_out_of_range(void **state)
{
	static const uint8_t one[PL_BLS_SK] = { [31] = 1 };
	struct pl_arena *a = pl_arena_open(0);
	uint8_t sk[PL_BLS_SK] = { 0 }, text[PL_BLS_PK], sig[PL_BLS_SIG];
	struct pl_bls_pk pk, g;

	(void)state;
	assert_int_equal(pl_bls_sk_to_pk(&pk, sk, &e), PL_EFORMAT);
	assert_int_equal(pl_bls_sign(sig, sk, msg, &e), PL_EFORMAT);
	memcpy(sk, unhex(a, order).p, sizeof(sk));
	assert_int_equal(pl_bls_sk_to_pk(&pk, sk, &e), PL_EFORMAT);
	assert_int_equal(pl_bls_sign(sig, sk, msg, &e), PL_EFORMAT);
	memset(sk, 0xff, sizeof(sk));
	assert_int_equal(pl_bls_sk_to_pk(&pk, sk, &e), PL_EFORMAT);

	/* the generator, and r - 1 gives the same with the other sign */
	assert_ok(pl_bls_sk_to_pk(&g, one, &e), &e);
	pl_bls_pk_encode(text, &g);
	assert_hex_equal(
		(struct pl_span){ text, sizeof(text) },
		"97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac"
		"586c55e83ff97a1aeffb3af00adb22c6bb");
	memcpy(sk, unhex(a, order).p, sizeof(sk));
	sk[31] = 0;
	assert_ok(pl_bls_sk_to_pk(&pk, sk, &e), &e);
	assert_memory_equal(pk.l, g.l, 48);
	assert_memory_not_equal(pk.l + 6, g.l + 6, 48);
	pl_arena_close(a);
}

/* ----------------------------------------------------------------- sums */

/* One by one, with blst's plain addition. */
static bool naive_sum(struct pl_bls_pk *out, const struct pl_bls_pk *keys,
		      size_t n, const uint8_t *bits)
{
	blst_p1 sum;
	blst_p1_affine p;

	memset(&sum, 0, sizeof(sum));
	for (size_t i = 0; i < n; i++) {
		if (bits && !(bits[i / 8] >> (i % 8) & 1))
			continue;
		memcpy(&p, keys + i, sizeof(p));
		blst_p1_add_or_double_affine(&sum, &sum, &p);
	}
	if (blst_p1_is_inf(&sum))
		return false;
	blst_p1_to_affine(&p, &sum);
	memcpy(out, &p, sizeof(p));
	return true;
}

static void compare_sums(const struct pl_bls_pk *keys, size_t n,
			 const uint8_t *bits, const struct pl_bls_pk *all)
{
	struct pl_bls_pk want, got;

	if (!naive_sum(&want, keys, n, bits)) {
		assert_int_equal(pl_bls_pks_sum(&got, keys, n, bits, all, &e),
				 PL_EPROOF);
		return;
	}
	assert_ok(pl_bls_pks_sum(&got, keys, n, bits, all, &e), &e);
	assert_true(same_key(&got, &want));
}

static const size_t sizes[] = { 1, 2, 3, 7, 8, 9, 31, 511, 512, 513, 1030 };

static void sums_equal_naive_ones(void **state)
{
	static struct pl_bls_pk keys[1030];
	uint64_t x = 88172645463325252;

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++)
		keys[i] = key(i);
	for (size_t s = 0; s < COUNT(sizes); s++) {
		size_t n = sizes[s];
		struct pl_bls_pk all;

		compare_sums(keys, n, NULL, NULL);
		assert_ok(pl_bls_pks_sum(&all, keys, n, NULL, NULL, &e), &e);
		/* from nobody missing to nobody there; stray bits after n */
		for (unsigned keep = 0; keep <= 8; keep++) {
			uint8_t bits[(1030 + 7) / 8 + 1] = { 0 };

			for (size_t i = 0; i < 8 * sizeof(bits); i++) {
				x ^= x << 13, x ^= x >> 7, x ^= x << 17;
				if (x % 8 < keep)
					bits[i / 8] |= (uint8_t)(1 << i % 8);
			}
			compare_sums(keys, n, bits, NULL);
			compare_sums(keys, n, bits, &all);
		}
	}
}

/* As sums of decoded keys; a key that is not needed is not looked at. */
static void packed_sums(void **state)
{
	static uint8_t packed[64 * PL_BLS_PK];
	struct pl_bls_pk keys[64], all, want, got;
	uint8_t bits[8];

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		keys[i] = key(i);
		pl_bls_pk_encode(packed + i * PL_BLS_PK, keys + i);
	}
	assert_ok(pl_bls_packed_sum(&all, packed, 64, NULL, NULL, &e), &e);
	assert_ok(pl_bls_pks_sum(&want, keys, 64, NULL, NULL, &e), &e);
	assert_true(same_key(&all, &want));
	for (size_t absent = 0; absent < 64; absent += 7) {
		memset(bits, 0xff, sizeof(bits));
		for (size_t i = 0; i < absent; i++)
			bits[i * 37 % 64 / 8] &=
				(uint8_t) ~(1u << i * 37 % 64 % 8);
		assert_ok(pl_bls_pks_sum(&want, keys, 64, bits, NULL, &e), &e);
		assert_ok(pl_bls_packed_sum(&got, packed, 64, bits, NULL, &e),
			  &e);
		assert_true(same_key(&got, &want));
		assert_ok(pl_bls_packed_sum(&got, packed, 64, bits, &all, &e),
			  &e);
		assert_true(same_key(&got, &want));
	}
	memset(bits, 0, sizeof(bits));
	assert_int_equal(pl_bls_packed_sum(&got, packed, 64, bits, &all, &e),
			 PL_EPROOF);

	memset(bits, 0xff, sizeof(bits));
	bits[5] = 0xfe; /* 40 is absent */
	packed[40 * PL_BLS_PK] ^= 0x80;
	assert_ok(pl_bls_packed_sum(&got, packed, 64, bits, NULL, &e), &e);
	assert_int_equal(pl_bls_packed_sum(&got, packed, 64, bits, &all, &e),
			 PL_EFORMAT);
	assert_non_null(strstr(e.msg, "key 40:"));
	assert_int_equal(pl_bls_packed_sum(&got, packed, PL_MAX_BLS_KEYS + 1,
					   NULL, &all, &e),
			 PL_ELIMIT);
}

/* Equal keys are doubled, opposite ones cancel. */
static void sums_of_equal_and_opposite_keys(void **state)
{
	struct pl_bls_pk k[4], all, got;
	uint8_t text[PL_BLS_PK];
	uint8_t bits = 3;

	(void)state;
	k[0] = key(0);
	pl_bls_pk_encode(text, k);
	text[0] ^= 0x20; /* the sign */
	assert_ok(pl_bls_pk_decode(k + 1, (struct pl_span){ text, PL_BLS_PK },
				   PL_BLS_KEY, &e),
		  &e);
	k[2] = k[3] = key(2);
	compare_sums(k, 2, NULL, NULL);
	compare_sums(k, 3, NULL, NULL);
	compare_sums(k, 4, NULL, NULL);
	compare_sums(k + 2, 2, NULL, NULL);
	assert_int_equal(pl_bls_pks_sum(&got, k, 2, NULL, NULL, &e), PL_EPROOF);
	assert_ok(pl_bls_pks_sum(&got, k, 3, NULL, NULL, &e), &e);
	assert_true(same_key(&got, k + 2));
	assert_ok(pl_bls_pks_sum(&all, k, 3, NULL, NULL, &e), &e);
	compare_sums(k, 3, &bits, &all); /* subtracting leaves nothing */
	assert_int_equal(
		pl_bls_pks_sum(&got, k, PL_MAX_BLS_KEYS + 1, NULL, NULL, &e),
		PL_ELIMIT);
}

/* --------------------------------------------------------- verification */

static void every_flipped_byte_is_refused(void **state)
{
	struct pl_bls_pk pk = key(0), bad;
	uint8_t sig[PL_BLS_SIG], text[PL_BLS_PK], m[sizeof(message)];

	(void)state;
	sign(sig, 0, msg);
	assert_ok(pl_bls_verify(&pk, msg, sig, &e), &e);
	for (size_t i = 0; i < sizeof(sig); i++) {
		sig[i] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(pl_bls_verify(&pk, msg, sig, &e), PL_EPROOF);
		sig[i] ^= (uint8_t)(1u << i % 8);
	}
	memcpy(m, message, sizeof(m));
	for (size_t i = 0; i < sizeof(m); i++) {
		m[i] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(pl_bls_verify(&pk,
					       (struct pl_span){ m, sizeof(m) },
					       sig, &e),
				 PL_EPROOF);
		m[i] ^= (uint8_t)(1u << i % 8);
	}
	pl_bls_pk_encode(text, &pk);
	for (size_t i = 0; i < sizeof(text); i++) {
		struct pl_span in = { text, sizeof(text) };

		text[i] ^= (uint8_t)(1u << i % 8);
		if (!pl_bls_pk_decode(&bad, in, PL_BLS_BOUND, &e))
			assert_int_equal(pl_bls_verify(&bad, msg, sig, &e),
					 PL_EPROOF);
		text[i] ^= (uint8_t)(1u << i % 8);
	}
	for (size_t n = 0; n < msg.n; n += 7)
		assert_int_equal(pl_bls_verify(&pk,
					       (struct pl_span){ message, n },
					       sig, &e),
				 PL_EPROOF);
}

/* FastAggregateVerify: exactly those whose bit is set. */
static void signers_must_be_exactly_those(void **state)
{
	struct pl_bls_pk keys[SIGNERS], all;
	uint8_t sig[PL_BLS_SIG], bits[SIGNERS / 8] = { 0xff, 0x0f };

	(void)state;
	for (size_t i = 0; i < SIGNERS; i++)
		keys[i] = key(i);
	assert_ok(pl_bls_pks_sum(&all, keys, SIGNERS, NULL, NULL, &e), &e);
	sign_all(sig, 12, message, sizeof(message), 0);
	assert_ok(pl_bls_fast_aggregate_verify(keys, SIGNERS, bits, NULL, msg,
					       sig, &e),
		  &e);
	assert_ok(pl_bls_fast_aggregate_verify(keys, 12, NULL, NULL, msg, sig,
					       &e),
		  &e);
	assert_ok(pl_bls_fast_aggregate_verify(keys, SIGNERS, bits, &all, msg,
					       sig, &e),
		  &e);
	for (size_t i = 0; i < SIGNERS; i++) {
		bits[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(pl_bls_fast_aggregate_verify(keys, SIGNERS,
							      bits, &all, msg,
							      sig, &e),
				 PL_EPROOF);
		bits[i / 8] ^= (uint8_t)(1u << i % 8);
	}
	keys[3] = keys[4]; /* one of them twice instead of another */
	assert_int_equal(pl_bls_fast_aggregate_verify(keys, SIGNERS, bits, NULL,
						      msg, sig, &e),
			 PL_EPROOF);
}

static void nobody_signs_nothing(void **state)
{
	static const uint8_t infinity[PL_BLS_SIG] = { 0xc0 };
	static const uint8_t none[SIGNERS / 8] = { 0 };
	static const uint8_t seed[32] = { 7 };
	struct pl_bls_pk pk = key(0);
	struct pl_bls_set set = { pk, msg, infinity };
	uint8_t out[PL_BLS_SIG];

	(void)state;
	assert_ok(pl_bls_sig_check(infinity, &e), &e);
	assert_int_equal(pl_bls_verify(&pk, msg, infinity, &e), PL_EPROOF);
	assert_int_equal(pl_bls_fast_aggregate_verify(&pk, 0, NULL, NULL, msg,
						      infinity, &e),
			 PL_EPROOF);
	assert_int_equal(pl_bls_fast_aggregate_verify(&pk, 1, none, &pk, msg,
						      infinity, &e),
			 PL_EPROOF);
	assert_int_equal(pl_bls_aggregate_verify(&pk, &msg, 0, infinity, &e),
			 PL_EPROOF);
	assert_int_equal(pl_bls_aggregate_verify(&pk, &msg, 1, infinity, &e),
			 PL_EPROOF);
	assert_int_equal(pl_bls_batch_verify(&set, 1, seed, &e), PL_EPROOF);
	assert_int_equal(pl_bls_batch_verify(&set, 0, seed, &e), PL_EPROOF);
	assert_int_equal(pl_bls_aggregate(out, infinity, 0, &e), PL_EPROOF);
	assert_ok(pl_bls_aggregate(out, infinity, 1, &e), &e);
	assert_memory_equal(out, infinity, sizeof(out));
}

/* A point of the curve that is not in the subgroup, times r: its order is
 * prime to r. */
static void torsion_point(blst_p1 *t)
{
	struct pl_arena *a = pl_arena_open(0);
	const uint8_t *r = unhex(a, order).p;
	uint8_t x[PL_BLS_PK] = { [0] = 0x80, [47] = 4 };
	blst_p1_affine p;

	assert_int_equal(blst_p1_uncompress(&p, x), BLST_SUCCESS);
	assert_false(blst_p1_affine_in_g1(&p));
	memset(t, 0, sizeof(*t));
	for (size_t i = 0; i < 256; i++) {
		blst_p1_double(t, t);
		if (r[i / 8] >> (7 - i % 8) & 1)
			blst_p1_add_or_double_affine(t, t, &p);
	}
	assert_false(blst_p1_is_inf(t));
	assert_false(blst_p1_in_g1(t));
	pl_arena_close(a);
}

/* What bls.h says of PL_BLS_BOUND: P + T verifies what P verifies. */
static void keys_outside_the_subgroup_act_as_their_part_inside(void **state)
{
	struct pl_bls_pk keys[3];
	struct pl_span in;
	uint8_t text[PL_BLS_PK], sig[PL_BLS_SIG];
	blst_p1_affine p;
	blst_p1 t;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		keys[i] = key(i);
	torsion_point(&t);
	memcpy(&p, keys, sizeof(p));
	blst_p1_add_or_double_affine(&t, &t, &p);
	blst_p1_compress(text, &t);
	in = (struct pl_span){ text, sizeof(text) };
	assert_int_equal(pl_bls_pk_decode(keys, in, PL_BLS_KEY, &e),
			 PL_EFORMAT);
	assert_ok(pl_bls_pk_decode(keys, in, PL_BLS_BOUND, &e), &e);

	sign(sig, 0, msg);
	assert_ok(pl_bls_verify(keys, msg, sig, &e), &e);
	assert_int_equal(pl_bls_verify(keys, pl_span_str("other"), sig, &e),
			 PL_EPROOF);
	sign(sig, 1, msg);
	assert_int_equal(pl_bls_verify(keys, msg, sig, &e), PL_EPROOF);
	sign_all(sig, 3, message, sizeof(message), 0);
	assert_ok(
		pl_bls_fast_aggregate_verify(keys, 3, NULL, NULL, msg, sig, &e),
		&e);
	sign_all(sig, 2, message, sizeof(message), 0);
	assert_int_equal(
		pl_bls_fast_aggregate_verify(keys, 3, NULL, NULL, msg, sig, &e),
		PL_EPROOF);
}

/* signature_subgroup_check: x = 2 is on the curve of G2 and not in it. */
static void signatures_outside_the_subgroup(void **state)
{
	struct pl_bls_pk pk = key(0);
	uint8_t sig[PL_BLS_SIG] = { [0] = 0x80 };
	static const uint8_t seed[32] = { 7 };
	struct pl_bls_set set = { pk, msg, sig };
	blst_p2_affine p;

	(void)state;
	while (blst_p2_uncompress(&p, sig))
		assert_true(++sig[95] < 100);
	assert_false(blst_p2_affine_in_g2(&p));
	assert_int_equal(pl_bls_sig_check(sig, &e), PL_EPROOF);
	assert_non_null(strstr(e.msg, "subgroup"));
	assert_int_equal(pl_bls_verify(&pk, msg, sig, &e), PL_EPROOF);
	assert_non_null(strstr(e.msg, "subgroup"));
	assert_int_equal(pl_bls_aggregate_verify(&pk, &msg, 1, sig, &e),
			 PL_EPROOF);
	assert_non_null(strstr(e.msg, "subgroup"));
	assert_int_equal(pl_bls_batch_verify(&set, 1, seed, &e), PL_EPROOF);
	assert_non_null(strstr(e.msg, "subgroup"));
	assert_int_equal(pl_bls_aggregate(sig, sig, 1, &e), PL_EPROOF);
	assert_non_null(strstr(e.msg, "subgroup"));
}

/* ------------------------------------------------- several, and batches */

static void several_messages(void **state)
{
	struct pl_bls_pk keys[SIGNERS];
	struct pl_span msgs[SIGNERS], m;
	uint8_t text[SIGNERS][sizeof(message)], sig[PL_BLS_SIG];

	(void)state;
	for (size_t i = 0; i < SIGNERS; i++) {
		keys[i] = key(i);
		memcpy(text[i], message, sizeof(message));
		text[i][31] = (uint8_t)(text[i][31] + i);
		msgs[i] = (struct pl_span){ text[i], sizeof(text[i]) };
	}
	/* blst works in eights: less, as many, more */
	for (size_t n = 1; n <= SIGNERS; n += n < 7 || n > 8 ? 3 : 1) {
		sign_all(sig, n, message, sizeof(message), 1);
		assert_ok(pl_bls_aggregate_verify(keys, msgs, n, sig, &e), &e);
		if (n < 2)
			continue;
		assert_int_equal(
			pl_bls_aggregate_verify(keys, msgs, n - 1, sig, &e),
			PL_EPROOF);
		m = msgs[0], msgs[0] = msgs[n - 1], msgs[n - 1] = m;
		assert_int_equal(
			pl_bls_aggregate_verify(keys, msgs, n, sig, &e),
			PL_EPROOF);
		m = msgs[0], msgs[0] = msgs[n - 1], msgs[n - 1] = m;
	}
	/* the proof-of-possession form lets messages repeat */
	for (size_t i = 0; i < SIGNERS; i++)
		msgs[i] = msg;
	sign_all(sig, SIGNERS, message, sizeof(message), 0);
	assert_ok(pl_bls_aggregate_verify(keys, msgs, SIGNERS, sig, &e), &e);
}

struct batch {
	struct pl_bls_set set[SIGNERS];
	uint8_t text[SIGNERS][8], sig[SIGNERS][PL_BLS_SIG];
};

static void make_batch(struct batch *b)
{
	for (size_t i = 0; i < SIGNERS; i++) {
		struct pl_span m = { b->text[i], sizeof(b->text[i]) };

		memset(b->text[i], (int)i, sizeof(b->text[i]));
		sign(b->sig[i], i, m);
		b->set[i] = (struct pl_bls_set){ key(i), m, b->sig[i] };
	}
}

static void batches(void **state)
{
	static const uint8_t seed[32] = "drawn after the signatures";
	struct batch b;

	(void)state;
	make_batch(&b);
	for (size_t n = 1; n <= SIGNERS; n += 5)
		assert_ok(pl_bls_batch_verify(b.set, n, seed, &e), &e);
	for (size_t i = 0; i < SIGNERS; i += 3) {
		const uint8_t *own = b.set[i].sig;

		b.set[i].sig = b.sig[(i + 1) % SIGNERS];
		assert_int_equal(pl_bls_batch_verify(b.set, SIGNERS, seed, &e),
				 PL_EPROOF);
		b.set[i].sig = own;
	}
	b.sig[5][0] ^= 0x80;
	assert_int_equal(pl_bls_batch_verify(b.set, SIGNERS, seed, &e),
			 PL_EPROOF);
	assert_non_null(strstr(e.msg, "signature 5"));
}

/* One signature with D added, another with D taken away: the sum is right,
 * both are wrong. */
static void batch_errors_do_not_cancel(void **state)
{
	static const uint8_t seed[32] = "drawn after the signatures";
	struct pl_bls_pk keys[2];
	struct pl_span msgs[2];
	uint8_t two[2 * PL_BLS_SIG], sum[PL_BLS_SIG];
	struct batch b;

	(void)state;
	make_batch(&b);
	memcpy(two, b.sig[0], PL_BLS_SIG);
	memcpy(two + PL_BLS_SIG, b.sig[9], PL_BLS_SIG);
	assert_ok(pl_bls_aggregate(b.sig[0], two, 2, &e), &e);
	memcpy(two, b.sig[1], PL_BLS_SIG);
	two[PL_BLS_SIG] ^= 0x20;
	assert_ok(pl_bls_aggregate(b.sig[1], two, 2, &e), &e);

	memcpy(two, b.sig[0], PL_BLS_SIG);
	memcpy(two + PL_BLS_SIG, b.sig[1], PL_BLS_SIG);
	assert_ok(pl_bls_aggregate(sum, two, 2, &e), &e);
	for (size_t i = 0; i < 2; i++) {
		keys[i] = b.set[i].pk;
		msgs[i] = b.set[i].msg;
	}
	assert_ok(pl_bls_aggregate_verify(keys, msgs, 2, sum, &e), &e);
	assert_int_equal(pl_bls_batch_verify(b.set, 2, seed, &e), PL_EPROOF);
}

/* ----------------------------------------------------------------- hashes */

static void tags_have_a_limit(void **state)
{
	static const uint8_t tag[256] = { 1 };
	uint8_t x[192], y[192];

	(void)state;
	assert_int_equal(
		pl_bls_hash_to_g2(x, msg, (struct pl_span){ tag, 256 }, &e),
		PL_ELIMIT);
	assert_ok(pl_bls_hash_to_g2(x, msg, (struct pl_span){ tag, 255 }, &e),
		  &e);
	assert_ok(pl_bls_hash_to_g2(y, msg, (struct pl_span){ NULL, 0 }, &e),
		  &e);
	assert_memory_not_equal(x, y, sizeof(x));
	assert_ok(pl_bls_hash_to_g2(
			  x, msg,
			  pl_span_str("BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_"
				      "POP_"),
			  &e),
		  &e);
	assert_memory_equal(x, y, sizeof(x));
}

/* Two hashes by libcrypto's SHA-256 and by blst's. */
static void pairs_hash_as_libcrypto_does(void **state)
{
	struct pl_hash32 both[2], want, got;

	(void)state;
	for (size_t i = 0; i < sizeof(both); i++)
		((uint8_t *)both)[i] = (uint8_t)(i * 37);
	for (size_t i = 0; i < 2000; i++) {
		struct pl_span in = { both[0].b, sizeof(both) };

		assert_ok(pl_sha256(&want, in, &e), &e);
		got = pl_sha256_pair(both, both + 1);
		assert_memory_equal(got.b, want.b, sizeof(got.b));
		both[i % 2] = got;
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_round_trip),
		cmocka_unit_test(key_validate_refuses),
		cmocka_unit_test(the_wrong_key_is_named),
		cmocka_unit_test(secret_keys_out_of_range),
		cmocka_unit_test(sums_equal_naive_ones),
		cmocka_unit_test(packed_sums),
		cmocka_unit_test(sums_of_equal_and_opposite_keys),
		cmocka_unit_test(every_flipped_byte_is_refused),
		cmocka_unit_test(signers_must_be_exactly_those),
		cmocka_unit_test(nobody_signs_nothing),
		cmocka_unit_test(
			keys_outside_the_subgroup_act_as_their_part_inside),
		cmocka_unit_test(signatures_outside_the_subgroup),
		cmocka_unit_test(several_messages),
		cmocka_unit_test(batches),
		cmocka_unit_test(batch_errors_do_not_cancel),
		cmocka_unit_test(tags_have_a_limit),
		cmocka_unit_test(pairs_hash_as_libcrypto_does),
	};

	return cmocka_run_group_tests_name("bls", tests, NULL, NULL);
}
