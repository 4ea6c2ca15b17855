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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pinball_is_least_at_the_quantile),
		cmocka_unit_test(bounds_of_a_rate),
		cmocka_unit_test(the_test_of_a_promise),
		cmocka_unit_test(the_best_gets_the_weight),
		cmocka_unit_test(regret_keeps_its_bound),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
