#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <microhttpd.h>

#include "base/buf.h"
#include "base/lazy.h"
#include "base/limits.h"
#include "base/time.h"

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
	X(MHD_destroy_response)

#define PL_LAZY_TABLE mhd
PL_LAZY(mhd, "libmicrohttpd.so.12", FUNCS);

#define MAX_CLIENTS 64
#define IDLE_S 60
#define KEEP                                                                   \
	((size_t)256 << 10) /* bytes of an arena that stay for the next        \
			     */
#define MAX_PLACE 256
#define CLIENT_MEMORY                                                          \
	((size_t)16 << 10) /* for the lines of a request's head                \
			    */

struct client {
	bool busy;
	bool over; /* the body is longer than allowed */
	struct pl_arena *a;
	struct pl_buf body;
};

struct pl_server {
	struct pl_server_conf conf;
	struct MHD_Daemon *daemon;
	int fd; /* MHD's own set of what to wait for */
	struct pl_arena *scratch;
	struct client *clients;
	char address[MAX_PLACE];
	bool local, stop;
};

/* The write end for the signal handler; one server runs at a time. */
static int wake_fd[2] = { -1, -1 };

/* ---------------------------------------------------------- what to refuse */

static bool is_loopback(const struct sockaddr *sa)
{
	if (sa->sa_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(
			&((const struct sockaddr_in6 *)(const void *)sa)
				 ->sin6_addr);
	return ntohl(((const struct sockaddr_in *)(const void *)sa)
			     ->sin_addr.s_addr) >>
		       24 ==
	       127;
}

static bool host_is(const char *host, size_t n, const char *want)
{
	return strlen(want) == n && !strncasecmp(host, want, n);
}

/* A Host header names this machine when it is an address or localhost: a name
 * is what an attacker's DNS could point here. */
static bool good_host(const struct pl_server *s, const char *host)
{
	size_t n = strcspn(host, ":");
	char text[MAX_PLACE];
	struct in_addr four;

	if (*host == '[')
		return strchr(host, ']') != NULL;
	if (!n || n >= sizeof(text))
		return false;
	if (host_is(host, n, "localhost"))
		return true;
	if (s->conf.host && host_is(host, n, s->conf.host))
		return true;
	memcpy(text, host, n);
	text[n] = '\0';
	return inet_pton(AF_INET, text, &four) == 1;
}

static bool good_origin(const struct pl_server *s, const char *origin)
{
	const char *c = s->conf.cors;

	return c && (!strcmp(c, "*") || !strcasecmp(c, origin));
}

/* ----------------------------------------------------------------- answers */

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

static enum MHD_Result send_reply(const struct pl_server *s,
				  struct MHD_Connection *c,
				  const struct pl_reply *reply)
{
	const char *origin = header(c, "Origin");
	/* copied by MHD, which asks for a pointer that may be written */
	void *body = (void *)(uintptr_t)reply->body.p;
	struct MHD_Response *r = mhd.MHD_create_response_from_buffer(
		reply->body.n, body, MHD_RESPMEM_MUST_COPY);
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

static enum MHD_Result answer(struct pl_server *s, struct MHD_Connection *c,
			      const char *path, const char *method,
			      struct pl_span body)
{
	const char *type = header(c, "Content-Type");
	struct pl_ask ask = { .method = method,
			      .path = path,
			      .type = type ? type : "",
			      .body = body };
	struct pl_reply reply = { .status = 404, .type = "text/plain" };

	if (!strcmp(method, "HEAD"))
		ask.method = "GET"; /* MHD leaves the body away */
	if (pl_arena_used(s->scratch) > KEEP) {
		pl_arena_close(s->scratch);
		s->scratch = pl_arena_open(0);
	}
	pl_arena_reset(s->scratch);
	s->conf.handle(s->conf.ctx, s->scratch, &reply, &ask);
	return send_reply(s, c, &reply);
}

/* ---------------------------------------------------------------- requests */

static struct client *client_new(struct pl_server *s)
{
	struct client *k = s->clients;

	for (unsigned i = 0; i < s->conf.max_clients; i++, k++) {
		if (k->busy)
			continue;
		k->busy = true;
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
	k->busy = false;
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

/* Before a byte of the body is read: who asks?  0, or the status. */
static int judge(const struct pl_server *s, struct MHD_Connection *c,
		 const char **words)
{
	const char *host = header(c, "Host"), *origin = header(c, "Origin");

	if (host && !good_host(s, host)) {
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

static bool known_method(const char *m)
{
	return !strcmp(m, "POST") || !strcmp(m, "GET") || !strcmp(m, "HEAD") ||
	       !strcmp(m, "OPTIONS");
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c,
				  const char *url, const char *method,
				  const char *version, const char *data,
				  size_t *n, void **state)
{
	struct pl_server *s = ctx;
	struct client *k = *state;
	const char *words = "";
	int status;

	(void)version;
	if (!k) {
		*state = k = client_new(s);
		return k ? MHD_YES : MHD_NO;
	}
	if (*n) {
		take(s, k, data, *n);
		*n = 0;
		return MHD_YES;
	}
	status = judge(s, c, &words);
	if (status)
		return refuse(s, c, status, words);
	if (k->over)
		return refuse(s, c, 413, "the request is too large\n");
	if (!known_method(method))
		return refuse(s, c, 405, "POST or GET\n");
	if (!strcmp(method, "OPTIONS"))
		return refuse(s, c, 204, "");
	return answer(s, c, url, method, pl_buf_span(&k->body));
}

/* ---------------------------------------------------------------- addresses */

struct place {
	char host[MAX_PLACE];
	const char *port;
};

static enum pl_rc split(struct place *p, const char *listen, struct pl_err *e)
{
	const char *colon = strrchr(listen, ':');
	size_t n = colon ? (size_t)(colon - listen) : 0;

	if (!colon || n >= sizeof(p->host) || !colon[1]) {
		(void)pl_fail(e, PL_EUSAGE, "%s: no address to listen at",
			      listen);
		return pl_hint(e, "ADDRESS:PORT, such as 127.0.0.1:8545");
	}
	if (n >= 2 && listen[0] == '[' && listen[n - 1] == ']') {
		listen++;
		n -= 2;
	}
	memcpy(p->host, listen, n);
	p->host[n] = '\0';
	if (!n || !strcasecmp(p->host, "localhost"))
		memcpy(p->host, "127.0.0.1", sizeof("127.0.0.1"));
	p->port = colon + 1;
	return PL_OK;
}

static enum pl_rc bind_at(int *out, const struct addrinfo *ai,
			  const char *listen_at, struct pl_err *e)
{
	const int one = 1;
	int fd = socket(ai->ai_family, SOCK_STREAM, 0), why;

	if (fd < 0)
		return pl_fail(e, PL_EIO, "no socket: %s", strerror(errno));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (!bind(fd, ai->ai_addr, ai->ai_addrlen) && !listen(fd, 128) &&
	    !fcntl(fd, F_SETFL, O_NONBLOCK) &&
	    !fcntl(fd, F_SETFD, FD_CLOEXEC)) {
		*out = fd;
		return PL_OK;
	}
	why = errno;
	(void)close(fd);
	(void)pl_fail(e, PL_EIO, "cannot listen at %s: %s", listen_at,
		      strerror(why));
	return why == EADDRINUSE
		       ? pl_hint(e, "another program has this port: choose one "
				    "with --listen ADDRESS:PORT")
		       : e->rc;
}

static void name_address(struct pl_server *s, int fd)
{
	struct sockaddr_storage ss;
	struct sockaddr *sa = (struct sockaddr *)&ss;
	socklen_t n = sizeof(ss);
	char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "0";
	bool six;

	(void)getsockname(fd, sa, &n);
	(void)getnameinfo(sa, n, host, sizeof(host), port, sizeof(port),
			  NI_NUMERICHOST | NI_NUMERICSERV);
	six = sa->sa_family == AF_INET6;
	(void)snprintf(s->address, sizeof(s->address), "%s%.200s%s:%.8s",
		       six ? "[" : "", host, six ? "]" : "", port);
	s->local = is_loopback(sa);
}

static enum pl_rc open_socket(struct pl_server *s, int *fd, struct pl_err *e)
{
	const struct addrinfo want = { .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST |
						   AI_NUMERICSERV |
						   AI_PASSIVE };
	struct addrinfo *ai;
	struct place p;
	enum pl_rc rc;

	PL_TRY(split(&p, s->conf.listen, e));
	if (getaddrinfo(p.host, p.port, &want, &ai)) {
		(void)pl_fail(e, PL_EUSAGE, "%s: no address to listen at",
			      s->conf.listen);
		return pl_hint(e, "ADDRESS:PORT with an address in digits, "
				  "such as 127.0.0.1:8545");
	}
	rc = bind_at(fd, ai, s->conf.listen, e);
	freeaddrinfo(ai);
	if (!rc)
		name_address(s, *fd);
	return rc;
}

/* ------------------------------------------------------------------ running */

static void defaults(struct pl_server_conf *c)
{
	if (!c->max_body)
		c->max_body = PL_MAX_ASK;
	if (!c->max_clients)
		c->max_clients = MAX_CLIENTS;
	if (!c->idle_s)
		c->idle_s = IDLE_S;
}

static enum pl_rc start(struct pl_server *s, int fd, struct pl_err *e)
{
	const union MHD_DaemonInfo *info;

	s->daemon = mhd.MHD_start_daemon(
		MHD_USE_EPOLL, 0, NULL, NULL, on_request, s,
		MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
		s->conf.max_clients, MHD_OPTION_CONNECTION_TIMEOUT,
		s->conf.idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		CLIENT_MEMORY, MHD_OPTION_NOTIFY_COMPLETED, on_end, s,
		MHD_OPTION_END);
	if (!s->daemon) {
		(void)close(fd);
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
	int fd;

	PL_TRY(mhd_load(e));
	s->conf = *conf;
	defaults(&s->conf);
	s->clients = PL_NEW_N(a, struct client, s->conf.max_clients);
	PL_TRY(open_socket(s, &fd, e));
	s->scratch = pl_arena_open(0);
	rc = start(s, fd, e);
	if (rc) {
		pl_server_close(s);
		return rc;
	}
	*out = s;
	return PL_OK;
}

const char *pl_server_address(const struct pl_server *s)
{
	return s->address;
}

bool pl_server_is_local(const struct pl_server *s)
{
	return s->local;
}

void pl_server_stop(struct pl_server *s)
{
	s->stop = true;
}

static void on_signal(int sig)
{
	int keep = errno;
	ssize_t n;

	(void)sig;
	n = write(wake_fd[1], "", 1);
	(void)n;
	errno = keep;
}

/* Milliseconds until something has to be done though nobody asks.  Never long:
 * MHD takes up accepting again, once there is room for a client, only when it
 * is run. */
#define REST_MS 250

static int patience(const struct pl_server *s, uint64_t next_tick)
{
	MHD_UNSIGNED_LONG_LONG idle;
	uint64_t now = pl_time_mono_ns() / 1000000;
	int64_t ms = REST_MS;

	if (mhd.MHD_get_timeout(s->daemon, &idle) == MHD_YES && idle < REST_MS)
		ms = (int64_t)idle;
	if (s->conf.tick_ms) {
		int64_t left = next_tick > now ? (int64_t)(next_tick - now) : 0;

		if (left < ms)
			ms = left;
	}
	return (int)ms;
}

static enum pl_rc loop(struct pl_server *s, struct pl_err *e)
{
	struct pollfd fds[2] = { { .fd = s->fd, .events = POLLIN },
				 { .fd = wake_fd[0], .events = POLLIN } };
	uint64_t next = pl_time_mono_ns() / 1000000 + s->conf.tick_ms;

	while (!s->stop) {
		int n = poll(fds, 2, patience(s, next));

		if (n < 0 && errno != EINTR)
			return pl_fail(e, PL_EIO, "poll: %s", strerror(errno));
		if (n > 0 && fds[1].revents)
			return PL_OK;
		(void)mhd.MHD_run(s->daemon);
		if (s->conf.tick_ms && pl_time_mono_ns() / 1000000 >= next) {
			s->conf.tick(s->conf.ctx);
			next = pl_time_mono_ns() / 1000000 + s->conf.tick_ms;
		}
	}
	return PL_OK;
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
	rc = loop(s, e);
	(void)sigaction(SIGINT, &was_int, NULL);
	(void)sigaction(SIGTERM, &was_term, NULL);
	(void)close(wake_fd[0]);
	(void)close(wake_fd[1]);
	return rc;
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
	pl_arena_close(s->scratch);
	s->scratch = NULL;
}
