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

void serve_subs_close(struct pl_serve *s)
{
	pl_subs_release(&s->subs);
}

void pl_serve_gone(void *serve, uint64_t socket)
{
	struct pl_serve *s = serve;

	lock(s);
	pl_subs_gone(&s->subs, socket);
	unlock(s);
}

/* ------------------------------------------------------------- subscribing */

static enum pl_rc subscribe(struct serve_call *c, int kind,
			    struct pl_span query, struct pl_err *e)
{
	struct serve_want *want;
	struct pl_sub *x;
	uint64_t id = 0;

	lock(c->s);
	x = pl_subs_add(&c->s->subs, c->s->last_sub + 1, c->seat->socket);
	if (x) {
		id = ++c->s->last_sub;
		x->kind = kind;
		x->next = serve_latest(c)->header.number + 1;
		x->own = want = PL_NEW(x->a, struct serve_want);
		want->query = pl_span_dup(x->a, query);
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
	return subscribe(c, SERVE_SUB_LOGS, pl_buf_span(&text), e);
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
		return subscribe(c, SERVE_SUB_HEADS,
				 (struct pl_span){ NULL, 0 }, e);
	if (what && !strcmp(what, "logs"))
		return logs(c, e);
	(void)pl_fail(
		e, PL_EUSAGE,
		"what no block holds yet is not proven: newHeads or logs");
	return serve_bad(c, e);
}

enum pl_rc serve_unsubscribe_method(struct serve_call *c, struct pl_err *e)
{
	uint64_t id;
	bool found;

	PL_TRY(serve_index(c, &id, 0, e));
	lock(c->s);
	found = pl_subs_forget(&c->s->subs, id, c->seat->socket);
	unlock(c->s);
	if (!found) {
		c->code = RPC_SERVER;
		return pl_fail(e, PL_ENOTFOUND, "subscription not found");
	}
	pl_jout_bool(c->w, SERVE_KEY, true);
	return PL_OK;
}

/* ------------------------------------------------------------------ telling */

static void push(struct serve_call *c, const struct pl_sub *x,
		 struct pl_span result)
{
	c->s->conf.push(
		c->s->conf.ctx, x->socket,
		pl_sub_message(c->a, x->id, result,
			       c->claim ? pl_trust_name(c->trust) : NULL));
}

static enum pl_rc header_at(struct serve_call *c, struct pl_viewed *out,
			    uint64_t number, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = number };

	return serve_header(c, out, &ref, e);
}

