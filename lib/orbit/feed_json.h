/* What a sequencer's feed broadcasts, as nitro writes it (broadcaster/message
 * BroadcastMessage): bytes are base64 there.  Reading believes nothing. */
#ifndef PL_ORBIT_FEED_JSON_H
#define PL_ORBIT_FEED_JSON_H

#include "codec/json_in.h"
#include "orbit/feed.h"

/* The messages of a broadcast, or of many: a list, or one on each line.
 * Anything but
 * messages (confirmations, members that are not known) is passed over.
 * PL_EFORMAT names the line, the message and the member. */
PL_CHECKED enum pl_rc pl_feed_read(struct pl_arena *a,
				   const struct pl_feed_signed **out, size_t *n,
				   struct pl_span text, struct pl_err *e);

/* Standard base64 with its padding, nothing around it. */
PL_CHECKED enum pl_rc pl_base64(struct pl_arena *a, struct pl_span *out,
				const char *text, size_t len, struct pl_err *e);

#endif
