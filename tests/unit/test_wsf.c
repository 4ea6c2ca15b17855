/* WebSocket's frames and handshake, SHA-1 under it: RFC 6455's and FIPS 180's
 * own examples, and everything a client must not send. */
#include "check.h"

#include "base/arena.h"
#include "codec/wsf.h"
#include "crypto/sha1.h"

static struct pl_arena *mem; /* of the bytes of tables */

static void sha1_is_sha1(void **state)
{
	static const struct {
		const char *text, *hex;
	} table[] = {
		{ "", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "84983e441c3bd26ebaae4aa1f95129e5e54670f1" },
	};
	struct pl_arena *a = pl_arena_open(0);
	char *many = pl_alloc(a, 1000000);
	uint8_t h[20];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		pl_sha1(h, pl_span_str(table[i].text));
		assert_hex_equal((struct pl_span){ h, 20 }, table[i].hex);
	}
	memset(many, 'a', 1000000);
	pl_sha1(h, (struct pl_span){ (uint8_t *)many, 1000000 });
	assert_hex_equal((struct pl_span){ h, 20 },
			 "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
	/* every length about a block's */
	for (size_t n = 50; n < 70; n++) {
		uint8_t other[20];

		pl_sha1(h, (struct pl_span){ (uint8_t *)many, n });
		pl_sha1(other, (struct pl_span){ (uint8_t *)many, n + 1 });
		assert_memory_not_equal(h, other, 20);
	}
	pl_arena_close(a);
}

/* RFC-6455 Sec-WebSocket-Accept: the example of 1.3 */
static void the_handshake_is_answered(void **state)
{
	static const char *const bad[] = {
		"",
		"dGhlIHNhbXBsZSBub25jZQ=",
		"dGhlIHNhbXBsZSBub25jZQ==x",
		"dGhlIHNhbXBsZSBub25jZR==",
		"dGhlIHNhbXBsZSBub25j ==",
		"dGhlIHNhbXBsZSBub25jZ===",
		"dGhlIHNhbXBsZSBub25jZQxx",
	};
	char accept[PL_WSF_ACCEPT];
	struct pl_err e;

	(void)state;
	assert_ok(pl_wsf_accept(accept, "dGhlIHNhbXBsZSBub25jZQ==", &e), &e);
	assert_string_equal(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(pl_wsf_accept(accept, bad[i], &e), PL_EFORMAT);
}

static void frames_follow_the_table(void **state)
{
	static const struct {
		const char *hex;
		enum pl_wsf_kind kind;
		bool last;
		size_t head;
		uint64_t body;
	} table[] = {
		{ "818537fa213d7f9f4d5158", PL_WSF_TEXT, true, 6, 5 },
		{ "018037fa213d", PL_WSF_TEXT, false, 6, 0 },
		{ "808137fa213d00", PL_WSF_MORE, true, 6, 1 },
		{ "828037fa213d", PL_WSF_BINARY, true, 6, 0 },
		{ "888037fa213d", PL_WSF_CLOSE, true, 6, 0 },
		{ "89fd37fa213d", PL_WSF_PING, true, 6, 125 },
		{ "8a8037fa213d", PL_WSF_PONG, true, 6, 0 },
		{ "81fe007e37fa213d", PL_WSF_TEXT, true, 8, 126 },
		{ "81feffff37fa213d", PL_WSF_TEXT, true, 8, 65535 },
		{ "81ff000000000001000037fa213d", PL_WSF_TEXT, true, 14,
		  65536 },
		{ "81ff7fffffffffffffff37fa213d", PL_WSF_TEXT, true, 14,
		  INT64_MAX },
	};
	struct pl_wsf f;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pl_span in = unhex(mem, table[i].hex);

		assert_ok(pl_wsf_read(&f, in, &e), &e);
		assert_int_equal(f.kind, table[i].kind);
		assert_int_equal(f.last, table[i].last);
		assert_int_equal(f.head, table[i].head);
		assert_int_equal(f.body, table[i].body);
		for (in.n = 0; in.n < table[i].head; in.n++) {
			assert_ok(pl_wsf_read(&f, in, &e), &e);
			assert_int_equal(f.head, 0);
		}
	}
}

