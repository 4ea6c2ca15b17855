/* SQL, result codes in words, and columns read with suspicion. */
#include "store/sqlite_lane.h"

#define SOURCE_COLUMNS                                                         \
	"id, kind, name, format, digest, trust, time, rows, added, "           \
	"duplicates, rejected"

static const char *const sql[PL_ST_COUNT] = {
	[PL_ST_BEGIN] = "BEGIN IMMEDIATE",
	[PL_ST_COMMIT] = "COMMIT",
	[PL_ST_TOKEN_GET] = "SELECT id, chain, address, symbol, decimals "
			    "FROM token WHERE chain = ? AND address = ?",
	[PL_ST_TOKEN_NEW] =
		"INSERT INTO token (chain, address, symbol, decimals) "
		"VALUES (?, ?, ?, ?)",
	[PL_ST_TOKEN_SET] = "UPDATE token SET symbol = coalesce(symbol, ?2), "
			    "decimals = coalesce(decimals, ?3) WHERE id = ?1",
	[PL_ST_TOKEN_CHAIN] = "SELECT chain FROM token WHERE id = ?",
	[PL_ST_TOKENS] =
		"SELECT id, chain, address, symbol, decimals FROM token "
		"ORDER BY chain, address",
	[PL_ST_SOURCE_DIGEST] = "SELECT " SOURCE_COLUMNS " FROM source "
				"WHERE kind = ? AND digest = ?",
	[PL_ST_SOURCE_NAME] = "SELECT " SOURCE_COLUMNS " FROM source "
			      "WHERE kind = ? AND name = ? AND digest IS NULL",
	[PL_ST_SOURCE_NEW] = "INSERT INTO source (kind, name, format, digest, "
			     "trust, time) VALUES (?, ?, ?, ?, ?, ?)",
	[PL_ST_SOURCE_COUNT] =
		"UPDATE source SET rows = rows + ?2, "
		"added = added + ?3, duplicates = duplicates + ?4, "
		"rejected = rejected + ?5, format = ?6 "
		"WHERE id = ?1",
	[PL_ST_SOURCES] = "SELECT " SOURCE_COLUMNS " FROM source WHERE id IN "
			  "(SELECT source FROM transfer WHERE token = ?1 UNION "
			  "SELECT source FROM cursor WHERE token = ?1) "
			  "ORDER BY id",
	[PL_ST_SOURCES_ALL] =
		"SELECT " SOURCE_COLUMNS " FROM source WHERE id IN "
		"(SELECT source FROM transfer WHERE token = ?1 UNION "
		"SELECT source FROM cursor WHERE token = ?1 UNION "
		"SELECT source FROM event_cursor WHERE token = ?1) "
		"ORDER BY id",
	[PL_ST_SOURCES_EVERY] = "SELECT " SOURCE_COLUMNS " FROM source "
				"ORDER BY id",
	[PL_ST_BY_LOG] =
		"SELECT " PL_SQ_COLUMNS " FROM transfer WHERE chain = ? AND "
		"tx = ? AND log_index = ?",
	[PL_ST_LOOSE_LOWEST] =
		"SELECT " PL_SQ_COLUMNS " FROM transfer WHERE chain = ? "
		"AND tx = ? AND token = ? AND sender = ? AND "
		"recipient = ? AND value = ? AND log_index IS NULL "
		"ORDER BY nth LIMIT 1",
	[PL_ST_LOOSE_NTH] =
		"SELECT " PL_SQ_COLUMNS " FROM transfer WHERE chain = ? "
		"AND tx = ? AND token = ? AND sender = ? AND "
		"recipient = ? AND value = ? AND log_index IS NULL "
		"AND nth = ?",
	[PL_ST_TIGHT_COUNT] =
		"SELECT " PL_SQ_COLUMNS " FROM transfer WHERE chain = ? "
		"AND tx = ? AND token = ? AND sender = ? AND "
		"recipient = ? AND value = ? AND log_index IS NOT "
		"NULL ORDER BY log_index LIMIT 1 OFFSET ?",
	[PL_ST_TX_BLOCK] = "SELECT block, block_hash FROM transfer WHERE "
			   "chain = ? AND tx = ? AND log_index IS NOT NULL "
			   "AND block IS NOT NULL LIMIT 1",
	[PL_ST_BLOCK_FACTS] = "SELECT max(block_hash), max(time) FROM transfer "
			      "WHERE token = ? AND block = ?",
	[PL_ST_INSERT] =
		"INSERT INTO transfer (token, chain, tx, log_index, nth, "
		"block, block_hash, time, sender, recipient, value, "
		"trust, source) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[PL_ST_UPDATE] = "UPDATE transfer SET log_index = ?2, block = ?3, "
			 "block_hash = ?4, time = ?5, trust = ?6, source = ?7 "
			 "WHERE id = ?1",
	[PL_ST_CURSOR] =
		"SELECT first_block, next_block, last_hash FROM cursor "
		"WHERE token = ? AND source = ?",
	[PL_ST_CURSOR_PUT] = "INSERT OR REPLACE INTO cursor (token, source, "
			     "first_block, next_block, last_hash) "
			     "VALUES (?, ?, ?, ?, ?)",
	[PL_ST_DROP] =
		"DELETE FROM transfer WHERE token = ? AND source = ? AND "
		"block >= ?",
	[PL_ST_HASH_BELOW] =
		"SELECT block, block_hash FROM transfer WHERE "
		"token = ? AND source = ? AND block < ? AND "
		"block_hash IS NOT NULL ORDER BY block DESC LIMIT 1",
	[PL_ST_STATUS] =
		"SELECT count(*), "
		"count(*) FILTER (WHERE value = zeroblob(32)), "
		"count(*) - count(log_index), count(*) - count(block), "
		"count(*) - count(time), min(trust), min(block), "
		"max(block), min(time), max(time) "
		"FROM transfer WHERE token = ?",
	[PL_ST_LAST_HASH] =
		"SELECT max(block_hash) FROM transfer WHERE token = ? "
		"AND block = ?",
	/* the planner would rather read the whole table */
	[PL_ST_ANY_LOOSE] = "SELECT 1 FROM transfer INDEXED BY transfer_loose "
			    "WHERE log_index IS NULL LIMIT 1",
	[PL_ST_LAST_ID] = "SELECT max(id) FROM transfer",
	[PL_ST_TX_KNOWN] = "SELECT 1 FROM transfer WHERE chain = ? AND tx = ? "
			   "AND log_index IS NOT NULL LIMIT 1",
};

