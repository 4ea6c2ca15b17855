/* A development node's subscriptions: what is told, to whom, and again after a
 * revert. */
#include "check.h"

#include "codec/json_in.h"
#include "crypto/addr.h"
#include "devnet/node.h"

struct fixture {
	struct pl_arena *a;
	struct pl_dev *d;
	struct pl_dev_node *n;
	struct pl_dev_key keys[2];
	/* what was pushed */
	struct {
		uint64_t socket, sub;
		const struct pl_json *result;
	} got[64];
	size_t n_got;
	struct pl_err e;
};

static void push(void *ctx, uint64_t socket, struct pl_span text)
{
	struct fixture *f = ctx;
	const struct pl_json *v, *params;

	assert_true(f->n_got < COUNT(f->got));
	assert_ok(pl_json_parse(f->a, &v, pl_span_dup(f->a, text), &f->e),
		  &f->e);
	assert_string_equal(pl_json_str(pl_json_get(v, "method")),
			    "eth_subscription");
	params = pl_json_get(v, "params");
	f->got[f->n_got].socket = socket;
	f->got[f->n_got].result = pl_json_get(params, "result");
	assert_ok(pl_json_u64(&f->got[f->n_got].sub,
			      pl_json_get(params, "subscription"), &f->e),
		  &f->e);
	f->n_got++;
}

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct pl_dev_node_conf conf = { .n_keys = 2,
					 .push = push,
					 .push_ctx = f };
	struct pl_addr rich[2];
	struct pl_dev_conf chain = { .chain_id = 31337,
				     .fork = PL_FORK_OSAKA,
				     .gas_limit = 30000000,
				     .base_fee = pl_u256_of(1000000000),
				     .time = 1700000000,
				     .accounts = rich,
				     .n_accounts = 2,
				     .balance = { { 0, 1000 } } };

	f->a = pl_arena_open(0);
	assert_ok(pl_dev_keys(f->keys, 2, &f->e), &f->e);
	for (int i = 0; i < 2; i++)
		rich[i] = f->keys[i].addr;
	assert_ok(pl_dev_open(&f->d, &chain, &f->e), &f->e);
	conf.dev = f->d;
	conf.keys = f->keys;
	f->n = pl_dev_node_open(f->a, &conf);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_dev_node_close(f->n);
	pl_dev_close(f->d);
	pl_arena_close(f->a);
	free(f);
	return 0;
}

static const struct pl_json *ask(struct fixture *f, uint64_t socket,
				 const char *method, const char *params)
{
	struct pl_ask q = { .method = "POST", .path = "/", .socket = socket };
	struct pl_reply r = { 0 };
	const struct pl_json *v;

	q.body = pl_span_str(pl_printf(f->a,
				       "{\"jsonrpc\":\"2.0\",\"id\":1,"
				       "\"method\":\"%s\",\"params\":%s}",
				       method, params));
	pl_dev_node_handle(f->n, 0, f->a, &r, &q);
	assert_ok(pl_json_parse(f->a, &v, r.body, &f->e), &f->e);
	return v;
}

static uint64_t number(struct fixture *f, uint64_t socket, const char *method,
		       const char *params)
{
	uint64_t v;

	assert_ok(pl_json_u64(
			  &v,
			  pl_json_get(ask(f, socket, method, params), "result"),
			  &f->e),
		  &f->e);
	return v;
}

static void pay(struct fixture *f)
{
	char from[64], to[64];

	pl_addr_text(from, &f->keys[0].addr);
	pl_addr_text(to, &f->keys[1].addr);
	assert_non_null(pl_json_get(
		ask(f, 0, "eth_sendTransaction",
		    pl_printf(f->a,
			      "[{\"from\":\"%s\",\"to\":\"%s\",\"value\":"
			      "\"0x1\"}]",
			      from, to)),
		"result"));
}

