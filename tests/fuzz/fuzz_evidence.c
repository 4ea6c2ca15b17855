/* Files of evidence that anybody may have written: read, and their calls taken
 * as a node's. */
#include "base/arena.h"
#include "cmd/light/evidence.h"
#include "net/replay.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_evidence_file f;
	struct pl_transport *t;
	struct pl_err e;

	if (!pl_evidence_read(a, &f, (struct pl_span){ data, n }, &e))
		(void)!pl_replay_lines(a, &t, f.calls, f.chain_id, &e);
	pl_arena_close(a);
	return 0;
}
