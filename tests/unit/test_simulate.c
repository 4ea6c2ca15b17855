/* Simulation: random numbers, tasks on threads, selection, block bootstrap,
 * Monte Carlo.  The same bits whatever the number of threads. */
#include <stdatomic.h>

#include "analytics/boot.h"
#include "analytics/gsl.h"
#include "analytics/mc.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "analytics/sort.h"
#include "base/par.h"
#include "sample.h"

/* Moments of 2 million draws, within five standard errors. */
static void draws_have_their_moments(void **state)
{
	const size_t n = 2000000;
	struct pl_zig z;
	struct pl_rng r;
	double m[5] = { 0 }, t2 = 0, u = 0;
	size_t far = 0, low = 0;

	(void)state;
	pl_zig_init(&z);
	/* the last layer's area closes the table */
	assert_near(z.x[255] * (1 - z.f[255]), .00492867323399, 1e-6);
	pl_rng_stream(&r, 1, 2);
	for (size_t i = 0; i < n; i++) {
		const double x = pl_rng_normal(&r, &z);
		double p = x;

		for (int k = 1; k < 5; k++, p *= x)
			m[k] += p / (double)n;
		far += fabs(x) > 3.6541528853610088;
		t2 += pow(pl_rng_t(&r, &z, 8), 2) / (double)n;
		u += pl_rng_u01(&r) / (double)n;
		low += pl_rng_below(&r, 10) < 3;
	}
	assert_true(fabs(m[1]) < 5 / sqrt((double)n));
	assert_true(fabs(m[2] - 1) < 5 * sqrt(2. / (double)n));
	assert_true(fabs(m[3]) < 5 * sqrt(15. / (double)n));
	assert_true(fabs(m[4] - 3) < 5 * sqrt(96. / (double)n));
	assert_true(fabs(t2 - 1) < 5 * sqrt(3.5 / (double)n));
	assert_true(fabs(u - .5) < 5 * sqrt(1. / 12 / (double)n));
	assert_true(fabs((double)low / (double)n - .3) <
		    5 * sqrt(.21 / (double)n));
	/* the tail beyond the base: 2.58e-4 of both sides */
	assert_true(far > 400 && far < 640);
}

static void streams_differ(void **state)
{
	struct pl_rng a, b, c;

	(void)state;
	pl_rng_stream(&a, 1, 0);
	pl_rng_stream(&b, 1, 1);
	pl_rng_stream(&c, 2, 0);
	for (int i = 0; i < 100; i++) {
		const uint64_t x = pl_rng_u64(&a);

		assert_true(x != pl_rng_u64(&b) && x != pl_rng_u64(&c));
	}
}

static void once(void *ctx, size_t i)
{
	atomic_int *seen = ctx;

	atomic_fetch_add(&seen[i], 1);
}

