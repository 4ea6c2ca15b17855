/* Old blocks that proofs in a file tie to the light client's own header: where
 * a read of proven data may begin its way back. */
#ifndef PL_CMD_LIGHT_HISTORY_H
#define PL_CMD_LIGHT_HISTORY_H

#include "cmd/light/view.h"

/* --history-proof, for a member of the type struct pl_light_args. */
#define PL_HISTORY_OPT(type, member)                                           \
	{                                                                      \
		.name = "history-proof", .kind = PL_FILE,                      \
		.off = PL_AT(type, member.history, const char *),              \
		.arg = "FILE",                                                 \
		.about = "proofs of old blocks from the beacon state's lists " \
			 "of past periods (as `light check-history` reads "    \
			 "them): blocks are reached from the nearest of them"  \
	}

/* Of them a file may hold so many: the header of each is fetched. */
#define PL_MAX_HISTORY_PROOFS 64

/* Blocks of net that are proven by the file's proofs, each out of the state of
 * the light client's finalized header (or of the newest one, where the proof's
 * slot says so); none where path is NULL.  Where evidence is replayed, those
 * it holds. */
PL_CHECKED enum pl_rc pl_ctx_history(struct pl_ctx *c, struct pl_light *light,
				     const struct pl_network *net,
				     const char *path,
				     const struct pl_anchored **out, size_t *n,
				     struct pl_err *e);

#endif
