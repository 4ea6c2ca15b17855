/* What stands out: robust scales, local medians, tails of counts, and how many
 * of the findings are false at most.
 *
 *   MAD, Sn, Qn       Rousseeuw & Croux, JASA 88 (1993), with their factors
 *                     for the normal and for small samples
 *   local median      after Hampel's identifier (1974)
 *   counts            Poisson, or negative binomial with the same mean and
 *                     variance where the variance is the larger
 *   false discovery   Benjamini & Hochberg, JRSS B 57 (1995) */
#ifndef PL_ANALYTICS_OUTLIER_H
#define PL_ANALYTICS_OUTLIER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum pl_scale { PL_SCALE_MAD, PL_SCALE_SN, PL_SCALE_QN };
extern const char *const pl_scale_words[];

/* Of n >= 3 finite points, as of the standard deviation of a normal. */
PL_CHECKED enum pl_rc pl_scale(struct pl_arena *a, double *out, const double *x,
			       size_t n, enum pl_scale kind, struct pl_err *e);

struct pl_outlier {
	double level; /* local median */
	double off;   /* value less level */
	double z;     /* off over the scale of all offs */
	bool hampel;  /* off beyond three local MADs */
	double p, adjusted;
};

struct pl_outliers {
	struct pl_outlier *v;
	size_t n;
	double scale;
	bool fallback; /* more than half of the offs are 0: mean deviation */
	bool constant; /* all offs are 0 */
};

/* Each point against the median of the k before and the k after it; p by
 * Student's t, whose degrees of freedom are n times the scale's efficiency. */
PL_CHECKED enum pl_rc pl_outliers(struct pl_arena *a, struct pl_outliers *out,
				  const double *x, size_t n, size_t k,
				  enum pl_scale kind, struct pl_err *e);

struct pl_counts {
	double mean, var; /* median, and the square of the robust scale */
	double size;      /* of the negative binomial; infinite: Poisson */
};
PL_CHECKED enum pl_rc pl_counts_fit(struct pl_arena *a, struct pl_counts *out,
				    const double *count, size_t n,
				    enum pl_scale kind, struct pl_err *e);
/* P(X >= k) */
double pl_counts_tail(const struct pl_counts *c, uint64_t k);

/* Adjusted p-values: the least false discovery rate at which each is still
 * among the findings. */
void pl_fdr(struct pl_arena *a, double *adjusted, const double *p, size_t n);

#endif
