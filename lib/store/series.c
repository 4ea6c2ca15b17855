#include "store/series.h"

#include "base/hex.h"
#include "base/limits.h"
#include "crypto/sha256.h"

static const struct pl_addr nobody; /* the zero address: mint and burn */

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

/* ---------------------------------------------------------- canonical rows */

static char *put_hex(char *w, struct pl_span s)
{
	*w++ = '0';
	*w++ = 'x';
	pl_hex_put(w, s);
	return w + 2 * s.n;
}

static char *put_u64(char *w, uint64_t v)
{
	char tmp[20];
	size_t n = 0;

	do
		tmp[n++] = (char)('0' + v % 10);
	while (v /= 10);
	while (n)
		*w++ = tmp[--n];
	return w;
}

/* At most 20+1+42+1+20+1+20+1+21+1+66+1+42+1+42+1+78+1 bytes, and the end. */
size_t pl_canonical_row(char out[PL_CANONICAL_ROW],
			const struct pl_token_id *token,
			const struct pl_transfer *t)
{
	char *w = put_u64(out, token->chain);

	*w++ = ',';
	w = put_hex(w, pl_addr_span(&token->address));
	*w++ = ',';
	if (t->has & PL_TR_BLOCK)
		w = put_u64(w, t->block);
	*w++ = ',';
	if (t->has & PL_TR_LOG)
		w = put_u64(w, t->log_index);
	*w++ = ',';
	if ((t->has & PL_TR_TIME) && t->time < 0) {
		*w++ = '-';
		w = put_u64(w, 0 - (uint64_t)t->time);
	} else if (t->has & PL_TR_TIME) {
		w = put_u64(w, (uint64_t)t->time);
	}
	*w++ = ',';
	w = put_hex(w, pl_hash32_span(&t->tx));
	*w++ = ',';
	w = put_hex(w, pl_addr_span(&t->from));
	*w++ = ',';
	w = put_hex(w, pl_addr_span(&t->to));
	*w++ = ',';
	pl_u256_dec(w, &t->value);
	w += strlen(w);
	*w++ = '\n';
	*w = '\0';
	return (size_t)(w - out);
}

/* ------------------------------------------------------------- gathering */

/* A bar and an address that moved in it, as bytes that sort. */
struct seen {
	uint8_t b[8 + 20];
};

#define DIGEST_BLOCK ((size_t)1 << 16)

struct gather {
	struct pl_arena *a;
	struct pl_index_series *s;
	struct pl_bar *bar; /* .start holds the bar's number; may repeat */
	size_t n, cap;
	struct seen *seen;
	size_t seen_n, seen_cap;
	struct pl_sha256 sha;
	char *pending; /* canonical rows not yet hashed */
	size_t pending_n;
};

static int seen_cmp(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct seen));
}

/* Sort and keep one of each. */
static void seen_compact(struct gather *g)
{
	size_t n = 0;

	if (!g->seen_n)
		return;
	qsort(g->seen, g->seen_n, sizeof(*g->seen), seen_cmp);
	for (size_t i = 1; i < g->seen_n; i++)
		if (seen_cmp(&g->seen[n], &g->seen[i]))
			g->seen[++n] = g->seen[i];
	g->seen_n = n + 1;
}

static void seen_add(struct gather *g, uint64_t bar, const struct pl_addr *who)
{
	struct seen *x;

	if (pl_addr_equal(who, &nobody))
		return;
	if (g->seen_n == g->seen_cap)
		seen_compact(g);
	if (g->seen_n * 2 >= g->seen_cap) {
		size_t cap = g->seen_cap ? 2 * g->seen_cap : 1024;

		g->seen = pl_realloc(g->a, g->seen,
				     g->seen_cap * sizeof(*g->seen),
				     cap * sizeof(*g->seen));
		g->seen_cap = cap;
	}
	x = &g->seen[g->seen_n++];
	for (int i = 0; i < 8; i++)
		x->b[i] = (uint8_t)(bar >> (56 - 8 * i));
	memcpy(x->b + 8, who->b, sizeof(who->b));
}

static enum pl_rc hash_pending(struct gather *g, struct pl_err *e)
{
	struct pl_span s = { (const uint8_t *)g->pending, g->pending_n };

	g->pending_n = 0;
	return pl_sha256_put(&g->sha, s, e);
}

static enum pl_rc row_hash(struct gather *g, const struct pl_transfer *t,
			   struct pl_err *e)
{
	if (g->pending_n + PL_CANONICAL_ROW > DIGEST_BLOCK)
		PL_TRY(hash_pending(g, e));
	g->pending_n += pl_canonical_row(g->pending + g->pending_n,
					 &g->s->token.token, t);
	return PL_OK;
}

/* Blocks decide what is first and last; times where no row has a block. */
static void place(struct pl_block_at *at, const struct pl_transfer *t,
		  bool first)
{
	const unsigned by = PL_TR_BLOCK | PL_TR_HASH | PL_TR_TIME;
	bool better;

	if ((at->has ^ t->has) & PL_TR_BLOCK)
		better = t->has & PL_TR_BLOCK;
	else if (t->has & PL_TR_BLOCK)
		better = first ? t->block < at->block : t->block > at->block;
	else
		better = first ? t->time < at->time : t->time > at->time;
	if (at->trust && !better &&
	    !(t->has & PL_TR_BLOCK && t->block == at->block &&
	      t->has & PL_TR_HASH && !(at->has & PL_TR_HASH)))
		return;
	*at = (struct pl_block_at){ t->has & by, t->block, t->block_hash,
				    t->time, t->trust };
}

