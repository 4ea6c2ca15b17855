/* Rows of events: in, and out again in the order of the chain. */
#include "store/sqlite_event.h"

#include "base/hex.h"

/* In the order of enum pl_event_col, after PLAIN others. */
#define DATA                                                                   \
	"sender, recipient, operator, item, value, shares, amount0, amount1, " \
	"reserve0, reserve1, sqrt_price, liquidity, tick, answer, stamp, flag"
#define PLAIN 10
#define COLUMNS                                                                \
	"block, log_index, part, kind, tx, block_hash, time, trust, source, "  \
	"id, " DATA

const char pl_sq_event_columns[] = COLUMNS;

static const char *const sql[PL_EST_COUNT] = {
	[PL_EST_BY_LOG] = "SELECT " COLUMNS ", token FROM event WHERE "
			  "chain = ? AND tx = ? AND log_index = ? AND part = ?",
	[PL_EST_INSERT] =
		"INSERT INTO event (block, log_index, part, kind, tx, "
		"block_hash, time, trust, source, token, " DATA ", chain) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?) ON CONFLICT (chain, tx, log_index, part) DO NOTHING",
	[PL_EST_STRONGER] = "UPDATE event SET trust = ?2, source = ?3 "
			    "WHERE id = ?1",
	[PL_EST_DROP] = "DELETE FROM event WHERE token = ? AND source = ? AND "
			"block >= ?",
	[PL_EST_HASH_BELOW] =
		"SELECT block, block_hash FROM event WHERE token = ? AND "
		"source = ? AND block < ? ORDER BY block DESC LIMIT 1",
	[PL_EST_COUNTS] = "SELECT kind, count(*), min(block), max(block), "
			  "min(trust) FROM event WHERE token = ? "
			  "GROUP BY kind ORDER BY kind",
	[PL_EST_CURSOR] = "SELECT first_block, next_block, last_hash, kinds "
			  "FROM event_cursor WHERE token = ? AND source = ?",
	[PL_EST_CURSOR_PUT] =
		"INSERT OR REPLACE INTO event_cursor (token, source, "
		"first_block, next_block, last_hash, kinds) "
		"VALUES (?, ?, ?, ?, ?, ?)",
	[PL_EST_WATCH] =
		"SELECT name, stds, kinds, from_block, sig, member, "
		"stamp, addr0, addr1, dec0, dec1, since, units FROM watch "
		"WHERE token = ?",
	[PL_EST_WATCH_PUT] =
		"INSERT OR REPLACE INTO watch (token, name, stds, kinds, "
		"from_block, sig, member, stamp, addr0, addr1, dec0, dec1, "
		"since, units) VALUES "
		"(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
};

enum pl_rc pl_sq_estmt(sqlite3_stmt **out, struct pl_sq *s, enum pl_est i,
		       struct pl_err *e)
{
	PL_TRY(pl_sq_own(s, e));
	if (!s->ev)
		s->ev = PL_NEW(s->ix.a, struct pl_sq_events);
	if (!s->ev->st[i]) {
		int rc = sqlite3_prepare_v3(s->db, sql[i], -1,
					    SQLITE_PREPARE_PERSISTENT,
					    &s->ev->st[i], NULL);

		if (rc)
			return pl_sq_fail(s, rc, e);
	}
	*out = s->ev->st[i];
	return PL_OK;
}

void pl_sq_events_close(struct pl_sq *s)
{
	for (size_t i = 0; s->ev && i < PL_EST_COUNT; i++)
		(void)sqlite3_finalize(s->ev->st[i]);
}

/* ------------------------------------------------------------------ reading */

