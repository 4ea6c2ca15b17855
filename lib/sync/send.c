#include "sync/send.h"

#include <errno.h>
#include <strings.h>
#include <time.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/time.h"
#include "codec/abi.h"
#include "crypto/addr.h"
#include "eth/tx.h"

#define WAIT_S 180
#define RESENDS 3
#define GWEI 1000000000u
/* EIP-7825: no transaction may ask for more gas than this since Osaka. */
#define TX_GAS_CAP ((uint64_t)1 << 24)

static char *dec(struct pl_arena *a, const struct pl_u256 *v)
{
	char text[PL_U256_DEC];

	pl_u256_dec(text, v);
	return pl_strdup(a, text);
}

/* Wei as coins of 18 decimals, for messages. */
static char *coins(struct pl_arena *a, const struct pl_u256 *wei)
{
	struct pl_amount v = { *wei, 18 };

	return pl_amount_text(a, &v);
}

/* ------------------------------------------------------------- reverts */

const char *pl_send_reason(struct pl_arena *a, struct pl_span data,
			   pl_revert_fn fn, void *ctx)
{
	const char *text = fn ? fn(ctx, a, data) : NULL;

	if (!text && !data.n)
		return "no reason given";
	return text ? text : pl_abi_revert_text(a, NULL, data);
}

/* Would it revert at `block`?  PL_OK: no, or the node cannot tell. */
static enum pl_rc replay(struct pl_arena *a, const char **reason,
			 struct pl_rpc *r, const struct pl_plan *p,
			 const struct pl_send_conf *conf, const char *block)
{
	struct pl_rpc_view v = { .from = &p->from,
				 .data = p->data,
				 .to = p->create ? NULL : &p->to,
				 .value = &p->value,
				 .block = block };
	struct pl_rpc_error err;
	struct pl_span out;
	struct pl_err e;

	if (pl_rpc_view(r, a, &out, &err, &v, &e) != PL_EREFUSED)
		return PL_OK;
	if (err.has_data)
		*reason = pl_send_reason(a, err.data, conf->revert,
					 conf->revert_ctx);
	else if (pl_rpc_reverted(&err))
		*reason = err.message;
	else
		return PL_OK;
	return PL_EREFUSED;
}

/* -------------------------------------------------------- what to ask */

enum { ASK_CHAIN, ASK_NONCE, ASK_BLOCK, ASK_TIP, ASK_BALANCE, ASKS };

static enum pl_rc ask_all(struct pl_arena *a, struct pl_rpc_item *v,
			  struct pl_rpc *r, const struct pl_addr *from,
			  struct pl_err *e)
{
	const char *who = pl_hex(a, pl_addr_span(from));

	v[ASK_CHAIN] =
		(struct pl_rpc_item){ .method = "eth_chainId", .params = "[]" };
	v[ASK_NONCE] = (struct pl_rpc_item){
		.method = "eth_getTransactionCount",
		.params = pl_printf(a, "[\"%s\",\"pending\"]", who),
	};
	v[ASK_BLOCK] = (struct pl_rpc_item){ .method = "eth_getBlockByNumber",
					     .params = "[\"latest\",false]" };
	v[ASK_TIP] = (struct pl_rpc_item){ .method = "eth_maxPriorityFeePerGas",
					   .params = "[]" };
	v[ASK_BALANCE] = (struct pl_rpc_item){
		.method = "eth_getBalance",
		.params = pl_printf(a, "[\"%s\",\"latest\"]", who),
	};
	PL_TRY(pl_rpc_batch(r, a, v, ASKS, e));
	for (size_t i = 0; i < ASKS; i++) {
		if (i != ASK_TIP && !v[i].result)
			return pl_fail(e, PL_ENET, "%s: %s: %s", pl_rpc_host(r),
				       v[i].method, v[i].error.message);
	}
	return PL_OK;
}

