/* Requests in, answers out: JSON-RPC 2.0, single and batched. */
#include <inttypes.h>

#include "codec/jcs.h"
#include "sync/serve_impl.h"

#define MAX_ID 256              /* bytes of an id that are echoed */
#define KEEP ((size_t)64 << 10) /* of a call's memory, for the next */

/* ------------------------------------------------------------- one call */

static int code_of(const struct serve_call *c, enum pl_rc rc)
{
	if (c->code)
		return c->code;
	switch (rc) {
	case PL_ENOTFOUND:
		return RPC_NOT_FOUND;
	case PL_ENET:
	case PL_ESTALE:
		return RPC_UNAVAILABLE;
	case PL_ELIMIT:
		return RPC_LIMIT;
	case PL_EREFUSED:
		return RPC_REJECTED;
	case PL_OK:
	case PL_EUSAGE:
	case PL_EIO:
	case PL_EFORMAT:
	case PL_EPROOF:
	case PL_ESTORE:
	case PL_EDECLINED:
	case PL_EMATH:
	case PL_EBUG:
		break;
	}
	return RPC_SERVER;
}

static void put_error(struct pl_jout *w, struct pl_arena *a, int code,
		      const struct pl_err *e, struct pl_span data)
{
	const char *words =
		*e->hint ? pl_printf(a, "%s; %s", e->msg, e->hint) : e->msg;

	pl_jout_open(w, "error", '{');
	pl_jout_int(w, "code", code);
	pl_jout_str(w, "message", words);
	if (data.p)
		pl_jout_data(w, "data", data);
	pl_jout_close(w, '}');
}

static enum pl_rc passed_on(struct serve_call *c, const char *method,
			    struct pl_err *e)
{
	struct pl_buf params, result;
	const struct pl_json *v;
	struct pl_rpc_error err;
	enum pl_rc rc;

	pl_buf_init(&params, c->a);
	pl_buf_init(&result, c->a);
	if (c->params)
		PL_TRY(pl_jcs(&params, c->params, e));
	else
		pl_buf_str(&params, "[]");
	rc = pl_rpc_ask(pl_view_rpc(c->seat->view), c->a, &v, &err, method,
			pl_buf_cstr(&params), e);
	if (rc) {
		if (rc == PL_EREFUSED && err.code >= INT32_MIN &&
		    err.code <= INT32_MAX)
			c->code = (int)err.code;
		if (err.has_data)
			c->data = err.data;
		return rc;
	}
	PL_TRY(pl_jcs(&result, v, e));
	pl_jout_raw(c->w, SERVE_KEY, pl_buf_span(&result));
	serve_trust(c, PL_CLAIMED);
	c->claim = true;
	return PL_OK;
}

/* What cannot be proven, or is not known here. */
static enum pl_rc unproven(struct serve_call *c, const char *method,
			   struct pl_err *e)
{
	if (c->s->conf.allow_claimed)
		return passed_on(c, method, e);
	c->code = RPC_NO_METHOD;
	(void)pl_fail(e, PL_EUSAGE,
		      "%s: not served, for no proof is known for "
		      "what it answers",
		      method);
	return pl_hint(e, "plume light serve --allow-claimed passes it on to "
			  "the node and marks the answer");
}

static enum pl_rc check_params(struct serve_call *c,
			       const struct serve_method *m, struct pl_err *e)
{
	size_t n = pl_json_len(c->params);

	if (c->params && pl_json_type(c->params) != PL_J_ARRAY) {
		(void)pl_fail(e, PL_EUSAGE, "params: an array by position");
		return serve_bad(c, e);
	}
	if (n >= m->min && n <= m->max)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE, "%s takes %zu to %zu parameters, not %zu",
		      m->name, m->min, m->max, n);
	return serve_bad(c, e);
}

/* A proof that is false is never replaced by a claim. */
static bool no_proof_to_be_had(const struct serve_call *c, size_t method,
			       enum pl_rc rc)
{
	if (serve_methods[method].run == serve_send_raw_method)
		return false;
	return rc == PL_ENET ||
	       (rc == PL_EREFUSED && c->code == RPC_UNSUPPORTED);
}

