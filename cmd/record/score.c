/* Were they right?  Past forecasts against what happened. */
#include <inttypes.h>
#include <math.h>

#include "analytics/score.h"
#include "cmd/ctx.h"
#include "cmd/record/outcome.h"

#define ENOUGH 20       /* forecasts, for a judgement */
#define SIGNIFICANT .05 /* of the test of the promise */
#define CONFIDENCE .95

struct args {
	struct pl_strs ids;
	const char *csv;
};

struct row {
	const char *verdict, *source, *of, *command, *method, *what;
	double promised;
	uint64_t ahead, n, held, independent;
	double rate, lo, hi, p, loss, error;
	enum pl_trust trust;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ "id", 0, PL_STR, PL_AT(struct args, ids, struct pl_strs), "ID",
	  "records, by their ids' first digits; without any, all",
	  PL_POSITIONAL | PL_MANY },
	{ "csv", 0, PL_FILE, PL_AT(struct args, csv, const char *), "FILE",
	  "read what happened from this file, wherever the recorded one is" },
	{ 0 },
};
#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ "verdict", PL_STR, R(verdict, const char *),
	  "kept its promise, too bold, too careful, too few to say" },
	{ "source", PL_STR, R(source, const char *), "of the series" },
	{ "of", PL_STR, R(of, const char *),
	  "which of its series: the column, or the measure and bar" },
	{ "command", PL_STR, R(command, const char *), "what forecast" },
	{ "method", PL_STR, R(method, const char *), "and by which model" },
	{ "what", PL_STR, R(what, const char *),
	  "loss (a value at risk), interval or direction" },
	{ "ahead", PL_UINT, R(ahead, uint64_t), "periods" },
	{ "promised", PL_DOUBLE, R(promised, double),
	  "share that should hold; of directions the share of a coin" },
	{ "rate", PL_DOUBLE, R(rate, double), "share that did hold" },
	{ "lo", PL_DOUBLE, R(lo, double),
	  "lower bound of that share, 95 % (Clopper and Pearson)" },
	{ "hi", PL_DOUBLE, R(hi, double), "upper bound" },
	{ "n", PL_UINT, R(n, uint64_t), "forecasts whose time has come" },
	{ "held", PL_UINT, R(held, uint64_t), "of them that held" },
	{ "independent", PL_UINT, R(independent, uint64_t),
	  "of the n, those that do not overlap: forecasts further ahead than "
	  "a point that were made point after point share most of what came. "
	  "Bounds and test count so many, at the same share" },
	{ "p", PL_DOUBLE, R(p, double),
	  "two-sided exact binomial test of the promise" },
	{ "pinball", PL_DOUBLE, R(loss, double),
	  "mean pinball loss, in the unit forecast: what tells two models that "
	  "both keep their promise apart; of directions the share missed" },
	{ "error", PL_DOUBLE, R(error, double),
	  "mean absolute error of the value; null: a loss, a direction" },
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
	{ "was the value at risk of the last weeks right?",
	  "plume record score", FORECASTS, 0 },
	{ 0 },
};
/* clang-format on */

static const char *const whats[] = { "loss", "interval", "direction" };

/* Of directions the coin is the measure: better is no fault. */
static const char *judge(const struct row *r, enum pl_outcome_kind kind)
{
	if (r->independent < ENOUGH)
		return "too few to say";
	if (kind == PL_OUT_DIRECTION)
		return r->p < SIGNIFICANT && r->rate > .5 ? "better than a coin"
		       : r->p < SIGNIFICANT               ? "worse than a coin"
					    : "no better than a coin";
	if (!(r->p < SIGNIFICANT))
		return "kept its promise";
	return r->rate < r->promised ? "too bold" : "too careful";
}

/* How many of them, in the order of time, lie a horizon apart. */
static uint64_t apart(const struct pl_outcome *v, size_t n)
{
	uint64_t count = 1, last = v->at;

	for (size_t i = 1; i < n; i++) {
		if (v[i].at - last < v->ahead)
			continue;
		last = v[i].at;
		count++;
	}
	return count;
}

static enum pl_rc group(struct pl_ctx *c, const struct pl_outcome *v, size_t n,
			enum pl_trust trust, struct pl_err *e)
{
	struct row r = { .source = v->source,
			 .of = v->of,
			 .command = v->command,
			 .method = v->method,
			 .what = whats[v->kind],
			 .promised = v->level,
			 .ahead = v->ahead,
			 .n = n,
			 .error = NAN,
			 .trust = trust };
	struct pl_rate rate;
	uint64_t hits;
	double error = 0;

