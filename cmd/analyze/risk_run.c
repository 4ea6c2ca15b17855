/* The figures of plume analyze risk.  A model that the data cannot carry is
 * left out and a flag says why; nothing is replaced by a guess. */
#include <inttypes.h>
#include <math.h>
#include <strings.h>

#include "analytics/mc.h"
#include "base/num.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/risk.h"

/* Raise when the same input and parameters give other figures. */
#define MODEL_NAME "plume.risk"
#define MODEL_VERSION 3
#define NEED_95 20 /* the tail must hold one return */
#define NEED_99 100
#define CONFIDENCE .95   /* of the interval of the historical VaR */
#define SMALL_SAMPLE 250 /* a year of trading days */

const char *const pl_unit_words[] = { "fraction", "percent", "amount", NULL };
const char *const pl_compound_words[] = { "simple", "log", NULL };

/* Everything between the series and the row. */
struct work {
	struct pl_ctx *c;
	const struct pl_risk_args *args;
	struct pl_input_series s;
	double *x;  /* returns */
	size_t *at; /* the point of the series at which each ends */
	size_t n;
	bool losses;                         /* the values read */
	const char *losses_rule, *unit_rule; /* how that is known */
	enum pl_unit unit;                   /* of the values read */
	double scale; /* one whole (100 %) in units of x */
	bool ruined;
	const struct pl_vol *vol; /* NULL: not fitted */
	struct pl_flags flags;
	struct pl_risk_row *row;
};

static void flag(struct work *w, const char *code, const char *about)
{
	pl_flag_add(&w->flags, code, about);
}

/* --------------------------------------------------------------- returns */

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

static enum pl_rc check_prices(const struct work *w, struct pl_err *e)
{
	char text[PL_NUM_TEXT];

	for (size_t i = 0; i < w->s.n; i++) {
		if (isnan(w->s.y[i]) || w->s.y[i] > 0)
			continue;
		pl_double_text(text, w->s.y[i]);
		(void)pl_fail(
			e, PL_EMATH,
			"%s: %s is no price: returns need values greater "
			"than 0",
			pl_out_safe(w->c->arena,
				    pl_input_place(w->c->arena, &w->s, i)),
			text);
		return pl_hint(e, "--returns given reads the values as "
				  "returns");
	}
	return PL_OK;
}

/* The column's name holds one of the words, in capitals or not. */
static bool called(const struct work *w, const char *const *words)
{
	const char *name = w->s.about.csv ? w->s.about.csv->value_column : "";

	if (w->args->in.no_header)
		return false;
	for (; *name; name++) {
		for (size_t i = 0; words[i]; i++) {
			if (!strncasecmp(name, words[i], strlen(words[i])))
				return true;
		}
	}
	return false;
}

/* The bounds of the values read, missing ones left out. */
static void bounds(const struct work *w, double *least, double *most)
{
	*least = INFINITY;
	*most = -INFINITY;
	for (size_t i = 0; i < w->s.n; i++) {
		*least = fmin(*least, w->s.y[i]);
		*most = fmax(*most, w->s.y[i]);
	}
}

/* Claims and losses are written down as positive numbers.  A column that says
 * so in its name and never goes below 0 cannot well mean gains. */
static void sign_of(struct work *w, double least)
{
	static const char *const words[] = { "loss", "claim", "damage", NULL };

	w->losses = w->args->losses;
	w->losses_rule = "given";
	if (w->args->losses || w->args->gains)
		return;
	w->losses = w->args->returns == PL_RET_GIVEN && least >= 0 &&
		    called(w, words);
	w->losses_rule = w->losses ? "judged by the column's name" : NULL;
	if (w->losses)
		flag(w, "losses_by_name",
		     "the column is called losses and holds no value below 0, "
		     "so its values are taken for losses (--gains says "
		     "otherwise)");
}

/* Nothing loses more than all of itself: a return of -1 or less cannot be a
 * fraction, one of -100 or less cannot be per cent. */
static enum pl_unit judge_unit(struct work *w, double least)
{
	static const char *const words[] = { "percent", "pct", "%", NULL };

	if (least > -100 && called(w, words)) {
		w->unit_rule = "judged by the column's name";
		return PL_UNIT_PERCENT;
	}
	w->unit_rule = "judged by the least value";
	if (least > -1)
		return PL_UNIT_FRACTION;
	if (least > -100) {
		flag(w, "unit_percent",
		     "a return of -1 or less cannot be a fraction, so the "
		     "values are taken for per cent (--unit says otherwise)");
		return PL_UNIT_PERCENT;
	}
	flag(w, "unit_amount",
	     "a return of -100 or less cannot be per cent, so the values are "
	     "taken for amounts (--unit says otherwise)");
	return PL_UNIT_AMOUNT;
}

