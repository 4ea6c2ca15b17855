/* out/: the same row as text, JSON, JSON lines and CSV. */
#include "check.h"

#include <math.h>
#include <time.h>

#include "codec/json_in.h"
#include "out/out.h"
#include "out/progress.h"

static struct pl_arena *arena;

static int open_arena(void **state)
{
	(void)state;
	arena = pl_arena_open(0);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	pl_arena_close(arena);
	return 0;
}

struct point {
	int64_t x;
	const char *label;
};

struct row {
	bool flag;
	uint64_t n;
	int64_t i;
	double d;
	const char *s;
	int word;
	struct pl_hash32 hash;
	struct pl_addr addr;
	struct pl_u256 big;
	struct pl_amount amount;
	struct pl_span bytes;
	int64_t when;
	enum pl_trust trust;
	const struct point *point;
	struct point in;
	struct pl_list points, numbers, texts;
	struct pl_span json;
	const uint64_t *maybe;
};

static const char *const words[] = { "red", "green", NULL };

#define P(m, t) PL_AT(struct point, m, t)
static const struct pl_field point_fields[] = {
	{ .name = "x", .kind = PL_INT, .off = P(x, int64_t), .about = "x" },
	{ .name = "label",
	  .kind = PL_STR,
	  .off = P(label, const char *),
	  .about = "l" },
	{ 0 },
};
#define R(m, t) PL_AT(struct row, m, t)
static const struct pl_field fields[] = {
	{ .name = "flag", .kind = PL_FLAG, .off = R(flag, bool), .about = "f" },
	{ .name = "n", .kind = PL_UINT, .off = R(n, uint64_t), .about = "n" },
	{ .name = "i", .kind = PL_INT, .off = R(i, int64_t), .about = "i" },
	{ .name = "d", .kind = PL_DOUBLE, .off = R(d, double), .about = "d" },
	{ .name = "s",
	  .kind = PL_STR,
	  .off = R(s, const char *),
	  .about = "s" },
	{ .name = "word",
	  .kind = PL_ENUM,
	  .off = R(word, int),
	  .words = words,
	  .about = "w" },
	{ .name = "hash",
	  .kind = PL_HASH32,
	  .off = R(hash, struct pl_hash32),
	  .about = "h" },
	{ .name = "addr",
	  .kind = PL_ADDR,
	  .off = R(addr, struct pl_addr),
	  .about = "a" },
	{ .name = "big",
	  .kind = PL_U256,
	  .off = R(big, struct pl_u256),
	  .about = "b" },
	{ .name = "amount",
	  .kind = PL_AMOUNT,
	  .off = R(amount, struct pl_amount),
	  .about = "a" },
	{ .name = "bytes",
	  .kind = PL_BYTES,
	  .off = R(bytes, struct pl_span),
	  .about = "b" },
	{ .name = "when",
	  .kind = PL_TIME,
	  .off = R(when, int64_t),
	  .about = "t" },
	{ .name = "trust",
	  .kind = PL_TRUST,
	  .off = R(trust, enum pl_trust),
	  .about = "t" },
	{ .name = "point",
	  .kind = PL_OBJECT,
	  .off = R(point, const struct point *),
	  .sub = point_fields,
	  .about = "p" },
	{ .name = "in",
	  .kind = PL_OBJECT,
	  .off = R(in, struct point),
	  .flags = PL_INLINE,
	  .sub = point_fields,
	  .about = "p" },
	{ .name = "points",
	  .kind = PL_LIST,
	  .off = R(points, struct pl_list),
	  .sub = point_fields,
	  .size = sizeof(struct point),
	  .about = "p" },
	{ .name = "numbers",
	  .kind = PL_LIST,
	  .off = R(numbers, struct pl_list),
	  .of = PL_DOUBLE,
	  .about = "n" },
	{ .name = "texts",
	  .kind = PL_LIST,
	  .off = R(texts, struct pl_list),
	  .of = PL_STR,
	  .about = "t" },
	{ .name = "json",
	  .kind = PL_JSON,
	  .off = R(json, struct pl_span),
	  .about = "j" },
	{ .name = "maybe",
	  .kind = PL_UINT,
	  .off = R(maybe, const uint64_t *),
	  .flags = PL_NULLABLE,
	  .about = "m" },
	{ 0 },
};

