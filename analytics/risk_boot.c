#include "analytics/risk_boot.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/risk.h"
#include "analytics/tail.h"

#define NEED_99 100 /* returns: the tail must hold one */

static double fall(const double *x, size_t n, const struct pl_risk_fall *f)
{
	double sum = 0, peak = 0, depth = 0;

	for (size_t i = 0; i < n; i++) {
		const double r = f->amount ? x[i] : x[i] / f->scale;

		if (f->amount || f->kind == PL_RET_LOG)
			sum += r;
		else
			sum += r > -1 ? pl_log1p(r) : -1e3;
		peak = fmax(peak, sum);
		depth = fmax(depth, peak - sum);
	}
	return f->amount ? depth : -pl_expm1(-depth);
}

/* The standard error of the logarithm of the standard deviation. */
static double log_sd_error(const struct pl_moments *m)
{
	return sqrt(fmax(m->kurt + 2, 1e-9) / (4 * (double)m->n));
}

/* Figures that are smooth in the first four moments: skewness, kurtosis, and
 * Cornish-Fisher's.  Each with its standard error, from the mean square of its
 * influence function. */
enum { SKEW, KURT, CF, SMOOTH = CF + 4 };
struct smooth {
	double value[SMOOTH], se[SMOOTH];
};

/* How the expansion's quantile, or the mean below it, moves with skewness and
 * kurtosis; `k` holds the powers of the normal quantile, or their means. */
static void slopes(double *by_s, double *by_k, const double k[4], double s)
{
	*by_s = -1. / 6 + 10 * s / 36 * k[1] + k[2] / 6 - s / 9 * k[3];
	*by_k = -k[1] / 8 + k[3] / 24;
}

static void powers(double at[4], double below[4], double p)
{
	const double q = gsl_cdf_ugaussian_Pinv(p);
	const double f = gsl_ran_ugaussian_pdf(q) / p;
	const double a[4] = { 1, q, q * q, q * q * q };
	const double b[4] = { 1, -f, 1 - q * f, -(q * q + 2) * f };

	memcpy(at, a, sizeof(a));
	memcpy(below, b, sizeof(b));
}

/* The weights of (z^2 - 1)/2, of skewness' and of kurtosis' influence in those
 * of Cornish-Fisher's figures, in units of -sd. */
struct weights {
	double sd, skew, kurt;
};

static void weigh(struct weights w[4], struct smooth *o,
		  const struct pl_moments *m, const struct pl_cf cf[2])
{
	static const double level[] = { .95, .99 };

	for (size_t i = 0; i < 2; i++) {
		const double es = cf[i].tail.es, var = cf[i].tail.var;
		double at[4], below[4];

		powers(at, below, 1 - level[i]);
		slopes(&w[i].skew, &w[i].kurt, at, m->skew);
		slopes(&w[2 + i].skew, &w[2 + i].kurt, below, m->skew);
		w[i].sd = -(var + m->mean) / m->sd_pop;
		w[2 + i].sd = -(es + m->mean) / m->sd_pop;
		o->value[CF + i] = var;
		o->value[CF + 2 + i] = es;
	}
}

static bool smooth(struct smooth *o, const double *x, size_t n,
		   const struct pl_moments *m)
{
	const double s = m->skew, k = m->kurt + 3;
	double sum[SMOOTH] = { 0 };
	struct weights w[4];
	struct pl_cf cf[2];
	struct pl_err e;

	/* of fewer than 100 returns the second is not used */
	if (pl_risk_cornish_fisher(&cf[0], x, 1, n, .95, &e) ||
	    pl_risk_cornish_fisher(&cf[1], x, 1, n, n < NEED_99 ? .95 : .99,
				   &e))
		return false;
	weigh(w, o, m, cf);
	o->value[SKEW] = m->skew;
	o->value[KURT] = m->kurt;
	for (size_t i = 0; i < n; i++) {
		const double z = (x[i] - m->mean) / m->sd_pop, v = z * z - 1;
		const double is = z * z * z - s - 1.5 * s * v - 3 * z;
		const double ik = z * z * z * z - k - 2 * k * v - 4 * s * z;

		sum[SKEW] += is * is;
		sum[KURT] += ik * ik;
		for (size_t f = 0; f < 4; f++) {
			const double d = z + w[f].sd * .5 * v + w[f].skew * is +
					 w[f].kurt * ik;

			sum[CF + f] += d * d;
		}
	}
	for (size_t f = 0; f < SMOOTH; f++)
		o->se[f] = (f < CF ? 1 : m->sd_pop) * sqrt(sum[f]) / (double)n;
	return true;
}

static const enum pl_risk_figure place[SMOOTH] = {
	PL_RB_SKEW,     PL_RB_KURT,    PL_RB_CF_VAR95,
	PL_RB_CF_VAR99, PL_RB_CF_ES95, PL_RB_CF_ES99,
};

