/* JSON-RPC over the made-up chains: what an honest node would say itself is
 * said, with a proof behind it, and no lie of a node comes through. */
#include "check.h"

#include "codec/json_in.h"
#include "crypto/keccak.h"
#include "orbit/family.h"
#include "sync/serve.h"
#include "sync/serve_cache.h"
#include "world/heads.h"
#include "world/world.h"

static const struct pl_family *const families[] = { &pl_family_nitro, NULL };

static bool on_nitro; /* the chain being asked */

struct fixture {
	struct pl_arena *a;
	struct world *w;
	struct world_chain *c;
	struct pl_transport *t;
	struct world_heads anchors;
	struct pl_serve *s;
	struct pl_err e;
	enum pl_trust trust; /* of the last answer */
	bool conflict;       /* the next refresh finds one */
};

static enum pl_rc refresh(void *ctx, struct pl_err *e)
{
	return ((struct fixture *)ctx)->conflict
		       ? pl_fail(e, PL_EPROOF, "two signed headers conflict")
		       : PL_OK;
}

static void serve(struct fixture *f, struct world_chain *c, bool claimed)
{
	struct pl_rpc_conf rpc = { .url = c == f->w->l1 ? "http://world/l1"
							: "http://world/l2",
				   .backoff_ms = 1 };
	struct pl_view_conf view = { .chain_id = c->id, .families = families };
	struct pl_serve_conf conf = { .allow_claimed = claimed,
				      .cache = 1 << 16,
				      .refresh = refresh,
				      .ctx = f };

	pl_serve_close(f->s);
	f->c = c;
	on_nitro = c == f->w->l2;
	f->t = world_transport(f->a, f->w, WORLD_HONEST);
	f->anchors = world_heads(c);
	view.rpc = pl_rpc_new(f->a, f->t, &rpc);
	view.anchors = &f->anchors.base;
	conf.view = pl_view_new(f->a, &view);
	conf.family = c == f->w->l1 ? NULL : &pl_family_nitro;
	assert_ok(pl_serve_new(f->a, &f->s, &conf, &f->e), &f->e);
}

static int begin(void **state)
{
	struct world_conf conf = { .blocks = 60 };
	struct fixture *f = calloc(1, sizeof(*f));

	f->a = pl_arena_open(0);
	f->w = world_new(f->a, &conf);
	serve(f, f->w->l1, false);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_serve_close(f->s);
	pl_arena_close(f->a);
	free(f);
	return 0;
}

static const char *raw(struct fixture *f, const char *text)
{
	struct pl_span out =
		pl_serve_rpc(f->s, f->a, pl_span_str(text), &f->trust);

	return pl_strndup(f->a, (const char *)out.p, out.n);
}

static const struct pl_json *parse(struct fixture *f, const char *text)
{
	const struct pl_json *v;

	assert_ok(pl_json_parse(f->a, &v, pl_span_str(text), &f->e), &f->e);
	return v;
}

static const char *request(struct fixture *f, const char *method,
			   const char *params)
{
	return pl_printf(f->a,
			 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
			 "\"params\":%s}",
			 method, params);
}

static const struct pl_json *ask(struct fixture *f, const char *method,
				 const char *params)
{
	return parse(f, raw(f, request(f, method, params)));
}

/* The result's text; fails on an error. */
static const struct pl_json *good(struct fixture *f, const char *method,
				  const char *params)
{
	const struct pl_json *v = ask(f, method, params);
	const char *words =
		pl_json_str(pl_json_get(pl_json_get(v, "error"), "message"));

	if (words)
		fail_msg("%s %s: %s", method, params, words);
	assert_non_null(pl_json_get(v, "result"));
	return pl_json_get(v, "result");
}

static int64_t code(struct fixture *f, const char *method, const char *params)
{
	const struct pl_json *v = ask(f, method, params);
	int64_t n = 0;

	assert_null(pl_json_get(v, "result"));
	assert_ok(pl_json_int(&n, pl_json_get(pl_json_get(v, "error"), "code"),
			      &f->e),
		  &f->e);
	return n;
}

