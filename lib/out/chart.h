/* What a chart can be, each told once: of characters here (braille and blocks
 * where the terminal speaks UTF-8, plain ASCII where it does not), as SVG in
 * svg.h.  picture.h puts a title and words around any of them.  Names that are
 * set make a legend.  Pure: the same numbers give the same bytes. */
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

/* A value on an axis and its words. */
struct pl_chart_mark {
	double x;
	const char *label;
};

#define PL_CHART_SHADES 4

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
	const double *x;    /* n places, not falling; NULL: evenly */
	const size_t *dots; /* points that are marked, rising */
	size_t n_dots;
	const uint8_t *shade; /* of each point, 0..3: how dark behind it */
	const char *across;   /* what the horizontal axis is */
	const char *name, *fit_name, *break_name, *band_name, *dot_name;
	const char *shade_name[PL_CHART_SHADES];
};

/* Appends the chart, each line ended.  Nothing when no value is finite. */
void pl_chart_line(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_line *l);

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

/* Values with names, one below the other, to both sides of zero; or pairs of
 * them. */
struct pl_chart_bar {
	const char *label;
	double value; /* NaN: shown without a bar */
	double second;
};
struct pl_chart_bars {
	const struct pl_chart_bar *v;
	size_t n;
	bool paired; /* each has a second value */
	double full; /* what all the width stands for; 0: the largest */
	const char *name, *second_name;
};
void pl_chart_bars(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_bars *x);

/* Columns that stand on zero, and others that hang from it, one for each of n
 * periods.  Where there is no room for each, a column shows the largest of its
 * neighbours. */
struct pl_chart_columns {
	const double *up, *down; /* not below 0; down may be NULL */
	size_t n;
	const size_t *marks; /* columns that are marked, rising */
	size_t n_marks;
	const char *left, *right;
	const char *up_name, *down_name, *mark_name;
	/* what the axis says, where the columns are of other numbers than a
	 * reader wants (logarithms); NULL: round numbers */
	const struct pl_chart_mark *ticks;
	size_t n_ticks;
};
void pl_chart_columns(struct pl_buf *b, const struct pl_chart *c,
		      const struct pl_chart_columns *x);

/* Several series of one length and one scale, each in a row of its own. */
struct pl_chart_row {
	const char *label;
	const double *y;
};
struct pl_chart_rows {
	const struct pl_chart_row *v;
	size_t n, len;
	double lo, hi; /* of the scale */
	const char *left, *right;
};
void pl_chart_rows(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_rows *x);

/* Who is joined to whom, and by how much.  Nodes of one group stand
 * together. */
struct pl_chart_node {
	const char *label;
	size_t group; /* rising */
};
struct pl_chart_edge {
	size_t a, b; /* nodes */
	double weight;
	const char *label; /* the weight in words */
};
struct pl_chart_graph {
	const struct pl_chart_node *node;
	size_t n;
	const struct pl_chart_edge *edge;
	size_t n_edges;
	const char *group_name; /* "set" */
};
void pl_chart_graph(struct pl_buf *b, const struct pl_chart *c,
		    const struct pl_chart_graph *g);

#endif
