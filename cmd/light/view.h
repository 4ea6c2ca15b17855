/* The chain of --network behind a command that reads proven data: trusted
 * blocks from the light client, everything else from the network's node. */
#ifndef PL_CMD_LIGHT_VIEW_H
#define PL_CMD_LIGHT_VIEW_H

#include "cmd/ctx.h"
#include "cmd/light/client.h"
#include "sync/view.h"

/* Opens the light client (cmd/light/client.h) and the node.  PL_EUSAGE for a
 * network whose blocks cannot be tied to a beacon chain.  *net is that
 * network.  Everything lives as long as the command. */
PL_CHECKED enum pl_rc pl_ctx_view(struct pl_ctx *c,
				  const struct pl_light_args *args,
				  struct pl_view **out, struct pl_network *net,
				  struct pl_err *e);

#endif
