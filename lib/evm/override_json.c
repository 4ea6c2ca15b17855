/* Overrides as requests have them. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "eth/node_json.h"
#include "evm/override.h"

/* What is left of the limits of one request. */
struct left {
	size_t slots, code;
};

/* Leading zeros are welcome here: libraries send what they have. */
static enum pl_rc word(struct pl_u256 *out, const struct pl_json *v,
		       struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s || strncmp(s, "0x", 2) != 0)
		return pl_json_u256(out, v, e);
	if (!s[2]) {
		*out = pl_u256_of(0);
		return PL_OK;
	}
	return pl_u256_parse(out, s, pl_json_str_len(v), e);
}

static int by_key(const void *a, const void *b)
{
	const struct pl_state_slot_change *x = a, *y = b;

	return pl_u256_cmp(&x->key, &y->key);
}

static enum pl_rc slots(struct pl_arena *a, struct pl_override *out,
			const struct pl_json *o, struct left *left,
			struct pl_err *e)
{
	struct pl_state_slot_change *v;
	const size_t n = pl_json_len(o);

	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EUSAGE, "slots: an object");
	if (n > left->slots)
		return pl_fail(e, PL_ELIMIT, "more than %d slots",
			       PL_MAX_CALL_SLOTS);
	left->slots -= n;
	v = PL_NEW_N(a, struct pl_state_slot_change, n);
	for (void *it = pl_json_iter(o); it; it = pl_json_next(o, it)) {
		const char *k = pl_json_iter_key(it);
		struct pl_state_slot_change *s = &v[out->n_slots++];

		PL_TRY(pl_u256_parse(&s->key, k, strlen(k), e));
		PL_TRY(word(&s->value, pl_json_iter_value(it), e));
	}
	if (n)
		qsort(v, n, sizeof(*v), by_key);
	for (size_t i = 1; i < n; i++)
		if (!pl_u256_cmp(&v[i - 1].key, &v[i].key))
			return pl_fail(e, PL_EUSAGE, "a slot twice");
	out->slots = v;
	return PL_OK;
}

static enum pl_rc storage(struct pl_arena *a, struct pl_override *out,
			  const struct pl_json *o, struct left *left,
			  struct pl_err *e)
{
	out->replace = pl_has(o, "state");
	if (out->replace && pl_has(o, "stateDiff"))
		return pl_fail(e, PL_EUSAGE, "both state and stateDiff");
	if (out->replace)
		return slots(a, out, pl_json_get(o, "state"), left, e);
	if (pl_has(o, "stateDiff"))
		return slots(a, out, pl_json_get(o, "stateDiff"), left, e);
	return PL_OK;
}

static enum pl_rc code(struct pl_arena *a, struct pl_override *out,
		       const struct pl_json *o, struct left *left,
		       struct pl_err *e)
{
	struct pl_span *bytes = PL_NEW(a, struct pl_span);

	PL_TRY(pl_get_data(a, bytes, o, "code", e));
	if (bytes->n > left->code)
		return pl_fail(e, PL_ELIMIT, "more than %zu bytes of code",
			       PL_MAX_CALL_CODE);
	left->code -= bytes->n;
	out->code = bytes;
	return PL_OK;
}

static enum pl_rc one(struct pl_arena *a, struct pl_override *out,
		      const struct pl_json *o, struct left *left,
		      struct pl_err *e)
{
	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EUSAGE, "an account: an object");
	if (pl_has(o, "movePrecompileToAddress"))
		return pl_fail(e, PL_EUSAGE,
			       "movePrecompileToAddress is not known here");
	if (pl_has(o, "balance")) {
		struct pl_u256 *balance = PL_NEW(a, struct pl_u256);

		PL_TRY(word(balance, pl_json_get(o, "balance"), e));
		out->balance = balance;
	}
	if (pl_has(o, "nonce")) {
		uint64_t *nonce = PL_NEW(a, uint64_t);

		PL_TRY(pl_get_u64(nonce, o, "nonce", e));
		out->nonce = nonce;
	}
	if (pl_has(o, "code"))
		PL_TRY(code(a, out, o, left, e));
	return storage(a, out, o, left, e);
}

