/* The index in a SQLite file.  Every statement is prepared; every result code
 * of SQLite is turned into words here and goes no further. */
#include <sqlite3.h>

#include "base/embed.h"
#include "base/file.h"
#include "base/hex.h"
#include "base/limits.h"
#include "store/backend.h"

PL_EMBED(pl_store_schema, "lib/store/schema.sql");

#define APPLICATION_ID 0x706c6d65 /* "plme", in the file's header */
#define SCHEMA_VERSION 1
#define BUSY_MS 5000

/* Statements are prepared when first used and kept. */
enum st {
	ST_BEGIN,
	ST_COMMIT,
	ST_TOKEN_GET,
	ST_TOKEN_NEW,
	ST_TOKEN_SET,
	ST_TOKEN_CHAIN,
	ST_TOKENS,
	ST_SOURCE_DIGEST,
	ST_SOURCE_NAME,
	ST_SOURCE_NEW,
	ST_SOURCE_COUNT,
	ST_SOURCES,
	ST_BY_LOG,
	ST_LOOSE_LOWEST,
	ST_LOOSE_NTH,
	ST_TIGHT_COUNT,
	ST_TX_BLOCK,
	ST_BLOCK_FACTS,
	ST_INSERT,
	ST_UPDATE,
	ST_CURSOR,
	ST_CURSOR_PUT,
	ST_DROP,
	ST_HASH_BELOW,
	ST_STATUS,
	ST_LAST_HASH,
	ST_COUNT
};

#define COLUMNS                                                                \
	"id, token, tx, log_index, block, block_hash, time, sender, "          \
	"recipient, value, trust, source"
#define SOURCE_COLUMNS                                                         \
	"id, kind, name, format, digest, trust, time, rows, added, "           \
	"duplicates, rejected"
#define ORDER " ORDER BY block, time, log_index, tx, sender, recipient, value"

static const char *const sql[ST_COUNT] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_TOKEN_GET] = "SELECT id, chain, address, symbol, decimals "
			 "FROM token WHERE chain = ? AND address = ?",
	[ST_TOKEN_NEW] = "INSERT INTO token (chain, address, symbol, decimals) "
			 "VALUES (?, ?, ?, ?)",
	[ST_TOKEN_SET] = "UPDATE token SET symbol = coalesce(symbol, ?2), "
			 "decimals = coalesce(decimals, ?3) WHERE id = ?1",
	[ST_TOKEN_CHAIN] = "SELECT chain FROM token WHERE id = ?",
	[ST_TOKENS] = "SELECT id, chain, address, symbol, decimals FROM token "
		      "ORDER BY chain, address",
	[ST_SOURCE_DIGEST] = "SELECT " SOURCE_COLUMNS " FROM source "
			     "WHERE kind = ? AND digest = ?",
	[ST_SOURCE_NAME] = "SELECT " SOURCE_COLUMNS " FROM source "
			   "WHERE kind = ? AND name = ? AND digest IS NULL",
	[ST_SOURCE_NEW] = "INSERT INTO source (kind, name, format, digest, "
			  "trust, time) VALUES (?, ?, ?, ?, ?, ?)",
	[ST_SOURCE_COUNT] = "UPDATE source SET rows = rows + ?2, "
			    "added = added + ?3, duplicates = duplicates + ?4, "
			    "rejected = rejected + ?5, format = ?6 "
			    "WHERE id = ?1",
	[ST_SOURCES] = "SELECT " SOURCE_COLUMNS " FROM source WHERE id IN "
		       "(SELECT source FROM transfer WHERE token = ?1 UNION "
		       "SELECT source FROM cursor WHERE token = ?1) "
		       "ORDER BY id",
	[ST_BY_LOG] = "SELECT " COLUMNS " FROM transfer WHERE chain = ? AND "
		      "tx = ? AND log_index = ?",
	[ST_LOOSE_LOWEST] = "SELECT " COLUMNS " FROM transfer WHERE chain = ? "
			    "AND tx = ? AND token = ? AND sender = ? AND "
			    "recipient = ? AND value = ? AND log_index IS NULL "
			    "ORDER BY nth LIMIT 1",
	[ST_LOOSE_NTH] = "SELECT " COLUMNS " FROM transfer WHERE chain = ? "
			 "AND tx = ? AND token = ? AND sender = ? AND "
			 "recipient = ? AND value = ? AND log_index IS NULL "
			 "AND nth = ?",
	[ST_TIGHT_COUNT] = "SELECT " COLUMNS " FROM transfer WHERE chain = ? "
			   "AND tx = ? AND token = ? AND sender = ? AND "
			   "recipient = ? AND value = ? AND log_index IS NOT "
			   "NULL ORDER BY log_index LIMIT 1 OFFSET ?",
	[ST_TX_BLOCK] = "SELECT block, block_hash FROM transfer WHERE "
			"chain = ? AND tx = ? AND log_index IS NOT NULL "
			"AND block IS NOT NULL LIMIT 1",
	[ST_BLOCK_FACTS] = "SELECT max(block_hash), max(time) FROM transfer "
			   "WHERE token = ? AND block = ?",
	[ST_INSERT] = "INSERT INTO transfer (token, chain, tx, log_index, nth, "
		      "block, block_hash, time, sender, recipient, value, "
		      "trust, source) "
		      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	[ST_UPDATE] = "UPDATE transfer SET log_index = ?2, block = ?3, "
		      "block_hash = ?4, time = ?5, trust = ?6, source = ?7 "
		      "WHERE id = ?1",
	[ST_CURSOR] = "SELECT first_block, next_block, last_hash FROM cursor "
		      "WHERE token = ? AND source = ?",
	[ST_CURSOR_PUT] = "INSERT OR REPLACE INTO cursor (token, source, "
			  "first_block, next_block, last_hash) "
			  "VALUES (?, ?, ?, ?, ?)",
	[ST_DROP] = "DELETE FROM transfer WHERE token = ? AND source = ? AND "
		    "block >= ?",
	[ST_HASH_BELOW] = "SELECT block, block_hash FROM transfer WHERE "
			  "token = ? AND source = ? AND block < ? AND "
			  "block_hash IS NOT NULL ORDER BY block DESC LIMIT 1",
	[ST_STATUS] = "SELECT count(*), "
		      "count(*) FILTER (WHERE value = zeroblob(32)), "
		      "count(*) - count(log_index), count(*) - count(block), "
		      "count(*) - count(time), min(trust), min(block), "
		      "max(block), min(time), max(time) "
		      "FROM transfer WHERE token = ?",
	[ST_LAST_HASH] = "SELECT max(block_hash) FROM transfer WHERE token = ? "
			 "AND block = ?",
};

