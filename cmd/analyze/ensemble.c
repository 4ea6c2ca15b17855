/* Models weighted by how right they were. */
#include <inttypes.h>
#include <math.h>

#include "analytics/score.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/say.h"
#include "cmd/ctx.h"
#include "cmd/record/outcome.h"

#define MAX_EXPERTS 32
#define ENOUGH 20 /* moments judged, before the weights mean much */

struct args {
	const char *csv, *source, *svg;
	double level;
	const double *eta;
};

struct expert {
	const char *method;
	const char *why; /* in words */
	double weight, total, mean_loss, held, forecast;
	uint64_t n;
};

struct row {
	const char *verdict, *source, *record;
	double level, value, equal;
	double eta, regret, mean_loss, best_loss;
	uint64_t moments;
	const char *best;
	struct pl_list experts;
	bool few;
	enum pl_trust trust;
	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ "level", 0, PL_DOUBLE, PL_AT(struct args, level, double), "P",
	  "coverage of the value at risk: 0.95 or 0.99", 0, 0, "0.95" },
	{ "source", 0, PL_STR, PL_AT(struct args, source, const char *),
	  "NAME", "records of this source, where there are several" },
	{ "eta", 0, PL_DOUBLE, PL_AT(struct args, eta, const double *), "X",
	  "learning rate (default: sqrt(8 ln K / T))", PL_GIVEN },
	{ "csv", 0, PL_FILE, PL_AT(struct args, csv, const char *), "FILE",
	  "read what happened from this file, wherever the recorded one is" },
	PL_SVG_OPT(struct args, svg),
	{ 0 },
};
#define X(m, type) PL_AT(struct expert, m, type)
static const struct pl_field expert_fields[] = {
	{ "method", PL_STR, X(method, const char *), "the model" },
	{ "weight", PL_DOUBLE, X(weight, double),
	  "exp(-eta × total) over their sum" },
	{ "forecast", PL_DOUBLE, X(forecast, double),
	  "its value at risk for the next period" },
	{ "n", PL_UINT, X(n, uint64_t), "moments it was judged at" },
	{ "held", PL_DOUBLE, X(held, double), "share of losses not beyond it" },
	{ "mean_pinball", PL_DOUBLE, X(mean_loss, double),
	  "mean pinball loss" },
	{ "total", PL_DOUBLE, X(total, double),
	  "sum of what it lost more than the best of each moment, in units "
	  "of the greatest such difference" },
	{ "why", PL_STR, X(why, const char *), "in words" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ "verdict", PL_STR, R(verdict, const char *),
	  "who leads: a model's name, or even" },
	{ "source", PL_STR, R(source, const char *), "of the series" },
	{ "level", PL_DOUBLE, R(level, double), "coverage" },
	{ "value", PL_DOUBLE, R(value, double),
	  "weighted value at risk of the next period, in the records' unit" },
	{ "equal_weights", PL_DOUBLE, R(equal, double),
	  "the same with equal weights" },
	{ "moments", PL_UINT, R(moments, uint64_t),
	  "at which every model was judged" },
	{ "few", PL_FLAG, R(few, bool),
	  "fewer than 20: the weights are nearly equal and mean little" },
	{ "best", PL_STR, R(best, const char *),
	  "the model with the least loss so far" },
	{ "best_pinball", PL_DOUBLE, R(best_loss, double),
	  "its mean pinball loss" },
	{ "ensemble_pinball", PL_DOUBLE, R(mean_loss, double),
	  "that of the ensemble, weighted at each moment by what was known "
	  "before it" },
	{ "regret", PL_DOUBLE, R(regret, double),
	  "the ensemble's less the best one's; below 0: better than any" },
	{ "eta", PL_DOUBLE, R(eta, double), "learning rate" },
	{ "experts", PL_LIST, R(experts, struct pl_list),
	  "each model, its weight and why", 0, expert_fields,
	  sizeof(struct expert) },
	{ "newest", PL_STR, R(record, const char *),
	  "the record whose forecasts are weighted" },
	{ "trust", PL_TRUST, R(trust, enum pl_trust),
	  "weakest label of what happened" },
	{ 0 },
};
#define FORECASTS                                                              \
	"awk 'BEGIN { p = 100; print \"day,price\"; for (i = 1; i <= 160; "    \
	"i++) { p *= 1 + 0.02 * sin(i * i); print i \",\" p } }' >all.csv; "   \
	"plume asset init; for i in $(seq 130 155); do head -n $i all.csv "    \
	">prices.csv; plume analyze risk --csv prices.csv --value price "      \
	"--record -q; done; cp all.csv prices.csv"
