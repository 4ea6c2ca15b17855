/* The EVM's arithmetic against slow ways that share nothing with it, on random
 * numbers and on those where divisions go wrong. */
#include "check.h"

#include "evm/u256_wrap.h"

static uint64_t x = 0x9e3779b97f4a7c15;

static uint64_t next(void)
{
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x;
}

/* Words that are 0, all ones, near a power of two, or anything. */
static uint64_t word(void)
{
	uint64_t one = (uint64_t)1 << next() % 64;

	switch (next() % 6) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return one - next() % 2;
	case 3:
		return ~one;
	default:
		return next();
	}
}

static struct pl_u256 any(void)
{
	struct pl_u256 a = { { word(), word(), word(), word() } };

	for (uint64_t i = 1 + next() % 5; i < 4; i++)
		a.w[i] = 0;
	return a;
}

static bool bit(const struct pl_u256 *a, unsigned i)
{
	return a->w[i / 64] >> i % 64 & 1;
}

/* r = 2r + in; returns what falls out. */
static bool twice(struct pl_u256 *r, bool in)
{
	bool out = bit(r, 255);

	for (unsigned i = 4; i-- > 1;)
		r->w[i] = r->w[i] << 1 | r->w[i - 1] >> 63;
	r->w[0] = r->w[0] << 1 | in;
	return out;
}

/* Long division of bits, high to low. */
static void slow_divmod(struct pl_u256 *q, struct pl_u256 *r,
			const struct pl_u256 *high, const struct pl_u256 *low,
			const struct pl_u256 *m)
{
	*q = *r = pl_u256_of(0);
	for (unsigned i = 512; i-- > 0;) {
		bool over = twice(r, bit(i < 256 ? low : high, i % 256));
		bool take = over || pl_u256_cmp(r, m) >= 0;

		if (take) {
			uint64_t borrow = 0;

			for (unsigned k = 0; k < 4; k++) {
				uint64_t a = r->w[k], b = m->w[k];

				r->w[k] = a - b - borrow;
				borrow = a < b || (a == b && borrow);
			}
		}
		(void)twice(q, take);
	}
}

static void slow_mul(struct pl_u256 *high, struct pl_u256 *low,
		     const struct pl_u256 *a, const struct pl_u256 *b)
{
	*high = *low = pl_u256_of(0);
	for (unsigned i = 256; i-- > 0;) {
		(void)twice(high, twice(low, 0));
		if (!bit(a, i))
			continue;
		for (unsigned k = 0, c = 0; k < 8; k++) {
			uint64_t *w = k < 4 ? &low->w[k] : &high->w[k - 4];
			uint64_t t = *w + (k < 4 ? b->w[k] : 0);
			unsigned out = k < 4 && t < b->w[k];

			*w = t + c;
			c = out | (*w < t);
		}
	}
}

static void same(const struct pl_u256 *got, const struct pl_u256 *want)
{
	assert_memory_equal(got, want, sizeof(*got));
}

static void quotients(void **state)
{
	static const struct pl_u256 zero;

	(void)state;
	for (unsigned i = 0; i < 40000; i++) {
		struct pl_u256 a = any(), b = any(), q, r, got;

		if (pl_wrap_is_zero(&b)) {
			q = r = zero;
		} else {
			slow_divmod(&q, &r, &zero, &a, &b);
		}
		pl_wrap_div(&got, &a, &b);
		same(&got, &q);
		pl_wrap_mod(&got, &a, &b);
		same(&got, &r);
		got = a; /* in place, either way */
		pl_wrap_div(&got, &got, &b);
		same(&got, &q);
		pl_wrap_mod(&b, &a, &b);
		same(&b, &r);
	}
}

