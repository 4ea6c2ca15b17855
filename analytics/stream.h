/* Random numbers for the bootstrap: SplitMix64 (Steele, Lea & Flood, OOPSLA
 * 2014), one stream for each replicate, begun from the recorded seed and the
 * replicate's number.  Whole numbers only, so the same on every machine and
 * with any number of threads. */
#ifndef PL_ANALYTICS_STREAM_H
#define PL_ANALYTICS_STREAM_H

#include <stdint.h>

struct pl_stream {
	uint64_t s;
};

static inline uint64_t pl_stream_next(struct pl_stream *r)
{
	uint64_t z = r->s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static inline struct pl_stream pl_stream_of(uint64_t seed, uint64_t number)
{
	struct pl_stream r = { seed };

	r.s = pl_stream_next(&r) + number;
	r.s = pl_stream_next(&r);
	return r;
}

/* Each of 0..n-1 as likely as any other (Lemire's rejection, ACM TOMACS 29,
 * 2019); n > 0. */
static inline uint32_t pl_stream_below(struct pl_stream *r, uint32_t n)
{
	const uint32_t least = (0 - n) % n;
	uint64_t m;

	do
		m = (pl_stream_next(r) >> 32) * n;
	while ((uint32_t)m < least);
	return (uint32_t)(m >> 32);
}

#endif
