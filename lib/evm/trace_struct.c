/* The list of operations that debug_traceTransaction gives when no tracer is
 * named. */
#include "base/hex.h"
#include "evm/op.h"
#include "evm/state_impl.h"
#include "evm/trace.h"

/* A slot that was read or written, and what it holds since. */
struct pl_trace_slot {
	const struct pl_acct *acct;
	struct pl_u256 key, value;
	struct pl_trace_slot *next;
};

static void see(struct pl_trace_struct *t, const struct pl_acct *a,
		const struct pl_u256 *key, const struct pl_u256 *value)
{
	struct pl_trace_slot *x;

	for (x = t->slots; x; x = x->next)
		if (x->acct == a && pl_u256_same(&x->key, key)) {
			x->value = *value;
			return;
		}
	x = PL_NEW(t->a, struct pl_trace_slot);
	*x = (struct pl_trace_slot){ a, *key, *value, t->slots };
	t->slots = x;
}

/* What a slot holds while SLOAD or SSTORE runs; it was just looked for. */
static struct pl_u256 held(struct pl_state *s, const struct pl_acct *a,
			   const struct pl_u256 *key)
{
	const struct pl_slot *x =
		pl_slot_find(&s->slots, pl_slot_hash(s->seed, a, key), a, key);

	return x ? x->value : pl_u256_of(0);
}

static void put_word(struct pl_buf *b, const struct pl_u256 *v)
{
	char text[65];
	uint8_t be[32];

	pl_u256_to_be(be, v);
	pl_hex_put(text, (struct pl_span){ be, sizeof(be) });
	pl_buf_str(b, text);
}

static void put_storage(struct pl_trace_struct *t, const struct pl_evm_step *s)
{
	const struct pl_u256 *top = s->stack + s->n_stack - 1;
	struct pl_u256 now;
	bool more = false;

	if (s->op == PL_OP_SLOAD && s->n_stack >= 1) {
		now = held(t->state, s->self, top);
		see(t, s->self, top, &now);
	} else if (s->op == PL_OP_SSTORE && s->n_stack >= 2) {
		/* of what is not written, nothing is told */
		if (s->status <= PL_EVM_REVERT)
			see(t, s->self, top, top - 1);
	} else {
		return;
	}
	pl_jout_raw(&t->w, "storage", (struct pl_span){ NULL, 0 });
	pl_buf_byte(&t->b, '{');
	for (const struct pl_trace_slot *x = t->slots; x; x = x->next) {
		if (x->acct != s->self)
			continue;
		pl_buf_str(&t->b, more ? ",\"" : "\"");
		put_word(&t->b, &x->key);
		pl_buf_str(&t->b, "\":\"");
		put_word(&t->b, &x->value);
		pl_buf_byte(&t->b, '"');
		more = true;
	}
	pl_buf_byte(&t->b, '}');
}

static void put_memory(struct pl_trace_struct *t, struct pl_span m)
{
	pl_jout_open(&t->w, "memory", '[');
	for (size_t at = 0; at + 32 <= m.n; at += 32) {
		struct pl_u256 v = pl_u256_from_be32(m.p + at);

		pl_jout_raw(&t->w, NULL, (struct pl_span){ NULL, 0 });
		pl_buf_byte(&t->b, '"');
		put_word(&t->b, &v);
		pl_buf_byte(&t->b, '"');
	}
	pl_jout_close(&t->w, ']');
}

static void step(struct pl_evm_tracer *tracer, const struct pl_evm_step *s)
{
	struct pl_trace_struct *t = (struct pl_trace_struct *)(void *)tracer;
	struct pl_jout *w = &t->w;

	if (t->full || (t->limit && t->n >= t->limit))
		return;
	t->n++;
	pl_jout_open(w, NULL, '{');
	pl_jout_int(w, "pc", (int64_t)s->pc);
	pl_jout_str(w, "op", pl_evm_op_name(s->op, t->fork));
	pl_jout_int(w, "gas", (int64_t)s->gas);
	pl_jout_int(w, "gasCost",
		    (int64_t)(s->cost < INT64_MAX ? s->cost : INT64_MAX));
	pl_jout_int(w, "depth", s->depth);
	if (s->refund)
		pl_jout_int(w, "refund", s->refund);
	if (s->status > PL_EVM_REVERT)
		pl_jout_str(w, "error", pl_evm_status_text(s->status));
	if (!t->no_stack) {
		pl_jout_open(w, "stack", '[');
		for (size_t i = 0; i < s->n_stack; i++)
			pl_jout_u256(w, NULL, &s->stack[i]);
		pl_jout_close(w, ']');
	}
	if (t->return_data && s->return_data.n)
		pl_jout_data(w, "returnData", s->return_data);
	if (t->memory)
		put_memory(t, s->memory);
	if (!t->no_storage)
		put_storage(t, s);
	pl_jout_close(w, '}');
	t->full = t->b.n > PL_TRACE_BYTES;
}

void pl_trace_struct_init(struct pl_trace_struct *t, struct pl_arena *a,
			  struct pl_state *state, enum pl_fork fork)
{
	*t = (struct pl_trace_struct){
		.t = { .step = step }, .state = state, .fork = fork, .a = a
	};
	pl_buf_init(&t->b, a);
	pl_jout_init(&t->w, &t->b);
}

void pl_trace_struct_json(struct pl_jout *w, const char *key,
			  const struct pl_trace_struct *t, uint64_t used,
			  enum pl_evm_status status, struct pl_span output)
{
	pl_jout_open(w, key, '{');
	pl_jout_int(w, "gas", (int64_t)used);
	pl_jout_bool(w, "failed", status != PL_EVM_SUCCESS);
	pl_jout_data(w, "returnValue", output);
	pl_jout_open(w, "structLogs", '[');
	if (t->b.n)
		pl_jout_raw(w, NULL, pl_buf_span(&t->b));
	pl_jout_close(w, ']');
	pl_jout_close(w, '}');
}
