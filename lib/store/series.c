#include "store/series.h"

#include "base/limits.h"
#include "store/sums.h"

/* ------------------------------------------------------------- bars by name */

static const struct {
	const char *name;
	enum pl_bar_unit unit;
	uint64_t width;
} units[] = {
	{ "s", PL_BAR_SECONDS, 1 },         { "sec", PL_BAR_SECONDS, 1 },
	{ "second", PL_BAR_SECONDS, 1 },    { "min", PL_BAR_SECONDS, 60 },
	{ "minute", PL_BAR_SECONDS, 60 },   { "h", PL_BAR_SECONDS, 3600 },
	{ "hour", PL_BAR_SECONDS, 3600 },   { "d", PL_BAR_SECONDS, 86400 },
	{ "day", PL_BAR_SECONDS, 86400 },   { "w", PL_BAR_SECONDS, 604800 },
	{ "week", PL_BAR_SECONDS, 604800 }, { "block", PL_BAR_BLOCKS, 1 },
};

static enum pl_rc no_bar(const char *text, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "no width of bars: %.40s", text);
	return pl_hint(e, "day, hour, week, 15min, block, 1000blocks …");
}

enum pl_rc pl_bar_parse(struct pl_bar_rule *out, const char *text,
			struct pl_err *e)
{
	const char *p = text;
	uint64_t n = 0;
	size_t len;

	for (; *p >= '0' && *p <= '9'; p++) {
		n = 10 * n + (uint64_t)(*p - '0');
		if (n > 1000000000)
			return no_bar(text, e);
	}
	if (p == text)
		n = 1;
	len = strlen(p);
	if (len > 1 && p[len - 1] == 's')
		len--; /* plural */
	for (size_t i = 0; n && i < sizeof(units) / sizeof(*units); i++) {
		if (strlen(units[i].name) != len ||
		    memcmp(units[i].name, p, len) != 0)
			continue;
		out->unit = units[i].unit;
		out->width = n * units[i].width;
		return PL_OK;
	}
	return no_bar(text, e);
}

/* ------------------------------------------------------------------- bars */

static int bar_cmp(const void *x, const void *y)
{
	const struct pl_bar *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

static enum pl_rc over(struct pl_err *e)
{
	return pl_fail(e, PL_EMATH,
		       "the volume of one bar passes 2^256 - 1 raw units");
}

static enum pl_rc bar_join(struct pl_bar *into, const struct pl_bar *b,
			   struct pl_err *e)
{
	into->transfers += b->transfers;
	into->zeros += b->zeros;
	into->active += b->active;
	if (!pl_u256_add(&into->volume, &into->volume, &b->volume) ||
	    !pl_u256_add(&into->minted, &into->minted, &b->minted) ||
	    !pl_u256_add(&into->burned, &into->burned, &b->burned))
		return over(e);
	return PL_OK;
}

/* Nothing is guessed for rows without a place. */
static enum pl_rc placed(const struct pl_bar_rule *rule,
			 const struct pl_bar_sums *g, struct pl_err *e)
{
	if (rule->unit == PL_BAR_BLOCKS) {
		if (!g->no_block)
			return PL_OK;
		(void)pl_fail(e, PL_EMATH,
			      "a transfer has no block number, so it has no "
			      "place among bars of blocks");
		return pl_hint(e, "use bars of time (--bar day), or sync the "
				  "token from a node");
	}
	if (!g->no_time && !g->early)
		return PL_OK;
	(void)pl_fail(e, PL_EMATH,
		      "a transfer has no time%s, so it has no place among bars "
		      "of time",
		      g->no_time ? "" : " after 1970");
	return pl_hint(e, "use bars of blocks (--bar 1000blocks), or `plume "
			  "index sync`, which fetches times");
}

/* Every bar from the first to the last, in order and once. */
static enum pl_rc lay_out(struct pl_arena *a, struct pl_index_series *s,
			  struct pl_bar_sums *g, struct pl_err *e)
{
	uint64_t first, count;

	qsort(g->bar, g->n, sizeof(*g->bar), bar_cmp);
	first = g->bar[0].start;
	count = g->bar[g->n - 1].start - first + 1;
	if (count > PL_MAX_BARS) {
		(void)pl_fail(e, PL_ELIMIT, "%ju bars, at most %d",
			      (uintmax_t)count, PL_MAX_BARS);
		return pl_hint(e, "take wider bars: --bar day, --bar "
				  "10000blocks");
	}
	s->n = (size_t)count;
	s->bar = PL_NEW_N(a, struct pl_bar, s->n);
	for (size_t i = 0; i < s->n; i++)
		s->bar[i].start = (first + i) * s->rule.width;
	for (size_t i = 0; i < g->n; i++)
		PL_TRY(bar_join(&s->bar[g->bar[i].start - first], &g->bar[i],
				e));
	for (size_t i = 0; i < g->n_seen; i++) {
		uint64_t key = 0;

		for (int k = 0; k < 8; k++)
			key = key << 8 | g->seen[i].b[k];
		s->bar[key - first].active++;
	}
	return PL_OK;
}

static enum pl_rc only_whole(struct pl_index_series *s, struct pl_err *e)
{
	if (!s->rule.whole_only)
		return PL_OK;
	if (s->n <= 2) {
		(void)pl_fail(e, PL_EMATH,
			      "%zu bars: without the first and the last, which "
			      "are not whole, none is left",
			      s->n);
		return pl_hint(e, "take narrower bars or more data");
	}
	s->bar++;
	s->n -= 2;
	return PL_OK;
}

static enum pl_rc token_of(struct pl_arena *a, struct pl_index *ix,
			   struct pl_index_token *out, int64_t id,
			   struct pl_err *e)
{
	struct pl_index_token *v;
	size_t n;

	PL_TRY(pl_index_tokens(a, ix, &v, &n, e));
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id) {
			*out = v[i];
			return PL_OK;
		}
	return pl_fail(e, PL_ENOTFOUND, "the index has no token %jd",
		       (intmax_t)id);
}

