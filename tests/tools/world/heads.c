#include "heads.h"

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	const struct world_heads *h = (const struct world_heads *)x;
	bool latest = tag == PL_TAG_LATEST;
	size_t last = h->chain->n - h->back - 1;

	(void)a;
	(void)e;
	out->hash =
		h->chain->block[latest ? last : last - h->behind].header.hash;
	out->level = latest ? PL_LEVEL_OPTIMISTIC : PL_LEVEL_FINALIZED;
	out->trust = PL_PROVEN;
	return PL_OK;
}

struct world_heads world_heads(const struct world_chain *chain)
{
	return (struct world_heads){ .base = { find },
				     .chain = chain,
				     .behind = 16 };
}
