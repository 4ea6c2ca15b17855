/* What a filter or a subscription was told of the last blocks, so that it can
 * be taken back when the chain goes on along another branch: the node may not
 * know the old blocks any more.
 *
 * Kept are SERVE_TOLD blocks and SERVE_TOLD_BYTES of their logs; what is older
 * is forgotten, and stays told. */
#ifndef PL_SYNC_SERVE_TOLD_H
#define PL_SYNC_SERVE_TOLD_H

#include "base/arena.h"
#include "base/types.h"
#include "eth/node_out.h"

#define SERVE_TOLD 64
#define SERVE_TOLD_BYTES ((size_t)256 << 10)

struct serve_log {
	uint64_t block;
	struct pl_span text; /* as pl_node_log writes it */
};

/* Logs in the chain's order. */
struct serve_heard {
	struct pl_arena *a;
	struct serve_log *v;
	size_t n, bytes;
};
void serve_heard(struct serve_heard *h, const struct pl_node_place *at,
		 const struct pl_log *log);
/* What is kept of two lists, the second behind the first: logs of block `from`
 * and after, and no more than SERVE_TOLD_BYTES of whole blocks.  Lives in the
 * arena. */
struct serve_heard serve_heard_keep(struct pl_arena *a,
				    const struct serve_heard *old,
				    const struct serve_heard *more,
				    uint64_t from);
/* Logs of block `first` and after are taken out, to another list in the arena,
 * each as pl_node_log_gone has it. */
struct serve_heard serve_heard_take(struct pl_arena *a, struct serve_heard *h,
				    uint64_t first);

/* Names of the last n blocks that were told of, up to number `to`. */
struct serve_names {
	uint64_t to;
	size_t n;                          /* up to SERVE_TOLD */
	struct pl_hash32 hash[SERVE_TOLD]; /* by number modulo that */
};
/* Blocks behind it are forgotten, and all others where there is a gap. */
void serve_name(struct serve_names *t, uint64_t block,
		const struct pl_hash32 *hash);
/* Those after block `last` are forgotten. */
void serve_names_cut(struct serve_names *t, uint64_t last);
/* NULL where it is not kept. */
const struct pl_hash32 *serve_name_of(const struct serve_names *t,
				      uint64_t block);

#endif
