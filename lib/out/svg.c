/* A chart is 420 units wide and as high as it must be; it scales to its
 * place.  Nothing here can measure a text: widths are taken from the widest of
 * the usual faces, so that what fits here fits anywhere. */
#include "out/svg.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/out.h"
#include "out/svg_int.h"
#include "out/xml.h"

#define KEY_H 17 /* of a line of the legend */

/* Contrast with both grounds of at least 4.5 for text, 3 for lines.  Blue and
 * orange are told apart by every kind of eye; dashes, rings and hatching say
 * the same again. */
const char pl_svg_style[] =
	".pl-svg{--bg:#fff;--ink:#1b1f24;--soft:#59636e;--grid:#d5dbe1;"
	"--line:#0b5fad;--fit:#9a4d00;--break:#a1126f;--band:#0b5fad;"
	"--neg:#b3541e;--pos:#0b5fad;"
	"font:12px/1.2 system-ui,sans-serif}"
	"@media (prefers-color-scheme:dark){.pl-svg{--bg:#14181d;"
	"--ink:#e7ebf0;--soft:#a7b1bc;--grid:#39424d;--line:#6cb6ff;"
	"--fit:#f0a35c;--break:#f07fc4;--band:#6cb6ff;--neg:#f0a35c;"
	"--pos:#6cb6ff}}"
	"@media print{.pl-svg{--bg:#fff;--ink:#000;--soft:#3d444d;"
	"--grid:#c9d1d9;--line:#0b5fad;--fit:#9a4d00;--break:#a1126f;"
	"--band:#0b5fad;--neg:#b3541e;--pos:#0b5fad}}"
	".pl-svg text{fill:var(--ink)}.pl-svg .s{fill:var(--soft)}"
	".pl-svg .g{stroke:var(--grid);stroke-width:1}"
	".pl-svg .z{stroke:var(--soft);stroke-width:1}"
	".pl-svg .l{fill:none;stroke:var(--line);stroke-width:1.4;"
	"stroke-linejoin:round}"
	".pl-svg .f{fill:none;stroke:var(--fit);stroke-width:1.8;"
	"stroke-dasharray:6 3}"
	".pl-svg .b{stroke:var(--break);stroke-width:1.3;"
	"stroke-dasharray:2 3}.pl-svg .d{fill:var(--band);fill-opacity:.22}"
	".pl-svg .p{fill:var(--pos)}.pl-svg .n{fill:var(--neg)}"
	".pl-svg .q{fill:var(--bg);stroke:var(--neg);stroke-width:1.4}"
	".pl-svg .m{stroke:var(--break);stroke-width:1.4}"
	".pl-svg .o{fill:none;stroke:var(--break);stroke-width:1.5}"
	".pl-svg .e{fill:none;stroke:var(--line);stroke-opacity:.75;"
	"stroke-linecap:round}"
	".pl-svg .k1{fill:var(--neg);fill-opacity:.2}"
	".pl-svg .k2{fill:var(--neg);fill-opacity:.38}"
	".pl-svg .k3{fill:var(--neg);fill-opacity:.58}"
	".pl-svg .h{stroke:var(--bg);stroke-width:3px;paint-order:stroke}"
	".pl-svg .t{font-weight:600}";

/* ------------------------------------------------------------------- words */

/* Thousandths of the font's size, by the widest of the usual faces. */
static double char_width(const char *s, size_t n)
{
	char one[8] = { 0 };

	if (n == 1) {
		if (strchr(" .,:;'|!ijlIt()[]-/", *s))
			return .46;
		if (strchr("mwMW%@", *s))
			return 1;
		return *s >= 'A' && *s <= 'Z' ? .78 : .65;
	}
	memcpy(one, s, n < sizeof(one) ? n : sizeof(one) - 1);
	return .9 * (double)pl_out_width(one) + .15;
}

static size_t char_bytes(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80 && n < 4)
		n++;
	return n;
}

double pl_svg_width(const char *s)
{
	double w = 0;

	for (size_t n; *s; s += n) {
		n = char_bytes(s);
		w += char_width(s, n);
	}
	return w * PL_SVG_FONT;
}

void pl_svg_cut(struct pl_buf *b, const char *s, double most)
{
	double w = 0;
	size_t at = 0;

	if (pl_svg_width(s) <= most) {
		pl_xml_text(b, s);
		return;
	}
	most -= PL_SVG_FONT;
	while (s[at]) {
		size_t n = char_bytes(s + at);

		w += char_width(s + at, n) * PL_SVG_FONT;
		if (w > most)
			break;
		at += n;
	}
	pl_xml_text(b, pl_strndup(b->a, s, at));
	pl_buf_str(b, "…");
}

/* ------------------------------------------------------------------ legend */

void pl_svg_key(struct pl_svg_legend *l, char sign, const char *name)
{
	if (name && l->n < PL_SVG_KEYS)
		l->v[l->n++] = (struct pl_svg_key){ sign, name };
}

