/* Bars with names, columns over time, and rows of small series. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/svg_int.h"
#include "out/xml.h"

#define WORDS 17 /* height of a line of them */
#define BAR 11
#define MAX_BARS 24
#define MAX_ROWS 16

static void text_at(struct pl_buf *b, double x, double y, const char *anchor,
		    const char *text, double most)
{
	pl_buf_fmt(b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y,
		   anchor);
	pl_svg_cut(b, text, most);
	pl_buf_str(b, "</text>");
}

/* "and 7 more", where not all are drawn. */
static void more(struct pl_svg_legend *k, struct pl_buf *b, size_t n,
		 size_t drawn)
{
	if (n > drawn)
		pl_svg_key(k, ' ', pl_printf(b->a, "and %zu more", n - drawn));
}

/* ------------------------------------------------------------------- bars */

struct bars {
	struct pl_buf *b;
	const struct pl_chart_bars *x;
	double zero, unit; /* place of 0; units of width to 1 */
};

static void bar(const struct bars *c, double v, double y, const char *class)
{
	double w = isfinite(v) ? fabs(v) * c->unit : 0;

	pl_buf_fmt(c->b,
		   "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
		   "height=\"%d\"/>",
		   class, v < 0 ? c->zero - w : c->zero, y, w, BAR);
}

static void number(char text[40], double v)
{
	if (isfinite(v))
		(void)snprintf(text, 40, "%.4g", v);
	else
		(void)snprintf(text, 40, "–");
}

static double bar_height(const struct bars *c)
{
	return WORDS + BAR * (c->x->paired ? 2 : 1) + 9.;
}

static void one_bar(const struct bars *c, const struct pl_chart_bar *x,
		    double y)
{
	char text[100], first[40], second[40];
	double w;

	number(first, x->value);
	number(second, x->second);
	(void)snprintf(text, sizeof(text), c->x->paired ? "%s | %s" : "%s",
		       first, second);
	w = pl_svg_width(text);
	text_at(c->b, 10, y + 12, "start", x->label, PL_SVG_W - 30 - w);
	text_at(c->b, PL_SVG_W - 10, y + 12, "end", text, w + 1);
	bar(c, x->value, y + WORDS, x->value < 0 ? "n" : "p");
	if (c->x->paired)
		bar(c, x->second, y + WORDS + BAR, "q");
	pl_buf_fmt(c->b,
		   "<line class=\"z\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" "
		   "y2=\"%.1f\"/>\n",
		   c->zero, c->zero, y + WORDS - 2, y + bar_height(c) - 7);
}

/* Zero lies where both sides have the same scale and all the room is used. */
static bool bar_scale(struct bars *c, size_t n)
{
	double most[2] = { 0, 0 }, room = PL_SVG_W - 20;

	for (size_t i = 0; i < n; i++) {
		const double v[2] = { c->x->v[i].value,
				      c->x->paired ? c->x->v[i].second : 0 };

		for (size_t k = 0; k < 2; k++) {
			/* halves: their sum may not overflow */
			if (isfinite(v[k]))
				most[v[k] > 0] =
					fmax(most[v[k] > 0], fabs(v[k] / 2));
		}
	}
	/* nothing of a whole is something to show */
	if (c->x->full > 0 && n)
		most[1] = fmax(most[1], c->x->full / 2);
	if (!(most[0] + most[1] > 0))
		return false;
	c->unit = room / (most[0] + most[1]) / 2;
	c->zero = 10 + room * (most[0] / (most[0] + most[1]));
	return true;
}

void pl_svg_bars(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_bars *x)
{
	size_t n = x->n > MAX_BARS ? MAX_BARS : x->n;
	struct bars c = { .b = b, .x = x };
	struct pl_svg_legend k = { .n = 0 };
	double y;

	if (!bar_scale(&c, n))
		return;
	pl_svg_key(&k, 'p', x->name);
	pl_svg_key(&k, 'q', x->paired ? x->second_name : NULL);
	if (x->full > 0)
		pl_svg_key(&k, ' ',
			   pl_printf(b->a, "the whole width is %.4g", x->full));
	more(&k, b, x->n, n);
	y = pl_svg_begin(b, s, bar_height(&c) * (double)n, &k);
	for (size_t i = 0; i < n; i++)
		one_bar(&c, &x->v[i], y + bar_height(&c) * (double)i);
	pl_svg_end(b, y + bar_height(&c) * (double)n, &k);
}