/* Every member the node writes is ours, too, with the same value. */
static bool covers(const struct pl_json *ours, const struct pl_json *node)
{
	if (pl_json_type(ours) != pl_json_type(node))
		return false;
	if (pl_json_type(node) == PL_J_OBJECT) {
		for (void *it = pl_json_iter(node); it;
		     it = pl_json_next(node, it)) {
			const char *key = pl_json_iter_key(it);

			/* what no header tells, and what the made-up chain
			 * does not reckon */
			if (!strcmp(key, "size") ||
			    !strcmp(key, "totalDifficulty") ||
			    !strcmp(key, "gasUsedForL1") ||
			    !strcmp(key, "blobGasPrice") ||
			    /* Nitro takes no tip, the made-up node does */
			    (on_nitro && (!strcmp(key, "gasPrice") ||
					  !strcmp(key, "effectiveGasPrice"))))
				continue;
			if (covers(pl_json_get(ours, key),
				   pl_json_iter_value(it)))
				continue;
			print_message("member %s\n", key);
			return false;
		}
		return true;
	}
	if (pl_json_len(ours) != pl_json_len(node))
		return false;
	for (size_t i = 0;
	     pl_json_type(node) == PL_J_ARRAY && i < pl_json_len(node); i++)
		if (!covers(pl_json_at(ours, i), pl_json_at(node, i)))
			return false;
	return pl_json_type(node) != PL_J_STR ||
	       !strcmp(pl_json_str(ours), pl_json_str(node));
}

/* The newest block with three transactions, three behind the head or more. */
static const struct world_block *full_block(const struct world_chain *c)
{
	size_t i = c->n - 4;

	while (i && c->block[i].n_tx < 3)
		i--;
	assert_true(i > 0);
	return &c->block[i];
}

struct question {
	const char *method, *params;
};

/* Questions about a chain, of every method that a node answers itself. */
static size_t questions(struct fixture *f, struct question *q)
{
	const struct world_chain *c = f->c;
	const struct world_block *b = full_block(c);
	const bool l1 = c == f->w->l1;
	const char *token =
		pl_hex(f->a, pl_addr_span(l1 ? &f->w->token : &f->w->l2_token));
	const char *estate =
		pl_hex(f->a, pl_addr_span(l1 ? &f->w->on_l1.estate
					     : &f->w->on_l2.estate));
	const struct pl_addr first = world_user(1);
	const char *user = pl_hex(f->a, pl_addr_span(&first));
	const char *hash = pl_hash32_text(f->a, &b->header.hash);
	const char *number =
		pl_printf(f->a, "0x%x", (unsigned)b->header.number);
	size_t n = 0;

#define Q(m, ...) q[n++] = (struct question){ m, pl_printf(f->a, __VA_ARGS__) }
	Q("eth_chainId", "[]");
	Q("eth_blockNumber", "[]");
	Q("eth_getBalance", "[\"%s\",\"latest\"]", user);
	Q("eth_getBalance", "[\"%s\",\"%s\"]", user, number);
	Q("eth_getTransactionCount", "[\"%s\",\"latest\"]", user);
	Q("eth_getCode", "[\"%s\",\"latest\"]", token);
	Q("eth_getCode", "[\"%s\",\"latest\"]", user);
	Q("eth_getStorageAt", "[\"%s\",\"0x0\",\"latest\"]", token);
	Q("eth_getStorageAt", "[\"%s\",\"0x2\",\"%s\"]", token, number);
	Q("eth_getProof", "[\"%s\",[],\"latest\"]", user);
	Q("eth_call", "[{\"to\":\"%s\",\"data\":\"0x18160ddd\"},\"%s\"]",
	  estate, number);
	Q("eth_call",
	  "[{\"from\":\"%s\",\"to\":\"%s\",\"data\":\"0x95d89b41\"},"
	  "\"latest\"]",
	  user, estate);
	Q("eth_getBlockByNumber", "[\"%s\",true]", number);
	Q("eth_getBlockByNumber", "[\"latest\",false]");
	Q("eth_getBlockByHash", "[\"%s\",true]", hash);
	Q("eth_getBlockReceipts", "[\"%s\"]", number);
	Q("eth_getLogs", "[{\"fromBlock\":\"0x%x\",\"toBlock\":\"latest\"}]",
	  (unsigned)c->n - 12);
	Q("eth_getLogs",
	  "[{\"fromBlock\":\"0x%x\",\"toBlock\":\"%s\",\"address\":\"%s\"}]",
	  (unsigned)c->n - 12, number, token);
	for (size_t i = 0; i < b->n_tx && i < 3; i++) {
		const char *tx = pl_hash32_text(f->a, &b->tx[i].hash);

		Q("eth_getTransactionByHash", "[\"%s\"]", tx);
		Q("eth_getTransactionReceipt", "[\"%s\"]", tx);
		Q("eth_getTransactionByBlockHashAndIndex", "[\"%s\",\"0x%zx\"]",
		  hash, i);
		Q("eth_getTransactionByBlockNumberAndIndex",
		  "[\"%s\",\"0x%zx\"]", number, i);
	}
#undef Q
	return n;
}

