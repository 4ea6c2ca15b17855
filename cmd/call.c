/* A view function, run here over proven state. */
#include <inttypes.h>
#include <string.h>

#include "base/hex.h"
#include "cmd/light/read.h"
#include "codec/abi.h"
#include "crypto/addr.h"
#include "sync/exec.h"
#include "sync/token.h"

#define WEI_PLACES 18

struct args {
	struct pl_read_args read;
	struct pl_addr address;
	const char *function, *value, *data;
	struct pl_strs args, errors;
	const struct pl_addr *from;
	const uint64_t *gas;
};

struct row {
	struct pl_addr address;
	const char *function;
	struct pl_span result, data;
	uint64_t gas_used, accounts, slots, logs;
	struct pl_abi_value value;
	struct pl_read_head head;
};

/* clang-format off */
#define A(m, type) PL_AT(struct args, m, type)
static const struct pl_opt opts[] = {
	{ .name = "address", .kind = PL_ADDR,
	  .off = A(address, struct pl_addr), .arg = "ADDRESS",
	  .flags = PL_POSITIONAL | PL_REQUIRED,
	  .about = "the contract" },
	{ .name = "function", .kind = PL_STR,
	  .off = A(function, const char *), .arg = "FUNCTION",
	  .flags = PL_POSITIONAL,
	  .about = "its signature with what it returns: "
		   "'balanceOf(address)(uint256)'" },
	{ .name = "argument", .kind = PL_STR,
	  .off = A(args, struct pl_strs), .arg = "ARGUMENT",
	  .flags = PL_POSITIONAL | PL_MANY,
	  .about = "a value for each parameter; arrays and tuples as JSON, "
		   "words that begin with a dash behind a "
		   "double dash" },
	{ .name = "from", .kind = PL_ADDR,
	  .off = A(from, const struct pl_addr *), .arg = "ADDRESS",
	  .flags = PL_GIVEN, .about = "who calls; the zero address without "
	  "it" },
	{ .name = "value", .kind = PL_DECIMAL,
	  .off = A(value, const char *), .arg = "COINS",
	  .about = "coins sent along, which the caller must have" },
	{ .name = "data", .kind = PL_STR,
	  .off = A(data, const char *), .arg = "HEX",
	  .about = "the call's bytes, in place of arguments" },
	{ .name = "gas", .kind = PL_UINT,
	  .off = A(gas, const uint64_t *), .arg = "GAS", .flags = PL_GIVEN,
	  .min = 21000, .max = 1000000000,
	  .about = "how much it may use; 50000000 without it" },
	{ .name = "error", .kind = PL_STR,
	  .off = A(errors, struct pl_strs), .arg = "ERROR",
	  .flags = PL_MANY,
	  .about = "a custom error it may revert with: "
		   "'NotAllowed(address who)'" },
	PL_BLOCK_OPT(struct args, read),
	PL_SAVE_OPT(struct args, read.light),
	PL_LIGHT_OPTS(struct args, read.light),
	{ 0 },
};

#define R(m, type) PL_AT(struct row, m, type)
static const struct pl_field fields[] = {
	{ .name = "result", .kind = PL_JSON, .off = R(result, struct pl_span),
	  .about = "what it returned, decoded: an object by name where each "
		   "value has one, else an array; null where the signature "
		   "does not say" },
	{ .name = "data", .kind = PL_BYTES, .off = R(data, struct pl_span),
	  .about = "the bytes it returned", .flags = PL_WIDE },
	{ .name = "address", .kind = PL_ADDR, .off = R(address, struct pl_addr),
	  .about = "the contract" },
	{ .name = "function", .kind = PL_STR, .off = R(function, const char *),
	  .about = "canonical signature of what was called" },
	{ .name = "gas_used", .kind = PL_UINT, .off = R(gas_used, uint64_t),
	  .about = "gas a transaction would have used; on an Orbit chain "
		   "without the parent chain's part" },
	{ .name = "accounts", .kind = PL_UINT, .off = R(accounts, uint64_t),
	  .about = "accounts proven for it", .flags = PL_WIDE },
	{ .name = "slots", .kind = PL_UINT, .off = R(slots, uint64_t),
	  .about = "slots of storage proven for it", .flags = PL_WIDE },
	PL_READ_FIELDS(struct row, head),
	{ 0 },
};
/* clang-format on */

