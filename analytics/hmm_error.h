/* Standard errors of a hidden Markov chain's parameters: the inverse of minus
 * the Hessian of the log-likelihood in means, logarithms of the deviations and
 * log-odds of each row's moves against its largest, all together, by central
 * differences; moves by the delta method.  The first state's law is held. */
#ifndef PL_ANALYTICS_HMM_ERROR_H
#define PL_ANALYTICS_HMM_ERROR_H

#include "analytics/hmm.h"

struct pl_hmm_error {
	double mean[PL_HMM_MAX], sd[PL_HMM_MAX];
	double trans[PL_HMM_MAX][PL_HMM_MAX];
};

/* NaN where there is none: all of them where p is no strict maximum, moves
 * that are as good as impossible (below 1e-5), and those of a row where all
 * are but one. */
void pl_hmm_errors(struct pl_hmm_error *out, const struct pl_hmm_par *p,
		   const double *x, size_t n);

/* Of a probability p with standard error se: its bounds on the scale of log
 * odds, z errors to each side.  NaN where se is. */
void pl_hmm_bounds(double *lo, double *hi, double p, double se, double z);

#endif
