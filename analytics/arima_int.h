/* Shared by arima.c (fit, forecasts) and arima_auto.c, arima_lik.c. */
#ifndef PL_ANALYTICS_ARIMA_INT_H
#define PL_ANALYTICS_ARIMA_INT_H

#include "analytics/arima.h"

#define LAGS PL_ARIMA_LAGS

/* The polynomials multiplied out: 1 - phi[1] L - … and 1 + theta[1] L + …;
 * the filter's vector has r places. */
struct pl_arma {
	size_t p, q, r;
	double phi[LAGS + 1], theta[LAGS + 1];
	double var;            /* of a point, innovations of variance 1 */
	double lead[LAGS + 1]; /* covariances of the vector with a point */
};

/* False where orders are too large or the process is not stationary. */
bool pl_arma_set(struct pl_arma *m, const struct pl_arima_order *o,
		 const double *coef);

/* The filter, moved on by one point; F and K are the same for all series. */
struct pl_arma_filter {
	const struct pl_arma *m;
	double f, k[LAGS + 1], w[LAGS + 1], mm;
	bool steady;
};
void pl_arma_start(struct pl_arma_filter *f, const struct pl_arma *m);
/* The vector a (r places, zero to begin with) after the point x: returns the
 * innovation, of variance f->f. */
double pl_arma_point(const struct pl_arma_filter *f, double *a, double x);
/* The vector one point on, without one; out may be x. */
void pl_arma_transit(double *out, const struct pl_arma *m, const double *x);
void pl_arma_turn(struct pl_arma_filter *f);

/* y differenced: out has room for n; returns how many are left. */
size_t pl_arima_difference(double *out, const double *y, size_t n,
			   const struct pl_arima_order *o);
/* What a constant is after differencing. */
double pl_arima_regressor(const struct pl_arima_order *o);
size_t pl_arima_coefs(const struct pl_arima_order *o);

/* As pl_arima_fit; `starts` beginnings of the search, with errors or not. */
PL_CHECKED enum pl_rc pl_arima_climb(struct pl_arena *a, struct pl_arima *out,
				     const double *y, size_t n,
				     const struct pl_arima_order *order,
				     size_t starts, bool errors,
				     struct pl_err *e);

#endif