static const char each_all[] = "SELECT " COLUMNS " FROM transfer "
			       "WHERE token = ?1" ORDER;
static const char each_blocks[] =
	"SELECT " COLUMNS " FROM transfer WHERE "
	"token = ?1 AND block BETWEEN ?2 AND ?3" ORDER;

struct sq {
	struct pl_index ix;
	sqlite3 *db;
	sqlite3_stmt *st[ST_COUNT];
	bool in_txn;
	int64_t chain_token; /* the token whose chain is `chain`; 0: none */
	uint64_t chain;

	/* What is known of the block last looked up, so that one block's rows
	 * ask once. */
	struct {
		bool set;
		int64_t token;
		unsigned has; /* PL_TR_HASH, PL_TR_TIME */
		uint64_t block;
		struct pl_hash32 hash;
		int64_t time;
	} facts;
};

static struct sq *sq_of(struct pl_index *ix)
{
	return (struct sq *)ix;
}

/* ---------------------------------------------------------------- failures */

/* A full disk is SQLITE_FULL; a quota or a limit on the size of files comes as
 * a failed write.  rc is an extended code. */
static bool disk_is_full(int rc)
{
	return (rc & 0xff) == SQLITE_FULL || rc == SQLITE_IOERR_WRITE;
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
	if (code == SQLITE_CONSTRAINT || code == SQLITE_MISUSE)
		return pl_fail(e, PL_EBUG, "index %s: %s", path,
			       sqlite3_errmsg(db));
	return pl_fail(e, PL_ESTORE, "index %s: %s", path, sqlite3_errmsg(db));
}

static enum pl_rc fail(struct sq *s, int rc, struct pl_err *e)
{
	return sq_fail(s->db, s->ix.path, rc, e);
}

static enum pl_rc damaged(struct sq *s, const char *what, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE, "index %s: %s is not what plume writes",
		      s->ix.path, what);
	return pl_hint(e, "move the file away and import or sync again");
}

/* -------------------------------------------------------------- statements */

static enum pl_rc stmt(sqlite3_stmt **out, struct sq *s, enum st i,
		       struct pl_err *e)
{
	if (!s->st[i]) {
		int rc = sqlite3_prepare_v3(s->db, sql[i], -1,
					    SQLITE_PREPARE_PERSISTENT,
					    &s->st[i], NULL);

		if (rc)
			return fail(s, rc, e);
	}
	*out = s->st[i];
	return PL_OK;
}

/* A bind fails only for a wrong index or without memory: a bug or the end. */
static void bind_int(sqlite3_stmt *q, int i, int64_t v)
{
	(void)sqlite3_bind_int64(q, i, v);
}

static void bind_u64(sqlite3_stmt *q, int i, bool known, uint64_t v)
{
	if (known)
		bind_int(q, i, (int64_t)v);
	else
		(void)sqlite3_bind_null(q, i);
}

/* The bytes must stay until the statement is reset. */
static void bind_blob(sqlite3_stmt *q, int i, bool known, const void *p,
		      size_t n)
{
	if (known)
		(void)sqlite3_bind_blob64(q, i, p, n, SQLITE_STATIC);
	else
		(void)sqlite3_bind_null(q, i);
}

static void bind_text(sqlite3_stmt *q, int i, const char *t)
{
	(void)sqlite3_bind_text(q, i, t, -1, SQLITE_STATIC); /* NULL: null */
}

/* One step: *row says whether there is one.  The statement is reset when
 * there is not, and by done() otherwise. */
static enum pl_rc step(bool *row, struct sq *s, sqlite3_stmt *q,
		       struct pl_err *e)
{
	int rc = sqlite3_step(q);
	enum pl_rc bad = PL_OK;

	*row = rc == SQLITE_ROW;
	if (*row)
		return PL_OK;
	if (rc != SQLITE_DONE)
		bad = fail(s, sqlite3_extended_errcode(s->db), e);
	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
	return bad;
}

static void done(sqlite3_stmt *q)
{
	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
}

/* Run a statement that gives no rows. */
static enum pl_rc run(struct sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	bool row;

	PL_TRY(step(&row, s, q, e));
	if (row)
		done(q);
	return PL_OK;
}

static enum pl_rc exec(struct sq *s, const char *text, struct pl_err *e)
{
	int rc = sqlite3_exec(s->db, text, NULL, NULL, NULL);

	return rc ? fail(s, sqlite3_extended_errcode(s->db), e) : PL_OK;
}

/* ----------------------------------------------------------------- columns */

static bool is_null(sqlite3_stmt *q, int i)
{
	return sqlite3_column_type(q, i) == SQLITE_NULL;
}

static enum pl_rc col_bytes(void *out, size_t n, struct sq *s, sqlite3_stmt *q,
			    int i, struct pl_err *e)
{
	const void *p = sqlite3_column_blob(q, i);

	if (!p || (size_t)sqlite3_column_bytes(q, i) != n)
		return damaged(s, sqlite3_column_name(q, i), e);
	memcpy(out, p, n);
	return PL_OK;
}

static enum pl_rc col_trust(enum pl_trust *out, struct sq *s, sqlite3_stmt *q,
			    int i, struct pl_err *e)
{
	int v = sqlite3_column_int(q, i);

	if (v < PL_LOCAL || v > PL_PROVEN)
		return damaged(s, "a trust label", e);
	*out = (enum pl_trust)v;
	return PL_OK;
}

static const char *col_text(struct pl_arena *a, sqlite3_stmt *q, int i)
{
	const char *t = (const char *)sqlite3_column_text(q, i);

	return t ? pl_strdup(a, t) : NULL;
}

/* A row of COLUMNS. */
struct row {
	int64_t id, token;
	struct pl_transfer t;
};

