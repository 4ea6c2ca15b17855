/* Keccak-f[1600] and the sponge of Keccak-256 (rate 136 bytes).  The round is
 * written once, over named lanes and named operations, and compiled three
 * times: for any machine; for BMI, which has and-not; and for AVX-512VL, where
 * every lane lives in a 128-bit register of its own (there are 32, so hardly
 * anything is spilled) and three operands meet in one instruction.  The choice
 * is made per permutation from the processor's flags: no state to set up. */
#include "crypto/keccak.h"

#ifdef __x86_64__
#include <immintrin.h>
#endif

#define RATE 136
#define ROUNDS 24

const struct pl_hash32 pl_keccak_empty = {
	{ 0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c, 0x92, 0x7e, 0x7d,
	  0xb2, 0xdc, 0xc7, 0x03, 0xc0, 0xe5, 0x00, 0xb6, 0x53, 0xca, 0x82,
	  0x27, 0x3b, 0x7b, 0xfa, 0xd8, 0x04, 0x5d, 0x85, 0xa4, 0x70 }
};

/* FIPS 202 §3.2.5: the constants of iota, from its LFSR. */
static const uint64_t iota[ROUNDS] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
	0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
	0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
	0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
	0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
	0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
	0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* clang-format off */
/* The operations on lanes held in a 64-bit word (W) and in a vector (V). */
#define W_LANE uint64_t
#define W_XOR(a, b) ((a) ^ (b))
#define W_XOR3(a, b, c) ((a) ^ (b) ^ (c))
#define W_CHI(a, b, c) ((a) ^ (~(b) & (c)))
#define W_ROL(a, n) ((a) << (n) | (a) >> (64 - (n)))
#define W_LOAD(p) (*(p))
#define W_STORE(p, v) (*(p) = (v))

#define V_LANE __m128i
#define V_XOR(a, b) _mm_xor_si128(a, b)
#define V_XOR3(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0x96)
#define V_CHI(a, b, c) _mm_ternarylogic_epi64(a, b, c, 0xd2)
#define V_ROL(a, n) _mm_rol_epi64(a, n)
#define V_LOAD(p) _mm_loadl_epi64((const __m128i *)(const void *)(p))
#define V_STORE(p, v) _mm_storel_epi64((__m128i *)(void *)(p), v)

/* Lane x,y is named by letters: row b g k m s (y), column a e i o u (x). */
#define LANES(O, p)                                                            \
	O##_LANE p##ba, p##be, p##bi, p##bo, p##bu,                            \
		 p##ga, p##ge, p##gi, p##go, p##gu,                            \
		 p##ka, p##ke, p##ki, p##ko, p##ku,                            \
		 p##ma, p##me, p##mi, p##mo, p##mu,                            \
		 p##sa, p##se, p##si, p##so, p##su

/* The parity of a column; what theta adds to one. */
#define PARITY(O, p, x)                                                        \
	O##_XOR3(O##_XOR3(p##b##x, p##g##x, p##k##x), p##m##x, p##s##x)
#define THETA(O, left, right) O##_XOR(left, O##_ROL(right, 1))

/* Rho and pi: a lane with theta's part, turned. */
#define TURN(O, lane, D, n) O##_ROL(O##_XOR(lane, D), n)

/* One row of chi. */
#define CHI(O, a, e, i, o, u)                                                  \
	a = O##_CHI(Ba, Be, Bi);                                               \
	e = O##_CHI(Be, Bi, Bo);                                               \
	i = O##_CHI(Bi, Bo, Bu);                                               \
	o = O##_CHI(Bo, Bu, Ba);                                               \
	u = O##_CHI(Bu, Ba, Be)

