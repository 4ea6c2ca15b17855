/* The node a command asks, and what has to be closed after a command. */
#include <stdlib.h>

#include "cmd/ctx.h"
#include "cmd/light/evidence.h"
#include "net/http.h"
#include "net/replay.h"
#include "net/rpc.h"
#include "wallet/signer.h"

#define REPLAY "replay:"

static bool is_true(const char *s)
{
	return s && !strcmp(s, "true");
}

unsigned pl_ctx_number(struct pl_ctx *c, const char *key)
{
	const char *s = pl_ctx_setting(c, key); /* checked when it was read */

	return s ? (unsigned)strtoul(s, NULL, 10) : 0;
}

bool pl_ctx_insecure(struct pl_ctx *c, const char *of)
{
	const char *key = pl_printf(c->arena, "network.%s.insecure", of);

	return c->g->insecure_http || is_true(pl_ctx_setting(c, key));
}

static enum pl_rc dial(struct pl_ctx *c, struct pl_transport **out,
		       const char *url, const char *of, struct pl_err *e)
{
	struct pl_http_conf conf = {
		.insecure = pl_ctx_insecure(c, of),
		.timeout_s = pl_ctx_number(c, "network.timeout"),
	};

	if (pl_evidence_replays(c))
		return pl_fail(e, PL_EBUG, "evidence dials nobody");
	if (!strncmp(url, REPLAY, strlen(REPLAY)))
		return pl_replay_open(c->arena, out, url + strlen(REPLAY), e);
	PL_TRY(pl_http_url_check(url, conf.insecure, e));
	return pl_http_open(c->arena, out, &conf, e);
}

static enum pl_rc room_for_more(struct pl_ctx *c, struct pl_err *e)
{
	size_t room = sizeof(c->more) / sizeof(c->more[0]);

	if (c->n_more == room)
		return pl_fail(e, PL_ELIMIT, "over %zu servers at once", room);
	return PL_OK;
}

enum pl_rc pl_ctx_dial(struct pl_ctx *c, struct pl_transport **out,
		       const char *url, const char *of, struct pl_err *e)
{
	PL_TRY(room_for_more(c, e));
	PL_TRY(dial(c, out, url, of, e));
	c->more[c->n_more++] = *out;
	return PL_OK;
}

enum pl_rc pl_ctx_keep(struct pl_ctx *c, struct pl_transport *t,
		       struct pl_err *e)
{
	PL_TRY(room_for_more(c, e));
	c->more[c->n_more++] = t;
	return PL_OK;
}

/* Figures of another chain would be worse than none. */
static enum pl_rc check_chain(struct pl_rpc *r, const struct pl_network *n,
			      struct pl_err *e)
{
	uint64_t id;

	PL_TRY(pl_rpc_chain_id(r, &id, e));
	if (id == n->chain_id)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE,
		      "%s is a node of chain %ju, but network %s is chain %ju",
		      pl_rpc_host(r), (uintmax_t)id, n->name,
		      (uintmax_t)n->chain_id);
	return pl_hint(e, "name the network with --network, or another node "
			  "with --rpc; `plume network list` shows all");
}

/* The first question was not answered: is it the right address? */
static enum pl_rc no_node(struct pl_ctx *c, const struct pl_network *n,
			  struct pl_err *e)
{
	if (*e->hint)
		return e->rc;
	if (c->g->rpc)
		return pl_hint(e, "is a node of %s running at that address?",
			       n->name);
	if (!strcmp(n->name, "devnet"))
		return pl_hint(e, "start a chain of your own: plume devnet; or "
				  "name its node with --rpc URL");
	return pl_hint(e,
		       "another node: --rpc URL, or plume network add %s --rpc "
		       "URL",
		       n->name);
}

/* A chain's node, or the recording that stands for it. */
static enum pl_rc dial_node(struct pl_ctx *c, struct pl_transport **out,
			    const struct pl_network *n, struct pl_err *e)
{
	if (pl_evidence_replays(c))
		return pl_evidence_node(c, out, n->chain_id, e);
	PL_TRY(dial(c, out, n->rpc, n->name, e));
	pl_evidence_watch(c, out, n->chain_id);
	return PL_OK;
}

static enum pl_rc no_url(const struct pl_network *n, struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE, "no node is known for network %s", n->name);
	return pl_hint(e,
		       "name one with --rpc URL, or keep it: plume config set "
		       "network.%s.rpc URL",
		       n->name);
}

enum pl_rc pl_ctx_rpc_of(struct pl_ctx *c, struct pl_rpc **out,
			 const struct pl_network *n, struct pl_err *e)
{
	struct pl_rpc_conf conf = { .url = n->rpc ? n->rpc : "evidence" };
	struct pl_transport *t;
	struct pl_rpc *r;

	if (!n->rpc && !pl_evidence_replays(c))
		return no_url(n, e);
	PL_TRY(room_for_more(c, e));
	PL_TRY(dial_node(c, &t, n, e));
	c->more[c->n_more++] = t;
	conf.retries = pl_ctx_number(c, "network.retries");
	r = pl_rpc_new(c->arena, t, &conf);
	PL_TRY(check_chain(r, n, e));
	*out = r;
	return PL_OK;
}

enum pl_rc pl_ctx_rpc(struct pl_ctx *c, struct pl_rpc **out, struct pl_err *e)
{
	struct pl_rpc_conf conf = { 0 };
	struct pl_network n;
	struct pl_rpc *r;

	PL_TRY(pl_ctx_network(c, &n, e));
	if (pl_evidence_replays(c))
		n.rpc = "evidence";
	if (!n.rpc)
		return no_url(&n, e);
	pl_transport_close(c->transport);
	c->transport = NULL;
	PL_TRY(dial_node(c, &c->transport, &n, e));
	conf.url = n.rpc;
	conf.retries = pl_ctx_number(c, "network.retries");
	r = pl_rpc_new(c->arena, c->transport, &conf);
	if (check_chain(r, &n, e))
		return e->rc == PL_ENET ? no_node(c, &n, e) : e->rc;
	*out = r;
	return PL_OK;
}

enum pl_rc pl_ctx_rpc_also(struct pl_ctx *c, struct pl_rpc **out,
			   const char *url, struct pl_err *e)
{
	struct pl_rpc_conf conf = { .url = url };
	struct pl_network n;
	struct pl_rpc *r;

	PL_TRY(pl_ctx_network(c, &n, e));
	PL_TRY(pl_http_url_check(url, pl_ctx_insecure(c, n.name), e));
	conf.retries = pl_ctx_number(c, "network.retries");
	r = pl_rpc_new(c->arena, c->transport, &conf);
	PL_TRY(check_chain(r, &n, e));
	*out = r;
	return PL_OK;
}

void pl_ctx_close(struct pl_ctx *c)
{
	pl_signer_close(c->signer);
	pl_transport_close(c->transport);
	while (c->n_more)
		pl_transport_close(c->more[--c->n_more]);
	c->signer = NULL;
	c->transport = NULL;
}
