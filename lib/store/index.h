/* The local copy of token events.  One interface, a table of functions behind
 * it (SQLite: pl_sqlite_open); nothing above knows which.
 *
 * What identifies a transfer: its chain, transaction and log index.  Exports
 * that carry no log index (block explorers) are told apart by content: token,
 * transaction, sender, recipient and value, and among equal ones by their
 * number within the file.  So two equal legs of one transaction are two
 * transfers, importing a file twice adds nothing, and a source that does know
 * the log index fills it in rather than counting the transfer again. */
#ifndef PL_STORE_INDEX_H
#define PL_STORE_INDEX_H

#include "base/types.h"

struct pl_index;

struct pl_token_id {
	uint64_t chain;
	struct pl_addr address;
};

struct pl_index_token {
	int64_t id; /* the index's own number; 0 before it is known */
	struct pl_token_id token;
	const char *symbol; /* NULL: not known; as the source gave it */
	bool decimals_known;
	uint8_t decimals;
};

/* Which members of a transfer are known besides tx, from, to and value. */
#define PL_TR_BLOCK 1u
#define PL_TR_HASH 2u
#define PL_TR_TIME 4u
#define PL_TR_LOG 8u

struct pl_transfer {
	unsigned has; /* PL_TR_… */
	uint64_t block;
	struct pl_hash32 block_hash;
	int64_t time;
	struct pl_hash32 tx;
	uint64_t log_index;
	uint64_t nth; /* without PL_TR_LOG: number among equal rows, from 0 */
	struct pl_addr from, to;
	struct pl_u256 value; /* raw units */
	enum pl_trust trust;
	int64_t source;
};

enum pl_source_kind { PL_SOURCE_FILE, PL_SOURCE_NODE };

struct pl_source {
	int64_t id;
	enum pl_source_kind kind;
	const char *name;   /* path as given; URL without credentials */
	const char *format; /* "logs", "etl" … */
	bool digest_known;
	struct pl_hash32 digest; /* SHA-256 of the file as it is on the disk */
	enum pl_trust trust;
	int64_t time; /* when it was first read */
	uint64_t rows, added, duplicates, rejected;
};

/* How far a source has been read for a token. */
struct pl_cursor {
	bool found;
	uint64_t first_block, next_block;
	struct pl_hash32 last_hash; /* of block next_block - 1 */
};

enum pl_put {
	PL_PUT_ADDED,
	PL_PUT_DUPLICATE, /* known already, not a bit changed */
	PL_PUT_ENRICHED,  /* known already; log index, block, time, hash or a
			   * stronger label came in */
};

/* Which transfers.  Zeroed: all of the token. */
struct pl_index_query {
	int64_t token;
	bool from_block_set, to_block_set; /* both ends included */
	uint64_t from_block, to_block;
	bool from_time_set, to_time_set; /* from included, to excluded */
	int64_t from_time, to_time;
};

struct pl_index_status {
	struct pl_index_token token;
	uint64_t rows, zero_rows, no_log_index, no_block, no_time;
	enum pl_trust trust; /* weakest; 0 without rows */
	bool blocks_known, times_known;
	uint64_t first_block, last_block;
	int64_t first_time, last_time;
	bool last_hash_known;
	struct pl_hash32 last_hash; /* of last_block */
};

typedef enum pl_rc (*pl_transfer_fn)(void *ctx, const struct pl_transfer *t,
				     struct pl_err *e);

/* ------------------------------------------------------------- the handle */
#define PL_INDEX_CREATE 1u   /* make it where there is none */
#define PL_INDEX_READONLY 2u /* never writes; PL_ENOTFOUND where none is */
/* SQLite: no row waits for others to be written with.  The same rows come of
 * it; for tests to see that. */
#define PL_INDEX_ONE_BY_ONE 4u
#define PL_INDEX_MEMORY                                                        \
	8u /* a new one, in memory; path is what it is called                  \
	    */

/* Is it the address of a server, and no file? */
bool pl_index_is_remote(const char *path);
/* Such an address with a password in it. */
bool pl_index_has_password(const char *path);

