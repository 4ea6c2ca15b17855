#include "cmd/light/node.h"

#include "base/file.h"
#include "cmd/light/view.h"
#include "orbit/family.h"
#include "sync/serve.h"

#define NAME "http://the-light-client" /* in messages, as a node's */

bool pl_light_is_set_up(struct pl_ctx *c)
{
	const struct pl_strs none = { NULL, 0 };
	struct pl_lc_config config;
	struct pl_beacon *beacon;
	struct pl_network net;
	struct pl_err e;
	const char *dir;

	if (pl_ctx_beacon_chain(c, &config, &net, &e) ||
	    pl_ctx_light_dir(c, &dir, &net, &e))
		return false;
	if (pl_file_exists(pl_printf(c->arena, "%s/store", dir)))
		return true;
	return pl_checkpoint_newest(net.name) &&
	       !pl_ctx_beacon(c, &beacon, &none, &config, &net, &e) && beacon;
}

enum pl_rc pl_light_node_of(struct pl_ctx *c, struct pl_light_node **out,
			    struct pl_view *view, const struct pl_network *net,
			    struct pl_err *e)
{
	const struct pl_serve_conf conf = {
		.view = view,
		.family = net->parent ? &pl_family_nitro : NULL,
		.execution_gas = true,
		.max_blocks = 1000000, /* of one call for logs: one's own */
	};
	const struct pl_rpc_conf rpc = { .url = NAME };
	struct pl_light_node *n = PL_NEW(c->arena, struct pl_light_node);
	struct pl_transport *t;

	if (c->n_more == sizeof(c->more) / sizeof(c->more[0]))
		return pl_fail(e, PL_ELIMIT, "too many servers at once");
	PL_TRY(pl_serve_new(c->arena, &n->serve, &conf, e));
	t = pl_serve_transport(c->arena, n->serve, &n->trust);
	c->more[c->n_more++] = t;
	n->trust = pl_serve_head(n->serve)->trust;
	n->rpc = pl_rpc_new(c->arena, t, &rpc);
	*out = n;
	return PL_OK;
}

enum pl_rc pl_light_node(struct pl_ctx *c, struct pl_light_node **out,
			 const struct pl_light_args *args, struct pl_err *e)
{
	struct pl_network net;
	struct pl_orbit *orbit;
	struct pl_view *view;

	PL_TRY(pl_ctx_view(c, args, &view, &orbit, &net, e));
	return pl_light_node_of(c, out, view, &net, e);
}
