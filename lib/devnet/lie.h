/* A node that lies, for tests of those who should not believe it: an honest
 * answer is changed on its way out, in the one respect that was chosen. */
#ifndef PL_DEVNET_LIE_H
#define PL_DEVNET_LIE_H

#include "base/arena.h"

enum pl_dev_lie {
	PL_DEV_HONEST,
	PL_DEV_LIE_HEADERS,   /* a state root that is not the block's */
	PL_DEV_LIE_STATE,     /* balances, nonces, code, slots, calls */
	PL_DEV_LIE_LOGS,      /* the last log is left out, here and there */
	PL_DEV_LIE_PROOFS,    /* proofs one node short */
	PL_DEV_LIE_SIGNATURES /* of the sync committee: pl_dev_beacon_lie */
};
extern const char *const pl_dev_lie_words[]; /* NULL-ended */

/* What is said to a JSON-RPC request (one, or an array of them) instead of its
 * honest answer.  An answer that is not concerned, and one that cannot be
 * read, comes back as it is.  Lives in `a`, or is `answer`. */
struct pl_span pl_dev_lie(enum pl_dev_lie lie, struct pl_arena *a,
			  struct pl_span request, struct pl_span answer);

#endif
