/* EIP-7702: accounts with a key that say whose code is to run for them. */
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "evm/state_impl.h"
#include "evm/transact_impl.h"

#define MAGIC 0x05               /* what is signed begins with it */
#define EMPTY_ACCOUNT_COST 25000 /* PER_EMPTY_ACCOUNT_COST */
#define BASE_COST 12500          /* PER_AUTH_BASE_COST */

/* SPEC EIP-7702 authority: ecrecover(keccak(MAGIC || rlp([chain_id, address,
 * nonce])), y_parity, r, s), with a low s (EIP-2) */
static bool recover(struct pl_addr *out, const struct pl_auth *auth,
		    struct pl_arena *a)
{
	struct pl_hash32 digest;
	struct pl_sig sig = { .y_parity = auth->y_parity };
	struct pl_err why;
	struct pl_buf b;
	size_t list;

	pl_u256_to_be(sig.r, &auth->r);
	pl_u256_to_be(sig.s, &auth->s);
	if (auth->y_parity > 1 || !pl_sig_low_s(&sig))
		return false;
	pl_buf_init(&b, a);
	pl_buf_byte(&b, MAGIC);
	list = pl_rlp_open(&b);
	pl_rlp_put_u256(&b, &auth->chain_id);
	pl_rlp_put(&b, pl_addr_span(&auth->address));
	pl_rlp_put_u64(&b, auth->nonce);
	pl_rlp_close(&b, list);
	digest = pl_keccak256(pl_buf_span(&b));
	return !pl_secp_recover(out, &digest, &sig, &why);
}

static void set_delegate(struct pl_state *s, struct pl_acct *who,
			 const struct pl_addr *to)
{
	static const struct pl_addr nobody;
	uint8_t code[23] = { 0xef, 0x01, 0x00 };

	memcpy(code + 3, to->b, sizeof(to->b));
	if (pl_addr_equal(to, &nobody))
		pl_state_set_code(s, who, (struct pl_span){ NULL, 0 });
	else
		pl_state_set_code(s, who, (struct pl_span){ code, 23 });
}

/* One authorisation; what is wrong with it makes it void, not the
 * transaction. */
static void apply(const struct pl_evm *evm, const struct pl_auth *auth)
{
	const struct pl_u256 chain = pl_u256_of(evm->block->chain_id);
	struct pl_state *s = evm->state;
	struct pl_acct *who;
	struct pl_addr authority, to;
	struct pl_span code;

	/* SPEC EIP-7702 chain_id: ours, or 0 for every chain */
	if (!pl_u256_is_zero(&auth->chain_id) &&
	    pl_u256_cmp(&auth->chain_id, &chain))
		return;
	if (auth->nonce == UINT64_MAX || !recover(&authority, auth, s->tx_a))
		return;
	who = pl_state_get(s, &authority);
	(void)pl_state_warm(s, who);
	code = pl_acct_code(s, who);
	if ((code.n && !pl_evm_delegation(&to, code)) ||
	    pl_acct_nonce(who) != auth->nonce)
		return;
	/* SPEC EIP-7702 PER_EMPTY_ACCOUNT_COST: paid ahead for an account that
	 * is new; half comes back for one that exists */
	if (pl_acct_exists(who))
		pl_state_refund(s, EMPTY_ACCOUNT_COST - BASE_COST);
	set_delegate(s, who, &auth->address);
	pl_state_set_nonce(s, who, auth->nonce + 1);
}

enum pl_rc pl_transact_delegate(const struct pl_evm *evm,
				const struct pl_tx *tx, struct pl_err *e)
{
	struct pl_span list = tx->auth_list;
	struct pl_auth auth;

	while (list.n) {
		PL_TRY(pl_auth_next(&auth, &list, e));
		apply(evm, &auth);
	}
	return PL_OK;
}