	for (size_t i = 0; i < n; i++) {
		r.held += pl_outcome_held(&v[i]);
		r.loss += pl_outcome_loss(&v[i]);
		error += fabs(v[i].actual - v[i].value);
	}
	r.loss /= (double)n;
	if (v->kind == PL_OUT_INTERVAL)
		r.error = error / (double)n;
	r.independent = apart(v, n);
	r.rate = (double)r.held / (double)n;
	hits = (uint64_t)(r.rate * (double)r.independent + .5);
	PL_TRY(pl_rate(&rate, hits, r.independent, CONFIDENCE, e));
	r.lo = fmin(rate.lo, r.rate);
	r.hi = fmax(rate.hi, r.rate);
	r.p = pl_rate_p(hits, r.independent, v->level);
	r.verdict = judge(&r, v->kind);
	return pl_out_row(c->out, &r, e);
}

static enum pl_rc look_at(struct pl_ctx *c, struct pl_outcomes *o,
			  const char *dir, const struct pl_hash32 *id,
			  const char *csv, struct pl_err *e)
{
	struct pl_record *r = PL_NEW(c->arena, struct pl_record);

	PL_TRY(pl_record_load(c->arena, r, dir, id, e));
	return pl_outcomes_add(c, o, r, csv, e);
}

static enum pl_rc gather(struct pl_ctx *c, struct pl_outcomes *o,
			 const struct args *a, struct pl_err *e)
{
	struct pl_hash32 *ids, id;
	const char *dir;
	size_t n;

	PL_TRY(pl_ctx_records_dir(c, &dir, e));
	for (size_t i = 0; i < a->ids.n; i++) {
		PL_TRY(pl_record_find(c->arena, &id, dir, a->ids.v[i], e));
		PL_TRY(look_at(c, o, dir, &id, a->csv, e));
	}
	if (a->ids.n)
		return PL_OK;
	PL_TRY(pl_record_list(c->arena, &ids, &n, dir, e));
	for (size_t i = 0; i < n; i++)
		PL_TRY(look_at(c, o, dir, &ids[i], a->csv, e));
	return PL_OK;
}

static void tell(struct pl_ctx *c, const struct pl_outcomes *o)
{
	pl_say(c,
	       "%" PRIu64 " records that forecast; %" PRIu64
	       " forecasts wait for their time",
	       o->records, o->waiting);
	if (o->missing)
		pl_say(c,
		       "%" PRIu64 " forecasts are of times that have no value",
		       o->missing);
	if (o->revised)
		pl_say(c,
		       "%" PRIu64 " records are left out: the past of their "
		       "series is no longer the same (of bars: the last one "
		       "was not over; --whole-bars leaves it out)",
		       o->revised);
	if (o->gone)
		pl_say(c,
		       "%" PRIu64 " records are left out: their source is "
		       "gone",
		       o->gone);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct pl_outcomes o = { 0 };

	PL_TRY(gather(c, &o, opaque, e));
	pl_outcomes_sort(&o);
	tell(c, &o);
	for (size_t i = 0, end; i < o.n; i = end) {
		end = i + 1;
		while (end < o.n && pl_outcome_same(&o.v[i], &o.v[end]))
			end++;
		PL_TRY(group(c, &o.v[i], end - i, o.trust, e));
	}
	return PL_OK;
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);

	(void)e;
	(void)fprintf(
		pl_out_file(o),
		"%s %s of %s (%s), %" PRIu64 " ahead: %s\n"
		"  promised %.4g %%, held %.4g %% (%" PRIu64 " of %" PRIu64
		"%s)\n"
		"  95 %% interval %.4g to %.4g %%%s; mean loss %.6g\n",
		pl_out_safe(a, r->method), r->what, pl_out_safe(a, r->source),
		pl_out_safe(a, r->of), r->ahead, r->verdict, 100 * r->promised,
		100 * r->rate, r->held, r->n,
		r->independent < r->n
			? pl_printf(a, ", %" PRIu64 " that do not overlap",
				    r->independent)
			: "",
		100 * r->lo, 100 * r->hi,
		isfinite(r->p) ? pl_printf(a, ", p %.3g", r->p) : "", r->loss);
	return PL_OK;
}

const struct pl_cmd cmd_record_score = {
	.path = "record score",
	.summary = "measure past forecasts against what happened",
	.about = "Every record of `analyze risk` says which loss the next "
		 "period should not pass, one of `analyze forecast` between "
		 "which bounds the next values should lie, one of `analyze "
		 "trend` where the next value should go, one of `analyze "
		 "ensemble` what its models joined say. This reads each "
		 "record's source again as it is now, checks that its past is "
		 "the recorded one to the bit, and compares: how often the "
		 "promise held, with an interval and an exact test, and the "
		 "pinball loss.\n\n"
		 "`analyze … --record` time after time makes such records.",
	.needs = PL_NEEDS_CONFIG | PL_NEEDS_STORE,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
