#include "crypto/bls_point.h"

#include <blst.h>

#define CHUNK 16 /* pairs in one loop of Miller: as many as blst shares */

/* The base field's modulus, big-endian. */
static const uint8_t modulus[48] = {
	0x1a, 0x01, 0x11, 0xea, 0x39, 0x7f, 0xe6, 0x9a, 0x4b, 0x1b, 0xa7, 0xb6,
	0x43, 0x4b, 0xac, 0xd7, 0x64, 0x77, 0x4b, 0x84, 0xf3, 0x85, 0x12, 0xbf,
	0x67, 0x30, 0xd2, 0xa0, 0xf6, 0xb0, 0xf6, 0x24, 0x1e, 0xab, 0xff, 0xfe,
	0xb1, 0x53, 0xff, 0xff, 0xb9, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xaa, 0xab
};

/* Which points are taken. */
enum take { CURVE, SUBGROUP };

/* ------------------------------------------------------------- encodings */

static enum pl_rc fp_read(blst_fp *out, const uint8_t in[PL_BLS_FP],
			  struct pl_err *e)
{
	static const uint8_t zeros[16];

	/* SPEC EIP-2537 field-element: 16 bytes of zeros, below the modulus */
	if (memcmp(in, zeros, 16) != 0 || memcmp(in + 16, modulus, 48) >= 0)
		return pl_fail(e, PL_EFORMAT,
			       "BLS12-381: no field element below the modulus");
	blst_fp_from_bendian(out, in + 16);
	return PL_OK;
}

static enum pl_rc fp2_read(blst_fp2 *out, const uint8_t in[2 * PL_BLS_FP],
			   struct pl_err *e)
{
	PL_TRY(fp_read(&out->fp[0], in, e));
	return fp_read(&out->fp[1], in + PL_BLS_FP, e);
}

static void fp_write(uint8_t out[PL_BLS_FP], const blst_fp *x)
{
	memset(out, 0, 16);
	blst_bendian_from_fp(out + 16, x);
}

static enum pl_rc no_point(struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT, "BLS12-381: no point of the curve");
}

static enum pl_rc no_member(struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT,
		       "BLS12-381: outside the subgroup of order r");
}

static enum pl_rc g1_read(blst_p1_affine *out, const uint8_t in[PL_BLS_G1],
			  enum take take, struct pl_err *e)
{
	PL_TRY(fp_read(&out->x, in, e));
	PL_TRY(fp_read(&out->y, in + PL_BLS_FP, e));
	if (blst_p1_affine_is_inf(out))
		return PL_OK;
	/* SPEC EIP-2537 point-of-curve: x and y satisfy the equation */
	if (!blst_p1_affine_on_curve(out))
		return no_point(e);
	/* SPEC EIP-2537 subgroup-check: multiplication and pairing */
	if (take == SUBGROUP && !blst_p1_affine_in_g1(out))
		return no_member(e);
	return PL_OK;
}

static enum pl_rc g2_read(blst_p2_affine *out, const uint8_t in[PL_BLS_G2],
			  enum take take, struct pl_err *e)
{
	PL_TRY(fp2_read(&out->x, in, e));
	PL_TRY(fp2_read(&out->y, in + (size_t)2 * PL_BLS_FP, e));
	if (blst_p2_affine_is_inf(out))
		return PL_OK;
	if (!blst_p2_affine_on_curve(out))
		return no_point(e);
	if (take == SUBGROUP && !blst_p2_affine_in_g2(out))
		return no_member(e);
	return PL_OK;
}

static void g1_write(uint8_t out[PL_BLS_G1], const blst_p1 *p)
{
	blst_p1_affine a;

	if (blst_p1_is_inf(p)) {
		memset(out, 0, PL_BLS_G1);
		return;
	}
	blst_p1_to_affine(&a, p);
	fp_write(out, &a.x);
	fp_write(out + PL_BLS_FP, &a.y);
}

static void g2_write(uint8_t out[PL_BLS_G2], const blst_p2 *p)
{
	blst_p2_affine a;

	if (blst_p2_is_inf(p)) {
		memset(out, 0, PL_BLS_G2);
		return;
	}
	blst_p2_to_affine(&a, p);
	fp_write(out, &a.x.fp[0]);
	fp_write(out + PL_BLS_FP, &a.x.fp[1]);
	fp_write(out + (size_t)2 * PL_BLS_FP, &a.y.fp[0]);
	fp_write(out + (size_t)3 * PL_BLS_FP, &a.y.fp[1]);
}

/* ------------------------------------------------------------------ sums */

enum pl_rc pl_bls_g1_add(uint8_t out[PL_BLS_G1],
			 const uint8_t in[2 * PL_BLS_G1], struct pl_err *e)
{
	blst_p1_affine a, b;
	blst_p1 sum;

	PL_TRY(g1_read(&a, in, CURVE, e));
	PL_TRY(g1_read(&b, in + PL_BLS_G1, CURVE, e));
	blst_p1_from_affine(&sum, &a);
	blst_p1_add_or_double_affine(&sum, &sum, &b);
	g1_write(out, &sum);
	return PL_OK;
}

enum pl_rc pl_bls_g2_add(uint8_t out[PL_BLS_G2],
			 const uint8_t in[2 * PL_BLS_G2], struct pl_err *e)
{
	blst_p2_affine a, b;
	blst_p2 sum;

	PL_TRY(g2_read(&a, in, CURVE, e));
	PL_TRY(g2_read(&b, in + PL_BLS_G2, CURVE, e));
	blst_p2_from_affine(&sum, &a);
	blst_p2_add_or_double_affine(&sum, &sum, &b);
	g2_write(out, &sum);
	return PL_OK;
}

