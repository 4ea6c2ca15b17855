#include <inttypes.h>

#include "cmd/light/tx_row.h"
#include "eth/tx.h"

struct args {
	struct pl_light_args light;
	struct pl_hash32 hash;
};

struct row {
	struct pl_tx_row tx;
	const bool *succeeded;              /* NULL before Byzantium */
	const struct pl_hash32 *state_root; /* NULL since */
	struct pl_receipt receipt;
	uint64_t gas_used;
	const struct pl_addr *contract;
	struct pl_addr made;
	struct pl_list logs;
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
	  .off = R(tx.hash, struct pl_hash32), .about = "the transaction's" },
	{ .name = "index", .kind = PL_UINT, .off = R(tx.index, uint64_t),
	  .about = "its place in the block" },
	{ .name = "succeeded", .kind = PL_FLAG,
	  .off = R(succeeded, const bool *), .flags = PL_NULLABLE,
	  .about = "false: it reverted; null before Byzantium" },
	{ .name = "state_root", .kind = PL_HASH32,
	  .off = R(state_root, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "after the transaction; null since Byzantium" },
	{ .name = "type", .kind = PL_UINT, .off = R(tx.type, uint64_t),
	  .about = "of the transaction" },
	{ .name = "from", .kind = PL_ADDR, .off = R(tx.from, struct pl_addr),
	  .about = "who signed it" },
	{ .name = "to", .kind = PL_ADDR,
	  .off = R(tx.to, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "null: it makes a contract" },
	{ .name = "contract", .kind = PL_ADDR,
	  .off = R(contract, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "where a contract it made would stand; else null" },
	{ .name = "gas_used", .kind = PL_UINT, .off = R(gas_used, uint64_t),
	  .about = "gas it used" },
	{ .name = "cumulative_gas", .kind = PL_UINT,
	  .off = R(receipt.cumulative_gas, uint64_t), .flags = PL_WIDE,
	  .about = "gas of the block up to and with it" },
	{ .name = "price", .kind = PL_U256, .off = R(tx.price, struct pl_u256),
	  .about = "wei that a unit of gas cost" },
	{ .name = "logs", .kind = PL_LIST, .off = R(logs, struct pl_list),
	  .sub = pl_log_row_fields, .size = sizeof(struct pl_log_row),
	  .about = "all that it left behind" },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "what a transaction left behind",
	  .line = "plume light receipt $(plume light block 100 --network "
		  "world --json | jq -r '.transactions[0].hash') "
		  "--network world",
	  .setup = "world_example" },
	{ 0 },
};

static void outcome(const struct row *r, FILE *f)
{
	if (r->succeeded)
		(void)fprintf(f, "%s, ",
			      *r->succeeded ? "succeeded" : "REVERTED");
	(void)fprintf(f, "used %" PRIu64 " gas, left %zu log%s\n", r->gas_used,
		      r->logs.n, r->logs.n == 1 ? "" : "s");
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	const struct pl_log_row *log = r->logs.v;
	FILE *f = pl_out_file(o);

	(void)e;
	(void)fprintf(f, "transaction %s\n  ",
		      pl_hash32_text(pl_out_arena(o), &r->tx.hash));
	outcome(r, f);
	for (size_t i = 0; i < r->logs.n; i++)
		pl_log_row_say(o, &log[i]);
	(void)fprintf(f, "  its number is %" PRIu64 " ", r->tx.index);
	pl_read_say(o, &r->head);
	return PL_OK;
}

/* Gas and logs before it are those of the receipts before it. */
static enum pl_rc before(uint64_t *gas, uint64_t *logs,
			 const struct pl_node_block *b, size_t i,
			 struct pl_err *e)
{
	struct pl_receipt r;
	struct pl_log log;

	*gas = *logs = 0;
	for (size_t k = 0; k < i; k++) {
		PL_TRY(pl_receipt_decode(&r, b->receipts[k], e));
		*gas = r.cumulative_gas;
		for (; r.logs.n; ++*logs)
			PL_TRY(pl_log_next(&log, &r.logs, e));
	}
	return PL_OK;
}

static enum pl_rc logs(struct pl_arena *a, struct row *row,
		       const struct pl_header *h, uint64_t first,
		       struct pl_err *e)
{
	struct pl_node_place at = { .header = h,
				    .tx = row->tx.hash,
				    .tx_index = row->tx.index,
				    .log_index = first };
	struct pl_span in = row->receipt.logs;
	struct pl_log_row *v = NULL;
	struct pl_log log;
	size_t n = 0;

	for (; in.n; at.log_index++) {
		PL_TRY(pl_log_next(&log, &in, e));
		v = pl_grow(a, v, n, sizeof(*v));
		v[n++] = pl_log_row(a, &at, &log);
	}
	row->logs = (struct pl_list){ v, n };
	return PL_OK;
}

static enum pl_rc fill(struct pl_arena *a, struct row *row,
		       const struct pl_viewed_tx *x, struct pl_err *e)
{
	struct pl_receipt *r = &row->receipt;
	uint64_t gas, first;

	PL_TRY(pl_tx_row(a, &row->tx, &x->block, x->index, e));
	PL_TRY(before(&gas, &first, &x->block, x->index, e));
	PL_TRY(pl_receipt_decode(r, x->block.receipts[x->index], e));
	if (r->cumulative_gas < gas || r->type != row->tx.type)
		return pl_fail(e, PL_EFORMAT,
			       "receipt %zu and its transaction do not go "
			       "together",
			       x->index);
	row->gas_used = r->cumulative_gas - gas;
	row->succeeded = r->has_state_root ? NULL : &r->status;
	row->state_root = r->has_state_root ? &r->state_root : NULL;
	if (!row->tx.to && row->tx.type <= PL_TX_SETCODE) {
		row->made = pl_create_address(&row->tx.from, row->tx.nonce);
		row->contract = &row->made;
	}
	return logs(a, row, &x->at.header, first, e);
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct pl_viewed_tx found;
	struct row row = { .contract = NULL };
	struct pl_read r;

	PL_TRY(pl_read_open(c, &r, &a->light, e));
	PL_TRY(pl_view_tx(r.view, c->arena, &found, &a->hash, true, e));
	PL_TRY(fill(c->arena, &row, &found, e));
	row.head = pl_read_head(&r, &found.at);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_receipt = {
	.path = "light receipt",
	.summary = "prove what a transaction left behind: outcome and logs",
	.about = "All transactions and receipts of its block are fetched and "
		 "both roots rebuilt, since of one receipt alone nothing "
		 "follows.  That a transaction is in no block cannot be "
		 "proven: status 7 is the node's word.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
