/* Transactions as requests describe them. */
#include "devnet/node_impl.h"
#include "eth/node_json.h"

static enum pl_rc quantity(struct pl_u256 *out, bool *has,
			   const struct pl_json *o, const char *key,
			   struct pl_err *e)
{
	*has = pl_has(o, key);
	if (!*has)
		return PL_OK;
	if (node_slot(out, pl_json_get(o, key), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

static enum pl_rc lists(struct node_call *c, struct node_request *r,
			const struct pl_json *o, struct pl_err *e)
{
	struct pl_buf access, auths, blobs;

	pl_buf_init(&access, c->a);
	pl_buf_init(&auths, c->a);
	pl_buf_init(&blobs, c->a);
	r->has_access = pl_has(o, "accessList");
	r->has_auths = pl_has(o, "authorizationList");
	r->has_blobs = pl_has(o, "blobVersionedHashes");
	if (r->has_access)
		PL_TRY(pl_access_from_json(&access, o, e));
	if (r->has_auths)
		PL_TRY(pl_auths_from_json(&auths, o, PL_MAX_CALL_AUTHS, e));
	if (r->has_blobs)
		PL_TRY(pl_blobs_from_json(&blobs, o, e));
	r->tx.access_list = pl_buf_span(&access);
	r->tx.auth_list = pl_buf_span(&auths);
	r->tx.blob_hashes = pl_buf_span(&blobs);
	return PL_OK;
}

/* "input" is the newer name of "data". */
static enum pl_rc input(struct node_call *c, struct pl_tx *tx,
			const struct pl_json *o, struct pl_err *e)
{
	if (pl_has(o, "input"))
		return pl_get_data(c->a, &tx->data, o, "input", e);
	if (pl_has(o, "data"))
		return pl_get_data(c->a, &tx->data, o, "data", e);
	return PL_OK;
}

static enum pl_rc fees(struct node_request *r, const struct pl_json *o,
		       struct pl_err *e)
{
	struct pl_tx *tx = &r->tx;
	bool blob;

	PL_TRY(quantity(&tx->gas_price, &r->has_price, o, "gasPrice", e));
	PL_TRY(quantity(&tx->max_fee, &r->has_cap, o, "maxFeePerGas", e));
	PL_TRY(quantity(&tx->max_priority_fee, &r->has_tip, o,
			"maxPriorityFeePerGas", e));
	if (r->has_price && (r->has_cap || r->has_tip))
		return pl_fail(e, PL_EUSAGE,
			       "both gasPrice and (maxFeePerGas or "
			       "maxPriorityFeePerGas) specified");
	return quantity(&tx->max_blob_fee, &blob, o, "maxFeePerBlobGas", e);
}

static enum pl_rc type_of(struct node_request *r, const struct pl_json *o,
			  struct pl_err *e)
{
	uint64_t type;

	r->has_type = pl_has(o, "type");
	if (r->has_type) {
		PL_TRY(pl_get_u64(&type, o, "type", e));
		if (type > PL_TX_SETCODE)
			return pl_fail(e, PL_EUSAGE, "a type %ju transaction",
				       (uintmax_t)type);
		r->tx.type = (enum pl_tx_type)type;
		return PL_OK;
	}
	r->tx.type = r->has_auths    ? PL_TX_SETCODE
		     : r->has_blobs  ? PL_TX_BLOB
		     : !r->has_price ? PL_TX_FEE
		     : r->has_access ? PL_TX_ACCESS
				     : PL_TX_LEGACY;
	return PL_OK;
}

static enum pl_rc plain(struct node_request *r, const struct pl_json *o,
			struct pl_err *e)
{
	struct pl_tx *tx = &r->tx;
	bool value;

	r->has_from = pl_has(o, "from");
	r->has_nonce = pl_has(o, "nonce");
	r->has_gas = pl_has(o, "gas");
	tx->has_to =
		pl_has(o, "to") && pl_json_str_len(pl_json_get(o, "to")) > 2;
	if (r->has_from)
		PL_TRY(pl_get_addr(&r->from, o, "from", e));
	if (tx->has_to)
		PL_TRY(pl_get_addr(&tx->to, o, "to", e));
	if (r->has_nonce)
		PL_TRY(pl_get_u64(&tx->nonce, o, "nonce", e));
	if (r->has_gas)
		PL_TRY(pl_get_u64(&tx->gas, o, "gas", e));
	return quantity(&tx->value, &value, o, "value", e);
}

static enum pl_rc read(struct node_call *c, struct node_request *r,
		       const struct pl_json *o, struct pl_err *e)
{
	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EUSAGE, "%s where a transaction belongs",
			       pl_json_type_name(o));
	PL_TRY(plain(r, o, e));
	PL_TRY(input(c, &r->tx, o, e));
	PL_TRY(fees(r, o, e));
	PL_TRY(lists(c, r, o, e));
	r->tx.has_chain_id = true;
	r->tx.chain_id = pl_dev_conf(c->d)->chain_id;
	if (pl_has(o, "chainId"))
		PL_TRY(pl_get_u64(&r->tx.chain_id, o, "chainId", e));
	return type_of(r, o, e);
}

enum pl_rc node_request(struct node_call *c, struct node_request *out,
			const struct pl_json *o, struct pl_err *e)
{
	struct node_request r = { .has_from = false };

	if (read(c, &r, o, e))
		return node_bad(c, e);
	*out = r;
	return PL_OK;
}
