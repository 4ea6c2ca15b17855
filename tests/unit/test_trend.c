/* Robust slope, Theil-Sen and Mann-Kendall against their definitions. */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_multifit.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/trend.h"
#include "sample.h"

#define MAX 1001

static void line_with_noise(double *t, double *y, size_t n, double slope,
			    uint64_t *seed)
{
	for (size_t i = 0; i < n; i++) {
		t[i] = (i ? t[i - 1] : 1e5) + .1 + uniform(seed);
		y[i] = 3 + slope * (t[i] - 1e5) + normal(seed);
	}
}

/* The same regression by GSL in plain form, and the sandwich by its words. */
static void robust_matches_the_definition(void **state)
{
	static double t[200], y[200];
	gsl_matrix *x = gsl_matrix_alloc(200, 2), *cov = gsl_matrix_alloc(2, 2);
	gsl_vector *v = gsl_vector_alloc(200), *c = gsl_vector_alloc(2);
	gsl_multifit_robust_workspace *w =
		gsl_multifit_robust_alloc(gsl_multifit_robust_bisquare, 200, 2);
	struct pl_slope_spec spec = { .rule = PL_HAC_FIXED, .lags = 3 };
	double a[2][2] = { { 0 } }, m[2][2] = { { 0 } }, s[200][2], det, var;
	uint64_t seed = 5;
	struct pl_slope o;
	struct pl_err e;
	size_t down = 0;

	(void)state;
	line_with_noise(t, y, 200, .05, &seed);
	for (size_t i = 0; i < 200; i += 20)
		y[i] += 30; /* one in twenty is far off */
	for (size_t i = 0; i < 200; i++) {
		gsl_matrix_set(x, i, 0, 1);
		gsl_matrix_set(x, i, 1, t[i] - 1e5);
		gsl_vector_set(v, i, y[i]);
	}
	assert_int_equal(gsl_multifit_robust(x, v, c, cov, w), 0);
	assert_ok(pl_trend_robust(&o, t, 1, y, 1, 200, &spec, &e), &e);
	assert_near(o.slope, gsl_vector_get(c, 1), 1e-6);
	assert_near(o.intercept + 1e5 * o.slope, gsl_vector_get(c, 0), 1e-5);
	assert_true(fabs(o.slope - .05) < .01);
	for (size_t i = 0; i < 200; i++) {
		const double r = y[i] - o.intercept - o.slope * t[i];
		const double u = r / (4.685 * o.sigma), q = 1 - u * u;
		const double z[2] = { 1, t[i] - 1e5 };

		for (size_t j = 0; j < 2; j++) {
			s[i][j] = fabs(u) < 1 ? r * q * q * z[j] : 0;
			for (size_t k = 0; k < 2; k++)
				a[j][k] += fabs(u) < 1 ? q * (1 - 5 * u * u) *
								 z[j] * z[k]
						       : 0;
		}
		down += !(fabs(u) < 1) || q * q < .5;
	}
	for (size_t i = 0; i < 200; i++)
		for (size_t h = 0; h < 200; h++) {
			const double d = fabs((double)i - (double)h);

			for (size_t j = 0; d < 4 && j < 2; j++)
				for (size_t k = 0; k < 2; k++)
					m[j][k] +=
						(1 - d / 4) * s[i][j] * s[h][k];
		}
	det = a[0][0] * a[1][1] - a[0][1] * a[1][0];
	/* row 2 of A^-1 is (-a10, a00) / det */
	var = (a[1][0] * a[1][0] * m[0][0] - 2 * a[1][0] * a[0][0] * m[0][1] +
	       a[0][0] * a[0][0] * m[1][1]) /
	      det / det * 200 / 198;
	assert_near(o.se / sqrt(var), 1, 1e-6);
	assert_near(o.t, o.slope / o.se, 1e-14);
	assert_near(o.p, 2 * gsl_cdf_tdist_Q(fabs(o.t), 198), 1e-14);
	assert_int_equal(o.lags, 3);
	assert_int_equal(o.down_weighted, down);
	assert_true(down >= 10 && o.lo < o.slope && o.slope < o.hi);
	gsl_multifit_robust_free(w);
	gsl_matrix_free(x);
	gsl_matrix_free(cov);
	gsl_vector_free(v);
	gsl_vector_free(c);
}

