/* What gas costs, computed from proven blocks.
 *
 * eth_maxPriorityFeePerGas is the 60th percentile of what the transactions of
 * the newest three blocks paid above the base fee, 1 gwei where they hold
 * none, and 0 on chains that take no tips; eth_gasPrice adds the head's base
 * fee. */
#include <stdio.h>
#include <stdlib.h>

#include "eth/check.h"
#include "sync/serve_impl.h"

#define TIP_BLOCKS 3
#define TIP_PERCENT 60
#define MAX_HISTORY 1024      /* headers alone */
#define MAX_REWARD_HISTORY 64 /* with blocks and receipts */
#define MAX_PERCENTILES 100
#define GWEI 1000000000u

struct paid {
	struct pl_u256 tip;
	uint64_t gas;
};

static int by_tip(const void *a, const void *b)
{
	return pl_u256_cmp(&((const struct paid *)a)->tip,
			   &((const struct paid *)b)->tip);
}

/* What transaction i paid above the base fee; 0 for those of a family. */
static enum pl_rc tip_of(struct pl_u256 *out, const struct pl_node_block *b,
			 size_t i, struct pl_err *e)
{
	const struct pl_family *f = b->family;
	struct pl_u256 price;
	struct pl_tx tx;

	*out = pl_u256_of(0);
	if (f && f->owns && f->owns(*b->txs[i].p))
		return PL_OK;
	PL_TRY(pl_tx_decode(&tx, b->txs[i], e));
	price = f && f->price ? f->price(b->header, &tx)
			      : pl_tx_price(&tx, &b->header->base_fee);
	if (!pl_u256_sub(out, &price, &b->header->base_fee))
		*out = pl_u256_of(0);
	return PL_OK;
}

static enum pl_rc recent(struct serve_call *c, struct paid **out, size_t *n,
			 uint64_t number, struct pl_err *e)
{
	const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
					  .number = number };
	struct pl_node_block *b = PL_NEW(c->a, struct pl_node_block);
	struct pl_viewed *at = PL_NEW(c->a, struct pl_viewed);

	PL_TRY(serve_header(c, at, &ref, e));
	PL_TRY(serve_block(c, b, at, false, e));
	for (size_t i = 0; i < b->n_txs; i++) {
		*out = pl_grow(c->a, *out, *n, sizeof(**out));
		(*out)[*n].gas = 0;
		PL_TRY(tip_of(&(*out)[(*n)++].tip, b, i, e));
	}
	return PL_OK;
}

static enum pl_rc suggest(struct serve_call *c, struct pl_u256 *tip,
			  struct pl_err *e)
{
	const struct pl_viewed *head = serve_latest(c);
	const struct pl_span key = pl_hash32_span(&head->header.hash);
	const uint64_t number = head->header.number;
	struct paid *list = NULL;
	struct pl_span v;
	size_t n = 0;

	serve_trust(c, head->trust);
	if (serve_cached(c, &v, 'f', &key, 1)) {
		memcpy(tip, v.p, sizeof(*tip));
		return PL_OK;
	}
	for (uint64_t i = 0; i < TIP_BLOCKS && i <= number; i++)
		PL_TRY(recent(c, &list, &n, number - i, e));
	if (n)
		qsort(list, n, sizeof(*list), by_tip);
	*tip = n                   ? list[(n - 1) * TIP_PERCENT / 100].tip
	       : c->s->conf.family ? pl_u256_of(0)
				   : pl_u256_of(GWEI);
	serve_keep(c, 'f', &key, 1,
		   (struct pl_span){ (const uint8_t *)tip, sizeof(*tip) });
	return PL_OK;
}

enum pl_rc serve_priority_fee_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_u256 tip;

	PL_TRY(suggest(c, &tip, e));
	pl_jout_u256(c->w, SERVE_KEY, &tip);
	return PL_OK;
}

enum pl_rc serve_gas_price_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_u256 price;

	PL_TRY(suggest(c, &price, e));
	if (!pl_u256_add(&price, &price, &serve_latest(c)->header.base_fee))
		return pl_fail(e, PL_EMATH, "a price over 2^256");
	pl_jout_u256(c->w, SERVE_KEY, &price);
	return PL_OK;
}

