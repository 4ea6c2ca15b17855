/* Rows that are plainly new, many at once.  A row with log index and block
 * whose transaction the table does not have, beside rows that all have their
 * log index, can be no row that is known (index.h): it has only to agree with
 * the rows kept here, one block for a transaction, one hash and time for a
 * block.  Such rows wait in memory and are written in the order they came;
 * where they are many beside what the table holds, its indexes are made after
 * them.  Whatever is not that plain is left to the row-by-row way, which finds
 * the words too: so both end in the same table. */
#include "crypto/rand.h"
#include "store/sqlite_lane.h"

#define CHUNK PL_SQ_CHUNK
#define MAX_CHUNKS 256    /* 2^20 rows, some 200 MB */
#define MANY 20000        /* fewer are written beside the indexes */
#define FEW_CHUNKS 4u     /* fewer wait for the flush */
#define LONG_WALK 64      /* rows of one transaction looked through */
#define PATIENCE 64       /* rows not plain before no more are tried */
#define FIRST_SLOTS 1024u /* a power of two */

struct facts {
	int64_t token;
	uint64_t block;
	unsigned has;
	struct pl_hash32 hash;
	int64_t time;
};

/* From a key's hash to the number of what has it, plus 1; open addressing. */
struct map {
	struct slot {
		uint32_t hash, n;
	} * slot;
	uint32_t used, cap;
};

struct pl_sq_bulk {
	struct pl_arena *a;  /* of the transaction */
	struct pl_arena *ra; /* of the rows kept */
	bool off, fresh;     /* fresh: the table is empty */
	uint64_t k[4];       /* nobody can choose keys that meet */
	uint64_t chain;
	struct pl_sq_kept *chunk[MAX_CHUNKS];
	uint32_t rows;
	bool bare_table; /* its indexes are to be made again */
	struct facts *facts;
	uint32_t blocks, facts_last;
	struct map tx, block;
	uint64_t taken, odd;
};

static struct pl_sq_kept *row_at(const struct pl_sq_bulk *b, uint32_t i)
{
	return &b->chunk[i / CHUNK][i % CHUNK];
}

/* ------------------------------------------------------------------- tables */

static uint64_t mix(uint64_t x, uint64_t y)
{
	__extension__ unsigned __int128 v = (unsigned __int128)x * y;

	return (uint64_t)v ^ (uint64_t)(v >> 64);
}

static uint32_t hash_tx(const struct pl_sq_bulk *b, const struct pl_hash32 *h)
{
	uint64_t w[4];

	memcpy(w, h->b, sizeof(w));
	return (uint32_t)(mix(mix(w[0] ^ b->k[0], w[1] ^ b->k[1]) ^ b->k[2],
			      mix(w[2] ^ b->k[2], w[3] ^ b->k[3]) ^ b->k[0]) >>
			  32);
}

static uint32_t hash_block(const struct pl_sq_bulk *b, int64_t token,
			   uint64_t block)
{
	return (uint32_t)(mix(mix((uint64_t)token ^ b->k[1], b->k[3]) ^ block ^
				      b->k[2],
			      b->k[0] | 1) >>
			  32);
}

static void map_put(struct map *m, uint32_t hash, uint32_t n)
{
	uint32_t at = hash;

	while (m->slot[at & (m->cap - 1)].n)
		at++;
	m->slot[at & (m->cap - 1)] = (struct slot){ hash, n };
	m->used++;
}

static void map_add(struct pl_sq_bulk *b, struct map *m, uint32_t hash,
		    uint32_t n)
{
	if (2 * (m->used + 1) > m->cap) {
		struct map old = *m;

		m->cap = old.cap ? 2 * old.cap : FIRST_SLOTS;
		m->used = 0;
		m->slot = PL_NEW_N(b->ra, struct slot, m->cap);
		for (uint32_t i = 0; i < old.cap; i++)
			if (old.slot[i].n)
				map_put(m, old.slot[i].hash, old.slot[i].n);
	}
	map_put(m, hash, n);
}

