/* plume analyze risk, in its parts: arguments, figures, the look of them.
 * The same arguments and the same series give the same row to the bit. */
#ifndef PL_CMD_ANALYZE_RISK_H
#define PL_CMD_ANALYZE_RISK_H

#include "analytics/explain.h"
#include "analytics/moments.h"
#include "analytics/risk.h"
#include "analytics/vol.h"
#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"

/* What a value of the column `--returns given` reads is worth. */
enum pl_unit {
	PL_UNIT_FRACTION, /* .01 is one per cent */
	PL_UNIT_PERCENT,  /* 1 is one per cent */
	PL_UNIT_AMOUNT,   /* money: adds up, does not compound */
};
extern const char *const pl_unit_words[];

/* How given returns add up. */
enum pl_compound { PL_COMPOUND_SIMPLE, PL_COMPOUND_LOG };
extern const char *const pl_compound_words[];

struct pl_risk_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg; /* file, or NULL */
	int returns;     /* enum pl_returns */
	bool percent, losses, gains;
	const int *unit;     /* enum pl_unit; NULL: judged by the values */
	const int *compound; /* enum pl_compound; NULL: simple */
	uint64_t quantile_type;
	double lambda;
	uint64_t warm;           /* returns in EWMA's first variance */
	int garch;               /* enum pl_vol_kind */
	double threshold_level;  /* of the losses: where the tail begins */
	const double *threshold; /* NULL: by threshold_level */
	uint64_t hill;           /* largest losses; 0: the exceedances */
	uint64_t maxima;         /* returns in a block; 0: none */
	uint64_t horizon, paths; /* of the simulation; 0: none */
	uint64_t seed, replications, block, threads;
};

struct pl_pair {
	double p95, p99; /* NaN: null */
};
struct pl_tails {
	struct pl_pair historical, cornish_fisher, ewma, garch, fhs, pot;
};

struct pl_risk_interval_row {
	double confidence;
	struct pl_var_interval p95, p99; /* NaN: null */
};

struct pl_risk_ewma_row {
	double lambda, h0, sigma_next;
	uint64_t warm;
};

struct pl_risk_cf_row {
	double skew, kurt;
	bool valid; /* at both levels */
};

struct pl_risk_garch_row {
	const char *model; /* of pl_vol_words */
	double mu, omega, alpha, gamma, beta, nu, loglik;
	struct pl_vol_se se;
	double aic, bic, persistence, long_run_sigma, sigma_next;
	double lb_z, lb_z2; /* p of Ljung-Box on residuals, their squares */
};

struct pl_optimizer {
	const char *method;
	bool converged;
	double gradient_norm;
	uint64_t iterations, evaluations, starts, agree;
};

struct pl_risk_drawdown_row {
	const char *peak, *trough, *recovered; /* times; NULL without */
	uint64_t peak_at, trough_at;           /* returns before */
	uint64_t length;
	bool open;
	const char *compounding; /* log, simple, sum */
};

/* The fall, if given returns add up the other way. */
struct pl_risk_other_row {
	const char *compounding;
	double max_drawdown;
};

struct pl_risk_interval {
	const char *figure; /* path of the field: var.historical.p99 */
	double value, lo, hi;
	const char *method;
};

struct pl_risk_pot_row {
	double threshold;
	const double *threshold_level; /* NULL: the threshold was given */
	uint64_t exceedances;
	double xi, beta, se_xi, se_beta, loglik, gradient_norm;
	bool few;
};

/* The worst losses of blocks of returns. */
struct pl_risk_maxima_row {
	uint64_t block, blocks;
	double once_in_12, once_in_60; /* blocks */
	double xi, se_xi, loc, se_loc, scale, se_scale;
	double loglik, gradient_norm;
};

struct pl_risk_hill_row {
	uint64_t k, from, to;
	double alpha, lo, hi, least, most;
	bool stable;
};

struct pl_risk_horizon_row {
	uint64_t periods, paths;
	double var95, var99, es95, es99;
	double var99_lo, var99_hi, es99_se;
};

struct pl_risk_simulation {
	uint64_t seed, replications, block;
	double confidence;
};

struct pl_risk_parameters {
	const char *returns;
	bool percent, losses;
	const char *losses_rule; /* how that is known; NULL: as a rule */
	const char *unit;        /* of the values that were read */
	const char *unit_rule;   /* how it is known */
	const char *compounding;
	uint64_t quantile_type;
	double lambda;
	uint64_t warm;
	const char *presample;
	const char *garch;
	double threshold_level;
	const double *threshold;
	uint64_t hill, maxima, horizon, paths, replications, block;
};

struct pl_risk_model {
	const char *name;
	uint64_t version; /* raised when the same input gives other figures */
	uint64_t seed;    /* of every random number */
	struct pl_risk_parameters parameters;
};

struct pl_risk_row {
	const char *verdict; /* NULL: not scored */
	double score;
	uint64_t n;
	const char *unit; /* of every loss below */
	const struct pl_moments *moments;
	struct pl_tails var, es;
	struct pl_risk_interval_row var_interval;
	struct pl_risk_cf_row cornish_fisher;
	struct pl_risk_ewma_row ewma;
	const struct pl_risk_garch_row *garch;     /* NULL: not fitted */
	const struct pl_risk_horizon_row *horizon; /* NULL: not simulated */
	const struct pl_risk_pot_row *pot;         /* NULL: not fitted */
	const struct pl_risk_hill_row *hill;       /* NULL: not given */
	const struct pl_risk_maxima_row *maxima;   /* NULL: too few blocks */
	struct pl_list intervals;                  /* struct pl_risk_interval */
	struct pl_risk_simulation simulation;
	double max_drawdown;
	const struct pl_risk_drawdown_row *drawdown;
	const struct pl_risk_other_row *drawdown_other; /* NULL: no other */
	double score_base;
	struct pl_list contributions; /* struct pl_feature */
	const struct pl_flip *counterfactual;
	struct pl_list flags; /* struct pl_flag */
	struct pl_input input;
	struct pl_risk_model model;
	const struct pl_optimizer *optimizer;
	enum pl_trust trust;
	const char *record;

	const double *x; /* the returns, for the chart */
	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_risk_fields[];

/* Read the series and compute everything. */
PL_CHECKED enum pl_rc pl_risk_run(struct pl_ctx *c, struct pl_risk_row *out,
				  const struct pl_risk_args *args,
				  struct pl_err *e);

/* The arguments a record was made with, but for its input. */
PL_CHECKED enum pl_rc pl_risk_args_of(struct pl_arena *a,
				      struct pl_risk_args *out,
				      const struct pl_json *record,
				      struct pl_err *e);

enum pl_rc pl_risk_text(struct pl_out *o, const void *row, struct pl_err *e);

#endif
