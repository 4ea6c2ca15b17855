/* Calls, run as a node does: on its own state, which needs no proof. */
#include <string.h>

#include "base/hex.h"
#include "crypto/keccak.h"
#include "evm/transact.h"
#include "rpc.h"

#define GAS 50000000

struct source {
	struct pl_state_source base;
	const struct world_chain *c;
	const struct world_block *at;
};

static enum pl_rc account(struct pl_state_source *s,
			  struct pl_state_account *out,
			  const struct pl_addr *addr, struct pl_err *e)
{
	const struct world_account *acc =
		world_account(((struct source *)s)->at->state, addr);

	(void)e;
	*out = (struct pl_state_account){ .exists = acc != NULL,
					  .code_hash = pl_keccak_empty };
	if (!acc)
		return PL_OK;
	out->nonce = acc->nonce;
	out->balance = acc->balance;
	out->code_hash = pl_keccak256(acc->code);
	return PL_OK;
}

static enum pl_rc slot(struct pl_state_source *s, struct pl_u256 *out,
		       const struct pl_addr *addr, const struct pl_u256 *key,
		       struct pl_err *e)
{
	struct pl_hash32 k;

	(void)e;
	pl_u256_to_be(k.b, key);
	*out = world_load(((struct source *)s)->at->state, addr, &k);
	return PL_OK;
}

static enum pl_rc code(struct pl_state_source *s, struct pl_arena *a,
		       struct pl_span *out, const struct pl_addr *addr,
		       const struct pl_hash32 *hash, struct pl_err *e)
{
	(void)a;
	(void)hash;
	(void)e;
	*out = world_account(((struct source *)s)->at->state, addr)->code;
	return PL_OK;
}

static enum pl_rc block_hash(struct pl_state_source *s, struct pl_hash32 *out,
			     uint64_t number, struct pl_err *e)
{
	const struct source *x = (const struct source *)s;

	if (number >= x->c->n)
		return pl_fail(e, PL_ENOTFOUND, "no such block");
	*out = x->c->block[number].header.hash;
	return PL_OK;
}

/* On a Nitro chain NUMBER is the parent chain's: bytes 8 to 15 of the mix. */
static struct pl_evm_block environment(const struct call *x,
				       const struct pl_header *h)
{
	struct pl_evm_block b = { .fork = PL_FORK_PRAGUE,
				  .chain_id = x->c->id,
				  .number = h->number,
				  .time = h->time,
				  .gas_limit = h->gas_limit,
				  .coinbase = h->miner,
				  .prev_randao = h->mix_hash };

	if (!x->c->nitro)
		return b;
	b.fork = h->mix_hash.b[23] >= 50 ? PL_FORK_OSAKA : PL_FORK_CANCUN;
	b.number = 0;
	for (size_t i = 8; i < 16; i++)
		b.number = b.number << 8 | h->mix_hash.b[i];
	b.prev_randao = world_word(1);
	return b;
}

struct running {
	struct source source;
	struct pl_state *state;
	struct pl_evm_pool *pool;
	struct pl_evm_tracer *tracer;
	struct pl_transacted t;
};

static void read_tx(struct call *x, struct pl_tx *tx, struct pl_addr *from)
{
	const struct pl_json *o = pl_json_at(x->params, 0);
	const char *data = pl_json_str(pl_json_get(o, "data"));
	struct pl_err e;

	*tx = (struct pl_tx){ .type = PL_TX_LEGACY, .gas = GAS };
	*from = (struct pl_addr){ { 0 } };
	(void)!pl_json_addr(from, pl_json_get(o, "from"), &e);
	tx->has_to = !pl_json_addr(&tx->to, pl_json_get(o, "to"), &e);
	(void)!pl_json_u256(&tx->value, pl_json_get(o, "value"), &e);
	if (data)
		(void)!pl_hex_bytes(x->out->a, &tx->data, data, strlen(data),
				    &e);
}

