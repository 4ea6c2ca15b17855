/* Keccak-256 of many messages at once: the round of keccak_round.h over
 * vectors that hold the same lane of eight (AVX-512) or four (AVX2) messages.
 * A place in the vectors is given to the next message as soon as its own has
 * ended, so messages of any mix of lengths keep all places busy until the
 * last few; a single one left over is ended by itself. */
#include "crypto/keccak.h"

#ifdef __x86_64__
#include <immintrin.h>

#include "crypto/keccak_round.h"

#ifndef __OPTIMIZE__ /* then each name of a round has a place on the stack */
#pragma GCC diagnostic ignored "-Wframe-larger-than="
#endif

/* clang-format off */
/* Of eight messages (F) and of four (Y). */
#define F_LANE __m512i
#define F_XOR(a, b) _mm512_xor_si512(a, b)
#define F_XOR3(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0x96)
#define F_CHI(a, b, c) _mm512_ternarylogic_epi64(a, b, c, 0xd2)
#define F_ROL(a, n) _mm512_rol_epi64(a, n)
#define F_LOAD(p) _mm512_loadu_si512(p)
#define F_STORE(p, v) _mm512_storeu_si512(p, v)
#define F_WORD(p) _mm512_set1_epi64((long long)*(p))

#define Y_LANE __m256i
#define Y_XOR(a, b) _mm256_xor_si256(a, b)
#define Y_XOR3(a, b, c) Y_XOR(a, Y_XOR(b, c))
#define Y_CHI(a, b, c) Y_XOR(a, _mm256_andnot_si256(b, c))
#define Y_ROL(a, n)                                                            \
	_mm256_or_si256(_mm256_slli_epi64(a, n), _mm256_srli_epi64(a, 64 - (n)))
#define Y_LOAD(p) _mm256_loadu_si256((const __m256i *)(const void *)(p))
#define Y_STORE(p, v) _mm256_storeu_si256((__m256i *)(void *)(p), v)
#define Y_WORD(p) _mm256_set1_epi64x((long long)*(p))
/* clang-format on */

#define PLACES 8
#define WORDS (RATE / 8)

/* Word i of the message at place l is [i][l], whatever the width.  The blocks
 * are written word by word and enter the states in whole vectors. */
struct wide {
	_Alignas(64) uint64_t state[25][PLACES];
	uint64_t block[WORDS][PLACES];
	uint64_t keep[PLACES]; /* 0: the place begins anew, else all ones */
};

__attribute__((target("avx512f"))) static void permute8(struct wide *w)
{
	const __m512i keep = F_LOAD(w->keep);
	uint64_t(*s)[PLACES] = w->state;

	for (size_t i = 0; i < 25; i++) {
		__m512i v = _mm512_and_si512(F_LOAD(s + i), keep);

		if (i < WORDS)
			v = F_XOR(v, F_LOAD(w->block + i));
		F_STORE(s + i, v);
	}
	PERMUTATION(F);
}

__attribute__((target("avx2"))) static void permute4(struct wide *w)
{
	const __m256i keep = Y_LOAD(w->keep);
	uint64_t(*s)[PLACES] = w->state;

	for (size_t i = 0; i < 25; i++) {
		__m256i v = _mm256_and_si256(Y_LOAD(s + i), keep);

		if (i < WORDS)
			v = Y_XOR(v, Y_LOAD(w->block + i));
		Y_STORE(s + i, v);
	}
	PERMUTATION(Y);
}

struct place {
	struct pl_span left; /* not absorbed yet */
	size_t index;
	bool busy, last; /* last: its padding is in */
};

static uint64_t word(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, 8);
	return v;
}

/* The next block of the message at place l, padded where it is the last. */
static void take_block(struct wide *w, unsigned l, struct place *p)
{
	const uint8_t *at = p->left.p;
	size_t n = p->left.n < RATE ? p->left.n : RATE, i;
	uint64_t tail = 1; /* the first bit of the padding */

	for (i = 0; i < n / 8; i++)
		w->block[i][l] = word(at + 8 * i);
	(void)pl_span_take(&p->left, n);
	if (n == RATE)
		return;
	for (size_t k = n; k > 8 * i; k--)
		tail = tail << 8 | at[k - 1];
	w->block[i++][l] = tail;
	for (; i < WORDS; i++)
		w->block[i][l] = 0;
	w->block[WORDS - 1][l] |= (uint64_t)0x80 << 56; /* and the last */
	p->last = true;
}

static void give(struct wide *w, unsigned l, struct place *p, struct pl_span in,
		 size_t index)
{
	w->keep[l] = 0;
	*p = (struct place){ .left = in, .index = index, .busy = true };
}

static void squeeze(struct pl_hash32 *out, const struct wide *w, unsigned l)
{
	for (size_t i = 0; i < 4; i++)
		memcpy(out->b + 8 * i, &w->state[i][l], 8);
}

/* What is left of the one message still open. */
static void end_alone(struct pl_hash32 *out, const struct wide *w, unsigned l,
		      const struct place *p)
{
	struct pl_keccak k = { .at = 0 };

	for (size_t i = 0; i < 25; i++)
		k.state[i] = w->state[i][l] & w->keep[l];
	pl_keccak_add(&k, p->left);
	out[p->index] = pl_keccak_final(&k);
}

/* One block of every open message. */
static void step(struct wide *w, struct place *p, unsigned width)
{
	for (unsigned l = 0; l < width; l++)
		if (p[l].busy)
			take_block(w, l, p + l);
	width == PLACES ? permute8(w) : permute4(w);
	memset(w->keep, 0xff, sizeof(w->keep));
}

static void many(struct pl_hash32 *out, const struct pl_span *in, size_t n,
		 unsigned width)
{
	struct place p[PLACES] = { { .busy = false } };
	struct wide w = { 0 };
	size_t next = 0, busy = 0;

	for (; busy < width && next < n; next++, busy++)
		give(&w, (unsigned)busy, p + busy, in[next], next);
	while (busy > 1) {
		step(&w, p, width);
		for (unsigned l = 0; l < width; l++) {
			if (!p[l].busy || !p[l].last)
				continue;
			squeeze(out + p[l].index, &w, l);
			if (next < n) {
				give(&w, l, p + l, in[next], next);
				next++;
			} else {
				p[l].busy = false;
				busy--;
			}
		}
	}
	for (unsigned l = 0; busy && l < width; l++)
		if (p[l].busy)
			end_alone(out, &w, l, p + l);
}
#endif

bool pl_keccak256_many_by(unsigned way, struct pl_hash32 *out,
			  const struct pl_span *in, size_t n)
{
	switch (way) {
#ifdef __x86_64__
	case 2:
		if (!__builtin_cpu_supports("avx512f"))
			return false;
		many(out, in, n, 8);
		return true;
	case 1:
		if (!__builtin_cpu_supports("avx2"))
			return false;
		many(out, in, n, 4);
		return true;
#endif
	case 0:
		for (size_t i = 0; i < n; i++)
			out[i] = pl_keccak256(in[i]);
		return true;
	default:
		return false;
	}
}

void pl_keccak256_many(struct pl_hash32 *out, const struct pl_span *in,
		       size_t n)
{
	if (n < 2 || (!pl_keccak256_many_by(2, out, in, n) &&
		      !pl_keccak256_many_by(1, out, in, n)))
		(void)pl_keccak256_many_by(0, out, in, n);
}
