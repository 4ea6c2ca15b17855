/* The contract ABI: types and signatures as text, the encoding of the
 * specification's own examples, and how little decoding forgives. */
#include "check.h"

#include "base/limits.h"
#include "codec/abi.h"

static const struct {
	const char *in, *name; /* name NULL: refused */
	size_t head;
	bool dynamic;
} types[] = {
	{ "uint", "uint256", 32, false },
	{ "int", "int256", 32, false },
	{ "uint8", "uint8", 32, false },
	{ "int248", "int248", 32, false },
	{ "fixed", "fixed128x18", 32, false },
	{ "ufixed64x2", "ufixed64x2", 32, false },
	{ "address", "address", 32, false },
	{ "bool", "bool", 32, false },
	{ "bytes1", "bytes1", 32, false },
	{ "bytes32", "bytes32", 32, false },
	{ "function", "function", 32, false },
	{ "bytes", "bytes", 32, true },
	{ "string", "string", 32, true },
	{ "uint256[]", "uint256[]", 32, true },
	{ "uint[3]", "uint256[3]", 96, false },
	{ "uint[2][3]", "uint256[2][3]", 192, false },
	{ "uint[][3]", "uint256[][3]", 32, true },
	{ "string[2]", "string[2]", 32, true },
	{ "(address,uint)", "(address,uint256)", 64, false },
	{ " ( address to , uint n ) [ 2 ] ", "(address,uint256)[2]", 128,
	  false },
	{ "tuple(bytes b, (bool x)[] y)", "(bytes,(bool)[])", 32, true },
	{ "", NULL, 0, false },
	{ "uint0", NULL, 0, false },
	{ "uint7", NULL, 0, false },
	{ "uint264", NULL, 0, false },
	{ "uint08", NULL, 0, false },
	{ "uint8x", NULL, 0, false },
	{ "bytes0", NULL, 0, false },
	{ "bytes33", NULL, 0, false },
	{ "fixed8", NULL, 0, false },
	{ "fixed8x0", NULL, 0, false },
	{ "fixed8x81", NULL, 0, false },
	{ "address payable", NULL, 0, false },
	{ "Uint8", NULL, 0, false },
	{ "uint8[0]", NULL, 0, false },
	{ "uint8[", NULL, 0, false },
	{ "uint8[1", NULL, 0, false },
	{ "uint8[-1]", NULL, 0, false },
	{ "uint8[01]", NULL, 0, false },
	{ "uint8[2]]", NULL, 0, false },
	{ "uint8[99999999999999999999]", NULL, 0, false },
	{ "uint8[1000000][1000000]", NULL, 0, false },
	{ "string[1000000]", NULL, 0, false },
	{ "()", NULL, 0, false },
	{ "(uint8", NULL, 0, false },
	{ "(uint8,)", NULL, 0, false },
	{ "(,uint8)", NULL, 0, false },
	{ "tuple", NULL, 0, false },
	{ "mapping(address)", NULL, 0, false },
	/* 15 arrays around a plain type, then 16 */
	{ "bool[][][][][][][][][][][][][][][]",
	  "bool[][][][][][][][][][][][][][][]", 32, true },
	{ "bool[][][][][][][][][][][][][][][][]", NULL, 0, false },
};

static void types_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(types); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_abi_type t = { .name = "untouched" };
		struct pl_err e;
		enum pl_rc rc = pl_abi_type_parse(a, &t, types[i].in, &e);

		if (!types[i].name) {
			assert_true(rc == PL_EFORMAT || rc == PL_ELIMIT);
			assert_string_equal(t.name, "untouched");
		} else {
			assert_ok(rc, &e);
			assert_string_equal(t.name, types[i].name);
			assert_int_equal(t.head, types[i].head);
			assert_int_equal(t.dynamic, types[i].dynamic);
		}
		pl_arena_close(a);
	}
}

