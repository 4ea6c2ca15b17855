/* Methods that read blocks: headers, transactions, receipts. */
#include "sync/serve_impl.h"

/* The rendered answer of a kind for a block. */
static bool kept(struct serve_call *c, char kind, const struct pl_hash32 *h)
{
	const struct pl_span key = pl_hash32_span(h);
	struct pl_span text;

	if (!serve_cached(c, &text, kind, &key, 1))
		return false;
	pl_jout_raw(c->w, SERVE_KEY, text);
	return true;
}

static void put(struct serve_call *c, char kind, const struct pl_hash32 *h,
		const struct pl_buf *text)
{
	const struct pl_span key = pl_hash32_span(h);

	serve_keep(c, kind, &key, 1, pl_buf_span(text));
	pl_jout_raw(c->w, SERVE_KEY, pl_buf_span(text));
}

static enum pl_rc put_block(struct serve_call *c, const struct pl_viewed *at,
			    struct pl_err *e)
{
	const bool full = pl_json_bool(pl_json_at(c->params, 1));
	struct pl_node_block b = { .n_txs = 0 };
	struct pl_jout w;
	struct pl_buf text;

	if (kept(c, full ? 'B' : 'b', &at->header.hash))
		return PL_OK;
	PL_TRY(serve_block(c, &b, at, false, e));
	pl_buf_init(&text, c->a);
	pl_jout_init(&w, &text);
	PL_TRY(pl_node_block(&w, c->a, NULL, &b, full, e));
	put(c, full ? 'B' : 'b', &at->header.hash, &text);
	return PL_OK;
}

/* null where there is none: proven beyond the head, else a node's word. */
static enum pl_rc or_null(struct serve_call *c, enum pl_rc rc,
			  const struct pl_block_ref *ref)
{
	if (rc != PL_ENOTFOUND || c->code)
		return rc;
	if (ref && ref->tag != PL_TAG_HASH)
		pl_jout_null(c->w, SERVE_KEY);
	else
		serve_claimed_null(c);
	return PL_OK;
}

static enum pl_rc by_ref(struct serve_call *c, const struct pl_block_ref *ref,
			 struct pl_err *e)
{
	struct pl_viewed at;
	enum pl_rc rc = serve_header(c, &at, ref, e);

	return rc ? or_null(c, rc, ref) : put_block(c, &at, e);
}

enum pl_rc serve_block_by_number_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_block_ref ref;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, 0), e));
	return by_ref(c, &ref, e);
}

enum pl_rc serve_block_by_hash_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_block_ref ref = { .tag = PL_TAG_HASH };

	PL_TRY(serve_hash(c, &ref.hash, 0, e));
	return by_ref(c, &ref, e);
}

enum pl_rc serve_tx_count_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_node_block b = { .n_txs = 0 };
	struct pl_block_ref ref;
	struct pl_viewed at;
	enum pl_rc rc;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, 0), e));
	rc = serve_header(c, &at, &ref, e);
	if (rc)
		return or_null(c, rc, &ref);
	PL_TRY(serve_block(c, &b, &at, false, e));
	pl_jout_u64(c->w, SERVE_KEY, b.n_txs);
	return PL_OK;
}

/* A header proves that a block has no uncles; how many, it does not. */
enum pl_rc serve_uncle_count_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_block_ref ref;
	struct pl_viewed at;
	enum pl_rc rc;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, 0), e));
	rc = serve_header(c, &at, &ref, e);
	if (rc)
		return or_null(c, rc, &ref);
	if (!pl_hash32_equal(&at.header.uncles_hash, &pl_empty_uncles)) {
		c->code = RPC_UNSUPPORTED;
		return pl_fail(e, PL_EREFUSED,
			       "uncles of blocks before the merge are not "
			       "proven");
	}
	pl_jout_u64(c->w, SERVE_KEY, 0);
	return PL_OK;
}

/* ---------------------------------------------------------- transactions */

/* The transaction's block, proven, and its place in it.  PL_ENOTFOUND: the
 * node knows none (which proves nothing). */
static enum pl_rc find(struct serve_call *c, struct pl_viewed_tx *out,
		       bool receipts, struct pl_err *e)
{
	struct pl_hash32 tx;

	PL_TRY(serve_hash(c, &tx, 0, e));
	PL_TRY(pl_view_tx(c->seat->view, c->a, out, &tx, receipts, e));
	serve_trust(c, out->at.trust);
	return PL_OK;
}

enum pl_rc serve_tx_by_hash_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_viewed_tx t;
	enum pl_rc rc = find(c, &t, false, e);

	if (rc)
		return or_null(c, rc, NULL);
	return pl_node_tx(c->w, c->a, SERVE_KEY, &t.block, t.index, e);
}

enum pl_rc serve_receipt_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_viewed_tx t;
	enum pl_rc rc = find(c, &t, true, e);

	if (rc)
		return or_null(c, rc, NULL);
	return pl_node_receipt(c->w, c->a, SERVE_KEY, &t.block, t.index, e);
}

/* [block or hash, index] */
enum pl_rc serve_tx_by_index_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_node_block b = { .n_txs = 0 };
	struct pl_block_ref ref;
	struct pl_viewed at;
	uint64_t i;
	enum pl_rc rc;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, 0), e));
	PL_TRY(serve_index(c, &i, 1, e));
	rc = serve_header(c, &at, &ref, e);
	if (rc)
		return or_null(c, rc, &ref);
	PL_TRY(serve_block(c, &b, &at, false, e));
	if (i < b.n_txs)
		return pl_node_tx(c->w, c->a, SERVE_KEY, &b, (size_t)i, e);
	pl_jout_null(c->w, SERVE_KEY); /* proven: the block holds fewer */
	return PL_OK;
}

enum pl_rc serve_block_receipts_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_node_block b = { .n_txs = 0 };
	struct pl_block_ref ref;
	struct pl_viewed at;
	struct pl_jout w;
	struct pl_buf text;
	enum pl_rc rc;

	PL_TRY(serve_ref(c, &ref, pl_json_at(c->params, 0), e));
	rc = serve_header(c, &at, &ref, e);
	if (rc)
		return or_null(c, rc, &ref);
	if (kept(c, 'r', &at.header.hash))
		return PL_OK;
	PL_TRY(serve_block(c, &b, &at, true, e));
	pl_buf_init(&text, c->a);
	pl_jout_init(&w, &text);
	PL_TRY(pl_node_receipts(&w, c->a, NULL, &b, e));
	put(c, 'r', &at.header.hash, &text);
	return PL_OK;
}
