/* The sequencer's feed: no broadcast may do more than be refused, and what is
 * read has hashes whatever it holds. */
#include "base/limits.h"
#include "orbit/feed_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_feed_signed *v;
	struct pl_buf scratch;
	struct pl_addr who;
	struct pl_err e;
	size_t count;

	pl_buf_init(&scratch, a);
	if (!pl_feed_read(a, &v, &count, (struct pl_span){ data, n }, &e))
		for (size_t i = 0; i < count; i++) {
			struct pl_hash32 h = pl_feed_hash_v2(&v[i].m, 1);

			(void)!pl_feed_signer(&who, &h, v[i].v2, &e);
			h = pl_feed_hash_v1(&v[i].m, 1, &scratch);
			(void)!pl_feed_signer(&who, &h, v[i].v1, &e);
		}
	pl_arena_close(a);
	return 0;
}
