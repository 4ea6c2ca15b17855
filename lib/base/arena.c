#include "base/arena.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "base/limits.h"

struct chunk {
	struct chunk *next; /* older */
	size_t size, used;
	_Alignas(max_align_t) uint8_t mem[];
};

struct pl_arena {
	struct chunk *head;
	size_t cap, total, used;
};

#define FIRST_CHUNK ((size_t)32 << 10)
#define ALIGN _Alignof(max_align_t)

__attribute__((noreturn)) static void die(const char *why)
{
	(void)fprintf(stderr, "plume: out of memory: %s\n", why);
	exit(70);
}

static struct chunk *chunk_open(struct pl_arena *a, size_t need)
{
	size_t size = a->head ? a->head->size * 2 : FIRST_CHUNK;
	struct chunk *c;

	if (size > (size_t)64 << 20)
		size = (size_t)64 << 20;
	if (size < need)
		size = need;
	if (size > a->cap - a->total)
		size = need;
	if (size > a->cap - a->total)
		die("the arena's cap is reached");
	c = malloc(sizeof(*c) + size);
	if (!c)
		die("the system has none left");
	c->next = a->head;
	c->size = size;
	c->used = 0;
	a->head = c;
	a->total += size;
	return c;
}

struct pl_arena *pl_arena_open(size_t cap)
{
	struct pl_arena *a = calloc(1, sizeof(*a));

	if (!a)
		die("the system has none left");
	a->cap = cap ? cap : PL_ARENA_CAP;
	return a;
}

static void chunks_free(struct chunk *c)
{
	while (c) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
}

void pl_arena_close(struct pl_arena *a)
{
	if (!a)
		return;
	chunks_free(a->head);
	free(a);
}

void pl_arena_reset(struct pl_arena *a)
{
	struct chunk *keep = a->head; /* the newest is the largest, or near */

	a->used = 0;
	if (!keep)
		return;
	chunks_free(keep->next);
	keep->next = NULL;
	keep->used = 0;
	a->total = keep->size;
}

static size_t rounded(size_t n)
{
	if (n > SIZE_MAX - ALIGN)
		die("a size overflows");
	return n ? (n + ALIGN - 1) & ~(ALIGN - 1) : ALIGN;
}

static void *alloc_raw(struct pl_arena *a, size_t n)
{
	struct chunk *c = a->head;
	void *p;

	n = rounded(n);
	if (!c || c->size - c->used < n)
		c = chunk_open(a, n);
	p = c->mem + c->used;
	c->used += n;
	a->used += n;
	return p;
}

void *pl_alloc(struct pl_arena *a, size_t n)
{
	return memset(alloc_raw(a, n), 0, n);
}

void *pl_alloc_n(struct pl_arena *a, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size)
		die("a size overflows");
	return pl_alloc(a, count * size);
}

void *pl_realloc(struct pl_arena *a, void *p, size_t n, size_t want)
{
	struct chunk *c = a->head;
	size_t old = rounded(n), now = rounded(want);
	void *q;

	if (p && want <= n)
		return p;
	if (p && c && c->mem + c->used == (uint8_t *)p + old &&
	    c->size - c->used >= now - old) {
		c->used += now - old;
		a->used += now - old;
		return p;
	}
	q = alloc_raw(a, want);
	if (p && n)
		memcpy(q, p, n);
	return q;
}

void *pl_grow(struct pl_arena *a, void *v, size_t n, size_t size)
{
	if (n & (n - 1)) /* full when n is a power of two */
		return v;
	return pl_realloc(a, v, n * size, (n ? 2 * n : 1) * size);
}

char *pl_strndup(struct pl_arena *a, const char *s, size_t n)
{
	char *p = alloc_raw(a, n + 1);

	if (n)
		memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *pl_strdup(struct pl_arena *a, const char *s)
{
	return pl_strndup(a, s, strlen(s));
}

struct pl_span pl_span_dup(struct pl_arena *a, struct pl_span s)
{
	const char *p = (const char *)s.p;

	return (struct pl_span){ (uint8_t *)pl_strndup(a, p, s.n), s.n };
}

char *pl_printf(struct pl_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		die("a text cannot be formatted");
	p = alloc_raw(a, (size_t)n + 1);
	(void)vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

size_t pl_arena_used(const struct pl_arena *a)
{
	return a->used;
}

/* glibc raises its threshold with each large piece that is freed, and keeps the
 * next one of that size in its thread's heap. */
void pl_arena_lean(void)
{
#if defined(__GLIBC__)
	(void)mallopt(M_MMAP_THRESHOLD, 256 << 10);
#endif
}
