/* Hashes to numbers: transactions to where they stand, code to its bytes. */
#ifndef PL_DEVNET_MAP_H
#define PL_DEVNET_MAP_H

#include "base/types.h"

struct pl_map_entry {
	struct pl_hash32 key;
	uint64_t value; /* one more than what was put; 0: free */
};

/* Zero it and name the arena. */
struct pl_map {
	struct pl_arena *a;
	struct pl_map_entry *v;
	size_t n, cap; /* cap is a power of two */
};

void pl_map_put(struct pl_map *m, const struct pl_hash32 *key, uint64_t value);
bool pl_map_get(const struct pl_map *m, uint64_t *value,
		const struct pl_hash32 *key);
void pl_map_take(struct pl_map *m, const struct pl_hash32 *key);

#endif
