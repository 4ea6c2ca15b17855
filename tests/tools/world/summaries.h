/* The list of past periods in the states of the world's beacon chain. */
#ifndef PL_TESTS_WORLD_SUMMARIES_H
#define PL_TESTS_WORLD_SUMMARIES_H

#include "world.h"

#include "eth/light.h"

/* The list's place in a state of Electra and Fulu: 64 + 27. */
#define WORLD_SUMMARIES 91

/* hash_tree_root of the list in the state of a slot. */
struct pl_hash32 world_summaries(struct world *w, uint64_t slot);

/* A proof as eth/history.h reads it: of a block, in the state of a slot in
 * which the list has this branch. */
void world_history_json(struct pl_buf *o, struct world *w, uint64_t number,
			uint64_t state_slot, const struct pl_hash32 *branch,
			size_t n);

/* The light client header of a slot (beacon.c). */
const struct pl_lc_header *world_lc_at(struct world *w, uint64_t slot);

#endif
