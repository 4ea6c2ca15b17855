#include "analytics/mc.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/rng.h"
#include "analytics/sort.h"
#include "base/par.h"

#define CHUNK 4096

struct job {
	double *out;
	const struct pl_vol *fit;
	const struct pl_mc_spec *spec;
	struct pl_zig zig;
	double down; /* weight of a negative shock */
};

static inline double shock(const struct job *j, struct pl_rng *r,
			   enum pl_mc_shocks kind, bool t)
{
	if (kind == PL_MC_RESIDUALS)
		return j->fit->z[pl_rng_below(r, (size_t)j->fit->n)];
	return t ? pl_rng_t(r, &j->zig, j->fit->coef.nu)
		 : pl_rng_normal(r, &j->zig);
}

static inline void paths(const struct job *j, size_t task,
			 enum pl_mc_shocks kind, bool t)
{
	const struct pl_vol_par *p = &j->fit->coef;
	const double mu = p->mu, omega = p->omega, beta = p->beta;
	const double up = p->alpha, down = j->down;
	const bool simple = j->spec->sum == PL_MC_SIMPLE;
	const size_t from = task * CHUNK, left = j->spec->paths - from;
	const size_t n = left < CHUNK ? left : CHUNK;
	struct pl_rng r;

	pl_rng_stream(&r, j->spec->seed, task);
	for (size_t i = 0; i < n; i++) {
		double h = j->fit->h_next, sum = 0, wealth = 1;

		for (uint64_t k = 0; k < j->spec->horizon; k++) {
			const double z = shock(j, &r, kind, t);
			const double x = mu + sqrt(h) * z;

			if (simple)
				wealth *= fmax(1 + x / j->spec->unit, 0);
			else
				sum += x;
			/* a e^2 + beta h without the root on its way */
			h = omega + ((z < 0 ? down : up) * (z * z) + beta) * h;
		}
		j->out[from + i] = simple ? (wealth - 1) * j->spec->unit : sum;
	}
}

static void chunk(void *opaque, size_t task)
{
	const struct job *j = opaque;

	if (j->spec->shocks == PL_MC_RESIDUALS)
		paths(j, task, PL_MC_RESIDUALS, false);
	else if (pl_vol_is_t(j->fit->kind))
		paths(j, task, PL_MC_MODEL, true);
	else
		paths(j, task, PL_MC_MODEL, false);
}

enum pl_rc pl_mc_vol(double *out, const struct pl_vol *fit,
		     const struct pl_mc_spec *spec, struct pl_err *e)
{
	struct job j = { .out = out, .fit = fit, .spec = spec };

	if (!spec->paths || spec->paths > PL_MC_PATHS || !spec->horizon ||
	    spec->horizon > PL_MC_HORIZON)
		return pl_fail(e, PL_EMATH,
			       "simulation: 1 to %d paths of 1 to %d periods",
			       PL_MC_PATHS, PL_MC_HORIZON);
	if (spec->sum == PL_MC_SIMPLE && !(spec->unit > 0))
		return pl_fail(e, PL_EMATH, "simulation: no unit");
	j.down = fit->coef.alpha +
		 (pl_vol_is_gjr(fit->kind) ? fit->coef.gamma : 0);
	pl_zig_init(&j.zig);
	pl_par(((size_t)spec->paths + CHUNK - 1) / CHUNK, spec->threads, chunk,
	       &j);
	for (size_t i = 0; i < spec->paths; i++)
		if (!isfinite(out[i]))
			return pl_fail(e, PL_EMATH,
				       "simulation: the volatility runs away "
				       "(persistence %g)",
				       fit->persistence);
	return PL_OK;
}

enum pl_rc pl_mc_tail(struct pl_mc_tail *out, double *x, size_t n, double level,
		      double confidence, struct pl_err *e)
{
	const double p = 1 - level, np = (double)n * p;
	const double z = gsl_cdf_ugaussian_Pinv(.5 + confidence / 2);
	const double spread = z * sqrt(np * level);
	double mean, s = 0;
	size_t k, low, high;

	if (!(level > .5 && level < 1) || !(np >= 10))
		return pl_fail(e, PL_EMATH,
			       "simulation: %zu outcomes are too few for the "
			       "level %g",
			       n, level);
	k = (size_t)ceil(np - 1e-9);
	low = np - spread > 1 ? (size_t)floor(np - spread) : 1;
	high = (size_t)ceil(np + spread) + 1;
	high = high > n ? n : high;
	pl_select_low(x, n, high);
	out->var_lo = -x[high - 1];
	pl_select_low(x, high, k);
	out->var = -x[k - 1];
	mean = pl_mean(x, 1, k);
	for (size_t i = 0; i < k; i++)
		s += (x[i] - mean) * (x[i] - mean);
	out->es = -mean;
	/* of the mean beyond a quantile that is itself an estimate */
	out->es_se = sqrt((s / (double)k +
			   level * (mean + out->var) * (mean + out->var)) /
			  (double)k);
	pl_select_low(x, k, low);
	out->var_hi = -x[low - 1];
	out->level = level;
	return PL_OK;
}
