/* JSON-RPC against a transport that answers what the table says. */
#include "check.h"

#include "base/limits.h"
#include "net/rpc.h"

#define URL "http://user:word@127.0.0.1:1/key"

/* Answers in turn, the last one for ever. */
struct step {
	enum pl_rc rc;
	int status;
	const char *body;
	size_t n; /* 0: strlen(body) */
	unsigned retry_after;
};

struct fake {
	struct pl_transport base;
	const struct step *v;
	size_t n, asked;
	char seen[12000]; /* the last request */
};

static struct pl_arena *a;
static struct pl_err e;

static enum pl_rc fake_exchange(struct pl_transport *t, struct pl_arena *arena,
				struct pl_answer *out,
				const struct pl_request *ask,
				struct pl_err *err)
{
	struct fake *f = (struct fake *)t;
	const struct step *s = &f->v[f->asked < f->n ? f->asked : f->n - 1];
	size_t n = s->n ? s->n : s->body ? strlen(s->body) : 0;

	f->asked++;
	assert_true(ask->body.n < sizeof(f->seen));
	memcpy(f->seen, ask->body.p, ask->body.n);
	f->seen[ask->body.n] = '\0';
	if (s->rc)
		return pl_fail(err, s->rc, "the fake fails");
	*out = (struct pl_answer){
		.status = s->status ? s->status : 200,
		.body = pl_span_dup(
			arena, (struct pl_span){ (const uint8_t *)s->body, n }),
		.type = "",
		.fork = "",
		.retry_after = s->retry_after,
	};
	return PL_OK;
}

static const struct pl_transport_ops fake_ops = { fake_exchange, NULL };

static struct pl_rpc *node(struct fake *f, const struct step *v, size_t n,
			   unsigned retries)
{
	struct pl_rpc_conf conf = { .url = URL,
				    .retries = retries,
				    .backoff_ms = 1 };

	*f = (struct fake){ .base = { &fake_ops }, .v = v, .n = n };
	return pl_rpc_new(a, &f->base, &conf);
}

