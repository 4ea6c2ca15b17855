/* The server's WebSockets, from outside: what is answered, pushed and refused,
 * and that nothing a client sends or leaves undone stops it. */
#include "check.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop.h"
#include "base/time.h"
#include "codec/wsf.h"
#include "net/server.h"

#define MAX_BODY 100000
#define SOCKETS 4

/* ---------------------------------------------------------------- a server
 * Messages are words to it: "echo …", "wait MS" (a worker's), "push N TEXT"
 * (N times, before the answer), "flood" (200 MB), "silent" (no answer),
 * "gone" (how many sockets are no more), "path". */

static struct pl_server *served;
static atomic_uint gone_count;

static bool begins(struct pl_span s, const char *with)
{
	return s.n >= strlen(with) && !memcmp(s.p, with, strlen(with));
}

static void push(const struct pl_ask *ask)
{
	const char *text = (const char *)ask->body.p + 5;
	const long n = strtol(text, NULL, 10);

	for (long i = 0; i < n; i++) {
		char some[32];

		(void)snprintf(some, sizeof(some), "pushed %ld", i);
		pl_server_push(served, ask->socket, pl_span_str(some));
	}
}

static void flood(struct pl_arena *a, uint64_t socket)
{
	const size_t n = 2 << 20;

	for (int i = 0; i < 100; i++)
		pl_server_push(served, socket,
			       (struct pl_span){ pl_alloc(a, n), n });
}

static bool quick(void *ctx, struct pl_arena *a, struct pl_reply *out,
		  const struct pl_ask *ask)
{
	(void)ctx;
	*out = (struct pl_reply){ .status = 200, .type = "text/plain" };
	out->body = ask->body;
	if (!ask->socket) {
		out->body = pl_span_str("plain");
	} else if (begins(ask->body, "gone")) {
		out->body = pl_span_str(
			pl_printf(a, "gone %u", atomic_load(&gone_count)));
	} else if (begins(ask->body, "path")) {
		out->body = pl_span_str(ask->path);
	} else if (begins(ask->body, "silent")) {
		out->body.n = 0;
	} else if (!begins(ask->body, "echo")) {
		return false;
	}
	return true;
}

static void handle(void *ctx, unsigned worker, struct pl_arena *a,
		   struct pl_reply *out, const struct pl_ask *ask)
{
	(void)ctx;
	(void)worker;
	*out = (struct pl_reply){ .status = 200, .body = ask->body };
	if (begins(ask->body, "wait"))
		pl_stop_pause((unsigned)strtoul((const char *)ask->body.p + 4,
						NULL, 10));
	else if (begins(ask->body, "push"))
		push(ask);
	else if (begins(ask->body, "flood"))
		flood(a, ask->socket);
	if (begins(ask->body, "push"))
		pl_stop_pause(50); /* the loop has them before the answer */
}

static void gone(void *ctx, uint64_t socket)
{
	(void)ctx;
	(void)socket;
	atomic_fetch_add(&gone_count, 1);
}

static void child(int tell)
{
	const struct pl_server_conf conf = { .listen = "127.0.0.1:0",
					     .max_body = MAX_BODY,
					     .max_clients = 12,
					     .max_sockets = SOCKETS,
					     .idle_s = 1,
					     .workers = 2,
					     .quick = quick,
					     .handle = handle,
					     .gone = gone };
	struct pl_arena *a = pl_arena_open(0);
	struct pl_err e;
	unsigned port;

	if (pl_server_open(a, &served, &conf, &e))
		_exit(99);
	port = (unsigned)strtoul(strrchr(pl_server_address(served), ':') + 1,
				 NULL, 10);
	if (write(tell, &port, sizeof(port)) != sizeof(port) ||
	    pl_server_run(served, &e))
		_exit(98);
	pl_server_close(served);
	pl_arena_close(a);
	_exit(0);
}

struct fixture {
	pid_t child;
	unsigned port;
};

static int begin(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	int fd[2];

	if (!f || pipe(fd))
		return -1;
	f->child = fork();
	if (!f->child)
		child(fd[1]);
	(void)close(fd[1]);
	if (read(fd[0], &f->port, sizeof(f->port)) != sizeof(f->port))
		return -1;
	(void)close(fd[0]);
	*state = f;
	return 0;
}

static int end(void **state)
{
	struct fixture *f = *state;
	int status = 0;

	if (f->child) {
		(void)kill(f->child, SIGTERM);
		(void)waitpid(f->child, &status, 0);
	}
	free(f);
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

/* ---------------------------------------------------------------- a client */

static int dial(const struct fixture *f)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons((uint16_t)f->port) };
	const struct timeval patience = { .tv_sec = 10 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience,
			 sizeof(patience));
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

