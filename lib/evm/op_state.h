/* Operations on accounts and storage.  Part of the loop, as op_memory.h. */
#ifndef PL_EVM_OP_STATE_H
#define PL_EVM_OP_STATE_H

#include "evm/op_memory.h"
#include "evm/precompile.h"

static inline struct pl_addr word_addr(const struct pl_u256 *w)
{
	struct pl_addr a;
	uint8_t be[32];

	pl_wrap_store(be, w);
	memcpy(a.b, be + 12, 20);
	return a;
}

static inline bool lost(const struct pl_frame *f)
{
	return f->state->failure.rc != PL_OK;
}

/* SPEC eip-2929: precompiled contracts are warm from the beginning.  Whether
 * the account was cold; it is warm now. */
static bool warm_account(struct pl_frame *f, struct pl_acct *a)
{
	unsigned index;

	return a->warm_tx != f->state->tx &&
	       !pl_precompile_find(&index, &a->addr, f->fork) &&
	       pl_state_warm_fast(f->state, a);
}

/* SPEC eip-2929: 2600 for an account touched first, 100 afterwards.  The base
 * price is the warm one. */
static inline bool charge_account(struct pl_frame *f, struct pl_acct *a)
{
	return f->fork < PL_FORK_BERLIN || !warm_account(f, a) ||
	       charge(f, 2500);
}

