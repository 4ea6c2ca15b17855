#include "cmd/light/read.h"
#include "crypto/keccak.h"

struct args {
	struct pl_read_args read;
	struct pl_addr address;
};

struct row {
	struct pl_addr address;
	bool exists, has_code;
	struct pl_amount balance;
	const char *currency;
	struct pl_account account;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "address", .kind = PL_ADDR,
	  .off = PL_AT(struct args, address, struct pl_addr), .arg = "ADDRESS",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the account" },
	PL_BLOCK_OPT(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "address", .kind = PL_ADDR, .off = R(address, struct pl_addr),
	  .about = "the account" },
	{ .name = "exists", .kind = PL_FLAG, .off = R(exists, bool),
	  .about = "false: proven to be absent, with the values of an empty "
		   "one" },
	{ .name = "balance", .kind = PL_AMOUNT,
	  .off = R(balance, struct pl_amount),
	  .about = "of the chain's own currency" },
	{ .name = "currency", .kind = PL_STR, .off = R(currency, const char *),
	  .about = "its name" },
	{ .name = "nonce", .kind = PL_UINT, .off = R(account.nonce, uint64_t),
	  .about = "transactions sent; contracts made, of a contract" },
	{ .name = "has_code", .kind = PL_FLAG, .off = R(has_code, bool),
	  .about = "it is a contract, or delegates to one" },
	{ .name = "code_hash", .kind = PL_HASH32,
	  .off = R(account.code_hash, struct pl_hash32),
	  .about = "of its code; that of no bytes where it has none" },
	{ .name = "storage_root", .kind = PL_HASH32,
	  .off = R(account.storage_root, struct pl_hash32),
	  .about = "of its storage" },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "an account in the newest block",
	  .line = "plume light account "
		  "0x0000000000000000000000000000000000000001 "
		  "--network world",
	  .setup = "world_example" },
	{ .about = "its balance in the newest final one, for a script",
	  .line = "plume light account "
		  "0x0000000000000000000000000000000000000001 "
		  "--block finalized --network world --json | jq -r .balance",
	  .setup = "world_example" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .address = a->address };
	struct pl_node_proof p;
	struct pl_viewed at;
	struct pl_read r;

	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	PL_TRY(pl_view_account(r.view, c->arena, &p, &row.exists, &at.header,
			       &a->address, NULL, 0, e));
	row.account = p.account;
	row.balance = pl_ether(&p.account.balance);
	row.currency = r.net.currency;
	row.has_code = !pl_hash32_equal(&p.account.code_hash, &pl_keccak_empty);
	row.head = pl_read_head(&r, &at);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_account = {
	.path = "light account",
	.summary = "prove an account's balance, nonce and code hash",
	.about = "By a Merkle proof (eth_getProof) under the block's state "
		 "root.  That there is no such account is proven "
		 "too.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