/* ---------------------------------------------------------------- columns */

struct columns {
	struct pl_svg_frame f;
	const struct pl_chart_columns *x;
	size_t n; /* drawn */
	double wide;
};

static size_t from(const struct columns *c, size_t k)
{
	return (size_t)((double)k * (double)c->x->n / (double)c->n);
}

/* The largest of v[i..end), which column k stands for. */
static double largest(const struct columns *c, const double *v, size_t k)
{
	double most = 0;

	for (size_t i = from(c, k); v && i < from(c, k + 1); i++)
		most = isfinite(v[i]) ? fmax(most, v[i]) : most;
	return most;
}

/* What occurs is at least a unit high. */
static void column(const struct columns *c, size_t k, double v,
		   const char *class)
{
	double zero = pl_svg_y(&c->f, 0), y = pl_svg_y(&c->f, v);
	double h = fmax(1, fabs(y - zero)), gap = c->wide > 3 ? .6 : .1;

	if (v == 0)
		return;
	pl_buf_fmt(c->f.b,
		   "<rect class=\"%s\" x=\"%.2f\" y=\"%.1f\" width=\"%.2f\" "
		   "height=\"%.1f\"/>\n",
		   class, c->f.left + c->wide * (double)k + gap / 2,
		   v > 0 ? zero - h : zero, c->wide - gap, h);
}

static void column_marks(const struct columns *c)
{
	size_t k = 0, last = c->n;

	for (size_t i = 0; i < c->x->n_marks; i++) {
		while (k + 1 < c->n && from(c, k + 1) <= c->x->marks[i])
			k++;
		if (k == last)
			continue;
		last = k;
		pl_buf_fmt(c->f.b,
			   "<circle class=\"o\" cx=\"%.1f\" cy=\"%.1f\" "
			   "r=\"3\"/>\n",
			   c->f.left + c->wide * ((double)k + .5),
			   pl_svg_y(&c->f, largest(c, c->x->up, k)) - 5);
	}
}

static void column_keys(struct pl_svg_legend *k, const struct columns *c)
{
	const struct pl_chart_columns *x = c->x;

	pl_svg_key(k, 'p', x->up_name);
	pl_svg_key(k, 'n', x->down ? x->down_name : NULL);
	pl_svg_key(k, 'o', x->n_marks ? x->mark_name : NULL);
	if (c->n < x->n)
		pl_svg_key(k, ' ',
			   pl_printf(c->f.b->a,
				     "each column: the largest of %zu",
				     (x->n + c->n - 1) / c->n));
}

void pl_svg_columns(struct pl_buf *b, const struct pl_svg *s,
		    const struct pl_chart_columns *x)
{
	struct columns c = { .f = { .b = b, .lo = 0, .hi = 0 }, .x = x };
	struct pl_svg_frame *f = &c.f;
	struct pl_svg_legend k = { .n = 0 };
	double least = 0;

	pl_svg_widen(&least, &f->hi, x->up, x->n);
	pl_svg_widen(&least, &f->lo, x->down, x->n);
	f->lo = -f->lo;
	if (!(f->hi / 2 - f->lo / 2 > 0))
		return;
	f->hi = fmin(f->hi + .08 * (f->hi / 2 - f->lo / 2), 1.7e308);
	if (f->lo < 0)
		f->lo = fmax(f->lo - .08 * (f->hi / 2 - f->lo / 2), -1.7e308);
	c.n = x->n > 280 ? 280 : x->n;
	column_keys(&k, &c);
	f->top = pl_svg_begin(b, s, PL_SVG_PLOT_H + 22, &k);
	f->bottom = f->top + PL_SVG_PLOT_H;
	pl_svg_left(f, x->ticks, x->n_ticks);
	c.wide = (PL_SVG_RIGHT - f->left) / (double)c.n;
	pl_svg_grid(f, x->ticks, x->n_ticks);
	for (size_t i = 0; i < c.n; i++) {
		column(&c, i, largest(&c, x->up, i), "p");
		column(&c, i, -largest(&c, x->down, i), "n");
	}
	pl_buf_fmt(b,
		   "<line class=\"z\" x1=\"%.1f\" x2=\"%d\" y1=\"%.1f\" "
		   "y2=\"%.1f\"/>\n",
		   f->left, PL_SVG_RIGHT, pl_svg_y(f, 0), pl_svg_y(f, 0));
	column_marks(&c);
	pl_svg_ends(f, x->left, x->right, NULL);
	pl_svg_end(b, f->bottom + 22, &k);
}

