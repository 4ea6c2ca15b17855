#include "sync/verify.h"

#define CHUNK 100000

/* A row of the index; of a transfer, what it knows. */
struct mine {
	struct pl_event_row r;
	unsigned has; /* PL_TR_…; of other events all of them */
};

struct run {
	struct pl_index *ix;
	const struct pl_verify *how;
	struct pl_verify_result r;
	struct pl_arena *a; /* of one range */
	struct mine *mine;
	size_t n;
};

#define ALL_KNOWN (PL_TR_BLOCK | PL_TR_HASH | PL_TR_TIME | PL_TR_LOG)

static enum pl_rc take_event(void *ctx, const struct pl_event_row *r,
			     struct pl_err *e)
{
	struct run *run = ctx;

	(void)e;
	run->mine = pl_grow(run->a, run->mine, run->n, sizeof(*run->mine));
	run->mine[run->n++] = (struct mine){ *r, ALL_KNOWN };
	return PL_OK;
}

static enum pl_rc take_transfer(void *ctx, const struct pl_transfer *t,
				struct pl_err *e)
{
	struct run *run = ctx;
	struct pl_event_row r = {
		.ev = { .kind = PL_EV_TRANSFER,
			.has = 1u << PL_EC_FROM | 1u << PL_EC_TO |
			       1u << PL_EC_VALUE,
			.addr = { [PL_EC_FROM] = t->from,
				  [PL_EC_TO] = t->to } },
		.block = t->block,
		.log_index = t->log_index,
		.block_hash = t->block_hash,
		.tx = t->tx,
		.time = t->time,
		.trust = t->trust,
		.source = t->source,
	};

	(void)e;
	r.ev.num[PL_EC_VALUE - PL_EC_ADDRS] = t->value;
	run->mine = pl_grow(run->a, run->mine, run->n, sizeof(*run->mine));
	run->mine[run->n++] = (struct mine){ r, t->has };
	return PL_OK;
}

static enum pl_rc load(struct run *run, uint64_t lo, uint64_t hi,
		       struct pl_err *e)
{
	const uint64_t transfer = pl_event_bit(PL_EV_TRANSFER);
	const struct pl_verify *how = run->how;
	struct pl_index_query t = { .token = how->token,
				    .from_block_set = true,
				    .from_block = lo,
				    .to_block_set = true,
				    .to_block = hi };
	struct pl_event_query q = { .token = how->token,
				    .kinds = how->ask.kinds & ~transfer,
				    .from_block_set = true,
				    .from_block = lo,
				    .to_block_set = true,
				    .to_block = hi };

	run->mine = NULL;
	run->n = 0;
	if (how->ask.kinds & transfer)
		PL_TRY(pl_index_each(run->ix, &t, take_transfer, run, e));
	if (q.kinds)
		PL_TRY(pl_index_event_each(run->ix, &q, take_event, run, e));
	return PL_OK;
}

/* ---------------------------------------------------------------- comparing */

/* By transaction and place in it; those without a log index first. */
static int compare(const struct pl_event_row *x, bool x_placed,
		   const struct pl_event_row *y, bool y_placed)
{
	int d = memcmp(x->tx.b, y->tx.b, sizeof(x->tx.b));

	if (d)
		return d;
	if (x_placed != y_placed)
		return x_placed ? 1 : -1;
	if (x->log_index != y->log_index)
		return x->log_index < y->log_index ? -1 : 1;
	return (x->ev.part > y->ev.part) - (x->ev.part < y->ev.part);
}

static int by_tx_mine(const void *x, const void *y)
{
	const struct mine *a = x, *b = y;

	return compare(&a->r, a->has & PL_TR_LOG, &b->r, b->has & PL_TR_LOG);
}

static int by_tx(const void *x, const void *y)
{
	return compare(x, true, y, true);
}

/* What the row knows is so on the chain. */
static bool agrees(const struct mine *m, const struct pl_event_row *r)
{
	struct pl_event_row known = m->r;

	if (!(m->has & PL_TR_HASH))
		known.block_hash = r->block_hash;
	if (!(m->has & PL_TR_TIME))
		known.time = r->time;
	if (!(m->has & PL_TR_LOG))
		known.log_index = r->log_index;
	return pl_event_row_same(&known, r);
}

