#include "evm/u256_wrap.h"

/* Division by words: Knuth's algorithm D with the reciprocals of Möller and
 * Granlund ("Improved division by invariant integers", 2011), so that a whole
 * division costs one machine division. */

/* floor(hi:lo / d) for hi < d. */
static inline uint64_t div_2by1(uint64_t hi, uint64_t lo, uint64_t d)
{
#if defined(__x86_64__)
	uint64_t q, r;

	__asm__("divq %4" : "=a"(q), "=d"(r) : "0"(lo), "1"(hi), "r"(d) : "cc");
	return q;
#else
	return (uint64_t)(((pl_u128)hi << 64 | lo) / d);
#endif
}

/* floor((2^128 - 1) / d) - 2^64, d's top bit being set. */
static inline uint64_t reciprocal(uint64_t d)
{
	return div_2by1(~d, UINT64_MAX, d);
}

/* floor((2^192 - 1) / (d1:d0)) - 2^64 (their algorithm 6). */
static uint64_t reciprocal2(uint64_t d1, uint64_t d0)
{
	uint64_t v = reciprocal(d1);
	uint64_t p = d1 * v + d0;
	pl_u128 t;

	if (p < d0) {
		v--;
		if (p >= d1) {
			v--;
			p -= d1;
		}
		p -= d1;
	}
	t = (pl_u128)v * d0;
	p += (uint64_t)(t >> 64);
	if (p < (uint64_t)(t >> 64)) {
		v--;
		if (p > d1 || (p == d1 && (uint64_t)t >= d0))
			v--;
	}
	return v;
}

/* One digit of u1:u0 / d, u1 < d; *u1 becomes the remainder (algorithm 4). */
static inline uint64_t digit1(uint64_t *u1, uint64_t u0, uint64_t d, uint64_t v)
{
	pl_u128 q = (pl_u128)v * *u1 + ((pl_u128)*u1 << 64 | u0);
	uint64_t q1 = (uint64_t)(q >> 64) + 1;
	uint64_t r = u0 - q1 * d;

	if (r > (uint64_t)q) {
		q1--;
		r += d;
	}
	if (__builtin_expect(r >= d, 0)) {
		q1++;
		r -= d;
	}
	*u1 = r;
	return q1;
}

/* One digit of u2:u1:u0 / d, *u = u2:u1 < d; *u becomes the remainder
 * (algorithm 5). */
static inline uint64_t digit2(pl_u128 *u, uint64_t u0, pl_u128 d, uint64_t v)
{
	uint64_t u2 = (uint64_t)(*u >> 64), u1 = (uint64_t)*u;
	uint64_t d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d;
	pl_u128 q = (pl_u128)v * u2 + *u;
	uint64_t q1 = (uint64_t)(q >> 64);
	uint64_t r1 = u1 - q1 * d1;
	pl_u128 r = ((pl_u128)r1 << 64 | u0) - (pl_u128)d0 * q1 - d;

	q1++;
	if ((uint64_t)(r >> 64) >= (uint64_t)q) {
		q1--;
		r += d;
	}
	if (__builtin_expect(r >= d, 0)) {
		q1++;
		r -= d;
	}
	*u = r;
	return q1;
}

/* u[0..n] -= q * d[0..n-1]; returns the borrow. */
static uint64_t sub_mul(uint64_t *u, const uint64_t *d, unsigned n, uint64_t q)
{
	uint64_t borrow = 0, top;

	for (unsigned i = 0; i < n; i++) {
		pl_u128 p = (pl_u128)q * d[i] + borrow;
		uint64_t low = (uint64_t)p;

		borrow = (uint64_t)(p >> 64) + (u[i] < low);
		u[i] -= low;
	}
	top = u[n];
	u[n] = top - borrow;
	return top < borrow;
}

static void add_back(uint64_t *u, const uint64_t *d, unsigned n)
{
	uint64_t carry = 0;

	for (unsigned i = 0; i < n; i++) {
		pl_u128 s = (pl_u128)u[i] + d[i] + carry;

		u[i] = (uint64_t)s;
		carry = (uint64_t)(s >> 64);
	}
	u[n] += carry;
}

/* What the lower n - 2 words of d take from u[0..n-1], whose upper two are
 * `rest` already; returns whether it was too much. */
static inline bool sub_low(uint64_t *u, pl_u128 rest, const uint64_t *d,
			   unsigned n, uint64_t q)
{
	uint64_t borrow = 0;
	bool more;

	for (unsigned i = 0; i < n - 2; i++) {
		pl_u128 p = (pl_u128)q * d[i] + borrow;
		uint64_t low = (uint64_t)p;

		borrow = (uint64_t)(p >> 64) + (u[i] < low);
		u[i] -= low;
	}
	more = rest < borrow;
	rest -= borrow;
	u[n - 2] = (uint64_t)rest;
	u[n - 1] = (uint64_t)(rest >> 64);
	u[n] = more ? UINT64_MAX : 0;
	return more;
}

