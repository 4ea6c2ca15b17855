/* Events of the ClickHouse index.  Contracts and cursors are in the mirror; a
 * writer has the rows there too. */
#include <inttypes.h>

#include "store/clickhouse_impl.h"

#define PAGE 100000u /* rows of one answer, of 600 bytes at most */

/* ------------------------------------------------------------------ writing */

static enum pl_rc watch_put(struct pl_index *ix, const struct pl_watch *w,
			    struct pl_err *e)
{
	return pl_index_watch_put(pl_ch_of(ix)->mirror, w, e);
}

static enum pl_rc watch(struct pl_arena *a, struct pl_index *ix, bool *found,
			struct pl_watch *out, int64_t token, struct pl_err *e)
{
	return pl_index_watch(a, pl_ch_of(ix)->mirror, found, out, token, e);
}

static enum pl_rc forget(struct pl_index *ix, uint64_t *gone, int64_t token,
			 bool rows, struct pl_err *e)
{
	return pl_index_forget(pl_ch_of(ix)->mirror, gone, token, rows, e);
}

static enum pl_rc put(struct pl_index *ix, enum pl_put *how, int64_t token,
		      const struct pl_event_row *r, struct pl_err *e)
{
	return pl_index_event_put(pl_ch_of(ix)->mirror, how, token, r, e);
}

static enum pl_rc cursor(struct pl_index *ix, struct pl_event_cursor *out,
			 int64_t token, int64_t source, struct pl_err *e)
{
	return pl_index_event_cursor(pl_ch_of(ix)->mirror, out, token, source,
				     e);
}

static enum pl_rc cursor_put(struct pl_index *ix, int64_t token, int64_t source,
			     const struct pl_event_cursor *cur,
			     struct pl_err *e)
{
	return pl_index_event_cursor_put(pl_ch_of(ix)->mirror, token, source,
					 cur, e);
}

static enum pl_rc drop_from(struct pl_index *ix, uint64_t *gone, int64_t token,
			    int64_t source, uint64_t block, struct pl_err *e)
{
	return pl_index_event_drop_from(pl_ch_of(ix)->mirror, gone, token,
					source, block, e);
}

static enum pl_rc keep_kinds(struct pl_index *ix, uint64_t *gone, int64_t token,
			     uint64_t kinds, struct pl_err *e)
{
	return pl_index_event_keep_kinds(pl_ch_of(ix)->mirror, gone, token,
					 kinds, e);
}

static enum pl_rc hash_below(struct pl_index *ix, bool *found, uint64_t *block,
			     struct pl_hash32 *hash, int64_t token,
			     int64_t source, uint64_t below, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);

	if (pl_ch_fill(c, false, e))
		return pl_ch_words(c, e);
	return pl_index_event_hash_below(c->mirror, found, block, hash, token,
					 source, below, e);
}

/* ------------------------------------------------------------------ reading */

#define PLAIN                                                                  \
	"block, log_index, part, kind, tx, block_hash, time, trust, source, "
#define DATA                                                                   \
	"sender, recipient, operator, item, value, shares, amount0, amount1, " \
	"reserve0, reserve1, sqrt_price, liquidity, tick, answer, stamp, flag"
#define TYPES "qqqqhhqqqAAAHHHHHHHHHHHHH"
enum { BLOCK, LOG, PART, KIND, TX, HASH, TIME, TRUST, SOURCE, DATA_AT };
#define CELLS (DATA_AT + PL_EC_COUNT)

static bool event_of(struct pl_event_row *out, const struct pl_cell *c)
{
	struct pl_event_row r = { .time = c[TIME].i };

	if (c[BLOCK].i < 0 || c[LOG].i < 0 || c[PART].i < 0 ||
	    c[PART].i > UINT32_MAX || c[KIND].i <= PL_EV_NONE ||
	    c[KIND].i >= PL_EV_KINDS || c[TRUST].i < PL_LOCAL ||
	    c[TRUST].i > PL_PROVEN)
		return false;
	r.block = (uint64_t)c[BLOCK].i;
	r.log_index = (uint64_t)c[LOG].i;
	r.ev.part = (unsigned)c[PART].i;
	r.ev.kind = (enum pl_event_kind)c[KIND].i;
	r.trust = (enum pl_trust)c[TRUST].i;
	r.source = c[SOURCE].i;
	memcpy(r.tx.b, c[TX].bytes.p, 32);
	memcpy(r.block_hash.b, c[HASH].bytes.p, 32);
	for (int k = 0; k < PL_EC_COUNT; k++) {
		const struct pl_cell *v = &c[DATA_AT + k];

		if (v->unknown)
			continue;
		r.ev.has |= 1u << k;
		if (k < PL_EC_ADDRS)
			memcpy(r.ev.addr[k].b, v->bytes.p, 20);
		else
			r.ev.num[k - PL_EC_ADDRS] =
				pl_u256_from_be32(v->bytes.p);
	}
	*out = r;
	return true;
}

