#include "analytics/holders.h"

#include <math.h>
#include <stdlib.h>

#include "analytics/moments.h"
#include "analytics/stream.h"

const uint64_t pl_top_counts[PL_TOPS] = { 1, 5, 10, 100 };

static int larger_first(const void *x, const void *y)
{
	const struct pl_holding *a = x, *b = y;
	const int by = pl_u256_cmp(&b->amount, &a->amount);

	return by ? by : (a->id > b->id) - (a->id < b->id);
}

void pl_holdings_sort(struct pl_holding *v, size_t n)
{
	if (n)
		qsort(v, n, sizeof(*v), larger_first);
}

enum pl_rc pl_holdings(struct pl_arena *a, struct pl_holding **out, size_t *n,
		       size_t *negative, struct pl_u256 *owed,
		       const struct pl_net *net, uint32_t count,
		       const bool *skip, struct pl_err *e)
{
	struct pl_holding *v = PL_NEW_N(a, struct pl_holding, count);
	struct pl_u256 under = pl_u256_of(0);
	size_t k = 0, neg = 0;

	for (uint32_t i = 0; i < count; i++) {
		struct pl_u256 amount;
		int sign;

		if (skip && skip[i])
			continue;
		sign = pl_net_of(&amount, &net[i]);
		if (sign > 0) {
			v[k++] = (struct pl_holding){ amount, i };
		} else if (sign < 0) {
			neg++;
			PL_TRY(pl_u256_sum(&under, &amount,
					   "the negative balances", e));
		}
	}
	pl_holdings_sort(v, k);
	*out = v;
	*n = k;
	*negative = neg;
	*owed = under;
	return PL_OK;
}

/* ceil(total · share), exactly, for a share of nine decimals: total is cut in
 * thousand millionths and a rest, so that nothing overflows. */
static struct pl_u256 part_of(const struct pl_u256 *total, double share)
{
	const uint64_t whole = 1000000000;
	const uint64_t part = (uint64_t)llround(share * (double)whole);
	struct pl_u256 q = *total, r;
	const uint64_t rest = pl_u256_div64(&q, whole) * part;

	/* q·part + ceil(rest/whole) <= total: cannot overflow */
	if (!pl_u256_mul64(&q, &q, part))
		return *total;
	r = pl_u256_of(rest / whole + (rest % whole != 0));
	return pl_u256_add(&q, &q, &r) ? q : *total;
}

/* Neumaier's compensated sum, as pl_sum does over an array. */
struct acc {
	double s, c;
};

static void add(struct acc *a, double x)
{
	const double t = a->s + x;

	a->c += fabs(a->s) >= fabs(x) ? (a->s - t) + x : (x - t) + a->s;
	a->s = t;
}

enum pl_rc pl_holders(struct pl_holders *out, const struct pl_holding *v,
		      size_t n, double share, struct pl_err *e)
{
	struct pl_holders h = { .n = n };
	struct acc hhi = { 0 }, gini = { 0 };
	struct pl_u256 sum = pl_u256_of(0), need;
	size_t top = 0;

	if (!n)
		return pl_fail(e, PL_EMATH, "nobody holds anything");
	if (!(share > 0 && share <= 1))
		return pl_fail(e, PL_EMATH, "a share of %g", share);
	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_u256_sum(&h.total, &v[i].amount, "the balances", e));
	need = part_of(&h.total, share);
	for (size_t i = 0; i < n; i++) {
		const double s = pl_u256_ratio(&v[i].amount, &h.total);

		add(&hhi, s * s);
		/* rank n - i of n, ascending */
		add(&gini, ((double)n - 2 * (double)i - 1) * s);
		PL_TRY(pl_u256_sum(&sum, &v[i].amount, "the balances", e));
		if (!h.nakamoto && pl_u256_cmp(&sum, &need) >= 0)
			h.nakamoto = i + 1;
		while (top < PL_TOPS && i + 1 == pl_top_counts[top])
			h.top[top++] = pl_u256_ratio(&sum, &h.total);
	}
	while (top < PL_TOPS)
		h.top[top++] = 1;
	h.hhi = hhi.s + hhi.c;
	h.gini = (gini.s + gini.c) / (double)n;
	*out = h;
	return PL_OK;
}

/* One replicate: holder i (largest first) was drawn count[i] times. */
static void replicate(double out[4], const double *s, const uint32_t *count,
		      size_t n, double share)
{
	double total = 0, squares = 0, ranks = 0, cum = 0, top = 0;
	size_t place = 0, nakamoto = 0;

	for (size_t i = 0; i < n; i++)
		total += count[i] * s[i];
	for (size_t i = 0; i < n; i++) {
		const double c = count[i];
		const double p = (double)place;
		double left;

		if (!count[i])
			continue;
		squares += c * s[i] * s[i];
		/* places p..p+c-1, each with weight n - 2 place - 1 */
		ranks += s[i] * c * ((double)n - 1 - (2 * p + c - 1));
		if (place < 10)
			top += s[i] * fmin(c, 10 - p);
		left = (share * total - cum) / s[i];
		if (!nakamoto && left <= c)
			nakamoto = place + (size_t)fmax(1, ceil(left));
		cum += c * s[i];
		place += count[i];
	}
	out[0] = squares / (total * total);
	out[1] = ranks / ((double)n * total);
	out[2] = (double)(nakamoto ? nakamoto : n);
	out[3] = top / total;
}

static enum pl_rc range_of(struct pl_arena *a, struct pl_range *out,
			   const double *x, size_t reps, double level,
			   struct pl_err *e)
{
	const double *v = pl_sorted(a, x, 4, reps);

	PL_TRY(pl_quantile(&out->lo, v, reps, (1 - level) / 2, PL_QUANTILE_TYPE,
			   e));
	return pl_quantile(&out->hi, v, reps, (1 + level) / 2, PL_QUANTILE_TYPE,
			   e);
}

enum pl_rc pl_holders_bootstrap(struct pl_arena *a, struct pl_holders_boot *out,
				const struct pl_holding *v, size_t n,
				double share, double level, uint64_t reps,
				uint64_t seed, struct pl_err *e)
{
	double *s = PL_NEW_N(a, double, n), *x;
	uint32_t *count = PL_NEW_N(a, uint32_t, n);

	if (n < 3 || reps < 20)
		return pl_fail(e, PL_EMATH,
			       "bootstrap: %zu holders, %ju replicates; at "
			       "least 3 and 20 are needed",
			       n, (uintmax_t)reps);
	x = PL_NEW_N(a, double, 4 * reps);
	for (size_t i = 0; i < n; i++)
		s[i] = pl_u256_ratio(&v[i].amount, &v[0].amount);
	for (uint64_t r = 0; r < reps; r++) {
		struct pl_stream rng = pl_stream_of(seed, r);

		memset(count, 0, n * sizeof(*count));
		for (size_t i = 0; i < n; i++)
			count[pl_stream_below(&rng, (uint32_t)n)]++;
		replicate(x + 4 * r, s, count, n, share);
	}
	PL_TRY(range_of(a, &out->hhi, x, reps, level, e));
	PL_TRY(range_of(a, &out->gini, x + 1, reps, level, e));
	PL_TRY(range_of(a, &out->nakamoto, x + 2, reps, level, e));
	return range_of(a, &out->top10, x + 3, reps, level, e);
}
