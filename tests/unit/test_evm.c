/* The machine: what single operations cost and give, calls and creations, and
 * that a traced run and one that is not never differ. */
#include "check.h"
#include "machine.h"

#define ME 0x51
#define OTHER 0x52
#define CALLER 0x53

struct world {
	struct machine on;
	struct pl_evm_msg msg;
	struct pl_evm_result r;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	machine_open(&w->on, PL_FORK_OSAKA);
	pl_memstate_put(w->on.m, ADDR(CALLER), 5,
			&(struct pl_u256){ { 1000, 0, 0, 0 } },
			(struct pl_span){ 0 });
	w->on.block.chain_id = 77;
	w->on.block.number = 300;
	w->on.block.time = 1234;
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	machine_close(&w->on);
	free(w);
	return 0;
}

static void put(struct world *w, uint8_t at, struct pl_span code)
{
	pl_memstate_put(w->on.m, ADDR(at), 1,
			&(struct pl_u256){ { 10, 0, 0, 0 } }, code);
}

/* Call what stands at ME, from a state in which nothing was done. */
static const struct pl_evm_result *run(struct world *w, uint64_t gas)
{
	pl_state_reset(w->on.s);
	pl_state_begin_tx(w->on.s);
	(void)pl_state_warm(w->on.s, pl_state_get(w->on.s, ADDR(ME)));
	w->msg = (struct pl_evm_msg){ .kind = PL_EVM_CALL,
				      .gas = gas,
				      .sender = *ADDR(CALLER),
				      .recipient = *ADDR(ME),
				      .code_addr = *ADDR(ME),
				      .input = w->msg.input,
				      .value = w->msg.value,
				      .is_static = w->msg.is_static };
	pl_evm_run(&w->r, &w->on.evm, &w->msg);
	return &w->r;
}

static const struct pl_evm_result *run_code(struct world *w, const char *code)
{
	put(w, ME, unhex(w->on.a, code));
	return run(w, 1000000);
}

/* Return the word on top of the stack: PUSH0 MSTORE, 32, PUSH0, RETURN. */
#define RET "5f5260205ff3"
#define RET_GAS (2 + 3 + 3 + 2)
#define MINUS_1                                                                \
	"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define MIN "7f8000000000000000000000000000000000000000000000000000000000000000"

