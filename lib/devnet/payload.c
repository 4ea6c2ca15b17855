/* A block's header and body as an ExecutionPayloadHeader. */
#include "codec/ssz.h"
#include "devnet/beacon.h"

/* SPEC bellatrix/beacon-chain ExecutionPayload: depths of its lists' limits,
 * MAX_TRANSACTIONS_PER_PAYLOAD and, of the minimal preset,
 * MAX_WITHDRAWALS_PER_PAYLOAD */
#define TXS_DEPTH 20
#define WITHDRAWALS_DEPTH 2
#define MAX_BYTES_PER_TRANSACTION ((size_t)1 << 30)

static struct pl_hash32 txs_root(const struct pl_dev_payload *p)
{
	struct pl_hash32 root;
	struct pl_ssz_tree t;

	pl_ssz_tree_init(&t);
	for (size_t i = 0; i < p->n_txs; i++) {
		pl_ssz_byte_list_root(&root, p->txs[i],
				      MAX_BYTES_PER_TRANSACTION);
		pl_ssz_tree_root(&t, &root);
	}
	pl_ssz_tree_end(&root, &t, TXS_DEPTH);
	pl_ssz_mix_in_length(&root, p->n_txs);
	return root;
}

static struct pl_hash32 withdrawals_root(const struct pl_dev_payload *p)
{
	struct pl_ssz_tree t, one;
	struct pl_hash32 root;

	pl_ssz_tree_init(&t);
	for (size_t i = 0; i < p->n_withdrawals; i++) {
		const struct pl_withdrawal *w = &p->withdrawals[i];

		pl_ssz_tree_init(&one);
		pl_ssz_tree_u64(&one, w->index);
		pl_ssz_tree_u64(&one, w->validator);
		pl_ssz_tree_bytes(&one, w->address.b, sizeof(w->address.b));
		pl_ssz_tree_u64(&one, w->gwei);
		pl_ssz_tree_end(&root, &one, 2);
		pl_ssz_tree_root(&t, &root);
	}
	pl_ssz_tree_end(&root, &t, WITHDRAWALS_DEPTH);
	pl_ssz_mix_in_length(&root, p->n_withdrawals);
	return root;
}

void pl_dev_execution(struct pl_lc_execution *out,
		      const struct pl_dev_payload *p)
{
	const struct pl_header *h = p->header;
	struct pl_lc_execution x = {
		.parent_hash = h->parent_hash,
		.fee_recipient = h->miner,
		.state_root = h->state_root,
		.receipts_root = h->receipts_root,
		.prev_randao = h->mix_hash,
		.block_number = h->number,
		.gas_limit = h->gas_limit,
		.gas_used = h->gas_used,
		.timestamp = h->time,
		.block_hash = h->hash,
		.blob_gas_used = h->blob_gas_used,
		.excess_blob_gas = h->excess_blob_gas,
	};
	struct pl_hash32 be;

	memcpy(x.logs_bloom, h->bloom, sizeof(x.logs_bloom));
	x.extra_n = h->extra.n < sizeof(x.extra_data) ? h->extra.n
						      : sizeof(x.extra_data);
	if (x.extra_n)
		memcpy(x.extra_data, h->extra.p, x.extra_n);
	pl_u256_to_be(be.b, &h->base_fee);
	for (size_t i = 0; i < 32; i++)
		x.base_fee_per_gas[i] = be.b[31 - i];
	x.transactions_root = txs_root(p);
	x.withdrawals_root = withdrawals_root(p);
	*out = x;
}
