/* A small HTTP/1.1 server (façade over libmicrohttpd, loaded when first
 * used).  One thread, the loop, speaks to all clients and waits for nothing
 * else.  It answers at once what can be answered at once (`quick`); what takes
 * waiting for others goes to a few worker threads (`handle`), and only who
 * asked for that waits for it.  `tick` has a thread of its own.
 *
 * On the same port it speaks WebSocket (RFC 6455), where max_sockets allows
 * some: every text message is a POST to the handlers, under the path of the
 * handshake, and the answer goes back as one; pl_server_push sends what nobody
 * asked for.
 *
 * Only POST with a body, GET, HEAD and OPTIONS reach the handler's world.
 * What a page in a browser could do is bounded: a request whose Host names
 * neither this machine nor the address listened at is refused (a name that an
 * attacker points at 127.0.0.1 would otherwise make the server its own), and a
 * page of another origin reads answers only where that origin was allowed. */
#ifndef PL_NET_SERVER_H
#define PL_NET_SERVER_H

#include "base/arena.h"

struct pl_ask {
	const char *method; /* "POST", "GET"; HEAD comes as "GET" */
	const char *path;   /* without what follows a '?' */
	const char *query;  /* that, as it came; "" when there is none */
	const char *type;   /* Content-Type, likewise */
	const char *accept; /* Accept, likewise */
	struct pl_span body;
	uint64_t socket; /* the WebSocket it came over; 0: none */
	/* It has waited longer than patience_s for a worker: the others still
	 * wait, and so would this one.  To be answered without more ado. */
	bool late;
};

/* The body lies in the arena given to the handler, or lasts. */
struct pl_reply {
	int status;
	const char *type;  /* Content-Type */
	const char *trust; /* X-Plume-Trust; NULL: no such header */
	const char *fork;  /* Eth-Consensus-Version, likewise */
	struct pl_span body;
};

struct pl_server;

struct pl_server_conf {
	const char *listen;   /* "127.0.0.1:8545", "[::1]:0", ":8545" */
	const char *cors;     /* an allowed Origin, "*", or NULL: none */
	const char *host;     /* a name clients may use besides; or NULL */
	size_t max_body;      /* 0: PL_MAX_ASK */
	unsigned max_clients; /* 0: 64 */
	unsigned max_sockets; /* of them WebSockets; 0: none */
	unsigned idle_s;      /* silence that ends a connection; 0: 60 */
	unsigned workers;     /* 0: the loop calls `handle` itself */
	unsigned patience_s;  /* 0: without end */
	unsigned tick_ms;     /* from a tick's end to the next; 0: never */
	/* By the loop: the answer, or false where it takes waiting.  NULL:
	 * workers answer all. */
	bool (*quick)(void *ctx, struct pl_arena *a, struct pl_reply *out,
		      const struct pl_ask *ask);
	/* By a worker, 0 to workers - 1: no two calls have the same one at a
	 * time. */
	void (*handle)(void *ctx, unsigned worker, struct pl_arena *a,
		       struct pl_reply *out, const struct pl_ask *ask);
	void (*tick)(void *ctx); /* may be NULL */
	/* By the loop: a WebSocket is no more, and nothing that came over it is
	 * still being answered.  May be NULL. */
	void (*gone)(void *ctx, uint64_t socket);
	void *ctx;
};

/* Bind.  PL_EUSAGE for an address that is none, PL_EIO when it is taken or
 * not this machine's.  Lives in the arena; close it. */
PL_CHECKED enum pl_rc pl_server_open(struct pl_arena *a, struct pl_server **out,
				     const struct pl_server_conf *conf,
				     struct pl_err *e);

/* "127.0.0.1:8545": the port that was given where 0 was asked for. */
const char *pl_server_address(const struct pl_server *s);

/* Whether only this machine reaches it. */
bool pl_server_is_local(const struct pl_server *s);

/* Send a text message over a WebSocket; by any thread, while the server runs.
 * It goes after the answers to what the socket had asked before.  Nothing
 * happens where the socket is no more; one that does not take what is sent to
 * it is closed. */
void pl_server_push(struct pl_server *s, uint64_t socket, struct pl_span text);

/* Serve until SIGINT or SIGTERM (PL_OK).  Those make pl_stop_asked true, so
 * that workers and tick come back from where they wait; when this returns,
 * none of them runs any more.  One server runs at a time. */
PL_CHECKED enum pl_rc pl_server_run(struct pl_server *s, struct pl_err *e);

void pl_server_close(struct pl_server *s); /* NULL is allowed */

#endif