static void words(void **state)
{
	/* code, gas before RET, and the word's lowest 8 bytes and highest */
	static const struct {
		const char *code;
		uint64_t gas, low, high;
	} t[] = {
		{ "6002600301", 9, 5, 0 },
		{ MINUS_1 "600101", 9, 0, 0 },
		{ "6001600203", 9, 1, 0 }, /* 2 - 1 */
		{ "6002600103", 9, UINT64_MAX, UINT64_MAX },
		{ "6007600602", 11, 42, 0 },
		{ MINUS_1 MINUS_1 "02", 11, 1, 0 },
		{ "6002600704", 11, 3, 0 },
		{ "5f600704", 10, 0, 0 },
		{ MINUS_1 MIN "05", 11, 0, (uint64_t)1 << 63 },
		{ "6003600706", 11, 1, 0 },
		{ "5f600706", 10, 0, 0 },
		/* -7 mod 3 = -1 */
		{ "60036007196001"
		  "0107",
		  20, UINT64_MAX, UINT64_MAX },
		{ "60056004600308", 17, 2, 0 },
		{ "5f6004600308", 16, 0, 0 },
		{ "6005" MINUS_1 MINUS_1 "08", 17, 0, 0 },
		{ "600c" MINUS_1 MINUS_1 "09", 17, 9, 0 },
		{ "600a60020a", 6 + 60, 1024, 0 },
		{ "61ffff60000a", 6 + 110, 0, 0 },
		{ "60ff5f0b", 10, UINT64_MAX, UINT64_MAX },
		{ "607f5f0b", 10, 0x7f, 0 },
		{ "6002600110", 9, 1, 0 },
		{ "6002600111", 9, 0, 0 },
		{ "6001" MINUS_1 "12", 9, 1, 0 },
		{ "6001" MINUS_1 "13", 9, 0, 0 },
		{ MINUS_1 MINUS_1 "14", 9, 1, 0 },
		{ "5f15", 5, 1, 0 },
		{ "600c600a16", 9, 8, 0 },
		{ "600c600a17", 9, 14, 0 },
		{ "600c600a18", 9, 6, 0 },
		{ "5f19", 5, UINT64_MAX, UINT64_MAX },
		{ "61abcd601e1a", 9, 0xab, 0 },
		{ "61abcd60201a", 9, 0, 0 },
		{ "600160ff1b", 9, 0, (uint64_t)1 << 63 },
		{ "60016101001b", 9, 0, 0 },
		{ MIN "60ff1c", 9, 1, 0 },
		{ MIN "60ff1d", 9, UINT64_MAX, UINT64_MAX },
		{ MIN "6101001d", 9, UINT64_MAX, UINT64_MAX },
		{ "60011e", 8, 255, 0 },
		{ "5f1e", 7, 256, 0 },
		{ "5f5f20", 34, 0x7bfad8045d85a470, 0xc5d2460186f7233c },
		{ "30", 2, ME, 0 },
		{ "33", 2, CALLER, 0 },
		{ "36", 2, 0, 0 },
		{ "38", 2, 7, 0 },
		{ "46", 2, 77, 0 },
		{ "47", 5, 10, 0 },
		{ "42", 2, 1234, 0 },
		{ "43", 2, 300, 0 },
		{ "6052"
		  "31",
		  3 + 2600, 0, 0 },
		{ "6001"
		  "31",
		  3 + 100, 0, 0 }, /* precompiled: warm */
		{ "59", 2, 0, 0 },
		{ "5f3559", 7, 0, 0 },
		{ "600051"
		  "59",
		  3 + 6 + 2, 32, 0 },
		{ "5a", 2, 999998, 0 },
		{ "5050"
		  "58",
		  0, 0, 0 },
		{ "5b58", 3, 1, 0 },
		{ "60055401", 0, 0, 0 },
		{ "600554", 3 + 2100, 0, 0 },
		{ "60096005"
		  "55"
		  "600554",
		  6 + 22100 + 3 + 100, 9, 0 },
		{ "60096005"
		  "5d"
		  "60055c",
		  6 + 100 + 3 + 100, 9, 0 },
		{ "60016002603e90", 12, 2, 0 },
		{ "6001600281", 9, 1, 0 },
		/* JUMP over an INVALID, to a JUMPDEST */
		{ "600456fe5b6007", 3 + 8 + 1 + 3, 7, 0 },
		{ "6001600657fe5b6008", 3 + 3 + 10 + 1 + 3, 8, 0 },
		/* a jump whose place is computed */
		{ "600360030156fe5b6008", 0, 0, 0 },
		{ "600460030156fe5b6008", 9 + 8 + 1 + 3, 8, 0 },
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		struct world *w = *state;
		const struct pl_evm_result *r =
			run_code(w, pl_printf(w->on.a, "%s" RET, t[i].code));
		uint64_t low = 0, high = 0;

		if (!t[i].gas) {
			assert_int_not_equal(r->status, PL_EVM_SUCCESS);
			continue;
		}
		if (r->status)
			print_error("%s\n", t[i].code);
		assert_int_equal(r->status, PL_EVM_SUCCESS);
		assert_int_equal(r->output.n, 32);
		for (unsigned k = 0; k < 8; k++) {
			high = high << 8 | r->output.p[k];
			low = low << 8 | r->output.p[24 + k];
		}
		if (low != t[i].low || high != t[i].high)
			print_error("%s\n", t[i].code);
		assert_int_equal(low, t[i].low);
		assert_int_equal(high, t[i].high);
		/* Memory was not there but for one case. */
		if (!strstr(t[i].code, "51"))
			high = RET_GAS + 3;
		else
			high = RET_GAS;
		if (1000000 - r->gas_left != t[i].gas + high)
			print_error("%s\n", t[i].code);
		assert_int_equal(1000000 - r->gas_left, t[i].gas + high);
	}
}

