/* Values that must not be confused, though all of them are bytes. */
#ifndef PL_BASE_TYPES_H
#define PL_BASE_TYPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/u256.h"

struct pl_hash32 {
	uint8_t b[32];
};

struct pl_addr {
	uint8_t b[20];
};

/* A quantity of a token: raw units, shown with `decimals` places. */
struct pl_amount {
	struct pl_u256 raw;
	uint8_t decimals;
};

/* Where a value comes from, weakest first; a result takes the weakest label
 * among its inputs, plume-trust(7).  A file of the user's own is weakest:
 * nobody else has any reason to believe it. */
enum pl_trust {
	PL_LOCAL = 1, /* computed here, or the user's own file */
	PL_CLAIMED,   /* a server said so */
	PL_SIGNED,    /* a signature over it was checked, nothing deeper */
	PL_PROVEN,    /* proven from a header the light client accepted */
};

const char *pl_trust_name(enum pl_trust t);
PL_CHECKED enum pl_rc pl_trust_parse(enum pl_trust *out, const char *s,
				     struct pl_err *e);
static inline enum pl_trust pl_trust_weaker(enum pl_trust a, enum pl_trust b)
{
	return a < b ? a : b;
}

static inline bool pl_hash32_equal(const struct pl_hash32 *a,
				   const struct pl_hash32 *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}
static inline bool pl_addr_equal(const struct pl_addr *a,
				 const struct pl_addr *b)
{
	return !memcmp(a->b, b->b, sizeof(a->b));
}
static inline struct pl_span pl_hash32_span(const struct pl_hash32 *h)
{
	return (struct pl_span){ h->b, sizeof(h->b) };
}
static inline struct pl_span pl_addr_span(const struct pl_addr *a)
{
	return (struct pl_span){ a->b, sizeof(a->b) };
}

PL_CHECKED enum pl_rc pl_hash32_parse(struct pl_hash32 *out, const char *s,
				      struct pl_err *e);
char *pl_hash32_text(struct pl_arena *a, const struct pl_hash32 *h);

/* Decimal text with at most `decimals` places ("12.5"), no sign, no exponent.
 * PL_EFORMAT for anything else, more places, or a value over 2^256 - 1. */
PL_CHECKED enum pl_rc pl_amount_parse(struct pl_amount *out, const char *s,
				      uint8_t decimals, struct pl_err *e);
/* "12.5": trailing zeros of the fraction are dropped. */
char *pl_amount_text(struct pl_arena *a, const struct pl_amount *v);

/* THE conversion from exact amounts to the models' doubles: the double
 * nearest raw / 10^decimals to within one rounding of raw and one of the
 * division.  Nothing else in plume turns an amount into a double. */
double pl_amount_double(const struct pl_amount *v);

#endif
