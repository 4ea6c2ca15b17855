/* Change points by PELT (Killick, Fearnhead & Eckley 2012): the exact minimum
 * of sum of segment costs + penalty per change.  With a minimum segment a
 * candidate is dropped only once no later end can want it.  Those kept are
 * looked at only where a lower bound of their cost lets them win, which makes
 * it O(n log n) with and without changes; a parameter that drifts all the
 * time, so that very many places are nearly as good, is the slow case.
 * Autocorrelation breeds false breaks: the caller says so beside the result.
 */
#ifndef PL_ANALYTICS_PELT_H
#define PL_ANALYTICS_PELT_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

enum pl_cp_model {
	PL_CP_MEAN,    /* normal, one known variance: cost RSS / scale^2 */
	PL_CP_MEANVAR, /* normal: cost m (ln(2 pi v) + 1), v = RSS / m */
};
extern const char *const pl_cp_model_words[]; /* "mean", "mean-variance" */

enum pl_cp_rule {
	PL_CP_MBIC,  /* as BIC, and + ln m for a segment of m points: for the
		      * mean, Zhang & Siegmund (2007) up to a constant */
	PL_CP_BIC,   /* k ln n; k counts the place: 2 for mean, 3 for both */
	PL_CP_FIXED, /* as given, in units of the cost */
};
extern const char *const pl_cp_rule_words[]; /* "mbic", "bic", "fixed" */

struct pl_cp_spec {
	enum pl_cp_model model;
	enum pl_cp_rule rule;
	double penalty;   /* with PL_CP_FIXED, > 0 */
	uint64_t min_seg; /* 0: 2 for mean, 10 for mean-variance */
	double scale;     /* noise sd of PL_CP_MEAN; 0: robust, see below */
};

struct pl_cp_seg {
	uint64_t start, n; /* points [start, start + n) */
	double mean, sd;   /* sd with divisor n */
};

struct pl_cp {
	uint64_t n;
	uint64_t changes; /* segments - 1 */
	struct pl_cp_seg
		*seg;   /* changes + 1; seg[i].start is change i, i > 0 */
	double cost;    /* minimum reached, penalties counted */
	double penalty; /* per change, used */
	double scale;   /* noise sd used; mean-variance: 1 */
	uint64_t min_seg;
	int model, rule;
};

/* Scale 0: 1.4826 MAD of first differences / sqrt 2, which a change of level
 * hardly moves; 0 itself (more than half of the steps equal) is replaced by
 * the sd of first differences / sqrt 2.  Segment variances of PL_CP_MEANVAR
 * are kept above 1e-12 of the whole.  PL_EMATH: a constant series, n below 2
 * min_seg, NaN.  PL_ELIMIT: more than PL_CP_WORK segments would have to be
 * looked at, a quarter of it with variances (some ten seconds). */
#define PL_CP_WORK 4000000000u
PL_CHECKED enum pl_rc pl_pelt(struct pl_arena *a, struct pl_cp *out,
			      const double *x, size_t stride, size_t n,
			      const struct pl_cp_spec *spec, struct pl_err *e);

#endif
