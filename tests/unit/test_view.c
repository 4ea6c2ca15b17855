/* Proven reads over the made-up chains: what is true is found, and every lie
 * is either harmless or refused. */
#include "check.h"

#include "crypto/keccak.h"
#include "orbit/family.h"
#include "sync/view.h"
#include "world/heads.h"
#include "world/world.h"

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

struct fixture {
	struct pl_arena *a;
	struct world *w;
	struct pl_transport *t;
	struct world_heads anchors;
	struct pl_view *v;
	const struct pl_anchored *older;
	size_t n_older;
	struct pl_err e;
};

static void look_by(struct fixture *f, struct world_chain *c, uint64_t ring)
{
	struct pl_rpc_conf rpc = { .url = c == f->w->l1 ? "http://world/l1"
							: "http://world/l2",
				   .backoff_ms = 1 };
	struct pl_view_conf conf = { .chain_id = c->id,
				     .families = families,
				     .older = f->older,
				     .n_older = f->n_older,
				     .ring = ring };

	f->t = world_transport(f->a, f->w, WORLD_HONEST);
	f->anchors = world_heads(c);
	conf.rpc = pl_rpc_new(f->a, f->t, &rpc);
	conf.anchors = &f->anchors.base;
	f->v = pl_view_new(f->a, &conf);
}

static void look(struct fixture *f, struct world_chain *c)
{
	look_by(f, c, 0);
}

static int begin(void **state)
{
	struct world_conf conf = { .blocks = 200 };
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	f->w = world_new(f->a, &conf);
	look(f, f->w->l1);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_arena_close(f->a);
	free(f);
	return 0;
}

static struct pl_viewed header(struct fixture *f, const char *text)
{
	struct pl_block_ref ref;
	struct pl_viewed out;

	assert_ok(pl_block_ref_parse(&ref, text, &f->e), &f->e);
	assert_ok(pl_view_header(f->v, f->a, &out, &ref, &f->e), &f->e);
	return out;
}

static const struct world_block *block(struct fixture *f, size_t n)
{
	return &f->anchors.chain->block[n];
}

static void headers_by_every_reference(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *ref;
		size_t number;
		enum pl_level level;
		const char *by;
	} cases[] = {
		{ "latest", 199, PL_LEVEL_OPTIMISTIC, "head" },
		{ "finalized", 183, PL_LEVEL_FINALIZED, "head" },
		{ "safe", 183, PL_LEVEL_FINALIZED, "head" },
		{ "199", 199, PL_LEVEL_OPTIMISTIC, "head" },
		{ "190", 190, PL_LEVEL_OPTIMISTIC, "parent hashes" },
		{ "183", 183, PL_LEVEL_FINALIZED, "head" },
		{ "170", 170, PL_LEVEL_FINALIZED, "parent hashes" },
		{ "3", 3, PL_LEVEL_FINALIZED, "history storage" },
		{ "earliest", 0, PL_LEVEL_FINALIZED, "history storage" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_viewed h = header(f, cases[i].ref);

		assert_int_equal(h.header.number, cases[i].number);
		assert_memory_equal(h.header.hash.b,
				    block(f, cases[i].number)->header.hash.b,
				    32);
		assert_int_equal(h.level, cases[i].level);
		assert_int_equal(h.trust, PL_PROVEN);
		assert_string_equal(h.by, cases[i].by);
	}
	assert_string_equal(
		header(f, pl_hex(f->a,
				 pl_hash32_span(&block(f, 100)->header.hash)))
			.by,
		"history storage");
}

static void what_was_read_is_not_asked_again(void **state)
{
	struct fixture *f = *state;
	size_t asked;

	(void)header(f, "172");
	asked = world_asked(f->t);
	(void)header(f, "172");
	(void)header(f, "175"); /* passed on the way */
	(void)header(f, "latest");
	assert_true(world_asked(f->t) <= asked + 1); /* the latest head */
	pl_view_refresh(f->v);
	(void)header(f, "172");
	assert_true(world_asked(f->t) > asked + 1);
}

