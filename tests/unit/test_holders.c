/* Concentration: against sums by hand, over 256 bits, and by the slow way. */
#include <math.h>

#include "analytics/gsl.h"
#include "analytics/holders.h"
#include "analytics/stream.h"
#include "sample.h"

static void near(double x, double y)
{
	assert_true(fabs(x - y) <= 1e-12 * (1 + fabs(y)));
}

static struct pl_holding *make(struct pl_arena *a, const uint64_t *v, size_t n)
{
	struct pl_holding *h = PL_NEW_N(a, struct pl_holding, n);

	for (size_t i = 0; i < n; i++)
		h[i] = (struct pl_holding){ pl_u256_of(v[i]), (uint32_t)i };
	pl_holdings_sort(h, n);
	return h;
}

static void by_hand(void **state)
{
	static const uint64_t v[] = { 10, 50, 40 };
	struct pl_arena *a = *state;
	struct pl_holders h;
	struct pl_err e;

	assert_ok(pl_holders(&h, make(a, v, 3), 3, .51, &e), &e);
	near(h.hhi, .01 + .25 + .16);
	near(h.gini, (-2 * .1 + 0 * .4 + 2 * .5) / 3);
	assert_int_equal(h.nakamoto, 2);
	near(h.top[0], .5);
	near(h.top[1], 1);
	/* just reached counts */
	assert_ok(pl_holders(&h, make(a, v, 3), 3, .5, &e), &e);
	assert_int_equal(h.nakamoto, 1);
	assert_ok(pl_holders(&h, make(a, v, 3), 3, 1, &e), &e);
	assert_int_equal(h.nakamoto, 3);
}

static void edges(void **state)
{
	static const uint64_t equal[] = { 7, 7, 7, 7 };
	struct pl_arena *a = *state;
	struct pl_holding *h;
	struct pl_holders o;
	struct pl_holders_boot b;
	struct pl_err e;

	assert_int_equal(pl_holders(&o, NULL, 0, .5, &e), PL_EMATH);
	h = make(a, equal, 4);
	assert_int_equal(pl_holders(&o, h, 4, 0, &e), PL_EMATH);
	assert_int_equal(pl_holders(&o, h, 4, NAN, &e), PL_EMATH);
	assert_ok(pl_holders(&o, h, 4, .51, &e), &e);
	near(o.hhi, .25);
	near(o.gini, 0);
	assert_int_equal(o.nakamoto, 3);
	assert_ok(pl_holders_bootstrap(a, &b, h, 4, .51, .95, 50, 1, &e), &e);
	near(b.hhi.lo, .25);
	near(b.hhi.hi, .25);
	near(b.gini.hi, 0);
	near(b.nakamoto.lo, 3);
	assert_int_equal(pl_holders_bootstrap(a, &b, h, 2, .51, .95, 50, 1, &e),
			 PL_EMATH);
	assert_int_equal(pl_holders_bootstrap(a, &b, h, 4, .51, .95, 19, 1, &e),
			 PL_EMATH);
}

static struct pl_u256 power(unsigned bit)
{
	struct pl_u256 v = { { 0 } };

	v.w[bit / 64] = (uint64_t)1 << bit % 64;
	return v;
}

/* 2^255 is an amount like any other; two of them are not a sum. */
static void of_256_bits(void **state)
{
	struct pl_arena *a = *state;
	struct pl_move m[2] = { { .from = 0, .to = 1, .value = power(255) },
				{ .from = 1, .to = 2, .value = power(254) } };
	struct pl_moves all = { m, 2, 3, 1, 0 };
	struct pl_holding *h;
	struct pl_holders o;
	struct pl_net *net;
	struct pl_u256 owed;
	size_t n, negative;
	struct pl_err e;

	assert_ok(pl_nets(a, &net, &all, NULL, 0, &e), &e);
	assert_ok(pl_holdings(a, &h, &n, &negative, &owed, net, 3, NULL, &e),
		  &e);
	assert_int_equal(n, 2);
	assert_int_equal(negative, 1);
	assert_int_equal(pl_u256_bits(&owed), 256);
	assert_ok(pl_holders(&o, h, n, .51, &e), &e);
	near(o.hhi, .5);
	assert_int_equal(o.nakamoto, 2);
	assert_int_equal(pl_u256_bits(&o.total), 256);
	m[1] = m[0];
	assert_int_equal(pl_nets(a, &net, &all, NULL, 0, &e), PL_EMATH);
	h[0].amount = h[1].amount = power(255);
	assert_int_equal(pl_holders(&o, h, 2, .51, &e), PL_EMATH);
}

