/* Proofs of old blocks, in JSON and as portal nodes keep them: whatever is
 * read, nothing made up is ever true of a state nobody knows. */
#include <stdlib.h>

#include "eth/history.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void hold(const struct pl_lc_config *c, const struct pl_history_proof *p)
{
	struct pl_lc_beacon header = { .slot = p->list.slot };
	struct pl_err e;

	memset(header.state_root.b, 0xa5, sizeof(header.state_root.b));
	if (!pl_history_check(c, &header, p, &e))
		abort();
}

/* First byte: JSON or SSZ, which network. */
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const struct pl_lc_config *c;
	struct pl_history_proof proof = { 0 };
	const struct pl_json *v;
	struct pl_arena *a;
	struct pl_span in;
	struct pl_err e;

	if (!n)
		return 0;
	c = pl_lc_config_named(p[0] & 2 ? "minimal" : "ethereum");
	in = (struct pl_span){ p + 1, n - 1 };
	a = pl_arena_open(0);
	if (p[0] & 1) {
		proof.list.summaries = !(p[0] & 4);
		proof.list.slot = 14017856;
		if (!pl_history_decode_block(&proof.block, c, in, &e))
			hold(c, &proof);
	} else if (!pl_json_parse(a, &v, in, &e) &&
		   !pl_history_read(a, &proof, v, &e)) {
		hold(c, &proof);
	}
	pl_arena_close(a);
	return 0;
}
