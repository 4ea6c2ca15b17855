#include "analytics/breaks.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "analytics/fixed_math.h"
#include "analytics/gsl.h"
#include "analytics/moments.h"
#include "analytics/ols.h"

/* P(sup |bridge| > x): Kolmogorov's series. */
static double bridge_tail(double x)
{
	double sum = 0;

	if (x < .3)
		return 1;
	for (int k = 1; k <= 100; k++) {
		const double t = pl_exp(-2. * k * k * x * x);

		sum += k % 2 ? t : -t;
		if (t < 1e-18)
			break;
	}
	return fmin(1, fmax(0, 2 * sum));
}

enum pl_rc pl_cusum(struct pl_cusum *out, const double *y, size_t n,
		    struct pl_err *e)
{
	struct pl_cusum o = { 0 };
	double m, s = 0, top = 0, var = 0, lr;

	PL_TRY(pl_sample_varies(y, 1, n, 10, "CUSUM", e));
	m = pl_mean(y, 1, n);
	for (size_t t = 0; t < n; t++) {
		s += y[t] - m;
		var += (y[t] - m) * (y[t] - m);
		if (fabs(s) > top) {
			top = fabs(s);
			o.at = t + 1;
		}
	}
	o.lags = pl_hac_lags(PL_HAC_NW94, 0, n);
	lr = var;
	for (size_t k = 1; k <= o.lags; k++) {
		double c = 0;

		for (size_t t = k; t < n; t++)
			c += (y[t] - m) * (y[t - k] - m);
		lr += 2 * (1 - (double)k / ((double)o.lags + 1)) * c;
	}
	o.stat = top / sqrt(var / ((double)n - 1) * (double)n);
	o.p = bridge_tail(o.stat);
	o.hac_stat = lr > 0 ? top / sqrt(lr) : NAN;
	o.hac_p = lr > 0 ? bridge_tail(o.hac_stat) : NAN;
	*out = o;
	return PL_OK;
}

enum pl_rc pl_sup_f(double *f, uint64_t *at, const double *y, size_t n,
		    double trim, struct pl_err *e)
{
	const size_t from = (size_t)floor(trim * (double)n);
	double m, all = 0, sum = 0, best = 0;
	size_t place = 0;

	PL_TRY(pl_sample_varies(y, 1, n, 10, "F of a break", e));
	if (!(trim > 0 && trim < .5) || from < 2)
		return pl_fail(e, PL_EMATH, "F of a break: trim %g", trim);
	m = pl_mean(y, 1, n);
	for (size_t t = 0; t < n; t++)
		all += (y[t] - m) * (y[t] - m);
	for (size_t k = 1; k <= n - from; k++) {
		double gain, v;

		sum += y[k - 1] - m;
		if (k < from)
			continue;
		/* what two means save */
		gain = sum * sum / (double)k + sum * sum / (double)(n - k);
		v = gain / ((all - gain) / ((double)n - 2));
		if (v > best) {
			best = v;
			place = k;
		}
	}
	*f = best;
	*at = place;
	return PL_OK;
}

/* Distribution function at x >= 0 of the place of the maximum (Bai 1997, with
 * both sides alike; Yao 1987). */
static double place_cdf(double x)
{
	const double r = sqrt(x);

	return 1 + sqrt(x / 6.283185307179586) * pl_exp(-x / 8) -
	       .5 * (x + 5) * gsl_cdf_ugaussian_P(-r / 2) +
	       (x < 600 ? 1.5 * pl_exp(x) * gsl_cdf_ugaussian_P(-1.5 * r) : 0);
}

double pl_break_reach(double shift, double sd, double level)
{
	const double want = .5 + level / 2;
	double lo = 0, hi = 1;

	if (!(fabs(shift) > 0) || !(sd > 0))
		return sd == 0 ? 0 : INFINITY;
	while (place_cdf(hi) < want && hi < 500)
		hi *= 2;
	for (int i = 0; i < 100; i++) {
		const double mid = (lo + hi) / 2;

		if (place_cdf(mid) < want)
			lo = mid;
		else
			hi = mid;
	}
	return hi * sd * sd / (shift * shift);
}

void pl_step_bounds(double *lo, double *hi, const struct pl_part *before,
		    const struct pl_part *after, double level)
{
	const double nb = (double)before->n - 1, na = (double)after->n - 1;
	const double vb = before->sd * before->sd / nb;
	const double va = after->sd * after->sd / na;
	const double v = vb + va, step = after->mean - before->mean;
	double reach = 0;

	*lo = *hi = NAN;
	if (before->n < 2 || after->n < 2)
		return;
	if (v > 0)
		reach = sqrt(v) *
			gsl_cdf_tdist_Pinv(.5 + level / 2,
					   1 / (vb / v * (vb / v) / nb +
						va / v * (va / v) / na));
	*lo = step - reach;
	*hi = step + reach;
}
