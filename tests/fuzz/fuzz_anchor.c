/* A file of a batch of any bytes: what is taken for one has the root it names,
 * is written again as a file that is read alike, and leads every one of its
 * ids to its root. */
#include <stdlib.h>

#include "record/anchor.h"
#include "record/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LOOKED 8 /* ids of a batch whose paths are walked */

static void fuzz(struct pl_arena *a, struct pl_span in)
{
	struct pl_anchor x, y;
	struct pl_batch_path p;
	struct pl_buf b, again;
	struct pl_err e;

	if (pl_anchor_get(a, &x, in, &e))
		return;
	pl_buf_init(&b, a);
	pl_buf_init(&again, a);
	if (pl_anchor_put(&b, &x, &e) ||
	    pl_anchor_get(a, &y, pl_buf_span(&b), &e) ||
	    pl_anchor_put(&again, &y, &e) ||
	    !pl_span_equal(pl_buf_span(&b), pl_buf_span(&again)))
		abort();
	for (size_t i = 0; i < x.n && i < LOOKED; i++) {
		if (pl_anchor_find(&x, &x.ids[i]) != (long)i ||
		    pl_batch_path(&p, x.ids, x.n, i, &e) ||
		    pl_batch_check(&x.root, &x.ids[i], &p, &e))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);

	fuzz(a, (struct pl_span){ data, size });
	pl_arena_close(a);
	return 0;
}
