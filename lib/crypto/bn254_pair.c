/* The optimal ate pairing on BN254 (Vercauteren: Optimal pairings): Miller's
 * function of (6u + 2)Q, two lines more, and the final power.  The twist is
 * y² = x³ + 3/ξ; (x, y) of it stands for (x·w², y·w³). */
#include "crypto/bn254.h"
#include "crypto/bn254_g1.h"

#define CHUNK 16 /* pairs that share the squarings of one loop */

struct g2 {
	struct pl_fp2 x, y; /* both zero: at infinity */
};

/* X/Z, Y/Z */
struct projective {
	struct pl_fp2 x, y, z;
};

/* u = 4965661367192848881 of the curve's polynomials p(u), r(u) and 6u + 2,
 * one signed bit a step from the second highest on. */
static const char digits_u[] =
	"000+0+00-0+0+0-00+0+0-0-0-0+000+00+0+0+0-0+00+0000+0+0000-000+";
static const char digits_loop[] =
	"0-0+000-0-000-0+0-00-00000+00-0+00-0000-0+000-0-00+000-00-0+0+000";

/* 3/ξ */
static const struct pl_fp2 twist_b = {
	{ { { 0x3bf938e377b802a8, 0x020b1b273633535d, 0x26b7edf049755260,
	      0x2514c6324384a86d } },
	  { { 0x38e7ecccd1dcff67, 0x65f0b37d93ce0d3e, 0xd749d0dd22ac00aa,
	      0x0141b9ce4a688d4d } } }
};

/* ----------------------------------------------------------------- twist */

static bool g2_is_inf(const struct g2 *q)
{
	return pl_fp2_is_zero(&q->x) && pl_fp2_is_zero(&q->y);
}

/* The frobenius map of the curve, seen on the twist */
static void psi(struct g2 *r, const struct g2 *q)
{
	pl_fp2_conj(&r->x, &q->x);
	pl_fp2_mul(&r->x, &r->x, &pl_fp2_frob[2]);
	pl_fp2_conj(&r->y, &q->y);
	pl_fp2_mul(&r->y, &r->y, &pl_fp2_frob[3]);
}

/* T becomes 2T, and l the tangent there without P's share: l[0]·y + l[1]·x·w
 * + l[2]·w³ (Costello, Lange, Naehrig: Faster pairing computations on curves
 * with high-degree twists). */
static void twice(struct pl_fp2 l[3], struct projective *t)
{
	struct pl_fp2 a, b, c, e, f, g, h;

	pl_fp2_mul(&a, &t->x, &t->y);
	pl_fp2_half(&a, &a);
	pl_fp2_sqr(&b, &t->y);
	pl_fp2_sqr(&c, &t->z);
	pl_fp2_double(&e, &c);
	pl_fp2_add(&e, &e, &c);
	pl_fp2_mul(&e, &e, &twist_b);
	pl_fp2_double(&f, &e);
	pl_fp2_add(&f, &f, &e);
	pl_fp2_add(&g, &b, &f);
	pl_fp2_half(&g, &g);
	pl_fp2_add(&h, &t->y, &t->z);
	pl_fp2_sqr(&h, &h);
	pl_fp2_sub(&h, &h, &b);
	pl_fp2_sub(&h, &h, &c);
	pl_fp2_sub(&l[2], &e, &b);
	pl_fp2_sqr(&c, &t->x);
	pl_fp2_double(&l[1], &c);
	pl_fp2_add(&l[1], &l[1], &c);
	pl_fp2_neg(&l[0], &h);
	pl_fp2_sub(&c, &b, &f);
	pl_fp2_mul(&t->x, &a, &c);
	pl_fp2_sqr(&e, &e);
	pl_fp2_double(&c, &e);
	pl_fp2_add(&c, &c, &e);
	pl_fp2_sqr(&g, &g);
	pl_fp2_sub(&t->y, &g, &c);
	pl_fp2_mul(&t->z, &b, &h);
}

/* T becomes T + Q, and l the line through both.  Neither is at infinity, and
 * they are not each other's negatives nor equal. */
