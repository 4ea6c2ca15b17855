/* JSON-RPC as a node answers it, honestly or not. */
#include "rpc.h"

#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "crypto/keccak.h"

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
		rpc_null(x);
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
	{ "eth_getBlockByNumber", rpc_get_block },
	{ "eth_getBlockByHash", rpc_get_block },
	{ "debug_getRawHeader", rpc_raw_header },
	{ "debug_getRawReceipts", rpc_raw_receipts },
	{ "eth_getProof", rpc_get_proof },
	{ "eth_getBlockReceipts", rpc_block_receipts },
	{ "eth_getTransactionByHash", rpc_get_tx },
	{ "eth_getTransactionByBlockHashAndIndex", rpc_tx_at },
	{ "eth_getTransactionByBlockNumberAndIndex", rpc_tx_at },
	{ "eth_getRawTransactionByHash", rpc_raw_tx },
	{ "eth_getTransactionReceipt", rpc_get_receipt },
	{ "eth_getCode", rpc_get_code },
	{ "eth_getBalance", rpc_get_balance },
	{ "eth_getTransactionCount", rpc_get_nonce },
	{ "eth_getStorageAt", rpc_get_storage },
	{ "eth_getLogs", rpc_get_logs },
	{ "eth_call", rpc_call },
	{ "eth_estimateGas", rpc_estimate_gas },
	{ "eth_createAccessList", rpc_access_list },
	{ "eth_feeHistory", rpc_fee_history },
	{ "eth_gasPrice", gas_price },
	{ "eth_maxPriorityFeePerGas", gas_price },
	{ "eth_sendRawTransaction", send_raw },
	{ "eth_syncing", syncing },
	{ "net_version", version },
	{ "web3_clientVersion", client },
};

static void one(struct call *x, const struct pl_json *q,
		const struct pl_json *id)
{
	bool spoken = false;
	struct pl_err e;
	int64_t n;

	x->method = pl_json_str(pl_json_get(q, "method"));
	x->params = pl_json_get(q, "params");
	pl_buf_str(x->out, "{\"jsonrpc\":\"2.0\",\"id\":");
	if (pl_json_str(id))
		pl_buf_fmt(x->out, "\"%s%s\"", pl_json_str(id),
			   x->lie == WORLD_WRONG_ID ? "0" : "");
	else if (!pl_json_int(&n, id, &e))
		pl_buf_fmt(x->out, "%" PRId64,
			   x->lie == WORLD_WRONG_ID ? n + 1 : n);
	else
		rpc_null(x);
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
			rpc_null(x);
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

/* Whose answer stands at place i of n, and under whose id. */
static void places(size_t *answer, size_t *id, enum world_lie lie, size_t i,
		   size_t n)
{
	bool ends = i == 0 || i == n - 1;

	*answer = lie == WORLD_BATCH_REVERSED ? n - 1 - i : i;
	*id = *answer;
	if (lie == WORLD_BATCH_TWICE && i == n - 1)
		*answer = *id = 0;
	if (lie == WORLD_BATCH_SWAPPED && ends)
		*id = n - 1 - i;
}

static void foreign(struct call *x, const struct pl_json *q)
{
	static const char id[] = "{\"id\":999999999}";
	const struct pl_json *v;
	struct pl_err e;

	if (!pl_json_parse(x->out->a, &v, pl_span_str(id), &e))
		one(x, q, pl_json_get(v, "id"));
}

static void list(struct call *x, const struct pl_json *q)
{
	size_t n = pl_json_len(q), answer, id;

	pl_buf_byte(x->out, '[');
	for (size_t i = 0; i < n; i++) {
		if (x->lie == WORLD_BATCH_MISSING && n > 1 && i == n - 1)
			break;
		if (i)
			pl_buf_byte(x->out, ',');
		places(&answer, &id, x->lie, i, n);
		if (x->lie == WORLD_BATCH_FOREIGN && n > 1 && i == n - 1)
			foreign(x, pl_json_at(q, i));
		else
			one(x, pl_json_at(q, answer),
			    pl_json_get(pl_json_at(q, id), "id"));
	}
	pl_buf_byte(x->out, ']');
}

/* Batches as the node takes them; its HTTP status. */
static int batch(struct call *x, const struct pl_json *q)
{
	bool refused = x->lie == WORLD_BATCH_REFUSED ||
		       (x->lie == WORLD_BATCH_LIMIT && pl_json_len(q) > 5);

	if (x->lie == WORLD_BATCH_400)
		return 400;
	if (refused)
		pl_buf_str(x->out,
			   "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{"
			   "\"code\":-32600,\"message\":\"batch\"}}");
	else if (x->lie == WORLD_BATCH_FIRST)
		one(x, pl_json_at(q, 0), pl_json_get(pl_json_at(q, 0), "id"));
	else
		list(x, q);
	return 200;
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
	r.status = 200;
	if (pl_json_type(q) == PL_J_ARRAY)
		r.status = batch(&x, q);
	else
		one(&x, q, pl_json_get(q, "id"));
	r.type = "application/json";
	r.body = pl_buf_span(&out);
	return r;
}