static int by_addr(const void *a, const void *b)
{
	const struct pl_override *x = a, *y = b;

	return memcmp(x->addr.b, y->addr.b, sizeof(x->addr.b));
}

static enum pl_rc all(struct pl_arena *a, struct pl_overrides *out,
		      const struct pl_json *o, struct pl_err *e)
{
	struct left left = { PL_MAX_CALL_SLOTS, PL_MAX_CALL_CODE };
	struct pl_override *v;
	size_t n = 0;

	if (pl_json_type(o) != PL_J_OBJECT)
		return pl_fail(e, PL_EUSAGE, "accounts: an object");
	if (pl_json_len(o) > PL_MAX_CALL_ACCOUNTS)
		return pl_fail(e, PL_ELIMIT, "more than %d accounts",
			       PL_MAX_CALL_ACCOUNTS);
	v = PL_NEW_N(a, struct pl_override, pl_json_len(o));
	for (void *it = pl_json_iter(o); it; it = pl_json_next(o, it)) {
		const struct pl_json *key;

		PL_TRY(pl_json_new_str(a, &key, pl_json_iter_key(it), e));
		PL_TRY(pl_json_addr(&v[n].addr, key, e));
		PL_TRY(one(a, &v[n++], pl_json_iter_value(it), &left, e));
	}
	if (n)
		qsort(v, n, sizeof(*v), by_addr);
	for (size_t i = 1; i < n; i++)
		if (pl_addr_equal(&v[i - 1].addr, &v[i].addr))
			return pl_fail(e, PL_EUSAGE, "an account twice");
	*out = (struct pl_overrides){ v, n };
	return PL_OK;
}

enum pl_rc pl_overrides_read(struct pl_arena *a, struct pl_overrides *out,
			     const struct pl_json *o, struct pl_err *e)
{
	struct pl_overrides v = { NULL, 0 };

	if (!pl_json_is_null(o) && all(a, &v, o, e)) {
		if (e->rc == PL_EFORMAT)
			e->rc = PL_EUSAGE;
		return pl_note(e, "overrides");
	}
	*out = v;
	return PL_OK;
}

static enum pl_rc block(struct pl_evm_block *b, const struct pl_json *o,
			struct pl_err *e)
{
	if (pl_has(o, "number"))
		PL_TRY(pl_get_u64(&b->number, o, "number", e));
	if (pl_has(o, "time"))
		PL_TRY(pl_get_u64(&b->time, o, "time", e));
	if (pl_has(o, "gasLimit"))
		PL_TRY(pl_get_u64(&b->gas_limit, o, "gasLimit", e));
	if (pl_has(o, "coinbase"))
		PL_TRY(pl_get_addr(&b->coinbase, o, "coinbase", e));
	if (pl_has(o, "feeRecipient"))
		PL_TRY(pl_get_addr(&b->coinbase, o, "feeRecipient", e));
	if (pl_has(o, "random"))
		PL_TRY(pl_get_hash32(&b->prev_randao, o, "random", e));
	if (pl_has(o, "prevRandao"))
		PL_TRY(pl_get_hash32(&b->prev_randao, o, "prevRandao", e));
	if (pl_has(o, "baseFeePerGas"))
		PL_TRY(pl_get_u256(&b->base_fee, o, "baseFeePerGas", e));
	if (pl_has(o, "blobBaseFee"))
		PL_TRY(pl_get_u256(&b->blob_base_fee, o, "blobBaseFee", e));
	return PL_OK;
}

enum pl_rc pl_override_block(struct pl_evm_block *b, const struct pl_json *o,
			     struct pl_err *e)
{
	struct pl_evm_block v = *b;

	if (block(&v, o, e)) {
		if (e->rc == PL_EFORMAT)
			e->rc = PL_EUSAGE;
		return pl_note(e, "overrides");
	}
	*b = v;
	return PL_OK;
}
