#include "evm/fuse.h"

#include "evm/u256_wrap.h"

static bool is_number(const struct pl_ins *i)
{
	return i->kind == PL_INS_PUSH || i->kind == PL_INS_PUSH_WIDE;
}

static struct pl_u256 number(const struct pl_ins *i)
{
	return i->kind == PL_INS_PUSH ? pl_u256_of(i->u.n) : *i->u.wide;
}

static void put_number(struct pl_fuse *f, struct pl_ins *i,
		       const struct pl_u256 *v)
{
	if (pl_wrap_is_small(v)) {
		i->kind = PL_INS_PUSH;
		i->u.n = v->w[0];
		return;
	}
	i->kind = PL_INS_PUSH_WIDE;
	*f->wide = *v;
	i->u.wide = f->wide++;
}

/* ------------------------------------------------------------- constants */

bool pl_fuse_folds(unsigned op)
{
	return op == PL_OP_ADD || op == PL_OP_MUL || op == PL_OP_SUB ||
	       op == PL_OP_AND || op == PL_OP_OR || op == PL_OP_NOT ||
	       op == PL_OP_SHL || op == PL_OP_SHR;
}

/* What op makes of two numbers, the first from the top. */
static bool fold(struct pl_u256 *r, unsigned op, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	bool far = !pl_wrap_is_small(a) || a->w[0] > 255;

	if (!pl_fuse_folds(op) || op == PL_OP_NOT)
		return false;
	if (op == PL_OP_ADD)
		pl_wrap_add(r, a, b);
	else if (op == PL_OP_MUL)
		pl_wrap_mul(r, a, b);
	else if (op == PL_OP_SUB)
		(void)pl_wrap_sub(r, a, b);
	else if (op == PL_OP_SHL || op == PL_OP_SHR)
		*r = *b;
	if (far && (op == PL_OP_SHL || op == PL_OP_SHR))
		pl_wrap_set(r, 0);
	else if (op == PL_OP_SHL)
		pl_wrap_shl(r, b, (unsigned)a->w[0]);
	else if (op == PL_OP_SHR)
		pl_wrap_shr(r, b, (unsigned)a->w[0], 0);
	for (int i = 0; i < 4; i++) {
		if (op == PL_OP_AND)
			r->w[i] = a->w[i] & b->w[i];
		else if (op == PL_OP_OR)
			r->w[i] = a->w[i] | b->w[i];
	}
	return true;
}

/* An operation on a number and what lies below it. */
static bool with_number(struct pl_ins *i, unsigned op)
{
	bool small = i->kind == PL_INS_PUSH;

	if (op == PL_OP_AND)
		i->kind = small ? PL_INS_AND_SMALL : PL_INS_AND_WIDE;
	else if (!small)
		return false;
	else if (op == PL_OP_ADD)
		i->kind = PL_INS_ADD_SMALL;
	else if (op == PL_OP_SHL && i->u.n < 256)
		i->kind = PL_INS_SHL_SMALL;
	else if (op == PL_OP_SHR && i->u.n < 256)
		i->kind = PL_INS_SHR_SMALL;
	else if (op == PL_OP_MLOAD)
		i->kind = PL_INS_MLOAD_AT;
	else if (op == PL_OP_MSTORE)
		i->kind = PL_INS_MSTORE_AT;
	else
		return false;
	return true;
}

static bool on_number(struct pl_fuse *f, struct pl_ins *last, unsigned op)
{
	struct pl_u256 a = number(last), b, r;

	if (op == PL_OP_POP) { /* of PUSH, DUP, SWAP1, POP the DUP stays */
		f->end--;
		return true;
	}
	if (op == PL_OP_NOT) {
		for (int i = 0; i < 4; i++)
			a.w[i] = ~a.w[i];
		put_number(f, last, &a);
		return true;
	}
	if (last > f->first && is_number(last - 1)) {
		b = number(last - 1);
		if (fold(&r, op, &a, &b)) {
			put_number(f, last - 1, &r);
			f->end--;
			return true;
		}
	}
	if (last->kind == PL_INS_PUSH && last->u.n <= UINT32_MAX &&
	    op >= PL_OP_DUP1 && op <= PL_OP_DUP16) {
		last->kind = PL_INS_PUSH_DUP;
		last->u.pair.a = (uint32_t)last->u.n;
		last->u.pair.b = op - PL_OP_DUP1 - 1;
		if (op != PL_OP_DUP1)
			return true;
		/* DUP1 of what was just pushed */
		last->kind = PL_INS_PUSH;
		last->u.n = last->u.pair.a;
		return false;
	}
	return with_number(last, op);
}

/* ---------------------------------------------------------- stack, other */

/* What op is when its two operands change places; 0: nothing. */
static unsigned mirrored(unsigned op)
{
	switch (op) {
	case PL_OP_ADD:
	case PL_OP_MUL:
	case PL_OP_AND:
	case PL_OP_OR:
	case PL_OP_XOR:
	case PL_OP_EQ:
		return op;
	case PL_OP_LT:
		return PL_OP_GT;
	case PL_OP_GT:
		return PL_OP_LT;
	case PL_OP_SLT:
		return PL_OP_SGT;
	case PL_OP_SGT:
		return PL_OP_SLT;
	case PL_OP_SUB:
		return PL_INS_RSUB;
	default:
		return 0;
	}
}

