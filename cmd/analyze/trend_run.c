/* The figures of plume analyze trend. */
#include <inttypes.h>
#include <math.h>

#include "analytics/breaks.h"
#include "analytics/fixed_math.h"
#include "analytics/moments.h"
#include "base/num.h"
#include "cmd/analyze/calendar.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/trend.h"

/* Raise when the same input and parameters give other figures. */
#define MODEL_NAME "plume.trend"
#define MODEL_VERSION 3
#define TUNE 4.685 /* bisquare: 95 % efficient at the normal */
#define SMALL_SAMPLE 30
#define WANDERS .9 /* autocorrelation at lag 1, from which on */
#define DAY 86400.0

struct work {
	struct pl_ctx *c;
	const struct pl_trend_args *args;
	struct pl_input_series s;
	double *t, *y; /* times from the first one on, per `per` */
	size_t *at;    /* the point of the series */
	size_t n;
	struct pl_cp_spec cp;
	struct pl_flags flags;
	struct pl_trend_row *row;
};

static void flag(struct work *w, const char *code, const char *about)
{
	pl_flag_add(&w->flags, code, about);
}

static enum pl_rc penalty_of(struct pl_cp_spec *out, const char *text,
			     struct pl_err *e)
{
	struct pl_err ignored;

	if (!strcmp(text, "mbic")) {
		out->rule = PL_CP_MBIC;
		return PL_OK;
	}
	if (!strcmp(text, "bic")) {
		out->rule = PL_CP_BIC;
		return PL_OK;
	}
	out->rule = PL_CP_FIXED;
	if (pl_double_parse(&out->penalty, text, strlen(text), &ignored) ||
	    !(out->penalty > 0))
		return pl_fail(e, PL_EUSAGE,
			       "--penalty is mbic, bic or a number greater "
			       "than 0, not \"%s\"",
			       text);
	return PL_OK;
}

static enum pl_rc check_args(struct work *w, struct pl_err *e)
{
	const struct pl_trend_args *a = w->args;

	if (!(a->level > 0 && a->level < 1))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0 and 1, not %g",
			       a->level);
	if ((a->hac == PL_HAC_FIXED) != !!a->lags)
		return pl_fail(e, PL_EUSAGE,
			       "--hac fixed and --lags N go "
			       "together");
	if (pl_input_gap(&a->in) == PL_GAP_BREAK)
		return pl_fail(e, PL_EUSAGE,
			       "--missing break is for returns: a trend can "
			       "only skip");
	w->cp.model = (enum pl_cp_model)a->change;
	w->cp.min_seg = a->min_segment ? *a->min_segment : 0;
	return penalty_of(&w->cp, a->penalty, e);
}

/* Points with a value; times from the first of them, in days where they are
 * seconds, so that a slope reads "per day" and the fit is well conditioned. */
static void take_points(struct work *w)
{
	double unit = w->s.in_seconds ? DAY : 1, start = 0;

	w->t = PL_NEW_N(w->c->arena, double, w->s.n);
	w->y = PL_NEW_N(w->c->arena, double, w->s.n);
	w->at = PL_NEW_N(w->c->arena, size_t, w->s.n);
	for (size_t i = 0; i < w->s.n; i++) {
		if (isnan(w->s.y[i]))
			continue;
		if (!w->n)
			start = w->s.t[i];
		w->t[w->n] = (w->s.t[i] - start) / unit;
		w->y[w->n] = w->s.y[i];
		w->at[w->n++] = i;
	}
	if (w->n < w->s.n)
		flag(w, "missing_values", "values were missing and left out");
}

static const char *per(const struct work *w)
{
	const char *kind = w->s.about.time_kind;

	if (w->s.in_seconds)
		return "day";
	return strcmp(kind, "number") != 0 ? kind : "unit";
}

static enum pl_rc slope(struct work *w, struct pl_err *e)
{
	const struct pl_trend_args *a = w->args;
	struct pl_slope_spec spec = { (enum pl_hac_rule)a->hac,
				      a->lags ? *a->lags : 0, TUNE, a->level };
	struct pl_slope s;
	double *fit = PL_NEW_N(w->c->arena, double, w->n);

	PL_TRY(pl_trend_robust(&s, w->t, 1, w->y, 1, w->n, &spec, e));
	w->row->slope = (struct pl_trend_slope){
		s.slope,
		per(w),
		s.intercept,
		s.se,
		s.t,
		s.p,
		{ s.level, s.lo, s.hi },
		s.sigma,
		s.lags,
		s.iterations,
		s.down_weighted,
		s.exact,
	};
	for (size_t i = 0; i < w->n; i++)
		fit[i] = s.intercept + s.slope * w->t[i];
	w->row->fit = fit;
	if (s.exact)
		flag(w, "exact_line",
		     "a straight line runs through the "
		     "points: there is no error to measure");
	return PL_OK;
}

