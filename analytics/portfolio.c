#include "analytics/portfolio.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_linalg.h>

#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/risk.h"

#define MIN_ROWS 20

/* ------------------------------------------------------------ covariance */

static void sample(struct pl_pf_cov *c, const double *x)
{
	const size_t n = c->n, k = c->k;

	for (size_t i = 0; i < k; i++)
		c->mean[i] = pl_mean(x + i, k, n);
	for (size_t i = 0; i < k; i++)
		for (size_t j = i; j < k; j++) {
			double s = 0;

			for (size_t t = 0; t < n; t++)
				s += (x[t * k + i] - c->mean[i]) *
				     (x[t * k + j] - c->mean[j]);
			c->sample[i * k + j] = c->sample[j * k + i] =
				s / (double)n;
		}
}

/* Ledoit & Wolf, J. Multivariate Analysis 88 (2004), towards mu I: with
 * d2 = |S - mu I|^2 and b2 = the error of S, at most d2, s = b2 / d2. */
static void shrink(struct pl_pf_cov *c, const double *x)
{
	const size_t n = c->n, k = c->k;
	double mu = 0, d2 = 0, b2 = 0;

	for (size_t i = 0; i < k; i++)
		mu += c->sample[i * k + i] / (double)k;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++) {
			const double s = c->sample[i * k + j];
			const double d = s - (i == j ? mu : 0);
			double q = 0;

			for (size_t t = 0; t < n; t++) {
				const double p =
					(x[t * k + i] - c->mean[i]) *
						(x[t * k + j] - c->mean[j]) -
					s;

				q += p * p;
			}
			d2 += d * d;
			b2 += q / ((double)n * (double)n);
		}
	c->shrinkage = d2 > 0 ? fmin(b2, d2) / d2 : 1;
	for (size_t i = 0; i < k; i++)
		for (size_t j = 0; j < k; j++)
			c->cov[i * k + j] =
				(1 - c->shrinkage) * c->sample[i * k + j] +
				(i == j ? c->shrinkage * mu : 0);
}

enum pl_rc pl_pf_covariance(struct pl_arena *a, struct pl_pf_cov *out,
			    const double *x, size_t n, size_t k,
			    struct pl_err *e)
{
	struct pl_pf_cov c = { .n = n, .k = k };

	if (k < 2 || k > PL_PF_MAX)
		return pl_fail(e, PL_EMATH, "portfolio: 2 to %d series",
			       PL_PF_MAX);
	for (size_t i = 0; i < k; i++)
		PL_TRY(pl_sample_varies(x + i, k, n, MIN_ROWS, "portfolio", e));
	c.mean = PL_NEW_N(a, double, k);
	c.sample = PL_NEW_N(a, double, k *k);
	c.cov = PL_NEW_N(a, double, k *k);
	c.corr = PL_NEW_N(a, double, k *k);
	sample(&c, x);
	for (size_t i = 0; i < k * k; i++)
		c.corr[i] =
			i / k == i % k
				? 1
				: c.sample[i] / sqrt(c.sample[i / k * (k + 1)] *
						     c.sample[i % k * (k + 1)]);
	shrink(&c, x);
	*out = c;
	return PL_OK;
}

/* ------------------------------------------------------------------ risk */

static void times(double *out, const double *m, const double *w, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		out[i] = 0;
		for (size_t j = 0; j < k; j++)
			out[i] += m[i * k + j] * w[j];
	}
}

static double dot(const double *a, const double *b, size_t k)
{
	double s = 0;

	for (size_t i = 0; i < k; i++)
		s += a[i] * b[i];
	return s;
}

enum pl_rc pl_pf_risk(struct pl_arena *a, struct pl_pf_risk *out,
		      const struct pl_pf_cov *c, const double *w, double level,
		      struct pl_err *e)
{
	struct pl_pf_risk r = { .var_part = PL_NEW_N(a, double, c->k),
				.es_part = PL_NEW_N(a, double, c->k) };
	double *m = PL_NEW_N(a, double, c->k), mean = dot(w, c->mean, c->k);
	struct pl_tail unit;

	times(m, c->cov, w, c->k);
	r.sd = sqrt(dot(w, m, c->k));
	if (!(r.sd > 0))
		return pl_fail(e, PL_EMATH, "portfolio: nothing is held");
	PL_TRY(pl_risk_normal(&unit, 0, 1, level, e));
	for (size_t i = 0; i < c->k; i++) {
		const double part = w[i] * m[i] / r.sd;

		r.var_part[i] = unit.var * part - w[i] * c->mean[i];
		r.es_part[i] = unit.es * part - w[i] * c->mean[i];
	}
	r.var = unit.var * r.sd - mean;
	r.es = unit.es * r.sd - mean;
	*out = r;
	return PL_OK;
}

struct ranked {
	double r;
	size_t row;
};

static int ascending(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->r != y->r)
		return x->r < y->r ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

