/* Runs that change nothing: calls on any kept state, and transactions once
 * more. */
#include "devnet/dev_impl.h"

static void ready(struct pl_dev *d, uint32_t state,
		  const struct pl_evm_block *env, struct pl_evm_tracer *tracer)
{
	pl_state_reset(d->call_state);
	d->call_source.state = state;
	d->call_over.over = (struct pl_overrides){ NULL, 0 };
	d->call_env = *env;
	d->call_evm = (struct pl_evm){ .state = d->call_state,
				       .block = &d->call_env,
				       .tracer = tracer,
				       .pool = d->machine };
}

enum pl_rc pl_dev_run(struct pl_dev *d, struct pl_transacted *out,
		      const struct pl_dev_call *c, struct pl_err *e)
{
	ready(d, c->state, &c->env, c->tracer);
	d->call_over.over = c->overrides;
	return pl_transact(out, &d->call_evm, &c->how, e);
}

enum pl_rc pl_dev_run_account(struct pl_dev *d, struct pl_state_account *out,
			      const struct pl_dev_call *c,
			      const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_state_source *s = &d->call_over.base;

	d->call_source.state = c->state;
	d->call_over.over = c->overrides;
	return s->account(s, out, addr, e);
}

struct pl_state *pl_dev_run_state(struct pl_dev *d)
{
	return d->call_state;
}

static enum pl_rc again(struct pl_dev *d, struct pl_transacted *out,
			const struct pl_dev_block *b, size_t i,
			struct pl_err *e)
{
	struct pl_transact how = { .sender = b->txs[i].sender,
				   .block_gas = b->header.gas_limit,
				   .no_eoa = true };
	struct pl_tx tx;

	how.block_blob_gas =
		(uint64_t)pl_blob_schedule(d->conf.fork).max * PL_BLOB_GAS;
	how.tx = &tx;
	PL_TRY(pl_tx_decode(&tx, b->txs[i].raw, e));
	return pl_transact(out, &d->call_evm, &how, e);
}

enum pl_rc pl_dev_replay(struct pl_dev *d, struct pl_transacted *out,
			 const struct pl_dev_block *b, size_t i,
			 struct pl_evm_tracer *tracer, struct pl_err *e)
{
	const struct pl_header *h = &b->header;
	struct pl_evm_block env;

	pl_dev_env_of(d, &env, b);
	ready(d, b->before, &env, NULL);
	PL_TRY(pl_block_begin(&d->call_evm, &h->parent_hash,
			      h->n_fields >= 20 ? &h->parent_beacon_root : NULL,
			      e));
	for (size_t k = 0; k < i; k++)
		PL_TRY(again(d, out, b, k, e));
	d->call_evm.tracer = tracer;
	return again(d, out, b, i, e);
}
