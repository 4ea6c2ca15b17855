/* The light client of a network, as init, sync, status and head show it. */
#ifndef PL_CMD_LIGHT_HEAD_ROW_H
#define PL_CMD_LIGHT_HEAD_ROW_H

#include "cmd/light/client.h"
#include "cmd/light/steps.h"

struct pl_light_row {
	const char *network;
	struct pl_hash32 checkpoint;
	uint64_t checkpoint_slot;
	int64_t checkpoint_time;
	uint64_t first_period, last_period;
	const struct pl_sync_head *finalized, *optimistic;
	uint64_t behind; /* slots, of the optimistic head */
	bool old, forced;
	uint64_t objects, bytes;
	const char *folder;
	const int64_t *synced;
	struct pl_list steps;
	enum pl_trust trust;
};
extern const struct pl_field pl_light_row_fields[];

void pl_light_row(struct pl_ctx *c, struct pl_light_row *out,
		  const struct pl_light *l, const struct pl_network *net,
		  const char *dir);
PL_CHECKED enum pl_rc pl_light_row_text(struct pl_out *o, const void *row,
					struct pl_err *e);

#endif
