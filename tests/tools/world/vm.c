/* Contracts that can be called: put where the machine itself would have. */
#include "vm.h"

#include <string.h>

#include "crypto/keccak.h"
#include "eth/tx.h"
#include "evm/memstate.h"
#include "evm/transact.h"
#include "life.h"

static void take_over(struct world_chain *c, const struct pl_state_change *x)
{
	struct world_account *acc = world_touch(&c->now, &x->addr);

	acc->nonce = x->account.nonce;
	acc->code = pl_span_dup(c->a, x->code);
	for (size_t i = 0; i < x->n_slots; i++) {
		struct pl_hash32 key;

		pl_u256_to_be(key.b, &x->slots[i].key);
		world_store(&c->now, &x->addr, &key, &x->slots[i].value);
	}
}

struct pl_addr world_deploy(struct world_chain *c, unsigned user,
			    struct pl_span init)
{
	struct pl_memstate *m = pl_memstate_new(c->a);
	struct pl_state *s = pl_state_open(pl_memstate_source(m));
	struct pl_evm_pool *pool = pl_evm_pool_open();
	struct pl_evm_block block = { .fork = PL_FORK_PRAGUE,
				      .chain_id = c->id,
				      .gas_limit = 30000000 };
	struct pl_evm evm = { .state = s, .block = &block, .pool = pool };
	struct pl_tx tx = { .type = PL_TX_LEGACY,
			    .has_chain_id = true,
			    .chain_id = c->id,
			    .gas = 20000000,
			    .data = init };
	struct pl_transact how = { .tx = &tx,
				   .sender = world_user(user),
				   .block_gas = UINT64_MAX,
				   .block_blob_gas = UINT64_MAX,
				   .no_gas_cap = true };
	struct pl_addr none = { { 0 } };
	struct pl_state_change *x;
	struct world_account *acc = world_touch(&c->now, &how.sender);
	struct pl_transacted t;
	struct pl_err e;
	size_t n;

	if (pl_transact(&t, &evm, &how, &e) || t.status != PL_EVM_SUCCESS)
		t.contract = none;
	acc->nonce++;
	x = pl_state_changes(s, c->a, &n);
	for (size_t i = 0; i < n; i++)
		if (pl_addr_equal(&x[i].addr, &t.contract))
			take_over(c, &x[i]);
	pl_state_close(s);
	pl_evm_pool_close(pool);
	return t.contract;
}

/* ------------------------------------------------------------- answers only */

static void op(struct pl_buf *b, uint8_t code)
{
	pl_buf_byte(b, code);
}

static void push2(struct pl_buf *b, size_t v)
{
	op(b, 0x61);
	op(b, (uint8_t)(v >> 8));
	op(b, (uint8_t)v);
}

/* DUP1 PUSH4 selector EQ PUSH2 place JUMPI */
static void branch(struct pl_buf *b, const char *signature, size_t place)
{
	struct pl_hash32 h = pl_keccak256(pl_span_str(signature));

	op(b, 0x80);
	op(b, 0x63);
	pl_buf_put(b, (struct pl_span){ h.b, 4 });
	op(b, 0x14);
	push2(b, place);
	op(b, 0x57);
}

/* JUMPDEST, CODECOPY of the data behind, RETURN or REVERT */
static void answer(struct pl_buf *b, const struct world_answer *w, size_t data)
{
	op(b, 0x5b);
	push2(b, w->data.n);
	push2(b, data);
	op(b, 0x5f);
	op(b, 0x39);
	push2(b, w->data.n);
	op(b, 0x5f);
	op(b, w->reverts ? 0xfd : 0xf3);
}

#define HEAD 5    /* PUSH0 CALLDATALOAD PUSH1 224 SHR */
#define BRANCH 11 /* bytes */
#define TAIL 3    /* PUSH0 PUSH0 REVERT */
#define ANSWER 14

struct pl_addr world_answers(struct world_chain *c, const char *at,
			     const struct world_answer *w, size_t n)
{
	static const uint8_t head[] = { 0x5f, 0x35, 0x60, 0xe0, 0x1c };
	static const uint8_t tail[] = { 0x5f, 0x5f, 0xfd };
	const size_t places = HEAD + BRANCH * n + TAIL;
	size_t data = places + ANSWER * n;
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	pl_buf_put(&b, (struct pl_span){ head, sizeof(head) });
	for (size_t i = 0; i < n; i++)
		branch(&b, w[i].signature, places + ANSWER * i);
	pl_buf_put(&b, (struct pl_span){ tail, sizeof(tail) });
	for (size_t i = 0; i < n; i++) {
		answer(&b, &w[i], data);
		data += w[i].data.n;
	}
	for (size_t i = 0; i < n; i++)
		pl_buf_put(&b, w[i].data);
	return world_contract(c, at, pl_span_dup(c->a, pl_buf_span(&b)));
}

/* ---------------------------------------------------------- those of a chain
 */

static struct pl_addr estate(struct world_chain *c)
{
	struct pl_token_terms terms = { .name = "World Estate",
					.symbol = "WEST",
					.decimals = 6,
					.cap = pl_u256_of(5000000000),
					.supply = pl_u256_of(1000000000),
					.owner = world_user(WORLD_ISSUER),
					.asset = "" };
	struct pl_token_artifact t;
	struct pl_span init = { NULL, 0 };
	struct pl_err e;

	if (!pl_token_artifact(c->a, &t, &e))
		(void)!pl_token_deploy_data(c->a, &init, &t, &terms, &e);
	return world_deploy(c, WORLD_ISSUER, init);
}

static struct pl_span word(struct pl_arena *a, uint64_t v)
{
	struct pl_hash32 h = world_word(v);

	return pl_span_dup(a, pl_hash32_span(&h));
}

static struct pl_span text(struct pl_arena *a, const char *s)
{
	struct pl_hash32 h[3] = { world_word(32),
				  world_word(strlen(s)),
				  { { 0 } } };

	memcpy(h[2].b, s, strlen(s));
	return pl_span_dup(a, (struct pl_span){ h[0].b, sizeof(h) });
}

/* A token whose rules say no, by three standards. */
static struct pl_addr strict(struct world_chain *c)
{
	static const uint8_t refusal[] = { 0x83, 0x4c, 0x2d, 0x55 };
	struct pl_addr own = world_fixed(WORLD_STRICT);
	struct pl_hash32 self = world_word_addr(&own);
	const struct world_answer w[] = {
		{ "name()", text(c->a, "Strict"), false },
		{ "symbol()", text(c->a, "STR"), false },
		{ "decimals()", word(c->a, 0), false },
		{ "totalSupply()", word(c->a, 500), false },
		{ "balanceOf(address)", word(c->a, 100), false },
		{ "transfer(address,uint256)",
		  { refusal, sizeof(refusal) },
		  true },
		{ "detectTransferRestriction(address,address,uint256)",
		  word(c->a, 3), false },
		{ "messageForTransferRestriction(uint8)",
		  text(c->a, "lock-up until 2027"), false },
		{ "identityRegistry()", pl_hash32_span(&self), false },
		{ "isVerified(address)", word(c->a, 0), false },
		{ "compliance()", pl_hash32_span(&self), false },
		{ "canTransfer(address,address,uint256)", word(c->a, 0),
		  false },
		{ "isFrozen(address)", word(c->a, 0), false },
		{ "getFrozenTokens(address)", word(c->a, 60), false },
	};

	return world_answers(c, WORLD_STRICT, w, sizeof(w) / sizeof(*w));
}

void world_callable(struct world_chain *c, struct world_contracts *out)
{
	out->estate = estate(c);
	out->strict = strict(c);
}
