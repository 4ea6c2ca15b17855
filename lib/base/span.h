/* A run of bytes somebody else owns.  Never freed through the span. */
#ifndef PL_BASE_SPAN_H
#define PL_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct pl_span {
	const uint8_t *p;
	size_t n;
};

/* The bytes of a C string, without its end. */
static inline struct pl_span pl_span_str(const char *s)
{
	return (struct pl_span){ (const uint8_t *)s, strlen(s) };
}

/* The first n bytes; s moves past them.  n must not exceed s->n. */
static inline struct pl_span pl_span_take(struct pl_span *s, size_t n)
{
	struct pl_span head = { s->p, n };

	s->p += n;
	s->n -= n;
	return head;
}

static inline bool pl_span_equal(struct pl_span a, struct pl_span b)
{
	return a.n == b.n && (!a.n || !memcmp(a.p, b.p, a.n));
}

static inline bool pl_span_is(struct pl_span a, const char *s)
{
	return pl_span_equal(a, pl_span_str(s));
}

/* A big-endian number of n bytes, at most eight. */
static inline uint64_t pl_load_be(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return v;
}

/* Of eight. */
static inline uint64_t pl_load_be64(const uint8_t p[8])
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

#endif