static enum pl_rc check_chain(struct pl_plan *p, struct pl_rpc *r,
			      const struct pl_json *v,
			      const struct pl_send_conf *conf, struct pl_err *e)
{
	if (pl_json_u64(&p->chain_id, v, e))
		return pl_note(e, "eth_chainId");
	if (p->chain_id == conf->chain_id)
		return PL_OK;
	(void)pl_fail(e, PL_EUSAGE,
		      "%s is a node of chain %ju, the transaction is for "
		      "chain %ju",
		      pl_rpc_host(r), (uintmax_t)p->chain_id,
		      (uintmax_t)conf->chain_id);
	return pl_hint(e, "name the network with --network, or another node "
			  "with --rpc");
}

/* ---------------------------------------------------------------- fees */

/* Where eth_maxPriorityFeePerGas is missing: the middle of what was paid in
 * the latest blocks; 1 gwei where that is missing too. */
static enum pl_rc tip_of_history(struct pl_arena *a, struct pl_u256 *out,
				 struct pl_rpc *r, struct pl_err *e)
{
	const struct pl_json *v, *rows;
	struct pl_u256 best = pl_u256_of(0), one;
	enum pl_rc rc = pl_rpc_call(r, a, &v, "eth_feeHistory",
				    "[\"0x5\",\"latest\",[50]]", e);

	if (rc == PL_ENET)
		return rc;
	rows = rc ? NULL : pl_json_get(v, "reward");
	if (rc || !pl_json_len(rows))
		best = pl_u256_of(GWEI);
	for (size_t i = 0; i < pl_json_len(rows); i++) {
		const struct pl_json *row = pl_json_at(rows, i);

		if (pl_json_u256(&one, pl_json_at(row, 0), e))
			return pl_note(e, "eth_feeHistory");
		if (pl_u256_cmp(&one, &best) > 0)
			best = one;
	}
	*out = best;
	return PL_OK;
}

/* A node's suggestion is followed up to twice the base fee, or 100 gwei where
 * that is more: it is not the node that pays. */
static struct pl_u256 bounded_tip(const struct pl_u256 *tip,
				  const struct pl_u256 *base)
{
	struct pl_u256 most = pl_u256_of((uint64_t)100 * GWEI), twice;

	if (pl_u256_add(&twice, base, base) && pl_u256_cmp(&twice, &most) > 0)
		most = twice;
	return pl_u256_cmp(tip, &most) > 0 ? most : *tip;
}

static enum pl_rc find_tip(struct pl_arena *a, struct pl_plan *p,
			   struct pl_rpc *r, const struct pl_rpc_item *asked,
			   const struct pl_send_conf *conf, struct pl_err *e)
{
	struct pl_u256 tip;

	if (conf->tip) {
		p->tip = *conf->tip;
		return PL_OK;
	}
	if (!asked->result)
		PL_TRY(tip_of_history(a, &tip, r, e));
	else if (pl_json_u256(&tip, asked->result, e))
		return pl_note(e, "%s", asked->method);
	p->tip = bounded_tip(&tip, &p->base_fee);
	/* a tip over an explicit maximum would only be refused */
	if (conf->max_fee && pl_u256_cmp(&p->tip, conf->max_fee) > 0)
		p->tip = *conf->max_fee;
	return PL_OK;
}

static enum pl_rc find_max_fee(struct pl_arena *a, struct pl_plan *p,
			       const struct pl_send_conf *conf,
			       struct pl_err *e)
{
	struct pl_u256 twice;

