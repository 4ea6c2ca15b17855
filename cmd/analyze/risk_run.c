/* The figures of plume analyze risk, part by part, and the verdict. */
#include <inttypes.h>
#include <math.h>

#include "analytics/mc.h"
#include "base/num.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/risk_work.h"

/* Raise when the same input and parameters give other figures. */
#define MODEL_NAME "plume.risk"
#define MODEL_VERSION 5
#define SMALL_SAMPLE 250 /* a year of trading days */

void pl_risk_flag(struct pl_risk_work *w, const char *code, const char *about)
{
	pl_flag_add(&w->flags, code, about);
}

static enum pl_rc check_args(const struct pl_risk_args *a, struct pl_err *e)
{
	bool given = a->returns == PL_RET_GIVEN;
	const char *stray = a->losses     ? "--losses"
			    : a->gains    ? "--gains"
			    : a->unit     ? "--unit"
			    : a->compound ? "--compound"
					  : NULL;

	if (stray && !given)
		return pl_fail(e, PL_EUSAGE, "%s goes with --returns given",
			       stray);
	if (a->losses && a->gains)
		return pl_fail(e, PL_EUSAGE,
			       "--losses and --gains: one of the two");
	if (a->quantile_type < 1 || a->quantile_type > 9) /* of a record */
		return pl_fail(e, PL_EUSAGE,
			       "--quantile-type is 1 to 9, not %" PRIu64,
			       a->quantile_type);
	if (!(a->lambda > 0 && a->lambda < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--lambda lies between 0 and 1, not %g",
			       a->lambda);
	if (!(a->threshold_level > 0 && a->threshold_level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--threshold-level lies between 0 and 1, not %g",
			       a->threshold_level);
	if ((a->paths && a->paths < 1000) || a->paths > PL_MC_PATHS)
		return pl_fail(e, PL_EUSAGE,
			       "--paths is 0 or 1000 to %d, not %" PRIu64,
			       PL_MC_PATHS, a->paths);
	if (a->horizon < 1 || a->horizon > PL_MC_HORIZON ||
	    a->replications > 100000 || a->threads > 64)
		return pl_fail(e, PL_EUSAGE,
			       "--horizon, --replications or --threads is "
			       "beyond its bounds");
	return PL_OK;
}

static enum pl_rc score(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_risk_row *r = w->row;
	double sigma = r->garch ? r->garch->sigma_next : r->ewma.sigma_next;
	struct pl_risk_features f = {
		r->var.historical.p99 / w->scale,
		r->es.historical.p99 / w->scale,
		sigma / w->scale,
		r->garch ? r->garch->persistence : 0,
		r->max_drawdown,
	};
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);

	r->score = r->score_base = NAN;
	if (w->unit == PL_UNIT_AMOUNT) {
		pl_risk_flag(w, "not_scored",
			     "amounts have no scale to judge them "
			     "by, so there is no verdict");
		return PL_OK;
	}
	if (isnan(r->var.historical.p99)) {
		pl_risk_flag(
			w, "not_scored",
			"a verdict needs the 99 % tail: 100 returns or more");
		return PL_OK;
	}
	PL_TRY(pl_explain_risk(x, &f, e));
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	return PL_OK;
}

static void late_flags(struct pl_risk_work *w)
{
	const struct pl_risk_row *r = w->row;

	if (w->n < SMALL_SAMPLE)
		pl_risk_flag(
			w, "small_sample",
			"fewer than 250 returns: tails rest on a handful of "
			"them");
	if (r->var.historical.p99 < 0 || r->var.historical.p95 < 0)
		pl_risk_flag(
			w, "var_negative",
			w->args->returns == PL_RET_GIVEN
				? "the historical VaR is a gain: a column of "
				  "losses needs --losses"
				: "the historical VaR is a gain");
}

static const char *unit_text(const struct pl_risk_work *w)
{
	if (w->unit == PL_UNIT_AMOUNT)
		return w->args->percent ? "amount × 100" : "amount";
	if (w->scale == 1)
		return "fraction";
	return w->scale == 100 ? "percent" : "percent × 100";
}

static void parameters(struct pl_risk_work *w)
{
	const struct pl_risk_args *a = w->args;
	struct pl_risk_model *m = &w->row->model;

	m->name = MODEL_NAME;
	m->version = MODEL_VERSION;
	m->seed = a->seed;
	m->parameters = (struct pl_risk_parameters){
		.returns = pl_returns_words[a->returns],
		.percent = a->percent,
		.losses = w->losses,
		.losses_rule = w->losses_rule,
		.unit = pl_unit_words[w->unit],
		.unit_rule = w->unit_rule,
		.compounding = pl_risk_compounding_word(w),
		.quantile_type = a->quantile_type,
		.lambda = a->lambda,
		.warm = a->warm,
		.presample = "mean of squared residuals",
		.garch = pl_vol_words[a->garch],
		.threshold_level = a->threshold_level,
		.threshold = a->threshold,
		.hill = a->hill,
		.maxima = a->maxima,
		.horizon = a->horizon,
		.paths = a->paths,
		.replications = a->replications,
		.block = a->block,
	};
}

/* Nothing can be measured on a handful of returns, nor where all are equal. */
static enum pl_rc check_returns(const struct pl_risk_work *w, struct pl_err *e)
{
	char text[PL_NUM_TEXT];

	if (w->n < PL_RISK_NEED_95)
		return pl_fail(e, PL_EMATH,
			       "%zu returns are too few: the 95 %% tail needs "
			       "%d",
			       w->n, PL_RISK_NEED_95);
	for (size_t i = 1; i < w->n; i++) {
		if (w->x[i] != w->x[0])
			return PL_OK;
	}
	pl_double_text(text, w->x[0]);
	return pl_fail(e, PL_EMATH,
		       "all %zu returns are %s: nothing moves, so there is no "
		       "risk to measure",
		       w->n, text);
}

static enum pl_rc compute(struct pl_risk_work *w, struct pl_err *e)
{
	struct pl_moments *m = PL_NEW(w->c->arena, struct pl_moments);

	PL_TRY(check_returns(w, e));
	PL_TRY(pl_moments(m, w->x, 1, w->n, e));
	w->row->moments = m;
	PL_TRY(pl_risk_levels(w, e));
	PL_TRY(pl_risk_fall(w, e));
	PL_TRY(pl_risk_bounds(w, e));
	PL_TRY(pl_risk_vol(w, e));
	PL_TRY(pl_risk_tail(w, e));
	pl_risk_maxima(w);
	pl_risk_unbound(w);
	PL_TRY(score(w, e));
	late_flags(w);
	parameters(w);
	return PL_OK;
}

enum pl_rc pl_risk_run(struct pl_ctx *c, struct pl_risk_row *out,
		       const struct pl_risk_args *args, struct pl_err *e)
{
	struct pl_risk_row row = { 0 };
	struct pl_risk_work *w = PL_NEW(c->arena, struct pl_risk_work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(args, e));
	PL_TRY(pl_input_read(c, &w->s, &args->in, args->returns == PL_RET_GIVEN,
			     e));
	PL_TRY(pl_risk_returns(w, e));
	if (compute(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->s.about.source));
	row.n = w->n;
	row.unit = unit_text(w);
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->s.about;
	row.trust = w->s.about.trust;
	row.x = w->x;
	row.arena = c->arena;
	row.pictures = pl_risk_pictures(c, &row);
	*out = row;
	return PL_OK;
}