/* ---------------------------------------------------------------- failures */

/* A full disk is SQLITE_FULL; a quota or a limit on the size of files comes as
 * a failed write.  rc is an extended code. */
static bool disk_is_full(int rc)
{
	return (rc & 0xff) == SQLITE_FULL || rc == SQLITE_IOERR_WRITE ||
	       rc == SQLITE_IOERR_SHMSIZE || rc == SQLITE_IOERR_FSYNC ||
	       rc == SQLITE_IOERR_TRUNCATE;
}

static enum pl_rc sq_fail(sqlite3 *db, const char *path, int rc,
			  struct pl_err *e)
{
	int code = rc & 0xff;

	if (disk_is_full(rc)) {
		(void)pl_fail(e, PL_ESTORE,
			      "index %s: cannot be written: no space left, or "
			      "the disk fails",
			      path);
		return pl_hint(e, "nothing of this step was kept: make room "
				  "and run the same command again");
	}
	if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT) {
		(void)pl_fail(e, PL_ESTORE, "index %s: %s", path,
			      code == SQLITE_NOTADB ? "not a SQLite file"
						    : "the file is damaged");
		return pl_hint(e, "move it away and import or sync again, or "
				  "name another file with --store");
	}
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
		(void)pl_fail(e, PL_ESTORE,
			      "index %s: in use by another program", path);
		return pl_hint(e, "wait until it has ended and run the same "
				  "command again");
	}
	if (code == SQLITE_READONLY || code == SQLITE_CANTOPEN ||
	    code == SQLITE_PERM) {
		(void)pl_fail(e, PL_ESTORE, "index %s: %s", path,
			      code == SQLITE_CANTOPEN ? "cannot be opened"
						      : "cannot be written");
		return pl_hint(e, "look at the rights of the file and its "
				  "folder, or name another with --store");
	}
	if (code == SQLITE_CONSTRAINT) {
		/* what plume writes keeps them, beside what plume wrote */
		(void)pl_fail(e, PL_ESTORE,
			      "index %s: changed by another program: %s", path,
			      sqlite3_errmsg(db));
		return pl_hint(e,
			       "move the file away and import or sync again");
	}
	if (code == SQLITE_MISUSE)
		return pl_fail(e, PL_EBUG, "index %s: %s", path,
			       sqlite3_errmsg(db));
	return pl_fail(e, PL_ESTORE, "index %s: %s", path, sqlite3_errmsg(db));
}

