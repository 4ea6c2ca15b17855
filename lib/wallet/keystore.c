#include "wallet/keystore.h"

#include <strings.h>

#include "base/buf.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/secret.h"
#include "codec/json_in.h"
#include "crypto/aes.h"
#include "crypto/keccak.h"
#include "crypto/rand.h"
#include "crypto/secp.h"

#define MAX_SALT 1024

const char *const pl_keystore_kdf_words[] = { "scrypt", "pbkdf2", NULL };
const struct pl_scrypt pl_keystore_cost = { 262144, 8, 1 };

/* ------------------------------------------------------------- reading */

/* A member whatever the case of its name ("Crypto", "ID"): writers differ.
 * Two that differ in case only are refused, nobody could say which counts. */
static enum pl_rc member(const struct pl_json **out, const struct pl_json *obj,
			 const char *key, struct pl_err *e)
{
	const struct pl_json *found = NULL;

	for (void *it = pl_json_iter(obj); it; it = pl_json_next(obj, it)) {
		if (strcasecmp(pl_json_iter_key(it), key) != 0)
			continue;
		if (found)
			return pl_fail(e, PL_EFORMAT, "\"%s\" stands twice",
				       key);
		found = pl_json_iter_value(it);
	}
	*out = found;
	return PL_OK;
}

static enum pl_rc need(const struct pl_json **out, const struct pl_json *obj,
		       const char *key, enum pl_json_type t, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(member(&v, obj, key, e));
	if (!v)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is missing", key);
	if (pl_json_type(v) != t)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is %s", key,
			       pl_json_type_name(v));
	*out = v;
	return PL_OK;
}

static enum pl_rc need_word(const struct pl_json *obj, const char *key,
			    const char *word, struct pl_err *e)
{
	const struct pl_json *v;

	PL_TRY(need(&v, obj, key, PL_J_STR, e));
	if (strcasecmp(pl_json_str(v), word) != 0)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is not %s", key, word);
	return PL_OK;
}

static enum pl_rc need_uint(uint64_t *out, const struct pl_json *obj,
			    const char *key, uint64_t max, struct pl_err *e)
{
	const struct pl_json *v;
	int64_t n;

	PL_TRY(need(&v, obj, key, PL_J_INT, e));
	PL_TRY(pl_json_int(&n, v, e));
	if (n < 0)
		return pl_fail(e, PL_EFORMAT, "\"%s\" is negative", key);
	if ((uint64_t)n > max)
		return pl_fail(e, PL_ELIMIT, "\"%s\" is %jd, at most %ju", key,
			       (intmax_t)n, (uintmax_t)max);
	*out = (uint64_t)n;
	return PL_OK;
}

/* Between min and max bytes of hexadecimal text, with or without 0x. */
static enum pl_rc need_hex(uint8_t *out, size_t *n, size_t min, size_t max,
			   const struct pl_json *obj, const char *key,
			   struct pl_err *e)
{
	const struct pl_json *v;
	const char *s;
	size_t len, digits;

