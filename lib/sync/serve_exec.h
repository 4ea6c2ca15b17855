/* Within sync/serve*.c: what has been proven of the state after the blocks that
 * calls were run on, kept for the next call.  One seat's. */
#ifndef PL_SYNC_SERVE_EXEC_H
#define PL_SYNC_SERVE_EXEC_H

#include "sync/exec.h"

#define SERVE_EXECS 2 /* latest, and one more */

struct serve_execs {
	struct {
		struct pl_exec *x; /* NULL: free */
		uint64_t used;
	} v[SERVE_EXECS];
	uint64_t clock;
};

/* That of a block, made where there is none or the one there is holds too
 * much. */
struct pl_exec *serve_exec(struct serve_execs *all, struct pl_view *view,
			   const struct pl_viewed *at);
void serve_execs_close(struct serve_execs *all);

#endif
