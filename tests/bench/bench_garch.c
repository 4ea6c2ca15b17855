/* Milliseconds of one GARCH(1,1) fit, data already in memory: the benchmark
 * sample (n = 1974) and a simulated one of 100 000, from PLUME_TESTDATA.
 * peers/garch.gretl and peers/garch.R time theirs the same way. */
#include <stdint.h>
#include <time.h>

#include "analytics/garch.h"
#include "analytics/gsl.h"
#include "columns.h"

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int run(const char *label, const char *path, const char *column)
{
	struct pl_arena *a = pl_arena_open(0), *scratch = pl_arena_open(0);
	char *text = slurp(a, path);
	double ms[21];
	struct pl_garch g;
	struct pl_err e = { 0 };
	struct column x;

	if (!text) {
		printf("garch-n %s: skipped, no PLUME_TESTDATA\n", label);
		return 0;
	}
	x = csv_column(a, text, column);
	for (size_t i = 0; i < COUNT(ms); i++) {
		const double from = now_ms();

		if (pl_garch_fit(scratch, &g, x.v, 1, x.n, NULL, &e)) {
			printf("garch-n %s: %s\n", label, e.msg);
			return 1;
		}
		ms[i] = now_ms() - from;
		pl_arena_reset(scratch);
	}
	qsort(ms, COUNT(ms), sizeof(ms[0]), by_value);
	printf("garch-n %s\tplume\t%.4f ms (n %zu, median of %zu, "
	       "%d evaluations)\n",
	       label, ms[COUNT(ms) / 2], x.n, COUNT(ms), (int)g.evaluations);
	pl_arena_close(scratch);
	pl_arena_close(a);
	return 0;
}

int main(void)
{
	pl_gsl_init();
	return run("dem2gbp", "analytics/finance/dem2gbp.csv", "return_pct") |
	       run("garch100k", "analytics/bench/garch100k.csv.gz",
		   "return_pct");
}
