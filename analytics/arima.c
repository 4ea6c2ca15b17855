#include "analytics/arima.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "analytics/arima_int.h"
#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/minimise.h"
#include "analytics/ml.h"

void pl_arima_name(char *out, const struct pl_arima_order *o)
{
	int n = snprintf(out, 64, "(%d,%d,%d)", (int)o->p, (int)o->d,
			 (int)o->q);

	if (o->s > 1)
		n += snprintf(out + n, 64 - (size_t)n, "(%d,%d,%d)[%d]",
			      (int)o->P, (int)o->D, (int)o->Q, (int)o->s);
	if (o->constant)
		(void)snprintf(out + n, 64 - (size_t)n, " with %s",
			       o->d + o->D ? "drift" : "mean");
}

size_t pl_arima_coefs(const struct pl_arima_order *o)
{
	return (size_t)(o->p + o->q + o->P + o->Q);
}

double pl_arima_regressor(const struct pl_arima_order *o)
{
	return !o->d && o->D ? (double)o->s : 1;
}

size_t pl_arima_difference(double *out, const double *y, size_t n,
			   const struct pl_arima_order *o)
{
	memcpy(out, y, n * sizeof(*out));
	for (uint64_t k = 0; k < o->D && n > o->s; k++) {
		n -= (size_t)o->s;
		for (size_t t = 0; t < n; t++)
			out[t] = out[t + o->s] - out[t];
	}
	for (uint64_t k = 0; k < o->d && n > 1; k++) {
		n--;
		for (size_t t = 0; t < n; t++)
			out[t] = out[t + 1] - out[t];
	}
	return n;
}

/* -------------------------------------------------------------- likelihood */

struct problem {
	const struct pl_arima_order *o;
	const double *w;
	size_t n;
	double x; /* the regressor, constant */
};

struct value {
	double mean, mean_var; /* the latter over sigma2 */
	double ssq, ln_f;
};

static bool evaluate(struct value *v, const struct problem *p,
		     const double *coef)
{
	double aw[LAGS + 1] = { 0 }, ax[LAGS + 1] = { 0 }, product = 1;
	double ww = 0, wx = 0, xx = 0;
	struct pl_arma_filter f;
	struct pl_arma m;
	int ex = 0, part;

	if (!pl_arma_set(&m, p->o, coef))
		return false;
	pl_arma_start(&f, &m);
	for (size_t t = 0; t < p->n; t++) {
		const double e = pl_arma_point(&f, aw, p->w[t]);

		ww += e * e / f.f;
		if (p->o->constant) {
			const double u = pl_arma_point(&f, ax, p->x);

			wx += e * u / f.f;
			xx += u * u / f.f;
		}
		product = frexp(product * f.f, &part);
		ex += part;
		pl_arma_turn(&f);
		if (!(f.f > 0))
			return false;
	}
	v->mean = p->o->constant && xx > 0 ? wx / xx : 0;
	v->mean_var = 1 / xx;
	v->ssq = ww - v->mean * wx;
	v->ln_f = pl_log(product) + ex * 0x1.62e42fefa39efp-1;
	return isfinite(v->ssq) && v->ssq > 0 && isfinite(v->ln_f);
}

/* -2 log-likelihood over n, but for constants */
static double cost_of(const struct value *v, size_t n)
{
	return pl_log(v->ssq / (double)n) + v->ln_f / (double)n;
}

/* k partial autocorrelations tanh(u) to coefficients (Durbin-Levinson). */
static void from_partial(double *c, const double *u, size_t k, double sign)
{
	double was[PL_ARIMA_ORDER];

	for (size_t i = 0; i < k; i++) {
		const double r = pl_tanh(u[i]);

		memcpy(was, c, i * sizeof(double));
		for (size_t j = 0; j < i; j++)
			c[j] = was[j] - r * was[i - 1 - j];
		c[i] = r;
	}
	for (size_t i = 0; i < k; i++)
		c[i] *= sign;
}

