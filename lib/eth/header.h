/* Block headers of every fork, and of chains that use a fork's layout. */
#ifndef PL_ETH_HEADER_H
#define PL_ETH_HEADER_H

#include "base/buf.h"
#include "base/types.h"

#define PL_BLOOM 256

struct pl_header {
	struct pl_hash32 parent_hash, uncles_hash;
	struct pl_addr miner;
	struct pl_hash32 state_root, tx_root, receipts_root;
	uint8_t bloom[PL_BLOOM];
	struct pl_u256 difficulty;
	uint64_t number, gas_limit, gas_used, time;
	struct pl_span extra; /* into the bytes it was read from */
	struct pl_hash32 mix_hash;
	uint8_t nonce[8];
	/* What is there goes with n_fields: items of the RLP list. */
	unsigned n_fields;                   /* 15, 16, 17, 20 or 21 */
	struct pl_u256 base_fee;             /* 16 and more: London */
	struct pl_hash32 withdrawals_root;   /* 17: Shanghai */
	uint64_t blob_gas_used;              /* 20: Cancun */
	uint64_t excess_blob_gas;            /* 20 */
	struct pl_hash32 parent_beacon_root; /* 20 */
	struct pl_hash32 requests_hash;      /* 21: Prague */
	struct pl_hash32 hash; /* of its RLP; pl_header_decode fills it */
};

/* keccak256(rlp([])) and keccak256(rlp("")). */
extern const struct pl_hash32 pl_empty_uncles, pl_empty_root;

/* From its RLP, nothing behind it.  PL_EFORMAT for another number of fields,
 * a field of the wrong size, or an encoding that is not canonical. */
PL_CHECKED enum pl_rc pl_header_decode(struct pl_header *out,
				       struct pl_span rlp, struct pl_err *e);

/* n headers at once, hashed together: faster than one by one, and the same
 * otherwise.  The first one that fails is named by its index in the words of
 * *e, and nothing of `out` is to be used then. */
PL_CHECKED enum pl_rc pl_header_decode_many(struct pl_header *out,
					    const struct pl_span *rlps,
					    size_t n, struct pl_err *e);

/* Append the RLP of the first n_fields fields. */
void pl_header_encode(struct pl_buf *out, const struct pl_header *h);

/* Of the encoding, which is built in scratch and dropped again. */
struct pl_hash32 pl_header_hash(const struct pl_header *h,
				struct pl_buf *scratch);

#endif
