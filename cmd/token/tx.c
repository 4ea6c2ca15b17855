/* A transaction of a command: priced, asked about, signed, awaited. */
#include <inttypes.h>

#include "cmd/token/token.h"
#include "crypto/addr.h"

#define GWEI_PLACES 9
#define WEI_PLACES 18

static const char *reason(void *ctx, struct pl_arena *a, struct pl_span data)
{
	const struct pl_token_tx *x = ctx;
	const struct pl_token_info *i = x->info;

	if (!data.n)
		return NULL;
	return pl_token_revert_text(a, x->t, data, i ? i->symbol : NULL,
				    i && i->decimals ? *i->decimals : 0);
}

static void progress(void *ctx, const char *what)
{
	const struct pl_token_tx *x = ctx;

	pl_tell(x->c, "%s", what);
}

static enum pl_rc gwei(struct pl_arena *a, const struct pl_u256 **out,
		       const char *text, const char *option, struct pl_err *e)
{
	struct pl_amount wei;
	struct pl_u256 *v;

	*out = NULL;
	if (!text)
		return PL_OK;
	if (pl_amount_parse(&wei, text, GWEI_PLACES, e)) {
		(void)pl_note(e, "--%s", option);
		e->rc = PL_EUSAGE;
		return PL_EUSAGE;
	}
	v = PL_NEW(a, struct pl_u256);
	*v = wei.raw;
	*out = v;
	return PL_OK;
}

enum pl_rc pl_token_tx_plan(struct pl_token_tx *x, const struct pl_addr *to,
			    struct pl_span data, struct pl_err *e)
{
	struct pl_call call = { .to = to, .data = data };
	struct pl_arena *a = x->c->arena;

	x->conf = (struct pl_send_conf){
		.chain_id = x->net->chain_id,
		.nonce = x->send->nonce,
		.gas = x->send->gas,
		.wait_s = (unsigned)x->send->wait,
		.revert = reason,
		.revert_ctx = x,
		.progress = progress,
		.progress_ctx = x,
	};
	PL_TRY(gwei(a, &x->conf.max_fee, x->send->max_fee, "max-fee", e));
	PL_TRY(gwei(a, &x->conf.tip, x->send->tip, "tip", e));
	return pl_send_plan(a, &x->plan, x->rpc, &x->from, &call, &x->conf, e);
}

enum pl_rc pl_token_tx_unlock(struct pl_token_tx *x, struct pl_signer **s,
			      const char *question, struct pl_err *e)
{
	struct pl_amount cost = { x->plan.max_cost, WEI_PLACES };
	struct pl_arena *a = x->c->arena;

	PL_TRY(pl_confirm(x->c,
			  pl_printf(a,
				    "%s\nfrom %s on %s, for at most %s %s "
				    "of gas?",
				    question, pl_token_who(x->c, &x->from),
				    x->net->name, pl_amount_text(a, &cost),
				    x->net->currency),
			  e));
	PL_TRY(pl_signer_open(x->c, s, x->signer, e));
	if (!pl_addr_equal(&(*s)->addr, &x->from))
		return pl_fail(e, PL_EPROOF,
			       "the key file of %s names another address than "
			       "its key has: %s",
			       (*s)->name, pl_token_who(x->c, &(*s)->addr));
	return PL_OK;
}

enum pl_rc pl_token_tx_send(struct pl_token_tx *x, struct pl_signer *s,
			    struct pl_err *e)
{
	return pl_send_plan_run(x->c->arena, &x->sent, x->rpc, s, &x->plan,
				&x->conf, e);
}

enum pl_rc pl_token_node(struct pl_ctx *c, struct pl_rpc **out,
			 struct pl_dry *dry, const struct pl_send_args *send,
			 struct pl_err *e)
{
	*dry = (struct pl_dry){ .light = false };
	if (c->g->dry_run)
		return pl_dry_open(c, dry, out, send->level, e);
	if (!send->level)
		return pl_ctx_rpc(c, out, e);
	(void)pl_fail(e, PL_EUSAGE, "--level is for --dry-run");
	return pl_hint(e, "what is sent is sent to the chain as it is");
}

static void fill_dry(struct pl_token_row *row, const struct pl_token_tx *x)
{
	const struct pl_dry *d = &x->dry;

	row->ran = d->effects ? "here" : "node";
	row->trust = pl_dry_trust(d);
	if (!d->effects)
		return;
	row->effects = d->effects;
	row->on_block = &d->block;
	row->events = d->events;
	row->changes = d->changes;
}

