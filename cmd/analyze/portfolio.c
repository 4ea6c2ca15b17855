/* plume analyze portfolio: options, fields, examples. */
#include "cmd/analyze/portfolio.h"
#include "cmd/analyze/picture.h"

#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
#define H(member, is) PL_AT(struct pl_portfolio_holding, member, is)
#define R(member, is) PL_AT(struct pl_portfolio_row, member, is)
static const struct pl_field holding_fields[] = {
	{ "name", PL_STR, H(name, const char *), "column, or token" },
	{ "series_sha256", PL_STR, H(series_sha256, const char *),
	  "digest of its series, as in input" },
	{ "input", PL_OBJECT, H(input, const struct pl_input *),
	  "of a token, where its series comes from; absent: a column",
	  PL_SPARE, pl_input_fields },
	{ "weight", PL_DOUBLE, H(weight, double), "share of wealth" },
	{ "mean", PL_DOUBLE, H(mean, double), "mean return" },
	{ "sd", PL_DOUBLE, H(sd, double), "standard deviation, divisor n" },
	{ "var_part", PL_DOUBLE, H(var_part, double),
	  "its part of the normal VaR; the parts add up" },
	{ "es_part", PL_DOUBLE, H(es_part, double),
	  "its part of the normal ES; the parts add up" },
	{ "historical_es_part", PL_DOUBLE, H(hist_part, double),
	  "its part of the historical ES; the parts add up" },
	{ "share", PL_DOUBLE, H(share, double), "es_part of the whole" },
	{ "least_variance", PL_DOUBLE, H(least, double),
	  "weight of least variance without short positions" },
	{ "least_variance_short", PL_DOUBLE, H(least_short, double),
	  "weight of least variance with short positions" },
	{ "risk_parity", PL_DOUBLE, H(parity, double),
	  "weight with which all give equal parts of the deviation" },
	{ 0 },
};
static const struct pl_field pair_fields[] = {
	{ "a", PL_STR, F(pl_portfolio_pair, a, const char *), "one" },
	{ "b", PL_STR, F(pl_portfolio_pair, b, const char *), "the other" },
	{ "correlation", PL_DOUBLE, F(pl_portfolio_pair, corr, double),
	  "of their returns" },
	{ "lo", PL_DOUBLE, F(pl_portfolio_pair, lo, double),
	  "95 % bounds by Fisher's z: lower" },
	{ "hi", PL_DOUBLE, F(pl_portfolio_pair, hi, double), "upper" },
	{ 0 },
};
#define V(member, is) PL_AT(struct pl_portfolio_interval, member, is)
static const struct pl_field interval_fields[] = {
	{ "holding", PL_STR, V(holding, const char *),
	  "whose figure; null: of all together" },
	{ "figure", PL_STR, V(figure, const char *), "the field's name" },
	{ "value", PL_DOUBLE, V(value, double), "the figure itself" },
	{ "lo", PL_DOUBLE, V(lo, double), "lower bound, null: none" },
	{ "hi", PL_DOUBLE, V(hi, double), "upper bound, null: none" },
	{ 0 },
};
static const struct pl_field bounds_fields[] = {
	{ "lo", PL_DOUBLE, F(pl_portfolio_bounds, lo, double), "lower bound" },
	{ "hi", PL_DOUBLE, F(pl_portfolio_bounds, hi, double), "upper bound" },
	{ 0 },
};
static const struct pl_field method_fields[] = {
	{ "var", PL_DOUBLE, F(pl_portfolio_method, var, double),
	  "value at risk" },
	{ "es", PL_DOUBLE, F(pl_portfolio_method, es, double),
	  "expected shortfall" },
	{ "var_interval", PL_OBJECT,
	  F(pl_portfolio_method, var_interval, struct pl_portfolio_bounds),
	  "95 %", PL_INLINE, bounds_fields },
	{ "es_interval", PL_OBJECT,
	  F(pl_portfolio_method, es_interval, struct pl_portfolio_bounds),
	  "95 %", PL_INLINE, bounds_fields },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "returns", PL_STR, F(pl_portfolio_parameters, returns, const char *),
	  "given, log or simple" },
	{ "losses", PL_FLAG, F(pl_portfolio_parameters, losses, bool),
	  "the values are losses" },
	{ "level", PL_DOUBLE, F(pl_portfolio_parameters, level, double),
	  "coverage of VaR and ES" },
	{ "nu", PL_DOUBLE, F(pl_portfolio_parameters, nu, const double *),
	  "degrees of freedom of the simulation; null: normal",
	  PL_NULLABLE },
	{ "horizon", PL_UINT, F(pl_portfolio_parameters, horizon, uint64_t),
	  "periods of the simulation" },
	{ "paths", PL_UINT, F(pl_portfolio_parameters, paths, uint64_t),
	  "of the simulation" },
	{ "quantile_type", PL_UINT,
	  F(pl_portfolio_parameters, quantile_type, uint64_t),
	  "of the sample, by Hyndman and Fan's number" },
	{ 0 },
};
static const struct pl_field about_fields[] = {
	{ "name", PL_STR, F(pl_portfolio_about, name, const char *),
	  "the model" },
	{ "version", PL_UINT, F(pl_portfolio_about, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_UINT, F(pl_portfolio_about, seed, uint64_t),
	  "of every random number" },
	{ "parameters", PL_OBJECT,
	  F(pl_portfolio_about, parameters, struct pl_portfolio_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
const struct pl_field pl_portfolio_fields[] = {
	{ "verdict", PL_STR, R(verdict, const char *),
	  "spread, tilted or concentrated" },
	{ "score", PL_DOUBLE, R(score, double), "0 to 100 points" },
	{ "n", PL_UINT, R(n, uint64_t), "returns of each" },
	{ "sd", PL_DOUBLE, R(sd, double), "standard deviation of the whole" },
	{ "shrinkage", PL_DOUBLE, R(shrinkage, double),
	  "of the covariance, 0 to 1 (Ledoit and Wolf)" },
	{ "diversification", PL_DOUBLE, R(diversification, double),
	  "the holdings' deviations, weighted, over that of the whole" },
	{ "historical", PL_OBJECT, R(historical, struct pl_portfolio_method),
	  "by the past as it was, one period", PL_INLINE, method_fields },
	{ "normal", PL_OBJECT, R(normal, struct pl_portfolio_method),
	  "normal with the shrunk covariance, one period", PL_INLINE,
	  method_fields },
	{ "simulated", PL_OBJECT, R(simulated, struct pl_portfolio_method),
	  "over the horizon; its intervals are the simulation's error alone",
	  PL_INLINE, method_fields },
	{ "holdings", PL_LIST, R(holdings, struct pl_list), "the columns", 0,
	  holding_fields, sizeof(struct pl_portfolio_holding) },
	{ "correlations", PL_LIST, R(correlations, struct pl_list),
	  "of each pair", 0, pair_fields, sizeof(struct pl_portfolio_pair) },
	{ "intervals", PL_LIST, R(intervals, struct pl_list),
	  "95 % bounds of each holding's figures and of the whole's, by "
	  "bootstrap of the rows", 0, interval_fields,
	  sizeof(struct pl_portfolio_interval) },
	{ "sd_least_variance", PL_DOUBLE, R(sd_least, double),
	  "deviation with the weights of least variance" },
	{ "sd_least_variance_short", PL_DOUBLE, R(sd_least_short, double),
	  "the same with short positions" },
	{ "sd_risk_parity", PL_DOUBLE, R(sd_parity, double),
	  "deviation with the weights of equal risk" },
	{ "score_base", PL_DOUBLE, R(score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST, R(contributions, struct pl_list),
	  "what each feature gave to the score", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  R(counterfactual, const struct pl_flip *),
	  "the smallest change that gives another verdict; null: none", 0,
	  pl_counterfactual_fields },
	{ "flags", PL_LIST, R(flags, struct pl_list),
	  "what to know before believing the figures", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "input", PL_OBJECT, R(input, struct pl_input),
	  "what went in; the column is the first", PL_INLINE,
	  pl_input_fields },
	{ "model", PL_OBJECT, R(model, struct pl_portfolio_about),
	  "what was done with it", PL_INLINE, about_fields },
	{ "trust", PL_TRUST, R(trust, enum pl_trust), "label of the input" },
	{ "record", PL_STR, R(record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

#define A(member, is) PL_AT(struct pl_portfolio_args, member, is)
static const struct pl_opt opts[] = {
	PL_INPUT_CSV_OPTS(struct pl_portfolio_args),
	{ "token", 't', PL_ADDR, A(tokens, struct pl_strs), "TOKEN",
	  "an indexed token to hold, by its prices; repeat it for each",
	  PL_MANY | PL_TOKEN_REF },
	{ "measure", 0, PL_ENUM, A(in.measure, const int *), "WHAT",
	  "of the tokens: price or nav (default: price)", PL_GIVEN,
	  pl_input_measure_words },
	{ "source", 0, PL_ADDR, A(sources, struct pl_strs), "CONTRACT",
	  "pool, feed or vault of each token, in their order (default: the "
	  "only one)", PL_MANY | PL_TOKEN_REF },
	{ "bar-price", 0, PL_ENUM, A(in.quote, const int *), "RULE",
	  "price of a bar: its last, or weighed by volume or by time "
	  "(default: close)", PL_GIVEN, pl_quote_words },
	PL_INPUT_BAR_OPTS(struct pl_portfolio_args),
	PL_RETURNS_OPTS(struct pl_portfolio_args),
	{ "columns", 0, PL_STR, A(columns, const char *), "A,B",
	  "columns of the holdings, by name or number" },
	{ "weights", 0, PL_STR, A(weights, const char *), "X,Y",
	  "share of wealth of each, in their order (default: equal)" },
	{ "level", 0, PL_DOUBLE, A(level, double), "P",
	  "coverage of VaR and ES", 0, 0, "0.99" },
	{ "horizon", 0, PL_UINT, A(horizon, uint64_t), "N",
	  "periods of the simulation", 0, 0, "10", 1, 1000 },
	{ "nu", 0, PL_DOUBLE, A(nu, double), "X",
	  "degrees of freedom of a multivariate t; 0: normal", 0, 0, "0" },
	{ "paths", 0, PL_UINT, A(paths, uint64_t), "N",
	  "of the simulation", 0, 0, "100000", 1000, 10000000 },
	{ "seed", 0, PL_UINT, A(seed, uint64_t), "N",
	  "of the simulation and the bootstrap", 0, 0, "1" },
	{ "threads", 0, PL_UINT, A(threads, uint64_t), "N",
	  "threads, which no figure hangs on; 0: one for each processor", 0, 0,
	  "0", 0, 64 },
	PL_KEEP_OPTS(struct pl_portfolio_args),
	PL_SVG_OPT(struct pl_portfolio_args, svg),
	{ 0 },
};

#define MAKE_PRICES                                                            \
	"awk 'BEGIN { p = q = 100; print \"day,gold,oil\"; "                   \
	"for (i = 1; i <= 300; i++) { p *= 1 + 0.02 * sin(i * i); "            \
	"q *= 1 + 0.01 * sin(i * i) + 0.02 * cos(3 * i * i); "                 \
	"print i \",\" p \",\" q } }' >prices.csv"
static const struct pl_example examples[] = {
	{ "two holdings of equal weight",
	  "plume analyze portfolio --csv prices.csv --time day "
	  "--columns gold,oil",
	  MAKE_PRICES, 0 },
	{ "with weights, heavy tails and a record, as JSON",
	  "plume analyze portfolio --csv prices.csv --columns gold,oil "
	  "--weights 0.7,0.3 --nu 5 --record --json",
	  MAKE_PRICES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_portfolio_args *a = opaque;
	struct pl_portfolio_row *row =
		PL_NEW(c->arena, struct pl_portfolio_row);

	PL_TRY(pl_portfolio_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_portfolio_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_portfolio = {
	.path = "analyze portfolio",
	.summary = "measure the risk of several series held together",
	.about = "Value at risk and expected shortfall of several columns of a "
		 "file, or of the prices of several indexed tokens, held with "
		 "given weights: by the past as it was, by a "
		 "normal whose covariance is shrunk (Ledoit and Wolf), and "
		 "over several periods by Monte Carlo, normal or multivariate "
		 "t. Each holding's part of the risk adds up to the whole; "
		 "beside it stand the weights of least variance and those of "
		 "equal risk. Logarithmic returns compound over the horizon; "
		 "weights are not traded back.\n\n"
		 "Tokens are joined on their bars, from the latest first to "
		 "the earliest last bar. A bar of that part in which one of "
		 "them has no price is refused, left out for all of them "
		 "(--missing skip), or takes that token's price before it "
		 "(--missing carry).\n\n"
		 "The verdict is plume's own: a linear score of the largest "
		 "part of one holding, the mean correlation and the loss in "
		 "the tail. Random numbers come from the seed alone, so the "
		 "number of threads changes nothing.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_portfolio_args),
	.opts = opts,
	.fields = pl_portfolio_fields,
	.examples = examples,
	.text = pl_portfolio_text,
	.run = run,
};
