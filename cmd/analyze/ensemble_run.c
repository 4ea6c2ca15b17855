/* The figures of plume analyze ensemble. */
#include "cmd/analyze/ensemble.h"

#include <inttypes.h>
#include <math.h>

#include "analytics/backtest.h"
#include "analytics/fixed_math.h"
#include "analytics/score.h"
#include "cmd/analyze/picture.h"
#include "cmd/ctx.h"
#include "cmd/record/outcome.h"

/* Raise when the same input and parameters give other figures. */
#define MODEL_NAME "plume.ensemble"
#define MODEL_VERSION 1
#define ENOUGH 20 /* moments judged, before the weights mean much */
#define LEAD 1.5  /* times the second weight, to be called a lead */

struct job {
	struct pl_ctx *c;
	const struct pl_ensemble_args *a;
	struct pl_record **r; /* of the series and kind asked for */
	size_t n_r;
	const struct pl_record *first;
	uint64_t newest; /* points of the newest records */
	double level;
	struct pl_outcomes o;
	const struct pl_outcome *of[PL_ENSEMBLE_MAX]; /* each expert's */
	size_t len[PL_ENSEMBLE_MAX];
	struct pl_ensemble_expert x[PL_ENSEMBLE_MAX];
	size_t k;
	double *loss;                     /* moments × k */
	const struct pl_outcome **judged; /* likewise */
	size_t moments;
	double *history; /* moments × k: weights after each */
	struct pl_flags flags;
	struct pl_ensemble_row *row;
};

/* ------------------------------------------------------------------ records
 */

static const char *text_of(const struct pl_record *r, const char *key)
{
	return pl_json_str(pl_json_get(r->doc, key));
}

static const char *source_of(const struct pl_record *r)
{
	return pl_json_str(pl_json_get(pl_json_get(r->doc, "input"), "source"));
}

static enum pl_rc same_series(struct job *j, bool *same,
			      const struct pl_record *x,
			      const struct pl_record *y, struct pl_err *e)
{
	const char *p, *q;

	PL_TRY(pl_series_key(j->c->arena, &p, x, e));
	PL_TRY(pl_series_key(j->c->arena, &q, y, e));
	*same = !strcmp(p, q);
	return PL_OK;
}

static enum pl_rc several(struct job *j, const struct pl_record *r,
			  struct pl_err *e)
{
	const char *x = source_of(j->first), *y = source_of(r);

	if (!strcmp(x, y)) {
		(void)pl_fail(e, PL_EUSAGE,
			      "the records are of several series of %.60s", x);
		return pl_hint(e, "--like ID says which: that of this record");
	}
	(void)pl_fail(e, PL_EUSAGE,
		      "the records are of several sources: %.60s, %.60s", x, y);
	return pl_hint(e, "--source NAME says which");
}

/* The records of one series alone. */
static enum pl_rc note(struct job *j, struct pl_record *r,
		       const struct pl_record *like, struct pl_err *e)
{
	const char *want = j->a->of == PL_ENSEMBLE_RISK ? "analyze risk"
							: "analyze forecast";
	bool same;
	uint64_t n;

	if (strcmp(text_of(r, "command"), want) != 0)
		return PL_OK;
	if (like) {
		PL_TRY(same_series(j, &same, r, like, e));
		if (!same)
			return PL_OK;
	}
	if (!source_of(r))
		return pl_fail(e, PL_EFORMAT, "a record without a source");
	if (j->a->source && strcmp(j->a->source, source_of(r)) != 0)
		return PL_OK;
	PL_TRY(pl_json_u64(&n, pl_json_get(pl_json_get(r->doc, "input"), "n"),
			   e));
	j->first = j->first ? j->first : r;
	PL_TRY(same_series(j, &same, r, j->first, e));
	if (!same)
		return several(j, r, e);
	j->r[j->n_r++] = r;
	j->newest = n > j->newest ? n : j->newest;
	return PL_OK;
}

