#include "eth/node_json.h"

#include "base/hex.h"
#include "base/limits.h"
#include "codec/rlp.h"

bool pl_has(const struct pl_json *obj, const char *key)
{
	return !pl_json_is_null(pl_json_get(obj, key));
}

static enum pl_rc need(const struct pl_json **v, const struct pl_json *obj,
		       const char *key, struct pl_err *e)
{
	*v = pl_json_get(obj, key);
	if (!*v)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is missing", key);
	return PL_OK;
}

#define GETTER(call)                                                           \
	do {                                                                   \
		const struct pl_json *v;                                       \
		PL_TRY(need(&v, obj, key, e));                                 \
		if (call)                                                      \
			return pl_note(e, "\"%s\"", key);                      \
		return PL_OK;                                                  \
	} while (0)

enum pl_rc pl_get_u64(uint64_t *out, const struct pl_json *obj, const char *key,
		      struct pl_err *e)
{
	GETTER(pl_json_u64(out, v, e));
}

enum pl_rc pl_get_u256(struct pl_u256 *out, const struct pl_json *obj,
		       const char *key, struct pl_err *e)
{
	GETTER(pl_json_u256(out, v, e));
}

enum pl_rc pl_get_hash32(struct pl_hash32 *out, const struct pl_json *obj,
			 const char *key, struct pl_err *e)
{
	GETTER(pl_json_hash32(out, v, e));
}

enum pl_rc pl_get_addr(struct pl_addr *out, const struct pl_json *obj,
		       const char *key, struct pl_err *e)
{
	GETTER(pl_json_addr(out, v, e));
}

enum pl_rc pl_get_data(struct pl_arena *a, struct pl_span *out,
		       const struct pl_json *obj, const char *key,
		       struct pl_err *e)
{
	GETTER(pl_json_data(a, out, v, e));
}

static enum pl_rc fixed(uint8_t *out, size_t n, const struct pl_json *v,
			struct pl_err *e)
{
	const char *s = pl_json_str(v);

	if (!s)
		return pl_fail(e, PL_EFORMAT, "%s where %zu bytes belong",
			       pl_json_type_name(v), n);
	return pl_hex_fixed(out, n, s, pl_json_str_len(v), e);
}

enum pl_rc pl_get_fixed(uint8_t *out, size_t n, const struct pl_json *obj,
			const char *key, struct pl_err *e)
{
	GETTER(fixed(out, n, v, e));
}

enum pl_rc pl_get_list(const struct pl_json **out, size_t *n,
		       const struct pl_json *obj, const char *key, size_t limit,
		       struct pl_err *e)
{
	PL_TRY(pl_json_need(out, obj, key, PL_J_ARRAY, e));
	*n = pl_json_len(*out);
	if (*n > limit)
		return pl_fail(e, PL_ELIMIT,
			       "\"%s\" has %zu items, more than "
			       "%zu",
			       key, *n, limit);
	return PL_OK;
}

/* -------------------------------------------------------------- headers */

static enum pl_rc later_fields(struct pl_header *h, const struct pl_json *o,
			       struct pl_err *e)
{
	h->n_fields = 15;
	if (pl_has(o, "baseFeePerGas"))
		h->n_fields = 16;
	if (pl_has(o, "withdrawalsRoot"))
		h->n_fields = 17;
	if (pl_has(o, "blobGasUsed") || pl_has(o, "excessBlobGas") ||
	    pl_has(o, "parentBeaconBlockRoot"))
		h->n_fields = 20;
	if (pl_has(o, "requestsHash"))
		h->n_fields = 21;
	/* a later field without those before it is a missing key */
	if (h->n_fields >= 16)
		PL_TRY(pl_get_u256(&h->base_fee, o, "baseFeePerGas", e));
	if (h->n_fields >= 17)
		PL_TRY(pl_get_hash32(&h->withdrawals_root, o, "withdrawalsRoot",
				     e));
	if (h->n_fields >= 20) {
		PL_TRY(pl_get_u64(&h->blob_gas_used, o, "blobGasUsed", e));
		PL_TRY(pl_get_u64(&h->excess_blob_gas, o, "excessBlobGas", e));
		PL_TRY(pl_get_hash32(&h->parent_beacon_root, o,
				     "parentBeaconBlockRoot", e));
	}
	if (h->n_fields >= 21)
		PL_TRY(pl_get_hash32(&h->requests_hash, o, "requestsHash", e));
	return PL_OK;
}

