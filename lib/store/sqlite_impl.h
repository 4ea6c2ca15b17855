/* What the files of the SQLite index share.  Private to store/.  Every
 * statement is prepared; every result code of SQLite is turned into words and
 * goes no further. */
#ifndef PL_STORE_SQLITE_IMPL_H
#define PL_STORE_SQLITE_IMPL_H

#include <sqlite3.h>

#include "store/backend.h"

/* Statements are prepared when first used and kept. */
enum pl_st {
	PL_ST_BEGIN,
	PL_ST_COMMIT,
	PL_ST_TOKEN_GET,
	PL_ST_TOKEN_NEW,
	PL_ST_TOKEN_SET,
	PL_ST_TOKEN_CHAIN,
	PL_ST_TOKENS,
	PL_ST_SOURCE_DIGEST,
	PL_ST_SOURCE_NAME,
	PL_ST_SOURCE_NEW,
	PL_ST_SOURCE_COUNT,
	PL_ST_SOURCES,
	PL_ST_SOURCES_ALL, /* those of events too */
	PL_ST_SOURCES_EVERY,
	PL_ST_BY_LOG,
	PL_ST_LOOSE_LOWEST,
	PL_ST_LOOSE_NTH,
	PL_ST_TIGHT_COUNT,
	PL_ST_TX_BLOCK,
	PL_ST_BLOCK_FACTS,
	PL_ST_INSERT,
	PL_ST_UPDATE,
	PL_ST_CURSOR,
	PL_ST_CURSOR_PUT,
	PL_ST_DROP,
	PL_ST_HASH_BELOW,
	PL_ST_STATUS,
	PL_ST_LAST_HASH,
	PL_ST_ANY_LOOSE,
	PL_ST_LAST_ID,
	PL_ST_TX_KNOWN,
	PL_ST_COUNT
};

/* What pl_sq_col_row() reads, in this order. */
#define PL_SQ_COLUMNS                                                          \
	"id, token, tx, log_index, block, block_hash, time, sender, "          \
	"recipient, value, trust, source"

