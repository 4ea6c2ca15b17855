#include "store/index.h"

#include "base/limits.h"
#include "store/backend.h"

bool pl_index_is_remote(const char *path)
{
	return !strncmp(path, "clickhouse://", 13);
}

bool pl_index_has_password(const char *path)
{
	const char *user = path + 13, *at, *colon;

	if (!pl_index_is_remote(path))
		return false;
	at = strchr(user, '@');
	colon = strchr(user, ':');
	return at && colon && colon < at;
}

enum pl_rc pl_index_open(struct pl_index **out, const char *path,
			 unsigned flags, struct pl_err *e)
{
	if (pl_index_is_remote(path))
		return pl_clickhouse_open(out, path, flags, e);
	return pl_sqlite_open(out, path, flags, e);
}

void pl_index_close(struct pl_index *ix)
{
	if (ix)
		ix->ops->close(ix);
}

enum pl_rc pl_index_begin(struct pl_index *ix, struct pl_err *e)
{
	return ix->ops->begin(ix, e);
}

enum pl_rc pl_index_commit(struct pl_index *ix, struct pl_err *e)
{
	return ix->ops->commit(ix, e);
}

void pl_index_rollback(struct pl_index *ix)
{
	ix->ops->rollback(ix);
}

/* Stores keep signed 64-bit integers; EIP-2294 bounds chain ids below that. */
static enum pl_rc fits(const char *what, uint64_t v, struct pl_err *e)
{
	if (v <= INT64_MAX)
		return PL_OK;
	return pl_fail(e, PL_EFORMAT, "%s %ju is over 2^63 - 1", what,
		       (uintmax_t)v);
}

enum pl_rc pl_index_token_put(struct pl_index *ix, struct pl_index_token *t,
			      struct pl_err *e)
{
	PL_TRY(fits("chain id", t->token.chain, e));
	return ix->ops->token_put(ix, t, e);
}

enum pl_rc pl_index_source_put(struct pl_index *ix, struct pl_source *s,
			       struct pl_err *e)
{
	return ix->ops->source_put(ix, s, e);
}

enum pl_rc pl_index_source_count(struct pl_index *ix, const struct pl_source *s,
				 struct pl_err *e)
{
	return ix->ops->source_count(ix, s, e);
}

enum pl_rc pl_index_put(struct pl_index *ix, enum pl_put *how, int64_t token,
			const struct pl_transfer *t, struct pl_err *e)
{
	if (t->has & PL_TR_BLOCK)
		PL_TRY(fits("block number", t->block, e));
	if (t->has & PL_TR_LOG)
		PL_TRY(fits("log index", t->log_index, e));
	if (t->nth >= PL_MAX_RECEIPT_LOGS)
		return pl_fail(e, PL_ELIMIT,
			       "more than %d equal transfers in one "
			       "transaction",
			       PL_MAX_RECEIPT_LOGS);
	return ix->ops->put(ix, how, token, t, e);
}

enum pl_rc pl_index_cursor_put(struct pl_index *ix, int64_t token,
			       int64_t source, const struct pl_cursor *cur,
			       struct pl_err *e)
{
	PL_TRY(fits("block number", cur->first_block, e));
	PL_TRY(fits("block number", cur->next_block, e));
	return ix->ops->cursor_put(ix, token, source, cur, e);
}

enum pl_rc pl_index_drop_from(struct pl_index *ix, uint64_t *gone,
			      int64_t token, int64_t source, uint64_t block,
			      struct pl_err *e)
{
	PL_TRY(fits("block number", block, e));
	return ix->ops->drop_from(ix, gone, token, source, block, e);
}

enum pl_rc pl_index_token_get(struct pl_arena *a, struct pl_index *ix,
			      struct pl_index_token *out,
			      const struct pl_token_id *id, struct pl_err *e)
{
	PL_TRY(fits("chain id", id->chain, e));
	return ix->ops->token_get(a, ix, out, id, e);
}

enum pl_rc pl_index_tokens(struct pl_arena *a, struct pl_index *ix,
			   struct pl_index_token **out, size_t *n,
			   struct pl_err *e)
{
	return ix->ops->tokens(a, ix, out, n, e);
}

enum pl_rc pl_index_status(struct pl_arena *a, struct pl_index *ix,
			   struct pl_index_status *out, int64_t token,
			   struct pl_err *e)
{
	return ix->ops->status(a, ix, out, token, e);
}

enum pl_rc pl_index_sources(struct pl_arena *a, struct pl_index *ix,
			    struct pl_source **out, size_t *n, int64_t token,
			    struct pl_err *e)
{
	return ix->ops->sources(a, ix, out, n, token, e);
}

enum pl_rc pl_index_cursor(struct pl_index *ix, struct pl_cursor *out,
			   int64_t token, int64_t source, struct pl_err *e)
{
	return ix->ops->cursor(ix, out, token, source, e);
}

enum pl_rc pl_index_hash_below(struct pl_index *ix, bool *found,
			       uint64_t *block, struct pl_hash32 *hash,
			       int64_t token, int64_t source, uint64_t below,
			       struct pl_err *e)
{
	if (below > INT64_MAX)
		below = INT64_MAX;
	return ix->ops->hash_below(ix, found, block, hash, token, source, below,
				   e);
}

enum pl_rc pl_index_each(struct pl_index *ix, const struct pl_index_query *q,
			 pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	return ix->ops->each(ix, q, fn, ctx, e);
}
