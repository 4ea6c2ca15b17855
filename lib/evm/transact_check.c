/* Who may send what: the rules a transaction must keep to stand in a block.
 * Their order is that in which nodes look, since one transaction may break
 * several. */
#include <inttypes.h>

#include "codec/rlp.h"
#include "crypto/addr.h"
#include "evm/transact_impl.h"

#define MAX_INITCODE_SIZE 49152 /* EIP-3860 */
#define MAX_TX_GAS 16777216     /* EIP-7825: 2^24 */
#define BLOB_VERSION 1          /* VERSIONED_HASH_VERSION_KZG */

static const char *const texts[PL_REFUSALS] = {
	[PL_REFUSED_TYPE] = "transaction type not supported",
	[PL_REFUSED_CHAIN_ID] = "invalid chain id",
	[PL_REFUSED_NONCE_LOW] = "nonce too low",
	[PL_REFUSED_NONCE_HIGH] = "nonce too high",
	[PL_REFUSED_NONCE_MAX] = "nonce has max value",
	[PL_REFUSED_NOT_EOA] = "sender not an eoa",
	[PL_REFUSED_GAS_CAP] = "transaction gas limit too high",
	[PL_REFUSED_TIP] =
		"max priority fee per gas higher than max fee per gas",
	[PL_REFUSED_FEE] = "max fee per gas less than block base fee",
	[PL_REFUSED_BLOB_CREATE] = "blob transaction of type create",
	[PL_REFUSED_NO_BLOBS] = "blob transaction missing blob hashes",
	[PL_REFUSED_BLOBS] = "blob transaction has too many blobs",
	[PL_REFUSED_BLOB_GAS] = "blob gas limit reached",
	[PL_REFUSED_BLOB_VERSION] = "blob hash version mismatch",
	[PL_REFUSED_BLOB_FEE] =
		"max fee per blob gas less than block blob gas fee",
	[PL_REFUSED_AUTH_CREATE] =
		"EIP-7702 transaction cannot be used to create contract",
	[PL_REFUSED_NO_AUTHS] = "EIP-7702 transaction with empty auth list",
	[PL_REFUSED_FUNDS] = "insufficient funds for gas * price + value",
	[PL_REFUSED_BLOCK_GAS] = "gas limit reached",
	[PL_REFUSED_INTRINSIC] = "intrinsic gas too low",
	[PL_REFUSED_FLOOR] = "insufficient gas for floor data gas cost",
	[PL_REFUSED_INITCODE] = "max initcode size exceeded",
};

const char *pl_refusal_text(enum pl_refusal r)
{
	return texts[r];
}

enum pl_refusal pl_refusal_of(const struct pl_err *e)
{
	for (unsigned r = 0; e->rc == PL_EREFUSED && r < PL_REFUSALS; r++)
		if (!strncmp(e->msg, texts[r], strlen(texts[r])))
			return (enum pl_refusal)r;
	return PL_REFUSALS;
}

/* What every rule looks at. */
struct check {
	const struct pl_evm *evm;
	const struct pl_evm_block *block;
	const struct pl_transact *how;
	const struct pl_tx *tx;
	enum pl_fork fork;
	struct pl_terms *t;
};

static enum pl_rc refuse(struct pl_err *e, enum pl_refusal r)
{
	return pl_fail(e, PL_EREFUSED, "%s", texts[r]);
}

/* With two numbers that say why. */
static enum pl_rc refuse_u64(struct pl_err *e, enum pl_refusal r,
			     const char *what, uint64_t have, uint64_t want)
{
	return pl_fail(e, PL_EREFUSED, "%s: %s %" PRIu64 ", not %" PRIu64,
		       texts[r], what, have, want);
}

static enum pl_rc refuse_u256(struct pl_err *e, enum pl_refusal r,
			      const char *have_name, const struct pl_u256 *have,
			      const char *want_name, const struct pl_u256 *want)
{
	char a[PL_U256_DEC], b[PL_U256_DEC];

	pl_u256_dec(a, have);
	pl_u256_dec(b, want);
	return pl_fail(e, PL_EREFUSED, "%s: %s %s, %s %s", texts[r], have_name,
		       a, want_name, b);
}

/* ---------------------------------------------------------- intrinsic gas */

static enum pl_rc count_access(uint64_t *gas, const struct pl_tx *tx,
			       struct pl_err *e)
{
	struct pl_span list = tx->access_list, keys;
	struct pl_addr addr;

