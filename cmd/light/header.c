#include "cmd/light/read.h"

struct args {
	struct pl_read_args read;
};

/* Pointers are to what later forks added; NULL before them. */
struct row {
	struct pl_read_head head;
	struct pl_header h;
	struct pl_span bloom, nonce;
	const struct pl_u256 *base_fee;
	const struct pl_hash32 *withdrawals, *beacon, *requests;
	const uint64_t *blob_gas, *excess;
};

static const struct pl_opt opts[] = {
	PL_BLOCK_WORD(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

/* clang-format off */
#define R(m, type) PL_AT(struct row, m, type)
#define HASH(name_, m, about_, flags_)                                         \
	{ .name = name_, .kind = PL_HASH32,                                    \
	  .off = R(h.m, struct pl_hash32), .about = about_, .flags = flags_ }
static const struct pl_field fields[] = {
	PL_READ_FIELDS(struct row, head),
	HASH("parent_hash", parent_hash, "hash of the block before", 0),
	{ .name = "miner", .kind = PL_ADDR, .off = R(h.miner, struct pl_addr),
	  .about = "who the fees go to" },
	HASH("state_root", state_root, "of all accounts after the block", 0),
	HASH("transactions_root", tx_root, "of its transactions", 0),
	HASH("receipts_root", receipts_root, "of their receipts", 0),
	{ .name = "gas_limit", .kind = PL_UINT, .off = R(h.gas_limit, uint64_t),
	  .about = "gas the block might use" },
	{ .name = "gas_used", .kind = PL_UINT, .off = R(h.gas_used, uint64_t),
	  .about = "gas it used" },
	{ .name = "base_fee", .kind = PL_U256,
	  .off = R(base_fee, const struct pl_u256 *), .flags = PL_NULLABLE,
	  .about = "wei a unit of gas, at least; null before London" },
	{ .name = "withdrawals_root", .kind = PL_HASH32,
	  .off = R(withdrawals, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "of withdrawals from the beacon chain; null before "
		   "Shanghai" },
	{ .name = "blob_gas_used", .kind = PL_UINT,
	  .off = R(blob_gas, const uint64_t *), .flags = PL_NULLABLE | PL_WIDE,
	  .about = "gas of blobs; null before Cancun" },
	{ .name = "excess_blob_gas", .kind = PL_UINT,
	  .off = R(excess, const uint64_t *), .flags = PL_NULLABLE | PL_WIDE,
	  .about = "what the blob price is made of; null before Cancun" },
	{ .name = "parent_beacon_root", .kind = PL_HASH32,
	  .off = R(beacon, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "the beacon block before; null before Cancun" },
	{ .name = "requests_hash", .kind = PL_HASH32,
	  .off = R(requests, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE,
	  .about = "of requests to the beacon chain; null before Prague" },
	{ .name = "difficulty", .kind = PL_U256,
	  .off = R(h.difficulty, struct pl_u256), .flags = PL_WIDE,
	  .about = "of mining; 0 since the merge" },
	HASH("mix_hash", mix_hash, "randomness of the beacon chain", PL_WIDE),
	{ .name = "nonce", .kind = PL_BYTES, .off = R(nonce, struct pl_span),
	  .about = "of mining; zeros since the merge", .flags = PL_WIDE },
	{ .name = "extra_data", .kind = PL_BYTES,
	  .off = R(h.extra, struct pl_span), .flags = PL_WIDE,
	  .about = "the block maker's own" },
	HASH("uncles_hash", uncles_hash, "of the list of uncles", PL_WIDE),
	{ .name = "logs_bloom", .kind = PL_BYTES,
	  .off = R(bloom, struct pl_span), .flags = PL_WIDE,
	  .about = "filter over all logs of the block" },
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "the newest header that the sync committee signed",
	  .line = "plume light header --network world",
	  .setup = "world_example" },
	{ .about = "an old one, out of the newest final one",
	  .line = "plume light header 3 --network world --json",
	  .setup = "world_example" },
	{ 0 },
};

static void later(struct row *r)
{
	const struct pl_header *h = &r->h;

	if (h->n_fields >= 16)
		r->base_fee = &h->base_fee;
	if (h->n_fields >= 17)
		r->withdrawals = &h->withdrawals_root;
	if (h->n_fields >= 20) {
		r->blob_gas = &h->blob_gas_used;
		r->excess = &h->excess_blob_gas;
		r->beacon = &h->parent_beacon_root;
	}
	if (h->n_fields >= 21)
		r->requests = &h->requests_hash;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .base_fee = NULL };
	struct pl_viewed at;
	struct pl_read r;

	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	row.head = pl_read_head(&r, &at);
	row.h = at.header;
	row.bloom = (struct pl_span){ row.h.bloom, sizeof(row.h.bloom) };
	row.nonce = (struct pl_span){ row.h.nonce, sizeof(row.h.nonce) };
	later(&row);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_header = {
	.path = "light header",
	.summary = "prove the header of a block",
	.about = "Every field shown is covered by the hash, which follows from "
		 "a block the light client accepted.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
