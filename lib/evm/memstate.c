#include "evm/memstate.h"

#include <assert.h>

#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "eth/header.h"
#include "eth/trie.h"
#include "evm/state_impl.h"

struct cell {
	struct account *owner;
	struct pl_u256 key, value;
	struct pl_hash32 hash; /* of the key, once it was needed */
	bool hashed;
	const struct pl_u256 *instead; /* while a root is computed */
	struct cell *next;
};

struct account {
	struct pl_addr addr;
	struct pl_state_account is;
	struct pl_span code;
	struct cell *cells;
	struct pl_hash32 hash, storage_root;
	bool hashed, rooted;
	const struct pl_state_change *change; /* while a root is computed */
	struct account *next;
};

struct pl_memstate {
	struct pl_state_source source; /* first: see state.h */
	struct pl_arena *a;
	uint64_t seed;
	struct pl_state_map accounts, cells;
	struct account *all;
	size_t n;
	pl_memstate_hash_fn hashes;
	void *hashes_x;
};

/* ----------------------------------------------------------------- finding */

static struct account *find(const struct pl_memstate *m,
			    const struct pl_addr *addr)
{
	const struct pl_state_map *t = &m->accounts;
	uint64_t hash = pl_addr_hash(m->seed, addr);

	if (!t->cells)
		return NULL;
	for (size_t i = hash >> 1 & t->mask; t->cells[i].hash;
	     i = (i + 1) & t->mask) {
		struct account *x = t->cells[i].at;

		if (t->cells[i].hash == hash && pl_addr_equal(&x->addr, addr))
			return x;
	}
	return NULL;
}

static struct cell *find_cell(const struct pl_memstate *m,
			      const struct account *x,
			      const struct pl_u256 *key)
{
	const struct pl_state_map *t = &m->cells;
	uint64_t hash = pl_slot_hash(m->seed, x, key);

	if (!t->cells)
		return NULL;
	for (size_t i = hash >> 1 & t->mask; t->cells[i].hash;
	     i = (i + 1) & t->mask) {
		struct cell *c = t->cells[i].at;

		if (t->cells[i].hash == hash && c->owner == x &&
		    pl_u256_same(&c->key, key))
			return c;
	}
	return NULL;
}

/* --------------------------------------------------------------- as a source
 */

static enum pl_rc give_account(struct pl_state_source *src,
			       struct pl_state_account *out,
			       const struct pl_addr *addr, struct pl_err *e)
{
	const struct account *x = find((struct pl_memstate *)src, addr);

	(void)e;
	*out = x ? x->is
		 : (struct pl_state_account){ .code_hash = pl_keccak_empty };
	return PL_OK;
}

static enum pl_rc give_slot(struct pl_state_source *src, struct pl_u256 *out,
			    const struct pl_addr *addr,
			    const struct pl_u256 *key, struct pl_err *e)
{
	const struct pl_memstate *m = (struct pl_memstate *)src;
	const struct account *x = find(m, addr);
	const struct cell *c = x ? find_cell(m, x, key) : NULL;

	(void)e;
	*out = c ? c->value : pl_u256_of(0);
	return PL_OK;
}

static enum pl_rc give_code(struct pl_state_source *src, struct pl_arena *a,
			    struct pl_span *out, const struct pl_addr *addr,
			    const struct pl_hash32 *code_hash, struct pl_err *e)
{
	const struct account *x = find((struct pl_memstate *)src, addr);

	(void)a;
	if (!x || !pl_hash32_equal(&x->is.code_hash, code_hash))
		return pl_fail(e, PL_ENOTFOUND, "no such code in the state");
	*out = x->code;
	return PL_OK;
}

static enum pl_rc give_hash(struct pl_state_source *src, struct pl_hash32 *out,
			    uint64_t number, struct pl_err *e)
{
	const struct pl_memstate *m = (struct pl_memstate *)src;

	if (!m->hashes)
		return pl_fail(e, PL_ENOTFOUND, "hashes of blocks are unknown");
	*out = m->hashes(m->hashes_x, number);
	return PL_OK;
}

