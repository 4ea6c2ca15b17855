#include "analytics/portfolio_boot.h"

#include <math.h>
#include <string.h>

#include "analytics/gsl.h"

_Static_assert(PL_PF_ALL(PL_PF_MAX) <= PL_BOOT_FIGURES, "room for all");

static double deviation(const double *w, const double *cov, size_t k)
{
	double v = 0;

	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			v += w[i] * cov[i * k + j] * w[j];
	return sqrt(v);
}

/* Weights other than those held, and what they come to. */
static void others(double *out, const struct pl_pf_cov *c)
{
	double w[3][PL_PF_MAX];
	struct pl_err e;
	const bool found[3] = {
		!pl_pf_least(w[0], c->cov, c->k, false, &e),
		!pl_pf_least(w[1], c->cov, c->k, true, &e),
		!pl_pf_parity(w[2], c->cov, c->k, &e),
	};

	for (size_t s = 0; s < 3; s++) {
		if (!found[s])
			continue;
		out[PL_PF_WHOLE_SD_LEAST + s] = deviation(w[s], c->cov, c->k);
		for (size_t i = 0; i < c->k; i++)
			out[PL_PF_ALL(i) + PL_PF_LEAST + s] = w[s][i];
	}
}

static void held(double *out, const struct pl_pf_cov *c,
		 const struct pl_pf_risk *r, const double *past,
		 const double *w)
{
	double plain = 0;

	for (size_t i = 0; i < c->k; i++) {
		double *h = out + PL_PF_ALL(i);

		h[PL_PF_MEAN] = c->mean[i];
		h[PL_PF_SD] = sqrt(c->sample[i * (c->k + 1)]);
		h[PL_PF_VAR_PART] = r->var_part[i];
		h[PL_PF_ES_PART] = r->es_part[i];
		h[PL_PF_HIST_PART] = past ? past[i] : NAN;
		h[PL_PF_SHARE] = r->es_part[i] / r->es;
		plain += fabs(w[i]) * sqrt(c->cov[i * (c->k + 1)]);
	}
	out[PL_PF_WHOLE_SD] = r->sd;
	out[PL_PF_WHOLE_SHRINKAGE] = c->shrinkage;
	out[PL_PF_WHOLE_DIVERSIFICATION] = plain / r->sd;
}

void pl_pf_figures(double *out, const double *x, size_t n, size_t k,
		   const double *w, double level)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_pf_risk normal, past;
	struct pl_pf_cov c;
	struct pl_err e;

	for (size_t i = 0; i < PL_PF_ALL(k); i++)
		out[i] = NAN;
	if (!pl_pf_covariance(a, &c, x, n, k, &e) &&
	    !pl_pf_risk(a, &normal, &c, w, level, &e)) {
		const bool has =
			!pl_pf_historical(a, &past, x, n, k, w, level, &e);

		held(out, &c, &normal, has ? past.es_part : NULL, w);
		others(out, &c);
	}
	pl_arena_close(a);
}

struct ctx {
	const double *x, *w;
	size_t k;
	double level;
};

/* The bootstrap draws numbers of rows. */
static void figures(double *out, double *row, size_t n, const void *opaque)
{
	const struct ctx *c = opaque;
	struct pl_arena *a = pl_arena_open(0);
	double *x = PL_NEW_N(a, double, n * c->k);

	for (size_t t = 0; t < n; t++)
		memcpy(x + t * c->k, c->x + (size_t)row[t] * c->k,
		       c->k * sizeof(*x));
	pl_pf_figures(out, x, n, c->k, c->w, c->level);
	pl_arena_close(a);
}

enum pl_rc pl_pf_boot(struct pl_boot *out, struct pl_boot_spec *used,
		      const double *x, size_t n, size_t k, const double *w,
		      double level, const struct pl_boot_spec *spec,
		      struct pl_err *e)
{
	const struct ctx c = { x, w, k, level };
	struct pl_boot_spec s = *spec;
	const double work = (double)n * (double)(k * k + 20);
	double *row, *whole;
	struct pl_arena *a;
	enum pl_rc rc;

	PL_TRY(pl_sample_check(x, 1, n * k, 20, "portfolio", e));
	a = pl_arena_open(0);
	row = PL_NEW_N(a, double, n);
	whole = PL_NEW_N(a, double, n);
	for (size_t t = 0; t < n; t++) {
		row[t] = (double)t;
		for (size_t i = 0; i < k; i++)
			whole[t] += w[i] * x[t * k + i];
	}
	if (!s.block)
		s.block = pl_boot_block(whole, n);
	if (!s.reps)
		s.reps = (uint64_t)fmin(fmax(4e7 / work, 100), 1000);
	rc = pl_boot(out, used, row, n, PL_PF_ALL(k), &s, figures, &c, e);
	pl_arena_close(a);
	return rc;
}
