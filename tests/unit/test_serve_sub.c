/* eth_subscribe over a made-up chain whose head moves on, stands still and
 * branches off: what is told, to whom and how often. */
#include "check.h"

#include "codec/jcs.h"
#include "codec/json_in.h"
#include "sync/serve.h"
#include "world/world.h"

struct fixture {
	struct pl_anchors anchors; /* first */
	struct pl_arena *a;
	struct world *w[2];
	unsigned which; /* of them the node shows */
	size_t back;    /* blocks the head stays behind the chain's */
	struct pl_transport node;
	struct pl_transport *way[2];
	bool down;
	struct pl_serve *s;
	struct pl_err e;
	/* what was pushed */
	struct {
		uint64_t socket, sub;
		const struct pl_json *result;
	} got[400];
	size_t n;
};

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	const struct fixture *f = (struct fixture *)x;
	const struct world_chain *c = f->w[f->which]->l1;
	const bool latest = tag == PL_TAG_LATEST;

	(void)a;
	(void)e;
	out->hash = c->block[c->n - f->back - (latest ? 1 : 17)].header.hash;
	out->level = latest ? PL_LEVEL_OPTIMISTIC : PL_LEVEL_FINALIZED;
	out->trust = PL_PROVEN;
	return PL_OK;
}

static enum pl_rc ask_node(struct pl_transport *t, struct pl_arena *a,
			   struct pl_answer *out, const struct pl_request *q,
			   struct pl_err *e)
{
	struct fixture *f =
		(struct fixture *)((char *)t - offsetof(struct fixture, node));

	if (f->down)
		return pl_fail(e, PL_ENET, "the node is down");
	return pl_transport_exchange(f->way[f->which], a, out, q, e);
}

static void push(void *ctx, uint64_t socket, struct pl_span text)
{
	struct fixture *f = ctx;
	const struct pl_json *v, *params;

	assert_true(f->n < COUNT(f->got));
	assert_ok(pl_json_parse(f->a, &v, pl_span_dup(f->a, text), &f->e),
		  &f->e);
	assert_string_equal(pl_json_str(pl_json_get(v, "method")),
			    "eth_subscription");
	assert_null(pl_json_get(v, "id"));
	params = pl_json_get(v, "params");
	f->got[f->n].socket = socket;
	f->got[f->n].result = pl_json_get(params, "result");
	assert_ok(pl_json_u64(&f->got[f->n].sub,
			      pl_json_get(params, "subscription"), &f->e),
		  &f->e);
	f->n++;
}

static int begin(void **state)
{
	static const struct pl_transport_ops ops = { ask_node, NULL };
	struct fixture *f = calloc(1, sizeof(*f));
	struct pl_serve_conf conf = { .push = push, .ctx = f };
	struct pl_view_conf view = { .chain_id = WORLD_L1 };
	const struct pl_rpc_conf rpc = { .url = "http://world/l1" };

	f->a = pl_arena_open(0);
	f->anchors.find = find;
	for (unsigned i = 0; i < 2; i++) {
		/* of another time: no block is the same */
		struct world_conf how = { .blocks = 60,
					  .now = 1800000000 + 1200 * i };

		f->w[i] = world_new(f->a, &how);
		f->way[i] = world_transport(f->a, f->w[i], WORLD_HONEST);
	}
	f->node.ops = &ops;
	f->back = 20;
	view.anchors = &f->anchors;
	view.rpc = pl_rpc_new(f->a, &f->node, &rpc);
	conf.view = pl_view_new(f->a, &view);
	assert_ok(pl_serve_new(f->a, &f->s, &conf, &f->e), &f->e);
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

static const struct pl_json *ask_over(struct fixture *f, uint64_t socket,
				      const char *method, const char *params)
{
	struct pl_ask q = { .method = "POST", .path = "/", .socket = socket };
	struct pl_reply r = { 0 };
	const struct pl_json *v;

	q.body = pl_span_str(pl_printf(f->a,
				       "{\"jsonrpc\":\"2.0\",\"id\":1,"
				       "\"method\":\"%s\",\"params\":%s}",
				       method, params));
	pl_serve_handle(f->s, 0, f->a, &r, &q);
	assert_ok(pl_json_parse(f->a, &v, r.body, &f->e), &f->e);
	return v;
}

static uint64_t subscribed(struct fixture *f, uint64_t socket,
			   const char *params)
{
	uint64_t id;

	assert_ok(pl_json_u64(&id,
			      pl_json_get(ask_over(f, socket, "eth_subscribe",
						   params),
					  "result"),
			      &f->e),
		  &f->e);
	return id;
}

static int64_t refused(struct fixture *f, uint64_t socket, const char *method,
		       const char *params)
{
	const struct pl_json *v =
		pl_json_get(ask_over(f, socket, method, params), "error");
	int64_t code = 0;

	assert_non_null(v);
	assert_ok(pl_json_int(&code, pl_json_get(v, "code"), &f->e), &f->e);
	return code;
}

static uint64_t head(const struct fixture *f)
{
	return f->w[f->which]->l1->n - f->back - 1;
}

/* The i-th that was told: a header of the chain, with this number. */
static void assert_header(struct fixture *f, size_t i, uint64_t number)
{
	const struct pl_json *h = f->got[i].result;
	struct pl_hash32 hash;
	uint64_t n;

	assert_true(i < f->n);
	assert_ok(pl_json_u64(&n, pl_json_get(h, "number"), &f->e), &f->e);
	assert_int_equal(n, number);
	assert_ok(pl_json_hash32(&hash, pl_json_get(h, "hash"), &f->e), &f->e);
	assert_true(pl_hash32_equal(
		&hash, &f->w[f->which]->l1->block[number].header.hash));
	assert_null(pl_json_get(h, "transactions"));
}

static void every_new_head_is_told_once(void **state)
{
	struct fixture *f = *state;
	const uint64_t was = head(f);
	uint64_t id;

	pl_serve_tick(f->s);
	id = subscribed(f, 7, "[\"newHeads\"]");
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 0); /* what is known is not new */
	f->back = 15;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(f->got[i].socket, 7);
		assert_int_equal(f->got[i].sub, id);
		assert_header(f, i, was + 1 + i);
	}
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 5);
	f->back = 14;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 6);
	assert_header(f, 5, was + 6);
}