static enum pl_rc give_has_storage(struct pl_state_source *src, bool *out,
				   const struct pl_addr *addr, struct pl_err *e)
{
	const struct account *x = find((struct pl_memstate *)src, addr);

	(void)e;
	*out = false;
	for (const struct cell *c = x ? x->cells : NULL; c; c = c->next)
		*out |= !pl_u256_is_zero(&c->value);
	return PL_OK;
}

struct pl_memstate *pl_memstate_new(struct pl_arena *a)
{
	struct pl_memstate *m = PL_NEW(a, struct pl_memstate);

	m->source =
		(struct pl_state_source){ give_account, give_slot, give_code,
					  give_hash, give_has_storage };
	m->a = a;
	m->seed = pl_state_seed(m);
	return m;
}

struct pl_state_source *pl_memstate_source(struct pl_memstate *m)
{
	return &m->source;
}

void pl_memstate_hashes(struct pl_memstate *m, pl_memstate_hash_fn f, void *x)
{
	m->hashes = f;
	m->hashes_x = x;
}

/* ----------------------------------------------------------------- changing */

static struct account *account_at(struct pl_memstate *m,
				  const struct pl_addr *addr)
{
	struct account *x = find(m, addr);

	if (x)
		return x;
	x = PL_NEW(m->a, struct account);
	x->addr = *addr;
	x->is.code_hash = pl_keccak_empty;
	x->next = m->all;
	m->all = x;
	m->n++;
	pl_state_map_put(m->a, &m->accounts, pl_addr_hash(m->seed, addr), x);
	return x;
}

static void put_code(struct pl_memstate *m, struct account *x,
		     struct pl_span code)
{
	x->code = pl_span_dup(m->a, code);
	x->is.code_hash = code.n ? pl_keccak256(code) : pl_keccak_empty;
}

void pl_memstate_put(struct pl_memstate *m, const struct pl_addr *addr,
		     uint64_t nonce, const struct pl_u256 *balance,
		     struct pl_span code)
{
	struct account *x = account_at(m, addr);

	x->is.exists = true;
	x->is.nonce = nonce;
	x->is.balance = *balance;
	put_code(m, x, code);
}

static void put_cell(struct pl_memstate *m, struct account *x,
		     const struct pl_u256 *key, const struct pl_u256 *value)
{
	struct cell *c = find_cell(m, x, key);

	x->rooted = false;
	if (!c) {
		c = PL_NEW(m->a, struct cell);
		c->owner = x;
		c->key = *key;
		c->next = x->cells;
		x->cells = c;
		pl_state_map_put(m->a, &m->cells, pl_slot_hash(m->seed, x, key),
				 c);
	}
	c->value = *value;
}

void pl_memstate_put_slot(struct pl_memstate *m, const struct pl_addr *addr,
			  const struct pl_u256 *key,
			  const struct pl_u256 *value)
{
	put_cell(m, account_at(m, addr), key, value);
}

void pl_memstate_apply(struct pl_memstate *m,
		       const struct pl_state_change *changes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct pl_state_change *ch = &changes[i];
		struct account *x = account_at(m, &ch->addr);
		struct cell *c = x->cells;

		for (; c && (ch->wiped || !ch->account.exists); c = c->next)
			c->value = pl_u256_of(0);
		x->rooted = false;
		x->is = ch->account;
		if (ch->code_changed)
			put_code(m, x, ch->code);
		for (size_t k = 0; k < ch->n_slots; k++)
			put_cell(m, x, &ch->slots[k].key, &ch->slots[k].value);
	}
}

static void add_slots(struct pl_state_change *ch, struct pl_arena *a,
		      const struct account *x)
{
	struct pl_state_slot_change *v;

	for (const struct cell *c = x->cells; c; c = c->next)
		ch->n_slots++;
	ch->slots = v = PL_NEW_N(a, struct pl_state_slot_change, ch->n_slots);
	for (const struct cell *c = x->cells; c; c = c->next)
		*v++ = (struct pl_state_slot_change){ c->key, c->value };
}

