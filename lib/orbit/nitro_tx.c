#include "orbit/nitro_tx.h"

#include <stddef.h>

#include "base/limits.h"
#include "codec/rlp.h"
#include "eth/node_json.h"

enum kind { U64, U256, HASH, ADDR, TO, BYTES };

/* A field of the RLP list, in order, and its name in JSON; NULL ends. */
struct field {
	enum kind kind;
	size_t off;
	const char *key;
};

#define AT(member) offsetof(struct pl_nitro_tx, member)

/* SPEC OffchainLabs/go-ethereum core/types/arb_types.go: each type, the RLP of
 * these */
/* clang-format off */
static const struct field deposit[] = {
	{ U64,   AT(chain_id),   "chainId" },
	{ HASH,  AT(request_id), "requestId" },
	{ ADDR,  AT(from),       "from" },
	{ ADDR,  AT(to),         "to" },
	{ U256,  AT(value),      "value" },
	{ BYTES, 0, NULL }
};
static const struct field unsign[] = {
	{ U64,   AT(chain_id),   "chainId" },
	{ ADDR,  AT(from),       "from" },
	{ U64,   AT(nonce),      "nonce" },
	{ U256,  AT(fee_cap),    "maxFeePerGas" },
	{ U64,   AT(gas),        "gas" },
	{ TO,    AT(to),         "to" },
	{ U256,  AT(value),      "value" },
	{ BYTES, AT(data),       "input" },
	{ BYTES, 0, NULL }
};
static const struct field contract[] = {
	{ U64,   AT(chain_id),   "chainId" },
	{ HASH,  AT(request_id), "requestId" },
	{ ADDR,  AT(from),       "from" },
	{ U256,  AT(fee_cap),    "maxFeePerGas" },
	{ U64,   AT(gas),        "gas" },
	{ TO,    AT(to),         "to" },
	{ U256,  AT(value),      "value" },
	{ BYTES, AT(data),       "input" },
	{ BYTES, 0, NULL }
};
static const struct field retry[] = {
	{ U64,   AT(chain_id),   "chainId" },
	{ U64,   AT(nonce),      "nonce" },
	{ ADDR,  AT(from),       "from" },
	{ U256,  AT(fee_cap),    "maxFeePerGas" },
	{ U64,   AT(gas),        "gas" },
	{ TO,    AT(to),         "to" },
	{ U256,  AT(value),      "value" },
	{ BYTES, AT(data),       "input" },
	{ HASH,  AT(ticket_id),  "ticketId" },
	{ ADDR,  AT(refund_to),  "refundTo" },
	{ U256,  AT(max_refund), "maxRefund" },
	{ U256,  AT(fee_refund), "submissionFeeRefund" },
	{ BYTES, 0, NULL }
};
static const struct field submit[] = {
	{ U64,   AT(chain_id),    "chainId" },
	{ HASH,  AT(request_id),  "requestId" },
	{ ADDR,  AT(from),        "from" },
	{ U256,  AT(l1_base_fee), "l1BaseFee" },
	{ U256,  AT(deposit),     "depositValue" },
	{ U256,  AT(fee_cap),     "maxFeePerGas" },
	{ U64,   AT(gas),         "gas" },
	{ TO,    AT(to),          "retryTo" },
	{ U256,  AT(value),       "retryValue" },
	{ ADDR,  AT(beneficiary), "beneficiary" },
	{ U256,  AT(max_submission_fee), "maxSubmissionFee" },
	{ ADDR,  AT(refund_to),   "refundTo" },
	{ BYTES, AT(data),        "retryData" },
	{ BYTES, 0, NULL }
};
static const struct field internal[] = {
	{ U64,   AT(chain_id),   "chainId" },
	{ BYTES, AT(data),       "input" },
	{ BYTES, 0, NULL }
};
/* clang-format on */

static const struct field *layout(uint64_t type)
{
	switch (type) {
	case PL_NITRO_DEPOSIT:
		return deposit;
	case PL_NITRO_UNSIGNED:
		return unsign;
	case PL_NITRO_CONTRACT:
		return contract;
	case PL_NITRO_RETRY:
		return retry;
	case PL_NITRO_SUBMIT:
		return submit;
	case PL_NITRO_INTERNAL:
		return internal;
	default:
		return NULL;
	}
}

