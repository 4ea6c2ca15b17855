/* Transactions as nodes write them. */
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/check.h"
#include "eth/node_out.h"

void pl_node_tx_place(struct pl_jout *w, const struct pl_node_block *b,
		      size_t i, uint64_t type)
{
	const struct pl_hash32 hash = pl_keccak256(b->txs[i]);

	if (b->header) {
		pl_jout_hash(w, "blockHash", &b->header->hash);
		pl_jout_u64(w, "blockNumber", b->header->number);
		pl_jout_u64(w, "transactionIndex", b->first + i);
	} else {
		pl_jout_null(w, "blockHash");
		pl_jout_null(w, "blockNumber");
		pl_jout_null(w, "transactionIndex");
	}
	pl_jout_hash(w, "hash", &hash);
	pl_jout_u64(w, "type", type);
}

static enum pl_rc access_list(struct pl_jout *w, struct pl_span list,
			      struct pl_err *e)
{
	struct pl_addr addr;
	struct pl_hash32 k;
	struct pl_span keys;

	pl_jout_open(w, "accessList", '[');
	while (list.n) {
		PL_TRY(pl_access_next(&addr, &keys, &list, e));
		pl_jout_open(w, NULL, '{');
		pl_jout_addr(w, "address", &addr);
		pl_jout_open(w, "storageKeys", '[');
		while (keys.n) {
			PL_TRY(pl_rlp_fixed(k.b, sizeof(k.b), &keys, e));
			pl_jout_hash(w, NULL, &k);
		}
		pl_jout_close(w, ']');
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
	return PL_OK;
}

static enum pl_rc blob_hashes(struct pl_jout *w, struct pl_span list,
			      struct pl_err *e)
{
	struct pl_hash32 h;

	pl_jout_open(w, "blobVersionedHashes", '[');
	while (list.n) {
		PL_TRY(pl_rlp_fixed(h.b, sizeof(h.b), &list, e));
		pl_jout_hash(w, NULL, &h);
	}
	pl_jout_close(w, ']');
	return PL_OK;
}

static enum pl_rc auth_list(struct pl_jout *w, struct pl_span list,
			    struct pl_err *e)
{
	struct pl_auth t;

	pl_jout_open(w, "authorizationList", '[');
	while (list.n) {
		PL_TRY(pl_auth_next(&t, &list, e));
		pl_jout_open(w, NULL, '{');
		pl_jout_u256(w, "chainId", &t.chain_id);
		pl_jout_addr(w, "address", &t.address);
		pl_jout_u64(w, "nonce", t.nonce);
		pl_jout_u64(w, "yParity", t.y_parity);
		pl_jout_u256(w, "r", &t.r);
		pl_jout_u256(w, "s", &t.s);
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
	return PL_OK;
}

static void signature(struct pl_jout *w, const struct pl_tx *tx)
{
	const struct pl_u256 r = pl_u256_from_be32(tx->sig.r);
	const struct pl_u256 s = pl_u256_from_be32(tx->sig.s);

	if (tx->type == PL_TX_LEGACY) {
		pl_jout_u64(w, "v", pl_tx_v(tx));
	} else {
		pl_jout_u64(w, "v", tx->sig.y_parity);
		pl_jout_u64(w, "yParity", tx->sig.y_parity);
	}
	pl_jout_u256(w, "r", &r);
	pl_jout_u256(w, "s", &s);
}

/* What a unit of gas cost: nothing of the kind before London but the price the
 * sender named. */
static struct pl_u256 price_of(const struct pl_node_block *b,
			       const struct pl_tx *tx)
{
	if (b->family && b->family->price)
		return b->family->price(b->header, tx);
	if (!b->header)
		return tx->max_fee;
	return pl_tx_price(tx, &b->header->base_fee);
}

static void fees(struct pl_jout *w, const struct pl_node_block *b,
		 const struct pl_tx *tx)
{
	const struct pl_u256 price = price_of(b, tx);

	pl_jout_u64(w, "gas", tx->gas);
	if (tx->type < PL_TX_FEE) {
		pl_jout_u256(w, "gasPrice", &tx->gas_price);
		return;
	}
	pl_jout_u256(w, "gasPrice", &price);
	pl_jout_u256(w, "maxFeePerGas", &tx->max_fee);
	pl_jout_u256(w, "maxPriorityFeePerGas", &tx->max_priority_fee);
}

static enum pl_rc lists(struct pl_jout *w, const struct pl_tx *tx,
			struct pl_err *e)
{
	if (tx->type != PL_TX_LEGACY)
		PL_TRY(access_list(w, tx->access_list, e));
	if (tx->type == PL_TX_BLOB) {
		pl_jout_u256(w, "maxFeePerBlobGas", &tx->max_blob_fee);
		PL_TRY(blob_hashes(w, tx->blob_hashes, e));
	}
	return tx->type == PL_TX_SETCODE ? auth_list(w, tx->auth_list, e)
					 : PL_OK;
}

static enum pl_rc members(struct pl_jout *w, struct pl_arena *a,
			  const struct pl_node_block *b, size_t i,
			  struct pl_err *e)
{
	struct pl_buf scratch;
	struct pl_addr from;
	struct pl_tx tx;

	PL_TRY(pl_tx_decode(&tx, b->txs[i], e));
	pl_buf_init(&scratch, a);
	if (b->senders)
		from = b->senders[i];
	else
		PL_TRY(pl_tx_sender(&from, &tx, &scratch,
				    b->header->n_fields == 15, e));
	pl_node_tx_place(w, b, i, tx.type);
	pl_jout_addr(w, "from", &from);
	if (tx.has_to)
		pl_jout_addr(w, "to", &tx.to);
	else
		pl_jout_null(w, "to");
	pl_jout_data(w, "input", tx.data);
	pl_jout_u64(w, "nonce", tx.nonce);
	pl_jout_u256(w, "value", &tx.value);
	fees(w, b, &tx);
	if (tx.has_chain_id)
		pl_jout_u64(w, "chainId", tx.chain_id);
	PL_TRY(lists(w, &tx, e));
	signature(w, &tx);
	return PL_OK;
}

enum pl_rc pl_node_tx(struct pl_jout *w, struct pl_arena *a, const char *key,
		      const struct pl_node_block *b, size_t i, struct pl_err *e)
{
	const struct pl_family *f = b->family;
	const struct pl_span raw = b->txs[i];
	enum pl_rc rc;

	pl_jout_open(w, key, '{');
	if (f && f->tx_out && raw.n && f->owns && f->owns(*raw.p))
		rc = f->tx_out(w, a, b, i, e);
	else
		rc = members(w, a, b, i, e);
	if (rc)
		return pl_note(e, "transaction %zu", i);
	pl_jout_close(w, '}');
	return PL_OK;
}
