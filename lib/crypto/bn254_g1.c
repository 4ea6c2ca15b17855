/* Sums and multiples on BN254's curve, whose every point is of order r. */
#include "crypto/bn254_g1.h"

#include "base/u256.h"
#include "crypto/bn254.h"

static const struct pl_fp three = { { 0x7a17caa950ad28d7, 0x1f6ac17ae15521b9,
				      0x334bea4e696bd284,
				      0x2a1f6744ce179d8e } };

/* X/Z², Y/Z³; Z is zero at infinity. */
struct jacobian {
	struct pl_fp x, y, z;
};

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

static void write(uint8_t out[PL_BN_G1], const struct pl_bn_g1 *p)
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
	write(out, &p);
	return PL_OK;
}

/* -------------------------------------------------------------- multiple */

/* Hankerson, Menezes, Vanstone: Guide to Elliptic Curve Cryptography, 3.2.2,
 * for a = 0. */
static void twice(struct jacobian *r, const struct jacobian *p)
{
	struct pl_fp a, b, c, d, z;

	pl_fp_mul(&z, &p->y, &p->z);
	pl_fp_sqr(&a, &p->x);
	pl_fp_sqr(&b, &p->y);
	pl_fp_sqr(&c, &b);
	/* d = 4·x·y² */
	pl_fp_mul(&d, &p->x, &b);
	pl_fp_double(&d, &d);
	pl_fp_double(&d, &d);
	/* a = 3·x² */
	pl_fp_double(&b, &a);
	pl_fp_add(&a, &a, &b);
	pl_fp_sqr(&r->x, &a);
	pl_fp_sub(&r->x, &r->x, &d);
	pl_fp_sub(&r->x, &r->x, &d);
	pl_fp_sub(&d, &d, &r->x);
	pl_fp_mul(&d, &d, &a);
	for (unsigned i = 0; i < 3; i++)
		pl_fp_double(&c, &c);
	pl_fp_sub(&r->y, &d, &c);
	pl_fp_double(&r->z, &z);
}

/* q is not at infinity. */
static void add_affine(struct jacobian *r, const struct jacobian *p,
		       const struct pl_bn_g1 *q)
{
	struct pl_fp h, s, zz, hh, hhh, v;

	if (pl_fp_is_zero(&p->z)) {
		*r = (struct jacobian){ q->x, q->y, pl_fp_one };
		return;
	}
	pl_fp_sqr(&zz, &p->z);
	pl_fp_mul(&h, &q->x, &zz);
	pl_fp_sub(&h, &h, &p->x);
	pl_fp_mul(&s, &p->z, &zz);
	pl_fp_mul(&s, &s, &q->y);
	pl_fp_sub(&s, &s, &p->y);
	if (pl_fp_is_zero(&h) && pl_fp_is_zero(&s)) {
		twice(r, p);
		return;
	}
	pl_fp_sqr(&hh, &h);
	pl_fp_mul(&hhh, &hh, &h);
	pl_fp_mul(&v, &p->x, &hh);
	pl_fp_mul(&hh, &p->y, &hhh);
	pl_fp_mul(&r->z, &p->z, &h);
	pl_fp_sqr(&r->x, &s);
	pl_fp_sub(&r->x, &r->x, &hhh);
	pl_fp_sub(&r->x, &r->x, &v);
	pl_fp_sub(&r->x, &r->x, &v);
	pl_fp_sub(&v, &v, &r->x);
	pl_fp_mul(&v, &v, &s);
	pl_fp_sub(&r->y, &v, &hh);
}

static void to_affine(struct pl_bn_g1 *r, const struct jacobian *p)
{
	struct pl_fp t, u;

	pl_fp_inv(&t, &p->z);
	pl_fp_sqr(&u, &t);
	pl_fp_mul(&r->x, &p->x, &u);
	pl_fp_mul(&u, &u, &t);
	pl_fp_mul(&r->y, &p->y, &u);
}

enum pl_rc pl_bn_mul(uint8_t out[PL_BN_G1], const uint8_t point[PL_BN_G1],
		     const uint8_t factor[32], struct pl_err *e)
{
	struct jacobian sum = { 0 };
	struct pl_bn_g1 p;

	PL_TRY(pl_bn_g1_read(&p, point, e));
	for (unsigned i = 0; i < 256; i++) {
		twice(&sum, &sum);
		if (!pl_bn_g1_is_inf(&p) && (factor[i / 8] >> (7 - i % 8) & 1))
			add_affine(&sum, &sum, &p);
	}
	to_affine(&p, &sum);
	write(out, &p);
	return PL_OK;
}