static const struct point two[] = { { 1, "one" }, { -2, "two, \"2\"" } };
static const double numbers[] = { 1, 0.1, NAN };
static const char *const texts[] = { "a", NULL, "b" };
static const uint64_t nine = 9;

static struct row full(void)
{
	struct row r = {
		.flag = true,
		.n = 7,
		.i = -7,
		.d = 1.0 / 3,
		.s = "plain",
		.word = 1,
		.big = { { 0, 0, 0, 1 } },
		.amount = { { { 12500000, 0, 0, 0 } }, 6 },
		.bytes = { (const uint8_t *)"\x01\xff", 2 },
		.when = 1769903999,
		.trust = PL_PROVEN,
		.point = &two[0],
		.in = { 5, "five" },
		.points = { two, 2 },
		.numbers = { numbers, 3 },
		.texts = { texts, 3 },
		.json = { (const uint8_t *)"[1,2]", 5 },
		.maybe = &nine,
	};

	memset(r.hash.b, 0xab, 32);
	memcpy(r.addr.b,
	       unhex(arena, "5aaeb6053f3e94c9b9a09f33669435e7ef1beaed").p, 20);
	return r;
}

static struct row empty(void)
{
	return (struct row){ .d = NAN, .json = { (const uint8_t *)"{}", 2 } };
}

/* What n rows print; the text lives in the arena. */
static const char *printed(const struct pl_out_spec *like, const void *rows,
			   size_t size, size_t n, bool done)
{
	struct pl_out_spec spec = *like;
	char *text = NULL, *kept;
	size_t len = 0;
	struct pl_out *o;
	struct pl_err e;

	spec.to = open_memstream(&text, &len);
	assert_non_null(spec.to);
	o = pl_out_new(arena, &spec);
	for (size_t i = 0; i < n; i++)
		assert_ok(pl_out_row(o, (const char *)rows + i * size, &e), &e);
	assert_ok(pl_out_end(o, done, &e), &e);
	(void)fclose(spec.to);
	kept = pl_strdup(arena, text);
	free(text);
	return kept;
}

static const char *form(enum pl_format f, bool many, const struct row *r,
			size_t n)
{
	struct pl_out_spec s = { .format = f, .fields = fields, .many = many };

	return printed(&s, r, sizeof(*r), n, true);
}

static const struct pl_json *parsed(const char *text)
{
	const struct pl_json *j;
	struct pl_err e;

	assert_ok(pl_json_parse(arena, &j, pl_span_str(text), &e), &e);
	return j;
}

#define LINE                                                                   \
	"{\"flag\":true,\"n\":7,\"i\":-7,\"d\":0.3333333333333333"             \
	",\"s\":\"plain\",\"word\":\"green\",\"hash\":\"0xababababab"          \
	"abababababababababababababababababababababababab"                     \
	"ababab\",\"addr\":\"0x5aAeb6053F3E94C9b9A09f33669435"                 \
	"E7Ef1BeAed\",\"big\":\"62771017353866807638357894232"                 \
	"07666416102355444464034512896\",\"amount\":\"12.5\",\""               \
	"amount_decimals\":6,\"bytes\":\"0x01ff\",\"when\":\"2026"             \
	"-01-31T23:59:59Z\",\"trust\":\"proven\",\"point\":{\"x\":"            \
	"1,\"label\":\"one\"},\"in\":{\"x\":5,\"label\":\"five\"},\"po"        \
	"ints\":[{\"x\":1,\"label\":\"one\"},{\"x\":-2,\"label\":\"tw"         \
	"o, \\\"2\\\"\"}],\"numbers\":[1,0.1,null],\"texts\":[\"a\","          \
	"null,\"b\"],\"json\":[1,2],\"maybe\":9}"

static void json_lines(void **state)
{
	struct row r[2] = { full(), full() };

	(void)state;
	assert_string_equal(form(PL_JSONL, true, r, 2), LINE "\n" LINE "\n");
	assert_string_equal(form(PL_JSONL, true, r, 0), "");
}

