#include "base/u256.h"

#include <math.h>

#include "base/hex.h"

__extension__ typedef unsigned __int128 u128;

bool pl_u256_is_zero(const struct pl_u256 *a)
{
	return !(a->w[0] | a->w[1] | a->w[2] | a->w[3]);
}

int pl_u256_cmp(const struct pl_u256 *a, const struct pl_u256 *b)
{
	for (int i = 3; i >= 0; i--)
		if (a->w[i] != b->w[i])
			return a->w[i] < b->w[i] ? -1 : 1;
	return 0;
}

unsigned pl_u256_bits(const struct pl_u256 *a)
{
	for (unsigned i = 4; i-- > 0;)
		if (a->w[i])
			return 64 * i + 64 - (unsigned)__builtin_clzll(a->w[i]);
	return 0;
}

bool pl_u256_add(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	struct pl_u256 t;
	u128 carry = 0;

	for (int i = 0; i < 4; i++) {
		carry += (u128)a->w[i] + b->w[i];
		t.w[i] = (uint64_t)carry;
		carry >>= 64;
	}
	if (carry)
		return false;
	*r = t;
	return true;
}

/* a - b modulo 2^256; returns the borrow. */
static uint64_t sub_wrap(struct pl_u256 *r, const struct pl_u256 *a,
			 const struct pl_u256 *b)
{
	uint64_t borrow = 0;

	for (int i = 0; i < 4; i++) {
		u128 d = (u128)a->w[i] - b->w[i] - borrow;

		r->w[i] = (uint64_t)d;
		borrow = (uint64_t)(d >> 64) & 1;
	}
	return borrow;
}

bool pl_u256_sub(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	struct pl_u256 t;

	if (sub_wrap(&t, a, b))
		return false;
	*r = t;
	return true;
}

bool pl_u256_mul(struct pl_u256 *r, const struct pl_u256 *a,
		 const struct pl_u256 *b)
{
	uint64_t t[8] = { 0 };

	for (size_t i = 0; i < 4; i++) {
		u128 carry = 0;

		for (size_t j = 0; j < 4; j++) {
			carry += (u128)a->w[i] * b->w[j] + t[i + j];
			t[i + j] = (uint64_t)carry;
			carry >>= 64;
		}
		t[i + 4] = (uint64_t)carry;
	}
	if (t[4] | t[5] | t[6] | t[7])
		return false;
	memcpy(r->w, t, sizeof(r->w));
	return true;
}

bool pl_u256_mul64(struct pl_u256 *r, const struct pl_u256 *a, uint64_t b)
{
	struct pl_u256 m = pl_u256_of(b);

	return pl_u256_mul(r, a, &m);
}

uint64_t pl_u256_div64(struct pl_u256 *a, uint64_t b)
{
	u128 rem = 0;

	for (int i = 3; i >= 0; i--) {
		rem = rem << 64 | a->w[i];
		a->w[i] = (uint64_t)(rem / b);
		rem %= b;
	}
	return (uint64_t)rem;
}

/* Shift left by one and bring in a bit; the bit shifted out is returned. */
static unsigned shl1(struct pl_u256 *a, unsigned in)
{
	for (int i = 0; i < 4; i++) {
		unsigned out = (unsigned)(a->w[i] >> 63);

		a->w[i] = a->w[i] << 1 | in;
		in = out;
	}
	return in;
}

bool pl_u256_divmod(struct pl_u256 *q, struct pl_u256 *rem,
		    const struct pl_u256 *a, const struct pl_u256 *b)
{
	struct pl_u256 quo = { { 0 } }, r = { { 0 } };

	if (pl_u256_is_zero(b))
		return false;
	if (!(b->w[1] | b->w[2] | b->w[3])) {
		quo = *a;
		r = pl_u256_of(pl_u256_div64(&quo, b->w[0]));
	} else {
		for (unsigned i = pl_u256_bits(a); i-- > 0;) {
			unsigned bit = a->w[i / 64] >> (i % 64) & 1;
			bool over = shl1(&r, bit) != 0;

			(void)shl1(&quo, 0);
			if (!over && pl_u256_cmp(&r, b) < 0)
				continue;
			quo.w[0] |= 1;
			/* with `over` r stands for r + 2^256: wrapping is
			 * what gives the true difference */
			(void)sub_wrap(&r, &r, b);
		}
	}
	if (q)
		*q = quo;
	if (rem)
		*rem = r;
	return true;
}

