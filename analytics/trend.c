#include "analytics/trend.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/sort.h"
#include "analytics/trend_int.h"

const char *const pl_mk_correct_words[] = { "none", "hamed-rao", "yue-wang",
					    NULL };

enum pl_rc pl_trend_check(const double *t, size_t t_stride, const double *y,
			  size_t y_stride, size_t n, struct pl_err *e)
{
	PL_TRY(pl_sample_varies(y, y_stride, n, PL_TREND_MIN, "trend", e));
	PL_TRY(pl_sample_check(t, t_stride, n, 1, "trend: times", e));
	for (size_t i = 1; i < n; i++)
		if (!(t[i * t_stride] > t[(i - 1) * t_stride]))
			return pl_fail(e, PL_EMATH,
				       "trend: time %zu (%.17g) is not after "
				       "the one before it (%.17g)",
				       i + 1, t[i * t_stride],
				       t[(i - 1) * t_stride]);
	return PL_OK;
}

/* Times centred and scaled, so that the fit is well conditioned. */
struct line {
	size_t n;
	double centre, scale;
	gsl_matrix *x;
	gsl_vector *y;
	gsl_multifit_robust_workspace *w;
	double c[2]; /* intercept and slope in the scaled time */
};

static bool line_open(struct line *l, const double *t, size_t t_stride,
		      const double *y, size_t y_stride, size_t n)
{
	*l = (struct line){ .n = n };
	l->centre = pl_mean(t, t_stride, n);
	l->scale = (t[(n - 1) * t_stride] - t[0]) / 2;
	l->x = gsl_matrix_alloc(n, 2);
	l->y = gsl_vector_alloc(n);
	l->w = gsl_multifit_robust_alloc(gsl_multifit_robust_bisquare, n, 2);
	if (!l->x || !l->y || !l->w)
		return false;
	for (size_t i = 0; i < n; i++) {
		gsl_matrix_set(l->x, i, 0, 1);
		gsl_matrix_set(l->x, i, 1,
			       (t[i * t_stride] - l->centre) / l->scale);
		gsl_vector_set(l->y, i, y[i * y_stride]);
	}
	return true;
}

static void line_close(struct line *l)
{
	gsl_matrix_free(l->x);
	gsl_vector_free(l->y);
	gsl_multifit_robust_free(l->w);
}

static int line_try(struct line *l, double tune)
{
	gsl_vector_view c = gsl_vector_view_array(l->c, 2);
	double buf[4];
	gsl_matrix_view cov = gsl_matrix_view_array(buf, 2, 2);
	int status = gsl_multifit_robust_tune(tune, l->w);

	if (!status)
		status = gsl_multifit_robust_maxiter(200, l->w);
	if (!status)
		status = gsl_multifit_robust(l->x, l->y, &c.vector, &cov.matrix,
					     l->w);
	if (!status && !(isfinite(l->c[0]) && isfinite(l->c[1])))
		status = GSL_EOVRFLW;
	return status;
}

/* GSL stops when no coefficient changes by more than a part of itself, which
 * one that is 0 but for rounding never does, nor a small slope on a level far
 * off.  So, where it fails, the line is fitted again with m.sd (1 + x) in
 * place of the mean, and that is taken off it: no residual is another. */
static enum pl_rc line_fit(struct line *l, double tune,
			   const struct pl_moments *m, struct pl_err *e)
{
	int status = line_try(l, tune);

	if (status != GSL_EMAXITER)
		return pl_gsl_ok(status, "robust slope", e);
	for (size_t i = 0; i < l->n; i++) {
		double *y = gsl_vector_ptr(l->y, i);

		*y = (*y - m->mean) + m->sd * (1 + gsl_matrix_get(l->x, i, 1));
	}
	status = line_try(l, tune);
	l->c[0] = (l->c[0] - m->sd) + m->mean;
	l->c[1] -= m->sd;
	return pl_gsl_ok(status, "robust slope", e);
}

/* Largest residual, against which "the line runs through all points" is
 * judged. */
static double largest(const gsl_vector *v)
{
	double m = 0;

	for (size_t i = 0; i < v->size; i++)
		m = fmax(m, fabs(gsl_vector_get(v, i)));
	return m;
}

/* Scores psi(r) x and the inverse of sum psi'(r) x x'. */
static enum pl_rc scores(double *s, double inv[4], struct pl_slope *o,
			 const struct line *l, const gsl_vector *r,
			 struct pl_err *e)
{
	double a00 = 0, a01 = 0, a11 = 0, det;

