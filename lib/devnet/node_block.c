/* Methods that read blocks, transactions and receipts. */
#include "base/hex.h"
#include "devnet/node_methods.h"

static enum pl_rc null(struct node_call *c)
{
	pl_jout_null(c->w, NODE_KEY);
	return PL_OK;
}

enum pl_rc node_block_number(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, NODE_KEY, pl_dev_head(c->d)->header.number);
	return PL_OK;
}

/* Of a number or hash in the first parameter. */
enum pl_rc node_get_block(struct node_call *c, struct pl_err *e)
{
	const bool full = pl_json_bool(node_param(c, 1));
	struct pl_node_block b;
	struct node_at at;
	bool found;

	PL_TRY(node_find(c, &at, &found, node_param(c, 0), e));
	if (!found)
		return null(c);
	node_block(c, &b, at.b);
	return pl_node_block(c->w, c->a, NODE_KEY, &b, full, e);
}

enum pl_rc node_get_block_tx_count(struct node_call *c, struct pl_err *e)
{
	struct node_at at;
	bool found;

	PL_TRY(node_find(c, &at, &found, node_param(c, 0), e));
	if (!found)
		return null(c);
	pl_jout_u64(c->w, NODE_KEY, at.b->n_txs);
	return PL_OK;
}

enum pl_rc node_get_uncle_count(struct node_call *c, struct pl_err *e)
{
	struct node_at at;
	bool found;

	PL_TRY(node_find(c, &at, &found, node_param(c, 0), e));
	if (!found)
		return null(c);
	pl_jout_u64(c->w, NODE_KEY, 0); /* no fork that is made here has any */
	return PL_OK;
}

enum pl_rc node_get_uncle(struct node_call *c, struct pl_err *e)
{
	(void)e;
	return null(c);
}

enum pl_rc node_get_block_receipts(struct node_call *c, struct pl_err *e)
{
	struct pl_node_block b;
	struct node_at at;
	bool found;

	PL_TRY(node_find(c, &at, &found, node_param(c, 0), e));
	if (!found)
		return null(c);
	node_block(c, &b, at.b);
	return pl_node_receipts(c->w, c->a, NODE_KEY, &b, e);
}

/* ------------------------------------------------------------ transactions */

/* The one transaction of a block, as a block of its own for the writers: what
 * stands before it need not be gone through. */
static void alone(struct node_call *c, struct pl_node_block *out,
		  const struct pl_dev_block *b, size_t i)
{
	const struct pl_dev_tx *x = &b->txs[i];

	*out = (struct pl_node_block){
		.header = &b->header,
		.chain_id = pl_dev_conf(c->d)->chain_id,
		.txs = &x->raw,
		.n_txs = 1,
		.receipts = &x->receipt,
		.senders = &x->sender,
		.blob_price = &b->blob_price,
		.first = i,
		.first_log = x->first_log,
	};
	for (size_t k = 0; k < i; k++)
		out->first_gas += b->txs[k].gas_used;
}

static enum pl_rc put_pooled(struct node_call *c, const char *key,
			     const struct pl_dev_pooled *p, struct pl_err *e)
{
	const struct pl_node_block b = {
		.chain_id = pl_dev_conf(c->d)->chain_id,
		.txs = &p->raw,
		.n_txs = 1,
		.senders = &p->sender,
	};

	return pl_node_tx(c->w, c->a, key, &b, 0, e);
}

static const struct pl_dev_pooled *pooled(const struct node_call *c,
					  const struct pl_hash32 *hash)
{
	for (size_t i = 0; i < pl_dev_n_pooled(c->d); i++)
		if (pl_hash32_equal(&pl_dev_pooled(c->d, i)->hash, hash))
			return pl_dev_pooled(c->d, i);
	return NULL;
}

enum pl_rc node_get_tx(struct node_call *c, struct pl_err *e)
{
	const struct pl_dev_block *b;
	const struct pl_dev_pooled *p;
	struct pl_node_block out;
	struct pl_hash32 hash;
	size_t i;

	PL_TRY(node_hash(c, &hash, 0, e));
	b = pl_dev_find(c->d, &i, &hash);
	if (b) {
		alone(c, &out, b, i);
		return pl_node_tx(c->w, c->a, NODE_KEY, &out, 0, e);
	}
	p = pooled(c, &hash);
	return p ? put_pooled(c, NODE_KEY, p, e) : null(c);
}

enum pl_rc node_get_receipt(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 hash;

	PL_TRY(node_hash(c, &hash, 0, e));
	return node_put_receipt(c, &hash, e);
}

