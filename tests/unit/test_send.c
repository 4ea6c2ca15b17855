/* Sending, against a node that answers by the method's name. */
#include "check.h"

#include "crypto/secp.h"
#include "eth/tx.h"
#include "sync/send.h"

#define CHAIN 98866
#define TO "0x0202020202020202020202020202020202020202"

static struct pl_arena *a;
static struct pl_err e;
static struct pl_signer *signer;

static const uint8_t key_01[32] = {
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};
static const struct pl_addr to = { { 2, 2, 2, 2, 2, 2, 2, 2, 2, 2,
				     2, 2, 2, 2, 2, 2, 2, 2, 2, 2 } };

/* What the node says to each method; `"result":…` or `"error":…`.  In the
 * texts $H stands for the hash of what was sent. */
struct script {
	const char *chain, *nonce, *block, *tip, *balance, *estimate, *send,
		*receipt, *call, *history;
};

#define RECEIPT(hash, from, rest)                                              \
	"\"result\":{\"transactionHash\":\"" hash "\",\"from\":\"" from        \
	"\"," rest ",\"blockNumber\":\"0x11\",\"blockHash\":\"0x"              \
	"11111111111111111111111111111111111111111111111111111111111111"       \
	"11\"}"
#define FROM "0x1a642f0e3c3af545e7acbd38b07251b3990914f1"
#define PAID "\"gasUsed\":\"0x5208\",\"effectiveGasPrice\":\"0x3b9aca07\""

static const struct script good = {
	.chain = "\"result\":\"0x18232\"",
	.nonce = "\"result\":\"0x7\"",
	.block = "\"result\":{\"baseFeePerGas\":\"0x3b9aca00\","
		 "\"gasLimit\":\"0x1c9c380\"}",
	.tip = "\"result\":\"0x7\"",
	.balance = "\"result\":\"0xde0b6b3a7640000\"",
	.estimate = "\"result\":\"0x5208\"",
	.send = "\"result\":\"$H\"",
	.receipt = RECEIPT("$H", FROM,
			   "\"to\":\"" TO "\",\"status\":\"0x1\"," PAID),
	.call = "\"result\":\"0x\"",
	.history = "\"result\":{\"reward\":[[\"0x3\"],[\"0x9\"]]}",
};

struct fake {
	struct pl_transport base;
	struct script s;
	unsigned sends, receipts, dead_sends, late;
	char *hash; /* of the last raw transaction */
	struct pl_tx tx;
};

static const char *answer_to(struct fake *f, const char *method)
{
	const struct script *s = &f->s;

	if (!strcmp(method, "eth_chainId"))
		return s->chain;
	if (!strcmp(method, "eth_getTransactionCount"))
		return s->nonce;
	if (!strcmp(method, "eth_getBlockByNumber"))
		return s->block;
	if (!strcmp(method, "eth_maxPriorityFeePerGas"))
		return s->tip;
	if (!strcmp(method, "eth_getBalance"))
		return s->balance;
	if (!strcmp(method, "eth_estimateGas"))
		return s->estimate;
	if (!strcmp(method, "eth_sendRawTransaction"))
		return s->send;
	if (!strcmp(method, "eth_call"))
		return s->call;
	if (!strcmp(method, "eth_feeHistory"))
		return s->history;
	if (!strcmp(method, "eth_getTransactionByHash"))
		return "\"result\":null";
	if (!strcmp(method, "eth_getTransactionReceipt"))
		return f->receipts++ < f->late ? "\"result\":null" : s->receipt;
	fail_msg("unexpected call of %s", method);
	return "";
}

/* Decode what was sent: it must be a valid transaction of ours. */
static void take_raw(struct fake *f, const struct pl_json *call)
{
	const struct pl_json *p = pl_json_at(pl_json_get(call, "params"), 0);
	struct pl_span raw;
	struct pl_addr who;
	struct pl_hash32 h;
	struct pl_buf b;

	pl_buf_init(&b, a);
	assert_ok(pl_json_data(a, &raw, p, &e), &e);
	assert_ok(pl_tx_decode(&f->tx, raw, &e), &e);
	assert_ok(pl_tx_sender(&who, &f->tx, &b, false, &e), &e);
	assert_true(pl_addr_equal(&who, &signer->addr));
	h = pl_tx_hash(&f->tx, &b);
	f->hash = pl_hash32_text(a, &h);
	f->sends++;
}

