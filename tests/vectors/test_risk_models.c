/* The entries of reference.json and published.json that the volatility models
 * and the tail models cover: R's fGarch, evd and fExtremes, exact fits in
 * Python, the published benchmark and the Danish fire losses.  Every entry of
 * these families is walked and counted; PLUME_TEST_VERBOSE=1 prints digits.
 *
 * Held to: 1e-6 relative where a figure is computed; where both sides search a
 * maximum, a likelihood at least as high and coefficients within 1e-4 of where
 * theirs would be at ours.  What differs has its reason at its place. */
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/pot.h"
#include "analytics/series.h"
#include "analytics/vol.h"
#include "codec/json_in.h"
#include "columns.h"

static const struct {
	const char *name, *path, *column;
	bool returns;
	double scale;
	size_t last;
} series[] = {
	{ "dem2gbp", "finance/dem2gbp.csv", "return_pct", true, 1, 0 },
	{ "sp500_last4000", "finance/sp500dge.csv", "return", true, 100, 4000 },
	{ "btc", "finance/btcusdt_daily.csv", "close", false, 1, 0 },
	{ "eth", "finance/ethusdt_daily.csv", "close", false, 1, 0 },
	{ "bnb", "finance/bnbusdt_daily.csv", "close", false, 1, 0 },
	{ "paxg", "rwa/paxgusdt_daily.csv", "close", false, 1, 0 },
	{ "dax", "finance/eustock_dax_cac.csv", "DAX", false, 1, 0 },
	{ "gold", "rwa/gold_silver_daily_1977_2012.csv", "gold", false, 1, 0 },
};

static bool ends(const char *s, const char *tail)
{
	const size_t n = strlen(s), k = strlen(tail);

	return n >= k && !strcmp(s + n - k, tail);
}

static struct column file_column(struct pl_arena *a, const char *path,
				 const char *name)
{
	return csv_column(a, slurp(a, pl_printf(a, "analytics/%s", path)),
			  name);
}

/* Returns in per cent. */
static struct column load(struct pl_arena *a, const char *id)
{
	const struct pl_returns_spec spec = { .kind = PL_RET_LOG,
					      .percent = true };
	struct pl_returns_count count;
	struct column c = { 0 };
	struct pl_err e;
	double *out;

	for (size_t i = 0; i < COUNT(series); i++) {
		if (!ends(id, series[i].name))
			continue;
		c = file_column(a, series[i].path, series[i].column);
		if (!series[i].returns) {
			out = PL_NEW_N(a, double, c.n);
			assert_ok(pl_series_returns(out, NULL, &count, c.v, 1,
						    c.n, &spec, &e),
				  &e);
			c = (struct column){ out, (size_t)count.n };
		}
		for (size_t t = 0; t < c.n; t++)
			c.v[t] *= series[i].scale;
		if (series[i].last) {
			c.v += c.n - series[i].last;
			c.n = series[i].last;
		}
		return c;
	}
	fail_msg("no series for %s", id);
	return c;
}

static double num(const struct pl_json *v)
{
	struct pl_err e;
	double x;

	assert_ok(pl_json_num(&x, v, &e), &e);
	return x;
}

struct item {
	struct pl_arena *a;
	const char *id;
	const struct pl_json *v;
	size_t figures, within; /* of them within 1e-6 */
	double worst;
};

/* `least`: digits below which the figure is wrong. */
static void figure(struct item *it, const char *what, double got, double want,
		   double least)
{
	const double d = digits(got, want);

	it->worst = fmin(it->worst, d);
	it->figures++;
	it->within += d >= 6;
	if (d < least)
		print_error("%s %s: got %.15g, want %.15g: %.1f digits of "
			    "%.1f\n",
			    it->id, what, got, want, d, least);
	assert_true(d >= least);
}

static const struct pl_json *at(const struct item *it, const char *key)
{
	return pl_json_get(it->v, key);
}

