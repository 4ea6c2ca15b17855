/* light serve: Ethereum's JSON-RPC for other programs, answered from proofs. */
#include <inttypes.h>
#include <stdio.h>

#include "cmd/ctx.h"
#include "cmd/light/checks.h"
#include "cmd/light/client.h"
#include "cmd/light/view.h"
#include "cmd/ready.h"
#include "net/rpc.h"
#include "net/server.h"
#include "orbit/family.h"
#include "sync/serve.h"

#define MAX_WORKERS 16
#define MAX_SOCKETS 32
#define PATIENCE_S 30 /* that a request waits for a worker */

struct args {
	struct pl_light_args light;
	const char *listen, *cors, *host;
	bool allow_claimed;
	uint64_t poll, max_blocks, workers;
};

struct row {
	const char *url, *network;
	uint64_t chain_id, head;
	struct pl_hash32 head_hash;
	const char *level;
	enum pl_trust trust;
	bool allow_claimed;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "listen", .kind = PL_STR, .off = A(listen, const char *),
	  .arg = "ADDRESS:PORT", .def = "127.0.0.1:8545",
	  .about = "where to wait for requests; port 0 takes a free one" },
	{ .name = "allow-claimed", .kind = PL_FLAG,
	  .off = A(allow_claimed, bool),
	  .about = "pass on what no proof is known for, and mark the answer" },
	{ .name = "cors", .kind = PL_STR, .off = A(cors, const char *),
	  .arg = "ORIGIN",
	  .about = "web pages that may ask: https://app.example, or * for "
		   "all" },
	{ .name = "host", .kind = PL_STR, .off = A(host, const char *),
	  .arg = "NAME",
	  .about = "a name this machine is called by, beside its addresses" },
	{ .name = "poll", .kind = PL_UINT, .off = A(poll, uint64_t),
	  .arg = "SECONDS", .min = 1, .max = 3600, .def = "6",
	  .about = "how often to look for a newer head" },
	{ .name = "max-blocks", .kind = PL_UINT, .off = A(max_blocks, uint64_t),
	  .arg = "N", .min = 1, .max = 100000, .def = "2048",
	  .about = "blocks that one eth_getLogs may look through" },
	{ .name = "workers", .kind = PL_UINT, .off = A(workers, uint64_t),
	  .arg = "N", .min = 1, .max = MAX_WORKERS, .def = "8",
	  .about = "how many requests may wait for the node at a time" },
	PL_LIGHT_OPTS(struct args, light),
	PL_ORBIT_OPTS(struct args, light),
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "url", .kind = PL_STR, .off = F(url, const char *),
	  .about = "where requests are answered" },
	{ .name = "network", .kind = PL_STR, .off = F(network, const char *),
	  .about = "name of the network" },
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "head", .kind = PL_UINT, .off = F(head, uint64_t),
	  .about = "number of the newest block" },
	{ .name = "head_hash", .kind = PL_HASH32,
	  .off = F(head_hash, struct pl_hash32), .about = "its hash" },
	{ .name = "level", .kind = PL_STR, .off = F(level, const char *),
	  .about = "how firmly that block stands" },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "how far answers about it can be believed" },
	{ .name = "allow_claimed", .kind = PL_FLAG,
	  .off = F(allow_claimed, bool),
	  .about = "true: what cannot be proven is passed on and marked" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "no light client has begun yet, and nobody is asked: exit "
		   "status 7",
	  .line = "plume light serve --network sepolia --offline "
		  "--rpc http://127.0.0.1:1",
	  .status = 7 },
	{ 0 },
};
/* clang-format on */

/* ------------------------------------------------------------- upstream */

/* What runs while requests are answered. */
struct job {
	struct pl_ctx *c;
	const struct args *args;
	struct pl_network net;
	struct pl_light *light;
	struct pl_beacon *beacon; /* NULL: nothing newer is to be had */
	struct pl_serve_nodes *nodes;
	struct pl_serve *serve;
	struct pl_server *server;
};

