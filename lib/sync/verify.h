/* Rows of the index beside the chain: the logs of a range of blocks are read
 * again and every row must be among them as it is, and every log among the
 * rows.  Writes nothing. */
#ifndef PL_SYNC_VERIFY_H
#define PL_SYNC_VERIFY_H

#include "store/event.h"
#include "sync/event_logs.h"

enum pl_row_fault {
	PL_VERIFY_MISSING,   /* on the chain, not in the index */
	PL_VERIFY_EXTRA,     /* in the index, not on the chain */
	PL_VERIFY_DIFFERENT, /* in both, not the same */
};

/* What is wrong with one row; r is the index's, or, missing there, the
 * chain's. */
typedef enum pl_rc (*pl_verify_fn)(void *ctx, enum pl_row_fault v,
				   const struct pl_event_row *r,
				   struct pl_err *e);

struct pl_verify {
	struct pl_event_ask ask; /* kinds: with PL_EV_TRANSFER, transfers */
	int64_t token;
	uint64_t from, to; /* both ends included */
	uint64_t chunk;    /* blocks at once; 0: 100000 */
	pl_verify_fn fault;
	void (*on_blocks)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

struct pl_verify_result {
	uint64_t same, missing, extra, different;
	uint64_t malformed; /* logs that rightly have no row */
};

/* Adds to *out. */
PL_CHECKED enum pl_rc pl_verify(struct pl_index *ix,
				struct pl_verify_result *out,
				const struct pl_verify *how, struct pl_err *e);

#endif
