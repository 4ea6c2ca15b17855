/* Many accounts in one exchange. */
#include "crypto/keccak.h"
#include "sync/view_impl.h"

/* Of the calls that were made for one account. */
static enum pl_rc judge(struct pl_view *v, struct pl_arena *a,
			struct pl_view_want *w, const struct pl_rpc_item *proof,
			const struct pl_rpc_item *code,
			const struct pl_header *at, struct pl_err *e)
{
	const struct pl_hash32 *hash;

	if (pl_json_is_null(proof->result))
		return PL_OK;
	PL_TRY(view_prove(v, a, &w->proof, &w->exists, at, &w->address,
			  w->slots, w->n_slots, proof->result, e));
	w->proven = true;
	hash = &w->proof.account.code_hash;
	if (pl_hash32_equal(hash, &pl_keccak_empty)) {
		w->has_code = true;
		return PL_OK;
	}
	if (!code || pl_json_is_null(code->result))
		return PL_OK;
	PL_TRY(view_prove_code(v, a, &w->bytes, at, hash, code->result, e));
	w->has_code = true;
	return PL_OK;
}

enum pl_rc pl_view_accounts(struct pl_view *v, struct pl_arena *a,
			    struct pl_view_want *want, size_t n,
			    const struct pl_header *at, struct pl_err *e)
{
	struct pl_rpc_item *item = PL_NEW_N(a, struct pl_rpc_item, 2 * n);
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct pl_view_want *w = &want[i];

		if (w->n_slots > PL_MAX_PROOF_SLOTS)
			return pl_fail(e, PL_ELIMIT, "%zu slots at once",
				       w->n_slots);
		item[k].method = "eth_getProof";
		item[k++].params = view_proof_params(a, at, &w->address,
						     w->slots, w->n_slots);
		if (!w->code)
			continue;
		item[k].method = "eth_getCode";
		item[k++].params = view_code_params(a, at, &w->address);
	}
	if (k)
		PL_TRY(view_batch(v, a, item, k, e));
	k = 0;
	for (size_t i = 0; i < n; i++) {
		const struct pl_rpc_item *proof = &item[k++];

		PL_TRY(judge(v, a, &want[i], proof,
			     want[i].code ? &item[k++] : NULL, at, e));
	}
	return PL_OK;
}
