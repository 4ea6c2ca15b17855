/* The chain of --network as a node within this process, which answers
 * JSON-RPC from proofs only (sync/serve.h): commands that were written for a
 * node work on it unchanged, and believe nobody. */
#ifndef PL_CMD_LIGHT_NODE_H
#define PL_CMD_LIGHT_NODE_H

#include "cmd/light/client.h"
#include "net/rpc.h"

struct pl_serve;
struct pl_view;

struct pl_light_node {
	struct pl_serve *serve;
	enum pl_trust trust; /* weakest label of what was answered so far */
	struct pl_rpc *rpc;
};

/* Opens what pl_ctx_view does.  Lives in c->arena, closed with the command. */
PL_CHECKED enum pl_rc pl_light_node(struct pl_ctx *c,
				    struct pl_light_node **out,
				    const struct pl_light_args *args,
				    struct pl_err *e);

/* Over a view that is there. */
PL_CHECKED enum pl_rc pl_light_node_of(struct pl_ctx *c,
				       struct pl_light_node **out,
				       struct pl_view *view,
				       const struct pl_network *net,
				       struct pl_err *e);

/* Whether a light client of --network is set up: a store, or an endpoint and a
 * checkpoint to begin one. */
bool pl_light_is_set_up(struct pl_ctx *c);

#endif
