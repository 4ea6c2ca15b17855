/* plume analyze risk: the losses beyond a threshold, and Hill's index. */
#include <math.h>

#include "analytics/pot.h"
#include "cmd/analyze/risk_work.h"

static void pot_figure(struct pl_risk_work *w, const struct pl_pot *p,
		       enum pl_pot_figure what, double level, const char *name,
		       double value)
{
	struct pl_pot_interval in;
	struct pl_err e;

	if (pl_pot_interval(&in, p, what, level, PL_RISK_CONFIDENCE, &e))
		return;
	pl_risk_bound(w, name, value, in.lo, in.hi,
		      in.profile ? "profile likelihood" : "delta method");
}

static void pot_tails(struct pl_risk_work *w, const struct pl_pot *p)
{
	struct pl_risk_row *r = w->row;

	pot_figure(w, p, PL_POT_XI, .99, "pot.xi", p->xi);
	for (int i = 0; i < 2; i++) {
		const double level = i ? .99 : .95;
		double var, es;
		struct pl_err e;

		if (pl_pot_tail(&var, &es, p, level, &e))
			continue;
		es = isfinite(es) ? es : NAN;
		*(i ? &r->var.pot.p99 : &r->var.pot.p95) = var;
		*(i ? &r->es.pot.p99 : &r->es.pot.p95) = es;
		pot_figure(w, p, PL_POT_VAR, level,
			   i ? "var.pot.p99" : "var.pot.p95", var);
		pot_figure(w, p, PL_POT_ES, level,
			   i ? "es.pot.p99" : "es.pot.p95", es);
	}
}

static void pot_flags(struct pl_risk_work *w, const struct pl_pot *p)
{
	if (p->few)
		pl_risk_flag(
			w, "pot_few",
			pl_printf(w->c->arena,
				  "the tail rests on %d exceedances, fewer "
				  "than %d: its figures are rough",
				  (int)p->exceed, PL_POT_FEW));
	if (p->no_mean)
		pl_risk_flag(w, "pot_no_mean",
			     "the tail index xi is 1 or more: the mean loss "
			     "beyond VaR does not exist");
}

static enum pl_rc hill(struct pl_risk_work *w, const double *loss, uint64_t k)
{
	struct pl_hill h;
	struct pl_err why;
	struct pl_risk_hill_row *r;

	if (pl_hill(w->c->arena, &h, loss, 1, w->n, k, PL_RISK_CONFIDENCE,
		    &why)) {
		pl_risk_flag(w, "hill_not_given",
			     pl_strdup(w->c->arena, why.msg));
		return PL_OK;
	}
	r = PL_NEW(w->c->arena, struct pl_risk_hill_row);
	*r = (struct pl_risk_hill_row){ h.k,  h.from,  h.to,   h.alpha, h.lo,
					h.hi, h.least, h.most, h.stable };
	w->row->hill = r;
	pl_risk_bound(w, "hill.alpha", h.alpha, h.lo, h.hi, "asymptotic");
	return PL_OK;
}

enum pl_rc pl_risk_tail(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_risk_args *a = w->args;
	struct pl_risk_pot_row *r = PL_NEW(w->c->arena, struct pl_risk_pot_row);
	const struct pl_pair none = { NAN, NAN };
	double *loss = PL_NEW_N(w->c->arena, double, w->n), u;
	struct pl_err why;
	struct pl_pot p;

	w->row->var.pot = w->row->es.pot = none;
	for (size_t i = 0; i < w->n; i++)
		loss[i] = -w->x[i];
	if (a->threshold)
		u = *a->threshold;
	else
		PL_TRY(pl_quantile(&u, pl_sorted(w->c->arena, loss, 1, w->n),
				   w->n, a->threshold_level,
				   (int)a->quantile_type, e));
	if (pl_pot_fit(w->c->arena, &p, loss, 1, w->n, u, &why)) {
		pl_risk_flag(w, "pot_not_fitted",
			     pl_strdup(w->c->arena, why.msg));
		return PL_OK;
	}
	*r = (struct pl_risk_pot_row){
		u,          a->threshold ? NULL : &a->threshold_level,
		p.exceed,   p.xi,
		p.beta,     p.se_xi,
		p.se_beta,  p.loglik,
		p.gradient, p.few,
	};
	w->row->pot = r;
	pot_tails(w, &p);
	pot_flags(w, &p);
	return hill(w, loss, a->hill ? a->hill : p.exceed);
}
