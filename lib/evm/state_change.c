/* Changes of the state, and the way back from each. */
#include <assert.h>

#include "crypto/keccak.h"
#include "evm/state_impl.h"

/* What PL_CHANGE_CODE brings back. */
struct old_code {
	struct pl_hash32 hash;
	struct pl_span code;
	bool known;
};

/* ------------------------------------------------------------ the way back */

size_t pl_state_mark(const struct pl_state *s)
{
	return s->n_journal;
}

static void code_back(struct pl_acct *a, const struct old_code *old)
{
	a->code_hash = old->hash;
	a->code = old->code;
	a->code_known = old->known;
	a->has_code = !pl_hash32_equal(&old->hash, &pl_keccak_empty);
}

/* The one touch that a failed call does not take back: block 2675119 of the
 * main network deleted the empty account of the RIPEMD precompile though its
 * call had run out of gas, and since then that is the rule. */
static bool is_ripemd(const struct pl_addr *addr)
{
	static const struct pl_addr ripemd = { { [19] = 3 } };

	return pl_addr_equal(addr, &ripemd);
}

static void touch_back(struct pl_state *s, struct pl_acct *a,
		       const struct pl_u256 *old)
{
	a->touched_tx = old->w[0];
	a->exists = old->w[1];
	if (is_ripemd(&a->addr))
		s->ripemd = a;
}

static void undo(struct pl_state *s, const struct pl_undo *u)
{
	struct pl_acct *a = u->at;
	struct pl_slot *x = u->at;

	switch (u->what) {
	case PL_CHANGE_SLOT:
	case PL_CHANGE_TRANSIENT:
		x->value = u->old;
		break;
	case PL_CHANGE_BALANCE:
		a->balance = u->old;
		break;
	case PL_CHANGE_NONCE:
		a->nonce = u->old.w[0];
		break;
	case PL_CHANGE_CODE:
		code_back(a, (const struct old_code *)(uintptr_t)u->old.w[0]);
		break;
	case PL_CHANGE_TOUCH:
		touch_back(s, a, &u->old);
		break;
	case PL_CHANGE_CREATE:
		a->created_tx = u->old.w[0];
		a->wiped = u->old.w[1];
		break;
	case PL_CHANGE_DESTRUCT:
		a->destructed_tx = u->old.w[0];
		break;
	case PL_CHANGE_WARM:
		a->warm_tx = 0;
		break;
	case PL_CHANGE_WARM_SLOT:
		x->warm_tx = 0;
		break;
	case PL_CHANGE_LOG:
		s->n_logs--;
		break;
	case PL_CHANGE_REFUND:
		s->refund = (int64_t)u->old.w[0];
		break;
	}
}

void pl_state_revert(struct pl_state *s, size_t mark)
{
	assert(mark <= s->n_journal);
	while (s->n_journal > mark)
		undo(s, &s->journal[--s->n_journal]);
}

/* ----------------------------------------------------------------- storage */

void pl_state_set_slot(struct pl_state *s, struct pl_acct *a, struct pl_slot *x,
		       const struct pl_u256 *value)
{
	(void)a;
	if (x->tx != s->tx) {
		x->tx = s->tx;
		x->original = x->value;
	}
	pl_state_set_slot_fast(s, x, value);
}

void pl_state_set_transient(struct pl_state *s, struct pl_acct *a,
			    const struct pl_u256 *key,
			    const struct pl_u256 *value)
{
	uint64_t hash = pl_slot_hash(s->seed, a, key);
	struct pl_slot *x = pl_slot_find(&s->transient, hash, a, key);

	if (!x) {
		x = PL_NEW(s->tx_a, struct pl_slot);
		x->key = *key;
		x->acct = a;
		pl_state_map_put(s->tx_a, &s->transient, hash, x);
	}
	pl_state_note(s, PL_CHANGE_TRANSIENT, x)->old = x->value;
	x->value = *value;
}

/* ---------------------------------------------------------------- accounts */

void pl_state_touch(struct pl_state *s, struct pl_acct *a)
{
	if (a->touched_tx == s->tx && a->exists)
		return;
	pl_state_note(s, PL_CHANGE_TOUCH, a)->old =
		(struct pl_u256){ { a->touched_tx, a->exists, 0, 0 } };
	a->touched_tx = s->tx;
	a->exists = true;
}

void pl_state_set_balance(struct pl_state *s, struct pl_acct *a,
			  const struct pl_u256 *balance)
{
	pl_state_touch(s, a);
	if (pl_u256_same(&a->balance, balance))
		return;
	pl_state_note(s, PL_CHANGE_BALANCE, a)->old = a->balance;
	a->balance = *balance;
}

/* There is less ether than 2^256 on any chain that began well; on others a
 * balance stays at what it can hold. */
void pl_state_add_balance(struct pl_state *s, struct pl_acct *a,
			  const struct pl_u256 *amount)
{
	struct pl_u256 sum;

	if (!pl_u256_add(&sum, &a->balance, amount))
		memset(&sum, 0xff, sizeof(sum));
	pl_state_set_balance(s, a, &sum);
}

