/* Risk for people: the verdict in words, the figures, the losses drawn. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/risk.h"
#include "cmd/analyze/say.h"

/* A loss in the unit people read: fractions as per cent. */
static const char *loss(struct pl_arena *a, const struct pl_risk_row *r,
			double v)
{
	bool fraction = !strcmp(r->unit, "fraction");

	if (!isfinite(v))
		return "-";
	if (fraction || !strcmp(r->unit, "percent"))
		return pl_printf(a, "%.4g %%", fraction ? 100 * v : v);
	return pl_printf(a, "%.4g", v);
}

static void headline(struct pl_say *s, const struct pl_risk_row *r)
{
	char first;

	if (!r->verdict) {
		pl_say_text(s, 0, "No verdict (see the notes below).");
		return;
	}
	first = (char)(r->verdict[0] - 'a' + 'A');
	pl_say_text(s, 0, "%c%s risk: %.1f of 100 points.", first,
		    r->verdict + 1, r->score);
}

static void fall(struct pl_say *s, const struct pl_risk_row *r)
{
	const struct pl_risk_drawdown_row *d = r->drawdown;
	const struct pl_risk_other_row *o = r->drawdown_other;
	struct pl_arena *a = s->b.a;
	const char *depth;

	if (!(r->max_drawdown > 0)) {
		pl_say_text(s, 0, "It never fell below an earlier value.");
		return;
	}
	depth = !strcmp(d->compounding, "sum")
			? pl_printf(a, "%.4g", r->max_drawdown)
			: pl_printf(a, "%.4g %%", 100 * r->max_drawdown);
	if (o)
		depth = pl_printf(a, "%s (%.4g %% if the returns are %s)",
				  depth, 100 * o->max_drawdown,
				  !strcmp(o->compounding, "log") ? "logarithmic"
								 : "simple");
	pl_say_text(s, 0, "The deepest fall took %s%s%s%s%s; %s%s.", depth,
		    d->trough ? ", from " : "",
		    !d->trough ? ""
		    : d->peak  ? pl_say_time(a, d->peak)
			       : "the start",
		    d->trough ? " to " : "",
		    d->trough ? pl_say_time(a, d->trough) : "",
		    d->open ? "it has not been made good" : "made good",
		    d->recovered ? pl_printf(a, " by %s",
					     pl_say_time(a, d->recovered))
				 : "");
}

/* "a loss of 3 %", "a gain of 1 %" */
static const char *result(struct pl_arena *a, const struct pl_risk_row *r,
			  double v)
{
	return pl_printf(a, "%s of %s", v < 0 ? "a gain" : "a loss",
			 loss(a, r, fabs(v)));
}

static void words(struct pl_say *s, const struct pl_risk_row *r)
{
	bool p99 = isfinite(r->var.historical.p99);
	const struct pl_pair *var = &r->var.historical;
	const struct pl_pair *es = &r->es.historical;
	double at = p99 ? var->p99 : var->p95, beyond = p99 ? es->p99 : es->p95;

	headline(s, r);
	pl_say_text(s, 0,
		    "In %s of 100 periods the worst was %s; in the others it "
		    "was %s on average.",
		    p99 ? "99" : "95", result(s->b.a, r, at),
		    result(s->b.a, r, beyond));
	fall(s, r);
}

static void tail_line(struct pl_say *s, const struct pl_risk_row *r,
		      const char *name, const struct pl_pair *var,
		      const struct pl_pair *es)
{
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "%-24s %12s %12s %12s %12s\n", name,
		   loss(a, r, var->p95), loss(a, r, var->p99),
		   loss(a, r, es->p95), loss(a, r, es->p99));
}

static const char *between(struct pl_arena *a, const struct pl_risk_row *r,
			   const struct pl_var_interval *v)
{
	if (!isfinite(v->hi))
		return pl_printf(a, "%s or more", loss(a, r, v->lo));
	return pl_printf(a, "%s to %s", loss(a, r, v->lo), loss(a, r, v->hi));
}

