/* Running a command: for main, and for commands made of others (quickstart),
 * which run exactly the lines they print. */
#ifndef PL_CMD_RUN_H
#define PL_CMD_RUN_H

#include <stdio.h>

#include "base/buf.h"
#include "cmd/opt.h"

/* Run a parsed line: settings loaded where it needs them, the result written
 * to `to`.  json, where given, gets each row once more as a line of JSON. */
PL_CHECKED enum pl_rc pl_run_line(struct pl_ctx *c, const struct pl_line *line,
				  FILE *to, struct pl_buf *json,
				  struct pl_err *e);

/* Run another command from inside one.  `words` are what a user would type
 * after "plume", NULL-ended; nothing is inherited from c's own options but
 * --no-color, and its words for people are left out: the caller has its own.
 * to = NULL writes nowhere. */
PL_CHECKED enum pl_rc pl_run_words(struct pl_ctx *c, const char *const *words,
				   FILE *to, struct pl_buf *json,
				   struct pl_err *e);

#endif
