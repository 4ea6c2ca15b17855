#include <inttypes.h>

#include "base/file.h"
#include <stdio.h>

#include "base/hex.h"
#include "base/limits.h"
#include "cmd/cmd.h"
#include "crypto/keccak.h"
#include "evm/memstate.h"
#include "evm/trace.h"

struct args {
	const struct pl_span *code, *input;
	const char *codefile;
	uint64_t gas;
	int fork;
	bool create, trace, memory;
	const struct pl_u256 *value;
	const struct pl_addr *sender, *receiver;
};

struct row {
	const char *status;
	bool success;
	uint64_t gas_used, refund, logs;
	struct pl_span output;
	const char *reason;
	const struct pl_addr *created;
};

#define A(m, type) PL_AT(struct args, m, type)
#define R(m, type) PL_AT(struct row, m, type)

/* In the order of enum pl_fork. */
static const char *const forks[] = { "frontier",
				     "homestead",
				     "dao",
				     "tangerine",
				     "spurious",
				     "byzantium",
				     "constantinople",
				     "petersburg",
				     "istanbul",
				     "muir-glacier",
				     "berlin",
				     "london",
				     "arrow-glacier",
				     "gray-glacier",
				     "paris",
				     "shanghai",
				     "cancun",
				     "prague",
				     "osaka",
				     "bpo1",
				     "bpo2",
				     NULL };
_Static_assert(sizeof(forks) / sizeof(forks[0]) == PL_FORKS + 1,
	       "a name for each fork");

static const struct pl_opt opts[] = {
	{ .name = "code",
	  .kind = PL_BYTES,
	  .off = A(code, const struct pl_span *),
	  .arg = "HEX",
	  .about = "the code to run",
	  .flags = PL_GIVEN },
	{ .name = "codefile",
	  .kind = PL_FILE,
	  .off = A(codefile, const char *),
	  .arg = "FILE",
	  .about = "a file with the code in hexadecimal; - is standard input" },
	{ .name = "input",
	  .kind = PL_BYTES,
	  .off = A(input, const struct pl_span *),
	  .arg = "HEX",
	  .about = "call data",
	  .flags = PL_GIVEN },
	{ .name = "gas",
	  .kind = PL_UINT,
	  .off = A(gas, uint64_t),
	  .arg = "GAS",
	  .about = "what it may use, without the price of a transaction",
	  .def = "30000000",
	  .min = 1,
	  .max = INT64_MAX },
	{ .name = "fork",
	  .kind = PL_ENUM,
	  .off = A(fork, int),
	  .arg = "NAME",
	  .about = "whose rules",
	  .words = forks,
	  .def = "osaka" },
	{ .name = "create",
	  .kind = PL_FLAG,
	  .off = A(create, bool),
	  .about = "the code makes a contract: run it as init code" },
	{ .name = "value",
	  .kind = PL_U256,
	  .off = A(value, const struct pl_u256 *),
	  .arg = "WEI",
	  .about = "what is sent along",
	  .flags = PL_GIVEN },
	{ .name = "sender",
	  .kind = PL_ADDR,
	  .off = A(sender, const struct pl_addr *),
	  .arg = "ADDRESS",
	  .about = "who calls (CALLER, ORIGIN)",
	  .flags = PL_GIVEN },
	{ .name = "receiver",
	  .kind = PL_ADDR,
	  .off = A(receiver, const struct pl_addr *),
	  .arg = "ADDRESS",
	  .about = "where the code stands (ADDRESS)",
	  .flags = PL_GIVEN },
	{ .name = "trace",
	  .kind = PL_FLAG,
	  .off = A(trace, bool),
	  .about = "a line of JSON for each operation, as EIP-3155 has it, "
		   "on standard error" },
	{ .name = "memory",
	  .kind = PL_FLAG,
	  .off = A(memory, bool),
	  .about = "with --trace: show memory and return data as well" },
	{ 0 },
};

