/* A token's transfers from a node into the index, in steps of which each is
 * kept whole or not at all: rows and the cursor they belong to are committed
 * together, so whatever ends the program, the next run goes on from there. */
#ifndef PL_SYNC_PULL_H
#define PL_SYNC_PULL_H

#include "net/rpc.h"
#include "store/index.h"

struct pl_pull {
	uint64_t chain;
	struct pl_addr token;
	const char *source; /* what the index calls the node; NULL: host:port,
			     * of several one after the other with commas */
	bool from_set, to_set; /* both ends included */
	uint64_t from, to;
	uint64_t chunk;             /* blocks asked for at first; 0: 2000 */
	unsigned parallel;          /* ranges under way at once; 0: 1 */
	struct pl_rpc *const *also; /* more nodes of the chain to share them */
	size_t n_also;
	uint64_t confirmations; /* stay so many blocks behind the head */
	bool dry_run;           /* look, write nothing */
	enum pl_trust trust;    /* of what the node says; 0: claimed */
	int64_t now;

	void (*on_blocks)(void *ctx, uint64_t done, uint64_t total);
	void *ctx;
};

struct pl_pull_result {
	const char *source; /* "host:port" */
	const char *symbol; /* NULL where the token has none */
	bool decimals_known;
	uint8_t decimals;
	uint64_t head;                  /* of the node */
	bool any;                       /* a range was read (or would be) */
	uint64_t first_block, to_block; /* that range */
	uint64_t rows;                  /* transfers the node gave */
	uint64_t added, enriched, duplicates, zero_value;
	uint64_t
		removed; /* forgotten: their blocks are no longer the chain's */
	bool cursor_known;
	uint64_t have_from, have_to; /* what the index holds of this source */
};

/* Looking for the block where a reorganisation began, how many more to leave
 * out below this one: none among the first, then ever more, so that a deep one
 * is found in few steps and at most as much again is read as was lost. */
uint64_t pl_pull_stride(unsigned tried, uint64_t number);

/* What the index calls the nodes. */
const char *pl_pull_source(struct pl_arena *a, const struct pl_pull *how,
			   const struct pl_rpc *rpc);

/* Several ranges are asked for at once, and kept in their order; one that a
 * node finds too much is halved, one that a node fails to give is asked of
 * another.  Ranges that come close on one another are committed together.
 *
 * Reads from the cursor (or `from`, or block 0) to `to` or the head.  Where
 * the blocks last read are no longer the chain's, what came from them is
 * forgotten and read again.  PL_EFORMAT for logs that were not asked for:
 * another contract or event, a block outside the range, taken back, or not of
 * the block the node itself has at that number. */
PL_CHECKED enum pl_rc pl_pull(struct pl_arena *a, struct pl_index *ix,
			      struct pl_pull_result *out, struct pl_rpc *rpc,
			      const struct pl_pull *how, struct pl_err *e);

#endif
