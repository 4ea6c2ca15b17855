/* Wash trading among transfers, after Victor & Weintraud, "Detecting and
 * Quantifying Wash Trading on Decentralized Cryptocurrency Exchanges" (WWW
 * 2021): transfers to oneself; sets of accounts in which tokens went round
 * often (scc.h); and within such a set, for each window of time, the first
 * transfers after which everybody has what he had before, to within a margin
 * of the mean transfer.
 *
 * Whether that holds by chance is tried by turning the transfers within the
 * sets around at random: the share of such worlds in which as much matches. */
#ifndef PL_ANALYTICS_WASH_H
#define PL_ANALYTICS_WASH_H

#include "analytics/scc.h"

#define PL_WASH_WINDOWS 3
extern const int64_t pl_wash_window[PL_WASH_WINDOWS]; /* 1 h, 1 d, 1 w */

struct pl_wash_spec {
	uint64_t rounds;   /* a set counts that survives so many; 100 */
	double margin;     /* .01 */
	const bool *apart; /* by address: takes no part in any set */
	uint64_t worlds;   /* for the test; 0: none */
	uint64_t seed;
};

/* Why a transfer is one of them. */
enum pl_wash_why {
	PL_WASH_NOT,
	PL_WASH_SELF,
	PL_WASH_HOUR,
	PL_WASH_DAY,
	PL_WASH_WEEK
};

struct pl_wash_set {
	struct pl_cycle_set set;
	uint64_t inside, matched; /* transfers within it */
	struct pl_u256 volume;    /* of those matched */
};

struct pl_wash {
	uint8_t *why; /* of each transfer, enum pl_wash_why */
	uint64_t rows, self_rows, matched_rows;
	struct pl_u256 volume, self_volume, matched_volume, washed;
	struct pl_u256 by_window[PL_WASH_WINDOWS];
	uint64_t pairs;                 /* that sent to each other */
	struct pl_u256 pair_volume;     /* the smaller way of each, summed */
	uint64_t components, in_cycles; /* of two and more; addresses in them */
	struct pl_wash_set *set;        /* most volume first */
	size_t sets;
	bool cut;       /* a limit of steps was reached */
	uint64_t world; /* tried */
	double p;       /* of matching as much by chance; NaN: not tried */
};

/* Every transfer that counts must be timed: PL_EMATH otherwise, and for sums
 * past 2^256 - 1. */
PL_CHECKED enum pl_rc pl_wash(struct pl_arena *a, struct pl_wash *out,
			      const struct pl_moves *m,
			      const struct pl_wash_spec *spec,
			      struct pl_err *e);

/* Different accounts that each address sent to or got from. */
uint32_t *pl_counterparties(struct pl_arena *a, const struct pl_moves *m);

#endif