bool pl_nitro_tx_owns(uint64_t type)
{
	return layout(type) != NULL;
}

static enum pl_rc unknown(uint64_t type, struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT,
		       "transaction type 0x%llx is not one of Nitro's own",
		       (unsigned long long)type);
}

/* --------------------------------------------------------------- bytes */

static enum pl_rc read_to(struct pl_nitro_tx *tx, struct pl_span *in,
			  struct pl_err *e)
{
	struct pl_span s;

	PL_TRY(pl_rlp_bytes(&s, in, e));
	if (s.n && s.n != sizeof(tx->to.b))
		return pl_fail(e, PL_EFORMAT, "%zu bytes, not 20", s.n);
	tx->has_to = s.n != 0;
	if (s.n)
		memcpy(tx->to.b, s.p, sizeof(tx->to.b));
	return PL_OK;
}

static enum pl_rc read_field(struct pl_nitro_tx *tx, const struct field *f,
			     struct pl_span *in, struct pl_err *e)
{
	void *at = (char *)tx + f->off;

	switch (f->kind) {
	case U64:
		return pl_rlp_u64(at, in, e);
	case U256:
		return pl_rlp_u256(at, in, e);
	case HASH:
		return pl_rlp_fixed(at, sizeof(struct pl_hash32), in, e);
	case ADDR:
		return pl_rlp_fixed(at, sizeof(struct pl_addr), in, e);
	case TO:
		return read_to(tx, in, e);
	case BYTES:
		break;
	}
	return pl_rlp_bytes(at, in, e);
}

/* Those types whose receiver is no question. */
static bool always_to(enum pl_nitro_tx_type type)
{
	return type == PL_NITRO_DEPOSIT;
}

enum pl_rc pl_nitro_tx_decode(struct pl_nitro_tx *out, struct pl_span raw,
			      struct pl_err *e)
{
	struct pl_nitro_tx tx = { .chain_id = 0 };
	const struct field *f;
	struct pl_span in;

	if (!raw.n)
		return pl_fail(e, PL_EFORMAT, "transaction without bytes");
	if (raw.n > PL_MAX_TX)
		return pl_fail(e, PL_ELIMIT,
			       "transaction of %zu bytes, more than %zu", raw.n,
			       PL_MAX_TX);
	f = layout(*raw.p);
	if (!f)
		return unknown(*raw.p, e);
	tx.type = (enum pl_nitro_tx_type) * pl_span_take(&raw, 1).p;
	tx.has_to = always_to(tx.type);
	PL_TRY(pl_rlp_whole_list(&in, raw, e));
	for (; f->key; f++)
		if (read_field(&tx, f, &in, e))
			return pl_note(e, "%s", f->key);
	PL_TRY(pl_rlp_end(in, "the transaction", e));
	*out = tx;
	return PL_OK;
}

static void put_field(struct pl_buf *b, const struct pl_nitro_tx *tx,
		      const struct field *f)
{
	const void *at = (const char *)tx + f->off;

	switch (f->kind) {
	case U64:
		pl_rlp_put_u64(b, *(const uint64_t *)at);
		break;
	case U256:
		pl_rlp_put_u256(b, at);
		break;
	case HASH:
		pl_rlp_put(b, pl_hash32_span(at));
		break;
	case ADDR:
		pl_rlp_put(b, pl_addr_span(at));
		break;
	case TO:
		pl_rlp_put(b,
			   (struct pl_span){ tx->to.b, tx->has_to ? 20 : 0 });
		break;
	case BYTES:
		pl_rlp_put(b, *(const struct pl_span *)at);
		break;
	}
}

void pl_nitro_tx_encode(struct pl_buf *out, const struct pl_nitro_tx *tx)
{
	size_t list;

	pl_buf_byte(out, (uint8_t)tx->type);
	list = pl_rlp_open(out);
	for (const struct field *f = layout(tx->type); f && f->key; f++)
		put_field(out, tx, f);
	pl_rlp_close(out, list);
}

/* ---------------------------------------------------------------- JSON */

static enum pl_rc json_to(struct pl_nitro_tx *tx, const struct pl_json *o,
			  const char *key, struct pl_err *e)
{
	tx->has_to = pl_has(o, key);
	return tx->has_to ? pl_get_addr(&tx->to, o, key, e) : PL_OK;
}