static void the_nearest_trusted_block_is_the_start(void **state)
{
	static const struct {
		const char *ref, *by;
	} cases[] = {
		{ "150", "historical roots" }, { "149", "parent hashes" },
		{ "100", "historical roots" }, { "90", "parent hashes" },
		{ "3", "history storage" },    { "160", "parent hashes" }
	};
	struct fixture *f = *state;
	struct pl_anchored older[2] = {
		{ block(f, 100)->header.hash, PL_LEVEL_FINALIZED, PL_PROVEN },
		{ block(f, 150)->header.hash, PL_LEVEL_FINALIZED, PL_PROVEN }
	};
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 90 };
	struct pl_viewed out;

	f->older = older;
	f->n_older = 2;
	look(f, f->w->l1);
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(header(f, cases[i].ref).by, cases[i].by);
	look(f, f->w->l1);
	world_lie_now(f->t, WORLD_OTHER_BLOCK);
	assert_int_equal(pl_view_header(f->v, f->a, &out, &ref, &f->e),
			 PL_EPROOF);
	older[0].hash.b[0] ^= 1; /* of no block */
	look(f, f->w->l1);
	assert_int_equal(pl_view_header(f->v, f->a, &out, &ref, &f->e),
			 PL_ENET);
}

static void references_that_name_no_block(void **state)
{
	static const char *const bad[] = {
		"", "newest", "-1", "1.5", "0x12345678901234567890", "0xzz"
	};
	struct fixture *f = *state;
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 200 };
	struct pl_viewed out;

	assert_int_equal(pl_view_header(f->v, f->a, &out, &ref, &f->e),
			 PL_ENOTFOUND);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_not_equal(pl_block_ref_parse(&ref, bad[i], &f->e),
				     PL_OK);
}

static void state_is_proven(void **state)
{
	struct fixture *f = *state;
	struct pl_viewed at = header(f, "150");
	struct pl_addr user = world_user(4), nobody = { { 9 } };
	struct pl_hash32 who = world_word_addr(&user);
	struct pl_hash32 key = world_mapping(&who, 0), absent = world_word(77);
	struct pl_hash32 slots[2] = { key, absent };
	struct pl_node_proof p;
	struct pl_span code;
	struct pl_u256 want;
	bool exists;

	assert_ok(pl_view_account(f->v, f->a, &p, &exists, &at.header,
				  &f->w->token, slots, 2, &f->e),
		  &f->e);
	want = world_load(block(f, 150)->state, &f->w->token, &key);
	assert_true(exists);
	assert_int_equal(pl_u256_cmp(&p.slots[0].value, &want), 0);
	assert_false(pl_u256_is_zero(&want));
	assert_true(pl_u256_is_zero(&p.slots[1].value));
	assert_ok(pl_view_code(f->v, f->a, &code, &at.header, &f->w->token,
			       &p.account.code_hash, &f->e),
		  &f->e);
	assert_int_equal(code.n, 6);
	assert_ok(pl_view_account(f->v, f->a, &p, &exists, &at.header, &nobody,
				  NULL, 0, &f->e),
		  &f->e);
	assert_false(exists);
}

static void bodies_are_rebuilt(void **state)
{
	struct fixture *f = *state;

	for (size_t n = 140; n < 150; n++) {
		struct pl_viewed at = header(f, pl_printf(f->a, "%zu", n));
		const struct world_block *b = block(f, n);
		struct pl_viewed_tx tx;
		struct pl_node_block out;

		assert_ok(pl_view_block(f->v, f->a, &out, &at, true, &f->e),
			  &f->e);
		assert_int_equal(out.n_txs, b->n_tx);
		for (size_t i = 0; i < b->n_tx; i++) {
			assert_ok(pl_view_tx(f->v, f->a, &tx, &b->tx[i].hash,
					     true, &f->e),
				  &f->e);
			assert_int_equal(tx.index, i);
			assert_int_equal(tx.at.header.number, n);
		}
	}
}

/* ------------------------------------------------------------------- logs */

