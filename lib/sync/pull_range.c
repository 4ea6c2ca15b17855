/* Ranges of blocks into the index: asked for several at once, kept in their
 * order.  A range is a list of logs, then the blocks these stand in, both of
 * one node, whose hashes must agree. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/hex.h"
#include "base/limits.h"
#include "base/time.h"
#include "net/rpc_many.h"
#include "sync/logs.h"
#include "sync/pull_impl.h"

#define LARGEST_CHUNK 1000000
#define FEW_LOGS 1000 /* fewer, and the next range is twice as long */
#define MAX_PARALLEL 16
#define MAX_JOBS (2 * MAX_PARALLEL)
/* Others may write too: a transaction is open so long at most, and while
 * nothing comes only so long. */
#define OPEN_NS ((uint64_t)2 * 1000000000)
#define IDLE_MS 50u
#define LONG_MS 1000u

enum state { ASKING, DATING, READY, FAILED };

/* One range. */
struct job {
	enum state state;
	struct pl_arena *a;
	uint64_t lo, hi;
	struct pl_rpc *r;
	unsigned tried; /* nodes that failed, a bit each */
	struct pl_rpc_pending list;
	struct pl_rpc_pending *dates; /* batches of blocks */
	size_t n_dates;
	struct pl_rpc_item *items;
	struct pl_transfer_log *l;
	struct pl_pull_block *b;
	size_t n, bn;
	struct pl_err err; /* when FAILED */
};

struct ranges {
	struct pl_pull_run *p;
	bool downwards, stop;
	unsigned parallel;
	struct pl_arena *mem; /* the jobs */
	uint64_t lo, hi;      /* not yet asked for */
	bool more;
	struct job *jobs[MAX_JOBS]; /* in the order of the blocks */
	size_t n;
	/* the open transaction */
	bool open;
	uint64_t since;
	struct pl_cursor cur;
	struct pl_source run;
	uint64_t enriched, zero;
};

/* ------------------------------------------------------- what a node says */

enum pl_rc pl_pull_block_read(struct pl_pull_block *out,
			      const struct pl_json *v, uint64_t want,
			      struct pl_err *e)
{
	struct pl_pull_block b = { .known = true };
	uint64_t seconds;

	if (pl_json_is_null(v)) {
		*out = (struct pl_pull_block){ .number = want };
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

/* The long way, with words for what is wrong. */
static enum pl_rc tree_read(const struct pl_pull_run *p, struct job *j,
			    const struct pl_json *v, struct pl_err *e)
{
	struct pl_transfer_log *l;

	if (!v || pl_json_type(v) != PL_J_ARRAY)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getLogs: %s where a list belongs",
			       pl_json_type_name(v));
	l = PL_NEW_N(j->a, struct pl_transfer_log, pl_json_len(v));
	for (size_t i = 0; i < pl_json_len(v); i++)
		if (pl_transfer_log_read(&l[i], pl_json_at(v, i), e) ||
		    log_check(p, &l[i], j->lo, j->hi, e))
			return pl_note(e,
				       "%s: eth_getLogs %" PRIu64 " to %" PRIu64
				       ", log %zu",
				       p->r.source, j->lo, j->hi, i);
	j->l = l;
	j->n = pl_json_len(v);
	return PL_OK;
}

/* The short way: false where a log is not plainly written, or not one that was
 * asked for. */
static bool scan(const struct pl_pull_run *p, struct job *j,
		 struct pl_span text)
{
	struct pl_transfer_log *l = NULL;
	struct pl_scanned_log one;
	struct pl_log_scan s;
	struct pl_err none;
	size_t n = 0;

	pl_log_scan_begin(&s, p->scratch, text);
	while (pl_log_scan_next(&s, &one)) {
		l = pl_grow(j->a, l, n, sizeof(*l));
		if (!pl_transfer_log_scanned(&l[n], &one) ||
		    log_check(p, &l[n], j->lo, j->hi, &none))
			return false;
		n++;
	}
	if (s.odd)
		return false;
	j->l = l;
	j->n = n;
	return true;
}

static enum pl_rc logs_read(struct pl_pull_run *p, struct job *j,
			    struct pl_err *e)
{
	const struct pl_json *v = j->list.list.tree;
	struct pl_span text = j->list.list.text;
	bool scanned;

	pl_arena_reset(p->scratch);
	scanned = text.p && scan(p, j, text);
	if (scanned)
		return PL_OK;
	if (text.p && pl_json_parse(j->a, &v, text, e)) {
		e->rc = PL_ENET;
		return pl_note(e,
			       "%s: eth_getLogs: the answer is cut short or no "
			       "JSON",
			       p->r.source);
	}
	return tree_read(p, j, v, e);
}

/* The blocks the logs stand in, each once, and `also`. */
static size_t blocks_of(struct pl_pull_block *v,
			const struct pl_transfer_log *l, size_t n,
			uint64_t also)
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
static enum pl_rc date_logs(struct pl_pull_run *p, struct pl_transfer_log *l,
			    size_t n, const struct pl_pull_block *b, size_t bn,
			    struct pl_err *e)
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
		t->trust = pl_pull_label(p);
		t->source = p->source;
	}
	return PL_OK;
}

