#include "check.h"

#include "codec/rlp.h"
#include "eth/receipt.h"

static struct pl_log made_log(unsigned topics)
{
	static const uint8_t data[40] = { 1, 2, 3 };
	struct pl_log l = { .n_topics = topics, .data = { data, 40 } };

	memset(l.address.b, 0xaa, 20);
	for (unsigned i = 0; i < topics; i++)
		memset(l.topics[i].b, (int)i + 1, 32);
	return l;
}

static struct pl_receipt made(struct pl_arena *a, uint8_t type, bool root)
{
	struct pl_receipt r = { .type = type,
				.has_state_root = root,
				.status = !root,
				.cumulative_gas = 21000 };
	struct pl_buf logs;
	struct pl_err e;

	memset(r.state_root.b, 9, 32);
	pl_buf_init(&logs, a);
	for (unsigned n = 0; n <= 4; n++) {
		struct pl_log l = made_log(n);

		pl_log_encode(&logs, &l);
	}
	r.logs = pl_buf_span(&logs);
	assert_ok(pl_receipt_bloom(r.bloom, &r, &e), &e);
	return r;
}

static void all_types_round_trip(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_buf b, again;

	(void)state;
	pl_buf_init(&b, a);
	pl_buf_init(&again, a);
	for (uint8_t type = 0; type <= 5; type++) {
		struct pl_receipt r = made(a, type % 5, type == 5), got;
		struct pl_err e;

		pl_buf_reset(&b);
		pl_receipt_encode(&b, &r);
		assert_ok(pl_receipt_decode(&got, pl_buf_span(&b), &e), &e);
		assert_int_equal(got.type, type % 5);
		assert_int_equal(got.has_state_root, type == 5);
		assert_int_equal(got.status, type != 5);
		pl_buf_reset(&again);
		pl_receipt_encode(&again, &got);
		assert_true(
			pl_span_equal(pl_buf_span(&b), pl_buf_span(&again)));
		for (size_t n = 0; n < b.n; n++)
			assert_int_equal(
				pl_receipt_decode(
					&got, (struct pl_span){ b.p, n }, &e),
				PL_EFORMAT);
	}
	pl_arena_close(a);
}

static void logs_come_back(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_receipt r = made(a, 2, false);
	struct pl_span rest = r.logs;
	struct pl_log l;
	struct pl_err e;

	(void)state;
	for (unsigned n = 0; n <= 4; n++) {
		assert_ok(pl_log_next(&l, &rest, &e), &e);
		assert_int_equal(l.n_topics, n);
		assert_int_equal(l.data.n, 40);
		assert_int_equal(l.address.b[19], 0xaa);
	}
	assert_int_equal(rest.n, 0);
	assert_int_equal(pl_log_next(&l, &rest, &e), PL_EFORMAT);
	pl_arena_close(a);
}

/* Three bits at most for a word, all of them needed to find it again. */
static void bloom_bits(void **state)
{
	uint8_t bloom[PL_BLOOM] = { 0 }, other[PL_BLOOM] = { 0 };
	struct pl_span word = pl_span_str("testtest");
	unsigned bits = 0;

	(void)state;
	assert_false(pl_bloom_has(bloom, word));
	pl_bloom_add(bloom, word);
	assert_true(pl_bloom_has(bloom, word));
	assert_false(pl_bloom_has(bloom, pl_span_str("test")));
	for (unsigned i = 0; i < 8 * PL_BLOOM; i++)
		bits += bloom[i / 8] >> i % 8 & 1;
	assert_true(bits >= 1 && bits <= 3);
	pl_bloom_add(other, pl_span_str("test"));
	pl_bloom_or(other, bloom);
	assert_true(pl_bloom_has(other, word));
	for (size_t i = 0; i < PL_BLOOM; i++) /* dropping any bit shows */
		for (unsigned k = 0; k < 8; k++) {
			if (!(bloom[i] >> k & 1))
				continue;
			bloom[i] ^= (uint8_t)(1u << k);
			assert_false(pl_bloom_has(bloom, word));
			bloom[i] ^= (uint8_t)(1u << k);
		}
}

static void refused(struct pl_arena *a, const struct pl_receipt *r,
		    const char *why)
{
	struct pl_receipt got;
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, a);
	pl_receipt_encode(&b, r);
	assert_int_equal(pl_receipt_decode(&got, pl_buf_span(&b), &e),
			 PL_EFORMAT);
	if (!strstr(e.msg, why))
		fail_msg("'%s' does not say '%s'", e.msg, why);
}

static void rules_of_receipts(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_receipt r = made(a, 2, true);
	struct pl_log l = made_log(4);
	struct pl_buf b;
	size_t list, topics;

	(void)state;
	/* EIP-658: no typed receipt is older than the status */
	refused(a, &r, "status");
	r = made(a, 5, false);
	refused(a, &r, "type");
	/* five topics */
	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	pl_rlp_put(&b, pl_addr_span(&l.address));
	topics = pl_rlp_open(&b);
	for (int i = 0; i < 5; i++)
		pl_rlp_put(&b, pl_hash32_span(&l.topics[0]));
	pl_rlp_close(&b, topics);
	pl_rlp_put(&b, l.data);
	pl_rlp_close(&b, list);
	r = made(a, 1, false);
	r.logs = pl_buf_span(&b);
	refused(a, &r, "topics");
	r.logs.n--;
	refused(a, &r, "rlp:");
	pl_arena_close(a);
}

/* Nitro's own kinds: the bytes its go-ethereum writes for a receipt without
 * logs, and no kind beside them. */
static void receipts_of_nitro(void **state)
{
	static const struct {
		const char *head;
		uint64_t gas;
		bool status;
	} known[] = {
		{ "64f901080182f618", 63000, true },
		{ "65f901090183014820", 84000, true },
		{ "66f901098083019a28", 105000, false },
		{ "69f901090183023e38", 147000, true },
		{ "6af901090183029040", 168000, true },
	};
	struct pl_arena *a = pl_arena_open(0);
	size_t types = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		char *text = pl_printf(a, "%sb90100%0512dc0", known[i].head, 0);
		struct pl_span raw = unhex(a, text);
		struct pl_receipt r;
		struct pl_buf b;
		struct pl_err e;

		assert_ok(pl_receipt_decode(&r, raw, &e), &e);
		assert_int_equal(r.type, raw.p[0]);
		assert_int_equal(r.cumulative_gas, known[i].gas);
		assert_int_equal(r.status, known[i].status);
		pl_buf_init(&b, a);
		pl_receipt_encode(&b, &r);
		assert_true(pl_span_equal(pl_buf_span(&b), raw));
		for (unsigned type = 0; type < 0xc0; type++) {
			*(uint8_t *)(uintptr_t)raw.p = (uint8_t)type;
			assert_int_equal(pl_receipt_decode(&r, raw, &e) ==
						 PL_OK,
					 type && pl_receipt_type(type));
		}
	}
	for (unsigned type = 0; type < 256; type++)
		types += pl_receipt_type(type);
	assert_int_equal(types, 11);
	assert_false(pl_receipt_type(0x78));
	assert_false(pl_receipt_type(0x7e));
	assert_false(pl_receipt_type(0x16a));
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(receipts_of_nitro),
		cmocka_unit_test(all_types_round_trip),
		cmocka_unit_test(logs_come_back),
		cmocka_unit_test(bloom_bits),
		cmocka_unit_test(rules_of_receipts),
	};

	return cmocka_run_group_tests_name("receipt", tests, NULL, NULL);
}
