/* Sums that the server does.  Amounts are of 256 bits and it has no sum of
 * such: each is taken as eight numbers of 32 bits, whose sums of 64 bits hold
 * 2^32 rows, and put together here. */
#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "store/clickhouse_impl.h"

#define BARS 500000u     /* of one answer: 120 MB */
#define HOLDERS 1000000u /* likewise, 150 MB */
#define MAX_ROWS UINT32_MAX

#define NOBODY "toFixedString('', 20)"
#define ZERO "toFixedString('', 32)"
#define TIME "ifNull(time, 0)"

/* ", f(limb)" of the eight, the highest first; if: NULL for all rows. */
static void sum_of(struct pl_buf *b, const char *which)
{
	for (unsigned i = 0; i < 8; i++) {
		pl_buf_fmt(b,
			   ", sum%s(toUInt64(reinterpretAsUInt32(reverse("
			   "substring(value, %u, 4))))",
			   which ? "If" : "", 4 * i + 1);
		if (which)
			pl_buf_fmt(b, ", %s", which);
		pl_buf_str(b, ")");
	}
}

/* false: past 2^256 - 1. */
static bool whole(struct pl_u256 *out, const uint64_t limb[8])
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < 8; i++) {
		const uint64_t low = (limb[7 - i] & UINT32_MAX) + carry;

		if (!(i & 1))
			out->w[i / 2] = low & UINT32_MAX;
		else
			out->w[i / 2] |= low << 32;
		carry = (low >> 32) + (limb[7 - i] >> 32);
	}
	return !carry;
}

static enum pl_rc take_sum(struct pl_ch *c, struct pl_u256 *out, bool *over,
			   struct pl_span *s, struct pl_err *e)
{
	uint64_t limb[8];

	for (unsigned i = 0; i < 8; i++)
		if (!pl_cell_u64(&limb[i], s))
			return pl_ch_damaged(c, "a sum", e);
	*over = !whole(out, limb) || *over;
	return PL_OK;
}

/* -------------------------------------------------------------- the digest */

/* One group a row: sums.h says what they are over. */
static const char *groups(struct pl_arena *a, const struct pl_token_id *token)
{
	return pl_printf(
		a,
		"multiIf(block >= 0, 2, isNotNull(time), 1, 0) AS g, "
		"multiIf(block >= 0, intDiv(block, %d), isNotNull(time), "
		"intDiv(if(" TIME " < 0, " TIME " - %d, " TIME "), %d), "
		"toInt64(0)) AS number, "
		"SHA256(arrayStringConcat(arraySort(groupArray(concat("
		"SHA256(concat('%" PRIu64 ",%s,', "
		"if(block < 0, '', toString(block)), ',', "
		"if(log_index < 0, '', toString(log_index)), ',', "
		"if(isNull(time), '', toString(" TIME ")), ',0x', "
		"lower(hex(tx)), ',0x', lower(hex(sender)), ',0x', "
		"lower(hex(recipient)), ',0x', lower(hex(value)), '\\n')), ''"
		")))))",
		PL_GROUP_BLOCKS, PL_GROUP_SECONDS - 1, PL_GROUP_SECONDS,
		token->chain, pl_hex(a, pl_addr_span(&token->address)));
}

static enum pl_rc digest(struct pl_ch *c, struct pl_hash32 *out,
			 const struct pl_token_id *token, const char *where,
			 struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .where = where,
				 .then = "GROUP BY g, number ORDER BY g, "
					 "number" };
	struct pl_arena *a = pl_arena_open(0);
	const size_t row = 1 + 8 + 32;
	struct pl_span s = { NULL, 0 };
	struct pl_buf b;
	enum pl_rc rc;

	q.what = groups(a, token);
	rc = pl_ch_read(c, a, &s, &q, e);
	if (!rc && s.n % row)
		rc = pl_ch_damaged(c, "a digest", e);
	pl_buf_init(&b, a);
	while (!rc && s.n) {
		(void)pl_span_take(&s, row - 32);
		pl_buf_put(&b, pl_span_take(&s, 32));
	}
	if (!rc)
		rc = pl_sha256(out, pl_buf_span(&b), e);
	pl_arena_close(a);
	return rc;
}