#define U_MAX 9 /* tanh: 3e-8 from 1 */

static bool coefs(double *c, const double *u, const struct pl_arima_order *o)
{
	const uint64_t parts[] = { o->p, o->q, o->P, o->Q };

	for (size_t i = 0; i < pl_arima_coefs(o); i++)
		if (!(fabs(u[i]) <= U_MAX))
			return false;
	for (size_t i = 0; i < 4; i++) {
		from_partial(c, u, (size_t)parts[i], i % 2 ? -1 : 1);
		c += parts[i];
		u += parts[i];
	}
	return true;
}

static double cost(const double *u, void *ctx)
{
	const struct problem *p = ctx;
	double c[PL_ARIMA_COEF];
	struct value v;

	if (!coefs(c, u, p->o) || !evaluate(&v, p, c))
		return INFINITY;
	return cost_of(&v, p->n);
}

/* ------------------------------------------------------------------ errors */

static double cost_at(const struct problem *p, const double *c, size_t i,
		      double hi, size_t j, double hj)
{
	double to[PL_ARIMA_COEF];
	struct value v;

	memcpy(to, c, sizeof(to));
	to[i] += hi;
	to[j] += hj;
	return evaluate(&v, p, to) ? cost_of(&v, p->n) : NAN;
}

/* Hessian by differences in the coefficients themselves; NaN near where the
 * process ceases to be stationary. */
static void errors(struct pl_arima *m, const struct problem *p)
{
	const size_t k = pl_arima_coefs(p->o);
	const double h = 1e-3;
	double hess[PL_ML_MAX * PL_ML_MAX], inv[PL_ML_MAX * PL_ML_MAX];
	bool good = k <= PL_ML_MAX;

	for (size_t i = 0; i < k; i++)
		m->se[i] = NAN;
	for (size_t i = 0; good && i < k; i++)
		for (size_t j = 0; j <= i; j++) {
			const double *c = m->coef;
			const double d = (cost_at(p, c, i, h, j, h) -
					  cost_at(p, c, i, h, j, -h) -
					  cost_at(p, c, i, -h, j, h) +
					  cost_at(p, c, i, -h, j, -h)) /
					 (4 * h * h) * (double)p->n / 2;

			hess[i * k + j] = hess[j * k + i] = d;
			good = good && isfinite(d);
		}
	if (!good || !k || !pl_ml_invert(inv, hess, NULL, k))
		return;
	for (size_t i = 0; i < k; i++)
		m->se[i] = sqrt(inv[i * k + i]);
}

/* --------------------------------------------------------------------- fit */

static enum pl_rc check(const double *y, size_t n,
			const struct pl_arima_order *o, struct pl_err *e)
{
	const size_t lost = (size_t)(o->d + o->s * o->D);

	if (o->p > PL_ARIMA_ORDER || o->q > PL_ARIMA_ORDER ||
	    o->P > PL_ARIMA_ORDER || o->Q > PL_ARIMA_ORDER || o->d > 2 ||
	    o->D > 1 || o->s < 1 || o->s > LAGS || o->p + o->s * o->P > LAGS ||
	    o->q + o->s * o->Q >= LAGS ||
	    (o->s == 1 && (o->P || o->D || o->Q)) ||
	    (o->constant && o->d + o->D > 1))
		return pl_fail(e, PL_EMATH,
			       "ARIMA: orders beyond what is possible (p, q, "
			       "P, Q to %d, d to 2, D to 1, lags to %d, a "
			       "constant with one difference at most)",
			       PL_ARIMA_ORDER, LAGS);
	return pl_sample_varies(y, 1, n,
				lost + pl_arima_coefs(o) + o->constant + 6,
				"ARIMA", e);
}

static const double starts[][2] = { /* of AR and MA */
				    { .1, .1 },
				    { .6, -.5 },
				    { -.6, .5 },
				    { 1.5, .3 }
};