static struct pl_vol fit(struct item *it, struct column *x,
			 enum pl_vol_kind kind)
{
	const struct pl_vol_spec spec = { .kind = kind };
	struct pl_vol g;
	struct pl_err e;

	*x = load(it->a, it->id);
	assert_ok(pl_vol_fit(it->a, &g, x->v, 1, x->n, &spec, &e), &e);
	assert_true(g.converged && g.gradient < 1e-6);
	figure(it, "n", (double)g.n, num(at(it, "n")), 15);
	return g;
}

static const char *const names[] = { "mu",     "omega", "alpha1",
				     "gamma1", "beta1", "nu" };

static double par_of(const struct pl_vol_par *p, size_t i)
{
	const double v[] = {
		p->mu, p->omega, p->alpha, p->gamma, p->beta, p->nu
	};

	return v[i];
}

/* An exact fit in Python, stopped at a gradient near 1e-6, its Hessian by
 * differences: the likelihood to 1e-10, errors to three digits. */
static void python_t(struct item *it)
{
	static const char *const kinds[] = { "se_hessian", "se_opg",
					     "se_bollerslev_wooldridge" };
	struct column x;
	struct pl_vol g = fit(it, &x, PL_VOL_T);
	const struct pl_vol_par *se[] = { &g.se.hessian, &g.se.opg, &g.se.qml };
	const struct pl_json *f = at(it, "var_forecast_1_10");
	double h = g.h_next;

	figure(it, "loglik", g.loglik, num(at(it, "loglik")), 10);
	assert_true(g.loglik >= num(at(it, "loglik")) - 1e-9);
	for (size_t i = 0, k = 0; i < 6; i++) {
		if (i == 3)
			continue;
		figure(it, names[i], par_of(&g.coef, i),
		       num(pl_json_get(at(it, "coef"), names[i])), 4);
		for (size_t s = 0; s < 3; s++)
			figure(it, kinds[s], par_of(se[s], i),
			       num(pl_json_at(at(it, kinds[s]), k)), 2.5);
		k++;
	}
	figure(it, "sigma_last", sqrt(g.h[g.n - 1]), num(at(it, "sigma_last")),
	       5);
	for (size_t i = 0; i < 10; i++) {
		figure(it, "forecast", h, num(pl_json_at(f, i)), 4.5);
		h = g.coef.omega + g.persistence * h;
	}
}

/* fGarch stops early, at a likelihood that must not be above ours; its
 * coefficients are held to what that leaves of them. */
static void fgarch_t(struct item *it)
{
	struct column x;
	struct pl_vol g = fit(it, &x, PL_VOL_T);
	const struct pl_json *c = at(it, "coef");
	const struct pl_vol_par p = {
		num(pl_json_get(c, "mu")),     num(pl_json_get(c, "omega")),
		num(pl_json_get(c, "alpha1")), NAN,
		num(pl_json_get(c, "beta1")),  num(pl_json_get(c, "shape"))
	};
	struct pl_err e;
	double theirs;

	assert_ok(pl_vol_loglik(&theirs, NULL, PL_VOL_T, &p, x.v, 1, x.n, &e),
		  &e);
	/* the same likelihood at the same place */
	figure(it, "loglik there", theirs, num(at(it, "loglik")), 9);
	assert_true(g.loglik >= theirs - 1e-9 * fabs(theirs));
	figure(it, "loglik", g.loglik, num(at(it, "loglik")), 6);
	for (size_t i = 0; i < 6; i++)
		if (i != 3)
			figure(it, names[i], par_of(&g.coef, i), par_of(&p, i),
			       2.5);
}

/* APARCH with power 2 is GJR: alpha (1-g)^2 up, alpha (1+g)^2 down.  fGarch
 * begins with omega + (alpha + beta) mean e^2, without the (1 + g^2) that the
 * presample rule of vol.h asks for: the likelihood here under its rule. */