static void deep_types_end_in_words(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	size_t n = 100000;
	char *text = pl_alloc(a, 2 * n + 1);
	struct pl_abi_type t;
	struct pl_err e;

	(void)state;
	memset(text, '(', n);
	assert_int_equal(pl_abi_type_parse(a, &t, text, &e), PL_ELIMIT);
	for (size_t i = 0; i < n; i++)
		memcpy(text + 2 * i, "[]", 2);
	memcpy(text, "bool", 4);
	assert_int_equal(pl_abi_type_parse(a, &t, text, &e), PL_ELIMIT);
	pl_arena_close(a);
}

/* Selectors and topics that everybody knows. */
static const struct {
	const char *in, *sig, *hash; /* sig NULL: refused; hash: its start */
	enum pl_abi_item_kind kind;
	size_t ins, outs;
} sigs[] = {
	{ "transfer(address,uint256)(bool)", "transfer(address,uint256)",
	  "a9059cbb", PL_ABI_FUNCTION, 2, 1 },
	{ "function balanceOf(address owner) external view returns (uint)",
	  "balanceOf(address)", "70a08231", PL_ABI_FUNCTION, 1, 1 },
	{ "totalSupply()", "totalSupply()", "18160ddd", PL_ABI_FUNCTION, 0, 0 },
	{ "decimals()(uint8)", "decimals()", "313ce567", PL_ABI_FUNCTION, 0,
	  1 },
	{ "f(address payable to, string memory s)", "f(address,string)", NULL,
	  PL_ABI_FUNCTION, 2, 0 },
	/* of the specification's examples */
	{ "baz(uint32 x, bool y) returns (bool r)", "baz(uint32,bool)",
	  "cdcd77c0", PL_ABI_FUNCTION, 2, 1 },
	{ "bar(bytes3[2])", "bar(bytes3[2])", "fce353f6", PL_ABI_FUNCTION, 1,
	  0 },
	{ "sam(bytes,bool,uint[])", "sam(bytes,bool,uint256[])", "a5643bf2",
	  PL_ABI_FUNCTION, 3, 0 },
	{ "f(uint,uint32[],bytes10,bytes)", "f(uint256,uint32[],bytes10,bytes)",
	  "8be65246", PL_ABI_FUNCTION, 4, 0 },
	{ "event Transfer(address indexed from, address indexed to, uint v)",
	  "Transfer(address,address,uint256)",
	  "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef",
	  PL_ABI_EVENT, 3, 0 },
	{ "error Error(string)", "Error(string)", "08c379a0", PL_ABI_ERROR, 1,
	  0 },
	{ "error Panic(uint256)", "Panic(uint256)", "4e487b71", PL_ABI_ERROR, 1,
	  0 },
	{ "error(uint256)", "error(uint256)", NULL, PL_ABI_FUNCTION, 1, 0 },
	{ "constructor(string a)", "constructor(string)", "00000000",
	  PL_ABI_CONSTRUCTOR, 1, 0 },
	{ "event A(uint indexed a, uint indexed b, uint indexed c, uint indexed"
	  " d) anonymous",
	  "A(uint256,uint256,uint256,uint256)", NULL, PL_ABI_EVENT, 4, 0 },
	{ "event A(uint indexed a, uint indexed b, uint indexed c, uint indexed"
	  " d)",
	  NULL, NULL, PL_ABI_EVENT, 0, 0 },
	{ "f(uint indexed a)", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(uint", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "(uint)", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(uint))", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(uint)(bool)x", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(uint a b)", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f(uint);", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
	{ "f-g(uint)", NULL, NULL, PL_ABI_FUNCTION, 0, 0 },
};

static void signatures_follow_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sigs); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_abi_item it;
		struct pl_err e;
		enum pl_rc rc = pl_abi_sig_parse(a, &it, sigs[i].in, &e);

		if (!sigs[i].sig) {
			assert_int_equal(rc, PL_EFORMAT);
			pl_arena_close(a);
			continue;
		}
		assert_ok(rc, &e);
		assert_string_equal(it.sig, sigs[i].sig);
		assert_int_equal(it.kind, sigs[i].kind);
		assert_int_equal(it.in.count, sigs[i].ins);
		assert_int_equal(it.out.count, sigs[i].outs);
		if (sigs[i].hash)
			assert_hex_equal(
				(struct pl_span){ it.hash.b,
						  strlen(sigs[i].hash) / 2 },
				sigs[i].hash);
		pl_arena_close(a);
	}
}

