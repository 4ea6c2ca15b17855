#include "sync/exec_json.h"

#include "eth/node_json.h"

#define MAX_LIST 4096 /* entries of an access list, and keys of one */
#define MAX_AUTHS 256

static enum pl_rc entry(struct pl_arena *a, struct pl_exec_access *out,
			const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_hash32 *key;

	PL_TRY(pl_get_addr(&out->addr, o, "address", e));
	PL_TRY(pl_get_list(&list, &out->n_keys, o, "storageKeys", MAX_LIST, e));
	key = PL_NEW_N(a, struct pl_hash32, out->n_keys);
	for (size_t i = 0; i < out->n_keys; i++)
		PL_TRY(pl_json_hash32(&key[i], pl_json_at(list, i), e));
	out->keys = key;
	return PL_OK;
}

static enum pl_rc access_list(struct pl_arena *a, struct pl_exec_call *out,
			      const struct pl_json *o, struct pl_err *e)
{
	struct pl_exec_access *v;
	const struct pl_json *list;
	size_t n;

	PL_TRY(pl_get_list(&list, &n, o, "accessList", MAX_LIST, e));
	v = PL_NEW_N(a, struct pl_exec_access, n);
	for (size_t i = 0; i < n; i++)
		if (entry(a, &v[i], pl_json_at(list, i), e))
			return pl_note(e, "accessList[%zu]", i);
	out->has_access_list = true;
	out->access_list = pl_exec_list_rlp(a, v, n);
	return PL_OK;
}

static enum pl_rc auth_list(struct pl_arena *a, struct pl_exec_call *out,
			    const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_buf b;
	size_t n;

	pl_buf_init(&b, a);
	PL_TRY(pl_get_list(&list, &n, o, "authorizationList", MAX_AUTHS, e));
	for (size_t i = 0; i < n; i++)
		if (pl_auth_from_json(&b, pl_json_at(list, i), "yParity", e))
			return pl_note(e, "authorizationList[%zu]", i);
	out->auth_list = pl_buf_span(&b);
	return PL_OK;
}

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
	if (pl_has(o, "accessList"))
		PL_TRY(access_list(a, out, o, e));
	if (pl_has(o, "authorizationList"))
		PL_TRY(auth_list(a, out, o, e));
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
