/* Assertions and feed signatures as real contracts and nitro have them:
 * values on chain, receipts of the parent chain, nitro's own vector. */
#include "check.h"

#include "codec/json_in.h"
#include "eth/node_json.h"
#include "eth/receipt.h"
#include "eth/tx.h"
#include "orbit/assertion.h"
#include "orbit/contracts.h"
#include "orbit/feed.h"

static size_t held;

static const struct pl_json *read_doc(struct pl_arena *a, const char *name)
{
	char *path = testdata(a, pl_printf(a, "chain/arbitrum/%s", name));
	const struct pl_json *doc;
	struct pl_err e;

	if (!path) {
		pl_arena_close(a);
		print_message("no data: set PLUME_TESTDATA\n");
		skip();
	}
	assert_ok(pl_json_read(a, &doc, path, &e), &e);
	return doc;
}

static struct pl_hash32 hash_at(const struct pl_json *o, const char *key)
{
	struct pl_hash32 h;
	struct pl_err e;

	assert_ok(pl_get_hash32(&h, o, key, &e), &e);
	return h;
}

static uint64_t u64_at(const struct pl_json *o, const char *key)
{
	struct pl_err e;
	uint64_t v;

	assert_ok(pl_get_u64(&v, o, key, &e), &e);
	return v;
}

/* Plume's own genesis assertion, as its contract has it. */
static void genesis_assertion(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v = pl_json_get(read_doc(a, "vectors.json"),
					      "bold_genesis_assertion_hash");
	const struct pl_json *after = pl_json_get(v, "afterState");
	struct pl_hash32 parent = hash_at(v, "parent");
	struct pl_hash32 acc = hash_at(v, "inboxAcc");
	struct pl_hash32 want = hash_at(v, "assertionHash"), got;
	struct pl_assertion_state s = { .end_history_root = hash_at(
						after, "endHistoryRoot") };
	struct pl_err e;

	(void)state;
	assert_ok(pl_json_hash32(
			  &s.global.block_hash,
			  pl_json_at(pl_json_get(after, "bytes32Vals"), 0), &e),
		  &e);
	assert_ok(pl_json_hash32(
			  &s.global.send_root,
			  pl_json_at(pl_json_get(after, "bytes32Vals"), 1), &e),
		  &e);
	assert_ok(pl_json_u64(&s.global.batch,
			      pl_json_at(pl_json_get(after, "u64Vals"), 0), &e),
		  &e);
	assert_ok(pl_json_u64(&s.global.pos,
			      pl_json_at(pl_json_get(after, "u64Vals"), 1), &e),
		  &e);
	s.status = (enum pl_machine_status)u64_at(after, "machineStatus");
	got = pl_assertion_hash(&parent, &s, &acc);
	assert_memory_equal(got.b, want.b, 32);
	s.status = PL_MACHINE_ERRORED;
	got = pl_assertion_hash(&parent, &s, &acc);
	assert_memory_not_equal(got.b, want.b, 32);
	pl_arena_close(a);
}

static void feed_hash(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v = pl_json_get(read_doc(a, "vectors.json"),
					      "feed_signature_hash_v2");
	const struct pl_json *h = pl_json_get(v, "header");
	struct pl_hash32 want = hash_at(v, "hash"), got;
	struct pl_feed_message m = {
		.sequence = u64_at(v, "sequenceNumber"),
		.delayed_read = u64_at(v, "delayedMessagesRead"),
		.kind = (uint8_t)u64_at(h, "kind"),
		.block_number = u64_at(h, "blockNumber"),
		.timestamp = u64_at(h, "timestamp"),
		.has_request_id = pl_has(h, "requestId"),
		.request_id = hash_at(h, "requestId"),
		.has_base_fee = pl_has(h, "baseFeeL1"),
	};
	uint64_t chain = u64_at(v, "chainId");
	struct pl_err e;

	(void)state;
	assert_ok(pl_get_addr(&m.poster, h, "sender", &e), &e);
	assert_ok(pl_get_u256(&m.base_fee, h, "baseFeeL1", &e), &e);
	assert_ok(pl_get_data(a, &m.l2_msg, v, "l2Msg", &e), &e);
	assert_ok(pl_get_data(a, &m.block_metadata, v, "blockMetadata", &e),
		  &e);
	assert_false(pl_has(v, "blockHash"));
	got = pl_feed_hash_v2(&m, chain);
	assert_memory_equal(got.b, want.b, 32);
	got = pl_feed_hash_v2(&m, chain + 1);
	assert_memory_not_equal(got.b, want.b, 32);
	pl_arena_close(a);
}

/* The logs of one receipt, whose bloom must be that of its logs. */
static size_t logs_of(struct pl_arena *a, struct pl_log logs[4],
		      const struct pl_json *receipt)
{
	uint8_t bloom[PL_BLOOM];
	struct pl_receipt r;
	struct pl_span in;
	struct pl_err e;
	size_t n = 0;

	assert_ok(pl_receipt_from_json(a, &r, receipt, &e), &e);
	assert_ok(pl_receipt_bloom(bloom, &r, &e), &e);
	assert_memory_equal(bloom, r.bloom, PL_BLOOM);
	for (in = r.logs; in.n; n++) {
		assert_true(n < 4);
		assert_ok(pl_log_next(&logs[n], &in, &e), &e);
	}
	held++;
	return n;
}

