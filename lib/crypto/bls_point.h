/* Arithmetic on the curves of BLS12-381 with EIP-2537's encodings (façade
 * over blst): a field element is 64 big-endian bytes, the first 16 of them
 * zeros and the number below the modulus; a point is its x and y, all zeros
 * for the one at infinity; in Fp2, c0 stands before c1.
 *
 * PL_EFORMAT for everything else, points off the curve, and, where it says so,
 * outside the subgroup of order r.  Nothing is written then. */
#ifndef PL_CRYPTO_BLS_POINT_H
#define PL_CRYPTO_BLS_POINT_H

#include "base/types.h"

#define PL_BLS_FP 64
#define PL_BLS_G1 (2 * PL_BLS_FP)
#define PL_BLS_G2 (4 * PL_BLS_FP)
#define PL_BLS_G1_TERM (PL_BLS_G1 + 32) /* a point and its factor */
#define PL_BLS_G2_TERM (PL_BLS_G2 + 32)
#define PL_BLS_PAIR (PL_BLS_G1 + PL_BLS_G2)

/* The sum of two points of the curve, of any subgroup. */
PL_CHECKED enum pl_rc pl_bls_g1_add(uint8_t out[PL_BLS_G1],
				    const uint8_t in[2 * PL_BLS_G1],
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_bls_g2_add(uint8_t out[PL_BLS_G2],
				    const uint8_t in[2 * PL_BLS_G2],
				    struct pl_err *e);

/* The sum of n points of the subgroup, each times its 32-byte factor; scratch
 * comes from a.  Not in constant time. */
PL_CHECKED enum pl_rc pl_bls_g1_msm(uint8_t out[PL_BLS_G1], struct pl_arena *a,
				    const uint8_t *terms, size_t n,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_bls_g2_msm(uint8_t out[PL_BLS_G2], struct pl_arena *a,
				    const uint8_t *terms, size_t n,
				    struct pl_err *e);

/* PL_OK where the product of the pairings of n pairs (G1, G2), all of the
 * subgroups, is one; PL_EPROOF where it is not. */
PL_CHECKED enum pl_rc pl_bls_pairing(const uint8_t *pairs, size_t n,
				     struct pl_err *e);

/* RFC 9380's map_to_curve and clear_cofactor, for one element. */
PL_CHECKED enum pl_rc pl_bls_map_to_g1(uint8_t out[PL_BLS_G1],
				       const uint8_t in[PL_BLS_FP],
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_bls_map_to_g2(uint8_t out[PL_BLS_G2],
				       const uint8_t in[2 * PL_BLS_FP],
				       struct pl_err *e);

#endif
