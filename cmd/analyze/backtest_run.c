/* The figures of plume analyze backtest. */
#include "cmd/analyze/backtest.h"

#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "analytics/moments.h"
#include "base/par.h"
#include "cmd/analyze/picture.h"

#define MODEL_NAME "plume.backtest"
#define MODEL_VERSION 2

struct slot {
	struct pl_arena *a;
	struct pl_bt_result r;
	double *loss, *var;
	struct pl_explained x;
	enum pl_rc rc;
	struct pl_err e;
};

struct work {
	struct pl_ctx *c;
	const struct pl_backtest_args *args;
	struct pl_backtest_row *row;
	struct pl_returns_series r;
	struct pl_bt_spec spec;
	struct pl_flags flags;
	struct slot slot[PL_BT_MODELS];
	size_t order[PL_BT_MODELS], n; /* those that have figures, best first */
};

/* p as powers of ten against the model */
static double against(double p)
{
	return isnan(p) ? 0 : fmin(300, -pl_log10(fmax(p, 1e-300)));
}

static enum pl_rc one(struct slot *s, const struct work *w, size_t model)
{
	const double *x = w->r.x + w->spec.window;
	struct pl_bt_path p;
	double f[3];

	PL_TRY(pl_bt_roll(s->a, &p, (enum pl_bt_model)model, w->r.x, w->r.n,
			  &w->spec, &s->e));
	PL_TRY(pl_bt_test(s->a, &s->r, &p, x, &w->spec, &s->e));
	s->loss = PL_NEW_N(s->a, double, p.n);
	pl_bt_losses(s->loss, &p, x, w->spec.level);
	s->var = PL_NEW_N(s->a, double, p.n);
	for (size_t i = 0; i < p.n; i++)
		s->var[i] = p.day[i].var;
	f[0] = against(s->r.hits.p_uc);
	f[1] = against(s->r.hits.p_ind);
	f[2] = against(s->r.p_z2);
	return pl_explain(&s->x, &pl_score_backtest, f, &s->e);
}

static void task(void *opaque, size_t i)
{
	struct work *w = opaque;
	struct slot *s = &w->slot[i];

	s->rc = one(s, w, i);
}

/* Sound before doubtful before unsound, then the smaller loss. */
static bool better(const struct slot *a, const struct slot *b)
{
	if (a->x.verdict_no != b->x.verdict_no)
		return a->x.verdict_no < b->x.verdict_no;
	return a->r.loss < b->r.loss;
}

static void rank(struct work *w)
{
	for (size_t i = 0; i < PL_BT_MODELS; i++) {
		size_t j = w->n;

		if (w->slot[i].rc) {
			pl_flag_add(&w->flags, "model_left_out",
				    pl_printf(w->c->arena, "%s left out: %s",
					      pl_bt_words[i],
					      w->slot[i].e.msg));
			continue;
		}
		for (; j && better(&w->slot[i], &w->slot[w->order[j - 1]]); j--)
			w->order[j] = w->order[j - 1];
		w->order[j] = i;
		w->n++;
	}
}

static struct pl_backtest_model model_row(const struct slot *s)
{
	const struct pl_bt_result *r = &s->r;

	return (struct pl_backtest_model){
		.name = pl_bt_words[r->model],
		.verdict = s->x.verdict,
		.score = s->x.score,
		.hits = r->hits.hits,
		.expected = r->hits.expected,
		.rate = (double)r->hits.hits / (double)r->hits.n,
		.rate_lo = r->rate_lo,
		.rate_hi = r->rate_hi,
		.lr_uc = r->hits.lr_uc,
		.p_uc = r->hits.p_uc,
		.lr_ind = r->hits.lr_ind,
		.p_ind = r->hits.p_ind,
		.lr_cc = r->hits.lr_cc,
		.p_cc = r->hits.p_cc,
		.p_duration = r->p_dur,
		.light = pl_light_words[r->hits.light],
		.z1 = r->z1,
		.p_z1 = r->p_z1,
		.z2 = r->z2,
		.p_z2 = r->p_z2,
		.mf = r->mf,
		.p_mf = r->p_mf,
		.loss = r->loss,
		.mean_var = r->mean_var,
		.mean_es = r->mean_es,
		.refits = r->refits,
		.failed = r->failed,
	};
}

static void lead(struct work *w)
{
	struct pl_backtest_lead *l;
	const struct slot *best = &w->slot[w->order[0]], *next;

	if (w->n < 2)
		return;
	next = &w->slot[w->order[1]];
	l = PL_NEW(w->c->arena, struct pl_backtest_lead);
	l->over = pl_bt_words[next->r.model];
	pl_bt_compare(&l->t, &l->p, best->loss, next->loss,
		      (size_t)best->r.hits.n);
	w->row->lead = l;
}