static enum pl_rc load(struct job *j, const char *dir,
		       const struct pl_hash32 *ids, size_t n,
		       const struct pl_record *like, struct pl_err *e)
{
	j->r = PL_NEW_N(j->c->arena, struct pl_record *, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_record *r = PL_NEW(j->c->arena, struct pl_record);

		PL_TRY(pl_record_load(j->c->arena, r, dir, &ids[i], e));
		PL_TRY(note(j, r, like, e));
	}
	return PL_OK;
}

/* A replay takes the records it was made of and no other. */
static enum pl_rc recorded(struct job *j, const char *dir, struct pl_err *e)
{
	const struct pl_strs *s = &j->a->ids;
	struct pl_hash32 *ids = PL_NEW_N(j->c->arena, struct pl_hash32, s->n);

	for (size_t i = 0; i < s->n; i++)
		PL_TRY(pl_record_find(j->c->arena, &ids[i], dir, s->v[i], e));
	return load(j, dir, ids, s->n, NULL, e);
}

static enum pl_rc present(struct job *j, const char *dir, struct pl_err *e)
{
	struct pl_record like;
	struct pl_hash32 *ids, id;
	size_t n;

	if (j->a->like) {
		PL_TRY(pl_record_find(j->c->arena, &id, dir, j->a->like, e));
		PL_TRY(pl_record_load(j->c->arena, &like, dir, &id, e));
	}
	PL_TRY(pl_record_list(j->c->arena, &ids, &n, dir, e));
	return load(j, dir, ids, n, j->a->like ? &like : NULL, e);
}

static enum pl_rc gather(struct job *j, struct pl_err *e)
{
	const char *what = pl_ensemble_of_words[j->a->of];
	const char *dir;

	PL_TRY(pl_ctx_records_dir(j->c, &dir, e));
	if (j->a->ids.n)
		PL_TRY(recorded(j, dir, e));
	else
		PL_TRY(present(j, dir, e));
	for (size_t i = 0; i < j->n_r; i++)
		PL_TRY(pl_outcomes_add(j->c, &j->o, j->r[i], j->a->csv, e));
	pl_outcomes_sort(&j->o);
	if (j->n_r)
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "no records of `analyze %s` in %s", what,
		      dir);
	return pl_hint(e,
		       "plume analyze %s … --record, time after time, or "
		       "--watch; --of %s takes the others",
		       what, j->a->of ? "risk" : "forecast");
}

/* ------------------------------------------------------------------ experts
 */

/* Is the record's last point the newest there is? */
static bool is_newest(const struct job *j, const struct pl_record *r)
{
	struct pl_err e;
	uint64_t n;

	return !pl_json_u64(&n, pl_json_get(pl_json_get(r->doc, "input"), "n"),
			    &e) &&
	       n == j->newest;
}

static bool says_loss(struct pl_ensemble_expert *x, const struct pl_record *r,
		      const char *method, double level)
{
	const struct pl_json *var =
		pl_json_get(pl_json_get(r->doc, "result"), "var");
	struct pl_err e;

	x->lo = x->hi = NAN;
	return !pl_json_num(&x->value,
			    pl_json_get(pl_json_get(var, method),
					level > .97 ? "p99" : "p95"),
			    &e);
}

static double level_of(const struct pl_record *r)
{
	double level;
	struct pl_err e;

	if (pl_json_num(&level,
			pl_json_get(pl_json_get(pl_json_get(r->doc, "model"),
						"parameters"),
				    "level"),
			&e))
		return NAN;
	return level;
}

static bool says_value(struct pl_ensemble_expert *x, const char **time,
		       const struct pl_record *r, const char *method,
		       double level, uint64_t ahead)
{
	const struct pl_json *result = pl_json_get(r->doc, "result");
	const struct pl_json *s =
		pl_json_at(pl_json_get(result, "steps"), (size_t)ahead - 1);
	const struct pl_json *p =
		pl_json_get(pl_json_get(r->doc, "model"), "parameters");
	const char *own = pl_json_str(pl_json_get(result, "method"));
	size_t n = own ? strlen(own) : 0;
	struct pl_err e;

	if (!own || strncmp(own, method, n) != 0 ||
	    strcmp(method + n, pl_json_bool(pl_json_get(p, "log")) ? " of logs"
								   : "") != 0 ||
	    !(fabs(level_of(r) - level) < 1e-9))
		return false;
	*time = pl_json_str(pl_json_get(s, "time"));
	return !pl_json_num(&x->value, pl_json_get(s, "value"), &e) &&
	       !pl_json_num(&x->lo, pl_json_get(s, "lo"), &e) &&
	       !pl_json_num(&x->hi, pl_json_get(s, "hi"), &e);
}

