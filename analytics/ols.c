#include "analytics/ols.h"

#include <math.h>
#include <string.h>

#include "analytics/dd.h"
#include "analytics/fixed_math.h"
#include "analytics/gsl.h"

const char *const pl_hac_rule_words[] = { "nw94", "greene", "fixed", "none",
					  NULL };

/* The factorisation at work: columns of X one after another (column-major,
 * so that the inner loops run along memory), y, and the diagonal of R. */
struct qr {
	size_t n, p;
	struct pl_dd *x; /* n x p; reflectors below, R above the diagonal */
	struct pl_dd *y; /* becomes Q'y */
	struct pl_dd *diag;
	struct pl_dd *norm; /* of the columns, before */
};

static struct pl_dd dot(const struct pl_dd *a, const struct pl_dd *b, size_t n)
{
	struct pl_dd s = { 0, 0 };

	for (size_t i = 0; i < n; i++)
		s = pl_dd_add(s, pl_dd_mul(a[i], b[i]));
	return s;
}

/* c -= w v */
static void reflect(struct pl_dd *c, const struct pl_dd *v, size_t n,
		    struct pl_dd vtv)
{
	struct pl_dd w = pl_dd_div(dot(v, c, n), vtv);

	w = pl_dd_neg(pl_dd_add(w, w));
	for (size_t i = 0; i < n; i++)
		c[i] = pl_dd_add(c[i], pl_dd_mul(w, v[i]));
}

static enum pl_rc factor(struct qr *q, double tol, struct pl_err *e)
{
	for (size_t k = 0; k < q->p; k++)
		q->norm[k] =
			pl_dd_sqrt(dot(q->x + k * q->n, q->x + k * q->n, q->n));
	for (size_t k = 0; k < q->p; k++) {
		struct pl_dd *v = q->x + k * q->n + k;
		const size_t m = q->n - k;
		struct pl_dd r = pl_dd_sqrt(dot(v, v, m)), vtv;

		if (!(r.hi > tol * q->norm[k].hi) || !isfinite(r.hi))
			return pl_fail(e, PL_EMATH,
				       "regression: column %zu depends on the "
				       "columns before it",
				       k + 1);
		if (v[0].hi > 0)
			r = pl_dd_neg(r);
		q->diag[k] = r;
		v[0] = pl_dd_sub(v[0], r);
		/* v'v = 2 r (r - x_kk), and v_0 = x_kk - r */
		vtv = pl_dd_neg(pl_dd_mul(r, v[0]));
		vtv = pl_dd_add(vtv, vtv);
		for (size_t j = k + 1; j < q->p; j++)
			reflect(q->x + j * q->n + k, v, m, vtv);
		reflect(q->y + k, v, m, vtv);
	}
	return PL_OK;
}

static struct pl_dd r_at(const struct qr *q, size_t i, size_t j)
{
	return i == j ? q->diag[i] : q->x[j * q->n + i];
}

/* R b = c, b may be c */
static void back(struct pl_dd *b, const struct qr *q, const struct pl_dd *c)
{
	for (size_t i = q->p; i-- > 0;) {
		struct pl_dd s = c[i];

		for (size_t j = i + 1; j < q->p; j++)
			s = pl_dd_sub(s, pl_dd_mul(r_at(q, i, j), b[j]));
		b[i] = pl_dd_div(s, q->diag[i]);
	}
}

/* (X'X)^-1 = R^-1 R^-T */
static void inverse(struct pl_arena *a, double *xtx, const struct qr *q)
{
	const size_t p = q->p;
	struct pl_dd *inv = PL_NEW_N(a, struct pl_dd, p * p); /* columns */

	for (size_t k = 0; k < p; k++) {
		inv[k * p + k] = pl_dd_of(1);
		back(inv + k * p, q, inv + k * p);
	}
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < p; j++) {
			struct pl_dd s = { 0, 0 };

			for (size_t k = i > j ? i : j; k < p; k++)
				s = pl_dd_add(s, pl_dd_mul(inv[k * p + i],
							   inv[k * p + j]));
			xtx[i * p + j] = pl_dd_get(s);
		}
}

