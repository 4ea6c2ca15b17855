/* Returns out of a series, for the analyses that need nothing else of it. */
#ifndef PL_CMD_ANALYZE_RETURNS_H
#define PL_CMD_ANALYZE_RETURNS_H

#include "cmd/analyze/input.h"
#include "cmd/analyze/keep.h"

struct pl_returns_args {
	int kind; /* enum pl_returns */
	bool losses;
};

/* Lines of a command's option table; `t` has the above as its member `ret`. */
/* clang-format off */
#define PL_RETURNS_OPTS(t)                                                     \
	{ "returns", 0, PL_ENUM, PL_AT(t, ret.kind, int), "KIND",              \
	  "the values are returns (given), or prices: take log or simple "     \
	  "returns", 0, pl_returns_words, "log" },                             \
	{ "losses", 0, PL_FLAG, PL_AT(t, ret.losses, bool), 0,                 \
	  "given values are losses: positive is bad" }
/* clang-format on */

struct pl_returns_series {
	struct pl_input_series s;
	double *x;
	size_t *at; /* the point at which each ends */
	size_t n;
};

/* Read and take returns; flags what was left out.  Prices that are not
 * greater than 0 are refused by their place. */
PL_CHECKED enum pl_rc pl_returns_read(struct pl_ctx *c,
				      struct pl_returns_series *out,
				      const struct pl_input_args *in,
				      const struct pl_returns_args *args,
				      struct pl_flags *flags, struct pl_err *e);

/* From a record's parameters: "returns" and "losses". */
PL_CHECKED enum pl_rc pl_returns_args_of(struct pl_returns_args *out,
					 const struct pl_json *parameters,
					 struct pl_err *e);

#endif
