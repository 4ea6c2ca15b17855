/* Exponential smoothing in state space form: error, trend and season each
 * none, additive or multiplicative, the trend damped or not (Hyndman, Koehler,
 * Ord & Snyder, Forecasting with Exponential Smoothing, 2008, chapters 2 and
 * 5).  The fifteen models whose variances are finite: those with a
 * multiplicative error may have a multiplicative season, none has a
 * multiplicative trend. */
#ifndef PL_ANALYTICS_ETS_H
#define PL_ANALYTICS_ETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"

#define PL_ETS_PERIOD_MAX 24
#define PL_ETS_MODELS 15

struct pl_ets_form {
	char error;  /* 'A' or 'M' */
	char trend;  /* 'N' or 'A' */
	bool damped; /* with a trend */
	char season; /* 'N', 'A' or 'M' */
};
/* "A,Ad,M"; room for 8 */
void pl_ets_name(char *out, const struct pl_ets_form *f);

struct pl_ets {
	struct pl_ets_form form;
	uint64_t n, period;             /* 1 without a season */
	double alpha, beta, gamma, phi; /* of the error form; phi 1: undamped */
	double level, slope,
		season[PL_ETS_PERIOD_MAX]; /* before point 1;
					    * season[0] is that of point 1 */
	double loglik; /* up to the constant: -(n ln sum e^2)/2 - sum ln |f| */
	double aic, aicc, bic;
	double sigma2; /* of e: sum e^2 / (n - parameters but the variance) */
	double mse;    /* of the one step errors, in the series' own unit */
	uint64_t parameters; /* the variance among them */
	uint64_t evaluations;
	bool converged;
	uint64_t tried; /* models compared, by pl_ets_auto */
};

/* Most likely smoothing constants (.0001 < beta < alpha < .9999,
 * gamma < 1 - alpha, .8 < phi < .98) and starting states.  PL_EMATH: fewer
 * than parameters + 4 points, a constant series, a value not above zero where
 * the form multiplies. */
PL_CHECKED enum pl_rc pl_ets_fit(struct pl_ets *out, const double *y, size_t n,
				 size_t period, const struct pl_ets_form *form,
				 struct pl_err *e);

/* The figures of a model whose constants and states are set: loglik to mse.
 * PL_EMATH where its forecasts leave what it can multiply. */
PL_CHECKED enum pl_rc pl_ets_measure(struct pl_ets *m, const double *y,
				     size_t n, struct pl_err *e);

/* The form with the least AICc of all that the data allow; period 1 leaves
 * seasons out. */
PL_CHECKED enum pl_rc pl_ets_auto(struct pl_ets *out, const double *y, size_t n,
				  size_t period, struct pl_err *e);

/* A running filter: the states, moved on point by point. */
struct pl_ets_state {
	double level, slope, season[PL_ETS_PERIOD_MAX];
	size_t at; /* place in the period of the next point */
};
void pl_ets_start(struct pl_ets_state *s, const struct pl_ets *m);
double pl_ets_next(const struct pl_ets_state *s, const struct pl_ets *m);
void pl_ets_step(struct pl_ets_state *s, const struct pl_ets *m, double y);
/* Point forecasts of the next h: the states moved on without errors. */
void pl_ets_ahead(double *out, size_t h, const struct pl_ets_state *s,
		  const struct pl_ets *m);

/* Holt and Winters' smoothing by least squares with starting states from a
 * decomposition of the first two periods, as Holt (1957) and Winters (1960)
 * have it and R's HoltWinters does; the errors count from the second period
 * on. */
struct pl_holt_winters {
	uint64_t n, period;
	bool multiplicative;
	double alpha, beta, gamma;
	double level, slope, season[PL_ETS_PERIOD_MAX]; /* at the end; the next
							 * point's first */
	double sse;
};
PL_CHECKED enum pl_rc pl_holt_winters(struct pl_arena *a,
				      struct pl_holt_winters *out,
				      const double *y, size_t n, size_t period,
				      bool multiplicative, struct pl_err *e);
/* Sum and states at the constants (and the kind of season) that are given. */
PL_CHECKED enum pl_rc pl_holt_winters_measure(struct pl_holt_winters *w,
					      const double *y, size_t n,
					      size_t period, struct pl_err *e);

#endif
