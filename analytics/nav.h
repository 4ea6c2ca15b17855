/* A token's price beside the net asset value its issuer reports: each price
 * against the last value known at its time, never a later one. */
#ifndef PL_ANALYTICS_NAV_H
#define PL_ANALYTICS_NAV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct pl_nav_point {
	int64_t time;
	double value;
};

struct pl_nav {
	uint64_t navs, prices, matched; /* prices with a value before them */
	int64_t last_nav;
	double age;   /* seconds from the last value to `now` */
	double usual; /* median of the distances between values; NaN: one */
	double late;  /* age / usual - 1, at least 0; 0 without `usual` */
	double premium, premium_mean, premium_lo, premium_hi; /* NaN: none */
	double yield, yield_lo, yield_hi; /* of the values, a year; NaN */
};

/* Both ascending in time, values over 0; np may be 0.  level: of the two
 * intervals, which are percentile bootstraps over premiums and over growth
 * between values, in circular blocks of the cube root of their number. */
PL_CHECKED enum pl_rc pl_nav(struct pl_arena *a, struct pl_nav *out,
			     const struct pl_nav_point *nav, size_t nn,
			     const struct pl_nav_point *price, size_t np,
			     int64_t now, double level, uint64_t reps,
			     uint64_t seed, struct pl_err *e);

/* Mean of x and its percentile interval by the circular block bootstrap
 * (Politis & Romano 1992); NaN for the interval below 4 points or 20
 * replicates. */
PL_CHECKED enum pl_rc pl_mean_blocks(struct pl_arena *a, double *mean,
				     double *lo, double *hi, const double *x,
				     size_t n, double level, uint64_t reps,
				     uint64_t seed, struct pl_err *e);

#endif
