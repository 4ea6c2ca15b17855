/* The store of events: rows go in once and come out as they were, nothing is
 * overwritten, files of version 1 are taken over, and damage is found. */
#include "check.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/file.h"
#include "store/event.h"

static struct pl_arena *a;
static struct pl_index *ix;
static char dir[64];
static char *path;
static int64_t token, node, light;

static struct pl_hash32 hash(uint8_t n)
{
	struct pl_hash32 h;

	memset(h.b, n, sizeof(h.b));
	return h;
}

static int64_t source(const char *name, enum pl_trust trust)
{
	struct pl_source s = { .kind = PL_SOURCE_NODE,
			       .name = name,
			       .format = "logs",
			       .trust = trust,
			       .time = 1700000000 };
	struct pl_err e;

	assert_ok(pl_index_source_put(ix, &s, &e), &e);
	return s.id;
}

static int setup(void **state)
{
	struct pl_index_token t = { .token = { 98866, { { 0xaa } } } };
	struct pl_err e;

	(void)state;
	a = pl_arena_open(0);
	memcpy(dir, "/tmp/plume-events.XXXXXX", 25);
	assert_non_null(mkdtemp(dir));
	path = pl_printf(a, "%s/index.db", dir);
	assert_ok(pl_index_open(&ix, path, PL_INDEX_CREATE, &e), &e);
	assert_ok(pl_index_begin(ix, &e), &e);
	assert_ok(pl_index_token_put(ix, &t, &e), &e);
	token = t.id;
	node = source("node:1", PL_CLAIMED);
	light = source("light client", PL_PROVEN);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_index_close(ix);
	ix = NULL;
	for (size_t i = 0; i < 3; i++) {
		static const char *const end[] = { "", "-wal", "-shm" };

		(void)unlink(pl_printf(a, "%s%s", path, end[i]));
	}
	(void)rmdir(dir);
	pl_arena_close(a);
	return 0;
}

static void commit(void)
{
	struct pl_err e;

	assert_ok(pl_index_commit(ix, &e), &e);
}

/* What another program does to the file. */
static void sql(const char *text)
{
	sqlite3 *db;
	char *words = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &words))
		fail_msg("%s", words);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void again(unsigned flags)
{
	struct pl_err e;

	pl_index_close(ix);
	assert_ok(pl_index_open(&ix, path, flags, &e), &e);
}

/* A swap with a negative amount of 255 bits. */
static struct pl_event_row swap(uint64_t block, uint64_t log)
{
	struct pl_event_row r = {
		.ev = { .kind = PL_EV_SWAP_V3,
			.has = 1u << PL_EC_BY | 1u << PL_EC_TO |
			       1u << PL_EC_AMOUNT0 | 1u << PL_EC_AMOUNT1 |
			       1u << PL_EC_SQRT_PRICE | 1u << PL_EC_LIQUIDITY |
			       1u << PL_EC_TICK },
		.block = block,
		.log_index = log,
		.block_hash = hash((uint8_t)(block + 100)),
		.tx = hash((uint8_t)block),
		.time = 1700000000 + (int64_t)block,
		.trust = PL_CLAIMED,
		.source = node,
	};

	r.ev.addr[PL_EC_TO].b[3] = 7;
	r.ev.num[PL_EC_AMOUNT0 - PL_EC_ADDRS].w[3] = 1ull << 63;
	r.ev.num[PL_EC_TICK - PL_EC_ADDRS] =
		(struct pl_u256){ { UINT64_MAX, UINT64_MAX, UINT64_MAX,
				    UINT64_MAX } };
	return r;
}

static enum pl_put put(const struct pl_event_row *r)
{
	enum pl_put how;
	struct pl_err e;

	assert_ok(pl_index_event_put(ix, &how, token, r, &e), &e);
	return how;
}

struct got {
	struct pl_event_row v[4];
	size_t n;
};

static enum pl_rc gather(void *ctx, const struct pl_event_row *r,
			 struct pl_err *e)
{
	struct got *g = ctx;

	(void)e;
	assert_true(g->n < COUNT(g->v));
	g->v[g->n++] = *r;
	return PL_OK;
}

static struct got all(const struct pl_event_query *q)
{
	struct pl_event_query of = q ? *q : (struct pl_event_query){ 0 };
	struct got g = { .n = 0 };
	struct pl_err e;

	of.token = token;
	assert_ok(pl_index_event_each(ix, &of, gather, &g, &e), &e);
	return g;
}

