/* A forecast for people: the verdict in words, the bounds, what they are
 * worth, the end of the series drawn with what may follow. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/forecast.h"
#include "cmd/analyze/say.h"
#include "out/svg.h"

#define SHOWN 14 /* steps listed; --json has them all */

static const char *number(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.6g", v) : "-";
}

static const char *percent(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.1f", 100 * v) : "-";
}

/* Dates as they are, numbers to ten places: 1961 and 1/12 has no end. */
static const char *time_of(struct pl_arena *a, const struct pl_forecast_step *p)
{
	if (!p->time)
		return pl_printf(a, "+%" PRIu64, p->ahead);
	return strchr(p->time, 'T') ? pl_say_time(a, p->time)
				    : pl_printf(a, "%.10s", p->time);
}

static const struct pl_forecast_step *step(const struct pl_forecast_row *r,
					   size_t k)
{
	return (const struct pl_forecast_step *)r->steps.v + k;
}

/* "in 7 days", "in 7 points" */
static const char *when(struct pl_arena *a, const struct pl_forecast_row *r)
{
	const size_t h = r->steps.n;
	const char *unit = r->calendar.unit ? r->calendar.unit : "point";

	return pl_printf(a, "In %zu %s%s", h, unit, h == 1 ? "" : "s");
}

static void words(struct pl_say *s, const struct pl_forecast_row *r)
{
	struct pl_arena *a = s->b.a;
	const struct pl_forecast_step *last = step(r, r->steps.n - 1);

	pl_say_text(s, 0,
		    "%s: between %s and %s, around %s (now %s). Such bounds, "
		    "meant to hold %.4g %% of the time, held %s %% of the "
		    "time so far (%" PRIu64 " forecasts). %s.",
		    when(a, r), number(a, last->lo), number(a, last->hi),
		    number(a, last->value), number(a, r->last),
		    100 * r->coverage.level, percent(a, last->coverage),
		    last->judged,
		    !strcmp(r->method, "naive")
			    ? "Nothing did better than to expect no change"
		    : !strcmp(r->verdict, "better than naive")
			    ? "Better than to expect no change"
		    : !strcmp(r->verdict, "worse than naive")
			    ? "Worse than to expect no change"
			    : "No better than to expect no change");
}

static void table(struct pl_say *s, const struct pl_forecast_row *r)
{
	struct pl_arena *a = s->b.a;
	const size_t n = r->steps.n;

	pl_buf_fmt(&s->b, "\n%-24s %12s %12s %12s %12s\n", "Next", "forecast",
		   "from", "to", "held, %");
	for (size_t k = 0; k < n && k < SHOWN; k++) {
		const struct pl_forecast_step *p = step(r, k);

		pl_buf_fmt(&s->b, "%-24s %12s %12s %12s %12s\n", time_of(a, p),
			   number(a, p->value), number(a, p->lo),
			   number(a, p->hi), percent(a, p->coverage));
	}
	if (n > SHOWN)
		pl_buf_fmt(&s->b, "and %zu more\n", n - SHOWN);
}

static void worth(struct pl_say *s, const struct pl_forecast_row *r)
{
	const struct pl_forecast_accuracy *q = r->accuracy.v;
	const struct pl_forecast_coverage *c = &r->coverage;
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "\n%-24s %12s %12s %12s\n", "Past forecasts",
		   "mean error", "MASE", "pinball");
	for (size_t i = 0; i < r->accuracy.n; i++)
		pl_buf_fmt(&s->b, "%-24s %12s %12s %12s%s\n", q[i].method,
			   number(a, q[i].mae), number(a, q[i].mase),
			   number(a, q[i].pinball), q[i].chosen ? "  <" : "");
	pl_say_text(s, 2,
		    "Against naive: skill %.3f, Diebold-Mariano t %.2f, p "
		    "%.3g (%" PRIu64 " origins).",
		    r->against_naive.skill, r->against_naive.t,
		    r->against_naive.p, r->against_naive.n);
	pl_say_text(s, 2,
		    "Intervals at %.4g %%, all steps: adaptive held %s %% "
		    "(%s to %s), split %s %%.",
		    100 * c->level, percent(a, c->adaptive), percent(a, c->lo),
		    percent(a, c->hi), percent(a, c->split));
}

static void fit(struct pl_say *s, const struct pl_forecast_row *r)
{
	const struct pl_forecast_coef *c = r->fit.coefs.v;
	const struct pl_forecast_calendar *k = &r->calendar;

	if (r->fit.form) {
		pl_buf_fmt(&s->b, "\n%-24s %12s %12s\n",
			   pl_printf(s->b.a, "%s %s", r->method, r->fit.form),
			   "value", "std. error");
		for (size_t i = 0; i < r->fit.coefs.n; i++)
			pl_buf_fmt(&s->b, "%-24s %12s %12s\n", c[i].name,
				   number(s->b.a, c[i].value),
				   number(s->b.a, c[i].se));
	}
	pl_buf_byte(&s->b, '\n');
	pl_say_text(s, 9,
		    "Calendar %s%s%s, %" PRIu64 " gap%s; season %s; %" PRIu64
		    " of %" PRIu64 " points, judged from point %" PRIu64 " on",
		    k->rule, k->unit ? ", step: " : "", k->unit ? k->unit : "",
		    k->gaps, k->gaps == 1 ? "" : "s",
		    k->period > 1 ? pl_printf(s->b.a, "%" PRIu64 " points (%s)",
					      k->period, k->period_rule)
				  : "none",
		    r->used, r->n, r->n - r->used + r->trained + 1);
}

enum pl_rc pl_forecast_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_forecast_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	words(&s, r);
	table(&s, r);
	worth(&s, r);
	fit(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
