/* JSON-RPC from a client that may send anything, over a node that answers
 * nothing but one trusted, empty block.  Whatever comes, the answer is JSON,
 * one answer to a request, never with both result and error. */
#include <stdlib.h>

#include "codec/json_in.h"
#include "sync/serve.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static const char *header_json;
static struct pl_hash32 trusted;

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	const char *body =
		pl_strndup(a, (const char *)ask->body.p, ask->body.n);
	const char *id = strstr(body, "\"id\":");
	const bool block = strstr(body, "eth_getBlockBy") != NULL;
	struct pl_buf b;

	(void)t;
	if (!id || *body == '[')
		return pl_fail(e, PL_ENET, "no answer");
	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "{\"jsonrpc\":\"2.0\",\"id\":%llu,\"result\":%s}",
		   strtoull(id + 5, NULL, 10), block ? header_json : "null");
	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "",
				   .body = pl_buf_span(&b) };
	return PL_OK;
}

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	(void)x;
	(void)a;
	(void)tag;
	(void)e;
	*out = (struct pl_anchored){ trusted, PL_LEVEL_FINALIZED, PL_PROVEN };
	return PL_OK;
}

static void make_header(struct pl_arena *a)
{
	struct pl_header h = { .n_fields = 17,
			       .number = 9000,
			       .gas_limit = 30000000,
			       .uncles_hash = pl_empty_uncles,
			       .tx_root = pl_empty_root,
			       .receipts_root = pl_empty_root,
			       .withdrawals_root = pl_empty_root,
			       .base_fee = pl_u256_of(7) };
	struct pl_node_block b = { .header = &h };
	struct pl_buf out;
	struct pl_jout w;
	struct pl_err e;

	pl_buf_init(&out, a);
	h.hash = trusted = pl_header_hash(&h, &out);
	pl_buf_reset(&out);
	pl_jout_init(&w, &out);
	need(!pl_node_block(&w, a, NULL, &b, true, &e));
	header_json = pl_buf_cstr(&out);
}

static struct pl_serve *make(struct pl_arena *a)
{
	static const struct pl_transport_ops ops = { exchange, NULL };
	static struct pl_transport node = { &ops };
	static struct pl_anchors anchors = { find };
	static const struct pl_rpc_conf rpc = { .url = "http://node/" };
	struct pl_view_conf view = { .chain_id = 1, .anchors = &anchors };
	struct pl_serve_conf conf = { .cache = 1 << 16 };
	struct pl_serve *s;
	struct pl_err e;

	make_header(a);
	view.rpc = pl_rpc_new(a, &node, &rpc);
	conf.view = pl_view_new(a, &view);
	need(!pl_serve_new(a, &s, &conf, &e));
	return s;
}

static void judge(const struct pl_json *v)
{
	need(pl_json_type(v) == PL_J_OBJECT);
	need(!pl_json_get(v, "result") != !pl_json_get(v, "error"));
	need(pl_json_get(v, "id") != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *keep = pl_arena_open(0), *a = pl_arena_open(0);
	struct pl_serve *s = make(keep);
	const struct pl_json *v;
	enum pl_trust trust;
	struct pl_span out;
	struct pl_err e;

	out = pl_serve_rpc(s, a, (struct pl_span){ p, n }, &trust);
	if (out.n) {
		need(!pl_json_parse(a, &v, out, &e));
		if (pl_json_type(v) == PL_J_OBJECT)
			judge(v);
		for (size_t i = 0;
		     pl_json_type(v) == PL_J_ARRAY && i < pl_json_len(v); i++)
			judge(pl_json_at(v, i));
	}
	pl_serve_close(s);
	pl_arena_close(a);
	pl_arena_close(keep);
	return 0;
}
