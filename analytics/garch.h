/* GARCH(1,1) with normal innovations by exact maximum likelihood:
 *   x[t] = mu + e[t],  e[t] ~ N(0, h[t]),
 *   h[t] = omega + alpha e[t-1]^2 + beta h[t-1],
 * with the presample rule of Fiorentini, Calzolari & Panattoni (1996), on
 * which the published benchmark stands: h[-1] = e[-1]^2 = mean of e[t]^2.
 * Likelihoods under other presample rules are not comparable.
 *
 * The sample is standardised and the estimates scaled back, so the unit of x
 * does not matter.  A coarse grid gives the starts; Newton's method with the
 * analytic Hessian (bounds by an active set) climbs from the best of them
 * until the gradient is rounding noise; where it stalls, BFGS on log omega,
 * logit persistence and logit share takes over and Newton polishes. */
#ifndef PL_ANALYTICS_GARCH_H
#define PL_ANALYTICS_GARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_GARCH_MIN 100 /* observations; fewer are refused */

struct pl_garch_par {
	double mu, omega, alpha, beta;
};

enum pl_garch_method {
	PL_GARCH_AUTO, /* Newton, BFGS where it stalls */
	PL_GARCH_BFGS, /* BFGS always, then Newton */
};

struct pl_garch_spec {
	enum pl_garch_method method;
	uint64_t max_iter; /* of each start; 0: 200 */
	uint64_t starts;   /* of the grid's best; 0: 1 to 6, the more the
			    * shorter the sample and the less clear */
};

struct pl_garch_se {
	struct pl_garch_par hessian; /* inverse of the negative Hessian */
	struct pl_garch_par opg;     /* inverse of the outer products */
	struct pl_garch_par qml;     /* Bollerslev-Wooldridge sandwich */
};

struct pl_garch {
	uint64_t n;
	struct pl_garch_par coef;
	struct pl_garch_se se; /* NaN for a parameter on its bound, and for all
				* where the matrix has no inverse */
	double loglik;
	double aic, bic;      /* 2k - 2l, k ln n - 2l, k = 4 */
	double persistence;   /* alpha + beta */
	double long_run;      /* omega / (1 - persistence); NaN from 1 on */
	double h0;            /* the presample variance */
	double h_next;        /* variance one step ahead */
	double gradient;      /* largest |d loglik / d theta| se_hessian */
	uint64_t iterations;  /* over all starts */
	uint64_t evaluations; /* passes over the sample */
	uint64_t starts;      /* tried */
	uint64_t agree;       /* of them reached this maximum */
	bool converged;       /* gradient below 1e-6 of a standard error */
	bool integrated;      /* persistence >= 1: no long-run variance */
	bool boundary;        /* alpha or beta is 0 */
	double *h;            /* n fitted variances */
	double *z;            /* n standardised residuals e / sqrt h */
};

/* spec may be NULL.  PL_EMATH: fewer than PL_GARCH_MIN points, a constant
 * sample, NaN, no convergence from any start. */
PL_CHECKED enum pl_rc pl_garch_fit(struct pl_arena *a, struct pl_garch *out,
				   const double *x, size_t stride, size_t n,
				   const struct pl_garch_spec *spec,
				   struct pl_err *e);

/* Log-likelihood, gradient (4, may be NULL) and Hessian (4x4, may be NULL) at
 * given parameters in the order of struct pl_garch_par, omega > 0. */
PL_CHECKED enum pl_rc pl_garch_loglik(double *l, double *grad, double *hess,
				      const struct pl_garch_par *at,
				      const double *x, size_t stride, size_t n,
				      struct pl_err *e);

/* Variances 1..steps ahead: h[k] = omega + persistence h[k-1]. */
void pl_garch_forecast(double *h, size_t steps, const struct pl_garch *fit);

#endif
