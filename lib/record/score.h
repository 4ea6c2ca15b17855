/* A score made of whole points per feature: the parts sum to it exactly, in
 * any order and any arithmetic.  Each feature earns its points along a
 * straight ramp, so the smallest change that moves the verdict can be told. */
#ifndef PL_RECORD_SCORE_H
#define PL_RECORD_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* |value| at or below lo earns nothing, at or above hi earns max; between,
 * whole points in proportion, rounded down.  A signed feature gives points of
 * its value's sign.  A value that is not finite earns nothing. */
struct pl_feature {
	const char *name;
	double value, lo, hi;
	int64_t max;
	bool is_signed;
	int64_t points; /* filled by pl_score */
};

/* A verdict holds from `from` points (inclusive) to the next one's. */
struct pl_verdict {
	const char *name;
	int64_t from;
};

/* Fill the points; returns their sum. */
int64_t pl_score(struct pl_feature *f, size_t n);

/* Which verdict a score falls under; v is rising, v[0].from is the least. */
size_t pl_score_verdict(const struct pl_verdict *v, size_t n, int64_t score);

/* The smallest change of one feature, measured in parts of its ramp, after
 * which another verdict holds. */
struct pl_flip {
	const char *feature; /* NULL: no single feature can do it */
	double from, to;
	int64_t score;
	const char *verdict;
};

void pl_score_flip(struct pl_flip *out, const struct pl_feature *f, size_t n,
		   const struct pl_verdict *v, size_t n_verdicts);

#endif
