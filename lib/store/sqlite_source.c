/* Tokens and sources of the index. */
#include "base/hex.h"
#include "store/sqlite_impl.h"
#include "store/sqlite_mirror.h"

static enum pl_rc col_token(struct pl_arena *a, struct pl_index_token *out,
			    struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_index_token t = { .id = sqlite3_column_int64(q, 0) };

	t.token.chain = (uint64_t)sqlite3_column_int64(q, 1);
	PL_TRY(pl_sq_col_bytes(t.token.address.b, sizeof(t.token.address.b), s,
			       q, 2, e));
	t.symbol = pl_sq_col_text(a, q, 3);
	t.decimals_known = !pl_sq_is_null(q, 4);
	t.decimals = (uint8_t)sqlite3_column_int(q, 4);
	*out = t;
	return PL_OK;
}

static enum pl_rc token_find(struct pl_arena *a, bool *found,
			     struct pl_index_token *out, struct pl_sq *s,
			     const struct pl_token_id *id, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TOKEN_GET, e));
	pl_sq_bind_int(q, 1, (int64_t)id->chain);
	pl_sq_bind_blob(q, 2, true, id->address.b, sizeof(id->address.b));
	PL_TRY(pl_sq_step(found, s, q, e));
	if (!*found)
		return PL_OK;
	rc = col_token(a, out, s, q, e);
	pl_sq_done(q);
	return rc;
}

static enum pl_rc token_set(struct pl_sq *s, const struct pl_index_token *t,
			    struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TOKEN_SET, e));
	pl_sq_bind_int(q, 1, t->id);
	pl_sq_bind_text(q, 2, t->symbol);
	pl_sq_bind_u64(q, 3, t->decimals_known, t->decimals);
	return pl_sq_run(s, q, e);
}

enum pl_rc pl_sq_token_put(struct pl_index *ix, struct pl_index_token *t,
			   struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_index_token old;
	sqlite3_stmt *q = NULL;
	bool found;

	PL_TRY(token_find(ix->a, &found, &old, s, &t->token, e));
	if (found) {
		if (old.decimals_known && t->decimals_known &&
		    old.decimals != t->decimals)
			return pl_fail(
				e, PL_EPROOF,
				"token %s: the index has %u decimals, "
				"this source says %u",
				pl_hex(ix->a, pl_addr_span(&t->token.address)),
				old.decimals, t->decimals);
		t->id = old.id;
		if ((t->symbol && !old.symbol) ||
		    (t->decimals_known && !old.decimals_known))
			return token_set(s, t, e);
		return PL_OK;
	}
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TOKEN_NEW, e));
	pl_sq_bind_int(q, 1, (int64_t)t->token.chain);
	pl_sq_bind_blob(q, 2, true, t->token.address.b,
			sizeof(t->token.address.b));
	pl_sq_bind_text(q, 3, t->symbol);
	pl_sq_bind_u64(q, 4, t->decimals_known, t->decimals);
	PL_TRY(pl_sq_run(s, q, e));
	t->id = sqlite3_last_insert_rowid(s->db);
	return PL_OK;
}

enum pl_rc pl_sq_token_get(struct pl_arena *a, struct pl_index *ix,
			   struct pl_index_token *out,
			   const struct pl_token_id *id, struct pl_err *e)
{
	struct pl_index_token t;
	bool found;

	PL_TRY(token_find(a, &found, &t, pl_sq_of(ix), id, e));
	if (!found) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "the index has no token %s on chain %ju",
			      pl_hex(a, pl_addr_span(&id->address)),
			      (uintmax_t)id->chain);
		return pl_hint(e, "`plume index list` names those it has; "
				  "`plume index sync --token T` fetches one");
	}
	*out = t;
	return PL_OK;
}

enum pl_rc pl_sq_tokens(struct pl_arena *a, struct pl_index *ix,
			struct pl_index_token **out, size_t *n,
			struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_index_token *v = NULL;
	size_t count = 0;
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TOKENS, e));
	for (;;) {
		PL_TRY(pl_sq_step(&row, s, q, e));
		if (!row)
			break;
		v = pl_grow(a, v, count, sizeof(*v));
		rc = col_token(a, &v[count++], s, q, e);
		if (rc) {
			pl_sq_done(q);
			return rc;
		}
	}
	*out = v;
	*n = count;
	return PL_OK;
}