static double aparch(const struct column *x, const double *p)
{
	const double up = p[2] * (1 - p[3]) * (1 - p[3]);
	const double down = p[2] * (1 + p[3]) * (1 + p[3]);
	double m = 0, h, l = 0;

	for (size_t t = 0; t < x->n; t++)
		m += (x->v[t] - p[0]) * (x->v[t] - p[0]) / (double)x->n;
	h = p[1] + (p[2] + p[4]) * m;
	for (size_t t = 0; t < x->n; t++) {
		const double e = x->v[t] - p[0];

		l -= .5 * (log(2 * acos(-1)) + log(h) + e * e / h);
		h = p[1] + (e < 0 ? down : up) * e * e + p[4] * h;
	}
	return l;
}

static void fgarch_gjr(struct item *it)
{
	struct column x;
	struct pl_vol g = fit(it, &x, PL_VOL_GJR);
	const struct pl_json *c = at(it, "coef");
	double p[5], theirs, skew;
	struct pl_vol_par q;
	struct pl_err e;

	for (size_t i = 0; i < 5; i++)
		p[i] = num(pl_json_get(c, names[i]));
	figure(it, "loglik there", aparch(&x, p), num(at(it, "loglik")), 8);
	q = (struct pl_vol_par){
		p[0], p[1], p[2] * (1 - p[3]) * (1 - p[3]), 4 * p[2] * p[3],
		p[4], NAN
	};
	assert_ok(pl_vol_loglik(&theirs, NULL, PL_VOL_GJR, &q, x.v, 1, x.n, &e),
		  &e);
	/* under one presample rule ours is the higher one */
	assert_true(g.loglik >= theirs - 1e-9 * fabs(theirs));
	figure(it, "loglik", g.loglik, num(at(it, "loglik")), 5);
	/* and under theirs it is not below by more than the rule makes */
	skew = (sqrt(g.coef.alpha + g.coef.gamma) - sqrt(g.coef.alpha)) /
	       (sqrt(g.coef.alpha + g.coef.gamma) + sqrt(g.coef.alpha));
	figure(it, "gamma1", skew, p[3], 1.5);
	figure(it, "beta1", g.coef.beta, p[4], 2.5);
}

static struct pl_pot peaks(struct item *it, struct column *x)
{
	struct pl_pot p;
	struct pl_err e;
	double u;

	if (strstr(it->id, "danish")) {
		*x = file_column(it->a, "evt/danish_fire.csv", "loss_mdkk");
		u = strtod(strstr(it->id, "_u") + 2, NULL);
	} else {
		*x = load(it->a, it->id);
		for (size_t i = 0; i < x->n; i++)
			x->v[i] = -x->v[i];
		u = num(at(it, "threshold"));
	}
	assert_ok(pl_pot_fit(it->a, &p, x->v, 1, x->n, u, &e), &e);
	assert_true(p.converged && p.gradient < 1e-9);
	return p;
}

/* evd stops at a deviance a little above the least. */
static void evd(struct item *it)
{
	struct column x;
	const struct pl_pot p = peaks(it, &x);
	const double xi = num(at(it, "shape")), b = num(at(it, "scale"));
	const struct pl_json *v = at(it, "VaR"), *s = at(it, "ES");

	figure(it, "nexc", (double)p.exceed, num(at(it, "nexc")), 15);
	figure(it, "deviance", -2 * p.loglik, num(at(it, "deviance")), 6);
	assert_true(-2 * p.loglik <= num(at(it, "deviance")) + 1e-9);
	figure(it, "deviance there", -2 * pl_pot_loglik(&p, xi, b),
	       num(at(it, "deviance")), 10);
	figure(it, "shape", p.xi, xi, 3);
	figure(it, "scale", p.beta, b, 4);
	figure(it, "se shape", p.se_xi, num(pl_json_get(at(it, "se"), "shape")),
	       3);
	figure(it, "se scale", p.se_beta,
	       num(pl_json_get(at(it, "se"), "scale")), 3);
	for (void *i = pl_json_iter(v); i; i = pl_json_next(v, i)) {
		const char *level = pl_json_iter_key(i);
		struct pl_pot q = p;
		struct pl_err e;
		double var, es;

		/* the formulas at their parameters, then ours */
		q.xi = xi;
		q.beta = b;
		assert_ok(pl_pot_tail(&var, &es, &q, strtod(level, NULL), &e),
			  &e);
		figure(it, "VaR there", var, num(pl_json_get(v, level)), 12);
		figure(it, "ES there", es, num(pl_json_get(s, level)), 12);
		assert_ok(pl_pot_tail(&var, &es, &p, strtod(level, NULL), &e),
			  &e);
		figure(it, "VaR", var, num(pl_json_get(v, level)), 4);
		figure(it, "ES", es, num(pl_json_get(s, level)), 3.5);
	}
}

