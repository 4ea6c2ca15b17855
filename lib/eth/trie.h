/* Merkle-Patricia tries (Yellow Paper, appendix D): roots of what we hold in
 * full, and proofs of what we do not. */
#ifndef PL_ETH_TRIE_H
#define PL_ETH_TRIE_H

#include "base/buf.h"
#include "base/types.h"

#define PL_TRIE_KEY 64 /* bytes of a key, at most */

struct pl_trie_item {
	struct pl_span key, value;
};

/* The root of a trie of n items in rising order of their keys' bytes.
 * PL_EFORMAT when they are not, when a key stands twice, and for an empty
 * value (which a trie cannot hold); PL_ELIMIT for a long key. */
PL_CHECKED enum pl_rc pl_trie_root(struct pl_hash32 *out,
				   struct pl_buf *scratch,
				   const struct pl_trie_item *items, size_t n,
				   struct pl_err *e);

/* Into the order pl_trie_root wants. */
void pl_trie_sort(struct pl_trie_item *items, size_t n);

/* The root of a list, keyed by the RLP of each index: transactions, receipts,
 * withdrawals.  PL_ELIMIT over PL_MAX_BLOCK_TXS values. */
PL_CHECKED enum pl_rc pl_trie_list_root(struct pl_hash32 *out,
					struct pl_arena *a,
					const struct pl_span *values, size_t n,
					struct pl_err *e);

/* What the trie of `root` holds under `key`, by the nodes on the way down,
 * first the root's.  An absent key gives value.p = NULL.  PL_EPROOF unless
 * every node is the one its parent names, in its one canonical form, all of
 * them are needed and none is missing.  *value points into a node. */
PL_CHECKED enum pl_rc pl_trie_prove(struct pl_span *value,
				    const struct pl_hash32 *root,
				    struct pl_span key,
				    const struct pl_span *nodes, size_t n,
				    struct pl_err *e);

/* An account as the state trie holds it. */
struct pl_account {
	uint64_t nonce;
	struct pl_u256 balance;
	struct pl_hash32 storage_root, code_hash;
};

/* found = false (and the values of an empty account) when it is absent. */
PL_CHECKED enum pl_rc pl_trie_account(struct pl_account *out, bool *found,
				      const struct pl_hash32 *state_root,
				      const struct pl_addr *addr,
				      const struct pl_span *nodes, size_t n,
				      struct pl_err *e);

/* Many proofs at once: the nodes of all are hashed together, which is what a
 * proof costs.  Each job is judged by itself, by the rules above; nothing is
 * allocated.  Returns how many hold.  For the words of one that does not, ask
 * for it alone. */
struct pl_trie_job {
	struct pl_hash32 root;
	struct pl_span key;
	const struct pl_span *nodes;
	size_t n;
	struct pl_span value; /* the answer, as pl_trie_prove gives it */
	enum pl_rc rc;
};
size_t pl_trie_prove_many(struct pl_trie_job *jobs, size_t n);

struct pl_account_job {
	struct pl_hash32 state_root;
	struct pl_addr addr;
	const struct pl_span *nodes;
	size_t n;
	struct pl_account account; /* the answer, as pl_trie_account gives it */
	bool found;
	enum pl_rc rc;
};
size_t pl_trie_account_many(struct pl_account_job *jobs, size_t n);

/* The value of a storage slot; 0 when it is absent. */
PL_CHECKED enum pl_rc pl_trie_slot(struct pl_u256 *out,
				   const struct pl_hash32 *storage_root,
				   const struct pl_hash32 *slot,
				   const struct pl_span *nodes, size_t n,
				   struct pl_err *e);

#endif
