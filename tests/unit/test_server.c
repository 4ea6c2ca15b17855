/* The HTTP server, from outside: what it answers, what it refuses, and that
 * nothing a client sends stops it. */
#include "check.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop.h"
#include "base/time.h"
#include "net/server.h"

static void handle(void *ctx, unsigned worker, struct pl_arena *a,
		   struct pl_reply *out, const struct pl_ask *ask)
{
	(void)ctx;
	(void)worker;
	*out = (struct pl_reply){ .status = 200,
				  .type = "text/plain",
				  .trust = "proven",
				  .fork = *ask->accept ? "fulu" : NULL };
	out->body = pl_span_str(
		pl_printf(a, "%s %s %.*s%s%s%s%s", ask->method, ask->path,
			  (int)ask->body.n, (const char *)ask->body.p,
			  *ask->query ? " query " : "", ask->query,
			  *ask->accept ? " accept " : "", ask->accept));
}

/* Workers alone get "/slow": it takes SLOW_MS, or until the end is asked for.
 * A number for a body is waited instead. */
#define SLOW_MS 600

static bool quick(void *ctx, struct pl_arena *a, struct pl_reply *out,
		  const struct pl_ask *ask)
{
	if (!strcmp(ask->path, "/slow"))
		return false;
	handle(ctx, 99, a, out, ask);
	return true;
}

static void slow(void *ctx, unsigned worker, struct pl_arena *a,
		 struct pl_reply *out, const struct pl_ask *ask)
{
	const char *text =
		pl_strndup(a, (const char *)ask->body.p, ask->body.n);
	unsigned ms = (unsigned)strtoul(text, NULL, 10);

	handle(ctx, worker, a, out, ask);
	if (ask->late)
		out->status = 503;
	else
		pl_stop_pause(ms ? ms : SLOW_MS);
}

/* Longer than any test waits. */
static void tick(void *ctx)
{
	(void)ctx;
	pl_stop_pause(20000);
}

struct fixture {
	pid_t child;
	unsigned port;
};

static void child(int tell, const char *cors, unsigned workers)
{
	struct pl_server_conf conf = { .listen = "127.0.0.1:0",
				       .cors = cors,
				       .host = "node.example",
				       .max_body = 10000,
				       .max_clients = 8,
				       .idle_s = 1,
				       .handle = handle };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_server *s = NULL;
	struct pl_err e;
	unsigned port;

	if (workers) {
		conf.workers = workers;
		conf.patience_s = 1;
		conf.quick = quick;
		conf.handle = slow;
		conf.tick = tick;
		conf.tick_ms = 1;
	}

	if (pl_server_open(a, &s, &conf, &e))
		_exit(99);
	port = (unsigned)strtoul(strrchr(pl_server_address(s), ':') + 1, NULL,
				 10);
	if (write(tell, &port, sizeof(port)) != sizeof(port) ||
	    pl_server_run(s, &e))
		_exit(98);
	pl_server_close(s);
	pl_arena_close(a);
	_exit(0);
}

static int begin_with(void **state, const char *cors, unsigned workers)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd[2];

	if (pipe(fd))
		return -1;
	f->child = fork();
	if (!f->child)
		child(fd[1], cors, workers);
	(void)close(fd[1]);
	if (read(fd[0], &f->port, sizeof(f->port)) != sizeof(f->port))
		return -1;
	(void)close(fd[0]);
	*state = f;
	return 0;
}

static int begin(void **state)
{
	return begin_with(state, NULL, 0);
}

static int begin_cors(void **state)
{
	return begin_with(state, "https://app.example", 0);
}

static int begin_workers(void **state)
{
	return begin_with(state, NULL, 2);
}

static int end(void **state)
{
	struct fixture *f = *state;
	int status = -1;

	if (!f->child) {
		free(f);
		return 0;
	}
	(void)kill(f->child, SIGTERM);
	(void)waitpid(f->child, &status, 0);
	free(f);
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

static int dial(const struct fixture *f)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)f->port) };
	const struct timeval patience = { .tv_sec = 5 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			 sizeof(patience));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static void put(int fd, const char *s)
{
	(void)send(fd, s, strlen(s), MSG_NOSIGNAL);
}

