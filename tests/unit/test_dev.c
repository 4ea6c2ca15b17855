/* The development chain: what it makes holds up to the checks that plume makes
 * of everybody's chain. */
#include "check.h"

#include "crypto/keccak.h"
#include "devnet/node.h"
#include "eth/receipt.h"

#define NOW 1800000000u
#define GWEI 1000000000u

static struct pl_err err;
static struct pl_arena *arena;
static struct pl_dev_key keys[3];

static struct pl_dev *open_chain(enum pl_fork fork)
{
	struct pl_addr who[2];
	struct pl_dev_conf conf = {
		.chain_id = 31337,
		.fork = fork,
		.gas_limit = 30000000,
		.base_fee = pl_u256_of(GWEI),
		.time = NOW,
		.accounts = who,
		.n_accounts = 2,
	};
	struct pl_dev *d;

	assert_int_equal(pl_dev_keys(keys, 3, &err), PL_OK);
	who[0] = keys[0].addr;
	who[1] = keys[1].addr;
	assert_true(pl_u256_mul64(&conf.balance, &conf.base_fee, 1000 * GWEI));
	assert_int_equal(pl_dev_open(&d, &conf, &err), PL_OK);
	return d;
}

struct sent {
	unsigned from;
	uint64_t nonce, tip;
	const struct pl_addr *to;
	struct pl_span data;
};

static enum pl_rc send(struct pl_dev *d, struct pl_hash32 *hash,
		       const struct sent *s)
{
	struct pl_tx tx = { .type = PL_TX_FEE,
			    .has_chain_id = true,
			    .chain_id = 31337,
			    .nonce = s->nonce,
			    .gas = 200000,
			    .max_fee = pl_u256_of((uint64_t)100 * GWEI),
			    .max_priority_fee = pl_u256_of(s->tip),
			    .value = pl_u256_of(s->to ? 5 : 0),
			    .data = s->data };
	struct pl_hash32 ignored;
	struct pl_buf b;

	if (s->to) {
		tx.has_to = true;
		tx.to = *s->to;
	}
	pl_buf_init(&b, arena);
	assert_int_equal(pl_tx_sign(&tx, &b, keys[s->from].secret, &err),
			 PL_OK);
	pl_tx_encode(&b, &tx);
	return pl_dev_send(d, hash ? hash : &ignored, pl_buf_span(&b), NULL,
			   &err);
}

/* All that its header commits to is there. */
static void check_block(const struct pl_dev_block *b,
			const struct pl_dev_block *parent)
{
	struct pl_span *v = PL_NEW_N(arena, struct pl_span, b->n_txs + 1);
	uint8_t bloom[PL_BLOOM] = { 0 };
	struct pl_header again;
	struct pl_hash32 root;
	uint64_t gas = 0;
	struct pl_buf rlp;

	pl_buf_init(&rlp, arena);
	pl_header_encode(&rlp, &b->header);
	assert_int_equal(pl_header_decode(&again, pl_buf_span(&rlp), &err),
			 PL_OK);
	assert_true(pl_hash32_equal(&again.hash, &b->header.hash));
	assert_true(pl_hash32_equal(&again.parent_hash, &parent->header.hash));
	assert_true(b->header.time > parent->header.time);
	for (size_t i = 0; i < b->n_txs; i++)
		v[i] = b->txs[i].raw;
	assert_int_equal(pl_trie_list_root(&root, arena, v, b->n_txs, &err),
			 PL_OK);
	assert_true(pl_hash32_equal(&root, &b->header.tx_root));
	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_receipt r;

		v[i] = b->txs[i].receipt;
		assert_int_equal(pl_receipt_decode(&r, v[i], &err), PL_OK);
		pl_bloom_or(bloom, r.bloom);
		gas += b->txs[i].gas_used;
		assert_int_equal(r.cumulative_gas, gas);
	}
	assert_int_equal(pl_trie_list_root(&root, arena, v, b->n_txs, &err),
			 PL_OK);
	assert_true(pl_hash32_equal(&root, &b->header.receipts_root));
	assert_memory_equal(bloom, b->header.bloom, PL_BLOOM);
	assert_int_equal(gas, b->header.gas_used);
}

