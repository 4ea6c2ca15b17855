/* The loop over a frame's instructions.  Each instruction holds the address of
 * what does it; from there the next is jumped to, so that every operation has
 * a branch of its own that the processor learns.
 *
 * Included by loop.c and loop_traced.c, which say what LOOP and TRACED are. */
#ifndef PL_EVM_LOOP_BODY_H
#define PL_EVM_LOOP_BODY_H

#include "evm/op_call.h"

/* Labels as values are no ISO C; everything that runs bytecode fast has them.
 */
#pragma GCC diagnostic ignored "-Wpedantic"

/* Words are copied by halves of halves: what was just stored as four parts can
 * be handed on to the next load only part by part. */
static inline void copy(struct pl_u256 *to, const struct pl_u256 *from)
{
	uint64_t a = from->w[0], b = from->w[1], c = from->w[2], d = from->w[3];

	to->w[0] = a;
	to->w[1] = b;
	to->w[2] = c;
	to->w[3] = d;
}

static inline void swap(struct pl_u256 *x, struct pl_u256 *y)
{
	struct pl_u256 t;

	copy(&t, x);
	copy(x, y);
	copy(y, &t);
}

static inline unsigned clz(const struct pl_u256 *a)
{
	return 256 - pl_u256_bits(a);
}

static inline void calldataload(struct pl_u256 *sp, struct pl_span in)
{
	uint8_t part[32];

	if (!pl_wrap_is_small(sp) || sp->w[0] >= in.n) {
		pl_wrap_set(sp, 0);
	} else if (in.n - sp->w[0] >= 32) {
		*sp = pl_wrap_load(in.p + sp->w[0]);
	} else {
		copy_in(part, 32, in, sp);
		*sp = pl_wrap_load(part);
	}
}

static inline void blobhash(struct pl_u256 *sp, const struct pl_evm *evm)
{
	if (pl_wrap_is_small(sp) && sp->w[0] < evm->n_blob_hashes)
		*sp = pl_wrap_load(evm->blob_hashes[sp->w[0]].b);
	else
		pl_wrap_set(sp, 0);
}

/* The block's own word: DIFFICULTY until the merge. */
static inline struct pl_u256 randao(const struct pl_frame *f)
{
	const struct pl_evm_block *b = f->evm->block;

	return f->fork >= PL_FORK_PARIS ? pl_wrap_load(b->prev_randao.b)
					: b->difficulty;
}

/* Columns, and labels that macros make. */
/* clang-format off */
#define OPS(X) \
	X(STOP) X(ADD) X(MUL) X(SUB) X(DIV) X(SDIV) X(MOD) X(SMOD) X(ADDMOD) \
	X(MULMOD) X(EXP) X(SIGNEXTEND) X(LT) X(GT) X(SLT) X(SGT) X(EQ) \
	X(ISZERO) X(AND) X(OR) X(XOR) X(NOT) X(BYTE) X(SHL) X(SHR) X(SAR) \
	X(CLZ) X(KECCAK256) X(ADDRESS) X(BALANCE) X(ORIGIN) X(CALLER) \
	X(CALLVALUE) X(CALLDATALOAD) X(CALLDATASIZE) X(CALLDATACOPY) \
	X(CODESIZE) X(CODECOPY) X(GASPRICE) X(EXTCODESIZE) X(EXTCODECOPY) \
	X(RETURNDATASIZE) X(RETURNDATACOPY) X(EXTCODEHASH) X(BLOCKHASH) \
	X(COINBASE) X(TIMESTAMP) X(NUMBER) X(DIFFICULTY) X(GASLIMIT) \
	X(CHAINID) X(SELFBALANCE) X(BASEFEE) X(BLOBHASH) X(BLOBBASEFEE) \
	X(POP) X(MLOAD) X(MSTORE) X(MSTORE8) X(SLOAD) X(SSTORE) X(JUMP) \
	X(JUMPI) X(PC) X(MSIZE) X(GAS) X(JUMPDEST) X(TLOAD) X(TSTORE) \
	X(MCOPY) X(DUP1) X(DUP2) X(DUP3) X(DUP4) X(DUP5) X(DUP6) X(DUP7) \
	X(DUP8) X(DUP9) X(DUP10) X(DUP11) X(DUP12) X(DUP13) X(DUP14) X(DUP15) \
	X(DUP16) X(SWAP1) X(SWAP2) X(SWAP3) X(SWAP4) X(SWAP5) X(SWAP6) \
	X(SWAP7) X(SWAP8) X(SWAP9) X(SWAP10) X(SWAP11) X(SWAP12) X(SWAP13) \
	X(SWAP14) X(SWAP15) X(SWAP16) X(LOG0) X(LOG1) X(LOG2) X(LOG3) X(LOG4) \
	X(CREATE) X(CALL) X(CALLCODE) X(RETURN) X(DELEGATECALL) X(CREATE2) \
	X(STATICCALL) X(REVERT) X(INVALID) X(SELFDESTRUCT)

