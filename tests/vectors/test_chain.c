/* Real blocks, headers, proofs and receipts of the main network, Arbitrum and
 * Goerli: every file verifies, and no byte of them can be changed. */
#include "check.h"

#include "base/file.h"
#include "base/limits.h"
#include "codec/json_in.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check.h"
#include "eth/clique.h"
#include "eth/node_json.h"
#include "eth/receipt.h"
#include "eth/tx.h"
#include "orbit/family.h"

static const struct pl_family *const families[] = { &pl_family_nitro,
						    &pl_family_clique, NULL };

/* Sanitizers make everything ten times slower: fewer places are tried. */
#if defined(__SANITIZE_ADDRESS__)
#define EVERY 23
#else
#define EVERY 1
#endif

struct ctx {
	struct pl_arena *a;
	struct pl_err e;
};

/* Runs f over every JSON file of a folder; the number of files. */
static size_t each_file(const char *folder,
			void (*f)(struct ctx *c, const char *path,
				  const struct pl_json *doc))
{
	struct pl_arena *names_arena = pl_arena_open(0);
	struct ctx c = { .a = pl_arena_open(0) };
	char *dir = testdata(names_arena, folder), **names;
	size_t n, seen = 0;

	if (!dir) {
		pl_arena_close(c.a);
		pl_arena_close(names_arena);
		print_message("no data: set PLUME_TESTDATA\n");
		skip();
	}
	assert_ok(pl_dir_list(names_arena, &names, &n, dir, &c.e), &c.e);
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *doc;
		char *path = pl_printf(names_arena, "%s/%s", dir, names[i]);

		pl_arena_reset(c.a);
		assert_ok(pl_json_read(c.a, &doc, path, &c.e), &c.e);
		f(&c, path, doc);
		seen++;
	}
	pl_arena_close(c.a);
	pl_arena_close(names_arena);
	return seen;
}

static size_t blocks_seen, txs_seen;

static void verify_blocks(struct ctx *c, const char *path,
			  const struct pl_json *doc)
{
	struct pl_answers found;

	assert_ok(pl_answers(c->a, &found, doc, NULL, &c->e), &c->e);
	for (size_t i = 0; i < found.n; i++) {
		struct pl_block_report r;
		struct pl_check check;

		pl_check_init(&check, c->a);
		if (pl_check_block(&check, &r, found.v[i], families, &c->e))
			fail_msg("%s: %s", path, c->e.msg);
		blocks_seen++;
		txs_seen += r.transactions;
	}
}

static void blocks_verify(void **state)
{
	(void)state;
	blocks_seen = txs_seen = 0;
	assert_int_equal(each_file("chain/blocks", verify_blocks), 19);
	assert_int_equal(blocks_seen, 19);
	assert_int_equal(txs_seen, 1632);
	assert_int_equal(each_file("chain/blocks_rlp", verify_blocks), 7);
	assert_int_equal(txs_seen, 1632 + 592);
	assert_int_equal(each_file("chain/headers", verify_blocks), 1);
	assert_int_equal(blocks_seen, 19 + 7 + 27);
	assert_int_equal(each_file("chain/clique", verify_blocks), 1);
	assert_int_equal(blocks_seen, 19 + 7 + 27 + 5);
}

static void verify_arb1(struct ctx *c, const char *path,
			const struct pl_json *doc)
{
	if (strstr(path, "arb1_headers"))
		verify_blocks(c, path, doc);
}

static void nitro_headers_verify(void **state)
{
	(void)state;
	blocks_seen = 0;
	(void)each_file("chain/arbitrum", verify_arb1);
	assert_int_equal(blocks_seen, 3);
}

/* ---------------------------------------------------------------- forks */

static const struct {
	const char *number, *fork;
} forks[] = {
	{ "200000", "frontier" },    { "1150000", "homestead" },
	{ "1920000", "dao" },        { "2463000", "tangerine" },
	{ "2675000", "spurious" },   { "4370000", "byzantium" },
	{ "7280000", "petersburg" }, { "9069000", "istanbul" },
	{ "12244000", "berlin" },    { "12965000", "london" },
	{ "15537394", "paris" },     { "17034870", "shanghai" },
	{ "19426587", "cancun" },    { "22431083", "cancun" },
	{ "22431084", "prague" },
};