/* What moves inside an entity is no flow. */
static void groups(void **state)
{
	static const uint32_t group[] = { 0, 1, 1 };
	struct pl_arena *a = *state;
	struct pl_move m[2] = {
		{ .from = 0, .to = 1, .value = pl_u256_of(9) },
		{ .from = 1, .to = 2, .value = pl_u256_of(4) },
	};
	struct pl_moves all = { m, 2, 3, 1, 0 };
	struct pl_net *net;
	struct pl_u256 v;
	struct pl_err e;

	assert_ok(pl_nets(a, &net, &all, group, 2, &e), &e);
	assert_int_equal(pl_net_of(&v, &net[1]), 1);
	assert_int_equal(v.w[0], 9);
	assert_true(pl_u256_is_zero(&net[1].out));
	assert_int_equal(pl_net_of(&v, &net[0]), -1);
}

/* The bootstrap's replicates, drawn one by one and sorted: the same. */
static void bootstrap_is_a_bootstrap(void **state)
{
	enum { N = 37, REPS = 40 };
	struct pl_arena *a = *state;
	struct pl_holders_boot b;
	struct pl_holders o;
	uint64_t v[N];
	double hhi[REPS], gini[REPS], lo = 1, hi = 0, glo = 1, ghi = 0;
	struct pl_holding *h;
	struct pl_err e;

	for (size_t i = 0; i < N; i++)
		v[i] = 1000000 / (i + 1) / (i + 1) + 1;
	h = make(a, v, N);
	assert_ok(pl_holders_bootstrap(a, &b, h, N, .51, .999999, REPS, 5, &e),
		  &e);
	for (size_t r = 0; r < REPS; r++) {
		struct pl_stream rng = pl_stream_of(5, r);
		struct pl_holding *d = PL_NEW_N(a, struct pl_holding, N);

		for (size_t i = 0; i < N; i++)
			d[i] = h[pl_stream_below(&rng, N)];
		pl_holdings_sort(d, N);
		assert_ok(pl_holders(&o, d, N, .51, &e), &e);
		hhi[r] = o.hhi;
		gini[r] = o.gini;
		lo = fmin(lo, hhi[r]);
		hi = fmax(hi, hhi[r]);
		glo = fmin(glo, gini[r]);
		ghi = fmax(ghi, gini[r]);
	}
	assert_true(fabs(b.hhi.lo - lo) < 1e-4 && fabs(b.hhi.hi - hi) < 1e-4);
	assert_true(fabs(b.gini.lo - glo) < 1e-4 &&
		    fabs(b.gini.hi - ghi) < 1e-4);
}

static void draws_are_even(void **state)
{
	struct pl_stream r = pl_stream_of(1, 2), same = pl_stream_of(1, 2);
	struct pl_stream other = pl_stream_of(1, 3);
	size_t count[7] = { 0 };

	(void)state;
	assert_true(pl_stream_next(&r) == pl_stream_next(&same));
	assert_true(pl_stream_next(&r) != pl_stream_next(&other));
	for (int i = 0; i < 70000; i++)
		count[pl_stream_below(&r, 7)]++;
	for (int i = 0; i < 7; i++)
		assert_true(count[i] > 9600 && count[i] < 10400);
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
		TEST(by_hand),        TEST(edges),
		TEST(of_256_bits),    TEST(groups),
		TEST(draws_are_even), TEST(bootstrap_is_a_bootstrap),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