static enum pl_rc col_row(struct row *out, struct sq *s, sqlite3_stmt *q,
			  struct pl_err *e)
{
	struct row r = { .id = sqlite3_column_int64(q, 0),
			 .token = sqlite3_column_int64(q, 1) };
	struct pl_transfer *t = &r.t;
	uint8_t value[32];

	PL_TRY(col_bytes(t->tx.b, sizeof(t->tx.b), s, q, 2, e));
	if (!is_null(q, 3))
		t->has |= PL_TR_LOG;
	t->log_index = (uint64_t)sqlite3_column_int64(q, 3);
	if (!is_null(q, 4))
		t->has |= PL_TR_BLOCK;
	t->block = (uint64_t)sqlite3_column_int64(q, 4);
	if (!is_null(q, 5)) {
		t->has |= PL_TR_HASH;
		PL_TRY(col_bytes(t->block_hash.b, sizeof(t->block_hash.b), s, q,
				 5, e));
	}
	if (!is_null(q, 6))
		t->has |= PL_TR_TIME;
	t->time = sqlite3_column_int64(q, 6);
	PL_TRY(col_bytes(t->from.b, sizeof(t->from.b), s, q, 7, e));
	PL_TRY(col_bytes(t->to.b, sizeof(t->to.b), s, q, 8, e));
	PL_TRY(col_bytes(value, sizeof(value), s, q, 9, e));
	t->value = pl_u256_from_be32(value);
	PL_TRY(col_trust(&t->trust, s, q, 10, e));
	t->source = sqlite3_column_int64(q, 11);
	*out = r;
	return PL_OK;
}

/* ----------------------------------------------------------- open and close */

static void sq_close(struct pl_index *ix)
{
	struct sq *s = sq_of(ix);

	pl_index_rollback(ix);
	for (size_t i = 0; i < ST_COUNT; i++)
		(void)sqlite3_finalize(s->st[i]);
	(void)sqlite3_close(s->db);
	pl_arena_close(s->ix.a);
}

static enum pl_rc pragma_int(int64_t *out, struct sq *s, const char *text,
			     struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	int rc = sqlite3_prepare_v2(s->db, text, -1, &q, NULL);

	if (!rc)
		rc = sqlite3_step(q);
	if (rc == SQLITE_ROW) {
		*out = sqlite3_column_int64(q, 0);
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(q);
	return rc ? fail(s, rc, e) : PL_OK;
}

/* A fresh file becomes an index in one transaction; a file that is something
 * else, or newer than this program, is left alone. */
static enum pl_rc migrate(struct sq *s, unsigned flags, struct pl_err *e)
{
	int64_t app, version, things;
	const char *text;

	PL_TRY(pragma_int(&app, s, "PRAGMA application_id", e));
	PL_TRY(pragma_int(&version, s, "PRAGMA user_version", e));
	PL_TRY(pragma_int(&things, s, "SELECT count(*) FROM sqlite_schema", e));
	if (things && app != APPLICATION_ID) {
		(void)pl_fail(e, PL_ESTORE,
			      "index %s: a SQLite file, but no index of plume",
			      s->ix.path);
		return pl_hint(e, "name another file with --store");
	}
	if (things && version > SCHEMA_VERSION) {
		(void)pl_fail(e, PL_ESTORE,
			      "index %s: version %jd, this plume knows %d",
			      s->ix.path, (intmax_t)version, SCHEMA_VERSION);
		return pl_hint(e, "use the newer plume that wrote it");
	}
	if (things && version == SCHEMA_VERSION)
		return PL_OK;
	if (things)
		return damaged(s, "its version", e);
	if (flags & PL_INDEX_READONLY)
		return pl_fail(e, PL_ENOTFOUND, "index %s: empty", s->ix.path);
	text = pl_printf(s->ix.a,
			 "BEGIN IMMEDIATE;%.*s\nPRAGMA application_id=%d;"
			 "PRAGMA user_version=%d;COMMIT",
			 (int)PL_EMBEDDED(pl_store_schema).n,
			 (const char *)PL_EMBEDDED(pl_store_schema).p,
			 APPLICATION_ID, SCHEMA_VERSION);
	return exec(s, text, e);
}

/* WAL: readers see one state while a writer works, and a killed writer leaves
 * the last commit.  synchronous=NORMAL: a power cut may take the newest
 * commits with it but never tears one; what was lost is fetched or imported
 * again from the cursor, which went with it. */
static enum pl_rc configure(struct sq *s, unsigned flags, struct pl_err *e)
{
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, 1 << 20);
	PL_TRY(exec(s,
		    "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
		    "PRAGMA cache_size=-65536",
		    e));
	PL_TRY(migrate(s, flags, e));
	if (flags & PL_INDEX_READONLY)
		return PL_OK;
	return exec(s,
		    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		    "PRAGMA foreign_keys=ON",
		    e);
}

static const struct pl_index_ops sqlite_ops;

/* "file:" and the path, as URIs want it. */
static const char *uri(struct pl_arena *a, const char *path, const char *query)
{
	char *out = pl_alloc(a, 3 * strlen(path) + strlen(query) + 16);
	char *w = out + snprintf(out, 16, "file:%s", *path == '/' ? "" : "./");

	for (const char *p = path; *p; p++)
		if (*p == '%' || *p == '?' || *p == '#')
			w += snprintf(w, 4, "%%%02x", (unsigned)*p);
		else
			*w++ = *p;
	memcpy(w, query, strlen(query) + 1);
	return out;
}

static enum pl_rc try_open(struct pl_index **out, const char *path,
			   const char *query, unsigned flags, struct pl_err *e)
{
	struct pl_arena *a = pl_arena_open(0);
	struct sq *s = PL_NEW(a, struct sq);
	int how = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	enum pl_rc rc;
	int bad;

	s->ix = (struct pl_index){ &sqlite_ops, a, pl_strdup(a, path) };
	how |= flags & PL_INDEX_READONLY ? SQLITE_OPEN_READONLY
					 : SQLITE_OPEN_READWRITE;
	if (flags & PL_INDEX_CREATE)
		how |= SQLITE_OPEN_CREATE;
	bad = sqlite3_open_v2(uri(a, path, query), &s->db, how, NULL);
	rc = bad ? fail(s, bad, e) : configure(s, flags, e);
	if (rc) {
		sq_close(&s->ix);
		return rc;
	}
	*out = &s->ix;
	return PL_OK;
}