/* Encode JSON arguments for a signature. */
static enum pl_rc encode(struct pl_arena *a, struct pl_span *out,
			 struct pl_abi_item *it, const char *sig,
			 const char *args, struct pl_err *e)
{
	const struct pl_json *json;
	struct pl_abi_value v;

	assert_ok(pl_abi_sig_parse(a, it, sig, e), e);
	assert_ok(pl_json_parse(a, &json, pl_span_str(args), e), e);
	PL_TRY(pl_abi_value_json(a, &v, &it->in, json, e));
	return pl_abi_encode_call(a, out, it, v.items, v.n, e);
}

#define W0 "00000000000000000000000000000000000000000000000000000000000000"
#define WF "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* The examples of the specification, and what it says of single types. */
static const struct {
	const char *sig, *args, *hex; /* hex NULL: refused */
} encodings[] = {
	{ "baz(uint32,bool)", "[69, true]", "cdcd77c0" W0 "45" W0 "01" },
	{ "bar(bytes3[2])", "[[\"0x616263\",\"0x646566\"]]",
	  "fce353f6"
	  "61626300000000000000000000000000"
	  "00000000000000000000000000000000"
	  "64656600000000000000000000000000"
	  "00000000000000000000000000000000" },
	{ "sam(bytes,bool,uint[])", "[\"0x64617665\", true, [1,2,3]]",
	  "a5643bf2" W0 "60" W0 "01" W0 "a0" W0 "04"
	  "64617665000000000000000000000000"
	  "00000000000000000000000000000000" W0 "03" W0 "01" W0 "02" W0 "03" },
	{ "g(uint[][],string[])", "[[[1,2],[3]],[\"one\",\"two\",\"three\"]]",
	  "2289b18c" W0 "40"
	  "00000000000000000000000000000000000000000000000"
	  "00000000000000140" W0 "02" W0 "40" W0 "a0" W0 "02" W0 "01" W0 "02" W0
	  "01" W0 "03" W0 "03" W0 "60" W0 "a0" W0 "e0" W0 "03"
	  "6f6e650000000000000000000000000000000000000000000000000000000000" W0
	  "03"
	  "74776f0000000000000000000000000000000000000000000000000000000000" W0
	  "05"
	  "7468726565000000000000000000000000000000000000000000000000000000" },
	{ "x(int8)", "[-1]", "ec45eac4" WF "ff" },
	{ "x(int8)", "[-128]", "ec45eac4" WF "80" },
	{ "x(int8)", "[127]", "ec45eac4" W0 "7f" },
	{ "x(int8)", "[128]", NULL },
	{ "x(int)",
	  "[\"-5789604461865809771178549250434395392663499233282028201972879"
	  "2003956564819969\"]",
	  NULL },
	{ "x(int8)", "[-129]", NULL },
	{ "x(uint8)", "[256]", NULL },
	{ "x(uint8)", "[-1]", NULL },
	{ "x(uint8)", "[\"zero\"]", NULL },
	{ "x(uint8)", "[true]", NULL },
	{ "x(uint8)", "[]", NULL },
	{ "x(uint8)", "[1,2]", NULL },
	{ "x(uint8[2])", "[[1]]", NULL },
	{ "x(bytes3)", "[\"0x6162\"]", NULL },
	{ "x(bytes3)", "[\"0x61626364\"]", NULL },
	{ "x(address)", "[\"0x00\"]", NULL },
	{ "x(bool)", "[1]", NULL },
	{ "x(string)", "[1]", NULL },
	{ "x((uint8 a,bool b))", "[{\"b\":true,\"a\":7}]",
	  "d7aacd69" W0 "07" W0 "01" },
	{ "x((uint8 a,bool b))", "[{\"b\":true,\"c\":7}]", NULL },
};

