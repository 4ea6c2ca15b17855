/* Memory that is given back all at once.  Allocation never fails: an arena
 * that reaches its cap, and a machine without memory, end the program with
 * status 70, because limits.h should have refused the input long before. */
#ifndef PL_BASE_ARENA_H
#define PL_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct pl_arena;

/* A new arena of at most cap bytes (0: the default, PL_ARENA_CAP). */
struct pl_arena *pl_arena_open(size_t cap);
void pl_arena_close(struct pl_arena *a); /* NULL is allowed */

/* Forget everything allocated, keep the memory for the next item. */
void pl_arena_reset(struct pl_arena *a);

/* Zeroed, aligned for any type.  n = 0 gives a valid pointer. */
void *pl_alloc(struct pl_arena *a, size_t n)
	__attribute__((malloc, returns_nonnull));

/* count × size, checked for overflow. */
void *pl_alloc_n(struct pl_arena *a, size_t count, size_t size)
	__attribute__((malloc, returns_nonnull));

/* Move the n bytes at p (from this arena, or NULL) to a room of `want`;
 * in place where p was the last thing allocated. */
void *pl_realloc(struct pl_arena *a, void *p, size_t n, size_t want)
	__attribute__((returns_nonnull));

/* Room for one more behind the n things of `size` bytes at v: for a list that
 * begins as NULL and is lengthened through this alone, which doubles it. */
void *pl_grow(struct pl_arena *a, void *v, size_t n, size_t size)
	__attribute__((returns_nonnull));

char *pl_strdup(struct pl_arena *a, const char *s)
	__attribute__((malloc, returns_nonnull));
char *pl_strndup(struct pl_arena *a, const char *s, size_t n)
	__attribute__((malloc, returns_nonnull));
char *pl_printf(struct pl_arena *a, const char *fmt, ...) PL_PRINTF(2, 3)
	__attribute__((malloc, returns_nonnull));

/* A copy of the bytes, followed by a zero that n does not count. */
struct pl_span pl_span_dup(struct pl_arena *a, struct pl_span s);

/* From now on what arenas give back goes to the system at once, and is not kept
 * for the next: for a program that runs for months, whose rare large answers
 * would otherwise stay resident. */
void pl_arena_lean(void);

/* Bytes handed out since open or reset. */
size_t pl_arena_used(const struct pl_arena *a);

#define PL_NEW(a, type) ((type *)pl_alloc((a), sizeof(type)))
#define PL_NEW_N(a, type, n) ((type *)pl_alloc_n((a), (n), sizeof(type)))

#endif
