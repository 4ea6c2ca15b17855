#include "base/hex.h"
#include "cmd/light/read.h"

struct args {
	struct pl_read_args read;
	struct pl_addr address;
	struct pl_strs slots;
};

struct row {
	struct pl_addr address;
	struct pl_hash32 slot, value;
	struct pl_u256 number;
	bool exists;
	struct pl_read_head head;
};

/* clang-format off */
static const struct pl_opt opts[] = {
	{ .name = "address", .kind = PL_ADDR,
	  .off = PL_AT(struct args, address, struct pl_addr), .arg = "ADDRESS",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the contract" },
	{ .name = "slot", .kind = PL_STR,
	  .off = PL_AT(struct args, slots, struct pl_strs), .arg = "SLOT",
	  .flags = PL_POSITIONAL | PL_REQUIRED | PL_MANY,
	  .about = "a number, decimal or 0x…, of up to 256 bits" },
	PL_BLOCK_OPT(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "slot", .kind = PL_HASH32, .off = R(slot, struct pl_hash32),
	  .about = "the slot" },
	{ .name = "value", .kind = PL_HASH32, .off = R(value, struct pl_hash32),
	  .about = "what it holds" },
	{ .name = "number", .kind = PL_U256, .off = R(number, struct pl_u256),
	  .about = "the same as a decimal number" },
	{ .name = "exists", .kind = PL_FLAG, .off = R(exists, bool),
	  .about = "false: proven to hold nothing, which reads as 0",
	  .flags = PL_WIDE },
	{ .name = "address", .kind = PL_ADDR, .off = R(address, struct pl_addr),
	  .about = "the contract", .flags = PL_WIDE },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "two slots of an account",
	  .line = "plume light storage "
		  "0x0000000000000000000000000000000000000001 0 0x1f "
		  "--network world",
	  .setup = "world_example" },
	{ 0 },
};

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	char dec[PL_U256_DEC];

	(void)e;
	pl_u256_dec(dec, &r->number);
	(void)fprintf(pl_out_file(o), "slot   %s\nvalue  %s\n       = %s%s\n  ",
		      pl_hash32_text(a, &r->slot), pl_hash32_text(a, &r->value),
		      dec, r->exists ? "" : " (the slot is empty)");
	pl_read_say(o, &r->head);
	return PL_OK;
}

static enum pl_rc parse(struct pl_hash32 *out, const struct pl_strs *words,
			struct pl_err *e)
{
	struct pl_u256 x;

	for (size_t i = 0; i < words->n; i++) {
		const char *s = words->v[i];

		if (pl_u256_parse(&x, s, strlen(s), e)) {
			e->rc = PL_EUSAGE;
			return pl_note(e, "slot '%s'", s);
		}
		pl_u256_to_be(out[i].b, &x);
	}
	return PL_OK;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct row row = { .address = a->address };
	struct pl_hash32 *slots =
		PL_NEW_N(c->arena, struct pl_hash32, a->slots.n);
	struct pl_node_proof p;
	struct pl_viewed at;
	struct pl_read r;
	bool exists;

	PL_TRY(parse(slots, &a->slots, e));
	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	PL_TRY(pl_view_account(r.view, c->arena, &p, &exists, &at.header,
			       &a->address, slots, a->slots.n, e));
	row.head = pl_read_head(&r, &at);
	for (size_t i = 0; i < p.n_slots; i++) {
		row.slot = p.slots[i].key;
		row.number = p.slots[i].value;
		row.exists = !pl_u256_is_zero(&row.number);
		pl_u256_to_be(row.value.b, &row.number);
		PL_TRY(pl_out_row(c->out, &row, e));
	}
	return PL_OK;
}

const struct pl_cmd cmd_light_storage = {
	.path = "light storage",
	.summary = "prove slots of a contract's storage",
	.about = "By Merkle proofs under the account's storage root, itself "
		 "proven under the block's state root.  That a slot holds "
		 "nothing is proven too.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.many = true,
	.text = text,
	.run = run,
};