	if (!conf->max_fee) {
		/* the base fee may rise by 1/8 a block: six full blocks */
		if (!pl_u256_add(&twice, &p->base_fee, &p->base_fee) ||
		    !pl_u256_add(&p->max_fee, &twice, &p->tip))
			return pl_fail(e, PL_EFORMAT,
				       "the node's fees are absurd");
		return PL_OK;
	}
	p->max_fee = *conf->max_fee;
	if (pl_u256_cmp(&p->max_fee, &p->base_fee) < 0)
		return pl_fail(e, PL_EUSAGE,
			       "a maximum fee of %s wei is under the base fee "
			       "of %s wei: it would wait for ever",
			       dec(a, &p->max_fee), dec(a, &p->base_fee));
	if (pl_u256_cmp(&p->max_fee, &p->tip) < 0)
		return pl_fail(e, PL_EUSAGE,
			       "the tip of %s wei is over the maximum fee of "
			       "%s wei",
			       dec(a, &p->tip), dec(a, &p->max_fee));
	return PL_OK;
}

static enum pl_rc find_fees(struct pl_arena *a, struct pl_plan *p,
			    struct pl_rpc *r, const struct pl_rpc_item *asked,
			    const struct pl_send_conf *conf, struct pl_err *e)
{
	const struct pl_json *base =
		pl_json_get(asked[ASK_BLOCK].result, "baseFeePerGas");

	if (pl_json_is_null(base))
		return pl_fail(e, PL_EFORMAT,
			       "%s: the latest block has no baseFeePerGas: "
			       "this chain does not know EIP-1559",
			       pl_rpc_host(r));
	if (pl_json_u256(&p->base_fee, base, e))
		return pl_note(e, "baseFeePerGas of the latest block");
	PL_TRY(find_tip(a, p, r, &asked[ASK_TIP], conf, e));
	return find_max_fee(a, p, conf, e);
}

/* ------------------------------------------------------- refusals */

static bool says(const struct pl_rpc_error *err, const char *part)
{
	size_t n = strlen(part);

	for (const char *s = err->message; s && *s; s++) {
		if (!strncasecmp(s, part, n))
			return true;
	}
	return false;
}

/* The usual refusals, with what helps. */
static enum pl_rc advise(const struct pl_rpc_error *err, struct pl_err *e)
{
	/* clang-format off */
	static const struct { const char *part, *hint; } table[] = {
		{ "nonce too low", "another transaction of this account was "
		  "faster: run the command again" },
		{ "nonce too high", "earlier transactions of this account are "
		  "still missing; leave the nonce to plume" },
		{ "nonce", "leave the nonce to plume, or wait for the "
		  "account's other transactions" },
		{ "replacement", "a transaction with this nonce is waiting: "
		  "wait for it, or offer a tenth more with a higher fee" },
		{ "insufficient funds", "the account cannot pay for value and "
		  "gas" },
		{ "base fee", "the base fee has risen: run the command "
		  "again" },
		{ "underpriced", "the node wants a higher fee" },
		{ "intrinsic gas", "more gas is needed" },
		{ "gas limit", "the block or the node allows less gas" },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (says(err, table[i].part))
			return pl_hint(e, "%s", table[i].hint);
	}
	return e->rc;
}

/* ----------------------------------------------------------------- gas */

static enum pl_rc refused(struct pl_arena *a, struct pl_rpc *r,
			  const struct pl_rpc_error *err,
			  const struct pl_plan *p,
			  const struct pl_send_conf *conf, struct pl_err *e)
{
	const char *reason = NULL;

	if (err->has_data)
		reason = pl_send_reason(a, err->data, conf->revert,
					conf->revert_ctx);
	else if (pl_rpc_reverted(err))
		(void)replay(a, &reason, r, p, conf, "latest");
	if (!reason && !pl_rpc_reverted(err))
		return advise(err, e); /* the words stand in *e already */
	return pl_fail(e, PL_EREFUSED, "it would revert: %s",
		       reason ? reason : err->message);
}

static enum pl_rc ask_gas(struct pl_arena *a, struct pl_plan *p,
			  struct pl_rpc *r, const struct pl_send_conf *conf,
			  struct pl_err *e)
{
	struct pl_rpc_view v = { .from = &p->from,
				 .data = p->data,
				 .to = p->create ? NULL : &p->to,
				 .value = &p->value };
	char *params = pl_printf(a, "[%s]", pl_rpc_call_object(a, &v));
	const struct pl_json *got;
	struct pl_rpc_error err;
	enum pl_rc rc =
		pl_rpc_ask(r, a, &got, &err, "eth_estimateGas", params, e);

