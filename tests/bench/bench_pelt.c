/* Milliseconds of PELT, data in memory: the simulated series of 10 000 and
 * 100 000 points from PLUME_TESTDATA, BIC penalty. */
#include "analytics/gsl.h"
#include "analytics/pelt.h"
#include "bench.h"

#define RUNS 5

static int run(const char *name, enum pl_cp_model model)
{
	struct pl_arena *a = pl_arena_open(0), *scratch = pl_arena_open(0);
	struct pl_cp_spec spec = { .model = model, .rule = PL_CP_BIC };
	struct pl_err e = { 0 };
	struct pl_cp cp;
	double ms[RUNS], *x;
	size_t n;

	x = bench_column(a, &n, pl_printf(a, "bench/%s.csv.gz", name));
	for (size_t i = 0; n && i < RUNS; i++) {
		const double from = bench_ms();

		if (pl_pelt(scratch, &cp, x, 1, n, &spec, &e)) {
			printf("pelt   %-7s %s\n", name, e.msg);
			return 1;
		}
		ms[i] = bench_ms() - from;
		pl_arena_reset(scratch);
	}
	if (n)
		printf("pelt   %-7s %-13s %9.3f ms  (median of %d, "
		       "%d changes)\n",
		       name, pl_cp_model_words[model], bench_median(ms, RUNS),
		       RUNS, (int)cp.changes);
	else
		printf("pelt   %-7s skipped: no PLUME_TESTDATA\n", name);
	pl_arena_close(scratch);
	pl_arena_close(a);
	return 0;
}

int main(void)
{
	pl_gsl_init();
	return run("cp10k", PL_CP_MEAN) | run("cp100k", PL_CP_MEAN) |
	       run("cp10k", PL_CP_MEANVAR) | run("cp100k", PL_CP_MEANVAR);
}
