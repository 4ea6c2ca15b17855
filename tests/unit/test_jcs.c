/* RFC 8785 against the RFC's own examples, and its number rules against the
 * table of its appendix B. */
#include "check.h"

#include "base/limits.h"
#include "base/num.h"
#include "codec/jcs.h"

static const struct {
	const char *label, *in, *out;
} cases[] = {
	/* RFC 8785 §3.2.2: the sample object */
	{ "sample",
	  "{\n  \"numbers\": [333333333.33333329, 1E30, 4.50,\n"
	  "              2e-3, 0.000000000000000000000000001],\n"
	  "  \"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c"
	  "\\\\\\\"\\/\",\n  \"literals\": [null, true, false]\n}",
	  "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,"
	  "1e+30,4.5,0.002,1e-27],\"string\":\"\xe2\x82\xac$\\u000f\\nA'B\\\""
	  "\\\\\\\\\\\"/\"}" },
	/* RFC 8785 §3.2.3: order of members */
	{ "order",
	  "{\"\\u20ac\": \"Euro Sign\", \"\\r\": \"Carriage Return\", "
	  "\"\\ufb33\": \"Hebrew Letter Dalet With Dagesh\", "
	  "\"1\": \"One\", \"\\ud83d\\ude00\": \"Emoji: Grinning Face\", "
	  "\"\\u0080\": \"Control\", "
	  "\"\\u00f6\": \"Latin Small Letter O With Diaeresis\"}",
	  "{\"\\r\":\"Carriage Return\",\"1\":\"One\","
	  "\"\xc2\x80\":\"Control\","
	  "\"\xc3\xb6\":\"Latin Small Letter O With Diaeresis\","
	  "\"\xe2\x82\xac\":\"Euro Sign\","
	  "\"\xf0\x9f\x98\x80\":\"Emoji: Grinning Face\","
	  "\"\xef\xac\xb3\":\"Hebrew Letter Dalet With Dagesh\"}" },
	{ "prefix first", "{\"ab\":1,\"a\":2,\"\":3}",
	  "{\"\":3,\"a\":2,\"ab\":1}" },
	{ "all escapes", "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\"",
	  "\"\\u0000\\u0001\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\"" },
	{ "empty", "[ {} , [ ] , \"\" ]", "[{},[],\"\"]" },
	{ "largest exact", "[9007199254740992,-9007199254740992]",
	  "[9007199254740992,-9007199254740992]" },
	{ "minus zero", "[-0, -0.0, 0e5]", "[0,0,0]" },
	{ "real that is whole", "[1.0, 1e2, 1e21, 123e18]",
	  "[1,100,1e+21,123000000000000000000]" },
};

static void writes_the_one_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_arena *a = pl_arena_open(0);
		const struct pl_json *v;
		struct pl_buf b;
		struct pl_err e;

		pl_buf_init(&b, a);
		assert_ok(pl_json_parse(a, &v, pl_span_str(cases[i].in), &e),
			  &e);
		assert_ok(pl_jcs(&b, v, &e), &e);
		assert_string_equal(pl_buf_cstr(&b), cases[i].out);
		/* writing what was written changes nothing */
		assert_ok(pl_json_parse(a, &v, pl_buf_span(&b), &e), &e);
		pl_buf_init(&b, a);
		assert_ok(pl_jcs(&b, v, &e), &e);
		assert_string_equal(pl_buf_cstr(&b), cases[i].out);
		pl_arena_close(a);
	}
}

/* RFC 8785 appendix B: IEEE 754 bits and the text of the number. */
static const struct {
	const char *bits, *text;
} doubles[] = {
	{ "0000000000000000", "0" },
	{ "8000000000000000", "0" },
	{ "0000000000000001", "5e-324" },
	{ "8000000000000001", "-5e-324" },
	{ "7fefffffffffffff", "1.7976931348623157e+308" },
	{ "ffefffffffffffff", "-1.7976931348623157e+308" },
	{ "4340000000000000", "9007199254740992" },
	{ "c340000000000000", "-9007199254740992" },
	{ "4430000000000000", "295147905179352830000" },
	{ "44b52d02c7e14af5", "9.999999999999997e+22" },
	{ "44b52d02c7e14af6", "1e+23" },
	{ "44b52d02c7e14af7", "1.0000000000000001e+23" },
	{ "444b1ae4d6e2ef4e", "999999999999999700000" },
	{ "444b1ae4d6e2ef4f", "999999999999999900000" },
	{ "444b1ae4d6e2ef50", "1e+21" },
	{ "3eb0c6f7a0b5ed8c", "9.999999999999997e-7" },
	{ "3eb0c6f7a0b5ed8d", "0.000001" },
	{ "41b3de4355555553", "333333333.3333332" },
	{ "41b3de4355555554", "333333333.33333325" },
	{ "41b3de4355555555", "333333333.3333333" },
	{ "41b3de4355555556", "333333333.3333334" },
	{ "41b3de4355555557", "333333333.33333343" },
	{ "becbf647612f3696", "-0.0000033333333333333333" },
	{ "43143ff3c1cb0959", "1424953923781206.2" },
	/* 2^-44: the shortest text is not the nearest one of its length */
	{ "3d30000000000000", "5.684341886080802e-14" },
};

