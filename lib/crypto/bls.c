/* The façade over blst, and the one user of its SHA-256.  blst's own words
 * for failures end here.  A verification is one loop of Miller over the pair
 * (key, hash) and (-generator, signature) together and one final
 * exponentiation, which is what blst's one-shot call does in two loops. */
#include <blst.h>
#include <blst_aux.h>

#include "base/limits.h"
#include "base/secret.h"
#include "crypto/bls.h"
#include "crypto/sha256.h"

#define CHUNK 512    /* keys added in one call: a sync committee */
#define PAIRING 4096 /* bytes on the stack for blst's context, 3.2 kB */

static const uint8_t pop[] = "BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
static const struct pl_span own = { pop, sizeof(pop) - 1 };

_Static_assert(sizeof(struct pl_bls_pk) == sizeof(blst_p1_affine),
	       "a public key is an affine point of G1");

static const blst_p1_affine *point(const struct pl_bls_pk *pk)
{
	return (const blst_p1_affine *)(const void *)pk;
}

static const char *why(BLST_ERROR err)
{
	switch (err) {
	case BLST_BAD_ENCODING:
		return "not a canonical encoding";
	case BLST_POINT_NOT_ON_CURVE:
		return "no point of the curve";
	case BLST_POINT_NOT_IN_GROUP:
		return "outside the subgroup of order r";
	case BLST_PK_IS_INFINITY:
		return "the point at infinity";
	case BLST_SUCCESS:
	case BLST_AGGR_TYPE_MISMATCH:
	case BLST_VERIFY_FAIL:
	case BLST_BAD_SCALAR:
		break;
	}
	return "refused by blst";
}

static enum pl_rc limited(const char *what, size_t n, struct pl_err *e)
{
	if (n > PL_MAX_BLS_KEYS)
		return pl_fail(e, PL_ELIMIT, "bls: %zu %s, at most %d", n, what,
			       PL_MAX_BLS_KEYS);
	return PL_OK;
}

/* ---------------------------------------------------------- public keys */

static BLST_ERROR decode(blst_p1_affine *p, const uint8_t *in,
			 enum pl_bls_check check)
{
	BLST_ERROR err = blst_p1_uncompress(p, in);

	if (err)
		return err;
	/* SPEC bls-signature KeyValidate: not the identity */
	if (blst_p1_affine_is_inf(p))
		return BLST_PK_IS_INFINITY;
	/* SPEC bls-signature pubkey_subgroup_check: in the subgroup */
	if (check == PL_BLS_KEY && !blst_p1_affine_in_g1(p))
		return BLST_POINT_NOT_IN_GROUP;
	return BLST_SUCCESS;
}

enum pl_rc pl_bls_pk_decode(struct pl_bls_pk *out, struct pl_span in,
			    enum pl_bls_check check, struct pl_err *e)
{
	blst_p1_affine p;
	BLST_ERROR err;

	if (in.n != PL_BLS_PK)
		return pl_fail(e, PL_EFORMAT,
			       "BLS public key: %zu bytes, must be %d", in.n,
			       PL_BLS_PK);
	err = decode(&p, in.p, check);
	if (err)
		return pl_fail(e, PL_EFORMAT,
			       "BLS public key 0x%02x%02x%02x%02x...: %s",
			       in.p[0], in.p[1], in.p[2], in.p[3], why(err));
	memcpy(out, &p, sizeof(*out));
	return PL_OK;
}

void pl_bls_pk_encode(uint8_t out[PL_BLS_PK], const struct pl_bls_pk *pk)
{
	blst_p1_affine_compress(out, point(pk));
}

enum pl_rc pl_bls_pks_decode(struct pl_bls_pk *out, const uint8_t *in, size_t n,
			     enum pl_bls_check check, struct pl_err *e)
{
	PL_TRY(limited("public keys", n, e));
	for (size_t i = 0; i < n; i++) {
		struct pl_span key = { in + i * PL_BLS_PK, PL_BLS_PK };

		if (pl_bls_pk_decode(out + i, key, check, e))
			return pl_note(e, "key %zu", i);
	}
	return PL_OK;
}

/* ----------------------------------------------------------------- sums */

static bool has(const uint8_t *bits, size_t i)
{
	return !bits || bits[i / 8] >> (i % 8) & 1;
}

static size_t count(size_t n, const uint8_t *bits)
{
	size_t here = 0;

	for (size_t i = 0; i < n; i++)
		here += has(bits, i);
	return here;
}

