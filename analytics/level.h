/* Structural time series by the exact Kalman filter: a level that wanders
 * (local level), and one whose slope wanders too (local linear trend), their
 * variances by maximum likelihood.  The start is exactly diffuse: nothing is
 * known of level and slope before the first points, and no large number stands
 * for that (Durbin & Koopman, Time Series Analysis by State Space Methods,
 * 2012, chapters 2 and 5).  Points count as evenly spaced. */
#ifndef PL_ANALYTICS_LEVEL_H
#define PL_ANALYTICS_LEVEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct pl_level {
	uint64_t n;
	bool sloped;                /* local linear trend */
	double noise, level, slope; /* variances; slope 0 without one */
	double loglik;              /* diffuse: as Durbin & Koopman have it */
	double aic;           /* its parameters: variances and diffuse states */
	double last, last_se; /* level at the end, given all points */
	double drift, drift_se; /* slope at the end; NaN without one */
	uint64_t evaluations;
	bool converged;
	bool at_zero; /* a variance is on its bound */
};

/* PL_EMATH: fewer than 10 points, a constant series, NaN.  smooth (n, may be
 * NULL) gets the level at each point given all of them. */
PL_CHECKED enum pl_rc pl_level_fit(struct pl_arena *a, struct pl_level *out,
				   double *smooth, const double *y, size_t n,
				   bool sloped, struct pl_err *e);

#endif
