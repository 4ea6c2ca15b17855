/* Blocks and receipts of real chains, read, reduced to the bytes that roots
 * are made of, and written again: every member is the node's own. */
#include "check.h"

#include "base/file.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/check.h"
#include "eth/node_json.h"
#include "eth/node_out.h"
#include "orbit/family.h"

/* Members of the files that no bytes commit to, and those that these nodes
 * did not write yet. */
static bool untold(const char *key)
{
	static const char *const keys[] = { "totalDifficulty", "rlp",
					    "gasUsedForL1" };

	for (size_t i = 0; i < COUNT(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

static size_t members_seen;

static void same(const struct pl_json *want, const struct pl_json *got,
		 const char *where, bool no_uncles);

static void same_object(const struct pl_json *want, const struct pl_json *got,
			const char *where, bool no_uncles)
{
	for (void *it = pl_json_iter(want); it; it = pl_json_next(want, it)) {
		const char *key = pl_json_iter_key(it);
		const struct pl_json *v = pl_json_get(got, key);

		if (untold(key) || (!no_uncles && (!strcmp(key, "size") ||
						   !strcmp(key, "uncles"))))
			continue;
		if (!v)
			fail_msg("%s: \"%s\" is not written", where, key);
		same(pl_json_iter_value(it), v, key, no_uncles);
	}
}

static void same(const struct pl_json *want, const struct pl_json *got,
		 const char *where, bool no_uncles)
{
	if (pl_json_type(want) != pl_json_type(got))
		fail_msg("%s: %s, not %s", where, pl_json_type_name(got),
			 pl_json_type_name(want));
	if (pl_json_type(want) == PL_J_OBJECT) {
		same_object(want, got, where, no_uncles);
		return;
	}
	if (pl_json_type(want) == PL_J_ARRAY) {
		assert_int_equal(pl_json_len(want), pl_json_len(got));
		for (size_t i = 0; i < pl_json_len(want); i++)
			same(pl_json_at(want, i), pl_json_at(got, i), where,
			     no_uncles);
		return;
	}
	members_seen++;
	if (pl_json_type(want) == PL_J_STR &&
	    strcmp(pl_json_str(want), pl_json_str(got)) != 0)
		fail_msg("%s: %s, not %s", where, pl_json_str(got),
			 pl_json_str(want));
	assert_int_equal(pl_json_bool(want), pl_json_bool(got));
}

struct ctx {
	struct pl_arena *a;
	struct pl_err e;
};

static struct pl_span encoded_tx(struct ctx *c, const struct pl_json *o)
{
	struct pl_tx tx;
	struct pl_buf b;

	assert_ok(pl_tx_from_json(c->a, &tx, o, &c->e), &c->e);
	pl_buf_init(&b, c->a);
	pl_tx_encode(&b, &tx);
	return pl_buf_span(&b);
}

static struct pl_span encoded_withdrawal(struct ctx *c, const struct pl_json *o)
{
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	assert_ok(pl_withdrawal_from_json(&b, o, &c->e), &c->e);
	return pl_buf_span(&b);
}

static struct pl_span *each(struct ctx *c, const struct pl_json *list,
			    struct pl_span (*f)(struct ctx *,
						const struct pl_json *))
{
	size_t n = pl_json_len(list);
	struct pl_span *out = PL_NEW_N(c->a, struct pl_span, n);

	for (size_t i = 0; i < n; i++)
		out[i] = f(c, pl_json_at(list, i));
	return out;
}

static const struct pl_json *reread(struct ctx *c, const struct pl_buf *b)
{
	const struct pl_json *out;

	assert_ok(pl_json_parse(c->a, &out, pl_buf_span(b), &c->e), &c->e);
	return out;
}

static void block_file(struct ctx *c, const struct pl_json *doc)
{
	const struct pl_json *o =
		pl_has(doc, "result") ? pl_json_get(doc, "result") : doc;
	const struct pl_json *txs = pl_json_get(o, "transactions");
	const struct pl_json *ws = pl_json_get(o, "withdrawals");
	struct pl_node_block b = { .chain_id = 1 };
	struct pl_header h;
	struct pl_buf out;
	struct pl_jout w;

	assert_ok(pl_header_from_json(c->a, &h, o, &c->e), &c->e);
	b.header = &h;
	b.txs = each(c, txs, encoded_tx);
	b.n_txs = pl_json_len(txs);
	b.withdrawals = each(c, ws, encoded_withdrawal);
	b.n_withdrawals = pl_json_len(ws);
	pl_buf_init(&out, c->a);
	pl_jout_init(&w, &out);
	assert_ok(pl_node_block(&w, c->a, NULL, &b, true, &c->e), &c->e);
	same(o, reread(c, &out), "block",
	     pl_json_len(pl_json_get(o, "uncles")) == 0);
}

/* Runs f over the folder's files; returns how many. */
static size_t folder(const char *name,
		     void (*f)(struct ctx *, const struct pl_json *))
{
	struct pl_arena *keep = pl_arena_open(0);
	struct ctx c = { .a = pl_arena_open(0) };
	char *dir = testdata(keep, name), **names;
	size_t n = 0;

	if (dir)
		assert_ok(pl_dir_list(keep, &names, &n, dir, &c.e), &c.e);
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *doc;

		pl_arena_reset(c.a);
		assert_ok(pl_json_read(c.a, &doc,
				       pl_printf(keep, "%s/%s", dir, names[i]),
				       &c.e),
			  &c.e);
		f(&c, doc);
	}
	pl_arena_close(c.a);
	pl_arena_close(keep);
	if (!dir)
		skip();
	return n;
}

static void blocks_are_written_as_nodes_do(void **state)
{
	(void)state;
	members_seen = 0;
	assert_int_equal(folder("chain/blocks", block_file), 19);
	assert_true(members_seen > 25000);
}

static void nitro_header(struct ctx *c, const struct pl_json *doc)
{
	for (size_t i = 0; i < pl_json_len(doc); i++) {
		const struct pl_json *o = pl_json_at(doc, i);
		struct pl_node_block b = { .family = &pl_family_nitro };
		struct pl_header h;
		struct pl_buf out;
		struct pl_jout w;

		assert_ok(pl_header_from_json(c->a, &h, o, &c->e), &c->e);
		b.header = &h;
		pl_buf_init(&out, c->a);
		pl_jout_init(&w, &out);
		pl_jout_open(&w, NULL, '{');
		pl_node_header(&w, &b);
		pl_jout_close(&w, '}');
		same(o, reread(c, &out), "nitro", false);
	}
}

static void nitro_headers_are_written_as_nodes_do(void **state)
{
	struct ctx c = { .a = pl_arena_open(0) };
	const struct pl_json *doc;
	char *path = testdata(c.a, "chain/arbitrum/arb1_headers.json");

	(void)state;
	if (path) {
		assert_ok(pl_json_read(c.a, &doc, path, &c.e), &c.e);
		assert_int_equal(pl_json_len(doc), 3);
		nitro_header(&c, doc);
	}
	pl_arena_close(c.a);
	if (!path)
		skip();
}

/* -------------------------------------------------------------- receipts */

/* Where the receipts come without their transactions, the transaction's side
 * is not compared: this is the receipt's own. */
static void receipt_side(const struct pl_json *want, const struct pl_json *got)
{
	static const char *const keys[] = { "blockHash",         "blockNumber",
					    "cumulativeGasUsed", "gasUsed",
					    "logsBloom",         "status",
					    "transactionIndex" };
	const struct pl_json *a = pl_json_get(want, "logs");
	const struct pl_json *b = pl_json_get(got, "logs");

	for (size_t i = 0; i < COUNT(keys); i++)
		same(pl_json_get(want, keys[i]), pl_json_get(got, keys[i]),
		     keys[i], true);
	assert_int_equal(pl_json_len(a), pl_json_len(b));
	for (size_t i = 0; i < pl_json_len(a); i++) {
		static const char *const of_log[] = { "address",   "topics",
						      "data",      "logIndex",
						      "blockHash", "removed" };

		for (size_t k = 0; k < COUNT(of_log); k++)
			same(pl_json_get(pl_json_at(a, i), of_log[k]),
			     pl_json_get(pl_json_at(b, i), of_log[k]),
			     of_log[k], true);
	}
}

static struct pl_span encoded_receipt(struct ctx *c, const struct pl_json *o)
{
	struct pl_receipt r;
	struct pl_buf b;

	assert_ok(pl_receipt_from_json(c->a, &r, o, &c->e), &c->e);
	pl_buf_init(&b, c->a);
	pl_receipt_encode(&b, &r);
	return pl_buf_span(&b);
}

/* A signed transaction of a receipt's type, as a place holder. */
static struct pl_span any_tx(struct ctx *c, const struct pl_json *o)
{
	static const uint8_t secret[32] = { [31] = 7 };
	struct pl_tx tx = { .has_chain_id = true, .has_to = true };
	struct pl_buf b, scratch;
	struct pl_span list;
	uint64_t type;

	assert_ok(pl_get_u64(&type, o, "type", &c->e), &c->e);
	tx.type = (enum pl_tx_type)type;
	tx.chain_id = 1;
	pl_buf_init(&b, c->a);
	pl_buf_init(&scratch, c->a);
	if (type == PL_TX_SETCODE) {
		size_t l = pl_rlp_open(&b);
		struct pl_span nobody = { tx.to.b, sizeof(tx.to.b) };

		pl_rlp_put_u64(&b, 1);
		pl_rlp_put(&b, nobody);
		for (int i = 0; i < 4; i++)
			pl_rlp_put_u64(&b, 1);
		pl_rlp_close(&b, l);
		list = pl_span_dup(c->a, pl_buf_span(&b));
		tx.auth_list = list;
		pl_buf_reset(&b);
	}
	assert_ok(pl_tx_sign(&tx, &scratch, secret, &c->e), &c->e);
	pl_tx_encode(&b, &tx);
	return pl_buf_span(&b);
}

static size_t receipts_seen;

static void receipts_file(struct ctx *c, const struct pl_json *doc)
{
	const struct pl_json *list = pl_json_get(doc, "receipts"), *got;
	struct pl_node_block b = { .chain_id = 1 };
	struct pl_header h = { .n_fields = 16 };
	struct pl_buf out;
	struct pl_jout w;

	assert_ok(pl_get_u64(&h.number, pl_json_at(list, 0), "blockNumber",
			     &c->e),
		  &c->e);
	assert_ok(
		pl_get_hash32(&h.hash, pl_json_at(list, 0), "blockHash", &c->e),
		&c->e);
	b.header = &h;
	b.n_txs = pl_json_len(list);
	b.receipts = each(c, list, encoded_receipt);
	b.txs = each(c, list, any_tx);
	pl_buf_init(&out, c->a);
	pl_jout_init(&w, &out);
	assert_ok(pl_node_receipts(&w, c->a, NULL, &b, &c->e), &c->e);
	got = reread(c, &out);
	for (size_t i = 0; i < b.n_txs; i++, receipts_seen++)
		receipt_side(pl_json_at(list, i), pl_json_at(got, i));
}

static void receipts_are_written_as_nodes_do(void **state)
{
	(void)state;
	receipts_seen = 0;
	assert_int_equal(folder("chain/receipts", receipts_file), 3);
	assert_true(receipts_seen > 300);
}

/* ------------------------------------------------------ hivechain, whole */

/* Request and answer of a geth, one line each behind ">> " and "<< ". */
static const struct pl_json *io_result(struct ctx *c, const char *path)
{
	const struct pl_json *v;
	struct pl_span text;
	const char *s;

	assert_ok(pl_file_read(c->a, &text, path, 1 << 20, &c->e), &c->e);
	s = strstr((const char *)text.p, "<< ");
	assert_non_null(s);
	s += 3;
	assert_ok(pl_json_parse(c->a, &v,
				(struct pl_span){ (const uint8_t *)s,
						  strcspn(s, "\n") },
				&c->e),
		  &c->e);
	return pl_json_get(v, "result");
}

/* chain.rlp is one block after another: [header, txs, uncles, withdrawals]. */
static struct pl_node_block block_at(struct ctx *c, struct pl_span chain,
				     const struct pl_hash32 *hash,
				     struct pl_header *h)
{
	struct pl_node_block b = { .header = h };
	struct pl_span *txs, in, raw, list;
	struct pl_rlp item;
	size_t n;

	while (chain.n) {
		assert_ok(pl_rlp_list(&in, &chain, &c->e), &c->e);
		assert_ok(pl_rlp_raw(&raw, &in, &c->e), &c->e);
		assert_ok(pl_header_decode(h, raw, &c->e), &c->e);
		if (!pl_hash32_equal(&h->hash, hash))
			continue;
		assert_ok(pl_rlp_list(&list, &in, &c->e), &c->e);
		assert_ok(pl_rlp_count(&n, list, &c->e), &c->e);
		b.txs = txs = PL_NEW_N(c->a, struct pl_span, n);
		for (b.n_txs = 0; list.n; b.n_txs++) {
			struct pl_span whole = list;

			assert_ok(pl_rlp_next(&item, &list, &c->e), &c->e);
			whole.n -= list.n;
			txs[b.n_txs] = item.is_list ? whole : item.body;
		}
		return b;
	}
	fail_msg("no such block");
	return b;
}

static void against_geth(struct ctx *c, const char *dir, const char *file)
{
	const struct pl_json *want = io_result(
		c, pl_printf(c->a, "%s/eth_getBlockReceipts/%s", dir, file));
	struct pl_span chain;
	struct pl_hash32 hash;
	struct pl_node_block b;
	struct pl_header h;
	struct pl_buf out;
	struct pl_jout w;

	assert_ok(pl_file_read(c->a, &chain,
			       pl_printf(c->a, "%s/chain.rlp", dir), 1 << 20,
			       &c->e),
		  &c->e);
	assert_ok(pl_get_hash32(&hash, pl_json_at(want, 0), "blockHash", &c->e),
		  &c->e);
	b = block_at(c, chain, &hash, &h);
	assert_int_equal(b.n_txs, pl_json_len(want));
	b.receipts = each(c, want, encoded_receipt);
	pl_buf_init(&out, c->a);
	pl_jout_init(&w, &out);
	assert_ok(pl_node_receipts(&w, c->a, NULL, &b, &c->e), &c->e);
	same(want, reread(c, &out), file, true);
}

static void geths_receipts_member_for_member(void **state)
{
	struct ctx c = { .a = pl_arena_open(0) };
	char *dir = testdata(c.a, "chain/hivechain");

	(void)state;
	if (dir) {
		against_geth(&c, dir, "get-block-receipts-n.io");
		against_geth(&c, dir, "get-block-receipts-by-hash.io");
	}
	pl_arena_close(c.a);
	if (!dir)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_are_written_as_nodes_do),
		cmocka_unit_test(nitro_headers_are_written_as_nodes_do),
		cmocka_unit_test(receipts_are_written_as_nodes_do),
		cmocka_unit_test(geths_receipts_member_for_member),
	};

	return cmocka_run_group_tests_name("node_out", tests, NULL, NULL);
}
