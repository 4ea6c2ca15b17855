/* The chain of --network behind a command that reads proven data: trusted
 * blocks from the light client, everything else from the network's node. */
#ifndef PL_CMD_LIGHT_VIEW_H
#define PL_CMD_LIGHT_VIEW_H

#include "cmd/ctx.h"
#include "cmd/light/client.h"
#include "cmd/light/level.h"
#include "sync/orbit.h"

/* Options for chains that settle on another, for a member of the type struct
 * pl_light_args. */
#define PL_ORBIT_OPTS(type, member)                                            \
	{ .name = "level",                                                     \
	  .kind = PL_ENUM,                                                     \
	  .off = PL_AT(type, member.orbit.level, const int *),                 \
	  .arg = "LEVEL",                                                      \
	  .words = pl_level_words,                                             \
	  .about = "of an Orbit chain's blocks, how firm they must stand on "  \
		   "the parent chain at least; confirmed without it",          \
	  .flags = PL_GIVEN },                                                 \
		{ .name = "parent-rpc",                                        \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.orbit.parent_rpc, const char *),   \
		  .arg = "URL",                                                \
		  .about = "node of the chain that an Orbit chain settles "    \
			   "on" },                                             \
	{                                                                      \
		.name = "feed", .kind = PL_FILE,                               \
		.off = PL_AT(type, member.orbit.feed, const char *),           \
		.arg = "FILE|URL",                                             \
		.about = "an Orbit chain's sequencer, for --level signed: "    \
			 "an address (wss) to listen to, or a file of its "    \
			 "broadcasts; without it, the network's"               \
	}

/* Opens the light client (cmd/light/client.h) and the node; for an Orbit chain
 * those of the chain it settles on too, and *orbit is what its blocks stand on,
 * else NULL.  PL_EUSAGE for a network whose blocks cannot be tied to a beacon
 * chain.  *net is that network.  Everything lives as long as the command. */
PL_CHECKED enum pl_rc pl_ctx_view(struct pl_ctx *c,
				  const struct pl_light_args *args,
				  struct pl_view **out, struct pl_orbit **orbit,
				  struct pl_network *net, struct pl_err *e);

/* Whether blocks of that network can be proven, with those options. */
PL_CHECKED enum pl_rc pl_orbit_usable(const struct pl_network *n,
				      const struct pl_orbit_args *args,
				      struct pl_err *e);

/* Its parts, for a chain with n->orbit.  The parent's view: its node is
 * --parent-rpc, else that of the settings.  A parent that settles on yet
 * another chain is looked at as far as it is confirmed there. */
PL_CHECKED enum pl_rc
pl_ctx_parent_view(struct pl_ctx *c, const struct pl_orbit_args *args,
		   struct pl_light *light, const struct pl_network *n,
		   struct pl_view **out, struct pl_err *e);
PL_CHECKED enum pl_rc pl_ctx_orbit(struct pl_ctx *c,
				   const struct pl_orbit_args *args,
				   struct pl_light *light, struct pl_rpc *rpc,
				   const struct pl_network *n,
				   struct pl_orbit **out, struct pl_err *e);

/* A saved feed; "-": standard input. */
PL_CHECKED enum pl_rc pl_ctx_feed(struct pl_ctx *c,
				  const struct pl_feed_signed **out, size_t *n,
				  const char *path, struct pl_err *e);

#endif
