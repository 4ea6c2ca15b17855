/* JSON from outside: read, walked to the last value, asked for everything. */
#include "codec/json_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ask(struct pl_arena *a, const struct pl_json *v)
{
	struct pl_u256 u;
	struct pl_hash32 h;
	struct pl_addr addr;
	struct pl_span s;
	struct pl_err e;
	uint64_t n;
	int64_t i;
	double x;

	(void)!pl_json_u256(&u, v, &e);
	(void)!pl_json_u64(&n, v, &e);
	(void)!pl_json_int(&i, v, &e);
	(void)!pl_json_num(&x, v, &e);
	(void)!pl_json_hash32(&h, v, &e);
	(void)!pl_json_addr(&addr, v, &e);
	(void)!pl_json_data(a, &s, v, &e);
	for (size_t k = 0; k < pl_json_len(v); k++)
		if (pl_json_type(v) == PL_J_ARRAY)
			ask(a, pl_json_at(v, k));
	if (pl_json_type(v) == PL_J_OBJECT)
		for (void *it = pl_json_iter(v); it; it = pl_json_next(v, it))
			ask(a, pl_json_iter_value(it));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *v;
	struct pl_err e;

	if (!pl_json_parse(a, &v, (struct pl_span){ data, size }, &e))
		ask(a, v);
	pl_arena_close(a);
	return 0;
}
