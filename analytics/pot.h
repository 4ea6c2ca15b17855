/* Extreme losses: peaks over a threshold with the generalised Pareto
 * distribution (Pickands 1975; McNeil, Frey & Embrechts, ch. 7), and Hill's
 * tail index.  Input: losses, positive is bad.  Over the threshold u:
 *   P(loss - u > y | loss > u) = (1 + xi y / beta)^(-1/xi).
 * An exceedance is a loss > u. */
#ifndef PL_ANALYTICS_POT_H
#define PL_ANALYTICS_POT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_POT_MIN 10       /* exceedances; fewer are refused */
#define PL_POT_FEW 50       /* fewer deserve a warning */
#define PL_POT_PROFILE 2000 /* up to so many: profile, more: delta method */

struct pl_pot {
	double u;
	uint64_t n, exceed;
	double xi, beta;
	double se_xi, se_beta; /* observed information */
	double cov;            /* of xi and beta */
	double loglik;
	double gradient; /* as struct pl_garch's */
	bool converged;
	bool few;     /* exceed < PL_POT_FEW */
	bool no_mean; /* xi >= 1: no expected shortfall */
	double *y;    /* excesses, ascending */
};

PL_CHECKED enum pl_rc pl_pot_fit(struct pl_arena *a, struct pl_pot *out,
				 const double *losses, size_t stride, size_t n,
				 double u, struct pl_err *e);

/* Log-likelihood at given parameters; NaN outside the domain. */
double pl_pot_loglik(const struct pl_pot *p, double xi, double beta);

enum pl_pot_figure { PL_POT_XI, PL_POT_VAR, PL_POT_ES };

struct pl_pot_interval {
	double lo, hi; /* hi INFINITY: no upper bound */
	bool profile;  /* else delta method */
};

/* VaR and ES at `level`; PL_EMATH where VaR lies below the threshold.
 * ES is INFINITY from xi 1 on. */
PL_CHECKED enum pl_rc pl_pot_tail(double *var, double *es,
				  const struct pl_pot *p, double level,
				  struct pl_err *e);

/* Where twice the profile log-likelihood falls by the chi-squared quantile.
 * `level` is not used for xi. */
PL_CHECKED enum pl_rc pl_pot_interval(struct pl_pot_interval *out,
				      const struct pl_pot *p,
				      enum pl_pot_figure what, double level,
				      double confidence, struct pl_err *e);

struct pl_hill {
	uint64_t k;
	double alpha;  /* 1 / mean of ln(x[i] / x[k+1]) over the k largest */
	double lo, hi; /* alpha (1 -+ z / sqrt k), asymptotic */
	uint64_t from, to;  /* the range of k looked over: k/2 .. 2k */
	double least, most; /* alpha over that range */
	bool stable; /* it stays within the interval: the plot is flat there */
};

/* Needs k + 1 positive losses, k >= 10. */
PL_CHECKED enum pl_rc pl_hill(struct pl_arena *a, struct pl_hill *out,
			      const double *losses, size_t stride, size_t n,
			      uint64_t k, double confidence, struct pl_err *e);

#endif
