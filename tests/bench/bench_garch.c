/* Milliseconds of one GARCH(1,1) fit, data already in memory: the benchmark
 * sample (n = 1974) and a simulated one of 100 000, from PLUME_TESTDATA.
 * peers/garch.gretl and peers/garch.R time theirs the same way. */
#include "analytics/garch.h"
#include "analytics/gsl.h"
#include "bench.h"

#define RUNS 21

static int run(const char *label, const char *path)
{
	struct pl_arena *a = pl_arena_open(0), *scratch = pl_arena_open(0);
	struct pl_err e = { 0 };
	struct pl_garch g;
	double ms[RUNS], *x;
	size_t n;

	x = bench_column(a, &n, path);
	for (size_t i = 0; n && i < RUNS; i++) {
		const double from = bench_ms();

		if (pl_garch_fit(scratch, &g, x, 1, n, NULL, &e)) {
			printf("plume  %-10s %s\n", label, e.msg);
			return 1;
		}
		ms[i] = bench_ms() - from;
		if (i + 1 < RUNS)
			pl_arena_reset(scratch);
	}
	if (n)
		printf("plume  %-10s %9.3f ms  (median of %d; n %zu, "
		       "loglik %.6f, %d passes)\n",
		       label, bench_median(ms, RUNS), RUNS, n, g.loglik,
		       (int)g.evaluations);
	else
		printf("plume  %-10s skipped: no PLUME_TESTDATA\n", label);
	pl_arena_close(scratch);
	pl_arena_close(a);
	return 0;
}

int main(void)
{
	pl_gsl_init();
	return run("dem2gbp", "finance/dem2gbp.csv") |
	       run("garch100k", "bench/garch100k.csv.gz");
}
