#include "check.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "crypto/sha256.h"
#include "store/sums.h"

static struct pl_arena *a;
static struct pl_index *ix;
static char dir[64];
static char *path;
static int64_t token, file_a, file_b, node;

static struct pl_hash32 hash(uint8_t n)
{
	struct pl_hash32 h;

	memset(h.b, n, sizeof(h.b));
	return h;
}

static struct pl_addr addr(uint8_t n)
{
	struct pl_addr h;

	memset(h.b, n, sizeof(h.b));
	return h;
}

static int64_t new_source(enum pl_source_kind kind, const char *name, uint8_t d,
			  enum pl_trust trust)
{
	struct pl_source s = { .kind = kind,
			       .name = name,
			       .format = "etl",
			       .digest_known = kind == PL_SOURCE_FILE,
			       .digest = hash(d),
			       .trust = trust,
			       .time = 1700000000 };
	struct pl_err e = { 0 };

	assert_ok(pl_index_source_put(ix, &s, &e), &e);
	assert_true(s.id > 0);
	return s.id;
}

static int setup(void **state)
{
	struct pl_index_token t = { .token = { 98866, { { 0 } } },
				    .symbol = "VILLA",
				    .decimals_known = true,
				    .decimals = 2 };
	struct pl_err e = { 0 };

	(void)state;
	a = pl_arena_open(0);
	memcpy(dir, "/tmp/plume-store.XXXXXX", 24);
	assert_non_null(mkdtemp(dir));
	path = pl_printf(a, "%s/index.db", dir);
	assert_ok(pl_index_open(&ix, path, PL_INDEX_CREATE, &e), &e);
	t.token.address = addr(0xaa);
	assert_ok(pl_index_begin(ix, &e), &e);
	assert_ok(pl_index_token_put(ix, &t, &e), &e);
	token = t.id;
	file_a = new_source(PL_SOURCE_FILE, "a.csv", 1, PL_LOCAL);
	file_b = new_source(PL_SOURCE_FILE, "b.csv", 2, PL_LOCAL);
	node = new_source(PL_SOURCE_NODE, "http://n:1", 0, PL_CLAIMED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pl_index_close(ix);
	ix = NULL;
	for (size_t i = 0; i < 3; i++) {
		static const char *const ends[] = { "", "-wal", "-shm" };

		(void)unlink(pl_printf(a, "%s%s", path, ends[i]));
	}
	(void)rmdir(dir);
	pl_arena_close(a);
	return 0;
}

/* A transfer of `value` with log index `log` in block `block`. */
static struct pl_transfer tr(uint8_t tx, uint64_t log, uint64_t block,
			     uint64_t value)
{
	return (struct pl_transfer){
		.has = PL_TR_BLOCK | PL_TR_LOG,
		.block = block,
		.tx = hash(tx),
		.log_index = log,
		.from = addr(1),
		.to = addr(2),
		.value = pl_u256_of(value),
		.trust = PL_LOCAL,
		.source = file_a,
	};
}

static struct pl_transfer loose(uint8_t tx, uint64_t nth, uint64_t value)
{
	struct pl_transfer t = tr(tx, 0, 7, value);

	t.has &= ~PL_TR_LOG;
	t.nth = nth;
	return t;
}

static enum pl_put put(const struct pl_transfer *t)
{
	enum pl_put how = PL_PUT_ADDED;
	struct pl_err e = { 0 };

	assert_ok(pl_index_put(ix, &how, token, t, &e), &e);
	return how;
}

static char *refused(const struct pl_transfer *t)
{
	enum pl_put how;
	struct pl_err e = { 0 };

	assert_int_equal(pl_index_put(ix, &how, token, t, &e), PL_EPROOF);
	return pl_strdup(a, e.msg);
}

#define LIST_MAX 64

struct list {
	struct pl_transfer *v; /* room for LIST_MAX */
	size_t n;
};

static enum pl_rc collect(void *ctx, const struct pl_transfer *t,
			  struct pl_err *e)
{
	struct list *l = ctx;

	(void)e;
	if (!l->v)
		l->v = PL_NEW_N(a, struct pl_transfer, LIST_MAX);
	assert_true(l->n < LIST_MAX);
	l->v[l->n++] = *t;
	return PL_OK;
}

static struct list all(void)
{
	struct pl_index_query q = { .token = token };
	struct pl_err e = { 0 };
	struct list l = { .n = 0 };

	assert_ok(pl_index_each(ix, &q, collect, &l, &e), &e);
	return l;
}

static void values_are_exact_and_ordered(void **state)
{
	static const char *const values[] = {
		"0",
		"1",
		"18446744073709551616",
		"5789604461865809771178549250434395392663499233282028201972879"
		"2003956564819968", /* 2^255 */
		"1157920892373161954235709850086879078532699846656405640394575"
		"84007913129639935", /* 2^256 - 1 */
	};
	struct pl_err e = { 0 };
	struct list l;

	(void)state;
	/* the largest first; order comes from the value, the last of the
	 * canonical keys, as all else is equal and no log index is known */
	for (size_t i = COUNT(values); i-- > 0;) {
		struct pl_transfer t = loose(9, 0, 0);

		assert_ok(pl_u256_parse(&t.value, values[i], strlen(values[i]),
					&e),
			  &e);
		assert_int_equal(put(&t), PL_PUT_ADDED);
	}
	l = all();
	assert_int_equal(l.n, COUNT(values));
	for (size_t i = 0; i < l.n; i++) {
		char text[PL_U256_DEC];

		pl_u256_dec(text, &l.v[i].value);
		assert_string_equal(text, values[i]);
	}
}

static void a_row_comes_back_as_it_went(void **state)
{
	struct pl_transfer t = tr(3, 5, 10, 7), got;

	(void)state;
	t.has |= PL_TR_HASH | PL_TR_TIME;
	t.block_hash = hash(0xbb);
	t.time = 1683029999;
	t.trust = PL_PROVEN;
	t.source = node;
	put(&t);
	got = all().v[0];
	assert_int_equal(got.has, t.has);
	assert_int_equal(got.block, 10);
	assert_memory_equal(&got.block_hash, &t.block_hash, 32);
	assert_int_equal(got.time, t.time);
	assert_memory_equal(&got.tx, &t.tx, 32);
	assert_int_equal(got.log_index, 5);
	assert_memory_equal(&got.from, &t.from, 20);
	assert_memory_equal(&got.to, &t.to, 20);
	assert_int_equal(got.trust, PL_PROVEN);
	assert_int_equal(got.source, node);
}

static void order_does_not_depend_on_arrival(void **state)
{
	struct pl_transfer t[6];
	struct list l;

	(void)state;
	t[0] = loose(1, 0, 4); /* no log index: first of its block */
	t[1] = tr(2, 0, 7, 1);
	t[2] = tr(1, 9, 7, 1);
	t[3] = tr(4, 2, 8, 1);
	t[4] = tr(5, 0, 9, 1);
	t[5] = tr(5, 1, 9, 1);
	for (size_t i = 0; i < COUNT(t); i++)
		put(&t[(i * 5 + 3) % COUNT(t)]);
	l = all();
	assert_int_equal(l.n, COUNT(t));
	for (size_t i = 0; i < l.n; i++) {
		assert_memory_equal(&l.v[i].tx, &t[i].tx, 32);
		assert_int_equal(l.v[i].has & PL_TR_LOG, t[i].has & PL_TR_LOG);
	}
}

static void twice_is_once(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5), u = loose(2, 0, 5);

	(void)state;
	assert_int_equal(put(&t), PL_PUT_ADDED);
	assert_int_equal(put(&t), PL_PUT_DUPLICATE);
	assert_int_equal(put(&u), PL_PUT_ADDED);
	assert_int_equal(put(&u), PL_PUT_DUPLICATE);
	u.nth = 1; /* an equal leg of the same transaction */
	assert_int_equal(put(&u), PL_PUT_ADDED);
	assert_int_equal(put(&u), PL_PUT_DUPLICATE);
	assert_int_equal(all().n, 3);
}