static const struct pl_json *nodes_own(struct fixture *f,
				       const struct question *q)
{
	struct world_reply r =
		world_rpc(f->a, f->w, f->c, WORLD_HONEST,
			  pl_span_str(request(f, q->method, q->params)));
	const struct pl_json *v;

	assert_ok(pl_json_parse(f->a, &v, r.body, &f->e), &f->e);
	return pl_json_get(v, "result");
}

static void says_what_a_node_says(struct fixture *f)
{
	struct question q[64];
	size_t n = questions(f, q);

	for (size_t i = 0; i < n; i++) {
		const struct pl_json *got = good(f, q[i].method, q[i].params);

		assert_int_equal(f->trust, PL_PROVEN);
		if (!covers(got, nodes_own(f, &q[i])))
			fail_msg("%s %s differs", q[i].method, q[i].params);
		/* and again, out of the cache */
		got = good(f, q[i].method, q[i].params);
		if (!covers(got, nodes_own(f, &q[i])))
			fail_msg("%s differs the second time", q[i].method);
	}
}

static void every_answer_is_the_nodes_own_but_proven(void **state)
{
	struct fixture *f = *state;

	says_what_a_node_says(f);
	serve(f, f->w->l2, false);
	says_what_a_node_says(f);
}

/* Under every lie, each answer is refused, or null on a node's word, or the
 * true one. */
static void no_lie_of(struct fixture *f, enum world_lie lie)
{
	struct question q[64];
	size_t n = questions(f, q), refused = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pl_json *v, *result;

		serve(f, f->c, false); /* nothing kept */
		world_lie_now(f->t, lie);
		v = ask(f, q[i].method, q[i].params);
		result = pl_json_get(v, "result");
		if (!result) {
			assert_non_null(pl_json_get(v, "error"));
			refused++;
			continue;
		}
		if (pl_json_is_null(result)) {
			assert_int_equal(f->trust, PL_CLAIMED);
			continue;
		}
		if (!covers(result, nodes_own(f, &q[i])))
			fail_msg("%s: %s %s came through", world_lie_words[lie],
				 q[i].method, q[i].params);
	}
	if (lie == WORLD_FLIPPED || lie == WORLD_ERROR)
		assert_true(refused > 5);
}

static void no_lie_comes_through(void **state)
{
	struct fixture *f = *state;

	for (int lie = WORLD_STALE_STATE; lie <= WORLD_ERROR; lie++)
		no_lie_of(f, (enum world_lie)lie);
	no_lie_of(f, WORLD_TRUNCATED);
	no_lie_of(f, WORLD_HTML);
	no_lie_of(f, WORLD_500);
}

/* ------------------------------------------------------------- JSON-RPC */