bool pl_state_transfer(struct pl_state *s, struct pl_acct *from,
		       struct pl_acct *to, const struct pl_u256 *amount)
{
	struct pl_u256 rest;

	if (!pl_u256_sub(&rest, &from->balance, amount))
		return false;
	pl_state_set_balance(s, from, &rest);
	pl_state_add_balance(s, to, amount);
	return true;
}

void pl_state_set_nonce(struct pl_state *s, struct pl_acct *a, uint64_t nonce)
{
	pl_state_touch(s, a);
	pl_state_note(s, PL_CHANGE_NONCE, a)->old = pl_u256_of(a->nonce);
	a->nonce = nonce;
}

void pl_state_set_code(struct pl_state *s, struct pl_acct *a,
		       struct pl_span code)
{
	struct old_code *old = PL_NEW(s->tx_a, struct old_code);

	pl_state_touch(s, a);
	*old = (struct old_code){ a->code_hash, a->code, a->code_known };
	pl_state_note(s, PL_CHANGE_CODE, a)->old = pl_u256_of((uintptr_t)old);
	a->has_code = code.n;
	a->code_known = true;
	a->code = code.n ? pl_span_dup(s->a, code) : (struct pl_span){ 0 };
	a->code_hash = code.n ? pl_keccak256(code) : pl_keccak_empty;
}

void pl_state_create(struct pl_state *s, struct pl_acct *a)
{
	pl_state_touch(s, a);
	pl_state_note(s, PL_CHANGE_CREATE, a)->old =
		(struct pl_u256){ { a->created_tx, a->wiped, 0, 0 } };
	a->created_tx = s->tx;
	a->wiped = true; /* it was empty: nobody need ask the source */
}

bool pl_acct_is_created(const struct pl_state *s, const struct pl_acct *a)
{
	return a->created_tx == s->tx;
}

bool pl_state_destruct(struct pl_state *s, struct pl_acct *a)
{
	if (a->destructed_tx == s->tx)
		return false;
	pl_state_touch(s, a);
	pl_state_note(s, PL_CHANGE_DESTRUCT, a)->old =
		pl_u256_of(a->destructed_tx);
	a->destructed_tx = s->tx;
	return true;
}

bool pl_state_warm(struct pl_state *s, struct pl_acct *a)
{
	return pl_state_warm_fast(s, a);
}

bool pl_state_warm_slot(struct pl_state *s, struct pl_slot *x)
{
	return pl_state_warm_slot_fast(s, x);
}

/* ------------------------------------------------------- logs and refunds */

void pl_state_log(struct pl_state *s, const struct pl_log *log)
{
	size_t size = sizeof(*s->logs);

	if (s->n_logs == s->cap_logs) {
		s->cap_logs = s->cap_logs ? 2 * s->cap_logs : 8;
		s->logs = pl_realloc(s->tx_a, s->logs, s->n_logs * size,
				     s->cap_logs * size);
	}
	(void)pl_state_note(s, PL_CHANGE_LOG, NULL);
	s->logs[s->n_logs] = *log;
	s->logs[s->n_logs++].data = pl_span_dup(s->tx_a, log->data);
}

const struct pl_log *pl_state_logs(const struct pl_state *s, size_t *n)
{
	*n = s->n_logs;
	return s->logs;
}

void pl_state_refund(struct pl_state *s, int64_t gas)
{
	pl_state_note(s, PL_CHANGE_REFUND, NULL)->old =
		pl_u256_of((uint64_t)s->refund);
	s->refund += gas;
}

int64_t pl_state_refunded(const struct pl_state *s)
{
	return s->refund;
}

/* ---------------------------------------------------- between transactions */

void pl_state_begin_tx(struct pl_state *s)
{
	s->tx++;
	s->n_journal = 0;
	s->refund = 0;
	s->logs = NULL;
	s->n_logs = s->cap_logs = 0;
	s->ripemd = NULL;
	s->transient = (struct pl_state_map){ 0 };
	pl_arena_reset(s->tx_a);
}

static void drop(struct pl_acct *a)
{
	static const struct pl_u256 zero;

	a->exists = a->has_code = a->code_known = false;
	a->wiped = true;
	a->nonce = 0;
	a->balance = zero;
	a->code_hash = pl_keccak_empty;
	a->code = (struct pl_span){ 0 };
	for (struct pl_slot *x = a->slots; x; x = x->next)
		x->value = zero;
}

void pl_state_end_tx(struct pl_state *s, enum pl_fork fork)
{
	bool sweep = fork >= PL_FORK_SPURIOUS;

	for (size_t i = 0; i < s->n_journal; i++) {
		const struct pl_undo *u = &s->journal[i];
		struct pl_acct *a = u->at;

		if (u->what == PL_CHANGE_DESTRUCT ||
		    (sweep && u->what == PL_CHANGE_TOUCH &&
		     pl_acct_is_empty_fast(a)))
			drop(a);
	}
	/* SPEC EIP-161 touched: touched and empty at the end means gone */
	if (sweep && s->ripemd && pl_acct_is_empty_fast(s->ripemd))
		drop(s->ripemd);
	s->ripemd = NULL;
	s->n_journal = 0;
}
