#include "sync/pull.h"

#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "sync/logs.h"

#define FIRST_CHUNK 2000
#define LARGEST_CHUNK 1000000
#define FEW_LOGS                                                               \
	1000         /* fewer than these, and the next range is twice as long */
#define WALK_BACK 64 /* stored blocks looked at before all is read again */
#define MAX_SYMBOL 64

/* A block as the node describes it. */
struct block {
	bool known; /* the node has one of this number */
	uint64_t number;
	struct pl_hash32 hash;
	int64_t time;
};

struct pull {
	struct pl_index *ix;
	struct pl_rpc *rpc;
	const struct pl_pull *how;
	struct pl_pull_result r;
	struct pl_arena *scratch; /* of one range */
	int64_t token, source;
	struct pl_cursor cur;
	uint64_t chunk, ceiling; /* a range the node refused, 0: none yet */
	uint64_t done, total;    /* blocks */
};

/* ------------------------------------------------------------------- blocks */

static enum pl_rc block_read(struct block *out, const struct pl_json *v,
			     uint64_t want, struct pl_err *e)
{
	struct block b = { .known = true };
	uint64_t seconds;

	if (pl_json_is_null(v)) {
		*out = (struct block){ .number = want };
		return PL_OK;
	}
	if (pl_json_u64(&b.number, pl_json_get(v, "number"), e) ||
	    pl_json_hash32(&b.hash, pl_json_get(v, "hash"), e) ||
	    pl_json_u64(&seconds, pl_json_get(v, "timestamp"), e))
		return pl_note(e, "eth_getBlockByNumber %" PRIu64, want);
	if (b.number != want || seconds > INT64_MAX)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getBlockByNumber %" PRIu64
			       ": the node answers with block %" PRIu64,
			       want, b.number);
	b.time = (int64_t)seconds;
	*out = b;
	return PL_OK;
}

/* Fills in hash and time of v[].number. */
static enum pl_rc blocks(struct pull *p, struct block *v, size_t n,
			 struct pl_err *e)
{
	struct pl_rpc_item *items = PL_NEW_N(p->scratch, struct pl_rpc_item, n);

	for (size_t i = 0; i < n; i++) {
		items[i].method = "eth_getBlockByNumber";
		items[i].params = pl_printf(
			p->scratch, "[\"0x%" PRIx64 "\",false]", v[i].number);
	}
	PL_TRY(pl_rpc_batch(p->rpc, p->scratch, items, n, e));
	for (size_t i = 0; i < n; i++) {
		const char *words = items[i].error.message;

		if (items[i].error.code || words)
			return pl_fail(e, PL_EREFUSED,
				       "eth_getBlockByNumber %" PRIu64 ": %s",
				       v[i].number, words ? words : "refused");
		PL_TRY(block_read(&v[i], items[i].result, v[i].number, e));
	}
	return PL_OK;
}

/* --------------------------------------------------------- what the token is
 */

static enum pl_rc view(struct pull *p, struct pl_span *out, bool *answered,
		       const char *selector, struct pl_err *e)
{
	uint8_t data[4];
	struct pl_rpc_view v = { .to = &p->how->token,
				 .data = { data, sizeof(data) } };
	enum pl_rc rc;

	PL_TRY(pl_hex_fixed(data, sizeof(data), selector, strlen(selector), e));
	rc = pl_rpc_view(p->rpc, p->scratch, out, NULL, &v, e);
	*answered = !rc;
	return rc == PL_EREFUSED ? PL_OK : rc;
}

/* decimals(): one word under 256.  Anything else: the token has none. */
static enum pl_rc decimals(struct pull *p, struct pl_index_token *t,
			   struct pl_err *e)
{
	struct pl_span s = { NULL, 0 };
	struct pl_u256 v;
	uint64_t d;
	bool answered;

	PL_TRY(view(p, &s, &answered, "0x313ce567", e));
	if (!answered || s.n != 32)
		return PL_OK;
	v = pl_u256_from_be32(s.p);
	t->decimals_known = pl_u256_to_u64(&d, &v) && d <= UINT8_MAX;
	t->decimals = t->decimals_known ? (uint8_t)d : 0;
	return PL_OK;
}

/* The bytes of symbol(): an ABI string, or 32 bytes padded with zeros as the
 * oldest tokens have it. */
static struct pl_span symbol_bytes(struct pl_span s)
{
	struct pl_span none = { NULL, 0 };
	struct pl_u256 at, n;
	uint64_t len;

