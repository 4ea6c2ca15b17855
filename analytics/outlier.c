#include "analytics/outlier.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_statistics_double.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"

const char *const pl_scale_words[] = { "mad", "sn", "qn", NULL };

#define QN_MAX 1000000 /* n(n-1)/2 must fit GSL's integers */

enum pl_rc pl_scale(struct pl_arena *a, double *out, const double *x, size_t n,
		    enum pl_scale kind, struct pl_err *e)
{
	double median, *v;

	PL_TRY(pl_sample_check(x, 1, n, 3, "robust scale", e));
	if (kind == PL_SCALE_MAD)
		return pl_median_mad(&median, out, x, 1, n, e);
	if (n > QN_MAX)
		return pl_fail(e, PL_ELIMIT,
			       "Sn and Qn take at most %d points, not %zu",
			       QN_MAX, n);
	v = pl_sorted(a, x, 1, n);
	if (kind == PL_SCALE_SN)
		*out = gsl_stats_Sn_from_sorted_data(v, 1, n,
						     PL_NEW_N(a, double, n));
	else
		*out = gsl_stats_Qn_from_sorted_data(v, 1, n,
						     PL_NEW_N(a, double, 3 * n),
						     PL_NEW_N(a, int, 5 * n));
	return PL_OK;
}

/* The level without the point itself: else it would be its own median now and
 * then, and the offs would look less scattered than they are. */
static enum pl_rc offs(struct pl_arena *a, struct pl_outliers *o,
		       const double *x, size_t k, struct pl_err *e)
{
	double *near = PL_NEW_N(a, double, 2 * k + 1);

	for (size_t i = 0; i < o->n; i++) {
		const size_t lo = i > k ? i - k : 0;
		const size_t hi = i + k < o->n ? i + k + 1 : o->n;
		double median, mad, rest;
		size_t n = 0;

		for (size_t j = lo; j < hi; j++) {
			if (j != i)
				near[n++] = x[j];
		}
		PL_TRY(pl_median_mad(&median, &mad, x + lo, 1, hi - lo, e));
		PL_TRY(pl_median_mad(&o->v[i].level, &rest, near, 1, n, e));
		o->v[i].off = x[i] - o->v[i].level;
		o->v[i].hampel = fabs(x[i] - median) > 3 * mad;
	}
	return PL_OK;
}

/* Efficiencies at the normal (Rousseeuw & Croux): so many of n points would
 * tell a standard deviation as well. */
static double worth(enum pl_scale kind)
{
	return kind == PL_SCALE_MAD ? .37 : kind == PL_SCALE_SN ? .58 : .82;
}

/* sqrt(pi / 2): a mean absolute deviation as a standard deviation */
#define FROM_MEAN 1.2533141373155003

enum pl_rc pl_outliers(struct pl_arena *a, struct pl_outliers *out,
		       const double *x, size_t n, size_t k, enum pl_scale kind,
		       struct pl_err *e)
{
	struct pl_outliers o = { PL_NEW_N(a, struct pl_outlier, n), n, 0, false,
				 false };
	double *off = PL_NEW_N(a, double, n), *p = PL_NEW_N(a, double, n);
	const double df = worth(kind) * (double)n;
	double sum = 0;

	PL_TRY(pl_sample_check(x, 1, n, 3, "outliers", e));
	if (k > n)
		k = n;
	if (!k)
		return pl_fail(e, PL_EMATH, "outliers: a window of nothing");
	PL_TRY(offs(a, &o, x, k, e));
	for (size_t i = 0; i < n; i++) {
		off[i] = o.v[i].off;
		sum += fabs(off[i]);
	}
	o.constant = sum == 0;
	PL_TRY(pl_scale(a, &o.scale, off, n, kind, e));
	if (!(o.scale > 0)) {
		o.fallback = !o.constant;
		o.scale = FROM_MEAN * sum / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		o.v[i].z = o.constant ? 0 : off[i] / o.scale;
		p[i] = o.v[i].p =
			fmin(1, 2 * gsl_cdf_tdist_Q(fabs(o.v[i].z), df));
	}
	pl_fdr(a, off, p, n);
	for (size_t i = 0; i < n; i++)
		o.v[i].adjusted = off[i];
	*out = o;
	return PL_OK;
}

enum pl_rc pl_counts_fit(struct pl_arena *a, struct pl_counts *out,
			 const double *count, size_t n, enum pl_scale kind,
			 struct pl_err *e)
{
	struct pl_counts c;
	double mad, scale;

	PL_TRY(pl_scale(a, &scale, count, n, kind, e));
	PL_TRY(pl_median_mad(&c.mean, &mad, count, 1, n, e));
	c.mean = fmax(c.mean, .5);
	c.var = fmax(c.mean, scale * scale);
	c.size = c.var > c.mean ? c.mean * c.mean / (c.var - c.mean) : INFINITY;
	*out = c;
	return PL_OK;
}

double pl_counts_tail(const struct pl_counts *c, uint64_t k)
{
	const unsigned at = k - 1 < UINT32_MAX ? (unsigned)(k - 1) : UINT32_MAX;

	if (!k)
		return 1;
	return isfinite(c->size)
		       ? gsl_cdf_negative_binomial_Q(
				 at, c->size / (c->size + c->mean), c->size)
		       : gsl_cdf_poisson_Q(at, c->mean);
}

struct at {
	double p;
	size_t i;
};

static int by_p(const void *x, const void *y)
{
	const struct at *a = x, *b = y;

	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

void pl_fdr(struct pl_arena *a, double *adjusted, const double *p, size_t n)
{
	struct at *v = PL_NEW_N(a, struct at, n);
	double least = 1;

	for (size_t i = 0; i < n; i++)
		v[i] = (struct at){ p[i], i };
	if (n)
		qsort(v, n, sizeof(*v), by_p);
	for (size_t i = n; i--;) {
		least = fmin(least, v[i].p * (double)n / (double)(i + 1));
		adjusted[v[i].i] = least;
	}
}