static void real_confirmation(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_doc(a, "l1_events.json");
	struct pl_node_created node;
	struct pl_send_root root;
	struct pl_confirmed c;
	struct pl_log logs[4];
	struct pl_err e;

	(void)state;
	assert_int_equal(
		logs_of(a, logs,
			pl_json_get(doc, "arb1_bold_AssertionConfirmed")),
		2);
	assert_ok(pl_send_root_read(&root, &logs[0], &e), &e);
	assert_ok(pl_confirmed_read(&c, &logs[1], &e), &e);
	assert_memory_equal(c.block_hash.b, root.block_hash.b, 32);
	assert_memory_equal(c.send_root.b, root.send_root.b, 32);
	/* none is the other, and neither is a node */
	assert_int_equal(pl_send_root_read(&root, &logs[1], &e), PL_EFORMAT);
	assert_int_equal(pl_confirmed_read(&c, &logs[0], &e), PL_EFORMAT);
	assert_int_equal(pl_node_created_read(&node, &logs[1], &e), PL_EFORMAT);
	pl_arena_close(a);
}

/* Every byte of the event, but for the inbox's length at its end and the
 * node's number, is under its hash. */
static void real_node(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc = read_doc(a, "l1_events.json");
	struct pl_node_created n;
	struct pl_log logs[4];
	struct pl_span data;
	struct pl_err e;
	uint8_t *p;

	(void)state;
	assert_int_equal(
		logs_of(a, logs, pl_json_get(doc, "legacy_NodeCreated")), 1);
	assert_ok(pl_node_created_read(&n, &logs[0], &e), &e);
	assert_int_equal(n.number, 0x9f3);
	assert_int_equal(n.n_blocks, 14);
	assert_int_equal(n.after.global.batch, 0x9f2);
	assert_false(n.has_sibling);
	data = pl_span_dup(a, logs[0].data);
	logs[0].data = data;
	p = (uint8_t *)(uintptr_t)data.p;
	for (size_t i = 0; i + 32 < data.n; i++) {
		enum pl_rc rc;

		p[i] ^= 0x10;
		rc = pl_node_created_read(&n, &logs[0], &e);
		assert_true(rc == PL_EPROOF || rc == PL_EFORMAT);
		p[i] ^= 0x10;
	}
	for (unsigned t = 2; t < 4; t++) {
		logs[0].topics[t].b[7] ^= 1;
		assert_int_equal(pl_node_created_read(&n, &logs[0], &e),
				 PL_EPROOF);
		logs[0].topics[t].b[7] ^= 1;
	}
	pl_arena_close(a);
}

/* Slots of one contract that a transaction lists. */
static bool lists(const struct pl_tx *tx, const struct pl_addr *who,
		  const struct pl_hash32 *slot)
{
	struct pl_span list = tx->access_list, keys;
	struct pl_addr addr;
	struct pl_err e;

	while (list.n) {
		assert_ok(pl_access_next(&addr, &keys, &list, &e), &e);
		if (!pl_addr_equal(&addr, who))
			continue;
		for (size_t i = 0; i + 33 <= keys.n; i += 33)
			if (!memcmp(keys.p + i + 1, slot->b, 32))
				return true;
	}
	return false;
}

/* What a real batch of Plume's touches of its contracts: the count of messages
 * and the inbox stand where they are looked for, in the bridge that is
 * configured, and the poster in the inbox.  The rollup's slot is the one
 * between two of these, which posting does not touch. */
static void real_batch(void **state)
{
	const struct pl_orbit_known *k = pl_orbit_known(98866);
	struct pl_arena *a = pl_arena_open(0);
	char *path = testdata(a, "chain/plume/batch_tx_23663974.json");
	struct pl_addr bridge, inbox, from;
	struct pl_hash32 slot, who;
	const struct pl_json *doc;
	struct pl_buf scratch;
	struct pl_span raw;
	struct pl_err e;
	struct pl_tx tx;

	(void)state;
	if (!path) {
		pl_arena_close(a);
		skip();
	}
	assert_ok(pl_json_read(a, &doc, path, &e), &e);
	assert_ok(pl_get_data(a, &raw, doc, "raw", &e), &e);
	pl_buf_init(&scratch, a);
	assert_ok(pl_tx_decode(&tx, raw, &e), &e);
	assert_ok(pl_tx_sender(&from, &tx, &scratch, false, &e), &e);
	assert_ok(pl_hex_fixed(bridge.b, 20, k->bridge, 42, &e), &e);
	assert_ok(pl_hex_fixed(inbox.b, 20, k->sequencer_inbox, 42, &e), &e);
	slot = pl_orbit_slot(PL_BRIDGE_INBOX);
	assert_true(lists(&tx, &bridge, &slot));
	slot = pl_orbit_slot(PL_BRIDGE_MESSAGES);
	assert_true(lists(&tx, &bridge, &slot));
	slot = pl_orbit_slot(PL_BRIDGE_ROLLUP);
	assert_false(lists(&tx, &bridge, &slot));
	slot = pl_orbit_slot(PL_BRIDGE_ROLLUP - 1); /* sequencerInboxAccs */
	assert_true(lists(&tx, &bridge, &slot));
	who = pl_orbit_word(&from);
	slot = pl_orbit_mapping(&who, PL_INBOX_POSTERS, 0);
	assert_true(lists(&tx, &inbox, &slot));
	assert_false(lists(&tx, &bridge, &slot));
	pl_arena_close(a);
}

static void both_receipts_were_there(void **state)
{
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	(void)read_doc(a, "l1_events.json");
	pl_arena_close(a);
	assert_int_equal(held, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(genesis_assertion),
		cmocka_unit_test(feed_hash),
		cmocka_unit_test(real_confirmation),
		cmocka_unit_test(real_node),
		cmocka_unit_test(real_batch),
		cmocka_unit_test(both_receipts_were_there),
	};

	return cmocka_run_group_tests_name("orbit vectors", tests, NULL, NULL);
}
