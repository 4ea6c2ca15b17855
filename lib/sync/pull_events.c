#include "sync/pull_events.h"

#include <inttypes.h>

#include "sync/event_logs.h"
#include "sync/pull_ranges.h"

#define FIRST_CHUNK 2000
#define WALK_BACK 64 /* stored blocks looked at before all is read again */

struct pull {
	struct pl_index *ix;
	const struct pl_pull *how;
	const struct pl_watch *w;
	struct pl_event_ask ask;
	struct pl_pull_events_result r;
	struct pl_arena *scratch;
	struct pl_event_cursor cur; /* as committed */
	/* the open transaction */
	struct pl_event_cursor next;
	struct pl_source run;
	uint64_t enriched;
};

/* What a range keeps as its logs. */
struct logs {
	struct pl_event_log *v;
	struct pl_event_page page;
};

uint64_t pl_watch_events(const struct pl_watch *w)
{
	return w->kinds & ~pl_event_bit(PL_EV_TRANSFER);
}

/* The source in the index, and how far it was read. */
static enum pl_rc identify(struct pl_arena *a, struct pull *p, struct pl_err *e)
{
	const struct pl_pull *how = p->how;
	struct pl_source s = {
		.kind = PL_SOURCE_NODE,
		.name = pl_pull_source(a, how, p->ask.rpc),
		.format = "logs",
		.trust = how->trust ? how->trust : PL_CLAIMED,
		.time = how->now,
	};

	PL_TRY(pl_index_begin(p->ix, e));
	PL_TRY(pl_index_source_put(p->ix, &s, e));
	PL_TRY(pl_index_event_cursor(p->ix, &p->cur, p->w->token, s.id, e));
	if (how->dry_run)
		pl_index_rollback(p->ix);
	else
		PL_TRY(pl_index_commit(p->ix, e));
	p->ask.source = s.name;
	p->ask.source_id = s.id;
	p->ask.trust = s.trust;
	p->r.source = s.name;
	return PL_OK;
}

/* ------------------------------------------------------------- starting over
 */

static enum pl_rc cursor_set(struct pull *p, const struct pl_event_cursor *cur,
			     struct pl_err *e)
{
	return pl_index_event_cursor_put(p->ix, p->w->token, p->ask.source_id,
					 cur, e);
}

/* Other kinds than were read, or a start before what was read: what is there
 * and still wanted stays, and all blocks are read again. */
static enum pl_rc start_over(struct pull *p, struct pl_err *e)
{
	uint64_t kinds = pl_watch_events(p->w), gone = 0;
	struct pl_event_cursor cur = { .at = { .found = true,
					       .first_block = p->w->from,
					       .next_block = p->w->from },
				       .kinds = kinds };

	if (p->cur.at.found && p->cur.kinds == kinds &&
	    p->w->from >= p->cur.at.first_block)
		return PL_OK;
	if (!p->how->dry_run) {
		PL_TRY(pl_index_begin(p->ix, e));
		PL_TRY(pl_index_event_keep_kinds(p->ix, &gone, p->w->token,
						 kinds, e));
		PL_TRY(cursor_set(p, &cur, e));
		PL_TRY(pl_index_commit(p->ix, e));
	}
	p->r.removed += gone;
	p->cur = cur;
	return PL_OK;
}

/* ---------------------------------------------------------- reorganisations */

static enum pl_rc still_there(struct pull *p, bool *yes, uint64_t number,
			      const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_chain_block b = { .number = number };

	PL_TRY(pl_blocks_at(p->ask.rpc, p->scratch, &b, 1, e));
	*yes = b.known && pl_hash32_equal(&b.hash, hash);
	return PL_OK;
}

static enum pl_rc hash_below(struct pull *p, bool *found, uint64_t *number,
			     struct pl_hash32 *hash, uint64_t below,
			     struct pl_err *e)
{
	return pl_index_event_hash_below(p->ix, found, number, hash,
					 p->w->token, p->ask.source_id, below,
					 e);
}

/* The block after the last stored one that was tried and that the chain still
 * has. */
static enum pl_rc fork_point(struct pull *p, struct pl_cursor *at,
			     struct pl_err *e)
{
	uint64_t below = at->next_block, number = 0;
	struct pl_hash32 h;

