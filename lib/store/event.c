#include "store/event.h"

#include "base/limits.h"
#include "store/backend.h"
#include "store/event_ops.h"

static enum pl_rc none(struct pl_index *ix, struct pl_err *e)
{
	(void)pl_fail(e, PL_ESTORE, "index %s: it keeps transfers only",
		      ix->path);
	return pl_hint(e, "an older file takes events when it is next written "
			  "to; other stores do not");
}

enum pl_rc pl_index_watch_put(struct pl_index *ix, const struct pl_watch *w,
			      struct pl_err *e)
{
	if (!ix->events)
		return none(ix, e);
	if (w->from > INT64_MAX)
		return pl_fail(e, PL_EUSAGE, "block %ju is over 2^63 - 1",
			       (uintmax_t)w->from);
	return ix->events->watch_put(ix, w, e);
}

enum pl_rc pl_index_watch(struct pl_arena *a, struct pl_index *ix, bool *found,
			  struct pl_watch *out, int64_t token, struct pl_err *e)
{
	if (ix->events)
		return ix->events->watch(a, ix, found, out, token, e);
	*found = false;
	return PL_OK;
}

enum pl_rc pl_index_forget(struct pl_index *ix, uint64_t *gone, int64_t token,
			   bool rows, struct pl_err *e)
{
	return ix->events ? ix->events->forget(ix, gone, token, rows, e)
			  : none(ix, e);
}

enum pl_rc pl_index_event_put(struct pl_index *ix, enum pl_put *how,
			      int64_t token, const struct pl_event_row *r,
			      struct pl_err *e)
{
	if (!ix->events)
		return none(ix, e);
	if (r->block > INT64_MAX || r->log_index > INT64_MAX)
		return pl_fail(e, PL_EFORMAT,
			       "a block or log index over 2^63 - 1");
	return ix->events->put(ix, how, token, r, e);
}

enum pl_rc pl_index_event_cursor(struct pl_index *ix,
				 struct pl_event_cursor *out, int64_t token,
				 int64_t source, struct pl_err *e)
{
	if (ix->events)
		return ix->events->cursor(ix, out, token, source, e);
	*out = (struct pl_event_cursor){ .kinds = 0 };
	return PL_OK;
}

enum pl_rc pl_index_event_cursor_put(struct pl_index *ix, int64_t token,
				     int64_t source,
				     const struct pl_event_cursor *cur,
				     struct pl_err *e)
{
	if (!ix->events)
		return none(ix, e);
	if (cur->at.next_block > INT64_MAX)
		return pl_fail(e, PL_EFORMAT, "a block over 2^63 - 1");
	return ix->events->cursor_put(ix, token, source, cur, e);
}

enum pl_rc pl_index_event_drop_from(struct pl_index *ix, uint64_t *gone,
				    int64_t token, int64_t source,
				    uint64_t block, struct pl_err *e)
{
	if (!ix->events)
		return none(ix, e);
	if (block > INT64_MAX)
		return pl_fail(e, PL_EFORMAT, "a block over 2^63 - 1");
	return ix->events->drop_from(ix, gone, token, source, block, e);
}

enum pl_rc pl_index_event_keep_kinds(struct pl_index *ix, uint64_t *gone,
				     int64_t token, uint64_t kinds,
				     struct pl_err *e)
{
	return ix->events ? ix->events->keep_kinds(ix, gone, token, kinds, e)
			  : none(ix, e);
}

enum pl_rc pl_index_event_hash_below(struct pl_index *ix, bool *found,
				     uint64_t *block, struct pl_hash32 *hash,
				     int64_t token, int64_t source,
				     uint64_t below, struct pl_err *e)
{
	*found = false;
	if (!ix->events)
		return PL_OK;
	if (below > INT64_MAX)
		below = INT64_MAX;
	return ix->events->hash_below(ix, found, block, hash, token, source,
				      below, e);
}

enum pl_rc pl_index_event_each(struct pl_index *ix,
			       const struct pl_event_query *q, pl_event_fn fn,
			       void *ctx, struct pl_err *e)
{
	return ix->events ? ix->events->each(ix, q, fn, ctx, e) : PL_OK;
}

enum pl_rc pl_index_event_counts(struct pl_arena *a, struct pl_index *ix,
				 struct pl_event_count **out, size_t *n,
				 int64_t token, struct pl_err *e)
{
	*out = NULL;
	*n = 0;
	return ix->events ? ix->events->counts(a, ix, out, n, token, e) : PL_OK;
}

enum pl_rc pl_index_integrity(struct pl_index *ix, uint64_t *faults,
			      pl_index_fault_fn fn, void *ctx, struct pl_err *e)
{
	return ix->events ? ix->events->integrity(ix, faults, fn, ctx, e)
			  : none(ix, e);
}

bool pl_event_row_same(const struct pl_event_row *x,
		       const struct pl_event_row *y)
{
	if (x->ev.kind != y->ev.kind || x->ev.has != y->ev.has ||
	    x->ev.part != y->ev.part || x->block != y->block ||
	    x->log_index != y->log_index || x->time != y->time ||
	    !pl_hash32_equal(&x->block_hash, &y->block_hash) ||
	    !pl_hash32_equal(&x->tx, &y->tx))
		return false;
	for (int c = 0; c < PL_EC_COUNT; c++) {
		if (!pl_event_has(&x->ev, (enum pl_event_col)c))
			continue;
		if (c < PL_EC_ADDRS
			    ? !pl_addr_equal(&x->ev.addr[c], &y->ev.addr[c])
			    : pl_u256_cmp(&x->ev.num[c - PL_EC_ADDRS],
					  &y->ev.num[c - PL_EC_ADDRS]) != 0)
			return false;
	}
	return true;
}
