#include "sync/exec.h"

#include <stdlib.h>

#include "eth/blob.h"
#include "orbit/nitro.h"
#include "sync/exec_impl.h"

/* ---------------------------------------------------------------- the block */

static struct pl_evm_block block_of(const struct pl_view *v,
				    const struct pl_header *h)
{
	struct pl_evm_block b = { .fork = pl_view_fork(v, h),
				  .chain_id = pl_view_chain_id(v),
				  .number = h->number,
				  .time = h->time,
				  .gas_limit = h->gas_limit,
				  .coinbase = h->miner,
				  .difficulty = h->difficulty,
				  .prev_randao = h->mix_hash };
	const bool nitro = pl_view_is_nitro(v, h);

	if (h->n_fields >= 16)
		b.base_fee = h->base_fee;
	if (h->n_fields >= 20 &&
	    !pl_blob_price(&b.blob_base_fee, b.fork, h->excess_blob_gas))
		b.blob_base_fee = pl_u256_of(1);
	if (nitro) {
		/* the parent chain's number, and a constant */
		b.number = pl_nitro_read(h).l1_block;
		b.prev_randao = (struct pl_hash32){ { 0 } };
		b.prev_randao.b[31] = 1;
	}
	return b;
}

const struct pl_evm_block *pl_exec_block(const struct pl_exec *x)
{
	return &x->block;
}

/* --------------------------------------------------------------- lifetime */

struct pl_exec *pl_exec_open(struct pl_view *v, const struct pl_viewed *at)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_exec *x = PL_NEW(a, struct pl_exec);

	x->a = a;
	x->scratch = pl_arena_open(0);
	x->view = v;
	x->remote = pl_remote_open(v, at);
	x->at = *pl_remote_at(x->remote);
	pl_override_source(&x->source, pl_remote_source(x->remote));
	x->state = pl_state_open(&x->source.base);
	x->pool = pl_evm_pool_open();
	x->block = block_of(v, &x->at.header);
	return x;
}

void pl_exec_close(struct pl_exec *x)
{
	if (!x)
		return;
	pl_evm_pool_close(x->pool);
	pl_state_close(x->state);
	pl_remote_close(x->remote);
	pl_arena_close(x->scratch);
	pl_arena_close(x->a);
}

struct pl_remote *pl_exec_remote(struct pl_exec *x)
{
	return x->remote;
}

/* ------------------------------------------------------------ one message */

static void make_tx(struct pl_tx *tx, const struct pl_exec *x,
		    const struct pl_exec_call *c, uint64_t nonce)
{
	const bool fees = x->block.fork >= PL_FORK_LONDON;

	*tx = (struct pl_tx){ .type = PL_TX_LEGACY,
			      .has_chain_id = true,
			      .has_to = c->has_to,
			      .chain_id = x->block.chain_id,
			      .nonce = nonce,
			      .gas = c->gas ? c->gas : PL_EXEC_GAS,
			      .to = c->to,
			      .value = c->value,
			      .data = c->data,
			      .access_list = c->access_list,
			      .auth_list = c->auth_list };
	if (c->auth_list.n)
		tx->type = PL_TX_SETCODE;
	else if (c->has_fees && fees)
		tx->type = PL_TX_FEE;
	else if (c->has_access_list)
		tx->type = PL_TX_ACCESS;
	if (!c->has_fees)
		return;
	tx->gas_price = tx->max_fee = c->max_fee;
	tx->max_priority_fee = c->tip;
}

static int by_address(const void *a, const void *b)
{
	const struct pl_exec_change *x = a, *y = b;

	return memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b));
}

static enum pl_rc balances(struct pl_exec *x, struct pl_arena *a,
			   struct pl_exec_result *out, struct pl_err *e)
{
	struct pl_state_source *source = &x->source.base;
	struct pl_exec_change *to;
	struct pl_state_change *c;
	size_t n, k = 0;

	c = pl_state_changes(x->state, x->scratch, &n);
	to = PL_NEW_N(a, struct pl_exec_change, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_state_account was;

		PL_TRY(source->account(source, &was, &c[i].addr, e));
		if (!pl_u256_cmp(&was.balance, &c[i].account.balance))
			continue;
		to[k++] = (struct pl_exec_change){ c[i].addr, was.balance,
						   c[i].account.balance };
	}
	if (k)
		qsort(to, k, sizeof(*to), by_address);
	out->balances = to;
	out->n_balances = k;
	return PL_OK;
}

