/* One transfer into the index: is it there already, does it agree with what
 * is there, and what does it add?  The rules are in index.h. */
#include "base/hex.h"
#include "store/sqlite_impl.h"

struct key {
	int64_t token;
	uint64_t chain;
	uint8_t value[32];
};

static enum pl_rc one_row(bool *found, struct pl_sq_row *out, struct pl_sq *s,
			  sqlite3_stmt *q, struct pl_err *e)
{
	enum pl_rc rc;

	PL_TRY(pl_sq_step(found, s, q, e));
	if (!*found)
		return PL_OK;
	rc = pl_sq_col_row(out, s, q, e);
	pl_sq_done(q);
	return rc;
}

static enum pl_rc by_log(bool *found, struct pl_sq_row *out, struct pl_sq *s,
			 const struct key *k, const struct pl_transfer *t,
			 struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_BY_LOG, e));
	pl_sq_bind_int(q, 1, (int64_t)k->chain);
	pl_sq_bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	pl_sq_bind_int(q, 3, (int64_t)t->log_index);
	return one_row(found, out, s, q, e);
}

/* A row of the same content: PL_ST_LOOSE_LOWEST, or the nth of the others. */
static enum pl_rc by_content(bool *found, struct pl_sq_row *out,
			     struct pl_sq *s, enum pl_st which,
			     const struct key *k, const struct pl_transfer *t,
			     struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, which, e));
	pl_sq_bind_int(q, 1, (int64_t)k->chain);
	pl_sq_bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	pl_sq_bind_int(q, 3, k->token);
	pl_sq_bind_blob(q, 4, true, t->from.b, sizeof(t->from.b));
	pl_sq_bind_blob(q, 5, true, t->to.b, sizeof(t->to.b));
	pl_sq_bind_blob(q, 6, true, k->value, sizeof(k->value));
	if (which != PL_ST_LOOSE_LOWEST)
		pl_sq_bind_int(q, 7, (int64_t)t->nth);
	return one_row(found, out, s, q, e);
}

/* The row that is this transfer already.  Equal rows of one transaction are
 * numbered: those with a log index come first, the loose ones carry the
 * numbers after them.  So a transfer without log index is known when there
 * are more than nth with one, or the loose row of its number; and one with a
 * log index takes over the lowest loose row. */
static enum pl_rc find_same(bool *found, struct pl_sq_row *out, struct pl_sq *s,
			    const struct key *k, const struct pl_transfer *t,
			    struct pl_err *e)
{
	if (t->has & PL_TR_LOG) {
		PL_TRY(by_log(found, out, s, k, t, e));
		if (*found)
			return PL_OK;
		return by_content(found, out, s, PL_ST_LOOSE_LOWEST, k, t, e);
	}
	PL_TRY(by_content(found, out, s, PL_ST_LOOSE_NTH, k, t, e));
	if (*found)
		return PL_OK;
	return by_content(found, out, s, PL_ST_TIGHT_COUNT, k, t, e);
}

static enum pl_rc conflict(struct pl_sq *s, const struct pl_transfer *t,
			   const char *what, const char *is, const char *says,
			   struct pl_err *e)
{
	char at[32] = "";

	if (t->has & PL_TR_LOG)
		(void)snprintf(at, sizeof(at), " log %ju",
			       (uintmax_t)t->log_index);
	(void)pl_fail(e, PL_EPROOF,
		      "transaction %s%s: %s is %s in the index, %s in this "
		      "source",
		      pl_hex(s->ix.a, pl_hash32_span(&t->tx)), at, what, is,
		      says);
	return pl_hint(e, "one of the two sources is wrong or from another "
			  "branch of the chain; nothing was overwritten");
}

static const char *number(struct pl_arena *a, uint64_t v)
{
	return pl_printf(a, "%ju", (uintmax_t)v);
}

static const char *amount(struct pl_arena *a, const struct pl_u256 *v)
{
	char *text = pl_alloc(a, PL_U256_DEC);

	pl_u256_dec(text, v);
	return text;
}

/* Where both know something, they must agree. */
static enum pl_rc agree(struct pl_sq *s, const struct pl_sq_row *r,
			int64_t token, const struct pl_transfer *t,
			struct pl_err *e)
{
	const struct pl_transfer *o = &r->t;
	struct pl_arena *a = s->ix.a;
	unsigned both = o->has & t->has;

	if (r->token != token)
		return conflict(s, t, "the token", "another", "this one", e);
	if (!pl_addr_equal(&o->from, &t->from))
		return conflict(s, t, "the sender",
				pl_hex(a, pl_addr_span(&o->from)),
				pl_hex(a, pl_addr_span(&t->from)), e);
	if (!pl_addr_equal(&o->to, &t->to))
		return conflict(s, t, "the recipient",
				pl_hex(a, pl_addr_span(&o->to)),
				pl_hex(a, pl_addr_span(&t->to)), e);
	if (pl_u256_cmp(&o->value, &t->value))
		return conflict(s, t, "the value", amount(a, &o->value),
				amount(a, &t->value), e);
	if ((both & PL_TR_BLOCK) && o->block != t->block)
		return conflict(s, t, "the block", number(a, o->block),
				number(a, t->block), e);
	if ((both & PL_TR_HASH) &&
	    !pl_hash32_equal(&o->block_hash, &t->block_hash))
		return conflict(s, t, "the block's hash",
				pl_hex(a, pl_hash32_span(&o->block_hash)),
				pl_hex(a, pl_hash32_span(&t->block_hash)), e);
	if ((both & PL_TR_TIME) && o->time != t->time)
		return conflict(s, t, "the time", number(a, (uint64_t)o->time),
				number(a, (uint64_t)t->time), e);
	return PL_OK;
}