/* SPEC JSON-RPC-2.0 notification: nothing is answered; an id is echoed */
static void requests_follow_the_table(void **state)
{
	static const struct {
		const char *in, *out;
	} table[] = {
#define CALL(id) "{\"jsonrpc\":\"2.0\"" id ",\"method\":\"eth_chainId\"}"
#define SAYS(id) "{\"jsonrpc\":\"2.0\",\"id\":" id ",\"result\":\"0x539\"}"
		{ CALL(",\"id\":1"), SAYS("1") },
		{ CALL(",\"id\":\"a\\\"b\""), SAYS("\"a\\\"b\"") },
		{ CALL(",\"id\":null"), SAYS("null") },
		{ CALL(",\"id\":-7"), SAYS("-7") },
		{ CALL(",\"id\":1.5"), SAYS("1.5") },
		{ CALL(""), "" },
		{ "[" CALL(",\"id\":1") "," CALL("") "," CALL(",\"id\":2") "]",
		  "[" SAYS("1") "," SAYS("2") "]" },
		{ "[" CALL("") "]", "" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++)
		assert_string_equal(raw(f, table[i].in), table[i].out);
}

static void bad_requests_have_their_codes(void **state)
{
	static const struct {
		const char *in;
		int64_t code;
	} table[] = {
		{ "", -32700 },
		{ "{", -32700 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"id\":2}", -32700 },
		{ "[]", -32600 },
		{ "1", -32600 },
		{ "{}", -32600 },
		{ "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"eth_chainId\"}",
		  -32600 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":[],\"method\":\"eth_chainId\"}",
		  -32600 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}", -32600 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_none\"}",
		  -32601 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\","
		  "\"params\":{\"a\":1}}",
		  -32602 },
		{ "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\","
		  "\"params\":[1]}",
		  -32602 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++) {
		const struct pl_json *v = parse(f, raw(f, table[i].in));
		int64_t n;

		assert_ok(pl_json_int(
				  &n,
				  pl_json_get(pl_json_get(v, "error"), "code"),
				  &f->e),
			  &f->e);
		assert_int_equal(n, table[i].code);
	}
}

/* SPEC EIP-1898 blockHash: by number or by hash, not by both */
static void bad_parameters_are_told(void **state)
{
	static const struct question table[] = {
		{ "eth_getBalance", "[]" },
		{ "eth_getBalance", "[\"0x12\",\"latest\"]" },
		{ "eth_getBalance", "[\""
				    "0x"
				    "1111111111111111111111111111111111111111"
				    "\",\"newest\"]" },
		{ "eth_getBalance",
		  "[\"0x1111111111111111111111111111111111111111\",{}]" },
		{ "eth_getBalance",
		  "[\"0x1111111111111111111111111111111111111111\",{"
		  "\"blockNumber\":\"0x1\",\"blockHash\":"
		  "\"0x11111111111111111111111111111111111111111111111111111111"
		  "11111111\"}]" },
		{ "eth_getStorageAt",
		  "[\"0x1111111111111111111111111111111111111111\",\"zz\"]" },
		{ "eth_getProof",
		  "[\"0x1111111111111111111111111111111111111111\",7]" },
		{ "eth_getBlockByHash", "[\"latest\"]" },
		{ "eth_getTransactionByHash", "[7]" },
		{ "eth_getLogs", "[[]]" },
		{ "eth_getLogs", "[{\"topics\":[[],[],[],[],[]]}]" },
		{ "eth_getLogs", "[{\"address\":\"0x1\"}]" },
		{ "eth_getLogs",
		  "[{\"fromBlock\":\"0x5\",\"toBlock\":\"0x4\"}]" },
		{ "eth_getLogs",
		  "[{\"blockHash\":"
		  "\"0x11111111111111111111111111111111111111111111111111111111"
		  "11111111\",\"toBlock\":\"0x4\"}]" },
		{ "eth_feeHistory", "[\"0x1\",\"latest\",[50,20]]" },
		{ "eth_feeHistory", "[\"0x1\",\"latest\",[101]]" },
		{ "web3_sha3", "[\"0x1\"]" },
		{ "eth_getFilterChanges", "[{}]" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(table); i++) {
		int64_t n = code(f, table[i].method, table[i].params);

		if (n != -32602)
			fail_msg("%s %s: %d", table[i].method, table[i].params,
				 (int)n);
	}
}

static void a_batch_has_a_limit(void **state)
{
	struct fixture *f = *state;
	struct pl_buf b;

	pl_buf_init(&b, f->a);
	for (int i = 0; i < 101; i++)
		pl_buf_fmt(&b,
			   "%s{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":"
			   "\"eth_chainId\"}",
			   i ? "," : "[", i);
	pl_buf_byte(&b, ']');
	assert_non_null(strstr(raw(f, pl_buf_cstr(&b)), "-32005"));
}

/* --------------------------------------------------------- overriding */

#define SOMEBODY "0x1111111111111111111111111111111111111111"
#define WORD62                                                                 \
	"0x00000000000000000000000000000000000000000000000000000000000000"

/* What it runs is made up, what it is not told stays what was proven. */
static void a_call_runs_on_what_it_wishes(void **state)
{
	/* slot 1 + the account's balance + the block's number */
	static const char changed[] =
		"[{\"to\":\"" SOMEBODY "\"},\"latest\",{\"" SOMEBODY "\":{"
		"\"balance\":\"0x5\",\"stateDiff\":{\"0x1\":\"0x7\"},\"code\":"
		"\"0x60015447014301600052602060"
		"00f3\"}},{\"number\":\"0x64\"}]";
	/* who may pay, and whose balance is read: another's stays 0 */
	static const char rich[] =
		"[{\"from\":\"0x2222222222222222222222222222222222222222\","
		"\"to\":\"" SOMEBODY "\",\"value\":\"0x9\",\"gasPrice\":"
		"\"0x174876e800\",\"gas\":\"0x186a0\"},\"latest\"%s]";
	static const char *const bad[] = {
		"[{\"to\":\"" SOMEBODY "\"},\"latest\",[]]",
		"[{\"to\":\"" SOMEBODY "\"},\"latest\",{\"0x11\":{}}]",
		"[{\"to\":\"" SOMEBODY "\"},\"latest\",{\"" SOMEBODY
		"\":{\"state\":{},\"stateDiff\":{}}}]",
		"[{\"to\":\"" SOMEBODY "\"},\"latest\",{},{\"number\":[]}]",
	};
	struct fixture *f = *state;
	const struct pl_json *v;
	uint64_t gas;

	assert_string_equal(pl_json_str(good(f, "eth_call", changed)),
			    WORD62 "70");
	assert_ok(pl_json_u64(&gas, good(f, "eth_estimateGas", changed), &f->e),
		  &f->e);
	assert_true(gas > 21000 + 2100);
	v = pl_json_get(good(f, "eth_createAccessList", changed), "accessList");
	assert_int_equal(pl_json_len(v), 1);
	/* without it, nothing is left of it */
	assert_string_equal(
		pl_json_str(good(f, "eth_call",
				 "[{\"to\":\"" SOMEBODY "\"},\"latest\"]")),
		"0x");
	assert_int_not_equal(code(f, "eth_call", pl_printf(f->a, rich, "")), 0);
	assert_string_equal(
		pl_json_str(good(
			f, "eth_call",
			pl_printf(
				f->a, rich,
				",{\"0x2222222222222222222222222222222222222222"
				"\":{\"balance\":\"0xde0b6b3a7640000\"}}"))),
		"0x");
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(code(f, "eth_call", bad[i]), -32602);
}

/* ---------------------------------------------------------- refusing */

static void what_no_proof_shows_is_refused_or_marked(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *v;

	assert_int_equal(code(f, "eth_protocolVersion", "[]"), -32601);
	serve(f, f->w->l1, true);
	v = ask(f, "eth_getRawTransactionByHash",
		pl_printf(f->a, "[\"%s\"]",
			  pl_hash32_text(f->a, &full_block(f->c)->tx[0].hash)));
	assert_non_null(pl_json_str(pl_json_get(v, "result")));
	assert_int_equal(f->trust, PL_CLAIMED);
	assert_string_equal(
		pl_json_str(pl_json_get(pl_json_get(v, "plume"), "trust")),
		"claimed");
	/* what can be proven is not claimed even so */
	(void)good(f, "eth_chainId", "[]");
	assert_int_equal(f->trust, PL_PROVEN);
}

/* Errors of code are geth's: 3 and the data of a revert, else -32000. */
static void code_that_fails_says_how(void **state)
{
	struct fixture *f = *state;
	const char *from =
		pl_hex(f->a, pl_addr_span(&(struct pl_addr){ { [19] = 9 } }));
	const char *to = pl_hex(f->a, pl_addr_span(&f->w->on_l1.estate));
	const char *pause = pl_printf(
		f->a,
		"[{\"from\":\"%s\",\"to\":\"%s\",\"data\":\"0x8456cb59\"},"
		"\"latest\"]",
		from, to);
	const struct pl_json *v = ask(f, "eth_call", pause);
	const struct pl_json *error = pl_json_get(v, "error");

	assert_int_equal(code(f, "eth_call", pause), 3);
	assert_int_equal(code(f, "eth_estimateGas", pause), 3);
	assert_string_equal(pl_json_str(pl_json_get(error, "message")),
			    "execution reverted");
	/* OwnableUnauthorizedAccount(address) */
	assert_memory_equal(pl_json_str(pl_json_get(error, "data")),
			    "0x118cdaa7", 10);
	v = good(f, "eth_createAccessList", pause);
	assert_string_equal(pl_json_str(pl_json_get(v, "error")),
			    "execution reverted");
	/* INVALID */
	assert_int_equal(
		code(f, "eth_call", "[{\"data\":\"0xfe\"},\"latest\"]"),
		-32000);
	assert_int_equal(code(f, "eth_call", "[7]"), -32602);
	assert_int_equal(code(f, "eth_call", "[{},\"newest\"]"), -32602);
	assert_int_equal(code(f, "eth_call", "[{},\"0xffff\"]"), -32001);
}

static void gas_and_lists_come_proven(void **state)
{
	struct fixture *f = *state;
	const char *params = pl_printf(
		f->a, "[{\"to\":\"%s\",\"data\":\"0x18160ddd\"},\"latest\"]",
		pl_hex(f->a, pl_addr_span(&f->w->on_l1.estate)));
	const struct pl_json *v = good(f, "eth_estimateGas", params);
	uint64_t gas, least;

	assert_int_equal(f->trust, PL_PROVEN);
	assert_ok(pl_json_u64(&gas, v, &f->e), &f->e);
	assert_in_range(gas, 23000, 25000);
	v = good(f, "eth_createAccessList", params);
	assert_int_equal(f->trust, PL_PROVEN);
	assert_int_equal(pl_json_len(pl_json_get(v, "accessList")), 1);
	assert_ok(pl_json_u64(&least, pl_json_get(v, "gasUsed"), &f->e), &f->e);
	/* the parent chain's part is in no state */
	serve(f, f->w->l2, false);
	params = pl_printf(
		f->a, "[{\"to\":\"%s\",\"data\":\"0x18160ddd\"},\"latest\"]",
		pl_hex(f->a, pl_addr_span(&f->w->on_l2.estate)));
	assert_int_equal(code(f, "eth_estimateGas", params), -32004);
	assert_int_equal(
		code(f, "eth_call",
		     "[{\"to\":\"0x0000000000000000000000000000000000000064\"},"
		     "\"latest\"]"),
		-32004);
}

static void null_is_proven_beyond_the_head_only(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *v;

	v = ask(f, "eth_getBlockByNumber", "[\"0xffff\",false]");
	assert_true(pl_json_get(v, "result") &&
		    pl_json_is_null(pl_json_get(v, "result")));
	assert_int_equal(f->trust, PL_PROVEN);
	v = ask(f, "eth_getTransactionReceipt",
		"[\"0x1111111111111111111111111111111111111111111111111111111"
		"111111111\"]");
	assert_true(pl_json_get(v, "result") &&
		    pl_json_is_null(pl_json_get(v, "result")));
	assert_int_equal(f->trust, PL_CLAIMED);
	assert_int_equal(code(f, "eth_getBalance",
			      "[\"0x1111111111111111111111111111111111111111\""
			      ",\"0xffff\"]"),
			 -32001);
}

/* Chain and signature are checked before a node sees it. */
static void sending_checks_first(void **state)
{
	struct fixture *f = *state;
	struct pl_tx tx = { .type = PL_TX_FEE,
			    .has_chain_id = true,
			    .has_to = true,
			    .chain_id = WORLD_L1,
			    .gas = 21000,
			    .nonce = 99 };
	struct pl_buf raw_tx, scratch;
	struct pl_hash32 hash;
	uint8_t secret[32];

	world_secret(secret, 1);
	tx.max_fee = pl_u256_of(1000000000000u);
	pl_buf_init(&raw_tx, f->a);
	pl_buf_init(&scratch, f->a);
	assert_ok(pl_tx_sign(&tx, &scratch, secret, &f->e), &f->e);
	pl_tx_encode(&raw_tx, &tx);
	hash = pl_keccak256(pl_buf_span(&raw_tx));
	assert_string_equal(
		pl_json_str(
			good(f, "eth_sendRawTransaction",
			     pl_printf(f->a, "[\"%s\"]",
				       pl_hex(f->a, pl_buf_span(&raw_tx))))),
		pl_hash32_text(f->a, &hash));
	/* another chain, and bytes that are none */
	tx.chain_id = 1;
	pl_buf_reset(&raw_tx);
	assert_ok(pl_tx_sign(&tx, &scratch, secret, &f->e), &f->e);
	pl_tx_encode(&raw_tx, &tx);
	assert_int_equal(code(f, "eth_sendRawTransaction",
			      pl_printf(f->a, "[\"%s\"]",
					pl_hex(f->a, pl_buf_span(&raw_tx)))),
			 -32003);
	assert_int_equal(code(f, "eth_sendRawTransaction", "[\"0x02c0\"]"),
			 -32003);
}

/* ------------------------------------------------------------- the rest */

static void filters_tell_what_is_new(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *v;
	const char *blocks, *logs;

	f->anchors.back = 5;
	pl_serve_tick(f->s);
	blocks = pl_printf(f->a, "[\"%s\"]",
			   pl_json_str(good(f, "eth_newBlockFilter", "[]")));
	logs = pl_printf(f->a, "[\"%s\"]",
			 pl_json_str(good(f, "eth_newFilter",
					  "[{\"fromBlock\":\"0x30\"}]")));
	assert_int_equal(pl_json_len(good(f, "eth_getFilterChanges", blocks)),
			 0);
	f->anchors.back = 2;
	pl_serve_tick(f->s);
	v = good(f, "eth_getFilterChanges", blocks);
	assert_int_equal(pl_json_len(v), 3);
	assert_string_equal(
		pl_json_str(pl_json_at(v, 2)),
		pl_hash32_text(f->a, &f->c->block[f->c->n - 3].header.hash));
	assert_int_equal(pl_json_len(good(f, "eth_getFilterChanges", blocks)),
			 0);
	(void)good(f, "eth_getFilterChanges", logs);
	(void)good(f, "eth_getFilterLogs", logs);
	assert_true(pl_json_bool(good(f, "eth_uninstallFilter", logs)));
	assert_false(pl_json_bool(good(f, "eth_uninstallFilter", logs)));
	assert_int_equal(code(f, "eth_getFilterChanges", logs), -32000);
}

static void filters_are_bounded(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 64; i++)
		(void)good(f, "eth_newBlockFilter", "[]");
	assert_int_equal(code(f, "eth_newBlockFilter", "[]"), -32005);
}

static void fees_come_from_proven_blocks(void **state)
{
	struct fixture *f = *state;
	const struct pl_header *h = &f->c->block[f->c->n - 1].header;
	const struct pl_json *v =
		good(f, "eth_feeHistory", "[\"0x4\",\"latest\",[20,50]]");
	const struct pl_json *base = pl_json_get(v, "baseFeePerGas");
	struct pl_u256 fee, price, tip;

	assert_int_equal(pl_json_len(base), 5);
	assert_int_equal(pl_json_len(pl_json_get(v, "gasUsedRatio")), 4);
	assert_int_equal(pl_json_len(pl_json_get(v, "reward")), 4);
	assert_int_equal(pl_json_len(pl_json_at(pl_json_get(v, "reward"), 0)),
			 2);
	assert_ok(pl_json_u256(&fee, pl_json_at(base, 3), &f->e), &f->e);
	assert_int_equal(pl_u256_cmp(&fee, &h->base_fee), 0);
	assert_ok(pl_json_u256(&price, good(f, "eth_gasPrice", "[]"), &f->e),
		  &f->e);
	assert_ok(pl_json_u256(&tip, good(f, "eth_maxPriorityFeePerGas", "[]"),
			       &f->e),
		  &f->e);
	assert_true(pl_u256_add(&fee, &fee, &tip));
	assert_int_equal(pl_u256_cmp(&fee, &price), 0);
}

/* SPEC EIP-1559 base-fee: the next block's follows from this one's gas */
static void the_next_base_fee_is_the_next_blocks(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *v =
		good(f, "eth_feeHistory", "[\"0x2\",\"0x14\"]");
	const struct pl_header *h = &f->c->block[20].header;
	struct pl_u256 next;

	assert_ok(pl_json_u256(&next,
			       pl_json_at(pl_json_get(v, "baseFeePerGas"), 2),
			       &f->e),
		  &f->e);
	if (h->gas_used < h->gas_limit / 2)
		assert_true(pl_u256_cmp(&next, &h->base_fee) <= 0);
	assert_null(pl_json_get(v, "reward"));
}

static void small_methods(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(pl_json_str(good(f, "net_version", "[]")), "1337");
	assert_true(pl_json_bool(good(f, "net_listening", "[]")));
	assert_false(pl_json_bool(good(f, "eth_syncing", "[]")));
	assert_int_equal(pl_json_len(good(f, "eth_accounts", "[]")), 0);
	assert_non_null(strstr(pl_json_str(good(f, "web3_clientVersion", "[]")),
			       "plume/"));
	assert_string_equal(
		pl_json_str(good(f, "web3_sha3", "[\"0x\"]")),
		"0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d"
		"85a470");
	assert_string_equal(
		pl_json_str(good(f, "eth_getUncleCountByBlockNumber",
				 "[\"latest\"]")),
		"0x0");
	assert_string_equal(
		pl_json_str(pl_json_get(
			good(f, "eth_getBlockByNumber", "[\"earliest\",false]"),
			"number")),
		"0x0");
	assert_string_equal(
		pl_json_str(pl_json_get(good(f, "eth_getBlockByNumber",
					     "[\"finalized\",false]"),
					"hash")),
		pl_hash32_text(f->a, &f->c->block[f->c->n - 17].header.hash));
}

static void the_second_answer_asks_nobody(void **state)
{
	struct fixture *f = *state;
	const struct pl_addr user = world_user(1);
	const char *p = pl_printf(f->a, "[\"%s\",\"latest\"]",
				  pl_hex(f->a, pl_addr_span(&user)));
	size_t asked;

	(void)good(f, "eth_getBalance", p);
	asked = world_asked(f->t);
	for (int i = 0; i < 10; i++)
		(void)good(f, "eth_getBalance", p);
	(void)good(f, "eth_getTransactionCount", p);
	assert_int_equal(world_asked(f->t), asked);
}

static void a_conflict_ends_serving(void **state)
{
	struct fixture *f = *state;
	struct pl_reply r;
	struct pl_ask ask_health = { .method = "GET", .path = "/healthz" };

	pl_serve_handle(f->s, 0, f->a, &r, &ask_health);
	assert_int_equal(r.status, 200);
	f->conflict = true;
	pl_serve_tick(f->s);
	assert_int_equal(code(f, "eth_blockNumber", "[]"), -32000);
	pl_serve_handle(f->s, 0, f->a, &r, &ask_health);
	assert_int_equal(r.status, 503);
}

static void a_lying_node_leaves_the_head(void **state)
{
	struct fixture *f = *state;
	const char *head = pl_json_str(good(f, "eth_blockNumber", "[]"));

	f->anchors.back = 1;
	world_lie_now(f->t, WORLD_OTHER_BLOCK);
	pl_serve_tick(f->s);
	assert_string_equal(pl_json_str(good(f, "eth_blockNumber", "[]")),
			    head);
	world_lie_now(f->t, WORLD_HONEST);
	pl_serve_tick(f->s);
	assert_string_not_equal(pl_json_str(good(f, "eth_blockNumber", "[]")),
				head);
}

/* With allow_claimed, where no proof is to be had the node's word is marked;
 * where a proof is false, nothing replaces it. */
static void a_false_proof_is_never_a_claim(void **state)
{
	struct fixture *f = *state;
	const struct pl_addr user = world_user(1);
	const char *p = pl_printf(f->a, "[\"%s\",\"latest\"]",
				  pl_hex(f->a, pl_addr_span(&user)));

	serve(f, f->w->l1, true);
	world_lie_now(f->t, WORLD_OTHER_ACCOUNT);
	assert_int_equal(code(f, "eth_getBalance", p), -32000);
}

static void metrics_count(void **state)
{
	struct fixture *f = *state;
	struct pl_ask get = { .method = "GET", .path = "/metrics" };
	struct pl_reply r;
	const char *text;

	(void)good(f, "eth_chainId", "[]");
	(void)code(f, "eth_getBalance", "[]");
	pl_serve_handle(f->s, 0, f->a, &r, &get);
	text = pl_strndup(f->a, (const char *)r.body.p, r.body.n);
	assert_int_equal(r.status, 200);
	assert_non_null(strstr(text, "plume_requests_total{method=\"eth_chainId"
				     "\",result=\"ok\"} 1\n"));
	assert_non_null(strstr(text, "plume_requests_total{method=\""
				     "eth_getBalance\",result=\"error\"} 1\n"));
	assert_non_null(strstr(text, "plume_head_number{tag=\"latest\"} 59\n"));
}

/* ------------------------------------------------------------- the cache */

static void the_cache_keeps_what_fits(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_arena *room = pl_arena_open(0);
	struct pl_cache *c = pl_cache_new(a, 4096);
	uint8_t value[900];
	struct pl_span got;

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		const struct pl_span key = { (const uint8_t *)&i, sizeof(i) };
		size_t n = (i * 37u) % 800;

		memset(value, (int)(i & 0xff), sizeof(value));
		pl_cache_put(c, key, (struct pl_span){ value, n });
		assert_true(pl_cache_get(c, room, &got, key));
		assert_int_equal(got.n, n);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(got.p[k], i & 0xff);
		assert_true(pl_cache_stats(c).bytes <= 4096);
	}
	for (unsigned i = 0; i < 4900; i++) {
		const struct pl_span key = { (const uint8_t *)&i, sizeof(i) };

		assert_false(pl_cache_get(c, room, &got, key));
	}
	pl_cache_close(c);
	pl_arena_close(room);
	pl_arena_close(a);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(every_answer_is_the_nodes_own_but_proven),
		T(no_lie_comes_through),
		T(requests_follow_the_table),
		T(bad_requests_have_their_codes),
		T(bad_parameters_are_told),
		T(a_batch_has_a_limit),
		T(a_call_runs_on_what_it_wishes),
		T(what_no_proof_shows_is_refused_or_marked),
		T(code_that_fails_says_how),
		T(gas_and_lists_come_proven),
		T(null_is_proven_beyond_the_head_only),
		T(sending_checks_first),
		T(filters_tell_what_is_new),
		T(filters_are_bounded),
		T(fees_come_from_proven_blocks),
		T(the_next_base_fee_is_the_next_blocks),
		T(small_methods),
		T(the_second_answer_asks_nobody),
		T(a_conflict_ends_serving),
		T(a_lying_node_leaves_the_head),
		T(a_false_proof_is_never_a_claim),
		T(metrics_count),
		cmocka_unit_test(the_cache_keeps_what_fits),
	};
#undef T

	return cmocka_run_group_tests_name("serve", tests, NULL, NULL);
}