static void encodes_the_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(encodings); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_abi_item it;
		struct pl_abi_value v;
		struct pl_span out = { 0 };
		struct pl_err e;
		enum pl_rc rc = encode(a, &out, &it, encodings[i].sig,
				       encodings[i].args, &e);

		if (!encodings[i].hex) {
			assert_int_equal(rc, PL_EFORMAT);
			pl_arena_close(a);
			continue;
		}
		assert_ok(rc, &e);
		if (encodings[i].sig[0] == 'x') /* selector: see signatures */
			assert_hex_equal(
				(struct pl_span){ out.p + 4, out.n - 4 },
				encodings[i].hex + 8);
		else
			assert_hex_equal(out, encodings[i].hex);
		(void)pl_span_take(&out, 4);
		assert_ok(pl_abi_decode(a, &v, &it.in, out, &e), &e);
		pl_arena_close(a);
	}
}

/* Whatever decodes must encode to the same bytes: there is one encoding. */
static bool canonical(struct pl_arena *a, const struct pl_abi_type *t,
		      struct pl_span data)
{
	struct pl_abi_value v;
	struct pl_buf b;
	struct pl_err e;

	if (pl_abi_decode(a, &v, t, data, &e))
		return false;
	pl_buf_init(&b, a);
	assert_ok(pl_abi_encode(&b, t, v.items, v.n, &e), &e);
	assert_true(pl_span_equal(pl_buf_span(&b), data));
	return true;
}

static const char big_sig[] =
	"f(uint8,(string,(bytes,int16)[],bool)[2],bytes5,uint32[3],function)";
static const char big_args[] =
	"[200,[[\"h\\u00e9llo\",[[\"0x0102\",-3],[\"0x\",32767]],true],"
	"[\"a string that is longer than one word of thirty-two bytes\",[],"
	"false]],\"0x0102030405\",[1,2,4294967295],"
	"\"0x000000000000000000000000000000000000000011223344\"]";

static void one_encoding_only(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_abi_item it;
	struct pl_span s;
	struct pl_err e;
	uint8_t *bytes;
	size_t still = 0;

	(void)state;
	assert_ok(encode(a, &s, &it, big_sig, big_args, &e), &e);
	(void)pl_span_take(&s, 4);
	assert_true(canonical(a, &it.in, s));
	bytes = pl_alloc(a, s.n + 32);
	memcpy(bytes, s.p, s.n);
	for (size_t n = 0; n < s.n; n++) /* cut */
		assert_false(canonical(a, &it.in, (struct pl_span){ s.p, n }));
	for (size_t n = 1; n <= 32; n++) /* something behind it */
		assert_false(canonical(a, &it.in,
				       (struct pl_span){ bytes, s.n + n }));
	for (size_t i = 0; i < s.n; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1u << bit);
			still += canonical(a, &it.in,
					   (struct pl_span){ bytes, s.n });
			bytes[i] ^= (uint8_t)(1u << bit);
		}
	}
	/* The bits that are a value's own: uint8 8, bool 2×1, int16 2×15
	 * below the sign, strings 8×(6 + 57), bytes 8×2, bytes5 40, uint32
	 * 3×32, function 192; and the bits of a length that take zeros of the
	 * padding in: 3 of 6, 2 of 57, 4 of 2.  Nothing else may change. */
	assert_int_equal(still, 8 + 2 + 30 + 8 * 63 + 16 + 40 + 96 + 192 + 9);
	pl_arena_close(a);
}