/* ------------------------------------------------------------- one range */

/* The node with the least to do, of those that have not failed this range. */
static struct pl_rpc *choose(const struct pl_pull_run *p, const struct job *j,
			     unsigned *which)
{
	struct pl_rpc *best = NULL;

	for (unsigned i = 0; i <= p->how->n_also; i++) {
		struct pl_rpc *r = i ? p->how->also[i - 1] : p->rpc;

		if (j->tried & 1u << i)
			continue;
		if (best && pl_rpc_load(best) <= pl_rpc_load(r))
			continue;
		best = r;
		*which = i;
	}
	return best;
}

static void drop(struct job *j)
{
	pl_rpc_drop(&j->list);
	for (size_t i = 0; i < j->n_dates; i++)
		pl_rpc_drop(&j->dates[i]);
	j->n_dates = 0;
}

/* Ask for the range's logs, of a node that has not failed it; false: there is
 * none. */
static bool ask(const struct ranges *g, struct job *j)
{
	const struct pl_pull_run *p = g->p;
	unsigned which = 0;
	const char *params;

	drop(j);
	j->r = choose(p, j, &which);
	if (!j->r)
		return false;
	j->tried |= 1u << which;
	pl_arena_reset(j->a);
	params = pl_printf(j->a,
			   "[{\"address\":\"%s\",\"topics\":[\"%s\"],"
			   "\"fromBlock\":\"0x%" PRIx64
			   "\",\"toBlock\":\"0x%" PRIx64 "\"}]",
			   pl_hex(j->a, pl_addr_span(&p->how->token)),
			   pl_hex(j->a, pl_hash32_span(&pl_transfer_topic)),
			   j->lo, j->hi);
	j->state = ASKING;
	pl_rpc_start_list(&j->list, j->r, j->a, "eth_getLogs", params,
			  PL_MAX_BODY / g->parallel);
	return true;
}

static void job_failed(const struct ranges *g, struct job *j,
		       const struct pl_err *e)
{
	/* another node may have it, whatever this one said */
	if (e->rc == PL_ENET && ask(g, j))
		return;
	j->err = *e;
	j->state = FAILED;
}

/* A range in place `at`; there is room. */
static void job_open(struct ranges *g, size_t at, uint64_t lo, uint64_t hi)
{
	struct pl_arena *own = pl_arena_open(0);
	struct job *j;

	/* the job outlives what its arena holds of one try */
	j = PL_NEW(g->mem, struct job);
	j->a = own;
	j->lo = lo;
	j->hi = hi;
	memmove(g->jobs + at + 1, g->jobs + at,
		(g->n - at) * sizeof(g->jobs[0]));
	g->jobs[at] = j;
	g->n++;
	(void)ask(g, j);
}

static void job_close(struct ranges *g, size_t at)
{
	struct job *j = g->jobs[at];

	drop(j);
	pl_arena_close(j->a);
	g->n--;
	memmove(g->jobs + at, g->jobs + at + 1,
		(g->n - at) * sizeof(g->jobs[0]));
}

/* The node finds so many blocks too much: half of them, the rest later. */
static void halve(struct ranges *g, size_t at)
{
	struct pl_pull_run *p = g->p;
	struct job *j = g->jobs[at];
	uint64_t n = j->hi - j->lo + 1, hi = j->hi;

	if (n == 1) {
		(void)!pl_note(&j->list.err, "block %" PRIu64, j->lo);
		job_failed(g, j, &j->list.err);
		return;
	}
	if (!p->ceiling || n < p->ceiling)
		p->ceiling = n;
	if (n / 2 < p->chunk)
		p->chunk = n / 2;
	j->tried = 0;
	if (g->downwards) {
		j->lo = j->hi - n / 2 + 1;
		g->hi = j->lo - 1;
		g->more = true;
	} else {
		j->hi = j->lo + n / 2 - 1;
		/* without room for one more, those after it come again */
		for (bool full = g->n == MAX_JOBS; full && at + 1 < g->n;)
			job_close(g, g->n - 1);
		if (at + 1 < g->n) {
			job_open(g, at + 1, j->hi + 1, hi);
		} else {
			g->lo = j->hi + 1;
			g->more = true;
		}
	}
	(void)ask(g, j);
}

