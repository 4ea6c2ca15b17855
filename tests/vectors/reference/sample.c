/* Figures of a sample, without a fit: tests, scales, risk, backtests; R,
 * SciPy, statsmodels, PerformanceAnalytics. */
#include "analytics/arima.h"
#include "analytics/conformal.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/outlier.h"
#include "analytics/risk.h"
#include "analytics/series.h"
#include "checks.h"

static void test_of(struct ref_item *it, const struct pl_test *t)
{
	ref_exact(it, t->stat, "statistic.X-squared");
	ref_exact(it, t->df, "parameter.df");
	ref_exact(it, t->p, "p");
}

void ref_ljung_box(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	struct pl_test t;
	struct pl_err e;

	if (strstr(it->id, "_sq_")) {
		const double m = pl_mean(x.v, 1, x.n);

		for (size_t i = 0; i < x.n; i++)
			x.v[i] = (x.v[i] - m) * (x.v[i] - m);
	}
	assert_ok(pl_ljung_box(&t, 10, x.v, 1, x.n, &e), &e);
	test_of(it, &t);
}

void ref_jarque_bera(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	struct pl_test t;
	struct pl_err e;

	assert_ok(pl_jarque_bera(&t, x.v, 1, x.n, &e), &e);
	test_of(it, &t);
}

/* urca's short lags: 4 (n/100)^(1/4), cut off. */
void ref_kpss(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	const size_t lags = (size_t)(4 * pow((double)x.n / 100, .25));
	struct pl_err e;
	double stat;

	for (size_t i = 1; i < x.n && strstr(it->id, "_cumsum_"); i++)
		x.v[i] += x.v[i - 1];
	assert_ok(pl_kpss(&stat, x.v, x.n, lags, &e), &e);
	ref_exact(it, (double)lags, "lag");
	ref_exact(it, stat, "stat");
}

void ref_robust_scale(struct ref_item *it)
{
	static const char *const keys[] = { "mad", "Sn", "Qn" };
	struct column x = ref_series(it->a, it->id);
	double median, mad, lo, hi, v, *s = pl_sorted(it->a, x.v, 1, x.n);
	struct pl_err e;

	assert_ok(pl_median_mad(&median, &mad, x.v, 1, x.n, &e), &e);
	assert_ok(pl_quantile(&lo, s, x.n, .25, 7, &e), &e);
	assert_ok(pl_quantile(&hi, s, x.n, .75, 7, &e), &e);
	ref_exact(it, median, "median");
	ref_exact(it, mad, "mad");
	ref_exact(it, hi - lo, "IQR");
	for (int k = PL_SCALE_MAD; k <= PL_SCALE_QN; k++) {
		assert_ok(pl_scale(it->a, &v, x.v, x.n, (enum pl_scale)k, &e),
			  &e);
		ref_exact(it, v, "%s", keys[k]);
	}
}

void ref_acf(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	struct pl_err e;
	double r[11];

	assert_ok(pl_acf(r, 10, x.v, 1, x.n, &e), &e);
	for (size_t i = 0; i < 11; i++)
		ref_exact(it, r[i], "[%zu]", i);
}

static void level(struct ref_item *it, const struct column *x, double p,
		  const char *l)
{
	struct pl_moments m;
	struct pl_tail t;
	struct pl_cf cf;
	struct pl_err e;

	assert_ok(pl_moments(&m, x->v, 1, x->n, &e), &e);
	assert_ok(pl_risk_historical(it->a, &t, x->v, 1, x->n, p, 0, &e), &e);
	ref_exact(it, t.var, "VaR_hist_%s", l);
	ref_exact(it, t.es, "ES_hist_%s", l);
	assert_ok(pl_risk_normal(&t, m.mean, m.sd_pop, p, &e), &e);
	ref_exact(it, t.var, "VaR_gauss_%s", l);
	ref_exact(it, t.es, "ES_gauss_%s", l);
	assert_ok(pl_risk_cornish_fisher(&cf, x->v, 1, x->n, p, &e), &e);
	ref_exact(it, cf.tail.var, "VaR_cornishfisher_%s", l);
}

void ref_risk(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	struct pl_drawdown d;
	struct pl_moments m;
	struct pl_ewma w;
	struct pl_err e;

	assert_ok(pl_moments(&m, x.v, 1, x.n, &e), &e);
	ref_exact(it, (double)m.n, "n");
	ref_exact(it, m.mean, "mean");
	ref_exact(it, m.sd, "sd");
	ref_exact(it, m.skew, "skew_pop");
	ref_exact(it, m.kurt, "exkurt_pop");
	level(it, &x, .95, "0.95");
	level(it, &x, .99, "0.99");
	assert_ok(pl_risk_ewma(&w, NULL, x.v, 1, x.n, NULL, &e), &e);
	ref_exact(it, w.sigma,
		  "ewma94_sigma_next(init=var_pop(first30),zero-mean)");
	assert_ok(pl_risk_drawdown(&d, x.v, 1, x.n, PL_RET_LOG, true, &e), &e);
	ref_exact(it, -d.depth, "maxdrawdown");
	ref_exact(it, (double)d.trough, "maxdd_trough_index");
	ref_exact(it, (double)d.peak, "maxdd_peak_index");
}

