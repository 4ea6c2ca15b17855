/* What the parts of svg.h share: a frame, its axes, its words. */
#ifndef PL_OUT_SVG_INT_H
#define PL_OUT_SVG_INT_H

#include "out/svg.h"

#define PL_SVG_W 420
#define PL_SVG_PLOT_H 190
#define PL_SVG_FONT 13 /* the most that a page makes of it */
#define PL_SVG_RIGHT (PL_SVG_W - 12)

struct pl_svg_frame {
	struct pl_buf *b;
	double lo, hi;      /* of the values across the vertical axis */
	double x0, x1;      /* of the horizontal one */
	double left;        /* where the plot begins */
	double top, bottom; /* of the plot */
};

/* One entry of a legend: a drawn sign and what it means. */
struct pl_svg_key {
	char sign; /* l line, f dashes, b dots, d band, o ring, p, n, q
		    * boxes, 1 to 3 shades; a blank: words alone */
	const char *name;
};
#define PL_SVG_KEYS 8
struct pl_svg_legend {
	struct pl_svg_key v[PL_SVG_KEYS];
	size_t n;
};
void pl_svg_key(struct pl_svg_legend *l, char sign, const char *name);

/* Width that a text takes at most, in units. */
double pl_svg_width(const char *s);

/* Its characters, escaped; what goes beyond `most` units gives way to "…". */
void pl_svg_cut(struct pl_buf *b, const char *s, double most);

/* Opens the picture; title and unit, where it stands alone, and the axes'
 * numbers need room: tells where the plot begins.  `inner` is the height of
 * the plot and all below it but the legend. */
double pl_svg_begin(struct pl_buf *b, const struct pl_svg *s, double inner,
		    const struct pl_svg_legend *keys);
/* The legend from y on, and the end. */
void pl_svg_end(struct pl_buf *b, double y, const struct pl_svg_legend *keys);

void pl_svg_widen(double *lo, double *hi, const double *v, size_t n);
/* Room around; what differs by less than the last digits is drawn as a line
 * through the middle.  Halves, so that nothing overflows. */
void pl_svg_settle(double *lo, double *hi);

/* `left` out of the widths of the numbers; then they are drawn. */
void pl_svg_left(struct pl_svg_frame *f, const struct pl_chart_mark *ticks,
		 size_t n);
void pl_svg_grid(const struct pl_svg_frame *f,
		 const struct pl_chart_mark *ticks, size_t n);
/* Words below the ends of the horizontal axis, and in its middle. */
void pl_svg_ends(const struct pl_svg_frame *f, const char *left,
		 const char *right, const char *across);

double pl_svg_y(const struct pl_svg_frame *f, double v);
/* The place of point i of n. */
double pl_svg_at(const struct pl_svg_frame *f, size_t i, size_t n);

/* The round step (1, 2 or 5 times a power of ten) that gives at most `most`
 * steps. */
double pl_svg_step(double lo, double hi, int most);
/* A round number as the axes print it. */
const char *pl_svg_number(char text[40], double v, double step);

#endif
