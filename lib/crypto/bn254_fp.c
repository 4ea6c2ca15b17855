/* Fp and Fp2.  p is below 2^254: sums of two numbers stay in four words, and
 * products of two such sums in eight, so a product in Fp2 is reduced once a
 * part instead of once a multiplication. */
#include "crypto/bn254_field.h"

#define N0 0x87d20782e4866389u /* -1/p modulo 2^64 */

static const uint64_t modulus[4] = { PL_FP_P0, PL_FP_P1, PL_FP_P2, PL_FP_P3 };

const struct pl_fp pl_fp_one = { { 0xd35d438dc58f0d9d, 0x0a78eb28f5c70b3d,
				   0x666ea36f7879462c, 0x0e0a77c19a07df2f } };

/* 2^512 modulo p */
static const struct pl_fp square_of_r = {
	{ 0xf32cfc5b538afa89, 0xb5e71911d44501fb, 0x47ab1eff0a417ff6,
	  0x06d89f71cab8351f }
};

/* ---------------------------------------------------------- eight words */

/* a + b·c + carry, which fits two words; the upper one is the next carry. */
static inline uint64_t mac(uint64_t *carry, uint64_t a, uint64_t b, uint64_t c)
{
	pl_fp_wide t = (pl_fp_wide)b * c + a + *carry;

	*carry = (uint64_t)(t >> 64);
	return (uint64_t)t;
}

static inline void mul_row(uint64_t t[5], const uint64_t a[4], uint64_t b)
{
	uint64_t carry = 0;

	t[0] = mac(&carry, t[0], a[0], b);
	t[1] = mac(&carry, t[1], a[1], b);
	t[2] = mac(&carry, t[2], a[2], b);
	t[3] = mac(&carry, t[3], a[3], b);
	t[4] = carry;
}

static inline void mul_wide(uint64_t t[8], const uint64_t a[4],
			    const uint64_t b[4])
{
	t[0] = t[1] = t[2] = t[3] = 0;
	mul_row(t, a, b[0]);
	mul_row(t + 1, a, b[1]);
	mul_row(t + 2, a, b[2]);
	mul_row(t + 3, a, b[3]);
}

/* One word of Montgomery's reduction; *carry is between the rows. */
static inline void reduce_row(uint64_t t[5], uint64_t *carry)
{
	uint64_t m = t[0] * N0, c = 0;

	(void)mac(&c, t[0], m, PL_FP_P0);
	t[1] = mac(&c, t[1], m, PL_FP_P1);
	t[2] = mac(&c, t[2], m, PL_FP_P2);
	t[3] = mac(&c, t[3], m, PL_FP_P3);
	t[4] = pl_fp_adc(carry, t[4], c);
}

/* t / 2^256 modulo p, for t below 2^256·p. */
static inline void reduce(struct pl_fp *r, uint64_t t[8])
{
	uint64_t carry = 0;

	reduce_row(t, &carry);
	reduce_row(t + 1, &carry);
	reduce_row(t + 2, &carry);
	reduce_row(t + 3, &carry);
	pl_fp_settle(r, t + 4);
}

static inline uint64_t sub_wide(uint64_t t[8], const uint64_t a[8],
				const uint64_t b[8])
{
	uint64_t borrow = 0;

	for (unsigned i = 0; i < 8; i++)
		t[i] = pl_fp_sbb(&borrow, a[i], b[i]);
	return borrow;
}

/* ------------------------------------------------------------------- Fp */

static inline void mul(struct pl_fp *r, const uint64_t a[4],
		       const uint64_t b[4])
{
	uint64_t t[8];

	mul_wide(t, a, b);
	reduce(r, t);
}

void pl_fp_mul(struct pl_fp *r, const struct pl_fp *a, const struct pl_fp *b)
{
	mul(r, a->w, b->w);
}

void pl_fp_sqr(struct pl_fp *r, const struct pl_fp *a)
{
	mul(r, a->w, a->w);
}

void pl_fp_half(struct pl_fp *r, const struct pl_fp *a)
{
	uint64_t mask = 0 - (a->w[0] & 1), carry = 0, s[4];

	for (unsigned i = 0; i < 4; i++)
		s[i] = pl_fp_adc(&carry, a->w[i], modulus[i] & mask);
	for (unsigned i = 0; i < 3; i++)
		r->w[i] = s[i] >> 1 | s[i + 1] << 63;
	r->w[3] = s[3] >> 1;
}

