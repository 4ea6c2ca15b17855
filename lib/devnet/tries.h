/* States as tries: what accounts, slots and code a version of the state holds,
 * and the version that changes make of it.  Roots come from the changed nodes
 * alone.
 *
 * Not everything needs to be in memory.  What is behind a node known by its
 * hash alone (another chain's state, a file's) is asked for when it is first
 * looked at. */
#ifndef PL_DEVNET_TRIES_H
#define PL_DEVNET_TRIES_H

#include "devnet/map.h"
#include "eth/header.h"
#include "eth/mpt.h"
#include "eth/trie.h"
#include "evm/state.h"

/* The way to an account in the state trie, or to a slot in its storage. */
struct pl_tries_way {
	const struct pl_addr *addr;
	const struct pl_hash32 *slot; /* NULL: to the account */
	struct pl_hash32 key;         /* in the trie: what it hashes to */
	bool taking; /* it is to be taken away: see pl_mpt_fill */
};
struct pl_tries_more {
	enum pl_rc (*way)(struct pl_tries_more *x, struct pl_mpt *trie,
			  uint32_t version, const struct pl_tries_way *way,
			  struct pl_err *e);
	/* Hashes to `hash`, or it is refused; lives as long as a. */
	enum pl_rc (*code)(struct pl_tries_more *x, struct pl_arena *a,
			   struct pl_span *out, const struct pl_addr *addr,
			   const struct pl_hash32 *hash, struct pl_err *e);
};

struct pl_tries {
	struct pl_arena *a; /* code, and the table of it */
	struct pl_mpt *trie;
	struct pl_map code; /* by hash: which of codes */
	struct pl_span *codes;
	size_t n_codes;
	struct pl_tries_more *more; /* NULL: everything is here */
};

/* Empty.  The trie is to be closed, the rest lives in the arena. */
void pl_tries_init(struct pl_tries *t, struct pl_arena *a);

/* An account as the trie holds it, and the storage beside it. */
struct pl_held {
	bool found; /* else as an account that nobody has touched */
	struct pl_account account;
	uint32_t storage;
};
PL_CHECKED enum pl_rc pl_tries_find(struct pl_tries *t, uint32_t version,
				    struct pl_held *out,
				    const struct pl_addr *addr,
				    struct pl_err *e);
/* Of the storage that pl_tries_find gave. */
PL_CHECKED enum pl_rc pl_tries_slot(struct pl_tries *t, uint32_t storage,
				    struct pl_u256 *out,
				    const struct pl_addr *addr,
				    const struct pl_u256 *key,
				    struct pl_err *e);
/* Lives as long as the tries. */
PL_CHECKED enum pl_rc pl_tries_code(struct pl_tries *t, struct pl_span *out,
				    const struct pl_addr *addr,
				    const struct pl_hash32 *hash,
				    struct pl_err *e);
void pl_tries_code_put(struct pl_tries *t, const struct pl_hash32 *hash,
		       struct pl_span code);

/* *version becomes, sealed, the state with these changes. */
PL_CHECKED enum pl_rc pl_tries_apply(struct pl_tries *t,
				     struct pl_arena *scratch,
				     uint32_t *version,
				     const struct pl_state_change *changes,
				     size_t n, struct pl_err *e);

/* The four items of an account in the state trie. */
PL_CHECKED enum pl_rc pl_account_parse(struct pl_account *out,
				       struct pl_span value, struct pl_err *e);

#endif