/* clang-format off */
#define OK(result) "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" result "}"
#define ERR(body) "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":" body "}"
static const struct {
	const char *label;
	int status;
	const char *body;
	enum pl_rc rc;
	const char *words;
} answers[] = {
	{ "a result", 200, OK("\"0x10\""), PL_OK, "" },
	{ "members in another order, blanks",
	  200, "  {\"result\" : \"0x10\", \"id\":1 ,\"jsonrpc\":\"2.0\"}\n",
	  PL_OK, "" },
	{ "unknown members", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x10\",\"x\":[]}",
	  PL_OK, "" },
	{ "error null beside a result", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":null,\"result\":\"0x10\"}",
	  PL_OK, "" },
	{ "another id", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x10\"}", PL_ENET,
	  "its id is 2, ours 1" },
	{ "id as text", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":\"1\",\"result\":\"0x10\"}", PL_ENET,
	  "id is not ours" },
	{ "id 1.0", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":1.0,\"result\":\"0x10\"}", PL_ENET,
	  "id is not ours" },
	{ "negative id", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":-1,\"result\":\"0x10\"}", PL_ENET,
	  "its id is -1" },
	{ "no id", 200, "{\"jsonrpc\":\"2.0\",\"result\":\"0x10\"}", PL_ENET,
	  "id is not ours" },
	{ "id null and a result", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":null,\"result\":\"0x10\"}", PL_ENET,
	  "id is not ours" },
	{ "no version", 200, "{\"id\":1,\"result\":\"0x10\"}", PL_ENET,
	  "jsonrpc" },
	{ "version 1", 200,
	  "{\"jsonrpc\":\"1.0\",\"id\":1,\"result\":\"0x10\"}", PL_ENET,
	  "jsonrpc" },
	{ "version a number", 200,
	  "{\"jsonrpc\":2.0,\"id\":1,\"result\":\"0x10\"}", PL_ENET,
	  "jsonrpc" },
	{ "neither result nor error", 200, "{\"jsonrpc\":\"2.0\",\"id\":1}",
	  PL_ENET, "no result" },
	{ "both", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x10\",\"error\":"
	  "{\"code\":1,\"message\":\"m\"}}", PL_ENET, "a result and an error" },
	{ "a key twice", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":1,\"result\":\"0x10\"}",
	  PL_ENET, "no JSON" },
	{ "two answers", 200, OK("\"0x10\"") OK("\"0x10\""), PL_ENET,
	  "no JSON" },
	{ "an array", 200, "[" OK("\"0x10\"") "]", PL_ENET, "no JSON-RPC" },
	{ "text", 200, "\"0x10\"", PL_ENET, "no JSON-RPC" },
	{ "empty", 200, "", PL_ENET, "empty" },
	{ "blank", 200, " \r\n", PL_ENET, "empty" },
	{ "HTML", 200, "<html><body>hello</body></html>", PL_ENET,
	  "this is a web page" },
	{ "HTML with a status", 404, "\n<!doctype html>", PL_ENET,
	  "this is a web page" },
	{ "404", 404, "not found", PL_ENET, "HTTP status 404" },
	{ "401", 401, "", PL_ENET, "wants a key" },
	{ "301", 301, "", PL_ENET, "redirects" },
	{ "429", 429, "", PL_ENET, "busy" },
	{ "500", 500, "oops", PL_ENET, "HTTP status 500" },
	{ "400 with an error object", 400,
	  ERR("{\"code\":-32602,\"message\":\"no such block\"}"),
	  PL_EREFUSED, "no such block (code -32602)" },
	{ "an error, id null", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":"
	  "{\"code\":-32700,\"message\":\"parse\"}}", PL_EREFUSED, "parse" },
	{ "an error of another id", 200,
	  "{\"jsonrpc\":\"2.0\",\"id\":9,\"error\":"
	  "{\"code\":-32700,\"message\":\"parse\"}}", PL_ENET, "its id is 9" },
	{ "an unknown method", 200,
	  ERR("{\"code\":-32601,\"message\":\"what?\"}"), PL_ENET,
	  "does not offer" },
	{ "rate limit", 200,
	  ERR("{\"code\":-32005,\"message\":\"Rate limit exceeded\"}"),
	  PL_ENET, "busy" },
	{ "too many results", 200,
	  ERR("{\"code\":-32005,\"message\":\"query returned more than 10000 "
	      "results\"}"), PL_EREFUSED, "10000" },
	{ "an error as text", 200, ERR("\"broken\""), PL_EFORMAT, "error" },
	{ "an error without message", 200, ERR("{\"code\":1}"), PL_EFORMAT,
	  "message" },
	{ "an error whose code is text", 200,
	  ERR("{\"code\":\"1\",\"message\":\"m\"}"), PL_EFORMAT, "code" },
	{ "a result of another type", 200, OK("[]"), PL_EFORMAT,
	  "eth_blockNumber" },
	{ "a quantity that is none", 200, OK("\"0xzz\""), PL_EFORMAT,
	  "eth_blockNumber" },
	{ "over 64 bits", 200, OK("\"0x10000000000000000\""), PL_EFORMAT,
	  "eth_blockNumber" },
	{ "null", 200, OK("null"), PL_ENOTFOUND, "knows nothing" },
};
/* clang-format on */

static void answers_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		struct step s = { .status = answers[i].status,
				  .body = answers[i].body };
		struct fake f;
		struct pl_rpc *r = node(&f, &s, 1, 0);
		uint64_t n = 77;
		enum pl_rc rc = pl_rpc_block_number(r, &n, &e);

		if (rc != answers[i].rc ||
		    (rc && !strstr(e.msg, answers[i].words)))
			fail_msg("%s: %d, %s", answers[i].label, rc,
				 rc ? e.msg : "");
		assert_int_equal(n, rc ? 77 : 16);
		if (rc) /* the node is named, its key is not */
			assert_non_null(strstr(e.msg, "127.0.0.1:1"));
		if (rc)
			assert_null(strstr(e.msg, "word"));
	}
}

static void the_request_is_json_rpc(void **state)
{
	struct step s = { .body = OK("1") };
	const struct pl_json *v;
	struct fake f;
	struct pl_rpc *r = node(&f, &s, 1, 0);

	(void)state;
	assert_ok(pl_rpc_call(r, a, &v, "eth_x", "[1,\"a\"]", &e), &e);
	assert_string_equal(f.seen, "{\"jsonrpc\":\"2.0\",\"id\":1,"
				    "\"method\":\"eth_x\",\"params\":[1,"
				    "\"a\"]}");
	/* the next call has the next id: the old answer is not its answer */
	assert_int_equal(pl_rpc_call(r, a, &v, "eth_x", "[]", &e), PL_ENET);
}

