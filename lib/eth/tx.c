#include "eth/tx.h"

#include "base/limits.h"
#include "codec/rlp.h"
#include "crypto/keccak.h"

static bool has_fee_market(enum pl_tx_type t)
{
	return t >= PL_TX_FEE;
}

enum pl_rc pl_access_next(struct pl_addr *addr, struct pl_span *keys,
			  struct pl_span *list, struct pl_err *e)
{
	struct pl_span s = *list, entry, inner;
	struct pl_addr a;

	PL_TRY(pl_rlp_list(&entry, &s, e));
	PL_TRY(pl_rlp_fixed(a.b, sizeof(a.b), &entry, e));
	PL_TRY(pl_rlp_list(&inner, &entry, e));
	PL_TRY(pl_rlp_end(entry, "an access list entry", e));
	*addr = a;
	*keys = inner;
	*list = s;
	return PL_OK;
}

/* A run of 32-byte strings. */
static enum pl_rc check_hashes(struct pl_span s, struct pl_err *e)
{
	struct pl_hash32 h;

	while (s.n)
		PL_TRY(pl_rlp_fixed(h.b, sizeof(h.b), &s, e));
	return PL_OK;
}

static enum pl_rc check_access(struct pl_span s, struct pl_err *e)
{
	struct pl_addr a;
	struct pl_span keys;

	while (s.n) {
		PL_TRY(pl_access_next(&a, &keys, &s, e));
		PL_TRY(check_hashes(keys, e));
	}
	return PL_OK;
}

enum pl_rc pl_auth_next(struct pl_auth *out, struct pl_span *list,
			struct pl_err *e)
{
	struct pl_span s = *list, in;
	struct pl_auth a;
	uint64_t y;

	PL_TRY(pl_rlp_list(&in, &s, e));
	PL_TRY(pl_rlp_u256(&a.chain_id, &in, e));
	PL_TRY(pl_rlp_fixed(a.address.b, sizeof(a.address.b), &in, e));
	PL_TRY(pl_rlp_u64(&a.nonce, &in, e));
	PL_TRY(pl_rlp_u64(&y, &in, e));
	PL_TRY(pl_rlp_u256(&a.r, &in, e));
	PL_TRY(pl_rlp_u256(&a.s, &in, e));
	PL_TRY(pl_rlp_end(in, "an authorisation", e));
	/* SPEC EIP-7702 y-parity: it fits a byte */
	if (y > 255)
		return pl_fail(e, PL_EFORMAT,
			       "authorisation: y parity over 255");
	a.y_parity = (uint8_t)y;
	*out = a;
	*list = s;
	return PL_OK;
}

static enum pl_rc check_auths(struct pl_span s, struct pl_err *e)
{
	struct pl_auth a;

	/* SPEC EIP-7702 authorization_list: it is not empty */
	if (!s.n)
		return pl_fail(e, PL_EFORMAT, "authorisation list is empty");
	while (s.n)
		PL_TRY(pl_auth_next(&a, &s, e));
	return PL_OK;
}

static enum pl_rc read_to(struct pl_tx *tx, struct pl_span *in,
			  struct pl_err *e)
{
	struct pl_span to;

	PL_TRY(pl_rlp_bytes(&to, in, e));
	tx->has_to = to.n != 0;
	if (to.n && to.n != sizeof(tx->to.b))
		return pl_fail(e, PL_EFORMAT, "to: %zu bytes, not 20", to.n);
	if (to.n)
		memcpy(tx->to.b, to.p, sizeof(tx->to.b));
	/* SPEC EIP-4844 to: types 3 and 4 never create a contract */
	else if (tx->type >= PL_TX_BLOB)
		return pl_fail(e, PL_EFORMAT, "to: absent in a type %d",
			       (int)tx->type);
	return PL_OK;
}

