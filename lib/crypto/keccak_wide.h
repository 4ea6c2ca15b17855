/* Keccak states side by side: one vector holds the same lane of eight
 * (AVX-512) or four (AVX2) messages.  For keccak_many.c only. */
#ifndef PL_CRYPTO_KECCAK_WIDE_H
#define PL_CRYPTO_KECCAK_WIDE_H

#include "base/types.h"

#define PL_KECCAK_PLACES 8

/* Word i of the message at place l is state[i][l], whatever the width. */
struct pl_keccak_wide {
	_Alignas(64) uint64_t state[25][PL_KECCAK_PLACES];
	/* What every place absorbs next: its block where left.n is a whole one
	 * or more, else what is left, with the padding that ends a message. */
	struct pl_span left[PL_KECCAK_PLACES];
	uint8_t going; /* bit l: place l goes on; else it begins anew */
};

/* One block of every place, then the permutation.  The machine must know
 * AVX-512 F and BW, or AVX2 (then places 0 to 3 alone take part). */
void pl_keccak_absorb8(struct pl_keccak_wide *w);
void pl_keccak_absorb4(struct pl_keccak_wide *w);

#endif
