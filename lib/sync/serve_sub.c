/* eth_subscribe: whoever asked over a WebSocket is told new heads and logs, by
 * the tick, after a proof like every other answer. */
#include <inttypes.h>

#include "codec/jcs.h"
#include "sync/serve_impl.h"

#define MAX_QUERY ((size_t)64 << 10)

static void lock(struct pl_serve *s)
{
	(void)pthread_mutex_lock(&s->lock);
}

static void unlock(struct pl_serve *s)
{
	(void)pthread_mutex_unlock(&s->lock);
}

static void drop(struct serve_sub *x)
{
	pl_arena_close(x->a);
	*x = (struct serve_sub){ .id = 0 };
}

void serve_subs_close(struct pl_serve *s)
{
	for (size_t i = 0; i < SERVE_SUBS; i++)
		drop(&s->subs[i]);
}

void pl_serve_gone(void *serve, uint64_t socket)
{
	struct pl_serve *s = serve;

	lock(s);
	for (size_t i = 0; i < SERVE_SUBS; i++)
		if (s->subs[i].id && s->subs[i].socket == socket)
			drop(&s->subs[i]);
	unlock(s);
}

/* ------------------------------------------------------------- subscribing */

/* NULL where the socket, or all together, have too many. */
static struct serve_sub *place(struct pl_serve *s, uint64_t socket)
{
	struct serve_sub *free = NULL;
	size_t n = 0;

	for (size_t i = 0; i < SERVE_SUBS; i++) {
		if (!s->subs[i].id)
			free = &s->subs[i];
		else
			n += s->subs[i].socket == socket;
	}
	return n < SERVE_SUBS_OF_ONE ? free : NULL;
}

static enum pl_rc subscribe(struct serve_call *c, bool blocks,
			    struct pl_span query, struct pl_err *e)
{
	struct serve_sub *x;
	uint64_t id = 0;

	lock(c->s);
	x = place(c->s, c->seat->socket);
	if (x) {
		*x = (struct serve_sub){
			.id = id = ++c->s->last_sub,
			.socket = c->seat->socket,
			.blocks = blocks,
			.next = serve_latest(c)->header.number + 1,
			.a = pl_arena_open(0),
		};
		x->query = pl_span_dup(x->a, query);
	}
	unlock(c->s);
	if (!id)
		return pl_fail(e, PL_ELIMIT, "too many subscriptions");
	pl_jout_u64(c->w, SERVE_KEY, id);
	return PL_OK;
}

/* The filter without its range, as canonical text. */
static enum pl_rc logs(struct serve_call *c, struct pl_err *e)
{
	const struct pl_json *v = pl_json_at(c->params, 1);
	struct serve_query q;
	struct pl_buf text;

	pl_buf_init(&text, c->a);
	if (!v || pl_json_is_null(v)) {
		pl_buf_str(&text, "{}");
	} else {
		PL_TRY(serve_query(c, &q, v, e));
		PL_TRY(pl_jcs(&text, v, e));
	}
	if (text.n > MAX_QUERY)
		return pl_fail(e, PL_ELIMIT, "a filter of %zu bytes", text.n);
	return subscribe(c, false, pl_buf_span(&text), e);
}

enum pl_rc serve_subscribe_method(struct serve_call *c, struct pl_err *e)
{
	const char *what = pl_json_str(pl_json_at(c->params, 0));

	if (!c->s->conf.push || !c->seat->socket) {
		c->code = RPC_NO_METHOD;
		(void)pl_fail(e, PL_EUSAGE,
			      "eth_subscribe takes a WebSocket to answer over");
		return pl_hint(e, "connect to ws:// at the same address, or "
				  "poll a filter");
	}
	if (what && !strcmp(what, "newHeads"))
		return subscribe(c, true, (struct pl_span){ NULL, 0 }, e);
	if (what && !strcmp(what, "logs"))
		return logs(c, e);
	(void)pl_fail(
		e, PL_EUSAGE,
		"what no block holds yet is not proven: newHeads or logs");
	return serve_bad(c, e);
}

