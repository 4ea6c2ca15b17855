/* Writing to the ClickHouse index.  What is a row, and which one is known, is
 * decided by the rules of index.h in a mirror in memory, the one code for all
 * stores: who writes loads the rows first.  A commit puts what changed into
 * tables of its own, renames the head, and copies them over; whatever breaks
 * off before the renaming never was, and what breaks off after it the next
 * writer copies again. */
#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "crypto/rand.h"
#include "store/clickhouse_impl.h"

#define PAGE 200000u             /* rows of one answer */
#define INSERT_BYTES (16u << 20) /* of rows sent at once */
#define MAX_MIRROR 8000000u      /* rows a writer can hold, some 3 GB */
#define LOADS 5                  /* while others commit */

/* ------------------------------------------------------------------ loading */

enum pl_rc pl_ch_words(struct pl_ch *c, struct pl_err *e)
{
	const struct pl_err was = *e;

	if (e->rc != PL_EFORMAT)
		return e->rc;
	return pl_fail(e, PL_ESTORE, "ClickHouse at %s: %s", c->host, was.msg);
}

/* Page by page behind a key: rows of some tables by token and block. */
static enum pl_rc load(struct pl_ch *c, enum pl_store_table_id t,
		       uint64_t *rows, struct pl_err *e)
{
	const struct pl_store_table *k = &pl_store_tables[t];
	uint64_t got;

	for (uint64_t at = 0;; at += PAGE) {
		struct pl_ch_query q = { .t = t,
					 .what = k->columns,
					 .where = "1" };
		struct pl_span s;

		pl_arena_reset(c->scratch);
		q.then = pl_printf(c->scratch,
				   "ORDER BY %s LIMIT %" PRIu64 ", %u", k->key,
				   at, PAGE);
		PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
		got = 0;
		PL_TRY(pl_mirror_load(c->mirror, &got, k, s, e));
		*rows += got;
		if (got < PAGE)
			return PL_OK;
		if (*rows >= MAX_MIRROR)
			return pl_fail(e, PL_ELIMIT,
				       "over %u rows: a writer has no room for "
				       "so many",
				       MAX_MIRROR);
	}
}

static enum pl_rc load_some(struct pl_ch *c, unsigned from, unsigned to,
			    struct pl_err *e)
{
	uint64_t rows = 0;
	enum pl_rc rc = PL_OK;

	PL_TRY(pl_index_begin(c->mirror, e));
	for (unsigned t = from; !rc && t < to; t++)
		rc = load(c, (enum pl_store_table_id)t, &rows, e);
	if (!rc)
		rc = pl_index_commit(c->mirror, e);
	if (rc)
		pl_index_rollback(c->mirror);
	return rc;
}

enum pl_rc pl_ch_catalog(struct pl_ch *c, struct pl_err *e)
{
	struct pl_ch_head now;
	enum pl_rc rc = PL_OK;

	for (unsigned k = 0; k < LOADS; k++) {
		pl_index_close(c->mirror);
		c->mirror = NULL;
		PL_TRY(pl_mirror_open(&c->mirror, e));
		rc = load_some(c, 0, PL_T_CATALOG, e);
		if (rc)
			rc = pl_ch_words(c, e);
		if (rc && rc != PL_ESTORE)
			return rc;
		PL_TRY(pl_ch_look(c, &now, rc ? &(struct pl_err){ 0 } : e));
		if (now.n == c->head.n)
			return rc;
		c->head = now; /* another wrote meanwhile */
	}
	return rc ? rc
		  : pl_fail(e, PL_ESTORE,
			    "the index in %s at %s changes faster than it can "
			    "be read",
			    c->db, c->host);
}

/* ----------------------------------------------------- after the renaming */

static enum pl_rc overtaken(struct pl_ch *c, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE,
		      "another plume has written to %s at %s meanwhile; "
		      "nothing of this was kept",
		      c->db, c->host);
	return pl_hint(e, "run the command again: what is there already "
			  "counts once");
}

