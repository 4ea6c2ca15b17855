/* What the feed broadcasts and what lists say of chains, read. */
#include "check.h"

#include "crypto/keccak.h"
#include "orbit/assertion.h"
#include "orbit/chain_info.h"
#include "orbit/feed_json.h"
#include "world/world.h"

static int begin(void **state)
{
	*state = pl_arena_open(0);
	return 0;
}

static int end(void **state)
{
	pl_arena_close(*state);
	return 0;
}

static void base64_follows_the_table(void **state)
{
	static const struct {
		const char *in, *hex;
	} cases[] = {
		/* RFC 4648, chapter 10 */
		{ "", "" },
		{ "Zg==", "66" },
		{ "Zm8=", "666f" },
		{ "Zm9v", "666f6f" },
		{ "Zm9vYg==", "666f6f62" },
		{ "Zm9vYmE=", "666f6f6261" },
		{ "Zm9vYmFy", "666f6f626172" },
		{ "+/+/", "fbffbf" },
		/* another text of the same bytes, no padding, other letters */
		{ "Zh==", NULL },
		{ "Zm9=", NULL },
		{ "Zg", NULL },
		{ "Z===", NULL },
		{ "====", NULL },
		{ "Zg==Zg==", NULL },
		{ "-_-_", NULL },
		{ "Zm 9", NULL },
	};
	struct pl_span s;
	struct pl_err e;

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum pl_rc rc = pl_base64(*state, &s, cases[i].in,
					  strlen(cases[i].in), &e);

		assert_int_equal(rc, cases[i].hex ? PL_OK : PL_EFORMAT);
		if (!rc)
			assert_hex_equal(s, cases[i].hex);
	}
}

/* Every signature of the made-up sequencer's broadcast is its own. */
static void a_broadcast_reads_back(void **state)
{
	struct pl_arena *a = *state;
	struct world *w = world_new(a, &(struct world_conf){ .blocks = 80 });
	struct pl_span text = pl_span_str(world_feed(a, w));
	const struct pl_feed_signed *v;
	struct pl_buf scratch;
	struct pl_addr who;
	struct pl_err e;
	size_t n;

	pl_buf_init(&scratch, a);
	assert_ok(pl_feed_read(a, &v, &n, text, &e), &e);
	assert_int_equal(n, w->l2->n - 1 - WORLD_POSTED(w));
	for (size_t i = 0; i < n; i++) {
		struct pl_hash32 h = pl_feed_hash_v2(&v[i].m, WORLD_L2);

		assert_ok(pl_feed_signer(&who, &h, v[i].v2, &e), &e);
		assert_memory_equal(who.b, w->orbit.poster.b, 20);
		h = pl_feed_hash_v1(&v[i].m, WORLD_L2, &scratch);
		assert_ok(pl_feed_signer(&who, &h, v[i].v1, &e), &e);
		assert_memory_equal(who.b, w->orbit.poster.b, 20);
		assert_memory_equal(v[i].m.block_hash.b,
				    w->l2->block[v[i].m.sequence].header.hash.b,
				    32);
	}
	/* a list of broadcasts, as it is kept in evidence */
	assert_ok(pl_feed_read(a, &v, &n,
			       pl_span_str(pl_printf(a, "[%s,%s]",
						     (const char *)text.p,
						     (const char *)text.p)),
			       &e),
		  &e);
	assert_int_equal(n, 2 * (w->l2->n - 1 - WORLD_POSTED(w)));
	assert_ok(pl_feed_who(&who, &v[n - 1], WORLD_L2, a, &e), &e);
	assert_memory_equal(who.b, w->orbit.poster.b, 20);
	/* cut anywhere it is no broadcast */
	for (size_t cut = 1; cut + 1 < text.n; cut += 7)
		assert_int_not_equal(
			pl_feed_read(a, &v, &n, (struct pl_span){ text.p, cut },
				     &e),
			PL_OK);
}

static void broken_broadcasts_are_named(void **state)
{
	static const struct {
		const char *text, *word;
	} cases[] = {
		{ "[[]]", "array where a broadcast" },
		{ "[7]", "broadcast 1" },
		{ "{}", "version" },
		{ "{\"version\":2}", "another version" },
		{ "{\"version\":1,\"messages\":{}}", "no list" },
		{ "{\"version\":1,\"messages\":[{}]}", "sequenceNumber" },
		{ "{\"version\":1,\"messages\":[{\"sequenceNumber\":1}]}",
		  "message" },
		{ "{\"version\":1}\n{\"version\":1}\nx\n", "line 3" },
	};
	const struct pl_feed_signed *v;
	struct pl_err e;
	size_t n;

	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(pl_feed_read(*state, &v, &n,
					      pl_span_str(cases[i].text), &e),
				 PL_EFORMAT);
		if (!strstr(e.msg, cases[i].word))
			fail_msg("'%s' has no '%s'", e.msg, cases[i].word);
	}
	assert_ok(pl_feed_read(*state, &v, &n,
			       pl_span_str("{\"version\":1,"
					   "\"confirmedSequenceNumberMessage\":"
					   "{\"sequenceNumber\":9}}"),
			       &e),
		  &e);
	assert_int_equal(n, 0);
}

