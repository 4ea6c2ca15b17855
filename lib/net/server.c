/* The loop, and what libmicrohttpd is told. */
#include "net/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "base/lazy.h"
#include "base/limits.h"
#include "base/stop.h"
#include "base/time.h"
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
	X(MHD_destroy_response)

#define PL_LAZY_TABLE mhd
PL_LAZY(mhd, "libmicrohttpd.so.12", FUNCS);

#define MAX_CLIENTS 64
#define IDLE_S 60
#define KEEP ((size_t)64 << 10)      /* of a client's memory, for its next */
#define HEAD_ROOM ((size_t)16 << 10) /* for the lines of a request's head */

/* A request, from its first line to the last byte of its answer. */
struct client {
	struct server_job job; /* first: a worker gets this */
	enum { FREE, READING, WAITING, ANSWERED } state;
	bool over; /* the body is longer than allowed */
	struct pl_server *s;
	struct MHD_Connection *c;
	struct pl_arena *a;
	struct pl_buf body;
	struct pl_ask ask;
	struct pl_reply reply;
};

struct pl_server {
	struct pl_server_conf conf;
	struct pl_arena *a;
	struct MHD_Daemon *daemon;
	int fd; /* MHD's own set of what to wait for */
	struct client *clients;
	struct server_place place;
	struct server_pool *pool;
	struct server_ticker *ticker;
};

/* The write end for the signal handler; one server runs at a time. */
static int wake_fd[2] = { -1, -1 };

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
	struct client *k = s->clients;

	for (unsigned i = 0; i < s->conf.max_clients; i++, k++) {
		if (k->state != FREE)
			continue;
		k->state = READING;
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

/* By a worker. */
static void work(void *ctx, unsigned worker, struct server_job *job)
{
	struct pl_server *s = ctx;
	struct client *k = (struct client *)job;
	const uint64_t waited = pl_time_mono_ns() - job->since_ns;

	k->ask.late = s->conf.patience_s &&
		      waited / 1000000000u >= s->conf.patience_s;
	s->conf.handle(s->conf.ctx, worker, k->a, &k->reply, &k->ask);
	k->state = ANSWERED;
	mhd.MHD_resume_connection(k->c); /* comes back to on_request */
}

static enum MHD_Result answer(struct pl_server *s, struct client *k,
			      const char *path, const char *method)
{
	const char *type = header(k->c, "Content-Type");

	k->ask = (struct pl_ask){ .method = method,
				  .path = pl_strdup(k->a, path),
				  .type = pl_strdup(k->a, type ? type : ""),
				  .body = pl_buf_span(&k->body) };
	k->reply = (struct pl_reply){ .status = 404, .type = "text/plain" };
	if (s->conf.quick &&
	    s->conf.quick(s->conf.ctx, k->a, &k->reply, &k->ask))
		return send_reply(s, k->c, &k->reply);
	if (!s->pool) {
		s->conf.handle(s->conf.ctx, 0, k->a, &k->reply, &k->ask);
		return send_reply(s, k->c, &k->reply);
	}
	k->state = WAITING;
	mhd.MHD_suspend_connection(k->c);
	server_pool_put(s->pool, &k->job);
	return MHD_YES;
}

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
	return answer(s, k, url, known);
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
	if (!k) {
		*state = k = client_new(s);
		if (!k)
			return MHD_NO;
		k->s = s;
		k->c = c;
		return MHD_YES;
	}
	if (*n) {
		take(s, k, data, *n);
		*n = 0;
		return MHD_YES;
	}
	if (k->state == ANSWERED)
		return send_reply(s, c, &k->reply);
	return whole_request(s, k, url, method);
}

/* ------------------------------------------------------------------ opening */

static void defaults(struct pl_server_conf *c)
{
	if (!c->max_body)
		c->max_body = PL_MAX_ASK;
	if (!c->max_clients)
		c->max_clients = MAX_CLIENTS;
	if (!c->idle_s)
		c->idle_s = IDLE_S;
}

static enum pl_rc start(struct pl_server *s, struct pl_err *e)
{
	const union MHD_DaemonInfo *info;

	s->daemon = mhd.MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
		on_request, s, MHD_OPTION_LISTEN_SOCKET, s->place.fd,
		MHD_OPTION_CONNECTION_LIMIT, s->conf.max_clients,
		MHD_OPTION_CONNECTION_TIMEOUT, s->conf.idle_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEAD_ROOM,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, s, MHD_OPTION_END);
	if (!s->daemon) {
		(void)close(s->place.fd);
		return pl_fail(e, PL_EIO, "libmicrohttpd does not start");
	}
	info = mhd.MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return pl_fail(e, PL_EIO, "libmicrohttpd without epoll");
	s->fd = info->epoll_fd;
	return PL_OK;
}

