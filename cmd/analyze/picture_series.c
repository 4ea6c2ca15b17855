/* Pictures of trend, risk and forecast. */
#include <inttypes.h>
#include <math.h>

#include "analytics/fixed_math.h"
#include "cmd/analyze/forecast.h"
#include "cmd/analyze/picture.h"
#include "cmd/analyze/risk.h"
#include "cmd/analyze/say.h"
#include "cmd/analyze/trend.h"

#define DRAWN 16 /* breaks at most, or the chart is nothing but them */

/* Names from outside stay text: whoever draws makes them safe. */
static const char *source(const struct pl_input *in)
{
	return in->source ? in->source : "the series";
}

/* ------------------------------------------------------------------- trend */

const struct pl_pictures *pl_trend_pictures(struct pl_ctx *c,
					    const struct pl_trend_row *r)
{
	const struct pl_trend_change *change = r->change_points.v;
	const size_t n = r->change_points.n;
	size_t *at = PL_NEW_N(c->arena, size_t, n);
	struct pl_pictures *out = pl_pictures_new(c);
	struct pl_picture *p = pl_picture_add(out);

	for (size_t i = 0; i < n; i++)
		at[i] = change[i].index;
	p->kind = PL_PIC_LINE;
	p->title = pl_printf(c->arena, "%s and its trend", source(&r->input));
	p->about = pl_printf(
		c->arena,
		"Line of %" PRIu64 " values from %.6g to %.6g; dashed, the "
		"robust line that changes by %.4g per %s; dotted uprights, "
		"%zu changes of level%s.",
		r->n, r->first, r->last, r->slope.value, r->slope.per, n,
		n > DRAWN ? ", too many to draw" : "");
	p->caption = n > DRAWN ? "The series and the robust line; its changes "
				 "of level are too many to draw."
			       : "The series, the robust line, and where the "
				 "level changed.";
	p->line = (struct pl_chart_line){
		.y = r->y,
		.n = r->n,
		.fit = r->fit,
		.breaks = at,
		.n_breaks = n > DRAWN ? 0 : n,
		.name = "the series",
		.fit_name = "line of the robust slope",
		.break_name = "changes of level",
	};
	pl_picture_ends(c->arena, &r->input, &p->line.left, &p->line.right);
	return out;
}

/* -------------------------------------------------------------------- risk */

static bool fraction(const struct pl_risk_row *r)
{
	return !strcmp(r->unit, "fraction");
}

static bool in_percent(const struct pl_risk_row *r)
{
	return fraction(r) || !strcmp(r->unit, "percent");
}

static void losses(struct pl_ctx *c, struct pl_picture *p,
		   const struct pl_risk_row *r)
{
	const double unit = fraction(r) ? -100 : -1;
	const char *sign = in_percent(r) ? " %" : "";
	const double v95 = -unit * r->var.historical.p95;
	const double v99 = -unit * r->var.historical.p99;
	double *x = PL_NEW_N(c->arena, double, r->n);
	struct pl_chart_mark *m = PL_NEW_N(c->arena, struct pl_chart_mark, 2);

	for (size_t i = 0; i < r->n; i++)
		x[i] = unit * r->x[i];
	m[0] = (struct pl_chart_mark){
		v95, pl_printf(c->arena, "VaR 95 %%: %.4g%s", v95, sign)
	};
	m[1] = (struct pl_chart_mark){
		v99, pl_printf(c->arena, "VaR 99 %%: %.4g%s", v99, sign)
	};
	p->kind = PL_PIC_HIST;
	p->title = pl_printf(c->arena, "Losses of %s%s", source(&r->input),
			     in_percent(r) ? ", per cent" : "");
	p->about = pl_printf(c->arena,
			     "Histogram of %" PRIu64
			     " losses (gains are negative), with the "
			     "historical value at risk at 95 %% (%.4g%s) and "
			     "99 %% (%.4g%s).",
			     r->n, v95, sign, v99, sign);
	p->caption = "How many periods brought each loss; gains are negative. "
		     "The uprights are the value at risk.";
	p->unit = "number of periods, by loss";
	p->hist = (struct pl_chart_hist){ x, r->n, m, isfinite(v99) ? 2 : 1 };
}

