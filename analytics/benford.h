/* First digits against Benford's law (Proc. Am. Phil. Soc. 78, 1938): digit d
 * with probability log10(1 + 1/d); Pearson's chi-squared with 8 degrees.  A
 * deviation is a hint to look closer, never proof: round amounts, fixed fees
 * and minimum sizes deviate too. */
#ifndef PL_ANALYTICS_BENFORD_H
#define PL_ANALYTICS_BENFORD_H

#include "analytics/moves.h"

struct pl_benford {
	uint64_t n; /* amounts over 0 */
	uint64_t digit[9];
	double chi2, p;
};

/* PL_EMATH for fewer than 45 amounts, of which some digit would be expected
 * twice at most. */
PL_CHECKED enum pl_rc pl_benford(struct pl_benford *out,
				 const struct pl_moves *m, struct pl_err *e);

#endif