/* Straight lines, in any units of time and value. */
static void exact_lines(void **state)
{
	static const double slopes[] = { 1, -2.5, 1e-9, 1e9 };
	double t[50], y[50];
	struct pl_slope o;
	struct pl_err e;

	(void)state;
	for (size_t k = 0; k < COUNT(slopes); k++) {
		for (size_t i = 0; i < 50; i++) {
			t[i] = 86400 * (double)i;
			y[i] = 7 + slopes[k] * t[i];
		}
		assert_ok(pl_trend_robust(&o, t, 1, y, 1, 50, NULL, &e), &e);
		assert_near(o.slope / slopes[k], 1, 1e-9);
		assert_true(o.exact && o.se == 0 && isinf(o.t));
		assert_true(o.p == 0 && (o.t > 0) == (slopes[k] > 0));
	}
	/* all but one point on the line: that one has no say */
	y[20] += 1e15;
	assert_ok(pl_trend_robust(&o, t, 1, y, 1, 50, NULL, &e), &e);
	assert_near(o.slope / 1e9, 1, 1e-6);
	assert_false(o.exact);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* All slopes sorted; ranks of the interval as SciPy's theilslopes has them. */
/* A level far off, and a slope of nothing but rounding, which GSL's own test
 * of convergence never passes: the same line as near zero. */
static void robust_far_off(void **state)
{
	struct pl_slope near, far;
	double t[200], y[200];
	struct pl_err e;

	(void)state;
	for (uint64_t seed = 1; seed < 40; seed++) {
		uint64_t s = seed;

		for (size_t i = 0; i < 200; i++) {
			t[i] = (double)i;
			y[i] = round(0x1p12 * (seed % 2 ? normal(&s)
							: cos(t[i] - 99.5))) *
			       0x1p-12;
		}
		assert_ok(pl_trend_robust(&near, t, 1, y, 1, 200, NULL, &e),
			  &e);
		for (size_t i = 0; i < 200; i++)
			y[i] += 0x1p30;
		assert_ok(pl_trend_robust(&far, t, 1, y, 1, 200, NULL, &e), &e);
		assert_near(far.slope, near.slope, 1e-8);
		assert_near(far.se, near.se, 1e-7);
		assert_near(far.intercept - 0x1p30, near.intercept, 1e-5);
	}
}

static void naive_sen(double out[3], const double *t, const double *y, size_t n)
{
	const size_t pairs = n * (n - 1) / 2;
	double *s = malloc(pairs * sizeof(*s)), *v = malloc(n * sizeof(*v));
	double var = (double)n * ((double)n - 1) * (2 * (double)n + 5), half;
	size_t k = 0;

	assert_non_null(s);
	assert_non_null(v);
	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			s[k++] = (y[j] - y[i]) / (t[j] - t[i]);
	qsort(s, pairs, sizeof(*s), by_value);
	memcpy(v, y, n * sizeof(*v));
	qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0, j; i < n; i = j) {
		double g;

		for (j = i; j < n && v[j] == v[i];)
			j++;
		g = (double)(j - i);
		var -= g * (g - 1) * (2 * g + 5);
	}
	half = 1.959963984540054 * sqrt(var / 18);
	out[0] = pairs % 2 ? s[pairs / 2]
			   : (s[pairs / 2 - 1] + s[pairs / 2]) / 2;
	out[1] = s[(size_t)fmax(nearbyint(((double)pairs - half) / 2) - 1, 0)];
	out[2] = s[(size_t)fmin(nearbyint(((double)pairs + half) / 2),
				(double)pairs - 1)];
	free(s);
	free(v);
}

/* Both ways of finding the ranks: up to 256 points, and above. */
static void sen_matches_all_pairs(void **state)
{
	static const size_t sizes[] = { 10, 11, 57, 256, 257, 500, MAX };
	static double t[MAX], y[MAX];
	uint64_t seed = 6;

	(void)state;
	for (size_t k = 0; k < 5 * COUNT(sizes); k++) {
		const size_t n = sizes[k / 5];
		struct pl_arena *a = pl_arena_open(0);
		struct pl_sen o;
		struct pl_err e;
		double want[3];

		line_with_noise(t, y, n, .01, &seed);
		for (size_t i = 0; i < n; i++) {
			if (k % 5 >= 2)
				t[i] = (double)i;
			if (k % 5 == 3)
				y[i] = round(y[i]); /* ties, many slopes 0 */
			if (k % 5 == 4)
				y[i] = (double)(i > n - 5);
			if (k % 5 == 1)
				y[i] = exp(y[i] / 3) + 1e6;
		}
		naive_sen(want, t, y, n);
		assert_ok(pl_trend_sen(&o, t, 1, y, 1, n, 0, &e), &e);
		assert_near(o.slope * 1e3, want[0] * 1e3, 1e-12);
		assert_near(o.lo * 1e3, want[1] * 1e3, 1e-12);
		assert_near(o.hi * 1e3, want[2] * 1e3, 1e-12);
		assert_true(o.lo <= o.slope && o.slope <= o.hi);
		assert_int_equal(o.pairs, n * (n - 1) / 2);
		pl_arena_close(a);
	}
}

