/* store/statedb.h over SQLite. */
#include <sqlite3.h>

#include "base/buf.h"
#include "base/embed.h"
#include "base/file.h"
#include "crypto/keccak.h"
#include "store/statedb.h"

PL_EMBED(pl_statedb_schema, "lib/store/statedb.sql");

#define APPLICATION_ID 0x706c7374 /* "plst", in the file's header */
#define SCHEMA_VERSION 1
#define BUSY_MS 500
#define MAX_BYTES (256 << 20) /* of one value: a block with all it holds */

enum st {
	ST_BEGIN,
	ST_COMMIT,
	ST_PUT, /* one for each kind */
	ST_GET = ST_PUT + PL_STATEDB_KINDS,
	ST_BLOCK_PUT = ST_GET + PL_STATEDB_KINDS,
	ST_BLOCK_DROP,
	ST_BLOCK_HASH,
	ST_BLOCKS,
	ST_NOTE_PUT,
	ST_NOTE_GET,
	ST_COUNT
};
static const char *const sql[ST_COUNT] = {
	[ST_BEGIN] = "BEGIN IMMEDIATE",
	[ST_COMMIT] = "COMMIT",
	[ST_PUT + PL_STATEDB_NODE] =
		"INSERT OR IGNORE INTO node (hash, bytes) VALUES (?, ?)",
	[ST_PUT + PL_STATEDB_CODE] =
		"INSERT OR IGNORE INTO code (hash, bytes) VALUES (?, ?)",
	[ST_GET + PL_STATEDB_NODE] = "SELECT bytes FROM node WHERE hash = ?",
	[ST_GET + PL_STATEDB_CODE] = "SELECT bytes FROM code WHERE hash = ?",
	[ST_BLOCK_PUT] =
		"INSERT INTO block (number, hash, body) VALUES (?, ?, ?)",
	[ST_BLOCK_DROP] = "DELETE FROM block WHERE number >= ?",
	[ST_BLOCK_HASH] = "SELECT hash FROM block WHERE number = ?",
	[ST_BLOCKS] = "SELECT number, body FROM block ORDER BY number",
	[ST_NOTE_PUT] =
		"INSERT OR REPLACE INTO note (name, bytes) VALUES (?, ?)",
	[ST_NOTE_GET] = "SELECT bytes FROM note WHERE name = ?",
};

struct pl_statedb {
	struct pl_arena *a; /* this struct */
	const char *path;
	sqlite3 *db;
	sqlite3_stmt *st[ST_COUNT];
};

/* ---------------------------------------------------------------- failures */

static enum pl_rc fail(struct pl_statedb *s, struct pl_err *e)
{
	const int rc = sqlite3_extended_errcode(s->db);
	const char *what = sqlite3_errmsg(s->db);
	const char *hint = "look at the rights of the file and its folder";

	switch (rc & 0xff) {
	case SQLITE_FULL:
	case SQLITE_IOERR:
		what = "no space left, or the disk fails";
		hint = "nothing of this step was kept: make room and begin "
		       "again";
		break;
	case SQLITE_NOTADB:
		what = "not a SQLite file";
		hint = "name another file";
		break;
	case SQLITE_CORRUPT:
		what = "the file is damaged";
		hint = "move it away and begin anew";
		break;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		what = "in use by another program";
		hint = "end that first, or name another file";
		break;
	case SQLITE_CANTOPEN:
		what = "cannot be opened";
		break;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		what = "cannot be written";
		break;
	default:
		return pl_fail(e, PL_ESTORE, "state %s: %s", s->path, what);
	}
	(void)pl_fail(e, PL_ESTORE, "state %s: %s", s->path, what);
	return pl_hint(e, "%s", hint);
}

static enum pl_rc damaged(const struct pl_statedb *s, const char *what,
			  struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE, "state %s: %s is not what plume wrote",
		      s->path, what);
	return pl_hint(e, "move the file away and begin anew");
}

/* -------------------------------------------------------------- statements */

static enum pl_rc stmt(sqlite3_stmt **out, struct pl_statedb *s, unsigned i,
		       struct pl_err *e)
{
	if (!s->st[i] &&
	    sqlite3_prepare_v3(s->db, sql[i], -1, SQLITE_PREPARE_PERSISTENT,
			       &s->st[i], NULL))
		return fail(s, e);
	*out = s->st[i];
	return PL_OK;
}

static void done(sqlite3_stmt *q)
{
	(void)sqlite3_reset(q);
	(void)sqlite3_clear_bindings(q);
}

/* *row: there is one, and done() is to follow. */
static enum pl_rc step(bool *row, struct pl_statedb *s, sqlite3_stmt *q,
		       struct pl_err *e)
{
	const int rc = sqlite3_step(q);
	enum pl_rc bad = PL_OK;

