/* The state of a made-up chain: accounts with balance and nonce, code and
 * storage.  A block's state shares with its parent's what did not change. */
#ifndef PL_TESTS_WORLD_STATE_H
#define PL_TESTS_WORLD_STATE_H

#include "trie.h"

struct world_account {
	struct pl_addr addr;
	uint64_t nonce;
	struct pl_u256 balance;
	struct pl_span code;
	struct world_trie *slots;
	struct pl_hash32 storage_root; /* once settled */
};

struct world_state {
	struct pl_arena *a;
	struct world_trie *accounts;
	struct world_account *touched[64]; /* since it was settled */
	size_t n_touched;
};

/* An account to be read; NULL: there is none. */
const struct world_account *world_account(const struct world_state *s,
					  const struct pl_addr *addr);
/* To be changed, before the next such call; made when there is none. */
struct world_account *world_touch(struct world_state *s,
				  const struct pl_addr *addr);

void world_store(struct world_state *s, const struct pl_addr *addr,
		 const struct pl_hash32 *key, const struct pl_u256 *value);
/* acc NULL: of no account, so 0. */
struct pl_u256 world_slot(const struct world_account *acc,
			  const struct pl_hash32 *key);
struct pl_u256 world_load(const struct world_state *s,
			  const struct pl_addr *addr,
			  const struct pl_hash32 *key);

/* What was touched takes its place in the trie, whose root is returned. */
struct pl_hash32 world_settle(struct world_state *s);
/* As it was settled. */
struct world_state *world_state_copy(struct pl_arena *a,
				     const struct world_state *s);

/* Of an account, there or not, in a settled state; of a slot of it. */
void world_account_proof(struct pl_arena *a, const struct world_state *s,
			 const struct pl_addr *addr, struct world_proof *out);
void world_slot_proof(struct pl_arena *a, const struct world_account *acc,
		      const struct pl_hash32 *key, struct world_proof *out);

#endif