	/* SPEC EIP-2930 ACCESS_LIST_ADDRESS_COST: 2400 an address, 1900 a
	 * key */
	while (list.n) {
		PL_TRY(pl_access_next(&addr, &keys, &list, e));
		*gas += 2400 + 1900 * (uint64_t)pl_hash_count(keys);
	}
	return PL_OK;
}

static enum pl_rc count_auths(uint64_t *gas, const struct pl_tx *tx,
			      struct pl_err *e)
{
	size_t n;

	PL_TRY(pl_rlp_count(&n, tx->auth_list, e));
	*gas += 25000 * (uint64_t)n;
	return PL_OK;
}

enum pl_rc pl_transact_intrinsic(uint64_t *gas, uint64_t *floor,
				 const struct pl_tx *tx, enum pl_fork fork,
				 struct pl_err *e)
{
	uint64_t zeros = 0, others, g = 21000;

	/* each byte costs at most 68: far from overflow */
	if ((tx->data.n | tx->access_list.n | tx->auth_list.n) >> 40)
		return pl_fail(e, PL_EMATH, "gas uint64 overflow");
	for (size_t i = 0; i < tx->data.n; i++)
		zeros += !tx->data.p[i];
	others = tx->data.n - zeros;
	/* SPEC EIP-2028 G_txdatanonzero: 68, then 16 */
	g += 4 * zeros + (fork >= PL_FORK_ISTANBUL ? 16 : 68) * others;
	/* SPEC EIP-2 create: it costs 32000 from Homestead on */
	if (!tx->has_to && fork >= PL_FORK_HOMESTEAD)
		g += 32000;
	/* SPEC EIP-3860 initcode_cost: 2 a word */
	if (!tx->has_to && fork >= PL_FORK_SHANGHAI)
		g += 2 * (((uint64_t)tx->data.n + 31) / 32);
	PL_TRY(count_access(&g, tx, e));
	PL_TRY(count_auths(&g, tx, e));
	/* SPEC EIP-7623 TOTAL_COST_FLOOR_PER_TOKEN: 10, and 4 tokens to a
	 * byte that is not 0 */
	*floor = fork < PL_FORK_PRAGUE ? 0 : 21000 + 10 * (zeros + 4 * others);
	*gas = g;
	return PL_OK;
}

/* ------------------------------------------------------------------- rules */

static enum pl_rc check_type(const struct check *c, struct pl_err *e)
{
	if (c->tx->type > pl_fork_max_tx_type(c->fork))
		return pl_fail(e, PL_EREFUSED, "%s: type %d in %s",
			       texts[PL_REFUSED_TYPE], (int)c->tx->type,
			       pl_fork_name(c->fork));
	/* SPEC EIP-155 v: there was no chain id before Spurious Dragon */
	if (c->tx->has_chain_id && (c->fork < PL_FORK_SPURIOUS ||
				    c->tx->chain_id != c->block->chain_id))
		return refuse_u64(e, PL_REFUSED_CHAIN_ID, "chain",
				  c->tx->chain_id, c->block->chain_id);
	return PL_OK;
}

static enum pl_rc check_nonce(const struct check *c, struct pl_err *e)
{
	uint64_t is = pl_acct_nonce(c->t->sender);

	if (!c->how->no_nonce && c->tx->nonce < is)
		return refuse_u64(e, PL_REFUSED_NONCE_LOW, "it is",
				  c->tx->nonce, is);
	if (!c->how->no_nonce && c->tx->nonce > is)
		return refuse_u64(e, PL_REFUSED_NONCE_HIGH, "it is",
				  c->tx->nonce, is);
	/* SPEC EIP-2681 nonce: 2^64 - 1 sends nothing any more */
	if (is == UINT64_MAX)
		return refuse(e, PL_REFUSED_NONCE_MAX);
	return PL_OK;
}

/* SPEC EIP-3607 sender: an account with code sends nothing, unless that is a
 * delegation (EIP-7702) */
static enum pl_rc check_eoa(const struct check *c, struct pl_err *e)
{
	struct pl_span code = pl_acct_code(c->evm->state, c->t->sender);
	struct pl_addr to;
	char text[PL_ADDR_TEXT];

