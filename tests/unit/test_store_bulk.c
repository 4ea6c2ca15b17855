/* Rows written together end in the same table, with the same answers and the
 * same words, as rows written one by one. */
#include "check.h"

#include <sqlite3.h>
#include <unistd.h>

#include "base/buf.h"
#include "crypto/sha256.h"
#include "store/index.h"

static struct pl_arena *a;
static char dir[64];

struct side {
	const char *path;
	struct pl_index *ix;
	int64_t token[3]; /* two of one chain, one of another */
	int64_t source[2];
};

static struct side side[2]; /* together, one by one */

static uint64_t state;

static uint64_t next(uint64_t below)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % below;
}

static void open_side(struct side *s, const char *name, unsigned flags)
{
	struct pl_err e = { 0 };

	s->path = pl_printf(a, "%s/%s.db", dir, name);
	assert_ok(pl_index_open(&s->ix, s->path, PL_INDEX_CREATE | flags, &e),
		  &e);
	assert_ok(pl_index_begin(s->ix, &e), &e);
	for (unsigned i = 0; i < 3; i++) {
		struct pl_index_token t = { .token.chain = i < 2 ? 1 : 5 };

		t.token.address.b[0] = (uint8_t)i;
		assert_ok(pl_index_token_put(s->ix, &t, &e), &e);
		s->token[i] = t.id;
	}
	for (unsigned i = 0; i < 2; i++) {
		struct pl_source src = { .kind = PL_SOURCE_NODE,
					 .name = i ? "two" : "one",
					 .format = "logs",
					 .trust = PL_CLAIMED };

		assert_ok(pl_index_source_put(s->ix, &src, &e), &e);
		s->source[i] = src.id;
	}
	assert_ok(pl_index_commit(s->ix, &e), &e);
}

static int setup(void **unused)
{
	(void)unused;
	a = pl_arena_open(0);
	memcpy(dir, "/tmp/plume-bulk.XXXXXX", 23);
	assert_non_null(mkdtemp(dir));
	open_side(&side[0], "together", 0);
	open_side(&side[1], "single", PL_INDEX_ONE_BY_ONE);
	return 0;
}

static int teardown(void **unused)
{
	static const char *const end[] = { "", "-wal", "-shm", "-journal" };

	(void)unused;
	for (size_t i = 0; i < 2; i++) {
		pl_index_close(side[i].ix);
		for (size_t k = 0; k < 4; k++)
			(void)unlink(
				pl_printf(a, "%s%s", side[i].path, end[k]));
	}
	(void)rmdir(dir);
	pl_arena_close(a);
	return 0;
}

/* Every row with its number, the schema, and SQLite's own opinion. */
static const char *table(struct side *s)
{
	static const char *const ask[] = {
		"SELECT id, token, chain, hex(tx), log_index, nth, block, "
		"hex(block_hash), time, hex(sender), hex(recipient), "
		"hex(value), trust, source FROM transfer ORDER BY id",
		"SELECT id, token FROM transfer ORDER BY chain, tx, log_index",
		"SELECT type, name, tbl_name FROM sqlite_schema ORDER BY name",
		"PRAGMA integrity_check",
		"PRAGMA foreign_key_check",
	};
	struct pl_hash32 digest;
	sqlite3_stmt *q = NULL;
	struct pl_buf b;
	sqlite3 *db;
	struct pl_err e;

	pl_buf_init(&b, a);
	assert_int_equal(sqlite3_open(s->path, &db), 0);
	for (size_t i = 0; i < sizeof(ask) / sizeof(ask[0]); i++) {
		assert_int_equal(sqlite3_prepare_v2(db, ask[i], -1, &q, NULL),
				 0);
		while (sqlite3_step(q) == SQLITE_ROW) {
			for (int k = 0; k < sqlite3_column_count(q); k++)
				pl_buf_fmt(&b, "%s|",
					   (const char *)sqlite3_column_text(
						   q, k));
			if (i == 3)
				assert_string_equal(
					(const char *)sqlite3_column_text(q, 0),
					"ok");
			pl_buf_byte(&b, '\n');
		}
		(void)sqlite3_finalize(q);
	}
	(void)sqlite3_close(db);
	assert_ok(pl_sha256(&digest, pl_buf_span(&b), &e), &e);
	return pl_hex(a, pl_hash32_span(&digest));
}