static void products_and_sums(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct pl_u256 a = any(), b = any(), m = any();
		struct pl_u256 high, low, q, r, got;

		slow_mul(&high, &low, &a, &b);
		pl_wrap_mul(&got, &a, &b);
		same(&got, &low);
		slow_divmod(&q, &r, &high, &low, &m);
		if (pl_wrap_is_zero(&m))
			r = m;
		pl_wrap_mulmod(&got, &a, &b, &m);
		same(&got, &r);
		pl_wrap_add(&low, &a, &b);
		high = pl_u256_of(pl_wrap_lt(&low, &a));
		slow_divmod(&q, &r, &high, &low, &m);
		if (pl_wrap_is_zero(&m))
			r = m;
		pl_wrap_addmod(&got, &a, &b, &m);
		same(&got, &r);
		assert_int_equal(pl_wrap_sub(&got, &low, &b), high.w[0]);
		same(&got, &a);
		pl_wrap_add64(&got, &a, b.w[0]);
		b.w[1] = b.w[2] = b.w[3] = 0;
		pl_wrap_add(&low, &a, &b);
		same(&got, &low);
	}
}

/* -x, and whether it is below 0. */
static struct pl_u256 minus(const struct pl_u256 *a)
{
	static const struct pl_u256 zero;
	struct pl_u256 r;

	(void)pl_wrap_sub(&r, &zero, a);
	return r;
}

static void signs(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		struct pl_u256 a = any(), b = any(), got, want, p, q;
		bool na = a.w[3] >> 63, nb = b.w[3] >> 63;

		p = na ? minus(&a) : a;
		q = nb ? minus(&b) : b;
		pl_wrap_div(&want, &p, &q);
		if (na != nb)
			want = minus(&want);
		pl_wrap_sdiv(&got, &a, &b);
		same(&got, &want);
		pl_wrap_mod(&want, &p, &q);
		if (na)
			want = minus(&want);
		pl_wrap_smod(&got, &a, &b);
		same(&got, &want);
		assert_int_equal(pl_wrap_lt(&a, &b), pl_u256_cmp(&a, &b) < 0);
		assert_int_equal(pl_wrap_slt(&a, &b),
				 na != nb ? na : pl_u256_cmp(&a, &b) < 0);
		assert_int_equal(pl_wrap_eq(&a, &b), pl_u256_cmp(&a, &b) == 0);
	}
}

static void shifts(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		struct pl_u256 a = any(), got;
		unsigned n = (unsigned)(next() % 256);
		uint64_t fill = next() % 2 ? UINT64_MAX : 0;

		pl_wrap_shl(&got, &a, n);
		for (unsigned k = 0; k < 256; k++)
			assert_int_equal(bit(&got, k),
					 k >= n && bit(&a, k - n));
		pl_wrap_shr(&got, &a, n, fill);
		for (unsigned k = 0; k < 256; k++)
			assert_int_equal(bit(&got, k), k + n < 256
							       ? bit(&a, k + n)
							       : fill != 0);
	}
}

static void powers(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 300; i++) {
		struct pl_u256 a = any(), e = any(), want = pl_u256_of(1), got;

		if (i % 8 == 0)
			a = pl_u256_of(2);
		if (i % 4 == 0)
			e = pl_u256_of(next() % 300);
		for (unsigned k = 256; k-- > 0;) {
			pl_wrap_mul(&want, &want, &want);
			if (bit(&e, k))
				pl_wrap_mul(&want, &want, &a);
		}
		pl_wrap_exp(&got, &a, &e);
		same(&got, &want);
	}
}

static void sign_extension(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3000; i++) {
		struct pl_u256 a = any(), n = pl_u256_of(next() % 40), got;
		unsigned top = 8 * (unsigned)n.w[0] + 7;

		if (i % 10 == 0)
			n = any();
		if (!pl_wrap_is_small(&n) || n.w[0] > 31)
			top = 255;
		else
			top = 8 * (unsigned)n.w[0] + 7;
		pl_wrap_signextend(&got, &n, &a);
		for (unsigned k = 0; k < 256; k++)
			assert_int_equal(bit(&got, k),
					 bit(&a, k < top ? k : top));
		if (top == 255)
			same(&got, &a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotients),
		cmocka_unit_test(products_and_sums),
		cmocka_unit_test(signs),
		cmocka_unit_test(shifts),
		cmocka_unit_test(powers),
		cmocka_unit_test(sign_extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