static void put_answer(struct pl_buf *b, struct fake *f,
		       const struct pl_json *call)
{
	const char *method = pl_json_str(pl_json_get(call, "method")), *text;
	int64_t id;

	assert_ok(pl_json_int(&id, pl_json_get(call, "id"), &e), &e);
	if (!strcmp(method, "eth_sendRawTransaction"))
		take_raw(f, call);
	pl_buf_fmt(b, "{\"jsonrpc\":\"2.0\",\"id\":%d,", (int)id);
	for (text = answer_to(f, method); text && *text; text++) {
		if (text[0] == '$' && text[1] == 'H') {
			pl_buf_str(b, f->hash);
			text++;
		} else {
			pl_buf_byte(b, (uint8_t)*text);
		}
	}
	pl_buf_byte(b, '}');
}

static enum pl_rc fake_exchange(struct pl_transport *t, struct pl_arena *arena,
				struct pl_answer *out,
				const struct pl_request *ask,
				struct pl_err *err)
{
	struct fake *f = (struct fake *)t;
	const struct pl_json *v;
	struct pl_buf b;

	pl_buf_init(&b, arena);
	assert_ok(pl_json_parse(arena, &v, ask->body, &e), &e);
	if (pl_json_type(v) == PL_J_ARRAY) {
		for (size_t i = 0; i < pl_json_len(v); i++) {
			pl_buf_byte(&b, i ? ',' : '[');
			put_answer(&b, f, pl_json_at(v, i));
		}
		pl_buf_byte(&b, ']');
	} else {
		put_answer(&b, f, v);
	}
	if (f->dead_sends && strstr((const char *)ask->body.p, "sendRaw")) {
		f->dead_sends--;
		return pl_fail(err, PL_ENET, "the line is dead");
	}
	*out = (struct pl_answer){
		.status = 200, .type = "", .fork = "", .body = pl_buf_span(&b)
	};
	return PL_OK;
}

static struct pl_rpc *node(struct fake *f, const struct script *s)
{
	static const struct pl_transport_ops ops = { fake_exchange, NULL };
	const struct pl_rpc_conf conf = { .url = "http://127.0.0.1:1" };

	*f = (struct fake){ .base = { &ops }, .s = *s };
	return pl_rpc_new(a, &f->base, &conf);
}

static enum pl_rc go(struct fake *f, struct pl_rpc *r, struct pl_sent *sent,
		     const struct pl_send_conf *conf)
{
	const struct pl_call call = { .to = &to, .data = pl_span_str("x") };
	struct pl_send_conf c = conf ? *conf : (struct pl_send_conf){ 0 };

	(void)f;
	if (!c.chain_id)
		c.chain_id = CHAIN;
	if (!c.wait_s)
		c.wait_s = 1;
	return pl_send(a, sent, r, signer, &call, &c, &e);
}

static void a_good_one_goes_through(void **state)
{
	struct pl_sent s;
	struct fake f;
	struct pl_rpc *r = node(&f, &good);

	(void)state;
	f.late = 2;
	assert_ok(go(&f, r, &s, NULL), &e);
	assert_int_equal(f.sends, 1);
	assert_int_equal(f.receipts, 3);
	assert_int_equal(s.nonce, 7);
	assert_int_equal(s.block_number, 17);
	assert_int_equal(f.tx.chain_id, CHAIN);
	assert_int_equal(f.tx.nonce, 7);
	assert_int_equal(f.tx.gas, 25200); /* 21000 and a fifth */
	assert_int_equal(f.tx.max_priority_fee.w[0], 7);
	assert_int_equal(f.tx.max_fee.w[0], 2000000007);
	assert_int_equal(s.fee.w[0], 21000ull * 1000000007);
	assert_string_equal(pl_hash32_text(a, &s.hash), f.hash);
}

