#include "analytics/forecast.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/ols.h"

const char *const pl_fc_method_words[] = { "auto", "naive", "seasonal-naive",
					   "ets",  "arima", NULL };

#define DECAY .94  /* of the scale of the errors */
#define SCORES 500 /* remembered by the adaptive intervals */
#define ORIGINS_MAX 1000

static const struct pl_feature_def features[] = {
	{ "dm_t", "Diebold-Mariano t against the naive forecast", 0, 1, 1, -8,
	  8 },
	{ "coverage_off", "coverage's distance from its level, std. errors", 0,
	  -.1, 1, 0, 8 },
};
static const char *const verdicts[] = { "worse than naive",
					"no better than naive",
					"better than naive" };
static const double cuts[] = { -1.96, 1.96 };
const struct pl_score_model pl_score_forecast = {
	.name = "forecast",
	.version = 1,
	.features = features,
	.n = sizeof(features) / sizeof(features[0]),
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 2,
};

struct work {
	struct pl_arena *a;
	struct pl_fc *o;
	const struct pl_fc_spec *spec;
	const double *y;    /* as given, the part looked at */
	double *z;          /* what is forecast: y or its logarithms */
	size_t n, h, first; /* first: points known at the first origin */
	size_t origins;
	double *path[PL_FC_ARIMA + 1]; /* origins x h of each method */
	double *half[PL_FC_ARIMA + 1]; /* h x origins, in scales */
	double *scale[PL_FC_ARIMA + 1];
};

static double *row(const struct work *w, enum pl_fc_method m, size_t origin)
{
	return w->path[m] + origin * w->h;
}

static double unlog(const struct work *w, double z)
{
	return w->spec->log ? pl_exp(z) : z;
}

static void naive(const struct work *w, double *out, size_t known)
{
	for (size_t k = 0; k < w->h; k++)
		out[k] = w->z[known - 1];
}

static void seasonal(const struct work *w, double *out, size_t known)
{
	const size_t s = (size_t)w->o->period;

	for (size_t k = 0; k < w->h; k++)
		out[k] = w->z[known - s + k % s];
}

static enum pl_rc run_ets(struct work *w, struct pl_err *e)
{
	struct pl_ets_state s;
	struct pl_ets m;

	PL_TRY(pl_ets_auto(&m, w->z, w->first, (size_t)w->o->period, e));
	pl_ets_start(&s, &m);
	for (size_t t = 0; t <= w->n; t++) {
		if (t >= w->first && t - w->first < w->origins)
			pl_ets_ahead(row(w, PL_FC_ETS, t - w->first), w->h, &s,
				     &m);
		if (t < w->n)
			pl_ets_step(&s, &m, w->z[t]);
	}
	return PL_OK;
}

static enum pl_rc run_arima(struct work *w, struct pl_err *e)
{
	size_t *at = PL_NEW_N(w->a, size_t, w->origins);
	struct pl_arima m;

	PL_TRY(pl_arima_auto(w->a, &m, w->z, w->first, (size_t)w->o->period,
			     e));
	for (size_t i = 0; i < w->origins; i++)
		at[i] = w->first + i;
	return pl_arima_ahead(w->a, w->path[PL_FC_ARIMA], NULL, w->h, &m, w->z,
			      at, w->origins, e);
}

/* A method whose path leaves the numbers is out. */
static bool sound(const struct work *w, enum pl_fc_method m)
{
	for (size_t i = 0; i < w->origins * w->h; i++)
		if (!isfinite(unlog(w, w->path[m][i])))
			return false;
	return true;
}

static bool wanted(const struct work *w, enum pl_fc_method m)
{
	if (m == PL_FC_NAIVE)
		return true;
	if (m == PL_FC_SEASONAL && w->o->period < 2)
		return false;
	return w->spec->method == PL_FC_AUTO || w->spec->method == m;
}

static enum pl_rc run(struct work *w, enum pl_fc_method m, struct pl_err *e)
{
	struct pl_err why;
	enum pl_rc rc = PL_OK;

	if (!wanted(w, m))
		return PL_OK;
	w->path[m] = PL_NEW_N(w->a, double, w->origins * w->h);
	for (size_t i = 0; m <= PL_FC_SEASONAL && i < w->origins; i++)
		(m == PL_FC_NAIVE ? naive : seasonal)(w, row(w, m, i),
						      w->first + i);
	if (m == PL_FC_ETS)
		rc = run_ets(w, &why);
	if (m == PL_FC_ARIMA)
		rc = run_arima(w, &why);
	if (!rc && sound(w, m))
		return PL_OK;
	w->path[m] = NULL;
	if (w->spec->method != m)
		return PL_OK;
	return rc ? pl_fail(e, rc, "%s", why.msg)
		  : pl_fail(e, PL_EMATH,
			    "%s: its forecasts grow beyond all "
			    "numbers",
			    pl_fc_method_words[m]);
}

