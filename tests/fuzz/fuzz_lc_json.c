/* Light client objects in the beacon API's JSON and in files of any form:
 * what JSON gives can be written as SSZ and read back as the same. */
#include <stdlib.h>

#include "eth/light_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void same_in_ssz(struct pl_arena *a, const struct pl_lc_update *u,
			enum pl_lc_fork f, const struct pl_lc_preset *preset)
{
	struct pl_lc_update *back = PL_NEW(a, struct pl_lc_update);
	struct pl_buf b, c;
	struct pl_err e;

	pl_buf_init(&b, a);
	pl_buf_init(&c, a);
	pl_lc_update_encode(&b, u, preset, f);
	if (pl_lc_update_decode(back, u->kind, pl_buf_span(&b), preset, f, &e))
		abort();
	pl_lc_update_encode(&c, back, preset, f);
	if (!pl_span_equal(pl_buf_span(&b), pl_buf_span(&c)))
		abort();
}

/* First byte: the kind of object. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct pl_lc_config *c = pl_lc_config_named("minimal");
	struct pl_lc_bootstrap *b;
	struct pl_lc_update *u;
	struct pl_lc_file f;
	enum pl_lc_kind kind;
	struct pl_arena *a;
	struct pl_err e;

	if (!n)
		return 0;
	kind = (enum pl_lc_kind)(p[0] & 3);
	a = pl_arena_open(0);
	if (pl_lc_file_open(&f, a, (struct pl_span){ p + 1, n - 1 }, kind, c,
			    &e)) {
		pl_arena_close(a);
		return 0;
	}
	b = PL_NEW(a, struct pl_lc_bootstrap);
	u = PL_NEW(a, struct pl_lc_update);
	while (pl_lc_file_more(&f)) {
		if (pl_lc_file_next(&f, b, u, &e))
			continue;
		if (kind != PL_LC_BOOTSTRAP)
			same_in_ssz(a, u, f.fork, c->preset);
	}
	pl_arena_close(a);
	return 0;
}
