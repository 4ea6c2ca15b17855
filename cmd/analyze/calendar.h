/* How the points of a series lie in time, and when the next ones come. */
#ifndef PL_CMD_ANALYZE_CALENDAR_H
#define PL_CMD_ANALYZE_CALENDAR_H

#include "cmd/analyze/input.h"

/* Of the points at[0..n) of s (all of them where at is NULL). */
void pl_calendar_of(struct pl_arena *a, struct pl_calendar *out,
		    const struct pl_input_series *s, const size_t *at,
		    size_t n);

/* Flag steps longer than the rule has them, which an analysis takes for one
 * period like any other, and points without a rule; nothing for rows without
 * times. */
struct pl_flags;
void pl_calendar_flag(struct pl_arena *a, struct pl_flags *flags,
		      const struct pl_input_series *s, const size_t *at,
		      size_t n);

/* The time of the k-th point after the last, as printed; NULL: not known. */
const char *pl_calendar_next(struct pl_arena *a, const struct pl_calendar *c,
			     const struct pl_input_series *s, double last,
			     uint64_t k);

#endif
