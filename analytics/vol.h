/* Volatility models by exact maximum likelihood, GARCH(1,1) and GJR(1,1) with
 * normal or Student-t innovations:
 *   x[t] = mu + e[t],  e[t] = sqrt(h[t]) z[t],  Var z = 1,
 *   h[t] = omega + (alpha + gamma [e[t-1] < 0]) e[t-1]^2 + beta h[t-1]
 * (Bollerslev 1986, 1987; Glosten, Jagannathan & Runkle 1993).  The presample
 * is that of garch.h, h[-1] = e[-1]^2 = mean of e^2, half of gamma for its
 * sign: h[0] = omega + (alpha + gamma/2 + beta) mean e^2.  Likelihoods under
 * other rules are not comparable.
 *
 * Inside, GJR's weights are alpha and alpha + gamma, each >= 0, and the
 * t's shape is 1/nu, in which the normal is an end and not infinity.  Newton
 * with analytic derivatives by recursion climbs from the best points of a
 * grid and from the normal fit. */
#ifndef PL_ANALYTICS_VOL_H
#define PL_ANALYTICS_VOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum pl_vol_kind { PL_VOL_NORMAL, PL_VOL_T, PL_VOL_GJR, PL_VOL_GJR_T };
extern const char *const pl_vol_words[]; /* normal, t, gjr, gjr-t */
bool pl_vol_is_t(enum pl_vol_kind k);
bool pl_vol_is_gjr(enum pl_vol_kind k);

#define PL_VOL_MIN 100     /* observations; fewer are refused */
#define PL_VOL_NU_MAX 200. /* from there on the t is a normal to us */
#define PL_VOL_NU_MIN 2.002

#define PL_VOL_PARS 6
struct pl_vol_par {
	double mu, omega, alpha;
	double gamma; /* NaN: not of this model */
	double beta;
	double nu; /* NaN: not of this model */
};

struct pl_vol_spec {
	enum pl_vol_kind kind;
	uint64_t max_iter; /* of each start; 0: 200 */
	uint64_t starts;   /* at most; 0: 2, and up to 6 while they differ */
	/* A fit of a neighbouring sample: the only start when it leads to a
	 * maximum.  NULL: none. */
	const struct pl_vol_par *warm;
};

struct pl_vol_se {
	struct pl_vol_par hessian, opg, qml;
};

struct pl_vol {
	enum pl_vol_kind kind;
	uint64_t n, k; /* observations, parameters */
	struct pl_vol_par coef;
	struct pl_vol_se se; /* NaN as in garch.h */
	double loglik, aic, bic;
	double persistence;   /* alpha + gamma/2 + beta */
	double long_run;      /* NaN from persistence 1 on */
	double h0, h_next;    /* presample; one step ahead */
	double se_sigma_next; /* of sqrt(h_next), QML: parameters only */
	/* QML covariance of the parameters in the order of pl_vol_par, and the
	 * derivatives of h_next by them.  Zeros for what the model has not or
	 * holds at a bound; cov[0] NaN: there is none. */
	double cov[PL_VOL_PARS * PL_VOL_PARS], slope[PL_VOL_PARS];
	double gradient; /* largest |d loglik/d theta| se_hessian */
	uint64_t iterations, evaluations, starts, agree;
	bool converged, integrated;
	bool boundary; /* a weight is 0 */
	bool normal;   /* nu at PL_VOL_NU_MAX */
	double *h, *z; /* n each */
};

/* PL_EMATH as pl_garch_fit. */
PL_CHECKED enum pl_rc pl_vol_fit(struct pl_arena *a, struct pl_vol *out,
				 const double *x, size_t stride, size_t n,
				 const struct pl_vol_spec *spec,
				 struct pl_err *e);

/* Log-likelihood and gradient (of mu, omega, alpha, gamma, beta, nu, as many
 * as the model has; may be NULL) at given parameters. */
PL_CHECKED enum pl_rc pl_vol_loglik(double *l, double *grad,
				    enum pl_vol_kind kind,
				    const struct pl_vol_par *at,
				    const double *x, size_t stride, size_t n,
				    struct pl_err *e);

/* The quantile of z at `p` < .5 and the mean below it: both negative. */
void pl_vol_tail(double *quantile, double *mean_below, double p,
		 enum pl_vol_kind kind, double nu);

#endif
