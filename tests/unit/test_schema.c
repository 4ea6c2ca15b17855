/* JSON Schema 2020-12: where errors point and what they say, what schemas are
 * refused, and that no schema can make the check run for long.  Whether each
 * keyword means what it should is the official suite's to judge. */
#include "check.h"

#include "base/buf.h"
#include "base/limits.h"
#include "codec/schema.h"

#define TREE                                                                   \
	"{\"$id\":\"urn:t\",\"type\":\"object\","                              \
	"\"properties\":{\"n\":{\"$ref\":\"#/$defs/leaf\"},"                   \
	"\"kids\":{\"type\":\"array\",\"items\":{\"$ref\":\"urn:t\"}}},"       \
	"\"unevaluatedProperties\":false,"                                     \
	"\"$defs\":{\"leaf\":{\"type\":\"integer\",\"minimum\":0}}}"

static const struct {
	const char *label, *schema, *value;
	const char *at, *keyword, *says; /* the first error; NULL: none */
} cases[] = {
	{ "deep place", TREE, "{\"kids\":[{},{\"n\":-1}]}", "/kids/1/n",
	  "minimum", "is -1, and must be at least 0" },
	{ "unknown member", TREE, "{\"kids\":[{\"x/~\":1}]}", "/kids/0/x~1~0",
	  "unevaluatedProperties", "no member of that name" },
	{ "right", TREE, "{\"n\":3,\"kids\":[{\"n\":0}]}", NULL, NULL, NULL },
	{ "required", "{\"required\":[\"a\",\"b\"]}", "{\"a\":1}", "",
	  "required", "\"b\" is missing" },
	{ "type list", "{\"type\":[\"string\",\"null\"]}", "1", "", "type",
	  "is 1, and must be of type string or null" },
	{ "enum", "{\"enum\":[\"a\",2]}", "\"c\"", "", "enum",
	  "is \"c\", and must be one of \"a\", 2" },
	{ "1.0 is an integer", "{\"type\":\"integer\"}", "1.0", NULL, NULL,
	  NULL },
	{ "1e20 is an integer", "{\"type\":\"integer\"}",
	  "100000000000000000000", NULL, NULL, NULL },
	{ "int64 against double", "{\"maximum\":9007199254740992}",
	  "9007199254740993", "", "maximum", "at most" },
	{ "0.3 is a multiple of 0.1", "{\"multipleOf\":0.1}", "0.3", NULL, NULL,
	  NULL },
	{ "1e308 and 1e-8", "{\"multipleOf\":1e-8}", "1e308", NULL, NULL,
	  NULL },
	{ "no multiple", "{\"multipleOf\":0.01}", "19.999", "", "multipleOf",
	  "no multiple of 0.01" },
	{ "characters, not bytes", "{\"maxLength\":2}",
	  "\"\xf0\x9f\x98\x80\xc3\xbc\"", NULL, NULL, NULL },
	{ "pattern anywhere", "{\"pattern\":\"b+\"}", "\"abc\"", NULL, NULL,
	  NULL },
	{ "$ is the very end", "{\"pattern\":\"^a$\"}", "\"a\\n\"", "",
	  "pattern", "does not match ^a$" },
	{ "unique", "{\"uniqueItems\":true}",
	  "[{\"a\":1,\"b\":[2]},3,{\"b\":[2.0],\"a\":1}]", "", "uniqueItems",
	  "items 0 and 2 are the same" },
	{ "leap day", "{\"format\":\"date\"}", "\"2023-02-29\"", "", "format",
	  "a date like" },
	{ "one fault, not one per member",
	  "{\"$ref\":\"#/$defs/a\",\"unevaluatedProperties\":false,\"$defs\":"
	  "{\"a\":{\"properties\":{\"x\":{\"type\":\"string\"},\"y\":true}}}}",
	  "{\"x\":1,\"y\":2}", "/x", "type", "is 1" },
	{ "beside a schema", "{\"$ref\":\"urn:other#leaf\"}", "7", "", "type",
	  "string" },
	{ "false", "false", "1", "", "false", "nothing belongs here" },
};

static enum pl_rc check(struct pl_arena *a, struct pl_schema_errors *out,
			const char *schema, const char *value, struct pl_err *e)
{
	static const char other[] =
		"{\"$id\":\"urn:other\",\"$defs\":{\"x\":{\"$anchor\":\"leaf\","
		"\"type\":\"string\"}}}";
	const struct pl_json *docs[2], *v;
	const struct pl_schema *s;

	assert_ok(pl_json_parse(a, &docs[0], pl_span_str(schema), e), e);
	assert_ok(pl_json_parse(a, &docs[1], pl_span_str(other), e), e);
	assert_ok(pl_json_parse(a, &v, pl_span_str(value), e), e);
	PL_TRY(pl_schema_compile(a, &s, docs, 2, e));
	return pl_schema_check(a, out, s, v, e);
}

