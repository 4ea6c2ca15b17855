/* Fp and Fp2.  p is below 2^254: sums of two numbers stay in four words, and
 * products of two such sums in eight, so a product in Fp2 is reduced once a
 * part instead of once a multiplication. */
#include "crypto/bn254_field.h"

#define N0 0x87d20782e4866389u /* -1/p modulo 2^64 */

__extension__ typedef __int128 wide_signed;

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

	t[0] = pl_fp_sbb(&borrow, a[0], b[0]);
	t[1] = pl_fp_sbb(&borrow, a[1], b[1]);
	t[2] = pl_fp_sbb(&borrow, a[2], b[2]);
	t[3] = pl_fp_sbb(&borrow, a[3], b[3]);
	t[4] = pl_fp_sbb(&borrow, a[4], b[4]);
	t[5] = pl_fp_sbb(&borrow, a[5], b[5]);
	t[6] = pl_fp_sbb(&borrow, a[6], b[6]);
	t[7] = pl_fp_sbb(&borrow, a[7], b[7]);
	return borrow;
}

/* ------------------------------------------------------------------- Fp */

/* One word of b: its row and the reduction's beside each other.  The words
 * stay below 3p, so nothing is carried out of the fourth. */
static inline void mul_word(uint64_t t[4], const uint64_t a[4], uint64_t b)
{
	uint64_t row = 0, c = 0, m;

	t[0] = mac(&row, t[0], a[0], b);
	m = t[0] * N0;
	(void)mac(&c, t[0], m, PL_FP_P0);
	t[1] = mac(&row, t[1], a[1], b);
	t[0] = mac(&c, t[1], m, PL_FP_P1);
	t[2] = mac(&row, t[2], a[2], b);
	t[1] = mac(&c, t[2], m, PL_FP_P2);
	t[3] = mac(&row, t[3], a[3], b);
	t[2] = mac(&c, t[3], m, PL_FP_P3);
	t[3] = c + row;
}