/* One answer with Content-Length, or what came until the end. */
static const char *answer(int fd)
{
	static char buf[65536];
	size_t n = 0;

	for (;;) {
		const char *end, *length;
		ssize_t k = recv(fd, buf + n, sizeof(buf) - 1 - n, 0);

		if (k <= 0)
			break;
		n += (size_t)k;
		buf[n] = 0;
		end = strstr(buf, "\r\n\r\n");
		length = strstr(buf, "Content-Length: ");
		if (end &&
		    (!length || n >= (size_t)(end + 4 - buf) +
						strtoul(length + 16, NULL, 10)))
			break;
	}
	buf[n] = 0;
	return buf;
}

static const char *ask(const struct fixture *f, const char *text)
{
	int fd = dial(f);
	const char *got;

	put(fd, text);
	got = answer(fd);
	(void)close(fd);
	return got;
}

#define HOST "Host: 127.0.0.1\r\n"
#define POST(more, body)                                                       \
	"POST / HTTP/1.1\r\n" more "Content-Length: 3\r\n\r\n" body

static void assert_has(const char *got, const char *want)
{
	if (!strstr(got, want))
		fail_msg("no \"%s\" in: %s", want, got);
}

static void one_connection_asks_many_times(void **state)
{
	int fd = dial(*state);
	const char *got;

	for (int i = 0; i < 100; i++) {
		put(fd, POST(HOST, "abc"));
		assert_has(answer(fd), "POST / abc");
	}
	put(fd, "GET /healthz?x=1 HTTP/1.1\r\n" HOST "\r\n");
	assert_has(answer(fd), "GET /healthz  query x=1");
	put(fd, "GET /a%20b?x=%31&y?&z= HTTP/1.1\r\n" HOST
		"Accept: application/octet-stream\r\n\r\n");
	got = answer(fd);
	assert_has(got, "GET /a b  query x=%31&y?&z= accept application/octet-"
			"stream");
	assert_has(got, "Eth-Consensus-Version: fulu\r\n");
	put(fd, POST(HOST, "abc"));
	got = answer(fd);
	assert_has(got, "\r\n\r\nPOST / abc");
	assert_null(strstr(got, "Eth-Consensus-Version"));
	assert_has(ask(*state, POST(HOST, "abc")), "X-Plume-Trust: proven");
	(void)close(fd);
}

static void hosts_of_others_are_refused(void **state)
{
	static const struct {
		const char *host, *status;
	} table[] = {
		{ "Host: 127.0.0.1:8545\r\n", " 200 " },
		{ "Host: localhost:8545\r\n", " 200 " },
		{ "Host: [::1]:8545\r\n", " 200 " },
		{ "Host: node.example:1\r\n", " 200 " },
		{ "Host: evil.example\r\n", " 403 " },
		{ "Host: 127.0.0.1.evil.example\r\n", " 403 " },
		{ "Host: localhost.evil.example\r\n", " 403 " },
	};
	struct pl_arena *a = pl_arena_open(0);

	for (size_t i = 0; i < COUNT(table); i++)
		assert_has(ask(*state, pl_printf(a,
						 "POST / HTTP/1.1\r\n%s"
						 "Content-Length: 3\r\n\r\n"
						 "abc",
						 table[i].host)),
			   table[i].status);
	pl_arena_close(a);
}

static void pages_of_others_are_refused(void **state)
{
	assert_has(
		ask(*state, POST(HOST "Origin: https://x.example\r\n", "abc")),
		" 403 ");
	assert_has(ask(*state, POST(HOST "Origin: null\r\n", "abc")), " 403 ");
}

static void an_allowed_page_may_ask(void **state)
{
#define APP "Origin: https://app.example\r\n"
	const char *got = ask(*state, POST(HOST APP, "abc"));

	assert_has(got, " 200 ");
	assert_has(got, "Access-Control-Allow-Origin: https://app.example");
	got = ask(*state, "OPTIONS / HTTP/1.1\r\n" HOST APP "\r\n");
	assert_has(got, " 204 ");
	assert_has(got, "Access-Control-Allow-Headers: Content-Type");
	assert_has(
		ask(*state, POST(HOST "Origin: https://b.example\r\n", "abc")),
		" 403 ");
}

