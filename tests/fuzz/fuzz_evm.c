/* The machine on any code and input: a traced run and one that is not agree in
 * all they leave, no gas is made, and every hook that opens closes.
 *
 * Bytes: fork, gas (3), static and creation (1), length of the first code (2),
 * that code, length of the second (2), that code, the input. */
#include <stdlib.h>

#include "evm/evm.h"
#include "evm/memstate.h"
#include "evm/trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define ADDR(n) (&(const struct pl_addr){ { [19] = (n) } })
#define ME 0xa1
#define OTHER 0xa2
#define CALLER 0xa3
#define MEMORY_GAS 3000000 /* so that no run takes long */

static void need(bool holds)
{
	if (!holds)
		abort();
}

static struct pl_span take(struct pl_span *in, size_t n)
{
	struct pl_span s = { in->p, n < in->n ? n : in->n };

	in->p += s.n;
	in->n -= s.n;
	return s;
}

static uint32_t number(struct pl_span *in, size_t n)
{
	struct pl_span s = take(in, n);
	uint32_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | s.p[i];
	return v;
}

/* ------------------------------------------------------------- a run */

struct counting {
	struct pl_evm_tracer t;
	unsigned depth;
	uint64_t gas; /* of the step before, on this depth */
};

static void on_enter(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
		     const struct pl_addr *to)
{
	struct counting *c = (struct counting *)(void *)t;

	(void)to;
	need(m->depth == c->depth);
	c->depth++;
}

static void on_end(struct pl_evm_tracer *t, const struct pl_evm_msg *m,
		   const struct pl_evm_result *r)
{
	struct counting *c = (struct counting *)(void *)t;

	need(r->gas_left <= m->gas);
	need(r->status <= PL_EVM_REVERT || !r->output.n);
	need(c->depth == m->depth + 1);
	c->depth--;
}

static void on_step(struct pl_evm_tracer *t, const struct pl_evm_step *s)
{
	struct counting *c = (struct counting *)(void *)t;

	need(s->depth == c->depth && s->n_stack <= 1024);
	need(s->status || s->cost <= s->gas);
	need(s->memory.n % 32 == 0);
}

struct run {
	struct pl_evm_result r;
	struct pl_span output;
	size_t n_logs;
	int64_t refund;
	struct pl_hash32 root;
};

static void run(struct run *out, struct pl_arena *a, struct pl_memstate *mem,
		const struct pl_evm_block *block, const struct pl_evm_msg *m,
		struct pl_evm_tracer *tracer)
{
	struct pl_state *s = pl_state_open(pl_memstate_source(mem));
	struct pl_evm evm = { .state = s, .block = block, .tracer = tracer };
	struct pl_state_change *changes;
	struct pl_err e = { 0 };
	size_t n;

	evm.pool = pl_evm_pool_open();
	evm.origin = m->sender;
	pl_state_begin_tx(s);
	pl_evm_run(&out->r, &evm, m);
	need(out->r.status != PL_EVM_NO_STATE);
	out->output = pl_span_dup(a, out->r.output);
	(void)pl_state_logs(s, &out->n_logs);
	out->refund = pl_state_refunded(s);
	pl_state_end_tx(s, block->fork);
	changes = pl_state_changes(s, a, &n);
	need(!pl_memstate_root(mem, &out->root, a, changes, n, &e));
	pl_evm_pool_close(evm.pool);
	pl_state_close(s);
}

static struct pl_hash32 no_hash(void *x, uint64_t number_of)
{
	struct pl_hash32 h = { { 0xb1 } };

	(void)x;
	h.b[31] = (uint8_t)number_of;
	return h;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct counting c = {
		.t = { .enter = on_enter, .exit = on_end, .step = on_step }
	};
	struct pl_arena *a = pl_arena_open(0);
	struct pl_memstate *mem = pl_memstate_new(a);
	struct pl_span in = { p, n };
	struct pl_evm_block block = {
		.chain_id = 1, .number = 300, .time = 7, .gas_limit = 30000000
	};
	struct pl_u256 ten = pl_u256_of(10), slot = pl_u256_of(1);
	struct pl_evm_msg m = { .kind = PL_EVM_CALL,
				.sender = *ADDR(CALLER),
				.recipient = *ADDR(ME),
				.code_addr = *ADDR(ME) };
	struct run plain, traced;
	uint32_t how;

	block.fork = number(&in, 1) % PL_FORKS;
	m.gas = number(&in, 3) % MEMORY_GAS;
	how = number(&in, 1);
	m.is_static = how & 1;
	m.value = pl_u256_of(m.is_static ? 0 : how >> 4);
	pl_memstate_hashes(mem, no_hash, NULL);
	pl_memstate_put(mem, ADDR(CALLER), 1, &ten, (struct pl_span){ 0 });
	pl_memstate_put(mem, ADDR(ME), 1, &ten, take(&in, number(&in, 2)));
	pl_memstate_put(mem, ADDR(OTHER), 1, &ten, take(&in, number(&in, 2)));
	pl_memstate_put_slot(mem, ADDR(ME), &slot, &ten);
	m.input = in;
	if ((how & 6) == 6) {
		m.kind = PL_EVM_CREATE;
		m.is_static = false;
	}
	run(&plain, a, mem, &block, &m, NULL);
	run(&traced, a, mem, &block, &m, &c.t);
	need(!c.depth);
	need(plain.r.gas_left == traced.r.gas_left);
	need((plain.r.status <= PL_EVM_REVERT) ==
	     (traced.r.status <= PL_EVM_REVERT));
	need(plain.output.n == traced.output.n &&
	     !memcmp(plain.output.p, traced.output.p, plain.output.n));
	need(plain.n_logs == traced.n_logs && plain.refund == traced.refund);
	need(!memcmp(&plain.root, &traced.root, 32));
	pl_arena_close(a);
	return 0;
}
