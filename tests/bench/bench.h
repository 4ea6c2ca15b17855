/* Milliseconds, their median, and a column of a CSV file (gzip'd or not). */
#ifndef PL_TESTS_BENCH_H
#define PL_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"

static inline double bench_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Of the processor: what others do on it meanwhile counts less. */
static inline double bench_cpu_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static inline int bench_by_value(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static inline double bench_median(double *ms, size_t n)
{
	qsort(ms, n, sizeof(*ms), bench_by_value);
	return ms[n / 2];
}

/* The last column of the file below PLUME_TESTDATA; n = 0 without it. */
static inline double *bench_column(struct pl_arena *a, size_t *n,
				   const char *path)
{
	const char *root = getenv("PLUME_TESTDATA");
	double *v = NULL;
	char line[512];
	FILE *f =
		popen(pl_printf(a, "gzip -cdf '%s/analytics/%s' 2>/dev/null",
				root && *root ? root : "../shared/data", path),
		      "r");

	*n = 0;
	while (f && fgets(line, sizeof(line), f)) {
		const char *last = strrchr(line, ',');
		char *end;
		double x = strtod(last ? last + 1 : line, &end);

		if (end == (last ? last + 1 : line))
			continue; /* the header */
		if ((*n & (*n - 1)) == 0)
			v = pl_realloc(a, v, *n * sizeof(*v),
				       (*n ? 2 * *n : 1) * sizeof(*v));
		v[(*n)++] = x;
	}
	if (f)
		(void)pclose(f);
	return v;
}

#endif