/* What a model says of the next time; false: nothing. */
static bool speaks(struct job *j, struct pl_ensemble_expert *x,
		   const char *method)
{
	bool found = false;

	for (size_t i = 0; i < j->n_r; i++) {
		struct pl_ensemble_expert now = { .method = method };
		const struct pl_record *r = j->r[i];

		if (!is_newest(j, r))
			continue;
		if (j->a->of == PL_ENSEMBLE_RISK
			    ? !says_loss(&now, r, method, j->level)
			    : !says_value(&now, &j->row->time, r, method,
					  j->level, j->row->ahead))
			continue;
		*x = now;
		found = true;
	}
	return found;
}

static enum pl_rc take_level(struct job *j, struct pl_err *e)
{
	const bool risk = j->a->of == PL_ENSEMBLE_RISK;

	j->level = j->a->level ? *j->a->level : risk ? .95 : NAN;
	for (size_t i = 0; isnan(j->level) && i < j->n_r; i++) {
		if (is_newest(j, j->r[i]))
			j->level = level_of(j->r[i]);
	}
	if (risk && fabs(j->level - .95) > 1e-9 && fabs(j->level - .99) > 1e-9)
		return pl_fail(e, PL_EUSAGE,
			       "--level is 0.95 or 0.99, as the records have "
			       "them");
	if (!(j->level > 0 && j->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0 and 1, not %g",
			       j->level);
	return PL_OK;
}

/* Whoever says something about the next time now takes part. */
static enum pl_rc experts(struct job *j, struct pl_err *e)
{
	const enum pl_outcome_kind kind =
		j->a->of ? PL_OUT_INTERVAL : PL_OUT_QUANTILE;

	for (size_t i = 0, end; i < j->o.n; i = end) {
		const struct pl_outcome *v = &j->o.v[i];

		end = i + 1;
		while (end < j->o.n && pl_outcome_same(v, &j->o.v[end]))
			end++;
		if (v->kind != kind || v->ahead != j->row->ahead ||
		    fabs(v->level - j->level) > 1e-9 ||
		    j->k == PL_ENSEMBLE_MAX ||
		    !speaks(j, &j->x[j->k], v->method))
			continue;
		j->of[j->k] = v;
		j->len[j->k++] = end - i;
	}
	if (j->k > 1)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "an ensemble takes two models or more whose forecasts "
		       "came due: there are %zu",
		       j->k);
}

static double loss_of(const struct job *j, const struct pl_outcome *o)
{
	if (j->a->loss == PL_ENSEMBLE_ERROR)
		return fabs(o->actual - o->value);
	return pl_outcome_loss(o);
}

/* Models are compared at the moments at which all of them spoke. */
static enum pl_rc compare(struct job *j, struct pl_err *e)
{
	size_t most = j->len[0], at[PL_ENSEMBLE_MAX] = { 0 };

	j->loss = PL_NEW_N(j->c->arena, double, most * j->k);
	j->judged =
		PL_NEW_N(j->c->arena, const struct pl_outcome *, most * j->k);
	for (size_t i = 0; i < most; i++) {
		const uint64_t when = j->of[0][i].at;
		size_t row = j->moments * j->k, have = 0;

		for (size_t k = 0; k < j->k; k++) {
			const struct pl_outcome *v = j->of[k];

			/* each in the order of time */
			while (at[k] < j->len[k] && v[at[k]].at < when)
				at[k]++;
			if (at[k] == j->len[k] || v[at[k]].at != when)
				break;
			j->judged[row + k] = &v[at[k]];
			j->loss[row + k] = loss_of(j, &v[at[k]]);
			have++;
		}
		j->moments += have == j->k;
	}
	if (j->moments)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "there is no moment at which all models were judged");
}

