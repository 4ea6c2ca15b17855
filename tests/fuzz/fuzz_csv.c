/* CSV: every record read twice, once as it is and once written out again with
 * every field quoted; both must be the same fields. */
#include <stdlib.h>

#include "base/buf.h"
#include "codec/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put_quoted(struct pl_buf *b, struct pl_span f)
{
	pl_buf_byte(b, '"');
	for (size_t i = 0; i < f.n; i++) {
		if (f.p[i] == '"')
			pl_buf_byte(b, '"');
		pl_buf_byte(b, f.p[i]);
	}
	pl_buf_byte(b, '"');
}

static void same_again(struct pl_arena *a, const struct pl_csv *c)
{
	struct pl_csv again;
	struct pl_err e;
	struct pl_buf b;
	bool more;

	pl_buf_init(&b, a);
	for (size_t i = 0; i < c->n; i++) {
		if (i)
			pl_buf_byte(&b, ',');
		put_quoted(&b, c->field[i]);
	}
	pl_buf_str(&b, "\r\n");
	pl_csv_init(&again, a, pl_buf_span(&b), ',');
	if (pl_csv_next(&again, &more, &e))
		return; /* quoting made it longer than a record may be */
	if (!more || again.n != c->n)
		abort();
	for (size_t i = 0; i < c->n; i++)
		if (!pl_span_equal(again.field[i], c->field[i]))
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	uint64_t line = 0;
	struct pl_err e;
	struct pl_csv c;
	bool more = true;

	pl_csv_init(&c, a, (struct pl_span){ data, size }, 0);
	if (!pl_csv_header(&c, &e))
		for (size_t i = 0; i < c.header_n; i++) {
			const char *name = (const char *)c.header[i].p;
			size_t at;

			(void)!pl_csv_column(&at, &c, name, &e);
		}
	while (more && !pl_csv_next(&c, &more, &e) && more) {
		if (c.line <= line)
			abort();
		line = c.line;
		(void)!pl_csv_ragged(&c, &e);
		same_again(a, &c);
	}
	pl_arena_close(a);
	return 0;
}