static void forks_are_named(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(forks); i++) {
		char *path = testdata(a, pl_printf(a, "chain/blocks/%s.json",
						   forks[i].number));
		const struct pl_json *doc;
		struct pl_block_report r;
		struct pl_check check;
		struct pl_err e;

		if (!path) {
			pl_arena_close(a);
			skip();
		}
		assert_ok(pl_json_read(a, &doc, path, &e), &e);
		pl_check_init(&check, a);
		assert_ok(pl_check_header(&check, &r, doc, families, &e), &e);
		assert_string_equal(r.fork, forks[i].fork);
		assert_string_equal(r.chain, "ethereum");
	}
	pl_arena_close(a);
}

/* -------------------------------------------------------------- headers */

static size_t headers_seen;

/* A changed or shortened header is no header, or another one. */
static void flip_header(struct ctx *c, struct pl_span rlp)
{
	uint8_t bytes[PL_MAX_HEADER];
	struct pl_hash32 hash = pl_keccak256(rlp);
	struct pl_header h;

	assert_true(rlp.n <= sizeof(bytes));
	memcpy(bytes, rlp.p, rlp.n);
	assert_ok(pl_header_decode(&h, rlp, &c->e), &c->e);
	assert_memory_equal(h.hash.b, hash.b, 32);
	for (size_t i = 0; i < rlp.n; i += EVERY)
		for (unsigned bit = 0; bit < 2; bit++) {
			uint8_t mask = (uint8_t)(1u << (i + 5 * bit) % 8);

			bytes[i] ^= mask;
			if (!pl_header_decode(&h,
					      (struct pl_span){ bytes, rlp.n },
					      &c->e))
				assert_memory_not_equal(h.hash.b, hash.b, 32);
			else
				assert_int_equal(c->e.rc == PL_EFORMAT ||
							 c->e.rc == PL_ELIMIT,
						 1);
			bytes[i] ^= mask;
		}
	for (size_t n = 0; n < rlp.n; n++)
		assert_int_not_equal(
			pl_header_decode(&h, (struct pl_span){ bytes, n },
					 &c->e),
			PL_OK);
	headers_seen++;
}

static void flip_headers(struct ctx *c, const char *path,
			 const struct pl_json *doc)
{
	struct pl_answers found;
	struct pl_buf b, again;

	(void)path;
	assert_ok(pl_answers(c->a, &found, doc, NULL, &c->e), &c->e);
	pl_buf_init(&b, c->a);
	pl_buf_init(&again, c->a);
	for (size_t i = 0; i < found.n; i++) {
		struct pl_block_report r;
		struct pl_check check;
		struct pl_header h;

		pl_check_init(&check, c->a);
		assert_ok(pl_check_header(&check, &r, found.v[i], families,
					  &c->e),
			  &c->e);
		pl_buf_reset(&b);
		pl_header_encode(&b, &r.header);
		assert_ok(pl_header_decode(&h, pl_buf_span(&b), &c->e), &c->e);
		pl_buf_reset(&again);
		pl_header_encode(&again, &h);
		assert_true(
			pl_span_equal(pl_buf_span(&b), pl_buf_span(&again)));
		flip_header(c, pl_buf_span(&b));
	}
}

static void headers_cannot_be_changed(void **state)
{
	(void)state;
	headers_seen = 0;
	(void)each_file("chain/blocks", flip_headers);
	(void)each_file("chain/blocks_rlp", flip_headers);
	(void)each_file("chain/headers", flip_headers);
	(void)each_file("chain/clique", flip_headers);
	assert_int_equal(headers_seen, 19 + 7 + 27 + 5);
}

/* A claim in hexadecimal digits, each digit changed in turn. */
static void flip_text(struct ctx *c, const char *text, size_t n, size_t at)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc;
	struct pl_block_report r;
	struct pl_check check;
	struct pl_err e;
	char *copy = pl_strndup(c->a, text, n);

	copy[at] = copy[at] == '7' ? '8' : '7';
	if (!pl_json_parse(a, &doc,
			   (struct pl_span){ (const uint8_t *)copy, n }, &e)) {
		pl_check_init(&check, a);
		if (!pl_check_block(&check, &r, doc, families, &e))
			fail_msg("changed at %zu and accepted: %.60s", at,
				 copy + (at > 30 ? at - 30 : 0));
		assert_true(e.rc == PL_EPROOF || e.rc == PL_EFORMAT);
		if (e.rc == PL_EPROOF)
			assert_non_null(check.failed.rule);
	}
	pl_arena_close(a);
}

