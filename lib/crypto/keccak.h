/* Keccak-256 as Ethereum uses it (padding byte 0x01, not SHA-3's 0x06). */
#ifndef PL_CRYPTO_KECCAK_H
#define PL_CRYPTO_KECCAK_H

#include "base/types.h"

struct pl_hash32 pl_keccak256(struct pl_span in);

/* Of two runs one after the other, without joining them. */
struct pl_hash32 pl_keccak256_2(struct pl_span a, struct pl_span b);

/* Piece by piece.  init, any number of adds, then final once. */
struct pl_keccak {
	uint64_t state[25];
	unsigned at; /* bytes absorbed into the current block, < 136 */
};

void pl_keccak_init(struct pl_keccak *k);
void pl_keccak_add(struct pl_keccak *k, struct pl_span in);
struct pl_hash32 pl_keccak_final(struct pl_keccak *k);

/* Keccak-f[1600] done in one of the ways this machine may know: 0 plain C, 1
 * with BMI, 2 with AVX-512.  False, and nothing done, where it does not. */
#define PL_KECCAK_WAYS 3
bool pl_keccak_permute(unsigned way, uint64_t s[25]);

/* out[i] = keccak256 of in[i], for n messages of any lengths: several at a time
 * where the machine has wide registers, so much faster than one by one. */
void pl_keccak256_many(struct pl_hash32 *out, const struct pl_span *in,
		       size_t n);

/* The same in one of the ways this machine may know: 0 one by one, 1 four at a
 * time with AVX2, 2 eight with AVX-512.  False, and nothing done, where it
 * does not. */
bool pl_keccak256_many_by(unsigned way, struct pl_hash32 *out,
			  const struct pl_span *in, size_t n);

/* keccak256 of nothing: the code hash of an account without code. */
extern const struct pl_hash32 pl_keccak_empty;

#endif