enum pl_rc pl_sqlite_open(struct pl_index **out, const char *path,
			  unsigned flags, struct pl_err *e)
{
	struct pl_arena *a;
	enum pl_rc rc;
	bool wal;

	if (!(flags & PL_INDEX_CREATE) && !pl_file_exists(path)) {
		(void)pl_fail(e, PL_ENOTFOUND, "there is no index %s yet",
			      path);
		return pl_hint(e, "`plume index import FILE` or `plume index "
				  "sync --token T` makes it");
	}
	rc = try_open(out, path, "", flags, e);
	if (rc != PL_ESTORE || !(flags & PL_INDEX_READONLY))
		return rc;
	/* A reader in a folder it may not write to cannot make the files WAL
	 * shares; without a WAL file nobody is writing and none are needed. */
	a = pl_arena_open(0);
	wal = pl_file_exists(pl_printf(a, "%s-wal", path));
	pl_arena_close(a);
	if (wal)
		return rc;
	return try_open(out, path, "?immutable=1", flags, e);
}

/* ------------------------------------------------------------ transactions */

static enum pl_rc sq_begin(struct pl_index *ix, struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;

	if (sqlite3_db_readonly(s->db, "main") == 1)
		return fail(s, SQLITE_READONLY, e);
	PL_TRY(stmt(&q, s, ST_BEGIN, e));
	PL_TRY(run(s, q, e));
	s->in_txn = true;
	s->facts.set = false;
	return PL_OK;
}

static enum pl_rc sq_commit(struct pl_index *ix, struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_COMMIT, e));
	PL_TRY(run(s, q, e));
	s->in_txn = false;
	return PL_OK;
}

static void sq_rollback(struct pl_index *ix)
{
	struct sq *s = sq_of(ix);

	if (!s->in_txn)
		return;
	s->in_txn = false;
	s->facts.set = false;
	s->chain_token = 0;
	/* after some failures SQLite has rolled back by itself */
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ------------------------------------------------------- tokens and sources */

static enum pl_rc col_token(struct pl_arena *a, struct pl_index_token *out,
			    struct sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_index_token t = { .id = sqlite3_column_int64(q, 0) };

	t.token.chain = (uint64_t)sqlite3_column_int64(q, 1);
	PL_TRY(col_bytes(t.token.address.b, sizeof(t.token.address.b), s, q, 2,
			 e));
	t.symbol = col_text(a, q, 3);
	t.decimals_known = !is_null(q, 4);
	t.decimals = (uint8_t)sqlite3_column_int(q, 4);
	*out = t;
	return PL_OK;
}

static enum pl_rc token_find(struct pl_arena *a, bool *found,
			     struct pl_index_token *out, struct sq *s,
			     const struct pl_token_id *id, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_TOKEN_GET, e));
	bind_int(q, 1, (int64_t)id->chain);
	bind_blob(q, 2, true, id->address.b, sizeof(id->address.b));
	PL_TRY(step(found, s, q, e));
	if (!*found)
		return PL_OK;
	rc = col_token(a, out, s, q, e);
	done(q);
	return rc;
}

static enum pl_rc token_set(struct sq *s, const struct pl_index_token *t,
			    struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_TOKEN_SET, e));
	bind_int(q, 1, t->id);
	bind_text(q, 2, t->symbol);
	bind_u64(q, 3, t->decimals_known, t->decimals);
	return run(s, q, e);
}

static enum pl_rc sq_token_put(struct pl_index *ix, struct pl_index_token *t,
			       struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_index_token old;
	sqlite3_stmt *q = NULL;
	bool found;

	PL_TRY(token_find(ix->a, &found, &old, s, &t->token, e));
	if (found) {
		if (old.decimals_known && t->decimals_known &&
		    old.decimals != t->decimals)
			return pl_fail(
				e, PL_EPROOF,
				"token %s: the index has %u decimals, "
				"this source says %u",
				pl_hex(ix->a, pl_addr_span(&t->token.address)),
				old.decimals, t->decimals);
		t->id = old.id;
		if ((t->symbol && !old.symbol) ||
		    (t->decimals_known && !old.decimals_known))
			return token_set(s, t, e);
		return PL_OK;
	}
	PL_TRY(stmt(&q, s, ST_TOKEN_NEW, e));
	bind_int(q, 1, (int64_t)t->token.chain);
	bind_blob(q, 2, true, t->token.address.b, sizeof(t->token.address.b));
	bind_text(q, 3, t->symbol);
	bind_u64(q, 4, t->decimals_known, t->decimals);
	PL_TRY(run(s, q, e));
	t->id = sqlite3_last_insert_rowid(s->db);
	return PL_OK;
}

static enum pl_rc sq_token_get(struct pl_arena *a, struct pl_index *ix,
			       struct pl_index_token *out,
			       const struct pl_token_id *id, struct pl_err *e)
{
	struct pl_index_token t;
	bool found;

	PL_TRY(token_find(a, &found, &t, sq_of(ix), id, e));
	if (!found) {
		(void)pl_fail(e, PL_ENOTFOUND,
			      "the index has no token %s on chain %ju",
			      pl_hex(a, pl_addr_span(&id->address)),
			      (uintmax_t)id->chain);
		return pl_hint(e, "`plume index list` names those it has; "
				  "`plume index sync --token T` fetches one");
	}
	*out = t;
	return PL_OK;
}

/* Room for one more in a list that doubles. */
static void *grown(struct pl_arena *a, void *v, size_t n, size_t size)
{
	if (n && (n & (n - 1)))
		return v;
	return pl_realloc(a, v, n * size, (n ? 2 * n : 1) * size);
}

