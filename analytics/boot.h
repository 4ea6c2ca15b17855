/* Intervals by the circular block bootstrap (Politis & Romano 1992): samples
 * made of blocks of neighbouring points, so that short dependence stays.
 * Replication i draws from stream i of the seed. */
#ifndef PL_ANALYTICS_BOOT_H
#define PL_ANALYTICS_BOOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct pl_boot_spec {
	uint64_t seed;
	uint64_t reps;     /* 0: 2e7 / n, within 200 .. 1000 */
	uint64_t block;    /* points; 0: 1.75 n^(1/3), rounded */
	double confidence; /* 0: .95 */
	unsigned threads;
};

struct pl_boot {
	double lo, hi; /* quantiles of the replications */
	double se;     /* their standard deviation */
	uint64_t n;    /* replications in which the figure exists */
};

#define PL_BOOT_FIGURES 24

/* Figures of one sample into out[k]; NaN: does not exist.  May reorder x. */
typedef void (*pl_boot_fn)(double *out, double *x, size_t n, const void *ctx);

/* k <= PL_BOOT_FIGURES.  *used gets what the zeros of spec became. */
PL_CHECKED enum pl_rc pl_boot(struct pl_boot *out, struct pl_boot_spec *used,
			      const double *x, size_t n, size_t k,
			      const struct pl_boot_spec *spec, pl_boot_fn fn,
			      const void *ctx, struct pl_err *e);

#endif
