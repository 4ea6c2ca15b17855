/* The loop, its signals and the threads beside it. */
#include "net/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/stop.h"
#include "base/time.h"
#include "net/server_impl.h"

#define MAX_CLIENTS 64
#define IDLE_S 60

/* What is written at [1] wakes the loop; one server runs at a time. */
static int wake_fd[2] = { -1, -1 };

/* ------------------------------------------------------------------ opening */

static void defaults(struct pl_server_conf *c)
{
	if (!c->max_body)
		c->max_body = PL_MAX_ASK;
	if (!c->max_clients)
		c->max_clients = MAX_CLIENTS;
	if (!c->idle_s)
		c->idle_s = IDLE_S;
	/* so that there is room for plain requests */
	if (c->max_sockets > c->max_clients / 2)
		c->max_sockets = c->max_clients / 2;
}

enum pl_rc pl_server_open(struct pl_arena *a, struct pl_server **out,
			  const struct pl_server_conf *conf, struct pl_err *e)
{
	struct pl_server *s = PL_NEW(a, struct pl_server);
	enum pl_rc rc;

	s->a = a;
	s->conf = *conf;
	defaults(&s->conf);
	server_done_init(&s->done);
	PL_TRY(server_listen(&s->place, s->conf.listen, e));
	server_ws_init(a, s);
	rc = server_http_open(a, &s->http, s, e);
	if (rc) {
		(void)close(s->place.fd);
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
	if (s->http)
		server_http_close(s->http, s->conf.max_clients);
	s->http = NULL;
}

/* ------------------------------------------------------------------ running */

void server_wake(void)
{
	int keep = errno;
	ssize_t n = write(wake_fd[1], "", 1); /* a full pipe wakes as well */

	(void)n;
	errno = keep;
}

static void sleep_again(void)
{
	char some[64];

	while (read(wake_fd[0], some, sizeof(some)) > 0)
		;
}

static void on_signal(int sig)
{
	(void)sig;
	pl_stop_ask();
	server_wake();
}

/* Milliseconds until something has to be done though nobody asks.  Never long:
 * MHD takes up accepting again, once there is room for a client, only when it
 * is run. */
#define REST_MS 250

/* ---------------------------------------------------------------- answering */

static void work(void *ctx, unsigned worker, struct server_job *job)
{
	struct pl_server *s = ctx;
	const uint64_t waited = pl_time_mono_ns() - job->since_ns;

	job->ask.late = s->conf.patience_s &&
			waited / 1000000000u >= s->conf.patience_s;
	s->conf.handle(s->conf.ctx, worker, job->a, &job->reply, &job->ask);
	server_done_put(&s->done, job);
	server_wake();
}

bool server_answer(struct pl_server *s, struct server_job *job)
{
	job->reply = (struct pl_reply){ .status = 404, .type = "text/plain" };
	if (s->conf.quick &&
	    s->conf.quick(s->conf.ctx, job->a, &job->reply, &job->ask))
		return true;
	if (!s->pool) {
		s->conf.handle(s->conf.ctx, 0, job->a, &job->reply, &job->ask);
		return true;
	}
	server_pool_put(s->pool, job);
	return false;
}

static void take_answers(struct pl_server *s)
{
	struct server_job *job = server_done_take(&s->done), *next;

	for (; job; job = next) {
		next = job->next;
		if (job->ask.socket)
			server_ws_answered(s, job);
		else
			server_http_answered(job);
	}
}

/* ------------------------------------------------------------------ the loop
 */

static enum pl_rc loop(struct pl_server *s, struct pl_err *e)
{
	struct pollfd *fds =
		PL_NEW_N(s->a, struct pollfd, 2 + s->conf.max_sockets);
	unsigned n;

	fds[0] = (struct pollfd){ .fd = server_http_fd(s->http),
				  .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = wake_fd[0], .events = POLLIN };
	while (!pl_stop_asked()) {
		n = server_ws_poll(s, fds + 2);
		if (poll(fds, 2 + n, server_http_rest(s->http, REST_MS)) < 0) {
			if (errno != EINTR)
				return pl_fail(e, PL_EIO, "poll: %s",
					       strerror(errno));
			continue;
		}
		if (fds[1].revents)
			sleep_again();
		take_answers(s);
		server_ws_step(s, fds + 2, n);
		if (!pl_stop_asked())
			server_http_step(s->http);
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
	s->pool = NULL;
	s->ticker = NULL;
	take_answers(s); /* what was answered meanwhile */
	server_ws_close(s);
	server_http_step(s->http);
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
	for (int i = 0; i < 2; i++) {
		(void)fcntl(wake_fd[i], F_SETFL, O_NONBLOCK);
		(void)fcntl(wake_fd[i], F_SETFD, FD_CLOEXEC);
	}
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
