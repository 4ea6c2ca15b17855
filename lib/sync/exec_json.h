/* The call object of eth_call and its kin, as an intention to run. */
#ifndef PL_SYNC_EXEC_JSON_H
#define PL_SYNC_EXEC_JSON_H

#include "codec/json_in.h"
#include "codec/json_out.h"
#include "sync/exec.h"

/* PL_EUSAGE names the member that is wrong; those that nobody knows are passed
 * over, as nodes do.  Spans live in a. */
PL_CHECKED enum pl_rc pl_exec_call_read(struct pl_arena *a,
					struct pl_exec_call *out,
					const struct pl_json *o,
					uint64_t chain_id, struct pl_err *e);

/* [{"address":…,"storageKeys":[…]}, …] */
void pl_exec_list_out(struct pl_jout *w, const char *key,
		      const struct pl_exec_access *list, size_t n);

#endif
