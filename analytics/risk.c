#include "analytics/risk.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort_double.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"

const char *const pl_light_words[] = { "green", "yellow", "red", NULL };

static enum pl_rc level_ok(double level, struct pl_err *e)
{
	if (level > .5 && level < 1)
		return PL_OK;
	return pl_fail(e, PL_EMATH, "level %g is not between 0.5 and 1", level);
}

/* A tail of 1 - level must hold at least one point.  The product is held
 * against 1 with the rounding of 1 - level in mind. */
static enum pl_rc tail_ok(double level, size_t n, struct pl_err *e)
{
	PL_TRY(level_ok(level, e));
	if ((double)n * (1 - level) > 1 - 1e-9)
		return PL_OK;
	return pl_fail(e, PL_EMATH,
		       "%zu returns are too few for the level %g, %.0f are "
		       "needed",
		       n, level, ceil(1 / (1 - level) - 1e-6));
}

/* Mean of the values at or below q, of ascending s. */
static double mean_below(const double *s, size_t n, double q)
{
	size_t k = 0;

	while (k < n && s[k] <= q)
		k++;
	/* every definition's quantile is at or above the first point */
	return pl_mean(s, 1, k ? k : 1);
}

enum pl_rc pl_risk_historical(struct pl_arena *a, struct pl_tail *out,
			      const double *x, size_t stride, size_t n,
			      double level, int type, struct pl_err *e)
{
	double *s, q;

	PL_TRY(tail_ok(level, n, e));
	PL_TRY(pl_sample_varies(x, stride, n, 2, "value at risk", e));
	s = pl_sorted(a, x, stride, n);
	PL_TRY(pl_quantile(&q, s, n, 1 - level, type ? type : PL_QUANTILE_TYPE,
			   e));
	*out = (struct pl_tail){ level, -q, -mean_below(s, n, q) };
	return PL_OK;
}

/* The least k with P(Binomial(n, p) <= k) >= q. */
static size_t binomial_quantile(size_t n, double p, double q)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		const size_t mid = lo + (hi - lo) / 2;

		if (gsl_cdf_binomial_P((unsigned)mid, p, (unsigned)n) >= q)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* With k returns below the quantile it lies in [s[k-1], s[k]]: k is below
 * `low` and above `high` with half each at most.  `worth` returns make one
 * independent one. */
static enum pl_rc by_rank(struct pl_arena *a, struct pl_var_interval *out,
			  const double *x, size_t stride, size_t n,
			  double level, double confidence, double worth,
			  struct pl_err *e)
{
	const double half = (1 - confidence) / 2;
	const size_t m = (size_t)((double)n / worth);
	const double *s;
	size_t low, high;

	if (!(confidence > 0 && confidence < 1))
		return pl_fail(e, PL_EMATH, "value at risk: confidence %g",
			       confidence);
	s = pl_sorted(a, x, stride, n);
	low = binomial_quantile(m, 1 - level, half);
	high = binomial_quantile(m, 1 - level, 1 - half);
	low = (size_t)floor((double)low * worth);
	high = (size_t)ceil((double)high * worth);
	out->hi = low ? -s[low - 1] : NAN;
	out->lo = -s[high < n ? high : n - 1];
	return PL_OK;
}

enum pl_rc pl_risk_var_interval(struct pl_arena *a, struct pl_var_interval *out,
				const double *x, size_t stride, size_t n,
				double level, double confidence,
				struct pl_err *e)
{
	PL_TRY(tail_ok(level, n, e));
	PL_TRY(pl_sample_varies(x, stride, n, 2, "value at risk", e));
	return by_rank(a, out, x, stride, n, level, confidence, 1, e);
}

/* Long-run variance of the times x <= q over that of independent ones. */
static double worth_of(const double *x, size_t stride, size_t n, double q)
{
	const size_t lags = (size_t)(4 * pl_pow((double)n / 100, 2. / 9));
	double p = 0, g0 = 0, sum;

	for (size_t t = 0; t < n; t++)
		p += x[t * stride] <= q;
	p /= (double)n;
	g0 = p * (1 - p) * (double)n;
	sum = g0;
	for (size_t k = 1; k <= lags && k < n; k++) {
		double g = 0;

		for (size_t t = k; t < n; t++)
			g += ((x[t * stride] <= q) - p) *
			     ((x[(t - k) * stride] <= q) - p);
		sum += 2 * (1 - (double)k / (double)(lags + 1)) * g;
	}
	return g0 > 0 && sum > g0 ? sum / g0 : 1;
}

enum pl_rc pl_risk_var_bounds(struct pl_arena *a, struct pl_var_interval *out,
			      const double *x, size_t stride, size_t n,
			      double level, double confidence, struct pl_err *e)
{
	struct pl_tail t;

	PL_TRY(pl_risk_historical(a, &t, x, stride, n, level, 0, e));
	return by_rank(a, out, x, stride, n, level, confidence,
		       worth_of(x, stride, n, -t.var), e);
}