/* The slot that names a row of this transaction, or NULL. */
static struct slot *find_tx(const struct pl_sq_bulk *b, uint32_t hash,
			    const struct pl_hash32 *tx)
{
	const struct map *m = &b->tx;

	for (uint32_t at = hash; m->cap; at++) {
		struct slot *s = &m->slot[at & (m->cap - 1)];

		if (!s->n)
			break;
		if (s->hash == hash &&
		    pl_hash32_equal(&row_at(b, s->n - 1)->t.tx, tx))
			return s;
	}
	return NULL;
}

static struct facts *find_block(const struct pl_sq_bulk *b, uint32_t hash,
				int64_t token, uint64_t block)
{
	const struct map *m = &b->block;

	for (uint32_t at = hash; m->cap; at++) {
		const struct slot *s = &m->slot[at & (m->cap - 1)];

		if (!s->n)
			break;
		if (s->hash == hash && b->facts[s->n - 1].token == token &&
		    b->facts[s->n - 1].block == block)
			return &b->facts[s->n - 1];
	}
	return NULL;
}

/* -------------------------------------------------------------- what agrees */

/* The facts of the row's block, those of the table to begin with. */
static enum pl_rc facts_of(struct facts **out, struct pl_sq *s, int64_t token,
			   uint64_t block, struct pl_err *e)
{
	struct pl_sq_bulk *b = s->bulk;
	struct facts f = { .token = token, .block = block };
	uint32_t hash;

	if (b->blocks && b->facts[b->facts_last].block == block &&
	    b->facts[b->facts_last].token == token) {
		*out = &b->facts[b->facts_last];
		return PL_OK;
	}
	hash = hash_block(b, token, block);
	*out = find_block(b, hash, token, block);
	if (!*out) {
		if (!b->fresh)
			PL_TRY(pl_sq_block_facts(s, &f.has, &f.hash, &f.time,
						 token, block, e));
		b->facts = pl_grow(b->ra, b->facts, b->blocks, sizeof(f));
		b->facts[b->blocks] = f;
		*out = &b->facts[b->blocks++];
		map_add(b, &b->block, hash, b->blocks);
	}
	b->facts_last = (uint32_t)(*out - b->facts);
	return PL_OK;
}

static bool facts_agree(const struct facts *f, const struct pl_transfer *t)
{
	unsigned both = f->has & t->has;

	return (!(both & PL_TR_HASH) ||
		pl_hash32_equal(&f->hash, &t->block_hash)) &&
	       (!(both & PL_TR_TIME) || f->time == t->time);
}

static void facts_learn(struct facts *f, const struct pl_transfer *t)
{
	if (t->has & PL_TR_HASH)
		f->hash = t->block_hash;
	if (t->has & PL_TR_TIME)
		f->time = t->time;
	f->has |= t->has & (PL_TR_HASH | PL_TR_TIME);
}

/* Is t another log of the transaction of which `last` is a kept row? */
static bool new_in_tx(const struct pl_sq_bulk *b, uint32_t last,
		      const struct pl_transfer *t)
{
	const struct pl_sq_kept *r = row_at(b, last - 1);

	if (r->t.block != t->block)
		return false;
	if (t->log_index > r->last_log)
		return true;
	for (unsigned i = 0; i < LONG_WALK; i++) {
		if (r->t.log_index == t->log_index)
			return false;
		if (!r->before)
			return true;
		r = row_at(b, r->before - 1);
	}
	return false;
}

static enum pl_rc tx_in_table(bool *yes, struct pl_sq *s, uint64_t chain,
			      const struct pl_transfer *t, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	*yes = false;
	if (s->bulk->fresh)
		return PL_OK;
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TX_KNOWN, e));
	pl_sq_bind_int(q, 1, (int64_t)chain);
	pl_sq_bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	PL_TRY(pl_sq_step(yes, s, q, e));
	if (*yes)
		pl_sq_done(q);
	return PL_OK;
}

