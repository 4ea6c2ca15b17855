/* A verdict one can argue with: a linear score, what each feature gave to it,
 * and the smallest change of one feature that would have flipped it.
 *
 * Exact by construction: contribution[i] = weight (used - base), and
 * score = (((base_score + c[0]) + c[1]) + …) in that order, in doubles; adding
 * the printed numbers in the printed order gives the score to the bit. */
#ifndef PL_ANALYTICS_EXPLAIN_H
#define PL_ANALYTICS_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define PL_MAX_FEATURES 8

struct pl_feature_def {
	const char *name, *about;
	double base;   /* the value that gives nothing */
	double weight; /* points per unit */
	double scale;  /* one unusual step of the feature: compares changes */
	double lo, hi; /* used = value held within these */
};

/* Verdict i holds for cut[i-1] <= score < cut[i]. */
struct pl_score_model {
	const char *name;
	uint64_t version; /* raised when a number below changes */
	double base_score;
	const struct pl_feature_def *features;
	size_t n;
	const char *const *verdicts; /* cuts + 1 words */
	const double *cuts;
	size_t n_cuts;
};

struct pl_feature {
	const char *name, *about;
	double value; /* as measured */
	double used;  /* held within lo..hi */
	double base, weight, scale, lo, hi;
	double contribution;
};

struct pl_flip {
	bool possible;       /* some single feature can do it */
	const char *feature; /* the one with the smallest change / scale */
	double from, to;     /* its value, and the nearest that flips */
	double change;       /* to - from */
	double steps;        /* |change| / scale */
	const char *verdict; /* what the verdict would then be */
};

struct pl_explained {
	const char *model;
	uint64_t version;
	double base_score;
	double score;
	const char *verdict;
	uint64_t verdict_no;
	uint64_t n;
	struct pl_feature feature[PL_MAX_FEATURES];
	struct pl_flip flip;
};

/* Score of values[0..model->n).  A value that is not finite is PL_EMATH,
 * naming the feature. */
PL_CHECKED enum pl_rc pl_explain(struct pl_explained *out,
				 const struct pl_score_model *model,
				 const double *values, struct pl_err *e);

/* trend: slope_t, mk_z, shift → "falling", "flat", "rising". */
extern const struct pl_score_model pl_score_trend;
struct pl_trend_features {
	double slope_t; /* struct pl_slope.t; exact lines: ±inf is held */
	double mk_z;    /* struct pl_mk.z */
	double shift;   /* last segment's mean less the one before, in noise
			 * scales; 0 without a change */
};
PL_CHECKED enum pl_rc pl_explain_trend(struct pl_explained *out,
				       const struct pl_trend_features *f,
				       struct pl_err *e);

/* risk: 0..100 points → "low", "moderate", "high", "extreme".  Losses as
 * fractions (0.05 = 5 %): divide by 100 where returns were in per cent. */
extern const struct pl_score_model pl_score_risk;
struct pl_risk_features {
	double var99;        /* historical, per period */
	double es99;         /* historical, per period */
	double sigma_next;   /* GARCH, or EWMA, one step ahead */
	double persistence;  /* GARCH alpha + beta; 0 where there is no fit */
	double max_drawdown; /* 0..1 */
};
PL_CHECKED enum pl_rc pl_explain_risk(struct pl_explained *out,
				      const struct pl_risk_features *f,
				      struct pl_err *e);

#endif