struct pl_sq {
	struct pl_index ix;
	sqlite3 *db;
	sqlite3_stmt *st[PL_ST_COUNT];
	struct pl_sq_events *ev; /* sqlite_event.h; NULL before use */
	struct pl_sq_lane *lane; /* a thread that writes; NULL: none */
	bool in_txn, one_by_one;
	bool bare;               /* without rows, and WAL not yet on */
	struct pl_sq_bulk *bulk; /* rows of this transaction; NULL: none */
	int64_t chain_token;     /* the token whose chain is `chain`; 0: none */
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

static inline struct pl_sq *pl_sq_of(struct pl_index *ix)
{
	return (struct pl_sq *)ix;
}

/* rc is an extended code of SQLite's. */
PL_CHECKED enum pl_rc pl_sq_fail(struct pl_sq *s, int rc, struct pl_err *e);

/* The file holds what this program does not write. */
PL_CHECKED enum pl_rc pl_sq_damaged(struct pl_sq *s, const char *what,
				    struct pl_err *e);

/* The connection is this thread's: wait for the lane, where there is one. */
PL_CHECKED enum pl_rc pl_sq_own(struct pl_sq *s, struct pl_err *e);

/* The statement, prepared when first asked for and then kept. */
PL_CHECKED enum pl_rc pl_sq_stmt(sqlite3_stmt **out, struct pl_sq *s,
				 enum pl_st i, struct pl_err *e);

/* A statement of the caller's own, which he finalizes. */
PL_CHECKED enum pl_rc pl_sq_prepare(sqlite3_stmt **out, struct pl_sq *s,
				    const char *text, struct pl_err *e);

void pl_sq_bind_int(sqlite3_stmt *q, int i, int64_t v);
void pl_sq_bind_u64(sqlite3_stmt *q, int i, bool known, uint64_t v);

/* The bytes must stay until the statement is reset. */
void pl_sq_bind_blob(sqlite3_stmt *q, int i, bool known, const void *p,
		     size_t n);
void pl_sq_bind_text(sqlite3_stmt *q, int i, const char *t);

/* One step: *row says whether there is one.  The statement is reset when
 * there is not, and by pl_sq_done() otherwise. */
PL_CHECKED enum pl_rc pl_sq_step(bool *row, struct pl_sq *s, sqlite3_stmt *q,
				 struct pl_err *e);
void pl_sq_done(sqlite3_stmt *q);

/* Run a statement, or text, that gives no rows. */
PL_CHECKED enum pl_rc pl_sq_run(struct pl_sq *s, sqlite3_stmt *q,
				struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_exec(struct pl_sq *s, const char *text,
				 struct pl_err *e);

bool pl_sq_is_null(sqlite3_stmt *q, int i);
PL_CHECKED enum pl_rc pl_sq_col_bytes(void *out, size_t n, struct pl_sq *s,
				      sqlite3_stmt *q, int i, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_col_trust(enum pl_trust *out, struct pl_sq *s,
				      sqlite3_stmt *q, int i, struct pl_err *e);
const char *pl_sq_col_text(struct pl_arena *a, sqlite3_stmt *q, int i);

/* A row of PL_SQ_COLUMNS. */
struct pl_sq_row {
	int64_t id, token;
	struct pl_transfer t;
};
PL_CHECKED enum pl_rc pl_sq_col_row(struct pl_sq_row *out, struct pl_sq *s,
				    sqlite3_stmt *q, struct pl_err *e);

/* An index of its own in memory. */
PL_CHECKED enum pl_rc pl_sqlite_memory(struct pl_index **out, struct pl_err *e);

/* One row as it is, without a question; _by: by PL_ST_INSERT, prepared. */
PL_CHECKED enum pl_rc pl_sq_insert_by(struct pl_sq *s, sqlite3_stmt *q,
				      int64_t token, uint64_t chain,
				      const struct pl_transfer *t,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_insert(struct pl_sq *s, int64_t token,
				   uint64_t chain, const struct pl_transfer *t,
				   struct pl_err *e);

/* Hash and time that the table has of a block; *has is PL_TR_HASH and
 * PL_TR_TIME, 0 where it has none. */
PL_CHECKED enum pl_rc pl_sq_block_facts(struct pl_sq *s, unsigned *has,
					struct pl_hash32 *hash, int64_t *time,
					int64_t token, uint64_t block,
					struct pl_err *e);

/* Rows that are plainly new are kept in memory and written together
 * (sqlite_bulk.c).  *taken: t is one of them.  Otherwise what was kept is
 * written by now, and t is to be put row by row. */
PL_CHECKED enum pl_rc pl_sq_bulk_put(bool *taken, struct pl_sq *s,
				     int64_t token, uint64_t chain,
				     const struct pl_transfer *t,
				     struct pl_err *e);
/* Write what is kept: before the table is read, and before a commit. */
PL_CHECKED enum pl_rc pl_sq_bulk_flush(struct pl_sq *s, struct pl_err *e);
/* Forget what is kept: at the end of a transaction. */
void pl_sq_bulk_end(struct pl_sq *s);

/* The operations of pl_index_ops that have files of their own. */
PL_CHECKED enum pl_rc pl_sq_token_put(struct pl_index *ix,
				      struct pl_index_token *t,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_source_put(struct pl_index *ix,
				       struct pl_source *src, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_source_count(struct pl_index *ix,
					 const struct pl_source *src,
					 struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_put(struct pl_index *ix, enum pl_put *how,
				int64_t token, const struct pl_transfer *t,
				struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_cursor_put(struct pl_index *ix, int64_t token,
				       int64_t source,
				       const struct pl_cursor *cur,
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_drop_from(struct pl_index *ix, uint64_t *gone,
				      int64_t token, int64_t source,
				      uint64_t block, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_token_get(struct pl_arena *a, struct pl_index *ix,
				      struct pl_index_token *out,
				      const struct pl_token_id *id,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_tokens(struct pl_arena *a, struct pl_index *ix,
				   struct pl_index_token **out, size_t *n,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_status(struct pl_arena *a, struct pl_index *ix,
				   struct pl_index_status *out, int64_t token,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_sources(struct pl_arena *a, struct pl_index *ix,
				    struct pl_source **out, size_t *n,
				    int64_t token, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_cursor(struct pl_index *ix, struct pl_cursor *out,
				   int64_t token, int64_t source,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_hash_below(struct pl_index *ix, bool *found,
				       uint64_t *block, struct pl_hash32 *hash,
				       int64_t token, int64_t source,
				       uint64_t below, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_each(struct pl_index *ix,
				 const struct pl_index_query *q,
				 pl_transfer_fn fn, void *ctx,
				 struct pl_err *e);

#endif