	for (size_t i = 0; i < l->n; i++) {
		const double x = gsl_matrix_get(l->x, i, 1);
		const double v = gsl_vector_get(r, i);
		const double u = v / (o->tune * o->sigma), q = 1 - u * u;
		const double psi = q > 0 ? v * q * q : 0;
		const double d = q > 0 ? q * (1 - 5 * u * u) : 0;

		o->down_weighted += !(q > 0) || q * q < .5;
		a00 += d;
		a01 += d * x;
		a11 += d * x * x;
		s[2 * i] = psi;
		s[2 * i + 1] = psi * x;
	}
	det = a00 * a11 - a01 * a01;
	if (!(a00 > 0) || !(det > 1e-10 * a00 * a11))
		return pl_fail(e, PL_EMATH,
			       "robust slope: too few points near the line for "
			       "an error");
	inv[0] = a11 / det;
	inv[1] = inv[2] = -a01 / det;
	inv[3] = a00 / det;
	return PL_OK;
}

static enum pl_rc errors(struct pl_slope *o, const struct line *l,
			 const gsl_vector *r, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	double *s = PL_NEW_N(a, double, 2 * l->n), inv[4], cov[4];
	enum pl_rc rc = scores(s, inv, o, l, r, e);

	if (!rc)
		rc = pl_sandwich(cov, inv, s, l->n, 2, (size_t)o->lags, true,
				 e);
	if (!rc)
		o->se = sqrt(fmax(cov[3], 0)) / l->scale;
	pl_arena_close(a);
	return rc;
}

static void infer(struct pl_slope *o)
{
	const double df = (double)o->n - 2;
	double q;

	if (!(o->se > 0)) { /* nothing is left to be unsure about */
		o->se = 0;
		o->t = o->slope > 0 ? INFINITY : o->slope < 0 ? -INFINITY : 0;
		o->p = o->slope != 0 ? 0 : 1;
		o->lo = o->hi = o->slope;
		return;
	}
	q = gsl_cdf_tdist_Pinv(.5 + o->level / 2, df);
	o->t = o->slope / o->se;
	o->p = fmin(1, 2 * gsl_cdf_tdist_Q(fabs(o->t), df));
	o->lo = o->slope - q * o->se;
	o->hi = o->slope + q * o->se;
}

static enum pl_rc robust(struct pl_slope *o, struct line *l,
			 const struct pl_slope_spec *spec, struct pl_err *e)
{
	gsl_multifit_robust_stats st;
	struct pl_moments m;

	PL_TRY(pl_moments(&m, l->y->data, 1, l->n, e));
	PL_TRY(line_fit(l, o->tune, &m, e));
	st = gsl_multifit_robust_statistics(l->w);
	o->slope = l->c[1] / l->scale;
	o->intercept = l->c[0] - o->slope * l->centre;
	o->iterations = st.numit;
	o->lags = pl_hac_lags(spec ? spec->rule : PL_HAC_NW94,
			      spec ? (size_t)spec->lags : 0, l->n);
	/* the floor GSL itself puts under the scale */
	o->sigma = fmax(st.sigma_mad, 1e-6 * m.sd);
	o->exact = largest(st.r) <= 1e-12 * (m.max - m.min);
	if (o->exact)
		o->sigma = 0;
	else
		PL_TRY(errors(o, l, st.r, e));
	infer(o);
	return PL_OK;
}

enum pl_rc pl_trend_robust(struct pl_slope *out, const double *t,
			   size_t t_stride, const double *y, size_t y_stride,
			   size_t n, const struct pl_slope_spec *spec,
			   struct pl_err *e)
{
	struct pl_slope o = { .n = n, .tune = 4.685, .level = .95 };
	struct line l;
	enum pl_rc rc;

	if (spec && spec->tune != 0)
		o.tune = spec->tune;
	if (spec && spec->level != 0)
		o.level = spec->level;
	if (!(o.tune > 0) || !(o.level > 0 && o.level < 1))
		return pl_fail(e, PL_EMATH,
			       "robust slope: tuning constant %g, level %g",
			       o.tune, o.level);
	PL_TRY(pl_trend_check(t, t_stride, y, y_stride, n, e));
	rc = line_open(&l, t, t_stride, y, y_stride, n)
		     ? robust(&o, &l, spec, e)
		     : pl_gsl_ok(GSL_ENOMEM, "robust slope", e);
	line_close(&l);
	if (!rc)
		*out = o;
	return rc;
}

/* Variance of Mann-Kendall's S with ties, and the number of tied groups and
 * pairs, from ascending values. */
double pl_mk_variance(const double *sorted, size_t n, uint64_t *groups,
		      uint64_t *pairs)
{
	double v = (double)n * ((double)n - 1) * (2 * (double)n + 5);

	*groups = *pairs = 0;
	for (size_t i = 0, j; i < n; i = j) {
		double k;

		for (j = i + 1; j < n && sorted[j] == sorted[i];)
			j++;
		if (j - i < 2)
			continue;
		k = (double)(j - i);
		v -= k * (k - 1) * (2 * k + 5);
		*groups += 1;
		*pairs += (uint64_t)(j - i) * (j - i - 1) / 2;
	}
	return v / 18;
}