enum pl_rc pl_sq_col_event(struct pl_event_row *out, struct pl_sq *s,
			   sqlite3_stmt *q, struct pl_err *e)
{
	struct pl_event_row r = { .block = (uint64_t)sqlite3_column_int64(q,
									  0) };
	int64_t kind = sqlite3_column_int64(q, 3);
	uint8_t be[32];

	r.log_index = (uint64_t)sqlite3_column_int64(q, 1);
	r.ev.part = (unsigned)sqlite3_column_int64(q, 2);
	if (kind <= PL_EV_NONE || kind >= PL_EV_KINDS)
		return pl_sq_damaged(s, "a kind of event", e);
	r.ev.kind = (enum pl_event_kind)kind;
	PL_TRY(pl_sq_col_bytes(r.tx.b, sizeof(r.tx.b), s, q, 4, e));
	PL_TRY(pl_sq_col_bytes(r.block_hash.b, sizeof(r.block_hash.b), s, q, 5,
			       e));
	r.time = sqlite3_column_int64(q, 6);
	PL_TRY(pl_sq_col_trust(&r.trust, s, q, 7, e));
	r.source = sqlite3_column_int64(q, 8);
	for (int c = 0; c < PL_EC_COUNT; c++) {
		int at = PLAIN + c;

		if (pl_sq_is_null(q, at))
			continue;
		r.ev.has |= 1u << c;
		if (c < PL_EC_ADDRS) {
			PL_TRY(pl_sq_col_bytes(r.ev.addr[c].b, 20, s, q, at,
					       e));
			continue;
		}
		PL_TRY(pl_sq_col_bytes(be, sizeof(be), s, q, at, e));
		r.ev.num[c - PL_EC_ADDRS] = pl_u256_from_be32(be);
	}
	*out = r;
	return PL_OK;
}

static bool in_query(const struct pl_event_query *q,
		     const struct pl_event_row *r)
{
	if (q->kinds && !(q->kinds & pl_event_bit(r->ev.kind)))
		return false;
	return (!q->from_time_set || r->time >= q->from_time) &&
	       (!q->to_time_set || r->time < q->to_time);
}

static int64_t clamp(bool set, uint64_t v, int64_t otherwise)
{
	return !set ? otherwise : v > INT64_MAX ? INT64_MAX : (int64_t)v;
}

enum pl_rc pl_sq_event_each(struct pl_index *ix, const struct pl_event_query *q,
			    pl_event_fn fn, void *ctx, struct pl_err *e)
{
	static const char text[] =
		"SELECT " COLUMNS " FROM event WHERE token = ?1 AND "
		"block BETWEEN ?2 AND ?3 ORDER BY block, log_index, part";
	struct pl_sq *s = pl_sq_of(ix);
	struct pl_event_row r;
	sqlite3_stmt *st = NULL;
	enum pl_rc rc = PL_OK;
	int bad = SQLITE_DONE;

	PL_TRY(pl_sq_prepare(&st, s, text, e));
	pl_sq_bind_int(st, 1, q->token);
	pl_sq_bind_int(st, 2, clamp(q->from_block_set, q->from_block, 0));
	pl_sq_bind_int(st, 3, clamp(q->to_block_set, q->to_block, INT64_MAX));
	while (!rc && (bad = sqlite3_step(st)) == SQLITE_ROW) {
		rc = pl_sq_col_event(&r, s, st, e);
		if (!rc && in_query(q, &r))
			rc = fn(ctx, &r, e);
	}
	if (!rc && bad != SQLITE_DONE)
		rc = pl_sq_fail(s, bad, e);
	(void)sqlite3_finalize(st);
	return rc;
}

/* ------------------------------------------------------------------ writing */

struct found {
	bool any;
	int64_t id, token;
	struct pl_event_row r;
};

static enum pl_rc find(struct found *f, struct pl_sq *s, uint64_t chain,
		       const struct pl_event_row *r, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;
	enum pl_rc rc;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_BY_LOG, e));
	pl_sq_bind_int(q, 1, (int64_t)chain);
	pl_sq_bind_blob(q, 2, true, r->tx.b, sizeof(r->tx.b));
	pl_sq_bind_int(q, 3, (int64_t)r->log_index);
	pl_sq_bind_int(q, 4, (int64_t)r->ev.part);
	PL_TRY(pl_sq_step(&f->any, s, q, e));
	if (!f->any)
		return PL_OK;
	f->id = sqlite3_column_int64(q, 9);
	f->token = sqlite3_column_int64(q, PLAIN + PL_EC_COUNT);
	rc = pl_sq_col_event(&f->r, s, q, e);
	pl_sq_done(q);
	return rc;
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

