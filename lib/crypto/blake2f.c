#include "crypto/blake2f.h"

#include <string.h>

/* RFC 7693 §2.6 */
static const uint64_t iv[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

/* RFC 7693 §2.7; BLAKE2b's rounds 10 and 11 are 0 and 1 again. */
static const uint8_t sigma[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

static inline uint64_t ror(uint64_t x, unsigned n)
{
	return x >> n | x << (64 - n);
}

static inline void mix(uint64_t v[16], unsigned a, unsigned b, unsigned c,
		       unsigned d, uint64_t x, uint64_t y)
{
	v[a] += v[b] + x;
	v[d] = ror(v[d] ^ v[a], 32);
	v[c] += v[d];
	v[b] = ror(v[b] ^ v[c], 24);
	v[a] += v[b] + y;
	v[d] = ror(v[d] ^ v[a], 16);
	v[c] += v[d];
	v[b] = ror(v[b] ^ v[c], 63);
}

/* Inlined with s known, so that no index is read while it runs. */
static inline __attribute__((always_inline)) void
mix_all(uint64_t *restrict v, const uint64_t *restrict m, const uint8_t s[16])
{
	mix(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
	mix(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
	mix(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
	mix(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
	mix(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
	mix(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
	mix(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
	mix(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
}

static void ten_rounds(uint64_t *restrict v, const uint64_t *restrict m)
{
	mix_all(v, m, sigma[0]);
	mix_all(v, m, sigma[1]);
	mix_all(v, m, sigma[2]);
	mix_all(v, m, sigma[3]);
	mix_all(v, m, sigma[4]);
	mix_all(v, m, sigma[5]);
	mix_all(v, m, sigma[6]);
	mix_all(v, m, sigma[7]);
	mix_all(v, m, sigma[8]);
	mix_all(v, m, sigma[9]);
}

/* SPEC RFC 7693 §3.2: the compression function F */
void pl_blake2f(uint64_t h[8], const uint64_t m[16], const uint64_t t[2],
		bool final, uint32_t rounds)
{
	uint64_t v[16];

	memcpy(v, h, 64);
	memcpy(v + 8, iv, 64);
	v[12] ^= t[0];
	v[13] ^= t[1];
	if (final)
		v[14] = ~v[14];
	for (; rounds >= 10; rounds -= 10)
		ten_rounds(v, m);
	for (uint32_t r = 0; r < rounds; r++)
		mix_all(v, m, sigma[r]);
	for (unsigned i = 0; i < 8; i++)
		h[i] ^= v[i] ^ v[i + 8];
}