static void prints_doubles_as_ecmascript(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(doubles); i++) {
		uint64_t bits = strtoull(doubles[i].bits, NULL, 16);
		char text[PL_NUM_TEXT];
		double x;

		memcpy(&x, &bits, sizeof(x));
		pl_double_text(text, x);
		assert_string_equal(text, doubles[i].text);
	}
}

static const struct {
	const char *label, *in;
	enum pl_rc rc;
} refused[] = {
	{ "2^53 + 1", "9007199254740993", PL_EFORMAT },
	{ "2^63 - 1", "9223372036854775807", PL_EFORMAT },
	{ "inside", "{\"a\":[1,{\"b\":-9007199254740993}]}", PL_EFORMAT },
};

static void refuses_what_doubles_cannot_hold(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		const struct pl_json *v;
		struct pl_buf b;
		struct pl_err e;

		pl_buf_init(&b, a);
		pl_buf_str(&b, "kept");
		assert_ok(pl_json_parse(a, &v, pl_span_str(refused[i].in), &e),
			  &e);
		assert_int_equal(pl_jcs(&b, v, &e), refused[i].rc);
		assert_non_null(strstr(e.msg, "2^53"));
		assert_string_equal(pl_buf_cstr(&b), "kept");
	}
	pl_arena_close(a);
}

/* jansson overlooks one that stands behind a number. */
static void zero_bytes_are_refused(void **state)
{
	static const char *const texts[] = { "1", "[1,22]", "{\"a\":-3.5}",
					     "\"text\"", "[true,null]" };
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct pl_span all = pl_span_str(texts[i]);

		for (size_t at = 0; at <= all.n; at++) {
			struct pl_buf b;

			pl_buf_init(&b, a);
			pl_buf_put(&b, (struct pl_span){ all.p, at });
			pl_buf_byte(&b, 0);
			pl_buf_put(&b,
				   (struct pl_span){ all.p + at, all.n - at });
			assert_int_equal(
				pl_json_parse(a, &v, pl_buf_span(&b), &e),
				PL_EFORMAT);
		}
	}
	pl_arena_close(a);
}

static void readable_form_is_the_text_with_blanks(void **state)
{
	static const char in[] = "{\"b\":[1,[],{\"x\":\" a : b \"}],\"a\":{}}";
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	assert_ok(pl_json_parse(a, &v, pl_span_str(in), &e), &e);
	assert_ok(pl_jcs_pretty(&b, v, &e), &e);
	assert_string_equal(pl_buf_cstr(&b), "{\n"
					     "  \"a\": {},\n"
					     "  \"b\": [\n"
					     "    1,\n"
					     "    [],\n"
					     "    {\n"
					     "      \"x\": \" a : b \"\n"
					     "    }\n"
					     "  ]\n"
					     "}\n");
	pl_arena_close(a);
}

static void writes_the_deepest_the_reader_takes(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char text[2 * PL_MAX_JSON_DEPTH + 1];
	const struct pl_json *v;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	memset(text, '[', PL_MAX_JSON_DEPTH);
	memset(text + PL_MAX_JSON_DEPTH, ']', PL_MAX_JSON_DEPTH);
	text[2 * PL_MAX_JSON_DEPTH] = '\0';
	pl_buf_init(&b, a);
	assert_ok(pl_json_parse(a, &v, pl_span_str(text), &e), &e);
	assert_ok(pl_jcs(&b, v, &e), &e);
	assert_string_equal(pl_buf_cstr(&b), text);
	pl_arena_close(a);
}

/* Integers over int64: read as a double when written as one, else refused. */
static void reads_whole_doubles_and_no_other_big_integers(void **state)
{
	static const struct {
		const char *text;
		enum pl_rc rc;
	} big[] = {
		{ "100000000000000000000", PL_OK },
		{ "-9223372036854776000", PL_OK },
		{ "[\"\\\"9\",123456789012345680000]", PL_OK },
		{ "18446744073709551616", PL_EFORMAT },
		{ "100000000000000000001", PL_EFORMAT },
		{ "[100000000000000000000,18446744073709551615]", PL_EFORMAT },
	};
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(big); i++) {
		struct pl_span s = pl_span_str(big[i].text);
		const struct pl_json *v;
		struct pl_buf b;
		struct pl_err e;

		assert_int_equal(pl_json_parse(a, &v, s, &e), big[i].rc);
		if (big[i].rc)
			continue;
		pl_buf_init(&b, a);
		assert_ok(pl_jcs(&b, v, &e), &e);
		assert_string_equal(pl_buf_cstr(&b), big[i].text);
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_the_one_text),
		cmocka_unit_test(prints_doubles_as_ecmascript),
		cmocka_unit_test(refuses_what_doubles_cannot_hold),
		cmocka_unit_test(zero_bytes_are_refused),
		cmocka_unit_test(readable_form_is_the_text_with_blanks),
		cmocka_unit_test(writes_the_deepest_the_reader_takes),
		cmocka_unit_test(reads_whole_doubles_and_no_other_big_integers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
