/* Value at risk, expected shortfall, drawdown, backtests.  Input: returns in
 * any unit, oldest first; losses come out as positive numbers in that unit.
 * A level is a coverage (.95, .99), never a tail.  Refused: NaN, infinity,
 * too few points for the level (the tail must hold one), constant samples. */
#ifndef PL_ANALYTICS_RISK_H
#define PL_ANALYTICS_RISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analytics/series.h"
#include "base/arena.h"
#include "base/err.h"

/* One method at one level. */
struct pl_tail {
	double level; /* .95, .99 */
	double var;
	double es;
};

/* VaR = - quantile(returns, 1 - level, type); ES = the mean loss of the
 * returns <= -VaR (ties counted).  Needs n >= 1/(1-level).  type 0: 7. */
PL_CHECKED enum pl_rc pl_risk_historical(struct pl_arena *a,
					 struct pl_tail *out, const double *x,
					 size_t stride, size_t n, double level,
					 int type, struct pl_err *e);

struct pl_var_interval {
	double lo, hi; /* losses; hi NaN: the sample holds no upper bound */
};

/* Bounds of the historical VaR by order statistics, whatever the distribution:
 * the ranks between which the number of returns below the quantile falls with
 * probability `confidence` or more (binomial), each tail at most half of the
 * rest.  Returns that depend on each other make it too narrow. */
PL_CHECKED enum pl_rc pl_risk_var_interval(struct pl_arena *a,
					   struct pl_var_interval *out,
					   const double *x, size_t stride,
					   size_t n, double level,
					   double confidence, struct pl_err *e);

/* The same where returns beyond VaR follow each other: the ranks are those of
 * as many independent returns as these are worth, by the long-run variance of
 * the times beyond it (Bartlett weights, 4 (n/100)^(2/9) lags; never more
 * than there are). */
PL_CHECKED enum pl_rc pl_risk_var_bounds(struct pl_arena *a,
					 struct pl_var_interval *out,
					 const double *x, size_t stride,
					 size_t n, double level,
					 double confidence, struct pl_err *e);

/* Normal with mean m and standard deviation sd: VaR = -m + z sd,
 * ES = -m + sd phi(z)/(1-level). */
PL_CHECKED enum pl_rc pl_risk_normal(struct pl_tail *out, double m, double sd,
				     double level, struct pl_err *e);

struct pl_cf {
	struct pl_tail tail;
	double skew, kurt; /* type 1, excess */
	double z;          /* the expansion's quantile, negative */
	bool valid; /* the quantile function rises everywhere (Maillard 2012):
		     * outside, the figures do not belong to a distribution */
};

/* Cornish-Fisher: z = q + (q^2-1) S/6 + (q^3-3q) K/24 - (2q^3-5q) S^2/36 with
 * q the normal quantile, sd with divisor n; ES is the mean of that quantile
 * function below 1 - level, in closed form. */
PL_CHECKED enum pl_rc pl_risk_cornish_fisher(struct pl_cf *out, const double *x,
					     size_t stride, size_t n,
					     double level, struct pl_err *e);

struct pl_ewma_spec {
	double lambda; /* 0: .94 (RiskMetrics, daily) */
	uint64_t warm; /* points of the starting variance; 0: min(30, n) */
};

struct pl_ewma {
	double lambda;
	uint64_t warm;
	double h0;    /* population variance of the first `warm` points */
	double sigma; /* one step ahead of the last point */
};

/* h[t+1] = lambda h[t] + (1-lambda) x[t]^2, zero mean, h[0] = h0, over all
 * points.  h (may be NULL, room for n + 1) gets the path. */
PL_CHECKED enum pl_rc pl_risk_ewma(struct pl_ewma *out, double *h,
				   const double *x, size_t stride, size_t n,
				   const struct pl_ewma_spec *spec,
				   struct pl_err *e);

struct pl_drawdown {
	double depth;    /* 1 - trough / peak, 0 when wealth never falls */
	uint64_t peak;   /* returns before the peak: 0 is the start */
	uint64_t trough; /* returns before and at the trough */
	uint64_t
		recovered; /* returns until the peak is reached again; 0: not */
	uint64_t length;   /* from peak to recovery, or to the end */
	uint64_t fall;     /* from peak to trough */
	bool open;         /* not recovered by the end */
	bool ruined;       /* a simple return of -100 % or worse */
};

/* Wealth 1 at the start, then times e^r (kind log) or 1 + r (simple; given is
 * read as simple).  percent: returns are in per cent.  The deepest fall; the
 * first of equals.  One return is enough. */
PL_CHECKED enum pl_rc pl_risk_drawdown(struct pl_drawdown *out, const double *x,
				       size_t stride, size_t n,
				       enum pl_returns kind, bool percent,
				       struct pl_err *e);

enum pl_light { PL_GREEN, PL_YELLOW, PL_RED };
extern const char *const pl_light_words[];

struct pl_backtest {
	uint64_t n, hits;     /* days, losses beyond VaR */
	double level;         /* coverage promised */
	double expected;      /* n (1 - level) */
	double lr_uc, p_uc;   /* Kupiec (1995): the number of hits */
	double lr_ind, p_ind; /* Christoffersen (1998): hits in a row */
	double lr_cc, p_cc;   /* both */
	uint64_t n00, n01, n10, n11;
	double binom; /* P(hits <= seen) when the promise holds */
	int light;    /* Basel: green below .95, red from .9999 */
};

/* hit[t] true: the loss of day t was beyond its VaR.  0 ln 0 is 0. */
PL_CHECKED enum pl_rc pl_risk_backtest(struct pl_backtest *out, const bool *hit,
				       size_t n, double level,
				       struct pl_err *e);

/* The rolling historical VaR: var[t] for t in window..n-1 comes from the
 * `window` returns before t.  var has room for n - window. */
PL_CHECKED enum pl_rc pl_risk_rolling(struct pl_arena *a, double *var,
				      const double *x, size_t stride, size_t n,
				      size_t window, double level, int type,
				      struct pl_err *e);

#endif
