/* The index on ClickHouse.  Rows are only ever added: one that changes is
 * written again with a higher version, one that goes is written as gone, and
 * ReplacingMergeTree keeps the highest; so writing the same twice changes
 * nothing, and a run that broke off between rows and cursor is repeated by the
 * next.  What is a row, and which one is known, is decided by the rules of
 * index.h in a mirror in memory, the one code for all stores: who writes loads
 * the rows first.  Who reads has them, and the figures of status, from the
 * server's SQL.  With ?cluster= the rows are spread over its servers by their
 * transaction; tokens, sources and cursors stay with the server asked. */
#include "base/limits.h"
#include "crypto/keccak.h"
#include "store/clickhouse_impl.h"

#define PAGE 400000u /* rows of one answer: some 80 MB */
#define INSERT_ROWS 65536u
#define MAX_MIRROR 8000000u /* rows a writer can hold, some 3 GB */

static struct pl_ch *ch_of(struct pl_index *ix)
{
	return (struct pl_ch *)ix;
}

static enum pl_rc damaged(struct pl_ch *c, const char *what, struct pl_err *e)
{
	return pl_fail(e, PL_ESTORE,
		       "ClickHouse at %s: %s is not what plume writes", c->host,
		       what);
}

/* ------------------------------------------------------------------- tables */

static const char *const tables[] = {
	"CREATE DATABASE IF NOT EXISTS %s",
	"CREATE TABLE IF NOT EXISTS %s.transfer (token Int64, chain UInt64, "
	"tx FixedString(32), has UInt8, log_index UInt64, nth UInt64, "
	"block UInt64, block_hash FixedString(32), time Int64, "
	"sender FixedString(20), recipient FixedString(20), "
	"value FixedString(32), trust UInt8, source Int64, version UInt64, "
	"gone UInt8) ENGINE = ReplacingMergeTree(version) ORDER BY (token, "
	"chain, tx, bitAnd(has, 8), log_index, sender, recipient, value, nth)",
	"CREATE TABLE IF NOT EXISTS %s.token (id Int64, chain UInt64, "
	"address FixedString(20), has UInt8, symbol String, decimals UInt8, "
	"version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY id",
	"CREATE TABLE IF NOT EXISTS %s.source (id Int64, seq UInt64, "
	"kind UInt8, name String, format String, has UInt8, "
	"digest FixedString(32), trust UInt8, time Int64, rows UInt64, "
	"added UInt64, duplicates UInt64, rejected UInt64, version UInt64) "
	"ENGINE = ReplacingMergeTree(version) ORDER BY id",
	"CREATE TABLE IF NOT EXISTS %s.cursor (token Int64, source Int64, "
	"first_block UInt64, next_block UInt64, last_hash FixedString(32), "
	"version UInt64) ENGINE = ReplacingMergeTree(version) "
	"ORDER BY (token, source)",
};

static enum pl_rc make_tables(struct pl_ch *c, struct pl_err *e)
{
	struct pl_span none;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct pl_buf b;
		const char *at = strstr(tables[i], "%s");

		pl_buf_init(&b, c->scratch);
		pl_buf_put(&b, (struct pl_span){ (const uint8_t *)tables[i],
						 (size_t)(at - tables[i]) });
		pl_buf_str(&b, c->db);
		pl_buf_str(&b, at + 2);
		PL_TRY(pl_ch_ask(c, c->scratch, &none, pl_buf_cstr(&b), e));
	}
	if (!c->cluster)
		return PL_OK;
	return pl_ch_ask(
		c, c->scratch, &none,
		pl_printf(c->scratch,
			  "CREATE TABLE IF NOT EXISTS %s.%s AS %s.transfer "
			  "ENGINE = Distributed(%s, %s, transfer, "
			  "sipHash64(tx))",
			  c->db, c->rows, c->db, c->cluster, c->db),
		e);
}

static enum pl_rc is_there(struct pl_ch *c, struct pl_err *e)
{
	struct pl_span s;
	uint64_t n;