static enum pl_rc first_fields(struct pl_arena *a, struct pl_header *h,
			       const struct pl_json *o, struct pl_err *e)
{
	PL_TRY(pl_get_hash32(&h->parent_hash, o, "parentHash", e));
	PL_TRY(pl_get_hash32(&h->uncles_hash, o, "sha3Uncles", e));
	PL_TRY(pl_get_addr(&h->miner, o, "miner", e));
	PL_TRY(pl_get_hash32(&h->state_root, o, "stateRoot", e));
	PL_TRY(pl_get_hash32(&h->tx_root, o, "transactionsRoot", e));
	PL_TRY(pl_get_hash32(&h->receipts_root, o, "receiptsRoot", e));
	PL_TRY(pl_get_fixed(h->bloom, sizeof(h->bloom), o, "logsBloom", e));
	PL_TRY(pl_get_u256(&h->difficulty, o, "difficulty", e));
	PL_TRY(pl_get_u64(&h->number, o, "number", e));
	PL_TRY(pl_get_u64(&h->gas_limit, o, "gasLimit", e));
	PL_TRY(pl_get_u64(&h->gas_used, o, "gasUsed", e));
	PL_TRY(pl_get_u64(&h->time, o, "timestamp", e));
	PL_TRY(pl_get_data(a, &h->extra, o, "extraData", e));
	if (h->extra.n > PL_MAX_EXTRA)
		return pl_fail(e, PL_ELIMIT,
			       "\"extraData\" of %zu bytes, more than %d",
			       h->extra.n, PL_MAX_EXTRA);
	PL_TRY(pl_get_hash32(&h->mix_hash, o, "mixHash", e));
	return pl_get_fixed(h->nonce, sizeof(h->nonce), o, "nonce", e);
}

enum pl_rc pl_header_from_json(struct pl_arena *a, struct pl_header *out,
			       const struct pl_json *obj, struct pl_err *e)
{
	struct pl_header h = { .n_fields = 0 };
	struct pl_buf scratch;

	if (pl_has(obj, "parentHash") && !pl_has(obj, "nonce") &&
	    pl_json_get(obj, "nonce"))
		return pl_fail(e, PL_EFORMAT,
			       "\"nonce\" is null: a pending block has no "
			       "hash yet");
	PL_TRY(first_fields(a, &h, obj, e));
	PL_TRY(later_fields(&h, obj, e));
	pl_buf_init(&scratch, a);
	h.hash = pl_header_hash(&h, &scratch);
	*out = h;
	return PL_OK;
}

/* --------------------------------------------------------- transactions */

static enum pl_rc keys_from_json(struct pl_buf *b, const struct pl_json *entry,
				 struct pl_err *e)
{
	const struct pl_json *keys;
	struct pl_hash32 k;
	size_t n, list;

	PL_TRY(pl_get_list(&keys, &n, entry, "storageKeys", PL_MAX_TX / 33, e));
	list = pl_rlp_open(b);
	for (size_t i = 0; i < n; i++) {
		if (pl_json_hash32(&k, pl_json_at(keys, i), e))
			return pl_note(e, "\"storageKeys\"[%zu]", i);
		pl_rlp_put(b, pl_hash32_span(&k));
	}
	pl_rlp_close(b, list);
	return PL_OK;
}

enum pl_rc pl_access_from_json(struct pl_buf *b, const struct pl_json *o,
			       struct pl_err *e)
{
	const struct pl_json *entries;
	struct pl_addr addr;
	size_t n, list;

