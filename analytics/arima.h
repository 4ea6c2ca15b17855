/* Seasonal ARIMA (p,d,q)(P,D,Q)[s] by exact maximum likelihood: the Kalman
 * filter from the stationary distribution, in the form that moves a vector
 * instead of a matrix on (Morf, Sidhu & Kailath, IEEE TAC 19, 1974: a few
 * operations a point and lag, the same likelihood).  The series is differenced
 * first; mean, or drift, is found by generalised least squares beside the
 * rest.  Autoregressions are kept stationary and moving averages invertible
 * through their partial autocorrelations (Monahan, Biometrika 71, 1984).
 *
 * Signs: w[t] = ar1 w[t-1] + … + e[t] + ma1 e[t-1] + …, as R has them. */
#ifndef PL_ANALYTICS_ARIMA_H
#define PL_ANALYTICS_ARIMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_ARIMA_ORDER 5  /* most of p, q, P, Q */
#define PL_ARIMA_LAGS 130 /* most of p + s P and of q + s Q + 1 */
#define PL_ARIMA_COEF 20

struct pl_arima_order {
	uint64_t p, d, q, P, D, Q, s; /* s: 1 without a season */
	bool constant; /* mean where d + D = 0, drift where it is 1 */
};
/* "(0,1,1)(0,1,1)[12] with drift"; room for 64 */
void pl_arima_name(char *out, const struct pl_arima_order *o);

struct pl_arima {
	struct pl_arima_order order;
	uint64_t n, used;           /* used: after differencing */
	double coef[PL_ARIMA_COEF]; /* ar, ma, seasonal ar, seasonal ma */
	double se[PL_ARIMA_COEF];   /* from the Hessian; NaN: none */
	double mean, mean_se;       /* or drift, of the differenced series */
	double sigma2, loglik, aic, aicc, bic;
	uint64_t evaluations;
	bool converged;
	uint64_t tried; /* orders compared, by pl_arima_auto */
};

/* PL_EMATH: orders beyond the limits, fewer than parameters + 5 points after
 * differencing, a constant series. */
PL_CHECKED enum pl_rc pl_arima_fit(struct pl_arena *a, struct pl_arima *out,
				   const double *y, size_t n,
				   const struct pl_arima_order *order,
				   struct pl_err *e);

/* The figures (sigma2, loglik and what follows from it) of a model whose order,
 * coefficients and mean are given.  PL_EMATH: not stationary, too short. */
PL_CHECKED enum pl_rc pl_arima_measure(struct pl_arena *a, struct pl_arima *m,
				       const double *y, size_t n,
				       struct pl_err *e);

/* d by KPSS tests at 5 % (Kwiatkowski et al. 1992), D by the strength of the
 * season, the rest by steps from four beginnings to the least AICc (Hyndman &
 * Khandakar, J. Stat. Software 27, 2008): p, q up to 4, P, Q up to 2, at most
 * 60 orders. */
#define PL_ARIMA_TRIES 60
PL_CHECKED enum pl_rc pl_arima_auto(struct pl_arena *a, struct pl_arima *out,
				    const double *y, size_t n, size_t period,
				    struct pl_err *e);

/* Forecasts of the next h points from each of the origins first, first +
 * every, … (that many points known): out is origins x h, row by row.  The
 * model's coefficients are used as they are.  se (h, may be NULL) gets the
 * standard error of a forecast h ahead.  PL_EMATH when an origin is too
 * early. */
PL_CHECKED enum pl_rc pl_arima_ahead(struct pl_arena *a, double *out,
				     double *se, size_t h,
				     const struct pl_arima *m, const double *y,
				     const size_t *origin, size_t origins,
				     struct pl_err *e);

/* KPSS of a level, lags as given: the statistic. */
PL_CHECKED enum pl_rc pl_kpss(double *out, const double *y, size_t n,
			      size_t lags, struct pl_err *e);

#endif
