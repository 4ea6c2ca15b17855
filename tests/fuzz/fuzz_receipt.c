/* Receipts: what decodes encodes to the same bytes, its logs too, and every
 * address and topic is found in the bloom made from them. */
#include <stdlib.h>

#include "eth/receipt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p, n }, logs;
	uint8_t bloom[PL_BLOOM];
	struct pl_receipt r;
	struct pl_arena *a;
	struct pl_log l;
	struct pl_buf b;
	struct pl_err e;

	if (pl_receipt_decode(&r, in, &e))
		return 0;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	pl_receipt_encode(&b, &r);
	need(pl_span_equal(pl_buf_span(&b), in));
	pl_buf_reset(&b);
	need(!pl_receipt_bloom(bloom, &r, &e));
	for (logs = r.logs; logs.n;) {
		need(!pl_log_next(&l, &logs, &e));
		pl_log_encode(&b, &l);
		need(pl_bloom_has(bloom, pl_addr_span(&l.address)));
		for (unsigned i = 0; i < l.n_topics; i++)
			need(pl_bloom_has(bloom, pl_hash32_span(&l.topics[i])));
	}
	need(pl_span_equal(pl_buf_span(&b), r.logs));
	pl_arena_close(a);
	return 0;
}
