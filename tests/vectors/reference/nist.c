/* NIST's Statistical Reference Datasets: the nine univariate sets (certified
 * mean, standard deviation and lag-1 autocorrelation) and the eleven of linear
 * regression (certified coefficients, their deviations and residual sums of
 * squares), nine digits of each.  The sets for analysis of variance and for
 * nonlinear regression are not walked: no verb makes either. */
#include "analytics/moments.h"
#include "analytics/ols.h"
#include "checks.h"

static const char *after(const char *text, const char *word)
{
	const char *p = strstr(text, word);

	return p ? p + strlen(word) : NULL;
}

/* The number after the first of two words that the file has. */
static double certified(const char *text, const char *w1, const char *w2)
{
	const char *p = after(text, w1);

	if (!p)
		p = after(text, w2);
	assert_non_null(p);
	return strtod(p, NULL);
}

/* Numbers, one per line, after the last line that is none. */
static struct column univariate_data(struct pl_arena *a, char *text)
{
	struct column c = { 0 };

	for (char *line = strtok(text, "\r\n"); line;
	     line = strtok(NULL, "\r\n")) {
		char *end;
		double v = strtod(line, &end);

		while (isspace((unsigned char)*end))
			end++;
		if (end == line || *end)
			c.n = 0;
		else
			column_add(a, &c, v);
		if (c.n == 0)
			c.v = NULL;
	}
	return c;
}

#define LEAST 9 /* digits */

static const struct {
	const char *name;
	size_t n;
} uni[] = {
	{ "Lew", 200 },      { "Lottery", 218 },   { "Mavro", 50 },
	{ "Michelso", 100 }, { "PiDigits", 5000 }, { "NumAcc1", 3 },
	{ "NumAcc2", 1001 }, { "NumAcc3", 1001 },  { "NumAcc4", 1001 },
};

static void hold(struct ref_item *it, const char *name, double got)
{
	it->figures++;
	if (got < LEAST)
		fail_msg("NIST %s: %.1f digits", name, got);
}

static void univariate(struct ref_item *it)
{
	for (size_t i = 0; i < COUNT(uni); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_moments m;
		struct pl_err e = { 0 };
		struct column y;
		double r[2], want[3], d[3];
		char *text = slurp(
			a, pl_printf(a, "analytics/nist/%s.txt", uni[i].name));

		assert_non_null(text);
		want[0] = certified(text,
				    "\nmean                       =", "ybar:");
		want[1] = certified(text,
				    "\nstandardDeviation          =", " s:");
		want[2] = certified(text,
				    "\nautocorrelationCoefficient =", "r(1):");
		y = univariate_data(a, text);
		assert_int_equal(y.n, uni[i].n);
		assert_ok(pl_moments(&m, y.v, 1, y.n, &e), &e);
		assert_ok(pl_acf(r, 1, y.v, 1, y.n, &e), &e);
		d[0] = digits(m.mean, want[0]);
		d[1] = digits(m.sd, want[1]);
		d[2] = digits(r[1], want[2]);
		if (verbose())
			print_message("# %-9s mean %4.1f sd %4.1f r1 %4.1f\n",
				      uni[i].name, d[0], d[1], d[2]);
		for (size_t k = 0; k < 3; k++)
			hold(it, uni[i].name, d[k]);
		pl_arena_close(a);
	}
}

/* y and the columns after it, from line 61 on. */
static struct column linear_data(struct pl_arena *a, char *text)
{
	struct column c = { 0 };
	char *p = text, *end;

	for (int line = 1; line < 61; line++) {
		p = strchr(p, '\n');
		assert_non_null(p);
		p++;
	}
	for (;;) {
		double v = strtod(p, &end);

		if (end == p)
			break;
		column_add(a, &c, v);
		p = end;
	}
	return c;
}

static const struct {
	const char *name;
	size_t rows, cols; /* cols: y and predictors in the file */
	size_t p;          /* coefficients */
	bool intercept;
} lin[] = {
	{ "Norris", 36, 2, 2, true },   { "Pontius", 40, 2, 3, true },
	{ "NoInt1", 11, 2, 1, false },  { "NoInt2", 3, 2, 1, false },
	{ "Filip", 82, 2, 11, true },   { "Longley", 16, 7, 7, true },
	{ "Wampler1", 21, 2, 6, true }, { "Wampler2", 21, 2, 6, true },
	{ "Wampler3", 21, 2, 6, true }, { "Wampler4", 21, 2, 6, true },
	{ "Wampler5", 21, 2, 6, true },
};

static void fit(struct pl_arena *a, struct pl_ols *o, const struct column *c,
		size_t i)
{
	const size_t n = lin[i].rows, cols = lin[i].cols, p = lin[i].p;
	struct pl_err e = { 0 };
	double *x;

	if (cols == 2 && lin[i].intercept) {
		assert_ok(pl_ols_poly(a, o, c->v + 1, 2, c->v, 2, n, p - 1, &e),
			  &e);
		return;
	}
	x = PL_NEW_N(a, double, n *p);
	for (size_t r = 0; r < n; r++) {
		size_t k = 0;

		if (lin[i].intercept)
			x[r * p + k++] = 1;
		for (size_t j = 1; j < cols; j++)
			x[r * p + k++] = c->v[r * cols + j];
	}
	assert_ok(pl_ols_fit(a, o, x, c->v, cols, n, p, lin[i].intercept, &e),
		  &e);
}

/* Where the certified value is 0 (an exact fit) what was found must be 0 to
 * 1e-9 of the thing's own size. */
static double digits_of(double got, double want, double size)
{
	return want != 0 ? digits(got, want) : digits(got / size, 0);
}

static void linear(struct ref_item *it)
{
	for (size_t i = 0; i < COUNT(lin); i++) {
		struct pl_arena *a = pl_arena_open(0);
		char *text = slurp(
			a, pl_printf(a, "analytics/nist/%s.dat", lin[i].name));
		double db = 15, ds = 15, dr;
		const char *at;
		char *end;
		struct pl_ols o;
		struct column c;

		assert_non_null(text);
		c = linear_data(a, text);
		assert_int_equal(c.n, lin[i].rows * lin[i].cols);
		fit(a, &o, &c, i);
		at = text;
		for (size_t k = 0; k < lin[i].p; k++) {
			double b, s;

			at = after(at, pl_printf(a, "  B%zu ",
						 k + !lin[i].intercept));
			assert_non_null(at);
			b = strtod(at, &end);
			s = strtod(end, NULL);
			db = fmin(db, digits_of(o.beta[k], b, 1));
			ds = fmin(ds, digits_of(o.se[k], s, fabs(b)));
		}
		at = after(after(text, "Analysis of Variance Table"),
			   "\nResidual ");
		(void)strtod(at, &end);
		dr = digits_of(o.rss, strtod(end, NULL), o.tss);
		if (verbose())
			print_message("# %-9s b %4.1f sd %4.1f rss %4.1f\n",
				      lin[i].name, db, ds, dr);
		hold(it, lin[i].name, db);
		hold(it, lin[i].name, ds);
		hold(it, lin[i].name, dr);
		pl_arena_close(a);
	}
}

void ref_paper_nist(struct ref_item *it)
{
	univariate(it);
	linear(it);
}