static const char *why(const struct work *w)
{
	const struct slot *b = &w->slot[w->order[0]];
	const struct pl_backtest_lead *l = w->row->lead;
	size_t like = 0;

	for (size_t i = 0; i < w->n; i++)
		like += w->slot[w->order[i]].x.verdict_no == b->x.verdict_no;
	return pl_printf(w->c->arena,
			 "%s: of the %zu models of %zu that are %s it has the "
			 "smallest joint loss of VaR and ES%s",
			 b->x.verdict_no ? "no model is sound" : "it is sound",
			 like, w->n, b->x.verdict,
			 !l           ? ""
			 : l->p < .05 ? ", and the next differs beyond chance"
				      : ", but the next does not differ "
					"beyond chance");
}

static void flags(struct work *w)
{
	const double expected = (double)w->row->days * (1 - w->args->level);
	uint64_t failed = 0;

	for (size_t i = 0; i < w->n; i++)
		failed += w->slot[w->order[i]].r.failed;
	if (expected < 5)
		pl_flag_add(&w->flags, "low_power",
			    pl_printf(w->c->arena,
				      "%.1f losses beyond VaR are expected: "
				      "the tests see only gross errors",
				      expected));
	if (failed)
		pl_flag_add(&w->flags, "refits_failed",
			    pl_printf(w->c->arena,
				      "%" PRIu64 " fits found no maximum: the "
				      "parameters before them were kept",
				      failed));
}

static void finish(struct work *w)
{
	struct pl_backtest_row *r = w->row;
	struct pl_backtest_model *m =
		PL_NEW_N(w->c->arena, struct pl_backtest_model, w->n);
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);

	for (size_t i = 0; i < w->n; i++)
		m[i] = model_row(&w->slot[w->order[i]]);
	r->models = (struct pl_list){ m, w->n };
	r->best = m[0].name;
	lead(w);
	r->why = why(w);
	*x = w->slot[w->order[0]].x;
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	flags(w);
	r->pictures = pl_backtest_pictures(
		w->c,
		&(struct pl_backtest_view){
			.in = &w->r.s.about,
			.name = r->best,
			.x = w->r.x + w->spec.window,
			.var = w->slot[w->order[0]].var,
			.n = (size_t)r->days,
			.level = w->args->level,
			.given = w->args->ret.kind == PL_RET_GIVEN,
		},
		&r->models);
}

static enum pl_rc compute(struct work *w, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;

	for (size_t i = 0; i < PL_BT_MODELS; i++)
		w->slot[i].a = pl_arena_open(0);
	pl_par(PL_BT_MODELS, (unsigned)w->args->threads, task, w);
	rank(w);
	if (w->n)
		finish(w);
	else
		rc = pl_fail(e, w->slot[0].rc, "%s", w->slot[0].e.msg);
	for (size_t i = 0; i < PL_BT_MODELS; i++)
		pl_arena_close(w->slot[i].a);
	return rc;
}

static uint64_t window_of(const struct work *w)
{
	const uint64_t half = w->r.n / 2;

	if (w->args->window)
		return w->args->window;
	return half < 250 ? 250 : half > 1000 ? 1000 : half;
}

static enum pl_rc check_args(const struct pl_backtest_args *a, struct pl_err *e)
{
	if (!(a->level > .5 && a->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0.5 and 1, not %g",
			       a->level);
	if (a->sims < 100 || a->sims > 100000 || !a->refit || a->threads > 64)
		return pl_fail(e, PL_EUSAGE,
			       "--simulations, --refit or --threads is beyond "
			       "its bounds");
	return PL_OK;
}

enum pl_rc pl_backtest_run(struct pl_ctx *c, struct pl_backtest_row *out,
			   const struct pl_backtest_args *args,
			   struct pl_err *e)
{
	struct pl_backtest_row row = { .arena = c->arena };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(args, e));
	PL_TRY(pl_returns_read(c, &w->r, &args->in, &args->ret, &w->flags, e));
	w->spec = (struct pl_bt_spec){ args->level, window_of(w), args->refit,
				       args->seed,  args->sims,   1 };
	row.n = w->r.n;
	row.window = w->spec.window;
	row.days = w->r.n > row.window ? w->r.n - row.window : 0;
	if (compute(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->r.s.about.source));
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->r.s.about;
	row.trust = w->r.s.about.trust;
	row.model = (struct pl_backtest_about){
		MODEL_NAME,
		MODEL_VERSION,
		args->seed,
		{ pl_returns_words[args->ret.kind], args->ret.losses,
		  args->level, args->window, args->refit, args->sims,
		  PL_QUANTILE_TYPE },
	};
	*out = row;
	return PL_OK;
}

enum pl_rc pl_backtest_args_of(struct pl_backtest_args *out,
			       const struct pl_json *record, struct pl_err *e)
{
	const struct pl_json *m = pl_json_get(record, "model");
	const struct pl_json *p = pl_json_get(m, "parameters");

	PL_TRY(pl_returns_args_of(&out->ret, p, e));
	PL_TRY(pl_json_num(&out->level, pl_json_get(p, "level"), e));
	PL_TRY(pl_json_u64(&out->window, pl_json_get(p, "window"), e));
	PL_TRY(pl_json_u64(&out->refit, pl_json_get(p, "refit"), e));
	PL_TRY(pl_json_u64(&out->sims, pl_json_get(p, "simulations"), e));
	return pl_json_u64(&out->seed, pl_json_get(m, "seed"), e);
}