/* Data that would make a loose decoder read twice, far away or for ever. */
static const struct {
	const char *label, *sig, *hex;
} hostile[] = {
	{ "offset into the head", "f(bytes)", W0 "00" },
	{ "offset over the end", "f(bytes)", W0 "40" W0 "00" },
	{ "offset of 2^255", "f(bytes)",
	  "80000000000000000000000000000000000000000000000000000000000000"
	  "20" W0 "00" },
	{ "offset not aligned", "f(bytes)",
	  W0 "21"
	     "00" W0 "00" },
	{ "length of 2^256-1", "f(bytes)", W0 "20" WF "ff" },
	{ "length one over", "f(bytes)",
	  W0
	  "20" W0 "21"
	  "6100000000000000000000000000000000000000000000000000000000000000" },
	{ "2^64 items", "f(uint8[])",
	  W0 "20"
	     "000000000000000000000000000000000000000000000001"
	     "0000000000000000" },
	{ "items that are not there", "f(uint8[])", W0 "20" W0 "02" W0 "01" },
	{ "both tails at one place", "f(bytes,bytes)",
	  W0 "40" W0 "40" W0 "00" },
	{ "tails in another order", "f(bytes,bytes)",
	  W0 "60" W0 "40" W0 "00" W0 "00" },
	{ "a gap before the tail", "f(bytes)", W0 "40" W0 "00" W0 "00" },
	{ "an array of itself", "f(uint8[][])", W0 "20" W0 "01" W0 "00" },
	{ "bool 2", "f(bool)", W0 "02" },
	{ "address of 21 bytes", "f(address)",
	  "0000000000000000000000010000000000000000000000000000000000000001" },
	{ "int8 without its sign", "f(int8)", W0 "80" },
	{ "bytes1 of two", "f(bytes1)",
	  "6162000000000000000000000000000000000000000000000000000000000000" },
	{ "function of 25 bytes", "f(function)",
	  "00000000000000000000000000000000000000000000000001"
	  "00000000000000" },
};

static void refuses_what_solc_never_writes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_abi_item it;
		struct pl_abi_value v = { .n = 7 };
		struct pl_err e;
		enum pl_rc rc;

		assert_ok(pl_abi_sig_parse(a, &it, hostile[i].sig, &e), &e);
		rc = pl_abi_decode(a, &v, &it.in, unhex(a, hostile[i].hex), &e);
		if (rc != PL_EFORMAT)
			print_error("%s: %d\n", hostile[i].label, rc);
		assert_int_equal(rc, PL_EFORMAT);
		assert_non_null(strstr(e.msg, "at byte "));
		assert_int_equal(v.n, 7);
		pl_arena_close(a);
	}
}

static void too_much_is_a_limit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_abi_item it;
	struct pl_abi_value v;
	struct pl_span out, big = { NULL, PL_MAX_ABI_DATA + 1 };
	struct pl_buf b;
	struct pl_err e;

	(void)state;
	assert_ok(pl_abi_sig_parse(a, &it, "f(bytes)", &e), &e);
	assert_int_equal(pl_abi_decode(a, &v, &it.in, big, &e), PL_ELIMIT);
	v = pl_abi_bytes(big);
	assert_int_equal(pl_abi_encode_call(a, &out, &it, &v, 1, &e),
			 PL_ELIMIT);
	pl_buf_init(&b, a);
	pl_buf_str(&b, "kept");
	assert_int_equal(pl_abi_encode(&b, &it.in, &v, 1, &e), PL_ELIMIT);
	assert_string_equal(pl_buf_cstr(&b), "kept");
	pl_arena_close(a);
}

static const char abi_json[] =
	"[{\"type\":\"constructor\",\"inputs\":[]},{\"type\":\"receive\"},"
	"{\"type\":\"function\",\"name\":\"f\",\"inputs\":[{\"name\":\"t\","
	"\"type\":\"tuple[2][]\",\"components\":[{\"name\":\"a\",\"type\":"
	"\"uint8\"},{\"name\":\"b\",\"type\":\"tuple\",\"components\":[{"
	"\"name\":\"c\",\"type\":\"string\"}]}]}],\"outputs\":[]},"
	"{\"type\":\"function\",\"name\":\"g\",\"inputs\":[],\"outputs\":[]},"
	"{\"type\":\"function\",\"name\":\"g\",\"inputs\":[{\"type\":\"bool\""
	",\"name\":\"\"}],\"outputs\":[]},"
	"{\"type\":\"event\",\"name\":\"E\",\"anonymous\":false,\"inputs\":["
	"{\"name\":\"who\",\"type\":\"address\",\"indexed\":true},"
	"{\"name\":\"why\",\"type\":\"string\",\"indexed\":true},"
	"{\"name\":\"n\",\"type\":\"int64\",\"indexed\":false}]},"
	"{\"type\":\"error\",\"name\":\"Low\",\"inputs\":[{\"name\":\"have\","
	"\"type\":\"uint256\"},{\"name\":\"note\",\"type\":\"string\"}]}]";