/* What every operation needs stays in a register, though the compiler, which
 * sees a hundred and fifty ways through here, may think otherwise. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define IN(reg) __asm__(reg)
#else
#define IN(reg)
#endif

/* On to the next instruction. */
#define NEXT goto *(++ins)->label
/* Something done elsewhere, which may cost gas and may fail. */
#define TRY(expr)                                                              \
	do {                                                                   \
		f->gas = gas;                                                  \
		status = (expr);                                               \
		gas = f->gas;                                                  \
		if (status)                                                    \
			goto failed;                                           \
	} while (0)
#define FAIL(why)                                                              \
	do {                                                                   \
		status = (why);                                                \
		goto failed;                                                   \
	} while (0)
/* A word that is known, or made of what is known. */
#define WORD(name, value)                                                      \
	L_##name : *++sp = (value);                                            \
	NEXT;
#define SMALL(name, value)                                                     \
	L_##name : ++sp;                                                       \
	pl_wrap_set(sp, (value));                                              \
	NEXT;
/* Two words become one. */
#define BINARY(name, expr)                                                     \
	L_##name : expr;                                                       \
	sp--;                                                                  \
	NEXT;
#define TRUTH(name, expr)                                                      \
	L_##name : pl_wrap_set(sp - 1, (expr));                                \
	sp--;                                                                  \
	NEXT;
#define BITS(name, op)                                                         \
	L_##name : for (int i = 0; i < 4; i++) sp[-1].w[i] =                   \
		sp->w[i] op sp[-1].w[i];                                       \
	sp--;                                                                  \
	NEXT;
#define DUP(n)                                                                 \
	L_DUP##n : copy(sp + 1, sp - (n) + 1);                                 \
	sp++;                                                                  \
	NEXT;
#define SWAP(n)                                                                \
	L_SWAP##n : swap(sp, sp - (n));                                        \
	NEXT;
#define LOG(n)                                                                 \
	L_LOG##n : TRY(op_log(f, sp, n));                                      \
	sp -= 2 + (n);                                                         \
	NEXT;
/* To be continued by the instruction behind this one. */
#define CALL(name, op, in)                                                     \
	L_##name : TRY(op(f, sp, PL_EVM_##name));                              \
	sp -= (in)-1;                                                          \
	goto call;
/* The block at `ins` is paid for, and its stack is there. */
#define ENTER                                                                  \
	do {                                                                   \
		size_t height = (size_t)((const uint8_t *)sp -                 \
					 (const uint8_t *)floor);              \
                                                                               \
		if (TRACED) {                                                  \
			f->gas = gas;                                          \
			pl_frame_note(f, ins);                                 \
		}                                                              \
		if (height - ins->u.block.need > ins->u.block.room)            \
			goto bad_stack;                                        \
		if (gas < ins->u.block.gas)                                    \
			goto cannot_pay;                                       \
		gas -= ins->u.block.gas;                                       \
		if (TRACED) {                                                  \
			f->gas = gas;                                          \
			tell_plain(f, sp);                                     \
		}                                                              \
	} while (0)

/* A jump on a condition that takes n words.  Where it does not jump the next
 * block begins. */
#define GOTO(name, n, cond)                                                    \
	L_goto_##name : if (cond) {                                            \
		sp -= (n);                                                     \
		ins = ins->u.to;                                               \
		ENTER;                                                         \
		NEXT;                                                          \
	}                                                                      \
	sp -= (n);                                                             \
	++ins;                                                                 \
	ENTER;                                                                 \
	NEXT;

/* Operations that always do what they say are told of at once. */
static inline void tell_plain(struct pl_frame *f, const struct pl_u256 *sp)
{
	const struct pl_op *op = &f->pool->ops[f->step.op];

	if (op->name && !(op->how & PL_OP_DYNAMIC))
		STEP(f, sp);
}

