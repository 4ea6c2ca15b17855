/* The index in a SQLite file: making, opening and closing it, and its
 * transactions. */
#include "base/embed.h"
#include "base/file.h"
#include "store/sqlite_event.h"
#include "store/sqlite_impl.h"

PL_EMBED(pl_store_schema, "lib/store/schema.sql");
PL_EMBED(pl_store_event_schema, "lib/store/event_schema.sql");

#define APPLICATION_ID 0x706c6d65 /* "plme", in the file's header */
#define SCHEMA_VERSION 2          /* 1: transfers only */
#define BUSY_MS 5000
#define BUSY_STEP_MS 10

static const struct pl_index_ops sqlite_ops;

/* ----------------------------------------------------------- open and close */

static void sq_close(struct pl_index *ix)
{
	struct pl_sq *s = pl_sq_of(ix);

	pl_index_rollback(ix);
	for (size_t i = 0; i < PL_ST_COUNT; i++)
		(void)sqlite3_finalize(s->st[i]);
	pl_sq_events_close(s);
	(void)sqlite3_close(s->db);
	pl_arena_close(s->ix.a);
}

static enum pl_rc pragma_int(int64_t *out, struct pl_sq *s, const char *text,
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
	return rc ? pl_sq_fail(s, rc, e) : PL_OK;
}

/* A file of version 1 gets the tables of events when it may be written; who
 * only reads it finds no events. */
static enum pl_rc upgrade(struct pl_sq *s, unsigned flags, struct pl_err *e)
{
	struct pl_span more = PL_EMBEDDED(pl_store_event_schema);
	int64_t version;
	enum pl_rc rc;

	if (flags & PL_INDEX_READONLY)
		return PL_OK;
	PL_TRY(pl_sq_exec(s, "BEGIN IMMEDIATE", e));
	rc = pragma_int(&version, s, "PRAGMA user_version", e);
	if (!rc && version == 1) /* nobody was faster */
		rc = pl_sq_exec(s,
				pl_printf(s->ix.a,
					  "%.*s\nPRAGMA user_version=%d",
					  (int)more.n, (const char *)more.p,
					  SCHEMA_VERSION),
				e);
	if (!rc)
		rc = pl_sq_exec(s, "COMMIT", e);
	if (rc)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	else
		s->ix.events = &pl_sq_event_ops;
	return rc;
}

/* A fresh file becomes an index in one transaction; a file that is something
 * else, or newer than this program, is left alone. */
static enum pl_rc migrate(struct pl_sq *s, unsigned flags, struct pl_err *e)
{
	int64_t app, version, things;
	enum pl_rc rc;

	/* the tables first: they come in one commit with their marks */
	PL_TRY(pragma_int(&things, s, "SELECT count(*) FROM sqlite_schema", e));
	PL_TRY(pragma_int(&app, s, "PRAGMA application_id", e));
	PL_TRY(pragma_int(&version, s, "PRAGMA user_version", e));
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
	if (things && version == SCHEMA_VERSION) {
		s->ix.events = &pl_sq_event_ops;
		return PL_OK;
	}
	if (things && version == 1)
		return upgrade(s, flags, e);
	if (things)
		return pl_sq_damaged(s, "its version", e);
	if (flags & PL_INDEX_READONLY)
		return pl_fail(e, PL_ENOTFOUND, "index %s: empty", s->ix.path);
	PL_TRY(pl_sq_exec(s, "BEGIN IMMEDIATE", e));
	rc = pragma_int(&things, s, "SELECT count(*) FROM sqlite_schema", e);
	if (!rc && things) { /* made by another while this one waited */
		PL_TRY(pl_sq_exec(s, "ROLLBACK", e));
		return migrate(s, flags, e);
	}
	if (!rc)
		rc = pl_sq_exec(
			s,
			pl_printf(
				s->ix.a,
				"%.*s\n%.*s\nPRAGMA application_id=%d;"
				"PRAGMA user_version=%d;COMMIT",
				(int)PL_EMBEDDED(pl_store_schema).n,
				(const char *)PL_EMBEDDED(pl_store_schema).p,
				(int)PL_EMBEDDED(pl_store_event_schema).n,
				(const char *)PL_EMBEDDED(pl_store_event_schema)
					.p,
				APPLICATION_ID, SCHEMA_VERSION),
			e);
	if (rc)
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	else
		s->ix.events = &pl_sq_event_ops;
	return rc;
}

/* To change the journal SQLite wants the file for itself and does not wait for
 * it as it waits for other locks: several that have just made a new file meet
 * here. */
static enum pl_rc keep_wal(struct pl_sq *s, struct pl_err *e)
{
	int bad = SQLITE_BUSY;

	for (int waited = 0; waited <= BUSY_MS; waited += BUSY_STEP_MS) {
		bad = sqlite3_exec(s->db, "PRAGMA journal_mode=WAL", NULL, NULL,
				   NULL);
		if ((bad & 0xff) != SQLITE_BUSY)
			break;
		(void)sqlite3_sleep(BUSY_STEP_MS);
	}
	return bad ? pl_sq_fail(s, bad, e) : PL_OK;
}