static void json_of_a_list(void **state)
{
	struct row r[2] = { full(), full() };
	struct pl_out_spec s = { .format = PL_FMT_JSON,
				 .fields = fields,
				 .many = true };

	(void)state;
	assert_string_equal(form(PL_FMT_JSON, true, r, 2),
			    "[\n" LINE ",\n" LINE "\n]\n");
	assert_string_equal(form(PL_FMT_JSON, true, r, 0), "[]\n");
	/* a command that failed: what was begun is closed */
	assert_string_equal(printed(&s, r, sizeof(r[0]), 1, false),
			    "[\n" LINE "\n]\n");
	assert_string_equal(printed(&s, r, sizeof(r[0]), 0, false), "");
}

static const char *without_blanks(const char *s)
{
	struct pl_buf b;

	pl_buf_init(&b, arena);
	for (; *s; s++)
		if (*s != '\n' && *s != ' ')
			pl_buf_byte(&b, (uint8_t)*s);
	return pl_buf_cstr(&b);
}

/* The object over many lines says what the line says. */
static void json_of_one_object(void **state)
{
	struct row r = full();
	const char *text = form(PL_FMT_JSON, false, &r, 1);

	(void)state;
	assert_memory_equal(text, "{\n  \"flag\": true,\n  \"n\": 7,\n", 27);
	assert_non_null(strstr(text, "  \"point\": {\n    \"x\": 1,\n"));
	assert_non_null(strstr(text, "\"numbers\": [1, 0.1, null],\n"));
	assert_string_equal(without_blanks(text), without_blanks(LINE));
}

static void json_of_nothing_is_null(void **state)
{
	struct row r = empty();
	const struct pl_json *j = parsed(form(PL_FMT_JSON, false, &r, 1));
	static const char *const nulls[] = { "d", "s", "trust", "point",
					     "maybe" };

	(void)state;
	for (size_t i = 0; i < COUNT(nulls); i++) {
		assert_non_null(pl_json_get(j, nulls[i]));
		assert_true(pl_json_is_null(pl_json_get(j, nulls[i])));
	}
	assert_int_equal(pl_json_type(pl_json_get(j, "points")), PL_J_ARRAY);
	assert_int_equal(pl_json_len(pl_json_get(j, "numbers")), 0);
}

struct nums {
	uint64_t n;
	int64_t i;
};

static const struct pl_field num_fields[] = {
	{ .name = "n",
	  .kind = PL_UINT,
	  .off = PL_AT(struct nums, n, uint64_t),
	  .about = "n" },
	{ .name = "i",
	  .kind = PL_INT,
	  .off = PL_AT(struct nums, i, int64_t),
	  .about = "i" },
	{ 0 },
};

static void integers_past_2_53_are_strings(void **state)
{
	static const struct {
		struct nums v;
		const char *want;
	} cases[] = {
		{ { (uint64_t)1 << 53, (int64_t)1 << 53 },
		  "{\"n\":9007199254740992,\"i\":9007199254740992}\n" },
		{ { ((uint64_t)1 << 53) + 1, -((int64_t)1 << 53) },
		  "{\"n\":\"9007199254740993\",\"i\":-9007199254740992}\n" },
		{ { UINT64_MAX, INT64_MIN },
		  "{\"n\":\"18446744073709551615\",\"i\":\"-"
		  "9223372036854775808\"}\n" },
		{ { 0, INT64_MAX },
		  "{\"n\":0,\"i\":\"9223372036854775807\"}\n" },
	};
	struct pl_out_spec s = { .format = PL_JSONL, .fields = num_fields };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			printed(&s, &cases[i].v, sizeof(cases[i].v), 1, true),
			cases[i].want);
}