	PL_TRY(need(&v, obj, key, PL_J_STR, e));
	s = pl_json_str(v);
	len = digits = pl_json_str_len(v);
	if (len >= 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		digits -= 2;
	if (digits % 2 || digits / 2 < min || digits / 2 > max)
		return pl_fail(e, PL_EFORMAT,
			       "\"%s\" has %zu digits, not %zu to %zu", key,
			       digits, 2 * min, 2 * max);
	if (pl_hex_fixed(out, digits / 2, s + len - digits, digits, e))
		return pl_note(e, "\"%s\"", key);
	*n = digits / 2;
	return PL_OK;
}

static enum pl_rc parse_salt(struct pl_arena *a, struct pl_span *out,
			     const struct pl_json *params, struct pl_err *e)
{
	uint8_t salt[MAX_SALT];
	size_t n;

	PL_TRY(need_hex(salt, &n, 0, sizeof(salt), params, "salt", e));
	*out = pl_span_dup(a, (struct pl_span){ salt, n });
	return PL_OK;
}

static enum pl_rc parse_scrypt(struct pl_keystore *ks,
			       const struct pl_json *params, struct pl_err *e)
{
	uint64_t n, r, p;

	PL_TRY(need_uint(&n, params, "n", INT64_MAX, e));
	PL_TRY(need_uint(&r, params, "r", UINT32_MAX, e));
	PL_TRY(need_uint(&p, params, "p", UINT32_MAX, e));
	ks->kdf = PL_KDF_SCRYPT;
	ks->scrypt = (struct pl_scrypt){ n, (uint32_t)r, (uint32_t)p };
	return pl_scrypt_check(&ks->scrypt, e);
}

static enum pl_rc parse_pbkdf2(struct pl_keystore *ks,
			       const struct pl_json *params, struct pl_err *e)
{
	PL_TRY(need_word(params, "prf", "hmac-sha256", e));
	PL_TRY(need_uint(&ks->rounds, params, "c", PL_MAX_PBKDF2_ITER, e));
	if (!ks->rounds)
		return pl_fail(e, PL_EFORMAT, "\"c\" is 0");
	ks->kdf = PL_KDF_PBKDF2;
	return PL_OK;
}

static enum pl_rc parse_kdf(struct pl_arena *a, struct pl_keystore *ks,
			    const struct pl_json *crypto, struct pl_err *e)
{
	const struct pl_json *kdf, *params;
	uint64_t dklen;

	PL_TRY(need(&kdf, crypto, "kdf", PL_J_STR, e));
	PL_TRY(need(&params, crypto, "kdfparams", PL_J_OBJECT, e));
	PL_TRY(need_uint(&dklen, params, "dklen", INT64_MAX, e));
	if (dklen != 32)
		return pl_fail(e, PL_EFORMAT, "\"dklen\" is %ju, not 32",
			       (uintmax_t)dklen);
	PL_TRY(parse_salt(a, &ks->salt, params, e));
	if (!strcasecmp(pl_json_str(kdf), "scrypt"))
		return parse_scrypt(ks, params, e);
	if (!strcasecmp(pl_json_str(kdf), "pbkdf2"))
		return parse_pbkdf2(ks, params, e);
	return pl_fail(e, PL_EFORMAT, "\"kdf\" is neither scrypt nor pbkdf2");
}

static enum pl_rc parse_crypto(struct pl_arena *a, struct pl_keystore *ks,
			       const struct pl_json *crypto, struct pl_err *e)
{
	const struct pl_json *params;
	size_t n;

	PL_TRY(need_word(crypto, "cipher", "aes-128-ctr", e));
	PL_TRY(need(&params, crypto, "cipherparams", PL_J_OBJECT, e));
	PL_TRY(need_hex(ks->iv, &n, 16, 16, params, "iv", e));
	PL_TRY(need_hex(ks->cipher, &ks->cipher_n, 1, 32, crypto, "ciphertext",
			e));
	PL_TRY(need_hex(ks->mac.b, &n, 32, 32, crypto, "mac", e));
	return parse_kdf(a, ks, crypto, e);
}

/* Optional; "" and null are taken for absent, as others write them. */
static enum pl_rc parse_address(struct pl_keystore *ks,
				const struct pl_json *top, struct pl_err *e)
{
	const struct pl_json *v;
	size_t n;

	PL_TRY(member(&v, top, "address", e));
	if (pl_json_is_null(v))
		return PL_OK;
	if (pl_json_type(v) == PL_J_STR && !pl_json_str_len(v))
		return PL_OK;
	PL_TRY(need_hex(ks->addr.b, &n, 20, 20, top, "address", e));
	ks->has_addr = true;
	return PL_OK;
}

static enum pl_rc parse(struct pl_arena *a, struct pl_keystore *ks,
			const struct pl_json *top, struct pl_err *e)
{
	const struct pl_json *crypto, *id;
	uint64_t version;

	if (pl_json_type(top) != PL_J_OBJECT)
		return pl_fail(e, PL_EFORMAT, "is no JSON object");
	if (pl_json_get(top, "encseed"))
		return pl_fail(e, PL_EFORMAT,
			       "is a presale wallet, which is another format");
	PL_TRY(need_uint(&version, top, "version", INT64_MAX, e));
	if (version != 3)
		return pl_fail(e, PL_EFORMAT, "\"version\" is %ju, not 3",
			       (uintmax_t)version);
	PL_TRY(need(&crypto, top, "crypto", PL_J_OBJECT, e));
	PL_TRY(parse_crypto(a, ks, crypto, e));
	PL_TRY(parse_address(ks, top, e));
	PL_TRY(member(&id, top, "id", e));
	ks->id = pl_json_type(id) == PL_J_STR ? pl_json_str(id) : "";
	return PL_OK;
}

enum pl_rc pl_keystore_parse(struct pl_arena *a, struct pl_keystore *out,
			     struct pl_span text, struct pl_err *e)
{
	struct pl_keystore ks = { 0 };
	const struct pl_json *top;

	if (text.n > PL_MAX_KEYSTORE)
		return pl_fail(e, PL_ELIMIT, "key file: %zu bytes, at most %zu",
			       text.n, PL_MAX_KEYSTORE);
	if (pl_json_parse(a, &top, text, e) || parse(a, &ks, top, e))
		return pl_note(e, "key file");
	*out = ks;
	return PL_OK;
}

/* ------------------------------------------- what both directions share */

/* Everything secret that is needed on the way, in one locked page. */
struct work {
	uint8_t dk[32]; /* AES key, then the key of the MAC */
	uint8_t key[32];
};

static enum pl_rc derive(struct work *w, const struct pl_keystore *ks,
			 struct pl_span password, struct pl_err *e)
{
	if (ks->kdf == PL_KDF_SCRYPT)
		return pl_scrypt(w->dk, 32, password, ks->salt, &ks->scrypt, e);
	return pl_pbkdf2_sha256(w->dk, 32, password, ks->salt, ks->rounds, e);
}

static struct pl_hash32 mac_of(const struct work *w,
			       const struct pl_keystore *ks)
{
	return pl_keccak256_2((struct pl_span){ w->dk + 16, 16 },
			      (struct pl_span){ ks->cipher, ks->cipher_n });
}

/* ----------------------------------------------------------- unlocking */

static enum pl_rc unlock(struct work *w, struct pl_addr *addr,
			 const struct pl_keystore *ks, struct pl_span password,
			 struct pl_err *e)
{
	struct pl_span cipher = { ks->cipher, ks->cipher_n };
	struct pl_hash32 mac;

