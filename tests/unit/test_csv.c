#include "check.h"

#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "codec/csv.h"
#include "codec/gzip.h"

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

/* Every record as "field|field;", or the first error. */
static enum pl_rc flat(char *out, size_t cap, struct pl_span text, char delim,
		       struct pl_err *e)
{
	struct pl_csv c;
	size_t n = 0;
	bool more = true;

	out[0] = '\0';
	pl_csv_init(&c, a, text, delim);
	for (;;) {
		PL_TRY(pl_csv_next(&c, &more, e));
		if (!more)
			return PL_OK;
		for (size_t i = 0; i < c.n; i++)
			n += (size_t)snprintf(out + n, cap - n, "%.*s%s",
					      (int)c.field[i].n,
					      (const char *)c.field[i].p,
					      i + 1 < c.n ? "|" : ";");
	}
}

#define TEXT(s) s, sizeof(s) - 1

/* clang-format off */
static const struct {
	const char *label, *in;
	size_t n;
	enum pl_rc rc;
	const char *want; /* records, or what the message says */
} cases[] = {
	{ "nothing", TEXT(""), PL_OK, "" },
	{ "two records", TEXT("a,b\nc,d\n"), PL_OK, "a|b;c|d;" },
	{ "no line end", TEXT("a,b\nc,d"), PL_OK, "a|b;c|d;" },
	{ "CRLF", TEXT("a,b\r\nc,d\r\n"), PL_OK, "a|b;c|d;" },
	{ "mark before", TEXT("\xef\xbb\xbf" "a,b\n"), PL_OK, "a|b;" },
	{ "only a mark", TEXT("\xef\xbb\xbf"), PL_OK, "" },
	{ "empty fields", TEXT(",,\n"), PL_OK, "||;" },
	{ "empty last", TEXT("a,"), PL_OK, "a|;" },
	{ "empty quoted", TEXT("\"\",\"\"\n"), PL_OK, "|;" },
	{ "quoted delimiter", TEXT("\"a,b\",c\n"), PL_OK, "a,b|c;" },
	{ "quoted line end", TEXT("\"a\nb\",c\n"), PL_OK, "a\nb|c;" },
	{ "quoted CRLF", TEXT("\"a\r\nb\",c\r\n"), PL_OK, "a\r\nb|c;" },
	{ "doubled quote", TEXT("\"a\"\"b\",c\n"), PL_OK, "a\"b|c;" },
	{ "only quotes", TEXT("\"\"\"\"\"\"\n"), PL_OK, "\"\";" },
	{ "two undone", TEXT("\"\"\"a\",\"b\"\"\"\n"), PL_OK, "\"a|b\";" },
	{ "quotes at the end", TEXT("\"a\"\"\""), PL_OK, "a\";" },
	{ "empty lines", TEXT("\na\n\r\n\nb\n\n"), PL_OK, "a;b;" },
	{ "a space is a field", TEXT(" \n"), PL_OK, " ;" },
	{ "semicolons", TEXT("a;b\n1,5;2\n"), PL_OK, "a|b;1,5|2;" },
	{ "tabs", TEXT("a\tb\n"), PL_OK, "a|b;" },
	{ "sniffing skips quotes", TEXT("\"a;;;\",b\n"), PL_OK, "a;;;|b;" },
	{ "ragged is given", TEXT("a,b\nc\n"), PL_OK, "a|b;c;" },
	{ "open quote", TEXT("a,\"b\nc"), PL_EFORMAT, "never closed" },
	{ "open after pair", TEXT("\"a\"\""), PL_EFORMAT, "never closed" },
	{ "after a quote", TEXT("\"a\"b\n"), PL_EFORMAT,
	  "line 1, field 1: something follows" },
	{ "space after a quote", TEXT("\"a\" ,b\n"), PL_EFORMAT,
	  "something follows" },
	{ "quote inside", TEXT("x\na\"b\n"), PL_EFORMAT,
	  "line 2, field 1: a quote inside" },
	{ "bare CR", TEXT("a\rb\n"), PL_EFORMAT, "carriage return" },
	{ "CR at the end", TEXT("a\r"), PL_EFORMAT, "carriage return" },
	{ "zero byte", TEXT("a\0b\n"), PL_EFORMAT, "zero byte" },
	{ "zero byte quoted", TEXT("\"a\0b\"\n"), PL_EFORMAT, "zero byte" },
	{ "line after embedded ends", TEXT("\"a\nb\nc\"\n\"x\"y\n"), PL_EFORMAT,
	  "line 4" },
};
/* clang-format on */

