/* Blocks in the making: transactions run on the state behind the newest block,
 * and what they leave becomes a header. */
#include "devnet/dev_db.h"
#include "devnet/dev_impl.h"

#include "base/limits.h"
#include "crypto/keccak.h"

/* ------------------------------------------------------------------ headers */

static uint64_t next_time(const struct pl_dev *d, uint64_t now)
{
	const uint64_t last = pl_dev_head(d)->header.time;
	uint64_t t = now + (uint64_t)d->offset;

	if (d->has_next_time)
		t = d->next_time;
	else if (d->step)
		t = last + d->step;
	return t > last ? t : last + 1;
}

void dev_next_header(struct pl_dev *d, struct pl_header *h, uint64_t now)
{
	const struct pl_header *parent = &pl_dev_head(d)->header;

	*h = (struct pl_header){
		.parent_hash = parent->hash,
		.uncles_hash = pl_empty_uncles,
		.miner = d->coinbase,
		.tx_root = pl_empty_root,
		.receipts_root = pl_empty_root,
		.number = parent->number + 1,
		.gas_limit = d->gas_limit,
		.time = next_time(d, now),
		.n_fields = pl_fork_header_fields(d->conf.fork),
		.base_fee = d->has_next_fee ? d->next_fee
					    : pl_next_base_fee(parent),
		.withdrawals_root = pl_empty_root,
	};
	/* What a validator would have drawn: anybody can foretell it here. */
	h->mix_hash = d->has_next_randao
			      ? d->next_randao
			      : pl_keccak256(pl_hash32_span(&parent->hash));
	if (h->n_fields >= 20 && parent->n_fields >= 20)
		h->excess_blob_gas =
			pl_next_excess_blob_gas(parent, d->conf.fork);
	if (h->n_fields >= 20 && d->conf.beacon_root)
		d->conf.beacon_root(d->conf.ctx, &h->parent_beacon_root,
				    h->time);
	if (d->conf.seal)
		d->conf.seal(d->conf.ctx, h);
}

static void env_of(const struct pl_dev *d, struct pl_evm_block *out,
		   const struct pl_header *h)
{
	*out = (struct pl_evm_block){
		.fork = d->conf.fork,
		.chain_id = d->conf.chain_id,
		.number = h->number,
		.time = h->time,
		.gas_limit = h->gas_limit,
		.coinbase = h->miner,
		.prev_randao = h->mix_hash,
		.base_fee = h->base_fee,
		.blob_base_fee =
			pl_blob_base_fee(h->excess_blob_gas, d->conf.fork),
		.max_code_size = d->conf.max_code_size,
	};
}

void pl_dev_next_env(struct pl_dev *d, struct pl_evm_block *out, uint64_t now)
{
	struct pl_header h;

	dev_next_header(d, &h, now);
	env_of(d, out, &h);
}

void pl_dev_env_of(const struct pl_dev *d, struct pl_evm_block *out,
		   const struct pl_dev_block *b)
{
	env_of(d, out, &b->header);
}

/* ----------------------------------------------------------------- the making
 */

enum pl_rc dev_begin(struct dev_making *m, struct pl_dev *d, struct pl_arena *a,
		     const struct pl_header *h, uint32_t before,
		     struct pl_err *e)
{
	*m = (struct dev_making){ .d = d, .a = a, .h = *h, .before = before };
	pl_arena_reset(d->scratch);
	env_of(d, &m->env, h);
	d->block_source.state = before;
	pl_state_reset(d->block_state);
	m->evm = (struct pl_evm){ .state = d->block_state,
				  .block = &m->env,
				  .pool = d->machine };
	return pl_block_begin(&m->evm, &h->parent_hash,
			      h->n_fields >= 20 ? &h->parent_beacon_root : NULL,
			      e);
}

static void keep_logs(struct dev_making *m, const struct pl_transacted *t)
{
	struct pl_arena *a = m->d->scratch;

	for (size_t i = 0; i < t->n_logs; i++) {
		m->logs = pl_grow(a, m->logs, m->n_logs, sizeof(*m->logs));
		m->logs[m->n_logs] = t->logs[i];
		m->logs[m->n_logs].data = pl_span_dup(a, t->logs[i].data);
		m->n_logs++;
	}
}

static struct pl_span receipt_of(struct dev_making *m,
				 const struct pl_transacted *t,
				 enum pl_tx_type type)
{
	struct pl_receipt r = { .type = (uint8_t)type,
				.status = t->status == PL_EVM_SUCCESS,
				.cumulative_gas = m->gas };
	struct pl_buf logs, out;

	pl_buf_init(&logs, m->d->scratch);
	for (size_t i = 0; i < t->n_logs; i++) {
		const struct pl_log *l = &t->logs[i];

		pl_log_encode(&logs, l);
		pl_bloom_add(r.bloom, pl_addr_span(&l->address));
		for (unsigned k = 0; k < l->n_topics; k++)
			pl_bloom_add(r.bloom, pl_hash32_span(&l->topics[k]));
	}
	r.logs = pl_buf_span(&logs);
	pl_bloom_or(m->h.bloom, r.bloom);
	pl_buf_init(&out, m->d->scratch);
	pl_receipt_encode(&out, &r);
	return pl_span_dup(m->a, pl_buf_span(&out));
}

