/* Prices in bars: the rows as they come, in the order of the chain. */
#include <inttypes.h>
#include <math.h>

#include "base/limits.h"
#include "crypto/sha256.h"
#include "store/price.h"

#define DIGEST_BLOCK ((size_t)1 << 16)

struct gather {
	struct pl_arena *a;
	struct pl_price_series *s;
	bool strict;
	struct pl_price_bar *bar; /* .start holds the bar's number */
	size_t n;

	/* the open bar */
	double last;               /* the price that stands; NaN: none yet */
	uint64_t at;               /* since when, seconds or blocks */
	double area, span;         /* twap: price by time, and time */
	struct pl_u256 sum0, sum1; /* vwap */

	struct pl_sha256 sha;
	char *pending; /* canonical rows not yet hashed */
	size_t pending_n;
};

static enum pl_rc hash_pending(struct gather *g, struct pl_err *e)
{
	struct pl_span s = { (const uint8_t *)g->pending, g->pending_n };

	g->pending_n = 0;
	return pl_sha256_put(&g->sha, s, e);
}

static enum pl_rc row_hash(struct gather *g, const struct pl_event_row *r,
			   struct pl_err *e)
{
	if (g->pending_n + PL_CANONICAL_EVENT > DIGEST_BLOCK)
		PL_TRY(hash_pending(g, e));
	g->pending_n += pl_canonical_event(g->pending + g->pending_n,
					   &g->s->source.contract.token, r);
	return PL_OK;
}

static void place(struct pl_block_at *at, const struct pl_event_row *r)
{
	*at = (struct pl_block_at){ PL_TR_BLOCK | PL_TR_HASH | PL_TR_TIME,
				    r->block, r->block_hash, r->time,
				    r->trust };
}

/* ------------------------------------------------------------- the open bar */

/* The standing price up to `until`. */
static void stand(struct gather *g, uint64_t until)
{
	const double w = (double)(until - g->at);

	if (!isnan(g->last) && until > g->at) {
		g->area += g->last * w;
		g->span += w;
		g->at = until;
	}
}

/* `last`: no more comes, and the bar ends with its last price. */
static void close_bar(struct gather *g, bool last)
{
	const struct pl_event_units *u = &g->s->source.watch.units;
	const struct pl_event_units back = { u->dec1, u->dec0 };
	struct pl_price_bar *b;
	double x = NAN;

	if (!g->n)
		return;
	b = &g->bar[g->n - 1];
	switch (g->s->how) {
	case PL_QUOTE_CLOSE:
		x = b->rows ? g->last : NAN;
		break;
	case PL_QUOTE_VWAP:
		if (!(g->s->source.inverted
			      ? pl_event_ratio(&x, &g->sum1, &g->sum0, &back)
			      : pl_event_ratio(&x, &g->sum0, &g->sum1, u)))
			x = NAN;
		break;
	case PL_QUOTE_TWAP:
		if (!last)
			stand(g, (b->start + 1) * g->s->rule.width);
		if (b->rows)
			x = g->span > 0 ? g->area / g->span : g->last;
		break;
	}
	b->price = isnormal(x) ? x : NAN;
}

static void open_bar(struct gather *g, uint64_t key)
{
	close_bar(g, false);
	g->bar = pl_grow(g->a, g->bar, g->n, sizeof(*g->bar));
	g->bar[g->n++] = (struct pl_price_bar){ .start = key };
	g->area = g->span = 0;
	g->sum0 = g->sum1 = pl_u256_of(0);
	if (g->at < key * g->s->rule.width)
		g->at = key * g->s->rule.width;
}

static enum pl_rc add(struct pl_u256 *sum, const struct pl_u256 *v,
		      struct pl_err *e)
{
	const struct pl_u256 m = pl_event_magnitude(v);

	if (pl_u256_add(sum, sum, &m))
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "what was exchanged in one bar passes 2^256 - 1 raw "
		       "units");
}

/* Both sides of an exchange: of a pool, or shares and assets of a vault. */
static enum pl_rc exchanged(struct gather *g, const struct pl_event *ev,
			    struct pl_err *e)
{
	const struct pl_u256 *x = pl_event_num(ev, PL_EC_AMOUNT0);
	const struct pl_u256 *y = pl_event_num(ev, PL_EC_AMOUNT1);

	if (!x || !y) {
		x = pl_event_num(ev, PL_EC_SHARES);
		y = pl_event_num(ev, PL_EC_VALUE);
	}
	if (!x || !y)
		return PL_OK;
	PL_TRY(add(&g->sum0, x, e));
	return add(&g->sum1, y, e);
}

/* ------------------------------------------------------------------- rows */

static enum pl_rc unusable(struct gather *g, const struct pl_event_row *r,
			   struct pl_err *e)
{
	g->s->unpriced++;
	if (!g->strict)
		return PL_OK;
	(void)pl_fail(e, PL_EMATH,
		      "block %" PRIu64 ", log %" PRIu64 ": this %s tells no "
		      "price above 0",
		      r->block, r->log_index, pl_event_kind_name(r->ev.kind));
	return pl_hint(e, "--missing skip or carry leaves such events out");
}