	if (!code.n || c->how->no_eoa)
		return PL_OK;
	if (c->fork >= PL_FORK_PRAGUE && pl_evm_delegation(&to, code))
		return PL_OK;
	pl_addr_text(text, &c->how->sender);
	return pl_fail(e, PL_EREFUSED, "%s: %s has code",
		       texts[PL_REFUSED_NOT_EOA], text);
}

static bool is_free(const struct pl_tx *tx)
{
	return tx->type < PL_TX_FEE
		       ? pl_u256_is_zero(&tx->gas_price)
		       : pl_u256_is_zero(&tx->max_fee) &&
				 pl_u256_is_zero(&tx->max_priority_fee);
}

/* SPEC EIP-1559 priority-fee: tip ≤ cap, base fee ≤ cap */
static enum pl_rc check_price(const struct check *c, struct pl_err *e)
{
	const struct pl_tx *tx = c->tx;
	const struct pl_u256 *cap =
		tx->type >= PL_TX_FEE ? &tx->max_fee : &tx->gas_price;

	c->t->price = *cap;
	if (c->fork < PL_FORK_LONDON)
		return PL_OK;
	if (c->how->no_base_fee && is_free(tx))
		return PL_OK;
	if (tx->type >= PL_TX_FEE &&
	    pl_u256_cmp(&tx->max_priority_fee, cap) > 0)
		return refuse_u256(e, PL_REFUSED_TIP, "tip",
				   &tx->max_priority_fee, "cap", cap);
	if (pl_u256_cmp(cap, &c->block->base_fee) < 0)
		return refuse_u256(e, PL_REFUSED_FEE, "cap", cap, "base fee",
				   &c->block->base_fee);
	c->t->price = pl_tx_price(tx, &c->block->base_fee);
	return PL_OK;
}

static enum pl_rc check_versions(struct pl_span hashes, struct pl_err *e)
{
	for (size_t i = 0; hashes.n; i++) {
		struct pl_hash32 h;

		PL_TRY(pl_rlp_fixed(h.b, sizeof(h.b), &hashes, e));
		if (h.b[0] != BLOB_VERSION)
			return pl_fail(
				e, PL_EREFUSED, "%s: blob %zu has version %u",
				texts[PL_REFUSED_BLOB_VERSION], i, h.b[0]);
	}
	return PL_OK;
}

/* SPEC EIP-4844 validate_block: what a blob transaction must be */
static enum pl_rc check_blobs(const struct check *c, struct pl_err *e)
{
	struct pl_blob_schedule s = pl_blob_schedule(c->fork);
	size_t n = pl_hash_count(c->tx->blob_hashes);
	const struct pl_u256 *fee = &c->block->blob_base_fee;

	c->t->blob_gas = 0;
	if (c->tx->type != PL_TX_BLOB)
		return PL_OK;
	if (!c->tx->has_to)
		return refuse(e, PL_REFUSED_BLOB_CREATE);
	if (!n)
		return refuse(e, PL_REFUSED_NO_BLOBS);
	/* SPEC EIP-7594 tx-blobs: six in one transaction from Osaka on */
	if (n > s.tx_max)
		return refuse_u64(e, PL_REFUSED_BLOBS, "blobs", n, s.tx_max);
	PL_TRY(check_versions(c->tx->blob_hashes, e));
	if (!(c->how->no_base_fee && pl_u256_is_zero(&c->tx->max_blob_fee)) &&
	    pl_u256_cmp(&c->tx->max_blob_fee, fee) < 0)
		return refuse_u256(e, PL_REFUSED_BLOB_FEE, "cap",
				   &c->tx->max_blob_fee, "fee", fee);
	c->t->blob_gas = (uint64_t)n * PL_BLOB_GAS;
	if (c->t->blob_gas > c->how->block_blob_gas)
		return refuse_u64(e, PL_REFUSED_BLOB_GAS, "needs",
				  c->t->blob_gas, c->how->block_blob_gas);
	return PL_OK;
}

static enum pl_rc check_auths(const struct check *c, struct pl_err *e)
{
	if (c->tx->type != PL_TX_SETCODE)
		return PL_OK;
	if (!c->tx->has_to)
		return refuse(e, PL_REFUSED_AUTH_CREATE);
	/* SPEC EIP-7702 authorization_list: it is not empty */
	if (!c->tx->auth_list.n)
		return refuse(e, PL_REFUSED_NO_AUTHS);
	return PL_OK;
}

