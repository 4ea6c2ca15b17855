/* Keccak-256 as Ethereum uses it (padding byte 0x01, not SHA-3's 0x06). */
#ifndef PL_CRYPTO_KECCAK_H
#define PL_CRYPTO_KECCAK_H

#include "base/types.h"

struct pl_hash32 pl_keccak256(struct pl_span in);

/* Of two runs one after the other, without joining them. */
struct pl_hash32 pl_keccak256_2(struct pl_span a, struct pl_span b);

#endif
