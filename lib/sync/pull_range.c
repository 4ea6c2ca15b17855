/* The Transfers of one ERC-20, for pull_ranges.h. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/hex.h"
#include "sync/logs.h"
#include "sync/pull_impl.h"

static enum pl_rc log_check(const struct pl_pull_run *p,
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

static int by_block(const void *x, const void *y)
{
	const struct pl_transfer_log *a = x, *b = y;

	if (a->t.block != b->t.block)
		return a->t.block < b->t.block ? -1 : 1;
	return (a->t.log_index > b->t.log_index) -
	       (a->t.log_index < b->t.log_index);
}

/* Most nodes give them in order. */
static void sorted(struct pl_range *r, struct pl_transfer_log *l, size_t n)
{
	bool is = true;

	for (size_t i = 1; is && i < n; i++)
		is = by_block(&l[i - 1], &l[i]) <= 0;
	if (!is)
		qsort(l, n, sizeof(*l), by_block);
	r->logs = l;
	r->n = n;
}

/* The long way, with words for what is wrong. */
static enum pl_rc tree(void *ctx, struct pl_range *r, const struct pl_json *v,
		       struct pl_err *e)
{
	const struct pl_pull_run *p = ctx;
	struct pl_transfer_log *l;

	if (!v || pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getLogs: %s where a list belongs",
			       pl_json_type_name(v));
	l = PL_NEW_N(r->a, struct pl_transfer_log, pl_json_len(v));
	for (size_t i = 0; i < pl_json_len(v); i++)
		if (pl_transfer_log_read(&l[i], pl_json_at(v, i), e) ||
		    log_check(p, &l[i], r->lo, r->hi, e))
			return pl_note(e,
				       "%s: eth_getLogs %" PRIu64 " to %" PRIu64
				       ", log %zu",
				       p->r.source, r->lo, r->hi, i);
	sorted(r, l, pl_json_len(v));
	return PL_OK;
}

/* The short way: false where a log is not plainly written, or not one that was
 * asked for. */
static bool scan(void *ctx, struct pl_range *r, struct pl_span text)
{
	const struct pl_pull_run *p = ctx;
	struct pl_transfer_log *l = NULL;
	struct pl_scanned_log one;
	struct pl_log_scan s;
	struct pl_err none;
	size_t n = 0;

	pl_log_scan_begin(&s, p->scratch, text);
	while (pl_log_scan_next(&s, &one)) {
		l = pl_grow(r->a, l, n, sizeof(*l));
		if (!pl_transfer_log_scanned(&l[n], &one) ||
		    log_check(p, &l[n], r->lo, r->hi, &none))
			return false;
		n++;
	}
	if (s.odd)
		return false;
	sorted(r, l, n);
	return true;
}

static uint64_t block(const struct pl_range *r, size_t i)
{
	const struct pl_transfer_log *l = r->logs;

	return l[i].t.block;
}

static const char *params(struct pl_arena *a, void *ctx, uint64_t lo,
			  uint64_t hi)
{
	const struct pl_pull_run *p = ctx;

	return pl_printf(a,
			 "[{\"address\":\"%s\",\"topics\":[\"%s\"],"
			 "\"fromBlock\":\"0x%" PRIx64
			 "\",\"toBlock\":\"0x%" PRIx64 "\"}]",
			 pl_hex(a, pl_addr_span(&p->how->token)),
			 pl_hex(a, pl_hash32_span(&pl_transfer_topic)), lo, hi);
}

/* Give every log the time of its block, after checking that the block the log
 * names is the one the node has. */
static enum pl_rc date(void *ctx, struct pl_range *r, struct pl_err *e)
{
	const struct pl_pull_run *p = ctx;
	struct pl_transfer_log *l = r->logs;
	const struct pl_chain_block *b = r->b;

	for (size_t i = 0; i < r->n; i++) {
		struct pl_transfer *t = &l[i].t;

		while (b->number != t->block)
			b++;
		if ((!b->known || !pl_hash32_equal(&b->hash, &t->block_hash)) &&
		    pl_range_of_another(t->block, e))
			return pl_note(e, "%s", p->r.source);
		if ((t->has & PL_TR_TIME) && t->time != b->time)
			return pl_fail(e, PL_EFORMAT,
				       "%s: a log of block %" PRIu64
				       " has another time than its block",
				       p->r.source, t->block);
		t->time = b->time;
		t->has |= PL_TR_TIME;
		t->trust = pl_pull_label(p);
		t->source = p->source;
	}
	return PL_OK;
}

/* --------------------------------------------------------------- keeping */

static enum pl_rc begin(void *ctx, struct pl_err *e)
{
	struct pl_pull_run *p = ctx;

	PL_TRY(pl_index_begin(p->ix, e));
	p->next = p->cur;
	p->run = (struct pl_source){ .id = p->source, .format = "logs" };
	p->enriched = p->zero = 0;
	return PL_OK;
}

/* The rows of the range, and the place they lead to. */
static enum pl_rc keep(void *ctx, const struct pl_range *r, bool downwards,
		       struct pl_err *e)
{
	struct pl_pull_run *p = ctx;
	const struct pl_transfer_log *l = r->logs;

	for (size_t i = 0; i < r->n; i++) {
		enum pl_put how;

		PL_TRY(pl_index_put(p->ix, &how, p->token, &l[i].t, e));
		p->run.added += how == PL_PUT_ADDED;
		p->enriched += how == PL_PUT_ENRICHED;
		p->run.duplicates += how == PL_PUT_DUPLICATE;
		p->zero += pl_u256_is_zero(&l[i].t.value);
	}
	p->run.rows += r->n;
	if (!p->next.found || downwards)
		p->next.first_block = r->lo;
	if (!downwards) {
		p->next.next_block = r->hi + 1;
		p->next.last_hash = r->b[r->bn - 1].hash;
	}
	p->next.found = true;
	return PL_OK;
}

static enum pl_rc commit(void *ctx, struct pl_err *e)
{
	struct pl_pull_run *p = ctx;

	PL_TRY(pl_index_cursor_put(p->ix, p->token, p->source, &p->next, e));
	PL_TRY(pl_index_source_count(p->ix, &p->run, e));
	PL_TRY(pl_index_commit(p->ix, e));
	p->cur = p->next;
	p->r.rows += p->run.rows;
	p->r.added += p->run.added;
	p->r.enriched += p->enriched;
	p->r.duplicates += p->run.duplicates;
	p->r.zero_value += p->zero;
	return PL_OK;
}

const struct pl_range_kind pl_range_transfers = {
	.params = params,
	.scan = scan,
	.tree = tree,
	.block = block,
	.date = date,
	.begin = begin,
	.keep = keep,
	.commit = commit,
};
