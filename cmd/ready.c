#include "cmd/ready.h"

#include <stdio.h>

const char *pl_ready_url(struct pl_ctx *c, const struct pl_server *s)
{
	return pl_printf(c->arena, "http://%s", pl_server_address(s));
}

enum pl_rc pl_ready(struct pl_ctx *c, const struct pl_server *s,
		    const void *row, const char *whoever, struct pl_err *e)
{
	PL_TRY(pl_out_row(c->out, row, e));
	/* who waits for it waits in vain while it lies in a buffer */
	if (fflush(pl_out_file(c->out)))
		return pl_fail(e, PL_EIO, "cannot write to standard output");
	if (!pl_server_is_local(s))
		pl_say(c,
		       "%s can be reached from other machines: whoever can, "
		       "may %s",
		       pl_ready_url(c, s), whoever);
	return PL_OK;
}
