/* Proven reads from a node that may say anything.  One block is trusted: it
 * has no transactions and no receipts, a bloom of ones and a state root that
 * is nothing's hash.  So a node can have its header and its empty body
 * believed, and nothing else: an account, a slot, code, a transaction, a log
 * that come out are a hole. */
#include <stdio.h>
#include <stdlib.h>

#include "eth/history.h"
#include "orbit/family.h"
#include "sync/view.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

static void need(bool holds)
{
	if (!holds)
		abort();
}

/* ---------------------------------------------------------------- the node */

struct node {
	struct pl_transport base;
	struct pl_span left; /* results, each behind a zero byte */
};

static struct pl_span next_result(struct node *x)
{
	const uint8_t *end;
	struct pl_span r;

	if (!x->left.n)
		return pl_span_str("null");
	end = memchr(x->left.p, 0, x->left.n);
	r = pl_span_take(&x->left, end ? (size_t)(end - x->left.p) : x->left.n);
	if (end)
		(void)pl_span_take(&x->left, 1);
	return r;
}

/* "$H" stands for the trusted header as a node shows it. */
static const char *header_json;

static void put_result(struct pl_buf *b, struct pl_span r)
{
	if (pl_span_is(r, "$H"))
		r = pl_span_str(header_json);
	pl_buf_put(b, r);
}

static enum pl_rc exchange(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *ask,
			   struct pl_err *e)
{
	const char *body =
		pl_strndup(a, (const char *)ask->body.p, ask->body.n);
	const char *end = body[0] == '[' ? "]" : "", *sep = body;
	struct pl_buf b;

	(void)e;
	pl_buf_init(&b, a);
	if (*end)
		pl_buf_fmt(&b, "[");
	for (const char *at = body; (at = strstr(at, "\"id\":")); sep = ",") {
		at += 5;
		pl_buf_fmt(&b, "%s{\"jsonrpc\":\"2.0\",\"id\":%llu,\"result\":",
			   sep == body ? "" : ",", strtoull(at, NULL, 10));
		put_result(&b, next_result((struct node *)t));
		pl_buf_fmt(&b, "}");
	}
	pl_buf_fmt(&b, "%s", end);
	*out = (struct pl_answer){ .status = 200,
				   .type = "application/json",
				   .fork = "",
				   .body = pl_buf_span(&b) };
	return PL_OK;
}

/* ------------------------------------------------------- the trusted block */

static struct pl_header trusted(struct pl_arena *a)
{
	static const uint8_t vanity[4] = "fuzz";
	struct pl_header h = { .n_fields = 21,
			       .number = 9000,
			       .gas_limit = 30000000,
			       .time = 1700000000,
			       .uncles_hash = pl_empty_uncles,
			       .tx_root = pl_empty_root,
			       .receipts_root = pl_empty_root,
			       .withdrawals_root = pl_empty_root,
			       .base_fee = pl_u256_of(7) };
	struct pl_buf scratch;

	h.extra = (struct pl_span){ vanity, sizeof(vanity) };
	memset(h.bloom, 0xff, sizeof(h.bloom));
	memset(h.state_root.b, 0xa5, 32);
	memset(h.parent_hash.b, 0xa6, 32);
	pl_buf_init(&scratch, a);
	h.hash = pl_header_hash(&h, &scratch);
	return h;
}

static void make_json(void)
{
	static struct pl_arena *a;
	struct pl_node_block b = { .chain_id = 1 };
	struct pl_header h;
	struct pl_jout w;
	struct pl_buf out;
	struct pl_err e;

	if (a)
		return;
	a = pl_arena_open(0);
	h = trusted(a);
	b.header = &h;
	pl_buf_init(&out, a);
	pl_jout_init(&w, &out);
	need(!pl_node_block(&w, a, NULL, &b, true, &e));
	header_json = pl_buf_cstr(&out);
}

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	(void)x;
	(void)tag;
	(void)e;
	out->hash = trusted(a).hash;
	out->level = PL_LEVEL_FINALIZED;
	out->trust = PL_PROVEN;
	return PL_OK;
}

/* --------------------------------------------------------------- the reads */

static enum pl_rc no_log(void *ctx, const struct pl_node_place *at,
			 const struct pl_log *log, struct pl_err *e)
{
	(void)ctx;
	(void)at;
	(void)log;
	(void)e;
	abort();
}

static void read_below(struct pl_view *v, struct pl_arena *a,
		       const struct pl_viewed *at, uint8_t which)
{
	struct pl_hash32 what = { { 1 } };
	struct pl_view_logs logs = { .from = at->header.number,
				     .each = no_log };
	struct pl_view_logs_stats stats;
	struct pl_node_block block;
	struct pl_node_proof proof;
	struct pl_viewed_tx tx;
	struct pl_span code;
	bool exists;
	struct pl_err e;

	switch (which % 5) {
	case 0:
		need(pl_view_account(v, a, &proof, &exists, &at->header,
				     &pl_history_address, &what, which / 5 % 2,
				     &e));
		break;
	case 1:
		need(pl_view_code(v, a, &code, &at->header, &pl_history_address,
				  &what, &e));
		break;
	case 2:
		if (!pl_view_block(v, a, &block, at, which / 5 % 2, &e))
			need(!block.n_txs && !block.n_withdrawals);
		break;
	case 3:
		need(pl_view_tx(v, a, &tx, &what, which / 5 % 2, &e));
		break;
	default:
		logs.from -= which / 5 % 3;
		if (!pl_view_logs(v, &stats, at, &logs, &e))
			need(stats.blocks == 1 && !stats.logs);
	}
}

/* First byte: which read; second: of which block. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const struct pl_transport_ops ops = { exchange, NULL };
	static const uint64_t numbers[] = { 9000, 8999, 8990, 8000, 0, 9001 };
	struct pl_block_ref ref = { .tag = PL_TAG_NUMBER };
	struct pl_rpc_conf rpc = { .url = "http://node" };
	struct pl_anchors anchors = { .find = find };
	struct node node = { .base.ops = &ops };
	struct pl_view_conf conf = { .anchors = &anchors,
				     .chain_id = 1,
				     .families = families };
	struct pl_arena *a;
	struct pl_viewed at;
	struct pl_view *v;
	struct pl_err e;

	if (n < 2)
		return 0;
	make_json();
	a = pl_arena_open(0);
	node.left = (struct pl_span){ p + 2, n - 2 };
	conf.rpc = pl_rpc_new(a, &node.base, &rpc);
	v = pl_view_new(a, &conf);
	ref.number = numbers[p[1] % 6];
	if (p[1] & 0x40)
		ref = (struct pl_block_ref){ .tag = PL_TAG_HASH,
					     .hash = { { 9 } } };
	if (!pl_view_header(v, a, &at, &ref, &e)) {
		need(at.header.number == 9000);
		read_below(v, a, &at, p[0]);
	}
	pl_arena_close(a);
	return 0;
}
