#include <assert.h>

#include "codec/rlp.h"
#include "evm/state_impl.h"
#include "evm/transact_impl.h"

/* ------------------------------------------------------------ before it runs
 */

static enum pl_rc set_blob_hashes(struct pl_evm *evm, const struct pl_tx *tx,
				  struct pl_err *e)
{
	struct pl_span list = tx->blob_hashes;
	size_t n = pl_hash_count(list);
	struct pl_hash32 *v = PL_NEW_N(evm->state->tx_a, struct pl_hash32, n);

	for (size_t i = 0; i < n; i++)
		PL_TRY(pl_rlp_fixed(v[i].b, sizeof(v[i].b), &list, e));
	evm->blob_hashes = v;
	evm->n_blob_hashes = n;
	return PL_OK;
}

static enum pl_rc warm_list(struct pl_state *s, struct pl_span list,
			    struct pl_err *e)
{
	struct pl_span keys;
	struct pl_addr addr;
	struct pl_hash32 key;

	while (list.n) {
		struct pl_acct *a;

		PL_TRY(pl_access_next(&addr, &keys, &list, e));
		a = pl_state_get(s, &addr);
		(void)pl_state_warm(s, a);
		while (keys.n) {
			struct pl_u256 k;

			PL_TRY(pl_rlp_fixed(key.b, sizeof(key.b), &keys, e));
			k = pl_u256_from_be32(key.b);
			(void)pl_state_warm_slot(s, pl_state_slot(s, a, &k));
		}
	}
	return PL_OK;
}

/* SPEC EIP-2929 accessed_addresses: sender, recipient and the access list
 * (EIP-2930) are warm, the coinbase from Shanghai on (EIP-3651) */
static enum pl_rc warm(const struct pl_evm *evm, const struct pl_transact *how,
		       struct pl_acct *sender, struct pl_err *e)
{
	struct pl_state *s = evm->state;

	if (evm->block->fork < PL_FORK_BERLIN)
		return PL_OK;
	(void)pl_state_warm(s, sender);
	if (how->tx->has_to)
		(void)pl_state_warm(s, pl_state_get(s, &how->tx->to));
	if (evm->block->fork >= PL_FORK_SHANGHAI)
		(void)pl_state_warm(s, pl_state_get(s, &evm->block->coinbase));
	return warm_list(s, how->tx->access_list, e);
}

/* SPEC EIP-7702 delegation: the account whose code runs instead is warm too */
static void warm_delegate(const struct pl_evm *evm, const struct pl_tx *tx)
{
	struct pl_state *s = evm->state;
	struct pl_addr to;

	if (evm->block->fork < PL_FORK_PRAGUE || !tx->has_to)
		return;
	if (pl_evm_delegation(&to, pl_acct_code(s, pl_state_get(s, &tx->to))))
		(void)pl_state_warm(s, pl_state_get(s, &to));
}

/* -------------------------------------------------------------------- paying
 */

static void pay_ahead(const struct pl_evm *evm, const struct pl_terms *t,
		      bool free)
{
	struct pl_u256 rest;
	bool has;

	if (free)
		return;
	has = pl_u256_sub(&rest, pl_acct_balance(t->sender), &t->charge);
	assert(has); /* checked before */
	if (has)
		pl_state_set_balance(evm->state, t->sender, &rest);
}

/* What the sender did not use comes back, the coinbase gets the rest but for
 * the base fee, which nobody gets (EIP-1559). */
static void settle(const struct pl_evm *evm, const struct pl_terms *t,
		   uint64_t left, uint64_t used, bool free)
{
	struct pl_u256 amount, tip = t->price;

	if (free)
		return;
	if (pl_u256_mul64(&amount, &t->price, left))
		pl_state_add_balance(evm->state, t->sender, &amount);
	if (evm->block->fork >= PL_FORK_LONDON &&
	    !pl_u256_sub(&tip, &tip, &evm->block->base_fee))
		tip = pl_u256_of(0); /* rules of price were waived */
	if (pl_u256_mul64(&amount, &tip, used))
		pl_state_add_balance(
			evm->state,
			pl_state_get(evm->state, &evm->block->coinbase),
			&amount);
}

