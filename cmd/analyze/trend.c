/* plume analyze trend: options, fields, examples; and the way back from a
 * record to the arguments that made it. */
#include "cmd/analyze/trend.h"

#include "cmd/analyze/picture.h"
#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field interval_fields[] = {
	{ "level", PL_DOUBLE, F(pl_interval, level, double), "confidence" },
	{ "lo", PL_DOUBLE, F(pl_interval, lo, double), "lower end" },
	{ "hi", PL_DOUBLE, F(pl_interval, hi, double), "upper end" },
	{ 0 },
};
static const struct pl_field slope_fields[] = {
	{ "value", PL_DOUBLE, F(pl_trend_slope, value, double),
	  "change per `per`, Tukey's bisquare" },
	{ "per", PL_STR, F(pl_trend_slope, per, const char *),
	  "day, unit of the time column, row, or block" },
	{ "intercept", PL_DOUBLE, F(pl_trend_slope, intercept, double),
	  "of the line at the first point" },
	{ "se_hac", PL_DOUBLE, F(pl_trend_slope, se_hac, double),
	  "standard error that holds under autocorrelation and changing "
	  "variance" },
	{ "t", PL_DOUBLE, F(pl_trend_slope, t, double), "value / se_hac" },
	{ "p", PL_DOUBLE, F(pl_trend_slope, p, double), "two-sided" },
	{ "interval", PL_OBJECT,
	  F(pl_trend_slope, interval, struct pl_interval), "of the slope",
	  PL_INLINE, interval_fields },
	{ "sigma", PL_DOUBLE, F(pl_trend_slope, sigma, double),
	  "robust scale of the residuals" },
	{ "lags", PL_UINT, F(pl_trend_slope, lags, uint64_t),
	  "of the Bartlett kernel" },
	{ "iterations", PL_UINT, F(pl_trend_slope, iterations, uint64_t),
	  "of the fit" },
	{ "down_weighted", PL_UINT, F(pl_trend_slope, down_weighted, uint64_t),
	  "points with a weight below one half" },
	{ "exact", PL_FLAG, F(pl_trend_slope, exact, bool),
	  "the line runs through the points" },
	{ 0 },
};
static const struct pl_field sen_fields[] = {
	{ "value", PL_DOUBLE, F(pl_trend_sen, value, double),
	  "median of all pairwise slopes" },
	{ "intercept", PL_DOUBLE, F(pl_trend_sen, intercept, double),
	  "at the first point" },
	{ "interval", PL_OBJECT, F(pl_trend_sen, interval, struct pl_interval),
	  "of the slope", PL_INLINE, interval_fields },
	{ 0 },
};
static const struct pl_field mk_fields[] = {
	{ "tau", PL_DOUBLE, F(pl_trend_mk, tau, double), "Kendall's tau" },
	{ "tau_b", PL_DOUBLE, F(pl_trend_mk, tau_b, double),
	  "with ties counted" },
	{ "s", PL_INT, F(pl_trend_mk, s, int64_t),
	  "pairs that rise less pairs that fall" },
	{ "z", PL_DOUBLE, F(pl_trend_mk, z, double),
	  "corrected for autocorrelation" },
	{ "p", PL_DOUBLE, F(pl_trend_mk, p, double), "two-sided, corrected" },
	{ "var", PL_DOUBLE, F(pl_trend_mk, var, double),
	  "variance of s, corrected" },
	{ "correction", PL_STR, F(pl_trend_mk, correction, const char *),
	  "none, hamed-rao or yue-wang" },
	{ "factor", PL_DOUBLE, F(pl_trend_mk, factor, double),
	  "of the variance, by the correction" },
	{ "factor_held", PL_FLAG, F(pl_trend_mk, factor_held, bool),
	  "the correction was unusable, 1 was taken" },
	{ "lag", PL_UINT, F(pl_trend_mk, lag, uint64_t),
	  "largest lag looked at" },
	{ "lags_used", PL_UINT, F(pl_trend_mk, lags_used, uint64_t),
	  "autocorrelations that counted" },
	{ "ties", PL_UINT, F(pl_trend_mk, ties, uint64_t),
	  "groups of equal values" },
	{ "z_plain", PL_DOUBLE, F(pl_trend_mk, z_plain, double),
	  "as if the points were independent" },
	{ "p_plain", PL_DOUBLE, F(pl_trend_mk, p_plain, double),
	  "two-sided, as if independent" },
	{ 0 },
};
static const struct pl_field change_fields[] = {
	{ "index", PL_UINT, F(pl_trend_change, index, uint64_t),
	  "points before the change" },
	{ "time", PL_STR, F(pl_trend_change, time, const char *),
	  "of the first point after it" },
	{ "before", PL_DOUBLE, F(pl_trend_change, before, double),
	  "mean of the segment before" },
	{ "after", PL_DOUBLE, F(pl_trend_change, after, double),
	  "mean of the segment after" },
	{ "sd_before", PL_DOUBLE, F(pl_trend_change, sd_before, double),
	  "its standard deviation" },
	{ "sd_after", PL_DOUBLE, F(pl_trend_change, sd_after, double),
	  "its standard deviation" },
	{ "step_lo", PL_DOUBLE, F(pl_trend_change, step_lo, double),
	  "interval of after - before at the intervals' level, by the two "
	  "standard deviations, the place given; null where a segment is one "
	  "point" },
	{ "step_hi", PL_DOUBLE, F(pl_trend_change, step_hi, double),
	  "its upper end" },
	{ "lo", PL_UINT, F(pl_trend_change, lo, uint64_t),
	  "earliest index it may have, at the intervals' level (Bai)" },
	{ "hi", PL_UINT, F(pl_trend_change, hi, uint64_t),
	  "latest index it may have" },
	{ 0 },
};
static const struct pl_field structural_fields[] = {
	{ "model", PL_STR, F(pl_trend_structural, model, const char *),
	  "local level, or local linear trend" },
	{ "n", PL_UINT, F(pl_trend_structural, n, uint64_t),
	  "points looked at, the last ones" },
	{ "noise", PL_DOUBLE, F(pl_trend_structural, noise, double),
	  "variance of the noise" },
	{ "level", PL_DOUBLE, F(pl_trend_structural, level, double),
	  "variance of the level's steps" },
	{ "slope", PL_DOUBLE, F(pl_trend_structural, slope, double),
	  "variance of the slope's steps; null: no slope" },
	{ "loglik", PL_DOUBLE, F(pl_trend_structural, loglik, double),
	  "diffuse log-likelihood" },
	{ "aic", PL_DOUBLE, F(pl_trend_structural, aic, double),
	  "Akaike's criterion" },
	{ "last", PL_DOUBLE, F(pl_trend_structural, last, double),
	  "level at the end" },
	{ "last_interval", PL_OBJECT,
	  F(pl_trend_structural, last_interval, struct pl_interval),
	  "of that level", PL_INLINE, interval_fields },
	{ "drift", PL_DOUBLE, F(pl_trend_structural, drift, double),
	  "slope at the end, per point; null: no slope" },
	{ "drift_interval", PL_OBJECT,
	  F(pl_trend_structural, drift_interval, struct pl_interval),
	  "of that slope", PL_INLINE, interval_fields },
	{ "converged", PL_FLAG, F(pl_trend_structural, converged, bool),
	  "nothing more was to be gained" },
	{ 0 },
};
static const struct pl_field cusum_fields[] = {
	{ "stat", PL_DOUBLE, F(pl_trend_cusum, stat, double),
	  "largest sum of deviations over sd √n" },
	{ "p", PL_DOUBLE, F(pl_trend_cusum, p, double),
	  "as if the points were independent" },
	{ "hac_stat", PL_DOUBLE, F(pl_trend_cusum, hac_stat, double),
	  "with the long-run variance" },
	{ "hac_p", PL_DOUBLE, F(pl_trend_cusum, hac_p, double),
	  "of one level throughout" },
	{ "lags", PL_UINT, F(pl_trend_cusum, lags, uint64_t),
	  "of the long-run variance" },
	{ "at", PL_UINT, F(pl_trend_cusum, at, uint64_t),
	  "points before the largest sum" },
	{ 0 },
};
static const struct pl_field wavelet_fields[] = {
	{ "order", PL_UINT, F(pl_trend_wavelet, order, uint64_t),
	  "of the Daubechies wavelet" },
	{ "noise", PL_DOUBLE, F(pl_trend_wavelet, noise, double),
	  "standard deviation of the noise" },
	{ "threshold", PL_DOUBLE, F(pl_trend_wavelet, threshold, double),
	  "what a detail must exceed to stay" },
	{ "details", PL_UINT, F(pl_trend_wavelet, details, uint64_t),
	  "wavelet coefficients" },
	{ "kept", PL_UINT, F(pl_trend_wavelet, kept, uint64_t),
	  "those that stayed" },
	{ "share", PL_DOUBLE, F(pl_trend_wavelet, share, double),
	  "part of the variance that is no noise" },
	{ "last", PL_DOUBLE, F(pl_trend_wavelet, last, double),
	  "last value without its noise" },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "level", PL_DOUBLE, F(pl_trend_parameters, level, double),
	  "confidence of the intervals" },
	{ "hac", PL_STR, F(pl_trend_parameters, hac, const char *),
	  "how the lags were chosen" },
	{ "lags", PL_UINT, F(pl_trend_parameters, lags, const uint64_t *),
	  "with fixed", PL_NULLABLE },
	{ "correction", PL_STR,
	  F(pl_trend_parameters, correction, const char *), "of Mann-Kendall" },
	{ "change_model", PL_STR,
	  F(pl_trend_parameters, change_model, const char *),
	  "what a change changes" },
	{ "penalty", PL_STR, F(pl_trend_parameters, penalty, const char *),
	  "rule, or number" },
	{ "min_segment", PL_UINT,
	  F(pl_trend_parameters, min_segment, const uint64_t *),
	  "as asked for; null: the model's", PL_NULLABLE },
	{ "tune", PL_DOUBLE, F(pl_trend_parameters, tune, double),
	  "constant of the bisquare" },
	{ 0 },
};
static const struct pl_field model_fields[] = {
	{ "name", PL_STR, F(pl_trend_model, name, const char *), "the model" },
	{ "version", PL_UINT, F(pl_trend_model, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_STR, F(pl_trend_model, seed, const char *),
	  "null: nothing is random" },
	{ "parameters", PL_OBJECT,
	  F(pl_trend_model, parameters, struct pl_trend_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
const struct pl_field pl_trend_fields[] = {
	{ "verdict", PL_STR, F(pl_trend_row, verdict, const char *),
	  "falling, flat or rising" },
	{ "score", PL_DOUBLE, F(pl_trend_row, score, double),
	  "negative: falling" },
	{ "n", PL_UINT, F(pl_trend_row, n, uint64_t), "points" },
	{ "first", PL_DOUBLE, F(pl_trend_row, first, double), "first value" },
	{ "last", PL_DOUBLE, F(pl_trend_row, last, double), "last value" },
	{ "slope", PL_OBJECT, F(pl_trend_row, slope, struct pl_trend_slope),
	  "robust line with HAC error", PL_INLINE, slope_fields },
	{ "theil_sen", PL_OBJECT,
	  F(pl_trend_row, theil_sen, struct pl_trend_sen),
	  "the same without any assumption on the noise", PL_INLINE,
	  sen_fields },
	{ "mann_kendall", PL_OBJECT,
	  F(pl_trend_row, mann_kendall, struct pl_trend_mk),
	  "is there any trend at all", PL_INLINE, mk_fields },
	{ "change_points", PL_LIST,
	  F(pl_trend_row, change_points, struct pl_list), "by PELT", 0,
	  change_fields, sizeof(struct pl_trend_change) },
	{ "penalty", PL_DOUBLE, F(pl_trend_row, penalty, double),
	  "of PELT, per change" },
	{ "noise", PL_DOUBLE, F(pl_trend_row, noise, double),
	  "standard deviation PELT took for noise" },
	{ "min_segment", PL_UINT, F(pl_trend_row, min_segment, uint64_t),
	  "least points between changes" },
	{ "structural", PL_LIST, F(pl_trend_row, structural, struct pl_list),
	  "level and slope as states that wander, by Kalman filter", 0,
	  structural_fields, sizeof(struct pl_trend_structural) },
	{ "cusum", PL_OBJECT, F(pl_trend_row, cusum, struct pl_trend_cusum),
	  "is there one level throughout", PL_INLINE, cusum_fields },
	{ "wavelet", PL_OBJECT,
	  F(pl_trend_row, wavelet, const struct pl_trend_wavelet *),
	  "the series without its noise; null: too few points", 0,
	  wavelet_fields },
	{ "score_base", PL_DOUBLE, F(pl_trend_row, score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST,
	  F(pl_trend_row, contributions, struct pl_list),
	  "what each feature gave to the score", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  F(pl_trend_row, counterfactual, const struct pl_flip *),
	  "the smallest change that gives another verdict", 0,
	  pl_counterfactual_fields },
	{ "flags", PL_LIST, F(pl_trend_row, flags, struct pl_list),
	  "what to know before believing the figures", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "model", PL_OBJECT, F(pl_trend_row, model, struct pl_trend_model),
	  "what computed this", PL_INLINE, model_fields },
	{ "input", PL_OBJECT, F(pl_trend_row, input, struct pl_input),
	  "where the series comes from", PL_INLINE, pl_input_fields },
	{ "trust", PL_TRUST, F(pl_trend_row, trust, enum pl_trust),
	  "weakest label among the inputs" },
	{ "record", PL_STR, F(pl_trend_row, record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

static const struct pl_opt opts[] = {
	PL_INPUT_OPTS(struct pl_trend_args),
	{ "level", 0, PL_DOUBLE, PL_AT(struct pl_trend_args, level, double),
	  "P",
	  "confidence of the intervals", 0, 0, "0.95" },
	{ "hac", 0, PL_ENUM, PL_AT(struct pl_trend_args, hac, int), "RULE",
	  "how many lags the standard error takes in", 0, pl_hac_rule_words,
	  "nw94" },
	{ "lags", 0, PL_UINT,
	  PL_AT(struct pl_trend_args, lags, const uint64_t *), "N",
	  "lags, with --hac fixed", PL_GIVEN },
	{ "correction", 0, PL_ENUM, PL_AT(struct pl_trend_args, correct, int),
	  "HOW",
	  "of Mann-Kendall for autocorrelation", 0, pl_mk_correct_words,
	  "hamed-rao" },
	{ "change", 0, PL_ENUM, PL_AT(struct pl_trend_args, change, int),
	  "WHAT",
	  "what a change point changes", 0, pl_cp_model_words, "mean" },
	{ "penalty", 0, PL_STR,
	  PL_AT(struct pl_trend_args, penalty, const char *), "RULE",
	  "what a change must be worth: mbic, bic or a number", 0, 0, "mbic" },
	{ "min-segment", 0, PL_UINT,
	  PL_AT(struct pl_trend_args, min_segment, const uint64_t *), "N",
	  "least points between changes (default: 2; 10 for mean-variance)",
	  PL_GIVEN, 0, 0, 1, 1000000000 },
	PL_KEEP_OPTS(struct pl_trend_args),
	PL_SVG_OPT(struct pl_trend_args, svg),
	{ 0 },
};

#define MAKE_SERIES                                                            \
	"awk 'BEGIN { print \"day,value\"; for (i = 1; i <= 120; i++) "        \
	"print i \",\" 0.2 * i + (i > 60) * 15 + 3 * sin(i * i) }' >series.csv"
static const struct pl_example examples[] = {
	{ "trend of a column",
	  "plume analyze trend --csv series.csv --time day --value value",
	  MAKE_SERIES, 0 },
	{ "where the level changed",
	  "plume analyze trend --csv series.csv --value value --penalty bic "
	  "--json", MAKE_SERIES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_trend_args *a = opaque;
	struct pl_trend_row *row = PL_NEW(c->arena, struct pl_trend_row);

	PL_TRY(pl_trend_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_trend_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_trend = {
	.path = "analyze trend",
	.summary = "tell whether a series rises, falls or does neither",
	.about = "A straight line by robust regression (Tukey's bisquare) with "
		 "a standard error that holds under autocorrelation (Newey and "
		 "West), the Theil-Sen slope, the Mann-Kendall test corrected "
		 "for autocorrelation, and changes of level by PELT, each "
		 "with the interval of its place (Bai). Beside them level "
		 "and slope as states that wander (Kalman filter, exactly "
		 "diffuse start), the CUSUM test of one level, and the series "
		 "without its noise (wavelets).\n\n"
		 "Time and memory: a million points take some seconds; the "
		 "wandering states look at the last 2000 points.\n\n"
		 "Slopes are per day where the time column holds dates or "
		 "seconds since 1970, else per unit of its numbers; without a "
		 "time column, per row.\n\n"
		 "The verdict is plume's own: a linear score of three figures, "
		 "each with its contribution, and the smallest change that "
		 "would have given another verdict.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_trend_args),
	.opts = opts,
	.fields = pl_trend_fields,
	.examples = examples,
	.text = pl_trend_text,
	.run = run,
};

/* --------------------------------------------------------- from a record */

static enum pl_rc index_of(int *out, const char *const *words,
			   const struct pl_json *p, const char *key,
			   struct pl_err *e)
{
	const char *text;

	PL_TRY(pl_json_need_str(&text, p, key, e));
	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], text) != 0)
			continue;
		*out = i;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT, "%s: unknown word \"%s\"", key, text);
}

static enum pl_rc count_of(struct pl_arena *a, const uint64_t **out,
			   const struct pl_json *v, struct pl_err *e)
{
	uint64_t *n = PL_NEW(a, uint64_t);

	if (pl_json_is_null(v))
		return PL_OK;
	PL_TRY(pl_json_u64(n, v, e));
	*out = n;
	return PL_OK;
}

enum pl_rc pl_trend_args_of(struct pl_arena *a, struct pl_trend_args *out,
			    const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(record, "model"), "parameters");

	PL_TRY(pl_json_num(&out->level, pl_json_get(p, "level"), e));
	PL_TRY(index_of(&out->hac, pl_hac_rule_words, p, "hac", e));
	PL_TRY(count_of(a, &out->lags, pl_json_get(p, "lags"), e));
	PL_TRY(index_of(&out->correct, pl_mk_correct_words, p, "correction",
			e));
	PL_TRY(index_of(&out->change, pl_cp_model_words, p, "change_model", e));
	PL_TRY(pl_json_need_str(&out->penalty, p, "penalty", e));
	return count_of(a, &out->min_segment, pl_json_get(p, "min_segment"), e);
}