static const struct pl_field fields[] = {
	{ .name = "status",
	  .kind = PL_STR,
	  .off = R(status, const char *),
	  .about = "success, or what ended it" },
	{ .name = "success",
	  .kind = PL_FLAG,
	  .off = R(success, bool),
	  .about = "what it changed would stay",
	  .flags = PL_WIDE },
	{ .name = "gas_used",
	  .kind = PL_UINT,
	  .off = R(gas_used, uint64_t),
	  .about = "gas it used, refunds not taken off" },
	{ .name = "refund",
	  .kind = PL_UINT,
	  .off = R(refund, uint64_t),
	  .about = "the refund counter at the end",
	  .flags = PL_WIDE },
	{ .name = "logs",
	  .kind = PL_UINT,
	  .off = R(logs, uint64_t),
	  .about = "events that it leaves",
	  .flags = PL_WIDE },
	{ .name = "output",
	  .kind = PL_BYTES,
	  .off = R(output, struct pl_span),
	  .about = "what it returned or reverted with; of --create the code" },
	{ .name = "reason",
	  .kind = PL_STR,
	  .off = R(reason, const char *),
	  .about = "the words of Error(string), where it reverted so",
	  .flags = PL_WIDE },
	{ .name = "created",
	  .kind = PL_ADDR,
	  .off = R(created, const struct pl_addr *),
	  .about = "the contract made by --create",
	  .flags = PL_NULLABLE | PL_WIDE },
	{ 0 },
};

static const struct pl_example examples[] = {
	{ .about = "2 + 3",
	  .line = "plume evm run --code 0x60026003015f5260205ff3" },
	{ .about = "each step of it",
	  .line = "plume evm run --code 0x60026003015f5260205ff3 --trace" },
	{ .about = "what a compiler wrote, called with a selector",
	  .line = "plume evm run --codefile Token.bin --input 0x18160ddd "
		  "--json",
	  .setup = "echo 602a5f5260205ff3 >Token.bin" },
	{ 0 },
};

/* Digits with or without 0x, and blanks around them. */
static enum pl_rc read_code(struct pl_span *out, struct pl_arena *a,
			    const char *path, struct pl_err *e)
{
	struct pl_span text;
	char *s;

	PL_TRY(pl_file_read(a, &text, path, PL_MAX_JSON_FILE, e));
	while (text.n && strchr(" \t\r\n", text.p[text.n - 1]))
		text.n--;
	while (text.n && strchr(" \t\r\n", text.p[0])) {
		text.p++;
		text.n--;
	}
	s = pl_strndup(a, (const char *)text.p, text.n);
	if (strncmp(s, "0x", 2) != 0)
		s = pl_printf(a, "0x%s", s);
	if (pl_hex_bytes(a, out, s, strlen(s), e))
		return pl_note(e, "%s", path);
	return PL_OK;
}

static enum pl_rc get_code(struct pl_span *out, struct pl_arena *a,
			   const struct args *args, struct pl_err *e)
{
	if (!args->code == !args->codefile)
		return pl_fail(e, PL_EUSAGE,
			       "give either --code or --codefile");
	if (args->memory && !args->trace)
		return pl_fail(e, PL_EUSAGE, "--memory goes with --trace");
	if (args->codefile)
		return read_code(out, a, args->codefile, e);
	*out = *args->code;
	return PL_OK;
}

/* To standard error, where clients put it and test runners look for it. */
static void put_line(void *x, struct pl_span json)
{
	(void)x;
	(void)fwrite(json.p, 1, json.n, stderr);
	(void)putc('\n', stderr);
}

static enum pl_rc result(struct pl_ctx *c, struct pl_state *s,
			 const struct pl_evm_msg *m,
			 const struct pl_evm_result *r, struct pl_err *e)
{
	struct row row = { .status = pl_evm_status_text(r->status),
			   .success = r->status == PL_EVM_SUCCESS,
			   .gas_used = m->gas - r->gas_left,
			   .output = r->output };
	int64_t refund = pl_state_refunded(s);
	size_t n;

	(void)pl_state_logs(s, &n);
	row.logs = n;
	row.refund = refund > 0 ? (uint64_t)refund : 0;
	if (r->status == PL_EVM_REVERT)
		row.reason = pl_revert_reason(c->arena, r->output);
	if (row.success && m->kind == PL_EVM_CREATE)
		row.created = &r->created;
	return pl_out_row(c->out, &row, e);
}

static enum pl_rc execute(struct pl_ctx *c, struct pl_evm *evm,
			  const struct pl_evm_msg *m, const struct args *args,
			  struct pl_err *e)
{
	struct pl_arena *scratch;
	struct pl_trace_lines trace;
	struct pl_evm_result r;

