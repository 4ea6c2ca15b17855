/* A small HTTP/1.1 server (façade over libmicrohttpd, loaded when first
 * used): one thread, which waits for connections, for signals and for the
 * hour.  Requests are answered one after another by one function.
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
	const char *type;   /* Content-Type, "" when there is none */
	struct pl_span body;
};

/* The body must last until the arena given to the handler is reset. */
struct pl_reply {
	int status;
	const char *type;  /* Content-Type */
	const char *trust; /* X-Plume-Trust; NULL: no such header */
	struct pl_span body;
};

struct pl_server;

struct pl_server_conf {
	const char *listen;   /* "127.0.0.1:8545", "[::1]:0", ":8545" */
	const char *cors;     /* an allowed Origin, "*", or NULL: none */
	const char *host;     /* a name clients may use besides; or NULL */
	size_t max_body;      /* 0: PL_MAX_ASK */
	unsigned max_clients; /* 0: 64 */
	unsigned idle_s;      /* silence that ends a connection; 0: 60 */
	unsigned tick_ms;     /* how often `tick` is called; 0: never */
	/* `a` is reset before each request. */
	void (*handle)(void *ctx, struct pl_arena *a, struct pl_reply *out,
		       const struct pl_ask *ask);
	void (*tick)(void *ctx); /* between requests; may be NULL */
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

/* Serve until SIGINT or SIGTERM (PL_OK), or pl_server_stop. */
PL_CHECKED enum pl_rc pl_server_run(struct pl_server *s, struct pl_err *e);

/* From a handler or the tick: end pl_server_run after this request. */
void pl_server_stop(struct pl_server *s);

void pl_server_close(struct pl_server *s); /* NULL is allowed */

#endif