static void every_task_once(void **state)
{
	static atomic_int seen[1000];

	(void)state;
	for (unsigned threads = 0; threads < 9; threads++)
		pl_par(1000, threads, once, seen);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(atomic_load(&seen[i]), 9);
	pl_par(0, 2, once, seen);
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void selection_is_sorting(void **state)
{
	uint64_t seed = 5;
	double x[64], y[64], z[64];

	(void)state;
	for (int round = 0; round < 3000; round++) {
		const size_t n = 1 + (size_t)round % 64;
		const size_t k = 1 + (size_t)(round / 7) % n;

		for (size_t i = 0; i < n; i++)
			x[i] = y[i] = round % 3 ? normal(&seed)
						: floor(2 * normal(&seed));
		pl_select_low(x, n, k);
		qsort(y, n, sizeof(*y), by_value);
		assert_true(x[k - 1] == y[k - 1]);
		memcpy(z, x, sizeof(z));
		qsort(z, k, sizeof(*z), by_value);
		for (size_t i = 0; i < k; i++)
			assert_true(z[i] == y[i]);
		qsort(x, n, sizeof(*x), by_value);
		for (size_t i = 0; i < n; i++)
			assert_true(x[i] == y[i]);
	}
}

/* Sizes on both sides of where digits take over from comparing. */
static void sorting_is_qsort(void **state)
{
	static const size_t sizes[] = { 0, 1, 2, 33, 511, 512, 513, 5000 };
	static double x[5000], y[5000], z[5000];
	uint64_t seed = 8;

	(void)state;
	for (size_t k = 0; k < 8 * 4; k++) {
		const size_t n = sizes[k / 4];

		for (size_t i = 0; i < n; i++) {
			x[i] = normal(&seed);
			if (k % 4 == 1)
				x[i] = floor(3 * x[i]);
			else if (k % 4 == 2)
				x[i] = ldexp(x[i], (int)(900 * x[i] / 4));
			else if (k % 4 == 3)
				x[i] = i % 7 ? 1e9 + x[i] : -INFINITY;
			y[i] = x[i];
		}
		pl_sort(x, z, n);
		qsort(y, n, sizeof(*y), by_value);
		for (size_t i = 0; i < n; i++)
			assert_true(x[i] == y[i]);
	}
}

/* The order that is worst for this choice of the pivot: each turn takes off the
 * two smallest that are left.  It must come to its end all the same. */
static void selection_against_its_pivots(void **state)
{
	enum { N = 1000000 };
	struct pl_arena *a = pl_arena_open(0);
	double *x = PL_NEW_N(a, double, N);
	size_t *at = PL_NEW_N(a, size_t, N), lo = 0, hi = N - 1;

	(void)state;
	for (size_t i = 0; i < N; i++)
		at[i] = i;
	/* the swaps of the selection, played on places instead of values */
	for (double v = 0; hi - lo > 2; v += 2) {
		const size_t mid = lo + (hi - lo) / 2, swap = at[lo + 1];

		x[at[lo]] = v;
		x[at[mid]] = v + 1;
		at[lo + 1] = at[mid];
		at[mid] = swap;
		lo += 2;
	}
	for (; lo <= hi; lo++)
		x[at[lo]] = 2 * N;
	pl_select_low(x, N, N);
	for (size_t i = 0; i < N; i++)
		assert_true(x[i] <= x[N - 1]);
	pl_arena_close(a);
}

static void mean_and_sum(double *out, double *x, size_t n, const void *ctx)
{
	(void)ctx;
	out[0] = pl_mean(x, 1, n);
	out[1] = x[0] > x[n - 1] ? NAN : x[0];
}

static void bootstrap_of_a_mean(void **state)
{
	const struct pl_boot_spec one = {
		.seed = 3, .reps = 1000, .block = 1, .threads = 1
	};
	struct pl_boot_spec two = one, used;
	struct pl_boot b[2], c[2];
	uint64_t seed = 9;
	double x[500], s = 0, m;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 500; i++)
		x[i] = normal(&seed);
	m = pl_mean(x, 1, 500);
	for (size_t i = 0; i < 500; i++)
		s += (x[i] - m) * (x[i] - m) / 500;
	assert_ok(pl_boot(b, &used, x, 500, 2, &one, mean_and_sum, NULL, &e),
		  &e);
	/* blocks of one: the error of a mean */
	assert_true(fabs(b[0].se / sqrt(s / 500) - 1) < .1);
	assert_true(fabs((b[0].hi - b[0].lo) / (2 * 1.96 * b[0].se) - 1) < .1);
	assert_true(b[0].lo < m && m < b[0].hi);
	assert_true(b[1].n < 1000);
	two.threads = 2;
	assert_ok(pl_boot(c, &used, x, 500, 2, &two, mean_and_sum, NULL, &e),
		  &e);
	assert_memory_equal(b, c, sizeof(b));
	/* and by default */
	two.reps = two.block = 0;
	assert_ok(pl_boot(c, &used, x, 500, 2, &two, mean_and_sum, NULL, &e),
		  &e);
	assert_true(used.reps == 1000 && used.block == pl_boot_block(x, 500));
	two.reps = 100001;
	assert_int_equal(
		pl_boot(c, &used, x, 500, 2, &two, mean_and_sum, NULL, &e),
		PL_EMATH);
}