/* ------------------------------------------------------------------- rows */

#define ROW (WORDS + 34)
#define POINTS (2 * (PL_SVG_W - 20))

struct rows {
	struct pl_buf *b;
	const struct pl_chart_rows *x;
	double top, bottom; /* of the row being drawn */
};

static double row_y(const struct rows *c, double v)
{
	double part = (v / 2 - c->x->lo / 2) / (c->x->hi / 2 - c->x->lo / 2);

	part = !(part > 0) ? 0 : part > 1 ? 1 : part;
	return c->bottom - (c->bottom - c->top) * part;
}

/* The highest of the points that stand at place i of k; -inf: none. */
static double row_at(const struct rows *c, const double *y, size_t i, size_t k)
{
	const double n = (double)c->x->len;
	size_t j = (size_t)((double)i * n / (double)k);
	size_t end = (size_t)((double)(i + 1) * n / (double)k);
	double most = -INFINITY;

	for (; i < k && j < end; j++)
		most = isfinite(y[j]) ? fmax(most, y[j]) : most;
	return most;
}

/* A shape from the bottom up to the series, closed where it has a gap. */
static void row_area(const struct rows *c, const double *y)
{
	const size_t k = c->x->len > POINTS ? POINTS : c->x->len;
	double wide = (PL_SVG_W - 20) / (double)k;
	bool open = false;

	pl_buf_fmt(c->b, "<path class=\"p\" d=\"M10 %.1f", c->bottom);
	for (size_t i = 0; i <= k; i++) {
		double most = row_at(c, y, i, k), x = 10 + wide * (double)i;

		if (!(most > -INFINITY)) {
			if (open)
				pl_buf_fmt(c->b, "V%.1fZ", c->bottom);
			open = false;
			continue;
		}
		if (!open)
			pl_buf_fmt(c->b, "M%.1f %.1f", x, c->bottom);
		pl_buf_fmt(c->b, "V%.1fH%.1f", row_y(c, most), x + wide);
		open = true;
	}
	pl_buf_str(c->b, "\"/>\n");
}

static double row_last(const double *y, size_t n)
{
	while (n && !isfinite(y[n - 1]))
		n--;
	return n ? y[n - 1] : NAN;
}

static void one_row(struct rows *c, const struct pl_chart_row *r, double y)
{
	char text[40];
	double w;

	number(text, row_last(r->y, c->x->len));
	w = pl_svg_width(text);
	text_at(c->b, 10, y + 12, "start", r->label, PL_SVG_W - 30 - w);
	text_at(c->b, PL_SVG_W - 10, y + 12, "end", text, w + 1);
	c->top = y + WORDS;
	c->bottom = y + ROW - 6;
	row_area(c, r->y);
	pl_buf_fmt(c->b,
		   "<line class=\"z\" x1=\"10\" x2=\"%d\" y1=\"%.1f\" "
		   "y2=\"%.1f\"/>\n",
		   PL_SVG_W - 10, c->bottom, c->bottom);
}

void pl_svg_rows(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_rows *x)
{
	const size_t n = x->n > MAX_ROWS ? MAX_ROWS : x->n;
	struct rows c = { .b = b, .x = x };
	struct pl_svg_frame f = { .b = b, .left = 10 };
	struct pl_svg_legend k = { .n = 0 };
	double y;

	if (!n || !x->len || !(x->lo < x->hi))
		return;
	pl_svg_key(&k, ' ',
		   pl_printf(b->a,
			     "each row: from %.4g to %.4g; right, the last",
			     x->lo, x->hi));
	more(&k, b, x->n, n);
	y = pl_svg_begin(b, s, ROW * (double)n + 20, &k);
	for (size_t i = 0; i < n; i++)
		one_row(&c, &x->v[i], y + ROW * (double)i);
	f.bottom = y + ROW * (double)n - 6;
	pl_svg_ends(&f, x->left, x->right, NULL);
	pl_svg_end(b, y + ROW * (double)n + 20, &k);
}
