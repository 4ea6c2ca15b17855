/* Prices and net asset values out of files: CSV with a header, the time in the
 * column called time or date (or the first), the value in that called price,
 * nav, value or close (or the second). */
#include <math.h>

#include "base/num.h"
#include "base/time.h"
#include "cmd/analyze/flows.h"
#include "codec/csv.h"

#define MAX_POINTS 10000000
#define DAY 86400.0

static size_t column(const struct pl_csv *csv, const char *const *names,
		     size_t other)
{
	struct pl_err ignored;
	size_t at;

	for (; *names; names++) {
		if (!pl_csv_column(&at, csv, *names, &ignored))
			return at;
	}
	return other;
}

static enum pl_rc point_of(struct pl_nav_point *out, const struct pl_csv *csv,
			   size_t time, size_t value, struct pl_err *e)
{
	const struct pl_span t = pl_csv_field(csv, time);
	const struct pl_span v = pl_csv_field(csv, value);

	if (pl_time_parse(&out->time, (const char *)t.p, t.n, e) ||
	    pl_double_parse(&out->value, (const char *)v.p, v.n, e))
		return pl_note(e, "line %ju", (uintmax_t)csv->line);
	return PL_OK;
}

static enum pl_rc points_of(struct pl_arena *a, struct pl_nav_point **out,
			    size_t *n, struct pl_span text, struct pl_err *e)
{
	static const char *const times[] = { "time", "date", NULL };
	static const char *const values[] = { "price", "nav", "value", "close",
					      NULL };
	struct pl_nav_point *v = NULL;
	size_t time, value, k = 0;
	struct pl_csv csv;
	bool more;

	pl_csv_init(&csv, a, text, 0);
	PL_TRY(pl_csv_header(&csv, e));
	time = column(&csv, times, 0);
	value = column(&csv, values, 1);
	for (;;) {
		PL_TRY(pl_csv_next(&csv, &more, e));
		if (!more)
			break;
		if (k == MAX_POINTS)
			return pl_fail(e, PL_ELIMIT, "over %d points",
				       MAX_POINTS);
		PL_TRY(pl_csv_ragged(&csv, e));
		v = pl_grow(a, v, k, sizeof(*v));
		PL_TRY(point_of(&v[k++], &csv, time, value, e));
	}
	*out = v;
	*n = k;
	return PL_OK;
}

static enum pl_rc file_of(struct pl_flow_work *w, struct pl_nav_point **out,
			  size_t *n, const char *option, const char *path,
			  struct pl_err *e)
{
	struct pl_span text;

	if (!path)
		return PL_OK;
	PL_TRY(pl_moves_file(w->c, w->in, &text, option, path, e));
	if (points_of(w->c->arena, out, n, text, e))
		return pl_note(e, "%s", path);
	if (!*n)
		return pl_fail(e, PL_EMATH, "%s: no rows", path);
	return PL_OK;
}

/* What was known at the time of the figures: nothing later. */
static size_t until(const struct pl_nav_point *v, size_t n, int64_t now)
{
	while (n && v[n - 1].time > now)
		n--;
	return n;
}

static struct pl_flow_figure figure(const struct pl_flow_work *w, double value,
				    double lo, double hi)
{
	return (struct pl_flow_figure){ value, w->a->level, lo, hi };
}

static void flags(struct pl_flow_work *w, const struct pl_nav *o)
{
	if (o->navs < 2)
		pl_flag_add(&w->in->flags, "one_nav",
			    "a single net asset value: neither yield nor "
			    "usual distance can be told");
	if (o->late > .5)
		pl_flag_add(&w->in->flags, "stale_nav",
			    "the net asset value is older than it usually "
			    "gets: premiums are against an old value");
}

/* Each price over the last value known at its time, less 1. */
static void premiums(struct pl_flow_work *w, const struct pl_nav_point *price,
		     size_t n)
{
	size_t k = 0;

	w->premium = PL_NEW_N(w->c->arena, struct pl_nav_point, n);
	for (size_t i = 0; i < n; i++) {
		while (k < w->navs && w->nav[k].time <= price[i].time)
			k++;
		if (k)
			w->premium[w->premiums++] = (struct pl_nav_point){
				price[i].time,
				price[i].value / w->nav[k - 1].value - 1
			};
	}
}

enum pl_rc pl_flow_navs(struct pl_flow_work *w, struct pl_err *e)
{
	struct pl_flow_nav *out = PL_NEW(w->c->arena, struct pl_flow_nav);
	struct pl_nav_point *price = NULL;
	size_t prices = 0;
	struct pl_nav o;

	PL_TRY(file_of(w, &w->nav, &w->navs, "nav", w->a->nav, e));
	PL_TRY(file_of(w, &price, &prices, "prices", w->a->prices, e));
	PL_TRY(pl_flow_source(w, &w->nav, &w->navs, PL_FLOW_NAV,
			      w->a->nav_source, e));
	PL_TRY(pl_flow_source(w, &price, &prices, PL_FLOW_PRICE,
			      w->a->price_source, e));
	if ((w->a->prices || w->a->price_source) && !w->navs)
		return pl_fail(e, PL_EUSAGE,
			       "prices need net asset values beside them: "
			       "--nav FILE or --nav-source CONTRACT");
	w->navs = until(w->nav, w->navs, w->row->as_of);
	prices = until(price, prices, w->row->as_of);
	if (!w->navs) {
		if (w->a->nav || w->a->nav_source)
			return pl_fail(e, PL_EMATH,
				       "no net asset value is known at the "
				       "time of the figures (--as-of)");
		return PL_OK;
	}
	PL_TRY(pl_nav(w->c->arena, &o, w->nav, w->navs, price, prices,
		      w->row->as_of, w->a->level, w->a->bootstrap, w->a->seed,
		      e));
	*out = (struct pl_flow_nav){
		.navs = o.navs,
		.prices = o.prices,
		.matched = o.matched,
		.last_nav = o.last_nav,
		.age_days = o.age / DAY,
		.usual_days = o.usual / DAY,
		.late = o.late,
		.premium = o.premium,
		.premium_mean =
			figure(w, o.premium_mean, o.premium_lo, o.premium_hi),
		.yield = figure(w, o.yield, o.yield_lo, o.yield_hi),
	};
	flags(w, &o);
	premiums(w, price, prices);
	w->row->nav = out;
	return PL_OK;
}
