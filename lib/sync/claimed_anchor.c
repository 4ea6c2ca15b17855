/* Blocks as the node names them, believed for want of a light client. */
#include "eth/node_json.h"
#include "sync/view_impl.h"

struct claimed_anchors {
	struct pl_anchors base;
	struct pl_rpc *rpc;
};

static enum pl_rc find(struct pl_anchors *x, struct pl_arena *a,
		       struct pl_anchored *out, enum pl_tag tag,
		       struct pl_err *e)
{
	struct pl_rpc *r = ((struct claimed_anchors *)x)->rpc;
	const char *params = tag == PL_TAG_LATEST ? "[\"latest\",false]"
			     : tag == PL_TAG_SAFE ? "[\"safe\",false]"
						  : "[\"finalized\",false]";
	const struct pl_json *block;
	struct pl_hash32 hash;

	PL_TRY(pl_rpc_call(r, a, &block, "eth_getBlockByNumber", params, e));
	if (pl_json_is_null(block))
		return pl_fail(e, PL_ENOTFOUND, "%s has no such block",
			       pl_rpc_host(r));
	PL_TRY(pl_get_hash32(&hash, block, "hash", e));
	*out = (struct pl_anchored){ hash, PL_LEVEL_CLAIMED, PL_CLAIMED };
	return PL_OK;
}

struct pl_anchors *pl_claimed_anchors(struct pl_arena *a, struct pl_rpc *rpc)
{
	struct claimed_anchors *x = PL_NEW(a, struct claimed_anchors);

	x->base.find = find;
	x->rpc = rpc;
	return &x->base;
}
