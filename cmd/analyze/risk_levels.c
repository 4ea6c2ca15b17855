/* plume analyze risk: VaR and ES by the past, by Cornish-Fisher, by EWMA. */
#include <math.h>

#include "cmd/analyze/risk_work.h"

static enum pl_rc at_levels(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_arena *a = w->c->arena;
	int type = (int)w->args->quantile_type;
	struct pl_tails *var = &w->row->var, *es = &w->row->es;
	struct pl_risk_interval_row *in = &w->row->var_interval;
	struct pl_tail t;

	PL_TRY(pl_risk_historical(a, &t, w->x, 1, w->n, .95, type, e));
	var->historical.p95 = t.var;
	es->historical.p95 = t.es;
	var->historical.p99 = es->historical.p99 = NAN;
	*in = (struct pl_risk_interval_row){ .confidence = PL_RISK_CONFIDENCE,
					     .p99 = { NAN, NAN } };
	PL_TRY(pl_risk_var_interval(a, &in->p95, w->x, 1, w->n, .95,
				    PL_RISK_CONFIDENCE, e));
	if (w->n < PL_RISK_NEED_99) {
		pl_risk_flag(
			w, "p99_too_few",
			"fewer than 100 returns: the 99 % tail holds none of "
			"them, so neither the historical nor the "
			"Cornish-Fisher "
			"figure is given");
		return PL_OK;
	}
	PL_TRY(pl_risk_historical(a, &t, w->x, 1, w->n, .99, type, e));
	var->historical.p99 = t.var;
	es->historical.p99 = t.es;
	return pl_risk_var_interval(a, &in->p99, w->x, 1, w->n, .99,
				    PL_RISK_CONFIDENCE, e);
}

static enum pl_rc cornish_fisher(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_risk_row *r = w->row;
	struct pl_cf p95, p99;

	PL_TRY(pl_risk_cornish_fisher(&p95, w->x, 1, w->n, .95, e));
	p99 = p95;
	p99.tail.var = p99.tail.es = NAN;
	if (w->n >= PL_RISK_NEED_99)
		PL_TRY(pl_risk_cornish_fisher(&p99, w->x, 1, w->n, .99, e));
	r->var.cornish_fisher = (struct pl_pair){ p95.tail.var, p99.tail.var };
	r->es.cornish_fisher = (struct pl_pair){ p95.tail.es, p99.tail.es };
	r->cornish_fisher.skew = p95.skew;
	r->cornish_fisher.kurt = p95.kurt;
	r->cornish_fisher.valid = p95.valid && p99.valid;
	if (!r->cornish_fisher.valid)
		pl_risk_flag(
			w, "cornish_fisher_invalid",
			"skewness and kurtosis lie outside the domain of the "
			"Cornish-Fisher expansion: its figures belong to no "
			"distribution");
	return PL_OK;
}

/* VaR and ES of a normal, at both levels. */
static enum pl_rc normal(struct pl_pair *var, struct pl_pair *es, double m,
			 double sd, struct pl_err *e)
{
	struct pl_tail p95, p99;

	PL_TRY(pl_risk_normal(&p95, m, sd, .95, e));
	PL_TRY(pl_risk_normal(&p99, m, sd, .99, e));
	*var = (struct pl_pair){ p95.var, p99.var };
	*es = (struct pl_pair){ p95.es, p99.es };
	return PL_OK;
}

static enum pl_rc ewma(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_ewma_spec spec = { w->args->lambda, w->args->warm };
	struct pl_risk_row *r = w->row;
	struct pl_ewma out;

	PL_TRY(pl_risk_ewma(&out, NULL, w->x, 1, w->n, &spec, e));
	r->ewma = (struct pl_risk_ewma_row){ out.lambda, out.h0, out.sigma,
					     out.warm };
	return normal(&r->var.ewma, &r->es.ewma, 0, out.sigma, e);
}

enum pl_rc pl_risk_levels(struct pl_risk_work *w, struct pl_err *e)
{
	PL_TRY(at_levels(w, e));
	PL_TRY(cornish_fisher(w, e));
	return ewma(w, e);
}
