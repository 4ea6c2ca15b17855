/* A WebSocket that is listened to (façade over libwebsockets, loaded when
 * first used): one connection, text or binary messages, nothing said but
 * pongs and pings.  wss only, unless the host is this machine or `insecure` is
 * set; no redirects, no compression, no subprotocol; limits on time and size.
 * Errors name the host and never the path (API keys stand there). */
#ifndef PL_NET_WS_H
#define PL_NET_WS_H

#include "base/arena.h"

struct pl_ws_conf {
	bool insecure;     /* plain ws to other machines is allowed */
	unsigned open_s;   /* until the handshake is over; 0: 10 */
	unsigned quiet_s;  /* without a sign of life, pings tried; 0: 30 */
	size_t limit;      /* bytes of a message; 0: PL_MAX_WS */
	const char *agent; /* User-Agent; NULL: none is sent */
	/* What is said in the handshake, "Name: value", NULL-ended; and the
	 * names of what the server says there that is of interest, lower case
	 * with their colon ("arbitrum-chain-id:").  Or NULL. */
	const char *const *say;
	const char *const *hear;
};

struct pl_ws;

/* May this URL be dialled?  PL_EUSAGE says why not.  Looks only. */
PL_CHECKED enum pl_rc pl_ws_url_check(const char *url, bool insecure,
				      struct pl_err *e);

/* Dial, and wait for the handshake.  PL_ENET: no such connection came about.
 * Lives in the arena but holds a handle: pl_ws_close it.  conf's lists
 * outlive it. */
PL_CHECKED enum pl_rc pl_ws_open(struct pl_arena *a, struct pl_ws **out,
				 const char *url, const struct pl_ws_conf *conf,
				 struct pl_err *e);

/* "host:port" as written. */
const char *pl_ws_host(const struct pl_ws *s);

/* The value of the i-th of conf->hear; NULL: the server did not say. */
const char *pl_ws_heard(const struct pl_ws *s, size_t i);

/* The next message; out->p == NULL: none came in that time.  PL_ENET: the
 * connection is lost; PL_ELIMIT: a message over the limit, which ends it too.
 * After a failure every further call fails likewise. */
PL_CHECKED enum pl_rc pl_ws_next(struct pl_ws *s, struct pl_arena *a,
				 struct pl_span *out, unsigned wait_ms,
				 struct pl_err *e);

/* NULL is allowed. */
void pl_ws_close(struct pl_ws *s);

#endif
