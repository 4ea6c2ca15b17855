/* Trees of keys (BIP-32), the private half. */
#include <string.h>

#include "base/secret.h"
#include "crypto/kdf.h"
#include "crypto/secp.h"
#include "wallet/phrase.h"

#define HARDENED ((uint32_t)1 << 31)

static enum pl_rc bad_path(const char *text, struct pl_err *e)
{
	return pl_fail(e, PL_EFORMAT, "no path like m/44'/60'/0'/0: %.64s",
		       text);
}

/* One step's number, and *s behind it. */
static bool number(uint32_t *out, const char **s)
{
	uint64_t v = 0;
	const char *p = *s;

	for (; *p >= '0' && *p <= '9'; p++) {
		v = v * 10 + (uint64_t)(*p - '0');
		if (v >= HARDENED)
			return false;
	}
	if (p == *s)
		return false;
	*out = (uint32_t)v;
	*s = p;
	return true;
}

enum pl_rc pl_hd_path_read(struct pl_hd_path *out, const char *text,
			   struct pl_err *e)
{
	struct pl_hd_path p = { .n = 0 };
	const char *s = text;

	if (*s++ != 'm')
		return bad_path(text, e);
	while (*s == '/' && s[1]) {
		s++;
		if (p.n == PL_HD_DEPTH)
			return pl_fail(e, PL_ELIMIT,
				       "a path of more than %d steps",
				       PL_HD_DEPTH);
		if (!number(&p.step[p.n], &s))
			return bad_path(text, e);
		if (*s && strchr("'hH", *s)) {
			p.step[p.n] |= HARDENED;
			s++;
		}
		p.n++;
	}
	if (*s == '/')
		s++;
	if (*s)
		return bad_path(text, e);
	*out = p;
	return PL_OK;
}

/* Key and chain code, 32 bytes each. */
struct node {
	uint8_t b[64];
};

/* SPEC BIP-32 CKDpriv */
static enum pl_rc child(struct node *x, uint32_t step, struct pl_err *e)
{
	uint8_t data[37] = { 0 }, pub[65], made[64];
	enum pl_rc rc = PL_OK;

	if (step & HARDENED) {
		memcpy(data + 1, x->b, 32);
	} else {
		rc = pl_secp_pubkey(pub, x->b, e);
		data[0] = rc ? 0 : (uint8_t)(2 + (pub[64] & 1));
		if (!rc)
			memcpy(data + 1, pub + 1, 32);
	}
	for (size_t i = 0; i < 4; i++)
		data[33 + i] = (uint8_t)(step >> (24 - 8 * i));
	if (!rc)
		rc = pl_hmac_sha512(made, (struct pl_span){ x->b + 32, 32 },
				    (struct pl_span){ data, sizeof(data) }, e);
	if (!rc)
		rc = pl_secp_tweak(x->b, made, e);
	if (!rc)
		memcpy(x->b + 32, made + 32, 32);
	pl_wipe(data, sizeof(data));
	pl_wipe(made, sizeof(made));
	return rc;
}

enum pl_rc pl_hd_key(uint8_t out[32], struct pl_span seed,
		     const struct pl_hd_path *path, struct pl_err *e)
{
	struct node x;
	enum pl_rc rc;

	if (seed.n < 16 || seed.n > 64)
		return pl_fail(e, PL_EFORMAT, "a seed of %zu bytes", seed.n);
	/* SPEC BIP-32 "Master key generation" */
	rc = pl_hmac_sha512(x.b, pl_span_str("Bitcoin seed"), seed, e);
	if (!rc)
		rc = pl_secp_check(x.b, e);
	for (size_t i = 0; !rc && i < path->n; i++)
		rc = child(&x, path->step[i], e);
	if (!rc)
		memcpy(out, x.b, 32);
	pl_wipe(&x, sizeof(x));
	return rc;
}