static void endings(void **state)
{
	static const struct {
		const char *code;
		enum pl_evm_status status;
	} t[] = {
		{ "00", PL_EVM_SUCCESS },
		{ "5b", PL_EVM_SUCCESS },
		{ "60", PL_EVM_SUCCESS },
		{ "5f5ffd", PL_EVM_REVERT },
		{ "fe", PL_EVM_INVALID_OPCODE },
		{ "0c", PL_EVM_INVALID_OPCODE },
		{ "01", PL_EVM_STACK_UNDERFLOW },
		{ "5f01", PL_EVM_STACK_UNDERFLOW },
		{ "5b5f600056", PL_EVM_STACK_OVERFLOW },
		{ "5f56", PL_EVM_BAD_JUMP },
		{ "600256", PL_EVM_BAD_JUMP },
		{ "6003565b", PL_EVM_SUCCESS },
		{ "605b60015600", PL_EVM_BAD_JUMP }, /* inside a PUSH */
		{ "67ffffffffffffffff56", PL_EVM_BAD_JUMP },
		{ "6001600155", PL_EVM_SUCCESS },
		{ "60015f5f3e", PL_EVM_RETURNDATA },
		{ "5f5f5f3e", PL_EVM_SUCCESS },
		{ "5f" MINUS_1 "52", PL_EVM_OUT_OF_GAS },
		{ "5f63ffffffff52", PL_EVM_OUT_OF_GAS },
		{ "5b600056", PL_EVM_OUT_OF_GAS },
		{ "61c0015f5ff0", PL_EVM_INITCODE_SIZE },
		{ "5fff", PL_EVM_SUCCESS },
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		const struct pl_evm_result *r = run_code(*state, t[i].code);

		if (r->status != t[i].status)
			print_error("%s: %s\n", t[i].code,
				    pl_evm_status_text(r->status));
		assert_int_equal(r->status, t[i].status);
		if (r->status > PL_EVM_REVERT)
			assert_int_equal(r->gas_left, 0);
	}
}

/* A static call forbids what writes, at every depth. */
static void static_writes(void **state)
{
	static const char *const writes[] = { "60016001"
					      "55",
					      "60016001"
					      "5d",
					      "5f5f"
					      "a0",
					      "5f5f5f"
					      "f0",
					      "5f5f5f5f"
					      "f5",
					      "5f"
					      "ff",
					      "5f5f5f5f60016052"
					      "5a"
					      "f1" };

	for (size_t i = 0; i < COUNT(writes); i++) {
		struct world *w = *state;

		w->msg.is_static = true;
		assert_int_equal(run_code(w, writes[i])->status,
				 PL_EVM_STATIC_WRITE);
		w->msg.is_static = false;
		assert_int_equal(run_code(w, writes[i])->status,
				 PL_EVM_SUCCESS);
	}
}

/* Call OTHER: its answer, or its words when it reverts, come back. */
static void calls(void **state)
{
	struct world *w = *state;
	const char *call = "60205f5f5f5f605261fffff150" /* its word to 0 */
			   "3d5f5260205ff3";
	const struct pl_evm_result *r;

	put(w, OTHER, unhex(w->on.a, "602a" RET));
	r = run_code(w, "60205f5f5f5f605261fffff15060205ff3");
	assert_int_equal(r->status, PL_EVM_SUCCESS);
	assert_int_equal(r->output.p[31], 0x2a);
	r = run_code(w, call);
	assert_int_equal(r->output.p[31], 32);
	/* 7 pushes; a cold account, a word of memory, the other's own; POP to
	 * RETURN */
	assert_int_equal(1000000 - r->gas_left, 3 + 4 * 2 + 3 + 3 + 2600 + 3 +
							3 + RET_GAS + 3 + 2 +
							2 + RET_GAS);
	put(w, OTHER, unhex(w->on.a, "60335f5260015ffd"));
	r = run_code(w, "5f5f5f5f5f605261fffff13d5f5260205ff3");
	assert_int_equal(r->output.p[31], 1);
	/* More value than there is: no call, and its gas is there again. */
	r = run_code(w, "5f5f5f5f600b605261fffff15f5260205ff3");
	assert_int_equal(r->status, PL_EVM_SUCCESS);
	assert_int_equal(r->output.p[31], 0);
	assert_true(1000000 - r->gas_left < 2600 + 9000 + 100);
}

