/* Logs of which none is missing: every header of the range is linked to the
 * next; a block is passed over where its bloom rules a match out, and all
 * receipts of every other block are fetched and their root rebuilt. */
#include <inttypes.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "eth/check.h"
#include "sync/view_impl.h"

#define MAX_BLOCKS 100000
/* Blocks whose receipts are asked for, and held, at once. */
#define TOGETHER 16

bool pl_log_may_match(const struct pl_log_filter *f,
		      const uint8_t bloom[PL_BLOOM])
{
	bool any = !f->n_addresses;

	for (size_t i = 0; i < f->n_addresses && !any; i++)
		any = pl_bloom_has(bloom, pl_addr_span(&f->addresses[i]));
	for (size_t t = 0; t < f->n_topics && any; t++) {
		any = !f->topics[t].n;
		for (size_t i = 0; i < f->topics[t].n && !any; i++)
			any = pl_bloom_has(
				bloom, pl_hash32_span(&f->topics[t].any[i]));
	}
	return any;
}

bool pl_log_matches(const struct pl_log_filter *f, const struct pl_log *log)
{
	bool any = !f->n_addresses;

	for (size_t i = 0; i < f->n_addresses && !any; i++)
		any = pl_addr_equal(&f->addresses[i], &log->address);
	if (!any || f->n_topics > log->n_topics)
		return false;
	for (size_t t = 0; t < f->n_topics && any; t++) {
		any = !f->topics[t].n;
		for (size_t i = 0; i < f->topics[t].n && !any; i++)
			any = pl_hash32_equal(&f->topics[t].any[i],
					      &log->topics[t]);
	}
	return any;
}

struct run {
	struct pl_view *v;
	const struct pl_view_logs *how;
	struct pl_view_logs_stats stats;
	struct pl_arena *kept;    /* the headers that may match */
	struct pl_arena *scratch; /* of blocks asked for together */
	struct pl_header *may;    /* newest first */
	size_t n;
	const struct pl_viewed *to;
};

static enum pl_rc sift(void *ctx, const struct pl_header *h, struct pl_err *e)
{
	struct run *r = ctx;

	(void)e;
	r->stats.blocks++;
	if (!pl_log_may_match(&r->how->filter, h->bloom)) {
		r->stats.excluded++;
		return PL_OK;
	}
	r->may = pl_grow(r->kept, r->may, r->n, sizeof(*r->may));
	r->may[r->n] = *h;
	r->may[r->n++].extra = pl_span_dup(r->kept, h->extra);
	return PL_OK;
}

static enum pl_rc match_receipt(const struct run *r, struct pl_span raw,
				bool *any, struct pl_err *e)
{
	struct pl_receipt receipt;
	struct pl_log log;

	PL_TRY(pl_receipt_decode(&receipt, raw, e));
	while (receipt.logs.n) {
		PL_TRY(pl_log_next(&log, &receipt.logs, e));
		*any |= pl_log_matches(&r->how->filter, &log);
	}
	return PL_OK;
}

static enum pl_rc hand_over(struct run *r, const struct pl_header *h,
			    const struct pl_node_block *b, struct pl_err *e)
{
	struct pl_node_place at = { .header = h };

	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_receipt receipt;
		struct pl_log log;

		at.tx = pl_keccak256(b->txs[i]);
		at.tx_index = i;
		PL_TRY(pl_receipt_decode(&receipt, b->receipts[i], e));
		for (; receipt.logs.n; at.log_index++) {
			PL_TRY(pl_log_next(&log, &receipt.logs, e));
			if (!pl_log_matches(&r->how->filter, &log))
				continue;
			r->stats.logs++;
			PL_TRY(r->how->each(r->how->ctx, &at, &log, e));
		}
	}
	return PL_OK;
}

/* One of the blocks that are asked for together. */
struct part {
	const struct pl_header *h;
	struct pl_span *receipts;
	size_t n;
	bool any; /* a log of it matches */
};

/* "[HASH]", and with `full` the block itself. */
static enum pl_rc ask(struct run *r, struct pl_rpc_item item[TOGETHER],
		      const struct part *p, size_t n, bool full,
		      struct pl_err *e)
{
	struct pl_arena *a = r->scratch;

	for (size_t i = 0; i < n; i++) {
		item[i].method =
			full ? "eth_getBlockByHash" : "eth_getBlockReceipts";
		item[i].params =
			full ? view_block_params(a, &p[i].h->hash, true)
			     : pl_printf(a, "[\"%s\"]",
					 pl_hex(a,
						pl_hash32_span(&p[i].h->hash)));
	}
	return view_batch(r->v, a, item, n, e);
}

