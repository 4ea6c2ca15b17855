#include "cmd/record/outcome.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analytics/score.h"
#include "cmd/analyze/again.h"
#include "cmd/analyze/input.h"
#include "codec/jcs.h"

/* A record beside its series as that is now. */
struct look {
	struct pl_ctx *c;
	struct pl_outcomes *o;
	const struct pl_json *doc;
	const struct pl_input_series *s;
	size_t n; /* points the record had */
	struct pl_outcome like;
};

static void put(struct look *k, const struct pl_outcome *x)
{
	struct pl_outcomes *o = k->o;
	struct pl_outcome *v;

	if (o->n == o->room) {
		o->room = o->room ? 2 * o->room : 256;
		v = PL_NEW_N(k->c->arena, struct pl_outcome, o->room);
		if (o->n)
			memcpy(v, o->v, o->n * sizeof(*v));
		o->v = v;
	}
	o->v[o->n++] = *x;
}

/* The first value from point i on; s->n: none. */
static size_t next_value(const struct pl_input_series *s, size_t i)
{
	while (i < s->n && isnan(s->y[i]))
		i++;
	return i;
}

static double last_value(const struct pl_input_series *s, size_t n)
{
	while (n && isnan(s->y[n - 1]))
		n--;
	return n ? s->y[n - 1] : NAN;
}

/* --------------------------------------------------------------------- risk */

static enum pl_rc next_loss(struct look *k, double *loss, bool *there,
			    struct pl_err *e)
{
	const struct pl_json *p =
		pl_json_get(pl_json_get(k->doc, "model"), "parameters");
	const char *kind;
	size_t at = next_value(k->s, k->n), before = k->n;
	double x;

	*there = false;
	PL_TRY(pl_json_need_str(&kind, p, "returns", e));
	while (before && isnan(k->s->y[before - 1]))
		before--;
	if (at == k->s->n || !before)
		return PL_OK;
	x = k->s->y[at];
	if (strcmp(kind, "given") != 0) {
		struct pl_returns_spec spec = { strcmp(kind, "log")
							? PL_RET_SIMPLE
							: PL_RET_LOG,
						PL_GAP_REFUSE, false };
		const double pair[2] = { k->s->y[before - 1], x };
		struct pl_returns_count count;
		double r[2];

		PL_TRY(pl_series_returns(r, NULL, &count, pair, 1, 2, &spec,
					 e));
		x = r[0];
	}
	if (pl_json_bool(pl_json_get(p, "percent")))
		x *= 100;
	*loss = pl_json_bool(pl_json_get(p, "losses")) ? x : -x;
	k->like.at = at;
	*there = true;
	return PL_OK;
}

static void quantiles(struct look *k, double loss)
{
	static const struct {
		const char *key;
		double level;
	} at[] = { { "p95", .95 }, { "p99", .99 } };
	const struct pl_json *var =
		pl_json_get(pl_json_get(k->doc, "result"), "var");
	struct pl_err e;

	for (void *it = pl_json_iter(var); it; it = pl_json_next(var, it)) {
		for (size_t i = 0; i < 2; i++) {
			struct pl_outcome x = k->like;

			if (pl_json_num(&x.value,
					pl_json_get(pl_json_iter_value(it),
						    at[i].key),
					&e))
				continue;
			x.kind = PL_OUT_QUANTILE;
			x.method = pl_strdup(k->c->arena, pl_json_iter_key(it));
			x.level = at[i].level;
			x.ahead = 1;
			x.actual = loss;
			put(k, &x);
		}
	}
}

static enum pl_rc risk(struct look *k, struct pl_err *e)
{
	double loss;
	bool there;

	PL_TRY(next_loss(k, &loss, &there, e));
	if (there)
		quantiles(k, loss);
	else
		k->o->waiting++;
	return PL_OK;
}

/* -------------------------------------------------------------------- trend */

/* Flat says that nothing is known: there is nothing to judge. */
static enum pl_rc trend(struct look *k, struct pl_err *e)
{
	const char *v = pl_json_str(pl_json_get(k->doc, "verdict"));
	struct pl_outcome x = k->like;
	size_t at = next_value(k->s, k->n);

	(void)e;
	if (!v || (strcmp(v, "rising") != 0 && strcmp(v, "falling") != 0))
		return PL_OK;
	if (at == k->s->n) {
		k->o->waiting++;
		return PL_OK;
	}
	x.kind = PL_OUT_DIRECTION;
	x.method = "verdict";
	x.level = .5;
	x.ahead = 1;
	x.at = at;
	x.value = strcmp(v, "rising") ? -1 : 1;
	x.actual = k->s->y[at];
	put(k, &x);
	return PL_OK;
}

