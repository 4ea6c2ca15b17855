/* Multiples on BN254's curve.  (x, y) → (βx, y) multiplies by λ, whose cube is
 * one modulo r; so a factor falls into two of half its length, whose doublings
 * are shared (Gallant, Lambert, Vanstone: Faster point multiplication on
 * elliptic curves with efficient endomorphisms). */
#include "crypto/bn254.h"
#include "crypto/bn254_g1.h"

#define DIGITS 128 /* of a half; they are below 2^127 */
#define ODD 4      /* multiples kept: by 1, 3, 5 and 7 */

/* X/Z², Y/Z³; Z is zero at infinity. */
struct jacobian {
	struct pl_fp x, y, z;
};

/* A sum of powers of two times digits that are 0 or odd and between -8 and
 * 8; of four that follow each other one at most is not 0. */
struct digits {
	int8_t d[DIGITS];
};

/* -------------------------------------------------------------- formulas */

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

/* ---------------------------------------------------------------- halves */

static const uint64_t order[4] = { 0x43e1f593f0000001, 0x2833e84879b97091,
				   0xb85045b68181585d, 0x30644e72e131a029 };

/* A cube root of one in Fp; the one modulo r that goes with it is λ = 36u³ +
 * 18u² + 6u + 1, u being the curve's. */
static const struct pl_fp beta = { { 0x71930c11d782e155, 0xa6bb947cffbe3323,
				     0xaa303344d4741444, 0x2c3b3f0d26594943 } };

/* r divides A + Sλ and S - Bλ: A = 6u² + 4u + 1, B = 6u² + 2u, S = 2u + 1 */
#define WIDE(high, low) ((pl_fp_wide)(high) << 64 | (low))
#define A WIDE(0x6f4d8248eeb859fd, 0x0be4e1541221250b)
#define B WIDE(0x6f4d8248eeb859fc, 0x8211bbeb7d4f1128)
#define S ((pl_fp_wide)0x89d3256894d213e3)

/* 2^256·B/r and 2^256·S/r, rounded */
static const uint64_t b_over_r[3] = { 0x7a7bd9d4391eb18e, 0x4ccef014a773d2cf,
				      2 };
static const uint64_t s_over_r[3] = { 0xd91d232ec7e0b3d7, 2, 0 };

static bool below(const uint64_t a[4], const uint64_t b[4])
{
	uint64_t borrow = 0;

	for (unsigned i = 0; i < 4; i++)
		(void)pl_fp_sbb(&borrow, a[i], b[i]);
	return borrow;
}

/* 32 big-endian bytes modulo r, which goes five times into 2^256. */
static void scalar(uint64_t k[4], const uint8_t in[32])
{
	memset(k, 0, 32);
	for (unsigned i = 0; i < 32; i++)
		k[3 - i / 8] = k[3 - i / 8] << 8 | in[i];
	while (!below(k, order)) {
		uint64_t borrow = 0;

		for (unsigned i = 0; i < 4; i++)
			k[i] = pl_fp_sbb(&borrow, k[i], order[i]);
	}
}

/* k·m / 2^256, which is below 2^128 */
static pl_fp_wide upper(const uint64_t k[4], const uint64_t m[3])
{
	uint64_t t[7] = { 0 };

	for (unsigned i = 0; i < 3; i++) {
		uint64_t carry = 0;

		for (unsigned j = 0; j < 4; j++) {
			pl_fp_wide x = (pl_fp_wide)k[j] * m[i] + t[i + j];

			x += carry;
			t[i + j] = (uint64_t)x;
			carry = (uint64_t)(x >> 64);
		}
		t[i + 4] = carry;
	}
	return WIDE(t[5], t[4]);
}

/* Two's complement of 128 bits into digits. */
static void recode(struct digits *out, pl_fp_wide n)
{
	const bool negative = n >> 127;

	memset(out, 0, sizeof(*out));
	if (negative)
		n = 0 - n;
	for (unsigned i = 0; n; i++, n >>= 1) {
		int d = (int)(n & 15);

		if (!(d & 1))
			continue;
		n -= (unsigned)d;
		if (d & 8) {
			n += 16;
			d -= 16;
		}
		out->d[i] = (int8_t)(negative ? -d : d);
	}
}