enum pl_rc serve_unsubscribe_method(struct serve_call *c, struct pl_err *e)
{
	bool found = false;
	uint64_t id;

	PL_TRY(serve_index(c, &id, 0, e));
	lock(c->s);
	for (size_t i = 0; i < SERVE_SUBS; i++) {
		struct serve_sub *x = &c->s->subs[i];

		if (!id || x->id != id || x->socket != c->seat->socket)
			continue;
		drop(x);
		found = true;
	}
	unlock(c->s);
	if (!found) {
		c->code = RPC_SERVER;
		return pl_fail(e, PL_ENOTFOUND, "subscription not found");
	}
	pl_jout_bool(c->w, SERVE_KEY, true);
	return PL_OK;
}

/* ------------------------------------------------------------------ telling */

static void push(struct serve_call *c, const struct serve_sub *x,
		 struct pl_span result)
{
	struct pl_jout w;
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	pl_jout_init(&w, &b);
	pl_jout_open(&w, NULL, '{');
	pl_jout_str(&w, "jsonrpc", "2.0");
	pl_jout_str(&w, "method", "eth_subscription");
	pl_jout_open(&w, "params", '{');
	pl_jout_u64(&w, "subscription", x->id);
	pl_jout_raw(&w, "result", result);
	pl_jout_close(&w, '}');
	if (c->claim) {
		pl_jout_open(&w, "plume", '{');
		pl_jout_str(&w, "trust", pl_trust_name(c->trust));
		pl_jout_close(&w, '}');
	}
	pl_jout_close(&w, '}');
	c->s->conf.push(c->s->conf.ctx, x->socket, pl_buf_span(&b));
}

static enum pl_rc header_at(struct serve_call *c, struct pl_viewed *out,
			    uint64_t number, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = number };

	return serve_header(c, out, &ref, e);
}

static enum pl_rc tell_heads(struct serve_call *c, struct serve_sub *x,
			     uint64_t to, struct pl_err *e)
{
	for (; x->next <= to; x->next++) {
		struct pl_node_block b = { .n_txs = 0 };
		struct pl_viewed at;
		struct pl_jout w;
		struct pl_buf text;

		PL_TRY(header_at(c, &at, x->next, e));
		b.header = &at.header;
		pl_buf_init(&text, c->a);
		pl_jout_init(&w, &text);
		pl_jout_open(&w, NULL, '{');
		pl_node_header(&w, &b);
		pl_jout_close(&w, '}');
		push(c, x, pl_buf_span(&text));
	}
	return PL_OK;
}

/* [log, …] under the call's key: one message each. */
static enum pl_rc tell_each(struct serve_call *c, const struct serve_sub *x,
			    struct pl_span text, struct pl_err *e)
{
	const struct pl_json *v, *list;

	PL_TRY(pl_json_parse(c->a, &v, text, e));
	list = pl_json_get(v, SERVE_KEY);
	for (size_t i = 0; i < pl_json_len(list); i++) {
		struct pl_buf one;

		pl_buf_init(&one, c->a);
		PL_TRY(pl_jcs(&one, pl_json_at(list, i), e));
		push(c, x, pl_buf_span(&one));
	}
	return PL_OK;
}

static enum pl_rc tell_logs(struct serve_call *c, struct serve_sub *x,
			    uint64_t to, struct pl_err *e)
{
	const struct pl_json *v;
	struct pl_viewed last;
	struct serve_query q;
	struct pl_jout w;
	struct pl_buf text;

	PL_TRY(pl_json_parse(c->a, &v, x->query, e));
	PL_TRY(serve_query(c, &q, v, e));
	PL_TRY(header_at(c, &last, to, e));
	pl_buf_init(&text, c->a);
	pl_jout_init(&w, &text);
	c->w = &w;
	pl_jout_open(&w, NULL, '{');
	PL_TRY(serve_range_logs(c, &q, x->next, &last, e));
	pl_jout_close(&w, '}');
	PL_TRY(tell_each(c, x, pl_buf_span(&text), e));
	x->next = to + 1;
	return PL_OK;
}