	if (s.n == 32) {
		while (s.n && !s.p[s.n - 1])
			s.n--;
		return s;
	}
	if (s.n < 64)
		return none;
	at = pl_u256_from_be32(s.p);
	n = pl_u256_from_be32(s.p + 32);
	if (!pl_u256_to_u64(&len, &at) || len != 32 ||
	    !pl_u256_to_u64(&len, &n) || len > s.n - 64)
		return none;
	return (struct pl_span){ s.p + 64, (size_t)len };
}

static enum pl_rc symbol(struct pl_arena *a, struct pull *p,
			 struct pl_index_token *t, struct pl_err *e)
{
	struct pl_span s = { NULL, 0 };
	bool answered;

	PL_TRY(view(p, &s, &answered, "0x95d89b41", e));
	if (!answered)
		return PL_OK;
	s = symbol_bytes(s);
	if (s.n && s.n <= MAX_SYMBOL && !memchr(s.p, 0, s.n))
		t->symbol = pl_strndup(a, (const char *)s.p, s.n);
	return PL_OK;
}

static enum pl_trust label(const struct pull *p)
{
	return p->how->trust ? p->how->trust : PL_CLAIMED;
}

static enum pl_rc has_code(struct pull *p, struct pl_err *e)
{
	const char *params =
		pl_printf(p->scratch, "[\"%s\",\"latest\"]",
			  pl_hex(p->scratch, pl_addr_span(&p->how->token)));
	struct pl_span code;

	PL_TRY(pl_rpc_data(p->rpc, p->scratch, &code, "eth_getCode", params,
			   e));
	if (code.n)
		return PL_OK;
	(void)pl_fail(e, PL_ENOTFOUND, "no contract stands at %s",
		      pl_hex(p->scratch, pl_addr_span(&p->how->token)));
	return pl_hint(e, "look at the address and at --network");
}

/* Token and source in the index, and how far this source was read. */
static enum pl_rc identify(struct pl_arena *a, struct pull *p, struct pl_err *e)
{
	struct pl_index_token t = { .token = { p->how->chain, p->how->token } };
	struct pl_source s = {
		.kind = PL_SOURCE_NODE,
		.name = pl_strdup(a, p->how->source ? p->how->source
						    : pl_rpc_host(p->rpc)),
		.format = "logs",
		.trust = label(p),
		.time = p->how->now,
	};

	PL_TRY(has_code(p, e));
	PL_TRY(decimals(p, &t, e));
	PL_TRY(symbol(a, p, &t, e));
	PL_TRY(pl_index_begin(p->ix, e));
	PL_TRY(pl_index_token_put(p->ix, &t, e));
	PL_TRY(pl_index_source_put(p->ix, &s, e));
	PL_TRY(pl_index_cursor(p->ix, &p->cur, t.id, s.id, e));
	if (p->how->dry_run)
		pl_index_rollback(p->ix);
	else
		PL_TRY(pl_index_commit(p->ix, e));
	p->token = t.id;
	p->source = s.id;
	p->r.source = s.name;
	p->r.symbol = t.symbol;
	p->r.decimals_known = t.decimals_known;
	p->r.decimals = t.decimals;
	return PL_OK;
}

/* ---------------------------------------------------------- reorganisations */

/* Is the block of this number and hash the chain's?  Not known (true) when it
 * is past the node's head. */
static enum pl_rc still_there(struct pull *p, bool *yes, uint64_t number,
			      const struct pl_hash32 *hash, struct pl_err *e)
{
	struct block b = { .number = number };

	PL_TRY(blocks(p, &b, 1, e));
	*yes = b.known && pl_hash32_equal(&b.hash, hash);
	return PL_OK;
}

/* The block after the last stored one that the chain still has. */
static enum pl_rc fork_point(struct pull *p, uint64_t *next,
			     struct pl_hash32 *hash, uint64_t below,
			     struct pl_err *e)
{
	*next = p->cur.first_block;
	for (unsigned i = 0; i < WALK_BACK; i++) {
		struct pl_hash32 h;
		uint64_t number;
		bool found, same;

		PL_TRY(pl_index_hash_below(p->ix, &found, &number, &h, p->token,
					   p->source, below, e));
		if (!found)
			return PL_OK;
		PL_TRY(still_there(p, &same, number, &h, e));
		if (same) {
			*next = number + 1;
			*hash = h;
			return PL_OK;
		}
		below = number;
	}
	return PL_OK;
}

