/* Anchors that need no light client: the newest block of a made-up chain,
 * optimistic, and an older one, finalized. */
#ifndef PL_TESTS_WORLD_HEADS_H
#define PL_TESTS_WORLD_HEADS_H

#include "chain.h"
#include "sync/view.h"

struct world_heads {
	struct pl_anchors base;
	const struct world_chain *chain;
	size_t behind; /* blocks the finalized one is older than the newest */
	size_t back;   /* blocks of the chain not yet known of */
};

/* Of that chain, which must outlive it; the finalized block 16 behind. */
struct world_heads world_heads(const struct world_chain *chain);

#endif
