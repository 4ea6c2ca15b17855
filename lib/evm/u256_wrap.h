/* Arithmetic modulo 2^256, as the EVM's words have it: nothing is refused and
 * nothing is reported.  Everything else in plume uses base/u256.h.
 *
 * r may be any of the operands. */
#ifndef PL_EVM_U256_WRAP_H
#define PL_EVM_U256_WRAP_H

#include "base/u256.h"

__extension__ typedef unsigned __int128 pl_u128;

static inline bool pl_wrap_is_zero(const struct pl_u256 *a)
{
	return !(a->w[0] | a->w[1] | a->w[2] | a->w[3]);
}

/* Whether it fits 64 bits. */
static inline bool pl_wrap_is_small(const struct pl_u256 *a)
{
	return !(a->w[1] | a->w[2] | a->w[3]);
}

static inline void pl_wrap_set(struct pl_u256 *r, uint64_t v)
{
	r->w[0] = v;
	r->w[1] = r->w[2] = r->w[3] = 0;
}

static inline bool pl_wrap_eq(const struct pl_u256 *a, const struct pl_u256 *b)
{
	return !((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) |
		 (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3]));
}

#if defined(__x86_64__)
/* Compilers of today do not make chains of carries of C. */
static inline void pl_wrap_add(struct pl_u256 *r, const struct pl_u256 *a,
			       const struct pl_u256 *b)
{
	uint64_t x0 = a->w[0], x1 = a->w[1], x2 = a->w[2], x3 = a->w[3];

	__asm__("addq %4, %0\n\tadcq %5, %1\n\tadcq %6, %2\n\tadcq %7, %3"
		: "+&r"(x0), "+&r"(x1), "+&r"(x2), "+&r"(x3)
		: "m"(b->w[0]), "m"(b->w[1]), "m"(b->w[2]), "m"(b->w[3])
		: "cc");
	r->w[0] = x0;
	r->w[1] = x1;
	r->w[2] = x2;
	r->w[3] = x3;
}

/* Plus 64 bits. */
static inline void pl_wrap_add64(struct pl_u256 *r, const struct pl_u256 *a,
				 uint64_t b)
{
	uint64_t x0 = a->w[0], x1 = a->w[1], x2 = a->w[2], x3 = a->w[3];

	__asm__("addq %4, %0\n\tadcq $0, %1\n\tadcq $0, %2\n\tadcq $0, %3"
		: "+&r"(x0), "+&r"(x1), "+&r"(x2), "+&r"(x3)
		: "r"(b)
		: "cc");
	r->w[0] = x0;
	r->w[1] = x1;
	r->w[2] = x2;
	r->w[3] = x3;
}

/* a - b; returns the borrow: whether a < b. */
static inline bool pl_wrap_sub(struct pl_u256 *r, const struct pl_u256 *a,
			       const struct pl_u256 *b)
{
	uint64_t x0 = a->w[0], x1 = a->w[1], x2 = a->w[2], x3 = a->w[3];
	bool borrow;

	__asm__("subq %5, %0\n\tsbbq %6, %1\n\tsbbq %7, %2\n\tsbbq %8, %3"
		: "+&r"(x0), "+&r"(x1), "+&r"(x2), "+&r"(x3), "=@ccc"(borrow)
		: "m"(b->w[0]), "m"(b->w[1]), "m"(b->w[2]), "m"(b->w[3]));
	r->w[0] = x0;
	r->w[1] = x1;
	r->w[2] = x2;
	r->w[3] = x3;
	return borrow;
}

static inline bool pl_wrap_lt(const struct pl_u256 *a, const struct pl_u256 *b)
{
	uint64_t x = a->w[1];
	uint64_t y = a->w[2];
	uint64_t z = a->w[3];
	bool less;

	__asm__("cmpq %5, %4\n\tsbbq %6, %0\n\tsbbq %7, %1\n\tsbbq %8, %2"
		: "+&r"(x), "+&r"(y), "+&r"(z), "=@ccc"(less)
		: "r"(a->w[0]), "m"(b->w[0]), "m"(b->w[1]), "m"(b->w[2]),
		  "m"(b->w[3]));
	return less;
}

