/* Methods that run code and change nothing. */
#include <inttypes.h>
#include <stdlib.h>

#include "codec/abi.h"
#include "codec/rlp.h"
#include "devnet/node_methods.h"
#include "eth/node_json.h"
#include "evm/precompile.h"

#define PLAIN 21000
#define STIPEND 2300
#define TX_GAS 16777216u /* EIP-7825: of one transaction, from Osaka on */

/* --------------------------------------------------------------- preparing */

void node_run_at(struct node_call *c, struct node_run *x,
		 const struct pl_dev_block *b, uint32_t state)
{
	struct pl_tx *tx = &x->r.tx;
	const bool free = !x->r.has_price && !x->r.has_cap && !x->r.has_tip;

	x->at.b = b;
	x->at.state = state;
	x->call = (struct pl_dev_call){ .state = state };
	pl_dev_env_of(c->d, &x->call.env, b);
	if (!x->r.has_gas)
		tx->gas = x->call.env.gas_limit;
	if (tx->gas > NODE_CALL_GAS)
		tx->gas = NODE_CALL_GAS;
	if (free && tx->type == PL_TX_FEE)
		tx->type = x->r.has_access ? PL_TX_ACCESS : PL_TX_LEGACY;
	if (x->r.has_price && tx->type >= PL_TX_FEE)
		tx->max_fee = tx->max_priority_fee = tx->gas_price;
	if (tx->type == PL_TX_BLOB && pl_u256_is_zero(&tx->max_blob_fee))
		tx->max_blob_fee = x->call.env.blob_base_fee;
	x->call.how = (struct pl_transact){
		.tx = tx,
		.sender = x->r.from,
		.block_gas = UINT64_MAX,
		.block_blob_gas = UINT64_MAX,
		.no_nonce = true,
		.no_balance = free,
		.no_base_fee = free,
		.no_eoa = true,
		.no_gas_cap = true,
	};
}

enum pl_rc node_overrides(struct node_call *c, struct node_run *x,
			  const struct pl_json *state,
			  const struct pl_json *block, struct pl_err *e)
{
	if (pl_overrides_read(c->a, &x->call.overrides, state, e) ||
	    pl_override_block(&x->call.env, block, e))
		return node_bad(c, e);
	return PL_OK;
}

enum pl_rc node_run_begin(struct node_call *c, struct node_run *x, size_t param,
			  struct pl_err *e)
{
	struct node_at at;

	PL_TRY(node_request(c, &x->r, node_param(c, param), e));
	PL_TRY(node_at(c, &at, param + 1, e));
	node_run_at(c, x, at.b, at.state);
	return PL_OK;
}

/* ------------------------------------------------------------------ failing */

enum pl_rc node_run_failed(struct node_call *c, const struct pl_transacted *t,
			   struct pl_err *e)
{
	const struct pl_span data = t->output;
	char *words;

	if (t->status != PL_EVM_REVERT)
		return pl_fail(e, PL_EREFUSED, "EVM error: %s",
			       pl_evm_status_text(t->status));
	c->code = NODE_REVERTED;
	c->data = pl_span_dup(c->a, data);
	if (data.n < 4)
		return pl_fail(e, PL_EREFUSED, "execution reverted");
	words = pl_abi_revert_text(c->a, NULL, data);
	return pl_fail(e, PL_EREFUSED, "execution reverted: %s", words);
}

enum pl_rc node_eth_call(struct node_call *c, struct pl_err *e)
{
	struct pl_transacted t;
	struct node_run x;

	PL_TRY(node_run_begin(c, &x, 0, e));
	PL_TRY(node_overrides(c, &x, node_param(c, 2), node_param(c, 3), e));
	PL_TRY(pl_dev_run(c->d, &t, &x.call, e));
	if (t.status != PL_EVM_SUCCESS)
		return node_run_failed(c, &t, e);
	pl_jout_data(c->w, NODE_KEY, t.output);
	return PL_OK;
}

/* ---------------------------------------------------------------- estimates */

/* Too little gas to begin with is a refusal, which here counts as failing. */
static enum pl_rc succeeds(struct node_call *c, struct node_run *x, bool *ok,
			   uint64_t gas, struct pl_transacted *t,
			   struct pl_err *e)
{
	enum pl_rc rc;

	x->r.tx.gas = gas;
	rc = pl_dev_run(c->d, t, &x->call, e);
	if (rc && rc != PL_EREFUSED)
		return rc;
	*ok = !rc && t->status == PL_EVM_SUCCESS;
	return PL_OK;
}

/* The most that may be tried. */
static enum pl_rc ceiling(struct node_call *c, const struct node_run *x,
			  uint64_t *out, struct pl_err *e)
{
	const struct pl_tx *tx = &x->r.tx;
	const struct pl_u256 *cap =
		tx->type < PL_TX_FEE ? &tx->gas_price : &tx->max_fee;
	struct pl_state_account from;
	struct pl_u256 afford;
	uint64_t gas;

	*out = x->r.has_gas ? tx->gas : x->call.env.gas_limit;
	if (x->call.env.fork >= PL_FORK_OSAKA && *out > TX_GAS)
		*out = TX_GAS;
	if (pl_u256_is_zero(cap))
		return PL_OK;
	PL_TRY(pl_dev_run_account(c->d, &from, &x->call, &x->r.from, e));
	if (!pl_u256_sub(&afford, &from.balance, &tx->value))
		return pl_fail(e, PL_EREFUSED,
			       "Insufficient funds for gas * price + value");
	(void)!pl_u256_divmod(&afford, NULL, &afford, cap);
	if (pl_u256_to_u64(&gas, &afford) && gas < *out)
		*out = gas;
	return PL_OK;
}

