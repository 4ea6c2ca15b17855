#include "store/sqlite_mirror.h"

#include "store/sqlite_impl.h"

#define COLUMNS(of)                                                            \
	of "id, " of "token, " of "tx, " of "log_index, " of "block, " of      \
	   "block_hash, " of "time, " of "sender, " of "recipient, " of        \
	   "value, " of "trust, " of "source, " of "nth, " of "chain"

static const char watch[] = "CREATE TABLE was AS SELECT " COLUMNS(
	"") " FROM transfer LIMIT 0;"
	    "CREATE TABLE changed (id INTEGER PRIMARY KEY);"
	    "CREATE TRIGGER put AFTER INSERT ON transfer BEGIN "
	    "INSERT OR REPLACE INTO changed VALUES (new.id); END;"
	    "CREATE TRIGGER other AFTER UPDATE ON transfer BEGIN "
	    "INSERT INTO was SELECT " COLUMNS(
		    "old.") " WHERE old.log_index IS NOT "
			    "new.log_index;"
			    "INSERT OR REPLACE INTO changed VALUES (new.id); "
			    "END;"
			    "CREATE TRIGGER gone AFTER DELETE ON transfer "
			    "BEGIN "
			    "INSERT INTO was VALUES (" COLUMNS(
				    "old.") ");"
					    "DELETE FROM changed WHERE id = "
					    "old.id; END";

static const char all_was[] = "SELECT " COLUMNS("") " FROM was";
static const char all_changed[] =
	"SELECT " COLUMNS("") " FROM transfer WHERE "
			      "id IN (SELECT id FROM changed) ORDER BY id";

enum pl_rc pl_mirror_open(struct pl_index **out, struct pl_err *e)
{
	return pl_sqlite_memory(out, e);
}

enum pl_rc pl_mirror_watch(struct pl_index *m, struct pl_err *e)
{
	return pl_sq_exec(pl_sq_of(m), watch, e);
}

enum pl_rc pl_mirror_settle(struct pl_index *m, struct pl_err *e)
{
	return pl_sq_exec(pl_sq_of(m), "DELETE FROM was; DELETE FROM changed",
			  e);
}

static enum pl_rc run_once(struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	enum pl_rc rc = pl_sq_run(s, q, e);

	(void)sqlite3_finalize(q);
	return rc;
}

enum pl_rc pl_mirror_token(struct pl_index *m, const struct pl_index_token *t,
			   struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_prepare(&q, s,
			     "INSERT OR IGNORE INTO token (id, chain, "
			     "address, symbol, decimals) VALUES "
			     "(?, ?, ?, ?, ?)",
			     e));
	pl_sq_bind_int(q, 1, t->id);
	pl_sq_bind_int(q, 2, (int64_t)t->token.chain);
	pl_sq_bind_blob(q, 3, true, t->token.address.b,
			sizeof(t->token.address.b));
	pl_sq_bind_text(q, 4, t->symbol);
	pl_sq_bind_u64(q, 5, t->decimals_known, t->decimals);
	return run_once(s, q, e);
}

enum pl_rc pl_mirror_source(struct pl_index *m, const struct pl_source *src,
			    struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_prepare(
		&q, s,
		"INSERT OR IGNORE INTO source (id, kind, name, format, digest, "
		"trust, time, rows, added, duplicates, rejected) VALUES "
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		e));
	pl_sq_bind_int(q, 1, src->id);
	pl_sq_bind_int(q, 2, src->kind == PL_SOURCE_NODE);
	pl_sq_bind_text(q, 3, src->name);
	pl_sq_bind_text(q, 4, src->format);
	pl_sq_bind_blob(q, 5, src->digest_known, src->digest.b,
			sizeof(src->digest.b));
	pl_sq_bind_int(q, 6, (int64_t)src->trust);
	pl_sq_bind_int(q, 7, src->time);
	pl_sq_bind_u64(q, 8, true, src->rows);
	pl_sq_bind_u64(q, 9, true, src->added);
	pl_sq_bind_u64(q, 10, true, src->duplicates);
	pl_sq_bind_u64(q, 11, true, src->rejected);
	return run_once(s, q, e);
}

enum pl_rc pl_mirror_load(struct pl_index *m, const struct pl_mirror_row *r,
			  struct pl_err *e)
{
	return pl_sq_insert(pl_sq_of(m), r->token, r->chain, &r->t, e);
}

static enum pl_rc each_of(struct pl_sq *s, const char *text, bool gone,
			  pl_mirror_fn fn, void *ctx, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;
	int bad = sqlite3_prepare_v2(s->db, text, -1, &q, NULL);

	while (!bad && !rc && (bad = sqlite3_step(q)) == SQLITE_ROW) {
		struct pl_mirror_row r = { .gone = gone };
		struct pl_sq_row got;

		bad = 0;
		rc = pl_sq_col_row(&got, s, q, e);
		if (rc)
			break;
		r.token = got.token;
		r.t = got.t;
		r.t.nth = (uint64_t)sqlite3_column_int64(q, 12);
		r.chain = (uint64_t)sqlite3_column_int64(q, 13);
		rc = fn(ctx, &r, e);
	}
	(void)sqlite3_finalize(q);
	if (!rc && bad && bad != SQLITE_DONE)
		rc = pl_sq_fail(s, bad, e);
	return rc;
}

enum pl_rc pl_mirror_changes(struct pl_index *m, pl_mirror_fn fn, void *ctx,
			     struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(each_of(s, all_was, true, fn, ctx, e));
	return each_of(s, all_changed, false, fn, ctx, e);
}
