/* Charts as SVG.  The same numbers give the same bytes, however many points
 * there are: past a few to a pixel only the range of each column is drawn.
 * Each has a title and a description for those who do not see it, colours
 * that follow the reader's light or dark, and differences that do not rest on
 * colour alone.  Pure. */
#ifndef PL_OUT_SVG_H
#define PL_OUT_SVG_H

#include "out/chart.h"

struct pl_svg {
	const char *id;    /* of its parts: letters, digits and dashes */
	const char *title; /* short; needed */
	const char *about; /* what a reader would see; needed */
	const char *unit;  /* of the values, above the axis; or NULL */
	bool alone;        /* a file of its own: brings its colours along */
	/* Within another picture: how far down, moved on by its height; else
	 * NULL. */
	double *y;
};

/* The style sheet that the charts of a page share. */
extern const char pl_svg_style[];

/* Appended; nothing when no value is finite. */
void pl_svg_line(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_line *l);
void pl_svg_hist(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_hist *h);
void pl_svg_bars(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_bars *x);
void pl_svg_columns(struct pl_buf *b, const struct pl_svg *s,
		    const struct pl_chart_columns *x);
void pl_svg_rows(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_rows *x);
void pl_svg_graph(struct pl_buf *b, const struct pl_svg *s,
		  const struct pl_chart_graph *g);

#endif
