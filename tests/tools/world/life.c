/* What happens in the blocks of any chain of the world. */
#include "life.h"

#include <string.h>

#include "base/hex.h"

#define HISTORY "0x0000F90827F1C53a10cb7A02335B175320002935"

static const uint8_t proxy_code[] = { 0x5f, 0x5f, 0xfd };

struct pl_addr world_fixed(const char *text)
{
	struct pl_addr a = { { 0 } };
	struct pl_err e;

	(void)!pl_hex_fixed(a.b, sizeof(a.b), text, strlen(text), &e);
	return a;
}

struct pl_addr world_contract(struct world_chain *c, const char *text,
			      struct pl_span code)
{
	struct pl_addr a = world_fixed(text);
	struct world_account *acc = world_touch(&c->now, &a);

	acc->nonce = 1;
	acc->code = code;
	return a;
}

void world_put(struct world_chain *c, const struct pl_addr *who,
	       const struct pl_hash32 *key, const struct pl_hash32 *value)
{
	struct pl_u256 v = pl_u256_from_be32(value->b);

	world_store(&c->now, who, key, &v);
}

void world_put_at(struct world_chain *c, const struct pl_addr *who,
		  uint64_t slot, const struct pl_hash32 *value)
{
	struct pl_hash32 key = world_word(slot);

	world_put(c, who, &key, value);
}

void world_users(struct world_chain *c)
{
	for (unsigned i = 1; i <= 24; i++) {
		struct pl_addr u = world_user(i);

		world_touch(&c->now, &u)->balance =
			pl_u256_of(1000000000000000000u);
	}
}

/* User i sends 100 + n of a token to user j: slot 0 maps balances. */
static void token_transfer(struct world_chain *c, const struct pl_addr *token,
			   unsigned i, unsigned j, enum pl_tx_type type)
{
	struct pl_addr from = world_user(i), to = world_user(j);
	struct pl_hash32 amount = world_word(100 + c->n);
	struct pl_hash32 wto = world_word_addr(&to), key;
	struct pl_hash32 topics[3] = {
		world_topic("Transfer(address,address,uint256)"),
		world_word_addr(&from), wto
	};
	uint8_t call[68] = { 0xa9, 0x05, 0x9c, 0xbb };
	struct pl_u256 have, more = pl_u256_of(100 + c->n);
	struct world_tx *t;

	memcpy(call + 4, wto.b, 32);
	memcpy(call + 36, amount.b, 32);
	t = world_send(c, i, type, token, 0,
		       (struct pl_span){ call, sizeof(call) });
	world_log(c, t, token, topics, 3, pl_hash32_span(&amount));
	key = world_mapping(&wto, 0);
	have = world_load(&c->now, token, &key);
	(void)!pl_u256_add(&have, &have, &more);
	world_store(&c->now, token, &key, &have);
}

void world_ordinary(struct world_chain *c, const struct pl_addr *token)
{
	static const enum pl_tx_type types[] = { PL_TX_LEGACY, PL_TX_ACCESS,
						 PL_TX_FEE };
	unsigned n = (unsigned)c->n;
	struct pl_addr to = world_user(2 + n % 5);
	struct pl_span none = { NULL, 0 };

	if (n % 2 == 0)
		(void)world_send(c, 1, types[n % 3], &to, 1000 + n, none);
	if (n % 4 == 3)
		(void)world_send(c, 7, PL_TX_FEE, &to, 1, none);
	if (n % 3 == 1)
		token_transfer(c, token, 3, 4 + n % 4, types[n % 3]);
	if (n % 9 == 1)
		token_transfer(c, token, 5, 6, PL_TX_FEE);
}

void world_history_begin(struct world_chain *c)
{
	(void)world_contract(
		c, HISTORY, (struct pl_span){ proxy_code, sizeof(proxy_code) });
}

void world_history(struct world_chain *c, uint64_t ring)
{
	struct pl_addr a = world_fixed(HISTORY);

	if (c->n && world_account(&c->now, &a))
		world_put_at(c, &a, (c->n - 1) % ring,
			     &c->block[c->n - 1].header.hash);
}