enum pl_rc pl_sq_fail(struct pl_sq *s, int rc, struct pl_err *e)
{
	return sq_fail(s->db, s->ix.path, rc, e);
}

enum pl_rc pl_sq_damaged(struct pl_sq *s, const char *what, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE, "index %s: %s is not what plume writes",
		      s->ix.path, what);
	return pl_hint(e, "move the file away and import or sync again");
}

/* -------------------------------------------------------------- statements */

enum pl_rc pl_sq_own(struct pl_sq *s, struct pl_err *e)
{
	return s->lane ? pl_sq_lane_wait(s->lane, e) : PL_OK;
}

enum pl_rc pl_sq_prepare(sqlite3_stmt **out, struct pl_sq *s, const char *text,
			 struct pl_err *e)
{
	int rc;

	PL_TRY(pl_sq_own(s, e));
	rc = sqlite3_prepare_v2(s->db, text, -1, out, NULL);
	return rc ? pl_sq_fail(s, rc, e) : PL_OK;
}

enum pl_rc pl_sq_stmt(sqlite3_stmt **out, struct pl_sq *s, enum pl_st i,
		      struct pl_err *e)
{
	PL_TRY(pl_sq_own(s, e));
	if (!s->st[i]) {
		int rc = sqlite3_prepare_v3(s->db, sql[i], -1,
					    SQLITE_PREPARE_PERSISTENT,
					    &s->st[i], NULL);

		if (rc)
			return pl_sq_fail(s, rc, e);
	}
	*out = s->st[i];
	return PL_OK;
}

/* A bind fails only for a wrong index or without memory: a bug or the end. */
void pl_sq_bind_int(sqlite3_stmt *q, int i, int64_t v)
{
	(void)sqlite3_bind_int64(q, i, v);
}

void pl_sq_bind_u64(sqlite3_stmt *q, int i, bool known, uint64_t v)
{
	if (known)
		pl_sq_bind_int(q, i, (int64_t)v);
	else
		(void)sqlite3_bind_null(q, i);
}

void pl_sq_bind_blob(sqlite3_stmt *q, int i, bool known, const void *p,
		     size_t n)
{
	if (known)
		(void)sqlite3_bind_blob64(q, i, p, n, SQLITE_STATIC);
	else
		(void)sqlite3_bind_null(q, i);
}

void pl_sq_bind_text(sqlite3_stmt *q, int i, const char *t)
{
	(void)sqlite3_bind_text(q, i, t, -1, SQLITE_STATIC); /* NULL: null */
}

enum pl_rc pl_sq_step(bool *row, struct pl_sq *s, sqlite3_stmt *q,
		      struct pl_err *e)
{
	int rc = sqlite3_step(q);
	enum pl_rc bad = PL_OK;

