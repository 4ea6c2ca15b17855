/* Snappy blocks and streams, and the YAML of test cases. */
#include "check.h"

#include "codec/snappy.h"
#include "codec/yaml.h"

static void crc32c(void **state)
{
	(void)state;
	/* RFC 3720 B.4 */
	assert_int_equal(pl_crc32c(pl_span_str("123456789")), 0xe3069283);
	assert_int_equal(pl_crc32c((struct pl_span){ NULL, 0 }), 0);
}

static const struct {
	const char *hex;
	const char *text; /* NULL: refused */
} blocks[] = {
	{ "00", "" },
	{ "0300616263", NULL }, /* a literal of 1, then nothing sensible */
	{ "0308616263", "abc" },
	{ "09 08616263 0903", "abcabcabc" },
	/* a copy that overlaps itself: abc and six more */
	{ "09 08616263 1603 00", "abcabcabc" },
	{ "09 08616263 1703000000", "abcabcabc" },
	{ "07 08616263 0103", "abcabca" },
	{ "07 08616263 0104", NULL }, /* copy_before_beginning */
	{ "07 08616263 0100", NULL }, /* offset 0 */
	{ "06 08616263 0103", NULL }, /* gives more than it says */
	{ "08 08616263 0103", NULL }, /* gives less */
	{ "03 f002616263", "abc" },   /* length in a byte of its own */
	{ "03 f0ff616263", NULL },    /* literal past the end */
	{ "03 08616263 00", NULL },   /* bytes left over */
	{ "8300 08616263", NULL },    /* a length written too long */
	{ "ffffffffff", NULL },
	{ "", NULL },
};

static struct pl_span plain(struct pl_arena *a, const char *spaced)
{
	char hex[256], *to = hex;

	for (; *spaced; spaced++)
		if (*spaced != ' ')
			*to++ = *spaced;
	*to = '\0';
	return unhex(a, hex);
}

static void blocks_unpack(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(blocks); i++) {
		struct pl_span in = plain(a, blocks[i].hex), out;
		struct pl_err e;
		enum pl_rc rc = pl_snappy(a, &out, in, 100, &e);

		if (!blocks[i].text) {
			assert_int_equal(rc, PL_EFORMAT);
			continue;
		}
		assert_ok(rc, &e);
		assert_true(pl_span_is(out, blocks[i].text));
		if (out.n)
			assert_int_equal(
				pl_snappy_block(a, &out, in, out.n - 1, &e),
				PL_ELIMIT);
	}
	pl_arena_close(a);
}

#define ID "ff060000734e61507059"
/* of "abc": CRC-32C 364b3fb7, masked as the format says */
#define SUM_ABC "6e57f121"

static void streams_unpack(void **state)
{
	static const struct {
		const char *hex, *text;
	} rows[] = {
		{ ID, "" },
		{ ID "01 070000" SUM_ABC "616263", "abc" },
		{ ID "00 090000" SUM_ABC "03 08616263", "abc" },
		{ ID "fe 020000 0000 01 070000" SUM_ABC "616263", "abc" },
		{ ID ID "80 010000 55", "" },
		{ ID "02 010000 55", NULL }, /* reserved_unskippable */
		{ ID "01 070000 00000000 616263", NULL }, /* bad_checksum */
		{ ID "01 070000" SUM_ABC "616264", NULL },
		{ ID "01 080000" SUM_ABC "616263", NULL },
		{ ID "01 030000 616263", NULL },
		{ ID "0107", NULL },
		{ ID "ff 060000 734e61507058", NULL },
		/* chunk_too_long: says 65537 */
		{ ID "00 070000" SUM_ABC "818004", NULL },
	};
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct pl_span out, in;
		struct pl_err e;
		enum pl_rc rc;

		in = plain(a, rows[i].hex);
		rc = pl_snappy(a, &out, in, 100000, &e);
		if (!rows[i].text) {
			assert_true(rc == PL_EFORMAT || rc == PL_ELIMIT);
			continue;
		}
		assert_ok(rc, &e);
		assert_true(pl_span_is(out, rows[i].text));
	}
	pl_arena_close(a);
}

static void yaml_of_test_cases(void **state)
{
	static const struct {
		const char *yaml, *path[3], *value; /* value NULL: refused */
	} rows[] = {
		{ "a: 1\nb: 'x: y'\n", { "b" }, "x: y" },
		{ "{a: '1',\nb: 2}\n", { "b" }, "2" },
		{ "a:\n  b:\n    c: 0x00 # note\n", { "a", "b", "c" }, "0x00" },
		{ "a: {b: {c: it}}", { "a", "b", "c" }, "it" },
		{ "# note\na: \"q\"\r\n", { "a" }, "q" },
		{ "a: 'it''s'\n", { "a" }, "it's" },
		{ "a: 1\na: 2\n", { "a" }, NULL },
		{ "\ta: 1\n", { "a" }, NULL },
		{ "a: &x 1\n", { "a" }, NULL },
		{ "a: |\n  x\n", { "a" }, NULL },
		{ "a: 1\n  b: 2\n", { "a" }, NULL },
		{ "a: {b: 1\n", { "a" }, NULL },
		{ "a: 'x\n", { "a" }, NULL },
		{ "a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n", { "a" }, NULL },
		{ "---\na: 1\n", { "a" }, NULL },
		{ "a: 1 2\nb\n", { "a" }, NULL },
		{ "", { "a" }, NULL },
	};
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		enum pl_rc rc =
			pl_yaml_parse(a, &v, pl_span_str(rows[i].yaml), &e);

		if (!rows[i].value) {
			assert_int_equal(rc, PL_EFORMAT);
			continue;
		}
		assert_ok(rc, &e);
		for (size_t k = 0; k < 3 && rows[i].path[k]; k++)
			v = pl_json_get(v, rows[i].path[k]);
		assert_string_equal(pl_json_str(v), rows[i].value);
	}
	assert_ok(
		pl_yaml_parse(a, &v,
			      pl_span_str("- a:\n    b: 1\n    c: {d: 2,\n"
					  "      e: 3}\n- f:\n  - 4\n  - 5\n"),
			      &e),
		&e);
	assert_int_equal(pl_json_len(v), 2);
	assert_string_equal(
		pl_json_str(pl_json_get(
			pl_json_get(pl_json_get(pl_json_at(v, 0), "a"), "c"),
			"e")),
		"3");
	assert_string_equal(
		pl_json_str(pl_json_at(pl_json_get(pl_json_at(v, 1), "f"), 1)),
		"5");
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crc32c),
		cmocka_unit_test(blocks_unpack),
		cmocka_unit_test(streams_unpack),
		cmocka_unit_test(yaml_of_test_cases),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
