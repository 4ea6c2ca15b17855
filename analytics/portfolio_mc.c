/* Monte Carlo of a portfolio. */
#include <math.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/mc.h"
#include "analytics/portfolio.h"
#include "analytics/rng.h"
#include "base/par.h"

#define CHUNK 4096

struct job {
	double *out;
	const struct pl_pf_mc_spec *spec;
	struct pl_zig zig;
	size_t n, k;
	double root[PL_PF_MAX * PL_PF_MAX]; /* lower, times sqrt(horizon) */
	double mean[PL_PF_MAX];             /* times horizon */
	double w[PL_PF_MAX];
	/* linear: the whole is root'w of independent normals */
	double load[PL_PF_MAX], drift;
};

/* Of a linear portfolio only root'w counts. */
static double linear(const struct job *j, struct pl_rng *r, double mix)
{
	double s = 0;

	for (size_t i = 0; i < j->k; i++)
		s += j->load[i] * pl_rng_normal(r, &j->zig);
	return j->drift + mix * s;
}

static double compound(const struct job *j, struct pl_rng *r, double mix)
{
	double z[PL_PF_MAX], s = 0;

	for (size_t i = 0; i < j->k; i++) {
		double x = 0;

		z[i] = pl_rng_normal(r, &j->zig);
		for (size_t m = 0; m <= i; m++)
			x += j->root[i * j->k + m] * z[m];
		s += j->w[i] * pl_expm1((j->mean[i] + mix * x) / j->spec->unit);
	}
	return s * j->spec->unit;
}

static void chunk(void *opaque, size_t task)
{
	const struct job *j = opaque;
	const double nu = j->spec->nu;
	const size_t from = task * CHUNK;
	const size_t n = j->n - from < CHUNK ? j->n - from : CHUNK;
	struct pl_rng r;

	pl_rng_stream(&r, j->spec->seed, task);
	for (size_t i = 0; i < n; i++) {
		const double mix =
			nu > 0 ? sqrt(.5 * (nu - 2) /
				      pl_rng_gamma(&r, &j->zig, .5 * nu))
			       : 1;

		j->out[from + i] = j->spec->compound ? compound(j, &r, mix)
						     : linear(j, &r, mix);
	}
}

static enum pl_rc prepare(struct job *j, const struct pl_pf_cov *c,
			  const double *w, struct pl_err *e)
{
	const double h = (double)j->spec->horizon;
	gsl_matrix_view m = gsl_matrix_view_array(j->root, c->k, c->k);

	memcpy(j->root, c->cov, c->k * c->k * sizeof(double));
	PL_TRY(pl_gsl_ok(gsl_linalg_cholesky_decomp1(&m.matrix),
			 "covariance of the portfolio", e));
	for (size_t i = 0; i < c->k; i++) {
		j->w[i] = w[i];
		j->mean[i] = c->mean[i] * h;
		j->drift += w[i] * j->mean[i];
		for (size_t l = 0; l <= i; l++) {
			j->root[i * c->k + l] *= sqrt(h);
			j->load[l] += w[i] * j->root[i * c->k + l];
		}
	}
	return PL_OK;
}

enum pl_rc pl_pf_simulate(double *out, const struct pl_pf_cov *c,
			  const double *w, const struct pl_pf_mc_spec *spec,
			  struct pl_err *e)
{
	static const struct job none;
	struct pl_arena *a;
	struct job *j;
	enum pl_rc rc;

	if (!spec->paths || spec->paths > PL_MC_PATHS || !spec->horizon ||
	    spec->horizon > PL_MC_HORIZON)
		return pl_fail(e, PL_EMATH,
			       "simulation: 1 to %d paths of 1 to %d periods",
			       PL_MC_PATHS, PL_MC_HORIZON);
	if ((spec->nu != 0 && !(spec->nu > 2)) ||
	    (spec->compound && !(spec->unit > 0)))
		return pl_fail(e, PL_EMATH,
			       "simulation: degrees of freedom above 2");
	a = pl_arena_open(0);
	j = PL_NEW(a, struct job);
	*j = none;
	j->out = out;
	j->spec = spec;
	j->n = (size_t)spec->paths;
	j->k = c->k;
	pl_zig_init(&j->zig);
	rc = prepare(j, c, w, e);
	if (!rc)
		pl_par((j->n + CHUNK - 1) / CHUNK, spec->threads, chunk, j);
	pl_arena_close(a);
	return rc;
}
