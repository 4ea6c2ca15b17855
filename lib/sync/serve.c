/* Requests in, answers out: JSON-RPC 2.0, single and batched. */
#include "sync/serve.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/time.h"
#include "codec/jcs.h"
#include "sync/serve_impl.h"

#define CACHE ((size_t)4 << 20)
#define MAX_BLOCKS 2048
#define MAX_ID 256               /* bytes of an id that are echoed */
#define KEEP ((size_t)256 << 10) /* of a call's memory, for the next */

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
	rc = pl_rpc_ask(pl_view_rpc(c->s->conf.view), c->a, &v, &err, method,
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

static enum pl_rc run(struct serve_call *c, const char *method,
		      struct pl_err *e)
{
	const size_t i = serve_method_find(method), n = c->w->b->n;
	const struct pl_jout before = *c->w;
	struct pl_serve *s = c->s;
	enum pl_rc rc;

	if (s->stopped) {
		*e = s->why;
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
	if (!rc)
		rc = serve_methods[i].run(c, e);
	if (s->conf.allow_claimed && no_proof_to_be_had(c, i, rc)) {
		c->w->b->n = n; /* what was begun */
		*c->w = before;
		c->code = 0;
		rc = passed_on(c, method, e);
	}
	if (rc == PL_EPROOF)
		s->bad_proofs++;
	if (rc)
		s->stats[i].failed++;
	else
		s->stats[i].ok++;
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

/* What a node answered is given back after each call: of a batch, only the
 * text of its results is held. */
static struct pl_arena *fresh_arena(struct pl_serve *s)
{
	if (pl_arena_used(s->call) > KEEP) {
		pl_arena_close(s->call);
		s->call = pl_arena_open(0);
	}
	pl_arena_reset(s->call);
	return s->call;
}

/* SPEC JSON-RPC-2.0 notification: a request without id is not answered. */
static void one(struct pl_serve *s, struct pl_arena *a, struct pl_jout *w,
		const struct pl_json *v, enum pl_trust *trust)
{
	struct serve_call c = { .s = s, .w = w, .trust = PL_PROVEN };
	const struct pl_json *id = pl_json_get(v, "id");
	const struct pl_jout before = *w;
	const size_t n = w->b->n;

	if (!good_request(v)) {
		put_failed(w, a, id, RPC_INVALID, "not a JSON-RPC 2.0 request");
		return;
	}
	c.a = fresh_arena(s);
	c.params = pl_json_get(v, "params");
	if (pl_json_is_null(c.params))
		c.params = NULL;
	put_answer(&c, id, pl_json_str(pl_json_get(v, "method")));
	*trust = pl_trust_weaker(*trust, c.trust);
	if (id)
		return;
	w->b->n = n;
	*w = before;
}

static void batch(struct pl_serve *s, struct pl_arena *a, struct pl_jout *w,
		  const struct pl_json *list, enum pl_trust *trust)
{
	size_t n = pl_json_len(list), start = w->b->n;

	if (!n || n > PL_MAX_BATCH) {
		put_failed(w, a, NULL, n ? RPC_LIMIT : RPC_INVALID,
			   n ? "more than 100 requests in a batch"
			     : "an empty batch");
		return;
	}
	pl_jout_open(w, NULL, '[');
	for (size_t i = 0; i < n; i++)
		one(s, a, w, pl_json_at(list, i), trust);
	if (w->b->n == start + 1) { /* notifications only */
		w->b->n = start;
		return;
	}
	pl_jout_close(w, ']');
}

struct pl_span pl_serve_rpc(struct pl_serve *s, struct pl_arena *a,
			    struct pl_span text, enum pl_trust *trust)
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
		batch(s, a, &w, v, trust);
	else
		one(s, a, &w, v, trust);
	return pl_buf_span(&b);
}

/* ------------------------------------------------------------------ HTTP */

static void get(struct pl_serve *s, struct pl_arena *a, struct pl_reply *out,
		const struct pl_ask *ask)
{
	*out = (struct pl_reply){ .status = 200, .type = "text/plain" };
	if (!strcmp(ask->path, "/metrics")) {
		out->type = "text/plain; version=0.0.4";
		out->body = serve_metrics(s, a);
	} else if (!strcmp(ask->path, "/healthz")) {
		out->status = s->stopped || s->failures ? 503 : 200;
		out->body = pl_span_str(s->stopped || s->failures
						? "no head: see the log\n"
						: "ok\n");
	} else if (!strcmp(ask->path, "/")) {
		out->body = pl_span_str("plume light serve: POST JSON-RPC "
					"here; /metrics, /healthz\n");
	} else {
		out->status = 404;
		out->body = pl_span_str("nothing here\n");
	}
}

void pl_serve_handle(void *serve, struct pl_arena *a, struct pl_reply *out,
		     const struct pl_ask *ask)
{
	enum pl_trust trust;

	if (strcmp(ask->method, "POST") != 0) {
		get(serve, a, out, ask);
		return;
	}
	*out = (struct pl_reply){ .status = 200, .type = "application/json" };
	out->body = pl_serve_rpc(serve, a, ask->body, &trust);
	out->trust = pl_trust_name(trust);
	if (!out->body.n)
		out->status = 204;
}

/* ----------------------------------------------------------------- heads */

static enum pl_rc take_head(struct pl_serve *s, struct pl_arena *a,
			    enum pl_tag tag, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = tag };
	struct serve_head *head = &s->heads[tag];
	struct pl_viewed h;

	PL_TRY(pl_view_header(s->conf.view, a, &h, &ref, e));
	if (h.header.extra.n > sizeof(head->extra))
		return pl_fail(e, PL_ELIMIT, "extra data of %zu bytes",
			       h.header.extra.n);
	head->h = h;
	if (h.header.extra.n)
		memcpy(head->extra, h.header.extra.p, h.header.extra.n);
	head->h.header.extra.p = head->extra;
	head->known = true;
	return PL_OK;
}

/* Out of what the chain's anchors are now. */
static enum pl_rc take_heads(struct pl_serve *s, struct pl_err *e)
{
	struct pl_err ignored;

	pl_arena_reset(s->scratch);
	pl_view_refresh(s->conf.view);
	PL_TRY(take_head(s, s->scratch, PL_TAG_LATEST, e));
	/* the others may lack: a chain just begun has nothing final */
	for (int t = PL_TAG_SAFE; t <= PL_TAG_FINALIZED; t++)
		if (take_head(s, s->scratch, (enum pl_tag)t, &ignored))
			s->heads[t].known = false;
	s->refreshed_ms = pl_time_mono_ns() / 1000000;
	return PL_OK;
}

void serve_say(struct pl_serve *s, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (!s->conf.say)
		return;
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	s->conf.say(s->conf.ctx, text);
}

static void stop(struct pl_serve *s, const struct pl_err *e)
{
	s->bad_proofs++;
	s->stopped = true;
	s->why = *e;
	(void)pl_note(&s->why, "stopped serving");
	serve_say(s, "%s", s->why.msg);
}

void pl_serve_tick(void *serve)
{
	struct pl_serve *s = serve;
	struct pl_err e = { .rc = PL_OK };
	const uint64_t was = s->heads[0].h.header.number;
	enum pl_rc rc;

	if (s->stopped)
		return;
	rc = s->conf.refresh ? s->conf.refresh(s->conf.ctx, &e) : PL_OK;
	if (rc == PL_EPROOF) {
		stop(s, &e);
		return;
	}
	/* a node that is not there, or lies, leaves the heads as they are */
	if (!rc)
		rc = take_heads(s, &e);
	s->failures = rc ? s->failures + 1 : 0;
	s->bad_proofs += rc == PL_EPROOF;
	if (rc)
		serve_say(s, "%s", e.msg);
	else if (s->heads[0].h.header.number != was)
		serve_say(s, "head %" PRIu64, s->heads[0].h.header.number);
}

enum pl_rc pl_serve_new(struct pl_arena *a, struct pl_serve **out,
			const struct pl_serve_conf *conf, struct pl_err *e)
{
	struct pl_serve *s = PL_NEW(a, struct pl_serve);
	enum pl_rc rc;

	s->conf = *conf;
	if (!s->conf.cache)
		s->conf.cache = CACHE;
	if (!s->conf.max_blocks)
		s->conf.max_blocks = MAX_BLOCKS;
	s->a = a;
	s->cache = pl_cache_new(a, s->conf.cache);
	s->scratch = pl_arena_open(0);
	s->call = pl_arena_open(0);
	rc = take_heads(s, e);
	if (rc) {
		pl_serve_close(s);
		return rc;
	}
	*out = s;
	return PL_OK;
}

const struct pl_viewed *pl_serve_head(const struct pl_serve *s)
{
	return &s->heads[PL_TAG_LATEST].h;
}

void pl_serve_close(struct pl_serve *s)
{
	if (!s)
		return;
	serve_filters_close(s);
	pl_arena_close(s->scratch);
	pl_arena_close(s->call);
	s->scratch = s->call = NULL;
}