static double total(const double *y, size_t stride, size_t n, bool centred)
{
	struct pl_dd s = { 0, 0 }, m = { 0, 0 }, d;

	for (size_t i = 0; centred && i < n; i++)
		m = pl_dd_add(m, pl_dd_of(y[i * stride]));
	m = pl_dd_div(m, pl_dd_of((double)n));
	for (size_t i = 0; i < n; i++) {
		d = pl_dd_sub(pl_dd_of(y[i * stride]), m);
		s = pl_dd_add(s, pl_dd_mul(d, d));
	}
	return pl_dd_get(s);
}

static void summary(struct pl_ols *o, const double *y, size_t stride,
		    bool intercept)
{
	const double df = (double)o->df, k = (double)o->p - intercept;

	o->tss = total(y, stride, (size_t)o->n, intercept);
	o->sigma = o->df ? sqrt(o->rss / df) : NAN;
	o->r2 = o->tss > 0 ? 1 - o->rss / o->tss : NAN;
	o->f = o->df && o->rss > 0 && k > 0
		       ? (o->tss - o->rss) / k / (o->rss / df)
		       : NAN;
	for (size_t i = 0; i < o->p; i++)
		o->se[i] = o->sigma * sqrt(o->xtx[i * o->p + i]);
}

/* Solve what q holds.  copy is X as it was (column-major): residuals come from
 * it and the coefficients before they are rounded, because the terms of an
 * ill-conditioned fit cancel. */
static enum pl_rc solve(struct pl_arena *a, struct pl_ols *out, struct qr *q,
			const double *y, size_t stride, bool intercept,
			double tol, struct pl_err *e)
{
	const size_t n = q->n, p = q->p;
	struct pl_dd *copy = PL_NEW_N(a, struct pl_dd, n * p);
	struct pl_dd *b = PL_NEW_N(a, struct pl_dd, p);
	struct pl_ols o = { .n = n, .p = p, .df = n - p };

	memcpy(copy, q->x, n * p * sizeof(*copy));
	PL_TRY(factor(q, tol, e));
	back(b, q, q->y);
	o.beta = PL_NEW_N(a, double, p);
	o.se = PL_NEW_N(a, double, p);
	o.xtx = PL_NEW_N(a, double, p *p);
	o.resid = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_dd r = pl_dd_of(y[i * stride]);

		for (size_t j = 0; j < p; j++)
			r = pl_dd_sub(r, pl_dd_mul(copy[j * n + i], b[j]));
		o.resid[i] = pl_dd_get(r);
	}
	o.rss = pl_dd_get(dot(q->y + p, q->y + p, n - p));
	inverse(a, o.xtx, q);
	for (size_t j = 0; j < p; j++) {
		o.beta[j] = pl_dd_get(b[j]);
		if (!isfinite(o.beta[j]))
			return pl_fail(e, PL_EMATH,
				       "regression: values out of range");
	}
	summary(&o, y, stride, intercept);
	*out = o;
	return PL_OK;
}

static enum pl_rc prepare(struct pl_arena *a, struct qr *q, const double *y,
			  size_t stride, size_t n, size_t p, struct pl_err *e)
{
	if (!p || n < p)
		return pl_fail(e, PL_EMATH,
			       "regression: %zu points for %zu coefficients", n,
			       p);
	PL_TRY(pl_sample_check(y, stride, n, 1, "regression", e));
	*q = (struct qr){ .n = n, .p = p };
	q->x = PL_NEW_N(a, struct pl_dd, n * p);
	q->y = PL_NEW_N(a, struct pl_dd, n);
	q->diag = PL_NEW_N(a, struct pl_dd, p);
	q->norm = PL_NEW_N(a, struct pl_dd, p);
	for (size_t i = 0; i < n; i++)
		q->y[i] = pl_dd_of(y[i * stride]);
	return PL_OK;
}

enum pl_rc pl_ols_fit(struct pl_arena *a, struct pl_ols *out, const double *x,
		      const double *y, size_t y_stride, size_t n, size_t p,
		      bool intercept, struct pl_err *e)
{
	/* a column whose part of its own is below the rounding of doubles is
	 * a combination of the others as far as anybody can tell */
	const double tol = 0x1p-46;
	struct qr q;

	PL_TRY(prepare(a, &q, y, y_stride, n, p, e));
	PL_TRY(pl_sample_check(x, 1, n * p, 1, "regression", e));
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < p; j++)
			q.x[j * n + i] = pl_dd_of(x[i * p + j]);
	return solve(a, out, &q, y, y_stride, intercept, tol, e);
}

