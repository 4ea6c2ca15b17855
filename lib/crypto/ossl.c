/* Everything plume takes from libcrypto, behind one table of functions that
 * is filled when the first of them is needed.  OpenSSL's own error queue is
 * emptied here and never shown: its words name its sources, not the input. */
#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/provider.h>

#include "base/lazy.h"
#include "base/limits.h"
#include "base/secret.h"
#include "crypto/aes.h"
#include "crypto/kdf.h"
#include "crypto/ripemd160.h"
#include "crypto/sha256.h"

#define FUNCS(X)                                                               \
	X(EVP_MD_CTX_new)                                                      \
	X(EVP_MD_CTX_free)                                                     \
	X(EVP_sha256)                                                          \
	X(EVP_MD_fetch)                                                        \
	X(OSSL_PROVIDER_load)                                                  \
	X(EVP_Digest)                                                          \
	X(EVP_DigestInit_ex)                                                   \
	X(EVP_DigestUpdate)                                                    \
	X(EVP_DigestFinal_ex)                                                  \
	X(EVP_PBE_scrypt)                                                      \
	X(PKCS5_PBKDF2_HMAC)                                                   \
	X(HMAC)                                                                \
	X(EVP_sha512)                                                          \
	X(EVP_CIPHER_CTX_new)                                                  \
	X(EVP_CIPHER_CTX_free)                                                 \
	X(EVP_aes_128_ctr)                                                     \
	X(EVP_EncryptInit_ex)                                                  \
	X(EVP_EncryptUpdate)                                                   \
	X(ERR_clear_error)

#define PL_LAZY_TABLE ossl
PL_LAZY(ossl, "libcrypto.so.3", FUNCS);

/* Inputs were checked before, so what is left is a lack of memory or a
 * policy of the system that forbids the algorithm. */
static enum pl_rc refused(struct pl_err *e, const char *what)
{
	ossl.ERR_clear_error();
	return pl_fail(e, PL_EIO,
		       "libcrypto refuses %s: no memory, or forbidden here",
		       what);
}

/* ------------------------------------------------------------- SHA-256 */

enum pl_rc pl_sha256(struct pl_hash32 *out, struct pl_span in, struct pl_err *e)
{
	struct pl_hash32 h;

	PL_TRY(ossl_load(e));
	if (!ossl.EVP_Digest(in.n ? in.p : (const uint8_t *)"", in.n, h.b, NULL,
			     ossl.EVP_sha256(), NULL))
		return refused(e, "SHA-256");
	*out = h;
	return PL_OK;
}

enum pl_rc pl_sha256_open(struct pl_sha256 *h, struct pl_err *e)
{
	EVP_MD_CTX *md;

	PL_TRY(ossl_load(e));
	md = ossl.EVP_MD_CTX_new();
	if (!md || !ossl.EVP_DigestInit_ex(md, ossl.EVP_sha256(), NULL)) {
		ossl.EVP_MD_CTX_free(md);
		return refused(e, "SHA-256");
	}
	h->md = md;
	return PL_OK;
}

enum pl_rc pl_sha256_put(struct pl_sha256 *h, struct pl_span in,
			 struct pl_err *e)
{
	if (in.n && !ossl.EVP_DigestUpdate(h->md, in.p, in.n))
		return refused(e, "SHA-256");
	return PL_OK;
}

enum pl_rc pl_sha256_close(struct pl_sha256 *h, struct pl_hash32 *out,
			   struct pl_err *e)
{
	enum pl_rc rc = PL_OK;
	struct pl_hash32 got;

	if (!h->md)
		return PL_OK;
	if (out && !ossl.EVP_DigestFinal_ex(h->md, got.b, NULL))
		rc = refused(e, "SHA-256");
	else if (out)
		*out = got;
	ossl.EVP_MD_CTX_free(h->md);
	h->md = NULL;
	return rc;
}

/* ---------------------------------------------------------- RIPEMD-160 */

/* The default provider has it since OpenSSL 3.0.7; older ones, and systems
 * that took it out, keep it in the legacy one. */
static const EVP_MD *ripemd160(void)
{
	static EVP_MD *md;

	if (!md)
		md = ossl.EVP_MD_fetch(NULL, "RIPEMD160", NULL);
	if (!md && ossl.OSSL_PROVIDER_load(NULL, "legacy") &&
	    ossl.OSSL_PROVIDER_load(NULL, "default"))
		md = ossl.EVP_MD_fetch(NULL, "RIPEMD160", NULL);
	return md;
}

enum pl_rc pl_ripemd160(uint8_t out[20], struct pl_span in, struct pl_err *e)
{
	const EVP_MD *md;
	uint8_t h[20];

	PL_TRY(ossl_load(e));
	md = ripemd160();
	if (!md || !ossl.EVP_Digest(in.n ? in.p : (const uint8_t *)"", in.n, h,
				    NULL, md, NULL))
		return refused(e, "RIPEMD-160");
	memcpy(out, h, sizeof(h));
	return PL_OK;
}

/* -------------------------------------------------- keys from passwords */

enum pl_rc pl_scrypt_check(const struct pl_scrypt *c, struct pl_err *e)
{
	uint64_t room = PL_MAX_SCRYPT_MEM / 128;