	*row = rc == SQLITE_ROW;
	if (*row)
		return PL_OK;
	if (rc != SQLITE_DONE)
		bad = fail(s, e);
	done(q);
	return bad;
}

static enum pl_rc run(struct pl_statedb *s, sqlite3_stmt *q, struct pl_err *e)
{
	bool row;

	PL_TRY(step(&row, s, q, e));
	if (row)
		done(q);
	return PL_OK;
}

static enum pl_rc exec(struct pl_statedb *s, const char *text, struct pl_err *e)
{
	return sqlite3_exec(s->db, text, NULL, NULL, NULL) ? fail(s, e) : PL_OK;
}

/* The bytes must stay until the statement is done. */
static void bind(sqlite3_stmt *q, int i, struct pl_span bytes)
{
	(void)sqlite3_bind_blob64(q, i, bytes.n ? (const void *)bytes.p : "",
				  bytes.n, SQLITE_STATIC);
}

static struct pl_span column(sqlite3_stmt *q, int i)
{
	const void *p = sqlite3_column_blob(q, i);

	return (struct pl_span){ p, (size_t)sqlite3_column_bytes(q, i) };
}

/* ---------------------------------------------------------- open and close */

static enum pl_rc number(int64_t *out, struct pl_statedb *s, const char *text,
			 struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	enum pl_rc rc = PL_OK;

	if (sqlite3_prepare_v2(s->db, text, -1, &q, NULL) ||
	    sqlite3_step(q) != SQLITE_ROW)
		rc = fail(s, e);
	else
		*out = sqlite3_column_int64(q, 0);
	(void)sqlite3_finalize(q);
	return rc;
}

/* The tables and their marks come in one transaction. */
static enum pl_rc make(struct pl_statedb *s, struct pl_err *e)
{
	const struct pl_span schema = PL_EMBEDDED(pl_statedb_schema);
	enum pl_rc rc = exec(
		s,
		pl_printf(s->a,
			  "BEGIN IMMEDIATE;\n%.*s\nPRAGMA application_id=%d;"
			  "PRAGMA user_version=%d;COMMIT",
			  (int)schema.n, (const char *)schema.p, APPLICATION_ID,
			  SCHEMA_VERSION),
		e);

	if (rc)
		pl_statedb_rollback(s);
	return rc;
}

static enum pl_rc configure(struct pl_statedb *s, struct pl_err *e)
{
	int64_t things, app, version;

	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, MAX_BYTES);
	/* the file is this program's until it closes it */
	PL_TRY(exec(s,
		    "PRAGMA locking_mode=EXCLUSIVE;PRAGMA cell_size_check=ON;"
		    "PRAGMA temp_store=MEMORY",
		    e));
	PL_TRY(number(&things, s, "SELECT count(*) FROM sqlite_schema", e));
	PL_TRY(number(&app, s, "PRAGMA application_id", e));
	PL_TRY(number(&version, s, "PRAGMA user_version", e));
	if (things && app != APPLICATION_ID) {
		(void)pl_fail(e, PL_ESTORE,
			      "state %s: a SQLite file, but no state of plume",
			      s->path);
		return pl_hint(e, "name another file");
	}
	if (things && version != SCHEMA_VERSION)
		return pl_fail(e, PL_ESTORE,
			       "state %s: version %jd, this plume knows %d",
			       s->path, (intmax_t)version, SCHEMA_VERSION);
	/* WAL: a killed writer leaves the last commit.  NORMAL: only a power
	 * cut can take commits with it, the newest ones; the disk is waited for
	 * every 16 MB. */
	PL_TRY(exec(s,
		    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
		    "PRAGMA wal_autocheckpoint=4096;PRAGMA cache_size=-32768",
		    e));
	return things ? PL_OK : make(s, e);
}

enum pl_rc pl_statedb_open(struct pl_statedb **out, const char *path,
			   struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_statedb *s;
	enum pl_rc rc;

	if (pl_file_exists(path) && !pl_file_regular(path))
		return pl_fail(e, PL_ESTORE, "state %s: not a regular file",
			       path);
	a = pl_arena_open(0);
	s = PL_NEW(a, struct pl_statedb);
	s->a = a;
	s->path = pl_strdup(a, path);
	/* "./": to SQLite some names mean something else */
	rc = sqlite3_open_v2(*path == '/' ? path : pl_printf(a, "./%s", path),
			     &s->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				     SQLITE_OPEN_NOMUTEX,
			     NULL)
		     ? fail(s, e)
		     : configure(s, e);
	if (rc) {
		pl_statedb_close(s);
		return rc;
	}
	*out = s;
	return PL_OK;
}

void pl_statedb_close(struct pl_statedb *s)
{
	if (!s)
		return;
	pl_statedb_rollback(s);
	for (size_t i = 0; i < ST_COUNT; i++)
		(void)sqlite3_finalize(s->st[i]);
	(void)sqlite3_close(s->db);
	pl_arena_close(s->a);
}

