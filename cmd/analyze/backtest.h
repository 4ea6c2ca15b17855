/* plume analyze backtest, in its parts. */
#ifndef PL_CMD_ANALYZE_BACKTEST_H
#define PL_CMD_ANALYZE_BACKTEST_H

#include "analytics/backtest.h"
#include "cmd/analyze/returns.h"

struct pl_backtest_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg;
	struct pl_returns_args ret;
	double level;
	uint64_t window, refit, seed, sims, threads;
};

/* One model, its tests and what they say together. */
struct pl_backtest_model {
	const char *name, *verdict;
	double score;
	uint64_t hits;
	double expected, rate, rate_lo, rate_hi;
	double lr_uc, p_uc, lr_ind, p_ind, lr_cc, p_cc, p_duration;
	const char *light;
	double z1, p_z1, z2, p_z2, mf, p_mf;
	double loss, mean_var, mean_es;
	uint64_t refits, failed;
};

/* The best against the next. */
struct pl_backtest_lead {
	const char *over;
	double t, p;
};

struct pl_backtest_parameters {
	const char *returns;
	bool losses;
	double level;
	uint64_t window, refit, sims, quantile_type;
};

struct pl_backtest_about {
	const char *name;
	uint64_t version, seed;
	struct pl_backtest_parameters parameters;
};

struct pl_backtest_row {
	const char *verdict, *best, *why;
	double score;
	uint64_t n, window, days;
	struct pl_list models; /* struct pl_backtest_model, best first */
	const struct pl_backtest_lead *lead; /* NULL: no other */
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_input input;
	struct pl_backtest_about model;
	enum pl_trust trust;
	const char *record;

	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_backtest_fields[];

PL_CHECKED enum pl_rc pl_backtest_run(struct pl_ctx *c,
				      struct pl_backtest_row *out,
				      const struct pl_backtest_args *args,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_backtest_args_of(struct pl_backtest_args *out,
					  const struct pl_json *record,
					  struct pl_err *e);
enum pl_rc pl_backtest_text(struct pl_out *o, const void *row,
			    struct pl_err *e);

#endif
