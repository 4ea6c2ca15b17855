#include "analytics/moments.h"

#include <float.h>
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analytics/gsl.h"
#include "analytics/sort.h"

/* Neumaier's compensated sum: *s + *c is the sum. */
static inline void add(double *s, double *c, double x)
{
	const double t = *s + x;

	*c += fabs(*s) >= fabs(x) ? (*s - t) + x : (x - t) + *s;
	*s = t;
}

double pl_sum(const double *x, size_t stride, size_t n)
{
	double s = 0, c = 0;

	for (size_t i = 0; i < n; i++)
		add(&s, &c, x[i * stride]);
	return s + c;
}

double pl_mean(const double *x, size_t stride, size_t n)
{
	return pl_sum(x, stride, n) / (double)n;
}

/* Of values that hardly vary for how far from zero they are, most of what they
 * differ by is the rounding of decimals to doubles: 10000000.2 of NumAcc4 is
 * off by a part in 2e8 of the sample's deviation.  Where every value is the
 * double of k decimals its integer times 10^k is exact, and stands for it: the
 * power of ten, or 1 for samples that vary more than a millionth part, or are
 * no decimals. */
#define NARROW 1e-6
#define DECIMALS 9

static double tens(const double *x, size_t stride, size_t n)
{
	double lo = x[0], hi = x[0], s = 1;

	for (size_t i = 0; i < n; i++) {
		lo = fmin(lo, x[i * stride]);
		hi = fmax(hi, x[i * stride]);
	}
	if (!(hi - lo < NARROW * fmax(fabs(lo), fabs(hi))))
		return 1;
	for (size_t i = 0, k = 0; i < n; i++) {
		const double v = x[i * stride];

		while (floor(v * s + .5) / s != v) {
			if (k++ == DECIMALS)
				return 1;
			s *= 10;
		}
		if (!(fabs(v * s) < 0x1p52))
			return 1;
	}
	return s;
}

static inline double nth(const double *x, size_t i, double s)
{
	return s > 1 ? floor(x[i] * s + .5) : x[i];
}

/* The mean, times s = tens(), as m + d: d is the mean of what rounding m left
 * over. */
static void split_mean(double *m, double *d, const double *x, size_t stride,
		       size_t n, double s)
{
	double sum = 0, c = 0;

	for (size_t i = 0; i < n; i++)
		add(&sum, &c, nth(x, i * stride, s));
	*m = (sum + c) / (double)n;
	sum = c = 0;
	for (size_t i = 0; i < n; i++)
		add(&sum, &c, nth(x, i * stride, s) - *m);
	*d = (sum + c) / (double)n;
}

static void shape(struct pl_moments *o, double m2, double m3, double m4)
{
	const double n = (double)o->n;

	o->skew = m3 / (m2 * sqrt(m2));
	o->kurt = m4 / (m2 * m2) - 3;
	o->skew_adj = n < 3 ? NAN : o->skew * sqrt(n * (n - 1)) / (n - 2);
	o->kurt_adj =
		n < 4 ? NAN
		      : ((n + 1) * o->kurt + 6) * (n - 1) / ((n - 2) * (n - 3));
}

enum pl_rc pl_moments(struct pl_moments *out, const double *x, size_t stride,
		      size_t n, struct pl_err *e)
{
	struct pl_moments o = { .n = n };
	double m = 0, d = 0, s[3] = { 0 }, c[3] = { 0 }, unit;

	PL_TRY(pl_sample_varies(x, stride, n, 2, "moments", e));
	unit = tens(x, stride, n);
	split_mean(&m, &d, x, stride, n, unit);
	o.min = o.max = x[0];
	for (size_t i = 0; i < n; i++) {
		const double v = x[i * stride];
		const double u = (nth(x, i * stride, unit) - m) - d;

		add(&s[0], &c[0], u * u);
		add(&s[1], &c[1], u * u * u);
		add(&s[2], &c[2], u * u * u * u);
		o.min = v < o.min ? v : o.min;
		o.max = v > o.max ? v : o.max;
	}
	for (size_t k = 0; k < 3; k++)
		s[k] = (s[k] + c[k]) / (double)n;
	o.mean = (m + d) / unit;
	o.sd_pop = sqrt(s[0]) / unit;
	o.sd = sqrt(s[0] * ((double)n / ((double)n - 1))) / unit;
	if (!(o.sd_pop > 0) || !isfinite(o.sd) || !isfinite(s[2]))
		return pl_fail(e, PL_EMATH,
			       "moments: values out of range (%g to %g)", o.min,
			       o.max);
	shape(&o, s[0], s[1], s[2]);
	*out = o;
	return PL_OK;
}

enum pl_rc pl_acf(double *r, size_t lags, const double *x, size_t stride,
		  size_t n, struct pl_err *e)
{
	double m = 0, d = 0, c0 = 0, unit;

	PL_TRY(pl_sample_varies(x, stride, n, 2, "autocorrelation", e));
	if (lags >= n)
		return pl_fail(e, PL_EMATH,
			       "autocorrelation: %zu lags need more than %zu "
			       "points",
			       lags, n);
	unit = tens(x, stride, n);
	split_mean(&m, &d, x, stride, n, unit);
	for (size_t k = 0; k <= lags; k++) {
		double s = 0, c = 0;

		for (size_t t = k; t < n; t++)
			add(&s, &c,
			    ((nth(x, t * stride, unit) - m) - d) *
				    ((nth(x, (t - k) * stride, unit) - m) - d));
		if (!k)
			c0 = s + c;
		if (!(c0 > 0) || !isfinite(c0))
			return pl_fail(e, PL_EMATH,
				       "autocorrelation: the "
				       "variance is out of range");
		r[k] = k ? (s + c) / c0 : 1;
	}
	return PL_OK;
}

