#include "evm/state_impl.h"

#include "crypto/keccak.h"

#define FIRST_CELLS 64
#define FIRST_JOURNAL 256

/* ----------------------------------------------------------------- tables */

static void put(struct pl_state_map *m, uint64_t hash, void *at)
{
	size_t i = hash >> 1 & m->mask;

	while (m->cells[i].hash)
		i = (i + 1) & m->mask;
	m->cells[i] = (struct pl_state_cell){ hash, at };
}

void pl_state_map_put(struct pl_arena *a, struct pl_state_map *m, uint64_t hash,
		      void *at)
{
	struct pl_state_map old = *m;
	size_t cells = old.cells ? old.mask + 1 : 0;

	if (2 * (old.n + 1) > cells) {
		m->mask = (cells ? 4 * cells : FIRST_CELLS) - 1;
		m->cells = PL_NEW_N(a, struct pl_state_cell, m->mask + 1);
		for (size_t i = 0; i < cells; i++)
			if (old.cells[i].hash)
				put(m, old.cells[i].hash, old.cells[i].at);
	}
	put(m, hash, at);
	m->n++;
}

void pl_state_journal_grow(struct pl_state *s)
{
	size_t cap = s->cap_journal ? 2 * s->cap_journal : FIRST_JOURNAL;

	s->journal = pl_realloc(s->undo_a, s->journal,
				s->cap_journal * sizeof(*s->journal),
				cap * sizeof(*s->journal));
	s->cap_journal = cap;
}

/* -------------------------------------------------------------- life cycle */

struct pl_state *pl_state_open(struct pl_state_source *source)
{
	struct pl_arena *own = pl_arena_open(0);
	struct pl_state *s = PL_NEW(own, struct pl_state);

	s->undo_a = own;
	s->a = pl_arena_open(0);
	s->tx_a = pl_arena_open(0);
	s->source = source;
	s->seed = pl_state_seed(s);
	s->tx = 1;
	return s;
}

void pl_state_close(struct pl_state *s)
{
	if (!s)
		return;
	pl_arena_close(s->a);
	pl_arena_close(s->tx_a);
	pl_arena_close(s->undo_a); /* s itself goes with it */
}

void pl_state_reset(struct pl_state *s)
{
	pl_arena_reset(s->a);
	pl_arena_reset(s->tx_a);
	s->accounts = s->slots = s->transient = (struct pl_state_map){ 0 };
	s->all = s->ripemd = NULL;
	s->n_journal = 0;
	s->refund = 0;
	s->logs = NULL;
	s->n_logs = s->cap_logs = 0;
	s->failure.rc = PL_OK;
	s->tx = 1;
}

enum pl_rc pl_state_failure(const struct pl_state *s, struct pl_err *e)
{
	if (s->failure.rc != PL_OK)
		*e = s->failure;
	return s->failure.rc;
}

/* The first failure is the one that counts. */
static bool took(struct pl_state *s, enum pl_rc rc, const struct pl_err *e)
{
	if (rc != PL_OK && s->failure.rc == PL_OK) {
		s->failure = *e;
		s->failure.rc = rc;
	}
	return rc == PL_OK;
}

/* ---------------------------------------------------------------- accounts */

static struct pl_acct *acct_new(struct pl_state *s, const struct pl_addr *addr)
{
	struct pl_acct *a = PL_NEW(s->a, struct pl_acct);
	struct pl_state_account got = { 0 };
	struct pl_err e = { 0 };

	a->addr = *addr;
	got.code_hash = pl_keccak_empty;
	if (!took(s, s->source->account(s->source, &got, addr, &e), &e) ||
	    !got.exists) {
		got = (struct pl_state_account){ 0 };
		got.code_hash = pl_keccak_empty;
	}
	a->source = got;
	a->exists = got.exists;
	a->nonce = got.nonce;
	a->balance = got.balance;
	a->code_hash = got.code_hash;
	a->has_code = !pl_hash32_equal(&got.code_hash, &pl_keccak_empty);
	a->next = s->all;
	s->all = a;
	return a;
}

