/* The made-up chains of tests/tools/world are right: everything a node would
 * answer holds against the rules, so that a test over them that fails has
 * found a lie and not a slip. */
#include "check.h"

#include "base/hex.h"
#include "eth/check.h"
#include "eth/light_file.h"
#include "eth/light_store.h"
#include "orbit/assertion.h"
#include "orbit/family.h"
#include "orbit/feed.h"
#include "orbit/nitro.h"
#include "world/world.h"

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

static struct world *of_fork(struct pl_arena **a, enum pl_lc_fork fork)
{
	struct world_conf conf = { .fork = fork };

	*a = pl_arena_open(0);
	return world_new(*a, &conf);
}

static struct world *fresh(struct pl_arena **a)
{
	return of_fork(a, PL_LC_ELECTRA);
}

static const struct pl_json *ask(struct pl_arena *a, struct world *w,
				 struct world_chain *c, const char *method,
				 const char *params)
{
	const char *q = pl_printf(a,
				  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
				  "\"%s\",\"params\":%s}",
				  method, params);
	struct world_reply r = world_rpc(a, w, c, WORLD_HONEST, pl_span_str(q));
	const struct pl_json *doc;
	struct pl_err e;

	assert_ok(pl_json_parse(a, &doc, r.body, &e), &e);
	assert_non_null(pl_json_get(doc, "result"));
	return pl_json_get(doc, "result");
}

static void chain_holds(struct pl_arena *a, struct world *w,
			struct world_chain *c)
{
	struct pl_block_report before = { 0 }, r;
	struct pl_receipts_report rr;
	struct pl_check k;
	struct pl_err e;

	for (size_t n = 0; n < c->n; n++) {
		const struct pl_json *b =
			ask(a, w, c, "eth_getBlockByNumber",
			    pl_printf(a, "[\"0x%zx\",true]", n));
		const struct pl_json *list =
			ask(a, w, c, "eth_getBlockReceipts",
			    pl_printf(a, "[\"0x%zx\"]", n));
		struct pl_anchor anchor = { .families = families };

		pl_check_init(&k, a);
		assert_ok(pl_check_block(&k, &r, b, families, &e), &e);
		assert_int_equal(r.header.number, n);
		if (n)
			assert_ok(pl_check_link(&k, &r, &before, &e), &e);
		before = r;
		anchor.header = &r.header;
		anchor.txs = r.txs;
		if (r.transactions)
			assert_ok(pl_check_receipts(&k, &rr, list, &anchor, &e),
				  &e);
	}
}

static void blocks_and_receipts_hold(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);

	(void)state;
	chain_holds(a, w, w->l1);
	chain_holds(a, w, w->l2);
	for (size_t n = 0; n < w->l2->n; n++)
		assert_true(pl_nitro_fits(&w->l2->block[n].header));
	pl_arena_close(a);
}

static void every_kind_of_transaction_is_there(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);
	size_t n_type[5] = { 0 }, n_withdrawals = 0;

	(void)state;
	for (size_t n = 0; n < w->l1->n; n++) {
		const struct world_block *b = &w->l1->block[n];

		n_withdrawals += b->withdrawal != NULL;
		for (size_t i = 0; i < b->n_tx; i++)
			n_type[b->tx[i].tx.type]++;
	}
	for (size_t k = 0; k < COUNT(n_type); k++)
		assert_true(n_type[k] > 10);
	assert_true(n_withdrawals > 30);
	pl_arena_close(a);
}

static void proofs_hold_at_every_block(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);

	(void)state;
	for (size_t n = 0; n < w->l1->n; n += 7) {
		struct pl_anchor anchor = { .header = &w->l1->block[n].header };
		const char *const who[] = {
			pl_hex(a, pl_addr_span(&w->token)),
			pl_hex(a, pl_addr_span(&w->orbit.outbox)),
			"0x000000000000000000000000000000000000dead",
		};

		for (size_t i = 0; i < COUNT(who); i++) {
			const char *p = pl_printf(
				a, "[\"%s\",[\"0x0\",\"0x7\"],\"0x%zx\"]",
				who[i], n);
			const struct pl_json *j =
				ask(a, w, w->l1, "eth_getProof", p);
			struct pl_proof_report r;
			struct pl_check k;
			struct pl_err e;

			pl_check_init(&k, a);
			assert_ok(pl_check_proof(&k, &r, j, &anchor, &e), &e);
			assert_int_equal(r.exists, i < 2);
		}
	}
	pl_arena_close(a);
}

