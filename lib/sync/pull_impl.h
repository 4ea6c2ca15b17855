/* What the files of a pull of transfers share. */
#ifndef PL_SYNC_PULL_IMPL_H
#define PL_SYNC_PULL_IMPL_H

#include "sync/pull_ranges.h"

struct pl_pull_run {
	struct pl_index *ix;
	struct pl_rpc *rpc;
	const struct pl_pull *how;
	struct pl_pull_result r;
	struct pl_arena *scratch;
	int64_t token, source;
	struct pl_cursor cur; /* as committed */
	/* the open transaction */
	struct pl_cursor next;
	struct pl_source run;
	uint64_t enriched, zero;
};

enum pl_trust pl_pull_label(const struct pl_pull_run *p);

/* Its ctx is a pl_pull_run. */
extern const struct pl_range_kind pl_range_transfers;

#endif
