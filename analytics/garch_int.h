/* Inside garch: the standardised sample and the pass over it. */
#ifndef PL_ANALYTICS_GARCH_INT_H
#define PL_ANALYTICS_GARCH_INT_H

#include "analytics/ml.h"
#include "base/arena.h"

/* x = (raw - mean) / sd: s1 and s2 are the mean of x and of x^2, 0 and 1 but
 * for rounding. */
struct pl_garch_sample {
	const double *x;
	size_t n;
	double mean, sd, s1, s2;
};

PL_CHECKED enum pl_rc pl_garch_standardise(struct pl_arena *a,
					   struct pl_garch_sample *out,
					   const double *x, size_t stride,
					   size_t n, struct pl_err *e);

/* Log-likelihood of the standardised sample alone, at theta = (mu, omega,
 * alpha, beta); NaN where it does not exist. */
double pl_garch_value(const struct pl_garch_sample *s, const double *theta);

/* With derivatives (a pl_ml_fn; ctx is the sample). */
bool pl_garch_pass(struct pl_ml_eval *out, const double *theta,
		   const void *ctx);

/* The variance of the presample, h[-1] = e[-1]^2. */
double pl_garch_presample(const struct pl_garch_sample *s, double mu);

#endif