	if (rc == PL_EREFUSED)
		return refused(a, r, &err, p, conf, e);
	if (rc)
		return rc;
	if (pl_json_u64(&p->gas_estimate, got, e))
		return pl_note(e, "eth_estimateGas");
	return PL_OK;
}

/* A fifth more than estimated, within what a block and a transaction hold. */
static enum pl_rc find_gas(struct pl_arena *a, struct pl_plan *p,
			   struct pl_rpc *r, const struct pl_json *block,
			   const struct pl_send_conf *conf, struct pl_err *e)
{
	uint64_t most, want;

	if (pl_json_u64(&most, pl_json_get(block, "gasLimit"), e))
		return pl_note(e, "gasLimit of the latest block");
	PL_TRY(ask_gas(a, p, r, conf, e));
	if (conf->gas) {
		p->gas_limit = *conf->gas;
		if (p->gas_limit >= p->gas_estimate)
			return PL_OK;
		return pl_fail(e, PL_EUSAGE,
			       "%ju gas is not enough: the node estimates %ju",
			       (uintmax_t)p->gas_limit,
			       (uintmax_t)p->gas_estimate);
	}
	if (p->gas_estimate > most)
		return pl_fail(e, PL_EREFUSED,
			       "it needs %ju gas, more than a block of this "
			       "chain holds (%ju)",
			       (uintmax_t)p->gas_estimate, (uintmax_t)most);
	want = p->gas_estimate / 5 > most - p->gas_estimate
		       ? most
		       : p->gas_estimate + p->gas_estimate / 5;
	if (p->gas_estimate <= TX_GAS_CAP && want > TX_GAS_CAP)
		want = TX_GAS_CAP;
	p->gas_limit = want;
	return PL_OK;
}

/* ------------------------------------------------------------- planning */

static enum pl_rc check_cost(struct pl_arena *a, struct pl_plan *p,
			     const struct pl_send_conf *conf, struct pl_err *e)
{
	char to[PL_ADDR_TEXT];
	struct pl_u256 fee;

	if (!pl_u256_mul64(&fee, &p->max_fee, p->gas_limit) ||
	    !pl_u256_add(&p->max_cost, &fee, &p->value))
		return pl_fail(e, PL_EFORMAT, "the node's fees are absurd");
	if (!pl_u256_is_zero(&conf->max_cost) &&
	    pl_u256_cmp(&p->max_cost, &conf->max_cost) > 0)
		return pl_fail(e, PL_EDECLINED,
			       "it may cost %s coins, over the limit of %s",
			       coins(a, &p->max_cost),
			       coins(a, &conf->max_cost));
	if (pl_u256_cmp(&p->balance, &p->max_cost) >= 0)
		return PL_OK;
	(void)pl_fail(e, PL_EREFUSED,
		      "too little money: the account has %s coins, the "
		      "transaction may need %s",
		      coins(a, &p->balance), coins(a, &p->max_cost));
	pl_addr_text(to, &p->from);
	return pl_hint(e, "send some to %s", to);
}

static enum pl_rc fill(struct pl_arena *a, struct pl_plan *p, struct pl_rpc *r,
		       const struct pl_rpc_item *asked,
		       const struct pl_send_conf *conf, struct pl_err *e)
{
	const struct pl_json *block = asked[ASK_BLOCK].result;

	PL_TRY(check_chain(p, r, asked[ASK_CHAIN].result, conf, e));
	if (pl_json_u64(&p->nonce, asked[ASK_NONCE].result, e))
		return pl_note(e, "%s", asked[ASK_NONCE].method);
	if (conf->nonce)
		p->nonce = *conf->nonce;
	if (pl_json_u256(&p->balance, asked[ASK_BALANCE].result, e))
		return pl_note(e, "%s", asked[ASK_BALANCE].method);
	if (p->create)
		p->to = pl_create_address(&p->from, p->nonce);
	PL_TRY(find_fees(a, p, r, asked, conf, e));
	PL_TRY(find_gas(a, p, r, block, conf, e));
	return check_cost(a, p, conf, e);
}

