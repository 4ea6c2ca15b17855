/* Bars with names, columns over time, rows of small series and pairs of a
 * graph, in characters; and the words around any chart. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "out/chart_int.h"
#include "out/out.h"

/* ------------------------------------------------------------------- words */

size_t pl_chart_width(const struct pl_chart *c)
{
	size_t width = c->width ? c->width : PL_CHART_WIDTH;

	return width < 40 ? 40 : width > PL_CHART_COLS ? PL_CHART_COLS : width;
}

double pl_chart_finite(double v)
{
	return isfinite(v) ? v : 0;
}

static size_t char_bytes(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80 && n < 4)
		n++;
	return n;
}

/* Bytes and columns of what of s fits into `most` columns. */
static size_t fits(const char *s, size_t most, size_t *cols)
{
	size_t at = 0;

	*cols = 0;
	while (s[at]) {
		char one[8] = { 0 };
		size_t n = char_bytes(s + at), w;

		memcpy(one, s + at, n);
		w = pl_out_width(one);
		if (*cols + w > most)
			break;
		*cols += w;
		at += n;
	}
	return at;
}

void pl_chart_pad(struct pl_buf *b, const char *s, size_t cols)
{
	const char *safe = pl_out_safe(b->a, s);
	size_t at, n = fits(safe, cols, &at);

	pl_buf_put(b, (struct pl_span){ (const uint8_t *)safe, n });
	pl_buf_fmt(b, "%*s", (int)(cols - at), "");
}

void pl_chart_axis(struct pl_buf *b, const struct pl_chart *c, size_t cols)
{
	pl_buf_fmt(b, "%*s%s", PL_CHART_MARGIN, "", c->utf8 ? "└" : "+");
	for (size_t k = 0; k < cols; k++)
		pl_buf_str(b, c->utf8 ? "─" : "-");
	pl_buf_byte(b, '\n');
}

void pl_chart_ends(struct pl_buf *b, size_t cols, const char *left,
		   const char *middle, const char *right)
{
	const char *l = left ? pl_out_safe(b->a, left) : "";
	const char *m = middle ? pl_out_safe(b->a, middle) : "";
	const char *r = right ? pl_out_safe(b->a, right) : "";
	size_t nl = pl_out_width(l), nm = pl_out_width(m), nr = pl_out_width(r);
	size_t from = (cols - (nm < cols ? nm : cols)) / 2;

	if (!nl && !nm && !nr)
		return;
	pl_buf_fmt(b, "%*s", PL_CHART_MARGIN + 1, "");
	if (nl > cols) {
		pl_chart_pad(b, l, cols);
		pl_buf_byte(b, '\n');
		return;
	}
	pl_buf_str(b, l);
	if (nm && from > nl + 1 && from + nm + 1 + nr < cols) {
		pl_buf_fmt(b, "%*s%s", (int)(from - nl), "", m);
		nl = from + nm;
	}
	if (nr && nl + nr + 1 <= cols)
		pl_buf_fmt(b, "%*s%s", (int)(cols - nl - nr), "", r);
	pl_buf_byte(b, '\n');
}

void pl_chart_key(struct pl_chart_legend *l, const char *sign, const char *name)
{
	if (!name || l->n == PL_CHART_KEYS)
		return;
	l->sign[l->n] = sign;
	l->name[l->n++] = name;
}

void pl_chart_keys(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_legend *l)
{
	const size_t width = pl_chart_width(c);
	size_t at = 0;

	for (size_t i = 0; i < l->n; i++) {
		const char *name = pl_out_safe(b->a, l->name[i]);
		const char *sign = l->sign[i];
		size_t cols, n, all;

		n = fits(name, width - (*sign ? 2 : 0), &cols);
		all = cols + (*sign ? 2 : 0);
		if (at && at + 3 + all > width) {
			pl_buf_byte(b, '\n');
			at = 0;
		}
		pl_buf_fmt(b, "%s%s%s%.*s", at ? "   " : "", sign,
			   *sign ? " " : "", (int)n, name);
		at += (at ? 3 : 0) + all;
	}
	if (l->n)
		pl_buf_byte(b, '\n');
}

