/* How long the blocks of a bootstrap should be: Politis & White (2004), with
 * the correction of Patton, Politis & White (2009), for the circular one. */
#include <math.h>

#include "analytics/boot.h"
#include "analytics/fixed_math.h"
#include "analytics/moments.h"

#define LN_10 2.302585092994046

/* The flat-top window: 1 up to a half, then down to 0. */
static double window(double t)
{
	t = fabs(t);
	return t <= .5 ? 1 : t < 1 ? 2 * (1 - t) : 0;
}

/* The first lag after which `run` autocorrelations in a row are noise. */
static size_t last_lag(const double *r, size_t most, size_t run, double noise)
{
	size_t quiet = 0;

	for (size_t k = 1; k <= most + run; k++) {
		quiet = fabs(r[k]) < noise ? quiet + 1 : 0;
		if (quiet == run)
			return k - run;
	}
	return most;
}

static double length(struct pl_arena *a, const double *x, size_t n)
{
	const double digits = pl_log((double)n) / LN_10;
	const size_t run = digits > 25 ? (size_t)ceil(sqrt(digits)) : 5;
	const size_t most = (size_t)ceil(sqrt((double)n)) + run;
	double *r = PL_NEW_N(a, double, most + run + 1);
	double g = 0, zero = 1;
	struct pl_err e;
	size_t m;

	if (most + run >= n || pl_acf(r, most + run, x, 1, n, &e))
		return 1;
	m = last_lag(r, most, run, 2 * sqrt(digits / (double)n));
	for (size_t k = 1; k <= 2 * m; k++) {
		const double w = window((double)k / (double)(2 * m)) * r[k];

		if (k > most + run)
			break;
		g += 2 * w * (double)k;
		zero += 2 * w;
	}
	if (!(fabs(zero) > 1e-6))
		return 1;
	return pl_pow(1.5 * (g / zero) * (g / zero) * (double)n, 1. / 3);
}

uint64_t pl_boot_block(const double *x, size_t n)
{
	struct pl_arena *a = pl_arena_open(0);
	const double mean = pl_mean(x, 1, n);
	const double most = fmin(3 * sqrt((double)n), (double)n / 3);
	double *square = PL_NEW_N(a, double, n), b;

	for (size_t i = 0; i < n; i++)
		square[i] = (x[i] - mean) * (x[i] - mean);
	b = fmax(length(a, x, n), length(a, square, n));
	pl_arena_close(a);
	return (uint64_t)fmax(floor(fmin(b, most) + .5), 1);
}