static const struct pl_example examples[] = {
	{ "which models of risk deserve belief, by their record",
	  "plume analyze ensemble", FORECASTS, 0 },
	{ 0 },
};
/* clang-format on */

struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_outcomes o;
	const struct pl_record *newest;
	uint64_t newest_n;
	const char *source;
	const struct pl_outcome *of[MAX_EXPERTS]; /* each expert's, by time */
	size_t len[MAX_EXPERTS];
	struct expert x[MAX_EXPERTS];
	size_t k;
	double *loss;                     /* moments × k */
	const struct pl_outcome **judged; /* likewise */
	size_t moments;
	double *history; /* moments × k: weights after each */
	struct row row;
};

/* ------------------------------------------------------------------- records
 */

/* The forecasts of one source alone; the newest of its records is weighted. */
static enum pl_rc note(struct job *j, const struct pl_record *r,
		       struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(r->doc, "input");
	const char *command = pl_json_str(pl_json_get(r->doc, "command"));
	const char *source;
	struct pl_record *keep;
	uint64_t n;

	if (strcmp(command, "analyze risk") != 0)
		return PL_OK;
	PL_TRY(pl_json_need_str(&source, in, "source", e));
	PL_TRY(pl_json_u64(&n, pl_json_get(in, "n"), e));
	if (j->a->source && strcmp(j->a->source, source) != 0)
		return PL_OK;
	if (j->source && strcmp(j->source, source) != 0) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the records are of several sources: %.60s, "
			      "%.60s",
			      j->source, source);
		return pl_hint(e, "--source NAME says which");
	}
	j->source = source;
	if (!j->newest || n >= j->newest_n) {
		keep = PL_NEW(j->c->arena, struct pl_record);
		*keep = *r;
		j->newest = keep;
		j->newest_n = n;
	}
	return pl_outcomes_add(j->c, &j->o, r, j->a->csv, e);
}

static enum pl_rc gather(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_hash32 *ids;
	struct pl_record r;
	const char *dir;
	size_t n;

	PL_TRY(pl_ctx_records_dir(j->c, &dir, e));
	PL_TRY(pl_record_list(a, &ids, &n, dir, e));
	for (size_t i = 0; i < n; i++) {
		PL_TRY(pl_record_load(a, &r, dir, &ids[i], e));
		PL_TRY(note(j, &r, e));
	}
	pl_outcomes_sort(&j->o);
	if (j->newest)
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "no records of `analyze risk` in %s",
		      dir);
	return pl_hint(e, "plume analyze risk … --record, time after time, or "
			  "--watch");
}

/* ------------------------------------------------------------------- experts
 */

/* Whoever says something about the next period now takes part. */
static enum pl_rc experts(struct job *j, struct pl_err *e)
{
	const char *key = j->a->level > .97 ? "p99" : "p95";
	const struct pl_json *var =
		pl_json_get(pl_json_get(j->newest->doc, "result"), "var");

	for (size_t i = 0, end; i < j->o.n; i = end) {
		const struct pl_outcome *v = &j->o.v[i];
		struct pl_err ignored;
		double now;

		end = i + 1;
		while (end < j->o.n && pl_outcome_same(v, &j->o.v[end]))
			end++;
		if (v->kind != PL_OUT_QUANTILE ||
		    fabs(v->level - j->a->level) > 1e-9 ||
		    j->k == MAX_EXPERTS ||
		    pl_json_num(&now,
				pl_json_get(pl_json_get(var, v->method), key),
				&ignored))
			continue;
		j->of[j->k] = v;
		j->len[j->k] = end - i;
		j->x[j->k++] =
			(struct expert){ .method = v->method, .forecast = now };
	}
	if (j->k > 1)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "an ensemble takes two models or more whose forecasts "
		       "came due: there are %zu",
		       j->k);
}