static void process(struct pl_arena *a, struct world *w, struct pl_lc_store *s,
		    enum pl_lc_kind kind, const char *path, bool ssz,
		    size_t *count)
{
	struct world_reply r = world_beacon(a, w, WORLD_HONEST, path, ssz);
	struct pl_lc_bootstrap *b = PL_NEW(a, struct pl_lc_bootstrap);
	struct pl_lc_update *u = PL_NEW(a, struct pl_lc_update);
	struct pl_lc_file f = { 0 };
	const char *failed = NULL;
	struct pl_err e;

	assert_int_equal(r.status, 200);
	assert_ok(pl_lc_file_open(&f, a, r.body, kind, &w->config, &e), &e);
	f.has_fork = ssz;
	f.fork = w->fork;
	for (*count = 0; pl_lc_file_more(&f); ++*count) {
		assert_ok(pl_lc_file_next(&f, b, u, &e), &e);
		if (kind == PL_LC_BOOTSTRAP)
			assert_ok(pl_lc_store_init(s, &w->config, &w->root, b,
						   &failed, &e),
				  &e);
		else
			assert_ok(pl_lc_process(s, u, 10000, &failed, &e), &e);
	}
}

static void sign_to_the_head(enum pl_lc_fork fork)
{
	struct pl_arena *a;
	struct world *w = of_fork(&a, fork);
	const struct pl_header *head = &w->l1->block[w->l1->n - 1].header;
	struct pl_lc_store *s = PL_NEW(a, struct pl_lc_store);
	const char *root = pl_hex(a, pl_hash32_span(&w->root));
	size_t n;

	for (int ssz = 0; ssz < 2; ssz++) {
		process(a, w, s, PL_LC_BOOTSTRAP,
			pl_printf(a, "/eth/v1/beacon/light_client/bootstrap/%s",
				  root),
			ssz, &n);
		process(a, w, s, PL_LC_UPDATE,
			"/eth/v1/beacon/light_client/updates?"
			"start_period=0&count=128",
			ssz, &n);
		assert_int_equal(n, 3);
		process(a, w, s, PL_LC_FINALITY,
			"/eth/v1/beacon/light_client/finality_update", ssz, &n);
		process(a, w, s, PL_LC_OPTIMISTIC,
			"/eth/v1/beacon/light_client/optimistic_update", ssz,
			&n);
		assert_memory_equal(s->optimistic_header.execution.block_hash.b,
				    head->hash.b, 32);
		assert_true(s->finalized_header.execution.block_number > 120);
	}
	pl_arena_close(a);
}

static void committees_sign_their_way_to_the_head(void **state)
{
	(void)state;
	sign_to_the_head(PL_LC_ELECTRA);
	sign_to_the_head(PL_LC_FULU);
}

static void the_outbox_holds_the_confirmed_block(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);
	const struct pl_header *l2 = &w->l2->block[WORLD_CONFIRMED(w)].header;
	struct world_state *s = w->l1->block[w->l1->n - 1].state;
	struct pl_hash32 key, got, slot = world_word(116);
	struct pl_u256 v;

	(void)state;
	memcpy(key.b, l2->extra.p, 32);
	key = world_mapping(&key, 3);
	v = world_load(s, &w->orbit.outbox, &key);
	pl_u256_to_be(got.b, &v);
	assert_memory_equal(got.b, l2->hash.b, 32);
	v = world_load(s, &w->orbit.rollup, &slot);
	pl_u256_to_be(got.b, &v);
	assert_memory_equal(got.b, w->orbit.confirmed.b, 32);
	pl_arena_close(a);
}

/* Every log of the L1 in order, read as the contracts' events. */
static void the_rollup_logs_what_it_did(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);
	static const uint8_t created[] = { 0x90, 0x1c, 0x3a, 0xee };
	size_t n_created = 0, n_confirmed = 0, n_roots = 0;

	(void)state;
	for (size_t n = 0; n < w->l1->n; n++)
		for (size_t i = 0; i < w->l1->block[n].n_tx; i++) {
			const struct world_tx *t = &w->l1->block[n].tx[i];

			for (size_t k = 0; k < t->n_logs; k++) {
				struct pl_confirmed c;
				struct pl_send_root r;
				struct pl_err e;

				n_confirmed +=
					!pl_confirmed_read(&c, &t->log[k], &e);
				n_roots +=
					!pl_send_root_read(&r, &t->log[k], &e);
				n_created += !memcmp(t->log[k].topics[0].b,
						     created, 4);
			}
		}
	assert_int_equal(n_created, 3);
	assert_int_equal(n_confirmed, 2);
	assert_int_equal(n_roots, 2);
	pl_arena_close(a);
}

