/* A sequencer's feed, listened to: messages in their order, each once, none
 * left out, over connections that end and servers that lie.  A server that
 * fails, skips, or sends what the judge refuses gives way to the next; the
 * first that is asked again is asked for what is missing. */
#ifndef PL_SYNC_FEED_H
#define PL_SYNC_FEED_H

#include "base/arena.h"
#include "orbit/feed.h"

struct pl_feed_conf {
	const char *const *urls; /* ws or wss, asked in this order */
	size_t n_urls;
	uint64_t chain_id;
	bool insecure;      /* plain ws to other machines is allowed */
	unsigned timeout_s; /* to connect, and without a sign of life; 0: 20 */
	unsigned retries;   /* of all of them, after which it is given up */
	const char *agent;  /* User-Agent */
	/* Whether a message may be believed; NULL: any.  What it refuses is
	 * the server's fault. */
	enum pl_rc (*judge)(void *ctx, const struct pl_feed_signed *m,
			    struct pl_err *e);
	void (*say)(void *ctx, const char *text); /* of servers that failed */
	void *ctx;
};

struct pl_feed;

/* Dials nobody yet. */
struct pl_feed *pl_feed_new(const struct pl_feed_conf *conf);

/* Before the first message: the server is asked to begin with that number.
 * `exactly`: what comes before it is passed over, and one that begins after it
 * has skipped some; else any message may be the first. */
void pl_feed_from(struct pl_feed *f, uint64_t sequence, bool exactly);

/* New messages of one broadcast, and its text; n == 0: none came in that time,
 * or the end was
 * asked for (base/stop.h).  They live until the next call.
 *	PL_ENET    no server has the feed, or all leave some of it out
 *	PL_EPROOF  no server has one that conf.judge believes; or the sequencer
 *		   signed two messages of one number, which is final */
struct pl_feed_heard {
	const struct pl_feed_signed *v;
	size_t n;
	struct pl_span text;
};
PL_CHECKED enum pl_rc pl_feed_next(struct pl_feed *f, struct pl_feed_heard *out,
				   uint64_t wait_ms, struct pl_err *e);

/* "host:port" of the server that is listened to. */
const char *pl_feed_host(const struct pl_feed *f);

/* NULL is allowed. */
void pl_feed_close(struct pl_feed *f);

#endif
