/* An Orbit chain's feed, live, each message's signer proven on the parent
 * chain; and the newest messages, for reads of the level that they stand for.
 */
#ifndef PL_SYNC_HEAR_H
#define PL_SYNC_HEAR_H

#include "sync/feed.h"
#include "sync/orbit.h"

struct pl_hear_conf {
	struct pl_feed_conf feed; /* judge is not used */
	/* NULL: whoever signed is believed to be allowed to. */
	struct pl_orbit *orbit;
	struct pl_view *parent; /* orbit's */
};

struct pl_hear;

/* Dials nobody yet.  Lives in the arena; pl_hear_close it. */
struct pl_hear *pl_hear_new(struct pl_arena *a,
			    const struct pl_hear_conf *conf);

/* All messages, from that number on where `from` is not NULL. */
struct pl_feed *pl_hear_feed(struct pl_hear *h, const uint64_t *from);

/* The parent's header at which signers are proven; NULL before the first. */
const struct pl_viewed *pl_hear_at(const struct pl_hear *h);

/* For struct pl_orbit_conf's listen, with ctx a struct pl_hear: the newest
 * messages.  The first time it waits for one; later it takes what has come.
 * *out lives until the next call. */
PL_CHECKED enum pl_rc pl_hear_listen(void *ctx, struct pl_arena *a,
				     const struct pl_feed_signed **out,
				     size_t *n, uint64_t from,
				     struct pl_err *e);

/* Their broadcasts, one a line. */
struct pl_span pl_hear_text(const struct pl_hear *h, struct pl_arena *a);

/* NULL is allowed. */
void pl_hear_close(struct pl_hear *h);

#endif