static void logs(struct pl_arena *a, struct pl_exec_result *out,
		 const struct pl_transacted *t)
{
	struct pl_log *l = PL_NEW_N(a, struct pl_log, t->n_logs);

	for (size_t i = 0; i < t->n_logs; i++) {
		l[i] = t->logs[i];
		l[i].data = pl_span_dup(a, l[i].data);
	}
	out->logs = l;
	out->n_logs = t->n_logs;
}

static enum pl_rc sender_nonce(struct pl_exec *x, uint64_t *out,
			       const struct pl_addr *from, struct pl_err *e)
{
	struct pl_state_source *source = &x->source.base;
	struct pl_state_account acc;

	PL_TRY(source->account(source, &acc, from, e));
	*out = acc.nonce;
	return PL_OK;
}

static enum pl_rc one(struct pl_exec *x, struct pl_arena *a,
		      struct pl_exec_result *out,
		      const struct pl_exec_call *call,
		      struct pl_evm_tracer *tracer, struct pl_err *e)
{
	struct pl_evm_block block = call->block ? *call->block : x->block;
	struct pl_evm evm = { .state = x->state,
			      .block = &block,
			      .tracer = tracer,
			      .pool = x->pool };
	struct pl_transact how = { .sender = call->from,
				   .block_gas = UINT64_MAX,
				   .block_blob_gas = UINT64_MAX,
				   .no_nonce = true,
				   .no_balance = !call->has_fees,
				   .no_base_fee = !call->has_fees,
				   .no_eoa = true,
				   .no_gas_cap = true };
	struct pl_exec_result r = { .status = PL_EVM_NO_STATE };
	struct pl_transacted t;
	struct pl_tx tx;
	uint64_t nonce;

	PL_TRY(sender_nonce(x, &nonce, &call->from, e));
	make_tx(&tx, x, call, nonce);
	how.tx = &tx;
	if (!call->has_fees)
		block.base_fee = pl_u256_of(0);
	PL_TRY(pl_transact(&t, &evm, &how, e));
	PL_TRY(pl_state_failure(x->state, e));
	r.status = t.status;
	r.gas_used = t.gas_used;
	r.gas_refunded = t.gas_refunded;
	r.output = pl_span_dup(a, t.output);
	r.contract = t.contract;
	logs(a, &r, &t);
	PL_TRY(balances(x, a, &r, e));
	*out = r;
	return PL_OK;
}

enum pl_rc exec_once(struct pl_exec *x, struct pl_arena *a,
		     struct pl_exec_result *out, const struct exec_calls *calls,
		     struct pl_err *e)
{
	pl_state_reset(x->state);
	x->source.over = calls->v->overrides;
	for (size_t i = 0; i < calls->n; i++) {
		pl_arena_reset(x->scratch);
		PL_TRY(one(x, a, &out[i], &calls->v[i],
			   i + 1 == calls->n ? calls->tracer : NULL, e));
	}
	return PL_OK;
}

/* Tried with what is here; else fetched, and tried again. */
enum pl_rc exec_first(struct pl_exec *x, struct pl_arena *a,
		      struct pl_exec_result *out,
		      const struct exec_calls *calls, struct pl_err *e)
{
	const uint64_t held = pl_remote_held(x->remote);
	enum pl_rc rc;

	if (x->tried) {
		pl_remote_hold(x->remote, true);
		rc = exec_once(x, a, out, calls, e);
		pl_remote_hold(x->remote, false);
		if (pl_remote_held(x->remote) == held)
			return rc;
	}
	x->tried = true;
	PL_TRY(exec_fetch(x, calls, e));
	return exec_once(x, a, out, calls, e);
}

enum pl_rc pl_exec_run(struct pl_exec *x, struct pl_arena *a,
		       struct pl_exec_result *out,
		       const struct pl_exec_call *call, struct pl_err *e)
{
	const struct exec_calls calls = { call, 1, NULL };

	return exec_first(x, a, out, &calls, e);
}

enum pl_rc pl_exec_run_all(struct pl_exec *x, struct pl_arena *a,
			   struct pl_exec_result *out,
			   const struct pl_exec_call *calls, size_t n,
			   struct pl_err *e)
{
	const struct exec_calls all = { calls, n, NULL };

	return exec_first(x, a, out, &all, e);
}
