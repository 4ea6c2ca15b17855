/* JSON: what is read is written canonically, reads again, and is written the
 * same; the readable form reads as the same value. */
#include <stdlib.h>

#include "codec/jcs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct pl_span write_one(struct pl_arena *a, const struct pl_json *v,
				bool pretty)
{
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, a);
	if (pretty ? pl_jcs_pretty(&b, v, &e) : pl_jcs(&b, v, &e))
		abort();
	return pl_buf_span(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_span once, twice;
	struct pl_buf b;
	struct pl_err e;

	pl_buf_init(&b, a);
	if (!pl_json_parse(a, &v, (struct pl_span){ data, size }, &e) &&
	    !pl_jcs(&b, v, &e)) {
		once = pl_buf_span(&b);
		twice = write_one(a, v, true);
		if (pl_json_parse(a, &v, twice, &e) ||
		    !pl_span_equal(once, write_one(a, v, false)))
			abort();
		if (pl_json_parse(a, &v, once, &e) ||
		    !pl_span_equal(once, write_one(a, v, false)))
			abort();
	}
	pl_arena_close(a);
	return 0;
}
