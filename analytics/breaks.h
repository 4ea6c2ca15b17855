/* One level or several: the OLS-CUSUM test, the supremum of F over all places
 * of one break, and the interval of a break's place. */
#ifndef PL_ANALYTICS_BREAKS_H
#define PL_ANALYTICS_BREAKS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct pl_cusum {
	double stat; /* max |sum of y - mean| / (sd sqrt n); sd over n - 1 */
	double p;    /* supremum of a Brownian bridge's size */
	double hac_stat, hac_p; /* with the long-run variance in sd's place,
				 * Bartlett, lags of Newey & West 1994 */
	uint64_t lags, at;      /* points before the largest sum */
};

/* Ploberger & Kraemer (Econometrica 60, 1992).  PL_EMATH: fewer than 10
 * points, a constant series, NaN. */
PL_CHECKED enum pl_rc pl_cusum(struct pl_cusum *out, const double *y, size_t n,
			       struct pl_err *e);

/* Largest F of one break in the mean, each side at least `trim` of the points
 * (Andrews, Econometrica 61, 1993), and the points before it. */
PL_CHECKED enum pl_rc pl_sup_f(double *f, uint64_t *at, const double *y,
			       size_t n, double trim, struct pl_err *e);

struct pl_part {
	uint64_t n;
	double mean, sd; /* divisor n */
};

/* The interval of after's mean less before's, their points independent, the
 * deviations not alike (Welch, Biometrika 34, 1947; degrees of freedom by
 * Satterthwaite).  NaN where either is one point; no width where nothing
 * varies. */
void pl_step_bounds(double *lo, double *hi, const struct pl_part *before,
		    const struct pl_part *after, double level);

/* How many points to each side of an estimated break its place may lie, with
 * probability `level`: Bai (Review of Economics and Statistics 79, 1997), by
 * the distribution of the place of the maximum of a two-sided Brownian motion
 * with drift; shift and sd of the errors (long-run where they are dependent).
 * INFINITY without a shift. */
double pl_break_reach(double shift, double sd, double level);

#endif