static enum pl_rc sen(struct work *w, struct pl_err *e)
{
	struct pl_sen s;

	PL_TRY(pl_trend_sen(&s, w->t, 1, w->y, 1, w->n, w->args->level, e));
	w->row->theil_sen = (struct pl_trend_sen){ s.slope,
						   s.intercept,
						   { s.level, s.lo, s.hi } };
	return PL_OK;
}

static enum pl_rc mann_kendall(struct work *w, struct pl_err *e)
{
	const struct pl_trend_sen *sen = &w->row->theil_sen;
	const double step = (w->t[w->n - 1] - w->t[0]) / (double)(w->n - 1);
	struct pl_mk_spec plain = { .correct = PL_MK_PLAIN };
	struct pl_mk_spec spec = {
		.correct = (enum pl_mk_correct)w->args->correct,
		.near = sen->value * step,
		/* times at even steps but for rounding */
		.within = (sen->interval.hi - sen->interval.lo) * step / 200,
	};
	struct pl_arena *a = w->c->arena;
	struct pl_mk m, p;

	PL_TRY(pl_trend_mk(a, &m, w->y, 1, w->n, &spec, e));
	PL_TRY(pl_trend_mk(a, &p, w->y, 1, w->n, &plain, e));
	w->row->mann_kendall = (struct pl_trend_mk){
		m.tau,
		m.tau_b,
		m.s,
		m.z,
		m.p,
		m.var,
		pl_mk_correct_words[m.correct],
		m.factor,
		m.factor_held,
		m.lag,
		m.lags_used,
		m.ties,
		p.z,
		p.p,
	};
	if (m.factor_held)
		flag(w, "correction_held",
		     "the autocorrelations gave no usable correction of the "
		     "Mann-Kendall variance: none was made");
	return PL_OK;
}

/* Where the whole would take too long, the end of it, and that is said.  So
 * many points are looked at within seconds whatever they are like. */
#define CHANGE_POINTS 30000

static enum pl_rc pelt(struct work *w, struct pl_cp *cp, struct pl_err *e)
{
	enum pl_rc rc = pl_pelt(w->c->arena, cp, w->y, 1, w->n, &w->cp, e);
	size_t n = w->n, first;

	while (rc == PL_ELIMIT && n > CHANGE_POINTS) {
		n = n / 4 > CHANGE_POINTS ? n / 4 : CHANGE_POINTS;
		rc = pl_pelt(w->c->arena, cp, w->y + (w->n - n), 1, n, &w->cp,
			     e);
	}
	if (rc || n == w->n)
		return rc;
	first = w->n - n;
	for (size_t i = 0; i <= cp->changes; i++)
		cp->seg[i].start += first;
	flag(w, "change_window",
	     pl_printf(w->c->arena,
		       "changes were looked for in the last %zu points only: "
		       "in all of them it would take too long",
		       n));
	return PL_OK;
}

static enum pl_rc changes(struct work *w, struct pl_cp *cp, struct pl_err *e)
{
	struct pl_trend_change *v;

	PL_TRY(pelt(w, cp, e));
	v = PL_NEW_N(w->c->arena, struct pl_trend_change, cp->changes);
	for (size_t i = 0; i < cp->changes; i++) {
		const struct pl_cp_seg *b = &cp->seg[i], *a = &cp->seg[i + 1];

		v[i] = (struct pl_trend_change){
			a->start,
			w->s.about.first ? pl_input_time(w->c->arena, &w->s,
							 w->at[a->start])
					 : NULL,
			b->mean,
			a->mean,
			b->sd,
			a->sd,
			0,
			0,
			0,
			0,
		};
		pl_step_bounds(&v[i].step_lo, &v[i].step_hi,
			       &(struct pl_part){ b->n, b->mean, b->sd },
			       &(struct pl_part){ a->n, a->mean, a->sd },
			       w->args->level);
		pl_trend_reach(&v[i].lo, &v[i].hi, b, a, w->args->level);
	}
	w->row->change_points = (struct pl_list){ v, cp->changes };
	w->row->penalty = cp->penalty;
	w->row->noise = cp->scale;
	w->row->min_segment = cp->min_seg;
	return PL_OK;
}

/* A slope is cut into stairs by change points of the mean, and a step is bent
 * into a slope by the line.  Which of the two describes the series at less
 * cost, in PELT's own measure with ln n for the slope, is said. */
static void stairs_or_slope(struct work *w, const struct pl_cp *cp)
{
	double line = pl_log((double)w->n);

	if (cp->model != PL_CP_MEAN)
		return;
	for (size_t i = 0; i < w->n; i++) {
		double d = (w->y[i] - w->row->fit[i]) / cp->scale;

		line += d * d;
	}
	if (line < cp->cost)
		flag(w, "stairs",
		     "a straight line describes the series better than these "
		     "levels: the change points are stairs on a slope, not "
		     "events");
	else
		flag(w, "levels",
		     "these levels describe the series better than a straight "
		     "line: the slope is made by the steps and need not go on");
}