/* The file of an index, or clickhouse://[user@]host[:port]/database (see
 * store/clickhouse.c).  PL_ESTORE with a hint for a file that is none, is
 * damaged, of a newer version of plume, or busy for longer than 5 s. */
PL_CHECKED enum pl_rc pl_index_open(struct pl_index **out, const char *path,
				    unsigned flags, struct pl_err *e);
void pl_index_close(struct pl_index *ix); /* rolls back; NULL is allowed */

/* All writes stand between begin and commit: all of them happen or none. */
PL_CHECKED enum pl_rc pl_index_begin(struct pl_index *ix, struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_commit(struct pl_index *ix, struct pl_err *e);
void pl_index_rollback(struct pl_index *ix);

/* ---------------------------------------------------------------- writing */
/* Find or make the token and set t->id.  Symbol and decimals fill in what was
 * not known.  Other decimals than the index has are PL_EPROOF. */
PL_CHECKED enum pl_rc pl_index_token_put(struct pl_index *ix,
					 struct pl_index_token *t,
					 struct pl_err *e);
/* Find (same kind and digest, or same kind and name without digest) or make
 * the source, and set s->id. */
PL_CHECKED enum pl_rc
pl_index_source_put(struct pl_index *ix, struct pl_source *s, struct pl_err *e);
/* Add this run's rows, added, duplicates and rejected to the source's, and
 * set its format. */
PL_CHECKED enum pl_rc pl_index_source_count(struct pl_index *ix,
					    const struct pl_source *s,
					    struct pl_err *e);
/* One transfer.  A store may keep rows back and write many together, so that a
 * full disk or a damaged file can show as late as at the commit.  PL_EPROOF,
 * naming both values, when the same transfer is there with another content:
 * nothing is overwritten, ever. */
PL_CHECKED enum pl_rc pl_index_put(struct pl_index *ix, enum pl_put *how,
				   int64_t token, const struct pl_transfer *t,
				   struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_cursor_put(struct pl_index *ix, int64_t token,
					  int64_t source,
					  const struct pl_cursor *cur,
					  struct pl_err *e);
/* Forget this source's transfers of the token from `block` on (a
 * reorganisation); *gone is how many. */
PL_CHECKED enum pl_rc pl_index_drop_from(struct pl_index *ix, uint64_t *gone,
					 int64_t token, int64_t source,
					 uint64_t block, struct pl_err *e);

/* ---------------------------------------------------------------- reading */
/* PL_ENOTFOUND with a hint where the index has no such token. */
PL_CHECKED enum pl_rc pl_index_token_get(struct pl_arena *a,
					 struct pl_index *ix,
					 struct pl_index_token *out,
					 const struct pl_token_id *id,
					 struct pl_err *e);
/* Every token, by chain and address. */
PL_CHECKED enum pl_rc pl_index_tokens(struct pl_arena *a, struct pl_index *ix,
				      struct pl_index_token **out, size_t *n,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_status(struct pl_arena *a, struct pl_index *ix,
				      struct pl_index_status *out,
				      int64_t token, struct pl_err *e);
/* Sources that gave the token's rows, oldest first. */
PL_CHECKED enum pl_rc pl_index_sources(struct pl_arena *a, struct pl_index *ix,
				       struct pl_source **out, size_t *n,
				       int64_t token, struct pl_err *e);
PL_CHECKED enum pl_rc pl_index_cursor(struct pl_index *ix,
				      struct pl_cursor *out, int64_t token,
				      int64_t source, struct pl_err *e);
/* The last block before `below` of which this source's rows have a hash. */
PL_CHECKED enum pl_rc pl_index_hash_below(struct pl_index *ix, bool *found,
					  uint64_t *block,
					  struct pl_hash32 *hash, int64_t token,
					  int64_t source, uint64_t below,
					  struct pl_err *e);
/* Every transfer of the query in canonical order: by block, time, log index,
 * transaction, sender, recipient, value (the unknown first), the same
 * whatever order they came in.  A failing fn ends it with its own words. */
PL_CHECKED enum pl_rc pl_index_each(struct pl_index *ix,
				    const struct pl_index_query *q,
				    pl_transfer_fn fn, void *ctx,
				    struct pl_err *e);

#endif
