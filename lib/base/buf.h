/* Text or bytes that grow inside an arena. */
#ifndef PL_BASE_BUF_H
#define PL_BASE_BUF_H

#include "base/arena.h"

struct pl_buf {
	struct pl_arena *a;
	uint8_t *p; /* p[n] is always 0 once anything was put */
	size_t n, cap;
};

void pl_buf_init(struct pl_buf *b, struct pl_arena *a);

/* Room for n more bytes; returns where they go.  pl_buf_put does both. */
uint8_t *pl_buf_room(struct pl_buf *b, size_t n);
void pl_buf_put(struct pl_buf *b, struct pl_span s);
void pl_buf_byte(struct pl_buf *b, uint8_t c);
void pl_buf_str(struct pl_buf *b, const char *s);
void pl_buf_fmt(struct pl_buf *b, const char *fmt, ...) PL_PRINTF(2, 3);

/* Forget what is inside, keep the room. */
void pl_buf_reset(struct pl_buf *b);

static inline struct pl_span pl_buf_span(const struct pl_buf *b)
{
	return (struct pl_span){ b->p, b->n };
}

/* What is inside as a C string ("" when empty). */
const char *pl_buf_cstr(const struct pl_buf *b);

#endif
