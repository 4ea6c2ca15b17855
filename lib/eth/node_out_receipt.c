/* Receipts and logs as nodes write them. */
#include <assert.h>

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/blob.h"
#include "eth/check.h"
#include "eth/node_out.h"

void pl_node_log(struct pl_jout *w, const char *key,
		 const struct pl_node_place *at, const struct pl_log *log)
{
	pl_jout_open(w, key, '{');
	pl_jout_addr(w, "address", &log->address);
	pl_jout_open(w, "topics", '[');
	for (unsigned i = 0; i < log->n_topics; i++)
		pl_jout_hash(w, NULL, &log->topics[i]);
	pl_jout_close(w, ']');
	pl_jout_data(w, "data", log->data);
	pl_jout_hash(w, "blockHash", &at->header->hash);
	pl_jout_u64(w, "blockNumber", at->header->number);
	pl_jout_u64(w, "blockTimestamp", at->header->time);
	pl_jout_hash(w, "transactionHash", &at->tx);
	pl_jout_u64(w, "transactionIndex", at->tx_index);
	pl_jout_u64(w, "logIndex", at->log_index);
	pl_jout_bool(w, "removed", at->removed); /* the last: see below */
	pl_jout_close(w, '}');
}

struct pl_span pl_node_log_gone(struct pl_arena *a, struct pl_span text)
{
	static const char was[] = "false}", is[] = "true}";
	const size_t n = sizeof(was) - 1;
	struct pl_buf b;

	assert(text.n >= n && !memcmp(text.p + text.n - n, was, n));
	pl_buf_init(&b, a);
	pl_buf_put(&b, (struct pl_span){ text.p, text.n - n });
	pl_buf_str(&b, is);
	return pl_buf_span(&b);
}

/* Where a receipt stands among the block's. */
struct run {
	size_t i;
	uint64_t gas;  /* cumulative before it */
	uint64_t logs; /* before it */
};

/* The transaction's side of a receipt. */
struct side {
	uint64_t type, nonce;
	struct pl_addr from, to;
	bool has_to, makes; /* creates a contract whose address is known */
	struct pl_u256 price;
	uint64_t blobs;
};

static enum pl_rc own_side(struct pl_arena *a, struct side *s,
			   const struct pl_node_block *b, size_t i,
			   struct pl_err *e)
{
	struct pl_span raw = b->txs[i];
	struct pl_own_tx own;
	struct pl_check c;

	pl_check_init(&c, a);
	PL_TRY(b->family->tx(&c, &own, &raw, NULL, e));
	*s = (struct side){ .type = own.type,
			    .from = own.from,
			    .to = own.to,
			    .has_to = own.has_to };
	if (b->family->own_price)
		s->price = b->family->own_price(b->header, own.type);
	return PL_OK;
}

static enum pl_rc tx_side(struct pl_arena *a, struct side *s,
			  const struct pl_node_block *b, size_t i,
			  struct pl_err *e)
{
	const struct pl_family *f = b->family;
	struct pl_buf scratch;
	struct pl_tx tx;

	if (f && f->owns && f->tx && b->txs[i].n && f->owns(*b->txs[i].p))
		return own_side(a, s, b, i, e);
	PL_TRY(pl_tx_decode(&tx, b->txs[i], e));
	*s = (struct side){ .type = tx.type,
			    .nonce = tx.nonce,
			    .to = tx.to,
			    .has_to = tx.has_to,
			    .makes = !tx.has_to,
			    .blobs = tx.blob_hashes.n / 33 };
	s->price = f && f->price ? f->price(b->header, &tx)
				 : pl_tx_price(&tx, &b->header->base_fee);
	if (b->senders) {
		s->from = b->senders[i];
		return PL_OK;
	}
	pl_buf_init(&scratch, a);
	return pl_tx_sender(&s->from, &tx, &scratch, b->header->n_fields == 15,
			    e);
}

static enum pl_rc logs_out(struct pl_jout *w, const struct pl_node_block *b,
			   const struct run *run, const struct pl_hash32 *tx,
			   const struct pl_receipt *r, struct pl_err *e)
{
	struct pl_node_place at = { .header = b->header,
				    .tx = *tx,
				    .tx_index = b->first + run->i,
				    .log_index = run->logs };
	struct pl_span list = r->logs;
	struct pl_log log;

	pl_jout_open(w, "logs", '[');
	for (; list.n; at.log_index++) {
		PL_TRY(pl_log_next(&log, &list, e));
		pl_node_log(w, NULL, &at, &log);
	}
	pl_jout_close(w, ']');
	return PL_OK;
}

/* Unless the maker says, only the main network's schedule of blob prices is
 * known here. */
