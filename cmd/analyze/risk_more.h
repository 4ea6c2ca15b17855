/* The part of plume analyze risk that simulates and looks into the tail:
 * filtered historical simulation, peaks over a threshold, Hill's index, and
 * an interval for every figure. */
#ifndef PL_CMD_ANALYZE_RISK_MORE_H
#define PL_CMD_ANALYZE_RISK_MORE_H

#include "analytics/series.h"
#include "analytics/vol.h"
#include "cmd/analyze/keep.h"

struct pl_risk_row;
struct pl_risk_args;

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

extern const struct pl_field pl_risk_interval_fields[];
extern const struct pl_field pl_risk_pot_fields[];
extern const struct pl_field pl_risk_hill_fields[];
extern const struct pl_field pl_risk_horizon_fields[];
extern const struct pl_field pl_risk_simulation_fields[];

struct pl_risk_more {
	struct pl_arena *a;
	const struct pl_risk_args *args;
	const double *x; /* returns */
	size_t n;
	double scale;               /* 100 % in the unit of x */
	bool amount;                /* they add up */
	enum pl_returns compound;   /* log or simple */
	const struct pl_vol *garch; /* NULL: no fit */
	struct pl_flags *flags;
	struct pl_risk_row *row;
};

PL_CHECKED enum pl_rc pl_risk_more(struct pl_risk_more *m, struct pl_err *e);

#endif