	PL_TRY(pl_ch_ask(c, c->scratch, &s,
			 pl_printf(c->scratch,
				   "SELECT count() FROM system.tables WHERE "
				   "database = '%s' AND name IN ('transfer', "
				   "'%s', 'cursor') FORMAT RowBinary",
				   c->db, c->rows),
			 e));
	if (!pl_ch_take_u64(&n, &s))
		return damaged(c, "a count", e);
	if (n >= (c->cluster ? 3 : 2))
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "there is no index in %s at %s yet",
		      c->db, c->host);
	return pl_hint(e, "`plume index import FILE` or `plume index sync "
			  "--token T` makes it");
}

/* ------------------------------------------- tokens, sources and cursors */

static bool take_token(struct pl_ch *c, struct pl_index_token *t,
		       struct pl_span *s)
{
	uint64_t id;
	uint8_t has;

	if (!pl_ch_take_u64(&id, s) || !pl_ch_take_u64(&t->token.chain, s) ||
	    !pl_ch_take(t->token.address.b, 20, s) || !pl_ch_take_u8(&has, s) ||
	    !pl_ch_take_text(c->ix.a, &t->symbol, s) ||
	    !pl_ch_take_u8(&t->decimals, s))
		return false;
	t->id = (int64_t)id;
	if (!(has & 1))
		t->symbol = NULL;
	t->decimals_known = has & 2;
	return t->token.chain <= INT64_MAX;
}

static bool take_source(struct pl_ch *c, struct pl_source *r, struct pl_span *s)
{
	uint64_t id, time;
	uint8_t kind, has, trust;

	if (!pl_ch_take_u64(&id, s) || !pl_ch_take_u8(&kind, s) ||
	    !pl_ch_take_text(c->ix.a, &r->name, s) ||
	    !pl_ch_take_text(c->ix.a, &r->format, s) ||
	    !pl_ch_take_u8(&has, s) || !pl_ch_take(r->digest.b, 32, s) ||
	    !pl_ch_take_u8(&trust, s) || !pl_ch_take_u64(&time, s) ||
	    !pl_ch_take_u64(&r->rows, s) || !pl_ch_take_u64(&r->added, s) ||
	    !pl_ch_take_u64(&r->duplicates, s) ||
	    !pl_ch_take_u64(&r->rejected, s))
		return false;
	r->id = (int64_t)id;
	r->kind = kind ? PL_SOURCE_NODE : PL_SOURCE_FILE;
	r->digest_known = has;
	r->trust = (enum pl_trust)trust;
	r->time = (int64_t)time;
	return trust >= PL_LOCAL && trust <= PL_PROVEN;
}

static bool take_cursor(struct pl_ch_cursor *r, struct pl_span *s)
{
	uint64_t token, source;

	if (!pl_ch_take_u64(&token, s) || !pl_ch_take_u64(&source, s) ||
	    !pl_ch_take_u64(&r->cur.first_block, s) ||
	    !pl_ch_take_u64(&r->cur.next_block, s) ||
	    !pl_ch_take(r->cur.last_hash.b, 32, s))
		return false;
	r->token = (int64_t)token;
	r->source = (int64_t)source;
	r->cur.found = true;
	return true;
}

static enum pl_rc ask_of(struct pl_ch *c, struct pl_span *out, const char *what,
			 const char *table, const char *order, struct pl_err *e)
{
	return pl_ch_ask(c, c->scratch, out,
			 pl_printf(c->scratch,
				   "SELECT %s FROM %s.%s FINAL ORDER BY %s "
				   "FORMAT RowBinary",
				   what, c->db, table, order),
			 e);
}

static enum pl_rc load_catalog(struct pl_ch *c, struct pl_err *e)
{
	struct pl_span s;

