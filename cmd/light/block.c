#include "cmd/light/tx_row.h"
#include "codec/rlp.h"

struct args {
	struct pl_read_args read;
};

struct withdrawal {
	uint64_t index, validator;
	struct pl_addr address;
	struct pl_amount amount;
};

struct row {
	struct pl_read_head head;
	struct pl_header h;
	const char *currency;
	struct pl_list txs, withdrawals;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	PL_BLOCK_WORD(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define W(m, type) PL_AT(struct withdrawal, m, type)
static const struct pl_field withdrawal_fields[] = {
	{ .name = "index", .kind = PL_UINT, .off = W(index, uint64_t),
	  .about = "counted over the chain" },
	{ .name = "validator", .kind = PL_UINT, .off = W(validator, uint64_t),
	  .about = "whose stake it was" },
	{ .name = "address", .kind = PL_ADDR, .off = W(address, struct pl_addr),
	  .about = "who got it" },
	{ .name = "amount", .kind = PL_AMOUNT,
	  .off = W(amount, struct pl_amount), .about = "how much" },
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	PL_READ_FIELDS(struct row, head),
	{ .name = "parent_hash", .kind = PL_HASH32,
	  .off = R(h.parent_hash, struct pl_hash32),
	  .about = "hash of the block before" },
	{ .name = "miner", .kind = PL_ADDR, .off = R(h.miner, struct pl_addr),
	  .about = "who the fees go to" },
	{ .name = "gas_used", .kind = PL_UINT, .off = R(h.gas_used, uint64_t),
	  .about = "gas it used" },
	{ .name = "gas_limit", .kind = PL_UINT, .off = R(h.gas_limit, uint64_t),
	  .about = "gas it might use" },
	{ .name = "currency", .kind = PL_STR, .off = R(currency, const char *),
	  .about = "what the amounts are in" },
	{ .name = "transactions", .kind = PL_LIST,
	  .off = R(txs, struct pl_list), .sub = pl_tx_row_fields,
	  .size = sizeof(struct pl_tx_row),
	  .about = "all of them, in their order" },
	{ .name = "withdrawals", .kind = PL_LIST,
	  .off = R(withdrawals, struct pl_list), .sub = withdrawal_fields,
	  .size = sizeof(struct withdrawal),
	  .about = "from the beacon chain, all of them" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "a block and its transactions",
	  .line = "plume light block 100 --network world",
	  .setup = "world_example" },
	{ .about = "how many there are in the newest final one",
	  .line = "plume light block finalized --network world --json | "
		  "jq '.transactions | length'",
	  .setup = "world_example" },
	{ 0 },
};

static enum pl_rc transactions(struct pl_arena *a, struct row *row,
			       const struct pl_node_block *b, struct pl_err *e)
{
	struct pl_tx_row *v = PL_NEW_N(a, struct pl_tx_row, b->n_txs);

	for (size_t i = 0; i < b->n_txs; i++)
		PL_TRY(pl_tx_row(a, &v[i], b, i, e));
	row->txs = (struct pl_list){ v, b->n_txs };
	return PL_OK;
}

/* SPEC EIP-4895 withdrawals: index, validator, address, amount in gwei */
static enum pl_rc withdrawal(struct withdrawal *w, struct pl_span rlp,
			     struct pl_err *e)
{
	struct pl_span in;
	uint64_t gwei;

	PL_TRY(pl_rlp_whole_list(&in, rlp, e));
	PL_TRY(pl_rlp_u64(&w->index, &in, e));
	PL_TRY(pl_rlp_u64(&w->validator, &in, e));
	PL_TRY(pl_rlp_fixed(w->address.b, sizeof(w->address.b), &in, e));
	PL_TRY(pl_rlp_u64(&gwei, &in, e));
	w->amount = (struct pl_amount){ pl_u256_of(gwei), 9 };
	return pl_rlp_end(in, "withdrawal", e);
}

static enum pl_rc withdrawals(struct pl_arena *a, struct row *row,
			      const struct pl_node_block *b, struct pl_err *e)
{
	struct withdrawal *v = PL_NEW_N(a, struct withdrawal, b->n_withdrawals);

	for (size_t i = 0; i < b->n_withdrawals; i++)
		if (withdrawal(&v[i], b->withdrawals[i], e))
			return pl_note(e, "withdrawal %zu", i);
	row->withdrawals = (struct pl_list){ v, b->n_withdrawals };
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .currency = NULL };
	struct pl_node_block b;
	struct pl_viewed at;
	struct pl_read r;

	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	PL_TRY(pl_view_block(r.view, c->arena, &b, &at, false, e));
	PL_TRY(transactions(c->arena, &row, &b, e));
	PL_TRY(withdrawals(c->arena, &row, &b, e));
	row.head = pl_read_head(&r, &at);
	row.h = at.header;
	row.currency = r.net.currency;
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_block = {
	.path = "light block",
	.summary = "prove a block: all its transactions and withdrawals",
	.about = "The roots in the block's header are rebuilt of all "
		 "transactions and withdrawals, and each sender is recovered "
		 "from the signature.  `light header` shows the other fields "
		 "of the header.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
