#include "devnet/tries.h"

#include "codec/rlp.h"
#include "crypto/keccak.h"

void pl_tries_init(struct pl_tries *t, struct pl_arena *a)
{
	*t = (struct pl_tries){ .a = a, .trie = pl_mpt_open(), .code.a = a };
}

/* ----------------------------------------------------------------- reading */

enum pl_rc pl_account_parse(struct pl_account *out, struct pl_span value,
			    struct pl_err *e)
{
	struct pl_span in;

	PL_TRY(pl_rlp_whole_list(&in, value, e));
	PL_TRY(pl_rlp_u64(&out->nonce, &in, e));
	PL_TRY(pl_rlp_u256(&out->balance, &in, e));
	PL_TRY(pl_rlp_fixed(out->storage_root.b, 32, &in, e));
	PL_TRY(pl_rlp_fixed(out->code_hash.b, 32, &in, e));
	return pl_rlp_end(in, "the account", e);
}

static enum pl_rc learn(struct pl_tries *t, uint32_t version,
			const struct pl_tries_way *way, struct pl_err *e)
{
	if (!t->more)
		return pl_fail(e, PL_EBUG, "a state that is not whole");
	return t->more->way(t->more, t->trie, version, way, e);
}

/* What stands at the end of a way; PL_MPT_UNKNOWN is a failure. */
static enum pl_rc look(struct pl_tries *t, uint32_t version,
		       const struct pl_tries_way *way, bool *found,
		       struct pl_span *value, uint32_t *sub, struct pl_err *e)
{
	const struct pl_span key = pl_hash32_span(&way->key);
	enum pl_mpt_found f = pl_mpt_get(t->trie, version, key, value, sub);

	if (f == PL_MPT_UNKNOWN) {
		PL_TRY(learn(t, version, way, e));
		f = pl_mpt_get(t->trie, version, key, value, sub);
	}
	if (f == PL_MPT_UNKNOWN)
		return pl_fail(e, PL_EPROOF, "a proof that does not lead to %s",
			       way->slot ? "the slot" : "the account");
	*found = f == PL_MPT_PRESENT;
	return PL_OK;
}

static struct pl_tries_way way_to(const struct pl_addr *addr)
{
	return (struct pl_tries_way){
		.addr = addr,
		.key = pl_keccak256(pl_addr_span(addr)),
	};
}

enum pl_rc pl_tries_find(struct pl_tries *t, uint32_t version,
			 struct pl_held *out, const struct pl_addr *addr,
			 struct pl_err *e)
{
	const struct pl_tries_way way = way_to(addr);
	struct pl_span value;
	bool found;

	*out = (struct pl_held){ .account = { .storage_root = pl_empty_root,
					      .code_hash = pl_keccak_empty } };
	PL_TRY(look(t, version, &way, &found, &value, &out->storage, e));
	if (!found)
		return PL_OK;
	PL_TRY(pl_account_parse(&out->account, value, e));
	out->found = true;
	if (!out->storage &&
	    !pl_hash32_equal(&out->account.storage_root, &pl_empty_root)) {
		out->storage = pl_mpt_stub(t->trie, &out->account.storage_root);
		pl_mpt_attach(t->trie, version, pl_hash32_span(&way.key),
			      out->storage);
	}
	return PL_OK;
}

enum pl_rc pl_tries_slot(struct pl_tries *t, uint32_t storage,
			 struct pl_u256 *out, const struct pl_addr *addr,
			 const struct pl_u256 *key, struct pl_err *e)
{
	struct pl_hash32 plain;
	struct pl_tries_way way = { .addr = addr, .slot = &plain };
	struct pl_span value;
	bool found;

	*out = pl_u256_of(0);
	if (!storage)
		return PL_OK;
	pl_u256_to_be(plain.b, key);
	way.key = pl_keccak256(pl_hash32_span(&plain));
	PL_TRY(look(t, storage, &way, &found, &value, NULL, e));
	return found ? pl_rlp_u256(out, &value, e) : PL_OK;
}

enum pl_rc pl_tries_code(struct pl_tries *t, struct pl_span *out,
			 const struct pl_addr *addr,
			 const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_hash32 got;
	uint64_t i;

	*out = (struct pl_span){ NULL, 0 };
	if (pl_hash32_equal(hash, &pl_keccak_empty))
		return PL_OK;
	if (pl_map_get(&t->code, &i, hash)) {
		*out = t->codes[i];
		return PL_OK;
	}
	if (!t->more)
		return pl_fail(e, PL_EBUG, "code that is not kept");
	PL_TRY(t->more->code(t->more, t->a, out, addr, hash, e));
	got = pl_keccak256(*out);
	if (!pl_hash32_equal(&got, hash))
		return pl_fail(e, PL_EPROOF,
			       "code that is not what the account names");
	pl_tries_code_put(t, hash, *out);
	return PL_OK;
}

void pl_tries_code_put(struct pl_tries *t, const struct pl_hash32 *hash,
		       struct pl_span code)
{
	uint64_t i;

