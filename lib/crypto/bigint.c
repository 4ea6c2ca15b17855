#include "crypto/bigint.h"

#include <gmp.h>

#include "base/limits.h"

/* Leading zeros cost nothing, nor do those behind the end. */
static void read_number(mpz_t out, struct pl_number x)
{
	struct pl_span s = x.have;
	size_t shift = x.n - s.n;

	mpz_init(out);
	while (s.n && !*s.p)
		(void)pl_span_take(&s, 1);
	if (!s.n)
		return;
	mpz_import(out, s.n, 1, 1, 1, 0, s.p);
	mpz_mul_2exp(out, out, 8 * shift);
}

/* r is below m, hence has room. */
static void write_number(uint8_t *out, size_t n, const mpz_t r)
{
	size_t have = (mpz_sizeinbase(r, 2) + 7) / 8, got;

	memset(out, 0, n);
	if (mpz_sgn(r) && have <= n)
		mpz_export(out + n - have, &got, 1, 1, 1, 0, r);
}

enum pl_rc pl_bigint_powm(uint8_t *out, struct pl_number base,
			  struct pl_number exp, struct pl_number m,
			  struct pl_err *e)
{
	mpz_t b, x, mod;

	if (base.n > PL_MAX_MODEXP || exp.n > PL_MAX_MODEXP ||
	    m.n > PL_MAX_MODEXP)
		return pl_fail(e, PL_ELIMIT,
			       "modexp: numbers of %zu, %zu and %zu bytes, at "
			       "most %zu",
			       base.n, exp.n, m.n, PL_MAX_MODEXP);
	read_number(mod, m);
	if (!mpz_sgn(mod)) {
		mpz_clear(mod);
		if (m.n)
			memset(out, 0, m.n);
		return PL_OK;
	}
	read_number(b, base);
	read_number(x, exp);
	mpz_powm(b, b, x, mod);
	write_number(out, m.n, b);
	mpz_clears(b, x, mod, NULL);
	return PL_OK;
}