enum pl_rc pl_risk_normal(struct pl_tail *out, double m, double sd,
			  double level, struct pl_err *e)
{
	double z;

	PL_TRY(level_ok(level, e));
	if (!isfinite(m) || !isfinite(sd) || !(sd > 0))
		return pl_fail(e, PL_EMATH,
			       "value at risk: mean %g, deviation %g", m, sd);
	z = gsl_cdf_ugaussian_Qinv(1 - level);
	*out = (struct pl_tail){ level, z * sd - m,
				 sd * gsl_ran_ugaussian_pdf(z) / (1 - level) -
					 m };
	return PL_OK;
}

/* The expansion as a polynomial of the normal quantile q:
 * c[0] + c[1] q + c[2] q^2 + c[3] q^3. */
static void cf_poly(double c[4], double s, double k)
{
	c[0] = -s / 6;
	c[1] = 1 - k / 8 + 5 * s * s / 36;
	c[2] = s / 6;
	c[3] = k / 24 - s * s / 18;
}

/* A quantile function rises everywhere: its derivative, a parabola, has no
 * root (or none but touching). */
static bool cf_valid(const double c[4])
{
	const double disc = 4 * c[2] * c[2] - 12 * c[1] * c[3];

	return c[3] > 0 ? disc <= 0 : c[3] == 0 && c[2] == 0 && c[1] > 0;
}

enum pl_rc pl_risk_cornish_fisher(struct pl_cf *out, const double *x,
				  size_t stride, size_t n, double level,
				  struct pl_err *e)
{
	const double p = 1 - level;
	struct pl_moments m;
	double c[4], q, f, mean;

	PL_TRY(tail_ok(level, n, e));
	PL_TRY(pl_moments(&m, x, stride, n, e));
	cf_poly(c, m.skew, m.kurt);
	q = gsl_cdf_ugaussian_Pinv(p);
	f = gsl_ran_ugaussian_pdf(q);
	out->skew = m.skew;
	out->kurt = m.kurt;
	out->z = c[0] + q * (c[1] + q * (c[2] + q * c[3]));
	out->valid = cf_valid(c);
	/* integrals of Z^k over Z < q: -f, p - q f, -(q^2 + 2) f */
	mean = c[0] -
	       (c[1] * f - c[2] * (p - q * f) + c[3] * (q * q + 2) * f) / p;
	out->tail = (struct pl_tail){ level, -(m.mean + m.sd_pop * out->z),
				      -(m.mean + m.sd_pop * mean) };
	return PL_OK;
}

static double population_variance(const double *x, size_t stride, size_t n)
{
	const double m = pl_mean(x, stride, n);
	double s = 0;

	for (size_t i = 0; i < n; i++)
		s += (x[i * stride] - m) * (x[i * stride] - m);
	return s / (double)n;
}

enum pl_rc pl_risk_ewma(struct pl_ewma *out, double *h, const double *x,
			size_t stride, size_t n,
			const struct pl_ewma_spec *spec, struct pl_err *e)
{
	struct pl_ewma o = { .lambda = .94, .warm = 30 };
	double v;

	PL_TRY(pl_sample_varies(x, stride, n, 2, "EWMA", e));
	if (spec && spec->lambda != 0)
		o.lambda = spec->lambda;
	if (spec && spec->warm)
		o.warm = spec->warm;
	if (!(o.lambda > 0 && o.lambda < 1))
		return pl_fail(e, PL_EMATH,
			       "EWMA: lambda %g is not between 0 and 1",
			       o.lambda);
	if (o.warm > n)
		o.warm = n;
	o.h0 = population_variance(x, stride, (size_t)o.warm);
	v = o.h0;
	for (size_t t = 0; t < n; t++) {
		const double r = x[t * stride];

		if (h)
			h[t] = v;
		v = o.lambda * v + (1 - o.lambda) * (r * r);
	}
	if (h)
		h[n] = v;
	if (!isfinite(v) || !(v > 0))
		return pl_fail(e, PL_EMATH, "EWMA: values out of range");
	o.sigma = sqrt(v);
	*out = o;
	return PL_OK;
}

/* log wealth after a return; -inf at ruin */
static double log_step(double r, enum pl_returns kind, bool percent)
{
	const double u = percent ? r / 100 : r;

	if (kind == PL_RET_LOG)
		return u;
	return u > -1 ? pl_log1p(u) : -INFINITY;
}

static void recover(struct pl_drawdown *d, const double *w, size_t n)
{
	size_t t = (size_t)d->trough;

	while (t <= n && w[t] < w[d->peak])
		t++;
	d->open = t > n;
	d->recovered = d->open ? 0 : t;
	d->length = (d->open ? n : t) - d->peak;
	d->fall = d->trough - d->peak;
}

