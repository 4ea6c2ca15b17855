/* Integers of any length (façade over GMP). */
#ifndef PL_CRYPTO_BIGINT_H
#define PL_CRYPTO_BIGINT_H

#include "base/types.h"

/* A big-endian number of n bytes of which only the first have.n are told:
 * the others are zeros.  have.n is never above n. */
struct pl_number {
	struct pl_span have;
	size_t n;
};

/* base^exp mod m into the m.n bytes at out, big-endian; 0^0 is 1, and modulo
 * 0 and 1 everything is 0.  PL_ELIMIT where a number has more than
 * PL_MAX_MODEXP bytes.  The time is the caller's to limit: it grows with the
 * bits of exp times the square of m's length. */
PL_CHECKED enum pl_rc pl_bigint_powm(uint8_t *out, struct pl_number base,
				     struct pl_number exp, struct pl_number m,
				     struct pl_err *e);

#endif