/* fExtremes stops earlier still. */
static void fextremes(struct item *it)
{
	const struct pl_json *par = at(it, "par"), *r = at(it, "risk");
	const double xi = num(pl_json_get(par, "xi"));
	const double b = num(pl_json_get(par, "beta"));
	struct column x;
	struct pl_pot p = peaks(it, &x), q = p;

	figure(it, "llh there", -pl_pot_loglik(&p, xi, b), num(at(it, "llh")),
	       10);
	assert_true(-p.loglik <= num(at(it, "llh")));
	figure(it, "llh", -p.loglik, num(at(it, "llh")), 6);
	figure(it, "xi", p.xi, xi, 3);
	figure(it, "beta", p.beta, b, 3.5);
	q.xi = xi;
	q.beta = b;
	for (size_t i = 0; i < 3; i++) {
		double var, es;
		struct pl_err e;

		assert_ok(pl_pot_tail(&var, &es, &q,
				      num(pl_json_at(pl_json_get(r, "p"), i)),
				      &e),
			  &e);
		figure(it, "quantile", var,
		       num(pl_json_at(pl_json_get(r, "quantile"), i)), 12);
		figure(it, "shortfall", es,
		       num(pl_json_at(pl_json_get(r, "shortfall"), i)), 12);
	}
}

static void hill(struct item *it)
{
	struct column x =
		file_column(it->a, "evt/danish_fire.csv", "loss_mdkk");
	struct pl_hill h;
	struct pl_err e;

	assert_ok(pl_hill(it->a, &h, x.v, 1, x.n, 109, .95, &e), &e);
	figure(it, "alpha", h.alpha, num(at(it, "alpha")), 13);
}

static const struct {
	const char *prefix;
	void (*check)(struct item *it);
} checks[] = {
	{ "garch11_fcp_t_", python_t },
	{ "garch11_std_", fgarch_t },
	{ "gjr_norm_", fgarch_gjr },
	{ "gpd_fExtremes_", fextremes },
	{ "gpd_", evd },
	{ "hill_", hill },
};

static bool check(struct pl_arena *a, const struct pl_json *j, size_t *figures,
		  size_t *within)
{
	struct item it = { .a = a, .worst = 15 };

	it.id = pl_json_str(pl_json_get(j, "id"));
	it.v = pl_json_get(j, "value");
	for (size_t i = 0; i < COUNT(checks); i++) {
		if (strncmp(it.id, checks[i].prefix,
			    strlen(checks[i].prefix)) != 0)
			continue;
		checks[i].check(&it);
		*figures += it.figures;
		*within += it.within;
		if (verbose())
			print_message("# %-34s %4zu figures, %4zu within "
				      "1e-6, >= %4.1f digits\n",
				      it.id, it.figures, it.within, it.worst);
		return true;
	}
	return false;
}