/* ----------------------------------------------------------------- forecast */

enum came { PL_CAME, PL_WAITS, PL_MISSING };

/* A step is for a time; where the series has none, for a place. */
static enum came happened(const struct look *k, const struct pl_json *step,
			  uint64_t ahead, size_t *at)
{
	const char *time = pl_json_str(pl_json_get(step, "time"));
	size_t i = k->n + (size_t)ahead - 1;

	if (ahead > k->s->n || k->n > k->s->n - ahead)
		return PL_WAITS;
	for (i = time ? k->n : i; time && i < k->s->n; i++) {
		if (!strcmp(pl_input_time(k->c->arena, k->s, i), time))
			break;
	}
	*at = i;
	return i < k->s->n && !isnan(k->s->y[i]) ? PL_CAME : PL_MISSING;
}

static enum pl_rc one_step(struct look *k, const struct pl_json *step,
			   double level, const char *method, struct pl_err *e)
{
	struct pl_outcome x = k->like;
	enum came came;
	size_t at;

	PL_TRY(pl_json_u64(&x.ahead, pl_json_get(step, "ahead"), e));
	PL_TRY(pl_json_num(&x.value, pl_json_get(step, "value"), e));
	if (x.ahead < 1)
		return pl_fail(e, PL_EFORMAT, "a step of 0 ahead");
	came = happened(k, step, x.ahead, &at);
	k->o->waiting += came == PL_WAITS;
	k->o->missing += came == PL_MISSING;
	if (came != PL_CAME)
		return PL_OK;
	x.method = method;
	x.at = at;
	x.actual = k->s->y[at];
	x.level = level;
	x.kind = PL_OUT_INTERVAL;
	if (!pl_json_num(&x.lo, pl_json_get(step, "lo"), e) &&
	    !pl_json_num(&x.hi, pl_json_get(step, "hi"), e))
		put(k, &x);
	x.kind = PL_OUT_DIRECTION;
	x.level = .5;
	x.value -= x.last;
	if (x.value != 0)
		put(k, &x);
	return PL_OK;
}

static enum pl_rc forecast(struct look *k, struct pl_err *e)
{
	const struct pl_json *r = pl_json_get(k->doc, "result"), *steps;
	const struct pl_json *p =
		pl_json_get(pl_json_get(k->doc, "model"), "parameters");
	const char *method;
	double level;

	PL_TRY(pl_json_need(&steps, r, "steps", PL_J_ARRAY, e));
	PL_TRY(pl_json_need_str(&method, r, "method", e));
	if (pl_json_bool(pl_json_get(p, "log"))) /* is another forecaster */
		method = pl_printf(k->c->arena, "%s of logs", method);
	PL_TRY(pl_json_num(&level, pl_json_get(p, "level"), e));
	if (!(level > 0 && level < 1))
		return pl_fail(e, PL_EFORMAT, "an interval of level %g", level);
	for (size_t i = 0; i < pl_json_len(steps); i++)
		PL_TRY(one_step(k, pl_json_at(steps, i), level, method, e));
	return PL_OK;
}

/* ----------------------------------------------------------------- ensemble */

/* What it said of one moment, as its members did. */
static enum pl_rc joined(struct look *k, struct pl_err *e)
{
	const struct pl_json *r = pl_json_get(k->doc, "result");
	struct pl_outcome x = k->like;
	double loss;
	bool there;

	PL_TRY(next_loss(k, &loss, &there, e));
	if (!there) {
		k->o->waiting++;
		return PL_OK;
	}
	PL_TRY(pl_json_num(&x.value, pl_json_get(r, "value"), e));
	PL_TRY(pl_json_num(&x.level, pl_json_get(r, "level"), e));
	x.at = k->like.at;
	x.kind = PL_OUT_QUANTILE;
	x.method = "ensemble";
	x.ahead = 1;
	x.actual = loss;
	put(k, &x);
	return PL_OK;
}

static enum pl_rc ensemble(struct look *k, struct pl_err *e)
{
	const struct pl_json *r = pl_json_get(k->doc, "result");
	const char *of;
	uint64_t known;
	double level;

