/* A bounded store of bytes under bytes: what is oldest goes first.  Several
 * threads may use it at once. */
#ifndef PL_SYNC_SERVE_CACHE_H
#define PL_SYNC_SERVE_CACHE_H

#include "base/arena.h"

struct pl_cache;

/* Keeps at most `bytes` of keys and values.  Lives in the arena; close it. */
struct pl_cache *pl_cache_new(struct pl_arena *a, size_t bytes);
void pl_cache_close(struct pl_cache *c); /* NULL is allowed */

/* A copy of the value, in the arena. */
bool pl_cache_get(struct pl_cache *c, struct pl_arena *a, struct pl_span *value,
		  struct pl_span key);

/* What is larger than a quarter of the cache is not kept. */
void pl_cache_put(struct pl_cache *c, struct pl_span key, struct pl_span value);

struct pl_cache_stats {
	uint64_t hits, misses;
	size_t entries, bytes;
};
struct pl_cache_stats pl_cache_stats(struct pl_cache *c);

#endif
