/* KZG proofs over BLS12-381 as blobs use them (EIP-4844, façade over blst).
 * Checking one needs a single point of the ceremony's result, so none of it is
 * read from a file. */
#ifndef PL_CRYPTO_BLS_KZG_H
#define PL_CRYPTO_BLS_KZG_H

#include "base/types.h"

#define PL_KZG_BYTES 48 /* a commitment, a proof */

/* The polynomial behind the commitment has the value y at z (both 32 bytes,
 * big-endian, below the order of the group).  PL_EFORMAT where an input is no
 * such thing, PL_EPROOF where the proof is false. */
PL_CHECKED enum pl_rc pl_kzg_verify(const uint8_t commitment[PL_KZG_BYTES],
				    const uint8_t z[32], const uint8_t y[32],
				    const uint8_t proof[PL_KZG_BYTES],
				    struct pl_err *e);

/* The order of the group (BLS_MODULUS). */
extern const uint8_t pl_kzg_modulus[32];

#endif