static enum pl_rc read_prices(struct pl_tx *tx, struct pl_span *in,
			      struct pl_err *e)
{
	if (!has_fee_market(tx->type))
		return pl_rlp_u256(&tx->gas_price, in, e);
	PL_TRY(pl_rlp_u256(&tx->max_priority_fee, in, e));
	return pl_rlp_u256(&tx->max_fee, in, e);
}

/* What types 1 to 4 carry behind the data. */
static enum pl_rc read_lists(struct pl_tx *tx, struct pl_span *in,
			     struct pl_err *e)
{
	PL_TRY(pl_rlp_list(&tx->access_list, in, e));
	PL_TRY(check_access(tx->access_list, e));
	if (tx->type == PL_TX_BLOB) {
		PL_TRY(pl_rlp_u256(&tx->max_blob_fee, in, e));
		PL_TRY(pl_rlp_list(&tx->blob_hashes, in, e));
		PL_TRY(check_hashes(tx->blob_hashes, e));
	}
	if (tx->type == PL_TX_SETCODE) {
		PL_TRY(pl_rlp_list(&tx->auth_list, in, e));
		PL_TRY(check_auths(tx->auth_list, e));
	}
	return PL_OK;
}

static enum pl_rc read_v(struct pl_tx *tx, struct pl_span *in, struct pl_err *e)
{
	uint64_t v;

	PL_TRY(pl_rlp_u64(&v, in, e));
	if (tx->type != PL_TX_LEGACY) {
		if (v > 1)
			return pl_fail(e, PL_EFORMAT,
				       "y parity is neither 0 nor 1");
		tx->sig.y_parity = (uint8_t)v;
		return PL_OK;
	}
	tx->has_chain_id = v >= 35;
	/* SPEC EIP-155 v: it is 27, 28 or 35 and more */
	if (!tx->has_chain_id && v != 27 && v != 28)
		return pl_fail(e, PL_EFORMAT,
			       "v is %u: not 27, 28 or 35 and more",
			       (unsigned)v);
	tx->sig.y_parity = (uint8_t)(tx->has_chain_id ? (v - 35) & 1 : v - 27);
	tx->chain_id = tx->has_chain_id ? (v - 35) / 2 : 0;
	return PL_OK;
}

static enum pl_rc read_sig(struct pl_tx *tx, struct pl_span *in,
			   struct pl_err *e)
{
	struct pl_u256 r, s;

	PL_TRY(read_v(tx, in, e));
	PL_TRY(pl_rlp_u256(&r, in, e));
	PL_TRY(pl_rlp_u256(&s, in, e));
	pl_u256_to_be(tx->sig.r, &r);
	pl_u256_to_be(tx->sig.s, &s);
	return PL_OK;
}

static enum pl_rc read_fields(struct pl_tx *tx, struct pl_span in,
			      struct pl_err *e)
{
	if (tx->type != PL_TX_LEGACY) {
		tx->has_chain_id = true;
		PL_TRY(pl_rlp_u64(&tx->chain_id, &in, e));
	}
	PL_TRY(pl_rlp_u64(&tx->nonce, &in, e));
	PL_TRY(read_prices(tx, &in, e));
	PL_TRY(pl_rlp_u64(&tx->gas, &in, e));
	PL_TRY(read_to(tx, &in, e));
	PL_TRY(pl_rlp_u256(&tx->value, &in, e));
	PL_TRY(pl_rlp_bytes(&tx->data, &in, e));
	if (tx->type != PL_TX_LEGACY)
		PL_TRY(read_lists(tx, &in, e));
	PL_TRY(read_sig(tx, &in, e));
	return pl_rlp_end(in, "the transaction", e);
}

enum pl_rc pl_tx_decode(struct pl_tx *out, struct pl_span raw, struct pl_err *e)
{
	struct pl_tx tx = { .type = PL_TX_LEGACY };
	struct pl_span body;

