/* Rows on their way into the table, written by a thread of its own while the
 * caller's finds more of them.  Private to store/. */
#ifndef PL_STORE_SQLITE_LANE_H
#define PL_STORE_SQLITE_LANE_H

#include "store/sqlite_impl.h"

#define PL_SQ_CHUNK 4096u /* rows that are handed over together */

/* A row kept by sqlite_bulk.c. */
struct pl_sq_kept {
	struct pl_transfer t;
	int64_t token;
	uint32_t before;   /* the row of its transaction before this, plus 1 */
	uint64_t last_log; /* the largest log index of its transaction so far */
};

struct pl_sq_lane;

/* Take the table's indexes away, and the checks of columns that a row of
 * pl_transfer cannot fail; and make the indexes again.  Both in the open
 * transaction; pl_sq_checks() alone puts the checks back after a rollback. */
PL_CHECKED enum pl_rc pl_sq_indexes_drop(struct pl_sq *s, struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_indexes_make(struct pl_sq *s, struct pl_err *e);
void pl_sq_checks(struct pl_sq *s);

/* n rows, as they are. */
PL_CHECKED enum pl_rc pl_sq_rows_write(struct pl_sq *s, uint64_t chain,
				       const struct pl_sq_kept *v, uint32_t n,
				       struct pl_err *e);

/* Start a lane; *out is NULL where no thread can be had.  From here on the
 * connection is the thread's while it has something to write: whoever else
 * uses it waits first (pl_sq_lane_wait). */
PL_CHECKED enum pl_rc pl_sq_lane_open(struct pl_sq_lane **out,
				      struct pl_arena *a, struct pl_sq *s,
				      uint64_t chain, struct pl_err *e);

/* Hand over a chunk; its rows stay as they are until the lane is closed.
 * Fails when the lane has failed before. */
PL_CHECKED enum pl_rc pl_sq_lane_give(struct pl_sq_lane *l,
				      const struct pl_sq_kept *v, uint32_t n,
				      struct pl_err *e);

/* Until all that was handed over is written, or has failed: *e is why. */
PL_CHECKED enum pl_rc pl_sq_lane_wait(struct pl_sq_lane *l, struct pl_err *e);

/* Stop: what is not yet written is not written. */
void pl_sq_lane_close(struct pl_sq_lane *l);

#endif