/* ------------------------------------------------------------------ weights
 */

/* What all said of one moment, joined with these weights. */
static struct pl_outcome joined(const struct job *j, size_t t, const double *w)
{
	const struct pl_outcome *const *o = &j->judged[t * j->k];
	struct pl_outcome x = *o[0];

	x.value = x.lo = x.hi = 0;
	for (size_t k = 0; k < j->k; k++) {
		x.value += w[k] * o[k]->value;
		x.lo += w[k] * o[k]->lo;
		x.hi += w[k] * o[k]->hi;
	}
	return x;
}

/* What the ensemble would have lost, had it stood at each moment with the
 * weights of the losses before. */
static enum pl_rc back(struct job *j, struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	struct pl_ensemble_moment *v =
		PL_NEW_N(a, struct pl_ensemble_moment, j->moments);
	double *w = PL_NEW_N(a, double, (j->moments + 1) * j->k);
	double even[PL_ENSEMBLE_MAX], n = (double)j->moments;
	const struct pl_input_series *s;
	const char *path;

	PL_TRY(pl_outcomes_series(j->c, &j->o, &s, &path, j->first, j->a->csv,
				  e));
	PL_TRY(pl_exp_path(w, &j->row->unit, &j->row->bound, j->loss,
			   j->moments, j->k, j->row->eta, e));
	for (size_t k = 0; k < j->k; k++)
		even[k] = 1 / (double)j->k;
	for (size_t t = 0; t < j->moments; t++) {
		const struct pl_outcome x = joined(j, t, w + t * j->k);
		const struct pl_outcome same = joined(j, t, even);

		v[t] = (struct pl_ensemble_moment){
			x.at,     pl_input_time(a, s, (size_t)x.at),
			x.actual, loss_of(j, &x),
			x.value,
		};
		j->row->mean_loss += v[t].loss / n;
		j->row->equal_loss += loss_of(j, &same) / n;
	}
	j->row->realised = (struct pl_list){ v, j->moments };
	/* after one moment is before the next */
	j->history = w + j->k;
	return PL_OK;
}

static const char *explain(const struct job *j,
			   const struct pl_ensemble_expert *x,
			   const struct pl_ensemble_expert *best)
{
	struct pl_arena *a = j->c->arena;
	const double careful = x->held_loss - best->held_loss;
	const double surprised = x->missed_loss - best->missed_loss;

	if (x == best)
		return pl_printf(a, "least loss of all over %zu moments",
				 j->moments);
	return pl_printf(
		a,
		"lost %.3g times what %s lost (%+.3g where it held, "
		"%+.3g where not): its weight is %.3g of that one's; "
		"%" PRIu64 " moment%s at least before it can lead",
		best->mean_loss > 0 ? x->mean_loss / best->mean_loss : INFINITY,
		best->method, careful, surprised, x->weight / best->weight,
		x->back_in, x->back_in == 1 ? "" : "s");
}

static void own_losses(struct job *j, size_t k)
{
	struct pl_ensemble_expert *x = &j->x[k];
	double *v = PL_NEW_N(j->c->arena, double, j->moments);
	const double n = (double)j->moments;

	for (size_t t = 0; t < j->moments; t++) {
		const bool held = pl_outcome_held(j->judged[t * j->k + k]);

		v[t] = j->loss[t * j->k + k];
		x->held += held / n;
		if (held)
			x->held_loss += v[t] / n;
		else
			x->missed_loss += v[t] / n;
	}
	x->mean_loss = x->held_loss + x->missed_loss;
	x->losses = (struct pl_list){ v, j->moments };
}

static void join(struct job *j, const double *w, const double *total)
{
	double least = INFINITY;

	for (size_t k = 0; k < j->k; k++)
		least = fmin(least, total[k]);
	for (size_t k = 0; k < j->k; k++) {
		struct pl_ensemble_expert *x = &j->x[k];

		x->weight = w[k];
		x->total = total[k];
		x->back_in = (uint64_t)ceil(total[k] - least);
		own_losses(j, k);
		j->row->value += w[k] * x->value;
		j->row->lo += w[k] * x->lo;
		j->row->hi += w[k] * x->hi;
		j->row->equal += x->value / (double)j->k;
	}
}

