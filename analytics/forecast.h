/* What comes next, between what bounds, and how often such bounds held: the
 * candidates are fitted on the first part of the series, make forecasts from
 * every later point with those coefficients, and are judged by what came.
 * The last forecast is of a fit to all. */
#ifndef PL_ANALYTICS_FORECAST_H
#define PL_ANALYTICS_FORECAST_H

#include "analytics/arima.h"
#include "analytics/conformal.h"
#include "analytics/ets.h"
#include "analytics/explain.h"

#define PL_FC_MIN 40 /* points */
#define PL_FC_HORIZON_MAX 365
#define PL_FC_WINDOW_MAX 20000
#define PL_FC_METHODS 4

enum pl_fc_method {
	PL_FC_AUTO,
	PL_FC_NAIVE,    /* the last value */
	PL_FC_SEASONAL, /* the value a period ago */
	PL_FC_ETS,
	PL_FC_ARIMA,
};
extern const char *const pl_fc_method_words[];

struct pl_fc_spec {
	enum pl_fc_method method;
	uint64_t horizon, period;
	bool log; /* work in logarithms; intervals come back through exp */
	double level, rate;
	uint64_t window; /* most points looked at, from the end */
};

/* How one method did, over the judged half of the origins. */
struct pl_fc_accuracy {
	enum pl_fc_method method;
	bool used;
	double mae, mase;  /* of all horizons together, and over the in-sample
			    * error of the naive forecast (Hyndman & Koehler
			    * 2006) */
	double choose_mae; /* over the other half, which the choice is made by
			    */
	double pinball;    /* of its adaptive intervals, all horizons */
};

struct pl_fc_step {
	double value, lo, hi;      /* adaptive */
	double split_lo, split_hi; /* NaN: too few */
	struct pl_conf conf;
};

struct pl_fc {
	enum pl_fc_method method;
	uint64_t n, used, trained, origins; /* points given, looked at … */
	uint64_t period;                    /* used; 1: no season */
	struct pl_fc_step *step;            /* horizon of them */
	struct pl_fc_accuracy accuracy[PL_FC_METHODS];
	double coverage, coverage_lo, coverage_hi; /* all horizons */
	double split_coverage;
	double skill;      /* 1 - mae / mae of the naive one */
	double dm_t, dm_p; /* Diebold & Mariano (1995), HAC: positive: better
			    * than the naive one */
	uint64_t dm_n;
	double scale; /* of errors one ahead, at the end (EWMA .94) */
	bool has_ets, has_arima;
	struct pl_ets ets; /* fitted to all */
	struct pl_arima arima;
};

/* PL_EMATH: fewer than PL_FC_MIN points, a constant series, NaN, a value not
 * above zero with log, horizon more than a quarter of the points. */
PL_CHECKED enum pl_rc pl_forecast(struct pl_arena *a, struct pl_fc *out,
				  const double *y, size_t n,
				  const struct pl_fc_spec *spec,
				  struct pl_err *e);

/* dm_t and the coverage's distance from its level in standard errors →
 * "worse than naive", "no better than naive", "better than naive". */
extern const struct pl_score_model pl_score_forecast;

#endif
