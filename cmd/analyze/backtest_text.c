/* A backtest for people. */
#include <inttypes.h>
#include <math.h>

#include "analytics/backtest.h"
#include "cmd/analyze/backtest.h"
#include "cmd/analyze/say.h"

static const char *number(struct pl_arena *a, const char *unit, double v)
{
	if (!isfinite(v))
		return "-";
	return pl_printf(a, "%.3f%s", v, unit);
}

static void headline(struct pl_say *s, const struct pl_backtest_row *r)
{
	const struct pl_backtest_model *m = r->models.v;

	pl_say_text(s, 0, "Best of %zu models: %s, %s (%.1f points of doubt).",
		    r->models.n, r->best, r->verdict, r->score);
	pl_say_text(s, 0, "Why: %s.", r->why);
	pl_say_text(s, 0,
		    "On %" PRIu64 " days %" PRIu64
		    " losses went beyond its VaR at %.4g %%; %.1f were to be "
		    "expected, and the data allow a rate from %.2f to %.2f %%.",
		    r->days, m[0].hits, 100 * r->model.parameters.level,
		    m[0].expected, 100 * m[0].rate_lo, 100 * m[0].rate_hi);
}

/* The rule knows one number of days and one level. */
static void basel(struct pl_say *s, const struct pl_backtest_row *r)
{
	const struct pl_backtest_model *m = r->models.v;
	const double level = r->model.parameters.level;

	if (r->days != PL_BASEL_DAYS || fabs(level - PL_BASEL_LEVEL) > 1e-12)
		return;
	pl_say_text(s, 2,
		    "Basel's multiplier for %s: %.2f (3, and %.2f for %" PRIu64
		    " hits in 250 days).",
		    r->best, 3 + pl_basel_plus(m[0].hits),
		    pl_basel_plus(m[0].hits), m[0].hits);
}

static void table(struct pl_say *s, const struct pl_backtest_row *r)
{
	const struct pl_backtest_model *m = r->models.v;
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "\n%-11s %5s %7s %7s %7s %7s %7s %7s %9s\n",
		   "p-values", "hits", "Kupiec", "indep.", "both", "ES: Z2",
		   "ES: MF", "light", "verdict");
	for (size_t i = 0; i < r->models.n; i++)
		pl_buf_fmt(&s->b,
			   "%-11s %5" PRIu64 " %7s %7s %7s %7s %7s %7s %9s\n",
			   m[i].name, m[i].hits, number(a, "", m[i].p_uc),
			   number(a, "", m[i].p_ind), number(a, "", m[i].p_cc),
			   number(a, "", m[i].p_z2), number(a, "", m[i].p_mf),
			   m[i].light, m[i].verdict);
	pl_buf_fmt(&s->b, "\n%-11s %11s %11s %11s %11s %9s\n", "", "joint loss",
		   "mean VaR", "mean ES", "duration p", "ES: Z2");
	for (size_t i = 0; i < r->models.n; i++)
		pl_buf_fmt(&s->b, "%-11s %11.5f %11.5g %11.5g %11s %9.3f\n",
			   m[i].name, m[i].loss, m[i].mean_var, m[i].mean_es,
			   number(a, "", m[i].p_duration), m[i].z2);
	basel(s, r);
	if (r->lead)
		pl_say_text(s, 2,
			    "%s against %s: the difference of joint losses has "
			    "t %.2f (Newey-West), p %.3f.",
			    r->best, r->lead->over, r->lead->t, r->lead->p);
	pl_say_text(s, 2,
		    "Each day is forecast from the %" PRIu64
		    " returns before it, volatility fitted again every %" PRIu64
		    " days; p-values of ES from %" PRIu64
		    " simulations, seed %" PRIu64
		    "; quantiles are of type %" PRIu64 ".",
		    r->window, r->model.parameters.refit,
		    r->model.parameters.sims, r->model.seed,
		    r->model.parameters.quantile_type);
}

enum pl_rc pl_backtest_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_backtest_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	headline(&s, r);
	table(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
