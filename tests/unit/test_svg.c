/* Charts as SVG: well formed whatever goes in, small whatever the length, and
 * no number that is none.  Bars of characters beside them. */
#include "check.h"

#include <math.h>

#include "out/svg.h"
#include "out/xml.h"

static struct pl_arena *a;

static int setup(void **state)
{
	(void)state;
	a = pl_arena_open(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_arena_close(a);
	return 0;
}

/* ------------------------------------------- a reader of the XML we write */

/* Every tag closed by its own, every quote, every entity; no bytes below a
 * blank but the line break. */
static void check_xml(const char *s)
{
	const char *open[64];
	size_t depth = 0, tags = 0;

	while (*s) {
		const char *end, *name;
		size_t n;

		if (*s == '&') {
			n = strcspn(s, ";");
			assert_in_range(n, 2, 6);
			s += n;
			continue;
		}
		assert_true(*s == '\n' || (unsigned char)*s >= ' ');
		assert_int_not_equal(*s, '>');
		if (*s != '<') {
			s++;
			continue;
		}
		tags++;
		name = s + (s[1] == '/' ? 2 : 1);
		n = strcspn(name, " >/");
		assert_in_range(n, 1, 8);
		if (s[1] == '/') {
			assert_true(depth > 0);
			assert_memory_equal(open[--depth], name, n);
			s = name + n;
			assert_int_equal(*s++, '>');
			continue;
		}
		for (end = name + n; *end != '>' && *end != '/'; end++) {
			if (*end != '"')
				continue;
			end = strchr(end + 1, '"');
			assert_non_null(end);
		}
		if (*end == '/') {
			end++;
		} else {
			assert_true(depth < 64);
			open[depth++] = name;
		}
		assert_int_equal(*end, '>');
		s = end + 1;
	}
	assert_int_equal(depth, 0);
	assert_true(tags > 3);
}

static void check_picture(const char *s)
{
	const char *style = strstr(s, "<style>");

	check_xml(s);
	assert_non_null(strstr(s, "role=\"img\""));
	assert_non_null(strstr(s, "<title id="));
	assert_non_null(strstr(s, "<desc id="));
	assert_null(strstr(s, "nan"));
	assert_null(strstr(s, "inf"));
	assert_null(strstr(s, "http://") == strstr(s, "http://www.w3.org/2000")
			    ? NULL
			    : s);
	assert_null(strstr(s, "url("));
	assert_null(strstr(s, "script>"));
	if (style)
		assert_non_null(strstr(style, "prefers-color-scheme"));
}

static const struct pl_svg plain = { "id", "T", "about", NULL, false };
static const struct pl_svg alone = { "id", "T", "about", "u", true };

static const char *line(const struct pl_svg *s, const struct pl_chart_line *l)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_svg_line(&b, s, l);
	return pl_buf_cstr(&b);
}

static const char *hist(const struct pl_svg *s, const struct pl_chart_hist *h)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_svg_hist(&b, s, h);
	return pl_buf_cstr(&b);
}

static const char *bars(const struct pl_svg *s, const struct pl_chart_bars *x)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_svg_bars(&b, s, x);
	return pl_buf_cstr(&b);
}

