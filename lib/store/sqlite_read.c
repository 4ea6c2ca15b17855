/* What the index is asked: where a sync stands, counts, the transfers. */
#include "store/sqlite_impl.h"

#define ORDER " ORDER BY block, time, log_index, tx, sender, recipient, value"

static const char each_all[] = "SELECT " PL_SQ_COLUMNS " FROM transfer "
			       "WHERE token = ?1" ORDER;
static const char each_blocks[] =
	"SELECT " PL_SQ_COLUMNS " FROM transfer WHERE "
	"token = ?1 AND block BETWEEN ?2 AND ?3" ORDER;

/* ------------------------------------------------- cursors, reorganisations */

enum pl_rc pl_sq_cursor(struct pl_index *ix, struct pl_cursor *out,
			int64_t token, int64_t source, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_cursor c = { 0 };
	enum pl_rc rc;
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_CURSOR, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	PL_TRY(pl_sq_step(&c.found, s, q, e));
	if (!c.found) {
		*out = c;
		return PL_OK;
	}
	c.first_block = (uint64_t)sqlite3_column_int64(q, 0);
	c.next_block = (uint64_t)sqlite3_column_int64(q, 1);
	rc = pl_sq_col_bytes(c.last_hash.b, sizeof(c.last_hash.b), s, q, 2, e);
	pl_sq_done(q);
	if (!rc)
		*out = c;
	return rc;
}

enum pl_rc pl_sq_cursor_put(struct pl_index *ix, int64_t token, int64_t source,
			    const struct pl_cursor *cur, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_CURSOR_PUT, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)cur->first_block);
	pl_sq_bind_int(q, 4, (int64_t)cur->next_block);
	pl_sq_bind_blob(q, 5, true, cur->last_hash.b, sizeof(cur->last_hash.b));
	return pl_sq_run(s, q, e);
}

enum pl_rc pl_sq_drop_from(struct pl_index *ix, uint64_t *gone, int64_t token,
			   int64_t source, uint64_t block, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	s->facts.set = false;
	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_DROP, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)block);
	PL_TRY(pl_sq_run(s, q, e));
	*gone = (uint64_t)sqlite3_changes64(s->db);
	return PL_OK;
}

enum pl_rc pl_sq_hash_below(struct pl_index *ix, bool *found, uint64_t *block,
			    struct pl_hash32 *hash, int64_t token,
			    int64_t source, uint64_t below, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_hash32 h;
	sqlite3_stmt *q = NULL;
	uint64_t at;
	enum pl_rc rc;
	bool row;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_HASH_BELOW, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)below);
	PL_TRY(pl_sq_step(&row, s, q, e));
	if (!row) {
		*found = false;
		return PL_OK;
	}
	at = (uint64_t)sqlite3_column_int64(q, 0);
	rc = pl_sq_col_bytes(h.b, sizeof(h.b), s, q, 1, e);
	pl_sq_done(q);
	if (rc)
		return rc;
	*found = true;
	*block = at;
	*hash = h;
	return PL_OK;
}

/* ----------------------------------------------------------------- reading */

static enum pl_rc token_by_id(struct pl_arena *a, struct pl_index_token *out,
			      struct pl_sq *s, int64_t id, struct pl_err *e)
{
	struct pl_index_token *v;
	size_t n;

	PL_TRY(pl_sq_tokens(a, &s->ix, &v, &n, e));
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id) {
			*out = v[i];
			return PL_OK;
		}
	return pl_fail(e, PL_EBUG, "index: no token %jd", (intmax_t)id);
}

static enum pl_rc last_hash(struct pl_index_status *st, struct pl_sq *s,
			    struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_LAST_HASH, e));
	pl_sq_bind_int(q, 1, st->token.id);
	pl_sq_bind_int(q, 2, (int64_t)st->last_block);
	PL_TRY(pl_sq_step(&row, s, q, e));
	if (!row)
		return PL_OK;
	st->last_hash_known = !pl_sq_is_null(q, 0);
	if (st->last_hash_known)
		rc = pl_sq_col_bytes(st->last_hash.b, sizeof(st->last_hash.b),
				     s, q, 0, e);
	pl_sq_done(q);
	return rc;
}

enum pl_rc pl_sq_status(struct pl_arena *a, struct pl_index *ix,
			struct pl_index_status *out, int64_t token,
			struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_index_status st = { 0 };
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;
	bool row;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(token_by_id(a, &st.token, s, token, e));
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_STATUS, e));
	pl_sq_bind_int(q, 1, token);
	PL_TRY(pl_sq_step(&row, s, q, e));
	if (!row)
		return pl_sq_damaged(s, "a count", e);
	st.rows = (uint64_t)sqlite3_column_int64(q, 0);
	st.zero_rows = (uint64_t)sqlite3_column_int64(q, 1);
	st.no_log_index = (uint64_t)sqlite3_column_int64(q, 2);
	st.no_block = (uint64_t)sqlite3_column_int64(q, 3);
	st.no_time = (uint64_t)sqlite3_column_int64(q, 4);
	if (st.rows)
		rc = pl_sq_col_trust(&st.trust, s, q, 5, e);
	st.blocks_known = !pl_sq_is_null(q, 6);
	st.first_block = (uint64_t)sqlite3_column_int64(q, 6);
	st.last_block = (uint64_t)sqlite3_column_int64(q, 7);
	st.times_known = !pl_sq_is_null(q, 8);
	st.first_time = sqlite3_column_int64(q, 8);
	st.last_time = sqlite3_column_int64(q, 9);
	pl_sq_done(q);
	PL_TRY(rc);
	if (st.blocks_known)
		PL_TRY(last_hash(&st, s, e));
	*out = st;
	return PL_OK;
}

static bool in_time(const struct pl_index_query *q, const struct pl_transfer *t)
{
	if (!q->from_time_set && !q->to_time_set)
		return true;
	if (!(t->has & PL_TR_TIME))
		return false;
	return (!q->from_time_set || t->time >= q->from_time) &&
	       (!q->to_time_set || t->time < q->to_time);
}

static enum pl_rc each_row(struct pl_sq *s, sqlite3_stmt *st,
			   const struct pl_index_query *q, pl_transfer_fn fn,
			   void *ctx, struct pl_err *e)
{
	struct pl_sq_row r;
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		PL_TRY(pl_sq_col_row(&r, s, st, e));
		if (in_time(q, &r.t))
			PL_TRY(fn(ctx, &r.t, e));
	}
	return rc == SQLITE_DONE ? PL_OK : pl_sq_fail(s, rc, e);
}

enum pl_rc pl_sq_each(struct pl_index *ix, const struct pl_index_query *q,
		      pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	bool blocks = q->from_block_set || q->to_block_set;
	uint64_t from = q->from_block_set ? q->from_block : 0;
	uint64_t to = q->to_block_set ? q->to_block : INT64_MAX;
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *st = NULL;
	enum pl_rc rc;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(pl_sq_prepare(&st, s, blocks ? each_blocks : each_all, e));
	pl_sq_bind_int(st, 1, q->token);
	if (blocks) {
		pl_sq_bind_int(st, 2,
			       from > INT64_MAX ? INT64_MAX : (int64_t)from);
		pl_sq_bind_int(st, 3, to > INT64_MAX ? INT64_MAX : (int64_t)to);
	}
	rc = each_row(s, st, q, fn, ctx, e);
	(void)sqlite3_finalize(st);
	return rc;
}
