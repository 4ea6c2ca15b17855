/* The light client's two heads as anchors. */
#include "sync/light.h"
#include "sync/view.h"

struct light_anchors {
	struct pl_anchors base;
	struct pl_light *light;
};

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	struct pl_light *l = ((struct light_anchors *)x)->light;
	bool latest = tag == PL_TAG_LATEST;
	const struct pl_lc_header *h =
		latest ? pl_light_optimistic(l) : pl_light_finalized(l);

	(void)a;
	if (h->fork < PL_LC_CAPELLA)
		return pl_fail(e, PL_ENOTFOUND,
			       "a header of %s does not name its execution "
			       "block",
			       pl_lc_fork_name(h->fork));
	out->hash = *pl_lc_block_hash(h);
	out->level = latest ? PL_LEVEL_OPTIMISTIC : PL_LEVEL_FINALIZED;
	out->trust = PL_PROVEN;
	return PL_OK;
}

struct pl_anchors *pl_light_anchors(struct pl_arena *a, struct pl_light *light)
{
	struct light_anchors *x = PL_NEW(a, struct light_anchors);

	x->base.find = find;
	x->light = light;
	return &x->base;
}
