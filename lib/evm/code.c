#include "evm/code.h"

#include "evm/fuse.h"
#include "evm/u256_wrap.h"

/* Bytes of programs that a pool keeps. */
#define CODES_ROOM ((size_t)64 << 20)
#define FIRST_CELLS 64
#define STACK_BYTES (1024 * sizeof(struct pl_u256))
/* Blocks are cut before their gas could overflow. */
#define BLOCK_GAS ((uint32_t)1 << 30)

struct pl_codes_entry {
	bool used, traced;
	struct pl_hash32 hash;
	struct pl_code code;
};

static size_t cell(const struct pl_codes *c, const struct pl_hash32 *hash,
		   bool traced)
{
	uint64_t x;
	size_t i;

	memcpy(&x, hash->b, sizeof(x));
	for (i = x & c->mask; c->cells[i].used; i = (i + 1) & c->mask)
		if (c->cells[i].traced == traced &&
		    pl_hash32_equal(&c->cells[i].hash, hash))
			break;
	return i;
}

const struct pl_code *pl_codes_find(const struct pl_codes *c,
				    const struct pl_hash32 *hash, bool traced)
{
	const struct pl_codes_entry *e;

	if (!c->cells)
		return NULL;
	e = &c->cells[cell(c, hash, traced)];
	return e->used ? &e->code : NULL;
}

static void rehash(struct pl_codes *c)
{
	struct pl_codes old = *c;
	size_t cells = old.cells ? old.mask + 1 : 0;

	c->mask = (cells ? 4 * cells : FIRST_CELLS) - 1;
	c->cells = PL_NEW_N(c->a, struct pl_codes_entry, c->mask + 1);
	for (size_t i = 0; i < cells; i++)
		if (old.cells[i].used)
			c->cells[cell(c, &old.cells[i].hash,
				      old.cells[i].traced)] = old.cells[i];
}

struct pl_code *pl_codes_add(struct pl_codes *c, const struct pl_hash32 *hash,
			     bool traced)
{
	struct pl_codes_entry *e;

	if (pl_arena_used(c->a) > CODES_ROOM)
		return NULL;
	if (!c->cells || 2 * (c->n + 1) > c->mask + 1)
		rehash(c);
	e = &c->cells[cell(c, hash, traced)];
	e->used = true;
	e->traced = traced;
	e->hash = *hash;
	c->n++;
	return &e->code;
}

/* ----------------------------------------------------------------- making */

struct maker {
	struct pl_span code;
	const struct pl_op *ops;
	const void *const *labels;
	bool traced;
	struct pl_ins *ins;
	size_t n;
	uint32_t *dest, *pc;
	struct pl_u256 *wide;
	/* The block being made. */
	struct pl_ins *head;
	uint32_t gas;
	int need, height, most; /* words, seen from the block's start */
};

static unsigned push_bytes(uint8_t op)
{
	return op >= PL_OP_PUSH1 && op <= PL_OP_PUSH32 ? op - 0x5fu : 0;
}

/* Upper bounds of what emit will need; marks JUMPDESTs with 1. */
static void count(struct maker *m, size_t *n_ins, size_t *n_wide)
{
	size_t blocks = 2, ops = 0;

	*n_wide = 0;
	for (size_t pc = 0; pc < m->code.n; pc++) {
		uint8_t op = m->code.p[pc];
		unsigned push = push_bytes(op);

		ops++;
		if (op == PL_OP_JUMPDEST)
			m->dest[pc] = 1;
		else if (push > 8)
			++*n_wide;
		else if (m->traced || m->ops[op].how & PL_OP_CUTS)
			blocks++;
		else if (pl_fuse_folds(op))
			++*n_wide;
		pc += push;
	}
	/* A block may be cut for its gas as well. */
	*n_ins = ops + blocks + (m->traced ? ops : ops / 1024) + 2;
}

static struct pl_ins *emit(struct maker *m, size_t pc, unsigned what)
{
	struct pl_ins *i = &m->ins[m->n];

	if (m->traced)
		m->pc[m->n] = (uint32_t)pc;
	i->kind = what;
	m->n++;
	return i;
}

/* SPEC (Yellow Paper, 9.4.2): a block that needs more than is there fails, and
 * one that would pass 1024 words.  need and room are in bytes: one comparison
 * of the stack's height tests both. */
static void close_block(struct maker *m)
{
	int room;

	if (!m->head)
		return;
	room = 1024 - m->need - m->most;
	if (m->need > 1024 || room < 0) {
		/* At no height there can be. */
		m->need = PL_NO_ROOM / 32 + (m->need > 1024);
		room = 0;
	}
	m->head->u.block.gas = m->gas;
	m->head->u.block.need = (uint16_t)(m->need * 32);
	m->head->u.block.room = (uint16_t)(room * 32);
	m->head = NULL;
}

static void open_block(struct maker *m, size_t pc)
{
	close_block(m);
	m->head = emit(m, pc, PL_INS_BLOCK);
	m->gas = 0;
	m->need = m->height = m->most = 0;
}

