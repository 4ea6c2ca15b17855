/* plume analyze forecast, in its parts: arguments, figures, words. */
#ifndef PL_CMD_ANALYZE_FORECAST_H
#define PL_CMD_ANALYZE_FORECAST_H

#include "analytics/forecast.h"
#include "cmd/analyze/calendar.h"
#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"

struct pl_forecast_args {
	struct pl_input_args in;
	struct pl_keep_args keep;
	const char *svg; /* file, or NULL */
	uint64_t horizon;
	double level, rate;
	int method;             /* enum pl_fc_method */
	const uint64_t *period; /* NULL: by the calendar */
	bool log;
	uint64_t window;
};

#define PL_FORECAST_PAST 120 /* points of the past that a chart shows */

struct pl_forecast_step {
	uint64_t ahead;
	const char *time;
	double value, lo, hi, split_lo, split_hi;
	double coverage;
	uint64_t judged;
};

struct pl_forecast_coverage {
	double level, adaptive, lo, hi, split;
	uint64_t judged;
};

struct pl_forecast_accuracy {
	const char *method;
	bool chosen;
	double mae, mase, pinball, choose_mae;
};

struct pl_forecast_coef {
	const char *name;
	double value, se;
};

struct pl_forecast_fit {
	const char *form; /* "A,Ad,N", "(0,1,1)(0,1,1)[12]"; NULL: naive */
	struct pl_list coefs;
	double loglik, aicc, sigma2;
	uint64_t tried;
	bool converged;
};

struct pl_forecast_test {
	double skill, t, p;
	uint64_t n;
};

struct pl_forecast_calendar {
	const char *rule, *unit;
	double step;
	uint64_t gaps, odd, period;
	const char *period_rule; /* "calendar" or "given" */
};

struct pl_forecast_parameters {
	uint64_t horizon;
	double level, rate;
	const char *method;
	const uint64_t *period;
	bool log;
	uint64_t window;
};

struct pl_forecast_model {
	const char *name;
	uint64_t version;
	const char *seed;
	struct pl_forecast_parameters parameters;
};

struct pl_forecast_row {
	const char *verdict;
	double score;
	const char *method;
	uint64_t n, used, trained, origins;
	double last;
	struct pl_list steps; /* struct pl_forecast_step */
	struct pl_forecast_coverage coverage;
	struct pl_list accuracy;
	struct pl_forecast_test against_naive;
	struct pl_forecast_fit fit;
	struct pl_forecast_calendar calendar;
	double score_base;
	struct pl_list contributions;
	const struct pl_flip *counterfactual;
	struct pl_list flags;
	struct pl_forecast_model model;
	struct pl_input input;
	enum pl_trust trust;
	const char *record;

	const double *y; /* for the chart: the last of them */
	const struct pl_pictures *pictures;
	struct pl_arena *arena;
};
extern const struct pl_field pl_forecast_fields[];

PL_CHECKED enum pl_rc pl_forecast_run(struct pl_ctx *c,
				      struct pl_forecast_row *out,
				      const struct pl_forecast_args *args,
				      struct pl_err *e);

/* The arguments a record was made with, but for its input. */
PL_CHECKED enum pl_rc pl_forecast_args_of(struct pl_arena *a,
					  struct pl_forecast_args *out,
					  const struct pl_json *record,
					  struct pl_err *e);

enum pl_rc pl_forecast_text(struct pl_out *o, const void *row,
			    struct pl_err *e);
#endif
