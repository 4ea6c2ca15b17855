#include "codec/json_out.h"

#include <inttypes.h>

#include "base/hex.h"
#include "codec/utf8.h"

void pl_jout_init(struct pl_jout *w, struct pl_buf *b)
{
	*w = (struct pl_jout){ .b = b };
}

/* Keys are ours: nothing in them needs an escape. */
static void lead(struct pl_jout *w, const char *key)
{
	if (w->more)
		pl_buf_byte(w->b, ',');
	w->more = true;
	if (!key)
		return;
	pl_buf_byte(w->b, '"');
	pl_buf_str(w->b, key);
	pl_buf_str(w->b, "\":");
}

void pl_jout_open(struct pl_jout *w, const char *key, char how)
{
	lead(w, key);
	pl_buf_byte(w->b, (uint8_t)how);
	w->more = false;
}

void pl_jout_close(struct pl_jout *w, char how)
{
	pl_buf_byte(w->b, (uint8_t)how);
	w->more = true;
}

void pl_jout_u64(struct pl_jout *w, const char *key, uint64_t v)
{
	lead(w, key);
	pl_buf_fmt(w->b, "\"0x%" PRIx64 "\"", v);
}

void pl_jout_u256(struct pl_jout *w, const char *key, const struct pl_u256 *v)
{
	uint8_t be[32];
	char text[65], *s = text;

	pl_u256_to_be(be, v);
	pl_hex_put(text, (struct pl_span){ be, sizeof(be) });
	while (*s == '0' && s[1])
		s++;
	lead(w, key);
	pl_buf_str(w->b, "\"0x");
	pl_buf_str(w->b, s);
	pl_buf_byte(w->b, '"');
}

void pl_jout_data(struct pl_jout *w, const char *key, struct pl_span bytes)
{
	lead(w, key);
	pl_buf_str(w->b, "\"0x");
	/* the end that pl_hex_put writes is counted out again */
	pl_hex_put((char *)pl_buf_room(w->b, 2 * bytes.n + 1), bytes);
	w->b->n += 2 * bytes.n;
	pl_buf_byte(w->b, '"');
}

void pl_jout_hash(struct pl_jout *w, const char *key, const struct pl_hash32 *h)
{
	pl_jout_data(w, key, pl_hash32_span(h));
}

void pl_jout_addr(struct pl_jout *w, const char *key, const struct pl_addr *a)
{
	pl_jout_data(w, key, pl_addr_span(a));
}

static void escaped(struct pl_buf *b, const char *s)
{
	size_t left = strlen(s), n;
	uint32_t c;

	for (; left; s += n, left -= n) {
		n = pl_utf8_next(&c, s, left);
		if (!n) {
			n = 1;
			pl_buf_str(b, "\xef\xbf\xbd");
			continue;
		}
		if (c < 0x20 || c == 0x7f) {
			pl_buf_fmt(b, "\\u%04x", (unsigned)c);
			continue;
		}
		if (c == '"' || c == '\\')
			pl_buf_byte(b, '\\');
		pl_buf_put(b, (struct pl_span){ (const uint8_t *)s, n });
	}
}

void pl_jout_str(struct pl_jout *w, const char *key, const char *s)
{
	lead(w, key);
	pl_buf_byte(w->b, '"');
	escaped(w->b, s);
	pl_buf_byte(w->b, '"');
}

void pl_jout_bool(struct pl_jout *w, const char *key, bool v)
{
	lead(w, key);
	pl_buf_str(w->b, v ? "true" : "false");
}

void pl_jout_null(struct pl_jout *w, const char *key)
{
	lead(w, key);
	pl_buf_str(w->b, "null");
}

void pl_jout_int(struct pl_jout *w, const char *key, int64_t v)
{
	lead(w, key);
	pl_buf_fmt(w->b, "%" PRId64, v);
}

void pl_jout_raw(struct pl_jout *w, const char *key, struct pl_span json)
{
	lead(w, key);
	pl_buf_put(w->b, json);
}