/* The loop's seat, and what it is asked takes a node: a worker will do it. */
static bool asks_in_vain(const struct serve_seat *seat)
{
	return seat == &seat->s->quick && serve_node_asked(seat->node);
}

/* A batch that a worker does over must have done nothing. */
static bool too_early(const struct serve_call *c, const struct serve_method *m)
{
	if (!m->acts || !c->seat->in_batch || c->seat != &c->s->quick)
		return false;
	serve_node_mark(c->seat->node);
	return true;
}

static enum pl_rc run(struct serve_call *c, const char *method,
		      struct pl_err *e)
{
	const size_t i = serve_method_find(method), n = c->w->b->n;
	const struct pl_jout before = *c->w;
	struct pl_serve *s = c->s;
	enum pl_rc rc;

	if (atomic_load(&s->stopped)) {
		(void)pthread_mutex_lock(&s->lock);
		*e = s->why;
		(void)pthread_mutex_unlock(&s->lock);
		return e->rc;
	}
	if (n > SERVE_MAX_ANSWER)
		return pl_fail(e, PL_ELIMIT,
			       "the answers before this one are larger than "
			       "%d MB",
			       SERVE_MAX_ANSWER >> 20);
	if (i == SERVE_METHODS)
		return unproven(c, method, e);
	rc = check_params(c, &serve_methods[i], e);
	if (!rc && too_early(c, &serve_methods[i]))
		return pl_fail(e, PL_ENET, "a worker does this");
	if (!rc)
		rc = serve_methods[i].run(c, e);
	if (s->conf.allow_claimed && no_proof_to_be_had(c, i, rc)) {
		c->w->b->n = n; /* what was begun */
		*c->w = before;
		c->code = 0;
		rc = passed_on(c, method, e);
	}
	if (asks_in_vain(c->seat))
		return rc;
	if ((rc == PL_EPROOF || rc == PL_ENET) && !c->seat->failure.rc)
		c->seat->failure = *e;
	if (rc == PL_EPROOF)
		atomic_fetch_add(&s->bad_proofs, 1);
	atomic_fetch_add(rc ? &s->stats[i].failed : &s->stats[i].ok, 1);
	return rc;
}

/* ------------------------------------------------------------- envelopes */

/* The id as it came; NULL where it is none an answer may carry. */
static bool put_id(struct pl_jout *w, struct pl_arena *a,
		   const struct pl_json *id)
{
	const enum pl_json_type t = pl_json_type(id);
	struct pl_buf text;
	struct pl_err e;

	pl_buf_init(&text, a);
	if ((t != PL_J_STR && t != PL_J_INT && t != PL_J_REAL) ||
	    pl_json_str_len(id) > MAX_ID || pl_jcs(&text, id, &e)) {
		pl_jout_null(w, "id");
		return t == PL_J_NULL;
	}
	pl_jout_raw(w, "id", pl_buf_span(&text));
	return true;
}

static void put_failed(struct pl_jout *w, struct pl_arena *a,
		       const struct pl_json *id, int code, const char *words)
{
	struct pl_err e;

	(void)pl_fail(&e, PL_EFORMAT, "%s", words);
	pl_jout_open(w, NULL, '{');
	pl_jout_str(w, "jsonrpc", "2.0");
	(void)put_id(w, a, id);
	put_error(w, a, code, &e, (struct pl_span){ NULL, 0 });
	pl_jout_close(w, '}');
}

static void put_answer(struct serve_call *c, const struct pl_json *id,
		       const char *method)
{
	struct pl_jout *w = c->w;
	struct pl_err e = { .rc = PL_OK };
	struct pl_jout before;
	size_t n;
	enum pl_rc rc;

	pl_jout_open(w, NULL, '{');
	pl_jout_str(w, "jsonrpc", "2.0");
	(void)put_id(w, c->a, id);
	before = *w;
	n = w->b->n;
	rc = run(c, method, &e);
	if (rc) { /* a half-written result is no answer */
		w->b->n = n;
		*w = before;
		put_error(w, c->a, code_of(c, rc), &e, c->data);
	} else if (c->claim) {
		pl_jout_open(w, "plume", '{');
		pl_jout_str(w, "trust", pl_trust_name(c->trust));
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, '}');
}

