/* Transactions: what decodes encodes to the same bytes; hashing leaves the
 * scratch buffer alone; access and authorisation lists walk to their end. */
#include <stdlib.h>

#include "crypto/keccak.h"
#include "eth/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct pl_span in = { p, n }, list, keys;
	struct pl_hash32 h1, h2;
	struct pl_auth auth;
	struct pl_addr addr;
	struct pl_arena *a;
	struct pl_tx tx;
	struct pl_buf b;
	struct pl_err e;
	uint64_t gas;

	if (pl_tx_decode(&tx, in, &e))
		return 0;
	a = pl_arena_open(0);
	pl_buf_init(&b, a);
	pl_tx_encode(&b, &tx);
	need(pl_span_equal(pl_buf_span(&b), in));
	h1 = pl_keccak256(in);
	h2 = pl_tx_hash(&tx, &b);
	need(pl_hash32_equal(&h1, &h2) && b.n == n);
	(void)!pl_tx_sender(&addr, &tx, &b, true, &e);
	need(b.n == n);
	need(!pl_tx_intrinsic_gas(&gas, &tx, &e) && gas >= 21000);
	for (list = tx.access_list; list.n;)
		need(!pl_access_next(&addr, &keys, &list, &e) &&
		     keys.n % 33 == 0);
	for (list = tx.auth_list; list.n;)
		need(!pl_auth_next(&auth, &list, &e));
	pl_arena_close(a);
	return 0;
}
