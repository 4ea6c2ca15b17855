/* The whole chain handed over and taken back, as --state keeps it: hex of
 * lib/devnet/dev_file.c's bytes, and no other program's format. */
#include "devnet/node_methods.h"

enum pl_rc node_dump_state(struct node_call *c, struct pl_err *e)
{
	struct pl_buf b;

	pl_buf_init(&b, c->a);
	PL_TRY(pl_dev_save(c->d, &b, e));
	if (b.n > NODE_MAX_ANSWER / 2)
		return pl_fail(e, PL_ELIMIT,
			       "a state of %zu MB: --state FILE keeps it",
			       b.n >> 20);
	pl_jout_data(c->w, NODE_KEY, pl_buf_span(&b));
	return PL_OK;
}

/* [bytes]: what was dumped takes the place of the chain, or nothing does. */
enum pl_rc node_load_state(struct node_call *c, struct pl_err *e)
{
	struct pl_span bytes;

	PL_TRY(node_data(c, &bytes, 0, e));
	if (pl_dev_load_check(c->d, bytes, e))
		return node_bad(c, e);
	node_take_back(c->n, pl_dev_first(c->d) + 1);
	PL_TRY(pl_dev_load(c->d, bytes, e));
	pl_jout_bool(c->w, NODE_KEY, true);
	return PL_OK;
}
