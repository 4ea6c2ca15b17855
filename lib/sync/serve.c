/* What all calls share: the heads and how they are renewed; the way in. */
#include "sync/serve.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "sync/serve_impl.h"

#define CACHE ((size_t)4 << 20)
#define MAX_BLOCKS 2048
#define QUICK_MAX ((size_t)64 << 10) /* a longer request is no quick one */

/* ------------------------------------------------------------------ HTTP */

static void get(struct pl_serve *s, struct pl_arena *a, struct pl_reply *out,
		const struct pl_ask *ask)
{
	const bool ill = atomic_load(&s->stopped) || atomic_load(&s->failures);

	*out = (struct pl_reply){ .status = 200, .type = "text/plain" };
	if (!strcmp(ask->path, "/metrics")) {
		out->type = "text/plain; version=0.0.4";
		out->body = serve_metrics(s, a);
	} else if (!strcmp(ask->path, "/healthz")) {
		out->status = ill ? 503 : 200;
		out->body =
			pl_span_str(ill ? "no head: see the log\n" : "ok\n");
	} else if (!strcmp(ask->path, "/")) {
		out->body = pl_span_str("plume light serve: POST JSON-RPC "
					"here; /metrics, /healthz\n");
	} else {
		out->status = 404;
		out->body = pl_span_str("nothing here\n");
	}
}

static bool post(struct serve_seat *seat, struct pl_arena *a,
		 struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_reply r = { .status = 200, .type = "application/json" };
	enum pl_trust trust;

	if (!serve_text(seat, a, &r.body, ask->body, &trust))
		return false;
	r.trust = pl_trust_name(trust);
	if (!r.body.n)
		r.status = 204;
	*out = r;
	return true;
}

bool pl_serve_quick(void *serve, struct pl_arena *a, struct pl_reply *out,
		    const struct pl_ask *ask)
{
	struct pl_serve *s = serve;

	if (strcmp(ask->method, "POST") != 0) {
		get(s, a, out, ask);
		return true;
	}
	if (ask->body.n > QUICK_MAX)
		return false;
	s->quick.socket = ask->socket;
	serve_node_begin(s->quick.node, false);
	return post(&s->quick, a, out, ask);
}

void pl_serve_handle(void *serve, unsigned worker, struct pl_arena *a,
		     struct pl_reply *out, const struct pl_ask *ask)
{
	struct pl_serve *s = serve;
	struct serve_seat *seat = &s->seat[worker];

	if (strcmp(ask->method, "POST") != 0) {
		get(s, a, out, ask);
		return;
	}
	seat->socket = ask->socket;
	if (seat->node)
		serve_node_begin(seat->node, ask->late);
	(void)post(seat, a, out, ask);
}

struct pl_span pl_serve_rpc(struct pl_serve *s, struct pl_arena *a,
			    struct pl_span text, enum pl_trust *trust)
{
	struct pl_span out;

	if (s->seat[0].node)
		serve_node_begin(s->seat[0].node, false);
	s->seat[0].failure.rc = PL_OK;
	(void)serve_text(&s->seat[0], a, &out, text, trust);
	return out;
}

const struct pl_err *pl_serve_failure(const struct pl_serve *s)
{
	return &s->seat[0].failure;
}

/* ----------------------------------------------------------------- heads */

static enum pl_rc take_head(struct pl_serve *s, struct serve_head *head,
			    enum pl_tag tag, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = tag };
	struct pl_viewed h;

	PL_TRY(pl_view_header(s->conf.view, s->scratch, &h, &ref, e));
	if (h.header.extra.n > sizeof(head->extra))
		return pl_fail(e, PL_ELIMIT, "extra data of %zu bytes",
			       h.header.extra.n);
	head->h = h;
	if (h.header.extra.n)
		memcpy(head->extra, h.header.extra.p, h.header.extra.n);
	head->known = true;
	return PL_OK;
}

/* Out of what the chain's anchors are now. */
static enum pl_rc find_heads(struct pl_serve *s, struct serve_heads *out,
			     struct pl_err *e)
{
	struct pl_err ignored;

	pl_arena_reset(s->scratch);
	pl_view_refresh(s->conf.view);
	PL_TRY(take_head(s, &out->tag[PL_TAG_LATEST], PL_TAG_LATEST, e));
	/* the others may lack: a chain just begun has nothing final */
	for (int t = PL_TAG_SAFE; t <= PL_TAG_FINALIZED; t++)
		if (take_head(s, &out->tag[t], (enum pl_tag)t, &ignored))
			out->tag[t].known = false;
	return PL_OK;
}

