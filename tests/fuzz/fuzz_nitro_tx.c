/* Nitro's own transactions: what decodes encodes to the same bytes, and can be
 * shown. */
#include <stdlib.h>

#include "orbit/nitro_tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_nitro_view v;
	struct pl_nitro_tx tx;
	struct pl_arena *a;
	struct pl_buf b;
	struct pl_err e;

	if (pl_nitro_tx_decode(&tx, (struct pl_span){ p, n }, &e))
		return 0;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	pl_nitro_tx_encode(&b, &tx);
	if (!pl_span_equal(pl_buf_span(&b), (struct pl_span){ p, n }))
		abort();
	v = pl_nitro_tx_view(a, &tx);
	if (v.input.n < tx.data.n)
		abort();
	pl_arena_close(a);
	return 0;
}