static void an_answer_cut_anywhere_is_no_answer(void **state)
{
	static const char whole[] = OK("{\"a\":[\"0x10\",1,null]}");

	(void)state;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		char *cut = pl_strndup(a, whole, n);
		struct step s = { .body = cut };
		const struct pl_json *v = NULL;
		struct fake f;
		struct pl_rpc *r = node(&f, &s, 1, 0);

		assert_int_equal(pl_rpc_call(r, a, &v, "eth_x", "[]", &e),
				 PL_ENET);
		assert_null(v);
	}
}

static void zeros_and_depth_are_refused(void **state)
{
	char *deep = pl_alloc(a, 20002);
	struct step s[] = { { .body = "{\"jsonrpc\":\"2.0\"\0}", .n = 18 },
			    { .body = deep } };
	const struct pl_json *v;

	(void)state;
	memset(deep, '[', 10000);
	memset(deep + 10000, ']', 10000);
	for (size_t i = 0; i < 2; i++) {
		struct fake f;

		assert_int_equal(pl_rpc_call(node(&f, &s[i], 1, 0), a, &v,
					     "eth_x", "[]", &e),
				 PL_ENET);
	}
}

/* ------------------------------------------------------------- retries */

static void reads_are_tried_again(void **state)
{
	static const struct step down = { .rc = PL_ENET };
	static const struct step busy = { .status = 429, .body = "" };
	static const struct step broken = { .status = 503, .body = "" };
	static const struct step good = { .body = OK("\"0x10\"") };
	const struct step v[] = { down, busy, broken, good };
	struct fake f;
	uint64_t n;

	(void)state;
	assert_ok(pl_rpc_block_number(node(&f, v, 4, 3), &n, &e), &e);
	assert_int_equal(f.asked, 4);
	assert_int_equal(pl_rpc_block_number(node(&f, v, 4, 2), &n, &e),
			 PL_ENET);
	assert_int_equal(f.asked, 3);
}

static void what_will_not_change_is_not_tried_again(void **state)
{
	static const struct step v[] = {
		{ .status = 404, .body = "" },
		{ .status = 200, .body = "<html>" },
		{ .body = ERR("{\"code\":3,\"message\":\"reverted\"}") },
		{ .rc = PL_ELIMIT },
		{ .rc = PL_EUSAGE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(v); i++) {
		struct fake f;
		uint64_t n;

		assert_int_not_equal(
			pl_rpc_block_number(node(&f, &v[i], 1, 5), &n, &e),
			PL_OK);
		assert_int_equal(f.asked, 1);
	}
}

static void what_changes_something_is_sent_once(void **state)
{
	static const struct step v[] = { { .rc = PL_ENET } };
	static const char *const methods[] = { "eth_sendRawTransaction",
					       "eth_sendTransaction",
					       "eth_signTransaction",
					       "anvil_setBalance",
					       "evm_mine",
					       "personal_sign" };

	(void)state;
	for (size_t i = 0; i < COUNT(methods); i++) {
		const struct pl_json *out;
		struct fake f;

		assert_int_equal(pl_rpc_call(node(&f, v, 1, 5), a, &out,
					     methods[i], "[]", &e),
				 PL_ENET);
		assert_int_equal(f.asked, 1);
	}
}

/* -------------------------------------------------------- error objects */

/* clang-format off */
static const struct {
	const char *label, *error, *data;
	bool reverted;
} errors[] = {
	{ "geth", "{\"code\":3,\"message\":\"execution reverted: no\","
		  "\"data\":\"0x08c379a0\"}", "08c379a0", true },
	{ "hardhat", "{\"code\":-32603,\"message\":\"Error: VM Exception: "
		     "reverted\",\"data\":{\"message\":\"x\",\"data\":"
		     "\"0x4e487b71\"}}", "4e487b71", true },
	{ "parity", "{\"code\":-32015,\"message\":\"VM execution error\","
		    "\"data\":\"Reverted 0x1234\"}", "1234", false },
	{ "no data", "{\"code\":-32000,\"message\":\"nonce too low\"}", NULL,
	  false },
	{ "data that is none", "{\"code\":1,\"message\":\"m\",\"data\":"
			       "\"0x1\"}", NULL, false },
	{ "data of another type", "{\"code\":1,\"message\":\"m\",\"data\":[1]}",
	  NULL, false },
	{ "empty data", "{\"code\":3,\"message\":\"m\",\"data\":\"0x\"}", "",
	  true },
};
/* clang-format on */

static void error_objects_keep_their_data(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(errors); i++) {
		struct step s = { .body = pl_printf(a, ERR("%s"),
						    errors[i].error) };
		struct pl_rpc_error err;
		const struct pl_json *v;
		struct fake f;

		assert_int_equal(pl_rpc_ask(node(&f, &s, 1, 0), a, &v, &err,
					    "eth_call", "[]", &e),
				 PL_EREFUSED);
		if (err.has_data != !!errors[i].data)
			fail_msg("%s: data", errors[i].label);
		if (err.has_data)
			assert_hex_equal(err.data, errors[i].data);
		if (pl_rpc_reverted(&err) != errors[i].reverted)
			fail_msg("%s: reverted", errors[i].label);
	}
}

