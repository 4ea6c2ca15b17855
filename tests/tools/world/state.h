/* The state of a made-up chain at every block: an account's balance and nonce,
 * its code, its storage; kept as writes in the order of blocks. */
#ifndef PL_TESTS_WORLD_STATE_H
#define PL_TESTS_WORLD_STATE_H

#include "trie.h"

struct world_slot {
	struct pl_hash32 key, hashed;
	struct pl_u256 value;
};

struct world_account {
	struct pl_addr addr;
	struct pl_hash32 hashed;
	uint64_t nonce;
	struct pl_u256 balance;
	struct pl_span code;
	struct world_slot *slot; /* by rising `hashed`; none is zero */
	size_t n_slots, room;
	bool dirty;
	struct pl_hash32 storage_root;
};

struct world_state {
	struct pl_arena *a;
	struct world_account *acc; /* by rising `hashed` */
	size_t n, room;
};

struct world_account *world_account(struct world_state *s,
				    const struct pl_addr *addr, bool make);
void world_store(struct world_state *s, const struct pl_addr *addr,
		 const struct pl_hash32 *key, const struct pl_u256 *value);
struct pl_u256 world_load(struct world_state *s, const struct pl_addr *addr,
			  const struct pl_hash32 *key);

/* With `addr`, the proof of that account too, found or not. */
struct pl_hash32 world_state_root(struct world_state *s, struct pl_arena *a,
				  const struct pl_addr *addr,
				  struct world_proof *proof);
/* Of an account (NULL: an empty one), for a slot. */
struct pl_hash32 world_storage_root(struct pl_arena *a,
				    const struct world_account *acc,
				    const struct pl_hash32 *key,
				    struct world_proof *proof);

struct world_state *world_state_copy(struct pl_arena *a,
				     const struct world_state *s);

#endif
