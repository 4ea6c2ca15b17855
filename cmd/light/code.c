#include "cmd/light/read.h"

struct args {
	struct pl_read_args read;
	struct pl_addr address;
};

struct row {
	struct pl_addr address;
	struct pl_hash32 code_hash;
	uint64_t size;
	struct pl_span code;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "address", .kind = PL_ADDR,
	  .off = PL_AT(struct args, address, struct pl_addr), .arg = "ADDRESS",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the contract" },
	PL_BLOCK_OPT(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "address", .kind = PL_ADDR, .off = R(address, struct pl_addr),
	  .about = "the contract" },
	{ .name = "code_hash", .kind = PL_HASH32,
	  .off = R(code_hash, struct pl_hash32),
	  .about = "proven for the account, and found of the bytes" },
	{ .name = "size", .kind = PL_UINT, .off = R(size, uint64_t),
	  .about = "bytes of code" },
	{ .name = "code", .kind = PL_BYTES, .off = R(code, struct pl_span),
	  .about = "the bytes; 0x where there are none" },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "an account without code",
	  .line = "plume light code "
		  "0x0000000000000000000000000000000000000001 "
		  "--network world --json | jq .size",
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
	bool exists;

	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	PL_TRY(pl_view_account(r.view, c->arena, &p, &exists, &at.header,
			       &a->address, NULL, 0, e));
	row.code_hash = p.account.code_hash;
	PL_TRY(pl_view_code(r.view, c->arena, &row.code, &at.header,
			    &a->address, &row.code_hash, e));
	row.size = row.code.n;
	row.head = pl_read_head(&r, &at);
	return pl_out_row(c->out, &row, e);
}

const struct pl_cmd cmd_light_code = {
	.path = "light code",
	.summary = "prove a contract's code",
	.about = "The account's code hash by a Merkle proof, and the bytes by "
		 "that hash.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
