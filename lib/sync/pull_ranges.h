/* Ranges of blocks from a node into the index: asked for several at once, kept
 * in their order.  A range is a list of logs, then the blocks these stand in,
 * both of one node.  What the logs are, and what becomes of them, their kind
 * knows: pull_range.c has transfers, pull_events.c the other events. */
#ifndef PL_SYNC_PULL_RANGES_H
#define PL_SYNC_PULL_RANGES_H

#include "codec/json_in.h"
#include "sync/block_at.h"
#include "sync/pull.h"

struct pl_range {
	struct pl_arena *a; /* of this try */
	uint64_t lo, hi;
	void *logs; /* of the kind, in the order of their blocks */
	size_t n;
	struct pl_chain_block *b; /* each that has a log, and hi last */
	size_t bn;
};

/* Each function's ctx is that of pl_ranges. */
struct pl_range_kind {
	/* of eth_getLogs */
	const char *(*params)(struct pl_arena *a, void *ctx, uint64_t lo,
			      uint64_t hi);
	/* Fill in logs and n, sorted: from the text of the list, false where
	 * that is not plainly written or not what was asked for; or from its
	 * tree, with words for what is wrong. */
	bool (*scan)(void *ctx, struct pl_range *r, struct pl_span text);
	enum pl_rc (*tree)(void *ctx, struct pl_range *r,
			   const struct pl_json *v, struct pl_err *e);
	uint64_t (*block)(const struct pl_range *r, size_t i); /* of log i */
	/* The blocks are there: the logs must be theirs. */
	enum pl_rc (*date)(void *ctx, struct pl_range *r, struct pl_err *e);
	/* Within a transaction that these begin and end: rows of ranges, one
	 * after the other, and the place they lead to. */
	enum pl_rc (*begin)(void *ctx, struct pl_err *e);
	enum pl_rc (*keep)(void *ctx, const struct pl_range *r, bool downwards,
			   struct pl_err *e);
	enum pl_rc (*commit)(void *ctx, struct pl_err *e);
};

struct pl_ranges {
	const struct pl_range_kind *kind;
	void *ctx;
	struct pl_rpc *rpc;
	const struct pl_pull *how;
	const char *source;       /* in messages */
	struct pl_arena *scratch; /* reset at any time */
	uint64_t chunk, ceiling;  /* a range a node refused, 0: none yet */
	uint64_t done, total;     /* blocks, for how->on_blocks */
};

/* Blocks lo to hi upwards, several ranges at once; or downwards, one by one.
 * What was kept before a failure is committed. */
PL_CHECKED enum pl_rc pl_pull_ranges(struct pl_ranges *p, uint64_t lo,
				     uint64_t hi, bool downwards,
				     struct pl_err *e);

/* Logs of a block that the node has no longer, or has another of. */
PL_CHECKED enum pl_rc pl_range_of_another(uint64_t block, struct pl_err *e);

#endif
