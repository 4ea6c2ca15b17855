#include <inttypes.h>
#include <signal.h>

#include "base/stop.h"
#include "base/time.h"
#include "cmd/index/watch.h"
#include "cmd/light/level.h"
#include "cmd/light/node.h"
#include "out/progress.h"
#include "sync/pull_events.h"

#define MOST_NODES 16

struct args {
	const struct pl_addr *token;
	const uint64_t *from, *to;
	uint64_t chunk, confirmations, parallel, poll;
	struct pl_strs also;
	bool proven, follow;
	const int *level;
};

struct row {
	uint64_t chain_id;
	struct pl_addr token;
	const char *symbol;
	const uint64_t *decimals;
	const char *source;
	const uint64_t *from_block, *to_block;
	uint64_t head;
	uint64_t rows, added, completed, duplicates, zero_value, removed;
	const uint64_t *events, *events_added, *malformed;
	enum pl_trust trust;
	const uint64_t *first_block, *last_block;
	bool dry_run;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = A(token, const struct pl_addr *), .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book; "
		   "else all that `index add` follows",
	  .flags = PL_GIVEN | PL_TOKEN_REF },
	{ .name = "from-block", .kind = PL_UINT,
	  .off = A(from, const uint64_t *), .arg = "N", .max = INT64_MAX,
	  .about = "first block; else where the index stands, or 0",
	  .flags = PL_GIVEN },
	{ .name = "to-block", .kind = PL_UINT, .off = A(to, const uint64_t *),
	  .arg = "N", .max = INT64_MAX,
	  .about = "last block; else the node's head", .flags = PL_GIVEN },
	{ .name = "chunk", .kind = PL_UINT, .off = A(chunk, uint64_t),
	  .arg = "N", .min = 1, .max = 1000000, .def = "2000",
	  .about = "blocks to ask for at first; halved and doubled as the node "
		   "bears it" },
	{ .name = "parallel", .kind = PL_UINT, .off = A(parallel, uint64_t),
	  .arg = "N", .min = 1, .max = 16, .def = "4",
	  .about = "ranges asked for at once; fewer while a node says that it "
		   "is busy" },
	{ .name = "also", .kind = PL_STR, .off = A(also, struct pl_strs),
	  .arg = "URL", .flags = PL_MANY,
	  .about = "one more node of the chain, to share the ranges and to "
		   "take over those that another fails to give" },
	{ .name = "confirmations", .kind = PL_UINT,
	  .off = A(confirmations, uint64_t), .arg = "N", .max = 1000000,
	  .def = "0", .about = "stay so many blocks behind the head" },
	{ .name = "follow", .letter = 'f', .kind = PL_FLAG,
	  .off = A(follow, bool),
	  .about = "go on as blocks arrive, until it is interrupted" },
	{ .name = "poll", .kind = PL_UINT, .off = A(poll, uint64_t),
	  .arg = "SECONDS", .min = 1, .max = 86400, .def = "2",
	  .about = "with --follow, how long to wait between looks" },
	{ .name = "proven", .kind = PL_FLAG, .off = A(proven, bool),
	  .about = "believe no node: read what the light client proves" },
	{ .name = "level", .kind = PL_ENUM, .off = A(level, const int *),
	  .arg = "LEVEL", .words = pl_level_words, .flags = PL_GIVEN,
	  .about = "with --proven, of an Orbit chain's blocks: how firm they "
		   "must stand at least; confirmed without it" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = F(token, struct pl_addr),
	  .about = "address of the token" },
	{ .name = "symbol", .kind = PL_STR, .off = F(symbol, const char *),
	  .about = "as the token says" },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = F(decimals, const uint64_t *), .about = "as the token says",
	  .flags = PL_NULLABLE },
	{ .name = "source", .kind = PL_STR, .off = F(source, const char *),
	  .about = "host and port of the node" },
	{ .name = "from_block", .kind = PL_UINT,
	  .off = F(from_block, const uint64_t *),
	  .about = "first block read in this run", .flags = PL_NULLABLE },
	{ .name = "to_block", .kind = PL_UINT,
	  .off = F(to_block, const uint64_t *),
	  .about = "last block read in this run", .flags = PL_NULLABLE },
	{ .name = "head", .kind = PL_UINT, .off = F(head, uint64_t),
	  .about = "the node's newest block" },
	{ .name = "rows", .kind = PL_UINT, .off = F(rows, uint64_t),
	  .about = "transfers read: added, completed and duplicates" },
	{ .name = "added", .kind = PL_UINT, .off = F(added, uint64_t),
	  .about = "new in the index" },
	{ .name = "completed", .kind = PL_UINT, .off = F(completed, uint64_t),
	  .about = "known already; a log index, block, time, hash or stronger "
		   "label came in" },
	{ .name = "duplicates", .kind = PL_UINT, .off = F(duplicates, uint64_t),
	  .about = "known already, nothing new" },
	{ .name = "zero_value", .kind = PL_UINT, .off = F(zero_value, uint64_t),
	  .about = "rows of value 0" },
	{ .name = "removed", .kind = PL_UINT, .off = F(removed, uint64_t),
	  .about = "rows forgotten because their blocks are no longer the "
		   "chain's" },
	{ .name = "events", .kind = PL_UINT, .off = F(events, const uint64_t *),
	  .about = "other events read; none where the contract is not followed",
	  .flags = PL_NULLABLE },
	{ .name = "events_added", .kind = PL_UINT,
	  .off = F(events_added, const uint64_t *),
	  .about = "of which were new in the index", .flags = PL_NULLABLE },
	{ .name = "events_malformed", .kind = PL_UINT,
	  .off = F(malformed, const uint64_t *),
	  .about = "logs of such events that are not what their standard "
		   "writes, left out",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "how far the rows can be believed" },
	{ .name = "first_block", .kind = PL_UINT,
	  .off = F(first_block, const uint64_t *),
	  .about = "blocks the index has of this node, without a gap: the "
		   "first",
	  .flags = PL_NULLABLE },
	{ .name = "last_block", .kind = PL_UINT,
	  .off = F(last_block, const uint64_t *), .about = "and the last",
	  .flags = PL_NULLABLE },
	{ .name = "dry_run", .kind = PL_FLAG, .off = F(dry_run, bool),
	  .about = "true: nothing was read or kept", .flags = PL_WIDE },
	{ 0 },
};

