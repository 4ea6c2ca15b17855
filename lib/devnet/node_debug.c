/* debug_traceTransaction, debug_traceCall and their like: transactions run once
 * more, on the state that they began from. */
#include "devnet/node_methods.h"
#include "eth/node_json.h"
#include "evm/trace.h"

/* What the caller wants to see. */
struct wish {
	bool calls; /* callTracer; else structLogs */
	bool only_top, logs;
	bool memory, return_data, no_stack, no_storage;
	uint64_t limit;
};

struct tracer {
	struct wish wish;
	struct pl_trace_calls calls;
	struct pl_trace_struct steps;
};

static bool flag(const struct pl_json *o, const char *key)
{
	return pl_json_bool(pl_json_get(o, key));
}

static enum pl_rc read_wish(struct node_call *c, struct wish *w,
			    const struct pl_json *o, struct pl_err *e)
{
	const char *name = pl_json_str(pl_json_get(o, "tracer"));
	const struct pl_json *conf = pl_json_get(o, "tracerConfig");

	*w = (struct wish){
		.calls = name != NULL,
		.only_top = flag(conf, "onlyTopCall"),
		.logs = flag(conf, "withLog"),
		.memory = flag(o, "enableMemory"),
		.return_data = flag(o, "enableReturnData"),
		.no_stack = flag(o, "disableStack"),
		.no_storage = flag(o, "disableStorage"),
	};
	if (name && strcmp(name, "callTracer") != 0) {
		(void)pl_fail(e, PL_EUSAGE,
			      "no tracer \"%s\": callTracer, or none for "
			      "structLogs",
			      name);
		return node_bad(c, e);
	}
	if (pl_has(o, "limit") && pl_get_u64(&w->limit, o, "limit", e))
		return node_bad(c, e);
	return PL_OK;
}

static struct pl_evm_tracer *tracer_open(struct node_call *c, struct tracer *t)
{
	const struct wish *w = &t->wish;

	if (w->calls) {
		pl_trace_calls_init(&t->calls, c->a);
		t->calls.only_top = w->only_top;
		t->calls.logs = w->logs;
		return &t->calls.t;
	}
	pl_trace_struct_init(&t->steps, c->a, pl_dev_run_state(c->d),
			     pl_dev_conf(c->d)->fork);
	t->steps.memory = w->memory;
	t->steps.return_data = w->return_data;
	t->steps.no_stack = w->no_stack;
	t->steps.no_storage = w->no_storage;
	t->steps.limit = w->limit;
	return &t->steps.t;
}

static enum pl_rc put_trace(struct node_call *c, const char *key,
			    const struct tracer *t, uint64_t gas,
			    const struct pl_transacted *r, struct pl_err *e)
{
	if (t->wish.calls ? t->calls.full : t->steps.full)
		return pl_fail(e, PL_ELIMIT,
			       "a trace of more than %zu MB: look at less of "
			       "it (disableStack, limit, onlyTopCall)",
			       PL_TRACE_BYTES >> 20);
	if (t->wish.calls)
		pl_trace_calls_json(c->w, key, &t->calls, gas, r->gas_used);
	else
		pl_trace_struct_json(c->w, key, &t->steps, r->gas_used,
				     r->status, r->output);
	return PL_OK;
}

static enum pl_rc trace_one(struct node_call *c, const char *key,
			    const struct wish *w, const struct pl_dev_block *b,
			    size_t i, struct pl_err *e)
{
	struct tracer *t = PL_NEW(c->a, struct tracer);
	struct pl_transacted r;
	struct pl_tx tx;

	t->wish = *w;
	PL_TRY(pl_tx_decode(&tx, b->txs[i].raw, e));
	PL_TRY(pl_dev_replay(c->d, &r, b, i, tracer_open(c, t), e));
	return put_trace(c, key, t, tx.gas, &r, e);
}

/* [hash, options] */
enum pl_rc node_trace_tx(struct node_call *c, struct pl_err *e)
{
	const struct pl_dev_block *b;
	struct pl_hash32 hash;
	struct wish w;
	size_t i;

	PL_TRY(node_hash(c, &hash, 0, e));
	PL_TRY(read_wish(c, &w, node_param(c, 1), e));
	b = pl_dev_find(c->d, &i, &hash);
	if (!b)
		return pl_fail(e, PL_ENOTFOUND, "transaction not found");
	return trace_one(c, NODE_KEY, &w, b, i, e);
}

/* [block, options]: all of its transactions */
enum pl_rc node_trace_block(struct node_call *c, struct pl_err *e)
{
	struct node_at at;
	struct wish w;

	PL_TRY(node_at(c, &at, 0, e));
	PL_TRY(read_wish(c, &w, node_param(c, 1), e));
	pl_jout_open(c->w, NODE_KEY, '[');
	for (size_t i = 0; i < at.b->n_txs; i++) {
		pl_jout_open(c->w, NULL, '{');
		pl_jout_hash(c->w, "txHash", &at.b->txs[i].hash);
		PL_TRY(trace_one(c, "result", &w, at.b, i, e));
		pl_jout_close(c->w, '}');
	}
	pl_jout_close(c->w, ']');
	return PL_OK;
}

/* [call, block, options] */
enum pl_rc node_trace_call(struct node_call *c, struct pl_err *e)
{
	const struct pl_json *o = node_param(c, 2);
	struct tracer *t = PL_NEW(c->a, struct tracer);
	struct pl_transacted r;
	struct node_run x;

	PL_TRY(node_run_begin(c, &x, 0, e));
	PL_TRY(read_wish(c, &t->wish, o, e));
	PL_TRY(node_overrides(c, &x, pl_json_get(o, "stateOverrides"),
			      pl_json_get(o, "blockOverrides"), e));
	x.call.tracer = tracer_open(c, t);
	PL_TRY(pl_dev_run(c->d, &r, &x.call, e));
	return put_trace(c, NODE_KEY, t, x.r.tx.gas, &r, e);
}
