#include "net/beacon.h"

#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/stop.h"
#include "codec/json_in.h"
#include "net/http.h"

#define BACKOFF_MS 250
#define MAX_WAIT_MS 10000u
#define ACCEPT "application/octet-stream;q=1.0, application/json;q=0.9"
/* JSON writes an object in twice its bytes and some names. */
#define OBJECT_LIMIT (4 * PL_MAX_LC_OBJECT)

struct node {
	const char *url, *host;
	struct pl_transport *t;
	char *why; /* room for a message; "" when all is well */
	bool greeted;
};

struct pl_beacon {
	struct pl_arena *a, *scratch;
	struct pl_beacon_conf conf;
	struct node *node;
};

static char *without_slash(struct pl_arena *a, const char *url)
{
	size_t n = strlen(url);

	while (n && url[n - 1] == '/')
		n--;
	return pl_strndup(a, url, n);
}

struct pl_beacon *pl_beacon_new(struct pl_arena *a,
				const struct pl_beacon_conf *conf)
{
	struct pl_beacon *b = PL_NEW(a, struct pl_beacon);

	b->a = a;
	b->conf = *conf;
	b->node = PL_NEW_N(a, struct node, conf->n);
	for (size_t i = 0; i < conf->n; i++) {
		struct node *n = &b->node[i];

		n->url = without_slash(a, conf->nodes[i].url);
		n->host = pl_http_host(a, n->url);
		n->t = conf->nodes[i].transport;
		n->why = pl_alloc(a, sizeof(((struct pl_err *)0)->msg));
	}
	return b;
}

size_t pl_beacon_count(const struct pl_beacon *b)
{
	return b->conf.n;
}

const char *pl_beacon_host(const struct pl_beacon *b, size_t node)
{
	return b->node[node].host;
}

const char *pl_beacon_why(const struct pl_beacon *b, size_t node)
{
	return *b->node[node].why ? b->node[node].why : NULL;
}

/* -------------------------------------------------------------- one request */

static bool worth_again(enum pl_rc rc, const struct pl_answer *ans)
{
	return rc == PL_OK && (ans->status == 429 || ans->status >= 500) &&
	       ans->status != 501;
}

static enum pl_rc judge_status(const struct pl_answer *ans, struct pl_err *e)
{
	if (ans->status == 200 || ans->status == 206)
		return PL_OK;
	if (ans->status == 404)
		return pl_fail(e, PL_ENOTFOUND, "it has no such object");
	if (ans->status == 400 || ans->status == 405 || ans->status == 501)
		return pl_fail(e, PL_ENOTFOUND,
			       "it does not serve light clients (status %d)",
			       ans->status);
	return pl_fail(e, PL_ENET, "status %d", ans->status);
}

static enum pl_rc fetch(struct pl_beacon *b, struct node *n,
			struct pl_answer *out, const char *path, size_t limit,
			bool octets, struct pl_err *e)
{
	struct pl_request ask = {
		.url = pl_printf(b->scratch, "%s%s", n->url, path),
		.accept = octets ? ACCEPT : NULL,
		.limit = limit,
	};
	uint64_t ms = b->conf.backoff_ms ? b->conf.backoff_ms : BACKOFF_MS;

	for (unsigned tries = 0;; tries++, ms *= 2) {
		enum pl_rc rc =
			pl_transport_exchange(n->t, b->scratch, out, &ask, e);

		if (!worth_again(rc, out) || tries == b->conf.retries ||
		    pl_stop_asked()) {
			PL_TRY(rc);
			return judge_status(out, e);
		}
		if (out->retry_after && ms < 1000u * out->retry_after)
			ms = 1000u * out->retry_after;
		pl_stop_pause(ms < MAX_WAIT_MS ? (unsigned)ms : MAX_WAIT_MS);
	}
}

/* ------------------------------------------------------------------ genesis */

static enum pl_rc same_genesis(const struct pl_beacon *b,
			       const struct pl_json *doc, struct pl_err *e)
{
	const struct pl_json *data = pl_json_get(doc, "data");
	const char *text =
		pl_json_str(pl_json_get(data, "genesis_validators_root"));
	struct pl_hash32 root;
	struct pl_err ignored;

	if (!text ||
	    pl_hex_fixed(root.b, sizeof(root.b), text, strlen(text), &ignored))
		return PL_OK; /* it does not say */
	if (pl_hash32_equal(&root, &b->conf.genesis_validators_root))
		return PL_OK;
	return pl_fail(e, PL_EPROOF,
		       "it serves another chain, with "
		       "genesis_validators_root %.18s…",
		       text);
}

/* Asked once.  An endpoint that does not tell is not the worse for it: what it
 * gives is checked anyway. */
static enum pl_rc greet(struct pl_beacon *b, struct node *n, struct pl_err *e)
{
	struct pl_err ignored;
	const struct pl_json *doc;
	struct pl_answer ans;

	if (n->greeted)
		return PL_OK;
	if (fetch(b, n, &ans, "/eth/v1/beacon/genesis", OBJECT_LIMIT, false,
		  &ignored)) {
		/* unreachable: the same would be said again */
		if (ignored.rc == PL_ENET || ignored.rc == PL_EUSAGE) {
			*e = ignored;
			return e->rc;
		}
	} else if (!pl_json_parse(b->scratch, &doc, ans.body, &ignored)) {
		PL_TRY(same_genesis(b, doc, e));
	}
	n->greeted = true;
	return PL_OK;
}