enum pl_rc dev_add(struct dev_making *m, struct pl_transacted *out,
		   const struct pl_dev_pooled *p, struct pl_err *e)
{
	const uint64_t blobs =
		pl_blob_schedule(m->env.fork).max * (uint64_t)PL_BLOB_GAS;
	const struct pl_transact how = {
		.tx = &p->tx,
		.sender = p->sender,
		.block_gas = m->h.gas_limit - m->gas,
		.block_blob_gas = blobs - m->blob_gas,
		.no_eoa = p->unsigned_,
	};
	struct pl_dev_tx *x;

	if (m->n >= PL_MAX_BLOCK_TXS)
		return pl_fail(e, PL_EREFUSED, "the block is full");
	PL_TRY(pl_transact(out, &m->evm, &how, e));
	m->txs = pl_grow(m->a, m->txs, m->n, sizeof(*m->txs));
	x = &m->txs[m->n++];
	m->gas += out->gas_used;
	m->blob_gas += out->blob_gas;
	*x = (struct pl_dev_tx){ .raw = pl_span_dup(m->a, p->raw),
				 .receipt = receipt_of(m, out, p->tx.type),
				 .sender = p->sender,
				 .hash = p->hash,
				 .gas_used = out->gas_used,
				 .first_log = m->n_logs };
	keep_logs(m, out);
	return PL_OK;
}

enum pl_rc dev_list_roots(struct pl_dev *d, struct pl_hash32 *txs,
			  struct pl_hash32 *receipts, const struct pl_dev_tx *x,
			  size_t n, struct pl_err *e)
{
	struct pl_span *v = PL_NEW_N(d->scratch, struct pl_span, n);

	for (size_t i = 0; i < n; i++)
		v[i] = x[i].raw;
	PL_TRY(pl_trie_list_root(txs, d->scratch, v, n, e));
	for (size_t i = 0; i < n; i++)
		v[i] = x[i].receipt;
	return pl_trie_list_root(receipts, d->scratch, v, n, e);
}

/* What stands behind the last transaction; the block is whole then. */
static enum pl_rc finish(struct dev_making *m, struct pl_dev_block *out,
			 struct pl_err *e)
{
	const struct pl_block_tail tail = { .logs = m->logs,
					    .n_logs = m->n_logs };
	struct pl_dev *d = m->d;
	const struct pl_state_change *changes;
	struct pl_span *requests;
	uint32_t after = m->before;
	struct pl_buf buf;
	size_t n;

	PL_TRY(pl_block_end(&requests, &n, d->scratch, &m->evm, &tail, e));
	if (m->h.n_fields >= 21)
		m->h.requests_hash = pl_requests_hash(requests, n);
	changes = pl_state_changes(d->block_state, d->scratch, &n);
	PL_TRY(dev_apply(d, &after, changes, n, e));
	PL_TRY(dev_list_roots(d, &m->h.tx_root, &m->h.receipts_root, m->txs,
			      m->n, e));
	m->h.state_root = pl_mpt_root(d->t.trie, after);
	m->h.gas_used = m->gas;
	m->h.blob_gas_used = m->blob_gas;
	pl_buf_init(&buf, d->scratch);
	m->h.hash = pl_header_hash(&m->h, &buf);
	*out = (struct pl_dev_block){ .header = m->h,
				      .txs = m->txs,
				      .n_txs = m->n,
				      .blob_price = m->env.blob_base_fee,
				      .before = m->before,
				      .after = after };
	return PL_OK;
}

/* Out of the pool, as many as fit.  *used (in scratch) says which are not to
 * stay there, because they are in the block or can be in none. */
static enum pl_rc fill(struct dev_making *m, bool **used, struct pl_err *e)
{
	struct pl_dev *d = m->d;
	struct pl_transacted t;

	*used = PL_NEW_N(d->scratch, bool, d->n_pool);
	for (;;) {
		size_t i = dev_pool_best(d, d->block_state, *used, m);
		enum pl_rc rc;

		if (i == d->n_pool)
			break;
		rc = dev_add(m, &t, &d->pool[i], e);
		if (rc && rc != PL_EREFUSED)
			return rc;
		(*used)[i] = true;
	}
	return pl_state_failure(d->block_state, e);
}

static enum pl_rc make(struct pl_dev *d, struct pl_arena *a,
		       struct pl_dev_block *out, bool **used, uint64_t now,
		       struct pl_err *e)
{
	struct dev_making m;
	struct pl_header h;

	dev_next_header(d, &h, now);
	PL_TRY(dev_begin(&m, d, a, &h, d->state, e));
	PL_TRY(fill(&m, used, e));
	return finish(&m, out, e);
}

enum pl_rc pl_dev_pending(struct pl_dev *d, struct pl_arena *a,
			  struct pl_dev_block *out, uint64_t now,
			  struct pl_err *e)
{
	const size_t size = pl_mpt_size(d->t.trie);
	bool *used;

	PL_TRY(make(d, a, out, &used, now, e));
	d->lost += pl_mpt_size(d->t.trie) - size;
	return PL_OK;
}

/* The clock goes on from a time that was not its own. */
static void pass_time(struct pl_dev *d, uint64_t time, uint64_t now)
{
	if (d->has_next_time || (!d->step && time != now + (uint64_t)d->offset))
		d->offset = (int64_t)(time - now);
	d->has_next_time = d->has_next_fee = d->has_next_randao = false;
}

enum pl_rc pl_dev_mine(struct pl_dev *d, const struct pl_dev_block **made,
		       uint64_t now, struct pl_err *e)
{
	struct pl_dev_block b;
	bool *used;
	enum pl_rc rc;

	PL_TRY(make(d, dev_block_arena(d), &b, &used, now, e));
	dev_keep(d, &b);
	d->state = b.after;
	pass_time(d, b.header.time, now);
	PL_TRY(dev_pool_clean(d, used, e));
	rc = pl_dev_sync(d, e);
	if (rc) { /* what is not kept has not happened */
		dev_forget_last(d);
		d->state = b.before;
		return rc;
	}
	dev_tidy(d);
	if (made)
		*made = pl_dev_head(d);
	if (d->conf.mined)
		d->conf.mined(d->conf.ctx, pl_dev_head(d));
	return PL_OK;
}