/* The factor modulo r, which is the order of the point; false where that
 * leaves nothing of it. */
static bool factor(blst_scalar *out, const uint8_t in[32])
{
	return blst_scalar_from_be_bytes(out, in, 32);
}

/* Terms that add nothing are left out: blst's tables have no place for the
 * point at infinity. */
enum pl_rc pl_bls_g1_msm(uint8_t out[PL_BLS_G1], struct pl_arena *a,
			 const uint8_t *terms, size_t n, struct pl_err *e)
{
	blst_p1_affine *points = PL_NEW_N(a, blst_p1_affine, n);
	blst_scalar *factors = PL_NEW_N(a, blst_scalar, n);
	const blst_p1_affine *ps[2] = { points, NULL };
	const byte *fs[2] = { factors->b, NULL };
	blst_p1 sum = { 0 };
	size_t m = 0;

	for (size_t i = 0; i < n; i++, terms += PL_BLS_G1_TERM) {
		PL_TRY(g1_read(points + m, terms, SUBGROUP, e));
		if (!blst_p1_affine_is_inf(points + m) &&
		    factor(factors + m, terms + PL_BLS_G1))
			m++;
	}
	if (m == 1) {
		blst_p1_from_affine(&sum, points);
		blst_p1_mult(&sum, &sum, factors->b, 255);
	} else if (m) {
		blst_p1s_mult_pippenger(
			&sum, ps, m, fs, 255,
			pl_alloc(a, blst_p1s_mult_pippenger_scratch_sizeof(m)));
	}
	g1_write(out, &sum);
	return PL_OK;
}

enum pl_rc pl_bls_g2_msm(uint8_t out[PL_BLS_G2], struct pl_arena *a,
			 const uint8_t *terms, size_t n, struct pl_err *e)
{
	blst_p2_affine *points = PL_NEW_N(a, blst_p2_affine, n);
	blst_scalar *factors = PL_NEW_N(a, blst_scalar, n);
	const blst_p2_affine *ps[2] = { points, NULL };
	const byte *fs[2] = { factors->b, NULL };
	blst_p2 sum = { 0 };
	size_t m = 0;

	for (size_t i = 0; i < n; i++, terms += PL_BLS_G2_TERM) {
		PL_TRY(g2_read(points + m, terms, SUBGROUP, e));
		if (!blst_p2_affine_is_inf(points + m) &&
		    factor(factors + m, terms + PL_BLS_G2))
			m++;
	}
	if (m == 1) {
		blst_p2_from_affine(&sum, points);
		blst_p2_mult(&sum, &sum, factors->b, 255);
	} else if (m) {
		blst_p2s_mult_pippenger(
			&sum, ps, m, fs, 255,
			pl_alloc(a, blst_p2s_mult_pippenger_scratch_sizeof(m)));
	}
	g2_write(out, &sum);
	return PL_OK;
}

/* --------------------------------------------------------------- pairing */

/* Pairs with a point at infinity are one, whatever the other is. */
struct pairs {
	blst_p1_affine p[CHUNK];
	blst_p2_affine q[CHUNK];
	size_t n;
	blst_fp12 product;
};

static void multiply_in(struct pairs *w)
{
	const blst_p1_affine *ps[2] = { w->p, NULL };
	const blst_p2_affine *qs[2] = { w->q, NULL };
	blst_fp12 f;

	if (!w->n)
		return;
	blst_miller_loop_n(&f, qs, ps, w->n);
	blst_fp12_mul(&w->product, &w->product, &f);
	w->n = 0;
}

enum pl_rc pl_bls_pairing(const uint8_t *pairs, size_t n, struct pl_err *e)
{
	struct pairs w = { .product = *blst_fp12_one() };

	for (size_t i = 0; i < n; i++, pairs += PL_BLS_PAIR) {
		PL_TRY(g1_read(w.p + w.n, pairs, SUBGROUP, e));
		PL_TRY(g2_read(w.q + w.n, pairs + PL_BLS_G1, SUBGROUP, e));
		if (blst_p1_affine_is_inf(w.p + w.n) ||
		    blst_p2_affine_is_inf(w.q + w.n))
			continue;
		if (++w.n == CHUNK)
			multiply_in(&w);
	}
	multiply_in(&w);
	blst_final_exp(&w.product, &w.product);
	if (!blst_fp12_is_one(&w.product))
		return pl_fail(e, PL_EPROOF,
			       "BLS12-381: the pairings' product is not one");
	return PL_OK;
}

/* --------------------------------------------------------------- mapping */

enum pl_rc pl_bls_map_to_g1(uint8_t out[PL_BLS_G1], const uint8_t in[PL_BLS_FP],
			    struct pl_err *e)
{
	blst_p1 p;
	blst_fp u;

	PL_TRY(fp_read(&u, in, e));
	blst_map_to_g1(&p, &u, NULL);
	g1_write(out, &p);
	return PL_OK;
}

enum pl_rc pl_bls_map_to_g2(uint8_t out[PL_BLS_G2],
			    const uint8_t in[2 * PL_BLS_FP], struct pl_err *e)
{
	blst_fp2 u;
	blst_p2 p;

	PL_TRY(fp2_read(&u, in, e));
	blst_map_to_g2(&p, &u, NULL);
	g2_write(out, &p);
	return PL_OK;
}