static inline bool pl_wrap_slt(const struct pl_u256 *a, const struct pl_u256 *b)
{
	uint64_t x = a->w[1];
	uint64_t y = a->w[2];
	uint64_t z = a->w[3];
	bool less;

	__asm__("cmpq %5, %4\n\tsbbq %6, %0\n\tsbbq %7, %1\n\tsbbq %8, %2"
		: "+&r"(x), "+&r"(y), "+&r"(z), "=@ccl"(less)
		: "r"(a->w[0]), "m"(b->w[0]), "m"(b->w[1]), "m"(b->w[2]),
		  "m"(b->w[3]));
	return less;
}
#else
static inline void pl_wrap_add(struct pl_u256 *r, const struct pl_u256 *a,
			       const struct pl_u256 *b)
{
	pl_u128 carry = 0;

	for (int i = 0; i < 4; i++) {
		carry += (pl_u128)a->w[i] + b->w[i];
		r->w[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

static inline void pl_wrap_add64(struct pl_u256 *r, const struct pl_u256 *a,
				 uint64_t b)
{
	struct pl_u256 t = pl_u256_of(b);

	pl_wrap_add(r, a, &t);
}

static inline bool pl_wrap_sub(struct pl_u256 *r, const struct pl_u256 *a,
			       const struct pl_u256 *b)
{
	uint64_t borrow = 0;

	for (int i = 0; i < 4; i++) {
		pl_u128 d = (pl_u128)a->w[i] - b->w[i] - borrow;

		r->w[i] = (uint64_t)d;
		borrow = (uint64_t)(d >> 64) & 1;
	}
	return borrow;
}

static inline bool pl_wrap_lt(const struct pl_u256 *a, const struct pl_u256 *b)
{
	struct pl_u256 t;

	return pl_wrap_sub(&t, a, b);
}

static inline bool pl_wrap_slt(const struct pl_u256 *a, const struct pl_u256 *b)
{
	struct pl_u256 t;
	bool less = pl_wrap_sub(&t, a, b);

	return (a->w[3] ^ b->w[3]) >> 63 ? a->w[3] >> 63 : less;
}
#endif

/* Schoolbook, without what falls off at the top. */
static inline void pl_wrap_mul(struct pl_u256 *r, const struct pl_u256 *a,
			       const struct pl_u256 *b)
{
	uint64_t a0 = a->w[0], a1 = a->w[1], a2 = a->w[2];
	uint64_t b0 = b->w[0], b1 = b->w[1], b2 = b->w[2];
	pl_u128 p = (pl_u128)a0 * b0;
	pl_u128 q, s;
	uint64_t top;

	if (!((a1 | a2 | a->w[3]) | (b1 | b2 | b->w[3]))) {
		r->w[0] = (uint64_t)p;
		r->w[1] = (uint64_t)(p >> 64);
		r->w[2] = r->w[3] = 0;
		return;
	}
	top = a0 * b->w[3] + a1 * b2 + a2 * b1 + a->w[3] * b0;
	q = (pl_u128)a0 * b1 + (uint64_t)(p >> 64);
	s = (pl_u128)a1 * b0 + (uint64_t)q;
	r->w[0] = (uint64_t)p;
	r->w[1] = (uint64_t)s;
	p = (pl_u128)(uint64_t)(q >> 64) + (uint64_t)(s >> 64);
	q = (pl_u128)a0 * b2 + (uint64_t)p;
	top += (uint64_t)(p >> 64) + (uint64_t)(q >> 64);
	s = (pl_u128)a1 * b1 + (uint64_t)q;
	top += (uint64_t)(s >> 64);
	q = (pl_u128)a2 * b0 + (uint64_t)s;
	r->w[2] = (uint64_t)q;
	r->w[3] = top + (uint64_t)(q >> 64);
}

/* The upper half of a:b shifted left by n < 64. */
static inline uint64_t pl_wrap_join(uint64_t a, uint64_t b, unsigned n)
{
	return a << n | b >> 1 >> (63 - n);
}

/* By n < 256 bits. */
static inline void pl_wrap_shl(struct pl_u256 *r, const struct pl_u256 *a,
			       unsigned n)
{
	uint64_t x0 = a->w[0], x1 = a->w[1], x2 = a->w[2], x3 = a->w[3];
	unsigned b = n % 64;

	if (n & 128) {
		x3 = x1;
		x2 = x0;
		x1 = x0 = 0;
	}
	if (n & 64) {
		x3 = x2;
		x2 = x1;
		x1 = x0;
		x0 = 0;
	}
	r->w[3] = pl_wrap_join(x3, x2, b);
	r->w[2] = pl_wrap_join(x2, x1, b);
	r->w[1] = pl_wrap_join(x1, x0, b);
	r->w[0] = x0 << b;
}

/* The same to the right; the words that come in are `fill` (0 or ~0). */
static inline void pl_wrap_shr(struct pl_u256 *r, const struct pl_u256 *a,
			       unsigned n, uint64_t fill)
{
	uint64_t x0 = a->w[0], x1 = a->w[1], x2 = a->w[2], x3 = a->w[3];
	unsigned b = n % 64;

	if (n & 128) {
		x0 = x2;
		x1 = x3;
		x2 = x3 = fill;
	}
	if (n & 64) {
		x0 = x1;
		x1 = x2;
		x2 = x3;
		x3 = fill;
	}
	r->w[0] = x0 >> b | x1 << 1 << (63 - b);
	r->w[1] = x1 >> b | x2 << 1 << (63 - b);
	r->w[2] = x2 >> b | x3 << 1 << (63 - b);
	r->w[3] = x3 >> b | fill << 1 << (63 - b);
}

/* 64 bits of big-endian bytes, and back. */
static inline uint64_t pl_wrap_be64(uint64_t x)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return __builtin_bswap64(x);
#else
	return x;
#endif
}

static inline struct pl_u256 pl_wrap_load(const uint8_t *p)
{
	uint64_t t[4];

	memcpy(t, p, 32);
	return (struct pl_u256){ { pl_wrap_be64(t[3]), pl_wrap_be64(t[2]),
				   pl_wrap_be64(t[1]), pl_wrap_be64(t[0]) } };
}

static inline void pl_wrap_store(uint8_t *p, const struct pl_u256 *a)
{
	uint64_t t[4] = { pl_wrap_be64(a->w[3]), pl_wrap_be64(a->w[2]),
			  pl_wrap_be64(a->w[1]), pl_wrap_be64(a->w[0]) };

	memcpy(p, t, 32);
}

/* What the opcodes of these names do, zero divisors included. */
void pl_wrap_div(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b);
void pl_wrap_mod(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b);
void pl_wrap_sdiv(struct pl_u256 *r, const struct pl_u256 *a,
		  const struct pl_u256 *b);
void pl_wrap_smod(struct pl_u256 *r, const struct pl_u256 *a,
		  const struct pl_u256 *b);
void pl_wrap_addmod(struct pl_u256 *r, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_u256 *m);
void pl_wrap_mulmod(struct pl_u256 *r, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_u256 *m);
void pl_wrap_exp(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *e);
void pl_wrap_signextend(struct pl_u256 *r, const struct pl_u256 *byte,
			const struct pl_u256 *a);

#endif