static enum pl_rc refresh(void *ctx, struct pl_err *e)
{
	struct job *j = ctx;
	const struct pl_light_how how = {
		.beacon = j->beacon,
		.strict = j->args->light.strict,
		.paranoid = j->args->light.paranoid,
	};

	if (!j->beacon || !pl_light_sync(j->light, &how, e))
		return PL_OK;
	/* endpoints that answer nonsense are no reason to stop */
	if (e->rc == PL_EPROOF && !pl_light_conflict(j->light))
		e->rc = PL_ENET;
	return e->rc;
}

static void say(void *ctx, const char *text)
{
	pl_tell(((struct job *)ctx)->c, "%s", text);
}

static void push(void *ctx, uint64_t socket, struct pl_span text)
{
	pl_server_push(((struct job *)ctx)->server, socket, text);
}

static enum pl_rc open_node(struct job *j, struct pl_rpc **out,
			    struct pl_err *e)
{
	struct pl_rpc *r;

	PL_TRY(pl_ctx_rpc(j->c, &r, e)); /* dials, and asks for the chain */
	j->nodes = pl_serve_nodes_new(j->c->arena, j->net.rpc);
	*out = pl_serve_node(j->c->arena, j->nodes, j->c->transport);
	return PL_OK;
}

/* Each worker's own way to the node. */
static enum pl_rc open_ways(struct job *j, struct pl_serve_conf *conf,
			    struct pl_err *e)
{
	const unsigned n = (unsigned)j->args->workers;
	struct pl_transport **way =
		PL_NEW_N(j->c->arena, struct pl_transport *, n);

	for (unsigned i = 0; i < n; i++)
		PL_TRY(pl_ctx_dial(j->c, &way[i], j->net.rpc, j->net.name, e));
	conf->ways = way;
	conf->workers = n;
	return PL_OK;
}

static enum pl_rc open_light(struct job *j, struct pl_err *e)
{
	const struct pl_light_args *how = &j->args->light;
	struct pl_network net;
	struct pl_lc_config config;

	PL_TRY(pl_ctx_light(j->c, how, &j->light, e));
	if (how->offline)
		return PL_OK;
	PL_TRY(pl_ctx_beacon_chain(j->c, &config, &net, e));
	return pl_ctx_beacon(j->c, &j->beacon, &how->beacon, &config, &net, e);
}

static enum pl_rc open_serve(struct job *j, struct pl_err *e)
{
	struct pl_serve_conf conf = {
		.refresh = refresh,
		.family = j->net.parent ? &pl_family_nitro : NULL,
		.allow_claimed = j->args->allow_claimed,
		.max_blocks = j->args->max_blocks,
		.push = push,
		.say = say,
		.ctx = j,
	};
	struct pl_view_conf view = { .chain_id = j->net.chain_id,
				     .families = pl_light_families };
	struct pl_orbit *orbit;

	PL_TRY(open_light(j, e));
	PL_TRY(open_node(j, &view.rpc, e));
	PL_TRY(open_ways(j, &conf, e));
	conf.nodes = j->nodes;
	view.anchors = pl_light_anchors(j->c->arena, j->light);
	if (!j->net.parent)
		view.beacon = pl_light_config(j->light);
	if (j->net.parent) {
		PL_TRY(pl_ctx_orbit(j->c, &j->args->light.orbit, j->light,
				    view.rpc, &j->net, &orbit, e));
		view.anchors = pl_orbit_anchors(orbit);
	}
	conf.view = pl_view_new(j->c->arena, &view);
	return pl_serve_new(j->c->arena, &j->serve, &conf, e);
}

/* ------------------------------------------------------------------ run */

static enum pl_rc text(struct pl_out *o, const void *row, struct pl_err *e)
{
	const struct row *r = row;

	(void)e;
	(void)fprintf(pl_out_file(o),
		      "serving %s (chain %" PRIu64 ") at %s, head %" PRIu64
		      " %s, %s\n",
		      r->network, r->chain_id, r->url, r->head, r->level,
		      pl_trust_name(r->trust));
	return PL_OK;
}

