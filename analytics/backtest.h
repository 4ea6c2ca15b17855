/* Rolling forecasts of VaR and ES by several models, and the tests of them.
 * Day t is forecast from the `window` returns before it; the models of
 * volatility are fitted again every `refit` days, from where the fit before
 * stood, and filtered in between. */
#ifndef PL_ANALYTICS_BACKTEST_H
#define PL_ANALYTICS_BACKTEST_H

#include "analytics/explain.h"
#include "analytics/risk.h"
#include "analytics/vol.h"

enum pl_bt_model {
	PL_BT_HISTORICAL, /* quantile type 7 of the window */
	PL_BT_NORMAL,     /* mean and deviation of the window */
	PL_BT_EWMA,       /* lambda .94, mean 0, normal */
	PL_BT_GARCH,
	PL_BT_GARCH_T,
	PL_BT_GJR_T,
	PL_BT_FHS, /* GARCH-normal's filter, the residuals' own tail */
	PL_BT_MODELS
};
extern const char *const pl_bt_words[];

#define PL_BT_MAX_DAYS 200000

struct pl_bt_spec {
	double level; /* coverage */
	uint64_t window, refit;
	uint64_t seed, sims; /* of the simulated p-values */
	unsigned threads;
};

/* A forecast: loss given a hit is -(m + s q), q a draw from the model's
 * standardised tail. */
struct pl_bt_day {
	double var, es;
	double m, s, nu;
	const double *tail; /* NULL: normal, or t with nu */
	uint32_t tail_n;
};

struct pl_bt_path {
	enum pl_bt_model model;
	size_t n; /* days */
	struct pl_bt_day *day;
	uint64_t refits, failed; /* fits; of them without a maximum */
};

/* Forecasts of days window..n-1 by one model.  PL_EMATH where the first fit
 * fails, the window is too short for the level, or n too short. */
PL_CHECKED enum pl_rc pl_bt_roll(struct pl_arena *a, struct pl_bt_path *out,
				 enum pl_bt_model model, const double *x,
				 size_t n, const struct pl_bt_spec *spec,
				 struct pl_err *e);

struct pl_bt_result {
	enum pl_bt_model model;
	struct pl_backtest hits;
	double rate_lo, rate_hi;   /* Clopper-Pearson, 95 % */
	double lr_dur, p_dur;      /* Christoffersen & Pelletier (2004): Weibull
				    * durations; NaN with fewer than 3 hits */
	double z1, p_z1, z2, p_z2; /* Acerbi & Szekely (2014), simulated p */
	double mf, p_mf; /* McNeil & Frey (2000): mean of (loss-ES)/s on hits,
			  * bootstrapped p of its being 0 against above */
	double loss;     /* mean of FZ0 (Patton, Ziegel & Chen 2019) */
	double mean_var, mean_es;
	uint64_t refits, failed;
};

/* All tests of one path; x[0] is the return of its first day. */
PL_CHECKED enum pl_rc pl_bt_test(struct pl_arena *a, struct pl_bt_result *out,
				 const struct pl_bt_path *path, const double *x,
				 const struct pl_bt_spec *spec,
				 struct pl_err *e);

/* FZ0 of each day into loss[]. */
void pl_bt_losses(double *loss, const struct pl_bt_path *path, const double *x,
		  double level);

/* Diebold & Mariano with Newey-West errors of n^(1/3) lags: t of the mean of
 * a - b, and its two-sided p. */
void pl_bt_compare(double *t, double *p, const double *a, const double *b,
		   size_t n);

/* Doubt in a model, 0..: "sound", "doubtful", "unsound". */
extern const struct pl_score_model pl_score_backtest;

#define PL_BASEL_DAYS 250
#define PL_BASEL_LEVEL .99
/* What the Basel rule adds to its multiplier of 3 for so many hits in 250 days
 * at 99 % (BCBS, Supervisory framework for backtesting, 1996, table 2). */
double pl_basel_plus(uint64_t hits);

#endif