static void conflicts_are_refused(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5), c;

	(void)state;
	t.has |= PL_TR_HASH | PL_TR_TIME;
	t.block_hash = hash(0xb1);
	t.time = 100;
	put(&t);
	c = t, c.value = pl_u256_of(6);
	assert_non_null(strstr(refused(&c), "the value is 5 in the index, 6"));
	c = t, c.trust = PL_PROVEN, c.value = pl_u256_of(6);
	assert_non_null(strstr(refused(&c), "the value"));
	c = t, c.from = addr(9);
	assert_non_null(strstr(refused(&c), "the sender"));
	c = t, c.to = addr(9);
	assert_non_null(strstr(refused(&c), "the recipient"));
	c = t, c.block = 8;
	assert_non_null(strstr(refused(&c), "the block is 7"));
	c = t, c.block_hash = hash(0xb2);
	assert_non_null(strstr(refused(&c), "hash"));
	c = t, c.time = 101;
	assert_non_null(strstr(refused(&c), "the time is 100"));
	c = t, c.log_index = 1, c.block = 8;
	assert_non_null(strstr(refused(&c), "the block is 7"));
	c = tr(2, 1, 7, 1), c.has |= PL_TR_HASH, c.block_hash = hash(0xb2);
	assert_non_null(strstr(refused(&c), "the hash of block 7"));
	c = tr(2, 1, 7, 1), c.has |= PL_TR_TIME, c.time = 99;
	assert_non_null(strstr(refused(&c), "the time of block 7"));
	assert_int_equal(all().n, 1);
	assert_int_equal(all().v[0].trust, PL_LOCAL);
}