static void csv_after_rfc_4180(void **state)
{
	struct row r[2] = { full(), empty() };
	const char *text;

	(void)state;
	r[0].s = "a,\"b\"\r\nc";
	text = form(PL_CSV, true, r, 2);
	assert_string_equal(
		text,
		"flag,n,i,d,s,word,hash,addr,big,amount,amount_decimals,bytes,"
		"when,trust,point.x,point.label,in.x,in.label,points,numbers,"
		"texts,json,maybe\r\n"
		"true,7,-7,0.3333333333333333,\"a,\"\"b\"\"\r\nc\",green,"
		"0xabababababababababababababababababababababababababababababab"
		"abab,0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed,"
		"6277101735386680763835789423207666416102355444464034512896,"
		"12.5,6,0x01ff,2026-01-31T23:59:59Z,proven,1,one,5,five,"
		"\"[{\"\"x\"\":1,\"\"label\"\":\"\"one\"\"},{\"\"x\"\":-2,"
		"\"\"label\"\":\"\"two, \\\"\"2\\\"\"\"\"}]\","
		"\"[1,0.1,null]\",\"[\"\"a\"\",null,\"\"b\"\"]\",\"[1,2]\",9"
		"\r\n"
		"false,0,0,,,red,0x00000000000000000000000000000000000000000000"
		"00000000000000000000,"
		"0x0000000000000000000000000000000000000000,0,0,0,0x,"
		"1970-01-01T00:00:00Z,,,,0,,[],[],[],{},\r\n");
	assert_string_equal(form(PL_CSV, true, r, 0),
			    "flag,n,i,d,s,word,hash,addr,big,amount,"
			    "amount_decimals,bytes,when,trust,point.x,"
			    "point.label,in.x,in.label,points,numbers,texts,"
			    "json,maybe\r\n");
}

/* Each of the four characters alone asks for quotes. */
static void csv_quotes_where_needed(void **state)
{
	static const char *const in[] = { ",", "\"", "\r", "\n", ";", " " };
	static const char *const want[] = { "\",\"",  "\"\"\"\"", "\"\r\"",
					    "\"\n\"", ";",        " " };
	struct pl_out_spec s = { .format = PL_CSV, .fields = point_fields };

	(void)state;
	for (size_t i = 0; i < COUNT(in); i++) {
		struct point p = { 1, in[i] };

		assert_string_equal(
			printed(&s, &p, sizeof(p), 1, true),
			pl_printf(arena, "x,label\r\n1,%s\r\n", want[i]));
	}
}

