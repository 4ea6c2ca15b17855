/* Where the list stands in a JSON-RPC answer: found, or left to the reader of
 * JSON; never a list where that reader sees another. */
#include "check.h"

#include "codec/json_in.h"
#include "codec/rpc_list.h"

static const struct {
	const char *text, *list; /* NULL: another shape */
	uint64_t id;
} answers[] = {
	{ "{\"jsonrpc\":\"2.0\",\"id\":17,\"result\":[1]}", "[1]", 17 },
	{ " { \"id\" : 0 , \"jsonrpc\" : \"2.0\" , \"result\" : [ ] } \n",
	  "[ ]", 0 },
	{ "{\"result\":[],\"jsonrpc\":\"2.0\",\"id\":1}", "[]", 1 },
	{ "{\"jsonrpc\":\"2.0\",\"result\":[{}], \"id\":1}", "[{}]", 1 },
	/* whatever reads the list has to see these */
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[],\"x\":[]}",
	  "[],\"x\":[]", 1 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[}]}", "[}]", 1 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}", NULL, 0 },
	{ "", NULL, 0 },
	{ "{}", NULL, 0 },
	{ "[]", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[]}}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":[],}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":01,\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":18446744073709551617,\"result\":[]}",
	  NULL, 0 },
	{ "{\"id\":1,\"id\":1,\"jsonrpc\":\"2.0\",\"result\":[]}", NULL, 0 },
	{ "{\"id\":1,\"jsonrpc\":\"2.0\",\"result\":[],\"id\":2}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"result\":[]}", NULL, 0 },
	{ "{\"id\":1,\"result\":[]}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{}}", NULL, 0 },
	{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{},\"result\":[]}", NULL,
	  0 },
};

static void finds_the_list(void **state)
{
	struct pl_span list;
	uint64_t id;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		bool is = pl_rpc_list_find(&list, &id,
					   pl_span_str(answers[i].text));

		assert_int_equal(is, answers[i].list != NULL);
		if (!is)
			continue;
		assert_true(pl_span_is(list, answers[i].list));
		assert_int_equal(id, answers[i].id);
	}
}

/* Every byte changed and every length cut: where a list is found that is JSON,
 * the whole is JSON with that list and that id, and no error in it. */
static void finds_no_other(void **state)
{
	static const char whole[] =
		"{\"jsonrpc\":\"2.0\",\"id\":12,\"result\":[[1],\"]\"]}";
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v, *l;
	char text[sizeof(whole)];
	struct pl_span list;
	struct pl_err e;
	uint64_t id;
	int64_t got;

	(void)state;
	for (size_t i = 0; i < sizeof(whole) - 1; i++) {
		assert_false(pl_rpc_list_find(
			&list, &id,
			(struct pl_span){ (const uint8_t *)whole, i }));
		for (unsigned k = 0; k < 256; k++) {
			memcpy(text, whole, sizeof(whole));
			text[i] = (char)k;
			pl_arena_reset(a);
			if (!pl_rpc_list_find(
				    &list, &id,
				    (struct pl_span){ (const uint8_t *)text,
						      sizeof(whole) - 1 }) ||
			    pl_json_parse(a, &l, list, &e))
				continue;
			assert_ok(pl_json_parse(a, &v,
						(struct pl_span){
							(const uint8_t *)text,
							sizeof(whole) - 1 },
						&e),
				  &e);
			assert_ok(pl_json_int(&got, pl_json_get(v, "id"), &e),
				  &e);
			assert_int_equal(got, id);
			assert_int_equal(pl_json_len(pl_json_get(v, "result")),
					 pl_json_len(l));
			assert_null(pl_json_get(v, "error"));
		}
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_list),
		cmocka_unit_test(finds_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
