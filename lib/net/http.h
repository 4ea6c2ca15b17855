/* HTTP (façade over libcurl, loaded when first used).  One connection is kept
 * open and used again.  https only, unless the host is this machine or
 * `insecure` is set; no redirects, no other protocols, limits on time and
 * size.  Errors name the host and never the user's name, password or the
 * path (API keys stand there). */
#ifndef PL_NET_HTTP_H
#define PL_NET_HTTP_H

#include "net/transport.h"

struct pl_http_conf {
	bool insecure;       /* plain http to other machines is allowed */
	unsigned connect_s;  /* 0: 10 */
	unsigned timeout_s;  /* of a whole exchange; 0: 60 */
	const char *ca_file; /* certificates to trust instead of the system's */
};

/* conf may be NULL.  What is returned lives in the arena but holds a handle:
 * pl_transport_close it. */
PL_CHECKED enum pl_rc pl_http_open(struct pl_arena *a,
				   struct pl_transport **out,
				   const struct pl_http_conf *conf,
				   struct pl_err *e);

/* Several exchanges at once over one transport. */
struct pl_http_flight {
	struct pl_request ask;   /* in: to stay until it is done */
	struct pl_arena *a;      /* in: for the answer; of this flight alone */
	bool done;               /* out */
	enum pl_rc rc;           /* out: as of pl_transport_exchange */
	struct pl_err err;       /* out: when rc */
	struct pl_answer got;    /* out: when not */
	struct pl_http_job *job; /* the transport's own while it lasts */
};
/* Is t one that can?  Others have one exchange at a time. */
bool pl_http_is(const struct pl_transport *t);
/* Set out; what fails at once is done with that failure. */
void pl_http_start(struct pl_transport *t, struct pl_http_flight *f);
/* Let all go on; waits for bytes, ms at most. */
void pl_http_turn(struct pl_transport *t, unsigned ms);
/* Give it up, done or not. */
void pl_http_drop(struct pl_transport *t, struct pl_http_flight *f);

/* May this URL be dialled?  PL_EUSAGE says why not.  Looks only. */
PL_CHECKED enum pl_rc pl_http_url_check(const char *url, bool insecure,
					struct pl_err *e);

/* "host:port" of a URL, without credentials and path: for messages. */
const char *pl_http_host(struct pl_arena *a, const char *url);

#endif
