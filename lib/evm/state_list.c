/* What changed, and what was looked at, in rising order. */
#include <stdlib.h>

#include "crypto/keccak.h"
#include "evm/state_impl.h"

static int by_addr(const void *a, const void *b)
{
	const struct pl_acct *const *x = a, *const *y = b;

	return memcmp((*x)->addr.b, (*y)->addr.b, sizeof((*x)->addr.b));
}

static int by_key(const void *a, const void *b)
{
	const struct pl_slot *const *x = a, *const *y = b;

	return pl_u256_cmp(&(*x)->key, &(*y)->key);
}

/* Accounts for which `wanted` holds, sorted. */
static struct pl_acct **pick(struct pl_state *s, struct pl_arena *a, size_t *n,
			     bool (*wanted)(const struct pl_state *s,
					    const struct pl_acct *x))
{
	struct pl_acct **v = PL_NEW_N(a, struct pl_acct *, 0);

	*n = 0;
	for (struct pl_acct *x = s->all; x; x = x->next) {
		if (!wanted(s, x))
			continue;
		v = pl_grow(a, v, *n, sizeof(struct pl_acct *));
		v[(*n)++] = x;
	}
	if (*n)
		qsort(v, *n, sizeof(struct pl_acct *), by_addr);
	return v;
}

static struct pl_slot **
pick_slots(const struct pl_state *s, const struct pl_acct *x,
	   struct pl_arena *a, size_t *n,
	   bool (*wanted)(const struct pl_state *s, const struct pl_slot *slot))
{
	struct pl_slot **v = PL_NEW_N(a, struct pl_slot *, 0);

	*n = 0;
	for (struct pl_slot *slot = x->slots; slot; slot = slot->next) {
		if (!wanted(s, slot))
			continue;
		v = pl_grow(a, v, *n, sizeof(struct pl_slot *));
		v[(*n)++] = slot;
	}
	if (*n)
		qsort(v, *n, sizeof(struct pl_slot *), by_key);
	return v;
}

/* ------------------------------------------------------------------ changes */

static bool is_wiped(const struct pl_acct *x)
{
	return x->wiped && x->source.exists;
}

static bool slot_changed(const struct pl_state *s, const struct pl_slot *slot)
{
	(void)s;
	if (!slot->acct->exists)
		return false; /* goes with its account */
	if (is_wiped(slot->acct))
		return !pl_u256_is_zero(&slot->value);
	return !pl_u256_same(&slot->value, &slot->source);
}

static bool account_changed(const struct pl_state *s, const struct pl_acct *x)
{
	const struct pl_state_account *was = &x->source;

	if (x->exists != was->exists)
		return true;
	if (!x->exists)
		return false;
	if (x->nonce != was->nonce || is_wiped(x) ||
	    !pl_u256_same(&x->balance, &was->balance) ||
	    !pl_hash32_equal(&x->code_hash, &was->code_hash))
		return true;
	for (const struct pl_slot *slot = x->slots; slot; slot = slot->next)
		if (slot_changed(s, slot))
			return true;
	return false;
}

static void fill_change(struct pl_state *s, struct pl_arena *a,
			struct pl_state_change *c, struct pl_acct *x)
{
	struct pl_state_slot_change *out;
	struct pl_slot **v = pick_slots(s, x, a, &c->n_slots, slot_changed);

	c->addr = x->addr;
	c->account = (struct pl_state_account){ x->exists, x->nonce, x->balance,
						x->code_hash };
	c->wiped = is_wiped(x);
	c->code_changed =
		x->exists &&
		!pl_hash32_equal(&x->code_hash, x->source.exists
							? &x->source.code_hash
							: &pl_keccak_empty);
	if (c->code_changed)
		c->code = pl_acct_code(s, x);
	out = PL_NEW_N(a, struct pl_state_slot_change, c->n_slots);
	for (size_t i = 0; i < c->n_slots; i++)
		out[i] =
			(struct pl_state_slot_change){ v[i]->key, v[i]->value };
	c->slots = out;
}

struct pl_state_change *pl_state_changes(struct pl_state *s, struct pl_arena *a,
					 size_t *n)
{
	struct pl_acct **v = pick(s, a, n, account_changed);
	struct pl_state_change *out = PL_NEW_N(a, struct pl_state_change, *n);

	for (size_t i = 0; i < *n; i++)
		fill_change(s, a, &out[i], v[i]);
	return out;
}

void pl_state_committed(struct pl_state *s)
{
	for (struct pl_acct *x = s->all; x; x = x->next) {
		x->source =
			(struct pl_state_account){ x->exists, x->nonce,
						   x->balance, x->code_hash };
		if (!x->exists)
			x->source.code_hash = pl_keccak_empty;
		for (struct pl_slot *slot = x->slots; slot; slot = slot->next)
			slot->source = slot->value;
		x->wiped = false;
	}
}

/* ------------------------------------------------------------------- access */

static bool slot_warm(const struct pl_state *s, const struct pl_slot *slot)
{
	return slot->warm_tx == s->tx;
}

static bool account_warm(const struct pl_state *s, const struct pl_acct *x)
{
	if (x->warm_tx == s->tx)
		return true;
	for (const struct pl_slot *slot = x->slots; slot; slot = slot->next)
		if (slot_warm(s, slot))
			return true;
	return false;
}

struct pl_state_access *pl_state_warm_list(struct pl_state *s,
					   struct pl_arena *a, size_t *n)
{
	struct pl_acct **v = pick(s, a, n, account_warm);
	struct pl_state_access *out = PL_NEW_N(a, struct pl_state_access, *n);

	for (size_t i = 0; i < *n; i++) {
		struct pl_state_access *x = &out[i];
		struct pl_slot **slots =
			pick_slots(s, v[i], a, &x->n_keys, slot_warm);

		x->addr = v[i]->addr;
		x->keys = PL_NEW_N(a, struct pl_hash32, x->n_keys);
		for (size_t k = 0; k < x->n_keys; k++)
			pl_u256_to_be(x->keys[k].b, &slots[k]->key);
	}
	return out;
}