static void what_values_are(struct work *w)
{
	double least, most;

	bounds(w, &least, &most);
	sign_of(w, least);
	if (w->args->returns != PL_RET_GIVEN) {
		w->unit = PL_UNIT_FRACTION;
		w->unit_rule = "returns of prices";
	} else if (w->args->unit) {
		w->unit = (enum pl_unit) * w->args->unit;
		w->unit_rule = "given";
	} else {
		w->unit = judge_unit(w, w->losses ? -most : least);
	}
}

/* No asset moves by a tenth in each period; per cent read as fractions do. */
static void doubt_fractions(struct work *w)
{
	double sum = 0;

	if (w->unit != PL_UNIT_FRACTION || w->args->unit ||
	    w->args->returns != PL_RET_GIVEN)
		return;
	for (size_t i = 0; i < w->n; i++)
		sum += fabs(w->x[i]) / w->scale;
	if (sum > .1 * (double)w->n)
		flag(w, "unit_doubtful",
		     "the values are taken for fractions, of which 0.1 is "
		     "10 %: if they are per cent say --unit percent, if money "
		     "--unit amount");
}

static enum pl_rc take_returns(struct work *w, struct pl_err *e)
{
	const struct pl_risk_args *a = w->args;
	struct pl_returns_spec spec = { (enum pl_returns)a->returns,
					pl_input_gap(&a->in), a->percent };
	struct pl_returns_count count;

	if (a->returns != PL_RET_GIVEN)
		PL_TRY(check_prices(w, e));
	what_values_are(w);
	if (a->compound && w->unit == PL_UNIT_AMOUNT)
		return pl_fail(e, PL_EUSAGE,
			       "--compound: amounts add up, they "
			       "do not compound");
	w->scale =
		(w->unit == PL_UNIT_PERCENT ? 100 : 1) * (a->percent ? 100 : 1);
	w->x = PL_NEW_N(w->c->arena, double, w->s.n);
	w->at = PL_NEW_N(w->c->arena, size_t, w->s.n);
	PL_TRY(pl_series_returns(w->x, w->at, &count, w->s.y, 1, w->s.n, &spec,
				 e));
	w->n = count.n;
	for (size_t i = 0; w->losses && i < w->n; i++)
		w->x[i] = -w->x[i];
	if (count.missing)
		flag(w, "missing_values", "values were missing and left out");
	doubt_fractions(w);
	return PL_OK;
}

/* ----------------------------------------------------------- the methods */

static enum pl_rc at_levels(struct work *w, struct pl_err *e)
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
	*in = (struct pl_risk_interval_row){ .confidence = CONFIDENCE,
					     .p99 = { NAN, NAN } };
	PL_TRY(pl_risk_var_interval(a, &in->p95, w->x, 1, w->n, .95, CONFIDENCE,
				    e));
	if (w->n < NEED_99) {
		flag(w, "p99_too_few",
		     "fewer than 100 returns: the 99 % tail holds none of "
		     "them, so neither the historical nor the Cornish-Fisher "
		     "figure is given");
		return PL_OK;
	}
	PL_TRY(pl_risk_historical(a, &t, w->x, 1, w->n, .99, type, e));
	var->historical.p99 = t.var;
	es->historical.p99 = t.es;
	return pl_risk_var_interval(a, &in->p99, w->x, 1, w->n, .99, CONFIDENCE,
				    e);
}

static enum pl_rc cornish_fisher(struct work *w, struct pl_err *e)
{
	struct pl_risk_row *r = w->row;
	struct pl_cf p95, p99;

