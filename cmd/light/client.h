/* The light client behind a command: whose beacon chain, which checkpoint,
 * which endpoints, and how fresh. */
#ifndef PL_CMD_LIGHT_CLIENT_H
#define PL_CMD_LIGHT_CLIENT_H

#include "cmd/cmd.h"
#include "sync/light.h"

/* Of reads on a chain that settles on another (cmd/light/view.h). */
struct pl_orbit_args {
	const int *level; /* enum pl_level; NULL: confirmed */
	const char *parent_rpc, *feed;
};

/* Part of the arguments of every command that reads proven data. */
struct pl_light_args {
	struct pl_orbit_args orbit;
	struct pl_strs beacon;
	const struct pl_hash32 *checkpoint;
	bool strict, paranoid, offline;
	const char *save;    /* of proven reads: PL_SAVE_OPT */
	const char *history; /* theirs too: cmd/light/history.h */
};

/* For reads of proven data: cmd/light/evidence.h does it. */
#define PL_SAVE_OPT(type, member)                                              \
	{                                                                      \
		.name = "save", .kind = PL_FILE,                               \
		.off = PL_AT(type, member.save, const char *), .arg = "FILE",  \
		.about = "keep the evidence in a new file, for `plume light "  \
			 "verify`"                                             \
	}

/* Its options, for a member of this type in a command's arguments. */
#define PL_LIGHT_OPTS(type, member)                                            \
	{ .name = "beacon",                                                    \
	  .kind = PL_STR,                                                      \
	  .off = PL_AT(type, member.beacon, struct pl_strs),                   \
	  .arg = "URL",                                                        \
	  .about = "beacon API to ask; several are asked in this order",       \
	  .flags = PL_MANY },                                                  \
		{ .name = "checkpoint",                                        \
		  .kind = PL_HASH32,                                           \
		  .off = PL_AT(type, member.checkpoint,                        \
			       const struct pl_hash32 *),                      \
		  .arg = "ROOT",                                               \
		  .about = "beacon block root to begin with, where no store "  \
			   "is there yet",                                     \
		  .flags = PL_GIVEN },                                         \
		{ .name = "strict",                                            \
		  .kind = PL_FLAG,                                             \
		  .off = PL_AT(type, member.strict, bool),                     \
		  .about =                                                     \
			  "refuse to begin from what is older than 14 days" }, \
		{ .name = "paranoid",                                          \
		  .kind = PL_FLAG,                                             \
		  .off = PL_AT(type, member.paranoid, bool),                   \
		  .about = "check every committee key's subgroup, though a "   \
			   "signed branch binds it" },                         \
	{                                                                      \
		.name = "offline", .kind = PL_FLAG,                            \
		.off = PL_AT(type, member.offline, bool),                      \
		.about = "use the light client's store as it is"               \
	}

/* The client of --network, or of the chain that one settles on: opened, begun
 * from --checkpoint or a built-in one where there is none, and synced unless
 * --offline.  Where no beacon endpoint is known a store that is there is used
 * as it is, and the user is told how old.  The command's .needs has
 * PL_NEEDS_NET.  Endpoints are closed when the command ends. */
PL_CHECKED enum pl_rc pl_ctx_light(struct pl_ctx *c,
				   const struct pl_light_args *args,
				   struct pl_light **out, struct pl_err *e);

/* The pieces of it.  The chain: built in, or of the settings
 * network.NAME.consensus, .genesisvalidatorsroot and .genesistime; *net is the
 * network whose chain it is. */
struct pl_network;
PL_CHECKED enum pl_rc pl_ctx_beacon_chain(struct pl_ctx *c,
					  struct pl_lc_config *out,
					  struct pl_network *net,
					  struct pl_err *e);

/* Where its client is kept: $XDG_DATA_HOME/plume/light/NETWORK. */
PL_CHECKED enum pl_rc pl_ctx_light_dir(struct pl_ctx *c, const char **out,
				       const struct pl_network *net,
				       struct pl_err *e);

/* --beacon, else the setting network.NAME.beacon.  *out is NULL when neither
 * names one. */
PL_CHECKED enum pl_rc pl_ctx_beacon(struct pl_ctx *c, struct pl_beacon **out,
				    const struct pl_strs *urls,
				    const struct pl_lc_config *config,
				    const struct pl_network *net,
				    struct pl_err *e);

/* Sync as a command does: a meter on the terminal, words on stderr.  on_step
 * may be NULL. */
PL_CHECKED enum pl_rc
pl_ctx_light_sync(struct pl_ctx *c, struct pl_light *l, struct pl_beacon *b,
		  const struct pl_light_args *args,
		  void (*on_step)(void *ctx, const struct pl_light_step *step),
		  void *ctx, struct pl_err *e);

/* Checkpoints that came with the program: of real bootstraps, the newest. */
struct pl_checkpoint {
	const char *network;
	uint64_t slot;
	struct pl_hash32 root;
};
const struct pl_checkpoint *pl_checkpoint_newest(const char *network);

#endif
