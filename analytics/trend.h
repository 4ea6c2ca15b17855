/* Is there a trend: robust slope, Theil-Sen, Mann-Kendall.  Times are any
 * increasing numbers (days, seconds, 1..n); slopes are per unit of them.
 * Refused: fewer than PL_TREND_MIN points, times that do not increase, a
 * constant series, NaN and infinity. */
#ifndef PL_ANALYTICS_TREND_H
#define PL_ANALYTICS_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analytics/ols.h"
#include "base/arena.h"
#include "base/err.h"

#define PL_TREND_MIN 10
#define PL_SEN_MAX 1000000 /* points of Theil-Sen, and of the corrections */

struct pl_slope_spec {
	enum pl_hac_rule rule;
	uint64_t lags; /* with PL_HAC_FIXED */
	double tune;   /* bisquare constant; 0: 4.685, 95 % efficient */
	double level;  /* of the interval; 0: .95 */
};

struct pl_slope {
	uint64_t n;
	double intercept; /* value at time 0 */
	double slope;     /* per unit of time */
	double se;        /* HAC: sandwich with Bartlett weights */
	double t;         /* slope / se */
	double p;         /* two-sided, Student's t with n - 2 degrees */
	double lo, hi;    /* interval of `level` */
	double level;
	double sigma;  /* robust residual scale */
	uint64_t lags; /* used for the error */
	double tune;
	uint64_t iterations;
	uint64_t down_weighted; /* points with a weight below .5 */
	bool exact;             /* the line runs through the points: no error */
};

/* M-estimate with Tukey's bisquare (gsl_multifit_robust), HAC error from its
 * scores: A^-1 (sum of psi x x' psi over the kernel) A^-1, A = sum psi' x x',
 * times n/(n-2); lags count points, whatever the times between them.
 * No convergence is PL_EMATH. */
PL_CHECKED enum pl_rc pl_trend_robust(struct pl_slope *out, const double *t,
				      size_t t_stride, const double *y,
				      size_t y_stride, size_t n,
				      const struct pl_slope_spec *spec,
				      struct pl_err *e);

struct pl_sen {
	uint64_t n;
	uint64_t pairs;   /* n(n-1)/2 */
	double slope;     /* median of all pairwise slopes */
	double intercept; /* median of y - slope t */
	double lo, hi;    /* Sen (1968), normal approximation with ties */
	double level;
};

/* Theil-Sen in O(n log n) expected for large n, all pairs for small n.
 * level 0: .95. */
PL_CHECKED enum pl_rc pl_trend_sen(struct pl_sen *out, const double *t,
				   size_t t_stride, const double *y,
				   size_t y_stride, size_t n, double level,
				   struct pl_err *e);

enum pl_mk_correct {
	PL_MK_PLAIN,     /* independent observations */
	PL_MK_HAMED_RAO, /* (1998): significant rank autocorrelations */
	PL_MK_YUE_WANG,  /* (2004): autocorrelation of the detrended series */
};
extern const char *const pl_mk_correct_words[];

struct pl_mk_spec {
	enum pl_mk_correct correct;
	uint64_t max_lag; /* 0: min(n - 1, floor(10 log10 n)) */
	/* Where the Sen slope per point is thought to be, which makes it quick
	 * to find and nothing else; within 0: no idea. */
	double near, within;
};

struct pl_mk {
	uint64_t n;
	int64_t s;          /* pairs that rise less pairs that fall */
	double tau;         /* s / (n(n-1)/2) */
	double tau_b;       /* with ties in the denominator */
	double var;         /* of s, ties and the correction counted */
	double var_iid;     /* ties counted only */
	double factor;      /* var / var_iid: n / effective n */
	double z;           /* with the continuity correction */
	double p;           /* two-sided normal */
	uint64_t ties;      /* groups of equal values */
	uint64_t lag;       /* largest lag looked at */
	uint64_t lags_used; /* autocorrelations that counted */
	int correct;        /* enum pl_mk_correct */
	bool factor_held;   /* the autocorrelations gave a variance not above
			     * zero: a factor of 1 was taken instead */
};

/* Order of the points is the time; O(n log n).  The corrections look at the
 * autocorrelations (of the ranks, for Hamed-Rao those beyond 1.96/sqrt n) of
 * the series less its Sen slope. */
PL_CHECKED enum pl_rc pl_trend_mk(struct pl_arena *a, struct pl_mk *out,
				  const double *y, size_t y_stride, size_t n,
				  const struct pl_mk_spec *spec,
				  struct pl_err *e);

#endif