/* d of n >= 3 words, its top bit set; u of m + 1 words, its top n below d. */
static inline void divide_long(uint64_t *q, uint64_t *u, unsigned m,
			       const uint64_t *d, unsigned n)
{
	pl_u128 top = (pl_u128)d[n - 1] << 64 | d[n - 2];
	uint64_t v = reciprocal2(d[n - 1], d[n - 2]);

	for (unsigned j = m - n + 1; j-- > 0;) {
		pl_u128 rest = (pl_u128)u[j + n] << 64 | u[j + n - 1];
		uint64_t digit = UINT64_MAX;
		bool more;

		if (__builtin_expect(rest < top, 1)) {
			digit = digit2(&rest, u[j + n - 2], top, v);
			more = sub_low(u + j, rest, d, n, digit);
		} else {
			more = sub_mul(u + j, d, n, digit);
		}
		if (__builtin_expect(more, 0)) {
			add_back(u + j, d, n);
			digit--;
		}
		q[j] = digit;
	}
}

/* u of m words by d of n words whose top one is not 0; m >= n.  u becomes the
 * remainder, q (m words, zeroed) the quotient.  u has room for m + 1. */
static void divide(uint64_t *q, uint64_t *u, unsigned m, const uint64_t *div,
		   unsigned n)
{
	unsigned shift = (unsigned)__builtin_clzll(div[n - 1]);
	uint64_t d[4];

	for (unsigned i = n; i-- > 1;)
		d[i] = div[i] << shift | div[i - 1] >> 1 >> (63 - shift);
	d[0] = div[0] << shift;
	u[m] = u[m - 1] >> 1 >> (63 - shift);
	for (unsigned i = m; i-- > 1;)
		u[i] = u[i] << shift | u[i - 1] >> 1 >> (63 - shift);
	u[0] <<= shift;
	if (n == 1) {
		uint64_t v = reciprocal(d[0]), r = u[m];

		for (unsigned j = m; j-- > 0;) {
			q[j] = digit1(&r, u[j], d[0], v);
			u[j] = 0;
		}
		u[0] = r >> shift;
		return;
	}
	if (n == 2) {
		pl_u128 dd = (pl_u128)d[1] << 64 | d[0];
		pl_u128 r = (pl_u128)u[m] << 64 | u[m - 1];
		uint64_t v = reciprocal2(d[1], d[0]);

		for (unsigned j = m - 1; j-- > 0;) {
			q[j] = digit2(&r, u[j], dd, v);
			u[j + 1] = 0;
		}
		r >>= shift;
		u[0] = (uint64_t)r;
		u[1] = (uint64_t)(r >> 64);
		return;
	}
	if (n == 3)
		divide_long(q, u, m, d, 3);
	else
		divide_long(q, u, m, d, 4);
	for (unsigned i = 0; i < n; i++)
		u[i] = u[i] >> shift | u[i + 1] << 1 << (63 - shift);
}

/* What products of two numbers of 64 bits are divided by. */
static void divide_2by1(uint64_t q[2], uint64_t u[2], uint64_t d)
{
	q[1] = u[1] / d;
	u[1] %= d;
	q[0] = div_2by1(u[1], u[0], d);
	u[0] -= q[0] * d;
	u[1] = 0;
}

static unsigned words(const uint64_t *w, unsigned n)
{
	while (n && !w[n - 1])
		n--;
	return n;
}

/* Either of q and rem may be NULL; b is not 0. */
static void divmod(struct pl_u256 *q, struct pl_u256 *rem,
		   const struct pl_u256 *a, const struct pl_u256 *b)
{
	uint64_t quot[4] = { 0 }, u[5];
	unsigned m = words(a->w, 4), n = words(b->w, 4);

	if (m < n) {
		struct pl_u256 t = *a;

		if (q)
			pl_wrap_set(q, 0);
		if (rem)
			*rem = t;
		return;
	}
	if (m == 1) {
		uint64_t x = a->w[0], y = b->w[0];

		if (q)
			pl_wrap_set(q, x / y);
		if (rem)
			pl_wrap_set(rem, x % y);
		return;
	}
	memcpy(u, a->w, 32);
	if (m == 2 && n == 1)
		divide_2by1(quot, u, b->w[0]);
	else
		divide(quot, u, m, b->w, n);
	if (q)
		memcpy(q->w, quot, 32);
	if (!rem)
		return;
	for (unsigned i = n; i < 4; i++)
		u[i] = 0;
	memcpy(rem->w, u, 32);
}

/* The only bit of b that is set, or -1. */
static int only_bit(const struct pl_u256 *b)
{
	int at = -1;

	for (int i = 0; i < 4; i++) {
		uint64_t w = b->w[i];

		if (!w)
			continue;
		if (at >= 0 || w & (w - 1))
			return -1;
		at = 64 * i + __builtin_ctzll(w);
	}
	return at;
}

