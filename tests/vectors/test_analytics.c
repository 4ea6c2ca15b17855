/* Real series and simulated ones against figures that reference.json and
 * published.json do not have (those: test_reference). */
#include "analytics/gsl.h"
#include "analytics/ols.h"
#include "analytics/pelt.h"
#include "analytics/pot.h"
#include "analytics/risk.h"
#include "analytics/trend.h"
#include "analytics/vol.h"
#include "columns.h"

/* The simulated series, 100 000 points included: most changes found where
 * they are (some steps are smaller than the noise), none made up. */
static void simulated_changes(void **state)
{
	static const char *const names[] = { "cp10k", "cp100k" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct pl_arena *a = pl_arena_open(0);
		char *text = slurp(
			a, pl_printf(a, "analytics/bench/%s.csv.gz", names[i]));
		struct pl_cp_spec spec = { .rule = PL_CP_BIC };
		struct column x, truth;
		struct pl_cp cp;
		struct pl_err e;
		size_t hits = 0;

		if (!text) {
			pl_arena_close(a);
			skip();
		}
		x = csv_column(a, text, "value");
		truth = csv_column(
			a,
			slurp(a, pl_printf(a, "analytics/bench/%s_truth.csv",
					   names[i])),
			"last_index_of_left_segment_1based");
		assert_ok(pl_pelt(a, &cp, x.v, 1, x.n, &spec, &e), &e);
		for (size_t k = 0; k < truth.n; k++) {
			size_t s = 1;

			while (s <= cp.changes &&
			       fabs((double)cp.seg[s].start - truth.v[k]) > 5)
				s++;
			hits += s <= cp.changes;
		}
		print_message("# %s: %zu of %zu changes found within 5 points, "
			      "%d reported\n",
			      names[i], hits, truth.n, (int)cp.changes);
		assert_true((double)hits > .6 * (double)truth.n);
		assert_true((double)cp.changes <= (double)truth.n);
		pl_arena_close(a);
	}
}

/* R 4.2.2 on evt/danish_fire.csv: q <- quantile(d, p, type = 7);
 * mean(d[d >= q]).  Losses are positive there: returns are their negatives. */
static void danish_losses(void **state)
{
	static const struct {
		double level, var, es;
	} want[] = {
		{ 0.95, 9.9726473368999766, 24.081775756972476 },
		{ 0.99, 26.042525506600036, 58.585750804999996 },
	};
	struct pl_arena *a = pl_arena_open(0);
	char *text = slurp(a, "analytics/evt/danish_fire.csv");
	struct column x;

	(void)state;
	if (!text) {
		pl_arena_close(a);
		skip();
	}
	x = csv_column(a, text, "loss_mdkk");
	assert_int_equal(x.n, 2167);
	for (size_t i = 0; i < x.n; i++)
		x.v[i] = -x.v[i];
	for (size_t i = 0; i < COUNT(want); i++) {
		struct pl_tail t;
		struct pl_err e;

		assert_ok(pl_risk_historical(a, &t, x.v, 1, x.n, want[i].level,
					     0, &e),
			  &e);
		assert_true(digits(t.var, want[i].var) > 12);
		assert_true(digits(t.es, want[i].es) > 12);
	}
	pl_arena_close(a);
}

/* The Nile on 1..100.  R 4.2.2: cor.test(method = "kendall", exact = FALSE,
 * continuity = TRUE); gretl 2022c: ols --robust with hac_kernel bartlett,
 * hac_lag 3, and with hc_version 1. */
static void nile_trend(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *text = slurp(a, "analytics/timeseries/nile.csv");
	double x[200], se[2];
	struct column y;
	struct pl_ols o;
	struct pl_mk mk;
	struct pl_err e;

	(void)state;
	if (!text) {
		pl_arena_close(a);
		skip();
	}
	y = csv_column(a, text, "value");
	assert_int_equal(y.n, 100);
	for (size_t i = 0; i < 100; i++) {
		x[2 * i] = 1;
		x[2 * i + 1] = (double)i + 1;
	}
	assert_ok(pl_trend_mk(a, &mk, y.v, 1, 100, NULL, &e), &e);
	assert_true(digits(mk.tau_b, -0.280741334724613) > 14);
	assert_true(digits(mk.z, -4.1281) > 5);
	assert_true(digits(mk.p, 3.658e-05) > 4);
	assert_ok(pl_ols_fit(a, &o, x, y.v, 1, 100, 2, true, &e), &e);
	assert_true(digits(o.beta[1], -2.71430543054) > 11);
	assert_ok(pl_ols_hac(a, se, &o, x, 3, false, &e), &e);
	assert_true(digits(se[0], 41.4478674194) > 11);
	assert_true(digits(se[1], 0.653548052897) > 11);
	assert_ok(pl_ols_hac(a, se, &o, x, 0, true, &e), &e);
	assert_true(digits(se[0], 31.9187809639) > 11);
	assert_true(digits(se[1], 0.501198504489) > 11);
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
	const struct pl_vol_spec spec = { .kind = PL_VOL_T };
	char *text = slurp(a, "analytics/finance/dem2gbp.csv");
	struct column x;
	struct pl_vol g;
	struct pl_err e;

	(void)state;
	if (!text) {
		pl_arena_close(a);
		skip();
	}
	x = csv_column(a, text, "return_pct");
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

/* McNeil, Frey & Embrechts, example 5.23: errors, VaR and ES at u = 10. */
static void danish_tail(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *text = slurp(a, "analytics/evt/danish_fire.csv");
	struct column x;
	struct pl_pot p;
	double var, es;
	struct pl_err e;

	(void)state;
	if (!text) {
		pl_arena_close(a);
		skip();
	}
	x = csv_column(a, text, "loss_mdkk");
	assert_ok(pl_pot_fit(a, &p, x.v, 1, x.n, 10, &e), &e);
	near_printed(p.xi, .4970, 5e-5);
	near_printed(p.beta, 6.975, 5e-4);
	near_printed(p.se_xi, .136, 5e-4);
	near_printed(p.se_beta, 1.11, 5e-3);
	assert_ok(pl_pot_tail(&var, &es, &p, .99, &e), &e);
	near_printed(var, 27.29, 5e-3);
	near_printed(es, 58.24, 5e-3);
	assert_ok(pl_pot_tail(&var, &es, &p, .999, &e), &e);
	near_printed(var, 94.34, 5e-3);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(danish_losses),
		cmocka_unit_test(danish_tail),
		cmocka_unit_test(benchmark_t),
		cmocka_unit_test(nile_trend),
		cmocka_unit_test(simulated_changes),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