static void keep(struct pl_sq_bulk *b, int64_t token,
		 const struct pl_transfer *t, uint32_t hash, struct slot *at)
{
	uint32_t n = b->rows++;
	struct pl_sq_kept **chunk = &b->chunk[n / CHUNK], *r;

	if (!*chunk)
		*chunk = PL_NEW_N(b->ra, struct pl_sq_kept, CHUNK);
	r = row_at(b, n);
	r->t = *t;
	r->token = token;
	r->before = at ? at->n : 0;
	r->last_log = t->log_index;
	if (at && row_at(b, at->n - 1)->last_log > r->last_log)
		r->last_log = row_at(b, at->n - 1)->last_log;
	if (at)
		at->n = n + 1;
	else
		map_add(b, &b->tx, hash, n + 1);
}

/* -------------------------------------------------------------------- begin */

static enum pl_rc one_number(bool *row, int64_t *out, struct pl_sq *s,
			     enum pl_st which, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, which, e));
	PL_TRY(pl_sq_step(row, s, q, e));
	if (!*row)
		return PL_OK;
	*out = sqlite3_column_int64(q, 0);
	pl_sq_done(q);
	return PL_OK;
}

static enum pl_rc begin(struct pl_sq *s, struct pl_err *e)
{
	struct pl_sq_bulk *b;
	struct pl_arena *a;
	int64_t last = 0, one;
	uint64_t k[4];
	bool row, loose;

	PL_TRY(one_number(&row, &last, s, PL_ST_LAST_ID, e));
	PL_TRY(one_number(&loose, &one, s, PL_ST_ANY_LOOSE, e));
	PL_TRY(pl_random(k, sizeof(k), e));
	a = pl_arena_open(0);
	b = PL_NEW(a, struct pl_sq_bulk);
	b->a = a;
	b->ra = pl_arena_open(0);
	b->fresh = last == 0;
	b->off = loose || s->one_by_one;
	memcpy(b->k, k, sizeof(k));
	s->bulk = b;
	return PL_OK;
}

static void lane_end(struct pl_sq *s)
{
	struct pl_sq_lane *l = s->lane;

	s->lane = NULL;
	if (l)
		pl_sq_lane_close(l);
}

void pl_sq_bulk_end(struct pl_sq *s)
{
	if (!s->bulk)
		return;
	lane_end(s);
	if (s->bulk->bare_table)
		pl_sq_checks(s);
	pl_arena_close(s->bulk->ra);
	pl_arena_close(s->bulk->a);
	s->bulk = NULL;
}

/* -------------------------------------------------------------------- flush */

static void empty(struct pl_sq_bulk *b)
{
	pl_arena_reset(b->ra);
	memset(b->chunk, 0, sizeof(b->chunk));
	b->rows = b->blocks = b->facts_last = 0;
	b->facts = NULL;
	b->tx = b->block = (struct map){ .slot = NULL };
}

/* The indexes go, and come back with pl_sq_bulk_flush(). */
static enum pl_rc lay_bare(struct pl_sq *s, struct pl_err *e)
{
	PL_TRY(pl_sq_indexes_drop(s, e));
	s->bulk->bare_table = true;
	return PL_OK;
}

/* Chunk i, as far as it is filled. */
static uint32_t chunk_rows(const struct pl_sq_bulk *b, uint32_t i)
{
	uint32_t left = b->rows - i * CHUNK;

	return left < CHUNK ? left : CHUNK;
}

/* A chunk is full.  Into an empty table rows are written while more come. */
static enum pl_rc chunk_full(struct pl_sq *s, struct pl_err *e)
{
	struct pl_sq_bulk *b = s->bulk;
	uint32_t n = b->rows / CHUNK;

	if (b->fresh && n == FEW_CHUNKS && !s->lane) {
		PL_TRY(lay_bare(s, e));
		PL_TRY(pl_sq_lane_open(&s->lane, b->a, s, b->chain, e));
		for (uint32_t i = 0; s->lane && i + 1 < n; i++)
			PL_TRY(pl_sq_lane_give(s->lane, b->chunk[i], CHUNK, e));
	}
	if (!s->lane)
		return PL_OK;
	return pl_sq_lane_give(s->lane, b->chunk[n - 1], CHUNK, e);
}

