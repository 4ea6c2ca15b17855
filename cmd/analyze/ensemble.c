/* plume analyze ensemble: options, fields, examples; and the way back from a
 * record to the arguments that made it. */
#include "cmd/analyze/ensemble.h"

#include <math.h>

#include "cmd/analyze/picture.h"
#include "cmd/ctx.h"

const char *const pl_ensemble_of_words[] = { "risk", "forecast", NULL };
const char *const pl_ensemble_loss_words[] = { "pinball", "error", NULL };

/* clang-format off */
#define A(m, type) PL_AT(struct pl_ensemble_args, m, type)
static const struct pl_opt opts[] = {
	{ "of", 0, PL_ENUM, A(of, int), "WHAT",
	  "which records: those of analyze risk, or of analyze forecast", 0,
	  pl_ensemble_of_words, "risk" },
	{ "level", 0, PL_DOUBLE, A(level, const double *), "P",
	  "coverage: of risk 0.95 (default) or 0.99, of forecasts any level "
	  "they have (default: the newest's)", PL_GIVEN },
	{ "ahead", 0, PL_UINT, A(ahead, uint64_t), "N",
	  "with --of forecast: points ahead", 0, 0, "1", 1, 1000 },
	{ "loss", 0, PL_ENUM, A(loss, int), "HOW",
	  "what is measured: pinball loss of the bounds, or, of forecasts, "
	  "the absolute error of the value", 0, pl_ensemble_loss_words,
	  "pinball" },
	{ "source", 0, PL_STR, A(source, const char *), "NAME",
	  "records of this source, where there are several" },
	{ "like", 0, PL_STR, A(like, const char *), "ID",
	  "records of the series that this one is of" },
	{ "eta", 0, PL_DOUBLE, A(eta, const double *), "X",
	  "learning rate (default: sqrt(8 ln K / T))", PL_GIVEN },
	{ "csv", 0, PL_FILE, A(csv, const char *), "FILE",
	  "read what happened from this file, wherever the recorded one is" },
	PL_KEEP_OPTS(struct pl_ensemble_args),
	PL_SVG_OPT(struct pl_ensemble_args, svg),
	{ 0 },
};
#define X(m, type) PL_AT(struct pl_ensemble_expert, m, type)
static const struct pl_field expert_fields[] = {
	{ "method", PL_STR, X(method, const char *), "the model" },
	{ "weight", PL_DOUBLE, X(weight, double),
	  "exp(-eta × total) over their sum" },
	{ "forecast", PL_DOUBLE, X(value, double),
	  "its value at risk, or value, for the next time" },
	{ "lo", PL_DOUBLE, X(lo, double), "lower bound; null: of a loss" },
	{ "hi", PL_DOUBLE, X(hi, double), "upper bound" },
	{ "held", PL_DOUBLE, X(held, double),
	  "share of moments at which its bound or bounds held" },
	{ "mean_loss", PL_DOUBLE, X(mean_loss, double),
	  "held_loss + missed_loss" },
	{ "held_loss", PL_DOUBLE, X(held_loss, double),
	  "the part of moments at which it held: of being too careful" },
	{ "missed_loss", PL_DOUBLE, X(missed_loss, double),
	  "the part of the others: of being surprised" },
	{ "total", PL_DOUBLE, X(total, double),
	  "sum of what it lost more than the best of each moment, in units" },
	{ "back_in", PL_UINT, X(back_in, uint64_t),
	  "moments it takes at least before it can have the greatest weight: "
	  "each moves a total by one unit at most" },
	{ "why", PL_STR, X(why, const char *), "in words" },
	{ "losses", PL_LIST, X(losses, struct pl_list),
	  "its loss at each moment", PL_WIDE, NULL, sizeof(double),
	  PL_DOUBLE },
	{ 0 },
};
#define M(m, type) PL_AT(struct pl_ensemble_moment, m, type)
static const struct pl_field moment_fields[] = {
	{ "at", PL_UINT, M(at, uint64_t), "points of the series before it" },
	{ "time", PL_STR, M(time, const char *), "of the point that came" },
	{ "actual", PL_DOUBLE, M(actual, double),
	  "the loss, or the value, that came" },
	{ "forecast", PL_DOUBLE, M(value, double),
	  "the ensemble's, with the weights known before" },
	{ "loss", PL_DOUBLE, M(loss, double), "what that lost" },
	{ 0 },
};
static const struct pl_field test_fields[] = {
	{ "second", PL_STR,
	  PL_AT(struct pl_ensemble_test, second, const char *),
	  "the model of the second greatest weight" },
	{ "t", PL_DOUBLE, PL_AT(struct pl_ensemble_test, t, double),
	  "Diebold-Mariano with a HAC error; positive: the leader is better" },
	{ "p", PL_DOUBLE, PL_AT(struct pl_ensemble_test, p, double),
	  "two-sided" },
	{ 0 },
};
#define P(m, type) PL_AT(struct pl_ensemble_parameters, m, type)
static const struct pl_field parameter_fields[] = {
	{ "of", PL_STR, P(of, const char *), "risk or forecast" },
	{ "loss", PL_STR, P(loss, const char *), "pinball or error" },
	{ "level", PL_DOUBLE, P(level, double), "coverage" },
	{ "ahead", PL_UINT, P(ahead, uint64_t), "points" },
	{ "eta", PL_DOUBLE, P(eta, const double *),
	  "as asked for; null: by the number of moments", PL_NULLABLE },
	{ "returns", PL_STR, P(returns, const char *),
	  "how the records make losses; null: of forecasts" },
	{ "percent", PL_FLAG, P(percent, bool), "losses in per cent" },
	{ "losses", PL_FLAG, P(losses, bool), "the series is of losses" },
	{ 0 },
};
static const struct pl_field model_fields[] = {
	{ "name", PL_STR, PL_AT(struct pl_ensemble_model, name, const char *),
	  "the model" },
	{ "version", PL_UINT,
	  PL_AT(struct pl_ensemble_model, version, uint64_t),
	  "raised when the same input gives other figures" },
	{ "seed", PL_STR, PL_AT(struct pl_ensemble_model, seed, const char *),
	  "null: nothing is random" },
	{ "parameters", PL_OBJECT,
	  PL_AT(struct pl_ensemble_model, parameters,
		struct pl_ensemble_parameters),
	  "everything that was chosen", PL_INLINE, parameter_fields },
	{ 0 },
};
#define R(m, type) PL_AT(struct pl_ensemble_row, m, type)
const struct pl_field pl_ensemble_fields[] = {
	{ "verdict", PL_STR, R(verdict, const char *),
	  "who leads: a model's name, or even" },
	{ "score", PL_DOUBLE, R(score, double),
	  "the lead: logarithm of the greatest weight over the second" },
	{ "of", PL_STR, R(of, const char *), "risk or forecast" },
	{ "source", PL_STR, R(source, const char *), "of the series" },
	{ "level", PL_DOUBLE, R(level, double), "coverage" },
	{ "known", PL_UINT, R(known, uint64_t),
	  "points of the series the newest records knew: what is forecast "
	  "comes after them" },
	{ "ahead", PL_UINT, R(ahead, uint64_t), "points after those" },
	{ "time", PL_STR, R(time, const char *),
	  "for when, by the records' calendar; null: of a loss" },
	{ "value", PL_DOUBLE, R(value, double),
	  "weighted value at risk, or value, in the records' unit" },
	{ "lo", PL_DOUBLE, R(lo, double),
	  "weighted lower bound; null: of a loss" },
	{ "hi", PL_DOUBLE, R(hi, double), "weighted upper bound" },
	{ "equal_weights", PL_DOUBLE, R(equal, double),
	  "the value with equal weights" },
	{ "moments", PL_UINT, R(moments, uint64_t),
	  "at which every model was judged" },
	{ "few", PL_FLAG, R(few, bool),
	  "fewer than 20: the weights are nearly equal and mean little" },
	{ "best", PL_STR, R(best, const char *),
	  "the model with the least loss so far" },
	{ "best_loss", PL_DOUBLE, R(best_loss, double), "its mean loss" },
	{ "ensemble_loss", PL_DOUBLE, R(mean_loss, double),
	  "that of the ensemble, weighted at each moment by what was lost "
	  "before it" },
	{ "equal_loss", PL_DOUBLE, R(equal_loss, double),
	  "that of equal weights throughout" },
	{ "regret", PL_DOUBLE, R(regret, double),
	  "the ensemble's less the best one's; below 0: better than any" },
	{ "regret_bound", PL_DOUBLE, R(bound, double),
	  "what it cannot be greater than, whatever comes: "
	  "unit × (ln K / eta + eta × T / 8) / T" },
	{ "eta", PL_DOUBLE, R(eta, double), "learning rate" },
	{ "unit", PL_DOUBLE, R(unit, double),
	  "the greatest difference of two losses of one moment" },
	{ "against_second", PL_OBJECT, R(test, struct pl_ensemble_test),
	  "is the leader any better", PL_INLINE, test_fields },
	{ "experts", PL_LIST, R(experts, struct pl_list),
	  "each model, its weight and why", 0, expert_fields,
	  sizeof(struct pl_ensemble_expert) },
	{ "realised", PL_LIST, R(realised, struct pl_list),
	  "what came at each moment", 0, moment_fields,
	  sizeof(struct pl_ensemble_moment) },
	{ "score_base", PL_DOUBLE, R(score_base, double),
	  "what the score begins with" },
	{ "contributions", PL_LIST, R(contributions, struct pl_list),
	  "what gave the leader its lead", 0, pl_contribution_fields,
	  sizeof(struct pl_feature) },
	{ "counterfactual", PL_OBJECT,
	  R(counterfactual, const struct pl_flip *),
	  "the smallest change that gives another verdict", 0,
	  pl_counterfactual_fields },
	{ "flags", PL_LIST, R(flags, struct pl_list),
	  "what to know before believing the figures", 0, pl_flag_fields,
	  sizeof(struct pl_flag) },
	{ "model", PL_OBJECT, R(model, struct pl_ensemble_model),
	  "what computed this", PL_INLINE, model_fields },
	{ "input", PL_OBJECT, R(input, struct pl_input),
	  "where what came is read", PL_INLINE, pl_input_fields },
	{ "records", PL_LIST, R(records, struct pl_list),
	  "ids of the records whose forecasts were judged or joined", 0, NULL,
	  sizeof(const char *), PL_STR },
	{ "trust", PL_TRUST, R(trust, enum pl_trust),
	  "weakest label of what happened" },
	{ "record", PL_STR, R(record, const char *),
	  "id of the decision record; null: not kept" },
	{ 0 },
};
#define SERIES                                                                 \
	"awk 'BEGIN { p = 100; print \"day,price\"; for (i = 1; i <= 160; "    \
	"i++) { p *= 1 + 0.02 * sin(i * i); print i \",\" p } }' >all.csv; "   \
	"plume asset init; "
