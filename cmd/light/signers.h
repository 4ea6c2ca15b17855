/* check-block --signers: a run of clique blocks, held to those that may seal
 * them (eth/clique.h). */
#ifndef PL_CMD_LIGHT_SIGNERS_H
#define PL_CMD_LIGHT_SIGNERS_H

#include "cmd/light/checks.h"

/* What the user says of the chain. */
struct pl_signers {
	const char *list; /* addresses with commas between, or "checkpoint" */
	uint64_t epoch, period;
};

/* A block that holds by itself, and where to write how it fares. */
struct pl_sealed {
	const struct pl_block_report *report; /* its extra data is kept */
	struct pl_verdict *v;
	const char *where;
};

/* From the lowest number on, as far as one hangs on the other.  Blocks of
 * which every rule holds become signed.  Sorts v.  Fails only where the
 * user's words make no start. */
PL_CHECKED enum pl_rc pl_checks_signers(struct pl_checks *l,
					const struct pl_signers *how,
					struct pl_sealed *v, size_t n,
					struct pl_err *e);

#endif
