/* Public keys and signatures from anybody: what is taken is canonical, what
 * KeyValidate takes is taken without its subgroup check too, and no bytes
 * verify under a key whose owner never signed. */
#include <stdlib.h>

#include "crypto/bls.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void need(bool holds)
{
	if (!holds)
		abort();
}

static void keys(struct pl_span in)
{
	struct pl_bls_pk pk, bound, sum;
	uint8_t back[PL_BLS_PK];
	struct pl_err e;

	if (pl_bls_pk_decode(&bound, in, PL_BLS_BOUND, &e)) {
		need(pl_bls_pk_decode(&pk, in, PL_BLS_KEY, &e) == PL_EFORMAT);
		return;
	}
	pl_bls_pk_encode(back, &bound);
	need(pl_span_equal(in, (struct pl_span){ back, sizeof(back) }));
	if (!pl_bls_pk_decode(&pk, in, PL_BLS_KEY, &e))
		need(!memcmp(&pk, &bound, sizeof(pk)));
	need(!pl_bls_packed_sum(&sum, in.p, 1, NULL, NULL, &e));
	need(!memcmp(&sum, &bound, sizeof(sum)));
}

static void signatures(struct pl_span in)
{
	static const uint8_t sk[PL_BLS_SK] = { [4] = 0x77, [31] = 1 };
	uint8_t sum[PL_BLS_SIG];
	struct pl_bls_pk pk;
	struct pl_err e;

	if (pl_bls_sig_check(in.p, &e)) {
		need(pl_bls_aggregate(sum, in.p, 1, &e) == PL_EPROOF);
		return;
	}
	need(!pl_bls_aggregate(sum, in.p, 1, &e));
	need(!memcmp(sum, in.p, sizeof(sum)));
	need(!pl_bls_sk_to_pk(&pk, sk, &e));
	need(pl_bls_verify(&pk, pl_span_str("never signed"), in.p, &e) ==
	     PL_EPROOF);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	keys((struct pl_span){ p, n });
	if (n == PL_BLS_SIG)
		signatures((struct pl_span){ p, n });
	return 0;
}