/* clang-format off */
#define WITH(member, text) { .member = text }
#define CREATED "\"to\":null,\"contractAddress\":\"" TO "\""
static const struct {
	const char *label;
	struct script change;
	enum pl_rc rc;
	const char *words;
	unsigned sends;
} bad[] = {
	{ "another chain", WITH(chain, "\"result\":\"0x1\""), PL_EUSAGE,
	  "chain 1", 0 },
	{ "no nonce", WITH(nonce, "\"result\":null"), PL_EFORMAT, "Count", 0 },
	{ "no EIP-1559", WITH(block, "\"result\":{\"gasLimit\":\"0x1\"}"),
	  PL_EFORMAT, "EIP-1559", 0 },
	{ "an absurd base fee", WITH(block, "\"result\":{\"baseFeePerGas\":"
	  "\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
	  "ffff\",\"gasLimit\":\"0x1c9c380\"}"), PL_EFORMAT, "absurd", 0 },
	{ "more gas than a block", WITH(estimate, "\"result\":\"0x2faf080\""),
	  PL_EREFUSED, "more than a block", 0 },
	{ "no money", WITH(balance, "\"result\":\"0x1\""), PL_EREFUSED,
	  "too little money", 0 },
	{ "it would revert", WITH(estimate, "\"error\":{\"code\":3,\"message\":"
	  "\"execution reverted\",\"data\":\"0x4e487b71000000000000000000000000"
	  "0000000000000000000000000000000000000011\"}"), PL_EREFUSED,
	  "it would revert: ", 0 },
	{ "the estimate fails", WITH(estimate, "\"error\":{\"code\":-32000,"
	  "\"message\":\"insufficient funds for transfer\"}"), PL_EREFUSED,
	  "insufficient funds", 0 },
	{ "nonce too low", WITH(send, "\"error\":{\"code\":-32000,\"message\":"
	  "\"nonce too low\"}"), PL_EREFUSED, "nonce too low", 1 },
	{ "another hash", WITH(send, "\"result\":\"0x11111111111111111111111111"
	  "11111111111111111111111111111111111111\""), PL_EPROOF,
	  "whose hash is", 1 },
	{ "never mined", WITH(receipt, "\"result\":null"), PL_ENET,
	  "no receipt", 1 },
	{ "a receipt of another", WITH(receipt, RECEIPT("0x111111111111111111"
	  "1111111111111111111111111111111111111111111111", FROM, "\"to\":\"" TO
	  "\",\"status\":\"0x1\"," PAID)), PL_EPROOF, "hash differs", 1 },
	{ "another sender", WITH(receipt, RECEIPT("$H", TO, "\"to\":\"" TO
	  "\",\"status\":\"0x1\"," PAID)), PL_EPROOF, "sender differs", 1 },
	{ "another receiver", WITH(receipt, RECEIPT("$H", FROM, "\"to\":\"" FROM
	  "\",\"status\":\"0x1\"," PAID)), PL_EPROOF, "receiver differs", 1 },
	{ "a contract instead", WITH(receipt, RECEIPT("$H", FROM, CREATED
	  ",\"status\":\"0x1\"," PAID)), PL_EPROOF, "receiver differs", 1 },
	{ "status 2", WITH(receipt, RECEIPT("$H", FROM, "\"to\":\"" TO
	  "\",\"status\":\"0x2\"," PAID)), PL_EPROOF, "status differs", 1 },
	{ "no status", WITH(receipt, RECEIPT("$H", FROM, "\"to\":\"" TO
	  "\"," PAID)), PL_EFORMAT, "transaction 0x", 1 },
	{ "more gas than allowed", WITH(receipt, RECEIPT("$H", FROM, "\"to\":\""
	  TO "\",\"status\":\"0x1\",\"gasUsed\":\"0xffff\","
	  "\"effectiveGasPrice\":\"0x1\"")), PL_EPROOF, "gas differs", 1 },
	{ "dearer than allowed", WITH(receipt, RECEIPT("$H", FROM, "\"to\":\""
	  TO "\",\"status\":\"0x1\",\"gasUsed\":\"0x5208\","
	  "\"effectiveGasPrice\":\"0xffffffff\"")), PL_EPROOF,
	  "gas price differs", 1 },
	{ "mined and reverted", { .receipt = RECEIPT("$H", FROM, "\"to\":\"" TO
	  "\",\"status\":\"0x0\"," PAID), .call = "\"error\":{\"code\":3,"
	  "\"message\":\"execution reverted: closed\"}" }, PL_EREFUSED,
	  "reverted: execution reverted: closed", 1 },
	{ "reverted, reason unknown", WITH(receipt, RECEIPT("$H", FROM,
	  "\"to\":\"" TO "\",\"status\":\"0x0\"," PAID)), PL_EREFUSED,
	  "no reason known", 1 },
};
/* clang-format on */

static struct script changed(const struct script *c)
{
	struct script s = good;
	const char *const *from = (const char *const *)c;
	const char **into = (const char **)&s;

	for (size_t i = 0; i < sizeof(s) / sizeof(char *); i++) {
		if (from[i])
			into[i] = from[i];
	}
	return s;
}