/* ------------------------------------------------------------------- bars */

#define LABEL_COLS 28
#define VALUE_COLS 11

struct bars {
	struct pl_buf *b;
	const struct pl_chart *c;
	double most[2]; /* half of the largest below and above 0 */
	size_t room[2]; /* columns on both sides */
	size_t label;   /* columns of the names */
	bool paired;
	double full;
};

static size_t bar_cols(double v, double most, size_t room)
{
	double part = fabs(v) / most * (double)room;

	if (!(part > 0))
		return 0;
	return part < 1 ? 1 : (size_t)(part + 0.5);
}

static void repeat(struct pl_buf *b, const char *s, size_t n)
{
	while (n--)
		pl_buf_str(b, s);
}

static void put_hbar(const struct bars *x, double v, bool second)
{
	const char *full = !x->c->utf8 ? (second ? "=" : "#")
			   : second    ? "▒"
				       : "█";
	double all = x->most[0] + x->most[1];
	size_t cols = x->room[0] + x->room[1];
	size_t left = v < 0 ? bar_cols(v, all, cols) : 0;
	size_t right = v > 0 ? bar_cols(v, all, cols) : 0;
	const char *on[2] = { PL_CHART_RED,
			      second ? PL_CHART_YELLOW : PL_CHART_CYAN };

	left = left > x->room[0] ? x->room[0] : left;
	right = right > x->room[1] ? x->room[1] : right;
	pl_buf_fmt(x->b, "%*s", (int)(x->room[0] - left), "");
	pl_buf_str(x->b, x->c->color && left ? on[0] : "");
	repeat(x->b, full, left);
	pl_buf_str(x->b, x->c->color && left ? PL_CHART_PLAIN : "");
	pl_buf_str(x->b, x->c->utf8 ? "│" : "|");
	pl_buf_str(x->b, x->c->color && right ? on[1] : "");
	repeat(x->b, full, right);
	pl_buf_str(x->b, x->c->color && right ? PL_CHART_PLAIN : "");
}

static void one_bar(const struct bars *x, const char *label, double v,
		    bool second)
{
	pl_chart_pad(x->b, label, x->label);
	if (isfinite(v))
		pl_buf_fmt(x->b, " %*.4g ", VALUE_COLS - 1, v);
	else
		pl_buf_fmt(x->b, " %*s ", VALUE_COLS - 1, "-");
	put_hbar(x, pl_chart_finite(v) / 2, second);
	pl_buf_byte(x->b, '\n');
}

static void bar_scale(struct bars *x, const struct pl_chart_bar *v, size_t n,
		      size_t cols)
{
	if (x->full > 0)
		x->most[1] = x->full / 2;
	/* halves: huge values would overflow when added */
	for (size_t i = 0; i < 2 * n; i++) {
		double y = i & 1 ? (x->paired ? v[i / 2].second : 0)
				 : v[i / 2].value;

		if (isfinite(y) && fabs(y / 2) > x->most[y > 0])
			x->most[y > 0] = fabs(y / 2);
	}
	x->room[0] = x->most[0] > 0
			     ? (size_t)((double)cols *
					(x->most[0] / 2 /
					 (x->most[0] / 2 + x->most[1] / 2)))
			     : 0;
	if (x->most[0] > 0 && !x->room[0])
		x->room[0] = 1;
	x->room[1] = cols - x->room[0];
}