void pl_u256_to_be(uint8_t out[32], const struct pl_u256 *a)
{
	for (int i = 0; i < 4; i++)
		for (int k = 0; k < 8; k++)
			out[31 - 8 * i - k] = (uint8_t)(a->w[i] >> (8 * k));
}

struct pl_u256 pl_u256_from_be32(const uint8_t in[32])
{
	struct pl_u256 r;

	for (int i = 0; i < 4; i++) {
		r.w[i] = 0;
		for (int k = 7; k >= 0; k--)
			r.w[i] = r.w[i] << 8 | in[31 - 8 * i - k];
	}
	return r;
}

bool pl_u256_from_be(struct pl_u256 *r, struct pl_span be)
{
	uint8_t b[32] = { 0 };

	if (be.n > 32)
		return false;
	if (be.n)
		memcpy(b + 32 - be.n, be.p, be.n);
	*r = pl_u256_from_be32(b);
	return true;
}

bool pl_u256_to_u64(uint64_t *out, const struct pl_u256 *a)
{
	if (a->w[1] | a->w[2] | a->w[3])
		return false;
	*out = a->w[0];
	return true;
}

double pl_u256_double(const struct pl_u256 *a)
{
	unsigned bits = pl_u256_bits(a), shift;
	uint64_t top = 0;

	if (bits <= 64)
		return (double)a->w[0];
	/* the top 64 bits, the lowest of them made sticky, round once */
	shift = bits - 64;
	for (unsigned i = 0; i < 64; i++) {
		unsigned at = shift + i;

		top |= (a->w[at / 64] >> (at % 64) & 1) << i;
	}
	for (unsigned i = 0; i < shift; i++)
		if (a->w[i / 64] >> (i % 64) & 1) {
			top |= 1;
			break;
		}
	return ldexp((double)top, (int)shift);
}

void pl_u256_dec(char out[PL_U256_DEC], const struct pl_u256 *a)
{
	char tmp[PL_U256_DEC];
	struct pl_u256 v = *a;
	size_t n = 0;

	do {
		tmp[n++] = (char)('0' + pl_u256_div64(&v, 10));
	} while (!pl_u256_is_zero(&v));
	for (size_t i = 0; i < n; i++)
		out[i] = tmp[n - 1 - i];
	out[n] = '\0';
}

static enum pl_rc parse_hex(struct pl_u256 *r, const char *t, size_t len,
			    struct pl_err *e)
{
	struct pl_u256 v = { { 0 } };

	for (size_t i = 0; i < len; i++) {
		int d = pl_hex_digit(t[i]);

		if (d < 0)
			return pl_fail(e, PL_EFORMAT,
				       "character %zu is no hex digit", i + 2);
		if (v.w[3] >> 60)
			return pl_fail(e, PL_EFORMAT,
				       "number larger than 2^256 - 1");
		for (int k = 0; k < 4; k++)
			(void)shl1(&v, 0);
		v.w[0] |= (uint64_t)d;
	}
	*r = v;
	return PL_OK;
}

enum pl_rc pl_u256_parse(struct pl_u256 *r, const char *text, size_t len,
			 struct pl_err *e)
{
	struct pl_u256 v = { { 0 } };

	if (!len)
		return pl_fail(e, PL_EFORMAT, "empty where a number belongs");
	if (len > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse_hex(r, text + 2, len - 2, e);
	for (size_t i = 0; i < len; i++) {
		struct pl_u256 d;

		if (text[i] < '0' || text[i] > '9')
			return pl_fail(
				e, PL_EFORMAT,
				"character %zu of the number is no digit", i);
		d = pl_u256_of((uint64_t)(text[i] - '0'));
		if (!pl_u256_mul64(&v, &v, 10) || !pl_u256_add(&v, &v, &d))
			return pl_fail(e, PL_EFORMAT,
				       "number larger than 2^256 - 1");
	}
	*r = v;
	return PL_OK;
}
