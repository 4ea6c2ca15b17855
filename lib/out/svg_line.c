/* Lines over time, and histograms. */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "out/svg_int.h"
#include "out/xml.h"

#define BUCKETS (2 * PL_SVG_W) /* of a line: two to a unit, and more */
#define BINS 48

/* ------------------------------------------------------------------- line */

struct line {
	struct pl_svg_frame f;
	const struct pl_chart_line *l;
	bool placed; /* by its own x */
};

static double place(const struct line *c, size_t i)
{
	const struct pl_svg_frame *f = &c->f;

	if (!c->placed)
		return pl_svg_at(f, i, c->l->n);
	return f->left +
	       (PL_SVG_RIGHT - f->left) *
		       ((c->l->x[i] / 2 - f->x0 / 2) / (f->x1 / 2 - f->x0 / 2));
}

/* The end of the points that stand in the half unit of point i. */
static size_t bucket_end(const struct line *c, size_t i)
{
	const size_t n = c->l->n;
	double at;

	if (n <= BUCKETS)
		return i + 1;
	at = floor(2 * place(c, i));
	for (i++; i < n && floor(2 * place(c, i)) <= at;)
		i++;
	return i;
}

static void point(const struct line *c, const double *y, size_t i, bool *pen)
{
	pl_buf_fmt(c->f.b, "%s%.1f %.1f", *pen ? "L" : "M", place(c, i),
		   pl_svg_y(&c->f, y[i]));
	*pen = true;
}

/* Of points i..end the lowest and the highest, in their order. */
static void bucket(const struct line *c, const double *y, size_t i, size_t end,
		   bool *pen)
{
	size_t lo = end, hi = end;

	for (; i < end; i++) {
		if (!isfinite(y[i])) {
			*pen = false;
			continue;
		}
		if (lo == end || y[i] < y[lo])
			lo = i;
		if (hi == end || y[i] > y[hi])
			hi = i;
	}
	if (lo == end)
		return;
	point(c, y, lo < hi ? lo : hi, pen);
	if (lo != hi)
		point(c, y, lo < hi ? hi : lo, pen);
}

/* A point between two gaps has no line: a ring shows it. */
static void lonely(const struct line *c, const double *y)
{
	const size_t n = c->l->n;

	for (size_t i = 0; n <= BUCKETS && i < n; i++) {
		if (!isfinite(y[i]) || (i && isfinite(y[i - 1])) ||
		    (i + 1 < n && isfinite(y[i + 1])))
			continue;
		pl_buf_fmt(c->f.b,
			   "<circle class=\"p\" cx=\"%.1f\" cy=\"%.1f\" "
			   "r=\"2.5\"/>\n",
			   place(c, i), pl_svg_y(&c->f, y[i]));
	}
}

static void path(const struct line *c, const char *class, const double *y)
{
	bool pen = false;
	struct pl_buf d;

	pl_buf_init(&d, c->f.b->a);
	for (size_t i = 0, end; i < c->l->n; i = end) {
		struct line to = *c;

		to.f.b = &d;
		end = bucket_end(c, i);
		bucket(&to, y, i, end, &pen);
	}
	if (!d.n)
		return;
	pl_buf_fmt(c->f.b, "<path class=\"%s\" d=\"", class);
	pl_buf_put(c->f.b, pl_buf_span(&d));
	pl_buf_str(c->f.b, "\"/>\n");
}

/* The widest the band gets among points i..end; false where it is not
 * known. */
static bool widest(const struct pl_chart_line *l, size_t i, size_t end,
		   double *lo, double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (; i < end; i++) {
		if (!isfinite(l->lo[i]) || !isfinite(l->hi[i]))
			return false;
		*lo = fmin(*lo, l->lo[i]);
		*hi = fmax(*hi, l->hi[i]);
	}
	return true;
}