/* a and b below 2p */
static inline void mul(struct pl_fp *r, const uint64_t a[4],
		       const uint64_t b[4])
{
	uint64_t t[4] = { 0 };

	mul_word(t, a, b[0]);
	mul_word(t, a, b[1]);
	mul_word(t, a, b[2]);
	mul_word(t, a, b[3]);
	pl_fp_settle(r, t);
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

/* ------------------------------------------------------------- inversion */

#define ROUND 31 /* steps whose factors fit 32 bits */

/* The greatest common divisor in its binary form, on approximations that are
 * right in their lowest 31 and highest 33 bits (Pornin: Optimized binary GCD
 * for modular inversion).  a = x·u/c and b = x·v/c modulo p hold at every
 * round's end. */
struct gcd {
	uint64_t a[4], b[4]; /* b is odd */
	struct pl_fp u, v;
};

/* What a round multiplies by: a = (a·f + b·g) / 2^31 */
struct factors {
	int64_t f[2], g[2];
};

/* The four words as one of 64 bits, given the longer one's length. */
static uint64_t approximate(const uint64_t w[4], unsigned top)
{
	uint64_t high;

	if (!top)
		return w[0];
	high = w[top / 64] << (63 - top % 64);
	if (top % 64 != 63)
		high |= w[top / 64 - 1] >> (top % 64 + 1);
	return (high >> ROUND) << ROUND | (w[0] & ((1u << ROUND) - 1));
}

/* Number of the highest bit of both; 0 where it is below 64. */
static unsigned top_bit(const struct gcd *s)
{
	for (unsigned i = 3; i > 0; i--) {
		uint64_t w = s->a[i] | s->b[i];

		if (w)
			return 64 * i + 63 - (unsigned)__builtin_clzll(w);
	}
	return 0;
}

/* Swaps and differences without a branch: which way it goes is a coin's
 * toss each time. */
static void run_round(struct factors *k, uint64_t a, uint64_t b)
{
	/* f in the lower half, g in the upper: both within ±2^31 */
	uint64_t x = 1, y = (uint64_t)1 << 32;

	for (unsigned i = 0; i < ROUND; i++) {
		uint64_t odd = 0 - (a & 1);
		uint64_t swap = odd & (0 - (uint64_t)(a < b));
		uint64_t t = (a ^ b) & swap, z = (x ^ y) & swap;

		a ^= t;
		b ^= t;
		x ^= z;
		y ^= z;
		a = (a - (b & odd)) >> 1;
		x -= y & odd;
		y += y;
	}
	/* 2^31 is added so that both halves stand without a borrow */
	x += 0x7fffffff7fffffff;
	y += 0x7fffffff7fffffff;
	k->f[0] = (int64_t)(x & UINT32_MAX) - 0x7fffffff;
	k->g[0] = (int64_t)(x >> 32) - 0x7fffffff;
	k->f[1] = (int64_t)(y & UINT32_MAX) - 0x7fffffff;
	k->g[1] = (int64_t)(y >> 32) - 0x7fffffff;
}

/* (x·f + y·g + q·p) / 2^31 for the q that makes it whole: five words, of
 * which the highest, negative or not, is returned. */
static int64_t combine(uint64_t out[4], const uint64_t x[4],
		       const uint64_t y[4], int64_t f, int64_t g, bool with_p)
{
	wide_signed t = 0;
	uint64_t low = x[0] * (uint64_t)f + y[0] * (uint64_t)g;
	uint64_t q = with_p ? low * N0 & ((1u << ROUND) - 1) : 0, last = 0;

	for (unsigned i = 0; i < 4; i++) {
		t += (wide_signed)x[i] * f + (wide_signed)y[i] * g +
		     (wide_signed)modulus[i] * (int64_t)q;
		if (i)
			out[i - 1] = last >> ROUND | (uint64_t)t
							     << (64 - ROUND);
		last = (uint64_t)t;
		t >>= 64;
	}
	out[3] = last >> ROUND | (uint64_t)t << (64 - ROUND);
	return (int64_t)(t >> ROUND);
}

/* The next a or b, which is made positive, and its factor of x. */
static void next_pair(uint64_t w[4], struct pl_fp *cofactor,
		      const struct gcd *s, int64_t f, int64_t g)
{
	uint64_t sum[4] = { 0 }, carry = 1, flip;
	int64_t top = combine(w, s->a, s->b, f, g, false);

	if (top < 0) {
		for (unsigned i = 0; i < 4; i++)
			w[i] = pl_fp_adc(&carry, ~w[i], 0);
		f = -f;
		g = -g;
	}
	/* above -p and below 2p */
	flip = 0 - (uint64_t)(combine(sum, s->u.w, s->v.w, f, g, true) < 0);
	carry = 0;
	for (unsigned i = 0; i < 4; i++)
		sum[i] = pl_fp_adc(&carry, sum[i], modulus[i] & flip);
	pl_fp_settle(cofactor, sum);
}

/* 17 rounds bring every a to nothing; b, which is one then, is x times v. */
void pl_fp_inv(struct pl_fp *r, const struct pl_fp *x)
{
	struct gcd s = { .u = square_of_r }, t;

	memcpy(s.a, x->w, sizeof(s.a));
	memcpy(s.b, modulus, sizeof(s.b));
	while (s.a[0] | s.a[1] | s.a[2] | s.a[3]) {
		unsigned top = top_bit(&s);
		struct factors k;

		run_round(&k, approximate(s.a, top), approximate(s.b, top));
		next_pair(t.a, &t.u, &s, k.f[0], k.g[0]);
		next_pair(t.b, &t.v, &s, k.f[1], k.g[1]);
		s = t;
	}
	*r = s.v;
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
	x[4] = pl_fp_adc(&carry, x[4], PL_FP_P0 & mask);
	x[5] = pl_fp_adc(&carry, x[5], PL_FP_P1 & mask);
	x[6] = pl_fp_adc(&carry, x[6], PL_FP_P2 & mask);
	x[7] = pl_fp_adc(&carry, x[7], PL_FP_P3 & mask);
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
