#include "cmd/light/tx_row.h"

#include <inttypes.h>

#include "base/hex.h"
#include "crypto/addr.h"
#include "crypto/keccak.h"
#include "eth/check.h"
#include "eth/tx.h"
#include "orbit/nitro_tx.h"

/* clang-format off */
#define T(m, type) PL_AT(struct pl_tx_row, m, type)
const struct pl_field pl_tx_row_fields[] = {
	{ .name = "index", .kind = PL_UINT, .off = T(index, uint64_t),
	  .about = "its place in the block" },
	{ .name = "hash", .kind = PL_HASH32, .off = T(hash, struct pl_hash32),
	  .about = "of its bytes" },
	{ .name = "type", .kind = PL_UINT, .off = T(type, uint64_t),
	  .about = "0 to 4, or the chain's own from 100 on",
	  .flags = PL_WIDE },
	{ .name = "from", .kind = PL_ADDR, .off = T(from, struct pl_addr),
	  .about = "who signed it" },
	{ .name = "to", .kind = PL_ADDR, .off = T(to, const struct pl_addr *),
	  .about = "null: it makes a contract", .flags = PL_NULLABLE },
	{ .name = "value", .kind = PL_AMOUNT, .off = T(value, struct pl_amount),
	  .about = "of the chain's own currency" },
	{ .name = "nonce", .kind = PL_UINT, .off = T(nonce, uint64_t),
	  .about = "the sender's count", .flags = PL_WIDE },
	{ .name = "gas", .kind = PL_UINT, .off = T(gas, uint64_t),
	  .about = "that it might use", .flags = PL_WIDE },
	{ .name = "price", .kind = PL_U256, .off = T(price, struct pl_u256),
	  .about = "wei that a unit of gas cost", .flags = PL_WIDE },
	{ .name = "input", .kind = PL_BYTES, .off = T(input, struct pl_span),
	  .about = "data of the call, or code that makes the contract",
	  .flags = PL_WIDE },
	{ 0 },
};

#define L(m, type) PL_AT(struct pl_log_row, m, type)
const struct pl_field pl_log_row_fields[] = {
	{ .name = "block", .kind = PL_UINT, .off = L(block, uint64_t),
	  .about = "number of its block" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = L(block_hash, struct pl_hash32),
	  .about = "hash of its block", .flags = PL_WIDE },
	{ .name = "time", .kind = PL_TIME, .off = L(time, int64_t),
	  .about = "of its block", .flags = PL_WIDE },
	{ .name = "tx", .kind = PL_HASH32, .off = L(tx, struct pl_hash32),
	  .about = "the transaction" },
	{ .name = "tx_index", .kind = PL_UINT, .off = L(tx_index, uint64_t),
	  .about = "the transaction's place in the block", .flags = PL_WIDE },
	{ .name = "log_index", .kind = PL_UINT, .off = L(log_index, uint64_t),
	  .about = "its place among the block's logs" },
	{ .name = "address", .kind = PL_ADDR, .off = L(address, struct pl_addr),
	  .about = "the contract" },
	{ .name = "topics", .kind = PL_LIST, .off = L(topics, struct pl_list),
	  .of = PL_HASH32, .size = sizeof(struct pl_hash32),
	  .about = "the event's, and its indexed values" },
	{ .name = "data", .kind = PL_BYTES, .off = L(data, struct pl_span),
	  .about = "its other values" },
	{ 0 },
};
/* clang-format on */

static const struct pl_addr *dup_addr(struct pl_arena *a, bool has,
				      const struct pl_addr *addr)
{
	struct pl_addr *copy = PL_NEW(a, struct pl_addr);

	*copy = *addr;
	return has ? copy : NULL;
}

/* Without a signature: the sender is a field. */
static enum pl_rc nitro_row(struct pl_arena *a, struct pl_tx_row *row,
			    const struct pl_node_block *b, struct pl_span raw,
			    struct pl_err *e)
{
	struct pl_nitro_view v;
	struct pl_nitro_tx tx;

	PL_TRY(pl_nitro_tx_decode(&tx, raw, e));
	v = pl_nitro_tx_view(a, &tx);
	row->type = tx.type;
	row->from = v.from;
	row->to = dup_addr(a, v.has_to, &v.to);
	row->value = pl_ether(&v.value);
	row->nonce = v.nonce;
	row->gas = v.gas;
	row->input = v.input;
	if (b->family->own_price)
		row->price = b->family->own_price(b->header, tx.type);
	return PL_OK;
}

static enum pl_rc signed_row(struct pl_arena *a, struct pl_tx_row *row,
			     const struct pl_node_block *b, struct pl_span raw,
			     struct pl_err *e)
{
	const struct pl_family *f = b->family;
	struct pl_buf scratch;
	struct pl_tx tx;

	PL_TRY(pl_tx_decode(&tx, raw, e));
	pl_buf_init(&scratch, a);
	PL_TRY(pl_tx_sender(&row->from, &tx, &scratch,
			    b->header->n_fields == 15, e));
	row->type = tx.type;
	row->to = dup_addr(a, tx.has_to, &tx.to);
	row->value = pl_ether(&tx.value);
	row->nonce = tx.nonce;
	row->gas = tx.gas;
	row->input = tx.data;
	row->price = f && f->price ? f->price(b->header, &tx)
				   : pl_tx_price(&tx, &b->header->base_fee);
	return PL_OK;
}

enum pl_rc pl_tx_row(struct pl_arena *a, struct pl_tx_row *row,
		     const struct pl_node_block *b, size_t i, struct pl_err *e)
{
	struct pl_tx_row r = { .index = i };
	struct pl_span raw = b->txs[i];
	bool own = b->family && b->family->owns && raw.n &&
		   b->family->owns(*raw.p);

	r.hash = pl_keccak256(raw);
	if (own ? nitro_row(a, &r, b, raw, e) : signed_row(a, &r, b, raw, e))
		return pl_note(e, "transaction %zu", i);
	*row = r;
	return PL_OK;
}

struct pl_log_row pl_log_row(struct pl_arena *a, const struct pl_node_place *at,
			     const struct pl_log *log)
{
	const size_t n = log->n_topics * sizeof(struct pl_hash32);
	struct pl_span topics = { (const uint8_t *)log->topics, n };

	return (struct pl_log_row){
		.block = at->header->number,
		.block_hash = at->header->hash,
		.time = (int64_t)at->header->time,
		.tx = at->tx,
		.tx_index = at->tx_index,
		.log_index = at->log_index,
		.address = log->address,
		.topics = { pl_span_dup(a, topics).p, log->n_topics },
		.data = pl_span_dup(a, log->data),
	};
}

void pl_log_row_say(struct pl_out *o, const struct pl_log_row *l)
{
	const struct pl_hash32 *topic = l->topics.v;
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);
	char addr[PL_ADDR_TEXT];

	pl_addr_text(addr, &l->address);
	(void)fprintf(f, "  log %" PRIu64 " of %s\n", l->log_index, addr);
	for (size_t i = 0; i < l->topics.n; i++)
		(void)fprintf(f, "    %s %s\n", i ? "     " : "topic",
			      pl_hash32_text(a, &topic[i]));
	if (l->data.n)
		(void)fprintf(f, "    data  %s\n", pl_hex(a, l->data));
}