static enum pl_rc new_heads(struct pl_serve *s, struct pl_err *e)
{
	struct serve_heads found = { .version = 0 };

	PL_TRY(find_heads(s, &found, e));
	(void)pthread_mutex_lock(&s->lock);
	found.version = s->heads.version + 1;
	s->heads = found;
	for (int t = 0; t < 3; t++)
		s->heads.tag[t].h.header.extra.p = s->heads.tag[t].extra;
	(void)pthread_mutex_unlock(&s->lock);
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

static void stop(struct pl_serve *s, struct pl_err *e)
{
	(void)pl_note(e, "stopped serving");
	(void)pthread_mutex_lock(&s->lock);
	s->why = *e;
	(void)pthread_mutex_unlock(&s->lock);
	atomic_fetch_add(&s->bad_proofs, 1);
	atomic_store(&s->stopped, true);
	serve_say(s, "%s", e->msg);
}

void pl_serve_tick(void *serve)
{
	struct pl_serve *s = serve;
	struct pl_err e = { .rc = PL_OK };
	/* nobody else writes the heads */
	const uint64_t was = pl_serve_head(s)->header.number;
	enum pl_rc rc;

	if (atomic_load(&s->stopped))
		return;
	rc = s->conf.refresh ? s->conf.refresh(s->conf.ctx, &e) : PL_OK;
	if (rc == PL_EPROOF) {
		stop(s, &e);
		return;
	}
	/* a node that is not there, or lies, leaves the heads as they are */
	if (!rc)
		rc = new_heads(s, &e);
	atomic_store(&s->failures, rc ? atomic_load(&s->failures) + 1 : 0);
	if (rc == PL_EPROOF)
		atomic_fetch_add(&s->bad_proofs, 1);
	if (rc)
		serve_say(s, "%s", e.msg);
	else if (pl_serve_head(s)->header.number != was)
		serve_say(s, "head %" PRIu64, pl_serve_head(s)->header.number);
	serve_tell(s);
}

const struct pl_viewed *pl_serve_head(const struct pl_serve *s)
{
	return &s->heads.tag[PL_TAG_LATEST].h;
}

/* --------------------------------------------------------------- opening */

static void seat_open(struct pl_arena *a, struct serve_seat *seat,
		      struct pl_serve *s, struct serve_node *node)
{
	struct pl_rpc *rpc =
		node ? serve_node_rpc(a, node) : pl_view_rpc(s->conf.view);

	seat->s = s;
	seat->node = node;
	seat->view = pl_view_beside(a, s->conf.view, rpc);
	seat->call = pl_arena_open(0);
}

static void seats_open(struct pl_arena *a, struct pl_serve *s)
{
	const struct pl_serve_conf *c = &s->conf;

	seat_open(a, &s->quick, s, serve_node_new(a, c->nodes, NULL));
	seat_open(a, &s->news, s, NULL);
	s->n_seats = c->workers ? c->workers : 1;
	s->seat = PL_NEW_N(a, struct serve_seat, s->n_seats);
	for (unsigned i = 0; i < s->n_seats; i++)
		seat_open(a, &s->seat[i], s,
			  c->workers ? serve_node_new(a, c->nodes, c->ways[i])
				     : NULL);
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
	(void)pthread_mutex_init(&s->lock, NULL);
	s->cache = pl_cache_new(a, s->conf.cache);
	s->scratch = pl_arena_open(0);
	pl_subs_init(&s->subs, a, SERVE_SUBS, SERVE_SUBS_OF_ONE);
	seats_open(a, s);
	rc = new_heads(s, e);
	if (rc) {
		pl_serve_close(s);
		return rc;
	}
	*out = s;
	return PL_OK;
}

void pl_serve_close(struct pl_serve *s)
{
	if (!s)
		return;
	serve_filters_close(s);
	serve_subs_close(s);
	for (unsigned i = 0; i < s->n_seats; i++) {
		serve_execs_close(&s->seat[i].execs);
		pl_arena_close(s->seat[i].call);
	}
	pl_arena_close(s->quick.call);
	pl_arena_close(s->news.call);
	pl_arena_close(s->scratch);
	pl_cache_close(s->cache);
	(void)pthread_mutex_destroy(&s->lock);
}
