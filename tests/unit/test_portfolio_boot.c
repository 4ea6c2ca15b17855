/* Intervals of a portfolio's figures: they hold the truth of a known pair as
 * often as they say, and hang on no thread. */
#include "analytics/gsl.h"
#include "analytics/portfolio_boot.h"
#include "analytics/rng.h"
#include "sample.h"

#define N 600
#define SERIES SERIES_OF(250)
#define LEVEL .95

/* Two independent normals, of deviation 1 and 2, half of wealth in each. */
static void simulate(double *x, uint64_t stream)
{
	struct pl_zig zig;
	struct pl_rng r;

	pl_zig_init(&zig);
	pl_rng_stream(&r, 5, stream);
	for (size_t t = 0; t < N; t++) {
		x[2 * t] = .1 + pl_rng_normal(&r, &zig);
		x[2 * t + 1] = 2 * pl_rng_normal(&r, &zig);
	}
}

static const double half[2] = { .5, .5 };

static void truth_of(double *truth)
{
	double *a = truth + PL_PF_ALL(0), *b = truth + PL_PF_ALL(1);

	for (size_t i = 0; i < PL_PF_ALL(2); i++)
		truth[i] = NAN;
	truth[PL_PF_WHOLE_SD] = sqrt(1.25);
	truth[PL_PF_WHOLE_DIVERSIFICATION] = 1.5 / sqrt(1.25);
	truth[PL_PF_WHOLE_SD_LEAST] = truth[PL_PF_WHOLE_SD_LEAST_SHORT] =
		sqrt(.8);
	a[PL_PF_MEAN] = .1;
	a[PL_PF_SD] = 1;
	b[PL_PF_SD] = 2;
	a[PL_PF_LEAST] = a[PL_PF_LEAST_SHORT] = .8;
	b[PL_PF_LEAST] = b[PL_PF_LEAST_SHORT] = .2;
	a[PL_PF_PARITY] = 2. / 3;
	b[PL_PF_PARITY] = 1. / 3;
}

/* As many as said, within 3.29 standard deviations of a binomial: 99.9 %. */
static void bounds_hold_the_truth(void **state)
{
	const double spread = 3.29 * sqrt(LEVEL * (1 - LEVEL) / SERIES);
	const struct pl_boot_spec spec = { .seed = 1,
					   .reps = 200,
					   .threads = 1 };
	double truth[PL_PF_ALL(2)], x[2 * N];
	size_t in[PL_PF_ALL(2)] = { 0 };

	(void)state;
	truth_of(truth);
	for (uint64_t s = 0; s < SERIES; s++) {
		struct pl_boot b[PL_PF_ALL(2)];
		struct pl_boot_spec used;
		struct pl_err e;

		simulate(x, s);
		assert_ok(pl_pf_boot(b, &used, x, N, 2, half, .99, &spec, &e),
			  &e);
		for (size_t i = 0; i < PL_PF_ALL(2); i++)
			in[i] += b[i].lo <= truth[i] && truth[i] <= b[i].hi;
	}
	for (size_t i = 0; i < PL_PF_ALL(2); i++) {
		const double got = (double)in[i] / SERIES;

		if (!isnan(truth[i]) && fabs(got - LEVEL) > spread)
			fail_msg("figure %zu: %.3f", i, got);
	}
}

static void threads_change_nothing(void **state)
{
	struct pl_boot_spec spec = { .seed = 2, .threads = 1 }, used;
	struct pl_boot one[PL_PF_ALL(2)], two[PL_PF_ALL(2)];
	double figures[PL_PF_ALL(2)], x[2 * N];
	struct pl_err e;

	(void)state;
	simulate(x, 3);
	assert_ok(pl_pf_boot(one, &used, x, N, 2, half, .99, &spec, &e), &e);
	assert_int_equal(used.reps, 1000);
	spec.threads = 3;
	assert_ok(pl_pf_boot(two, &used, x, N, 2, half, .99, &spec, &e), &e);
	assert_memory_equal(one, two, sizeof(one));
	pl_pf_figures(figures, x, N, 2, half, .99);
	for (size_t i = 0; i < PL_PF_ALL(2); i++)
		if (i != PL_PF_WHOLE_SHRINKAGE) /* at an end of its range */
			assert_true(one[i].lo <= figures[i] &&
				    figures[i] <= one[i].hi);
	x[17] = NAN;
	assert_int_not_equal(
		pl_pf_boot(one, &used, x, N, 2, half, .99, &spec, &e), PL_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_hold_the_truth),
		cmocka_unit_test(threads_change_nothing),
	};

	pl_gsl_init();
	return cmocka_run_group_tests_name("portfolio_boot", tests, NULL, NULL);
}