/* A contract that calls itself as long as there is gas and depth. */
static void depth(void **state)
{
	struct world *w = *state;
	const struct pl_evm_result *r;

	/* slot 0 counts; CALL(gas, self, 0, 0, 0, 0, 0) */
	put(w, ME, unhex(w->on.a, "5f546001015f555f5f5f5f5f305af1"));
	r = run(w, UINT64_MAX / 2);
	assert_int_equal(r->status, PL_EVM_SUCCESS);
	assert_int_equal(
		pl_slot_value(pl_state_slot(w->on.s,
					    pl_state_get(w->on.s, ADDR(ME)),
					    &(struct pl_u256){ 0 }))
			->w[0],
		1025);
}

static const struct pl_evm_result *create(struct world *w, const char *init,
					  enum pl_evm_kind kind)
{
	pl_state_reset(w->on.s);
	pl_state_begin_tx(w->on.s);
	w->msg = (struct pl_evm_msg){ .kind = kind,
				      .gas = 1000000,
				      .sender = *ADDR(CALLER),
				      .value = pl_u256_of(3),
				      .input = unhex(w->on.a, init) };
	pl_evm_run(&w->r, &w->on.evm, &w->msg);
	return &w->r;
}

static void creations(void **state)
{
	struct world *w = *state;
	const struct pl_evm_result *r;
	struct pl_acct *a;

	/* Code 6001: MSTORE8 twice, RETURN. */
	r = create(w, "60605f53600160015360025ff3", PL_EVM_CREATE);
	assert_int_equal(r->status, PL_EVM_SUCCESS);
	a = pl_state_get(w->on.s, &r->created);
	assert_hex_equal(pl_acct_code(w->on.s, a), "6001");
	assert_int_equal(pl_acct_nonce(a), 1);
	assert_int_equal(pl_acct_balance(a)->w[0], 3);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, ADDR(CALLER))), 6);
	assert_int_equal(1000000 - r->gas_left,
			 3 + 2 + 3 + 3 + 3 + 3 + 3 + 3 + 2 + 400);
	/* EIP-3541, EIP-170, and a revert: the nonce stays up. */
	r = create(w, "60ef5f5360015ff3", PL_EVM_CREATE);
	assert_int_equal(r->status, PL_EVM_CODE_EF);
	assert_int_equal(r->gas_left, 0);
	assert_int_equal(pl_acct_nonce(pl_state_get(w->on.s, ADDR(CALLER))), 6);
	assert_int_equal(
		pl_acct_balance(pl_state_get(w->on.s, ADDR(CALLER)))->w[0],
		1000);
	r = create(w, "6160015ff3", PL_EVM_CREATE);
	assert_int_equal(r->status, PL_EVM_CODE_SIZE);
	r = create(w, "5f5ffd", PL_EVM_CREATE2);
	assert_int_equal(r->status, PL_EVM_REVERT);
	w->on.block.max_code_size = 0x10000;
	r = create(w, "6160015ff3", PL_EVM_CREATE);
	assert_int_equal(r->status, PL_EVM_OUT_OF_GAS);
	w->on.block.max_code_size = 0;
}

/* EIP-1014's first and fifth examples. */
static void create2_address(void **state)
{
	struct world *w = *state;
	struct pl_addr zero = { { 0 } }, a;
	struct pl_addr from = { { [16] = 0xde, 0xad, 0xbe, 0xef } };
	struct pl_hash32 salt = { { 0 } };

	a = pl_create2_address(&zero, &salt, unhex(w->on.a, "00"));
	assert_hex_equal((struct pl_span){ a.b, 20 },
			 "4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38");
	memcpy(salt.b + 28, "\xca\xfe\xba\xbe", 4);
	a = pl_create2_address(&from, &salt, unhex(w->on.a, "deadbeef"));
	assert_hex_equal((struct pl_span){ a.b, 20 },
			 "60f3f640a8508fc6a86d45df051962668e1e8ac7");
}

