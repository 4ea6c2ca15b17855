/* Moments, autocorrelation, quantiles.  Sums are compensated (Neumaier) and
 * moments taken in two passes; decimals that vary by less than a millionth part
 * are summed as integers, so that the NIST StRD univariate sets come out to
 * their last certified digits, NumAcc4 with them.  Every function refuses NaN
 * and infinity. */
#ifndef PL_ANALYTICS_MOMENTS_H
#define PL_ANALYTICS_MOMENTS_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

/* Compensated sum and mean; the input is taken as it is. */
double pl_sum(const double *x, size_t stride, size_t n);
double pl_mean(const double *x, size_t stride, size_t n);

struct pl_moments {
	uint64_t n;
	double mean;
	double sd;       /* divisor n - 1 */
	double sd_pop;   /* divisor n */
	double skew;     /* type 1: m3 / m2^1.5, central moments over n */
	double kurt;     /* type 1, excess: m4 / m2^2 - 3 */
	double skew_adj; /* type 2 (SAS, Excel); NaN for n < 3 */
	double kurt_adj; /* type 2, excess; NaN for n < 4 */
	double min, max;
};

/* PL_EMATH for n < 2 and for a constant sample (its shape is undefined). */
PL_CHECKED enum pl_rc pl_moments(struct pl_moments *out, const double *x,
				 size_t stride, size_t n, struct pl_err *e);

/* r[k], k = 0..lags: sum (x[t]-m)(x[t+k]-m) / sum (x[t]-m)^2; r[0] = 1.
 * lags < n; a constant sample is PL_EMATH. */
PL_CHECKED enum pl_rc pl_acf(double *r, size_t lags, const double *x,
			     size_t stride, size_t n, struct pl_err *e);

struct pl_test {
	double stat, df, p;
};

/* Ljung-Box Q = n(n+2) sum r[k]^2/(n-k), chi-squared with `lags` degrees. */
PL_CHECKED enum pl_rc pl_ljung_box(struct pl_test *out, size_t lags,
				   const double *x, size_t stride, size_t n,
				   struct pl_err *e);

/* Jarque-Bera n/6 (skew^2 + kurt^2/4), chi-squared with 2 degrees. */
PL_CHECKED enum pl_rc pl_jarque_bera(struct pl_test *out, const double *x,
				     size_t stride, size_t n, struct pl_err *e);

/* An ascending copy, contiguous, in the arena; x must be finite. */
double *pl_sorted(struct pl_arena *a, const double *x, size_t stride, size_t n);

#define PL_QUANTILE_TYPE 7

/* Sample quantile of ascending x by Hyndman & Fan's type 1..9 (American
 * Statistician 50, 1996); 7 is the default of R, NumPy and of plume.
 * PL_EMATH for n = 0, p outside [0,1], a type outside 1..9. */
PL_CHECKED enum pl_rc pl_quantile(double *q, const double *sorted, size_t n,
				  double p, int type, struct pl_err *e);

/* Median, and median absolute deviation times 1.4826 (sd of a normal). */
PL_CHECKED enum pl_rc pl_median_mad(double *median, double *mad,
				    const double *x, size_t stride, size_t n,
				    struct pl_err *e);

#endif