static void bodies_have_a_limit(void **state)
{
	struct pl_arena *a = pl_arena_open(0);
	char *big = pl_alloc(a, 10002);

	memset(big, 'x', 10001);
	assert_has(ask(*state, pl_printf(a,
					 "POST / HTTP/1.1\r\n" HOST
					 "Content-Length: 10001\r\n\r\n%s",
					 big)),
		   " 413 ");
	assert_has(ask(*state, "POST / HTTP/1.1\r\n" HOST
			       "Transfer-Encoding: chunked\r\n\r\n"
			       "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"),
		   "POST / abcde");
	pl_arena_close(a);
}

static void other_methods_are_refused(void **state)
{
	assert_has(ask(*state, "DELETE / HTTP/1.1\r\n" HOST "\r\n"), " 405 ");
	assert_has(ask(*state,
		       "HEAD / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"),
		   " 200 ");
}

static void nothing_sent_stops_it(void **state)
{
	static const char *const junk[] = {
		"",
		"\r\n\r\n",
		"\x16\x03\x01\x02",
		"GET",
		"GET /?x=1 HTTP/1.1\r\n",
		"GET /?x=1 HTTP/1.1\r\nHost:",
		"POST / HTTP/9.9\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: "
		"99999999999999999999\r\n\r\n",
		"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
	};

	for (size_t i = 0; i < COUNT(junk); i++) {
		int fd = dial(*state);

		put(fd, junk[i]);
		(void)close(fd);
	}
	assert_has(ask(*state, POST(HOST, "abc")), "POST / abc");
}

/* As many as there may be clients, and more: none keeps a place for ever. */
static void who_leaves_in_the_head_leaves_a_place(void **state)
{
	const char *got = "";

	for (size_t i = 0; i < 12; i++) {
		int fd = dial(*state);

		put(fd, "GET /?x=1 HTTP/1.1\r\nHost:");
		(void)close(fd);
	}
	for (int i = 0; i < 8 && !strstr(got, "POST / abc"); i++) {
		(void)usleep(500000);
		got = ask(*state, POST(HOST, "abc"));
	}
	assert_has(got, "POST / abc");
}

static void more_clients_than_allowed_wait_or_go(void **state)
{
	int fd[20];

	for (size_t i = 0; i < COUNT(fd); i++)
		fd[i] = dial(*state);
	put(fd[0], POST(HOST, "abc"));
	assert_has(answer(fd[0]), "POST / abc");
	for (size_t i = 0; i < COUNT(fd); i++)
		(void)close(fd[i]);
	assert_has(ask(*state, POST(HOST, "abc")), "POST / abc");
}

/* -------------------------------------------------------------- workers */

static uint64_t ms_now(void)
{
	return pl_time_mono_ns() / 1000000;
}

#define SLOW(body)                                                             \
	"POST /slow HTTP/1.1\r\n" HOST "Content-Length: 4\r\n\r\n" body

/* What is known is answered while two wait, and a tick waits too; the two wait
 * side by side. */
static void the_slow_keep_nobody_waiting(void **state)
{
	int a = dial(*state), b = dial(*state);
	uint64_t start = ms_now(), took;

	put(a, SLOW("0700"));
	put(b, SLOW("0700"));
	for (int i = 0; i < 50; i++)
		assert_has(ask(*state, POST(HOST, "abc")), "POST / abc");
	took = ms_now() - start;
	assert_true(took < 600);
	assert_has(answer(a), "POST /slow 0700");
	assert_has(answer(b), "POST /slow 0700");
	took = ms_now() - start;
	assert_true(took >= 690 && took < 1300);
	/* the same connection goes on */
	put(a, POST(HOST, "abc"));
	assert_has(answer(a), "POST / abc");
	(void)close(a);
	(void)close(b);
}

