/* Methods that read the state: accounts, code, storage. */
#include "crypto/keccak.h"
#include "sync/serve_impl.h"

/* The account at a header, without storage, out of the cache or proven. */
static enum pl_rc account(struct serve_call *c, struct pl_account *out,
			  const struct pl_viewed *at,
			  const struct pl_addr *addr, struct pl_err *e)
{
	struct pl_view *view = c->seat->view;
	const struct pl_span key[2] = { pl_hash32_span(&at->header.hash),
					pl_addr_span(addr) };
	struct pl_node_proof proof;
	bool exists;
	struct pl_span v;

	if (serve_cached(c, &v, 'a', key, 2)) {
		memcpy(out, v.p, sizeof(*out));
		return PL_OK;
	}
	PL_TRY(pl_view_account(view, c->a, &proof, &exists, &at->header, addr,
			       NULL, 0, e));
	*out = proof.account;
	serve_keep(c, 'a', key, 2,
		   (struct pl_span){ (const uint8_t *)out, sizeof(*out) });
	return PL_OK;
}

/* [address, block] */
static enum pl_rc account_of(struct serve_call *c, struct pl_account *out,
			     struct pl_viewed *at, struct pl_addr *addr,
			     size_t block, struct pl_err *e)
{
	PL_TRY(serve_address(c, addr, 0, e));
	PL_TRY(serve_header_param(c, at, block, e));
	return account(c, out, at, addr, e);
}

enum pl_rc serve_balance_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_account acc;
	struct pl_viewed at;
	struct pl_addr addr;

	PL_TRY(account_of(c, &acc, &at, &addr, 1, e));
	pl_jout_u256(c->w, SERVE_KEY, &acc.balance);
	return PL_OK;
}

enum pl_rc serve_nonce_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_account acc;
	struct pl_viewed at;
	struct pl_addr addr;

	PL_TRY(account_of(c, &acc, &at, &addr, 1, e));
	pl_jout_u64(c->w, SERVE_KEY, acc.nonce);
	return PL_OK;
}

enum pl_rc serve_code_method(struct serve_call *c, struct pl_err *e)
{
	const struct pl_hash32 empty =
		pl_keccak256((struct pl_span){ (const uint8_t *)"", 0 });
	struct pl_view *view = c->seat->view;
	struct pl_span code = { NULL, 0 }, key;
	struct pl_account acc;
	struct pl_viewed at;
	struct pl_addr addr;

	PL_TRY(account_of(c, &acc, &at, &addr, 1, e));
	key = pl_hash32_span(&acc.code_hash);
	if (!pl_hash32_equal(&acc.code_hash, &empty) &&
	    !serve_cached(c, &code, 'c', &key, 1)) {
		PL_TRY(pl_view_code(view, c->a, &code, &at.header, &addr,
				    &acc.code_hash, e));
		serve_keep(c, 'c', &key, 1, code);
	}
	pl_jout_data(c->w, SERVE_KEY, code);
	return PL_OK;
}

/* A slot: 32 bytes, or a shorter number, as nodes take both. */
static enum pl_rc slot_of(struct serve_call *c, struct pl_hash32 *out,
			  const struct pl_json *v, struct pl_err *e)
{
	const char *s = pl_json_str(v);
	size_t n = pl_json_str_len(v);
	struct pl_u256 u;

	if (!s || n < 3 || s[0] != '0' || s[1] != 'x' ||
	    pl_u256_parse(&u, s, n, e)) {
		(void)pl_fail(e, PL_EUSAGE,
			      "a slot is 0x and at most 64 digits");
		return serve_bad(c, e);
	}
	pl_u256_to_be(out->b, &u);
	return PL_OK;
}

enum pl_rc serve_storage_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_view *view = c->seat->view;
	struct pl_node_proof proof;
	bool exists;
	struct pl_hash32 slot, word;
	struct pl_viewed at;
	struct pl_addr addr;
	struct pl_span v;

	PL_TRY(serve_address(c, &addr, 0, e));
	PL_TRY(slot_of(c, &slot, pl_json_at(c->params, 1), e));
	PL_TRY(serve_header_param(c, &at, 2, e));
	const struct pl_span key[3] = { pl_hash32_span(&at.header.hash),
					pl_addr_span(&addr),
					pl_hash32_span(&slot) };

	if (!serve_cached(c, &v, 's', key, 3)) {
		PL_TRY(pl_view_account(view, c->a, &proof, &exists, &at.header,
				       &addr, &slot, 1, e));
		pl_u256_to_be(word.b, &proof.slots[0].value);
		v = pl_hash32_span(&word);
		serve_keep(c, 's', key, 3, v);
	}
	pl_jout_data(c->w, SERVE_KEY, v);
	return PL_OK;
}

/* [address, [slots], block] */
enum pl_rc serve_proof_method(struct serve_call *c, struct pl_err *e)
{
	struct pl_view *view = c->seat->view;
	const struct pl_json *list = pl_json_at(c->params, 1);
	const size_t n = pl_json_len(list);
	struct pl_node_proof proof;
	bool exists;
	struct pl_hash32 *slots;
	struct pl_viewed at;
	struct pl_addr addr;

	PL_TRY(serve_address(c, &addr, 0, e));
	if (pl_json_type(list) != PL_J_ARRAY || n > PL_MAX_PROOF_SLOTS) {
		(void)pl_fail(e, PL_EUSAGE, "slots: a list of at most %d",
			      PL_MAX_PROOF_SLOTS);
		return serve_bad(c, e);
	}
	slots = PL_NEW_N(c->a, struct pl_hash32, n);
	for (size_t i = 0; i < n; i++)
		PL_TRY(slot_of(c, &slots[i], pl_json_at(list, i), e));
	PL_TRY(serve_header_param(c, &at, 2, e));
	PL_TRY(pl_view_account(view, c->a, &proof, &exists, &at.header, &addr,
			       slots, n, e));
	pl_node_proof(c->w, SERVE_KEY, &proof);
	return PL_OK;
}
