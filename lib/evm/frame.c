#include "evm/frame.h"

/* What is kept from transaction to transaction at most. */
#define KEEP_FRAMES 64
#define KEEP_MEMORY ((size_t)4 << 20)
#define KEEP_CODE ((size_t)48 << 20)
#define FIRST_MEMORY ((size_t)4096)

/* ------------------------------------------------------------------ pool */

struct pl_evm_pool *pl_evm_pool_open(void)
{
	struct pl_arena *own = pl_arena_open(0);
	struct pl_evm_pool *p = PL_NEW(own, struct pl_evm_pool);

	p->own = own;
	p->a = pl_arena_open(0);
	p->mem_a = pl_arena_open(0);
	p->out_a = pl_arena_open(0);
	p->codes.a = pl_arena_open(0);
	return p;
}

static void frames_close(struct pl_evm_pool *p)
{
	for (unsigned i = 0; i < p->n_frames; i++)
		if (p->frames[i])
			pl_arena_close(p->frames[i]->once_a);
	memset(p->frames, 0, sizeof(p->frames));
	p->n_frames = 0;
	p->mem_total = p->once_total = 0;
}

void pl_evm_pool_close(struct pl_evm_pool *p)
{
	if (!p)
		return;
	frames_close(p);
	pl_arena_close(p->a);
	pl_arena_close(p->mem_a);
	pl_arena_close(p->out_a);
	pl_arena_close(p->codes.a);
	pl_arena_close(p->own); /* p itself goes with it */
}

struct pl_frame *pl_pool_frame(struct pl_evm_pool *p, unsigned depth)
{
	struct pl_frame *f = p->frames[depth];

	if (f)
		return f;
	f = PL_NEW(p->a, struct pl_frame);
	f->floor = PL_NEW_N(p->a, struct pl_u256, PL_EVM_STACK + 1);
	f->pool = p;
	p->frames[depth] = f;
	if (p->n_frames <= depth)
		p->n_frames = depth + 1;
	return f;
}

void pl_pool_begin(struct pl_evm_pool *p, enum pl_fork fork)
{
	if (p->n_frames > KEEP_FRAMES || p->mem_total > KEEP_MEMORY ||
	    p->once_total > KEEP_MEMORY) {
		frames_close(p);
		pl_arena_reset(p->a);
		pl_arena_reset(p->mem_a);
	}
	if (!p->has_ops || p->fork != fork ||
	    pl_arena_used(p->codes.a) > KEEP_CODE) {
		pl_arena_reset(p->codes.a);
		p->codes = (struct pl_codes){ .a = p->codes.a };
		pl_op_table(p->ops, fork);
		p->fork = fork;
		p->has_ops = true;
	}
}

const struct pl_code *pl_pool_program(struct pl_frame *f,
				      const struct pl_hash32 *hash)
{
	struct pl_evm_pool *p = f->pool;
	bool traced = f->evm->tracer && f->evm->tracer->step;
	const void *const *labels =
		traced ? pl_loop_traced(NULL) : pl_loop(NULL);
	struct pl_arena *a = p->codes.a;
	struct pl_code *made = NULL;

	if (hash) {
		const struct pl_code *c =
			pl_codes_find(&p->codes, hash, traced);

		if (c)
			return c;
		made = pl_codes_add(&p->codes, hash, traced);
	}
	if (!made) {
		if (!f->once_a)
			f->once_a = pl_arena_open(0);
		pl_arena_reset(f->once_a);
		a = f->once_a;
		made = &f->once;
	}
	pl_code_make(made, a, f->code, p->ops, labels, traced);
	if (a == f->once_a)
		p->once_total += pl_arena_used(a);
	return made;
}

/* ---------------------------------------------------------------- memory */

/* SPEC (Yellow Paper, appendix H): 3 gas a word, and its square over 512 */
static uint64_t price(uint64_t words)
{
	return 3 * words + words * words / 512;
}

bool pl_frame_charge(struct pl_frame *f, size_t end)
{
	uint64_t more;

	if (end <= f->mem_n)
		return true;
	if (end > PL_EVM_MEMORY) {
		f->missing = UINT64_MAX;
		return false;
	}
	more = price((end + 31) / 32) - price(f->mem_n / 32);
	if (f->gas < more ||
	    (end > f->mem_cap && end > PL_EVM_MEMORY - f->pool->mem_total)) {
		f->missing = more;
		return false;
	}
	f->gas -= more;
	return true;
}

void pl_frame_expand(struct pl_frame *f, size_t end)
{
	struct pl_evm_pool *p = f->pool;

	if (end <= f->mem_n)
		return;
	end = (end + 31) / 32 * 32;
	if (end > f->mem_cap) {
		size_t cap = f->mem_cap ? 2 * f->mem_cap : FIRST_MEMORY;

		if (cap < end)
			cap = end;
		f->mem = pl_realloc(p->mem_a, f->mem, f->mem_n, cap);
		p->mem_total += cap - f->mem_cap;
		f->mem_cap = cap;
	}
	memset(f->mem + f->mem_n, 0, end - f->mem_n);
	f->mem_n = end;
}

/* --------------------------------------------------------------- tracing */

void pl_frame_note(struct pl_frame *f, const struct pl_ins *ins)
{
	const struct pl_code *c = f->program;
	uint32_t pc = c->pc[ins - c->ins];

	f->step.pc = pc;
	f->step.op = pc < f->code.n ? f->code.p[pc] : PL_OP_STOP;
	f->step.gas = f->gas;
	f->told = false;
	f->missing = 0;
}

void pl_frame_tell(struct pl_frame *f, const struct pl_u256 *sp,
		   enum pl_evm_status status)
{
	struct pl_evm_tracer *t = f->evm->tracer;
	struct pl_evm_step *s = &f->step;

	if (f->told || !t->step)
		return;
	f->told = true;
	s->cost = s->gas - f->gas;
	s->cost = f->missing > UINT64_MAX - s->cost ? UINT64_MAX
						    : s->cost + f->missing;
	s->depth = f->depth + 1;
	s->stack = f->floor + 1;
	s->n_stack = (size_t)(sp - f->floor);
	s->memory = (struct pl_span){ f->mem, f->mem_n };
	s->return_data = f->ret;
	s->refund = f->state->refund;
	s->self = f->self;
	s->status = status;
	t->step(t, s);
}
