#include "analytics/tail.h"

#include <math.h>
#include <stdlib.h>

#include "analytics/moments.h"
#include "analytics/sort.h"

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void pl_tail_sort(double *x, size_t n)
{
	const size_t k = n / 20 + 3;

	if (n > 200) {
		pl_select_low(x, n, k);
		qsort(x, k, sizeof(*x), ascending);
		if (x[k - 1] > x[k - 3])
			return;
	}
	qsort(x, n, sizeof(*x), ascending);
}

void pl_tail_of(struct pl_tail_point *out, const double *x, size_t n,
		double level, int type)
{
	struct pl_tail_point o = { NAN, NAN, NAN, 0 };
	double q, sum = 0, s = 0, beyond;
	struct pl_err e;

	*out = o;
	if (pl_quantile(&q, x, n, 1 - level, type, &e))
		return;
	while (o.count < n && x[o.count] <= q)
		sum += x[o.count++];
	if (!o.count) /* every definition's quantile is at the first or above */
		sum = x[o.count++];
	o.var = -q;
	o.es = -sum / (double)o.count;
	for (size_t i = 0; i < o.count; i++)
		s += (x[i] + o.es) * (x[i] + o.es);
	/* of a mean beyond a quantile that is itself an estimate */
	beyond = o.es - o.var;
	o.se = sqrt((s / (double)o.count + level * beyond * beyond) /
		    (double)o.count);
	*out = o;
}