/* ------------------------------------------------------------------- judged */

/* Scale of the errors one ahead as known at each origin, and after the last. */
static void scales(struct work *w, enum pl_fc_method m)
{
	double *s = PL_NEW_N(w->a, double, w->origins + 1), now = 0, unit = 0;

	for (size_t i = 1; i < w->first; i++)
		unit += fabs(w->z[i] - w->z[i - 1]) / (double)w->first;
	now = unit;
	for (size_t i = 0; i <= w->origins; i++) {
		s[i] = fmax(now, 1e-6 * unit);
		if (i < w->origins)
			now = DECAY * now +
			      (1 - DECAY) * fabs(w->z[w->first + i] -
						 row(w, m, i)[0]);
	}
	w->scale[m] = s;
}

/* Errors of forecasts k + 1 ahead; NaN where the answer is not in. */
static void errors(const struct work *w, double *out, enum pl_fc_method m,
		   size_t k)
{
	for (size_t i = 0; i < w->origins; i++)
		out[i] = w->first + i + k < w->n
				 ? w->z[w->first + i + k] - row(w, m, i)[k]
				 : NAN;
}

static enum pl_rc intervals(struct work *w, enum pl_fc_method m,
			    struct pl_conf *conf, struct pl_err *e)
{
	double *err = PL_NEW_N(w->a, double, w->origins);

	scales(w, m);
	w->half[m] = PL_NEW_N(w->a, double, w->h * w->origins);
	for (size_t k = 0; k < w->h; k++) {
		const struct pl_conf_spec spec = { w->spec->level,
						   w->spec->rate, SCORES,
						   k + 1 };

		errors(w, err, m, k);
		PL_TRY(pl_conformal(w->a, &conf[k], w->half[m] + k * w->origins,
				    err, w->scale[m], w->origins, &spec, e));
	}
	return PL_OK;
}

/* Mean error size of origin i over the horizons whose answers are in; NaN:
 * none is. */
static double miss(const struct work *w, enum pl_fc_method m, size_t i)
{
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < w->h && w->first + i + k < w->n; k++, n++)
		sum += fabs(w->y[w->first + i + k] - unlog(w, row(w, m, i)[k]));
	return n ? sum / (double)n : NAN;
}

static double mean_miss(const struct work *w, enum pl_fc_method m, size_t from,
			size_t to)
{
	double sum = 0;

	for (size_t i = from; i < to; i++)
		sum += miss(w, m, i);
	return sum / (double)(to - from);
}

static double quantile_loss(double y, double q, double p)
{
	return y >= q ? p * (y - q) : (p - 1) * (y - q);
}

/* Losses of both ends in the series' own unit, over the judged half. */
static double pinball(const struct work *w, enum pl_fc_method m)
{
	const double tail = (1 - w->spec->level) / 2;
	double sum = 0;
	size_t n = 0;

	for (size_t i = w->origins / 2; i < w->origins; i++)
		for (size_t k = 0; k < w->h && w->first + i + k < w->n; k++) {
			const double half =
				w->half[m][k * w->origins + i] * w->scale[m][i];
			const double f = row(w, m, i)[k];
			const double y = w->y[w->first + i + k];

			if (isnan(half))
				continue;
			sum += quantile_loss(y, unlog(w, f - half), tail) +
			       quantile_loss(y, unlog(w, f + half), 1 - tail);
			n++;
		}
	return n ? sum / (double)n : NAN;
}

static void accuracy(struct work *w, enum pl_fc_method m)
{
	struct pl_fc_accuracy *q = &w->o->accuracy[m - 1];
	const size_t s = (size_t)w->o->period;
	double base = 0;

	q->method = m;
	q->used = true;
	q->choose_mae = mean_miss(w, m, 0, w->origins / 2);
	q->mae = mean_miss(w, m, w->origins / 2, w->origins);
	for (size_t t = s; t < w->first; t++)
		base += fabs(w->y[t] - w->y[t - s]) / (double)(w->first - s);
	q->mase = base > 0 ? q->mae / base : NAN;
	q->pinball = pinball(w, m);
}

