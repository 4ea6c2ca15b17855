/* plume analyze risk: an interval for every figure. */
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/risk_boot.h"
#include "cmd/analyze/risk_work.h"

#define MAX_INTERVALS 64

void pl_risk_bound(struct pl_risk_work *w, const char *figure, double value,
		   double lo, double hi, const char *method)
{
	struct pl_list *l = &w->row->intervals;
	struct pl_risk_interval *v;

	if (!l->v)
		l->v = PL_NEW_N(w->c->arena, struct pl_risk_interval,
				MAX_INTERVALS);
	if (l->n == MAX_INTERVALS || !isfinite(value) || !isfinite(lo))
		return;
	v = (struct pl_risk_interval *)(uintptr_t)l->v;
	v[l->n++] =
		(struct pl_risk_interval){ figure, value, lo,
					   isfinite(hi) ? hi : NAN, method };
}

static const struct {
	const char *figure, *method;
} of_the_sample[PL_RB_FIGURES] = {
	[PL_RB_MEAN] = { "moments.mean", "studentised block bootstrap" },
	[PL_RB_SD] = { "moments.sd", "studentised block bootstrap" },
	[PL_RB_SKEW] = { "moments.skewness", "studentised block bootstrap" },
	[PL_RB_KURT] = { "moments.excess_kurtosis",
			 "studentised block bootstrap" },
	[PL_RB_VAR95] = { "var.historical.p95",
			  "order statistics, dependence allowed for" },
	[PL_RB_VAR99] = { "var.historical.p99",
			  "order statistics, dependence allowed for" },
	[PL_RB_ES95] = { "es.historical.p95", "studentised block bootstrap" },
	[PL_RB_ES99] = { "es.historical.p99", "studentised block bootstrap" },
	[PL_RB_CF_VAR95] = { "var.cornish_fisher.p95",
			     "studentised block bootstrap" },
	[PL_RB_CF_VAR99] = { "var.cornish_fisher.p99",
			     "studentised block bootstrap" },
	[PL_RB_CF_ES95] = { "es.cornish_fisher.p95",
			    "studentised block bootstrap" },
	[PL_RB_CF_ES99] = { "es.cornish_fisher.p99",
			    "studentised block bootstrap" },
	[PL_RB_FALL] = { "max_drawdown", "returns in another order" },
	[PL_RB_OTHER] = { "drawdown_other.max_drawdown",
			  "returns in another order" },
};

static enum pl_rc sample(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_risk_row *r = w->row;
	const struct pl_risk_args *a = w->args;
	const enum pl_returns kind = pl_risk_compounding(w);
	const bool amount = w->unit == PL_UNIT_AMOUNT;
	const struct pl_risk_boot_spec spec = {
		.boot = { .seed = a->seed,
			  .reps = a->replications,
			  .block = a->block,
			  .confidence = PL_RISK_CONFIDENCE,
			  .threads = (unsigned)a->threads },
		.type = (int)a->quantile_type,
		.fall = { { kind, w->scale, amount },
			  { kind == PL_RET_LOG ? PL_RET_SIMPLE : PL_RET_LOG,
			    w->scale, amount } },
	};
	const double value[PL_RB_FIGURES] = {
		r->moments->mean,
		r->moments->sd,
		r->moments->skew,
		r->moments->kurt,
		r->var.historical.p95,
		r->var.historical.p99,
		r->es.historical.p95,
		r->es.historical.p99,
		r->var.cornish_fisher.p95,
		r->var.cornish_fisher.p99,
		r->es.cornish_fisher.p95,
		r->es.cornish_fisher.p99,
		r->max_drawdown,
		r->drawdown_other ? r->drawdown_other->max_drawdown : NAN,
	};
	struct pl_boot b[PL_RB_FIGURES];
	struct pl_boot_spec used;

	PL_TRY(pl_risk_boot(b, &used, w->x, w->n, &spec, e));
	w->row->simulation =
		(struct pl_risk_simulation){ a->seed, used.reps, used.block,
					     PL_RISK_CONFIDENCE };
	for (size_t i = 0; i < PL_RB_FIGURES; i++)
		pl_risk_bound(w, of_the_sample[i].figure, value[i], b[i].lo,
			      b[i].hi, of_the_sample[i].method);
	return PL_OK;
}

