/* Line charts in braille dots (2 × 4 to a character) and histograms in eighths
 * of a block; with '*' and '#' where only ASCII may be printed.  Bars and the
 * like: chart_bars.c. */
#include "out/chart.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/chart_int.h"
#include "out/out.h"

#define MARGIN PL_CHART_MARGIN
#define MAX_COLS PL_CHART_COLS
#define MAX_ROWS 40

/* What a character of the plot shows; its color and its sign. */
enum layer { BLANK, SERIES, FIT, BREAK, BAND, DOT, DARK1, DARK2, DARK3 };
static const char *const sgr[] = { "",           PL_CHART_CYAN, PL_CHART_YELLOW,
				   PL_CHART_RED, PL_CHART_DIM,  PL_CHART_RED,
				   PL_CHART_DIM, PL_CHART_DIM,  PL_CHART_DIM };
static const char *const plain[] = {
	" ", "*", "-", "|", ":", "o", ".", ":", "%"
};
static const char *const fine[] = {
	" ", "⠒", "─", "┊", "░", "●", "░", "▒", "▓"
};

struct plot {
	struct pl_chart c;
	size_t cols, rows; /* characters */
	size_t dx, dy;     /* dots to a character */
	double lo, hi;     /* values at the bottom and the top */
	double x0, x1;     /* places at the ends, where points have them */
	const double *x;   /* or NULL */
	double top[2 * MAX_COLS], low[2 * MAX_COLS]; /* per column of dots */
	uint8_t dots[MAX_ROWS][MAX_COLS];            /* braille bits */
	uint8_t layer[MAX_ROWS][MAX_COLS];
};

static struct plot *plot_new(struct pl_arena *a, const struct pl_chart *c)
{
	struct plot *p = PL_NEW(a, struct plot);

