/* Pinball loss, bounds of a rate and exponential weights against their
 * definitions. */
#include "check.h"

#include <math.h>

#include "analytics/gsl.h"
#include "analytics/score.h"

static void near(double got, double want)
{
	if (!(fabs(got - want) <= 1e-10 * fmax(1, fabs(want))))
		print_error("%.17g, not %.17g\n", got, want);
	assert_true(fabs(got - want) <= 1e-10 * fmax(1, fabs(want)));
}

static void pinball_is_least_at_the_quantile(void **state)
{
	double best = INFINITY, at = 0;

	(void)state;
	near(pl_pinball(3, 1, .9), 1.8);
	near(pl_pinball(1, 3, .9), .2);
	near(pl_pinball(2, 2, .9), 0);
	for (int q = 0; q <= 200; q++) {
		double sum = 0;

		for (int y = 0; y < 100; y++)
			sum += pl_pinball(y + .5, q / 2., .9);
		if (sum < best) {
			best = sum;
			at = q / 2.;
		}
	}
	assert_true(at >= 89.5 && at <= 90.5);
}

/* qbeta of R 4.2: binom.test(39, 41)$conf.int and the like */
static void bounds_of_a_rate(void **state)
{
	static const struct {
		uint64_t hits, n;
		double conf, lo, hi;
	} cases[] = {
		{ 0, 10, .95, 0, 0.30849710781876083 },
		{ 10, 10, .95, 0.69150289218123917, 1 },
		{ 5, 10, .95, 0.18708602844739, 0.81291397155261 },
		{ 1, 1, .95, .025, 1 },
	};
	struct pl_rate r;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_ok(pl_rate(&r, cases[i].hits, cases[i].n, cases[i].conf,
				  &e),
			  &e);
		assert_true(fabs(r.lo - cases[i].lo) < 1e-9);
		assert_true(fabs(r.hi - cases[i].hi) < 1e-9);
		assert_true(r.lo <= r.rate && r.rate <= r.hi);
	}
	assert_int_equal(pl_rate(&r, 0, 0, .95, &e), PL_EMATH);
	assert_int_equal(pl_rate(&r, 3, 2, .95, &e), PL_EMATH);
	assert_int_equal(pl_rate(&r, 1, 2, 1, &e), PL_EMATH);
}

/* By adding up the binomial's terms. */
static double slow_p(uint64_t hits, uint64_t n, double p)
{
	double below = 0, above = 0, term = pow(1 - p, (double)n);

	for (uint64_t k = 0; k <= n; k++) {
		below += k <= hits ? term : 0;
		above += k >= hits ? term : 0;
		term *= (double)(n - k) / (double)(k + 1) * p / (1 - p);
	}
	return fmin(1, 2 * fmin(below, above));
}

static void the_test_of_a_promise(void **state)
{
	(void)state;
	for (uint64_t n = 1; n < 40; n++) {
		for (uint64_t k = 0; k <= n; k++) {
			near(pl_rate_p(k, n, .5), slow_p(k, n, .5));
			near(pl_rate_p(k, n, .95), slow_p(k, n, .95));
		}
	}
}

static void the_best_gets_the_weight(void **state)
{
	double loss[60][3], w[3], total[3], eta = 0;
	struct pl_err e;

	(void)state;
	for (int t = 0; t < 60; t++) {
		loss[t][0] = 1;
		loss[t][1] = t % 3 ? 2 : 1.5;
		loss[t][2] = 4;
	}
	assert_ok(pl_exp_weights(w, total, &eta, &loss[0][0], 60, 3, &e), &e);
	near(eta, sqrt(8 * log(3) / 60));
	near(total[0], 0);
	near(total[2], 60);
	near(total[1], (40 * 1 + 20 * .5) / 3); /* 3: the greatest gap */
	near(w[0] + w[1] + w[2], 1);
	assert_true(w[0] > w[1] && w[1] > w[2]);
	for (int k = 0; k < 3; k++)
		near(w[k] / w[0], exp(-eta * total[k]));
	/* a row in which all are alike says nothing */
	loss[0][0] = loss[0][1] = loss[0][2] = 7;
	eta = 1;
	assert_ok(pl_exp_weights(w, NULL, &eta, &loss[0][0], 1, 3, &e), &e);
	near(w[0], 1 / 3.);
	loss[0][1] = NAN;
	assert_int_equal(pl_exp_weights(w, NULL, &eta, &loss[0][0], 1, 3, &e),
			 PL_EMATH);
	assert_int_equal(pl_exp_weights(w, NULL, &eta, &loss[0][0], 0, 3, &e),
			 PL_EMATH);
}