/* Of many tokens, as text. */
static const struct pl_field brief[] = {
	{ .name = "token", .kind = PL_ADDR, .off = F(token, struct pl_addr) },
	{ .name = "symbol", .kind = PL_STR, .off = F(symbol, const char *) },
	{ .name = "last_block", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = F(last_block, const uint64_t *) },
	{ .name = "rows", .kind = PL_UINT, .off = F(rows, uint64_t) },
	{ .name = "added", .kind = PL_UINT, .off = F(added, uint64_t) },
	{ .name = "events", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = F(events, const uint64_t *) },
	{ .name = "events_added", .kind = PL_UINT, .flags = PL_NULLABLE,
	  .off = F(events_added, const uint64_t *) },
	{ .name = "removed", .kind = PL_UINT, .off = F(removed, uint64_t) },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust) },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "nobody there to ask: exit status 3",
	  .line = "plume index sync --network devnet --rpc http://127.0.0.1:1 "
		  "--token " PL_EXAMPLE_TOKEN,
	  .status = 3 },
	{ 0 },
};
/* clang-format on */

struct meter {
	struct pl_ctx *c;
	struct pl_progress *p;
};

static void on_blocks(void *ctx, uint64_t done, uint64_t total)
{
	struct meter *m = ctx;

	pl_progress_total(m->p, total);
	pl_progress_at(m->p, done);
}

/* What a pass over one contract did. */
struct done {
	struct pl_pull how;
	struct pl_pull_result r;         /* of its transfers */
	struct pl_pull_events_result ev; /* of its other events */
	bool transfers, events;
};