/* As many as eth_getLogs finds, in its order. */
static void no_log_is_missing(void **state)
{
	struct fixture *f = *state;
	const struct pl_json *list, *some;
	uint64_t all;
	size_t seen_all = 0, seen_few = 0;
	const char *range;

	all = subscribed(f, 1, "[\"logs\",{}]");
	(void)subscribed(f, 2,
			 "[\"logs\",{\"topics\":[\"0xddf252ad1be2c89b69c2b068fc"
			 "378daa952ba7f163c4a11628f55a4df523b3ef\"],"
			 "\"address\":"
			 "\"0x7070707070707070707070707070707070707070\"}]");
	(void)subscribed(f, 3,
			 "[\"logs\",{\"address\":"
			 "\"0x7070707070707070707070707070707070707071\"}]");
	range = pl_printf(f->a, "\"fromBlock\":\"0x%x\",\"toBlock\":\"0x%x\"",
			  (unsigned)head(f) + 1, (unsigned)head(f) + 20);
	f->back = 8;
	pl_serve_tick(f->s);
	f->back = 0;
	pl_serve_tick(f->s);
	list = pl_json_get(
		ask_over(f, 0, "eth_getLogs", pl_printf(f->a, "[{%s}]", range)),
		"result");
	some = pl_json_get(
		ask_over(
			f, 0, "eth_getLogs",
			pl_printf(
				f->a,
				"[{%s,\"topics\":[\"0xddf252ad1be2c89b69c2b06"
				"8fc378daa952ba7f163c4a11628f55a4df523b3ef"
				"\"],\"address\":\"0x70707070707070707070707070"
				"70707070707070\"}]",
				range)),
		"result");
	assert_true(pl_json_len(list) >= 5);
	assert_true(pl_json_len(some) > 0);
	for (size_t i = 0; i < f->n; i++) {
		const bool first = f->got[i].sub == all;
		const struct pl_json *want =
			first ? pl_json_at(list, seen_all++)
			      : pl_json_at(some, seen_few++);
		struct pl_buf a, b;

		assert_int_equal(f->got[i].socket, first ? 1 : 2);
		pl_buf_init(&a, f->a);
		pl_buf_init(&b, f->a);
		assert_non_null(want);
		assert_ok(pl_jcs(&a, want, &f->e), &f->e);
		assert_ok(pl_jcs(&b, f->got[i].result, &f->e), &f->e);
		assert_string_equal(pl_buf_cstr(&a), pl_buf_cstr(&b));
	}
	assert_int_equal(seen_all, pl_json_len(list));
	assert_int_equal(seen_few, pl_json_len(some));
}