/* --------------------------------------------------------------- history */

struct history {
	uint64_t from, n;
	const double *percent;
	size_t n_percent;
	struct pl_viewed *at;
};

/* SPEC EIP-1559 base-fee: the next block's, from gas used and target.  Other
 * families reckon otherwise: theirs is taken to stay. */
static struct pl_u256 next_base_fee(const struct serve_call *c,
				    const struct pl_header *h)
{
	const uint64_t target = h->gas_limit / 2;
	struct pl_u256 fee = h->base_fee, delta, one = pl_u256_of(1);
	uint64_t off;

	if (c->s->conf.family || !target || h->gas_used == target)
		return fee;
	off = h->gas_used > target ? h->gas_used - target
				   : target - h->gas_used;
	if (!pl_u256_mul64(&delta, &fee, off))
		return fee;
	(void)pl_u256_div64(&delta, target);
	(void)pl_u256_div64(&delta, 8);
	if (h->gas_used > target) {
		if (pl_u256_is_zero(&delta))
			delta = one;
		(void)!pl_u256_add(&fee, &fee, &delta);
	} else {
		(void)!pl_u256_sub(&fee, &fee, &delta);
	}
	return fee;
}

/* A share of two integers, as JSON writes a number. */
static void put_ratio(struct pl_jout *w, uint64_t part, uint64_t whole)
{
	char text[32];
	const uint64_t tenth = 1000000000u;
	uint64_t share =
		whole ? (uint64_t)((double)part / (double)whole * (double)tenth)
		      : 0;

	(void)snprintf(text, sizeof(text), "%u.%09u", (unsigned)(share / tenth),
		       (unsigned)(share % tenth));
	pl_jout_raw(w, NULL, pl_span_str(text));
}

static enum pl_rc gas_of(uint64_t *out, uint64_t *before, struct pl_span raw,
			 struct pl_err *e)
{
	struct pl_receipt r;

	PL_TRY(pl_receipt_decode(&r, raw, e));
	*out = r.cumulative_gas - *before;
	*before = r.cumulative_gas;
	return PL_OK;
}

/* The tips at shares of the block's gas, cheapest first. */
static enum pl_rc put_rewards(struct serve_call *c, const struct history *h,
			      const struct pl_viewed *at, struct pl_err *e)
{
	struct pl_node_block b = { .n_txs = 0 };
	struct pl_u256 zero = pl_u256_of(0);
	uint64_t before = 0, sum = 0;
	struct paid *list;
	size_t k = 0;

	PL_TRY(serve_block(c, &b, at, true, e));
	list = PL_NEW_N(c->a, struct paid, b.n_txs);
	for (size_t i = 0; i < b.n_txs; i++) {
		PL_TRY(tip_of(&list[i].tip, &b, i, e));
		PL_TRY(gas_of(&list[i].gas, &before, b.receipts[i], e));
	}
	if (b.n_txs) {
		qsort(list, b.n_txs, sizeof(*list), by_tip);
		sum = list[0].gas;
	}
	pl_jout_open(c->w, NULL, '[');
	for (size_t p = 0; p < h->n_percent; p++) {
		const double want =
			(double)at->header.gas_used * h->percent[p] / 100;

		while (k + 1 < b.n_txs && (double)sum < want)
			sum += list[++k].gas;
		pl_jout_u256(c->w, NULL, b.n_txs ? &list[k].tip : &zero);
	}
	pl_jout_close(c->w, ']');
	return PL_OK;
}

static enum pl_rc read_percentiles(struct serve_call *c, struct history *h,
				   struct pl_err *e)
{
	const struct pl_json *list = pl_json_at(c->params, 2);
	double *p;

	h->n_percent = pl_json_len(list);
	if (h->n_percent > MAX_PERCENTILES ||
	    (!pl_json_is_null(list) && pl_json_type(list) != PL_J_ARRAY)) {
		(void)pl_fail(e, PL_EUSAGE, "percentiles: a list of at most %d",
			      MAX_PERCENTILES);
		return serve_bad(c, e);
	}
	h->percent = p = PL_NEW_N(c->a, double, h->n_percent);
	for (size_t i = 0; i < h->n_percent; i++) {
		if (pl_json_num(&p[i], pl_json_at(list, i), e))
			return serve_bad(c, e);
		if (p[i] >= 0 && p[i] <= 100 && (!i || p[i] >= p[i - 1]))
			continue;
		(void)pl_fail(e, PL_EUSAGE, "percentiles rise, from 0 to 100");
		return serve_bad(c, e);
	}
	return PL_OK;
}

