/* The batches that were anchored from here: records/anchors/ beside the
 * records, one file for each chain and root. */
#ifndef PL_CMD_RECORD_ANCHORS_H
#define PL_CMD_RECORD_ANCHORS_H

#include "cmd/ctx.h"
#include "record/anchor.h"

#define PL_MAX_ANCHOR_FILE ((size_t)16 << 20)

/* All of a chain (0: of every), in the order of their names. */
PL_CHECKED enum pl_rc pl_anchors_read(struct pl_ctx *c, struct pl_anchor **out,
				      size_t *n, const char *records,
				      uint64_t chain, struct pl_err *e);

PL_CHECKED enum pl_rc pl_anchors_write(struct pl_ctx *c, const char *records,
				       const struct pl_anchor *x,
				       struct pl_err *e);

/* "98866-<root>.json" */
const char *pl_anchors_name(struct pl_arena *a, const struct pl_anchor *x);

#endif