/* The two of the greatest weights. */
static void lead(const struct job *j, size_t *first, size_t *second)
{
	*first = j->x[1].total < j->x[0].total;
	*second = !*first;
	for (size_t k = 2; k < j->k; k++) {
		if (j->x[k].total < j->x[*first].total) {
			*second = *first;
			*first = k;
		} else if (j->x[k].total < j->x[*second].total) {
			*second = k;
		}
	}
}

/* Why the leader leads: what the second lost more, in two parts. */
static enum pl_rc score(struct job *j, size_t first, size_t second,
			struct pl_err *e)
{
	struct pl_arena *a = j->c->arena;
	const struct pl_ensemble_expert *x = &j->x[first], *y = &j->x[second];
	const double unit = j->row->unit > 0 ? j->row->unit : 1;
	const double n = (double)j->moments, eta = j->row->eta;
	const double v[] = { (y->held_loss - x->held_loss) * n / unit,
			     (y->missed_loss - x->missed_loss) * n / unit };
	const struct pl_feature_def defs[] = {
		{ "careful",
		  pl_printf(a, "%s lost more where it held", y->method), 0, eta,
		  1, -n, n },
		{ "surprised",
		  pl_printf(a, "%s lost more where it did not", y->method), 0,
		  eta, 1, -n, n },
	};
	const char *const words[] = { "even", x->method };
	const double cut = pl_log(LEAD);
	const struct pl_score_model m = { MODEL_NAME, MODEL_VERSION, 0,    defs,
					  2,          words,         &cut, 1 };
	struct pl_explained *r = PL_NEW(a, struct pl_explained);

	PL_TRY(pl_explain(r, &m, v, e));
	j->row->verdict = r->verdict;
	j->row->score = r->score;
	j->row->score_base = r->base_score;
	j->row->contributions = (struct pl_list){ r->feature, r->n };
	j->row->counterfactual = r->flip.possible ? &r->flip : NULL;
	return PL_OK;
}

static void test(struct job *j, size_t first, size_t second)
{
	struct pl_ensemble_test *t = &j->row->test;

	t->second = j->x[second].method;
	pl_bt_compare(&t->t, &t->p, j->x[second].losses.v, j->x[first].losses.v,
		      j->moments);
}

static void draw(struct job *j, const double *w)
{
	const char **name = PL_NEW_N(j->c->arena, const char *, j->k);
	const struct pl_ensemble_view v = {
		.source = source_of(j->first),
		.name = name,
		.k = j->k,
		.moments = j->moments,
		.weight = j->history,
		.left = "first moment judged",
		.right = "last",
	};

	for (size_t k = 0; k < j->k; k++) {
		name[k] = j->x[k].method;
		j->history[(j->moments - 1) * j->k + k] = w[k];
	}
	j->row->pictures = pl_ensemble_pictures(j->c, &v);
}

static enum pl_rc weigh(struct job *j, struct pl_err *e)
{
	double w[PL_ENSEMBLE_MAX], total[PL_ENSEMBLE_MAX];
	size_t first, second;

	j->row->eta = j->a->eta ? *j->a->eta : 0;
	PL_TRY(pl_exp_weights(w, total, &j->row->eta, j->loss, j->moments, j->k,
			      e));
	PL_TRY(back(j, e));
	join(j, w, total);
	lead(j, &first, &second);
	for (size_t k = 0; k < j->k; k++)
		j->x[k].why = explain(j, &j->x[k], &j->x[first]);
	j->row->best = j->x[first].method;
	j->row->best_loss = j->x[first].mean_loss;
	j->row->regret = j->row->mean_loss - j->row->best_loss;
	test(j, first, second);
	draw(j, w);
	return score(j, first, second, e);
}

/* ------------------------------------------------------------------- result
 */