static void in_and_out(void **state)
{
	struct pl_event_row r[] = { swap(9, 1), swap(7, 3), swap(7, 2) };
	struct got g;

	(void)state;
	for (size_t i = 0; i < COUNT(r); i++)
		assert_int_equal(put(&r[i]), PL_PUT_ADDED);
	assert_int_equal(put(&r[0]), PL_PUT_DUPLICATE);
	commit();
	again(PL_INDEX_READONLY);
	g = all(NULL);
	assert_int_equal(g.n, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(pl_event_row_same(&g.v[i], &r[2 - i]));
		assert_int_equal(g.v[i].trust, PL_CLAIMED);
	}
	g = all(&(struct pl_event_query){ .to_block_set = true,
					  .to_block = 7 });
	assert_int_equal(g.n, 2);
	g = all(&(struct pl_event_query){ .kinds = pl_event_bit(PL_EV_NAV) });
	assert_int_equal(g.n, 0);
	g = all(&(struct pl_event_query){ .from_time_set = true,
					  .from_time = 1700000009 });
	assert_int_equal(g.n, 1);
}

static void nothing_is_overwritten(void **state)
{
	struct pl_event_row r = swap(9, 1), other = r, better = r;
	enum pl_put how;
	struct pl_err e;

	(void)state;
	assert_int_equal(put(&r), PL_PUT_ADDED);
	other.ev.num[PL_EC_LIQUIDITY - PL_EC_ADDRS].w[0] = 1;
	assert_int_equal(pl_index_event_put(ix, &how, token, &other, &e),
			 PL_EPROOF);
	other = r;
	other.block_hash = hash(1);
	assert_int_equal(pl_index_event_put(ix, &how, token, &other, &e),
			 PL_EPROOF);
	other = r;
	other.ev.has &= ~(1u << PL_EC_TICK);
	assert_int_equal(pl_index_event_put(ix, &how, token, &other, &e),
			 PL_EPROOF);
	/* a stronger label comes in, a weaker one does not */
	better.trust = PL_PROVEN;
	better.source = light;
	assert_int_equal(put(&better), PL_PUT_ENRICHED);
	assert_int_equal(put(&r), PL_PUT_DUPLICATE);
	assert_int_equal(all(NULL).v[0].trust, PL_PROVEN);
	/* and what the light client proved is not the node's to take back */
	{
		uint64_t gone;

		assert_ok(
			pl_index_event_drop_from(ix, &gone, token, node, 0, &e),
			&e);
		assert_int_equal(gone, 0);
	}
	r.block = UINT64_MAX;
	assert_int_equal(pl_index_event_put(ix, &how, token, &r, &e),
			 PL_EFORMAT);
}

static void watches_and_cursors(void **state)
{
	struct pl_watch w = { .token = token,
			      .name = "pool",
			      .stds = PL_STD_UNIV3,
			      .kinds = UINT64_MAX,
			      .from = 5,
			      .pair_known = true,
			      .units_known = true,
			      .units = { 6, 18 },
			      .since = 1700000000 },
			got;
	struct pl_event_cursor cur = { .at = { .found = true,
					       .first_block = 5,
					       .next_block = 10,
					       .last_hash = hash(9) },
				       .kinds = 1ull << 63 },
			       back;
	struct pl_event_row r = swap(9, 1);
	uint64_t gone;
	struct pl_err e;
	bool found;

	(void)state;
	w.addr1.b[0] = 1;
	assert_ok(pl_index_watch(a, ix, &found, &got, token, &e), &e);
	assert_false(found);
	assert_ok(pl_index_watch_put(ix, &w, &e), &e);
	assert_ok(pl_index_watch(a, ix, &found, &got, token, &e), &e);
	assert_true(found);
	assert_string_equal(got.name, "pool");
	assert_true(got.kinds == UINT64_MAX && got.from == 5);
	assert_true(got.units_known && got.units.dec1 == 18);
	assert_int_equal(got.addr1.b[0], 1);
	assert_null(got.sig);
	assert_ok(pl_index_event_cursor_put(ix, token, node, &cur, &e), &e);
	assert_ok(pl_index_event_cursor(ix, &back, token, node, &e), &e);
	assert_true(back.at.found && back.kinds == 1ull << 63);
	assert_int_equal(back.at.next_block, 10);
	(void)put(&r);
	/* another event of one's own: its rows and the cursors go */
	w.sig = "event Nav(uint256 x)";
	w.member = "x";
	assert_ok(pl_index_watch_put(ix, &w, &e), &e);
	assert_ok(pl_index_event_cursor(ix, &back, token, node, &e), &e);
	assert_false(back.at.found);
	assert_int_equal(all(NULL).n, 1);
	assert_ok(pl_index_event_keep_kinds(ix, &gone, token,
					    pl_event_bit(PL_EV_NAV), &e),
		  &e);
	assert_int_equal(gone, 1);
	(void)put(&r);
	assert_ok(pl_index_forget(ix, &gone, token, true, &e), &e);
	assert_int_equal(gone, 1);
	commit();
	again(PL_INDEX_READONLY);
	assert_ok(pl_index_watch(a, ix, &found, &got, token, &e), &e);
	assert_false(found);
}

