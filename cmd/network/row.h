/* A network as the network commands print it. */
#ifndef PL_CMD_NETWORK_ROW_H
#define PL_CMD_NETWORK_ROW_H

#include "cmd/ctx.h"
#include "cmd/settings.h"

struct pl_network_row {
	struct pl_network n;
	bool is_default;
	const char *kind; /* and the contracts of an Orbit chain; else NULL */
	const struct pl_addr *outbox, *rollup, *bridge, *sequencer_inbox;
};
extern const struct pl_field pl_network_fields[];

PL_CHECKED enum pl_rc pl_network_row(struct pl_ctx *c, const char *name,
				     struct pl_network_row *out,
				     struct pl_err *e);

/* What add and remove print. */
struct pl_network_change {
	const char *name, *file;
	bool changed;
};
extern const struct pl_field pl_network_change_fields[];

#endif
