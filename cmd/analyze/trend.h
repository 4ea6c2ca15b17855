/* plume analyze trend, in its parts: arguments, figures, the look of them. */
#ifndef PL_CMD_ANALYZE_TREND_H
#define PL_CMD_ANALYZE_TREND_H

#include "analytics/pelt.h"
#include "analytics/trend.h"
#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"

struct pl_trend_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg; /* file, or NULL */
	double level;
	int hac;              /* enum pl_hac_rule */
	const uint64_t *lags; /* for PL_HAC_FIXED only */
	int correct;          /* enum pl_mk_correct */
	int change;           /* enum pl_cp_model */
	const char *penalty;  /* "mbic", "bic" or a number */
	const uint64_t *min_segment;
};

struct pl_interval {
	double level, lo, hi;
};

struct pl_trend_slope {
	double value;
	const char *per; /* "day", "unit", "row", "block" */
	double intercept, se_hac, t, p;
	struct pl_interval interval;
	double sigma;
	uint64_t lags, iterations, down_weighted;
	bool exact;
};

struct pl_trend_sen {
	double value, intercept;
	struct pl_interval interval;
};

struct pl_trend_mk {
	double tau, tau_b;
	int64_t s;
	double z, p, var;
	const char *correction;
	double factor;
	bool factor_held;
	uint64_t lag, lags_used, ties;
	double z_plain, p_plain; /* as if the points were independent */
};

struct pl_trend_change {
	uint64_t index; /* points before it: the first of the new segment */
	const char *time;
	double before, after; /* means */
	double sd_before, sd_after;
	double step_lo, step_hi; /* of after - before, where it lies given */
	uint64_t lo, hi;         /* where it may lie, as index */
};

struct pl_trend_structural {
	const char *model;
	uint64_t n;
	double noise, level, slope; /* variances */
	double loglik, aic;
	double last;
	struct pl_interval last_interval;
	double drift;
	struct pl_interval drift_interval;
	bool converged;
};

struct pl_trend_cusum {
	double stat, p, hac_stat, hac_p;
	uint64_t lags, at;
};

struct pl_trend_wavelet {
	uint64_t order;
	double noise, threshold;
	uint64_t details, kept;
	double share, last;
};

struct pl_trend_parameters {
	double level;
	const char *hac;
	const uint64_t *lags;
	const char *correction;
	const char *change_model;
	const char *penalty;
	const uint64_t *min_segment;
	double tune;
};

struct pl_trend_model {
	const char *name;
	uint64_t version;
	const char *seed;
	struct pl_trend_parameters parameters;
};

struct pl_trend_row {
	const char *verdict;
	double score;
	uint64_t n;
	double first, last; /* values */
	struct pl_trend_slope slope;
	struct pl_trend_sen theil_sen;
	struct pl_trend_mk mann_kendall;
	struct pl_list change_points; /* struct pl_trend_change */
	double penalty, noise;
	uint64_t min_segment;
	struct pl_list structural; /* struct pl_trend_structural */
	struct pl_trend_cusum cusum;
	const struct pl_trend_wavelet *wavelet; /* NULL: too few points */
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_input input;
	struct pl_trend_model model;
	enum pl_trust trust;
	const char *record;

	const double *y, *fit; /* for the chart */
	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_trend_fields[];

PL_CHECKED enum pl_rc pl_trend_run(struct pl_ctx *c, struct pl_trend_row *out,
				   const struct pl_trend_args *args,
				   struct pl_err *e);

/* Structural models, CUSUM and wavelet of the points y into the row. */
PL_CHECKED enum pl_rc pl_trend_more(struct pl_arena *a, struct pl_trend_row *r,
				    const double *y, size_t n,
				    struct pl_flags *flags, struct pl_err *e);
/* Where a change between two segments may lie. */
void pl_trend_reach(uint64_t *lo, uint64_t *hi, const struct pl_cp_seg *before,
		    const struct pl_cp_seg *after, double level);

/* The arguments a record was made with, but for its input. */
PL_CHECKED enum pl_rc pl_trend_args_of(struct pl_arena *a,
				       struct pl_trend_args *out,
				       const struct pl_json *record,
				       struct pl_err *e);

enum pl_rc pl_trend_text(struct pl_out *o, const void *row, struct pl_err *e);

#endif
