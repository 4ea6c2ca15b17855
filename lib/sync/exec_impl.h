/* Within sync/exec*.c. */
#ifndef PL_SYNC_EXEC_IMPL_H
#define PL_SYNC_EXEC_IMPL_H

#include "evm/transact.h"
#include "sync/exec.h"

struct pl_exec {
	struct pl_view *view;
	struct pl_arena *a, *scratch;
	struct pl_viewed at;
	struct pl_remote *remote;
	struct pl_override_source source; /* over it */
	struct pl_state *state;
	struct pl_evm_pool *pool;
	struct pl_evm_block block;
	bool tried; /* something was run here before */
	bool mute;  /* the node has no eth_createAccessList */
};

/* Calls that belong together: each runs on what the one before left. */
struct exec_calls {
	const struct pl_exec_call *v;
	size_t n;
	struct pl_evm_tracer *tracer; /* of the last one; or NULL */
};

/* Once, fetching what is missed one by one. */
PL_CHECKED enum pl_rc exec_once(struct pl_exec *x, struct pl_arena *a,
				struct pl_exec_result *out,
				const struct exec_calls *calls,
				struct pl_err *e);

/* With what the node says fetched before. */
PL_CHECKED enum pl_rc
exec_fetch(struct pl_exec *x, const struct exec_calls *calls, struct pl_err *e);
PL_CHECKED enum pl_rc exec_first(struct pl_exec *x, struct pl_arena *a,
				 struct pl_exec_result *out,
				 const struct exec_calls *calls,
				 struct pl_err *e);

/* Room for a transaction's own gas since EIP-7825 (Osaka). */
#define EXEC_TX_GAS ((uint64_t)1 << 24)

#endif
