/* Regression against normal equations in long double, exact fits, sandwich
 * errors against their definition, and what is refused. */
#include "analytics/gsl.h"
#include "analytics/ols.h"
#include "sample.h"

#define N 200
#define P 4

static void random_design(double *x, double *y, uint64_t *seed)
{
	for (size_t i = 0; i < N; i++) {
		x[i * P] = 1;
		for (size_t j = 1; j < P; j++)
			x[i * P + j] = normal(seed);
		y[i] = 3 - 2 * x[i * P + 1] + .5 * x[i * P + 3] + normal(seed);
	}
}

/* Gauss-Jordan on X'X, enough for a design this tame. */
static void naive(long double b[P], long double inv[P][P], const double *x,
		  const double *y)
{
	long double a[P][2 * P] = { { 0 } }, r[P] = { 0 };

	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < P; j++) {
			r[j] += (long double)x[i * P + j] * (long double)y[i];
			for (size_t k = 0; k < P; k++)
				a[j][k] += (long double)x[i * P + j] *
					   (long double)x[i * P + k];
		}
	for (size_t j = 0; j < P; j++)
		a[j][P + j] = 1;
	for (size_t j = 0; j < P; j++) {
		const long double d = a[j][j];

		for (size_t k = 0; k < 2 * P; k++)
			a[j][k] /= d;
		for (size_t i = 0; i < P; i++) {
			const long double f = a[i][j];

			for (size_t k = 0; i != j && k < 2 * P; k++)
				a[i][k] -= f * a[j][k];
		}
	}
	for (size_t j = 0; j < P; j++) {
		b[j] = 0;
		for (size_t k = 0; k < P; k++) {
			inv[j][k] = a[j][P + k];
			b[j] += inv[j][k] * r[k];
		}
	}
}

static void fit_matches_normal_equations(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[N * P], y[N], rss = 0, tss = 0, m = 0;
	long double b[P], inv[P][P];
	uint64_t seed = 3;
	struct pl_ols o;
	struct pl_err e;

	(void)state;
	random_design(x, y, &seed);
	naive(b, inv, x, y);
	assert_ok(pl_ols_fit(a, &o, x, y, 1, N, P, true, &e), &e);
	for (size_t i = 0; i < N; i++)
		m += y[i] / N;
	for (size_t i = 0; i < N; i++) {
		double r = y[i];

		for (size_t j = 0; j < P; j++)
			r -= (double)b[j] * x[i * P + j];
		assert_near(o.resid[i], r, 1e-13);
		rss += r * r;
		tss += (y[i] - m) * (y[i] - m);
	}
	assert_int_equal(o.df, N - P);
	assert_near(o.rss, rss, 1e-13);
	assert_near(o.tss, tss, 1e-13);
	assert_near(o.r2, 1 - rss / tss, 1e-13);
	assert_near(o.sigma, sqrt(rss / (N - P)), 1e-13);
	assert_near(o.f, (tss - rss) / (P - 1) / (rss / (N - P)), 1e-12);
	for (size_t j = 0; j < P; j++) {
		assert_near(o.beta[j], (double)b[j], 1e-14);
		assert_near(o.se[j], o.sigma * sqrt((double)inv[j][j]), 1e-14);
	}
	pl_arena_close(a);
}

/* x of 1e8 + small: the powers' columns agree to 8 digits and more, which
 * costs normal equations everything. */
static void far_off_parabola(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[20], y[20];
	struct pl_ols o;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 20; i++) {
		x[i] = 100000 + (double)i;
		y[i] = 7 - 3 * x[i] + x[i] * x[i]; /* exact in doubles */
	}
	assert_ok(pl_ols_poly(a, &o, x, 1, y, 1, 20, 2, &e), &e);
	assert_near(o.beta[0], 7, 1e-9);
	assert_near(o.beta[1], -3, 1e-12);
	assert_near(o.beta[2], 1, 1e-15);
	assert_true(o.rss < 1e-9 && o.r2 == 1);
	pl_arena_close(a);
}

