/* Transactions and blocks on a state: who may send what, what it costs, what
 * it leaves behind (Yellow Paper, section 6; EIP-1559, 2930, 3529, 3607, 4844,
 * 7623, 7702, 7825; the system contracts of EIP-4788, 2935, 7002, 7251). */
#ifndef PL_EVM_TRANSACT_H
#define PL_EVM_TRANSACT_H

#include "eth/header.h"
#include "eth/tx.h"
#include "evm/evm.h"

struct pl_transact {
	const struct pl_tx *tx;
	struct pl_addr sender;
	uint64_t block_gas; /* still free in the block */
	uint64_t block_blob_gas;
	/* For calls that nobody signed (eth_call, estimates): what of the
	 * rules is waived. */
	bool no_nonce;    /* any nonce will do, and it is not counted up */
	bool no_balance;  /* the sender need not be able to pay for gas */
	bool no_base_fee; /* a price of 0 below the base fee */
	bool no_eoa;      /* the sender may be a contract (EIP-3607) */
	bool no_gas_cap;  /* EIP-7825's */
};

struct pl_transacted {
	enum pl_evm_status status;
	uint64_t gas_used;
	uint64_t gas_refunded;
	struct pl_u256 gas_price; /* per gas, as it was paid */
	uint64_t blob_gas;
	struct pl_span output; /* as pl_evm_run's */
	bool created;
	struct pl_addr contract;   /* when it creates, made or not */
	const struct pl_log *logs; /* in the state, until the next begins */
	size_t n_logs;
};

/* Run one transaction and pay for it.  evm: state, block, tracer, pool are
 * used; the rest is set here.  PL_EREFUSED: it may not stand in this block at
 * all, the words say by which rule (and *e's hint what to change); the state
 * is as it was.  A transaction that fails in the machine is PL_OK with its
 * status.  Other failures: the state's source. */
PL_CHECKED enum pl_rc pl_transact(struct pl_transacted *out, struct pl_evm *evm,
				  const struct pl_transact *how,
				  struct pl_err *e);

/* Gas before the first opcode, by the fork's rules, and EIP-7623's floor (0
 * before Prague).  PL_EMATH when it does not fit. */
PL_CHECKED enum pl_rc pl_transact_intrinsic(uint64_t *gas, uint64_t *floor,
					    const struct pl_tx *tx,
					    enum pl_fork fork,
					    struct pl_err *e);

/* What happens before a block's first transaction (EIP-4788 from Cancun,
 * EIP-2935 from Prague) and after its last: withdrawals, block reward, and the
 * requests of EIP-7002 and 7251 with those deposits of EIP-6110 that the
 * receipts' logs hold.  *requests: type byte and data of each, in a. */
PL_CHECKED enum pl_rc pl_block_begin(struct pl_evm *evm,
				     const struct pl_hash32 *parent_hash,
				     const struct pl_hash32 *beacon_root,
				     struct pl_err *e);
struct pl_withdrawal {
	uint64_t index, validator, gwei;
	struct pl_addr address;
};
PL_CHECKED enum pl_rc pl_block_end(struct pl_span **requests,
				   size_t *n_requests, struct pl_arena *a,
				   struct pl_evm *evm,
				   const struct pl_withdrawal *w, size_t n_w,
				   struct pl_err *e);

/* EIP-1559 and 4844: of the next block. */
struct pl_u256 pl_next_base_fee(const struct pl_header *parent);
struct pl_u256 pl_blob_base_fee(uint64_t excess_blob_gas, enum pl_fork fork);
uint64_t pl_next_excess_blob_gas(const struct pl_header *parent,
				 enum pl_fork fork);

#endif
