/* A state in a SQLite file as the machine reads it: accounts, slots and code
 * are fetched when they are first looked at, the hashes of blocks likewise.
 * What was changed is written with the nodes that are new, so that a commit and
 * its root cost what changed, times the depth of the tries (log16 of the
 * number of accounts), whatever the size of the state. */
#ifndef PL_DEVNET_DB_STATE_H
#define PL_DEVNET_DB_STATE_H

#include "devnet/tries.h"
#include "store/statedb.h"

/* Tries whose missing parts come from a file.  First member as pl_tries wants
 * it. */
struct pl_db_more {
	struct pl_tries_more base;
	struct pl_statedb *db;
};
void pl_db_more_init(struct pl_db_more *m, struct pl_statedb *db);

/* Into the file, within a transaction of the caller's: every node of a version
 * that is not there yet (after the commit pl_mpt_mark is to follow), and code
 * from number `from` on. */
PL_CHECKED enum pl_rc pl_db_write(struct pl_statedb *db,
				  const struct pl_tries *t, uint32_t version,
				  struct pl_err *e);
PL_CHECKED enum pl_rc pl_db_write_code(struct pl_statedb *db,
				       const struct pl_tries *t, size_t from,
				       struct pl_err *e);

/* A source for lib/evm/state.h. */
struct pl_db_state;
/* The state of that root (pl_empty_root: nothing).  Lives in a; the file must
 * outlive it. */
struct pl_db_state *pl_db_state_open(struct pl_arena *a, struct pl_statedb *db,
				     const struct pl_hash32 *root);
void pl_db_state_close(struct pl_db_state *s); /* NULL is allowed */
struct pl_state_source *pl_db_state_source(struct pl_db_state *s);

/* What pl_state_changes gave becomes part of it, in the file by one
 * transaction; *root is the new one.  On failure the file is as it was, and so
 * is the state. */
PL_CHECKED enum pl_rc pl_db_state_apply(struct pl_db_state *s,
					struct pl_hash32 *root,
					const struct pl_state_change *changes,
					size_t n, struct pl_err *e);

#endif