static enum pl_rc put_row(struct pl_ctx *c, const struct done *d,
			  struct pl_err *e)
{
	const struct pl_pull *how = &d->how;
	const struct pl_pull_result *r = &d->r;
	uint64_t decimals = r->decimals;
	const struct row row = {
		.chain_id = how->chain,
		.token = how->token,
		.symbol = r->symbol,
		.decimals = r->decimals_known ? &decimals : NULL,
		.source = r->source,
		.from_block = r->any ? &r->first_block : NULL,
		.to_block = r->any ? &r->to_block : NULL,
		.head = r->head,
		.rows = r->rows,
		.added = r->added,
		.completed = r->enriched + d->ev.enriched,
		.duplicates = r->duplicates,
		.zero_value = r->zero_value,
		.removed = r->removed + d->ev.removed,
		.events = d->events ? &d->ev.rows : NULL,
		.events_added = d->events ? &d->ev.added : NULL,
		.malformed = d->events ? &d->ev.malformed : NULL,
		.trust = how->trust,
		.first_block = r->cursor_known ? &r->have_from : NULL,
		.last_block = r->cursor_known ? &r->have_to : NULL,
		.dry_run = how->dry_run,
	};

	if (r->removed)
		pl_say(c,
		       "the chain was reorganised: %" PRIu64
		       " transfers were forgotten and read again",
		       r->removed);
	if (d->ev.reorganised)
		pl_say(c,
		       "the chain was reorganised: %" PRIu64
		       " events were forgotten and read again",
		       d->ev.removed);
	if (d->ev.malformed)
		pl_say(c,
		       "%" PRIu64 " logs are not what their standard writes; "
		       "they have no rows",
		       d->ev.malformed);
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc open_also(struct pl_ctx *c, struct pl_pull *how,
			    const struct args *a, struct pl_err *e)
{
	struct pl_rpc **v = PL_NEW_N(c->arena, struct pl_rpc *, a->also.n);

	if (a->proven && a->also.n)
		return pl_fail(e, PL_EUSAGE,
			       "--also is for nodes, --proven believes none");
	if (a->also.n >= MOST_NODES)
		return pl_fail(e, PL_EUSAGE, "more than %d nodes", MOST_NODES);
	for (size_t i = 0; i < a->also.n; i++)
		PL_TRY(pl_ctx_rpc_also(c, &v[i], a->also.v[i], e));
	how->also = v;
	how->n_also = a->also.n;
	return PL_OK;
}

/* The node, or the light client in its place; how->trust is its word's. */
static enum pl_rc open_node(struct pl_ctx *c, struct pl_rpc **rpc,
			    struct pl_pull *how, const struct args *a,
			    struct pl_err *e)
{
	const struct pl_light_args light = { .orbit = { .level = a->level } };
	struct pl_light_node *n;