APART enum pl_evm_status op_account(struct pl_acct **out, struct pl_frame *f,
				    const struct pl_u256 *sp)
{
	struct pl_addr addr = word_addr(sp);

	*out = pl_state_get(f->state, &addr);
	if (!charge_account(f, *out))
		return PL_EVM_OUT_OF_GAS;
	return lost(f) ? PL_EVM_NO_STATE : PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_balance(struct pl_frame *f, struct pl_u256 *sp)
{
	struct pl_acct *a;
	enum pl_evm_status st = op_account(&a, f, sp);

	if (st)
		return st;
	STEP(f, sp);
	*sp = a->balance;
	return PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_extcodesize(struct pl_frame *f, struct pl_u256 *sp)
{
	struct pl_acct *a;
	enum pl_evm_status st = op_account(&a, f, sp);

	if (st)
		return st;
	STEP(f, sp);
	pl_wrap_set(sp, pl_acct_code(f->state, a).n);
	return lost(f) ? PL_EVM_NO_STATE : PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_extcodecopy(struct pl_frame *f,
					const struct pl_u256 *sp)
{
	struct pl_acct *a;
	enum pl_evm_status st = op_account(&a, f, sp);

	if (!st)
		st = op_copy(f, sp, sp - 1, pl_acct_code(f->state, a));
	return lost(f) ? PL_EVM_NO_STATE : st;
}

/* SPEC eip-1052 EXTCODEHASH: 0 of what does not exist or is empty */
APART enum pl_evm_status op_extcodehash(struct pl_frame *f, struct pl_u256 *sp)
{
	struct pl_acct *a;
	enum pl_evm_status st = op_account(&a, f, sp);

	if (st)
		return st;
	STEP(f, sp);
	if (!a->exists || pl_acct_is_empty_fast(a))
		pl_wrap_set(sp, 0);
	else
		*sp = pl_wrap_load(a->code_hash.b);
	return PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_blockhash(struct pl_frame *f, struct pl_u256 *sp)
{
	uint64_t now = f->evm->block->number, n = sp->w[0];
	struct pl_hash32 h;

	STEP(f, sp);
	if (!pl_wrap_is_small(sp) || n >= now || now - n > 256) {
		pl_wrap_set(sp, 0);
		return PL_EVM_SUCCESS;
	}
	h = pl_state_block_hash(f->state, n);
	*sp = pl_wrap_load(h.b);
	return lost(f) ? PL_EVM_NO_STATE : PL_EVM_SUCCESS;
}

/* SPEC eip-2929: a slot's first touch costs 2100 */
static enum pl_evm_status op_sload(struct pl_frame *f, struct pl_u256 *sp)
{
	struct pl_slot *x = pl_state_slot_fast(f->state, f->self, sp);

	if (lost(f))
		return PL_EVM_NO_STATE;
	if (f->fork >= PL_FORK_BERLIN && pl_state_warm_slot_fast(f->state, x) &&
	    !charge(f, 2000))
		return PL_EVM_OUT_OF_GAS;
	STEP(f, sp);
	*sp = x->value;
	return PL_EVM_SUCCESS;
}

/* Prices of SSTORE that depend on what stood there when the transaction began
 * (EIP-1283, 2200, 2929, 3529). */
struct sstore_prices {
	unsigned same, set, reset;
	int64_t clears; /* given back */
};

static inline struct sstore_prices sstore_prices(enum pl_fork fork)
{
	if (fork >= PL_FORK_LONDON)
		return (struct sstore_prices){ 100, 20000, 2900, 4800 };
	if (fork >= PL_FORK_BERLIN)
		return (struct sstore_prices){ 100, 20000, 2900, 15000 };
	if (fork >= PL_FORK_ISTANBUL)
		return (struct sstore_prices){ 800, 20000, 5000, 15000 };
	return (struct sstore_prices){ 200, 20000, 5000, 15000 };
}

/* SPEC eip-2200: by original, current and new value */
static uint64_t sstore_net(struct pl_frame *f, const struct pl_slot *x,
			   const struct pl_u256 *new)
{
	const struct sstore_prices p = sstore_prices(f->fork);
	const struct pl_u256 *now = &x->value, *first = &x->original;
	bool first_is_zero = pl_wrap_is_zero(first);
	int64_t refund = 0;

	if (pl_wrap_eq(now, new))
		return p.same;
	if (pl_wrap_eq(first, now)) {
		if (first_is_zero)
			return p.set;
		if (pl_wrap_is_zero(new))
			pl_state_refund(f->state, p.clears);
		return p.reset;
	}
	if (!first_is_zero) {
		if (pl_wrap_is_zero(now))
			refund -= p.clears;
		else if (pl_wrap_is_zero(new))
			refund += p.clears;
	}
	if (pl_wrap_eq(first, new))
		refund += (first_is_zero ? p.set : p.reset) - p.same;
	if (refund)
		pl_state_refund(f->state, refund);
	return p.same;
}

/* As it was before, and in Petersburg again. */
static uint64_t sstore_gross(struct pl_frame *f, const struct pl_slot *x,
			     const struct pl_u256 *new)
{
	bool now_is_zero = pl_wrap_is_zero(&x->value);
	bool new_is_zero = pl_wrap_is_zero(new);

	if (now_is_zero && !new_is_zero)
		return 20000;
	if (!now_is_zero && new_is_zero)
		pl_state_refund(f->state, 15000);
	return 5000;
}

APART enum pl_evm_status op_sstore(struct pl_frame *f, const struct pl_u256 *sp)
{
	struct pl_slot *x;
	uint64_t cost = 0;

	if (f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	/* SPEC eip-2200: not with a call's stipend alone */
	if (f->fork >= PL_FORK_ISTANBUL && f->gas <= 2300)
		return PL_EVM_OUT_OF_GAS;
	x = pl_state_slot_fast(f->state, f->self, sp);
	if (lost(f))
		return PL_EVM_NO_STATE;
	if (f->fork >= PL_FORK_BERLIN && pl_state_warm_slot_fast(f->state, x))
		cost = 2100;
	if (f->fork >= PL_FORK_ISTANBUL || f->fork == PL_FORK_CONSTANTINOPLE)
		cost += sstore_net(f, x, sp - 1);
	else
		cost += sstore_gross(f, x, sp - 1);
	if (!charge(f, cost))
		return PL_EVM_OUT_OF_GAS;
	STEP(f, sp);
	pl_state_set_slot_fast(f->state, x, sp - 1);
	return PL_EVM_SUCCESS;
}

APART enum pl_evm_status op_tstore(struct pl_frame *f, const struct pl_u256 *sp)
{
	if (f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	STEP(f, sp);
	pl_state_set_transient(f->state, f->self, sp, sp - 1);
	return PL_EVM_SUCCESS;
}

/* SPEC eip-150, eip-161: 25000 for an account that this brings into being */
static inline bool is_new(const struct pl_frame *f, const struct pl_acct *to,
			  bool pays)
{
	if (f->fork < PL_FORK_SPURIOUS)
		return !to->exists;
	return pays && pl_acct_is_empty_fast(to);
}

/* What SELFDESTRUCT does when it is paid for. */
static void destruct(struct pl_frame *f, struct pl_acct *to)
{
	struct pl_acct *self = f->self;
	struct pl_u256 amount = self->balance;
	struct pl_evm_tracer *t = f->evm->tracer;

	/* SPEC eip-6780: only what this transaction created goes away */
	bool goes =
		f->fork < PL_FORK_CANCUN || pl_acct_is_created(f->state, self);

	if (t && t->selfdestruct)
		t->selfdestruct(t, &self->addr, &to->addr, &amount);
	if (to != self) {
		pl_state_add_balance(f->state, to, &amount);
		pl_state_set_balance(f->state, self, &(struct pl_u256){ 0 });
	} else if (goes) {
		pl_state_set_balance(f->state, self, &(struct pl_u256){ 0 });
	}
	if (!goes)
		return;
	/* SPEC eip-3529: no refund any more */
	if (pl_state_destruct(f->state, self) && f->fork < PL_FORK_LONDON)
		pl_state_refund(f->state, 24000);
}

APART enum pl_evm_status op_selfdestruct(struct pl_frame *f,
					 const struct pl_u256 *sp)
{
	struct pl_addr addr = word_addr(sp);
	struct pl_acct *to;

	if (f->msg.is_static)
		return PL_EVM_STATIC_WRITE;
	to = pl_state_get(f->state, &addr);
	if (lost(f))
		return PL_EVM_NO_STATE;
	if (f->fork >= PL_FORK_BERLIN && warm_account(f, to) &&
	    !charge(f, 2600))
		return PL_EVM_OUT_OF_GAS;
	if (f->fork >= PL_FORK_TANGERINE &&
	    is_new(f, to, !pl_wrap_is_zero(&f->self->balance)) &&
	    !charge(f, 25000))
		return PL_EVM_OUT_OF_GAS;
	STEP(f, sp);
	destruct(f, to);
	return PL_EVM_SUCCESS;
}

#endif
