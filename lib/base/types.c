#include "base/types.h"

#include "base/hex.h"

static const char *const trust_names[] = {
	[PL_LOCAL] = "local",
	[PL_CLAIMED] = "claimed",
	[PL_SIGNED] = "signed",
	[PL_PROVEN] = "proven",
};

const char *pl_trust_name(enum pl_trust t)
{
	return trust_names[t];
}

enum pl_rc pl_trust_parse(enum pl_trust *out, const char *s, struct pl_err *e)
{
	for (int t = PL_LOCAL; t <= PL_PROVEN; t++)
		if (!strcmp(s, trust_names[t])) {
			*out = (enum pl_trust)t;
			return PL_OK;
		}
	return pl_fail(
		e, PL_EFORMAT,
		"'%s' is no trust label (local, claimed, signed, proven)", s);
}

enum pl_rc pl_hash32_parse(struct pl_hash32 *out, const char *s,
			   struct pl_err *e)
{
	return pl_hex_fixed(out->b, sizeof(out->b), s, strlen(s), e);
}

char *pl_hash32_text(struct pl_arena *a, const struct pl_hash32 *h)
{
	return pl_hex(a, pl_hash32_span(h));
}

static enum pl_rc digits_into(struct pl_u256 *v, const char *s, size_t n,
			      struct pl_err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct pl_u256 d = pl_u256_of((uint64_t)(s[i] - '0'));

		if (!pl_u256_mul64(v, v, 10) || !pl_u256_add(v, v, &d))
			return pl_fail(e, PL_EFORMAT,
				       "amount larger than 2^256 - 1 units");
	}
	return PL_OK;
}

enum pl_rc pl_amount_parse(struct pl_amount *out, const char *s,
			   uint8_t decimals, struct pl_err *e)
{
	size_t whole = strspn(s, "0123456789"), frac = 0;
	const char *rest = s + whole;
	struct pl_u256 v = { { 0 } };

	if (*rest == '.') {
		frac = strspn(++rest, "0123456789");
		rest += frac;
		if (!frac)
			return pl_fail(e, PL_EFORMAT,
				       "'%s': no digits after the point", s);
	}
	if (!whole || *rest)
		return pl_fail(e, PL_EFORMAT,
			       "'%s' is no amount: write it like 12.5", s);
	while (frac > decimals && rest[-1] == '0') {
		rest--;
		frac--;
	}
	if (frac > decimals)
		return pl_fail(e, PL_EFORMAT,
			       "'%s' has %zu decimal places, the token has %u",
			       s, frac, decimals);
	PL_TRY(digits_into(&v, s, whole, e));
	PL_TRY(digits_into(&v, rest - frac, frac, e));
	for (size_t i = frac; i < decimals; i++)
		PL_TRY(digits_into(&v, "0", 1, e));
	*out = (struct pl_amount){ v, decimals };
	return PL_OK;
}

char *pl_amount_text(struct pl_arena *a, const struct pl_amount *v)
{
	char dec[PL_U256_DEC + 256];
	size_t n, d = v->decimals;

	/* pad on the left, so that at least one digit stands before the point
	 */
	pl_u256_dec(dec, &v->raw);
	n = strlen(dec);
	if (n <= d) {
		memmove(dec + (d + 1 - n), dec, n + 1);
		memset(dec, '0', d + 1 - n);
		n = d + 1;
	}
	while (d && dec[n - 1] == '0') {
		n--;
		d--;
	}
	if (!d)
		return pl_strndup(a, dec, n);
	return pl_printf(a, "%.*s.%.*s", (int)(n - d), dec, (int)d,
			 dec + n - d);
}

double pl_amount_double(const struct pl_amount *v)
{
	double scale = 1;

	/* 10^k is exact in a double up to 22 */
	for (unsigned i = 0; i < v->decimals; i++)
		scale *= 10;
	return pl_u256_double(&v->raw) / scale;
}
