#include "crypto/secp.h"

#include <secp256k1.h>
#include <secp256k1_preallocated.h>
#include <secp256k1_recovery.h>

#include "base/secret.h"
#include "crypto/keccak.h"

/* Half the order of the group, rounded down (EIP-2). */
static const uint8_t half_order[32] = {
	0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0x5d, 0x57, 0x6e, 0x73, 0x57, 0xa4,
	0x50, 0x1d, 0xdf, 0xe9, 0x2f, 0x46, 0x68, 0x1b, 0x20, 0xa0
};

/* A context that may touch secrets, in memory of our own.  It is blinded with
 * a seed only the holder of the secret could compute, so that what the
 * multiplication leaks through time and power says nothing about the secret,
 * and no source of randomness is needed here. */
struct signer {
	union {
		uint8_t room[1024];
		max_align_t align;
	};
	secp256k1_context *ctx;
};

static enum pl_rc signer_init(struct signer *s, const uint8_t secret[32],
			      const struct pl_hash32 *digest, struct pl_err *e)
{
	size_t need =
		secp256k1_context_preallocated_size(SECP256K1_CONTEXT_NONE);
	struct pl_hash32 seed;

	if (need > sizeof(s->room))
		return pl_fail(e, PL_EBUG,
			       "libsecp256k1 wants a context of %zu bytes",
			       need);
	seed = pl_keccak256_2((struct pl_span){ secret, 32 },
			      pl_hash32_span(digest));
	s->ctx = secp256k1_context_preallocated_create(s->room,
						       SECP256K1_CONTEXT_NONE);
	(void)!secp256k1_context_randomize(s->ctx, seed.b);
	pl_wipe(&seed, sizeof(seed));
	return PL_OK;
}

static void signer_release(struct signer *s)
{
	secp256k1_context_preallocated_destroy(s->ctx);
	pl_wipe(s, sizeof(*s));
}

enum pl_rc pl_secp_check(const uint8_t secret[32], struct pl_err *e)
{
	if (!secp256k1_ec_seckey_verify(secp256k1_context_static, secret))
		return pl_fail(e, PL_EFORMAT,
			       "not a private key: it must be above 0 and "
			       "below the order of secp256k1");
	return PL_OK;
}

enum pl_rc pl_secp_tweak(uint8_t secret[32], const uint8_t tweak[32],
			 struct pl_err *e)
{
	uint8_t sum[32];
	int made;

	memcpy(sum, secret, sizeof(sum));
	made = secp256k1_ec_seckey_tweak_add(secp256k1_context_static, sum,
					     tweak);
	if (made)
		memcpy(secret, sum, sizeof(sum));
	pl_wipe(sum, sizeof(sum));
	return made ? PL_OK : pl_fail(e, PL_EFORMAT, "not a private key");
}

enum pl_rc pl_secp_pubkey(uint8_t out[65], const uint8_t secret[32],
			  struct pl_err *e)
{
	static const struct pl_hash32 none;
	secp256k1_pubkey pub;
	struct signer s;
	size_t n = 65;
	int made;

	PL_TRY(pl_secp_check(secret, e));
	PL_TRY(signer_init(&s, secret, &none, e));
	made = secp256k1_ec_pubkey_create(s.ctx, &pub, secret);
	signer_release(&s);
	if (!made)
		return pl_fail(e, PL_EBUG, "no public key for a valid secret");
	(void)!secp256k1_ec_pubkey_serialize(secp256k1_context_static, out, &n,
					     &pub, SECP256K1_EC_UNCOMPRESSED);
	return PL_OK;
}

struct pl_addr pl_secp_pubkey_address(const uint8_t pub[65])
{
	struct pl_hash32 h = pl_keccak256((struct pl_span){ pub + 1, 64 });
	struct pl_addr a;

	memcpy(a.b, h.b + 12, sizeof(a.b));
	return a;
}

enum pl_rc pl_secp_address(struct pl_addr *out, const uint8_t secret[32],
			   struct pl_err *e)
{
	uint8_t pub[65];

	PL_TRY(pl_secp_pubkey(pub, secret, e));
	*out = pl_secp_pubkey_address(pub);
	return PL_OK;
}

