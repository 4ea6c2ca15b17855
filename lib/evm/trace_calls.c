/* The tree of calls that a transaction makes. */
#include "evm/trace.h"

struct call_log {
	struct pl_log log;
	size_t position; /* calls made before it */
	struct call_log *next;
};

struct pl_trace_call {
	struct pl_trace_call *up, *first, *last, *next;
	const char *type;
	struct pl_addr from, to;
	struct pl_u256 value;
	bool has_value, has_to;
	uint64_t gas, used;
	struct pl_span input, output;
	enum pl_evm_status status;
	size_t n_calls;
	struct call_log *logs, *last_log;
};

static const char *const types[] = {
	[PL_EVM_CALL] = "CALL",
	[PL_EVM_CALLCODE] = "CALLCODE",
	[PL_EVM_DELEGATECALL] = "DELEGATECALL",
	[PL_EVM_STATICCALL] = "STATICCALL",
	[PL_EVM_CREATE] = "CREATE",
	[PL_EVM_CREATE2] = "CREATE2",
};

static struct pl_trace_calls *of(struct pl_evm_tracer *t)
{
	return (struct pl_trace_calls *)(void *)t;
}

/* What is kept counts; what is too much is not. */
static struct pl_span keep(struct pl_trace_calls *t, struct pl_span s)
{
	t->bytes += 2 * s.n + 512;
	if (t->bytes > PL_TRACE_BYTES) {
		t->full = true;
		return (struct pl_span){ 0 };
	}
	return pl_span_dup(t->a, s);
}

static struct pl_trace_call *add(struct pl_trace_calls *t)
{
	struct pl_trace_call *c = PL_NEW(t->a, struct pl_trace_call);

	c->up = t->now;
	if (!t->now) {
		t->top = c;
	} else {
		if (t->now->last)
			t->now->last->next = c;
		else
			t->now->first = c;
		t->now->last = c;
		t->now->n_calls++;
	}
	return c;
}

static void enter(struct pl_evm_tracer *tracer, const struct pl_evm_msg *m,
		  const struct pl_addr *to)
{
	struct pl_trace_calls *t = of(tracer);
	struct pl_trace_call *c;

	if (t->full || (t->only_top && m->depth))
		return;
	c = add(t);
	c->type = types[m->kind];
	c->from = m->kind == PL_EVM_DELEGATECALL ? m->recipient : m->sender;
	c->to = *to;
	c->has_to = true;
	c->value = m->value;
	c->has_value = m->kind != PL_EVM_STATICCALL;
	c->gas = m->gas;
	c->input = keep(t, m->input);
	t->now = c;
}

static void forget_logs(struct pl_trace_call *top)
{
	struct pl_trace_call *c = top;

	while (c) {
		c->logs = c->last_log = NULL;
		if (c->first) {
			c = c->first;
			continue;
		}
		while (c != top && !c->next)
			c = c->up;
		c = c == top ? NULL : c->next;
	}
}

static void leave(struct pl_evm_tracer *tracer, const struct pl_evm_msg *m,
		  const struct pl_evm_result *r)
{
	struct pl_trace_calls *t = of(tracer);
	struct pl_trace_call *c = t->now;

	if (t->full || !c || (t->only_top && m->depth))
		return;
	c->status = r->status;
	c->used = m->gas - r->gas_left;
	c->output = keep(t, r->output);
	if (r->status != PL_EVM_SUCCESS) {
		if (m->kind == PL_EVM_CREATE || m->kind == PL_EVM_CREATE2)
			c->has_to = false;
		if (t->logs)
			forget_logs(c);
	}
	t->now = c->up;
}

static void log_made(struct pl_evm_tracer *tracer, const struct pl_log *log)
{
	struct pl_trace_calls *t = of(tracer);
	struct pl_trace_call *c = t->now;
	struct call_log *l;

	if (!t->logs || t->full || !c)
		return;
	l = PL_NEW(t->a, struct call_log);
	l->log = *log;
	l->log.data = keep(t, log->data);
	l->position = c->n_calls;
	if (c->last_log)
		c->last_log->next = l;
	else
		c->logs = l;
	c->last_log = l;
}

