/* Contracts that are followed, and how far their events were read. */
#include "store/sqlite_event.h"

/* ---------------------------------------------------------------- contracts */

static bool same_text(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

static enum pl_rc watch(struct pl_arena *a, struct pl_index *ix, bool *found,
			struct pl_watch *out, int64_t token, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_watch w = { .token = token };
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;
	bool row;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_WATCH, e));
	pl_sq_bind_int(q, 1, token);
	PL_TRY(pl_sq_step(&row, s, q, e));
	*found = row;
	if (!row)
		return PL_OK;
	w.name = pl_sq_col_text(a, q, 0);
	w.stds = (unsigned)sqlite3_column_int64(q, 1) & PL_STD_ALL;
	w.kinds = (uint64_t)sqlite3_column_int64(q, 2);
	w.from = (uint64_t)sqlite3_column_int64(q, 3);
	w.sig = pl_sq_col_text(a, q, 4);
	w.member = pl_sq_col_text(a, q, 5);
	w.stamp = pl_sq_col_text(a, q, 6);
	w.pair_known = !pl_sq_is_null(q, 7);
	if (w.pair_known)
		rc = pl_sq_col_bytes(w.addr0.b, 20, s, q, 7, e);
	if (w.pair_known && !rc)
		rc = pl_sq_col_bytes(w.addr1.b, 20, s, q, 8, e);
	w.units.dec0 = (uint8_t)sqlite3_column_int(q, 9);
	w.units.dec1 = (uint8_t)sqlite3_column_int(q, 10);
	w.since = sqlite3_column_int64(q, 11);
	w.units_known = sqlite3_column_int(q, 12) != 0;
	pl_sq_done(q);
	if (!rc)
		*out = w;
	return rc;
}

/* A statement with whole numbers to fill in, run once. */
static enum pl_rc run(struct pl_sq *s, uint64_t *changed, const char *text,
		      int64_t x, int64_t y, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	int bad;

	PL_TRY(pl_sq_prepare(&q, s, text, e));
	pl_sq_bind_int(q, 1, x);
	if (sqlite3_bind_parameter_count(q) > 1)
		pl_sq_bind_int(q, 2, y);
	while ((bad = sqlite3_step(q)) == SQLITE_ROW)
		;
	bad = bad == SQLITE_DONE ? SQLITE_OK : sqlite3_extended_errcode(s->db);
	(void)sqlite3_finalize(q);
	if (bad)
		return pl_sq_fail(s, bad, e);
	*changed += (uint64_t)sqlite3_changes64(s->db);
	return PL_OK;
}

static enum pl_rc watch_put(struct pl_index *ix, const struct pl_watch *w,
			    struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_watch old;
	sqlite3_stmt *q = NULL;
	uint64_t gone = 0;
	bool found;

	PL_TRY(watch(ix->a, ix, &found, &old, w->token, e));
	if (found &&
	    (!same_text(old.sig, w->sig) || !same_text(old.member, w->member) ||
	     !same_text(old.stamp, w->stamp))) {
		PL_TRY(run(s, &gone,
			   "DELETE FROM event WHERE token = ?1 AND kind = ?2",
			   w->token, PL_EV_NAV, e));
		PL_TRY(run(s, &gone,
			   "DELETE FROM event_cursor WHERE token = ?1",
			   w->token, 0, e));
	}
	PL_TRY(pl_sq_estmt(&q, s, PL_EST_WATCH_PUT, e));
	pl_sq_bind_int(q, 1, w->token);
	pl_sq_bind_text(q, 2, w->name);
	pl_sq_bind_int(q, 3, (int64_t)w->stds);
	pl_sq_bind_int(q, 4, (int64_t)w->kinds);
	pl_sq_bind_int(q, 5, (int64_t)w->from);
	pl_sq_bind_text(q, 6, w->sig);
	pl_sq_bind_text(q, 7, w->member);
	pl_sq_bind_text(q, 8, w->stamp);
	pl_sq_bind_blob(q, 9, w->pair_known, w->addr0.b, 20);
	pl_sq_bind_blob(q, 10, w->pair_known, w->addr1.b, 20);
	pl_sq_bind_int(q, 11, w->units.dec0);
	pl_sq_bind_int(q, 12, w->units.dec1);
	pl_sq_bind_int(q, 13, w->since);
	pl_sq_bind_int(q, 14, w->units_known);
	return pl_sq_run(s, q, e);
}

static enum pl_rc forget(struct pl_index *ix, uint64_t *gone, int64_t token,
			 bool rows, struct pl_err *e)
{
	static const char *const others[] = {
		"DELETE FROM event_cursor WHERE token = ?1",
		"DELETE FROM cursor WHERE token = ?1",
	};
	struct pl_sq *s = pl_sq_of(ix);
	uint64_t n = 0, other = 0;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(run(s, &other, "DELETE FROM watch WHERE token = ?1", token, 0,
		   e));
	if (rows) {
		PL_TRY(run(s, &n, "DELETE FROM event WHERE token = ?1", token,
			   0, e));
		PL_TRY(run(s, &n, "DELETE FROM transfer WHERE token = ?1",
			   token, 0, e));
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			PL_TRY(run(s, &other, others[i], token, 0, e));
		PL_TRY(run(s, &other, "DELETE FROM token WHERE id = ?1", token,
			   0, e));
		s->facts.set = false;
		s->chain_token = 0;
	}
	*gone = n;
	return PL_OK;
}

