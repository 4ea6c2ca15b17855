#include "eth/clique.h"

#include "crypto/secp.h"

/* The names of EIP-225. */
#define EXTRA_VANITY 32
#define EXTRA_SEAL 65
#define DIFF_INTURN 2

bool pl_clique_fits(const struct pl_header *h)
{
	static const struct pl_hash32 zero;
	size_t signers = h->extra.n - EXTRA_VANITY - EXTRA_SEAL;
	struct pl_u256 most = pl_u256_of(DIFF_INTURN);

	return h->extra.n >= EXTRA_VANITY + EXTRA_SEAL && signers % 20 == 0 &&
	       h->n_fields <= 16 && h->number &&
	       pl_hash32_equal(&h->mix_hash, &zero) &&
	       pl_hash32_equal(&h->uncles_hash, &pl_empty_uncles) &&
	       !pl_u256_is_zero(&h->difficulty) &&
	       pl_u256_cmp(&h->difficulty, &most) <= 0;
}

enum pl_rc pl_clique_signer(struct pl_addr *out, const struct pl_header *h,
			    struct pl_buf *scratch, struct pl_err *e)
{
	struct pl_header unsealed = *h;
	struct pl_hash32 digest;
	struct pl_sig sig;
	const uint8_t *seal;

	if (h->extra.n < EXTRA_VANITY + EXTRA_SEAL)
		return pl_fail(e, PL_EFORMAT,
			       "extra data of %zu bytes holds no seal",
			       h->extra.n);
	unsealed.extra.n -= EXTRA_SEAL;
	digest = pl_header_hash(&unsealed, scratch);
	seal = h->extra.p + unsealed.extra.n;
	memcpy(sig.r, seal, 32);
	memcpy(sig.s, seal + 32, 32);
	sig.y_parity = seal[64];
	return pl_secp_recover(out, &digest, &sig, e);
}
