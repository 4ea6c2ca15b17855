/* The lower tail of a sample that a bootstrap draws again and again: sorted
 * as far as its quantiles go, and no further. */
#ifndef PL_ANALYTICS_TAIL_H
#define PL_ANALYTICS_TAIL_H

#include <stddef.h>

/* Bring what a quantile of 5 % and the mean below it can ask for, sorted, to
 * the front of x; where ties run past it, all of x. */
void pl_tail_sort(double *x, size_t n);

struct pl_tail_point {
	double var, es;
	double se;    /* of es, were the points independent */
	size_t count; /* points at or beyond var */
};

/* VaR and ES as pl_risk_historical's, of x after pl_tail_sort; NaN where there
 * is no quantile. */
void pl_tail_of(struct pl_tail_point *out, const double *x, size_t n,
		double level, int type);

#endif