	how->trust = PL_CLAIMED;
	if (!a->proven && a->level)
		return pl_fail(e, PL_EUSAGE, "--level is for --proven");
	if (!a->proven)
		return pl_ctx_rpc(c, rpc, e);
	PL_TRY(pl_light_node(c, &n, &light, e));
	PL_TRY(pl_require(c, n->trust, e));
	how->trust = n->trust;
	how->source = "light client";
	*rpc = n->rpc;
	return PL_OK;
}

/* Where a contract has no transfers to read, its events speak for it. */
static void from_events(struct done *d, const struct pl_watched *x)
{
	d->r = (struct pl_pull_result){
		.source = d->ev.source,
		.symbol = x->token.symbol,
		.decimals_known = x->token.decimals_known,
		.decimals = x->token.decimals,
		.head = d->ev.head,
		.any = d->ev.any,
		.first_block = d->ev.first_block,
		.to_block = d->ev.to_block,
		.cursor_known = d->ev.cursor_known,
		.have_from = d->ev.have_from,
		.have_to = d->ev.have_to,
	};
}

static enum pl_rc sync_one(struct pl_ctx *c, struct pl_index *ix,
			   struct done *d, struct pl_rpc *rpc,
			   const struct pl_watched *x, struct pl_err *e)
{
	const uint64_t transfer = pl_event_bit(PL_EV_TRANSFER);
	struct meter m = { c, NULL };
	enum pl_rc rc = PL_OK;

	d->transfers = !x->followed || (x->w.kinds & transfer);
	d->events = x->followed && pl_watch_events(&x->w);
	d->how.token = x->token.token.address;
	if (x->followed && !d->how.from_set) {
		d->how.from_set = true;
		d->how.from = x->w.from;
	}
	m.p = pl_ctx_progress(c, "blocks", 0);
	d->how.ctx = &m;
	if (d->transfers)
		rc = pl_pull(c->arena, ix, &d->r, rpc, &d->how, e);
	if (!rc && d->events)
		rc = pl_pull_events(c->arena, ix, &d->ev, rpc, &d->how, &x->w,
				    e);
	pl_progress_end(m.p);
	if (!rc && !d->transfers)
		from_events(d, x);
	return rc;
}

struct job {
	const struct args *a;
	struct pl_pull how;
	struct pl_index *ix;
	struct pl_watched *v;
	size_t n;
	uint64_t passes;
};

/* With --follow, a look that found nothing goes without a word. */
static bool worth_telling(const struct job *j, const struct done *d)
{
	return !j->passes || d->r.rows || d->r.removed || d->ev.rows ||
	       d->ev.removed;
}

/* Once over all of them, by a connection of its own. */
static enum pl_rc pass(struct pl_ctx *c, struct job *j, struct pl_err *e)
{
	struct pl_pull how = j->how;
	struct pl_rpc *rpc;

	PL_TRY(open_node(c, &rpc, &how, j->a, e));
	PL_TRY(open_also(c, &how, j->a, e));
	for (size_t i = 0; i < j->n && !pl_stop_asked(); i++) {
		struct done d = { .how = how };

		if (sync_one(c, j->ix, &d, rpc, &j->v[i], e))
			return j->n > 1 ? pl_note(e, "token %s",
						  pl_hex(c->arena,
							 pl_addr_span(
								 &d.how.token)))
					: e->rc;
		if (worth_telling(j, &d))
			PL_TRY(put_row(c, &d, e));
	}
	return PL_OK;
}

static void on_signal(int sig)
{
	(void)sig;
	pl_stop_ask();
}

/* A node that fails for a while is no end. */
static enum pl_rc follow(struct pl_ctx *c, struct job *j, struct pl_err *e)
{
	struct sigaction act = { .sa_handler = on_signal };

	(void)sigaction(SIGINT, &act, NULL);
	(void)sigaction(SIGTERM, &act, NULL);
	while (!pl_stop_asked()) {
		struct pl_ctx sub = *c;
		enum pl_rc rc;

		sub.arena = pl_arena_open(0);
		sub.transport = NULL;
		sub.signer = NULL;
		sub.n_more = 0;
		rc = pass(&sub, j, e);
		pl_ctx_close(&sub);
		if (rc && !pl_stop_asked() && (rc != PL_ENET || !j->passes)) {
			pl_arena_close(sub.arena);
			return rc;
		}
		if (rc && !pl_stop_asked())
			pl_say(c, "%s; trying again", e->msg);
		pl_arena_close(sub.arena);
		j->passes++;
		if (fflush(pl_out_file(c->out)))
			return pl_fail(e, PL_EIO,
				       "cannot write to standard output");
		for (uint64_t s = 0; s < j->a->poll && !pl_stop_asked(); s++)
			pl_stop_pause(1000);
	}
	return PL_OK;
}

/* One that is named need not be in the index yet. */
static enum pl_rc which(struct pl_ctx *c, struct job *j, struct pl_err *e)
{
	struct pl_watched *x;

