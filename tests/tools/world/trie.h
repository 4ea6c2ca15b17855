/* The tries a node keeps, whole, and proofs out of them: written apart from
 * lib/eth/trie.c, so that one can be held against the other. */
#ifndef PL_TESTS_WORLD_TRIE_H
#define PL_TESTS_WORLD_TRIE_H

#include "base/buf.h"
#include "base/types.h"

struct world_item {
	struct pl_hash32 key; /* hashed already */
	struct pl_span value; /* RLP */
};

struct world_proof {
	struct pl_span node[65];
	size_t n;
};

/* The root of items in rising order of keys; with `proof`, the nodes on the
 * way to `key`, the root's first. */
struct pl_hash32 world_trie(struct pl_arena *a, const struct world_item *items,
			    size_t n, const struct pl_hash32 *key,
			    struct world_proof *proof);

#endif
