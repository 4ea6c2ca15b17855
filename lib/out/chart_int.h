/* What the parts of chart.h share. */
#ifndef PL_OUT_CHART_INT_H
#define PL_OUT_CHART_INT_H

#include "out/chart.h"

#define PL_CHART_MARGIN 11 /* columns of the labels left of a plot */
#define PL_CHART_COLS 200

#define PL_CHART_CYAN "\x1b[36m"
#define PL_CHART_YELLOW "\x1b[33m"
#define PL_CHART_RED "\x1b[31m"
#define PL_CHART_DIM "\x1b[2m"
#define PL_CHART_PLAIN "\x1b[0m"

/* Columns in all, within the bounds. */
size_t pl_chart_width(const struct pl_chart *c);

/* At most `cols` columns of a text, the rest blanks. */
void pl_chart_pad(struct pl_buf *b, const char *s, size_t cols);

/* The horizontal axis below a plot of so many columns, and words under its
 * ends; the middle gives way, then the right. */
void pl_chart_axis(struct pl_buf *b, const struct pl_chart *c, size_t cols);
void pl_chart_ends(struct pl_buf *b, size_t cols, const char *left,
		   const char *middle, const char *right);

#define PL_CHART_KEYS 8
struct pl_chart_legend {
	const char *sign[PL_CHART_KEYS], *name[PL_CHART_KEYS];
	size_t n;
};
void pl_chart_key(struct pl_chart_legend *l, const char *sign,
		  const char *name);
void pl_chart_keys(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_legend *l);

/* Finite, or 0. */
double pl_chart_finite(double v);

#endif
