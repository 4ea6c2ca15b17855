/* What a node says about a token, read at one block: `claimed`. */
#ifndef PL_SYNC_TOKEN_H
#define PL_SYNC_TOKEN_H

#include "net/rpc.h"
#include "token/token.h"

/* The block that everything is read at. */
struct pl_token_block {
	uint64_t number;
	struct pl_hash32 hash;
	int64_t time;
};

/* Pointers are NULL where the token has no such thing. */
struct pl_token_info {
	struct pl_addr addr;
	const char *name, *symbol; /* as the chain has them: escape to show */
	const uint8_t *decimals;
	struct pl_u256 supply; /* raw units */
	const struct pl_u256 *cap;
	const bool *paused;
	const struct pl_addr *owner, *pending_owner;
	const char *asset; /* id of the asset it says it stands for */
	const struct pl_hash32 *root, *commit;
	struct pl_token_block block;
};

/* Everything at once, in one exchange, at the latest block.  PL_ENOTFOUND when
 * no contract stands there, PL_EFORMAT when it is no ERC-20. */
PL_CHECKED enum pl_rc pl_token_read(struct pl_arena *a,
				    struct pl_token_info *out, struct pl_rpc *r,
				    const struct pl_token_artifact *t,
				    const struct pl_addr *token,
				    struct pl_err *e);

/* balanceOf at the block that `info` was read at. */
PL_CHECKED enum pl_rc pl_token_balance(struct pl_arena *a, struct pl_u256 *out,
				       struct pl_rpc *r,
				       const struct pl_token_artifact *t,
				       const struct pl_token_info *info,
				       const struct pl_addr *who,
				       struct pl_err *e);

/* Is there code at the address, in the latest block? */
PL_CHECKED enum pl_rc pl_token_exists(struct pl_arena *a, bool *out,
				      struct pl_rpc *r,
				      const struct pl_addr *token,
				      struct pl_err *e);

/* The events of the token in a receipt as nodes serve it, in order. */
PL_CHECKED enum pl_rc
pl_token_events(struct pl_arena *a, struct pl_token_event **out, size_t *n,
		const struct pl_token_artifact *t, const struct pl_addr *token,
		const struct pl_json *receipt, struct pl_err *e);

#endif
