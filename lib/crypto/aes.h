/* AES-128 in counter mode (façade over libcrypto, loaded when first used).
 * Says nothing about who wrote the bytes: check a MAC before using it. */
#ifndef PL_CRYPTO_AES_H
#define PL_CRYPTO_AES_H

#include "base/err.h"
#include "base/span.h"

/* in.n bytes into out, which may be in.p itself.  Encrypts and decrypts.
 * The counter is the whole 16-byte iv, big-endian (SP 800-38A, F.5). */
PL_CHECKED enum pl_rc pl_aes128_ctr(uint8_t *out, struct pl_span in,
				    const uint8_t key[16], const uint8_t iv[16],
				    struct pl_err *e);

#endif
