/* An analysis done again from its record. */
#ifndef PL_CMD_ANALYZE_AGAIN_H
#define PL_CMD_ANALYZE_AGAIN_H

#include "cmd/cmd.h"
#include "record/record.h"

struct pl_again {
	/* Read this file; NULL: the file of the recorded name below the asset
	 * repository, here, or where it lay when this user made the record. */
	const char *csv;
	uint64_t threads; /* which no figure hangs on; 0: one a processor */
};

/* Read the recorded source, compute with the recorded parameters, and make the
 * record of that.  `how` may be NULL.  PL_ENOTFOUND when the source is gone. */
PL_CHECKED enum pl_rc pl_analyze_again(struct pl_ctx *c, struct pl_record *out,
				       const struct pl_record *was,
				       const struct pl_again *how,
				       struct pl_err *e);

/* The path of the file `name` (as the record calls its source) that record
 * `was` was made from: in the repository, here, or where it lay; NULL: gone,
 * or no file of the file system.  `option`: by which one it was given, where
 * that was not --csv; else NULL. */
const char *pl_analyze_file(struct pl_ctx *c, const char *name,
			    const char *option, const struct pl_record *was);

/* Where the analysis of record `was` takes its series from, as above. */
struct pl_input_args;
PL_CHECKED enum pl_rc pl_analyze_source(struct pl_ctx *c,
					struct pl_input_args *in,
					const struct pl_record *was,
					const char *csv, struct pl_err *e);

#endif
