#include "sync/pull.h"

#include <inttypes.h>

#include "base/hex.h"
#include "base/limits.h"
#include "sync/pull_impl.h"

#define FIRST_CHUNK 2000
#define WALK_BACK 64 /* stored blocks looked at before all is read again */
#define WALK_NEAR 16 /* of which so many one after the other */
#define MAX_SYMBOL 64

/* --------------------------------------------------------- what the token is
 */

static enum pl_rc view(struct pl_pull_run *p, struct pl_span *out,
		       bool *answered, const char *selector, struct pl_err *e)
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
static enum pl_rc decimals(struct pl_pull_run *p, struct pl_index_token *t,
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

static enum pl_rc symbol(struct pl_arena *a, struct pl_pull_run *p,
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

enum pl_trust pl_pull_label(const struct pl_pull_run *p)
{
	return p->how->trust ? p->how->trust : PL_CLAIMED;
}

static enum pl_rc has_code(struct pl_pull_run *p, struct pl_err *e)
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

const char *pl_pull_source(struct pl_arena *a, const struct pl_pull *how,
			   const struct pl_rpc *rpc)
{
	const char *s = how->source;

	if (s)
		return pl_strdup(a, s);
	s = pl_strdup(a, pl_rpc_host(rpc));
	for (size_t i = 0; i < how->n_also; i++)
		s = pl_printf(a, "%s,%s", s, pl_rpc_host(how->also[i]));
	return s;
}

/* Token and source in the index, and how far this source was read. */
static enum pl_rc identify(struct pl_arena *a, struct pl_pull_run *p,
			   struct pl_err *e)
{
	struct pl_index_token t = { .token = { p->how->chain, p->how->token } };
	struct pl_source s = {
		.kind = PL_SOURCE_NODE,
		.name = pl_pull_source(a, p->how, p->rpc),
		.format = "logs",
		.trust = pl_pull_label(p),
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
static enum pl_rc still_there(struct pl_pull_run *p, bool *yes, uint64_t number,
			      const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_chain_block b = { .number = number };

	PL_TRY(pl_blocks_at(p->rpc, p->scratch, &b, 1, e));
	*yes = b.known && pl_hash32_equal(&b.hash, hash);
	return PL_OK;
}

uint64_t pl_pull_stride(unsigned tried, uint64_t number)
{
	uint64_t n = tried < WALK_NEAR ? 0 : (uint64_t)1 << (tried - WALK_NEAR);

	return n < number ? n : number;
}

/* The block after the last stored one that was tried and that the chain still
 * has. */
static enum pl_rc fork_point(struct pl_pull_run *p, uint64_t *next,
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
		below = number - pl_pull_stride(i, number);
	}
	return PL_OK;
}

static enum pl_rc forget(struct pl_pull_run *p, uint64_t next,
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
static enum pl_rc check_resume(struct pl_pull_run *p, struct pl_err *e)
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

/* --------------------------------------------------------------- the whole */

/* Where to read: from the cursor on, and what --from asks for below it. */
static enum pl_rc plan(struct pl_pull_run *p, uint64_t *lo, uint64_t *hi,
		       bool *ahead, struct pl_err *e)
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

static enum pl_rc all_ranges(struct pl_pull_run *p, struct pl_err *e)
{
	struct pl_ranges g = { .kind = &pl_range_transfers,
			       .ctx = p,
			       .rpc = p->rpc,
			       .how = p->how,
			       .source = p->r.source,
			       .scratch = p->scratch,
			       .chunk = p->how->chunk ? p->how->chunk
						      : FIRST_CHUNK };
	uint64_t lo, hi, below = 0;
	bool ahead;

	PL_TRY(plan(p, &lo, &hi, &ahead, e));
	if (p->cur.found && p->how->from_set &&
	    p->how->from < p->cur.first_block)
		below = p->cur.first_block - p->how->from;
	g.total = below + (ahead ? hi - lo + 1 : 0);
	p->r.any = g.total > 0;
	p->r.first_block = below ? p->how->from : lo;
	p->r.to_block = ahead ? hi : p->cur.first_block - (below > 0);
	if (p->how->dry_run)
		return PL_OK;
	if (ahead)
		PL_TRY(pl_pull_ranges(&g, lo, hi, false, e));
	if (below)
		PL_TRY(pl_pull_ranges(&g, p->how->from, p->cur.first_block - 1,
				      true, e));
	return PL_OK;
}

static enum pl_rc pull_all(struct pl_arena *a, struct pl_pull_run *p,
			   struct pl_err *e)
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
	struct pl_pull_run p = {
		.ix = ix,
		.rpc = rpc,
		.how = how,
		.scratch = pl_arena_open(0),
	};
	enum pl_rc rc = pull_all(a, &p, e);

	pl_index_rollback(ix);
	pl_arena_close(p.scratch);
	if (!rc)
		*out = p.r;
	return rc;
}