static void destructed(struct pl_evm_tracer *tracer, const struct pl_addr *from,
		       const struct pl_addr *to, const struct pl_u256 *amount)
{
	struct pl_trace_calls *t = of(tracer);
	struct pl_trace_call *c;

	if (t->full || t->only_top || !t->now)
		return;
	c = add(t);
	c->type = "SELFDESTRUCT";
	c->from = *from;
	c->to = *to;
	c->has_to = c->has_value = true;
	c->value = *amount;
	(void)keep(t, (struct pl_span){ 0 });
}

void pl_trace_calls_init(struct pl_trace_calls *t, struct pl_arena *a)
{
	*t = (struct pl_trace_calls){ .t = { .enter = enter,
					     .exit = leave,
					     .log = log_made,
					     .selfdestruct = destructed },
				      .a = a };
}

/* ------------------------------------------------------------------ JSON */

char *pl_revert_reason(struct pl_arena *a, struct pl_span output)
{
	static const uint8_t head[4 + 31] = { 0x08, 0xc3, 0x79, 0xa0 };
	const uint8_t *p = output.p;
	size_t n;

	/* The selector, 32, a length below 2^32, and as many bytes. */
	if (output.n < 68 || memcmp(p, head, sizeof(head)) != 0 ||
	    p[35] != 32 || memcmp(p + 36, head + 4, 28) != 0)
		return NULL;
	n = (size_t)p[64] << 24 | (size_t)p[65] << 16 | (size_t)p[66] << 8 |
	    p[67];
	if (n > output.n - 68)
		return NULL;
	return pl_strndup(a, (const char *)p + 68, n);
}

static void put_logs(struct pl_jout *w, const struct call_log *l)
{
	pl_jout_open(w, "logs", '[');
	for (; l; l = l->next) {
		pl_jout_open(w, NULL, '{');
		pl_jout_addr(w, "address", &l->log.address);
		pl_jout_open(w, "topics", '[');
		for (size_t i = 0; i < l->log.n_topics; i++)
			pl_jout_hash(w, NULL, &l->log.topics[i]);
		pl_jout_close(w, ']');
		pl_jout_data(w, "data", l->log.data);
		pl_jout_u64(w, "position", l->position);
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
}

/* All of a call but what it called and its closing brace. */
static void put_call(struct pl_jout *w, const char *key,
		     const struct pl_trace_call *c, struct pl_arena *a,
		     uint64_t gas, uint64_t used)
{
	char *reason = NULL;

	pl_jout_open(w, key, '{');
	pl_jout_addr(w, "from", &c->from);
	pl_jout_u64(w, "gas", gas);
	pl_jout_u64(w, "gasUsed", used);
	if (c->has_to)
		pl_jout_addr(w, "to", &c->to);
	pl_jout_data(w, "input", c->input);
	if (c->output.n)
		pl_jout_data(w, "output", c->output);
	if (c->status != PL_EVM_SUCCESS)
		pl_jout_str(w, "error", pl_evm_status_text(c->status));
	if (c->status == PL_EVM_REVERT)
		reason = pl_revert_reason(a, c->output);
	if (reason)
		pl_jout_str(w, "revertReason", reason);
	if (c->logs)
		put_logs(w, c->logs);
	if (c->has_value)
		pl_jout_u256(w, "value", &c->value);
	pl_jout_str(w, "type", c->type);
	if (c->first)
		pl_jout_open(w, "calls", '[');
}

/* Without recursion: a tree is as deep as calls are. */
void pl_trace_calls_json(struct pl_jout *w, const char *key,
			 const struct pl_trace_calls *t, uint64_t gas,
			 uint64_t used)
{
	const struct pl_trace_call *c = t->top;

	if (!c) {
		pl_jout_null(w, key);
		return;
	}
	put_call(w, key, c, t->a, gas, used);
	while (c) {
		if (c->first) {
			c = c->first;
			put_call(w, NULL, c, t->a, c->gas, c->used);
			continue;
		}
		pl_jout_close(w, '}');
		while (c != t->top && !c->next) {
			c = c->up;
			pl_jout_close(w, ']');
			pl_jout_close(w, '}');
		}
		c = c == t->top ? NULL : c->next;
		if (c)
			put_call(w, NULL, c, t->a, c->gas, c->used);
	}
}
