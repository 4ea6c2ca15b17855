#include "out/progress.h"

#include <inttypes.h>
#include <stdbool.h>

#include "base/time.h"

#define REDRAW_NS 100000000u

struct pl_progress {
	FILE *to;
	const char *what;
	uint64_t total, began, drawn;
	bool shown;
};

struct pl_progress *pl_progress_new(struct pl_arena *a, FILE *to,
				    const char *what, uint64_t total)
{
	struct pl_progress *p = PL_NEW(a, struct pl_progress);

	p->to = to;
	p->what = pl_strdup(a, what);
	p->total = total;
	if (to)
		p->began = p->drawn = pl_time_mono_ns();
	return p;
}

void pl_progress_total(struct pl_progress *p, uint64_t total)
{
	p->total = total;
}

static void time_left(const struct pl_progress *p, uint64_t done, double rate)
{
	double left = (double)(p->total - done) / rate;
	uint64_t s = left < 359999 ? (uint64_t)left : 359999;

	(void)fprintf(p->to, ", %" PRIu64 ":%02u:%02u left", s / 3600,
		      (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

static void draw(const struct pl_progress *p, uint64_t done, uint64_t now)
{
	double rate = (double)done / ((double)(now - p->began) / 1e9);

	(void)fprintf(p->to, "\r\x1b[K%s: %" PRIu64, p->what, done);
	if (p->total && done <= p->total)
		(void)fprintf(
			p->to, " of %" PRIu64 " (%u%%)", p->total,
			(unsigned)(100.0 * (double)done / (double)p->total));
	(void)fprintf(p->to, ", %.0f/s", rate);
	if (p->total && done < p->total && done)
		time_left(p, done, rate);
	(void)fflush(p->to);
}

void pl_progress_at(struct pl_progress *p, uint64_t done)
{
	uint64_t now;

	if (!p->to)
		return;
	now = pl_time_mono_ns();
	if (now - p->drawn < REDRAW_NS)
		return;
	p->drawn = now;
	p->shown = true;
	draw(p, done, now);
}

void pl_progress_end(struct pl_progress *p)
{
	if (!p->to || !p->shown)
		return;
	(void)fputs("\r\x1b[K", p->to);
	(void)fflush(p->to);
	p->shown = false;
}