static void a_log_index_takes_over_a_loose_row(void **state)
{
	struct pl_transfer u = loose(1, 0, 5), t = tr(1, 3, 7, 5);
	struct list l;

	(void)state;
	put(&u);
	u.nth = 1;
	put(&u);
	t.source = file_b;
	assert_int_equal(put(&t), PL_PUT_ENRICHED);
	assert_int_equal(all().n, 2);
	t.log_index = 4;
	assert_int_equal(put(&t), PL_PUT_ENRICHED);
	t.log_index = 5; /* a third equal leg the export did not have */
	assert_int_equal(put(&t), PL_PUT_ADDED);
	for (uint64_t nth = 0; nth < 3; nth++) {
		u.nth = nth;
		assert_int_equal(put(&u), PL_PUT_DUPLICATE);
	}
	u.nth = 3;
	assert_int_equal(put(&u), PL_PUT_ADDED);
	l = all();
	assert_int_equal(l.n, 4);
	assert_int_equal(l.v[0].has & PL_TR_LOG, 0);
	for (size_t i = 1; i < 4; i++)
		assert_int_equal(l.v[i].log_index, i + 2);
}

static void labels_rise_only_with_what_they_cover(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5), c;

	(void)state;
	t.has |= PL_TR_TIME;
	t.time = 100;
	put(&t);
	c = t, c.trust = PL_PROVEN, c.source = node, c.has &= ~PL_TR_TIME;
	assert_int_equal(put(&c), PL_PUT_DUPLICATE);
	assert_int_equal(all().v[0].trust, PL_LOCAL); /* no proof of the time */
	c.has |= PL_TR_TIME | PL_TR_HASH;
	c.block_hash = hash(0xb1);
	assert_int_equal(put(&c), PL_PUT_ENRICHED);
	assert_int_equal(all().v[0].trust, PL_PROVEN);
	assert_int_equal(all().v[0].source, node);
	assert_true(all().v[0].has & PL_TR_HASH);
	assert_int_equal(put(&t), PL_PUT_DUPLICATE); /* weaker: nothing */
	assert_int_equal(all().v[0].trust, PL_PROVEN);
}

static void a_weaker_source_fills_in_nothing(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5), c;

	(void)state;
	t.trust = PL_CLAIMED;
	put(&t);
	c = t, c.trust = PL_LOCAL, c.has |= PL_TR_TIME, c.time = 100;
	assert_int_equal(put(&c), PL_PUT_DUPLICATE);
	assert_int_equal(all().v[0].has & PL_TR_TIME, 0);
	c.trust = PL_CLAIMED;
	assert_int_equal(put(&c), PL_PUT_ENRICHED);
	assert_int_equal(all().v[0].time, 100);
}

