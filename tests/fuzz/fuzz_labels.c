/* Labels of addresses: those that are read are sorted, each once, and written
 * out as CSV are read as the same. */
#include <stdlib.h>

#include "base/buf.h"
#include "cmd/analyze/moves.h"
#include "crypto/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_cell(struct pl_buf *b, const char *s)
{
	pl_buf_str(b, ",\"");
	for (; s && *s; s++) {
		if (*s == '"')
			pl_buf_byte(b, '"');
		pl_buf_byte(b, (uint8_t)*s);
	}
	pl_buf_byte(b, '"');
}

static struct pl_span written(struct pl_arena *a, const struct pl_label *v,
			      size_t n)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_str(&b, "address,entity,kind,country\r\n");
	for (size_t i = 0; i < n; i++) {
		char t[PL_ADDR_TEXT];

		pl_addr_text(t, &v[i].address);
		pl_buf_str(&b, t);
		put_cell(&b, v[i].entity);
		put_cell(&b, v[i].kind);
		put_cell(&b, v[i].country);
		pl_buf_str(&b, "\r\n");
	}
	return pl_buf_span(&b);
}

static bool same(const char *x, const char *y)
{
	return x && y ? !strcmp(x, y) : x == y;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_label *v, *w;
	struct pl_err e;
	size_t n, m;

	if (!pl_labels_read(a, &v, &n, (struct pl_span){ data, size }, &e)) {
		for (size_t i = 1; i < n; i++)
			if (memcmp(&v[i - 1].address, &v[i].address, 20) >= 0)
				abort();
		m = n;
		w = v;
		if (pl_labels_read(a, &w, &m, written(a, v, n), &e) ==
		    PL_EFORMAT)
			abort();
		if (m != n)
			abort();
		for (size_t i = 0; i < n; i++)
			if (!pl_addr_equal(&v[i].address, &w[i].address) ||
			    !same(v[i].entity, w[i].entity) ||
			    !same(v[i].kind, w[i].kind) ||
			    !same(v[i].country, w[i].country))
				abort();
	}
	pl_arena_close(a);
	return 0;
}
