/* ECDSA over NIST's curve P-256 (façade over libcrypto, loaded when first
 * used).  Verification only. */
#ifndef PL_CRYPTO_P256_H
#define PL_CRYPTO_P256_H

#include "base/types.h"

/* digest, r, s and the key's x and y, 32 bytes each, big-endian.  PL_EPROOF
 * for everything that is wrong with them: r or s not in 1 … n-1, no point of
 * the curve, not that key's signature.  High s is taken.  PL_EIO where
 * libcrypto does not work here. */
PL_CHECKED enum pl_rc pl_p256_verify(const uint8_t digest[32],
				     const uint8_t r[32], const uint8_t s[32],
				     const uint8_t x[32], const uint8_t y[32],
				     struct pl_err *e);

#endif