	PL_TRY(ask_of(c, &s, "id, chain, address, has, symbol, decimals",
		      "token", "chain, address", e));
	while (s.n) {
		struct pl_index_token t = { .id = 0 };

		if (!take_token(c, &t, &s))
			return damaged(c, "a token", e);
		c->now.token = pl_grow(c->ix.a, c->now.token, c->now.tokens,
				       sizeof(t));
		c->now.token[c->now.tokens++] = t;
		PL_TRY(pl_mirror_token(c->mirror, &t, e));
	}
	PL_TRY(ask_of(c, &s,
		      "id, kind, name, format, has, digest, trust, time, rows, "
		      "added, duplicates, rejected",
		      "source", "seq, id", e));
	while (s.n) {
		struct pl_source r = { .id = 0 };

		if (!take_source(c, &r, &s))
			return damaged(c, "a source", e);
		c->now.source = pl_grow(c->ix.a, c->now.source, c->now.sources,
					sizeof(r));
		c->now.source[c->now.sources++] = r;
		PL_TRY(pl_mirror_source(c->mirror, &r, e));
	}
	PL_TRY(ask_of(c, &s,
		      "token, source, first_block, next_block, last_hash",
		      "cursor", "token, source", e));
	while (s.n) {
		struct pl_ch_cursor r = { .token = 0 };

		if (!take_cursor(&r, &s))
			return damaged(c, "a cursor", e);
		c->now.cursor = pl_grow(c->ix.a, c->now.cursor, c->now.cursors,
					sizeof(r));
		c->now.cursor[c->now.cursors++] = r;
		PL_TRY(pl_index_cursor_put(c->mirror, r.token, r.source, &r.cur,
					   e));
	}
	return PL_OK;
}

/* --------------------------------------------------------------- the rows */

#define ROW                                                                    \
	"token, chain, tx, has, log_index, nth, block, block_hash, time, "     \
	"sender, recipient, value, trust, source, version, gone"
/* The unknown first, as in SQLite. */
#define ORDER                                                                  \
	"bitAnd(has, 1), block, bitAnd(has, 4), time, bitAnd(has, 8), "        \
	"log_index, tx, sender, recipient, value, nth"

static enum pl_rc each_row(struct pl_ch *c, const char *where, pl_mirror_fn fn,
			   void *ctx, uint64_t most, struct pl_err *e)
{
	for (uint64_t from = 0;; from += PAGE) {
		struct pl_mirror_row r;
		struct pl_span s;
		size_t n = 0;

		pl_arena_reset(c->scratch);
		PL_TRY(pl_ch_ask(
			c, c->scratch, &s,
			pl_printf(c->scratch,
				  "SELECT " ROW " FROM %s.%s FINAL "
				  "WHERE gone = 0 AND %s ORDER BY token"
				  ", " ORDER " LIMIT %ju, %u "
				  "FORMAT RowBinary",
				  c->db, c->rows, where, (uintmax_t)from, PAGE),
			e));
		for (; s.n >= PL_CH_ROW; n++) {
			if (!pl_ch_get_row(&r, pl_span_take(&s, PL_CH_ROW).p))
				return damaged(c, "a row", e);
			PL_TRY(fn(ctx, &r, e));
		}
		if (s.n)
			return damaged(c, "the length of a row", e);
		if (n < PAGE)
			return PL_OK;
		if (from + PAGE >= most)
			return pl_fail(
				e, PL_ELIMIT,
				"over %ju rows: a writer has no room for "
				"so many",
				(uintmax_t)most);
	}
}

static enum pl_rc load_row(void *ctx, const struct pl_mirror_row *r,
			   struct pl_err *e)
{
	struct pl_ch *c = ctx;

	return pl_mirror_load(c->mirror, r, e);
}

/* All rows into the mirror, for a writer. */
static enum pl_rc fill(struct pl_ch *c, struct pl_err *e)
{
	enum pl_rc rc;

	if (c->full)
		return PL_OK;
	PL_TRY(pl_index_begin(c->mirror, e));
	rc = each_row(c, "1", load_row, c, MAX_MIRROR, e);
	if (!rc)
		rc = pl_index_commit(c->mirror, e);
	if (rc) {
		pl_index_rollback(c->mirror);
		return rc;
	}
	PL_TRY(pl_mirror_watch(c->mirror, e));
	c->full = true;
	return PL_OK;
}

/* ------------------------------------------------------------ transactions */

/* A copy that is lengthened by itself: room as pl_grow has it. */
static void *copy(struct pl_ch *c, const void *v, size_t n, size_t size)
{
	size_t room = 1;
	void *out;

	while (room < n)
		room *= 2;
	out = pl_alloc_n(c->ix.a, room, size);
	if (n)
		memcpy(out, v, n * size);
	return out;
}

