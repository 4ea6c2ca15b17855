/* A development chain's node, asked anything, line by line: every answer is
 * JSON with a result or an error and not both, the chain goes on, and its
 * newest block holds what its header commits to. */
#include <stdlib.h>

#include "codec/json_in.h"
#include "devnet/node.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static struct pl_dev *open_chain(void)
{
	static struct pl_dev_key keys[2];
	static bool made;
	struct pl_addr who[2];
	struct pl_dev_conf conf = { .chain_id = 31337,
				    .fork = PL_FORK_OSAKA,
				    .gas_limit = 2000000,
				    .base_fee = pl_u256_of(1000000000),
				    .time = 1800000000,
				    .accounts = who,
				    .n_accounts = 2,
				    .balance = { { 0, 1000, 0, 0 } } };
	struct pl_err e;
	struct pl_dev *d;

	if (!made)
		need(!pl_dev_keys(keys, 2, &e));
	made = true;
	who[0] = keys[0].addr;
	who[1] = keys[1].addr;
	need(!pl_dev_open(&d, &conf, &e));
	return d;
}

static void check_answer(struct pl_arena *a, struct pl_span text)
{
	const struct pl_json *v, *one;
	struct pl_err e;

	if (!text.n)
		return;
	need(!pl_json_parse(a, &v, text, &e));
	for (size_t i = 0; i < (pl_json_len(v) ? pl_json_len(v) : 1); i++) {
		one = pl_json_type(v) == PL_J_ARRAY ? pl_json_at(v, i) : v;
		need((pl_json_get(one, "result") == NULL) !=
		     (pl_json_get(one, "error") == NULL));
		if (pl_json_type(v) != PL_J_ARRAY)
			break;
	}
}

static void check_chain(struct pl_dev *d)
{
	const struct pl_dev_block *b;
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span *v;
	struct pl_hash32 root;
	struct pl_err e;

	need(!pl_dev_mine(d, &b, 1800000001, &e));
	v = PL_NEW_N(a, struct pl_span, b->n_txs);
	for (size_t i = 0; i < b->n_txs; i++)
		v[i] = b->txs[i].receipt;
	need(!pl_trie_list_root(&root, a, v, b->n_txs, &e));
	need(pl_hash32_equal(&root, &b->header.receipts_root));
	pl_arena_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_dev *d = open_chain();
	struct pl_dev_key keys[2];
	struct pl_err e;
	struct pl_dev_node_conf conf = { .dev = d, .keys = keys, .n_keys = 2 };
	struct pl_dev_node *node;
	struct pl_span in = { p, n };

	need(!pl_dev_keys(keys, 2, &e));
	node = pl_dev_node_open(a, &conf);
	for (int i = 0; i < 8 && in.n; i++) {
		const uint8_t *end = memchr(in.p, '\n', in.n);
		const size_t line = end ? (size_t)(end - in.p) : in.n;

		check_answer(a,
			     pl_dev_node_rpc(node, a, pl_span_take(&in, line)));
		if (in.n)
			(void)pl_span_take(&in, 1);
	}
	/* anvil_setBlockGasLimit may leave no room for a block's own calls */
	if (pl_dev_head(d)->header.number < 100)
		check_chain(d);
	pl_dev_node_close(node);
	pl_dev_close(d);
	pl_arena_close(a);
	return 0;
}
