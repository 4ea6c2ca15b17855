/* Within sync/orbit*.c. */
#ifndef PL_SYNC_ORBIT_IMPL_H
#define PL_SYNC_ORBIT_IMPL_H

#include "sync/orbit.h"

struct pl_orbit {
	struct pl_anchors base;
	struct pl_orbit_conf conf;
	struct pl_orbit_ground ground[3]; /* LATEST, SAFE, FINALIZED */
	bool found[3];
};

/* One search: at which header of the parent, and what came of it. */
struct orbit_find {
	struct pl_orbit *o;
	struct pl_arena *a;
	const struct pl_viewed *at;
	struct pl_anchored out;
	struct pl_orbit_ground ground;
};

/* Slots of a contract in the state after that header. */
PL_CHECKED enum pl_rc orbit_slots(struct orbit_find *f, struct pl_u256 *out,
				  const struct pl_addr *contract,
				  const struct pl_hash32 *slots, size_t n,
				  struct pl_err *e);

/* Logs of a contract, newest first, as a node of the parent lists them:
 * hints.  each returns PL_OK to go on, and *done ends the walk.  Goes back in
 * ranges until the node has none to give. */
typedef enum pl_rc (*orbit_log_fn)(struct orbit_find *f, void *ctx,
				   const struct pl_log *log, bool *done,
				   struct pl_err *e);
PL_CHECKED enum pl_rc
orbit_logs(struct orbit_find *f, const struct pl_addr *contract,
	   const struct pl_hash32 *topic0, const struct pl_hash32 *topic1,
	   orbit_log_fn each, void *ctx, struct pl_err *e);

/* The levels.  On PL_OK f->out and f->ground hold the block; PL_ENOTFOUND:
 * there is none to be found. */
PL_CHECKED enum pl_rc orbit_confirmed(struct orbit_find *f, struct pl_err *e);
PL_CHECKED enum pl_rc orbit_asserted(struct orbit_find *f, struct pl_err *e);
PL_CHECKED enum pl_rc orbit_posted(struct orbit_find *f, struct pl_err *e);
PL_CHECKED enum pl_rc orbit_signed(struct orbit_find *f, struct pl_err *e);
PL_CHECKED enum pl_rc orbit_claimed(struct orbit_find *f, struct pl_err *e);

/* PL_ENOTFOUND: no node names such a block. */
enum pl_rc orbit_no_hint(const struct orbit_find *f, const char *what,
			 struct pl_err *e);

/* Set what was found. */
void orbit_take(struct orbit_find *f, const struct pl_hash32 *hash,
		enum pl_level level, enum pl_trust trust, const char *by);

#endif
