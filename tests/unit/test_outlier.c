/* Scales against their definitions, tails of counts against sums, false
 * discoveries against the textbook, and the edges. */
#include <math.h>

#include "analytics/gsl.h"
#include "analytics/outlier.h"
#include "analytics/stream.h"
#include "sample.h"

static void near(double x, double y, double to)
{
	assert_true(fabs(x - y) <= to * (1 + fabs(y)));
}

/* R: p.adjust(c(.01, .02, .03, .04, .05), "BH") and unsorted */
static void false_discoveries(void **state)
{
	static const double p[] = { .01, .04, .03, .02, .5 };
	static const double want[] = { .05, .05, .05, .05, .5 };
	static const double few[] = { .001, .8, .012 };
	double q[5];

	pl_fdr(*state, q, p, 5);
	for (int i = 0; i < 5; i++)
		near(q[i], want[i], 1e-15);
	pl_fdr(*state, q, few, 3);
	near(q[0], .003, 1e-15);
	near(q[1], .8, 1e-15);
	near(q[2], .018, 1e-15);
}

static void tails(void **state)
{
	struct pl_counts poisson = { 3, 3, INFINITY }, nb = { 3, 7.5, 2 };
	double p = exp(-3.0), sum = 0;
	double q = pow(2.0 / 5, 2), nsum = 0;

	(void)state;
	for (uint64_t k = 0; k < 20; k++) {
		near(pl_counts_tail(&poisson, k), 1 - sum, 1e-12);
		near(pl_counts_tail(&nb, k), 1 - nsum, 1e-12);
		sum += p;
		p *= 3.0 / (double)(k + 1);
		nsum += q;
		q *= (2 + (double)k) / (double)(k + 1) * (3.0 / 5);
	}
}

static void spike(void **state)
{
	double x[60];
	struct pl_outliers o;
	struct pl_stream r = pl_stream_of(1, 1);
	struct pl_err e;

	for (int i = 0; i < 60; i++)
		x[i] = (double)pl_stream_below(&r, 1000) / 1000;
	x[30] += 9;
	for (int k = PL_SCALE_MAD; k <= PL_SCALE_QN; k++) {
		size_t found = 0;

		assert_ok(
			pl_outliers(*state, &o, x, 60, 7, (enum pl_scale)k, &e),
			&e);
		for (size_t i = 0; i < 60; i++)
			found += o.v[i].adjusted < .001;
		assert_int_equal(found, 1);
		assert_true(o.v[30].adjusted < .001 && o.v[30].hampel);
		assert_false(o.constant || o.fallback);
	}
}

static void edges(void **state)
{
	double x[20] = { 0 }, s;
	struct pl_outliers o;
	struct pl_counts c;
	struct pl_err e;

	assert_int_equal(pl_scale(*state, &s, x, 2, PL_SCALE_QN, &e), PL_EMATH);
	assert_ok(pl_scale(*state, &s, x, 3, PL_SCALE_QN, &e), &e);
	assert_true(s == 0);
	assert_ok(pl_outliers(*state, &o, x, 20, 3, PL_SCALE_QN, &e), &e);
	assert_true(o.constant && o.v[0].adjusted == 1);
	x[10] = 5; /* flat but for one */
	assert_ok(pl_outliers(*state, &o, x, 20, 3, PL_SCALE_MAD, &e), &e);
	assert_true(o.fallback && o.v[10].adjusted < .001);
	assert_ok(pl_counts_fit(*state, &c, x, 20, PL_SCALE_MAD, &e), &e);
	assert_true(isinf(c.size) && c.mean == .5);
	x[3] = NAN;
	assert_int_equal(pl_outliers(*state, &o, x, 20, 3, PL_SCALE_MAD, &e),
			 PL_EMATH);
	assert_int_equal(pl_outliers(*state, &o, x, 2, 0, PL_SCALE_MAD, &e),
			 PL_EMATH);
}

/* How many are found where there is nothing: the rate that was asked for. */
static void nothing_is_found_in_noise(void **state)
{
	size_t worlds = 0;

	for (uint64_t w = 0; w < 100; w++) {
		struct pl_stream r = pl_stream_of(w, 9);
		struct pl_outliers o;
		struct pl_err e;
		double x[200];
		bool any = false;

		for (int i = 0; i < 200; i++) {
			x[i] = -6;
			for (int k = 0; k < 12; k++)
				x[i] += (double)(pl_stream_next(&r) >> 11) *
					0x1p-53;
		}
		assert_ok(pl_outliers(*state, &o, x, 200, 7, PL_SCALE_QN, &e),
			  &e);
		for (int i = 0; i < 200; i++)
			any |= o.v[i].adjusted < .05;
		worlds += any;
	}
	if (worlds > 15)
		print_error("found something in %zu of 100\n", worlds);
	assert_true(worlds <= 15);
}

static int arena_open(void **state)
{
	*state = pl_arena_open(0);
	return 0;
}

static int arena_close(void **state)
{
	pl_arena_close(*state);
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, arena_open, arena_close)
int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(false_discoveries),
		TEST(tails),
		TEST(spike),
		TEST(edges),
		TEST(nothing_is_found_in_noise),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
