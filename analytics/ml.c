#include "analytics/ml.h"

#include <math.h>
#include <string.h>

/* Pivots of the scaled matrix below this are noise: 16 roundings of 1. */
static const double pivot_min = 0x1p-48;

/* Lower Cholesky factor of the scaled matrix over the rows idx[0..m). */
static bool cholesky(double *c, double *scale, const double *a, size_t k,
		     const size_t *idx, size_t m)
{
	for (size_t i = 0; i < m; i++) {
		const double d = a[idx[i] * k + idx[i]];

		if (!(d > 0) || !isfinite(d))
			return false;
		scale[i] = 1 / sqrt(d);
	}
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j <= i; j++) {
			double s = a[idx[i] * k + idx[j]] * scale[i] * scale[j];

			for (size_t l = 0; l < j; l++)
				s -= c[i * m + l] * c[j * m + l];
			if (i == j && !(s > pivot_min))
				return false;
			c[i * m + j] = i == j ? sqrt(s) : s / c[j * m + j];
		}
	return true;
}

/* x = A^-1 x in scaled coordinates */
static void solve(double *x, const double *c, const double *scale, size_t m)
{
	for (size_t i = 0; i < m; i++) {
		x[i] *= scale[i];
		for (size_t j = 0; j < i; j++)
			x[i] -= c[i * m + j] * x[j];
		x[i] /= c[i * m + i];
	}
	for (size_t i = m; i-- > 0;) {
		for (size_t j = i + 1; j < m; j++)
			x[i] -= c[j * m + i] * x[j];
		x[i] /= c[i * m + i];
	}
	for (size_t i = 0; i < m; i++)
		x[i] *= scale[i];
}

static size_t free_rows(size_t *idx, const bool *skip, size_t k)
{
	size_t m = 0;

	for (size_t i = 0; i < k; i++)
		if (!skip || !skip[i])
			idx[m++] = i;
	return m;
}

bool pl_ml_invert(double *inv, const double *m, const bool *skip, size_t k)
{
	double c[PL_ML_MAX * PL_ML_MAX] = { 0 }, scale[PL_ML_MAX] = { 0 };
	double x[PL_ML_MAX] = { 0 };
	size_t idx[PL_ML_MAX] = { 0 }, f = free_rows(idx, skip, k);

	if (!cholesky(c, scale, m, k, idx, f))
		return false;
	memset(inv, 0, k * k * sizeof(*inv));
	for (size_t j = 0; j < f; j++) {
		memset(x, 0, sizeof(x));
		x[j] = 1;
		solve(x, c, scale, f);
		for (size_t i = 0; i < f; i++)
			inv[idx[i] * k + idx[j]] = x[i];
	}
	return true;
}

/* The direction of ascent over the free parameters and g'd. */
static double direction(double *d, const struct pl_ml_state *s,
			const struct pl_ml_problem *p)
{
	double c[PL_ML_MAX * PL_ML_MAX] = { 0 }, scale[PL_ML_MAX] = { 0 };
	double x[PL_ML_MAX] = { 0 };
	double a[PL_ML_MAX * PL_ML_MAX], gain = 0;
	size_t idx[PL_ML_MAX] = { 0 }, m = free_rows(idx, s->active, p->k);
	double ridge = 1e-12;

	for (size_t i = 0; i < p->k * p->k; i++)
		a[i] = -s->at.h[i];
	while (!cholesky(c, scale, a, p->k, idx, m)) {
		/* outer products, made definite where even they are not */
		memcpy(a, s->at.b, p->k * p->k * sizeof(*a));
		for (size_t i = 0; i < p->k; i++)
			a[i * p->k + i] += ridge * (1 + a[i * p->k + i]);
		ridge *= 100;
		if (!(ridge < 1e12))
			return 0;
	}
	for (size_t i = 0; i < m; i++)
		x[i] = s->at.g[idx[i]];
	solve(x, c, scale, m);
	memset(d, 0, p->k * sizeof(*d));
	for (size_t i = 0; i < m; i++) {
		d[idx[i]] = x[i];
		gain += x[i] * s->at.g[idx[i]];
	}
	return gain;
}

static void mark_active(struct pl_ml_state *s, const struct pl_ml_problem *p)
{
	for (size_t i = 0; i < p->k; i++)
		s->active[i] = (s->theta[i] <= p->lo[i] && s->at.g[i] <= 0) ||
			       (s->theta[i] >= p->hi[i] && s->at.g[i] >= 0);
}

/* Try theta + step d, held within the bounds.  True when it was evaluated and
 * the likelihood has not fallen by more than its own rounding. */
static bool try_step(struct pl_ml_state *s, const struct pl_ml_problem *p,
		     const double *d, double step, double noise)
{
	double to[PL_ML_MAX];
	struct pl_ml_eval at;

	for (size_t i = 0; i < p->k; i++)
		to[i] = fmin(fmax(s->theta[i] + step * d[i], p->lo[i]),
			     p->hi[i]);
	s->evaluations++;
	if (!p->eval(&at, to, p->ctx) || !(at.l >= s->at.l - noise))
		return false;
	memcpy(s->theta, to, p->k * sizeof(*to));
	s->at = at;
	return true;
}

bool pl_ml_newton(struct pl_ml_state *s, const struct pl_ml_problem *p,
		  uint64_t max_iter)
{
	double d[PL_ML_MAX];

	s->converged = false;
	s->evaluations++;
	if (!p->eval(&s->at, s->theta, p->ctx))
		return false;
	for (uint64_t it = 0;; it++) {
		double step = 1, noise, before;
		bool last;

		mark_active(s, p);
		s->decrement = direction(d, s, p);
		last = s->decrement < 1e-14;
		if (it >= max_iter) {
			s->converged = last;
			return true;
		}
		/* so near the top the likelihood's rounding hides the rise */
		noise = last || s->decrement < 1e-9 * (1 + fabs(s->at.l))
				? 1e-12 * (1 + fabs(s->at.l))
				: 0;
		before = s->decrement;
		while (!try_step(s, p, d, step, noise) && step > 1e-12)
			step /= 4;
		s->iterations++;
		if (step <= 1e-12 || last) {
			mark_active(s, p);
			s->decrement = direction(d, s, p);
			s->converged = fmin(before, s->decrement) < 1e-12;
			return true;
		}
	}
}
