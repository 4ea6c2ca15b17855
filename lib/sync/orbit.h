/* Blocks of an Orbit chain that are trusted, and how far: each level is read
 * out of the storage of the chain's contracts, proven at a header of the
 * parent chain.  Logs of the parent and what the chain's own node says are
 * only hints at what to look for; nothing rests on them. */
#ifndef PL_SYNC_ORBIT_H
#define PL_SYNC_ORBIT_H

#include "orbit/contracts.h"
#include "orbit/feed.h"
#include "sync/view.h"

struct pl_orbit_conf {
	const char *name;       /* of the network, for messages */
	struct pl_view *parent; /* proven reads of the chain it settles on */
	struct pl_rpc *rpc;     /* any node of the chain itself */
	uint64_t chain_id;
	struct pl_orbit_contracts contracts;
	enum pl_level level; /* the weakest that will do */
	/* Messages of the sequencer's feed, for PL_LEVEL_SIGNED. */
	const struct pl_feed_signed *feed;
	size_t n_feed;
	/* Or where to hear them, each time a block is looked for: those about
	 * that number and after.  NULL: nowhere. */
	enum pl_rc (*listen)(void *ctx, struct pl_arena *a,
			     const struct pl_feed_signed **out, size_t *n,
			     uint64_t from, struct pl_err *e);
	void *listen_ctx;
};

/* What an anchor stands on. */
struct pl_orbit_ground {
	uint64_t parent_block;
	struct pl_hash32 parent_hash;
	enum pl_level parent_level;
	const char *by; /* "outbox", "assertion", "node", "batch", "feed" … */
	bool has_assertion;
	struct pl_hash32 assertion; /* BoLD's hash */
	bool has_signer;
	struct pl_addr signer;
};

struct pl_orbit;

/* Lives in the arena. */
struct pl_orbit *pl_orbit_new(struct pl_arena *a,
			      const struct pl_orbit_conf *conf);

/* For pl_view_new.  Finding a block fails with
 *   PL_EPROOF     the contracts are not each other's (a rollup from before
 *                 BoLD, mostly), or what is claimed of them is false
 *   PL_ENOTFOUND  nothing of that level is there, or no node names it
 * The tag says which header of the parent is stood on. */
struct pl_anchors *pl_orbit_anchors(struct pl_orbit *o);

/* Of the last block found for that tag; NULL: none was. */
const struct pl_orbit_ground *pl_orbit_ground(const struct pl_orbit *o,
					      enum pl_tag tag);

/* That the configured contracts belong together, at a proven header: the
 * bridge names the rollup and the sequencer's inbox. */
PL_CHECKED enum pl_rc pl_orbit_check(struct pl_orbit *o, struct pl_arena *a,
				     const struct pl_header *at,
				     struct pl_err *e);

/* Whether the sequencer's inbox takes batches from this account: who may sign
 * the feed.  PL_EPROOF: it does not. */
PL_CHECKED enum pl_rc pl_orbit_poster(struct pl_orbit *o, struct pl_arena *a,
				      const struct pl_header *at,
				      const struct pl_addr *signer,
				      struct pl_err *e);

#endif