/* Not at the loop's next turn. */
static void what_a_worker_knows_is_sent_at_once(void **state)
{
	int fd = dial(*state);
	uint64_t start = ms_now();

	for (int i = 0; i < 20; i++) {
		put(fd, SLOW("0001"));
		assert_has(answer(fd), "POST /slow 0001");
	}
	assert_true(ms_now() - start < 1500);
	(void)close(fd);
}

static void who_waited_too_long_is_told(void **state)
{
	int busy[2] = { dial(*state), dial(*state) }, late = dial(*state);

	put(busy[0], SLOW("1500"));
	put(busy[1], SLOW("1500"));
	(void)usleep(100000);
	put(late, SLOW("1500"));
	assert_has(answer(late), " 503 ");
	assert_has(answer(busy[0]), " 200 ");
	for (int i = 0; i < 2; i++)
		(void)close(busy[i]);
	(void)close(late);
}

static void who_leaves_while_a_worker_works_is_no_harm(void **state)
{
	for (int i = 0; i < 6; i++) {
		int fd = dial(*state);

		put(fd, SLOW("0100"));
		(void)close(fd);
	}
	(void)usleep(500000);
	assert_has(ask(*state, SLOW("0001")), "POST /slow 0001");
	assert_has(ask(*state, POST(HOST, "abc")), "POST / abc");
}

/* And who asked gets an answer yet. */
static void the_end_does_not_wait_for_the_slow(void **state)
{
	struct fixture *f = *state;
	uint64_t start;
	int fd = dial(f), status;

	put(fd, SLOW("9999"));
	(void)usleep(100000);
	start = ms_now();
	(void)kill(f->child, SIGTERM);
	assert_has(answer(fd), "POST /slow 9999");
	assert_int_equal(waitpid(f->child, &status, 0), f->child);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	assert_true(ms_now() - start < 2000);
	(void)close(fd);
	f->child = 0; /* nobody is left to be ended */
}

static void addresses_follow_the_table(void **state)
{
	static const struct {
		const char *listen;
		enum pl_rc rc;
	} table[] = {
		{ "127.0.0.1:0", PL_OK },     { ":0", PL_OK },
		{ "localhost:0", PL_OK },     { "", PL_EUSAGE },
		{ "127.0.0.1", PL_EUSAGE },   { "127.0.0.1:", PL_EUSAGE },
		{ "127.0.0.1:x", PL_EUSAGE }, { "a.example:1", PL_EUSAGE },
		{ "192.0.2.1:1", PL_EIO },
	};
	struct pl_arena *a = pl_arena_open(0);

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		struct pl_server_conf conf = { .listen = table[i].listen,
					       .handle = handle };
		struct pl_server *s = NULL;
		struct pl_err e;

		assert_int_equal(pl_server_open(a, &s, &conf, &e), table[i].rc);
		if (s) {
			struct pl_server_conf same = {
				.listen = pl_server_address(s), .handle = handle
			};
			struct pl_server *t = NULL;

			assert_true(pl_server_is_local(s));
			assert_int_equal(pl_server_open(a, &t, &same, &e),
					 PL_EIO);
		}
		pl_server_close(s);
	}
	pl_arena_close(a);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
#define W(f) cmocka_unit_test_setup_teardown(f, begin_workers, end)
	const struct CMUnitTest tests[] = {
		T(one_connection_asks_many_times),
		T(hosts_of_others_are_refused),
		T(pages_of_others_are_refused),
		cmocka_unit_test_setup_teardown(an_allowed_page_may_ask,
						begin_cors, end),
		T(bodies_have_a_limit),
		T(other_methods_are_refused),
		T(nothing_sent_stops_it),
		T(who_leaves_in_the_head_leaves_a_place),
		T(more_clients_than_allowed_wait_or_go),
		W(the_slow_keep_nobody_waiting),
		W(what_a_worker_knows_is_sent_at_once),
		W(who_waited_too_long_is_told),
		W(who_leaves_while_a_worker_works_is_no_harm),
		W(the_end_does_not_wait_for_the_slow),
		cmocka_unit_test(addresses_follow_the_table),
	};
#undef T
#undef W

	return cmocka_run_group_tests_name("server", tests, NULL, NULL);
}
