/* The node's way in: HTTP, JSON-RPC 2.0 single and batched, the tick. */
#include "devnet/node.h"

#include "base/time.h"
#include "codec/jcs.h"
#include "devnet/node_impl.h"

#define MAX_ID 256 /* bytes of an id that are echoed */
#define SECOND 1000000000u

/* ----------------------------------------------------------------- opening */

struct pl_dev_node *pl_dev_node_open(struct pl_arena *a,
				     const struct pl_dev_node_conf *conf)
{
	struct pl_dev_node *n = PL_NEW(a, struct pl_dev_node);

	n->conf = *conf;
	n->d = conf->dev;
	n->a = pl_arena_open(0);
	n->automine = !conf->manual && !conf->interval;
	n->interval = conf->interval;
	n->due_ns = pl_time_mono_ns() + n->interval * SECOND;
	(void)pthread_mutex_init(&n->lock, NULL);
	node_filters_open(n);
	node_subs_open(n);
	return n;
}

void pl_dev_node_close(struct pl_dev_node *n)
{
	if (!n)
		return;
	node_filters_close(n);
	node_subs_close(n);
	(void)pthread_mutex_destroy(&n->lock);
	pl_arena_close(n->a);
}

struct pl_dev *pl_dev_node_dev(struct pl_dev_node *n)
{
	return n->d;
}

void pl_dev_node_lock(struct pl_dev_node *n)
{
	(void)pthread_mutex_lock(&n->lock);
}

void pl_dev_node_unlock(struct pl_dev_node *n)
{
	(void)pthread_mutex_unlock(&n->lock);
}

void pl_dev_node_tick(void *node)
{
	struct pl_dev_node *n = node;
	struct pl_err e;

	pl_dev_node_lock(n);
	if (n->interval && pl_time_mono_ns() >= n->due_ns) {
		/* a chain whose parent cannot be reached tries again */
		(void)!pl_dev_mine(n->d, NULL, (uint64_t)pl_time_now(), &e);
		n->due_ns += n->interval * SECOND;
	}
	node_subs_tell(n);
	pl_dev_node_unlock(n);
}

/* ------------------------------------------------------------- one call */

static const struct node_method *find_method(const char *name)
{
	const struct node_method *m = node_methods;

	while (m->name && strcmp(m->name, name) != 0)
		m++;
	return m->name ? m : NULL;
}

static enum pl_rc run(struct node_call *c, const char *name, struct pl_err *e)
{
	const struct node_method *m = find_method(name);
	const size_t n = pl_json_len(c->params);

	if (!m) {
		c->code = NODE_NO_METHOD;
		return pl_fail(e, PL_EUSAGE, "Method not found: %s", name);
	}
	if (c->params && pl_json_type(c->params) != PL_J_ARRAY &&
	    !pl_json_is_null(c->params)) {
		(void)pl_fail(e, PL_EUSAGE, "params: an array by position");
		return node_bad(c, e);
	}
	if (n < m->min || n > m->max) {
		(void)pl_fail(e, PL_EUSAGE,
			      "%s takes %zu to %zu parameters, not %zu", name,
			      m->min, m->max, n);
		return node_bad(c, e);
	}
	if (c->w->b->n > NODE_MAX_ANSWER)
		return pl_fail(e, PL_ELIMIT,
			       "the answers before this one are too large");
	return m->run(c, e);
}

static void put_error(struct node_call *c, int code, const struct pl_err *e)
{
	pl_jout_open(c->w, "error", '{');
	pl_jout_int(c->w, "code", code);
	pl_jout_str(c->w, "message", e->msg);
	if (c->data.p)
		pl_jout_data(c->w, "data", c->data);
	pl_jout_close(c->w, '}');
}

static void put_id(struct node_call *c, const struct pl_json *id)
{
	const enum pl_json_type t = pl_json_type(id);
	struct pl_buf text;
	struct pl_err e;
	int64_t v;

	if (t == PL_J_INT && !pl_json_int(&v, id, &e)) {
		pl_jout_int(c->w, "id", v);
		return;
	}
	pl_buf_init(&text, c->a);
	if ((t != PL_J_STR && t != PL_J_REAL) || pl_json_str_len(id) > MAX_ID ||
	    pl_jcs(&text, id, &e))
		pl_jout_null(c->w, "id");
	else
		pl_jout_raw(c->w, "id", pl_buf_span(&text));
}

