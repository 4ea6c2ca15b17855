#include "cmd/light/hear.h"

#include "cmd/light/evidence.h"
#include "net/transport.h"
#include "net/ws.h"

#define SERVERS 12
#define TIMEOUT_S 20 /* a chain that is busy says something sooner */

bool pl_feed_is_live(const char *where)
{
	return strstr(where, "://") != NULL;
}

/* What closes with the command's transports. */
struct closing {
	struct pl_transport base;
	struct pl_hear *hear;
};

static void close_hear(struct pl_transport *t)
{
	pl_hear_close(((struct closing *)t)->hear);
}

static const struct pl_transport_ops closing_ops = { NULL, close_hear };

static enum pl_rc split(struct pl_ctx *c, struct pl_feed_conf *out,
			const char *urls, struct pl_err *e)
{
	const char **v = PL_NEW_N(c->arena, const char *, SERVERS);
	size_t n = 0;

	for (const char *s = urls; *s;) {
		size_t len = strcspn(s, ",");

		if (n == SERVERS)
			return pl_fail(e, PL_ELIMIT,
				       "over %d servers of a "
				       "feed",
				       SERVERS);
		v[n] = pl_strndup(c->arena, s, len);
		PL_TRY(pl_ws_url_check(v[n++], out->insecure, e));
		s += len + (s[len] == ',');
	}
	out->urls = v;
	out->n_urls = n;
	return PL_OK;
}

static void tell(void *ctx, const char *text)
{
	struct pl_ctx *c = ctx;

	pl_tell(c, "feed: %s", pl_out_safe(c->arena, text));
}

enum pl_rc pl_ctx_hear(struct pl_ctx *c, struct pl_hear **out,
		       const struct pl_hear_conf *conf, const char *urls,
		       const struct pl_network *n, struct pl_err *e)
{
	struct closing *x = PL_NEW(c->arena, struct closing);
	unsigned limit = pl_ctx_number(c, "network.timeout");
	struct pl_hear_conf own = *conf;

	own.feed.chain_id = n->chain_id;
	own.feed.insecure = pl_ctx_insecure(c, n->name);
	own.feed.timeout_s = limit && limit < TIMEOUT_S ? limit : TIMEOUT_S;
	own.feed.retries = pl_ctx_number(c, "network.retries");
	own.feed.agent = "plume/" PL_VERSION;
	own.feed.say = tell;
	own.feed.ctx = c;
	PL_TRY(split(c, &own.feed, urls, e));
	x->base.ops = &closing_ops;
	PL_TRY(pl_ctx_keep(c, &x->base, e));
	*out = x->hear = pl_hear_new(c->arena, &own);
	return PL_OK;
}

/* ------------------------------------------------------------------ reads */

struct ear {
	struct pl_ctx *c;
	struct pl_hear *hear;
	/* What an answer that is kept rests on: heard once. */
	struct pl_feed_signed *v;
	size_t n;
};

static enum pl_rc hear_once(struct ear *x, uint64_t from, struct pl_err *e)
{
	struct pl_arena *a = x->c->arena;
	const struct pl_feed_signed *v;
	struct pl_span text;

	PL_TRY(pl_hear_listen(x->hear, a, &v, &x->n, from, e));
	text = pl_hear_text(x->hear, a);
	PL_TRY(pl_evidence_text(x->c, "feed", &text, e));
	x->v = PL_NEW_N(a, struct pl_feed_signed, x->n);
	memcpy(x->v, v, x->n * sizeof(*v));
	return PL_OK;
}

static enum pl_rc listen(void *ctx, struct pl_arena *a,
			 const struct pl_feed_signed **out, size_t *n,
			 uint64_t from, struct pl_err *e)
{
	struct ear *x = ctx;

	if (!x->c->evidence)
		return pl_hear_listen(x->hear, a, out, n, from, e);
	if (!x->v)
		PL_TRY(hear_once(x, from, e));
	*out = x->v;
	*n = x->n;
	return PL_OK;
}

enum pl_rc pl_ctx_orbit_live(struct pl_ctx *c, struct pl_orbit **out,
			     struct pl_orbit_conf *conf, const char *urls,
			     const struct pl_network *n, struct pl_err *e)
{
	struct ear *x = PL_NEW(c->arena, struct ear);
	struct pl_hear_conf how = { .parent = conf->parent };
	struct pl_orbit *o;

	x->c = c;
	conf->listen = listen;
	conf->listen_ctx = x;
	how.orbit = o = pl_orbit_new(c->arena, conf);
	PL_TRY(pl_ctx_hear(c, &x->hear, &how, urls, n, e));
	*out = o;
	return PL_OK;
}