	PL_TRY(pl_get_list(&entries, &n, o, "accessList", PL_MAX_TX / 23, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *entry = pl_json_at(entries, i);

		list = pl_rlp_open(b);
		if (pl_get_addr(&addr, entry, "address", e))
			return pl_note(e, "\"accessList\"[%zu]", i);
		pl_rlp_put(b, pl_addr_span(&addr));
		if (keys_from_json(b, entry, e))
			return pl_note(e, "\"accessList\"[%zu]", i);
		pl_rlp_close(b, list);
	}
	return PL_OK;
}

enum pl_rc pl_blobs_from_json(struct pl_buf *b, const struct pl_json *o,
			      struct pl_err *e)
{
	const struct pl_json *list;
	struct pl_hash32 h;
	size_t n;

	PL_TRY(pl_get_list(&list, &n, o, "blobVersionedHashes", 4096, e));
	for (size_t i = 0; i < n; i++) {
		if (pl_json_hash32(&h, pl_json_at(list, i), e))
			return pl_note(e, "\"blobVersionedHashes\"[%zu]", i);
		pl_rlp_put(b, pl_hash32_span(&h));
	}
	return PL_OK;
}

enum pl_rc pl_auth_from_json(struct pl_buf *b, const struct pl_json *o,
			     const char *parity, struct pl_err *e)
{
	struct pl_u256 chain, r, s;
	struct pl_addr addr;
	uint64_t nonce, y;
	size_t list;

	PL_TRY(pl_get_u256(&chain, o, "chainId", e));
	PL_TRY(pl_get_addr(&addr, o, "address", e));
	PL_TRY(pl_get_u64(&nonce, o, "nonce", e));
	PL_TRY(pl_get_u64(&y, o, parity, e));
	PL_TRY(pl_get_u256(&r, o, "r", e));
	PL_TRY(pl_get_u256(&s, o, "s", e));
	list = pl_rlp_open(b);
	pl_rlp_put_u256(b, &chain);
	pl_rlp_put(b, pl_addr_span(&addr));
	pl_rlp_put_u64(b, nonce);
	pl_rlp_put_u64(b, y);
	pl_rlp_put_u256(b, &r);
	pl_rlp_put_u256(b, &s);
	pl_rlp_close(b, list);
	return PL_OK;
}

enum pl_rc pl_auths_from_json(struct pl_buf *b, const struct pl_json *o,
			      size_t limit, struct pl_err *e)
{
	const struct pl_json *list;
	size_t n;

	PL_TRY(pl_get_list(&list, &n, o, "authorizationList", limit, e));
	for (size_t i = 0; i < n; i++) {
		const struct pl_json *one = pl_json_at(list, i);

		if (pl_auth_from_json(b, one,
				      pl_has(one, "yParity") ? "yParity" : "v",
				      e))
			return pl_note(e, "\"authorizationList\"[%zu]", i);
	}
	return PL_OK;
}

static enum pl_rc all_auths(struct pl_buf *b, const struct pl_json *o,
			    struct pl_err *e)
{
	return pl_auths_from_json(b, o, 65536, e);
}

/* The list that `read` writes, in bytes of its own. */
static enum pl_rc
list_of(struct pl_arena *a, struct pl_span *out, const struct pl_json *o,
	enum pl_rc (*read)(struct pl_buf *, const struct pl_json *,
			   struct pl_err *),
	struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	PL_TRY(read(&b, o, e));
	*out = pl_buf_span(&b);
	return PL_OK;
}

static enum pl_rc lists_from_json(struct pl_arena *a, struct pl_tx *tx,
				  const struct pl_json *o, struct pl_err *e)
{
	if (tx->type >= PL_TX_ACCESS)
		PL_TRY(list_of(a, &tx->access_list, o, pl_access_from_json, e));
	if (tx->type == PL_TX_BLOB) {
		PL_TRY(pl_get_u256(&tx->max_blob_fee, o, "maxFeePerBlobGas",
				   e));
		PL_TRY(list_of(a, &tx->blob_hashes, o, pl_blobs_from_json, e));
	}
	if (tx->type == PL_TX_SETCODE)
		PL_TRY(list_of(a, &tx->auth_list, o, all_auths, e));
	return PL_OK;
}

/* v, or yParity where there is no v; whether they agree is a check, not a
 * matter of reading. */
static enum pl_rc parity_from_json(struct pl_tx *tx, const struct pl_json *o,
				   struct pl_err *e)
{
	uint64_t v;

