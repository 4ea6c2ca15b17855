/* What the files of a pull share. */
#ifndef PL_SYNC_PULL_IMPL_H
#define PL_SYNC_PULL_IMPL_H

#include "sync/pull.h"

/* A block as the node describes it. */
struct pl_pull_block {
	bool known; /* the node has one of this number */
	uint64_t number;
	struct pl_hash32 hash;
	int64_t time;
};

struct pl_pull_run {
	struct pl_index *ix;
	struct pl_rpc *rpc;
	const struct pl_pull *how;
	struct pl_pull_result r;
	struct pl_arena *scratch;
	int64_t token, source;
	struct pl_cursor cur;    /* as committed */
	uint64_t chunk, ceiling; /* a range a node refused, 0: none yet */
	uint64_t done, total;    /* blocks */
};

enum pl_trust pl_pull_label(const struct pl_pull_run *p);

/* An answer of eth_getBlockByNumber; null is a block not known. */
PL_CHECKED enum pl_rc pl_pull_block_read(struct pl_pull_block *out,
					 const struct pl_json *v, uint64_t want,
					 struct pl_err *e);

/* Blocks lo to hi, several ranges at once, upwards from the cursor's end; or
 * downwards from its beginning, one by one. */
PL_CHECKED enum pl_rc pl_pull_ranges(struct pl_pull_run *p, uint64_t lo,
				     uint64_t hi, bool downwards,
				     struct pl_err *e);

#endif
