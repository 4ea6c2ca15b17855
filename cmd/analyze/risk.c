/* plume analyze risk: options, examples, and the command. */
#include "cmd/analyze/risk.h"

#include "cmd/analyze/picture.h"
#include "store/series.h"

/* clang-format off */
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
	{ "maxima", 0, PL_UINT, PL_AT(struct pl_risk_args, maxima, uint64_t),
	  "N", "returns in a block whose worst is modelled; 0: none", 0, 0,
	  "21", 0, 10000 },
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
