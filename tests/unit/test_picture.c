/* Pictures: columns, rows, graphs and pairs of bars, described once and drawn
 * three ways, whatever the numbers and the names are. */
#include "check.h"

#include <math.h>

#include "out/out.h"
#include "out/picture.h"

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

static const char *svg(const struct pl_picture *p)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_picture_svg(&b, p, "x", true);
	return pl_buf_cstr(&b);
}

static const char *text(const struct pl_picture *p, unsigned width, bool utf8)
{
	const struct pl_chart c = { width, 4, utf8, false };
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_picture_chart(&b, &c, p);
	return pl_buf_cstr(&b);
}

/* No line is wider, and plain is plain. */
static void check_text(const struct pl_picture *p, bool names_are_plain)
{
	static const unsigned widths[] = { 40, 59, 80, 200 };

	for (size_t i = 0; i < 2 * COUNT(widths); i++) {
		const char *s = text(p, widths[i / 2], i & 1), *nl;

		for (; (nl = strchr(s, '\n')); s = nl + 1) {
			const char *line = pl_strndup(a, s, (size_t)(nl - s));

			assert_in_range(pl_out_width(line), 0, widths[i / 2]);
			for (; names_are_plain && !(i & 1) && *line; line++)
				assert_in_range(*line, 0x20, 0x7e);
		}
		assert_int_equal(*s, '\0');
	}
}

static void check_svg(const struct pl_picture *p)
{
	const char *s = svg(p);

	assert_non_null(strstr(s, "<title id=\"x-t\">"));
	assert_non_null(strstr(s, "<desc id=\"x-d\">"));
	assert_null(strstr(s, "nan"));
	assert_null(strstr(s, "inf"));
	assert_null(strstr(s, "<script"));
	assert_string_equal(s, svg(p));
}

static const char wide_name[] =
	"<&\">"
	"東京証券取引所東京証券取引所東京証券取引所東京証券取引所東京証券取引所"
	"東京証券取引所東京証券取引所東京証券取引所";

static void small_pictures_exactly(void **state)
{
	static const double up[] = { 4, 0, 2, 1 }, down[] = { 0, 4, 0, NAN };
	static const size_t marks[] = { 2 };
	static const double y[] = { 0, .5, 1 };
	static const struct pl_chart_row row[] = { { "one", y } };
	const struct pl_picture columns = {
		.kind = PL_PIC_COLUMNS,
		.title = "T",
		.unit = "u",
		.columns = { .up = up,
			     .down = down,
			     .n = 4,
			     .marks = marks,
			     .n_marks = 1,
			     .up_name = "in",
			     .down_name = "out",
			     .mark_name = "seen" },
	};
	const struct pl_picture rows = {
		.kind = PL_PIC_ROWS,
		.title = "R",
		.rows = { .v = row, .n = 1, .len = 3, .lo = 0, .hi = 1 },
	};

	(void)state;
	assert_string_equal(text(&columns, 40, false),
			    "T (u)\n"
			    "           |\n"
			    "         4 |#####       o\n"
			    "           |#####       ##### .....\n"
			    "           +---------------------------\n"
			    "           |      #####\n"
			    "        -4 |      #####\n"
			    "# in   ' out   o seen\n");
	assert_string_equal(text(&rows, 40, false),
			    "R\n"
			    "one        ______======######         1\n"
			    "each row: from 0 to 1; right, the last\n");
}

static void any_columns_and_rows(void **state)
{
	static const double sizes[] = { 1, 1e-300, 1e300, 1.7e308, 1e-12 };
	static double up[5000], down[5000];
	uint64_t seed = 5;

	(void)state;
	for (size_t k = 0; k < COUNT(sizes); k++) {
		for (size_t n = 1; n <= 5000; n = n * 4 + 1) {
			const size_t marks[] = { 0, n - 1 };
			const struct pl_chart_row row[] = {
				{ "a", up }, { wide_name, down }
			};
			struct pl_picture p = {
				.kind = PL_PIC_COLUMNS,
				.title = wide_name,
				.about = wide_name,
				.columns = { up, down, n, marks, n > 1 ? 2 : 1,
					     "l", "r", "u", "d", "m", NULL, 0 },
			};
			struct pl_picture r = {
				.kind = PL_PIC_ROWS,
				.title = "T",
				.about = "A",
				.rows = { row, 2, n, 0, sizes[k], "l", "r" },
			};

			for (size_t i = 0; i < n; i++) {
				seed = seed * 6364136223846793005u + 1442695;
				up[i] = (double)(seed >> 40) / 16777216 *
					sizes[k];
				down[i] = seed >> 61 ? 0 : up[i];
				if (seed >> 60 == 3)
					up[i] = i & 1 ? NAN : INFINITY;
			}
			up[0] = sizes[k];
			check_svg(&p);
			check_text(&p, false);
			check_svg(&r);
			check_text(&r, false);
		}
	}
}

