/* ECDSA over secp256k1 (façade over libsecp256k1).  Signatures are made as
 * RFC 6979 says, so the same key and digest give the same bytes, and with the
 * lower of the two possible s.  Copies of secrets are wiped; the caller's own
 * are the caller's to keep in base/secret.h memory. */
#ifndef PL_CRYPTO_SECP_H
#define PL_CRYPTO_SECP_H

#include "base/types.h"

struct pl_sig {
	uint8_t r[32], s[32]; /* big-endian */
	uint8_t y_parity;     /* 0 or 1 */
};

/* PL_EFORMAT where the 32 bytes are no private key (0, or not below the
 * order of the group). */
PL_CHECKED enum pl_rc pl_secp_check(const uint8_t secret[32], struct pl_err *e);

/* secret + tweak modulo the order of the group.  PL_EFORMAT where that is no
 * private key, which no one will ever see; secret is then as it was. */
PL_CHECKED enum pl_rc pl_secp_tweak(uint8_t secret[32], const uint8_t tweak[32],
				    struct pl_err *e);

/* 0x04, x, y. */
PL_CHECKED enum pl_rc pl_secp_pubkey(uint8_t out[65], const uint8_t secret[32],
				     struct pl_err *e);
PL_CHECKED enum pl_rc pl_secp_address(struct pl_addr *out,
				      const uint8_t secret[32],
				      struct pl_err *e);

/* The last 20 bytes of the Keccak-256 of x and y. */
struct pl_addr pl_secp_pubkey_address(const uint8_t pub[65]);

PL_CHECKED enum pl_rc pl_secp_sign(struct pl_sig *out,
				   const struct pl_hash32 *digest,
				   const uint8_t secret[32], struct pl_err *e);

/* Who signed.  Takes high s as well: Frontier did; ask pl_sig_low_s where it
 * matters.  PL_EPROOF when no key fits. */
PL_CHECKED enum pl_rc pl_secp_recover_pubkey(uint8_t out[65],
					     const struct pl_hash32 *digest,
					     const struct pl_sig *sig,
					     struct pl_err *e);
PL_CHECKED enum pl_rc pl_secp_recover(struct pl_addr *out,
				      const struct pl_hash32 *digest,
				      const struct pl_sig *sig,
				      struct pl_err *e);

/* PL_EPROOF when it is not that key's signature, and for a high s (EIP-2).
 * pub is 33 (compressed) or 65 bytes; PL_EFORMAT when it is no point. */
PL_CHECKED enum pl_rc pl_secp_verify(const struct pl_hash32 *digest,
				     const struct pl_sig *sig,
				     struct pl_span pub, struct pl_err *e);

/* s is not above half the order of the group (EIP-2). */
bool pl_sig_low_s(const struct pl_sig *sig);

#endif
