/* A state in a SQLite file: what is in it after commits, ends in between and
 * damage, and that it is the state that memory would hold. */
#include "check.h"

#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "crypto/keccak.h"
#include "devnet/db_state.h"
#include "evm/memstate.h"

static struct pl_err err;
static struct pl_arena *arena;
static char dir[64];
static char *path;

static int fresh(void **state)
{
	(void)state;
	arena = pl_arena_open(0);
	(void)snprintf(dir, sizeof(dir), "/tmp/plume-statedb-XXXXXX");
	path = mkdtemp(dir) ? pl_printf(arena, "%s/state.db", dir) : NULL;
	return path ? 0 : -1;
}

static int gone(void **state)
{
	(void)state;
	assert_int_equal(system(pl_printf(arena, "rm -rf %s", dir)), 0);
	pl_arena_close(arena);
	return 0;
}

static struct pl_statedb *open_db(void)
{
	struct pl_statedb *s = NULL;

	assert_ok(pl_statedb_open(&s, path, &err), &err);
	return s;
}

static struct pl_span text(const char *s)
{
	return pl_span_str(s);
}

static void put_node(struct pl_statedb *s, const char *bytes, bool fresh_one)
{
	const struct pl_hash32 h = pl_keccak256(text(bytes));
	bool added = !fresh_one;

	assert_ok(pl_statedb_put(s, PL_STATEDB_NODE, &added, &h, text(bytes),
				 &err),
		  &err);
	assert_int_equal(added, fresh_one);
}

static enum pl_rc get_node(struct pl_statedb *s, const char *bytes)
{
	const struct pl_hash32 h = pl_keccak256(text(bytes));
	struct pl_span got;
	enum pl_rc rc =
		pl_statedb_get(s, arena, PL_STATEDB_NODE, &got, &h, &err);

	if (!rc)
		assert_true(pl_span_equal(got, text(bytes)));
	return rc;
}

struct seen {
	size_t n;
	uint64_t last;
};

static enum pl_rc on_block(void *ctx, uint64_t number, struct pl_span body,
			   struct pl_err *e)
{
	struct seen *s = ctx;

	(void)e;
	assert_true(!s->n || number == s->last + 1);
	assert_int_equal(body.n, 3 + number);
	s->last = number;
	s->n++;
	return PL_OK;
}

static void put_block(struct pl_statedb *s, uint64_t n)
{
	const struct pl_hash32 h = pl_keccak256(
		(struct pl_span){ (const uint8_t *)&n, sizeof(n) });
	static const uint8_t body[64];

	assert_ok(pl_statedb_block_put(s, n, &h,
				       (struct pl_span){ body, 3 + n }, &err),
		  &err);
}

static size_t blocks(struct pl_statedb *s)
{
	struct seen seen = { 0, 0 };

	assert_ok(pl_statedb_blocks(s, on_block, &seen, &err), &err);
	return seen.n;
}

static void what_is_committed_stays_and_nothing_else(void **state)
{
	struct pl_statedb *s = open_db();
	struct pl_hash32 h;
	struct pl_span got;
	bool found;

	(void)state;
	assert_ok(pl_statedb_begin(s, &err), &err);
	put_node(s, "one", true);
	put_node(s, "one", false);
	for (uint64_t n = 0; n < 10; n++)
		put_block(s, n);
	assert_ok(pl_statedb_note_put(s, "now", text("then"), &err), &err);
	assert_ok(pl_statedb_commit(s, &err), &err);
	assert_ok(pl_statedb_begin(s, &err), &err);
	put_node(s, "two", true);
	assert_ok(pl_statedb_block_drop(s, 4, &err), &err);
	assert_ok(pl_statedb_note_put(s, "now", text("now"), &err), &err);
	pl_statedb_rollback(s);
	pl_statedb_rollback(s); /* outside one: nothing */
	assert_int_equal(blocks(s), 10);
	assert_int_equal(get_node(s, "two"), PL_ESTORE);
	assert_ok(pl_statedb_begin(s, &err), &err);
	put_node(s, "three", true);
	pl_statedb_close(s); /* in the middle */

	s = open_db();
	assert_int_equal(get_node(s, "one"), PL_OK);
	assert_int_equal(get_node(s, "three"), PL_ESTORE);
	assert_ok(pl_statedb_note_get(s, arena, &found, &got, "now", &err),
		  &err);
	assert_true(found && pl_span_is(got, "then"));
	assert_ok(pl_statedb_note_get(s, arena, &found, &got, "what", &err),
		  &err);
	assert_false(found);
	assert_ok(pl_statedb_block_drop(s, 4, &err), &err);
	assert_int_equal(blocks(s), 4);
	assert_ok(pl_statedb_block_hash(s, &h, 3, &err), &err);
	assert_int_equal(pl_statedb_block_hash(s, &h, 4, &err), PL_ENOTFOUND);
	assert_int_equal(pl_statedb_block_hash(s, &h, UINT64_MAX, &err),
			 PL_ENOTFOUND);
	pl_statedb_close(s);
}

