/* Phrases (BIP-39). */
#include "wallet/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/secret.h"
#include "crypto/kdf.h"
#include "crypto/sha256.h"

#define MOST 24
#define BITS 11 /* of a word */
#define ROUNDS 2048

static int by_word(const void *key, const void *item)
{
	return strcmp(key, item);
}

/* Its number; -1 where there is none. */
static int find(const char *word, size_t n)
{
	char text[9] = "";
	const char *at;

	if (n >= sizeof(text))
		return -1;
	memcpy(text, word, n);
	at = bsearch(text, pl_phrase_words, PL_PHRASE_WORDS, sizeof(text),
		     by_word);
	return at ? (int)((at - pl_phrase_words[0]) / (int)sizeof(text)) : -1;
}

static enum pl_rc split(int *index, size_t *n, const char *s, struct pl_err *e)
{
	*n = 0;
	for (;;) {
		size_t len;

		s += strspn(s, " ");
		len = strcspn(s, " ");
		if (!len)
			break;
		if (*n == MOST)
			return pl_fail(e, PL_EFORMAT,
				       "a phrase of more than %d words", MOST);
		index[*n] = find(s, len);
		if (index[*n] < 0) /* which one: the word may be a secret's */
			return pl_fail(e, PL_EFORMAT,
				       "word %zu of the phrase is not in the "
				       "list of BIP-39's English words",
				       *n + 1);
		++*n;
		s += len;
	}
	if (*n < 12 || *n % 3)
		return pl_fail(e, PL_EFORMAT,
			       "a phrase of %zu words: 12, 15, 18, 21 or 24",
			       *n);
	return PL_OK;
}

/* SPEC BIP-39 "Generating the mnemonic": of every 33 bits one is of the
 * SHA-256 of the others. */
static bool checksum_holds(const int *index, size_t n)
{
	const size_t bytes = n * BITS * 32 / 33 / 8, sum = n / 3;
	uint8_t bits[MOST * BITS / 8 + 1] = { 0 };
	struct pl_hash32 h;
	bool good = true;

	for (size_t i = 0; i < n * BITS; i++)
		if (index[i / BITS] >> (BITS - 1 - i % BITS) & 1)
			bits[i / 8] |= (uint8_t)(0x80 >> i % 8);
	h = pl_sha256_here((struct pl_span){ bits, bytes });
	for (size_t i = 0; i < sum; i++) {
		const size_t at = bytes * 8 + i;

		good = good && (bits[at / 8] >> (7 - at % 8) & 1) ==
				       (h.b[i / 8] >> (7 - i % 8) & 1);
	}
	pl_wipe(bits, sizeof(bits));
	return good;
}

enum pl_rc pl_phrase_read(struct pl_arena *a, const char **out,
			  const char *phrase, struct pl_err *e)
{
	int index[MOST];
	struct pl_buf b;
	size_t n;

	PL_TRY(split(index, &n, phrase, e));
	if (!checksum_holds(index, n))
		return pl_fail(e, PL_EFORMAT,
			       "a phrase whose checksum does not hold: a word "
			       "is wrong, or not in its place");
	pl_buf_init(&b, a);
	for (size_t i = 0; i < n; i++)
		pl_buf_fmt(&b, "%s%s", i ? " " : "", pl_phrase_words[index[i]]);
	*out = pl_buf_cstr(&b);
	return PL_OK;
}

enum pl_rc pl_phrase_seed(uint8_t out[64], const char *phrase,
			  const char *passphrase, struct pl_err *e)
{
	static const char head[] = "mnemonic";
	const size_t n = sizeof(head) - 1, more = strlen(passphrase);
	uint8_t salt[256];
	enum pl_rc rc;

	if (more > sizeof(salt) - n)
		return pl_fail(e, PL_ELIMIT, "a passphrase of %zu bytes", more);
	memcpy(salt, head, n);
	memcpy(salt + n, passphrase, more);
	rc = pl_pbkdf2_sha512(out, 64, pl_span_str(phrase),
			      (struct pl_span){ salt, n + more }, ROUNDS, e);
	pl_wipe(salt, sizeof(salt));
	return rc;
}