static void blobs_out(struct pl_jout *w, const struct pl_node_block *b,
		      const struct side *s)
{
	const struct pl_header *h = b->header;
	struct pl_u256 price;

	if (s->type != PL_TX_BLOB)
		return;
	pl_jout_u64(w, "blobGasUsed", s->blobs * PL_BLOB_GAS);
	if (b->blob_price)
		pl_jout_u256(w, "blobGasPrice", b->blob_price);
	else if (b->chain_id == 1 &&
		 pl_blob_price(&price, pl_fork_mainnet(h->number, h->time),
			       h->excess_blob_gas))
		pl_jout_u256(w, "blobGasPrice", &price);
}

static void addresses_out(struct pl_jout *w, const struct side *s)
{
	struct pl_addr made;

	pl_jout_addr(w, "from", &s->from);
	if (s->has_to)
		pl_jout_addr(w, "to", &s->to);
	else
		pl_jout_null(w, "to");
	if (!s->makes) {
		pl_jout_null(w, "contractAddress");
		return;
	}
	made = pl_create_address(&s->from, s->nonce);
	pl_jout_addr(w, "contractAddress", &made);
}

static enum pl_rc receipt_out(struct pl_jout *w, const struct pl_node_block *b,
			      const struct run *run, const struct side *s,
			      const struct pl_receipt *r, struct pl_err *e)
{
	const struct pl_hash32 hash = pl_keccak256(b->txs[run->i]);

	pl_jout_hash(w, "blockHash", &b->header->hash);
	pl_jout_u64(w, "blockNumber", b->header->number);
	pl_jout_hash(w, "transactionHash", &hash);
	pl_jout_u64(w, "transactionIndex", b->first + run->i);
	pl_jout_u64(w, "type", r->type);
	addresses_out(w, s);
	pl_jout_u64(w, "cumulativeGasUsed", r->cumulative_gas);
	pl_jout_u64(w, "gasUsed", r->cumulative_gas - run->gas);
	pl_jout_u256(w, "effectiveGasPrice", &s->price);
	blobs_out(w, b, s);
	pl_jout_data(w, "logsBloom", (struct pl_span){ r->bloom, PL_BLOOM });
	if (r->has_state_root)
		pl_jout_hash(w, "root", &r->state_root);
	else
		pl_jout_u64(w, "status", r->status);
	if (b->family && b->family->receipt_out)
		b->family->receipt_out(w, b->header);
	return logs_out(w, b, run, &hash, r, e);
}

static enum pl_rc one(struct pl_jout *w, struct pl_arena *a, const char *key,
		      const struct pl_node_block *b, const struct run *run,
		      const struct pl_receipt *r, struct pl_err *e)
{
	struct side s;

	PL_TRY(tx_side(a, &s, b, run->i, e));
	if (s.type != r->type)
		return pl_fail(e, PL_EFORMAT,
			       "a receipt of type %u for a transaction of "
			       "type %u",
			       (unsigned)r->type, (unsigned)s.type);
	if (r->cumulative_gas < run->gas)
		return pl_fail(e, PL_EFORMAT, "gas that falls");
	pl_jout_open(w, key, '{');
	PL_TRY(receipt_out(w, b, run, &s, r, e));
	pl_jout_close(w, '}');
	return PL_OK;
}

static enum pl_rc count_logs(uint64_t *n, const struct pl_receipt *r,
			     struct pl_err *e)
{
	size_t count;

	PL_TRY(pl_rlp_count(&count, r->logs, e));
	*n += count;
	return PL_OK;
}

/* Receipts from..to, with what those before them add up to. */
static enum pl_rc range(struct pl_jout *w, struct pl_arena *a, const char *key,
			const struct pl_node_block *b, size_t from, size_t to,
			struct pl_err *e)
{
	struct run run = { .gas = b->first_gas, .logs = b->first_log };
	struct pl_receipt r;

	for (; run.i < to; run.i++) {
		enum pl_rc rc = pl_receipt_decode(&r, b->receipts[run.i], e);

		if (!rc && run.i >= from)
			rc = one(w, a, key, b, &run, &r, e);
		if (!rc)
			rc = count_logs(&run.logs, &r, e);
		if (rc)
			return pl_note(e, "receipt %zu", run.i);
		run.gas = r.cumulative_gas;
	}
	return PL_OK;
}

enum pl_rc pl_node_receipt(struct pl_jout *w, struct pl_arena *a,
			   const char *key, const struct pl_node_block *b,
			   size_t i, struct pl_err *e)
{
	return range(w, a, key, b, i, i + 1, e);
}

enum pl_rc pl_node_receipts(struct pl_jout *w, struct pl_arena *a,
			    const char *key, const struct pl_node_block *b,
			    struct pl_err *e)
{
	pl_jout_open(w, key, '[');
	PL_TRY(range(w, a, NULL, b, 0, b->n_txs, e));
	pl_jout_close(w, ']');
	return PL_OK;
}
