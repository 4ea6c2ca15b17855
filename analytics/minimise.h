/* The least value of a smooth function of a few unknowns, its gradient by
 * central differences: BFGS with halved steps (Nocedal & Wright, Numerical
 * Optimization, 2006, algorithm 6.1), begun anew at the end until that gains
 * nothing.  What the models with bounds map to the whole line first. */
#ifndef PL_ANALYTICS_MINIMISE_H
#define PL_ANALYTICS_MINIMISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"

/* INFINITY or NaN where the function does not exist. */
typedef double (*pl_min_fn)(const double *x, void *ctx);

struct pl_minimum {
	double f;
	double gradient; /* largest component at the end */
	uint64_t evaluations;
	bool converged; /* no step lowers f by more than 1e-12 (1 + |f|) */
};

/* From x[0..k), which gets the place of the minimum.  False when f does not
 * exist at the start.  The arena is for scratch. */
bool pl_minimise(struct pl_arena *a, struct pl_minimum *out, double *x,
		 size_t k, pl_min_fn f, void *ctx, uint64_t max_iter);

/* Between 0 and 1, and back: where a bounded unknown becomes a free one. */
double pl_logistic(double u);
double pl_logit(double p);

#endif
