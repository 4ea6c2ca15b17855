/* A chart is a frame of 520 × 260 units that scales to its place. */
#include "out/svg.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/out.h"
#include "out/xml.h"

#define W 520
#define H 260
#define LEFT 62
#define RIGHT 12
#define TOP 26
#define BOTTOM 30
#define PLOT_W (W - LEFT - RIGHT)
#define PLOT_H (H - TOP - BOTTOM)
#define BUCKETS (2 * PLOT_W) /* of a line: two to a unit */
#define BINS 48
#define TICKS 5

/* Contrast with both grounds of at least 4.5 for text, 3 for lines. */
const char pl_svg_style[] =
	".pl-svg{--bg:#fff;--ink:#1b1f24;--soft:#59636e;--grid:#d5dbe1;"
	"--line:#0b5fad;--fit:#9a4d00;--break:#a1126f;--band:#0b5fad;"
	"--neg:#b3261e;--pos:#0b5fad;font:13px system-ui,sans-serif}"
	"@media (prefers-color-scheme:dark){.pl-svg{--bg:#14181d;"
	"--ink:#e7ebf0;--soft:#a7b1bc;--grid:#39424d;--line:#6cb6ff;"
	"--fit:#f0a35c;--break:#f07fc4;--band:#6cb6ff;--neg:#ff8a80;"
	"--pos:#6cb6ff}}"
	".pl-svg text{fill:var(--ink)}.pl-svg .s{fill:var(--soft)}"
	".pl-svg .g{stroke:var(--grid);stroke-width:1}"
	".pl-svg .z{stroke:var(--soft);stroke-width:1}"
	".pl-svg .l{fill:none;stroke:var(--line);stroke-width:1.6;"
	"stroke-linejoin:round}"
	".pl-svg .f{fill:none;stroke:var(--fit);stroke-width:2;"
	"stroke-dasharray:7 4}"
	".pl-svg .b{stroke:var(--break);stroke-width:1.4;"
	"stroke-dasharray:2 3}.pl-svg .d{fill:var(--band);fill-opacity:.22}"
	".pl-svg .p{fill:var(--pos)}.pl-svg .n{fill:var(--neg)}"
	".pl-svg .m{stroke:var(--break);stroke-width:1.6}"
	".pl-svg .h{stroke:var(--bg);stroke-width:3px;paint-order:stroke}"
	".pl-svg .t{font-weight:600}";

struct frame {
	struct pl_buf *b;
	double lo, hi; /* of the values across the vertical axis */
	double x0, x1; /* of the horizontal one, where it has numbers */
};

static void begin(struct pl_buf *b, const struct pl_svg *s, unsigned height)
{
	pl_buf_str(b, "<svg class=\"pl-svg\" xmlns=\"http://www.w3.org/2000/"
		      "svg\" role=\"img\" ");
	pl_buf_fmt(b, "viewBox=\"0 0 %d %u\" ", W, height);
	if (s->alone)
		pl_buf_fmt(b, "width=\"%d\" height=\"%u\" ", W, height);
	pl_buf_fmt(b, "aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">",
		   s->id, s->id, s->id);
	pl_xml_text(b, s->title);
	pl_buf_fmt(b, "</title>\n<desc id=\"%s-d\">", s->id);
	pl_xml_text(b, s->about);
	pl_buf_str(b, "</desc>\n");
	if (!s->alone)
		return;
	pl_buf_fmt(b, "<style>%s</style>\n", pl_svg_style);
	pl_buf_fmt(b,
		   "<rect width=\"%d\" height=\"%u\" "
		   "style=\"fill:var(--bg)\"/>\n",
		   W, height);
	pl_buf_str(b, "<text class=\"t\" x=\"8\" y=\"15\">");
	pl_xml_text(b, s->title);
	pl_buf_str(b, "</text>\n");
}

static void widen(double *lo, double *hi, const double *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		if (!isfinite(v[i]))
			continue;
		*lo = v[i] < *lo ? v[i] : *lo;
		*hi = v[i] > *hi ? v[i] : *hi;
	}
}

/* Room around; what differs by less than the last digits is drawn as a line
 * through the middle.  Halves, so that nothing overflows. */
static void settle(double *lo, double *hi)
{
	double room = *hi / 2 - *lo / 2, size = fmax(fabs(*lo), fabs(*hi));

	if (room <= size * 1e-12)
		room = size > 0 ? size / 4 : .5;
	else
		room *= .06;
	*lo = fmax(*lo - room, -1.7e308);
	*hi = fmin(*hi + room, 1.7e308);
}