enum pl_rc pl_risk_drawdown(struct pl_drawdown *out, const double *x,
			    size_t stride, size_t n, enum pl_returns kind,
			    bool percent, struct pl_err *e)
{
	struct pl_drawdown d = { .depth = 0 };
	double worst = 0, s = 0, c = 0, *w;
	struct pl_arena *a;
	size_t peak = 0;

	PL_TRY(pl_sample_check(x, stride, n, 1, "drawdown", e));
	a = pl_arena_open(0);
	w = PL_NEW_N(a, double, n + 1); /* log of wealth; 0 at the start */
	for (size_t t = 1; t <= n; t++) {
		const double r = log_step(x[(t - 1) * stride], kind, percent);
		const double sum = s + r;

		if (isinf(r) || isinf(s)) {
			s = -INFINITY; /* ruin is for ever */
			c = 0;
		} else {
			c += fabs(s) >= fabs(r) ? (s - sum) + r : (r - sum) + s;
			s = sum;
		}
		w[t] = s + c;
		d.ruined |= isinf(r);
		if (w[t] > w[peak])
			peak = t;
		if (w[t] - w[peak] < worst) {
			worst = w[t] - w[peak];
			d.peak = peak;
			d.trough = t;
		}
	}
	d.depth = -pl_expm1(worst);
	if (worst < 0)
		recover(&d, w, n);
	pl_arena_close(a);
	*out = d;
	return PL_OK;
}

/* k ln(p), 0 ln 0 = 0 */
static double klnp(uint64_t k, double p)
{
	return k ? (double)k * pl_log(p) : 0;
}

static double ratio(uint64_t a, uint64_t b)
{
	return a + b ? (double)a / (double)(a + b) : 0;
}

/* Likelihood ratio against rounding below zero. */
static double lr(double null, double alt)
{
	return fmax(0, -2 * (null - alt));
}

enum pl_rc pl_risk_backtest(struct pl_backtest *out, const bool *hit, size_t n,
			    double level, struct pl_err *e)
{
	struct pl_backtest o = { .n = n, .level = level };
	const double p = 1 - level;
	double p01, p11, p1, rate;

	PL_TRY(level_ok(level, e));
	if (n < 2)
		return pl_fail(e, PL_EMATH,
			       "backtest: %zu days are too few, 2 are needed",
			       n);
	for (size_t t = 0; t < n; t++) {
		o.hits += hit[t];
		if (!t)
			continue;
		o.n11 += hit[t - 1] && hit[t];
		o.n10 += hit[t - 1] && !hit[t];
		o.n01 += !hit[t - 1] && hit[t];
		o.n00 += !hit[t - 1] && !hit[t];
	}
	o.expected = (double)n * p;
	rate = (double)o.hits / (double)n;
	o.lr_uc = lr(klnp(n - o.hits, 1 - p) + klnp(o.hits, p),
		     klnp(n - o.hits, 1 - rate) + klnp(o.hits, rate));
	p01 = ratio(o.n01, o.n00);
	p11 = ratio(o.n11, o.n10);
	p1 = ratio(o.n01 + o.n11, o.n00 + o.n10);
	o.lr_ind = lr(klnp(o.n00 + o.n10, 1 - p1) + klnp(o.n01 + o.n11, p1),
		      klnp(o.n00, 1 - p01) + klnp(o.n01, p01) +
			      klnp(o.n10, 1 - p11) + klnp(o.n11, p11));
	o.lr_cc = o.lr_uc + o.lr_ind;
	o.p_uc = gsl_cdf_chisq_Q(o.lr_uc, 1);
	o.p_ind = gsl_cdf_chisq_Q(o.lr_ind, 1);
	o.p_cc = gsl_cdf_chisq_Q(o.lr_cc, 2);
	o.binom = gsl_cdf_binomial_P((unsigned)o.hits, p, (unsigned)n);
	o.light = o.binom < .95     ? PL_GREEN
		  : o.binom < .9999 ? PL_YELLOW
				    : PL_RED;
	*out = o;
	return PL_OK;
}

/* First place of v in ascending w, or where it would stand. */
static size_t place(const double *w, size_t n, double v)
{
	size_t lo = 0;

	while (n) {
		const size_t half = n / 2;

		if (w[lo + half] < v) {
			lo += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return lo;
}

enum pl_rc pl_risk_rolling(struct pl_arena *a, double *var, const double *x,
			   size_t stride, size_t n, size_t window, double level,
			   int type, struct pl_err *e)
{
	double *w;

	PL_TRY(tail_ok(level, window, e));
	PL_TRY(pl_sample_check(x, stride, n, window + 1, "rolling window", e));
	w = pl_sorted(a, x, stride, window);
	for (size_t t = window; t < n; t++) {
		const double old = x[(t - window) * stride];
		const double new = x[t * stride];
		size_t from = place(w, window, old), to;
		double q;

		PL_TRY(pl_quantile(&q, w, window, 1 - level,
				   type ? type : PL_QUANTILE_TYPE, e));
		var[t - window] = -q;
		/* take `old` out and slide what lies between to make room */
		to = place(w, window, new);
		if (to > from) {
			to--;
			memmove(w + from, w + from + 1,
				(to - from) * sizeof(*w));
		} else {
			memmove(w + to + 1, w + to, (from - to) * sizeof(*w));
		}
		w[to] = new;
	}
	return PL_OK;
}
