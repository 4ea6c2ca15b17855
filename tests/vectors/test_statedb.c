/* The state tests of ethereum/tests with their states in a SQLite file: every
 * case begins from what the file says and leaves its root there, and both must
 * be what the test wants, as in memory. */
#include "check.h"

#include <inttypes.h>
#include <unistd.h>

#include "archive.h"
#include "base/file.h"
#include "base/limits.h"
#include "crypto/keccak.h"
#include "devnet/db_state.h"
#include "evm/statetest.h"

#define RENEW 200 /* cases before the file is opened anew */

static struct pl_err err;

struct backend {
	struct pl_statetest_store store;
	char *path;
	struct pl_statedb *db;
	struct pl_arena *a; /* one case */
	struct pl_db_state *state;
	struct pl_hash32 pre;
	size_t cases, failed;
};

/* Hashes of blocks are what the tests take for them. */
static enum pl_rc number_hash(struct pl_state_source *x, struct pl_hash32 *out,
			      uint64_t number, struct pl_err *e)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	(void)x;
	(void)e;
	*out = pl_keccak256(
		(struct pl_span){ (const uint8_t *)digits, (size_t)n });
	return PL_OK;
}

static void finish(struct backend *b)
{
	pl_db_state_close(b->state);
	b->state = NULL;
	pl_arena_reset(b->a);
}

static enum pl_rc begin(struct pl_statetest_store *x,
			struct pl_state_source **source,
			const struct pl_state_change *pre, size_t n,
			struct pl_err *e)
{
	struct backend *b = (struct backend *)x;

	finish(b);
	if (b->cases % RENEW == 0) {
		pl_statedb_close(b->db);
		PL_TRY(pl_statedb_open(&b->db, b->path, e));
	}
	b->state = pl_db_state_open(b->a, b->db, &pl_empty_root);
	PL_TRY(pl_db_state_apply(b->state, &b->pre, pre, n, e));
	/* from the file and nothing else */
	pl_db_state_close(b->state);
	b->state = pl_db_state_open(b->a, b->db, &b->pre);
	*source = pl_db_state_source(b->state);
	(*source)->block_hash = number_hash;
	return PL_OK;
}

static enum pl_rc end(struct pl_statetest_store *x, struct pl_hash32 *root,
		      const struct pl_state_change *changes, size_t n,
		      struct pl_err *e)
{
	struct backend *b = (struct backend *)x;

	return pl_db_state_apply(b->state, root, changes, n, e);
}

static enum pl_rc on_case(void *x, const struct pl_statetest_case *c,
			  struct pl_err *e)
{
	struct backend *b = x;

	(void)e;
	b->cases++;
	b->failed += !c->pass;
	if (!c->pass)
		print_error("%s, %s %" PRIu64 ": %s\n", c->name, c->fork,
			    c->index, c->error);
	return PL_OK;
}

static void run_file(struct backend *b, struct pl_statetest *t,
		     const char *path)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc;

	assert_ok(pl_json_read(a, &doc, path, &err), &err);
	assert_ok(pl_statetest_run(t, doc, NULL, on_case, b, &err), &err);
	pl_arena_close(a);
}

/* Seconds of hashing and of loops, which no state hangs on. */
static bool is_slow(const char *name)
{
	return !strcmp(name, "CALLBlake2f_MaxRounds.json") ||
	       !strcmp(name, "static_Call50000_sha256.json") ||
	       !strcmp(name, "vmPerformance");
}

static void run_folder(struct backend *b, struct pl_statetest *t,
		       const char *dir)
{
	struct pl_arena *a = pl_arena_open(0);
	char **names, *sub;
	size_t n;

	assert_ok(pl_dir_list(a, &names, &n, dir, &err), &err);
	for (size_t i = 0; i < n; i++) {
		if (is_slow(names[i]))
			continue;
		sub = pl_printf(a, "%s/%s", dir, names[i]);
		if (pl_file_regular(sub))
			run_file(b, t, sub);
		else
			run_folder(b, t, sub);
	}
	pl_arena_close(a);
}

static void over_sqlite(const char *archive, const char *folder, size_t want)
{
	struct pl_arena *a = pl_arena_open(0);
	char *dir = unpack(a, pl_printf(a, "%s.tar.zst", archive));
	struct backend b = { .store = { begin, end },
			     .path = pl_printf(a, "%s/state.db", dir),
			     .a = pl_arena_open(0) };
	struct pl_statetest *t = pl_statetest_open();

	pl_statetest_over(t, &b.store);
	run_folder(&b, t, pl_printf(a, "%s/%s", dir, folder));
	finish(&b);
	pl_statetest_close(t);
	pl_statedb_close(b.db);
	remove_dir(a, dir);
	print_message("%s: %zu cases over SQLite, %zu failed\n", archive,
		      b.cases, b.failed);
	assert_int_equal(b.failed, 0);
	assert_int_equal(b.cases, want);
	pl_arena_close(b.a);
	pl_arena_close(a);
}

static void cancun(void **state)
{
	(void)state;
	over_sqlite("GeneralStateTests", "GeneralStateTests", 16268);
}

/* Forks in which empty accounts exist, and storage is wiped. */
static void older(void **state)
{
	(void)state;
	over_sqlite("legacy-Cancun-GeneralStateTests-multifork",
		    "Cancun/GeneralStateTests", 45296);
}

static void osaka(void **state)
{
	(void)state;
	over_sqlite("EEST-fusaka-devnet-5-osaka-statetests", "fusaka-devnet-5",
		    726);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cancun),
		cmocka_unit_test(older),
		cmocka_unit_test(osaka),
	};

	return cmocka_run_group_tests_name("statedb", tests, NULL, NULL);
}
