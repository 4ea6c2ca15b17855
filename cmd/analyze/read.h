/* Between the two sources of pl_input_read: not for others. */
#ifndef PL_CMD_ANALYZE_READ_H
#define PL_CMD_ANALYZE_READ_H

#include <inttypes.h>

#include "cmd/analyze/input.h"

/* Fill everything but about.n, first, last, series_sha256, missing_rule. */
PL_CHECKED enum pl_rc pl_input_csv(struct pl_arena *a,
				   struct pl_input_series *out,
				   const struct pl_input_args *in,
				   bool equal_times, struct pl_err *e);
PL_CHECKED enum pl_rc pl_input_index(struct pl_ctx *c,
				     struct pl_input_series *out,
				     const struct pl_input_args *in,
				     struct pl_err *e);

#endif
