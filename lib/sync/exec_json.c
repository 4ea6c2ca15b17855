#include "sync/exec_json.h"

#include "eth/node_json.h"

/* "input" is the newer name of "data". */
static enum pl_rc input(struct pl_arena *a, struct pl_exec_call *out,
			const struct pl_json *o, struct pl_err *e)
{
	struct pl_span data;

	if (pl_has(o, "input"))
		PL_TRY(pl_get_data(a, &out->data, o, "input", e));
	if (!pl_has(o, "data"))
		return PL_OK;
	PL_TRY(pl_get_data(a, &data, o, "data", e));
	if (pl_has(o, "input") &&
	    (data.n != out->data.n ||
	     (data.n && memcmp(data.p, out->data.p, data.n))))
		return pl_fail(e, PL_EUSAGE,
			       "\"data\" and \"input\" are both there, and "
			       "not equal");
	out->data = data;
	return PL_OK;
}

static enum pl_rc fees(struct pl_exec_call *out, const struct pl_json *o,
		       struct pl_err *e)
{
	const bool newer =
		pl_has(o, "maxFeePerGas") || pl_has(o, "maxPriorityFeePerGas");

	if (newer && pl_has(o, "gasPrice"))
		return pl_fail(e, PL_EUSAGE,
			       "both gasPrice and (maxFeePerGas or "
			       "maxPriorityFeePerGas) specified");
	if (pl_has(o, "gasPrice")) {
		PL_TRY(pl_get_u256(&out->max_fee, o, "gasPrice", e));
		out->tip = out->max_fee;
	}
	if (pl_has(o, "maxFeePerGas"))
		PL_TRY(pl_get_u256(&out->max_fee, o, "maxFeePerGas", e));
	if (pl_has(o, "maxPriorityFeePerGas"))
		PL_TRY(pl_get_u256(&out->tip, o, "maxPriorityFeePerGas", e));
	if (newer && pl_u256_cmp(&out->tip, &out->max_fee) > 0)
		return pl_fail(e, PL_EUSAGE,
			       "maxFeePerGas is less than "
			       "maxPriorityFeePerGas");
	out->has_fees = !pl_u256_is_zero(&out->max_fee);
	return PL_OK;
}

static enum pl_rc lists(struct pl_arena *a, struct pl_exec_call *out,
			const struct pl_json *o, struct pl_err *e)
{
	struct pl_buf access, auths;

	pl_buf_init(&access, a);
	pl_buf_init(&auths, a);
	out->has_access_list = pl_has(o, "accessList");
	if (out->has_access_list)
		PL_TRY(pl_access_from_json(&access, o, e));
	if (pl_has(o, "authorizationList"))
		PL_TRY(pl_auths_from_json(&auths, o, PL_MAX_CALL_AUTHS, e));
	out->access_list = pl_buf_span(&access);
	out->auth_list = pl_buf_span(&auths);
	if (pl_json_len(pl_json_get(o, "blobVersionedHashes")) ||
	    pl_json_len(pl_json_get(o, "blobs")))
		return pl_fail(e, PL_EUSAGE, "calls with blobs are not run");
	return PL_OK;
}

static enum pl_rc read_call(struct pl_arena *a, struct pl_exec_call *out,
			    const struct pl_json *o, uint64_t chain_id,
			    struct pl_err *e)
{
	uint64_t chain;

	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EUSAGE, "%s where a call belongs",
			       pl_json_type_name(o));
	if (pl_has(o, "from"))
		PL_TRY(pl_get_addr(&out->from, o, "from", e));
	out->has_to = pl_has(o, "to");
	if (out->has_to)
		PL_TRY(pl_get_addr(&out->to, o, "to", e));
	if (pl_has(o, "gas"))
		PL_TRY(pl_get_u64(&out->gas, o, "gas", e));
	if (out->gas > PL_EXEC_GAS)
		out->gas = PL_EXEC_GAS;
	if (pl_has(o, "value"))
		PL_TRY(pl_get_u256(&out->value, o, "value", e));
	if (pl_has(o, "chainId")) {
		PL_TRY(pl_get_u64(&chain, o, "chainId", e));
		if (chain != chain_id)
			return pl_fail(e, PL_EUSAGE,
				       "chainId does not match node's "
				       "(have=%ju, want=%ju)",
				       (uintmax_t)chain, (uintmax_t)chain_id);
	}
	PL_TRY(fees(out, o, e));
	PL_TRY(input(a, out, o, e));
	return lists(a, out, o, e);
}

enum pl_rc pl_exec_call_read(struct pl_arena *a, struct pl_exec_call *out,
			     const struct pl_json *o, uint64_t chain_id,
			     struct pl_err *e)
{
	struct pl_exec_call c = { .has_to = false };

	if (read_call(a, &c, o, chain_id, e)) {
		e->rc = PL_EUSAGE;
		return PL_EUSAGE;
	}
	*out = c;
	return PL_OK;
}

void pl_exec_list_out(struct pl_jout *w, const char *key,
		      const struct pl_exec_access *list, size_t n)
{
	pl_jout_open(w, key, '[');
	for (size_t i = 0; i < n; i++) {
		pl_jout_open(w, NULL, '{');
		pl_jout_addr(w, "address", &list[i].addr);
		pl_jout_open(w, "storageKeys", '[');
		for (size_t k = 0; k < list[i].n_keys; k++)
			pl_jout_hash(w, NULL, &list[i].keys[k]);
		pl_jout_close(w, ']');
		pl_jout_close(w, '}');
	}
	pl_jout_close(w, ']');
}