static enum pl_rc col_source(struct pl_arena *a, struct pl_source *out,
			     struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_source r = { .id = sqlite3_column_int64(q, 0) };

	r.kind = sqlite3_column_int(q, 1) ? PL_SOURCE_NODE : PL_SOURCE_FILE;
	r.name = pl_sq_col_text(a, q, 2);
	r.format = pl_sq_col_text(a, q, 3);
	r.digest_known = !pl_sq_is_null(q, 4);
	if (r.digest_known)
		PL_TRY(pl_sq_col_bytes(r.digest.b, sizeof(r.digest.b), s, q, 4,
				       e));
	PL_TRY(pl_sq_col_trust(&r.trust, s, q, 5, e));
	r.time = sqlite3_column_int64(q, 6);
	r.rows = (uint64_t)sqlite3_column_int64(q, 7);
	r.added = (uint64_t)sqlite3_column_int64(q, 8);
	r.duplicates = (uint64_t)sqlite3_column_int64(q, 9);
	r.rejected = (uint64_t)sqlite3_column_int64(q, 10);
	*out = r;
	return PL_OK;
}

static enum pl_rc source_find(bool *found, struct pl_sq *s,
			      struct pl_source *src, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s,
			  src->digest_known ? PL_ST_SOURCE_DIGEST
					    : PL_ST_SOURCE_NAME,
			  e));
	pl_sq_bind_int(q, 1, src->kind == PL_SOURCE_NODE);
	if (src->digest_known)
		pl_sq_bind_blob(q, 2, true, src->digest.b,
				sizeof(src->digest.b));
	else
		pl_sq_bind_text(q, 2, src->name);
	PL_TRY(pl_sq_step(found, s, q, e));
	if (!*found)
		return PL_OK;
	src->id = sqlite3_column_int64(q, 0);
	pl_sq_done(q);
	return PL_OK;
}

enum pl_rc pl_sq_source_put(struct pl_index *ix, struct pl_source *src,
			    struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;
	bool found;

	PL_TRY(source_find(&found, s, src, e));
	if (found)
		return PL_OK;
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_SOURCE_NEW, e));
	pl_sq_bind_int(q, 1, src->kind == PL_SOURCE_NODE);
	pl_sq_bind_text(q, 2, src->name);
	pl_sq_bind_text(q, 3, src->format);
	pl_sq_bind_blob(q, 4, src->digest_known, src->digest.b,
			sizeof(src->digest.b));
	pl_sq_bind_int(q, 5, (int64_t)src->trust);
	pl_sq_bind_int(q, 6, src->time);
	PL_TRY(pl_sq_run(s, q, e));
	src->id = sqlite3_last_insert_rowid(s->db);
	return PL_OK;
}

enum pl_rc pl_sq_source_count(struct pl_index *ix, const struct pl_source *src,
			      struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_SOURCE_COUNT, e));
	pl_sq_bind_int(q, 1, src->id);
	pl_sq_bind_int(q, 2, (int64_t)src->rows);
	pl_sq_bind_int(q, 3, (int64_t)src->added);
	pl_sq_bind_int(q, 4, (int64_t)src->duplicates);
	pl_sq_bind_int(q, 5, (int64_t)src->rejected);
	pl_sq_bind_text(q, 6, src->format);
	return pl_sq_run(s, q, e);
}

static enum pl_rc all_of(struct pl_arena *a, struct pl_source **out, size_t *n,
			 struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_source *v = NULL;
	size_t count = 0;
	enum pl_rc rc = PL_OK;
	bool row;

	for (;;) {
		PL_TRY(pl_sq_step(&row, s, q, e));
		if (!row)
			break;
		v = pl_grow(a, v, count, sizeof(*v));
		rc = col_source(a, &v[count++], s, q, e);
		if (rc) {
			pl_sq_done(q);
			return rc;
		}
	}
	*out = v;
	*n = count;
	return PL_OK;
}

enum pl_rc pl_sq_sources(struct pl_arena *a, struct pl_index *ix,
			 struct pl_source **out, size_t *n, int64_t token,
			 struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(pl_sq_stmt(&q, s, ix->events ? PL_ST_SOURCES_ALL : PL_ST_SOURCES,
			  e));
	pl_sq_bind_int(q, 1, token);
	return all_of(a, out, n, s, q, e);
}

enum pl_rc pl_mirror_sources(struct pl_arena *a, struct pl_index *m,
			     struct pl_source **out, size_t *n,
			     struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_SOURCES_EVERY, e));
	return all_of(a, out, n, s, q, e);
}