static enum pl_rc sq_tokens(struct pl_arena *a, struct pl_index *ix,
			    struct pl_index_token **out, size_t *n,
			    struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_index_token *v = NULL;
	size_t count = 0;
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(stmt(&q, s, ST_TOKENS, e));
	for (;;) {
		PL_TRY(step(&row, s, q, e));
		if (!row)
			break;
		v = grown(a, v, count, sizeof(*v));
		rc = col_token(a, &v[count++], s, q, e);
		if (rc) {
			done(q);
			return rc;
		}
	}
	*out = v;
	*n = count;
	return PL_OK;
}

static enum pl_rc col_source(struct pl_arena *a, struct pl_source *out,
			     struct sq *s, sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_source r = { .id = sqlite3_column_int64(q, 0) };

	r.kind = sqlite3_column_int(q, 1) ? PL_SOURCE_NODE : PL_SOURCE_FILE;
	r.name = col_text(a, q, 2);
	r.format = col_text(a, q, 3);
	r.digest_known = !is_null(q, 4);
	if (r.digest_known)
		PL_TRY(col_bytes(r.digest.b, sizeof(r.digest.b), s, q, 4, e));
	PL_TRY(col_trust(&r.trust, s, q, 5, e));
	r.time = sqlite3_column_int64(q, 6);
	r.rows = (uint64_t)sqlite3_column_int64(q, 7);
	r.added = (uint64_t)sqlite3_column_int64(q, 8);
	r.duplicates = (uint64_t)sqlite3_column_int64(q, 9);
	r.rejected = (uint64_t)sqlite3_column_int64(q, 10);
	*out = r;
	return PL_OK;
}

static enum pl_rc source_find(bool *found, struct sq *s, struct pl_source *src,
			      struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s,
		    src->digest_known ? ST_SOURCE_DIGEST : ST_SOURCE_NAME, e));
	bind_int(q, 1, src->kind == PL_SOURCE_NODE);
	if (src->digest_known)
		bind_blob(q, 2, true, src->digest.b, sizeof(src->digest.b));
	else
		bind_text(q, 2, src->name);
	PL_TRY(step(found, s, q, e));
	if (!*found)
		return PL_OK;
	src->id = sqlite3_column_int64(q, 0);
	done(q);
	return PL_OK;
}

static enum pl_rc sq_source_put(struct pl_index *ix, struct pl_source *src,
				struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;
	bool found;

	PL_TRY(source_find(&found, s, src, e));
	if (found)
		return PL_OK;
	PL_TRY(stmt(&q, s, ST_SOURCE_NEW, e));
	bind_int(q, 1, src->kind == PL_SOURCE_NODE);
	bind_text(q, 2, src->name);
	bind_text(q, 3, src->format);
	bind_blob(q, 4, src->digest_known, src->digest.b,
		  sizeof(src->digest.b));
	bind_int(q, 5, (int64_t)src->trust);
	bind_int(q, 6, src->time);
	PL_TRY(run(s, q, e));
	src->id = sqlite3_last_insert_rowid(s->db);
	return PL_OK;
}

static enum pl_rc sq_source_count(struct pl_index *ix,
				  const struct pl_source *src, struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_SOURCE_COUNT, e));
	bind_int(q, 1, src->id);
	bind_int(q, 2, (int64_t)src->rows);
	bind_int(q, 3, (int64_t)src->added);
	bind_int(q, 4, (int64_t)src->duplicates);
	bind_int(q, 5, (int64_t)src->rejected);
	bind_text(q, 6, src->format);
	return run(s, q, e);
}

static enum pl_rc sq_sources(struct pl_arena *a, struct pl_index *ix,
			     struct pl_source **out, size_t *n, int64_t token,
			     struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_source *v = NULL;
	size_t count = 0;
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(stmt(&q, s, ST_SOURCES, e));
	bind_int(q, 1, token);
	for (;;) {
		PL_TRY(step(&row, s, q, e));
		if (!row)
			break;
		v = grown(a, v, count, sizeof(*v));
		rc = col_source(a, &v[count++], s, q, e);
		if (rc) {
			done(q);
			return rc;
		}
	}
	*out = v;
	*n = count;
	return PL_OK;
}

/* ---------------------------------------------------------- one transfer in */

struct key {
	int64_t token;
	uint64_t chain;
	uint8_t value[32];
};

static enum pl_rc one_row(bool *found, struct row *out, struct sq *s,
			  sqlite3_stmt *q, struct pl_err *e)
{
	enum pl_rc rc;

	PL_TRY(step(found, s, q, e));
	if (!*found)
		return PL_OK;
	rc = col_row(out, s, q, e);
	done(q);
	return rc;
}

static enum pl_rc by_log(bool *found, struct row *out, struct sq *s,
			 const struct key *k, const struct pl_transfer *t,
			 struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_BY_LOG, e));
	bind_int(q, 1, (int64_t)k->chain);
	bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	bind_int(q, 3, (int64_t)t->log_index);
	return one_row(found, out, s, q, e);
}

/* A row of the same content: ST_LOOSE_LOWEST, or the nth of the others. */
static enum pl_rc by_content(bool *found, struct row *out, struct sq *s,
			     enum st which, const struct key *k,
			     const struct pl_transfer *t, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, which, e));
	bind_int(q, 1, (int64_t)k->chain);
	bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	bind_int(q, 3, k->token);
	bind_blob(q, 4, true, t->from.b, sizeof(t->from.b));
	bind_blob(q, 5, true, t->to.b, sizeof(t->to.b));
	bind_blob(q, 6, true, k->value, sizeof(k->value));
	if (which != ST_LOOSE_LOWEST)
		bind_int(q, 7, (int64_t)t->nth);
	return one_row(found, out, s, q, e);
}

/* The row that is this transfer already.  Equal rows of one transaction are
 * numbered: those with a log index come first, the loose ones carry the
 * numbers after them.  So a transfer without log index is known when there
 * are more than nth with one, or the loose row of its number; and one with a
 * log index takes over the lowest loose row. */
static enum pl_rc find_same(bool *found, struct row *out, struct sq *s,
			    const struct key *k, const struct pl_transfer *t,
			    struct pl_err *e)
{
	if (t->has & PL_TR_LOG) {
		PL_TRY(by_log(found, out, s, k, t, e));
		if (*found)
			return PL_OK;
		return by_content(found, out, s, ST_LOOSE_LOWEST, k, t, e);
	}
	PL_TRY(by_content(found, out, s, ST_LOOSE_NTH, k, t, e));
	if (*found)
		return PL_OK;
	return by_content(found, out, s, ST_TIGHT_COUNT, k, t, e);
}

