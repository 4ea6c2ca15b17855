/* Charts of characters: a line over time and a histogram.  Braille and block
 * characters where the terminal speaks UTF-8, plain ASCII where it does not.
 * Pure: the same numbers give the same bytes. */
#ifndef PL_OUT_CHART_H
#define PL_OUT_CHART_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define PL_CHART_WIDTH 80 /* where the width of the terminal is not known */

struct pl_chart {
	unsigned width; /* columns in all; 0: PL_CHART_WIDTH; 40 to 200 */
	unsigned rows;  /* of the plot; 0: 10 */
	bool utf8, color;
};

/* n values over time.  NaN leaves a gap. */
struct pl_chart_line {
	const double *y;
	size_t n;
	const double *fit;    /* n values drawn behind, or NULL */
	const size_t *breaks; /* first index of each later segment, rising */
	size_t n_breaks;
	const char *left, *right; /* what stands under the ends; may be NULL */
	/* n values each between which the truth is said to lie (NaN: nothing
	 * is said there), drawn behind; or NULL */
	const double *lo, *hi;
};

/* Appends the chart, each line ended.  Nothing when no value is finite. */
void pl_chart_line(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_line *l);

struct pl_chart_mark {
	double x;
	const char *label;
};

/* How often each size occurs, and where on the axis something lies.  A column
 * with anything in it shows at least a trace. */
struct pl_chart_hist {
	const double *x;
	size_t n;
	const struct pl_chart_mark *marks;
	size_t n_marks;
};

void pl_chart_hist(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_hist *h);

/* Values with names, one below the other, to both sides of zero. */
struct pl_chart_bar {
	const char *label;
	double value; /* NaN: shown without a bar */
};
struct pl_chart_bars {
	const struct pl_chart_bar *v;
	size_t n;
};
void pl_chart_bars(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_bars *x);

#endif