/* ------------------------------------------------------------- first, last */

/* The first row in canonical order of those that fit; with `hash` first one
 * that tells its block's. */
static enum pl_rc place(struct pl_ch *c, struct pl_block_at *out,
			const char *where, bool hash, struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .what = "block, block_hash, time, trust",
				 .where = where };
	struct pl_block_at at = { .has = 0 };
	struct pl_cell v[4];
	struct pl_span s;

	q.then = pl_printf(c->scratch, "ORDER BY %s%s LIMIT 1",
			   hash ? "isNull(block_hash), " : "", pl_ch_order);
	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	if (!pl_cell_row(v, "oHQq", &s) || s.n || v[3].i < PL_LOCAL ||
	    v[3].i > PL_PROVEN)
		return pl_ch_damaged(c, "a row", e);
	at.has = (v[0].unknown ? 0 : PL_TR_BLOCK) |
		 (v[1].unknown ? 0 : PL_TR_HASH) |
		 (v[2].unknown ? 0 : PL_TR_TIME);
	at.block = v[0].unknown ? 0 : (uint64_t)v[0].i;
	at.time = v[2].unknown ? 0 : v[2].i;
	if (!v[1].unknown)
		memcpy(at.hash.b, v[1].bytes.p, 32);
	at.trust = (enum pl_trust)v[3].i;
	*out = at;
	return PL_OK;
}

static enum pl_rc ends(struct pl_ch *c, struct pl_block_at *first,
		       struct pl_block_at *last, const char *where,
		       const char *by, int64_t lo, int64_t hi, bool hash,
		       struct pl_err *e)
{
#define AT "%s AND %s = %" PRId64
	PL_TRY(place(c, first, pl_printf(c->scratch, AT, where, by, lo), hash,
		     e));
	return place(c, last, pl_printf(c->scratch, AT, where, by, hi), hash,
		     e);
}

/* -------------------------------------------------------------------- bars */

#define TOTALS                                                                 \
	"count(), countIf(value = " ZERO "), countIf(log_index < 0), "         \
	"countIf(block < 0), countIf(isNull(time)), "                          \
	"countIf(isNotNull(time) AND " TIME " < 0), toUInt64(min(trust)), "    \
	"minIf(block, block >= 0), max(block), "                               \
	"minIf(" TIME ", isNotNull(time)), maxIf(" TIME ", isNotNull(time))"

static enum pl_rc totals(struct pl_ch *c, struct pl_bar_sums *out,
			 const char *where, struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .what = TOTALS,
				 .where = where };
	uint64_t v[11];
	struct pl_span s;

	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (!pl_cell_u64(&v[i], &s))
			return pl_ch_damaged(c, "a count", e);
	*out = (struct pl_bar_sums){ .rows = v[0],
				     .zero_rows = v[1],
				     .no_log_index = v[2],
				     .no_block = v[3],
				     .no_time = v[4],
				     .early = v[5] };
	if (!out->rows)
		return PL_OK;
	if (v[6] < PL_LOCAL || v[6] > PL_PROVEN)
		return pl_ch_damaged(c, "a trust label", e);
	out->trust = (enum pl_trust)v[6];
	if (out->rows > MAX_ROWS)
		return pl_fail(e, PL_ELIMIT, "over %u transfers at once",
			       MAX_ROWS);
	if (out->rows > out->no_block)
		return ends(c, &out->first, &out->last, where, "block",
			    (int64_t)v[7], (int64_t)v[8], true, e);
	if (out->no_time)
		return PL_OK; /* no bars are made of them */
	return ends(c, &out->first, &out->last, where, TIME, (int64_t)v[9],
		    (int64_t)v[10], true, e);
}

static const char *bar_columns(struct pl_arena *a,
			       const struct pl_bar_rule *rule)
{
	const char *counts = rule->include_zero ? "1" : "value != " ZERO;
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_fmt(&b, "toUInt64(intDiv(%s, %" PRIu64 ")) AS bar, ",
		   rule->unit == PL_BAR_BLOCKS ? "block" : TIME, rule->width);
	pl_buf_fmt(&b,
		   "countIf(%s), countIf(value = " ZERO "), "
		   "uniqExactArray(arrayFilter(x -> x != " NOBODY
		   " AND %s, [sender, recipient]))",
		   counts, counts);
	sum_of(&b, NULL);
	sum_of(&b, "sender = " NOBODY);
	sum_of(&b, "recipient = " NOBODY);
	return pl_buf_cstr(&b);
}

