/* Blob gas: its price and its excess by fork, and blocks made here that hold
 * to the rules or break just one. */
#include "check.h"

#include "codec/json_in.h"
#include "codec/rlp.h"
#include "eth/blob.h"
#include "eth/check.h"
#include "eth/receipt.h"
#include "eth/trie.h"
#include "eth/tx.h"

/* ---------------------------------------------------------- arithmetic */

static const struct {
	enum pl_fork fork;
	uint64_t excess;
	const char *price;
} prices[] = {
	/* where the price goes from 1 to 2 under Cancun: fraction · ln 2 */
	{ PL_FORK_CANCUN, 0, "1" },
	{ PL_FORK_CANCUN, 2314057, "1" },
	{ PL_FORK_CANCUN, 2314058, "2" },
	{ PL_FORK_CANCUN, 10 << 20, "23" },
	{ PL_FORK_PRAGUE, 10 << 20, "8" },
	{ PL_FORK_OSAKA, 10 << 20, "8" },
	{ PL_FORK_BPO1, 10 << 20, "3" },
	{ PL_FORK_BPO2, 10 << 20, "2" },
	/* e^50, each term of its series rounded down */
	{ PL_FORK_PRAGUE, 50 * 5007716, "5184705528553908270369" },
};

static void prices_by_fork(void **state)
{
	struct pl_u256 p;

	(void)state;
	for (size_t i = 0; i < COUNT(prices); i++) {
		char text[PL_U256_DEC];

		assert_true(
			pl_blob_price(&p, prices[i].fork, prices[i].excess));
		pl_u256_dec(text, &p);
		assert_string_equal(text, prices[i].price);
	}
	assert_false(pl_blob_price(&p, PL_FORK_SHANGHAI, 0));
	assert_false(pl_blob_price(&p, PL_FORK_CANCUN, UINT64_MAX));
	assert_false(pl_blob_price(&p, PL_FORK_BPO2, UINT64_MAX));
	assert_int_equal(pl_blob_limit(PL_FORK_SHANGHAI), 0);
	assert_int_equal(pl_blob_limit(PL_FORK_CANCUN), 6 * PL_BLOB_GAS);
	assert_int_equal(pl_blob_limit(PL_FORK_OSAKA), 9 * PL_BLOB_GAS);
	assert_int_equal(pl_blob_limit(PL_FORK_BPO2), 21 * PL_BLOB_GAS);
}

static const struct {
	enum pl_fork fork;
	uint64_t excess, blobs, base_fee; /* excess in blobs as well */
	uint64_t next;
} steps[] = {
	{ PL_FORK_CANCUN, 0, 3, 7, 0 },
	{ PL_FORK_CANCUN, 0, 4, 7, 1 },
	{ PL_FORK_CANCUN, 2, 0, 7, 0 },
	{ PL_FORK_CANCUN, 5, 6, 7, 8 },
	{ PL_FORK_PRAGUE, 5, 6, 7, 5 },
	{ PL_FORK_PRAGUE, 5, 0, 7, 0 },
	/* a blob at 1 wei a unit is worth 131072 wei, and at least 8192 units
	 * of execution gas: up to a base fee of 16 nothing changes */
	{ PL_FORK_OSAKA, 5, 9, 16, 8 },
	{ PL_FORK_OSAKA, 5, 9, 17, 8 },
	{ PL_FORK_OSAKA, 5, 6, 16, 5 },
	{ PL_FORK_OSAKA, 5, 6, 17, 7 },
	{ PL_FORK_OSAKA, 1, 0, 1000, 0 }, /* below the target: 0 as ever */
	{ PL_FORK_BPO1, 20, 6, 17, 22 },
	{ PL_FORK_BPO2, 20, 9, 17, 23 },
	{ PL_FORK_BPO2, 20, 9, 16, 15 },
};

static void excess_by_fork(void **state)
{
	uint64_t next;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		struct pl_header h = {
			.n_fields = 20,
			.excess_blob_gas = steps[i].excess * PL_BLOB_GAS,
			.blob_gas_used = steps[i].blobs * PL_BLOB_GAS,
			.base_fee = pl_u256_of(steps[i].base_fee),
		};

		assert_true(pl_blob_next_excess(&next, steps[i].fork, &h));
		assert_int_equal(next, steps[i].next * PL_BLOB_GAS);
		h.n_fields = 17;
		assert_false(pl_blob_next_excess(&next, steps[i].fork, &h));
		h.n_fields = 20;
		assert_false(pl_blob_next_excess(&next, PL_FORK_SHANGHAI, &h));
		h.excess_blob_gas = UINT64_MAX;
		h.blob_gas_used = 1;
		assert_false(pl_blob_next_excess(&next, steps[i].fork, &h));
	}
}

