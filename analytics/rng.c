#include "analytics/rng.h"

#include <stdbool.h>

#include <math.h>

#include "analytics/fixed_math.h"

static uint64_t splitmix(uint64_t *s)
{
	uint64_t z = (*s += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

void pl_rng_stream(struct pl_rng *r, uint64_t seed, uint64_t stream)
{
	uint64_t a = seed, b = stream ^ 0x6a09e667f3bcc909;
	const uint64_t ka = splitmix(&a), kb = splitmix(&b);
	uint64_t s = ka ^ ((kb << 29) | (kb >> 35));

	for (int i = 0; i < 4; i++)
		r->s[i] = splitmix(&s);
}

/* Where the base ends, and the area of each layer, for 256 of them. */
static const double zig_r = 3.6541528853610088;
static const double zig_v = 0.00492867323399;

void pl_zig_init(struct pl_zig *z)
{
	double f = pl_exp(-.5 * zig_r * zig_r);

	z->x[0] = zig_v / f;
	z->f[0] = 0; /* never asked for: the base has a tail instead */
	z->x[1] = zig_r;
	z->f[1] = f;
	for (size_t i = 2; i < PL_ZIG; i++) {
		f += zig_v / z->x[i - 1];
		z->x[i] = sqrt(-2 * pl_log(f));
		z->f[i] = f;
	}
	z->x[PL_ZIG] = 0;
	z->f[PL_ZIG] = 1;
}

static double tail(struct pl_rng *r, bool negative)
{
	double x, y;

	do {
		x = -pl_log(pl_rng_u01(r)) / zig_r;
		y = -pl_log(pl_rng_u01(r));
	} while (y + y < x * x);
	return negative ? -(zig_r + x) : zig_r + x;
}

double pl_zig_slow(struct pl_rng *r, const struct pl_zig *z, size_t layer,
		   double u)
{
	for (;;) {
		const double x = u * z->x[layer];
		uint64_t b;

		if (fabs(x) < z->x[layer + 1])
			return x;
		if (!layer)
			return tail(r, u < 0);
		if (z->f[layer] +
			    pl_rng_u01(r) * (z->f[layer + 1] - z->f[layer]) <
		    pl_exp(-.5 * x * x))
			return x;
		b = pl_rng_u64(r);
		layer = b & (PL_ZIG - 1);
		u = (double)((int64_t)b >> 11) * 0x1p-52;
	}
}

double pl_rng_gamma(struct pl_rng *r, const struct pl_zig *z, double shape)
{
	const double d = shape - 1. / 3, c = 1 / sqrt(9 * d);

	for (;;) {
		const double x = pl_rng_normal(r, z), t = 1 + c * x;
		const double v = t * t * t, u = pl_rng_u01(r);

		if (!(t > 0))
			continue;
		if (u < 1 - .0331 * (x * x) * (x * x))
			return d * v;
		if (pl_log(u) < .5 * x * x + d * (1 - v + pl_log(v)))
			return d * v;
	}
}

double pl_rng_t(struct pl_rng *r, const struct pl_zig *z, double nu)
{
	const double n = pl_rng_normal(r, z);

	return n * sqrt(.5 * (nu - 2) / pl_rng_gamma(r, z, .5 * nu));
}
