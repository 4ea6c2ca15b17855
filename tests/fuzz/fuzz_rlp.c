/* RLP: whatever is read can be written again as the same bytes, and the two
 * ways to walk a list agree. */
#include <stdlib.h>

#include "codec/rlp.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

/* Writes the item again, from its parts. */
static void rebuild(struct pl_buf *b, struct pl_span in, int depth)
{
	struct pl_rlp item;
	struct pl_err e;
	size_t list;

	need(!pl_rlp_next(&item, &in, &e) && !in.n);
	if (!item.is_list || depth > 40) {
		uint8_t head[PL_RLP_HEAD];

		if (!item.is_list) {
			pl_rlp_put(b, item.body);
			return;
		}
		pl_buf_put(b,
			   (struct pl_span){ head, pl_rlp_head(head, true,
							       item.body.n) });
		pl_buf_put(b, item.body);
		return;
	}
	list = pl_rlp_open(b);
	while (item.body.n) {
		struct pl_span one;

		need(!pl_rlp_raw(&one, &item.body, &e));
		rebuild(b, one, depth + 1);
	}
	pl_rlp_close(b, list);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p, n }, was = in, raw;
	struct pl_arena *a;
	struct pl_u256 big;
	struct pl_buf b;
	struct pl_err e;
	uint64_t v;

	if (pl_rlp_raw(&raw, &in, &e)) {
		need(in.p == was.p && in.n == was.n);
		return 0;
	}
	need(raw.n + in.n == n);
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	rebuild(&b, raw, 0);
	need(pl_span_equal(pl_buf_span(&b), raw));
	in = raw;
	if (!pl_rlp_u64(&v, &in, &e)) {
		in = raw;
		need(!pl_rlp_u256(&big, &in, &e) && big.w[0] == v);
		pl_buf_reset(&b);
		pl_rlp_put_u64(&b, v);
		need(pl_span_equal(pl_buf_span(&b), raw));
	}
	pl_arena_close(a);
	return 0;
}
