/* Strongly connected components: sets of addresses of which each reaches each
 * other.  Tarjan's algorithm (SIAM J. Comput. 1, 1972) with its own stack: no
 * input deepens the program's. */
#ifndef PL_ANALYTICS_SCC_H
#define PL_ANALYTICS_SCC_H

#include "analytics/moves.h"

struct pl_arc {
	uint32_t to;
	uint64_t times; /* transfers from the one to the other */
};

/* Who sent to whom, each pair once: arcs of node v are
 * arc[start[v] .. end[v]), ascending. */
struct pl_graph {
	uint32_t n;
	size_t arcs;
	size_t *start, *end;
	struct pl_arc *arc;
};

/* Of the transfers that are not left out (`out[i]`; NULL: none is). */
struct pl_graph pl_graph_of(struct pl_arena *a, const struct pl_moves *m,
			    const bool *out);

/* comp[v]: the component of each node, numbered from 0 in the order in which
 * they are finished; the result is how many. */
uint32_t pl_scc(struct pl_arena *a, uint32_t *comp, const struct pl_graph *g);

/* Sets that stay connected when one transfer of each pair is taken away, over
 * and over (Victor & Weintraud, WWW 2021, section 4): the more rounds a set
 * survives, the more often tokens went round in it. */
struct pl_cycle_set {
	const uint32_t *member; /* ascending */
	size_t n;
	uint64_t rounds;
};

struct pl_cycle_sets {
	struct pl_cycle_set *v;
	size_t n;
	bool cut; /* stopped at PL_SCC_STEPS: there may be more */
};

#define PL_SCC_STEPS 2000000000u /* arcs looked at */

/* Sets of two and more that survive at least `rounds` (>= 1) rounds; takes
 * the graph apart. */
struct pl_cycle_sets pl_cycle_sets(struct pl_arena *a, struct pl_graph *g,
				   uint64_t rounds);

#endif
