/* What the state is made of, for lib/evm alone: the interpreter looks into
 * accounts and slots directly where a call would cost more than the work.
 *
 * Accounts and slots live in an arena and never move.  Two tables with open
 * addressing find them.  What belongs to one transaction only (warmth,
 * originals, "created", "touched") carries that transaction's number, so that
 * a new one begins by counting up. */
#ifndef PL_EVM_STATE_IMPL_H
#define PL_EVM_STATE_IMPL_H

#include "evm/state.h"

struct pl_slot {
	struct pl_u256 key, value;
	struct pl_u256 original; /* at the start of transaction `tx` */
	struct pl_u256 source;   /* as the source has it */
	struct pl_acct *acct;
	struct pl_slot *next; /* of the same account */
	uint64_t tx, warm_tx;
};

struct pl_acct {
	struct pl_addr addr;
	bool exists, has_code;
	bool code_known; /* `code` holds the bytes */
	bool wiped;      /* storage of the source does not count any more */
	uint64_t warm_tx, created_tx, destructed_tx, touched_tx;
	uint64_t nonce;
	struct pl_u256 balance;
	struct pl_hash32 code_hash;
	struct pl_span code;
	struct pl_slot *slots;
	struct pl_acct *next;
	struct pl_state_account source; /* as the source has it */
};

/* A table: a power of two of entries, at most half of them used. */
struct pl_state_cell {
	uint64_t hash; /* never 0 where something is */
	void *at;
};
struct pl_state_map {
	struct pl_state_cell *cells;
	size_t mask, n; /* cells - 1; entries */
};

enum pl_change {
	PL_CHANGE_SLOT,
	PL_CHANGE_TRANSIENT,
	PL_CHANGE_BALANCE,
	PL_CHANGE_NONCE,
	PL_CHANGE_CODE,
	PL_CHANGE_TOUCH,
	PL_CHANGE_CREATE,
	PL_CHANGE_DESTRUCT,
	PL_CHANGE_WARM,
	PL_CHANGE_WARM_SLOT,
	PL_CHANGE_LOG,
	PL_CHANGE_REFUND
};

/* One thing to undo: what was changed, and what was there before. */
struct pl_undo {
	enum pl_change what;
	void *at;
	struct pl_u256 old;
};

struct pl_state {
	uint64_t tx; /* counts from 1 */
	struct pl_state_map accounts, slots;
	uint64_t seed;
	struct pl_undo *journal;
	size_t n_journal, cap_journal;
	int64_t refund;
	struct pl_log *logs;
	size_t n_logs, cap_logs;
	struct pl_state_map transient;
	struct pl_acct *all;    /* every account that was read */
	struct pl_acct *ripemd; /* 0x03, touched in vain; see state_change.c */
	struct pl_state_source *source;
	struct pl_arena *a;      /* accounts, slots, tables, code */
	struct pl_arena *undo_a; /* the journal alone */
	struct pl_arena *tx_a;   /* what one transaction needs */
	struct pl_err failure;
};

__extension__ typedef unsigned __int128 pl_u128;

static inline uint64_t pl_state_mix(uint64_t a, uint64_t b)
{
	pl_u128 m = (pl_u128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

/* The seed differs from run to run, so that nobody can choose keys that meet
 * in one cell. */
static inline uint64_t pl_slot_hash(uint64_t seed, const void *owner,
				    const struct pl_u256 *key)
{
	uint64_t x = seed ^ (uintptr_t)owner;
	uint64_t h = pl_state_mix(key->w[0] ^ x, key->w[1] ^ seed) ^
		     pl_state_mix(key->w[2] ^ seed, key->w[3] ^ ~x);

	return pl_state_mix(h, 0x9e3779b97f4a7c15) | 1;
}

static inline uint64_t pl_addr_hash(uint64_t seed, const struct pl_addr *addr)
{
	uint64_t w[2];
	uint32_t x;

	memcpy(w, addr->b, sizeof(w));
	memcpy(&x, addr->b + sizeof(w), sizeof(x));
	return pl_state_mix(pl_state_mix(w[0] ^ seed, w[1] ^ ~seed) ^ x, seed) |
	       1;
}

static inline uint64_t pl_state_seed(const void *p)
{
	return pl_state_mix((uintptr_t)p, 0xd6e8feb86659fd93) | 1;
}

static inline bool pl_u256_same(const struct pl_u256 *a,
				const struct pl_u256 *b)
{
	return !((a->w[0] ^ b->w[0]) | (a->w[1] ^ b->w[1]) |
		 (a->w[2] ^ b->w[2]) | (a->w[3] ^ b->w[3]));
}

static inline struct pl_slot *pl_slot_find(const struct pl_state_map *m,
					   uint64_t hash,
					   const struct pl_acct *a,
					   const struct pl_u256 *key)
{
	if (!m->cells)
		return NULL;
	for (size_t i = hash >> 1 & m->mask;; i = (i + 1) & m->mask) {
		const struct pl_state_cell *c = &m->cells[i];
		struct pl_slot *x = c->at;

		if (!c->hash)
			return NULL;
		if (c->hash == hash && x->acct == a &&
		    pl_u256_same(&x->key, key))
			return x;
	}
}

/* pl_state_slot, which does what is not inline. */
struct pl_slot *pl_state_slot_new(struct pl_state *s, struct pl_acct *a,
				  const struct pl_u256 *key, uint64_t hash);
static inline struct pl_slot *pl_state_slot_fast(struct pl_state *s,
						 struct pl_acct *a,
						 const struct pl_u256 *key)
{
	uint64_t hash = pl_slot_hash(s->seed, a, key);
	struct pl_slot *x = pl_slot_find(&s->slots, hash, a, key);

	if (!x)
		return pl_state_slot_new(s, a, key, hash);
	if (x->tx != s->tx) {
		x->tx = s->tx;
		x->original = x->value;
	}
	return x;
}

/* A place in the journal for one more change. */
void pl_state_journal_grow(struct pl_state *s);
static inline struct pl_undo *pl_state_note(struct pl_state *s,
					    enum pl_change what, void *at)
{
	struct pl_undo *u;

	if (s->n_journal == s->cap_journal)
		pl_state_journal_grow(s);
	u = &s->journal[s->n_journal++];
	u->what = what;
	u->at = at;
	return u;
}

static inline bool pl_state_warm_slot_fast(struct pl_state *s,
					   struct pl_slot *x)
{
	if (x->warm_tx == s->tx)
		return false;
	(void)pl_state_note(s, PL_CHANGE_WARM_SLOT, x);
	x->warm_tx = s->tx;
	return true;
}

static inline void pl_state_set_slot_fast(struct pl_state *s, struct pl_slot *x,
					  const struct pl_u256 *value)
{
	if (pl_u256_same(&x->value, value))
		return;
	pl_state_note(s, PL_CHANGE_SLOT, x)->old = x->value;
	x->value = *value;
}

static inline bool pl_state_warm_fast(struct pl_state *s, struct pl_acct *a)
{
	if (a->warm_tx == s->tx)
		return false;
	(void)pl_state_note(s, PL_CHANGE_WARM, a);
	a->warm_tx = s->tx;
	return true;
}

static inline bool pl_acct_is_empty_fast(const struct pl_acct *a)
{
	return !(a->nonce | a->balance.w[0] | a->balance.w[1] |
		 a->balance.w[2] | a->balance.w[3]) &&
	       !a->has_code;
}

/* state.c: where a hash belongs, in a map that has room; and room. */
void pl_state_map_put(struct pl_arena *a, struct pl_state_map *m, uint64_t hash,
		      void *at);

#endif