static void plus(struct pl_fp2 l[3], struct projective *t, const struct g2 *q)
{
	struct pl_fp2 s, v, d, f, g, h;

	pl_fp2_mul(&s, &q->y, &t->z);
	pl_fp2_sub(&s, &t->y, &s);
	pl_fp2_mul(&v, &q->x, &t->z);
	pl_fp2_sub(&v, &t->x, &v);
	pl_fp2_sqr(&d, &v);
	pl_fp2_mul(&g, &t->x, &d);
	pl_fp2_mul(&d, &d, &v);
	pl_fp2_sqr(&f, &s);
	pl_fp2_mul(&f, &f, &t->z);
	pl_fp2_add(&h, &d, &f);
	pl_fp2_sub(&h, &h, &g);
	pl_fp2_sub(&h, &h, &g);
	pl_fp2_mul(&t->x, &v, &h);
	pl_fp2_sub(&g, &g, &h);
	pl_fp2_mul(&g, &g, &s);
	pl_fp2_mul(&f, &d, &t->y);
	pl_fp2_sub(&t->y, &g, &f);
	pl_fp2_mul(&t->z, &t->z, &d);
	l[0] = v;
	pl_fp2_neg(&l[1], &s);
	pl_fp2_mul(&g, &s, &q->x);
	pl_fp2_mul(&f, &v, &q->y);
	pl_fp2_sub(&l[2], &g, &f);
}

/* ----------------------------------------------------------- Miller loop */

struct pair {
	struct pl_bn_g1 p;
	struct g2 q;
	struct projective t;
	bool one; /* P is at infinity: only Q is looked at */
};

struct work {
	struct pair pairs[CHUNK];
	size_t n;
	struct pl_fp12 product;
};

/* The line at P, times f. */
static void multiply(struct pl_fp12 *f, struct pl_fp2 l[3],
		     const struct pair *p)
{
	if (p->one)
		return;
	pl_fp2_mul_fp(&l[0], &l[0], &p->p.y);
	pl_fp2_mul_fp(&l[1], &l[1], &p->p.x);
	pl_fp12_mul_line(f, f, l);
}

static void step(struct pl_fp12 *f, struct pair *p, char digit)
{
	struct pl_fp2 l[3];
	struct g2 q = p->q;

	twice(l, &p->t);
	multiply(f, l, p);
	if (digit == '0')
		return;
	if (digit == '-')
		pl_fp2_neg(&q.y, &q.y);
	plus(l, &p->t, &q);
	multiply(f, l, p);
}

/* SPEC EIP-197 encoding: Q is of the subgroup of order r
 *
 * There psi multiplies by p, and r divides 6u + 2 + p - p² + p³.  Among the
 * twist's r(2p - r) points no others fulfil (6u + 2)Q + psi(Q) - psi²(Q) =
 * -psi³(Q): with s = 6u + 2, t = 6u² + 1 and psi² = t·psi - p the norm of s +
 * psi - psi² + psi³ and r(2p - r) have r as their greatest common divisor.  T
 * is the left side.  A sum that plus() does not know leaves Z = 0, and only
 * points of other orders come to one. */
static bool in_subgroup(const struct projective *t, const struct g2 *psi3)
{
	struct pl_fp2 x, y;

	pl_fp2_mul(&x, &psi3->x, &t->z);
	pl_fp2_mul(&y, &psi3->y, &t->z);
	pl_fp2_neg(&y, &y);
	return !pl_fp2_is_zero(&t->z) && pl_fp2_equal(&x, &t->x) &&
	       pl_fp2_equal(&y, &t->y);
}

/* The lines to psi(Q) and -psi²(Q); false where Q is out of the subgroup. */
static bool last_steps(struct pl_fp12 *f, struct pair *p)
{
	struct pl_fp2 l[3];
	struct g2 q;

	psi(&q, &p->q);
	plus(l, &p->t, &q);
	multiply(f, l, p);
	psi(&q, &q);
	pl_fp2_neg(&q.y, &q.y);
	plus(l, &p->t, &q);
	multiply(f, l, p);
	pl_fp2_neg(&q.y, &q.y);
	psi(&q, &q);
	return in_subgroup(&p->t, &q);
}

/* Multiply the pairs gathered into the product. */
static enum pl_rc miller(struct work *w, struct pl_err *e)
{
	struct pl_fp12 f = pl_fp12_one;

	for (const char *d = digits_loop; *d; d++) {
		pl_fp12_sqr(&f, &f);
		for (size_t i = 0; i < w->n; i++)
			step(&f, &w->pairs[i], *d);
	}
	for (size_t i = 0; i < w->n; i++)
		if (!last_steps(&f, &w->pairs[i]))
			return pl_fail(e, PL_EFORMAT,
				       "BN254: outside the subgroup of order "
				       "r");
	pl_fp12_mul(&w->product, &w->product, &f);
	w->n = 0;
	return PL_OK;
}

/* ----------------------------------------------------------- final power */

/* f^u, for what the easy part leaves: its conjugate is its inverse. */
static void power_u(struct pl_fp12 *r, const struct pl_fp12 *f)
{
	struct pl_fp12 inverse, x = *f;

	pl_fp12_conj(&inverse, f);
	for (const char *d = digits_u; *d; d++) {
		pl_fp12_sqr_cyclotomic(&x, &x);
		if (*d != '0')
			pl_fp12_mul(&x, &x, *d == '+' ? f : &inverse);
	}
	*r = x;
}

