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
	bool no_nonce;    /* any nonce will do; it counts up all the same */
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

/* The rules by which a transaction may not stand in a block at all.  The words
 * of PL_EREFUSED begin with pl_refusal_text, in which clients look for what
 * went wrong ("nonce too low: …"). */
enum pl_refusal {
	PL_REFUSED_TYPE,
	PL_REFUSED_CHAIN_ID,
	PL_REFUSED_NONCE_LOW,
	PL_REFUSED_NONCE_HIGH,
	PL_REFUSED_NONCE_MAX, /* EIP-2681 */
	PL_REFUSED_NOT_EOA,   /* EIP-3607 */
	PL_REFUSED_GAS_CAP,   /* EIP-7825 */
	PL_REFUSED_TIP,       /* over the cap on the whole fee */
	PL_REFUSED_FEE,       /* below the base fee */
	PL_REFUSED_BLOB_CREATE,
	PL_REFUSED_NO_BLOBS,
	PL_REFUSED_BLOBS,
	PL_REFUSED_BLOB_GAS, /* more than is free in the block */
	PL_REFUSED_BLOB_VERSION,
	PL_REFUSED_BLOB_FEE,
	PL_REFUSED_AUTH_CREATE,
	PL_REFUSED_NO_AUTHS,
	PL_REFUSED_FUNDS,
	PL_REFUSED_BLOCK_GAS,
	PL_REFUSED_INTRINSIC,
	PL_REFUSED_FLOOR,    /* EIP-7623 */
	PL_REFUSED_INITCODE, /* EIP-3860 */
	PL_REFUSALS
};
const char *pl_refusal_text(enum pl_refusal r);
/* Which of them failed with *e; PL_REFUSALS: none. */
enum pl_refusal pl_refusal_of(const struct pl_err *e);

/* Run one transaction and pay for it.  evm: state, block, tracer, pool are
 * used; the rest is set here.  The sender, the recipient and whom its code
 * delegates to, the coinbase and the access list are warm before it runs.
 * PL_EREFUSED: it may not stand in this block at all; the state is as it was.
 * A transaction that fails in the machine is PL_OK with its status.  Other
 * failures: the state's source. */
PL_CHECKED enum pl_rc pl_transact(struct pl_transacted *out, struct pl_evm *evm,
				  const struct pl_transact *how,
				  struct pl_err *e);

/* Gas before the first opcode, by the fork's rules, and EIP-7623's floor (0
 * before Prague).  PL_EMATH when it does not fit. */
PL_CHECKED enum pl_rc pl_transact_intrinsic(uint64_t *gas, uint64_t *floor,
					    const struct pl_tx *tx,
					    enum pl_fork fork,
					    struct pl_err *e);

/* What happens before a block's first transaction: EIP-4788's root is stored
 * from Cancun on (beacon_root may be NULL: none is), EIP-2935's parent hash
 * from Prague on.  Contracts that are not there are left out. */
PL_CHECKED enum pl_rc pl_block_begin(struct pl_evm *evm,
				     const struct pl_hash32 *parent_hash,
				     const struct pl_hash32 *beacon_root,
				     struct pl_err *e);

struct pl_withdrawal {
	uint64_t index, validator, gwei;
	struct pl_addr address;
};
struct pl_uncle {
	struct pl_addr miner;
	uint64_t number;
};
/* What a block holds beside its transactions.  Zero what is not there. */
struct pl_block_tail {
	const struct pl_withdrawal *withdrawals; /* from Shanghai on */
	size_t n_withdrawals;
	const struct pl_uncle *uncles; /* before Paris */
	size_t n_uncles;
	const struct pl_log *logs; /* of all its transactions, in order */
	size_t n_logs;
	const struct pl_addr *deposit_contract; /* NULL: the main network's */
};

/* What happens after its last: withdrawals, or the block reward before Paris,
 * and from Prague on the requests: EIP-6110's deposits out of the logs, then
 * what the contracts of EIP-7002 and EIP-7251 give.  Each of *requests is a
 * type byte and data, never empty (EIP-7685); they live in a.  PL_EREFUSED
 * when a contract of those two is absent or fails, or a deposit's log is not
 * as it should be: no block may end so. */
PL_CHECKED enum pl_rc pl_block_end(struct pl_span **requests,
				   size_t *n_requests, struct pl_arena *a,
				   struct pl_evm *evm,
				   const struct pl_block_tail *tail,
				   struct pl_err *e);

/* The header's requests_hash. */
struct pl_hash32 pl_requests_hash(const struct pl_span *requests, size_t n);

/* EIP-1559: of the block after `parent`; London's first has the initial one. */
struct pl_u256 pl_next_base_fee(const struct pl_header *parent);

/* EIP-4844 with the schedule of EIP-7691 and EIP-7892; 0 blobs before
 * Cancun. */
struct pl_blob_schedule {
	unsigned target, max; /* blobs of a block */
	unsigned tx_max;      /* of one transaction (EIP-7594) */
	uint64_t fraction;    /* BASE_FEE_UPDATE_FRACTION */
};
#define PL_BLOB_GAS 131072 /* of one blob */
struct pl_blob_schedule pl_blob_schedule(enum pl_fork fork);
struct pl_u256 pl_blob_base_fee(uint64_t excess_blob_gas, enum pl_fork fork);
/* Of a block of `fork` after `parent` (EIP-7918 from Osaka on). */
uint64_t pl_next_excess_blob_gas(const struct pl_header *parent,
				 enum pl_fork fork);

#endif
