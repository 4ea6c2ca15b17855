/* A picture of an analysis, described once: what there is to draw and the
 * words around it.  From this come the chart on a terminal, the SVG, and what
 * those read who do not see either.  Pure. */
#ifndef PL_OUT_PICTURE_H
#define PL_OUT_PICTURE_H

#include "out/svg.h"

enum pl_picture_kind {
	PL_PIC_LINE,
	PL_PIC_HIST,
	PL_PIC_BARS,
	PL_PIC_COLUMNS,
	PL_PIC_ROWS,
	PL_PIC_GRAPH,
};

struct pl_picture {
	enum pl_picture_kind kind;
	const char *title;   /* short */
	const char *about;   /* what one would see, with its figures */
	const char *caption; /* how to read it */
	const char *unit;    /* of the values; NULL: none */
	union {
		struct pl_chart_line line;
		struct pl_chart_hist hist;
		struct pl_chart_bars bars;
		struct pl_chart_columns columns;
		struct pl_chart_rows rows;
		struct pl_chart_graph graph;
	};
};

#define PL_PICTURES 4
struct pl_pictures {
	struct pl_picture v[PL_PICTURES];
	size_t n;
};

/* Room for one more, zeroed; there must be some. */
struct pl_picture *pl_picture_add(struct pl_pictures *p);

/* Appended, with title and caption; nothing where nothing is finite.  Names
 * from outside come out safe for a terminal. */
void pl_picture_chart(struct pl_buf *b, const struct pl_chart *c,
		      const struct pl_picture *p);

/* As pl_svg_line and its like. */
void pl_picture_svg(struct pl_buf *b, const struct pl_picture *p,
		    const char *id, bool alone);

/* All of them as one file, one below the other; nothing where none has
 * anything to show. */
void pl_pictures_svg(struct pl_buf *b, const struct pl_pictures *p,
		     const char *title);

#endif
