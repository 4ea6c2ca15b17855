/* Keccak-f[1600] and the sponge of Keccak-256 (rate 136 bytes).  The round is
 * written once, over named lanes, and compiled twice: for any machine, and
 * for those with BMI (and-not in one instruction).  The choice is made per
 * permutation from the processor's own flags, so there is no state to set up.
 */
#include "crypto/keccak.h"

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

#define ROL(v, n) ((v) << (n) | (v) >> (64 - (n)))

/* clang-format off */
/* Lane x,y is named by letters: row b g k m s (y), column a e i o u (x). */
#define LANES(p)                                                               \
	uint64_t p##ba, p##be, p##bi, p##bo, p##bu,                            \
		 p##ga, p##ge, p##gi, p##go, p##gu,                            \
		 p##ka, p##ke, p##ki, p##ko, p##ku,                            \
		 p##ma, p##me, p##mi, p##mo, p##mu,                            \
		 p##sa, p##se, p##si, p##so, p##su

/* One row of chi, from the five lanes that rho and pi bring there. */
#define CHI(a, e, i, o, u)                                                     \
	a = Ba ^ (~Be & Bi);                                                   \
	e = Be ^ (~Bi & Bo);                                                   \
	i = Bi ^ (~Bo & Bu);                                                   \
	o = Bo ^ (~Bu & Ba);                                                   \
	u = Bu ^ (~Ba & Be)

/* A round from the lanes p to the lanes q. */
#define ROUND(p, q, rc)                                                        \
	do {                                                                   \
		uint64_t Ba, Be, Bi, Bo, Bu;                                   \
		const uint64_t Ca = p##ba ^ p##ga ^ p##ka ^ p##ma ^ p##sa;     \
		const uint64_t Ce = p##be ^ p##ge ^ p##ke ^ p##me ^ p##se;     \
		const uint64_t Ci = p##bi ^ p##gi ^ p##ki ^ p##mi ^ p##si;     \
		const uint64_t Co = p##bo ^ p##go ^ p##ko ^ p##mo ^ p##so;     \
		const uint64_t Cu = p##bu ^ p##gu ^ p##ku ^ p##mu ^ p##su;     \
		const uint64_t Da = Cu ^ ROL(Ce, 1), De = Ca ^ ROL(Ci, 1);     \
		const uint64_t Di = Ce ^ ROL(Co, 1), Do = Ci ^ ROL(Cu, 1);     \
		const uint64_t Du = Co ^ ROL(Ca, 1);                           \
		Ba = p##ba ^ Da;                                               \
		Be = ROL(p##ge ^ De, 44);                                      \
		Bi = ROL(p##ki ^ Di, 43);                                      \
		Bo = ROL(p##mo ^ Do, 21);                                      \
		Bu = ROL(p##su ^ Du, 14);                                      \
		CHI(q##ba, q##be, q##bi, q##bo, q##bu);                        \
		q##ba ^= rc;                                                   \
		Ba = ROL(p##bo ^ Do, 28);                                      \
		Be = ROL(p##gu ^ Du, 20);                                      \
		Bi = ROL(p##ka ^ Da, 3);                                       \
		Bo = ROL(p##me ^ De, 45);                                      \
		Bu = ROL(p##si ^ Di, 61);                                      \
		CHI(q##ga, q##ge, q##gi, q##go, q##gu);                        \
		Ba = ROL(p##be ^ De, 1);                                       \
		Be = ROL(p##gi ^ Di, 6);                                       \
		Bi = ROL(p##ko ^ Do, 25);                                      \
		Bo = ROL(p##mu ^ Du, 8);                                       \
		Bu = ROL(p##sa ^ Da, 18);                                      \
		CHI(q##ka, q##ke, q##ki, q##ko, q##ku);                        \
		Ba = ROL(p##bu ^ Du, 27);                                      \
		Be = ROL(p##ga ^ Da, 36);                                      \
		Bi = ROL(p##ke ^ De, 10);                                      \
		Bo = ROL(p##mi ^ Di, 15);                                      \
		Bu = ROL(p##so ^ Do, 56);                                      \
		CHI(q##ma, q##me, q##mi, q##mo, q##mu);                        \
		Ba = ROL(p##bi ^ Di, 62);                                      \
		Be = ROL(p##go ^ Do, 55);                                      \
		Bi = ROL(p##ku ^ Du, 39);                                      \
		Bo = ROL(p##ma ^ Da, 41);                                      \
		Bu = ROL(p##se ^ De, 2);                                       \
		CHI(q##sa, q##se, q##si, q##so, q##su);                        \
	} while (0)

#define ALL(F)                                                                 \
	F(ba, 0);  F(be, 1);  F(bi, 2);  F(bo, 3);  F(bu, 4);                  \
	F(ga, 5);  F(ge, 6);  F(gi, 7);  F(go, 8);  F(gu, 9);                  \
	F(ka, 10); F(ke, 11); F(ki, 12); F(ko, 13); F(ku, 14);                 \
	F(ma, 15); F(me, 16); F(mi, 17); F(mo, 18); F(mu, 19);                 \
	F(sa, 20); F(se, 21); F(si, 22); F(so, 23); F(su, 24)
#define LOAD(l, i) A##l = s[i]
#define STORE(l, i) s[i] = A##l
/* clang-format on */

static inline __attribute__((always_inline)) void permute_body(uint64_t s[25])
{
	LANES(A);
	LANES(E);

	ALL(LOAD);
	for (int i = 0; i < ROUNDS; i += 2) {
		ROUND(A, E, iota[i]);
		ROUND(E, A, iota[i + 1]);
	}
	ALL(STORE);
}

static void permute_any(uint64_t s[25])
{
	permute_body(s);
}

#ifdef __x86_64__
__attribute__((target("bmi,bmi2"))) static void permute_bmi(uint64_t s[25])
{
	permute_body(s);
}
#endif

static void permute(uint64_t s[25])
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("bmi2")) {
		permute_bmi(s);
		return;
	}
#endif
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
