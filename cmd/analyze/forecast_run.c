/* The figures of plume analyze forecast. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/forecast.h"
#include "cmd/analyze/picture.h"

/* Raise when the same input and parameters give other figures. */
#define MODEL_NAME "plume.forecast"
#define MODEL_VERSION 1

struct work {
	struct pl_ctx *c;
	const struct pl_forecast_args *args;
	struct pl_input_series s;
	struct pl_calendar cal;
	double *y;
	size_t *at;
	size_t n;
	uint64_t period;
	struct pl_fc fc;
	struct pl_flags flags;
	struct pl_forecast_row *row;
};

static void flag(struct work *w, const char *code, const char *about)
{
	pl_flag_add(&w->flags, code, about);
}

static enum pl_rc check_args(const struct pl_forecast_args *a, struct pl_err *e)
{
	if (!(a->level >= .5 && a->level <= .99))
		return pl_fail(e, PL_EUSAGE,
			       "--level lies between 0.5 and 0.99, not %g",
			       a->level);
	if (!(a->rate > 0 && a->rate <= .5))
		return pl_fail(e, PL_EUSAGE,
			       "--rate lies between 0 and 0.5, not %g",
			       a->rate);
	if (pl_input_gap(&a->in) == PL_GAP_BREAK)
		return pl_fail(e, PL_EUSAGE,
			       "--missing break is for returns: a forecast can "
			       "only skip");
	return PL_OK;
}

static void take_points(struct work *w)
{
	w->y = PL_NEW_N(w->c->arena, double, w->s.n);
	w->at = PL_NEW_N(w->c->arena, size_t, w->s.n);
	for (size_t i = 0; i < w->s.n; i++) {
		if (isnan(w->s.y[i]))
			continue;
		w->y[w->n] = w->s.y[i];
		w->at[w->n++] = i;
	}
	if (w->n < w->s.n)
		flag(w, "missing_values",
		     "values were missing and left out: their neighbours "
		     "count as one step apart");
	pl_calendar_of(w->c->arena, &w->cal, &w->s, w->at, w->n);
	w->period = w->args->period ? *w->args->period : w->cal.period;
}

static void steps(struct work *w)
{
	const size_t h = (size_t)w->args->horizon;
	struct pl_forecast_step *v =
		PL_NEW_N(w->c->arena, struct pl_forecast_step, h);
	const double last = w->s.t[w->at[w->n - 1]];

	for (size_t k = 0; k < h; k++) {
		const struct pl_fc_step *s = &w->fc.step[k];
		const char *time = pl_calendar_next(w->c->arena, &w->cal, &w->s,
						    last, k + 1);

		v[k] = (struct pl_forecast_step){
			k + 1,          time,
			s->value,       s->lo,
			s->hi,          s->split_lo,
			s->split_hi,    s->conf.coverage,
			s->conf.judged,
		};
		w->row->coverage.judged += s->conf.judged;
	}
	w->row->steps = (struct pl_list){ v, h };
	w->row->coverage.level = w->args->level;
	w->row->coverage.adaptive = w->fc.coverage;
	w->row->coverage.lo = w->fc.coverage_lo;
	w->row->coverage.hi = w->fc.coverage_hi;
	w->row->coverage.split = w->fc.split_coverage;
}

static void accuracy(struct work *w)
{
	struct pl_forecast_accuracy *v = PL_NEW_N(
		w->c->arena, struct pl_forecast_accuracy, PL_FC_METHODS);
	size_t n = 0;

	for (size_t i = 0; i < PL_FC_METHODS; i++) {
		const struct pl_fc_accuracy *q = &w->fc.accuracy[i];

		if (!q->used)
			continue;
		v[n++] = (struct pl_forecast_accuracy){
			pl_fc_method_words[q->method],
			q->method == w->fc.method,
			q->mae,
			q->mase,
			q->pinball,
			q->choose_mae,
		};
	}
	w->row->accuracy = (struct pl_list){ v, n };
	w->row->against_naive =
		(struct pl_forecast_test){ w->fc.skill, w->fc.dm_t, w->fc.dm_p,
					   w->fc.dm_n };
}

struct coefs {
	struct pl_forecast_coef *v;
	size_t n;
};

static void coef(struct coefs *l, const char *name, double value, double se)
{
	l->v[l->n++] = (struct pl_forecast_coef){ name, value, se };
}

static void ets_fit(struct work *w, struct coefs *l)
{
	const struct pl_ets *m = &w->fc.ets;
	char *name = pl_alloc(w->c->arena, 8);

	pl_ets_name(name, &m->form);
	coef(l, "alpha", m->alpha, NAN);
	if (m->form.trend == 'A')
		coef(l, "beta", m->beta, NAN);
	if (m->form.season != 'N')
		coef(l, "gamma", m->gamma, NAN);
	if (m->form.damped)
		coef(l, "phi", m->phi, NAN);
	w->row->fit = (struct pl_forecast_fit){ name,        { l->v, l->n },
						m->loglik,   m->aicc,
						m->sigma2,   m->tried,
						m->converged };
}

