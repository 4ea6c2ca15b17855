/* plume analyze risk: GARCH and GJR, the past filtered through them, and
 * several periods ahead. */
#include <math.h>

#include "analytics/mc.h"
#include "analytics/vol_error.h"
#include "cmd/analyze/risk_work.h"

static double ljung_box(const double *x, size_t n)
{
	struct pl_test t;
	struct pl_err e;

	return pl_ljung_box(&t, 10, x, 1, n, &e) ? NAN : t.p;
}

static void garch_row(struct pl_risk_work *w, const struct pl_vol *g)
{
	struct pl_risk_garch_row *r =
		PL_NEW(w->c->arena, struct pl_risk_garch_row);
	struct pl_optimizer *o = PL_NEW(w->c->arena, struct pl_optimizer);
	double *z2 = PL_NEW_N(w->c->arena, double, w->n);

	for (size_t i = 0; i < w->n; i++)
		z2[i] = g->z[i] * g->z[i];
	*r = (struct pl_risk_garch_row){
		pl_vol_words[g->kind],
		g->coef.mu,
		g->coef.omega,
		g->coef.alpha,
		g->coef.gamma,
		g->coef.beta,
		g->coef.nu,
		g->loglik,
		g->se,
		g->aic,
		g->bic,
		g->persistence,
		sqrt(g->long_run),
		sqrt(g->h_next),
		ljung_box(g->z, w->n),
		ljung_box(z2, w->n),
	};
	*o = (struct pl_optimizer){
		"Newton with the analytic Hessian, from several starts",
		g->converged,
		g->gradient,
		g->iterations,
		g->evaluations,
		g->starts,
		g->agree,
	};
	w->row->garch = r;
	w->row->optimizer = o;
}

static void garch_flags(struct pl_risk_work *w, const struct pl_vol *g)
{
	if (!g->converged)
		pl_risk_flag(w, "garch_not_converged",
			     "the GARCH likelihood is not at its maximum: its "
			     "figures "
			     "are where the search stopped");
	if (g->starts > 1 && g->agree < g->starts)
		pl_risk_flag(w, "garch_starts_differ",
			     "several maxima of the GARCH likelihood were "
			     "found; the "
			     "highest is shown");
	if (g->integrated)
		pl_risk_flag(w, "garch_integrated",
			     "alpha + beta (with half of gamma) is 1 or more: "
			     "shocks "
			     "never fade, and there is no long-run volatility");
	if (g->boundary)
		pl_risk_flag(
			w, "garch_boundary",
			"alpha or beta is 0: its standard error means nothing");
	if (g->normal)
		pl_risk_flag(w, "garch_normal_tails",
			     "the innovations' tails are no heavier than the "
			     "normal's: "
			     "nu is at its bound");
}

static enum pl_rc fit(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_pair none = { NAN, NAN };
	const struct pl_vol_spec spec = {
		.kind = (enum pl_vol_kind)w->args->garch
	};
	struct pl_risk_row *r = w->row;
	struct pl_vol *g = PL_NEW(w->c->arena, struct pl_vol);
	double q[2], m[2], sigma;
	enum pl_rc rc;

	r->var.garch = r->es.garch = none;
	rc = pl_vol_fit(w->c->arena, g, w->x, 1, w->n, &spec, e);
	if (rc == PL_EMATH) {
		pl_risk_flag(w, "garch_not_fitted",
			     pl_strdup(w->c->arena, e->msg));
		return PL_OK;
	}
	if (rc)
		return rc;
	garch_row(w, g);
	garch_flags(w, g);
	w->vol = g;
	sigma = sqrt(g->h_next);
	for (int i = 0; i < 2; i++)
		pl_vol_tail(&q[i], &m[i], i ? .01 : .05, g->kind, g->coef.nu);
	r->var.garch = (struct pl_pair){ -g->coef.mu - sigma * q[0],
					 -g->coef.mu - sigma * q[1] };
	r->es.garch = (struct pl_pair){ -g->coef.mu - sigma * m[0],
					-g->coef.mu - sigma * m[1] };
	return PL_OK;
}

/* The model's own figures, by the delta method on the QML covariance. */
static void model_bounds(struct pl_risk_work *w, const struct pl_vol *g)
{
	static const char *const method = "delta method, QML";
	const char *const names[2][2] = { { "var.garch.p95", "es.garch.p95" },
					  { "var.garch.p99", "es.garch.p99" } };
	struct pl_vol_figure f, es;

	pl_vol_sigma_next(&f, g, PL_RISK_CONFIDENCE);
	pl_risk_bound(w, "garch.sigma_next", f.value, f.lo, f.hi, method);
	pl_vol_persistence(&f, g, PL_RISK_CONFIDENCE);
	pl_risk_bound(w, "garch.persistence", f.value, f.lo, f.hi, method);
	pl_vol_long_run(&f, g, PL_RISK_CONFIDENCE);
	pl_risk_bound(w, "garch.long_run_sigma", f.value, f.lo, f.hi, method);
	for (int i = 0; i < 2; i++) {
		const struct pl_pair *var = &w->row->var.garch;
		const struct pl_pair *sf = &w->row->es.garch;

		pl_vol_loss(&f, &es, g, i ? .99 : .95, PL_RISK_CONFIDENCE);
		pl_risk_bound(w, names[i][0], i ? var->p99 : var->p95, f.lo,
			      f.hi, method);
		pl_risk_bound(w, names[i][1], i ? sf->p99 : sf->p95, es.lo,
			      es.hi, method);
	}
}

