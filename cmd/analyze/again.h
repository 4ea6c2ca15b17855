/* An analysis done again from its record. */
#ifndef PL_CMD_ANALYZE_AGAIN_H
#define PL_CMD_ANALYZE_AGAIN_H

#include "cmd/cmd.h"
#include "record/record.h"

/* Read the recorded source (or the file `csv`; NULL: the file of the recorded
 * name below the asset repository, here, or where it lay when this user made
 * the record), compute with the recorded parameters, and make the record of
 * that.  PL_ENOTFOUND when the source is gone. */
PL_CHECKED enum pl_rc pl_analyze_again(struct pl_ctx *c, struct pl_record *out,
				       const struct pl_record *was,
				       const char *csv, struct pl_err *e);

#endif