enum pl_rc pl_send_plan(struct pl_arena *a, struct pl_plan *out,
			struct pl_rpc *r, const struct pl_addr *from,
			const struct pl_call *call,
			const struct pl_send_conf *conf, struct pl_err *e)
{
	struct pl_rpc_item asked[ASKS];
	struct pl_plan p = { .from = *from,
			     .create = !call->to,
			     .data = call->data,
			     .value = call->value };

	if (call->to)
		p.to = *call->to;
	PL_TRY(ask_all(a, asked, r, from, e));
	PL_TRY(fill(a, &p, r, asked, conf, e));
	*out = p;
	return PL_OK;
}

/* ------------------------------------------------------------- signing */

static enum pl_rc sign(struct pl_buf *raw, struct pl_hash32 *hash,
		       struct pl_signer *s, const struct pl_plan *p,
		       struct pl_err *e)
{
	struct pl_tx tx = { .type = PL_TX_FEE,
			    .has_chain_id = true,
			    .chain_id = p->chain_id,
			    .nonce = p->nonce,
			    .gas = p->gas_limit,
			    .max_fee = p->max_fee,
			    .max_priority_fee = p->tip,
			    .has_to = !p->create,
			    .to = p->to,
			    .value = p->value,
			    .data = p->data };
	struct pl_addr who;
	struct pl_hash32 digest;

	if (!pl_addr_equal(&s->addr, &p->from))
		return pl_fail(e, PL_EBUG, "planned for another account");
	digest = pl_tx_sign_hash(&tx, raw);
	PL_TRY(pl_signer_sign(s, &tx.sig, &digest, e));
	/* a signer may be a device with a mind of its own */
	PL_TRY(pl_tx_sender(&who, &tx, raw, false, e));
	if (!pl_addr_equal(&who, &p->from))
		return pl_fail(e, PL_EPROOF,
			       "the signer signed for another account");
	*hash = pl_tx_hash(&tx, raw);
	pl_tx_encode(raw, &tx);
	return PL_OK;
}

/* ------------------------------------------------------------- sending */

/* Does the node know the transaction, after all? */
static bool is_known(struct pl_arena *a, struct pl_rpc *r, const char *params)
{
	const struct pl_json *v;
	struct pl_err none;

	return !pl_rpc_call(r, a, &v, "eth_getTransactionByHash", params,
			    &none) &&
	       !pl_json_is_null(v);
}

