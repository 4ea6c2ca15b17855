/* A transaction from an intention to a receipt (EIP-1559): asks the node for
 * what it needs, checks what it can, signs, sends and waits. */
#ifndef PL_SYNC_SEND_H
#define PL_SYNC_SEND_H

#include "net/rpc.h"
#include "wallet/signer.h"

/* What is to happen.  to = NULL creates a contract from data. */
struct pl_call {
	const struct pl_addr *to;
	struct pl_span data;
	struct pl_u256 value;
};

/* Turns revert data into words in the arena, or NULL when it is none of its
 * own errors.  Error(string) and Panic(uint256) are known without it. */
typedef const char *(*pl_revert_fn)(void *ctx, struct pl_arena *a,
				    struct pl_span data);

struct pl_send_conf {
	uint64_t chain_id; /* the network's; a node of another is refused */
	const uint64_t *nonce, *gas;         /* NULL: asked from the node */
	const struct pl_u256 *max_fee, *tip; /* wei per gas, likewise */
	struct pl_u256 max_cost; /* wei; more is refused.  0: no limit */
	unsigned wait_s;         /* for the receipt; 0: 180 */
	pl_revert_fn revert;     /* may be NULL */
	void *revert_ctx;
	/* told while waiting, may be NULL */
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
};

/* Ready to sign; every figure may be shown to the user first. */
struct pl_plan {
	uint64_t chain_id, nonce, gas_limit, gas_estimate;
	struct pl_addr from;
	bool create;
	struct pl_addr to; /* the new contract's address when `create` */
	struct pl_span data;
	struct pl_u256 value, base_fee, tip, max_fee;
	struct pl_u256 max_cost; /* wei: value + gas_limit × max_fee */
	struct pl_u256 balance;  /* of `from`, as the node says */
};

/* What became of it, as the node says (claimed). */
struct pl_sent {
	struct pl_hash32 hash, block_hash;
	uint64_t nonce, block_number, gas_used;
	struct pl_u256 gas_price; /* paid, wei per gas */
	struct pl_u256 fee;       /* paid, wei */
	bool create;
	struct pl_addr contract;       /* when `create` */
	const struct pl_json *receipt; /* whole, for its logs */
};

/* Simulate and price; signs and sends nothing (all of --dry-run).  PL_EREFUSED
 * with the reason when it would revert. */
PL_CHECKED enum pl_rc pl_send_plan(struct pl_arena *a, struct pl_plan *out,
				   struct pl_rpc *r, const struct pl_addr *from,
				   const struct pl_call *call,
				   const struct pl_send_conf *conf,
				   struct pl_err *e);

/* Sign, send, await the receipt.  hash is set as soon as the transaction may
 * be out, even where PL_ENET follows (no receipt in time): the words then
 * name it.  PL_EREFUSED: the node would not take it, or it was mined and
 * reverted; the words say which and why. */
PL_CHECKED enum pl_rc pl_send_plan_run(struct pl_arena *a, struct pl_sent *out,
				       struct pl_rpc *r, struct pl_signer *s,
				       const struct pl_plan *plan,
				       const struct pl_send_conf *conf,
				       struct pl_err *e);

/* Both in one. */
PL_CHECKED enum pl_rc pl_send(struct pl_arena *a, struct pl_sent *out,
			      struct pl_rpc *r, struct pl_signer *s,
			      const struct pl_call *call,
			      const struct pl_send_conf *conf,
			      struct pl_err *e);

/* The reason in revert data, in words: Error(string), Panic(uint256), what
 * `fn` knows, else the bytes. */
const char *pl_send_reason(struct pl_arena *a, struct pl_span data,
			   pl_revert_fn fn, void *ctx);

#endif
