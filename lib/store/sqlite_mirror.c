#include "store/sqlite_mirror.h"

#include "store/sqlite_impl.h"

#define MAX_CELLS 32

enum pl_rc pl_mirror_open(struct pl_index **out, struct pl_err *e)
{
	return pl_sqlite_memory(out, e);
}

/* "old.a,old.b" of "a,b" */
static const char *each_of(struct pl_arena *a, const char *of, const char *list)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, of);
	for (; *list; list++) {
		pl_buf_byte(&b, (uint8_t)*list);
		if (*list == ',')
			pl_buf_str(&b, of);
	}
	return pl_buf_cstr(&b);
}

/* Rows as they were, and the names of rows that are to be looked at. */
static enum pl_rc watch_one(struct pl_sq *s, const struct pl_store_table *t,
			    struct pl_arena *a, struct pl_err *e)
{
	const char *n = t->name, *cols = t->columns, *id = t->id;
	const char *old = each_of(a, "old.", cols);
	const char *fresh = each_of(a, "new.", id);

	return pl_sq_exec(
		s,
		pl_printf(a,
			  "CREATE TABLE was_%s AS SELECT %s FROM %s LIMIT 0;"
			  "CREATE TABLE now_%s (%s, PRIMARY KEY (%s)) WITHOUT "
			  "ROWID;"
			  "CREATE TRIGGER put_%s AFTER INSERT ON %s BEGIN "
			  "INSERT OR REPLACE INTO now_%s VALUES (%s); END;"
			  "CREATE TRIGGER set_%s AFTER UPDATE ON %s BEGIN "
			  "INSERT INTO was_%s VALUES (%s);"
			  "INSERT OR REPLACE INTO now_%s VALUES (%s); END;"
			  "CREATE TRIGGER cut_%s AFTER DELETE ON %s BEGIN "
			  "INSERT INTO was_%s VALUES (%s); END;",
			  n, cols, n, n, id, id, n, n, n, fresh, n, n, n, old,
			  n, fresh, n, n, n, old),
		e);
}

enum pl_rc pl_mirror_watch(struct pl_index *m, struct pl_err *e)
{
	for (size_t i = 0; i < PL_T_COUNT; i++)
		PL_TRY(watch_one(pl_sq_of(m), &pl_store_tables[i], m->a, e));
	return PL_OK;
}

enum pl_rc pl_mirror_settle(struct pl_index *m, struct pl_err *e)
{
	for (size_t i = 0; i < PL_T_COUNT; i++) {
		const char *n = pl_store_tables[i].name;

		PL_TRY(pl_sq_exec(pl_sq_of(m),
				  pl_printf(m->a,
					    "DELETE FROM was_%s;"
					    "DELETE FROM now_%s",
					    n, n),
				  e));
	}
	return PL_OK;
}

/* ------------------------------------------------------------------ filling */

static void bind(sqlite3_stmt *q, int i, char type, const struct pl_cell *c)
{
	if (c->unknown)
		(void)sqlite3_bind_null(q, i);
	else if (strchr("qQo", type))
		pl_sq_bind_int(q, i, c->i);
	else if (strchr("sS", type))
		(void)sqlite3_bind_text(
			q, i, c->bytes.n ? (const char *)c->bytes.p : "",
			(int)c->bytes.n, SQLITE_STATIC);
	else
		pl_sq_bind_blob(q, i, true, c->bytes.p, c->bytes.n);
}

static enum pl_rc load_row(struct pl_sq *s, sqlite3_stmt *q,
			   const struct pl_store_table *t, struct pl_span *rows,
			   struct pl_err *e)
{
	struct pl_cell c[MAX_CELLS];

	if (!pl_cell_row(c, t->types, rows))
		return pl_fail(e, PL_EFORMAT, "bytes that are no row of %s",
			       t->name);
	for (int i = 0; t->types[i]; i++)
		bind(q, i + 1, t->types[i], &c[i]);
	if (pl_sq_run(s, q, e))
		return pl_fail(e, PL_EFORMAT,
			       "a row of %s that contradicts another or no "
			       "plume writes",
			       t->name);
	return PL_OK;
}

enum pl_rc pl_mirror_load(struct pl_index *m, uint64_t *n,
			  const struct pl_store_table *t, struct pl_span rows,
			  struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;
	struct pl_buf b;

	pl_buf_init(&b, m->a);
	pl_buf_fmt(&b, "INSERT INTO %s (%s) VALUES (?", t->name, t->columns);
	for (size_t i = 1; t->types[i]; i++)
		pl_buf_str(&b, ",?");
	pl_buf_str(&b, ")");
	PL_TRY(pl_sq_prepare(&q, s, pl_buf_cstr(&b), e));
	while (!rc && rows.n) {
		rc = load_row(s, q, t, &rows, e);
		*n += !rc;
	}
	(void)sqlite3_finalize(q);
	return rc;
}

/* ------------------------------------------------------------------ changes */

static void put_column(struct pl_buf *b, sqlite3_stmt *q, int i, char type)
{
	struct pl_cell c = { .unknown = pl_sq_is_null(q, i) };

	if (strchr("qQo", type)) {
		c.i = sqlite3_column_int64(q, i);
	} else if (!c.unknown) {
		c.bytes.p = strchr("sS", type) ? sqlite3_column_text(q, i)
					       : sqlite3_column_blob(q, i);
		c.bytes.n = (size_t)sqlite3_column_bytes(q, i);
	}
	pl_cell_put(b, type, &c);
}

static enum pl_rc tell(struct pl_sq *s, const struct pl_store_table *t,
		       const char *text, bool gone, pl_mirror_fn fn, void *ctx,
		       struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;
	struct pl_arena *a;
	struct pl_buf b;
	int bad = SQLITE_OK;

	PL_TRY(pl_sq_prepare(&q, s, text, e));
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	while (!bad && !rc && (bad = sqlite3_step(q)) == SQLITE_ROW) {
		bad = SQLITE_OK;
		pl_buf_reset(&b);
		for (int i = 0; t->types[i]; i++)
			put_column(&b, q, i, t->types[i]);
		rc = fn(ctx, pl_buf_span(&b), gone, e);
	}
	(void)sqlite3_finalize(q);
	pl_arena_close(a);
	if (!rc && bad && bad != SQLITE_DONE)
		rc = pl_sq_fail(s, bad, e);
	return rc;
}

enum pl_rc pl_mirror_changes(struct pl_index *m, const struct pl_store_table *t,
			     pl_mirror_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(m);
	const char *was =
		pl_printf(m->a, "SELECT %s FROM was_%s", t->columns, t->name);
	const char *now =
		pl_printf(m->a,
			  "SELECT %s FROM %s WHERE (%s) IN "
			  "(SELECT %s FROM now_%s) ORDER BY %s",
			  t->columns, t->name, t->id, t->id, t->name, t->id);

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(tell(s, t, was, true, fn, ctx, e));
	return tell(s, t, now, false, fn, ctx, e);
}
