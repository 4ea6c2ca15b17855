/* Charts: exact pictures of small ones, and what must hold for any. */
#include "check.h"

#include <math.h>

#include "base/buf.h"
#include "out/chart.h"

static const char *line(struct pl_arena *a, const struct pl_chart *c,
			const struct pl_chart_line *l)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_chart_line(&b, c, l);
	return pl_buf_cstr(&b);
}

static const char *hist(struct pl_arena *a, const struct pl_chart *c,
			const struct pl_chart_hist *h)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_chart_hist(&b, c, h);
	return pl_buf_cstr(&b);
}

static void a_line_in_ascii(void **state)
{
	static const double y[] = { 0, 1, 2, 3, 4 };
	static const size_t breaks[] = { 4 };
	const struct pl_chart c = { 40, 5, false, false };
	struct pl_chart_line l = { y, 5, NULL, NULL, 0, "1", "5" };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	assert_string_equal(line(a, &c, &l),
			    "         4 |                       ****\n"
			    "           |                 *******\n"
			    "         2 |          ********\n"
			    "           |    *******\n"
			    "         0 |*****\n"
			    "           +---------------------------\n"
			    "            1                         5\n");
	l.breaks = breaks;
	l.n_breaks = 1;
	assert_non_null(strstr(line(a, &c, &l), "*****                     |"));
	pl_arena_close(a);
}

static void a_line_in_braille(void **state)
{
	static const double y[] = { 0, 7, 0 };
	static const double fit[] = { 7, 7, 7 };
	const struct pl_chart c = { 40, 2, true, false };
	struct pl_chart_line l = { y, 3, fit, NULL, 0, NULL, NULL };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	assert_string_equal(line(a, &c, &l),
			    "         7 ┤───────⣀⣠⠤⠴⠒⠚⠉⠙⠒⠲⠤⣄⣀⡀──────\n"
			    "         0 ┤⣀⡤⠤⠖⠒⠋⠉⠁            ⠉⠉⠓⠲⠤⢤⣀\n"
			    "           └───────────────────────────\n");
	pl_arena_close(a);
}

static void bars_show_every_count(void **state)
{
	double x[103] = { 0 };
	const struct pl_chart_mark marks[] = { { 1, "here" }, { 26.9, "end" } };
	const struct pl_chart c = { 40, 1, true, false };
	struct pl_chart_hist h = { x, 103, marks, 2 };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	x[100] = 13.5;
	x[101] = 27;
	x[102] = NAN;
	assert_string_equal(hist(a, &c, &h),
			    "       100 │█            ▁            ▁\n"
			    "           └───────────────────────────\n"
			    "            0                        27\n"
			    "             ▲ here\n"
			    "                                  end ▲\n");
	pl_arena_close(a);
}

static void color_is_closed_again(void **state)
{
	static const double y[] = { 0, 1, 0, 1, 0, 3 };
	const struct pl_chart c = { 60, 4, true, true };
	struct pl_chart_line l = { y, 6, y, NULL, 0, NULL, NULL };
	struct pl_arena *a = pl_arena_open(0);
	const char *s = line(a, &c, &l);

	(void)state;
	assert_non_null(strstr(s, "\x1b["));
	for (const char *nl; (nl = strchr(s, '\n')); s = nl + 1) {
		const char *open = NULL, *close = NULL, *p = s;

		while ((p = strstr(p, "\x1b[")) && p < nl) {
			*(p[2] == '0' ? &close : &open) = p;
			p++;
		}
		assert_true(!open || close > open);
	}
	pl_arena_close(a);
}

/* Columns of text: bytes that do not continue a character. */
static size_t columns(const char *s, const char *end)
{
	size_t n = 0;

	for (; s < end; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void check_shape(const char *s, unsigned width, bool ascii)
{
	for (const char *nl; (nl = strchr(s, '\n')); s = nl + 1) {
		assert_in_range(columns(s, nl), 1, width);
		for (const char *p = s; ascii && p < nl; p++)
			assert_in_range(*p, 0x20, 0x7e);
	}
	assert_int_equal(*s, '\0');
}

static void any_input_fits_its_width(void **state)
{
	static const unsigned widths[] = { 40, 41, 80, 199, 200 };
	static double y[1000];
	struct pl_arena *a = pl_arena_open(0);
	uint64_t seed = 7;

	(void)state;
	for (size_t n = 1; n <= 1000; n = n * 3 + 1) {
		for (size_t i = 0; i < n; i++) {
			seed = seed * 6364136223846793005u +
			       1442695040888963407u;
			y[i] = (double)(seed >> 40) * (i % 7 ? 1e-9 : 1e300);
			if (seed >> 60 == 3)
				y[i] = NAN;
		}
		for (size_t k = 0; k < 2 * COUNT(widths); k++) {
			bool utf8 = k & 1;
			const struct pl_chart c = { widths[k / 2], 0, utf8,
						    false };
			const size_t breaks[] = { 0, n - 1 };
			struct pl_chart_line l = {
				y, n, y, breaks, 2, "l", "r"
			};
			struct pl_chart_hist h = { y, n, NULL, 0 };

			check_shape(line(a, &c, &l), widths[k / 2], !utf8);
			check_shape(hist(a, &c, &h), widths[k / 2], !utf8);
		}
	}
	pl_arena_close(a);
}

static void nothing_for_nothing(void **state)
{
	static const double nan1[] = { NAN };
	const struct pl_chart c = { 80, 0, true, false };
	struct pl_chart_line none = { nan1, 1, NULL, NULL, 0, "l", "r" };
	struct pl_chart_hist empty = { nan1, 0, NULL, 0 };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	assert_string_equal(line(a, &c, &none), "");
	assert_string_equal(hist(a, &c, &empty), "");
	pl_arena_close(a);
}

static void a_constant_stands_in_the_middle(void **state)
{
	static const double y[] = { 4, 4, 4 };
	const struct pl_chart c = { 40, 3, false, false };
	struct pl_chart_line l = { y, 3, NULL, NULL, 0, NULL, NULL };
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	assert_string_equal(line(a, &c, &l),
			    "         6 |\n"
			    "         4 |***************************\n"
			    "         2 |\n"
			    "           +---------------------------\n");
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_in_ascii),
		cmocka_unit_test(a_line_in_braille),
		cmocka_unit_test(bars_show_every_count),
		cmocka_unit_test(color_is_closed_again),
		cmocka_unit_test(any_input_fits_its_width),
		cmocka_unit_test(nothing_for_nothing),
		cmocka_unit_test(a_constant_stands_in_the_middle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
