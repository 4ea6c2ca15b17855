#include "analytics/pot.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/ml.h"
#include "analytics/moments.h"

/* so near 0 the formulas lose their digits and the first terms of the series
 * stand for them */
static const double xi_small = 1e-5;
static const double lower[2] = { -.9, 1e-8 }, upper[2] = { 10, 1e8 };

/* Sum over the excesses of the log-density and its derivatives by (xi, beta).
 * With t = y/beta, r = t/(1 + xi t), L = ln(1 + xi t):
 * l = -ln beta - (1 + 1/xi) L. */
static bool eval(struct pl_ml_eval *out, const double *theta, const void *ctx)
{
	const struct pl_pot *p = ctx;
	const double xi = theta[0], b = theta[1];
	const bool small = fabs(xi) < xi_small;
	double l = 0, g[2] = { 0 }, h[3] = { 0 }, o[3] = { 0 };

	for (size_t i = 0; i < p->exceed; i++) {
		const double t = p->y[i] / b, a = 1 + xi * t, r = t / a;
		double big, gx, hx, gb;

		if (!(a > 0))
			return false;
		big = pl_log1p(xi * t);
		gb = ((1 + xi) * r - 1) / b;
		if (small) {
			l -= t - .5 * xi * t * t + xi * t;
			gx = .5 * t * t - 2 * xi * t * t * t / 3 - r;
			hx = -2 * t * t * t / 3 + r * r;
		} else {
			l -= (1 + 1 / xi) * big;
			gx = (big / xi - r) / xi - r;
			hx = (-2 * big / xi + 2 * r) / (xi * xi) +
			     (1 + 1 / xi) * r * r;
		}
		g[0] += gx;
		g[1] += gb;
		h[0] += hx;
		h[1] += (r - (1 + xi) * r * r) / b;
		h[2] += (1 - (1 + xi) * r * (1 + 1 / a)) / (b * b);
		o[0] += gx * gx;
		o[1] += gx * gb;
		o[2] += gb * gb;
	}
	out->l = l - (double)p->exceed * pl_log(b);
	for (size_t i = 0; i < 2; i++)
		out->g[i] = g[i];
	for (size_t i = 0; i < 4; i++) {
		out->h[i] = h[i == 0 ? 0 : i == 3 ? 2 : 1];
		out->b[i] = o[i == 0 ? 0 : i == 3 ? 2 : 1];
	}
	return isfinite(out->l);
}

double pl_pot_loglik(const struct pl_pot *p, double xi, double beta)
{
	double l = 0;

	if (!(beta > 0))
		return NAN;
	if (fabs(xi) < xi_small) {
		for (size_t i = 0; i < p->exceed; i++) {
			const double t = p->y[i] / beta;

			l -= t - .5 * xi * t * t + xi * t;
		}
		return l - (double)p->exceed * pl_log(beta);
	}
	for (size_t i = 0; i < p->exceed; i++) {
		const double a = xi * p->y[i] / beta;

		if (!(a > -1))
			return NAN;
		l -= pl_log1p(a);
	}
	return (1 + 1 / xi) * l - (double)p->exceed * pl_log(beta);
}

static void excesses(struct pl_arena *a, struct pl_pot *p, const double *x,
		     size_t stride, size_t n)
{
	double *y = PL_NEW_N(a, double, n);
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (x[i * stride] > p->u)
			y[k++] = x[i * stride] - p->u;
	p->exceed = k;
	p->y = pl_sorted(a, y, 1, k);
}

/* Newton from the moments' estimate and from several shapes. */
static bool climb(struct pl_pot *p, struct pl_ml_state *best)
{
	static const double shapes[] = { .2, .6, 0, -.15, 1.2 };
	/* the excesses in units of their mean */
	const double m = pl_mean(p->y, 1, p->exceed);
	const struct pl_ml_problem f = { 2, lower, upper, eval, p };
	bool found = false;

	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		struct pl_ml_state st = { .iterations = 0 };

		st.theta[0] = shapes[i];
		st.theta[1] = m * fmax(1 - shapes[i], .3);
		if (!pl_ml_newton(&st, &f, 200) || !st.converged)
			continue;
		if (found && st.at.l <= best->at.l + 1e-9)
			continue;
		*best = st;
		found = true;
	}
	return found;
}

