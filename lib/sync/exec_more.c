/* The gas a message needs, and the list of what it touches. */
#include <stdlib.h>
#include <string.h>

#include "codec/rlp.h"
#include "evm/precompile.h"
#include "sync/exec_impl.h"

/* --------------------------------------------------------------------- gas */

#define PLAIN 21000
#define STIPEND 2300

static bool is_ok(const struct pl_exec_result *r)
{
	return r->status == PL_EVM_SUCCESS;
}

/* The most that may be tried. */
static enum pl_rc ceiling(struct pl_exec *x, uint64_t *out,
			  const struct pl_exec_call *c, struct pl_err *e)
{
	struct pl_state_source *s = &x->source.base;
	struct pl_state_account from;
	struct pl_u256 afford;
	uint64_t most = c->block ? c->block->gas_limit : x->block.gas_limit;

	x->source.over = c->overrides;
	if (c->gas >= PLAIN)
		most = c->gas;
	if (most > PL_EXEC_GAS)
		most = PL_EXEC_GAS;
	if (x->block.fork >= PL_FORK_OSAKA && most > EXEC_TX_GAS &&
	    !pl_view_is_nitro(x->view, &x->at.header))
		most = EXEC_TX_GAS;
	if (c->has_fees && !pl_u256_is_zero(&c->max_fee)) {
		uint64_t gas;

		PL_TRY(s->account(s, &from, &c->from, e));
		if (!pl_u256_sub(&afford, &from.balance, &c->value))
			return pl_fail(e, PL_EREFUSED,
				       "insufficient funds for transfer");
		(void)!pl_u256_divmod(&afford, NULL, &afford, &c->max_fee);
		if (pl_u256_to_u64(&gas, &afford) && gas < most)
			most = gas;
	}
	*out = most;
	return PL_OK;
}

/* Too little gas to begin with is a refusal, which here counts as failing. */
static enum pl_rc succeeds(struct pl_exec *x, bool *out, struct pl_exec_call *c,
			   uint64_t gas, struct pl_err *e)
{
	const struct exec_calls calls = { c, 1, NULL };
	struct pl_exec_result r;
	enum pl_rc rc;

	c->gas = gas;
	rc = exec_once(x, x->scratch, &r, &calls, e);
	if (rc && rc != PL_EREFUSED)
		return rc;
	*out = !rc && is_ok(&r);
	return PL_OK;
}

/* lo fails, hi does not; the node's own estimate is as near. */
static enum pl_rc halve(struct pl_exec *x, uint64_t *out,
			struct pl_exec_call *c, uint64_t lo, uint64_t hi,
			struct pl_err *e)
{
	while (lo + 1 < hi) {
		uint64_t mid = lo + (hi - lo) / 2;
		bool ok;

		if ((hi - lo) * 1000 < hi * 15)
			break;
		/* most need little more than they used */
		if (mid > lo * 2)
			mid = lo * 2;
		PL_TRY(succeeds(x, &ok, c, mid, e));
		if (ok)
			hi = mid;
		else
			lo = mid;
	}
	*out = hi;
	return PL_OK;
}

enum pl_rc pl_exec_estimate(struct pl_exec *x, struct pl_arena *a,
			    uint64_t *gas, struct pl_exec_result *out,
			    const struct pl_exec_call *call, struct pl_err *e)
{
	struct pl_exec_call c = *call;
	const struct exec_calls calls = { &c, 1, NULL };
	uint64_t hi = 0, lo, guess;
	bool ok;

	PL_TRY(ceiling(x, &hi, call, e));
	c.gas = hi;
	*gas = 0;
	PL_TRY(exec_first(x, a, out, &calls, e));
	if (!is_ok(out))
		return PL_OK;
	lo = out->gas_used - 1;
	/* 63/64 of the gas go to an inner call (EIP-150) */
	guess = (out->gas_used + out->gas_refunded + STIPEND) * 64 / 63;
	if (guess < hi) {
		PL_TRY(succeeds(x, &ok, &c, guess, e));
		if (ok)
			hi = guess;
		else
			lo = guess;
	}
	return halve(x, gas, &c, lo, hi, e);
}

/* ------------------------------------------------------------ access lists */

#define ROUNDS 16
#define MOST 4096 /* accounts; slots of each are bounded by the state */

struct touched {
	struct pl_addr addr;
	struct pl_hash32 *keys;
	size_t n_keys;
};

struct trace {
	struct pl_evm_tracer base;
	struct pl_arena *a;
	const struct pl_exec *x;
	const struct pl_exec_call *call;
	struct touched *v;
	size_t n;
};

static struct touched *touch(struct trace *t, const struct pl_addr *addr)
{
	for (size_t i = 0; i < t->n; i++)
		if (pl_addr_equal(&t->v[i].addr, addr))
			return &t->v[i];
	if (t->n == MOST)
		return NULL;
	t->v = pl_grow(t->a, t->v, t->n, sizeof(*t->v));
	t->v[t->n] = (struct touched){ .addr = *addr };
	return &t->v[t->n++];
}

static void touch_slot(struct trace *t, const struct pl_addr *addr,
		       const struct pl_hash32 *key)
{
	struct touched *w = touch(t, addr);

	if (!w || w->n_keys == PL_MAX_CALL_SLOTS)
		return;
	for (size_t i = 0; i < w->n_keys; i++)
		if (pl_hash32_equal(&w->keys[i], key))
			return;
	w->keys = pl_grow(t->a, w->keys, w->n_keys, sizeof(*w->keys));
	w->keys[w->n_keys++] = *key;
}

