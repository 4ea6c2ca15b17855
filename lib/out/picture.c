#include "out/picture.h"

#include <assert.h>
#include <string.h>

#include "out/chart_int.h"
#include "out/svg_int.h"
#include "out/xml.h"

struct pl_picture *pl_picture_add(struct pl_pictures *p)
{
	assert(p->n < PL_PICTURES);
	p->v[p->n] = (struct pl_picture){ .title = NULL };
	return &p->v[p->n++];
}

static void chart(struct pl_buf *b, const struct pl_chart *c,
		  const struct pl_picture *p)
{
	switch (p->kind) {
	case PL_PIC_LINE:
		pl_chart_line(b, c, &p->line);
		return;
	case PL_PIC_HIST:
		pl_chart_hist(b, c, &p->hist);
		return;
	case PL_PIC_BARS:
		pl_chart_bars(b, c, &p->bars);
		return;
	case PL_PIC_COLUMNS:
		pl_chart_columns(b, c, &p->columns);
		return;
	case PL_PIC_ROWS:
		pl_chart_rows(b, c, &p->rows);
		return;
	case PL_PIC_GRAPH:
		pl_chart_graph(b, c, &p->graph);
		return;
	}
}

/* The title, and what the numbers are. */
static void heading(struct pl_buf *b, const struct pl_chart *c,
		    const struct pl_picture *p)
{
	struct pl_chart_legend title = { .n = 0 };

	pl_chart_key(&title, "",
		     p->unit ? pl_printf(b->a, "%s (%s)", p->title, p->unit)
			     : p->title);
	pl_chart_keys(b, c, &title);
}

void pl_picture_chart(struct pl_buf *b, const struct pl_chart *c,
		      const struct pl_picture *p)
{
	struct pl_chart own = *c;
	struct pl_buf body;

	/* counts need less height than places on a line */
	if (p->kind == PL_PIC_HIST && !own.rows)
		own.rows = 6;
	pl_buf_init(&body, b->a);
	chart(&body, &own, p);
	if (!body.n)
		return;
	heading(b, c, p);
	pl_buf_put(b, pl_buf_span(&body));
}

static void draw(struct pl_buf *b, const struct pl_picture *p, struct pl_svg s)
{
	switch (p->kind) {
	case PL_PIC_LINE:
		pl_svg_line(b, &s, &p->line);
		return;
	case PL_PIC_HIST:
		pl_svg_hist(b, &s, &p->hist);
		return;
	case PL_PIC_BARS:
		pl_svg_bars(b, &s, &p->bars);
		return;
	case PL_PIC_COLUMNS:
		pl_svg_columns(b, &s, &p->columns);
		return;
	case PL_PIC_ROWS:
		pl_svg_rows(b, &s, &p->rows);
		return;
	case PL_PIC_GRAPH:
		pl_svg_graph(b, &s, &p->graph);
		return;
	}
}

void pl_picture_svg(struct pl_buf *b, const struct pl_picture *p,
		    const char *id, bool alone)
{
	draw(b, p,
	     (struct pl_svg){ .id = id,
			      .title = p->title,
			      .about = p->about,
			      .unit = p->unit,
			      .alone = alone });
}

void pl_pictures_svg(struct pl_buf *b, const struct pl_pictures *p,
		     const char *title)
{
	double y = 0;
	struct pl_buf body;

	if (p->n == 1) {
		pl_picture_svg(b, &p->v[0], "p0", true);
		return;
	}
	pl_buf_init(&body, b->a);
	for (size_t i = 0; i < p->n; i++)
		draw(&body, &p->v[i],
		     (struct pl_svg){ .id = pl_printf(b->a, "p%zu", i),
				      .title = p->v[i].title,
				      .about = p->v[i].about,
				      .unit = p->v[i].unit,
				      .y = &y });
	if (!body.n)
		return;
	pl_buf_fmt(b,
		   "<svg class=\"pl-svg\" xmlns=\"http://www.w3.org/2000/svg\" "
		   "role=\"group\" viewBox=\"0 0 %d %.0f\" width=\"%d\" "
		   "height=\"%.0f\" aria-labelledby=\"all-t\">\n"
		   "<title id=\"all-t\">",
		   PL_SVG_W, y, PL_SVG_W * 3 / 2, y * 1.5);
	pl_xml_text(b, title);
	pl_buf_fmt(b,
		   "</title>\n<style>%s</style>\n<rect width=\"%d\" "
		   "height=\"%.0f\" style=\"fill:var(--bg)\"/>\n",
		   pl_svg_style, PL_SVG_W, y);
	pl_buf_put(b, pl_buf_span(&body));
	pl_buf_str(b, "</svg>\n");
}