static double y_at(const struct frame *f, double v)
{
	double part = (v / 2 - f->lo / 2) / (f->hi / 2 - f->lo / 2);

	return TOP + PLOT_H * (1 - part);
}

static double x_at(size_t i, size_t n)
{
	return n < 2 ? LEFT + PLOT_W / 2.
		     : LEFT + PLOT_W * ((double)i / (double)(n - 1));
}

/* The round step (1, 2 or 5 times a power of ten) that gives at most `most`
 * steps, by multiplication alone: no logarithm to differ in its last digit. */
static double round_step(double lo, double hi, int most)
{
	static const double by[] = { 2, 2.5, 2 };
	double want = (hi / most - lo / most), step = 1e-300;

	for (int i = 0; step < want && i < 3 * 620; i++)
		step *= by[i % 3];
	return step;
}

static void tick_text(struct pl_buf *b, double v, double step)
{
	char text[40];

	if (fabs(v) < step / 1e6)
		v = 0;
	(void)snprintf(text, sizeof(text), "%.6g", v);
	pl_xml_text(b, text);
}

static void grid(const struct frame *f, const struct pl_svg *s)
{
	double step = round_step(f->lo, f->hi, TICKS);
	double first = ceil(f->lo / step);
	struct pl_buf *b = f->b;

	for (int i = 0; i <= TICKS + 1; i++) {
		double v = (first + i) * step, y;

		if (!(v <= f->hi) || !(v >= f->lo))
			continue;
		y = y_at(f, v);
		pl_buf_fmt(b,
			   "<line class=\"g\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" "
			   "y2=\"%.1f\"/><text class=\"s\" x=\"%d\" y=\"%.1f\" "
			   "text-anchor=\"end\">",
			   LEFT, W - RIGHT, y, y, LEFT - 6, y + 4);
		tick_text(b, v, step);
		pl_buf_str(b, "</text>\n");
	}
	if (!s->unit || s->alone)
		return;
	pl_buf_fmt(b, "<text class=\"s\" x=\"4\" y=\"15\">");
	pl_xml_text(b, s->unit);
	pl_buf_str(b, "</text>\n");
}

static void ends(struct pl_buf *b, const char *left, const char *right)
{
	if (left) {
		pl_buf_fmt(b, "<text class=\"s\" x=\"%d\" y=\"%d\">", LEFT,
			   H - 9);
		pl_xml_text(b, left);
		pl_buf_str(b, "</text>\n");
	}
	if (right) {
		pl_buf_fmt(b,
			   "<text class=\"s\" x=\"%d\" y=\"%d\" "
			   "text-anchor=\"end\">",
			   W - RIGHT, H - 9);
		pl_xml_text(b, right);
		pl_buf_str(b, "</text>\n");
	}
}

/* ------------------------------------------------------------------- line */

static void point(const struct frame *f, const double *y, size_t i, size_t n,
		  bool *pen)
{
	pl_buf_fmt(f->b, "%s%.1f %.1f", *pen ? "L" : "M", x_at(i, n),
		   y_at(f, y[i]));
	*pen = true;
}

/* Of points i..end the lowest and the highest, in their order. */
static void bucket(const struct frame *f, const double *y, size_t n,
		   const size_t at[2], bool *pen)
{
	size_t lo = at[1], hi = at[1];

	for (size_t i = at[0]; i < at[1]; i++) {
		if (!isfinite(y[i])) {
			*pen = false;
			continue;
		}
		if (lo == at[1] || y[i] < y[lo])
			lo = i;
		if (hi == at[1] || y[i] > y[hi])
			hi = i;
	}
	if (lo == at[1])
		return;
	point(f, y, lo < hi ? lo : hi, n, pen);
	if (lo != hi)
		point(f, y, lo < hi ? hi : lo, n, pen);
}

static void path(const struct frame *f, const char *class, const double *y,
		 size_t n)
{
	bool pen = false, any = false;

	pl_buf_fmt(f->b, "<path class=\"%s\" d=\"", class);
	if (n <= BUCKETS) {
		for (size_t i = 0; i < n; i++) {
			if (isfinite(y[i]))
				point(f, y, i, n, &pen);
			else
				pen = false;
			any = any || pen;
		}
	} else {
		for (size_t k = 0; k < BUCKETS; k++) {
			const size_t at[2] = { k * n / BUCKETS,
					       (k + 1) * n / BUCKETS };

			bucket(f, y, n, at, &pen);
			any = true;
		}
	}
	pl_buf_str(f->b, any ? "\"/>\n" : "M0 0\"/>\n");
}

