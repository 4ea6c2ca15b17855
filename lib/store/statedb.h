/* A chain's state in a SQLite file: the nodes of its tries and its contracts'
 * code, each under its own hash, and its blocks by number.
 *
 * What is read is hashed again: a byte that changed in the file is refused
 * (PL_ESTORE), it never becomes state.  What is written between _begin and
 * _commit is there as a whole or not at all, whenever the program is killed;
 * a power cut may take the newest commits with it, and tears none.  One
 * program at a time has the file. */
#ifndef PL_STORE_STATEDB_H
#define PL_STORE_STATEDB_H

#include "base/types.h"

struct pl_statedb;

/* Makes the file where there is none.  PL_ESTORE for anything that is not a
 * state of plume's, and leaves that as it was. */
PL_CHECKED enum pl_rc pl_statedb_open(struct pl_statedb **out, const char *path,
				      struct pl_err *e);
void pl_statedb_close(struct pl_statedb *s); /* NULL is allowed */

PL_CHECKED enum pl_rc pl_statedb_begin(struct pl_statedb *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_statedb_commit(struct pl_statedb *s, struct pl_err *e);
/* Outside a transaction: nothing. */
void pl_statedb_rollback(struct pl_statedb *s);

/* Bytes by their hash.  *added (may be NULL): they were not there before. */
enum pl_statedb_kind { PL_STATEDB_NODE, PL_STATEDB_CODE, PL_STATEDB_KINDS };
PL_CHECKED enum pl_rc pl_statedb_put(struct pl_statedb *s,
				     enum pl_statedb_kind kind, bool *added,
				     const struct pl_hash32 *hash,
				     struct pl_span bytes, struct pl_err *e);
/* PL_ESTORE where they are not: what asks has seen them named.  The bytes live
 * in a. */
PL_CHECKED enum pl_rc pl_statedb_get(struct pl_statedb *s, struct pl_arena *a,
				     enum pl_statedb_kind kind,
				     struct pl_span *out,
				     const struct pl_hash32 *hash,
				     struct pl_err *e);

/* Blocks: whatever bytes their owner makes of them, beside hashes that can be
 * asked for alone. */
PL_CHECKED enum pl_rc pl_statedb_block_put(struct pl_statedb *s,
					   uint64_t number,
					   const struct pl_hash32 *hash,
					   struct pl_span body,
					   struct pl_err *e);
/* Every block from this number on goes. */
PL_CHECKED enum pl_rc pl_statedb_block_drop(struct pl_statedb *s, uint64_t from,
					    struct pl_err *e);
/* PL_ENOTFOUND. */
PL_CHECKED enum pl_rc pl_statedb_block_hash(struct pl_statedb *s,
					    struct pl_hash32 *out,
					    uint64_t number, struct pl_err *e);
/* In the order of numbers; body lasts until fn returns.  Ends with fn's first
 * failure. */
typedef enum pl_rc (*pl_statedb_block_fn)(void *ctx, uint64_t number,
					  struct pl_span body,
					  struct pl_err *e);
PL_CHECKED enum pl_rc pl_statedb_blocks(struct pl_statedb *s,
					pl_statedb_block_fn fn, void *ctx,
					struct pl_err *e);

/* Small things by name.  Absent: *found false. */
PL_CHECKED enum pl_rc pl_statedb_note_put(struct pl_statedb *s,
					  const char *name,
					  struct pl_span bytes,
					  struct pl_err *e);
PL_CHECKED enum pl_rc pl_statedb_note_get(struct pl_statedb *s,
					  struct pl_arena *a, bool *found,
					  struct pl_span *out, const char *name,
					  struct pl_err *e);

#endif