static enum pl_rc each(void *ctx, const struct pl_event_row *r,
		       struct pl_err *e)
{
	struct gather *g = ctx;
	struct pl_price_series *s = g->s;
	const bool seconds = s->rule.unit == PL_BAR_SECONDS;
	uint64_t at = seconds ? (uint64_t)r->time : r->block;
	double x;

	if (seconds && r->time < 0)
		return pl_fail(e, PL_EMATH,
			       "block %" PRIu64 " has a time before 1970",
			       r->block);
	PL_TRY(row_hash(g, r, e));
	s->trust = s->trust ? pl_trust_weaker(s->trust, r->trust) : r->trust;
	if (!s->rows++)
		place(&s->first, r);
	place(&s->last, r);
	if (!pl_price_of(&x, &s->source, r))
		return unusable(g, r, e);
	if (at < g->at && g->n)
		return pl_fail(e, PL_EMATH,
			       "block %" PRIu64 " is later than the block "
			       "before it and its time is not",
			       r->block);
	if (!g->n || g->bar[g->n - 1].start != at / s->rule.width)
		open_bar(g, at / s->rule.width);
	stand(g, at);
	g->at = at;
	g->last = x;
	g->bar[g->n - 1].rows++;
	return s->how == PL_QUOTE_VWAP ? exchanged(g, &r->ev, e) : PL_OK;
}

/* ------------------------------------------------------------------- bars */

static enum pl_rc check(const struct pl_price_series *s, bool strict,
			struct pl_err *e)
{
	if (!s->empty || !strict)
		return PL_OK;
	(void)pl_fail(e, PL_EMATH, "%" PRIu64 " of %zu bars have no price",
		      s->empty, s->n);
	return pl_hint(e, "--missing skip leaves them out, --missing carry "
			  "takes the price before; or take wider bars");
}

/* Every bar from the first to the last. */
static enum pl_rc lay_out(struct gather *g, struct pl_err *e)
{
	struct pl_price_series *s = g->s;
	const uint64_t first = g->bar[0].start;
	const uint64_t count = g->bar[g->n - 1].start - first + 1;

	if (count > PL_MAX_BARS) {
		(void)pl_fail(e, PL_ELIMIT, "%" PRIu64 " bars, at most %d",
			      count, PL_MAX_BARS);
		return pl_hint(e, "take wider bars: --bar day, --bar "
				  "10000blocks");
	}
	s->n = (size_t)count;
	s->bar = PL_NEW_N(g->a, struct pl_price_bar, s->n);
	for (size_t i = 0; i < s->n; i++)
		s->bar[i] = (struct pl_price_bar){ (first + i) * s->rule.width,
						   0, NAN };
	for (size_t i = 0; i < g->n; i++) {
		struct pl_price_bar *b = &s->bar[g->bar[i].start - first];

		b->rows = g->bar[i].rows;
		b->price = g->bar[i].price;
	}
	return PL_OK;
}

static enum pl_rc only_whole(struct pl_price_series *s, struct pl_err *e)
{
	if (!s->rule.whole_only)
		return PL_OK;
	if (s->n <= 2)
		return pl_fail(e, PL_EMATH,
			       "%zu bars: without the first and the last, "
			       "which are not whole, none is left",
			       s->n);
	s->bar++;
	s->n -= 2;
	return PL_OK;
}

static enum pl_rc read_rows(struct gather *g, struct pl_index *ix,
			    const struct pl_event_query *q, struct pl_err *e)
{
	struct pl_err ignored;
	enum pl_rc rc;

	PL_TRY(pl_sha256_open(&g->sha, e));
	g->pending = pl_alloc(g->a, DIGEST_BLOCK);
	rc = pl_index_event_each(ix, q, each, g, e);
	if (!rc)
		rc = hash_pending(g, e);
	if (!rc)
		return pl_sha256_close(&g->sha, &g->s->digest, e);
	if (pl_sha256_close(&g->sha, NULL, &ignored))
		return rc;
	return rc;
}

enum pl_rc pl_price_series(struct pl_arena *a, struct pl_index *ix,
			   struct pl_price_series *out,
			   const struct pl_price_source *source,
			   const struct pl_event_query *query,
			   const struct pl_bar_rule *rule, enum pl_quote how,
			   bool strict, struct pl_err *e)
{
	struct pl_price_series s = { .source = *source,
				     .rule = *rule,
				     .how = how };
	struct gather g = { .a = a, .s = &s, .strict = strict, .last = NAN };
	struct pl_event_query q = *query;

	PL_TRY(pl_price_kinds(&s.kinds, source, how, e));
	q.token = source->contract.id;
	q.kinds = s.kinds;
	PL_TRY(read_rows(&g, ix, &q, e));
	close_bar(&g, true);
	if (!g.n)
		return pl_fail(e, PL_ENOTFOUND,
			       "the index has no event of this contract that "
			       "tells a price in the range");
	PL_TRY(lay_out(&g, e));
	PL_TRY(only_whole(&s, e));
	for (size_t i = 0; i < s.n; i++)
		s.empty += isnan(s.bar[i].price) ? 1 : 0;
	PL_TRY(check(&s, strict, e));
	*out = s;
	return PL_OK;
}