/* The logs are there: ask for their blocks. */
static enum pl_rc dates_begin(struct pl_pull_run *p, struct job *j,
			      struct pl_err *e)
{
	bool sorted = true;

	PL_TRY(logs_read(p, j, e));
	for (size_t i = 1; sorted && i < j->n; i++)
		sorted = by_block(&j->l[i - 1], &j->l[i]) <= 0;
	if (!sorted)
		qsort(j->l, j->n, sizeof(*j->l), by_block);
	j->b = PL_NEW_N(j->a, struct pl_pull_block, j->n + 1);
	j->bn = blocks_of(j->b, j->l, j->n, j->hi);
	j->items = PL_NEW_N(j->a, struct pl_rpc_item, j->bn);
	for (size_t i = 0; i < j->bn; i++) {
		j->items[i].method = "eth_getBlockByNumber";
		j->items[i].params = pl_printf(
			j->a, "[\"0x%" PRIx64 "\",false]", j->b[i].number);
	}
	j->n_dates = (j->bn + PL_MAX_BATCH - 1) / PL_MAX_BATCH;
	j->dates = PL_NEW_N(j->a, struct pl_rpc_pending, j->n_dates);
	for (size_t i = 0; i < j->n_dates; i++) {
		size_t from = i * PL_MAX_BATCH, left = j->bn - from;

		pl_rpc_start_batch(&j->dates[i], j->r, j->a, j->items + from,
				   left < PL_MAX_BATCH ? left : PL_MAX_BATCH);
	}
	j->state = DATING;
	return PL_OK;
}

static enum pl_rc dates_end(struct pl_pull_run *p, struct job *j,
			    struct pl_err *e)
{
	for (size_t i = 0; i < j->bn; i++) {
		const struct pl_rpc_error *err = &j->items[i].error;
		struct pl_pull_block *b = &j->b[i];

		if (err->code || err->message)
			return pl_fail(e, PL_EREFUSED,
				       "eth_getBlockByNumber %" PRIu64 ": %s",
				       b->number,
				       err->message ? err->message : "refused");
		PL_TRY(pl_pull_block_read(b, j->items[i].result, b->number, e));
	}
	PL_TRY(date_logs(p, j->l, j->n, j->b, j->bn, e));
	if (!j->b[j->bn - 1].known)
		return pl_fail(e, PL_ENET,
			       "%s: has no block %" PRIu64
			       " though its head is past it",
			       p->r.source, j->hi);
	j->state = READY;
	return PL_OK;
}

static void dating(struct ranges *g, struct job *j)
{
	struct pl_err e = { 0 };

	for (size_t i = 0; i < j->n_dates; i++) {
		if (!j->dates[i].done)
			return;
		if (j->dates[i].rc) {
			e = j->dates[i].err;
			job_failed(g, j, &e);
			return;
		}
	}
	if (dates_end(g->p, j, &e))
		job_failed(g, j, &e);
}

/* As far as the answers that are there allow. */
static void step(struct ranges *g, size_t at)
{
	struct job *j = g->jobs[at];
	struct pl_err e = { 0 };

	if (j->state == ASKING && j->list.done) {
		enum pl_rc rc = j->list.rc;

		if (rc == PL_EREFUSED || rc == PL_ELIMIT) {
			halve(g, at);
		} else if (rc) {
			e = j->list.err;
			job_failed(g, j, &e);
		} else if (dates_begin(g->p, j, &e)) {
			job_failed(g, j, &e);
		}
	} else if (j->state == DATING) {
		dating(g, j);
	}
}

/* --------------------------------------------------------------- keeping */

static enum pl_rc commit(struct ranges *g, struct pl_err *e)
{
	struct pl_pull_run *p = g->p;

	if (!g->open)
		return PL_OK;
	PL_TRY(pl_index_cursor_put(p->ix, p->token, p->source, &g->cur, e));
	PL_TRY(pl_index_source_count(p->ix, &g->run, e));
	PL_TRY(pl_index_commit(p->ix, e));
	g->open = false;
	p->cur = g->cur;
	p->cur.found = true;
	p->r.rows += g->run.rows;
	p->r.added += g->run.added;
	p->r.enriched += g->enriched;
	p->r.duplicates += g->run.duplicates;
	p->r.zero_value += g->zero;
	return PL_OK;
}

static enum pl_rc begin(struct ranges *g, struct pl_err *e)
{
	struct pl_pull_run *p = g->p;

	if (g->open)
		return PL_OK;
	PL_TRY(pl_index_begin(p->ix, e));
	g->open = true;
	g->since = pl_time_mono_ns();
	g->cur = p->cur;
	g->run = (struct pl_source){ .id = p->source, .format = "logs" };
	g->enriched = g->zero = 0;
	return PL_OK;
}

