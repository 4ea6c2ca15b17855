/* A node of a made-up chain with one token, for reading many logs: over HTTP
 * on a loopback port, after a pause for every request.  Its path says how it
 * behaves.  Arguments: milliseconds, blocks, logs in a block.  Prints its port
 * and serves until it is killed, ten minutes at most.  Asked for Approvals it
 * has as many of these.  SIGUSR1 makes its blocks from the hundredth on
 * others, with other logs. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ROOM ((size_t)1 << 20)
#define TOKEN "0x1111111111111111111111111111111111111111"
#define TRANSFER                                                               \
	"0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
#define APPROVAL                                                               \
	"0x8c5be1e5ebec7d5bd14f71427d1e84f3dd0314c0f7b2291e5b200ac8c7c3b925"
#define FORK_AT 100 /* after SIGUSR1 blocks from here on are others */

static unsigned *turns;   /* requests so far, shared by all children */
static unsigned *forked;  /* likewise: the chain was reorganised */
static const char *topic; /* of the logs asked for */
static unsigned pause_ms;
static uint64_t blocks, per_block;
static char path[64];
static FILE *to; /* the answer is made here */

static bool is(const char *p)
{
	return !strcmp(path, p);
}

static uint64_t hex_after(const char *s, const char *key)
{
	const char *at = strstr(s, key);

	return at ? strtoull(at + strlen(key), NULL, 16) : 0;
}

static bool other(uint64_t b)
{
	return b >= FORK_AT && *forked;
}

static void put_log(uint64_t b, uint64_t n, bool first)
{
	uint64_t at = b * per_block + n + (other(b) ? 1000000 : 0);
	bool fork = is("/fork") && b == 5;

	(void)fprintf(to,
		      "%s{\"address\":\"" TOKEN "\",\"topics\":[\"%s"
		      "\",\"0x%064x\",\"0x%064x\"],\"data\":\"0x%064" PRIx64
		      "\",\"blockNumber\":\"0x%" PRIx64
		      "\",\"transactionHash\":\"0x%064" PRIx64
		      "\",\"transactionIndex\":\"0x%" PRIx64
		      "\",\"blockHash\":\"0x%s%062" PRIx64
		      "\",\"logIndex\":\"0x%" PRIx64 "\",\"removed\":false%s}",
		      first ? "" : ",", topic, (unsigned)(at % 97 + 1),
		      (unsigned)(at % 89 + 1), at, b, at, n,
		      fork       ? "ee"
		      : other(b) ? "b2"
				 : "b1",
		      b, n, is("/odd") ? ",\"x\":1" : "");
}

/* "error" in place of a result, or the list. */
static void put_logs(const char *ask, const char *id)
{
	uint64_t lo = hex_after(ask, "\"fromBlock\":\"0x");
	uint64_t hi = hex_after(ask, "\"toBlock\":\"0x");
	bool last = is("/last"), first = true;
	unsigned times = is("/double") ? 2 : 1;

	topic = strstr(ask, APPROVAL) ? APPROVAL : TRANSFER;
	if (hi > blocks)
		hi = blocks;

	if (is("/few") && (hi - lo + 1) * per_block > 60) {
		(void)fprintf(
			to,
			"{\"jsonrpc\":\"2.0\",\"id\":%s,\"error\":{\"code\""
			":-32005,\"message\":\"query returned more than "
			"60 results\"}}",
			id);
		return;
	}
	(void)fprintf(to, "{\"jsonrpc\":\"2.0\",");
	if (!last)
		(void)fprintf(to, "\"id\":%s,", is("/other-id") ? "4711" : id);
	(void)fprintf(to, "\"result\":[");
	for (uint64_t i = 0; i < (hi - lo + 1) * per_block * times; i++) {
		uint64_t k = i / times, b = lo + k / per_block;

		if (is("/backwards"))
			b = hi - k / per_block;
		if (is("/gap") && b >= 40 && b < 60)
			continue;
		put_log(b, k % per_block, first);
		first = false;
	}
	if (is("/cut"))
		return;
	(void)fprintf(to, "]");
	if (is("/garbage"))
		(void)fprintf(to, "[]");
	if (is("/twice"))
		(void)fprintf(to, ",\"result\":[]");
	if (is("/both"))
		(void)fprintf(to,
			      ",\"error\":{\"code\":1,\"message\":\"both\"}");
	if (last)
		(void)fprintf(to, ",\"id\":%s", id);
	(void)fprintf(to, "}");
}