/* Long, with seasons and a known slope: quick, and right. */
static void sen_of_many_points(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const size_t n = 20000;
	double *t = PL_NEW_N(a, double, n), *y = PL_NEW_N(a, double, n);
	uint64_t seed = 9;
	struct pl_sen o;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		t[i] = (double)i;
		y[i] = 5e-4 * t[i] + normal(&seed);
	}
	assert_ok(pl_trend_sen(&o, t, 1, y, 1, n, 0, &e), &e);
	assert_true(fabs(o.slope - 5e-4) < 1e-5);
	assert_true(o.lo < 5e-4 && o.hi > 5e-4 && o.hi - o.lo < 2e-5);
	assert_near(o.intercept, 0, .1);
	pl_arena_close(a);
}

static void naive_mk(int64_t *s, double *var, const double *y, size_t n)
{
	*s = 0;
	*var = (double)n * ((double)n - 1) * (2 * (double)n + 5);
	for (size_t i = 0; i < n; i++) {
		double ties = 1;
		bool first = true;

		for (size_t j = 0; j < n; j++) {
			first = first && !(j < i && y[j] == y[i]);
			if (j > i) {
				ties += y[j] == y[i];
				*s += (y[j] > y[i]) - (y[j] < y[i]);
			}
		}
		if (first)
			*var -= ties * (ties - 1) * (2 * ties + 5);
	}
	*var /= 18;
}

static void mk_matches_all_pairs(void **state)
{
	static const size_t sizes[] = { 10, 11, 64, 65, 300 };
	static double y[300], back[300];
	uint64_t seed = 8;

	(void)state;
	for (size_t k = 0; k < 3 * COUNT(sizes); k++) {
		struct pl_arena *a = pl_arena_open(0);
		const size_t n = sizes[k / 3];
		struct pl_mk o, r;
		struct pl_err e;
		double var;
		int64_t s;

		for (size_t i = 0; i < n; i++) {
			y[i] = normal(&seed) + .005 * (double)i;
			if (k % 3)
				y[i] = round(y[i] * 2); /* ties */
		}
		for (size_t i = 0; i < n; i++)
			back[i] = y[n - 1 - i];
		naive_mk(&s, &var, y, n);
		assert_ok(pl_trend_mk(a, &o, y, 1, n, NULL, &e), &e);
		assert_int_equal(o.s, s);
		assert_near(o.var, var, 1e-13);
		assert_true(o.factor == 1 && o.var == o.var_iid);
		assert_near(o.tau, 2 * (double)s / (double)(n * (n - 1)),
			    1e-15);
		assert_true(fabs(o.tau_b) >= fabs(o.tau));
		assert_near(o.z, ((double)s - (s > 0) + (s < 0)) / sqrt(var),
			    1e-13);
		assert_near(o.p, erfc(fabs(o.z) / sqrt(2)), 1e-13);
		assert_ok(pl_trend_mk(a, &r, back, 1, n, NULL, &e), &e);
		assert_true(r.s == -o.s && r.z == -o.z && r.p == o.p);
		assert_int_equal(o.ties > 0, k % 3 > 0);
		pl_arena_close(a);
	}
}

/* The corrections by their formulas, without ties so that ranks are plain. */
static void mk_corrections(void **state)
{
	enum { N = 120 };
	static double y[N], t[N], d[N], rank[N];
	struct pl_mk_spec hr = { PL_MK_HAMED_RAO, 0 };
	struct pl_mk_spec yw = { PL_MK_YUE_WANG, 7 };
	struct pl_arena *a = pl_arena_open(0);
	double r[30], f = 0;
	struct pl_mk o, p;
	struct pl_sen sen;
	struct pl_err e;
	uint64_t seed = 15;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		y[i] = normal(&seed) + (i ? .6 * y[i - 1] : 0);
		t[i] = (double)i;
	}
	for (size_t i = 0; i < N; i++)
		y[i] += .01 * t[i];
	assert_ok(pl_trend_sen(&sen, t, 1, y, 1, N, 0, &e), &e);
	for (size_t i = 0; i < N; i++)
		d[i] = y[i] - sen.slope * t[i];
	for (size_t i = 0; i < N; i++) {
		rank[i] = 1;
		for (size_t j = 0; j < N; j++)
			rank[i] += d[j] < d[i];
	}
	assert_ok(pl_acf(r, 20, rank, 1, N, &e), &e);
	for (size_t k = 1; k <= 20; k++)
		if (fabs(r[k]) > 1.959963984540054 / sqrt(N))
			f += (double)((N - k) * (N - k - 1) * (N - k - 2)) *
			     r[k];
	f = 1 + 2 * f / ((double)N * (N - 1) * (N - 2));
	assert_ok(pl_trend_mk(a, &p, y, 1, N, NULL, &e), &e);
	assert_ok(pl_trend_mk(a, &o, y, 1, N, &hr, &e), &e);
	assert_int_equal(o.lag, 20); /* 10 log10 120 */
	assert_near(o.factor, f, 1e-12);
	assert_true(o.factor > 1.5 && !o.factor_held);
	assert_near(o.var, p.var * f, 1e-12);
	assert_true(fabs(o.z) < fabs(p.z) && o.s == p.s);
	assert_true(o.lags_used >= 1 && o.lags_used < 20);

	assert_ok(pl_acf(r, 7, d, 1, N, &e), &e);
	f = 1;
	for (size_t k = 1; k <= 7; k++)
		f += 2 * (1 - (double)k / N) * r[k];
	assert_ok(pl_trend_mk(a, &o, y, 1, N, &yw, &e), &e);
	assert_near(o.factor, f, 1e-12);
	assert_true(o.lag == 7 && o.lags_used == 7);
	pl_arena_close(a);
}