/* gas × price + blob gas × blob price + value; false when it does not fit. */
static bool sum_up(struct pl_u256 *out, const struct check *c,
		   const struct pl_u256 *price, const struct pl_u256 *blob,
		   const struct pl_u256 *value)
{
	struct pl_u256 gas, blobs;

	return pl_u256_mul64(&gas, price, c->tx->gas) &&
	       pl_u256_mul64(&blobs, blob, c->t->blob_gas) &&
	       pl_u256_add(out, &gas, &blobs) && pl_u256_add(out, out, value);
}

static enum pl_rc check_funds(const struct check *c, struct pl_err *e)
{
	const struct pl_tx *tx = c->tx;
	const struct pl_u256 *cap =
		tx->type >= PL_TX_FEE ? &tx->max_fee : &tx->gas_price;
	const struct pl_u256 zero = pl_u256_of(0);
	const struct pl_u256 *has = pl_acct_balance(c->t->sender);
	/* below the block's only where that rule was waived */
	const struct pl_u256 *blob =
		pl_u256_cmp(&tx->max_blob_fee, &c->block->blob_base_fee) < 0
			? &tx->max_blob_fee
			: &c->block->blob_base_fee;
	struct pl_u256 most;
	bool fits = true;

	if (c->how->no_balance) {
		c->t->charge = zero;
		most = tx->value;
	} else {
		fits = sum_up(&most, c, cap, &tx->max_blob_fee, &tx->value) &&
		       sum_up(&c->t->charge, c, &c->t->price, blob, &zero);
	}
	if (!fits) /* nobody has so much, whatever a state may say */
		memset(&most, 0xff, sizeof(most));
	if (!fits || pl_u256_cmp(has, &most) < 0)
		return refuse_u256(e, PL_REFUSED_FUNDS, "have", has, "want",
				   &most);
	return PL_OK;
}

static enum pl_rc check_gas(const struct check *c, struct pl_err *e)
{
	const struct pl_tx *tx = c->tx;

	if (tx->gas > c->how->block_gas)
		return refuse_u64(e, PL_REFUSED_BLOCK_GAS, "needs", tx->gas,
				  c->how->block_gas);
	PL_TRY(pl_transact_intrinsic(&c->t->intrinsic, &c->t->floor, tx,
				     c->fork, e));
	if (tx->gas < c->t->intrinsic)
		return refuse_u64(e, PL_REFUSED_INTRINSIC, "have", tx->gas,
				  c->t->intrinsic);
	if (tx->gas < c->t->floor)
		return refuse_u64(e, PL_REFUSED_FLOOR, "have", tx->gas,
				  c->t->floor);
	/* SPEC EIP-3860 MAX_INITCODE_SIZE: twice that of code */
	if (!tx->has_to && c->fork >= PL_FORK_SHANGHAI) {
		uint64_t max = c->block->max_code_size
				       ? 2 * c->block->max_code_size
				       : MAX_INITCODE_SIZE;

		if (tx->data.n > max)
			return refuse_u64(e, PL_REFUSED_INITCODE, "bytes",
					  tx->data.n, max);
	}
	return PL_OK;
}

enum pl_rc pl_transact_check(struct pl_terms *out, const struct pl_evm *evm,
			     const struct pl_transact *how, struct pl_err *e)
{
	struct check c = {
		evm, evm->block, how, how->tx, evm->block->fork, out
	};

	PL_TRY(check_type(&c, e));
	out->sender = pl_state_get(evm->state, &how->sender);
	PL_TRY(pl_state_failure(evm->state, e));
	PL_TRY(check_nonce(&c, e));
	PL_TRY(check_eoa(&c, e));
	PL_TRY(pl_state_failure(evm->state, e));
	/* SPEC EIP-7825 MAX_TX_GAS_LIMIT: 2^24 from Osaka on */
	if (c.fork >= PL_FORK_OSAKA && !how->no_gas_cap &&
	    how->tx->gas > MAX_TX_GAS)
		return refuse_u64(e, PL_REFUSED_GAS_CAP, "gas", how->tx->gas,
				  MAX_TX_GAS);
	PL_TRY(check_price(&c, e));
	PL_TRY(check_blobs(&c, e));
	PL_TRY(check_auths(&c, e));
	PL_TRY(check_funds(&c, e));
	return check_gas(&c, e);
}
