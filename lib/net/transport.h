/* How bytes get to a node and back: one exchange at a time.  http.c dials,
 * replay.c answers from a file, tests answer from tables. */
#ifndef PL_NET_TRANSPORT_H
#define PL_NET_TRANSPORT_H

#include "base/arena.h"

struct pl_request {
	const char *url;
	struct pl_span body;        /* JSON to post; .p == NULL: ask by GET */
	const char *accept;         /* NULL: application/json */
	const char *const *headers; /* "Name: value", NULL-ended; or NULL */
	size_t limit;               /* bytes of answer; 0: PL_MAX_BODY */
};

struct pl_answer {
	int status; /* HTTP's */
	struct pl_span body;
	const char *type;     /* Content-Type, "" when there was none */
	const char *fork;     /* Eth-Consensus-Version, "" likewise */
	unsigned retry_after; /* seconds the server asks for; 0: it did not */
};

struct pl_transport;

struct pl_transport_ops {
	/* PL_ENET when no whole answer came, PL_ELIMIT when it is too long,
	 * PL_EUSAGE for an address that may not be dialled.  An answer of
	 * any status is PL_OK: the caller judges it. */
	enum pl_rc (*exchange)(struct pl_transport *t, struct pl_arena *a,
			       struct pl_answer *out,
			       const struct pl_request *ask, struct pl_err *e);
	void (*close)(struct pl_transport *t);
};

/* First member of every transport. */
struct pl_transport {
	const struct pl_transport_ops *ops;
};

PL_CHECKED static inline enum pl_rc
pl_transport_exchange(struct pl_transport *t, struct pl_arena *a,
		      struct pl_answer *out, const struct pl_request *ask,
		      struct pl_err *e)
{
	return t->ops->exchange(t, a, out, ask, e);
}

/* NULL is allowed. */
static inline void pl_transport_close(struct pl_transport *t)
{
	if (t && t->ops->close)
		t->ops->close(t);
}

#endif
