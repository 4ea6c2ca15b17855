#include "analytics/fixed_math.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "analytics/dd.h"
#include "analytics/fixed_tables.h"

static const double ln2_hi = 0x1.62e42fefa3800p-1; /* a multiple of 2^-42 */
static const double ln2_lo = 0x1.ef35793c76730p-45;

static uint64_t bits_of(double x)
{
	uint64_t b;

	memcpy(&b, &x, sizeof(b));
	return b;
}

static double of_bits(uint64_t b)
{
	double x;

	memcpy(&x, &b, sizeof(x));
	return x;
}

/* ------------------------------------------------------------- logarithms */

/* ln(1 + r), |r| <= 2^-7 and a little: r - r^2/2 with its rounding error, the
 * rest of the series in doubles. */
static struct pl_dd log_near_one(struct pl_dd r)
{
	const double x = r.hi, x3 = x * x * x;
	const struct pl_dd sq = pl_dd_two_prod(x, x);
	struct pl_dd s = pl_dd_quick(x, -.5 * sq.hi);
	double q = 1. / 11;

	q = -1. / 10 + x * q;
	q = 1. / 9 + x * q;
	q = -1. / 8 + x * q;
	q = 1. / 7 + x * q;
	q = -1. / 6 + x * q;
	q = 1. / 5 + x * q;
	q = -1. / 4 + x * q;
	q = 1. / 3 + x * q;
	s.lo += x3 * q + (r.lo - (.5 * sq.lo + x * r.lo));
	return s;
}

/* ln(x + lo) for x > 0, finite and normal, |lo| within the last place of x;
 * 2^-66 of the result.  x = 2^k m; m c - 1 is exact by the shortness of c. */
static struct pl_dd log_dd(double x, double lo, int shift)
{
	const uint64_t ix = bits_of(x), t = ix - PL_FM_OFF;
	const int64_t k = ((int64_t)t >> 52) - shift;
	const double *row = pl_fm_log[t >> 45 & 127];
	const uint64_t im = ix - (t & UINT64_C(0xfff) << 52);
	const double m = of_bits(im);
	const double mh = of_bits(im & ~(uint64_t)0x1fffff), ml = m - mh;
	struct pl_dd r = pl_dd_two_sum(mh * row[0] - 1, ml * row[0]), s, sum;

	if (lo != 0)
		r = pl_dd_two_sum(r.hi, r.lo + lo * (m / x) * row[0]);
	s = log_near_one(r);
	sum = pl_dd_two_sum((double)k * ln2_hi + row[1], s.hi);
	sum.lo += s.lo + ((double)k * ln2_lo + row[2]);
	return pl_dd_quick(sum.hi, sum.lo);
}

/* What is no positive normal number: false, and then *out is the answer. */
static bool log_begin(double *out, double *x, int *shift)
{
	*shift = 0;
	if (!(*x > 0)) {
		*out = *x == 0 ? -INFINITY : isnan(*x) ? *x : NAN;
		return false;
	}
	if (isinf(*x)) {
		*out = *x;
		return false;
	}
	if (*x < 0x1p-1022) {
		*x *= 0x1p52;
		*shift = 52;
	}
	return true;
}

double pl_log(double x)
{
	double out;
	int shift;

	return log_begin(&out, &x, &shift) ? log_dd(x, 0, shift).hi : out;
}

static double log_times(double x, double hi, double lo)
{
	double out;
	int shift;

	if (!log_begin(&out, &x, &shift))
		return out;
	return pl_dd_mul(log_dd(x, 0, shift), (struct pl_dd){ hi, lo }).hi;
}

double pl_log2(double x)
{
	return log_times(x, 0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56);
}

double pl_log10(double x)
{
	return log_times(x, 0x1.bcb7b1526e50ep-2, 0x1.95355baaafad3p-57);
}

double pl_log1p(double x)
{
	struct pl_dd s;

	if (!(x > -1))
		return x == -1 ? -INFINITY : isnan(x) ? x : NAN;
	if (fabs(x) < 0x1p-54 || isinf(x))
		return x;
	s = pl_dd_two_sum(1, x);
	return log_dd(s.hi, s.lo, 0).hi;
}

/* ------------------------------------------------------------ exponential */