struct seen {
	size_t n;
	uint64_t last;
};

static enum pl_rc count(void *ctx, const struct pl_node_place *at,
			const struct pl_log *log, struct pl_err *e)
{
	struct seen *s = ctx;

	(void)log;
	(void)e;
	assert_true(at->header->number >= s->last);
	s->last = at->header->number;
	s->n++;
	return PL_OK;
}

static struct pl_view_logs transfers(struct fixture *f, struct seen *s,
				     uint64_t from)
{
	static struct pl_hash32 topic;
	struct pl_view_logs how = { .from = from, .each = count, .ctx = s };

	topic = world_topic("Transfer(address,address,uint256)");
	how.filter.addresses = &f->w->token;
	how.filter.n_addresses = 1;
	how.filter.topics[0].any = &topic;
	how.filter.topics[0].n = 1;
	how.filter.n_topics = 1;
	return how;
}

static size_t really(struct fixture *f, size_t from, size_t to)
{
	size_t n = 0;

	for (; from <= to; from++)
		for (size_t i = 0; i < block(f, from)->n_tx; i++)
			for (size_t k = 0; k < block(f, from)->tx[i].n_logs;
			     k++)
				n += pl_addr_equal(
					&block(f, from)->tx[i].log[k].address,
					&f->w->token);
	return n;
}

static void logs_are_complete(void **state)
{
	struct fixture *f = *state;
	struct pl_viewed to = header(f, "latest");
	struct seen s = { 0 };
	struct pl_view_logs how = transfers(f, &s, 0);
	struct pl_view_logs_stats stats;

	assert_ok(pl_view_logs(f->v, &stats, &to, &how, &f->e), &f->e);
	assert_int_equal(s.n, really(f, 0, 199));
	assert_true(s.n > 60);
	assert_int_equal(stats.logs, s.n);
	assert_int_equal(stats.blocks, 200);
	assert_true(stats.excluded > 50);
	assert_true(stats.receipts_fetched >= s.n && stats.bytes);
	how.max_blocks = 100;
	assert_int_equal(pl_view_logs(f->v, &stats, &to, &how, &f->e),
			 PL_ELIMIT);
}

/* eth_getLogs' rules: positions named are a minimum, an empty one matches what
 * is there, several in one are alternatives. */
static void filters_follow_the_table(void **state)
{
	static const struct pl_hash32 ab[2] = { { { 0xa } }, { { 0xb } } };
	static const struct pl_hash32 x = { { 0xc } };
	static const struct pl_addr here = { { 1 } }, there = { { 2 } };
	const struct pl_log log = { .address = here,
				    .topics = { ab[0], ab[1] },
				    .n_topics = 2 };
	const struct {
		const char *label;
		struct pl_log_filter f;
		bool matches;
	} cases[] = {
		{ "nothing asked", { .n_topics = 0 }, true },
		{ "its address",
		  { .addresses = &here, .n_addresses = 1 },
		  true },
		{ "another", { .addresses = &there, .n_addresses = 1 }, false },
		{ "first topic",
		  { .topics = { { ab, 1 } }, .n_topics = 1 },
		  true },
		{ "either", { .topics = { { ab, 2 } }, .n_topics = 1 }, true },
		{ "neither",
		  { .topics = { { &x, 1 } }, .n_topics = 1 },
		  false },
		{ "any, then its second",
		  { .topics = { { NULL, 0 }, { ab + 1, 1 } }, .n_topics = 2 },
		  true },
		{ "in the other place",
		  { .topics = { { ab + 1, 1 } }, .n_topics = 1 },
		  false },
		{ "two of any", { .n_topics = 2 }, true },
		{ "three of any", { .n_topics = 3 }, false },
	};
	uint8_t bloom[PL_BLOOM] = { 0 };

	(void)state;
	pl_bloom_add(bloom, pl_addr_span(&here));
	pl_bloom_add(bloom, pl_hash32_span(&ab[0]));
	pl_bloom_add(bloom, pl_hash32_span(&ab[1]));
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (pl_log_matches(&cases[i].f, &log) != cases[i].matches)
			fail_msg("%s", cases[i].label);
		/* a bloom may never rule out what matches */
		if (cases[i].matches)
			assert_true(pl_log_may_match(&cases[i].f, bloom));
	}
	assert_false(pl_log_may_match(&cases[2].f, bloom));
	assert_false(pl_log_may_match(&cases[5].f, bloom));
}

