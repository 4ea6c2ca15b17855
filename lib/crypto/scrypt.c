/* The middle of scrypt (RFC 7914 §3 to §5), for the costs libcrypto refuses.
 * Everything else goes to libcrypto: see pl_scrypt. */
#include "base/secret.h"
#include "crypto/kdf.h"

static uint32_t rotl(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

static void quarter(uint32_t x[16], int a, int b, int c, int d)
{
	x[b] ^= rotl(x[a] + x[d], 7);
	x[c] ^= rotl(x[b] + x[a], 9);
	x[d] ^= rotl(x[c] + x[b], 13);
	x[a] ^= rotl(x[d] + x[c], 18);
}

/* SPEC RFC 7914 §3: Salsa20/8 core */
static void salsa8(uint32_t b[16])
{
	uint32_t x[16];

	memcpy(x, b, sizeof(x));
	for (int i = 0; i < 4; i++) {
		quarter(x, 0, 4, 8, 12);
		quarter(x, 5, 9, 13, 1);
		quarter(x, 10, 14, 2, 6);
		quarter(x, 15, 3, 7, 11);
		quarter(x, 0, 1, 2, 3);
		quarter(x, 5, 6, 7, 4);
		quarter(x, 10, 11, 8, 9);
		quarter(x, 15, 12, 13, 14);
	}
	for (int i = 0; i < 16; i++)
		b[i] += x[i];
}

/* SPEC RFC 7914 §4: scryptBlockMix; even blocks first, then odd ones */
static void block_mix(uint32_t *x, uint32_t *y, uint32_t r)
{
	uint32_t t[16];

	memcpy(t, x + (2 * (size_t)r - 1) * 16, sizeof(t));
	for (size_t i = 0; i < 2 * (size_t)r; i++) {
		for (int k = 0; k < 16; k++)
			t[k] ^= x[16 * i + (size_t)k];
		salsa8(t);
		memcpy(y + 16 * (i / 2 + (i % 2 ? r : 0)), t, sizeof(t));
	}
	memcpy(x, y, (size_t)r * 128);
}

/* SPEC RFC 7914 §5: scryptROMix; v holds n blocks */
static void ro_mix(uint32_t *x, uint32_t *y, uint32_t *v,
		   const struct pl_scrypt *c)
{
	size_t words = (size_t)c->r * 32;

	for (uint64_t i = 0; i < c->n; i++) {
		memcpy(v + i * words, x, words * 4);
		block_mix(x, y, c->r);
	}
	for (uint64_t i = 0; i < c->n; i++) {
		/* Integerify: the last 64 bytes as a number; n is a power of
		 * two under 2^32 (limits.h), so the low word is enough */
		const uint32_t *vj = v + (x[words - 16] & (c->n - 1)) * words;

		for (size_t k = 0; k < words; k++)
			x[k] ^= vj[k];
		block_mix(x, y, c->r);
	}
}

static uint32_t from_le(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	       (uint32_t)p[3] << 24;
}

static void to_le(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

void pl_scrypt_mix(uint8_t *b, const struct pl_scrypt *c)
{
	size_t words = (size_t)c->r * 32, room = (c->n + 2) * words * 4;
	uint32_t *x = pl_secret_open(room), *y = x + words, *v = y + words;

	for (uint32_t i = 0; i < c->p; i++, b += words * 4) {
		for (size_t k = 0; k < words; k++)
			x[k] = from_le(b + 4 * k);
		ro_mix(x, y, v, c);
		for (size_t k = 0; k < words; k++)
			to_le(b + 4 * k, x[k]);
	}
	pl_secret_close(x, room);
}