/* false: it may not run, or there is no such block. */
static bool begin(struct call *x, struct running *r)
{
	const struct world_block *at =
		pl_json_len(x->params) > 1
			? rpc_block_of(x, pl_json_at(x->params, 1))
			: &x->c->block[x->c->n - 1];
	struct pl_evm_block block;
	struct pl_evm evm = { .block = &block, .tracer = r->tracer };
	struct pl_transact how = { .block_gas = UINT64_MAX,
				   .no_nonce = true,
				   .no_balance = true,
				   .no_base_fee = true,
				   .no_eoa = true,
				   .no_gas_cap = true };
	const struct world_account *acc;
	struct pl_tx tx;
	struct pl_err e;

	if (!at)
		return false;
	block = environment(x, &at->header);
	r->source = (struct source){ { account, slot, code, block_hash, NULL },
				     x->c,
				     at };
	r->state = pl_state_open(&r->source.base);
	r->pool = pl_evm_pool_open();
	read_tx(x, &tx, &how.sender);
	acc = world_account(at->state, &how.sender);
	tx.nonce = acc ? acc->nonce : 0;
	how.tx = &tx;
	evm.state = r->state;
	evm.pool = r->pool;
	return !pl_transact(&r->t, &evm, &how, &e);
}

static void end(struct running *r)
{
	pl_evm_pool_close(r->pool);
	pl_state_close(r->state);
}

/* Instead of the "result" that was begun. */
static void failed(struct call *x, const struct running *r, bool ran)
{
	x->out->n -= strlen("\"result\":");
	pl_buf_fmt(x->out, "\"error\":{\"code\":%d,\"message\":\"%s\"",
		   ran && r->t.status == PL_EVM_REVERT ? 3 : -32000,
		   ran ? pl_evm_status_text(r->t.status) : "refused");
	if (ran && r->t.status == PL_EVM_REVERT) {
		pl_buf_str(x->out, ",\"data\":");
		world_hex(x->out, r->t.output);
	}
	pl_buf_byte(x->out, '}');
}

void rpc_call(struct call *x)
{
	struct running r = { .state = NULL };
	const bool ran = begin(x, &r);

	if (ran && r.t.status == PL_EVM_SUCCESS)
		world_hex(x->out, r.t.output);
	else
		failed(x, &r, ran);
	end(&r);
}

/* Generous, as no node is. */
void rpc_estimate_gas(struct call *x)
{
	struct running r = { .state = NULL };
	const bool ran = begin(x, &r);

	if (ran && r.t.status == PL_EVM_SUCCESS)
		world_u64(x->out, 2 * r.t.gas_used);
	else
		failed(x, &r, ran);
	end(&r);
}

/* ------------------------------------------------------------ access lists */

struct touched {
	struct pl_evm_tracer base;
	struct pl_addr addr[64];
	struct pl_u256 key[64];
	size_t n;
};

static void step(struct pl_evm_tracer *t, const struct pl_evm_step *s)
{
	struct touched *l = (struct touched *)t;

	if ((s->op != 0x54 && s->op != 0x55) || !s->n_stack || l->n == 64)
		return;
	l->addr[l->n] = *pl_acct_addr(s->self);
	l->key[l->n++] = s->stack[s->n_stack - 1];
}

/* Each slot that is looked at, one an entry; under a lie, others. */
void rpc_access_list(struct call *x)
{
	struct touched l = { .base = { .step = step } };
	struct running r = { .tracer = &l.base };

	(void)!begin(x, &r);
	end(&r);
	pl_buf_str(x->out, "{\"gasUsed\":\"0x5208\",\"accessList\":[");
	for (size_t i = 0; i < l.n; i++) {
		struct pl_hash32 key;

		pl_u256_to_be(key.b, &l.key[i]);
		if (x->lie == WORLD_WRONG_LIST)
			key.b[0] ^= 1;
		pl_buf_fmt(x->out, "%s{\"address\":", i ? "," : "");
		world_hex(x->out, pl_addr_span(&l.addr[i]));
		pl_buf_str(x->out, ",\"storageKeys\":[");
		world_hex(x->out, pl_hash32_span(&key));
		pl_buf_str(x->out, "]}");
	}
	pl_buf_str(x->out, "]}");
}