/* Blocks keep neighbours together: the mean of a series that moves slowly is
 * less certain than its points say. */
static void blocks_see_dependence(void **state)
{
	struct pl_boot_spec spec = { .seed = 1, .reps = 500, .block = 1 }, used;
	struct pl_boot b[2], c[2];
	uint64_t seed = 2;
	static double x[2000];
	struct pl_err e;

	(void)state;
	x[0] = 0;
	for (size_t i = 1; i < 2000; i++)
		x[i] = .8 * x[i - 1] + normal(&seed);
	assert_ok(pl_boot(b, &used, x, 2000, 2, &spec, mean_and_sum, NULL, &e),
		  &e);
	spec.block = 40;
	assert_ok(pl_boot(c, &used, x, 2000, 2, &spec, mean_and_sum, NULL, &e),
		  &e);
	/* sqrt((1 + .8) / (1 - .8)) = 3 */
	assert_true(c[0].se > 2 * b[0].se && c[0].se < 4 * b[0].se);
}

static struct pl_vol flat(enum pl_vol_kind kind)
{
	struct pl_vol v = { .kind = kind, .n = 4, .h_next = 1 };
	static double z[4] = { -1, 1, -1, 1 };

	v.coef = (struct pl_vol_par){ 0, 1, 0, NAN, 0, NAN };
	v.z = z;
	return v;
}

static void monte_carlo(void **state)
{
	static double x[200000], y[200000];
	struct pl_mc_spec spec = {
		.paths = 200000, .horizon = 4, .seed = 8, .threads = 1
	};
	struct pl_vol v = flat(PL_VOL_NORMAL);
	struct pl_mc_tail t;
	struct pl_err e;

	(void)state;
	/* constant variance 1: four periods are a normal of variance 4 */
	assert_ok(pl_mc_vol(x, &v, &spec, &e), &e);
	spec.threads = 2;
	assert_ok(pl_mc_vol(y, &v, &spec, &e), &e);
	assert_memory_equal(x, y, sizeof(x));
	assert_ok(pl_mc_tail(&t, x, 200000, .99, .99, &e), &e);
	assert_true(t.var_lo < 2 * 2.3263 && 2 * 2.3263 < t.var_hi);
	assert_true(t.var_hi - t.var_lo < .2);
	assert_true(fabs(t.es - 2 * 2.6652) < 4 * t.es_se);
	/* residuals of +-1 */
	spec.shocks = PL_MC_RESIDUALS;
	assert_ok(pl_mc_vol(x, &v, &spec, &e), &e);
	for (size_t i = 0; i < 200000; i++)
		assert_true(fabs(x[i]) == 4 || fabs(x[i]) == 2 || x[i] == 0);
	spec.sum = PL_MC_SIMPLE;
	spec.unit = 10;
	assert_ok(pl_mc_vol(x, &v, &spec, &e), &e);
	for (size_t i = 0; i < 200000; i++)
		assert_true(x[i] <= 4.641 + 1e-9 && x[i] >= -3.439 - 1e-9);
	/* volatility that runs away, and bounds */
	spec.sum = PL_MC_LOG;
	spec.horizon = 1000;
	v.coef.beta = 10;
	assert_int_equal(pl_mc_vol(x, &v, &spec, &e), PL_EMATH);
	spec.horizon = 1001;
	assert_int_equal(pl_mc_vol(x, &v, &spec, &e), PL_EMATH);
	assert_int_equal(pl_mc_tail(&t, x, 500, .99, .95, &e), PL_EMATH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(draws_have_their_moments),
		cmocka_unit_test(streams_differ),
		cmocka_unit_test(every_task_once),
		cmocka_unit_test(selection_is_sorting),
		cmocka_unit_test(sorting_is_qsort),
		cmocka_unit_test(selection_against_its_pivots),
		cmocka_unit_test(bootstrap_of_a_mean),
		cmocka_unit_test(blocks_see_dependence),
		cmocka_unit_test(monte_carlo),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
