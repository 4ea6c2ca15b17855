/* Fp6 and Fp12, by Karatsuba's way at each floor. */
#include "crypto/bn254_field.h"

#define ONE                                                                    \
	{                                                                      \
		{                                                              \
			0xd35d438dc58f0d9d, 0x0a78eb28f5c70b3d,                \
				0x666ea36f7879462c, 0x0e0a77c19a07df2f         \
		}                                                              \
	}

const struct pl_fp12 pl_fp12_one = { { { { { { ONE } } } } } };

/* clang-format off */
const struct pl_fp2 pl_fp2_frob[6] = {
	{ { ONE } },
	{ { { { 0xaf9ba69633144907, 0xca6b1d7387afb78a,
	    0x11bded5ef08a2087, 0x02f34d751a1f3a7c } },
	  { { 0xa222ae234c492d72, 0xd00f02a4565de15b,
	    0xdc2ff3a253dfc926, 0x10a75716b3899551 } } } },
	{ { { { 0xb5773b104563ab30, 0x347f91c8a9aa6454,
	    0x7a007127242e0991, 0x1956bcd8118214ec } },
	  { { 0x6e849f1ea0aa4757, 0xaa1c7b6d89f89141,
	    0xb6e713cdfae0ca3a, 0x26694fbb4e82ebc3 } } } },
	{ { { { 0xe4bbdd0c2936b629, 0xbb30f162e133bacb,
	    0x31a9d1b6f9645366, 0x253570bea500f8dd } },
	  { { 0xa1d77ce45ffe77c7, 0x07affd117826d1db,
	    0x6d16bd27bb7edc6b, 0x2c87200285defecc } } } },
	{ { { { 0x7361d77f843abe92, 0xa5bb2bd3273411fb,
	    0x9c941f314b3e2399, 0x15df9cddbb9fd3ec } },
	  { { 0x5dddfd154bd8c949, 0x62cb29a5a4445b60,
	    0x37bc870a0c7dd2b9, 0x24830a9d3171f0fd } } } },
	{ { { { 0xc970692f41690fe7, 0xe240342127694b0b,
	    0x32bee66b83c459e8, 0x12aabced0ab08841 } },
	  { { 0x0d485d2340aebfa9, 0x05193418ab2fcc57,
	    0xd3b0a40b8a4910f5, 0x2f21ebb535d2925a } } } },
};

/* ξ^(k(p² - 1)/6), which are of Fp */
static const struct pl_fp frob2[6] = {
	ONE,
	{ { 0xca8d800500fa1bf2, 0xf0c5d61468b39769,
	    0x0e201271ad0d4418, 0x04290f65bad856e6 } },
	{ { 0x3350c88e13e80b9c, 0x7dce557cdb5e56b9,
	    0x6001b4b8b615564a, 0x2682e617020217e0 } },
	{ { 0x68c3488912edefaa, 0x8d087f6872aabf4f,
	    0x51e1a24709081231, 0x2259d6b14729c0fa } },
	{ { 0x71930c11d782e155, 0xa6bb947cffbe3323,
	    0xaa303344d4741444, 0x2c3b3f0d26594943 } },
	{ { 0x08cfc388c494f1ab, 0x19b315148d1373d4,
	    0x584e90fdcb6c0213, 0x09e1685bdf2f8849 } },
};
/* clang-format on */

/* ------------------------------------------------------------------ Fp6 */

static void fp6_add(struct pl_fp6 *r, const struct pl_fp6 *a,
		    const struct pl_fp6 *b)
{
	for (unsigned i = 0; i < 3; i++)
		pl_fp2_add(&r->c[i], &a->c[i], &b->c[i]);
}

static void fp6_sub(struct pl_fp6 *r, const struct pl_fp6 *a,
		    const struct pl_fp6 *b)
{
	for (unsigned i = 0; i < 3; i++)
		pl_fp2_sub(&r->c[i], &a->c[i], &b->c[i]);
}

static void fp6_neg(struct pl_fp6 *r, const struct pl_fp6 *a)
{
	for (unsigned i = 0; i < 3; i++)
		pl_fp2_neg(&r->c[i], &a->c[i]);
}

static void fp6_mul_v(struct pl_fp6 *r, const struct pl_fp6 *a)
{
	struct pl_fp2 top;

	pl_fp2_mul_xi(&top, &a->c[2]);
	r->c[2] = a->c[1];
	r->c[1] = a->c[0];
	r->c[0] = top;
}

/* (a + b)(c + d) - ac - bd = ad + bc, the products being known */
static void cross(struct pl_fp2 *r, const struct pl_fp2 *a,
		  const struct pl_fp2 *b, const struct pl_fp2 *c,
		  const struct pl_fp2 *d, const struct pl_fp2 *ac,
		  const struct pl_fp2 *bd)
{
	struct pl_fp2 s, t;

	pl_fp2_add(&s, a, b);
	pl_fp2_add(&t, c, d);
	pl_fp2_mul(&s, &s, &t);
	pl_fp2_sub(&s, &s, ac);
	pl_fp2_sub(r, &s, bd);
}

