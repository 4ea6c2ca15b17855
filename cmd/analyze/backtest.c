/* plume analyze backtest: options, fields, examples. */
#include "cmd/analyze/backtest.h"
#include "cmd/analyze/picture.h"

#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
#define M(member, is) PL_AT(struct pl_backtest_model, member, is)
static const struct pl_field model_fields[] = {
	{ "name", PL_STR, M(name, const char *), "the model" },
	{ "verdict", PL_STR, M(verdict, const char *),
	  "sound, doubtful or unsound" },
	{ "score", PL_DOUBLE, M(score, double), "points of doubt" },
	{ "hits", PL_UINT, M(hits, uint64_t), "losses beyond VaR" },
	{ "expected", PL_DOUBLE, M(expected, double), "that many promised" },
	{ "rate", PL_DOUBLE, M(rate, double), "hits per day" },
	{ "rate_lo", PL_DOUBLE, M(rate_lo, double),
	  "exact 95 % bounds of it: lower" },
	{ "rate_hi", PL_DOUBLE, M(rate_hi, double), "upper" },
	{ "lr_uc", PL_DOUBLE, M(lr_uc, double), "Kupiec's ratio" },
	{ "p_uc", PL_DOUBLE, M(p_uc, double), "its p: number of hits" },
	{ "lr_ind", PL_DOUBLE, M(lr_ind, double), "Christoffersen's ratio" },
	{ "p_ind", PL_DOUBLE, M(p_ind, double), "its p: hits in a row" },
	{ "lr_cc", PL_DOUBLE, M(lr_cc, double), "both" },
	{ "p_cc", PL_DOUBLE, M(p_cc, double), "its p: conditional coverage" },
	{ "p_duration", PL_DOUBLE, M(p_duration, double),
	  "p of the days between hits; null: fewer than 3" },
	{ "light", PL_STR, M(light, const char *), "green, yellow, red" },
	{ "z1", PL_DOUBLE, M(z1, double),
	  "Acerbi-Szekely: below 0: losses beyond VaR are worse than ES" },
	{ "p_z1", PL_DOUBLE, M(p_z1, double), "its p, simulated" },
	{ "z2", PL_DOUBLE, M(z2, double),
	  "the same with the number of hits" },
	{ "p_z2", PL_DOUBLE, M(p_z2, double), "its p, simulated" },
	{ "mcneil_frey", PL_DOUBLE, M(mf, double),
	  "mean of (loss − ES) per scale on hits" },
	{ "p_mcneil_frey", PL_DOUBLE, M(p_mf, double),
	  "p of its being above 0, bootstrapped" },
	{ "joint_loss", PL_DOUBLE, M(loss, double),
	  "mean joint loss of VaR and ES (FZ0): smaller is better" },
	{ "mean_var", PL_DOUBLE, M(mean_var, double), "mean VaR" },
	{ "mean_es", PL_DOUBLE, M(mean_es, double), "mean ES" },
	{ "refits", PL_UINT, M(refits, uint64_t), "fits" },
	{ "failed", PL_UINT, M(failed, uint64_t), "of them without a maximum" },
	{ 0 },
};
static const struct pl_field lead_fields[] = {
	{ "over", PL_STR, F(pl_backtest_lead, over, const char *),
	  "the next best" },
	{ "t", PL_DOUBLE, F(pl_backtest_lead, t, double),
	  "of the difference of joint losses, Newey-West" },
	{ "p", PL_DOUBLE, F(pl_backtest_lead, p, double), "two-sided" },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "returns", PL_STR, F(pl_backtest_parameters, returns, const char *),
	  "given, log or simple" },
	{ "losses", PL_FLAG, F(pl_backtest_parameters, losses, bool),
	  "the values are losses" },
	{ "level", PL_DOUBLE, F(pl_backtest_parameters, level, double),
	  "coverage of VaR and ES" },
	{ "window", PL_UINT, F(pl_backtest_parameters, window, uint64_t),
	  "returns before a day; 0: by their number" },
	{ "refit", PL_UINT, F(pl_backtest_parameters, refit, uint64_t),
	  "days between fits" },
	{ "simulations", PL_UINT, F(pl_backtest_parameters, sims, uint64_t),
	  "of each p-value of ES" },
	{ "quantile_type", PL_UINT,
	  F(pl_backtest_parameters, quantile_type, uint64_t),
	  "of the sample, by Hyndman and Fan's number" },
	{ 0 },
};
static const struct pl_field about_fields[] = {
	{ "name", PL_STR, F(pl_backtest_about, name, const char *),
	  "the model" },
	{ "version", PL_UINT, F(pl_backtest_about, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_UINT, F(pl_backtest_about, seed, uint64_t),
	  "of every random number" },
	{ "parameters", PL_OBJECT,
	  F(pl_backtest_about, parameters, struct pl_backtest_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
const struct pl_field pl_backtest_fields[] = {
	{ "verdict", PL_STR, F(pl_backtest_row, verdict, const char *),
	  "of the best model: sound, doubtful, unsound" },
	{ "best", PL_STR, F(pl_backtest_row, best, const char *),
	  "the best model" },
	{ "why", PL_STR, F(pl_backtest_row, why, const char *),
	  "what makes it the best" },
	{ "score", PL_DOUBLE, F(pl_backtest_row, score, double),
	  "points of doubt in the best model" },
	{ "n", PL_UINT, F(pl_backtest_row, n, uint64_t), "returns" },
	{ "window", PL_UINT, F(pl_backtest_row, window, uint64_t),
	  "returns before a day it is forecast from" },
	{ "days", PL_UINT, F(pl_backtest_row, days, uint64_t),
	  "days forecast" },
	{ "models", PL_LIST, F(pl_backtest_row, models, struct pl_list),
	  "best first", 0, model_fields,
	  sizeof(struct pl_backtest_model) },
	{ "lead", PL_OBJECT,
	  F(pl_backtest_row, lead, const struct pl_backtest_lead *),
	  "the best against the next; null: no other", 0, lead_fields },
	{ "score_base", PL_DOUBLE, F(pl_backtest_row, score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST,
	  F(pl_backtest_row, contributions, struct pl_list),
	  "what each figure gave to the score", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  F(pl_backtest_row, counterfactual, const struct pl_flip *),
	  "the smallest change that would give another verdict; null: none",
	  0, pl_counterfactual_fields },
	{ "flags", PL_LIST, F(pl_backtest_row, flags, struct pl_list),
	  "what to know before believing this", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "input", PL_OBJECT, F(pl_backtest_row, input, struct pl_input),
	  "what went in", PL_INLINE, pl_input_fields },
	{ "model", PL_OBJECT, F(pl_backtest_row, model,
				struct pl_backtest_about),
	  "what was done with it", PL_INLINE, about_fields },
	{ "trust", PL_TRUST, F(pl_backtest_row, trust, enum pl_trust),
	  "label of the input" },
	{ "record", PL_STR, F(pl_backtest_row, record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

static const struct pl_opt opts[] = {
	PL_INPUT_OPTS(struct pl_backtest_args),
	PL_RETURNS_OPTS(struct pl_backtest_args),
	{ "level", 0, PL_DOUBLE,
	  PL_AT(struct pl_backtest_args, level, double), "P",
	  "coverage of VaR and ES", 0, 0, "0.99" },
	{ "window", 0, PL_UINT,
	  PL_AT(struct pl_backtest_args, window, uint64_t), "N",
	  "returns each day is forecast from; 0: half of them, 250 to 1000",
	  0, 0, "0" },
	{ "refit", 0, PL_UINT, PL_AT(struct pl_backtest_args, refit, uint64_t),
	  "N", "days between fits of a volatility model", 0, 0, "10", 1,
	  100000 },
	{ "simulations", 0, PL_UINT,
	  PL_AT(struct pl_backtest_args, sims, uint64_t), "N",
	  "of each p-value of ES", 0, 0, "2000", 100, 100000 },
	{ "seed", 0, PL_UINT, PL_AT(struct pl_backtest_args, seed, uint64_t),
	  "N", "of the simulations", 0, 0, "1" },
	{ "threads", 0, PL_UINT,
	  PL_AT(struct pl_backtest_args, threads, uint64_t), "N",
	  "threads, which no figure hangs on; 0: one for each processor", 0, 0,
	  "0", 0, 64 },
	PL_KEEP_OPTS(struct pl_backtest_args),
	PL_SVG_OPT(struct pl_backtest_args, svg),
	{ 0 },
};

#define MAKE_PRICES                                                            \
	"awk 'BEGIN { p = 100; print \"day,price\"; "                          \
	"for (i = 1; i <= 600; i++) { p *= 1 + 0.02 * sin(i * i); "            \
	"print i \",\" p } }' >prices.csv"
static const struct pl_example examples[] = {
	{ "which model of risk would have been right",
	  "plume analyze backtest --csv prices.csv --time day --value price",
	  MAKE_PRICES, 0 },
	{ "at 95 per cent, fitted again every 50 days, as JSON",
	  "plume analyze backtest --csv prices.csv --value price --level 0.95 "
	  "--refit 50 --json",
	  MAKE_PRICES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_backtest_args *a = opaque;
	struct pl_backtest_row *row = PL_NEW(c->arena, struct pl_backtest_row);

	PL_TRY(pl_backtest_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_backtest_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_backtest = {
	.path = "analyze backtest",
	.summary = "test which model of risk would have been right",
	.about = "Forecasts value at risk and expected shortfall of each day "
		 "from the returns before it, by seven models: historical, "
		 "normal, EWMA, GARCH with normal and t innovations, GJR with "
		 "t innovations, and filtered historical simulation. Then "
		 "holds them against what happened: the number of losses "
		 "beyond VaR (Kupiec), whether they come in a row "
		 "(Christoffersen), both, the days between them, Basel's "
		 "traffic light; and for expected shortfall the tests of "
		 "Acerbi and Szekely, with p-values simulated from the model's "
		 "own forecasts, and of McNeil and Frey, bootstrapped.\n\n"
		 "The best model is the one with the smallest joint loss of "
		 "VaR and ES among those that pass; its lead over the next is "
		 "tested. The verdict is plume's own: powers of ten of three "
		 "p-values, weighted.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_backtest_args),
	.opts = opts,
	.fields = pl_backtest_fields,
	.examples = examples,
	.text = pl_backtest_text,
	.run = run,
};