static void tokens_keep_their_decimals(void **state)
{
	struct pl_index_token t = { .token = { 98866, addr(0xaa) } }, *v;
	struct pl_index_token got;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	assert_ok(pl_index_token_put(ix, &t, &e), &e);
	assert_int_equal(t.id, token);
	t.decimals_known = true;
	t.decimals = 6;
	assert_int_equal(pl_index_token_put(ix, &t, &e), PL_EPROOF);
	t.token.chain = 1; /* the same address on another chain is another */
	t.id = 0;
	assert_ok(pl_index_token_put(ix, &t, &e), &e);
	assert_int_not_equal(t.id, token);
	assert_ok(pl_index_tokens(a, ix, &v, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(v[0].token.chain, 1);
	assert_string_equal(v[1].symbol, "VILLA");
	assert_ok(pl_index_token_get(a, ix, &got, &v[0].token, &e), &e);
	assert_int_equal(got.decimals, 6);
	t.token.chain = 2;
	assert_int_equal(pl_index_token_get(a, ix, &got, &t.token, &e),
			 PL_ENOTFOUND);
	t.token.chain = UINT64_MAX;
	assert_int_equal(pl_index_token_put(ix, &t, &e), PL_EFORMAT);
}

static void sources_are_their_bytes(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5);
	struct pl_source s = { 0 }, *v;
	struct pl_err e = { 0 };
	size_t n;

	(void)state;
	/* the same bytes under another name are the same source */
	assert_int_equal(new_source(PL_SOURCE_FILE, "c.csv", 1, PL_LOCAL),
			 file_a);
	assert_int_equal(
		new_source(PL_SOURCE_NODE, "http://n:1", 7, PL_CLAIMED), node);
	assert_int_not_equal(
		new_source(PL_SOURCE_NODE, "http://n:2", 7, PL_CLAIMED), node);
	put(&t);
	s.id = file_a, s.format = "etl", s.rows = 3, s.added = 1,
	s.duplicates = 2;
	assert_ok(pl_index_source_count(ix, &s, &e), &e);
	assert_ok(pl_index_sources(a, ix, &v, &n, token, &e), &e);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].name, "a.csv");
	assert_int_equal(v[0].rows, 3);
	assert_int_equal(v[0].duplicates, 2);
	assert_true(v[0].digest_known);
}

static void rollback_leaves_nothing(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5);
	struct pl_err e = { 0 };

	(void)state;
	assert_ok(pl_index_commit(ix, &e), &e);
	assert_ok(pl_index_begin(ix, &e), &e);
	put(&t);
	assert_int_equal(all().n, 1);
	pl_index_rollback(ix);
	assert_int_equal(all().n, 0);
	assert_ok(pl_index_begin(ix, &e), &e);
	put(&t);
	pl_index_close(ix); /* without a commit */
	assert_ok(pl_index_open(&ix, path, 0, &e), &e);
	assert_int_equal(all().n, 0);
}

static void cursors_and_reorganisations(void **state)
{
	struct pl_cursor c = { .first_block = 5,
			       .next_block = 10,
			       .last_hash = hash(0xb9) },
			 got;
	struct pl_err e = { 0 };
	struct pl_hash32 h;
	uint64_t gone, block;
	bool found;

	(void)state;
	assert_ok(pl_index_cursor(ix, &got, token, node, &e), &e);
	assert_false(got.found);
	assert_ok(pl_index_cursor_put(ix, token, node, &c, &e), &e);
	c.next_block = 11;
	assert_ok(pl_index_cursor_put(ix, token, node, &c, &e), &e);
	assert_ok(pl_index_cursor(ix, &got, token, node, &e), &e);
	assert_true(got.found);
	assert_int_equal(got.first_block, 5);
	assert_int_equal(got.next_block, 11);
	assert_memory_equal(&got.last_hash, &c.last_hash, 32);

	for (uint8_t i = 1; i <= 6; i++) {
		struct pl_transfer t = tr(i, 0, i, 1);

		t.source = i == 6 ? file_a : node;
		t.has |= PL_TR_HASH;
		t.block_hash = hash((uint8_t)(0xb0 + i));
		put(&t);
	}
	assert_ok(pl_index_hash_below(ix, &found, &block, &h, token, node,
				      UINT64_MAX, &e),
		  &e);
	assert_true(found);
	assert_int_equal(block, 5); /* the row of the file does not count */
	assert_int_equal(h.b[0], 0xb5);
	assert_ok(
		pl_index_hash_below(ix, &found, &block, &h, token, node, 1, &e),
		&e);
	assert_false(found);
	assert_ok(pl_index_drop_from(ix, &gone, token, node, 4, &e), &e);
	assert_int_equal(gone, 2);
	assert_int_equal(all().n, 4); /* 1, 2, 3 and the file's */
}

static void queries_have_ends(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_index_status st;
	struct pl_err e = { 0 };
	struct list l = { .n = 0 };

	(void)state;
	for (uint8_t i = 1; i <= 5; i++) {
		struct pl_transfer t = tr(i, 0, i, i == 3 ? 0 : 1);

		if (i != 5) {
			t.has |= PL_TR_TIME;
			t.time = 100 * i;
		}
		put(&t);
	}
	q.from_block_set = q.to_block_set = true;
	q.from_block = 2;
	q.to_block = 3;
	assert_ok(pl_index_each(ix, &q, collect, &l, &e), &e);
	assert_int_equal(l.n, 2);
	q = (struct pl_index_query){ .token = token,
				     .from_time_set = true,
				     .from_time = 200,
				     .to_time_set = true,
				     .to_time = 400 };
	l.n = 0;
	assert_ok(pl_index_each(ix, &q, collect, &l, &e), &e);
	assert_int_equal(l.n, 2); /* 200 and 300: the end is outside */
	assert_ok(pl_index_status(a, ix, &st, token, &e), &e);
	assert_int_equal(st.rows, 5);
	assert_int_equal(st.zero_rows, 1);
	assert_int_equal(st.no_time, 1);
	assert_int_equal(st.no_log_index, 0);
	assert_int_equal(st.first_block, 1);
	assert_int_equal(st.last_block, 5);
	assert_int_equal(st.last_time, 400);
	assert_int_equal(st.trust, PL_LOCAL);
	assert_false(st.last_hash_known);
}