/* Swings so regular that the sum goes below zero: held at 1 and said so; a
 * line leaves nothing to correlate. */
static void mk_held(void **state)
{
	struct pl_mk_spec yw = { PL_MK_YUE_WANG, 1 };
	struct pl_arena *a = pl_arena_open(0);
	double y[40];
	struct pl_mk o;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		y[i] = (i % 2 ? 1 : -1) + 1e-3 * (double)i;
	assert_ok(pl_trend_mk(a, &o, y, 1, 40, &yw, &e), &e);
	assert_true(o.factor_held && o.factor == 1 && o.var == o.var_iid);
	for (size_t i = 0; i < 40; i++)
		y[i] = (double)i;
	assert_ok(pl_trend_mk(a, &o, y, 1, 40, &yw, &e), &e);
	assert_true(o.tau == 1 && o.factor == 1 && !o.factor_held);
	pl_arena_close(a);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double t[12], y[12];
	struct pl_slope_spec bad = { .tune = -1 };
	struct pl_slope s = { .n = 42 };
	struct pl_sen sen;
	struct pl_mk mk;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		t[i] = (double)i;
		y[i] = 5;
	}
	assert_refused(pl_trend_robust(&s, t, 1, y, 1, 12, NULL, &e), &e,
		       "equal 5");
	assert_refused(pl_trend_sen(&sen, t, 1, y, 1, 12, 0, &e), &e,
		       "equal 5");
	assert_refused(pl_trend_mk(a, &mk, y, 1, 12, NULL, &e), &e, "equal 5");
	y[3] = 6;
	assert_refused(pl_trend_robust(&s, t, 1, y, 1, 9, NULL, &e), &e,
		       "9 points are too few, 10 are needed");
	assert_refused(pl_trend_mk(a, &mk, y, 1, 3, NULL, &e), &e,
		       "10 are needed");
	assert_refused(pl_trend_robust(&s, t, 1, y, 1, 12, &bad, &e), &e,
		       "tuning constant -1");
	assert_refused(pl_trend_sen(&sen, t, 1, y, 1, 12, 1.5, &e), &e,
		       "level 1.5");
	assert_refused(pl_trend_sen(&sen, t, 0, y, 0, 1000001, 0, &e), &e,
		       "at most 1000000");
	assert_refused(pl_trend_mk(a, &mk, y, 0, 10000001, NULL, &e), &e,
		       "at most 10000000");
	t[7] = t[6];
	assert_refused(pl_trend_robust(&s, t, 1, y, 1, 12, NULL, &e), &e,
		       "time 8 (6) is not after");
	t[7] = NAN;
	assert_refused(pl_trend_sen(&sen, t, 1, y, 1, 12, 0, &e), &e,
		       "point 8 is not a number");
	y[11] = INFINITY;
	assert_refused(pl_trend_mk(a, &mk, y, 1, 12, NULL, &e), &e,
		       "point 12 is infinite");
	assert_int_equal(s.n, 42);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(robust_matches_the_definition),
		cmocka_unit_test(exact_lines),
		cmocka_unit_test(robust_far_off),
		cmocka_unit_test(sen_matches_all_pairs),
		cmocka_unit_test(sen_of_many_points),
		cmocka_unit_test(mk_matches_all_pairs),
		cmocka_unit_test(mk_corrections),
		cmocka_unit_test(mk_held),
		cmocka_unit_test(refusals),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