static void words_of_a_server_are_tamed(void **state)
{
	char *longer = pl_alloc(a, 2000);
	struct step s[2] = {
		{ .body = ERR("{\"code\":1,\"message\":\"\\u001b[2J"
			      "\\r\\n\\u0000\\u009b\\u00e4!\"}") },
	};
	struct pl_rpc_error err;
	const struct pl_json *v;
	struct fake f;

	(void)state;
	assert_int_equal(pl_rpc_ask(node(&f, &s[0], 1, 0), a, &v, &err, "eth_x",
				    "[]", &e),
			 PL_EREFUSED);
	assert_string_equal(err.message, " [2J     \xc3\xa4!");
	memset(longer, 'x', 299);
	memcpy(longer + 299, "\xc3\xa4yyyy", 7);
	s[1].body =
		pl_printf(a, ERR("{\"code\":1,\"message\":\"%s\"}"), longer);
	assert_int_equal(pl_rpc_ask(node(&f, &s[1], 1, 0), a, &v, &err, "eth_x",
				    "[]", &e),
			 PL_EREFUSED);
	assert_int_equal(strlen(err.message), 299);
}

/* ------------------------------------------------------------- batches */

#define ONE(id, result)                                                        \
	"{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":" result "}"
#define BAD(id)                                                                \
	"{\"jsonrpc\":\"2.0\",\"id\":" id                                      \
	",\"error\":{\"code\":5,\"message\":\"m\"}}"

/* clang-format off */
static const struct { const char *label, *body; enum pl_rc rc; } batches[] = {
	{ "in order", "[" ONE("1", "1") "," ONE("2", "2") "," BAD("3") "]",
	  PL_OK },
	{ "another order", "[" BAD("3") "," ONE("1", "1") "," ONE("2", "2")
	  "]", PL_OK },
	{ "one missing", "[" ONE("1", "1") "," ONE("2", "2") "]", PL_ENET },
	{ "one twice", "[" ONE("1", "1") "," ONE("2", "2") "," ONE("2", "2")
	  "]", PL_ENET },
	{ "an error twice", "[" ONE("1", "1") "," BAD("3") "," BAD("3") "]",
	  PL_ENET },
	{ "a stranger", "[" ONE("1", "1") "," ONE("2", "2") "," ONE("4", "4")
	  "]", PL_ENET },
	{ "id 0", "[" ONE("1", "1") "," ONE("2", "2") "," ONE("0", "4") "]",
	  PL_ENET },
	{ "one too many", "[" ONE("1", "1") "," ONE("2", "2") "," BAD("3")
	  "," ONE("4", "4") "]", PL_ENET },
	{ "no list", ONE("1", "1"), PL_ENET },
	{ "an error for all", "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":"
	  "{\"code\":-32600,\"message\":\"no batches\"}}", PL_EREFUSED },
	{ "a result for all", ONE("0", "1"), PL_ENET },
	{ "null inside", "[" ONE("1", "1") "," ONE("2", "2") ",null]",
	  PL_ENET },
};
/* clang-format on */

