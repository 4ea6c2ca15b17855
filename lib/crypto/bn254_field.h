/* Within crypto/: the fields under BN254.  Fp of 254 bits in Montgomery's
 * form; Fp2 = Fp[i]/(i² + 1), Fp6 = Fp2[v]/(v³ - ξ) with ξ = 9 + i, Fp12 =
 * Fp6[w]/(w² - v).  Every number is kept below the modulus, so equal numbers
 * have equal bytes.  A result may stand where an operand does.
 *
 * Not in constant time: contracts have no secrets. */
#ifndef PL_CRYPTO_BN254_FIELD_H
#define PL_CRYPTO_BN254_FIELD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

struct pl_fp {
	uint64_t w[4]; /* times 2^256, lowest word first */
};

struct pl_fp2 {
	struct pl_fp c[2]; /* c0 + c1·i */
};

struct pl_fp6 {
	struct pl_fp2 c[3]; /* of 1, v, v² */
};

struct pl_fp12 {
	struct pl_fp6 c[2]; /* of 1, w */
};

__extension__ typedef unsigned __int128 pl_fp_wide;

#define PL_FP_P0 0x3c208c16d87cfd47u
#define PL_FP_P1 0x97816a916871ca8du
#define PL_FP_P2 0xb85045b68181585du
#define PL_FP_P3 0x30644e72e131a029u

extern const struct pl_fp pl_fp_one;
extern const struct pl_fp2 pl_fp2_one;
extern const struct pl_fp12 pl_fp12_one;

/* ------------------------------------------------------------------- Fp */

/* a - b - borrow, and the borrow that leaves. */
#ifdef __x86_64__
/* gcc's analyzer does not see that the intrinsics write their result, and a
 * zero written before them is a twelfth of a pairing.  This does nothing, but
 * might have written it. */
#ifdef __clang__
#define PL_FP_WRITTEN(x) (void)0
#else
#define PL_FP_WRITTEN(x) __asm__("" : "=m"(x))
#endif

static inline uint64_t pl_fp_sbb(uint64_t *borrow, uint64_t a, uint64_t b)
{
	unsigned long long d;

	PL_FP_WRITTEN(d);
	*borrow = _subborrow_u64((unsigned char)*borrow, a, b, &d);
	return d;
}

static inline uint64_t pl_fp_adc(uint64_t *carry, uint64_t a, uint64_t b)
{
	unsigned long long s;

	PL_FP_WRITTEN(s);
	*carry = _addcarry_u64((unsigned char)*carry, a, b, &s);
	return s;
}
#else
static inline uint64_t pl_fp_sbb(uint64_t *borrow, uint64_t a, uint64_t b)
{
	pl_fp_wide d = (pl_fp_wide)a - b - *borrow;

	*borrow = (uint64_t)(d >> 64) & 1;
	return (uint64_t)d;
}

static inline uint64_t pl_fp_adc(uint64_t *carry, uint64_t a, uint64_t b)
{
	pl_fp_wide s = (pl_fp_wide)a + b + *carry;

	*carry = (uint64_t)(s >> 64);
	return (uint64_t)s;
}
#endif

/* Bring four words below 2p under p. */
static inline void pl_fp_settle(struct pl_fp *r, const uint64_t s[4])
{
	uint64_t borrow = 0, mask, d[4];

	d[0] = pl_fp_sbb(&borrow, s[0], PL_FP_P0);
	d[1] = pl_fp_sbb(&borrow, s[1], PL_FP_P1);
	d[2] = pl_fp_sbb(&borrow, s[2], PL_FP_P2);
	d[3] = pl_fp_sbb(&borrow, s[3], PL_FP_P3);
	mask = 0 - borrow;
	r->w[0] = d[0] ^ ((d[0] ^ s[0]) & mask);
	r->w[1] = d[1] ^ ((d[1] ^ s[1]) & mask);
	r->w[2] = d[2] ^ ((d[2] ^ s[2]) & mask);
	r->w[3] = d[3] ^ ((d[3] ^ s[3]) & mask);
}

/* Without the reduction: below 2p, which fits. */
static inline void pl_fp_add_raw(uint64_t s[4], const struct pl_fp *a,
				 const struct pl_fp *b)
{
	uint64_t carry = 0;

	s[0] = pl_fp_adc(&carry, a->w[0], b->w[0]);
	s[1] = pl_fp_adc(&carry, a->w[1], b->w[1]);
	s[2] = pl_fp_adc(&carry, a->w[2], b->w[2]);
	s[3] = pl_fp_adc(&carry, a->w[3], b->w[3]);
}

static inline void pl_fp_add(struct pl_fp *r, const struct pl_fp *a,
			     const struct pl_fp *b)
{
	uint64_t s[4];

	pl_fp_add_raw(s, a, b);
	pl_fp_settle(r, s);
}

static inline void pl_fp_sub(struct pl_fp *r, const struct pl_fp *a,
			     const struct pl_fp *b)
{
	uint64_t borrow = 0, carry = 0, mask, d[4];

	d[0] = pl_fp_sbb(&borrow, a->w[0], b->w[0]);
	d[1] = pl_fp_sbb(&borrow, a->w[1], b->w[1]);
	d[2] = pl_fp_sbb(&borrow, a->w[2], b->w[2]);
	d[3] = pl_fp_sbb(&borrow, a->w[3], b->w[3]);
	mask = 0 - borrow;
	r->w[0] = pl_fp_adc(&carry, d[0], PL_FP_P0 & mask);
	r->w[1] = pl_fp_adc(&carry, d[1], PL_FP_P1 & mask);
	r->w[2] = pl_fp_adc(&carry, d[2], PL_FP_P2 & mask);
	r->w[3] = pl_fp_adc(&carry, d[3], PL_FP_P3 & mask);
}