static void next_follows_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		/* an exact copy, so that a read past the end is seen */
		uint8_t *copy = malloc(cases[i].n ? cases[i].n : 1);
		struct pl_span s = { copy, cases[i].n };
		struct pl_err e = { 0 };
		char got[256];
		enum pl_rc rc;

		memcpy(copy, cases[i].in, cases[i].n);
		rc = flat(got, sizeof(got), s, 0, &e);
		if (rc != cases[i].rc)
			print_error("%s: %d %s\n", cases[i].label, rc, e.msg);
		assert_int_equal(rc, cases[i].rc);
		if (rc)
			assert_non_null(strstr(e.msg, cases[i].want));
		else
			assert_string_equal(got, cases[i].want);
		free(copy);
	}
}

static void every_cut_is_survived(void **state)
{
	const char *text = "h1,h2\r\n\"a\"\"\nb\",c\r\n1,2";

	(void)state;
	for (size_t n = 0; n <= strlen(text); n++) {
		uint8_t *copy = malloc(n ? n : 1);
		struct pl_err e = { 0 };
		char got[256];

		memcpy(copy, text, n);
		(void)flat(got, sizeof(got), (struct pl_span){ copy, n }, ',',
			   &e);
		free(copy);
	}
}

static void limits_hold(void **state)
{
	struct pl_err e = { 0 };
	struct pl_csv c;
	struct pl_buf b;
	bool more;

	(void)state;
	pl_buf_init(&b, a);
	memset(pl_buf_room(&b, PL_MAX_LINE + 10), 'x', PL_MAX_LINE + 10);
	b.n = PL_MAX_LINE - 1;
	b.p[b.n++] = '\n';
	pl_csv_init(&c, a, pl_buf_span(&b), ',');
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_int_equal(c.field[0].n, PL_MAX_LINE - 1);

	b.p[PL_MAX_LINE - 1] = 'x';
	b.p[b.n++] = '\n';
	pl_csv_init(&c, a, pl_buf_span(&b), ',');
	assert_int_equal(pl_csv_next(&c, &more, &e), PL_ELIMIT);

	b.p[0] = '"';
	pl_csv_init(&c, a, pl_buf_span(&b), ',');
	assert_int_equal(pl_csv_next(&c, &more, &e), PL_ELIMIT);

	memset(b.p, ',', PL_MAX_COLUMNS);
	pl_csv_init(&c, a, (struct pl_span){ b.p, PL_MAX_COLUMNS - 1 }, ',');
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_int_equal(c.n, PL_MAX_COLUMNS);
	pl_csv_init(&c, a, (struct pl_span){ b.p, PL_MAX_COLUMNS }, ',');
	assert_int_equal(pl_csv_next(&c, &more, &e), PL_ELIMIT);
}

static void columns_have_names_and_numbers(void **state)
{
	struct pl_err e = { 0 };
	struct pl_csv c;
	bool more;
	size_t at;

	(void)state;
	pl_csv_init(&c, a,
		    pl_span_str("Time, Value ,VALUE,7\n1,2,3,4\n5,6\n"
				"1,2,3,4,,\n1,2,3,4,x\n"),
		    0);
	assert_ok(pl_csv_header(&c, &e), &e);
	assert_ok(pl_csv_column(&at, &c, "Value", &e), &e);
	assert_int_equal(at, 1);
	assert_ok(pl_csv_column(&at, &c, "time", &e), &e);
	assert_int_equal(at, 0);
	assert_int_equal(pl_csv_column(&at, &c, "value", &e), PL_EFORMAT);
	assert_ok(pl_csv_column(&at, &c, "7", &e), &e);
	assert_int_equal(at, 3); /* a name goes before a number */
	assert_ok(pl_csv_column(&at, &c, "2", &e), &e);
	assert_int_equal(at, 1);
	assert_int_equal(pl_csv_column(&at, &c, "5", &e), PL_ENOTFOUND);
	assert_int_equal(pl_csv_column(&at, &c, "0", &e), PL_ENOTFOUND);
	assert_int_equal(pl_csv_column(&at, &c, "", &e), PL_ENOTFOUND);
	assert_int_equal(pl_csv_column(&at, &c, "price", &e), PL_ENOTFOUND);
	assert_non_null(strstr(e.msg, "Time, Value, VALUE, 7"));

	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_ok(pl_csv_ragged(&c, &e), &e);
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_int_equal(c.line, 3);
	assert_int_equal(pl_csv_ragged(&c, &e), PL_EFORMAT);
	assert_string_equal(e.msg, "line 3: 2 fields where 4 belong");
	assert_int_equal(pl_csv_field(&c, 3).n, 0);
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_ok(pl_csv_ragged(&c, &e), &e);
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_int_equal(pl_csv_ragged(&c, &e), PL_EFORMAT);
}