	for (unsigned i = 0; i < WALK_BACK; i++) {
		bool found, same;

		PL_TRY(hash_below(p, &found, &number, &h, below, e));
		if (!found)
			break;
		PL_TRY(still_there(p, &same, number, &h, e));
		if (same) {
			at->next_block = number + 1;
			at->last_hash = h;
			return PL_OK;
		}
		below = number - pl_pull_stride(i, number);
	}
	at->next_block = at->first_block;
	return PL_OK;
}

static enum pl_rc roll_back(struct pull *p, struct pl_err *e)
{
	struct pl_event_cursor cur = p->cur;
	uint64_t gone = 0;

	PL_TRY(fork_point(p, &cur.at, e));
	if (!p->how->dry_run) {
		PL_TRY(pl_index_begin(p->ix, e));
		PL_TRY(pl_index_event_drop_from(p->ix, &gone, p->w->token,
						p->ask.source_id,
						cur.at.next_block, e));
		PL_TRY(cursor_set(p, &cur, e));
		PL_TRY(pl_index_commit(p->ix, e));
	}
	p->cur = cur;
	p->r.removed += gone;
	p->r.reorganised = true;
	return PL_OK;
}

/* A node whose head lies before what was read is judged by the stored blocks
 * it does have: one that is merely behind loses nothing. */
static enum pl_rc check_resume(struct pull *p, struct pl_err *e)
{
	const struct pl_cursor *at = &p->cur.at;
	struct pl_hash32 hash = at->last_hash;
	uint64_t number;
	bool same = true, found = true;

	if (at->next_block == at->first_block)
		return PL_OK;
	number = at->next_block - 1;
	if (number > p->r.head)
		PL_TRY(hash_below(p, &found, &number, &hash, p->r.head + 1, e));
	if (found)
		PL_TRY(still_there(p, &same, number, &hash, e));
	return same ? PL_OK : roll_back(p, e);
}

/* ------------------------------------------------------------------ reading */

static const char *params(struct pl_arena *a, void *ctx, uint64_t lo,
			  uint64_t hi)
{
	const struct pull *p = ctx;

	return pl_event_params(a, &p->ask, lo, hi);
}

static enum pl_rc of_range(const struct pull *p, const struct pl_range *r,
			   struct pl_err *e)
{
	return pl_note(e, "%s: events of blocks %" PRIu64 " to %" PRIu64,
		       p->ask.source, r->lo, r->hi);
}

static bool scan(void *ctx, struct pl_range *r, struct pl_span text)
{
	const struct pull *p = ctx;
	struct logs *l = PL_NEW(r->a, struct logs);

	r->logs = l;
	return pl_event_logs_scan(r->a, &l->v, &r->n, &p->ask, text, r->lo,
				  r->hi);
}

static enum pl_rc tree(void *ctx, struct pl_range *r, const struct pl_json *v,
		       struct pl_err *e)
{
	const struct pull *p = ctx;
	struct logs *l = PL_NEW(r->a, struct logs);

	r->logs = l;
	if (pl_event_logs_tree(r->a, &l->v, &r->n, &p->ask, v, r->lo, r->hi, e))
		return of_range(p, r, e);
	return PL_OK;
}

static uint64_t block(const struct pl_range *r, size_t i)
{
	const struct logs *l = r->logs;

	return l->v[i].block;
}

static enum pl_rc hashes_agree(const struct pl_range *r, struct pl_err *e)
{
	const struct logs *l = r->logs;
	const struct pl_chain_block *b = r->b;

	for (size_t i = 0; i < r->n; i++) {
		while (b->number != l->v[i].block)
			b++;
		if (!b->known ||
		    !pl_hash32_equal(&b->hash, &l->v[i].block_hash))
			return pl_range_of_another(l->v[i].block, e);
	}
	return PL_OK;
}

static enum pl_rc date(void *ctx, struct pl_range *r, struct pl_err *e)
{
	const struct pull *p = ctx;
	struct logs *l = r->logs;

	if (hashes_agree(r, e) ||
	    pl_event_rows(r->a, &l->page, &p->ask, l->v, r->n, r->b, e))
		return of_range(p, r, e);
	return PL_OK;
}

static enum pl_rc begin(void *ctx, struct pl_err *e)
{
	struct pull *p = ctx;

