/* From a record of plume analyze risk back to the arguments that made it. */
#include "cmd/analyze/risk.h"

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
	const struct pl_json *maxima = pl_json_get(p, "maxima");
	const char *garch;
	const int *kind;
	double *threshold;

	PL_TRY(pl_json_need_str(&garch, p, "garch", e));
	PL_TRY(index_of(a, &kind, pl_vol_words, garch, e));
	out->garch = *kind;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		PL_TRY(pl_json_u64(whole[i].to, pl_json_get(p, whole[i].key),
				   e));
	if (maxima) /* came in with version 5 */
		PL_TRY(pl_json_u64(&out->maxima, maxima, e));
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
