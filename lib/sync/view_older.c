/* Old blocks that are trusted besides the heads, such as those proven from the
 * beacon state's lists of past periods: each spares the way back to it. */
#include "sync/view_impl.h"

/* What is known of them is the hash; the number is in the header that has
 * it. */
static enum pl_rc load(struct pl_view *v, struct pl_arena *a, struct pl_err *e)
{
	const struct pl_anchored *from = v->conf.older;
	struct view_kept *k = PL_NEW_N(v->a, struct view_kept, v->conf.n_older);

	for (size_t i = 0; i < v->conf.n_older; i++) {
		struct pl_viewed x = { .by = "historical roots" };

		if (view_header_by_hash(v, a, &x.header, &from[i].hash, e)) {
			if (e->rc == PL_ENOTFOUND)
				e->rc = PL_ENET;
			return pl_note(e, "old block %zu", i + 1);
		}
		x.level = from[i].level;
		x.trust = from[i].trust;
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