static enum pl_rc take_bar(struct pl_ch *c, struct pl_bar *out, bool *over,
			   struct pl_span *s, struct pl_err *e)
{
	struct pl_bar b;

	if (!pl_cell_u64(&b.start, s) || !pl_cell_u64(&b.transfers, s) ||
	    !pl_cell_u64(&b.zeros, s) || !pl_cell_u64(&b.active, s))
		return pl_ch_damaged(c, "a bar", e);
	PL_TRY(take_sum(c, &b.volume, over, s, e));
	PL_TRY(take_sum(c, &b.minted, over, s, e));
	PL_TRY(take_sum(c, &b.burned, over, s, e));
	*out = b;
	return PL_OK;
}

static enum pl_rc bars(struct pl_arena *a, struct pl_ch *c,
		       struct pl_bar_sums *out, const char *where,
		       const struct pl_bar_rule *rule, struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER, .where = where };
	struct pl_arena *own = pl_arena_open(0);
	uint64_t next = 0;
	enum pl_rc rc = PL_OK;
	size_t got = BARS;

	while (!rc && got == BARS && out->n <= PL_MAX_BARS) {
		struct pl_span s = { NULL, 0 };

		pl_arena_reset(own);
		q.what = bar_columns(own, rule);
		q.then = pl_printf(own,
				   "GROUP BY bar HAVING bar >= %" PRIu64
				   " ORDER BY bar LIMIT %u",
				   next, BARS);
		rc = pl_ch_read(c, own, &s, &q, e);
		for (got = 0; !rc && s.n && got < BARS; got++) {
			out->bar =
				pl_grow(a, out->bar, out->n, sizeof(*out->bar));
			rc = take_bar(c, &out->bar[out->n], &out->over, &s, e);
			if (!rc && out->bar[out->n].start < next)
				rc = pl_ch_damaged(c, "the order of bars", e);
			if (!rc)
				next = out->bar[out->n++].start + 1;
		}
	}
	pl_arena_close(own);
	return rc;
}

enum pl_rc pl_ch_bars(struct pl_arena *a, struct pl_index *ix,
		      struct pl_bar_sums *out,
		      const struct pl_index_token *token,
		      const struct pl_index_query *q,
		      const struct pl_bar_rule *rule, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_bar_sums s;
	const char *where;
	bool placed;

	pl_arena_reset(c->scratch);
	where = pl_ch_where(c->scratch, q);
	PL_TRY(totals(c, &s, where, e));
	placed = rule->unit == PL_BAR_BLOCKS ? !s.no_block
					     : !s.no_time && !s.early;
	if (s.rows && placed) {
		PL_TRY(bars(a, c, &s, where, rule, e));
		PL_TRY(digest(c, &s.digest, &token->token, where, e));
	}
	*out = s;
	return PL_OK;
}

/* ---------------------------------------------------------------- balances */

#define ALIKE "tx, sender, recipient, value, block, isNull(time), " TIME
#define OVERVIEW                                                               \
	"count(), countIf(value = " ZERO "), countIf(sender = recipient), "    \
	"countIf(isNull(time)), countIf(log_index < 0) - "                     \
	"uniqExactIf(" ALIKE ", log_index < 0), uniqExact(tx), "               \
	"toUInt64(min(trust)), minIf(block, block >= 0), max(block), "         \
	"minIf(" TIME ", isNotNull(time)), maxIf(" TIME ", isNotNull(time))"

