/* Peaks over a threshold and Hill's index: simulated tails, the profile
 * intervals against their definition, bounds, refusals. */
#include "analytics/gsl.h"
#include "analytics/pot.h"
#include "analytics/rng.h"
#include "sample.h"

static void pareto(double *x, size_t n, double xi, double beta, uint64_t seed)
{
	struct pl_rng r;

	pl_rng_stream(&r, seed, 0);
	for (size_t i = 0; i < n; i++) {
		const double u = pl_rng_u01(&r);

		x[i] = xi == 0 ? -beta * log(u) : beta * (pow(u, -xi) - 1) / xi;
	}
}

static void fit_finds_the_truth(void **state)
{
	static const double shapes[] = { -.3, 0, .1, .5, .9 };
	static double x[5000];

	(void)state;
	for (size_t k = 0; k < COUNT(shapes); k++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_pot p;
		struct pl_err e;

		pareto(x, 5000, shapes[k], 3, k);
		assert_ok(pl_pot_fit(a, &p, x, 1, 5000, 0, &e), &e);
		assert_int_equal(p.exceed, 5000);
		assert_true(fabs(p.xi - shapes[k]) < 4 * p.se_xi);
		assert_true(fabs(p.beta - 3) < 4 * p.se_beta);
		assert_true(p.gradient < 1e-9 && p.converged && !p.few);
		for (int s = -1; s < 2; s += 2) {
			assert_true(pl_pot_loglik(&p, p.xi + s * p.se_xi,
						  p.beta) < p.loglik);
			assert_true(pl_pot_loglik(&p, p.xi,
						  p.beta + s * p.se_beta) <
				    p.loglik);
		}
		pl_arena_close(a);
	}
}

/* VaR inverts the fitted distribution, and ES is its mean beyond VaR. */
static void tail_of_the_distribution(void **state)
{
	static double x[3000];
	struct pl_arena *a = pl_arena_open(0);
	struct pl_pot p;
	struct pl_err e;
	double var, es, s, sum = 0;

	(void)state;
	pareto(x, 3000, .2, 1, 9);
	assert_ok(pl_pot_fit(a, &p, x, 1, 3000, 1, &e), &e);
	assert_ok(pl_pot_tail(&var, &es, &p, .99, &e), &e);
	s = (double)p.exceed / 3000 *
	    pow(1 + p.xi * (var - 1) / p.beta, -1 / p.xi);
	assert_near(s, .01, 1e-12);
	for (size_t i = 0; i < 1000000; i++) {
		double v, ignored;

		assert_ok(pl_pot_tail(&v, &ignored, &p,
				      .99 + .01 * ((double)i + .5) / 1e6, &e),
			  &e);
		sum += v / 1e6;
	}
	assert_near(sum, es, 2e-3);
	assert_int_equal(pl_pot_tail(&var, &es, &p, .3, &e), PL_EMATH);
	pl_arena_close(a);
}

/* At a bound of VaR the best likelihood is chi-squared/2 below the maximum. */
static void profile_keeps_its_word(void **state)
{
	static double x[800];
	struct pl_arena *a = pl_arena_open(0);
	struct pl_pot_interval in;
	struct pl_pot p;
	struct pl_err e;

	(void)state;
	pareto(x, 800, .3, 2, 3);
	assert_ok(pl_pot_fit(a, &p, x, 1, 800, 2, &e), &e);
	assert_ok(pl_pot_interval(&in, &p, PL_POT_VAR, .99, .95, &e), &e);
	assert_true(in.profile);
	for (int side = 0; side < 2; side++) {
		const double v = side ? in.hi : in.lo;
		const double c = .01 * 800 / (double)p.exceed;
		double best = -INFINITY;

		for (double xi = -.8; xi < 3; xi += 1e-4) {
			const double l = pl_pot_loglik(
				&p, xi, (v - 2) * xi / (pow(c, -xi) - 1));

			if (l > best)
				best = l;
		}
		assert_true(fabs(2 * (p.loglik - best) - 3.841458820694124) <
			    1e-3);
	}
	assert_ok(pl_pot_interval(&in, &p, PL_POT_XI, .99, .95, &e), &e);
	assert_true(in.lo < p.xi && p.xi < in.hi);
	assert_true(fabs((in.hi - in.lo) / (2 * 1.96 * p.se_xi) - 1) < .1);
	pl_arena_close(a);
}