/* Where a jump goes; NULL where no JUMPDEST is. */
static inline const struct pl_ins *target(const struct pl_code *code,
					  const struct pl_u256 *to)
{
	uint32_t i;

	if (!pl_wrap_is_small(to) || to->w[0] >= code->n)
		return NULL;
	i = code->dest[to->w[0]];
	return i ? code->ins + i : NULL;
}

const void *const *LOOP(struct pl_frame *f)
{
#define LABEL(name) [PL_OP_##name] = &&L_##name,
	static const void *const labels[PL_INS_COUNT] = {
		OPS(LABEL)[PL_INS_BLOCK] = &&L_block,
		[PL_INS_UNDEFINED] = &&L_INVALID,
		[PL_INS_PUSH] = &&L_push,
		[PL_INS_PUSH_WIDE] = &&L_push_wide,
		[PL_INS_PUSH_DUP] = &&L_push_dup,
		[PL_INS_DUP_DUP] = &&L_dup_dup,
		[PL_INS_DUP_ADD] = &&L_dup_add,
		[PL_INS_DUP_SUB] = &&L_dup_sub,
		[PL_INS_DUP_AND] = &&L_dup_and,
		[PL_INS_DUP_MLOAD] = &&L_dup_mload,
		[PL_INS_DUP_MSTORE] = &&L_dup_mstore,
		[PL_INS_SWAP_POP] = &&L_swap_pop,
		[PL_INS_POPS] = &&L_pops,
		[PL_INS_RSUB] = &&L_rsub,
		[PL_INS_ADD_SMALL] = &&L_add_small,
		[PL_INS_AND_SMALL] = &&L_and_small,
		[PL_INS_AND_WIDE] = &&L_and_wide,
		[PL_INS_SHL_SMALL] = &&L_shl_small,
		[PL_INS_SHR_SMALL] = &&L_shr_small,
		[PL_INS_MLOAD_AT] = &&L_mload_at,
		[PL_INS_MSTORE_AT] = &&L_mstore_at,
		[PL_INS_RETURN_TO] = &&L_return_to,
		[PL_INS_GOTO] = &&L_goto,
		[PL_INS_GOTO_IF] = &&L_goto_if,
		[PL_INS_GOTO_UNLESS] = &&L_goto_unless,
		[PL_INS_GOTO_LT] = &&L_goto_lt,
		[PL_INS_GOTO_GT] = &&L_goto_gt,
		[PL_INS_GOTO_SLT] = &&L_goto_slt,
		[PL_INS_GOTO_SGT] = &&L_goto_sgt,
		[PL_INS_GOTO_EQ] = &&L_goto_eq,
		[PL_INS_GOTO_NOT_LT] = &&L_goto_not_lt,
		[PL_INS_GOTO_NOT_GT] = &&L_goto_not_gt,
		[PL_INS_GOTO_NOT_SLT] = &&L_goto_not_slt,
		[PL_INS_GOTO_NOT_SGT] = &&L_goto_not_sgt,
		[PL_INS_GOTO_NOT_EQ] = &&L_goto_not_eq,
	};
#undef LABEL
	register const struct pl_ins *ins IN("r14");
	register struct pl_u256 *sp IN("rbx");
	register uint64_t gas IN("r13");
	const struct pl_ins *to;
	struct pl_u256 *floor;
	enum pl_evm_status status;

	if (!f)
		return labels;
	ins = f->ins;
	sp = f->sp;
	floor = f->floor;
	gas = f->gas;
	goto * ins->label;

	/* ------------------------------------------- blocks, pushes, jumps */
L_block:
	ENTER;
	NEXT;
L_push:
	++sp;
	pl_wrap_set(sp, ins->u.n);
	NEXT;
L_push_wide:
	copy(++sp, ins->u.wide);
	NEXT;
L_goto:
	ins = ins->u.to;
	ENTER;
	NEXT;
	GOTO(if, 1, !pl_wrap_is_zero(sp))
	GOTO(unless, 1, pl_wrap_is_zero(sp))
	GOTO(lt, 2, pl_wrap_lt(sp, sp - 1))
	GOTO(gt, 2, pl_wrap_lt(sp - 1, sp))
	GOTO(slt, 2, pl_wrap_slt(sp, sp - 1))
	GOTO(sgt, 2, pl_wrap_slt(sp - 1, sp))
	GOTO(eq, 2, pl_wrap_eq(sp, sp - 1))
	GOTO(not_lt, 2, !pl_wrap_lt(sp, sp - 1))
	GOTO(not_gt, 2, !pl_wrap_lt(sp - 1, sp))
	GOTO(not_slt, 2, !pl_wrap_slt(sp, sp - 1))
	GOTO(not_sgt, 2, !pl_wrap_slt(sp - 1, sp))
	GOTO(not_eq, 2, !pl_wrap_eq(sp, sp - 1))
L_JUMP:
	to = target(f->program, sp);
	if (!to)
		FAIL(PL_EVM_BAD_JUMP);
	STEP(f, sp);
	sp--;
	ins = to;
	ENTER;
	NEXT;
L_return_to:
	to = target(f->program, sp - ins->u.n);
	if (!to)
		FAIL(PL_EVM_BAD_JUMP);
	copy(sp - ins->u.n, sp);
	sp -= ins->u.n;
	ins = to;
	ENTER;
	NEXT;
L_JUMPI:
	if (pl_wrap_is_zero(sp - 1)) {
		STEP(f, sp);
		sp -= 2;
		NEXT;
	}
	to = target(f->program, sp);
	if (!to)
		FAIL(PL_EVM_BAD_JUMP);
	STEP(f, sp);
	sp -= 2;
	ins = to;
	ENTER;
	NEXT;

	/* ----------------------------------------- several in one (fuse.h) */
L_push_dup:
	copy(sp + 2, sp - ins->u.pair.b);
	pl_wrap_set(sp + 1, ins->u.pair.a);
	sp += 2;
	NEXT;
L_dup_dup:
	copy(sp + 1, sp - ins->u.pair.a);
	copy(sp + 2, sp - ins->u.pair.b);
	sp += 2;
	NEXT;
L_dup_add:
	pl_wrap_add(sp, sp - ins->u.n, sp);
	NEXT;
L_dup_sub:
	(void)pl_wrap_sub(sp, sp - ins->u.n, sp);
	NEXT;
L_dup_and:
	for (int i = 0; i < 4; i++)
		sp->w[i] &= (sp - ins->u.n)->w[i];
	NEXT;
L_dup_mload:
	copy(sp + 1, sp - ins->u.n);
	sp++;
	goto L_MLOAD;
L_dup_mstore: {
	const struct pl_u256 *at = sp - ins->u.n;

	if (!in_memory(f, at, 32)) {
		copy(sp + 1, at);
		sp++;
		goto L_MSTORE;
	}
	pl_wrap_store(f->mem + at->w[0], sp);
	sp--;
	NEXT;
}
L_swap_pop:
	copy(sp - ins->u.n, sp);
	sp--;
	NEXT;
L_pops:
	sp -= ins->u.n;
	NEXT;
L_rsub:
	(void)pl_wrap_sub(sp - 1, sp - 1, sp);
	sp--;
	NEXT;
L_add_small:
	pl_wrap_add64(sp, sp, ins->u.n);
	NEXT;
L_and_small:
	pl_wrap_set(sp, sp->w[0] & ins->u.n);
	NEXT;
L_and_wide:
	for (int i = 0; i < 4; i++)
		sp->w[i] &= ins->u.wide->w[i];
	NEXT;
L_shl_small:
	pl_wrap_shl(sp, sp, (unsigned)ins->u.n);
	NEXT;
L_shr_small:
	pl_wrap_shr(sp, sp, (unsigned)ins->u.n, 0);
	NEXT;
L_mload_at:
	++sp;
	if (ins->u.n >= f->mem_n || f->mem_n - ins->u.n < 32) {
		pl_wrap_set(sp, ins->u.n);
		goto L_MLOAD;
	}
	*sp = pl_wrap_load(f->mem + ins->u.n);
	NEXT;
L_mstore_at:
	if (ins->u.n >= f->mem_n || f->mem_n - ins->u.n < 32) {
		++sp;
		pl_wrap_set(sp, ins->u.n);
		goto L_MSTORE;
	}
	pl_wrap_store(f->mem + ins->u.n, sp);
	sp--;
	NEXT;
L_JUMPDEST: /* only where it is traced */
	NEXT;

	/* ------------------------------------------------------ arithmetic */
	BINARY(ADD, pl_wrap_add(sp - 1, sp, sp - 1))
	BINARY(SUB, (void)pl_wrap_sub(sp - 1, sp, sp - 1))
	BINARY(MUL, pl_wrap_mul(sp - 1, sp, sp - 1))
	BINARY(DIV, pl_wrap_div(sp - 1, sp, sp - 1))
	BINARY(SDIV, pl_wrap_sdiv(sp - 1, sp, sp - 1))
	BINARY(MOD, pl_wrap_mod(sp - 1, sp, sp - 1))
	BINARY(SMOD, pl_wrap_smod(sp - 1, sp, sp - 1))
	BINARY(SIGNEXTEND, pl_wrap_signextend(sp - 1, sp, sp - 1))
L_ADDMOD:
	pl_wrap_addmod(sp - 2, sp, sp - 1, sp - 2);
	sp -= 2;
	NEXT;
L_MULMOD:
	pl_wrap_mulmod(sp - 2, sp, sp - 1, sp - 2);
	sp -= 2;
	NEXT;
L_EXP:
	TRY(op_exp(f, sp));
	sp--;
	NEXT;
	TRUTH(LT, pl_wrap_lt(sp, sp - 1))
	TRUTH(GT, pl_wrap_lt(sp - 1, sp))
	TRUTH(SLT, pl_wrap_slt(sp, sp - 1))
	TRUTH(SGT, pl_wrap_slt(sp - 1, sp))
	TRUTH(EQ, pl_wrap_eq(sp, sp - 1))
L_ISZERO:
	pl_wrap_set(sp, pl_wrap_is_zero(sp));
	NEXT;
	BITS(AND, &)
	BITS(OR, |)
	BITS(XOR, ^)
L_NOT:
	for (int i = 0; i < 4; i++)
		sp->w[i] = ~sp->w[i];
	NEXT;
L_BYTE:
	if (pl_wrap_is_small(sp) && sp->w[0] < 32) {
		unsigned i = 31 - (unsigned)sp->w[0];

		pl_wrap_set(sp - 1, sp[-1].w[i / 8] >> 8 * (i % 8) & 0xff);
	} else {
		pl_wrap_set(sp - 1, 0);
	}
	sp--;
	NEXT;
L_SHL:
	if (pl_wrap_is_small(sp) && sp->w[0] < 256)
		pl_wrap_shl(sp - 1, sp - 1, (unsigned)sp->w[0]);
	else
		pl_wrap_set(sp - 1, 0);
	sp--;
	NEXT;
L_SHR:
	if (pl_wrap_is_small(sp) && sp->w[0] < 256)
		pl_wrap_shr(sp - 1, sp - 1, (unsigned)sp->w[0], 0);
	else
		pl_wrap_set(sp - 1, 0);
	sp--;
	NEXT;
L_SAR : {
	uint64_t sign = (sp - 1)->w[3] >> 63 ? UINT64_MAX : 0;

	if (pl_wrap_is_small(sp) && sp->w[0] < 256)
		pl_wrap_shr(sp - 1, sp - 1, (unsigned)sp->w[0], sign);
	else
		sp[-1] = (struct pl_u256){ { sign, sign, sign, sign } };
	sp--;
	NEXT;
}
L_CLZ:
	pl_wrap_set(sp, clz(sp));
	NEXT;

	/* ----------------------------------------------------------- stack */
L_POP:
	sp--;
	NEXT;
	DUP(1)
	DUP(2) DUP(3) DUP(4) DUP(5) DUP(6) DUP(7) DUP(8) DUP(9) DUP(10) DUP(11)
		DUP(12) DUP(13) DUP(14) DUP(15) DUP(16) SWAP(1) SWAP(2) SWAP(3)
			SWAP(4) SWAP(5) SWAP(6) SWAP(7) SWAP(8) SWAP(9) SWAP(10)
				SWAP(11) SWAP(12) SWAP(13) SWAP(14) SWAP(15)
					SWAP(16)

		/* ----------------------------------------------------------
		   memory */
		L_MLOAD : if (TRACED || !in_memory(f, sp, 32))
				  TRY(op_reach(f, sp, 32));
	*sp = pl_wrap_load(f->mem + sp->w[0]);
	NEXT;
L_MSTORE:
	if (TRACED || !in_memory(f, sp, 32))
		TRY(op_reach(f, sp, 32));
	pl_wrap_store(f->mem + sp->w[0], sp - 1);
	sp -= 2;
	NEXT;
L_MSTORE8:
	if (TRACED || !in_memory(f, sp, 1))
		TRY(op_reach(f, sp, 1));
	f->mem[sp->w[0]] = (uint8_t)sp[-1].w[0];
	sp -= 2;
	NEXT;
	SMALL(MSIZE, f->mem_n)
L_MCOPY:
	TRY(op_mcopy(f, sp));
	sp -= 3;
	NEXT;
L_KECCAK256:
	TRY(op_keccak(f, sp));
	sp--;
	NEXT;
L_CALLDATALOAD:
	calldataload(sp, f->data);
	NEXT;
	SMALL(CALLDATASIZE, f->data.n)
	SMALL(CODESIZE, f->code.n)
	SMALL(RETURNDATASIZE, f->ret.n)
L_CALLDATACOPY:
	TRY(op_copy(f, sp, sp, f->data));
	sp -= 3;
	NEXT;
L_CODECOPY:
	TRY(op_copy(f, sp, sp, f->code));
	sp -= 3;
	NEXT;
L_RETURNDATACOPY:
	TRY(op_returndatacopy(f, sp));
	sp -= 3;
	NEXT;

	/* --------------------------------------------------- what is known */
	WORD(ADDRESS, pl_word_of_addr(&f->self->addr))
	WORD(ORIGIN, pl_word_of_addr(&f->evm->origin))
	WORD(CALLER, pl_word_of_addr(&f->msg.sender))
	WORD(CALLVALUE, f->msg.value)
	WORD(GASPRICE, f->evm->gas_price)
	WORD(COINBASE, pl_word_of_addr(&f->evm->block->coinbase))
	WORD(DIFFICULTY, randao(f))
	WORD(SELFBALANCE, f->self->balance)
	WORD(BASEFEE, f->evm->block->base_fee)
	WORD(BLOBBASEFEE, f->evm->block->blob_base_fee)
	SMALL(TIMESTAMP, f->evm->block->time)
	SMALL(NUMBER, f->evm->block->number)
	SMALL(GASLIMIT, f->evm->block->gas_limit)
	SMALL(CHAINID, f->evm->block->chain_id)
	SMALL(PC, ins->u.n)
	SMALL(GAS, gas)
L_BLOBHASH:
	blobhash(sp, f->evm);
	NEXT;
L_BLOCKHASH:
	TRY(op_blockhash(f, sp));
	NEXT;

	/* -------------------------------------------- accounts and storage */
L_BALANCE:
	TRY(op_balance(f, sp));
	NEXT;
L_EXTCODESIZE:
	TRY(op_extcodesize(f, sp));
	NEXT;
L_EXTCODEHASH:
	TRY(op_extcodehash(f, sp));
	NEXT;
L_EXTCODECOPY:
	TRY(op_extcodecopy(f, sp));
	sp -= 4;
	NEXT;
L_SLOAD:
	TRY(op_sload(f, sp));
	NEXT;
L_SSTORE:
	TRY(op_sstore(f, sp));
	sp -= 2;
	NEXT;
L_TLOAD:
	*sp = pl_state_transient(f->state, f->self, sp);
	NEXT;
L_TSTORE:
	TRY(op_tstore(f, sp));
	sp -= 2;
	NEXT;
	LOG(0)
	LOG(1)
	LOG(2)
	LOG(3)
	LOG(4)

	/* ------------------------------------------------- calls, and ends */
	CALL(CALL, op_call, 7)
	CALL(CALLCODE, op_call, 7)
	CALL(DELEGATECALL, op_call, 6)
	CALL(STATICCALL, op_call, 6)
	CALL(CREATE, op_create, 3)
	CALL(CREATE2, op_create, 4)
call:
	f->ins = ins + 1;
	f->sp = sp;
	f->wants_call = true;
	return NULL;
L_RETURN:
	TRY(op_output(f, sp));
	FAIL(PL_EVM_SUCCESS);
L_REVERT:
	TRY(op_output(f, sp));
	FAIL(PL_EVM_REVERT);
L_SELFDESTRUCT:
	TRY(op_selfdestruct(f, sp));
	FAIL(PL_EVM_SUCCESS);
L_STOP:
	FAIL(PL_EVM_SUCCESS);
L_INVALID:
	FAIL(PL_EVM_INVALID_OPCODE);

bad_stack:
	status = (size_t)((uint8_t *)sp - (uint8_t *)floor) <
					 ins->u.block.need &&
				 ins->u.block.need != PL_NO_ROOM
			 ? PL_EVM_STACK_UNDERFLOW
			 : PL_EVM_STACK_OVERFLOW;
	goto failed;
cannot_pay:
	f->missing = ins->u.block.gas;
	status = PL_EVM_OUT_OF_GAS;
failed:
	f->gas = gas;
	if (TRACED)
		pl_frame_tell(f, sp, status);
	f->status = status;
	f->wants_call = false;
	return NULL;
}

#endif