static void remember(struct pl_ch *c)
{
	const struct pl_ch_catalog *k = &c->now;

	c->before = *k;
	c->before.token = copy(c, k->token, k->tokens, sizeof(*k->token));
	c->before.source = copy(c, k->source, k->sources, sizeof(*k->source));
	c->before.cursor = copy(c, k->cursor, k->cursors, sizeof(*k->cursor));
}

static enum pl_rc ch_begin(struct pl_index *ix, struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);

	PL_TRY(fill(c, e));
	PL_TRY(pl_index_begin(c->mirror, e));
	remember(c);
	c->in_txn = true;
	return PL_OK;
}

static void ch_rollback(struct pl_index *ix)
{
	struct pl_ch *c = ch_of(ix);

	if (c->in_txn)
		c->now = c->before;
	c->in_txn = false;
	pl_index_rollback(c->mirror);
}

struct writer {
	struct pl_ch *c;
	struct pl_arena *a;
	struct pl_buf b;
	size_t n;
	uint64_t version;
};

static enum pl_rc send_rows(struct writer *w, struct pl_err *e)
{
	pl_arena_reset(w->c->scratch);
	PL_TRY(pl_ch_insert(w->c, w->c->rows, pl_buf_span(&w->b), e));
	w->b.n = 0;
	w->n = 0;
	return PL_OK;
}

static enum pl_rc write_row(void *ctx, const struct pl_mirror_row *r,
			    struct pl_err *e)
{
	struct writer *w = ctx;

	pl_ch_put_row(&w->b, r, w->version + !r->gone);
	return ++w->n == INSERT_ROWS ? send_rows(w, e) : PL_OK;
}

static enum pl_rc write_tokens(struct writer *w, uint64_t version,
			       struct pl_err *e)
{
	struct pl_ch *c = w->c;

	w->b.n = 0;
	for (size_t i = 0; i < c->now.tokens; i++) {
		const struct pl_index_token *t = &c->now.token[i];

		pl_ch_put_u64(&w->b, (uint64_t)t->id);
		pl_ch_put_u64(&w->b, t->token.chain);
		pl_buf_put(&w->b, pl_addr_span(&t->token.address));
		pl_buf_byte(&w->b, (uint8_t)((t->symbol ? 1 : 0) |
					     (t->decimals_known ? 2 : 0)));
		pl_ch_put_text(&w->b, t->symbol);
		pl_buf_byte(&w->b, t->decimals_known ? t->decimals : 0);
		pl_ch_put_u64(&w->b, version);
	}
	return pl_ch_insert(c, "token", pl_buf_span(&w->b), e);
}

/* counted: with this transaction's counts. */
static enum pl_rc write_sources(struct writer *w, uint64_t version,
				bool counted, struct pl_err *e)
{
	static const struct pl_source no_counts;
	static const struct pl_hash32 none;
	struct pl_ch *c = w->c;

	w->b.n = 0;
	for (size_t i = 0; i < c->now.sources; i++) {
		const struct pl_source *r = &c->now.source[i];
		const struct pl_source *n = counted ? r
					    : i < c->before.sources
						    ? &c->before.source[i]
						    : &no_counts;
		const uint64_t count[] = { n->rows, n->added, n->duplicates,
					   n->rejected, version };

		pl_ch_put_u64(&w->b, (uint64_t)r->id);
		pl_ch_put_u64(&w->b, i);
		pl_buf_byte(&w->b, r->kind == PL_SOURCE_NODE);
		pl_ch_put_text(&w->b, r->name);
		pl_ch_put_text(&w->b, r->format);
		pl_buf_byte(&w->b, r->digest_known);
		pl_buf_put(&w->b, pl_hash32_span(r->digest_known ? &r->digest
								 : &none));
		pl_buf_byte(&w->b, (uint8_t)r->trust);
		pl_ch_put_u64(&w->b, (uint64_t)r->time);
		for (size_t k = 0; k < 5; k++)
			pl_ch_put_u64(&w->b, count[k]);
	}
	return pl_ch_insert(c, "source", pl_buf_span(&w->b), e);
}