#define DAY 86400

static void at(uint8_t tx, int64_t time, uint8_t from, uint8_t to,
	       uint64_t value)
{
	struct pl_transfer t = tr(tx, 0, (uint64_t)time / 100, value);

	t.has |= PL_TR_TIME;
	t.time = time;
	t.from = addr(from);
	t.to = addr(to);
	put(&t);
}

static void fill_days(void)
{
	at(1, 10 * DAY, 0, 1, 1000); /* mint, at midnight */
	at(2, 10 * DAY + DAY - 100, 1, 2, 200);
	at(3, 10 * DAY + 500, 1, 3, 0);
	at(4, 13 * DAY + 5000, 2, 1, 50);
	at(5, 13 * DAY + 6000, 1, 0, 30); /* burn */
}

static void bars_of_days(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_bar_rule rule = { PL_BAR_SECONDS, DAY, false, false };
	struct pl_index_series s;
	struct pl_err e = { 0 };
	double x;

	(void)state;
	fill_days();
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.rows, 5);
	assert_int_equal(s.zero_rows, 1);
	assert_int_equal(s.trust, PL_LOCAL);
	assert_int_equal(s.bar[0].start, 10 * DAY);
	assert_int_equal(s.bar[0].transfers, 2);
	assert_int_equal(s.bar[0].zeros, 1);
	assert_int_equal(s.bar[0].active, 2); /* 1 and 2; 3 got nothing */
	assert_int_equal(s.bar[0].volume.w[0], 1200);
	assert_int_equal(s.bar[0].minted.w[0], 1000);
	assert_int_equal(s.bar[1].transfers, 0);
	assert_int_equal(s.bar[3].start, 13 * DAY);
	assert_int_equal(s.bar[3].burned.w[0], 30);
	assert_int_equal(s.first.time, 10 * DAY);
	assert_int_equal(s.last.time, 13 * DAY + 6000);
	assert_ok(pl_bar_measure(&x, &s, 0, PL_MEASURE_VOLUME, &e), &e);
	assert_true(x == 12.0); /* two decimals */
	assert_ok(pl_bar_measure(&x, &s, 3, PL_MEASURE_NET_MINT, &e), &e);
	assert_true(x == -0.3);
	assert_ok(pl_bar_measure(&x, &s, 3, PL_MEASURE_ACTIVE, &e), &e);
	assert_true(x == 2.0);
	rule.include_zero = true;
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.bar[0].transfers, 3);
	assert_int_equal(s.bar[0].active, 3);
	rule.whole_only = true;
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.bar[0].start, 11 * DAY);
}

static void bars_join_rows_with_and_without_blocks(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_bar_rule rule = { PL_BAR_SECONDS, DAY, false, false };
	struct pl_transfer t = loose(9, 0, 7);
	struct pl_index_series s;
	struct pl_err e = { 0 };

	(void)state;
	fill_days();
	t.has = PL_TR_TIME; /* comes first in canonical order */
	t.time = 13 * DAY + 1;
	t.from = addr(2);
	put(&t);
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.n, 4);
	assert_int_equal(s.bar[3].transfers, 3);
	assert_int_equal(s.bar[3].active, 2); /* 1 and 2, each once */
	assert_int_equal(s.no_log_index, 1);
	assert_int_equal(s.first.time, 10 * DAY);
	rule = (struct pl_bar_rule){ PL_BAR_BLOCKS, 1, false, false };
	assert_int_equal(pl_index_series(a, ix, &s, &q, &rule, &e), PL_EMATH);
	assert_non_null(strstr(e.msg, "no block number"));
}

