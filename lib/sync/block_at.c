#include "sync/block_at.h"

#include <inttypes.h>

#include "codec/json_in.h"

enum pl_rc pl_chain_block_read(struct pl_chain_block *out,
			       const struct pl_json *v, struct pl_err *e)
{
	struct pl_chain_block b = { .known = true };
	uint64_t seconds;

	if (pl_json_is_null(v)) {
		out->known = false;
		return PL_OK;
	}
	if (pl_json_u64(&b.number, pl_json_get(v, "number"), e) ||
	    pl_json_hash32(&b.hash, pl_json_get(v, "hash"), e) ||
	    pl_json_u64(&seconds, pl_json_get(v, "timestamp"), e))
		return pl_note(e, "eth_getBlockByNumber %" PRIu64, out->number);
	if (b.number != out->number || seconds > INT64_MAX)
		return pl_fail(e, PL_EFORMAT,
			       "eth_getBlockByNumber %" PRIu64
			       ": the node answers with block %" PRIu64,
			       out->number, b.number);
	b.time = (int64_t)seconds;
	*out = b;
	return PL_OK;
}

enum pl_rc pl_blocks_at(struct pl_rpc *r, struct pl_arena *a,
			struct pl_chain_block *v, size_t n, struct pl_err *e)
{
	struct pl_rpc_item *items = PL_NEW_N(a, struct pl_rpc_item, n);

	for (size_t i = 0; i < n; i++) {
		items[i].method = "eth_getBlockByNumber";
		items[i].params =
			pl_printf(a, "[\"0x%" PRIx64 "\",false]", v[i].number);
	}
	PL_TRY(pl_rpc_batch(r, a, items, n, e));
	for (size_t i = 0; i < n; i++) {
		const char *words = items[i].error.message;

		if (items[i].error.code || words)
			return pl_fail(e, PL_EREFUSED,
				       "eth_getBlockByNumber %" PRIu64 ": %s",
				       v[i].number, words ? words : "refused");
		PL_TRY(pl_chain_block_read(&v[i], items[i].result, e));
	}
	return PL_OK;
}