static const struct pl_example examples[] = {
	{ .about = "how much of a token does an account hold?",
	  .line = "plume call 0x524646545fB1e25F80d5d35B44db26001501b66D "
		  "'balanceOf(address)(uint256 held)' "
		  "0x157bFBEcd023fD6384daD2Bded5DAD7e27Bf92E4 "
		  "--network world",
	  .setup = "world_example" },
	{ .about = "the same of an Orbit chain, for a script",
	  .line = "plume call 0x524646545fB1e25F80d5d35B44db26001501b66D "
		  "'totalSupply()(uint256 supply)' --network orbit --json | "
		  "jq -r .result.supply",
	  .setup = "world_example",
	  .needs = "jq" },
	{ .about = "a precompile: the SHA-256 of nothing",
	  .line = "plume call 0x0000000000000000000000000000000000000002 "
		  "'f()(bytes32 digest)' --data 0x --network world",
	  .setup = "world_example" },
	{ .about = "somebody without the right to it: exit status 6",
	  .line = "plume call 0x524646545fB1e25F80d5d35B44db26001501b66D "
		  "'pause()' --from "
		  "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf --network world",
	  .setup = "world_example",
	  .status = 6 },
	{ 0 },
};

struct job {
	struct pl_ctx *c;
	const struct args *a;
	struct pl_abi_item function;
	bool has_function;
	struct pl_abi errors;
	struct pl_token_artifact token;
	struct pl_exec_call call;
	struct row row;
};

/* ------------------------------------------------------------ the question */

/* Names of the address book stand for addresses; evidence keeps those. */
static enum pl_rc address_word(struct job *j, size_t i, struct pl_err *e)
{
	struct pl_addr addr;

	PL_TRY(pl_ctx_address(j->c, j->a->args.v[i], &addr, e));
	j->a->args.v[i] = pl_hex(j->c->arena, pl_addr_span(&addr));
	return PL_OK;
}

static enum pl_rc argument(struct job *j, struct pl_abi_value *v, size_t i,
			   struct pl_err *e)
{
	const struct pl_abi_param *p = &j->function.in.members[i];
	enum pl_rc rc = PL_OK;

	if (p->type.kind == PL_ABI_ADDR)
		rc = address_word(j, i, e);
	if (!rc)
		rc = pl_abi_value_word(j->c->arena, v, &p->type,
				       j->a->args.v[i], e);
	if (!rc)
		return PL_OK;
	e->rc = PL_EUSAGE;
	return pl_note(e, "argument %zu, %s%s%s", i + 1, p->type.name,
		       *p->name ? " " : "", p->name);
}

static enum pl_rc encode(struct job *j, struct pl_err *e)
{
	size_t n = j->function.in.count;
	struct pl_abi_value *v = PL_NEW_N(j->c->arena, struct pl_abi_value, n);

	if (j->a->args.n != n)
		return pl_fail(e, PL_EUSAGE,
			       "%s takes %zu arguments; %zu are given",
			       j->function.sig, n, j->a->args.n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(argument(j, &v[i], i, e));
	if (pl_abi_encode_call(j->c->arena, &j->call.data, &j->function, v, n,
			       e))
		e->rc = PL_EUSAGE;
	return e->rc;
}

static enum pl_rc hex_data(struct job *j, struct pl_err *e)
{
	const char *text = j->a->data;