static struct pl_abi read_abi(struct pl_arena *a)
{
	const struct pl_json *json;
	struct pl_abi abi;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &json, pl_span_str(abi_json), &e), &e);
	assert_ok(pl_abi_read(a, &abi, json, &e), &e);
	return abi;
}

static void reads_what_solc_writes(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_abi abi = read_abi(a);
	const struct pl_abi_item *it;
	struct pl_err e;

	(void)state;
	assert_int_equal(abi.n, 6);
	assert_ok(pl_abi_find(&it, &abi, PL_ABI_FUNCTION, "f", &e), &e);
	assert_string_equal(it->sig, "f((uint8,(string))[2][])");
	assert_ok(pl_abi_find(&it, &abi, PL_ABI_FUNCTION, "g(bool)", &e), &e);
	assert_int_equal(pl_abi_find(&it, &abi, PL_ABI_FUNCTION, "g", &e),
			 PL_EUSAGE);
	assert_int_equal(pl_abi_find(&it, &abi, PL_ABI_FUNCTION, "E", &e),
			 PL_ENOTFOUND);
	assert_string_equal(it->sig, "g(bool)");
	pl_arena_close(a);
}

static const struct {
	const char *json, *says;
} bad_abis[] = {
	{ "{}", "not a list" },
	{ "[1]", "entry 1" },
	{ "[{\"type\":\"function\"}]", "no name" },
	{ "[{\"type\":\"thing\",\"name\":\"f\"}]", "no kind" },
	{ "[{\"type\":\"function\",\"name\":\"f\",\"inputs\":[{}]}]",
	  "parameter 1" },
	{ "[{\"name\":\"f\",\"inputs\":[{\"type\":\"uint7\"}]}]", "uint7" },
	{ "[{\"name\":\"f\",\"inputs\":[{\"type\":\"tuple\"}]}]",
	  "components" },
	{ "[{\"name\":\"f\",\"inputs\":{\"a\":1}}]", "parameters" },
	{ "[{\"name\":\"f\\u001b[31m\",\"inputs\":[]}]", "0x1b" },
	{ "[{\"name\":\"f\",\"inputs\":[{\"type\":\"bool x\"}]}]",
	  "more than" },
};

static void names_what_is_wrong_in_an_abi(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad_abis); i++) {
		struct pl_arena *a = pl_arena_open(0);
		const struct pl_json *json;
		struct pl_abi abi;
		struct pl_err e;

		assert_ok(pl_json_parse(a, &json, pl_span_str(bad_abis[i].json),
					&e),
			  &e);
		assert_int_equal(pl_abi_read(a, &abi, json, &e), PL_EFORMAT);
		assert_non_null(strstr(e.msg, bad_abis[i].says));
		pl_arena_close(a);
	}
}

static void events_from_topics_and_data(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_abi abi = read_abi(a);
	const struct pl_abi_item *ev;
	struct pl_hash32 topics[4] = { 0 };
	struct pl_span data = unhex(a, WF "fe");
	struct pl_abi_value v;
	struct pl_err e;

	(void)state;
	assert_ok(pl_abi_find(&ev, &abi, PL_ABI_EVENT, "E", &e), &e);
	topics[0] = ev->hash;
	memset(topics[1].b + 12, 0x11, 20);
	memset(topics[2].b, 0xee, 32);
	assert_ptr_equal(pl_abi_by_topic(&abi, &topics[0]), ev);
	assert_ok(pl_abi_decode_event(a, &v, ev, topics, 3, data, &e), &e);
	assert_int_equal(v.n, 3);
	assert_int_equal(v.items[1].kind, PL_ABI_FIXED);
	assert_string_equal(pl_abi_value_text(a, &v.items[2]), "-2");
	assert_string_equal(pl_abi_value_text(a, &v.items[0]),
			    "0x1111111111111111111111111111111111111111");
	/* one topic less, one more, another event's, a dirty address */
	assert_int_equal(pl_abi_decode_event(a, &v, ev, topics, 2, data, &e),
			 PL_EFORMAT);
	assert_int_equal(pl_abi_decode_event(a, &v, ev, topics, 4, data, &e),
			 PL_EFORMAT);
	topics[1].b[3] = 1;
	assert_int_equal(pl_abi_decode_event(a, &v, ev, topics, 3, data, &e),
			 PL_EFORMAT);
	topics[1].b[3] = 0;
	topics[0].b[0] ^= 1;
	assert_int_equal(pl_abi_decode_event(a, &v, ev, topics, 3, data, &e),
			 PL_EFORMAT);
	topics[0].b[0] ^= 1;
	data.n--;
	assert_int_equal(pl_abi_decode_event(a, &v, ev, topics, 3, data, &e),
			 PL_EFORMAT);
	pl_arena_close(a);
}

