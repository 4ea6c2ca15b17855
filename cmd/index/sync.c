#include "cmd/index/open.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/time.h"
#include "cmd/light/level.h"
#include "cmd/light/node.h"
#include "out/progress.h"
#include "sync/pull.h"

struct args {
	struct pl_addr token;
	const uint64_t *from, *to;
	uint64_t chunk, confirmations;
	bool proven;
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
	enum pl_trust trust;
	const uint64_t *first_block, *last_block;
	bool dry_run;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "token", .letter = 't', .kind = PL_ADDR,
	  .off = A(token, struct pl_addr), .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book",
	  .flags = PL_REQUIRED | PL_TOKEN_REF },
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
	{ .name = "confirmations", .kind = PL_UINT,
	  .off = A(confirmations, uint64_t), .arg = "N", .max = 1000000,
	  .def = "0", .about = "stay so many blocks behind the head" },
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

static enum pl_rc put_row(struct pl_ctx *c, const struct pl_pull *how,
			  const struct pl_pull_result *r, struct pl_err *e)
{
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
		.completed = r->enriched,
		.duplicates = r->duplicates,
		.zero_value = r->zero_value,
		.removed = r->removed,
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
	return pl_out_row(c->out, &row, e);
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

static enum pl_rc pull(struct pl_ctx *c, struct pl_index *ix,
		       const struct pl_pull *wanted, const struct args *a,
		       struct pl_err *e)
{
	struct pl_pull how = *wanted;
	struct meter m = { c, NULL };
	struct pl_pull_result r;
	struct pl_rpc *rpc;
	enum pl_rc rc;

	PL_TRY(open_node(c, &rpc, &how, a, e));
	m.p = pl_ctx_progress(c, "blocks", 0);
	how.ctx = &m;
	rc = pl_pull(c->arena, ix, &r, rpc, &how, e);
	pl_progress_end(m.p);
	if (rc)
		return rc;
	return put_row(c, &how, &r, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_pull how = {
		.token = a->token,
		.from_set = a->from,
		.from = a->from ? *a->from : 0,
		.to_set = a->to,
		.to = a->to ? *a->to : 0,
		.chunk = a->chunk,
		.confirmations = a->confirmations,
		.dry_run = c->g->dry_run,
		.now = pl_time_now(),
		.on_blocks = on_blocks,
	};
	struct pl_network net;
	struct pl_index *ix;
	const char *path;
	bool was_there;
	enum pl_rc rc;

	if (!a->proven)
		PL_TRY(pl_require(c, PL_CLAIMED, e));
	PL_TRY(pl_ctx_network(c, &net, e));
	how.chain = net.chain_id;
	if (net.rpc && !strncmp(net.rpc, "replay:", 7))
		how.source = "replay"; /* a recording has no host */
	PL_TRY(pl_ctx_store_path(c, &path, e));
	was_there = pl_file_exists(path);
	PL_TRY(pl_open_index(c, &ix, PL_INDEX_CREATE, e));
	rc = pull(c, ix, &how, a, e);
	pl_close_index(c, ix, was_there);
	return rc;
}

const struct pl_cmd cmd_index_sync = {
	.path = "index sync",
	.summary = "read a token's transfers from a node into the index",
	.about = "Asks the node with eth_getLogs, range by range, for the "
		 "token's Transfer events, and for the blocks they stand in, "
		 "whose hashes must be those the logs name.  Each range is "
		 "committed together with the place reached, so the same "
		 "command goes on wherever it was stopped, and run again it "
		 "reads only what is new.\n\n"
		 "Before going on, the last block read is compared with the "
		 "chain: if it was replaced, the transfers of the blocks that "
		 "are gone are forgotten and read again.  That is why "
		 "--confirmations is 0 by default; set it to read nothing that "
		 "a short reorganisation may still take back.\n\n"
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
