/* Asking the node: one call, or many in one exchange. */
#include "base/hex.h"
#include "eth/node_json.h"
#include "sync/view_impl.h"

enum pl_rc view_ask(struct pl_view *v, struct pl_arena *a,
		    const struct pl_json **out, const char *method,
		    const char *params, struct pl_err *e)
{
	if (pl_rpc_call(v->conf.rpc, a, out, method, params, e)) {
		if (e->rc == PL_EREFUSED)
			e->rc = PL_ENET; /* the node did, not the chain */
		return e->rc;
	}
	if (pl_json_is_null(*out))
		return pl_fail(e, PL_ENOTFOUND, "%s: %s has no answer",
			       pl_rpc_host(v->conf.rpc), method);
	return PL_OK;
}

/* ---------------------------------------------------------------- batches */

/* An error object is the item's own matter. */
static enum pl_rc ask_item(struct pl_view *v, struct pl_arena *a,
			   struct pl_rpc_item *item, struct pl_err *e)
{
	enum pl_rc rc;

	item->result = NULL;
	rc = pl_rpc_ask(v->conf.rpc, a, &item->result, &item->error,
			item->method, item->params, e);
	return item->error.message ? PL_OK : rc;
}

static bool may_be_the_batch(enum pl_rc rc)
{
	return rc == PL_EREFUSED || rc == PL_ENET || rc == PL_ELIMIT;
}

enum pl_rc view_batch(struct pl_view *v, struct pl_arena *a,
		      struct pl_rpc_item *item, size_t n, struct pl_err *e)
{
	size_t i = 0;

	while (i < n) {
		size_t k = n - i < v->together ? n - i : v->together;
		enum pl_rc rc = PL_OK;

		if (k > 1)
			rc = pl_rpc_batch(v->conf.rpc, a, item + i, k, e);
		if (rc && !may_be_the_batch(rc))
			return rc;
		if (k > 1 && !rc) {
			i += k;
			continue;
		}
		/* what one call is refused too is no matter of batches */
		PL_TRY(ask_item(v, a, item + i, e));
		i++;
		if (k > 1)
			v->together = k / 2;
	}
	return PL_OK;
}

enum pl_rc view_result(struct pl_view *v, const struct pl_rpc_item *item,
		       struct pl_err *e)
{
	const char *host = pl_rpc_host(v->conf.rpc);

	if (item->error.message)
		return pl_fail(e, PL_ENET, "%s: %s: the node answers: %s", host,
			       item->method, item->error.message);
	if (pl_json_is_null(item->result))
		return pl_fail(e, PL_ENOTFOUND, "%s: %s has no answer", host,
			       item->method);
	return PL_OK;
}

/* ---------------------------------------------------------------- headers */

enum pl_rc view_header_read(struct pl_view *v, struct pl_arena *a,
			    struct pl_header *out, const struct pl_hash32 *hash,
			    const struct pl_json *block, struct pl_err *e)
{
	struct pl_header h;

	if (pl_json_type(block) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "%s where a block belongs",
			       pl_json_type_name(block));
	PL_TRY(pl_header_from_json(a, &h, block, e));
	if (pl_hash32_equal(&h.hash, hash)) {
		*out = h;
		return PL_OK;
	}
	(void)pl_fail(e, PL_EPROOF,
		      "%s gave another block than the one proven: its header "
		      "has hash %s, not %s",
		      pl_rpc_host(v->conf.rpc),
		      pl_hex(a, pl_hash32_span(&h.hash)),
		      pl_hex(a, pl_hash32_span(hash)));
	return pl_hint(e, "the node is wrong or of another chain; name "
			  "another with --rpc URL");
}

const char *view_block_params(struct pl_arena *a, const struct pl_hash32 *hash,
			      bool full)
{
	return pl_printf(a, "[\"%s\",%s]", pl_hex(a, pl_hash32_span(hash)),
			 full ? "true" : "false");
}

enum pl_rc view_headers_by_hash(struct pl_view *v, struct pl_arena *a,
				struct pl_header *out,
				const struct pl_hash32 *const *hash, size_t n,
				struct pl_err *e)
{
	struct pl_rpc_item *item = PL_NEW_N(a, struct pl_rpc_item, n);

	for (size_t i = 0; i < n; i++) {
		item[i].method = "eth_getBlockByHash";
		item[i].params = view_block_params(a, hash[i], false);
	}
	PL_TRY(view_batch(v, a, item, n, e));
	for (size_t i = 0; i < n; i++) {
		PL_TRY(view_result(v, &item[i], e));
		PL_TRY(view_header_read(v, a, &out[i], hash[i], item[i].result,
					e));
	}
	return PL_OK;
}

enum pl_rc view_header_by_hash(struct pl_view *v, struct pl_arena *a,
			       struct pl_header *out,
			       const struct pl_hash32 *hash, struct pl_err *e)
{
	return view_headers_by_hash(v, a, out, &hash, 1, e);
}
