/* Within check_header.c, check_tx.c and check_block.c. */
#ifndef PL_ETH_CHECK_IMPL_H
#define PL_ETH_CHECK_IMPL_H

#include "eth/check.h"

/* A block, taken apart by the form it came in. */
struct check_given {
	const struct pl_json *item;   /* everything */
	const struct pl_json *fields; /* the header as an object, or NULL */
	struct pl_span rlp;           /* the header's bytes, or none */
	bool raw;                     /* transactions and withdrawals are RLP */
	bool bare;                    /* the header's bytes and nothing else */
};
PL_CHECKED enum pl_rc check_take_apart(struct pl_arena *a,
				       struct check_given *g,
				       const struct pl_json *item,
				       struct pl_err *e);

/* The header and every rule about it; r->header, known, family, chain and fork
 * are set. */
PL_CHECKED enum pl_rc check_header_of(struct pl_check *c,
				      struct pl_block_report *r,
				      const struct check_given *g,
				      const struct pl_family *const *families,
				      struct pl_err *e);

bool check_is_mainnet(const struct pl_block_report *r);
enum pl_fork check_fork_of(const struct pl_header *h); /* on mainnet */

/* Sums over the transactions that the header states. */
struct check_sums {
	uint64_t blobs;
	uint64_t size; /* bytes of the transactions in the block's RLP */
	bool has_chain;
	uint64_t chain_id;
};

/* The list of transactions in `holder`, where it has one. */
PL_CHECKED enum pl_rc check_txs(struct pl_check *c, struct pl_block_report *r,
				struct check_sums *s,
				const struct check_given *g,
				const struct pl_json *holder, struct pl_err *e);

/* A single transaction told beside the header (its place is not proven). */
PL_CHECKED enum pl_rc check_lone_tx(struct pl_check *c,
				    struct pl_block_report *r,
				    const struct pl_json *o, struct pl_err *e);

#endif