/* Every hexadecimal value of these blocks, a digit in the middle of each, but
 * for total difficulty before the merge, which no single block can prove. */
static void claims_cannot_be_changed(void **state)
{
	static const char *const names[] = { "2675000", "15537394" };
	struct ctx c = { .a = pl_arena_open(0) };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = testdata(
			c.a, pl_printf(c.a, "chain/blocks/%s.json", names[i]));
		struct pl_span text;
		size_t tried = 0;

		if (!path) {
			pl_arena_close(c.a);
			skip();
		}
		assert_ok(
			pl_file_read(c.a, &text, path, PL_MAX_JSON_FILE, &c.e),
			&c.e);
		for (size_t k = 0; k + 3 < text.n; k++) {
			const char *p = (const char *)text.p + k;
			size_t len = 0;

			if (strncmp(p, "\"0x", 3) != 0)
				continue;
			while (p[3 + len] != '"')
				len++;
			if (!len ||
			    (k > 19 && strstr(pl_strndup(c.a, p - 20, 20),
					      "totalDifficulty")))
				continue;
			if (tried++ % (3 * EVERY))
				continue;
			flip_text(&c, (const char *)text.p, text.n,
				  k + 3 + len / 2);
		}
		assert_true(tried > 100);
	}
	pl_arena_close(c.a);
}

/* --------------------------------------------------------------- proofs */

struct proof {
	struct pl_span node[PL_MAX_PROOF_NODES];
	size_t n;
};

static struct proof nodes_of(struct ctx *c, const struct pl_json *list)
{
	struct proof p = { .n = pl_json_len(list) };

	for (size_t i = 0; i < p.n; i++)
		assert_ok(pl_json_data(c->a, &p.node[i], pl_json_at(list, i),
				       &c->e),
			  &c->e);
	return p;
}

/* One walk: of an account or, with a slot, of storage. */
struct walk {
	struct pl_hash32 root, slot;
	struct pl_addr addr;
	bool storage;
};

static enum pl_rc walk(struct ctx *c, const struct walk *w,
		       const struct proof *p)
{
	struct pl_account acc;
	struct pl_u256 value;
	bool found;

	return w->storage ? pl_trie_slot(&value, &w->root, &w->slot, p->node,
					 p->n, &c->e)
			  : pl_trie_account(&acc, &found, &w->root, &w->addr,
					    p->node, p->n, &c->e);
}

static void lists_of_nodes(struct ctx *c, const struct walk *w,
			   const struct proof *good)
{
	for (size_t i = 0; i < good->n; i++) {
		struct proof p = *good;

		memmove(&p.node[i], &p.node[i + 1],
			(p.n - i - 1) * sizeof(p.node[0]));
		p.n--; /* dropped */
		assert_int_equal(walk(c, w, &p), PL_EPROOF);
		p = *good; /* repeated */
		memmove(&p.node[i + 1], &p.node[i],
			(p.n - i) * sizeof(p.node[0]));
		p.n++;
		assert_int_equal(walk(c, w, &p), PL_EPROOF);
		if (i + 1 == good->n)
			continue;
		p = *good; /* swapped */
		p.node[i] = good->node[i + 1];
		p.node[i + 1] = good->node[i];
		assert_int_equal(walk(c, w, &p), PL_EPROOF);
	}
}

static size_t walks_seen, nodes_seen;

static void break_proof(struct ctx *c, const struct walk *w,
			const struct proof *good)
{
	struct proof p = *good;

	assert_ok(walk(c, w, good), &c->e);
	for (size_t i = 0; i < good->n; i++) {
		struct pl_span node = pl_span_dup(c->a, good->node[i]);
		uint8_t *bytes = (uint8_t *)(uintptr_t)node.p;

		p.node[i] = node;
		for (size_t k = 0; k < node.n; k += EVERY) {
			uint8_t mask = (uint8_t)(1u << (k + i) % 8);

			bytes[k] ^= mask;
			assert_int_equal(walk(c, w, &p), PL_EPROOF);
			bytes[k] ^= mask;
		}
		for (size_t n = 0; n < node.n; n += 1 + EVERY) {
			p.node[i].n = n;
			assert_int_equal(walk(c, w, &p), PL_EPROOF);
		}
		p.node[i] = good->node[i];
		nodes_seen++;
	}
	lists_of_nodes(c, w, good);
	walks_seen++;
}

