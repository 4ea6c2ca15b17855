/* Transactions of Nitro's own kinds: hashes that real chains and the node's
 * own code give, the way there and back, and no byte that does not count. */
#include "check.h"

#include "codec/json_in.h"
#include "crypto/keccak.h"
#include "orbit/nitro_tx.h"

#define A1 "0x1111111111111111111111111111111111111111"
#define A2 "0x2222222222222222222222222222222222222222"
#define A3 "0x3333333333333333333333333333333333333333"
#define A4 "0x4444444444444444444444444444444444444444"
#define A5 "0x5555555555555555555555555555555555555555"
#define ZEROS8 "00000000"
#define ZEROS56 ZEROS8 ZEROS8 ZEROS8 ZEROS8 ZEROS8 ZEROS8 ZEROS8

static const struct {
	const char *json, *hash;
} known[] = {
	/* Arbitrum One: the start of block 96223354, and of 201326592 */
	{ "{\"type\":\"0x6a\",\"chainId\":\"0xa4b1\",\"input\":"
	  "\"0x6bf6a42d" ZEROS56 ZEROS8 ZEROS56 "010924a4" ZEROS56
	  "05bc407a" ZEROS56 "00000001\"}",
	  "7144169eeaff9b4b9d0a1948fa6149784710e3f55da837f93201fcfb0a6c2450" },
	{ "{\"type\":\"0x6a\",\"chainId\":\"0xa4b1\",\"input\":"
	  "\"0x6bf6a42d" ZEROS56 ZEROS8 ZEROS56 "012c04c1" ZEROS56
	  "0c000000" ZEROS56 ZEROS8 "\"}",
	  "431a1c991fe68597f472ddd6e675570b5e1e0825ea90da5195709658e77bfede" },
	/* a ticket on Arbitrum One, message 0x504c of its inbox */
	{ "{\"type\":\"0x69\",\"chainId\":\"0xa4b1\",\"requestId\":\"0x" ZEROS56
	  "0000504c\","
	  "\"from\":\"0xea3123e9d9911199a6711321d1277285e6d4f3ec\","
	  "\"l1BaseFee\":\"0x5e0fc4c58\","
	  "\"depositValue\":\"0x854e8ab1802ca80\","
	  "\"maxFeePerGas\":\"0x11e1a300\",\"gas\":\"0x1d566\","
	  "\"retryTo\":\"0x6c411ad3e74de3e7bd422b94a27770f5b86c623b\","
	  "\"retryValue\":\"0x853a0d2313c0000\","
	  "\"beneficiary\":\"0xa2e06c19ee14255889f0ec0ca37f6d0778d06754\","
	  "\"maxSubmissionFee\":\"0x1270f6740d880\","
	  "\"refundTo\":\"0xa2e06c19ee14255889f0ec0ca37f6d0778d06754\","
	  "\"retryData\":\"0x2e567b36"
	  "000000000000000000000000c02aaa39b223fe8d0a0e5c4f27ead9083c756cc2"
	  "000000000000000000000000a2e06c19ee14255889f0ec0ca37f6d0778d06754"
	  "000000000000000000000000a2e06c19ee14255889f0ec0ca37f6d0778d06754"
	  "0000000000000000000000000000000000000000000000000853a0d2313c000"
	  "0" ZEROS56 "000000a0" ZEROS56 "00000080" ZEROS56 "00000040" ZEROS56
	  "00000060" ZEROS56 ZEROS8 ZEROS56 ZEROS8 "\"}",
	  "8ba13904639c7444d8578cc582a230b8501c9f0f7903f5069d276fdd3a7dea44" },
	/* a development chain of Nitro's: deposit, ticket, and its retry */
	{ "{\"type\":\"0x64\",\"chainId\":\"0x64aba\",\"requestId\":"
	  "\"0x" ZEROS56 "00000009\","
	  "\"from\":\"0x502fae7d46d88f08fc2f8ed27fcb2ab183eb3e1f\","
	  "\"to\":\"0x3f1eae7d46d88f08fc2f8ed27fcb2ab183eb2d0e\","
	  "\"value\":\"0x152d02c7e14af6800000\"}",
	  "38132c766a25034f7805a2f47c1bd4b23a97b979cf7b52bdcf29972c2e13f1e6" },
	{ "{\"type\":\"0x69\",\"chainId\":\"0x64aba\",\"requestId\":"
	  "\"0x" ZEROS56 "00000001\","
	  "\"from\":\"0xdd6bd74674c356345db88c354491c7d3173c6806\","
	  "\"l1BaseFee\":\"0x27\",\"depositValue\":\"0x239a0be14c2548\","
	  "\"maxFeePerGas\":\"0x3b9aca00\",\"gas\":\"0x5208\","
	  "\"retryTo\":\"0x3fab184622dc19b6109349b94811493bf2a45362\","
	  "\"retryValue\":\"0x2386f26fc10000\","
	  "\"beneficiary\":\"0x93b4c114b40ecf1fc34745400a1b9b9115c34e42\","
	  "\"maxSubmissionFee\":\"0xd548\","
	  "\"refundTo\":\"0x93b4c114b40ecf1fc34745400a1b9b9115c34e42\","
	  "\"retryData\":\"0x\"}",
	  "cfb3f4f75e092c28579f5b536c8919d63b823bf487c2c946ae8ad539ed2a971d" },
	{ "{\"type\":\"0x68\",\"chainId\":\"0x64aba\",\"nonce\":\"0x0\","
	  "\"from\":\"0xdd6bd74674c356345db88c354491c7d3173c6806\","
	  "\"maxFeePerGas\":\"0x5f5e100\",\"gas\":\"0x5208\","
	  "\"to\":\"0x3fab184622dc19b6109349b94811493bf2a45362\","
	  "\"value\":\"0x2386f26fc10000\",\"input\":\"0x\","
	  "\"ticketId\":\"0xcfb3f4f75e092c28579f5b536c8919d63b823bf487c2c946ae"
	  "8ad539ed2a971d\","
	  "\"refundTo\":\"0x93b4c114b40ecf1fc34745400a1b9b9115c34e42\","
	  "\"maxRefund\":\"0x1e8f1c1dd48\",\"submissionFeeRefund\":\"0xd548\"}",
	  "f2df0912b3d8b8e41d4d88fae405def3a64ae0ef1a229d1b517ef2f5c07e2c15" },
	/* made up, hashed by Nitro's own go-ethereum */
	{ "{\"type\":\"0x65\",\"chainId\":\"0xa4b1\",\"from\":\"" A1 "\","
	  "\"nonce\":\"0x7\",\"gasPrice\":\"0x3039\",\"gas\":\"0x5208\","
	  "\"to\":\"" A2 "\",\"value\":\"0x64\",\"input\":\"0xdeadbeef\"}",
	  "815fe243a019e4903168fa746b13bc64eeb677d3f9f87ce40ff8ce95fe25eae4" },
	{ "{\"type\":\"0x66\",\"chainId\":\"0xa4b1\",\"requestId\":"
	  "\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "\""
	  ",\"from\":\"" A1 "\",\"maxFeePerGas\":\"0x3039\","
	  "\"gas\":\"0xc350\",\"to\":\"" A2 "\",\"value\":\"0x1\","
	  "\"input\":\"0xabcdef\"}",
	  "b05db1de136f0945ec6ba3bdee8d432a02ba7a2b760501fbcfb2f32cef2e7825" },
	{ "{\"type\":\"0x68\",\"chainId\":\"0xa4b1\",\"nonce\":\"0x3\","
	  "\"from\":\"" A1 "\",\"maxFeePerGas\":\"0x22b\","
	  "\"gas\":\"0x13880\",\"to\":\"" A2 "\",\"value\":\"0x5\","
	  "\"input\":\"0x0102\",\"ticketId\":"
	  "\"0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	  "\""
	  ",\"refundTo\":\"" A3 "\",\"maxRefund\":\"0x3e8\","
	  "\"submissionFeeRefund\":\"0x7d0\"}",
	  "365cb4747eec1a5703fde8496018afffc055ba835361159935bdefd051510bd5" },
	{ "{\"type\":\"0x69\",\"chainId\":\"0xa4b1\",\"requestId\":"
	  "\"0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "\""
	  ",\"from\":\"" A1 "\",\"l1BaseFee\":\"0x64\","
	  "\"depositValue\":\"0xc8\",\"maxFeePerGas\":\"0x12c\","
	  "\"gas\":\"0x61a80\",\"retryTo\":\"" A2 "\","
	  "\"retryValue\":\"0x32\",\"beneficiary\":\"" A4 "\","
	  "\"maxSubmissionFee\":\"0x258\",\"refundTo\":\"" A5 "\","
	  "\"retryData\":\"0x01020304\"}",
	  "7c21633a95b29d2af5bf71d2efe4f36352e5aa8cf1980c968245d4b1069ad95e" },
	{ "{\"type\":\"0x64\",\"chainId\":\"0xa4b1\",\"requestId\":"
	  "\"0xcccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"
	  "\""
	  ",\"from\":\"" A1 "\",\"to\":\"" A2 "\",\"value\":\"0x7b\"}",
	  "d53dd73b1b2534d4023508fa3c26f4c7ea74b923c0f190a8874dd689a2c1cd21" },
	{ "{\"type\":\"0x6a\",\"chainId\":\"0xa4b1\","
	  "\"input\":\"0x1122334455\"}",
	  "5546c6af5de10e9bcaf1943ac8feddeb2ba2bb1f4252fddd69b16763fb454ab4" },
};

