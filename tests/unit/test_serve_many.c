/* JSON-RPC for many at once: several threads ask while one renews the heads.
 * MODE=tsan sees whether they touch the same thing. */
#include "check.h"

#include <pthread.h>
#include <stdatomic.h>

#include "codec/json_in.h"
#include "sync/serve.h"
#include "world/heads.h"
#include "world/world.h"

/* The made-up world is one thread's at a time. */
struct one_by_one {
	struct pl_transport base;
	struct pl_transport *inner;
	pthread_mutex_t *lock;
};

static enum pl_rc in_turn(struct pl_transport *t, struct pl_arena *a,
			  struct pl_answer *out, const struct pl_request *q,
			  struct pl_err *e)
{
	struct one_by_one *x = (struct one_by_one *)t;
	enum pl_rc rc;

	(void)pthread_mutex_lock(x->lock);
	rc = pl_transport_exchange(x->inner, a, out, q, e);
	(void)pthread_mutex_unlock(x->lock);
	return rc;
}

#define CROWD 4

struct fixture {
	struct pl_arena *a;
	struct world_chain *c;
	struct pl_transport *t;
	struct world_heads anchors;
	struct pl_serve *s;
	struct pl_err e;
	pthread_mutex_t lock;
	struct one_by_one way[CROWD + 1];
	struct pl_transport *ways[CROWD];
	atomic_uint wrong;
};

struct question {
	const char *text;
	const char *want; /* in the answer, whatever the head is */
};

struct member {
	struct fixture *f;
	unsigned i;
	const struct question *q;
	size_t n;
};

static struct pl_transport *way(struct fixture *f, unsigned i)
{
	static const struct pl_transport_ops ops = { in_turn, NULL };

	f->way[i] = (struct one_by_one){ { &ops }, f->t, &f->lock };
	return &f->way[i].base;
}

static int begin(void **state)
{
	struct world_conf world = { .blocks = 60 };
	struct fixture *f = calloc(1, sizeof(*f));
	struct pl_serve_conf conf = { .workers = CROWD, .cache = 1 << 18 };
	struct pl_view_conf view = { .chain_id = WORLD_L1 };
	struct world *w;

	f->a = pl_arena_open(0);
	w = world_new(f->a, &world);
	f->c = w->l1;
	f->t = world_transport(f->a, w, WORLD_HONEST);
	f->anchors = world_heads(f->c);
	(void)pthread_mutex_init(&f->lock, NULL);
	conf.nodes = pl_serve_nodes_new(f->a, "http://world/l1");
	for (unsigned i = 0; i < CROWD; i++)
		f->ways[i] = way(f, i);
	conf.ways = f->ways;
	view.anchors = &f->anchors.base;
	view.rpc = pl_serve_node(f->a, conf.nodes, way(f, CROWD));
	conf.view = pl_view_new(f->a, &view);
	assert_ok(pl_serve_new(f->a, &f->s, &conf, &f->e), &f->e);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;

	pl_serve_close(f->s);
	(void)pthread_mutex_destroy(&f->lock);
	pl_arena_close(f->a);
	free(f);
	return 0;
}

static const char *request(struct pl_arena *a, const char *method,
			   const char *params)
{
	return pl_printf(a,
			 "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\","
			 "\"params\":%s}",
			 method, params);
}

static bool post(struct pl_serve *s, unsigned worker, struct pl_arena *a,
		 const char *text, const char **out)
{
	struct pl_ask q = { .method = "POST", .path = "/", .type = "" };
	struct pl_reply r = { 0 };
	bool quick;

	q.body = pl_span_str(text);
	/* the loop's own seat is one thread's */
	quick = !worker && pl_serve_quick(s, a, &r, &q);
	if (!quick)
		pl_serve_handle(s, worker, a, &r, &q);
	*out = pl_strndup(a, (const char *)r.body.p, r.body.n);
	return quick;
}

static void *member(void *arg)
{
	struct member *m = arg;
	struct pl_arena *a = pl_arena_open(0);

	for (unsigned round = 0; round < 3; round++)
		for (size_t k = 0; k < m->n; k++) {
			const struct question *q = &m->q[(k + m->i * 7) % m->n];
			const char *got;

			pl_arena_reset(a);
			(void)post(m->f->s, m->i, a, q->text, &got);
			if (!strstr(got, q->want))
				atomic_fetch_add(&m->f->wrong, 1);
		}
	pl_arena_close(a);
	return NULL;
}

