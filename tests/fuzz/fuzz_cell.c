/* Rows of a ClickHouse answer: what is read and written again is the same
 * bytes, and what is no row is refused, wherever it is cut. */
#include <stdlib.h>

#include "store/cell.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

/* Lengths of text may be written in more bytes than they need: then it is the
 * values that come back. */
static void there_and_back(struct pl_arena *a, const char *types,
			   struct pl_span in)
{
	struct pl_cell x[32], y[32];
	struct pl_span left = in;
	struct pl_buf b;

	if (!pl_cell_row(x, types, &left))
		return;
	pl_buf_init(&b, a);
	for (size_t i = 0; types[i]; i++)
		pl_cell_put(&b, types[i], &x[i]);
	left = pl_buf_span(&b);
	need(pl_cell_row(y, types, &left) && !left.n);
	for (size_t i = 0; types[i]; i++)
		need(x[i].unknown == y[i].unknown && x[i].i == y[i].i &&
		     x[i].bytes.n == y[i].bytes.n &&
		     (!x[i].bytes.n ||
		      !memcmp(x[i].bytes.p, y[i].bytes.p, x[i].bytes.n)));
	for (left.n = 0; left.n < b.n && b.n < 2000; left.n++) {
		struct pl_span cut = { b.p, left.n };

		need(!pl_cell_row(y, types, &cut));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a;

	if (!n)
		return 0;
	a = pl_arena_open(0);
	there_and_back(a, pl_store_tables[*p % PL_T_COUNT].types,
		       (struct pl_span){ p + 1, n - 1 });
	pl_arena_close(a);
	return 0;
}
