/* Addresses of servers, taken apart strictly: what is judged here must be what
 * a library dials, so bytes that readers of URLs disagree about are refused. */
#ifndef PL_NET_URL_H
#define PL_NET_URL_H

#include "base/span.h"

#define PL_MAX_URL 2048
#define PL_MAX_HOST 253

struct pl_url {
	bool tls;             /* https, wss */
	bool ws;              /* ws, wss */
	struct pl_span host;  /* without brackets */
	struct pl_span place; /* host:port as written */
	unsigned port;        /* the scheme's where none is written */
	struct pl_span path;  /* and query, from the slash on; or empty */
	bool user;            /* a name or password stood before the host */
};

/* scheme://[user:password@]host[:port][/path…]; false for anything else.
 * Points into text. */
bool pl_url_split(struct pl_url *out, const char *text);

/* This machine: localhost, ::1, 127.x.x.x. */
bool pl_url_is_loopback(const struct pl_url *u);

#endif
