/* Requests, and what libmicrohttpd is told of them. */
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "base/lazy.h"
#include "codec/wsf.h"
#include "net/server_impl.h"

#define FUNCS(X)                                                               \
	X(MHD_start_daemon)                                                    \
	X(MHD_stop_daemon)                                                     \
	X(MHD_run)                                                             \
	X(MHD_get_timeout)                                                     \
	X(MHD_get_daemon_info)                                                 \
	X(MHD_lookup_connection_value)                                         \
	X(MHD_create_response_from_buffer)                                     \
	X(MHD_add_response_header)                                             \
	X(MHD_queue_response)                                                  \
	X(MHD_suspend_connection)                                              \
	X(MHD_resume_connection)                                               \
	X(MHD_create_response_for_upgrade)                                     \
	X(MHD_upgrade_action)                                                  \
	X(MHD_destroy_response)

#define PL_LAZY_TABLE mhd
PL_LAZY(mhd, "libmicrohttpd.so.12", FUNCS);

#define KEEP ((size_t)64 << 10)      /* of a client's memory, for its next */
#define HEAD_ROOM ((size_t)16 << 10) /* for the lines of a request's head */

/* A request, from its first line to the last byte of its answer. */
struct client {
	struct server_job job; /* first: a worker gets this */
	enum { FREE, READING, WAITING, ANSWERED } state;
	bool over; /* the body is longer than allowed */
	struct MHD_Connection *c;
	struct pl_arena *a;
	const char *query; /* what followed the path's '?' */
	struct pl_buf body;
};

struct server_http {
	struct MHD_Daemon *daemon;
	int fd; /* MHD's own set of what to wait for */
	struct client *clients;
};

/* ----------------------------------------------------------------- answers */

static bool good_origin(const struct pl_server *s, const char *origin)
{
	const char *c = s->conf.cors;

	return c && (!strcmp(c, "*") || !strcasecmp(c, origin));
}

static const char *header(struct MHD_Connection *c, const char *name)
{
	return mhd.MHD_lookup_connection_value(c, MHD_HEADER_KIND, name);
}

static void add(struct MHD_Response *r, const char *name, const char *value)
{
	(void)mhd.MHD_add_response_header(r, name, value);
}

static void add_cors(struct MHD_Response *r, const char *origin)
{
	add(r, "Access-Control-Allow-Origin", origin);
	add(r, "Access-Control-Allow-Methods", "POST, GET, OPTIONS");
	add(r, "Access-Control-Allow-Headers", "Content-Type");
	add(r, "Access-Control-Expose-Headers", "X-Plume-Trust");
	add(r, "Access-Control-Max-Age", "600");
	add(r, "Vary", "Origin");
}

