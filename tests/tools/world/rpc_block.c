/* Blocks, transactions and receipts, as JSON-RPC asks for them. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "rpc.h"

uint64_t rpc_number_of(const char *s)
{
	return s ? strtoull(s, NULL, 16) : 0;
}

const struct world_block *rpc_by_hash(const struct world_chain *c,
				      const char *text)
{
	struct pl_hash32 h;
	struct pl_err e;

	if (!text || pl_hex_fixed(h.b, 32, text, strlen(text), &e))
		return NULL;
	for (size_t i = 0; i < c->n; i++)
		if (pl_hash32_equal(&c->block[i].header.hash, &h))
			return &c->block[i];
	return NULL;
}

/* A block by number, tag, hash or EIP-1898 object. */
const struct world_block *rpc_block_of(const struct call *x,
				       const struct pl_json *ref)
{
	const struct world_chain *c = x->c;
	const char *s = pl_json_str(ref);
	uint64_t n = c->n - 1;

	if (pl_json_str(pl_json_get(ref, "blockHash")))
		return rpc_by_hash(c,
				   pl_json_str(pl_json_get(ref, "blockHash")));
	if (pl_json_get(ref, "blockNumber"))
		s = pl_json_str(pl_json_get(ref, "blockNumber"));
	if (s && strlen(s) == 66)
		return rpc_by_hash(c, s);
	if (s && !strcmp(s, "earliest"))
		n = 0;
	else if (s && (!strcmp(s, "finalized") || !strcmp(s, "safe")))
		n = c->n > 16 ? c->n - 16 : 0;
	else if (s && s[0] == '0')
		n = rpc_number_of(s);
	else if (x->lie == WORLD_OLD_HEAD)
		n = c->n / 2;
	return n < c->n ? &c->block[n] : NULL;
}

/* The block the answer is taken from. */
const struct world_block *rpc_shown(const struct call *x,
				    const struct world_block *b,
				    enum world_lie lie, size_t back)
{
	if (!b || x->lie != lie)
		return b;
	return b->header.number >= back ? b - back : b;
}

static const struct world_block *find_tx(const struct call *x, size_t *at)
{
	const char *text = pl_json_str(pl_json_at(x->params, 0));
	struct pl_hash32 h;
	struct pl_err e;

	if (!text || pl_hex_fixed(h.b, 32, text, strlen(text), &e))
		return NULL;
	for (size_t i = 0; i < x->c->n; i++)
		for (*at = 0; *at < x->c->block[i].n_tx; ++*at)
			if (pl_hash32_equal(&x->c->block[i].tx[*at].hash, &h))
				return &x->c->block[i];
	return NULL;
}

void rpc_null(struct call *x)
{
	pl_buf_str(x->out, "null");
}

/* The last byte of the first `name` member changed. */
static void flip(struct pl_buf *o, size_t from, const char *name)
{
	char *p = strstr((char *)o->p + from, name);

	if (p)
		p = strchr(p + strlen(name) + 3, '"');
	if (p && p[-1] != 'x')
		p[-1] = p[-1] == '0' ? '1' : '0';
}

void rpc_get_block(struct call *x)
{
	const struct world_block *b =
		rpc_shown(x, rpc_block_of(x, pl_json_at(x->params, 0)),
			  WORLD_OTHER_BLOCK, 1);
	bool full = pl_json_bool(pl_json_at(x->params, 1));
	size_t from = x->out->n;

	if (!b) {
		rpc_null(x);
		return;
	}
	world_block_json(x->out, x->c, b, full);
	if (x->lie == WORLD_FLIPPED)
		flip(x->out, from, full && b->n_tx ? "\"s\"" : "\"stateRoot\"");
}

void rpc_raw_header(struct call *x)
{
	const struct world_block *b =
		rpc_shown(x, rpc_block_of(x, pl_json_at(x->params, 0)),
			  WORLD_OTHER_BLOCK, 1);

	if (b)
		world_hex(x->out, b->rlp);
	else
		rpc_null(x);
}