static void assert_head(struct fixture *f, size_t i, uint64_t sub,
			uint64_t want)
{
	uint64_t got;

	assert_true(i < f->n_got);
	assert_int_equal(f->got[i].sub, sub);
	assert_ok(pl_json_u64(&got, pl_json_get(f->got[i].result, "number"),
			      &f->e),
		  &f->e);
	assert_int_equal(got, want);
}

static void blocks_and_what_waits_are_told(void **state)
{
	struct fixture *f = *state;
	uint64_t heads, pending;

	pay(f);
	heads = number(f, 5, "eth_subscribe", "[\"newHeads\"]");
	pending = number(f, 6, "eth_subscribe", "[\"newPendingTransactions\"]");
	assert_int_equal(f->n_got, 0);
	pay(f);
	assert_int_equal(f->n_got, 2);
	assert_int_equal(f->got[0].sub, pending);
	assert_int_equal(f->got[0].socket, 6);
	assert_int_equal(pl_json_str_len(f->got[0].result), 66);
	assert_head(f, 1, heads, 2);
	assert_int_equal(f->got[1].socket, 5);
	/* a block that the tick, or somebody beside, made */
	pl_dev_node_lock(f->n);
	assert_ok(pl_dev_mine(f->d, NULL, 1700000100, &f->e), &f->e);
	pl_dev_node_unlock(f->n);
	pl_dev_node_tick(f->n);
	assert_int_equal(f->n_got, 3);
	assert_head(f, 2, heads, 3);
	pl_dev_node_tick(f->n);
	assert_int_equal(f->n_got, 3);
}

/* A block with one log of nothing. */
static void say(struct fixture *f)
{
	char from[64];

	pl_addr_text(from, &f->keys[0].addr);
	assert_non_null(pl_json_get(
		ask(f, 0, "eth_sendTransaction",
		    pl_printf(f->a, "[{\"from\":\"%s\",\"data\":\"0x5f5fa0\"}]",
			      from)),
		"result"));
}

static void assert_log(struct fixture *f, const struct pl_json *log,
		       uint64_t block, bool removed)
{
	uint64_t got;

	assert_ok(pl_json_u64(&got, pl_json_get(log, "blockNumber"), &f->e),
		  &f->e);
	assert_int_equal(got, block);
	assert_int_equal(pl_json_bool(pl_json_get(log, "removed")), removed);
}

static const struct pl_json *changes(struct fixture *f, uint64_t filter)
{
	return pl_json_get(ask(f, 0, "eth_getFilterChanges",
			       pl_printf(f->a, "[\"0x%x\"]", (unsigned)filter)),
			   "result");
}

static void logs_are_taken_back(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *was, *list;
	uint64_t all, none, filter, other, late;

	say(f);
	all = number(f, 5, "eth_subscribe", "[\"logs\",{}]");
	none = number(f, 5, "eth_subscribe",
		      "[\"logs\",{\"address\":\"0x00000000000000000000"
		      "00000000000000000bad\"}]");
	filter = number(f, 0, "eth_newFilter", "[{\"fromBlock\":\"0x0\"}]");
	other = number(f, 0, "eth_newFilter",
		       "[{\"address\":\"0x00000000000000000000000000000000"
		       "00000bad\"}]");
	(void)number(f, 0, "evm_snapshot", "[]");
	say(f);
	say(f);
	late = number(f, 0, "eth_newFilter", "[{\"fromBlock\":\"0x3\"}]");
	assert_int_equal(f->n_got, 2);
	was = changes(f, filter);
	assert_int_equal(pl_json_len(was), 2);
	assert_true(pl_json_bool(
		pl_json_get(ask(f, 0, "evm_revert", "[\"0x0\"]"), "result")));
	/* what was told, and in that order; not what was not */
	assert_int_equal(f->n_got, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(f->got[i].sub, all);
		assert_log(f, f->got[i].result, 2 + i % 2, i >= 2);
	}
	assert_string_equal(
		pl_json_str(pl_json_get(f->got[2].result, "blockHash")),
		pl_json_str(pl_json_get(pl_json_at(was, 0), "blockHash")));
	say(f);
	assert_int_equal(f->n_got, 5);
	assert_log(f, f->got[4].result, 2, false);
	list = changes(f, filter);
	assert_int_equal(pl_json_len(list), 3);
	for (size_t i = 0; i < 3; i++)
		assert_log(f, pl_json_at(list, i), i == 1 ? 3 : 2, i < 2);
	/* once, and by each filter what is its own */
	assert_int_equal(pl_json_len(changes(f, filter)), 0);
	assert_int_equal(pl_json_len(changes(f, other)), 0);
	list = changes(f, late);
	assert_int_equal(pl_json_len(list), 1);
	assert_log(f, pl_json_at(list, 0), 3, true);
	(void)ask(f, 0, "anvil_reset", "[]");
	assert_int_equal(f->n_got, 7); /* 1 was there before anybody asked */
	assert_log(f, f->got[5].result, 1, true);
	assert_log(f, f->got[6].result, 2, true);
	assert_int_equal(pl_json_len(changes(f, filter)), 2);
	assert_int_not_equal(none, all);
}

