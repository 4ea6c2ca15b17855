/* Transfers of the ClickHouse index: the rows themselves, and the figures of
 * status, which the server counts. */
#include <inttypes.h>

#include "base/limits.h"
#include "store/clickhouse_impl.h"

#define PAGE 400000u /* rows of one answer: some 80 MB */

const char pl_ch_order[] =
	"block, time ASC NULLS FIRST, log_index, tx, sender, recipient, value, "
	"nth";

#define COLUMNS                                                                \
	"block, block_hash, time, tx, log_index, nth, sender, recipient, "     \
	"value, trust, source"
#define TYPES "oHQhoqaahqq"
enum { BLOCK, HASH, TIME, TX, LOG, NTH, FROM, TO, VALUE, TRUST, SOURCE, CELLS };

static bool transfer_of(struct pl_transfer *out, const struct pl_cell c[CELLS])
{
	struct pl_transfer t = { .has = 0 };

	t.has |= c[BLOCK].unknown ? 0 : PL_TR_BLOCK;
	t.has |= c[HASH].unknown ? 0 : PL_TR_HASH;
	t.has |= c[TIME].unknown ? 0 : PL_TR_TIME;
	t.has |= c[LOG].unknown ? 0 : PL_TR_LOG;
	if (t.has & PL_TR_BLOCK)
		t.block = (uint64_t)c[BLOCK].i;
	if (t.has & PL_TR_HASH)
		memcpy(t.block_hash.b, c[HASH].bytes.p, 32);
	if (t.has & PL_TR_TIME)
		t.time = c[TIME].i;
	if (t.has & PL_TR_LOG)
		t.log_index = (uint64_t)c[LOG].i;
	memcpy(t.tx.b, c[TX].bytes.p, 32);
	t.nth = (uint64_t)c[NTH].i;
	memcpy(t.from.b, c[FROM].bytes.p, 20);
	memcpy(t.to.b, c[TO].bytes.p, 20);
	t.value = pl_u256_from_be32(c[VALUE].bytes.p);
	t.source = c[SOURCE].i;
	if (c[TRUST].i < PL_LOCAL || c[TRUST].i > PL_PROVEN || c[NTH].i < 0)
		return false;
	t.trust = (enum pl_trust)c[TRUST].i;
	*out = t;
	return true;
}

/* ------------------------------------------------------------ one by one */

struct page {
	struct pl_span rows;
	size_t n, before; /* rows; of which before the last one's block */
	int64_t last;     /* block of the last row, -1 for none */
};

static int64_t block_of(const struct pl_cell *c)
{
	return c->unknown ? -1 : c->i;
}

static enum pl_rc measure(struct pl_ch *c, struct page *p, struct pl_err *e)
{
	struct pl_cell v[CELLS];
	struct pl_span s = p->rows;

	p->n = 0;
	p->before = 0;
	while (s.n) {
		if (!pl_cell_row(v, TYPES, &s))
			return pl_ch_damaged(c, "a row", e);
		if (!p->n || block_of(&v[BLOCK]) != p->last)
			p->before = p->n;
		p->last = block_of(&v[BLOCK]);
		p->n++;
	}
	return PL_OK;
}

static enum pl_rc give(struct pl_ch *c, const struct page *p, size_t n,
		       pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_span s = p->rows;
	struct pl_cell v[CELLS];
	struct pl_transfer t;

	for (size_t i = 0; i < n; i++) {
		if (!pl_cell_row(v, TYPES, &s) || !transfer_of(&t, v))
			return pl_ch_damaged(c, "a row", e);
		PL_TRY(fn(ctx, &t, e));
	}
	return PL_OK;
}

/* A full page ends within a block: that block begins the next page, unless it
 * fills one by itself. */
static enum pl_rc pages(struct pl_ch *c, const char *where, pl_transfer_fn fn,
			void *ctx, struct pl_err *e)
{
	struct pl_arena *own = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	int64_t from = -1;
	uint64_t skip = 0;
	bool more = true;

	while (!rc && more) {
		struct pl_ch_query q = { .t = PL_T_TRANSFER, .what = COLUMNS };
		struct page p = { .n = 0 };

		pl_arena_reset(own);
		q.where =
			pl_printf(own, "%s AND block >= %" PRId64, where, from);
		q.then = pl_printf(own, "ORDER BY %s LIMIT %" PRIu64 ", %u",
				   pl_ch_order, skip, PAGE);
		rc = pl_ch_read(c, own, &p.rows, &q, e);
		if (!rc)
			rc = measure(c, &p, e);
		if (rc)
			break;
		more = p.n >= PAGE;
		if (!more || !p.before) {
			rc = give(c, &p, p.n, fn, ctx, e);
			skip += p.n;
			continue;
		}
		rc = give(c, &p, p.before, fn, ctx, e);
		from = p.last;
		skip = 0;
	}
	pl_arena_close(own);
	return rc;
}

static uint64_t within(uint64_t v)
{
	return v > INT64_MAX ? INT64_MAX : v;
}

const char *pl_ch_where(struct pl_arena *a, const struct pl_index_query *q)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "token = %" PRId64, q->token);
	if (q->from_block_set || q->to_block_set)
		pl_buf_str(&b, " AND block >= 0");
	if (q->from_block_set)
		pl_buf_fmt(&b, " AND block >= %" PRIu64, within(q->from_block));
	if (q->to_block_set)
		pl_buf_fmt(&b, " AND block <= %" PRIu64, within(q->to_block));
	if (q->from_time_set || q->to_time_set)
		pl_buf_str(&b, " AND isNotNull(time)");
	if (q->from_time_set)
		pl_buf_fmt(&b, " AND ifNull(time, 0) >= %" PRId64,
			   q->from_time);
	if (q->to_time_set)
		pl_buf_fmt(&b, " AND ifNull(time, 0) < %" PRId64, q->to_time);
	return pl_buf_cstr(&b);
}

