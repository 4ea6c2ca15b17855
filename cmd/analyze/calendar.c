#include "cmd/analyze/calendar.h"

#include <inttypes.h>
#include <math.h>

#include "analytics/sort.h"
#include "base/num.h"
#include "base/time.h"
#include "cmd/analyze/keep.h"

#define DAY 86400.0
#define SAME 1e-3 /* steps alike: years with a fraction are rounded */

struct date {
	int64_t year;
	unsigned month, day;
};

/* Days from 1970-01-01 to a date, by the days of the years between. */
static struct date date_of(int64_t days)
{
	struct date d = { 1970 + (int64_t)floor((double)days / 365.2425), 1,
			  1 };

	while (pl_time_days(d.year, 1, 1) > days)
		d.year--;
	while (pl_time_days(d.year + 1, 1, 1) <= days)
		d.year++;
	while (d.month < 12 && pl_time_days(d.year, d.month + 1, 1) <= days)
		d.month++;
	d.day = (unsigned)(days - pl_time_days(d.year, d.month, 1)) + 1;
	return d;
}

static int64_t day_of(double t)
{
	return (int64_t)floor(t / DAY);
}

/* 0: Monday */
static unsigned weekday(int64_t day)
{
	return (unsigned)(((day + 3) % 7 + 7) % 7);
}

struct points {
	const struct pl_input_series *s;
	const size_t *at;
	size_t n;
};

static double when(const struct points *p, size_t i)
{
	return p->s->t[p->at ? p->at[i] : i];
}

/* All on one day of the month, a whole number of months apart. */
static bool months(struct pl_calendar *c, const struct points *p)
{
	struct date was = date_of(day_of(when(p, 0)));

	if (!(c->step >= 28 * DAY && c->step <= 31 * DAY))
		return false;
	c->gaps = 0;
	for (size_t i = 1; i < p->n; i++) {
		const struct date d = date_of(day_of(when(p, i)));
		const int64_t k = 12 * (d.year - was.year) + (int64_t)d.month -
				  (int64_t)was.month;

		if (d.day != was.day || k < 1)
			return false;
		c->gaps += k > 1;
		was = d;
	}
	c->rule = "months";
	c->unit = "month";
	c->period = 12;
	return true;
}

/* Daily, never on a Saturday or Sunday, though there were some. */
static bool weekdays(struct pl_calendar *c, const struct points *p)
{
	uint64_t weekends = 0;

	if (fabs(c->step - DAY) > 1)
		return false;
	c->gaps = 0;
	for (size_t i = 0; i < p->n; i++) {
		const int64_t d = day_of(when(p, i));
		const int64_t was = i ? day_of(when(p, i - 1)) : d - 1;

		if (weekday(d) > 4)
			return false;
		if (!i)
			continue;
		weekends += weekday(d) < weekday(was) || d - was > 6;
		c->gaps += d - was != 1 && !(d - was == 3 && weekday(d) == 0);
	}
	if (!weekends)
		return false;
	c->rule = "weekdays";
	c->unit = "weekday";
	c->period = 5;
	return true;
}

static void regular(struct pl_calendar *c, const struct points *p)
{
	for (size_t i = 1; i < p->n; i++) {
		const double k = (when(p, i) - when(p, i - 1)) / c->step;

		if (fabs(k - floor(k + .5)) > SAME * fmax(1, k) ||
		    floor(k + .5) < 1)
			c->odd++;
		else
			c->gaps += floor(k + .5) > 1;
	}
	c->rule = 50 * c->odd > p->n ? "irregular" : "regular";
}

/* What people call a step, and how many of them make a season. */
static void name(struct pl_calendar *c, bool seconds)
{
	static const struct {
		double step;
		const char *unit;
		uint64_t period;
		bool seconds;
	} known[] = {
		{ 60, "minute", 1, true },       { 3600, "hour", 24, true },
		{ DAY, "day", 7, true },         { 7 * DAY, "week", 1, true },
		{ 1. / 12, "month", 12, false }, { .25, "quarter", 4, false },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].seconds == seconds &&
		    fabs(c->step / known[i].step - 1) < SAME) {
			c->unit = known[i].unit;
			c->period = known[i].period;
		}
}

void pl_calendar_of(struct pl_arena *a, struct pl_calendar *out,
		    const struct pl_input_series *s, const size_t *at, size_t n)
{
	const struct points p = { s, at, n };
	struct pl_calendar c = { .rule = "none", .step = 1, .period = 1 };
	double *d = PL_NEW_N(a, double, n + 1);

	if (n > 2 && strcmp(s->about.time_kind, "row") != 0) {
		for (size_t i = 1; i < n; i++)
			d[i - 1] = when(&p, i) - when(&p, i - 1);
		pl_sort(d, PL_NEW_N(a, double, n), n - 1);
		c.step = d[(n - 1) / 2];
		if (!s->in_seconds || (!months(&c, &p) && !weekdays(&c, &p))) {
			c.gaps = 0;
			regular(&c, &p);
			if (!strcmp(c.rule, "regular"))
				name(&c, s->in_seconds);
		}
	}
	*out = c;
}

void pl_calendar_flag(struct pl_arena *a, struct pl_flags *flags,
		      const struct pl_input_series *s, const size_t *at,
		      size_t n)
{
	struct pl_calendar c;

	pl_calendar_of(a, &c, s, at, n);
	if (c.odd)
		pl_flag_add(flags, "irregular_times",
			    "the points are not evenly spaced in time: each "
			    "counts as one period after the last");
	if (c.gaps)
		pl_flag_add(flags, "gaps",
			    pl_printf(a,
				      "%" PRIu64 " of %zu steps in time are "
				      "longer than the others: each counts as "
				      "one period",
				      c.gaps, n - 1));
}

static const char *text_of(struct pl_arena *a, bool seconds, double t)
{
	char text[PL_TIME_TEXT > PL_NUM_TEXT ? PL_TIME_TEXT : PL_NUM_TEXT];

	if (seconds)
		pl_time_text(text, (int64_t)floor(t));
	else
		pl_double_text(text, t);
	return pl_strdup(a, text);
}

const char *pl_calendar_next(struct pl_arena *a, const struct pl_calendar *c,
			     const struct pl_input_series *s, double last,
			     uint64_t k)
{
	int64_t day = day_of(last);
	const double hour = last - DAY * (double)day;

	if (!strcmp(c->rule, "regular"))
		return text_of(a, s->in_seconds, last + c->step * (double)k);
	if (!strcmp(c->rule, "months")) {
		const struct date d = date_of(day);
		const uint64_t m = d.month - 1 + k;

		day = pl_time_days(d.year + (int64_t)(m / 12),
				   (unsigned)(m % 12) + 1, d.day);
		return text_of(a, true, DAY * (double)day + hour);
	}
	if (strcmp(c->rule, "weekdays") != 0)
		return NULL;
	for (; k; k--)
		day += weekday(day) == 4 ? 3 : 1;
	return text_of(a, true, DAY * (double)day + hour);
}
