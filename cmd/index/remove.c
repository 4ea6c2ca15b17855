#include "cmd/index/watch.h"

struct args {
	struct pl_addr token;
	bool keep;
};

struct row {
	uint64_t chain_id;
	struct pl_addr token;
	bool followed;
	uint64_t rows;
	bool dry_run;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "token", .kind = PL_ADDR, .off = A(token, struct pl_addr),
	  .arg = "TOKEN",
	  .about = "address, id of the asset, or name of the address book",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_TOKEN_REF },
	{ .name = "keep-rows", .kind = PL_FLAG, .off = A(keep, bool),
	  .about = "follow it no longer, but keep what the index has" },
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id" },
	{ .name = "token", .kind = PL_ADDR, .off = F(token, struct pl_addr),
	  .about = "address of the contract" },
	{ .name = "followed", .kind = PL_FLAG, .off = F(followed, bool),
	  .about = "whether `index sync` would have gone on with it" },
	{ .name = "rows", .kind = PL_UINT, .off = F(rows, uint64_t),
	  .about = "transfers and events that went from the index" },
	{ .name = "dry_run", .kind = PL_FLAG, .off = F(dry_run, bool),
	  .about = "true: they would go, and are still there",
	  .flags = PL_WIDE },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "what would go",
	  .line = "plume index remove --dry-run " PL_EXAMPLE_TOKEN,
	  .setup = PL_EXAMPLE_IMPORT },
	{ .about = "forget a token with all its rows",
	  .line = "plume index remove " PL_EXAMPLE_TOKEN,
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

static enum pl_rc forget(struct pl_ctx *c, struct pl_index *ix,
			 const struct args *a, struct pl_err *e)
{
	struct row row = { .token = a->token, .dry_run = c->g->dry_run };
	struct pl_watched x;

	PL_TRY(pl_watched_one(c, ix, &x, &a->token, e));
	PL_TRY(pl_index_begin(ix, e));
	PL_TRY(pl_index_forget(ix, &row.rows, x.token.id, !a->keep, e));
	if (c->g->dry_run)
		pl_index_rollback(ix);
	else
		PL_TRY(pl_index_commit(ix, e));
	row.chain_id = x.token.token.chain;
	row.followed = x.followed;
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_open_index(c, &ix, 0, e));
	rc = forget(c, ix, opaque, e);
	pl_index_close(ix);
	return rc;
}

const struct pl_cmd cmd_index_remove = {
	.path = "index remove",
	.summary = "forget a contract and what the index has of it",
	.about = "Its transfers, events and places reached go in one step.  "
		 "What files gave goes too: import them again if it was a "
		 "mistake.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK | PL_CAN_DRY_RUN,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
