/* Snappy: never more than the limit, never a read outside; and the YAML of
 * test cases, which comes from the same places. */
#include <stdlib.h>

#include "codec/snappy.h"
#include "codec/yaml.h"

#define LIMIT ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_span in = { p, n }, out, again;
	const struct pl_json *v;
	struct pl_err e;

	if (!pl_snappy(a, &out, in, LIMIT, &e)) {
		if (out.n > LIMIT)
			abort();
		if (pl_snappy(a, &again, in, out.n, &e) ||
		    !pl_span_equal(out, again))
			abort();
		if (out.n &&
		    pl_snappy(a, &again, in, out.n - 1, &e) != PL_ELIMIT)
			abort();
	}
	(void)!pl_yaml_parse(a, &v, in, &e);
	pl_arena_close(a);
	return 0;
}
