#include <math.h>
#include <string.h>

#include "analytics/ets.h"
#include "analytics/gsl.h"
#include "analytics/minimise.h"

struct smooth {
	struct pl_holt_winters w; /* states as they begin */
	const double *y;
};

/* From the second period on; the states move in *w. */
static double pass(struct pl_holt_winters *w, const double *y)
{
	double sse = 0;

	for (size_t t = w->period; t < w->n; t++) {
		double *s = &w->season[t % w->period];
		const double q = w->level + w->slope, was = w->level;
		const double d = y[t] - (w->multiplicative ? q * *s : q + *s);

		sse += d * d;
		w->level =
			w->alpha * (w->multiplicative ? y[t] / *s : y[t] - *s) +
			(1 - w->alpha) * q;
		w->slope =
			w->beta * (w->level - was) + (1 - w->beta) * w->slope;
		*s = w->gamma * (w->multiplicative ? y[t] / w->level
						   : y[t] - w->level) +
		     (1 - w->gamma) * *s;
	}
	return sse;
}

static double cost(const double *x, void *ctx)
{
	const struct smooth *p = ctx;
	struct pl_holt_winters w = p->w;

	w.alpha = pl_logistic(x[0]);
	w.beta = pl_logistic(x[1]);
	w.gamma = pl_logistic(x[2]);
	return pass(&w, p->y) / p->w.sse;
}

/* Mean over a whole period about point t; even periods weigh their ends by
 * half. */
static double centred(const double *y, size_t t, size_t per)
{
	const size_t h = per / 2;
	double sum = 0;

	for (size_t i = t - h; i <= t + h; i++)
		sum += per % 2 == 0 && (i == t - h || i == t + h) ? y[i] / 2
								  : y[i];
	return sum / (double)per;
}

/* Classical decomposition of two periods: line through the moving mean, and
 * the mean distance from it of each place. */
static void begin(struct pl_holt_winters *w, const double *y)
{
	const size_t per = w->period, h = per / 2, m = 2 * per - 2 * h;
	const double mid = ((double)m + 1) / 2;
	double mean = 0, xy = 0, xx = 0, c[PL_ETS_PERIOD_MAX] = { 0 }, all = 0;

	for (size_t i = 0; i < m; i++)
		mean += centred(y, h + i, per) / (double)m;
	for (size_t i = 0; i < m; i++) {
		const double u = (double)i + 1 - mid;
		const double v = centred(y, h + i, per);

		xy += u * (v - mean);
		xx += u * u;
		w->season[(h + i) % per] +=
			w->multiplicative ? y[h + i] / v : y[h + i] - v;
		c[(h + i) % per]++;
	}
	w->slope = xy / xx;
	w->level = mean - w->slope * mid;
	for (size_t j = 0; j < per; j++) {
		w->season[j] /= c[j];
		all += w->season[j] / (double)per;
	}
	for (size_t j = 0; j < per; j++)
		w->season[j] = w->multiplicative ? w->season[j] / all
						 : w->season[j] - all;
}

static enum pl_rc fit(struct pl_arena *a, struct smooth *p, struct pl_err *e)
{
	static const double from[][3] = { { .3, .1, .1 },
					  { .5, .01, .5 },
					  { .2, .05, .9 } };
	struct pl_holt_winters *w = &p->w, best = { .sse = INFINITY };
	double sd = 0;

	for (size_t t = 1; t < w->n; t++)
		sd += (p->y[t] - p->y[t - 1]) * (p->y[t] - p->y[t - 1]);
	w->sse = sd; /* a scale for what is minimised */
	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++) {
		double x[3] = { pl_logit(from[i][0]), pl_logit(from[i][1]),
				pl_logit(from[i][2]) };
		struct pl_holt_winters end = *w;
		struct pl_minimum m;

		if (!pl_minimise(a, &m, x, 3, cost, p, 200))
			continue;
		end.alpha = pl_logistic(x[0]);
		end.beta = pl_logistic(x[1]);
		end.gamma = pl_logistic(x[2]);
		end.sse = pass(&end, p->y);
		if (end.sse < best.sse)
			best = end;
	}
	if (!isfinite(best.sse))
		return pl_fail(e, PL_EMATH, "Holt-Winters: no fit is possible");
	*w = best;
	return PL_OK;
}

static enum pl_rc check(const double *y, size_t n, size_t period,
			bool multiplicative, struct pl_err *e)
{
	if (period < 2 || period > PL_ETS_PERIOD_MAX)
		return pl_fail(e, PL_EMATH,
			       "Holt-Winters: a period of %zu, 2 to %d are "
			       "possible",
			       period, PL_ETS_PERIOD_MAX);
	PL_TRY(pl_sample_varies(y, 1, n, 3 * period, "Holt-Winters", e));
	for (size_t i = 0; multiplicative && i < n; i++)
		if (!(y[i] > 0))
			return pl_fail(e, PL_EMATH,
				       "Holt-Winters: point %zu is %g, a "
				       "multiplicative season needs values "
				       "above zero",
				       i + 1, y[i]);
	return PL_OK;
}

/* The season that comes next first. */
static void turn(struct pl_holt_winters *w)
{
	double turned[PL_ETS_PERIOD_MAX];

	for (size_t j = 0; j < w->period; j++)
		turned[j] = w->season[(w->n + j) % w->period];
	memcpy(w->season, turned, w->period * sizeof(double));
}

enum pl_rc pl_holt_winters(struct pl_arena *a, struct pl_holt_winters *out,
			   const double *y, size_t n, size_t period,
			   bool multiplicative, struct pl_err *e)
{
	struct smooth p = { .y = y };

	PL_TRY(check(y, n, period, multiplicative, e));
	p.w = (struct pl_holt_winters){ .n = n,
					.period = period,
					.multiplicative = multiplicative };
	begin(&p.w, y);
	PL_TRY(fit(a, &p, e));
	turn(&p.w);
	*out = p.w;
	return PL_OK;
}

enum pl_rc pl_holt_winters_measure(struct pl_holt_winters *w, const double *y,
				   size_t n, size_t period, struct pl_err *e)
{
	struct pl_holt_winters o = { .n = n,
				     .period = period,
				     .multiplicative = w->multiplicative,
				     .alpha = w->alpha,
				     .beta = w->beta,
				     .gamma = w->gamma };

	PL_TRY(check(y, n, period, o.multiplicative, e));
	begin(&o, y);
	o.sse = pass(&o, y);
	turn(&o);
	*w = o;
	return PL_OK;
}