static void report(struct pl_pot *p, const struct pl_ml_state *st)
{
	double a[4], inv[4];

	p->xi = st->theta[0];
	p->beta = st->theta[1];
	p->loglik = st->at.l;
	p->converged = st->converged;
	p->few = p->exceed < PL_POT_FEW;
	p->no_mean = p->xi >= 1;
	for (size_t i = 0; i < 4; i++)
		a[i] = -st->at.h[i];
	p->se_xi = p->se_beta = p->cov = p->gradient = NAN;
	if (st->active[0] || st->active[1] || !pl_ml_invert(inv, a, NULL, 2))
		return;
	p->se_xi = sqrt(inv[0]);
	p->se_beta = sqrt(inv[3]);
	p->cov = inv[1];
	p->gradient = fmax(fabs(st->at.g[0]) * p->se_xi,
			   fabs(st->at.g[1]) * p->se_beta);
}

enum pl_rc pl_pot_fit(struct pl_arena *a, struct pl_pot *out,
		      const double *losses, size_t stride, size_t n, double u,
		      struct pl_err *e)
{
	struct pl_pot p = { .u = u, .n = n };
	struct pl_ml_state best = { .iterations = 0 };
	double unit;

	PL_TRY(pl_sample_varies(losses, stride, n, PL_POT_MIN,
				"peaks over a threshold", e));
	if (!isfinite(u))
		return pl_fail(e, PL_EMATH, "the threshold is no number");
	excesses(a, &p, losses, stride, n);
	if (p.exceed < PL_POT_MIN)
		return pl_fail(e, PL_EMATH,
			       "peaks over a threshold: %d losses lie beyond "
			       "%g, %d are needed",
			       (int)p.exceed, u, PL_POT_MIN);
	unit = pl_mean(p.y, 1, (size_t)p.exceed);
	if (p.y[0] == p.y[p.exceed - 1])
		return pl_fail(e, PL_EMATH,
			       "peaks over a threshold: all %d excesses are "
			       "equal",
			       (int)p.exceed);
	for (size_t i = 0; i < p.exceed; i++)
		p.y[i] /= unit;
	if (!climb(&p, &best))
		return pl_fail(e, PL_EMATH,
			       "peaks over a threshold: no maximum found");
	report(&p, &best);
	for (size_t i = 0; i < p.exceed; i++)
		p.y[i] *= unit;
	p.beta *= unit;
	p.se_beta *= unit;
	p.cov *= unit;
	p.loglik -= (double)p.exceed * pl_log(unit);
	*out = p;
	return PL_OK;
}

/* (c^-xi - 1) / xi */
static double boxcox(double c, double xi)
{
	const double l = -pl_log(c);

	return fabs(xi * l) < 1e-9 ? l : pl_expm1(xi * l) / xi;
}

/* 1 - level in units of the share of exceedances */
static double share(const struct pl_pot *p, double level)
{
	return (1 - level) * (double)p->n / (double)p->exceed;
}

enum pl_rc pl_pot_tail(double *var, double *es, const struct pl_pot *p,
		       double level, struct pl_err *e)
{
	const double c = share(p, level);

	if (!(level > 0 && level < 1) || !(c < 1))
		return pl_fail(e, PL_EMATH,
			       "the quantile at %g lies below the threshold, "
			       "beyond which are %d of %d losses",
			       level, (int)p->exceed, (int)p->n);
	*var = p->u + p->beta * boxcox(c, p->xi);
	*es = p->xi < 1 ? (*var + p->beta - p->xi * p->u) / (1 - p->xi)
			: INFINITY;
	return PL_OK;
}

/* ------------------------------------------------- profile likelihood */