static void begin(void)
{
	struct pl_err e = { 0 };

	for (size_t i = 0; i < 2; i++)
		assert_ok(pl_index_begin(side[i].ix, &e), &e);
}

static void end(bool keep)
{
	struct pl_err e = { 0 };

	for (size_t i = 0; i < 2; i++) {
		if (keep)
			assert_ok(pl_index_commit(side[i].ix, &e), &e);
		else
			pl_index_rollback(side[i].ix);
	}
}

/* The same answer, or the same refusal in the same words. */
static enum pl_rc put(const struct pl_transfer *t, unsigned token,
		      unsigned source)
{
	struct pl_err e[2] = { { 0 }, { 0 } };
	enum pl_put how[2] = { PL_PUT_ADDED, PL_PUT_ADDED };
	enum pl_rc rc[2];

	for (size_t i = 0; i < 2; i++) {
		struct pl_transfer mine = *t;

		mine.source = side[i].source[source];
		rc[i] = pl_index_put(side[i].ix, &how[i], side[i].token[token],
				     &mine, &e[i]);
	}
	assert_int_equal(rc[0], rc[1]);
	assert_int_equal(how[0], how[1]);
	assert_string_equal(e[0].msg, e[1].msg);
	return rc[0];
}

/* Log n of block b, a few to a transaction. */
static struct pl_transfer plain(uint64_t b, uint64_t n)
{
	struct pl_transfer t = { .has = PL_TR_LOG | PL_TR_BLOCK | PL_TR_HASH |
					PL_TR_TIME,
				 .block = b,
				 .time = 1700000000 + (int64_t)b,
				 .log_index = n,
				 .value = pl_u256_of(n + 1),
				 .trust = PL_CLAIMED };
	uint64_t tx = b << 16 | n / 3;

	memcpy(t.block_hash.b, &b, sizeof(b));
	memcpy(t.tx.b + 9, &tx, sizeof(tx));
	t.from.b[3] = (uint8_t)n;
	t.to.b[4] = (uint8_t)b;
	return t;
}

static void same(void)
{
	assert_string_equal(table(&side[0]), table(&side[1]));
}

/* One thing about a row that is otherwise plain. */
static void spoil(struct pl_transfer *t)
{
	switch (next(12)) {
	case 0:
		t->has &= ~PL_TR_LOG; /* an explorer's export */
		t->nth = next(2);
		break;
	case 1:
		t->has &= ~PL_TR_BLOCK;
		break;
	case 2:
		t->block ^= 1; /* the transaction stands in another */
		break;
	case 3:
		t->block_hash.b[31] ^= 1;
		break;
	case 4:
		t->time++;
		break;
	case 5:
		t->has &= ~(unsigned)(PL_TR_HASH | PL_TR_TIME);
		break;
	case 6:
		t->from.b[19] ^= 1;
		break;
	case 7:
		t->trust = PL_PROVEN;
		break;
	case 8:
		t->has &= ~PL_TR_TIME;
		break;
	default:
		break;
	}
}

static void random_rows_end_the_same(void **unused)
{
	unsigned refused = 0, taken = 0;

	(void)unused;
	state = 20261121;
	for (unsigned round = 0; round < 60; round++) {
		/* rounds without a spoilt row stay in memory to the end */
		unsigned rate = round % 3 ? (unsigned)next(40) + 2 : 0;

		begin();
		for (unsigned i = 0; i < 400; i++) {
			uint64_t b = next(3) ? 1000 + round * 4 + next(4)
					     : 1000 + next(240);
			struct pl_transfer t = plain(b, next(20));

			if (rate && !next(rate))
				spoil(&t);
			if (put(&t, next(20) ? 0 : (unsigned)next(3),
				(unsigned)next(2)))
				refused++;
			else
				taken++;
		}
		end(next(5) > 0);
		same();
	}
	assert_true(refused > 500);
	assert_true(taken > 5000);
}