struct older {
	struct serve_call *c;
	const struct history *h;
	/* whose level and trust they have */
	struct pl_viewed like;
	const struct pl_viewed *final;
};

static enum pl_rc take_parent(void *ctx, const struct pl_header *h,
			      struct pl_err *e)
{
	struct older *o = ctx;
	struct pl_viewed *at = &o->h->at[h->number - o->h->from];

	(void)e;
	*at = h->number <= o->final->header.number ? *o->final : o->like;
	at->header = *h;
	at->header.extra = pl_span_dup(o->c->a, h->extra);
	serve_keep_header(o->c, at);
	return PL_OK;
}

/* All that are older than one, in one walk. */
static enum pl_rc parents(struct serve_call *c, const struct history *h,
			  const struct pl_viewed *from, struct pl_err *e)
{
	const struct serve_head *final = &c->seat->heads.tag[PL_TAG_FINALIZED];
	struct older o = { .c = c, .h = h, .like = *from, .final = from };

	if (final->known && final->h.header.number < from->header.number)
		o.final = &final->h;
	return pl_view_ancestors(c->seat->view, &from->header, h->from,
				 take_parent, &o, e);
}

static enum pl_rc read_history(struct serve_call *c, struct history *h,
			       struct pl_err *e)
{
	struct pl_viewed newest;
	uint64_t most;

	PL_TRY(serve_index(c, &h->n, 0, e));
	PL_TRY(serve_header_param(c, &newest, 1, e));
	PL_TRY(read_percentiles(c, h, e));
	most = h->n_percent ? MAX_REWARD_HISTORY : MAX_HISTORY;
	if (h->n > most)
		h->n = most; /* as nodes do: the answer says what it covers */
	if (h->n > newest.header.number + 1)
		h->n = newest.header.number + 1;
	h->from = newest.header.number + 1 - h->n;
	h->at = PL_NEW_N(c->a, struct pl_viewed, h->n);
	for (uint64_t i = h->n; i--; newest = h->at[i]) {
		const struct pl_block_ref ref = { .tag = PL_TAG_NUMBER,
						  .number = h->from + i };

		if (newest.header.number == ref.number)
			h->at[i] = newest;
		else if (!serve_known_header(c, &h->at[i], &ref))
			return parents(c, h, &newest, e);
	}
	return PL_OK;
}

static void put_fees(struct serve_call *c, const struct history *h)
{
	struct pl_u256 next;

	pl_jout_open(c->w, "baseFeePerGas", '[');
	for (uint64_t i = 0; i < h->n; i++)
		pl_jout_u256(c->w, NULL, &h->at[i].header.base_fee);
	if (h->n) {
		next = next_base_fee(c, &h->at[h->n - 1].header);
		pl_jout_u256(c->w, NULL, &next);
	}
	pl_jout_close(c->w, ']');
	pl_jout_open(c->w, "gasUsedRatio", '[');
	for (uint64_t i = 0; i < h->n; i++)
		put_ratio(c->w, h->at[i].header.gas_used,
			  h->at[i].header.gas_limit);
	pl_jout_close(c->w, ']');
}

/* [count, newest, percentiles] */
enum pl_rc serve_fee_history_method(struct serve_call *c, struct pl_err *e)
{
	struct history h = { .n = 0 };

	PL_TRY(read_history(c, &h, e));
	pl_jout_open(c->w, SERVE_KEY, '{');
	pl_jout_u64(c->w, "oldestBlock", h.from);
	put_fees(c, &h);
	if (h.n_percent) {
		pl_jout_open(c->w, "reward", '[');
		for (uint64_t i = 0; i < h.n; i++)
			PL_TRY(put_rewards(c, &h, &h.at[i], e));
		pl_jout_close(c->w, ']');
	}
	pl_jout_close(c->w, '}');
	return PL_OK;
}
