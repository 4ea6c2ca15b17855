/* Old blocks that are trusted besides the heads, such as those proven from the
 * beacon state's lists of past periods: each spares the way back to it. */
#include "sync/view_impl.h"

/* What is known of them is the hash; the number is in the header that has
 * it. */
static enum pl_rc load(struct pl_view *v, struct pl_arena *a, struct pl_err *e)
{
	const struct pl_anchored *from = v->conf.older;
	size_t n = v->conf.n_older;
	const struct pl_hash32 **hash =
		PL_NEW_N(a, const struct pl_hash32 *, n);
	struct pl_header *h = PL_NEW_N(a, struct pl_header, n);
	struct view_kept *k = PL_NEW_N(v->a, struct view_kept, n);

	for (size_t i = 0; i < n; i++)
		hash[i] = &from[i].hash;
	if (view_headers_by_hash(v, a, h, hash, n, e)) {
		if (e->rc == PL_ENOTFOUND)
			e->rc = PL_ENET;
		return pl_note(e, "old blocks");
	}
	for (size_t i = 0; i < n; i++) {
		struct pl_viewed x = { .header = h[i],
				       .level = from[i].level,
				       .trust = from[i].trust,
				       .by = "historical roots" };

		view_keep(&k[i], &x);
	}
	v->older = k;
	return PL_OK;
}

enum pl_rc view_from_older(struct pl_view *v, struct pl_arena *a,
			   struct pl_viewed *x, uint64_t number,
			   struct pl_err *e)
{
	if (v->conf.n_older && !v->older)
		PL_TRY(load(v, a, e));
	for (size_t i = 0; i < v->conf.n_older; i++) {
		const struct view_kept *k = &v->older[i];

		if (k->used && k->v.header.number >= number &&
		    k->v.header.number < x->header.number)
			view_hand_out(a, x, &k->v);
	}
	return PL_OK;
}
