/* Circles: components against reachability by the slow way, rounds by taking
 * away one by one, planted wash trades found, depth without recursion. */
#include <math.h>

#include "analytics/benford.h"
#include "analytics/gsl.h"
#include "analytics/stream.h"
#include "analytics/wash.h"
#include "sample.h"

#define NODES 9

static struct pl_move *moves(struct pl_arena *a, size_t n)
{
	return PL_NEW_N(a, struct pl_move, n);
}

static struct pl_move move(uint32_t from, uint32_t to, uint64_t value,
			   int64_t time)
{
	return (struct pl_move){ .from = from,
				 .to = to,
				 .timed = true,
				 .time = time,
				 .value = pl_u256_of(value) };
}

/* reach[i][j]: from i one comes to j (Warshall). */
static void reachable(bool reach[NODES][NODES], const uint64_t w[NODES][NODES],
		      unsigned in)
{
	for (int i = 0; i < NODES; i++)
		for (int j = 0; j < NODES; j++)
			reach[i][j] = i == j ||
				      (w[i][j] && in >> i & 1 && in >> j & 1);
	for (int k = 0; k < NODES; k++)
		for (int i = 0; i < NODES; i++)
			for (int j = 0; j < NODES; j++)
				reach[i][j] |= reach[i][k] && reach[k][j];
}

static void components_are_right(void **state)
{
	struct pl_arena *a = *state;

	for (uint64_t seed = 0; seed < 200; seed++) {
		struct pl_stream r = pl_stream_of(seed, 0);
		const size_t n = 1 + pl_stream_below(&r, 25);
		struct pl_move *v = moves(a, n);
		struct pl_moves m = { v, n, NODES, 0, PL_NOBODY };
		uint64_t w[NODES][NODES] = { { 0 } };
		bool reach[NODES][NODES];
		uint32_t comp[NODES], comps, most = 0;
		struct pl_graph g;

		for (size_t i = 0; i < n; i++) {
			v[i] = move(pl_stream_below(&r, NODES),
				    pl_stream_below(&r, NODES), 1, 0);
			w[v[i].from][v[i].to]++;
		}
		reachable(reach, (const uint64_t(*)[NODES])w, ~0u);
		g = pl_graph_of(a, &m, NULL);
		comps = pl_scc(a, comp, &g);
		for (int i = 0; i < NODES; i++) {
			most = comp[i] > most ? comp[i] : most;
			for (int j = 0; j < NODES; j++)
				assert_int_equal(comp[i] == comp[j],
						 reach[i][j] && reach[j][i]);
		}
		assert_int_equal(comps, most + 1);
		for (uint32_t i = 0; i < NODES; i++)
			for (size_t k = g.start[i]; k < g.end[i]; k++)
				assert_int_equal(g.arc[k].times,
						 w[i][g.arc[k].to]);
	}
}

/* Rounds of one set of nodes, the slow way: count[mask]. */
static void peel(uint64_t *count, uint64_t w[NODES][NODES])
{
	bool reach[NODES][NODES], any = true;

	while (any) {
		unsigned done = 0;

		any = false;
		reachable(reach, (const uint64_t(*)[NODES])w, ~0u);
		for (int i = 0; i < NODES; i++) {
			unsigned set = 0;
			int n = 0;

			for (int j = 0; j < NODES; j++) {
				if (reach[i][j] && reach[j][i]) {
					set |= 1u << j;
					n++;
				}
			}
			if (n < 2 || (done >> i & 1))
				continue;
			done |= set;
			any = true;
			count[set]++;
		}
		for (int i = 0; i < NODES; i++)
			for (int j = 0; j < NODES; j++)
				w[i][j] -=
					w[i][j] && reach[i][j] && reach[j][i];
	}
}

static void rounds_are_right(void **state)
{
	struct pl_arena *a = *state;

	for (uint64_t seed = 0; seed < 100; seed++) {
		struct pl_stream r = pl_stream_of(seed, 1);
		const size_t n = 60;
		struct pl_move *v = moves(a, n);
		struct pl_moves m = { v, n, NODES, 0, PL_NOBODY };
		uint64_t w[NODES][NODES] = { { 0 } };
		uint64_t *want = PL_NEW_N(a, uint64_t, 1 << NODES);
		bool self[60];
		struct pl_cycle_sets got;
		struct pl_graph g;
		size_t sets = 0;

		for (size_t i = 0; i < n; i++) {
			v[i] = move(pl_stream_below(&r, 3) +
					    3 * pl_stream_below(&r, 2),
				    pl_stream_below(&r, NODES), 1, 0);
			self[i] = v[i].from == v[i].to;
			w[v[i].from][v[i].to] += !self[i];
		}
		peel(want, w);
		g = pl_graph_of(a, &m, self);
		got = pl_cycle_sets(a, &g, 1);
		for (unsigned s = 0; s < 1 << NODES; s++)
			sets += want[s] > 0;
		assert_int_equal(got.n, sets);
		for (size_t i = 0; i < got.n; i++) {
			unsigned s = 0;

			for (size_t k = 0; k < got.v[i].n; k++)
				s |= 1u << got.v[i].member[k];
			assert_int_equal(got.v[i].rounds, want[s]);
		}
	}
}