static void every_listed_chain_reads(void **state)
{
	char *path = testdata(*state, "chain/orbit/orbitChainsData.json");
	const struct pl_json *doc, *list;
	struct pl_chain_info info;
	struct pl_err e;
	size_t n = 0;

	if (!path)
		skip();
	assert_ok(pl_json_read(*state, &doc, path, &e), &e);
	for (int k = 0; k < 2; k++) {
		list = pl_json_get(doc, k ? "testnet" : "mainnet");
		for (size_t i = 0; i < pl_json_len(list); i++, n++) {
			uint64_t id;

			assert_ok(pl_json_u64(&id,
					      pl_json_get(pl_json_at(list, i),
							  "chainId"),
					      &e),
				  &e);
			assert_ok(pl_chain_info_read(&info, doc, &id, &e), &e);
			assert_int_equal(info.chain_id, id);
			assert_true(info.has_outbox &&
				    info.contracts.has_rollup &&
				    info.contracts.has_bridge &&
				    info.contracts.has_sequencer_inbox);
			assert_true(info.parent_chain_id && info.rpc);
		}
	}
	assert_int_equal(n, 53);
}

/* The list that the bridge uses names the rollup that Plume left. */
static void the_trap_is_in_the_list(void **state)
{
	char *path = testdata(*state, "chain/orbit/orbitChainsData.json");
	uint64_t id = 98866;
	const struct pl_json *doc;
	struct pl_chain_info info;
	struct pl_err e;

	if (!path)
		skip();
	assert_ok(pl_json_read(*state, &doc, path, &e), &e);
	assert_ok(pl_chain_info_read(&info, doc, &id, &e), &e);
	assert_ptr_equal(pl_orbit_left(&info.contracts.rollup),
			 pl_orbit_known(id));
	id = 1;
	assert_int_equal(pl_chain_info_read(&info, doc, &id, &e), PL_ENOTFOUND);
	assert_int_equal(pl_chain_info_read(&info, doc, NULL, &e),
			 PL_ENOTFOUND);
}

/* AssertionCreated as RollupCore lays it out; the hash is over its fields. */
static void an_assertion_is_its_hash(void **state)
{
	struct pl_hash32 word[25] = { { { 0 } } };
	struct pl_asserted x;
	struct pl_log log = { .n_topics = 3,
			      .data = { word[0].b, sizeof(word) } };
	struct pl_hash32 none = { { 0 } };
	struct pl_assertion_state s = { .status = PL_MACHINE_FINISHED };
	struct pl_err e;

	(void)state;
	word[13].b[5] = 7;
	word[14].b[6] = 8;
	word[15].b[31] = 9;
	word[17].b[31] = PL_MACHINE_FINISHED;
	word[19].b[0] = 3;
	s.global.block_hash = word[13];
	s.global.send_root = word[14];
	s.global.batch = 9;
	log.topics[0] = pl_asserted_topic;
	log.topics[1] = pl_assertion_hash(&none, &s, &word[19]);
	assert_ok(pl_asserted_read(&x, &log, &e), &e);
	assert_memory_equal(x.after.global.block_hash.b, word[13].b, 32);
	for (size_t i = 13 * 32; i < 20 * 32; i++) {
		((uint8_t *)word)[i] ^= 1;
		assert_int_not_equal(pl_asserted_read(&x, &log, &e), PL_OK);
		((uint8_t *)word)[i] ^= 1;
	}
	log.topics[2].b[0] = 1;
	assert_int_equal(pl_asserted_read(&x, &log, &e), PL_EPROOF);
	log.data.n -= 32;
	assert_int_equal(pl_asserted_read(&x, &log, &e), PL_EFORMAT);
}

/* A real batch of Plume's: the storage keys that its access list
 * names are those computed here. */
static bool holds(struct pl_span raw, const struct pl_hash32 *key)
{
	for (size_t i = 0; i + 32 <= raw.n; i++)
		if (!memcmp(raw.p + i, key->b, 32))
			return true;
	return false;
}

static void a_real_batch_touches_these_slots(void **state)
{
	char *path = testdata(*state, "chain/plume/batch_tx_23663974.json");
	const struct pl_u256 last = pl_u256_of(22133); /* batch before it */
	struct pl_hash32 hash, poster, key;
	struct pl_u256 at;
	const struct pl_json *o;
	struct pl_addr from;
	struct pl_span raw;
	struct pl_err e;

	if (!path)
		skip();
	assert_ok(pl_json_read(*state, &o, path, &e), &e);
	assert_ok(pl_json_data(*state, &raw, pl_json_get(o, "raw"), &e), &e);
	assert_ok(pl_json_hash32(&hash, pl_json_get(o, "txHash"), &e), &e);
	assert_ok(pl_json_addr(&from, pl_json_get(o, "from"), &e), &e);
	key = pl_keccak256(raw);
	assert_memory_equal(key.b, hash.b, 32);
	key = pl_orbit_slot(PL_BRIDGE_MESSAGES);
	assert_true(holds(raw, &key));
	poster = pl_orbit_word(&from);
	key = pl_orbit_mapping(&poster, PL_INBOX_POSTERS, 0);
	assert_true(holds(raw, &key));
	poster.b[31] ^= 1;
	key = pl_orbit_mapping(&poster, PL_INBOX_POSTERS, 0);
	assert_false(holds(raw, &key));
	key = pl_orbit_slot(7); /* sequencerInboxAccs, a list */
	key = pl_keccak256(pl_hash32_span(&key));
	at = pl_u256_from_be32(key.b);
	assert_true(pl_u256_add(&at, &at, &last));
	pl_u256_to_be(key.b, &at);
	assert_true(holds(raw, &key));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(x) cmocka_unit_test_setup_teardown(x, begin, end)
		T(base64_follows_the_table),
		T(a_broadcast_reads_back),
		T(broken_broadcasts_are_named),
		T(every_listed_chain_reads),
		T(the_trap_is_in_the_list),
		T(an_assertion_is_its_hash),
		T(a_real_batch_touches_these_slots),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