	if (!args->trace) {
		pl_evm_run(&r, evm, m);
		return result(c, evm->state, m, &r, e);
	}
	scratch = pl_arena_open(0);
	pl_trace_lines_init(&trace, scratch, evm->block->fork, put_line, NULL);
	trace.memory = args->memory;
	evm->tracer = &trace.t;
	pl_evm_run(&r, evm, m);
	evm->tracer = NULL;
	pl_trace_lines_end(&trace, &r, m->gas - r.gas_left);
	pl_arena_close(scratch);
	return result(c, evm->state, m, &r, e);
}

/* The block there is no other word for: the first of chain 1. */
static struct pl_evm_block block_of(const struct args *args)
{
	return (struct pl_evm_block){ .fork = (enum pl_fork)args->fork,
				      .chain_id = 1,
				      .number = 1,
				      .time = 1,
				      .gas_limit = args->gas,
				      .blob_base_fee = pl_u256_of(1) };
}

/* Of a block that never was, as state tests have it: of its number's digits. */
static struct pl_hash32 block_hash(void *x, uint64_t number)
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, number);

	(void)x;
	return pl_keccak256(
		(struct pl_span){ (const uint8_t *)digits, (size_t)n });
}

/* What a transaction warms before it runs. */
static void warm(const struct pl_evm *evm, const struct pl_evm_msg *m)
{
	struct pl_state *s = evm->state;

	(void)pl_state_warm(s, pl_state_get(s, &m->sender));
	if (m->kind == PL_EVM_CALL)
		(void)pl_state_warm(s, pl_state_get(s, &m->recipient));
	if (evm->block->fork >= PL_FORK_SHANGHAI)
		(void)pl_state_warm(s, pl_state_get(s, &evm->block->coinbase));
}

static enum pl_rc run(struct pl_ctx *c, const void *opaque, struct pl_err *e)
{
	static const struct pl_addr caller = { { [18] = 0xca, 0x11 } };
	static const struct pl_addr here = { { [18] = 0xc0, 0xde } };
	const struct args *args = opaque;
	struct pl_evm_block block = block_of(args);
	struct pl_memstate *mem = pl_memstate_new(c->arena);
	struct pl_evm_msg m = {
		.kind = args->create ? PL_EVM_CREATE : PL_EVM_CALL,
		.gas = args->gas,
		.sender = args->sender ? *args->sender : caller,
		.recipient = args->receiver ? *args->receiver : here
	};
	struct pl_evm evm = { .block = &block, .origin = m.sender };
	struct pl_span code;
	enum pl_rc rc;

	PL_TRY(get_code(&code, c->arena, args, e));
	pl_memstate_hashes(mem, block_hash, NULL);
	m.code_addr = m.recipient;
	if (args->value)
		m.value = *args->value;
	if (args->create && args->input)
		return pl_fail(e, PL_EUSAGE, "init code has no input");
	m.input = args->create  ? code
		  : args->input ? *args->input
				: (struct pl_span){ 0 };
	if (!args->create)
		pl_memstate_put(mem, &m.recipient, 1, &(struct pl_u256){ 0 },
				code);
	/* A transaction counts the sender's nonce up, creations themselves. */
	pl_memstate_put(mem, &m.sender, !args->create, &m.value,
			(struct pl_span){ 0 });
	evm.state = pl_state_open(pl_memstate_source(mem));
	evm.pool = pl_evm_pool_open();
	pl_state_begin_tx(evm.state);
	warm(&evm, &m);
	rc = execute(c, &evm, &m, args, e);
	pl_evm_pool_close(evm.pool);
	pl_state_close(evm.state);
	return rc;
}

const struct pl_cmd cmd_evm_run = {
	.path = "evm run",
	.summary = "run bytecode by itself",
	.about = "Calls the code once, in an otherwise empty state, by the "
		 "rules of a fork: block 1 of chain 1, from an account that "
		 "has what it sends.  Gas is what the machine takes; a "
		 "transaction's own price is not in it.  That the code fails "
		 "or reverts is a result like any other, with exit status 0."
		 "\n\n"
		 "--trace writes a line of JSON to standard error for each "
		 "operation before it takes effect, {pc, op, gas, gasCost, "
		 "memSize, stack, depth, "
		 "refund, opName}, and {output, gasUsed, error} as the last.  "
		 "Nothing is asked of anybody.",
	.args_size = sizeof(struct args),
	.opts = opts,
	.fields = fields,
	.examples = examples,
	.run = run,
};