static enum pl_rc json_field(struct pl_arena *a, struct pl_nitro_tx *tx,
			     const struct field *f, const struct pl_json *o,
			     struct pl_err *e)
{
	void *at = (char *)tx + f->off;
	const char *key = f->key;

	switch (f->kind) {
	case U64:
		return pl_get_u64(at, o, key, e);
	case U256:
		/* the price of an unsigned one is its cap */
		if (f->off == AT(fee_cap) && !pl_has(o, key))
			key = "gasPrice";
		return pl_get_u256(at, o, key, e);
	case HASH:
		return pl_get_hash32(at, o, key, e);
	case ADDR:
		return pl_get_addr(at, o, key, e);
	case TO:
		return json_to(tx, o, key, e);
	case BYTES:
		break;
	}
	return pl_get_data(a, at, o, key, e);
}

enum pl_rc pl_nitro_tx_from_json(struct pl_arena *a, struct pl_nitro_tx *out,
				 const struct pl_json *o, struct pl_err *e)
{
	struct pl_nitro_tx tx = { .chain_id = 0 };
	const struct field *f;
	uint64_t type;

	PL_TRY(pl_get_u64(&type, o, "type", e));
	f = layout(type);
	if (!f)
		return unknown(type, e);
	tx.type = (enum pl_nitro_tx_type)type;
	tx.has_to = always_to(tx.type);
	for (; f->key; f++)
		PL_TRY(json_field(a, &tx, f, o, e));
	*out = tx;
	return PL_OK;
}

/* ---------------------------------------------------------------- view */

static const struct pl_addr arbos = { { [17] = 0x0a, 0x4b, 0x05 } };
static const struct pl_addr retryables = { { [19] = 0x6e } };

static void put_word(struct pl_buf *b, struct pl_span s)
{
	memset(pl_buf_room(b, 32 - s.n), 0, 32 - s.n);
	b->n += 32 - s.n;
	pl_buf_put(b, s);
}

static void put_number(struct pl_buf *b, const struct pl_u256 *v)
{
	uint8_t be[32];

	pl_u256_to_be(be, v);
	put_word(b, (struct pl_span){ be, sizeof(be) });
}

/* The call of ArbRetryableTx.submitRetryable that a ticket's transaction looks
 * like: ten words, and the data behind them. */
static struct pl_span submit_input(struct pl_arena *a,
				   const struct pl_nitro_tx *tx)
{
	static const uint8_t selector[4] = { 0xc9, 0xf9, 0x5d, 0x32 };
	const struct pl_u256 gas = pl_u256_of(tx->gas);
	const struct pl_u256 head = pl_u256_of(11 * 32);
	const struct pl_u256 length = pl_u256_of(tx->data.n);
	struct pl_buf b;

	pl_buf_init(&b, a);
	pl_buf_put(&b, (struct pl_span){ selector, sizeof(selector) });
	put_word(&b, pl_hash32_span(&tx->request_id));
	put_number(&b, &tx->l1_base_fee);
	put_number(&b, &tx->deposit);
	put_number(&b, &tx->value);
	put_number(&b, &tx->fee_cap);
	put_number(&b, &gas);
	put_number(&b, &tx->max_submission_fee);
	put_word(&b, pl_addr_span(&tx->refund_to));
	put_word(&b, pl_addr_span(&tx->beneficiary));
	put_word(&b, pl_addr_span(&tx->to)); /* zero for none */
	put_number(&b, &head);
	put_number(&b, &length);
	pl_buf_put(&b, tx->data);
	for (size_t n = tx->data.n; n % 32; n++)
		pl_buf_byte(&b, 0);
	return pl_buf_span(&b);
}

struct pl_nitro_view pl_nitro_tx_view(struct pl_arena *a,
				      const struct pl_nitro_tx *tx)
{
	struct pl_nitro_view v = { .from = tx->from,
				   .to = tx->to,
				   .has_to = tx->has_to,
				   .nonce = tx->nonce,
				   .gas = tx->gas,
				   .value = tx->value,
				   .input = tx->data };

	if (tx->type == PL_NITRO_INTERNAL) {
		v.from = v.to = arbos;
		v.has_to = true;
	}
	if (tx->type == PL_NITRO_SUBMIT) {
		v.to = retryables;
		v.has_to = true;
		v.value = pl_u256_of(0);
		v.input = submit_input(a, tx);
	}
	return v;
}