/* The promise of the rule, on losses made to deceive it. */
static void regret_keeps_its_bound(void **state)
{
	enum { T = 400, K = 4 };
	static double loss[T][K];
	double sum = 0, best = INFINITY, fixed = sqrt(8 * log(K) / T);
	uint64_t seed = 5;

	(void)state;
	for (int t = 0; t < T; t++) {
		double w[K] = { .25, .25, .25, .25 }, eta = fixed;
		struct pl_err e;

		if (t)
			assert_ok(pl_exp_weights(w, NULL, &eta, &loss[0][0],
						 (size_t)t, K, &e),
				  &e);
		for (int k = 0; k < K; k++) {
			seed = seed * 6364136223846793005u + 1442695;
			loss[t][k] = (seed >> 62) & 1 ? 1 : 0;
		}
		loss[t][0] = 0; /* rows span 0 to 1 */
		loss[t][1 + t % (K - 1)] = 1;
		for (int k = 0; k < K; k++)
			sum += w[k] * loss[t][k];
	}
	for (int k = 0; k < K; k++) {
		double own = 0;

		for (int t = 0; t < T; t++)
			own += loss[t][k];
		best = fmin(best, own);
	}
	assert_true(sum <= best + sqrt(T * log(K) / 2));
}

/* A row: the leader loses all, the next nothing, the others half or nothing. */
static void deceive(double *row, double *total, size_t k, size_t top,
		    double unit, uint64_t *seed)
{
	for (size_t i = 0; i < k; i++) {
		*seed = *seed * 6364136223846793005u + 1;
		row[i] = unit / 2 * (double)(*seed >> 63);
		if (i == top)
			row[i] = unit;
		if (i == (top + 1) % k)
			row[i] = 0;
		total[i] += row[i];
	}
}

/* Weights known before each row against the rule applied row by row, and the
 * bound on losses made to deceive: for several numbers of models, rates and
 * units, on rows that punish whoever has the greatest weight. */
static void the_path_keeps_the_bound_of_theory(void **state)
{
	enum { T = 300, MAX = 6 };
	static double loss[T * MAX], w[T * MAX];
	uint64_t seed = 77;

	(void)state;
	for (size_t k = 2; k <= MAX; k++) {
		for (int rate = 0; rate < 3; rate++) {
			const double unit = pow(10, rate - 1) * (double)k;
			const double best_eta =
				sqrt(8 * log((double)k) / (double)T);
			const double eta = best_eta * pow(4, rate - 1);
			double sum = 0, best = INFINITY, got, bound;
			double total[MAX] = { 0 };
			struct pl_err e;

			for (size_t t = 0; t < T; t++) {
				size_t top = 0;

				for (size_t i = 0; i < k; i++)
					top = total[i] < total[top] ? i : top;
				deceive(loss + t * k, total, k, top, unit,
					&seed);
			}
			memset(total, 0, sizeof(total));
			assert_ok(pl_exp_path(w, &got, &bound, loss, T, k, eta,
					      &e),
				  &e);
			near(got, unit);
			near(bound,
			     unit * (log((double)k) / eta + eta * T / 8) / T);
			if (rate == 1)
				near(bound * T,
				     unit * sqrt(T * log((double)k) / 2));
			for (size_t t = 0; t < T; t++) {
				double z = 0, row = 0;

				for (size_t i = 0; i < k; i++)
					z += exp(-eta * total[i] / unit);
				for (size_t i = 0; i < k; i++) {
					near(w[t * k + i],
					     exp(-eta * total[i] / unit) / z);
					row += w[t * k + i] * loss[t * k + i];
				}
				for (size_t i = 0; i < k; i++)
					total[i] += loss[t * k + i];
				sum += row;
			}
			for (size_t i = 0; i < k; i++)
				best = fmin(best, total[i]);
			/* it was hard: following them cost something */
			assert_true(sum > best);
			assert_true(sum - best <= bound * T);
		}
	}
}

static void the_path_of_nothing_is_refused(void **state)
{
	double loss[4] = { 1, 1, 1, 1 }, w[4], unit, bound;
	struct pl_err e;

	(void)state;
	assert_ok(pl_exp_path(w, &unit, &bound, loss, 2, 2, 1, &e), &e);
	near(unit, 0); /* all alike: nothing to learn, nothing to regret */
	near(bound, 0);
	near(w[3], .5);
	assert_int_equal(pl_exp_path(w, &unit, &bound, loss, 0, 2, 1, &e),
			 PL_EMATH);
	assert_int_equal(pl_exp_path(w, &unit, &bound, loss, 2, 2, 0, &e),
			 PL_EMATH);
	assert_int_equal(pl_exp_path(w, &unit, &bound, loss, 2, 2, NAN, &e),
			 PL_EMATH);
	assert_int_equal(
		pl_exp_path(w, &unit, &bound, loss, 1, PL_EXP_MAX + 1, 1, &e),
		PL_EMATH);
	loss[2] = INFINITY;
	assert_int_equal(pl_exp_path(w, &unit, &bound, loss, 2, 2, 1, &e),
			 PL_EMATH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinball_is_least_at_the_quantile),
		cmocka_unit_test(bounds_of_a_rate),
		cmocka_unit_test(the_test_of_a_promise),
		cmocka_unit_test(the_best_gets_the_weight),
		cmocka_unit_test(regret_keeps_its_bound),
		cmocka_unit_test(the_path_keeps_the_bound_of_theory),
		cmocka_unit_test(the_path_of_nothing_is_refused),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
