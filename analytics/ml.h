/* Maximum likelihood of a few parameters within bounds, given value, gradient,
 * Hessian and outer products of the scores.  What every GARCH-like model
 * shares; a model is one evaluation function and its bounds. */
#ifndef PL_ANALYTICS_ML_H
#define PL_ANALYTICS_ML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PL_ML_MAX 8 /* parameters */

struct pl_ml_eval {
	double l;                        /* log-likelihood */
	double g[PL_ML_MAX];             /* gradient */
	double h[PL_ML_MAX * PL_ML_MAX]; /* Hessian, k x k row by row */
	double b[PL_ML_MAX * PL_ML_MAX]; /* sum of g[t] g[t]' */
};

/* False where the likelihood does not exist (out is then undefined). */
typedef bool (*pl_ml_fn)(struct pl_ml_eval *out, const double *theta,
			 const void *ctx);

struct pl_ml_problem {
	size_t k;
	const double *lo, *hi; /* k each; -INFINITY and INFINITY allowed */
	pl_ml_fn eval;
	const void *ctx;
};

struct pl_ml_state {
	double theta[PL_ML_MAX];
	struct pl_ml_eval at;   /* the evaluation at theta */
	bool active[PL_ML_MAX]; /* held on its bound: the gradient points out */
	double decrement; /* g' A^-1 g over the free parameters: the square of
			   * the distance to the maximum in standard errors */
	uint64_t iterations, evaluations;
	bool converged;
};

/* Climb from s->theta (within bounds).  Newton steps where the Hessian is
 * negative definite, steps with the outer products where it is not; halved
 * until the likelihood rises, bounds by projection.  Stops when the decrement
 * is below 1e-14 and the step after it has been taken, when no step raises
 * the likelihood any more, or after max_iter steps: s->converged says which.
 * False when the likelihood does not exist at the start. */
bool pl_ml_newton(struct pl_ml_state *s, const struct pl_ml_problem *p,
		  uint64_t max_iter);

/* inv = inverse of the k x k positive definite m, by Cholesky after scaling
 * its diagonal to 1.  Rows and columns with skip[i] (may be NULL) are left
 * out and zero in inv.  False where m is not positive definite. */
bool pl_ml_invert(double *inv, const double *m, const bool *skip, size_t k);

#endif
