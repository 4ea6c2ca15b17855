#include "crypto/sha1.h"

#include <string.h>

#define BLOCK 64

static uint32_t left(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

/* f and K of a round, FIPS 180-4 4.1.1 and 4.2.1 */
static uint32_t mix(unsigned round, uint32_t b, uint32_t c, uint32_t d)
{
	switch (round / 20) {
	case 0:
		return ((b & c) | (~b & d)) + 0x5a827999;
	case 1:
		return (b ^ c ^ d) + 0x6ed9eba1;
	case 2:
		return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
	default:
		return (b ^ c ^ d) + 0xca62c1d6;
	}
}

static void block(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (unsigned i = 0; i < 16; i++, p += 4)
		w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
		       (uint32_t)p[2] << 8 | p[3];
	for (unsigned i = 16; i < 80; i++)
		w[i] = left(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (unsigned i = 0; i < 80; i++) {
		const uint32_t t = left(a, 5) + mix(i, b, c, d) + e + w[i];

		e = d;
		d = c;
		c = left(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

void pl_sha1(uint8_t out[20], struct pl_span in)
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
			  0xc3d2e1f0 };
	const uint64_t bits = (uint64_t)in.n * 8;
	uint8_t last[2 * BLOCK] = { 0 };
	size_t n;

	for (; in.n >= BLOCK; in.p += BLOCK, in.n -= BLOCK)
		block(h, in.p);
	if (in.n)
		memcpy(last, in.p, in.n);
	last[in.n] = 0x80;
	n = in.n + 9 > BLOCK ? 2 * BLOCK : BLOCK;
	for (unsigned i = 0; i < 8; i++)
		last[n - 1 - i] = (uint8_t)(bits >> 8 * i);
	for (size_t i = 0; i < n; i += BLOCK)
		block(h, last + i);
	for (unsigned i = 0; i < 20; i++)
		out[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}