static enum pl_rc tell(struct run *run, enum pl_row_fault v,
		       const struct pl_event_row *r, struct pl_err *e)
{
	if (v == PL_VERIFY_MISSING)
		run->r.missing++;
	else if (v == PL_VERIFY_EXTRA)
		run->r.extra++;
	else
		run->r.different++;
	return run->how->fault(run->how->ctx, v, r, e);
}

/* The first of the chain's rows [lo, hi), all of one transaction, that this
 * one can be: not yet taken, and of its content. */
static size_t same_content(const struct mine *m, const struct pl_event_row *v,
			   const bool *taken, size_t lo, size_t hi)
{
	for (; lo < hi; lo++)
		if (!taken[lo] && agrees(m, &v[lo]))
			return lo;
	return hi;
}

/* Rows of one transaction: mine [0, nm), the chain's [0, nv). */
static enum pl_rc one_tx(struct run *run, const struct mine *m, size_t nm,
			 const struct pl_event_row *v, size_t nv,
			 struct pl_err *e)
{
	bool *taken = PL_NEW_N(run->a, bool, nv);
	size_t first = 0, at = 0;

	while (first < nm && !(m[first].has & PL_TR_LOG))
		first++;
	for (size_t i = first; i < nm; i++) {
		while (at < nv && compare(&v[at], true, &m[i].r, true) < 0)
			at++;
		if (at == nv || compare(&v[at], true, &m[i].r, true)) {
			PL_TRY(tell(run, PL_VERIFY_EXTRA, &m[i].r, e));
			continue;
		}
		taken[at] = true;
		if (agrees(&m[i], &v[at]))
			run->r.same++;
		else
			PL_TRY(tell(run, PL_VERIFY_DIFFERENT, &m[i].r, e));
	}
	for (size_t i = 0; i < first; i++) {
		size_t k = same_content(&m[i], v, taken, 0, nv);

		if (k == nv) {
			PL_TRY(tell(run, PL_VERIFY_EXTRA, &m[i].r, e));
			continue;
		}
		taken[k] = true;
		run->r.same++;
	}
	for (size_t i = 0; i < nv; i++)
		if (!taken[i])
			PL_TRY(tell(run, PL_VERIFY_MISSING, &v[i], e));
	return PL_OK;
}

static enum pl_rc beside(struct run *run, struct pl_event_row *v, size_t nv,
			 struct pl_err *e)
{
	const struct mine *m = run->mine;
	size_t i = 0, k = 0;

	if (run->n)
		qsort(run->mine, run->n, sizeof(*run->mine), by_tx_mine);
	if (nv)
		qsort(v, nv, sizeof(*v), by_tx);
	while (i < run->n || k < nv) {
		const struct pl_hash32 *tx;
		size_t i0 = i, k0 = k;

		if (i == run->n)
			tx = &v[k].tx;
		else if (k == nv)
			tx = &m[i].r.tx;
		else
			tx = memcmp(m[i].r.tx.b, v[k].tx.b, 32) < 0 ? &m[i].r.tx
								    : &v[k].tx;
		while (i < run->n && pl_hash32_equal(&m[i].r.tx, tx))
			i++;
		while (k < nv && pl_hash32_equal(&v[k].tx, tx))
			k++;
		PL_TRY(one_tx(run, m + i0, i - i0, v + k0, k - k0, e));
	}
	return PL_OK;
}

static enum pl_rc all(struct run *run, struct pl_err *e)
{
	const struct pl_verify *how = run->how;
	uint64_t chunk = how->chunk ? how->chunk : CHUNK;

	for (uint64_t lo = how->from; lo <= how->to;) {
		uint64_t hi = how->to - lo < chunk ? how->to : lo + chunk - 1;
		struct pl_event_page page;

		pl_arena_reset(run->a);
		PL_TRY(pl_event_logs(run->a, &page, &how->ask, lo, hi, e));
		PL_TRY(load(run, page.lo, page.hi, e));
		PL_TRY(beside(run, page.v, page.n, e));
		run->r.malformed += page.malformed;
		lo = page.hi + 1;
		if (how->on_blocks)
			how->on_blocks(how->ctx, lo - how->from,
				       how->to - how->from + 1);
	}
	return PL_OK;
}

enum pl_rc pl_verify(struct pl_index *ix, struct pl_verify_result *out,
		     const struct pl_verify *how, struct pl_err *e)
{
	struct run run = {
		.ix = ix, .how = how, .r = *out, .a = pl_arena_open(0)
	};
	enum pl_rc rc = all(&run, e);

	pl_arena_close(run.a);
	if (!rc)
		*out = run.r;
	return rc;
}