enum pl_rc pl_secp_sign(struct pl_sig *out, const struct pl_hash32 *digest,
			const uint8_t secret[32], struct pl_err *e)
{
	secp256k1_ecdsa_recoverable_signature sig;
	uint8_t rs[64];
	struct signer s;
	int made, y;

	PL_TRY(pl_secp_check(secret, e));
	PL_TRY(signer_init(&s, secret, digest, e));
	made = secp256k1_ecdsa_sign_recoverable(
		s.ctx, &sig, digest->b, secret,
		secp256k1_nonce_function_rfc6979, NULL);
	signer_release(&s);
	if (!made)
		return pl_fail(e, PL_EBUG, "no signature with a valid secret");
	(void)!secp256k1_ecdsa_recoverable_signature_serialize_compact(
		secp256k1_context_static, rs, &y, &sig);
	/* y > 1 means r overflowed the order: one chance in 2^127 */
	if (y > 1)
		return pl_fail(e, PL_EBUG, "signature cannot be recovered");
	memcpy(out->r, rs, 32);
	memcpy(out->s, rs + 32, 32);
	out->y_parity = (uint8_t)y;
	return PL_OK;
}

static void compact(uint8_t rs[64], const struct pl_sig *sig)
{
	memcpy(rs, sig->r, 32);
	memcpy(rs + 32, sig->s, 32);
}

enum pl_rc pl_secp_recover_pubkey(uint8_t out[65],
				  const struct pl_hash32 *digest,
				  const struct pl_sig *sig, struct pl_err *e)
{
	secp256k1_ecdsa_recoverable_signature rsig;
	secp256k1_pubkey pub;
	uint8_t rs[64];
	size_t n = 65;

	compact(rs, sig);
	if (sig->y_parity > 1 ||
	    !secp256k1_ecdsa_recoverable_signature_parse_compact(
		    secp256k1_context_static, &rsig, rs, sig->y_parity))
		return pl_fail(e, PL_EPROOF,
			       "signature with r, s or y parity out of range");
	if (!secp256k1_ecdsa_recover(secp256k1_context_static, &pub, &rsig,
				     digest->b))
		return pl_fail(e, PL_EPROOF,
			       "signature that no key could have made");
	(void)!secp256k1_ec_pubkey_serialize(secp256k1_context_static, out, &n,
					     &pub, SECP256K1_EC_UNCOMPRESSED);
	return PL_OK;
}

enum pl_rc pl_secp_recover(struct pl_addr *out, const struct pl_hash32 *digest,
			   const struct pl_sig *sig, struct pl_err *e)
{
	uint8_t pub[65];

	PL_TRY(pl_secp_recover_pubkey(pub, digest, sig, e));
	*out = pl_secp_pubkey_address(pub);
	return PL_OK;
}

enum pl_rc pl_secp_verify(const struct pl_hash32 *digest,
			  const struct pl_sig *sig, struct pl_span pub,
			  struct pl_err *e)
{
	secp256k1_ecdsa_signature esig;
	secp256k1_pubkey key;
	uint8_t rs[64];

	if ((pub.n != 33 && pub.n != 65) ||
	    !secp256k1_ec_pubkey_parse(secp256k1_context_static, &key, pub.p,
				       pub.n))
		return pl_fail(e, PL_EFORMAT, "not a public key of secp256k1");
	compact(rs, sig);
	if (!secp256k1_ecdsa_signature_parse_compact(secp256k1_context_static,
						     &esig, rs))
		return pl_fail(e, PL_EPROOF,
			       "signature with r or s out of range");
	if (!secp256k1_ecdsa_verify(secp256k1_context_static, &esig, digest->b,
				    &key))
		return pl_fail(e, PL_EPROOF,
			       pl_sig_low_s(sig) ? "not this key's signature"
						 : "signature with a high s");
	return PL_OK;
}

/* SPEC EIP-2 low-s: s above half the order is refused */
bool pl_sig_low_s(const struct pl_sig *sig)
{
	return memcmp(sig->s, half_order, sizeof(half_order)) <= 0;
}
