/* A sequencer's feed behind a command, dialled when it is first needed. */
#ifndef PL_CMD_LIGHT_HEAR_H
#define PL_CMD_LIGHT_HEAR_H

#include "cmd/ctx.h"
#include "sync/hear.h"

/* Is that an address rather than a file? */
bool pl_feed_is_live(const char *where);

/* Servers of network n's feed, with commas between.  conf has orbit
 * and parent set, or neither.  Closed when the command ends.  PL_EUSAGE for
 * addresses that may not be dialled. */
PL_CHECKED enum pl_rc pl_ctx_hear(struct pl_ctx *c, struct pl_hear **out,
				  const struct pl_hear_conf *conf,
				  const char *urls, const struct pl_network *n,
				  struct pl_err *e);

/* pl_orbit_new for reads at PL_LEVEL_SIGNED: listens where messages are looked
 * for.  Sets conf->listen. */
PL_CHECKED enum pl_rc pl_ctx_orbit_live(struct pl_ctx *c, struct pl_orbit **out,
					struct pl_orbit_conf *conf,
					const char *urls,
					const struct pl_network *n,
					struct pl_err *e);

#endif