static void errors_say_where_and_what(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_schema_errors out;
		struct pl_err e;

		assert_ok(check(a, &out, cases[i].schema, cases[i].value, &e),
			  &e);
		if (!cases[i].at) {
			if (out.n)
				print_error("%s: %s\n", cases[i].label,
					    out.v[0].message);
			assert_int_equal(out.n, 0);
		} else {
			assert_int_equal(out.n, 1);
			assert_string_equal(out.v[0].at, cases[i].at);
			assert_string_equal(out.v[0].keyword, cases[i].keyword);
			if (!strstr(out.v[0].message, cases[i].says))
				print_error("%s: %s\n", cases[i].label,
					    out.v[0].message);
			assert_non_null(
				strstr(out.v[0].message, cases[i].says));
		}
		pl_arena_close(a);
	}
}

static const struct {
	const char *label, *schema, *says;
} refused[] = {
	{ "number", "1", "a schema is an object" },
	{ "inside", "{\"items\":{\"properties\":{\"a\":[]}}}",
	  "items: properties: a: a schema is an object" },
	{ "required", "{\"required\":\"a\"}", "a list of names" },
	{ "type", "{\"type\":\"float\"}", "a type or a list of types" },
	{ "minLength", "{\"minLength\":-1}", "a whole number from 0" },
	{ "multipleOf", "{\"multipleOf\":0}", "a number over 0" },
	{ "pattern", "{\"pattern\":\"a(\"}", "missing closing parenthesis" },
	{ "no such id", "{\"$ref\":\"https://example.org/s\"}",
	  "plume fetches none" },
	{ "no such place", "{\"$ref\":\"#/$defs/x\"}", "leads nowhere" },
	{ "no such anchor", "{\"$ref\":\"#x\"}", "leads nowhere" },
	{ "twice", "{\"$id\":\"urn:other\"}", "two schemas have the id" },
	{ "dialect",
	  "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}",
	  "another dialect" },
};

static void bad_schemas_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_schema_errors out;
		struct pl_err e;

		assert_int_equal(check(a, &out, refused[i].schema, "1", &e),
				 PL_EFORMAT);
		if (!strstr(e.msg, refused[i].says))
			print_error("%s: %s\n", refused[i].label, e.msg);
		assert_non_null(strstr(e.msg, refused[i].says));
		pl_arena_close(a);
	}
}

/* Each level applies the next one twice: 2^40 ways to the bottom. */
static const char *doubling(struct pl_arena *a, const char *how)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
	for (int i = 0; i < 40; i++)
		pl_buf_fmt(&b,
			   "\"d%d\":{\"%s\":[{\"$ref\":\"#/$defs/d%d\"},"
			   "{\"$ref\":\"#/$defs/d%d\"}]},",
			   i, how, i + 1, i + 1);
	pl_buf_str(&b, "\"d40\":{\"type\":\"string\"}}}");
	return pl_buf_cstr(&b);
}

static void hostile_schemas_end_soon(void **state)
{
	static const char *const rings[] = {
		"{\"$ref\":\"#\"}",
		"{\"allOf\":[{\"$ref\":\"#\"}]}",
		"{\"$defs\":{\"a\":{\"not\":{\"$ref\":\"#/$defs/b\"}},"
		"\"b\":{\"if\":{\"$ref\":\"#/$defs/a\"}}},"
		"\"$ref\":\"#/$defs/a\"}",
		"{\"pattern\":\"^(a+)+$\"}",
		"{\"pattern\":\"^(a|aa)+$\"}",
	};
	struct pl_arena *a = pl_arena_open((size_t)512 << 20);
	struct pl_schema_errors out;
	struct pl_err e;

	(void)state;
	assert_int_equal(check(a, &out, doubling(a, "anyOf"), "1", &e),
			 PL_ELIMIT);
	assert_int_equal(check(a, &out, doubling(a, "oneOf"), "\"x\"", &e),
			 PL_ELIMIT);
	for (size_t i = 0; i < COUNT(rings); i++)
		assert_int_equal(
			check(a, &out, rings[i],
			      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\"",
			      &e),
			PL_ELIMIT);
	pl_arena_close(a);
}

/* As many errors as there is room for, and no more. */
static void errors_are_counted_up_to_a_limit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_schema_errors out;
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	pl_buf_init(&b, a);
	for (int i = 0; i < 500; i++)
		pl_buf_str(&b, i ? ",1" : "[1");
	pl_buf_str(&b, "]");
	assert_ok(check(a, &out, "{\"items\":{\"type\":\"string\"}}",
			pl_buf_cstr(&b), &e),
		  &e);
	assert_int_equal(out.n, PL_MAX_SCHEMA_ERRORS);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_say_where_and_what),
		cmocka_unit_test(bad_schemas_are_named),
		cmocka_unit_test(hostile_schemas_end_soon),
		cmocka_unit_test(errors_are_counted_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
