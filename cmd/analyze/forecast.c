/* plume analyze forecast: options, fields, examples; and the way back from a
 * record to the arguments that made it. */
#include "cmd/analyze/forecast.h"

#include "cmd/analyze/picture.h"
#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field step_fields[] = {
	{ "ahead", PL_UINT, F(pl_forecast_step, ahead, uint64_t),
	  "points after the last" },
	{ "time", PL_STR, F(pl_forecast_step, time, const char *),
	  "when, by the calendar's rule" },
	{ "value", PL_DOUBLE, F(pl_forecast_step, value, double),
	  "forecast" },
	{ "lo", PL_DOUBLE, F(pl_forecast_step, lo, double),
	  "lower end, adaptive conformal interval" },
	{ "hi", PL_DOUBLE, F(pl_forecast_step, hi, double), "upper end" },
	{ "split_lo", PL_DOUBLE, F(pl_forecast_step, split_lo, double),
	  "lower end, split conformal interval" },
	{ "split_hi", PL_DOUBLE, F(pl_forecast_step, split_hi, double),
	  "upper end" },
	{ "coverage", PL_DOUBLE, F(pl_forecast_step, coverage, double),
	  "share of past adaptive intervals, as far ahead, that held" },
	{ "judged", PL_UINT, F(pl_forecast_step, judged, uint64_t),
	  "how many there were" },
	{ 0 },
};
static const struct pl_field coverage_fields[] = {
	{ "level", PL_DOUBLE, F(pl_forecast_coverage, level, double),
	  "share of intervals that should hold" },
	{ "adaptive", PL_DOUBLE, F(pl_forecast_coverage, adaptive, double),
	  "share of adaptive intervals that held, all steps ahead" },
	{ "lo", PL_DOUBLE, F(pl_forecast_coverage, lo, double),
	  "95 % interval of that share, overlaps counted once (Wilson)" },
	{ "hi", PL_DOUBLE, F(pl_forecast_coverage, hi, double),
	  "its upper end" },
	{ "split", PL_DOUBLE, F(pl_forecast_coverage, split, double),
	  "share of split intervals that held, second half" },
	{ "judged", PL_UINT, F(pl_forecast_coverage, judged, uint64_t),
	  "adaptive intervals with an answer" },
	{ 0 },
};
static const struct pl_field accuracy_fields[] = {
	{ "method", PL_STR, F(pl_forecast_accuracy, method, const char *),
	  "naive, seasonal-naive, ets or arima" },
	{ "chosen", PL_FLAG, F(pl_forecast_accuracy, chosen, bool),
	  "this one makes the forecast" },
	{ "mae", PL_DOUBLE, F(pl_forecast_accuracy, mae, double),
	  "mean absolute error, second half of the origins" },
	{ "mase", PL_DOUBLE, F(pl_forecast_accuracy, mase, double),
	  "over the mean absolute step (of a period) in the training part" },
	{ "pinball", PL_DOUBLE, F(pl_forecast_accuracy, pinball, double),
	  "loss of both ends of its adaptive intervals" },
	{ "choose_mae", PL_DOUBLE, F(pl_forecast_accuracy, choose_mae, double),
	  "first half of the origins, which the choice is made by" },
	{ 0 },
};
static const struct pl_field test_fields[] = {
	{ "skill", PL_DOUBLE, F(pl_forecast_test, skill, double),
	  "1 − mae / mae of the naive forecast" },
	{ "t", PL_DOUBLE, F(pl_forecast_test, t, double),
	  "Diebold-Mariano with a HAC error; positive: better" },
	{ "p", PL_DOUBLE, F(pl_forecast_test, p, double), "two-sided" },
	{ "n", PL_UINT, F(pl_forecast_test, n, uint64_t), "origins" },
	{ 0 },
};
static const struct pl_field coef_fields[] = {
	{ "name", PL_STR, F(pl_forecast_coef, name, const char *), "which" },
	{ "value", PL_DOUBLE, F(pl_forecast_coef, value, double),
	  "estimate" },
	{ "se", PL_DOUBLE, F(pl_forecast_coef, se, double),
	  "standard error; null: none (smoothing, or on a bound)" },
	{ 0 },
};
static const struct pl_field fit_fields[] = {
	{ "form", PL_STR, F(pl_forecast_fit, form, const char *),
	  "error,trend,season, or orders; null: naive" },
	{ "coefs", PL_LIST, F(pl_forecast_fit, coefs, struct pl_list),
	  "constants of the fit to all points looked at", 0, coef_fields,
	  sizeof(struct pl_forecast_coef) },
	{ "loglik", PL_DOUBLE, F(pl_forecast_fit, loglik, double),
	  "log-likelihood; of smoothing, up to a constant" },
	{ "aicc", PL_DOUBLE, F(pl_forecast_fit, aicc, double),
	  "corrected AIC, which the form was chosen by" },
	{ "sigma2", PL_DOUBLE, F(pl_forecast_fit, sigma2, double),
	  "variance of the errors, relative where they multiply" },
	{ "tried", PL_UINT, F(pl_forecast_fit, tried, uint64_t),
	  "forms compared" },
	{ "converged", PL_FLAG, F(pl_forecast_fit, converged, bool),
	  "nothing more was to be gained" },
	{ 0 },
};
static const struct pl_field calendar_fields[] = {
	{ "rule", PL_STR, F(pl_forecast_calendar, rule, const char *),
	  "none, regular, months, weekdays or irregular" },
	{ "unit", PL_STR, F(pl_forecast_calendar, unit, const char *),
	  "what a step is called" },
	{ "step", PL_DOUBLE, F(pl_forecast_calendar, step, double),
	  "median step, seconds or the column's unit" },
	{ "gaps", PL_UINT, F(pl_forecast_calendar, gaps, uint64_t),
	  "longer steps, taken as one" },
	{ "odd", PL_UINT, F(pl_forecast_calendar, odd, uint64_t),
	  "steps of no whole number" },
	{ "period", PL_UINT, F(pl_forecast_calendar, period, uint64_t),
	  "points of a season looked for; 1: none" },
	{ "period_rule", PL_STR,
	  F(pl_forecast_calendar, period_rule, const char *),
	  "calendar or given" },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "horizon", PL_UINT, F(pl_forecast_parameters, horizon, uint64_t),
	  "points ahead" },
	{ "level", PL_DOUBLE, F(pl_forecast_parameters, level, double),
	  "of the intervals" },
	{ "rate", PL_DOUBLE, F(pl_forecast_parameters, rate, double),
	  "of their adaptation" },
	{ "method", PL_STR, F(pl_forecast_parameters, method, const char *),
	  "as asked for" },
	{ "period", PL_UINT,
	  F(pl_forecast_parameters, period, const uint64_t *),
	  "as asked for; null: by the calendar", PL_NULLABLE },
	{ "log", PL_FLAG, F(pl_forecast_parameters, log, bool),
	  "the logarithms were forecast" },
	{ "window", PL_UINT, F(pl_forecast_parameters, window, uint64_t),
	  "most points looked at" },
	{ 0 },
};
static const struct pl_field model_fields[] = {
	{ "name", PL_STR, F(pl_forecast_model, name, const char *),
	  "the model" },
	{ "version", PL_UINT, F(pl_forecast_model, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_STR, F(pl_forecast_model, seed, const char *),
	  "null: nothing is random" },
	{ "parameters", PL_OBJECT,
	  F(pl_forecast_model, parameters, struct pl_forecast_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
const struct pl_field pl_forecast_fields[] = {
	{ "verdict", PL_STR, F(pl_forecast_row, verdict, const char *),
	  "worse than, no better than, or better than naive" },
	{ "score", PL_DOUBLE, F(pl_forecast_row, score, double),
	  "positive: better than naive" },
	{ "method", PL_STR, F(pl_forecast_row, method, const char *),
	  "that makes the forecast" },
	{ "n", PL_UINT, F(pl_forecast_row, n, uint64_t), "points" },
	{ "used", PL_UINT, F(pl_forecast_row, used, uint64_t),
	  "points looked at, the last ones" },
	{ "trained", PL_UINT, F(pl_forecast_row, trained, uint64_t),
	  "of them known before the first forecast judged" },
	{ "origins", PL_UINT, F(pl_forecast_row, origins, uint64_t),
	  "points forecasts were made from" },
	{ "last", PL_DOUBLE, F(pl_forecast_row, last, double), "last value" },
	{ "steps", PL_LIST, F(pl_forecast_row, steps, struct pl_list),
	  "the forecast", 0, step_fields, sizeof(struct pl_forecast_step) },
	{ "coverage", PL_OBJECT,
	  F(pl_forecast_row, coverage, struct pl_forecast_coverage),
	  "how often such intervals held", PL_INLINE, coverage_fields },
	{ "accuracy", PL_LIST, F(pl_forecast_row, accuracy, struct pl_list),
	  "of each method, by rolling origin", 0, accuracy_fields,
	  sizeof(struct pl_forecast_accuracy) },
	{ "against_naive", PL_OBJECT,
	  F(pl_forecast_row, against_naive, struct pl_forecast_test),
	  "is it any better", PL_INLINE, test_fields },
	{ "fit", PL_OBJECT, F(pl_forecast_row, fit, struct pl_forecast_fit),
	  "the method as fitted to all points looked at", PL_INLINE,
	  fit_fields },
	{ "calendar", PL_OBJECT,
	  F(pl_forecast_row, calendar, struct pl_forecast_calendar),
	  "how the points lie in time", PL_INLINE, calendar_fields },
	{ "score_base", PL_DOUBLE, F(pl_forecast_row, score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST,
	  F(pl_forecast_row, contributions, struct pl_list),
	  "what each feature gave to the score", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  F(pl_forecast_row, counterfactual, const struct pl_flip *),
	  "the smallest change that gives another verdict", 0,
	  pl_counterfactual_fields },
	{ "flags", PL_LIST, F(pl_forecast_row, flags, struct pl_list),
	  "what to know before believing the figures", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "model", PL_OBJECT,
	  F(pl_forecast_row, model, struct pl_forecast_model),
	  "what computed this", PL_INLINE, model_fields },
	{ "input", PL_OBJECT, F(pl_forecast_row, input, struct pl_input),
	  "where the series comes from", PL_INLINE, pl_input_fields },
	{ "trust", PL_TRUST, F(pl_forecast_row, trust, enum pl_trust),
	  "weakest label among the inputs" },
	{ "record", PL_STR, F(pl_forecast_row, record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

static const struct pl_opt opts[] = {
	PL_INPUT_OPTS(struct pl_forecast_args),
	{ "horizon", 0, PL_UINT,
	  PL_AT(struct pl_forecast_args, horizon, uint64_t), "N",
	  "points to forecast", 0, 0, "7", 1, PL_FC_HORIZON_MAX },
	{ "method", 0, PL_ENUM, PL_AT(struct pl_forecast_args, method, int),
	  "HOW",
	  "what forecasts; auto: what did best before", 0, pl_fc_method_words,
	  "auto" },
	{ "level", 0, PL_DOUBLE,
	  PL_AT(struct pl_forecast_args, level, double), "P",
	  "share of intervals that should hold", 0, 0, "0.9" },
	{ "rate", 0, PL_DOUBLE, PL_AT(struct pl_forecast_args, rate, double),
	  "G",
	  "how fast intervals adapt to misses", 0, 0, "0.02" },
	{ "period", 0, PL_UINT,
	  PL_AT(struct pl_forecast_args, period, const uint64_t *), "N",
	  "points of a season, 1: none (default: by the calendar)", PL_GIVEN,
	  0, 0, 1, PL_ETS_PERIOD_MAX },
	{ "log", 0, PL_FLAG, PL_AT(struct pl_forecast_args, log, bool), 0,
	  "forecast the logarithms" },
	{ "window", 0, PL_UINT,
	  PL_AT(struct pl_forecast_args, window, uint64_t), "N",
	  "look at the last N points", 0, 0, "2000", PL_FC_MIN,
	  PL_FC_WINDOW_MAX },
	PL_KEEP_OPTS(struct pl_forecast_args),
	PL_SVG_OPT(struct pl_forecast_args, svg),
	{ 0 },
};

#define MAKE_SERIES                                                            \
	"awk 'BEGIN { print \"day,value\"; for (i = 1; i <= 120; i++) "        \
	"print i \",\" 50 + 0.2 * i + 5 * (i % 7) + 3 * sin(i * i) }' "        \
	">series.csv"
static const struct pl_example examples[] = {
	{ "the next seven points of a column",
	  "plume analyze forecast --csv series.csv --time day --value value",
	  MAKE_SERIES, 0 },
	{ "a weekly season, one step ahead, by smoothing",
	  "plume analyze forecast --csv series.csv --value value --period 7 "
	  "--horizon 1 --method ets --json", MAKE_SERIES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_forecast_args *a = opaque;
	struct pl_forecast_row *row = PL_NEW(c->arena, struct pl_forecast_row);

	PL_TRY(pl_forecast_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_forecast_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_forecast = {
	.path = "analyze forecast",
	.summary = "tell what comes next, between what bounds, how often right",
	.about = "Exponential smoothing (fifteen forms), seasonal ARIMA by "
		 "exact maximum likelihood, each form chosen by AICc; beside "
		 "them the last value, and the value a season ago.  All are "
		 "fitted to the first half (the last 1000 points are kept for "
		 "judging at most) and make forecasts from every later point "
		 "with those coefficients; the one with the least error over "
		 "the first half of these makes the forecast, and the second "
		 "half says how good it is.\n\n"
		 "Intervals are conformal: past errors, over the size of the "
		 "latest ones, decide their width.  The adaptive ones widen "
		 "after a miss; how often they held is measured and printed, "
		 "and so are the split ones, whose width is of the first half "
		 "alone.\n\n"
		 "Points count as evenly spaced: what the calendar shows "
		 "otherwise, gaps for instance, is said.  Without --period a "
		 "season is looked for where the calendar has one: 7 for "
		 "days, 5 for weekdays, 24 for hours, 12 for months, 4 for "
		 "quarters.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_forecast_args),
	.opts = opts,
	.fields = pl_forecast_fields,
	.examples = examples,
	.text = pl_forecast_text,
	.run = run,
};

/* --------------------------------------------------------- from a record */

enum pl_rc pl_forecast_args_of(struct pl_arena *a, struct pl_forecast_args *out,
			       const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(record, "model"), "parameters");
	const struct pl_json *period = pl_json_get(p, "period");
	uint64_t *own = PL_NEW(a, uint64_t);
	const char *method;

	PL_TRY(pl_json_u64(&out->horizon, pl_json_get(p, "horizon"), e));
	PL_TRY(pl_json_num(&out->level, pl_json_get(p, "level"), e));
	PL_TRY(pl_json_num(&out->rate, pl_json_get(p, "rate"), e));
	PL_TRY(pl_json_u64(&out->window, pl_json_get(p, "window"), e));
	PL_TRY(pl_json_need_str(&method, p, "method", e));
	out->log = pl_json_bool(pl_json_get(p, "log"));
	if (!pl_json_is_null(period)) {
		PL_TRY(pl_json_u64(own, period, e));
		out->period = own;
	}
	for (out->method = 0; pl_fc_method_words[out->method]; out->method++)
		if (!strcmp(pl_fc_method_words[out->method], method))
			return PL_OK;
	return pl_fail(e, PL_EFORMAT, "method: unknown word \"%s\"", method);
}