static void bars_of_blocks_and_their_limits(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_bar_rule rule = { PL_BAR_BLOCKS, 10, false, false };
	struct pl_transfer t = tr(1, 0, 19, 1);
	struct pl_index_series s;
	struct pl_err e = { 0 };

	(void)state;
	assert_int_equal(pl_index_series(a, ix, &s, &q, &rule, &e),
			 PL_ENOTFOUND);
	put(&t);
	t = tr(2, 0, 20, 2);
	put(&t);
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_int_equal(s.n, 2);
	assert_int_equal(s.bar[0].start, 10);
	assert_int_equal(s.bar[1].start, 20);
	assert_int_equal(s.first.block, 19);
	assert_int_equal(s.last.block, 20);
	rule.unit = PL_BAR_SECONDS;
	assert_int_equal(pl_index_series(a, ix, &s, &q, &rule, &e), PL_EMATH);
	assert_non_null(strstr(e.msg, "no time"));

	t = tr(4, 0, (uint64_t)1 << 40, 1);
	put(&t);
	rule.unit = PL_BAR_BLOCKS;
	assert_int_equal(pl_index_series(a, ix, &s, &q, &rule, &e), PL_ELIMIT);
	t = tr(3, 0, 20, 0);
	memset(t.value.w, 0xff, sizeof(t.value.w));
	put(&t);
	assert_int_equal(pl_index_series(a, ix, &s, &q, &rule, &e), PL_EMATH);
}

static void the_digest_is_over_canonical_rows(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_bar_rule rule = { PL_BAR_SECONDS, DAY, .chained = true };
	struct pl_index_series s;
	struct pl_hash32 want;
	struct pl_err e = { 0 };
	struct pl_buf b;

	(void)state;
	fill_days();
	pl_buf_init(&b, a);
	for (size_t i = 0; i < all().n; i++) {
		struct pl_token_id id = { 98866, addr(0xaa) };
		struct pl_transfer t = all().v[i];
		char row[PL_CANONICAL_ROW];
		size_t n;

		n = pl_canonical_row(row, &id, &t);
		assert_int_equal(n, strlen(row));
		pl_buf_str(&b, row);
	}
	assert_non_null(strstr(
		pl_buf_cstr(&b),
		"98866,0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,11282,0,"
		"1128200,"));
	assert_ok(pl_sha256(&want, pl_buf_span(&b), &e), &e);
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_memory_equal(&s.digest, &want, 32);
}

static int by_bytes(const void *x, const void *y)
{
	return memcmp(x, y, 32);
}

/* Groups made the plain way: sums.h says what they are. */
static void the_tree_is_over_groups_of_leaves(void **state)
{
	struct pl_index_query q = { .token = token };
	struct pl_bar_rule rule = { PL_BAR_SECONDS, DAY, false, false, false };
	struct pl_token_id id = { 98866, addr(0xaa) };
	struct pl_hash32 leaf[64], group[64], want;
	struct list l;
	struct pl_index_series s;
	struct pl_err e = { 0 };
	size_t groups = 0;

	(void)state;
	fill_days();
	l = all();
	assert_in_range(l.n, 2, 64);
	for (size_t i = 0, n = 0; i < l.n; i++) {
		const uint64_t own = l.v[i].block / 10000;
		char row[PL_CANONICAL_ROW] = "";

		assert_true(l.v[i].has & PL_TR_BLOCK);
		(void)pl_leaf_row(row, &id, &l.v[i]);
		assert_ok(pl_sha256(&leaf[n++], pl_span_str(row), &e), &e);
		if (i + 1 < l.n && l.v[i + 1].block / 10000 == own)
			continue;
		qsort(leaf, n, 32, by_bytes);
		assert_ok(pl_sha256(&group[groups++],
				    (struct pl_span){ leaf[0].b, 32 * n }, &e),
			  &e);
		n = 0;
	}
	assert_true(groups > 1);
	assert_ok(pl_sha256(&want, (struct pl_span){ group[0].b, 32 * groups },
			    &e),
		  &e);
	assert_ok(pl_index_series(a, ix, &s, &q, &rule, &e), &e);
	assert_memory_equal(&s.digest, &want, 32);
}

static void a_leaf_has_its_value_in_64_digits(void **state)
{
	struct pl_token_id id = { 1, addr(0xaa) };
	struct pl_transfer t = tr(3, 0, 20, 0);
	char row[PL_CANONICAL_ROW] = "";
	size_t n;

	(void)state;
	t.value = pl_u256_of(255);
	n = pl_leaf_row(row, &id, &t);
	assert_int_equal(n, strlen(row));
	assert_non_null(strstr(row, ",0x00000000000000000000000000000000000000"
				    "000000000000000000000000ff\n"));
}

