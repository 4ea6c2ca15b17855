/* plume analyze portfolio, in its parts. */
#ifndef PL_CMD_ANALYZE_PORTFOLIO_H
#define PL_CMD_ANALYZE_PORTFOLIO_H

#include "analytics/portfolio.h"
#include "cmd/analyze/returns.h"

struct pl_portfolio_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg;
	struct pl_returns_args ret;
	const char *columns, *weights;  /* separated by commas */
	struct pl_strs tokens, sources; /* addresses */
	/* Replay: where each holding came from; NULL: by the above. */
	const struct pl_input_args *each;
	size_t n_each;
	double level, nu;
	uint64_t horizon, paths, seed, threads;
};

struct pl_portfolio_holding {
	const char *name, *series_sha256;
	const struct pl_input *input; /* of a token; NULL: a column */
	double weight, mean, sd;
	double var_part, es_part; /* normal */
	double hist_part;         /* of the historical ES */
	double share;             /* es_part of the whole */
	double least, least_short, parity;
};

struct pl_portfolio_pair {
	const char *a, *b;
	double corr, lo, hi; /* Fisher's z */
};

struct pl_portfolio_bounds {
	double lo, hi;
};

struct pl_portfolio_method {
	double var, es;
	struct pl_portfolio_bounds var_interval, es_interval;
};

/* Of a figure: of one holding, or of all together. */
struct pl_portfolio_interval {
	const char *holding; /* NULL: all */
	const char *figure;  /* the field's name */
	double value, lo, hi;
};

struct pl_portfolio_parameters {
	const char *returns;
	bool losses;
	double level;
	const double *nu; /* NULL: normal */
	uint64_t horizon, paths, quantile_type;
};

struct pl_portfolio_about {
	const char *name;
	uint64_t version, seed;
	struct pl_portfolio_parameters parameters;
};

struct pl_portfolio_row {
	const char *verdict;
	double score;
	uint64_t n;
	double sd, shrinkage, diversification;
	struct pl_portfolio_method normal, historical;
	struct pl_portfolio_method simulated; /* over the horizon */
	struct pl_list holdings, correlations;
	struct pl_list intervals; /* struct pl_portfolio_interval */
	double sd_least, sd_least_short, sd_parity;
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_input input;
	struct pl_portfolio_about model;
	enum pl_trust trust;
	const char *record;

	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_portfolio_fields[];

PL_CHECKED enum pl_rc pl_portfolio_run(struct pl_ctx *c,
				       struct pl_portfolio_row *out,
				       const struct pl_portfolio_args *args,
				       struct pl_err *e);
/* The series of tokens that the arguments ask for, *k of them; NULL: columns
 * of a file. */
PL_CHECKED enum pl_rc pl_portfolio_tokens(struct pl_ctx *c,
					  const struct pl_input_args **out,
					  size_t *k,
					  const struct pl_portfolio_args *a,
					  struct pl_err *e);

PL_CHECKED enum pl_rc pl_portfolio_args_of(struct pl_arena *a,
					   struct pl_portfolio_args *out,
					   const struct pl_json *record,
					   struct pl_err *e);
enum pl_rc pl_portfolio_text(struct pl_out *o, const void *row,
			     struct pl_err *e);

#endif