/* Warm without a list: who sends, who is called, what is built in. */
static bool is_warm(const struct trace *t, const struct pl_addr *addr)
{
	unsigned index;

	return pl_addr_equal(addr, &t->call->from) ||
	       (t->call->has_to && pl_addr_equal(addr, &t->call->to)) ||
	       pl_precompile_find(&index, addr, t->x->block.fork);
}

static void touch_word(struct trace *t, const struct pl_u256 *word)
{
	struct pl_addr addr;
	uint8_t be[32];

	pl_u256_to_be(be, word);
	memcpy(addr.b, be + 12, sizeof(addr.b));
	if (!is_warm(t, &addr))
		(void)touch(t, &addr);
}

enum {
	OP_BALANCE = 0x31,
	OP_EXTCODESIZE = 0x3b,
	OP_EXTCODECOPY = 0x3c,
	OP_EXTCODEHASH = 0x3f,
	OP_SLOAD = 0x54,
	OP_SSTORE = 0x55,
	OP_CALL = 0xf1,
	OP_CALLCODE = 0xf2,
	OP_DELEGATECALL = 0xf4,
	OP_STATICCALL = 0xfa,
	OP_SELFDESTRUCT = 0xff
};

static void step(struct pl_evm_tracer *tracer, const struct pl_evm_step *s)
{
	struct trace *t = (struct trace *)tracer;
	struct pl_hash32 key;

	switch (s->op) {
	case OP_SLOAD:
	case OP_SSTORE:
		if (s->n_stack < 1)
			return;
		pl_u256_to_be(key.b, &s->stack[s->n_stack - 1]);
		touch_slot(t, pl_acct_addr(s->self), &key);
		return;
	case OP_BALANCE:
	case OP_EXTCODESIZE:
	case OP_EXTCODECOPY:
	case OP_EXTCODEHASH:
	case OP_SELFDESTRUCT:
		if (s->n_stack >= 1)
			touch_word(t, &s->stack[s->n_stack - 1]);
		return;
	case OP_CALL:
	case OP_CALLCODE:
	case OP_DELEGATECALL:
	case OP_STATICCALL:
		if (s->n_stack >= 5)
			touch_word(t, &s->stack[s->n_stack - 2]);
		return;
	default:
		return;
	}
}

static int by_key(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pl_hash32));
}

static int by_addr(const void *a, const void *b)
{
	const struct pl_exec_access *x = a, *y = b;

	return memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b));
}

static struct pl_exec_access *sorted(struct trace *t)
{
	struct pl_exec_access *v = PL_NEW_N(t->a, struct pl_exec_access, t->n);

	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].n_keys)
			qsort(t->v[i].keys, t->v[i].n_keys,
			      sizeof(*t->v[i].keys), by_key);
		v[i] = (struct pl_exec_access){ t->v[i].addr, t->v[i].keys,
						t->v[i].n_keys };
	}
	if (t->n)
		qsort(v, t->n, sizeof(*v), by_addr);
	return v;
}

struct pl_span pl_exec_list_rlp(struct pl_arena *a,
				const struct pl_exec_access *list, size_t n)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		size_t item = pl_rlp_open(&b), keys;

		pl_rlp_put(&b, pl_addr_span(&list[i].addr));
		keys = pl_rlp_open(&b);
		for (size_t k = 0; k < list[i].n_keys; k++)
			pl_rlp_put(&b, pl_hash32_span(&list[i].keys[k]));
		pl_rlp_close(&b, keys);
		pl_rlp_close(&b, item);
	}
	return pl_buf_span(&b);
}

/* What was given stays in it. */
static void begin_with(struct trace *t, struct pl_span list)
{
	struct pl_span keys;
	struct pl_addr addr;
	struct pl_err ignored;

	while (list.n && !pl_access_next(&addr, &keys, &list, &ignored)) {
		if (!is_warm(t, &addr))
			(void)touch(t, &addr);
		for (size_t i = 0; i + 33 <= keys.n; i += 33) {
			struct pl_hash32 key;

			memcpy(key.b, keys.p + i + 1, 32);
			touch_slot(t, &addr, &key);
		}
	}
}

static bool same(struct pl_span a, struct pl_span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

enum pl_rc pl_exec_list(struct pl_exec *x, struct pl_arena *a,
			const struct pl_exec_access **list, size_t *n,
			struct pl_exec_result *out,
			const struct pl_exec_call *call, struct pl_err *e)
{
	struct pl_exec_call c = *call;

	c.has_access_list = true;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct trace t = {
			.base = { .step = step }, .a = a, .x = x, .call = &c
		};
		const struct exec_calls calls = { &c, 1, &t.base };
		struct pl_exec_access *v;
		struct pl_span rlp;

		begin_with(&t, c.access_list);
		PL_TRY(exec_first(x, a, out, &calls, e));
		v = sorted(&t);
		rlp = pl_exec_list_rlp(a, v, t.n);
		if (same(rlp, c.access_list)) {
			*list = v;
			*n = t.n;
			return PL_OK;
		}
		c.access_list = rlp;
	}
	return pl_fail(e, PL_ELIMIT,
		       "what the call touches changes with its access list, "
		       "%d times over",
		       ROUNDS);
}