static void hits_of(struct ref_item *it, const bool *hit, size_t n, double p)
{
	struct pl_backtest b;
	struct pl_err e;

	assert_ok(pl_risk_backtest(&b, hit, n, p, &e), &e);
	ref_exact(it, (double)b.n, "n");
	ref_exact(it, (double)b.hits, "x");
	ref_exact(it, b.lr_uc, "LR_uc");
	ref_exact(it, b.p_uc, "p_uc");
	ref_exact(it, b.lr_ind, "LR_ind");
	ref_exact(it, b.p_ind, "p_ind");
	ref_exact(it, b.lr_cc, "LR_cc");
	ref_exact(it, b.p_cc, "p_cc");
	ref_exact(it, b.binom, "binom_cdf");
	ref_exact(it, (double)b.n00, "n00");
	ref_exact(it, (double)b.n01, "n01");
	ref_exact(it, (double)b.n10, "n10");
	ref_exact(it, (double)b.n11, "n11");
	ref_text(it, pl_light_words[b.light], "traffic");
}

void ref_backtest_hist(struct ref_item *it)
{
	const double p = strstr(it->id, "_99_") ? .99 : .95;
	struct column x = ref_series(it->a, it->id);
	double *var = PL_NEW_N(it->a, double, x.n);
	bool *hit = PL_NEW_N(it->a, bool, x.n);
	struct pl_err e;

	assert_ok(pl_risk_rolling(it->a, var, x.v, 1, x.n, 250, p, 0, &e), &e);
	for (size_t t = 250; t < x.n; t++)
		hit[t - 250] = -x.v[t] > var[t - 250];
	hits_of(it, hit, x.n - 250, p);
}

void ref_backtest_ewma(struct ref_item *it)
{
	struct column x = ref_series(it->a, it->id);
	double *h = PL_NEW_N(it->a, double, x.n + 1);
	bool *hit = PL_NEW_N(it->a, bool, x.n);
	struct pl_ewma w;
	struct pl_tail t;
	struct pl_err e;

	assert_ok(pl_risk_ewma(&w, h, x.v, 1, x.n, NULL, &e), &e);
	for (size_t i = 250; i < x.n; i++) {
		assert_ok(pl_risk_normal(&t, 0, sqrt(h[i]), .99, &e), &e);
		hit[i - 250] = -x.v[i] > t.var;
	}
	hits_of(it, hit, x.n - 250, .99);
}

/* Split intervals of returns around 0, the last thousand, scaled by EWMA. */
void ref_conformal(struct ref_item *it)
{
	const double alpha = ref_want(it, "alpha");
	const size_t cal = (size_t)ref_want(it, "cal");
	const struct pl_conf_spec spec = { 1 - alpha, .02, cal, 1 };
	struct column x = ref_series(it->a, it->id);
	double *h = PL_NEW_N(it->a, double, x.n + 1);
	struct pl_ewma w;
	struct pl_conf c;
	struct pl_err e;

	assert_ok(pl_risk_ewma(&w, h, x.v, 1, x.n, NULL, &e), &e);
	for (size_t i = 0; i < x.n; i++)
		h[i] = sqrt(h[i]);
	assert_ok(pl_conformal(it->a, &c, NULL, x.v + x.n - 1000,
			       h + x.n - 1000, 1000, &spec, &e),
		  &e);
	ref_exact(it, c.split_half, "q");
	ref_exact(it, c.split_coverage, "coverage");
	ref_exact(it, (double)c.split_judged, "test");
}

/* PerformanceAnalytics on log returns as fractions; its drawdown compounds
 * them as simple ones. */
void ref_performance(struct ref_item *it)
{
	struct column x = ref_series(it->a, strstr(it->id, "btc")   ? "btc"
					    : strstr(it->id, "eth") ? "eth"
								    : "paxg");
	struct pl_drawdown d;
	struct pl_moments m;
	struct pl_err e;

	for (size_t i = 0; i < x.n; i++)
		x.v[i] /= 100;
	assert_ok(pl_moments(&m, x.v, 1, x.n, &e), &e);
	ref_exact(it, m.skew, "skewness(r)");
	ref_exact(it, m.kurt, "kurtosis(r)");
	assert_ok(pl_risk_drawdown(&d, x.v, 1, x.n, PL_RET_SIMPLE, false, &e),
		  &e);
	ref_exact(it, d.depth, "maxDrawdown(r)");
	for (size_t i = 0; i < 2; i++) {
		const double p = i ? .99 : .95;
		const char *k = i ? "0.99" : "0.95";
		struct pl_tail t;
		struct pl_cf cf;

		assert_ok(pl_risk_historical(it->a, &t, x.v, 1, x.n, p, 0, &e),
			  &e);
		ref_exact(it, -t.var, "VaR(r,p=%s,method=\"historical\")", k);
		ref_exact(it, -t.es, "ES(r,p=%s,method=\"historical\")", k);
		assert_ok(pl_risk_normal(&t, m.mean, m.sd_pop, p, &e), &e);
		ref_exact(it, -t.var, "VaR(r,p=%s,method=\"gaussian\")", k);
		ref_exact(it, -t.es, "ES(r,p=%s,method=\"gaussian\")", k);
		assert_ok(pl_risk_cornish_fisher(&cf, x.v, 1, x.n, p, &e), &e);
		ref_exact(it, -cf.tail.var, "VaR(r,p=%s,method=\"modified\")",
			  k);
	}
}
