/* What the commands that read proven data share: their options, and the header
 * that every answer stands on. */
#ifndef PL_CMD_LIGHT_READ_H
#define PL_CMD_LIGHT_READ_H

#include "cmd/light/history.h"

/* Part of their arguments. */
struct pl_read_args {
	struct pl_light_args light;
	const char *block; /* of those that take --block */
};

#define PL_BLOCK_REF "BLOCK"

/* --block, for a member of that type. */
#define PL_BLOCK_OPT(type, member)                                             \
	PL_ORBIT_OPTS(type, member.light), PL_HISTORY_OPT(type, member.light), \
	{                                                                      \
		.name = "block", .kind = PL_STR,                               \
		.off = PL_AT(type, member.block, const char *),                \
		.arg = PL_BLOCK_REF, .def = "latest",                          \
		.about = "at which block: latest, safe, finalized, earliest, " \
			 "a number or a hash"                                  \
	}

/* The block as the command's own word, in place of --block. */
#define PL_BLOCK_WORD(type, member)                                            \
	PL_ORBIT_OPTS(type, member.light), PL_HISTORY_OPT(type, member.light), \
	{                                                                      \
		.name = "block", .kind = PL_STR,                               \
		.off = PL_AT(type, member.block, const char *),                \
		.arg = PL_BLOCK_REF, .def = "latest", .flags = PL_POSITIONAL,  \
		.about = "latest, safe, finalized, earliest, a number or a "   \
			 "hash"                                                \
	}

#define PL_READ_NEEDS PL_NEEDS_NET

/* The header an answer stands on: part of every row. */
struct pl_read_head {
	const char *network;
	uint64_t chain_id, block;
	struct pl_hash32 block_hash;
	int64_t time;
	const char *level, *by;
	enum pl_trust trust;
	/* Of an Orbit chain: the parent's header it stands on; else NULL. */
	const uint64_t *parent_block;
	const struct pl_hash32 *parent_hash;
	const char *parent_level, *stands_by;
};

/* Its fields but for the time, which has a place of its own in a header. */
#define PL_READ_FIELDS_UNTIMED(type, member)                                   \
	{ .name = "block",                                                     \
	  .kind = PL_UINT,                                                     \
	  .off = PL_AT(type, member.block, uint64_t),                          \
	  .about = "number of the block whose header it was proven from" },    \
		{ .name = "block_hash",                                        \
		  .kind = PL_HASH32,                                           \
		  .off = PL_AT(type, member.block_hash, struct pl_hash32),     \
		  .about = "that header's hash" },                             \
		{ .name = "level",                                             \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.level, const char *),              \
		  .about = "how firmly that block stands: finalized, or "      \
			   "optimistic (signed by the sync committee, not "    \
			   "yet final); of an Orbit chain: confirmed, "        \
			   "asserted, posted, signed or claimed" },            \
		{ .name = "by",                                                \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.by, const char *),                 \
		  .about = "how the header was reached: head (the light "      \
			   "client's own), parent hashes, history storage "    \
			   "(EIP-2935), or historical roots (of the beacon "   \
			   "state)" },                                         \
		{ .name = "network",                                           \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.network, const char *),            \
		  .about = "name of the chain" },                              \
		{ .name = "chain_id",                                          \
		  .kind = PL_UINT,                                             \
		  .off = PL_AT(type, member.chain_id, uint64_t),               \
		  .about = "number of the chain",                              \
		  .flags = PL_WIDE },                                          \
		{ .name = "parent_block",                                      \
		  .kind = PL_UINT,                                             \
		  .off = PL_AT(type, member.parent_block, const uint64_t *),   \
		  .about = "of an Orbit chain: number of the parent chain's "  \
			   "block whose header it stands on",                  \
		  .flags = PL_NULLABLE | PL_WIDE },                            \
		{ .name = "parent_block_hash",                                 \
		  .kind = PL_HASH32,                                           \
		  .off = PL_AT(type, member.parent_hash,                       \
			       const struct pl_hash32 *),                      \
		  .about = "that header's hash",                               \
		  .flags = PL_NULLABLE | PL_WIDE },                            \
		{ .name = "parent_level",                                      \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.parent_level, const char *),       \
		  .about = "how firmly that one stands",                       \
		  .flags = PL_WIDE },                                          \
		{ .name = "stands_by",                                         \
		  .kind = PL_STR,                                              \
		  .off = PL_AT(type, member.stands_by, const char *),          \
		  .about = "what there says so: assertion, node, outbox, "     \
			   "pending assertion, batch, feed",                   \
		  .flags = PL_WIDE },                                          \
	{                                                                      \
		.name = "trust", .kind = PL_TRUST,                             \
		.off = PL_AT(type, member.trust, enum pl_trust),               \
		.about = "proven: follows from a header the light client "     \
			 "accepted"                                            \
	}

#define PL_READ_FIELDS(type, member)                                           \
	PL_READ_FIELDS_UNTIMED(type, member),                                  \
	{                                                                      \
		.name = "time", .kind = PL_TIME,                               \
		.off = PL_AT(type, member.time, int64_t),                      \
		.about = "that block's time"                                   \
	}

/* A command's run. */
struct pl_read {
	struct pl_ctx *c;
	struct pl_view *view;
	struct pl_orbit *orbit; /* or NULL */
	struct pl_network net;
};
PL_CHECKED enum pl_rc pl_read_open(struct pl_ctx *c, struct pl_read *out,
				   const struct pl_light_args *args,
				   struct pl_err *e);

/* The header of a block as the user named it, and --require held against it. */
PL_CHECKED enum pl_rc pl_read_at(struct pl_read *r, struct pl_viewed *out,
				 const char *block, struct pl_err *e);

/* pl_read_open and pl_read_at; a word that names no block costs nothing. */
PL_CHECKED enum pl_rc pl_read_begin(struct pl_ctx *c, struct pl_read *out,
				    struct pl_viewed *at,
				    const struct pl_read_args *args,
				    struct pl_err *e);

struct pl_read_head pl_read_head(const struct pl_read *r,
				 const struct pl_viewed *at);

/* "on block 7 0x…, finalized, by parent hashes: proven" */
void pl_read_say(struct pl_out *o, const struct pl_read_head *h);

/* Wei as ether. */
struct pl_amount pl_ether(const struct pl_u256 *wei);

/* In every command's text for the man page. */
#define PL_READ_ABOUT                                                          \
	"Asked is any node (--rpc); nothing it says is believed without its "  \
	"proof.  A false answer ends with status 1 and prints no result, a "   \
	"node that cannot give a proof with status 3.  `latest` is the "       \
	"newest block that the sync committee signed, `safe` and "             \
	"`finalized` the newest final one; older blocks are reached by "       \
	"parent hashes or by the chain's history storage (EIP-2935), with "    \
	"--history-proof also from the beacon state's historical roots.\n\n"   \
	"Blocks of an Orbit chain (--network plume) are proven out of the "    \
	"storage of its contracts on the parent chain: by default those that " \
	"are confirmed there, which is days behind.  --level takes newer "     \
	"ones that stand less firm, and the trust label says so."

#endif
