/* The tests of a path of forecasts. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analytics/backtest.h"
#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"

/* --------------------------------------------------- losses and tails */

void pl_bt_losses(double *loss, const struct pl_bt_path *path, const double *x,
		  double level)
{
	for (size_t t = 0; t < path->n; t++) {
		const double v = -path->day[t].var, e = -path->day[t].es;
		const double hit = x[t] < v ? v - x[t] : 0;

		/* a mean loss that is a gain has no logarithm */
		loss[t] = e < 0 ? -hit / ((1 - level) * e) + v / e +
					  pl_log(-e) - 1
				: NAN;
	}
}

void pl_bt_compare(double *t, double *p, const double *a, const double *b,
		   size_t n)
{
	const size_t lags = (size_t)pl_pow((double)n, 1. / 3);
	double m = 0, v = 0;

	for (size_t i = 0; i < n; i++)
		m += (a[i] - b[i]) / (double)n;
	for (size_t k = 0; k <= lags; k++) {
		double c = 0;

		for (size_t i = k; i < n; i++)
			c += (a[i] - b[i] - m) * (a[i - k] - b[i - k] - m);
		v += c / (double)n *
		     (k ? 2 * (1 - (double)k / (double)(lags + 1)) : 1);
	}
	*t = v > 0 ? m / sqrt(v / (double)n) : NAN;
	*p = v > 0 ? 2 * gsl_cdf_ugaussian_Q(fabs(*t)) : NAN;
}

/* A loss of day d, given that it is beyond VaR. */
static double draw(const struct pl_bt_day *d, struct pl_rng *r, double p)
{
	double q;

	if (d->tail)
		q = d->tail[pl_rng_below(r, d->tail_n)];
	else if (isnan(d->nu))
		q = gsl_cdf_ugaussian_Pinv(p * pl_rng_u01(r));
	else
		q = gsl_cdf_tdist_Pinv(p * pl_rng_u01(r), d->nu) *
		    sqrt((d->nu - 2) / d->nu);
	return -(d->m + d->s * q);
}

/* Days until the next hit of probability p, 1 or more. */
static size_t gap(struct pl_rng *r, double log_q)
{
	const double g = floor(pl_log(pl_rng_u01(r)) / log_q);

	return g < 1e9 ? (size_t)g + 1 : 1000000000;
}

/* Z1 = 1 - mean over hits of loss/ES, Z2 = 1 - sum of loss/ES over n p: 0 when
 * the model holds, below it when losses are worse. */
static void zs(double *z1, double *z2, double sum, double hits, double expected)
{
	*z1 = hits > 0 ? 1 - sum / hits : NAN;
	*z2 = 1 - sum / expected;
}

static void acerbi_szekely(struct pl_bt_result *o, const struct pl_bt_path *p,
			   const double *x, const struct pl_bt_spec *spec)
{
	const double tail = 1 - spec->level, log_q = pl_log(spec->level);
	const double expected = (double)p->n * tail;
	uint64_t worse1 = 0, worse2 = 0, n1 = 0;
	double sum = 0, hits = 0;

	for (size_t t = 0; t < p->n; t++)
		if (-x[t] > p->day[t].var) {
			sum += -x[t] / p->day[t].es;
			hits++;
		}
	zs(&o->z1, &o->z2, sum, hits, expected);
	for (uint64_t s = 0; s < spec->sims; s++) {
		struct pl_rng r;
		double z1, z2;

		pl_rng_stream(&r, spec->seed, ((uint64_t)p->model << 40) + s);
		sum = hits = 0;
		for (size_t t = gap(&r, log_q) - 1; t < p->n;
		     t += gap(&r, log_q)) {
			sum += draw(&p->day[t], &r, tail) / p->day[t].es;
			hits++;
		}
		zs(&z1, &z2, sum, hits, expected);
		n1 += hits > 0;
		worse1 += hits > 0 && z1 <= o->z1;
		worse2 += z2 <= o->z2;
	}
	o->p_z1 = isnan(o->z1) ? NAN : (double)(worse1 + 1) / (double)(n1 + 1);
	o->p_z2 = (double)(worse2 + 1) / (double)(spec->sims + 1);
}

/* The exceedances in units of the day's scale have mean 0 when ES holds; their
 * bootstrap is centred there (Efron & Tibshirani, ch. 16). */
static void mcneil_frey(struct pl_arena *a, struct pl_bt_result *o,
			const struct pl_bt_path *p, const double *x,
			const struct pl_bt_spec *spec)
{
	double *v = PL_NEW_N(a, double, o->hits.hits + 1), t0, s = 0;
	uint64_t more = 0;
	size_t n = 0;

	for (size_t t = 0; t < p->n; t++)
		if (-x[t] > p->day[t].var)
			v[n++] = (-x[t] - p->day[t].es) / p->day[t].s;
	o->mf = o->p_mf = NAN;
	if (n < 2)
		return;
	o->mf = pl_mean(v, 1, n);
	for (size_t i = 0; i < n; i++)
		s += (v[i] - o->mf) * (v[i] - o->mf);
	if (!(s > 0))
		return;
	t0 = o->mf / sqrt(s);
	for (uint64_t k = 0; k < spec->sims; k++) {
		double sum = 0, sq = 0, m;
		struct pl_rng r;

		pl_rng_stream(&r, spec->seed,
			      ((uint64_t)(p->model + 32) << 40) + k);
		for (size_t i = 0; i < n; i++) {
			const double d = v[pl_rng_below(&r, n)] - o->mf;

			sum += d;
			sq += d * d;
		}
		m = sum / (double)n;
		sq -= sum * m;
		more += sq > 0 ? m / sqrt(sq) >= t0 : m >= 0;
	}
	o->p_mf = (double)(more + 1) / (double)(spec->sims + 1);
}