/* The body lies in the client's memory until on_end. */
static enum MHD_Result send_reply(const struct pl_server *s,
				  struct MHD_Connection *c,
				  const struct pl_reply *reply)
{
	const char *origin = header(c, "Origin");
	/* MHD asks for a pointer that may be written, and does not */
	void *body = (void *)(uintptr_t)reply->body.p;
	struct MHD_Response *r = mhd.MHD_create_response_from_buffer(
		reply->body.n, body, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	if (reply->type)
		add(r, "Content-Type", reply->type);
	if (reply->trust)
		add(r, "X-Plume-Trust", reply->trust);
	if (reply->fork)
		add(r, "Eth-Consensus-Version", reply->fork);
	if (origin && good_origin(s, origin))
		add_cors(r, origin);
	done = mhd.MHD_queue_response(c, (unsigned)reply->status, r);
	mhd.MHD_destroy_response(r);
	return done;
}

static enum MHD_Result refuse(const struct pl_server *s,
			      struct MHD_Connection *c, int status,
			      const char *words)
{
	const struct pl_reply reply = { .status = status,
					.type = "text/plain",
					.body = pl_span_str(words) };

	return send_reply(s, c, &reply);
}

/* ----------------------------------------------------------------- clients */

static struct client *client_new(struct pl_server *s)
{
	struct client *k = s->http->clients;

	for (unsigned i = 0; i < s->conf.max_clients; i++, k++) {
		if (k->state != FREE)
			continue;
		k->state = READING;
		k->c = NULL;
		k->over = false;
		if (!k->a)
			k->a = pl_arena_open(0);
		pl_buf_init(&k->body, k->a);
		return k;
	}
	return NULL;
}

static void on_end(void *ctx, struct MHD_Connection *c, void **state,
		   enum MHD_RequestTerminationCode why)
{
	struct client *k = *state;

	(void)ctx;
	(void)c;
	(void)why;
	if (!k)
		return;
	k->state = FREE;
	*state = NULL;
	if (pl_arena_used(k->a) > KEEP) {
		pl_arena_close(k->a);
		k->a = NULL;
		return;
	}
	pl_arena_reset(k->a);
}

static void take(const struct pl_server *s, struct client *k, const char *data,
		 size_t n)
{
	if (k->over || n > s->conf.max_body - k->body.n) {
		k->over = true;
		return;
	}
	pl_buf_put(&k->body, (struct pl_span){ (const uint8_t *)data, n });
}

/* --------------------------------------------------------------- answering */

void server_http_answered(struct server_job *job)
{
	struct client *k = (struct client *)job;

	k->state = ANSWERED;
	mhd.MHD_resume_connection(k->c); /* comes back to on_request */
}

/* A header, "" where there is none, as long as the request. */
static const char *kept(const struct client *k, const char *name)
{
	const char *value = header(k->c, name);

	return value ? pl_strdup(k->a, value) : "";
}

static enum MHD_Result answer(struct pl_server *s, struct client *k,
			      const char *path, const char *method)
{
	k->job.a = k->a;
	k->job.ask = (struct pl_ask){ .method = method,
				      .path = pl_strdup(k->a, path),
				      .query = k->query,
				      .type = kept(k, "Content-Type"),
				      .accept = kept(k, "Accept"),
				      .body = pl_buf_span(&k->body) };
	if (server_answer(s, &k->job))
		return send_reply(s, k->c, &k->job.reply);
	k->state = WAITING;
	mhd.MHD_suspend_connection(k->c);
	return MHD_YES;
}

/* -------------------------------------------------------------- WebSocket */

/* "keep-alive, Upgrade" has "upgrade". */
static bool has_word(const char *list, const char *word)
{
	while (list && *list) {
		size_t n;

		list += strspn(list, ", \t");
		n = strcspn(list, ", \t");
		if (n == strlen(word) && !strncasecmp(list, word, n))
			return true;
		list += n;
	}
	return false;
}

static bool wants_socket(struct MHD_Connection *c)
{
	return has_word(header(c, "Connection"), "upgrade") &&
	       has_word(header(c, "Upgrade"), "websocket");
}

static void on_upgrade(void *server, struct MHD_Connection *c, void *state,
		       const char *came, size_t n, MHD_socket fd,
		       struct MHD_UpgradeResponseHandle *handle)
{
	const struct client *k = state; /* its place is taken until on_end */

	(void)c;
	server_ws_begin(server, fd, k->job.ask.path,
			(struct pl_span){ (const uint8_t *)came, n }, handle);
}

void server_http_hang_up(void *handle)
{
	(void)mhd.MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
}

static enum MHD_Result refuse_version(struct MHD_Connection *c)
{
	struct MHD_Response *r = mhd.MHD_create_response_from_buffer(
		0, NULL, MHD_RESPMEM_PERSISTENT);
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	add(r, "Sec-WebSocket-Version", "13");
	done = mhd.MHD_queue_response(c, MHD_HTTP_UPGRADE_REQUIRED, r);
	mhd.MHD_destroy_response(r);
	return done;
}

static enum MHD_Result shake_hands(struct pl_server *s, struct client *k,
				   const char *path)
{
	struct MHD_Connection *c = k->c;
	const char *version = header(c, "Sec-WebSocket-Version");
	const char *key = header(c, "Sec-WebSocket-Key");
	char accept[PL_WSF_ACCEPT];
	struct MHD_Response *r;
	enum MHD_Result done;
	struct pl_err e;

	if (!version || strcmp(version, "13") != 0)
		return refuse_version(c);
	if (pl_wsf_accept(accept, key ? key : "", &e))
		return refuse(s, c, 400, "Sec-WebSocket-Key is none\n");
	if (!server_ws_room(s))
		return refuse(s, c, 503, "too many WebSockets\n");
	k->job.ask.path = pl_strdup(k->a, path);
	r = mhd.MHD_create_response_for_upgrade(on_upgrade, s);
	if (!r)
		return MHD_NO;
	add(r, "Upgrade", "websocket");
	add(r, "Sec-WebSocket-Accept", accept);
	done = mhd.MHD_queue_response(c, MHD_HTTP_SWITCHING_PROTOCOLS, r);
	mhd.MHD_destroy_response(r);
	return done;
}

/* --------------------------------------------------------------- requests */

/* Before a byte of the body is read: who asks?  0, or the status. */
static int judge(const struct pl_server *s, struct MHD_Connection *c,
		 const char **words)
{
	const char *host = header(c, "Host"), *origin = header(c, "Origin");

	if (host && !server_good_host(host, s->conf.host)) {
		*words = "this Host is not served here: use the address, "
			 "localhost, or start with --host NAME\n";
		return 403;
	}
	if (origin && !good_origin(s, origin)) {
		*words = "pages of this origin may not ask: start with --cors "
			 "ORIGIN\n";
		return 403;
	}
	return 0;
}

/* As the handler knows it; NULL: not served. */
static const char *method_of(const char *m)
{
	if (!strcmp(m, "HEAD"))
		return "GET"; /* MHD leaves the body away */
	return !strcmp(m, "POST")      ? "POST"
	       : !strcmp(m, "GET")     ? "GET"
	       : !strcmp(m, "OPTIONS") ? "OPTIONS"
				       : NULL;
}

static enum MHD_Result whole_request(struct pl_server *s, struct client *k,
				     const char *url, const char *method)
{
	const char *known = method_of(method), *words = "";
	int status = judge(s, k->c, &words);

	if (status)
		return refuse(s, k->c, status, words);
	if (k->over)
		return refuse(s, k->c, 413, "the request is too large\n");
	if (!known)
		return refuse(s, k->c, 405, "POST or GET\n");
	if (!strcmp(known, "OPTIONS"))
		return refuse(s, k->c, 204, "");
	if (s->conf.max_sockets && !strcmp(known, "GET") && wants_socket(k->c))
		return shake_hands(s, k, url);
	return answer(s, k, url, known);
}

/* MHD calls this after a request's first line: what it returns is the request's
 * state from then on. */
static void *on_uri(void *ctx, const char *uri, struct MHD_Connection *c)
{
	struct client *k = client_new(ctx);
	const char *mark = strchr(uri, '?');

	(void)c;
	if (k)
		k->query = mark ? pl_strdup(k->a, mark + 1) : "";
	return k;
}

/* MHD calls this when the head is there, with pieces of the body, when all is
 * there, and after a worker is done. */
static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *n, void **state)
{
	struct pl_server *s = ctx;
	struct client *k = *state;

	(void)version;
	if (!k)
		return MHD_NO;
	if (!k->c) {
		k->c = c;
		return MHD_YES;
	}
	if (*n) {
		take(s, k, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (k->state == ANSWERED)
		return send_reply(s, c, &k->job.reply);
	return whole_request(s, k, url, method);
}

/* ----------------------------------------------------------------- the rest */

enum pl_rc server_http_open(struct pl_arena *a, struct server_http **out,
			    struct pl_server *s, struct pl_err *e)
{
	struct server_http *h = PL_NEW(a, struct server_http);
	const union MHD_DaemonInfo *info;

	PL_TRY(mhd_load(e));
	h->clients = PL_NEW_N(a, struct client, s->conf.max_clients);
	s->http = h;
	h->daemon = mhd.MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE, 0,
		NULL, NULL, on_request, s, MHD_OPTION_LISTEN_SOCKET,
		s->place.fd, MHD_OPTION_CONNECTION_LIMIT, s->conf.max_clients,
		MHD_OPTION_CONNECTION_TIMEOUT, s->conf.idle_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_ROOM,
		MHD_OPTION_URI_LOG_CALLBACK, on_uri, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_END);
	if (!h->daemon)
		return pl_fail(e, PL_EIO, "libmicrohttpd does not start");
	info = mhd.MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info) {
		mhd.MHD_stop_daemon(h->daemon);
		s->place.fd = -1;
		return pl_fail(e, PL_EIO, "libmicrohttpd without epoll");
	}
	h->fd = info->epoll_fd;
	*out = h;
	return PL_OK;
}

void server_http_close(struct server_http *h, unsigned max_clients)
{
	mhd.MHD_stop_daemon(h->daemon);
	for (unsigned i = 0; i < max_clients; i++)
		pl_arena_close(h->clients[i].a);
}

int server_http_fd(const struct server_http *h)
{
	return h->fd;
}

void server_http_step(struct server_http *h)
{
	(void)mhd.MHD_run(h->daemon);
}

int server_http_rest(const struct server_http *h, int most_ms)
{
	MHD_UNSIGNED_LONG_LONG idle;

	if (mhd.MHD_get_timeout(h->daemon, &idle) == MHD_YES &&
	    idle < (unsigned)most_ms)
		return (int)idle;
	return most_ms;
}
