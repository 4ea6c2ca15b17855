/* What kind of contract stands at an address, by asking it: ERC-165 where it
 * answers that, and the functions its standard wants.  Claimed: a contract may
 * answer what it likes, and a node too.  What is recognised decides only which
 * events are looked for. */
#ifndef PL_SYNC_RECOGNISE_H
#define PL_SYNC_RECOGNISE_H

#include "net/rpc.h"
#include "token/event.h"

struct pl_recognised {
	unsigned stds;      /* PL_STD_… */
	const char *symbol; /* NULL: none; as the chain has it */
	bool decimals_known;
	uint8_t decimals;
	/* The tokens of a pool; a vault's shares and its asset. */
	bool pair_known;
	struct pl_addr addr0, addr1;
	bool units_known; /* decimals that its prices need */
	struct pl_event_units units;
	/* A feed that hands on another's answers: that one writes them. */
	bool aggregator_known;
	struct pl_addr aggregator;
};

/* PL_ENOTFOUND where no contract stands. */
PL_CHECKED enum pl_rc pl_recognise(struct pl_arena *a,
				   struct pl_recognised *out, struct pl_rpc *r,
				   const struct pl_addr *address,
				   struct pl_err *e);

#endif