/* Where each entry begins; returns the lines. */
static size_t key_places(const struct pl_svg_legend *l, double x[],
			 size_t line[])
{
	double at = 8;
	size_t row = 0;

	for (size_t i = 0; i < l->n; i++) {
		double sign = l->v[i].sign == ' ' ? 0 : 26;
		double w = sign + pl_svg_width(l->v[i].name);

		if (at > 8 && at + w > PL_SVG_W - 4) {
			at = 8;
			row++;
		}
		x[i] = at;
		line[i] = row;
		at += w + 14;
	}
	return l->n ? row + 1 : 0;
}

static void sign_of(struct pl_buf *b, char sign, double x, double y)
{
	if (strchr("lfbm", sign))
		pl_buf_fmt(b,
			   "<line class=\"%c\" x1=\"%.1f\" x2=\"%.1f\" "
			   "y1=\"%.1f\" y2=\"%.1f\"/>",
			   sign, x, x + 20, y, y);
	else if (sign == 'o')
		pl_buf_fmt(b,
			   "<circle class=\"o\" cx=\"%.1f\" cy=\"%.1f\" "
			   "r=\"3.5\"/>",
			   x + 10, y);
	else if (sign != ' ')
		pl_buf_fmt(b,
			   "<rect class=\"%s%c\" x=\"%.1f\" y=\"%.1f\" "
			   "width=\"18\" height=\"9\"/>",
			   sign <= '9' ? "k" : "", sign, x + 1, y - 4.5);
}

static void legend(struct pl_buf *b, double y, const struct pl_svg_legend *l)
{
	double x[PL_SVG_KEYS];
	size_t line[PL_SVG_KEYS];

	(void)key_places(l, x, line);
	for (size_t i = 0; i < l->n; i++) {
		double at = y + KEY_H * (double)line[i] + 11;
		double words = x[i] + (l->v[i].sign == ' ' ? 0 : 26);

		sign_of(b, l->v[i].sign, x[i], at - 4);
		pl_buf_fmt(b, "<text class=\"s\" x=\"%.1f\" y=\"%.1f\">", words,
			   at);
		pl_svg_cut(b, l->v[i].name, PL_SVG_W - 4 - words);
		pl_buf_str(b, "</text>\n");
	}
}

/* ------------------------------------------------------------ begin and end */

/* The words at the top of a picture, where they stand in it. */
static double heading(struct pl_buf *b, const struct pl_svg *s)
{
	double y = 4;

	if (s->alone || s->y) {
		pl_buf_fmt(b, "<text class=\"t\" x=\"8\" y=\"%.0f\">", y + 12);
		/* bold is wider */
		pl_svg_cut(b, s->title, (PL_SVG_W - 16) / 1.1);
		pl_buf_str(b, "</text>\n");
		y += 18;
	}
	if (s->unit) {
		pl_buf_fmt(b, "<text class=\"s\" x=\"8\" y=\"%.0f\">", y + 11);
		pl_svg_cut(b, s->unit, PL_SVG_W - 16);
		pl_buf_str(b, "</text>\n");
		y += 17;
	}
	return y + 6;
}

double pl_svg_begin(struct pl_buf *b, const struct pl_svg *s, double inner,
		    const struct pl_svg_legend *keys)
{
	double top = 10. + (s->alone || s->y ? 18 : 0) + (s->unit ? 17 : 0);
	double x[PL_SVG_KEYS];
	size_t line[PL_SVG_KEYS];
	unsigned h = (unsigned)(top + inner + 6 +
				(double)(KEY_H * key_places(keys, x, line)));

	pl_buf_str(b, "<svg class=\"pl-svg\" xmlns=\"http://www.w3.org/2000/"
		      "svg\" role=\"img\" ");
	pl_buf_fmt(b, "viewBox=\"0 0 %d %u\" ", PL_SVG_W, h);
	if (s->alone)
		pl_buf_fmt(b, "width=\"%d\" height=\"%u\" ", PL_SVG_W * 3 / 2,
			   h * 3 / 2);
	if (s->y) {
		pl_buf_fmt(b, "y=\"%.0f\" width=\"%d\" height=\"%u\" ", *s->y,
			   PL_SVG_W, h);
		*s->y += h + 14;
	}
	pl_buf_fmt(b, "aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">",
		   s->id, s->id, s->id);
	pl_xml_text(b, s->title);
	pl_buf_fmt(b, "</title>\n<desc id=\"%s-d\">", s->id);
	pl_xml_text(b, s->about);
	pl_buf_str(b, "</desc>\n");
	if (s->alone) {
		pl_buf_fmt(b, "<style>%s</style>\n", pl_svg_style);
		pl_buf_fmt(b,
			   "<rect width=\"%d\" height=\"%u\" "
			   "style=\"fill:var(--bg)\"/>\n",
			   PL_SVG_W, h);
	}
	return heading(b, s);
}

void pl_svg_end(struct pl_buf *b, double y, const struct pl_svg_legend *keys)
{
	legend(b, y, keys);
	pl_buf_str(b, "</svg>\n");
}

/* -------------------------------------------------------------------- axes */

