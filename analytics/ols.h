/* Linear regression by Householder QR in double-double arithmetic (about 31
 * digits): no normal equations, and NIST's ill-conditioned sets (Filip,
 * Longley, Wampler) come out to their certified digits.  Refused: rank lost,
 * fewer rows than columns, values that are not finite. */
#ifndef PL_ANALYTICS_OLS_H
#define PL_ANALYTICS_OLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

struct pl_ols {
	uint64_t n, p; /* rows, columns */
	uint64_t df;   /* n - p */
	double *beta;  /* p coefficients */
	double *se;    /* p classical standard errors; 0 df: NaN */
	double *xtx;   /* p x p, row by row: inverse of X'X */
	double *resid; /* n residuals */
	double rss;    /* sum of squared residuals */
	double sigma;  /* sqrt(rss / df); 0 df: NaN */
	double tss;    /* about the mean when `intercept`, else about 0 */
	double r2;     /* 1 - rss / tss */
	double f;      /* F of all slopes together; 0 df or 0 rss: NaN */
};

/* y on the columns of X (row by row, n x p).  `intercept` says that column 0
 * is the constant, which decides what r2 and F mean. */
PL_CHECKED enum pl_rc pl_ols_fit(struct pl_arena *a, struct pl_ols *out,
				 const double *x, const double *y,
				 size_t y_stride, size_t n, size_t p,
				 bool intercept, struct pl_err *e);

/* y = b0 + b1 x + … + b[d] x^d; the powers are formed in double-double. */
PL_CHECKED enum pl_rc pl_ols_poly(struct pl_arena *a, struct pl_ols *out,
				  const double *x, size_t x_stride,
				  const double *y, size_t y_stride, size_t n,
				  size_t degree, struct pl_err *e);

/* Lags of a Bartlett kernel. */
enum pl_hac_rule {
	PL_HAC_NW94,  /* floor(4 (n/100)^(2/9)): Newey & West (1994); default */
	PL_HAC_SQRT4, /* floor(n^(1/4)): Greene's rule */
	PL_HAC_FIXED, /* as given */
	PL_HAC_NONE,  /* 0 lags: White's errors */
};
extern const char *const pl_hac_rule_words[];
size_t pl_hac_lags(enum pl_hac_rule rule, size_t fixed, size_t n);

/* Sandwich A M A of scores s (row by row, n x p): A is p x p (the inverse of
 * X'X for OLS), M = sum over lags |j| <= lags of (1 - |j|/(lags+1)) S[j],
 * S[j] = sum s[t] s[t-j]'.  `small` multiplies by n/(n-p).  cov is p x p. */
PL_CHECKED enum pl_rc pl_sandwich(double *cov, const double *a, const double *s,
				  size_t n, size_t p, size_t lags, bool small,
				  struct pl_err *e);

/* Newey-West (lags > 0) or White (lags = 0: HC0, HC1 when `small`) errors of
 * a fit: se has room for p. */
PL_CHECKED enum pl_rc pl_ols_hac(struct pl_arena *a, double *se,
				 const struct pl_ols *fit, const double *x,
				 size_t lags, bool small, struct pl_err *e);

#endif
