/* Merkle-Patricia tries that change (Yellow Paper, appendix D), in memory.
 *
 * A version of a trie is a number; 0 is the empty trie.  Versions share what
 * they have in common: changing one key makes new nodes on the way to it and
 * nowhere else, and every older version that was sealed stays as it was.  Many
 * tries live in one store, and a leaf may hold a version of another trie
 * beside its value, as accounts hold their storage.
 *
 * A part of a trie may be known by its hash alone (a chain behind another's
 * node, a file read as it is needed): what asks for it is told so, and
 * pl_mpt_learn makes it known by a proof. */
#ifndef PL_ETH_MPT_H
#define PL_ETH_MPT_H

#include "base/types.h"

#define PL_MPT_KEY 64    /* bytes of a key, at most */
#define PL_MPT_VALUE 512 /* bytes of a value, at most */

struct pl_mpt;

struct pl_mpt *pl_mpt_open(void);
void pl_mpt_close(struct pl_mpt *m); /* NULL is allowed */

enum pl_mpt_found {
	PL_MPT_ABSENT,
	PL_MPT_PRESENT,
	PL_MPT_UNKNOWN /* behind a node known by its hash alone */
};

/* *value (may be NULL) is valid until the trie changes; *sub (may be NULL) is
 * the version held beside it. */
enum pl_mpt_found pl_mpt_get(const struct pl_mpt *m, uint32_t version,
			     struct pl_span key, struct pl_span *value,
			     uint32_t *sub);

/* The version with key set to value (an empty one takes the key away).  A
 * version that was not sealed is used up by this: its nodes are changed where
 * they are.  Key and value are no longer than the limits above; a way that is
 * not known is for the caller to make known first (pl_mpt_get says).
 *
 * Taking away a key may leave a branch with one way out that is known by its
 * hash alone: it stays a branch then, which no other maker of the trie would
 * have written, and its root is nobody else's. */
uint32_t pl_mpt_put(struct pl_mpt *m, uint32_t version, struct pl_span key,
		    struct pl_span value, uint32_t sub);

/* Let a present leaf hold another version beside its value, in every version of
 * the trie that shares it: for what was learnt, where the value tells. */
void pl_mpt_attach(struct pl_mpt *m, uint32_t version, struct pl_span key,
		   uint32_t sub);

/* Compute what the versions' nodes hash to, all together, and close them for
 * changes. */
void pl_mpt_seal(struct pl_mpt *m, const uint32_t *versions, size_t n);

/* Of a sealed version. */
struct pl_hash32 pl_mpt_root(const struct pl_mpt *m, uint32_t version);

/* The nodes on the way to a key, as eth_getProof gives them, for
 * pl_trie_prove; of a sealed version.  An empty trie has none.  PL_ENOTFOUND
 * behind a node known by its hash alone. */
PL_CHECKED enum pl_rc pl_mpt_prove(const struct pl_mpt *m, struct pl_arena *a,
				   struct pl_span **nodes, size_t *n,
				   uint32_t version, struct pl_span key,
				   struct pl_err *e);

/* A trie of which only the root is known, which is not the empty one's. */
uint32_t pl_mpt_stub(struct pl_mpt *m, const struct pl_hash32 *root);

/* Take over the nodes of a proof on the way to key.  Only what hashes to what
 * the trie names is taken, and only nodes of the one canonical form.  PL_EPROOF
 * otherwise, or when the way to the key is not known even then. */
PL_CHECKED enum pl_rc pl_mpt_learn(struct pl_mpt *m, uint32_t version,
				   struct pl_span key,
				   const struct pl_span *nodes, size_t n,
				   struct pl_err *e);

/* The same with nodes asked for one by one, by their hashes: those that are not
 * known on the way to key.  taking: the key is to be taken away, and what may
 * then close ranks becomes known as well, so that pl_mpt_put leaves the trie
 * that everybody would have.  Fails as node() does, and as pl_mpt_learn. */
typedef enum pl_rc (*pl_mpt_node_fn)(void *ctx, struct pl_span *rlp,
				     const struct pl_hash32 *hash,
				     struct pl_err *e);
PL_CHECKED enum pl_rc pl_mpt_fill(struct pl_mpt *m, uint32_t version,
				  struct pl_span key, bool taking,
				  pl_mpt_node_fn node, void *ctx,
				  struct pl_err *e);

/* The versions in `roots` are all that is needed from now on: other nodes are
 * forgotten, and the numbers of those kept change. */
void pl_mpt_keep(struct pl_mpt *m, uint32_t **roots, size_t n);

/* Bytes in use. */
size_t pl_mpt_size(const struct pl_mpt *m);

/* Every leaf of a version in rising order of keys: stops when `each` returns
 * false, and so returns false.  What is not known is passed over. */
struct pl_mpt_leaf {
	uint8_t key[PL_MPT_KEY];
	size_t key_n;
	struct pl_span value;
	uint32_t sub;
};
bool pl_mpt_walk(const struct pl_mpt *m, uint32_t version,
		 bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf),
		 void *ctx);

/* What differs: every leaf of `to` that `from` has not, or has otherwise, and,
 * without a value, every key that `to` has no more; in rising order of keys.
 * was: what the leaf in `from` holds beside its value.  What both versions
 * share is not gone into, so that it takes time in proportion to the change. */
bool pl_mpt_diff(const struct pl_mpt *m, uint32_t from, uint32_t to,
		 bool (*each)(void *ctx, const struct pl_mpt_leaf *leaf,
			      uint32_t was),
		 void *ctx);

/* Every node of 32 bytes and more of a sealed version, and its root, but not
 * below those that `each` returns false for (who has seen them already).
 * Versions held by leaves are gone into as well. */
void pl_mpt_nodes(const struct pl_mpt *m, uint32_t version,
		  bool (*each)(void *ctx, const struct pl_hash32 *hash,
			       struct pl_span rlp),
		  void *ctx);

/* The same without what was marked, and all below it: for who keeps the nodes
 * elsewhere, and marks a version when all of it is there.  What was learnt is
 * marked: it came from there. */
void pl_mpt_unmarked(const struct pl_mpt *m, uint32_t version,
		     bool (*each)(void *ctx, const struct pl_hash32 *hash,
				  struct pl_span rlp),
		     void *ctx);
void pl_mpt_mark(struct pl_mpt *m, uint32_t version);

#endif