/* *added: there was none of its place. */
static enum pl_rc insert(bool *added, struct pl_sq *s, int64_t token,
			 uint64_t chain, const struct pl_event_row *r,
			 struct pl_err *e)
{
	uint8_t be[PL_EC_NUMS][32];
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_INSERT, e));
	pl_sq_bind_int(q, 1, (int64_t)r->block);
	pl_sq_bind_int(q, 2, (int64_t)r->log_index);
	pl_sq_bind_int(q, 3, (int64_t)r->ev.part);
	pl_sq_bind_int(q, 4, (int64_t)r->ev.kind);
	pl_sq_bind_blob(q, 5, true, r->tx.b, sizeof(r->tx.b));
	pl_sq_bind_blob(q, 6, true, r->block_hash.b, sizeof(r->block_hash.b));
	pl_sq_bind_int(q, 7, r->time);
	pl_sq_bind_int(q, 8, (int64_t)r->trust);
	pl_sq_bind_int(q, 9, r->source);
	pl_sq_bind_int(q, 10, token);
	for (int c = 0; c < PL_EC_COUNT; c++) {
		bool has = pl_event_has(&r->ev, (enum pl_event_col)c);

		if (c < PL_EC_ADDRS) {
			pl_sq_bind_blob(q, PLAIN + 1 + c, has, r->ev.addr[c].b,
					20);
			continue;
		}
		pl_u256_to_be(be[c - PL_EC_ADDRS], &r->ev.num[c - PL_EC_ADDRS]);
		pl_sq_bind_blob(q, PLAIN + 1 + c, has, be[c - PL_EC_ADDRS], 32);
	}
	pl_sq_bind_int(q, PLAIN + 1 + PL_EC_COUNT, (int64_t)chain);
	PL_TRY(pl_sq_run(s, q, e));
	*added = sqlite3_changes64(s->db) > 0;
	return PL_OK;
}

static enum pl_rc stronger(struct pl_sq *s, int64_t id,
			   const struct pl_event_row *r, struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_estmt(&q, s, PL_EST_STRONGER, e));
	pl_sq_bind_int(q, 1, id);
	pl_sq_bind_int(q, 2, (int64_t)r->trust);
	pl_sq_bind_int(q, 3, r->source);
	return pl_sq_run(s, q, e);
}

enum pl_rc pl_sq_event_put(struct pl_index *ix, enum pl_put *how, int64_t token,
			   const struct pl_event_row *r, struct pl_err *e)
{
	struct pl_sq *s = pl_sq_of(ix);
	struct found f = { .any = false };
	uint64_t chain = 0;
	bool added;

	PL_TRY(chain_of(&chain, s, token, e));
	PL_TRY(insert(&added, s, token, chain, r, e));
	if (added) {
		*how = PL_PUT_ADDED;
		return PL_OK;
	}
	PL_TRY(find(&f, s, chain, r, e));
	if (!f.any)
		return pl_sq_damaged(s, "an index of events", e);
	if (f.token != token || !pl_event_row_same(&f.r, r)) {
		(void)pl_fail(e, PL_EPROOF,
			      "transaction %s log %ju: this source says "
			      "something else than the index has",
			      pl_hex(ix->a, pl_hash32_span(&r->tx)),
			      (uintmax_t)r->log_index);
		return pl_hint(e, "one of the two sources is wrong or from "
				  "another branch of the chain; nothing was "
				  "overwritten");
	}
	*how = PL_PUT_DUPLICATE;
	if (r->trust > f.r.trust) {
		PL_TRY(stronger(s, f.id, r, e));
		*how = PL_PUT_ENRICHED;
	}
	return PL_OK;
}
