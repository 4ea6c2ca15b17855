/* How unequally an amount is spread over its holders.
 *
 *   Herfindahl-Hirschman   sum of squared shares (Hirschman, AER 54, 1964)
 *   Gini                   sum (2i - n - 1) x(i) / (n sum x), x ascending
 *                          (Gini 1912; this form: Sen, On Economic
 *                          Inequality, 1973)
 *   Nakamoto               fewest holders that together have at least a
 *                          given share (Srinivasan & Lee, 2017)
 *
 * Sums and comparisons are of 256-bit integers; only shares are doubles. */
#ifndef PL_ANALYTICS_HOLDERS_H
#define PL_ANALYTICS_HOLDERS_H

#include "analytics/moves.h"

struct pl_holding {
	struct pl_u256 amount;
	uint32_t id;
};

#define PL_TOPS 4
extern const uint64_t pl_top_counts[PL_TOPS]; /* 1, 5, 10, 100 */

struct pl_holders {
	uint64_t n;
	struct pl_u256 total;
	double hhi, gini;
	uint64_t nakamoto;
	double top[PL_TOPS]; /* share of the largest pl_top_counts[i] */
};

/* Positive balances out of nets, largest first, equal ones by id; `skip[i]`
 * (or NULL) leaves number i out.  *negative gets the number of those under
 * zero, *owed the sum of what they are under. */
PL_CHECKED enum pl_rc pl_holdings(struct pl_arena *a, struct pl_holding **out,
				  size_t *n, size_t *negative,
				  struct pl_u256 *owed,
				  const struct pl_net *net, uint32_t count,
				  const bool *skip, struct pl_err *e);

/* Descending, as pl_holdings does. */
void pl_holdings_sort(struct pl_holding *v, size_t n);

/* Of descending positive amounts; `share` in (0, 1] for Nakamoto, taken to
 * nine decimals.  PL_EMATH for none, and for a sum past 2^256 - 1. */
PL_CHECKED enum pl_rc pl_holders(struct pl_holders *out,
				 const struct pl_holding *v, size_t n,
				 double share, struct pl_err *e);

struct pl_range {
	double lo, hi;
};
struct pl_holders_boot {
	struct pl_range hhi, gini, nakamoto, top10;
};

/* Percentile intervals of the bootstrap: holders drawn with replacement,
 * `reps` times (Efron, Annals of Statistics 7, 1979).  They say how far the
 * figures rest on the few holders there happen to be.  PL_EMATH for fewer
 * than 3 holders or 20 replicates. */
PL_CHECKED enum pl_rc pl_holders_bootstrap(struct pl_arena *a,
					   struct pl_holders_boot *out,
					   const struct pl_holding *v, size_t n,
					   double share, double level,
					   uint64_t reps, uint64_t seed,
					   struct pl_err *e);

#endif