/* EWMA: its relative variance is (1-l)/(1+l) times that of squared
 * standardised returns. */
static enum pl_rc ewma(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_ewma_spec spec = { w->args->lambda, w->args->warm };
	double *h = PL_NEW_N(w->c->arena, double, w->n + 1), s2 = 0, s4 = 0,
	       rel, f;
	struct pl_risk_row *r = w->row;
	struct pl_ewma out;

	PL_TRY(pl_risk_ewma(&out, h, w->x, 1, w->n, &spec, e));
	for (size_t i = 0; i < w->n; i++) {
		const double z2 = w->x[i] * w->x[i] / h[i];

		s2 += z2;
		s4 += z2 * z2;
	}
	s2 /= (double)w->n;
	s4 /= (double)w->n;
	rel = (s4 / (s2 * s2) - 1) * (1 - out.lambda) / (1 + out.lambda);
	/* on the scale of the logarithm, half of it for the root */
	f = pl_exp(1.959963984540054 * .5 * sqrt(rel));
	pl_risk_bound(w, "ewma.sigma_next", out.sigma, out.sigma / f,
		      out.sigma * f, "delta method");
	pl_risk_bound(w, "var.ewma.p95", r->var.ewma.p95, r->var.ewma.p95 / f,
		      r->var.ewma.p95 * f, "delta method");
	pl_risk_bound(w, "var.ewma.p99", r->var.ewma.p99, r->var.ewma.p99 / f,
		      r->var.ewma.p99 * f, "delta method");
	pl_risk_bound(w, "es.ewma.p95", r->es.ewma.p95, r->es.ewma.p95 / f,
		      r->es.ewma.p95 * f, "delta method");
	pl_risk_bound(w, "es.ewma.p99", r->es.ewma.p99, r->es.ewma.p99 / f,
		      r->es.ewma.p99 * f, "delta method");
	return PL_OK;
}

enum pl_rc pl_risk_bounds(struct pl_risk_work *w, struct pl_err *e)
{
	PL_TRY(sample(w, e));
	return ewma(w, e);
}

static bool bound(const struct pl_risk_work *w, const char *figure)
{
	const struct pl_risk_interval *v = w->row->intervals.v;

	for (size_t i = 0; i < w->row->intervals.n; i++)
		if (!strcmp(v[i].figure, figure))
			return true;
	return false;
}

void pl_risk_unbound(struct pl_risk_work *w)
{
	static const char *const names[] = { "historical", "cornish_fisher",
					     "ewma",       "garch",
					     "fhs",        "pot" };
	const struct pl_pair *const var = &w->row->var.historical;
	const struct pl_pair *const es = &w->row->es.historical;
	struct pl_buf b;

	_Static_assert(sizeof(struct pl_tails) == 6 * sizeof(struct pl_pair),
		       "a pair for each name");
	pl_buf_init(&b, w->c->arena);
	for (size_t i = 0; i < 24; i++) {
		const struct pl_pair *p = (i % 4 < 2 ? var : es) + i / 4;
		const char *figure = pl_printf(
			w->c->arena, "%s.%s.%s", i % 4 < 2 ? "var" : "es",
			names[i / 4], i % 2 ? "p99" : "p95");

		if (isfinite(i % 2 ? p->p99 : p->p95) && !bound(w, figure))
			pl_buf_fmt(&b, "%s%s", b.n ? ", " : "", figure);
	}
	if (b.n)
		pl_risk_flag(w, "no_interval",
			     pl_printf(w->c->arena,
				       "no interval can be given for %s: too "
				       "few returns in the tail, or a "
				       "likelihood without curvature",
				       pl_buf_cstr(&b)));
}
