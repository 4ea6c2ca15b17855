/* analyze … --watch: the same analysis again and again, a record whenever the
 * data had grown. */
#ifndef PL_CMD_ANALYZE_WATCH_H
#define PL_CMD_ANALYZE_WATCH_H

#include <stdio.h>

#include "cmd/analyze/keep.h"
#include "cmd/opt.h"

/* Where --watch was given on this line: its options, else NULL. */
struct pl_keep_args *pl_watch_of(const struct pl_line *line);

/* Until SIGINT or SIGTERM, which end it with success.  A failure that may
 * pass (a server, a store that is busy, data that are too few as yet) is told
 * and waited out, unless it is the first run's. */
PL_CHECKED enum pl_rc pl_watch(struct pl_ctx *c, const struct pl_line *line,
			       struct pl_keep_args *watch, FILE *to,
			       struct pl_err *e);

#endif