static const struct pl_outcome *at_moment(const struct job *j, size_t k,
					  uint64_t at)
{
	for (size_t i = 0; i < j->len[k]; i++) {
		if (j->of[k][i].at == at)
			return &j->of[k][i];
	}
	return NULL;
}

/* Models are compared at the moments at which all of them spoke. */
static enum pl_rc compare(struct job *j, struct pl_err *e)
{
	size_t most = j->len[0];

	j->loss = PL_NEW_N(j->c->arena, double, most * j->k);
	j->judged =
		PL_NEW_N(j->c->arena, const struct pl_outcome *, most * j->k);
	for (size_t i = 0; i < most; i++) {
		size_t row = j->moments * j->k, have = 0;

		for (size_t k = 0; k < j->k; k++) {
			const struct pl_outcome *o =
				at_moment(j, k, j->of[0][i].at);

			if (!o)
				break;
			j->judged[row + k] = o;
			j->loss[row + k] = pl_outcome_loss(o);
			have++;
		}
		j->moments += have == j->k;
	}
	if (j->moments)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "there is no moment at which all models were judged");
}

/* --------------------------------------------------------------------- weights
 */

/* What the ensemble would have lost, had it stood at each moment with the
 * weights that were known before. */
static enum pl_rc back(struct job *j, struct pl_err *e)
{
	double w[MAX_EXPERTS], sum = 0;

	j->history = PL_NEW_N(j->c->arena, double, j->moments * j->k);
	for (size_t t = 0; t < j->moments; t++) {
		const struct pl_outcome *const *o = &j->judged[t * j->k];
		double q = 0, eta = j->row.eta;

		if (t)
			PL_TRY(pl_exp_weights(w, NULL, &eta, j->loss, t, j->k,
					      e));
		for (size_t k = 0; t && k < j->k; k++)
			j->history[(t - 1) * j->k + k] = w[k];
		for (size_t k = 0; k < j->k; k++)
			q += (t ? w[k] : 1 / (double)j->k) * o[k]->value;
		sum += pl_pinball(o[0]->actual, q, j->a->level);
	}
	j->row.mean_loss = sum / (double)j->moments;
	return PL_OK;
}

static const char *explain(const struct job *j, const struct expert *x,
			   const struct expert *best)
{
	struct pl_arena *a = j->c->arena;

	if (x == best)
		return pl_printf(a, "least loss of all over %zu moments",
				 j->moments);
	return pl_printf(a,
			 "lost %.3g times what %s lost: its weight is %.3g of "
			 "that one's",
			 best->mean_loss > 0 ? x->mean_loss / best->mean_loss
					     : INFINITY,
			 best->method, x->weight / best->weight);
}

static void judge(struct job *j, const double *w, const double *total)
{
	struct expert *best = &j->x[0], *top = &j->x[0];
	double n = (double)j->moments;

	for (size_t k = 0; k < j->k; k++) {
		struct expert *x = &j->x[k];

		x->weight = w[k];
		x->total = total[k];
		x->n = j->moments;
		for (size_t t = 0; t < j->moments; t++) {
			x->mean_loss += j->loss[t * j->k + k] / n;
			x->held += pl_outcome_held(j->judged[t * j->k + k]) / n;
		}
		j->row.value += w[k] * x->forecast;
		j->row.equal += x->forecast / (double)j->k;
		best = x->mean_loss < best->mean_loss ? x : best;
		top = x->weight > top->weight ? x : top;
	}
	for (size_t k = 0; k < j->k; k++)
		j->x[k].why = explain(j, &j->x[k], best);
	j->row.best = best->method;
	j->row.best_loss = best->mean_loss;
	j->row.regret = j->row.mean_loss - best->mean_loss;
	j->row.verdict =
		top->weight > 1.5 / (double)j->k ? top->method : "even";
}

static void draw(struct job *j)
{
	const char **name = PL_NEW_N(j->c->arena, const char *, j->k);
	const struct pl_ensemble_view v = {
		.source = j->source,
		.name = name,
		.k = j->k,
		.moments = j->moments,
		.weight = j->history,
		.left = "first moment judged",
		.right = "last",
	};

	for (size_t k = 0; k < j->k; k++)
		name[k] = j->x[k].method;
	j->row.pictures = pl_ensemble_pictures(j->c, &v);
}

