/* The worst of each block of time (a month, a year): the generalised extreme
 * value distribution by maximum likelihood (Coles, An Introduction to
 * Statistical Modeling of Extreme Values, 2001, chapter 3).
 *   P(maximum <= x) = exp(-(1 + xi (x - loc)/scale)^(-1/xi)),
 * Gumbel's where xi is 0.  A block that is not full is left out. */
#ifndef PL_ANALYTICS_GEV_H
#define PL_ANALYTICS_GEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_GEV_MIN 20 /* blocks; fewer are refused */

struct pl_gev {
	uint64_t n; /* maxima */
	double loc, scale, xi;
	double se_loc, se_scale, se_xi; /* observed information; NaN: none */
	double cov[9];                  /* of loc, scale, xi */
	double loglik;
	double gradient; /* as struct pl_garch's */
	bool converged;
};

/* The maxima of n / block blocks of x, whose end is the end of x: out has room
 * for that many. */
size_t pl_block_maxima(double *out, const double *x, size_t stride, size_t n,
		       size_t block);

/* PL_EMATH: fewer than PL_GEV_MIN maxima, all of them equal, no maximum. */
PL_CHECKED enum pl_rc pl_gev_fit(struct pl_gev *out, const double *maxima,
				 size_t stride, size_t n, struct pl_err *e);

/* Log-likelihood at given parameters; NaN outside the domain. */
double pl_gev_loglik(const double *maxima, size_t stride, size_t n, double loc,
		     double scale, double xi);

/* The level that the worst of a block passes once in `blocks` blocks (more
 * than 1), and its standard error by the delta method. */
void pl_gev_return(double *level, double *se, const struct pl_gev *g,
		   double blocks);

#endif
