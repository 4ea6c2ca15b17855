/* From prices to returns.  What to do with missing points is the caller's
 * word, never a silent choice; a price that has no logarithm is refused. */
#ifndef PL_ANALYTICS_SERIES_H
#define PL_ANALYTICS_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum pl_returns {
	PL_RET_GIVEN,  /* the values are returns already */
	PL_RET_LOG,    /* ln(p[t] / p[t-1]) */
	PL_RET_SIMPLE, /* p[t] / p[t-1] - 1 */
};
extern const char *const pl_returns_words[]; /* "given", "log", "simple" */

/* A NaN in the input is a missing point. */
enum pl_gap {
	PL_GAP_REFUSE, /* PL_EMATH, naming its place */
	PL_GAP_SKIP,   /* left out; the return spans the gap */
	PL_GAP_BREAK,  /* left out, and no return is taken across the gap */
};
extern const char *const pl_gap_words[]; /* "refuse", "skip", "break" */

struct pl_returns_spec {
	enum pl_returns kind;
	enum pl_gap gap;
	bool percent; /* multiply by 100 */
};

struct pl_returns_count {
	uint64_t n;       /* returns written */
	uint64_t missing; /* input points that were NaN */
	uint64_t breaks;  /* places where no return was taken over a gap */
};

/* Returns of x[0..n): out has room for n, at[] (may be NULL, room for n) gets
 * the index in x of the point at which each return ends.  Infinite values,
 * and prices not greater than zero, are PL_EMATH, naming the place counted
 * from 1; so are fewer than 1 return.  out may not overlap x. */
PL_CHECKED enum pl_rc
pl_series_returns(double *out, size_t *at, struct pl_returns_count *count,
		  const double *x, size_t stride, size_t n,
		  const struct pl_returns_spec *spec, struct pl_err *e);

#endif
