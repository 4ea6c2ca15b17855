#include "cmd/light/tx_row.h"

struct args {
	struct pl_light_args light;
	struct pl_hash32 hash;
};

struct row {
	struct pl_tx_row tx;
	const char *currency;
	struct pl_span raw;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "hash", .kind = PL_HASH32,
	  .off = PL_AT(struct args, hash, struct pl_hash32), .arg = "HASH",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the transaction" },
	PL_SAVE_OPT(struct args, light),
	PL_LIGHT_OPTS(struct args, light),
	PL_HISTORY_OPT(struct args, light),
	PL_ORBIT_OPTS(struct args, light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "hash", .kind = PL_HASH32,
	  .off = R(tx.hash, struct pl_hash32), .about = "of its bytes" },
	{ .name = "index", .kind = PL_UINT, .off = R(tx.index, uint64_t),
	  .about = "its place in the block" },
	{ .name = "type", .kind = PL_UINT, .off = R(tx.type, uint64_t),
	  .about = "0 to 4, or the chain's own from 100 on" },
	{ .name = "from", .kind = PL_ADDR, .off = R(tx.from, struct pl_addr),
	  .about = "who signed it" },
	{ .name = "to", .kind = PL_ADDR,
	  .off = R(tx.to, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "null: it makes a contract" },
	{ .name = "value", .kind = PL_AMOUNT,
	  .off = R(tx.value, struct pl_amount),
	  .about = "of the chain's own currency" },
	{ .name = "currency", .kind = PL_STR, .off = R(currency, const char *),
	  .about = "its name" },
	{ .name = "nonce", .kind = PL_UINT, .off = R(tx.nonce, uint64_t),
	  .about = "the sender's count" },
	{ .name = "gas", .kind = PL_UINT, .off = R(tx.gas, uint64_t),
	  .about = "that it might use" },
	{ .name = "price", .kind = PL_U256, .off = R(tx.price, struct pl_u256),
	  .about = "wei that a unit of gas cost" },
	{ .name = "input", .kind = PL_BYTES, .off = R(tx.input, struct pl_span),
	  .about = "data of the call, or code that makes the contract" },
	{ .name = "raw", .kind = PL_BYTES, .off = R(raw, struct pl_span),
	  .about = "its bytes, as the block's root covers them",
	  .flags = PL_WIDE },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "the first transaction of a block",
	  .line = "plume light tx $(plume light block 100 --network world "
		  "--json | jq -r '.transactions[0].hash') --network world",
	  .setup = "world_example" },
	{ 0 },
};

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_viewed_tx found;
	struct row row = { .currency = NULL };
	struct pl_read r;

	PL_TRY(pl_read_open(c, &r, &a->light, e));
	PL_TRY(pl_view_tx(r.view, c->arena, &found, &a->hash, false, e));
	PL_TRY(pl_tx_row(c->arena, &row.tx, &found.block, found.index, e));
	row.currency = r.net.currency;
	row.raw = found.block.txs[found.index];
	row.head = pl_read_head(&r, &found.at);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_tx = {
	.path = "light tx",
	.summary = "prove that a transaction is in a block, and what it says",
	.about = "The node says where it is; all transactions of that block "
		 "are fetched, the root in its header is rebuilt of them, and "
		 "the sender is recovered from the signature.  That a "
		 "transaction is in no block cannot be proven: status 7 is "
		 "the node's word.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