/* A round from the lanes p to the lanes q. */
#define ROUND(O, p, q, rc)                                                     \
	do {                                                                   \
		O##_LANE Ba, Be, Bi, Bo, Bu;                                   \
		const O##_LANE Ca = PARITY(O, p, a), Ce = PARITY(O, p, e);     \
		const O##_LANE Ci = PARITY(O, p, i), Co = PARITY(O, p, o);     \
		const O##_LANE Cu = PARITY(O, p, u);                           \
		const O##_LANE Da = THETA(O, Cu, Ce), De = THETA(O, Ca, Ci);   \
		const O##_LANE Di = THETA(O, Ce, Co), Do = THETA(O, Ci, Cu);   \
		const O##_LANE Du = THETA(O, Co, Ca);                          \
		Ba = O##_XOR(p##ba, Da);                                       \
		Be = TURN(O, p##ge, De, 44);                                   \
		Bi = TURN(O, p##ki, Di, 43);                                   \
		Bo = TURN(O, p##mo, Do, 21);                                   \
		Bu = TURN(O, p##su, Du, 14);                                   \
		CHI(O, q##ba, q##be, q##bi, q##bo, q##bu);                     \
		q##ba = O##_XOR(q##ba, O##_LOAD(rc));                          \
		Ba = TURN(O, p##bo, Do, 28);                                   \
		Be = TURN(O, p##gu, Du, 20);                                   \
		Bi = TURN(O, p##ka, Da, 3);                                    \
		Bo = TURN(O, p##me, De, 45);                                   \
		Bu = TURN(O, p##si, Di, 61);                                   \
		CHI(O, q##ga, q##ge, q##gi, q##go, q##gu);                     \
		Ba = TURN(O, p##be, De, 1);                                    \
		Be = TURN(O, p##gi, Di, 6);                                    \
		Bi = TURN(O, p##ko, Do, 25);                                   \
		Bo = TURN(O, p##mu, Du, 8);                                    \
		Bu = TURN(O, p##sa, Da, 18);                                   \
		CHI(O, q##ka, q##ke, q##ki, q##ko, q##ku);                     \
		Ba = TURN(O, p##bu, Du, 27);                                   \
		Be = TURN(O, p##ga, Da, 36);                                   \
		Bi = TURN(O, p##ke, De, 10);                                   \
		Bo = TURN(O, p##mi, Di, 15);                                   \
		Bu = TURN(O, p##so, Do, 56);                                   \
		CHI(O, q##ma, q##me, q##mi, q##mo, q##mu);                     \
		Ba = TURN(O, p##bi, Di, 62);                                   \
		Be = TURN(O, p##go, Do, 55);                                   \
		Bi = TURN(O, p##ku, Du, 39);                                   \
		Bo = TURN(O, p##ma, Da, 41);                                   \
		Bu = TURN(O, p##se, De, 2);                                    \
		CHI(O, q##sa, q##se, q##si, q##so, q##su);                     \
	} while (0)

#define ALL(F, O)                                                              \
	F(O, ba, 0);  F(O, be, 1);  F(O, bi, 2);  F(O, bo, 3);  F(O, bu, 4);   \
	F(O, ga, 5);  F(O, ge, 6);  F(O, gi, 7);  F(O, go, 8);  F(O, gu, 9);   \
	F(O, ka, 10); F(O, ke, 11); F(O, ki, 12); F(O, ko, 13); F(O, ku, 14);  \
	F(O, ma, 15); F(O, me, 16); F(O, mi, 17); F(O, mo, 18); F(O, mu, 19);  \
	F(O, sa, 20); F(O, se, 21); F(O, si, 22); F(O, so, 23); F(O, su, 24)
#define LOAD(O, l, i) A##l = O##_LOAD(s + (i))
#define STORE(O, l, i) O##_STORE(s + (i), A##l)

#define PERMUTATION(O)                                                         \
	LANES(O, A);                                                           \
	LANES(O, E);                                                           \
	ALL(LOAD, O);                                                          \
	for (int i = 0; i < ROUNDS; i += 2) {                                  \
		ROUND(O, A, E, iota + i);                                      \
		ROUND(O, E, A, iota + i + 1);                                  \
	}                                                                      \
	ALL(STORE, O)
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