/* -------------------------------------------------------------- blocks */

/* A block of Prague with one blob transaction. */
struct made {
	unsigned blobs;
	uint64_t excess, max_blob_fee;
	const char *receipt; /* members of its receipt, in JSON, or NULL */
	struct pl_hash32 parent;
	uint64_t number;
};

static struct pl_span made_tx(struct pl_arena *a, const struct made *m)
{
	static const uint8_t secret[32] = { [31] = 9 };
	struct pl_tx tx = { .type = PL_TX_BLOB,
			    .has_chain_id = true,
			    .chain_id = 1,
			    .gas = 21000,
			    .max_fee = pl_u256_of(100),
			    .max_blob_fee = pl_u256_of(m->max_blob_fee),
			    .has_to = true };
	struct pl_buf hashes, out;
	struct pl_err e;

	pl_buf_init(&hashes, a);
	pl_buf_init(&out, a);
	for (unsigned i = 0; i < m->blobs; i++) {
		struct pl_hash32 h = { { 1, [31] = (uint8_t)i } };

		pl_rlp_put(&hashes, pl_hash32_span(&h));
	}
	tx.blob_hashes = pl_buf_span(&hashes);
	assert_ok(pl_tx_sign(&tx, &out, secret, &e), &e);
	pl_tx_encode(&out, &tx);
	return pl_buf_span(&out);
}

static struct pl_header made_header(struct pl_arena *a, const struct made *m,
				    struct pl_span tx)
{
	struct pl_header h = { .n_fields = 21,
			       .uncles_hash = pl_empty_uncles,
			       .parent_hash = m->parent,
			       .receipts_root = pl_empty_root,
			       .withdrawals_root = pl_empty_root,
			       .number = m->number ? m->number : 22600000,
			       .time = 1747900000,
			       .gas_limit = 30000000,
			       .gas_used = 21000,
			       .base_fee = pl_u256_of(7),
			       .blob_gas_used = m->blobs * PL_BLOB_GAS,
			       .excess_blob_gas = m->excess };
	struct pl_receipt r = { .type = 3,
				.status = true,
				.cumulative_gas = 21000 };
	struct pl_span raw;
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, a);
	pl_receipt_encode(&b, &r);
	raw = pl_buf_span(&b);
	assert_ok(pl_trie_list_root(&h.receipts_root, a, &raw, 1, &e), &e);
	assert_ok(pl_trie_list_root(&h.tx_root, a, &tx, 1, &e), &e);
	return h;
}

static enum pl_rc check_made(struct pl_arena *a, struct pl_check *c,
			     struct pl_block_report *r, const struct made *m,
			     struct pl_err *e)
{
	struct pl_span tx = made_tx(a, m);
	struct pl_header h = made_header(a, m, tx);
	const struct pl_json *doc;
	struct pl_hash32 hash;
	struct pl_buf b, text;

	pl_buf_init(&b, a);
	pl_buf_init(&text, a);
	hash = pl_header_hash(&h, &b);
	pl_header_encode(&b, &h);
	pl_buf_fmt(&text,
		   "{\"hash\":\"%s\",\"header\":\"%s\","
		   "\"transactions\":[\"%s\"]",
		   pl_hash32_text(a, &hash), pl_hex(a, pl_buf_span(&b)),
		   pl_hex(a, tx));
	if (m->receipt) {
		pl_buf_str(&text, ",\"receipts\":[{\"type\":\"0x3\","
				  "\"status\":\"0x1\",\"logs\":[],"
				  "\"cumulativeGasUsed\":\"0x5208\","
				  "\"logsBloom\":\"0x");
		for (int i = 0; i < PL_BLOOM; i++)
			pl_buf_str(&text, "00");
		pl_buf_fmt(&text, "\"%s}]", m->receipt);
	}
	pl_buf_str(&text, "}");
	assert_ok(pl_json_parse(a, &doc, pl_buf_span(&text), e), e);
	pl_check_init(c, a);
	return pl_check_block(c, r, doc, NULL, e);
}