static void a_second_program_is_refused(void **state)
{
	struct pl_statedb *s = open_db(), *t = NULL;

	(void)state;
	assert_int_equal(pl_statedb_open(&t, path, &err), PL_ESTORE);
	assert_non_null(strstr(err.msg, "in use"));
	pl_statedb_close(s);
	s = open_db();
	pl_statedb_close(s);
}

static struct pl_span file_bytes(void)
{
	struct pl_span s;

	assert_ok(pl_file_read(arena, &s, path, PL_MAX_FILE, &err), &err);
	return s;
}

static void write_bytes(struct pl_span s)
{
	assert_ok(pl_file_write(path, s, 0644, &err), &err);
}

/* Bytes 60 and 68 of a SQLite file: its owner's version, and who that is. */
static void what_is_no_state_is_left_alone(void **state)
{
	static const struct {
		const char *label, *says;
		size_t at, cut;
	} cases[] = {
		{ "another program's", "no state of plume", 71, 0 },
		{ "newer", "version", 63, 0 },
		{ "not SQLite", "not a SQLite file", 3, 0 },
		{ "half a page", "", 0, 2048 },
	};
	struct pl_statedb *s = open_db();
	struct pl_span whole;

	(void)state;
	pl_statedb_close(s);
	whole = file_bytes();
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct pl_span bad = pl_span_dup(arena, whole);

		if (cases[i].cut)
			bad.n = cases[i].cut;
		else
			((uint8_t *)(uintptr_t)bad.p)[cases[i].at] ^= 2;
		write_bytes(bad);
		if (pl_statedb_open(&s, path, &err) != PL_ESTORE ||
		    !strstr(err.msg, cases[i].says))
			fail_msg("%s: %s", cases[i].label, err.msg);
		assert_true(pl_span_equal(file_bytes(), bad));
	}
	assert_int_equal(pl_statedb_open(&s, dir, &err), PL_ESTORE);
	write_bytes((struct pl_span){ whole.p, 0 }); /* nothing yet: made */
	s = open_db();
	pl_statedb_close(s);
}

/* ------------------------------------------------ as memory would hold it */

static uint64_t next(uint64_t *s)
{
	*s ^= *s << 13;
	*s ^= *s >> 7;
	*s ^= *s << 17;
	return *s;
}

#define PEOPLE 24
#define SLOTS 12

static struct pl_addr person(uint64_t i)
{
	struct pl_addr a = { { 0 } };

	a.b[0] = (uint8_t)(i * 37);
	a.b[19] = (uint8_t)i;
	return a;
}

/* A transaction's worth of changes, on a state over the source. */
static void change(struct pl_state *s, uint64_t *seed)
{
	static const uint8_t code[40];

	pl_state_begin_tx(s);
	for (size_t i = 0; i < 6; i++) {
		const struct pl_addr who = person(next(seed) % PEOPLE);
		struct pl_acct *a = pl_state_get(s, &who);
		const struct pl_u256 v =
			pl_u256_of(next(seed) % 3 ? next(seed) : 0);
		const struct pl_u256 k = pl_u256_of(next(seed) % SLOTS);

		switch (next(seed) % 6) {
		case 0:
			pl_state_set_balance(s, a, &v);
			break;
		case 1:
			pl_state_set_nonce(s, a, v.w[0]);
			break;
		case 2:
			pl_state_set_code(
				s, a,
				(struct pl_span){ code, next(seed) % 40 });
			break;
		case 3:
			if (next(seed) % 3 == 0)
				(void)pl_state_destruct(s, a);
			break;
		default:
			pl_state_set_nonce(s, a, 1);
			pl_state_set_slot(s, a, pl_state_slot(s, a, &k), &v);
		}
	}
	pl_state_end_tx(s, PL_FORK_SHANGHAI);
}

static void same_reads(struct pl_db_state *x, struct pl_memstate *m)
{
	struct pl_state_source *p = pl_db_state_source(x);
	struct pl_state_source *q = pl_memstate_source(m);

	for (uint64_t i = 0; i < PEOPLE; i++) {
		const struct pl_addr who = person(i);
		struct pl_state_account a, b;
		struct pl_span c = { NULL, 0 }, d = { NULL, 0 };
		bool has, had;

		assert_ok(p->account(p, &a, &who, &err), &err);
		assert_ok(q->account(q, &b, &who, &err), &err);
		assert_int_equal(a.exists, b.exists);
		if (!a.exists)
			continue;
		assert_int_equal(a.nonce, b.nonce);
		assert_true(pl_u256_cmp(&a.balance, &b.balance) == 0);
		assert_true(pl_hash32_equal(&a.code_hash, &b.code_hash));
		if (!pl_hash32_equal(&a.code_hash, &pl_keccak_empty)) {
			assert_ok(
				p->code(p, arena, &c, &who, &a.code_hash, &err),
				&err);
			assert_ok(
				q->code(q, arena, &d, &who, &b.code_hash, &err),
				&err);
		}
		assert_true(pl_span_equal(c, d));
		assert_ok(p->has_storage(p, &has, &who, &err), &err);
		assert_ok(q->has_storage(q, &had, &who, &err), &err);
		assert_int_equal(has, had);
		for (uint64_t k = 0; k < SLOTS; k++) {
			const struct pl_u256 key = pl_u256_of(k);
			struct pl_u256 v, w;

			assert_ok(p->slot(p, &v, &who, &key, &err), &err);
			assert_ok(q->slot(q, &w, &who, &key, &err), &err);
			assert_true(pl_u256_cmp(&v, &w) == 0);
		}
	}
}