/* Without a row there is nothing to read yet, and the first ones would be
 * written twice, to the log and to the file: until they are in, the journal
 * stays as SQLite has it by default. */
static enum pl_rc is_bare(bool *bare, struct pl_sq *s, struct pl_err *e)
{
	int64_t any = 0;

	PL_TRY(pragma_int(&any, s,
			  "SELECT EXISTS (SELECT 1 FROM transfer) OR "
			  "EXISTS (SELECT 1 FROM event)",
			  e));
	*bare = !any;
	return PL_OK;
}

/* That a row's token and source are there, the caller's code has looked up
 * (pl_index_put's token, the source put before): among the first rows, which
 * may be millions, SQLite does not look again.  Outside a transaction only. */
static void check_references(struct pl_sq *s, bool yes)
{
	(void)sqlite3_exec(s->db,
			   yes ? "PRAGMA foreign_keys=ON"
			       : "PRAGMA foreign_keys=OFF",
			   NULL, NULL, NULL);
}

/* WAL: readers see one state while a writer works, and a killed writer leaves
 * the last commit.  synchronous=NORMAL: a power cut may take the newest
 * commits with it but never tears one; what was lost is fetched or imported
 * again from the cursor, which went with it. */
static enum pl_rc configure(struct pl_sq *s, unsigned flags, struct pl_err *e)
{
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_limit(s->db, SQLITE_LIMIT_LENGTH, 1 << 20);
	PL_TRY(pl_sq_exec(s,
			  "PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY;"
			  "PRAGMA cache_size=-65536",
			  e));
	PL_TRY(migrate(s, flags, e));
	if (flags & PL_INDEX_READONLY)
		return PL_OK;
	PL_TRY(is_bare(&s->bare, s, e));
	if (!s->bare)
		PL_TRY(keep_wal(s, e));
	return pl_sq_exec(s, "PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON",
			  e);
}

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
	struct pl_sq *s = PL_NEW(a, struct pl_sq);
	int how = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX;
	enum pl_rc rc;
	int bad;

	s->ix = (struct pl_index){ .ops = &sqlite_ops,
				   .a = a,
				   .path = pl_strdup(a, path) };
	s->one_by_one = flags & PL_INDEX_ONE_BY_ONE;
	how |= flags & PL_INDEX_READONLY ? SQLITE_OPEN_READONLY
					 : SQLITE_OPEN_READWRITE;
	if (flags & PL_INDEX_CREATE)
		how |= SQLITE_OPEN_CREATE;
	bad = sqlite3_open_v2(flags & PL_INDEX_MEMORY ? ":memory:"
						      : uri(a, path, query),
			      &s->db, how, NULL);
	rc = bad ? pl_sq_fail(s, bad, e) : configure(s, flags, e);
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

	if (flags & PL_INDEX_MEMORY)
		return try_open(out, path, "", flags, e);
	if (pl_file_exists(path) && !pl_file_regular(path)) {
		(void)pl_fail(e, PL_ESTORE, "index %s: not a regular file",
			      path);
		return pl_hint(e, "name another file with --store");
	}
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

enum pl_rc pl_sqlite_memory(struct pl_index **out, struct pl_err *e)
{
	return try_open(out, "in memory", "?mode=memory", PL_INDEX_CREATE, e);
}

/* ------------------------------------------------------------ transactions */

static enum pl_rc sq_begin(struct pl_index *ix, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	if (sqlite3_db_readonly(s->db, "main") == 1)
		return pl_sq_fail(s, SQLITE_READONLY, e);
	if (s->bare)
		check_references(s, false);
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_BEGIN, e));
	PL_TRY(pl_sq_run(s, q, e));
	s->in_txn = true;
	s->facts.set = false;
	return PL_OK;
}

static enum pl_rc sq_commit(struct pl_index *ix, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_bulk_flush(s, e));
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_COMMIT, e));
	PL_TRY(pl_sq_run(s, q, e));
	pl_sq_bulk_end(s);
	s->in_txn = false;
	if (!s->bare || is_bare(&s->bare, s, e) || s->bare)
		return PL_OK;
	check_references(s, true);
	/* what is committed stands; who opens it next tries again */
	(void)sqlite3_exec(s->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);
	return PL_OK;
}

static void sq_rollback(struct pl_index *ix)
{
	struct pl_sq *s = pl_sq_of(ix);

	if (!s->in_txn)
		return;
	pl_sq_bulk_end(s);
	s->in_txn = false;
	s->facts.set = false;
	s->chain_token = 0;
	/* after some failures SQLite has rolled back by itself */
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static const struct pl_index_ops sqlite_ops = {
	.close = sq_close,
	.begin = sq_begin,
	.commit = sq_commit,
	.rollback = sq_rollback,
	.token_put = pl_sq_token_put,
	.source_put = pl_sq_source_put,
	.source_count = pl_sq_source_count,
	.put = pl_sq_put,
	.cursor_put = pl_sq_cursor_put,
	.drop_from = pl_sq_drop_from,
	.token_get = pl_sq_token_get,
	.tokens = pl_sq_tokens,
	.status = pl_sq_status,
	.sources = pl_sq_sources,
	.cursor = pl_sq_cursor,
	.hash_below = pl_sq_hash_below,
	.each = pl_sq_each,
};