/* One closed shape for each stretch where both ends are known. */
static void band(const struct frame *f, const struct pl_chart_line *l)
{
	size_t step = l->n > BUCKETS ? l->n / BUCKETS : 1;

	for (size_t i = 0; i < l->n;) {
		size_t end = i;

		while (end < l->n && isfinite(l->lo[end]) &&
		       isfinite(l->hi[end]))
			end++;
		if (end == i) {
			i++;
			continue;
		}
		pl_buf_str(f->b, "<path class=\"d\" d=\"");
		for (size_t k = i; k < end; k += step)
			pl_buf_fmt(f->b, "%s%.1f %.1f", k == i ? "M" : "L",
				   x_at(k, l->n), y_at(f, l->hi[k]));
		for (size_t k = end; k-- > i;) {
			if ((k - i) % step == 0)
				pl_buf_fmt(f->b, "L%.1f %.1f", x_at(k, l->n),
					   y_at(f, l->lo[k]));
		}
		pl_buf_str(f->b, "Z\"/>\n");
		i = end;
	}
}

static void breaks(const struct frame *f, const struct pl_chart_line *l)
{
	for (size_t i = 0; i < l->n_breaks; i++) {
		double x = x_at(l->breaks[i], l->n);

		pl_buf_fmt(f->b,
			   "<line class=\"b\" x1=\"%.1f\" x2=\"%.1f\" "
			   "y1=\"%d\" y2=\"%d\"/>\n",
			   x, x, TOP, H - BOTTOM);
	}
}

void pl_svg_line(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_line *l)
{
	struct frame f = { .b = b, .lo = INFINITY, .hi = -INFINITY };
	bool has_band = l->lo && l->hi;

	widen(&f.lo, &f.hi, l->y, l->n);
	widen(&f.lo, &f.hi, l->fit, l->n);
	if (has_band) {
		widen(&f.lo, &f.hi, l->lo, l->n);
		widen(&f.lo, &f.hi, l->hi, l->n);
	}
	if (f.lo > f.hi)
		return;
	settle(&f.lo, &f.hi);
	begin(b, s, H);
	grid(&f, s);
	if (has_band)
		band(&f, l);
	breaks(&f, l);
	path(&f, "l", l->y, l->n);
	if (l->fit)
		path(&f, "f", l->fit, l->n);
	ends(b, l->left, l->right);
	pl_buf_str(b, "</svg>\n");
}

/* -------------------------------------------------------------- histogram */

static double hist_x(const struct frame *f, double v)
{
	return LEFT + PLOT_W * ((v / 2 - f->x0 / 2) / (f->x1 / 2 - f->x0 / 2));
}

static void count(size_t bins[BINS], const struct frame *f,
		  const struct pl_chart_hist *h, size_t *most)
{
	for (size_t i = 0; i < h->n; i++) {
		double at;
		size_t k;

		if (!isfinite(h->x[i]))
			continue;
		at = (hist_x(f, h->x[i]) - LEFT) / PLOT_W * BINS;
		k = at < 0 ? 0 : at >= BINS ? BINS - 1 : (size_t)at;
		if (++bins[k] > *most)
			*most = bins[k];
	}
}

/* Counts that occur are at least a unit high. */
static void columns(const struct frame *f, const size_t bins[BINS])
{
	double wide = (double)PLOT_W / BINS;

	for (size_t k = 0; k < BINS; k++) {
		double top = y_at(f, (double)bins[k]);

		if (!bins[k])
			continue;
		if (top > H - BOTTOM - 1)
			top = H - BOTTOM - 1;
		pl_buf_fmt(f->b,
			   "<rect class=\"p\" x=\"%.1f\" y=\"%.1f\" "
			   "width=\"%.1f\" height=\"%.1f\"/>\n",
			   LEFT + wide * (double)k + .5, top, wide - 1,
			   H - BOTTOM - top);
	}
}

static void mark_line(const struct frame *f, const struct pl_chart_mark *m)
{
	double x = hist_x(f, m->x);

	pl_buf_fmt(f->b,
		   "<line class=\"m\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" "
		   "y2=\"%d\"/>\n",
		   x, x, TOP, H - BOTTOM);
}

/* A mark's words stand on the side that has room, each a line lower. */
static void mark_words(const struct frame *f, const struct pl_chart_mark *m,
		       size_t i)
{
	double x = hist_x(f, m->x), y = TOP + 12 + 16 * (double)(i % 6);
	bool left = x > LEFT + PLOT_W * .6;

	pl_buf_fmt(f->b, "<text class=\"h\" x=\"%.1f\" y=\"%.1f\"%s>",
		   left ? x - 5 : x + 5, y, left ? " text-anchor=\"end\"" : "");
	pl_xml_text(f->b, m->label);
	pl_buf_str(f->b, "</text>\n");
}