static void break_proofs(struct ctx *c, const char *path,
			 const struct pl_json *doc)
{
	const struct pl_json *o = pl_json_get(doc, "proof"), *slots;
	struct pl_proof_report r;
	struct pl_anchor none = { .families = families };
	struct pl_check check;
	struct walk w = { .storage = false };
	struct proof p;

	pl_check_init(&check, c->a);
	if (pl_check_proof(&check, &r, doc, &none, &c->e))
		fail_msg("%s: %s", path, c->e.msg);
	w.root = r.state_root;
	w.addr = r.address;
	p = nodes_of(c, pl_json_get(o, "accountProof"));
	break_proof(c, &w, &p);
	w.storage = true;
	w.root = r.account.storage_root;
	slots = pl_json_get(o, "storageProof");
	for (size_t i = 0; i < r.n_slots; i++) {
		w.slot = r.slots[i].key;
		p = nodes_of(c, pl_json_get(pl_json_at(slots, i), "proof"));
		break_proof(c, &w, &p);
	}
}

static void proofs_cannot_be_changed(void **state)
{
	(void)state;
	walks_seen = nodes_seen = 0;
	assert_int_equal(each_file("chain/proofs", break_proofs), 14);
	assert_int_equal(walks_seen, 14 + 10);
	assert_true(nodes_seen > 150);
}

/* -------------------------------------------- receipts and transactions */

static void break_receipts(struct ctx *c, const char *path,
			   const struct pl_json *doc)
{
	const struct pl_json *list = pl_json_get(doc, "receipts");
	size_t n = pl_json_len(list);
	struct pl_span *raw = PL_NEW_N(c->a, struct pl_span, n);
	struct pl_anchor none = { .families = families };
	struct pl_receipts_report report;
	struct pl_hash32 root, other;
	struct pl_check check;

	pl_check_init(&check, c->a);
	if (pl_check_receipts(&check, &report, doc, &none, &c->e))
		fail_msg("%s: %s", path, c->e.msg);
	for (size_t i = 0; i < n; i++) {
		struct pl_receipt r;
		struct pl_buf b;

		assert_ok(pl_receipt_from_json(c->a, &r, pl_json_at(list, i),
					       &c->e),
			  &c->e);
		pl_buf_init(&b, c->a);
		pl_receipt_encode(&b, &r);
		raw[i] = pl_buf_span(&b);
	}
	assert_ok(pl_trie_list_root(&root, c->a, raw, n, &c->e), &c->e);
	assert_memory_equal(root.b, report.root.b, 32);
	for (size_t i = 0; i < n; i += 29) {
		struct pl_span good = raw[i], copy = pl_span_dup(c->a, good);
		uint8_t *bytes = (uint8_t *)(uintptr_t)copy.p;

		raw[i] = copy;
		for (size_t k = 0; k < copy.n; k += 1 + copy.n / 7) {
			struct pl_arena *a = pl_arena_open(0);

			bytes[k] ^= 0x10;
			assert_ok(pl_trie_list_root(&other, a, raw, n, &c->e),
				  &c->e);
			assert_memory_not_equal(other.b, root.b, 32);
			bytes[k] ^= 0x10;
			pl_arena_close(a);
		}
		raw[i] = good;
	}
}

static void receipts_cannot_be_changed(void **state)
{
	(void)state;
	assert_int_equal(each_file("chain/receipts", break_receipts), 3);
}

static size_t raws_seen;

/* Raw transactions and receipts: the same bytes come back, and a changed byte
 * gives another hash or no transaction at all. */