static enum pl_rc write_cursors(struct writer *w, uint64_t version,
				struct pl_err *e)
{
	struct pl_ch *c = w->c;

	w->b.n = 0;
	for (size_t i = 0; i < c->now.cursors; i++) {
		const struct pl_ch_cursor *r = &c->now.cursor[i];

		pl_ch_put_u64(&w->b, (uint64_t)r->token);
		pl_ch_put_u64(&w->b, (uint64_t)r->source);
		pl_ch_put_u64(&w->b, r->cur.first_block);
		pl_ch_put_u64(&w->b, r->cur.next_block);
		pl_buf_put(&w->b, pl_hash32_span(&r->cur.last_hash));
		pl_ch_put_u64(&w->b, version);
	}
	return pl_ch_insert(c, "cursor", pl_buf_span(&w->b), e);
}

/* What the rows point at, the rows, then what counts them; the cursor last:
 * what breaks off is read again. */
static enum pl_rc write_all(struct writer *w, struct pl_err *e)
{
	struct pl_ch *c = w->c;

	PL_TRY(write_tokens(w, w->version, e));
	PL_TRY(write_sources(w, w->version, false, e));
	w->b.n = 0;
	PL_TRY(pl_mirror_changes(c->mirror, write_row, w, e));
	PL_TRY(send_rows(w, e));
	PL_TRY(write_sources(w, w->version + 1, true, e));
	return write_cursors(w, w->version + 1, e);
}

/* The highest version there is, whoever wrote it. */
static enum pl_rc newest(struct pl_ch *c, uint64_t *out, struct pl_err *e)
{
	static const char *const of[] = { NULL, "token", "source", "cursor" };
	struct pl_span s;
	uint64_t v;

	*out = 0;
	for (size_t i = 0; i < 4; i++) {
		PL_TRY(pl_ch_ask(c, c->scratch, &s,
				 pl_printf(c->scratch,
					   "SELECT toUInt64(max(version)) FROM "
					   "%s.%s FORMAT RowBinary",
					   c->db, of[i] ? of[i] : c->rows),
				 e));
		if (!pl_ch_take_u64(&v, &s))
			return damaged(c, "a version", e);
		if (v > *out)
			*out = v;
	}
	return PL_OK;
}

static enum pl_rc ch_commit(struct pl_index *ix, struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_arena *a = pl_arena_open(0);
	struct writer w = { .c = c, .a = a };
	enum pl_rc rc;

	pl_arena_reset(c->scratch);
	pl_buf_init(&w.b, a);
	rc = newest(c, &w.version, e);
	w.version++;
	if (!rc)
		rc = write_all(&w, e);
	if (!rc)
		rc = pl_mirror_settle(c->mirror, e);
	if (!rc)
		rc = pl_index_commit(c->mirror, e);
	pl_arena_close(a);
	if (!rc)
		c->in_txn = false;
	return rc;
}

/* ------------------------------------------------------------------ writing */

/* Numbers that two writers give alike. */
static int64_t number_of(const uint8_t *p, size_t n)
{
	struct pl_hash32 h = pl_keccak256((struct pl_span){ p, n });
	uint64_t v;

	memcpy(&v, h.b, sizeof(v));
	v &= INT64_MAX;
	return v ? (int64_t)v : 1;
}

static enum pl_rc ch_token_put(struct pl_index *ix, struct pl_index_token *t,
			       struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_index_token mine = *t;
	uint8_t key[28];

	for (size_t i = 0; i < 8; i++)
		key[i] = (uint8_t)(t->token.chain >> 8 * i);
	memcpy(key + 8, t->token.address.b, 20);
	mine.id = number_of(key, sizeof(key));
	PL_TRY(pl_mirror_token(c->mirror, &mine, e));
	PL_TRY(pl_index_token_put(c->mirror, t, e));
	PL_TRY(pl_index_token_get(ix->a, c->mirror, &mine, &t->token, e));
	for (size_t i = 0; i < c->now.tokens; i++)
		if (c->now.token[i].id == mine.id) {
			c->now.token[i] = mine;
			return PL_OK;
		}
	c->now.token =
		pl_grow(ix->a, c->now.token, c->now.tokens, sizeof(mine));
	c->now.token[c->now.tokens++] = mine;
	return PL_OK;
}