struct pl_acct *pl_state_get(struct pl_state *s, const struct pl_addr *addr)
{
	uint64_t hash = pl_addr_hash(s->seed, addr);
	const struct pl_state_map *m = &s->accounts;
	struct pl_acct *a;

	for (size_t i = hash >> 1 & m->mask; m->cells && m->cells[i].hash;
	     i = (i + 1) & m->mask) {
		a = m->cells[i].at;
		if (m->cells[i].hash == hash && pl_addr_equal(&a->addr, addr))
			return a;
	}
	a = acct_new(s, addr);
	pl_state_map_put(s->a, &s->accounts, hash, a);
	return a;
}

bool pl_acct_exists(const struct pl_acct *a)
{
	return a->exists;
}

bool pl_acct_is_empty(const struct pl_acct *a)
{
	return pl_acct_is_empty_fast(a);
}

const struct pl_addr *pl_acct_addr(const struct pl_acct *a)
{
	return &a->addr;
}

uint64_t pl_acct_nonce(const struct pl_acct *a)
{
	return a->nonce;
}

const struct pl_u256 *pl_acct_balance(const struct pl_acct *a)
{
	return &a->balance;
}

const struct pl_hash32 *pl_acct_code_hash(const struct pl_acct *a)
{
	return &a->code_hash;
}

struct pl_span pl_acct_code(struct pl_state *s, struct pl_acct *a)
{
	struct pl_err e = { 0 };
	struct pl_span got = { 0 };

	if (!a->has_code || a->code_known)
		return a->code;
	if (took(s,
		 s->source->code(s->source, s->a, &got, &a->addr, &a->code_hash,
				 &e),
		 &e))
		a->code = got;
	a->code_known = true;
	return a->code;
}

/* SPEC eip-7610: storage alone takes an address as well */
bool pl_acct_is_taken(struct pl_state *s, struct pl_acct *a)
{
	bool has = false;
	struct pl_err e = { 0 };

	if (a->nonce || a->has_code)
		return true;
	for (const struct pl_slot *x = a->slots; x; x = x->next)
		if (!pl_u256_is_zero(&x->value))
			return true;
	if (a->wiped || !a->source.exists || !s->source->has_storage)
		return false;
	return took(s, s->source->has_storage(s->source, &has, &a->addr, &e),
		    &e) &&
	       has;
}

/* ------------------------------------------------------------------- slots */

struct pl_slot *pl_state_slot_new(struct pl_state *s, struct pl_acct *a,
				  const struct pl_u256 *key, uint64_t hash)
{
	struct pl_slot *x = PL_NEW(s->a, struct pl_slot);
	struct pl_u256 got = { { 0 } };
	struct pl_err e = { 0 };

	x->key = *key;
	x->acct = a;
	if (a->source.exists && !a->wiped &&
	    took(s, s->source->slot(s->source, &got, &a->addr, key, &e), &e))
		x->source = got;
	x->value = x->original = x->source;
	x->tx = s->tx;
	x->next = a->slots;
	a->slots = x;
	pl_state_map_put(s->a, &s->slots, hash, x);
	return x;
}

struct pl_slot *pl_state_slot(struct pl_state *s, struct pl_acct *a,
			      const struct pl_u256 *key)
{
	return pl_state_slot_fast(s, a, key);
}

const struct pl_u256 *pl_slot_value(const struct pl_slot *x)
{
	return &x->value;
}

const struct pl_u256 *pl_slot_original(const struct pl_slot *x)
{
	return &x->original;
}

struct pl_u256 pl_state_transient(struct pl_state *s, const struct pl_acct *a,
				  const struct pl_u256 *key)
{
	const struct pl_slot *x = pl_slot_find(
		&s->transient, pl_slot_hash(s->seed, a, key), a, key);

	return x ? x->value : pl_u256_of(0);
}

struct pl_hash32 pl_state_block_hash(struct pl_state *s, uint64_t number)
{
	struct pl_hash32 got = { { 0 } };
	struct pl_err e = { 0 };

	if (!took(s, s->source->block_hash(s->source, &got, number, &e), &e))
		return (struct pl_hash32){ { 0 } };
	return got;
}
