#include "cmd/index/watch.h"
#include "cmd/index/which.h"

struct args {
	struct pl_which which;
	struct pl_strs kinds;
};

struct row {
	uint64_t chain_id;
	struct pl_addr token;
	uint64_t block, log_index, part;
	int64_t time;
	const char *event;
	const struct pl_addr *from, *to, *by;
	const struct pl_u256 *id, *value, *shares;
	const char *amount0, *amount1;
	const struct pl_u256 *reserve0, *reserve1, *sqrt_price, *liquidity;
	const char *tick, *answer;
	const int64_t *stamp;
	const bool *flag;
	const double *price;
	struct pl_hash32 tx, block_hash;
	enum pl_trust trust;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	PL_WHICH_TOKEN(struct args),
	{ .name = "kind", .letter = 'k', .kind = PL_STR,
	  .off = A(kinds, struct pl_strs), .arg = "KIND", .flags = PL_MANY,
	  .about = "events, or standards whose events, to show; repeat it or "
		   "put commas" },
	PL_WHICH_RANGE(struct args, "events"),
	{ 0 },
};

#define F(m, type) PL_AT(struct row, m, type)
#define U256(n, m, words)                                                      \
	{ .name = n, .kind = PL_U256, .off = F(m, const struct pl_u256 *),     \
	  .about = words, .flags = PL_NULLABLE | PL_WIDE }
#define TEXT(n, m, words)                                                      \
	{ .name = n, .kind = PL_STR, .off = F(m, const char *),                \
	  .about = words, .flags = PL_WIDE }