/* ------------------------------------------------------------------- lies */

static enum pl_rc all_reads(struct fixture *f, enum world_lie lie)
{
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 160 };
	struct pl_addr addr = f->w->token;
	struct pl_hash32 user = world_word(0), key;
	struct seen s = { 0 };
	struct pl_view_logs how = transfers(f, &s, 150);
	struct pl_view_logs_stats stats;
	struct pl_node_block b;
	struct pl_node_proof p;
	struct pl_viewed at;
	struct pl_viewed_tx tx;
	struct pl_span code;
	struct pl_u256 want;
	bool exists;
	struct pl_addr four = world_user(4);

	look(f, f->w->l1);
	world_lie_now(f->t, lie);
	user = world_word_addr(&four);
	key = world_mapping(&user, 0);
	PL_TRY(pl_view_header(f->v, f->a, &at, &ref, &f->e));
	assert_memory_equal(at.header.hash.b, block(f, 160)->header.hash.b, 32);
	PL_TRY(pl_view_account(f->v, f->a, &p, &exists, &at.header, &addr, &key,
			       1, &f->e));
	want = world_load(block(f, 160)->state, &f->w->token, &key);
	assert_true(exists);
	assert_int_equal(pl_u256_cmp(&p.slots[0].value, &want), 0);
	PL_TRY(pl_view_code(f->v, f->a, &code, &at.header, &addr,
			    &p.account.code_hash, &f->e));
	assert_int_equal(code.n, 6);
	PL_TRY(pl_view_block(f->v, f->a, &b, &at, true, &f->e));
	assert_int_equal(b.n_txs, block(f, 160)->n_tx);
	PL_TRY(pl_view_tx(f->v, f->a, &tx, &block(f, 160)->tx[0].hash, true,
			  &f->e));
	assert_int_equal(tx.at.header.number, 160);
	PL_TRY(pl_view_logs(f->v, &stats, &at, &how, &f->e));
	assert_int_equal(s.n, really(f, 150, 160));
	return PL_OK;
}

/* Exchanges that the logs of blocks 0 to 199 take. */
static size_t log_exchanges(struct fixture *f, enum world_lie lie,
			    struct pl_view_logs_stats *stats)
{
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 199 };
	struct seen s = { 0 };
	struct pl_view_logs how = transfers(f, &s, 0);
	struct pl_viewed at;
	size_t asked;

	look(f, f->w->l1);
	assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
	asked = world_asked(f->t);
	world_lie_now(f->t, lie);
	assert_ok(pl_view_logs(f->v, stats, &at, &how, &f->e), &f->e);
	assert_int_equal(s.n, really(f, 0, 199));
	return world_asked(f->t) - asked;
}

/* Headers, receipts and bodies of many blocks come in one exchange each; a
 * node that takes no batches, or short ones only, is found out once. */
static void many_calls_go_together(void **state)
{
	static const struct {
		enum world_lie lie;
		size_t failed; /* batches before the last size is found */
		size_t together;
	} cases[] = { { WORLD_BATCH_LIMIT, 5, 3 },
		      { WORLD_BATCH_REFUSED, 6, 1 },
		      { WORLD_BATCH_400, 6, 1 },
		      { WORLD_BATCH_FIRST, 6, 1 } };
	struct fixture *f = *state;
	struct pl_view_logs_stats stats;
	size_t n = log_exchanges(f, WORLD_HONEST, &stats), may;

	may = (size_t)(stats.blocks - stats.excluded);
	print_message("%zu exchanges for %zu blocks\n", n, may);
	assert_true(may > 30);
	assert_true(n <= 2 + 2 * ((may + 15) / 16));
	assert_int_equal(log_exchanges(f, WORLD_BATCH_REVERSED, &stats), n);
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t calls = 199 + 2 * may, most = cases[i].together;

		n = log_exchanges(f, cases[i].lie, &stats);
		/* rests of batches are shorter, one a group of blocks */
		assert_true(n <= 2 * cases[i].failed + calls / most +
					 2 * ((may + 15) / 16) + 2);
	}
}

