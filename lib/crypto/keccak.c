/* Keccak-f[1600] and the sponge of Keccak-256 (rate 136 bytes).  The round of
 * keccak_round.h is compiled three times: for any machine; for BMI, which has
 * and-not; and for AVX-512VL, where every lane lives in a 128-bit register of
 * its own (there are 32, so hardly anything is spilled) and three operands
 * meet in one instruction.  The choice is made per permutation from the
 * processor's flags: no state to set up. */
#include "crypto/keccak.h"

#include "crypto/keccak_round.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

const struct pl_hash32 pl_keccak_empty = {
	{ 0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d,
	  0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82,
	  0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70 }
};

/* clang-format off */
/* The operations on lanes held in a 64-bit word (W) and in a vector (V). */
#define W_LANE uint64_t
#define W_XOR(a, b) ((a) ^ (b))
#define W_XOR3(a, b, c) ((a) ^ (b) ^ (c))
#define W_CHI(a, b, c) ((a) ^ (~(b) & (c)))
#define W_ROL(a, n) ((a) << (n) | (a) >> (64 - (n)))
#define W_LOAD(p) (*(p))
#define W_WORD(p) (*(p))
#define W_STORE(p, v) (*(p) = (v))

#define V_LANE __m128i
#define V_XOR(a, b) _mm_xor_si128(a, b)
#define V_XOR3(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0x96)
#define V_CHI(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0xd2)
#define V_ROL(a, n) _mm_rol_epi64(a, n)
#define V_LOAD(p) _mm_loadl_epi64((const __m128i *)(const void *)(p))
#define V_WORD(p) V_LOAD(p)
#define V_STORE(p, v) _mm_storel_epi64((__m128i *)(void *)(p), v)
/* clang-format on */

static void permute_any(uint64_t s[25])
{
	PERMUTATION(W);
}

#ifdef __x86_64__
__attribute__((target("bmi,bmi2"))) static void permute_bmi(uint64_t s[25])
{
	PERMUTATION(W);
}

__attribute__((target("avx512f,avx512vl"))) static void
permute_avx512(uint64_t s[25])
{
	PERMUTATION(V);
}
#endif

bool pl_keccak_permute(unsigned way, uint64_t s[25])
{
	switch (way) {
#ifdef __x86_64__
	case 2:
		if (!__builtin_cpu_supports("avx512vl"))
			return false;
		permute_avx512(s);
		return true;
	case 1:
		if (!__builtin_cpu_supports("bmi2"))
			return false;
		permute_bmi(s);
		return true;
#endif
	case 0:
		permute_any(s);
		return true;
	default:
		return false;
	}
}

static inline void permute(uint64_t s[25])
{
	if (!pl_keccak_permute(2, s) && !pl_keccak_permute(1, s))
		permute_any(s);
}

static uint64_t load_le(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static void xor_byte(struct pl_keccak *k, unsigned at, uint8_t c)
{
	k->state[at / 8] ^= (uint64_t)c << (8 * (at % 8));
}

void pl_keccak_init(struct pl_keccak *k)
{
	memset(k, 0, sizeof(*k));
}

/* Bytes that do not fill lanes: the edges of pieces. */
static void add_bytes(struct pl_keccak *k, struct pl_span *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		xor_byte(k, k->at++, in->p[i]);
	(void)pl_span_take(in, n);
}

void pl_keccak_add(struct pl_keccak *k, struct pl_span in)
{
	while (in.n) {
		size_t edge = -k->at & 7, room = RATE - k->at;

		if (edge || in.n < 8) {
			if (!edge)
				edge = room;
			add_bytes(k, &in, edge < in.n ? edge : in.n);
		} else {
			size_t lanes = (room < in.n ? room : in.n) / 8;

			for (size_t i = 0; i < lanes; i++)
				k->state[k->at / 8 + i] ^=
					load_le(in.p + 8 * i);
			k->at += (unsigned)(8 * lanes);
			(void)pl_span_take(&in, 8 * lanes);
		}
		if (k->at == RATE) {
			permute(k->state);
			k->at = 0;
		}
	}
}

struct pl_hash32 pl_keccak_final(struct pl_keccak *k)
{
	struct pl_hash32 h;

	xor_byte(k, k->at, 0x01);
	xor_byte(k, RATE - 1, 0x80);
	permute(k->state);
	for (unsigned i = 0; i < sizeof(h.b); i++)
		h.b[i] = (uint8_t)(k->state[i / 8] >> (8 * (i % 8)));
	return h;
}

struct pl_hash32 pl_keccak256(struct pl_span in)
{
	struct pl_keccak k;

	pl_keccak_init(&k);
	pl_keccak_add(&k, in);
	return pl_keccak_final(&k);
}

struct pl_hash32 pl_keccak256_2(struct pl_span a, struct pl_span b)
{
	struct pl_keccak k;

	pl_keccak_init(&k);
	pl_keccak_add(&k, a);
	pl_keccak_add(&k, b);
	return pl_keccak_final(&k);
}