static void a_node_that_is_down_costs_nothing(void **state)
{
	struct fixture *f = *state;
	const uint64_t was = head(f);

	(void)subscribed(f, 1, "[\"newHeads\"]");
	f->back = 10;
	f->down = true;
	pl_serve_tick(f->s);
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 0);
	f->down = false;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 10);
	for (size_t i = 0; i < 10; i++)
		assert_header(f, i, was + 1 + i);
}

/* The other chain has no block of the first: all since the subscription are
 * told again. */
static void another_branch_is_told_from_where_it_begins(void **state)
{
	struct fixture *f = *state;
	const uint64_t was = head(f);

	(void)subscribed(f, 1, "[\"newHeads\"]");
	pl_serve_tick(f->s);
	f->back = 16;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 4);
	f->which = 1;
	f->back = 15;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 4 + 6);
	for (size_t i = 0; i < 6; i++)
		assert_header(f, 4 + i, was + i);
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 10);
}

static const struct pl_json *logs_of(struct fixture *f, uint64_t from,
				     uint64_t to)
{
	return pl_json_get(
		ask_over(f, 0, "eth_getLogs",
			 pl_printf(f->a,
				   "[{\"fromBlock\":\"0x%x\",\"toBlock\":"
				   "\"0x%x\"}]",
				   (unsigned)from, (unsigned)to)),
		"result");
}

/* `log` is the one `was` is, but for whether it is removed. */
static void assert_log(struct fixture *f, const struct pl_json *log,
		       const struct pl_json *was, bool removed)
{
	struct pl_buf a, b;

	pl_buf_init(&a, f->a);
	pl_buf_init(&b, f->a);
	assert_int_equal(pl_json_bool(pl_json_get(log, "removed")), removed);
	assert_ok(pl_jcs(&a, was, &f->e), &f->e);
	assert_ok(pl_jcs(&b, log, &f->e), &f->e);
	if (removed) /* false is the longer word */
		assert_int_equal(a.n, b.n + 1);
	else
		assert_string_equal(pl_buf_cstr(&a), pl_buf_cstr(&b));
	assert_string_equal(pl_json_str(pl_json_get(log, "blockHash")),
			    pl_json_str(pl_json_get(was, "blockHash")));
	assert_string_equal(pl_json_str(pl_json_get(log, "logIndex")),
			    pl_json_str(pl_json_get(was, "logIndex")));
}

static const struct pl_json *changes(struct fixture *f, uint64_t filter)
{
	return pl_json_get(
		ask_over(f, 0, "eth_getFilterChanges",
			 pl_printf(f->a, "[\"0x%x\"]", (unsigned)filter)),
		"result");
}

static uint64_t filter(struct fixture *f, const char *method,
		       const char *params)
{
	uint64_t id;

	assert_ok(pl_json_u64(
			  &id,
			  pl_json_get(ask_over(f, 0, method, params), "result"),
			  &f->e),
		  &f->e);
	return id;
}

static void logs_of_the_old_branch_are_taken_back(void **state)
{
	struct fixture *f = *state;
	const uint64_t was = head(f);
	const struct pl_json *old, *now, *list;
	size_t n_old, n_now;
	uint64_t logs, blocks;

	(void)subscribed(f, 1, "[\"logs\",{}]");
	(void)subscribed(f, 2,
			 "[\"logs\",{\"address\":\"0x0000000000000000000000"
			 "0000000000000000ee\"}]");
	logs = filter(f, "eth_newFilter", "[{}]");
	blocks = filter(f, "eth_newBlockFilter", "[]");
	pl_serve_tick(f->s);
	f->back = 12;
	pl_serve_tick(f->s);
	old = logs_of(f, was + 1, was + 8);
	n_old = pl_json_len(old);
	assert_true(n_old >= 3);
	assert_int_equal(f->n, n_old);
	assert_int_equal(pl_json_len(changes(f, logs)), n_old);
	assert_int_equal(pl_json_len(changes(f, blocks)), 8);
	f->which = 1;
	pl_serve_tick(f->s);
	/* no block of it is the same, and of those before it was not told */
	now = logs_of(f, was, was + 8);
	n_now = pl_json_len(now);
	assert_true(n_now >= 3);
	assert_int_equal(f->n, 2 * n_old + n_now);
	list = changes(f, logs);
	assert_int_equal(pl_json_len(list), n_old + n_now);
	for (size_t i = 0; i < n_old; i++) {
		assert_log(f, f->got[n_old + i].result, pl_json_at(old, i),
			   true);
		assert_log(f, pl_json_at(list, i), pl_json_at(old, i), true);
	}
	for (size_t i = 0; i < n_now; i++) {
		assert_log(f, f->got[2 * n_old + i].result, pl_json_at(now, i),
			   false);
		assert_log(f, pl_json_at(list, n_old + i), pl_json_at(now, i),
			   false);
	}
	assert_int_equal(pl_json_len(changes(f, logs)), 0);
	assert_int_equal(pl_json_len(changes(f, blocks)), 9);
	assert_int_equal(pl_json_len(changes(f, blocks)), 0);
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 2 * n_old + n_now);
}

