/* One value of a command's arguments.  Private to cmd/opt.c, which walks the
 * words. */
#ifndef PL_CMD_VALUE_H
#define PL_CMD_VALUE_H

#include "cmd/cmd.h"

/* The text becomes the member of *args that o tells; where o takes many, one
 * more of them.  The error names o and does not quote a secret. */
PL_CHECKED enum pl_rc pl_opt_set(struct pl_ctx *c, void *args,
				 const struct pl_opt *o, const char *s,
				 struct pl_err *e);

/* "--amount", or "AMOUNT" where it stands by its place. */
char *pl_opt_shown(struct pl_arena *a, const struct pl_opt *o);

#endif