/* Change points assume independent noise around constant levels.  A series
 * that wanders about its line like a random walk is cut to pieces instead,
 * and no error that looks a few lags back holds for its slope. */
static void doubt_changes(struct work *w, const struct pl_cp *cp)
{
	double *rest = PL_NEW_N(w->c->arena, double, w->n), r[2];
	const size_t first = cp->seg[0].start;
	struct pl_err e;

	for (size_t i = 0; i < w->n; i++)
		rest[i] = w->y[i] - w->row->fit[i];
	if (!w->row->slope.exact && !pl_acf(r, 1, rest, 1, w->n, &e) &&
	    r[1] > WANDERS) {
		flag(w, "wanders",
		     "the series wanders around its line like a random walk, "
		     "which shows slopes and levels by chance alone: the "
		     "intervals and p-values are too narrow and too small, "
		     "and the change points are pieces of the walk, not "
		     "events");
		return;
	}
	if (!cp->changes)
		return;
	stairs_or_slope(w, cp);
	for (size_t i = 0; i <= cp->changes; i++) {
		for (size_t k = 0; k < cp->seg[i].n; k++)
			rest[cp->seg[i].start + k] =
				w->y[cp->seg[i].start + k] - cp->seg[i].mean;
	}
	if (!pl_acf(r, 1, rest + first, 1, w->n - first, &e) &&
	    fabs(r[1]) > 2 / sqrt((double)(w->n - first)))
		flag(w, "autocorrelated",
		     "what is left around the segments is autocorrelated, "
		     "which breeds false change points");
}

/* The last shift of level in noise scales: the scale PELT used, or, where it
 * fits a variance to each segment, what is around the two of them. */
static double last_shift(const struct pl_cp *cp)
{
	const struct pl_cp_seg *a, *b;
	double noise, shift;

	if (!cp->changes)
		return 0;
	a = &cp->seg[cp->changes - 1];
	b = &cp->seg[cp->changes];
	noise = cp->model == PL_CP_MEAN ? cp->scale
					: sqrt((a->sd * a->sd * (double)a->n +
						b->sd * b->sd * (double)b->n) /
					       (double)(a->n + b->n));
	shift = (b->mean - a->mean) / noise;
	return isnan(shift) ? 0 : shift;
}

static enum pl_rc score(struct work *w, const struct pl_cp *cp,
			struct pl_err *e)
{
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);
	struct pl_trend_row *r = w->row;
	struct pl_trend_features f = { r->slope.t, r->mann_kendall.z,
				       last_shift(cp) };

	PL_TRY(pl_explain_trend(x, &f, e));
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	return PL_OK;
}

static void parameters(struct work *w)
{
	const struct pl_trend_args *a = w->args;

	w->row->model = (struct pl_trend_model){
		MODEL_NAME,
		MODEL_VERSION,
		NULL,
		{ a->level, pl_hac_rule_words[a->hac], a->lags,
		  pl_mk_correct_words[a->correct], pl_cp_model_words[a->change],
		  a->penalty, a->min_segment, TUNE },
	};
}

static enum pl_rc compute(struct work *w, struct pl_err *e)
{
	struct pl_cp cp;

	take_points(w);
	pl_calendar_flag(w->c->arena, &w->flags, &w->s, w->at, w->n);
	PL_TRY(slope(w, e));
	PL_TRY(sen(w, e));
	PL_TRY(mann_kendall(w, e));
	PL_TRY(changes(w, &cp, e));
	PL_TRY(pl_trend_more(w->c->arena, w->row, w->y, w->n, &w->flags, e));
	doubt_changes(w, &cp);
	PL_TRY(score(w, &cp, e));
	if (w->n < SMALL_SAMPLE)
		flag(w, "small_sample",
		     "fewer than 30 points: errors and "
		     "tests are rough");
	parameters(w);
	return PL_OK;
}

enum pl_rc pl_trend_run(struct pl_ctx *c, struct pl_trend_row *out,
			const struct pl_trend_args *args, struct pl_err *e)
{
	struct pl_trend_row row = { 0 };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(w, e));
	PL_TRY(pl_input_read(c, &w->s, &args->in, false, e));
	if (compute(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->s.about.source));
	row.n = w->n;
	row.first = w->y[0];
	row.last = w->y[w->n - 1];
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->s.about;
	row.trust = w->s.about.trust;
	row.y = w->y;
	row.arena = c->arena;
	row.pictures = pl_trend_pictures(c, &row);
	*out = row;
	return PL_OK;
}
