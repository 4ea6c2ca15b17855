/* Logs of which none is missing: every header of the range is linked to the
 * next; a block is passed over where its bloom rules a match out, and all
 * receipts of every other block are fetched and their root rebuilt. */
#include <inttypes.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "sync/view_impl.h"

#define MAX_BLOCKS 100000
#define TOGETHER                                                               \
	8 /* blocks whose receipts are asked for, and held, at once            \
	   */

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

/* The transactions are needed for their hashes, where a log matches. */
static enum pl_rc block_logs(struct run *r, const struct pl_header *h,
			     const struct pl_json *list, struct pl_err *e)
{
	struct pl_viewed at = { .header = *h };
	struct pl_node_block b;
	struct pl_span *raw;
	bool any = false;
	size_t n;

	PL_TRY(view_receipts(r->scratch, &raw, &n, list, h, e));
	r->stats.receipts_fetched += n;
	for (size_t i = 0; i < n; i++) {
		r->stats.bytes += raw[i].n;
		PL_TRY(match_receipt(r, raw[i], &any, e));
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

static enum pl_rc one_block(struct run *r, const struct pl_header *h,
			    const struct pl_rpc_item *item, struct pl_err *e)
{
	if (pl_json_is_null(item->result))
		return pl_fail(e, PL_ENET, "%s does not give the receipts%s%s",
			       pl_rpc_host(r->v->conf.rpc),
			       item->error.message ? ": " : "",
			       item->error.message ? item->error.message : "");
	return block_logs(r, h, item->result, e);
}

/* The n blocks below r->may[end], the oldest of which stands last. */
static enum pl_rc fetch_some(struct run *r, size_t end, size_t n,
			     struct pl_err *e)
{
	struct pl_rpc_item item[TOGETHER];

	pl_arena_reset(r->scratch);
	for (size_t i = 0; i < n; i++) {
		const struct pl_hash32 *hash = &r->may[end - 1 - i].hash;

		item[i].method = "eth_getBlockReceipts";
		item[i].params =
			pl_printf(r->scratch, "[\"%s\"]",
				  pl_hex(r->scratch, pl_hash32_span(hash)));
	}
	PL_TRY(view_batch(r->v, r->scratch, item, n, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_header *h = &r->may[end - 1 - i];

		if (one_block(r, h, &item[i], e))
			return pl_note(e, "logs of block %" PRIu64, h->number);
	}
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