/* f^((p^6 - 1)(p² + 1)) */
static void easy_part(struct pl_fp12 *f)
{
	struct pl_fp12 t;

	pl_fp12_inv(&t, f);
	pl_fp12_conj(f, f);
	pl_fp12_mul(f, f, &t);
	pl_fp12_frob2(&t, f);
	pl_fp12_mul(f, f, &t);
}

/* A multiple of (p⁴ - p² + 1)/r that r does not divide (Fuentes-Castañeda,
 * Knapp, Rodríguez-Henríquez: Faster hashing to G2):
 * 1 + 6u + 12u² + 12u³ + (4u + 6u² + 12u³)·p + (6u + 6u² + 12u³)·p²
 * + (-1 + 4u + 6u² + 12u³)·p³ */
static void hard_part(struct pl_fp12 *f)
{
	struct pl_fp12 two, six, squares, a, b, t;

	power_u(&two, f);
	pl_fp12_sqr_cyclotomic(&two, &two);
	pl_fp12_sqr_cyclotomic(&six, &two);
	pl_fp12_mul(&six, &six, &two);
	power_u(&squares, &six);
	pl_fp12_sqr_cyclotomic(&a, &squares);
	power_u(&a, &a);
	pl_fp12_mul(&a, &a, &squares);
	pl_fp12_mul(&a, &a, &six); /* 6u + 6u² + 12u³ */
	pl_fp12_conj(&two, &two);
	pl_fp12_mul(&b, &a, &two); /* 4u + 6u² + 12u³ */
	pl_fp12_conj(&t, f);
	pl_fp12_mul(&t, &t, &b);
	pl_fp12_frob(&t, &t);
	pl_fp12_mul(&t, &t, &a);
	pl_fp12_frob(&t, &t);
	pl_fp12_mul(&t, &t, &b);
	pl_fp12_frob(&t, &t);
	pl_fp12_mul(&t, &t, &squares);
	pl_fp12_mul(&t, &t, &a);
	pl_fp12_mul(f, &t, f);
}

/* --------------------------------------------------------------- pairing */

/* In Fp2 the number without i stands second. */
static bool fp2_read(struct pl_fp2 *out, const uint8_t in[64])
{
	return pl_fp_read(&out->c[1], in) && pl_fp_read(&out->c[0], in + 32);
}

/* On the twist; of which subgroup, the loop finds out. */
static enum pl_rc g2_read(struct g2 *out, const uint8_t in[PL_BN_G2],
			  struct pl_err *e)
{
	struct pl_fp2 s, t;

	if (!fp2_read(&out->x, in) || !fp2_read(&out->y, in + 64))
		return pl_bn_no_element(e);
	if (g2_is_inf(out))
		return PL_OK;
	pl_fp2_sqr(&s, &out->x);
	pl_fp2_mul(&s, &s, &out->x);
	pl_fp2_add(&s, &s, &twist_b);
	pl_fp2_sqr(&t, &out->y);
	return pl_fp2_equal(&s, &t) ? PL_OK : pl_bn_no_point(e);
}

/* Take a pair in; one whose Q is at infinity counts nothing. */
static enum pl_rc gather(struct work *w, const uint8_t in[PL_BN_PAIR],
			 struct pl_err *e)
{
	struct pair *p = &w->pairs[w->n];

	PL_TRY(pl_bn_g1_read(&p->p, in, e));
	PL_TRY(g2_read(&p->q, in + PL_BN_G1, e));
	if (g2_is_inf(&p->q))
		return PL_OK;
	p->one = pl_bn_g1_is_inf(&p->p);
	p->t = (struct projective){ p->q.x, p->q.y, pl_fp2_one };
	return ++w->n == CHUNK ? miller(w, e) : PL_OK;
}

enum pl_rc pl_bn_pairing(const uint8_t *pairs, size_t n, struct pl_err *e)
{
	struct work w = { .product = pl_fp12_one };

	for (size_t i = 0; i < n; i++)
		PL_TRY(gather(&w, pairs + i * PL_BN_PAIR, e));
	if (w.n)
		PL_TRY(miller(&w, e));
	if (pl_fp12_is_one(&w.product))
		return PL_OK;
	easy_part(&w.product);
	hard_part(&w.product);
	if (!pl_fp12_is_one(&w.product))
		return pl_fail(e, PL_EPROOF,
			       "BN254: the pairings' product is not one");
	return PL_OK;
}