/* What a bad moment took is given back, head by head. */
static void batches_grow_again(void **state)
{
	struct fixture *f = *state;
	struct pl_view_logs_stats stats;
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER, .number = 199 };
	size_t honest = log_exchanges(f, WORLD_HONEST, &stats), asked;
	struct seen s = { 0 };
	struct pl_view_logs how = transfers(f, &s, 0);
	struct pl_viewed at;

	(void)log_exchanges(f, WORLD_BATCH_REFUSED, &stats);
	world_lie_now(f->t, WORLD_HONEST);
	for (int i = 0; i < 7; i++) /* 2^7 > PL_MAX_BATCH */
		pl_view_refresh(f->v);
	assert_ok(pl_view_header(f->v, f->a, &at, &ref, &f->e), &f->e);
	asked = world_asked(f->t);
	assert_ok(pl_view_logs(f->v, &stats, &at, &how, &f->e), &f->e);
	assert_int_equal(world_asked(f->t) - asked, honest);
}

/* Of the lies that are left out some are none here: the proof tells the value
 * whatever stands beside it, and heads are not asked of the node. */
static void lies_are_refused(void **state)
{
	static const struct {
		enum world_lie lie;
		enum pl_rc rc;
	} cases[] = {
		{ WORLD_HONEST, PL_OK },
		{ WORLD_STALE_STATE, PL_EPROOF },
		{ WORLD_OTHER_BLOCK, PL_EPROOF },
		{ WORLD_OTHER_ACCOUNT, PL_EPROOF },
		{ WORLD_SHORT_PROOF, PL_EPROOF },
		{ WORLD_OMITTED_LOGS, PL_EPROOF },
		{ WORLD_NO_RECEIPT, PL_EPROOF },
		{ WORLD_EXTRA_LOG, PL_EPROOF },
		{ WORLD_WRONG_BALANCE, PL_OK },
		{ WORLD_WRONG_STORAGE, PL_OK },
		{ WORLD_WRONG_CODE, PL_EPROOF },
		{ WORLD_FLIPPED, PL_EPROOF },
		{ WORLD_OLD_HEAD, PL_OK },
		{ WORLD_NULL, PL_ENET },
		{ WORLD_ERROR, PL_ENET },
		{ WORLD_WRONG_ID, PL_ENET },
		{ WORLD_BATCH_MISSING, PL_OK },
		{ WORLD_BATCH_TWICE, PL_OK },
		{ WORLD_BATCH_SWAPPED, PL_EPROOF },
		{ WORLD_BATCH_FOREIGN, PL_OK },
		{ WORLD_BATCH_REVERSED, PL_OK },
		{ WORLD_BATCH_REFUSED, PL_OK },
		{ WORLD_BATCH_LIMIT, PL_OK },
		{ WORLD_BATCH_400, PL_OK },
		{ WORLD_BATCH_FIRST, PL_OK },
		{ WORLD_TRUNCATED, PL_ENET },
		{ WORLD_HTML, PL_ENET },
		{ WORLD_500, PL_ENET },
		{ WORLD_HUGE, PL_ELIMIT },
		{ WORLD_HANG, PL_ENET },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		enum pl_rc rc = all_reads(f, cases[i].lie);

		if (rc != cases[i].rc)
			print_error("%s: %s\n", world_lie_words[cases[i].lie],
				    f->e.msg);
		assert_int_equal(rc, cases[i].rc);
	}
}

