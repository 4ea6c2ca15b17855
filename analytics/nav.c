#include "analytics/nav.h"

#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/moments.h"
#include "analytics/stream.h"

#define YEAR (365.25 * 86400)

enum pl_rc pl_mean_blocks(struct pl_arena *a, double *mean, double *lo,
			  double *hi, const double *x, size_t n, double level,
			  uint64_t reps, uint64_t seed, struct pl_err *e)
{
	double *m;
	size_t block = 1;

	if (!n)
		return pl_fail(e, PL_EMATH, "no points to take the mean of");
	*mean = pl_mean(x, 1, n);
	*lo = *hi = NAN;
	if (n < 4 || reps < 20)
		return PL_OK;
	while ((block + 1) * (block + 1) * (block + 1) <= n)
		block++;
	m = PL_NEW_N(a, double, reps);
	for (uint64_t r = 0; r < reps; r++) {
		struct pl_stream s = pl_stream_of(seed, r);
		double sum = 0;
		size_t at = 0;

		for (size_t i = 0; i < n; i++) {
			if (i % block == 0)
				at = pl_stream_below(&s, (uint32_t)n);
			sum += x[at];
			at = at + 1 < n ? at + 1 : 0;
		}
		m[r] = sum / (double)n;
	}
	m = pl_sorted(a, m, 1, reps);
	PL_TRY(pl_quantile(lo, m, reps, (1 - level) / 2, PL_QUANTILE_TYPE, e));
	return pl_quantile(hi, m, reps, (1 + level) / 2, PL_QUANTILE_TYPE, e);
}

static enum pl_rc check(const struct pl_nav_point *v, size_t n,
			const char *what, struct pl_err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(v[i].value) || v[i].value <= 0)
			return pl_fail(e, PL_EMATH,
				       "%s %zu is %g: a value is over 0", what,
				       i + 1, v[i].value);
		if (i && v[i].time <= v[i - 1].time)
			return pl_fail(e, PL_EMATH,
				       "%s %zu is not later than the one "
				       "before it",
				       what, i + 1);
	}
	return PL_OK;
}

static double yearly(double growth, double seconds)
{
	return pl_expm1(growth * (YEAR / seconds));
}

static enum pl_rc growth(struct pl_arena *a, struct pl_nav *o,
			 const struct pl_nav_point *v, size_t n, double level,
			 uint64_t reps, uint64_t seed, struct pl_err *e)
{
	double *g = PL_NEW_N(a, double, n), *d = PL_NEW_N(a, double, n);
	double mean, lo, hi, each;

	o->usual = o->yield = o->yield_lo = o->yield_hi = NAN;
	if (n < 2)
		return PL_OK;
	for (size_t i = 1; i < n; i++) {
		d[i - 1] = (double)(v[i].time - v[i - 1].time);
		g[i - 1] = pl_log(v[i].value / v[i - 1].value);
	}
	d = pl_sorted(a, d, 1, n - 1);
	PL_TRY(pl_quantile(&o->usual, d, n - 1, .5, PL_QUANTILE_TYPE, e));
	PL_TRY(pl_mean_blocks(a, &mean, &lo, &hi, g, n - 1, level, reps, seed,
			      e));
	each = (double)(v[n - 1].time - v[0].time) / (double)(n - 1);
	o->yield = yearly(mean, each);
	o->yield_lo = yearly(lo, each);
	o->yield_hi = yearly(hi, each);
	return PL_OK;
}

enum pl_rc pl_nav(struct pl_arena *a, struct pl_nav *out,
		  const struct pl_nav_point *nav, size_t nn,
		  const struct pl_nav_point *price, size_t np, int64_t now,
		  double level, uint64_t reps, uint64_t seed, struct pl_err *e)
{
	struct pl_nav o = { .navs = nn, .prices = np };
	double *p = PL_NEW_N(a, double, np);
	size_t k = 0;

	if (!nn)
		return pl_fail(e, PL_EMATH, "no net asset value");
	PL_TRY(check(nav, nn, "net asset value", e));
	PL_TRY(check(price, np, "price", e));
	PL_TRY(growth(a, &o, nav, nn, level, reps, seed, e));
	o.last_nav = nav[nn - 1].time;
	o.age = fmax(0, (double)(now - o.last_nav));
	if (o.usual > 0)
		o.late = fmax(0, o.age / o.usual - 1);
	for (size_t i = 0; i < np; i++) {
		while (k + 1 < nn && nav[k + 1].time <= price[i].time)
			k++;
		if (nav[k].time <= price[i].time)
			p[o.matched++] = price[i].value / nav[k].value - 1;
	}
	o.premium = o.premium_mean = o.premium_lo = o.premium_hi = NAN;
	if (o.matched) {
		o.premium = p[o.matched - 1];
		PL_TRY(pl_mean_blocks(a, &o.premium_mean, &o.premium_lo,
				      &o.premium_hi, p, (size_t)o.matched,
				      level, reps, seed, e));
	}
	*out = o;
	return PL_OK;
}
