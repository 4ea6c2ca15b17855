/* JSON-RPC as a node answers it, honestly or not. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "world.h"

struct call {
	struct world *w;
	struct world_chain *c;
	enum world_lie lie;
	const char *method;
	const struct pl_json *params;
	struct pl_buf *out;
};

static uint64_t number_of(const char *s)
{
	return s ? strtoull(s, NULL, 16) : 0;
}

static const struct world_block *by_hash(const struct world_chain *c,
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
static const struct world_block *block_of(const struct call *x,
					  const struct pl_json *ref)
{
	const struct world_chain *c = x->c;
	const char *s = pl_json_str(ref);
	uint64_t n = c->n - 1;

	if (pl_json_str(pl_json_get(ref, "blockHash")))
		return by_hash(c, pl_json_str(pl_json_get(ref, "blockHash")));
	if (pl_json_get(ref, "blockNumber"))
		s = pl_json_str(pl_json_get(ref, "blockNumber"));
	if (s && strlen(s) == 66)
		return by_hash(c, s);
	if (s && !strcmp(s, "earliest"))
		n = 0;
	else if (s && (!strcmp(s, "finalized") || !strcmp(s, "safe")))
		n = c->n > 16 ? c->n - 16 : 0;
	else if (s && s[0] == '0')
		n = number_of(s);
	else if (x->lie == WORLD_OLD_HEAD)
		n = c->n / 2;
	return n < c->n ? &c->block[n] : NULL;
}

/* The block the answer is taken from. */
static const struct world_block *shown(const struct call *x,
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

static void null(struct call *x)
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

static void get_block(struct call *x)
{
	const struct world_block *b = shown(
		x, block_of(x, pl_json_at(x->params, 0)), WORLD_OTHER_BLOCK, 1);
	size_t from = x->out->n;

	if (!b) {
		null(x);
		return;
	}
	world_block_json(x->out, x->c, b,
			 pl_json_bool(pl_json_at(x->params, 1)));
	if (x->lie == WORLD_FLIPPED)
		flip(x->out, from, b->n_tx ? "\"s\"" : "\"stateRoot\"");
}

static void raw_header(struct call *x)
{
	const struct world_block *b = shown(
		x, block_of(x, pl_json_at(x->params, 0)), WORLD_OTHER_BLOCK, 1);

	if (b)
		world_hex(x->out, b->rlp);
	else
		null(x);
}

static void get_proof(struct call *x)
{
	const struct world_block *b = block_of(x, pl_json_at(x->params, 2));

	b = shown(x, b, WORLD_STALE_STATE, 3);
	b = shown(x, b, WORLD_OTHER_BLOCK, 1);
	if (b)
		world_proof_json(x->out, b, x->params, x->lie);
	else
		null(x);
}

static void block_receipts(struct call *x)
{
	const struct world_block *b = shown(
		x, block_of(x, pl_json_at(x->params, 0)), WORLD_OTHER_BLOCK, 3);
	size_t n;

	if (!b) {
		null(x);
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

static void get_tx(struct call *x)
{
	size_t i, from = x->out->n;
	const struct world_block *b = find_tx(x, &i);

	if (!b) {
		null(x);
		return;
	}
	if (x->lie == WORLD_OTHER_BLOCK && b->header.number > 6) {
		b -= 6;
		i = 0;
	}
	if (i >= b->n_tx) {
		null(x);
		return;
	}
	world_tx_json(x->out, x->c, b, i);
	if (x->lie == WORLD_FLIPPED)
		flip(x->out, from, "\"value\"");
}

static void tx_at(struct call *x)
{
	const struct world_block *b = block_of(x, pl_json_at(x->params, 0));
	uint64_t i = number_of(pl_json_str(pl_json_at(x->params, 1)));

	if (b && i < b->n_tx)
		world_tx_json(x->out, x->c, b, i);
	else
		null(x);
}

static void raw_tx(struct call *x)
{
	size_t i;
	const struct world_block *b = find_tx(x, &i);

	if (b)
		world_hex(x->out, b->tx[i].raw);
	else
		null(x);
}

static void get_receipt(struct call *x)
{
	size_t i;
	const struct world_block *b = find_tx(x, &i);

	if (b)
		world_receipt_json(x->out, b, i, x->lie);
	else
		null(x);
}

static const struct world_account *account(struct call *x, const char *ref)
{
	static const struct world_account none;
	const char *text = pl_json_str(pl_json_at(x->params, 0));
	const struct world_block *b =
		block_of(x, pl_json_at(x->params, ref ? 2 : 1));
	const struct world_account *acc;
	struct pl_addr addr;
	struct pl_err e;

	if (!b || !text || pl_hex_fixed(addr.b, 20, text, strlen(text), &e))
		return &none;
	acc = world_account(b->state, &addr, false);
	return acc ? acc : &none;
}

static void get_code(struct call *x)
{
	static const uint8_t wrong[] = { 0x60, 0x00, 0x00 };
	struct pl_span code = account(x, NULL)->code;

	if (x->lie == WORLD_WRONG_CODE)
		code = (struct pl_span){ wrong, sizeof(wrong) };
	world_hex(x->out, code);
}

static void get_balance(struct call *x)
{
	world_u256(x->out, &account(x, NULL)->balance);
}

static void get_nonce(struct call *x)
{
	world_u64(x->out, account(x, NULL)->nonce);
}

static void get_storage(struct call *x)
{
	const struct world_account *acc = account(x, "third");
	struct pl_hash32 key =
		world_word(number_of(pl_json_str(pl_json_at(x->params, 1))));
	struct pl_u256 v = pl_u256_of(0);

	for (size_t i = 0; i < acc->n_slots; i++)
		if (pl_hash32_equal(&acc->slot[i].key, &key))
			v = acc->slot[i].value;
	pl_u256_to_be(key.b, &v);
	world_hex(x->out, pl_hash32_span(&key));
}

/* Whether text, or one of a list, is these bytes; null fits all. */
static bool fits(const struct pl_json *want, struct pl_span is)
{
	char text[67] = "0x";

	if (pl_json_is_null(want))
		return true;
	pl_hex_put(text + 2, is);
	if (pl_json_str(want))
		return !strcasecmp(pl_json_str(want), text);
	for (size_t i = 0; i < pl_json_len(want); i++)
		if (fits(pl_json_at(want, i), is))
			return true;
	return !pl_json_len(want);
}

static bool wanted(const struct pl_json *f, const struct pl_log *l)
{
	const struct pl_json *topics = pl_json_get(f, "topics");

	if (!fits(pl_json_get(f, "address"), pl_addr_span(&l->address)) ||
	    pl_json_len(topics) > l->n_topics)
		return false;
	for (size_t i = 0; i < pl_json_len(topics); i++)
		if (!fits(pl_json_at(topics, i), pl_hash32_span(&l->topics[i])))
			return false;
	return true;
}

static void block_logs(struct call *x, const struct pl_json *f,
		       const struct world_block *b, bool *first)
{
	size_t index = 0;

	for (size_t i = 0; i < b->n_tx; i++)
		for (size_t k = 0; k < b->tx[i].n_logs; k++, index++) {
			const struct pl_log *l = &b->tx[i].log[k];

			if (!wanted(f, l) || x->lie == WORLD_OMITTED_LOGS)
				continue;
			if (!*first)
				pl_buf_byte(x->out, ',');
			*first = false;
			world_log_json(x->out, b, i, l, index);
		}
}

static void get_logs(struct call *x)
{
	const struct pl_json *f = pl_json_at(x->params, 0);
	const struct world_block *from =
		block_of(x, pl_json_get(f, "fromBlock"));
	const struct world_block *to = block_of(x, pl_json_get(f, "toBlock"));
	bool first = true;

	if (pl_json_get(f, "blockHash"))
		from = to =
			by_hash(x->c, pl_json_str(pl_json_get(f, "blockHash")));
	if (!to)
		to = &x->c->block[x->c->n - 1];
	pl_buf_byte(x->out, '[');
	for (; from && from <= to; from++)
		block_logs(x, f, from, &first);
	pl_buf_byte(x->out, ']');
}

static void chain_id(struct call *x)
{
	world_u64(x->out, x->lie == WORLD_OTHER_CHAIN ? 4 : x->c->id);
}

static void head(struct call *x)
{
	world_u64(x->out, x->lie == WORLD_OLD_HEAD ? x->c->n / 2 : x->c->n - 1);
}

static void send_raw(struct call *x)
{
	const char *text = pl_json_str(pl_json_at(x->params, 0));
	struct pl_hash32 h;
	struct pl_span raw;
	struct pl_err e;

	if (!text || pl_hex_bytes(x->out->a, &raw, text, strlen(text), &e)) {
		null(x);
		return;
	}
	h = pl_keccak256(raw);
	world_hex(x->out, pl_hash32_span(&h));
}

static void version(struct call *x)
{
	pl_buf_fmt(x->out, "\"%" PRIu64 "\"", x->c->id);
}

static void client(struct call *x)
{
	pl_buf_str(x->out, "\"world/1\"");
}

static void syncing(struct call *x)
{
	pl_buf_str(x->out, "false");
}

static void gas_price(struct call *x)
{
	world_u64(x->out, 1100000000);
}

static const struct {
	const char *name;
	void (*run)(struct call *x);
} methods[] = {
	{ "eth_chainId", chain_id },
	{ "eth_blockNumber", head },
	{ "eth_getBlockByNumber", get_block },
	{ "eth_getBlockByHash", get_block },
	{ "debug_getRawHeader", raw_header },
	{ "eth_getProof", get_proof },
	{ "eth_getBlockReceipts", block_receipts },
	{ "eth_getTransactionByHash", get_tx },
	{ "eth_getTransactionByBlockHashAndIndex", tx_at },
	{ "eth_getTransactionByBlockNumberAndIndex", tx_at },
	{ "eth_getRawTransactionByHash", raw_tx },
	{ "eth_getTransactionReceipt", get_receipt },
	{ "eth_getCode", get_code },
	{ "eth_getBalance", get_balance },
	{ "eth_getTransactionCount", get_nonce },
	{ "eth_getStorageAt", get_storage },
	{ "eth_getLogs", get_logs },
	{ "eth_gasPrice", gas_price },
	{ "eth_maxPriorityFeePerGas", gas_price },
	{ "eth_sendRawTransaction", send_raw },
	{ "eth_syncing", syncing },
	{ "net_version", version },
	{ "web3_clientVersion", client },
};

static void one(struct call *x, const struct pl_json *q)
{
	const struct pl_json *id = pl_json_get(q, "id");
	bool spoken = false;
	struct pl_err e;
	int64_t n;

	x->method = pl_json_str(pl_json_get(q, "method"));
	x->params = pl_json_get(q, "params");
	pl_buf_str(x->out, "{\"jsonrpc\":\"2.0\",\"id\":");
	if (pl_json_str(id))
		pl_buf_fmt(x->out, "\"%s\"", pl_json_str(id));
	else if (!pl_json_int(&n, id, &e))
		pl_buf_fmt(x->out, "%" PRId64, n);
	else
		null(x);
	pl_buf_str(x->out, ",");
	if (x->lie == WORLD_ERROR || !x->method) {
		pl_buf_str(x->out, "\"error\":{\"code\":-32000,\"message\":"
				   "\"out of service\"}}");
		return;
	}
	pl_buf_str(x->out, "\"result\":");
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(methods[i].name, x->method))
			continue;
		spoken = true;
		if (x->lie == WORLD_NULL && strcmp(x->method, "eth_chainId"))
			null(x);
		else
			methods[i].run(x);
	}
	if (!spoken) {
		x->out->n -= strlen("\"result\":");
		pl_buf_str(x->out, "\"error\":{\"code\":-32601,\"message\":"
				   "\"method not found\"}");
	}
	pl_buf_byte(x->out, '}');
}

struct world_reply world_rpc(struct pl_arena *a, struct world *w,
			     struct world_chain *c, enum world_lie lie,
			     struct pl_span body)
{
	struct world_reply r = { 400, "text/plain", "", { NULL, 0 } };
	const struct pl_json *q;
	struct pl_buf out;
	struct call x = { .w = w, .c = c, .lie = lie, .out = &out };
	struct pl_err e;

	if (pl_json_parse(a, &q, body, &e))
		return r;
	pl_buf_init(&out, a);
	if (pl_json_type(q) == PL_J_ARRAY) {
		for (size_t i = 0; i < pl_json_len(q); i++) {
			pl_buf_byte(&out, i ? ',' : '[');
			one(&x, pl_json_at(q, i));
		}
		pl_buf_str(&out, pl_json_len(q) ? "]" : "[]");
	} else {
		one(&x, q);
	}
	r.status = 200;
	r.type = "application/json";
	r.body = pl_buf_span(&out);
	return r;
}