/* What a row becomes when t says the same.  Only a source at least as strong
 * fills in what was missing, and a stronger label stands only where its
 * source said everything the row holds: no label covers what it did not
 * check.  The log index alone is always taken over, because it decides what
 * counts as one transfer; a row completed so by a weaker source becomes as
 * weak. */
static bool merge(struct pl_transfer *r, const struct pl_transfer *t)
{
	unsigned lacks = t->has & ~r->has;
	bool covers = !(r->has & ~t->has), changed = false;

	if (t->trust < r->trust)
		lacks &= PL_TR_LOG;
	if (lacks & PL_TR_LOG)
		r->log_index = t->log_index;
	if (lacks & PL_TR_BLOCK)
		r->block = t->block;
	if (lacks & PL_TR_HASH)
		r->block_hash = t->block_hash;
	if (lacks & PL_TR_TIME)
		r->time = t->time;
	r->has |= lacks;
	changed = lacks != 0;
	if ((t->trust > r->trust && covers) || (t->trust < r->trust && lacks)) {
		r->trust = t->trust;
		r->source = t->source;
		changed = true;
	}
	return changed;
}

static enum pl_rc update(struct pl_sq *s, const struct pl_sq_row *r,
			 struct pl_err *e)
{
	const struct pl_transfer *t = &r->t;
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_UPDATE, e));
	pl_sq_bind_int(q, 1, r->id);
	pl_sq_bind_u64(q, 2, t->has & PL_TR_LOG, t->log_index);
	pl_sq_bind_u64(q, 3, t->has & PL_TR_BLOCK, t->block);
	pl_sq_bind_blob(q, 4, t->has & PL_TR_HASH, t->block_hash.b,
			sizeof(t->block_hash.b));
	pl_sq_bind_u64(q, 5, t->has & PL_TR_TIME, (uint64_t)t->time);
	pl_sq_bind_int(q, 6, (int64_t)t->trust);
	pl_sq_bind_int(q, 7, t->source);
	return pl_sq_run(s, q, e);
}

/* A transaction stands in one block. */
static enum pl_rc same_block_of_tx(struct pl_sq *s, const struct key *k,
				   const struct pl_transfer *t,
				   struct pl_err *e)
{
	struct pl_arena *a = s->ix.a;
	sqlite3_stmt *q = NULL;
	uint64_t block;
	bool row;

	if (!(t->has & PL_TR_BLOCK))
		return PL_OK;
	PL_TRY(pl_sq_stmt(&q, s, PL_ST_TX_BLOCK, e));
	pl_sq_bind_int(q, 1, (int64_t)k->chain);
	pl_sq_bind_blob(q, 2, true, t->tx.b, sizeof(t->tx.b));
	PL_TRY(pl_sq_step(&row, s, q, e));
	if (!row)
		return PL_OK;
	block = (uint64_t)sqlite3_column_int64(q, 0);
	pl_sq_done(q);
	if (block != t->block)
		return conflict(s, t, "the block", number(a, block),
				number(a, t->block), e);
	return PL_OK;
}

enum pl_rc pl_sq_block_facts(struct pl_sq *s, unsigned *has,
			     struct pl_hash32 *hash, int64_t *time,
			     int64_t token, uint64_t block, struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	sqlite3_stmt *q = NULL;
	unsigned got = 0;
	bool row;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_BLOCK_FACTS, e));
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, (int64_t)block);
	PL_TRY(pl_sq_step(&row, s, q, e));
	if (!row)
		return pl_sq_damaged(s, "a block", e);
	if (!pl_sq_is_null(q, 0)) {
		got |= PL_TR_HASH;
		rc = pl_sq_col_bytes(hash->b, sizeof(hash->b), s, q, 0, e);
	}
	if (!pl_sq_is_null(q, 1)) {
		got |= PL_TR_TIME;
		*time = sqlite3_column_int64(q, 1);
	}
	pl_sq_done(q);
	*has = got;
	return rc;
}

static enum pl_rc load_facts(struct pl_sq *s, int64_t token, uint64_t block,
			     struct pl_err *e)
{
	if (s->facts.set && s->facts.token == token && s->facts.block == block)
		return PL_OK;
	s->facts.set = false;
	PL_TRY(pl_sq_block_facts(s, &s->facts.has, &s->facts.hash,
				 &s->facts.time, token, block, e));
	s->facts.token = token;
	s->facts.block = block;
	s->facts.set = true;
	return PL_OK;
}

