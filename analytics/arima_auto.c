/* Which differences, and which orders. */
#include <math.h>
#include <string.h>

#include "analytics/arima_int.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"

enum pl_rc pl_kpss(double *out, const double *y, size_t n, size_t lags,
		   struct pl_err *e)
{
	double m, s = 0, sum = 0, var = 0;

	PL_TRY(pl_sample_varies(y, 1, n, 3, "KPSS", e));
	m = pl_mean(y, 1, n);
	for (size_t t = 0; t < n; t++) {
		s += y[t] - m;
		sum += s * s;
		var += (y[t] - m) * (y[t] - m);
	}
	for (size_t k = 1; k <= lags && k < n; k++) {
		double c = 0;

		for (size_t t = k; t < n; t++)
			c += (y[t] - m) * (y[t - k] - m);
		var += 2 * (1 - (double)k / ((double)lags + 1)) * c;
	}
	*out = sum / ((double)n * var);
	return PL_OK;
}

/* 1 - var(rest) / var(season + rest) of a classical decomposition (Wang, Smith
 * & Hyndman 2006). */
static double season_strength(struct pl_arena *a, const double *y, size_t n,
			      size_t s)
{
	double *z = PL_NEW_N(a, double, n), *mean = PL_NEW_N(a, double, s);
	double *count = PL_NEW_N(a, double, s), all = 0, rest = 0, avg;
	const size_t h = s / 2;
	size_t m = 0;

	for (size_t t = h; t + h < n; t++) {
		double sum = 0;

		for (size_t i = t - h; i <= t + h; i++)
			sum += s % 2 == 0 && (i == t - h || i == t + h)
				       ? y[i] / 2
				       : y[i];
		z[m] = y[t] - sum / (double)s;
		mean[t % s] += z[m++];
		count[t % s]++;
	}
	avg = pl_mean(z, 1, m);
	for (size_t i = 0; i < m; i++) {
		const size_t j = (h + i) % s;
		const double r = z[i] - mean[j] / fmax(count[j], 1);

		all += (z[i] - avg) * (z[i] - avg);
		rest += r * r;
	}
	return all > 0 ? fmax(0, 1 - rest / all) : 0;
}

#define STRONG .64 /* Hyndman's bound */
#define KPSS_5 .463

static enum pl_rc choose_differences(struct pl_arena *a,
				     struct pl_arima_order *o, const double *y,
				     size_t n, struct pl_err *e)
{
	double *w = PL_NEW_N(a, double, n), stat;

	if (o->s > 1 && n >= 3 * o->s + 10)
		o->D = season_strength(a, y, n, (size_t)o->s) > STRONG;
	for (; o->d + o->D < 2; o->d++) {
		const size_t m = pl_arima_difference(w, y, n, o);
		const size_t lags = (size_t)(3 * sqrt((double)m) / 13);
		struct pl_err ignored;

		if (pl_kpss(&stat, w, m, lags, &ignored) || stat < KPSS_5)
			break;
	}
	(void)e;
	return PL_OK;
}

struct search {
	struct pl_arena *a;
	const double *y;
	size_t n;
	uint64_t tried;
	bool seen[5][5][3][3][2];
	struct pl_arima best;
	bool found;
};

/* True when the order is new, can be fitted and is better. */
static bool better(struct search *s, struct pl_arima_order o)
{
	bool *seen;
	struct pl_arima m;
	struct pl_err e;

	if (o.p > 4 || o.q > 4 || o.P > 2 || o.Q > 2 ||
	    (o.s == 1 && (o.P || o.Q)) || o.p + o.q + o.P + o.Q > 6 ||
	    (o.constant && o.d + o.D > 1) || s->tried >= PL_ARIMA_TRIES)
		return false;
	seen = &s->seen[o.p][o.q][o.P][o.Q][o.constant];
	if (*seen)
		return false;
	*seen = true;
	s->tried++;
	if (pl_arima_climb(s->a, &m, s->y, s->n, &o, 1, false, &e))
		return false;
	if (s->found && !(m.aicc < s->best.aicc))
		return false;
	s->best = m;
	s->found = true;
	return true;
}

static bool step(struct search *s)
{
	/* of p, q, P, Q; one after the other until one is better */
	static const int moves[][4] = {
		{ 1, 0, 0, 0 },  { -1, 0, 0, 0 }, { 0, 1, 0, 0 },
		{ 0, -1, 0, 0 }, { 1, 1, 0, 0 },  { -1, -1, 0, 0 },
		{ 0, 0, 1, 0 },  { 0, 0, -1, 0 }, { 0, 0, 0, 1 },
		{ 0, 0, 0, -1 }, { 0, 0, 1, 1 },  { 0, 0, -1, -1 },
		{ 1, -1, 0, 0 }, { -1, 1, 0, 0 },
	};
	struct pl_arima_order o = s->best.order;

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		struct pl_arima_order to = o;

		/* below zero becomes huge, which better() refuses */
		to.p += (uint64_t)(int64_t)moves[i][0];
		to.q += (uint64_t)(int64_t)moves[i][1];
		to.P += (uint64_t)(int64_t)moves[i][2];
		to.Q += (uint64_t)(int64_t)moves[i][3];
		if (better(s, to))
			return true;
	}
	o.constant = !o.constant;
	return better(s, o);
}

enum pl_rc pl_arima_auto(struct pl_arena *a, struct pl_arima *out,
			 const double *y, size_t n, size_t period,
			 struct pl_err *e)
{
	static const uint64_t begin[][4] = {
		{ 2, 2, 1, 1 }, { 0, 0, 0, 0 }, { 1, 0, 1, 0 }, { 0, 1, 0, 1 }
	};
	struct search s = { .a = a, .y = y, .n = n };
	struct pl_arima_order o = { .s = period < 1 ? 1 : period };
	struct pl_arima m;

	PL_TRY(pl_sample_varies(y, 1, n, 10, "ARIMA", e));
	if (n < 2 * o.s + 10 || 2 * o.s + 5 > LAGS)
		o.s = 1;
	PL_TRY(choose_differences(a, &o, y, n, e));
	o.constant = o.d + o.D <= 1;
	for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++) {
		o.p = begin[i][0];
		o.q = begin[i][1];
		o.P = o.s > 1 ? begin[i][2] : 0;
		o.Q = o.s > 1 ? begin[i][3] : 0;
		(void)better(&s, o);
	}
	if (!s.found)
		return pl_fail(e, PL_EMATH, "ARIMA: no order fits");
	while (step(&s))
		;
	PL_TRY(pl_arima_fit(a, &m, y, n, &s.best.order, e));
	m.tried = s.tried;
	*out = m;
	return PL_OK;
}