/* There along the top, and back along the bottom. */
static void close_band(const struct line *c, const struct pl_buf *there,
		       const double *x, const double *lo, size_t n)
{
	pl_buf_str(c->f.b, "<path class=\"d\" d=\"");
	pl_buf_put(c->f.b, pl_buf_span(there));
	while (n--)
		pl_buf_fmt(c->f.b, "L%.1f %.1f", x[n], lo[n]);
	pl_buf_str(c->f.b, "Z\"/>\n");
}

/* One closed shape for each stretch where both ends are known. */
static void band(const struct line *c)
{
	const struct pl_chart_line *l = c->l;
	const size_t most = l->n < BUCKETS ? l->n : BUCKETS;
	double *x = PL_NEW_N(c->f.b->a, double, most + 2);
	double *low = PL_NEW_N(c->f.b->a, double, most + 2), lo, hi;
	struct pl_buf there;
	size_t n = 0;

	pl_buf_init(&there, c->f.b->a);
	for (size_t i = 0, end; i < l->n; i = end) {
		end = bucket_end(c, i);
		if (!widest(l, i, end, &lo, &hi)) {
			if (n)
				close_band(c, &there, x, low, n);
			pl_buf_reset(&there);
			n = 0;
			continue;
		}
		assert(n < most + 2);
		x[n] = place(c, i);
		low[n] = pl_svg_y(&c->f, lo);
		pl_buf_fmt(&there, "%s%.1f %.1f", n ? "L" : "M", x[n],
			   pl_svg_y(&c->f, hi));
		n++;
	}
	if (n)
		close_band(c, &there, x, low, n);
}

static void breaks(const struct line *c)
{
	for (size_t i = 0; i < c->l->n_breaks; i++) {
		double x = place(c, c->l->breaks[i]);

		pl_buf_fmt(c->f.b,
			   "<line class=\"b\" x1=\"%.1f\" x2=\"%.1f\" "
			   "y1=\"%.1f\" y2=\"%.1f\"/>\n",
			   x, x, c->f.top, c->f.bottom);
	}
}

/* Each stretch of one shade; where points share a place the darkest counts. */
static void shades(const struct line *c)
{
	const struct pl_chart_line *l = c->l;
	const struct pl_svg_frame *f = &c->f;
	double from = f->left;
	uint8_t dark = 0;

	for (size_t i = 0, end; i <= l->n; i = end) {
		const bool last = i == l->n;
		uint8_t now = 0;
		double x = last ? PL_SVG_RIGHT : place(c, i);

		end = last ? i + 1 : bucket_end(c, i);
		for (size_t k = i; !last && k < end; k++)
			now = l->shade[k] > now ? l->shade[k] : now;
		if (i && !last)
			x = (x + place(c, i - 1)) / 2;
		if (now == dark && !last)
			continue;
		if (dark && i && x > from)
			pl_buf_fmt(f->b,
				   "<rect class=\"k%u\" x=\"%.1f\" "
				   "y=\"%.1f\" width=\"%.1f\" "
				   "height=\"%.1f\"/>\n",
				   dark > 3 ? 3u : dark, from, f->top, x - from,
				   f->bottom - f->top);
		from = i ? x : f->left;
		dark = now;
	}
}

/* Rings; one where many would cover each other. */
static void dots(const struct line *c)
{
	const struct pl_chart_line *l = c->l;
	const size_t wide = PL_SVG_W / 2, high = PL_SVG_PLOT_H / 2 + 1;
	bool *seen = PL_NEW_N(c->f.b->a, bool, wide *high);

	for (size_t i = 0; i < l->n_dots; i++) {
		double x = place(c, l->dots[i]), y = l->y[l->dots[i]];
		size_t cell;

		if (!isfinite(y))
			continue;
		y = pl_svg_y(&c->f, y);
		cell = (size_t)((y - c->f.top) / 2) * wide + (size_t)(x / 2);
		if (cell >= wide * high || seen[cell])
			continue;
		seen[cell] = true;
		pl_buf_fmt(c->f.b,
			   "<circle class=\"o\" cx=\"%.1f\" cy=\"%.1f\" "
			   "r=\"3\"/>\n",
			   x, y);
	}
}