static void sandwiches(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[N * P], y[N], se[P];
	long double b[P], inv[P][P];
	uint64_t seed = 4;
	struct pl_ols o;
	struct pl_err e;

	(void)state;
	random_design(x, y, &seed);
	naive(b, inv, x, y);
	assert_ok(pl_ols_fit(a, &o, x, y, 1, N, P, true, &e), &e);
	for (size_t lags = 0; lags < 8; lags += 3) {
		long double v[P] = { 0 };

		/* V = sum over all t, s of w(|t-s|) (A x_t r_t)(A x_s r_s)' */
		for (size_t j = 0; j < P; j++)
			for (size_t t = 0; t < N; t++)
				for (size_t s = 0; s < N; s++) {
					const size_t d = t > s ? t - s : s - t;
					long double p = 0, q = 0;

					if (d > lags)
						continue;
					for (size_t k = 0; k < P; k++) {
						p += inv[j][k] *
						     (long double)x[t * P + k];
						q += inv[j][k] *
						     (long double)x[s * P + k];
					}
					v[j] += p * q *
						(long double)(o.resid[t] *
							      o.resid[s]) *
						(1 -
						 (long double)d /
							 (long double)(lags +
								       1));
				}
		assert_ok(pl_ols_hac(a, se, &o, x, lags, false, &e), &e);
		for (size_t j = 0; j < P; j++)
			assert_near(se[j], sqrt((double)v[j]), 1e-13);
		assert_ok(pl_ols_hac(a, se, &o, x, lags, true, &e), &e);
		for (size_t j = 0; j < P; j++)
			assert_near(se[j], sqrt((double)v[j] * N / (N - P)),
				    1e-13);
	}
	assert_refused(pl_ols_hac(a, se, &o, x, N, false, &e), &e, "lags");
	pl_arena_close(a);
}

static void lags_of_the_rules(void **state)
{
	static const struct {
		enum pl_hac_rule rule;
		size_t fixed, n, lags;
	} cases[] = {
		{ PL_HAC_NW94, 0, 100, 4 },     { PL_HAC_NW94, 0, 1000, 6 },
		{ PL_HAC_NW94, 0, 2, 1 },       { PL_HAC_NW94, 0, 0, 0 },
		{ PL_HAC_SQRT4, 0, 10000, 10 }, { PL_HAC_SQRT4, 0, 99, 3 },
		{ PL_HAC_FIXED, 7, 100, 7 },    { PL_HAC_FIXED, 700, 100, 99 },
		{ PL_HAC_NONE, 7, 100, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_int_equal(
			pl_hac_lags(cases[i].rule, cases[i].fixed, cases[i].n),
			cases[i].lags);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double x[] = { 1, 2, .2, 1, 4, .4, 1, 5, .5, 1, 7, .7 };
	double y[] = { 1, 2, 3, 5 };
	struct pl_ols o = { .n = 77 };
	struct pl_err e;

	(void)state;
	/* .1 times a column differs from it in the last bits only */
	assert_refused(pl_ols_fit(a, &o, x, y, 1, 4, 3, true, &e), &e,
		       "column 3 depends");
	assert_refused(pl_ols_fit(a, &o, x, y, 1, 2, 3, true, &e), &e,
		       "2 points for 3");
	assert_refused(pl_ols_fit(a, &o, x, y, 1, 2, 0, true, &e), &e,
		       "0 coefficients");
	x[4] = NAN;
	assert_refused(pl_ols_fit(a, &o, x, y, 1, 4, 3, true, &e), &e,
		       "not a number");
	y[2] = INFINITY;
	assert_refused(pl_ols_fit(a, &o, x, y, 1, 4, 2, true, &e), &e,
		       "point 3 is infinite");
	assert_int_equal(o.n, 77);
	/* as many points as coefficients: a fit without errors */
	y[2] = 4;
	assert_ok(pl_ols_poly(a, &o, y, 1, y, 1, 2, 1, &e), &e);
	assert_int_equal(o.df, 0);
	assert_true(isnan(o.sigma) && isnan(o.se[0]) && isnan(o.f));
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fit_matches_normal_equations),
		cmocka_unit_test(far_off_parabola),
		cmocka_unit_test(sandwiches),
		cmocka_unit_test(lags_of_the_rules),
		cmocka_unit_test(refusals),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
