/* The made-up sales of the quickstart.  Everything after them is real: signed
 * transactions, blocks, logs, models. */
#include <math.h>

#include "cmd/quickstart/story.h"

/* splitmix64: a counter mixed, so that a seed is all there is to know. */
static uint64_t draw(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* Nearly normal: twelve uniforms have variance one. */
static double draw_normal(uint64_t *s)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += (double)(draw(s) >> 11) * 0x1p-53;
	return sum;
}

void pl_story_sales(uint64_t *cents, size_t n)
{
	uint64_t seed = 31337;
	double level = 0, var = 0.008;

	for (size_t i = 0; i < n; i++) {
		double shock = sqrt(var) * draw_normal(&seed);
		double step = 3 * i >= 2 * n ? 0.45 : 0;

		level = 0.3 * level + shock;
		var = 0.0008 + 0.18 * shock * shock + 0.72 * var;
		cents[i] = (uint64_t)(240000 * exp(level + step));
	}
}