struct profile {
	const struct pl_pot *p;
	enum pl_pot_figure what;
	double c;     /* see share() */
	double value; /* of the figure */
	double near;  /* where the other parameter was last */
};

/* The likelihood at a value of the figure; `other` is ln beta for xi, else
 * xi, from which and the value beta follows. */
static double along(const struct profile *f, double other)
{
	const double d = f->value - f->p->u;
	double v = NAN;

	switch (f->what) {
	case PL_POT_XI:
		v = pl_pot_loglik(f->p, f->value, pl_exp(other));
		break;
	case PL_POT_VAR:
		v = pl_pot_loglik(f->p, other, d / boxcox(f->c, other));
		break;
	case PL_POT_ES:
		v = other < 1 ? pl_pot_loglik(f->p, other,
					      d * (1 - other) /
						      (boxcox(f->c, other) + 1))
			      : NAN;
		break;
	}
	return isfinite(v) ? v : -1e300;
}

/* The maximum over the other parameter: a bracket that grows uphill from
 * where it was last, then golden sections. */
static double profile_at(struct profile *f, double value)
{
	const double g = .61803398874989485;
	double step = .02, a, b, c, fb, fc, fd;

	f->value = value;
	b = f->near;
	fb = along(f, b);
	c = b + step;
	fc = along(f, c);
	if (fc < fb) {
		step = -step;
		c = b + step;
		fc = along(f, c);
	}
	a = b - step;
	while (fc >= fb && fabs(c) < 50) {
		a = b;
		b = c;
		fb = fc;
		step *= 1.8;
		c = b + step;
		fc = along(f, c);
	}
	while (fabs(c - a) > 1e-6 * (1 + fabs(b))) {
		const bool right = fabs(c - b) > fabs(b - a);
		const double d =
			right ? b + (1 - g) * (c - b) : b - (1 - g) * (b - a);

		fd = along(f, d);
		if (fd > fb) {
			if (right)
				a = b;
			else
				c = b;
			b = d;
			fb = fd;
		} else if (right) {
			c = d;
		} else {
			a = d;
		}
	}
	f->near = b;
	return fb;
}

/* The place between `in` (above the target) and outwards where the profile
 * falls to the target; INFINITY when it never does. */
static double cross(struct profile *f, double in, double step, double target,
		    double start)
{
	double out = in, lo, hi;

	f->near = start;
	for (int i = 0;; i++) {
		if (i == 40)
			return step > 0 ? INFINITY : -INFINITY;
		out += step;
		if (profile_at(f, out) < target)
			break;
		in = out;
		step *= 1.5;
	}
	lo = in;
	hi = out;
	while (fabs(hi - lo) > 1e-7 * (fabs(lo) + fabs(hi) + 1e-6)) {
		const double mid = lo + .5 * (hi - lo);

		if (profile_at(f, mid) < target)
			hi = mid;
		else
			lo = mid;
	}
	return .5 * (lo + hi);
}

/* Gradient of the figure by (xi, beta), by differences. */
static double delta_se(const struct pl_pot *p, enum pl_pot_figure what,
		       double level)
{
	double g[2];

	if (what == PL_POT_XI)
		return p->se_xi;
	for (size_t i = 0; i < 2; i++) {
		const double d = 1e-5 * (i ? p->beta : 1);
		double v[2] = { NAN, NAN };

		for (int s = 0; s < 2; s++) {
			struct pl_pot q = *p;
			double var, es;
			struct pl_err e;

			*(i ? &q.beta : &q.xi) += s ? d : -d;
			if (!pl_pot_tail(&var, &es, &q, level, &e))
				v[s] = what == PL_POT_VAR ? var : es;
		}
		g[i] = (v[1] - v[0]) / (2 * d);
	}
	return sqrt(g[0] * g[0] * p->se_xi * p->se_xi +
		    2 * g[0] * g[1] * p->cov +
		    g[1] * g[1] * p->se_beta * p->se_beta);
}