	if (j->a->args.n)
		return pl_fail(e, PL_EUSAGE,
			       "--data stands in the place of arguments");
	if (!pl_hex_bytes(j->c->arena, &j->call.data, text, strlen(text), e))
		return PL_OK;
	e->rc = PL_EUSAGE;
	return pl_note(e, "--data");
}

static enum pl_rc signature(struct job *j, struct pl_err *e)
{
	if (!j->a->function) {
		if (j->a->data)
			return PL_OK;
		(void)pl_fail(e, PL_EUSAGE, "no function is named");
		return pl_hint(e, "plume call ADDRESS "
				  "'balanceOf(address)(uint256)' 0x…, or "
				  "--data HEX");
	}
	if (pl_abi_sig_parse(j->c->arena, &j->function, j->a->function, e) ||
	    j->function.kind != PL_ABI_FUNCTION) {
		if (!e->rc)
			(void)pl_fail(e, PL_EUSAGE, "it is no function's");
		e->rc = PL_EUSAGE;
		return pl_note(e, "signature '%.100s'", j->a->function);
	}
	j->has_function = true;
	j->row.function = j->function.sig;
	return PL_OK;
}

static enum pl_rc errors(struct job *j, struct pl_err *e)
{
	const struct pl_strs *words = &j->a->errors;
	struct pl_abi_item *it =
		PL_NEW_N(j->c->arena, struct pl_abi_item, words->n);

	for (size_t i = 0; i < words->n; i++) {
		const char *text = words->v[i];

		if (strncmp(text, "error ", 6) != 0)
			text = pl_printf(j->c->arena, "error %s", text);
		if (pl_abi_sig_parse(j->c->arena, &it[i], text, e)) {
			e->rc = PL_EUSAGE;
			return pl_note(e, "--error '%.100s'", words->v[i]);
		}
	}
	j->errors = (struct pl_abi){ it, words->n };
	return pl_token_artifact(j->c->arena, &j->token, e);
}

static enum pl_rc question(struct job *j, struct pl_err *e)
{
	const struct args *a = j->a;
	struct pl_amount coins;

	e->rc = PL_OK;
	PL_TRY(signature(j, e));
	PL_TRY(errors(j, e));
	j->call.has_to = true;
	j->call.to = a->address;
	if (a->from)
		j->call.from = *a->from;
	if (a->gas)
		j->call.gas = *a->gas;
	if (a->value) {
		if (pl_amount_parse(&coins, a->value, WEI_PLACES, e)) {
			e->rc = PL_EUSAGE;
			return pl_note(e, "--value");
		}
		j->call.value = coins.raw;
	}
	return a->data ? hex_data(j, e) : encode(j, e);
}

/* -------------------------------------------------------------- the answer */

static enum pl_rc reverted(struct job *j, const struct pl_exec_result *r,
			   struct pl_err *e)
{
	const struct pl_abi_item *it;
	struct pl_arena *a = j->c->arena;
	struct pl_abi_value v;
	const char *why;

	if (r->status != PL_EVM_REVERT)
		return pl_fail(e, PL_EREFUSED, "it fails: %s",
			       pl_evm_status_text(r->status));
	if (pl_abi_revert_decode(a, &it, &v, &j->errors, r->output))
		why = pl_abi_revert_text(a, &j->errors, r->output);
	else
		why = pl_token_revert_text(a, &j->token, r->output, NULL, 0);
	return pl_fail(e, PL_EREFUSED, "it reverts: %s", why);
}

static enum pl_rc no_code(struct job *j, struct pl_err *e)
{
	char text[PL_ADDR_TEXT];

	pl_addr_text(text, &j->a->address);
	(void)pl_fail(e, PL_ENOTFOUND,
		      "no contract stands at %s: it answers "
		      "nothing",
		      text);
	return pl_hint(e, "is it deployed on %s?", j->row.head.network);
}

static enum pl_rc decode(struct job *j, const struct pl_exec_result *r,
			 struct pl_err *e)
{
	struct row *row = &j->row;
	struct pl_jout w;
	struct pl_buf b;