/* e^(h + l) = 2^e (t + t.hi (r + q)), t = 2^(j/128), |r| <= ln 2 / 256 */
struct expo {
	int e;
	struct pl_dd t;
	double r, q;
};

/* |h| below 800 */
static struct expo exp_parts(double h, double l)
{
	static const double per = 0x1.71547652b82fep+7; /* 128 / ln 2 */
	static const double hi = 0x1.62e42fefc0000p-8;  /* ln 2 / 128 */
	static const double lo = -0x1.c610ca86c3899p-44;
	static const double magic = 0x1.8p52; /* rounds to a whole number */
	const double kd = (h * per + magic) - magic;
	const int64_t k = (int64_t)kd;
	const double *row = pl_fm_exp[k & 127];
	const struct pl_dd r = pl_dd_two_sum(h - kd * hi, l - kd * lo);
	const double x = r.hi;
	double q = 1. / 720;

	q = 1. / 120 + x * q;
	q = 1. / 24 + x * q;
	q = 1. / 6 + x * q;
	q = 1. / 2 + x * q;
	q = r.lo + x * x * q;
	return (struct expo){
		(int)(k - (k & 127)) / 128, { row[0], row[1] }, x, q
	};
}

/* x 2^e, |e| below 1100; one rounding unless the result is subnormal. */
static double scale(double x, int e)
{
	if (e > 1023) {
		x *= 0x1p1023;
		e -= 1023;
	} else if (e < -1021) {
		x *= 0x1p-969; /* 1022 - 53 */
		e += 969;
	}
	return x * of_bits((uint64_t)(e + 1023) << 52);
}

static double exp_dd(double h, double l)
{
	struct expo p;

	if (h > 710)
		return INFINITY;
	if (h < -746)
		return 0;
	p = exp_parts(h, l);
	return scale(p.t.hi + (p.t.lo + p.t.hi * (p.r + p.q)), p.e);
}

double pl_exp(double x)
{
	return isnan(x) ? x : exp_dd(x, 0);
}

double pl_expm1(double x)
{
	struct pl_dd a, b;
	struct expo p;
	double s;

	if (isnan(x) || fabs(x) < 0x1p-54)
		return x;
	if (x > 45)
		return pl_exp(x);
	if (x < -38)
		return -1;
	p = exp_parts(x, 0);
	s = scale(1, p.e);
	a = pl_dd_two_sum(p.t.hi * s, -1);
	b = pl_dd_two_prod(p.t.hi, p.r);
	b.lo += p.t.lo + (p.t.lo * p.r + p.t.hi * p.q);
	b = (struct pl_dd){ b.hi * s, b.lo * s };
	return pl_dd_add(a, pl_dd_quick(b.hi, b.lo)).hi;
}

double pl_tanh(double x)
{
	double m;

	if (isnan(x) || fabs(x) < 0x1p-28)
		return x;
	if (fabs(x) > 22)
		return copysign(1, x);
	m = pl_expm1(2 * fabs(x));
	return copysign(m / (m + 2), x);
}

/* ------------------------------------------------------------------ power */

enum { NOT_WHOLE, ODD, EVEN };

static int parity(double y)
{
	const double h = fabs(y) / 2;

	if (floor(y) != y)
		return NOT_WHOLE;
	return h < 0x1p52 && floor(h) != h ? ODD : EVEN;
}

/* Where x or y is zero, infinite or not a number. */
static double pow_special(double x, double y)
{
	const double a = fabs(x);
	double r;
	bool small;

	if (y == 0 || x == 1)
		return 1;
	if (isnan(x) || isnan(y))
		return NAN;
	if (isinf(y)) {
		if (a == 1)
			return 1;
		return (a > 1) == (y > 0) ? INFINITY : 0;
	}
	small = (a == 0) == (y > 0); /* a is 0 or infinite here */
	r = small ? 0 : INFINITY;
	return parity(y) == ODD ? copysign(r, x) : r;
}