static enum pl_rc tell_ready(struct job *j, struct pl_err *e)
{
	const struct pl_viewed *head = pl_serve_head(j->serve);
	const struct row row = {
		.url = pl_ready_url(j->c, j->server),
		.network = j->net.name,
		.chain_id = j->net.chain_id,
		.head = head->header.number,
		.head_hash = head->header.hash,
		.level = pl_level_name(head->level),
		.trust = head->trust,
		.allow_claimed = j->args->allow_claimed,
	};

	return pl_ready(j->c, j->server, &row, "ask, and send transactions", e);
}

static enum pl_rc serve(struct job *j, struct pl_err *e)
{
	const struct pl_server_conf conf = {
		.listen = j->args->listen,
		.cors = j->args->cors,
		.host = j->args->host,
		.workers = (unsigned)j->args->workers,
		.patience_s = PATIENCE_S,
		.tick_ms = (unsigned)j->args->poll * 1000,
		.quick = pl_serve_quick,
		.handle = pl_serve_handle,
		.tick = pl_serve_tick,
		.max_sockets = MAX_SOCKETS,
		.gone = pl_serve_gone,
		.ctx = j->serve,
	};

	PL_TRY(pl_server_open(j->c->arena, &j->server, &conf, e));
	PL_TRY(tell_ready(j, e));
	return pl_server_run(j->server, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct job *j = PL_NEW(c->arena, struct job);
	enum pl_rc rc;

	j->c = c;
	j->args = opaque;
	pl_arena_lean();
	PL_TRY(pl_ctx_network(c, &j->net, e));
	PL_TRY(pl_orbit_usable(&j->net, &j->args->light.orbit, e));
	rc = open_serve(j, e);
	if (!rc)
		rc = serve(j, e);
	pl_server_close(j->server);
	pl_serve_close(j->serve);
	return rc;
}

const struct pl_cmd cmd_light_serve = {
	.path = "light serve",
	.summary = "answer Ethereum's JSON-RPC from proofs, for other programs",
	.about =
		"Wallets, scripts and libraries point at this address as at "
		"any "
		"node's.  What they read follows by proof from a header that "
		"the light client accepted: blocks and receipts whose roots "
		"were rebuilt, accounts and storage under the state root, logs "
		"of which none is missing, fees computed from such blocks, "
		"code run here on such state (eth_call, eth_estimateGas, "
		"eth_createAccessList, with overrides of state and block: the "
		"caller's own premise).  "
		"The node behind it is believed in nothing; where it is slow, "
		"only those wait whose answer is not known yet.\n\n"
		"latest and pending are the newest head the light client "
		"knows, safe and finalized its finalized one.  A transaction "
		"to send is decoded, and its chain and signature are checked, "
		"before it is passed on.  What no proof is known for is an "
		"error that says so, "
		"and on Orbit chains what ArbOS alone can run and what gas "
		"costs in all; with "
		"--allow-claimed it is passed on to the node, and the answer "
		"carries \"plume\":{\"trust\":\"claimed\"} beside its result.  "
		"Every HTTP answer has the weakest label in it as "
		"X-Plume-Trust.\n\n"
		"On the same port it speaks WebSocket (ws://…): there "
		"eth_subscribe tells newHeads, every block in turn, and logs, "
		"of which none is missing.  Where the chain goes on along "
		"another branch, logs of the old one are told once more, as "
		"removed (of the last 64 blocks).\n\n"
		"eth_maxPriorityFeePerGas is the 60th percentile of what the "
		"transactions of the newest three blocks paid above the base "
		"fee; eth_gasPrice adds the head's base fee.\n\n"
		"GET /metrics is for Prometheus, GET /healthz for supervisors "
		"(503 while no newer head is to be had).  Pages in a browser "
		"may ask only where --cors allows their origin, and only under "
		"this machine's addresses, localhost or --host.  Ends with "
		"status 0 on SIGINT and SIGTERM.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