struct pl_state_change *pl_memstate_all(const struct pl_memstate *m,
					struct pl_arena *a, size_t *n)
{
	struct pl_state_change *out = PL_NEW_N(a, struct pl_state_change, m->n);

	*n = 0;
	for (const struct account *x = m->all; x; x = x->next) {
		struct pl_state_change *ch = &out[(*n)++];

		ch->addr = x->addr;
		ch->account = x->is;
		ch->code = x->code;
		ch->code_changed = x->code.n != 0;
		add_slots(ch, a, x);
	}
	return out;
}

/* -------------------------------------------------------------------- roots */

/* A slot of the storage trie: the key's hash, and the value's RLP. */
struct leaf {
	struct pl_hash32 hash;
	struct pl_u256 key, value;
	struct cell *cell; /* whose hash it is, or NULL */
	bool hashed;
	uint8_t rlp[33];
};

struct leaves {
	struct leaf *v;
	size_t n;
};

static void add_leaf(struct leaves *l, struct cell *c,
		     const struct pl_u256 *key, const struct pl_u256 *value)
{
	struct leaf *x = &l->v[l->n];

	if (pl_u256_is_zero(value))
		return;
	l->n++;
	x->key = *key;
	x->value = *value;
	x->cell = c;
	x->hashed = c && c->hashed;
	if (x->hashed)
		x->hash = c->hash;
}

/* Hash those keys that were not hashed before, all together. */
static void hash_leaves(struct pl_arena *a, struct leaves *l)
{
	uint8_t(*keys)[32] = pl_alloc_n(a, l->n, 32);
	struct pl_span *in = PL_NEW_N(a, struct pl_span, l->n);
	struct pl_hash32 *out = PL_NEW_N(a, struct pl_hash32, l->n);
	size_t n = 0, k = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].hashed)
			continue;
		pl_u256_to_be(keys[n], &l->v[i].key);
		in[n] = (struct pl_span){ keys[n], 32 };
		n++;
	}
	pl_keccak256_many(out, in, n);
	for (size_t i = 0; i < l->n; i++) {
		struct leaf *x = &l->v[i];

		if (x->hashed)
			continue;
		x->hash = out[k++];
		if (x->cell) {
			x->cell->hash = x->hash;
			x->cell->hashed = true;
		}
	}
}

static enum pl_rc leaves_root(struct pl_hash32 *out, struct pl_arena *a,
			      struct leaves *l, struct pl_err *e)
{
	struct pl_trie_item *items = PL_NEW_N(a, struct pl_trie_item, l->n);
	struct pl_buf scratch;

	hash_leaves(a, l);
	for (size_t i = 0; i < l->n; i++) {
		struct leaf *x = &l->v[i];
		size_t bytes = (pl_u256_bits(&x->value) + 7) / 8;
		uint8_t be[32];

		pl_u256_to_be(be, &x->value);
		x->rlp[0] = (uint8_t)(0x80 + bytes);
		memcpy(x->rlp + 1, be + 32 - bytes, bytes);
		items[i].key = pl_hash32_span(&x->hash);
		items[i].value =
			bytes == 1 && x->rlp[1] < 0x80
				? (struct pl_span){ x->rlp + 1, 1 }
				: (struct pl_span){ x->rlp, bytes + 1 };
	}
	pl_trie_sort(items, l->n);
	pl_buf_init(&scratch, a);
	return pl_trie_root(out, &scratch, items, l->n, e);
}

/* The storage root of x (NULL: nothing was there) with the slots of ch. */
static enum pl_rc changed_root(struct pl_memstate *m, struct pl_hash32 *out,
			       struct pl_arena *a, struct account *x,
			       const struct pl_state_change *ch,
			       struct pl_err *e)
{
	struct leaves l = { NULL, 0 };
	struct cell *old = x && !ch->wiped ? x->cells : NULL;
	size_t room = ch->n_slots;