/* One step ahead: the residuals' own quantiles, at tomorrow's volatility. */
static enum pl_rc filtered(struct pl_risk_work *w, const struct pl_vol *g,
			   struct pl_err *e)
{
	const int type = (int)w->args->quantile_type;
	const double s = sqrt(g->h_next), mu = g->coef.mu;
	struct pl_tail p95, p99;

	/* a model is fitted to 100 returns or more: either tail has one */
	PL_TRY(pl_risk_historical(w->c->arena, &p95, g->z, 1, w->n, .95, type,
				  e));
	PL_TRY(pl_risk_historical(w->c->arena, &p99, g->z, 1, w->n, .99, type,
				  e));
	w->row->var.fhs =
		(struct pl_pair){ s * p95.var - mu, s * p99.var - mu };
	w->row->es.fhs = (struct pl_pair){ s * p95.es - mu, s * p99.es - mu };
	return PL_OK;
}

static enum pl_rc filtered_bounds(struct pl_risk_work *w,
				  const struct pl_vol *g, struct pl_err *e)
{
	static const char *const method =
		"QML draws of the parameters, bootstrap of the residuals";
	static const double levels[] = { .95, .99 };
	const struct pl_vol_fhs_spec spec = {
		.level = levels,
		.levels = 2,
		.type = (int)w->args->quantile_type,
		.boot = { .seed = w->args->seed,
			  .reps = w->args->replications,
			  .block = w->args->block,
			  .confidence = PL_RISK_CONFIDENCE,
			  .threads = (unsigned)w->args->threads },
	};
	const struct pl_tails *var = &w->row->var, *es = &w->row->es;
	struct pl_boot_spec used;
	struct pl_boot b[4];
	enum pl_rc rc = pl_vol_fhs(b, &used, g, w->x, w->n, &spec, e);

	if (rc == PL_EMATH) /* pl_risk_unbound says it */
		return PL_OK;
	if (rc)
		return rc;
	pl_risk_bound(w, "var.fhs.p95", var->fhs.p95, b[0].lo, b[0].hi, method);
	pl_risk_bound(w, "es.fhs.p95", es->fhs.p95, b[1].lo, b[1].hi, method);
	pl_risk_bound(w, "var.fhs.p99", var->fhs.p99, b[2].lo, b[2].hi, method);
	pl_risk_bound(w, "es.fhs.p99", es->fhs.p99, b[3].lo, b[3].hi, method);
	return PL_OK;
}

static enum pl_rc fhs_horizon(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_risk_args *a = w->args;
	const struct pl_mc_spec spec = {
		.paths = a->paths,
		.horizon = a->horizon,
		.seed = a->seed,
		.shocks = PL_MC_RESIDUALS,
		.sum = w->unit == PL_UNIT_AMOUNT ||
				       pl_risk_compounding(w) == PL_RET_LOG
			       ? PL_MC_LOG
			       : PL_MC_SIMPLE,
		.unit = w->scale,
		.threads = (unsigned)a->threads,
	};
	struct pl_risk_horizon_row *h;
	struct pl_mc_tail p95, p99;
	struct pl_err why;
	double *out;

	if (!a->paths || !a->horizon)
		return PL_OK;
	out = PL_NEW_N(w->c->arena, double, a->paths);
	if (pl_mc_vol(out, w->vol, &spec, &why)) {
		pl_risk_flag(w, "simulation_failed",
			     pl_strdup(w->c->arena, why.msg));
		return PL_OK;
	}
	PL_TRY(pl_mc_tail(&p95, out, a->paths, .95, PL_RISK_CONFIDENCE, e));
	PL_TRY(pl_mc_tail(&p99, out, a->paths, .99, PL_RISK_CONFIDENCE, e));
	h = PL_NEW(w->c->arena, struct pl_risk_horizon_row);
	*h = (struct pl_risk_horizon_row){ a->horizon, a->paths,   p95.var,
					   p99.var,    p95.es,     p99.es,
					   p99.var_lo, p99.var_hi, p99.es_se };
	w->row->horizon = h;
	pl_risk_bound(w, "horizon.var95", p95.var, p95.var_lo, p95.var_hi,
		      "order statistics of the paths alone");
	pl_risk_bound(w, "horizon.var99", p99.var, p99.var_lo, p99.var_hi,
		      "order statistics of the paths alone");
	pl_risk_bound(w, "horizon.es95", p95.es, p95.es - 1.96 * p95.es_se,
		      p95.es + 1.96 * p95.es_se, "error of the paths alone");
	pl_risk_bound(w, "horizon.es99", p99.es, p99.es - 1.96 * p99.es_se,
		      p99.es + 1.96 * p99.es_se, "error of the paths alone");
	return PL_OK;
}

enum pl_rc pl_risk_vol(struct pl_risk_work *w, struct pl_err *e)
{
	const struct pl_pair none = { NAN, NAN };

	w->row->var.fhs = w->row->es.fhs = none;
	PL_TRY(fit(w, e));
	if (!w->vol)
		return PL_OK;
	model_bounds(w, w->vol);
	PL_TRY(filtered(w, w->vol, e));
	PL_TRY(filtered_bounds(w, w->vol, e));
	return fhs_horizon(w, e);
}
