/* Sums over rows that are read one by one; a store that sums by itself has its
 * own. */
#include "store/sums.h"

#include <stdlib.h>

#include "store/backend.h"

static const struct pl_addr nobody; /* the zero address: mint and burn */

struct gather {
	struct pl_arena *a;
	struct pl_bar_sums *s;
	const struct pl_bar_rule *rule;
	struct pl_rows_digest *digest;
	struct pl_bar *bar;
	size_t n, cap;
	struct pl_bar_seen *seen;
	size_t seen_n, seen_cap;
};

static int seen_cmp(const void *x, const void *y)
{
	return memcmp(x, y, sizeof(struct pl_bar_seen));
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
	struct pl_bar_seen *x;

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

/* Rows without a place are counted. */
static bool bar_key(uint64_t *out, struct gather *g,
		    const struct pl_transfer *t)
{
	struct pl_bar_sums *s = g->s;

	s->no_block += !(t->has & PL_TR_BLOCK);
	s->no_time += !(t->has & PL_TR_TIME);
	s->early += (t->has & PL_TR_TIME) && t->time < 0;
	if (g->rule->unit == PL_BAR_BLOCKS) {
		*out = t->block / g->rule->width;
		return t->has & PL_TR_BLOCK;
	}
	*out = (uint64_t)t->time / g->rule->width;
	return (t->has & PL_TR_TIME) && t->time >= 0;
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

static void add(struct gather *g, struct pl_u256 *sum, const struct pl_u256 *v)
{
	if (!pl_u256_add(sum, sum, v))
		g->s->over = true;
}

static enum pl_rc each_row(void *ctx, const struct pl_transfer *t,
			   struct pl_err *e)
{
	struct gather *g = ctx;
	struct pl_bar_sums *s = g->s;
	bool zero = pl_u256_is_zero(&t->value);
	struct pl_bar *b;
	uint64_t key = 0;

	PL_TRY(pl_rows_digest_put(g->digest, t, e));
	s->rows++;
	s->zero_rows += zero;
	s->no_log_index += !(t->has & PL_TR_LOG);
	s->trust = s->trust ? pl_trust_weaker(s->trust, t->trust) : t->trust;
	place(&s->first, t, true);
	place(&s->last, t, false);
	if (!bar_key(&key, g, t))
		return PL_OK;
	b = bar_at(g, key);
	b->zeros += zero;
	if (zero && !g->rule->include_zero)
		return PL_OK;
	b->transfers++;
	seen_add(g, key, &t->from);
	seen_add(g, key, &t->to);
	add(g, &b->volume, &t->value);
	if (pl_addr_equal(&t->from, &nobody))
		add(g, &b->minted, &t->value);
	if (pl_addr_equal(&t->to, &nobody))
		add(g, &b->burned, &t->value);
	return PL_OK;
}

static enum pl_rc of_rows(struct pl_arena *a, struct pl_index *ix,
			  struct pl_bar_sums *out,
			  const struct pl_index_token *token,
			  const struct pl_index_query *q,
			  const struct pl_bar_rule *rule, struct pl_err *e)
{
	struct pl_bar_sums s = { .rows = 0 };
	struct gather g = { .a = a, .s = &s, .rule = rule };
	struct pl_err ignored;
	enum pl_rc rc;

	PL_TRY(pl_rows_digest_open(a, &g.digest, &token->token, rule->chained,
				   e));
	rc = pl_index_each(ix, q, each_row, &g, e);
	if (rc) {
		if (pl_rows_digest_close(g.digest, NULL, &ignored))
			return rc;
		return rc;
	}
	PL_TRY(pl_rows_digest_close(g.digest, &s.digest, e));
	seen_compact(&g);
	s.bar = g.bar;
	s.n = g.n;
	s.seen = g.seen;
	s.n_seen = g.seen_n;
	*out = s;
	return PL_OK;
}

enum pl_rc pl_index_bars(struct pl_arena *a, struct pl_index *ix,
			 struct pl_bar_sums *out,
			 const struct pl_index_token *token,
			 const struct pl_index_query *q,
			 const struct pl_bar_rule *rule, struct pl_err *e)
{
	if (ix->ops->bars && !rule->chained)
		return ix->ops->bars(a, ix, out, token, q, rule, e);
	return of_rows(a, ix, out, token, q, rule, e);
}

bool pl_index_sums(const struct pl_index *ix)
{
	return ix->ops->balances;
}

enum pl_rc pl_index_balances(struct pl_arena *a, struct pl_index *ix,
			     struct pl_balances *out,
			     const struct pl_index_token *token,
			     const struct pl_index_query *q, struct pl_err *e)
{
	if (!ix->ops->balances)
		return pl_fail(e, PL_EBUG, "a store that does not sum");
	return ix->ops->balances(a, ix, out, token, q, e);
}