	PL_TRY(pl_index_begin(p->ix, e));
	p->next = p->cur;
	p->run = (struct pl_source){ .id = p->ask.source_id, .format = "logs" };
	p->enriched = 0;
	return PL_OK;
}

static enum pl_rc keep(void *ctx, const struct pl_range *r, bool downwards,
		       struct pl_err *e)
{
	struct pull *p = ctx;
	const struct pl_event_page *page =
		&((const struct logs *)r->logs)->page;

	(void)downwards; /* they are read upwards only */
	for (size_t i = 0; i < page->n; i++) {
		enum pl_put how;

		PL_TRY(pl_index_event_put(p->ix, &how, p->w->token, &page->v[i],
					  e));
		p->run.added += how == PL_PUT_ADDED;
		p->enriched += how == PL_PUT_ENRICHED;
		p->run.duplicates += how == PL_PUT_DUPLICATE;
	}
	p->run.rows += page->n + page->malformed;
	p->run.rejected += page->malformed;
	p->next.at.next_block = r->hi + 1;
	p->next.at.last_hash = r->b[r->bn - 1].hash;
	return PL_OK;
}

static enum pl_rc commit(void *ctx, struct pl_err *e)
{
	struct pull *p = ctx;

	PL_TRY(cursor_set(p, &p->next, e));
	PL_TRY(pl_index_source_count(p->ix, &p->run, e));
	PL_TRY(pl_index_commit(p->ix, e));
	p->cur = p->next;
	p->r.rows += p->run.rows - p->run.rejected;
	p->r.added += p->run.added;
	p->r.enriched += p->enriched;
	p->r.duplicates += p->run.duplicates;
	p->r.malformed += p->run.rejected;
	return PL_OK;
}

static const struct pl_range_kind events = {
	.params = params,
	.scan = scan,
	.tree = tree,
	.block = block,
	.date = date,
	.begin = begin,
	.keep = keep,
	.commit = commit,
};

static enum pl_rc read_to(struct pull *p, uint64_t hi, struct pl_err *e)
{
	const struct pl_pull *how = p->how;
	uint64_t lo = p->cur.at.next_block;
	struct pl_ranges g = { .kind = &events,
			       .ctx = p,
			       .rpc = p->ask.rpc,
			       .how = how,
			       .source = p->ask.source,
			       .scratch = p->scratch,
			       .chunk = how->chunk ? how->chunk : FIRST_CHUNK,
			       .total = hi - lo + 1 };

	p->r.any = true;
	p->r.first_block = lo;
	p->r.to_block = hi;
	return how->dry_run ? PL_OK : pl_pull_ranges(&g, lo, hi, false, e);
}

static enum pl_rc pull_all(struct pl_arena *a, struct pull *p, struct pl_err *e)
{
	const struct pl_pull *how = p->how;
	const struct pl_cursor *at = &p->cur.at;
	uint64_t hi;

	PL_TRY(pl_event_book(a, &p->ask.book, p->w->sig, p->w->member,
			     p->w->stamp, e));
	PL_TRY(identify(a, p, e));
	PL_TRY(pl_rpc_block_number(p->ask.rpc, &p->r.head, e));
	PL_TRY(start_over(p, e));
	PL_TRY(check_resume(p, e));
	hi = p->r.head - how->confirmations;
	if (how->to_set && how->to < hi)
		hi = how->to;
	if (p->r.head >= how->confirmations && at->next_block <= hi)
		PL_TRY(read_to(p, hi, e));
	p->r.cursor_known = at->next_block > at->first_block;
	p->r.have_from = at->first_block;
	p->r.have_to = p->r.cursor_known ? at->next_block - 1 : 0;
	return PL_OK;
}

enum pl_rc pl_pull_events(struct pl_arena *a, struct pl_index *ix,
			  struct pl_pull_events_result *out, struct pl_rpc *rpc,
			  const struct pl_pull *how, const struct pl_watch *w,
			  struct pl_err *e)
{
	struct pull p = {
		.ix = ix,
		.how = how,
		.w = w,
		.ask = { .rpc = rpc,
			 .address = how->token,
			 .kinds = pl_watch_events(w) },
		.scratch = pl_arena_open(0),
	};
	enum pl_rc rc = pull_all(a, &p, e);

	pl_index_rollback(ix);
	pl_arena_close(p.scratch);
	if (!rc)
		*out = p.r;
	return rc;
}
