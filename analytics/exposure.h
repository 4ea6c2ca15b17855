/* What comes from one address within so many steps.  An address that got a
 * part p of all it received from exposed ones is exposed to p of their
 * exposure ("haircut": Moeser, Boehme & Breuker, Financial Cryptography 2014),
 * step by step, without regard to the order of transfers: an upper view of
 * ties, no proof of whose tokens these are. */
#ifndef PL_ANALYTICS_EXPOSURE_H
#define PL_ANALYTICS_EXPOSURE_H

#include "analytics/moves.h"

#define PL_MAX_HOPS 16

struct pl_exposure_hop {
	uint64_t reached;      /* addresses first reached in this step */
	struct pl_u256 volume; /* that came to them from those before */
};

struct pl_exposure {
	uint32_t *hop; /* by address: steps; UINT32_MAX: not reached */
	double *share; /* by address: 0 to 1 */
	struct pl_exposure_hop by[PL_MAX_HOPS + 1];
};

/* hops <= PL_MAX_HOPS.  The zero address passes nothing on. */
PL_CHECKED enum pl_rc pl_exposure(struct pl_arena *a, struct pl_exposure *out,
				  const struct pl_moves *m, uint32_t root,
				  uint32_t hops, struct pl_err *e);

#endif
