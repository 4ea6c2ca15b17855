/* A contract's events from a node into the index, as pull.h does transfers:
 * in steps of which each is kept whole or not at all, with the cursor. */
#ifndef PL_SYNC_PULL_EVENTS_H
#define PL_SYNC_PULL_EVENTS_H

#include "store/event.h"
#include "sync/pull.h"

struct pl_pull_events_result {
	const char *source;
	uint64_t head;
	bool any; /* a range was read (or would be) */
	uint64_t first_block, to_block;
	uint64_t rows, added, enriched, duplicates, malformed;
	uint64_t removed; /* their blocks are no longer the chain's, or their
			   * kind is no longer wanted */
	bool reorganised;
	bool cursor_known;
	uint64_t have_from, have_to;
};

/* The events of w->kinds but for ERC-20's Transfer.  Reads from the cursor (or
 * w->from); from w->from again where the kinds wanted are not those that were
 * read, or w->from lies before what was read.  Of `how` chain, token, source,
 * to, chunk, parallel, also, confirmations, dry_run, trust, now and on_blocks
 * count. */
PL_CHECKED enum pl_rc pl_pull_events(struct pl_arena *a, struct pl_index *ix,
				     struct pl_pull_events_result *out,
				     struct pl_rpc *rpc,
				     const struct pl_pull *how,
				     const struct pl_watch *w,
				     struct pl_err *e);

/* What a watch wants beside transfers. */
uint64_t pl_watch_events(const struct pl_watch *w);

#endif