/* x is a copy: what was told is written to the subscription, where it still
 * is. */
static void tell_one(struct pl_serve *s, struct serve_sub *x, size_t i)
{
	struct serve_call c = {
		.s = s, .seat = &s->news, .a = s->news.call, .trust = PL_PROVEN
	};
	uint64_t to = serve_latest(&c)->header.number;
	struct pl_err e = { .rc = PL_OK };
	enum pl_rc rc;

	if (x->next > to)
		return;
	serve_trust(&c, serve_latest(&c)->trust);
	if (to - x->next >= s->conf.max_blocks)
		to = x->next + s->conf.max_blocks - 1;
	rc = x->blocks ? tell_heads(&c, x, to, &e) : tell_logs(&c, x, to, &e);
	if (rc == PL_EPROOF)
		atomic_fetch_add(&s->bad_proofs, 1);
	if (rc) /* the next tick goes on from there */
		serve_say(s, "a subscription waits: %s", e.msg);
	lock(s);
	if (s->subs[i].id == x->id)
		s->subs[i].next = x->next;
	unlock(s);
}

/* The first block of the chain that was not told of, or not that one.  What is
 * remembered follows: the blocks from told_from to told_to. */
static enum pl_rc first_new(struct pl_serve *s, uint64_t *out, struct pl_err *e)
{
	struct serve_call c = {
		.s = s, .seat = &s->news, .a = s->news.call, .trust = PL_PROVEN
	};
	const uint64_t head = serve_latest(&c)->header.number;
	const uint64_t from =
		s->told_to && s->told_from < head ? s->told_from : head;
	struct pl_hash32 now[SERVE_TOLD];
	uint64_t n = head;

	for (; n >= from && head - n < SERVE_TOLD; n--) {
		const struct pl_hash32 *old = &s->told[n % SERVE_TOLD];
		struct pl_viewed at;

		PL_TRY(header_at(&c, &at, n, e));
		if (n <= s->told_to && pl_hash32_equal(old, &at.header.hash))
			break;
		now[n % SERVE_TOLD] = at.header.hash;
		if (!n)
			break;
	}
	/* n is told of, or too old to be remembered */
	*out = s->told_to && n < s->told_to ? n + 1 : head + 1;
	for (uint64_t i = n + 1; i <= head; i++)
		s->told[i % SERVE_TOLD] = now[i % SERVE_TOLD];
	s->told_to = head;
	s->told_from = head - from < SERVE_TOLD ? from : head - SERVE_TOLD + 1;
	return PL_OK;
}

/* Where the chain branched off behind them, they are told again. */
static void step_back(struct pl_serve *s, uint64_t first)
{
	lock(s);
	for (size_t i = 0; i < SERVE_SUBS; i++)
		if (s->subs[i].id && s->subs[i].next > first)
			s->subs[i].next = first;
	unlock(s);
}

static bool any(struct pl_serve *s)
{
	bool found = false;

	lock(s);
	for (size_t i = 0; i < SERVE_SUBS; i++)
		found = found || s->subs[i].id;
	unlock(s);
	return found;
}

void serve_tell(struct pl_serve *s)
{
	struct pl_err e = { .rc = PL_OK };
	uint64_t first;

	if (!s->conf.push || atomic_load(&s->stopped))
		return;
	if (!any(s)) {
		s->told_to = 0;
		return;
	}
	serve_take_heads(&s->news);
	if (first_new(s, &first, &e))
		serve_say(s, "subscriptions wait: %s", e.msg);
	else
		step_back(s, first);
	for (size_t i = 0; !e.rc && i < SERVE_SUBS; i++) {
		struct serve_sub x;

		lock(s);
		x = s->subs[i];
		if (x.id)
			x.query = pl_span_dup(s->news.call, x.query);
		unlock(s);
		if (x.id)
			tell_one(s, &x, i);
		serve_fresh_memory(&s->news);
	}
	serve_fresh_memory(&s->news);
}