/* A line of a million accounts and a way back: one component, no recursion. */
static void deep(void **state)
{
	enum { N = 1000000 };
	struct pl_arena *a = *state;
	struct pl_move *v = moves(a, N);
	struct pl_moves m = { v, N, N, 0, PL_NOBODY };
	uint32_t *comp = PL_NEW_N(a, uint32_t, N);
	struct pl_graph g;

	for (uint32_t i = 0; i < N; i++)
		v[i] = move(i, (i + 1) % N, 1, 0);
	g = pl_graph_of(a, &m, NULL);
	assert_int_equal(pl_scc(a, comp, &g), 1);
}

/* 100 rounds of three accounts, amid noise that never comes back. */
static void planted(void **state)
{
	enum { ROUNDS = 100, NOISE = 400 };
	struct pl_arena *a = *state;
	struct pl_move *v = moves(a, 3 * ROUNDS + NOISE + 1);
	struct pl_moves m = { v, 0, 1000, 0, PL_NOBODY };
	struct pl_wash_spec spec = { 100, .01, NULL, 99, 1 };
	struct pl_wash o;
	struct pl_err e;

	for (uint32_t i = 0; i < ROUNDS; i++)
		for (uint32_t k = 0; k < 3; k++)
			v[m.n++] = move(k, (k + 1) % 3, 1000,
					(int64_t)i * 7200 + k);
	for (uint32_t i = 0; i < NOISE; i++)
		v[m.n++] = move(3 + i, 500 + i, 1000, (int64_t)i);
	v[m.n++] = move(7, 7, 5, 0);
	assert_ok(pl_wash(a, &o, &m, &spec, &e), &e);
	assert_int_equal(o.sets, 1);
	assert_int_equal(o.set[0].set.n, 3);
	assert_int_equal(o.set[0].set.rounds, 100);
	assert_int_equal(o.matched_rows, 300);
	assert_int_equal(o.self_rows, 1);
	assert_int_equal(o.washed.w[0], 300005);
	assert_int_equal(o.by_window[0].w[0], 300000);
	assert_true(o.p == .01);
	for (size_t i = 0; i < m.n; i++)
		assert_int_equal(o.why[i], i < 300        ? PL_WASH_HOUR
					   : i + 1 == m.n ? PL_WASH_SELF
							  : PL_WASH_NOT);
	/* set apart, or one round short: nothing */
	spec.rounds = 101;
	assert_ok(pl_wash(a, &o, &m, &spec, &e), &e);
	assert_int_equal(o.matched_rows, 0);
	assert_true(isnan(o.p));
}

/* The last transfers are dropped until the rest matches, within the margin. */
static void margins(void **state)
{
	static const struct {
		uint64_t value[4];
		double margin;
		uint64_t matched;
	} cases[] = {
		{ { 1000, 1000, 1000, 1000 }, .01, 4 },
		{ { 1000, 1000, 1000, 500 }, .01, 2 },
		{ { 1000, 995, 7000, 10 }, .01, 2 },
		{ { 1000, 985, 7000, 10 }, .01, 0 },
		{ { 1000, 985, 7000, 10 }, .02, 2 },
		{ { 1000, 999, 7000, 10 }, 0, 0 },
	};
	struct pl_arena *a = *state;

	for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
		struct pl_move v[4];
		struct pl_moves m = { v, 4, 2, 0, PL_NOBODY };
		struct pl_wash_spec spec = { 1, cases[c].margin, NULL, 0, 0 };
		struct pl_wash o;
		struct pl_err e;

		for (uint32_t i = 0; i < 4; i++)
			v[i] = move(i % 2, 1 - i % 2, cases[c].value[i], i);
		assert_ok(pl_wash(a, &o, &m, &spec, &e), &e);
		assert_int_equal(o.matched_rows, cases[c].matched);
	}
}

static void edges(void **state)
{
	struct pl_arena *a = *state;
	struct pl_move v[3] = { move(0, 1, 1, 0), move(1, 0, 1, 1),
				move(0, 1, 0, 0) };
	struct pl_moves m = { v, 3, 2, 0, PL_NOBODY };
	struct pl_wash_spec spec = { 1, .01, NULL, 0, 0 };
	struct pl_benford b;
	struct pl_wash o;
	struct pl_err e;

	v[0].value.w[3] = v[1].value.w[3] = (uint64_t)1 << 62;
	assert_ok(pl_wash(a, &o, &m, &spec, &e), &e);
	assert_int_equal(o.matched_rows, 2);
	assert_int_equal(o.rows, 2);
	v[0].value.w[3] = v[1].value.w[3] = (uint64_t)1 << 63;
	assert_int_equal(pl_wash(a, &o, &m, &spec, &e), PL_EMATH);
	v[0].value.w[3] = v[1].value.w[3] = 0;
	v[1].timed = false;
	assert_int_equal(pl_wash(a, &o, &m, &spec, &e), PL_EMATH);
	v[1].timed = true;
	spec.margin = NAN;
	assert_int_equal(pl_wash(a, &o, &m, &spec, &e), PL_EMATH);
	spec.margin = .01;
	m.zero = 0; /* mints and burns go round with nobody */
	assert_ok(pl_wash(a, &o, &m, &spec, &e), &e);
	assert_int_equal(o.matched_rows, 0);
	assert_int_equal(pl_benford(&b, &m, &e), PL_EMATH);
	assert_int_equal(pl_counterparties(a, &m)[0], 1);
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
		TEST(components_are_right),
		TEST(rounds_are_right),
		TEST(deep),
		TEST(planted),
		TEST(margins),
		TEST(edges),
	};

	pl_gsl_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
