/* A node that misbehaves on request: an HTTP server on a loopback port whose
 * path says what goes wrong.  Prints its port and serves until it is killed,
 * ten minutes at most.  Plain C, so that the tests need nothing else. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOM 65536
#define CUT "HTTP/1.0 200 OK\r\n\r\n{\"jsonrpc\":\"2.0\",\"id"

struct ask {
	char text[ROOM];
	char path[64], method[64], id[24];
	const char *body;
};

static unsigned *turns; /* requests so far, shared by all children */

static void out(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t k = write(fd, s, n);

		if (k <= 0)
			_exit(0);
		s += k;
		n -= (size_t)k;
	}
}

static void reply(int fd, const char *status, const char *type,
		  const char *body, size_t claimed)
{
	char head[512];
	int n = snprintf(head, sizeof(head),
			 "HTTP/1.1 %s\r\nContent-Type: %s\r\n"
			 "Content-Length: %zu\r\n\r\n",
			 status, type, claimed ? claimed : strlen(body));

	out(fd, head, (size_t)n);
	out(fd, body, strlen(body));
}

static const char *result_of(const char *method)
{
	if (!strcmp(method, "eth_chainId"))
		return "\"0x18232\""; /* 98866 */
	if (!strcmp(method, "eth_blockNumber"))
		return "\"0x10\"";
	if (!strcmp(method, "net_version"))
		return "\"98866\"";
	return "null";
}

static void json(int fd, const struct ask *a, const char *id,
		 const char *result)
{
	char body[1024];

	(void)snprintf(body, sizeof(body),
		       "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}", id,
		       result ? result : result_of(a->method));
	reply(fd, "200 OK", "application/json", body, 0);
}

static void huge(int fd)
{
	static char block[ROOM];

	memset(block, 'a', sizeof(block));
	out(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 47);
	for (size_t sent = 0; sent < (size_t)1 << 30; sent += ROOM) {
		out(fd, "10000\r\n", 7);
		out(fd, block, ROOM);
		out(fd, "\r\n", 2);
	}
	out(fd, "0\r\n\r\n", 5);
}

static void deep(int fd)
{
	static char body[20001];

	memset(body, '[', 10000);
	memset(body + 10000, ']', 10000);
	reply(fd, "200 OK", "application/json", body, 0);
}

/* Where the connection has to end afterwards. */
static bool broken(int fd, const struct ask *a)
{
	const char *p = a->path;

	if (!strcmp(p, "/close")) {
		return true;
	} else if (!strcmp(p, "/close-mid")) {
		reply(fd, "200 OK", "application/json",
		      "{\"jsonrpc\":\"2.0\",\"id\":1,\"res", 400);
	} else if (!strcmp(p, "/cut")) {
		out(fd, CUT, sizeof(CUT) - 1);
	} else if (!strcmp(p, "/hang")) {
		sleep(600);
	} else if (!strcmp(p, "/slow")) {
		reply(fd, "200 OK", "application/json", "{", 100);
		sleep(600);
	} else if (!strcmp(p, "/huge")) {
		huge(fd);
	} else if (!strcmp(p, "/huge-claim")) {
		reply(fd, "200 OK", "application/json", "{", (size_t)1 << 40);
	} else if (!strcmp(p, "/no-http")) {
		out(fd, "SSH-2.0-OpenSSH_9.2\r\n", 21);
	} else {
		return false;
	}
	return true;
}

static void answer(int fd, const struct ask *a)
{
	const char *p = a->path;

	if (!strcmp(p, "/html"))
		reply(fd, "200 OK", "text/html",
		      "<!doctype html><title>Welcome</title>", 0);
	else if (!strcmp(p, "/other-id"))
		json(fd, a, "4711", NULL);
	else if (!strcmp(p, "/text-id"))
		json(fd, a, "\"1\"", NULL);
	else if (!strcmp(p, "/429"))
		reply(fd, "429 Too Many Requests", "text/plain", "slow", 0);
	else if (!strcmp(p, "/500"))
		reply(fd, "500 Internal Server Error", "text/plain", "no", 0);
	else if (!strcmp(p, "/401"))
		reply(fd, "401 Unauthorized", "text/plain", "no", 0);
	else if (!strcmp(p, "/404"))
		reply(fd, "404 Not Found", "text/plain", "no", 0);
	else if (!strcmp(p, "/redirect"))
		reply(fd, "302 Found\r\nLocation: /ok", "text/plain", "", 0);
	else if (!strcmp(p, "/empty"))
		reply(fd, "200 OK", "application/json", "", 0);
	else if (!strcmp(p, "/twice"))
		reply(fd, "200 OK", "application/json",
		      "{\"id\":1,\"id\":1,\"jsonrpc\":\"2.0\",\"result\":1}",
		      0);
	else if (!strcmp(p, "/deep"))
		deep(fd);
	else if (!strcmp(p, "/null"))
		json(fd, a, a->id, "null");
	else if (!strcmp(p, "/wrong-type"))
		json(fd, a, a->id, "{\"a\":[]}");
	else if (!strcmp(p, "/flaky") && ++*turns % 3)
		reply(fd, "503 Service Unavailable", "text/plain", "", 0);
	else
		json(fd, a, a->id, NULL);
}

/* The text after `key` up to a comma, quote or brace; crude and enough. */
static void pick(char *to, size_t cap, const char *text, const char *key)
{
	const char *s = strstr(text, key);
	size_t n;

	to[0] = '\0';
	if (!s)
		return;
	s += strlen(key);
	n = strcspn(s, ",\"} ");
	if (n < cap) {
		memcpy(to, s, n);
		to[n] = '\0';
	}
}

/* One request into *a; false at the end of the connection. */
static bool next(int fd, struct ask *a)
{
	size_t n = 0, want = 0;
	char length[16];
	char *end;

	for (;;) {
		ssize_t k = read(fd, a->text + n, ROOM - 1 - n);

		if (k <= 0)
			return false;
		n += (size_t)k;
		a->text[n] = '\0';
		end = strstr(a->text, "\r\n\r\n");
		if (!end)
			continue;
		pick(length, sizeof(length), a->text, "Content-Length: ");
		want = strtoul(length, NULL, 10);
		if (n >= (size_t)(end + 4 - a->text) + want)
			break;
	}
	a->body = end + 4;
	pick(a->path, sizeof(a->path), a->text, "POST ");
	pick(a->method, sizeof(a->method), a->body, "\"method\":\"");
	pick(a->id, sizeof(a->id), a->body, "\"id\":");
	return true;
}

static void serve(int fd)
{
	static struct ask a;

	while (next(fd, &a)) {
		if (broken(fd, &a))
			break;
		answer(fd, &a);
	}
	_exit(0);
}

static int listener(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, 16) || getsockname(fd, (struct sockaddr *)&at, &n)) {
		perror("bad_node");
		exit(1);
	}
	*port = ntohs(at.sin_port);
	return fd;
}

int main(void)
{
	uint16_t port;
	int fd = listener(&port);

	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	alarm(600);
	turns = mmap(NULL, sizeof(*turns), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	(void)printf("%u\n", port);
	(void)fflush(stdout);
	for (;;) {
		int one = accept(fd, NULL, NULL);

		if (one < 0)
			continue;
		if (!fork()) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			alarm(600);
			(void)close(fd);
			serve(one);
		}
		(void)close(one);
	}
}
