/* Trend for people: the verdict in words, the tests, the series drawn with
 * its line and its breaks. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/say.h"
#include "cmd/analyze/trend.h"

#define SHOWN 12 /* change points listed; --json has them all */
#define DRAWN 16 /* at most, or the chart is nothing but them */

static const char *number(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.5g", v) : "-";
}

static bool flagged(const struct pl_trend_row *r, const char *code)
{
	const struct pl_flag *f = r->flags.v;

	for (size_t i = 0; i < r->flags.n; i++) {
		if (!strcmp(f[i].code, code))
			return true;
	}
	return false;
}

/* Change points that are none are not called so. */
static void levels(struct pl_say *s, const struct pl_trend_row *r)
{
	size_t n = r->change_points.n;

	if (flagged(r, "wanders"))
		pl_say_text(s, 0,
			    "It wanders like a random walk, so that may be "
			    "chance: see the notes below.");
	else if (!n)
		pl_say_text(s, 0, "The level never changed abruptly.");
	else if (flagged(r, "stairs"))
		pl_say_text(s, 0,
			    "No change of level stands out: see the notes "
			    "below.");
	else if (n == 1)
		pl_say_text(s, 0, "The level changed once.");
	else
		pl_say_text(s, 0, "The level changed %zu times.", n);
}

static void words(struct pl_say *s, const struct pl_trend_row *r)
{
	const struct pl_trend_slope *b = &r->slope;
	char first = (char)(r->verdict[0] - 'a' + 'A');

	pl_say_text(s, 0, "%c%s: %.4g per %s (%.4g %% interval %s to %s).",
		    first, r->verdict + 1, b->value, b->per,
		    100 * b->interval.level, number(s->b.a, b->interval.lo),
		    number(s->b.a, b->interval.hi));
	levels(s, r);
}

static void tests(struct pl_say *s, const struct pl_trend_row *r)
{
	struct pl_arena *a = s->b.a;
	const struct pl_trend_mk *m = &r->mann_kendall;

	pl_buf_fmt(&s->b, "\n%-28s %12s %12s %12s %10s\n",
		   pl_printf(a, "Slope per %s", r->slope.per), "value", "from",
		   "to", "p");
	pl_buf_fmt(
		&s->b, "%-28s %12s %12s %12s %10.3g\n",
		pl_printf(a, "robust, HAC (%" PRIu64 " lags)", r->slope.lags),
		number(a, r->slope.value), number(a, r->slope.interval.lo),
		number(a, r->slope.interval.hi), r->slope.p);
	pl_buf_fmt(&s->b, "%-28s %12s %12s %12s\n", "Theil-Sen",
		   number(a, r->theil_sen.value),
		   number(a, r->theil_sen.interval.lo),
		   number(a, r->theil_sen.interval.hi));
	pl_buf_fmt(&s->b, "\n%-28s %12s %12s %12s %10s\n", "Mann-Kendall",
		   "tau", "z", "S", "p");
	pl_buf_fmt(&s->b, "%-28s %12.4f %12.3f %12" PRId64 " %10.3g\n",
		   m->correction, m->tau, m->z, m->s, m->p);
	pl_buf_fmt(&s->b, "%-28s %12s %12.3f %12s %10.3g\n",
		   "as if independent", "", m->z_plain, "", m->p_plain);
}

static void changes(struct pl_say *s, const struct pl_trend_row *r)
{
	const struct pl_trend_change *c = r->change_points.v;
	struct pl_arena *a = s->b.a;
	size_t n = r->change_points.n;

	if (!n)
		return;
	pl_buf_fmt(&s->b, "\n%-20s %11s %11s %20s  %s\n", "Changes of level",
		   "mean before", "mean after", "step, interval", "between");
	for (size_t i = 0; i < n && i < SHOWN; i++)
		pl_buf_fmt(
			&s->b, "%-20s %11s %11s %20s  %s\n",
			c[i].time ? pl_say_time(a, c[i].time)
				  : pl_printf(a, "point %" PRIu64, c[i].index),
			number(a, c[i].before), number(a, c[i].after),
			isnan(c[i].step_lo)
				? "-"
				: pl_printf(a, "%.4g to %.4g", c[i].step_lo,
					    c[i].step_hi),
			pl_printf(a, "%" PRIu64 "-%" PRIu64, c[i].lo, c[i].hi));
	if (n > SHOWN)
		pl_buf_fmt(&s->b, "and %zu more\n", n - SHOWN);
}

/* Level and slope as states, and what CUSUM and wavelet say. */
static void states(struct pl_say *s, const struct pl_trend_row *r)
{
	const struct pl_trend_structural *v = r->structural.v;
	const struct pl_trend_cusum *c = &r->cusum;
	struct pl_arena *a = s->b.a;

	if (r->structural.n)
		pl_buf_fmt(&s->b, "\n%-28s %12s %12s %12s %10s\n",
			   "Level now, as it wanders", "value", "from", "to",
			   "AIC");
	for (size_t i = 0; i < r->structural.n; i++)
		pl_buf_fmt(&s->b, "%-28s %12s %12s %12s %10s\n", v[i].model,
			   number(a, v[i].last),
			   number(a, v[i].last_interval.lo),
			   number(a, v[i].last_interval.hi),
			   pl_printf(a, "%.2f", v[i].aic));
	if (r->structural.n > 1)
		pl_buf_fmt(&s->b, "%-28s %12s %12s %12s\n",
			   "  its slope, per point", number(a, v[1].drift),
			   number(a, v[1].drift_interval.lo),
			   number(a, v[1].drift_interval.hi));
	pl_buf_fmt(&s->b, "\n%-28s %12.4f   p %.3g (if independent %.3g)\n",
		   "CUSUM, one level throughout", c->hac_stat, c->hac_p, c->p);
	if (r->wavelet)
		pl_buf_fmt(&s->b, "%-28s %12s   noise sd %s, share kept %.3f\n",
			   "Last value without noise",
			   number(a, r->wavelet->last),
			   number(a, r->wavelet->noise), r->wavelet->share);
}

enum pl_rc pl_trend_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_trend_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	words(&s, r);
	tests(&s, r);
	changes(&s, r);
	states(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