#define LOSSES                                                                 \
	SERIES "for i in $(seq 130 155); do head -n $i all.csv >prices.csv; "  \
	"plume analyze risk --csv prices.csv --value price --record -q; "      \
	"done; cp all.csv prices.csv"
#define VALUES                                                                 \
	SERIES "for i in $(seq 150 155); do head -n $i all.csv >prices.csv; "  \
	"for m in naive ets; do plume analyze forecast --csv prices.csv "      \
	"--value price --horizon 1 --method $m --record -q; done; done; "      \
	"cp all.csv prices.csv"
static const struct pl_example examples[] = {
	{ "which models of risk deserve belief, by their record",
	  "plume analyze ensemble", LOSSES, 0 },
	{ "the same of forecasts, kept as a record itself",
	  "plume analyze ensemble --of forecast --record", VALUES, 0 },
	{ 0 },
};
/* clang-format on */

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct pl_ensemble_args *a = opaque;
	struct pl_ensemble_row *row = PL_NEW(c->arena, struct pl_ensemble_row);

	PL_TRY(pl_ensemble_run(c, row, a, e));
	PL_TRY(pl_require(c, row->trust, e));
	PL_TRY(pl_keep(c, &row->record, &a->keep, pl_ensemble_fields, row, e));
	pl_keep_path(c, row->record, row->path);
	PL_TRY(pl_picture_write(c, a->svg, row->pictures, row->source, e));
	return pl_out_row(c->out, row, e);
}