/* Of blocks that every head has behind it. */
static size_t questions(struct fixture *f, struct question *q)
{
	size_t n = 0;

#define Q(m, ...) q[n++].text = request(f->a, m, pl_printf(f->a, __VA_ARGS__))
	for (unsigned b = 10; b < 40; b += 3) {
		Q("eth_getBlockByNumber", "[\"0x%x\",true]", b);
		Q("eth_getBlockReceipts", "[\"0x%x\"]", b);
		Q("eth_getLogs",
		  "[{\"fromBlock\":\"0x%x\",\"toBlock\":\"0x2a\"}]", b);
		Q("eth_feeHistory", "[\"0x%x\",\"0x2a\",[50]]", b);
		Q("eth_newBlockFilter", "[]");
		Q("eth_getFilterChanges", "[\"0x%x\"]", b);
	}
#undef Q
	/* what one who is alone hears; of filters, only that it is JSON */
	for (size_t i = 0; i < n; i++) {
		(void)post(f->s, 1, f->a, q[i].text, &q[i].want);
		if (i % 6 >= 4)
			q[i].want = "{\"jsonrpc\":\"2.0\",\"id\":1,";
		else
			assert_non_null(strstr(q[i].want, "result"));
	}
	return n;
}

static void many_ask_while_heads_move(void **state)
{
	struct fixture *f = *state;
	struct question q[64];
	struct member m[CROWD];
	pthread_t thread[CROWD];
	size_t n = questions(f, q);

	for (unsigned i = 0; i < CROWD; i++) {
		m[i] = (struct member){ f, i, q, n };
		assert_int_equal(
			pthread_create(&thread[i], NULL, member, &m[i]), 0);
	}
	for (unsigned i = 0; i < 40; i++) {
		f->anchors.back = 16 - i % 16; /* the tick's alone */
		pl_serve_tick(f->s);
	}
	for (unsigned i = 0; i < CROWD; i++)
		(void)pthread_join(thread[i], NULL);
	assert_int_equal(atomic_load(&f->wrong), 0);
}

/* The loop's seat answers what is known, and asks nobody. */
static void what_is_known_is_quick(void **state)
{
	static const char two[] =
		"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":"
		"\"eth_newBlockFilter\"},{\"jsonrpc\":\"2.0\",\"id\":2,"
		"\"method\":\"eth_getBlockByNumber\",\"params\":[\"0x5\","
		"true]}]";
	struct fixture *f = *state;
	const struct pl_addr user = world_user(1);
	const char *p = pl_printf(f->a, "[\"%s\",\"latest\"]",
				  pl_hex(f->a, pl_addr_span(&user)));
	const char *text = request(f->a, "eth_getBalance", p), *first, *again;
	size_t asked;

	assert_false(post(f->s, 0, f->a, text, &first));
	asked = world_asked(f->t);
	assert_true(post(f->s, 0, f->a, text, &again));
	assert_string_equal(first, again);
	assert_true(post(f->s, 0, f->a, request(f->a, "eth_blockNumber", "[]"),
			 &again));
	assert_int_equal(world_asked(f->t), asked);
	/* a filter made by a batch that a worker does over is made once */
	assert_false(post(f->s, 0, f->a, two, &again));
	assert_non_null(strstr(again, "\"result\":\"0x1\""));
}

static void who_comes_late_asks_nobody(void **state)
{
	struct fixture *f = *state;
	struct pl_ask q = {
		.method = "POST", .path = "/", .type = "", .late = true
	};
	struct pl_reply r;
	size_t asked;

	asked = world_asked(f->t);
	q.body = pl_span_str(
		request(f->a, "eth_getBlockByNumber", "[\"0x5\",true]"));
	pl_serve_handle(f->s, 1, f->a, &r, &q);
	assert_int_equal(world_asked(f->t), asked);
	assert_non_null(strstr(
		pl_strndup(f->a, (const char *)r.body.p, r.body.n), "-32002"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(many_ask_while_heads_move),
		T(what_is_known_is_quick),
		T(who_comes_late_asks_nobody),
	};
#undef T

	return cmocka_run_group_tests_name("serve_many", tests, NULL, NULL);
}
