#include "orbit/nitro_out.h"

#include "crypto/keccak.h"
#include "orbit/nitro.h"
#include "orbit/nitro_tx.h"

void pl_nitro_header_out(struct pl_jout *w, const struct pl_header *h)
{
	const struct pl_nitro n = pl_nitro_read(h);

	pl_jout_u64(w, "l1BlockNumber", n.l1_block);
	pl_jout_u64(w, "sendCount", n.send_count);
	pl_jout_hash(w, "sendRoot", &n.send_root);
}

void pl_nitro_receipt_out(struct pl_jout *w, const struct pl_header *h)
{
	pl_jout_u64(w, "l1BlockNumber", pl_nitro_read(h).l1_block);
}

struct pl_u256 pl_nitro_price(const struct pl_header *h, const struct pl_tx *tx)
{
	return pl_nitro_read(h).collect_tips ? pl_tx_price(tx, &h->base_fee)
					     : h->base_fee;
}

struct pl_u256 pl_nitro_own_price(const struct pl_header *h, uint64_t type)
{
	if (type == PL_NITRO_DEPOSIT || type == PL_NITRO_INTERNAL)
		return pl_u256_of(0);
	return h->base_fee;
}

/* What all of them show, though only some have it. */
static void common(struct pl_jout *w, const struct pl_nitro_view *v,
		   const struct pl_u256 *price)
{
	pl_jout_addr(w, "from", &v->from);
	if (v->has_to)
		pl_jout_addr(w, "to", &v->to);
	else
		pl_jout_null(w, "to");
	pl_jout_data(w, "input", v->input);
	pl_jout_u64(w, "nonce", v->nonce);
	pl_jout_u256(w, "value", &v->value);
	pl_jout_u64(w, "gas", v->gas);
	pl_jout_u256(w, "gasPrice", price);
	/* nobody signed */
	pl_jout_u64(w, "v", 0);
	pl_jout_u64(w, "r", 0);
	pl_jout_u64(w, "s", 0);
}

static void retry(struct pl_jout *w, const struct pl_nitro_tx *tx)
{
	pl_jout_hash(w, "ticketId", &tx->ticket_id);
	pl_jout_addr(w, "refundTo", &tx->refund_to);
	pl_jout_u256(w, "maxFeePerGas", &tx->fee_cap);
	pl_jout_u256(w, "maxRefund", &tx->max_refund);
	pl_jout_u256(w, "submissionFeeRefund", &tx->fee_refund);
}

static void submit(struct pl_jout *w, const struct pl_nitro_tx *tx)
{
	pl_jout_hash(w, "requestId", &tx->request_id);
	pl_jout_u256(w, "l1BaseFee", &tx->l1_base_fee);
	pl_jout_u256(w, "depositValue", &tx->deposit);
	if (tx->has_to)
		pl_jout_addr(w, "retryTo", &tx->to);
	else
		pl_jout_null(w, "retryTo");
	pl_jout_u256(w, "retryValue", &tx->value);
	pl_jout_data(w, "retryData", tx->data);
	pl_jout_addr(w, "beneficiary", &tx->beneficiary);
	pl_jout_u256(w, "maxSubmissionFee", &tx->max_submission_fee);
	pl_jout_addr(w, "refundTo", &tx->refund_to);
	pl_jout_u256(w, "maxFeePerGas", &tx->fee_cap);
}

static void own_members(struct pl_jout *w, const struct pl_nitro_tx *tx)
{
	switch (tx->type) {
	case PL_NITRO_DEPOSIT:
		pl_jout_hash(w, "requestId", &tx->request_id);
		return;
	case PL_NITRO_CONTRACT:
		pl_jout_hash(w, "requestId", &tx->request_id);
		pl_jout_u256(w, "maxFeePerGas", &tx->fee_cap);
		return;
	case PL_NITRO_RETRY:
		retry(w, tx);
		return;
	case PL_NITRO_SUBMIT:
		submit(w, tx);
		return;
	case PL_NITRO_UNSIGNED:
		pl_jout_u256(w, "maxFeePerGas", &tx->fee_cap);
		return;
	case PL_NITRO_INTERNAL:
		return;
	}
}

enum pl_rc pl_nitro_tx_out(struct pl_jout *w, struct pl_arena *a,
			   const struct pl_node_block *b, size_t i,
			   struct pl_err *e)
{
	struct pl_nitro_view v;
	struct pl_nitro_tx tx;
	struct pl_u256 price;

	PL_TRY(pl_nitro_tx_decode(&tx, b->txs[i], e));
	v = pl_nitro_tx_view(a, &tx);
	price = pl_nitro_own_price(b->header, tx.type);
	pl_node_tx_place(w, b, i, tx.type);
	common(w, &v, &price);
	pl_jout_u64(w, "chainId", tx.chain_id);
	own_members(w, &tx);
	return PL_OK;
}
