#include "cmd/index/which.h"

struct args {
	struct pl_which which;
};

/* The names are ethereum-etl's, so that its readers, and `plume index import`,
 * take the rows as they are. */
struct row {
	uint64_t chain_id;
	struct pl_addr token;
	struct pl_addr from, to;
	struct pl_u256 value;
	struct pl_hash32 tx;
	const uint64_t *log_index, *block;
	const struct pl_hash32 *block_hash;
	const int64_t *time;
	const uint64_t *decimals;
	const char *symbol;
	enum pl_trust trust;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	PL_WHICH_TOKEN(struct args),
	PL_WHICH_RANGE(struct args, "transfers"),
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id", .flags = PL_WIDE },
	{ .name = "token_address", .kind = PL_ADDR,
	  .off = F(token, struct pl_addr), .about = "the token",
	  .flags = PL_WIDE },
	{ .name = "block_number", .kind = PL_UINT,
	  .off = F(block, const uint64_t *), .about = "block",
	  .flags = PL_NULLABLE },
	{ .name = "log_index", .kind = PL_UINT,
	  .off = F(log_index, const uint64_t *),
	  .about = "number of the log within its block",
	  .flags = PL_NULLABLE },
	{ .name = "block_timestamp", .kind = PL_TIME,
	  .off = F(time, const int64_t *), .about = "time of the block",
	  .flags = PL_NULLABLE },
	{ .name = "from_address", .kind = PL_ADDR,
	  .off = F(from, struct pl_addr), .about = "sender" },
	{ .name = "to_address", .kind = PL_ADDR, .off = F(to, struct pl_addr),
	  .about = "recipient" },
	{ .name = "value", .kind = PL_U256, .off = F(value, struct pl_u256),
	  .about = "raw units" },
	{ .name = "transaction_hash", .kind = PL_HASH32,
	  .off = F(tx, struct pl_hash32), .about = "transaction",
	  .flags = PL_WIDE },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = F(block_hash, const struct pl_hash32 *),
	  .about = "hash of the block", .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "symbol", .kind = PL_STR, .off = F(symbol, const char *),
	  .about = "of the token, as its source gave it", .flags = PL_WIDE },
	{ .name = "decimals", .kind = PL_UINT,
	  .off = F(decimals, const uint64_t *),
	  .about = "of the token", .flags = PL_NULLABLE | PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "how far the row can be believed" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "a token's transfers as a spreadsheet",
	  .line = "plume index export --token " PL_EXAMPLE_TOKEN " -o csv",
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

struct export
{
	struct pl_ctx *c;
	struct pl_index_token token;
	uint64_t decimals;
};

static enum pl_rc each(void *ctx, const struct pl_transfer *t, struct pl_err *e)
{
	const struct export *x = ctx;
	const struct row row = {
		.chain_id = x->token.token.chain,
		.token = x->token.token.address,
		.from = t->from,
		.to = t->to,
		.value = t->value,
		.tx = t->tx,
		.log_index = t->has & PL_TR_LOG ? &t->log_index : NULL,
		.block = t->has & PL_TR_BLOCK ? &t->block : NULL,
		.block_hash = t->has & PL_TR_HASH ? &t->block_hash : NULL,
		.time = t->has & PL_TR_TIME ? &t->time : NULL,
		.decimals = x->token.decimals_known ? &x->decimals : NULL,
		.symbol = x->token.symbol,
		.trust = t->trust,
	};

	return pl_out_row(x->c->out, &row, e);
}

static enum pl_rc export(struct pl_ctx *c, struct pl_index *ix,
			 const struct args *a, struct pl_err *e)
{
	struct export x = { .c = c };
	struct pl_index_query q = {
		PL_WHICH_QUERY(&a->which),
	};

	PL_TRY(pl_open_token(c, ix, &x.token, &a->which.token, e));
	x.decimals = x.token.decimals;
	q.token = x.token.id;
	return pl_index_each(ix, &q, each, &x, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	struct pl_index *ix;
	enum pl_rc rc;

	PL_TRY(pl_open_index(c, &ix, PL_INDEX_READONLY, e));
	rc = export(c, ix, opaque, e);
	pl_index_close(ix);
	return rc;
}

const struct pl_cmd cmd_index_export = {
	.path = "index export",
	.summary = "write a token's transfers",
	.about = "In the order of the chain: by block, time, log index, "
		 "transaction, sender, recipient and value, whatever order "
		 "they came in.  -o jsonl and -o csv write row by row, however "
		 "many there are; both can be imported again.  Values are in "
		 "raw units.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