static void interval(struct pl_say *s, const struct pl_risk_row *r)
{
	const struct pl_risk_interval_row *in = &r->var_interval;
	struct pl_arena *a = s->b.a;

	pl_say_text(s, 0,
		    "With %.4g %% confidence the historical VaR 95 %% is %s%s%s"
		    ", if the returns do not depend on each other.",
		    100 * in->confidence, between(a, r, &in->p95),
		    isfinite(in->p99.lo) ? ", VaR 99 % " : "",
		    isfinite(in->p99.lo) ? between(a, r, &in->p99) : "");
}

static const char *model(const struct pl_risk_row *r)
{
	const int kind = r->garch && !strcmp(r->garch->model, "t")       ? 1
			 : r->garch && !strcmp(r->garch->model, "gjr")   ? 2
			 : r->garch && !strcmp(r->garch->model, "gjr-t") ? 3
									 : 0;
	static const char *const names[] = { "GARCH(1,1), normal",
					     "GARCH(1,1), t",
					     "GJR(1,1), normal",
					     "GJR(1,1), t" };

	return names[kind];
}

/* The interval of a figure, as people read it. */
static const char *bound(struct pl_arena *a, const struct pl_risk_row *r,
			 const char *what, const char *name, const char *level)
{
	const struct pl_risk_interval *v = r->intervals.v;
	const char *figure = pl_printf(a, "%s.%s.%s", what, name, level);

	for (size_t i = 0; i < r->intervals.n; i++) {
		const char *lo, *hi;

		if (strcmp(v[i].figure, figure) != 0)
			continue;
		lo = loss(a, r, v[i].lo);
		hi = isfinite(v[i].hi) ? loss(a, r, v[i].hi) : "any";
		return pl_printf(a, "%.*s to %s", (int)strcspn(lo, " "), lo,
				 hi);
	}
	return "-";
}

static void bounds(struct pl_say *s, const struct pl_risk_row *r)
{
	static const char *const names[][2] = {
		{ "historical", "historical" },
		{ "Cornish-Fisher", "cornish_fisher" },
		{ "EWMA", "ewma" },
		{ NULL, "garch" },
		{ "filtered historical", "fhs" },
		{ "peaks over threshold", "pot" },
	};
	struct pl_arena *a = s->b.a;

	for (int es = 0; es < 2; es++) {
		const char *what = es ? "es" : "var";

		pl_buf_fmt(&s->b, "\n%-24s %22s %22s\n", "95 % intervals",
			   es ? "ES 95 %" : "VaR 95 %",
			   es ? "ES 99 %" : "VaR 99 %");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			pl_buf_fmt(&s->b, "%-24s %22s %22s\n",
				   names[i][0] ? names[i][0] : model(r),
				   bound(a, r, what, names[i][1], "p95"),
				   bound(a, r, what, names[i][1], "p99"));
	}
}

static const char *within(struct pl_arena *a, const struct pl_risk_row *r,
			  const char *figure)
{
	const struct pl_risk_interval *v = r->intervals.v;

	for (size_t i = 0; i < r->intervals.n; i++)
		if (!strcmp(v[i].figure, figure))
			return pl_printf(
				a, "%s (%s to %s)", loss(a, r, v[i].value),
				loss(a, r, v[i].lo), loss(a, r, v[i].hi));
	return "-";
}

static void maxima(struct pl_say *s, const struct pl_risk_row *r)
{
	const struct pl_risk_maxima_row *m = r->maxima;
	struct pl_arena *a = s->b.a;

	if (!m)
		return;
	pl_say_text(s, 2,
		    "The worst of %" PRIu64
		    " returns goes beyond %s once in 12 times, beyond %s once "
		    "in 60; shape xi %.3f (standard error %.3f), %" PRIu64
		    " blocks.",
		    m->block, within(a, r, "maxima.once_in_12"),
		    within(a, r, "maxima.once_in_60"), m->xi, m->se_xi,
		    m->blocks);
}