static bool proved(const struct pl_check *c, const char *rule)
{
	for (size_t i = 0; i < c->n_proved; i++)
		if (!strcmp(c->proved[i], rule))
			return true;
	return false;
}

static const struct {
	struct made m;
	const char *rule, *fails;
} made[] = {
	{ { .blobs = 9, .excess = 10 << 20, .max_blob_fee = 8 },
	  "tx.blob_fee",
	  NULL },
	{ { .blobs = 9, .excess = 10 << 20, .max_blob_fee = 8 },
	  "header.blob_limit",
	  NULL },
	{ { .blobs = 1, .excess = 10 << 20, .max_blob_fee = 7 },
	  NULL,
	  "tx.blob_fee" },
	{ { .blobs = 1, .excess = UINT64_MAX, .max_blob_fee = 7 },
	  NULL,
	  "tx.blob_fee" },
	{ { .blobs = 10, .max_blob_fee = 1 }, NULL, "header.blob_limit" },
	{ { .blobs = 2,
	    .excess = 10 << 20,
	    .max_blob_fee = 9,
	    .receipt =
		    ",\"blobGasUsed\":\"0x40000\",\"blobGasPrice\":\"0x8\"" },
	  "receipt.blob_price",
	  NULL },
	{ { .blobs = 2,
	    .excess = 10 << 20,
	    .max_blob_fee = 9,
	    .receipt = ",\"blobGasUsed\":\"0x40000\"" },
	  "receipts.blob_gas",
	  NULL },
	{ { .blobs = 2,
	    .excess = 10 << 20,
	    .max_blob_fee = 9,
	    .receipt =
		    ",\"blobGasUsed\":\"0x40000\",\"blobGasPrice\":\"0x9\"" },
	  NULL,
	  "receipt.blob_price" },
	{ { .blobs = 2,
	    .max_blob_fee = 9,
	    .receipt = ",\"blobGasUsed\":\"0x20000\"" },
	  NULL,
	  "receipt.blob_gas" },
	/* nothing said, nothing proven */
	{ { .blobs = 2, .max_blob_fee = 9, .receipt = "" },
	  "receipts.root",
	  NULL },
};

static void blocks_and_their_rules(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(made); i++) {
		struct pl_block_report r;
		struct pl_check c;
		struct pl_err e;
		enum pl_rc rc = check_made(a, &c, &r, &made[i].m, &e);

		if (made[i].fails) {
			assert_int_equal(rc, PL_EPROOF);
			assert_string_equal(c.failed.rule, made[i].fails);
			continue;
		}
		assert_ok(rc, &e);
		assert_true(proved(&c, made[i].rule));
		assert_int_equal(r.chain_id, 1);
		if (made[i].m.receipt && !*made[i].m.receipt)
			assert_false(proved(&c, "receipts.blob_gas"));
	}
	pl_arena_close(a);
}

static void excess_follows_the_parent(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct made m = { .blobs = 8,
			  .excess = PL_BLOB_GAS,
			  .max_blob_fee = 9 };
	struct pl_block_report parent, child;
	struct pl_check c;
	struct pl_err e;

	(void)state;
	assert_ok(check_made(a, &c, &parent, &m, &e), &e);
	m.parent = parent.header.hash;
	m.number = parent.header.number + 1;
	m.excess = 3 * PL_BLOB_GAS; /* 1 + 8 - 6 */
	assert_ok(check_made(a, &c, &child, &m, &e), &e);
	assert_ok(pl_check_link(&c, &child, &parent, &e), &e);
	assert_true(proved(&c, "parent.excess_blob"));
	m.excess++;
	assert_ok(check_made(a, &c, &child, &m, &e), &e);
	assert_int_equal(pl_check_link(&c, &child, &parent, &e), PL_EPROOF);
	assert_string_equal(c.failed.rule, "parent.excess_blob");
	/* of a chain that is not known to be the main network, nothing */
	pl_check_init(&c, a);
	parent.chain_id = 0;
	assert_ok(pl_check_link(&c, &child, &parent, &e), &e);
	assert_false(proved(&c, "parent.excess_blob"));
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(prices_by_fork),
		cmocka_unit_test(excess_by_fork),
		cmocka_unit_test(blocks_and_their_rules),
		cmocka_unit_test(excess_follows_the_parent),
	};

	return cmocka_run_group_tests_name("blobs", tests, NULL, NULL);
}