static void break_raw(struct ctx *c, const char *path,
		      const struct pl_json *doc)
{
	const struct pl_json *txs = pl_json_get(doc, "transactions");
	const struct pl_json *receipts = pl_json_get(doc, "receipts");
	struct pl_buf b;

	(void)path;
	pl_buf_init(&b, c->a);
	for (size_t i = 0; i < pl_json_len(txs); i++) {
		struct pl_span raw, cut;
		struct pl_receipt r;
		struct pl_tx tx;

		assert_ok(pl_json_data(c->a, &raw, pl_json_at(txs, i), &c->e),
			  &c->e);
		assert_ok(pl_tx_decode(&tx, raw, &c->e), &c->e);
		pl_buf_reset(&b);
		pl_tx_encode(&b, &tx);
		assert_true(pl_span_equal(pl_buf_span(&b), raw));
		for (size_t n = 0; n < raw.n; n += 1 + raw.n / 97) {
			cut = (struct pl_span){ raw.p, n };
			assert_int_equal(pl_tx_decode(&tx, cut, &c->e),
					 PL_EFORMAT);
		}
		assert_ok(pl_json_data(c->a, &raw, pl_json_at(receipts, i),
				       &c->e),
			  &c->e);
		assert_ok(pl_receipt_decode(&r, raw, &c->e), &c->e);
		pl_buf_reset(&b);
		pl_receipt_encode(&b, &r);
		assert_true(pl_span_equal(pl_buf_span(&b), raw));
		for (size_t n = 0; n < raw.n; n += 1 + raw.n / 97) {
			cut = (struct pl_span){ raw.p, n };
			assert_int_equal(pl_receipt_decode(&r, cut, &c->e),
					 PL_EFORMAT);
		}
		raws_seen++;
	}
}

static void raw_forms_round_trip(void **state)
{
	(void)state;
	raws_seen = 0;
	(void)each_file("chain/blocks_rlp", break_raw);
	assert_int_equal(raws_seen, 592);
}

/* ----------------------------------------------------------------- blobs */

static size_t has_rule(const struct pl_check *c, const char *rule)
{
	for (size_t i = 0; i < c->n_proved; i++)
		if (!strcmp(c->proved[i], rule))
			return 1;
	return 0;
}

static const struct pl_json *read_named(struct ctx *c, const char *name)
{
	char *path = testdata(c->a, name);
	const struct pl_json *doc;
	struct pl_answers found;

	if (!path) {
		pl_arena_close(c->a);
		skip();
	}
	assert_ok(pl_json_read(c->a, &doc, path, &c->e), &c->e);
	assert_ok(pl_answers(c->a, &found, doc, NULL, &c->e), &c->e);
	return found.v[0];
}

/* Six blocks in a row, the fifth the first of Prague. */
static void blob_gas_over_a_fork(void **state)
{
	struct ctx c = { .a = pl_arena_open(0) };
	struct pl_block_report before, r;
	size_t fees = 0, links = 0;
	struct pl_check check;

	(void)state;
	for (unsigned n = 22431080; n <= 22431085; n++) {
		const struct pl_json *item = read_named(
			&c, pl_printf(c.a, "chain/blocks/%u.json", n));

		pl_check_init(&check, c.a);
		assert_ok(pl_check_block(&check, &r, item, families, &c.e),
			  &c.e);
		assert_int_equal(r.chain_id, 1);
		assert_true(has_rule(&check, "header.blob_limit"));
		fees += has_rule(&check, "tx.blob_fee");
		pl_check_init(&check, c.a);
		if (n > 22431080) {
			assert_ok(pl_check_link(&check, &r, &before, &c.e),
				  &c.e);
			links += has_rule(&check, "parent.excess_blob");
			before.header.blob_gas_used += PL_BLOB_GAS;
			assert_int_equal(
				pl_check_link(&check, &r, &before, &c.e),
				PL_EPROOF);
		}
		before = r;
	}
	assert_int_equal(fees, 4);
	assert_int_equal(links, 5);
	pl_arena_close(c.a);
}

static void blob_gas_of_receipts(void **state)
{
	struct ctx c = { .a = pl_arena_open(0) };
	const struct pl_json *doc = read_named(&c,
					       "chain/receipts/21854576.json"),
			     *list = pl_json_get(doc, "receipts");
	struct pl_anchor none = { .families = families };
	struct pl_receipts_report report;
	struct pl_u256 want, price;
	struct pl_check check;
	struct pl_header h;
	size_t seen = 0;

	(void)state;
	pl_check_init(&check, c.a);
	assert_ok(pl_check_receipts(&check, &report, doc, &none, &c.e), &c.e);
	assert_true(has_rule(&check, "receipts.blob_gas"));
	assert_ok(
		pl_header_from_json(c.a, &h, pl_json_get(doc, "header"), &c.e),
		&c.e);
	assert_true(pl_blob_price(&price, pl_fork_mainnet(h.number, h.time),
				  h.excess_blob_gas));
	for (size_t i = 0; i < pl_json_len(list); i++) {
		const struct pl_json *o = pl_json_at(list, i);

		if (!pl_has(o, "blobGasPrice"))
			continue;
		assert_ok(pl_get_u256(&want, o, "blobGasPrice", &c.e), &c.e);
		assert_int_equal(pl_u256_cmp(&want, &price), 0);
		seen++;
	}
	assert_int_equal(seen, 1);
	pl_arena_close(c.a);
}

