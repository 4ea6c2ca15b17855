/* A rollup's contracts on the parent chain, and what validators and the
 * batch poster do with them: as BoLD's keep it, and beside it as those before
 * BoLD do. */
#ifndef PL_TESTS_WORLD_ROLLUP_H
#define PL_TESTS_WORLD_ROLLUP_H

#include "orbit/assertion.h"
#include "world.h"

#define WORLD_CLAIMS 6

struct world_claim {
	size_t block; /* of the child */
	int parent;   /* claim, or -1 */
	bool is_false;
	unsigned from_end; /* the parent's block in which it is made */
	/* once it is made: */
	struct pl_hash32 hash, inbox_acc;
	struct pl_assertion_state after;
	uint64_t created, first_child, second_child;
	unsigned status;
	uint64_t node, latest_child; /* before BoLD */
	struct pl_hash32 node_hash;
};

struct world_rollup {
	struct world_chain *parent;
	const struct world_chain *child;
	struct world_orbit *o;
	size_t blocks; /* the parent will have */
	unsigned made; /* bits of claims */
	struct world_claim claim[WORLD_CLAIMS];
	uint64_t nodes, confirmed_node;
};

/* Contracts in the parent's state, at addresses of bytes that begin there. */
void world_rollup_begin(struct world_rollup *r, struct world_chain *parent,
			size_t blocks, const struct world_chain *child,
			struct world_orbit *o, enum world_dispute dispute,
			uint8_t first);

/* What happens in the parent's open block. */
void world_rollup_step(struct world_rollup *r);

#endif
