#include "cmd/record/outcome.h"

#include <math.h>
#include <stdlib.h>

#include "analytics/score.h"
#include "cmd/analyze/again.h"
#include "cmd/analyze/input.h"

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

/* A step is for a time; where the series has none, for a place. */
static bool happened(const struct look *k, const struct pl_json *step,
		     uint64_t ahead, size_t *at)
{
	const char *time = pl_json_str(pl_json_get(step, "time"));
	size_t i = k->n + (size_t)ahead - 1;

	if (ahead > k->s->n || k->n > k->s->n - ahead)
		return false;
	for (i = time ? k->n : i; time && i < k->s->n; i++) {
		if (!strcmp(pl_input_time(k->c->arena, k->s, i), time))
			break;
	}
	*at = i;
	return i < k->s->n && !isnan(k->s->y[i]);
}

static enum pl_rc one_step(struct look *k, const struct pl_json *step,
			   double level, const char *method, struct pl_err *e)
{
	struct pl_outcome x = k->like;
	size_t at;

	PL_TRY(pl_json_u64(&x.ahead, pl_json_get(step, "ahead"), e));
	PL_TRY(pl_json_num(&x.value, pl_json_get(step, "value"), e));
	if (x.ahead < 1 || !happened(k, step, x.ahead, &at)) {
		k->o->waiting++;
		return PL_OK;
	}
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
	PL_TRY(pl_json_num(&level, pl_json_get(p, "level"), e));
	if (!(level > 0 && level < 1))
		return pl_fail(e, PL_EFORMAT, "an interval of level %g", level);
	for (size_t i = 0; i < pl_json_len(steps); i++)
		PL_TRY(one_step(k, pl_json_at(steps, i), level, method, e));
	return PL_OK;
}

/* ------------------------------------------------------------------- record */

static const struct {
	const char *command;
	enum pl_rc (*look)(struct look *k, struct pl_err *e);
} kinds[] = {
	{ "analyze risk", risk },
	{ "analyze trend", trend },
	{ "analyze forecast", forecast },
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

/* The series as it is now, beyond where the record ended. */
static enum pl_rc read_now(struct pl_ctx *c, struct pl_input_series *s,
			   const struct pl_record *r, const char *csv,
			   struct pl_err *e)
{
	struct pl_input_args in = { 0 };
	struct pl_globals g = *c->g;
	struct pl_ctx silent = *c;

	g.quiet = true; /* which file it is, once for each record */
	silent.g = &g;
	PL_TRY(pl_analyze_source(&silent, &in, r, csv, e));
	in.pin_first = in.pin_last = NULL;
	return pl_input_read(c, s, &in, false, e);
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
	size_t kind = kind_of(r), last;
	struct pl_input_series s;
	struct pl_err why;
	bool same;

	if (kind == KINDS)
		return PL_OK;
	o->records++;
	if (read_now(c, &s, r, csv, &why)) {
		o->gone++;
		pl_tell(c, "record %.12s: %s", pl_record_name(c->arena, &r->id),
			why.msg);
		return PL_OK;
	}
	PL_TRY(same_past(c, &same, &k.n, &s, r, e));
	if (!same) {
		o->revised++;
		return PL_OK;
	}
	for (last = k.n; last && isnan(s.y[last - 1]);)
		last--;
	k.s = &s;
	k.like.source = s.about.source;
	k.like.command = kinds[kind].command;
	k.like.last = last ? s.y[last - 1] : NAN;
	o->trust = o->trust ? pl_trust_weaker(o->trust, s.about.trust)
			    : s.about.trust;
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