static void reference(void **state)
{
	static const char *const parts[] = { "r", "py" };
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_json(a, "analytics/reference.json");
	size_t done = 0, figures = 0, within = 0;

	(void)state;
	if (!doc) {
		pl_arena_close(a);
		skip();
	}
	for (size_t p = 0; p < COUNT(parts); p++) {
		const struct pl_json *all =
			pl_json_get(pl_json_get(doc, parts[p]), "results");

		for (size_t i = 0; i < pl_json_len(all); i++)
			done += check(a, pl_json_at(all, i), &figures, &within);
	}
	print_message("# %zu entries, %zu figures, %zu of them within 1e-6\n",
		      done, figures, within);
	assert_int_equal(done, 34);
	pl_arena_close(a);
}

static void near_printed(double got, double want, double unit)
{
	if (fabs(got - want) > unit)
		print_error("got %.10g, want %.10g\n", got, want);
	assert_true(fabs(got - want) <= unit);
}

/* gretl and Brooks, Burke & Persand: the benchmark with Student-t errors. */
static void benchmark_t(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct item it = { .a = a, .id = "dem2gbp" };
	const struct pl_vol_spec spec = { .kind = PL_VOL_T };
	struct column x;
	struct pl_vol g;
	struct pl_err e;

	(void)state;
	if (!testdata(a, "analytics/finance/dem2gbp.csv")) {
		pl_arena_close(a);
		skip();
	}
	x = load(a, it.id);
	assert_ok(pl_vol_fit(a, &g, x.v, 1, x.n, &spec, &e), &e);
	near_printed(g.coef.mu, .00224865, 5e-9);
	near_printed(g.coef.omega, .00231903, 5e-9);
	near_printed(g.coef.alpha, .124438, 5e-7);
	near_printed(g.coef.beta, .884653, 5e-7);
	near_printed(g.coef.nu, 4.11843, 5e-6);
	near_printed(g.loglik, -989.40835, 5e-6);
	assert_true(g.integrated);
	pl_arena_close(a);
}

/* McNeil 1997; McNeil, Frey & Embrechts, example 5.23. */
static void danish(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_json(a, "analytics/published.json");
	const struct pl_json *all = pl_json_get(doc, "items"), *v = NULL;
	struct column x;
	struct pl_pot p;
	double var, es;
	struct pl_err e;

	(void)state;
	if (!doc) {
		pl_arena_close(a);
		skip();
	}
	for (size_t i = 0; i < pl_json_len(all); i++)
		if (!strcmp(pl_json_str(pl_json_get(pl_json_at(all, i), "id")),
			    "danish_gpd"))
			v = pl_json_at(all, i);
	assert_non_null(v);
	x = file_column(a, "evt/danish_fire.csv", "loss_mdkk");
	assert_int_equal(x.n, (long)num(pl_json_get(v, "n")));
	assert_ok(pl_pot_fit(a, &p, x.v, 1, x.n, 10, &e), &e);
	assert_int_equal(p.exceed, (long)num(pl_json_get(v, "exceedances")));
	near_printed(p.xi, num(pl_json_get(v, "xi")), 5e-4);
	near_printed(p.beta, num(pl_json_get(v, "beta")), 5e-3);
	near_printed(p.se_xi, .136, 5e-4);
	near_printed(p.se_beta, 1.11, 5e-3);
	assert_ok(pl_pot_tail(&var, &es, &p, .99, &e), &e);
	near_printed(var, 27.29, 5e-3);
	near_printed(es, 58.24, 5e-3);
	assert_ok(pl_pot_tail(&var, &es, &p, .999, &e), &e);
	near_printed(var, 94.34, 5e-3);
	assert_false(p.few);
	v = pl_json_get(v, "u20");
	assert_ok(pl_pot_fit(a, &p, x.v, 1, x.n, 20, &e), &e);
	assert_int_equal(p.exceed, (long)num(pl_json_get(v, "exceedances")));
	near_printed(p.xi, num(pl_json_get(v, "xi")), 5e-4);
	near_printed(p.beta, num(pl_json_get(v, "beta")), 1e-2);
	assert_true(p.few);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reference),
		cmocka_unit_test(benchmark_t),
		cmocka_unit_test(danish),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
