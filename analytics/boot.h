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
	uint64_t block;    /* points; 0: pl_boot_block */
	double confidence; /* 0: .95 */
	unsigned threads;
};

struct pl_boot {
	double lo, hi; /* quantiles of the replications */
	double se;     /* their standard deviation */
	uint64_t n;    /* replications in which the figure exists */
};

/* The length of blocks that suits the autocorrelation of x and of its squares
 * about the mean, whichever asks for more; 1 where neither has any. */
uint64_t pl_boot_block(const double *x, size_t n);

#define PL_BOOT_FIGURES 400

/* Figures of one sample into out[k]; NaN: does not exist.  May reorder x. */
typedef void (*pl_boot_fn)(double *out, double *x, size_t n, const void *ctx);

/* k <= PL_BOOT_FIGURES.  *used gets what the zeros of spec became. */
PL_CHECKED enum pl_rc pl_boot(struct pl_boot *out, struct pl_boot_spec *used,
			      const double *x, size_t n, size_t k,
			      const struct pl_boot_spec *spec, pl_boot_fn fn,
			      const void *ctx, struct pl_err *e);

/* For a bootstrap of another kind: zeros of the spec filled in, a sample of
 * blocks, and the interval of one figure's replications (put in another
 * order; NaN: does not exist).  One
 * without 20 values, or without half of them, gets NaN. */
struct pl_rng;
PL_CHECKED enum pl_rc pl_boot_defaults(struct pl_boot_spec *s, const double *x,
				       size_t n, struct pl_err *e);
void pl_boot_draw(double *out, const double *x, size_t n, size_t block,
		  struct pl_rng *r);
PL_CHECKED enum pl_rc pl_boot_bounds(struct pl_arena *a, struct pl_boot *out,
				     double *row, size_t reps,
				     double confidence, struct pl_err *e);

/* From the interval of (figure* - figure) / se*, the replications of a
 * studentised bootstrap, to that of the figure, whose error is se. */
void pl_boot_student(struct pl_boot *b, double figure, double se);

#endif
