/* Tries.  The first byte chooses: a proof made of the rest (nodes behind a
 * byte pair of length, the root being the first node's hash, so that the walk
 * gets past it), or a trie made of the rest, whose root must not depend on
 * the order its items came in. */
#include <stdlib.h>

#include "crypto/keccak.h"
#include "eth/trie.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void proof(struct pl_span in)
{
	struct pl_span nodes[65], value = { NULL, 7 };
	struct pl_hash32 root, key = { { 0 } };
	struct pl_err e;
	size_t n = 0;

	if (in.n < 32)
		return;
	memcpy(key.b, pl_span_take(&in, 32).p, 32);
	while (in.n > 2 && n < 65) {
		size_t len = (size_t)(in.p[0] << 8 | in.p[1]);

		(void)pl_span_take(&in, 2);
		nodes[n++] = pl_span_take(&in, len < in.n ? len : in.n);
	}
	if (!n)
		return;
	root = pl_keccak256(nodes[0]);
	if (pl_trie_prove(&value, &root, pl_hash32_span(&key), nodes, n, &e))
		need(e.rc == PL_EPROOF && value.n == 7);
	else
		need(!value.p || (value.n && value.n < 70000));
}

static void build(struct pl_span in)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_trie_item items[64], back[64];
	struct pl_hash32 r1, r2;
	struct pl_buf b;
	struct pl_err e;
	size_t n = 0, k;
	enum pl_rc rc;

	while (in.n > 2 && n < 64) {
		size_t key = in.p[0] & 7, value = 1u + (in.p[1] & 63u);

		(void)pl_span_take(&in, 1);
		if (key + value > in.n)
			break;
		items[n].key = pl_span_take(&in, key);
		items[n++].value = pl_span_take(&in, value);
	}
	for (k = 0; k < n; k++)
		back[k] = items[n - 1 - k];
	pl_trie_sort(items, n);
	pl_trie_sort(back, n);
	pl_buf_init(&b, a);
	rc = pl_trie_root(&r1, &b, items, n, &e);
	need(rc == pl_trie_root(&r2, &b, back, n, &e));
	need(rc || pl_hash32_equal(&r1, &r2));
	pl_arena_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (!n)
		return 0;
	if (*p & 1)
		proof((struct pl_span){ p + 1, n - 1 });
	else
		build((struct pl_span){ p + 1, n - 1 });
	return 0;
}