static bool on_swap(struct pl_fuse *f, struct pl_ins *last, unsigned *op)
{
	unsigned n = (unsigned)last->kind - PL_OP_SWAP1 + 1;
	unsigned other = mirrored(*op);

	if (*op == PL_OP_POP) {
		last->kind = PL_INS_SWAP_POP;
		last->u.n = n;
		return true;
	}
	if (n != 1 || !other)
		return false;
	f->end--;
	*op = other;
	return pl_fuse(f, op);
}

static bool on_dup(struct pl_ins *last, unsigned op)
{
	uint32_t n = (uint32_t)last->kind - PL_OP_DUP1;

	if (op >= PL_OP_DUP1 && op <= PL_OP_DUP16) {
		last->kind = PL_INS_DUP_DUP;
		last->u.pair.a = n;
		/* The first one's word again, where it is the top. */
		last->u.pair.b = op == PL_OP_DUP1 ? n : op - PL_OP_DUP1 - 1;
		return true;
	}
	if (op == PL_OP_ADD)
		last->kind = PL_INS_DUP_ADD;
	else if (op == PL_OP_SUB)
		last->kind = PL_INS_DUP_SUB;
	else if (op == PL_OP_AND)
		last->kind = PL_INS_DUP_AND;
	else if (op == PL_OP_MLOAD)
		last->kind = PL_INS_DUP_MLOAD;
	else if (op == PL_OP_MSTORE)
		last->kind = PL_INS_DUP_MSTORE;
	else
		return false;
	last->u.n = n;
	return true;
}

/* PUSH, DUP, SWAP1 is DUP, PUSH, and the number is on top. */
static void unswap(struct pl_fuse *f, struct pl_ins *last)
{
	uint32_t n = last->u.pair.a;

	last->kind = PL_OP_DUP1 + last->u.pair.b;
	last[1].kind = PL_INS_PUSH;
	last[1].u.n = n;
	f->end++;
}

/* How compilers end a function: SWAPn, SWAPn-1, n-1 times POP, JUMP leaves the
 * result where the way back was, and goes there. */
static bool on_jump(struct pl_fuse *f)
{
	struct pl_ins *i = f->end - 1;
	uint64_t pops = 0, depth = 1;

	if (i->kind == PL_OP_POP || i->kind == PL_INS_POPS) {
		pops = i->kind == PL_OP_POP ? 1 : i->u.n;
		i--;
	}
	if (i > f->first && i->kind == PL_INS_SWAP_POP) {
		depth = i->u.n + 1;
		pops++;
		i--;
	}
	if (depth > 16) /* SWAP16 is the last */
		return false;
	if (i < f->first || pops + 1 != depth ||
	    i->kind != PL_OP_SWAP1 + depth - 1)
		return false;
	i->kind = PL_INS_RETURN_TO;
	i->u.n = depth;
	f->end = i + 1;
	return true;
}

bool pl_fuse(struct pl_fuse *f, unsigned *op)
{
	struct pl_ins *last = f->end - 1;

	if (f->end == f->first)
		return false;
	if (*op == PL_OP_JUMP)
		return on_jump(f);
	if (is_number(last))
		return on_number(f, last, *op);
	if (last->kind >= PL_OP_SWAP1 && last->kind <= PL_OP_SWAP16)
		return on_swap(f, last, op);
	if (last->kind >= PL_OP_DUP1 && last->kind <= PL_OP_DUP16)
		return on_dup(last, *op);
	if (*op == PL_OP_SWAP1 && last->kind == PL_INS_PUSH_DUP) {
		unswap(f, last);
		return true;
	}
	if (*op != PL_OP_POP)
		return false;
	if (last->kind == PL_OP_POP) {
		last->kind = PL_INS_POPS;
		last->u.n = 2;
	} else if (last->kind == PL_INS_POPS) {
		last->u.n++;
	} else {
		return false;
	}
	return true;
}

/* ----------------------------------------------------------------- jumps */

/* A jump where what was compared holds, and one where it does not. */
static const struct {
	unsigned op, jump, jump_unless;
} compares[] = {
	{ PL_OP_LT, PL_INS_GOTO_LT, PL_INS_GOTO_NOT_LT },
	{ PL_OP_GT, PL_INS_GOTO_GT, PL_INS_GOTO_NOT_GT },
	{ PL_OP_SLT, PL_INS_GOTO_SLT, PL_INS_GOTO_NOT_SLT },
	{ PL_OP_SGT, PL_INS_GOTO_SGT, PL_INS_GOTO_NOT_SGT },
	{ PL_OP_EQ, PL_INS_GOTO_EQ, PL_INS_GOTO_NOT_EQ },
};

void pl_fuse_jump(struct pl_fuse *f, bool always)
{
	struct pl_ins *last = f->end - 1;
	uint64_t to = last->u.n;
	bool unless = false;

	if (always) {
		last->kind = PL_INS_GOTO;
		return;
	}
	while (last > f->first && last[-1].kind == PL_OP_ISZERO) {
		unless = !unless;
		last--;
	}
	last->kind = unless ? PL_INS_GOTO_UNLESS : PL_INS_GOTO_IF;
	for (size_t i = 0; i < sizeof(compares) / sizeof(compares[0]); i++) {
		if (last == f->first || last[-1].kind != compares[i].op)
			continue;
		last--;
		last->kind =
			unless ? compares[i].jump_unless : compares[i].jump;
		break;
	}
	last->u.n = to;
	f->end = last + 1;
}
