/* Local level and trend against a filter with a large start in long double;
 * CUSUM, F and the reach of a break against their definitions; the wavelet on
 * a signal that is known. */
#include "analytics/breaks.h"
#include "analytics/denoise.h"
#include "analytics/level.h"
#include "sample.h"

#define N 150
#define BIG 1e11L

/* The limit of a start with variance BIG: log-likelihood with its factor taken
 * out, and the smoothed level by regression is not asked of it. */
static long double large_start(const double *y, size_t n, long double e,
			       long double l, long double z, bool sloped)
{
	long double a0 = 0, a1 = 0, p00 = BIG, p01 = 0, p11 = sloped ? BIG : 0;
	long double ll = 0;

	for (size_t t = 0; t < n; t++) {
		const long double f = p00 + e, v = y[t] - a0;
		const long double k0 = p00 / f, k1 = p01 / f;
		const long double q00 = p00 - k0 * p00, q01 = p01 - k1 * p00;
		const long double q11 = p11 - k1 * p01;

		ll -= .5L *
		      (logl(6.283185307179586476925L) + logl(f) + v * v / f);
		a0 += k0 * v;
		a1 += k1 * v;
		a0 += a1;
		p00 = q00 + 2 * q01 + q11 + l;
		p01 = q01 + q11;
		p11 = q11 + z;
	}
	return ll + .5L * logl(BIG) * (sloped ? 2 : 1);
}

static void diffuse_is_the_limit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 4;
	double y[N], level = 0, slope = .1;

	(void)state;
	for (size_t t = 0; t < N; t++) {
		slope += .05 * normal(&seed);
		level += slope + .3 * normal(&seed);
		y[t] = level + normal(&seed);
	}
	for (int sloped = 0; sloped < 2; sloped++) {
		struct pl_level m;
		struct pl_err e;

		assert_ok(pl_level_fit(a, &m, NULL, y, N, sloped, &e), &e);
		assert_near(m.loglik,
			    (double)large_start(y, N, m.noise, m.level, m.slope,
						sloped),
			    2e-7);
		/* and nothing nearby is likelier */
		for (int k = -1; k <= 1; k += 2) {
			const double by = 1 + .03 * k;

			assert_true(m.loglik + 1e-6 >
				    (double)large_start(y, N, m.noise * by,
							m.level, m.slope,
							sloped));
			assert_true(m.loglik + 1e-6 >
				    (double)large_start(y, N, m.noise,
							m.level * by, m.slope,
							sloped));
			assert_true(m.loglik + 1e-6 >
				    (double)large_start(y, N, m.noise, m.level,
							m.slope * by, sloped));
		}
	}
	pl_arena_close(a);
}

/* What a smoother gives minimises the sum of squares over the variances. */
static void smoother_is_least_squares(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 9;
	double y[40], s[40], level = 5;
	struct pl_level m;
	struct pl_err e;

	(void)state;
	for (size_t t = 0; t < 40; t++) {
		level += .5 * normal(&seed);
		y[t] = level + normal(&seed);
	}
	assert_ok(pl_level_fit(a, &m, s, y, 40, false, &e), &e);
	assert_true(m.noise > 0 && m.level > 0);
	for (size_t t = 0; t < 40; t++) {
		double d = (y[t] - s[t]) / m.noise;

		if (t)
			d -= (s[t] - s[t - 1]) / m.level;
		if (t < 39)
			d += (s[t + 1] - s[t]) / m.level;
		assert_near(d * m.noise, 0, 1e-9);
	}
	assert_near(m.last, s[39], 1e-9);
	pl_arena_close(a);
}