static void doze(unsigned ms)
{
	struct timespec t = { ms / 1000, (long)(ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}

static enum pl_rc check_hash(struct pl_arena *a, const struct pl_json *v,
			     const struct pl_hash32 *hash, struct pl_err *e)
{
	struct pl_hash32 got;

	if (pl_json_hash32(&got, v, e))
		return pl_note(e, "eth_sendRawTransaction");
	if (!pl_hash32_equal(&got, hash))
		return pl_fail(e, PL_EPROOF,
			       "the node answers %s for a transaction whose "
			       "hash is %s",
			       pl_hash32_text(a, &got),
			       pl_hash32_text(a, hash));
	return PL_OK;
}

/* The same bytes may be sent as often as needed: they can be mined once. */
static enum pl_rc send_raw(struct pl_arena *a, struct pl_rpc *r,
			   struct pl_span raw, const struct pl_hash32 *hash,
			   struct pl_err *e)
{
	char *params = pl_printf(a, "[\"%s\"]", pl_hex(a, raw));
	char *ours = pl_printf(a, "[\"%s\"]", pl_hash32_text(a, hash));
	struct pl_rpc_error err;
	const struct pl_json *v;
	enum pl_rc rc;

	for (unsigned k = 0;; k++) {
		rc = pl_rpc_ask(r, a, &v, &err, "eth_sendRawTransaction",
				params, e);
		if (!rc)
			return check_hash(a, v, hash, e);
		if (err.message &&
		    (says(&err, "already known") ||
		     says(&err, "already imported") ||
		     /* of our own first try, whose answer was lost */
		     (k && is_known(a, r, ours))))
			return PL_OK;
		if (rc == PL_EREFUSED)
			return advise(&err, e);
		if (rc != PL_ENET)
			return rc;
		if (is_known(a, r, ours))
			return PL_OK;
		if (k == RESENDS)
			break;
		doze(250u << k);
	}
	(void)pl_note(e, "transaction %s may have been sent or not",
		      pl_hash32_text(a, hash));
	return pl_hint(e, "look it up before you send another; it can only "
			  "be mined once");
}

/* ------------------------------------------------------------- waiting */

static void tell(const struct pl_send_conf *conf, const char *what)
{
	if (conf->progress)
		conf->progress(conf->progress_ctx, what);
}

/* Every 100 ms at first, every 4 s later. */
static enum pl_rc await(struct pl_arena *a, const struct pl_json **out,
			struct pl_rpc *r, const struct pl_hash32 *hash,
			const struct pl_send_conf *conf, struct pl_err *e)
{
	unsigned wait_s = conf->wait_s ? conf->wait_s : WAIT_S, ms = 100;
	uint64_t end = pl_time_mono_ns() + (uint64_t)wait_s * 1000000000;
	char *params = pl_printf(a, "[\"%s\"]", pl_hash32_text(a, hash));
	const struct pl_json *v = NULL;
	struct pl_err last = { 0 };

	for (;;) {
		if (!pl_rpc_call(r, a, &v, "eth_getTransactionReceipt", params,
				 &last) &&
		    !pl_json_is_null(v)) {
			*out = v;
			return PL_OK;
		}
		if (pl_time_mono_ns() >= end)
			break;
		doze(ms);
		ms = ms < 2700 ? ms * 3 / 2 : 4000;
	}
	(void)pl_fail(e, PL_ENET,
		      "transaction %s was sent, but has no receipt after "
		      "%u s%s%s",
		      pl_hash32_text(a, hash), wait_s, *last.msg ? ": " : "",
		      last.msg);
	return pl_hint(e, "it may still be mined: look it up by its hash "
			  "before you send another");
}

/* ------------------------------------------------------------- receipt */

static enum pl_rc lies(struct pl_err *e, const char *what)
{
	return pl_fail(e, PL_EPROOF,
		       "the node's receipt is not this transaction's: its "
		       "%s differs",
		       what);
}

static enum pl_rc check_whose(struct pl_sent *s, const struct pl_plan *p,
			      const struct pl_json *v, struct pl_err *e)
{
	const struct pl_json *to = pl_json_get(v, "to");
	struct pl_hash32 hash;
	struct pl_addr addr;

	PL_TRY(pl_json_hash32(&hash, pl_json_get(v, "transactionHash"), e));
	if (!pl_hash32_equal(&hash, &s->hash))
		return lies(e, "hash");
	PL_TRY(pl_json_addr(&addr, pl_json_get(v, "from"), e));
	if (!pl_addr_equal(&addr, &p->from))
		return lies(e, "sender");
	if (p->create != pl_json_is_null(to))
		return lies(e, "receiver");
	PL_TRY(pl_json_addr(
		&addr, p->create ? pl_json_get(v, "contractAddress") : to, e));
	if (!pl_addr_equal(&addr, &p->to))
		return lies(e, p->create ? "new contract" : "receiver");
	return PL_OK;
}

static enum pl_rc read_receipt(struct pl_sent *s, uint64_t *status,
			       const struct pl_plan *p, const struct pl_json *v,
			       struct pl_err *e)
{
	const struct pl_json *price = pl_json_get(v, "effectiveGasPrice");

	PL_TRY(check_whose(s, p, v, e));
	PL_TRY(pl_json_u64(status, pl_json_get(v, "status"), e));
	PL_TRY(pl_json_u64(&s->block_number, pl_json_get(v, "blockNumber"), e));
	PL_TRY(pl_json_hash32(&s->block_hash, pl_json_get(v, "blockHash"), e));
	PL_TRY(pl_json_u64(&s->gas_used, pl_json_get(v, "gasUsed"), e));
	PL_TRY(pl_json_u256(&s->gas_price, price, e));
	if (*status > 1)
		return lies(e, "status");
	if (s->gas_used > p->gas_limit)
		return lies(e, "gas");
	if (pl_u256_cmp(&s->gas_price, &p->max_fee) > 0)
		return lies(e, "gas price");
	if (!pl_u256_mul64(&s->fee, &s->gas_price, s->gas_used))
		return lies(e, "fee");
	s->create = p->create;
	s->contract = p->to;
	s->nonce = p->nonce;
	s->receipt = v;
	return PL_OK;
}

/* At its block, and at the one before: what reverted in the middle of a block
 * may not at its end. */
static enum pl_rc reverted(struct pl_arena *a, const struct pl_sent *s,
			   struct pl_rpc *r, const struct pl_plan *p,
			   const struct pl_send_conf *conf, struct pl_err *e)
{
	const char *reason = NULL;

	for (uint64_t back = 0; !reason && back < 2; back++) {
		uint64_t n = s->block_number - (s->block_number ? back : 0);

		(void)replay(a, &reason, r, p, conf,
			     pl_printf(a, "0x%jx", (uintmax_t)n));
	}
	if (!reason)
		reason = s->gas_used == p->gas_limit ? "out of gas"
						     : "no reason known";
	return pl_fail(e, PL_EREFUSED,
		       "transaction %s was mined in block %ju and reverted: "
		       "%s",
		       pl_hash32_text(a, &s->hash), (uintmax_t)s->block_number,
		       reason);
}

enum pl_rc pl_send_plan_run(struct pl_arena *a, struct pl_sent *out,
			    struct pl_rpc *r, struct pl_signer *s,
			    const struct pl_plan *p,
			    const struct pl_send_conf *conf, struct pl_err *e)
{
	struct pl_sent sent = { 0 };
	const struct pl_json *v = NULL;
	struct pl_buf raw;
	uint64_t status;

	pl_buf_init(&raw, a);
	PL_TRY(sign(&raw, &sent.hash, s, p, e));
	out->hash = sent.hash;
	tell(conf, pl_printf(a, "sending %s", pl_hash32_text(a, &sent.hash)));
	PL_TRY(send_raw(a, r, pl_buf_span(&raw), &sent.hash, e));
	tell(conf, "sent, waiting for its receipt");
	PL_TRY(await(a, &v, r, &sent.hash, conf, e));
	if (read_receipt(&sent, &status, p, v, e))
		return pl_note(e, "transaction %s",
			       pl_hash32_text(a, &sent.hash));
	if (!status)
		return reverted(a, &sent, r, p, conf, e);
	*out = sent;
	return PL_OK;
}

enum pl_rc pl_send(struct pl_arena *a, struct pl_sent *out, struct pl_rpc *r,
		   struct pl_signer *s, const struct pl_call *call,
		   const struct pl_send_conf *conf, struct pl_err *e)
{
	struct pl_plan p;

	PL_TRY(pl_send_plan(a, &p, r, &s->addr, call, conf, e));
	return pl_send_plan_run(a, out, r, s, &p, conf, e);
}