/* Enough of them that the indexes are made afterwards, then more, then the
 * same again. */
static void many_rows_end_the_same(void **unused)
{
	struct pl_transfer t;
	uint64_t gone[2];
	struct pl_err e = { 0 };

	(void)unused;
	for (unsigned round = 0; round < 4; round++) {
		uint64_t from = round < 3 ? round * 800 : 0;

		begin();
		for (uint64_t b = from; b < from + 800; b++)
			for (uint64_t n = 0; n < 30; n++) {
				t = plain(b * 7919 % 100003, n);
				assert_int_equal(put(&t, 0, 0), PL_OK);
			}
		end(true);
		same();
	}
	/* read and dropped in the transaction that wrote */
	begin();
	for (uint64_t n = 0; n < 9; n++) {
		t = plain(200000, n);
		assert_int_equal(put(&t, 0, 0), PL_OK);
	}
	for (size_t i = 0; i < 2; i++) {
		struct pl_index_status st;

		assert_ok(pl_index_status(a, side[i].ix, &st, side[i].token[0],
					  &e),
			  &e);
		assert_int_equal(st.rows, 3 * 800 * 30 + 9);
		assert_ok(pl_index_drop_from(side[i].ix, &gone[i],
					     side[i].token[0],
					     side[i].source[0], 200000, &e),
			  &e);
		assert_int_equal(gone[i], 9);
	}
	t.block++; /* gone with its transaction: no contradiction any more */
	assert_int_equal(put(&t, 0, 0), PL_OK);
	end(true);
	same();
}

/* So many that they are written while others come, and everything else that
 * can be asked meanwhile. */
static void rows_written_while_others_come(void **unused)
{
	struct pl_cursor cur = { .first_block = 1, .next_block = 2 };
	struct pl_err e = { 0 };

	(void)unused;
	for (unsigned round = 0; round < 4; round++) {
		begin();
		for (uint64_t i = 0; i < 21000; i++) {
			struct pl_transfer t = plain(i / 30, i % 30);

			/* one that is not plain: the others are written */
			if (round == 1 && i == 20500)
				t.has &= ~PL_TR_LOG;
			assert_int_equal(put(&t, 0, 0), PL_OK);
			if (i % 1000 != 500)
				continue;
			for (size_t k = 0; k < 2; k++)
				assert_ok(pl_index_cursor_put(
						  side[k].ix, side[k].token[1],
						  side[k].source[1], &cur, &e),
					  &e);
			cur.next_block++;
		}
		end(round > 1);
		same();
	}
}

static void a_transaction_of_many_logs(void **unused)
{
	(void)unused;
	begin();
	for (unsigned i = 0; i < 3000; i++) {
		struct pl_transfer t = plain(5, 0);

		t.log_index = next(4000); /* some twice */
		t.value = pl_u256_of(t.log_index);
		assert_int_equal(put(&t, 0, 0), PL_OK);
	}
	end(true);
	same();
}

static void what_is_rolled_back_is_gone(void **unused)
{
	struct pl_transfer t = plain(7, 1), other = plain(7, 1);

	(void)unused;
	other.value = pl_u256_of(99);
	begin();
	assert_int_equal(put(&t, 0, 0), PL_OK);
	assert_int_equal(put(&other, 0, 0), PL_EPROOF);
	end(false);
	begin();
	assert_int_equal(put(&other, 0, 0), PL_OK);
	assert_int_equal(put(&t, 0, 0), PL_EPROOF);
	end(true);
	same();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(random_rows_end_the_same, setup,
						teardown),
		cmocka_unit_test_setup_teardown(many_rows_end_the_same, setup,
						teardown),
		cmocka_unit_test_setup_teardown(rows_written_while_others_come,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_transaction_of_many_logs,
						setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_rolled_back_is_gone,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
