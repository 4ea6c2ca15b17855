/* The tries a node keeps, whole, and proofs out of them: written apart from
 * lib/eth/trie.c, so that one can be held against the other.  A trie is never
 * changed: what is put into it makes another, which shares the rest. */
#ifndef PL_TESTS_WORLD_TRIE_H
#define PL_TESTS_WORLD_TRIE_H

#include "base/buf.h"
#include "base/types.h"

struct world_trie; /* NULL: empty */

struct world_proof {
	struct pl_span node[65];
	size_t n;
};

/* The key is hashed already; value is RLP, item whatever it was made of.
 * Both outlive the trie. */
struct world_trie *world_trie_put(struct pl_arena *a, struct world_trie *t,
				  const struct pl_hash32 *key,
				  struct pl_span value, const void *item);
struct world_trie *world_trie_drop(struct pl_arena *a, struct world_trie *t,
				   const struct pl_hash32 *key);

/* The item; NULL: there is none. */
const void *world_trie_find(const struct world_trie *t,
			    const struct pl_hash32 *key);

struct pl_hash32 world_trie_root(struct world_trie *t);

/* The nodes on the way to a key, the root's first. */
void world_trie_proof(struct pl_arena *a, struct world_trie *t,
		      const struct pl_hash32 *key, struct world_proof *out);

#endif