void rpc_raw_receipts(struct call *x)
{
	const struct world_block *b =
		rpc_shown(x, rpc_block_of(x, pl_json_at(x->params, 0)),
			  WORLD_OTHER_BLOCK, 3);

	if (!b) {
		rpc_null(x);
		return;
	}
	pl_buf_byte(x->out, '[');
	for (size_t i = 0; i < b->n_tx; i++) {
		if (i)
			pl_buf_byte(x->out, ',');
		world_hex(x->out, b->tx[i].receipt_raw);
	}
	pl_buf_byte(x->out, ']');
}

/* No rewards: nodes leave them out where no percentile is asked for. */
void rpc_fee_history(struct call *x)
{
	const struct world_block *b = rpc_block_of(x, pl_json_at(x->params, 1));
	uint64_t n = rpc_number_of(pl_json_str(pl_json_at(x->params, 0)));

	if (!b || !n) {
		rpc_null(x);
		return;
	}
	if (n > b->header.number + 1)
		n = b->header.number + 1;
	b -= n - 1;
	pl_buf_str(x->out, "{\"oldestBlock\":");
	world_u64(x->out, b->header.number);
	pl_buf_str(x->out, ",\"baseFeePerGas\":[");
	for (uint64_t i = 0; i < n; i++) {
		world_u256(x->out, &b[i].header.base_fee);
		pl_buf_byte(x->out, ',');
	}
	world_u256(x->out, &b[n - 1].header.base_fee); /* of the next */
	pl_buf_str(x->out, "],\"gasUsedRatio\":[");
	for (uint64_t i = 0; i < n; i++)
		pl_buf_fmt(x->out, "%s%.6f", i ? "," : "",
			   (double)b[i].header.gas_used /
				   (double)b[i].header.gas_limit);
	pl_buf_str(x->out, "]}");
}

void rpc_block_receipts(struct call *x)
{
	const struct world_block *b =
		rpc_shown(x, rpc_block_of(x, pl_json_at(x->params, 0)),
			  WORLD_OTHER_BLOCK, 3);
	size_t n;

	if (!b) {
		rpc_null(x);
		return;
	}
	n = b->n_tx - (x->lie == WORLD_NO_RECEIPT && b->n_tx);
	pl_buf_byte(x->out, '[');
	for (size_t i = 0; i < n; i++) {
		if (i)
			pl_buf_byte(x->out, ',');
		world_receipt_json(x->out, b, i, x->lie);
	}
	pl_buf_byte(x->out, ']');
}

void rpc_get_tx(struct call *x)
{
	size_t i, from = x->out->n;
	const struct world_block *b = find_tx(x, &i);

	if (!b) {
		rpc_null(x);
		return;
	}
	if (x->lie == WORLD_OTHER_BLOCK && b->header.number > 6) {
		b -= 6;
		i = 0;
	}
	if (i >= b->n_tx) {
		rpc_null(x);
		return;
	}
	world_tx_json(x->out, x->c, b, i);
	if (x->lie == WORLD_FLIPPED)
		flip(x->out, from, "\"value\"");
}

void rpc_tx_at(struct call *x)
{
	const struct world_block *b = rpc_block_of(x, pl_json_at(x->params, 0));
	uint64_t i = rpc_number_of(pl_json_str(pl_json_at(x->params, 1)));

	if (b && i < b->n_tx)
		world_tx_json(x->out, x->c, b, i);
	else
		rpc_null(x);
}

void rpc_raw_tx(struct call *x)
{
	size_t i;
	const struct world_block *b = find_tx(x, &i);

	if (b)
		world_hex(x->out, b->tx[i].raw);
	else
		rpc_null(x);
}

void rpc_get_receipt(struct call *x)
{
	size_t i;
	const struct world_block *b = find_tx(x, &i);

	if (b)
		world_receipt_json(x->out, b, i, x->lie);
	else
		rpc_null(x);
}
