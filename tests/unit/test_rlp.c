#include "check.h"

#include "codec/rlp.h"

/* clang-format off */
static const struct {
	const char *label, *in;
	size_t n;
	enum pl_rc rc;
	size_t body, rest;
} cases[] = {
	{ "dog, then rest", "\x83" "dogX", 5, PL_OK, 3, 1 },
	{ "small byte", "\x7f" "X", 2, PL_OK, 1, 1 },
	{ "zero byte", "\x00", 1, PL_OK, 1, 0 },
	{ "empty string", "\x80", 1, PL_OK, 0, 0 },
	{ "empty list", "\xc0", 1, PL_OK, 0, 0 },
	{ "list of two", "\xc2\x01\x02", 3, PL_OK, 2, 0 },
	{ "byte wrapped needlessly", "\x81\x7f", 2, PL_EFORMAT, 0, 0 },
	{ "byte that needs wrapping", "\x81\x80", 2, PL_OK, 1, 0 },
	{ "long form for 3 bytes", "\xb8\x03" "dog", 5, PL_EFORMAT, 0, 0 },
	{ "long list for 3", "\xf8\x03\x01\x02\x03", 5, PL_EFORMAT, 0, 0 },
	{ "length with a leading zero", "\xb9\x00\x38", 3, PL_EFORMAT, 0, 0 },
	{ "length cut short", "\xb9\x38", 2, PL_EFORMAT, 0, 0 },
	{ "string cut short", "\x83" "do", 3, PL_EFORMAT, 0, 0 },
	{ "list cut short", "\xc3\x01\x02", 3, PL_EFORMAT, 0, 0 },
	{ "length 2^64-1", "\xbf\xff\xff\xff\xff\xff\xff\xff\xff", 9,
	  PL_EFORMAT, 0, 0 },
	{ "list of 2^64-1", "\xff\xff\xff\xff\xff\xff\xff\xff\xff", 9,
	  PL_EFORMAT, 0, 0 },
	{ "nothing", "", 0, PL_EFORMAT, 0, 0 },
};
/* clang-format on */

static void next_follows_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_span in = { (const uint8_t *)cases[i].in,
				      cases[i].n };
		struct pl_rlp item = { 0 };
		struct pl_err e = { 0 };

		assert_int_equal(pl_rlp_next(&item, &in, &e), cases[i].rc);
		assert_int_equal(item.body.n, cases[i].body);
		assert_int_equal(in.n,
				 cases[i].rc ? cases[i].n : cases[i].rest);
	}
}

static const struct {
	const char *in;
	enum pl_rc rc;
	uint64_t v;
} ints[] = {
	{ "80", PL_OK, 0 },
	{ "01", PL_OK, 1 },
	{ "7f", PL_OK, 127 },
	{ "8180", PL_OK, 128 },
	{ "820400", PL_OK, 1024 },
	{ "88ffffffffffffffff", PL_OK, UINT64_MAX },
	{ "00", PL_EFORMAT, 0 },
	{ "820004", PL_EFORMAT, 0 },
	{ "89010000000000000000", PL_EFORMAT, 0 },
	{ "c0", PL_EFORMAT, 0 },
};

static void integers_have_one_form(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(ints); i++) {
		struct pl_span in = unhex(a, ints[i].in), s = in;
		struct pl_u256 big = { { 0 } };
		uint64_t v = 7;
		struct pl_err e;
		struct pl_buf b;

		assert_int_equal(pl_rlp_u64(&v, &s, &e), ints[i].rc);
		if (ints[i].rc) {
			assert_int_equal(v, 7);
			assert_int_equal(s.n, in.n);
			continue;
		}
		assert_true(v == ints[i].v);
		s = in;
		assert_ok(pl_rlp_u256(&big, &s, &e), &e);
		assert_true(big.w[0] == v);
		pl_buf_init(&b, a);
		pl_rlp_put_u64(&b, v);
		assert_true(pl_span_equal(pl_buf_span(&b), in));
		pl_buf_reset(&b);
		pl_rlp_put_u256(&b, &big);
		assert_true(pl_span_equal(pl_buf_span(&b), in));
	}
	pl_arena_close(a);
}

/* Around the edges of the short and long forms, strings and lists. */
static void what_was_written_reads_back(void **state)
{
	static const size_t sizes[] = { 0,  1,   2,   55,    56,
					57, 255, 256, 65535, 65536 };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		uint8_t *bytes = pl_alloc(a, sizes[i]);
		struct pl_span in, body, got;
		struct pl_err e;
		size_t list, count;

		memset(bytes, 0xee, sizes[i]);
		pl_buf_reset(&b);
		list = pl_rlp_open(&b);
		pl_rlp_put(&b, (struct pl_span){ bytes, sizes[i] });
		pl_rlp_put_u64(&b, 5);
		pl_rlp_close(&b, list);
		in = pl_buf_span(&b);
		assert_ok(pl_rlp_raw(&got, &in, &e), &e);
		assert_int_equal(in.n, 0);
		assert_ok(pl_rlp_whole_list(&body, got, &e), &e);
		assert_ok(pl_rlp_count(&count, body, &e), &e);
		assert_int_equal(count, 2);
		assert_ok(pl_rlp_bytes(&got, &body, &e), &e);
		assert_int_equal(got.n, sizes[i]);
	}
	pl_arena_close(a);
}