static bool in_frame(const struct frame *f, const struct pl_chart_mark *m)
{
	return m->x >= f->x0 && m->x <= f->x1;
}

static void marks(const struct frame *f, const struct pl_chart_hist *h)
{
	for (size_t i = 0; i < h->n_marks; i++) {
		if (in_frame(f, &h->marks[i]))
			mark_line(f, &h->marks[i]);
	}
	for (size_t i = 0; i < h->n_marks; i++) {
		if (in_frame(f, &h->marks[i]))
			mark_words(f, &h->marks[i], i);
	}
}

/* Round numbers below the axis. */
static void x_ticks(const struct frame *f)
{
	double step = round_step(f->x0, f->x1, TICKS);
	double first = ceil(f->x0 / step);
	struct pl_buf *b = f->b;

	for (int i = 0; i <= TICKS + 1; i++) {
		double v = (first + i) * step, x = hist_x(f, v);

		if (!(v <= f->x1) || !(v >= f->x0))
			continue;
		pl_buf_fmt(b,
			   "<line class=\"g\" x1=\"%.1f\" x2=\"%.1f\" "
			   "y1=\"%d\" y2=\"%d\"/><text class=\"s\" "
			   "x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">",
			   x, x, H - BOTTOM, H - BOTTOM + 5, x, H - 9);
		tick_text(b, v, step);
		pl_buf_str(b, "</text>\n");
	}
}

void pl_svg_hist(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_hist *h)
{
	struct frame f = { .b = b, .x0 = INFINITY, .x1 = -INFINITY };
	size_t bins[BINS] = { 0 }, most = 0;

	widen(&f.x0, &f.x1, h->x, h->n);
	if (f.x0 > f.x1)
		return;
	if (!(f.x0 < f.x1))
		settle(&f.x0, &f.x1);
	count(bins, &f, h, &most);
	assert(most); /* some value was finite */
	f.lo = 0;
	f.hi = (double)most * 1.06;
	begin(b, s, H);
	grid(&f, s);
	columns(&f, bins);
	marks(&f, h);
	x_ticks(&f);
	pl_buf_str(b, "</svg>\n");
}

/* ------------------------------------------------------------------- bars */

#define ROW 38 /* a line of words, a bar below it */
#define BAR 12
#define MAX_BARS 24

static void one_bar(struct pl_buf *b, const struct pl_chart_bar *x, size_t i,
		    double most, double zero)
{
	double y = (double)(ROW * i) + 8, unit = most > 0 ? 1 / most : 0;
	double half = zero > W / 3. ? zero - 12 : W - 12 - zero;
	double w = isfinite(x->value) ? fabs(x->value) * unit * half : 0;
	char text[40];

	pl_buf_fmt(b, "<text x=\"12\" y=\"%.1f\">", y + 11);
	pl_xml_text(b, x->label);
	pl_buf_str(b, "</text>");
	(void)snprintf(text, sizeof(text), "%+.4g", x->value);
	pl_buf_fmt(b, "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">", W - 12,
		   y + 11);
	pl_xml_text(b, isfinite(x->value) ? text : "–");
	pl_buf_fmt(b,
		   "</text><rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" "
		   "width=\"%.1f\" height=\"%d\"/><line class=\"z\" "
		   "x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\"/>\n",
		   x->value < 0 ? "n" : "p", x->value < 0 ? zero - w : zero,
		   y + 16, w, BAR, zero, zero, y + 14, y + 30);
}

void pl_svg_bars(struct pl_buf *b, const struct pl_svg *s,
		 const struct pl_chart_bars *x)
{
	size_t n = x->n > MAX_BARS ? MAX_BARS : x->n;
	bool neg = false, pos = false;
	double most = 0, zero;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x->v[i].value))
			continue;
		most = fmax(most, fabs(x->v[i].value));
		neg = neg || x->v[i].value < 0;
		pos = pos || x->v[i].value > 0;
	}
	if (!n || !(most > 0))
		return;
	zero = !neg ? 12 : !pos ? W - 12 : W / 2.;
	begin(b, s, (unsigned)(ROW * n + 10));
	for (size_t i = 0; i < n; i++)
		one_bar(b, &x->v[i], i, most, zero);
	pl_buf_str(b, "</svg>\n");
}