static void what_goes_wrong_follows_the_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct script s = changed(&bad[i].change);
		struct pl_sent sent = { 0 };
		struct fake f;
		struct pl_rpc *r = node(&f, &s);
		enum pl_rc rc = go(&f, r, &sent, NULL);

		if (rc != bad[i].rc || !strstr(e.msg, bad[i].words))
			fail_msg("%s: %d %s", bad[i].label, rc, e.msg);
		assert_int_equal(f.sends, bad[i].sends);
		/* once it may be out, its hash is told */
		if (f.sends)
			assert_string_equal(pl_hash32_text(a, &sent.hash),
					    f.hash);
		assert_null(sent.receipt);
	}
}

static void a_lost_answer_does_not_send_two(void **state)
{
	struct script s = good;
	struct pl_sent sent;
	struct fake f;
	struct pl_rpc *r = node(&f, &s);
	char *first;

	(void)state;
	f.dead_sends = 1;
	assert_ok(go(&f, r, &sent, NULL), &e);
	assert_int_equal(f.sends, 2);
	first = pl_hash32_text(a, &sent.hash);
	assert_string_equal(first, f.hash); /* the same bytes both times */
	s.send = "\"error\":{\"code\":-32000,\"message\":\"already known\"}";
	r = node(&f, &s);
	assert_ok(go(&f, r, &sent, NULL), &e);
}

static void flags_override_the_node(void **state)
{
	const uint64_t nonce = 3, gas = 50000, little = 20999;
	const struct pl_u256 fee = pl_u256_of(3000000000), tip = pl_u256_of(1),
			     low = pl_u256_of(5);
	struct pl_send_conf c = {
		.nonce = &nonce, .gas = &gas, .max_fee = &fee, .tip = &tip
	};
	struct pl_sent sent;
	struct fake f;

	(void)state;
	assert_ok(go(&f, node(&f, &good), &sent, &c), &e);
	assert_int_equal(f.tx.nonce, 3);
	assert_int_equal(f.tx.gas, 50000);
	assert_int_equal(f.tx.max_fee.w[0], 3000000000);
	assert_int_equal(f.tx.max_priority_fee.w[0], 1);
	c.gas = &little;
	assert_int_equal(go(&f, node(&f, &good), &sent, &c), PL_EUSAGE);
	c.gas = NULL;
	c.max_fee = &low;
	assert_int_equal(go(&f, node(&f, &good), &sent, &c), PL_EUSAGE);
	c.max_fee = NULL;
	c.max_cost = pl_u256_of(1);
	assert_int_equal(go(&f, node(&f, &good), &sent, &c), PL_EDECLINED);
	assert_int_equal(f.sends, 0);
}

static void a_greedy_tip_is_bounded(void **state)
{
	struct script s = good;
	struct pl_sent sent;
	struct fake f;

	(void)state;
	s.tip = "\"result\":\"0xffffffffffffffff\"";
	s.receipt = good.receipt;
	assert_ok(go(&f, node(&f, &s), &sent, NULL), &e);
	assert_int_equal(f.tx.max_priority_fee.w[0], 100000000000ull);
	s.tip = "\"error\":{\"code\":-32601,\"message\":\"no\"}";
	assert_ok(go(&f, node(&f, &s), &sent, NULL), &e);
	assert_int_equal(f.tx.max_priority_fee.w[0], 9);
}

static void a_plan_signs_nothing(void **state)
{
	const struct pl_call call = { .data = pl_span_str("code") };
	const struct pl_send_conf c = { .chain_id = CHAIN };
	struct pl_addr want = pl_create_address(&signer->addr, 7);
	struct pl_plan p;
	struct fake f;

	(void)state;
	assert_ok(pl_send_plan(a, &p, node(&f, &good), &signer->addr, &call, &c,
			       &e),
		  &e);
	assert_int_equal(f.sends, 0);
	assert_true(p.create);
	assert_true(pl_addr_equal(&p.to, &want));
	assert_int_equal(p.gas_estimate, 21000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_one_goes_through),
		cmocka_unit_test(what_goes_wrong_follows_the_table),
		cmocka_unit_test(a_lost_answer_does_not_send_two),
		cmocka_unit_test(flags_override_the_node),
		cmocka_unit_test(a_greedy_tip_is_bounded),
		cmocka_unit_test(a_plan_signs_nothing),
	};
	int failed;

	a = pl_arena_open(0);
	if (pl_signer_of_key(a, &signer, key_01, "test", &e))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	pl_signer_close(signer);
	pl_arena_close(a);
	return failed;
}