	if (!raw.n)
		return pl_fail(e, PL_EFORMAT, "transaction without bytes");
	if (raw.n > PL_MAX_TX)
		return pl_fail(e, PL_ELIMIT,
			       "transaction of %zu bytes, more than %zu", raw.n,
			       PL_MAX_TX);
	/* SPEC EIP-2718 TransactionType: below 0x80 a type, from 0xc0 a
	 * legacy list */
	if (*raw.p < 0xc0) {
		unsigned type = *pl_span_take(&raw, 1).p;

		if (type < PL_TX_ACCESS || type > PL_TX_SETCODE)
			return pl_fail(e, PL_EFORMAT,
				       "transaction type 0x%02x is unknown",
				       type);
		tx.type = (enum pl_tx_type)type;
	}
	if (pl_rlp_whole_list(&body, raw, e) || read_fields(&tx, body, e))
		return pl_note(e, "transaction of type %d", (int)tx.type);
	*out = tx;
	return PL_OK;
}

static void put_list(struct pl_buf *b, struct pl_span body)
{
	uint8_t head[PL_RLP_HEAD];

	pl_buf_put(b,
		   (struct pl_span){ head, pl_rlp_head(head, true, body.n) });
	pl_buf_put(b, body);
}

static void put_lists(struct pl_buf *b, const struct pl_tx *tx)
{
	put_list(b, tx->access_list);
	if (tx->type == PL_TX_BLOB) {
		pl_rlp_put_u256(b, &tx->max_blob_fee);
		put_list(b, tx->blob_hashes);
	}
	if (tx->type == PL_TX_SETCODE)
		put_list(b, tx->auth_list);
}

static void put_fields(struct pl_buf *b, const struct pl_tx *tx)
{
	if (tx->type != PL_TX_LEGACY)
		pl_rlp_put_u64(b, tx->chain_id);
	pl_rlp_put_u64(b, tx->nonce);
	if (has_fee_market(tx->type)) {
		pl_rlp_put_u256(b, &tx->max_priority_fee);
		pl_rlp_put_u256(b, &tx->max_fee);
	} else {
		pl_rlp_put_u256(b, &tx->gas_price);
	}
	pl_rlp_put_u64(b, tx->gas);
	pl_rlp_put(b, (struct pl_span){ tx->to.b,
					tx->has_to ? sizeof(tx->to.b) : 0 });
	pl_rlp_put_u256(b, &tx->value);
	pl_rlp_put(b, tx->data);
	if (tx->type != PL_TX_LEGACY)
		put_lists(b, tx);
}

uint64_t pl_tx_v(const struct pl_tx *tx)
{
	if (tx->type != PL_TX_LEGACY)
		return tx->sig.y_parity;
	return tx->sig.y_parity +
	       (tx->has_chain_id ? 35 + 2 * tx->chain_id : 27);
}

void pl_tx_encode(struct pl_buf *out, const struct pl_tx *tx)
{
	struct pl_u256 r = pl_u256_from_be32(tx->sig.r);
	struct pl_u256 s = pl_u256_from_be32(tx->sig.s);
	size_t list;

	if (tx->type != PL_TX_LEGACY)
		pl_buf_byte(out, (uint8_t)tx->type);
	list = pl_rlp_open(out);
	put_fields(out, tx);
	pl_rlp_put_u64(out, pl_tx_v(tx));
	pl_rlp_put_u256(out, &r);
	pl_rlp_put_u256(out, &s);
	pl_rlp_close(out, list);
}

/* The hash of what was put behind `from`, which is then forgotten. */
static struct pl_hash32 hash_back_to(struct pl_buf *b, size_t from)
{
	struct pl_hash32 h =
		pl_keccak256((struct pl_span){ b->p + from, b->n - from });

	b->n = from;
	b->p[from] = 0;
	return h;
}

struct pl_hash32 pl_tx_hash(const struct pl_tx *tx, struct pl_buf *scratch)
{
	size_t from = scratch->n;

