/* Blocks by number as a node describes them: hash and time. */
#ifndef PL_SYNC_BLOCK_AT_H
#define PL_SYNC_BLOCK_AT_H

#include "net/rpc.h"

struct pl_chain_block {
	uint64_t number; /* in */
	bool known;      /* the node has one of this number */
	struct pl_hash32 hash;
	int64_t time;
};

/* An answer of eth_getBlockByNumber for out->number; null is a block not
 * known. */
PL_CHECKED enum pl_rc pl_chain_block_read(struct pl_chain_block *out,
					  const struct pl_json *v,
					  struct pl_err *e);

/* Fills in v[].  PL_EFORMAT where the node answers with another block. */
PL_CHECKED enum pl_rc pl_blocks_at(struct pl_rpc *r, struct pl_arena *a,
				   struct pl_chain_block *v, size_t n,
				   struct pl_err *e);

#endif
