/* Methods that sign, and that bring transactions into the pool. */
#include "base/hex.h"
#include "crypto/keccak.h"
#include "devnet/node_methods.h"
#include "eth/typed.h"

const struct pl_dev_key *node_key(const struct pl_dev_node *n,
				  const struct pl_addr *who)
{
	for (size_t i = 0; i < n->conf.n_keys; i++)
		if (pl_addr_equal(&n->conf.keys[i].addr, who))
			return &n->conf.keys[i];
	return NULL;
}

bool node_impersonates(const struct pl_dev_node *n, const struct pl_addr *who)
{
	if (n->impersonate_all)
		return true;
	for (size_t i = 0; i < n->n_impersonated; i++)
		if (pl_addr_equal(&n->impersonated[i], who))
			return true;
	return false;
}

enum pl_rc node_automine(struct node_call *c, struct pl_err *e)
{
	bool ready;

	if (!c->n->automine)
		return PL_OK;
	for (;;) {
		PL_TRY(pl_dev_is_ready(c->d, &ready, e));
		if (!ready)
			return PL_OK;
		PL_TRY(pl_dev_mine(c->d, NULL, c->now, e));
	}
}

/* ----------------------------------------------------------------- sending */

static bool is_known(const struct node_call *c, const struct pl_hash32 *hash)
{
	size_t i;

	if (pl_dev_find(c->d, &i, hash))
		return true;
	for (i = 0; i < pl_dev_n_pooled(c->d); i++)
		if (pl_hash32_equal(&pl_dev_pooled(c->d, i)->hash, hash))
			return true;
	return false;
}

static enum pl_rc send(struct node_call *c, struct pl_hash32 *hash,
		       struct pl_span raw, const struct pl_addr *sender,
		       struct pl_err *e)
{
	PL_TRY(pl_dev_send(c->d, hash, raw, sender, e));
	node_filters_sent(c->n, hash);
	node_subs_sent(c->n, c->a, hash);
	PL_TRY(node_automine(c, e));
	if (is_known(c, hash))
		return PL_OK;
	return pl_fail(e, PL_EREFUSED,
		       "no block could take the transaction: what it needs "
		       "was spent by one before it");
}

enum pl_rc node_send_raw(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 hash;
	struct pl_span raw;

	PL_TRY(node_data(c, &raw, 0, e));
	PL_TRY(send(c, &hash, raw, NULL, e));
	pl_jout_hash(c->w, NODE_KEY, &hash);
	return PL_OK;
}

/* EIP-7966: the answer is the receipt. */
enum pl_rc node_send_raw_sync(struct node_call *c, struct pl_err *e)
{
	struct pl_hash32 hash;
	struct pl_span raw;

	PL_TRY(node_data(c, &raw, 0, e));
	PL_TRY(send(c, &hash, raw, NULL, e));
	return node_put_receipt(c, &hash, e);
}

/* ----------------------------------------------------------------- filling */

static enum pl_rc fill_fees(struct node_call *c, struct node_request *r,
			    struct pl_err *e)
{
	struct pl_tx *tx = &r->tx;
	struct pl_u256 price;

	node_gas_price(c, &price);
	if (tx->type < PL_TX_FEE) {
		if (!r->has_price)
			tx->gas_price = price;
		return PL_OK;
	}
	if (r->has_price)
		tx->max_fee = tx->max_priority_fee = tx->gas_price;
	else if (!r->has_tip)
		tx->max_priority_fee = pl_u256_of(NODE_TIP);
	if (!r->has_price && !r->has_cap &&
	    pl_u256_cmp(&price, &tx->max_priority_fee) < 0)
		price = tx->max_priority_fee;
	if (!r->has_price && !r->has_cap)
		tx->max_fee = price;
	if (!r->has_tip && pl_u256_cmp(&tx->max_priority_fee, &tx->max_fee) > 0)
		tx->max_priority_fee = tx->max_fee;
	(void)e;
	return PL_OK;
}

/* What the sender left open. */
static enum pl_rc fill(struct node_call *c, struct node_request *r,
		       struct pl_err *e)
{
	struct node_run x = { .r = *r };
	uint64_t gas;

	if (!r->has_from && c->n->conf.n_keys)
		r->from = c->n->conf.keys[0].addr;
	x.r.from = r->from;
	if (!r->has_nonce)
		PL_TRY(pl_dev_next_nonce(c->d, &r->tx.nonce, &r->from, e));
	PL_TRY(fill_fees(c, r, e));
	if (r->has_gas)
		return PL_OK;
	node_run_at(c, &x, pl_dev_head(c->d), pl_dev_now(c->d));
	PL_TRY(node_estimate(c, &x, &gas, e));
	r->tx.gas = gas;
	return PL_OK;
}

