/* Is the file whole?  SQLite's own checks of pages, indexes and references,
 * and every row read as strictly as a command reads it. */
#include "store/sqlite_event.h"

#define MAX_TOLD "100" /* faults that SQLite lists of each check */

struct faults {
	struct pl_sq *s;
	uint64_t n;
	pl_index_fault_fn fn;
	void *ctx;
};

static void tell(struct faults *f, const char *words)
{
	f->n++;
	if (f->fn)
		f->fn(f->ctx, words);
}

/* Each row of the statement is a fault, in column `at`; but for "ok". */
static enum pl_rc list(struct faults *f, const char *text, int at,
		       const char *what, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	int bad = sqlite3_prepare_v2(f->s->db, text, -1, &q, NULL);

	while (!bad && (bad = sqlite3_step(q)) == SQLITE_ROW) {
		const char *t = (const char *)sqlite3_column_text(q, at);

		bad = SQLITE_OK;
		if (!t || strcmp(t, "ok") != 0)
			tell(f, pl_printf(f->s->ix.a, "%s%.200s", what,
					  t ? t : "?"));
	}
	(void)sqlite3_finalize(q);
	if (bad == SQLITE_DONE)
		return PL_OK;
	if ((bad & 0xff) != SQLITE_CORRUPT)
		return pl_sq_fail(f->s, bad, e);
	tell(f, "the file is damaged: SQLite cannot read on");
	return PL_OK;
}

typedef enum pl_rc (*row_fn)(struct pl_sq *s, sqlite3_stmt *q,
			     struct pl_err *e);

/* Which columns a row of this kind may have, over all its forms. */
static bool columns_fit(const struct pl_event *ev)
{
	const unsigned own = 1u << PL_EC_ANSWER | 1u << PL_EC_STAMP;
	unsigned has;

	if (ev->kind == PL_EV_NAV)
		return (ev->has & 1u << PL_EC_ANSWER) && !(ev->has & ~own);
	for (size_t i = 0; i < pl_event_def_count; i++) {
		const struct pl_event_def *d = &pl_event_defs[i];

		if (d->kind != ev->kind)
			continue;
		has = pl_event_def_columns(d);
		if (has == ev->has)
			return true;
	}
	return false;
}

static enum pl_rc event_row(struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_event_row r;

	PL_TRY(pl_sq_col_event(&r, s, q, e));
	if (!columns_fit(&r.ev))
		return pl_fail(e, PL_ESTORE,
			       "event %jd: its columns are not those of %s",
			       (intmax_t)sqlite3_column_int64(q, 9),
			       pl_event_kind_name(r.ev.kind));
	return PL_OK;
}

static enum pl_rc transfer_row(struct pl_sq *s, sqlite3_stmt *q,
			       struct pl_err *e)
{
	struct pl_sq_row r;

	return pl_sq_col_row(&r, s, q, e);
}

static enum pl_rc each(struct faults *f, const char *text, row_fn fn,
		       struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	int bad = sqlite3_prepare_v2(f->s->db, text, -1, &q, NULL);
	struct pl_err why;

	while (!bad && (bad = sqlite3_step(q)) == SQLITE_ROW) {
		bad = SQLITE_OK;
		if (fn(f->s, q, &why))
			tell(f, why.msg);
	}
	(void)sqlite3_finalize(q);
	if (bad == SQLITE_DONE || (bad & 0xff) == SQLITE_CORRUPT)
		return PL_OK; /* the latter was told before */
	return pl_sq_fail(f->s, bad, e);
}

/* What plume keeps true of its tables beyond what they check themselves. */
static const struct {
	const char *what, *text;
} rules[] = {
	{ "a cursor that ends before it begins: token ",
	  "SELECT token FROM cursor WHERE next_block < first_block UNION ALL "
	  "SELECT token FROM event_cursor WHERE next_block < first_block" },
	{ "transfers of one block and token with two hashes: block ",
	  "SELECT block FROM transfer WHERE block_hash IS NOT NULL "
	  "GROUP BY token, block HAVING count(DISTINCT block_hash) > 1 "
	  "LIMIT " MAX_TOLD },
	{ "events of one block and contract with two hashes: block ",
	  "SELECT block FROM event GROUP BY token, block "
	  "HAVING count(DISTINCT block_hash) > 1 LIMIT " MAX_TOLD },
	{ "an event beyond what was read of its source: block ",
	  "SELECT e.block FROM event e JOIN event_cursor c "
	  "ON c.token = e.token AND c.source = e.source "
	  "WHERE e.block >= c.next_block LIMIT " MAX_TOLD },
	{ "rows of another chain than their token's: token ",
	  "SELECT DISTINCT t.id FROM token t JOIN transfer r ON r.token = t.id "
	  "AND r.chain <> t.chain UNION SELECT DISTINCT t.id FROM token t "
	  "JOIN event r ON r.token = t.id AND r.chain <> t.chain" },
};

enum pl_rc pl_sq_integrity(struct pl_index *ix, uint64_t *faults,
			   pl_index_fault_fn fn, void *ctx, struct pl_err *e)
{
	struct faults f = { .s = pl_sq_of(ix), .fn = fn, .ctx = ctx };

	PL_TRY(pl_sq_own(f.s, e));
	PL_TRY(list(&f, "PRAGMA integrity_check(" MAX_TOLD ")", 0, "", e));
	PL_TRY(list(&f, "PRAGMA foreign_key_check", 0,
		    "a row that refers to none: table ", e));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		PL_TRY(list(&f, rules[i].text, 0, rules[i].what, e));
	PL_TRY(each(&f, "SELECT " PL_SQ_COLUMNS " FROM transfer", transfer_row,
		    e));
	PL_TRY(each(
		&f,
		pl_printf(ix->a, "SELECT %s FROM event", pl_sq_event_columns),
		event_row, e));
	*faults = f.n;
	return PL_OK;
}
