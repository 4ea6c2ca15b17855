/* Figures others obtained for what analyze forecast and the states and breaks
 * of analyze trend use: reference.json (R, forecast, statsmodels) and
 * published.json.  Each entry of these kinds is counted as checked or named
 * with the reason why not; fits are held to a likelihood at least as high as
 * the reference reached, and to its coefficients where both are at the same
 * place.  PLUME_TEST_VERBOSE=1 lists them. */
#include "analytics/arima.h"
#include "analytics/breaks.h"
#include "analytics/conformal.h"
#include "analytics/ets.h"
#include "analytics/fixed_math.h"
#include "analytics/level.h"
#include "analytics/risk.h"
#include "analytics/series.h"
#include "codec/json_in.h"
#include "columns.h"

static const struct {
	const char *name, *path, *column;
	enum pl_returns kind;
	double scale;
	size_t last;
} series[] = {
	{ "dem2gbp", "finance/dem2gbp.csv", "return_pct", PL_RET_GIVEN, 1, 0 },
	{ "sp500_last4000", "finance/sp500dge.csv", "return", PL_RET_GIVEN, 100,
	  4000 },
	{ "btc", "finance/btcusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "eth", "finance/ethusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "bnb", "finance/bnbusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "paxg", "rwa/paxgusdt_daily.csv", "close", PL_RET_LOG, 1, 0 },
	{ "dax", "finance/eustock_dax_cac.csv", "DAX", PL_RET_LOG, 1, 0 },
	{ "gold", "rwa/gold_silver_daily_1977_2012.csv", "gold", PL_RET_LOG, 1,
	  0 },
	{ "nile", "timeseries/nile.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "lakehuron", "timeseries/lakehuron.csv", "value", PL_RET_GIVEN, 1,
	  0 },
	{ "AP", "timeseries/airpassengers.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "usacc", "timeseries/usaccdeaths.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "lynx", "timeseries/lynx.csv", "value", PL_RET_GIVEN, 1, 0 },
	{ "co2", "timeseries/co2.csv", "value", PL_RET_GIVEN, 1, 0 },
};

static struct column load(struct pl_arena *a, const char *name)
{
	for (size_t i = 0; i < COUNT(series); i++) {
		struct pl_returns_spec spec = { .kind = series[i].kind };
		struct pl_returns_count count;
		struct column c;
		struct pl_err e;
		double *out;

		if (strcmp(series[i].name, name) != 0)
			continue;
		c = csv_column(
			a,
			slurp(a, pl_printf(a, "analytics/%s", series[i].path)),
			series[i].column);
		spec.percent = spec.kind == PL_RET_LOG;
		out = PL_NEW_N(a, double, c.n);
		assert_ok(pl_series_returns(out, NULL, &count, c.v, 1, c.n,
					    &spec, &e),
			  &e);
		c = (struct column){ out, (size_t)count.n };
		for (size_t t = 0; t < c.n; t++)
			c.v[t] *= series[i].scale;
		if (series[i].last) {
			c.v += c.n - series[i].last;
			c.n = series[i].last;
		}
		return c;
	}
	fail_msg("no series %s", name);
	return (struct column){ 0 };
}

struct item {
	struct pl_arena *a;
	const char *id;
	const struct pl_json *v, *all;
	size_t figures;
	const char *note; /* why coefficients were not compared */
};

static double num(const struct pl_json *v)
{
	struct pl_err e;
	double x;

	assert_ok(pl_json_num(&x, v, &e), &e);
	return x;
}

static double at(const struct pl_json *v, const char *key)
{
	return num(pl_json_get(v, key));
}

/* got within rel of want, or of 1 where that is small. */
static void near(struct item *it, const char *what, double got, double want,
		 double rel)
{
	const double off = fabs(got - want) / fmax(fabs(want), 1e-3);

	it->figures++;
	if (!(off <= rel))
		print_error("%s %s: got %.12g, want %.12g: %.2g of %.2g\n",
			    it->id, what, got, want, off, rel);
	assert_true(off <= rel);
}

static bool ends(const char *s, const char *end)
{
	const size_t n = strlen(s), k = strlen(end);

	return n >= k && !strcmp(s + n - k, end);
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* ------------------------------------------------------------------- ARIMA */

static struct column arima_series(struct item *it, struct pl_arima_order *o)
{
	struct column c;

	*o = (struct pl_arima_order){ .p = 2, .s = 1, .constant = true };
	if (starts(it->id, "arma11_")) {
		o->p = o->q = 1;
		return load(it->a, it->id + strlen("arma11_"));
	}
	if (strstr(it->id, "lakehuron"))
		return load(it->a, "lakehuron");
	if (strstr(it->id, "lynx")) {
		c = load(it->a, "lynx");
		for (size_t i = 0; i < c.n; i++)
			c.v[i] = pl_log10(c.v[i]);
		return c;
	}
	*o = (struct pl_arima_order){ 0, 1, 1, 0, 1, 1, 12, false };
	c = load(it->a, strstr(it->id, "usacc") ? "usacc" : "AP");
	for (size_t i = 0; i < c.n && !strstr(it->id, "usacc"); i++)
		c.v[i] = pl_log(c.v[i]);
	return c;
}

static void arima_figures(struct item *it, const struct pl_arima *m)
{
	static const char *const names[][3] = { { "ar1", "ar2", 0 },
						{ "ar1", "ma1", 0 },
						{ "ma1", "sma1", 0 } };
	const size_t kind = m->order.s > 1 ? 2 : m->order.q ? 1 : 0;
	const struct pl_json *coef = pl_json_get(it->v, "coef");
	const double want = at(it->v, "loglik");

	/* R's start is diffuse but nearly where it differences (1e6 for
	 * infinity), which moves its likelihood by a hundred-thousandth */
	if (m->order.d)
		near(it, "loglik", m->loglik, want, 2e-5);
	else
		assert_true(m->loglik >= want - 1e-7 * fabs(want));
	it->figures++;
	if (m->loglik > want + 1e-3) {
		it->note = "R's search stopped lower";
		return;
	}
	if (fabs(at(coef, names[kind][0])) < 1e-3) {
		it->note = "no autocorrelation: the ridge is flat";
		return;
	}
	/* R stops when the likelihood moves by 1e-8 of itself */
	for (size_t i = 0; i < 2; i++) {
		const struct pl_json *se = pl_json_get(it->v, "se");

		near(it, names[kind][i], m->coef[i], at(coef, names[kind][i]),
		     kind == 1 ? 2e-2 : 1.2e-4);
		near(it, "se", m->se[i], at(se, names[kind][i]),
		     kind == 1 ? .15 : 3e-3);
	}
	if (m->order.constant)
		near(it, "mean", m->mean, at(coef, "intercept"),
		     kind == 1 ? 1e-2 : 1e-4);
}

static void arima(struct item *it)
{
	struct pl_arima_order o;
	struct column c = arima_series(it, &o);
	struct pl_arima m;
	struct pl_err e;

	assert_ok(pl_arima_fit(it->a, &m, c.v, c.n, &o, &e), &e);
	assert_true(m.converged);
	arima_figures(it, &m);
	if (!starts(it->id, "auto_arima"))
		near(it, "sigma2", m.sigma2, at(it->v, "sigma2"), 1e-3);
}

static void auto_arima(struct item *it)
{
	const struct pl_json *order = pl_json_get(it->v, "order");
	struct pl_arima_order o;
	struct column c = arima_series(it, &o);
	struct pl_arima m;
	struct pl_err e;

	assert_ok(pl_arima_auto(it->a, &m, c.v, c.n, 12, &e), &e);
	assert_int_equal(m.order.p, (long)num(pl_json_at(order, 0)));
	assert_int_equal(m.order.d, (long)num(pl_json_at(order, 1)));
	assert_int_equal(m.order.q, (long)num(pl_json_at(order, 2)));
	assert_int_equal(m.order.P, (long)num(pl_json_at(order, 3)));
	assert_int_equal(m.order.D, (long)num(pl_json_at(order, 4)));
	assert_int_equal(m.order.Q, (long)num(pl_json_at(order, 5)));
	arima_figures(it, &m);
}

static void arima_forecast(struct item *it)
{
	const struct pl_json *mean = pl_json_get(it->v, "mean");
	const struct pl_json *lo = pl_json_get(it->v, "lo80");
	double out[24], se[24];
	struct pl_arima_order o;
	struct column c = arima_series(it, &o);
	struct pl_arima m;
	struct pl_err e;

	assert_ok(pl_arima_fit(it->a, &m, c.v, c.n, &o, &e), &e);
	assert_ok(pl_arima_ahead(it->a, out, se, 24, &m, c.v, &c.n, 1, &e), &e);
	for (size_t k = 0; k < 24; k++) {
		near(it, "mean", out[k], num(pl_json_at(mean, k)), 1e-6);
		/* forecast's sigma2 has n - coefficients below it */
		near(it, "lo80",
		     out[k] - 1.2815515655446004 * se[k] *
				      sqrt((double)m.used /
					   (double)(m.used - 2)),
		     num(pl_json_at(lo, k)), 1e-4);
	}
}

/* --------------------------------------------------------------- smoothing */

static void ets_form(struct pl_ets_form *f, const char *method)
{
	*f = (struct pl_ets_form){ method[4], method[6], method[7] == 'd',
				   method[strlen(method) - 2] };
}

/* The model R ended with. */
static void ets_of(struct pl_ets *m, const struct pl_json *v)
{
	const struct pl_json *p = pl_json_get(v, "par"), *x;
	double sum = 0;

	memset(m, 0, sizeof(*m));
	ets_form(&m->form, pl_json_str(pl_json_get(v, "method")));
	m->period = m->form.season == 'N' ? 1 : 12;
	m->alpha = at(p, "alpha");
	m->level = at(p, "l");
	x = pl_json_get(p, "b");
	m->slope = pl_json_is_null(x) ? 0 : num(x);
	x = pl_json_get(p, "beta");
	m->beta = pl_json_is_null(x) ? 0 : num(x);
	x = pl_json_get(p, "gamma");
	m->gamma = pl_json_is_null(x) ? 0 : num(x);
	x = pl_json_get(p, "phi");
	m->phi = pl_json_is_null(x) ? 1 : num(x);
	for (size_t i = 0; i < 11 && m->period > 1; i++) {
		char key[4];

		(void)snprintf(key, sizeof(key), "s%zu", i);
		m->season[11 - i] = at(p, key); /* s0 is the latest */
		sum += m->season[11 - i];
	}
	m->season[0] = m->period > 1 ? 12 - sum : 0;
}

static struct column ets_series(struct item *it)
{
	return load(it->a, ends(it->id, "nile")        ? "nile"
			   : ends(it->id, "lakehuron") ? "lakehuron"
						       : "AP");
}

static void ets(struct item *it)
{
	static const char *const keys[] = { "loglik", "aic",    "aicc",
					    "bic",    "sigma2", "mse" };
	struct column c = ets_series(it);
	struct pl_ets m, best;
	struct pl_err e;

	/* at R's constants: the same figures */
	ets_of(&m, it->v);
	assert_ok(pl_ets_measure(&m, c.v, c.n, &e), &e);
	{
		const double got[] = { m.loglik, m.aic,    m.aicc,
				       m.bic,    m.sigma2, m.mse };

		for (size_t i = 0; i < COUNT(keys); i++)
			near(it, keys[i], got[i], at(it->v, keys[i]), 1e-6);
	}
	/* and by plume's own search none that are worse */
	assert_ok(pl_ets_fit(&best, c.v, c.n, (size_t)m.period, &m.form, &e),
		  &e);
	assert_true(best.converged);
	assert_true(best.loglik >= m.loglik - 1e-9 * fabs(m.loglik));
	it->figures++;
	if (best.loglik > m.loglik)
		it->note = "R's search stopped lower";
	if (!strcmp(it->id, "ets_AP")) { /* nor by the choice of a form */
		assert_ok(pl_ets_auto(&best, c.v, c.n, 12, &e), &e);
		assert_int_equal(best.tried, PL_ETS_MODELS);
		assert_true(best.aicc <= at(it->v, "aicc"));
	}
}

static const struct pl_json *entry(const struct item *it, const char *id)
{
	for (size_t i = 0; i < pl_json_len(it->all); i++) {
		const struct pl_json *j = pl_json_at(it->all, i);

		if (!strcmp(pl_json_str(pl_json_get(j, "id")), id))
			return pl_json_get(j, "value");
	}
	fail_msg("no %s", id);
	return NULL;
}

static void ets_forecast(struct item *it)
{
	const struct pl_json *mean = pl_json_get(it->v, "mean");
	struct column c = load(it->a, "AP");
	struct pl_ets_state s;
	double out[24];
	struct pl_ets m;

	ets_of(&m, entry(it, "ets_AP"));
	pl_ets_start(&s, &m);
	for (size_t t = 0; t < c.n; t++)
		pl_ets_step(&s, &m, c.v[t]);
	/* R's fit moves the level by phi b, its forecast of this form by b */
	s.slope /= m.phi;
	pl_ets_ahead(out, 24, &s, &m);
	for (size_t k = 0; k < 24; k++)
		near(it, "mean", out[k], num(pl_json_at(mean, k)), 1e-5);
	it->note = "its intervals are of a normal law; plume's are conformal";
}

static void holt_winters(struct item *it)
{
	const bool mul = strstr(it->id, "mult") != NULL;
	const struct pl_json *coef = pl_json_get(it->v, "coef");
	struct column c = load(it->a, mul ? "AP" : "co2");
	struct pl_holt_winters w;
	struct pl_err e;

	assert_ok(pl_holt_winters(it->a, &w, c.v, c.n, 12, mul, &e), &e);
	/* R's search stops a little above the least sum */
	near(it, "alpha", w.alpha, at(it->v, "alpha"), 1e-4);
	near(it, "beta", w.beta, at(it->v, "beta"), 5e-3);
	near(it, "gamma", w.gamma, at(it->v, "gamma"), 1e-4);
	near(it, "a", w.level, at(coef, "a"), 3e-5);
	near(it, "b", w.slope, at(coef, "b"), 5e-4);
	for (size_t i = 0; i < 12; i++)
		near(it, "season", w.season[i],
		     at(coef, pl_printf(it->a, "s%zu", i + 1)), 3e-3);
	assert_true(w.sse <= at(it->v, "SSE") * (1 + 1e-12));
	it->figures++;
}

/* ------------------------------------------------------- states and breaks */

static void structts(struct item *it)
{
	const struct pl_json *coef = pl_json_get(it->v, "coef");
	const struct pl_json *first = pl_json_get(it->v, "smooth_first5");
	struct column c = load(it->a, "nile");
	double *smooth = PL_NEW_N(it->a, double, c.n);
	struct pl_level m;
	struct pl_err e;

	assert_ok(pl_level_fit(it->a, &m, smooth, c.v, c.n, false, &e), &e);
	near(it, "level", m.level, at(coef, "level"), 1e-4);
	near(it, "epsilon", m.noise, at(coef, "epsilon"), 1e-4);
	near(it, "last", m.last, at(it->v, "fitted_last"), 1e-4);
	for (size_t i = 0; i < 5; i++)
		near(it, "smooth", smooth[i], num(pl_json_at(first, i)), 1e-4);
}

/* statsmodels leaves ln 2 pi of the diffuse point out. */
static void local_level(struct item *it)
{
	struct column c = load(it->a, "lakehuron");
	struct pl_level m;
	struct pl_err e;

	assert_ok(pl_level_fit(it->a, &m, NULL, c.v, c.n, false, &e), &e);
	near(it, "sigma2.level", m.level, at(it->v, "sigma2.level"), 1e-6);
	assert_true(m.noise < 1e-6);
	near(it, "loglik", m.loglik + .918938533204672741780,
	     at(it->v, "loglik"), 1e-7);
	near(it, "last", m.last, at(it->v, "filtered_last"), 1e-7);
}

static void cusum(struct item *it)
{
	struct column c = load(it->a, "nile");
	struct pl_cusum q;
	struct pl_err e;

	assert_ok(pl_cusum(&q, c.v, c.n, &e), &e);
	near(it, "stat", q.stat, at(pl_json_get(it->v, "statistic"), "S0"),
	     1e-12);
	near(it, "p", q.p / at(it->v, "p"), 1, 1e-9);
}

static void sup_f(struct item *it)
{
	struct column c = load(it->a, "nile");
	struct pl_err e;
	uint64_t place;
	double f;

	assert_ok(pl_sup_f(&f, &place, c.v, c.n, .15, &e), &e);
	near(it, "supF", f, at(it->v, "supF"), 1e-11);
	assert_int_equal(place, (long)at(it->v, "at"));
	it->figures++;
}

/* Split intervals of returns around 0, the last thousand, scaled by EWMA. */
static void conformal(struct item *it)
{
	const struct pl_conf_spec spec = { .9, .02, 500, 1 };
	struct column x = load(it->a, it->id + strlen("conformal_"));
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
	near(it, "q", c.split_half, at(it->v, "q"), 1e-10);
	near(it, "coverage", c.split_coverage, at(it->v, "coverage"), 1e-12);
	near(it, "test", (double)c.split_judged, at(it->v, "test"), 0);
}

static const struct {
	const char *prefix;
	void (*check)(struct item *it);
} checks[] = {
	{ "airline_logAP_fc24", arima_forecast },
	{ "ets_AP_fc24", ets_forecast },
	{ "auto_arima_", auto_arima },
	{ "arma11_", arima },
	{ "arima_", arima },
	{ "airline_", arima },
	{ "ets_", ets },
	{ "hw_", holt_winters },
	{ "structts_", structts },
	{ "local_level_lakehuron", local_level },
	{ "ocus_", cusum },
	{ "supF_", sup_f },
	{ "conformal_", conformal },
};

/* Of these verbs' kind, and not checked. */
static const struct {
	const char *prefix, *why;
} left_out[] = {
	{ "local_level_nile",
	  "statsmodels 0.13 starts nearly diffuse: 15108/1463.5 for "
	  "15099/1469.1" },
	{ "bsm_", "seasonal structural model: no verb makes one" },
	{ "stl_", "loess decomposition: no verb makes one" },
	{ "hp1600_", "Hodrick-Prescott filter: no verb makes one" },
};

static void reference(void **state)
{
	static const char *const parts[] = { "r", "py" };
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_json(a, "analytics/reference.json");
	size_t done = 0, left = 0, figures = 0;

	(void)state;
	if (!doc) {
		pl_arena_close(a);
		skip();
	}
	for (size_t p = 0; p < COUNT(parts); p++) {
		const struct pl_json *all =
			pl_json_get(pl_json_get(doc, parts[p]), "results");

		for (size_t i = 0; i < pl_json_len(all); i++) {
			const struct pl_json *j = pl_json_at(all, i);
			struct item it = { .a = a, .all = all };
			bool found = false;

			it.id = pl_json_str(pl_json_get(j, "id"));
			it.v = pl_json_get(j, "value");
			for (size_t k = 0; k < COUNT(left_out); k++) {
				if (!starts(it.id, left_out[k].prefix))
					continue;
				found = true;
				left++;
				if (verbose())
					print_message("# %s: left out: %s\n",
						      it.id, left_out[k].why);
			}
			for (size_t k = 0; k < COUNT(checks) && !found; k++) {
				if (!starts(it.id, checks[k].prefix))
					continue;
				checks[k].check(&it);
				found = true;
				done++;
				figures += it.figures;
				if (verbose())
					print_message("# %-30s %3zu figures "
						      "%s\n",
						      it.id, it.figures,
						      it.note ? it.note : "");
			}
		}
	}
	print_message("# %zu entries checked (%zu figures), %zu left out\n",
		      done, figures, left);
	assert_int_equal(done, 31);
	assert_int_equal(left, 5);
	pl_arena_close(a);
}

/* As many digits as are printed. */
static void printed(const char *what, double got, double want, double unit)
{
	if (fabs(got - want) > unit)
		print_error("%s: got %.10g, want %.10g\n", what, got, want);
	assert_true(fabs(got - want) <= unit);
}

static void published(void **state)
{
	const struct pl_arima_order airline = { 0, 1, 1, 0, 1, 1, 12, false };
	const struct pl_arima_order ar2 = { .p = 2, .s = 1, .constant = true };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_holt_winters w;
	struct column c;
	struct pl_arima m;
	struct pl_level l;
	struct pl_err e;
	double f;
	uint64_t place;

	(void)state;
	if (!testdata(a, "analytics/published.json")) {
		pl_arena_close(a);
		skip();
	}
	c = load(a, "nile");
	assert_ok(pl_level_fit(a, &l, NULL, c.v, c.n, false, &e), &e);
	printed("Nile noise", l.noise, 15099, 1);
	printed("Nile level", l.level, 1469.1, .1);
	assert_ok(pl_sup_f(&f, &place, c.v, c.n, .15, &e), &e);
	printed("Nile supF", f, 75.93, .01);
	assert_int_equal(place, 28);
	c = load(a, "AP");
	assert_ok(pl_holt_winters(a, &w, c.v, c.n, 12, true, &e), &e);
	printed("AP alpha", w.alpha, .2755925, 2e-5);
	printed("AP beta", w.beta, .032693, 2e-5);
	printed("AP gamma", w.gamma, .8707292, 5e-5);
	for (size_t i = 0; i < c.n; i++)
		c.v[i] = pl_log(c.v[i]);
	assert_ok(pl_arima_fit(a, &m, c.v, c.n, &airline, &e), &e);
	printed("airline ma1", m.coef[0], -.4018, 1e-4);
	printed("airline sma1", m.coef[1], -.5569, 1e-4);
	printed("airline sigma2", m.sigma2, .001348, 1e-6);
	printed("airline loglik", m.loglik, 244.70, .01);
	printed("airline aic", m.aic, -483.40, .01);
	c = load(a, "usacc");
	assert_ok(pl_arima_fit(a, &m, c.v, c.n, &airline, &e), &e);
	printed("deaths ma1", m.coef[0], -.4303, 1e-4);
	printed("deaths sma1", m.coef[1], -.5528, 1e-4);
	printed("deaths loglik", m.loglik, -425.44, .01);
	c = load(a, "lakehuron");
	assert_ok(pl_arima_fit(a, &m, c.v, c.n, &ar2, &e), &e);
	printed("Huron ar1", m.coef[0], 1.0436, 1e-4);
	printed("Huron ar2", m.coef[1], -.2495, 1e-4);
	printed("Huron mean", m.mean, 579.0473, 1e-3);
	printed("Huron sigma2", m.sigma2, .4788, 1e-4);
	printed("Huron loglik", m.loglik, -103.63, .01);
	c = load(a, "co2");
	assert_ok(pl_holt_winters(a, &w, c.v, c.n, 12, false, &e), &e);
	printed("co2 alpha", w.alpha, .5126484, 3e-5);
	printed("co2 beta", w.beta, .0094977, 5e-5);
	printed("co2 gamma", w.gamma, .4728868, 3e-5);
	printed("co2 a", w.level, 364.7616, 1e-3);
	printed("co2 b", w.slope, .1247438, 1e-4);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference),
		cmocka_unit_test(published),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
