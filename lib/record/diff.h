/* All that two decision records differ in, told apart by what it means: other
 * data, another model, other parameters, other figures, another verdict. */
#ifndef PL_RECORD_DIFF_H
#define PL_RECORD_DIFF_H

#include "record/record.h"

#define PL_DIFF_MAX 10000 /* places told */

struct pl_change {
	const char *part;      /* "input", "model", "parameters", "verdict",
				* "result" */
	const char *path;      /* "result.slope.value" */
	const char *was, *now; /* JSON; "absent" where there is none */
	const double *change;  /* now - was of numbers; else NULL */
};

struct pl_changes {
	const struct pl_change *v; /* input first, result last */
	size_t n;
	bool cut; /* there are more than PL_DIFF_MAX */
};

PL_CHECKED enum pl_rc pl_record_diff(struct pl_arena *a, struct pl_changes *out,
				     const struct pl_record *was,
				     const struct pl_record *now,
				     struct pl_err *e);

#endif