/* Of the keys whose bit is `want`, CHUNK of them at a time. */
static void add_up(blst_p1 *sum, const struct pl_bls_pk *keys, size_t n,
		   const uint8_t *bits, bool want)
{
	const blst_p1_affine *some[CHUNK];
	size_t m = 0;
	blst_p1 part;

	memset(sum, 0, sizeof(*sum)); /* infinity */
	for (size_t i = 0; i < n; i++) {
		if (has(bits, i) == want)
			some[m++] = point(keys + i);
		if (m != CHUNK && (i + 1 < n || !m))
			continue;
		blst_p1s_add(&part, some, m);
		blst_p1_add_or_double(sum, sum, &part);
		m = 0;
	}
}

/* Which keys to add up: the present ones, or with `all` known the absent ones
 * where they are fewer, to be subtracted. */
static enum pl_rc choose(bool *want, size_t n, const uint8_t *bits,
			 const struct pl_bls_pk *all, struct pl_err *e)
{
	size_t here;

	PL_TRY(limited("public keys", n, e));
	here = count(n, bits);
	/* SPEC bls-signature AggregatePKs: at least one key */
	if (!here)
		return pl_fail(e, PL_EPROOF, "bls: no public keys, no signers");
	*want = !all || n - here >= here;
	return PL_OK;
}

static enum pl_rc finish(struct pl_bls_pk *out, blst_p1 *sum, bool want,
			 const struct pl_bls_pk *all, struct pl_err *e)
{
	blst_p1_affine p;

	if (!want) {
		blst_p1_cneg(sum, true);
		blst_p1_add_or_double_affine(sum, sum, point(all));
	}
	/* SPEC bls-signature CoreVerify: KeyValidate of the sum, whose parts
	 * are in the subgroup already */
	if (blst_p1_is_inf(sum))
		return pl_fail(e, PL_EPROOF,
			       "bls: the public keys add up to nothing");
	blst_p1_to_affine(&p, sum);
	memcpy(out, &p, sizeof(*out));
	return PL_OK;
}

enum pl_rc pl_bls_pks_sum(struct pl_bls_pk *out, const struct pl_bls_pk *keys,
			  size_t n, const uint8_t *bits,
			  const struct pl_bls_pk *all, struct pl_err *e)
{
	blst_p1 sum;
	bool want;

	PL_TRY(choose(&want, n, bits, all, e));
	add_up(&sum, keys, n, bits, want);
	return finish(out, &sum, want, all, e);
}

enum pl_rc pl_bls_packed_sum(struct pl_bls_pk *out, const uint8_t *packed,
			     size_t n, const uint8_t *bits,
			     const struct pl_bls_pk *all, struct pl_err *e)
{
	blst_p1 sum;
	bool want;

	PL_TRY(choose(&want, n, bits, all, e));
	memset(&sum, 0, sizeof(sum)); /* infinity */
	for (size_t i = 0; i < n; i++) {
		struct pl_span in = { packed + i * PL_BLS_PK, PL_BLS_PK };
		struct pl_bls_pk key;

		if (has(bits, i) != want)
			continue;
		if (pl_bls_pk_decode(&key, in, PL_BLS_BOUND, e))
			return pl_note(e, "key %zu", i);
		blst_p1_add_or_double_affine(&sum, &sum, point(&key));
	}
	return finish(out, &sum, want, all, e);
}

/* --------------------------------------------------------- verification */

/* *out may be the point at infinity. */
static enum pl_rc sig_decode(blst_p2_affine *out, const uint8_t *sig,
			     struct pl_err *e)
{
	BLST_ERROR err = blst_p2_uncompress(out, sig);

	/* SPEC bls-signature signature_subgroup_check: in the subgroup */
	if (!err && !blst_p2_affine_in_g2(out))
		err = BLST_POINT_NOT_IN_GROUP;
	if (err)
		return pl_fail(e, PL_EPROOF,
			       "BLS signature 0x%02x%02x%02x%02x...: %s",
			       sig[0], sig[1], sig[2], sig[3], why(err));
	return PL_OK;
}

/* As made by a single key or by a sum of keys that is not at infinity: such a
 * signature is not either. */
static enum pl_rc sig_decode_one(blst_p2_affine *out, const uint8_t *sig,
				 struct pl_err *e)
{
	PL_TRY(sig_decode(out, sig, e));
	if (blst_p2_affine_is_inf(out))
		return pl_fail(e, PL_EPROOF,
			       "BLS signature: the point at infinity");
	return PL_OK;
}

static void hash_to_g2(blst_p2_affine *out, struct pl_span msg,
		       struct pl_span dst)
{
	blst_p2 h;