enum pl_rc pl_ols_poly(struct pl_arena *a, struct pl_ols *out, const double *x,
		       size_t x_stride, const double *y, size_t y_stride,
		       size_t n, size_t degree, struct pl_err *e)
{
	const double tol = 0x1p-90; /* the powers are exact to 2^-100 */
	struct qr q;

	PL_TRY(prepare(a, &q, y, y_stride, n, degree + 1, e));
	PL_TRY(pl_sample_check(x, x_stride, n, 1, "regression", e));
	for (size_t i = 0; i < n; i++) {
		struct pl_dd v = pl_dd_of(1);

		for (size_t j = 0; j <= degree; j++) {
			q.x[j * n + i] = v;
			v = pl_dd_mul(v, pl_dd_of(x[i * x_stride]));
		}
	}
	return solve(a, out, &q, y, y_stride, true, tol, e);
}

size_t pl_hac_lags(enum pl_hac_rule rule, size_t fixed, size_t n)
{
	double l = 0;

	switch (rule) {
	case PL_HAC_NW94:
		l = floor(4 * pl_pow((double)n / 100, 2.0 / 9));
		break;
	case PL_HAC_SQRT4:
		l = floor(sqrt(sqrt((double)n)));
		break;
	case PL_HAC_FIXED:
		l = (double)fixed;
		break;
	case PL_HAC_NONE:
		break;
	}
	if (!n)
		return 0;
	return l < (double)n ? (size_t)l : n - 1;
}

/* c = a b, all p x p */
static void matmul(double *c, const double *a, const double *b, size_t p)
{
	for (size_t i = 0; i < p; i++)
		for (size_t j = 0; j < p; j++) {
			double s = 0;

			for (size_t k = 0; k < p; k++)
				s += a[i * p + k] * b[k * p + j];
			c[i * p + j] = s;
		}
}

#define MAX_SANDWICH 16

enum pl_rc pl_sandwich(double *cov, const double *a, const double *s, size_t n,
		       size_t p, size_t lags, bool small, struct pl_err *e)
{
	double m[MAX_SANDWICH * MAX_SANDWICH] = { 0 };
	double t[MAX_SANDWICH * MAX_SANDWICH], f = 1;

	if (p > MAX_SANDWICH || n <= p || lags >= n)
		return pl_fail(e, PL_EMATH,
			       "robust errors: %zu points, %zu columns and %zu "
			       "lags do not go together",
			       n, p, lags);
	for (size_t j = 0; j <= lags; j++) {
		const double w = 1 - (double)j / ((double)lags + 1);

		for (size_t r = 0; r < p; r++)
			for (size_t c = 0; c < p; c++) {
				double g = 0;

				for (size_t i = j; i < n; i++)
					g += s[i * p + r] * s[(i - j) * p + c];
				m[r * p + c] += w * g;
				if (j)
					m[c * p + r] += w * g;
			}
	}
	matmul(t, a, m, p);
	matmul(cov, t, a, p);
	if (small)
		f = (double)n / (double)(n - p);
	for (size_t i = 0; i < p * p; i++)
		cov[i] *= f;
	return PL_OK;
}

enum pl_rc pl_ols_hac(struct pl_arena *a, double *se, const struct pl_ols *fit,
		      const double *x, size_t lags, bool small,
		      struct pl_err *e)
{
	const size_t n = (size_t)fit->n, p = (size_t)fit->p;
	double *s = PL_NEW_N(a, double, n *p);
	double *cov = PL_NEW_N(a, double, p *p);

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < p; j++)
			s[i * p + j] = fit->resid[i] * x[i * p + j];
	PL_TRY(pl_sandwich(cov, fit->xtx, s, n, p, lags, small, e));
	for (size_t j = 0; j < p; j++)
		se[j] = sqrt(cov[j * p + j]);
	return PL_OK;
}