	PL_TRY(derive(w, ks, password, e));
	mac = mac_of(w, ks);
	if (!pl_ct_equal(mac.b, ks->mac.b, sizeof(mac.b))) {
		(void)pl_fail(e, PL_EPROOF,
			      "wrong password, or a key file that was changed");
		return pl_hint(e, "the file's check value does not fit; "
				  "nothing was unlocked");
	}
	PL_TRY(pl_aes128_ctr(w->key + 32 - cipher.n, cipher, w->dk, ks->iv, e));
	PL_TRY(pl_secp_address(addr, w->key, e));
	if (ks->has_addr && !pl_addr_equal(addr, &ks->addr))
		return pl_fail(e, PL_EPROOF,
			       "the key file's address is not its key's");
	return PL_OK;
}

enum pl_rc pl_keystore_unlock(uint8_t key[32], struct pl_addr *addr,
			      const struct pl_keystore *ks,
			      struct pl_span password, struct pl_err *e)
{
	struct work *w = pl_secret_open(sizeof(*w));
	struct pl_addr got;
	enum pl_rc rc;

	rc = unlock(w, &got, ks, password, e);
	if (!rc) {
		memcpy(key, w->key, 32);
		*addr = got;
	}
	pl_secret_close(w, sizeof(*w));
	return rc;
}

/* ------------------------------------------------------------- writing */

/* RFC 9562 §5.4: a random UUID. */
static void put_uuid(struct pl_buf *b, uint8_t id[16])
{
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40);
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80);
	for (int i = 0; i < 16; i++)
		pl_buf_fmt(b, "%s%02x",
			   i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
			   id[i]);
}

static void put_hex(struct pl_buf *b, const char *before, struct pl_span s)
{
	pl_buf_str(b, before);
	for (size_t i = 0; i < s.n; i++)
		pl_buf_fmt(b, "%02x", s.p[i]);
	pl_buf_str(b, "\"");
}

static struct pl_span text_of(struct pl_arena *a, const struct pl_keystore *ks,
			      uint8_t uuid[16])
{
	struct pl_buf b;

	pl_buf_init(&b, a);
	put_hex(&b, "{\"address\":\"", pl_addr_span(&ks->addr));
	put_hex(&b, ",\"crypto\":{\"cipher\":\"aes-128-ctr\",\"ciphertext\":\"",
		(struct pl_span){ ks->cipher, 32 });
	put_hex(&b, ",\"cipherparams\":{\"iv\":\"",
		(struct pl_span){ ks->iv, 16 });
	pl_buf_fmt(&b,
		   "},\"kdf\":\"scrypt\",\"kdfparams\":{\"dklen\":32,"
		   "\"n\":%ju,\"p\":%u,\"r\":%u",
		   (uintmax_t)ks->scrypt.n, ks->scrypt.p, ks->scrypt.r);
	put_hex(&b, ",\"salt\":\"", ks->salt);
	put_hex(&b, "},\"mac\":\"", pl_hash32_span(&ks->mac));
	pl_buf_str(&b, "},\"id\":\"");
	put_uuid(&b, uuid);
	pl_buf_str(&b, "\",\"version\":3}\n");
	return pl_buf_span(&b);
}

static enum pl_rc lock(struct work *w, struct pl_keystore *ks,
		       const uint8_t key[32], struct pl_span password,
		       struct pl_err *e)
{
	PL_TRY(pl_secp_address(&ks->addr, key, e));
	PL_TRY(derive(w, ks, password, e));
	PL_TRY(pl_aes128_ctr(ks->cipher, (struct pl_span){ key, 32 }, w->dk,
			     ks->iv, e));
	ks->cipher_n = 32;
	ks->mac = mac_of(w, ks);
	return PL_OK;
}

enum pl_rc pl_keystore_lock(struct pl_arena *a, struct pl_span *out,
			    const uint8_t key[32], struct pl_span password,
			    const struct pl_scrypt *cost, struct pl_err *e)
{
	struct pl_keystore ks = { .kdf = PL_KDF_SCRYPT, .scrypt = *cost };
	uint8_t salt[32], uuid[16];
	struct work *w;
	enum pl_rc rc;

	PL_TRY(pl_random(salt, sizeof(salt), e));
	PL_TRY(pl_random(ks.iv, sizeof(ks.iv), e));
	PL_TRY(pl_random(uuid, sizeof(uuid), e));
	ks.salt = (struct pl_span){ salt, sizeof(salt) };
	w = pl_secret_open(sizeof(*w));
	rc = lock(w, &ks, key, password, e);
	pl_secret_close(w, sizeof(*w));
	if (!rc)
		*out = text_of(a, &ks, uuid);
	return rc;
}