static void one_life(uint64_t seed)
{
	struct pl_statedb *db = open_db();
	struct pl_memstate *m = pl_memstate_new(arena);
	struct pl_hash32 root = pl_empty_root, want;
	struct pl_db_state *x = pl_db_state_open(arena, db, &root);

	for (size_t round = 0; round < 60; round++) {
		struct pl_state *s = pl_state_open(pl_db_state_source(x));
		struct pl_state_change *ch;
		size_t n;

		change(s, &seed);
		change(s, &seed);
		assert_ok(pl_state_failure(s, &err), &err);
		ch = pl_state_changes(s, arena, &n);
		assert_ok(pl_memstate_root(m, &want, arena, ch, n, &err), &err);
		pl_memstate_apply(m, ch, n);
		assert_ok(pl_db_state_apply(x, &root, ch, n, &err), &err);
		pl_state_close(s);
		assert_true(pl_hash32_equal(&root, &want));
		if (next(&seed) % 2) {
			/* from the file alone, of which only the root is
			 * known */
			pl_db_state_close(x);
			pl_statedb_close(db);
			db = open_db();
			x = pl_db_state_open(arena, db, &root);
		}
		if (round % 10 == 9)
			same_reads(x, m);
	}
	pl_db_state_close(x);
	pl_statedb_close(db);
}

static void it_is_what_memory_would_hold(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		print_message("seed %ju\n", (uintmax_t)seed);
		assert_int_equal(unlink(path) && seed > 1, 0); /* the last's */
		one_life(seed * 0x9e3779b97f4a7c15);
	}
}

/* Every page flipped somewhere: a read says that the file is damaged, or gives
 * what was there. */
static void damage_never_becomes_state(void **state)
{
	struct pl_statedb *db = open_db();
	struct pl_memstate *m = pl_memstate_new(arena);
	struct pl_db_state *x = pl_db_state_open(arena, db, &pl_empty_root);
	struct pl_hash32 root;
	struct pl_state_change *ch;
	struct pl_span whole;
	size_t n, noticed = 0, tried = 0;
	uint8_t *copy;

	(void)state;
	for (uint64_t i = 0; i < PEOPLE; i++) {
		const struct pl_addr who = person(i);
		const struct pl_u256 v = pl_u256_of(i + 1);

		pl_memstate_put(m, &who, i, &v, (struct pl_span){ NULL, 0 });
		pl_memstate_put_slot(m, &who, &v, &v);
	}
	ch = pl_memstate_all(m, arena, &n);
	assert_int_equal(n, PEOPLE);
	assert_ok(pl_db_state_apply(x, &root, ch, n, &err), &err);
	pl_db_state_close(x);
	pl_statedb_close(db);
	whole = file_bytes();
	copy = pl_alloc(arena, whole.n);
	for (size_t i = 0; i < whole.n; i += 61, tried++) {
		struct pl_arena *a = pl_arena_open(0);
		enum pl_rc rc = PL_OK;

		memcpy(copy, whole.p, whole.n);
		copy[i] ^= 0x10;
		write_bytes((struct pl_span){ copy, whole.n });
		if (pl_statedb_open(&db, path, &err)) {
			noticed++;
			pl_arena_close(a);
			continue;
		}
		x = pl_db_state_open(a, db, &root);
		for (uint64_t k = 0; k < PEOPLE && !rc; k++) {
			struct pl_state_source *src = pl_db_state_source(x);
			const struct pl_addr who = person(k);
			const struct pl_u256 key = pl_u256_of(k + 1);
			struct pl_state_account is;
			struct pl_u256 v;

			rc = src->account(src, &is, &who, &err);
			if (!rc)
				rc = src->slot(src, &v, &who, &key, &err);
			if (rc)
				break;
			assert_true(is.exists && is.nonce == k);
			assert_int_equal(is.balance.w[0], k + 1);
			assert_int_equal(v.w[0], k + 1);
		}
		noticed += rc != PL_OK;
		pl_db_state_close(x);
		pl_statedb_close(db);
		pl_arena_close(a);
	}
	print_message("%zu flips, %zu noticed\n", tried, noticed);
	assert_true(noticed > 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			what_is_committed_stays_and_nothing_else, fresh, gone),
		cmocka_unit_test_setup_teardown(a_second_program_is_refused,
						fresh, gone),
		cmocka_unit_test_setup_teardown(what_is_no_state_is_left_alone,
						fresh, gone),
		cmocka_unit_test_setup_teardown(it_is_what_memory_would_hold,
						fresh, gone),
		cmocka_unit_test_setup_teardown(damage_never_becomes_state,
						fresh, gone),
	};

	return cmocka_run_group_tests_name("statedb", tests, NULL, NULL);
}