/* Q needs one autocorrelation at a time: acf in blocks keeps it off the
 * heap. */
enum pl_rc pl_ljung_box(struct pl_test *out, size_t lags, const double *x,
			size_t stride, size_t n, struct pl_err *e)
{
	double r[257], q = 0;

	if (!lags || lags >= sizeof(r) / sizeof(r[0]))
		return pl_fail(e, PL_EMATH,
			       "Ljung-Box: %zu lags, 1 to 256 "
			       "are possible",
			       lags);
	PL_TRY(pl_acf(r, lags, x, stride, n, e));
	for (size_t k = 1; k <= lags; k++)
		q += r[k] * r[k] / ((double)n - (double)k);
	out->stat = q * (double)n * ((double)n + 2);
	out->df = (double)lags;
	out->p = gsl_cdf_chisq_Q(out->stat, out->df);
	return PL_OK;
}

enum pl_rc pl_jarque_bera(struct pl_test *out, const double *x, size_t stride,
			  size_t n, struct pl_err *e)
{
	struct pl_moments m;

	PL_TRY(pl_moments(&m, x, stride, n, e));
	out->stat = (double)n / 6 * (m.skew * m.skew + m.kurt * m.kurt / 4);
	out->df = 2;
	out->p = gsl_cdf_chisq_Q(out->stat, 2);
	return PL_OK;
}

double *pl_sorted(struct pl_arena *a, const double *x, size_t stride, size_t n)
{
	double *s = PL_NEW_N(a, double, n);
	struct pl_arena *tmp = pl_arena_open(0);

	for (size_t i = 0; i < n; i++)
		s[i] = x[i * stride];
	pl_sort(s, PL_NEW_N(tmp, double, n), n);
	pl_arena_close(tmp);
	return s;
}

/* A product like (n-1)p that should be whole may miss it by the rounding of
 * p = 1 - level and of the product itself. */
static double whole(double v)
{
	const double r = round(v);

	return fabs(v - r) <= 8 * DBL_EPSILON * (1 + fabs(v)) ? r : v;
}

/* Position (from 1) and weight of the upper neighbour: Hyndman & Fan (1996),
 * definitions 1-3 are steps, 4-9 linear with m = a + p(1 - a - b). */
static void place(double *j, double *g, double n, double p, int type)
{
	/* clang-format off */
	static const double ab[6][2] = {
		{ 0, 1 }, { .5, .5 }, { 0, 0 }, { 1, 1 },
		{ 1.0 / 3, 1.0 / 3 }, { 3.0 / 8, 3.0 / 8 },
	};
	/* clang-format on */
	double v;

	if (type >= 4) {
		const double a = ab[type - 4][0], b = ab[type - 4][1];

		v = whole(a + p * (n + 1 - a - b));
		*j = floor(v);
		*g = v - *j;
		return;
	}
	v = whole(type == 3 ? n * p - .5 : n * p);
	*j = floor(v);
	if (v > *j)
		*g = 1;
	else if (type == 1)
		*g = 0;
	else if (type == 2)
		*g = .5;
	else
		*g = fmod(*j, 2) != 0;
}

enum pl_rc pl_quantile(double *q, const double *sorted, size_t n, double p,
		       int type, struct pl_err *e)
{
	double j, g, lo, hi;
	const double last = (double)n;

	if (!n)
		return pl_fail(e, PL_EMATH, "quantile: no points");
	if (!(p >= 0 && p <= 1))
		return pl_fail(e, PL_EMATH,
			       "quantile: probability %g is not in 0 to 1", p);
	if (type < 1 || type > 9)
		return pl_fail(e, PL_EMATH, "quantile: type %d is not 1 to 9",
			       type);
	place(&j, &g, last, p, type);
	lo = sorted[(size_t)fmin(fmax(j, 1), last) - 1];
	hi = sorted[(size_t)fmin(fmax(j + 1, 1), last) - 1];
	*q = g <= 0 || lo == hi ? lo : g >= 1 ? hi : (1 - g) * lo + g * hi;
	return PL_OK;
}

/* As quantile .5 of type 7, by selection; the order of s is lost. */
static double median_of(double *s, size_t n)
{
	double lo, hi;

	pl_select_low(s, n, n / 2 + 1);
	hi = s[n / 2];
	if (n % 2)
		return hi;
	lo = s[0];
	for (size_t i = 1; i < n / 2; i++)
		lo = s[i] > lo ? s[i] : lo;
	return lo == hi ? lo : .5 * lo + .5 * hi;
}

enum pl_rc pl_median_mad(double *median, double *mad, const double *x,
			 size_t stride, size_t n, struct pl_err *e)
{
	struct pl_arena *a;
	double *s, m;

	PL_TRY(pl_sample_check(x, stride, n, 1, "median", e));
	a = pl_arena_open(0);
	s = PL_NEW_N(a, double, n);
	for (size_t i = 0; i < n; i++)
		s[i] = x[i * stride];
	m = median_of(s, n);
	for (size_t i = 0; i < n; i++)
		s[i] = fabs(s[i] - m);
	*median = m;
	*mad = 1.4826 * median_of(s, n);
	pl_arena_close(a);
	return PL_OK;
}
