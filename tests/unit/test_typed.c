/* EIP-712: the specification's own example, edges of every type, and what is
 * refused. */
#include "check.h"

#include "base/buf.h"
#include "base/hex.h"
#include "codec/json_in.h"
#include "eth/typed.h"

#define DOMAIN_TYPE                                                            \
	"\"EIP712Domain\":[{\"name\":\"name\",\"type\":\"string\"},"           \
	"{\"name\":\"version\",\"type\":\"string\"},{\"name\":\"chainId\","    \
	"\"type\":\"uint256\"},{\"name\":\"verifyingContract\",\"type\":"      \
	"\"address\"}]"
#define MAIL_TYPES                                                             \
	"\"Person\":[{\"name\":\"name\",\"type\":\"string\"},{\"name\":"       \
	"\"wallet\",\"type\":\"address\"}],\"Mail\":[{\"name\":\"from\","      \
	"\"type\":\"Person\"},{\"name\":\"to\",\"type\":\"Person\"},"          \
	"{\"name\":\"contents\",\"type\":\"string\"}]"
#define MAIL_DOMAIN                                                            \
	"{\"name\":\"Ether Mail\",\"version\":\"1\",\"chainId\":1,"            \
	"\"verifyingContract\":"                                               \
	"\"0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC\"}"
#define MAIL                                                                   \
	"{\"from\":{\"name\":\"Cow\",\"wallet\":"                              \
	"\"0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826\"},\"to\":{\"name\":"    \
	"\"Bob\",\"wallet\":"                                                  \
	"\"0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB\"},\"contents\":"        \
	"\"Hello, Bob!\"}"

static enum pl_rc digest(struct pl_arena *a, char hex[65], const char *text)
{
	const struct pl_json *v;
	struct pl_hash32 h;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &v, pl_span_str(text), &e), &e);
	PL_TRY(pl_typed_digest(a, &h, v, &e));
	pl_hex_put(hex, pl_hash32_span(&h));
	hex[64] = 0;
	return PL_OK;
}

static void the_specification_s_example(void **state)
{
	static const char want[] = "be609aee343fb3c4b28e1df9e632fca6"
				   "4fcfaede20f02e86244efddf30957bd2";
	struct pl_arena *a = pl_arena_open(0);
	char hex[65];

	(void)state;
	assert_int_equal(
		digest(a, hex,
		       "{\"types\":{" DOMAIN_TYPE "," MAIL_TYPES
		       "},\"primaryType\":\"Mail\",\"domain\":" MAIL_DOMAIN
		       ",\"message\":" MAIL "}"),
		PL_OK);
	assert_string_equal(hex, want);
	/* the domain's type follows from what the domain has */
	assert_int_equal(
		digest(a, hex,
		       "{\"types\":{" MAIL_TYPES
		       "},\"primaryType\":\"Mail\",\"domain\":" MAIL_DOMAIN
		       ",\"message\":" MAIL "}"),
		PL_OK);
	assert_string_equal(hex, want);
	pl_arena_close(a);
}

