/* Receipts: what a transaction left behind, and the blooms over it. */
#ifndef PL_ETH_RECEIPT_H
#define PL_ETH_RECEIPT_H

#include "base/buf.h"
#include "base/types.h"
#include "eth/header.h"

struct pl_receipt {
	uint8_t type;        /* of the transaction */
	bool has_state_root; /* before Byzantium (EIP-658) */
	bool status;         /* else: true when it did not revert */
	struct pl_hash32 state_root;
	uint64_t cumulative_gas; /* used in the block up to and with it */
	uint8_t bloom[PL_BLOOM];
	struct pl_span logs; /* payload of the RLP list */
};

struct pl_log {
	struct pl_addr address;
	struct pl_hash32 topics[4];
	unsigned n_topics;
	struct pl_span data;
};

/* Types whose receipts have this form: 0 to 4, and those only Nitro chains
 * know, 0x64 to 0x6a. */
bool pl_receipt_type(uint64_t type);

/* From the bytes the receipts root is made of.  Every log is checked.
 * Spans point into raw. */
PL_CHECKED enum pl_rc pl_receipt_decode(struct pl_receipt *out,
					struct pl_span raw, struct pl_err *e);
void pl_receipt_encode(struct pl_buf *out, const struct pl_receipt *r);

/* The first log of the list's payload; advances *logs. */
PL_CHECKED enum pl_rc pl_log_next(struct pl_log *out, struct pl_span *logs,
				  struct pl_err *e);
void pl_log_encode(struct pl_buf *out, const struct pl_log *l);

/* A bloom filter of 2048 bits, as headers and receipts carry. */
void pl_bloom_add(uint8_t bloom[PL_BLOOM], struct pl_span what);
bool pl_bloom_has(const uint8_t bloom[PL_BLOOM], struct pl_span what);
void pl_bloom_or(uint8_t into[PL_BLOOM], const uint8_t from[PL_BLOOM]);

/* The bloom of the receipt's logs: every address and topic. */
PL_CHECKED enum pl_rc pl_receipt_bloom(uint8_t out[PL_BLOOM],
				       const struct pl_receipt *r,
				       struct pl_err *e);

#endif
