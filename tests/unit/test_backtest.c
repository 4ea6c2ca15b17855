/* Rolling forecasts and their tests: against the plain functions, on samples
 * whose model is known, and where they must refuse. */
#include "analytics/backtest.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "sample.h"

#define N 1600
#define W 400

static double x[N];

static void simulate(uint64_t seed, double alpha, double beta)
{
	struct pl_zig zig;
	struct pl_rng r;
	double h = 1;

	pl_zig_init(&zig);
	pl_rng_stream(&r, seed, 0);
	for (size_t t = 0; t < N; t++) {
		const double e = sqrt(h) * pl_rng_normal(&r, &zig);

		x[t] = e;
		h = (1 - alpha - beta) + alpha * e * e + beta * h;
	}
}

static struct pl_bt_spec spec(double level, uint64_t refit)
{
	return (struct pl_bt_spec){ .level = level,
				    .window = W,
				    .refit = refit,
				    .seed = 4,
				    .sims = 1000 };
}

static void plain_models(void **state)
{
	const struct pl_bt_spec s = spec(.95, 1);
	struct pl_arena *a = pl_arena_open(0);
	struct pl_bt_path p;
	struct pl_ewma w;
	struct pl_err e;
	static double var[N], h[N + 1];

	(void)state;
	simulate(1, .1, .85);
	assert_ok(pl_bt_roll(a, &p, PL_BT_HISTORICAL, x, N, &s, &e), &e);
	assert_ok(pl_risk_rolling(a, var, x, 1, N, W, .95, 7, &e), &e);
	for (size_t t = 0; t < N - W; t++) {
		struct pl_tail tail;

		assert_true(p.day[t].var == var[t]);
		assert_ok(pl_risk_historical(a, &tail, x + t, 1, W, .95, 7, &e),
			  &e);
		assert_near(p.day[t].es, tail.es, 1e-13);
	}
	assert_ok(pl_bt_roll(a, &p, PL_BT_EWMA, x, N, &s, &e), &e);
	assert_ok(pl_risk_ewma(&w, h, x, 1, N, NULL, &e), &e);
	for (size_t t = 0; t < N - W; t++) {
		struct pl_tail tail;

		assert_ok(pl_risk_normal(&tail, 0, sqrt(h[t + W]), .95, &e),
			  &e);
		assert_near(p.day[t].var, tail.var, 1e-13);
		assert_near(p.day[t].es, tail.es, 1e-13);
	}
	pl_arena_close(a);
}

/* A fit begun where the last one stood is the fit begun anywhere; between
 * fits the last parameters filter. */
static void refits_are_fits(void **state)
{
	static const enum pl_vol_kind kinds[] = { PL_VOL_NORMAL, PL_VOL_T,
						  PL_VOL_GJR_T };
	static const enum pl_bt_model models[] = { PL_BT_GARCH, PL_BT_GARCH_T,
						   PL_BT_GJR_T };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	simulate(2, .15, .75);
	for (size_t m = 0; m < 3; m++) {
		const struct pl_vol_spec v = { .kind = kinds[m] };
		struct pl_bt_spec s = spec(.99, 1);
		struct pl_bt_path p, q;
		struct pl_err e;
		size_t same = 0, days = 0;

		assert_ok(pl_bt_roll(a, &p, models[m], x, 700, &s, &e), &e);
		assert_int_equal(p.refits, 300);
		assert_int_equal(p.failed, 0);
		for (size_t t = 0; t < 300; t += 37, days++) {
			struct pl_vol f;
			double z, mean;

			assert_ok(pl_vol_fit(a, &f, x + t, 1, W, &v, &e), &e);
			pl_vol_tail(&z, &mean, .01, kinds[m], f.coef.nu);
			same += fabs(p.day[t].var + f.coef.mu +
				     sqrt(f.h_next) * z) < 1e-4 * p.day[t].var;
		}
		/* a short window may have two maxima */
		assert_true(same + 1 >= days);
		s.refit = 50;
		assert_ok(pl_bt_roll(a, &q, models[m], x, 700, &s, &e), &e);
		assert_int_equal(q.refits, 6);
		assert_true(q.day[0].var == p.day[0].var);
		assert_true(q.day[49].var != p.day[49].var);
		assert_true(fabs(q.day[49].var / p.day[49].var - 1) < .2);
	}
	pl_arena_close(a);
}

static struct pl_bt_path constant(struct pl_arena *a, size_t n, double scale)
{
	struct pl_bt_path p = { .model = PL_BT_NORMAL, .n = n };
	double q, mean;

	pl_vol_tail(&q, &mean, .05, PL_VOL_NORMAL, NAN);
	p.day = PL_NEW_N(a, struct pl_bt_day, n);
	for (size_t t = 0; t < n; t++)
		p.day[t] = (struct pl_bt_day){ .var = -scale * q,
					       .es = -scale * mean,
					       .s = scale,
					       .nu = NAN };
	return p;
}

/* Under the truth p-values are spread over (0, 1); with half the volatility
 * they are gone. */
