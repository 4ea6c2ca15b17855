/* What blobs cost and how many a block may hold, fork by fork of Ethereum's
 * main network (EIP-4844, 7691, 7892, 7918). */
#ifndef PL_ETH_BLOB_H
#define PL_ETH_BLOB_H

#include "base/u256.h"
#include "eth/fork.h"
#include "eth/header.h"

#define PL_BLOB_GAS 131072 /* of one blob */

/* Blob gas of a block, at most; 0 before Cancun. */
uint64_t pl_blob_limit(enum pl_fork f);

/* Wei for a unit of blob gas in a block of that excess.  False before Cancun,
 * and where it is no number a chain could come to. */
PL_CHECKED bool pl_blob_price(struct pl_u256 *out, enum pl_fork f,
			      uint64_t excess);

/* The excess of the block behind `parent`, which is of fork f itself.  False
 * as above, and when the parent has no blob fields. */
PL_CHECKED bool pl_blob_next_excess(uint64_t *out, enum pl_fork f,
				    const struct pl_header *parent);

#endif