/* What several periods can bring, and the shape of the tail. */
static void beyond(struct pl_say *s, const struct pl_risk_row *r)
{
	const struct pl_risk_horizon_row *h = r->horizon;
	const struct pl_risk_pot_row *p = r->pot;
	struct pl_arena *a = s->b.a;

	if (h || p)
		pl_buf_byte(&s->b, '\n');
	if (h)
		pl_say_text(s, 2,
			    "Over %" PRIu64 " periods (%" PRIu64
			    " simulated paths, seed %" PRIu64
			    "): VaR 99 %% is %s, between %s and %s by the "
			    "simulation's own error; the mean beyond it %s.",
			    h->periods, h->paths, r->model.seed,
			    loss(a, r, h->var99), loss(a, r, h->var99_lo),
			    loss(a, r, h->var99_hi), loss(a, r, h->es99));
	if (p)
		pl_say_text(s, 2,
			    "Tail: %" PRIu64 " losses beyond %s; shape xi "
			    "%.3f (standard error %.3f), scale %.4g.",
			    p->exceedances, loss(a, r, p->threshold), p->xi,
			    p->se_xi, p->beta);
	if (r->hill)
		pl_say_text(s, 2,
			    "Hill's tail index of the %" PRIu64
			    " largest losses is %.2f, between %.2f and %.2f; "
			    "from %" PRIu64 " to %" PRIu64
			    " losses it runs from %.2f to %.2f%s.",
			    r->hill->k, r->hill->alpha, r->hill->lo,
			    r->hill->hi, r->hill->from, r->hill->to,
			    r->hill->least, r->hill->most,
			    r->hill->stable ? "" : ", so it is not settled");
	maxima(s, r);
}

static void tails(struct pl_say *s, const struct pl_risk_row *r)
{
	pl_buf_fmt(&s->b, "\n%-24s %12s %12s %12s %12s\n", "Loss per period",
		   "VaR 95 %", "VaR 99 %", "ES 95 %", "ES 99 %");
	tail_line(s, r, "historical", &r->var.historical, &r->es.historical);
	tail_line(s, r,
		  r->cornish_fisher.valid ? "Cornish-Fisher"
					  : "Cornish-Fisher, invalid",
		  &r->var.cornish_fisher, &r->es.cornish_fisher);
	tail_line(s, r, "EWMA", &r->var.ewma, &r->es.ewma);
	tail_line(s, r, model(r), &r->var.garch, &r->es.garch);
	tail_line(s, r, "filtered historical", &r->var.fhs, &r->es.fhs);
	tail_line(s, r, "peaks over threshold", &r->var.pot, &r->es.pot);
	bounds(s, r);
	interval(s, r);
}

static const char *number(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.6g", v) : "-";
}

static void garch_line(struct pl_say *s, const char *name, double value,
		       double qml, double hessian, double opg)
{
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "%-24s %12s %12s %12s %12s\n", name, number(a, value),
		   number(a, qml), number(a, hessian), number(a, opg));
}

static void garch(struct pl_say *s, const struct pl_risk_row *r)
{
	const struct pl_risk_garch_row *g = r->garch;

	if (!g)
		return;
	pl_buf_fmt(&s->b, "\n%-24s %12s %12s %12s %12s\n", model(r), "estimate",
		   "s.e. (QML)", "(Hessian)", "(OPG)");
	garch_line(s, "  mu", g->mu, g->se.qml.mu, g->se.hessian.mu,
		   g->se.opg.mu);
	garch_line(s, "  omega", g->omega, g->se.qml.omega, g->se.hessian.omega,
		   g->se.opg.omega);
	garch_line(s, "  alpha", g->alpha, g->se.qml.alpha, g->se.hessian.alpha,
		   g->se.opg.alpha);
	if (isfinite(g->gamma))
		garch_line(s, "  gamma", g->gamma, g->se.qml.gamma,
			   g->se.hessian.gamma, g->se.opg.gamma);
	garch_line(s, "  beta", g->beta, g->se.qml.beta, g->se.hessian.beta,
		   g->se.opg.beta);
	if (isfinite(g->nu))
		garch_line(s, "  nu", g->nu, g->se.qml.nu, g->se.hessian.nu,
			   g->se.opg.nu);
	pl_say_text(s, 2,
		    "  log-likelihood %.6f, %" PRIu64 " returns, presample: "
		    "%s; %s after %" PRIu64 " iterations, gradient %.1e",
		    g->loglik, r->n, r->model.parameters.presample,
		    r->optimizer->converged ? "converged" : "not converged",
		    r->optimizer->iterations, r->optimizer->gradient_norm);
}

enum pl_rc pl_risk_text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct pl_risk_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	words(&s, r);
	tails(&s, r);
	garch(&s, r);
	beyond(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