	pl_tx_encode(scratch, tx);
	return hash_back_to(scratch, from);
}

struct pl_hash32 pl_tx_sign_hash(const struct pl_tx *tx, struct pl_buf *scratch)
{
	size_t from = scratch->n, list;

	if (tx->type != PL_TX_LEGACY)
		pl_buf_byte(scratch, (uint8_t)tx->type);
	list = pl_rlp_open(scratch);
	put_fields(scratch, tx);
	/* SPEC EIP-155 hash: chain id and two zeros take the signature's
	 * place */
	if (tx->type == PL_TX_LEGACY && tx->has_chain_id) {
		pl_rlp_put_u64(scratch, tx->chain_id);
		pl_rlp_put_u64(scratch, 0);
		pl_rlp_put_u64(scratch, 0);
	}
	pl_rlp_close(scratch, list);
	return hash_back_to(scratch, from);
}

enum pl_rc pl_tx_sign(struct pl_tx *tx, struct pl_buf *scratch,
		      const uint8_t secret[32], struct pl_err *e)
{
	struct pl_hash32 h;

	/* SPEC EIP-2294 chainId: v must fit 64 bits */
	if (tx->type == PL_TX_LEGACY && tx->chain_id > (UINT64_MAX - 36) / 2)
		return pl_fail(e, PL_EFORMAT,
			       "chain id %llu is too large for EIP-155",
			       (unsigned long long)tx->chain_id);
	h = pl_tx_sign_hash(tx, scratch);
	return pl_secp_sign(&tx->sig, &h, secret, e);
}

enum pl_rc pl_tx_sender(struct pl_addr *out, const struct pl_tx *tx,
			struct pl_buf *scratch, bool allow_high_s,
			struct pl_err *e)
{
	struct pl_hash32 h;

	if (!allow_high_s && !pl_sig_low_s(&tx->sig))
		return pl_fail(e, PL_EPROOF, "signature with a high s (EIP-2)");
	h = pl_tx_sign_hash(tx, scratch);
	return pl_secp_recover(out, &h, &tx->sig, e);
}

struct pl_addr pl_create_address(const struct pl_addr *sender, uint64_t nonce)
{
	/* list head, address with its head, nonce with its head */
	uint8_t text[1 + 21 + 9] = { 0 };
	struct pl_hash32 h;
	struct pl_addr a;
	size_t n = 0;

	text[1] = 0x80 + sizeof(sender->b);
	memcpy(text + 2, sender->b, sizeof(sender->b));
	for (uint64_t x = nonce; x; x >>= 8)
		n++;
	for (size_t i = 0; i < n; i++)
		text[23 + i] = (uint8_t)(nonce >> (8 * (n - 1 - i)));
	text[22] = (uint8_t)(0x80 + n);
	if (n == 1 && nonce < 0x80) {
		text[22] = (uint8_t)nonce;
		n = 0;
	}
	text[0] = (uint8_t)(0xc0 + 22 + n);
	h = pl_keccak256((struct pl_span){ text, 23 + n });
	memcpy(a.b, h.b + 12, sizeof(a.b));
	return a;
}

/* Entries and keys of a list that was checked when it was decoded. */
static enum pl_rc count_access(uint64_t *entries, uint64_t *keys,
			       struct pl_span s, struct pl_err *e)
{
	struct pl_addr a;
	struct pl_span k;

	for (*entries = *keys = 0; s.n; ++*entries) {
		PL_TRY(pl_access_next(&a, &k, &s, e));
		*keys += k.n / 33;
	}
	return PL_OK;
}

enum pl_rc pl_tx_intrinsic_gas(uint64_t *out, const struct pl_tx *tx,
			       struct pl_err *e)
{
	uint64_t gas = 21000, entries, keys;
	size_t auths;