static enum pl_rc weigh(struct job *j, struct pl_err *e)
{
	double w[MAX_EXPERTS], total[MAX_EXPERTS];

	j->row.eta = j->a->eta ? *j->a->eta : 0;
	PL_TRY(pl_exp_weights(w, total, &j->row.eta, j->loss, j->moments, j->k,
			      e));
	PL_TRY(back(j, e));
	judge(j, w, total);
	for (size_t k = 0; k < j->k; k++)
		j->history[(j->moments - 1) * j->k + k] = w[k];
	draw(j);
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);

	j->c = c;
	j->a = opaque;
	if (fabs(j->a->level - .95) > 1e-9 && fabs(j->a->level - .99) > 1e-9)
		return pl_fail(e, PL_EUSAGE,
			       "--level is 0.95 or 0.99, as the records have "
			       "them");
	if (j->a->eta && !(*j->a->eta > 0 && isfinite(*j->a->eta)))
		return pl_fail(e, PL_EUSAGE, "--eta is greater than 0");
	PL_TRY(gather(j, e));
	PL_TRY(experts(j, e));
	PL_TRY(compare(j, e));
	PL_TRY(weigh(j, e));
	j->row.source = j->source;
	j->row.level = j->a->level;
	j->row.moments = j->moments;
	j->row.few = j->moments < ENOUGH;
	j->row.experts = (struct pl_list){ j->x, j->k };
	j->row.record = pl_record_name(c->arena, &j->newest->id);
	j->row.trust = j->o.trust;
	j->row.arena = c->arena;
	PL_TRY(pl_picture_write(c, j->a->svg, j->row.pictures, j->source, e));
	return pl_out_row(c->out, &j->row, e);
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct expert *x = r->experts.v;
	FILE *f = pl_out_file(o);
	struct pl_say s;

	if (!strcmp(r->verdict, "even"))
		(void)fprintf(f, "No model leads by far.\n");
	else
		(void)fprintf(f, "%s leads.\n",
			      pl_out_safe(r->arena, r->verdict));
	(void)fprintf(f,
		      "Weighted value at risk of the next period, %.4g %%: "
		      "%.6g (equal weights: %.6g).\n"
		      "Over %" PRIu64 " moments the ensemble lost %.6g on "
		      "average, the best model (%s) %.6g.\n%s\n"
		      "%-16s %8s %12s %8s %12s\n",
		      100 * r->level, r->value, r->equal, r->moments,
		      r->mean_loss, pl_out_safe(r->arena, r->best),
		      r->best_loss,
		      r->few ? "Note: that is too few for the weights to mean "
			       "much.\n"
			     : "",
		      "Model", "weight", "forecast", "held", "mean loss");
	for (size_t i = 0; i < r->experts.n; i++)
		(void)fprintf(f, "%-16s %8.4f %12.6g %6.1f %% %12.6g\n  %s\n",
			      pl_out_safe(r->arena, x[i].method), x[i].weight,
			      x[i].forecast, 100 * x[i].held, x[i].mean_loss,
			      pl_out_safe(r->arena, x[i].why));
	pl_say_init(&s, r->arena, o);
	pl_say_pictures(&s, r->pictures);
	pl_buf_fmt(&s.b, "\nTrust   %s\nNewest  %s\n", pl_trust_name(r->trust),
		   r->record);
	return pl_say_end(&s, o, e);
}

const struct pl_cmd cmd_analyze_ensemble = {
	.path = "analyze ensemble",
	.summary = "weight models of risk by how right they were",
	.about =
		"Takes the value at risk that each model gave in the records "
		"of `analyze risk`, holds it against the losses that came "
		"(`record score` does so for one model at a time), and weights "
		"the models exponentially by their pinball loss: a model that "
		"is wrong loses weight, one that is right gains it, as records "
		"are added. The newest record's forecasts are then joined with "
		"these weights.\n\n"
		"What the ensemble itself would have lost is said too, with at "
		"each moment only the weights that were known before it.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
