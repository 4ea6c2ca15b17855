/* What gas costs.  Blocks here are seldom full: what is suggested is the next
 * block's base fee and a gwei for whoever makes it. */
#include <stdlib.h>

#include "devnet/node_methods.h"

#define MAX_HISTORY 1024
#define MAX_PERCENTILES 100

void node_gas_price(struct node_call *c, struct pl_u256 *out)
{
	const struct pl_u256 tip = pl_u256_of(NODE_TIP);
	struct pl_evm_block next;

	pl_dev_next_env(c->d, &next, c->now);
	if (!pl_u256_add(out, &next.base_fee, &tip))
		*out = next.base_fee;
}

enum pl_rc node_get_gas_price(struct node_call *c, struct pl_err *e)
{
	struct pl_u256 price;

	(void)e;
	node_gas_price(c, &price);
	pl_jout_u256(c->w, NODE_KEY, &price);
	return PL_OK;
}

enum pl_rc node_get_tip(struct node_call *c, struct pl_err *e)
{
	(void)e;
	pl_jout_u64(c->w, NODE_KEY, NODE_TIP);
	return PL_OK;
}

enum pl_rc node_get_blob_base_fee(struct node_call *c, struct pl_err *e)
{
	struct pl_evm_block next;

	(void)e;
	pl_dev_next_env(c->d, &next, c->now);
	pl_jout_u256(c->w, NODE_KEY, &next.blob_base_fee);
	return PL_OK;
}

/* ----------------------------------------------------------------- history */

struct history {
	uint64_t first, n;
	double percent[MAX_PERCENTILES];
	size_t n_percent;
};

static enum pl_rc read_percentiles(struct node_call *c, struct history *h,
				   struct pl_err *e)
{
	const struct pl_json *list = node_param(c, 2);

	h->n_percent = pl_json_len(list);
	if (h->n_percent > MAX_PERCENTILES)
		return pl_fail(e, PL_EUSAGE, "more than %d percentiles",
			       MAX_PERCENTILES);
	for (size_t i = 0; i < h->n_percent; i++) {
		PL_TRY(pl_json_num(&h->percent[i], pl_json_at(list, i), e));
		if (!(h->percent[i] >= 0 && h->percent[i] <= 100) ||
		    (i && h->percent[i] < h->percent[i - 1]))
			return pl_fail(e, PL_EUSAGE,
				       "percentiles rise from 0 to 100");
	}
	return PL_OK;
}

struct paid {
	struct pl_u256 tip;
	uint64_t gas;
};

static int by_tip(const void *a, const void *b)
{
	return pl_u256_cmp(&((const struct paid *)a)->tip,
			   &((const struct paid *)b)->tip);
}

static enum pl_rc rewards(struct node_call *c, const struct pl_dev_block *b,
			  const struct history *h, struct pl_err *e)
{
	struct paid *v = PL_NEW_N(c->a, struct paid, b->n_txs);
	const struct pl_u256 none = pl_u256_of(0);
	uint64_t sum = 0;
	size_t at = 0;

	for (size_t i = 0; i < b->n_txs; i++) {
		struct pl_u256 price;
		struct pl_tx tx;

		PL_TRY(pl_tx_decode(&tx, b->txs[i].raw, e));
		price = pl_tx_price(&tx, &b->header.base_fee);
		v[i].gas = b->txs[i].gas_used;
		if (!pl_u256_sub(&v[i].tip, &price, &b->header.base_fee))
			v[i].tip = none;
	}
	if (b->n_txs)
		qsort(v, b->n_txs, sizeof(*v), by_tip);
	pl_jout_open(c->w, NULL, '[');
	for (size_t i = 0; i < h->n_percent; i++) {
		const double want =
			h->percent[i] / 100 * (double)b->header.gas_used;

		while (at < b->n_txs && (double)(sum + v[at].gas) < want)
			sum += v[at++].gas;
		if (at == b->n_txs && at)
			at--;
		pl_jout_u256(c->w, NULL, b->n_txs ? &v[at].tip : &none);
	}
	pl_jout_close(c->w, ']');
	return PL_OK;
}

static void ratio(struct node_call *c, uint64_t part, uint64_t whole)
{
	const double r = whole ? (double)part / (double)whole : 0;

	pl_jout_raw(c->w, NULL, pl_span_str(pl_printf(c->a, "%.17g", r)));
}

static void fees_of(struct node_call *c, const struct history *h, bool blob)
{
	struct pl_evm_block env;

	pl_jout_open(c->w, blob ? "baseFeePerBlobGas" : "baseFeePerGas", '[');
	for (uint64_t i = 0; i <= h->n; i++) {
		const struct pl_dev_block *b = pl_dev_block(c->d, h->first + i);

		if (b)
			pl_dev_env_of(c->d, &env, b);
		else
			pl_dev_next_env(c->d, &env, c->now);
		pl_jout_u256(c->w, NULL,
			     blob ? &env.blob_base_fee : &env.base_fee);
	}
	pl_jout_close(c->w, ']');
}

static void ratios_of(struct node_call *c, const struct history *h, bool blob)
{
	const enum pl_fork fork = pl_dev_conf(c->d)->fork;
	const uint64_t most =
		(uint64_t)pl_blob_schedule(fork).max * PL_BLOB_GAS;

	pl_jout_open(c->w, blob ? "blobGasUsedRatio" : "gasUsedRatio", '[');
	for (uint64_t i = 0; i < h->n; i++) {
		const struct pl_header *x =
			&pl_dev_block(c->d, h->first + i)->header;

		if (blob)
			ratio(c, x->blob_gas_used, most);
		else
			ratio(c, x->gas_used, x->gas_limit);
	}
	pl_jout_close(c->w, ']');
}

enum pl_rc node_fee_history(struct node_call *c, struct pl_err *e)
{
	struct history h = { .n = 0 };
	uint64_t last;

	PL_TRY(node_u64(c, &h.n, 0, e));
	PL_TRY(node_number(c, &last, node_param(c, 1), e));
	if (read_percentiles(c, &h, e))
		return node_bad(c, e);
	if (!pl_dev_block(c->d, last))
		return pl_fail(e, PL_ENOTFOUND, "there is no such block");
	if (h.n > MAX_HISTORY)
		h.n = MAX_HISTORY;
	if (h.n > last - pl_dev_first(c->d) + 1)
		h.n = last - pl_dev_first(c->d) + 1;
	h.first = last + 1 - h.n;
	pl_jout_open(c->w, NODE_KEY, '{');
	pl_jout_u64(c->w, "oldestBlock", h.first);
	fees_of(c, &h, false);
	ratios_of(c, &h, false);
	fees_of(c, &h, true);
	ratios_of(c, &h, true);
	if (pl_json_len(node_param(c, 2))) {
		pl_jout_open(c->w, "reward", '[');
		for (uint64_t i = 0; i < h.n; i++)
			PL_TRY(rewards(c, pl_dev_block(c->d, h.first + i), &h,
				       e));
		pl_jout_close(c->w, ']');
	}
	pl_jout_close(c->w, '}');
	return PL_OK;
}
