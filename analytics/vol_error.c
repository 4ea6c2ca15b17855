#include "analytics/vol_error.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "analytics/tail.h"
#include "base/par.h"

enum { MU, OMEGA, ALPHA, GAMMA, BETA, NU, K };
_Static_assert(K == PL_VOL_PARS, "the order of struct pl_vol_par");

static double normal_half(double confidence)
{
	return gsl_cdf_ugaussian_Pinv(.5 + confidence / 2);
}

static double se_of(const double *g, const struct pl_vol *fit)
{
	double v = 0;

	for (size_t i = 0; i < K; i++)
		for (size_t j = 0; j < K; j++)
			v += g[i] * fit->cov[i * K + j] * g[j];
	return v >= 0 ? sqrt(v) : NAN;
}

static struct pl_vol_figure log_scale(double value, double se, double shift,
				      double confidence)
{
	const double size = value + shift;
	const double f = pl_exp(normal_half(confidence) * se / size);
	struct pl_vol_figure o = { value, se, size / f - shift,
				   size * f - shift };

	if (!isfinite(f) || !(size > 0))
		o.lo = o.hi = NAN;
	return o;
}

void pl_vol_persistence(struct pl_vol_figure *out, const struct pl_vol *fit,
			double confidence)
{
	const double g[K] = { [ALPHA] = 1, [GAMMA] = .5, [BETA] = 1 };
	const double half = normal_half(confidence) * se_of(g, fit);

	*out = (struct pl_vol_figure){ fit->persistence, se_of(g, fit),
				       fit->persistence - half,
				       fit->persistence + half };
}

void pl_vol_long_run(struct pl_vol_figure *out, const struct pl_vol *fit,
		     double confidence)
{
	const double sigma = sqrt(fit->long_run);
	const double rest = 1 - fit->persistence;
	const double up = .5 * sigma / rest;
	const double g[K] = { [OMEGA] = .5 * sigma / fit->coef.omega,
			      [ALPHA] = up,
			      [GAMMA] = .5 * up,
			      [BETA] = up };

	*out = log_scale(sigma, se_of(g, fit), 0, confidence);
}

void pl_vol_sigma_next(struct pl_vol_figure *out, const struct pl_vol *fit,
		       double confidence)
{
	const double sigma = sqrt(fit->h_next);
	double g[K];

	for (size_t i = 0; i < K; i++)
		g[i] = fit->slope[i] / (2 * sigma);
	*out = log_scale(sigma, se_of(g, fit), 0, confidence);
}

/* The derivatives of a tail figure by nu, by differences in 1/nu: in it the
 * normal is an end and the figures are smooth. */
static void by_nu(double *dq, double *dm, const struct pl_vol *fit, double p)
{
	const double nu = fit->coef.nu, s = 1 / nu, d = 1e-4 * s;
	double q[2], m[2];

	*dq = *dm = 0;
	if (!pl_vol_is_t(fit->kind))
		return;
	pl_vol_tail(&q[0], &m[0], p, fit->kind, 1 / (s - d));
	pl_vol_tail(&q[1], &m[1], p, fit->kind, 1 / (s + d));
	*dq = (q[1] - q[0]) / (2 * d) * -(s * s);
	*dm = (m[1] - m[0]) / (2 * d) * -(s * s);
}

static void loss(struct pl_vol_figure *out, const struct pl_vol *fit, double q,
		 double dq, double confidence)
{
	const double sigma = sqrt(fit->h_next), mu = fit->coef.mu;
	double g[K];

	for (size_t i = 0; i < K; i++)
		g[i] = -q * fit->slope[i] / (2 * sigma);
	g[MU] -= 1;
	g[NU] -= sigma * dq;
	*out = log_scale(-mu - sigma * q, se_of(g, fit), mu, confidence);
}

void pl_vol_loss(struct pl_vol_figure *var, struct pl_vol_figure *es,
		 const struct pl_vol *fit, double level, double confidence)
{
	double q, m, dq, dm;

	pl_vol_tail(&q, &m, 1 - level, fit->kind, fit->coef.nu);
	by_nu(&dq, &dm, fit, 1 - level);
	loss(var, fit, q, dq, confidence);
	loss(es, fit, m, dm, confidence);
}

/* --------------------------------------- filtered historical simulation */

#define CHUNK 25  /* replications of a task */
#define DRAWS 100 /* of parameters, before one is given up */
#define STREAM (1ull << 32)

struct job {
	const struct pl_vol *fit;
	const struct pl_vol_fhs_spec *spec;
	const struct pl_boot_spec *boot;
	const double *x;
	size_t n;
	double mean, var;   /* of x, divisor n */
	double root[K * K]; /* cov = root root', lower triangle */
	double at[K];       /* the estimates */
	double es[PL_VOL_LEVELS], se[PL_VOL_LEVELS];
	struct pl_zig zig;
	double *table; /* 2 levels rows of reps */
};

/* The lower root; a column of zeros for what does not vary by itself. */
static void factor(double *l, const double *cov)
{
	memset(l, 0, K * K * sizeof(*l));
	for (size_t j = 0; j < K; j++) {
		double d = cov[j * K + j];

		for (size_t k = 0; k < j; k++)
			d -= l[j * K + k] * l[j * K + k];
		if (!(d > 1e-12 * cov[j * K + j]))
			continue;
		l[j * K + j] = sqrt(d);
		for (size_t i = j + 1; i < K; i++) {
			double s = cov[i * K + j];

			for (size_t k = 0; k < j; k++)
				s -= l[i * K + k] * l[j * K + k];
			l[i * K + j] = s / l[j * K + j];
		}
	}
}