	for (const struct cell *c = old; c; c = c->next)
		room++;
	l.v = PL_NEW_N(a, struct leaf, room);
	for (size_t i = 0; i < ch->n_slots; i++) {
		const struct pl_state_slot_change *s = &ch->slots[i];
		struct cell *c = x ? find_cell(m, x, &s->key) : NULL;

		if (c && old)
			c->instead = &s->value;
		else
			add_leaf(&l, c, &s->key, &s->value);
	}
	for (struct cell *c = old; c; c = c->next) {
		add_leaf(&l, c, &c->key, c->instead ? c->instead : &c->value);
		c->instead = NULL;
	}
	return leaves_root(out, a, &l, e);
}

static enum pl_rc own_root(struct pl_memstate *m, struct account *x,
			   struct pl_arena *a, struct pl_err *e)
{
	const struct pl_state_change none = { .n_slots = 0 };

	if (x->rooted)
		return PL_OK;
	PL_TRY(changed_root(m, &x->storage_root, a, x, &none, e));
	x->rooted = true;
	return PL_OK;
}

static struct pl_span account_rlp(struct pl_arena *a,
				  const struct pl_state_account *is,
				  const struct pl_hash32 *storage_root)
{
	struct pl_buf b;
	size_t list;

	pl_buf_init(&b, a);
	list = pl_rlp_open(&b);
	pl_rlp_put_u64(&b, is->nonce);
	pl_rlp_put_u256(&b, &is->balance);
	pl_rlp_put(&b, pl_hash32_span(storage_root));
	pl_rlp_put(&b, pl_hash32_span(&is->code_hash));
	pl_rlp_close(&b, list);
	return pl_buf_span(&b);
}

/* One account of the state trie: x as it is, or as ch says; nothing is added
 * for one that is gone. */
static enum pl_rc add_account(struct pl_memstate *m, struct pl_arena *a,
			      struct pl_trie_item *items, size_t *n,
			      struct account *x,
			      const struct pl_state_change *ch,
			      struct pl_err *e)
{
	const struct pl_state_account *is = ch ? &ch->account : &x->is;
	struct pl_hash32 *hash = x ? &x->hash : PL_NEW(a, struct pl_hash32);
	struct pl_hash32 root;

	assert(x || ch);
	if (!is->exists)
		return PL_OK;
	if (!x || !x->hashed)
		*hash = pl_keccak256(pl_addr_span(ch ? &ch->addr : &x->addr));
	if (x)
		x->hashed = true;
	if (!x || (ch && (ch->n_slots || ch->wiped || !x->is.exists))) {
		PL_TRY(changed_root(m, &root, a, x, ch, e));
	} else {
		PL_TRY(own_root(m, x, a, e));
		root = x->storage_root;
	}
	items[*n].key = pl_hash32_span(hash);
	items[(*n)++].value = account_rlp(a, is, &root);
	return PL_OK;
}

enum pl_rc pl_memstate_root(struct pl_memstate *m, struct pl_hash32 *out,
			    struct pl_arena *scratch,
			    const struct pl_state_change *changes, size_t n,
			    struct pl_err *e)
{
	struct pl_trie_item *items =
		PL_NEW_N(scratch, struct pl_trie_item, m->n + n);
	struct pl_buf b;
	size_t k = 0;
	enum pl_rc rc = PL_OK;

	for (size_t i = 0; i < n && rc == PL_OK; i++) {
		struct account *x = find(m, &changes[i].addr);

		if (x)
			x->change = &changes[i];
		else
			rc = add_account(m, scratch, items, &k, NULL,
					 &changes[i], e);
	}
	for (struct account *x = m->all; x; x = x->next) {
		if (rc == PL_OK)
			rc = add_account(m, scratch, items, &k, x, x->change,
					 e);
		x->change = NULL;
	}
	PL_TRY(rc);
	pl_trie_sort(items, k);
	pl_buf_init(&b, scratch);
	return pl_trie_root(out, &b, items, k, e);
}
