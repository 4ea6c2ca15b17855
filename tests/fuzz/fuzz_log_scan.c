/* Logs by the scan: whatever it takes, the tree of the text gives as well. */
#include <stdlib.h>

#include "../unit/scan_both.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_arena *a = pl_arena_open(0);
	bool same;

	(void)scan_both(a, (struct pl_span){ data, size }, &same);
	if (!same)
		abort();
	pl_arena_close(a);
	return 0;
}