/* ---------------------------------------------------------- a test chain */

/* The root of a list of a block's body: transactions (typed ones are byte
 * strings) or withdrawals. */
static struct pl_hash32 body_root(struct pl_arena *a, struct pl_span list,
				  size_t *n)
{
	struct pl_span *raws, item;
	struct pl_hash32 root;
	struct pl_rlp parsed;
	struct pl_err e;

	assert_ok(pl_rlp_count(n, list, &e), &e);
	raws = PL_NEW_N(a, struct pl_span, *n);
	for (size_t i = 0; i < *n; i++) {
		assert_ok(pl_rlp_raw(&raws[i], &list, &e), &e);
		item = raws[i];
		assert_ok(pl_rlp_next(&parsed, &item, &e), &e);
		if (!parsed.is_list)
			raws[i] = parsed.body;
	}
	assert_ok(pl_trie_list_root(&root, a, raws, *n, &e), &e);
	return root;
}

/* Geth's own chain of blocks over all forks, as it exports them. */
static void exported_chain(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *path = testdata(a, "chain/hivechain/chain.rlp");
	struct pl_hash32 parent = { { 0 } }, root;
	size_t blocks = 0, txs = 0, withdrawals = 0, n;
	unsigned layouts = 0;
	struct pl_span in, block, header, list;
	struct pl_header h;
	struct pl_err e;

	(void)state;
	if (!path) {
		pl_arena_close(a);
		skip();
	}
	assert_ok(pl_file_read(a, &in, path, PL_MAX_FILE, &e), &e);
	for (; in.n; blocks++) {
		assert_ok(pl_rlp_list(&block, &in, &e), &e);
		assert_ok(pl_rlp_raw(&header, &block, &e), &e);
		assert_ok(pl_header_decode(&h, header, &e), &e);
		if (blocks)
			assert_memory_equal(h.parent_hash.b, parent.b, 32);
		parent = h.hash;
		layouts |= 1u << h.n_fields;
		assert_ok(pl_rlp_list(&list, &block, &e), &e);
		root = body_root(a, list, &n);
		assert_memory_equal(root.b, h.tx_root.b, 32);
		txs += n;
		assert_ok(pl_rlp_raw(&list, &block, &e), &e);
		root = pl_keccak256(list);
		assert_memory_equal(root.b, h.uncles_hash.b, 32);
		assert_int_equal(block.n != 0, h.n_fields >= 17);
		if (!block.n)
			continue;
		assert_ok(pl_rlp_list(&list, &block, &e), &e);
		root = body_root(a, list, &n);
		assert_memory_equal(root.b, h.withdrawals_root.b, 32);
		withdrawals += n;
	}
	assert_int_equal(blocks, 54);
	assert_int_equal(txs, 249);
	assert_int_equal(withdrawals, 6);
	assert_true(layouts & 1u << 15 && layouts & 1u << 16 &&
		    layouts & 1u << 17 && layouts & 1u << 20);
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_verify),
		cmocka_unit_test(nitro_headers_verify),
		cmocka_unit_test(forks_are_named),
		cmocka_unit_test(headers_cannot_be_changed),
		cmocka_unit_test(claims_cannot_be_changed),
		cmocka_unit_test(proofs_cannot_be_changed),
		cmocka_unit_test(receipts_cannot_be_changed),
		cmocka_unit_test(raw_forms_round_trip),
		cmocka_unit_test(blob_gas_over_a_fork),
		cmocka_unit_test(blob_gas_of_receipts),
		cmocka_unit_test(exported_chain),
	};

	return cmocka_run_group_tests_name("chain", tests, NULL, NULL);
}