/* The rows of the range, and the place they lead to. */
static enum pl_rc keep(struct ranges *g, const struct job *j, struct pl_err *e)
{
	struct pl_pull_run *p = g->p;

	PL_TRY(begin(g, e));
	for (size_t i = 0; i < j->n; i++) {
		enum pl_put how;

		PL_TRY(pl_index_put(p->ix, &how, p->token, &j->l[i].t, e));
		g->run.added += how == PL_PUT_ADDED;
		g->enriched += how == PL_PUT_ENRICHED;
		g->run.duplicates += how == PL_PUT_DUPLICATE;
		g->zero += pl_u256_is_zero(&j->l[i].t.value);
	}
	g->run.rows += j->n;
	if (!g->cur.found || g->downwards)
		g->cur.first_block = j->lo;
	if (!g->downwards) {
		g->cur.next_block = j->hi + 1;
		g->cur.last_hash = j->b[j->bn - 1].hash;
	}
	g->cur.found = true;
	p->done += j->hi - j->lo + 1;
	if (p->how->on_blocks)
		p->how->on_blocks(p->how->ctx, p->done, p->total);
	if (j->n < FEW_LOGS && j->hi - j->lo + 1 >= p->chunk &&
	    p->chunk < LARGEST_CHUNK &&
	    (!p->ceiling || 2 * p->chunk < p->ceiling))
		p->chunk *= 2;
	return PL_OK;
}

/* ------------------------------------------------------------------ all */

/* Ask for more, as far as may be. */
static void fill(struct ranges *g)
{
	uint64_t chunk = g->p->chunk;

	while (g->more && !g->stop && g->n < g->parallel) {
		uint64_t lo = g->lo, hi = g->hi;

		if (hi - lo >= chunk && g->downwards)
			lo = hi - chunk + 1;
		else if (hi - lo >= chunk)
			hi = lo + chunk - 1;
		g->more = g->downwards ? lo > g->lo : hi < g->hi;
		if (g->downwards)
			g->hi = lo - g->more;
		else
			g->lo = hi + g->more;
		job_open(g, g->n, lo, hi);
	}
}

static void turn(struct ranges *g)
{
	struct pl_rpc_pending **v;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < g->n; i++)
		room += 1 + g->jobs[i]->n_dates;
	pl_arena_reset(g->p->scratch);
	v = PL_NEW_N(g->p->scratch, struct pl_rpc_pending *, room);
	for (size_t i = 0; i < g->n; i++) {
		struct job *j = g->jobs[i];

		if (j->state == ASKING)
			v[n++] = &j->list;
		for (size_t k = 0; j->state == DATING && k < j->n_dates; k++)
			if (!j->dates[k].done)
				v[n++] = &j->dates[k];
	}
	pl_rpc_turn(v, n, g->parallel, g->open ? IDLE_MS : LONG_MS);
}

static enum pl_rc keep_ready(struct ranges *g, bool *any, struct pl_err *e)
{
	*any = false;
	while (g->n && g->jobs[0]->state == READY) {
		PL_TRY(keep(g, g->jobs[0], e));
		job_close(g, 0);
		*any = true;
		if (pl_time_mono_ns() - g->since > OPEN_NS)
			PL_TRY(commit(g, e));
	}
	return PL_OK;
}

static enum pl_rc run(struct ranges *g, struct pl_err *e)
{
	bool any = false;

	for (;;) {
		fill(g);
		if (!g->n)
			return commit(g, e);
		if (g->jobs[0]->state == FAILED) {
			PL_TRY(commit(g, e)); /* what came before it stands */
			*e = g->jobs[0]->err;
			return e->rc;
		}
		turn(g);
		for (size_t i = 0; i < g->n; i++) {
			step(g, i);
			g->stop = g->stop || g->jobs[i]->state == FAILED;
		}
		PL_TRY(keep_ready(g, &any, e));
		if (!any && g->open &&
		    pl_time_mono_ns() - g->since > (uint64_t)IDLE_MS * 1000000)
			PL_TRY(commit(g, e));
	}
}

enum pl_rc pl_pull_ranges(struct pl_pull_run *p, uint64_t lo, uint64_t hi,
			  bool downwards, struct pl_err *e)
{
	struct ranges g = { .p = p,
			    .downwards = downwards,
			    .lo = lo,
			    .hi = hi,
			    .more = true,
			    .mem = pl_arena_open(0),
			    .parallel = p->how->parallel };
	enum pl_rc rc;

	if (g.parallel > MAX_PARALLEL)
		g.parallel = MAX_PARALLEL;
	if (!g.parallel || downwards || !pl_rpc_is_many(p->rpc))
		g.parallel = 1;
	rc = run(&g, e);
	while (g.n)
		job_close(&g, g.n - 1);
	pl_arena_close(g.mem);
	return rc;
}
