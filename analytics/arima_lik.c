/* The likelihood of an ARMA process: autocovariances, and the fast form of the
 * Kalman filter. */
#include <math.h>
#include <string.h>

#include "analytics/arima_int.h"

/* 1 - a[1] L - …, times 1 - b[1] L^s - …: the product's, in the same signs;
 * `sign` 1 for moving averages (1 + …). */
static void multiply(double *out, const double *a, size_t n_a, const double *b,
		     size_t n_b, size_t s, double sign)
{
	for (size_t i = 1; i <= n_a; i++)
		out[i] += a[i - 1];
	for (size_t j = 1; j <= n_b; j++) {
		out[j * s] += b[j - 1];
		for (size_t i = 1; i <= n_a; i++)
			out[i + j * s] += sign * a[i - 1] * b[j - 1];
	}
}

/* x of A x = b by elimination with row exchanges; n x n, both destroyed. */
static bool solve(double *x, double *a, double *b, size_t n)
{
	for (size_t c = 0; c < n; c++) {
		size_t top = c;

		for (size_t i = c + 1; i < n; i++)
			if (fabs(a[i * n + c]) > fabs(a[top * n + c]))
				top = i;
		if (!(fabs(a[top * n + c]) > 1e-14))
			return false;
		for (size_t j = 0; j < n && top != c; j++) {
			const double t = a[c * n + j];

			a[c * n + j] = a[top * n + j];
			a[top * n + j] = t;
		}
		if (top != c) {
			const double t = b[c];

			b[c] = b[top];
			b[top] = t;
		}
		for (size_t i = c + 1; i < n; i++) {
			const double f = a[i * n + c] / a[c * n + c];

			if (f == 0)
				continue;
			for (size_t j = c; j < n; j++)
				a[i * n + j] -= f * a[c * n + j];
			b[i] -= f * b[c];
		}
	}
	for (size_t i = n; i-- > 0;) {
		double v = b[i];

		for (size_t j = i + 1; j < n; j++)
			v -= a[i * n + j] * x[j];
		x[i] = v / a[i * n + i];
	}
	return true;
}

/* g[0..r]: autocovariances with innovations of variance 1 (Brockwell & Davis,
 * Time Series: Theory and Methods, 1991, section 3.3, first method). */
static bool covariances(double *g, const struct pl_arma *m, const double *psi)
{
	const size_t n = m->p + 1;
	double c[LAGS + 2] = { 0 }, *sys;
	struct pl_arena *a;
	bool solved;

	for (size_t k = 0; k <= m->q; k++)
		for (size_t j = k; j <= m->q; j++)
			c[k] += (j ? m->theta[j] : 1) * psi[j - k];
	memset(g, 0, (m->r + 1) * sizeof(*g));
	if (!m->p) {
		memcpy(g, c, (m->q + 1) * sizeof(*g));
		return true;
	}
	a = pl_arena_open(0);
	sys = PL_NEW_N(a, double, n *n);
	for (size_t k = 0; k < n; k++) {
		sys[k * n + k] += 1;
		for (size_t i = 1; i <= m->p; i++)
			sys[k * n + (k > i ? k - i : i - k)] -= m->phi[i];
	}
	{
		double b[LAGS + 2];

		memcpy(b, c, n * sizeof(*b));
		solved = solve(g, sys, b, n);
	}
	pl_arena_close(a);
	for (size_t k = n; k <= m->r; k++) {
		g[k] = k <= m->q ? c[k] : 0;
		for (size_t i = 1; i <= m->p; i++)
			g[k] += m->phi[i] * g[k - i];
	}
	return solved && g[0] > 0 && isfinite(g[0]);
}

bool pl_arma_set(struct pl_arma *m, const struct pl_arima_order *o,
		 const double *coef)
{
	const double *ma = coef + o->p, *sar = ma + o->q, *sma = sar + o->P;
	double psi[LAGS + 2] = { 1 }, g[LAGS + 2];

	memset(m, 0, sizeof(*m));
	m->p = (size_t)(o->p + o->s * o->P);
	m->q = (size_t)(o->q + o->s * o->Q);
	m->r = m->p > m->q + 1 ? m->p : m->q + 1;
	if (m->r > LAGS)
		return false;
	multiply(m->phi, coef, (size_t)o->p, sar, (size_t)o->P, (size_t)o->s,
		 -1);
	multiply(m->theta, ma, (size_t)o->q, sma, (size_t)o->Q, (size_t)o->s,
		 1);
	for (size_t k = 1; k <= m->r; k++) {
		psi[k] = k <= m->q ? m->theta[k] : 0;
		for (size_t i = 1; i <= m->p && i <= k; i++)
			psi[k] += m->phi[i] * psi[k - i];
	}
	if (!covariances(g, m, psi))
		return false;
	for (size_t i = 0; i < m->r; i++) {
		m->lead[i] = 0;
		for (size_t j = i + 1; j <= m->p; j++)
			m->lead[i] += m->phi[j] * g[j - i];
		for (size_t j = i; j <= m->q; j++)
			m->lead[i] += (j ? m->theta[j] : 1) * psi[j - i];
	}
	m->var = g[0];
	return true;
}

void pl_arma_transit(double *out, const struct pl_arma *m, const double *x)
{
	const double x0 = x[0];

	for (size_t i = 0; i < m->r; i++)
		out[i] = m->phi[i + 1] * x0 + (i + 1 < m->r ? x[i + 1] : 0);
}

void pl_arma_start(struct pl_arma_filter *f, const struct pl_arma *m)
{
	f->m = m;
	f->f = m->var;
	pl_arma_transit(f->k, m, m->lead);
	memcpy(f->w, f->k, m->r * sizeof(double));
	f->mm = -1 / f->f;
	f->steady = false;
}

double pl_arma_point(const struct pl_arma_filter *f, double *a, double x)
{
	const double v = x - a[0], gain = v / f->f;

	pl_arma_transit(a, f->m, a);
	for (size_t i = 0; i < f->m->r; i++)
		a[i] += f->k[i] * gain;
	return v;
}

/* What is left to change is below the last place of the variance. */
#define NOTHING 1e-18

void pl_arma_turn(struct pl_arma_filter *f)
{
	const size_t r = f->m->r;
	const double w0 = f->w[0], f_was = f->f;
	double most = 0;

	if (f->steady)
		return;
	f->f += w0 * w0 * f->mm;
	pl_arma_transit(f->w, f->m, f->w);
	for (size_t i = 0; i < r; i++) {
		f->k[i] += f->w[i] * f->mm * w0;
		f->w[i] -= f->k[i] * w0 / f->f;
		most = fmax(most, fabs(f->w[i]));
	}
	f->mm += f->mm * f->mm * w0 * w0 / f_was;
	f->steady = most * most * fabs(f->mm) < NOTHING * f->f;
}
