/* Transfers as the models take them: addresses and transactions as numbers,
 * amounts as the 256-bit integers they are on the chain.  An amount becomes a
 * double in one place only, when it is divided by another. */
#ifndef PL_ANALYTICS_MOVES_H
#define PL_ANALYTICS_MOVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/u256.h"

#define PL_MAX_MOVES 20000000 /* transfers of one analysis */
#define PL_NOBODY UINT32_MAX  /* no address of this kind takes part */

struct pl_move {
	uint32_t from, to; /* numbers of addresses */
	uint32_t tx;       /* number of the transaction */
	bool timed;        /* time is known */
	bool equal;        /* an equal row of the same transaction came before,
			    * and no log index tells the two apart */
	uint64_t block;    /* 0 where not known */
	int64_t time;
	struct pl_u256 value;
};

/* In the order of the chain. */
struct pl_moves {
	const struct pl_move *v;
	size_t n;
	uint32_t addresses; /* numbers are below this */
	uint32_t txs;
	uint32_t zero; /* the zero address (mints, burns), or PL_NOBODY */
};

/* What came in and went out.  Both are sums of unsigned integers, so a
 * transfer to oneself counts in both. */
struct pl_net {
	struct pl_u256 in, out;
};

/* One for each address.  `group` (or NULL) maps addresses to 0..groups: then
 * one for each group, and what moves inside a group counts for nothing.
 * PL_EMATH where a sum passes 2^256 - 1. */
PL_CHECKED enum pl_rc pl_nets(struct pl_arena *a, struct pl_net **out,
			      const struct pl_moves *m, const uint32_t *group,
			      uint32_t groups, struct pl_err *e);

/* The failure of the above, for who sums elsewhere. */
enum pl_rc pl_nets_over(struct pl_err *e);

/* One for each group out of one for each of n addresses: only what each has
 * more or less than before, not what it moved. */
PL_CHECKED enum pl_rc pl_nets_join(struct pl_arena *a, struct pl_net **out,
				   const struct pl_net *net, uint32_t n,
				   const uint32_t *group, uint32_t groups,
				   struct pl_err *e);

/* -1, 0 or 1, and |in - out|. */
int pl_net_of(struct pl_u256 *amount, const struct pl_net *n);

/* a / b as a double, 0 where b is 0: the last step of every ratio here. */
double pl_u256_ratio(const struct pl_u256 *a, const struct pl_u256 *b);

/* sum += v; PL_EMATH, naming what, past 2^256 - 1. */
PL_CHECKED enum pl_rc pl_u256_sum(struct pl_u256 *sum, const struct pl_u256 *v,
				  const char *what, struct pl_err *e);

#endif
