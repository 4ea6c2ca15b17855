#include "analytics/benford.h"

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"

#define LEAST 45

enum pl_rc pl_benford(struct pl_benford *out, const struct pl_moves *m,
		      struct pl_err *e)
{
	struct pl_benford b = { 0 };

	for (size_t i = 0; i < m->n; i++) {
		char text[PL_U256_DEC];

		pl_u256_dec(text, &m->v[i].value);
		if (text[0] == '0')
			continue;
		b.digit[text[0] - '1']++;
		b.n++;
	}
	if (b.n < LEAST)
		return pl_fail(
			e, PL_EMATH,
			"Benford: %ju amounts are too few, %d are needed",
			(uintmax_t)b.n, LEAST);
	for (int d = 1; d <= 9; d++) {
		const double want = (double)b.n * pl_log10(1 + 1.0 / d);
		const double off = (double)b.digit[d - 1] - want;

		b.chi2 += off * off / want;
	}
	b.p = gsl_cdf_chisq_Q(b.chi2, 8);
	*out = b;
	return PL_OK;
}