static enum pl_rc forget(struct pull *p, uint64_t next,
			 const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_cursor cur = p->cur;

	cur.next_block = next;
	cur.last_hash = *hash;
	if (p->how->dry_run) {
		p->cur = cur;
		return PL_OK;
	}
	PL_TRY(pl_index_begin(p->ix, e));
	PL_TRY(pl_index_drop_from(p->ix, &p->r.removed, p->token, p->source,
				  next, e));
	PL_TRY(pl_index_cursor_put(p->ix, p->token, p->source, &cur, e));
	PL_TRY(pl_index_commit(p->ix, e));
	p->cur = cur;
	return PL_OK;
}

/* Compare the last block read with the chain as it is now.  A node whose head
 * lies before that block is judged by the stored blocks it does have: a node
 * that is merely behind loses nothing. */
static enum pl_rc check_resume(struct pull *p, struct pl_err *e)
{
	struct pl_hash32 hash = { { 0 } };
	uint64_t last, next;
	bool same = false, found;

	if (!p->cur.found || p->cur.next_block == p->cur.first_block)
		return PL_OK;
	last = p->cur.next_block - 1;
	if (last <= p->r.head) {
		PL_TRY(still_there(p, &same, last, &p->cur.last_hash, e));
	} else {
		PL_TRY(pl_index_hash_below(p->ix, &found, &next, &hash,
					   p->token, p->source, p->r.head + 1,
					   e));
		same = true;
		if (found)
			PL_TRY(still_there(p, &same, next, &hash, e));
	}
	if (same)
		return PL_OK;
	PL_TRY(fork_point(p, &next, &hash, last + 1, e));
	return forget(p, next, &hash, e);
}

/* ----------------------------------------------------------------- one range
 */

static enum pl_rc log_check(const struct pull *p,
			    const struct pl_transfer_log *l, uint64_t lo,
			    uint64_t hi, struct pl_err *e)
{
	unsigned need = PL_TR_BLOCK | PL_TR_HASH | PL_TR_LOG;

	if (!pl_addr_equal(&l->address, &p->how->token))
		return pl_fail(e, PL_EFORMAT,
			       "a log of another contract, not asked for");
	if (!l->is_transfer) {
		(void)pl_fail(e, PL_EFORMAT,
			      "a log that is no Transfer of an ERC-20");
		return pl_hint(e, "an ERC-721 has four topics: plume indexes "
				  "ERC-20 tokens");
	}
	if ((l->t.has & need) != need)
		return pl_fail(e, PL_EFORMAT,
			       "a log without the number and hash of its "
			       "block");
	if (l->t.block < lo || l->t.block > hi)
		return pl_fail(e, PL_EFORMAT,
			       "a log of block %" PRIu64
			       ", outside the range asked for",
			       l->t.block);
	return PL_OK;
}

static enum pl_rc logs_read(struct pull *p, struct pl_transfer_log **out,
			    size_t *n, const struct pl_json *v, uint64_t lo,
			    uint64_t hi, struct pl_err *e)
{
	struct pl_transfer_log *l;

	if (!v || pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getLogs: %s where a list belongs",
			       pl_json_type_name(v));
	l = PL_NEW_N(p->scratch, struct pl_transfer_log, pl_json_len(v));
	for (size_t i = 0; i < pl_json_len(v); i++)
		if (pl_transfer_log_read(&l[i], pl_json_at(v, i), e) ||
		    log_check(p, &l[i], lo, hi, e))
			return pl_note(e,
				       "%s: eth_getLogs %" PRIu64 " to %" PRIu64
				       ", log %zu",
				       p->r.source, lo, hi, i);
	*out = l;
	*n = pl_json_len(v);
	return PL_OK;
}

/* Ask for *hi - lo + 1 blocks; where the node finds that too much, for half,
 * and so on down to one. */
static enum pl_rc ask_logs(struct pull *p, const struct pl_json **out,
			   uint64_t *lo, uint64_t *hi, bool backwards,
			   struct pl_err *e)
{
	const char *token = pl_hex(p->scratch, pl_addr_span(&p->how->token));
	const char *topic =
		pl_hex(p->scratch, pl_hash32_span(&pl_transfer_topic));