static void tests_know_the_truth(void **state)
{
	const struct pl_bt_spec s = spec(.95, 1);
	size_t low[4] = { 0 };

	(void)state;
	for (uint64_t k = 0; k < 60; k++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_bt_path p = constant(a, N, 1);
		struct pl_bt_result r;
		struct pl_err e;

		simulate(100 + k, 0, 0);
		assert_ok(pl_bt_test(a, &r, &p, x, &s, &e), &e);
		low[0] += r.p_z1 < .1;
		low[1] += r.p_z2 < .1;
		low[2] += r.p_mf < .1;
		low[3] += r.p_dur < .1;
		assert_true(r.rate_lo < (double)r.hits.hits / N &&
			    (double)r.hits.hits / N < r.rate_hi);
		assert_true(fabs(r.z1) < .3 && fabs(r.z2) < 1);
		pl_arena_close(a);
	}
	/* 6 of 60 on average; 16 has probability 2e-4 */
	for (size_t i = 0; i < 4; i++)
		assert_true(low[i] < 16);
	{
		struct pl_arena *a = pl_arena_open(0);
		struct pl_bt_path p = constant(a, N, .5);
		struct pl_bt_result r;
		struct pl_err e;

		assert_ok(pl_bt_test(a, &r, &p, x, &s, &e), &e);
		assert_true(r.p_z1 < .01 && r.p_z2 < .01 && r.p_mf < .01);
		assert_true(r.hits.p_uc < 1e-6 && r.hits.light == PL_RED);
		pl_arena_close(a);
	}
}

/* Hits in clumps: durations are no longer without memory. */
static void durations_see_clumps(void **state)
{
	const struct pl_bt_spec s = spec(.95, 1);
	struct pl_arena *a = pl_arena_open(0);
	struct pl_bt_path p = constant(a, N, 1);
	struct pl_bt_result r;
	struct pl_err e;

	(void)state;
	for (size_t t = 0; t < N; t++)
		x[t] = t % 100 < 5 ? -3 : .1 + .001 * (double)(t % 7);
	assert_ok(pl_bt_test(a, &r, &p, x, &s, &e), &e);
	assert_int_equal(r.hits.hits, 80);
	assert_true(r.p_dur < 1e-6);
	/* evenly: no clumps, and no randomness either */
	for (size_t t = 0; t < N; t++)
		x[t] = t % 20 == 7 ? -3 : .1;
	assert_ok(pl_bt_test(a, &r, &p, x, &s, &e), &e);
	assert_true(r.p_dur < 1e-6 && r.hits.p_uc > .9);
	pl_arena_close(a);
}

/* The joint loss is least, on average, for the model that is true. */
static void loss_prefers_the_truth(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double *l[3], t, p, back;

	(void)state;
	simulate(7, 0, 0);
	for (size_t i = 0; i < 3; i++) {
		const double scale[] = { 1, .7, 1.4 };
		struct pl_bt_path path = constant(a, N, scale[i]);

		l[i] = PL_NEW_N(a, double, N);
		pl_bt_losses(l[i], &path, x, .95);
	}
	pl_bt_compare(&t, &p, l[0], l[1], N);
	assert_true(t < -2 && p < .05);
	pl_bt_compare(&back, &p, l[1], l[0], N);
	assert_true(back == -t);
	pl_bt_compare(&t, &p, l[0], l[2], N);
	assert_true(t < -2 && p < .05);
	pl_bt_compare(&t, &p, l[0], l[0], N);
	assert_true(isnan(t) && isnan(p));
	pl_arena_close(a);
}

static void refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_bt_spec s = spec(.99, 1);
	struct pl_bt_result r;
	struct pl_bt_path p;
	struct pl_err e;

	(void)state;
	simulate(3, .1, .8);
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_NORMAL, x, W + 1, &s, &e),
			 PL_EMATH);
	s.window = 99;
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_NORMAL, x, N, &s, &e),
			 PL_EMATH);
	s = spec(.999, 1);
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_NORMAL, x, N, &s, &e),
			 PL_EMATH);
	s = spec(.3, 1);
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_NORMAL, x, N, &s, &e),
			 PL_EMATH);
	s = spec(.99, 0);
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_GARCH, x, N, &s, &e),
			 PL_EMATH);
	s = spec(.95, 1);
	assert_ok(pl_bt_roll(a, &p, PL_BT_NORMAL, x, N, &s, &e), &e);
	s.sims = 99;
	assert_int_equal(pl_bt_test(a, &r, &p, x + W, &s, &e), PL_EMATH);
	s.sims = 100;
	p.day[5].es = -.1;
	assert_int_equal(pl_bt_test(a, &r, &p, x + W, &s, &e), PL_EMATH);
	x[N / 2] = NAN;
	assert_int_equal(pl_bt_roll(a, &p, PL_BT_NORMAL, x, N, &s, &e),
			 PL_EMATH);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_models),
		cmocka_unit_test(refits_are_fits),
		cmocka_unit_test(tests_know_the_truth),
		cmocka_unit_test(durations_see_clumps),
		cmocka_unit_test(loss_prefers_the_truth),
		cmocka_unit_test(refused),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