static void fp6_mul(struct pl_fp6 *r, const struct pl_fp6 *a,
		    const struct pl_fp6 *b)
{
	const struct pl_fp2 *x = a->c, *y = b->c;
	struct pl_fp2 p[3], s, t, u;

	for (unsigned i = 0; i < 3; i++)
		pl_fp2_mul(&p[i], &x[i], &y[i]);
	cross(&s, &x[1], &x[2], &y[1], &y[2], &p[1], &p[2]);
	cross(&t, &x[0], &x[1], &y[0], &y[1], &p[0], &p[1]);
	cross(&u, &x[0], &x[2], &y[0], &y[2], &p[0], &p[2]);
	pl_fp2_mul_xi(&s, &s);
	pl_fp2_add(&r->c[0], &p[0], &s);
	pl_fp2_mul_xi(&s, &p[2]);
	pl_fp2_add(&r->c[1], &t, &s);
	pl_fp2_add(&r->c[2], &u, &p[1]);
}

/* Times l + m·v */
static void fp6_mul_01(struct pl_fp6 *r, const struct pl_fp6 *a,
		       const struct pl_fp2 *l, const struct pl_fp2 *m)
{
	const struct pl_fp2 *x = a->c;
	struct pl_fp2 p, q, s, t, u;

	pl_fp2_mul(&p, &x[0], l);
	pl_fp2_mul(&q, &x[1], m);
	cross(&t, &x[0], &x[1], l, m, &p, &q);
	pl_fp2_mul(&s, &x[2], m);
	pl_fp2_mul(&u, &x[2], l);
	pl_fp2_mul_xi(&s, &s);
	pl_fp2_add(&r->c[0], &p, &s);
	r->c[1] = t;
	pl_fp2_add(&r->c[2], &u, &q);
}

/* The adjugate's first column over the determinant */
static void fp6_inv(struct pl_fp6 *r, const struct pl_fp6 *a)
{
	const struct pl_fp2 *x = a->c;
	struct pl_fp2 d, p, q, s, t;

	pl_fp2_sqr(&p, &x[0]);
	pl_fp2_mul(&t, &x[1], &x[2]);
	pl_fp2_mul_xi(&t, &t);
	pl_fp2_sub(&p, &p, &t);
	pl_fp2_sqr(&q, &x[2]);
	pl_fp2_mul_xi(&q, &q);
	pl_fp2_mul(&t, &x[0], &x[1]);
	pl_fp2_sub(&q, &q, &t);
	pl_fp2_sqr(&s, &x[1]);
	pl_fp2_mul(&t, &x[0], &x[2]);
	pl_fp2_sub(&s, &s, &t);
	pl_fp2_mul(&d, &x[2], &q);
	pl_fp2_mul(&t, &x[1], &s);
	pl_fp2_add(&d, &d, &t);
	pl_fp2_mul_xi(&d, &d);
	pl_fp2_mul(&t, &x[0], &p);
	pl_fp2_add(&d, &d, &t);
	pl_fp2_inv(&d, &d);
	pl_fp2_mul(&r->c[0], &p, &d);
	pl_fp2_mul(&r->c[1], &q, &d);
	pl_fp2_mul(&r->c[2], &s, &d);
}

/* ----------------------------------------------------------------- Fp12 */

bool pl_fp12_is_one(const struct pl_fp12 *a)
{
	return !memcmp(a, &pl_fp12_one, sizeof(*a));
}

void pl_fp12_mul(struct pl_fp12 *r, const struct pl_fp12 *a,
		 const struct pl_fp12 *b)
{
	struct pl_fp6 p, q, s, t;

	fp6_mul(&p, &a->c[0], &b->c[0]);
	fp6_mul(&q, &a->c[1], &b->c[1]);
	fp6_add(&s, &a->c[0], &a->c[1]);
	fp6_add(&t, &b->c[0], &b->c[1]);
	fp6_mul(&s, &s, &t);
	fp6_sub(&s, &s, &p);
	fp6_sub(&r->c[1], &s, &q);
	fp6_mul_v(&q, &q);
	fp6_add(&r->c[0], &p, &q);
}

/* (a + b)(a + bv) - ab - abv = a² + b²v */
void pl_fp12_sqr(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	struct pl_fp6 p, s, t;

	fp6_mul(&p, &a->c[0], &a->c[1]);
	fp6_add(&s, &a->c[0], &a->c[1]);
	fp6_mul_v(&t, &a->c[1]);
	fp6_add(&t, &a->c[0], &t);
	fp6_mul(&s, &s, &t);
	fp6_sub(&s, &s, &p);
	fp6_add(&r->c[1], &p, &p);
	fp6_mul_v(&t, &p);
	fp6_sub(&r->c[0], &s, &t);
}

