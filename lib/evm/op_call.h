/* Calls and creations: what they cost, and the message they become.  Part of
 * the loop, as op_memory.h; the driver in evm.c runs the message. */
#ifndef PL_EVM_OP_CALL_H
#define PL_EVM_OP_CALL_H

#include "evm/op_state.h"

/* SPEC eip-7702: the delegate's access is paid by who calls */
static bool charge_delegate(struct pl_frame *f, struct pl_acct *callee)
{
	struct pl_addr to;

	if (f->fork < PL_FORK_PRAGUE || !callee->has_code ||
	    !pl_evm_delegation(&to, pl_acct_code(f->state, callee)))
		return true;
	return charge(f, 100) && charge_account(f, pl_state_get(f->state, &to));
}

/* SPEC eip-150: all but one 64th of the gas left at most; before it, what is
 * asked for must be there. */
static bool charge_forward(uint64_t *gas, struct pl_frame *f,
			   const struct pl_u256 *asked)
{
	uint64_t most = f->gas;

	if (f->fork >= PL_FORK_TANGERINE) {
		most -= most / 64;
		*gas = pl_wrap_is_small(asked) && asked->w[0] < most
			       ? asked->w[0]
			       : most;
	} else {
		if (!pl_wrap_is_small(asked))
			return false;
		*gas = asked->w[0];
	}
	return charge(f, *gas);
}

static void call_message(struct pl_evm_msg *m, const struct pl_frame *f,
			 enum pl_evm_kind kind, const struct pl_addr *to)
{
	m->kind = kind;
	m->is_static = f->msg.is_static || kind == PL_EVM_STATICCALL;
	m->depth = f->depth + 1;
	m->sender = kind == PL_EVM_DELEGATECALL ? f->msg.sender : f->self->addr;
	m->recipient = kind == PL_EVM_CALLCODE || kind == PL_EVM_DELEGATECALL
			       ? f->self->addr
			       : *to;
	m->code_addr = *to;
}

/* gas, to, [value,] input, length, output, length. */
APART enum pl_evm_status op_call(struct pl_frame *f, const struct pl_u256 *sp,
				 enum pl_evm_kind kind)
{
	static const struct pl_u256 zero = { { 0 } };
	struct pl_evm_msg *m = &f->pool->next;
	bool has_value = kind == PL_EVM_CALL || kind == PL_EVM_CALLCODE;
	const struct pl_u256 *value = has_value ? sp - 2 : &zero;
	const struct pl_u256 *in = sp - (has_value ? 3 : 2);
	bool pays = !pl_wrap_is_zero(value);
	struct pl_addr to = word_addr(sp - 1);
	struct pl_acct *callee;
	size_t at, n, end;
	uint64_t gas;

	if (kind == PL_EVM_CALL && pays && f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	if (!range(&at, &n, in, in - 1) ||
	    !range(&f->out_at, &f->out_n, in - 2, in - 3))
		return PL_EVM_OUT_OF_GAS;
	end = at + n > f->out_at + f->out_n ? at + n : f->out_at + f->out_n;
	callee = pl_state_get(f->state, &to);
	if (!charge_account(f, callee) || (pays && !charge(f, 9000)) ||
	    (kind == PL_EVM_CALL && is_new(f, callee, pays) &&
	     !charge(f, 25000)) ||
	    !pl_frame_charge(f, end) || !charge_delegate(f, callee))
		return lost(f) ? PL_EVM_NO_STATE : PL_EVM_OUT_OF_GAS;
	if (lost(f))
		return PL_EVM_NO_STATE;
	if (!charge_forward(&gas, f, sp))
		return PL_EVM_OUT_OF_GAS;
	STEP(f, sp);
	pl_frame_expand(f, end);
	call_message(m, f, kind, &to);
	m->gas = gas + (pays ? 2300 : 0);
	m->value = kind == PL_EVM_DELEGATECALL ? f->msg.value : *value;
	m->input = (struct pl_span){ n ? f->mem + at : NULL, n };
	f->ret = (struct pl_span){ 0 };
	return PL_EVM_SUCCESS;
}

/* SPEC eip-3860: a limit on init code, and 2 gas a word of it */
static bool charge_init_code(struct pl_frame *f, size_t n, bool hashed)
{
	uint64_t word = hashed ? 6 : 0;

	if (f->fork >= PL_FORK_SHANGHAI)
		word += 2;
	return charge(f, word * words_of(n));
}

/* value, init code, length[, salt]. */
APART enum pl_evm_status op_create(struct pl_frame *f, const struct pl_u256 *sp,
				   enum pl_evm_kind kind)
{
	struct pl_evm_msg *m = &f->pool->next;
	uint64_t limit = f->evm->block->max_code_size, gas;
	size_t at, n;

	if (f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	if (!range(&at, &n, sp - 1, sp - 2))
		return PL_EVM_OUT_OF_GAS;
	if (f->fork >= PL_FORK_SHANGHAI &&
	    n > 2 * (limit ? limit : PL_EVM_CODE_LIMIT))
		return PL_EVM_INITCODE_SIZE;
	if (!charge_init_code(f, n, kind == PL_EVM_CREATE2) ||
	    !reach(f, sp, at, n))
		return PL_EVM_OUT_OF_GAS;
	gas = f->gas;
	if (f->fork >= PL_FORK_TANGERINE)
		gas -= gas / 64;
	f->gas -= gas;
	m->kind = kind;
	m->is_static = false;
	m->depth = f->depth + 1;
	m->gas = gas;
	m->sender = f->self->addr;
	m->value = *sp;
	m->input = (struct pl_span){ n ? f->mem + at : NULL, n };
	if (kind == PL_EVM_CREATE2)
		pl_wrap_store(m->salt.b, sp - 3);
	f->out_at = f->out_n = 0;
	f->ret = (struct pl_span){ 0 };
	return PL_EVM_SUCCESS;
}

#endif
