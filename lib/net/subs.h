/* Who subscribed to what over which WebSocket: a table with an end, and the
 * message that Ethereum's eth_subscribe tells news with.  What the owner calls
 * a kind, and what he keeps for one, is his; so is the lock, where there are
 * threads. */
#ifndef PL_NET_SUBS_H
#define PL_NET_SUBS_H

#include "base/arena.h"

struct pl_sub {
	uint64_t id; /* 0: free */
	uint64_t socket;
	int kind;
	uint64_t next; /* the first block not told of yet */
	struct pl_arena *a;
	void *own; /* in a */
};

struct pl_subs {
	struct pl_sub *v;
	size_t n, of_one; /* places; how many of them one socket may have */
};

/* Its places live in the arena. */
void pl_subs_init(struct pl_subs *t, struct pl_arena *a, size_t n,
		  size_t of_one);
void pl_subs_release(struct pl_subs *t);

/* With an arena of its own; the rest is the caller's to fill in.  NULL where
 * the socket, or all together, have too many. */
struct pl_sub *pl_subs_add(struct pl_subs *t, uint64_t id, uint64_t socket);
/* false where the socket has none of that id: nobody ends another's. */
bool pl_subs_forget(struct pl_subs *t, uint64_t id, uint64_t socket);
/* The socket is closed. */
void pl_subs_gone(struct pl_subs *t, uint64_t socket);
bool pl_subs_any(const struct pl_subs *t);

/* The notification that `result` is for a subscription; trust may be NULL, and
 * else is a label beside it. */
struct pl_span pl_sub_message(struct pl_arena *a, uint64_t id,
			      struct pl_span result, const char *trust);

#endif