static void heavy_tails_have_no_mean(void **state)
{
	static double x[400];
	struct pl_arena *a = pl_arena_open(0);
	struct pl_pot_interval in;
	struct pl_pot p;
	struct pl_err e;
	double var, es;

	(void)state;
	pareto(x, 400, 1.6, 1, 2);
	assert_ok(pl_pot_fit(a, &p, x, 1, 400, 0, &e), &e);
	assert_true(p.no_mean);
	assert_ok(pl_pot_tail(&var, &es, &p, .99, &e), &e);
	assert_true(isinf(es));
	assert_int_equal(pl_pot_interval(&in, &p, PL_POT_ES, .99, .95, &e),
			 PL_EMATH);
	/* a mean that is not certain has no upper bound */
	pareto(x, 400, .9, 1, 2);
	assert_ok(pl_pot_fit(a, &p, x, 1, 60, 0, &e), &e);
	if (p.xi < 1) {
		assert_ok(pl_pot_interval(&in, &p, PL_POT_ES, .99, .95, &e),
			  &e);
		assert_true(isinf(in.hi));
	}
	pl_arena_close(a);
}

static void refused_and_warned(void **state)
{
	double x[60];
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hill h;
	struct pl_pot p;
	struct pl_err e;

	(void)state;
	pareto(x, 60, .3, 1, 8);
	assert_ok(pl_pot_fit(a, &p, x, 1, 49, 0, &e), &e);
	assert_true(p.few);
	assert_ok(pl_pot_fit(a, &p, x, 1, 60, 0, &e), &e);
	assert_false(p.few);
	assert_int_equal(pl_pot_fit(a, &p, x, 1, 60, 1e6, &e), PL_EMATH);
	assert_int_equal(pl_pot_fit(a, &p, x, 1, 60, NAN, &e), PL_EMATH);
	assert_int_equal(pl_hill(a, &h, x, 1, 60, 60, .95, &e), PL_EMATH);
	assert_int_equal(pl_hill(a, &h, x, 1, 60, 9, .95, &e), PL_EMATH);
	x[3] = NAN;
	assert_int_equal(pl_pot_fit(a, &p, x, 1, 60, 0, &e), PL_EMATH);
	for (size_t i = 0; i < 60; i++)
		x[i] = i < 30 ? 0 : 1;
	assert_int_equal(pl_pot_fit(a, &p, x, 1, 60, .5, &e), PL_EMATH);
	assert_int_equal(pl_hill(a, &h, x, 1, 60, 40, .95, &e), PL_EMATH);
	pl_arena_close(a);
}

static void hill_of_a_power_law(void **state)
{
	static double x[20000];
	struct pl_arena *a = pl_arena_open(0);
	struct pl_hill h;
	struct pl_rng r;
	struct pl_err e;

	(void)state;
	pl_rng_stream(&r, 4, 4);
	for (size_t i = 0; i < 20000; i++)
		x[i] = pow(pl_rng_u01(&r), -1 / 2.5);
	assert_ok(pl_hill(a, &h, x, 1, 20000, 1000, .95, &e), &e);
	assert_true(h.lo < 2.5 && 2.5 < h.hi && h.stable);
	assert_true(h.from == 500 && h.to == 2000);
	assert_true(h.least <= h.alpha && h.alpha <= h.most);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fit_finds_the_truth),
		cmocka_unit_test(tail_of_the_distribution),
		cmocka_unit_test(profile_keeps_its_word),
		cmocka_unit_test(heavy_tails_have_no_mean),
		cmocka_unit_test(refused_and_warned),
		cmocka_unit_test(hill_of_a_power_law),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