/* ---------------------------------------------------------- durations */

/* Weibull durations, hazard a^b b t^(b-1); the first and last are censored.
 * For given b the best a^b is uncensored / sum of t^b. */
static double weibull(const double *d, const bool *cut, size_t n, double b)
{
	double sum = 0, logs = 0, k = 0, rate;

	for (size_t i = 0; i < n; i++) {
		sum += pl_pow(d[i], b);
		if (!cut[i]) {
			k++;
			logs += pl_log(d[i]);
		}
	}
	rate = k / sum;
	return k * pl_log(rate * b) + (b - 1) * logs - k;
}

static void durations(struct pl_arena *a, struct pl_bt_result *o,
		      const struct pl_bt_path *p, const double *x)
{
	const size_t max = (size_t)o->hits.hits + 1;
	double *d = PL_NEW_N(a, double, max), lo = .05, hi = 5;
	bool *cut = PL_NEW_N(a, bool, max);
	size_t n = 0, last = 0;

	o->lr_dur = o->p_dur = NAN;
	if (o->hits.hits < 3)
		return;
	for (size_t t = 0; t < p->n; t++) {
		if (!(-x[t] > p->day[t].var))
			continue;
		d[n] = (double)(t + 1 - last);
		cut[n] = !n && t > 0;
		n++;
		last = t + 1;
	}
	if (last < p->n) {
		d[n] = (double)(p->n - last);
		cut[n++] = true;
	}
	/* the profile has one hill: golden sections on ln b */
	for (int i = 0; i < 80; i++) {
		const double g = .61803398874989485, w = pl_log(hi / lo);
		const double u = lo * pl_exp((1 - g) * w),
			     v = lo * pl_exp(g * w);

		if (weibull(d, cut, n, u) < weibull(d, cut, n, v))
			lo = u;
		else
			hi = v;
	}
	o->lr_dur =
		fmax(0, 2 * (weibull(d, cut, n, lo) - weibull(d, cut, n, 1)));
	o->p_dur = gsl_cdf_chisq_Q(o->lr_dur, 1);
}

/* ---------------------------------------------------------------- all */

/* The quantile of a beta; gsl_cdf_beta_Pinv does not always converge. */
static double beta_quantile(double p, double a, double b)
{
	double lo = 0, hi = 1;

	for (int i = 0; i < 60; i++) {
		const double mid = .5 * (lo + hi);

		if (gsl_cdf_beta_P(mid, a, b) < p)
			lo = mid;
		else
			hi = mid;
	}
	return .5 * (lo + hi);
}

/* Exact bounds of a rate (Clopper & Pearson 1934). */
static void rate(struct pl_bt_result *o)
{
	const double k = (double)o->hits.hits, n = (double)o->hits.n;

	o->rate_lo = k > 0 ? beta_quantile(.025, k, n - k + 1) : 0;
	o->rate_hi = k < n ? beta_quantile(.975, k + 1, n - k) : 1;
}

enum pl_rc pl_bt_test(struct pl_arena *a, struct pl_bt_result *out,
		      const struct pl_bt_path *path, const double *x,
		      const struct pl_bt_spec *spec, struct pl_err *e)
{
	struct pl_bt_result o = { .model = path->model,
				  .refits = path->refits,
				  .failed = path->failed };
	bool *hit = PL_NEW_N(a, bool, path->n);
	double *loss = PL_NEW_N(a, double, path->n);

	if (spec->sims < 100 || spec->sims > 100000)
		return pl_fail(e, PL_EMATH,
			       "backtest: 100 to 100000 simulations");
	for (size_t t = 0; t < path->n; t++) {
		hit[t] = -x[t] > path->day[t].var;
		o.mean_var += path->day[t].var / (double)path->n;
		o.mean_es += path->day[t].es / (double)path->n;
		if (!(path->day[t].es > 0))
			return pl_fail(e, PL_EMATH,
				       "backtest: the mean loss forecast for "
				       "day %zu is a gain",
				       t + 1);
	}
	PL_TRY(pl_risk_backtest(&o.hits, hit, path->n, spec->level, e));
	rate(&o);
	durations(a, &o, path, x);
	acerbi_szekely(&o, path, x, spec);
	mcneil_frey(a, &o, path, x, spec);
	pl_bt_losses(loss, path, x, spec->level);
	o.loss = pl_mean(loss, 1, path->n);
	*out = o;
	return PL_OK;
}

/* ------------------------------------------------------------- verdict */

/* Evidence against a model in powers of ten: 2 is p = .01. */
static const struct pl_feature_def features[] = {
	{ "coverage", "losses beyond VaR are too many or too few (Kupiec)", 0,
	  12, .5, 0, 4 },
	{ "clustering", "they come one after the other (Christoffersen)", 0, 6,
	  .5, 0, 4 },
	{ "shortfall", "they are worse than ES says (Acerbi-Szekely Z2)", 0, 12,
	  .5, 0, 4 },
};
static const char *const verdicts[] = { "sound", "doubtful", "unsound" };
static const double cuts[] = { 20, 40 };
const struct pl_score_model pl_score_backtest = {
	.name = "plume.backtest.score",
	.version = 1,
	.base_score = 0,
	.features = features,
	.n = 3,
	.verdicts = verdicts,
	.cuts = cuts,
	.n_cuts = 2,
};

double pl_basel_plus(uint64_t hits)
{
	static const double plus[] = { .4, .5, .65, .75, .85 };

	if (hits < 5)
		return 0;
	return hits < 10 ? plus[hits - 5] : 1;
}
