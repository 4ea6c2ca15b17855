/* Several series held together: covariance with shrinkage, what each holding
 * gives to the risk of all, weights of least variance and of equal risk, and
 * Monte Carlo.  A sample is n rows of k returns; weights are shares of wealth,
 * any sign, and losses come out positive in the unit of the returns. */
#ifndef PL_ANALYTICS_PORTFOLIO_H
#define PL_ANALYTICS_PORTFOLIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_PF_MAX 40 /* holdings */

struct pl_pf_cov {
	size_t n, k;
	double *mean;     /* k */
	double *sample;   /* k x k, divisor n */
	double *cov;      /* the shrunk one: (1 - s) sample + s mu I */
	double *corr;     /* of the sample */
	double shrinkage; /* s, 0..1 (Ledoit & Wolf 2004) */
};

/* 2 <= k <= PL_PF_MAX, n >= 20; a series that never moves is PL_EMATH. */
PL_CHECKED enum pl_rc pl_pf_covariance(struct pl_arena *a,
				       struct pl_pf_cov *out, const double *x,
				       size_t n, size_t k, struct pl_err *e);

/* Normal VaR and ES of the holdings together, and each one's part: the parts
 * add up to the whole (Euler). */
struct pl_pf_risk {
	double sd, var, es;
	double *var_part, *es_part; /* k */
};
PL_CHECKED enum pl_rc pl_pf_risk(struct pl_arena *a, struct pl_pf_risk *out,
				 const struct pl_pf_cov *c, const double *w,
				 double level, struct pl_err *e);

/* The same by the past as it was: parts of ES are mean losses of each holding
 * on the days of the tail; parts of VaR are those of the day at the quantile,
 * and its neighbour, that VaR lies between. */
PL_CHECKED enum pl_rc pl_pf_historical(struct pl_arena *a,
				       struct pl_pf_risk *out, const double *x,
				       size_t n, size_t k, const double *w,
				       double level, struct pl_err *e);

/* Weights that add up to 1: least variance, short positions allowed or not;
 * and equal parts of the deviation, all weights positive. */
PL_CHECKED enum pl_rc pl_pf_least(double *w, const double *cov, size_t k,
				  bool shorts, struct pl_err *e);
PL_CHECKED enum pl_rc pl_pf_parity(double *w, const double *cov, size_t k,
				   struct pl_err *e);

struct pl_pf_mc_spec {
	uint64_t paths, horizon, seed;
	double nu;     /* degrees of freedom; 0: normal */
	bool compound; /* the returns are logarithmic: sum w (e^r - 1) */
	double unit;   /* what 100 % is in x, for compound */
	unsigned threads;
};
/* out[paths]: returns of the whole over the horizon, weights held without
 * trading.  Block b of 4096 paths draws from stream b of the seed. */
PL_CHECKED enum pl_rc pl_pf_simulate(double *out, const struct pl_pf_cov *c,
				     const double *w,
				     const struct pl_pf_mc_spec *spec,
				     struct pl_err *e);

#endif
