/* Shared by trend.c and sen.c. */
#ifndef PL_ANALYTICS_TREND_INT_H
#define PL_ANALYTICS_TREND_INT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* What every trend refuses: see trend.h. */
PL_CHECKED enum pl_rc pl_trend_check(const double *t, size_t t_stride,
				     const double *y, size_t y_stride, size_t n,
				     struct pl_err *e);

/* Theil-Sen of y over 1..n, the slope alone: a third of the work. */
struct pl_mk_spec;
PL_CHECKED enum pl_rc pl_sen_slope(double *out, const double *y, size_t n,
				   const struct pl_mk_spec *spec,
				   struct pl_err *e);

double pl_mk_variance(const double *sorted, size_t n, uint64_t *groups,
		      uint64_t *pairs);

#endif
