/* Tables of the ClickHouse index, the head that says which rows hold, and
 * reading what holds. */
#include <inttypes.h>
#include <stdio.h>

#include "base/stop.h"
#include "store/clickhouse_impl.h"

#define LOOKS 20 /* for a head that is being renamed, 50 ms apart */
#define PAUSE_MS 50

/* -------------------------------------------------------------------- names */

void pl_ch_head_name(char out[PL_CH_NAME], const struct pl_ch_head *h)
{
	(void)snprintf(out, PL_CH_NAME, "head_%" PRIu64 "_%" PRIu64 "_%s_%c",
		       h->n, h->doubled, h->writer, h->pending ? 'p' : 'a');
}

void pl_ch_stage_name(char out[PL_CH_NAME], uint64_t n, const char *writer,
		      enum pl_store_table_id t)
{
	(void)snprintf(out, PL_CH_NAME, "stage_%" PRIu64 "_%s_%s", n, writer,
		       pl_store_tables[t].name);
}

const char *pl_ch_rows(struct pl_ch *c, enum pl_store_table_id t)
{
	const char *name = pl_store_tables[t].name;

	if (t < PL_T_CATALOG || !c->cluster)
		return name;
	return pl_printf(c->ix.a, "%s_on_%s", name, c->cluster);
}

static bool digits(uint64_t *out, const char **p)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; **p >= '0' && **p <= '9'; (*p)++, n++)
		v = 10 * v + (uint64_t)(**p - '0');
	*out = v;
	return n && n <= 18;
}

/* A name as pl_ch_head_name writes it; others are none of plume's. */
static bool head_of(struct pl_ch_head *out, const char *name)
{
	struct pl_ch_head h = { .found = true };
	char again[PL_CH_NAME];

	if (strncmp(name, "head_", 5) != 0)
		return false;
	name += 5;
	if (!digits(&h.n, &name) || *name++ != '_' ||
	    !digits(&h.doubled, &name) || *name++ != '_' || strlen(name) != 18)
		return false;
	memcpy(h.writer, name, 16);
	h.pending = name[17] == 'p';
	pl_ch_head_name(again, &h);
	if (strspn(h.writer, "0123456789abcdef") != 16 ||
	    strcmp(again + strlen(again) - 18, name) != 0)
		return false;
	*out = h;
	return true;
}

/* --------------------------------------------------------- what is there */

static void note(struct pl_ch *c, struct pl_ch_head *h, const char *name)
{
	for (unsigned t = 0; t < PL_T_COUNT; t++) {
		char stage[PL_CH_NAME];

		if (!strcmp(name, pl_ch_rows(c, (enum pl_store_table_id)t)))
			h->tables |= 1u << t;
		pl_ch_stage_name(stage, h->n, h->writer,
				 (enum pl_store_table_id)t);
		if (h->found && h->pending && !strcmp(name, stage))
			h->staged |= 1u << t;
	}
}

static enum pl_rc names(struct pl_ch *c, struct pl_arena *a, const char ***out,
			size_t *n, struct pl_err *e)
{
	const char **name = NULL;
	struct pl_span s;

	*n = 0;
	PL_TRY(pl_ch_ask(c, a, &s,
			 pl_printf(a,
				   "SELECT name FROM system.tables WHERE "
				   "database = '%s' ORDER BY name "
				   "LIMIT 100000 FORMAT RowBinary",
				   c->db),
			 e));
	while (s.n) {
		struct pl_cell v;

		if (!pl_cell_take(&v, 's', &s))
			return pl_ch_damaged(c, "a list of tables", e);
		name = pl_grow(a, name, *n, sizeof(*name));
		name[(*n)++] =
			pl_strndup(a, (const char *)v.bytes.p, v.bytes.n);
	}
	*out = name;
	return PL_OK;
}

static enum pl_rc look_once(struct pl_ch *c, struct pl_ch_head *out,
			    struct pl_err *e)
{
	struct pl_ch_head h = { .found = false }, x;
	struct pl_arena *a = pl_arena_open(0);
	const char **name = NULL;
	size_t n = 0;
	enum pl_rc rc = names(c, a, &name, &n, e);

	for (size_t i = 0; !rc && i < n; i++)
		if (head_of(&x, name[i]) && (!h.found || x.n > h.n))
			h = x;
	for (size_t i = 0; !rc && i < n; i++)
		note(c, &h, name[i]);
	pl_arena_close(a);
	if (!rc)
		*out = h;
	return rc;
}