static void text_stays_text(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{ "a<b>&\"'`", "a&lt;b&gt;&amp;&quot;&#39;&#96;" },
		{ "</title><script>x</script>",
		  "&lt;/title&gt;&lt;script&gt;x&lt;/script&gt;" },
		{ "\x01\x1b[2J\x7f",
		  "\xef\xbf\xbd\xef\xbf\xbd[2J\xef\xbf\xbd" },
		{ "\xff\xc0\x80x", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdx" },
		{ "\xe2\x80\xae"
		  "evil",
		  "\xef\xbf\xbd"
		  "evil" },
		{ "\xc2\x85", "\xef\xbf\xbd" },
		{ "é€😀\n\t", "é€😀\n\t" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_buf b;

		pl_buf_init(&b, a);
		pl_xml_text(&b, cases[i].in);
		assert_string_equal(pl_buf_cstr(&b), cases[i].out);
	}
}

static void hostile_names_are_shown_not_obeyed(void **state)
{
	static const char evil[] = "</title></svg><script>alert(1)</script>"
				   "\"' onload=x \x1b]0;";
	const struct pl_svg s = { "x", evil, evil, evil, true };
	static const double y[] = { 1, 2, 3 };
	const struct pl_chart_line l = {
		.y = y, .n = 3, .left = evil, .right = evil
	};
	const struct pl_chart_mark m[] = { { 2, evil } };
	const struct pl_chart_hist h = { y, 3, m, 1 };
	const struct pl_chart_bar v[] = { { evil, 1 }, { evil, -1 } };
	const struct pl_chart_bars x = { v, 2 };

	(void)state;
	check_picture(line(&s, &l));
	check_picture(hist(&s, &h));
	check_picture(bars(&s, &x));
	assert_null(strstr(line(&s, &l), "<script"));
}

static void any_numbers(void **state)
{
	static double y[5000], lo[5000], hi[5000];
	static const double sizes[] = { 1, 1e-300, 1e300, 1.7e308, 1e-12 };
	uint64_t seed = 11;

	(void)state;
	for (size_t k = 0; k < COUNT(sizes); k++) {
		for (size_t n = 1; n <= 5000; n = n * 4 + 1) {
			const size_t breaks[] = { 0, n - 1 };
			struct pl_chart_line l = { y,   n,   hi, breaks, 2,
						   "l", "r", lo, hi };
			struct pl_chart_hist h = { y, n, NULL, 0 };

			for (size_t i = 0; i < n; i++) {
				seed = seed * 6364136223846793005u + 1442695;
				y[i] = ((double)(seed >> 40) / 8388608 - 1) *
				       sizes[k];
				lo[i] = y[i] * .5;
				hi[i] = seed >> 61 ? y[i] : NAN;
				if (seed >> 60 == 3 && i)
					y[i] = i & 1 ? NAN : INFINITY;
			}
			y[0] = 0;
			check_picture(line(&plain, &l));
			check_picture(line(&alone, &l));
			check_picture(hist(&plain, &h));
		}
	}
}

/* A path has at most two points for each half unit of width. */
static void a_million_points_are_small(void **state)
{
	size_t n = 1000000;
	double *y = PL_NEW_N(a, double, n);
	const struct pl_chart_line l = { .y = y, .n = n, .lo = y, .hi = y };
	const char *s;

	(void)state;
	for (size_t i = 0; i < n; i++)
		y[i] = (double)(i * 7919 % 1000);
	y[77777] = 5000; /* one spike is not lost */
	s = line(&plain, &l);
	assert_in_range(strlen(s), 1000, 120000);
	check_picture(s);
	assert_string_equal(s, line(&plain, &l));
	assert_non_null(strstr(s, ">4000<"));
}

static void constants_and_nothing(void **state)
{
	static const double four[] = { 4, 4, 4 }, none[] = { NAN, NAN };
	struct pl_chart_line l = { .y = four, .n = 3 };
	struct pl_chart_hist h = { four, 3, NULL, 0 };
	const struct pl_chart_bar v[] = { { "a", NAN }, { "b", 0 } };
	const struct pl_chart_bars x = { v, 2 };

	(void)state;
	check_picture(line(&plain, &l));
	check_picture(hist(&plain, &h));
	l.y = h.x = none;
	l.n = h.n = 2;
	assert_string_equal(line(&plain, &l), "");
	assert_string_equal(hist(&plain, &h), "");
	assert_string_equal(bars(&plain, &x), "");
}

/* --------------------------------------------------------- of characters */

static void bars_of_characters(void **state)
{
	static const struct pl_chart_bar v[] = {
		{ "a plus", 3 },
		{ "a longer label than fits here", -1 },
		{ "none", NAN },
		{ "éü", .001 },
	};
	const struct pl_chart_bars x = { v, 4 };
	const struct pl_chart c = { 40, 0, false, false };
	const struct pl_chart u = { 40, 0, true, false };
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	pl_chart_bars(&b, &c, &x);
	assert_string_equal(pl_buf_cstr(&b),
			    "a plus                    3   |########\n"
			    "a longer label t         -1 ##|\n"
			    "none                      -   |\n"
			    "éü                    0.001   |#\n");
	pl_buf_reset(&b);
	pl_chart_bars(&b, &u, &x);
	assert_non_null(strstr(pl_buf_cstr(&b), "██│\n"));
}

static void a_band_behind_the_line(void **state)
{
	static const double y[] = { 0, 0, 0 }, lo[] = { NAN, -4, -4 };
	static const double hi[] = { NAN, 4, 4 };
	const struct pl_chart c = { 40, 3, false, false };
	const struct pl_chart_line l = { .y = y, .n = 3, .lo = lo, .hi = hi };
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	pl_chart_line(&b, &c, &l);
	assert_string_equal(pl_buf_cstr(&b),
			    "         4 |             ::::::::::::::\n"
			    "         0 |***************************\n"
			    "        -4 |             ::::::::::::::\n"
			    "           +---------------------------\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_stays_text),
		cmocka_unit_test(hostile_names_are_shown_not_obeyed),
		cmocka_unit_test(any_numbers),
		cmocka_unit_test(a_million_points_are_small),
		cmocka_unit_test(constants_and_nothing),
		cmocka_unit_test(bars_of_characters),
		cmocka_unit_test(a_band_behind_the_line),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
