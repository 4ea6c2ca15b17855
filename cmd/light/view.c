#include "cmd/light/view.h"

#include "out/progress.h"

/* How far a long way back, or a range of logs, has come. */
static void on_progress(void *ctx, uint64_t done, uint64_t total)
{
	struct pl_progress *p = ctx;

	pl_progress_total(p, total);
	pl_progress_at(p, done);
	if (done == total)
		pl_progress_end(p);
}

static enum pl_rc settles_elsewhere(const struct pl_network *n,
				    struct pl_err *e)
{
	(void)pl_fail(e, PL_EUSAGE,
		      "network '%s' settles on '%s': its blocks are not those "
		      "of a beacon chain",
		      n->name, n->parent);
	return pl_hint(e, "name the chain itself: --network %s", n->parent);
}

enum pl_rc pl_ctx_view(struct pl_ctx *c, const struct pl_light_args *args,
		       struct pl_view **out, struct pl_network *net,
		       struct pl_err *e)
{
	struct pl_view_conf conf = { .progress = on_progress };
	struct pl_light *light;
	struct pl_network n;

	PL_TRY(pl_ctx_network(c, &n, e));
	if (n.parent)
		return settles_elsewhere(&n, e);
	PL_TRY(pl_ctx_light(c, args, &light, e));
	if (pl_ctx_rpc(c, &conf.rpc, e)) {
		if (e->rc == PL_EREFUSED)
			e->rc = PL_ENET; /* the node did, not the chain */
		return e->rc;
	}
	conf.anchors = pl_light_anchors(c->arena, light);
	conf.chain_id = n.chain_id;
	conf.ctx = pl_ctx_progress(c, "blocks", 0);
	*out = pl_view_new(c->arena, &conf);
	*net = n;
	return PL_OK;
}
