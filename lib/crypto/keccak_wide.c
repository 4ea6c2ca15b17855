/* The round of keccak_round.h over vectors of eight and of four messages.
 * Blocks are read as they stand in memory, a row for each message, and turned
 * into lanes by transposing: gathering word by word would cost as much as a
 * quarter of the permutation. */
#include "crypto/keccak_wide.h"

#ifdef __x86_64__
#include <immintrin.h>

#include "crypto/keccak_round.h"

#ifndef __OPTIMIZE__ /* then each name of a round has a place on the stack */
#pragma GCC diagnostic ignored "-Wframe-larger-than="
#endif

#define EIGHT __attribute__((target("avx512f,avx512bw")))
#define FOUR __attribute__((target("avx2")))

/* clang-format off */
/* Of eight messages (F) and of four (Y). */
#define F_LANE __m512i
#define F_XOR(a, b) _mm512_xor_si512(a, b)
#define F_XOR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define F_CHI(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xd2)
#define F_ROL(a, n) _mm512_rol_epi64(a, n)
#define F_STORE(p, v) _mm512_store_si512(p, v)
#define F_WORD(p) _mm512_set1_epi64((long long)*(p))

#define Y_LANE __m256i
#define Y_XOR(a, b) _mm256_xor_si256(a, b)
#define Y_XOR3(a, b, c) Y_XOR(a, Y_XOR(b, c))
#define Y_CHI(a, b, c) Y_XOR(a, _mm256_andnot_si256(b, c))
#define Y_ROL(a, n)                                                            \
	_mm256_or_si256(_mm256_slli_epi64(a, n), _mm256_srli_epi64(a, 64 - (n)))
#define Y_STORE(p, v) _mm256_store_si256((__m256i *)(void *)(p), v)
#define Y_WORD(p) _mm256_set1_epi64x((long long)*(p))

/* Lane i before the permutation: what was there if the place goes on, and the
 * block's word.  The blocks' words stand in `in`. */
#define F_LOAD(p) _mm512_maskz_load_epi64(going, p)
#define Y_LOAD(p)                                                              \
	_mm256_and_si256(going,                                                \
			 _mm256_load_si256((const __m256i *)(const void *)(p)))
#define ABSORB(O, l, i)                                                        \
	A##l = (i) < WORDS ? O##_XOR(O##_LOAD(s + (i)), in[(i) % WORDS])       \
			   : O##_LOAD(s + (i))
/* clang-format on */

#define WORDS (RATE / 8)
#define LAST ((uint64_t)0x80 << 56) /* the padding's last bit */

/* The n bytes that do not fill a word, and the padding's first bit. */
static inline uint64_t tail(const uint8_t *p, size_t n)
{
	uint64_t v = 1;

	while (n)
		v = v << 8 | p[--n];
	return v;
}

/* The words past the 16 that fill rows: one. */
static inline long long last_word(struct pl_span left)
{
	uint64_t v = LAST;

	if (left.n >= RATE)
		memcpy(&v, left.p + RATE - 8, 8);
	else if (left.n >= RATE - 8)
		v |= tail(left.p + RATE - 8, left.n - (RATE - 8));
	return (long long)v;
}

/* 64 bytes of a block, from `at` on; behind what is left comes the padding's
 * first bit, and nothing is read. */
EIGHT __attribute__((always_inline)) static inline __m512i
row8(struct pl_span left, size_t at)
{
	uint64_t bit;

	if (left.n >= at + 64)
		return _mm512_loadu_si512(left.p + at);
	if (left.n < at)
		return _mm512_setzero_si512();
	bit = (uint64_t)1 << (left.n - at);
	return _mm512_mask_loadu_epi8(_mm512_maskz_set1_epi8(bit, 1), bit - 1,
				      left.p + at);
}

