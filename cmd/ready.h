/* Commands that answer requests: the row that says where, for which programs
 * wait. */
#ifndef PL_CMD_READY_H
#define PL_CMD_READY_H

#include "cmd/cmd.h"
#include "net/server.h"

/* "http://127.0.0.1:8545"; lives in the run's arena. */
const char *pl_ready_url(struct pl_ctx *c, const struct pl_server *s);

/* Write the row, at once.  Where other machines reach the server, the operator
 * is told what `whoever` can may do. */
PL_CHECKED enum pl_rc pl_ready(struct pl_ctx *c, const struct pl_server *s,
			       const void *row, const char *whoever,
			       struct pl_err *e);

#endif