static enum pl_rc ch_source_put(struct pl_index *ix, struct pl_source *s,
				struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_source mine = *s;
	struct pl_buf b;

	pl_buf_init(&b, ix->a);
	pl_buf_byte(&b, s->kind == PL_SOURCE_NODE);
	if (s->digest_known)
		pl_buf_put(&b, pl_hash32_span(&s->digest));
	else
		pl_buf_str(&b, s->name);
	mine.id = number_of(b.p, b.n);
	mine.rows = mine.added = mine.duplicates = mine.rejected = 0;
	PL_TRY(pl_mirror_source(c->mirror, &mine, e));
	PL_TRY(pl_index_source_put(c->mirror, s, e));
	for (size_t i = 0; i < c->now.sources; i++)
		if (c->now.source[i].id == s->id)
			return PL_OK;
	mine.name = pl_strdup(ix->a, mine.name);
	mine.format = pl_strdup(ix->a, mine.format);
	c->now.source =
		pl_grow(ix->a, c->now.source, c->now.sources, sizeof(mine));
	c->now.source[c->now.sources++] = mine;
	return PL_OK;
}

static enum pl_rc ch_source_count(struct pl_index *ix,
				  const struct pl_source *s, struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);

	PL_TRY(pl_index_source_count(c->mirror, s, e));
	for (size_t i = 0; i < c->now.sources; i++) {
		struct pl_source *r = &c->now.source[i];

		if (r->id != s->id)
			continue;
		r->rows += s->rows;
		r->added += s->added;
		r->duplicates += s->duplicates;
		r->rejected += s->rejected;
		r->format = pl_strdup(ix->a, s->format);
	}
	return PL_OK;
}

static enum pl_rc ch_put(struct pl_index *ix, enum pl_put *how, int64_t token,
			 const struct pl_transfer *t, struct pl_err *e)
{
	return pl_index_put(ch_of(ix)->mirror, how, token, t, e);
}

static enum pl_rc ch_cursor_put(struct pl_index *ix, int64_t token,
				int64_t source, const struct pl_cursor *cur,
				struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_ch_cursor r = { token, source, *cur };
	size_t i = 0;

	PL_TRY(pl_index_cursor_put(c->mirror, token, source, cur, e));
	while (i < c->now.cursors && (c->now.cursor[i].token != token ||
				      c->now.cursor[i].source != source))
		i++;
	if (i == c->now.cursors) {
		c->now.cursor = pl_grow(ix->a, c->now.cursor, c->now.cursors,
					sizeof(r));
		c->now.cursors++;
	}
	c->now.cursor[i] = r;
	return PL_OK;
}

static enum pl_rc ch_drop_from(struct pl_index *ix, uint64_t *gone,
			       int64_t token, int64_t source, uint64_t block,
			       struct pl_err *e)
{
	return pl_index_drop_from(ch_of(ix)->mirror, gone, token, source, block,
				  e);
}

/* ------------------------------------------------------------------ reading */

static enum pl_rc ch_tokens(struct pl_arena *a, struct pl_index *ix,
			    struct pl_index_token **out, size_t *n,
			    struct pl_err *e)
{
	return pl_index_tokens(a, ch_of(ix)->mirror, out, n, e);
}

static enum pl_rc ch_token_get(struct pl_arena *a, struct pl_index *ix,
			       struct pl_index_token *out,
			       const struct pl_token_id *id, struct pl_err *e)
{
	return pl_index_token_get(a, ch_of(ix)->mirror, out, id, e);
}

static enum pl_rc ch_cursor(struct pl_index *ix, struct pl_cursor *out,
			    int64_t token, int64_t source, struct pl_err *e)
{
	return pl_index_cursor(ch_of(ix)->mirror, out, token, source, e);
}

static enum pl_rc ch_hash_below(struct pl_index *ix, bool *found,
				uint64_t *block, struct pl_hash32 *hash,
				int64_t token, int64_t source, uint64_t below,
				struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);

	PL_TRY(fill(c, e));
	return pl_index_hash_below(c->mirror, found, block, hash, token, source,
				   below, e);
}