/* Signed; or, for one that is impersonated, as if. */
static enum pl_rc sign(struct node_call *c, struct pl_span *raw,
		       struct node_request *r, struct pl_err *e)
{
	const struct pl_dev_key *key = node_key(c->n, &r->from);
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	if (key) {
		PL_TRY(pl_tx_sign(&r->tx, &b, key->secret, e));
	} else if (node_impersonates(c->n, &r->from)) {
		pl_dev_play(&r->tx, &r->from);
	} else {
		c->code = NODE_PARAMS;
		return pl_fail(e, PL_EREFUSED, "No Signer available");
	}
	pl_tx_encode(&b, &r->tx);
	*raw = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc prepare(struct node_call *c, struct pl_span *raw,
			  struct node_request *r, struct pl_err *e)
{
	PL_TRY(node_request(c, r, node_param(c, 0), e));
	PL_TRY(fill(c, r, e));
	return sign(c, raw, r, e);
}

enum pl_rc node_send_tx(struct node_call *c, struct pl_err *e)
{
	struct node_request r;
	struct pl_hash32 hash;
	struct pl_span raw;

	PL_TRY(prepare(c, &raw, &r, e));
	PL_TRY(send(c, &hash, raw, node_key(c->n, &r.from) ? NULL : &r.from,
		    e));
	pl_jout_hash(c->w, NODE_KEY, &hash);
	return PL_OK;
}

enum pl_rc node_sign_tx(struct node_call *c, struct pl_err *e)
{
	struct node_request r;
	struct pl_span raw;

	PL_TRY(prepare(c, &raw, &r, e));
	pl_jout_data(c->w, NODE_KEY, raw);
	return PL_OK;
}

/* ---------------------------------------------------------------- messages */

static enum pl_rc sign_digest(struct node_call *c, const struct pl_addr *who,
			      const struct pl_hash32 *digest, struct pl_err *e)
{
	const struct pl_dev_key *key = node_key(c->n, who);
	struct pl_sig sig;
	uint8_t out[65];

	if (!key) {
		c->code = NODE_PARAMS;
		return pl_fail(e, PL_EREFUSED, "No Signer available");
	}
	PL_TRY(pl_secp_sign(&sig, digest, key->secret, e));
	memcpy(out, sig.r, 32);
	memcpy(out + 32, sig.s, 32);
	out[64] = (uint8_t)(27 + sig.y_parity);
	pl_jout_data(c->w, NODE_KEY, (struct pl_span){ out, sizeof(out) });
	return PL_OK;
}

/* SPEC EIP-191 version 0x45: what is signed is never a transaction */
static enum pl_rc sign_message(struct node_call *c, const struct pl_addr *who,
			       struct pl_span text, struct pl_err *e)
{
	struct pl_hash32 digest;
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	pl_buf_fmt(&b,
		   "\x19"
		   "Ethereum Signed Message:\n%zu",
		   text.n);
	pl_buf_put(&b, text);
	digest = pl_keccak256(pl_buf_span(&b));
	return sign_digest(c, who, &digest, e);
}

/* [address, typed data, or its text] */
enum pl_rc node_sign_typed(struct node_call *c, struct pl_err *e)
{
	const struct pl_json *v = node_param(c, 1);
	struct pl_hash32 digest;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	if (pl_json_str(v) &&
	    pl_json_parse(c->a, &v,
			  (struct pl_span){ (const uint8_t *)pl_json_str(v),
					    pl_json_str_len(v) },
			  e))
		return node_bad(c, e);
	if (pl_typed_digest(c->a, &digest, v, e))
		return node_bad(c, e);
	return sign_digest(c, &who, &digest, e);
}

/* [address, bytes] */
enum pl_rc node_sign(struct node_call *c, struct pl_err *e)
{
	struct pl_span text;
	struct pl_addr who;

	PL_TRY(node_addr(c, &who, 0, e));
	PL_TRY(node_data(c, &text, 1, e));
	return sign_message(c, &who, text, e);
}

/* [bytes, address] */
enum pl_rc node_personal_sign(struct node_call *c, struct pl_err *e)
{
	struct pl_span text;
	struct pl_addr who;

	PL_TRY(node_data(c, &text, 0, e));
	PL_TRY(node_addr(c, &who, 1, e));
	return sign_message(c, &who, text, e);
}