static struct pl_nitro_tx read_known(struct pl_arena *a, size_t i)
{
	const struct pl_json *o;
	struct pl_nitro_tx tx;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &o, pl_span_str(known[i].json), &e), &e);
	assert_ok(pl_nitro_tx_from_json(a, &tx, o, &e), &e);
	return tx;
}

static struct pl_span encoded(struct pl_arena *a, const struct pl_nitro_tx *tx)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_nitro_tx_encode(&b, tx);
	return pl_buf_span(&b);
}

static void hashes_are_the_chains(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct pl_nitro_tx tx = read_known(a, i), again;
		struct pl_span raw = encoded(a, &tx);
		struct pl_hash32 h = pl_keccak256(raw);
		struct pl_err e;

		assert_hex_equal(pl_hash32_span(&h), known[i].hash);
		assert_ok(pl_nitro_tx_decode(&again, raw, &e), &e);
		assert_true(pl_span_equal(encoded(a, &again), raw));
		assert_int_equal(again.has_to, tx.has_to);
	}
	pl_arena_close(a);
}

/* Every change is refused or another transaction; every cut is refused. */
static void every_byte_counts(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_nitro_tx tx;
	struct pl_err e;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		struct pl_nitro_tx good = read_known(a, i);
		struct pl_span raw = encoded(a, &good);
		uint8_t *p = (uint8_t *)(uintptr_t)raw.p;

		for (size_t n = 0; n < raw.n; n++)
			assert_int_equal(
				pl_nitro_tx_decode(
					&tx, (struct pl_span){ p, n }, &e),
				PL_EFORMAT);
		for (size_t k = 0; k < raw.n; k++) {
			uint8_t was = p[k];
			struct pl_span out;

			p[k] ^= (uint8_t)(1u << k % 8);
			if (!pl_nitro_tx_decode(&tx, raw, &e)) {
				out = encoded(a, &tx);
				assert_true(pl_span_equal(out, raw));
			} else {
				assert_int_equal(e.rc, PL_EFORMAT);
			}
			p[k] = was;
		}
	}
	pl_arena_close(a);
}

