/* What happens on the L1, block by block. */
#include "life.h"
#include "rollup.h"

#define HISTORY_RING 8191 /* EIP-2935 HISTORY_SERVE_WINDOW */

static const uint8_t token_code[] = { 0x60, 0x01, 0x60, 0x00, 0x55, 0x00 };

/* What Ethereum alone has. */
static void newer_kinds(struct world_chain *c)
{
	struct pl_addr to = world_user(14);
	struct pl_span none = { NULL, 0 };

	if (c->n % 10 == 5)
		(void)world_send(c, 11, PL_TX_BLOB, &to, 3, none);
	if (c->n % 10 == 7)
		(void)world_send(c, 12, PL_TX_SETCODE, &to, 4, none);
	if (c->n % 4 == 2)
		world_withdraw(c, 15, 1000 + c->n);
}

void world_l1_new(struct world *w, unsigned blocks, int64_t genesis,
		  enum world_dispute dispute)
{
	struct world_rollup rollup;
	struct world_chain *c = world_chain(w->a, WORLD_L1, false, blocks);

	w->l1 = c;
	world_users(c);
	world_history_begin(c);
	w->token = world_contract(
		c, "0x7070707070707070707070707070707070707070",
		(struct pl_span){ token_code, sizeof(token_code) });
	world_callable(c, &w->on_l1);
	world_rollup_begin(&rollup, c, blocks, w->l2, &w->orbit, dispute, 0);
	for (size_t n = 0; n < blocks; n++) {
		c->time = (uint64_t)genesis + 6 * (WORLD_SLOT0 + n);
		c->mix_hash = world_word(5000 + n);
		world_history(c, HISTORY_RING);
		if (n) {
			world_ordinary(c, &w->token);
			world_rollup_step(&rollup);
			newer_kinds(c);
		}
		world_seal(c);
	}
}