static void a_head_that_moves_back_takes_its_logs_with_it(void **state)
{
	struct fixture *f = *state;
	const uint64_t was = head(f);
	const struct pl_json *last, *list;
	uint64_t logs;
	size_t n, n_last;

	(void)subscribed(f, 1, "[\"logs\",{}]");
	logs = filter(f, "eth_newFilter", "[{}]");
	f->back = 10;
	pl_serve_tick(f->s);
	n = f->n;
	assert_int_equal(pl_json_len(changes(f, logs)), n);
	last = logs_of(f, was + 5, was + 10);
	n_last = pl_json_len(last);
	assert_true(n_last > 0 && n_last < n);
	f->back = 16; /* at was + 4 */
	pl_serve_tick(f->s);
	assert_int_equal(f->n, n + n_last);
	list = changes(f, logs);
	assert_int_equal(pl_json_len(list), n_last);
	for (size_t i = 0; i < n_last; i++) {
		assert_log(f, f->got[n + i].result, pl_json_at(last, i), true);
		assert_log(f, pl_json_at(list, i), pl_json_at(last, i), true);
	}
	f->back = 10;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, n + 2 * n_last);
	list = changes(f, logs);
	assert_int_equal(pl_json_len(list), n_last);
	for (size_t i = 0; i < n_last; i++)
		assert_log(f, pl_json_at(list, i), pl_json_at(last, i), false);
}

static void who_left_or_does_not_care_is_not_told(void **state)
{
	struct fixture *f = *state;
	uint64_t id = subscribed(f, 1, "[\"newHeads\"]"),
		 stays = subscribed(f, 1, "[\"newHeads\"]");
	const char *params = pl_printf(f->a, "[\"0x%x\"]", (unsigned)id);

	(void)subscribed(f, 2, "[\"newHeads\"]");
	/* nobody ends another's */
	assert_int_equal(refused(f, 2, "eth_unsubscribe", params), -32000);
	assert_int_equal(refused(f, 0, "eth_unsubscribe", params), -32000);
	assert_true(pl_json_bool(pl_json_get(
		ask_over(f, 1, "eth_unsubscribe", params), "result")));
	assert_int_equal(refused(f, 1, "eth_unsubscribe", params), -32000);
	pl_serve_gone(f->s, 2);
	f->back--;
	pl_serve_tick(f->s);
	assert_int_equal(f->n, 1);
	assert_int_equal(f->got[0].sub, stays);
}

static void what_cannot_be_told_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(refused(f, 0, "eth_subscribe", "[\"newHeads\"]"),
			 -32601);
	assert_int_equal(
		refused(f, 1, "eth_subscribe", "[\"newPendingTransactions\"]"),
		-32602);
	assert_int_equal(refused(f, 1, "eth_subscribe", "[]"), -32602);
	assert_int_equal(refused(f, 1, "eth_subscribe", "[5]"), -32602);
	assert_int_equal(
		refused(f, 1, "eth_subscribe", "[\"logs\",{\"address\":5}]"),
		-32602);
	/* so many of one socket, and another's are its own */
	for (int i = 0; i < 32; i++)
		(void)subscribed(f, 1, "[\"newHeads\"]");
	assert_int_equal(refused(f, 1, "eth_subscribe", "[\"newHeads\"]"),
			 -32005);
	(void)subscribed(f, 2, "[\"logs\"]");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(every_new_head_is_told_once),
		T(no_log_is_missing),
		T(a_node_that_is_down_costs_nothing),
		T(another_branch_is_told_from_where_it_begins),
		T(logs_of_the_old_branch_are_taken_back),
		T(a_head_that_moves_back_takes_its_logs_with_it),
		T(who_left_or_does_not_care_is_not_told),
		T(what_cannot_be_told_is_refused),
	};
#undef T

	return cmocka_run_group_tests_name("serve_sub", tests, NULL, NULL);
}
