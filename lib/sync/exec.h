/* Messages that nobody signed, run here on the state after a block: what
 * eth_call, eth_estimateGas and eth_createAccessList answer, and what a
 * transaction would do that is about to be signed.
 *
 * The block they run in is the one named, as Ethereum's nodes have it: its
 * number, time, coinbase and limits, on the state it left behind; without a
 * gas price the base fee reads 0.  On a chain of Nitro NUMBER is the parent
 * chain's block, out of the header's mix hash, PREVRANDAO is 1, and gas is
 * that of execution alone: what the parent chain's data costs is not in it. */
#ifndef PL_SYNC_EXEC_H
#define PL_SYNC_EXEC_H

#include "evm/evm.h"
#include "evm/override.h"
#include "sync/remote.h"

#define PL_EXEC_GAS 50000000u /* of a call that names none, and the most */

struct pl_exec_call {
	struct pl_addr from; /* zero: nobody */
	bool has_to;
	struct pl_addr to;
	uint64_t gas;  /* 0: PL_EXEC_GAS */
	bool has_fees; /* else gas costs nothing */
	struct pl_u256 max_fee, tip;
	struct pl_u256 value;
	struct pl_span data;
	/* Payloads as struct pl_tx has them. */
	bool has_access_list;
	struct pl_span access_list, auth_list;
	/* What the state is to be instead, and the block (NULL: as it is); of
	 * several calls, the first one's. */
	struct pl_overrides overrides;
	const struct pl_evm_block *block;
};

/* What a message did, or would. */
struct pl_exec_change {
	struct pl_addr addr;
	struct pl_u256 before, after; /* wei */
};
struct pl_exec_result {
	enum pl_evm_status status;
	uint64_t gas_used, gas_refunded;
	struct pl_span output; /* returned, or the revert's data */
	struct pl_addr contract;
	const struct pl_log *logs;
	size_t n_logs;
	const struct pl_exec_change *balances; /* that changed, by address */
	size_t n_balances;
};

struct pl_exec;

/* Over the state after `at`.  The view outlives it. */
struct pl_exec *pl_exec_open(struct pl_view *v, const struct pl_viewed *at);
void pl_exec_close(struct pl_exec *x); /* NULL is allowed */

struct pl_remote *pl_exec_remote(struct pl_exec *x);

/* Run it; what it changes is forgotten again.  What it will look at is fetched
 * before, by what the node says of it (eth_createAccessList, which many do
 * not have), unless all of it is here.  Everything in *out lives in a.
 * A revert is PL_OK and out->status.  PL_EREFUSED: no such transaction may be,
 * or this chain's code cannot run here.  PL_EPROOF, PL_ENET, PL_ELIMIT: the
 * state. */
PL_CHECKED enum pl_rc pl_exec_run(struct pl_exec *x, struct pl_arena *a,
				  struct pl_exec_result *out,
				  const struct pl_exec_call *call,
				  struct pl_err *e);

/* Several, each on what the one before left behind; out has room for n.  The
 * balances of each are against the state before the first. */
PL_CHECKED enum pl_rc pl_exec_run_all(struct pl_exec *x, struct pl_arena *a,
				      struct pl_exec_result *out,
				      const struct pl_exec_call *calls,
				      size_t n, struct pl_err *e);

/* The least gas, to within 1.5 %, with which it does not fail.  With call->gas
 * 0 it may be as much as a block holds.  Where it fails with that too, out
 * tells how, and *gas is 0. */
PL_CHECKED enum pl_rc pl_exec_estimate(struct pl_exec *x, struct pl_arena *a,
				       uint64_t *gas,
				       struct pl_exec_result *out,
				       const struct pl_exec_call *call,
				       struct pl_err *e);

/* The access list that makes it cheapest to warm what it touches: accounts
 * but for the sender, the callee and precompiles, unless with slots.  *list
 * lives in a; *out is of the run with the list. */
struct pl_exec_access {
	struct pl_addr addr;
	const struct pl_hash32 *keys;
	size_t n_keys;
};
PL_CHECKED enum pl_rc pl_exec_list(struct pl_exec *x, struct pl_arena *a,
				   const struct pl_exec_access **list,
				   size_t *n, struct pl_exec_result *out,
				   const struct pl_exec_call *call,
				   struct pl_err *e);

/* The payload of such a list, as struct pl_tx wants it. */
struct pl_span pl_exec_list_rlp(struct pl_arena *a,
				const struct pl_exec_access *list, size_t n);

/* What it ran as, for tests and for words. */
const struct pl_evm_block *pl_exec_block(const struct pl_exec *x);

#endif