static void nitro_blocks_too(void **state)
{
	struct fixture *f = *state;
	struct pl_node_block b;
	struct pl_viewed at;

	look(f, f->w->l2);
	at = header(f, "20");
	assert_string_equal(at.by, "parent hashes");
	assert_ok(pl_view_block(f->v, f->a, &b, &at, true, &f->e), &f->e);
	assert_ptr_equal(b.family, &pl_family_nitro);
	assert_int_equal(b.n_txs, block(f, 20)->n_tx);
}

/* ------------------------------------------------- a Nitro chain's ring */

static void long_nitro_chain(struct fixture *f, uint64_t ring)
{
	struct world_conf conf = { .l2_blocks = 200, .l2_ring = ring };

	f->w = world_new(f->a, &conf);
	look(f, f->w->l2);
}

static void reaches(struct fixture *f, size_t n, const char *by, size_t asks)
{
	size_t asked = world_asked(f->t);
	struct pl_viewed h = header(f, pl_printf(f->a, "%zu", n));

	assert_int_equal(h.header.number, n);
	assert_memory_equal(h.header.hash.b, block(f, n)->header.hash.b, 32);
	assert_int_equal(h.level, PL_LEVEL_FINALIZED);
	assert_int_equal(h.trust, PL_PROVEN);
	assert_string_equal(h.by, by);
	assert_true(world_asked(f->t) <= asked + asks);
}

/* One jump from block 183, and none to where ArbOS 40 had not begun: there
 * the oldest that is kept is found first. */
static void arbos_40_keeps_hashes(void **state)
{
	struct fixture *f = *state;

	long_nitro_chain(f, 0);
	(void)header(f, "finalized");
	reaches(f, 100, "history storage", 2);
	reaches(f, WORLD_ARBOS_40, "history storage", 2);
	reaches(f, WORLD_ARBOS_40 - 1, "parent hashes", 5);
	reaches(f, 0, "parent hashes", 5);
	reaches(f, 150, "parent hashes", 1);
	/* from a block before ArbOS 40 on there is no ring to ask */
	f->w->l2->n = WORLD_ARBOS_40 + 16;
	look(f, f->w->l2);
	assert_int_equal(header(f, "finalized").header.number,
			 WORLD_ARBOS_40 - 1);
	reaches(f, 2, "parent hashes", 2);
}

static void a_ring_leads_back_hop_by_hop(void **state)
{
	struct fixture *f = *state;

	long_nitro_chain(f, 70);
	look_by(f, f->w->l2, 70);
	(void)header(f, "finalized");
	reaches(f, 43, "history storage", 4); /* 183, 113, 43 */
	reaches(f, 44, "history storage", 4);
	reaches(f, 42, "parent hashes", 6);
	/* another block stands where a wrong ring looks: no harm is done */
	look_by(f, f->w->l2, 60);
	reaches(f, 43, "parent hashes", 20);
}

static void lies_about_the_ring_are_refused(void **state)
{
	struct fixture *f = *state;

	long_nitro_chain(f, 0);
	for (int lie = 1; lie < WORLD_HUGE; lie++)
		for (size_t n = 3; n < 180; n += 43) {
			struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
						    .number = n };
			struct pl_viewed h;

			look(f, f->w->l2);
			world_lie_now(f->t, (enum world_lie)lie);
			if (pl_view_header(f->v, f->a, &h, &ref, &f->e))
				continue;
			assert_int_equal(h.header.number, n);
			assert_memory_equal(h.header.hash.b,
					    block(f, n)->header.hash.b, 32);
		}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(headers_by_every_reference),
		TEST(what_was_read_is_not_asked_again),
		TEST(the_nearest_trusted_block_is_the_start),
		TEST(references_that_name_no_block),
		TEST(state_is_proven),
		TEST(bodies_are_rebuilt),
		TEST(logs_are_complete),
		TEST(filters_follow_the_table),
		TEST(lies_are_refused),
		TEST(many_calls_go_together),
		TEST(batches_grow_again),
		TEST(nitro_blocks_too),
		TEST(arbos_40_keeps_hashes),
		TEST(a_ring_leads_back_hop_by_hop),
		TEST(lies_about_the_ring_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