static void delegation(void **state)
{
	struct world *w = *state;
	const struct pl_evm_result *r;
	struct pl_addr to;
	struct pl_span code = unhex(
		w->on.a, "ef01000000000000000000000000000000000000000052");

	assert_true(pl_evm_delegation(&to, code));
	assert_memory_equal(&to, ADDR(OTHER), 20);
	code.n--;
	assert_false(pl_evm_delegation(&to, code));
	code.n++;
	put(w, OTHER, unhex(w->on.a, "30" RET));
	put(w, ME, code);
	r = run(w, 100000);
	assert_int_equal(r->status, PL_EVM_SUCCESS);
	assert_int_equal(r->output.p[31], ME);
	/* Before Prague it is code that begins with no opcode. */
	w->on.block.fork = PL_FORK_CANCUN;
	assert_int_equal(run(w, 100000)->status, PL_EVM_INVALID_OPCODE);
	/* One that points to another is not followed further. */
	w->on.block.fork = PL_FORK_PRAGUE;
	put(w, OTHER, code);
	assert_int_equal(run(w, 100000)->status, PL_EVM_INVALID_OPCODE);
}

/* ----------------------------------------------------- traced and untraced */

struct counting {
	struct pl_evm_tracer t;
	uint64_t steps, gas;
	int depth, most;
};

static void count_step(struct pl_evm_tracer *t, const struct pl_evm_step *s)
{
	struct counting *c = (struct counting *)(void *)t;

	c->steps++;
	c->gas += s->cost;
	assert_int_equal(s->depth, c->depth);
	assert_true(s->n_stack <= 1024);
	assert_non_null(pl_evm_op_name(s->op, PL_FORK_OSAKA));
}

static void count_enter(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
			const struct pl_addr *to)
{
	struct counting *c = (struct counting *)(void *)t;

	(void)to;
	assert_int_equal(m->depth, c->depth);
	if (++c->depth > c->most)
		c->most = c->depth;
}

static void count_exit(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
		       const struct pl_evm_result *r)
{
	struct counting *c = (struct counting *)(void *)t;

	assert_true(r->gas_left <= m->gas);
	c->depth--;
}

static void traced(void **state)
{
	struct world *w = *state;
	struct counting c = { .t = { .enter = count_enter,
				     .exit = count_exit,
				     .step = count_step } };

	/* 5 operations and the STOP behind the code */
	w->on.evm.tracer = &c.t;
	assert_int_equal(run_code(w, "6001600201505b")->status, PL_EVM_SUCCESS);
	assert_int_equal(c.steps, 6);
	assert_int_equal(c.gas, 1000000 - w->r.gas_left);
	assert_int_equal(c.most, 1);
	assert_int_equal(c.depth, 0);
	w->on.evm.tracer = NULL;
}

static uint64_t next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* Bytes that are more often sensible than chance has it: small pushes, jumps
 * to what may be a JUMPDEST, calls of the two contracts. */
static struct pl_span random_code(struct pl_arena *a, uint64_t *x)
{
	size_t n = 20 + next(x) % 200;
	uint8_t *p = pl_alloc(a, n);

	for (size_t i = 0; i < n; i++) {
		uint64_t r = next(x);

		/* Something to take, first. */
		switch (i < 20 ? 0 : r % 8) {
		case 0:
		case 1:
		case 2:
			p[i] = 0x60;
			if (++i < n)
				p[i] = (uint8_t)(next(x) % 3   ? next(x) % n
						 : next(x) % 2 ? OTHER
							       : ME);
			break;
		case 3:
			p[i] = (uint8_t)(0x80 + (r >> 8) % 32);
			break;
		case 4:
			p[i] = 0x5b;
			break;
		case 5:
			p[i] = (uint8_t)(0xf0 + (r >> 8) % 6);
			break;
		case 6:
			p[i] = (uint8_t)(0x30 + (r >> 8) % 0x30);
			break;
		default:
			p[i] = (uint8_t)(r >> 8);
		}
	}
	return (struct pl_span){ p, n };
}