void pl_wrap_div(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	int bit = only_bit(b);

	if (bit >= 0)
		pl_wrap_shr(r, a, (unsigned)bit, 0);
	else if (pl_wrap_is_zero(b))
		pl_wrap_set(r, 0);
	else
		divmod(r, NULL, a, b);
}

void pl_wrap_mod(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	struct pl_u256 one = pl_u256_of(1);

	if (only_bit(b) >= 0) {
		(void)pl_wrap_sub(&one, b, &one);
		for (int i = 0; i < 4; i++)
			r->w[i] = a->w[i] & one.w[i];
	} else if (pl_wrap_is_zero(b)) {
		pl_wrap_set(r, 0);
	} else {
		divmod(NULL, r, a, b);
	}
}

static void negate(struct pl_u256 *a)
{
	static const struct pl_u256 zero = { { 0, 0, 0, 0 } };

	(void)pl_wrap_sub(a, &zero, a);
}

static bool is_negative(const struct pl_u256 *a)
{
	return a->w[3] >> 63;
}

/* -2^255 / -1 comes out as -2^255 again. */
void pl_wrap_sdiv(struct pl_u256 *r, const struct pl_u256 *a,
		  const struct pl_u256 *b)
{
	struct pl_u256 x = *a, y = *b;
	bool minus = is_negative(a) != is_negative(b);

	if (is_negative(&x))
		negate(&x);
	if (is_negative(&y))
		negate(&y);
	pl_wrap_div(r, &x, &y);
	if (minus)
		negate(r);
}

/* The sign is the dividend's. */
void pl_wrap_smod(struct pl_u256 *r, const struct pl_u256 *a,
		  const struct pl_u256 *b)
{
	struct pl_u256 x = *a, y = *b;
	bool minus = is_negative(a);

	if (is_negative(&x))
		negate(&x);
	if (is_negative(&y))
		negate(&y);
	pl_wrap_mod(r, &x, &y);
	if (minus)
		negate(r);
}

/* What m + 1 <= 9 words at u leave when divided by b. */
static void reduce(struct pl_u256 *r, uint64_t *u, unsigned m,
		   const struct pl_u256 *b)
{
	uint64_t q[8] = { 0 };
	unsigned n = words(b->w, 4);

	m = words(u, m);
	if (m >= n)
		divide(q, u, m, b->w, n);
	else
		n = m;
	for (unsigned i = 0; i < 4; i++)
		r->w[i] = i < n ? u[i] : 0;
}

void pl_wrap_addmod(struct pl_u256 *r, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_u256 *m)
{
	struct pl_u256 s, t;
	uint64_t u[6];

	if (pl_wrap_is_zero(m)) {
		pl_wrap_set(r, 0);
		return;
	}
	pl_wrap_add(&s, a, b);
	u[4] = pl_wrap_lt(&s, a);
	if (pl_wrap_lt(a, m) && pl_wrap_lt(b, m)) {
		bool below = pl_wrap_sub(&t, &s, m);

		*r = u[4] || !below ? t : s;
		return;
	}
	memcpy(u, s.w, 32);
	reduce(r, u, 5, m);
}

void pl_wrap_mulmod(struct pl_u256 *r, const struct pl_u256 *a,
		    const struct pl_u256 *b, const struct pl_u256 *m)
{
	uint64_t u[9] = { 0 };

	if (pl_wrap_is_zero(m)) {
		pl_wrap_set(r, 0);
		return;
	}
#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++) {
		uint64_t carry = 0;

#pragma GCC unroll 4
		for (unsigned j = 0; j < 4; j++) {
			pl_u128 p =
				(pl_u128)a->w[i] * b->w[j] + u[i + j] + carry;

			u[i + j] = (uint64_t)p;
			carry = (uint64_t)(p >> 64);
		}
		u[i + 4] = carry;
	}
	reduce(r, u, 8, m);
}

void pl_wrap_exp(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *e)
{
	struct pl_u256 x = *a, y = *e, z = pl_u256_of(1);
	unsigned bits = pl_u256_bits(e);

	if (pl_wrap_is_small(a) && a->w[0] == 2) {
		pl_wrap_set(r, 0);
		if (pl_wrap_is_small(&y) && y.w[0] < 256)
			pl_wrap_shl(r, &z, (unsigned)y.w[0]);
		return;
	}
	for (unsigned i = 0; i < bits; i++) {
		if (y.w[i / 64] >> i % 64 & 1)
			pl_wrap_mul(&z, &z, &x);
		pl_wrap_mul(&x, &x, &x);
	}
	*r = z;
}

void pl_wrap_signextend(struct pl_u256 *r, const struct pl_u256 *byte,
			const struct pl_u256 *a)
{
	struct pl_u256 t;
	unsigned n;

	if (!pl_wrap_is_small(byte) || byte->w[0] > 30) {
		*r = *a;
		return;
	}
	n = 248 - 8 * (unsigned)byte->w[0];
	pl_wrap_shl(&t, a, n);
	pl_wrap_shr(r, &t, n, is_negative(&t) ? UINT64_MAX : 0);
}