enum pl_rc pl_ch_sweep(struct pl_ch *c, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	const char **name = NULL;
	struct pl_span none;
	size_t n = 0;
	enum pl_rc rc = names(c, a, &name, &n, e);

	for (size_t i = 0; !rc && i < n; i++) {
		const char *p = name[i] + 6;
		uint64_t of;

		if (strncmp(name[i], "stage_", 6) != 0 || !digits(&of, &p) ||
		    *p != '_' || strspn(p + 1, "0123456789abcdef") != 16 ||
		    of > c->head.n || (of == c->head.n && c->head.pending))
			continue;
		rc = pl_ch_ask(c, a, &none,
			       pl_printf(a, "DROP TABLE IF EXISTS %s.`%s`",
					 c->db, name[i]),
			       e);
	}
	pl_arena_close(a);
	return rc;
}

/* While a table is renamed it has, for a moment, no name at all. */
enum pl_rc pl_ch_look(struct pl_ch *c, struct pl_ch_head *out, struct pl_err *e)
{
	for (unsigned k = 0; k < LOOKS; k++) {
		PL_TRY(look_once(c, out, e));
		if (out->found || !out->tables || pl_stop_asked())
			break;
		pl_stop_pause(PAUSE_MS);
	}
	return PL_OK;
}

enum pl_rc pl_ch_there(struct pl_ch *c, struct pl_err *e)
{
	PL_TRY(pl_ch_look(c, &c->head, e));
	if (c->head.found && c->head.tables == (1u << PL_T_COUNT) - 1)
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "there is no index in %s at %s yet",
		      c->db, c->host);
	return pl_hint(e, "`plume index import FILE` or `plume index sync "
			  "--token T` makes it");
}

/* ------------------------------------------------------------- making them */

const char *pl_ch_columns(struct pl_arena *a, enum pl_store_table_id id)
{
	static const struct {
		char type;
		const char *is;
	} types[] = {
		{ 'q', "Int64" },
		{ 'o', "Int64" },
		{ 'Q', "Nullable(Int64)" },
		{ 'h', "FixedString(32)" },
		{ 'H', "Nullable(FixedString(32))" },
		{ 'a', "FixedString(20)" },
		{ 'A', "Nullable(FixedString(20))" },
		{ 's', "String" },
		{ 'S', "Nullable(String)" },
	};
	const struct pl_store_table *t = &pl_store_tables[id];
	const char *at = t->columns;
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; t->types[i]; i++) {
		size_t n = strcspn(at, ","), k = 0;

		while (types[k].type != t->types[i])
			k++;
		pl_buf_fmt(&b, "%.*s %s, ", (int)n, at, types[k].is);
		at += n + (at[n] == ',');
	}
	pl_buf_str(&b, "version UInt64, gone UInt8");
	return pl_buf_cstr(&b);
}

static const char *table_sql(struct pl_ch *c, enum pl_store_table_id t)
{
	return pl_printf(c->scratch,
			 "CREATE TABLE IF NOT EXISTS %s.%s (%s) ENGINE = "
			 "ReplacingMergeTree(version) ORDER BY (%s)",
			 c->db, pl_store_tables[t].name,
			 pl_ch_columns(c->scratch, t), pl_store_tables[t].key);
}

/* Where nobody runs ZooKeeper no statement reaches all servers of a cluster,
 * so each is told at its own address. */
static enum pl_rc make_on_shards(struct pl_ch *c, struct pl_err *e)
{
	for (size_t i = 0; i < c->shards; i++) {
		PL_TRY(pl_ch_tell_shard(
			c, i,
			pl_printf(c->scratch,
				  "CREATE DATABASE IF NOT EXISTS %s", c->db),
			e));
		for (unsigned t = PL_T_CATALOG; t < PL_T_COUNT; t++)
			PL_TRY(pl_ch_tell_shard(
				c, i, table_sql(c, (enum pl_store_table_id)t),
				e));
	}
	return PL_OK;
}

static enum pl_rc no_shard(struct pl_ch *c, struct pl_err *e)
{
	return pl_hint(
		e,
		"servers of cluster %s lack their tables: name their HTTP "
		"addresses, and plume makes them: clickhouse://%s/%s?cluster="
		"%s&shards=HOST:8123,HOST:8123",
		c->cluster, c->host, c->db, c->cluster);
}

/* The table over all shards, and whether each has its own. */
static enum pl_rc make_spread(struct pl_ch *c, enum pl_store_table_id t,
			      struct pl_err *e)
{
	const char *name = pl_store_tables[t].name;
	struct pl_span none;

	PL_TRY(pl_ch_ask(c, c->scratch, &none,
			 pl_printf(c->scratch,
				   "CREATE TABLE IF NOT EXISTS %s.%s AS %s.%s "
				   "ENGINE = Distributed(%s, %s, %s, "
				   "sipHash64(tx))",
				   c->db, pl_ch_rows(c, t), c->db, name,
				   c->cluster, c->db, name),
			 e));
	if (pl_ch_ask(c, c->scratch, &none,
		      pl_printf(c->scratch, "SELECT count() FROM %s.%s", c->db,
				pl_ch_rows(c, t)),
		      e))
		return e->rc == PL_ESTORE ? no_shard(c, e) : e->rc;
	return PL_OK;
}