static enum pl_rc conflict(struct sq *s, const struct pl_transfer *t,
			   const char *what, const char *is, const char *says,
			   struct pl_err *e)
{
	char at[32] = "";

	if (t->has & PL_TR_LOG)
		(void)snprintf(at, sizeof(at), " log %ju",
			       (uintmax_t)t->log_index);
	(void)pl_fail(e, PL_EPROOF,
		      "transaction %s%s: %s is %s in the index, %s in this "
		      "source",
		      pl_hex(s->ix.a, pl_hash32_span(&t->tx)), at, what, is,
		      says);
	return pl_hint(e, "one of the two sources is wrong or from another "
			  "branch of the chain; nothing was overwritten");
}

static const char *number(struct pl_arena *a, uint64_t v)
{
	return pl_printf(a, "%ju", (uintmax_t)v);
}

static const char *amount(struct pl_arena *a, const struct pl_u256 *v)
{
	char *text = pl_alloc(a, PL_U256_DEC);

	pl_u256_dec(text, v);
	return text;
}

/* Where both know something, they must agree. */
static enum pl_rc agree(struct sq *s, const struct row *r, int64_t token,
			const struct pl_transfer *t, struct pl_err *e)
{
	const struct pl_transfer *o = &r->t;
	struct pl_arena *a = s->ix.a;
	unsigned both = o->has & t->has;

	if (r->token != token)
		return conflict(s, t, "the token", "another", "this one", e);
	if (!pl_addr_equal(&o->from, &t->from))
		return conflict(s, t, "the sender",
				pl_hex(a, pl_addr_span(&o->from)),
				pl_hex(a, pl_addr_span(&t->from)), e);
	if (!pl_addr_equal(&o->to, &t->to))
		return conflict(s, t, "the recipient",
				pl_hex(a, pl_addr_span(&o->to)),
				pl_hex(a, pl_addr_span(&t->to)), e);
	if (pl_u256_cmp(&o->value, &t->value))
		return conflict(s, t, "the value", amount(a, &o->value),
				amount(a, &t->value), e);
	if ((both & PL_TR_BLOCK) && o->block != t->block)
		return conflict(s, t, "the block", number(a, o->block),
				number(a, t->block), e);
	if ((both & PL_TR_HASH) &&
	    !pl_hash32_equal(&o->block_hash, &t->block_hash))
		return conflict(s, t, "the block's hash",
				pl_hex(a, pl_hash32_span(&o->block_hash)),
				pl_hex(a, pl_hash32_span(&t->block_hash)), e);
	if ((both & PL_TR_TIME) && o->time != t->time)
		return conflict(s, t, "the time", number(a, (uint64_t)o->time),
				number(a, (uint64_t)t->time), e);
	return PL_OK;
}

/* What a row becomes when t says the same.  Only a source at least as strong
 * fills in what was missing, and a stronger label stands only where its
 * source said everything the row holds: no label covers what it did not
 * check.  The log index alone is always taken over, because it decides what
 * counts as one transfer; a row completed so by a weaker source becomes as
 * weak. */
static bool merge(struct pl_transfer *r, const struct pl_transfer *t)
{
	unsigned lacks = t->has & ~r->has;
	bool covers = !(r->has & ~t->has), changed = false;

	if (t->trust < r->trust)
		lacks &= PL_TR_LOG;
	if (lacks & PL_TR_LOG)
		r->log_index = t->log_index;
	if (lacks & PL_TR_BLOCK)
		r->block = t->block;
	if (lacks & PL_TR_HASH)
		r->block_hash = t->block_hash;
	if (lacks & PL_TR_TIME)
		r->time = t->time;
	r->has |= lacks;
	changed = lacks != 0;
	if ((t->trust > r->trust && covers) || (t->trust < r->trust && lacks)) {
		r->trust = t->trust;
		r->source = t->source;
		changed = true;
	}
	return changed;
}

static enum pl_rc update(struct sq *s, const struct row *r, struct pl_err *e)
{
	const struct pl_transfer *t = &r->t;
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_UPDATE, e));
	bind_int(q, 1, r->id);
	bind_u64(q, 2, t->has & PL_TR_LOG, t->log_index);
	bind_u64(q, 3, t->has & PL_TR_BLOCK, t->block);
	bind_blob(q, 4, t->has & PL_TR_HASH, t->block_hash.b,
		  sizeof(t->block_hash.b));
	bind_u64(q, 5, t->has & PL_TR_TIME, (uint64_t)t->time);
	bind_int(q, 6, (int64_t)t->trust);
	bind_int(q, 7, t->source);
	return run(s, q, e);
}

/* A transaction stands in one block. */
static enum pl_rc same_block_of_tx(struct sq *s, const struct key *k,
				   const struct pl_transfer *t,
				   struct pl_err *e)
{
	struct pl_arena *a = s->ix.a;
	sqlite3_stmt *q = NULL;
	uint64_t block;
	bool row;

	if (!(t->has & PL_TR_BLOCK))
		return PL_OK;
	PL_TRY(stmt(&q, s, ST_TX_BLOCK, e));
	bind_int(q, 1, (int64_t)k->chain);
	bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return PL_OK;
	block = (uint64_t)sqlite3_column_int64(q, 0);
	done(q);
	if (block != t->block)
		return conflict(s, t, "the block", number(a, block),
				number(a, t->block), e);
	return PL_OK;
}

static enum pl_rc load_facts(struct sq *s, int64_t token, uint64_t block,
			     struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	if (s->facts.set && s->facts.token == token && s->facts.block == block)
		return PL_OK;
	s->facts.set = false;
	PL_TRY(stmt(&q, s, ST_BLOCK_FACTS, e));
	bind_int(q, 1, token);
	bind_int(q, 2, (int64_t)block);
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return PL_OK;
	s->facts.token = token;
	s->facts.block = block;
	s->facts.has = 0;
	if (!is_null(q, 0)) {
		s->facts.has |= PL_TR_HASH;
		rc = col_bytes(s->facts.hash.b, sizeof(s->facts.hash.b), s, q,
			       0, e);
	}
	if (!is_null(q, 1)) {
		s->facts.has |= PL_TR_TIME;
		s->facts.time = sqlite3_column_int64(q, 1);
	}
	done(q);
	s->facts.set = !rc;
	return rc;
}