static enum pl_rc write_rows(struct pl_sq *s, struct pl_err *e)
{
	struct pl_sq_bulk *b = s->bulk;
	uint32_t last = (b->rows - 1) / CHUNK;
	enum pl_rc rc = PL_OK;

	if (s->lane) {
		if (chunk_rows(b, last) < CHUNK)
			rc = pl_sq_lane_give(s->lane, b->chunk[last],
					     chunk_rows(b, last), e);
		if (!rc)
			rc = pl_sq_lane_wait(s->lane, e);
		lane_end(s);
		return rc;
	}
	for (uint32_t i = 0; !rc && i <= last; i++)
		rc = pl_sq_rows_write(s, b->chain, b->chunk[i],
				      chunk_rows(b, i), e);
	return rc;
}

enum pl_rc pl_sq_bulk_flush(struct pl_sq *s, struct pl_err *e)
{
	struct pl_sq_bulk *b = s->bulk;
	int64_t there = 0;
	bool row;

	if (!b || !b->rows)
		return PL_OK;
	if (!s->lane) {
		PL_TRY(one_number(&row, &there, s, PL_ST_LAST_ID, e));
		if (b->rows >= MANY && (int64_t)b->rows >= there / 2)
			PL_TRY(lay_bare(s, e));
	}
	PL_TRY(write_rows(s, e));
	if (b->bare_table)
		PL_TRY(pl_sq_indexes_make(s, e));
	b->bare_table = false;
	empty(b);
	b->fresh = false;
	s->facts.set = false; /* the table knows more now */
	return PL_OK;
}

/* ---------------------------------------------------------------------- put */

static enum pl_rc try(bool *taken, struct pl_sq *s, int64_t token,
		      uint64_t chain, const struct pl_transfer *t,
		      struct pl_err *e)
{
	const unsigned need = PL_TR_LOG | PL_TR_BLOCK;
	struct pl_sq_bulk *b = s->bulk;
	uint32_t hash = hash_tx(b, &t->tx);
	struct facts *f;
	struct slot *at;
	bool known;

	*taken = false;
	if ((t->has & need) != need || (b->rows && b->chain != chain))
		return PL_OK;
	if (b->rows == CHUNK * MAX_CHUNKS)
		PL_TRY(pl_sq_bulk_flush(s, e));
	b->chain = chain;
	at = b->rows ? find_tx(b, hash, &t->tx) : NULL;
	if (at && !new_in_tx(b, at->n, t))
		return PL_OK;
	if (!at) {
		PL_TRY(tx_in_table(&known, s, chain, t, e));
		if (known)
			return PL_OK;
	}
	if (t->has & (PL_TR_HASH | PL_TR_TIME)) {
		PL_TRY(facts_of(&f, s, token, t->block, e));
		if (!facts_agree(f, t))
			return PL_OK;
		facts_learn(f, t);
	}
	keep(b, token, t, hash, at);
	*taken = true;
	return b->rows % CHUNK ? PL_OK : chunk_full(s, e);
}

enum pl_rc pl_sq_bulk_put(bool *taken, struct pl_sq *s, int64_t token,
			  uint64_t chain, const struct pl_transfer *t,
			  struct pl_err *e)
{
	if (!s->bulk)
		PL_TRY(begin(s, e));
	*taken = false;
	if (s->bulk->off)
		return PL_OK;
	PL_TRY(try(taken, s, token, chain, t, e));
	if (*taken) {
		s->bulk->taken++;
		return PL_OK;
	}
	PL_TRY(pl_sq_bulk_flush(s, e));
	s->bulk->fresh = false;
	/* a loose row may be any of those that come */
	s->bulk->off = !(t->has & PL_TR_LOG) ||
		       ++s->bulk->odd > PATIENCE + s->bulk->taken / 8;
	return PL_OK;
}