static void strings_are_escaped(void **state)
{
	static const struct {
		const char *in, *json, *safe;
	} cases[] = {
		{ "plain", "\"plain\"", "plain" },
		{ "q\"\\", "\"q\\\"\\\\\"", "q\"\\" },
		{ "a\nb\tc\r", "\"a\\nb\\tc\\u000d\"", "a\\x0ab\\x09c\\x0d" },
		{ "\x1b[31m", "\"\\u001b[31m\"", "\\x1b[31m" },
		{ "\x7f", "\"\\u007f\"", "\\x7f" },
		{ "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"",
		  "gr\xc3\xbc\xc3\x9f" },
		{ "\xff\xfe", "\"\xef\xbf\xbd\xef\xbf\xbd\"", "\\xff\\xfe" },
		{ "\xc3", "\"\xef\xbf\xbd\"", "\\xc3" },
		/* overlong slash, surrogate, over U+10FFFF */
		{ "\xc0\xaf", "\"\xef\xbf\xbd\xef\xbf\xbd\"", "\\xc0\\xaf" },
		{ "\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
		  "\\xed\\xa0\\x80" },
		{ "\xf4\x90\x80\x80",
		  "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"",
		  "\\xf4\\x90\\x80\\x80" },
		/* C1 control, right-to-left override, zero-width space */
		{ "\xc2\x9b", "\"\xc2\x9b\"", "\\xc2\\x9b" },
		{ "a\xe2\x80\xae"
		  "b",
		  "\"a\xe2\x80\xae"
		  "b\"",
		  "a\\xe2\\x80\\xaeb" },
		{ "a\xe2\x80\x8b", "\"a\xe2\x80\x8b\"", "a\\xe2\\x80\\x8b" },
		{ "\xf0\x9f\xa6\x9a", "\"\xf0\x9f\xa6\x9a\"",
		  "\xf0\x9f\xa6\x9a" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_buf b;

		pl_buf_init(&b, arena);
		pl_out_json_str(&b, cases[i].in);
		assert_string_equal(pl_buf_cstr(&b), cases[i].json);
		assert_string_equal(pl_out_safe(arena, cases[i].in),
				    cases[i].safe);
		(void)parsed(pl_buf_cstr(&b));
	}
}

static void widths_are_columns(void **state)
{
	(void)state;
	assert_int_equal(pl_out_width(""), 0);
	assert_int_equal(pl_out_width("abc"), 3);
	assert_int_equal(pl_out_width("gr\xc3\xbc\xc3\x9f"), 4);
	assert_int_equal(pl_out_width("e\xcc\x81"), 1);    /* combining */
	assert_int_equal(pl_out_width("\xe6\xbc\xa2"), 2); /* wide */
	assert_int_equal(pl_out_width("\xf0\x9f\xa6\x9a"), 2);
}

/* ------------------------------------------------------------- text */

struct item {
	const char *name;
	uint64_t count;
	const char *note;
};

static const struct pl_field item_fields[] = {
	{ .name = "name",
	  .kind = PL_STR,
	  .off = PL_AT(struct item, name, const char *),
	  .about = "n" },
	{ .name = "item_count",
	  .kind = PL_UINT,
	  .off = PL_AT(struct item, count, uint64_t),
	  .about = "c" },
	{ .name = "note",
	  .kind = PL_STR,
	  .off = PL_AT(struct item, note, const char *),
	  .flags = PL_WIDE,
	  .about = "n" },
	{ 0 },
};

static const struct item items[] = { { "\xe6\xbc\xa2", 1, "x" },
				     { "plain\x1b", 12345, "y" } };

static void tables_are_aligned(void **state)
{
	struct pl_out_spec s = { .fields = item_fields, .many = true };

	(void)state;
	assert_string_equal(printed(&s, items, sizeof(items[0]), 2, true),
			    "name       item count\n"
			    "\xe6\xbc\xa2                  1\n"
			    "plain\\x1b       12345\n");
	assert_string_equal(printed(&s, items, sizeof(items[0]), 0, true), "");
}

static void tables_too_wide_become_blocks(void **state)
{
	struct pl_out_spec s = { .fields = item_fields,
				 .many = true,
				 .width = 20 };

	(void)state;
	assert_string_equal(printed(&s, items, sizeof(items[0]), 2, true),
			    "name        \xe6\xbc\xa2\n"
			    "item count  1\n\n"
			    "name        plain\\x1b\n"
			    "item count  12345\n");
	s.width = 21;
	assert_memory_equal(printed(&s, items, sizeof(items[0]), 2, true),
			    "name       item", 15);
}

static void one_object_as_names_and_values(void **state)
{
	struct row r = full();
	const char *text = form(PL_TEXT, false, &r, 1);

	(void)state;
	assert_string_equal(
		text,
		"flag     yes\n"
		"n        7\n"
		"i        -7\n"
		"d        0.333333\n"
		"s        plain\n"
		"word     green\n"
		"hash     0xabababababababababababababababababababababababababa"
		"babababababab\n"
		"addr     0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed\n"
		"big      6277101735386680763835789423207666416102355444464034"
		"512896\n"
		"amount   12.5\n"
		"bytes    0x01ff\n"
		"when     2026-01-31T23:59:59Z\n"
		"trust    proven\n"
		"point\n"
		"  x      1\n"
		"  label  one\n"
		"in\n"
		"  x      5\n"
		"  label  five\n"
		"points\n"
		"   x  label\n"
		"   1  one\n"
		"  -2  two, \"2\"\n"
		"numbers  1, 0.1, -\n"
		"texts    a, -, b\n"
		"json     [1,2]\n"
		"maybe    9\n");
	r = empty();
	text = form(PL_TEXT, false, &r, 1);
	assert_non_null(strstr(text, "point    -\n"));
	assert_non_null(strstr(text, "points   -\n"));
	assert_non_null(strstr(text, "maybe    -\n"));
}

static const char *nobody_but_one(void *names, const struct pl_addr *a)
{
	return a->b[0] == 0x5a ? names : NULL;
}

static void addresses_are_named_for_people(void **state)
{
	static char name[] = "treasury";
	struct row r = full();
	struct pl_out_spec s = { .fields = fields,
				 .name_of = nobody_but_one,
				 .names = name };

	(void)state;
	assert_non_null(strstr(printed(&s, &r, sizeof(r), 1, true),
			       "BeAed (treasury)\n"));
	s.format = PL_JSONL;
	assert_null(strstr(printed(&s, &r, sizeof(r), 1, true), "treasury"));
}

/* ------------------------------------------------------------- trust */

static void weaker_rows_are_refused(void **state)
{
	struct row r = full();
	char *text = NULL;
	size_t len = 0;
	struct pl_out_spec s = { .format = PL_JSONL,
				 .fields = fields,
				 .many = true,
				 .require = PL_SIGNED };
	struct pl_out *o;
	struct pl_err e;

	(void)state;
	s.to = open_memstream(&text, &len);
	o = pl_out_new(arena, &s);
	r.trust = PL_CLAIMED;
	assert_int_equal(pl_out_row(o, &r, &e), PL_EPROOF);
	assert_string_equal(e.msg,
			    "the result is claimed, --require asks for signed");
	r.trust = PL_SIGNED;
	assert_ok(pl_out_row(o, &r, &e), &e);
	assert_ok(pl_out_end(o, true, &e), &e);
	(void)fclose(s.to);
	assert_non_null(strstr(text, "\"trust\":\"signed\""));
	assert_null(strstr(text, "claimed"));
	free(text);
}

static void a_full_disk_is_an_error(void **state)
{
	struct row r = full();
	struct pl_out_spec s = { .format = PL_JSONL, .fields = fields };
	struct pl_out *o;
	struct pl_err e;
	enum pl_rc rc;

	(void)state;
	s.to = fopen("/dev/full", "w");
	if (!s.to)
		skip();
	o = pl_out_new(arena, &s);
	rc = pl_out_row(o, &r, &e);
	if (!rc)
		rc = pl_out_end(o, true, &e);
	assert_int_equal(rc, PL_EIO);
	(void)fclose(s.to);
}

static void schema_names_every_field(void **state)
{
	const struct pl_json *j =
		parsed(pl_out_schema(arena, "t", fields, false));
	const struct pl_json *p = pl_json_get(j, "properties");

	(void)state;
	for (const struct pl_field *f = fields; f->name; f++)
		assert_non_null(pl_json_get(p, f->name));
	assert_non_null(pl_json_get(p, "amount_decimals"));
	assert_int_equal(pl_json_len(p), COUNT(fields)); /* + decimals - end */
	assert_int_equal(pl_json_len(pl_json_get(j, "required")),
			 COUNT(fields));
	j = parsed(pl_out_schema(arena, "t", fields, true));
	assert_string_equal(pl_json_str(pl_json_get(j, "type")), "array");
}

static void progress_is_silent_without_a_terminal(void **state)
{
	struct pl_progress *p = pl_progress_new(arena, NULL, "rows", 10);

	(void)state;
	pl_progress_at(p, 5);
	pl_progress_total(p, 20);
	pl_progress_end(p);
}

static void progress_counts_and_wipes_its_line(void **state)
{
	const struct timespec nap = { 0, 120000000 };
	char *text = NULL;
	size_t len = 0;
	FILE *to = open_memstream(&text, &len);
	struct pl_progress *p = pl_progress_new(arena, to, "rows", 10);

	(void)state;
	pl_progress_at(p, 1); /* too early to say anything */
	(void)fflush(to);
	assert_int_equal(len, 0);
	(void)nanosleep(&nap, NULL);
	pl_progress_at(p, 5);
	assert_non_null(strstr(text, "rows: 5 of 10 (50%)"));
	assert_non_null(strstr(text, "0:00:00 left"));
	pl_progress_end(p);
	(void)fclose(to);
	assert_string_equal(text + len - 4, "\r\x1b[K");
	free(text);
}

#define T(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(json_lines),
		T(json_of_a_list),
		T(json_of_one_object),
		T(json_of_nothing_is_null),
		T(integers_past_2_53_are_strings),
		T(csv_after_rfc_4180),
		T(csv_quotes_where_needed),
		T(strings_are_escaped),
		cmocka_unit_test(widths_are_columns),
		T(tables_are_aligned),
		T(tables_too_wide_become_blocks),
		T(one_object_as_names_and_values),
		T(addresses_are_named_for_people),
		T(weaker_rows_are_refused),
		T(a_full_disk_is_an_error),
		T(schema_names_every_field),
		T(progress_is_silent_without_a_terminal),
		T(progress_counts_and_wipes_its_line),
	};

	return cmocka_run_group_tests_name("out", tests, NULL, NULL);
}