const struct pl_cmd cmd_analyze_ensemble = {
	.path = "analyze ensemble",
	.summary = "weight models by how right they were",
	.about =
		"Takes what each model said in the records of `analyze risk` "
		"(the value at risk) or `analyze forecast` (value and bounds, "
		"by method: --of forecast), holds it against what came "
		"(`record score` does so for one model at a time), and weights "
		"the models exponentially by their loss: a model that "
		"is wrong loses weight, one that is right gains it, as records "
		"are added. The newest record's forecasts are then joined with "
		"these weights.\n\n"
		"Why a model has its weight is said in two parts that add up: "
		"what it lost where its bounds held, by being too careful, and "
		"what it lost where they did not. What the ensemble itself "
		"would have lost is said too, with at each moment only the "
		"losses that were known before it, and the bound that its "
		"regret cannot pass; learning rate and unit are those of the "
		"whole record.\n\n"
		"--record keeps it: the ids of the records it stands on and "
		"what came are inside, `record replay` does it again from "
		"those records alone, and `record score` judges it as it "
		"judges any model. --watch does it again as records and data "
		"come.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct pl_ensemble_args),
	.opts = opts,
	.fields = pl_ensemble_fields,
	.examples = examples,
	.text = pl_ensemble_text,
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

static enum pl_rc ids_of(struct pl_arena *a, struct pl_strs *out,
			 const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *v;
	size_t n;

	PL_TRY(pl_json_need(&v, record, "records", PL_J_ARRAY, e));
	n = pl_json_len(v);
	out->v = PL_NEW_N(a, const char *, n);
	out->n = n;
	for (size_t i = 0; i < n; i++) {
		out->v[i] = pl_json_str(pl_json_at(v, i));
		if (!out->v[i] || strlen(out->v[i]) != 64)
			return pl_fail(e, PL_EFORMAT,
				       "records: no id of a record");
		if (i && strcmp(out->v[i - 1], out->v[i]) >= 0)
			return pl_fail(e, PL_EFORMAT,
				       "records: not in order, each once");
	}
	return PL_OK;
}

static enum pl_rc pins_of(struct pl_arena *a, struct pl_ensemble_args *out,
			  const struct pl_json *record, struct pl_err *e)
{
	struct pl_input_args in = { 0 };

	/* a file's name is of no matter here, nor that it is a stream's */
	PL_TRY(pl_input_args_of(a, &in, record, out->csv, e));
	out->pin_first = in.pin_first;
	out->pin_last = in.pin_last;
	return PL_OK;
}

enum pl_rc pl_ensemble_args_of(struct pl_arena *a, struct pl_ensemble_args *out,
			       const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(record, "model"), "parameters");
	double *v = PL_NEW_N(a, double, 2);

	PL_TRY(index_of(&out->of, pl_ensemble_of_words, p, "of", e));
	PL_TRY(index_of(&out->loss, pl_ensemble_loss_words, p, "loss", e));
	PL_TRY(pl_json_num(&v[0], pl_json_get(p, "level"), e));
	PL_TRY(pl_json_u64(&out->ahead, pl_json_get(p, "ahead"), e));
	out->level = &v[0];
	if (!pl_json_is_null(pl_json_get(p, "eta"))) {
		PL_TRY(pl_json_num(&v[1], pl_json_get(p, "eta"), e));
		out->eta = &v[1];
	}
	PL_TRY(pins_of(a, out, record, e));
	return ids_of(a, &out->ids, record, e);
}