	row->data = r->output;
	row->gas_used = r->gas_used;
	row->result = pl_span_str("null");
	if (!j->has_function || !j->function.out.count)
		return PL_OK;
	if (!r->output.n)
		return no_code(j, e);
	if (pl_abi_decode(j->c->arena, &row->value, &j->function.out, r->output,
			  e)) {
		(void)pl_note(e, "what it returned is no %s",
			      j->function.out.name);
		return pl_hint(e, "the signature may be another contract's; "
				  "without what it returns, -o json has the "
				  "bytes");
	}
	pl_buf_init(&b, j->c->arena);
	pl_jout_init(&w, &b);
	pl_abi_value_out(&w, NULL, &row->value);
	row->result = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc judge(struct job *j, const struct pl_exec_result *r,
			struct pl_err *e)
{
	if (r->status != PL_EVM_SUCCESS) {
		(void)reverted(j, r, e);
		return pl_note(e, "block %" PRIu64 ", %s", j->row.head.block,
			       pl_trust_name(j->row.head.trust));
	}
	return decode(j, r, e);
}

static enum pl_rc execute(struct job *j, struct pl_read *r,
			  const struct pl_viewed *at, struct pl_err *e)
{
	struct pl_exec *x = pl_exec_open(r->view, at);
	struct pl_remote_stats stats;
	struct pl_exec_result out;
	enum pl_rc rc = pl_exec_run(x, j->c->arena, &out, &j->call, e);

	stats = pl_remote_stats(pl_exec_remote(x));
	pl_tell(j->c, "%" PRIu64 " exchanges with the node", stats.trips);
	j->row.accounts = stats.accounts;
	j->row.slots = stats.slots;
	if (!rc)
		rc = judge(j, &out, e);
	pl_exec_close(x);
	return rc;
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	const struct args *a = opaque;
	struct job j = { .c = c, .a = a, .row = { .address = a->address } };
	struct pl_viewed at;
	struct pl_read r;

	PL_TRY(question(&j, e));
	PL_TRY(pl_read_begin(c, &r, &at, &a->read, e));
	j.row.head = pl_read_head(&r, &at);
	PL_TRY(execute(&j, &r, &at, e));
	return pl_out_row(c->out, &j.row, e);
}

static void value_line(FILE *f, struct pl_arena *a,
		       const struct pl_abi_param *p,
		       const struct pl_abi_value *v)
{
	(void)fprintf(f, "%s%s%s  (%s)\n", *p->name ? p->name : "",
		      *p->name ? "  " : "", pl_abi_value_text(a, v),
		      p->type.name);
}

static enum pl_rc text(struct pl_out *o, const void *opaque, struct pl_err *e)
{
	const struct row *r = opaque;
	struct pl_arena *a = pl_out_arena(o);
	FILE *f = pl_out_file(o);

	(void)e;
	if (!r->value.type)
		(void)fprintf(f, "%s\n", pl_hex(a, r->data));
	for (size_t i = 0; r->value.type && i < r->value.n; i++)
		value_line(f, a, &r->value.type->members[i],
			   &r->value.items[i]);
	(void)fprintf(f, "  ");
	pl_read_say(o, &r->head);
	return PL_OK;
}

const struct pl_cmd cmd_call = {
	.path = "call",
	.summary = "call a contract's function, proven",
	.about = "Runs the function here, on the state after a block: every "
		 "account, slot of storage and piece of code it looks at is "
		 "fetched with its proof.  What a node says of the call itself "
		 "(eth_createAccessList) only tells what to fetch first.  "
		 "Nothing is sent, and nothing changes.\n\n"
		 "The signature is written as Solidity writes it, with what is "
		 "returned in a second pair of brackets; names are for the "
		 "reader.  A revert ends with status 6 and its reason: texts, "
		 "panics, the custom errors of plume's tokens and of ERC-20, "
		 "and those named with --error.  --data stands for the encoded "
		 "call; the signature then only tells how to read the "
		 "answer.\n\n"
		 "It runs as eth_call does: in the block named, with its "
		 "number, time and coinbase, and with a base fee of 0.  On "
		 "Orbit chains block.number is the parent chain's; what ArbOS "
		 "alone can do (its precompiles from 0x64 on, Stylus programs, "
		 "hashes of the parent's blocks) is refused with status 6 "
		 "rather than guessed.\n\n" PL_READ_ABOUT,
	.needs = PL_READ_NEEDS,
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.text = text,
	.run = run,
};
