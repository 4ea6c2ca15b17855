/* Moments, quantiles, returns: against naive references in long double, and
 * what they refuse. */
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/series.h"
#include "sample.h"

#define MAX 600

static void moments_match_long_double(void **state)
{
	static const size_t sizes[] = { 2, 3, 4, 5, 17, 100, MAX };
	static const double offsets[] = { 0, 1e6, -1e9 };
	uint64_t seed = 1;

	(void)state;
	for (size_t k = 0; k < COUNT(sizes) * COUNT(offsets); k++) {
		const size_t n = sizes[k / 3], stride = 1 + k % 3;
		long double m = 0, c[5] = { 0 };
		double x[3 * MAX] = { 0 };
		struct pl_moments o;
		struct pl_err e;

		for (size_t i = 0; i < n; i++) {
			const double z = normal(&seed);

			x[i * stride] = offsets[k % 3] + z + .2 * z * z;
			m += (long double)x[i * stride] - (long double)x[0];
		}
		m /= (long double)n; /* less x[0]: far off, digits are few */
		for (size_t i = 0; i < n; i++) {
			long double d = (long double)x[i * stride] -
					(long double)x[0] - m,
				    p = d;

			for (size_t j = 2; j < 5; j++)
				c[j] += (p *= d) / (long double)n;
		}
		assert_ok(pl_moments(&o, x, stride, n, &e), &e);
		assert_near(o.mean, (double)((long double)x[0] + m), 1e-15);
		assert_near(o.sd_pop, (double)sqrtl(c[2]), 1e-14);
		assert_near(o.sd, o.sd_pop * sqrt((double)n / ((double)n - 1)),
			    1e-14);
		assert_near(o.skew, (double)(c[3] / powl(c[2], 1.5L)), 1e-12);
		assert_near(o.kurt, (double)(c[4] / (c[2] * c[2]) - 3), 1e-12);
		assert_true(isnan(o.skew_adj) == (n < 3));
		assert_true(isnan(o.kurt_adj) == (n < 4));
	}
}

/* Decimals that hardly vary are as good as their last digits; what is no
 * decimal, or varies, is taken as it is. */
static void narrow_decimals(void **state)
{
	static double x[1001], y[1001];
	double r[2], q[2];
	struct pl_moments o, p;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 1001; i++) {
		y[i] = (double)(i * i % 7);
		x[i] = (1e9 + y[i]) / 1000; /* 1000000.000 to .004 */
	}
	assert_ok(pl_moments(&o, x, 1, 1001, &e), &e);
	assert_ok(pl_moments(&p, y, 1, 1001, &e), &e);
	assert_near(o.sd * 1000, p.sd, 1e-14);
	assert_near(o.skew, p.skew, 1e-13);
	assert_near(o.mean, 1e6 + p.mean / 1000, 1e-15);
	assert_true(o.min == 1e6 && o.max == (1e9 + 4) / 1000);
	assert_ok(pl_acf(r, 1, x, 1, 1001, &e), &e);
	assert_ok(pl_acf(q, 1, y, 1, 1001, &e), &e);
	assert_near(r[1], q[1], 1e-14);
	x[1000] = 1e6 + 0x1p-20; /* of 20 decimals */
	assert_ok(pl_moments(&o, x, 1, 1001, &e), &e);
	assert_true(fabs(o.sd * 1000 / p.sd - 1) < 1e-2);
}

/* Excel's SKEW() and KURT(), by the formulas of its manual. */
static void adjusted_shape(void **state)
{
	static const double x[] = { 1, 2, 2, 3, 9 };
	const double n = 5, m = 3.4;
	double s2 = 0, s3 = 0, s4 = 0;
	struct pl_moments o;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		s2 += pow(x[i] - m, 2) / (n - 1);
	for (size_t i = 0; i < 5; i++) {
		s3 += pow((x[i] - m) / sqrt(s2), 3);
		s4 += pow((x[i] - m) / sqrt(s2), 4);
	}
	assert_ok(pl_moments(&o, x, 1, 5, &e), &e);
	assert_near(o.skew_adj, n / ((n - 1) * (n - 2)) * s3, 1e-14);
	assert_near(o.kurt_adj,
		    n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * s4 -
			    3 * (n - 1) * (n - 1) / ((n - 2) * (n - 3)),
		    1e-13);
	assert_true(o.min == 1 && o.max == 9);
}