	PL_TRY(pl_risk_cornish_fisher(&p95, w->x, 1, w->n, .95, e));
	p99 = p95;
	p99.tail.var = p99.tail.es = NAN;
	if (w->n >= NEED_99)
		PL_TRY(pl_risk_cornish_fisher(&p99, w->x, 1, w->n, .99, e));
	r->var.cornish_fisher = (struct pl_pair){ p95.tail.var, p99.tail.var };
	r->es.cornish_fisher = (struct pl_pair){ p95.tail.es, p99.tail.es };
	r->cornish_fisher.skew = p95.skew;
	r->cornish_fisher.kurt = p95.kurt;
	r->cornish_fisher.valid = p95.valid && p99.valid;
	if (!r->cornish_fisher.valid)
		flag(w, "cornish_fisher_invalid",
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

static enum pl_rc ewma(struct work *w, struct pl_err *e)
{
	struct pl_ewma_spec spec = { w->args->lambda, w->args->warm };
	struct pl_risk_row *r = w->row;
	struct pl_ewma out;

	PL_TRY(pl_risk_ewma(&out, NULL, w->x, 1, w->n, &spec, e));
	r->ewma = (struct pl_risk_ewma_row){ out.lambda, out.h0, out.sigma,
					     out.warm };
	return normal(&r->var.ewma, &r->es.ewma, 0, out.sigma, e);
}

static double ljung_box(const double *x, size_t n)
{
	struct pl_test t;
	struct pl_err e;

	return pl_ljung_box(&t, 10, x, 1, n, &e) ? NAN : t.p;
}

static void garch_row(struct work *w, const struct pl_vol *g)
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

static void garch_flags(struct work *w, const struct pl_vol *g)
{
	if (!g->converged)
		flag(w, "garch_not_converged",
		     "the GARCH likelihood is not at its maximum: its figures "
		     "are where the search stopped");
	if (g->starts > 1 && g->agree < g->starts)
		flag(w, "garch_starts_differ",
		     "several maxima of the GARCH likelihood were found; the "
		     "highest is shown");
	if (g->integrated)
		flag(w, "garch_integrated",
		     "alpha + beta (with half of gamma) is 1 or more: shocks "
		     "never fade, and there is no long-run volatility");
	if (g->boundary)
		flag(w, "garch_boundary",
		     "alpha or beta is 0: its standard error means nothing");
	if (g->normal)
		flag(w, "garch_normal_tails",
		     "the innovations' tails are no heavier than the normal's: "
		     "nu is at its bound");
}

static enum pl_rc garch(struct work *w, struct pl_err *e)
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
		flag(w, "garch_not_fitted", pl_strdup(w->c->arena, e->msg));
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

/* -------------------------------------------------------------- drawdown */

/* The time after the first k returns. */
static const char *time_after(const struct work *w, uint64_t k)
{
	if (!w->s.about.first)
		return NULL;
	if (k)
		return pl_input_time(w->c->arena, &w->s, w->at[k - 1]);
	return w->args->returns == PL_RET_GIVEN ? NULL : w->s.about.first;
}

/* Amounts add up: the deepest fall of their running sum, in their unit. */
static struct pl_drawdown sum_drawdown(const double *x, size_t n)
{
	struct pl_drawdown d = { 0 };
	double sum = 0, peak = 0;
	uint64_t peak_at = 0;

	for (size_t i = 0; i < n; i++) {
		sum += x[i];
		if (sum > peak) {
			peak = sum;
			peak_at = i + 1;
		}
		if (peak - sum <= d.depth)
			continue;
		d.depth = peak - sum;
		d.peak = peak_at;
		d.trough = i + 1;
	}
	sum = peak = 0;
	for (size_t i = 0; i < n && !d.recovered; i++) {
		sum += x[i];
		if (i + 1 == d.peak)
			peak = sum;
		if (i + 1 > d.trough && sum >= peak)
			d.recovered = i + 1;
	}
	d.fall = d.trough - d.peak;
	d.open = d.depth > 0 && !d.recovered;
	d.length = (d.open ? n : d.recovered) - d.peak;
	if (d.depth <= 0)
		d.length = 0;
	return d;
}

static enum pl_returns compounding(const struct work *w)
{
	const int *given = w->args->compound;

	if (w->args->returns != PL_RET_GIVEN)
		return (enum pl_returns)w->args->returns;
	return given && *given == PL_COMPOUND_LOG ? PL_RET_LOG : PL_RET_SIMPLE;
}

static const char *compounding_word(const struct work *w)
{
	return w->unit == PL_UNIT_AMOUNT ? "sum"
					 : pl_returns_words[compounding(w)];
}

static enum pl_rc compound(struct work *w, struct pl_drawdown *d,
			   enum pl_returns how, struct pl_err *e)
{
	double *fraction = PL_NEW_N(w->c->arena, double, w->n);

	for (size_t i = 0; i < w->n; i++)
		fraction[i] = w->scale == 1 ? w->x[i] : w->x[i] / w->scale;
	return pl_risk_drawdown(d, fraction, 1, w->n, how, false, e);
}

/* Given returns do not say whether they are simple or logarithmic; published
 * tables hold either, and reckon the fall in either way. */
static enum pl_rc other_drawdown(struct work *w, struct pl_err *e)
{
	const bool log = compounding(w) == PL_RET_LOG;
	struct pl_risk_other_row *r;
	struct pl_drawdown d;

	if (w->args->returns != PL_RET_GIVEN || w->unit == PL_UNIT_AMOUNT)
		return PL_OK;
	PL_TRY(compound(w, &d, log ? PL_RET_SIMPLE : PL_RET_LOG, e));
	r = PL_NEW(w->c->arena, struct pl_risk_other_row);
	r->compounding = pl_returns_words[log ? PL_RET_SIMPLE : PL_RET_LOG];
	r->max_drawdown = d.depth;
	w->row->drawdown_other = r;
	return PL_OK;
}

static enum pl_rc drawdown(struct work *w, struct pl_err *e)
{
	struct pl_risk_drawdown_row *r =
		PL_NEW(w->c->arena, struct pl_risk_drawdown_row);
	struct pl_drawdown d;

	if (w->unit == PL_UNIT_AMOUNT)
		d = sum_drawdown(w->x, w->n);
	else
		PL_TRY(compound(w, &d, compounding(w), e));
	w->row->max_drawdown = d.depth;
	w->ruined = d.ruined;
	if (d.ruined)
		flag(w, "ruined",
		     "a return of -100 % or worse: nothing was "
		     "left after it");
	*r = (struct pl_risk_drawdown_row){
		d.depth > 0 ? time_after(w, d.peak) : NULL,
		d.depth > 0 ? time_after(w, d.trough) : NULL,
		d.recovered ? time_after(w, d.recovered) : NULL,
		d.peak,
		d.trough,
		d.length,
		d.open,
		compounding_word(w),
	};
	w->row->drawdown = r;
	return other_drawdown(w, e);
}

/* --------------------------------------------------------------- verdict */

static enum pl_rc score(struct work *w, struct pl_err *e)
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
		flag(w, "not_scored",
		     "amounts have no scale to judge them "
		     "by, so there is no verdict");
		return PL_OK;
	}
	if (isnan(r->var.historical.p99)) {
		flag(w, "not_scored",
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

static void late_flags(struct work *w)
{
	const struct pl_risk_row *r = w->row;

	if (w->n < SMALL_SAMPLE)
		flag(w, "small_sample",
		     "fewer than 250 returns: tails rest on a handful of "
		     "them");
	if (r->var.historical.p99 < 0 || r->var.historical.p95 < 0)
		flag(w, "var_negative",
		     w->args->returns == PL_RET_GIVEN
			     ? "the historical VaR is a gain: a column of "
			       "losses needs --losses"
			     : "the historical VaR is a gain");
}

static const char *unit_text(const struct work *w)
{
	if (w->unit == PL_UNIT_AMOUNT)
		return w->args->percent ? "amount × 100" : "amount";
	if (w->scale == 1)
		return "fraction";
	return w->scale == 100 ? "percent" : "percent × 100";
}

static void parameters(struct work *w)
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
		.compounding = compounding_word(w),
		.quantile_type = a->quantile_type,
		.lambda = a->lambda,
		.warm = a->warm,
		.presample = "mean of squared residuals",
		.garch = pl_vol_words[a->garch],
		.threshold_level = a->threshold_level,
		.threshold = a->threshold,
		.hill = a->hill,
		.horizon = a->horizon,
		.paths = a->paths,
		.replications = a->replications,
		.block = a->block,
	};
}

/* Nothing can be measured on a handful of returns, nor where all are equal. */
static enum pl_rc check_returns(const struct work *w, struct pl_err *e)
{
	char text[PL_NUM_TEXT];

