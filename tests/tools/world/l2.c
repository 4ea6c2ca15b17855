/* What happens on the Nitro chains: the L2, and the L3 that settles on it. */
#include <string.h>

#include "life.h"
#include "rollup.h"

#define HISTORY_RING 393168 /* of ArbOS 40's history contract */
#define ARBOS_BEFORE 32

static const uint8_t token_code[] = { 0x60, 0x01, 0x60, 0x00, 0x55, 0x00 };

static void arbos(struct world_chain *c)
{
	struct pl_nitro_tx t = { .type = PL_NITRO_INTERNAL,
				 .chain_id = c->id,
				 .has_to = true };
	uint8_t data[36] = { 0x6b, 0xf6, 0xa4, 0x2d }; /* startBlock */

	data[35] = (uint8_t)c->n;
	t.to = world_fixed("0x00000000000000000000000000000000000a4b05");
	t.data = pl_span_dup(c->a, (struct pl_span){ data, sizeof(data) });
	(void)world_own(c, t);
}

/* sendCount, l1BlockNumber, arbosVersion */
static void mix(struct world_chain *c)
{
	memset(&c->mix_hash, 0, sizeof(c->mix_hash));
	c->mix_hash.b[7] = (uint8_t)(c->n / 5);
	c->mix_hash.b[15] = (uint8_t)c->n;
	c->mix_hash.b[23] = c->n < WORLD_ARBOS_40 ? ARBOS_BEFORE : 51;
	c->extra = world_word(40000 + c->n / 5); /* sendRoot */
	c->nonce[7] = (uint8_t)(c->n / 7);
}

/* A block's beginning.  The one that brings ArbOS 40 makes the history
 * contract, and the next writes into it first. */
static void begin(struct world_chain *c, uint64_t ring)
{
	c->time = 1700000000 + c->n;
	mix(c);
	if (c->n > WORLD_ARBOS_40)
		world_history(c, ring);
	if (c->n == WORLD_ARBOS_40)
		world_history_begin(c);
	if (c->n)
		arbos(c);
}

void world_l2_new(struct world *w, unsigned blocks, uint64_t ring)
{
	struct world_chain *c = world_chain(w->a, WORLD_L2, true, blocks);
	struct world_rollup rollup;

	w->l2 = c;
	world_users(c);
	w->l2_token = world_contract(
		c, "0x9898989898989898989898989898989898989898",
		(struct pl_span){ token_code, sizeof(token_code) });
	world_callable(c, &w->on_l2);
	world_rollup_begin(&rollup, c, blocks, w->l3, &w->orbit3, WORLD_AGREED,
			   1);
	for (size_t n = 0; n < blocks; n++) {
		begin(c, ring ? ring : HISTORY_RING);
		if (n) {
			world_ordinary(c, &w->l2_token);
			world_rollup_step(&rollup);
		}
		world_seal(c);
	}
}

void world_l3_new(struct world *w)
{
	struct world_chain *c = world_chain(w->a, WORLD_L3, true, WORLD_L3_N);

	w->l3 = c;
	world_users(c);
	w->l3_token = world_contract(
		c, "0xa9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9a9",
		(struct pl_span){ token_code, sizeof(token_code) });
	for (size_t n = 0; n < WORLD_L3_N; n++) {
		begin(c, HISTORY_RING);
		if (n)
			world_ordinary(c, &w->l3_token);
		world_seal(c);
	}
}