/* k = first + second·λ modulo r, both below 2^127 but for the sign: (k, 0)
 * less the vector of (A, S) and (S, -B) that is next to it. */
static void split(struct digits *first, struct digits *second,
		  const uint64_t k[4])
{
	pl_fp_wide a = upper(k, b_over_r), s = upper(k, s_over_r);

	recode(first, WIDE(k[1], k[0]) - a * A - s * S);
	recode(second, s * B - a * S);
}

/* -------------------------------------------------------------- multiple */

static void to_affine(struct pl_bn_g1 *r, const struct jacobian *p,
		      const struct pl_fp *inverse)
{
	struct pl_fp t;

	pl_fp_sqr(&t, inverse);
	pl_fp_mul(&r->x, &p->x, &t);
	pl_fp_mul(&t, &t, inverse);
	pl_fp_mul(&r->y, &p->y, &t);
}

/* 1, 3, 5 and 7 times p.  With D = 2p of Jacobian X, Y, Z the curve y² = x³ +
 * 3·Z^6 has D at (X, Y) and p at (x·Z², y·Z³): adding D is cheap there, and a
 * point comes back with its Z times D's. */
static void odd_multiples(struct pl_bn_g1 out[ODD], const struct pl_bn_g1 *p)
{
	struct jacobian m[ODD] = { { p->x, p->y, pl_fp_one } }, two;
	struct pl_fp product[ODD], inverse, t;
	struct pl_bn_g1 d;

	twice(&two, &m[0]);
	d = (struct pl_bn_g1){ two.x, two.y };
	pl_fp_sqr(&t, &two.z);
	pl_fp_mul(&m[0].x, &p->x, &t);
	pl_fp_mul(&t, &t, &two.z);
	pl_fp_mul(&m[0].y, &p->y, &t);
	for (unsigned i = 1; i < ODD; i++)
		add_affine(&m[i], &m[i - 1], &d);
	product[0] = pl_fp_one;
	for (unsigned i = 1; i < ODD; i++) {
		pl_fp_mul(&m[i].z, &m[i].z, &two.z);
		pl_fp_mul(&product[i], &product[i - 1], &m[i].z);
	}
	/* one inversion for all: the product's, undone from behind */
	pl_fp_inv(&inverse, &product[ODD - 1]);
	for (unsigned i = ODD - 1; i > 0; i--) {
		pl_fp_mul(&t, &inverse, &product[i - 1]);
		to_affine(&out[i], &m[i], &t);
		pl_fp_mul(&inverse, &inverse, &m[i].z);
	}
	out[0] = *p;
}

static void add_digit(struct jacobian *sum, const struct pl_bn_g1 odd[ODD],
		      int digit)
{
	struct pl_bn_g1 q;

	if (!digit)
		return;
	q = odd[(digit < 0 ? -digit : digit) / 2];
	if (digit < 0)
		pl_fp_neg(&q.y, &q.y);
	add_affine(sum, sum, &q);
}

static void multiply(struct pl_bn_g1 *r, const struct pl_bn_g1 *p,
		     const uint64_t k[4])
{
	struct pl_bn_g1 odd[ODD], turned[ODD];
	struct digits first, second;
	struct jacobian sum = { 0 };
	struct pl_fp inverse;

	odd_multiples(odd, p);
	for (unsigned i = 0; i < ODD; i++) {
		pl_fp_mul(&turned[i].x, &odd[i].x, &beta);
		turned[i].y = odd[i].y;
	}
	split(&first, &second, k);
	for (unsigned i = DIGITS; i-- > 0;) {
		twice(&sum, &sum);
		add_digit(&sum, odd, first.d[i]);
		add_digit(&sum, turned, second.d[i]);
	}
	pl_fp_inv(&inverse, &sum.z); /* at infinity 0, which gives (0, 0) */
	to_affine(r, &sum, &inverse);
}

enum pl_rc pl_bn_mul(uint8_t out[PL_BN_G1], const uint8_t point[PL_BN_G1],
		     const uint8_t factor[32], struct pl_err *e)
{
	struct pl_bn_g1 p;
	uint64_t k[4];

	PL_TRY(pl_bn_g1_read(&p, point, e));
	scalar(k, factor);
	if (!pl_bn_g1_is_inf(&p))
		multiply(&p, &p, k);
	pl_bn_g1_write(out, &p);
	return PL_OK;
}