static enum pl_rc sift_receipts(struct run *r, struct part *p,
				const struct pl_rpc_item *item,
				struct pl_err *e)
{
	if (view_result(r->v, item, e)) {
		if (e->rc == PL_ENOTFOUND)
			e->rc = PL_ENET; /* every block has some or none */
		return e->rc;
	}
	PL_TRY(view_receipts(r->scratch, &p->receipts, &p->n, item->result,
			     p->h, e));
	r->stats.receipts_fetched += p->n;
	for (size_t i = 0; i < p->n; i++) {
		r->stats.bytes += p->receipts[i].n;
		PL_TRY(match_receipt(r, p->receipts[i], &p->any, e));
	}
	return PL_OK;
}

/* The transactions are needed for their hashes. */
static enum pl_rc block_logs(struct run *r, const struct part *p,
			     const struct pl_rpc_item *item, struct pl_err *e)
{
	struct pl_node_block b = { .header = p->h,
				   .chain_id = r->v->conf.chain_id,
				   .receipts = p->receipts };

	b.family = pl_family_of(r->v->conf.families, p->h);
	PL_TRY(view_result(r->v, item, e));
	PL_TRY(view_body(r->scratch, &b, item->result, e));
	if (b.n_txs != p->n)
		return pl_fail(e, PL_EPROOF, "%zu receipts of %zu transactions",
			       p->n, b.n_txs);
	return hand_over(r, p->h, &b, e);
}

static enum pl_rc of_block(struct run *r, const struct part *p,
			   struct pl_err *e)
{
	(void)pl_note(e, "logs");
	return view_blame(r->v, p->h->number, e);
}

/* The n blocks below r->may[end], the oldest of which stands last. */
static enum pl_rc fetch_some(struct run *r, size_t end, size_t n,
			     struct pl_err *e)
{
	struct part part[TOGETHER] = { { .h = NULL } };
	struct pl_rpc_item item[TOGETHER];
	size_t hits = 0;

	pl_arena_reset(r->scratch);
	for (size_t i = 0; i < n; i++)
		part[i].h = &r->may[end - 1 - i];
	PL_TRY(ask(r, item, part, n, false, e));
	for (size_t i = 0; i < n; i++)
		if (sift_receipts(r, &part[i], &item[i], e))
			return of_block(r, &part[i], e);
	for (size_t i = 0; i < n; i++)
		if (part[i].any)
			part[hits++] = part[i];
	PL_TRY(ask(r, item, part, hits, true, e));
	for (size_t i = 0; i < hits; i++)
		if (block_logs(r, &part[i], &item[i], e))
			return of_block(r, &part[i], e);
	return PL_OK;
}

static enum pl_rc fetch(struct run *r, struct pl_err *e)
{
	const struct pl_view_conf *c = &r->v->conf;
	size_t left = r->n;

	while (left) {
		size_t n = left < TOGETHER ? left : TOGETHER;

		PL_TRY(fetch_some(r, left, n, e));
		left -= n;
		if (c->progress)
			c->progress(c->ctx, r->n - left, r->n);
	}
	return PL_OK;
}

static enum pl_rc too_many(uint64_t n, uint64_t max, struct pl_err *e)
{
	(void)pl_fail(e, PL_ELIMIT,
		      "a range of %" PRIu64 " blocks; at most %" PRIu64, n,
		      max);
	return pl_hint(e, "ask in parts, or raise --max-blocks");
}

enum pl_rc pl_view_logs(struct pl_view *v, struct pl_view_logs_stats *out,
			const struct pl_viewed *to,
			const struct pl_view_logs *how, struct pl_err *e)
{
	uint64_t max = how->max_blocks ? how->max_blocks : MAX_BLOCKS;
	struct run r = { .v = v, .how = how, .to = to };
	enum pl_rc rc;

	if (how->from > to->header.number)
		return pl_fail(e, PL_EUSAGE,
			       "the range begins at block %" PRIu64
			       " and ends at %" PRIu64,
			       how->from, to->header.number);
	if (to->header.number - how->from >= max)
		return too_many(to->header.number - how->from + 1, max, e);
	r.kept = pl_arena_open(0);
	r.scratch = pl_arena_open(0);
	rc = pl_view_ancestors(v, &to->header, how->from, sift, &r, e);
	if (!rc)
		rc = fetch(&r, e);
	if (!rc)
		*out = r.stats;
	pl_arena_close(r.kept);
	pl_arena_close(r.scratch);
	return rc;
}