static void what_was_reverted_is_told_again(void **state)
{
	struct fixture *f = *state;
	uint64_t heads = number(f, 5, "eth_subscribe", "[\"newHeads\"]");

	(void)number(f, 5, "evm_snapshot", "[]");
	pay(f);
	pay(f);
	assert_int_equal(f->n_got, 2);
	assert_true(pl_json_bool(
		pl_json_get(ask(f, 0, "evm_revert", "[\"0x0\"]"), "result")));
	assert_int_equal(f->n_got, 2);
	pay(f);
	assert_int_equal(f->n_got, 3);
	assert_head(f, 2, heads, 1);
}

static void who_left_is_not_told(void **state)
{
	struct fixture *f = *state;
	uint64_t one = number(f, 5, "eth_subscribe", "[\"newHeads\"]"),
		 stays = number(f, 6, "eth_subscribe", "[\"newHeads\"]");
	const char *params = pl_printf(f->a, "[\"0x%x\"]", (unsigned)one);

	(void)number(f, 7, "eth_subscribe", "[\"logs\",{}]");
	(void)number(f, 7, "eth_subscribe", "[\"newHeads\"]");
	assert_false(pl_json_bool(
		pl_json_get(ask(f, 6, "eth_unsubscribe", params), "result")));
	assert_true(pl_json_bool(
		pl_json_get(ask(f, 5, "eth_unsubscribe", params), "result")));
	pl_dev_node_gone(f->n, 7);
	pay(f);
	assert_int_equal(f->n_got, 1);
	assert_head(f, 0, stays, 1);
}

static void what_cannot_be_told_is_refused(void **state)
{
	struct fixture *f = *state;
	static const char *const bad[] = { "[\"syncing\"]", "[1]", "[]",
					   "[\"logs\",{\"address\":\"0x1\"}]" };

	assert_non_null(pl_json_get(
		ask(f, 0, "eth_subscribe", "[\"newHeads\"]"), "error"));
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_non_null(pl_json_get(ask(f, 5, "eth_subscribe", bad[i]),
					    "error"));
	for (int i = 0; i < 128; i++)
		(void)number(f, 5, "eth_subscribe", "[\"newHeads\"]");
	assert_non_null(pl_json_get(
		ask(f, 5, "eth_subscribe", "[\"newHeads\"]"), "error"));
	(void)number(f, 6, "eth_subscribe", "[\"newHeads\"]");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(blocks_and_what_waits_are_told),
		T(what_was_reverted_is_told_again),
		T(logs_are_taken_back),
		T(who_left_is_not_told),
		T(what_cannot_be_told_is_refused),
	};
#undef T

	return cmocka_run_group_tests_name("dev_sub", tests, NULL, NULL);
}