	PL_TRY(pl_get_u64(&v, o, pl_has(o, "v") ? "v" : "yParity", e));
	if (tx->type == PL_TX_LEGACY) {
		tx->has_chain_id = v >= 35;
		if (!tx->has_chain_id && v != 27 && v != 28)
			return pl_fail(e, PL_EFORMAT,
				       "\"v\" is %u: not 27, 28 "
				       "or 35 and more",
				       (unsigned)v);
		tx->chain_id = tx->has_chain_id ? (v - 35) / 2 : 0;
		v = tx->has_chain_id ? (v - 35) & 1 : v - 27;
	}
	if (v > 1)
		return pl_fail(e, PL_EFORMAT, "\"v\" is neither 0 nor 1");
	tx->sig.y_parity = (uint8_t)v;
	return PL_OK;
}

static enum pl_rc sig_from_json(struct pl_tx *tx, const struct pl_json *o,
				struct pl_err *e)
{
	struct pl_u256 r, s;

	if (tx->type != PL_TX_LEGACY) {
		tx->has_chain_id = true;
		PL_TRY(pl_get_u64(&tx->chain_id, o, "chainId", e));
	}
	PL_TRY(parity_from_json(tx, o, e));
	PL_TRY(pl_get_u256(&r, o, "r", e));
	PL_TRY(pl_get_u256(&s, o, "s", e));
	pl_u256_to_be(tx->sig.r, &r);
	pl_u256_to_be(tx->sig.s, &s);
	return PL_OK;
}

static enum pl_rc prices_from_json(struct pl_tx *tx, const struct pl_json *o,
				   struct pl_err *e)
{
	if (tx->type < PL_TX_FEE)
		return pl_get_u256(&tx->gas_price, o, "gasPrice", e);
	PL_TRY(pl_get_u256(&tx->max_fee, o, "maxFeePerGas", e));
	return pl_get_u256(&tx->max_priority_fee, o, "maxPriorityFeePerGas", e);
}

static enum pl_rc type_from_json(enum pl_tx_type *out, const struct pl_json *o,
				 struct pl_err *e)
{
	uint64_t type = 0;