enum pl_rc pl_index_series(struct pl_arena *a, struct pl_index *ix,
			   struct pl_index_series *out,
			   const struct pl_index_query *q,
			   const struct pl_bar_rule *rule, struct pl_err *e)
{
	struct pl_index_series s = { .rule = *rule };
	struct pl_bar_sums g;

	PL_TRY(token_of(a, ix, &s.token, q->token, e));
	PL_TRY(pl_index_bars(a, ix, &g, &s.token, q, rule, e));
	if (!g.rows)
		return pl_fail(e, PL_ENOTFOUND,
			       "the index has no transfers of this token in "
			       "the range");
	PL_TRY(placed(rule, &g, e));
	if (g.over)
		return over(e);
	s.rows = g.rows;
	s.zero_rows = g.zero_rows;
	s.no_log_index = g.no_log_index;
	s.trust = g.trust;
	s.first = g.first;
	s.last = g.last;
	s.digest = g.digest;
	PL_TRY(lay_out(a, &s, &g, e));
	PL_TRY(only_whole(&s, e));
	*out = s;
	return PL_OK;
}

/* ---------------------------------------------------------------- measures */

const char *const pl_measure_words[] = { "volume", "transfers", "active",
					 "net-mint", NULL };

static double amount(const struct pl_index_series *s, const struct pl_u256 *v)
{
	struct pl_amount x = { *v, s->token.decimals };

	return pl_amount_double(&x);
}

static double net_mint(const struct pl_index_series *s, const struct pl_bar *b)
{
	struct pl_u256 d;

	if (pl_u256_sub(&d, &b->minted, &b->burned))
		return amount(s, &d);
	if (pl_u256_sub(&d, &b->burned, &b->minted))
		return -amount(s, &d);
	return 0;
}

enum pl_rc pl_bar_measure(double *out, const struct pl_index_series *s,
			  size_t i, enum pl_measure m, struct pl_err *e)
{
	const struct pl_bar *b = &s->bar[i];

	if ((m == PL_MEASURE_VOLUME || m == PL_MEASURE_NET_MINT) &&
	    !s->token.decimals_known) {
		(void)pl_fail(e, PL_EMATH,
			      "the token's decimals are not known to the "
			      "index");
		return pl_hint(e, "import again with --decimals N, or `plume "
				  "index sync`, which asks the token");
	}
	switch (m) {
	case PL_MEASURE_VOLUME:
		*out = amount(s, &b->volume);
		break;
	case PL_MEASURE_TRANSFERS:
		*out = (double)b->transfers;
		break;
	case PL_MEASURE_ACTIVE:
		*out = (double)b->active;
		break;
	case PL_MEASURE_NET_MINT:
		*out = net_mint(s, b);
		break;
	}
	return PL_OK;
}