static void a_header_outlives_its_record(void **state)
{
	struct pl_err e = { 0 };
	struct pl_csv c;
	bool more;

	(void)state;
	pl_csv_init(&c, a, pl_span_str("\"a\"\"b\",c\n\"x\"\"y\",d\n"), 0);
	assert_ok(pl_csv_header(&c, &e), &e);
	assert_ok(pl_csv_next(&c, &more, &e), &e);
	assert_true(pl_span_is(c.header[0], "a\"b"));
	assert_true(pl_span_is(c.field[0], "x\"y"));
}

/* "hello\n" by gzip -n, and an empty member. */
static const char hello[] = "1f8b0800000000000003cb48cdc9c9e7020020303a3606"
			    "000000";
static const char nothing[] = "1f8b080000000000000303000000000000000000";

static void gzip_is_unpacked(void **state)
{
	struct pl_err e = { 0 };
	struct pl_span in = unhex(a, hello), out, two;
	struct pl_buf b;

	(void)state;
	assert_true(pl_is_gzip(in));
	assert_ok(pl_gunzip(a, &out, in, 6, &e), &e);
	assert_true(pl_span_is(out, "hello\n"));
	assert_int_equal(pl_gunzip(a, &out, in, 5, &e), PL_ELIMIT);
	assert_int_equal(pl_gunzip(a, &out, in, 0, &e), PL_ELIMIT);
	assert_ok(pl_gunzip(a, &out, unhex(a, nothing), 0, &e), &e);
	assert_int_equal(out.n, 0);

	pl_buf_init(&b, a);
	pl_buf_put(&b, in);
	pl_buf_put(&b, unhex(a, nothing));
	pl_buf_put(&b, in);
	two = pl_buf_span(&b);
	assert_ok(pl_gunzip(a, &out, two, 12, &e), &e);
	assert_true(pl_span_is(out, "hello\nhello\n"));
	pl_buf_byte(&b, 'x');
	assert_int_equal(pl_gunzip(a, &out, pl_buf_span(&b), 99, &e),
			 PL_EFORMAT);
}

static void damaged_gzip_is_refused(void **state)
{
	struct pl_span in = unhex(a, hello), out;
	uint8_t *copy = malloc(in.n);
	struct pl_err e = { 0 };
	unsigned accepted = 0;

	(void)state;
	for (size_t n = 0; n < in.n; n++) {
		memcpy(copy, in.p, n);
		assert_int_equal(
			pl_gunzip(a, &out, (struct pl_span){ copy, n }, 99, &e),
			PL_EFORMAT);
	}
	/* Every bit of data, checksum and length is refused or, where it only
	 * pads the last byte of the data, changes nothing.  The header before
	 * holds a time and the name of a system, which nobody checks. */
	for (size_t i = 10; i < in.n; i++)
		for (int k = 0; k < 8; k++) {
			struct pl_span s = { copy, in.n };

			memcpy(copy, in.p, in.n);
			copy[i] ^= (uint8_t)(1 << k);
			if (!pl_gunzip(a, &out, s, 99, &e)) {
				assert_true(pl_span_is(out, "hello\n"));
				accepted++;
			}
		}
	assert_true(accepted < 8);
	free(copy);
}

static void a_file_is_unpacked_whatever_its_name(void **state)
{
	struct pl_span in = unhex(a, hello), out, raw;
	char path[] = "/tmp/plume-csv.XXXXXX";
	struct pl_err e = { 0 };
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	assert_ok(pl_file_write(path, in, 0644, &e), &e);
	assert_ok(pl_data_read(a, &out, &raw, path, 100, &e), &e);
	assert_true(pl_span_is(out, "hello\n"));
	assert_true(pl_span_equal(raw, in));
	assert_ok(pl_file_write(path, (struct pl_span){ in.p, 20 }, 0644, &e),
		  &e);
	assert_int_equal(pl_data_read(a, &out, &raw, path, 100, &e),
			 PL_EFORMAT);
	assert_non_null(strstr(e.msg, path));
	(void)unlink(path);
	assert_int_equal(pl_data_read(a, &out, &raw, path, 100, &e),
			 PL_ENOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_follows_the_table),
		cmocka_unit_test(every_cut_is_survived),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(columns_have_names_and_numbers),
		cmocka_unit_test(a_header_outlives_its_record),
		cmocka_unit_test(gzip_is_unpacked),
		cmocka_unit_test(damaged_gzip_is_refused),
		cmocka_unit_test(a_file_is_unpacked_whatever_its_name),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