static enum pl_rc rename_head(struct pl_ch *c, const struct pl_ch_head *to,
			      struct pl_err *e)
{
	char was[PL_CH_NAME], is[PL_CH_NAME];
	struct pl_ch_head now;
	struct pl_err why;
	enum pl_rc rc;

	pl_ch_head_name(was, &c->head);
	pl_ch_head_name(is, to);
	rc = pl_ch_once(c,
			pl_printf(c->scratch, "RENAME TABLE %s.%s TO %s.%s",
				  c->db, was, c->db, is),
			&why);
	now = *to;
	if (rc) {
		/* done, perhaps, and only the answer was lost */
		if (pl_ch_look(c, &now, e)) {
			*e = why;
			return rc;
		}
		if (now.n != to->n || strcmp(now.writer, to->writer) != 0) {
			*e = why;
			return rc == PL_ESTORE && now.n >= to->n
				       ? overtaken(c, e)
				       : rc;
		}
	}
	/* another may be finishing this very commit: then it stands so */
	c->head.n = now.n;
	c->head.doubled = now.doubled;
	memcpy(c->head.writer, now.writer, sizeof(now.writer));
	c->head.pending = now.pending;
	return PL_OK;
}

/* Copy what lies apart to where it belongs.  A copy that was begun before
 * (again) may have come partly: rows may be there twice from then on. */
static enum pl_rc finish(struct pl_ch *c, bool again, struct pl_err *e)
{
	struct pl_ch_head done = c->head;
	char stage[PL_CH_NAME];

	if (again && done.doubled != done.n) {
		done.doubled = done.n; /* before the first of them is */
		PL_TRY(rename_head(c, &done, e));
	}
	for (unsigned t = 0; t < PL_T_COUNT; t++) {
		const enum pl_store_table_id id = (enum pl_store_table_id)t;
		const char *cols = pl_store_tables[t].columns;

		if (!(c->head.staged & 1u << t))
			continue;
		pl_ch_stage_name(stage, c->head.n, c->head.writer, id);
		PL_TRY(pl_ch_once(
			c,
			pl_printf(c->scratch,
				  "INSERT INTO %s.%s (%s, version, gone) "
				  "SELECT %s, version, gone FROM %s.%s FINAL",
				  c->db, pl_ch_rows(c, id), cols, cols, c->db,
				  stage),
			e));
	}
	done = c->head;
	done.pending = false;
	PL_TRY(rename_head(c, &done, e));
	if (c->head.pending)
		return PL_OK; /* another finishes it */
	c->head.staged = 0;
	return pl_ch_sweep(c, e);
}

enum pl_rc pl_ch_fill(struct pl_ch *c, bool complete, struct pl_err *e)
{
	if (c->full)
		return PL_OK;
	if (complete && c->head.pending)
		PL_TRY(finish(c, true, e));
	if (complete)
		PL_TRY(pl_ch_sweep(c, e));
	PL_TRY(load_some(c, PL_T_CATALOG, PL_T_COUNT, e));
	PL_TRY(pl_mirror_watch(c->mirror, e));
	c->full = true;
	return PL_OK;
}

/* ------------------------------------------------------------ transactions */

enum pl_rc pl_ch_begin(struct pl_index *ix, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);

	if (pl_ch_fill(c, true, e))
		return pl_ch_words(c, e);
	if (c->head.pending)
		PL_TRY(finish(c, true, e));
	PL_TRY(pl_index_begin(c->mirror, e));
	c->in_txn = true;
	return PL_OK;
}

void pl_ch_rollback(struct pl_index *ix)
{
	struct pl_ch *c = pl_ch_of(ix);

	c->in_txn = false;
	pl_index_rollback(c->mirror);
}