static void account(struct maker *m, const struct pl_op *op)
{
	int need = (int)op->in - m->height;

	m->gas += op->gas;
	if (need > m->need)
		m->need = need;
	m->height += (int)op->out - (int)op->in;
	if (m->height > m->most)
		m->most = m->height;
}

static void emit_push(struct maker *m, size_t pc, unsigned n)
{
	uint8_t be[32] = { 0 };
	size_t have = m->code.n - pc - 1;
	struct pl_u256 v;
	struct pl_ins *i;

	/* Past the end of the code stand zeros. */
	memcpy(be + 32 - n, m->code.p + pc + 1, have < n ? have : n);
	v = pl_wrap_load(be);
	if (pl_wrap_is_small(&v)) {
		emit(m, pc, PL_INS_PUSH)->u.n = v.w[0];
		return;
	}
	i = emit(m, pc, PL_INS_PUSH_WIDE);
	*m->wide = v;
	i->u.wide = m->wide++;
}

static struct pl_fuse fuse_of(struct maker *m)
{
	return (struct pl_fuse){ m->head + 1, m->ins + m->n, m->wide };
}

/* The operand of the PUSH just emitted, if it is a JUMPDEST: then the PUSH and
 * the jump behind it become one. */
static bool emit_goto(struct maker *m, uint8_t op)
{
	struct pl_ins *last = &m->ins[m->n - 1];
	struct pl_fuse f = fuse_of(m);

	if (m->traced || last->kind != PL_INS_PUSH || last->u.n >= m->code.n ||
	    !m->dest[last->u.n])
		return false;
	pl_fuse_jump(&f, op == PL_OP_JUMP);
	m->n = (size_t)(f.end - m->ins);
	return true;
}

/* What is neither a push nor a jump to a known place. */
static void emit_plain(struct maker *m, size_t pc, unsigned op)
{
	struct pl_fuse f = fuse_of(m);
	bool done = !m->traced && pl_fuse(&f, &op);

	m->n = (size_t)(f.end - m->ins);
	m->wide = f.wide;
	if (!done)
		emit(m, pc, op)->u.n = pc;
}

/* One operation; returns whether what follows can be reached by falling
 * through. */
static bool emit_op(struct maker *m, size_t pc)
{
	uint8_t op = m->code.p[pc];
	const struct pl_op *o = &m->ops[op];
	unsigned push = push_bytes(op);

	if (!o->name) {
		emit(m, pc, PL_INS_UNDEFINED)->u.n = op;
		return false;
	}
	account(m, o);
	if (op == PL_OP_JUMPDEST) {
		if (m->traced)
			emit(m, pc, PL_OP_JUMPDEST);
	} else if (op == PL_OP_PUSH0) {
		emit(m, pc, PL_INS_PUSH)->u.n = 0;
	} else if (push) {
		emit_push(m, pc, push);
	} else if ((op != PL_OP_JUMP && op != PL_OP_JUMPI) ||
		   !emit_goto(m, op)) {
		emit_plain(m, pc, op);
	}
	return !(o->how & PL_OP_ENDS);
}

/* Where jumps go that were made before their target, and the labels. */
static void link(struct maker *m)
{
	for (size_t i = 0; i < m->n; i++) {
		struct pl_ins *x = &m->ins[i];

		if (x->kind >= PL_INS_GOTO)
			x->u.to = m->ins + m->dest[x->u.n];
		x->label = m->labels[x->kind];
	}
}

/* Instruction 0 is the first block, and no JUMPDEST: one that the code begins
 * with has its block behind it. */
static void make(struct maker *m)
{
	bool reached = true;

	open_block(m, 0);
	for (size_t pc = 0; pc < m->code.n; pc++) {
		uint8_t op = m->code.p[pc];

		if (op == PL_OP_JUMPDEST) {
			open_block(m, pc);
			m->dest[pc] = (uint32_t)(m->n - 1);
			reached = true;
		} else if (reached &&
			   (m->traced ? m->ins + m->n - 1 != m->head
				      : !m->head || m->gas > BLOCK_GAS)) {
			open_block(m, pc);
		}
		if (reached)
			reached = emit_op(m, pc);
		if (!reached || m->ops[op].how & PL_OP_CUTS)
			close_block(m);
		pc += push_bytes(op);
	}
	if (reached) {
		if (!m->head || m->traced)
			open_block(m, m->code.n);
		emit(m, m->code.n, PL_OP_STOP);
	}
	close_block(m);
	link(m);
}

void pl_code_make(struct pl_code *out, struct pl_arena *a, struct pl_span code,
		  const struct pl_op ops[256], const void *const *labels,
		  bool traced)
{
	struct maker m = {
		.code = code, .ops = ops, .labels = labels, .traced = traced
	};
	size_t n_ins, n_wide;

	m.dest = PL_NEW_N(a, uint32_t, code.n + 1);
	count(&m, &n_ins, &n_wide);
	m.ins = PL_NEW_N(a, struct pl_ins, n_ins);
	m.wide = PL_NEW_N(a, struct pl_u256, n_wide);
	if (traced)
		m.pc = PL_NEW_N(a, uint32_t, n_ins);
	make(&m);
	*out = (struct pl_code){ m.ins, m.dest, m.pc, code.n };
}