/* A tail index of 1, from which on there is no mean, is not excluded. */
static bool unbounded(const struct pl_pot *p, enum pl_pot_figure what,
		      double target)
{
	struct profile f = { .p = p,
			     .what = PL_POT_XI,
			     .near = pl_log(p->beta) };

	return what == PL_POT_ES && profile_at(&f, 1) >= target;
}

enum pl_rc pl_pot_interval(struct pl_pot_interval *out, const struct pl_pot *p,
			   enum pl_pot_figure what, double level,
			   double confidence, struct pl_err *e)
{
	struct profile f = { .p = p, .what = what, .c = share(p, level) };
	double at = p->xi, es, se, start, target;

	if (what != PL_POT_XI) {
		double var;

		PL_TRY(pl_pot_tail(&var, &es, p, level, e));
		at = what == PL_POT_VAR ? var : es;
	}
	if (!isfinite(at))
		return pl_fail(e, PL_EMATH,
			       "no expected shortfall: the tail index is %g",
			       p->xi);
	se = delta_se(p, what, level);
	if (!(se > 0))
		return pl_fail(e, PL_EMATH,
			       "the tail's parameters have no errors");
	if (p->exceed > PL_POT_PROFILE) {
		const double z = gsl_cdf_ugaussian_Pinv(.5 + confidence / 2);

		*out = (struct pl_pot_interval){ at - z * se, at + z * se,
						 false };
		return PL_OK;
	}
	start = what == PL_POT_XI ? pl_log(p->beta) : p->xi;
	target = p->loglik - .5 * gsl_cdf_chisq_Pinv(confidence, 1);
	out->lo = cross(&f, at, -.5 * se, target, start);
	out->hi = unbounded(p, what, target)
			  ? INFINITY
			  : cross(&f, at, .5 * se, target, start);
	/* what lies beyond the threshold cannot lie below it */
	if (what != PL_POT_XI)
		out->lo = fmax(out->lo, p->u);
	out->profile = true;
	return PL_OK;
}

/* ------------------------------------------------------------------ Hill */

enum pl_rc pl_hill(struct pl_arena *a, struct pl_hill *out,
		   const double *losses, size_t stride, size_t n, uint64_t k,
		   double confidence, struct pl_err *e)
{
	struct pl_hill h = { .k = k, .from = (k + 1) / 2, .to = 2 * k };
	double *s, sum = 0, z, most_k;

	PL_TRY(pl_sample_varies(losses, stride, n, 2, "Hill's index", e));
	if (k < 10 || k >= n)
		return pl_fail(e, PL_EMATH,
			       "Hill's index: %d largest of %zu losses, at "
			       "least 10 and one more are needed",
			       (int)k, n);
	s = pl_sorted(a, losses, stride, n);
	if (!(s[n - 1 - k] > 0))
		return pl_fail(e, PL_EMATH,
			       "Hill's index: not all of the %d largest "
			       "losses and the next are positive",
			       (int)k);
	most_k = 0;
	h.least = INFINITY;
	h.most = -INFINITY;
	for (uint64_t i = 1; i <= h.to && i < n && s[n - 1 - i] > 0; i++) {
		double alpha;

		sum += pl_log(s[n - i]);
		alpha = 1 / (sum / (double)i - pl_log(s[n - 1 - i]));
		if (i == k)
			h.alpha = alpha;
		if (i < h.from)
			continue;
		h.least = fmin(h.least, alpha);
		h.most = fmax(h.most, alpha);
		most_k = (double)i;
	}
	h.to = (uint64_t)most_k;
	if (!isfinite(h.alpha))
		return pl_fail(e, PL_EMATH,
			       "Hill's index: the %d largest losses are equal",
			       (int)k);
	z = gsl_cdf_ugaussian_Pinv(.5 + confidence / 2) / sqrt((double)k);
	h.lo = h.alpha * (1 - z);
	h.hi = h.alpha * (1 + z);
	h.stable = h.least >= h.lo && h.most <= h.hi;
	*out = h;
	return PL_OK;
}