static const struct {
	const char *hex, *text;
} reverts[] = {
	{ "", "no reason given" },
	{ "08c379a0" W0 "20" W0 "05"
	  "6e6f7065210000000000000000000000000000000000000000000000000000"
	  "00",
	  "nope!" },
	{ "08c379a0" W0 "20" W0 "05"
	  "1b5b33316d0000000000000000000000000000000000000000000000000000"
	  "00",
	  "\\x1b[31m" },
	{ "4e487b71" W0 "11", "arithmetic overflow or underflow (panic 17)" },
	{ "4e487b71" W0 "99",
	  "a code the compiler does not document (panic 153)" },
	/* Error(string) cut short: shown as bytes */
	{ "08c379a0" W0 "20", "0x08c379a0" W0 "20" },
	{ "12345678", "0x12345678" },
};

static void reverts_in_words(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_abi abi = read_abi(a);
	const struct pl_abi_item *low;
	struct pl_abi_value v[2] = { pl_abi_u64(5),
				     pl_abi_str("a \"b\"\n\xff") };
	struct pl_span data;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(reverts); i++)
		assert_string_equal(
			pl_abi_revert_text(a, &abi, unhex(a, reverts[i].hex)),
			reverts[i].text);
	assert_ok(pl_abi_find(&low, &abi, PL_ABI_ERROR, "Low", &e), &e);
	assert_ok(pl_abi_encode_call(a, &data, low, v, 2, &e), &e);
	assert_string_equal(pl_abi_revert_text(a, &abi, data),
			    "Low(have 5, note \"a \\\"b\\\"\\x0a\\xff\")");
	assert_memory_equal(pl_abi_revert_text(a, NULL, data), "0x", 2);
	pl_arena_close(a);
}

static const struct {
	const char *type, *json, *text;
} texts[] = {
	{ "uint256[]", "[1,\"0xff\",\"3\"]", "[1, 255, 3]" },
	{ "int256",
	  "\"-57896044618658097711785492504343953926634992332820282"
	  "019728792003956564819968\"",
	  "-57896044618658097711785492504343953926634992332820282019728792003"
	  "956564819968" },
	{ "(bool ok, bytes2)", "[false,\"0xabcd\"]", "(ok false, 0xabcd)" },
	{ "int8", "\"-0\"", "0" },
	{ "fixed16x2", "-150", "-1.5" },
	/* plain, then a mark that turns text around, then a C1 control */
	{ "string", "\"\\u00e9\\ud83d\\ude80\"",
	  "\"\xc3\xa9\xf0\x9f\x9a\x80\"" },
	{ "string", "\"\\u202e\\u0085\"", "\"\\xe2\\x80\\xae\\xc2\\x85\"" },
};

static void values_as_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct pl_arena *a = pl_arena_open(0);
		const struct pl_json *json;
		struct pl_abi_type t;
		struct pl_abi_value v;
		struct pl_err e;

		assert_ok(pl_abi_type_parse(a, &t, texts[i].type, &e), &e);
		assert_ok(
			pl_json_parse(a, &json, pl_span_str(texts[i].json), &e),
			&e);
		assert_ok(pl_abi_value_json(a, &v, &t, json, &e), &e);
		assert_string_equal(pl_abi_value_text(a, &v), texts[i].text);
		pl_arena_close(a);
	}
}