	/* every count below is bounded by PL_MAX_TX, so nothing overflows */
	if (tx->data.n > PL_MAX_TX || tx->access_list.n > PL_MAX_TX ||
	    tx->auth_list.n > PL_MAX_TX)
		return pl_fail(e, PL_EMATH, "transaction over %zu bytes",
			       PL_MAX_TX);
	/* SPEC EIP-2028 G_txdatanonzero: 4 gas a zero byte, 16 any other */
	for (size_t i = 0; i < tx->data.n; i++)
		gas += tx->data.p[i] ? 16 : 4;
	/* SPEC EIP-3860 initcode_cost: creating costs 32000 and 2 a word of
	 * init code */
	if (!tx->has_to)
		gas += 32000 + 2 * ((tx->data.n + 31) / 32);
	/* SPEC EIP-2930 ACCESS_LIST_ADDRESS_COST: 2400 an address, 1900 a key
	 */
	PL_TRY(count_access(&entries, &keys, tx->access_list, e));
	gas += 2400 * entries + 1900 * keys;
	/* SPEC EIP-7702 PER_EMPTY_ACCOUNT_COST: 25000 an authorisation */
	PL_TRY(pl_rlp_count(&auths, tx->auth_list, e));
	*out = gas + 25000 * (uint64_t)auths;
	return PL_OK;
}

#define MAX_INITCODE_SIZE 49152 /* EIP-3860 */

static enum pl_rc check_fees(const struct pl_tx *tx, struct pl_err *e)
{
	const struct pl_u256 *cap =
		has_fee_market(tx->type) ? &tx->max_fee : &tx->gas_price;
	struct pl_u256 cost;

	/* SPEC EIP-1559 priority-fee: the tip is within the cap */
	if (has_fee_market(tx->type) &&
	    pl_u256_cmp(&tx->max_priority_fee, &tx->max_fee) > 0)
		return pl_fail(e, PL_EPROOF,
			       "priority fee above the fee's cap");
	if (!pl_u256_mul64(&cost, cap, tx->gas) ||
	    !pl_u256_add(&cost, &cost, &tx->value))
		return pl_fail(e, PL_EPROOF,
			       "gas, its price and the value exceed 256 bits");
	return PL_OK;
}

enum pl_rc pl_tx_check(const struct pl_tx *tx, uint64_t chain_id,
		       struct pl_err *e)
{
	uint64_t gas;

	if (tx->has_chain_id && tx->chain_id != chain_id)
		return pl_fail(e, PL_EPROOF, "chain id %llu, not %llu",
			       (unsigned long long)tx->chain_id,
			       (unsigned long long)chain_id);
	/* SPEC EIP-2681 nonce: below 2^64 - 1 */
	if (tx->nonce == UINT64_MAX)
		return pl_fail(e, PL_EPROOF, "nonce of 2^64 - 1");
	PL_TRY(check_fees(tx, e));
	if (!tx->has_to && tx->data.n > MAX_INITCODE_SIZE)
		return pl_fail(e, PL_EPROOF,
			       "init code of %zu bytes, more than %d",
			       tx->data.n, MAX_INITCODE_SIZE);
	PL_TRY(pl_tx_intrinsic_gas(&gas, tx, e));
	if (tx->gas < gas)
		return pl_fail(e, PL_EPROOF, "gas of %llu, less than %llu",
			       (unsigned long long)tx->gas,
			       (unsigned long long)gas);
	if (!pl_sig_low_s(&tx->sig))
		return pl_fail(e, PL_EPROOF, "signature with a high s (EIP-2)");
	return PL_OK;
}

struct pl_u256 pl_tx_price(const struct pl_tx *tx,
			   const struct pl_u256 *base_fee)
{
	struct pl_u256 p;

	if (!has_fee_market(tx->type))
		return tx->gas_price;
	if (!pl_u256_add(&p, base_fee, &tx->max_priority_fee) ||
	    pl_u256_cmp(&p, &tx->max_fee) > 0)
		return tx->max_fee;
	return p;
}