static const struct {
	const char *type, *value;
	enum pl_rc rc;
} cases[] = {
	{ "uint8", "255", PL_OK },
	{ "uint8", "256", PL_EFORMAT },
	{ "uint8", "\"0xff\"", PL_OK },
	{ "uint8", "-1", PL_EFORMAT },
	{ "uint8", "\"-0\"", PL_OK },
	{ "uint8", "\"\"", PL_EFORMAT },
	{ "uint8", "\"x\"", PL_EFORMAT },
	{ "uint8", "true", PL_EFORMAT },
	{ "uint8", "null", PL_EFORMAT },
	{ "int8", "127", PL_OK },
	{ "int8", "128", PL_EFORMAT },
	{ "int8", "-128", PL_OK },
	{ "int8", "\"-129\"", PL_EFORMAT },
	{ "int8", "\"--1\"", PL_EFORMAT },
	{ "uint256",
	  "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "ff\"",
	  PL_OK },
	{ "int256",
	  "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "ff\"",
	  PL_EFORMAT },
	{ "int64", "-9223372036854775808", PL_OK },
	{ "uint7", "1", PL_EFORMAT },
	{ "uint0", "1", PL_EFORMAT },
	{ "uint08", "1", PL_EFORMAT },
	{ "uint264", "1", PL_EFORMAT },
	{ "uint", "1", PL_EFORMAT },
	{ "bytes1", "\"0x01\"", PL_OK },
	{ "bytes1", "\"0x\"", PL_EFORMAT },
	{ "bytes1", "\"0x0102\"", PL_EFORMAT },
	{ "bytes32", "\"0x01\"", PL_EFORMAT },
	{ "bytes33", "\"0x01\"", PL_EFORMAT },
	{ "bytes0", "\"0x\"", PL_EFORMAT },
	{ "bytes", "\"0x\"", PL_OK },
	{ "bytes", "\"0x1\"", PL_EFORMAT },
	{ "bool", "true", PL_OK },
	{ "bool", "1", PL_EFORMAT },
	{ "string", "\"\"", PL_OK },
	{ "string", "5", PL_EFORMAT },
	{ "string", "null", PL_EFORMAT },
	{ "address", "\"0x01\"", PL_EFORMAT },
	{ "uint8[]", "[]", PL_OK },
	{ "uint8[2]", "[1,2]", PL_OK },
	{ "uint8[2]", "[1]", PL_EFORMAT },
	{ "uint8[02]", "[1,2]", PL_EFORMAT },
	{ "uint8[2][]", "[[1,2],[3,4]]", PL_OK },
	{ "uint8[2][]", "[[1,2],[3]]", PL_EFORMAT },
	{ "uint8[]", "{}", PL_EFORMAT },
	{ "uint8]", "[]", PL_EFORMAT },
	{ "[]", "[]", PL_OK },
	{ "[]", "[1]", PL_EFORMAT },
	{ "Who", "{\"x\":\"0x0000000000000000000000000000000000000001\"}",
	  PL_OK },
	{ "Who", "null", PL_OK },
	{ "Who", "[]", PL_EFORMAT },
	{ "Who[]", "[null]", PL_OK },
	{ "Nobody", "{}", PL_EFORMAT },
	{ "One", "{\"v\":{\"v\":{\"v\":null}}}", PL_OK }, /* of itself */
};

static void every_type_has_its_edges(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char hex[65];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const char *text = pl_printf(
			a,
			"{\"types\":{\"One\":[{\"name\":\"v\",\"type\":\"%s\"}"
			"],\"Who\":[{\"name\":\"x\",\"type\":\"address\"}]},"
			"\"primaryType\":\"One\",\"domain\":{},\"message\":"
			"{\"v\":%s}}",
			cases[i].type, cases[i].value);

		print_message("%s %s\n", cases[i].type, cases[i].value);
		assert_int_equal(digest(a, hex, text), cases[i].rc);
	}
	pl_arena_close(a);
}

static void no_depth_is_too_deep_to_refuse(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;
	char hex[65];

	(void)state;
	for (unsigned n = 30; n < 36; n++) {
		pl_buf_init(&b, a);
		pl_buf_str(&b, "{\"types\":{\"One\":[{\"name\":\"v\",\"type\":"
			       "\"uint8");
		for (unsigned i = 0; i < n; i++)
			pl_buf_str(&b, "[]");
		pl_buf_str(&b, "\"}]},\"primaryType\":\"One\",\"domain\":{},"
			       "\"message\":{\"v\":");
		for (unsigned i = 0; i < n; i++)
			pl_buf_byte(&b, '[');
		for (unsigned i = 0; i < n; i++)
			pl_buf_byte(&b, ']');
		pl_buf_str(&b, "}}");
		assert_int_equal(digest(a, hex, pl_buf_cstr(&b)),
				 n <= PL_TYPED_DEPTH ? PL_OK : PL_ELIMIT);
	}
	pl_buf_init(&b, a);
	pl_buf_str(&b, "{\"types\":{");
	for (unsigned i = 0; i <= PL_TYPED_TYPES; i++)
		pl_buf_fmt(&b, "%s\"T%u\":[]", i ? "," : "", i);
	pl_buf_str(&b,
		   "},\"primaryType\":\"T0\",\"domain\":{},\"message\":{}}");
	assert_int_equal(digest(a, hex, pl_buf_cstr(&b)), PL_ELIMIT);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_specification_s_example),
		cmocka_unit_test(every_type_has_its_edges),
		cmocka_unit_test(no_depth_is_too_deep_to_refuse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