/* A block has one hash and one time. */
static enum pl_rc same_facts_of_block(struct pl_sq *s, int64_t token,
				      const struct pl_transfer *t,
				      struct pl_err *e)
{
	struct pl_arena *a = s->ix.a;
	unsigned both;

	if (!(t->has & PL_TR_BLOCK) || !(t->has & (PL_TR_HASH | PL_TR_TIME)))
		return PL_OK;
	PL_TRY(load_facts(s, token, t->block, e));
	both = s->facts.has & t->has;
	if ((both & PL_TR_HASH) &&
	    !pl_hash32_equal(&s->facts.hash, &t->block_hash))
		return conflict(s, t,
				pl_printf(a, "the hash of block %ju",
					  (uintmax_t)t->block),
				pl_hex(a, pl_hash32_span(&s->facts.hash)),
				pl_hex(a, pl_hash32_span(&t->block_hash)), e);
	if ((both & PL_TR_TIME) && s->facts.time != t->time)
		return conflict(s, t,
				pl_printf(a, "the time of block %ju",
					  (uintmax_t)t->block),
				number(a, (uint64_t)s->facts.time),
				number(a, (uint64_t)t->time), e);
	if (t->has & PL_TR_HASH)
		s->facts.hash = t->block_hash;
	if (t->has & PL_TR_TIME)
		s->facts.time = t->time;
	s->facts.has |= t->has & (PL_TR_HASH | PL_TR_TIME);
	return PL_OK;
}

enum pl_rc pl_sq_insert_by(struct pl_sq *s, sqlite3_stmt *q, int64_t token,
			   uint64_t chain, const struct pl_transfer *t,
			   struct pl_err *e)
{
	uint8_t value[32];

	pl_u256_to_be(value, &t->value);
	pl_sq_bind_int(q, 1, token);
	pl_sq_bind_int(q, 2, (int64_t)chain);
	pl_sq_bind_blob(q, 3, true, t->tx.b, sizeof(t->tx.b));
	pl_sq_bind_u64(q, 4, t->has & PL_TR_LOG, t->log_index);
	pl_sq_bind_u64(q, 5, true, t->has & PL_TR_LOG ? 0 : t->nth);
	pl_sq_bind_u64(q, 6, t->has & PL_TR_BLOCK, t->block);
	pl_sq_bind_blob(q, 7, t->has & PL_TR_HASH, t->block_hash.b,
			sizeof(t->block_hash.b));
	pl_sq_bind_u64(q, 8, t->has & PL_TR_TIME, (uint64_t)t->time);
	pl_sq_bind_blob(q, 9, true, t->from.b, sizeof(t->from.b));
	pl_sq_bind_blob(q, 10, true, t->to.b, sizeof(t->to.b));
	pl_sq_bind_blob(q, 11, true, value, sizeof(value));
	pl_sq_bind_int(q, 12, (int64_t)t->trust);
	pl_sq_bind_int(q, 13, t->source);
	return pl_sq_run(s, q, e);
}

enum pl_rc pl_sq_insert(struct pl_sq *s, int64_t token, uint64_t chain,
			const struct pl_transfer *t, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_INSERT, e));
	return pl_sq_insert_by(s, q, token, chain, t, e);
}

static enum pl_rc chain_of(uint64_t *out, struct pl_sq *s, int64_t token,
			   struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	bool row;

	if (!s->chain_token || s->chain_token != token) {
		PL_TRY(pl_sq_stmt(&q, s, PL_ST_TOKEN_CHAIN, e));
		pl_sq_bind_int(q, 1, token);
		PL_TRY(pl_sq_step(&row, s, q, e));
		if (!row)
			return pl_fail(e, PL_EBUG, "index: no token %jd",
				       (intmax_t)token);
		s->chain = (uint64_t)sqlite3_column_int64(q, 0);
		s->chain_token = token;
		pl_sq_done(q);
	}
	*out = s->chain;
	return PL_OK;
}

enum pl_rc pl_sq_put(struct pl_index *ix, enum pl_put *how, int64_t token,
		     const struct pl_transfer *t, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct key k = { .token = token };
	struct pl_sq_row r;
	bool found;

	PL_TRY(chain_of(&k.chain, s, token, e));
	PL_TRY(pl_sq_bulk_put(&found, s, token, k.chain, t, e));
	if (found) {
		*how = PL_PUT_ADDED;
		return PL_OK;
	}
	pl_u256_to_be(k.value, &t->value);
	PL_TRY(find_same(&found, &r, s, &k, t, e));
	if (found)
		PL_TRY(agree(s, &r, token, t, e));
	else
		PL_TRY(same_block_of_tx(s, &k, t, e));
	PL_TRY(same_facts_of_block(s, token, t, e));
	if (found) {
		bool changed = merge(&r.t, t);

		if (changed)
			PL_TRY(update(s, &r, e));
		*how = changed ? PL_PUT_ENRICHED : PL_PUT_DUPLICATE;
		return PL_OK;
	}
	PL_TRY(pl_sq_insert(s, token, k.chain, t, e));
	*how = PL_PUT_ADDED;
	return PL_OK;
}