static void keys(struct pl_svg_legend *k, const struct pl_chart_line *l)
{
	static const char shade[] = " 123";

	pl_svg_key(k, 'l', l->name);
	pl_svg_key(k, 'f', l->fit ? l->fit_name : NULL);
	pl_svg_key(k, 'b', l->n_breaks ? l->break_name : NULL);
	pl_svg_key(k, 'd', l->lo ? l->band_name : NULL);
	pl_svg_key(k, 'o', l->n_dots ? l->dot_name : NULL);
	for (size_t i = 1; l->shade && i < PL_CHART_SHADES; i++)
		pl_svg_key(k, shade[i], l->shade_name[i]);
}

static void range(struct line *c)
{
	const struct pl_chart_line *l = c->l;
	struct pl_svg_frame *f = &c->f;

	f->lo = f->x0 = INFINITY;
	f->hi = f->x1 = -INFINITY;
	pl_svg_widen(&f->lo, &f->hi, l->y, l->n);
	pl_svg_widen(&f->lo, &f->hi, l->fit, l->n);
	if (l->lo && l->hi) {
		pl_svg_widen(&f->lo, &f->hi, l->lo, l->n);
		pl_svg_widen(&f->lo, &f->hi, l->hi, l->n);
	}
	pl_svg_widen(&f->x0, &f->x1, l->x, l->n);
	c->placed = l->x && f->x0 < f->x1;
}

void pl_svg_line(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_line *l)
{
	struct line c = { .f = { .b = b }, .l = l };
	struct pl_svg_legend k = { .n = 0 };
	struct pl_svg_frame *f = &c.f;

	range(&c);
	if (f->lo > f->hi)
		return;
	pl_svg_settle(&f->lo, &f->hi);
	keys(&k, l);
	f->top = pl_svg_begin(b, s, PL_SVG_PLOT_H + 22, &k);
	f->bottom = f->top + PL_SVG_PLOT_H;
	pl_svg_left(f, NULL, 0);
	if (l->shade)
		shades(&c);
	pl_svg_grid(f, NULL, 0);
	if (l->lo && l->hi)
		band(&c);
	breaks(&c);
	path(&c, "l", l->y);
	lonely(&c, l->y);
	if (l->fit)
		path(&c, "f", l->fit);
	dots(&c);
	pl_svg_ends(f, l->left, l->right, l->across);
	pl_svg_end(b, f->bottom + 22, &k);
}

/* -------------------------------------------------------------- histogram */

static double hist_x(const struct pl_svg_frame *f, double v)
{
	return f->left + (PL_SVG_RIGHT - f->left) * ((v / 2 - f->x0 / 2) /
						     (f->x1 / 2 - f->x0 / 2));
}

static void count(size_t bins[BINS], const struct pl_svg_frame *f,
		  const struct pl_chart_hist *h, size_t *most)
{
	for (size_t i = 0; i < h->n; i++) {
		double at;
		size_t k;

		if (!isfinite(h->x[i]))
			continue;
		at = (h->x[i] / 2 - f->x0 / 2) / (f->x1 / 2 - f->x0 / 2) * BINS;
		k = at < 0 ? 0 : at >= BINS ? BINS - 1 : (size_t)at;
		if (++bins[k] > *most)
			*most = bins[k];
	}
}

/* Counts that occur are at least a unit high. */
static void columns(const struct pl_svg_frame *f, const size_t bins[BINS])
{
	double wide = (PL_SVG_RIGHT - f->left) / BINS;

	for (size_t k = 0; k < BINS; k++) {
		double top = pl_svg_y(f, (double)bins[k]);

		if (!bins[k])
			continue;
		if (top > f->bottom - 1)
			top = f->bottom - 1;
		pl_buf_fmt(f->b,
			   "<rect class=\"p\" x=\"%.1f\" y=\"%.1f\" "
			   "width=\"%.1f\" height=\"%.1f\"/>\n",
			   f->left + wide * (double)k + .4, top, wide - .8,
			   f->bottom - top);
	}
}