	/* SPEC RFC9380 hash_to_curve: BLS12381G2_XMD:SHA-256_SSWU_RO_ */
	blst_hash_to_g2(&h, msg.p, msg.n, dst.p, dst.n, NULL, 0);
	blst_p2_to_affine(out, &h);
}

static enum pl_rc not_signed(struct pl_err *e)
{
	return pl_fail(e, PL_EPROOF,
		       "bls: not the signature of this message by these keys");
}

enum pl_rc pl_bls_sig_check(const uint8_t sig[PL_BLS_SIG], struct pl_err *e)
{
	blst_p2_affine s;

	return sig_decode(&s, sig, e);
}

enum pl_rc pl_bls_verify(const struct pl_bls_pk *pk, struct pl_span msg,
			 const uint8_t sig[PL_BLS_SIG], struct pl_err *e)
{
	const blst_p1_affine *ps[2] = { point(pk), &BLS12_381_NEG_G1 };
	blst_p2_affine h, s;
	const blst_p2_affine *qs[2] = { &h, &s };
	blst_fp12 f;

	PL_TRY(sig_decode_one(&s, sig, e));
	hash_to_g2(&h, msg, own);
	/* SPEC bls-signature CoreVerify: e(key, hash) = e(generator, sig) */
	blst_miller_loop_n(&f, qs, ps, 2);
	blst_final_exp(&f, &f);
	return blst_fp12_is_one(&f) ? PL_OK : not_signed(e);
}

enum pl_rc pl_bls_fast_aggregate_verify(const struct pl_bls_pk *keys, size_t n,
					const uint8_t *bits,
					const struct pl_bls_pk *all,
					struct pl_span msg,
					const uint8_t sig[PL_BLS_SIG],
					struct pl_err *e)
{
	struct pl_bls_pk sum;

	/* SPEC bls-signature FastAggregateVerify: one key out of all */
	PL_TRY(pl_bls_pks_sum(&sum, keys, n, bits, all, e));
	return pl_bls_verify(&sum, msg, sig, e);
}

/* blst's context for many pairings, on the caller's stack. */
struct pairing {
	_Alignas(16) uint8_t room[PAIRING];
};

static blst_pairing *pairing_open(struct pairing *p, struct pl_err *e)
{
	blst_pairing *ctx = (blst_pairing *)(void *)p->room;

	if (blst_pairing_sizeof() > sizeof(p->room)) {
		(void)pl_fail(e, PL_EBUG, "bls: blst's context takes %zu bytes",
			      blst_pairing_sizeof());
		return NULL;
	}
	blst_pairing_init(ctx, true, own.p, own.n);
	return ctx;
}

static enum pl_rc pairing_close(blst_pairing *ctx, struct pl_err *e)
{
	blst_pairing_commit(ctx);
	return blst_pairing_finalverify(ctx, NULL) ? PL_OK : not_signed(e);
}

enum pl_rc pl_bls_aggregate_verify(const struct pl_bls_pk *keys,
				   const struct pl_span *msgs, size_t n,
				   const uint8_t sig[PL_BLS_SIG],
				   struct pl_err *e)
{
	struct pairing room;
	blst_pairing *ctx = pairing_open(&room, e);
	blst_p2_affine s;

	if (!ctx)
		return PL_EBUG;
	PL_TRY(limited("public keys", n, e));
	/* SPEC bls-signature CoreAggregateVerify: at least one key */
	if (!n)
		return pl_fail(e, PL_EPROOF, "bls: no public keys, no signers");
	PL_TRY(sig_decode(&s, sig, e));
	for (size_t i = 0; i < n; i++)
		if (blst_pairing_chk_n_aggr_pk_in_g1(
			    ctx, point(keys + i), false, i ? NULL : &s, false,
			    msgs[i].p, msgs[i].n, NULL, 0))
			return not_signed(e);
	return pairing_close(ctx, e);
}

/* The weight of set i: 64 bits, never 0. */
static struct pl_hash32 weight(const uint8_t seed[32], size_t i)
{
	struct pl_hash32 w, at = { { 0 } };
	uint8_t any = 0;

	memcpy(w.b, seed, sizeof(w.b));
	memcpy(at.b, &i, sizeof(i));
	w = pl_sha256_pair(&w, &at);
	for (unsigned k = 0; k < 8; k++)
		any |= w.b[k];
	w.b[0] |= !any;
	return w;
}