void pl_chart_bars(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_bars *x)
{
	const size_t width = pl_chart_width(c);
	struct bars s = {
		.b = b, .c = c, .paired = x->paired, .full = x->full
	};
	struct pl_chart_legend k = { .n = 0 };

	s.label = width < 60 ? 16 : LABEL_COLS;
	bar_scale(&s, x->v, x->n, width - s.label - VALUE_COLS - 3);
	for (size_t i = 0; i < x->n; i++) {
		one_bar(&s, x->v[i].label, x->v[i].value, false);
		if (x->paired)
			one_bar(&s, "", x->v[i].second, true);
	}
	pl_chart_key(&k, c->utf8 ? "█" : "#", x->name);
	pl_chart_key(&k, c->utf8 ? "▒" : "=",
		     x->paired ? x->second_name : NULL);
	if (x->full > 0)
		pl_chart_key(
			&k, "",
			pl_printf(b->a, "the whole width is %.4g", x->full));
	if (x->n)
		pl_chart_keys(b, c, &k);
}

/* ---------------------------------------------------------------- columns */

struct columns {
	struct pl_buf *b;
	const struct pl_chart *c;
	const struct pl_chart_columns *x;
	size_t n, wide; /* columns drawn, and characters of each */
	double hi, lo;  /* the largest up and down */
	double step;    /* what a row stands for, on both sides */
	size_t rows[2]; /* up, down */
	bool *mark;     /* of each column drawn */
};

static size_t from(const struct columns *s, size_t k)
{
	return (size_t)((double)k * (double)s->x->n / (double)s->n);
}

static double largest(const struct columns *s, const double *v, size_t k)
{
	double most = 0;

	for (size_t i = from(s, k); v && i < from(s, k + 1); i++)
		most = isfinite(v[i]) ? fmax(most, v[i]) : most;
	return most;
}

/* Eighths of a column that reach into a row, the first one next to zero;
 * what occurs shows at least one. */
static size_t eighths(double v, double step, size_t row)
{
	double all = v / step * 8;
	size_t n = !(v > 0) ? 0 : all < 1 ? 1 : (size_t)(all + .5);

	return n <= row * 8 ? 0 : n - row * 8 > 8 ? 8 : n - row * 8;
}

static const char *up_sign(const struct columns *s, size_t n)
{
	static const char *const block[] = { " ", "▁", "▂", "▃", "▄",
					     "▅", "▆", "▇", "█" };

	return s->c->utf8 ? block[n] : n >= 6 ? "#" : n ? "." : " ";
}

static const char *down_sign(const struct columns *s, size_t n)
{
	if (!s->c->utf8)
		return n >= 6 ? "#" : n ? "'" : " ";
	return n >= 6 ? "█" : n ? "▀" : " ";
}

/* The words left of a row that holds values lo..hi. */
static void column_label(const struct columns *s, double lo, double hi,
			 bool end)
{
	const struct pl_chart_columns *x = s->x;
	char text[40] = "";

	for (size_t i = 0; i < x->n_ticks; i++) {
		if (x->ticks[i].x >= lo && x->ticks[i].x < hi)
			(void)snprintf(text, sizeof(text), "%s",
				       x->ticks[i].label);
	}
	if (!x->n_ticks && end)
		(void)snprintf(text, sizeof(text), "%.4g", hi);
	pl_buf_fmt(s->b, "%*.*s %s", PL_CHART_MARGIN - 1, PL_CHART_MARGIN - 1,
		   text, s->c->utf8 ? (*text ? "┤" : "│") : "|");
}

/* Row r, the one next to zero being 0; `side` 0 up, 1 down. */
static void column_row(const struct columns *s, size_t r, int side)
{
	const double *v = side ? s->x->down : s->x->up;
	struct pl_buf line;
	size_t end = 0;

	pl_buf_init(&line, s->b->a);
	for (size_t k = 0; k < s->n; k++) {
		double y = largest(s, v, k);
		size_t n = eighths(y, s->step, r);
		bool top = !side && s->mark[k] && !n &&
			   (!r || eighths(y, s->step, r - 1));
		const char *sign = side  ? down_sign(s, n)
				   : top ? (s->c->utf8 ? "●" : "o")
					 : up_sign(s, n);

		for (size_t i = 0; i < s->wide; i++) {
			bool blank = (s->wide > 2 && i + 1 == s->wide) ||
				     (top && i) || (!n && !top);

			pl_buf_str(&line, blank ? " " : sign);
			end = blank ? end : line.n;
		}
	}
	if (s->c->color && end)
		pl_buf_str(s->b, side ? PL_CHART_YELLOW : PL_CHART_CYAN);
	pl_buf_put(s->b, (struct pl_span){ line.p, end });
	pl_buf_str(s->b, s->c->color && end ? PL_CHART_PLAIN "\n" : "\n");
}