/* Differences of mean absolute errors, with a Bartlett variance that reaches
 * over the horizon. */
static enum pl_rc diebold_mariano(struct work *w, struct pl_err *e)
{
	const size_t from = w->origins / 2, n = w->origins - from;
	double *d = PL_NEW_N(w->a, double, n), mean = 0, cov;
	size_t lags = pl_hac_lags(PL_HAC_NW94, 0, n);

	w->o->dm_n = n;
	w->o->dm_t = 0;
	w->o->dm_p = 1;
	if (w->o->method == PL_FC_NAIVE)
		return PL_OK;
	for (size_t i = 0; i < n; i++) {
		d[i] = miss(w, PL_FC_NAIVE, from + i) -
		       miss(w, w->o->method, from + i);
		mean += d[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++)
		d[i] -= mean;
	lags = lags > w->h ? lags : w->h;
	PL_TRY(pl_sandwich(&cov, &(double){ 1 / (double)n }, d, n, 1,
			   lags < n ? lags : n - 1, true, e));
	if (cov > 0) {
		w->o->dm_t = mean / sqrt(cov);
		w->o->dm_p = fmin(1, 2 * gsl_cdf_tdist_Q(fabs(w->o->dm_t),
							 (double)n - 1));
	}
	return PL_OK;
}

/* The choice: least error over the first half of the origins. */
static void choose(struct work *w)
{
	enum pl_fc_method best = PL_FC_NAIVE;

	if (w->spec->method != PL_FC_AUTO)
		best = w->spec->method;
	else
		for (int m = PL_FC_SEASONAL; m <= PL_FC_ARIMA; m++)
			if (w->path[m] &&
			    w->o->accuracy[m - 1].choose_mae <
				    w->o->accuracy[best - 1].choose_mae)
				best = (enum pl_fc_method)m;
	w->o->method = best;
}

static void coverage(struct work *w)
{
	struct pl_fc *o = w->o;
	double judged = 0, inside = 0, blocks = 0, s = 0, sn = 0;

	for (size_t k = 0; k < w->h; k++) {
		const struct pl_conf *c = &o->step[k].conf;

		judged += (double)c->judged;
		inside += (double)c->inside;
		/* one path of h counts once */
		blocks += (double)c->judged / (double)(w->h * (k + 1));
		if (c->split_judged) {
			s += c->split_coverage * (double)c->split_judged;
			sn += (double)c->split_judged;
		}
	}
	o->coverage = judged > 0 ? inside / judged : NAN;
	o->split_coverage = sn > 0 ? s / sn : NAN;
	o->coverage_lo = o->coverage_hi = NAN;
	if (judged > 0)
		pl_wilson(&o->coverage_lo, &o->coverage_hi, o->coverage,
			  fmax(1, blocks));
}

/* --------------------------------------------------------- the last forecast
 */

static enum pl_rc last(struct work *w, double *f, struct pl_err *e)
{
	struct pl_fc *o = w->o;
	struct pl_ets_state s;

	switch (o->method) {
	case PL_FC_AUTO:
	case PL_FC_NAIVE:
		naive(w, f, w->n);
		return PL_OK;
	case PL_FC_SEASONAL:
		seasonal(w, f, w->n);
		return PL_OK;
	case PL_FC_ETS:
		PL_TRY(pl_ets_auto(&o->ets, w->z, w->n, (size_t)o->period, e));
		o->has_ets = true;
		pl_ets_start(&s, &o->ets);
		for (size_t t = 0; t < w->n; t++)
			pl_ets_step(&s, &o->ets, w->z[t]);
		pl_ets_ahead(f, w->h, &s, &o->ets);
		return PL_OK;
	case PL_FC_ARIMA:
		PL_TRY(pl_arima_auto(w->a, &o->arima, w->z, w->n,
				     (size_t)o->period, e));
		o->has_arima = true;
		return pl_arima_ahead(w->a, f, NULL, w->h, &o->arima, w->z,
				      &w->n, 1, e);
	}
	return PL_OK;
}

static enum pl_rc steps(struct work *w, const struct pl_conf *conf,
			struct pl_err *e)
{
	const double scale = w->scale[w->o->method][w->origins];
	double *f = PL_NEW_N(w->a, double, w->h);