enum pl_rc pl_bls_batch_verify(const struct pl_bls_set *sets, size_t n,
			       const uint8_t seed[32], struct pl_err *e)
{
	struct pairing room;
	blst_pairing *ctx = pairing_open(&room, e);
	blst_p2_affine s;

	if (!ctx)
		return PL_EBUG;
	PL_TRY(limited("signatures", n, e));
	if (!n)
		return pl_fail(e, PL_EPROOF, "bls: no signatures");
	for (size_t i = 0; i < n; i++) {
		const struct pl_bls_set *b = sets + i;
		const struct pl_hash32 w = weight(seed, i);

		if (sig_decode_one(&s, b->sig, e))
			return pl_note(e, "signature %zu", i);
		if (blst_pairing_chk_n_mul_n_aggr_pk_in_g1(
			    ctx, point(&b->pk), false, &s, false, w.b, 64,
			    b->msg.p, b->msg.n, NULL, 0))
			return not_signed(e);
	}
	return pairing_close(ctx, e);
}

/* -------------------------------------------------------------- signing */

enum pl_rc pl_bls_aggregate(uint8_t out[PL_BLS_SIG], const uint8_t *sigs,
			    size_t n, struct pl_err *e)
{
	blst_p2_affine s;
	blst_p2 sum;

	PL_TRY(limited("signatures", n, e));
	/* SPEC bls-signature Aggregate: at least one signature */
	if (!n)
		return pl_fail(e, PL_EPROOF, "bls: no signatures to add up");
	memset(&sum, 0, sizeof(sum)); /* infinity */
	for (size_t i = 0; i < n; i++) {
		if (sig_decode(&s, sigs + i * PL_BLS_SIG, e))
			return pl_note(e, "signature %zu", i);
		blst_p2_add_or_double_affine(&sum, &sum, &s);
	}
	blst_p2_compress(out, &sum);
	return PL_OK;
}

/* *out is wiped by the caller, on failure too. */
static enum pl_rc scalar(blst_scalar *out, const uint8_t *sk, struct pl_err *e)
{
	blst_scalar_from_bendian(out, sk);
	/* SPEC bls-signature SkToPk: 1 <= SK < r */
	if (!blst_sk_check(out))
		return pl_fail(e, PL_EFORMAT,
			       "BLS secret key: 0, or not below the order r");
	return PL_OK;
}

enum pl_rc pl_bls_sk_to_pk(struct pl_bls_pk *out, const uint8_t sk[PL_BLS_SK],
			   struct pl_err *e)
{
	blst_scalar k;
	enum pl_rc rc = scalar(&k, sk, e);
	blst_p1_affine a;
	blst_p1 p;

	if (!rc) {
		blst_sk_to_pk_in_g1(&p, &k);
		blst_p1_to_affine(&a, &p);
		memcpy(out, &a, sizeof(*out));
	}
	pl_wipe(&k, sizeof(k));
	return rc;
}

enum pl_rc pl_bls_sign(uint8_t out[PL_BLS_SIG], const uint8_t sk[PL_BLS_SK],
		       struct pl_span msg, struct pl_err *e)
{
	blst_scalar k;
	enum pl_rc rc = scalar(&k, sk, e);
	blst_p2 h;

	if (!rc) {
		blst_hash_to_g2(&h, msg.p, msg.n, own.p, own.n, NULL, 0);
		blst_sign_pk_in_g1(&h, &h, &k);
		blst_p2_compress(out, &h);
	}
	pl_wipe(&k, sizeof(k));
	return rc;
}

enum pl_rc pl_bls_hash_to_g2(uint8_t out[192], struct pl_span msg,
			     struct pl_span dst, struct pl_err *e)
{
	blst_p2_affine h;

	if (dst.n > 255)
		return pl_fail(e, PL_ELIMIT, "bls: a tag of %zu bytes", dst.n);
	hash_to_g2(&h, msg, dst.n ? dst : own);
	blst_p2_affine_serialize(out, &h);
	return PL_OK;
}

/* -------------------------------------------------------------- SHA-256 */

struct pl_hash32 pl_sha256_here(struct pl_span in)
{
	struct pl_hash32 h;

	blst_sha256(h.b, in.n ? in.p : (const uint8_t *)"", in.n);
	return h;
}

struct pl_hash32 pl_sha256_pair(const struct pl_hash32 *a,
				const struct pl_hash32 *b)
{
	uint8_t both[64];
	struct pl_hash32 h;

	memcpy(both, a->b, 32);
	memcpy(both + 32, b->b, 32);
	blst_sha256(h.b, both, sizeof(both));
	return h;
}