/* Every member of the JSON is needed, but for the receiver, whose absence
 * means that a contract is made. */
static void every_member_counts(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	size_t dropped = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++) {
		const struct pl_json *o;
		struct pl_nitro_tx tx;
		struct pl_err e;
		size_t n;

		assert_ok(pl_json_parse(a, &o, pl_span_str(known[i].json), &e),
			  &e);
		n = pl_json_len(o);
		for (size_t k = 0; k < n; k++) {
			const struct pl_json *copy;
			const char *key;
			struct pl_hash32 h;
			enum pl_rc rc;
			void *it;

			assert_ok(pl_json_parse(a, &copy,
						pl_span_str(known[i].json), &e),
				  &e);
			it = pl_json_iter(copy);
			for (size_t s = 0; s < k; s++)
				it = pl_json_next(copy, it);
			key = pl_strdup(a, pl_json_iter_key(it));
			assert_ok(pl_json_take(a, copy, key, &e), &e);
			rc = pl_nitro_tx_from_json(a, &tx, copy, &e);
			dropped++;
			if (rc) {
				assert_int_equal(rc, PL_EFORMAT);
				continue;
			}
			assert_true(!strcmp(key, "to") ||
				    !strcmp(key, "retryTo"));
			assert_false(tx.has_to);
			h = pl_keccak256(encoded(a, &tx));
			assert_memory_not_equal(h.b, unhex(a, known[i].hash).p,
						32);
		}
	}
	assert_int_equal(dropped, 107);
	pl_arena_close(a);
}