static void no_difference(void **state)
{
	struct world *w = *state;
	uint64_t x = 0x9e3779b97f4a7c15;
	unsigned good = 0;

	for (unsigned i = 0; i < 20000; i++) {
		struct counting c = { .t = { .enter = count_enter,
					     .exit = count_exit,
					     .step = count_step } };
		struct pl_evm_result r;
		struct pl_arena *a = pl_arena_open(0);
		struct pl_span out;
		size_t n_logs, n;
		int64_t refund;

		w->on.m = pl_memstate_new(a);
		pl_state_close(w->on.s);
		w->on.s = w->on.evm.state =
			pl_state_open(pl_memstate_source(w->on.m));
		w->on.block.fork = next(&x) % PL_FORKS;
		put(w, ME, random_code(a, &x));
		put(w, OTHER, random_code(a, &x));
		r = *run(w, 100000 + next(&x) % 100000);
		out = pl_span_dup(a, r.output);
		refund = pl_state_refunded(w->on.s);
		(void)pl_state_logs(w->on.s, &n_logs);
		w->on.evm.tracer = &c.t;
		(void)run(w, w->msg.gas);
		w->on.evm.tracer = NULL;
		assert_int_equal(c.depth, 0);
		assert_int_equal(r.status <= PL_EVM_REVERT,
				 w->r.status <= PL_EVM_REVERT);
		assert_int_equal(r.gas_left, w->r.gas_left);
		assert_int_equal(out.n, w->r.output.n);
		assert_memory_equal(out.p, w->r.output.p, out.n);
		assert_int_equal(refund, pl_state_refunded(w->on.s));
		(void)pl_state_logs(w->on.s, &n);
		assert_int_equal(n, n_logs);
		good += r.status <= PL_EVM_REVERT;
		pl_arena_close(a);
	}
	assert_true(good > 1000);
	w->on.m = pl_memstate_new(w->on.a);
	pl_state_close(w->on.s);
	w->on.s = w->on.evm.state = pl_state_open(pl_memstate_source(w->on.m));
}

/* The ends of functions, as compilers write them and nearly so: n words below
 * the result is the way back. */
enum ending {
	AS_COMPILED,
	BEHIND_A_COPY, /* PUSH0, DUP2, SWAP1, POP in front */
	A_POP_LESS,
	A_POP_MORE,
	ONE_SWAP,
	LOG0_FOR_IT, /* what would be SWAP17 */
	ENDINGS
};

static struct pl_span function(uint8_t room[160], unsigned n, enum ending how)
{
	static const uint8_t tail[] = { 0x56, 0x5b, 0x5f, 0x52,
					0x60, 0x20, 0x5f, 0xf3 };
	const unsigned pops =
		n - 1 + (how == A_POP_MORE) - (n > 1 && how == A_POP_LESS);
	uint8_t *w = room;

	*w++ = 0x60;
	*w++ = 0; /* the way back, once it is known */
	for (unsigned i = 1; i < n; i++) {
		*w++ = 0x60;
		*w++ = (uint8_t)i;
	}
	*w++ = 0x60;
	*w++ = 42;
	if (how == BEHIND_A_COPY) {
		memcpy(w, "\x5f\x81\x90\x50\x90\x50", 6);
		w += 6;
	}
	if (how == LOG0_FOR_IT) {
		*w++ = 0x5f;
		*w++ = 0x5f;
	}
	*w++ = (uint8_t)(how == LOG0_FOR_IT ? 0xa0 : 0x8f + n);
	if (n > 1 && how != ONE_SWAP)
		*w++ = (uint8_t)(0x8f + n - 1);
	memset(w, 0x50, pops);
	w += pops;
	room[1] = (uint8_t)(w + 1 - room);
	memcpy(w, tail, sizeof(tail));
	return (struct pl_span){ room, (size_t)(w - room) + sizeof(tail) };
}