static void batches_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(batches); i++) {
		struct pl_rpc_item v[3] = { { "eth_a", "[]", NULL, { 0 } },
					    { "eth_b", "[]", NULL, { 0 } },
					    { "eth_c", "[]", NULL, { 0 } } };
		struct step s = { .body = batches[i].body };
		struct fake f;
		enum pl_rc rc = pl_rpc_batch(node(&f, &s, 1, 0), a, v, 3, &e);
		int64_t n = 0;

		if (rc != batches[i].rc)
			fail_msg("%s: %d %s", batches[i].label, rc, e.msg);
		if (rc)
			continue;
		assert_ok(pl_json_int(&n, v[1].result, &e), &e);
		assert_int_equal(n, 2);
		assert_null(v[2].result);
		assert_int_equal(v[2].error.code, 5);
	}
}

static void long_batches_are_split(void **state)
{
	struct pl_rpc_item *v = PL_NEW_N(a, struct pl_rpc_item, 250);
	struct step s = { .rc = PL_ENET };
	struct fake f;
	size_t calls = 0;

	(void)state;
	for (size_t i = 0; i < 250; i++)
		v[i] = (struct pl_rpc_item){ "a", "[]", NULL, { 0 } };
	(void)!pl_rpc_batch(node(&f, &s, 1, 0), a, v, 250, &e);
	for (const char *p = f.seen; (p = strstr(p, "\"id\"")); p++)
		calls++;
	assert_int_equal(calls, PL_MAX_BATCH);
	assert_int_equal(f.asked, 1);
}

/* --------------------------------------------------------------- views */

static void a_view_is_eth_call(void **state)
{
	struct pl_addr from = { { 1 } }, to = { { 2 } };
	struct pl_u256 value = pl_u256_of(31);
	struct pl_rpc_view c = { .from = &from,
				 .to = &to,
				 .value = &value,
				 .data = pl_span_str("ab"),
				 .block = "0x7" };
	struct step s = { .body = OK("\"0x1234\"") };
	struct pl_rpc_error err;
	struct pl_span out;
	struct fake f;

	(void)state;
	assert_ok(pl_rpc_view(node(&f, &s, 1, 0), a, &out, &err, &c, &e), &e);
	assert_hex_equal(out, "1234");
	assert_non_null(strstr(
		f.seen,
		"[{\"data\":\"0x6162\","
		"\"from\":\"0x0100000000000000000000000000000000000000\","
		"\"to\":\"0x0200000000000000000000000000000000000000\","
		"\"value\":\"0x1f\"},\"0x7\"]"));
	s.body = OK("\"0x123\"");
	assert_int_equal(pl_rpc_view(node(&f, &s, 1, 0), a, &out, NULL, &c, &e),
			 PL_EFORMAT);
}

static void quantities_have_no_zeros_in_front(void **state)
{
	struct pl_u256 v = pl_u256_of(0);

	(void)state;
	assert_string_equal(pl_rpc_quantity(a, &v), "0x0");
	v = pl_u256_of(255);
	assert_string_equal(pl_rpc_quantity(a, &v), "0xff");
	memset(&v, 0xff, sizeof(v));
	assert_int_equal(strlen(pl_rpc_quantity(a, &v)), 66);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_follow_the_table),
		cmocka_unit_test(the_request_is_json_rpc),
		cmocka_unit_test(an_answer_cut_anywhere_is_no_answer),
		cmocka_unit_test(zeros_and_depth_are_refused),
		cmocka_unit_test(reads_are_tried_again),
		cmocka_unit_test(what_will_not_change_is_not_tried_again),
		cmocka_unit_test(what_changes_something_is_sent_once),
		cmocka_unit_test(error_objects_keep_their_data),
		cmocka_unit_test(words_of_a_server_are_tamed),
		cmocka_unit_test(batches_follow_the_table),
		cmocka_unit_test(long_batches_are_split),
		cmocka_unit_test(a_view_is_eth_call),
		cmocka_unit_test(quantities_have_no_zeros_in_front),
	};
	int failed;

	a = pl_arena_open(0);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_arena_close(a);
	return failed;
}
