/* The list in a node's answer, found without reading it: where the list is one,
 * the reader of JSON sees the same list under the same id. */
#include <stdlib.h>

#include "codec/json_in.h"
#include "codec/rpc_list.h"
#include "codec/schema_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same(const struct pl_json *whole, const struct pl_json *list,
		 uint64_t id)
{
	size_t cost = 0;
	struct pl_err e;
	int64_t other;

	if (pl_json_type(whole) != PL_J_OBJECT || pl_json_len(whole) != 3)
		abort();
	if (!pl_json_equal(pl_json_get(whole, "result"), list, &cost))
		abort();
	if (pl_json_int(&other, pl_json_get(whole, "id"), &e) ||
	    (uint64_t)other != id)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pl_span text = { data, size }, list;
	struct pl_arena *a = pl_arena_open(0);
	const struct pl_json *whole, *part;
	struct pl_err e;
	uint64_t id;

	if (pl_rpc_list_find(&list, &id, text)) {
		if (list.n < 2 || list.p < text.p ||
		    list.p + list.n >= text.p + text.n || list.p[0] != '[' ||
		    list.p[list.n - 1] != ']')
			abort();
		/* the list is one level less deep than the answer */
		if (!pl_json_parse(a, &part, list, &e) &&
		    !pl_json_parse(a, &whole, text, &e))
			same(whole, part, id);
	}
	pl_arena_close(a);
	return 0;
}
