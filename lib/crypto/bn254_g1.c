/* Points of BN254's curve as bytes, and their sums. */
#include "crypto/bn254_g1.h"
#include "crypto/bn254.h"

static const struct pl_fp three = { { 0x7a17caa950ad28d7, 0x1f6ac17ae15521b9,
				      0x334bea4e696bd284,
				      0x2a1f6744ce179d8e } };

/* ------------------------------------------------------------- encodings */

enum pl_rc pl_bn_no_element(struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT,
		       "BN254: no field element below the modulus");
}

enum pl_rc pl_bn_no_point(struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT, "BN254: no point of the curve");
}

enum pl_rc pl_bn_g1_read(struct pl_bn_g1 *out, const uint8_t *in,
			 struct pl_err *e)
{
	struct pl_bn_g1 p;
	struct pl_fp s, t;

	/* SPEC EIP-196 encoding: x and y are below the modulus */
	if (!pl_fp_read(&p.x, in) || !pl_fp_read(&p.y, in + 32))
		return pl_bn_no_element(e);
	*out = p;
	if (pl_bn_g1_is_inf(&p))
		return PL_OK;
	/* SPEC EIP-196 encoding: x and y satisfy the equation */
	pl_fp_sqr(&s, &p.x);
	pl_fp_mul(&s, &s, &p.x);
	pl_fp_add(&s, &s, &three);
	pl_fp_sqr(&t, &p.y);
	return pl_fp_equal(&s, &t) ? PL_OK : pl_bn_no_point(e);
}

void pl_bn_g1_write(uint8_t *out, const struct pl_bn_g1 *p)
{
	pl_fp_write(out, &p->x);
	pl_fp_write(out + 32, &p->y);
}

/* ------------------------------------------------------------------- sum */

/* The slope through both, or of the tangent; false: upright, so that the sum
 * is at infinity. */
static bool slope(struct pl_fp *out, const struct pl_bn_g1 *a,
		  const struct pl_bn_g1 *b)
{
	struct pl_fp up, along;

	if (!pl_fp_equal(&a->x, &b->x)) {
		pl_fp_sub(&up, &b->y, &a->y);
		pl_fp_sub(&along, &b->x, &a->x);
	} else if (pl_fp_equal(&a->y, &b->y)) {
		pl_fp_sqr(&along, &a->x);
		pl_fp_double(&up, &along);
		pl_fp_add(&up, &up, &along);
		pl_fp_double(&along, &a->y);
	} else {
		return false;
	}
	pl_fp_inv(&along, &along);
	pl_fp_mul(out, &up, &along);
	return true;
}

static void add(struct pl_bn_g1 *r, const struct pl_bn_g1 *a,
		const struct pl_bn_g1 *b)
{
	struct pl_bn_g1 sum = { 0 };
	struct pl_fp l;

	if (pl_bn_g1_is_inf(a)) {
		sum = *b;
	} else if (pl_bn_g1_is_inf(b)) {
		sum = *a;
	} else if (slope(&l, a, b)) {
		pl_fp_sqr(&sum.x, &l);
		pl_fp_sub(&sum.x, &sum.x, &a->x);
		pl_fp_sub(&sum.x, &sum.x, &b->x);
		pl_fp_sub(&sum.y, &a->x, &sum.x);
		pl_fp_mul(&sum.y, &sum.y, &l);
		pl_fp_sub(&sum.y, &sum.y, &a->y);
	}
	*r = sum;
}

enum pl_rc pl_bn_add(uint8_t out[PL_BN_G1], const uint8_t a[PL_BN_G1],
		     const uint8_t b[PL_BN_G1], struct pl_err *e)
{
	struct pl_bn_g1 p, q;

	PL_TRY(pl_bn_g1_read(&p, a, e));
	PL_TRY(pl_bn_g1_read(&q, b, e));
	add(&p, &p, &q);
	pl_bn_g1_write(out, &p);
	return PL_OK;
}
