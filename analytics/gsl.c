#include "analytics/gsl.h"

#include <math.h>

#include <gsl/gsl_errno.h>

void pl_gsl_init(void)
{
	(void)gsl_set_error_handler_off();
}

enum pl_rc pl_gsl_ok(int status, const char *what, struct pl_err *e)
{
	if (status == GSL_SUCCESS)
		return PL_OK;
	return pl_fail(e, PL_EMATH, "%s: %s", what, gsl_strerror(status));
}

enum pl_rc pl_sample_check(const double *x, size_t stride, size_t n,
			   size_t need, const char *what, struct pl_err *e)
{
	if (n < need)
		return pl_fail(e, PL_EMATH,
			       "%s: %zu point%s too few, %zu %s needed", what,
			       n, n == 1 ? " is" : "s are", need,
			       need == 1 ? "is" : "are");
	if (n > PL_SAMPLE_MAX)
		return pl_fail(e, PL_EMATH,
			       "%s: %zu points, at most %d are possible", what,
			       n, PL_SAMPLE_MAX);
	for (size_t i = 0; i < n; i++) {
		if (isfinite(x[i * stride]))
			continue;
		return pl_fail(e, PL_EMATH, "%s: point %zu is %s", what, i + 1,
			       isnan(x[i * stride]) ? "not a number"
						    : "infinite");
	}
	return PL_OK;
}

enum pl_rc pl_sample_varies(const double *x, size_t stride, size_t n,
			    size_t need, const char *what, struct pl_err *e)
{
	PL_TRY(pl_sample_check(x, stride, n, need, what, e));
	for (size_t i = 1; i < n; i++)
		if (x[i * stride] != x[0])
			return PL_OK;
	return pl_fail(e, PL_EMATH, "%s: all %zu points equal %g", what, n,
		       n ? x[0] : 0.0);
}