static void moments_refuse(void **state)
{
	double x[] = { 1, 2, NAN, 4 }, y[] = { 1, 2, 3, INFINITY };
	double c[] = { 7, 7, 7, 7 }, huge[] = { 1e200, -1e200, 1e190 };
	struct pl_moments o = { .n = 99 };
	struct pl_err e;
	double r[4];

	(void)state;
	assert_refused(pl_moments(&o, x, 1, 4, &e), &e, "point 3 is not");
	assert_refused(pl_moments(&o, y, 1, 4, &e), &e, "point 4 is infinite");
	assert_refused(pl_moments(&o, c, 1, 4, &e), &e, "all 4 points equal 7");
	assert_refused(pl_moments(&o, c, 1, 1, &e), &e, "2 are needed");
	assert_refused(pl_moments(&o, huge, 1, 3, &e), &e, "out of range");
	assert_refused(pl_acf(r, 4, y, 1, 4, &e), &e, "infinite");
	assert_refused(pl_acf(r, 3, y, 1, 3, &e), &e, "lags");
	assert_int_equal(o.n, 99);
}

static void acf_and_tests(void **state)
{
	double x[MAX], r[21], m = 0, q = 0;
	uint64_t seed = 5;
	struct pl_moments o;
	struct pl_test t;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < MAX; i++) {
		x[i] = normal(&seed) + (i ? .5 * x[i - 1] : 0);
		m += x[i] / MAX;
	}
	assert_ok(pl_acf(r, 20, x, 1, MAX, &e), &e);
	for (size_t k = 0; k <= 20; k++) {
		double a = 0, b = 0;

		for (size_t i = 0; i < MAX; i++)
			b += (x[i] - m) * (x[i] - m);
		for (size_t i = 0; i + k < MAX; i++)
			a += (x[i] - m) * (x[i + k] - m);
		assert_near(r[k], a / b, 1e-13);
		q += k ? a / b * (a / b) / (double)(MAX - k) : 0;
	}
	assert_ok(pl_ljung_box(&t, 20, x, 1, MAX, &e), &e);
	assert_near(t.stat, q * MAX * (MAX + 2), 1e-11);
	assert_true(t.df == 20 && t.p < 1e-6);
	assert_ok(pl_moments(&o, x, 1, MAX, &e), &e);
	assert_ok(pl_jarque_bera(&t, x, 1, MAX, &e), &e);
	assert_near(t.stat, MAX / 6.0 * (o.skew * o.skew + o.kurt * o.kurt / 4),
		    1e-12);
	/* chi-squared with 2 degrees is exponential */
	assert_near(t.p, exp(-t.stat / 2), 1e-12);
}

/* R 4.2: quantile(1:10, p, type = t) */
static const struct {
	double p;
	double q[9];
} quantiles[] = {
	/* clang-format off */
	{ .25, { 3, 3, 2, 2.5, 3, 2.75, 3.25, 2.9166666666666665, 2.9375 } },
	{ .5, { 5, 5.5, 5, 5, 5.5, 5.5, 5.5, 5.5, 5.5 } },
	{ .05, { 1, 1, 1, 1, 1, 1, 1.45, 1, 1 } },
	{ .95, { 10, 10, 10, 9.5, 10, 10, 9.55, 10, 10 } },
	{ 0, { 1, 1, 1, 1, 1, 1, 1, 1, 1 } },
	{ 1, { 10, 10, 10, 10, 10, 10, 10, 10, 10 } },
	{ .1, { 1, 1.5, 1, 1, 1.5, 1.1, 1.9, 1.3666666666666667, 1.4 } },
	{ .9, { 9, 9.5, 9, 9, 9.5, 9.9, 9.1, 9.633333333333333, 9.6 } },
	/* clang-format on */
};

static void nine_quantiles(void **state)
{
	double x[10], q;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 10; i++)
		x[i] = (double)i + 1;
	for (size_t i = 0; i < COUNT(quantiles); i++)
		for (int t = 1; t <= 9; t++) {
			assert_ok(pl_quantile(&q, x, 10, quantiles[i].p, t, &e),
				  &e);
			assert_near(q, quantiles[i].q[t - 1], 1e-14);
		}
	/* 1 - .9 is below .1; the place it means is the tenth all the same */
	for (int t = 1; t <= 9; t++) {
		double a, b;

		assert_ok(pl_quantile(&a, x, 10, 1 - .9, t, &e), &e);
		assert_ok(pl_quantile(&b, x, 10, .1, t, &e), &e);
		assert_near(a, b, 1e-14);
	}
	assert_refused(pl_quantile(&q, x, 0, .5, 7, &e), &e, "no points");
	assert_refused(pl_quantile(&q, x, 10, 1.1, 7, &e), &e, "1.1");
	assert_refused(pl_quantile(&q, x, 10, NAN, 7, &e), &e, "probability");
	assert_refused(pl_quantile(&q, x, 10, .5, 10, &e), &e, "type 10");
	assert_ok(pl_quantile(&q, x, 1, .3, 7, &e), &e);
	assert_true(q == 1);
}

