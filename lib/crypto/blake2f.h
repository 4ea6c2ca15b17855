/* The compression function F of BLAKE2b (RFC 7693 §3.2) with any number of
 * rounds, as EIP-152 offers it to contracts. */
#ifndef PL_CRYPTO_BLAKE2F_H
#define PL_CRYPTO_BLAKE2F_H

#include <stdbool.h>
#include <stdint.h>

/* h in place; m the block, t the offset's low and high words, all as numbers
 * (bytes are little-endian in the RFC). */
void pl_blake2f(uint64_t h[8], const uint64_t m[16], const uint64_t t[2],
		bool final, uint32_t rounds);

#endif