static const char *where(struct pl_arena *a, const struct pl_event_query *q)
{
	const uint64_t top = INT64_MAX;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "token = %" PRId64, q->token);
	if (q->kinds)
		pl_buf_fmt(&b, " AND bitTest(%" PRIu64 ", toUInt64(kind))",
			   q->kinds);
	if (q->from_block_set)
		pl_buf_fmt(&b, " AND block >= %" PRIu64,
			   q->from_block > top ? top : q->from_block);
	if (q->to_block_set)
		pl_buf_fmt(&b, " AND block <= %" PRIu64,
			   q->to_block > top ? top : q->to_block);
	if (q->from_time_set)
		pl_buf_fmt(&b, " AND time >= %" PRId64, q->from_time);
	if (q->to_time_set)
		pl_buf_fmt(&b, " AND time < %" PRId64, q->to_time);
	return pl_buf_cstr(&b);
}

/* A page begins behind the last row of the one before. */
static enum pl_rc page(struct pl_ch *c, struct pl_arena *a, size_t *n,
		       struct pl_event_row *last, const char *which,
		       pl_event_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_EVENT, .what = PLAIN DATA };
	struct pl_cell v[CELLS];
	struct pl_span s;

	q.where = !*n ? which
		      : pl_printf(a,
				  "%s AND (block, log_index, part) > (%" PRIu64
				  ", %" PRIu64 ", %u)",
				  which, last->block, last->log_index,
				  last->ev.part);
	q.then = pl_printf(a, "ORDER BY block, log_index, part LIMIT %u", PAGE);
	PL_TRY(pl_ch_read(c, a, &s, &q, e));
	for (*n = 0; s.n; (*n)++) {
		if (!pl_cell_row(v, TYPES, &s) || !event_of(last, v))
			return pl_ch_damaged(c, "an event", e);
		PL_TRY(fn(ctx, last, e));
	}
	return PL_OK;
}

static enum pl_rc each(struct pl_index *ix, const struct pl_event_query *q,
		       pl_event_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_event_row last = { .block = 0 };
	struct pl_arena *a, *own;
	const char *which;
	enum pl_rc rc;
	size_t n = 0;

	if (c->full)
		return pl_index_event_each(c->mirror, q, fn, ctx, e);
	own = pl_arena_open(0);
	a = pl_arena_open(0);
	which = where(own, q);
	do {
		pl_arena_reset(a);
		rc = page(c, a, &n, &last, which, fn, ctx, e);
	} while (!rc && n >= PAGE);
	pl_arena_close(a);
	pl_arena_close(own);
	return rc;
}

static enum pl_rc counts(struct pl_arena *a, struct pl_index *ix,
			 struct pl_event_count **out, size_t *n, int64_t token,
			 struct pl_err *e)
{
	struct pl_ch_query q = {
		.t = PL_T_EVENT,
		.what = "kind, count(), min(block), max(block), min(trust)",
		.then = "GROUP BY kind ORDER BY kind",
	};
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_event_count *v =
		PL_NEW_N(a, struct pl_event_count, PL_EV_KINDS);
	struct pl_cell k[5];
	struct pl_span s;

	if (c->full)
		return pl_index_event_counts(a, c->mirror, out, n, token, e);
	pl_arena_reset(c->scratch);
	q.where = pl_printf(c->scratch, "token = %" PRId64, token);
	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	for (*n = 0; s.n; (*n)++) {
		if (*n == PL_EV_KINDS || !pl_cell_row(k, "qqqqq", &s) ||
		    k[0].i <= PL_EV_NONE || k[0].i >= PL_EV_KINDS ||
		    k[4].i < PL_LOCAL || k[4].i > PL_PROVEN)
			return pl_ch_damaged(c, "a count of events", e);
		v[*n] = (struct pl_event_count){
			.kind = (enum pl_event_kind)k[0].i,
			.rows = (uint64_t)k[1].i,
			.first_block = (uint64_t)k[2].i,
			.last_block = (uint64_t)k[3].i,
			.trust = (enum pl_trust)k[4].i,
		};
	}
	*out = v;
	return PL_OK;
}

/* All rows are read as strictly as a writer reads them, and held to the rules
 * that the tables of SQLite have; what the server keeps on its disks is its
 * own to check. */
static enum pl_rc integrity(struct pl_index *ix, uint64_t *faults,
			    pl_index_fault_fn fn, void *ctx, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);

	if (pl_ch_fill(c, false, e)) {
		if (e->rc != PL_EFORMAT)
			return e->rc;
		if (fn)
			fn(ctx, e->msg);
		*faults = 1;
		return PL_OK;
	}
	return pl_index_integrity(c->mirror, faults, fn, ctx, e);
}

const struct pl_event_ops pl_ch_event_ops = {
	.watch_put = watch_put,
	.watch = watch,
	.forget = forget,
	.put = put,
	.cursor = cursor,
	.cursor_put = cursor_put,
	.drop_from = drop_from,
	.keep_kinds = keep_kinds,
	.hash_below = hash_below,
	.each = each,
	.counts = counts,
	.integrity = integrity,
};