#define HELLO(more)                                                            \
	"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"          \
	"Connection: keep-alive, Upgrade\r\n" more "\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

/* The head of the answer to a handshake, to the empty line. */
static const char *shake(int fd, const char *hello)
{
	static char head[2000];
	size_t n = 0;

	(void)send(fd, hello, strlen(hello), MSG_NOSIGNAL);
	while (n < sizeof(head) - 1 && recv(fd, head + n, 1, 0) == 1) {
		head[++n] = '\0';
		if (n > 4 && !strcmp(head + n - 4, "\r\n\r\n"))
			break;
	}
	head[n] = '\0';
	return head;
}

static int open_socket(const struct fixture *f)
{
	int fd = dial(f);

	assert_non_null(strstr(shake(fd, HELLO(KEY VERSION)), " 101 "));
	return fd;
}

static void put_frame(int fd, unsigned first, const void *body, size_t n)
{
	static uint8_t frame[1 << 20];
	const uint8_t mask[4] = { 9, 8, 7, 6 };
	size_t head = pl_wsf_head(frame, PL_WSF_TEXT, n);

	assert_true(head + 4 + n <= sizeof(frame));
	frame[0] = (uint8_t)first;
	frame[1] |= 0x80;
	memcpy(frame + head, mask, 4);
	memcpy(frame + head + 4, body, n);
	pl_wsf_mask(frame + head + 4, n, mask);
	n += head + 4;
	for (size_t at = 0; at < n;) {
		ssize_t k = send(fd, frame + at, n - at, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		at += (size_t)k;
	}
}

static void say(int fd, const char *text)
{
	put_frame(fd, 0x81, text, strlen(text));
}

static bool read_all(int fd, void *to, size_t n)
{
	return !n || recv(fd, to, n, MSG_WAITALL) == (ssize_t)n;
}

/* The next frame's first byte, 0 at the end; its body as a string. */
static unsigned hear(int fd, const char **body)
{
	static char text[MAX_BODY + 100];
	uint8_t head[10] = { 0 };
	uint64_t n;

	*body = "";
	if (!read_all(fd, head, 2))
		return 0;
	n = head[1];
	if (n == 126 && read_all(fd, head + 2, 2))
		n = pl_load_be(head + 2, 2);
	else if (n == 127 && read_all(fd, head + 2, 8))
		n = pl_load_be(head + 2, 8);
	assert_true(n < sizeof(text));
	if (!read_all(fd, text, n))
		return 0;
	text[n] = '\0';
	*body = text;
	return head[0];
}

/* A text message, whatever pings come before it. */
static void assert_hears(int fd, const char *want)
{
	const char *got;
	unsigned first;

	while ((first = hear(fd, &got)) == 0x89)
		put_frame(fd, 0x8a, got, strlen(got));
	assert_int_equal(first, 0x81);
	assert_string_equal(got, want);
}

/* A close frame with this code, then the end. */
static void assert_closes(int fd, unsigned code)
{
	const char *got;

	assert_int_equal(hear(fd, &got), 0x88);
	assert_int_equal((uint8_t)got[0] << 8 | (uint8_t)got[1], code);
	assert_int_equal(hear(fd, &got), 0);
	(void)close(fd);
}

/* ------------------------------------------------------------------- tests */

static void a_handshake_follows_the_table(void **state)
{
	static const struct {
		const char *hello, *answer;
	} table[] = {
		{ HELLO(KEY VERSION), " 101 " },
		{ HELLO(KEY VERSION), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" },
		{ HELLO(KEY), " 426 " },
		{ HELLO(KEY "Sec-WebSocket-Version: 8\r\n"), " 426 " },
		{ HELLO(KEY), "Sec-WebSocket-Version: 13" },
		{ HELLO(VERSION), " 400 " },
		{ HELLO("Sec-WebSocket-Key: abc\r\n" VERSION), " 400 " },
		{ HELLO(KEY VERSION "Origin: https://evil.example\r\n"),
		  " 403 " },
		{ "GET / HTTP/1.1\r\nHost: evil.example\r\n"
		  "Upgrade: websocket\r\nConnection: Upgrade\r\n" KEY VERSION
		  "\r\n",
		  " 403 " },
		/* no wish to upgrade: a plain request */
		{ "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		  "Upgrade: websocket\r\n" KEY VERSION "\r\n",
		  " 200 " },
		{ "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		  "Connection: Upgrade\r\nUpgrade: h2c\r\n" KEY VERSION "\r\n",
		  " 200 " },
	};

	for (size_t i = 0; i < COUNT(table); i++) {
		int fd = dial(*state);
		const char *head = shake(fd, table[i].hello);

		if (!strstr(head, table[i].answer))
			fail_msg("%zu: no \"%s\" in: %s", i, table[i].answer,
				 head);
		(void)close(fd);
	}
}

static void messages_are_answered(void **state)
{
	static char big[MAX_BODY + 1];
	int fd = open_socket(*state), other = dial(*state);
	const char *got;

	memset(big, 'x', MAX_BODY);
	memcpy(big, "echo", 4);
	for (size_t n = 4; n < MAX_BODY; n = n * 3 + 1) {
		put_frame(fd, 0x81, big, n);
		assert_int_equal(hear(fd, &got), 0x81);
		assert_int_equal(strlen(got), n);
	}
	put_frame(fd, 0x81, big, MAX_BODY);
	assert_int_equal(hear(fd, &got), 0x81);
	assert_int_equal(strlen(got), MAX_BODY);
	say(fd, "silent");
	say(fd, "path");
	assert_hears(fd, "/");
	(void)close(fd);
	(void)shake(other, "GET /child?x HTTP/1.1\r\nHost: 127.0.0.1\r\n"
			   "Upgrade: WebSocket\r\nConnection: "
			   "upgrade\r\n" KEY VERSION "\r\n");
	say(other, "path");
	assert_hears(other, "/child");
	(void)close(other);
}

/* RFC-6455 fragmentation: pieces, with a ping between them */
static void pieces_make_a_message(void **state)
{
	int fd = open_socket(*state);
	const char *got;

	put_frame(fd, 0x01, "ec", 2);
	put_frame(fd, 0x00, "", 0);
	put_frame(fd, 0x89, "here", 4);
	put_frame(fd, 0x00, "ho ", 3);
	put_frame(fd, 0x8a, "unasked", 7);
	put_frame(fd, 0x80, "you", 3);
	assert_int_equal(hear(fd, &got), 0x8a);
	assert_string_equal(got, "here");
	assert_hears(fd, "echo you");
	say(fd, "echo again");
	assert_hears(fd, "echo again");
	(void)close(fd);
}

static void a_byte_at_a_time_is_enough(void **state)
{
	static const uint8_t frame[] = { 0x81, 0x84, 0,   0,   0,
					 0,    'e',  'c', 'h', 'o' };
	int fd = open_socket(*state);

	for (size_t i = 0; i < sizeof(frame); i++) {
		assert_int_equal(send(fd, frame + i, 1, MSG_NOSIGNAL), 1);
		(void)usleep(5000);
	}
	assert_hears(fd, "echo");
	(void)close(fd);
}

static void frames_that_end_a_socket(void **state)
{
	static const struct {
		unsigned first;
		const char *body;
		size_t n;
		unsigned code;
	} table[] = {
		{ 0x88, "\x03\xe8 bye", 6, 1000 },
		{ 0x88, "", 0, 1000 },
		{ 0x88, "\x03", 1, PL_WSF_PROTOCOL },
		{ 0x82, "echo", 4, PL_WSF_NO_BINARY },
		{ 0x80, "echo", 4, PL_WSF_PROTOCOL }, /* of no message */
		{ 0xc1, "echo", 4, PL_WSF_PROTOCOL },
		{ 0x83, "echo", 4, PL_WSF_PROTOCOL },
		{ 0x81, "echo \xff", 6, PL_WSF_NOT_UTF8 },
		{ 0x09, "ping", 4, PL_WSF_PROTOCOL },
	};
	static char big[MAX_BODY + 1];
	int fd;

	for (size_t i = 0; i < COUNT(table); i++) {
		fd = open_socket(*state);
		put_frame(fd, table[i].first, table[i].body, table[i].n);
		assert_closes(fd, table[i].code);
	}
	fd = open_socket(*state); /* a message begins within another */
	put_frame(fd, 0x01, "ec", 2);
	put_frame(fd, 0x81, "ho", 2);
	assert_closes(fd, PL_WSF_PROTOCOL);
	fd = open_socket(*state); /* no mask */
	(void)send(fd,
		   "\x81\x04"
		   "echo",
		   6, MSG_NOSIGNAL);
	assert_closes(fd, PL_WSF_PROTOCOL);
	fd = open_socket(*state); /* longer than allowed: by its head alone */
	(void)send(fd, "\x81\xff\0\0\0\x40\0\0\0\0\1\2\3\4", 14, MSG_NOSIGNAL);
	assert_closes(fd, PL_WSF_TOO_LARGE);
	fd = open_socket(*state); /* and in pieces */
	put_frame(fd, 0x01, big, MAX_BODY);
	put_frame(fd, 0x00, big, 1);
	assert_closes(fd, PL_WSF_TOO_LARGE);
}

static uint64_t ms_now(void)
{
	return pl_time_mono_ns() / 1000000;
}

/* Two workers: three waits of 600 ms take 1200, and what is known comes
 * before them. */
static void the_slow_keep_nobody_waiting(void **state)
{
	int fd = open_socket(*state);
	uint64_t start = ms_now();

	for (int i = 0; i < 3; i++)
		say(fd, "wait 600");
	say(fd, "echo");
	assert_hears(fd, "echo");
	assert_true(ms_now() - start < 550);
	for (int i = 0; i < 3; i++)
		assert_hears(fd, "wait 600");
	assert_true(ms_now() - start < 1700);
	/* more than are in work at a time */
	for (int i = 0; i < 40; i++)
		say(fd, "wait 1");
	for (int i = 0; i < 40; i++)
		assert_hears(fd, "wait 1");
	(void)close(fd);
}

static void what_is_pushed_comes_after_the_answer(void **state)
{
	int fd = open_socket(*state);

	say(fd, "push 3");
	assert_hears(fd, "push 3");
	assert_hears(fd, "pushed 0");
	assert_hears(fd, "pushed 1");
	assert_hears(fd, "pushed 2");
	(void)close(fd);
}

static void who_does_not_listen_is_given_up(void **state)
{
	int deaf = open_socket(*state), fd = open_socket(*state);
	const char *got = "";

	say(deaf, "flood");
	for (int i = 0; i < 50 && strcmp(got, "gone 1") != 0; i++) {
		(void)usleep(100000);
		say(fd, "gone");
		assert_int_equal(hear(fd, &got), 0x81);
	}
	assert_string_equal(got, "gone 1");
	(void)close(deaf);
	(void)close(fd);
}

static void there_are_so_many_and_no_more(void **state)
{
	int fd[SOCKETS], more = dial(*state);
	const char *got = "";

	for (int i = 0; i < SOCKETS; i++)
		fd[i] = open_socket(*state);
	assert_non_null(strstr(shake(more, HELLO(KEY VERSION)), " 503 "));
	(void)close(more);
	/* plain requests have room */
	more = dial(*state);
	assert_non_null(
		strstr(shake(more, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"),
		       " 200 "));
	(void)close(more);
	/* each place is given back, whatever way they leave */
	say(fd[1], "wait 100");
	put_frame(fd[2], 0x01, "ec", 2);
	put_frame(fd[3], 0x88, "", 0);
	for (int i = 0; i < SOCKETS; i++)
		(void)close(fd[i]);
	for (int round = 0; round < 30; round++) {
		fd[0] = dial(*state);
		if (!strstr(shake(fd[0], HELLO(KEY VERSION)), " 101 ")) {
			(void)usleep(20000);
			(void)close(fd[0]);
			continue;
		}
		say(fd[0], "gone");
		assert_int_equal(hear(fd[0], &got), 0x81);
		(void)close(fd[0]);
	}
	assert_true(strtoul(got + 5, NULL, 10) > SOCKETS);
}

/* idle_s is 1: after it a ping, after two the end. */
static void the_silent_are_asked_and_given_up(void **state)
{
	int fd = open_socket(*state), alive = open_socket(*state);
	const char *got;

	for (int i = 0; i < 3; i++) {
		assert_int_equal(hear(alive, &got), 0x89);
		put_frame(alive, 0x8a, got, strlen(got));
	}
	assert_int_equal(hear(fd, &got), 0x89);
	assert_int_equal(hear(fd, &got), 0);
	say(alive, "echo");
	assert_hears(alive, "echo");
	(void)close(fd);
	(void)close(alive);
}

static void the_end_is_told(void **state)
{
	struct fixture *f = *state;
	int fd = open_socket(f), busy = open_socket(f), status;

	say(busy, "wait 9999");
	say(fd, "echo");
	assert_hears(fd, "echo");
	(void)kill(f->child, SIGTERM);
	assert_hears(busy, "wait 9999");
	assert_closes(busy, PL_WSF_LEAVING);
	assert_closes(fd, PL_WSF_LEAVING);
	assert_int_equal(waitpid(f->child, &status, 0), f->child);
	assert_true(WIFEXITED(status) && !WEXITSTATUS(status));
	f->child = 0;
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		T(a_handshake_follows_the_table),
		T(messages_are_answered),
		T(pieces_make_a_message),
		T(a_byte_at_a_time_is_enough),
		T(frames_that_end_a_socket),
		T(the_slow_keep_nobody_waiting),
		T(what_is_pushed_comes_after_the_answer),
		T(who_does_not_listen_is_given_up),
		T(there_are_so_many_and_no_more),
		T(the_silent_are_asked_and_given_up),
		T(the_end_is_told),
	};
#undef T

	return cmocka_run_group_tests_name("server_ws", tests, NULL, NULL);
}