static void graphs_and_pairs(void **state)
{
	static struct pl_chart_node node[60];
	static struct pl_chart_edge edge[600];
	const struct pl_chart_bar bar[] = {
		{ "a", 1.7e308, -1.7e308 },
		{ wide_name, NAN, 3 },
		{ "\x1b[2J", -1, INFINITY },
	};
	struct pl_picture g = {
		.kind = PL_PIC_GRAPH,
		.title = "T",
		.about = "A",
		.graph = { node, 60, edge, 600, "set" },
	};
	struct pl_picture b = {
		.kind = PL_PIC_BARS,
		.title = "T",
		.about = "A",
		.bars = { .v = bar,
			  .n = 3,
			  .paired = true,
			  .name = "one",
			  .second_name = "two" },
	};

	const struct pl_chart_bar nothing[] = { { "none", 0, 0 } };
	struct pl_picture zero = { .kind = PL_PIC_BARS,
				   .title = "T",
				   .about = "A",
				   .bars = { .v = nothing, .n = 1 } };

	(void)state;
	for (size_t i = 0; i < 60; i++)
		node[i] =
			(struct pl_chart_node){ i % 7 ? "0x12..34" : wide_name,
						i / 25 };
	for (size_t i = 0; i < 600; i++)
		edge[i] = (struct pl_chart_edge){ i % 59, i % 59 + 1,
						  i % 11 ? (double)i : NAN,
						  wide_name };
	check_svg(&g);
	check_text(&g, false);
	assert_non_null(strstr(svg(&g), "and 20 more"));
	check_svg(&b);
	check_text(&b, false);
	assert_string_equal(svg(&zero), "");
	zero.bars.full = 100;
	check_svg(&zero);
	assert_null(strchr(text(&b, 80, true), 0x1b));
}

/* Shades, marked points and places of their own; one point alone. */
static void lines_with_more(void **state)
{
	static double y[3000], x[3000];
	static uint8_t shade[3000];
	static const size_t dots[] = { 0, 7, 2999 };
	struct pl_picture p = {
		.kind = PL_PIC_LINE,
		.title = "T",
		.about = "A",
		.line = { .y = y,
			  .n = 3000,
			  .x = x,
			  .dots = dots,
			  .n_dots = 3,
			  .shade = shade,
			  .name = "s",
			  .dot_name = "d",
			  .shade_name = { NULL, "one", "two", "three" } },
	};

	(void)state;
	for (size_t i = 0; i < 3000; i++) {
		y[i] = (double)(i * 7919 % 1000);
		x[i] = (double)(i * i);
		shade[i] = (uint8_t)(i / 500 % 4);
	}
	check_svg(&p);
	check_text(&p, true);
	assert_non_null(strstr(svg(&p), "<rect class=\"k3\""));
	assert_non_null(strstr(text(&p, 80, false), "o d"));
	assert_in_range(strlen(svg(&p)), 1000, 60000);
	p.line.n = p.line.n_dots = 1;
	check_svg(&p);
	check_text(&p, true);
	assert_non_null(strstr(svg(&p), "<circle class=\"p\""));
	y[0] = NAN;
	assert_string_equal(svg(&p), "");
	assert_string_equal(text(&p, 80, true), "");
}

static void several_in_a_file(void **state)
{
	static const double y[] = { 1, 2, 3 }, none[] = { NAN };
	struct pl_pictures all = { .n = 0 };
	struct pl_picture *p;
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	for (size_t i = 0; i < 3; i++) {
		p = pl_picture_add(&all);
		p->kind = PL_PIC_LINE;
		p->title = "T";
		p->about = "A";
		p->line = (struct pl_chart_line){ .y = i == 1 ? none : y,
						  .n = i == 1 ? 1 : 3 };
	}
	pl_pictures_svg(&b, &all, wide_name);
	assert_non_null(strstr(pl_buf_cstr(&b), "role=\"group\""));
	assert_non_null(strstr(pl_buf_cstr(&b), "id=\"p0-t\""));
	assert_null(strstr(pl_buf_cstr(&b), "id=\"p1-t\""));
	assert_non_null(strstr(pl_buf_cstr(&b), "id=\"p2-t\""));
	pl_buf_reset(&b);
	all.v[0].line.y = all.v[2].line.y = none;
	all.v[0].line.n = all.v[2].line.n = 1;
	pl_pictures_svg(&b, &all, "T");
	assert_int_equal(b.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_pictures_exactly),
		cmocka_unit_test(any_columns_and_rows),
		cmocka_unit_test(graphs_and_pairs),
		cmocka_unit_test(lines_with_more),
		cmocka_unit_test(several_in_a_file),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
