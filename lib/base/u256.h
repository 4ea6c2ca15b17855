/* Unsigned 256-bit integers.  Arithmetic says when it overflows, and the
 * answer must be looked at; nothing wraps silently. */
#ifndef PL_BASE_U256_H
#define PL_BASE_U256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct pl_u256 {
	uint64_t w[4]; /* w[0] holds the lowest 64 bits */
};

#define PL_U256_DEC 79 /* digits of 2^256 - 1, and the end */

static inline struct pl_u256 pl_u256_of(uint64_t v)
{
	return (struct pl_u256){ { v, 0, 0, 0 } };
}

bool pl_u256_is_zero(const struct pl_u256 *a);
int pl_u256_cmp(const struct pl_u256 *a, const struct pl_u256 *b);
unsigned pl_u256_bits(const struct pl_u256 *a); /* 0 for zero */

/* true: the result fits and *r holds it; false: it does not, *r is as it was.
 * r may be a or b. */
PL_CHECKED bool pl_u256_add(struct pl_u256 *r, const struct pl_u256 *a,
			    const struct pl_u256 *b);
PL_CHECKED bool pl_u256_sub(struct pl_u256 *r, const struct pl_u256 *a,
			    const struct pl_u256 *b);
PL_CHECKED bool pl_u256_mul(struct pl_u256 *r, const struct pl_u256 *a,
			    const struct pl_u256 *b);
PL_CHECKED bool pl_u256_mul64(struct pl_u256 *r, const struct pl_u256 *a,
			      uint64_t b);
/* Quotient and remainder; false when b is zero.  Either may be NULL. */
PL_CHECKED bool pl_u256_divmod(struct pl_u256 *q, struct pl_u256 *rem,
			       const struct pl_u256 *a,
			       const struct pl_u256 *b);
/* In place, by a small divisor that is not 0; returns the remainder. */
uint64_t pl_u256_div64(struct pl_u256 *a, uint64_t b);

/* 32 big-endian bytes. */
void pl_u256_to_be(uint8_t out[32], const struct pl_u256 *a);
struct pl_u256 pl_u256_from_be32(const uint8_t in[32]);

/* At most 32 big-endian bytes; false when longer. */
PL_CHECKED bool pl_u256_from_be(struct pl_u256 *r, struct pl_span be);

/* false when it does not fit. */
PL_CHECKED bool pl_u256_to_u64(uint64_t *out, const struct pl_u256 *a);

/* The nearest double.  Only for pl_amount_double and pictures: see there. */
double pl_u256_double(const struct pl_u256 *a);

/* Decimal digits, no leading zeros. */
void pl_u256_dec(char out[PL_U256_DEC], const struct pl_u256 *a);

/* Decimal digits or 0x hexadecimal, len characters, nothing around them. */
PL_CHECKED enum pl_rc pl_u256_parse(struct pl_u256 *r, const char *text,
				    size_t len, struct pl_err *e);

#endif