	if (!code.n || pl_map_get(&t->code, &i, hash))
		return;
	t->codes = pl_grow(t->a, t->codes, t->n_codes, sizeof(*t->codes));
	t->codes[t->n_codes] = pl_span_dup(t->a, code);
	pl_map_put(&t->code, hash, t->n_codes++);
}

/* ---------------------------------------------------------------- changing */

static void put_account(struct pl_tries *t, struct pl_arena *scratch,
			uint32_t *state, const struct pl_hash32 *key,
			const struct pl_state_account *x, uint32_t storage)
{
	const struct pl_hash32 root = pl_mpt_root(t->trie, storage);
	uint8_t room[160];
	struct pl_buf b = { .a = scratch, .p = room, .cap = sizeof(room) };
	size_t list = pl_rlp_open(&b);

	pl_rlp_put_u64(&b, x->nonce);
	pl_rlp_put_u256(&b, &x->balance);
	pl_rlp_put(&b, pl_hash32_span(&root));
	pl_rlp_put(&b, pl_hash32_span(&x->code_hash));
	pl_rlp_close(&b, list);
	*state = pl_mpt_put(t->trie, *state, pl_hash32_span(key),
			    pl_buf_span(&b), storage);
}

static enum pl_rc take(struct pl_tries *t, uint32_t *version,
		       struct pl_tries_way *way, struct pl_err *e)
{
	way->taking = true;
	if (t->more)
		PL_TRY(learn(t, *version, way, e));
	*version = pl_mpt_put(t->trie, *version, pl_hash32_span(&way->key),
			      (struct pl_span){ NULL, 0 }, 0);
	return PL_OK;
}

/* The keys of all slots of a change, hashed together. */
static struct pl_hash32 *slot_keys(struct pl_arena *a,
				   const struct pl_state_change *c,
				   struct pl_hash32 *plain)
{
	struct pl_hash32 *out = PL_NEW_N(a, struct pl_hash32, c->n_slots);
	struct pl_span *spans = PL_NEW_N(a, struct pl_span, c->n_slots);

	for (size_t i = 0; i < c->n_slots; i++) {
		pl_u256_to_be(plain[i].b, &c->slots[i].key);
		spans[i] = pl_hash32_span(&plain[i]);
	}
	pl_keccak256_many(out, spans, c->n_slots);
	return out;
}

static enum pl_rc put_slots(struct pl_tries *t, struct pl_arena *scratch,
			    uint32_t *storage, const struct pl_state_change *c,
			    struct pl_err *e)
{
	struct pl_hash32 *plain =
		PL_NEW_N(scratch, struct pl_hash32, c->n_slots);
	const struct pl_hash32 *keys = slot_keys(scratch, c, plain);

	for (size_t i = 0; i < c->n_slots; i++) {
		struct pl_tries_way way = { .addr = &c->addr,
					    .slot = &plain[i],
					    .key = keys[i] };
		uint8_t room[40];
		struct pl_buf b = { .a = scratch,
				    .p = room,
				    .cap = sizeof(room) };
		struct pl_span old;
		bool found;

		if (pl_u256_is_zero(&c->slots[i].value)) {
			PL_TRY(take(t, storage, &way, e));
			continue;
		}
		if (t->more)
			PL_TRY(look(t, *storage, &way, &found, &old, NULL, e));
		pl_rlp_put_u256(&b, &c->slots[i].value);
		*storage =
			pl_mpt_put(t->trie, *storage, pl_hash32_span(&keys[i]),
				   pl_buf_span(&b), 0);
	}
	return PL_OK;
}

enum pl_rc pl_tries_apply(struct pl_tries *t, struct pl_arena *scratch,
			  uint32_t *version,
			  const struct pl_state_change *changes, size_t n,
			  struct pl_err *e)
{
	struct pl_hash32 *keys = PL_NEW_N(scratch, struct pl_hash32, n);
	struct pl_span *spans = PL_NEW_N(scratch, struct pl_span, n);
	uint32_t *storage = PL_NEW_N(scratch, uint32_t, n);
	uint32_t now = *version;

	for (size_t i = 0; i < n; i++) {
		const struct pl_state_change *c = changes + i;
		struct pl_held h;

		spans[i] = pl_addr_span(&c->addr);
		PL_TRY(pl_tries_find(t, now, &h, &c->addr, e));
		storage[i] = c->wiped || !c->account.exists ? 0 : h.storage;
		if (c->account.exists)
			PL_TRY(put_slots(t, scratch, &storage[i], c, e));
		if (c->code_changed)
			pl_tries_code_put(t, &c->account.code_hash, c->code);
	}
	pl_keccak256_many(keys, spans, n);
	pl_mpt_seal(t->trie, storage, n);
	for (size_t i = 0; i < n; i++) {
		struct pl_tries_way way = { .addr = &changes[i].addr,
					    .key = keys[i] };

		if (changes[i].account.exists)
			put_account(t, scratch, &now, &keys[i],
				    &changes[i].account, storage[i]);
		else
			PL_TRY(take(t, &now, &way, e));
	}
	pl_mpt_seal(t->trie, &now, 1);
	*version = now;
	return PL_OK;
}