enum pl_rc pl_pf_historical(struct pl_arena *a, struct pl_pf_risk *out,
			    const double *x, size_t n, size_t k,
			    const double *w, double level, struct pl_err *e)
{
	struct pl_pf_risk r = { .var_part = PL_NEW_N(a, double, k),
				.es_part = PL_NEW_N(a, double, k) };
	struct ranked *s = PL_NEW_N(a, struct ranked, n);
	double *p = PL_NEW_N(a, double, n), at, f;
	struct pl_moments m;
	struct pl_tail tail;
	size_t low, days = 0;

	for (size_t t = 0; t < n; t++) {
		p[t] = dot(x + t * k, w, k);
		s[t] = (struct ranked){ p[t], t };
	}
	PL_TRY(pl_moments(&m, p, 1, n, e));
	PL_TRY(pl_risk_historical(a, &tail, p, 1, n, level, 7, e));
	qsort(s, n, sizeof(*s), ascending);
	/* type 7: between the ranks around (n - 1) p */
	at = (double)(n - 1) * (1 - level);
	low = (size_t)at;
	f = at - (double)low;
	while (days < n && s[days].r <= -tail.var)
		days++;
	for (size_t i = 0; i < k; i++) {
		const size_t up = low + 1 < n ? low + 1 : low;

		r.var_part[i] = -w[i] * ((1 - f) * x[s[low].row * k + i] +
					 f * x[s[up].row * k + i]);
		for (size_t d = 0; d < (days ? days : 1); d++)
			r.es_part[i] -= w[i] * x[s[d].row * k + i] /
					(double)(days ? days : 1);
	}
	r.sd = m.sd_pop;
	r.var = tail.var;
	r.es = tail.es;
	*out = r;
	return PL_OK;
}

/* --------------------------------------------------------------- weights */

/* cov restricted to idx[0..m): w of least variance that adds up to 1 */
static enum pl_rc solve(double *w, const double *cov, size_t k,
			const size_t *idx, size_t m, struct pl_err *e)
{
	double buf[PL_PF_MAX * PL_PF_MAX], one[PL_PF_MAX], sum = 0;
	gsl_matrix_view v = gsl_matrix_view_array(buf, m, m);
	gsl_vector_view y = gsl_vector_view_array(one, m);

	for (size_t i = 0; i < m; i++) {
		one[i] = 1;
		for (size_t j = 0; j < m; j++)
			buf[i * m + j] = cov[idx[i] * k + idx[j]];
	}
	PL_TRY(pl_gsl_ok(gsl_linalg_cholesky_decomp1(&v.matrix),
			 "covariance of the portfolio", e));
	PL_TRY(pl_gsl_ok(gsl_linalg_cholesky_svx(&v.matrix, &y.vector),
			 "covariance of the portfolio", e));
	for (size_t i = 0; i < m; i++)
		sum += one[i];
	memset(w, 0, k * sizeof(*w));
	for (size_t i = 0; i < m; i++)
		w[idx[i]] = one[i] / sum;
	return PL_OK;
}

/* Out with the most negative until none is; in again with whom the variance
 * would fall.  The variance falls in each round of both, so it ends. */
static enum pl_rc long_only(double *w, const double *cov, size_t k,
			    struct pl_err *e)
{
	bool in[PL_PF_MAX];
	double m[PL_PF_MAX];

	for (size_t i = 0; i < k; i++)
		in[i] = true;
	for (size_t round = 0; round < 8 * k; round++) {
		size_t idx[PL_PF_MAX], n = 0, worst = k;
		double v;

		for (size_t i = 0; i < k; i++)
			if (in[i])
				idx[n++] = i;
		PL_TRY(solve(w, cov, k, idx, n, e));
		for (size_t i = 0; i < k; i++)
			if (w[i] < 0 && (worst == k || w[i] < w[worst]))
				worst = i;
		if (worst < k) {
			in[worst] = false;
			continue;
		}
		times(m, cov, w, k);
		v = dot(w, m, k);
		for (size_t i = 0; i < k; i++)
			if (!in[i] && m[i] < v * (1 - 1e-12) &&
			    (worst == k || m[i] < m[worst]))
				worst = i;
		if (worst == k)
			return PL_OK;
		in[worst] = true;
	}
	return pl_fail(e, PL_EMATH,
		       "portfolio: no weights of least variance found");
}

enum pl_rc pl_pf_least(double *w, const double *cov, size_t k, bool shorts,
		       struct pl_err *e)
{
	size_t all[PL_PF_MAX];

	if (k < 1 || k > PL_PF_MAX)
		return pl_fail(e, PL_EMATH, "portfolio: 1 to %d series",
			       PL_PF_MAX);
	if (!shorts)
		return long_only(w, cov, k, e);
	for (size_t i = 0; i < k; i++)
		all[i] = i;
	return solve(w, cov, k, all, k, e);
}

/* The minimum of w'Cw/2 - sum ln w / k one weight at a time (Griveau-Billion,
 * Richard & Roncalli 2013); scaled to 1 at the end. */
enum pl_rc pl_pf_parity(double *w, const double *cov, size_t k,
			struct pl_err *e)
{
	const double b = 1 / (double)k;
	double sum = 0;

	if (k < 1 || k > PL_PF_MAX)
		return pl_fail(e, PL_EMATH, "portfolio: 1 to %d series",
			       PL_PF_MAX);
	for (size_t i = 0; i < k; i++)
		w[i] = b / sqrt(cov[i * k + i]);
	for (int round = 0; round < 10000; round++) {
		double moved = 0;

		for (size_t i = 0; i < k; i++) {
			const double v = cov[i * k + i];
			double c = -v * w[i], to;

			for (size_t j = 0; j < k; j++)
				c += cov[i * k + j] * w[j];
			to = (-c + sqrt(c * c + 4 * v * b)) / (2 * v);
			moved = fmax(moved, fabs(to / w[i] - 1));
			w[i] = to;
		}
		if (moved > 1e-14 && round < 9999)
			continue;
		for (size_t i = 0; i < k; i++)
			sum += w[i];
		for (size_t i = 0; i < k; i++)
			w[i] /= sum;
		if (moved < 1e-9 && isfinite(sum))
			return PL_OK;
		break;
	}
	return pl_fail(e, PL_EMATH,
		       "portfolio: no weights of equal risk found");
}
