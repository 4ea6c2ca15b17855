/* Risk measures against their definitions, computed slowly; tables of edges. */
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/risk.h"
#include "sample.h"

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Type 7 and the mean of what is at or below it, straight from the words;
 * tail in per cent, so that its place is exact. */
static void naive(double *var, double *es, const double *x, size_t n,
		  size_t tail)
{
	const size_t lo = (n - 1) * tail / 100;
	const double g = (double)((n - 1) * tail % 100) / 100;
	double *s = malloc(n * sizeof(*s)), q, sum = 0, k = 0;

	assert_non_null(s);
	memcpy(s, x, n * sizeof(*s));
	qsort(s, n, sizeof(*s), by_value);
	q = s[lo] + g * (s[lo + 1] - s[lo]);
	for (size_t i = 0; i < n; i++)
		if (s[i] <= q + 1e-12) {
			sum += s[i];
			k++;
		}
	*var = -q;
	*es = -sum / k;
	free(s);
}

static void historical_matches_naive(void **state)
{
	static const size_t sizes[] = { 20, 21, 100, 101, 137, 1000, 1001 };
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 9;
	double x[1001];

	(void)state;
	for (size_t k = 0; k < 3 * COUNT(sizes); k++) {
		const size_t n = sizes[k / 3];

		for (size_t i = 0; i < n; i++) {
			x[i] = normal(&seed);
			if (k % 3 == 1) /* ties */
				x[i] = round(x[i]);
		}
		for (size_t tail = 5; tail < 30; tail++) {
			const double level = 1 - (double)tail / 100;
			struct pl_tail t;
			struct pl_err e;
			double var, es;

			naive(&var, &es, x, n, tail);
			assert_ok(pl_risk_historical(a, &t, x, 1, n, level, 0,
						     &e),
				  &e);
			assert_near(t.var, var, 1e-12);
			assert_near(t.es, es, 1e-12);
			assert_true(t.es >= t.var && t.level == level);
		}
	}
	pl_arena_close(a);
}

/* The quantile lands on a point exactly: it belongs to the tail. */
static void ties_belong_to_the_tail(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[101];
	struct pl_tail t;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 101; i++)
		x[i] = (double)i - 50;
	assert_ok(pl_risk_historical(a, &t, x, 1, 101, .95, 0, &e), &e);
	assert_true(t.var == 45 && t.es == 47.5); /* -50 … -45 */
	assert_ok(pl_risk_historical(a, &t, x, 1, 101, .9, 0, &e), &e);
	assert_true(t.var == 40 && t.es == 45); /* 1 - .9 is below .1 */
	for (size_t i = 0; i < 10; i++)
		x[i] = -45; /* 45 five times more */
	assert_ok(pl_risk_historical(a, &t, x, 1, 101, .95, 0, &e), &e);
	assert_true(t.var == 45 && t.es == 45);
	/* gains only: a loss below zero is said as it is */
	for (size_t i = 0; i < 101; i++)
		x[i] = 1 + (double)i;
	assert_ok(pl_risk_historical(a, &t, x, 1, 101, .95, 0, &e), &e);
	assert_true(t.var == -6 && t.es == -3.5);
	pl_arena_close(a);
}

static void tails_refuse(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[100] = { 0 };
	struct pl_tail t = { .var = 42 };
	struct pl_cf cf;
	struct pl_err e;

	(void)state;
	assert_refused(pl_risk_historical(a, &t, x, 1, 100, .95, 0, &e), &e,
		       "equal 0");
	x[3] = 1;
	assert_refused(pl_risk_historical(a, &t, x, 1, 99, .99, 0, &e), &e,
		       "100 are needed");
	assert_refused(pl_risk_cornish_fisher(&cf, x, 1, 19, .95, &e), &e,
		       "20 are needed");
	assert_refused(pl_risk_historical(a, &t, x, 1, 100, .05, 0, &e), &e,
		       "level 0.05");
	assert_refused(pl_risk_historical(a, &t, x, 1, 100, NAN, 0, &e), &e,
		       "level");
	assert_refused(pl_risk_historical(a, &t, x, 1, 100, 1, 0, &e), &e,
		       "level 1");
	assert_refused(pl_risk_normal(&t, 0, 0, .95, &e), &e, "deviation 0");
	assert_refused(pl_risk_normal(&t, NAN, 1, .95, &e), &e, "mean");
	assert_true(t.var == 42);
	assert_ok(pl_risk_historical(a, &t, x, 1, 100, .99, 0, &e), &e);
	x[9] = NAN;
	assert_refused(pl_risk_historical(a, &t, x, 1, 100, .95, 0, &e), &e,
		       "point 10 is not");
	pl_arena_close(a);
}

