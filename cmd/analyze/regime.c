/* plume analyze regime: options, fields, examples. */
#include "cmd/analyze/regime.h"
#include "cmd/analyze/picture.h"

#include "store/series.h"

/* clang-format off */
#define F(type, member, is) PL_AT(struct type, member, is)
#define S(member, is) PL_AT(struct pl_regime_state, member, is)
#define R(member, is) PL_AT(struct pl_regime_row, member, is)
static const struct pl_field state_fields[] = {
	{ "state", PL_UINT, S(state, uint64_t), "1 is the calmest" },
	{ "mean", PL_DOUBLE, S(mean, double), "mean return in it" },
	{ "sd", PL_DOUBLE, S(sd, double), "standard deviation in it" },
	{ "se_mean", PL_DOUBLE, S(se_mean, double),
	  "standard error of the mean, by the likelihood's curvature; null "
	  "where that has no strict maximum" },
	{ "se_sd", PL_DOUBLE, S(se_sd, double), "the same of the deviation" },
	{ "share", PL_DOUBLE, S(share, double), "of time spent in it" },
	{ "stay", PL_DOUBLE, S(stay, double),
	  "periods a visit lasts on average" },
	{ "stay_lo", PL_DOUBLE, S(stay_lo, double), "95 % interval of it" },
	{ "stay_hi", PL_DOUBLE, S(stay_hi, double), "its upper end" },
	{ "now", PL_DOUBLE, S(now, double),
	  "probability of it at the last return" },
	{ "next", PL_DOUBLE, S(next, double),
	  "probability of it one period on" },
	{ 0 },
};
static const struct pl_field move_fields[] = {
	{ "from", PL_UINT, F(pl_regime_move, from, uint64_t), "state" },
	{ "to", PL_UINT, F(pl_regime_move, to, uint64_t), "state" },
	{ "p", PL_DOUBLE, F(pl_regime_move, p, double),
	  "probability of the move in one period" },
	{ "lo", PL_DOUBLE, F(pl_regime_move, lo, double),
	  "95 % interval of it, on the scale of log odds; null for one below "
	  "0.00001" },
	{ "hi", PL_DOUBLE, F(pl_regime_move, hi, double), "its upper end" },
	{ 0 },
};
static const struct pl_field choice_fields[] = {
	{ "states", PL_UINT, F(pl_regime_choice, states, uint64_t),
	  "how many" },
	{ "loglik", PL_DOUBLE, F(pl_regime_choice, loglik, double),
	  "log-likelihood" },
	{ "aic", PL_DOUBLE, F(pl_regime_choice, aic, double),
	  "Akaike's criterion" },
	{ "bic", PL_DOUBLE, F(pl_regime_choice, bic, double),
	  "Schwarz's criterion: the smallest is shown" },
	{ 0 },
};
static const struct pl_field spell_fields[] = {
	{ "state", PL_UINT, F(pl_regime_spell, state, uint64_t), "the state" },
	{ "from", PL_UINT, F(pl_regime_spell, from, uint64_t),
	  "its first return, counted from 1" },
	{ "to", PL_UINT, F(pl_regime_spell, to, uint64_t), "its last" },
	{ "since", PL_STR, F(pl_regime_spell, since, const char *),
	  "time of the first; null: no times" },
	{ "until", PL_STR, F(pl_regime_spell, until, const char *),
	  "time of the last" },
	{ 0 },
};
static const struct pl_field optimizer_fields[] = {
	{ "converged", PL_FLAG, F(pl_regime_optimizer, converged, bool),
	  "the likelihood rises no more" },
	{ "gain", PL_DOUBLE, F(pl_regime_optimizer, gain, double),
	  "of the log-likelihood in the last iteration" },
	{ "iterations", PL_UINT,
	  F(pl_regime_optimizer, iterations, uint64_t),
	  "of the best start" },
	{ "starts", PL_UINT, F(pl_regime_optimizer, starts, uint64_t),
	  "tried" },
	{ "agree", PL_UINT, F(pl_regime_optimizer, agree, uint64_t),
	  "of them that reached this likelihood" },
	{ 0 },
};
static const struct pl_field parameter_fields[] = {
	{ "returns", PL_STR, F(pl_regime_parameters, returns, const char *),
	  "given, log or simple" },
	{ "losses", PL_FLAG, F(pl_regime_parameters, losses, bool),
	  "the values are losses" },
	{ "states", PL_UINT, F(pl_regime_parameters, states, uint64_t),
	  "0: 2 to 4, by BIC" },
	{ "starts", PL_UINT, F(pl_regime_parameters, starts, uint64_t),
	  "of the search" },
	{ 0 },
};
static const struct pl_field about_fields[] = {
	{ "name", PL_STR, F(pl_regime_about, name, const char *),
	  "the model" },
	{ "version", PL_UINT, F(pl_regime_about, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_UINT, F(pl_regime_about, seed, uint64_t),
	  "of the random starts" },
	{ "parameters", PL_OBJECT,
	  F(pl_regime_about, parameters, struct pl_regime_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
const struct pl_field pl_regime_fields[] = {
	{ "verdict", PL_STR, R(verdict, const char *),
	  "calm, unsettled or turbulent" },
	{ "score", PL_DOUBLE, R(score, double),
	  "0: surely in the calmest state, 100: surely in the wildest" },
	{ "n", PL_UINT, R(n, uint64_t), "returns" },
	{ "states_n", PL_UINT, R(states_n, uint64_t), "states" },
	{ "states", PL_LIST, R(states, struct pl_list), "calmest first", 0,
	  state_fields, sizeof(struct pl_regime_state) },
	{ "transitions", PL_LIST, R(moves, struct pl_list),
	  "from each state to each", 0, move_fields,
	  sizeof(struct pl_regime_move) },
	{ "spells", PL_LIST, R(spells, struct pl_list),
	  "along the most likely path: the latest 50, in order", 0,
	  spell_fields, sizeof(struct pl_regime_spell) },
	{ "loglik", PL_DOUBLE, R(loglik, double), "log-likelihood" },
	{ "aic", PL_DOUBLE, R(aic, double), "Akaike's criterion" },
	{ "bic", PL_DOUBLE, R(bic, double), "Schwarz's criterion" },
	{ "choices", PL_LIST, R(choices, struct pl_list),
	  "numbers of states compared; one is a normal without regimes", 0,
	  choice_fields, sizeof(struct pl_regime_choice) },
	{ "optimizer", PL_OBJECT,
	  R(optimizer, struct pl_regime_optimizer), "of the search",
	  PL_INLINE, optimizer_fields },
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
	{ "input", PL_OBJECT, R(input, struct pl_input), "what went in",
	  PL_INLINE, pl_input_fields },
	{ "model", PL_OBJECT, R(model, struct pl_regime_about),
	  "what was done with it", PL_INLINE, about_fields },
	{ "trust", PL_TRUST, R(trust, enum pl_trust), "label of the input" },
	{ "record", PL_STR, R(record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};

#define A(member, is) PL_AT(struct pl_regime_args, member, is)
static const struct pl_opt opts[] = {
	PL_INPUT_OPTS(struct pl_regime_args),
	PL_RETURNS_OPTS(struct pl_regime_args),
	{ "states", 0, PL_UINT, A(states, uint64_t), "N",
	  "how many, 2 to 4; 0: by BIC", 0, 0, "0", 0, 4 },
	{ "starts", 0, PL_UINT, A(starts, uint64_t), "N",
	  "of the search for the best likelihood", 0, 0, "8", 1, 1000 },
	{ "seed", 0, PL_UINT, A(seed, uint64_t), "N",
	  "of the random starts", 0, 0, "1" },
	{ "threads", 0, PL_UINT, A(threads, uint64_t), "N",
	  "threads, which no figure hangs on; 0: one for each processor", 0, 0,
	  "0", 0, 64 },
	PL_KEEP_OPTS(struct pl_regime_args),
	PL_SVG_OPT(struct pl_regime_args, svg),
	{ 0 },
};

#define MAKE_PRICES                                                            \
	"awk 'BEGIN { p = 100; print \"day,price\"; "                          \
	"for (i = 1; i <= 600; i++) { "                                        \
	"p *= 1 + (i % 200 < 120 ? 0.005 : 0.03) * sin(i * i); "               \
	"print i \",\" p } }' >prices.csv"
static const struct pl_example examples[] = {
	{ "which regime a market is in",
	  "plume analyze regime --csv prices.csv --time day --value price",
	  MAKE_PRICES, 0 },
	{ "three states, as JSON",
	  "plume analyze regime --csv prices.csv --value price --states 3 "
	  "--json",
	  MAKE_PRICES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_regime_args *a = opaque;
	struct pl_regime_row *row = PL_NEW(c->arena, struct pl_regime_row);

	PL_TRY(pl_regime_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_regime_fields, row, e));
	pl_keep_path(c, row->record, a->in.csv);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->input.source,
				e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_regime = {
	.path = "analyze regime",
	.summary = "tell calm from turbulent times",
	.about = "Fits a hidden Markov chain of 2 to 4 states to the returns, "
		 "each state a normal with its own mean and volatility, by "
		 "maximum likelihood (Baum-Welch) from several starts. Says "
		 "which state holds now and with what probability, how long "
		 "states last, and when they changed along the most likely "
		 "path. The number of states is chosen by BIC, which also says "
		 "when there are no regimes at all.\n\n"
		 "The verdict is plume's own: the probabilities of the states, "
		 "weighted from calmest to wildest.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_NEEDS_NETWORK |
		 PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_regime_args),
	.opts = opts,
	.fields = pl_regime_fields,
	.examples = examples,
	.text = pl_regime_text,
	.run = run,
};