	*row = rc == SQLITE_ROW;
	if (*row)
		return PL_OK;
	if (rc != SQLITE_DONE)
		bad = pl_sq_fail(s, sqlite3_extended_errcode(s->db), e);
	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
	return bad;
}

void pl_sq_done(sqlite3_stmt *q)
{
	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
}

enum pl_rc pl_sq_run(struct pl_sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	bool row;

	PL_TRY(pl_sq_step(&row, s, q, e));
	if (row)
		pl_sq_done(q);
	return PL_OK;
}

enum pl_rc pl_sq_exec(struct pl_sq *s, const char *text, struct pl_err *e)
{
	int rc;

	PL_TRY(pl_sq_own(s, e));
	rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);
	return rc ? pl_sq_fail(s, sqlite3_extended_errcode(s->db), e) : PL_OK;
}

/* ----------------------------------------------------------------- columns */

bool pl_sq_is_null(sqlite3_stmt *q, int i)
{
	return sqlite3_column_type(q, i) == SQLITE_NULL;
}

enum pl_rc pl_sq_col_bytes(void *out, size_t n, struct pl_sq *s,
			   sqlite3_stmt *q, int i, struct pl_err *e)
{
	const void *p = sqlite3_column_blob(q, i);

	if (!p || (size_t)sqlite3_column_bytes(q, i) != n)
		return pl_sq_damaged(s, sqlite3_column_name(q, i), e);
	memcpy(out, p, n);
	return PL_OK;
}

enum pl_rc pl_sq_col_trust(enum pl_trust *out, struct pl_sq *s, sqlite3_stmt *q,
			   int i, struct pl_err *e)
{
	int v = sqlite3_column_int(q, i);

	if (v < PL_LOCAL || v > PL_PROVEN)
		return pl_sq_damaged(s, "a trust label", e);
	*out = (enum pl_trust)v;
	return PL_OK;
}

const char *pl_sq_col_text(struct pl_arena *a, sqlite3_stmt *q, int i)
{
	const char *t = (const char *)sqlite3_column_text(q, i);

	return t ? pl_strdup(a, t) : NULL;
}

enum pl_rc pl_sq_col_row(struct pl_sq_row *out, struct pl_sq *s,
			 sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_sq_row r = { .id = sqlite3_column_int64(q, 0),
			       .token = sqlite3_column_int64(q, 1) };
	struct pl_transfer *t = &r.t;
	uint8_t value[32];

	PL_TRY(pl_sq_col_bytes(t->tx.b, sizeof(t->tx.b), s, q, 2, e));
	if (!pl_sq_is_null(q, 3))
		t->has |= PL_TR_LOG;
	t->log_index = (uint64_t)sqlite3_column_int64(q, 3);
	if (!pl_sq_is_null(q, 4))
		t->has |= PL_TR_BLOCK;
	t->block = (uint64_t)sqlite3_column_int64(q, 4);
	if (!pl_sq_is_null(q, 5)) {
		t->has |= PL_TR_HASH;
		PL_TRY(pl_sq_col_bytes(t->block_hash.b, sizeof(t->block_hash.b),
				       s, q, 5, e));
	}
	if (!pl_sq_is_null(q, 6))
		t->has |= PL_TR_TIME;
	t->time = sqlite3_column_int64(q, 6);
	PL_TRY(pl_sq_col_bytes(t->from.b, sizeof(t->from.b), s, q, 7, e));
	PL_TRY(pl_sq_col_bytes(t->to.b, sizeof(t->to.b), s, q, 8, e));
	PL_TRY(pl_sq_col_bytes(value, sizeof(value), s, q, 9, e));
	t->value = pl_u256_from_be32(value);
	PL_TRY(pl_sq_col_trust(&t->trust, s, q, 10, e));
	t->source = sqlite3_column_int64(q, 11);
	*out = r;
	return PL_OK;
}
