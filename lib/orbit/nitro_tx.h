/* Transactions that only Arbitrum Nitro chains know: what arrives from the
 * parent chain, what ArbOS does itself, and retries.  None is signed: the
 * sender is a field, and the hash covers it.
 *
 * Type 0x78, the transactions of Arbitrum One before Nitro, is not among them:
 * its hash does not follow from its fields. */
#ifndef PL_ORBIT_NITRO_TX_H
#define PL_ORBIT_NITRO_TX_H

#include "base/buf.h"
#include "base/types.h"
#include "codec/json_in.h"

enum pl_nitro_tx_type {
	PL_NITRO_DEPOSIT = 0x64,  /* value from the parent chain */
	PL_NITRO_UNSIGNED = 0x65, /* a user's, told on the parent chain */
	PL_NITRO_CONTRACT = 0x66, /* a contract's, likewise */
	PL_NITRO_RETRY = 0x68,    /* a ticket's turn */
	PL_NITRO_SUBMIT = 0x69,   /* makes such a ticket */
	PL_NITRO_INTERNAL = 0x6a  /* ArbOS keeping its books */
};

/* What a type does not have is zero.  Of PL_NITRO_SUBMIT, to, value and data
 * are those of the call the ticket holds. */
struct pl_nitro_tx {
	enum pl_nitro_tx_type type;
	bool has_to; /* false: creates a contract */
	uint64_t chain_id;
	uint64_t nonce;              /* unsigned; retry: attempt so far */
	uint64_t gas;                /* all but deposit and internal */
	struct pl_u256 fee_cap;      /* likewise */
	struct pl_hash32 request_id; /* deposit, contract, submit */
	struct pl_hash32 ticket_id;  /* retry */
	struct pl_addr from;         /* all but internal */
	struct pl_addr to;
	struct pl_u256 value;
	struct pl_span data;
	struct pl_addr refund_to; /* retry and submit: excess fees */
	struct pl_u256 max_refund, fee_refund; /* retry */
	struct pl_u256 l1_base_fee, deposit;   /* submit */
	struct pl_addr beneficiary;            /* submit */
	struct pl_u256 max_submission_fee;     /* submit */
};

bool pl_nitro_tx_owns(uint64_t type);

/* From the bytes that blocks hash.  Spans point into raw. */
PL_CHECKED enum pl_rc pl_nitro_tx_decode(struct pl_nitro_tx *out,
					 struct pl_span raw, struct pl_err *e);

/* Append those bytes; their Keccak-256 is the transaction's hash. */
void pl_nitro_tx_encode(struct pl_buf *out, const struct pl_nitro_tx *tx);

/* As nodes write it.  PL_EFORMAT names the member. */
PL_CHECKED enum pl_rc pl_nitro_tx_from_json(struct pl_arena *a,
					    struct pl_nitro_tx *out,
					    const struct pl_json *o,
					    struct pl_err *e);

/* How nodes show it beside what is hashed: as if it were any transaction.
 * data is made in a where it must be. */
struct pl_nitro_view {
	struct pl_addr from, to;
	bool has_to;
	uint64_t nonce, gas;
	struct pl_u256 value;
	struct pl_span input;
};
struct pl_nitro_view pl_nitro_tx_view(struct pl_arena *a,
				      const struct pl_nitro_tx *tx);

#endif