/* RFC-6455 base-framing, Payload-length */
static void what_no_client_may_send_is_refused(void **state)
{
	static const char *const bad[] = {
		"c18037fa213d",                 /* a reserved bit */
		"a18037fa213d",                 /* the next */
		"918037fa213d",                 /* the last */
		"838037fa213d",                 /* kinds that are none */
		"878037fa213d",                 /*  */
		"8b8037fa213d",                 /*  */
		"8f8037fa213d",                 /*  */
		"810548656c6c6f",               /* no mask */
		"088037fa213d",                 /* control in pieces */
		"098037fa213d",                 /*  */
		"89fe007e37fa213d",             /* control, long */
		"88ff000000000000007e37fa213d", /*  */
		"81fe007d37fa213d",             /* lengths not minimal */
		"81fe000037fa213d",             /*  */
		"81ff000000000000ffff37fa213d", /*  */
		"81ff800000000000000037fa213d", /* the top bit */
	};
	struct pl_wsf f;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(pl_wsf_read(&f, unhex(mem, bad[i]), &e),
				 PL_EFORMAT);
}

static void masks_come_off(void **state)
{
	uint8_t body[] = { 0x7f, 0x9f, 0x4d, 0x51, 0x58 };
	static const uint8_t mask[] = { 0x37, 0xfa, 0x21, 0x3d };

	(void)state;
	pl_wsf_mask(body, sizeof(body), mask);
	assert_memory_equal(body, "Hello", 5);
}

static void heads_are_minimal(void **state)
{
	static const struct {
		size_t n;
		const char *hex;
	} table[] = {
		{ 0, "8100" },         { 5, "8105" },
		{ 125, "817d" },       { 126, "817e007e" },
		{ 65535, "817effff" }, { 65536, "817f0000000000010000" },
	};
	uint8_t head[PL_WSF_HEAD];

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_hex_equal(
			(struct pl_span){ head, pl_wsf_head(head, PL_WSF_TEXT,
							    table[i].n) },
			table[i].hex);
}

static void close_codes_follow_the_table(void **state)
{
	static const struct {
		const char *hex;
		unsigned code;
	} table[] = {
		{ "", PL_WSF_NORMAL },
		{ "03", PL_WSF_PROTOCOL },
		{ "03e8", 1000 },
		{ "03e96279", 1001 },
		{ "03ec", PL_WSF_PROTOCOL },
		{ "03ed", PL_WSF_PROTOCOL },
		{ "03ee", PL_WSF_PROTOCOL },
		{ "03f8", PL_WSF_PROTOCOL },
		{ "03e7", PL_WSF_PROTOCOL },
		{ "0bb8", 3000 },
		{ "1387", 4999 },
		{ "1388", PL_WSF_PROTOCOL },
		{ "03e8ff", PL_WSF_NOT_UTF8 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++)
		assert_int_equal(pl_wsf_close_code(unhex(mem, table[i].hex)),
				 table[i].code);
}

static void text_is_utf8(void **state)
{
	(void)state;
	assert_true(pl_wsf_is_text(pl_span_str("")));
	assert_true(pl_wsf_is_text(pl_span_str("{\"a\":\"\u00e9\u20ac\"}")));
	assert_false(pl_wsf_is_text(unhex(mem, "61c3")));
	assert_false(pl_wsf_is_text(unhex(mem, "c080")));
	assert_false(pl_wsf_is_text(unhex(mem, "eda080")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sha1_is_sha1),
		cmocka_unit_test(the_handshake_is_answered),
		cmocka_unit_test(frames_follow_the_table),
		cmocka_unit_test(what_no_client_may_send_is_refused),
		cmocka_unit_test(masks_come_off),
		cmocka_unit_test(heads_are_minimal),
		cmocka_unit_test(close_codes_follow_the_table),
		cmocka_unit_test(text_is_utf8),
	};

	int failed;

	mem = pl_arena_open(0);
	failed = cmocka_run_group_tests_name("wsf", tests, NULL, NULL);
	pl_arena_close(mem);
	return failed;
}