static bool climb(struct pl_arena *a, double *best, struct pl_arima *m,
		  struct problem *p, size_t n_starts)
{
	const size_t k = pl_arima_coefs(p->o);
	struct pl_minimum at, top = { .f = INFINITY };
	double u[PL_ARIMA_COEF];

	for (size_t s = 0; s < n_starts; s++) {
		const uint64_t parts[] = { p->o->p, p->o->q, p->o->P, p->o->Q };
		size_t i = 0;

		for (size_t g = 0; g < 4; g++)
			for (uint64_t j = 0; j < parts[g]; j++)
				u[i++] = starts[s][g % 2] / (double)(j + 1);
		if (!pl_minimise(a, &at, u, k, cost, p, 200))
			continue;
		m->evaluations += at.evaluations;
		if (at.f < top.f) {
			top = at;
			memcpy(best, u, k * sizeof(*u));
		}
		if (!k)
			break;
	}
	m->converged = top.converged;
	return isfinite(top.f) && coefs(m->coef, best, p->o);
}

static void measure(struct pl_arima *m, const struct value *v)
{
	const double n = (double)m->used;
	const double k = (double)pl_arima_coefs(&m->order) +
			 (m->order.constant ? 1 : 0) + 1;

	m->mean = v->mean;
	m->sigma2 = v->ssq / n;
	m->mean_se = m->order.constant ? sqrt(m->sigma2 * v->mean_var) : 0;
	m->loglik = -.5 * (n * (1.837877066409345483560659472811 + 1 +
				pl_log(m->sigma2)) +
			   v->ln_f);
	m->aic = 2 * k - 2 * m->loglik;
	m->aicc = m->aic + 2 * k * (k + 1) / (n - k - 1);
	m->bic = k * pl_log(n) - 2 * m->loglik;
}

enum pl_rc pl_arima_climb(struct pl_arena *a, struct pl_arima *out,
			  const double *y, size_t n,
			  const struct pl_arima_order *order, size_t n_starts,
			  bool with_errors, struct pl_err *e)
{
	struct pl_arima m = { .order = *order, .n = n };
	struct pl_arena *scratch;
	double u[PL_ARIMA_COEF], *w;
	struct problem p;
	struct value v;
	enum pl_rc rc = PL_OK;

	(void)a;
	PL_TRY(check(y, n, order, e));
	scratch = pl_arena_open(0);
	w = PL_NEW_N(scratch, double, n);
	m.used = pl_arima_difference(w, y, n, order);
	p = (struct problem){ order, w, (size_t)m.used,
			      pl_arima_regressor(order) };
	if (!climb(scratch, u, &m, &p, n_starts) || !evaluate(&v, &p, m.coef)) {
		rc = pl_fail(e, PL_EMATH,
			     "ARIMA: no fit is possible (is the differenced "
			     "series constant?)");
	} else {
		measure(&m, &v);
		if (with_errors)
			errors(&m, &p);
		*out = m;
	}
	pl_arena_close(scratch);
	return rc;
}

enum pl_rc pl_arima_fit(struct pl_arena *a, struct pl_arima *out,
			const double *y, size_t n,
			const struct pl_arima_order *order, struct pl_err *e)
{
	return pl_arima_climb(a, out, y, n, order,
			      sizeof(starts) / sizeof(starts[0]), true, e);
}

enum pl_rc pl_arima_measure(struct pl_arena *a, struct pl_arima *m,
			    const double *y, size_t n, struct pl_err *e)
{
	struct pl_arima_order plain = m->order;
	double *w = PL_NEW_N(a, double, n + 1);
	struct problem p = { &plain, w, 0, 0 };
	struct value v;

	PL_TRY(check(y, n, &m->order, e));
	plain.constant = false; /* the mean is not to be found but given */
	p.n = pl_arima_difference(w, y, n, &m->order);
	for (size_t t = 0; t < p.n; t++)
		w[t] -= m->mean * pl_arima_regressor(&m->order);
	if (!evaluate(&v, &p, m->coef))
		return pl_fail(e, PL_EMATH,
			       "ARIMA: no likelihood at these coefficients");
	v.mean = m->mean;
	m->n = n;
	m->used = p.n;
	measure(m, &v);
	m->mean_se = NAN;
	return PL_OK;
}

