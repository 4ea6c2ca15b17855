#include "state.h"

#include <string.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"

/* Where a key is, or belongs. */
static size_t place(const void *v, size_t n, size_t size, size_t off,
		    const struct pl_hash32 *key, bool *found)
{
	size_t lo = 0, hi = n;

	*found = false;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int c = memcmp((const uint8_t *)v + mid * size + off, key->b,
			       sizeof(key->b));

		if (!c) {
			*found = true;
			return mid;
		}
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void *insert(struct pl_arena *a, void *v, size_t *n, size_t *room,
		    size_t at, size_t size)
{
	uint8_t *p = v;

	if (*n == *room) {
		size_t want = *room ? 2 * *room : 8;

		p = pl_alloc_n(a, want, size);
		if (*n)
			memcpy(p, v, *n * size);
		*room = want;
	}
	memmove(p + (at + 1) * size, p + at * size, (*n - at) * size);
	memset(p + at * size, 0, size);
	++*n;
	return p;
}

struct world_account *world_account(struct world_state *s,
				    const struct pl_addr *addr, bool make)
{
	struct pl_hash32 h = pl_keccak256(pl_addr_span(addr));
	bool found;
	size_t at = place(s->acc, s->n, sizeof(*s->acc),
			  offsetof(struct world_account, hashed), &h, &found);

	if (found)
		return &s->acc[at];
	if (!make)
		return NULL;
	s->acc = insert(s->a, s->acc, &s->n, &s->room, at, sizeof(*s->acc));
	s->acc[at].addr = *addr;
	s->acc[at].hashed = h;
	s->acc[at].dirty = true;
	return &s->acc[at];
}

static size_t slot_at(const struct world_account *acc,
		      const struct pl_hash32 *hashed, bool *found)
{
	return place(acc->slot, acc->n_slots, sizeof(*acc->slot),
		     offsetof(struct world_slot, hashed), hashed, found);
}

void world_store(struct world_state *s, const struct pl_addr *addr,
		 const struct pl_hash32 *key, const struct pl_u256 *value)
{
	struct world_account *acc = world_account(s, addr, true);
	struct pl_hash32 h = pl_keccak256(pl_hash32_span(key));
	bool found;
	size_t at = slot_at(acc, &h, &found);

	acc->dirty = true;
	if (pl_u256_is_zero(value)) {
		if (found)
			memmove(&acc->slot[at], &acc->slot[at + 1],
				(--acc->n_slots - at) * sizeof(*acc->slot));
		return;
	}
	if (!found)
		acc->slot = insert(s->a, acc->slot, &acc->n_slots, &acc->room,
				   at, sizeof(*acc->slot));
	acc->slot[at] = (struct world_slot){ *key, h, *value };
}

struct pl_u256 world_load(struct world_state *s, const struct pl_addr *addr,
			  const struct pl_hash32 *key)
{
	const struct world_account *acc = world_account(s, addr, false);
	struct pl_hash32 h = pl_keccak256(pl_hash32_span(key));
	bool found;
	size_t at;

	if (!acc)
		return pl_u256_of(0);
	at = slot_at(acc, &h, &found);
	return found ? acc->slot[at].value : pl_u256_of(0);
}

static struct pl_span rlp_of(struct pl_arena *a, const struct pl_u256 *v)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_rlp_put_u256(&b, v);
	return pl_buf_span(&b);
}

struct pl_hash32 world_storage_root(struct pl_arena *a,
				    const struct world_account *acc,
				    const struct pl_hash32 *key,
				    struct world_proof *proof)
{
	size_t n = acc ? acc->n_slots : 0;
	struct world_item *it = PL_NEW_N(a, struct world_item, n);
	struct pl_hash32 h;

	for (size_t i = 0; i < n; i++) {
		it[i].key = acc->slot[i].hashed;
		it[i].value = rlp_of(a, &acc->slot[i].value);
	}
	if (key)
		h = pl_keccak256(pl_hash32_span(key));
	return world_trie(a, it, n, key ? &h : NULL, proof);
}

static struct pl_span account_rlp(struct pl_arena *a, struct world_account *acc)
{
	struct pl_hash32 code = pl_keccak256(acc->code);
	struct pl_buf b;
	size_t list;

	if (acc->dirty)
		acc->storage_root = world_storage_root(a, acc, NULL, NULL);
	acc->dirty = false;
	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, acc->nonce);
	pl_rlp_put_u256(&b, &acc->balance);
	pl_rlp_put(&b, pl_hash32_span(&acc->storage_root));
	pl_rlp_put(&b, pl_hash32_span(&code));
	pl_rlp_close(&b, list);
	return pl_buf_span(&b);
}

struct pl_hash32 world_state_root(struct world_state *s, struct pl_arena *a,
				  const struct pl_addr *addr,
				  struct world_proof *proof)
{
	struct world_item *it = PL_NEW_N(a, struct world_item, s->n);
	struct pl_hash32 h;

	for (size_t i = 0; i < s->n; i++) {
		it[i].key = s->acc[i].hashed;
		it[i].value = account_rlp(a, &s->acc[i]);
	}
	if (addr)
		h = pl_keccak256(pl_addr_span(addr));
	return world_trie(a, it, s->n, addr ? &h : NULL, proof);
}

struct world_state *world_state_copy(struct pl_arena *a,
				     const struct world_state *s)
{
	struct world_state *c = PL_NEW(a, struct world_state);

	c->a = a;
	c->n = c->room = s->n;
	c->acc = PL_NEW_N(a, struct world_account, s->n);
	for (size_t i = 0; i < s->n; i++) {
		struct world_account *to = &c->acc[i];

		*to = s->acc[i];
		to->room = to->n_slots;
		to->slot = PL_NEW_N(a, struct world_slot, to->n_slots);
		if (to->n_slots)
			memcpy(to->slot, s->acc[i].slot,
			       to->n_slots * sizeof(*to->slot));
	}
	return c;
}