/* What people type, and how it comes out as JSON; NULL: refused. */
static void words_and_json(void **state)
{
	static const struct {
		const char *type, *word, *json;
	} table[] = {
		{ "uint256", "17", "\"17\"" },
		{ "uint256", "0x1f", "\"31\"" },
		{ "uint8", "256", NULL },
		{ "uint256", "-1", NULL },
		{ "uint256", "", NULL },
		{ "int256", "-5", "\"-5\"" },
		{ "bool", "true", "true" },
		{ "bool", "0", "false" },
		{ "bool", "maybe", NULL },
		{ "address", "0x52908400098527886e0f7030069857d2e4169ee7",
		  "\"0x52908400098527886E0F7030069857D2E4169EE7\"" },
		{ "address", "0x52", NULL },
		{ "bytes4", "0x01020304", "\"0x01020304\"" },
		{ "bytes4", "0x010203", NULL },
		{ "bytes", "0x", "\"0x\"" },
		{ "bytes", "abc", NULL },
		{ "string", "17", "\"17\"" },
		{ "string", "a \"b\"", "\"a \\\"b\\\"\"" },
		{ "uint8[]", "[1,2]", "[\"1\",\"2\"]" },
		{ "uint8[]", "[]", "[]" },
		{ "uint8[2]", "[1]", NULL },
		{ "uint8[]", "1", NULL },
		{ "uint8[]", "[1", NULL },
		{ "tuple(address to, uint8 n)",
		  "[\"0x52908400098527886e0f7030069857d2e4169ee7\",7]",
		  "{\"to\":\"0x52908400098527886E0F7030069857D2E4169EE7\","
		  "\"n\":\"7\"}" },
		/* names that are not there, or twice: by place */
		{ "tuple(uint8,uint8)", "[1,2]", "[\"1\",\"2\"]" },
		{ "tuple(uint8 a, uint8 a)", "[1,2]", "[\"1\",\"2\"]" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pl_arena *a = pl_arena_open(0);
		struct pl_abi_value v, back;
		struct pl_abi_param member = { .name = "" };
		struct pl_abi_type tuple = { .kind = PL_ABI_TUPLE };
		struct pl_buf b, data;
		struct pl_jout w;
		struct pl_err e = { 0 };
		enum pl_rc rc;

		assert_ok(pl_abi_type_parse(a, &member.type, table[i].type, &e),
			  &e);
		rc = pl_abi_value_word(a, &v, &member.type, table[i].word, &e);
		if (!rc) {
			/* what does not fit is refused when encoded at last */
			assert_ok(pl_abi_type_parse(a, &tuple,
						    pl_printf(a, "tuple(%s x)",
							      table[i].type),
						    &e),
				  &e);
			pl_buf_init(&data, a);
			rc = pl_abi_encode(&data, &tuple, &v, 1, &e);
		}
		if ((rc == PL_OK) != (table[i].json != NULL))
			fail_msg("%s '%s': %d", table[i].type, table[i].word,
				 (int)rc);
		if (!rc) {
			assert_ok(pl_abi_decode(a, &back, &tuple,
						pl_buf_span(&data), &e),
				  &e);
			pl_buf_init(&b, a);
			pl_jout_init(&w, &b);
			pl_abi_value_out(&w, NULL, &back.items[0]);
			assert_string_equal(pl_buf_cstr(&b), table[i].json);
		}
		pl_arena_close(a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_follow_the_table),
		cmocka_unit_test(deep_types_end_in_words),
		cmocka_unit_test(signatures_follow_the_table),
		cmocka_unit_test(encodes_the_examples),
		cmocka_unit_test(one_encoding_only),
		cmocka_unit_test(refuses_what_solc_never_writes),
		cmocka_unit_test(too_much_is_a_limit),
		cmocka_unit_test(reads_what_solc_writes),
		cmocka_unit_test(names_what_is_wrong_in_an_abi),
		cmocka_unit_test(events_from_topics_and_data),
		cmocka_unit_test(reverts_in_words),
		cmocka_unit_test(values_as_text),
		cmocka_unit_test(words_and_json),
	};

	return cmocka_run_group_tests_name("abi", tests, NULL, NULL);
}