/* Ranks from 1, ties share the mean; idx is scratch. */
static void ranks(double *r, struct pl_arena *a, const double *x, size_t n)
{
	double *s = pl_sorted(a, x, 1, n);

	for (size_t i = 0; i < n; i++) {
		size_t lo = 0, hi = n, first;

		while (lo < hi) { /* first place of x[i] */
			const size_t mid = lo + (hi - lo) / 2;

			if (s[mid] < x[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		first = lo;
		hi = n;
		while (lo < hi) { /* first place after it */
			const size_t mid = lo + (hi - lo) / 2;

			if (s[mid] <= x[i])
				lo = mid + 1;
			else
				hi = mid;
		}
		r[i] = (double)(first + 1 + lo) / 2;
	}
}

/* SPEC Hamed & Rao (1998) eq. 13; Yue & Wang (2004) eq. 9 */
static double factor(struct pl_mk *o, const double *r)
{
	const double n = (double)o->n, band = 1.959963984540054 / sqrt(n);
	double sum = 0;

	for (uint64_t k = 1; k <= o->lag; k++) {
		const double d = n - (double)k;

		if (o->correct == PL_MK_HAMED_RAO) {
			if (fabs(r[k]) <= band)
				continue;
			sum += d * (d - 1) * (d - 2) * r[k];
		} else {
			sum += d * r[k];
		}
		o->lags_used++;
	}
	return 1 + 2 * sum /
			   (o->correct == PL_MK_HAMED_RAO
				    ? n * (n - 1) * (n - 2)
				    : n);
}

/* Autocorrelation of what is left when the Sen slope is taken out. */
static enum pl_rc correct(struct pl_arena *a, struct pl_mk *o, const double *y,
			  const struct pl_mk_spec *spec, struct pl_err *e)
{
	const size_t n = (size_t)o->n;
	double *t = PL_NEW_N(a, double, n), *d = PL_NEW_N(a, double, n), *r;
	size_t lag = (size_t)floor(10 * pl_log10((double)n));
	double slope;
	bool flat = true;

	if (spec->max_lag)
		lag = (size_t)spec->max_lag;
	o->lag = lag < n - 1 ? lag : n - 1;
	PL_TRY(pl_sen_slope(&slope, y, n, spec, e));
	for (size_t i = 0; i < n; i++) {
		d[i] = y[i] - slope * ((double)i + 1);
		flat = flat && d[i] == d[0];
	}
	if (flat)
		return PL_OK;
	if (o->correct == PL_MK_HAMED_RAO) {
		ranks(t, a, d, n);
		d = t;
	}
	r = PL_NEW_N(a, double, o->lag + 1);
	PL_TRY(pl_acf(r, (size_t)o->lag, d, 1, n, e));
	o->factor = factor(o, r);
	o->factor_held = !(o->factor > 0);
	if (o->factor_held)
		o->factor = 1;
	return PL_OK;
}

static enum pl_rc mk(struct pl_arena *a, struct pl_mk *o, double *y,
		     const struct pl_mk_spec *spec, struct pl_err *e)
{
	const size_t n = (size_t)o->n;
	double *v = PL_NEW_N(a, double, n), *w = PL_NEW_N(a, double, n);
	const uint64_t pairs = (uint64_t)n * (n - 1) / 2;
	uint64_t falls, tied;

	memcpy(v, y, n * sizeof(*v));
	falls = pl_count_falls(v, w, n, 0);
	o->var_iid = pl_mk_variance(v, n, &o->ties, &tied);
	o->s = (int64_t)(pairs - tied - falls) - (int64_t)falls;
	o->tau = (double)o->s / (double)pairs;
	o->tau_b = (double)o->s / sqrt((double)pairs * (double)(pairs - tied));
	o->factor = 1;
	if (spec && spec->correct != PL_MK_PLAIN) {
		o->correct = (int)spec->correct;
		PL_TRY(correct(a, o, y, spec, e));
	}
	o->var = o->var_iid * o->factor;
	o->z = (double)(o->s - (o->s > 0) + (o->s < 0)) / sqrt(o->var);
	o->p = fmin(1, 2 * gsl_cdf_ugaussian_Q(fabs(o->z)));
	return PL_OK;
}

enum pl_rc pl_trend_mk(struct pl_arena *a, struct pl_mk *out, const double *y,
		       size_t y_stride, size_t n, const struct pl_mk_spec *spec,
		       struct pl_err *e)
{
	struct pl_mk o = { .n = n };
	double *copy;

	PL_TRY(pl_sample_varies(y, y_stride, n, PL_TREND_MIN, "Mann-Kendall",
				e));
	copy = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < n; i++)
		copy[i] = y[i * y_stride];
	PL_TRY(mk(a, &o, copy, spec, e));
	*out = o;
	return PL_OK;
}
