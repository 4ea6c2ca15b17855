/* Between the rules of a transaction and its running. */
#ifndef PL_EVM_TRANSACT_IMPL_H
#define PL_EVM_TRANSACT_IMPL_H

#include "evm/transact.h"

/* What the rules find out on their way. */
struct pl_terms {
	struct pl_acct *sender;
	uint64_t intrinsic, floor;
	struct pl_u256 price;  /* of a unit of gas, as it will be paid */
	struct pl_u256 charge; /* all gas and blobs at their prices */
	uint64_t blob_gas;
};

/* PL_EREFUSED by the first rule that is broken; changes nothing. */
PL_CHECKED enum pl_rc pl_transact_check(struct pl_terms *out,
					const struct pl_evm *evm,
					const struct pl_transact *how,
					struct pl_err *e);

/* Carry out the authorisations of the transaction (EIP-7702).  Fails only
 * where the list itself is no list of them. */
PL_CHECKED enum pl_rc pl_transact_delegate(const struct pl_evm *evm,
					   const struct pl_tx *tx,
					   struct pl_err *e);

/* Hashes in a list of them (transactions' blob hashes). */
static inline size_t pl_hash_count(struct pl_span list)
{
	return list.n / 33;
}

#endif