static void put_answer(struct node_call *c, const struct pl_json *id,
		       const char *method)
{
	struct pl_err e = { .rc = PL_OK };
	struct pl_jout before;
	size_t n;

	pl_jout_open(c->w, NULL, '{');
	pl_jout_str(c->w, "jsonrpc", "2.0");
	put_id(c, id);
	before = *c->w;
	n = c->w->b->n;
	if (run(c, method, &e)) { /* a half-written result is no answer */
		c->w->b->n = n;
		*c->w = before;
		put_error(c, c->code ? c->code : NODE_FAILED, &e);
	}
	pl_jout_close(c->w, '}');
}

static void put_invalid(struct node_call *c, int code, const char *words)
{
	struct pl_err e;

	(void)pl_fail(&e, PL_EFORMAT, "%s", words);
	pl_jout_open(c->w, NULL, '{');
	pl_jout_str(c->w, "jsonrpc", "2.0");
	pl_jout_null(c->w, "id");
	put_error(c, code, &e);
	pl_jout_close(c->w, '}');
}

static void one(struct node_call *all, const struct pl_json *v)
{
	const char *method = pl_json_str(pl_json_get(v, "method"));
	struct node_call c = *all;
	struct pl_jout nowhere;
	struct pl_buf dropped;

	if (!method) {
		put_invalid(&c, NODE_INVALID, "Invalid Request");
		return;
	}
	c.params = pl_json_get(v, "params");
	if (!pl_json_get(v, "id")) { /* a notification gets no answer */
		pl_buf_init(&dropped, c.a);
		pl_jout_init(&nowhere, &dropped);
		c.w = &nowhere;
	}
	put_answer(&c, pl_json_get(v, "id"), method);
}

static void batch(struct node_call *c, const struct pl_json *v)
{
	const size_t n = pl_json_len(v);
	size_t empty;

	if (!n || n > NODE_MAX_BATCH) {
		put_invalid(c, NODE_INVALID,
			    n ? "a batch that is too long" : "an empty batch");
		return;
	}
	pl_jout_open(c->w, NULL, '[');
	empty = c->w->b->n;
	for (size_t i = 0; i < n; i++)
		one(c, pl_json_at(v, i));
	if (c->w->b->n == empty)
		pl_buf_reset(c->w->b); /* notifications alone */
	else
		pl_jout_close(c->w, ']');
}

static struct pl_span answer(struct pl_dev_node *n, struct pl_arena *a,
			     struct pl_span text, uint64_t socket)
{
	struct node_call c = { .n = n,
			       .d = n->d,
			       .a = a,
			       .socket = socket,
			       .now = (uint64_t)pl_time_now() };
	const struct pl_json *v;
	struct pl_jout w;
	struct pl_buf out;
	struct pl_err e;

	pl_buf_init(&out, a);
	pl_jout_init(&w, &out);
	c.w = &w;
	pl_dev_node_lock(n);
	if (pl_json_parse(a, &v, text, &e))
		put_invalid(&c, NODE_PARSE, e.msg);
	else if (pl_json_type(v) == PL_J_ARRAY)
		batch(&c, v);
	else
		one(&c, v);
	node_subs_tell(n);
	pl_dev_node_unlock(n);
	return pl_buf_span(&out);
}

struct pl_span pl_dev_node_rpc(struct pl_dev_node *n, struct pl_arena *a,
			       struct pl_span text)
{
	return answer(n, a, text, 0);
}

/* -------------------------------------------------------------------- HTTP */

static void get(struct pl_dev_node *n, struct pl_arena *a, struct pl_reply *out,
		const struct pl_ask *ask)
{
	bool known = false;

	*out = (struct pl_reply){ .status = 200, .type = "text/plain" };
	if (!strcmp(ask->path, "/")) {
		out->body = pl_span_str("plume devnet: POST JSON-RPC here\n");
		return;
	}
	if (!strcmp(ask->path, "/healthz")) {
		out->body = pl_span_str("ok\n");
		return;
	}
	if (n->conf.get) {
		pl_dev_node_lock(n);
		known = n->conf.get(n->conf.ctx, a, out, ask);
		pl_dev_node_unlock(n);
	}
	if (known)
		return;
	*out = (struct pl_reply){ .status = 404,
				  .type = "text/plain",
				  .body = pl_span_str("nothing here\n") };
}

void pl_dev_node_handle(void *node, unsigned worker, struct pl_arena *a,
			struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_dev_node *n = node;

	(void)worker;
	if (strcmp(ask->method, "POST") != 0) {
		get(n, a, out, ask);
		return;
	}
	*out = (struct pl_reply){ .status = 200, .type = "application/json" };
	out->body = answer(n, a, ask->body, ask->socket);
	if (!out->body.n)
		out->status = 204;
}
