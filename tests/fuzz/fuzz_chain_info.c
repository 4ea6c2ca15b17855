/* Lists of chains, of whatever shape. */
#include "orbit/chain_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *doc;
	struct pl_chain_info info;
	uint64_t id = 98866;
	struct pl_err e;

	if (!pl_json_parse(a, &doc, (struct pl_span){ data, n }, &e)) {
		(void)!pl_chain_info_read(&info, doc, NULL, &e);
		(void)!pl_chain_info_read(&info, doc, &id, &e);
	}
	pl_arena_close(a);
	return 0;
}