enum pl_rc node_put_receipt(struct node_call *c, const struct pl_hash32 *hash,
			    struct pl_err *e)
{
	const struct pl_dev_block *b;
	struct pl_node_block out;
	size_t i;

	b = pl_dev_find(c->d, &i, hash);
	if (!b)
		return null(c);
	alone(c, &out, b, i);
	return pl_node_receipt(c->w, c->a, NODE_KEY, &out, 0, e);
}

enum pl_rc node_get_tx_by_index(struct node_call *c, struct pl_err *e)
{
	struct pl_node_block out;
	struct node_at at;
	uint64_t i;
	bool found;

	PL_TRY(node_find(c, &at, &found, node_param(c, 0), e));
	PL_TRY(node_u64(c, &i, 1, e));
	if (!found || i >= at.b->n_txs)
		return null(c);
	alone(c, &out, at.b, (size_t)i);
	return pl_node_tx(c->w, c->a, NODE_KEY, &out, 0, e);
}

enum pl_rc node_get_raw_tx(struct node_call *c, struct pl_err *e)
{
	const struct pl_dev_block *b;
	const struct pl_dev_pooled *p;
	struct pl_hash32 hash;
	size_t i;

	PL_TRY(node_hash(c, &hash, 0, e));
	b = pl_dev_find(c->d, &i, &hash);
	p = pooled(c, &hash);
	if (!b && !p)
		return null(c);
	pl_jout_data(c->w, NODE_KEY, b ? b->txs[i].raw : p->raw);
	return PL_OK;
}

/* The header's RLP. */
enum pl_rc node_get_raw_header(struct node_call *c, struct pl_err *e)
{
	struct node_at at;
	struct pl_buf b;

	PL_TRY(node_at(c, &at, 0, e));
	pl_buf_init(&b, c->a);
	pl_header_encode(&b, &at.b->header);
	pl_jout_data(c->w, NODE_KEY, pl_buf_span(&b));
	return PL_OK;
}

/* -------------------------------------------------------------------- pool */

/* Whether it stands behind a gap. */
static enum pl_rc is_queued(struct node_call *c, const struct pl_dev_pooled *p,
			    bool *out, struct pl_err *e)
{
	uint64_t next;

	PL_TRY(pl_dev_next_nonce(c->d, &next, &p->sender, e));
	*out = p->tx.nonce >= next;
	return PL_OK;
}

enum pl_rc node_txpool_status(struct node_call *c, struct pl_err *e)
{
	uint64_t n[2] = { 0, 0 };

	for (size_t i = 0; i < pl_dev_n_pooled(c->d); i++) {
		bool queued;

		PL_TRY(is_queued(c, pl_dev_pooled(c->d, i), &queued, e));
		n[queued]++;
	}
	pl_jout_open(c->w, NODE_KEY, '{');
	pl_jout_u64(c->w, "pending", n[0]);
	pl_jout_u64(c->w, "queued", n[1]);
	pl_jout_close(c->w, '}');
	return PL_OK;
}

/* Those of one sender, under their nonces; `done` marks them. */
static enum pl_rc put_sender(struct node_call *c, bool *done, size_t first,
			     bool want_queued, struct pl_err *e)
{
	const struct pl_addr *who = &pl_dev_pooled(c->d, first)->sender;
	const char *key = pl_hex(c->a, pl_addr_span(who));
	bool open = false;

	for (size_t i = first; i < pl_dev_n_pooled(c->d); i++) {
		const struct pl_dev_pooled *p = pl_dev_pooled(c->d, i);
		bool queued;

		if (!pl_addr_equal(&p->sender, who))
			continue;
		done[i] = true;
		PL_TRY(is_queued(c, p, &queued, e));
		if (queued != want_queued)
			continue;
		if (!open)
			pl_jout_open(c->w, key, '{');
		open = true;
		PL_TRY(put_pooled(
			c, pl_printf(c->a, "%ju", (uintmax_t)p->tx.nonce), p,
			e));
	}
	if (open)
		pl_jout_close(c->w, '}');
	return PL_OK;
}

enum pl_rc node_txpool_content(struct node_call *c, struct pl_err *e)
{
	const size_t n = pl_dev_n_pooled(c->d);

	pl_jout_open(c->w, NODE_KEY, '{');
	for (int queued = 0; queued < 2; queued++) {
		bool *done = PL_NEW_N(c->a, bool, n);

		pl_jout_open(c->w, queued ? "queued" : "pending", '{');
		for (size_t i = 0; i < n; i++)
			if (!done[i])
				PL_TRY(put_sender(c, done, i, queued, e));
		pl_jout_close(c->w, '}');
	}
	pl_jout_close(c->w, '}');
	return PL_OK;
}