static void normal_tail(void **state)
{
	struct pl_tail t;
	struct pl_err e;

	(void)state;
	assert_ok(pl_risk_normal(&t, .5, 2, .99, &e), &e);
	assert_near(t.var, 2 * 2.3263478740408408 - .5, 1e-14);
	assert_near(t.es, 2 * 2.6652142203458076 - .5, 1e-13);
}

/* The quantile q by bisection of erfc. */
static double quantile_of_normal(double p)
{
	double lo = -10, hi = 10;

	for (int i = 0; i < 100; i++) {
		const double mid = (lo + hi) / 2;

		if (erfc(-mid / sqrt(2)) / 2 < p)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

static double expansion(double q, double s, double k)
{
	return q + (q * q - 1) * s / 6 + (q * q * q - 3 * q) * k / 24 -
	       (2 * q * q * q - 5 * q) * s * s / 36;
}

/* VaR is the expansion; ES is minus its mean over the tail, here by the
 * midpoint rule in the normal variable. */
static void cornish_fisher_by_integration(void **state)
{
	uint64_t seed = 12;
	double x[400];

	(void)state;
	for (int round = 0; round < 6; round++) {
		for (size_t i = 0; i < 400; i++) {
			const double z = normal(&seed);

			x[i] = .1 + z - .04 * round * z * z +
			       .03 * round * z * z * z;
		}
		for (double level = .9; level < .996; level += .045) {
			const double q = quantile_of_normal(1 - level);
			struct pl_moments m;
			struct pl_cf cf;
			struct pl_err e;
			double es = 0, step = 1e-3;

			assert_ok(pl_moments(&m, x, 1, 400, &e), &e);
			assert_ok(pl_risk_cornish_fisher(&cf, x, 1, 400, level,
							 &e),
				  &e);
			assert_near(cf.z, expansion(q, m.skew, m.kurt), 1e-12);
			assert_near(cf.tail.var, -m.mean - m.sd_pop * cf.z,
				    1e-13);
			for (double z = q - step / 2; z > -12; z -= step)
				es += expansion(z, m.skew, m.kurt) *
				      exp(-z * z / 2) / sqrt(2 * M_PI) * step;
			assert_near(cf.tail.es,
				    -m.mean - m.sd_pop * es / (1 - level),
				    1e-6);
		}
	}
}

/* valid says whether the expansion rises everywhere. */
static void cornish_fisher_domain(void **state)
{
	uint64_t seed = 77;
	size_t yes = 0, no = 0;

	(void)state;
	for (int round = 0; round < 60; round++) {
		double x[60], least = INFINITY;
		struct pl_cf cf;
		struct pl_err e;

		for (size_t i = 0; i < 60; i++) {
			const double z = normal(&seed);

			x[i] = z + .02 * round * z * z * z -
			       .01 * (round % 7) * z * z;
		}
		assert_ok(pl_risk_cornish_fisher(&cf, x, 1, 60, .95, &e), &e);
		for (double q = -20; q < 20; q += 1e-3)
			least = fmin(least,
				     expansion(q + 1e-3, cf.skew, cf.kurt) -
					     expansion(q, cf.skew, cf.kurt));
		if (fabs(least) > 1e-7) /* not on the border itself */
			assert_true(cf.valid == (least > 0));
		yes += cf.valid;
		no += !cf.valid;
	}
	assert_true(yes > 5 && no > 5);
}

static void ewma(void **state)
{
	struct pl_ewma_spec spec = { .lambda = .9, .warm = 3 };
	double x[] = { 1, -1, 2, 0, 3 }, h[6], v = 14.0 / 9;
	struct pl_ewma o;
	struct pl_err e;

	(void)state;
	assert_ok(pl_risk_ewma(&o, h, x, 1, 5, &spec, &e), &e);
	assert_near(o.h0, v, 1e-15); /* of 1 -1 2: mean 2/3 */
	for (size_t i = 0; i < 5; i++) {
		assert_near(h[i], v, 1e-15);
		v = .9 * v + .1 * x[i] * x[i];
	}
	assert_near(h[5], v, 1e-15);
	assert_near(o.sigma, sqrt(v), 1e-15);
	assert_ok(pl_risk_ewma(&o, NULL, x, 1, 5, NULL, &e), &e);
	assert_true(o.lambda == .94 && o.warm == 5);
	spec.lambda = 1;
	assert_refused(pl_risk_ewma(&o, h, x, 1, 5, &spec, &e), &e, "lambda 1");
	spec.lambda = -.5;
	assert_refused(pl_risk_ewma(&o, h, x, 1, 5, &spec, &e), &e, "lambda");
	x[4] = INFINITY;
	assert_refused(pl_risk_ewma(&o, h, x, 1, 5, NULL, &e), &e, "point 5");
}

static const struct {
	const char *label;
	enum pl_returns kind;
	bool percent;
	double x[6];
	size_t n;
	struct pl_drawdown want;
} falls[] = {
	/* clang-format off */
	{ "never falls", PL_RET_SIMPLE, 0, { .1, 0, .2 }, 3, { .depth = 0 } },
	{ "falls at once, stays down", PL_RET_SIMPLE, 0, { -.5, .1 }, 2,
	  { .5, 0, 1, 0, 2, 1, true, false } },
	{ "falls and recovers exactly", PL_RET_SIMPLE, 0, { 1, -.5, 1 }, 3,
	  { .5, 1, 2, 3, 2, 1, false, false } },
	{ "second fall deeper", PL_RET_SIMPLE, 0,
	  { -.1, .5, -.5, -.5, 0, 0 }, 6,
	  { .75, 2, 4, 0, 4, 2, true, false } },
	{ "first of equals", PL_RET_SIMPLE, 0, { -.5, 1, -.5, 1 }, 4,
	  { .5, 0, 1, 2, 2, 1, false, false } },
	{ "per cent", PL_RET_SIMPLE, true, { -50, 10 }, 2,
	  { .5, 0, 1, 0, 2, 1, true, false } },
	{ "log", PL_RET_LOG, 0, { .5, -1, 2 }, 3,
	  { 0.6321205588285577, 1, 2, 3, 2, 1, false, false } },
	{ "ruin", PL_RET_SIMPLE, 0, { .5, -1, .5 }, 3,
	  { 1, 1, 2, 0, 2, 1, true, true } },
	{ "worse than ruin, then up", PL_RET_SIMPLE, 0, { -3, 9 }, 2,
	  { 1, 0, 1, 0, 2, 1, true, true } },
	{ "one return", PL_RET_SIMPLE, 0, { -.25 }, 1,
	  { .25, 0, 1, 0, 1, 1, true, false } },
	/* clang-format on */
};

static void drawdowns_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(falls); i++) {
		const struct pl_drawdown *w = &falls[i].want;
		struct pl_drawdown d;
		struct pl_err e;

		assert_ok(pl_risk_drawdown(&d, falls[i].x, 1, falls[i].n,
					   falls[i].kind, falls[i].percent, &e),
			  &e);
		assert_near(d.depth, w->depth, 1e-15);
		assert_int_equal(d.peak, w->peak);
		assert_int_equal(d.trough, w->trough);
		assert_int_equal(d.recovered, w->recovered);
		assert_int_equal(d.length, w->length);
		assert_int_equal(d.fall, w->fall);
		assert_int_equal(d.open, w->open);
		assert_int_equal(d.ruined, w->ruined);
	}
}