/* ------------------------------------------------------------ transactions */

enum pl_rc pl_statedb_begin(struct pl_statedb *s, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_BEGIN, e));
	return run(s, q, e);
}

enum pl_rc pl_statedb_commit(struct pl_statedb *s, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_COMMIT, e));
	return run(s, q, e);
}

void pl_statedb_rollback(struct pl_statedb *s)
{
	/* after some failures SQLite has rolled back by itself */
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

/* ------------------------------------------------------------ nodes and code
 */

enum pl_rc pl_statedb_put(struct pl_statedb *s, enum pl_statedb_kind kind,
			  bool *added, const struct pl_hash32 *hash,
			  struct pl_span bytes, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_PUT + (unsigned)kind, e));
	bind(q, 1, pl_hash32_span(hash));
	bind(q, 2, bytes);
	PL_TRY(run(s, q, e));
	if (added)
		*added = sqlite3_changes(s->db) != 0;
	return PL_OK;
}

enum pl_rc pl_statedb_get(struct pl_statedb *s, struct pl_arena *a,
			  enum pl_statedb_kind kind, struct pl_span *out,
			  const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_hash32 is;
	struct pl_span got;
	sqlite3_stmt *q = NULL;
	bool row;

	PL_TRY(stmt(&q, s, ST_GET + (unsigned)kind, e));
	bind(q, 1, pl_hash32_span(hash));
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return damaged(s, "what is missing of it", e);
	got = pl_span_dup(a, column(q, 0));
	done(q);
	is = pl_keccak256(got);
	if (!pl_hash32_equal(&is, hash))
		return damaged(s, kind == PL_STATEDB_NODE ? "a node" : "a code",
			       e);
	*out = got;
	return PL_OK;
}

/* ------------------------------------------------------------------ blocks */

enum pl_rc pl_statedb_block_put(struct pl_statedb *s, uint64_t n,
				const struct pl_hash32 *hash,
				struct pl_span body, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	if (n > INT64_MAX)
		return pl_fail(e, PL_ELIMIT, "block %ju", (uintmax_t)n);
	PL_TRY(stmt(&q, s, ST_BLOCK_PUT, e));
	(void)sqlite3_bind_int64(q, 1, (int64_t)n);
	bind(q, 2, pl_hash32_span(hash));
	bind(q, 3, body);
	return run(s, q, e);
}

enum pl_rc pl_statedb_block_drop(struct pl_statedb *s, uint64_t from,
				 struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	if (from > INT64_MAX)
		return PL_OK;
	PL_TRY(stmt(&q, s, ST_BLOCK_DROP, e));
	(void)sqlite3_bind_int64(q, 1, (int64_t)from);
	return run(s, q, e);
}

enum pl_rc pl_statedb_block_hash(struct pl_statedb *s, struct pl_hash32 *out,
				 uint64_t n, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	struct pl_span got;
	enum pl_rc rc = PL_OK;
	bool row;

	if (n > INT64_MAX)
		return pl_fail(e, PL_ENOTFOUND, "block %ju", (uintmax_t)n);
	PL_TRY(stmt(&q, s, ST_BLOCK_HASH, e));
	(void)sqlite3_bind_int64(q, 1, (int64_t)n);
	PL_TRY(step(&row, s, q, e));
	if (!row)
		return pl_fail(e, PL_ENOTFOUND, "no block %ju in state %s",
			       (uintmax_t)n, s->path);
	got = column(q, 0);
	if (got.n == sizeof(out->b))
		memcpy(out->b, got.p, got.n);
	else
		rc = damaged(s, "a block's hash", e);
	done(q);
	return rc;
}

enum pl_rc pl_statedb_blocks(struct pl_statedb *s, pl_statedb_block_fn fn,
			     void *ctx, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	enum pl_rc rc;
	bool row;

	PL_TRY(stmt(&q, s, ST_BLOCKS, e));
	for (;;) {
		PL_TRY(step(&row, s, q, e));
		if (!row)
			return PL_OK;
		rc = fn(ctx, (uint64_t)sqlite3_column_int64(q, 0), column(q, 1),
			e);
		if (rc) {
			done(q);
			return rc;
		}
	}
}

/* ------------------------------------------------------------------- notes */

enum pl_rc pl_statedb_note_put(struct pl_statedb *s, const char *name,
			       struct pl_span bytes, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_NOTE_PUT, e));
	(void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	bind(q, 2, bytes);
	return run(s, q, e);
}

enum pl_rc pl_statedb_note_get(struct pl_statedb *s, struct pl_arena *a,
			       bool *found, struct pl_span *out,
			       const char *name, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(stmt(&q, s, ST_NOTE_GET, e));
	(void)sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
	PL_TRY(step(found, s, q, e));
	if (!*found)
		return PL_OK;
	*out = pl_span_dup(a, column(q, 0));
	done(q);
	return PL_OK;
}