/* lo fails, hi does not; nearer than 1.5 % nobody needs it. */
static enum pl_rc halve(struct node_call *c, struct node_run *x, uint64_t *out,
			uint64_t lo, uint64_t hi, struct pl_err *e)
{
	struct pl_transacted t;

	while (lo + 1 < hi && (hi - lo) * 1000 >= hi * 15) {
		uint64_t mid = lo + (hi - lo) / 2;
		bool ok;

		if (mid > lo * 2)
			mid = lo * 2;
		PL_TRY(succeeds(c, x, &ok, mid, &t, e));
		if (ok)
			hi = mid;
		else
			lo = mid;
	}
	*out = hi;
	return PL_OK;
}

enum pl_rc node_estimate(struct node_call *c, struct node_run *x, uint64_t *out,
			 struct pl_err *e)
{
	uint64_t hi = 0, used, guess[2];
	struct pl_transacted t;
	bool ok;

	PL_TRY(ceiling(c, x, &hi, e));
	x->r.tx.gas = hi;
	PL_TRY(pl_dev_run(c->d, &t, &x->call, e));
	if (t.status != PL_EVM_SUCCESS)
		return node_run_failed(c, &t, e);
	used = t.gas_used;
	guess[0] = used + t.gas_refunded;
	/* 63/64 of the gas go to an inner call (EIP-150) */
	guess[1] = (guess[0] + STIPEND) * 64 / 63;
	*out = guess[0];
	for (size_t i = 0; i < 2 && guess[i] < hi; i++) {
		PL_TRY(succeeds(c, x, &ok, guess[i], &t, e));
		if (ok && !i)
			return PL_OK;
		if (ok)
			return halve(c, x, out, guess[0], guess[1], e);
	}
	return halve(c, x, out, used - 1, hi, e);
}

enum pl_rc node_estimate_gas(struct node_call *c, struct pl_err *e)
{
	struct node_run x;
	uint64_t gas;

	PL_TRY(node_run_begin(c, &x, 0, e));
	PL_TRY(node_overrides(c, &x, node_param(c, 2), node_param(c, 3), e));
	PL_TRY(node_estimate(c, &x, &gas, e));
	pl_jout_u64(c->w, NODE_KEY, gas);
	return PL_OK;
}

/* ------------------------------------------------------------- access lists
 */

#define ROUNDS 4

/* What is warm anyway needs no place in the list. */
static bool is_free(const struct node_run *x, const struct pl_state_access *v)
{
	unsigned index;

	if (pl_precompile_find(&index, &v->addr, x->call.env.fork))
		return true;
	if (v->n_keys)
		return false;
	return pl_addr_equal(&v->addr, &x->r.from) ||
	       pl_addr_equal(&v->addr, &x->call.env.coinbase) ||
	       (x->r.tx.has_to && pl_addr_equal(&v->addr, &x->r.tx.to));
}

static struct pl_state_access *touched(struct node_call *c,
				       const struct node_run *x, size_t *n)
{
	struct pl_state_access *v =
		pl_state_warm_list(pl_dev_run_state(c->d), c->a, n);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		if (!is_free(x, &v[i]))
			v[kept++] = v[i];
	*n = kept;
	return v;
}

static struct pl_span list_rlp(struct node_call *c,
			       const struct pl_state_access *v, size_t n)
{
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	for (size_t i = 0; i < n; i++) {
		const size_t entry = pl_rlp_open(&b);
		size_t keys;

		pl_rlp_put(&b, pl_addr_span(&v[i].addr));
		keys = pl_rlp_open(&b);
		for (size_t k = 0; k < v[i].n_keys; k++)
			pl_rlp_put(&b, pl_hash32_span(&v[i].keys[k]));
		pl_rlp_close(&b, keys);
		pl_rlp_close(&b, entry);
	}
	return pl_buf_span(&b);
}

static void list_out(struct pl_jout *w, const struct pl_state_access *v,
		     size_t n)
{
	pl_jout_open(w, "accessList", '[');
	for (size_t i = 0; i < n; i++) {
		pl_jout_open(w, NULL, '{');
		pl_jout_addr(w, "address", &v[i].addr);
		pl_jout_open(w, "storageKeys", '[');
		for (size_t k = 0; k < v[i].n_keys; k++)
			pl_jout_hash(w, NULL, &v[i].keys[k]);
		pl_jout_close(w, ']');
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
}

/* What is in the list changes the gas, which may change what is touched: again
 * until it stays. */
enum pl_rc node_create_access_list(struct node_call *c, struct pl_err *e)
{
	struct pl_state_access *v = NULL;
	struct pl_span list = { NULL, 0 };
	struct pl_transacted t;
	struct node_run x;
	size_t n = 0;

	PL_TRY(node_run_begin(c, &x, 0, e));
	PL_TRY(node_overrides(c, &x, node_param(c, 2), node_param(c, 3), e));
	if (x.r.tx.type == PL_TX_LEGACY)
		x.r.tx.type = PL_TX_ACCESS;
	for (int round = 0; round < ROUNDS; round++) {
		x.r.tx.access_list = list;
		PL_TRY(pl_dev_run(c->d, &t, &x.call, e));
		v = touched(c, &x, &n);
		if (pl_span_equal(list, list_rlp(c, v, n)))
			break;
		list = list_rlp(c, v, n);
	}
	pl_jout_open(c->w, NODE_KEY, '{');
	list_out(c->w, v, n);
	pl_jout_u64(c->w, "gasUsed", t.gas_used);
	if (t.status != PL_EVM_SUCCESS)
		pl_jout_str(c->w, "error", pl_evm_status_text(t.status));
	pl_jout_close(c->w, '}');
	return PL_OK;
}
