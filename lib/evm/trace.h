/* What the hooks of evm.h see, as JSON: the lines of EIP-3155, and the two
 * forms that debug_traceTransaction has everywhere, a tree of calls and a list
 * of operations.  Each is a tracer whose first member goes into struct pl_evm;
 * pure, and bounded: the operations of one block can fill any memory. */
#ifndef PL_EVM_TRACE_H
#define PL_EVM_TRACE_H

#include "codec/json_out.h"
#include "evm/evm.h"

/* ------------------------------------------------------------- EIP-3155 */

/* One line an operation, without its end, as soon as it is known. */
typedef void (*pl_trace_line_fn)(void *x, struct pl_span json);
struct pl_trace_lines {
	struct pl_evm_tracer t;
	struct pl_arena *a; /* reset with each line */
	enum pl_fork fork;
	bool memory; /* show it: much */
	pl_trace_line_fn line;
	void *x;
};
void pl_trace_lines_init(struct pl_trace_lines *t, struct pl_arena *scratch,
			 enum pl_fork fork, pl_trace_line_fn line, void *x);
/* The line that comes last: output, gas used, and how it failed. */
void pl_trace_lines_end(struct pl_trace_lines *t, const struct pl_evm_result *r,
			uint64_t gas_used);

/* ------------------------------------------------------------ callTracer */

struct pl_trace_call; /* one call, with those it made */
struct pl_trace_calls {
	struct pl_evm_tracer t;
	struct pl_arena *a;
	bool only_top, logs;
	struct pl_trace_call *top, *now;
	size_t bytes;
	bool full; /* there was more than PL_TRACE_BYTES: useless */
};
void pl_trace_calls_init(struct pl_trace_calls *t, struct pl_arena *a);
/* The tree as callTracer has it.  gas and used are the transaction's own, for
 * the outermost call. */
void pl_trace_calls_json(struct pl_jout *w, const char *key,
			 const struct pl_trace_calls *t, uint64_t gas,
			 uint64_t used);

/* ------------------------------------------------------------- structLogs */

struct pl_trace_slot;
struct pl_trace_struct {
	struct pl_evm_tracer t;
	struct pl_state *state;
	enum pl_fork fork;
	bool memory, return_data, no_stack, no_storage;
	uint64_t limit; /* operations shown; 0: all */
	uint64_t n;
	struct pl_buf b; /* what stands between the brackets */
	struct pl_jout w;
	struct pl_arena *a;
	struct pl_trace_slot *slots; /* seen so far, newest first */
	bool full;
};
/* What is made lives in a. */
void pl_trace_struct_init(struct pl_trace_struct *t, struct pl_arena *a,
			  struct pl_state *state, enum pl_fork fork);
/* {gas, failed, returnValue, structLogs} */
void pl_trace_struct_json(struct pl_jout *w, const char *key,
			  const struct pl_trace_struct *t, uint64_t used,
			  enum pl_evm_status status, struct pl_span output);

/* Bytes of JSON that a trace may have. */
#define PL_TRACE_BYTES ((size_t)256 << 20)

/* Error(string) of Solidity; NULL when the bytes are something else. */
char *pl_revert_reason(struct pl_arena *a, struct pl_span output);

#endif
