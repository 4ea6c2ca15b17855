/* What every model needs from GSL and from its input: the abort handler off,
 * status codes turned into words, samples checked before they are used. */
#ifndef PL_ANALYTICS_GSL_H
#define PL_ANALYTICS_GSL_H

#include <stddef.h>

#include "base/err.h"

/* GSL aborts the process on an error unless told otherwise.  Called once,
 * before any model runs; calling it again does no harm. */
void pl_gsl_init(void);

/* A GSL status as PL_EMATH: "what: GSL's words". */
PL_CHECKED enum pl_rc pl_gsl_ok(int status, const char *what, struct pl_err *e);

#define PL_SAMPLE_MAX 10000000 /* points of one model */

/* The sample every model refuses to do without: at least `need` points, at
 * most PL_SAMPLE_MAX, each of them finite.  PL_EMATH names what, the number
 * needed, or the place (counted from 1) of the point that is not a number. */
PL_CHECKED enum pl_rc pl_sample_check(const double *x, size_t stride, size_t n,
				      size_t need, const char *what,
				      struct pl_err *e);

/* As above, and not all points equal. */
PL_CHECKED enum pl_rc pl_sample_varies(const double *x, size_t stride, size_t n,
				       size_t need, const char *what,
				       struct pl_err *e);

#endif