	/* nodes before Berlin gave no type */
	if (pl_has(o, "type"))
		PL_TRY(pl_get_u64(&type, o, "type", e));
	if (type > PL_TX_SETCODE) {
		(void)pl_fail(e, PL_EFORMAT,
			      "transaction type 0x%llx is not one of 0 to 4",
			      (unsigned long long)type);
		return type < 0x60 ? e->rc
				   : pl_hint(e, "it is the chain's own kind; "
						"ask the node for the block "
						"with transaction hashes only");
	}
	*out = (enum pl_tx_type)type;
	return PL_OK;
}

enum pl_rc pl_tx_from_json(struct pl_arena *a, struct pl_tx *out,
			   const struct pl_json *o, struct pl_err *e)
{
	struct pl_tx tx = { .type = PL_TX_LEGACY };

	PL_TRY(type_from_json(&tx.type, o, e));
	PL_TRY(pl_get_u64(&tx.nonce, o, "nonce", e));
	PL_TRY(prices_from_json(&tx, o, e));
	PL_TRY(pl_get_u64(&tx.gas, o, "gas", e));
	tx.has_to = pl_has(o, "to");
	if (tx.has_to)
		PL_TRY(pl_get_addr(&tx.to, o, "to", e));
	else if (!pl_json_get(o, "to"))
		return pl_fail(e, PL_EFORMAT, "\"to\" is missing");
	PL_TRY(pl_get_u256(&tx.value, o, "value", e));
	PL_TRY(pl_get_data(a, &tx.data, o,
			   pl_has(o, "input") ? "input" : "data", e));
	PL_TRY(lists_from_json(a, &tx, o, e));
	PL_TRY(sig_from_json(&tx, o, e));
	*out = tx;
	return PL_OK;
}

/* ------------------------------------------------------------- receipts */

enum pl_rc pl_log_from_json(struct pl_arena *a, struct pl_log *out,
			    const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *topics;
	struct pl_log l;
	size_t n;

	PL_TRY(pl_get_addr(&l.address, o, "address", e));
	PL_TRY(pl_get_list(&topics, &n, o, "topics", PL_MAX_TOPICS, e));
	for (size_t i = 0; i < n; i++)
		if (pl_json_hash32(&l.topics[i], pl_json_at(topics, i), e))
			return pl_note(e, "\"topics\"[%zu]", i);
	l.n_topics = (unsigned)n;
	PL_TRY(pl_get_data(a, &l.data, o, "data", e));
	*out = l;
	return PL_OK;
}

static enum pl_rc logs_from_json(struct pl_arena *a, struct pl_span *out,
				 const struct pl_json *o, struct pl_err *e)
{
	const struct pl_json *logs;
	struct pl_buf b;
	struct pl_log l;
	size_t n;

	PL_TRY(pl_get_list(&logs, &n, o, "logs", PL_MAX_RECEIPT_LOGS, e));
	pl_buf_init(&b, a);
	for (size_t i = 0; i < n; i++) {
		if (pl_log_from_json(a, &l, pl_json_at(logs, i), e))
			return pl_note(e, "\"logs\"[%zu]", i);
		pl_log_encode(&b, &l);
	}
	*out = pl_buf_span(&b);
	return PL_OK;
}

/* status, or, before Byzantium, root. */
static enum pl_rc outcome_from_json(struct pl_receipt *r,
				    const struct pl_json *o, struct pl_err *e)
{
	uint64_t status;

	r->has_state_root = pl_has(o, "root") && !pl_has(o, "status");
	if (r->has_state_root)
		return pl_get_hash32(&r->state_root, o, "root", e);
	PL_TRY(pl_get_u64(&status, o, "status", e));
	if (status > 1)
		return pl_fail(e, PL_EFORMAT, "\"status\" is neither 0 nor 1");
	r->status = status;
	return PL_OK;
}

enum pl_rc pl_receipt_from_json(struct pl_arena *a, struct pl_receipt *out,
				const struct pl_json *o, struct pl_err *e)
{
	struct pl_receipt r = { .type = 0 };
	uint64_t type = 0;

	if (pl_has(o, "type"))
		PL_TRY(pl_get_u64(&type, o, "type", e));
	if (!pl_receipt_type(type))
		return pl_fail(e, PL_EFORMAT, "receipt type 0x%llx is unknown",
			       (unsigned long long)type);
	r.type = (uint8_t)type;
	PL_TRY(outcome_from_json(&r, o, e));
	PL_TRY(pl_get_u64(&r.cumulative_gas, o, "cumulativeGasUsed", e));
	PL_TRY(pl_get_fixed(r.bloom, sizeof(r.bloom), o, "logsBloom", e));
	PL_TRY(logs_from_json(a, &r.logs, o, e));
	*out = r;
	return PL_OK;
}

enum pl_rc pl_withdrawal_from_json(struct pl_buf *out, const struct pl_json *o,
				   struct pl_err *e)
{
	uint64_t index, validator, amount;
	struct pl_addr addr;
	size_t list;

	PL_TRY(pl_get_u64(&index, o, "index", e));
	PL_TRY(pl_get_u64(&validator, o, "validatorIndex", e));
	PL_TRY(pl_get_addr(&addr, o, "address", e));
	PL_TRY(pl_get_u64(&amount, o, "amount", e));
	list = pl_rlp_open(out);
	pl_rlp_put_u64(out, index);
	pl_rlp_put_u64(out, validator);
	pl_rlp_put(out, pl_addr_span(&addr));
	pl_rlp_put_u64(out, amount);
	pl_rlp_close(out, list);
	return PL_OK;
}
