/* A whole state in memory, as a source for state.h: what tests begin from and
 * small chains live in.  Its root is computed over all of it. */
#ifndef PL_EVM_MEMSTATE_H
#define PL_EVM_MEMSTATE_H

#include "base/buf.h"
#include "evm/state.h"

struct pl_memstate;

/* Empty; lives in the arena, and so does all that is put in. */
struct pl_memstate *pl_memstate_new(struct pl_arena *a);
struct pl_state_source *pl_memstate_source(struct pl_memstate *m);

/* An account with this nonce and balance and (copied) code; its slots stay. */
void pl_memstate_put(struct pl_memstate *m, const struct pl_addr *addr,
		     uint64_t nonce, const struct pl_u256 *balance,
		     struct pl_span code);
/* Of an account that was put; 0 takes it away. */
void pl_memstate_put_slot(struct pl_memstate *m, const struct pl_addr *addr,
			  const struct pl_u256 *key,
			  const struct pl_u256 *value);

/* What BLOCKHASH gives; without, it is PL_ENOTFOUND. */
typedef struct pl_hash32 (*pl_memstate_hash_fn)(void *x, uint64_t number);
void pl_memstate_hashes(struct pl_memstate *m, pl_memstate_hash_fn f, void *x);

/* What pl_state_changes gave becomes part of it. */
void pl_memstate_apply(struct pl_memstate *m,
		       const struct pl_state_change *changes, size_t n);

/* All of it, as changes of an empty state; lives in a. */
struct pl_state_change *pl_memstate_all(const struct pl_memstate *m,
					struct pl_arena *a, size_t *n);

/* The state root as it would be with those changes, which need not be there;
 * nothing is changed.  scratch is used and left as it was. */
PL_CHECKED enum pl_rc pl_memstate_root(struct pl_memstate *m,
				       struct pl_hash32 *out,
				       struct pl_arena *scratch,
				       const struct pl_state_change *changes,
				       size_t n, struct pl_err *e);

#endif