/* eth_getProof under the header's own root. */
static void check_proof(struct pl_dev *d, const struct pl_dev_block *b,
			const struct pl_addr *who, uint64_t nonce)
{
	struct pl_dev_proof p;
	struct pl_account x;
	bool found;

	assert_int_equal(
		pl_dev_prove(d, arena, b->after, &p, who, NULL, 0, &err),
		PL_OK);
	assert_int_equal(pl_trie_account(&x, &found, &b->header.state_root, who,
					 p.nodes, p.n_nodes, &err),
			 PL_OK);
	assert_true(found);
	assert_int_equal(x.nonce, nonce);
}

static void blocks_hold_what_their_headers_say(void **state)
{
	static const enum pl_fork forks[] = { PL_FORK_PARIS, PL_FORK_SHANGHAI,
					      PL_FORK_CANCUN, PL_FORK_PRAGUE,
					      PL_FORK_OSAKA };

	(void)state;
	for (size_t f = 0; f < sizeof(forks) / sizeof(forks[0]); f++) {
		struct pl_dev *d = open_chain(forks[f]);
		const struct pl_dev_block *b;

		for (uint64_t n = 0; n < 20; n++) {
			const struct sent s = { .nonce = n,
						.tip = 1,
						.to = &keys[2].addr };

			assert_int_equal(send(d, NULL, &s), PL_OK);
			assert_int_equal(pl_dev_mine(d, &b, NOW + n, &err),
					 PL_OK);
			assert_int_equal(b->n_txs, 1);
			check_block(b, pl_dev_block(d, n));
		}
		assert_true(pl_u256_cmp(&pl_dev_block(d, 1)->header.base_fee,
					&(struct pl_u256){ { GWEI } }) == 0);
		for (uint64_t n = 0; n <= 20; n++)
			check_proof(d, pl_dev_block(d, n), &keys[0].addr, n);
		pl_dev_close(d);
	}
}

/* 60 01 60 02 55: PUSH 1, PUSH 2, SSTORE; then LOG1 of nothing; no code. */
static const uint8_t writes[] = { 0x60, 1,    0x60, 2,    0x55, 0x60, 7,
				  0x60, 0x00, 0x60, 0x00, 0xa1, 0x00 };

static void storage_is_proven(void **state)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);
	const struct sent s = { .tip = 1, .data = { writes, sizeof(writes) } };
	const struct pl_addr made = pl_create_address(&keys[0].addr, 0);
	const struct pl_dev_block *b;
	struct pl_hash32 key = { { 0 } };
	struct pl_dev_proof p;
	struct pl_receipt r;
	struct pl_log log;
	struct pl_u256 v;

	(void)state;
	key.b[31] = 2;
	assert_int_equal(send(d, NULL, &s), PL_OK);
	assert_int_equal(pl_dev_mine(d, &b, NOW, &err), PL_OK);
	check_block(b, pl_dev_block(d, 0));
	assert_int_equal(pl_receipt_decode(&r, b->txs[0].receipt, &err), PL_OK);
	assert_true(r.status);
	assert_int_equal(pl_log_next(&log, &r.logs, &err), PL_OK);
	assert_true(pl_addr_equal(&log.address, &made));
	assert_int_equal(log.topics[0].b[31], 7);
	assert_int_equal(
		pl_dev_prove(d, arena, b->after, &p, &made, &key, 1, &err),
		PL_OK);
	assert_int_equal(pl_trie_slot(&v, &p.account.storage_root, &key,
				      p.slot_nodes[0], p.n_slot_nodes[0], &err),
			 PL_OK);
	assert_int_equal(v.w[0], 1);
	pl_dev_close(d);
}

static void the_pool_knows_order_and_gaps(void **state)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);
	const struct sent list[] = {
		{ .from = 0, .nonce = 1, .tip = 9, .to = &keys[2].addr },
		{ .from = 1, .nonce = 0, .tip = 5, .to = &keys[2].addr },
		{ .from = 0, .nonce = 0, .tip = 1, .to = &keys[2].addr },
		{ .from = 0, .nonce = 3, .tip = 9, .to = &keys[2].addr },
	};
	const struct pl_dev_block *b;
	struct pl_hash32 h[4];
	uint64_t next;
	bool ready;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(send(d, &h[i], &list[i]), PL_OK);
	assert_int_equal(send(d, NULL, &list[0]), PL_EREFUSED); /* again */
	assert_int_equal(pl_dev_next_nonce(d, &next, &keys[0].addr, &err),
			 PL_OK);
	assert_int_equal(next, 2);
	assert_int_equal(pl_dev_mine(d, &b, NOW, &err), PL_OK);
	assert_int_equal(b->n_txs, 3);
	assert_true(pl_hash32_equal(&b->txs[0].hash, &h[1])); /* pays more */
	assert_true(pl_hash32_equal(&b->txs[1].hash, &h[2]));
	assert_true(pl_hash32_equal(&b->txs[2].hash, &h[0]));
	check_block(b, pl_dev_block(d, 0));
	assert_int_equal(pl_dev_n_pooled(d), 1);
	assert_int_equal(pl_dev_is_ready(d, &ready, &err), PL_OK);
	assert_false(ready);
	assert_int_equal(send(d, NULL, &list[2]), PL_EREFUSED); /* nonce */
	pl_dev_close(d);
}

