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
/* Prices of in->token, where pl_input_priced. */
PL_CHECKED enum pl_rc pl_input_price(struct pl_ctx *c,
				     struct pl_input_series *out,
				     const struct pl_input_args *in,
				     struct pl_err *e);

/* What both of them need. */
const char *pl_input_bar(const struct pl_input_args *in);
PL_CHECKED enum pl_rc pl_input_chain(struct pl_ctx *c, uint64_t *out,
				     const struct pl_input_args *in,
				     struct pl_err *e);
struct pl_block_at;
struct pl_input_block pl_input_block_of(struct pl_arena *a,
					const struct pl_block_at *b);

#endif