static void other_types_are_refused(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_nitro_tx good = read_known(a, 0), tx;
	struct pl_span raw = encoded(a, &good);
	uint8_t *p = (uint8_t *)(uintptr_t)raw.p;
	const struct pl_json *o;
	struct pl_err e;
	size_t owned = 0;

	(void)state;
	for (unsigned type = 0; type < 256; type++) {
		owned += pl_nitro_tx_owns(type);
		if (pl_nitro_tx_owns(type))
			continue;
		p[0] = (uint8_t)type;
		assert_int_equal(pl_nitro_tx_decode(&tx, raw, &e), PL_EFORMAT);
	}
	assert_int_equal(owned, 6);
	assert_false(pl_nitro_tx_owns(0x78));
	assert_false(pl_nitro_tx_owns(0x16a));
	assert_ok(pl_json_parse(a, &o, pl_span_str("{\"type\":\"0x16a\"}"), &e),
		  &e);
	assert_int_equal(pl_nitro_tx_from_json(a, &tx, o, &e), PL_EFORMAT);
	assert_non_null(strstr(e.msg, "0x16a"));
	pl_arena_close(a);
}

/* As nodes show them: the call a ticket looks like, and ArbOS's address. */
static void views(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_nitro_tx tx = read_known(a, 9);
	struct pl_nitro_view v = pl_nitro_tx_view(a, &tx);

	(void)state;
	assert_hex_equal(pl_addr_span(&v.to),
			 "000000000000000000000000000000000000006e");
	assert_true(pl_u256_is_zero(&v.value));
	assert_int_equal(v.input.n, 4 + 13 * 32);
	assert_hex_equal((struct pl_span){ v.input.p, 4 }, "c9f95d32");
	/* the tenth word is the receiver, then offset, length and data */
	assert_hex_equal((struct pl_span){ v.input.p + 4 + 9 * 32 + 12, 20 },
			 A2 + 2);
	assert_int_equal(v.input.p[4 + 11 * 32 - 1], 0x60);
	assert_int_equal(v.input.p[4 + 12 * 32 - 1], 4);
	assert_hex_equal((struct pl_span){ v.input.p + 4 + 12 * 32, 8 },
			 "0102030400000000");
	tx = read_known(a, 0);
	v = pl_nitro_tx_view(a, &tx);
	assert_hex_equal(pl_addr_span(&v.from),
			 "00000000000000000000000000000000000a4b05");
	assert_memory_equal(v.from.b, v.to.b, 20);
	assert_true(v.has_to);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_the_chains),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(every_member_counts),
		cmocka_unit_test(other_types_are_refused),
		cmocka_unit_test(views),
	};

	return cmocka_run_group_tests_name("nitro transactions", tests, NULL,
					   NULL);
}