static void refused_by_name(void **state)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);
	struct sent s = { .from = 2, .tip = 1, .to = &keys[0].addr };

	(void)state;
	assert_int_equal(send(d, NULL, &s), PL_EREFUSED);
	assert_non_null(strstr(err.msg, pl_refusal_text(PL_REFUSED_FUNDS)));
	s.from = 0;
	s.tip = (uint64_t)101 * GWEI;
	assert_int_equal(send(d, NULL, &s), PL_EREFUSED);
	assert_non_null(strstr(err.msg, pl_refusal_text(PL_REFUSED_TIP)));
	assert_int_equal(pl_dev_n_pooled(d), 0);
	pl_dev_close(d);
}

static void snapshots_lead_back(void **state)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);
	const struct pl_u256 much = pl_u256_of(77);
	const struct pl_dev_change c = { .balance = &much };
	struct sent s = { .tip = 1, .to = &keys[2].addr };
	struct pl_state_account x;
	struct pl_hash32 root, tx;
	uint64_t id;
	size_t i;

	(void)state;
	root = pl_dev_head(d)->header.state_root;
	id = pl_dev_snapshot(d);
	for (s.nonce = 0; s.nonce < 600; s.nonce++) {
		assert_int_equal(send(d, &tx, &s), PL_OK);
		assert_int_equal(pl_dev_mine(d, NULL, NOW, &err), PL_OK);
	}
	assert_int_equal(pl_dev_set(d, &keys[2].addr, &c, &err), PL_OK);
	assert_non_null(pl_dev_find(d, &i, &tx));
	assert_true(pl_dev_revert(d, id));
	assert_false(pl_dev_revert(d, id));
	assert_null(pl_dev_find(d, &i, &tx));
	assert_int_equal(pl_dev_head(d)->header.number, 0);
	assert_true(pl_hash32_equal(&pl_dev_head(d)->header.state_root, &root));
	assert_int_equal(
		pl_dev_account(d, pl_dev_now(d), &x, &keys[2].addr, &err),
		PL_OK);
	assert_false(x.exists);
	s.nonce = 0;
	assert_int_equal(send(d, &tx, &s), PL_OK);
	assert_int_equal(pl_dev_mine(d, NULL, NOW, &err), PL_OK);
	check_block(pl_dev_head(d), pl_dev_block(d, 0));
	check_proof(d, pl_dev_head(d), &keys[0].addr, 1);
	pl_dev_close(d);
}

static void time_goes_on(void **state)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);

	(void)state;
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 5, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 5);
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 5, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 6);
	assert_int_equal(pl_dev_next_time(d, NOW + 6, &err), PL_EUSAGE);
	assert_int_equal(pl_dev_next_time(d, NOW + 1000, &err), PL_OK);
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 7, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 1000);
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 17, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 1010);
	pl_dev_add_time(d, 3600);
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 17, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 4610);
	pl_dev_time_step(d, 12);
	assert_int_equal(pl_dev_mine(d, NULL, NOW + 17, &err), PL_OK);
	assert_int_equal(pl_dev_head(d)->header.time, NOW + 4622);
	pl_dev_close(d);
}

/* A chain of some blocks, contracts, changes by hand and a pool. */
static struct pl_dev *lived_in(void)
{
	struct pl_dev *d = open_chain(PL_FORK_OSAKA);
	const struct pl_u256 much = pl_u256_of(77), slot = pl_u256_of(9);
	const struct pl_dev_change c = { .balance = &much };
	const struct pl_addr made = pl_create_address(&keys[0].addr, 3);
	const struct pl_dev_change put = { .key = &slot, .value = &much };
	struct sent s = { .tip = 1, .to = &keys[2].addr };

