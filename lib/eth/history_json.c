/* Proofs of old blocks as servers and archives write them in JSON. */
#include "base/limits.h"
#include "eth/history.h"

#define MAX_BRANCH 16 /* longer than any branch there */

static enum pl_rc read_roots(struct pl_arena *a, const struct pl_hash32 **out,
			     size_t *n, const struct pl_json *obj,
			     const char *key, size_t limit, struct pl_err *e)
{
	const struct pl_json *v;
	struct pl_hash32 *all;

	PL_TRY(pl_json_need(&v, obj, key, PL_J_ARRAY, e));
	*n = pl_json_len(v);
	if (*n > limit)
		return pl_fail(e, PL_ELIMIT, "\"%s\" has %zu entries, over %zu",
			       key, *n, limit);
	all = PL_NEW_N(a, struct pl_hash32, *n);
	for (size_t i = 0; i < *n; i++)
		if (pl_json_hash32(&all[i], pl_json_at(v, i), e))
			return pl_note(e, "%s[%zu]", key, i);
	*out = all;
	return PL_OK;
}

static enum pl_rc need_hash(struct pl_hash32 *out, const struct pl_json *v,
			    const char *key, struct pl_err *e)
{
	if (pl_json_hash32(out, pl_json_get(v, key), e))
		return pl_note(e, "%s", key);
	return PL_OK;
}

enum pl_rc pl_history_read_block(struct pl_arena *a,
				 struct pl_history_block *out,
				 const struct pl_json *v, struct pl_err *e)
{
	struct pl_history_block b = { 0 };

	if (pl_json_u64(&b.slot, pl_json_get(v, "slot"), e))
		return pl_note(e, "slot");
	PL_TRY(need_hash(&b.block_hash, v, "execution_block_header", e));
	PL_TRY(need_hash(&b.beacon_root, v, "beacon_block_root", e));
	PL_TRY(read_roots(a, &b.execution, &b.n_execution, v,
			  "execution_block_proof", MAX_BRANCH, e));
	PL_TRY(read_roots(a, &b.beacon, &b.n_beacon, v, "beacon_block_proof",
			  MAX_BRANCH, e));
	*out = b;
	return PL_OK;
}

static enum pl_rc read_summaries(struct pl_arena *a, struct pl_history_list *l,
				 const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_hash32 *all;

	PL_TRY(pl_json_need(&list, v, "historical_summaries", PL_J_ARRAY, e));
	l->n = pl_json_len(list);
	if (l->n > PL_MAX_HISTORY)
		return pl_fail(e, PL_ELIMIT,
			       "\"historical_summaries\" has %zu entries, over "
			       "%d",
			       l->n, PL_MAX_HISTORY);
	all = PL_NEW_N(a, struct pl_hash32, 2 * l->n);
	l->roots = all;
	for (size_t i = 0; i < l->n; i++, all += 2) {
		const struct pl_json *one = pl_json_at(list, i);

		if (need_hash(&all[0], one, "block_summary_root", e) ||
		    need_hash(&all[1], one, "state_summary_root", e))
			return pl_note(e, "historical_summaries[%zu]", i);
	}
	return PL_OK;
}

enum pl_rc pl_history_read_list(struct pl_arena *a, struct pl_history_list *out,
				const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *data = pl_json_get(v, "data");
	struct pl_history_list l = { 0 };

	if (data)
		v = data;
	l.has_slot = !pl_json_is_null(pl_json_get(v, "slot"));
	if (l.has_slot && pl_json_u64(&l.slot, pl_json_get(v, "slot"), e))
		return pl_note(e, "slot");
	l.summaries = !pl_json_get(v, "historical_roots");
	if (l.summaries)
		PL_TRY(read_summaries(a, &l, v, e));
	else
		PL_TRY(read_roots(a, &l.roots, &l.n, v, "historical_roots",
				  PL_MAX_HISTORY, e));
	PL_TRY(read_roots(a, &l.branch, &l.n_branch, v, "proof", MAX_BRANCH,
			  e));
	*out = l;
	return PL_OK;
}

enum pl_rc pl_history_read(struct pl_arena *a, struct pl_history_proof *out,
			   const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *block, *state;
	struct pl_history_proof p;

	PL_TRY(pl_json_need(&block, v, "block", PL_J_OBJECT, e));
	PL_TRY(pl_json_need(&state, v, "state", PL_J_OBJECT, e));
	if (pl_history_read_block(a, &p.block, block, e))
		return pl_note(e, "block");
	if (pl_history_read_list(a, &p.list, state, e))
		return pl_note(e, "state");
	*out = p;
	return PL_OK;
}