/* ------------------------------------------------- cursors, reorganisations */

static enum pl_rc cursor(struct pl_index *ix, struct pl_event_cursor *out,
			 int64_t token, int64_t source, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_event_cursor c = { .kinds = 0 };
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_CURSOR, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	PL_TRY(pl_sq_step(&c.at.found, s, q, e));
	if (c.at.found) {
		c.at.first_block = (uint64_t)sqlite3_column_int64(q, 0);
		c.at.next_block = (uint64_t)sqlite3_column_int64(q, 1);
		c.kinds = (uint64_t)sqlite3_column_int64(q, 3);
		rc = pl_sq_col_bytes(c.at.last_hash.b, 32, s, q, 2, e);
		pl_sq_done(q);
	}
	if (!rc)
		*out = c;
	return rc;
}

static enum pl_rc cursor_put(struct pl_index *ix, int64_t token, int64_t source,
			     const struct pl_event_cursor *c, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_CURSOR_PUT, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)c->at.first_block);
	pl_sq_bind_int(q, 4, (int64_t)c->at.next_block);
	pl_sq_bind_blob(q, 5, true, c->at.last_hash.b, 32);
	pl_sq_bind_int(q, 6, (int64_t)c->kinds);
	return pl_sq_run(s, q, e);
}

static enum pl_rc drop_from(struct pl_index *ix, uint64_t *gone, int64_t token,
			    int64_t source, uint64_t block, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_DROP, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)block);
	PL_TRY(pl_sq_run(s, q, e));
	*gone = (uint64_t)sqlite3_changes64(s->db);
	return PL_OK;
}

static enum pl_rc keep_kinds(struct pl_index *ix, uint64_t *gone, int64_t token,
			     uint64_t kinds, struct pl_err *e)
{
	uint64_t n = 0;

	PL_TRY(run(pl_sq_of(ix), &n,
		   "DELETE FROM event WHERE token = ?1 AND "
		   "NOT (?2 >> kind) & 1",
		   token, (int64_t)kinds, e));
	*gone = n;
	return PL_OK;
}

static enum pl_rc hash_below(struct pl_index *ix, bool *found, uint64_t *block,
			     struct pl_hash32 *hash, int64_t token,
			     int64_t source, uint64_t below, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;
	enum pl_rc rc;
	bool row;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_HASH_BELOW, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, source);
	pl_sq_bind_int(q, 3, (int64_t)below);
	PL_TRY(pl_sq_step(&row, s, q, e));
	*found = row;
	if (!row)
		return PL_OK;
	*block = (uint64_t)sqlite3_column_int64(q, 0);
	rc = pl_sq_col_bytes(hash->b, 32, s, q, 1, e);
	pl_sq_done(q);
	return rc;
}

static enum pl_rc counts(struct pl_arena *a, struct pl_index *ix,
			 struct pl_event_count **out, size_t *n, int64_t token,
			 struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_event_count *v =
		PL_NEW_N(a, struct pl_event_count, PL_EV_KINDS);
	sqlite3_stmt *q = NULL;
	size_t k = 0;
	bool row;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_COUNTS, e));
	pl_sq_bind_int(q, 1, token);
	for (;;) {
		int64_t kind;
		enum pl_rc rc;

		PL_TRY(pl_sq_step(&row, s, q, e));
		if (!row)
			break;
		kind = sqlite3_column_int64(q, 0);
		if (kind <= PL_EV_NONE || kind >= PL_EV_KINDS) {
			pl_sq_done(q);
			return pl_sq_damaged(s, "a kind of event", e);
		}
		v[k].kind = (enum pl_event_kind)kind;
		v[k].rows = (uint64_t)sqlite3_column_int64(q, 1);
		v[k].first_block = (uint64_t)sqlite3_column_int64(q, 2);
		v[k].last_block = (uint64_t)sqlite3_column_int64(q, 3);
		rc = pl_sq_col_trust(&v[k].trust, s, q, 4, e);
		if (rc) {
			pl_sq_done(q);
			return rc;
		}
		k++;
	}
	*out = v;
	*n = k;
	return PL_OK;
}

const struct pl_event_ops pl_sq_event_ops = {
	.watch_put = watch_put,
	.watch = watch,
	.forget = forget,
	.put = pl_sq_event_put,
	.cursor = cursor,
	.cursor_put = cursor_put,
	.drop_from = drop_from,
	.keep_kinds = keep_kinds,
	.hash_below = hash_below,
	.each = pl_sq_event_each,
	.counts = counts,
	.integrity = pl_sq_integrity,
};