static void names_of_digests_say_which_they_are(void **state)
{
	struct pl_hash32 h = hash(7);

	(void)state;
	assert_false(pl_rows_digest_chained(pl_rows_digest_name(a, &h, false)));
	assert_true(pl_rows_digest_chained(pl_rows_digest_name(a, &h, true)));
	assert_false(pl_rows_digest_chained(NULL));
}

static void canonical_rows_fit(void **state)
{
	struct pl_token_id id = { INT64_MAX, addr(0xff) };
	struct pl_transfer t = tr(1, INT64_MAX, INT64_MAX, 0);
	char row[PL_CANONICAL_ROW];

	(void)state;
	t.has |= PL_TR_TIME;
	t.time = INT64_MIN;
	memset(t.value.w, 0xff, sizeof(t.value.w));
	assert_true(pl_canonical_row(row, &id, &t) < sizeof(row));
	assert_non_null(strstr(row, ",-9223372036854775808,"));
	t.has = 0;
	(void)pl_canonical_row(row, &id, &t);
	assert_non_null(strstr(row, ",,,,0x01"));
}

static void bar_widths_have_names(void **state)
{
	static const struct {
		const char *text;
		enum pl_rc rc;
		enum pl_bar_unit unit;
		uint64_t width;
	} cases[] = {
		{ "day", PL_OK, PL_BAR_SECONDS, 86400 },
		{ "1d", PL_OK, PL_BAR_SECONDS, 86400 },
		{ "2days", PL_OK, PL_BAR_SECONDS, 172800 },
		{ "hour", PL_OK, PL_BAR_SECONDS, 3600 },
		{ "15min", PL_OK, PL_BAR_SECONDS, 900 },
		{ "week", PL_OK, PL_BAR_SECONDS, 604800 },
		{ "30s", PL_OK, PL_BAR_SECONDS, 30 },
		{ "block", PL_OK, PL_BAR_BLOCKS, 1 },
		{ "1000blocks", PL_OK, PL_BAR_BLOCKS, 1000 },
		{ "", PL_EUSAGE, 0, 0 },
		{ "0day", PL_EUSAGE, 0, 0 },
		{ "7", PL_EUSAGE, 0, 0 },
		{ "-1day", PL_EUSAGE, 0, 0 },
		{ "month", PL_EUSAGE, 0, 0 },
		{ "day ", PL_EUSAGE, 0, 0 },
		{ "99999999999999999999blocks", PL_EUSAGE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_bar_rule r = { 0 };
		struct pl_err e = { 0 };

		assert_int_equal(pl_bar_parse(&r, cases[i].text, &e),
				 cases[i].rc);
		assert_int_equal(r.unit, cases[i].unit);
		assert_int_equal(r.width, cases[i].width);
	}
}

static void other_files_are_refused(void **state)
{
	static const char *const sqls[] = { "SQLite format 3",
					    "not a database at all, but long "
					    "enough to look like a header of "
					    "one hundred bytes, which this "
					    "text has" };
	char *other = pl_printf(a, "%s/other", dir);
	struct pl_index *o = NULL;
	struct pl_err e = { 0 };

	(void)state;
	assert_int_equal(pl_index_open(&o, other, 0, &e), PL_ENOTFOUND);
	assert_int_equal(pl_index_open(&o, other, PL_INDEX_READONLY, &e),
			 PL_ENOTFOUND);
	for (size_t i = 0; i < COUNT(sqls); i++) {
		assert_ok(pl_file_write(other, pl_span_str(sqls[i]), 0644, &e),
			  &e);
		assert_int_equal(pl_index_open(&o, other, PL_INDEX_CREATE, &e),
				 PL_ESTORE);
		assert_int_equal(pl_rc_exit(e.rc), 5);
		assert_true(e.hint[0]);
	}
	assert_null(o);
	assert_int_equal(
		pl_index_open(&o, "/nowhere/at/all.db", PL_INDEX_CREATE, &e),
		PL_ESTORE);
	(void)unlink(other);
}

/* Every byte of the file's pages overwritten, one stretch at a time: reading
 * ends well or with PL_ESTORE, never otherwise. */
static void damage_is_reported(void **state)
{
	struct pl_span whole;
	struct pl_err e = { 0 };
	unsigned refusals = 0;
	uint8_t *copy;

	(void)state;
	for (uint8_t i = 0; i < 40; i++) {
		struct pl_transfer t = tr(i, i, i, i);

		put(&t);
	}
	assert_ok(pl_index_commit(ix, &e), &e);
	pl_index_close(ix);
	ix = NULL;
	assert_ok(pl_file_read(a, &whole, path, 1 << 20, &e), &e);
	copy = pl_alloc(a, whole.n);
	for (size_t off = 0; off < whole.n; off += 509) {
		struct pl_index_query q = { .token = token };
		struct list l = { .n = 0 };
		enum pl_rc rc;

		memcpy(copy, whole.p, whole.n);
		for (size_t k = off; k < off + 24 && k < whole.n; k++)
			copy[k] ^= 0xff;
		assert_ok(pl_file_write(path, (struct pl_span){ copy, whole.n },
					0644, &e),
			  &e);
		rc = pl_index_open(&ix, path, PL_INDEX_READONLY, &e);
		if (!rc) {
			rc = pl_index_each(ix, &q, collect, &l, &e);
			pl_index_close(ix);
			ix = NULL;
		}
		assert_true(rc == PL_OK || rc == PL_ESTORE);
		refusals += rc != PL_OK;
	}
	assert_true(refusals > 5);
}

/* Another program's statement over the index's file. */
static void meddle(const char *statement)
{
	struct pl_err e = { 0 };
	sqlite3 *db;

	pl_index_close(ix);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "PRAGMA ignore_check_constraints=1",
				      NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, statement, NULL, NULL, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_ok(pl_index_open(&ix, path, 0, &e), &e);
}

static void what_others_write_is_damage(void **state)
{
	struct pl_transfer t = tr(1, 1, 7, 5);
	struct pl_index_status st;
	struct pl_err e = { 0 };
	enum pl_put how;

	(void)state;
	assert_ok(pl_index_put(ix, &how, token, &t, &e), &e);
	assert_ok(pl_index_commit(ix, &e), &e);
	assert_ok(pl_index_status(a, ix, &st, token, &e), &e);
	meddle("UPDATE transfer SET trust = 9");
	assert_int_equal(pl_index_status(a, ix, &st, token, &e), PL_ESTORE);
	meddle("UPDATE transfer SET trust = 1;"
	       "CREATE TRIGGER no BEFORE INSERT ON transfer BEGIN "
	       "SELECT RAISE(ABORT, 'no'); END");
	assert_ok(pl_index_status(a, ix, &st, token, &e), &e);
	assert_ok(pl_index_begin(ix, &e), &e);
	t = tr(2, 2, 8, 5);
	assert_ok(pl_index_put(ix, &how, token, &t, &e), &e); /* kept back */
	assert_int_equal(pl_index_commit(ix, &e), PL_ESTORE);
	assert_non_null(strstr(e.msg, "another program"));
}

static void readers_see_the_last_commit(void **state)
{
	struct pl_transfer t = tr(1, 0, 7, 5);
	struct pl_index *reader;
	struct pl_err e = { 0 };
	struct pl_index_status st;

	(void)state;
	assert_ok(pl_index_commit(ix, &e), &e);
	assert_ok(pl_index_begin(ix, &e), &e);
	put(&t);
	assert_ok(pl_index_open(&reader, path, PL_INDEX_READONLY, &e), &e);
	assert_ok(pl_index_status(a, reader, &st, token, &e), &e);
	assert_int_equal(st.rows, 0);
	assert_int_equal(pl_index_begin(reader, &e), PL_ESTORE);
	assert_ok(pl_index_commit(ix, &e), &e);
	assert_ok(pl_index_status(a, reader, &st, token, &e), &e);
	assert_int_equal(st.rows, 1);
	pl_index_close(reader);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(values_are_exact_and_ordered),
		T(a_row_comes_back_as_it_went),
		T(order_does_not_depend_on_arrival),
		T(twice_is_once),
		T(conflicts_are_refused),
		T(a_log_index_takes_over_a_loose_row),
		T(labels_rise_only_with_what_they_cover),
		T(a_weaker_source_fills_in_nothing),
		T(tokens_keep_their_decimals),
		T(sources_are_their_bytes),
		T(rollback_leaves_nothing),
		T(cursors_and_reorganisations),
		T(queries_have_ends),
		T(bars_of_days),
		T(bars_join_rows_with_and_without_blocks),
		T(bars_of_blocks_and_their_limits),
		T(the_digest_is_over_canonical_rows),
		T(the_tree_is_over_groups_of_leaves),
		T(a_leaf_has_its_value_in_64_digits),
		T(names_of_digests_say_which_they_are),
		T(other_files_are_refused),
		T(damage_is_reported),
		T(what_others_write_is_damage),
		T(readers_see_the_last_commit),
		cmocka_unit_test(canonical_rows_fit),
		cmocka_unit_test(bar_widths_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
