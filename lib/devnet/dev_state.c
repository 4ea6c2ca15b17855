/* States: what the machine reads of them, and what it leaves in them. */
#include "codec/rlp.h"
#include "crypto/keccak.h"
#include "devnet/dev_impl.h"

/* --------------------------------------------------------------- reading */

/* An account as the trie holds it, and the storage beside it. */
struct held {
	bool found;
	struct pl_account account;
	uint32_t storage;
};

enum pl_rc dev_parse_account(struct pl_account *out, struct pl_span value,
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

/* Make the way to an account, or to a slot of its storage, known. */
static enum pl_rc learn(struct pl_dev *d, uint32_t state, uint32_t storage,
			const struct pl_addr *addr,
			const struct pl_hash32 *slot, struct pl_err *e)
{
	struct pl_arena *a;
	struct pl_span *nodes, *more;
	const struct pl_hash32 key =
		pl_keccak256(slot ? pl_hash32_span(slot) : pl_addr_span(addr));
	size_t n, n_more;
	enum pl_rc rc;

	if (!d->conf.remote)
		return pl_fail(e, PL_EBUG, "a state that is not whole");
	a = pl_arena_open(0);
	rc = d->conf.remote->prove(d->conf.remote, a, addr, slot, &nodes, &n,
				   &more, &n_more, e);
	if (!rc && slot)
		rc = pl_mpt_learn(d->trie, storage, pl_hash32_span(&key), more,
				  n_more, e);
	else if (!rc)
		rc = pl_mpt_learn(d->trie, state, pl_hash32_span(&key), nodes,
				  n, e);
	pl_arena_close(a);
	return rc;
}

static enum pl_rc find(struct pl_dev *d, uint32_t state, struct held *out,
		       const struct pl_addr *addr, struct pl_err *e)
{
	const struct pl_hash32 key = pl_keccak256(pl_addr_span(addr));
	enum pl_mpt_found f;
	struct pl_span value;

	*out = (struct held){ .account = { .storage_root = pl_empty_root,
					   .code_hash = pl_keccak_empty } };
	f = pl_mpt_get(d->trie, state, pl_hash32_span(&key), &value,
		       &out->storage);
	if (f == PL_MPT_UNKNOWN) {
		PL_TRY(learn(d, state, 0, addr, NULL, e));
		f = pl_mpt_get(d->trie, state, pl_hash32_span(&key), &value,
			       &out->storage);
	}
	if (f == PL_MPT_ABSENT)
		return PL_OK;
	if (f == PL_MPT_UNKNOWN)
		return pl_fail(e, PL_EPROOF,
			       "a proof that does not lead to "
			       "the account");
	PL_TRY(dev_parse_account(&out->account, value, e));
	out->found = true;
	if (!out->storage &&
	    !pl_hash32_equal(&out->account.storage_root, &pl_empty_root)) {
		out->storage = pl_mpt_stub(d->trie, &out->account.storage_root);
		pl_mpt_attach(d->trie, state, pl_hash32_span(&key),
			      out->storage);
	}
	return PL_OK;
}

enum pl_rc pl_dev_account(struct pl_dev *d, uint32_t state,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	struct held h;

	PL_TRY(find(d, state, &h, addr, e));
	*out = (struct pl_state_account){ .exists = h.found,
					  .nonce = h.account.nonce,
					  .balance = h.account.balance,
					  .code_hash = h.account.code_hash };
	return PL_OK;
}

static enum pl_rc slot_in(struct pl_dev *d, uint32_t storage,
			  struct pl_u256 *out, const struct pl_addr *addr,
			  const struct pl_u256 *key, struct pl_err *e)
{
	struct pl_hash32 plain, hashed;
	enum pl_mpt_found f;
	struct pl_span value;

	*out = pl_u256_of(0);
	if (!storage)
		return PL_OK;
	pl_u256_to_be(plain.b, key);
	hashed = pl_keccak256(pl_hash32_span(&plain));
	f = pl_mpt_get(d->trie, storage, pl_hash32_span(&hashed), &value, NULL);
	if (f == PL_MPT_UNKNOWN) {
		PL_TRY(learn(d, 0, storage, addr, &plain, e));
		f = pl_mpt_get(d->trie, storage, pl_hash32_span(&hashed),
			       &value, NULL);
	}
	if (f == PL_MPT_ABSENT)
		return PL_OK;
	if (f == PL_MPT_UNKNOWN)
		return pl_fail(e, PL_EPROOF,
			       "a proof that does not lead to the slot");
	return pl_rlp_u256(out, &value, e);
}

enum pl_rc pl_dev_slot(struct pl_dev *d, uint32_t state, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	struct held h;

	PL_TRY(find(d, state, &h, addr, e));
	return slot_in(d, h.storage, out, addr, key, e);
}

static enum pl_rc code_of(struct pl_dev *d, struct pl_span *out,
			  const struct pl_addr *addr,
			  const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_hash32 got;
	uint64_t i;

	*out = (struct pl_span){ NULL, 0 };
	if (pl_hash32_equal(hash, &pl_keccak_empty))
		return PL_OK;
	if (pl_map_get(&d->code, &i, hash)) {
		*out = d->codes[i];
		return PL_OK;
	}
	if (!d->conf.remote)
		return pl_fail(e, PL_EBUG, "code that is not kept");
	PL_TRY(d->conf.remote->code(d->conf.remote, d->a, out, addr, e));
	got = pl_keccak256(*out);
	if (!pl_hash32_equal(&got, hash))
		return pl_fail(e, PL_EPROOF,
			       "code that is not what the account names");
	dev_code_put(d, hash, *out);
	return PL_OK;
}

void dev_code_put(struct pl_dev *d, const struct pl_hash32 *hash,
		  struct pl_span code)
{
	uint64_t i;

	if (!code.n || pl_map_get(&d->code, &i, hash))
		return;
	d->codes = pl_grow(d->a, d->codes, d->n_codes, sizeof(*d->codes));
	d->codes[d->n_codes] = pl_span_dup(d->a, code);
	pl_map_put(&d->code, hash, d->n_codes++);
}

enum pl_rc pl_dev_code(struct pl_dev *d, uint32_t state, struct pl_span *out,
		       const struct pl_addr *addr, struct pl_err *e)
{
	struct held h;

	PL_TRY(find(d, state, &h, addr, e));
	return code_of(d, out, addr, &h.account.code_hash, e);
}

/* -------------------------------------------------------- for the machine */

static enum pl_rc source_account(struct pl_state_source *x,
				 struct pl_state_account *out,
				 const struct pl_addr *addr, struct pl_err *e)
{
	struct dev_source *s = (struct dev_source *)x;

	return pl_dev_account(s->d, s->state, out, addr, e);
}

static enum pl_rc source_slot(struct pl_state_source *x, struct pl_u256 *out,
			      const struct pl_addr *addr,
			      const struct pl_u256 *key, struct pl_err *e)
{
	struct dev_source *s = (struct dev_source *)x;

	return pl_dev_slot(s->d, s->state, out, addr, key, e);
}

static enum pl_rc source_code(struct pl_state_source *x, struct pl_arena *a,
			      struct pl_span *out, const struct pl_addr *addr,
			      const struct pl_hash32 *hash, struct pl_err *e)
{
	struct dev_source *s = (struct dev_source *)x;

	(void)a;
	return code_of(s->d, out, addr, hash, e);
}

static enum pl_rc source_block_hash(struct pl_state_source *x,
				    struct pl_hash32 *out, uint64_t number,
				    struct pl_err *e)
{
	struct pl_dev *d = ((struct dev_source *)x)->d;
	const struct pl_dev_block *b = pl_dev_block(d, number);

	if (b) {
		*out = b->header.hash;
		return PL_OK;
	}
	if (d->conf.remote && number < d->first)
		return d->conf.remote->block_hash(d->conf.remote, out, number,
						  e);
	memset(out, 0, sizeof(*out));
	return PL_OK;
}

static enum pl_rc source_has_storage(struct pl_state_source *x, bool *out,
				     const struct pl_addr *addr,
				     struct pl_err *e)
{
	struct dev_source *s = (struct dev_source *)x;
	struct held h;

	PL_TRY(find(s->d, s->state, &h, addr, e));
	*out = h.storage != 0;
	return PL_OK;
}

void dev_source_init(struct pl_dev *d, struct dev_source *x)
{
	*x = (struct dev_source){ .base = { source_account, source_slot,
					    source_code, source_block_hash,
					    source_has_storage },
				  .d = d };
}

/* --------------------------------------------------------------- changing */

static void put_account(struct pl_dev *d, uint32_t *state,
			const struct pl_hash32 *key,
			const struct pl_state_account *x, uint32_t storage)
{
	const struct pl_hash32 root = pl_mpt_root(d->trie, storage);
	uint8_t room[160];
	struct pl_buf b = { .a = d->scratch, .p = room, .cap = sizeof(room) };
	size_t list = pl_rlp_open(&b);

	pl_rlp_put_u64(&b, x->nonce);
	pl_rlp_put_u256(&b, &x->balance);
	pl_rlp_put(&b, pl_hash32_span(&root));
	pl_rlp_put(&b, pl_hash32_span(&x->code_hash));
	pl_rlp_close(&b, list);
	*state = pl_mpt_put(d->trie, *state, pl_hash32_span(key),
			    pl_buf_span(&b), storage);
}

/* The keys of all slots of a change, hashed together. */
static struct pl_hash32 *slot_keys(struct pl_arena *a,
				   const struct pl_state_change *c)
{
	struct pl_hash32 *plain = PL_NEW_N(a, struct pl_hash32, c->n_slots);
	struct pl_hash32 *out = PL_NEW_N(a, struct pl_hash32, c->n_slots);
	struct pl_span *spans = PL_NEW_N(a, struct pl_span, c->n_slots);

	for (size_t i = 0; i < c->n_slots; i++) {
		pl_u256_to_be(plain[i].b, &c->slots[i].key);
		spans[i] = pl_hash32_span(&plain[i]);
	}
	pl_keccak256_many(out, spans, c->n_slots);
	return out;
}

static uint32_t put_slots(struct pl_dev *d, uint32_t storage,
			  const struct pl_state_change *c)
{
	const struct pl_hash32 *keys = slot_keys(d->scratch, c);

	for (size_t i = 0; i < c->n_slots; i++) {
		uint8_t room[40];
		struct pl_buf b = { .a = d->scratch,
				    .p = room,
				    .cap = sizeof(room) };

		if (!pl_u256_is_zero(&c->slots[i].value))
			pl_rlp_put_u256(&b, &c->slots[i].value);
		storage = pl_mpt_put(d->trie, storage, pl_hash32_span(&keys[i]),
				     pl_buf_span(&b), 0);
	}
	return storage;
}

enum pl_rc dev_apply(struct pl_dev *d, uint32_t *state,
		     const struct pl_state_change *changes, size_t n,
		     struct pl_err *e)
{
	struct pl_hash32 *keys = PL_NEW_N(d->scratch, struct pl_hash32, n);
	struct pl_span *spans = PL_NEW_N(d->scratch, struct pl_span, n);
	uint32_t *storage = PL_NEW_N(d->scratch, uint32_t, n);
	uint32_t now = *state;

	for (size_t i = 0; i < n; i++) {
		const struct pl_state_change *c = changes + i;
		struct held h;

		spans[i] = pl_addr_span(&c->addr);
		PL_TRY(find(d, now, &h, &c->addr, e));
		storage[i] = c->wiped || !c->account.exists ? 0 : h.storage;
		if (c->account.exists)
			storage[i] = put_slots(d, storage[i], c);
		if (c->code_changed)
			dev_code_put(d, &c->account.code_hash, c->code);
	}
	pl_keccak256_many(keys, spans, n);
	pl_mpt_seal(d->trie, storage, n);
	for (size_t i = 0; i < n; i++) {
		if (changes[i].account.exists)
			put_account(d, &now, &keys[i], &changes[i].account,
				    storage[i]);
		else
			now = pl_mpt_put(d->trie, now, pl_hash32_span(&keys[i]),
					 (struct pl_span){ NULL, 0 }, 0);
	}
	pl_mpt_seal(d->trie, &now, 1);
	*state = now;
	return PL_OK;
}

enum pl_rc pl_dev_set(struct pl_dev *d, const struct pl_addr *addr,
		      const struct pl_dev_change *c, struct pl_err *e)
{
	struct pl_state_change change = { .addr = *addr };
	struct pl_state_slot_change slot;
	struct pl_u256 was;

	pl_arena_reset(d->scratch);
	PL_TRY(pl_dev_account(d, d->state, &change.account, addr, e));
	change.account.exists = true;
	if (c->balance)
		change.account.balance = *c->balance;
	if (c->nonce)
		change.account.nonce = *c->nonce;
	if (c->code) {
		change.account.code_hash = pl_keccak256(*c->code);
		change.code = *c->code;
		change.code_changed = true;
	}
	if (c->key) {
		/* read first: the way to it must be known */
		PL_TRY(pl_dev_slot(d, d->state, &was, addr, c->key, e));
		slot = (struct pl_state_slot_change){ *c->key, *c->value };
		change.slots = &slot;
		change.n_slots = 1;
	}
	return dev_apply(d, &d->state, &change, 1, e);
}

/* ----------------------------------------------------------------- proofs */

enum pl_rc pl_dev_prove(struct pl_dev *d, struct pl_arena *a, uint32_t state,
			struct pl_dev_proof *out, const struct pl_addr *addr,
			const struct pl_hash32 *keys, size_t n,
			struct pl_err *e)
{
	const struct pl_hash32 key = pl_keccak256(pl_addr_span(addr));
	struct held h;

	PL_TRY(find(d, state, &h, addr, e));
	out->account = h.account;
	PL_TRY(pl_mpt_prove(d->trie, a, &out->nodes, &out->n_nodes, state,
			    pl_hash32_span(&key), e));
	out->values = PL_NEW_N(a, struct pl_u256, n);
	out->slot_nodes = PL_NEW_N(a, struct pl_span *, n);
	out->n_slot_nodes = PL_NEW_N(a, size_t, n);
	for (size_t i = 0; i < n; i++) {
		const struct pl_hash32 k =
			pl_keccak256(pl_hash32_span(&keys[i]));
		const struct pl_u256 plain = pl_u256_from_be32(keys[i].b);

		PL_TRY(slot_in(d, h.storage, &out->values[i], addr, &plain, e));
		PL_TRY(pl_mpt_prove(d->trie, a, &out->slot_nodes[i],
				    &out->n_slot_nodes[i], h.storage,
				    pl_hash32_span(&k), e));
	}
	return PL_OK;
}

/* ----------------------------------------------------------------- tidying */

#define TIDY ((size_t)4 << 20) /* bytes lost before it is worth the time */

/* Reverts, and states between blocks, leave nodes nobody asks for.  Called
 * where nothing but blocks, snapshots and `now` names a state. */
void dev_tidy(struct pl_dev *d)
{
	struct pl_arena *a;
	uint32_t **roots;
	size_t n = 0;

	if (d->lost < TIDY || d->lost < pl_mpt_size(d->trie) / 2)
		return;
	d->lost = 0;
	a = pl_arena_open(0);
	roots = PL_NEW_N(a, uint32_t *, 2 * d->n_blocks + d->n_snapshots + 2);
	for (size_t i = 0; i < d->n_blocks; i++) {
		roots[n++] = &d->blocks[i]->before;
		roots[n++] = &d->blocks[i]->after;
	}
	for (size_t i = 0; i < d->n_snapshots; i++)
		roots[n++] = &d->snapshots[i].state;
	roots[n++] = &d->state;
	roots[n++] = &d->begun;
	pl_mpt_keep(d->trie, roots, n);
	pl_arena_close(a);
}