static void cusum_and_f(void **state)
{
	const double y[] = { 1, 2, 1, 2, 1, 2, 5, 6, 5, 6, 5, 6 };
	double f, rss = 0, tss = 0;
	struct pl_cusum c;
	struct pl_err e;
	uint64_t at;

	(void)state;
	assert_ok(pl_cusum(&c, y, COUNT(y), &e), &e);
	assert_int_equal(c.at, 6);
	for (size_t t = 0; t < COUNT(y); t++) {
		tss += (y[t] - 3.5) * (y[t] - 3.5);
		rss += .25;
	}
	assert_near(c.stat, 12 / sqrt(tss / 11 * 12), 1e-13);
	assert_true(c.p < .05 && c.hac_p >= 0);
	assert_ok(pl_sup_f(&f, &at, y, COUNT(y), .2, &e), &e);
	assert_int_equal(at, 6);
	assert_near(f, (tss - rss) / (rss / 10), 1e-11);
	/* Bai's table: 7.7 at 90 %, 11.0 at 95 %, of variance over shift^2 */
	assert_near(pl_break_reach(1, 1, .9), 7.687, 1e-3);
	assert_near(pl_break_reach(1, 1, .95), 11.033, 1e-3);
	assert_near(pl_break_reach(2, 3, .95), 11.033 * 9 / 4, 1e-3);
	assert_true(isinf(pl_break_reach(0, 1, .95)));
}

static void wavelet(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	static double y[1000], clean[1000], out[1000];
	double before = 0, after = 0;
	struct pl_denoised d;
	uint64_t seed = 2;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 1000; i++) {
		clean[i] = 10 * sin((double)i / 80) + (i > 600 ? 8 : 0);
		y[i] = clean[i] + normal(&seed);
	}
	assert_ok(pl_denoise(a, &d, out, y, 1000, &e), &e);
	assert_near(d.noise, 1, .1);
	assert_true(d.kept < 150 && d.share > .8 && d.share < 1.01);
	for (size_t i = 0; i < 1000; i++) {
		before += (y[i] - clean[i]) * (y[i] - clean[i]);
		after += (out[i] - clean[i]) * (out[i] - clean[i]);
	}
	print_message("# %.3f of the noise is left\n", after / before);
	assert_true(after < before / 2);
	pl_arena_close(a);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double y[20] = { 0 }, out[20], f;
	struct pl_denoised d;
	struct pl_cusum c;
	struct pl_level m;
	struct pl_err e;
	uint64_t at;

	(void)state;
	assert_refused(pl_level_fit(a, &m, NULL, y, 20, false, &e), &e,
		       "equal");
	assert_refused(pl_cusum(&c, y, 20, &e), &e, "equal");
	assert_refused(pl_denoise(a, &d, out, y, 20, &e), &e, "equal");
	y[3] = 1;
	assert_refused(pl_level_fit(a, &m, NULL, y, 9, true, &e), &e,
		       "too few");
	assert_refused(pl_denoise(a, &d, out, y, 15, &e), &e, "too few");
	assert_refused(pl_sup_f(&f, &at, y, 20, .6, &e), &e, "trim");
	pl_arena_close(a);
}

/* Student's sleep data (Biometrika 6, 1908), as R's t.test gives them. */
static void step_of_two_parts(void **state)
{
	static const double one[] = { .7,  -1.6, -.2, -1.2, -.1,
				      3.4, 3.7,  .8,  0,    2 };
	static const double two[] = { 1.9, .8,  1.1, .1,  -.1,
				      4.4, 5.5, 1.6, 4.6, 3.4 };
	struct pl_part a = { 10, 0, 0 }, b = { 10, 0, 0 };
	double lo, hi;

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		a.mean += one[i] / 10;
		b.mean += two[i] / 10;
	}
	for (size_t i = 0; i < 10; i++) {
		a.sd += (one[i] - a.mean) * (one[i] - a.mean) / 10;
		b.sd += (two[i] - b.mean) * (two[i] - b.mean) / 10;
	}
	a.sd = sqrt(a.sd);
	b.sd = sqrt(b.sd);
	pl_step_bounds(&lo, &hi, &b, &a, .95);
	assert_near(lo, -3.3654832, 1e-7);
	assert_near(hi, .2054832, 1e-7);
	b.n = 1;
	pl_step_bounds(&lo, &hi, &a, &b, .95);
	assert_true(isnan(lo) && isnan(hi));
	pl_step_bounds(&lo, &hi, &(struct pl_part){ 3, 1, 0 },
		       &(struct pl_part){ 4, 3, 0 }, .95);
	assert_true(lo == 2 && hi == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(diffuse_is_the_limit),
		cmocka_unit_test(smoother_is_least_squares),
		cmocka_unit_test(cusum_and_f),
		cmocka_unit_test(step_of_two_parts),
		cmocka_unit_test(wavelet),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