static void median_and_mad(void **state)
{
	static const double x[] = { 9, 1, 4, 100, 2 };
	double m, d;
	struct pl_err e;

	(void)state;
	assert_ok(pl_median_mad(&m, &d, x, 1, 5, &e), &e);
	assert_true(m == 4 && d == 1.4826 * 3);
	assert_ok(pl_median_mad(&m, &d, x, 1, 4, &e), &e);
	assert_near(m, 6.5, 0);
	assert_near(d, 1.4826 * 4, 1e-15); /* 2.5 5.5 2.5 93.5 */
	assert_refused(pl_median_mad(&m, &d, x, 1, 0, &e), &e, "1 is needed");
}

static const struct {
	const char *label;
	struct pl_returns_spec spec;
	double in[5];
	size_t n;
	double out[5];
	size_t n_out, missing, breaks;
	const char *refused;
} returns[] = {
	/* clang-format off */
	{ "given", { PL_RET_GIVEN, 0, 0 },
	  { 1, -2 }, 2, { 1, -2 }, 2, 0, 0, NULL },
	{ "given, percent", { PL_RET_GIVEN, 0, true },
	  { .01 }, 1, { 1 }, 1, 0, 0, NULL },
	{ "simple", { PL_RET_SIMPLE, 0, 0 },
	  { 4, 5, 2.5 }, 3, { .25, -.5 }, 2, 0, 0, NULL },
	{ "log", { PL_RET_LOG, 0, 0 },
	  { 1, 2.718281828459045 }, 2, { 1 }, 1, 0, 0, NULL },
	{ "log, percent", { PL_RET_LOG, 0, true },
	  { 2.718281828459045, 1 }, 2, { -100 }, 1, 0, 0, NULL },
	{ "gap refused", { PL_RET_SIMPLE, PL_GAP_REFUSE, 0 },
	  { 1, NAN, 2 }, 3, { 0 }, 0, 0, 0, "point 2 has no value" },
	{ "gap spanned", { PL_RET_SIMPLE, PL_GAP_SKIP, 0 },
	  { 1, NAN, 2, 3 }, 4, { 1, .5 }, 2, 1, 0, NULL },
	{ "gap breaks", { PL_RET_SIMPLE, PL_GAP_BREAK, 0 },
	  { 1, NAN, 2, 3 }, 4, { .5 }, 1, 1, 1, NULL },
	{ "gap at the ends", { PL_RET_SIMPLE, PL_GAP_BREAK, 0 },
	  { NAN, 2, 3, NAN }, 4, { .5 }, 1, 2, 0, NULL },
	{ "given with gap", { PL_RET_GIVEN, PL_GAP_SKIP, 0 },
	  { NAN, 2, 3 }, 3, { 2, 3 }, 2, 1, 0, NULL },
	{ "infinite", { PL_RET_GIVEN, 0, 0 },
	  { 1, INFINITY }, 2, { 0 }, 0, 0, 0, "point 2 is infinite" },
	{ "zero price", { PL_RET_LOG, 0, 0 },
	  { 1, 0 }, 2, { 0 }, 0, 0, 0, "point 2 is 0" },
	{ "negative price", { PL_RET_SIMPLE, 0, 0 },
	  { -1, 2 }, 2, { 0 }, 0, 0, 0, "point 1 is -1" },
	{ "one price", { PL_RET_LOG, 0, 0 },
	  { 1 }, 1, { 0 }, 0, 0, 0, "2 are needed" },
	{ "all gaps", { PL_RET_LOG, PL_GAP_SKIP, 0 },
	  { NAN, NAN }, 2, { 0 }, 0, 0, 0, "no return" },
	{ "ratio overflows", { PL_RET_SIMPLE, 0, 0 },
	  { 1e-300, 1e300 }, 2, { 0 }, 0, 0, 0, "out of range" },
	/* clang-format on */
};

static void returns_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(returns); i++) {
		struct pl_returns_count c = { 0 };
		size_t at[5] = { 9, 9, 9, 9, 9 };
		double out[5] = { 42 };
		struct pl_err e;
		enum pl_rc rc =
			pl_series_returns(out, at, &c, returns[i].in, 1,
					  returns[i].n, &returns[i].spec, &e);

		if (returns[i].refused) {
			assert_refused(rc, &e, returns[i].refused);
			assert_true(out[0] == 42 && at[0] == 9);
			continue;
		}
		assert_ok(rc, &e);
		assert_int_equal(c.n, returns[i].n_out);
		assert_int_equal(c.missing, returns[i].missing);
		assert_int_equal(c.breaks, returns[i].breaks);
		for (size_t k = 0; k < c.n; k++) {
			assert_near(out[k], returns[i].out[k], 1e-15);
			assert_true(at[k] < returns[i].n);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_match_long_double),
		cmocka_unit_test(narrow_decimals),
		cmocka_unit_test(adjusted_shape),
		cmocka_unit_test(moments_refuse),
		cmocka_unit_test(acf_and_tests),
		cmocka_unit_test(nine_quantiles),
		cmocka_unit_test(median_and_mad),
		cmocka_unit_test(returns_follow_the_table),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