/* A file as plume made it before there were events. */
static void older_files(void **state)
{
	struct pl_watch w = { .token = token, .kinds = 2 };
	struct pl_err e;
	bool found;

	(void)state;
	commit();
	pl_index_close(ix);
	ix = NULL;
	sql("DROP TABLE watch; DROP TABLE event; DROP TABLE event_cursor; "
	    "PRAGMA user_version = 1");
	again(PL_INDEX_READONLY); /* read as it is */
	assert_ok(pl_index_watch(a, ix, &found, &w, token, &e), &e);
	assert_false(found);
	assert_int_equal(all(NULL).n, 0);
	assert_int_equal(pl_index_watch_put(ix, &w, &e), PL_ESTORE);
	again(0); /* and taken over when it may be written */
	assert_ok(pl_index_begin(ix, &e), &e);
	w = (struct pl_watch){ .token = token, .kinds = 2 };
	assert_ok(pl_index_watch_put(ix, &w, &e), &e);
	commit();
	again(PL_INDEX_READONLY);
	assert_ok(pl_index_watch(a, ix, &found, &w, token, &e), &e);
	assert_true(found);
}

static void tell(void *ctx, const char *words)
{
	struct pl_buf *b = ctx;

	pl_buf_fmt(b, "%s\n", words);
}

static uint64_t faults(struct pl_buf *words)
{
	struct pl_err e;
	uint64_t n;

	pl_buf_init(words, a);
	assert_ok(pl_index_integrity(ix, &n, tell, words, &e), &e);
	return n;
}

static void damage_is_found(void **state)
{
	static const struct {
		const char *sql, *words;
	} acts[] = {
		{ "UPDATE event SET tick = NULL WHERE block = 9", "columns" },
		{ "UPDATE event SET kind = 63 WHERE block = 9", "kind" },
		{ "UPDATE event SET block_hash = zeroblob(32) WHERE "
		  "block = 7 AND log_index = 2",
		  "two hashes: block 7" },
		{ "UPDATE event SET chain = 1 WHERE block = 9",
		  "another chain" },
		{ "UPDATE event_cursor SET next_block = 8", "beyond" },
		{ "UPDATE event_cursor SET next_block = 1", "ends before" },
		{ "PRAGMA foreign_keys = OFF; DELETE FROM token", "refers" },
		{ "PRAGMA ignore_check_constraints = ON; "
		  "UPDATE event SET value = x'00' WHERE block = 9",
		  "value" },
	};
	struct pl_event_row r[] = { swap(9, 1), swap(7, 3), swap(7, 2) };
	struct pl_event_cursor cur = {
		.at = { .found = true, .first_block = 5, .next_block = 10 }
	};
	struct pl_buf words;
	struct pl_err e;
	char *whole;

	(void)state;
	for (size_t i = 0; i < COUNT(r); i++)
		(void)put(&r[i]);
	assert_ok(pl_index_event_cursor_put(ix, token, node, &cur, &e), &e);
	commit();
	again(0);
	assert_int_equal(faults(&words), 0);
	whole = pl_printf(a, "%s.whole", path);
	sql(pl_printf(a, "VACUUM INTO '%s'", whole));
	for (size_t i = 0; i < COUNT(acts); i++) {
		pl_index_close(ix);
		ix = NULL;
		sql(acts[i].sql);
		again(PL_INDEX_READONLY);
		assert_true(faults(&words) > 0);
		if (!strstr(pl_buf_cstr(&words), acts[i].words))
			fail_msg("%s: %s", acts[i].sql, pl_buf_cstr(&words));
		pl_index_close(ix);
		ix = NULL;
		(void)unlink(path);
		assert_int_equal(
			system(pl_printf(a, "cp '%s' '%s'", whole, path)), 0);
		again(PL_INDEX_READONLY);
		assert_int_equal(faults(&words), 0);
	}
	(void)unlink(whole);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(in_and_out),          TEST(nothing_is_overwritten),
		TEST(watches_and_cursors), TEST(older_files),
		TEST(damage_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