	for (;;) {
		uint64_t n = *hi - *lo + 1;
		const char *params =
			pl_printf(p->scratch,
				  "[{\"address\":\"%s\",\"topics\":[\"%s\"],"
				  "\"fromBlock\":\"0x%" PRIx64
				  "\",\"toBlock\":\"0x%" PRIx64 "\"}]",
				  token, topic, *lo, *hi);
		enum pl_rc rc = pl_rpc_call(p->rpc, p->scratch, out,
					    "eth_getLogs", params, e);

		if (rc != PL_EREFUSED && rc != PL_ELIMIT)
			return rc;
		if (n == 1)
			return pl_note(e, "block %" PRIu64, *lo);
		p->ceiling = n;
		p->chunk = n / 2;
		if (backwards)
			*lo = *hi - p->chunk + 1;
		else
			*hi = *lo + p->chunk - 1;
	}
}

/* The blocks the logs stand in, each once, and `also`. */
static size_t blocks_of(struct block *v, const struct pl_transfer_log *l,
			size_t n, uint64_t also)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (!count || v[count - 1].number != l[i].t.block)
			v[count++].number = l[i].t.block;
	if (!count || v[count - 1].number != also)
		v[count++].number = also;
	return count;
}

static int by_block(const void *x, const void *y)
{
	const struct pl_transfer_log *a = x, *b = y;

	if (a->t.block != b->t.block)
		return a->t.block < b->t.block ? -1 : 1;
	return (a->t.log_index > b->t.log_index) -
	       (a->t.log_index < b->t.log_index);
}

/* Give every log the time of its block, after checking that the block the log
 * names is the one the node has. */
static enum pl_rc date_logs(struct pull *p, struct pl_transfer_log *l, size_t n,
			    const struct block *b, size_t bn, struct pl_err *e)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		struct pl_transfer *t = &l[i].t;

		while (k < bn && b[k].number != t->block)
			k++;
		if (k == bn || !b[k].known ||
		    !pl_hash32_equal(&b[k].hash, &t->block_hash)) {
			(void)pl_fail(e, PL_ENET,
				      "%s: logs of block %" PRIu64
				      " are of another block than the node has "
				      "there",
				      p->r.source, t->block);
			return pl_hint(e, "the chain was reorganised just now, "
					  "or the node answers from several "
					  "machines: run the same command "
					  "again, or stay behind the head "
					  "with --confirmations");
		}
		if ((t->has & PL_TR_TIME) && t->time != b[k].time)
			return pl_fail(e, PL_EFORMAT,
				       "%s: a log of block %" PRIu64
				       " has another time than its block",
				       p->r.source, t->block);
		t->time = b[k].time;
		t->has |= PL_TR_TIME;
		t->trust = label(p);
		t->source = p->source;
	}
	return PL_OK;
}

static enum pl_rc keep(struct pull *p, const struct pl_transfer_log *l,
		       size_t n, const struct pl_cursor *cur, struct pl_err *e)
{
	struct pl_source run = { .id = p->source, .format = "logs", .rows = n };
	uint64_t enriched = 0, zero = 0;

	PL_TRY(pl_index_begin(p->ix, e));
	for (size_t i = 0; i < n; i++) {
		enum pl_put how;

		PL_TRY(pl_index_put(p->ix, &how, p->token, &l[i].t, e));
		run.added += how == PL_PUT_ADDED;
		enriched += how == PL_PUT_ENRICHED;
		run.duplicates += how == PL_PUT_DUPLICATE;
		zero += pl_u256_is_zero(&l[i].t.value);
	}
	PL_TRY(pl_index_cursor_put(p->ix, p->token, p->source, cur, e));
	PL_TRY(pl_index_source_count(p->ix, &run, e));
	PL_TRY(pl_index_commit(p->ix, e));
	p->cur = *cur;
	p->cur.found = true;
	p->r.rows += n;
	p->r.added += run.added;
	p->r.enriched += enriched;
	p->r.duplicates += run.duplicates;
	p->r.zero_value += zero;
	return PL_OK;
}

/* Read blocks lo to hi, or as many of them as the node gives at once: the
 * lower ones, or the upper ones when going backwards.  The cursor must touch
 * the range at that end. */
