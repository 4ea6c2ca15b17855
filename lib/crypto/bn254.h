/* The curve BN254 (alt_bn128) with the encodings of EIP-196 and EIP-197: a
 * number is 32 big-endian bytes and below the field's modulus; a point is its
 * x and y, all zeros for the one at infinity; of a number a + b·i of Fp2, b
 * stands first.
 *
 * PL_EFORMAT for everything else, for points off the curve and, on the twist,
 * outside the subgroup of order r.  Nothing is written then.  No memory is
 * reserved; not in constant time. */
#ifndef PL_CRYPTO_BN254_H
#define PL_CRYPTO_BN254_H

#include "base/types.h"

#define PL_BN_G1 64
#define PL_BN_G2 128
#define PL_BN_PAIR (PL_BN_G1 + PL_BN_G2)

PL_CHECKED enum pl_rc pl_bn_add(uint8_t out[PL_BN_G1],
				const uint8_t a[PL_BN_G1],
				const uint8_t b[PL_BN_G1], struct pl_err *e);

/* Any 32 bytes are a factor. */
PL_CHECKED enum pl_rc pl_bn_mul(uint8_t out[PL_BN_G1],
				const uint8_t point[PL_BN_G1],
				const uint8_t factor[32], struct pl_err *e);

/* PL_OK where the product of the pairings of n pairs (G1, G2) is one;
 * PL_EPROOF where it is not. */
PL_CHECKED enum pl_rc pl_bn_pairing(const uint8_t *pairs, size_t n,
				    struct pl_err *e);

#endif
