/* plume analyze regime, in its parts. */
#ifndef PL_CMD_ANALYZE_REGIME_H
#define PL_CMD_ANALYZE_REGIME_H

#include "analytics/hmm_error.h"
#include "cmd/analyze/returns.h"

struct pl_regime_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg;
	struct pl_returns_args ret;
	uint64_t states; /* 0: by BIC */
	uint64_t starts, seed, threads;
};

struct pl_regime_state {
	uint64_t state; /* 1 is the calmest */
	double mean, sd, se_mean, se_sd;
	double share, stay, stay_lo, stay_hi, now, next;
};

struct pl_regime_move {
	uint64_t from, to;
	double p, lo, hi;
};

struct pl_regime_choice {
	uint64_t states;
	double loglik, aic, bic;
};

struct pl_regime_spell {
	uint64_t state, from, to;  /* returns, counted from 1 */
	const char *since, *until; /* times; NULL without */
};

struct pl_regime_parameters {
	const char *returns;
	bool losses;
	uint64_t states, starts;
};

struct pl_regime_about {
	const char *name;
	uint64_t version, seed;
	struct pl_regime_parameters parameters;
};

struct pl_regime_optimizer {
	bool converged;
	double gain;
	uint64_t iterations, starts, agree;
};

struct pl_regime_row {
	const char *verdict;
	double score;
	uint64_t n, states_n;
	struct pl_list states, moves, choices, spells;
	double loglik, aic, bic;
	struct pl_regime_optimizer optimizer;
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_input input;
	struct pl_regime_about model;
	enum pl_trust trust;
	const char *record;

	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_regime_fields[];

PL_CHECKED enum pl_rc pl_regime_run(struct pl_ctx *c, struct pl_regime_row *out,
				    const struct pl_regime_args *args,
				    struct pl_err *e);
PL_CHECKED enum pl_rc pl_regime_args_of(struct pl_regime_args *out,
					const struct pl_json *record,
					struct pl_err *e);
enum pl_rc pl_regime_text(struct pl_out *o, const void *row, struct pl_err *e);

#endif