/* --------------------------------------------------------------- forecasts */

/* 1 - d[1] L - … of the differences */
static size_t differences(double *d, const struct pl_arima_order *o)
{
	size_t n = 0;

	memset(d, 0, (2 * LAGS + 2) * sizeof(*d));
	d[0] = 1; /* as 1 + … in here */
	for (uint64_t k = 0; k < o->d + o->D; k++) {
		const size_t by = k < o->d ? 1 : (size_t)o->s;

		for (size_t i = n + 1; i-- > 0;)
			d[i + by] -= d[i];
		n += by;
	}
	for (size_t i = 1; i <= n; i++)
		d[i] = -d[i];
	return n;
}

static void spread(double *se, size_t h, const struct pl_arima *m,
		   const struct pl_arma *arma, const double *d, size_t lost,
		   struct pl_arena *a)
{
	double *w = PL_NEW_N(a, double, h), *psi = PL_NEW_N(a, double, h);
	double sum = 0;

	for (size_t k = 0; k < h; k++) { /* of the differences, then of y */
		w[k] = !k ? 1 : k <= arma->q ? arma->theta[k] : 0;
		for (size_t i = 1; i <= arma->p && i <= k; i++)
			w[k] += arma->phi[i] * w[k - i];
		psi[k] = w[k];
		for (size_t i = 1; i <= lost && i <= k; i++)
			psi[k] += d[i] * psi[k - i];
		sum += psi[k] * psi[k];
		se[k] = sqrt(m->sigma2 * sum);
	}
}

/* Forecasts from the vector at, of a series that ends before place t. */
static void ahead(double *out, size_t h, const struct pl_arima *m,
		  const struct pl_arma *arma, const double *at, const double *y,
		  size_t t, const double *d, size_t lost)
{
	const double add = m->mean * pl_arima_regressor(&m->order);
	double a[LAGS + 1];

	memcpy(a, at, arma->r * sizeof(double));
	for (size_t k = 0; k < h; k++) {
		out[k] = a[0] + add;
		for (size_t i = 1; i <= lost; i++)
			out[k] += d[i] * (i <= k ? out[k - i] : y[t + k - i]);
		pl_arma_transit(a, arma, a);
	}
}

enum pl_rc pl_arima_ahead(struct pl_arena *a, double *out, double *se, size_t h,
			  const struct pl_arima *m, const double *y,
			  const size_t *origin, size_t origins,
			  struct pl_err *e)
{
	const double add = m->mean * pl_arima_regressor(&m->order);
	double at[LAGS + 1] = { 0 }, d[2 * LAGS + 2], *w;
	const size_t lost = differences(d, &m->order);
	const size_t last = origins ? origin[origins - 1] : 0;
	struct pl_arma_filter f;
	struct pl_arma arma;
	size_t next = 0;

	if (!pl_arma_set(&arma, &m->order, m->coef))
		return pl_fail(e, PL_EMATH, "ARIMA: not stationary");
	if (origins && origin[0] < lost)
		return pl_fail(e, PL_EMATH,
			       "ARIMA: a forecast after %zu points, %zu are "
			       "needed",
			       origin[0], lost);
	w = PL_NEW_N(a, double, last + 1);
	(void)pl_arima_difference(w, y, last, &m->order);
	pl_arma_start(&f, &arma);
	for (size_t t = lost; t <= last; t++) {
		while (next < origins && origin[next] == t)
			ahead(out + h * next++, h, m, &arma, at, y, t, d, lost);
		if (t == last)
			break;
		(void)pl_arma_point(&f, at, w[t - lost] - add);
		pl_arma_turn(&f);
	}
	if (se)
		spread(se, h, m, &arma, d, lost, a);
	return PL_OK;
}
