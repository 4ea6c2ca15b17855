#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

void pl_buf_init(struct pl_buf *b, struct pl_arena *a)
{
	*b = (struct pl_buf){ .a = a };
}

uint8_t *pl_buf_room(struct pl_buf *b, size_t n)
{
	size_t want = b->n + n + 1;

	if (want > b->cap) {
		size_t cap = b->cap ? b->cap * 2 : 256;

		if (cap < want)
			cap = want;
		b->p = pl_realloc(b->a, b->p, b->p ? b->cap : 0, cap);
		b->cap = cap;
	}
	return b->p + b->n;
}

void pl_buf_put(struct pl_buf *b, struct pl_span s)
{
	uint8_t *to = pl_buf_room(b, s.n);

	if (s.n)
		memcpy(to, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = 0;
}

void pl_buf_byte(struct pl_buf *b, uint8_t c)
{
	pl_buf_put(b, (struct pl_span){ &c, 1 });
}

void pl_buf_str(struct pl_buf *b, const char *s)
{
	pl_buf_put(b, pl_span_str(s));
}

void pl_buf_fmt(struct pl_buf *b, const char *fmt, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n > 0) {
		uint8_t *to = pl_buf_room(b, (size_t)n);

		(void)vsnprintf((char *)to, (size_t)n + 1, fmt, again);
		b->n += (size_t)n;
	}
	va_end(again);
}

void pl_buf_reset(struct pl_buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = 0;
}

const char *pl_buf_cstr(const struct pl_buf *b)
{
	return b->p ? (const char *)b->p : "";
}
