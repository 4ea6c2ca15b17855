/* Headers, blocks and proofs.  Transactions: node_out_tx.c; receipts:
 * node_out_receipt.c. */
#include "eth/node_out.h"

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/check.h"

static void first_members(struct pl_jout *w, const struct pl_header *h)
{
	pl_jout_u64(w, "number", h->number);
	pl_jout_hash(w, "hash", &h->hash);
	pl_jout_hash(w, "parentHash", &h->parent_hash);
	pl_jout_data(w, "nonce", (struct pl_span){ h->nonce, 8 });
	pl_jout_hash(w, "mixHash", &h->mix_hash);
	pl_jout_hash(w, "sha3Uncles", &h->uncles_hash);
	pl_jout_data(w, "logsBloom", (struct pl_span){ h->bloom, PL_BLOOM });
	pl_jout_hash(w, "stateRoot", &h->state_root);
	pl_jout_addr(w, "miner", &h->miner);
	pl_jout_u256(w, "difficulty", &h->difficulty);
	pl_jout_data(w, "extraData", h->extra);
	pl_jout_u64(w, "gasLimit", h->gas_limit);
	pl_jout_u64(w, "gasUsed", h->gas_used);
	pl_jout_u64(w, "timestamp", h->time);
	pl_jout_hash(w, "transactionsRoot", &h->tx_root);
	pl_jout_hash(w, "receiptsRoot", &h->receipts_root);
}

void pl_node_header(struct pl_jout *w, const struct pl_node_block *b)
{
	const struct pl_header *h = b->header;

	first_members(w, h);
	if (h->n_fields >= 16)
		pl_jout_u256(w, "baseFeePerGas", &h->base_fee);
	if (h->n_fields >= 17)
		pl_jout_hash(w, "withdrawalsRoot", &h->withdrawals_root);
	if (h->n_fields >= 20) {
		pl_jout_u64(w, "blobGasUsed", h->blob_gas_used);
		pl_jout_u64(w, "excessBlobGas", h->excess_blob_gas);
		pl_jout_hash(w, "parentBeaconBlockRoot",
			     &h->parent_beacon_root);
	}
	if (h->n_fields >= 21)
		pl_jout_hash(w, "requestsHash", &h->requests_hash);
	if (b->family && b->family->header_out)
		b->family->header_out(w, h);
}

/* -------------------------------------------------------------- blocks */

/* Bytes of an item whose payload has n bytes. */
static uint64_t with_head(uint64_t n)
{
	uint8_t head[PL_RLP_HEAD];

	return n + pl_rlp_head(head, true, n);
}

/* The block's RLP: [header, transactions, uncles (none), withdrawals]. */
static uint64_t block_size(struct pl_arena *a, const struct pl_node_block *b)
{
	uint64_t txs = 0, payload = 0, withdrawals = 0;
	struct pl_buf header;

	pl_buf_init(&header, a);
	pl_header_encode(&header, b->header);
	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_span raw = b->txs[i];

		/* typed ones are byte strings, legacy ones lists already */
		txs += raw.n && *raw.p < 0x80 ? with_head(raw.n) : raw.n;
	}
	for (size_t i = 0; i < b->n_withdrawals; i++)
		withdrawals += b->withdrawals[i].n;
	payload = header.n + with_head(txs) + with_head(0);
	if (b->header->n_fields >= 17)
		payload += with_head(withdrawals);
	return with_head(payload);
}

static enum pl_rc withdrawal(struct pl_jout *w, struct pl_span raw,
			     struct pl_err *e)
{
	uint64_t index, validator, amount;
	struct pl_addr to;
	struct pl_span in;

	PL_TRY(pl_rlp_whole_list(&in, raw, e));
	PL_TRY(pl_rlp_u64(&index, &in, e));
	PL_TRY(pl_rlp_u64(&validator, &in, e));
	PL_TRY(pl_rlp_fixed(to.b, sizeof(to.b), &in, e));
	PL_TRY(pl_rlp_u64(&amount, &in, e));
	PL_TRY(pl_rlp_end(in, "the withdrawal", e));
	pl_jout_open(w, NULL, '{');
	pl_jout_u64(w, "index", index);
	pl_jout_u64(w, "validatorIndex", validator);
	pl_jout_addr(w, "address", &to);
	pl_jout_u64(w, "amount", amount);
	pl_jout_close(w, '}');
	return PL_OK;
}

static enum pl_rc withdrawals(struct pl_jout *w, const struct pl_node_block *b,
			      struct pl_err *e)
{
	if (b->header->n_fields < 17)
		return PL_OK;
	pl_jout_open(w, "withdrawals", '[');
	for (size_t i = 0; i < b->n_withdrawals; i++)
		if (withdrawal(w, b->withdrawals[i], e))
			return pl_note(e, "withdrawals[%zu]", i);
	pl_jout_close(w, ']');
	return PL_OK;
}

static enum pl_rc transactions(struct pl_jout *w, struct pl_arena *a,
			       const struct pl_node_block *b, bool full,
			       struct pl_err *e)
{
	pl_jout_open(w, "transactions", '[');
	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_hash32 hash;

		if (full) {
			PL_TRY(pl_node_tx(w, a, NULL, b, i, e));
			continue;
		}
		hash = pl_keccak256(b->txs[i]);
		pl_jout_hash(w, NULL, &hash);
	}
	pl_jout_close(w, ']');
	return PL_OK;
}

enum pl_rc pl_node_block(struct pl_jout *w, struct pl_arena *a, const char *key,
			 const struct pl_node_block *b, bool full,
			 struct pl_err *e)
{
	pl_jout_open(w, key, '{');
	pl_node_header(w, b);
	if (pl_hash32_equal(&b->header->uncles_hash, &pl_empty_uncles)) {
		pl_jout_u64(w, "size", block_size(a, b));
		pl_jout_open(w, "uncles", '[');
		pl_jout_close(w, ']');
	}
	PL_TRY(transactions(w, a, b, full, e));
	PL_TRY(withdrawals(w, b, e));
	pl_jout_close(w, '}');
	return PL_OK;
}

/* -------------------------------------------------------------- proofs */

static void nodes_out(struct pl_jout *w, const char *key,
		      const struct pl_span *nodes, size_t n)
{
	pl_jout_open(w, key, '[');
	for (size_t i = 0; i < n; i++)
		pl_jout_data(w, NULL, nodes[i]);
	pl_jout_close(w, ']');
}

void pl_node_proof(struct pl_jout *w, const char *key,
		   const struct pl_node_proof *p)
{
	pl_jout_open(w, key, '{');
	pl_jout_addr(w, "address", &p->address);
	nodes_out(w, "accountProof", p->nodes, p->n_nodes);
	pl_jout_u256(w, "balance", &p->account.balance);
	pl_jout_hash(w, "codeHash", &p->account.code_hash);
	pl_jout_u64(w, "nonce", p->account.nonce);
	pl_jout_hash(w, "storageHash", &p->account.storage_root);
	pl_jout_open(w, "storageProof", '[');
	for (size_t i = 0; i < p->n_slots; i++) {
		const struct pl_node_slot *s = &p->slots[i];

		pl_jout_open(w, NULL, '{');
		pl_jout_hash(w, "key", &s->key);
		pl_jout_u256(w, "value", &s->value);
		nodes_out(w, "proof", s->nodes, s->n_nodes);
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
	pl_jout_close(w, '}');
}