	PL_TRY(last(w, f, e));
	w->o->scale = scale;
	w->o->step = PL_NEW_N(w->a, struct pl_fc_step, w->h);
	for (size_t k = 0; k < w->h; k++) {
		struct pl_fc_step *s = &w->o->step[k];
		const double half = conf[k].half * scale;
		const double fixed = conf[k].split_half * scale;

		s->conf = conf[k];
		s->value = unlog(w, f[k]);
		s->lo = unlog(w, f[k] - half);
		s->hi = unlog(w, f[k] + half);
		s->split_lo = unlog(w, f[k] - fixed);
		s->split_hi = unlog(w, f[k] + fixed);
		if (!isfinite(s->value) || !isfinite(s->lo) || !isfinite(s->hi))
			return pl_fail(e, PL_EMATH,
				       "forecast: too few past forecasts %zu "
				       "ahead for an interval: ask for a "
				       "shorter horizon",
				       k + 1);
	}
	return PL_OK;
}

static enum pl_rc prepare(struct work *w, const double *y, size_t n,
			  struct pl_err *e)
{
	const size_t most = (size_t)w->spec->window;

	PL_TRY(pl_sample_varies(y, 1, n, PL_FC_MIN, "forecast", e));
	w->n = n > most ? most : n;
	w->y = y + (n - w->n);
	PL_TRY(pl_sample_varies(w->y, 1, w->n, PL_FC_MIN, "forecast", e));
	w->h = (size_t)w->spec->horizon;
	if (!w->h || w->h > PL_FC_HORIZON_MAX || 4 * w->h > w->n)
		return pl_fail(e, PL_EMATH,
			       "forecast: %zu points ahead of %zu known, 1 to "
			       "a quarter of them (and to %d) are possible",
			       w->h, w->n, PL_FC_HORIZON_MAX);
	w->z = PL_NEW_N(w->a, double, w->n);
	for (size_t i = 0; i < w->n; i++) {
		if (w->spec->log && !(w->y[i] > 0))
			return pl_fail(e, PL_EMATH,
				       "forecast: point %zu is %g: only values "
				       "above zero have a logarithm",
				       n - w->n + i + 1, w->y[i]);
		w->z[i] = w->spec->log ? pl_log(w->y[i]) : w->y[i];
	}
	w->origins = w->n / 2 < ORIGINS_MAX ? w->n / 2 : ORIGINS_MAX;
	w->first = w->n - w->origins;
	w->o->n = n;
	w->o->used = w->n;
	w->o->trained = w->first;
	w->o->origins = w->origins;
	w->o->period =
		w->spec->period > 1 && 2 * w->spec->period + 8 <= w->first
			? w->spec->period
			: 1;
	return pl_sample_varies(w->y, 1, w->first, 10,
				"forecast: the part to learn from", e);
}

enum pl_rc pl_forecast(struct pl_arena *a, struct pl_fc *out, const double *y,
		       size_t n, const struct pl_fc_spec *spec,
		       struct pl_err *e)
{
	struct pl_fc o = { 0 };
	struct work w = { .a = a, .o = &o, .spec = spec };
	struct pl_conf *conf[PL_FC_ARIMA + 1] = { 0 };

	if (spec->window < PL_FC_MIN || spec->window > PL_FC_WINDOW_MAX)
		return pl_fail(e, PL_EMATH, "forecast: a window of %d to %d",
			       PL_FC_MIN, PL_FC_WINDOW_MAX);
	PL_TRY(prepare(&w, y, n, e));
	if (spec->method == PL_FC_SEASONAL && o.period < 2)
		return pl_fail(e, PL_EMATH,
			       "forecast: a seasonal forecast wants a period, "
			       "and two of it to learn from");
	for (int m = PL_FC_NAIVE; m <= PL_FC_ARIMA; m++) {
		PL_TRY(run(&w, (enum pl_fc_method)m, e));
		if (!w.path[m])
			continue;
		conf[m] = PL_NEW_N(a, struct pl_conf, w.h);
		PL_TRY(intervals(&w, (enum pl_fc_method)m, conf[m], e));
		accuracy(&w, (enum pl_fc_method)m);
	}
	choose(&w);
	PL_TRY(diebold_mariano(&w, e));
	PL_TRY(steps(&w, conf[o.method], e));
	coverage(&w);
	if (!isfinite(o.accuracy[o.method - 1].mae) ||
	    !isfinite(o.accuracy[0].mae))
		return pl_fail(e, PL_EMATH,
			       "forecast: values out of range: past errors "
			       "are past counting");
	o.skill = 1 - o.accuracy[o.method - 1].mae / o.accuracy[0].mae;
	*out = o;
	return PL_OK;
}