	/* SPEC RFC 7914 §2: N larger than 1 and a power of 2 */
	if (c->n < 2 || (c->n & (c->n - 1)))
		return pl_fail(e, PL_EFORMAT,
			       "scrypt: n=%ju is no power of two",
			       (uintmax_t)c->n);
	if (!c->r || !c->p)
		return pl_fail(e, PL_EFORMAT, "scrypt: r and p must not be 0");
	if (c->r > room || c->p > room || c->n > room ||
	    (uint64_t)c->r * (c->n + c->p) > room)
		return pl_fail(e, PL_ELIMIT,
			       "scrypt: n=%ju, r=%u, p=%u needs more than "
			       "%zu bytes of memory",
			       (uintmax_t)c->n, c->r, c->p, PL_MAX_SCRYPT_MEM);
	if ((uint64_t)c->r * c->n > PL_MAX_SCRYPT_WORK / c->p)
		return pl_fail(e, PL_ELIMIT,
			       "scrypt: n=%ju, r=%u, p=%u would take minutes",
			       (uintmax_t)c->n, c->r, c->p);
	return PL_OK;
}

/* r = 1 with n = 262144 stands in Web3 Secret Storage's own test vectors. */
static enum pl_rc scrypt_wide(uint8_t *out, size_t len, struct pl_span password,
			      struct pl_span salt, const struct pl_scrypt *c,
			      struct pl_err *e)
{
	size_t n = (size_t)c->p * c->r * 128;
	uint8_t *b = pl_secret_open(n);
	enum pl_rc rc = pl_pbkdf2_sha256(b, n, password, salt, 1, e);

	if (!rc) {
		pl_scrypt_mix(b, c);
		rc = pl_pbkdf2_sha256(out, len, password,
				      (struct pl_span){ b, n }, 1, e);
	}
	pl_secret_close(b, n);
	return rc;
}

enum pl_rc pl_scrypt(uint8_t *out, size_t len, struct pl_span password,
		     struct pl_span salt, const struct pl_scrypt *c,
		     struct pl_err *e)
{
	PL_TRY(pl_scrypt_check(c, e));
	PL_TRY(ossl_load(e));
	/* SPEC RFC 7914 §2: N less than 2^(128·r/8) */
	if (c->r < 4 && c->n >> (16 * c->r))
		return scrypt_wide(out, len, password, salt, c, e);
	/* libcrypto counts its own few blocks too: leave room for them */
	if (!ossl.EVP_PBE_scrypt((const char *)password.p, password.n, salt.p,
				 salt.n, c->n, c->r, c->p,
				 PL_MAX_SCRYPT_MEM + PL_MAX_SCRYPT_MEM / 8, out,
				 len))
		return refused(e, "scrypt");
	return PL_OK;
}

static enum pl_rc pbkdf2_limits(size_t len, struct pl_span password,
				struct pl_span salt, uint64_t rounds,
				struct pl_err *e)
{
	if (!rounds)
		return pl_fail(e, PL_EFORMAT, "pbkdf2: c must not be 0");
	if (rounds > PL_MAX_PBKDF2_ITER)
		return pl_fail(e, PL_ELIMIT, "pbkdf2: c=%ju, at most %u",
			       (uintmax_t)rounds, PL_MAX_PBKDF2_ITER);
	if (password.n > INT_MAX || salt.n > INT_MAX || len > INT_MAX)
		return pl_fail(e, PL_ELIMIT, "pbkdf2: input too long");
	return ossl_load(e);
}

enum pl_rc pl_pbkdf2_sha256(uint8_t *out, size_t len, struct pl_span password,
			    struct pl_span salt, uint64_t rounds,
			    struct pl_err *e)
{
	PL_TRY(pbkdf2_limits(len, password, salt, rounds, e));
	if (!ossl.PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.n,
				    salt.p, (int)salt.n, (int)rounds,
				    ossl.EVP_sha256(), (int)len, out))
		return refused(e, "PBKDF2");
	return PL_OK;
}

enum pl_rc pl_pbkdf2_sha512(uint8_t *out, size_t len, struct pl_span password,
			    struct pl_span salt, uint64_t rounds,
			    struct pl_err *e)
{
	PL_TRY(pbkdf2_limits(len, password, salt, rounds, e));
	if (!ossl.PKCS5_PBKDF2_HMAC((const char *)password.p, (int)password.n,
				    salt.p, (int)salt.n, (int)rounds,
				    ossl.EVP_sha512(), (int)len, out))
		return refused(e, "PBKDF2");
	return PL_OK;
}

enum pl_rc pl_hmac_sha512(uint8_t out[64], struct pl_span key,
			  struct pl_span data, struct pl_err *e)
{
	unsigned n = 0;

	if (key.n > INT_MAX)
		return pl_fail(e, PL_ELIMIT, "hmac: a key too long");
	PL_TRY(ossl_load(e));
	if (!ossl.HMAC(ossl.EVP_sha512(), key.p, (int)key.n, data.p, data.n,
		       out, &n) ||
	    n != 64)
		return refused(e, "HMAC");
	return PL_OK;
}

/* ------------------------------------------------------------- AES-CTR */

static bool ctr(EVP_CIPHER_CTX *c, uint8_t *out, struct pl_span in,
		const uint8_t *key, const uint8_t *iv)
{
	int n;

	if (!c ||
	    !ossl.EVP_EncryptInit_ex(c, ossl.EVP_aes_128_ctr(), NULL, key, iv))
		return false;
	/* a stream cipher: every byte comes out of the one call */
	return ossl.EVP_EncryptUpdate(c, out, &n, in.p, (int)in.n) == 1;
}

enum pl_rc pl_aes128_ctr(uint8_t *out, struct pl_span in, const uint8_t key[16],
			 const uint8_t iv[16], struct pl_err *e)
{
	EVP_CIPHER_CTX *c;
	bool done;

	if (in.n > INT_MAX)
		return pl_fail(e, PL_ELIMIT, "aes: input too long");
	if (!in.n)
		return PL_OK;
	PL_TRY(ossl_load(e));
	c = ossl.EVP_CIPHER_CTX_new();
	done = ctr(c, out, in, key, iv);
	ossl.EVP_CIPHER_CTX_free(c);
	return done ? PL_OK : refused(e, "AES-128-CTR");
}
