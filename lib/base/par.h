/* Independent tasks on several threads.  What a task computes must hang on its
 * number alone, so that results do not know how many threads there were. */
#ifndef PL_BASE_PAR_H
#define PL_BASE_PAR_H

#include <stddef.h>

#define PL_PAR_MAX 64 /* threads */

/* fn(ctx, i) for each i < tasks, in any order, and wait for all of them.
 * threads 0: as many as there are processors.  Where a thread cannot be
 * started the others do its work. */
void pl_par(size_t tasks, unsigned threads, void (*fn)(void *ctx, size_t task),
	    void *ctx);

#endif
