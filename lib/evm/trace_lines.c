#include "evm/trace.h"

/* SPEC eip-3155 required fields: numbers of one operation are JSON numbers but
 * for what may pass 2^53 */
static void step(struct pl_evm_tracer *tracer, const struct pl_evm_step *s)
{
	struct pl_trace_lines *t = (struct pl_trace_lines *)(void *)tracer;
	struct pl_buf b;
	struct pl_jout w;

	pl_arena_reset(t->a);
	pl_buf_init(&b, t->a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_int(&w, "pc", (int64_t)s->pc);
	pl_jout_int(&w, "op", s->op);
	pl_jout_u64(&w, "gas", s->gas);
	pl_jout_u64(&w, "gasCost", s->cost);
	if (t->memory)
		pl_jout_data(&w, "memory", s->memory);
	pl_jout_int(&w, "memSize", (int64_t)s->memory.n);
	pl_jout_open(&w, "stack", '[');
	for (size_t i = 0; i < s->n_stack; i++)
		pl_jout_u256(&w, NULL, &s->stack[i]);
	pl_jout_close(&w, ']');
	if (t->memory)
		pl_jout_data(&w, "returnData", s->return_data);
	pl_jout_int(&w, "depth", s->depth);
	pl_jout_int(&w, "refund", s->refund);
	pl_jout_str(&w, "opName", pl_evm_op_name(s->op, t->fork));
	if (s->status > PL_EVM_REVERT)
		pl_jout_str(&w, "error", pl_evm_status_text(s->status));
	pl_jout_close(&w, '}');
	t->line(t->x, pl_buf_span(&b));
}

void pl_trace_lines_init(struct pl_trace_lines *t, struct pl_arena *scratch,
			 enum pl_fork fork, pl_trace_line_fn line, void *x)
{
	*t = (struct pl_trace_lines){ .t = { .step = step },
				      .a = scratch,
				      .fork = fork,
				      .line = line,
				      .x = x };
}

void pl_trace_lines_end(struct pl_trace_lines *t, const struct pl_evm_result *r,
			uint64_t gas_used)
{
	struct pl_buf b;
	struct pl_jout w;

	pl_arena_reset(t->a);
	pl_buf_init(&b, t->a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_data(&w, "output", r->output);
	pl_jout_u64(&w, "gasUsed", gas_used);
	if (r->status != PL_EVM_SUCCESS)
		pl_jout_str(&w, "error", pl_evm_status_text(r->status));
	pl_jout_close(&w, '}');
	t->line(t->x, pl_buf_span(&b));
}