enum pl_rc pl_server_open(struct pl_arena *a, struct pl_server **out,
			  const struct pl_server_conf *conf, struct pl_err *e)
{
	struct pl_server *s = PL_NEW(a, struct pl_server);
	enum pl_rc rc;

	PL_TRY(mhd_load(e));
	s->a = a;
	s->conf = *conf;
	defaults(&s->conf);
	s->clients = PL_NEW_N(a, struct client, s->conf.max_clients);
	PL_TRY(server_listen(&s->place, s->conf.listen, e));
	rc = start(s, e);
	if (rc) {
		pl_server_close(s);
		return rc;
	}
	*out = s;
	return PL_OK;
}

const char *pl_server_address(const struct pl_server *s)
{
	return s->place.text;
}

bool pl_server_is_local(const struct pl_server *s)
{
	return s->place.local;
}

void pl_server_close(struct pl_server *s)
{
	if (!s)
		return;
	if (s->daemon)
		mhd.MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
	for (unsigned i = 0; i < s->conf.max_clients; i++) {
		pl_arena_close(s->clients[i].a);
		s->clients[i].a = NULL;
	}
}

/* ------------------------------------------------------------------ running */

static void on_signal(int sig)
{
	int keep = errno;
	ssize_t n;

	(void)sig;
	pl_stop_ask();
	n = write(wake_fd[1], "", 1);
	(void)n;
	errno = keep;
}

/* Milliseconds until something has to be done though nobody asks.  Never long:
 * MHD takes up accepting again, once there is room for a client, only when it
 * is run. */
#define REST_MS 250

static int patience(const struct pl_server *s)
{
	MHD_UNSIGNED_LONG_LONG idle;

	if (mhd.MHD_get_timeout(s->daemon, &idle) == MHD_YES && idle < REST_MS)
		return (int)idle;
	return REST_MS;
}

static enum pl_rc loop(struct pl_server *s, struct pl_err *e)
{
	struct pollfd fds[2] = { { .fd = s->fd, .events = POLLIN },
				 { .fd = wake_fd[0], .events = POLLIN } };

	while (!pl_stop_asked()) {
		if (poll(fds, 2, patience(s)) < 0 && errno != EINTR)
			return pl_fail(e, PL_EIO, "poll: %s", strerror(errno));
		if (!pl_stop_asked())
			(void)mhd.MHD_run(s->daemon);
	}
	return PL_OK;
}

static enum pl_rc with_threads(struct pl_server *s, struct pl_err *e)
{
	const struct pl_server_conf *c = &s->conf;
	enum pl_rc rc = PL_OK;

	if (c->workers)
		rc = server_pool_open(s->a, &s->pool, c->workers, work, s, e);
	if (!rc && c->tick_ms)
		rc = server_ticker_open(s->a, &s->ticker, c->tick_ms, c->tick,
					c->ctx, e);
	if (!rc)
		rc = loop(s, e);
	pl_stop_ask(); /* of a loop that failed, too */
	server_ticker_close(s->ticker);
	server_pool_close(s->pool);
	(void)mhd.MHD_run(s->daemon); /* what was answered meanwhile */
	s->pool = NULL;
	s->ticker = NULL;
	return rc;
}

enum pl_rc pl_server_run(struct pl_server *s, struct pl_err *e)
{
	/* a second one ends the program whatever a node makes it wait for */
	struct sigaction act = { .sa_handler = on_signal,
				 .sa_flags = (int)SA_RESETHAND };
	struct sigaction was_int, was_term;
	enum pl_rc rc;

	if (pipe(wake_fd))
		return pl_fail(e, PL_EIO, "pipe: %s", strerror(errno));
	(void)fcntl(wake_fd[1], F_SETFL, O_NONBLOCK);
	(void)sigemptyset(&act.sa_mask);
	(void)sigaction(SIGINT, &act, &was_int);
	(void)sigaction(SIGTERM, &act, &was_term);
	rc = with_threads(s, e);
	pl_stop_forget();
	(void)sigaction(SIGINT, &was_int, NULL);
	(void)sigaction(SIGTERM, &was_term, NULL);
	(void)close(wake_fd[0]);
	(void)close(wake_fd[1]);
	return rc;
}