static void ways_back(void **state)
{
	struct world *w = *state;
	uint8_t room[160];

	for (unsigned n = 1; n <= 17; n++) {
		for (enum ending how = 0; how < ENDINGS; how++) {
			struct counting c = { .t = { .enter = count_enter,
						     .exit = count_exit,
						     .step = count_step } };
			struct pl_evm_result r;
			struct pl_span out;

			if (n == 17 && how != LOG0_FOR_IT)
				continue;
			put(w, ME, function(room, n, how));
			r = *run(w, 1000000);
			out = pl_span_dup(w->on.a, r.output);
			w->on.evm.tracer = &c.t;
			(void)run(w, 1000000);
			w->on.evm.tracer = NULL;
			assert_int_equal(r.gas_left, w->r.gas_left);
			assert_int_equal(r.status <= PL_EVM_REVERT,
					 w->r.status <= PL_EVM_REVERT);
			assert_int_equal(out.n, w->r.output.n);
			assert_memory_equal(out.p, w->r.output.p, out.n);
			if (how > BEHIND_A_COPY)
				continue;
			assert_int_equal(r.status, PL_EVM_SUCCESS);
			assert_int_equal(out.n, 32);
			assert_int_equal(out.p[31], 42);
		}
	}
	/* no JUMPDEST there, and nothing there at all */
	put(w, ME, unhex(w->on.a, "6003602a9056"));
	assert_int_equal(run(w, 1000)->status, PL_EVM_BAD_JUMP);
	put(w, ME, unhex(w->on.a, "602a9056"));
	assert_int_equal(run(w, 1000)->status, PL_EVM_STACK_UNDERFLOW);
}

/* A source that knows nothing: the run says so, and nothing else. */
static enum pl_rc no_account(struct pl_state_source *x,
			     struct pl_state_account *out,
			     const struct pl_addr *addr, struct pl_err *e)
{
	(void)x;
	(void)out;
	return addr->b[19] == OTHER ? pl_fail(e, PL_ENET, "no answer") : PL_OK;
}

static void no_state(void **state)
{
	struct world *w = *state;
	struct pl_state_source *src = pl_memstate_source(w->on.m);
	enum pl_rc (*was)(struct pl_state_source *, struct pl_state_account *,
			  const struct pl_addr *, struct pl_err *) =
		src->account;
	struct pl_err e;

	put(w, ME, unhex(w->on.a, "6052315f5260205ff3"));
	assert_int_equal(run(w, 100000)->status, PL_EVM_SUCCESS);
	pl_state_reset(w->on.s);
	(void)pl_acct_code(w->on.s, pl_state_get(w->on.s, ADDR(ME)));
	src->account = no_account;
	pl_state_begin_tx(w->on.s);
	pl_evm_run(&w->r, &w->on.evm, &w->msg);
	src->account = was;
	assert_int_equal(w->r.status, PL_EVM_NO_STATE);
	assert_int_equal(pl_state_failure(w->on.s, &e), PL_ENET);
}

static void names(void **state)
{
	(void)state;
	assert_string_equal(pl_evm_op_name(0x44, PL_FORK_LONDON), "DIFFICULTY");
	assert_string_equal(pl_evm_op_name(0x44, PL_FORK_PARIS), "PREVRANDAO");
	assert_string_equal(pl_evm_op_name(0x5f, PL_FORK_PARIS), "0x5f");
	assert_string_equal(pl_evm_op_name(0x0c, PL_FORK_OSAKA), "0x0c");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(words, set_up, tear_down),
		cmocka_unit_test_setup_teardown(endings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(static_writes, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(calls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(depth, set_up, tear_down),
		cmocka_unit_test_setup_teardown(creations, set_up, tear_down),
		cmocka_unit_test_setup_teardown(create2_address, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(delegation, set_up, tear_down),
		cmocka_unit_test_setup_teardown(traced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_difference, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(ways_back, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_state, set_up, tear_down),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