	for (s.nonce = 0; s.nonce < 12; s.nonce++) {
		if (s.nonce == 3) {
			s.to = NULL;
			s.data = (struct pl_span){ writes, sizeof(writes) };
		}
		assert_int_equal(send(d, NULL, &s), PL_OK);
		if (s.nonce == 6)
			assert_int_equal(pl_dev_set(d, &made, &put, &err),
					 PL_OK);
		if (s.nonce % 2)
			assert_int_equal(pl_dev_mine(d, NULL, NOW, &err),
					 PL_OK);
		s.to = &keys[2].addr;
		s.data = (struct pl_span){ NULL, 0 };
	}
	assert_int_equal(send(d, NULL, &s), PL_OK);
	assert_int_equal(pl_dev_set(d, &keys[1].addr, &c, &err), PL_OK);
	return d;
}

static struct pl_span saved(struct pl_dev *d)
{
	struct pl_buf b;

	pl_buf_init(&b, arena);
	assert_int_equal(pl_dev_save(d, &b, &err), PL_OK);
	return pl_buf_span(&b);
}

static void a_file_brings_it_back(void **state)
{
	struct pl_dev *d = lived_in(), *x = open_chain(PL_FORK_OSAKA);
	const struct pl_span bytes = saved(d);
	struct pl_state_account was, now;

	(void)state;
	assert_int_equal(pl_dev_load(x, bytes, &err), PL_OK);
	assert_true(pl_span_equal(saved(x), bytes));
	assert_true(pl_hash32_equal(&pl_dev_head(x)->header.hash,
				    &pl_dev_head(d)->header.hash));
	assert_int_equal(pl_dev_n_pooled(x), 1);
	assert_int_equal(
		pl_dev_account(x, pl_dev_now(x), &now, &keys[1].addr, &err),
		PL_OK);
	assert_int_equal(now.balance.w[0], 77);
	for (uint64_t n = 0; n <= 6; n++)
		check_proof(x, pl_dev_block(x, n), &keys[0].addr, 2 * n);
	/* both go on alike */
	assert_int_equal(pl_dev_mine(d, NULL, NOW, &err), PL_OK);
	assert_int_equal(pl_dev_mine(x, NULL, NOW, &err), PL_OK);
	assert_int_equal(
		pl_dev_account(d, pl_dev_now(d), &was, &keys[2].addr, &err),
		PL_OK);
	assert_true(pl_hash32_equal(&pl_dev_head(x)->header.hash,
				    &pl_dev_head(d)->header.hash));
	pl_dev_close(d);
	pl_dev_close(x);
}

/* Every byte in turn, and every length: nothing that is another chain is taken
 * for this one, and nothing breaks. */
static void damaged_files_are_refused(void **state)
{
	struct pl_dev *d = lived_in();
	const struct pl_span bytes = saved(d);
	uint8_t *copy = pl_alloc(arena, bytes.n);
	size_t taken = 0;

	(void)state;
	for (size_t i = 0; i < bytes.n; i += 1 + i / 400) {
		struct pl_dev *x = open_chain(PL_FORK_OSAKA);

		memcpy(copy, bytes.p, bytes.n);
		copy[i] ^= 1;
		taken += !pl_dev_load(x, (struct pl_span){ copy, bytes.n },
				      &err);
		pl_dev_close(x);
		x = open_chain(PL_FORK_OSAKA);
		assert_int_not_equal(
			pl_dev_load(x, (struct pl_span){ bytes.p, i }, &err),
			PL_OK);
		pl_dev_close(x);
	}
	/* a balance set by hand is in no header; its changes are a few bytes */
	assert_true(taken < 120);
	pl_dev_close(d);
}

static int setup(void **state)
{
	(void)state;
	arena = pl_arena_open(0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_arena_close(arena);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_hold_what_their_headers_say),
		cmocka_unit_test(storage_is_proven),
		cmocka_unit_test(the_pool_knows_order_and_gaps),
		cmocka_unit_test(refused_by_name),
		cmocka_unit_test(snapshots_lead_back),
		cmocka_unit_test(time_goes_on),
		cmocka_unit_test(a_file_brings_it_back),
		cmocka_unit_test(damaged_files_are_refused),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
