/* plume analyze risk: options, fields, examples; and the way back from a
 * record to the arguments that made it. */
#include "cmd/analyze/risk.h"

#include "base/num.h"
#include "cmd/analyze/picture.h"
#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
static const struct pl_field pair_fields[] = {
	{ "p95", PL_DOUBLE, F(pl_pair, p95, double), "at 95 %" },
	{ "p99", PL_DOUBLE, F(pl_pair, p99, double), "at 99 %" },
	{ 0 },
};
static const struct pl_field tails_fields[] = {
	{ "historical", PL_OBJECT, F(pl_tails, historical, struct pl_pair),
	  "quantile of the returns; mean of those at or beyond it", PL_INLINE,
	  pair_fields },
	{ "cornish_fisher", PL_OBJECT,
	  F(pl_tails, cornish_fisher, struct pl_pair),
	  "normal, corrected by skewness and kurtosis", PL_INLINE,
	  pair_fields },
	{ "ewma", PL_OBJECT, F(pl_tails, ewma, struct pl_pair),
	  "normal with mean 0 and the EWMA volatility, one step ahead",
	  PL_INLINE, pair_fields },
	{ "garch", PL_OBJECT, F(pl_tails, garch, struct pl_pair),
	  "mean, GARCH volatility one step ahead, the model's distribution",
	  PL_INLINE, pair_fields },
	{ "fhs", PL_OBJECT, F(pl_tails, fhs, struct pl_pair),
	  "filtered historical: GARCH volatility one step ahead, the "
	  "residuals' own quantiles", PL_INLINE, pair_fields },
	{ "pot", PL_OBJECT, F(pl_tails, pot, struct pl_pair),
	  "generalised Pareto distribution over a threshold", PL_INLINE,
	  pair_fields },
	{ 0 },
};
static const struct pl_field bounds_fields[] = {
	{ "lo", PL_DOUBLE, F(pl_var_interval, lo, double), "not less" },
	{ "hi", PL_DOUBLE, F(pl_var_interval, hi, double),
	  "not more; null: the sample is too small to say" },
	{ 0 },
};
static const struct pl_field interval_fields[] = {
	{ "confidence", PL_DOUBLE, F(pl_risk_interval_row, confidence, double),
	  "at least, of independent returns" },
	{ "p95", PL_OBJECT,
	  F(pl_risk_interval_row, p95, struct pl_var_interval), "at 95 %",
	  PL_INLINE, bounds_fields },
	{ "p99", PL_OBJECT,
	  F(pl_risk_interval_row, p99, struct pl_var_interval), "at 99 %",
	  PL_INLINE, bounds_fields },
	{ 0 },
};
static const struct pl_field moments_fields[] = {
	{ "mean", PL_DOUBLE, F(pl_moments, mean, double), "mean return" },
	{ "sd", PL_DOUBLE, F(pl_moments, sd, double),
	  "standard deviation, divisor n − 1" },
	{ "skewness", PL_DOUBLE, F(pl_moments, skew, double),
	  "third moment, divisor n" },
	{ "excess_kurtosis", PL_DOUBLE, F(pl_moments, kurt, double),
	  "fourth moment less 3, divisor n" },
	{ "min", PL_DOUBLE, F(pl_moments, min, double), "worst return" },
	{ "max", PL_DOUBLE, F(pl_moments, max, double), "best return" },
	{ 0 },
};
static const struct pl_field cf_fields[] = {
	{ "skewness", PL_DOUBLE, F(pl_risk_cf_row, skew, double),
	  "that went in" },
	{ "excess_kurtosis", PL_DOUBLE, F(pl_risk_cf_row, kurt, double),
	  "that went in" },
	{ "valid", PL_FLAG, F(pl_risk_cf_row, valid, bool),
	  "they lie in the expansion's domain" },
	{ 0 },
};
static const struct pl_field ewma_fields[] = {
	{ "lambda", PL_DOUBLE, F(pl_risk_ewma_row, lambda, double),
	  "weight of the past" },
	{ "warm", PL_UINT, F(pl_risk_ewma_row, warm, uint64_t),
	  "returns in the first variance" },
	{ "h0", PL_DOUBLE, F(pl_risk_ewma_row, h0, double),
	  "the first variance" },
	{ "sigma_next", PL_DOUBLE, F(pl_risk_ewma_row, sigma_next, double),
	  "volatility one step ahead" },
	{ 0 },
};
static const struct pl_field par_fields[] = {
	{ "mu", PL_DOUBLE, F(pl_vol_par, mu, double), "of mu" },
	{ "omega", PL_DOUBLE, F(pl_vol_par, omega, double), "of omega" },
	{ "alpha", PL_DOUBLE, F(pl_vol_par, alpha, double), "of alpha" },
	{ "gamma", PL_DOUBLE, F(pl_vol_par, gamma, double), "of gamma" },
	{ "beta", PL_DOUBLE, F(pl_vol_par, beta, double), "of beta" },
	{ "nu", PL_DOUBLE, F(pl_vol_par, nu, double), "of nu" },
	{ 0 },
};
static const struct pl_field se_fields[] = {
	{ "hessian", PL_OBJECT, F(pl_vol_se, hessian, struct pl_vol_par),
	  "from the inverse Hessian", PL_INLINE, par_fields },
	{ "opg", PL_OBJECT, F(pl_vol_se, opg, struct pl_vol_par),
	  "from the outer products of the gradient", PL_INLINE, par_fields },
	{ "qml", PL_OBJECT, F(pl_vol_se, qml, struct pl_vol_par),
	  "Bollerslev-Wooldridge: hold when the returns are not normal",
	  PL_INLINE, par_fields },
	{ 0 },
};
static const struct pl_field garch_fields[] = {
	{ "model", PL_STR, F(pl_risk_garch_row, model, const char *),
	  "normal, t, gjr or gjr-t" },
	{ "mu", PL_DOUBLE, F(pl_risk_garch_row, mu, double), "mean" },
	{ "omega", PL_DOUBLE, F(pl_risk_garch_row, omega, double),
	  "constant of the variance" },
	{ "alpha", PL_DOUBLE, F(pl_risk_garch_row, alpha, double),
	  "weight of the last squared shock" },
	{ "gamma", PL_DOUBLE, F(pl_risk_garch_row, gamma, double),
	  "more weight where that shock was a loss; null: not GJR" },
	{ "beta", PL_DOUBLE, F(pl_risk_garch_row, beta, double),
	  "weight of the last variance" },
	{ "nu", PL_DOUBLE, F(pl_risk_garch_row, nu, double),
	  "degrees of freedom; null: normal innovations" },
	{ "loglik", PL_DOUBLE, F(pl_risk_garch_row, loglik, double),
	  "log-likelihood under the stated presample rule" },
	{ "se", PL_OBJECT, F(pl_risk_garch_row, se, struct pl_vol_se),
	  "standard errors", PL_INLINE, se_fields },
	{ "aic", PL_DOUBLE, F(pl_risk_garch_row, aic, double),
	  "Akaike's criterion" },
	{ "bic", PL_DOUBLE, F(pl_risk_garch_row, bic, double),
	  "Schwarz's criterion" },
	{ "persistence", PL_DOUBLE, F(pl_risk_garch_row, persistence, double),
	  "alpha + gamma/2 + beta" },
	{ "long_run_sigma", PL_DOUBLE,
	  F(pl_risk_garch_row, long_run_sigma, double),
	  "volatility it returns to; null from persistence 1 on" },
	{ "sigma_next", PL_DOUBLE, F(pl_risk_garch_row, sigma_next, double),
	  "volatility one step ahead" },
	{ "ljung_box_p", PL_DOUBLE, F(pl_risk_garch_row, lb_z, double),
	  "residuals, 10 lags: small: they still follow each other" },
	{ "ljung_box_squares_p", PL_DOUBLE,
	  F(pl_risk_garch_row, lb_z2, double),
	  "their squares: small: volatility is not all explained" },
	{ 0 },
};
static const struct pl_field drawdown_fields[] = {
	{ "peak", PL_STR, F(pl_risk_drawdown_row, peak, const char *),
	  "time of the peak; null: the start, or no times" },
	{ "trough", PL_STR, F(pl_risk_drawdown_row, trough, const char *),
	  "time of the trough" },
	{ "recovered", PL_STR, F(pl_risk_drawdown_row, recovered, const char *),
	  "time the peak was reached again" },
	{ "peak_at", PL_UINT, F(pl_risk_drawdown_row, peak_at, uint64_t),
	  "returns before the peak" },
	{ "trough_at", PL_UINT, F(pl_risk_drawdown_row, trough_at, uint64_t),
	  "returns before and at the trough" },
	{ "length", PL_UINT, F(pl_risk_drawdown_row, length, uint64_t),
	  "returns from the peak to the recovery, or to the end" },
	{ "open", PL_FLAG, F(pl_risk_drawdown_row, open, bool),
	  "not recovered by the end" },
	{ "compounding", PL_STR,
	  F(pl_risk_drawdown_row, compounding, const char *),
	  "log, simple; sum: amounts added up" },
	{ 0 },
};
static const struct pl_field other_fields[] = {
	{ "compounding", PL_STR,
	  F(pl_risk_other_row, compounding, const char *), "log or simple" },
	{ "max_drawdown", PL_DOUBLE,
	  F(pl_risk_other_row, max_drawdown, double),
	  "deepest fall, as a fraction" },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "returns", PL_STR, F(pl_risk_parameters, returns, const char *),
	  "given, log or simple" },
	{ "percent", PL_FLAG, F(pl_risk_parameters, percent, bool),
	  "multiplied by 100" },
	{ "losses", PL_FLAG, F(pl_risk_parameters, losses, bool),
	  "the values are losses" },
	{ "losses_rule", PL_STR,
	  F(pl_risk_parameters, losses_rule, const char *),
	  "how that is known; null: they are gains unless said otherwise" },
	{ "unit", PL_STR, F(pl_risk_parameters, unit, const char *),
	  "of the values read: fraction, percent, amount" },
	{ "unit_rule", PL_STR, F(pl_risk_parameters, unit_rule, const char *),
	  "how the unit is known" },
	{ "compounding", PL_STR,
	  F(pl_risk_parameters, compounding, const char *), "of the drawdown" },
	{ "quantile_type", PL_UINT,
	  F(pl_risk_parameters, quantile_type, uint64_t),
	  "Hyndman and Fan's number" },
	{ "lambda", PL_DOUBLE, F(pl_risk_parameters, lambda, double),
	  "of EWMA" },
	{ "warm", PL_UINT, F(pl_risk_parameters, warm, uint64_t),
	  "returns in EWMA's first variance; 0: 30, or all" },
	{ "presample", PL_STR, F(pl_risk_parameters, presample, const char *),
	  "GARCH: variance and squared shock before the first return" },
	{ "garch", PL_STR, F(pl_risk_parameters, garch, const char *),
	  "volatility model" },
	{ "threshold_level", PL_DOUBLE,
	  F(pl_risk_parameters, threshold_level, double),
	  "quantile of the losses where the tail begins" },
	{ "threshold", PL_DOUBLE,
	  F(pl_risk_parameters, threshold, const double *),
	  "the threshold that was given", PL_NULLABLE },
	{ "hill", PL_UINT, F(pl_risk_parameters, hill, uint64_t),
	  "largest losses for Hill's index; 0: the exceedances" },
	{ "horizon", PL_UINT, F(pl_risk_parameters, horizon, uint64_t),
	  "periods of the simulation" },
	{ "paths", PL_UINT, F(pl_risk_parameters, paths, uint64_t),
	  "of the simulation; 0: none" },
	{ "replications", PL_UINT,
	  F(pl_risk_parameters, replications, uint64_t),
	  "of the bootstrap; 0: by the number of returns" },
	{ "block", PL_UINT, F(pl_risk_parameters, block, uint64_t),
	  "returns of its blocks; 0: by the number of returns" },
	{ 0 },
};
static const struct pl_field model_fields[] = {
	{ "name", PL_STR, F(pl_risk_model, name, const char *), "the model" },
	{ "version", PL_UINT, F(pl_risk_model, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_UINT, F(pl_risk_model, seed, uint64_t),
	  "of every random number" },
	{ "parameters", PL_OBJECT,
	  F(pl_risk_model, parameters, struct pl_risk_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
static const struct pl_field optimizer_fields[] = {
	{ "method", PL_STR, F(pl_optimizer, method, const char *),
	  "how the maximum was found" },
	{ "converged", PL_FLAG, F(pl_optimizer, converged, bool),
	  "the gradient vanished" },
	{ "gradient_norm", PL_DOUBLE, F(pl_optimizer, gradient_norm, double),
	  "largest derivative of the log-likelihood, per standard error" },
	{ "iterations", PL_UINT, F(pl_optimizer, iterations, uint64_t),
	  "over all starts" },
	{ "evaluations", PL_UINT, F(pl_optimizer, evaluations, uint64_t),
	  "passes over the returns" },
	{ "starts", PL_UINT, F(pl_optimizer, starts, uint64_t),
	  "starting points tried" },
	{ "agree", PL_UINT, F(pl_optimizer, agree, uint64_t),
	  "of them that reached this maximum" },
	{ 0 },
};
const struct pl_field pl_risk_fields[] = {
	{ "verdict", PL_STR, F(pl_risk_row, verdict, const char *),
	  "low, moderate, high, extreme; null: not scored" },
	{ "score", PL_DOUBLE, F(pl_risk_row, score, double),
	  "0 to 100 points" },
	{ "n", PL_UINT, F(pl_risk_row, n, uint64_t), "returns" },
	{ "unit", PL_STR, F(pl_risk_row, unit, const char *),
	  "of every loss and return here" },
	{ "var", PL_OBJECT, F(pl_risk_row, var, struct pl_tails),
	  "value at risk per period: the loss not passed with this "
	  "probability; losses are positive", PL_INLINE, tails_fields },
	{ "es", PL_OBJECT, F(pl_risk_row, es, struct pl_tails),
	  "expected shortfall per period: the mean loss beyond it", PL_INLINE,
	  tails_fields },
	{ "var_interval", PL_OBJECT,
	  F(pl_risk_row, var_interval, struct pl_risk_interval_row),
	  "bounds of the historical VaR, by order statistics", PL_INLINE,
	  interval_fields },
	{ "garch", PL_OBJECT,
	  F(pl_risk_row, garch, const struct pl_risk_garch_row *),
	  "GARCH(1,1) or GJR(1,1); null: not fitted, see flags", 0,
	  garch_fields },
	{ "horizon", PL_OBJECT,
	  F(pl_risk_row, horizon, const struct pl_risk_horizon_row *),
	  "several periods, by filtered historical simulation; null: not "
	  "simulated", 0, pl_risk_horizon_fields },
	{ "pot", PL_OBJECT,
	  F(pl_risk_row, pot, const struct pl_risk_pot_row *),
	  "peaks over a threshold; null: not fitted, see flags", 0,
	  pl_risk_pot_fields },
	{ "hill", PL_OBJECT,
	  F(pl_risk_row, hill, const struct pl_risk_hill_row *),
	  "Hill's tail index of the losses; null: not given", 0,
	  pl_risk_hill_fields },
	{ "intervals", PL_LIST,
	  F(pl_risk_row, intervals, struct pl_list),
	  "bounds of each figure", 0, pl_risk_interval_fields,
	  sizeof(struct pl_risk_interval) },
	{ "simulation", PL_OBJECT,
	  F(pl_risk_row, simulation, struct pl_risk_simulation),
	  "what the intervals rest on", PL_INLINE,
	  pl_risk_simulation_fields },
	{ "max_drawdown", PL_DOUBLE, F(pl_risk_row, max_drawdown, double),
	  "deepest fall from a peak, as a fraction; of amounts: in their "
	  "unit" },
	{ "drawdown", PL_OBJECT,
	  F(pl_risk_row, drawdown, const struct pl_risk_drawdown_row *),
	  "where it was", 0, drawdown_fields },
	{ "drawdown_other", PL_OBJECT,
	  F(pl_risk_row, drawdown_other, const struct pl_risk_other_row *),
	  "the fall if given returns add up the other way; null: of prices and "
	  "amounts there is only one", 0, other_fields },
	{ "moments", PL_OBJECT,
	  F(pl_risk_row, moments, const struct pl_moments *), "of the returns",
	  0, moments_fields },
	{ "cornish_fisher", PL_OBJECT,
	  F(pl_risk_row, cornish_fisher, struct pl_risk_cf_row),
	  "of the expansion", PL_INLINE, cf_fields },
	{ "ewma", PL_OBJECT, F(pl_risk_row, ewma, struct pl_risk_ewma_row),
	  "of the moving average", PL_INLINE, ewma_fields },
	{ "score_base", PL_DOUBLE, F(pl_risk_row, score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST,
	  F(pl_risk_row, contributions, struct pl_list),
	  "what each feature gave to the score", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  F(pl_risk_row, counterfactual, const struct pl_flip *),
	  "the smallest change that gives another verdict", 0,
	  pl_counterfactual_fields },
	{ "flags", PL_LIST, F(pl_risk_row, flags, struct pl_list),
	  "what to know before believing the figures", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "optimizer", PL_OBJECT,
	  F(pl_risk_row, optimizer, const struct pl_optimizer *),
	  "how GARCH was fitted; null: it was not", 0, optimizer_fields },
	{ "model", PL_OBJECT, F(pl_risk_row, model, struct pl_risk_model),
	  "what computed this", PL_INLINE, model_fields },
	{ "input", PL_OBJECT, F(pl_risk_row, input, struct pl_input),
	  "where the series comes from", PL_INLINE, pl_input_fields },
	{ "trust", PL_TRUST, F(pl_risk_row, trust, enum pl_trust),
	  "weakest label among the inputs" },
	{ "record", PL_STR, F(pl_risk_row, record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

static const struct pl_opt opts[] = {
	PL_INPUT_OPTS(struct pl_risk_args),
	{ "returns", 0, PL_ENUM, PL_AT(struct pl_risk_args, returns, int),
	  "KIND",
	  "the values are returns (given), or prices: take log or simple "
	  "returns",
	  0, pl_returns_words, "log" },
	{ "percent", 0, PL_FLAG, PL_AT(struct pl_risk_args, percent, bool), 0,
	  "multiply returns by 100" },
	{ "losses", 0, PL_FLAG, PL_AT(struct pl_risk_args, losses, bool), 0,
	  "given values are losses: positive is bad (default: where the "
	  "column's name says so and none is below 0)" },
	{ "gains", 0, PL_FLAG, PL_AT(struct pl_risk_args, gains, bool), 0,
	  "given values are gains, whatever their column is called" },
	{ "unit", 0, PL_ENUM, PL_AT(struct pl_risk_args, unit, const int *),
	  "UNIT",
	  "of given returns (default: by the column's name, else by the least "
	  "value)", PL_GIVEN,
	  pl_unit_words },
	{ "compound", 0, PL_ENUM,
	  PL_AT(struct pl_risk_args, compound, const int *), "KIND",
	  "how given returns add up (default: simple)", PL_GIVEN,
	  pl_compound_words },
	{ "quantile-type", 0, PL_UINT,
	  PL_AT(struct pl_risk_args, quantile_type, uint64_t), "N",
	  "sample quantile, by Hyndman and Fan's number", 0, 0, "7", 1, 9 },
	{ "lambda", 0, PL_DOUBLE, PL_AT(struct pl_risk_args, lambda, double),
	  "X",
	  "EWMA's weight of the past", 0, 0, "0.94" },
	{ "warm", 0, PL_UINT, PL_AT(struct pl_risk_args, warm, uint64_t), "N",
	  "returns in EWMA's first variance; 0: 30, or all", 0, 0, "0" },
	{ "garch", 0, PL_ENUM, PL_AT(struct pl_risk_args, garch, int), "MODEL",
	  "volatility model: GARCH with normal or t innovations, or GJR, in "
	  "which losses weigh more", 0, pl_vol_words, "normal" },
	{ "threshold-level", 0, PL_DOUBLE,
	  PL_AT(struct pl_risk_args, threshold_level, double), "P",
	  "the tail begins at this quantile of the losses", 0, 0, "0.9" },
	{ "threshold", 0, PL_DOUBLE,
	  PL_AT(struct pl_risk_args, threshold, const double *), "LOSS",
	  "the tail begins at this loss, in the unit of the returns",
	  PL_GIVEN },
	{ "hill", 0, PL_UINT, PL_AT(struct pl_risk_args, hill, uint64_t), "K",
	  "largest losses for Hill's index; 0: those beyond the threshold", 0,
	  0, "0" },
	{ "horizon", 0, PL_UINT, PL_AT(struct pl_risk_args, horizon, uint64_t),
	  "N", "periods of the simulation", 0, 0, "10", 1, 1000 },
	{ "paths", 0, PL_UINT, PL_AT(struct pl_risk_args, paths, uint64_t),
	  "N", "paths of the simulation; 0: none", 0, 0, "20000", 0,
	  10000000 },
	{ "seed", 0, PL_UINT, PL_AT(struct pl_risk_args, seed, uint64_t), "N",
	  "of the simulation and the bootstrap", 0, 0, "1" },
	{ "replications", 0, PL_UINT,
	  PL_AT(struct pl_risk_args, replications, uint64_t), "N",
	  "of the bootstrap; 0: by the number of returns", 0, 0, "0", 0,
	  100000 },
	{ "block", 0, PL_UINT, PL_AT(struct pl_risk_args, block, uint64_t),
	  "N", "returns in a block of the bootstrap; 0: by their number", 0, 0,
	  "0" },
	{ "threads", 0, PL_UINT, PL_AT(struct pl_risk_args, threads, uint64_t),
	  "N", "threads, which no figure hangs on; 0: one for each processor",
	  0, 0, "0", 0, 64 },
	PL_KEEP_OPTS(struct pl_risk_args),
	PL_SVG_OPT(struct pl_risk_args, svg),
	{ 0 },
};

#define MAKE_PRICES                                                            \
	"awk 'BEGIN { p = 100; print \"day,price\"; "                          \
	"for (i = 1; i <= 300; i++) { p *= 1 + 0.02 * sin(i * i); "            \
	"print i \",\" p } }' >prices.csv"
static const struct pl_example examples[] = {
	{ "risk of a price series in a file",
	  "plume analyze risk --csv prices.csv --time day --value price",
	  MAKE_PRICES, 0 },
	{ "keep the decision record, print JSON",
	  "plume analyze risk --csv prices.csv --value price --record --json",
	  MAKE_PRICES, 0 },
	{ "heavy tails, and losses that weigh more than gains",
	  "plume analyze risk --csv prices.csv --value price --garch gjr-t",
	  MAKE_PRICES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_risk_args *a = opaque;
	struct pl_risk_row *row = PL_NEW(c->arena, struct pl_risk_row);

	PL_TRY(pl_risk_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_risk_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_risk = {
	.path = "analyze risk",
	.summary = "measure how much a series can lose",
	.about =
		"Value at risk and expected shortfall at 95 and 99 per cent by "
		"six methods: the past as it was (historical), a normal "
		"corrected by skewness and kurtosis (Cornish-Fisher), an "
		"exponentially weighted volatility (EWMA), GARCH(1,1) or GJR "
		"with normal or t innovations by maximum likelihood with three "
		"kinds of standard errors, the past filtered through that "
		"volatility (filtered historical simulation), and the "
		"generalised Pareto distribution of the losses beyond a "
		"threshold (peaks over a threshold), with Hill's tail index "
		"beside it; and the deepest drawdown. Each figure has an "
		"interval, by bootstrap in blocks, profile likelihood or the "
		"model's own errors; random numbers come from the seed alone. "
		"Losses are "
		"positive numbers, per period of the series; every convention "
		"used stands in the output. Prices compound as their returns "
		"say, so their drawdown is that of the prices; given returns "
		"are taken for simple ones, which never makes a fall look "
		"smaller, and the fall of logarithmic ones stands beside "
		"it.\n\n"
		"The series is a column of a CSV file or the bars of an "
		"indexed token. Rows must come in the order of their times. "
		"With --returns given several rows may share a time, as "
		"claims of one day do; prices may not. A model the data "
		"cannot carry is null, and a flag says why.\n\n"
		"The verdict is plume's own: a linear score of five figures, "
		"each with its contribution, and the smallest change that "
		"would have given another verdict.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_risk_args),
	.opts = opts,
	.fields = pl_risk_fields,
	.examples = examples,
	.text = pl_risk_text,
	.run = run,
};

/* --------------------------------------------------------- from a record */

static enum pl_rc index_of(struct pl_arena *a, const int **out,
			   const char *const *words, const char *text,
			   struct pl_err *e)
{
	int *v = PL_NEW(a, int);

	for (; words[*v]; ++*v) {
		if (strcmp(words[*v], text) != 0)
			continue;
		*out = v;
		return PL_OK;
	}
	return pl_fail(e, PL_EFORMAT, "unknown word \"%s\"", text);
}

/* What was said about given returns, and what was left to be judged. */
static enum pl_rc given_args(struct pl_arena *a, struct pl_risk_args *out,
			     const struct pl_json *p, struct pl_err *e)
{
	const char *rule = pl_json_str(pl_json_get(p, "losses_rule")), *text;

	if (rule && !strcmp(rule, "given")) {
		out->losses = pl_json_bool(pl_json_get(p, "losses"));
		out->gains = !out->losses;
	}
	PL_TRY(pl_json_need_str(&rule, p, "unit_rule", e));
	PL_TRY(pl_json_need_str(&text, p, "unit", e));
	if (!strcmp(rule, "given"))
		PL_TRY(index_of(a, &out->unit, pl_unit_words, text, e));
	PL_TRY(pl_json_need_str(&text, p, "compounding", e));
	if (!strcmp(text, "log"))
		PL_TRY(index_of(a, &out->compound, pl_compound_words, text, e));
	return PL_OK;
}

/* What came in with version 3. */
static enum pl_rc more_args(struct pl_arena *a, struct pl_risk_args *out,
			    const struct pl_json *record,
			    const struct pl_json *p, struct pl_err *e)
{
	const struct {
		const char *key;
		uint64_t *to;
	} whole[] = {
		{ "hill", &out->hill },
		{ "horizon", &out->horizon },
		{ "paths", &out->paths },
		{ "replications", &out->replications },
		{ "block", &out->block },
	};
	const struct pl_json *u = pl_json_get(p, "threshold");
	const char *garch;
	const int *kind;
	double *threshold;

	PL_TRY(pl_json_need_str(&garch, p, "garch", e));
	PL_TRY(index_of(a, &kind, pl_vol_words, garch, e));
	out->garch = *kind;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		PL_TRY(pl_json_u64(whole[i].to, pl_json_get(p, whole[i].key),
				   e));
	PL_TRY(pl_json_u64(&out->seed,
			   pl_json_get(pl_json_get(record, "model"), "seed"),
			   e));
	PL_TRY(pl_json_num(&out->threshold_level,
			   pl_json_get(p, "threshold_level"), e));
	if (pl_json_is_null(u))
		return PL_OK;
	threshold = PL_NEW(a, double);
	out->threshold = threshold;
	return pl_json_num(threshold, u, e);
}

enum pl_rc pl_risk_args_of(struct pl_arena *a, struct pl_risk_args *out,
			   const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(record, "model"), "parameters");
	const char *returns;
	const int *kind;

	PL_TRY(pl_json_need_str(&returns, p, "returns", e));
	PL_TRY(index_of(a, &kind, pl_returns_words, returns, e));
	out->returns = *kind;
	if (out->returns == PL_RET_GIVEN)
		PL_TRY(given_args(a, out, p, e));
	out->percent = pl_json_bool(pl_json_get(p, "percent"));
	PL_TRY(pl_json_u64(&out->quantile_type, pl_json_get(p, "quantile_type"),
			   e));
	PL_TRY(pl_json_num(&out->lambda, pl_json_get(p, "lambda"), e));
	PL_TRY(pl_json_u64(&out->warm, pl_json_get(p, "warm"), e));
	return more_args(a, out, record, p, e);
}