/* SPEC EIP-3529 MAX_REFUND_QUOTIENT: a fifth of what was used, half before
 * London */
static uint64_t refund(const struct pl_evm *evm, uint64_t used)
{
	uint64_t most = used / (evm->block->fork >= PL_FORK_LONDON ? 5 : 2);
	int64_t sum = pl_state_refunded(evm->state);

	return sum <= 0 ? 0 : (uint64_t)sum < most ? (uint64_t)sum : most;
}

/* ------------------------------------------------------------------- running
 */

static void run(struct pl_evm_result *out, struct pl_evm *evm,
		const struct pl_transact *how, const struct pl_terms *t)
{
	const struct pl_tx *tx = how->tx;
	struct pl_evm_msg m = { .kind = tx->has_to ? PL_EVM_CALL
						   : PL_EVM_CREATE };

	m.gas = tx->gas - t->intrinsic;
	m.sender = how->sender;
	m.value = tx->value;
	m.input = tx->data;
	if (tx->has_to)
		m.recipient = m.code_addr = tx->to;
	pl_evm_run(out, evm, &m);
}

static enum pl_rc prepare(struct pl_evm *evm, const struct pl_transact *how,
			  const struct pl_terms *t, struct pl_err *e)
{
	const struct pl_tx *tx = how->tx;

	evm->origin = how->sender;
	evm->gas_price = t->price;
	PL_TRY(set_blob_hashes(evm, tx, e));
	pay_ahead(evm, t, how->no_balance);
	/* the nonce of one that creates counts up in the machine; no_nonce may
	 * meet one that cannot */
	if (tx->has_to && pl_acct_nonce(t->sender) != UINT64_MAX)
		pl_state_set_nonce(evm->state, t->sender,
				   pl_acct_nonce(t->sender) + 1);
	PL_TRY(warm(evm, how, t->sender, e));
	PL_TRY(pl_transact_delegate(evm, tx, e));
	warm_delegate(evm, tx);
	return PL_OK;
}

static void account_for(struct pl_transacted *out, const struct pl_evm *evm,
			const struct pl_transact *how, const struct pl_terms *t,
			const struct pl_evm_result *r)
{
	const struct pl_tx *tx = how->tx;
	uint64_t used = tx->gas - r->gas_left;

	out->gas_refunded = refund(evm, used);
	used -= out->gas_refunded;
	/* SPEC EIP-7623 tx.gasUsed: at least the floor of its data */
	if (used < t->floor)
		used = t->floor;
	out->gas_used = used;
	settle(evm, t, tx->gas - used, used, how->no_balance);
}

enum pl_rc pl_transact(struct pl_transacted *out, struct pl_evm *evm,
		       const struct pl_transact *how, struct pl_err *e)
{
	struct pl_transacted done = { .status = PL_EVM_SUCCESS };
	struct pl_evm_result r;
	struct pl_terms t;

	pl_state_begin_tx(evm->state);
	PL_TRY(pl_transact_check(&t, evm, how, e));
	if (!how->tx->has_to) {
		done.created = true;
		done.contract = pl_create_address(&how->sender,
						  pl_acct_nonce(t.sender));
	}
	PL_TRY(prepare(evm, how, &t, e));
	run(&r, evm, how, &t);
	account_for(&done, evm, how, &t, &r);
	PL_TRY(pl_state_failure(evm->state, e));
	done.status = r.status;
	done.output = r.output;
	done.gas_price = t.price;
	done.blob_gas = t.blob_gas;
	done.logs = pl_state_logs(evm->state, &done.n_logs);
	pl_state_end_tx(evm->state, evm->block->fork);
	*out = done;
	return PL_OK;
}
