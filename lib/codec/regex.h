/* Regular expressions as JSON Schema writes them: ECMAScript's, by way of
 * PCRE2 (façade, loaded when first used).  Work is bounded: an expression
 * that backtracks without end is PL_ELIMIT, not a long wait. */
#ifndef PL_CODEC_REGEX_H
#define PL_CODEC_REGEX_H

#include "base/arena.h"

struct pl_regex; /* lives in its arena */

/* PL_EFORMAT says what is wrong, and where. */
PL_CHECKED enum pl_rc pl_regex_compile(struct pl_arena *a,
				       struct pl_regex **out,
				       const char *pattern, size_t n,
				       struct pl_err *e);

/* Is there a match anywhere in the n bytes of valid UTF-8? */
PL_CHECKED enum pl_rc pl_regex_find(bool *found, struct pl_regex *re,
				    const char *s, size_t n, struct pl_err *e);

#endif