/* The figures are the server's. */
#define FIGURES                                                                \
	"count(), countIf(value = toFixedString('', 32)), "                    \
	"countIf(bitAnd(has, 8) = 0), countIf(bitAnd(has, 1) = 0), "           \
	"countIf(bitAnd(has, 4) = 0), toUInt64(min(trust)), "                  \
	"minIf(block, bitAnd(has, 1) != 0), "                                  \
	"maxIf(block, bitAnd(has, 1) != 0), "                                  \
	"minIf(time, bitAnd(has, 4) != 0), maxIf(time, bitAnd(has, 4) != 0)"

static enum pl_rc last_hash(struct pl_ch *c, struct pl_index_status *st,
			    struct pl_err *e)
{
	struct pl_span s;

	PL_TRY(pl_ch_ask(c, c->scratch, &s,
			 pl_printf(c->scratch,
				   "SELECT max(block_hash) FROM %s.%s FINAL "
				   "WHERE gone = 0 AND token = %jd AND "
				   "bitAnd(has, 3) = 3 AND block = %ju "
				   "HAVING count() > 0 FORMAT RowBinary",
				   c->db, c->rows, (intmax_t)st->token.id,
				   (uintmax_t)st->last_block),
			 e));
	st->last_hash_known = s.n > 0;
	if (s.n && !pl_ch_take(st->last_hash.b, 32, &s))
		return damaged(c, "a hash", e);
	return PL_OK;
}

static enum pl_rc ch_status(struct pl_arena *a, struct pl_index *ix,
			    struct pl_index_status *out, int64_t token,
			    struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_index_status st = { .rows = 0 };
	uint64_t v[10];
	struct pl_span s;

	if (c->in_txn)
		return pl_index_status(a, c->mirror, out, token, e);
	for (size_t i = 0; i < c->now.tokens; i++)
		if (c->now.token[i].id == token)
			st.token = c->now.token[i];
	PL_TRY(pl_ch_ask(c, c->scratch, &s,
			 pl_printf(c->scratch,
				   "SELECT " FIGURES " FROM %s.%s FINAL WHERE "
				   "gone = 0 AND token = %jd FORMAT RowBinary",
				   c->db, c->rows, (intmax_t)token),
			 e));
	for (size_t i = 0; i < 10; i++)
		if (!pl_ch_take_u64(&v[i], &s))
			return damaged(c, "a count", e);
	st.rows = v[0];
	st.zero_rows = v[1];
	st.no_log_index = v[2];
	st.no_block = v[3];
	st.no_time = v[4];
	st.trust = st.rows ? (enum pl_trust)v[5] : 0;
	if (st.rows && (v[5] < PL_LOCAL || v[5] > PL_PROVEN))
		return damaged(c, "a trust label", e);
	st.blocks_known = st.rows > st.no_block;
	st.first_block = v[6];
	st.last_block = v[7];
	st.times_known = st.rows > st.no_time;
	st.first_time = (int64_t)v[8];
	st.last_time = (int64_t)v[9];
	if (st.blocks_known)
		PL_TRY(last_hash(c, &st, e));
	*out = st;
	return PL_OK;
}

static enum pl_rc ch_sources(struct pl_arena *a, struct pl_index *ix,
			     struct pl_source **out, size_t *n, int64_t token,
			     struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct pl_source *v = PL_NEW_N(a, struct pl_source, c->now.sources);
	bool *used = PL_NEW_N(a, bool, c->now.sources);
	struct pl_span s;
	uint64_t id;

	PL_TRY(pl_ch_ask(c, c->scratch, &s,
			 pl_printf(c->scratch,
				   "SELECT DISTINCT source FROM %s.%s FINAL "
				   "WHERE gone = 0 AND token = %jd "
				   "FORMAT RowBinary",
				   c->db, c->rows, (intmax_t)token),
			 e));
	while (pl_ch_take_u64(&id, &s))
		for (size_t i = 0; i < c->now.sources; i++)
			used[i] = used[i] || c->now.source[i].id == (int64_t)id;
	for (size_t i = 0; i < c->now.cursors; i++)
		for (size_t k = 0; k < c->now.sources; k++)
			if (c->now.cursor[i].token == token &&
			    c->now.cursor[i].source == c->now.source[k].id)
				used[k] = true;
	*n = 0;
	for (size_t i = 0; i < c->now.sources; i++)
		if (used[i])
			v[(*n)++] = c->now.source[i];
	*out = v;
	return PL_OK;
}