	/* what it forecasts comes after what its records knew */
	PL_TRY(pl_json_u64(&known, pl_json_get(r, "known"), e));
	if (!known || known > k->n)
		return pl_fail(e, PL_EFORMAT,
			       "known: %" PRIu64 " of %zu points", known, k->n);
	k->n = (size_t)known;
	k->like.last = last_value(k->s, k->n);
	PL_TRY(pl_json_need_str(&of, r, "of", e));
	if (!strcmp(of, "risk"))
		return joined(k, e);
	PL_TRY(pl_json_num(&level, pl_json_get(r, "level"), e));
	if (!(level > 0 && level < 1))
		return pl_fail(e, PL_EFORMAT, "an interval of level %g", level);
	return one_step(k, r, level, "ensemble", e);
}

/* ------------------------------------------------------------------- record */

static const struct {
	const char *command;
	enum pl_rc (*look)(struct look *k, struct pl_err *e);
} kinds[] = {
	{ "analyze risk", risk },
	{ "analyze trend", trend },
	{ "analyze forecast", forecast },
	{ "analyze ensemble", ensemble },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t kind_of(const struct pl_record *r)
{
	const char *command = pl_json_str(pl_json_get(r->doc, "command"));
	size_t i = 0;

	while (i < KINDS && strcmp(kinds[i].command, command) != 0)
		i++;
	return i;
}

static void key_part(struct pl_buf *b, const struct pl_json *of,
		     const char *const *names)
{
	for (; *names; names++) {
		const struct pl_json *v = pl_json_get(of, *names);
		struct pl_err e;

		if (v && pl_jcs(b, v, &e))
			pl_buf_byte(b, '?');
		pl_buf_byte(b, '\n');
	}
}

enum pl_rc pl_series_key(struct pl_arena *a, const char **out,
			 const struct pl_record *r, struct pl_err *e)
{
	static const char *const input[] = { "kind", "source", "missing_rule",
					     NULL };
	static const char *const csv[] = { "time_column", "value_column",
					   "header", "sorted", NULL };
	static const char *const index[] = {
		"chain_id",     "token",      "measure",    "bar",
		"from",         "to",         "from_block", "to_block",
		"include_zero", "whole_bars", NULL
	};
	static const char *const unit[] = { "returns", "percent", "losses",
					    NULL };
	const struct pl_json *in = pl_json_get(r->doc, "input");
	const char *source;
	struct pl_buf b;

	PL_TRY(pl_json_need_str(&source, in, "source", e));
	pl_buf_init(&b, a);
	key_part(&b, in, input);
	key_part(&b, pl_json_get(in, "csv"), csv);
	key_part(&b, pl_json_get(in, "index"), index);
	key_part(&b, pl_json_get(pl_json_get(r->doc, "model"), "parameters"),
		 unit);
	*out = pl_buf_cstr(&b);
	return PL_OK;
}

struct pl_series_read {
	const char *key, *path;
	struct pl_input_series s;
	struct pl_series_read *next;
};

static const struct pl_series_read *known(const struct pl_outcomes *o,
					  const char *key, const char *path)
{
	const struct pl_series_read *r = o->read;

	while (r && (strcmp(r->key, key) != 0 ||
		     strcmp(r->path ? r->path : "", path ? path : "") != 0))
		r = r->next;
	return r;
}

enum pl_rc pl_outcomes_series(struct pl_ctx *c, struct pl_outcomes *o,
			      const struct pl_input_series **out,
			      const char **path, const struct pl_record *r,
			      const char *csv, struct pl_err *e)
{
	struct pl_input_args in = { 0 };
	const struct pl_series_read *there;
	struct pl_series_read *own;
	struct pl_globals g = *c->g;
	struct pl_ctx silent = *c;
	const char *key;

	g.quiet = true; /* which file it is, once for each record */
	silent.g = &g;
	PL_TRY(pl_series_key(c->arena, &key, r, e));
	PL_TRY(pl_analyze_source(&silent, &in, r, csv, e));
	in.pin_first = o->pin_first;
	in.pin_last = o->pin_last;
	there = known(o, key, in.csv);
	if (!there) {
		own = PL_NEW(c->arena, struct pl_series_read);
		own->key = key;
		own->path = in.csv;
		PL_TRY(pl_input_read(c, &own->s, &in, false, e));
		own->next = o->read;
		o->read = own;
		there = own;
	}
	*out = &there->s;
	*path = there->path;
	return PL_OK;
}

/* What of its source a series is, in words. */
static const char *words_of(struct pl_arena *a, const struct pl_input *in)
{
	if (in->csv)
		return in->csv->value_column;
	return pl_printf(a, "%s by %s", in->index->measure, in->index->bar);
}

static enum pl_rc same_past(struct pl_ctx *c, bool *same, size_t *n,
			    const struct pl_input_series *s,
			    const struct pl_record *r, struct pl_err *e)
{
	const struct pl_json *in = pl_json_get(r->doc, "input");
	struct pl_input_series past = *s;
	const char *was, *now;
	uint64_t points;

	PL_TRY(pl_json_u64(&points, pl_json_get(in, "n"), e));
	PL_TRY(pl_json_need_str(&was, in, "series_sha256", e));
	*same = false;
	if (points > s->n || !points)
		return PL_OK;
	past.n = (size_t)points;
	PL_TRY(pl_input_digest(c->arena, &now, &past, e));
	*same = !strcmp(was, now);
	*n = past.n;
	return PL_OK;
}

enum pl_rc pl_outcomes_add(struct pl_ctx *c, struct pl_outcomes *o,
			   const struct pl_record *r, const char *csv,
			   struct pl_err *e)
{
	struct look k = { .c = c, .o = o, .doc = r->doc };
	size_t kind = kind_of(r);
	const struct pl_input_series *s;
	const char *path;
	struct pl_err why;
	bool same;

	if (kind == KINDS)
		return PL_OK;
	o->records++;
	if (pl_outcomes_series(c, o, &s, &path, r, csv, &why)) {
		o->gone++;
		pl_tell(c, "record %.12s: %s", pl_record_name(c->arena, &r->id),
			why.msg);
		return PL_OK;
	}
	PL_TRY(same_past(c, &same, &k.n, s, r, e));
	if (!same) {
		o->revised++;
		return PL_OK;
	}
	PL_TRY(pl_series_key(c->arena, &k.like.series, r, e));
	k.s = s;
	k.like.record = r;
	k.like.source = s->about.source;
	k.like.of = words_of(c->arena, &s->about);
	k.like.command = kinds[kind].command;
	k.like.last = last_value(s, k.n);
	o->trust = o->trust ? pl_trust_weaker(o->trust, s->about.trust)
			    : s->about.trust;
	if (kinds[kind].look(&k, e))
		return pl_note(e, "record %.12s",
			       pl_record_name(c->arena, &r->id));
	return PL_OK;
}

/* ----------------------------------------------------------------- judgement
 */

static int cmp_num(double x, double y)
{
	return x < y ? -1 : x > y;
}

static int cmp_who(const struct pl_outcome *x, const struct pl_outcome *y)
{
	int c = strcmp(x->source, y->source);

	c = c ? c : strcmp(x->series, y->series);
	c = c ? c : strcmp(x->command, y->command);
	c = c ? c : strcmp(x->method, y->method);
	c = c ? c : cmp_num((double)x->kind, (double)y->kind);
	c = c ? c : cmp_num(x->level, y->level);
	return c ? c : cmp_num((double)x->ahead, (double)y->ahead);
}

static int cmp(const void *a, const void *b)
{
	const struct pl_outcome *x = a, *y = b;
	int c = cmp_who(x, y);

	c = c ? c : cmp_num((double)x->at, (double)y->at);
	c = c ? c : cmp_num(x->value, y->value);
	c = c ? c : cmp_num(x->lo, y->lo);
	return c ? c : cmp_num(x->hi, y->hi);
}

void pl_outcomes_sort(struct pl_outcomes *o)
{
	size_t kept = 0;

	if (o->n)
		qsort(o->v, o->n, sizeof(*o->v), cmp);
	for (size_t i = 0; i < o->n; i++) {
		if (kept && o->v[kept - 1].at == o->v[i].at &&
		    pl_outcome_same(&o->v[kept - 1], &o->v[i]))
			kept--;
		o->v[kept++] = o->v[i];
	}
	o->n = kept;
}

bool pl_outcome_same(const struct pl_outcome *x, const struct pl_outcome *y)
{
	return !cmp_who(x, y);
}

bool pl_outcome_held(const struct pl_outcome *x)
{
	if (x->kind == PL_OUT_QUANTILE)
		return x->actual <= x->value;
	if (x->kind == PL_OUT_INTERVAL)
		return x->actual >= x->lo && x->actual <= x->hi;
	return (x->actual - x->last) * x->value > 0;
}

double pl_outcome_loss(const struct pl_outcome *x)
{
	double tail = (1 - x->level) / 2;

	if (x->kind == PL_OUT_QUANTILE)
		return pl_pinball(x->actual, x->value, x->level);
	if (x->kind == PL_OUT_INTERVAL)
		return pl_pinball(x->actual, x->lo, tail) / 2 +
		       pl_pinball(x->actual, x->hi, 1 - tail) / 2;
	return pl_outcome_held(x) ? 0 : 1;
}
