/* Forecasts against what happened, and weights that follow.  A forecast is a
 * quantile (value at risk), an interval or a direction; whether it was right
 * is judged over many, never by one. */
#ifndef PL_ANALYTICS_SCORE_H
#define PL_ANALYTICS_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* The loss whose mean the tau-quantile makes least (Koenker and Bassett 1978):
 * (tau - [y < q]) (y - q). */
double pl_pinball(double y, double q, double tau);

struct pl_rate {
	uint64_t n, hits;
	double rate;   /* hits / n */
	double lo, hi; /* Clopper and Pearson's bounds: at least `confidence`,
			* whatever the rate */
};

/* PL_EMATH for n = 0, hits over n, a confidence outside (0, 1). */
PL_CHECKED enum pl_rc pl_rate(struct pl_rate *out, uint64_t hits, uint64_t n,
			      double confidence, struct pl_err *e);

/* The exact two-sided test that the rate is `promised`: twice the smaller tail
 * of the binomial, at most 1.  promised lies in (0, 1). */
double pl_rate_p(uint64_t hits, uint64_t n, double promised);

#define PL_EXP_MAX 64 /* forecasters weighed at most */

/* Exponential weights (Vovk; Littlestone and Warmuth): w[k] is
 * exp(-eta L[k]) over their sum.  L[k] is the sum over t of what k lost more
 * than the best of that row, loss[t K + k] - min, in units of the greatest such
 * difference of any row: so the order of the weights is that of the total
 * losses.  eta 0: sqrt(8 ln K / T), for which weights known before each row
 * would have lost at most sqrt(T ln K / 2) units more than the best of all
 * (for losses that are convex, as the pinball loss is).  total (may be NULL)
 * gets L.  PL_EMATH for a loss that is not finite, and for K < 1, T < 1. */
PL_CHECKED enum pl_rc pl_exp_weights(double *w, double *total, double *eta,
				     const double *loss, size_t rows, size_t k,
				     struct pl_err *e);

/* The weights known before each row, w[t K + k], for one eta and one unit (the
 * greatest difference of any row) throughout: equal ones before the first.
 * Whoever follows them loses at most *bound (per row, in the losses' own unit)
 * more than the best of all: unit (ln K / eta + eta T / 8) / T, for losses
 * that are convex (Cesa-Bianchi and Lugosi 2006, theorem 2.2).  Failures as
 * above, and for eta not above 0. */
PL_CHECKED enum pl_rc pl_exp_path(double *w, double *unit, double *bound,
				  const double *loss, size_t rows, size_t k,
				  double eta, struct pl_err *e);

#endif
