/* A development chain's file: what is taken is a chain whose every root was
 * computed, that saves as it was read, and goes on. */
#include <stdlib.h>

#include "devnet/dev.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static struct pl_dev *open_chain(void)
{
	const struct pl_dev_conf conf = { .chain_id = 31337,
					  .fork = PL_FORK_PARIS,
					  .gas_limit = 2000000,
					  .base_fee = pl_u256_of(7),
					  .time = 1800000000 };
	struct pl_err e;
	struct pl_dev *d;

	need(!pl_dev_open(&d, &conf, &e));
	return d;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pl_dev *d = open_chain(), *again = open_chain();
	struct pl_buf b, c;
	struct pl_err e;

	pl_buf_init(&b, a);
	pl_buf_init(&c, a);
	if (!pl_dev_load(d, (struct pl_span){ p, n }, &e)) {
		need(!pl_dev_save(d, &b, &e));
		need(!pl_dev_load(again, pl_buf_span(&b), &e));
		need(!pl_dev_save(again, &c, &e));
		need(pl_span_equal(pl_buf_span(&b), pl_buf_span(&c)));
		(void)!pl_dev_mine(d, NULL, 1800000001, &e);
	}
	pl_dev_close(d);
	pl_dev_close(again);
	pl_arena_close(a);
	return 0;
}
