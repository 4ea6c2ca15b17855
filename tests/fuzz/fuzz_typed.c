/* Requests of others' making: typed data to be signed, and what a call wishes
 * the state to be.  Read twice, they come to the same. */
#include <assert.h>
#include <string.h>

#include "eth/typed.h"
#include "evm/override.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void sorted(const struct pl_overrides *o)
{
	for (size_t i = 1; i < o->n; i++)
		assert(memcmp(o->v[i - 1].addr.b, o->v[i].addr.b, 20) < 0);
	for (size_t i = 0; i < o->n; i++)
		for (size_t k = 1; k < o->v[i].n_slots; k++)
			assert(pl_u256_cmp(&o->v[i].slots[k - 1].key,
					   &o->v[i].slots[k].key) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_evm_block block = { .number = 1 };
	struct pl_overrides over;
	struct pl_hash32 x, y;
	const struct pl_json *v;
	struct pl_err e;

	if (!pl_json_parse(a, &v, (struct pl_span){ data, size }, &e)) {
		const enum pl_rc rc = pl_typed_digest(a, &x, v, &e);

		assert(pl_typed_digest(a, &y, v, &e) == rc);
		assert(rc || pl_hash32_equal(&x, &y));
		if (!pl_overrides_read(a, &over, v, &e))
			sorted(&over);
		(void)!pl_override_block(&block, v, &e);
	}
	pl_arena_close(a);
	return 0;
}