/* A block has one hash and one time. */
static enum pl_rc same_facts_of_block(struct sq *s, int64_t token,
				      const struct pl_transfer *t,
				      struct pl_err *e)
{
	struct pl_arena *a = s->ix.a;
	unsigned both;

	if (!(t->has & PL_TR_BLOCK) || !(t->has & (PL_TR_HASH | PL_TR_TIME)))
		return PL_OK;
	PL_TRY(load_facts(s, token, t->block, e));
	both = s->facts.has & t->has;
	if ((both & PL_TR_HASH) &&
	    !pl_hash32_equal(&s->facts.hash, &t->block_hash))
		return conflict(s, t,
				pl_printf(a, "the hash of block %ju",
					  (uintmax_t)t->block),
				pl_hex(a, pl_hash32_span(&s->facts.hash)),
				pl_hex(a, pl_hash32_span(&t->block_hash)), e);
	if ((both & PL_TR_TIME) && s->facts.time != t->time)
		return conflict(s, t,
				pl_printf(a, "the time of block %ju",
					  (uintmax_t)t->block),
				number(a, (uint64_t)s->facts.time),
				number(a, (uint64_t)t->time), e);
	if (t->has & PL_TR_HASH)
		s->facts.hash = t->block_hash;
	if (t->has & PL_TR_TIME)
		s->facts.time = t->time;
	s->facts.has |= t->has & (PL_TR_HASH | PL_TR_TIME);
	return PL_OK;
}

static enum pl_rc insert(struct sq *s, const struct key *k,
			 const struct pl_transfer *t, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_INSERT, e));
	bind_int(q, 1, k->token);
	bind_int(q, 2, (int64_t)k->chain);
	bind_blob(q, 3, true, t->tx.b, sizeof(t->tx.b));
	bind_u64(q, 4, t->has & PL_TR_LOG, t->log_index);
	bind_u64(q, 5, true, t->has & PL_TR_LOG ? 0 : t->nth);
	bind_u64(q, 6, t->has & PL_TR_BLOCK, t->block);
	bind_blob(q, 7, t->has & PL_TR_HASH, t->block_hash.b,
		  sizeof(t->block_hash.b));
	bind_u64(q, 8, t->has & PL_TR_TIME, (uint64_t)t->time);
	bind_blob(q, 9, true, t->from.b, sizeof(t->from.b));
	bind_blob(q, 10, true, t->to.b, sizeof(t->to.b));
	bind_blob(q, 11, true, k->value, sizeof(k->value));
	bind_int(q, 12, (int64_t)t->trust);
	bind_int(q, 13, t->source);
	return run(s, q, e);
}

static enum pl_rc chain_of(uint64_t *out, struct sq *s, int64_t token,
			   struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	bool row;

	if (!s->chain_token || s->chain_token != token) {
		PL_TRY(stmt(&q, s, ST_TOKEN_CHAIN, e));
		bind_int(q, 1, token);
		PL_TRY(step(&row, s, q, e));
		if (!row)
			return pl_fail(e, PL_EBUG, "index: no token %jd",
				       (intmax_t)token);
		s->chain = (uint64_t)sqlite3_column_int64(q, 0);
		s->chain_token = token;
		done(q);
	}
	*out = s->chain;
	return PL_OK;
}

static enum pl_rc sq_put(struct pl_index *ix, enum pl_put *how, int64_t token,
			 const struct pl_transfer *t, struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct key k = { .token = token };
	struct row r;
	bool found;

	PL_TRY(chain_of(&k.chain, s, token, e));
	pl_u256_to_be(k.value, &t->value);
	PL_TRY(find_same(&found, &r, s, &k, t, e));
	if (found)
		PL_TRY(agree(s, &r, token, t, e));
	else
		PL_TRY(same_block_of_tx(s, &k, t, e));
	PL_TRY(same_facts_of_block(s, token, t, e));
	if (found) {
		bool changed = merge(&r.t, t);

		if (changed)
			PL_TRY(update(s, &r, e));
		*how = changed ? PL_PUT_ENRICHED : PL_PUT_DUPLICATE;
		return PL_OK;
	}
	PL_TRY(insert(s, &k, t, e));
	*how = PL_PUT_ADDED;
	return PL_OK;
}

/* ------------------------------------------------- cursors, reorganisations */

static enum pl_rc sq_cursor(struct pl_index *ix, struct pl_cursor *out,
			    int64_t token, int64_t source, struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_cursor c = { 0 };
	enum pl_rc rc;
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_CURSOR, e));
	bind_int(q, 1, token);
	bind_int(q, 2, source);
	PL_TRY(step(&c.found, s, q, e));
	if (!c.found) {
		*out = c;
		return PL_OK;
	}
	c.first_block = (uint64_t)sqlite3_column_int64(q, 0);
	c.next_block = (uint64_t)sqlite3_column_int64(q, 1);
	rc = col_bytes(c.last_hash.b, sizeof(c.last_hash.b), s, q, 2, e);
	done(q);
	if (!rc)
		*out = c;
	return rc;
}

static enum pl_rc sq_cursor_put(struct pl_index *ix, int64_t token,
				int64_t source, const struct pl_cursor *cur,
				struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_CURSOR_PUT, e));
	bind_int(q, 1, token);
	bind_int(q, 2, source);
	bind_int(q, 3, (int64_t)cur->first_block);
	bind_int(q, 4, (int64_t)cur->next_block);
	bind_blob(q, 5, true, cur->last_hash.b, sizeof(cur->last_hash.b));
	return run(s, q, e);
}

static enum pl_rc sq_drop_from(struct pl_index *ix, uint64_t *gone,
			       int64_t token, int64_t source, uint64_t block,
			       struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	sqlite3_stmt *q = NULL;

	s->facts.set = false;
	PL_TRY(stmt(&q, s, ST_DROP, e));
	bind_int(q, 1, token);
	bind_int(q, 2, source);
	bind_int(q, 3, (int64_t)block);
	PL_TRY(run(s, q, e));
	*gone = (uint64_t)sqlite3_changes64(s->db);
	return PL_OK;
}