/* The sample itself, for replications to be held against. */
struct ctx {
	const struct pl_risk_boot_spec *spec;
	struct pl_tail_point p95, p99;
	struct pl_moments m;
	struct smooth smooth;
	bool has_99;
};

/* How far the tail's mean lies from that of the sample, in its own errors. */
static double student(const struct pl_tail_point *p,
		      const struct pl_tail_point *of)
{
	return p->se > 0 && of->count >= PL_RB_TAIL ? (p->es - of->es) / p->se
						    : NAN;
}

static void figures(double *out, double *x, size_t n, const void *opaque)
{
	const struct ctx *c = opaque;
	struct pl_tail_point p;
	struct pl_moments m;
	struct smooth sm;
	struct pl_err e;
	bool there;

	for (size_t i = 0; i < PL_RB_FIGURES; i++)
		out[i] = NAN;
	out[PL_RB_FALL] = fall(x, n, &c->spec->fall[0]);
	out[PL_RB_OTHER] = fall(x, n, &c->spec->fall[1]);
	if (pl_moments(&m, x, 1, n, &e))
		return;
	out[PL_RB_MEAN] = (m.mean - c->m.mean) / m.sd;
	out[PL_RB_SD] = pl_log(m.sd / c->m.sd) / log_sd_error(&m);
	there = smooth(&sm, x, n, &m);
	for (size_t i = 0; there && i < SMOOTH; i++)
		out[place[i]] = (sm.value[i] - c->smooth.value[i]) / sm.se[i];
	pl_tail_sort(x, n);
	pl_tail_of(&p, x, n, .95, c->spec->type);
	out[PL_RB_ES95] = student(&p, &c->p95);
	if (!c->has_99)
		return;
	pl_tail_of(&p, x, n, .99, c->spec->type);
	out[PL_RB_ES99] = student(&p, &c->p99);
}

static enum pl_rc itself(struct ctx *c, const double *x, size_t n,
			 struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	double *copy = PL_NEW_N(a, double, n);
	enum pl_rc rc = pl_moments(&c->m, x, 1, n, e);

	memcpy(copy, x, n * sizeof(*x));
	pl_tail_sort(copy, n);
	pl_tail_of(&c->p95, copy, n, .95, c->spec->type);
	pl_tail_of(&c->p99, copy, n, .99, c->spec->type);
	pl_arena_close(a);
	if (!rc && !smooth(&c->smooth, x, n, &c->m))
		return pl_fail(e, PL_EMATH,
			       "bootstrap: the moments are out "
			       "of range");
	return rc;
}

static enum pl_rc var_bounds(struct pl_boot *out, const double *x, size_t n,
			     double level, double confidence, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_var_interval in = { NAN, NAN };
	enum pl_rc rc =
		pl_risk_var_bounds(a, &in, x, 1, n, level, confidence, e);

	*out = (struct pl_boot){ in.lo, in.hi, NAN, 0 };
	pl_arena_close(a);
	return rc;
}

enum pl_rc pl_risk_boot(struct pl_boot out[PL_RB_FIGURES],
			struct pl_boot_spec *used, const double *x, size_t n,
			const struct pl_risk_boot_spec *spec, struct pl_err *e)
{
	struct ctx c = { .spec = spec, .has_99 = n >= NEED_99 };

	PL_TRY(pl_sample_check(x, 1, n, 2, "bootstrap", e));
	PL_TRY(itself(&c, x, n, e));
	PL_TRY(pl_boot(out, used, x, n, PL_RB_FIGURES, &spec->boot, figures, &c,
		       e));
	for (size_t i = 0; i < SMOOTH; i++)
		pl_boot_student(&out[place[i]], c.smooth.value[i],
				c.smooth.se[i]);
	pl_boot_student(&out[PL_RB_MEAN], c.m.mean, c.m.sd);
	pl_boot_student(&out[PL_RB_SD], 0, log_sd_error(&c.m));
	out[PL_RB_SD].lo = c.m.sd * pl_exp(out[PL_RB_SD].lo);
	out[PL_RB_SD].hi = c.m.sd * pl_exp(out[PL_RB_SD].hi);
	out[PL_RB_SD].se *= c.m.sd;
	pl_boot_student(&out[PL_RB_ES95], c.p95.es, c.p95.se);
	pl_boot_student(&out[PL_RB_ES99], c.p99.es, c.p99.se);
	PL_TRY(var_bounds(&out[PL_RB_VAR95], x, n, .95, used->confidence, e));
	if (c.has_99)
		PL_TRY(var_bounds(&out[PL_RB_VAR99], x, n, .99,
				  used->confidence, e));
	/* the mean beyond VaR is no less than VaR */
	for (int i = PL_RB_VAR95; i <= PL_RB_VAR99; i++)
		if (!(out[i + 2].lo >= out[i].lo))
			out[i + 2].lo = out[i].lo;
	if (c.has_99)
		return PL_OK;
	out[PL_RB_CF_VAR99] = out[PL_RB_CF_ES99] = out[PL_RB_VAR99];
	return PL_OK;
}