static void doubts(struct job *j)
{
	j->row->few = j->moments < ENOUGH;
	if (j->row->few)
		pl_flag_add(&j->flags, "few_moments",
			    "that is too few for the weights to mean much");
	if (!(j->row->test.p < .05))
		pl_flag_add(&j->flags, "no_clear_leader",
			    "the leader is not clearly better than the second: "
			    "chance alone may have ordered them");
	if (j->row->ahead > 1)
		pl_flag_add(&j->flags, "overlap",
			    "forecasts further ahead than one point overlap: "
			    "the moments are not independent");
	if (j->o.revised)
		pl_flag_add(&j->flags, "revised",
			    pl_printf(j->c->arena,
				      "%" PRIu64 " records are left out: the "
				      "past of their series is no longer the "
				      "same",
				      j->o.revised));
	if (j->o.gone)
		pl_flag_add(&j->flags, "gone",
			    pl_printf(j->c->arena,
				      "%" PRIu64 " records are left out: their "
				      "source is gone",
				      j->o.gone));
}

static void list_records(struct job *j)
{
	const char **v = PL_NEW_N(j->c->arena, const char *, j->n_r);

	for (size_t i = 0; i < j->n_r; i++)
		v[i] = pl_record_name(j->c->arena, &j->r[i]->id);
	j->row->records = (struct pl_list){ v, j->n_r };
}

static enum pl_rc describe(struct job *j, struct pl_err *e)
{
	const struct pl_ensemble_args *a = j->a;
	const struct pl_json *p =
		pl_json_get(pl_json_get(j->first->doc, "model"), "parameters");
	const struct pl_input_series *s;

	PL_TRY(pl_outcomes_series(j->c, &j->o, &s, &j->row->path, j->first,
				  a->csv, e));
	j->row->input = s->about;
	j->row->source = s->about.source;
	j->row->trust = s->about.trust;
	j->row->of = pl_ensemble_of_words[a->of];
	j->row->level = j->level;
	j->row->known = j->newest;
	j->row->moments = j->moments;
	j->row->experts = (struct pl_list){ j->x, j->k };
	j->row->flags = (struct pl_list){ j->flags.v, j->flags.n };
	j->row->model = (struct pl_ensemble_model){
		MODEL_NAME,
		MODEL_VERSION,
		NULL,
		{ j->row->of, pl_ensemble_loss_words[a->loss], j->level,
		  j->row->ahead, a->eta, pl_json_str(pl_json_get(p, "returns")),
		  pl_json_bool(pl_json_get(p, "percent")),
		  pl_json_bool(pl_json_get(p, "losses")) },
	};
	list_records(j);
	return PL_OK;
}

static enum pl_rc check_args(const struct pl_ensemble_args *a, struct pl_err *e)
{
	if (a->eta && !(*a->eta > 0 && isfinite(*a->eta)))
		return pl_fail(e, PL_EUSAGE, "--eta is greater than 0");
	if (a->of == PL_ENSEMBLE_RISK && a->loss == PL_ENSEMBLE_ERROR)
		return pl_fail(e, PL_EUSAGE,
			       "--loss error goes with --of forecast");
	if (a->of == PL_ENSEMBLE_RISK && a->ahead != 1)
		return pl_fail(e, PL_EUSAGE, "--ahead goes with --of forecast");
	if (a->source && a->like)
		return pl_fail(e, PL_EUSAGE,
			       "--source and --like: one of the two");
	return PL_OK;
}

enum pl_rc pl_ensemble_run(struct pl_ctx *c, struct pl_ensemble_row *out,
			   const struct pl_ensemble_args *args,
			   struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);
	struct pl_ensemble_row row = { .ahead = args->ahead,
				       .arena = c->arena };

	j->c = c;
	j->a = args;
	j->row = &row;
	j->o.pin_first = args->pin_first;
	j->o.pin_last = args->pin_last;
	PL_TRY(check_args(args, e));
	PL_TRY(gather(j, e));
	PL_TRY(take_level(j, e));
	PL_TRY(experts(j, e));
	PL_TRY(compare(j, e));
	PL_TRY(weigh(j, e));
	doubts(j);
	PL_TRY(describe(j, e));
	*out = row;
	return PL_OK;
}