static bool draw(double *at, const struct job *j, struct pl_rng *r)
{
	double z[K];

	for (int k = 0; k < DRAWS; k++) {
		for (size_t i = 0; i < K; i++)
			z[i] = pl_rng_normal(r, &j->zig);
		for (size_t i = 0; i < K; i++) {
			at[i] = j->at[i];
			for (size_t l = 0; l <= i; l++)
				at[i] += j->root[i * K + l] * z[l];
		}
		if (at[OMEGA] > 0 && at[ALPHA] >= 0 &&
		    at[ALPHA] + at[GAMMA] >= 0 && at[BETA] >= 0 && at[BETA] < 1)
			return true;
	}
	return false;
}

/* Residuals under these parameters; the variance after the last. */
static double filter(double *z, const struct job *j, const double *at)
{
	const double mu = at[MU], down = at[ALPHA] + at[GAMMA];
	const double h0 = j->var + (j->mean - mu) * (j->mean - mu);
	double h = at[OMEGA] + (at[ALPHA] + at[GAMMA] / 2 + at[BETA]) * h0;

	for (size_t t = 0; t < j->n; t++) {
		const double e = j->x[t] - mu;

		z[t] = e / sqrt(h);
		h = at[OMEGA] + (e < 0 ? down : at[ALPHA]) * (e * e) +
		    at[BETA] * h;
	}
	return h;
}

static void one(double *out, double *z, double *sample, const struct job *j,
		struct pl_rng *r)
{
	const struct pl_vol_fhs_spec *s = j->spec;
	double at[K], sigma;

	for (size_t i = 0; i < 2 * s->levels; i++)
		out[i] = NAN;
	if (!draw(at, j, r))
		return;
	sigma = sqrt(filter(z, j, at));
	if (!isfinite(sigma) || !isfinite(z[j->n - 1]))
		return;
	pl_boot_draw(sample, z, j->n, (size_t)j->boot->block, r);
	pl_tail_sort(sample, j->n);
	for (size_t i = 0; i < s->levels; i++) {
		struct pl_tail_point p;

		pl_tail_of(&p, sample, j->n, s->level[i], s->type);
		out[2 * i] = sigma * p.var - at[MU];
		out[2 * i + 1] =
			(sigma * p.es - at[MU] - j->es[i]) / (sigma * p.se);
	}
}

static void chunk(void *opaque, size_t task)
{
	const struct job *j = opaque;
	struct pl_arena *a = pl_arena_open(0);
	double *z = PL_NEW_N(a, double, j->n);
	double *sample = PL_NEW_N(a, double, j->n);
	const size_t reps = (size_t)j->boot->reps, k = 2 * j->spec->levels;
	double figures[2 * PL_VOL_LEVELS];

	for (size_t i = task * CHUNK; i < reps && i < (task + 1) * CHUNK; i++) {
		struct pl_rng r;

		pl_rng_stream(&r, j->boot->seed, STREAM + i);
		one(figures, z, sample, j, &r);
		for (size_t f = 0; f < k; f++)
			j->table[f * reps + i] = figures[f];
	}
	pl_arena_close(a);
}

static enum pl_rc job_of(struct pl_arena *a, struct job *j,
			 const struct pl_vol *fit, struct pl_err *e)
{
	const struct pl_vol_par *p = &fit->coef;
	const double at[K] = {
		p->mu,    p->omega,
		p->alpha, pl_vol_is_gjr(fit->kind) ? p->gamma : 0,
		p->beta,  0
	};
	const double sigma = sqrt(fit->h_next);
	double *z = PL_NEW_N(a, double, j->n);
	struct pl_moments m;

	PL_TRY(pl_moments(&m, j->x, 1, j->n, e));
	j->mean = m.mean;
	j->var = m.sd_pop * m.sd_pop;
	memcpy(j->at, at, sizeof(at));
	factor(j->root, fit->cov);
	memcpy(z, fit->z, j->n * sizeof(*z));
	pl_tail_sort(z, j->n);
	for (size_t i = 0; i < j->spec->levels; i++) {
		struct pl_tail_point t;

		pl_tail_of(&t, z, j->n, j->spec->level[i], j->spec->type);
		j->es[i] = sigma * t.es - p->mu;
		j->se[i] = sigma * t.se;
	}
	pl_zig_init(&j->zig);
	return PL_OK;
}

enum pl_rc pl_vol_fhs(struct pl_boot *out, struct pl_boot_spec *used,
		      const struct pl_vol *fit, const double *x, size_t n,
		      const struct pl_vol_fhs_spec *spec, struct pl_err *e)
{
	struct job j = {
		.fit = fit, .spec = spec, .boot = used, .x = x, .n = n
	};
	const size_t k = 2 * spec->levels;
	struct pl_arena *own;
	enum pl_rc rc = PL_OK;

	*used = spec->boot;
	if (isnan(fit->cov[0]))
		return pl_fail(e, PL_EMATH,
			       "the likelihood's curvature gives no standard "
			       "errors");
	if (spec->levels > PL_VOL_LEVELS)
		return pl_fail(e, PL_EMATH, "too many levels");
	PL_TRY(pl_boot_defaults(used, fit->z, n, e));
	own = pl_arena_open(0);
	rc = job_of(own, &j, fit, e);
	j.table = PL_NEW_N(own, double, k *(size_t)used->reps);
	if (!rc)
		pl_par(((size_t)used->reps + CHUNK - 1) / CHUNK, used->threads,
		       chunk, &j);
	for (size_t i = 0; !rc && i < k; i++)
		rc = pl_boot_bounds(own, &out[i], j.table + i * used->reps,
				    (size_t)used->reps, used->confidence, e);
	for (size_t i = 0; !rc && i < spec->levels; i++)
		pl_boot_student(&out[2 * i + 1], j.es[i], j.se[i]);
	pl_arena_close(own);
	return rc;
}