static inline bool pl_fp_is_zero(const struct pl_fp *a)
{
	return !(a->w[0] | a->w[1] | a->w[2] | a->w[3]);
}

static inline bool pl_fp_equal(const struct pl_fp *a, const struct pl_fp *b)
{
	return !((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) |
		 (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3]));
}

static inline void pl_fp_neg(struct pl_fp *r, const struct pl_fp *a)
{
	static const struct pl_fp zero;

	pl_fp_sub(r, &zero, a);
}

static inline void pl_fp_double(struct pl_fp *r, const struct pl_fp *a)
{
	pl_fp_add(r, a, a);
}

void pl_fp_mul(struct pl_fp *r, const struct pl_fp *a, const struct pl_fp *b);
void pl_fp_sqr(struct pl_fp *r, const struct pl_fp *a);
void pl_fp_half(struct pl_fp *r, const struct pl_fp *a);
void pl_fp_inv(struct pl_fp *r, const struct pl_fp *a); /* 0 of 0 */

/* 32 big-endian bytes; false where they are no number below p. */
bool pl_fp_read(struct pl_fp *r, const uint8_t in[32]);
void pl_fp_write(uint8_t out[32], const struct pl_fp *a);

/* ------------------------------------------------------------------ Fp2 */

static inline void pl_fp2_add(struct pl_fp2 *r, const struct pl_fp2 *a,
			      const struct pl_fp2 *b)
{
	pl_fp_add(&r->c[0], &a->c[0], &b->c[0]);
	pl_fp_add(&r->c[1], &a->c[1], &b->c[1]);
}

static inline void pl_fp2_sub(struct pl_fp2 *r, const struct pl_fp2 *a,
			      const struct pl_fp2 *b)
{
	pl_fp_sub(&r->c[0], &a->c[0], &b->c[0]);
	pl_fp_sub(&r->c[1], &a->c[1], &b->c[1]);
}

static inline void pl_fp2_double(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	pl_fp2_add(r, a, a);
}

static inline void pl_fp2_neg(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	pl_fp_neg(&r->c[0], &a->c[0]);
	pl_fp_neg(&r->c[1], &a->c[1]);
}

static inline void pl_fp2_conj(struct pl_fp2 *r, const struct pl_fp2 *a)
{
	r->c[0] = a->c[0];
	pl_fp_neg(&r->c[1], &a->c[1]);
}

static inline bool pl_fp2_is_zero(const struct pl_fp2 *a)
{
	return pl_fp_is_zero(&a->c[0]) && pl_fp_is_zero(&a->c[1]);
}

static inline bool pl_fp2_equal(const struct pl_fp2 *a, const struct pl_fp2 *b)
{
	return pl_fp_equal(&a->c[0], &b->c[0]) &&
	       pl_fp_equal(&a->c[1], &b->c[1]);
}

void pl_fp2_mul(struct pl_fp2 *r, const struct pl_fp2 *a,
		const struct pl_fp2 *b);
void pl_fp2_sqr(struct pl_fp2 *r, const struct pl_fp2 *a);
void pl_fp2_mul_fp(struct pl_fp2 *r, const struct pl_fp2 *a,
		   const struct pl_fp *b);
void pl_fp2_mul_xi(struct pl_fp2 *r, const struct pl_fp2 *a);
void pl_fp2_half(struct pl_fp2 *r, const struct pl_fp2 *a);
void pl_fp2_inv(struct pl_fp2 *r, const struct pl_fp2 *a); /* 0 of 0 */

/* ----------------------------------------------------------- Fp6, Fp12 */

bool pl_fp12_is_one(const struct pl_fp12 *a);
void pl_fp12_mul(struct pl_fp12 *r, const struct pl_fp12 *a,
		 const struct pl_fp12 *b);
void pl_fp12_sqr(struct pl_fp12 *r, const struct pl_fp12 *a);
void pl_fp12_inv(struct pl_fp12 *r, const struct pl_fp12 *a);

/* a^(p^6): the inverse, where a^(p^6 + 1) is one. */
void pl_fp12_conj(struct pl_fp12 *r, const struct pl_fp12 *a);

/* a^p and a^(p²). */
void pl_fp12_frob(struct pl_fp12 *r, const struct pl_fp12 *a);
void pl_fp12_frob2(struct pl_fp12 *r, const struct pl_fp12 *a);

/* Times l[0] + l[1]·w + l[2]·w³, which is the form of a line. */
void pl_fp12_mul_line(struct pl_fp12 *r, const struct pl_fp12 *a,
		      const struct pl_fp2 l[3]);

/* The square of what has the order of p⁴ - p² + 1 (Granger, Scott: Faster
 * squaring in the cyclotomic subgroup of sixth degree extensions). */
void pl_fp12_sqr_cyclotomic(struct pl_fp12 *r, const struct pl_fp12 *a);

/* The frobenius map's factor of w^k, k = 1 … 5: ξ^(k(p - 1)/6). */
extern const struct pl_fp2 pl_fp2_frob[6];

#endif