static enum pl_rc sq_hash_below(struct pl_index *ix, bool *found,
				uint64_t *block, struct pl_hash32 *hash,
				int64_t token, int64_t source, uint64_t below,
				struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_hash32 h;
	sqlite3_stmt *q = NULL;
	uint64_t at;
	enum pl_rc rc;
	bool row;

	PL_TRY(stmt(&q, s, ST_HASH_BELOW, e));
	bind_int(q, 1, token);
	bind_int(q, 2, source);
	bind_int(q, 3, (int64_t)below);
	PL_TRY(step(&row, s, q, e));
	if (!row) {
		*found = false;
		return PL_OK;
	}
	at = (uint64_t)sqlite3_column_int64(q, 0);
	rc = col_bytes(h.b, sizeof(h.b), s, q, 1, e);
	done(q);
	if (rc)
		return rc;
	*found = true;
	*block = at;
	*hash = h;
	return PL_OK;
}

/* ----------------------------------------------------------------- reading */

static enum pl_rc token_by_id(struct pl_arena *a, struct pl_index_token *out,
			      struct sq *s, int64_t id, struct pl_err *e)
{
	struct pl_index_token *v;
	size_t n;

	PL_TRY(sq_tokens(a, &s->ix, &v, &n, e));
	for (size_t i = 0; i < n; i++)
		if (v[i].id == id) {
			*out = v[i];
			return PL_OK;
		}
	return pl_fail(e, PL_EBUG, "index: no token %jd", (intmax_t)id);
}

static enum pl_rc last_hash(struct pl_index_status *st, struct sq *s,
			    struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(stmt(&q, s, ST_LAST_HASH, e));
	bind_int(q, 1, st->token.id);
	bind_int(q, 2, (int64_t)st->last_block);
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return PL_OK;
	st->last_hash_known = !is_null(q, 0);
	if (st->last_hash_known)
		rc = col_bytes(st->last_hash.b, sizeof(st->last_hash.b), s, q,
			       0, e);
	done(q);
	return rc;
}

static enum pl_rc sq_status(struct pl_arena *a, struct pl_index *ix,
			    struct pl_index_status *out, int64_t token,
			    struct pl_err *e)
{
	struct sq *s = sq_of(ix);
	struct pl_index_status st = { 0 };
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(token_by_id(a, &st.token, s, token, e));
	PL_TRY(stmt(&q, s, ST_STATUS, e));
	bind_int(q, 1, token);
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return damaged(s, "a count", e);
	st.rows = (uint64_t)sqlite3_column_int64(q, 0);
	st.zero_rows = (uint64_t)sqlite3_column_int64(q, 1);
	st.no_log_index = (uint64_t)sqlite3_column_int64(q, 2);
	st.no_block = (uint64_t)sqlite3_column_int64(q, 3);
	st.no_time = (uint64_t)sqlite3_column_int64(q, 4);
	st.trust = (enum pl_trust)sqlite3_column_int(q, 5);
	st.blocks_known = !is_null(q, 6);
	st.first_block = (uint64_t)sqlite3_column_int64(q, 6);
	st.last_block = (uint64_t)sqlite3_column_int64(q, 7);
	st.times_known = !is_null(q, 8);
	st.first_time = sqlite3_column_int64(q, 8);
	st.last_time = sqlite3_column_int64(q, 9);
	done(q);
	if (st.blocks_known)
		PL_TRY(last_hash(&st, s, e));
	*out = st;
	return PL_OK;
}

static bool in_time(const struct pl_index_query *q, const struct pl_transfer *t)
{
	if (!q->from_time_set && !q->to_time_set)
		return true;
	if (!(t->has & PL_TR_TIME))
		return false;
	return (!q->from_time_set || t->time >= q->from_time) &&
	       (!q->to_time_set || t->time < q->to_time);
}

static enum pl_rc each_row(struct sq *s, sqlite3_stmt *st,
			   const struct pl_index_query *q, pl_transfer_fn fn,
			   void *ctx, struct pl_err *e)
{
	struct row r;
	int rc;

	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		PL_TRY(col_row(&r, s, st, e));
		if (in_time(q, &r.t))
			PL_TRY(fn(ctx, &r.t, e));
	}
	return rc == SQLITE_DONE ? PL_OK : fail(s, rc, e);
}

static enum pl_rc sq_each(struct pl_index *ix, const struct pl_index_query *q,
			  pl_transfer_fn fn, void *ctx, struct pl_err *e)
{
	bool blocks = q->from_block_set || q->to_block_set;
	uint64_t from = q->from_block_set ? q->from_block : 0;
	uint64_t to = q->to_block_set ? q->to_block : INT64_MAX;
	struct sq *s = sq_of(ix);
	sqlite3_stmt *st = NULL;
	enum pl_rc rc;
	int bad = sqlite3_prepare_v2(s->db, blocks ? each_blocks : each_all, -1,
				     &st, NULL);

	if (bad)
		return fail(s, bad, e);
	bind_int(st, 1, q->token);
	if (blocks) {
		bind_int(st, 2, from > INT64_MAX ? INT64_MAX : (int64_t)from);
		bind_int(st, 3, to > INT64_MAX ? INT64_MAX : (int64_t)to);
	}
	rc = each_row(s, st, q, fn, ctx, e);
	(void)sqlite3_finalize(st);
	return rc;
}

static const struct pl_index_ops sqlite_ops = {
	.close = sq_close,
	.begin = sq_begin,
	.commit = sq_commit,
	.rollback = sq_rollback,
	.token_put = sq_token_put,
	.source_put = sq_source_put,
	.source_count = sq_source_count,
	.put = sq_put,
	.cursor_put = sq_cursor_put,
	.drop_from = sq_drop_from,
	.token_get = sq_token_get,
	.tokens = sq_tokens,
	.status = sq_status,
	.sources = sq_sources,
	.cursor = sq_cursor,
	.hash_below = sq_hash_below,
	.each = sq_each,
};
