#include "analytics/minimise.h"

#include <math.h>
#include <string.h>

#include "analytics/fixed_math.h"

double pl_logistic(double u)
{
	return u >= 0 ? 1 / (1 + pl_exp(-u)) : 1 - 1 / (1 + pl_exp(u));
}

double pl_logit(double p)
{
	return pl_log(p / (1 - p));
}

struct search {
	size_t k;
	pl_min_fn f;
	void *ctx;
	double *x, *g, *h; /* place, gradient, inverse Hessian */
	double *to, *g_to, *d, *hy;
	double fx;
	uint64_t evaluations;
};

static double at(struct search *s, const double *x)
{
	const double v = s->f(x, s->ctx);

	s->evaluations++;
	return isfinite(v) ? v : INFINITY;
}

/* Cube root of the rounding: what central differences want. */
#define STEP 0x1p-17

static bool gradient(struct search *s, double *g, double *x)
{
	for (size_t i = 0; i < s->k; i++) {
		const double was = x[i], h = STEP * fmax(1, fabs(was));
		double up, down;

		x[i] = was + h;
		up = at(s, x);
		x[i] = was - h;
		down = at(s, x);
		x[i] = was;
		g[i] = (up - down) / (2 * h);
		if (!isfinite(g[i]))
			return false;
	}
	return true;
}

static void unit(struct search *s)
{
	memset(s->h, 0, s->k * s->k * sizeof(double));
	for (size_t i = 0; i < s->k; i++)
		s->h[i * s->k + i] = 1;
}

/* d = -H g; the slope along it */
static double direction(struct search *s)
{
	double slope = 0;

	for (size_t i = 0; i < s->k; i++) {
		double v = 0;

		for (size_t j = 0; j < s->k; j++)
			v -= s->h[i * s->k + j] * s->g[j];
		s->d[i] = v;
		slope += v * s->g[i];
	}
	return slope;
}

/* The furthest of 1, 1/2, 1/4 … that lowers f enough. */
static bool line(struct search *s, double slope, double *f_to)
{
	double largest = 0, step = 1;

	for (size_t i = 0; i < s->k; i++)
		largest = fmax(largest, fabs(s->d[i]));
	if (largest > 2) /* no leaps: unknowns are of the order of 1 */
		step = 2 / largest;
	for (int tries = 0; tries < 40; tries++, step /= 2) {
		for (size_t i = 0; i < s->k; i++)
			s->to[i] = s->x[i] + step * s->d[i];
		*f_to = at(s, s->to);
		if (*f_to <= s->fx + 1e-4 * step * slope && *f_to < s->fx)
			return true;
	}
	return false;
}

static void update(struct search *s)
{
	const size_t k = s->k;
	double sy = 0, yhy = 0, *y = s->d; /* d is free now */

	for (size_t i = 0; i < k; i++) {
		y[i] = s->g_to[i] - s->g[i];
		sy += (s->to[i] - s->x[i]) * y[i];
	}
	if (!(sy > 1e-12))
		return;
	for (size_t i = 0; i < k; i++) {
		s->hy[i] = 0;
		for (size_t j = 0; j < k; j++)
			s->hy[i] += s->h[i * k + j] * y[j];
	}
	for (size_t i = 0; i < k; i++)
		yhy += y[i] * s->hy[i];
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			const double si = s->to[i] - s->x[i];
			const double sj = s->to[j] - s->x[j];

			s->h[i * k + j] += (1 + yhy / sy) * si * sj / sy -
					   (s->hy[i] * sj + si * s->hy[j]) / sy;
		}
}

/* One descent from a unit Hessian; false where it can not begin. */
static bool descend(struct search *s, uint64_t max_iter)
{
	unit(s);
	if (!gradient(s, s->g, s->x))
		return false;
	for (uint64_t it = 0; it < max_iter; it++) {
		double slope = direction(s), f_to, gain;

		if (!(slope < 0)) {
			unit(s);
			slope = direction(s);
		}
		if (!line(s, slope, &f_to) || !gradient(s, s->g_to, s->to))
			return true;
		gain = s->fx - f_to;
		update(s);
		memcpy(s->x, s->to, s->k * sizeof(double));
		memcpy(s->g, s->g_to, s->k * sizeof(double));
		s->fx = f_to;
		if (gain < 1e-13 * (1 + fabs(f_to)))
			return true;
	}
	return true;
}

bool pl_minimise(struct pl_arena *a, struct pl_minimum *out, double *x,
		 size_t k, pl_min_fn f, void *ctx, uint64_t max_iter)
{
	struct search s = { .k = k, .f = f, .ctx = ctx, .x = x };

	s.g = PL_NEW_N(a, double, k + 1);
	s.h = PL_NEW_N(a, double, k *k + 1);
	s.to = PL_NEW_N(a, double, k + 1);
	s.g_to = PL_NEW_N(a, double, k + 1);
	s.d = PL_NEW_N(a, double, k + 1);
	s.hy = PL_NEW_N(a, double, k + 1);
	*out = (struct pl_minimum){ .converged = true };
	s.fx = at(&s, x);
	if (!isfinite(s.fx))
		return false;
	for (int round = 0; k && round < 8; round++) {
		const double before = s.fx;

		if (!descend(&s, max_iter))
			break;
		out->converged = before - s.fx <= 1e-12 * (1 + fabs(s.fx));
		if (out->converged)
			break;
	}
	out->f = s.fx;
	out->evaluations = s.evaluations;
	for (size_t i = 0; i < k; i++)
		out->gradient = fmax(out->gradient, fabs(s.g[i]));
	return true;
}