/* As the drawdown's own rule adds returns up. */
static void falls(struct pl_ctx *c, struct pl_picture *p,
		  const struct pl_risk_row *r)
{
	const char *rule = r->drawdown ? r->drawdown->compounding : "sum";
	bool simple = !strcmp(rule, "simple");
	bool percent = strcmp(rule, "sum") != 0;
	double size = !strcmp(r->unit, "percent") ? .01 : 1, at, peak;
	double *y = PL_NEW_N(c->arena, double, r->n + 1);

	at = peak = simple ? 1 : 0;
	for (size_t i = 0; i < r->n; i++) {
		at = simple ? at * (1 + size * r->x[i]) : at + size * r->x[i];
		peak = fmax(peak, at);
		y[i + 1] = simple    ? 100 * (at / peak - 1)
			   : percent ? 100 * pl_expm1(at - peak)
				     : at - peak;
	}
	p->kind = PL_PIC_LINE;
	p->title = pl_printf(c->arena, "Falls of %s from its peak",
			     source(&r->input));
	p->about = pl_printf(c->arena,
			     "Line at zero while a new peak is made and below "
			     "it else; the deepest fall is %.4g%s.",
			     percent ? 100 * r->max_drawdown : r->max_drawdown,
			     percent ? " %" : "");
	p->caption = "How far below its last peak the value stood.";
	p->unit = percent ? "per cent below the peak" : "below the peak";
	p->line = (struct pl_chart_line){ .y = y, .n = r->n + 1 };
	pl_picture_ends(c->arena, &r->input, &p->line.left, &p->line.right);
}

const struct pl_pictures *pl_risk_pictures(struct pl_ctx *c,
					   const struct pl_risk_row *r)
{
	struct pl_pictures *out = pl_pictures_new(c);

	losses(c, pl_picture_add(out), r);
	falls(c, pl_picture_add(out), r);
	return out;
}

/* ---------------------------------------------------------------- forecast */

/* The last points, and the forecast after them with its bounds. */
static void line(struct pl_arena *a, struct pl_chart_line *l,
		 const struct pl_forecast_row *r, size_t past)
{
	const struct pl_forecast_step *s = r->steps.v;
	const size_t n = past + r->steps.n;
	double *y = PL_NEW_N(a, double, n), *fit = PL_NEW_N(a, double, n);
	double *lo = PL_NEW_N(a, double, n), *hi = PL_NEW_N(a, double, n);
	size_t *at = PL_NEW(a, size_t);

	*at = past;
	for (size_t i = 0; i < n; i++) {
		const struct pl_forecast_step *p =
			i < past ? NULL : &s[i - past];

		y[i] = p ? NAN : r->y[i];
		fit[i] = p ? p->value : NAN;
		lo[i] = p ? p->lo : NAN;
		hi[i] = p ? p->hi : NAN;
	}
	*l = (struct pl_chart_line){
		.y = y,
		.n = n,
		.fit = fit,
		.breaks = at,
		.n_breaks = 1,
		.lo = lo,
		.hi = hi,
		.name = "the series",
		.fit_name = "the forecast",
		.break_name = "the future begins",
		.band_name = "its interval",
	};
}

const struct pl_pictures *pl_forecast_pictures(struct pl_ctx *c,
					       const struct pl_forecast_row *r)
{
	const struct pl_forecast_step *s = r->steps.v, *last;
	const size_t past =
		r->n < PL_FORECAST_PAST ? (size_t)r->n : PL_FORECAST_PAST;
	struct pl_pictures *out = pl_pictures_new(c);
	struct pl_picture *p = pl_picture_add(out);

	last = s + r->steps.n - 1;
	line(c->arena, &p->line, r, past);
	p->kind = PL_PIC_LINE;
	p->line.left = pl_printf(c->arena, "%zu points back", past);
	p->line.right = last->time
				? pl_say_time(c->arena, last->time)
				: pl_printf(c->arena, "%zu ahead", r->steps.n);
	p->title = pl_printf(c->arena, "%s and what may follow",
			     source(&r->input));
	p->about = pl_printf(c->arena,
			     "Line of the last %zu values; then the forecast "
			     "of %zu, with an interval that ends between %.6g "
			     "and %.6g.",
			     past, r->steps.n, last->lo, last->hi);
	p->caption = "The end of the series, the forecast and the bounds "
		     "between which it should lie.";
	return out;
}