	if (w->n < NEED_95)
		return pl_fail(e, PL_EMATH,
			       "%zu returns are too few: the 95 %% tail needs "
			       "%d",
			       w->n, NEED_95);
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

static enum pl_rc more(struct work *w, struct pl_err *e)
{
	struct pl_risk_more m = {
		.a = w->c->arena,
		.args = w->args,
		.x = w->x,
		.n = w->n,
		.scale = w->scale,
		.amount = w->unit == PL_UNIT_AMOUNT,
		.compound = compounding(w),
		.garch = w->vol,
		.flags = &w->flags,
		.row = w->row,
	};

	return pl_risk_more(&m, e);
}

static enum pl_rc compute(struct work *w, struct pl_err *e)
{
	struct pl_moments *m = PL_NEW(w->c->arena, struct pl_moments);

	PL_TRY(check_returns(w, e));
	PL_TRY(pl_moments(m, w->x, 1, w->n, e));
	w->row->moments = m;
	PL_TRY(at_levels(w, e));
	PL_TRY(cornish_fisher(w, e));
	PL_TRY(ewma(w, e));
	PL_TRY(garch(w, e));
	PL_TRY(drawdown(w, e));
	PL_TRY(more(w, e));
	PL_TRY(score(w, e));
	late_flags(w);
	parameters(w);
	return PL_OK;
}

enum pl_rc pl_risk_run(struct pl_ctx *c, struct pl_risk_row *out,
		       const struct pl_risk_args *args, struct pl_err *e)
{
	struct pl_risk_row row = { 0 };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(args, e));
	PL_TRY(pl_input_read(c, &w->s, &args->in, args->returns == PL_RET_GIVEN,
			     e));
	PL_TRY(take_returns(w, e));
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