/* Every pair of points, for random walks of both conventions. */
static void drawdown_matches_all_pairs(void **state)
{
	uint64_t seed = 21;

	(void)state;
	for (int round = 0; round < 40; round++) {
		const enum pl_returns kind =
			round % 2 ? PL_RET_LOG : PL_RET_SIMPLE;
		const size_t n = 1 + (size_t)round * 5;
		double x[200], w[201], worst = 0;
		struct pl_drawdown d;
		struct pl_err e;

		w[0] = 1;
		for (size_t i = 0; i < n; i++) {
			x[i] = .05 * normal(&seed);
			w[i + 1] = w[i] *
				   (kind == PL_RET_LOG ? exp(x[i]) : 1 + x[i]);
		}
		for (size_t i = 0; i <= n; i++)
			for (size_t j = i; j <= n; j++)
				worst = fmax(worst, 1 - w[j] / w[i]);
		assert_ok(pl_risk_drawdown(&d, x, 1, n, kind, false, &e), &e);
		assert_near(d.depth, worst, 1e-13);
		if (worst > 0)
			assert_near(1 - w[d.trough] / w[d.peak], worst, 1e-13);
	}
}

static void backtests(void **state)
{
	struct pl_backtest b;
	struct pl_err e;
	bool hit[250] = { false };

	(void)state;
	/* none: 0 ln 0 is 0, and the ratio is -2 n ln(level) */
	assert_ok(pl_risk_backtest(&b, hit, 250, .99, &e), &e);
	assert_int_equal(b.hits, 0);
	assert_near(b.lr_uc, -500 * log(.99), 1e-12);
	assert_true(b.lr_ind == 0 && b.p_ind == 1 && b.light == PL_GREEN);
	/* five in a row: independence fails before the number does */
	for (size_t i = 100; i < 105; i++)
		hit[i] = true;
	assert_ok(pl_risk_backtest(&b, hit, 250, .99, &e), &e);
	assert_true(b.n11 == 4 && b.n01 == 1 && b.n10 == 1 && b.n00 == 243);
	assert_true(b.p_ind < 1e-6 && b.p_uc > .1 && b.light == PL_YELLOW);
	assert_near(b.lr_cc, b.lr_uc + b.lr_ind, 1e-15);
	for (size_t i = 0; i < 250; i++)
		hit[i] = true;
	assert_ok(pl_risk_backtest(&b, hit, 250, .99, &e), &e);
	assert_true(b.light == PL_RED && b.p_uc < 1e-100 && b.binom == 1);
	assert_refused(pl_risk_backtest(&b, hit, 1, .99, &e), &e,
		       "2 are needed");
}