	p->c = *c;
	p->cols = pl_chart_width(c) - MARGIN - 2;
	p->rows = c->rows == 0 ? 10 : c->rows > MAX_ROWS ? MAX_ROWS : c->rows;
	p->dx = c->utf8 ? 2 : 1;
	p->dy = c->utf8 ? 4 : 1;
	return p;
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

/* A constant series is drawn through the middle. */
static void keep_apart(double *lo, double *hi)
{
	double room;

	if (*lo < *hi)
		return;
	room = *lo == 0 ? 1 : fabs(*lo) / 2;
	*lo = fmax(*lo - room, -1.7e308);
	*hi = fmin(*hi + room, 1.7e308);
}

/* The row of dots, from the top, on which a value lies. */
static size_t dot_row(const struct plot *p, double v)
{
	double steps = (double)(p->rows * p->dy - 1);
	double at = (p->hi / 2 - v / 2) / (p->hi / 2 - p->lo / 2) * steps;

	return (size_t)(at < 0 ? 0 : at > steps ? steps : at + 0.5);
}

static size_t dot_col(const struct plot *p, size_t i, size_t n)
{
	size_t last = p->cols * p->dx - 1;

	if (p->x) {
		double at = (p->x[i] / 2 - p->x0 / 2) /
			    (p->x1 / 2 - p->x0 / 2) * (double)last;

		return (size_t)(at + 0.5);
	}
	return n < 2 ? last / 2
		     : (size_t)((double)i * (double)last / (double)(n - 1) +
				0.5);
}

static void cover(struct plot *p, size_t x, double v)
{
	if (!(v <= p->top[x]))
		p->top[x] = v;
	if (!(v >= p->low[x]))
		p->low[x] = v;
}

/* Join the points of columns x0 < x1 by a straight line. */
static void join(struct plot *p, size_t x0, double v0, size_t x1, double v1)
{

	for (size_t x = x0; x < x1; x++) {
		double t = ((double)(x - x0) + 0.5) / (double)(x1 - x0);
		double middle = v0 * (1 - t) + v1 * t;

		cover(p, x, middle);
		cover(p, x + 1, middle);
	}
}

/* Per column of dots the range of the line in it. */
static void trace(struct plot *p, const double *y, size_t n)
{
	size_t before = 0;
	bool have = false;

	for (size_t x = 0; x < p->cols * p->dx; x++)
		p->top[x] = p->low[x] = NAN;
	for (size_t i = 0; i < n; i++) {
		size_t x = dot_col(p, i, n);

		if (!isfinite(y[i])) {
			have = false;
			continue;
		}
		if (have && x > before)
			join(p, before, y[i - 1], x, y[i]);
		cover(p, x, y[i]);
		before = x;
		have = true;
	}
}

/* The bit of a dot in a braille character: columns of 3 and a fourth row. */
static uint8_t braille_bit(size_t x, size_t y)
{
	static const uint8_t bit[4][2] = {
		{ 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 }
	};

	return bit[y][x];
}

static void ink(struct plot *p)
{
	for (size_t x = 0; x < p->cols * p->dx; x++) {
		if (isnan(p->top[x]))
			continue;
		for (size_t y = dot_row(p, p->top[x]);
		     y <= dot_row(p, p->low[x]); y++) {
			size_t r = y / p->dy, k = x / p->dx;

			p->dots[r][k] =
				(uint8_t)(p->dots[r][k] |
					  braille_bit(x % p->dx, y % p->dy));
			p->layer[r][k] = SERIES;
		}
	}
}

static void behind(struct plot *p, size_t row, size_t col, enum layer what)
{
	if (p->layer[row][col] == BLANK)
		p->layer[row][col] = (uint8_t)what;
}

static void draw_fit(struct plot *p, const double *fit, size_t n)
{
	for (size_t k = 0; fit && k < p->cols; k++) {
		size_t i = p->cols < 2 ? 0 : k * (n - 1) / (p->cols - 1);

		if (isfinite(fit[i]))
			behind(p, dot_row(p, fit[i]) / p->dy, k, FIT);
	}
}

static void draw_breaks(struct plot *p, const struct pl_chart_line *l)
{
	for (size_t i = 0; i < l->n_breaks; i++) {
		size_t k = dot_col(p, l->breaks[i], l->n) / p->dx;

		for (size_t r = 0; r < p->rows; r++)
			behind(p, r, k, BREAK);
	}
}

static void draw_band(struct plot *p, const struct pl_chart_line *l)
{
	for (size_t k = 0; l->lo && l->hi && k < p->cols; k++) {
		size_t i = p->cols < 2 ? 0 : k * (l->n - 1) / (p->cols - 1);

		if (!isfinite(l->lo[i]) || !isfinite(l->hi[i]))
			continue;
		for (size_t r = dot_row(p, l->hi[i]) / p->dy;
		     r <= dot_row(p, l->lo[i]) / p->dy; r++)
			behind(p, r, k, BAND);
	}
}

static void draw_dots(struct plot *p, const struct pl_chart_line *l)
{
	for (size_t i = 0; i < l->n_dots; i++) {
		double v = l->y[l->dots[i]];

		if (isfinite(v))
			p->layer[dot_row(p, v) / p->dy]
				[dot_col(p, l->dots[i], l->n) / p->dx] = DOT;
	}
}

/* Where points share a column the darkest counts. */
static void draw_shades(struct plot *p, const struct pl_chart_line *l)
{
	uint8_t dark[MAX_COLS] = { 0 };
	size_t before = 0;

	for (size_t i = 0; l->shade && i < l->n; i++) {
		size_t k = dot_col(p, i, l->n) / p->dx;
		uint8_t s = l->shade[i] > 3 ? 3 : l->shade[i];

		for (size_t j = before; j <= k; j++)
			dark[j] = s > dark[j] ? s : dark[j];
		before = k + 1;
	}
	for (size_t k = 0; k < p->cols; k++) {
		for (size_t r = 0; dark[k] && r < p->rows; r++)
			behind(p, r, k, (enum layer)(DARK1 + dark[k] - 1));
	}
}

static void put_char(struct pl_buf *b, const struct plot *p, size_t row,
		     size_t col)
{
	enum layer what = (enum layer)p->layer[row][col];

	if (!p->c.utf8) {
		pl_buf_str(b, plain[what]);
	} else if (what == SERIES) {
		/* U+2800 and the bits, in UTF-8 */
		pl_buf_byte(b, 0xe2);
		pl_buf_byte(b, (uint8_t)(0xa0 | p->dots[row][col] >> 6));
		pl_buf_byte(b, (uint8_t)(0x80 | (p->dots[row][col] & 0x3f)));
	} else {
		pl_buf_str(b, fine[what]);
	}
}

static void put_row(struct pl_buf *b, const struct plot *p, size_t row)
{
	size_t end = p->cols;
	enum layer now = BLANK;

	while (end && p->layer[row][end - 1] == BLANK)
		end--;
	for (size_t k = 0; k < end; k++) {
		enum layer what = (enum layer)p->layer[row][k];

		if (p->c.color && what != now) {
			pl_buf_str(b, now ? "\x1b[0m" : "");
			pl_buf_str(b, sgr[what]);
			now = what;
		}
		put_char(b, p, row, k);
	}
	if (p->c.color && now)
		pl_buf_str(b, "\x1b[0m");
	pl_buf_byte(b, '\n');
}

/* A label of the vertical axis: at the top, the middle and the bottom. */
static void put_label(struct pl_buf *b, const struct plot *p, size_t row)
{
	bool shown = row == 0 || row + 1 == p->rows || row == p->rows / 2;
	double part = p->rows < 2 ? 0 : (double)row / (double)(p->rows - 1);

	if (shown)
		pl_buf_fmt(b, "%*.4g ", MARGIN - 1,
			   p->hi * (1 - part) + p->lo * part);
	else
		pl_buf_fmt(b, "%*s", MARGIN, "");
	pl_buf_str(b, !p->c.utf8 ? "|" : shown ? "┤" : "│");
}

static void put_axis(struct pl_buf *b, const struct plot *p)
{
	pl_chart_axis(b, &p->c, p->cols);
}

static void put_ends(struct pl_buf *b, const struct plot *p, const char *left,
		     const char *middle, const char *right)
{
	pl_chart_ends(b, p->cols, left, middle, right);
}

static void put_keys(struct pl_buf *b, const struct plot *p,
		     const struct pl_chart_line *l)
{
	const char *const *sign = p->c.utf8 ? fine : plain;
	struct pl_chart_legend k = { .n = 0 };

	pl_chart_key(&k, sign[SERIES], l->name);
	pl_chart_key(&k, sign[FIT], l->fit ? l->fit_name : NULL);
	pl_chart_key(&k, sign[BREAK], l->n_breaks ? l->break_name : NULL);
	pl_chart_key(&k, sign[BAND], l->lo ? l->band_name : NULL);
	pl_chart_key(&k, sign[DOT], l->n_dots ? l->dot_name : NULL);
	for (size_t i = 1; l->shade && i < PL_CHART_SHADES; i++)
		pl_chart_key(&k, sign[DARK1 + i - 1], l->shade_name[i]);
	pl_chart_keys(b, &p->c, &k);
}

/* Places, where they are given and differ. */
static void set_places(struct plot *p, const struct pl_chart_line *l)
{
	p->x0 = INFINITY;
	p->x1 = -INFINITY;
	widen(&p->x0, &p->x1, l->x, l->n);
	p->x = l->x && p->x0 < p->x1 ? l->x : NULL;
}

void pl_chart_line(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_line *l)
{
	struct plot *p;
	double lo = INFINITY, hi = -INFINITY;

	widen(&lo, &hi, l->y, l->n);
	if (lo > hi)
		return;
	p = plot_new(b->a, c);
	widen(&lo, &hi, l->fit, l->n);
	if (l->lo && l->hi) {
		widen(&lo, &hi, l->lo, l->n);
		widen(&lo, &hi, l->hi, l->n);
	}
	keep_apart(&lo, &hi);
	p->lo = lo;
	p->hi = hi;
	set_places(p, l);
	trace(p, l->y, l->n);
	ink(p);
	draw_dots(p, l);
	draw_fit(p, l->fit, l->n);
	draw_breaks(p, l);
	draw_band(p, l);
	draw_shades(p, l);
	for (size_t row = 0; row < p->rows; row++) {
		put_label(b, p, row);
		put_row(b, p, row);
	}
	put_axis(b, p);
	put_ends(b, p, l->left, l->across, l->right);
	put_keys(b, p, l);
}

/* ------------------------------------------------------------- histogram */

static size_t bin_of(const struct plot *p, double v)
{
	double at =
		(v / 2 - p->lo / 2) / (p->hi / 2 - p->lo / 2) * (double)p->cols;

	return at >= (double)p->cols ? p->cols - 1 : at < 0 ? 0 : (size_t)at;
}

static void put_bar(struct pl_buf *b, const struct plot *p, size_t eighths)
{
	static const char *const block[] = { " ", "▁", "▂", "▃", "▄",
					     "▅", "▆", "▇", "█" };

	if (p->c.utf8)
		pl_buf_str(b, block[eighths]);
	else
		pl_buf_byte(b, eighths >= 8 ? '#' : eighths ? '.' : ' ');
}

/* Eighths of column k that stand in `row`; anything counted shows one. */
static size_t bar_part(const struct plot *p, size_t count, size_t most,
		       size_t row)
{
	size_t all = count * p->rows * 8 / most;
	size_t below = (p->rows - 1 - row) * 8;

	if (count && !all)
		all = 1;
	return all <= below ? 0 : all - below > 8 ? 8 : all - below;
}

static void put_bars(struct pl_buf *b, const struct plot *p,
		     const size_t *count, size_t most)
{
	for (size_t row = 0; row < p->rows; row++) {
		size_t end = p->cols;

		if (row == 0)
			pl_buf_fmt(b, "%*zu ", MARGIN - 1, most);
		else
			pl_buf_fmt(b, "%*s", MARGIN, "");
		pl_buf_str(b, p->c.utf8 ? "│" : "|");
		while (end && !bar_part(p, count[end - 1], most, row))
			end--;
		pl_buf_str(b, p->c.color && end ? sgr[SERIES] : "");
		for (size_t k = 0; k < end; k++)
			put_bar(b, p, bar_part(p, count[k], most, row));
		pl_buf_str(b, p->c.color && end ? "\x1b[0m" : "");
		pl_buf_byte(b, '\n');
	}
}

/* A mark points at its place from below; its words stand on the side that has
 * room. */
static void put_mark(struct pl_buf *b, const struct plot *p,
		     const struct pl_chart_mark *m)
{
	const char *tip = p->c.utf8 ? "▲" : "^";
	size_t k = bin_of(p, m->x), n = strlen(m->label);
	int pad = MARGIN + 1 + (int)k;

	if (k + n + 2 <= p->cols)
		pl_buf_fmt(b, "%*s%s %s\n", pad, "", tip, m->label);
	else if (n + 1 <= k)
		pl_buf_fmt(b, "%*s %s\n", pad - 1, m->label, tip);
	else
		pl_buf_fmt(b, "%*s%s\n", pad, "", tip);
}

void pl_chart_hist(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_hist *h)
{
	size_t count[MAX_COLS] = { 0 }, most = 0;
	double lo = INFINITY, hi = -INFINITY;
	char left[32], right[32];
	struct plot *p;

	widen(&lo, &hi, h->x, h->n);
	if (lo > hi)
		return;
	p = plot_new(b->a, c);
	keep_apart(&lo, &hi);
	p->lo = lo;
	p->hi = hi;
	for (size_t i = 0; i < h->n; i++) {
		size_t k;

		if (!isfinite(h->x[i]))
			continue;
		k = bin_of(p, h->x[i]);
		if (++count[k] > most)
			most = count[k];
	}
	assert(most); /* lo <= hi: some value was finite */
	put_bars(b, p, count, most);
	put_axis(b, p);
	(void)snprintf(left, sizeof(left), "%.4g", p->lo);
	(void)snprintf(right, sizeof(right), "%.4g", p->hi);
	put_ends(b, p, left, NULL, right);
	for (size_t i = 0; i < h->n_marks; i++) {
		if (isfinite(h->marks[i].x))
			put_mark(b, p, &h->marks[i]);
	}
}
