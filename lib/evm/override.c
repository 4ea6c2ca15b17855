/* A state that is in part what somebody wishes. */
#include "evm/override.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/keccak.h"

static int by_addr(const void *key, const void *item)
{
	const struct pl_override *o = item;

	return memcmp(key, o->addr.b, sizeof(o->addr.b));
}

static const struct pl_override *find(const struct pl_override_source *x,
				      const struct pl_addr *addr)
{
	return x->over.n ? bsearch(addr->b, x->over.v, x->over.n,
				   sizeof(*x->over.v), by_addr)
			 : NULL;
}

static enum pl_rc account(struct pl_state_source *base,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_override_source *x = (struct pl_override_source *)base;
	const struct pl_override *o = find(x, addr);
	struct pl_state_account v;

	PL_TRY(x->under->account(x->under, &v, addr, e));
	if (o) {
		if (!v.exists)
			v.code_hash = pl_keccak256((struct pl_span){ NULL, 0 });
		v.exists = true;
		if (o->balance)
			v.balance = *o->balance;
		if (o->nonce)
			v.nonce = *o->nonce;
		if (o->code)
			v.code_hash = pl_keccak256(*o->code);
	}
	*out = v;
	return PL_OK;
}

static int by_key(const void *key, const void *item)
{
	const struct pl_state_slot_change *s = item;

	return pl_u256_cmp(key, &s->key);
}

static enum pl_rc slot(struct pl_state_source *base, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	struct pl_override_source *x = (struct pl_override_source *)base;
	const struct pl_override *o = find(x, addr);
	const struct pl_state_slot_change *s = NULL;

	if (o && o->n_slots)
		s = bsearch(key, o->slots, o->n_slots, sizeof(*s), by_key);
	if (!s && !(o && o->replace))
		return x->under->slot(x->under, out, addr, key, e);
	*out = s ? s->value : pl_u256_of(0);
	return PL_OK;
}

static enum pl_rc code(struct pl_state_source *base, struct pl_arena *a,
		       struct pl_span *out, const struct pl_addr *addr,
		       const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_override_source *x = (struct pl_override_source *)base;
	const struct pl_override *o = find(x, addr);

	if (!o || !o->code)
		return x->under->code(x->under, a, out, addr, hash, e);
	*out = *o->code;
	return PL_OK;
}

static enum pl_rc block_hash(struct pl_state_source *base,
			     struct pl_hash32 *out, uint64_t number,
			     struct pl_err *e)
{
	struct pl_override_source *x = (struct pl_override_source *)base;

	return x->under->block_hash(x->under, out, number, e);
}

static enum pl_rc has_storage(struct pl_state_source *base, bool *out,
			      const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_override_source *x = (struct pl_override_source *)base;
	const struct pl_override *o = find(x, addr);
	bool any = false;

	for (size_t i = 0; o && i < o->n_slots; i++)
		any = any || !pl_u256_is_zero(&o->slots[i].value);
	if (!any && !(o && o->replace) && x->under->has_storage)
		return x->under->has_storage(x->under, out, addr, e);
	*out = any;
	return PL_OK;
}

void pl_override_source(struct pl_override_source *x,
			struct pl_state_source *under)
{
	*x = (struct pl_override_source){ .base = { account, slot, code,
						    block_hash, has_storage },
					  .under = under };
}