static enum pl_rc bar_key(uint64_t *out, const struct pl_bar_rule *rule,
			  const struct pl_transfer *t, struct pl_err *e)
{
	if (rule->unit == PL_BAR_BLOCKS) {
		if (!(t->has & PL_TR_BLOCK)) {
			(void)pl_fail(e, PL_EMATH,
				      "a transfer has no block number, so it "
				      "has no place among bars of blocks");
			return pl_hint(e, "use bars of time (--bar day), or "
					  "sync the token from a node");
		}
		*out = t->block / rule->width;
		return PL_OK;
	}
	if (!(t->has & PL_TR_TIME) || t->time < 0) {
		(void)pl_fail(e, PL_EMATH,
			      "a transfer has no time%s, so it has no place "
			      "among bars of time",
			      t->has & PL_TR_TIME ? " after 1970" : "");
		return pl_hint(e, "use bars of blocks (--bar 1000blocks), or "
				  "`plume index sync`, which fetches times");
	}
	*out = (uint64_t)t->time / rule->width;
	return PL_OK;
}

/* The open bar, or a new one when the number is another. */
static struct pl_bar *bar_at(struct gather *g, uint64_t key)
{
	if (g->n && g->bar[g->n - 1].start == key)
		return &g->bar[g->n - 1];
	if (g->n == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 256;

		g->bar = pl_realloc(g->a, g->bar, g->cap * sizeof(*g->bar),
				    cap * sizeof(*g->bar));
		g->cap = cap;
	}
	g->bar[g->n] = (struct pl_bar){ .start = key };
	return &g->bar[g->n++];
}

static enum pl_rc add(struct pl_u256 *sum, const struct pl_u256 *v,
		      struct pl_err *e)
{
	if (pl_u256_add(sum, sum, v))
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "the volume of one bar passes 2^256 - 1 raw units");
}

static enum pl_rc each_row(void *ctx, const struct pl_transfer *t,
			   struct pl_err *e)
{
	struct gather *g = ctx;
	struct pl_index_series *s = g->s;
	bool zero = pl_u256_is_zero(&t->value);
	struct pl_bar *b;
	uint64_t key = 0;

	PL_TRY(bar_key(&key, &s->rule, t, e));
	PL_TRY(row_hash(g, t, e));
	b = bar_at(g, key);
	s->rows++;
	s->zero_rows += zero;
	s->no_log_index += !(t->has & PL_TR_LOG);
	s->trust = s->trust ? pl_trust_weaker(s->trust, t->trust) : t->trust;
	place(&s->first, t, true);
	place(&s->last, t, false);
	b->zeros += zero;
	if (zero && !s->rule.include_zero)
		return PL_OK;
	b->transfers++;
	seen_add(g, key, &t->from);
	seen_add(g, key, &t->to);
	PL_TRY(add(&b->volume, &t->value, e));
	if (pl_addr_equal(&t->from, &nobody))
		PL_TRY(add(&b->minted, &t->value, e));
	if (pl_addr_equal(&t->to, &nobody))
		PL_TRY(add(&b->burned, &t->value, e));
	return PL_OK;
}

/* ------------------------------------------------------------------- bars */

static int bar_cmp(const void *x, const void *y)
{
	const struct pl_bar *a = x, *b = y;

	return (a->start > b->start) - (a->start < b->start);
}

static enum pl_rc bar_join(struct pl_bar *into, const struct pl_bar *b,
			   struct pl_err *e)
{
	into->transfers += b->transfers;
	into->zeros += b->zeros;
	PL_TRY(add(&into->volume, &b->volume, e));
	PL_TRY(add(&into->minted, &b->minted, e));
	return add(&into->burned, &b->burned, e);
}

/* Every bar from the first to the last, in order and once. */
static enum pl_rc lay_out(struct gather *g, struct pl_err *e)
{
	struct pl_index_series *s = g->s;
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
	s->bar = PL_NEW_N(g->a, struct pl_bar, s->n);
	for (size_t i = 0; i < s->n; i++)
		s->bar[i].start = (first + i) * s->rule.width;
	for (size_t i = 0; i < g->n; i++)
		PL_TRY(bar_join(&s->bar[g->bar[i].start - first], &g->bar[i],
				e));
	seen_compact(g);
	for (size_t i = 0; i < g->seen_n; i++) {
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
	struct gather g = { .a = a, .s = &s };
	struct pl_err ignored;
	enum pl_rc rc;

	PL_TRY(token_of(a, ix, &s.token, q->token, e));
	PL_TRY(pl_sha256_open(&g.sha, e));
	g.pending = pl_alloc(a, DIGEST_BLOCK);
	rc = pl_index_each(ix, q, each_row, &g, e);
	if (!rc)
		rc = hash_pending(&g, e);
	if (!rc)
		rc = pl_sha256_close(&g.sha, &s.digest, e);
	else if (pl_sha256_close(&g.sha, NULL, &ignored))
		return rc;
	if (rc)
		return rc;
	if (!s.rows)
		return pl_fail(e, PL_ENOTFOUND,
			       "the index has no transfers of this token in "
			       "the range");
	PL_TRY(lay_out(&g, e));
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