static enum pl_rc range(struct pull *p, uint64_t lo, uint64_t hi,
			bool backwards, struct pl_err *e)
{
	struct pl_cursor cur = p->cur;
	const struct pl_json *v = NULL;
	struct pl_transfer_log *l = NULL;
	struct block *b;
	size_t n = 0, bn;

	if (hi - lo >= p->chunk && backwards)
		lo = hi - p->chunk + 1;
	else if (hi - lo >= p->chunk)
		hi = lo + p->chunk - 1;
	PL_TRY(ask_logs(p, &v, &lo, &hi, backwards, e));
	PL_TRY(logs_read(p, &l, &n, v, lo, hi, e));
	qsort(l, n, sizeof(*l), by_block);
	b = PL_NEW_N(p->scratch, struct block, n + 1);
	bn = blocks_of(b, l, n, hi);
	PL_TRY(blocks(p, b, bn, e));
	PL_TRY(date_logs(p, l, n, b, bn, e));
	if (!b[bn - 1].known)
		return pl_fail(e, PL_ENET,
			       "%s: has no block %" PRIu64
			       " though its head is past it",
			       p->r.source, hi);
	if (!cur.found)
		cur.first_block = lo;
	if (backwards) {
		cur.first_block = lo;
	} else {
		cur.next_block = hi + 1;
		cur.last_hash = b[bn - 1].hash;
	}
	PL_TRY(keep(p, l, n, &cur, e));
	p->done += hi - lo + 1;
	if (p->how->on_blocks)
		p->how->on_blocks(p->how->ctx, p->done, p->total);
	if (n < FEW_LOGS && p->chunk < LARGEST_CHUNK &&
	    (!p->ceiling || 2 * p->chunk < p->ceiling))
		p->chunk *= 2;
	return PL_OK;
}

/* Where to read: from the cursor on, and what --from asks for below it. */
static enum pl_rc plan(struct pull *p, uint64_t *lo, uint64_t *hi, bool *ahead,
		       struct pl_err *e)
{
	const struct pl_pull *how = p->how;
	uint64_t start = how->from_set ? how->from : 0;

	*ahead = p->r.head >= how->confirmations;
	*hi = *ahead ? p->r.head - how->confirmations : 0;
	if (how->to_set && how->to < *hi)
		*hi = how->to;
	*lo = p->cur.found ? p->cur.next_block : start;
	if (p->cur.found && how->from_set && how->from > p->cur.next_block) {
		(void)pl_fail(e, PL_EUSAGE,
			      "blocks %" PRIu64 " to %" PRIu64
			      " would be left out between what the index has "
			      "and --from",
			      p->cur.next_block, how->from - 1);
		return pl_hint(e, "leave out --from: the index goes on from "
				  "where it is");
	}
	if (*lo > *hi)
		*ahead = false;
	return PL_OK;
}

static enum pl_rc all_ranges(struct pull *p, struct pl_err *e)
{
	uint64_t lo, hi, below = 0;
	bool ahead;

	PL_TRY(plan(p, &lo, &hi, &ahead, e));
	if (p->cur.found && p->how->from_set &&
	    p->how->from < p->cur.first_block)
		below = p->cur.first_block - p->how->from;
	p->total = below + (ahead ? hi - lo + 1 : 0);
	p->r.any = p->total > 0;
	p->r.first_block = below ? p->how->from : lo;
	p->r.to_block = ahead ? hi : p->cur.first_block - (below > 0);
	if (p->how->dry_run)
		return PL_OK;
	while (ahead && (!p->cur.found || p->cur.next_block <= hi)) {
		pl_arena_reset(p->scratch);
		PL_TRY(range(p, p->cur.found ? p->cur.next_block : lo, hi,
			     false, e));
	}
	while (below && p->cur.first_block > p->how->from) {
		pl_arena_reset(p->scratch);
		PL_TRY(range(p, p->how->from, p->cur.first_block - 1, true, e));
	}
	return PL_OK;
}

static enum pl_rc pull_all(struct pl_arena *a, struct pull *p, struct pl_err *e)
{
	PL_TRY(identify(a, p, e));
	PL_TRY(pl_rpc_block_number(p->rpc, &p->r.head, e));
	PL_TRY(check_resume(p, e));
	PL_TRY(all_ranges(p, e));
	p->r.cursor_known =
		p->cur.found && p->cur.next_block > p->cur.first_block;
	p->r.have_from = p->cur.first_block;
	p->r.have_to = p->r.cursor_known ? p->cur.next_block - 1 : 0;
	return PL_OK;
}

enum pl_rc pl_pull(struct pl_arena *a, struct pl_index *ix,
		   struct pl_pull_result *out, struct pl_rpc *rpc,
		   const struct pl_pull *how, struct pl_err *e)
{
	struct pull p = {
		.ix = ix,
		.rpc = rpc,
		.how = how,
		.scratch = pl_arena_open(0),
		.chunk = how->chunk ? how->chunk : FIRST_CHUNK,
	};
	enum pl_rc rc = pull_all(a, &p, e);

	pl_index_rollback(ix);
	pl_arena_close(p.scratch);
	if (!rc)
		*out = p.r;
	return rc;
}
