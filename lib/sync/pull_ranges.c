#include "sync/pull_ranges.h"

#include <inttypes.h>

#include "base/limits.h"
#include "base/time.h"
#include "net/rpc_many.h"

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
	struct pl_range g;
	struct pl_rpc *r;
	unsigned tried; /* nodes that failed, a bit each */
	struct pl_rpc_pending list;
	struct pl_rpc_pending *dates; /* batches of blocks */
	size_t n_dates;
	struct pl_rpc_item *items;
	struct pl_err err; /* when FAILED */
};

struct ranges {
	struct pl_ranges *p;
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
};

/* ------------------------------------------------------------- one range */

/* The node with the least to do, of those that have not failed this range. */
static struct pl_rpc *choose(const struct pl_ranges *p, const struct job *j,
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
	const struct pl_ranges *p = g->p;
	unsigned which = 0;
	const char *params;

	drop(j);
	j->r = choose(p, j, &which);
	if (!j->r)
		return false;
	j->tried |= 1u << which;
	pl_arena_reset(j->g.a);
	params = p->kind->params(j->g.a, p->ctx, j->g.lo, j->g.hi);
	j->state = ASKING;
	pl_rpc_start_list(&j->list, j->r, j->g.a, "eth_getLogs", params,
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
	j->g.a = own;
	j->g.lo = lo;
	j->g.hi = hi;
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
	pl_arena_close(j->g.a);
	g->n--;
	memmove(g->jobs + at, g->jobs + at + 1,
		(g->n - at) * sizeof(g->jobs[0]));
}

/* The node finds so many blocks too much: half of them, the rest later. */
static void halve(struct ranges *g, size_t at)
{
	struct pl_ranges *p = g->p;
	struct job *j = g->jobs[at];
	uint64_t n = j->g.hi - j->g.lo + 1, hi = j->g.hi;

	if (n == 1) {
		(void)!pl_note(&j->list.err, "block %" PRIu64, j->g.lo);
		job_failed(g, j, &j->list.err);
		return;
	}
	if (!p->ceiling || n < p->ceiling)
		p->ceiling = n;
	if (n / 2 < p->chunk)
		p->chunk = n / 2;
	j->tried = 0;
	if (g->downwards) {
		j->g.lo = j->g.hi - n / 2 + 1;
		g->hi = j->g.lo - 1;
		g->more = true;
	} else {
		j->g.hi = j->g.lo + n / 2 - 1;
		/* without room for one more, those after it come again */
		for (bool full = g->n == MAX_JOBS; full && at + 1 < g->n;)
			job_close(g, g->n - 1);
		if (at + 1 < g->n) {
			job_open(g, at + 1, j->g.hi + 1, hi);
		} else {
			g->lo = j->g.hi + 1;
			g->more = true;
		}
	}
	(void)ask(g, j);
}

/* The short way, or else the long one. */
static enum pl_rc logs_read(struct pl_ranges *p, struct job *j,
			    struct pl_err *e)
{
	const struct pl_json *v = j->list.list.tree;
	struct pl_span text = j->list.list.text;

	pl_arena_reset(p->scratch);
	j->g.logs = NULL;
	j->g.n = 0;
	if (text.p && p->kind->scan(p->ctx, &j->g, text))
		return PL_OK;
	if (text.p && pl_json_parse(j->g.a, &v, text, e)) {
		e->rc = PL_ENET;
		return pl_note(e,
			       "%s: eth_getLogs: the answer is cut short or no "
			       "JSON",
			       p->source);
	}
	return p->kind->tree(p->ctx, &j->g, v, e);
}

/* The blocks the logs stand in, each once, and the last of the range. */
static void blocks_of(const struct pl_ranges *p, struct pl_range *r)
{
	r->b = PL_NEW_N(r->a, struct pl_chain_block, r->n + 1);
	r->bn = 0;
	for (size_t i = 0; i <= r->n; i++) {
		uint64_t at = i < r->n ? p->kind->block(r, i) : r->hi;

		if (!r->bn || r->b[r->bn - 1].number != at)
			r->b[r->bn++].number = at;
	}
}

/* The logs are there: ask for their blocks. */
static enum pl_rc dates_begin(struct pl_ranges *p, struct job *j,
			      struct pl_err *e)
{
	PL_TRY(logs_read(p, j, e));
	blocks_of(p, &j->g);
	j->items = PL_NEW_N(j->g.a, struct pl_rpc_item, j->g.bn);
	for (size_t i = 0; i < j->g.bn; i++) {
		j->items[i].method = "eth_getBlockByNumber";
		j->items[i].params = pl_printf(
			j->g.a, "[\"0x%" PRIx64 "\",false]", j->g.b[i].number);
	}
	j->n_dates = (j->g.bn + PL_MAX_BATCH - 1) / PL_MAX_BATCH;
	j->dates = PL_NEW_N(j->g.a, struct pl_rpc_pending, j->n_dates);
	for (size_t i = 0; i < j->n_dates; i++) {
		size_t from = i * PL_MAX_BATCH, left = j->g.bn - from;

		pl_rpc_start_batch(&j->dates[i], j->r, j->g.a, j->items + from,
				   left < PL_MAX_BATCH ? left : PL_MAX_BATCH);
	}
	j->state = DATING;
	return PL_OK;
}

static enum pl_rc dates_end(struct pl_ranges *p, struct job *j,
			    struct pl_err *e)
{
	for (size_t i = 0; i < j->g.bn; i++) {
		const struct pl_rpc_error *err = &j->items[i].error;
		struct pl_chain_block *b = &j->g.b[i];

		if (err->code || err->message)
			return pl_fail(e, PL_EREFUSED,
				       "eth_getBlockByNumber %" PRIu64 ": %s",
				       b->number,
				       err->message ? err->message : "refused");
		PL_TRY(pl_chain_block_read(b, j->items[i].result, e));
	}
	PL_TRY(p->kind->date(p->ctx, &j->g, e));
	if (!j->g.b[j->g.bn - 1].known)
		return pl_fail(e, PL_ENET,
			       "%s: has no block %" PRIu64
			       " though its head is past it",
			       p->source, j->g.hi);
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

enum pl_rc pl_range_of_another(uint64_t block, struct pl_err *e)
{
	(void)pl_fail(e, PL_ENET,
		      "logs of block %" PRIu64
		      " are of another block than the node has there",
		      block);
	return pl_hint(e, "the chain was reorganised just now, or the node "
			  "answers from several machines: run the same "
			  "command again, or stay behind the head with "
			  "--confirmations");
}

static enum pl_rc commit(struct ranges *g, struct pl_err *e)
{
	if (!g->open)
		return PL_OK;
	PL_TRY(g->p->kind->commit(g->p->ctx, e));
	g->open = false;
	return PL_OK;
}

static enum pl_rc keep(struct ranges *g, const struct pl_range *r,
		       struct pl_err *e)
{
	struct pl_ranges *p = g->p;

	if (!g->open) {
		PL_TRY(p->kind->begin(p->ctx, e));
		g->open = true;
		g->since = pl_time_mono_ns();
	}
	PL_TRY(p->kind->keep(p->ctx, r, g->downwards, e));
	p->done += r->hi - r->lo + 1;
	if (p->how->on_blocks)
		p->how->on_blocks(p->how->ctx, p->done, p->total);
	if (r->n < FEW_LOGS && r->hi - r->lo + 1 >= p->chunk &&
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
		PL_TRY(keep(g, &g->jobs[0]->g, e));
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

enum pl_rc pl_pull_ranges(struct pl_ranges *p, uint64_t lo, uint64_t hi,
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
