/* Block maxima: simulated distributions, derivatives against differences,
 * return levels against the distribution, bounds, refusals. */
#include "analytics/gev.h"
#include "analytics/gsl.h"
#include "analytics/rng.h"
#include "sample.h"

static const double shapes[] = { -.4, -.1, -1e-9, 0, 1e-4, .02, .3, .8 };

static void draw(double *x, size_t n, double xi, uint64_t seed)
{
	struct pl_rng r;

	pl_rng_stream(&r, seed, 0);
	for (size_t i = 0; i < n; i++) {
		const double w = -log(pl_rng_u01(&r));

		x[i] = 10 + 2 * (xi == 0 ? -log(w) : (pow(w, -xi) - 1) / xi);
	}
}

static double at(const double *x, size_t n, const struct pl_gev *g, double loc,
		 double scale, double xi)
{
	return pl_gev_loglik(x, 1, n, g->loc + loc * g->se_loc,
			     g->scale + scale * g->se_scale,
			     g->xi + xi * g->se_xi);
}

static void fit_finds_the_truth(void **state)
{
	static double x[2000];

	(void)state;
	for (size_t k = 0; k < COUNT(shapes); k++) {
		struct pl_gev g;
		struct pl_err e;

		draw(x, 2000, shapes[k], k);
		assert_ok(pl_gev_fit(&g, x, 1, 2000, &e), &e);
		assert_true(fabs(g.loc - 10) < 4 * g.se_loc);
		assert_true(fabs(g.scale - 2) < 4 * g.se_scale);
		assert_true(fabs(g.xi - shapes[k]) < 4 * g.se_xi);
		assert_true(g.converged && g.gradient < 1e-8);
		assert_true(fabs(at(x, 2000, &g, 0, 0, 0) - g.loglik) < 1e-8);
		for (int s = -1; s < 2; s += 2) {
			assert_true(at(x, 2000, &g, s, 0, 0) < g.loglik);
			assert_true(at(x, 2000, &g, 0, s, 0) < g.loglik);
			assert_true(at(x, 2000, &g, 0, 0, s) < g.loglik);
		}
	}
}

/* Half a squared distance is what the likelihood falls by: the inverse of the
 * covariance is minus its second differences. */
static void errors_are_of_the_hessian(void **state)
{
	static double x[2000];

	(void)state;
	for (size_t k = 0; k < COUNT(shapes); k++) {
		const double h = .02;
		struct pl_gev g;
		struct pl_err e;
		double m[9], sum;

		draw(x, 2000, shapes[k], 100 + k);
		assert_ok(pl_gev_fit(&g, x, 1, 2000, &e), &e);
		for (int i = 0; i < 9; i++) {
			const int r = i / 3, c = i % 3;
			double l = 0;

			for (int s = -1; s < 2; s += 2)
				for (int t = -1; t < 2; t += 2)
					l += s * t *
					     at(x, 2000, &g,
						h * (s * (r == 0) +
						     t * (c == 0)),
						h * (s * (r == 1) +
						     t * (c == 1)),
						h * (s * (r == 2) +
						     t * (c == 2)));
			m[i] = -l / (4 * h * h);
		}
		/* in standard errors the covariance is the correlation */
		for (int r = 0; r < 3; r++) {
			const double se[] = { g.se_loc, g.se_scale, g.se_xi };

			sum = 0;
			for (int c = 0; c < 3; c++)
				sum += m[3 * r + c] * g.cov[3 * c + r] /
				       (se[c] * se[r]);
			assert_true(fabs(sum - 1) < 5e-3);
		}
	}
}

/* The level of 1/p blocks is where the distribution has 1 - p. */
static void return_levels_invert(void **state)
{
	static const double blocks[] = { 1.5, 2, 10, 100, 1e4 };

	(void)state;
	for (size_t k = 0; k < COUNT(shapes); k++)
		for (size_t i = 0; i < COUNT(blocks); i++) {
			const double xi = shapes[k];
			struct pl_gev g = { .loc = 10, .scale = 2, .xi = xi };
			double v, se, z, y;

			g.cov[0] = 4;
			pl_gev_return(&v, &se, &g, blocks[i]);
			z = (v - 10) / 2;
			y = xi == 0 ? z : log1p(xi * z) / xi;
			assert_true(fabs(exp(-exp(-y)) - 1 + 1 / blocks[i]) <
				    1e-9);
			assert_true(fabs(se - 2) < 1e-12);
		}
}

static void maxima_of_blocks(void **state)
{
	static const double x[] = { 9, 1, 5, 2, 7, 3, 3 };
	double out[3];

	(void)state;
	assert_int_equal(pl_block_maxima(out, x, 1, 7, 3), 2);
	assert_true(out[0] == 5 && out[1] == 7); /* the 9 is of no block */
	assert_int_equal(pl_block_maxima(out, x, 2, 4, 4), 1);
	assert_true(out[0] == 9);
	assert_int_equal(pl_block_maxima(out, x, 1, 7, 8), 0);
	assert_int_equal(pl_block_maxima(out, x, 1, 7, 0), 0);
}

static void refused(void **state)
{
	double x[40];
	struct pl_gev g = { .n = 7 };
	struct pl_err e;

	(void)state;
	draw(x, 40, .1, 5);
	assert_refused(pl_gev_fit(&g, x, 1, 19, &e), &e, "20");
	x[3] = NAN;
	assert_refused(pl_gev_fit(&g, x, 1, 40, &e), &e, "point 4");
	for (size_t i = 0; i < 40; i++)
		x[i] = 3;
	assert_refused(pl_gev_fit(&g, x, 1, 40, &e), &e, "");
	assert_int_equal(g.n, 7);
	assert_true(isnan(pl_gev_loglik(x, 1, 40, 0, -1, .1)));
	assert_true(isnan(pl_gev_loglik(x, 1, 40, 10, 1, .5)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fit_finds_the_truth),
		cmocka_unit_test(errors_are_of_the_hessian),
		cmocka_unit_test(return_levels_invert),
		cmocka_unit_test(maxima_of_blocks),
		cmocka_unit_test(refused),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
