/* What happens in the blocks of any chain of the world. */
#ifndef PL_TESTS_WORLD_LIFE_H
#define PL_TESTS_WORLD_LIFE_H

#include "chain.h"

struct pl_addr world_fixed(const char *text);

/* An account with code, at a place of ours. */
struct pl_addr world_contract(struct world_chain *c, const char *text,
			      struct pl_span code);

/* Into storage. */
void world_put(struct world_chain *c, const struct pl_addr *who,
	       const struct pl_hash32 *key, const struct pl_hash32 *value);
void world_put_at(struct world_chain *c, const struct pl_addr *who,
		  uint64_t slot, const struct pl_hash32 *value);

/* Accounts 1 to 24 have an ether each. */
void world_users(struct world_chain *c);

/* Payments and transfers of a token, now and then. */
void world_ordinary(struct world_chain *c, const struct pl_addr *token);

/* EIP-2935: from the next block on, the parent's hash is kept. */
void world_history_begin(struct world_chain *c);
void world_history(struct world_chain *c, uint64_t ring);

#endif
