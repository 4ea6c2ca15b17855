/* A contract's events of a range of blocks, as a node's eth_getLogs has them,
 * each with the hash and time of the block the node has there. */
#ifndef PL_SYNC_EVENT_LOGS_H
#define PL_SYNC_EVENT_LOGS_H

#include "base/limits.h"
#include "net/rpc.h"
#include "store/event.h"
#include "sync/block_at.h"

struct pl_event_ask {
	struct pl_rpc *rpc;
	const char *source; /* the node, in messages */
	const struct pl_event_book *book;
	struct pl_addr address;
	uint64_t kinds;
	enum pl_trust trust; /* what rows are labelled */
	int64_t source_id;   /* and where they are from */
};

struct pl_event_page {
	uint64_t lo, hi; /* the blocks it covers, as far as the node went */
	struct pl_event_row *v; /* by block, log index, part */
	size_t n;
	uint64_t logs, malformed; /* logs read; those no rows came of */
};

/* A log as it came. */
struct pl_event_log {
	struct pl_hash32 topics[PL_MAX_TOPICS], tx, block_hash;
	size_t n_topics;
	struct pl_span data;
	uint64_t block, log_index;
};

/* Of eth_getLogs. */
const char *pl_event_params(struct pl_arena *a, const struct pl_event_ask *ask,
			    uint64_t lo, uint64_t hi);

/* All logs of an answer in order, each of the contract and the range, no two
 * of one place: from its text, false where that is not plainly written or not
 * so; or from its tree. */
PL_CHECKED bool pl_event_logs_scan(struct pl_arena *a,
				   struct pl_event_log **out, size_t *n,
				   const struct pl_event_ask *ask,
				   struct pl_span text, uint64_t lo,
				   uint64_t hi);
PL_CHECKED enum pl_rc pl_event_logs_tree(struct pl_arena *a,
					 struct pl_event_log **out, size_t *n,
					 const struct pl_event_ask *ask,
					 const struct pl_json *v, uint64_t lo,
					 uint64_t hi, struct pl_err *e);

/* The rows of logs whose blocks, in order, are b; added to the page. */
PL_CHECKED enum pl_rc pl_event_rows(struct pl_arena *a, struct pl_event_page *p,
				    const struct pl_event_ask *ask,
				    const struct pl_event_log *r, size_t n,
				    const struct pl_chain_block *b,
				    struct pl_err *e);

/* Blocks lo to hi; where the node finds that too much, the lower half, and so
 * on.  PL_EFORMAT for logs that were not asked for: another contract, event
 * or block, taken back, two of one index; PL_ENET where a log's block is not
 * the one the node has at that number. */
PL_CHECKED enum pl_rc pl_event_logs(struct pl_arena *a,
				    struct pl_event_page *out,
				    const struct pl_event_ask *ask, uint64_t lo,
				    uint64_t hi, struct pl_err *e);

#endif