struct reader {
	pl_transfer_fn fn;
	void *ctx;
};

static enum pl_rc give(void *ctx, const struct pl_mirror_row *r,
		       struct pl_err *e)
{
	const struct reader *x = ctx;

	return x->fn(x->ctx, &r->t, e);
}

static enum pl_rc ch_each(struct pl_index *ix, const struct pl_index_query *q,
			  pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_ch *c = ch_of(ix);
	struct reader x = { fn, ctx };
	struct pl_arena *a;
	struct pl_buf b;
	enum pl_rc rc;

	if (c->in_txn)
		return pl_index_each(c->mirror, q, fn, ctx, e);
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "token = %jd", (intmax_t)q->token);
	if (q->from_block_set || q->to_block_set)
		pl_buf_fmt(&b, " AND bitAnd(has, 1) != 0");
	if (q->from_block_set)
		pl_buf_fmt(&b, " AND block >= %ju", (uintmax_t)q->from_block);
	if (q->to_block_set)
		pl_buf_fmt(&b, " AND block <= %ju", (uintmax_t)q->to_block);
	if (q->from_time_set || q->to_time_set)
		pl_buf_fmt(&b, " AND bitAnd(has, 4) != 0");
	if (q->from_time_set)
		pl_buf_fmt(&b, " AND time >= %jd", (intmax_t)q->from_time);
	if (q->to_time_set)
		pl_buf_fmt(&b, " AND time < %jd", (intmax_t)q->to_time);
	rc = each_row(c, pl_buf_cstr(&b), give, &x, UINT64_MAX, e);
	pl_arena_close(a);
	return rc;
}

/* ----------------------------------------------------------- open and close */

static void ch_close(struct pl_index *ix)
{
	struct pl_ch *c = ch_of(ix);

	pl_index_close(c->mirror);
	pl_transport_close(c->t);
	pl_arena_close(c->scratch);
	pl_arena_close(ix->a);
}

static const struct pl_index_ops ch_ops = {
	.close = ch_close,
	.begin = ch_begin,
	.commit = ch_commit,
	.rollback = ch_rollback,
	.token_put = ch_token_put,
	.source_put = ch_source_put,
	.source_count = ch_source_count,
	.put = ch_put,
	.cursor_put = ch_cursor_put,
	.drop_from = ch_drop_from,
	.token_get = ch_token_get,
	.tokens = ch_tokens,
	.status = ch_status,
	.sources = ch_sources,
	.cursor = ch_cursor,
	.hash_below = ch_hash_below,
	.each = ch_each,
};

static enum pl_rc prepare(struct pl_ch *c, const char *url, unsigned flags,
			  struct pl_err *e)
{
	PL_TRY(pl_ch_connect(c, url, e));
	c->ix.path = c->host;
	c->rows = c->cluster ? pl_printf(c->ix.a, "transfer_on_%s", c->cluster)
			     : "transfer";
	if (flags & PL_INDEX_CREATE)
		PL_TRY(make_tables(c, e));
	else
		PL_TRY(is_there(c, e));
	PL_TRY(pl_mirror_open(&c->mirror, e));
	return load_catalog(c, e);
}

enum pl_rc pl_clickhouse_open(struct pl_index **out, const char *url,
			      unsigned flags, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_ch *c = PL_NEW(a, struct pl_ch);
	enum pl_rc rc;

	c->ix = (struct pl_index){ .ops = &ch_ops, .a = a };
	c->scratch = pl_arena_open(0);
	rc = prepare(c, url, flags, e);
	if (rc) {
		ch_close(&c->ix);
		return rc;
	}
	*out = &c->ix;
	return PL_OK;
}