struct writer {
	struct pl_ch *c;
	struct pl_ch_head to;
	enum pl_store_table_id t;
	struct pl_buf b;
	bool made; /* the stage of t */
	bool replaced;
};

static enum pl_rc send(struct writer *w, struct pl_err *e)
{
	struct pl_ch *c = w->c;
	char name[PL_CH_NAME];
	struct pl_span none;

	pl_arena_reset(c->scratch);
	pl_ch_stage_name(name, w->to.n, w->to.writer, w->t);
	if (!w->made)
		PL_TRY(pl_ch_ask(
			c, c->scratch, &none,
			pl_printf(c->scratch,
				  "CREATE TABLE IF NOT EXISTS %s.%s (%s) "
				  "ENGINE = ReplacingMergeTree(version) ORDER "
				  "BY (%s)",
				  c->db, name, pl_ch_columns(c->scratch, w->t),
				  pl_store_tables[w->t].key),
			e));
	w->made = true;
	w->to.staged |= 1u << w->t;
	PL_TRY(pl_ch_insert(c, name, pl_buf_span(&w->b), e));
	pl_buf_reset(&w->b);
	return PL_OK;
}

static enum pl_rc write_row(void *ctx, struct pl_span row, bool gone,
			    struct pl_err *e)
{
	struct writer *w = ctx;

	pl_buf_put(&w->b, row);
	pl_cell_put_u64(&w->b, 2 * w->to.n + !gone);
	pl_buf_byte(&w->b, gone);
	w->replaced = w->replaced || (gone && w->t >= PL_T_CATALOG);
	return w->b.n >= INSERT_BYTES ? send(w, e) : PL_OK;
}

static enum pl_rc stage_all(struct writer *w, struct pl_err *e)
{
	for (unsigned t = 0; t < PL_T_COUNT; t++) {
		w->t = (enum pl_store_table_id)t;
		w->made = false;
		PL_TRY(pl_mirror_changes(w->c->mirror, &pl_store_tables[t],
					 write_row, w, e));
		if (w->b.n)
			PL_TRY(send(w, e));
	}
	return PL_OK;
}

static enum pl_rc writer_name(char out[17], struct pl_err *e)
{
	uint8_t r[8];

	PL_TRY(pl_random(r, sizeof(r), e));
	pl_hex_put(out, (struct pl_span){ r, sizeof(r) });
	out[16] = '\0';
	return PL_OK;
}

static enum pl_rc write_all(struct writer *w, struct pl_err *e)
{
	struct pl_ch *c = w->c;
	struct pl_ch_head now;
	struct pl_err ignored;
	enum pl_rc rc;

	w->to = (struct pl_ch_head){ .found = true,
				     .n = c->head.n + 1,
				     .doubled = c->head.doubled,
				     .pending = true };
	PL_TRY(writer_name(w->to.writer, e));
	rc = stage_all(w, e);
	/* who was faster has dropped the tables of this */
	if (rc == PL_ESTORE && !pl_ch_look(c, &now, &ignored) &&
	    now.n >= w->to.n)
		return overtaken(c, e);
	if (rc || !w->to.staged)
		return rc;
	if (w->replaced)
		w->to.doubled = w->to.n;
	PL_TRY(rename_head(c, &w->to, e));
	c->head.staged = w->to.staged;
	return PL_OK;
}

enum pl_rc pl_ch_commit(struct pl_index *ix, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_arena *a = pl_arena_open(0);
	struct writer w = { .c = c };
	enum pl_rc rc;

	pl_arena_reset(c->scratch);
	pl_buf_init(&w.b, a);
	rc = write_all(&w, e);
	pl_arena_close(a);
	if (!rc)
		rc = pl_mirror_settle(c->mirror, e);
	if (!rc)
		rc = pl_index_commit(c->mirror, e);
	if (rc)
		return rc;
	c->in_txn = false;
	return c->head.pending ? finish(c, false, e) : PL_OK;
}
