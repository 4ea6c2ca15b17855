#include "orbit/family.h"

#include "base/hex.h"
#include "eth/node_json.h"
#include "orbit/nitro.h"
#include "orbit/nitro_out.h"
#include "orbit/nitro_tx.h"

static enum pl_rc nitro_check(struct pl_check *c, struct pl_block_report *r,
			      const struct pl_json *fields,
			      const struct pl_json *item, struct pl_err *e)
{
	struct pl_nitro n = pl_nitro_read(&r->header);

	(void)item;
	PL_TRY(pl_claim_u64(c, "nitro.l1_block", fields, "l1BlockNumber",
			    n.l1_block, e));
	PL_TRY(pl_claim_hash(c, "nitro.send_root", fields, "sendRoot",
			     &n.send_root, e));
	return pl_claim_u64(c, "nitro.send_count", fields, "sendCount",
			    n.send_count, e);
}

/* Rules of one name for all that a node makes up around such a transaction. */
#define FORM "nitro.tx_form"

static enum pl_rc data_claim(struct pl_check *c, const struct pl_json *o,
			     const char *key, struct pl_span got,
			     struct pl_err *e)
{
	struct pl_span want;

	if (!pl_has(o, key))
		return PL_OK;
	PL_TRY(pl_get_data(c->a, &want, o, key, e));
	if (!pl_span_equal(want, got))
		return pl_check_false(c, FORM, pl_hex(c->a, want),
				      pl_hex(c->a, got), e);
	pl_check_proved(c, FORM);
	return PL_OK;
}

static enum pl_rc view_claims(struct pl_check *c, const struct pl_json *o,
			      const struct pl_nitro_view *v, struct pl_err *e)
{
	static const char *const signature[] = { "v", "r", "s", "yParity" };
	struct pl_u256 value;

	PL_TRY(pl_claim_addr(c, FORM, o, "from", &v->from, e));
	if (v->has_to)
		PL_TRY(pl_claim_addr(c, FORM, o, "to", &v->to, e));
	PL_TRY(pl_claim_u64(c, FORM, o, "nonce", v->nonce, e));
	PL_TRY(pl_claim_u64(c, FORM, o, "gas", v->gas, e));
	if (pl_has(o, "value")) {
		PL_TRY(pl_get_u256(&value, o, "value", e));
		PL_TRY(pl_check_u256(c, FORM, &value, &v->value, e));
	}
	for (size_t i = 0; i < sizeof(signature) / sizeof(*signature); i++)
		PL_TRY(pl_claim_u64(c, FORM, o, signature[i], 0, e));
	return data_claim(c, o, "input", v->input, e);
}

static enum pl_rc nitro_tx(struct pl_check *c, struct pl_own_tx *out,
			   struct pl_span *raw, const struct pl_json *o,
			   struct pl_err *e)
{
	struct pl_nitro_view v;
	struct pl_nitro_tx tx;
	struct pl_buf b;

	if (!o) {
		PL_TRY(pl_nitro_tx_decode(&tx, *raw, e));
		v = pl_nitro_tx_view(c->a, &tx);
	} else {
		PL_TRY(pl_nitro_tx_from_json(c->a, &tx, o, e));
		pl_buf_init(&b, c->a);
		pl_nitro_tx_encode(&b, &tx);
		*raw = pl_buf_span(&b);
		v = pl_nitro_tx_view(c->a, &tx);
		PL_TRY(view_claims(c, o, &v, e));
	}
	*out = (struct pl_own_tx){ .type = tx.type,
				   .chain_id = tx.chain_id,
				   .from = v.from,
				   .to = v.to,
				   .has_to = v.has_to };
	return PL_OK;
}

const struct pl_family pl_family_nitro = {
	.name = "nitro",
	.fits = pl_nitro_fits,
	.check = nitro_check,
	.owns = pl_nitro_tx_owns,
	.tx = nitro_tx,
	.header_out = pl_nitro_header_out,
	.tx_out = pl_nitro_tx_out,
	.receipt_out = pl_nitro_receipt_out,
	.price = pl_nitro_price,
	.own_price = pl_nitro_own_price,
};