static void put_other(const char *ask, const char *id)
{
	const char *m = strstr(ask, "\"method\":\"");

	(void)fprintf(to, "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":", id);
	m = m ? m + 10 : "";
	if (!strncmp(m, "eth_chainId", 11)) {
		(void)fprintf(to, "\"0x18232\"}");
	} else if (!strncmp(m, "eth_blockNumber", 15)) {
		(void)fprintf(to, "\"0x%" PRIx64 "\"}", blocks);
	} else if (!strncmp(m, "eth_getCode", 11)) {
		(void)fprintf(to, "\"0x6001\"}");
	} else if (!strncmp(m, "eth_call", 8)) {
		(void)fprintf(to, "\"0x%064x\"}", 2);
	} else if (!strncmp(m, "eth_getBlockByNumber", 20)) {
		uint64_t b = hex_after(m, "\"params\":[\"0x");

		(void)fprintf(to,
			      "{\"number\":\"0x%" PRIx64
			      "\",\"hash\":\"0x%s%062" PRIx64
			      "\",\"timestamp\":\"0x%" PRIx64 "\"}}",
			      b, other(b) ? "b2" : "b1", b, 1700000000 + b);
	} else {
		(void)fprintf(to, "null}");
	}
}

static void put_one(const char *ask)
{
	const char *p = strstr(ask, "\"id\":");
	char id[24] = "null";

	if (p)
		(void)snprintf(id, sizeof(id), "%" PRIu64,
			       (uint64_t)strtoull(p + 5, NULL, 10));
	if (strstr(ask, "\"eth_getLogs\""))
		put_logs(ask, id);
	else
		put_other(ask, id);
}

/* One call or a list of them, cut where the next begins. */
static void put_answer(char *body)
{
	static const char start[] = "{\"jsonrpc\"";
	bool list = *body == '[';
	char *one = strstr(body, start);

	if (list)
		(void)fputc('[', to);
	for (bool first = true; one; first = false) {
		char *next = strstr(one + 1, start);

		if (next)
			next[-1] = '\0';
		if (!first)
			(void)fputc(',', to);
		put_one(one);
		one = next;
	}
	if (list)
		(void)fputc(']', to);
}

static void send_all(int fd, const char *s, size_t n)
{
	while (n) {
		ssize_t k = write(fd, s, n);

		if (k <= 0)
			_exit(0);
		s += k;
		n -= (size_t)k;
	}
}

static void answer(int fd, char *body)
{
	struct timespec t = { pause_ms / 1000,
			      (long)(pause_ms % 1000) * 1000000 };
	unsigned turn = __atomic_add_fetch(turns, 1, __ATOMIC_SEQ_CST);
	const char *head = "200 OK";
	char line[256], *text = NULL;
	size_t n = 0;
	int k;

	(void)nanosleep(&t, NULL);
	to = open_memstream(&text, &n);
	if (!to)
		_exit(1);
	if (is("/busy") && turn % 3 == 0)
		head = "429 Too Many Requests\r\nRetry-After: 1";
	else if (is("/down") && turn % 3 == 0)
		head = "503 Service Unavailable\r\nRetry-After: 1";
	else if (is("/dead") && strstr(body, "\"eth_getLogs\""))
		head = "500 Internal Server Error";
	else
		put_answer(body);
	(void)fclose(to);
	k = snprintf(line, sizeof(line),
		     "HTTP/1.1 %s\r\nContent-Type: application/json\r\n"
		     "Content-Length: %zu\r\n\r\n",
		     head, n);
	send_all(fd, line, (size_t)k);
	send_all(fd, text, n);
	free(text);
}

static void serve(int fd)
{
	static char text[ROOM];
	size_t n = 0;

	for (;;) {
		ssize_t k = read(fd, text + n, ROOM - 1 - n);
		const char *length;
		char *end;
		size_t want;

		if (k <= 0)
			_exit(0);
		n += (size_t)k;
		text[n] = '\0';
		end = strstr(text, "\r\n\r\n");
		length = strstr(text, "Content-Length: ");
		if (!end || !length)
			continue;
		want = (size_t)(end + 4 - text) +
		       strtoul(length + 16, NULL, 10);
		if (n < want)
			continue;
		(void)snprintf(path, sizeof(path), "%.*s",
			       (int)strcspn(text + 5, " "), text + 5);
		answer(fd, end + 4);
		n = 0;
	}
}

static void on_signal(int sig)
{
	(void)sig;
	*forked = 1;
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t n = sizeof(at);

	if (argc < 4)
		return 2;
	pause_ms = (unsigned)strtoul(argv[1], NULL, 10);
	blocks = strtoull(argv[2], NULL, 10);
	per_block = strtoull(argv[3], NULL, 10);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, 64) || getsockname(fd, (struct sockaddr *)&at, &n))
		return 1;
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	alarm(600);
	turns = mmap(NULL, 2 * sizeof(*turns), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (turns == MAP_FAILED)
		return 1;
	forked = turns + 1;
	(void)signal(SIGUSR1, on_signal);
	(void)printf("%u\n", ntohs(at.sin_port));
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
