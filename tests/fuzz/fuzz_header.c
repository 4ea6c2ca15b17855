/* Headers: what decodes encodes to the same bytes and hashes the same; the
 * rules of clique and Nitro take any of them. */
#include <stdlib.h>

#include "eth/clique.h"
#include "orbit/nitro.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p, n };
	struct pl_header h;
	struct pl_addr signer;
	struct pl_hash32 hash;
	struct pl_arena *a;
	struct pl_buf b;
	struct pl_err e;

	if (pl_header_decode(&h, in, &e))
		return 0;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	pl_header_encode(&b, &h);
	need(pl_span_equal(pl_buf_span(&b), in));
	hash = pl_header_hash(&h, &b);
	need(pl_hash32_equal(&hash, &h.hash));
	need(pl_span_equal(pl_buf_span(&b), in));
	if (pl_clique_fits(&h))
		(void)!pl_clique_signer(&signer, &h, &b, &e);
	if (pl_nitro_fits(&h))
		(void)pl_nitro_read(&h);
	pl_arena_close(a);
	return 0;
}