static void arima_fit(struct work *w, struct coefs *l)
{
	static const char *const names[] = { "ar", "ma", "sar", "sma" };
	const struct pl_arima *m = &w->fc.arima;
	const uint64_t parts[] = { m->order.p, m->order.q, m->order.P,
				   m->order.Q };
	char *name = pl_alloc(w->c->arena, 64);
	size_t i = 0;

	pl_arima_name(name, &m->order);
	for (size_t g = 0; g < 4; g++)
		for (uint64_t k = 1; k <= parts[g]; k++, i++)
			coef(l,
			     pl_printf(w->c->arena, "%s%" PRIu64, names[g], k),
			     m->coef[i], m->se[i]);
	if (m->order.constant)
		coef(l, m->order.d + m->order.D ? "drift" : "mean", m->mean,
		     m->mean_se);
	w->row->fit = (struct pl_forecast_fit){ name,        { l->v, l->n },
						m->loglik,   m->aicc,
						m->sigma2,   m->tried,
						m->converged };
}

static void fit(struct work *w)
{
	struct coefs l = { PL_NEW_N(w->c->arena, struct pl_forecast_coef,
				    PL_ARIMA_COEF + 1),
			   0 };

	w->row->fit.loglik = w->row->fit.aicc = w->row->fit.sigma2 = NAN;
	w->row->fit.converged = true;
	if (w->fc.has_ets)
		ets_fit(w, &l);
	if (w->fc.has_arima)
		arima_fit(w, &l);
	if (!w->row->fit.converged)
		flag(w, "not_converged",
		     "the search for the best coefficients did not settle");
}

static void doubts(struct work *w)
{
	const double level = w->args->level;

	if (w->cal.odd)
		flag(w, "irregular_times",
		     "the points are not evenly spaced in time: a step ahead "
		     "is one more point, whenever it comes");
	if (w->cal.gaps)
		flag(w, "gaps",
		     "the calendar has gaps: a longer step counts as one");
	if (w->period > 1 && w->fc.period == 1)
		flag(w, "no_season",
		     "too few points for a season of that length: none was "
		     "looked for");
	if (w->fc.used < w->fc.n)
		flag(w, "window", "only the last points were looked at");
	if (w->fc.coverage_hi < level || w->fc.coverage_lo > level)
		flag(w, "coverage_off",
		     "the intervals held clearly more or less often than "
		     "they should");
	if (w->fc.origins < 100)
		flag(w, "few_forecasts",
		     "fewer than 100 past forecasts: coverage and accuracy "
		     "are rough");
}

static enum pl_rc score(struct work *w, struct pl_err *e)
{
	struct pl_explained *x = PL_NEW(w->c->arena, struct pl_explained);
	const double width = (w->fc.coverage_hi - w->fc.coverage_lo) / 3.92;
	const double off = fabs(w->fc.coverage - w->args->level);
	const double v[] = { w->fc.dm_t, width > 0 ? off / width : 0 };
	struct pl_forecast_row *r = w->row;

	PL_TRY(pl_explain(x, &pl_score_forecast, v, e));
	r->verdict = x->verdict;
	r->score = x->score;
	r->score_base = x->base_score;
	r->contributions = (struct pl_list){ x->feature, x->n };
	r->counterfactual = x->flip.possible ? &x->flip : NULL;
	return PL_OK;
}

static void parameters(struct work *w)
{
	const struct pl_forecast_args *a = w->args;

	w->row->model = (struct pl_forecast_model){
		MODEL_NAME,
		MODEL_VERSION,
		NULL,
		{ a->horizon, a->level, a->rate, pl_fc_method_words[a->method],
		  a->period, a->log, a->window },
	};
	w->row->calendar = (struct pl_forecast_calendar){
		w->cal.rule,
		w->cal.unit,
		w->cal.step,
		w->cal.gaps,
		w->cal.odd,
		w->fc.period,
		a->period ? "given" : "calendar",
	};
}

static enum pl_rc compute(struct work *w, struct pl_err *e)
{
	const struct pl_forecast_args *a = w->args;
	struct pl_fc_spec spec;

	take_points(w);
	spec = (struct pl_fc_spec){ (enum pl_fc_method)a->method,
				    a->horizon,
				    w->period,
				    a->log,
				    a->level,
				    a->rate,
				    a->window };
	PL_TRY(pl_forecast(w->c->arena, &w->fc, w->y, w->n, &spec, e));
	steps(w);
	accuracy(w);
	fit(w);
	doubts(w);
	parameters(w);
	return score(w, e);
}

enum pl_rc pl_forecast_run(struct pl_ctx *c, struct pl_forecast_row *out,
			   const struct pl_forecast_args *args,
			   struct pl_err *e)
{
	struct pl_forecast_row row = { 0 };
	struct work *w = PL_NEW(c->arena, struct work);

	w->c = c;
	w->args = args;
	w->row = &row;
	PL_TRY(check_args(args, e));
	PL_TRY(pl_input_read(c, &w->s, &args->in, false, e));
	if (compute(w, e))
		return pl_note(e, "%s",
			       pl_out_safe(c->arena, w->s.about.source));
	row.method = pl_fc_method_words[w->fc.method];
	row.n = w->fc.n;
	row.used = w->fc.used;
	row.trained = w->fc.trained;
	row.origins = w->fc.origins;
	row.last = w->y[w->n - 1];
	row.flags = (struct pl_list){ w->flags.v, w->flags.n };
	row.input = w->s.about;
	row.trust = w->s.about.trust;
	row.y = w->y + (w->n > PL_FORECAST_PAST ? w->n - PL_FORECAST_PAST : 0);
	row.arena = c->arena;
	row.pictures = pl_forecast_pictures(c, &row);
	*out = row;
	return PL_OK;
}
