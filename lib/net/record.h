/* A transport that writes down what another one is asked and answers: one JSON
 * line for each call, {"chain":N,"method":…,"params":[…],"result":…}, as
 * replay.h reads them.  Calls that failed are left out, and a call that was
 * answered the same before. */
#ifndef PL_NET_RECORD_H
#define PL_NET_RECORD_H

#include "base/buf.h"
#include "net/transport.h"

/* Lives in the arena; closing it closes `inner`.  Lines are appended to *to,
 * which outlives it.  PL_ELIMIT once they are over `limit` bytes. */
struct pl_transport *pl_record_transport(struct pl_arena *a,
					 struct pl_transport *inner,
					 struct pl_buf *to, uint64_t chain,
					 size_t limit);

#endif
