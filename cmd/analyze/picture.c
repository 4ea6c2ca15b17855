#include "cmd/analyze/picture.h"

#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "base/file.h"
#include "cmd/analyze/risk.h"
#include "cmd/analyze/say.h"
#include "cmd/analyze/trend.h"

#define DRAWN 16 /* breaks at most, or the chart is nothing but them */

enum pl_rc pl_picture_write(struct pl_ctx *c, const char *path,
			    const struct pl_buf *svg, struct pl_err *e)
{
	if (!path)
		return PL_OK;
	if (!svg->n)
		return pl_fail(e, PL_EMATH, "there is nothing to draw");
	if (c->g->dry_run) {
		pl_say(c, "would write %s", path);
		return PL_OK;
	}
	return pl_file_write(path, pl_buf_span(svg), 0644, e);
}

/* Files that carry a name from outside stay text: svg.c escapes them. */
static const char *source(const struct pl_input *in)
{
	return in->source ? in->source : "the series";
}

void pl_trend_svg(struct pl_buf *b, const struct pl_trend_row *r,
		  const char *id, bool alone)
{
	const struct pl_trend_change *c = r->change_points.v;
	const struct pl_input *in = &r->input;
	size_t n = r->change_points.n;
	size_t *at = PL_NEW_N(b->a, size_t, n);
	struct pl_chart_line l = { .y = r->y,
				   .n = r->n,
				   .fit = r->fit,
				   .breaks = at,
				   .n_breaks = n > DRAWN ? 0 : n };
	struct pl_svg s = { .id = id, .alone = alone };

	for (size_t i = 0; i < n; i++)
		at[i] = c[i].index;
	if (in->first) {
		l.left = pl_say_time(b->a, in->first);
		l.right = pl_say_time(b->a, in->last);
	}
	s.title = pl_printf(b->a, "%s and its trend", source(in));
	s.about = pl_printf(
		b->a,
		"Line of %" PRIu64 " values from %.6g to %.6g; dashed, the "
		"robust line that changes by %.4g per %s; dotted uprights, "
		"%zu changes of level%s.",
		r->n, r->first, r->last, r->slope.value, r->slope.per, n,
		n > DRAWN ? ", too many to draw" : "");
	pl_svg_line(b, &s, &l);
}

static bool fraction(const struct pl_risk_row *r)
{
	return !strcmp(r->unit, "fraction");
}

static bool in_percent(const struct pl_risk_row *r)
{
	return fraction(r) || !strcmp(r->unit, "percent");
}

void pl_risk_svg(struct pl_buf *b, const struct pl_risk_row *r, const char *id,
		 bool alone)
{
	double unit = fraction(r) ? -100 : -1;
	double *x = PL_NEW_N(b->a, double, r->n);
	const char *sign = in_percent(r) ? " %" : "";
	double v95 = -unit * r->var.historical.p95;
	double v99 = -unit * r->var.historical.p99;
	struct pl_chart_mark marks[2] = {
		{ v95, pl_printf(b->a, "VaR 95 %%: %.4g%s", v95, sign) },
		{ v99, pl_printf(b->a, "VaR 99 %%: %.4g%s", v99, sign) },
	};
	struct pl_chart_hist h = { x, r->n, marks, isfinite(v99) ? 2 : 1 };
	struct pl_svg s = { .id = id, .alone = alone, .unit = "periods" };

	for (size_t i = 0; i < r->n; i++)
		x[i] = unit * r->x[i];
	s.title = pl_printf(b->a, "Losses of %s%s", source(&r->input),
			    in_percent(r) ? ", per cent" : "");
	s.about = pl_printf(b->a,
			    "Histogram of %" PRIu64
			    " losses (gains are negative), with "
			    "the historical value at risk at 95 %% (%.4g%s) "
			    "and 99 %% (%.4g%s).",
			    r->n, v95, sign, v99, sign);
	pl_svg_hist(b, &s, &h);
}

/* As the drawdown's own rule adds returns up. */
void pl_risk_fall_svg(struct pl_buf *b, const struct pl_risk_row *r,
		      const char *id, bool alone)
{
	const char *rule = r->drawdown ? r->drawdown->compounding : "sum";
	bool simple = !strcmp(rule, "simple");
	bool percent = strcmp(rule, "sum") != 0;
	double size = !strcmp(r->unit, "percent") ? .01 : 1, at, peak;
	double *y = PL_NEW_N(b->a, double, r->n + 1);
	struct pl_chart_line l = { .y = y, .n = r->n + 1 };
	struct pl_svg s = { .id = id, .alone = alone };

	at = peak = simple ? 1 : 0;
	for (size_t i = 0; i < r->n; i++) {
		at = simple ? at * (1 + size * r->x[i]) : at + size * r->x[i];
		peak = fmax(peak, at);
		y[i + 1] = simple    ? 100 * (at / peak - 1)
			   : percent ? 100 * pl_expm1(at - peak)
				     : at - peak;
	}
	if (r->input.first) {
		l.left = pl_say_time(b->a, r->input.first);
		l.right = pl_say_time(b->a, r->input.last);
	}
	s.unit = percent ? "%" : NULL;
	s.title =
		pl_printf(b->a, "Falls of %s from its peak", source(&r->input));
	s.about = pl_printf(b->a,
			    "Line at zero while a new peak is made and below "
			    "it else; the deepest fall is %.4g%s.",
			    percent ? 100 * r->max_drawdown : r->max_drawdown,
			    percent ? " %" : "");
	pl_svg_line(b, &s, &l);
}

void pl_reasons_svg(struct pl_buf *b, const struct pl_list *features,
		    const char *id, bool alone)
{
	const struct pl_feature *f = features->v;
	struct pl_chart_bar *v =
		PL_NEW_N(b->a, struct pl_chart_bar, features->n);
	struct pl_chart_bars x = { v, features->n };
	struct pl_svg s = { .id = id, .alone = alone };
	struct pl_buf about;

	pl_buf_init(&about, b->a);
	pl_buf_str(&about, "Bars of the points that each feature gave:");
	for (size_t i = 0; i < features->n; i++) {
		v[i] = (struct pl_chart_bar){ f[i].about, f[i].contribution };
		pl_buf_fmt(&about, "%s %s %+.2f", i ? ";" : "", f[i].about,
			   f[i].contribution);
	}
	s.title = "What gave the score its points";
	s.about = pl_buf_cstr(&about);
	pl_svg_bars(b, &s, &x);
}
