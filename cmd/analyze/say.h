/* The words both analyses end with: why, what would change it, what to doubt,
 * where it comes from.  Into a buffer, wrapped at the terminal's width. */
#ifndef PL_CMD_ANALYZE_SAY_H
#define PL_CMD_ANALYZE_SAY_H

#include "analytics/explain.h"
#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"
#include "cmd/analyze/picture.h"
#include "out/chart.h"

struct pl_say {
	struct pl_buf b;
	size_t width;
	struct pl_chart chart;
};

void pl_say_init(struct pl_say *s, struct pl_arena *a, struct pl_out *o);

/* Words wrapped; later lines begin `indent` columns in. */
void pl_say_text(struct pl_say *s, size_t indent, const char *fmt, ...)
	PL_PRINTF(3, 4);

/* A time without its hour where that is midnight. */
const char *pl_say_time(struct pl_arena *a, const char *time);

void pl_say_reasons(struct pl_say *s, double score, double base,
		    const struct pl_list *features, const struct pl_flip *flip);
void pl_say_flags(struct pl_say *s, const struct pl_list *flags);
/* A line with the digest of a file or of rows. */
void pl_say_digest(struct pl_say *s, const char *digest);
/* Where a series comes from, alone. */
void pl_say_source(struct pl_say *s, const struct pl_input *in);
void pl_say_input(struct pl_say *s, const struct pl_input *in,
		  const char *record);

/* Write it all. */
PL_CHECKED enum pl_rc pl_say_end(struct pl_say *s, struct pl_out *o,
				 struct pl_err *e);

#endif
