/* Random numbers for simulations that replay: xoshiro256++ (Blackman & Vigna
 * 2021), one stream for each (seed, number of a block of work), its state made
 * by SplitMix64.  A block's numbers never hang on another's, so the number of
 * threads cannot be seen in a result.  Normals by a ziggurat of 256 layers
 * (Marsaglia & Tsang 2000; Doornik 2005: fresh bits for layer and place). */
#ifndef PL_ANALYTICS_RNG_H
#define PL_ANALYTICS_RNG_H

#include <stddef.h>
#include <stdint.h>

struct pl_rng {
	uint64_t s[4];
};

void pl_rng_stream(struct pl_rng *r, uint64_t seed, uint64_t stream);

static inline uint64_t pl_rng_u64(struct pl_rng *r)
{
	uint64_t *s = r->s, sum = s[0] + s[3], t = s[1] << 17;
	const uint64_t out = ((sum << 23) | (sum >> 41)) + s[0];

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = (s[3] << 45) | (s[3] >> 19);
	return out;
}

/* In (0, 1), never an end. */
static inline double pl_rng_u01(struct pl_rng *r)
{
	return ((double)(pl_rng_u64(r) >> 12) + .5) * 0x1p-52;
}

/* 0..n-1 for n < 2^32, by the high half of a product: the bias is below
 * n / 2^32. */
static inline size_t pl_rng_below(struct pl_rng *r, size_t n)
{
	return (size_t)(((pl_rng_u64(r) >> 32) * (uint64_t)n) >> 32);
}

#define PL_ZIG 256
/* Tables, made once for a simulation. */
struct pl_zig {
	double x[PL_ZIG + 1]; /* right edges, x[0] the base's */
	double f[PL_ZIG + 1]; /* exp(-x^2/2) */
};
void pl_zig_init(struct pl_zig *z);
double pl_zig_slow(struct pl_rng *r, const struct pl_zig *z, size_t layer,
		   double u);

static inline double pl_rng_normal(struct pl_rng *r, const struct pl_zig *z)
{
	const uint64_t b = pl_rng_u64(r);
	const size_t layer = b & (PL_ZIG - 1);
	const double u = (double)((int64_t)b >> 11) * 0x1p-52; /* [-1, 1) */
	const double x = u * z->x[layer];

	if ((x < 0 ? -x : x) < z->x[layer + 1])
		return x;
	return pl_zig_slow(r, z, layer, u);
}

/* Gamma(shape >= .5, scale 1) (Marsaglia & Tsang 2000), and a Student t of
 * variance 1, nu > 2. */
double pl_rng_gamma(struct pl_rng *r, const struct pl_zig *z, double shape);
double pl_rng_t(struct pl_rng *r, const struct pl_zig *z, double nu);

#endif