static void types_are_not_mixed(void **state)
{
	static const uint8_t list[] = { 0xc1, 0x05 }, str[] = { 0x82, 1, 2 };
	struct pl_span l = { list, 2 }, s = { str, 3 }, out;
	uint8_t room[2];
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_rlp_bytes(&out, &l, &e), PL_EFORMAT);
	assert_int_equal(pl_rlp_list(&out, &s, &e), PL_EFORMAT);
	assert_int_equal(pl_rlp_fixed(room, 1, &s, &e), PL_EFORMAT);
	assert_int_equal(l.n, 2);
	assert_int_equal(s.n, 3);
	assert_ok(pl_rlp_fixed(room, 2, &s, &e), &e);
	assert_int_equal(room[1], 2);
	assert_int_equal(
		pl_rlp_whole_list(&out, (struct pl_span){ list, 1 }, &e),
		PL_EFORMAT);
}

/* Lists within lists, down to the limit and one below it. */
static void nesting_has_a_limit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b;

	(void)state;
	pl_buf_init(&b, a);
	for (size_t depth = PL_RLP_DEPTH; depth <= PL_RLP_DEPTH + 1; depth++) {
		struct pl_span in, out;
		struct pl_err e;

		pl_buf_reset(&b);
		for (size_t i = 0; i < depth; i++)
			pl_rlp_close(&b, 0);
		in = pl_buf_span(&b);
		assert_int_equal(pl_rlp_raw(&out, &in, &e),
				 depth > PL_RLP_DEPTH ? PL_ELIMIT : PL_OK);
	}
	pl_arena_close(a);
}

/* A wrong item deep inside is found by pl_rlp_raw and not by pl_rlp_next. */
static void raw_looks_inside(void **state)
{
	static const uint8_t bad[] = { 0xc4, 0xc3, 0x05, 0x81, 0x05 };
	static const uint8_t over[] = { 0xc3, 0xc3, 0x05, 0x06, 0x05 };
	struct pl_span in = { bad, sizeof(bad) }, out;
	struct pl_rlp item;
	struct pl_err e;

	(void)state;
	assert_int_equal(pl_rlp_raw(&out, &in, &e), PL_EFORMAT);
	assert_int_equal(in.n, sizeof(bad));
	assert_ok(pl_rlp_next(&item, &in, &e), &e);
	in = (struct pl_span){ over, sizeof(over) }; /* child past parent */
	assert_int_equal(pl_rlp_raw(&out, &in, &e), PL_EFORMAT);
}

/* What an integer of at most `max` bytes is, by the reader of any item. */
static bool plain_integer(uint64_t *out, size_t *used, struct pl_span in,
			  size_t max)
{
	struct pl_span rest = in;
	struct pl_rlp item;
	struct pl_err e;

	*out = 0;
	if (pl_rlp_next(&item, &rest, &e) || item.is_list ||
	    item.body.n > max || (item.body.n && !*item.body.p))
		return false;
	for (size_t i = 0; i < item.body.n; i++)
		*out = *out << 8 | item.body.p[i];
	*used = in.n - rest.n;
	return true;
}

/* Integers have short ways; every first two bytes and every length. */
static void integers_by_the_plain_way(void **state)
{
	uint8_t text[12] = { 0, 0, 0x80, 0x7f, 1, 0, 0xff, 8, 9, 10, 11, 12 };

	(void)state;
	for (unsigned first = 0; first < 0x10000; first++)
		for (size_t n = 0; n <= sizeof(text); n++) {
			struct pl_span in = { text, n }, wide = in;
			uint64_t want, got = 7;
			size_t used = 0;
			struct pl_u256 big, same;
			struct pl_err e;
			bool ok;

			text[0] = (uint8_t)(first >> 8);
			text[1] = (uint8_t)first;
			ok = plain_integer(&want, &used, in, 8);
			assert_int_equal(!pl_rlp_u64(&got, &in, &e), ok);
			assert_int_equal(n - in.n, used);
			assert_int_equal(got, ok ? want : 7);
			if (!ok) /* nine bytes and more, or nothing */
				continue;
			assert_ok(pl_rlp_u256(&big, &wide, &e), &e);
			same = pl_u256_of(want);
			assert_memory_equal(&big, &same, sizeof(big));
			assert_int_equal(wide.n, in.n);
		}
}

/* 256 bytes, as of a bloom: cut, one more or less, and of another length. */
static void blooms_are_of_their_length(void **state)
{
	uint8_t text[300] = { 0xb9, 1, 0 }, out[256];

	(void)state;
	for (size_t i = 3; i < sizeof(text); i++)
		text[i] = (uint8_t)i;
	for (size_t n = 0; n <= sizeof(text); n++)
		for (unsigned len = 254; len < 259; len++) {
			struct pl_span in = { text, n };
			struct pl_err e;
			bool ok = len == 256 && n >= 259;

			text[1] = (uint8_t)(len >> 8);
			text[2] = (uint8_t)len;
			assert_int_equal(!pl_rlp_fixed(out, 256, &in, &e), ok);
			assert_int_equal(n - in.n, ok ? 259 : 0);
			if (ok)
				assert_memory_equal(out, text + 3, 256);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(next_follows_the_table),
		cmocka_unit_test(integers_have_one_form),
		cmocka_unit_test(what_was_written_reads_back),
		cmocka_unit_test(types_are_not_mixed),
		cmocka_unit_test(nesting_has_a_limit),
		cmocka_unit_test(raw_looks_inside),
		cmocka_unit_test(integers_by_the_plain_way),
		cmocka_unit_test(blooms_are_of_their_length),
	};

	return cmocka_run_group_tests_name("rlp", tests, NULL, NULL);
}