static void column_marks(struct columns *s)
{
	size_t k = 0;

	s->mark = PL_NEW_N(s->b->a, bool, s->n);
	for (size_t i = 0; i < s->x->n_marks; i++) {
		while (k + 1 < s->n && from(s, k + 1) <= s->x->marks[i])
			k++;
		s->mark[k] = true;
	}
}

static void column_keys(const struct columns *s)
{
	const struct pl_chart_columns *x = s->x;
	const bool u = s->c->utf8;
	struct pl_chart_legend k = { .n = 0 };

	pl_chart_key(&k, u ? "█" : "#", x->up_name);
	pl_chart_key(&k, u ? "▀" : "'", x->down ? x->down_name : NULL);
	pl_chart_key(&k, u ? "●" : "o", x->n_marks ? x->mark_name : NULL);
	if (s->n < x->n)
		pl_chart_key(&k, "",
			     pl_printf(s->b->a,
				       "each column: the largest of %zu",
				       (x->n + s->n - 1) / s->n));
	pl_chart_keys(s->b, s->c, &k);
}

/* Rows by how far each side reaches; a side that is used has one. */
static bool column_scale(struct columns *s)
{
	const size_t all = s->c->rows ? s->c->rows : 10;
	size_t down;

	for (size_t k = 0; k < s->n; k++) {
		s->hi = fmax(s->hi, largest(s, s->x->up, k));
		s->lo = fmax(s->lo, largest(s, s->x->down, k));
	}
	if (!(s->hi + s->lo > 0))
		return false;
	down = (size_t)((double)all * (s->lo / 2 / (s->hi / 2 + s->lo / 2)) +
			.5);
	if (s->lo > 0 && !down)
		down = 1;
	if (s->hi > 0 && down >= all)
		down = all - 1;
	s->rows[0] = all - down;
	s->rows[1] = down;
	s->step = fmax(s->hi / (double)(all - down),
		       down ? s->lo / (double)down : 0);
	return true;
}

void pl_chart_columns(struct pl_buf *b, const struct pl_chart *c,
		      const struct pl_chart_columns *x)
{
	const size_t cols = pl_chart_width(c) - PL_CHART_MARGIN - 2;
	struct columns s = { .b = b, .c = c, .x = x };

	s.n = x->n < cols ? x->n : cols;
	if (!s.n || !column_scale(&s))
		return;
	s.wide = cols / s.n > 8 ? 8 : cols / s.n;
	column_marks(&s);
	/* a mark above the largest column has a row of its own */
	for (size_t r = s.rows[0] + (x->n_marks > 0); r-- > 0;) {
		column_label(&s, s.step * (double)r, s.step * (double)(r + 1),
			     r + 1 == s.rows[0]);
		column_row(&s, r, 0);
	}
	pl_chart_axis(b, c, cols);
	for (size_t r = 0; r < s.rows[1]; r++) {
		if (r + 1 == s.rows[1])
			pl_buf_fmt(b, "%*.4g", PL_CHART_MARGIN - 1,
				   -s.step * (double)s.rows[1]);
		else
			pl_buf_fmt(b, "%*s", PL_CHART_MARGIN - 1, "");
		pl_buf_str(b, c->utf8 ? " │" : " |");
		column_row(&s, r, 1);
	}
	pl_chart_ends(b, s.n * s.wide, x->left, NULL, x->right);
	column_keys(&s);
}

/* ------------------------------------------------------------------- rows */

/* The highest value that stands in column k of n, as a part of the scale; -1:
 * none. */