void pl_svg_widen(double *lo, double *hi, const double *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		if (!isfinite(v[i]))
			continue;
		*lo = v[i] < *lo ? v[i] : *lo;
		*hi = v[i] > *hi ? v[i] : *hi;
	}
}

void pl_svg_settle(double *lo, double *hi)
{
	double room = *hi / 2 - *lo / 2, size = fmax(fabs(*lo), fabs(*hi));

	if (room <= size * 1e-12)
		room = size > 0 ? size / 4 : .5;
	else
		room *= .06;
	*lo = fmax(*lo - room, -1.7e308);
	*hi = fmin(*hi + room, 1.7e308);
}

double pl_svg_y(const struct pl_svg_frame *f, double v)
{
	double part = (v / 2 - f->lo / 2) / (f->hi / 2 - f->lo / 2);

	return f->bottom - (f->bottom - f->top) * part;
}

double pl_svg_at(const struct pl_svg_frame *f, size_t i, size_t n)
{
	double wide = PL_SVG_RIGHT - f->left;

	return n < 2 ? f->left + wide / 2
		     : f->left + wide * ((double)i / (double)(n - 1));
}

/* By multiplication alone: no logarithm to differ in its last digit. */
double pl_svg_step(double lo, double hi, int most)
{
	static const double by[] = { 2, 2.5, 2 };
	double want = hi / most - lo / most, step = 1e-300;

	for (int i = 0; step < want && i < 3 * 620; i++)
		step *= by[i % 3];
	return step;
}

const char *pl_svg_number(char text[40], double v, double step)
{
	if (fabs(v) < step / 1e6)
		v = 0;
	(void)snprintf(text, 40, "%.6g", v);
	return text;
}

#define TICKS 5

/* The i-th round number; false past the end. */
static bool tick(const struct pl_svg_frame *f, int i, double *v, double *step)
{
	*step = pl_svg_step(f->lo, f->hi, TICKS);
	*v = (ceil(f->lo / *step) + i) * *step;
	return i <= TICKS + 1 && *v <= f->hi && *v >= f->lo;
}

void pl_svg_left(struct pl_svg_frame *f, const struct pl_chart_mark *ticks,
		 size_t n)
{
	double most = 20, v, step;
	char text[40];

	for (size_t i = 0; i < n; i++)
		most = fmax(most, pl_svg_width(ticks[i].label));
	for (int i = 0; !n && tick(f, i, &v, &step); i++)
		most = fmax(most, pl_svg_width(pl_svg_number(text, v, step)));
	f->left = fmin(most, 110) + 14;
}

static void grid_line(const struct pl_svg_frame *f, double v, const char *text)
{
	double y = pl_svg_y(f, v);

	pl_buf_fmt(f->b,
		   "<line class=\"g\" x1=\"%.1f\" x2=\"%d\" y1=\"%.1f\" "
		   "y2=\"%.1f\"/><text class=\"s\" x=\"%.1f\" y=\"%.1f\" "
		   "text-anchor=\"end\">",
		   f->left, PL_SVG_RIGHT, y, y, f->left - 6, y + 4);
	pl_svg_cut(f->b, text, f->left - 8);
	pl_buf_str(f->b, "</text>\n");
}

/* Where ticks are given, those that would stand on another give way. */
void pl_svg_grid(const struct pl_svg_frame *f,
		 const struct pl_chart_mark *ticks, size_t n)
{
	double last = INFINITY, v, step;
	char text[40];

	for (size_t i = 0; i < n; i++) {
		double y = pl_svg_y(f, ticks[i].x);

		if (!(ticks[i].x >= f->lo && ticks[i].x <= f->hi) ||
		    last - y < PL_SVG_FONT + 2)
			continue;
		grid_line(f, ticks[i].x, ticks[i].label);
		last = y;
	}
	for (int i = 0; !n && tick(f, i, &v, &step); i++)
		grid_line(f, v, pl_svg_number(text, v, step));
}

void pl_svg_ends(const struct pl_svg_frame *f, const char *left,
		 const char *right, const char *across)
{
	const char *const words[] = { left, across, right };
	static const char *const anchor[] = { "start", "middle", "end" };
	double wide = PL_SVG_RIGHT - f->left, most = wide / 2 - 4, ends;
	double x[3] = { f->left, f->left + wide / 2, PL_SVG_RIGHT };

	ends = fmax(left ? pl_svg_width(left) : 0,
		    right ? pl_svg_width(right) : 0);
	for (size_t i = 0; i < 3; i++) {
		if (!words[i] ||
		    (i == 1 && ends * 2 + pl_svg_width(words[i]) + 16 > wide))
			continue;
		pl_buf_fmt(f->b,
			   "<text class=\"s\" x=\"%.1f\" y=\"%.1f\" "
			   "text-anchor=\"%s\">",
			   x[i], f->bottom + 16, anchor[i]);
		pl_svg_cut(f->b, words[i], i == 1 ? wide : most);
		pl_buf_str(f->b, "</text>\n");
	}
}
