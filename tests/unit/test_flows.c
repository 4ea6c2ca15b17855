/* Ages by hand and against tokens one by one; exposure in proportion; net
 * asset values with prices before, between and after them. */
#include <math.h>

#include "analytics/ages.h"
#include "analytics/exposure.h"
#include "analytics/gsl.h"
#include "analytics/nav.h"
#include "analytics/stream.h"
#include "sample.h"

#define DAY 86400

static void near(double x, double y)
{
	assert_true(fabs(x - y) <= 1e-12 * (1 + fabs(y)));
}

static struct pl_move move(uint32_t from, uint32_t to, uint64_t v, int64_t day)
{
	return (struct pl_move){ .from = from,
				 .to = to,
				 .timed = true,
				 .time = day * DAY,
				 .value = pl_u256_of(v) };
}

static void ages_by_hand(void **state)
{
	struct pl_move v[] = { move(0, 1, 10, 0), move(0, 1, 6, 10),
			       move(1, 2, 12, 20), move(2, 0, 2, 21),
			       move(3, 1, 5, 30) };
	struct pl_moves m = { v, 5, 4, 0, 0 };
	struct pl_ages o;
	struct pl_err e;

	assert_ok(pl_ages(*state, &o, &m, 30 * DAY, 0, &e), &e);
	/* 1 has 4 of day 10 and 5 of day 30, 2 has 10 of day 20 */
	assert_int_equal(o.held.w[0], 19);
	assert_int_equal(o.unseen.w[0], 5);
	assert_int_equal(o.band[0].w[0], 5);
	assert_int_equal(o.band[2].w[0], 14);
	near(o.mean, (4 * 20. + 10 * 10. + 5 * 0.) / 19 * DAY);
	near(o.median, 10 * DAY);
	near(o.days_destroyed, 10 * 20 + 2 * 10 + 2 * 1);
	v[4].time = 0;
	assert_int_equal(pl_ages(*state, &o, &m, 0, 0, &e), PL_EMATH);
	v[4].timed = false;
	assert_int_equal(pl_ages(*state, &o, &m, 0, 0, &e), PL_EMATH);
}

/* Each token a thing of its own in a queue. */
static void ages_one_by_one(void **state)
{
	enum { N = 300, WHO = 5, ROOM = 4000 };
	static int64_t queue[WHO][ROOM];
	static struct pl_move v[N];
	struct pl_moves m = { v, N, WHO, 0, 0 };
	struct pl_stream r = pl_stream_of(7, 7);
	size_t head[WHO] = { 0 }, tail[WHO] = { 0 }, held = 0, unseen = 0;
	double destroyed = 0, age = 0;
	struct pl_ages o;
	struct pl_err e;

	for (size_t i = 0; i < N; i++) {
		v[i] = move(pl_stream_below(&r, WHO), pl_stream_below(&r, WHO),
			    pl_stream_below(&r, 9), (int64_t)i);
		for (uint64_t k = 0; k < v[i].value.w[0]; k++) {
			const uint32_t f = v[i].from, t = v[i].to;

			if (f == t)
				continue;
			if (f && head[f] == tail[f])
				unseen++;
			else if (f)
				destroyed += (double)((int64_t)i -
						      queue[f][head[f]++]);
			if (t)
				queue[t][tail[t]++] = (int64_t)i;
		}
	}
	for (size_t w = 1; w < WHO; w++) {
		for (size_t k = head[w]; k < tail[w]; k++, held++)
			age += (double)(N - queue[w][k]);
	}
	assert_ok(pl_ages(*state, &o, &m, (int64_t)N * DAY, 0, &e), &e);
	assert_int_equal(o.held.w[0], held);
	assert_int_equal(o.unseen.w[0], unseen);
	near(o.days_destroyed, destroyed);
	near(o.mean, age / (double)held * DAY);
}

static void exposure(void **state)
{
	/* 1 gives 6 of 2's 8, 2 gives 4 of 3's 4, 3 gives back */
	struct pl_move v[] = { move(1, 2, 6, 0), move(4, 2, 2, 1),
			       move(2, 3, 4, 2), move(3, 1, 1, 3),
			       move(1, 0, 1, 4), move(0, 4, 9, 5) };
	struct pl_moves m = { v, 6, 5, 0, 0 };
	struct pl_exposure o;
	struct pl_err e;

	assert_ok(pl_exposure(*state, &o, &m, 1, 3, &e), &e);
	near(o.share[2], .75);
	near(o.share[3], .75);
	near(o.share[4], 0); /* the zero address passes nothing on */
	assert_int_equal(o.hop[2], 1);
	assert_int_equal(o.hop[3], 2);
	assert_true(o.hop[4] == UINT32_MAX);
	assert_int_equal(o.by[1].reached, 2);
	assert_int_equal(o.by[1].volume.w[0], 7);
	assert_int_equal(o.by[2].volume.w[0], 4);
}

static void nav(void **state)
{
	struct pl_nav_point n[] = { { 0, 100 },
				    { 10 * DAY, 101 },
				    { 20 * DAY, 102.01 } };
	struct pl_nav_point p[] = { { -1, 7 },
				    { 9 * DAY, 99 },
				    { 10 * DAY, 101 },
				    { 25 * DAY, 102.01 * .9 } };
	struct pl_nav o;
	struct pl_err e;

	assert_ok(pl_nav(*state, &o, n, 3, p, 4, 40 * DAY, .95, 100, 1, &e),
		  &e);
	assert_int_equal(o.matched, 3);
	near(o.premium, -.1);
	near(o.premium_mean, (-.01 + 0 - .1) / 3);
	assert_true(isnan(o.premium_lo)); /* 3 points */
	near(o.usual, 10 * DAY);
	near(o.late, 1);
	near(o.yield, pow(1.01, 36.525) - 1);
	assert_ok(pl_nav(*state, &o, n, 1, NULL, 0, 0, .95, 100, 1, &e), &e);
	assert_true(isnan(o.yield) && isnan(o.premium) && o.late == 0);
	assert_int_equal(pl_nav(*state, &o, NULL, 0, p, 4, 0, .95, 100, 1, &e),
			 PL_EMATH);
	n[1].value = NAN;
	assert_int_equal(pl_nav(*state, &o, n, 3, p, 4, 0, .95, 100, 1, &e),
			 PL_EMATH);
	n[1] = n[2];
	assert_int_equal(pl_nav(*state, &o, n, 3, p, 4, 0, .95, 100, 1, &e),
			 PL_EMATH);
}

static void means(void **state)
{
	double x[200], mean, lo, hi;
	struct pl_err e;

	for (int i = 0; i < 200; i++)
		x[i] = i % 2 ? 1 : -1;
	assert_ok(pl_mean_blocks(*state, &mean, &lo, &hi, x, 200, .95, 400, 1,
				 &e),
		  &e);
	near(mean, 0);
	assert_true(lo < 0 && hi > 0 && hi < .2);
	for (int i = 0; i < 200; i++)
		x[i] = 3;
	assert_ok(pl_mean_blocks(*state, &mean, &lo, &hi, x, 200, .95, 400, 1,
				 &e),
		  &e);
	near(lo, 3);
	near(hi, 3);
	assert_int_equal(
		pl_mean_blocks(*state, &mean, &lo, &hi, x, 0, .95, 400, 1, &e),
		PL_EMATH);
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
		TEST(ages_by_hand), TEST(ages_one_by_one), TEST(exposure),
		TEST(nav),          TEST(means),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
