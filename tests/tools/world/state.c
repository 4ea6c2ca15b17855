#include "state.h"

#include <string.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"

#define ROOM (sizeof(((struct world_state *)0)->touched) / sizeof(void *))

static struct pl_hash32 key_of(const struct pl_addr *addr)
{
	return pl_keccak256(pl_addr_span(addr));
}

static struct world_account *touched(const struct world_state *s,
				     const struct pl_addr *addr)
{
	for (size_t i = 0; i < s->n_touched; i++)
		if (pl_addr_equal(&s->touched[i]->addr, addr))
			return s->touched[i];
	return NULL;
}

const struct world_account *world_account(const struct world_state *s,
					  const struct pl_addr *addr)
{
	const struct world_account *acc = touched(s, addr);
	struct pl_hash32 key;

	if (acc)
		return acc;
	key = key_of(addr);
	return world_trie_find(s->accounts, &key);
}

struct world_account *world_touch(struct world_state *s,
				  const struct pl_addr *addr)
{
	struct world_account *acc = touched(s, addr);
	const struct world_account *old;

	if (acc)
		return acc;
	if (s->n_touched == ROOM)
		(void)world_settle(s);
	old = world_account(s, addr);
	acc = PL_NEW(s->a, struct world_account);
	if (old)
		*acc = *old;
	acc->addr = *addr;
	s->touched[s->n_touched++] = acc;
	return acc;
}

static struct pl_span number(struct pl_arena *a, const struct pl_u256 *v)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_rlp_put_u256(&b, v);
	return pl_buf_span(&b);
}

void world_store(struct world_state *s, const struct pl_addr *addr,
		 const struct pl_hash32 *key, const struct pl_u256 *value)
{
	struct world_account *acc = world_touch(s, addr);
	struct pl_hash32 h = pl_keccak256(pl_hash32_span(key));
	struct pl_u256 *v = PL_NEW(s->a, struct pl_u256);

	*v = *value;
	if (pl_u256_is_zero(v))
		acc->slots = world_trie_drop(s->a, acc->slots, &h);
	else
		acc->slots = world_trie_put(s->a, acc->slots, &h,
					    number(s->a, v), v);
}

struct pl_u256 world_slot(const struct world_account *acc,
			  const struct pl_hash32 *key)
{
	struct pl_hash32 h = pl_keccak256(pl_hash32_span(key));
	const struct pl_u256 *v = acc ? world_trie_find(acc->slots, &h) : NULL;

	return v ? *v : pl_u256_of(0);
}

struct pl_u256 world_load(const struct world_state *s,
			  const struct pl_addr *addr,
			  const struct pl_hash32 *key)
{
	return world_slot(world_account(s, addr), key);
}

static struct pl_span account_rlp(struct pl_arena *a,
				  const struct world_account *acc)
{
	struct pl_hash32 code = pl_keccak256(acc->code);
	struct pl_buf b;
	size_t list;

	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, acc->nonce);
	pl_rlp_put_u256(&b, &acc->balance);
	pl_rlp_put(&b, pl_hash32_span(&acc->storage_root));
	pl_rlp_put(&b, pl_hash32_span(&code));
	pl_rlp_close(&b, list);
	return pl_buf_span(&b);
}

struct pl_hash32 world_settle(struct world_state *s)
{
	for (size_t i = 0; i < s->n_touched; i++) {
		struct world_account *acc = s->touched[i];
		struct pl_hash32 key = key_of(&acc->addr);

		acc->storage_root = world_trie_root(acc->slots);
		s->accounts = world_trie_put(s->a, s->accounts, &key,
					     account_rlp(s->a, acc), acc);
	}
	s->n_touched = 0;
	return world_trie_root(s->accounts);
}

struct world_state *world_state_copy(struct pl_arena *a,
				     const struct world_state *s)
{
	struct world_state *c = PL_NEW(a, struct world_state);

	*c = *s;
	return c;
}

void world_account_proof(struct pl_arena *a, const struct world_state *s,
			 const struct pl_addr *addr, struct world_proof *out)
{
	struct pl_hash32 key = key_of(addr);

	world_trie_proof(a, s->accounts, &key, out);
}

void world_slot_proof(struct pl_arena *a, const struct world_account *acc,
		      const struct pl_hash32 *key, struct world_proof *out)
{
	struct pl_hash32 h = pl_keccak256(pl_hash32_span(key));

	world_trie_proof(a, acc ? acc->slots : NULL, &h, out);
}