/* -------------------------------------------------------------------- asking
 */

static const char *path_of(struct pl_arena *a, const struct pl_beacon_ask *q)
{
	static const char at[] = "/eth/v1/beacon/light_client";

	switch (q->route) {
	case PL_BEACON_BOOTSTRAP:
		return pl_printf(a, "%s/bootstrap/%s", at,
				 pl_hex(a, pl_hash32_span(&q->root)));
	case PL_BEACON_UPDATES:
		return pl_printf(
			a, "%s/updates?start_period=%" PRIu64 "&count=%" PRIu64,
			at, q->start, q->count);
	case PL_BEACON_FINALITY:
		return pl_printf(a, "%s/finality_update", at);
	case PL_BEACON_OPTIMISTIC:
		return pl_printf(a, "%s/optimistic_update", at);
	}
	return "";
}

static size_t limit_of(const struct pl_beacon_ask *q)
{
	if (q->route != PL_BEACON_UPDATES)
		return OBJECT_LIMIT;
	return OBJECT_LIMIT * (size_t)(q->count ? q->count : 1);
}

static enum pl_rc ask_one(struct pl_beacon *b, size_t i,
			  const struct pl_beacon_ask *q,
			  pl_beacon_judge_fn judge, void *ctx, bool *own,
			  struct pl_err *e)
{
	struct node *n = &b->node[i];
	struct pl_beacon_got got = { .scratch = b->scratch,
				     .host = n->host,
				     .node = i };
	struct pl_answer ans;

	*own = false;
	PL_TRY(greet(b, n, e));
	PL_TRY(fetch(b, n, &ans, path_of(b->scratch, q), limit_of(q), true, e));
	got.body = ans.body;
	got.fork = ans.fork;
	if (judge(ctx, &got, e)) {
		*own = e->rc != PL_EPROOF && e->rc != PL_EFORMAT &&
		       e->rc != PL_ELIMIT && e->rc != PL_ENOTFOUND;
		return e->rc;
	}
	return PL_OK;
}

/* One endpoint, with memory of its own; its failure is kept. */
static enum pl_rc try_one(struct pl_beacon *b, size_t i,
			  const struct pl_beacon_ask *q,
			  pl_beacon_judge_fn judge, void *ctx, bool *own,
			  struct pl_err *e)
{
	enum pl_rc rc;

	b->scratch = pl_arena_open(0);
	rc = ask_one(b, i, q, judge, ctx, own, e);
	pl_arena_close(b->scratch);
	memcpy(b->node[i].why, rc ? e->msg : "", rc ? sizeof(e->msg) : 1);
	return rc;
}

/* The transport's own words name the host already. */
static enum pl_rc only(const struct node *n, enum pl_rc rc, struct pl_err *e)
{
	bool said = !strncmp(n->why, n->host, strlen(n->host));

	(void)pl_fail(e, rc, "%s%s%s", said ? "" : n->host, said ? "" : ": ",
		      n->why);
	return pl_hint(e, "name others with --beacon URL");
}

/* What all of them said, in one line. */
static enum pl_rc none(const struct pl_beacon *b, bool any_false, bool all_lack,
		       struct pl_err *e)
{
	enum pl_rc rc = any_false  ? PL_EPROOF
			: all_lack ? PL_ENOTFOUND
				   : PL_ENET;

	(void)pl_fail(e, rc, "no beacon endpoint has an answer that holds");
	for (size_t i = b->conf.n; i-- > 0;)
		if (*b->node[i].why) {
			struct pl_err one;

			if (b->conf.n == 1)
				return only(&b->node[i], rc, e);
			(void)pl_fail(&one, rc, "%s; %s: %.120s", e->msg,
				      b->node[i].host, b->node[i].why);
			*e = one;
		}
	return pl_hint(e, "name others with --beacon URL");
}

enum pl_rc pl_beacon_get(struct pl_beacon *b, const struct pl_beacon_ask *ask,
			 pl_beacon_judge_fn judge, void *ctx, struct pl_err *e)
{
	bool any_false = false, all_lack = true, own;

	for (size_t i = 0; i < b->conf.n; i++) {
		if (!try_one(b, i, ask, judge, ctx, &own, e))
			return PL_OK;
		if (own)
			return e->rc;
		any_false |= e->rc == PL_EPROOF || e->rc == PL_EFORMAT;
		all_lack &= e->rc == PL_ENOTFOUND;
	}
	return none(b, any_false, all_lack, e);
}

enum pl_rc pl_beacon_all(struct pl_beacon *b, const struct pl_beacon_ask *ask,
			 pl_beacon_judge_fn judge, void *ctx, size_t *stood,
			 struct pl_err *e)
{
	bool any_false = false, all_lack = true, own;

	*stood = 0;
	for (size_t i = 0; i < b->conf.n; i++) {
		if (!try_one(b, i, ask, judge, ctx, &own, e)) {
			++*stood;
			continue;
		}
		if (own)
			return e->rc;
		any_false |= e->rc == PL_EPROOF || e->rc == PL_EFORMAT;
		all_lack &= e->rc == PL_ENOTFOUND;
	}
	return *stood ? PL_OK : none(b, any_false, all_lack, e);
}
