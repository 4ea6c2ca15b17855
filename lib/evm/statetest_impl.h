/* Between the reading of a state test and its running. */
#ifndef PL_EVM_STATETEST_IMPL_H
#define PL_EVM_STATETEST_IMPL_H

#include "codec/json_in.h"
#include "evm/memstate.h"
#include "evm/transact.h"

/* What of a block does not depend on the fork. */
struct pl_statetest_env {
	struct pl_evm_block block;
	uint64_t excess_blob_gas;
};

/* One of the forms of the transaction. */
struct pl_statetest_index {
	uint64_t data, gas, value;
};

PL_CHECKED enum pl_rc pl_statetest_env(struct pl_statetest_env *out,
				       const struct pl_json *test,
				       struct pl_err *e);
/* Everything lives in a. */
PL_CHECKED enum pl_rc pl_statetest_pre(struct pl_memstate **out,
				       struct pl_arena *a,
				       const struct pl_json *test,
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_statetest_index(struct pl_statetest_index *out,
					 const struct pl_json *post,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_statetest_tx(struct pl_transact *out, struct pl_tx *tx,
				      struct pl_arena *a,
				      const struct pl_json *test,
				      const struct pl_statetest_index *i,
				      struct pl_err *e);

/* false for a name that is no fork's. */
bool pl_statetest_fork(enum pl_fork *out, const char *name);

#endif
