/* Keys from passwords (façade over libcrypto, loaded when first used). */
#ifndef PL_CRYPTO_KDF_H
#define PL_CRYPTO_KDF_H

#include "base/err.h"
#include "base/span.h"

/* Cost of scrypt (RFC 7914): n a power of two over 1, block size r,
 * parallelism p.  Needs about 128·n·r bytes. */
struct pl_scrypt {
	uint64_t n;
	uint32_t r, p;
};

/* PL_ELIMIT when the cost is over PL_MAX_SCRYPT_MEM or
 * PL_MAX_SCRYPT_WORK, PL_EFORMAT when
 * n is no power of two or r or p is 0.  Looks only; reserves nothing. */
PL_CHECKED enum pl_rc pl_scrypt_check(const struct pl_scrypt *cost,
				      struct pl_err *e);

/* len bytes into out; checks the cost first.  Memory used on the way is
 * wiped. */
PL_CHECKED enum pl_rc pl_scrypt(uint8_t *out, size_t len,
				struct pl_span password, struct pl_span salt,
				const struct pl_scrypt *cost, struct pl_err *e);

/* scrypt between its two runs of PBKDF2, over the p·128·r bytes at b.  Slower
 * than libcrypto's, which has no such function and refuses n of 2^(16·r) and
 * more: RFC 7914 forbids them, key files have them all the same. */
void pl_scrypt_mix(uint8_t *b, const struct pl_scrypt *cost);

/* PBKDF2 with HMAC-SHA-256 (RFC 8018); 1 to PL_MAX_PBKDF2_ITER rounds. */
PL_CHECKED enum pl_rc pl_pbkdf2_sha256(uint8_t *out, size_t len,
				       struct pl_span password,
				       struct pl_span salt, uint64_t rounds,
				       struct pl_err *e);
/* With HMAC-SHA-512. */
PL_CHECKED enum pl_rc pl_pbkdf2_sha512(uint8_t *out, size_t len,
				       struct pl_span password,
				       struct pl_span salt, uint64_t rounds,
				       struct pl_err *e);

/* HMAC-SHA-512 (RFC 2104). */
PL_CHECKED enum pl_rc pl_hmac_sha512(uint8_t out[64], struct pl_span key,
				     struct pl_span data, struct pl_err *e);

#endif
