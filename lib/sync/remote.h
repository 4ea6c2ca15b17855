/* The state after a block of a chain that is known by its header alone: every
 * account, slot and code that is looked at is asked of a node with its proof,
 * held against the header, and kept.  A source for lib/evm/state.h.
 *
 * What is asked before it is missed (pl_remote_prefetch) is only a matter of
 * time: a list that is a lie costs a fetch and changes no answer.
 *
 * Memory and exchanges are bounded by PL_MAX_CALL_…: PL_ELIMIT.  On a chain of
 * Nitro the precompiles of ArbOS, and programs that are not of the EVM, are
 * PL_EREFUSED: nothing here can run them, and reading them as code would give
 * a false answer. */
#ifndef PL_SYNC_REMOTE_H
#define PL_SYNC_REMOTE_H

#include "evm/state.h"
#include "sync/view.h"

struct pl_remote;

/* The state after `at`.  The view outlives it. */
struct pl_remote *pl_remote_open(struct pl_view *v, const struct pl_viewed *at);
void pl_remote_close(struct pl_remote *r); /* NULL is allowed */

struct pl_state_source *pl_remote_source(struct pl_remote *r);
const struct pl_viewed *pl_remote_at(const struct pl_remote *r);

/* What to fetch. */
struct pl_remote_want {
	struct pl_addr addr;
	const struct pl_hash32 *keys;
	size_t n_keys;
};

/* In one exchange (of PL_MAX_BATCH calls each), with the accounts' code, but
 * for what is here already.  What is over the limits, or what the node has no
 * answer to, is left for when it is missed.  PL_EPROOF: an answer is false. */
PL_CHECKED enum pl_rc pl_remote_prefetch(struct pl_remote *r,
					 const struct pl_remote_want *want,
					 size_t n, struct pl_err *e);

/* Hold: what is missing fails instead of being fetched, and is counted.  So a
 * call can be tried with what is here. */
void pl_remote_hold(struct pl_remote *r, bool hold);
uint64_t pl_remote_held(const struct pl_remote *r);

/* Whether the last failure was that only the chain's own nodes can tell. */
bool pl_remote_beyond(const struct pl_remote *r);

struct pl_remote_stats {
	uint64_t trips; /* exchanges */
	uint64_t accounts, slots, codes;
	size_t code_bytes;
	uint64_t missed; /* asked for while the call waited */
};
struct pl_remote_stats pl_remote_stats(const struct pl_remote *r);

#endif
