/* The round of Keccak-f[1600], written once over named lanes and named
 * operations: O##_LANE, _XOR, _XOR3, _CHI (a ^ (~b & c)), _ROL, _LOAD, _STORE
 * and _WORD (one constant for every message a lane holds).  keccak.c compiles
 * it for one message, keccak_wide.c for four or eight at a time.  For these
 * two files only. */
#ifndef PL_CRYPTO_KECCAK_ROUND_H
#define PL_CRYPTO_KECCAK_ROUND_H

#include <stdint.h>

#define RATE 136
#define ROUNDS 24

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
		q##ba = O##_XOR(q##ba, O##_WORD(rc));                          \
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

/* All rounds over the lanes A, by way of the lanes E. */
#define PERMUTE(O)                                                             \
	for (int i = 0; i < ROUNDS; i += 2) {                                  \
		ROUND(O, A, E, iota + i);                                      \
		ROUND(O, E, A, iota + i + 1);                                  \
	}

#define PERMUTATION(O)                                                         \
	LANES(O, A);                                                           \
	LANES(O, E);                                                           \
	ALL(LOAD, O);                                                          \
	PERMUTE(O)                                                             \
	ALL(STORE, O)
/* clang-format on */

#endif