static bool good_request(const struct pl_json *v)
{
	const char *version = pl_json_str(pl_json_get(v, "jsonrpc"));
	const struct pl_json *id = pl_json_get(v, "id");
	const enum pl_json_type t = pl_json_type(id);

	return pl_json_type(v) == PL_J_OBJECT && version &&
	       !strcmp(version, "2.0") &&
	       pl_json_str(pl_json_get(v, "method")) &&
	       (t == PL_J_NULL || t == PL_J_STR || t == PL_J_INT ||
		t == PL_J_REAL);
}

void serve_fresh_memory(struct serve_seat *seat)
{
	if (pl_arena_used(seat->call) > KEEP) {
		pl_arena_close(seat->call);
		seat->call = pl_arena_open(0);
	}
	pl_arena_reset(seat->call);
	if (seat->node)
		serve_node_end(seat->node);
}

void serve_take_heads(struct serve_seat *seat)
{
	struct pl_serve *s = seat->s;
	bool changed;

	(void)pthread_mutex_lock(&s->lock);
	changed = seat->heads.version != s->heads.version;
	if (changed)
		seat->heads = s->heads;
	(void)pthread_mutex_unlock(&s->lock);
	if (!changed)
		return;
	pl_view_refresh(seat->view);
	for (int t = 0; t < 3; t++) {
		struct serve_head *head = &seat->heads.tag[t];

		head->h.header.extra.p = head->extra;
		if (head->known)
			pl_view_seed(seat->view, (enum pl_tag)t, &head->h);
	}
}

/* SPEC JSON-RPC-2.0 notification: a request without id is not answered. */
static void one(struct serve_seat *seat, struct pl_arena *a, struct pl_jout *w,
		const struct pl_json *v, enum pl_trust *trust)
{
	struct serve_call c = {
		.s = seat->s, .seat = seat, .w = w, .trust = PL_PROVEN
	};
	const struct pl_json *id = pl_json_get(v, "id");
	const struct pl_jout before = *w;
	const size_t n = w->b->n;

	if (!good_request(v)) {
		put_failed(w, a, id, RPC_INVALID, "not a JSON-RPC 2.0 request");
		return;
	}
	serve_take_heads(seat);
	c.a = seat->call;
	c.params = pl_json_get(v, "params");
	if (pl_json_is_null(c.params))
		c.params = NULL;
	put_answer(&c, id, pl_json_str(pl_json_get(v, "method")));
	*trust = pl_trust_weaker(*trust, c.trust);
	serve_fresh_memory(seat);
	if (id)
		return;
	w->b->n = n;
	*w = before;
}

static void batch(struct serve_seat *seat, struct pl_arena *a,
		  struct pl_jout *w, const struct pl_json *list,
		  enum pl_trust *trust)
{
	size_t n = pl_json_len(list), start = w->b->n;

	if (!n || n > PL_MAX_BATCH) {
		put_failed(w, a, NULL, n ? RPC_LIMIT : RPC_INVALID,
			   n ? "more than 100 requests in a batch"
			     : "an empty batch");
		return;
	}
	pl_jout_open(w, NULL, '[');
	seat->in_batch = true;
	for (size_t i = 0; i < n && !asks_in_vain(seat); i++)
		one(seat, a, w, pl_json_at(list, i), trust);
	seat->in_batch = false;
	if (w->b->n == start + 1) { /* notifications only */
		w->b->n = start;
		return;
	}
	pl_jout_close(w, ']');
}

bool serve_text(struct serve_seat *seat, struct pl_arena *a,
		struct pl_span *out, struct pl_span text, enum pl_trust *trust)
{
	const struct pl_json *v;
	struct pl_jout w;
	struct pl_buf b;
	struct pl_err e;

	*trust = PL_PROVEN;
	pl_buf_init(&b, a);
	pl_jout_init(&w, &b);
	if (pl_json_parse(a, &v, text, &e))
		put_failed(&w, a, NULL, RPC_PARSE, e.msg);
	else if (pl_json_type(v) == PL_J_ARRAY)
		batch(seat, a, &w, v, trust);
	else
		one(seat, a, &w, v, trust);
	*out = pl_buf_span(&b);
	return !asks_in_vain(seat);
}