	if (!j->a->token) {
		PL_TRY(pl_watched_all(c, j->ix, &j->v, &j->n, e));
		if (j->n)
			return PL_OK;
		(void)pl_fail(e, PL_ENOTFOUND,
			      "the index follows no contract of this chain");
		return pl_hint(e, "`plume index add TOKEN` begins, or name one "
				  "with --token");
	}
	x = PL_NEW(c->arena, struct pl_watched);
	if (pl_watched_one(c, j->ix, x, j->a->token, e)) {
		if (e->rc != PL_ENOTFOUND)
			return e->rc;
		*x = (struct pl_watched){ .token.token.address = *j->a->token };
	}
	j->v = x;
	j->n = 1;
	return PL_OK;
}

static enum pl_rc go(struct pl_ctx *c, struct job *j, struct pl_err *e)
{
	PL_TRY(which(c, j, e));
	if (!j->a->token || j->a->follow)
		pl_out_as_list(c, brief);
	return j->a->follow ? follow(c, j, e) : pass(c, j, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct job j = {
		.a = a,
		.how = {
			.from_set = a->from,
			.from = a->from ? *a->from : 0,
			.to_set = a->to,
			.to = a->to ? *a->to : 0,
			.chunk = a->chunk,
			.parallel = (unsigned)a->parallel,
			.confirmations = a->confirmations,
			.dry_run = c->g->dry_run,
			.now = pl_time_now(),
			.on_blocks = on_blocks,
		},
	};
	struct pl_network net;
	const char *path;
	bool was_there;
	enum pl_rc rc;

	if (!a->proven)
		PL_TRY(pl_require(c, PL_CLAIMED, e));
	if (a->follow && (a->to || c->g->dry_run))
		return pl_fail(e, PL_EUSAGE, "--follow has no end: not with %s",
			       a->to ? "--to-block" : "--dry-run");
	if (!a->token && a->from)
		return pl_fail(e, PL_EUSAGE,
			       "--from-block is for one token: name it with "
			       "--token");
	PL_TRY(pl_ctx_network(c, &net, e));
	j.how.chain = net.chain_id;
	if (net.rpc && !strncmp(net.rpc, "replay:", 7))
		j.how.source = "replay"; /* a recording has no host */
	PL_TRY(pl_ctx_store_path(c, &path, e));
	was_there = pl_file_exists(path);
	PL_TRY(pl_open_index(c, &j.ix, PL_INDEX_CREATE, e));
	rc = go(c, &j, e);
	pl_close_index(c, j.ix, was_there);
	return rc;
}

const struct pl_cmd cmd_index_sync = {
	.path = "index sync",
	.summary = "read transfers and other events from a node into the index",
	.about =
		"Asks the node with eth_getLogs, range by range, for the "
		"token's Transfer events, and for the blocks they stand in, "
		"whose hashes must be those the logs name.  Each range is "
		"committed together with the place reached, so the same "
		"command goes on wherever it was stopped, and run again it "
		"reads only what is new.\n\n"
		"Without --token every contract that `plume index add` follows "
		"is read in turn, and the result is a list; --token names one, "
		"followed or not.  Of a contract that is followed its other "
		"events are read as well (`plume index events` shows them), "
		"from a place of their own.  A log whose topics or data are "
		"not what its standard writes has no row and is counted.\n\n"
		"With --follow it looks for new blocks every --poll seconds "
		"and tells what each look brought; -o jsonl writes it line by "
		"line.  A node that fails is asked again at the next look.  "
		"SIGINT and SIGTERM end it with status 0, between two steps "
		"that are kept whole.\n\n"
		"Before going on, the last block read is compared with the "
		"chain: if it was replaced, the transfers of the blocks that "
		"are gone are forgotten and read again.  That is why "
		"--confirmations is 0 by default; set it to read nothing that "
		"a short reorganisation may still take back.\n\n"
		"Several ranges of transfers are under way at once and are "
		"kept in their order.  A range that a node finds too much is "
		"halved; a node that is busy is left alone for as long as it "
		"asks, and asked for less at once.  With --also several nodes "
		"share the work; the index then names them all as the source, "
		"in the order given.\n\n"
		"Rows are labelled `claimed`: the node said so.  Logs that "
		"were not asked for end the run.\n\n"
		"With --proven the light client stands in the node's place "
		"(`plume light init`): every block comes with its header, "
		"and its receipts were rebuilt where its bloom does not rule "
		"the token out, so that no transfer is missing.  Rows are "
		"then labelled `proven`, or as --level says of an Orbit "
		"chain.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NET | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
