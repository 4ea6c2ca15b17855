/* The index on ClickHouse: opening it, and which of its functions do what.
 * The catalog (tokens, sources, cursors, contracts) is read when it is opened
 * and answered from memory; of rows and their sums the server is asked.  With
 * ?cluster= the rows are spread over its servers by their transaction; the
 * catalog stays with the server asked. */
#include "store/clickhouse_impl.h"

static enum pl_rc token_put(struct pl_index *ix, struct pl_index_token *t,
			    struct pl_err *e)
{
	return pl_index_token_put(pl_ch_of(ix)->mirror, t, e);
}

static enum pl_rc source_put(struct pl_index *ix, struct pl_source *s,
			     struct pl_err *e)
{
	return pl_index_source_put(pl_ch_of(ix)->mirror, s, e);
}

static enum pl_rc source_count(struct pl_index *ix, const struct pl_source *s,
			       struct pl_err *e)
{
	return pl_index_source_count(pl_ch_of(ix)->mirror, s, e);
}

static enum pl_rc put(struct pl_index *ix, enum pl_put *how, int64_t token,
		      const struct pl_transfer *t, struct pl_err *e)
{
	return pl_index_put(pl_ch_of(ix)->mirror, how, token, t, e);
}

static enum pl_rc cursor_put(struct pl_index *ix, int64_t token, int64_t source,
			     const struct pl_cursor *cur, struct pl_err *e)
{
	return pl_index_cursor_put(pl_ch_of(ix)->mirror, token, source, cur, e);
}

static enum pl_rc drop_from(struct pl_index *ix, uint64_t *gone, int64_t token,
			    int64_t source, uint64_t block, struct pl_err *e)
{
	return pl_index_drop_from(pl_ch_of(ix)->mirror, gone, token, source,
				  block, e);
}

static enum pl_rc tokens(struct pl_arena *a, struct pl_index *ix,
			 struct pl_index_token **out, size_t *n,
			 struct pl_err *e)
{
	return pl_index_tokens(a, pl_ch_of(ix)->mirror, out, n, e);
}

static enum pl_rc token_get(struct pl_arena *a, struct pl_index *ix,
			    struct pl_index_token *out,
			    const struct pl_token_id *id, struct pl_err *e)
{
	return pl_index_token_get(a, pl_ch_of(ix)->mirror, out, id, e);
}

static enum pl_rc cursor(struct pl_index *ix, struct pl_cursor *out,
			 int64_t token, int64_t source, struct pl_err *e)
{
	return pl_index_cursor(pl_ch_of(ix)->mirror, out, token, source, e);
}

static enum pl_rc hash_below(struct pl_index *ix, bool *found, uint64_t *block,
			     struct pl_hash32 *hash, int64_t token,
			     int64_t source, uint64_t below, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);

	if (pl_ch_fill(c, false, e))
		return pl_ch_words(c, e);
	return pl_index_hash_below(c->mirror, found, block, hash, token, source,
				   below, e);
}

static void close_it(struct pl_index *ix)
{
	struct pl_ch *c = pl_ch_of(ix);

	pl_index_close(c->mirror);
	pl_transport_close(c->t);
	pl_arena_close(c->scratch);
	pl_arena_close(ix->a);
}

static const struct pl_index_ops ch_ops = {
	.close = close_it,
	.begin = pl_ch_begin,
	.commit = pl_ch_commit,
	.rollback = pl_ch_rollback,
	.token_put = token_put,
	.source_put = source_put,
	.source_count = source_count,
	.put = put,
	.cursor_put = cursor_put,
	.drop_from = drop_from,
	.token_get = token_get,
	.tokens = tokens,
	.status = pl_ch_status,
	.sources = pl_ch_sources,
	.cursor = cursor,
	.hash_below = hash_below,
	.each = pl_ch_each,
	.bars = pl_ch_bars,
	.balances = pl_ch_balances,
};

static enum pl_rc prepare(struct pl_ch *c, const char *url, unsigned flags,
			  struct pl_err *e)
{
	PL_TRY(pl_ch_connect(c, url, e));
	c->ix.path = c->host;
	if (flags & PL_INDEX_CREATE)
		PL_TRY(pl_ch_make(c, e));
	else
		PL_TRY(pl_ch_there(c, e));
	return pl_ch_catalog(c, e);
}

enum pl_rc pl_clickhouse_open(struct pl_index **out, const char *url,
			      unsigned flags, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_ch *c = PL_NEW(a, struct pl_ch);
	enum pl_rc rc;

	c->ix = (struct pl_index){ .ops = &ch_ops,
				   .events = &pl_ch_event_ops,
				   .a = a };
	c->scratch = pl_arena_open(0);
	rc = prepare(c, url, flags, e);
	if (rc) {
		close_it(&c->ix);
		return rc;
	}
	*out = &c->ix;
	return PL_OK;
}