static double row_part(const struct pl_chart_rows *x, const double *y, size_t k,
		       size_t n)
{
	double most = -INFINITY;
	size_t i = (size_t)((double)k * (double)x->len / (double)n);
	size_t end = (size_t)((double)(k + 1) * (double)x->len / (double)n);

	for (end = end > i ? end : i + 1; i < end; i++)
		most = isfinite(y[i]) ? fmax(most, y[i]) : most;
	if (!(most > -INFINITY))
		return -1;
	most = (most / 2 - x->lo / 2) / (x->hi / 2 - x->lo / 2);
	return most < 0 ? 0 : most > 1 ? 1 : most;
}

static void one_row(struct pl_buf *b, const struct pl_chart *c,
		    const struct pl_chart_rows *x, size_t row, size_t cols)
{
	static const char *const fine[] = { "▁", "▂", "▃", "▄",
					    "▅", "▆", "▇", "█" };
	static const char plain[] = "_.:-=+*#";
	double last = NAN;

	pl_buf_str(b, c->color ? PL_CHART_CYAN : "");
	for (size_t k = 0; k < cols; k++) {
		double part = row_part(x, x->v[row].y, k, cols);
		size_t n = part < 0 ? 0 : (size_t)(part * 7 + .5);

		if (part < 0)
			pl_buf_byte(b, ' ');
		else if (c->utf8)
			pl_buf_str(b, fine[n]);
		else
			pl_buf_byte(b, (uint8_t)plain[n]);
	}
	pl_buf_str(b, c->color ? PL_CHART_PLAIN : "");
	for (size_t i = 0; i < x->len; i++)
		last = isfinite(x->v[row].y[i]) ? x->v[row].y[i] : last;
	if (isfinite(last))
		pl_buf_fmt(b, " %9.4g\n", last);
	else
		pl_buf_fmt(b, " %9s\n", "-");
}

void pl_chart_rows(struct pl_buf *b, const struct pl_chart *c,
		   const struct pl_chart_rows *x)
{
	const size_t width = pl_chart_width(c), label = width < 60 ? 10 : 20;
	const size_t cols = width - label - 12;
	struct pl_chart_legend k = { .n = 0 };

	if (!x->n || !x->len || !(x->lo < x->hi))
		return;
	for (size_t i = 0; i < x->n; i++) {
		pl_chart_pad(b, x->v[i].label, label);
		pl_buf_byte(b, ' ');
		one_row(b, c, x, i, cols);
	}
	/* the words begin under the rows, which begin elsewhere than plots */
	if (label > PL_CHART_MARGIN && (x->left || x->right))
		pl_buf_fmt(b, "%*s", (int)(label - PL_CHART_MARGIN), "");
	pl_chart_ends(b, cols, x->left, NULL, x->right);
	pl_chart_key(&k, "",
		     pl_printf(b->a,
			       "each row: from %.4g to %.4g; right, the last",
			       x->lo, x->hi));
	pl_chart_keys(b, c, &k);
}

/* ------------------------------------------------------------------ graph */

#define PAIRS 16

void pl_chart_graph(struct pl_buf *b, const struct pl_chart *c,
		    const struct pl_chart_graph *g)
{
	const size_t n = g->n_edges < PAIRS ? g->n_edges : PAIRS;
	struct pl_chart_bar *v = PL_NEW_N(b->a, struct pl_chart_bar, n);
	const struct pl_chart_bars x = { .v = v, .n = n };

	for (size_t i = 0; i < n; i++)
		v[i] = (struct pl_chart_bar){
			.label = pl_printf(b->a, "%s %s %s",
					   g->node[g->edge[i].a].label,
					   c->utf8 ? "↔" : "<>",
					   g->node[g->edge[i].b].label),
			.value = g->edge[i].weight,
		};
	pl_chart_bars(b, c, &x);
	if (g->n_edges > n)
		pl_buf_fmt(b, "and %zu more pairs\n", g->n_edges - n);
}