static enum pl_rc tell_heads(struct serve_call *c, struct pl_sub *x,
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

static enum pl_rc tell_logs(struct serve_call *c, struct pl_sub *x, uint64_t to,
			    struct pl_err *e)
{
	const struct serve_want *want = x->own;
	const struct pl_json *v;
	struct pl_viewed last;
	struct serve_query q;

	PL_TRY(pl_json_parse(c->a, &v, want->query, e));
	PL_TRY(serve_query(c, &q, v, e));
	PL_TRY(header_at(c, &last, to, e));
	PL_TRY(serve_range_logs(c, &q, x->next, &last, e));
	for (size_t i = 0; i < c->heard->n; i++)
		push(c, x, c->heard->v[i].text);
	x->next = to + 1;
	return PL_OK;
}

/* That it was told those; its memory is made anew. */
static void remember(struct pl_sub *x, const struct serve_heard *more)
{
	const uint64_t from = x->next > SERVE_TOLD ? x->next - SERVE_TOLD : 0;
	const struct serve_want *old = x->own;
	struct pl_arena *a;
	struct serve_want *want;

	if (!more->n)
		return;
	a = pl_arena_open(0);
	want = PL_NEW(a, struct serve_want);
	want->query = pl_span_dup(a, old->query);
	want->told = serve_heard_keep(a, &old->told, more, from);
	pl_arena_close(x->a);
	x->a = a;
	x->own = want;
}

/* x is a copy: what was told is written to the subscription, where it still
 * is. */
static void tell_one(struct pl_serve *s, struct pl_sub *x, size_t i)
{
	struct serve_heard heard = { .a = s->news.call };
	struct serve_call c = { .s = s,
				.seat = &s->news,
				.a = s->news.call,
				.trust = PL_PROVEN,
				.heard = &heard };
	uint64_t to = serve_latest(&c)->header.number;
	struct pl_err e = { .rc = PL_OK };
	enum pl_rc rc;

	if (x->next > to)
		return;
	serve_trust(&c, serve_latest(&c)->trust);
	if (to - x->next >= s->conf.max_blocks)
		to = x->next + s->conf.max_blocks - 1;
	rc = x->kind == SERVE_SUB_HEADS ? tell_heads(&c, x, to, &e)
					: tell_logs(&c, x, to, &e);
	if (rc == PL_EPROOF)
		atomic_fetch_add(&s->bad_proofs, 1);
	if (rc) /* the next tick goes on from there */
		serve_say(s, "a subscription waits: %s", e.msg);
	lock(s);
	if (s->subs.v[i].id == x->id) {
		s->subs.v[i].next = x->next;
		remember(&s->subs.v[i], &heard);
	}
	unlock(s);
}

/* The newest block that all who subscribed knew then or were told of. */
static uint64_t known_to_all(struct pl_serve *s, uint64_t head)
{
	uint64_t n = head;

	lock(s);
	for (size_t i = 0; i < s->subs.n; i++)
		if (s->subs.v[i].id && s->subs.v[i].next <= n)
			n = s->subs.v[i].next - 1;
	unlock(s);
	return n;
}

/* The first block of the chain that was not told of, or not that one. */
static enum pl_rc first_new(struct pl_serve *s, uint64_t *out, struct pl_err *e)
{
	struct serve_call c = {
		.s = s, .seat = &s->news, .a = s->news.call, .trust = PL_PROVEN
	};
	const uint64_t head = serve_latest(&c)->header.number;
	const uint64_t was = s->told.to;
	const bool begun = s->told.n;
	const uint64_t first =
		begun ? was - s->told.n + 1 : known_to_all(s, head);
	const uint64_t from = first < head ? first : head;
	struct pl_hash32 now[SERVE_TOLD];
	uint64_t n = head;

	for (; n >= from && head - n < SERVE_TOLD; n--) {
		const struct pl_hash32 *old = serve_name_of(&s->told, n);
		struct pl_viewed at;

		PL_TRY(header_at(&c, &at, n, e));
		if (old && pl_hash32_equal(old, &at.header.hash))
			break;
		now[n % SERVE_TOLD] = at.header.hash;
		if (!n)
			break;
	}
	/* n is told of, or too old to be remembered */
	*out = begun && n < was ? n + 1 : head + 1;
	if (n == head) /* it moved back, or not at all */
		serve_names_cut(&s->told, head);
	for (uint64_t i = n + 1; i <= head; i++)
		serve_name(&s->told, i, &now[i % SERVE_TOLD]);
	return PL_OK;
}

/* What one of them was told of blocks that are of the chain no more. */
static struct serve_heard step_back(struct pl_serve *s, struct pl_sub *copy,
				    size_t i, uint64_t first)
{
	struct serve_heard gone = { .n = 0 };
	struct pl_sub *x = &s->subs.v[i];

	lock(s);
	if (x->id && x->next > first) {
		struct serve_want *want = x->own;

		gone = serve_heard_take(s->news.call, &want->told, first);
		x->next = first;
	}
	*copy = *x;
	unlock(s);
	return gone;
}

/* Where the chain branched off behind them, they are told again. */
static void take_back(struct pl_serve *s, uint64_t first)
{
	struct serve_call c = {
		.s = s, .seat = &s->news, .a = s->news.call, .trust = PL_PROVEN
	};

	for (size_t i = 0; i < s->subs.n; i++) {
		struct pl_sub x;
		const struct serve_heard gone = step_back(s, &x, i, first);

		for (size_t k = 0; k < gone.n; k++)
			push(&c, &x, gone.v[k].text);
	}
}

static bool any(struct pl_serve *s)
{
	bool found;

	lock(s);
	found = pl_subs_any(&s->subs);
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
		s->told.n = 0;
		return;
	}
	serve_take_heads(&s->news);
	if (first_new(s, &first, &e))
		serve_say(s, "subscriptions wait: %s", e.msg);
	else
		take_back(s, first);
	for (size_t i = 0; !e.rc && i < s->subs.n; i++) {
		struct serve_want want = { .told = { .n = 0 } };
		struct pl_sub x;

		lock(s);
		x = s->subs.v[i];
		if (x.id)
			want.query = pl_span_dup(
				s->news.call,
				((struct serve_want *)x.own)->query);
		x.own = &want;
		unlock(s);
		if (x.id)
			tell_one(s, &x, i);
		serve_fresh_memory(&s->news);
	}
	serve_fresh_memory(&s->news);
}