static const struct pl_field fields[] = {
	{ .name = "chain_id", .kind = PL_UINT, .off = F(chain_id, uint64_t),
	  .about = "EIP-155 chain id", .flags = PL_WIDE },
	{ .name = "token_address", .kind = PL_ADDR,
	  .off = F(token, struct pl_addr), .about = "the contract",
	  .flags = PL_WIDE },
	{ .name = "block_number", .kind = PL_UINT, .off = F(block, uint64_t),
	  .about = "block" },
	{ .name = "log_index", .kind = PL_UINT, .off = F(log_index, uint64_t),
	  .about = "number of the log within its block" },
	{ .name = "part", .kind = PL_UINT, .off = F(part, uint64_t),
	  .about = "number within a batch, from 0", .flags = PL_WIDE },
	{ .name = "block_timestamp", .kind = PL_TIME, .off = F(time, int64_t),
	  .about = "time of the block" },
	{ .name = "event", .kind = PL_STR, .off = F(event, const char *),
	  .about = "kind of event" },
	{ .name = "from_address", .kind = PL_ADDR,
	  .off = F(from, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "holder, sender, or who is concerned" },
	{ .name = "to_address", .kind = PL_ADDR,
	  .off = F(to, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "recipient, spender, controller, or what was added" },
	{ .name = "operator", .kind = PL_ADDR,
	  .off = F(by, const struct pl_addr *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "who did it on their behalf, or the identity" },
	{ .name = "token_id", .kind = PL_U256,
	  .off = F(id, const struct pl_u256 *), .flags = PL_NULLABLE,
	  .about = "token, request, round or country" },
	{ .name = "value", .kind = PL_U256,
	  .off = F(value, const struct pl_u256 *), .flags = PL_NULLABLE,
	  .about = "raw units of the token, or of a vault's asset" },
	U256("shares", shares, "raw units of a vault's shares"),
	TEXT("amount0", amount0, "raw units of token0 that the pool gained"),
	TEXT("amount1", amount1, "raw units of token1 that the pool gained"),
	U256("reserve0", reserve0, "raw units of token0 in the pool"),
	U256("reserve1", reserve1, "raw units of token1 in the pool"),
	U256("sqrt_price_x96", sqrt_price,
	     "square root of raw token1 for raw token0, times 2^96"),
	U256("liquidity", liquidity, "of the pool at this price"),
	TEXT("tick", tick, "of the pool, after the swap"),
	TEXT("answer", answer, "raw, as the feed or its own event gave it"),
	{ .name = "updated_at", .kind = PL_TIME,
	  .off = F(stamp, const int64_t *), .flags = PL_NULLABLE | PL_WIDE,
	  .about = "time that the contract gives it" },
	{ .name = "flag", .kind = PL_FLAG, .off = F(flag, const bool *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "true: frozen or approved; false: no longer" },
	{ .name = "price", .kind = PL_DOUBLE, .off = F(price, const double *),
	  .flags = PL_NULLABLE,
	  .about = "that it stands for, in whole units; of a pool token1 for "
		   "one token0, of a vault assets for one share" },
	{ .name = "transaction_hash", .kind = PL_HASH32,
	  .off = F(tx, struct pl_hash32), .about = "transaction",
	  .flags = PL_WIDE },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = F(block_hash, struct pl_hash32),
	  .about = "hash of the block", .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = F(trust, enum pl_trust),
	  .about = "how far the row can be believed" },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "all events of a token: none, where only a file was read",
	  .line = "plume index events --token " PL_EXAMPLE_TOKEN " -o csv",
	  .setup = PL_EXAMPLE_IMPORT },
	{ 0 },
};
/* clang-format on */

struct export
{
	struct pl_ctx *c;
	struct pl_watched x;
	bool priced;              /* the units are known */
	struct pl_arena *scratch; /* of one row */
};

static const char *signed_text(struct pl_arena *a, const struct pl_event *ev,
			       enum pl_event_col col)
{
	const struct pl_u256 *v = pl_event_num(ev, col);

	return v ? pl_event_signed_text(a, v) : NULL;
}

static enum pl_rc each(void *ctx, const struct pl_event_row *r,
		       struct pl_err *e)
{
	const struct export *x = ctx;
	const struct pl_event *ev = &r->ev;
	struct pl_arena *a = x->scratch;
	const struct pl_u256 *flag = pl_event_num(ev, PL_EC_FLAG);
	const struct pl_u256 *stamp = pl_event_num(ev, PL_EC_STAMP);
	bool yes = flag && !pl_u256_is_zero(flag);
	int64_t at = stamp ? (int64_t)stamp->w[0] : 0;
	double price;
	const struct row row = {
		.chain_id = x->x.token.token.chain,
		.token = x->x.token.token.address,
		.block = r->block,
		.log_index = r->log_index,
		.part = ev->part,
		.time = r->time,
		.event = pl_event_kind_name(ev->kind),
		.from = pl_event_addr(ev, PL_EC_FROM),
		.to = pl_event_addr(ev, PL_EC_TO),
		.by = pl_event_addr(ev, PL_EC_BY),
		.id = pl_event_num(ev, PL_EC_ID),
		.value = pl_event_num(ev, PL_EC_VALUE),
		.shares = pl_event_num(ev, PL_EC_SHARES),
		.amount0 = signed_text(a, ev, PL_EC_AMOUNT0),
		.amount1 = signed_text(a, ev, PL_EC_AMOUNT1),
		.reserve0 = pl_event_num(ev, PL_EC_RESERVE0),
		.reserve1 = pl_event_num(ev, PL_EC_RESERVE1),
		.sqrt_price = pl_event_num(ev, PL_EC_SQRT_PRICE),
		.liquidity = pl_event_num(ev, PL_EC_LIQUIDITY),
		.tick = signed_text(a, ev, PL_EC_TICK),
		.answer = signed_text(a, ev, PL_EC_ANSWER),
		.stamp = stamp ? &at : NULL,
		.flag = flag ? &yes : NULL,
		.price = x->priced && pl_event_price(&price, ev, &x->x.w.units)
				 ? &price
				 : NULL,
		.tx = r->tx,
		.block_hash = r->block_hash,
		.trust = r->trust,
	};
	enum pl_rc rc = pl_out_row(x->c->out, &row, e);

	pl_arena_reset(a);
	return rc;
}

static enum pl_rc export(struct pl_ctx *c, struct pl_index *ix,
			 const struct args *a, struct pl_err *e)
{
	struct export x = { .c = c };
	enum pl_rc rc;
	struct pl_event_query q = {
		PL_WHICH_QUERY(&a->which),
	};

	PL_TRY(pl_kinds_of(&q.kinds, &a->kinds, e));
	PL_TRY(pl_watched_one(c, ix, &x.x, &a->which.token, e));
	x.priced = x.x.followed && x.x.w.units_known;
	q.token = x.x.token.id;
	x.scratch = pl_arena_open(0);
	rc = pl_index_event_each(ix, &q, each, &x, e);
	pl_arena_close(x.scratch);
	return rc;
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

const struct pl_cmd cmd_index_events = {
	.path = "index events",
	.summary = "write a contract's events beside ERC-20 transfers",
	.about =
		"In the order of the chain.  Which columns a row has follows "
		"from its kind (`plume help index add` names the kinds); the "
		"others are empty.  -o jsonl and -o csv write row by row, "
		"however many there are.  Amounts are in raw units, prices in "
		"whole ones.\n\n"
		"A price is missing where decimals are not known, where a swap "
		"did not move both sides, and where an answer is below zero: "
		"it is never guessed.  A series of prices for the models: "
		"`plume index events -t POOL --kind swap-v3 -o csv | plume "
		"analyze trend --csv - --time block_timestamp --value price "
		"--missing skip`.  ERC-20 transfers are what `plume index "
		"export` writes.",
	.needs = PL_NEEDS_STORE | PL_NEEDS_NETWORK,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.run = run,
};