void pl_fp12_inv(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	struct pl_fp6 s, t;

	fp6_mul(&s, &a->c[0], &a->c[0]);
	fp6_mul(&t, &a->c[1], &a->c[1]);
	fp6_mul_v(&t, &t);
	fp6_sub(&s, &s, &t);
	fp6_inv(&s, &s);
	fp6_mul(&r->c[0], &a->c[0], &s);
	fp6_mul(&t, &a->c[1], &s);
	fp6_neg(&r->c[1], &t);
}

void pl_fp12_conj(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	r->c[0] = a->c[0];
	fp6_neg(&r->c[1], &a->c[1]);
}

/* c[j].c[i] is the coefficient of w^(2i + j). */
void pl_fp12_frob(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	for (unsigned k = 0; k < 6; k++) {
		struct pl_fp2 t;

		pl_fp2_conj(&t, &a->c[k & 1].c[k / 2]);
		pl_fp2_mul(&r->c[k & 1].c[k / 2], &t, &pl_fp2_frob[k]);
	}
}

void pl_fp12_frob2(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	for (unsigned k = 0; k < 6; k++)
		pl_fp2_mul_fp(&r->c[k & 1].c[k / 2], &a->c[k & 1].c[k / 2],
			      &frob2[k]);
}

/* l[0] on the one side, l[1] + l[2]·v on the other */
void pl_fp12_mul_line(struct pl_fp12 *r, const struct pl_fp12 *a,
		      const struct pl_fp2 l[3])
{
	struct pl_fp6 p, q, s;
	struct pl_fp2 sum;

	for (unsigned i = 0; i < 3; i++)
		pl_fp2_mul(&p.c[i], &a->c[0].c[i], &l[0]);
	fp6_mul_01(&q, &a->c[1], &l[1], &l[2]);
	fp6_add(&s, &a->c[0], &a->c[1]);
	pl_fp2_add(&sum, &l[0], &l[1]);
	fp6_mul_01(&s, &s, &sum, &l[2]);
	fp6_sub(&s, &s, &p);
	fp6_sub(&r->c[1], &s, &q);
	fp6_mul_v(&q, &q);
	fp6_add(&r->c[0], &p, &q);
}

/* (a + b·s)² of Fp4 = Fp2[s]/(s² - ξ) */
static void fp4_sqr(struct pl_fp2 *c0, struct pl_fp2 *c1,
		    const struct pl_fp2 *a, const struct pl_fp2 *b)
{
	struct pl_fp2 s, t, u;

	pl_fp2_sqr(&s, a);
	pl_fp2_sqr(&t, b);
	pl_fp2_add(&u, a, b);
	pl_fp2_sqr(&u, &u);
	pl_fp2_sub(&u, &u, &s);
	pl_fp2_sub(c1, &u, &t);
	pl_fp2_mul_xi(&t, &t);
	pl_fp2_add(c0, &s, &t);
}

/* 3s - 2x and 3s + 2x */
static void three_less(struct pl_fp2 *r, const struct pl_fp2 *s,
		       const struct pl_fp2 *x)
{
	struct pl_fp2 t;

	pl_fp2_sub(&t, s, x);
	pl_fp2_double(&t, &t);
	pl_fp2_add(r, &t, s);
}

static void three_more(struct pl_fp2 *r, const struct pl_fp2 *s,
		       const struct pl_fp2 *x)
{
	struct pl_fp2 t;

	pl_fp2_add(&t, s, x);
	pl_fp2_double(&t, &t);
	pl_fp2_add(r, &t, s);
}

void pl_fp12_sqr_cyclotomic(struct pl_fp12 *r, const struct pl_fp12 *a)
{
	const struct pl_fp2 *x = a->c[0].c, *y = a->c[1].c;
	struct pl_fp2 s[3], t[3], u;

	fp4_sqr(&s[0], &t[0], &x[0], &y[1]);
	fp4_sqr(&s[1], &t[1], &y[0], &x[2]);
	fp4_sqr(&s[2], &t[2], &x[1], &y[2]);
	pl_fp2_mul_xi(&u, &t[2]);
	three_less(&r->c[0].c[0], &s[0], &x[0]);
	three_less(&r->c[0].c[1], &s[1], &x[1]);
	three_less(&r->c[0].c[2], &s[2], &x[2]);
	three_more(&r->c[1].c[0], &u, &y[0]);
	three_more(&r->c[1].c[1], &t[0], &y[1]);
	three_more(&r->c[1].c[2], &t[1], &y[2]);
}
