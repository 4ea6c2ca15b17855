/* Cost against n of the models over transfers, data in memory: components,
 * sets that went round, ages, holders.  Made up by a recorded stream: a tenth
 * as many addresses as transfers, some of them met far more often. */
#include "analytics/ages.h"
#include "analytics/gsl.h"
#include "analytics/holders.h"
#include "analytics/scc.h"
#include "analytics/stream.h"
#include "bench.h"

static uint32_t who(struct pl_stream *r, uint32_t n)
{
	const uint32_t x = pl_stream_below(r, n);

	return pl_stream_below(r, 4) ? x : x % (n / 10 + 1);
}

static struct pl_moves make(struct pl_arena *a, size_t n)
{
	struct pl_stream r = pl_stream_of(1, n);
	struct pl_move *v = PL_NEW_N(a, struct pl_move, n);
	const uint32_t m = (uint32_t)(n / 10);

	for (size_t i = 0; i < n; i++)
		v[i] = (struct pl_move){
			.from = i < m ? 0 : who(&r, m),
			.to = who(&r, m),
			.timed = true,
			.time = (int64_t)i * 12,
			.value = pl_u256_of(1 + pl_stream_next(&r) % 1000000),
		};
	return (struct pl_moves){ v, n, m, (uint32_t)n, 0 };
}

static int run(size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_moves m = make(a, n);
	uint32_t *comp = PL_NEW_N(a, uint32_t, m.addresses);
	struct pl_err e = { 0 };
	struct pl_holding *h;
	struct pl_holders o;
	struct pl_ages ages;
	struct pl_net *net;
	struct pl_graph g;
	struct pl_u256 owed;
	size_t k, negative;
	double t[6];
	uint32_t comps;

	t[0] = bench_ms();
	g = pl_graph_of(a, &m, NULL);
	t[1] = bench_ms();
	comps = pl_scc(a, comp, &g);
	t[2] = bench_ms();
	(void)pl_cycle_sets(a, &g, 100);
	t[3] = bench_ms();
	if (pl_ages(a, &ages, &m, (int64_t)n * 12, 0, &e))
		goto out;
	t[4] = bench_ms();
	if (pl_nets(a, &net, &m, NULL, 0, &e) ||
	    pl_holdings(a, &h, &k, &negative, &owed, net, m.addresses, NULL,
			&e) ||
	    pl_holders(&o, h, k, .51, &e))
		goto out;
	t[5] = bench_ms();
	printf("moves  n %8zu  graph %9.3f  Tarjan %9.3f  rounds %9.3f  "
	       "FIFO %9.3f  HHI %9.3f ms  (%u components)\n",
	       n, t[1] - t[0], t[2] - t[1], t[3] - t[2], t[4] - t[3],
	       t[5] - t[4], (unsigned)comps);
	pl_arena_close(a);
	return 0;
out:
	printf("moves  n %zu: %s\n", n, e.msg);
	pl_arena_close(a);
	return 1;
}

int main(void)
{
	int bad = 0;

	pl_gsl_init();
	for (size_t n = 1000; n <= 10000000 && !bad; n *= 10)
		bad = run(n);
	return bad;
}