static void rolling_matches_each_window(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[300], var[300];
	uint64_t seed = 33;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		x[i] = normal(&seed);
		if (i % 3 == 0)
			x[i] = round(x[i]); /* ties move in and out */
	}
	for (size_t w = 20; w < 299; w += 31) {
		assert_ok(pl_risk_rolling(a, var, x, 1, 300, w, .95, 0, &e),
			  &e);
		for (size_t t = w; t < 300; t++) {
			struct pl_tail p;

			assert_ok(pl_risk_historical(a, &p, x + t - w, 1, w,
						     .95, 0, &e),
				  &e);
			assert_true(var[t - w] == p.var);
		}
	}
	assert_refused(pl_risk_rolling(a, var, x, 1, 300, 300, .95, 0, &e), &e,
		       "301 are needed");
	assert_refused(pl_risk_rolling(a, var, x, 1, 300, 19, .95, 0, &e), &e,
		       "20 are needed");
	pl_arena_close(a);
}

/* The normal's quantile lies inside as often as promised, and hardly more. */
static void interval_covers(void **state)
{
	static const double levels[] = { .95, .99 };
	const double z[] = { 1.6448536269514722, 2.3263478740408408 };
	uint64_t seed = 21;

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t in = 0, above = 0, below = 0;

		for (int round = 0; round < 1000; round++) {
			struct pl_arena *a = pl_arena_open(0);
			struct pl_var_interval v;
			double x[700];
			struct pl_err e;

			for (size_t t = 0; t < 700; t++)
				x[t] = normal(&seed);
			assert_ok(pl_risk_var_interval(a, &v, x, 1, 700,
						       levels[i], .95, &e),
				  &e);
			above += z[i] > v.hi;
			below += z[i] < v.lo;
			in += z[i] >= v.lo && z[i] <= v.hi;
			pl_arena_close(a);
		}
		assert_true(in >= 940 && in <= 990);
		assert_true(above < 40 && below < 40);
	}
}

/* Ranks by R: qbinom(c(.025, .975), n, p). */
static void interval_ranks(void **state)
{
	static const struct {
		size_t n;
		double level;
		size_t low, high;
	} cases[] = {
		{ 100, .95, 1, 10 },
		{ 100, .99, 0, 3 },
		{ 250, .95, 6, 20 },
		{ 1974, .99, 12, 29 },
	};
	static double x[1974];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_var_interval v;
		struct pl_err e;

		for (size_t t = 0; t < cases[i].n; t++) /* ranks from 1 */
			x[t] = (double)(t * 13 % cases[i].n) + 1;
		assert_ok(pl_risk_var_interval(a, &v, x, 1, cases[i].n,
					       cases[i].level, .95, &e),
			  &e);
		assert_true(v.lo == -(double)(cases[i].high + 1));
		if (cases[i].low)
			assert_true(v.hi == -(double)cases[i].low);
		else
			assert_true(isnan(v.hi));
		assert_refused(pl_risk_var_interval(a, &v, x, 1, cases[i].n,
						    cases[i].level, 1, &e),
			       &e, "confidence 1");
		pl_arena_close(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(historical_matches_naive),
		cmocka_unit_test(interval_covers),
		cmocka_unit_test(interval_ranks),
		cmocka_unit_test(ties_belong_to_the_tail),
		cmocka_unit_test(tails_refuse),
		cmocka_unit_test(normal_tail),
		cmocka_unit_test(cornish_fisher_by_integration),
		cmocka_unit_test(cornish_fisher_domain),
		cmocka_unit_test(ewma),
		cmocka_unit_test(drawdowns_follow_the_table),
		cmocka_unit_test(drawdown_matches_all_pairs),
		cmocka_unit_test(backtests),
		cmocka_unit_test(rolling_matches_each_window),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
