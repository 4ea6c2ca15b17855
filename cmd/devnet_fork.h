/* devnet --fork-url: a development chain that goes on from a block of another.
 * Of that block's header the node's word is taken; every account, slot, piece
 * of code and older block hash that is looked at later comes with its proof
 * from it, or is refused. */
#ifndef PL_CMD_DEVNET_FORK_H
#define PL_CMD_DEVNET_FORK_H

#include "cmd/ctx.h"
#include "devnet/dev.h"

/* block: latest, safe, finalized, earliest, a number or a hash.  What it gives
 * lives as long as the command. */
PL_CHECKED enum pl_rc pl_devnet_fork(struct pl_ctx *c, struct pl_dev_conf *conf,
				     const char *url, const char *block,
				     struct pl_err *e);

#endif
