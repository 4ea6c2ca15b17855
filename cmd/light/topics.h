/* Topics of logs as a person writes them. */
#ifndef PL_CMD_LIGHT_TOPICS_H
#define PL_CMD_LIGHT_TOPICS_H

#include "cmd/cmd.h"
#include "sync/view.h"

/* Each word is one position: 32 bytes, an address, an event's signature,
 * several of them with commas between, or "any".  PL_EUSAGE otherwise.  Fills
 * the topics of *f. */
PL_CHECKED enum pl_rc pl_topics_parse(struct pl_arena *a,
				      struct pl_log_filter *f,
				      const struct pl_strs *words,
				      struct pl_err *e);

#endif