double pl_pow(double x, double y)
{
	double a = fabs(x), sign = 1, ignored, l;
	struct pl_dd g, p;
	int shift;

	if (y == 0 || x == 0 || x == 1 || !isfinite(x) || !isfinite(y))
		return pow_special(x, y);
	if (x < 0) {
		const int is = parity(y);

		if (is == NOT_WHOLE)
			return NAN;
		sign = is == ODD ? -1 : 1;
	}
	if (a == 1)
		return sign;
	(void)log_begin(&ignored, &a, &shift);
	g = log_dd(a, 0, shift);
	l = y * g.hi;
	if (l > 800)
		return sign * INFINITY;
	if (l < -800)
		return sign * 0.;
	if (fabs(l) < 0x1p-60)
		return sign;
	p = pl_dd_two_prod(y, g.hi);
	return sign * exp_dd(p.hi, p.lo + y * g.lo);
}

/* -------------------------------------------------------- gamma and error */

/* SPEC Abramowitz & Stegun 6.1.40, for x >= 16: its first term with its
 * rounding error, the rest in doubles. */
static struct pl_dd stirling(struct pl_dd x)
{
	const struct pl_dd half_ln_2pi = { 0x1.d67f1c864beb5p-1,
					   -0x1.65b5a1b7ff5dfp-55 };
	const struct pl_dd twelve = { 12, 0 };
	const double z = 1 / (x.hi * x.hi);
	struct pl_dd s;
	double q = 1. / 156;

	q = -691. / 360360 + z * q;
	q = 1. / 1188 + z * q;
	q = -1. / 1680 + z * q;
	q = 1. / 1260 + z * q;
	q = -1. / 360 + z * q;
	s = pl_dd_mul(pl_dd_sub(x, pl_dd_of(.5)), log_dd(x.hi, x.lo, 0));
	s = pl_dd_sub(s, x);
	s = pl_dd_add(s, half_ln_2pi);
	s = pl_dd_add(s, pl_dd_div(pl_dd_of(1), pl_dd_mul(twelve, x)));
	return pl_dd_add(s, pl_dd_of(q * z / x.hi));
}

double pl_lgamma(double x)
{
	struct pl_dd p = { 1, 0 }, at = { x, 0 }, s;

	if (!(x > 0))
		return x == 0 ? INFINITY : NAN;
	if (isinf(x) || x > 2.5e305)
		return INFINITY;
	if (x == 1 || x == 2)
		return 0;
	if (x < 0x1p-60)
		return -pl_log(x);
	if (x > 1e17)
		return x * (pl_log(x) - 1);
	while (at.hi < 16) {
		p = pl_dd_mul(p, at);
		at = pl_dd_add(at, pl_dd_of(1));
	}
	s = stirling(at);
	return p.hi == 1 ? s.hi : pl_dd_sub(s, log_dd(p.hi, p.lo, 0)).hi;
}

/* e^(-x^2) times c, in two parts */
static struct pl_dd gauss(double x, struct pl_dd c)
{
	const struct pl_dd sq = pl_dd_two_prod(x, x);
	const struct expo p = exp_parts(-sq.hi, -sq.lo);
	const double s = scale(1, p.e);
	struct pl_dd g = pl_dd_two_prod(p.t.hi, p.r);

	g.lo += p.t.lo * p.r + p.t.hi * p.q;
	g = pl_dd_add(p.t, pl_dd_quick(g.hi, g.lo));
	return pl_dd_mul((struct pl_dd){ g.hi * s, g.lo * s }, c);
}

static const struct pl_dd per_sqrt_pi = { 0x1.20dd750429b6dp-1,
					  0x1.1ae3a914fed80p-57 };

/* SPEC Abramowitz & Stegun 7.1.6: all terms of one sign */
static struct pl_dd erf_series(double x)
{
	const struct pl_dd x2 = pl_dd_two_prod(x, x);
	const struct pl_dd twice = { 2 * x2.hi, 2 * x2.lo };
	struct pl_dd t = { x, 0 }, s = { x, 0 };

	for (double k = 3; t.hi > 0x1p-80 * s.hi; k += 2) {
		t = pl_dd_div(pl_dd_mul(t, twice), pl_dd_of(k));
		s = pl_dd_add(s, t);
	}
	s = (struct pl_dd){ 2 * s.hi, 2 * s.lo };
	return pl_dd_mul(s, gauss(x, per_sqrt_pi));
}

