/* Logs of which none is missing: every header of the range is linked to the
 * next; a block is passed over where its bloom rules a match out, and all
 * receipts of every other block are fetched and their root rebuilt. */
#include <inttypes.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "sync/view_impl.h"

#define MAX_BLOCKS 100000

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
	struct pl_arena *scratch; /* of one block */
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

static enum pl_rc match_receipt(struct run *r, const struct pl_header *h,
				struct pl_span raw, uint64_t *index, bool *any,
				struct pl_err *e)
{
	struct pl_receipt receipt;
	struct pl_log log;

	PL_TRY(pl_receipt_decode(&receipt, raw, e));
	(void)h;
	while (receipt.logs.n) {
		PL_TRY(pl_log_next(&log, &receipt.logs, e));
		*any |= pl_log_matches(&r->how->filter, &log);
		++*index;
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

/* The transactions are needed for their hashes, where a log matches. */
static enum pl_rc block_logs(struct run *r, const struct pl_header *h,
			     const struct pl_json *list, struct pl_err *e)
{
	struct pl_viewed at = { .header = *h };
	struct pl_node_block b;
	struct pl_span *raw;
	uint64_t index = 0;
	bool any = false;
	size_t n;

	PL_TRY(view_receipts(r->scratch, &raw, &n, list, h, e));
	r->stats.receipts_fetched += n;
	for (size_t i = 0; i < n; i++) {
		r->stats.bytes += raw[i].n;
		PL_TRY(match_receipt(r, h, raw[i], &index, &any, e));
	}
	if (!any)
		return PL_OK;
	PL_TRY(pl_view_block(r->v, r->scratch, &b, &at, false, e));
	if (b.n_txs != n)
		return pl_fail(e, PL_EPROOF, "%zu receipts of %zu transactions",
			       n, b.n_txs);
	b.receipts = raw;
	return hand_over(r, h, &b, e);
}

static enum pl_rc fetch_one(struct run *r, const struct pl_header *h,
			    struct pl_err *e)
{
	const struct pl_json *list;

	pl_arena_reset(r->scratch);
	PL_TRY(view_ask(r->v, r->scratch, &list, "eth_getBlockReceipts",
			pl_printf(r->scratch, "[\"%s\"]",
				  pl_hex(r->scratch, pl_hash32_span(&h->hash))),
			e));
	return block_logs(r, h, list, e);
}

static enum pl_rc fetch(struct run *r, struct pl_err *e)
{
	const struct pl_view_conf *c = &r->v->conf;

	for (size_t i = r->n; i-- > 0;) {
		if (fetch_one(r, &r->may[i], e))
			return pl_note(e, "logs of block %" PRIu64,
				       r->may[i].number);
		if (c->progress)
			c->progress(c->ctx, r->n - i, r->n);
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