static enum pl_rc make_tables(struct pl_ch *c, struct pl_err *e)
{
	struct pl_span none;

	PL_TRY(pl_ch_ask(c, c->scratch, &none,
			 pl_printf(c->scratch,
				   "CREATE DATABASE IF NOT EXISTS %s", c->db),
			 e));
	for (unsigned t = 0; t < PL_T_COUNT; t++)
		PL_TRY(pl_ch_ask(c, c->scratch, &none,
				 table_sql(c, (enum pl_store_table_id)t), e));
	PL_TRY(make_on_shards(c, e));
	for (unsigned t = PL_T_CATALOG; c->cluster && t < PL_T_COUNT; t++)
		PL_TRY(make_spread(c, (enum pl_store_table_id)t, e));
	return PL_OK;
}

enum pl_rc pl_ch_make(struct pl_ch *c, struct pl_err *e)
{
	struct pl_ch_head first = { .writer = "0000000000000000" };
	char name[PL_CH_NAME];
	struct pl_span none;

	PL_TRY(look_once(c, &c->head, e));
	if (c->head.found && c->head.tables == (1u << PL_T_COUNT) - 1)
		return PL_OK;
	PL_TRY(make_tables(c, e));
	PL_TRY(pl_ch_look(c, &c->head, e));
	if (c->head.found)
		return PL_OK;
	pl_ch_head_name(name, &first);
	PL_TRY(pl_ch_ask(c, c->scratch, &none,
			 pl_printf(c->scratch,
				   "CREATE TABLE IF NOT EXISTS %s.%s (x UInt8) "
				   "ENGINE = TinyLog",
				   c->db, name),
			 e));
	return pl_ch_there(c, e);
}

/* ------------------------------------------------------------------ reading */

/* What to read from: rows of a commit that lie in a table of their own hide
 * those of the same key elsewhere, where they may be copied to this moment. */
static const char *from(struct pl_ch *c, struct pl_arena *a,
			enum pl_store_table_id t)
{
	const struct pl_ch_head *h = &c->head;
	const char *rows = pl_ch_rows(c, t), *key = pl_store_tables[t].key;
	const char *cols = pl_store_tables[t].columns;
	const char *once = t < PL_T_CATALOG || h->doubled ? " FINAL" : "";
	char stage[PL_CH_NAME];

	if (!(h->staged & 1u << t))
		return pl_printf(a, "%s.%s%s", c->db, rows, once);
	pl_ch_stage_name(stage, h->n, h->writer, t);
	return pl_printf(a,
			 "(SELECT %s, version, gone FROM %s.%s%s WHERE (%s) "
			 "GLOBAL NOT IN (SELECT %s FROM %s.%s) UNION ALL "
			 "SELECT %s, version, gone FROM %s.%s FINAL)",
			 cols, c->db, rows, once, key, key, c->db, stage, cols,
			 c->db, stage);
}

static enum pl_rc changed(struct pl_ch *c, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE,
		      "the index in %s at %s was changed while it was read",
		      c->db, c->host);
	return pl_hint(e, "run the command again");
}

/* Rows that came in since have higher versions and are not seen; but where
 * others were replaced or taken away, what this handle began with is gone. */
enum pl_rc pl_ch_read(struct pl_ch *c, struct pl_arena *a, struct pl_span *out,
		      const struct pl_ch_query *q, struct pl_err *e)
{
	struct pl_ch_head *h = &c->head, now;
	const char *then = q->then ? q->then : "";
	enum pl_rc rc = PL_OK;

	for (unsigned k = 0; k < 3; k++) {
		bool copied;

		rc = pl_ch_ask(c, a, out,
			       pl_printf(a,
					 "SELECT %s FROM %s WHERE gone = 0 AND "
					 "version <= %" PRIu64
					 " AND (%s) %s FORMAT RowBinary",
					 q->what, from(c, a, q->t),
					 2 * h->n + 1, q->where, then),
			       e);
		if (rc && rc != PL_ESTORE)
			return rc;
		if (pl_ch_look(c, &now, rc ? &(struct pl_err){ 0 } : e))
			return rc ? rc : e->rc;
		if (now.n != h->n && now.doubled > h->n)
			return changed(c, e);
		/* the rows are no longer in tables of their own */
		copied = h->pending && (now.n != h->n || !now.pending);
		if (copied) {
			h->pending = false;
			h->staged = 0;
			h->doubled = now.doubled;
		}
		if (!rc || !copied)
			break;
	}
	return rc;
}
