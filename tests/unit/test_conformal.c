/* Intervals: coverage on noise, on noise whose size changes, the split ones by
 * counting; answers that are not in yet; refusals. */
#include "analytics/conformal.h"
#include "sample.h"

#define N 3000

static const struct pl_conf_spec spec = { .9, .02, 500, 1 };

static void covers(void **state)
{
	static double err[N], scale[N];
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 12;
	struct pl_conf c;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < N; i++) {
		/* five times the noise in the second half, unknown to scale */
		err[i] = normal(&seed) * (i < N / 2 ? 1 : 5);
		scale[i] = 1;
	}
	assert_ok(pl_conformal(a, &c, NULL, err, scale, N, &spec, &e), &e);
	assert_int_equal(c.judged, N - PL_CONF_BURN);
	assert_true(fabs(c.coverage - .9) < .01);
	assert_true(c.split_coverage < .4); /* it can not know */
	assert_true(c.lo < c.coverage && c.coverage < c.hi);
	pl_arena_close(a);
}

static void split_by_counting(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double err[80], scale[80];
	struct pl_conf c;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 80; i++) {
		err[i] = (double)((i * 7) % 40 + 1) * (i % 2 ? 1 : -1);
		scale[i] = 1;
	}
	assert_ok(pl_conformal(a, &c, NULL, err, scale, 80, &spec, &e), &e);
	/* ceil(.9 x 41) = 37th of 1..40, and 37 of the next 40 within */
	assert_true(c.split_half == 37);
	assert_true(c.split_coverage == 37. / 40);
	pl_arena_close(a);
}

/* A forecast h ahead is judged h later, and nothing is known before. */
static void answers_come_late(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_conf_spec s = { .9, .02, 500, 5 };
	double err[60], scale[60], half[60];
	struct pl_conf c;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		err[i] = i < 56 ? (double)i : NAN;
		scale[i] = 1;
	}
	assert_ok(pl_conformal(a, &c, half, err, scale, 60, &s, &e), &e);
	for (size_t i = 0; i < 60; i++) {
		assert_true(isnan(half[i]) == (i < PL_CONF_BURN + 4));
		if (i >= PL_CONF_BURN + 4) /* errors only grow */
			assert_true(half[i] <= (double)(i - 5));
	}
	assert_int_equal(c.judged, 56 - PL_CONF_BURN - 4);
	assert_int_equal(c.inside, 0);
	pl_arena_close(a);
}

static void wilson(void **state)
{
	double lo, hi;

	(void)state;
	pl_wilson(&lo, &hi, .9, 100); /* as in Newcombe (1998), 90 of 100 */
	assert_near(lo, .8256343, 1e-6);
	assert_near(hi, .9447708, 1e-6);
	pl_wilson(&lo, &hi, 1, 10);
	assert_true(hi > 1 - 1e-12 && hi <= 1 && lo > .7 && lo < .73);
}

static void refusals(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	double err[30] = { 0 }, scale[30] = { 0 };
	struct pl_conf_spec bad = { 1, .02, 500, 1 };
	struct pl_conf c;
	struct pl_err e;

	(void)state;
	assert_refused(pl_conformal(a, &c, NULL, err, scale, 30, &spec, &e), &e,
		       "scale of forecast 1");
	assert_refused(pl_conformal(a, &c, NULL, err, scale, 30, &bad, &e), &e,
		       "level 1");
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers),
		cmocka_unit_test(split_by_counting),
		cmocka_unit_test(answers_come_late),
		cmocka_unit_test(wilson),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