/* a^(p - 2) */
void pl_fp_inv(struct pl_fp *r, const struct pl_fp *a)
{
	struct pl_fp x = *a, y = pl_fp_one;

	for (unsigned i = 254; i-- > 0;) {
		uint64_t word = i < 64 ? modulus[0] - 2 : modulus[i / 64];

		pl_fp_sqr(&y, &y);
		if (word >> (i % 64) & 1)
			pl_fp_mul(&y, &y, &x);
	}
	*r = y;
}

bool pl_fp_read(struct pl_fp *r, const uint8_t in[32])
{
	uint64_t borrow = 0, w[4] = { 0 };

	for (unsigned i = 0; i < 32; i++)
		w[3 - i / 8] = w[3 - i / 8] << 8 | in[i];
	for (unsigned i = 0; i < 4; i++)
		(void)pl_fp_sbb(&borrow, w[i], modulus[i]);
	if (!borrow)
		return false;
	mul(r, w, square_of_r.w);
	return true;
}

void pl_fp_write(uint8_t out[32], const struct pl_fp *a)
{
	uint64_t t[8] = { a->w[0], a->w[1], a->w[2], a->w[3] };
	struct pl_fp plain;

	reduce(&plain, t);
	for (unsigned i = 0; i < 32; i++)
		out[i] = (uint8_t)(plain.w[3 - i / 8] >> (8 * (7 - i % 8)));
}

/* ------------------------------------------------------------------ Fp2 */

const struct pl_fp2 pl_fp2_one = { { { { 0xd35d438dc58f0d9d, 0x0a78eb28f5c70b3d,
					 0x666ea36f7879462c,
					 0x0e0a77c19a07df2f } } } };

void pl_fp2_mul(struct pl_fp2 *r, const struct pl_fp2 *a,
		const struct pl_fp2 *b)
{
	uint64_t x[8], y[8], z[8], sa[4], sb[4], carry = 0, mask;

	pl_fp_add_raw(sa, &a->c[0], &a->c[1]);
	pl_fp_add_raw(sb, &b->c[0], &b->c[1]);
	mul_wide(z, sa, sb);
	mul_wide(x, a->c[0].w, b->c[0].w);
	mul_wide(y, a->c[1].w, b->c[1].w);
	(void)sub_wide(z, z, x);
	(void)sub_wide(z, z, y);
	/* a0·b0 - a1·b1, which 2^256·p lifts above zero */
	mask = 0 - sub_wide(x, x, y);
	for (unsigned i = 0; i < 4; i++)
		x[4 + i] = pl_fp_adc(&carry, x[4 + i], modulus[i] & mask);
	reduce(&r->c[0], x);
	reduce(&r->c[1], z);
}

void pl_fp2_sqr(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	uint64_t sum[4], twice[4];
	struct pl_fp difference;

	pl_fp_add_raw(sum, &a->c[0], &a->c[1]);
	pl_fp_sub(&difference, &a->c[0], &a->c[1]);
	pl_fp_add_raw(twice, &a->c[0], &a->c[0]);
	mul(&r->c[1], twice, a->c[1].w);
	mul(&r->c[0], sum, difference.w);
}

void pl_fp2_mul_fp(struct pl_fp2 *r, const struct pl_fp2 *a,
		   const struct pl_fp *b)
{
	mul(&r->c[0], a->c[0].w, b->w);
	mul(&r->c[1], a->c[1].w, b->w);
}

/* (9 + i)(c0 + c1·i) */
void pl_fp2_mul_xi(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	struct pl_fp2 t = *a;

	for (unsigned i = 0; i < 3; i++)
		pl_fp2_double(&t, &t);
	pl_fp2_add(&t, &t, a);
	pl_fp_sub(&t.c[0], &t.c[0], &a->c[1]);
	pl_fp_add(&t.c[1], &t.c[1], &a->c[0]);
	*r = t;
}

void pl_fp2_half(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	pl_fp_half(&r->c[0], &a->c[0]);
	pl_fp_half(&r->c[1], &a->c[1]);
}

/* The conjugate over the norm */
void pl_fp2_inv(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	struct pl_fp s, t;

	pl_fp_sqr(&s, &a->c[0]);
	pl_fp_sqr(&t, &a->c[1]);
	pl_fp_add(&s, &s, &t);
	pl_fp_inv(&s, &s);
	pl_fp2_conj(r, a);
	pl_fp2_mul_fp(r, r, &s);
}