/* The eight words of eight messages, from `at` bytes on. */
EIGHT __attribute__((always_inline)) static inline void
lanes8(__m512i out[8], const struct pl_keccak_wide *w, size_t at)
{
	__m512i r[8], t[8];

#pragma GCC unroll 8
	for (unsigned i = 0; i < 8; i++)
		r[i] = row8(w->left[i], at);
#pragma GCC unroll 8
	for (unsigned i = 0; i < 8; i += 2) {
		t[i] = _mm512_unpacklo_epi64(r[i], r[i + 1]);
		t[i + 1] = _mm512_unpackhi_epi64(r[i], r[i + 1]);
	}
#pragma GCC unroll 8
	for (unsigned i = 0; i < 2; i++) {
		r[i] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0x88);
		r[i + 2] = _mm512_shuffle_i64x2(t[i], t[i + 2], 0xdd);
		r[i + 4] = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0x88);
		r[i + 6] = _mm512_shuffle_i64x2(t[i + 4], t[i + 6], 0xdd);
	}
#pragma GCC unroll 8
	for (unsigned i = 0; i < 4; i++) {
		out[i] = _mm512_shuffle_i64x2(r[i], r[i + 4], 0x88);
		out[i + 4] = _mm512_shuffle_i64x2(r[i], r[i + 4], 0xdd);
	}
}

EIGHT void pl_keccak_absorb8(struct pl_keccak_wide *w)
{
	uint64_t(*s)[PL_KECCAK_PLACES] = w->state;
	const __mmask8 going = w->going;
	__m512i in[WORDS];
	LANES(F, A);
	LANES(F, E);

	lanes8(in, w, 0);
	lanes8(in + 8, w, 64);
	in[16] = _mm512_set_epi64(last_word(w->left[7]), last_word(w->left[6]),
				  last_word(w->left[5]), last_word(w->left[4]),
				  last_word(w->left[3]), last_word(w->left[2]),
				  last_word(w->left[1]), last_word(w->left[0]));
	ALL(ABSORB, F);
	PERMUTE(F);
	ALL(STORE, F);
}

/* The 16 words in rows of a block that is cut short, with the padding. */
static const uint8_t *padded(uint8_t room[RATE - 8], struct pl_span left)
{
	if (left.n >= RATE - 8)
		return left.p;
	memset(room, 0, RATE - 8);
	memcpy(room, left.p, left.n);
	room[left.n] = 1;
	return room;
}

FOUR __attribute__((always_inline)) static inline __m256i row4(const uint8_t *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* The four words of four messages. */
FOUR __attribute__((always_inline)) static inline void
lanes4(__m256i out[4], const uint8_t *const from[4], size_t at)
{
	__m256i r[4], t[4];

#pragma GCC unroll 8
	for (unsigned i = 0; i < 4; i++)
		r[i] = row4(from[i] + at);
#pragma GCC unroll 8
	for (unsigned i = 0; i < 4; i += 2) {
		t[i] = _mm256_unpacklo_epi64(r[i], r[i + 1]);
		t[i + 1] = _mm256_unpackhi_epi64(r[i], r[i + 1]);
	}
#pragma GCC unroll 8
	for (unsigned i = 0; i < 2; i++) {
		out[i] = _mm256_permute2x128_si256(t[i], t[i + 2], 0x20);
		out[i + 2] = _mm256_permute2x128_si256(t[i], t[i + 2], 0x31);
	}
}

FOUR void pl_keccak_absorb4(struct pl_keccak_wide *w)
{
	uint64_t(*s)[PL_KECCAK_PLACES] = w->state;
	const __m256i bits = _mm256_set_epi64x(8, 4, 2, 1);
	const __m256i going = _mm256_cmpeq_epi64(
		_mm256_and_si256(_mm256_set1_epi64x(w->going), bits), bits);
	uint8_t room[4][RATE - 8];
	const uint8_t *from[4];
	__m256i in[WORDS];
	LANES(Y, A);
	LANES(Y, E);

#pragma GCC unroll 8
	for (unsigned i = 0; i < 4; i++)
		from[i] = padded(room[i], w->left[i]);
#pragma GCC unroll 8
	for (unsigned i = 0; i < 4; i++)
		lanes4(in + 4 * i, from, 32 * i);
	in[16] =
		_mm256_set_epi64x(last_word(w->left[3]), last_word(w->left[2]),
				  last_word(w->left[1]), last_word(w->left[0]));
	ALL(ABSORB, Y);
	PERMUTE(Y);
	ALL(STORE, Y);
}
#endif