/* SPEC Abramowitz & Stegun 7.1.14, the fraction from its far end, x >= 2.5 */
static double erfc_fraction(double x)
{
	struct pl_dd d;
	double f = x;

	for (double k = 120; k > 1; k--)
		f = x + k / 2 / f;
	/* the last step in two parts: it carries the digits */
	d = pl_dd_div(pl_dd_of(.5), pl_dd_of(f));
	d = pl_dd_add(pl_dd_of(x), d);
	return pl_dd_div(gauss(x, per_sqrt_pi), d).hi;
}

#define ERF_CUT 2.5

double pl_erf(double x)
{
	const double a = fabs(x);
	double r;

	if (isnan(x) || x == 0)
		return x;
	if (a < 0x1p-28) /* x^3/3 is below the last place */
		return pl_dd_mul((struct pl_dd){ 2 * per_sqrt_pi.hi,
						 2 * per_sqrt_pi.lo },
				 pl_dd_of(x))
			.hi;
	if (a > 6)
		return copysign(1, x);
	r = a < ERF_CUT ? erf_series(a).hi : 1 - erfc_fraction(a);
	return copysign(r, x);
}

double pl_erfc(double x)
{
	const double a = fabs(x);

	if (isnan(x))
		return x;
	if (a < 0x1p-54)
		return 1;
	if (x > 27.3)
		return 0;
	if (x < -6)
		return 2;
	if (a >= ERF_CUT)
		return x > 0 ? erfc_fraction(a) : 2 - erfc_fraction(a);
	if (x > 0)
		return pl_dd_sub(pl_dd_of(1), erf_series(a)).hi;
	return pl_dd_add(pl_dd_of(1), erf_series(a)).hi;
}

/* ----------------------------------------------------------- sine, cosine */

/* x less the nearest k pi/2, whose quadrant is returned. */
static int reduce(struct pl_dd *r, double x)
{
	static const double magic = 0x1.8p52;
	static const double part[] = { 0x1.921fb54400000p+0,
				       0x1.0b4611a600000p-34,
				       0x1.3198a2e000000p-69,
				       0x1.b839a252049c1p-104 };
	const double k = (x * 0x1.45f306dc9c883p-1 + magic) - magic;

	*r = pl_dd_two_sum(x - k * part[0], -k * part[1]);
	*r = pl_dd_add(*r, pl_dd_of(-k * part[2]));
	r->lo -= k * part[3];
	return (int)((int64_t)k & 3);
}

/* |r| <= pi/4, Taylor */
static double sin_near(struct pl_dd r)
{
	const double x = r.hi, z = x * x;
	double q = 1. / 355687428096000;

	q = -1. / 1307674368000 + z * q;
	q = 1. / 6227020800 + z * q;
	q = -1. / 39916800 + z * q;
	q = 1. / 362880 + z * q;
	q = -1. / 5040 + z * q;
	q = 1. / 120 + z * q;
	q = -1. / 6 + z * q;
	return x + (x * z * q + r.lo * (1 - .5 * z));
}

static double cos_near(struct pl_dd r)
{
	const double x = r.hi, z = x * x;
	struct pl_dd h;
	double q = 1. / 20922789888000;

	q = -1. / 87178291200 + z * q;
	q = 1. / 479001600 + z * q;
	q = -1. / 3628800 + z * q;
	q = 1. / 40320 + z * q;
	q = -1. / 720 + z * q;
	q = 1. / 24 + z * q;
	h = pl_dd_two_sum(1, -.5 * z);
	return h.hi + (h.lo + (z * z * q - x * r.lo));
}

static double turn(struct pl_dd r, int quadrant)
{
	const double v = quadrant & 1 ? cos_near(r) : sin_near(r);

	return quadrant & 2 ? -v : v;
}

double pl_sin(double x)
{
	struct pl_dd r;
	int k;

	if (!(fabs(x) <= PL_TRIG_MAX))
		return NAN;
	if (fabs(x) < 0x1p-28)
		return x;
	k = reduce(&r, x);
	return turn(r, k);
}

double pl_cos(double x)
{
	struct pl_dd r;
	int k;

	if (!(fabs(x) <= PL_TRIG_MAX))
		return NAN;
	k = reduce(&r, x);
	return turn(r, k + 1);
}