enum pl_rc pl_ch_each(struct pl_index *ix, const struct pl_index_query *q,
		      pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_arena *a;
	enum pl_rc rc;

	if (c->full)
		return pl_index_each(c->mirror, q, fn, ctx, e);
	a = pl_arena_open(0);
	rc = pages(c, pl_ch_where(a, q), fn, ctx, e);
	pl_arena_close(a);
	return rc;
}

/* ------------------------------------------------------------------ figures */

static enum pl_rc token_of(struct pl_arena *a, struct pl_ch *c,
			   struct pl_index_token *out, int64_t id,
			   struct pl_err *e)
{
	struct pl_index_token *v;
	size_t n;

	PL_TRY(pl_index_tokens(a, c->mirror, &v, &n, e));
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id) {
			*out = v[i];
			return PL_OK;
		}
	return pl_fail(e, PL_EBUG, "index: no token %" PRId64, id);
}

static enum pl_rc last_hash(struct pl_ch *c, struct pl_index_status *st,
			    struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .what = "max(block_hash)" };
	struct pl_cell v;
	struct pl_span s;

	q.where = pl_printf(c->scratch,
			    "token = %" PRId64 " AND block = %" PRIu64,
			    st->token.id, st->last_block);
	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	if (!pl_cell_take(&v, 'H', &s) || s.n)
		return pl_ch_damaged(c, "a hash", e);
	st->last_hash_known = !v.unknown;
	if (!v.unknown)
		memcpy(st->last_hash.b, v.bytes.p, 32);
	return PL_OK;
}

/* Of no rows the least and greatest are nothing a row could have. */
#define FIGURES                                                                \
	"count(), countIf(value = toFixedString('', 32)), "                    \
	"countIf(log_index < 0), countIf(block < 0), countIf(isNull(time)), "  \
	"min(trust), minIf(block, block >= 0), max(block), "                   \
	"minIf(ifNull(time, 0), isNotNull(time)), "                            \
	"maxIf(ifNull(time, 0), isNotNull(time))"
#define FIGURE_COUNT 10

enum pl_rc pl_ch_status(struct pl_arena *a, struct pl_index *ix,
			struct pl_index_status *out, int64_t token,
			struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER, .what = FIGURES };
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_index_status st = { .rows = 0 };
	uint64_t v[FIGURE_COUNT];
	struct pl_span s;

	if (c->full)
		return pl_index_status(a, c->mirror, out, token, e);
	pl_arena_reset(c->scratch);
	PL_TRY(token_of(a, c, &st.token, token, e));
	q.where = pl_printf(c->scratch, "token = %" PRId64, token);
	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		if (!pl_cell_u64(&v[i], &s))
			return pl_ch_damaged(c, "a count", e);
	st.rows = v[0];
	st.zero_rows = v[1];
	st.no_log_index = v[2];
	st.no_block = v[3];
	st.no_time = v[4];
	if (st.rows && (v[5] < PL_LOCAL || v[5] > PL_PROVEN))
		return pl_ch_damaged(c, "a trust label", e);
	st.trust = st.rows ? (enum pl_trust)v[5] : 0;
	st.blocks_known = st.rows > st.no_block;
	st.times_known = st.rows > st.no_time;
	st.first_block = st.blocks_known ? v[6] : 0;
	st.last_block = st.blocks_known ? v[7] : 0;
	st.first_time = st.times_known ? (int64_t)v[8] : 0;
	st.last_time = st.times_known ? (int64_t)v[9] : 0;
	if (st.blocks_known)
		PL_TRY(last_hash(c, &st, e));
	*out = st;
	return PL_OK;
}

/* Those of rows are the server's to say, those of cursors are known here. */
static enum pl_rc has_cursor(struct pl_ch *c, bool *out, int64_t token,
			     int64_t source, struct pl_err *e)
{
	struct pl_event_cursor ev;
	struct pl_cursor cur;

	PL_TRY(pl_index_cursor(c->mirror, &cur, token, source, e));
	PL_TRY(pl_index_event_cursor(c->mirror, &ev, token, source, e));
	*out = cur.found || ev.at.found;
	return PL_OK;
}

enum pl_rc pl_ch_sources(struct pl_arena *a, struct pl_index *ix,
			 struct pl_source **out, size_t *n, int64_t token,
			 struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .what = "source",
				 .then = "GROUP BY source" };
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_source *all;
	struct pl_span rows;
	size_t count, k = 0;

	if (c->full)
		return pl_index_sources(a, c->mirror, out, n, token, e);
	pl_arena_reset(c->scratch);
	q.where = pl_printf(c->scratch, "token = %" PRId64, token);
	PL_TRY(pl_ch_read(c, c->scratch, &rows, &q, e));
	PL_TRY(pl_mirror_sources(a, c->mirror, &all, &count, e));
	for (size_t i = 0; i < count; i++) {
		struct pl_span s = rows;
		uint64_t id;
		bool used;

		PL_TRY(has_cursor(c, &used, token, all[i].id, e));
		while (s.n) {
			if (!pl_cell_u64(&id, &s))
				return pl_ch_damaged(c, "a source", e);
			used = used || (int64_t)id == all[i].id;
		}
		if (used)
			all[k++] = all[i];
	}
	*out = all;
	*n = k;
	return PL_OK;
}