static void mark_line(const struct pl_svg_frame *f,
		      const struct pl_chart_mark *m)
{
	double x = hist_x(f, m->x);

	pl_buf_fmt(f->b,
		   "<line class=\"m\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
		   "y2=\"%.1f\"/>\n",
		   x, x, f->top, f->bottom);
}

/* A mark's words stand on the side that has more room, each a line lower. */
static void mark_words(const struct pl_svg_frame *f,
		       const struct pl_chart_mark *m, size_t i)
{
	double x = hist_x(f, m->x), y = f->top + 10 + 16 * (double)(i % 6);
	bool left = x - f->left > PL_SVG_RIGHT - x;

	pl_buf_fmt(f->b, "<text class=\"h\" x=\"%.1f\" y=\"%.1f\"%s>",
		   left ? x - 5 : x + 5, y, left ? " text-anchor=\"end\"" : "");
	pl_svg_cut(f->b, m->label,
		   left ? x - f->left - 6 : PL_SVG_RIGHT - x - 6);
	pl_buf_str(f->b, "</text>\n");
}

static void marks(const struct pl_svg_frame *f, const struct pl_chart_hist *h)
{
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < h->n_marks; i++) {
			if (!(h->marks[i].x >= f->x0 && h->marks[i].x <= f->x1))
				continue;
			if (pass)
				mark_words(f, &h->marks[i], i);
			else
				mark_line(f, &h->marks[i]);
		}
	}
}

/* Round numbers below the axis; one that would touch the last gives way, and
 * those at the ends lean inwards. */
static void x_ticks(const struct pl_svg_frame *f)
{
	double step = pl_svg_step(f->x0, f->x1, 5);
	double first = ceil(f->x0 / step), end = 0;

	for (int i = 0; i <= 6; i++) {
		double v = (first + i) * step, x = hist_x(f, v), w;
		char text[40];
		double at;

		if (!(v <= f->x1) || !(v >= f->x0))
			continue;
		w = pl_svg_width(pl_svg_number(text, v, step));
		at = fmin(x - w / 2, PL_SVG_W - 2 - w);
		if (at < end + 6)
			continue;
		end = at + w;
		pl_buf_fmt(f->b,
			   "<line class=\"g\" x1=\"%.1f\" x2=\"%.1f\" "
			   "y1=\"%.1f\" y2=\"%.1f\"/><text class=\"s\" "
			   "x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s"
			   "</text>\n",
			   x, x, f->bottom, f->bottom + 5, at + w / 2,
			   f->bottom + 18, text);
	}
}

void pl_svg_hist(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_hist *h)
{
	struct pl_svg_frame f = { .b = b, .x0 = INFINITY, .x1 = -INFINITY };
	const struct pl_svg_legend none = { .n = 0 };
	size_t bins[BINS] = { 0 }, most = 0;

	pl_svg_widen(&f.x0, &f.x1, h->x, h->n);
	if (f.x0 > f.x1)
		return;
	if (!(f.x0 < f.x1))
		pl_svg_settle(&f.x0, &f.x1);
	count(bins, &f, h, &most);
	assert(most); /* some value was finite */
	f.lo = 0;
	f.hi = (double)most * 1.06;
	f.top = pl_svg_begin(b, s, PL_SVG_PLOT_H + 24, &none);
	f.bottom = f.top + PL_SVG_PLOT_H;
	pl_svg_left(&f, NULL, 0);
	pl_svg_grid(&f, NULL, 0);
	columns(&f, bins);
	marks(&f, h);
	x_ticks(&f);
	pl_svg_end(b, 0, &none);
}
