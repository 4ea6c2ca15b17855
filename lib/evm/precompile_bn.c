/* BN254: EIP-196's sum and multiple, EIP-197's pairings, priced anew by
 * EIP-1108. */
#include "crypto/bn254.h"
#include "evm/precompile_impl.h"

uint64_t pl_pre_bn_gas(unsigned index, enum pl_fork fork, struct pl_span in)
{
	const bool cheap = fork >= PL_FORK_ISTANBUL;
	uint64_t pairs = in.n / PL_BN_PAIR;

	switch (index) {
	case 6:
		return cheap ? 150 : 500;
	case 7:
		return cheap ? 6000 : 40000;
	case 8:
		return cheap ? 45000 + 34000 * pairs : 100000 + 80000 * pairs;
	default:
		return UINT64_MAX;
	}
}

bool pl_pre_bn_add(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		   struct pl_span in)
{
	uint8_t p[2 * PL_BN_G1], sum[PL_BN_G1];
	struct pl_err e;

	(void)fork;
	/* SPEC EIP-196 input: zeros follow what is short */
	pl_pre_bytes(p, sizeof(p), in, 0);
	if (pl_bn_add(sum, p, p + PL_BN_G1, &e))
		return false;
	memcpy(pl_pre_room(out, a, sizeof(sum)), sum, sizeof(sum));
	return true;
}

bool pl_pre_bn_mul(struct pl_span *out, struct pl_arena *a, enum pl_fork fork,
		   struct pl_span in)
{
	uint8_t p[PL_BN_G1 + 32], product[PL_BN_G1];
	struct pl_err e;

	(void)fork;
	pl_pre_bytes(p, sizeof(p), in, 0);
	if (pl_bn_mul(product, p, p + PL_BN_G1, &e))
		return false;
	memcpy(pl_pre_room(out, a, sizeof(product)), product, sizeof(product));
	return true;
}

bool pl_pre_bn_pairing(struct pl_span *out, struct pl_arena *a,
		       enum pl_fork fork, struct pl_span in)
{
	struct pl_err e;
	enum pl_rc rc;

	(void)fork;
	/* SPEC EIP-197 input: whole pairs; none make one */
	if (in.n % PL_BN_PAIR != 0)
		return false;
	rc = pl_bn_pairing(in.p, in.n / PL_BN_PAIR, &e);
	if (rc && rc != PL_EPROOF)
		return false;
	pl_pre_room(out, a, 32)[31] = !rc;
	return true;
}
