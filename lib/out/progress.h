/* How far long work has come: count, rate and time left, on one line of a
 * terminal's stderr that is redrawn at most ten times a second. */
#ifndef PL_OUT_PROGRESS_H
#define PL_OUT_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"

struct pl_progress;

/* `to` NULL: silent, whatever is called.  `what` names the things counted
 * ("blocks").  total 0: not known. */
struct pl_progress *pl_progress_new(struct pl_arena *a, FILE *to,
				    const char *what, uint64_t total);
void pl_progress_total(struct pl_progress *p, uint64_t total);
void pl_progress_at(struct pl_progress *p, uint64_t done);

/* Wipe the line; nothing of the meter stays on the screen. */
void pl_progress_end(struct pl_progress *p);

#endif
