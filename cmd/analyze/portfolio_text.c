/* A portfolio for people. */
#include <inttypes.h>
#include <math.h>

#include "cmd/analyze/portfolio.h"
#include "cmd/analyze/say.h"

static const char *cent(struct pl_arena *a, double v)
{
	return isfinite(v) ? pl_printf(a, "%.4g %%", 100 * v) : "-";
}

static void method(struct pl_say *s, const char *name,
		   const struct pl_portfolio_method *m)
{
	struct pl_arena *a = s->b.a;
	const struct pl_portfolio_bounds *v = &m->var_interval;
	const struct pl_portfolio_bounds *t = &m->es_interval;

	pl_buf_fmt(&s->b, "%-22s %9s %18s %9s %18s\n", name, cent(a, m->var),
		   pl_printf(a, "%.3g to %s", 100 * v->lo, cent(a, v->hi)),
		   cent(a, m->es),
		   pl_printf(a, "%.3g to %s", 100 * t->lo, cent(a, t->hi)));
}

static void holdings(struct pl_say *s, const struct pl_portfolio_row *r)
{
	const struct pl_portfolio_holding *h = r->holdings.v;
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "\n%-16s %8s %9s %9s %8s %8s %8s\n", "Holding",
		   "weight", "part ES", "of risk", "least", "short", "parity");
	for (size_t i = 0; i < r->holdings.n; i++)
		pl_buf_fmt(&s->b, "%-16.16s %8.4f %9s %9s %8.4f %8.4f %8.4f\n",
			   pl_out_safe(a, h[i].name), h[i].weight,
			   cent(a, h[i].es_part),
			   pl_printf(a, "%.1f %%", 100 * h[i].share),
			   h[i].least, h[i].least_short, h[i].parity);
	pl_buf_fmt(&s->b, "%-16s %8s %9s %9s %8s %8s %8s\n", "volatility",
		   cent(a, r->sd), "", "", cent(a, r->sd_least),
		   cent(a, r->sd_least_short), cent(a, r->sd_parity));
	pl_say_text(
		s, 2,
		"Covariance shrunk by %.3f (Ledoit-Wolf); diversification "
		"ratio %.3f. Weights: least variance without and with "
		"short positions, and equal parts of risk. Quantiles are of "
		"type %" PRIu64 ".",
		r->shrinkage, r->diversification,
		r->model.parameters.quantile_type);
}

/* Where the others come from; the first stands with the trust. */
static void tokens(struct pl_say *s, const struct pl_portfolio_row *r)
{
	const struct pl_portfolio_holding *h = r->holdings.v;

	if (!r->holdings.n || !h[0].input)
		return;
	pl_buf_byte(&s->b, '\n');
	for (size_t i = 1; i < r->holdings.n; i++)
		pl_say_source(s, h[i].input);
	pl_say_text(s, 2,
		    "Joined on the bars that all of them have: %" PRIu64
		    " returns.",
		    r->n);
}

/* "0.12 to 0.34", of a holding's figure. */
static const char *bound(struct pl_arena *a, const struct pl_portfolio_row *r,
			 const char *holding, const char *figure)
{
	const struct pl_portfolio_interval *v = r->intervals.v;

	for (size_t i = 0; i < r->intervals.n; i++)
		if (v[i].holding && !strcmp(v[i].holding, holding) &&
		    !strcmp(v[i].figure, figure) && isfinite(v[i].lo))
			return pl_printf(a, "%.3f to %.3f", v[i].lo, v[i].hi);
	return "-";
}

static void bounds(struct pl_say *s, const struct pl_portfolio_row *r)
{
	const struct pl_portfolio_holding *h = r->holdings.v;
	struct pl_arena *a = s->b.a;

	pl_buf_fmt(&s->b, "\n%-14s %16s %16s %16s\n", "95 % intervals",
		   "share of risk", "least variance", "equal risk");
	for (size_t i = 0; i < r->holdings.n; i++)
		pl_buf_fmt(&s->b, "%-14.14s %16s %16s %16s\n",
			   pl_out_safe(a, h[i].name),
			   bound(a, r, h[i].name, "share"),
			   bound(a, r, h[i].name, "least_variance"),
			   bound(a, r, h[i].name, "risk_parity"));
}

static void pairs(struct pl_say *s, const struct pl_portfolio_row *r)
{
	const struct pl_portfolio_pair *p = r->correlations.v;

	pl_buf_fmt(&s->b, "\n%-34s %11s %20s\n", "Correlation", "", "95 %");
	for (size_t i = 0; i < r->correlations.n && i < 20; i++)
		pl_buf_fmt(&s->b, "%-16.16s %-17.17s %11.3f %9.3f to %7.3f\n",
			   pl_out_safe(s->b.a, p[i].a),
			   pl_out_safe(s->b.a, p[i].b), p[i].corr, p[i].lo,
			   p[i].hi);
	if (r->correlations.n > 20)
		pl_say_text(s, 2, "and %zu more (--json has all).",
			    r->correlations.n - 20);
}

enum pl_rc pl_portfolio_text(struct pl_out *o, const void *row,
			     struct pl_err *e)
{
	const struct pl_portfolio_row *r = row;
	struct pl_say s;

	pl_say_init(&s, r->arena, o);
	pl_say_text(&s, 0, "Risk is %s: %.1f of 100 points.", r->verdict,
		    r->score);
	pl_say_text(&s, 0,
		    "At %.4g %% the worst period lost %s, and beyond it %s on "
		    "average.",
		    100 * r->model.parameters.level,
		    cent(s.b.a, r->historical.var),
		    cent(s.b.a, r->historical.es));
	pl_buf_fmt(&s.b, "\n%-22s %9s %18s %9s %18s\n", "Loss", "VaR",
		   "95 % interval", "ES", "95 % interval");
	method(&s, "historical", &r->historical);
	method(&s, "normal, shrunk", &r->normal);
	method(&s,
	       pl_printf(r->arena, "%" PRIu64 " periods, %s",
			 r->model.parameters.horizon,
			 r->model.parameters.nu ? "t" : "normal"),
	       &r->simulated);
	pl_say_text(&s, 2,
		    "Intervals: block bootstrap; of the last, the error of "
		    "%" PRIu64 " simulated paths alone, seed %" PRIu64 ".",
		    r->model.parameters.paths, r->model.seed);
	holdings(&s, r);
	bounds(&s, r);
	pairs(&s, r);
	pl_say_pictures(&s, r->pictures);
	pl_say_reasons(&s, r->score, r->score_base, &r->contributions,
		       r->counterfactual);
	pl_say_flags(&s, &r->flags);
	tokens(&s, r);
	pl_say_input(&s, &r->input, r->record);
	return pl_say_end(&s, o, e);
}