static struct pl_span base64(struct pl_arena *a, const char *text)
{
	static const char d[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct pl_buf b;
	uint32_t v = 0;
	unsigned bits = 0;

	pl_buf_init(&b, a);
	for (; *text && *text != '='; text++) {
		v = v << 6 | (uint32_t)(strchr(d, *text) - d);
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		pl_buf_byte(&b, (uint8_t)(v >> bits));
	}
	return pl_buf_span(&b);
}

static void read_message(struct pl_arena *a, struct pl_feed_message *m,
			 const struct world *w, const struct pl_json *j)
{
	const struct pl_json *in = pl_json_get(j, "message");
	const struct pl_json *head =
		pl_json_get(pl_json_get(in, "message"), "header");
	const char *text = pl_json_str(pl_json_get(head, "sender"));
	int64_t n, delayed, time, kind;
	struct pl_err e;

	assert_ok(pl_json_int(&n, pl_json_get(j, "sequenceNumber"), &e), &e);
	assert_ok(pl_json_int(&delayed, pl_json_get(in, "delayedMessagesRead"),
			      &e),
		  &e);
	assert_ok(pl_json_int(&time, pl_json_get(head, "timestamp"), &e), &e);
	assert_ok(pl_json_int(&kind, pl_json_get(head, "kind"), &e), &e);
	*m = (struct pl_feed_message){
		.sequence = (uint64_t)n,
		.delayed_read = (uint64_t)delayed,
		.kind = (uint8_t)kind,
		.block_number = (uint64_t)n,
		.timestamp = (uint64_t)time,
		.has_block_hash = true,
	};
	m->l2_msg = base64(a, pl_json_str(pl_json_get(
				      pl_json_get(in, "message"), "l2Msg")));
	assert_ok(pl_hex_fixed(m->poster.b, 20, text, 42, &e), &e);
	text = pl_json_str(pl_json_get(j, "blockHash"));
	assert_ok(pl_hex_fixed(m->block_hash.b, 32, text, 66, &e), &e);
	assert_memory_equal(m->block_hash.b, w->l2->block[n].header.hash.b, 32);
}

static void the_batch_poster_signs_the_feed(void **state)
{
	struct pl_arena *a;
	struct world *w = fresh(&a);
	const struct pl_json *doc, *list;
	struct pl_buf scratch;
	struct pl_err e;

	(void)state;
	pl_buf_init(&scratch, a);
	assert_ok(pl_json_parse(a, &doc, pl_span_str(world_feed(a, w)), &e),
		  &e);
	list = pl_json_get(doc, "messages");
	assert_int_equal(pl_json_len(list), 4);
	for (size_t i = 0; i < 4; i++) {
		const struct pl_json *j = pl_json_at(list, i);
		struct pl_feed_message m;
		struct pl_hash32 hash[2];
		const char *const name[] = { "signature", "signatureV2" };

		read_message(a, &m, w, j);
		hash[0] = pl_feed_hash_v1(&m, WORLD_L2, &scratch);
		hash[1] = pl_feed_hash_v2(&m, WORLD_L2);
		for (size_t k = 0; k < 2; k++) {
			const char *text = pl_json_str(pl_json_get(j, name[k]));
			struct pl_addr who;

			assert_ok(pl_feed_signer(&who, &hash[k],
						 base64(a, text), &e),
				  &e);
			assert_true(pl_addr_equal(&who, &w->orbit.poster));
		}
	}
	pl_arena_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_and_receipts_hold),
		cmocka_unit_test(every_kind_of_transaction_is_there),
		cmocka_unit_test(proofs_hold_at_every_block),
		cmocka_unit_test(committees_sign_their_way_to_the_head),
		cmocka_unit_test(the_outbox_holds_the_confirmed_block),
		cmocka_unit_test(the_rollup_logs_what_it_did),
		cmocka_unit_test(the_batch_poster_signs_the_feed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
