/* Who is joined to whom: names in a column, an arc for each two that are
 * joined, as thick as what went between them.  Nothing can cover a name. */
#include <math.h>

#include "out/svg_int.h"
#include "out/xml.h"

#define STEP 17
#define NAMES 150 /* units for the names */
#define MAX_NODES 40
#define MAX_EDGES 200

struct graph {
	struct pl_buf *b;
	const struct pl_chart_graph *g;
	double top;
	double most; /* weight */
};

/* A group begins with a line of its own, where there are several. */
static double node_y(const struct graph *c, size_t i)
{
	const struct pl_chart_graph *g = c->g;
	size_t heads = g->group_name ? 1 : 0;

	for (size_t k = 1; g->group_name && k <= i; k++)
		heads += g->node[k].group != g->node[k - 1].group;
	return c->top + STEP * (double)(i + heads) + STEP / 2.;
}

static void node(const struct graph *c, size_t i)
{
	const struct pl_chart_graph *g = c->g;
	double y = node_y(c, i);

	if (g->group_name && (!i || g->node[i].group != g->node[i - 1].group)) {
		pl_buf_fmt(c->b, "<text class=\"t\" x=\"8\" y=\"%.1f\">",
			   y - STEP + 4);
		pl_svg_cut(c->b,
			   pl_printf(c->b->a, "%s %zu", g->group_name,
				     g->node[i].group + 1),
			   200);
		pl_buf_str(c->b, "</text>\n");
	}
	pl_buf_fmt(c->b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">",
		   NAMES, y + 4);
	pl_svg_cut(c->b, g->node[i].label, NAMES - 8);
	pl_buf_fmt(c->b,
		   "</text><circle class=\"p\" cx=\"%d\" cy=\"%.1f\" "
		   "r=\"4\"/>\n",
		   NAMES + 10, y);
}

/* Half an ellipse to the right; far ones reach further, within the frame. */
static void edge(const struct graph *c, const struct pl_chart_edge *e)
{
	double a = node_y(c, e->a), b = node_y(c, e->b);
	double reach = PL_SVG_W - 20 - (NAMES + 10), far = fabs(a - b);
	double part = c->most > 0 ? e->weight / c->most : 0;

	pl_buf_fmt(c->b,
		   "<path class=\"e\" stroke-width=\"%.1f\" d=\"M%d %.1fA%.1f "
		   "%.1f 0 0 %d %d %.1f\"><title>",
		   1 + 5 * (isfinite(part) ? part : 0), NAMES + 10, a,
		   reach * far / (far + 60), far / 2, a < b ? 1 : 0, NAMES + 10,
		   b);
	pl_xml_text(c->b, e->label);
	pl_buf_str(c->b, "</title></path>\n");
}

void pl_svg_graph(struct pl_buf *b, const struct pl_svg *s,
		  const struct pl_chart_graph *g)
{
	const size_t n = g->n > MAX_NODES ? MAX_NODES : g->n;
	struct graph c = { .b = b, .g = g };
	struct pl_svg_legend k = { .n = 0 };
	double high;

	if (!n)
		return;
	high = node_y(&c, n - 1) + STEP;
	for (size_t i = 0; i < g->n_edges; i++)
		if (isfinite(g->edge[i].weight))
			c.most = fmax(c.most, g->edge[i].weight);
	pl_svg_key(&k, 'l', "the thicker, the more went between two");
	if (g->n > n)
		pl_svg_key(&k, ' ', pl_printf(b->a, "and %zu more", g->n - n));
	c.top = pl_svg_begin(b, s, high, &k);
	for (size_t i = 0; i < g->n_edges && i < MAX_EDGES; i++) {
		if (g->edge[i].a < n && g->edge[i].b < n)
			edge(&c, &g->edge[i]);
	}
	for (size_t i = 0; i < n; i++)
		node(&c, i);
	pl_svg_end(b, c.top + high, &k);
}