void pl_token_row_fill(struct pl_token_row *row, const struct pl_token_tx *x,
		       bool sent)
{
	struct pl_amount *fee;

	row->status = sent ? "done" : "dry-run";
	row->network = x->net->name;
	row->chain_id = x->net->chain_id;
	row->currency = x->net->currency;
	row->from = x->from;
	row->nonce = x->plan.nonce;
	row->gas_limit = x->plan.gas_limit;
	row->max_fee = (struct pl_amount){ x->plan.max_cost, WEI_PLACES };
	row->trust = PL_CLAIMED;
	row->events = row->changes = pl_span_str("null");
	if (!sent && x->c->g->dry_run)
		fill_dry(row, x);
	if (!sent)
		return;
	fee = PL_NEW(x->c->arena, struct pl_amount);
	*fee = (struct pl_amount){ x->sent.fee, WEI_PLACES };
	row->fee = fee;
	row->tx = &x->sent.hash;
	row->block = &x->sent.block_number;
	row->block_hash = &x->sent.block_hash;
	row->gas_used = &x->sent.gas_used;
}

/* clang-format off */
#define R(m, type) PL_AT(struct pl_token_row, m, type)
const struct pl_field pl_token_row_fields[] = {
	{ .name = "status", .kind = PL_STR, .off = R(status, const char *),
	  .about = "done: mined and not reverted; dry-run: nothing was sent" },
	{ .name = "did", .kind = PL_STR, .off = R(did, const char *),
	  .about = "what was done, or would be" },
	{ .name = "network", .kind = PL_STR, .off = R(network, const char *),
	  .about = "name of the chain" },
	{ .name = "chain_id", .kind = PL_UINT, .off = R(chain_id, uint64_t),
	  .about = "number of the chain", .flags = PL_WIDE },
	{ .name = "token", .kind = PL_ADDR, .off = R(token, struct pl_addr),
	  .about = "the token's contract" },
	{ .name = "symbol", .kind = PL_STR, .off = R(symbol, const char *),
	  .about = "the token's unit" },
	{ .name = "asset", .kind = PL_STR, .off = R(asset, const char *),
	  .about = "the asset it was named by" },
	{ .name = "amount", .kind = PL_AMOUNT,
	  .off = R(amount, const struct pl_amount *), .flags = PL_NULLABLE,
	  .about = "how much was minted, sent or burned" },
	{ .name = "from", .kind = PL_ADDR, .off = R(from, struct pl_addr),
	  .about = "who signed and paid the gas" },
	{ .name = "to", .kind = PL_ADDR,
	  .off = R(to, const struct pl_addr *), .flags = PL_NULLABLE,
	  .about = "who received; of a burn, whose tokens were burned" },
	{ .name = "tx", .kind = PL_HASH32,
	  .off = R(tx, const struct pl_hash32 *), .flags = PL_NULLABLE,
	  .about = "hash of the transaction" },
	{ .name = "block", .kind = PL_UINT,
	  .off = R(block, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "number of the block that holds it" },
	{ .name = "block_hash", .kind = PL_HASH32,
	  .off = R(block_hash, const struct pl_hash32 *),
	  .flags = PL_NULLABLE | PL_WIDE, .about = "hash of that block" },
	{ .name = "nonce", .kind = PL_UINT, .off = R(nonce, uint64_t),
	  .about = "the transaction's number of its sender",
	  .flags = PL_WIDE },
	{ .name = "gas_limit", .kind = PL_UINT, .off = R(gas_limit, uint64_t),
	  .about = "gas it may use" },
	{ .name = "gas_used", .kind = PL_UINT,
	  .off = R(gas_used, const uint64_t *), .flags = PL_NULLABLE,
	  .about = "gas it used" },
	{ .name = "fee", .kind = PL_AMOUNT,
	  .off = R(fee, const struct pl_amount *), .flags = PL_NULLABLE,
	  .about = "what was paid for it, in the chain's currency" },
	{ .name = "max_fee", .kind = PL_AMOUNT,
	  .off = R(max_fee, struct pl_amount),
	  .about = "the most it could have cost" },
	{ .name = "currency", .kind = PL_STR,
	  .off = R(currency, const char *), .about = "what fees are paid in" },
	PL_DRY_FIELDS(struct pl_token_row, ),
	{ .name = "trust", .kind = PL_TRUST, .off = R(trust, enum pl_trust),
	  .about = "claimed: the node says so; of a dry run over proven "
		   "state: proven" },
	{ 0 },
};
/* clang-format on */

enum pl_rc pl_token_row_text(struct pl_out *o, const void *row,
			     struct pl_err *e)
{
	const struct pl_token_row *r = row;

	(void)e;
	pl_out_block(o, row);
	pl_dry_text(o, r->effects);
	return PL_OK;
}