static enum pl_rc overview(struct pl_ch *c, struct pl_balances *out,
			   const char *where, struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER,
				 .what = OVERVIEW,
				 .where = where };
	uint64_t v[11];
	struct pl_span s;

	PL_TRY(pl_ch_read(c, c->scratch, &s, &q, e));
	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++)
		if (!pl_cell_u64(&v[i], &s))
			return pl_ch_damaged(c, "a count", e);
	*out = (struct pl_balances){ .rows = v[0],
				     .zero_rows = v[1],
				     .self_rows = v[2],
				     .no_time = v[3],
				     .equal_rows = v[4],
				     .transactions = v[5] };
	if (!out->rows)
		return PL_OK;
	if (v[6] < PL_LOCAL || v[6] > PL_PROVEN)
		return pl_ch_damaged(c, "a trust label", e);
	out->trust = (enum pl_trust)v[6];
	if (out->rows > MAX_ROWS)
		return pl_fail(e, PL_ELIMIT, "over %u transfers at once",
			       MAX_ROWS);
	out->times_known = out->rows > out->no_time;
	out->first_time = out->times_known ? (int64_t)v[9] : 0;
	out->last_time = out->times_known ? (int64_t)v[10] : 0;
	out->blocks_known = (int64_t)v[8] >= 0;
	if (!out->blocks_known)
		return PL_OK;
	return ends(c, &out->first, &out->last, where, "block", (int64_t)v[7],
		    (int64_t)v[8], false, e);
}

/* Every row twice: what came in, what went out. */
static const char *holder_columns(struct pl_arena *a)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "if((arrayJoin([0, 1]) AS side) = 0, sender, recipient) "
		       "AS who");
	sum_of(&b, "side = 1");
	sum_of(&b, "side = 0");
	return pl_buf_cstr(&b);
}

static enum pl_rc take_holder(struct pl_ch *c, struct pl_balances *out,
			      struct pl_arena *a, struct pl_span *s,
			      struct pl_err *e)
{
	struct pl_balance b;
	struct pl_cell who;

	if (!pl_cell_take(&who, 'a', s))
		return pl_ch_damaged(c, "a balance", e);
	memcpy(b.who.b, who.bytes.p, 20);
	if (out->n && memcmp(b.who.b, out->v[out->n - 1].who.b, 20) <= 0)
		return pl_ch_damaged(c, "the order of balances", e);
	PL_TRY(take_sum(c, &b.in, &out->over, s, e));
	PL_TRY(take_sum(c, &b.out, &out->over, s, e));
	out->v = pl_grow(a, out->v, out->n, sizeof(b));
	out->v[out->n++] = b;
	return PL_OK;
}

static enum pl_rc holders(struct pl_arena *a, struct pl_ch *c,
			  struct pl_balances *out, const char *where,
			  struct pl_err *e)
{
	struct pl_ch_query q = { .t = PL_T_TRANSFER, .where = where };
	struct pl_arena *own = pl_arena_open(0);
	enum pl_rc rc = PL_OK;
	size_t got = HOLDERS;

	while (!rc && got == HOLDERS) {
		const char *behind = "";
		struct pl_span s = { NULL, 0 };

		pl_arena_reset(own);
		if (out->n)
			behind = pl_printf(
				own,
				"HAVING who > toFixedString(unhex('%s'), 20)",
				pl_hex(own,
				       pl_addr_span(&out->v[out->n - 1].who)) +
					2);
		q.what = holder_columns(own);
		q.then = pl_printf(own, "GROUP BY who %s ORDER BY who LIMIT %u",
				   behind, HOLDERS);
		rc = pl_ch_read(c, own, &s, &q, e);
		for (got = 0; !rc && s.n && got < HOLDERS; got++)
			rc = take_holder(c, out, a, &s, e);
	}
	pl_arena_close(own);
	return rc;
}

enum pl_rc pl_ch_balances(struct pl_arena *a, struct pl_index *ix,
			  struct pl_balances *out,
			  const struct pl_index_token *token,
			  const struct pl_index_query *q, struct pl_err *e)
{
	struct pl_ch *c = pl_ch_of(ix);
	struct pl_balances b;
	const char *where;

	pl_arena_reset(c->scratch);
	where = pl_ch_where(c->scratch, q);
	PL_TRY(overview(c, &b, where, e));
	if (b.rows) {
		PL_TRY(holders(a, c, &b, where, e));
		PL_TRY(digest(c, &b.digest, &token->token, where, e));
	}
	*out = b;
	return PL_OK;
}
