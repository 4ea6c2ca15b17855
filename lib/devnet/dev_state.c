/* States: what the machine reads of them, and what it leaves in them. */
#include "crypto/keccak.h"
#include "devnet/dev_impl.h"

/* -------------------------------------------------- a chain behind this one */

/* From a proof, by the node of the chain stood on. */
static enum pl_rc remote_way(struct pl_tries_more *x, struct pl_mpt *trie,
			     uint32_t version, const struct pl_tries_way *way,
			     struct pl_err *e)
{
	struct pl_dev_remote *r = ((struct dev_more *)x)->d->conf.remote;
	struct pl_arena *a;
	struct pl_span *nodes, *more;
	size_t n, n_more;
	enum pl_rc rc;

	if (way->taking) /* what it leaves is known as far as it can be */
		return PL_OK;
	a = pl_arena_open(0);
	rc = r->prove(r, a, way->addr, way->slot, &nodes, &n, &more, &n_more,
		      e);
	if (!rc && way->slot)
		rc = pl_mpt_learn(trie, version, pl_hash32_span(&way->key),
				  more, n_more, e);
	else if (!rc)
		rc = pl_mpt_learn(trie, version, pl_hash32_span(&way->key),
				  nodes, n, e);
	pl_arena_close(a);
	return rc;
}

static enum pl_rc remote_code(struct pl_tries_more *x, struct pl_arena *a,
			      struct pl_span *out, const struct pl_addr *addr,
			      const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_dev_remote *r = ((struct dev_more *)x)->d->conf.remote;

	(void)hash;
	return r->code(r, a, out, addr, e);
}

void dev_stand_on(struct pl_dev *d)
{
	d->more = (struct dev_more){ { remote_way, remote_code }, d };
	d->t.more = &d->more.base;
}

/* --------------------------------------------------------------- reading */

enum pl_rc pl_dev_account(struct pl_dev *d, uint32_t state,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_held h;

	PL_TRY(pl_tries_find(&d->t, state, &h, addr, e));
	*out = (struct pl_state_account){ .exists = h.found,
					  .nonce = h.account.nonce,
					  .balance = h.account.balance,
					  .code_hash = h.account.code_hash };
	return PL_OK;
}

enum pl_rc pl_dev_slot(struct pl_dev *d, uint32_t state, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	struct pl_held h;

	PL_TRY(pl_tries_find(&d->t, state, &h, addr, e));
	return pl_tries_slot(&d->t, h.storage, out, addr, key, e);
}

enum pl_rc pl_dev_code(struct pl_dev *d, uint32_t state, struct pl_span *out,
		       const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_held h;

	PL_TRY(pl_tries_find(&d->t, state, &h, addr, e));
	return pl_tries_code(&d->t, out, addr, &h.account.code_hash, e);
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
	return pl_tries_code(&s->d->t, out, addr, hash, e);
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
	struct pl_held h;

	PL_TRY(pl_tries_find(&s->d->t, s->state, &h, addr, e));
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

enum pl_rc dev_apply(struct pl_dev *d, uint32_t *state,
		     const struct pl_state_change *changes, size_t n,
		     struct pl_err *e)
{
	return pl_tries_apply(&d->t, d->scratch, state, changes, n, e);
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
	struct pl_held h;

	PL_TRY(pl_tries_find(&d->t, state, &h, addr, e));
	out->account = h.account;
	PL_TRY(pl_mpt_prove(d->t.trie, a, &out->nodes, &out->n_nodes, state,
			    pl_hash32_span(&key), e));
	out->values = PL_NEW_N(a, struct pl_u256, n);
	out->slot_nodes = PL_NEW_N(a, struct pl_span *, n);
	out->n_slot_nodes = PL_NEW_N(a, size_t, n);
	for (size_t i = 0; i < n; i++) {
		const struct pl_hash32 k =
			pl_keccak256(pl_hash32_span(&keys[i]));
		const struct pl_u256 plain = pl_u256_from_be32(keys[i].b);

		PL_TRY(pl_tries_slot(&d->t, h.storage, &out->values[i], addr,
				     &plain, e));
		PL_TRY(pl_mpt_prove(d->t.trie, a, &out->slot_nodes[i],
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

	if (d->lost < TIDY || d->lost < pl_mpt_size(d->t.trie) / 2)
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
	pl_mpt_keep(d->t.trie, roots, n);
	pl_arena_close(a);
}
