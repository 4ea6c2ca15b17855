/* How much somebody holds. */
#include "cmd/token/token.h"

struct args {
	const char *token;
	const struct pl_addr *holder;
	struct pl_signer_args signer;
};

struct row {
	const char *network;
	uint64_t chain_id;
	struct pl_addr token, holder;
	const char *symbol;
	struct pl_amount balance;
	uint64_t block;
	struct pl_hash32 block_hash;
	int64_t time;
	enum pl_trust trust;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	PL_TOKEN_OPT(struct args, token),
	{ .name = "holder", .kind = PL_ADDR,
	  .off = A(holder, const struct pl_addr *), .arg = "HOLDER",
	  .flags = PL_POSITIONAL | PL_GIVEN,
	  .about = "whose balance; one's own account's when left out" },
	{ .name = "account", .kind = PL_STR,
	  .off = A(signer.account, const char *), .arg = "NAME",
	  .complete = "account",
	  .about = "which account is one's own" },
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "holder", .kind = PL_ADDR, .off = R(holder, struct pl_addr),
	  .about = "whose balance it is" },
	{ .name = "balance", .kind = PL_AMOUNT,
	  .off = R(balance, struct pl_amount),
	  .about = "how much, in the token's units" },
	{ .name = "symbol", .kind = PL_STR, .off = R(symbol, const char *),
	  .about = "the token's unit" },
	{ .name = "token", .kind = PL_ADDR, .off = R(token, struct pl_addr),
	  .about = "the token's contract" },
	{ .name = "network", .kind = PL_STR, .off = R(network, const char *),
	  .about = "name of the chain" },
	{ .name = "chain_id", .kind = PL_UINT, .off = R(chain_id, uint64_t),
	  .about = "number of the chain", .flags = PL_WIDE },
	{ .name = "block", .kind = PL_UINT, .off = R(block, uint64_t),
	  .about = "the block it was read at" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = R(block_hash, struct pl_hash32),
	  .about = "hash of that block", .flags = PL_WIDE },
	{ .name = "time", .kind = PL_TIME, .off = R(time, int64_t),
	  .about = "that block's time", .flags = PL_WIDE },
	{ .name = "trust", .kind = PL_TRUST, .off = R(trust, enum pl_trust),
	  .about = "claimed: the node says so" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "one's own balance",
	  .line = "plume token balance villa-7 --account issuer",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ .about = "somebody's, for a script",
	  .line = "plume token balance villa-7 "
		  "0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --json",
	  .setup = "token_example",
	  .needs = "anvil" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_token t;
	struct row r = { .trust = PL_CLAIMED };

	if (a->holder)
		r.holder = *a->holder;
	else
		PL_TRY(pl_signer_address(c, &r.holder, &a->signer, e));
	PL_TRY(pl_token_open(c, &t, a->token, e));
	PL_TRY(pl_token_balance(c->arena, &r.balance.raw, t.rpc, &t.t, &t.info,
				&r.holder, e));
	/* without decimals() the raw number is all that can be said */
	r.balance.decimals = t.info.decimals ? *t.info.decimals : 0;
	r.network = t.net.name;
	r.chain_id = t.net.chain_id;
	r.token = t.info.addr;
	r.symbol = t.info.symbol;
	r.block = t.info.block.number;
	r.block_hash = t.info.block.hash;
	r.time = t.info.block.time;
	return pl_out_row(c->out, &r, e);
}

const struct pl_cmd cmd_token_balance = {
	.path = "token balance",
	.summary = "show how much somebody holds",
	.about = "Works with every ERC-20.  The figure is what the node says "
		 "of its latest block, whose number and hash come with it.",
	.needs = PL_NEEDS_NET,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
