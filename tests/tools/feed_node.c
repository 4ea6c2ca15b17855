/* A sequencer's feed that misbehaves on request: a WebSocket server on a
 * loopback port whose path says what goes wrong.  feed_node LINES FALSE LOG:
 * broadcasts, one a line; lines that no listener may believe; where each
 * handshake leaves the number it asked for.  Prints its port and serves until
 * it is killed, ten minutes at most.  Plain C, so that the tests need nothing
 * else. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROOM 16384
#define LINES 256
#define CHAIN "13371" /* tests/tools/world: WORLD_L2 */

struct lines {
	char *v[LINES];
	size_t n;
};

static struct lines honest, lies;
static FILE *asked;

/* ----------------------------------------------------------------- SHA-1 */

static uint32_t rol(uint32_t x, unsigned n)
{
	return x << n | x >> (32 - n);
}

static void sha1_block(uint32_t h[5], const uint8_t *p)
{
	uint32_t w[80], v[5];

	for (unsigned i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 |
		       (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (unsigned i = 16; i < 80; i++)
		w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	memcpy(v, h, sizeof(v));
	for (unsigned i = 0; i < 80; i++) {
		uint32_t f =
			i < 20   ? (v[1] & v[2]) | (~v[1] & v[3])
			: i < 40 ? v[1] ^ v[2] ^ v[3]
			: i < 60 ? (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3])
				 : v[1] ^ v[2] ^ v[3];
		static const uint32_t k[] = { 0x5a827999, 0x6ed9eba1,
					      0x8f1bbcdc, 0xca62c1d6 };
		uint32_t t = rol(v[0], 5) + f + v[4] + k[i / 20] + w[i];

		v[4] = v[3];
		v[3] = v[2];
		v[2] = rol(v[1], 30);
		v[1] = v[0];
		v[0] = t;
	}
	for (unsigned i = 0; i < 5; i++)
		h[i] += v[i];
}

/* Of fewer than 119 bytes. */
static void sha1(uint8_t out[20], const char *s)
{
	uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
			  0xc3d2e1f0 };
	uint8_t b[128] = { 0 };
	size_t n = strlen(s), end = n < 56 ? 64 : 128;

	memcpy(b, s, n);
	b[n] = 0x80;
	b[end - 2] = (uint8_t)(n * 8 >> 8);
	b[end - 1] = (uint8_t)(n * 8);
	for (size_t i = 0; i < end; i += 64)
		sha1_block(h, b + i);
	for (unsigned i = 0; i < 20; i++)
		out[i] = (uint8_t)(h[i / 4] >> (24 - i % 4 * 8));
}

/* RFC 6455: the answer to a Sec-WebSocket-Key. */
static void accept_key(char out[29], const char *key)
{
	static const char d[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"abcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t hash[21] = { 0 };
	char text[100];

	(void)snprintf(text, sizeof(text),
		       "%.32s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
	sha1(hash, text);
	for (unsigned i = 0; i < 7; i++) {
		const uint8_t *p = hash + 3 * i;
		uint32_t v = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];

		for (unsigned k = 0; k < 4; k++)
			out[4 * i + k] = d[v >> (18 - 6 * k) & 63];
	}
	out[27] = '=';
	out[28] = '\0';
}

/* ---------------------------------------------------------------- sending */

static void out(int fd, const void *s, size_t n)
{
	const char *p = s;

	while (n) {
		ssize_t k = write(fd, p, n);

		if (k <= 0)
			_exit(0);
		p += k;
		n -= (size_t)k;
	}
}

static void say(int fd, const char *text)
{
	out(fd, text, strlen(text));
}

/* first: the byte of FIN and opcode; claimed: the length that is told. */
static void frame(int fd, unsigned first, const char *p, size_t n,
		  uint64_t claimed)
{
	uint8_t head[10] = { (uint8_t)first, 127 };
	size_t h = 10;

	if (claimed < 126) {
		head[1] = (uint8_t)claimed;
		h = 2;
	} else if (claimed < 65536) {
		head[1] = 126;
		head[2] = (uint8_t)(claimed >> 8);
		head[3] = (uint8_t)claimed;
		h = 4;
	} else {
		for (unsigned i = 0; i < 8; i++)
			head[2 + i] = (uint8_t)(claimed >> (56 - 8 * i));
	}
	out(fd, head, h);
	out(fd, p, n);
}

static void message(int fd, const char *text)
{
	frame(fd, 0x81, text, strlen(text), strlen(text));
}

static void in_parts(int fd, const char *text)
{
	size_t n = strlen(text), at = 0;

	while (at < n) {
		size_t k = n - at < 50 ? n - at : 50;
		unsigned fin = at + k == n ? 0x80 : 0;

		frame(fd, fin | (at ? 0 : 1), text + at, k, k);
		frame(fd, 0x89, "still here", 10, 10); /* ping between them */
		at += k;
	}
}

/* The listener's pings, short ones, are answered. */
static void pongs(int fd, uint8_t *p, size_t n)
{
	while (n >= 6 && (size_t)(p[1] & 0x7f) + 6 <= n) {
		size_t len = p[1] & 0x7f;

		for (size_t i = 0; i < len; i++)
			p[6 + i] ^= p[2 + i % 4];
		if (p[0] == 0x89)
			frame(fd, 0x8a, (char *)p + 6, len, len);
		p += 6 + len;
		n -= 6 + len;
	}
}

/* A listener is there until it hangs up. */
static void stay(int fd, bool answers)
{
	uint8_t said[1024];

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&p, 1, 500) > 0) {
			n = read(fd, said, sizeof(said));
			if (n <= 0)
				_exit(0);
			if (answers)
				pongs(fd, said, (size_t)n);
		} else if (answers) {
			frame(fd, 0x89, "", 0, 0);
		}
	}
}

/* ---------------------------------------------------------------- telling */

static uint64_t number_of(const char *line)
{
	const char *p = strstr(line, "\"sequenceNumber\":");

	return p ? strtoull(p + 17, NULL, 10) : 0;
}

static void tell(int fd, uint64_t from, const char *lie)
{
	for (size_t i = 0; i < honest.n; i++) {
		const char *line = honest.v[i];

		if (number_of(line) < from && strcmp(lie, "all") != 0)
			continue;
		if (!strcmp(lie, "gap") && i == 1)
			continue;
		if (!strcmp(lie, "parts"))
			in_parts(fd, line);
		else
			message(fd, line);
		if (!strcmp(lie, "again"))
			message(fd, line);
		if (!strcmp(lie, "drop")) /* one each connection */
			_exit(0);
	}
	if (!strcmp(lie, "false"))
		for (size_t i = 0; i < lies.n; i++)
			message(fd, lies.v[i]);
	stay(fd, true);
}

static char zero[65536];

static void huge_parts(int fd)
{
	frame(fd, 0x01, zero, sizeof(zero), sizeof(zero));
	for (;;)
		frame(fd, 0x00, zero, sizeof(zero), sizeof(zero));
}

static void misbehave(int fd, uint64_t from, const char *lie)
{
	if (!strcmp(lie, "mute"))
		stay(fd, false);
	if (!strcmp(lie, "cut")) {
		frame(fd, 0x81, honest.v[0], 40, strlen(honest.v[0]));
		_exit(0);
	}
	if (!strcmp(lie, "long")) {
		frame(fd, 0x81, zero, sizeof(zero), (uint64_t)1 << 40);
		stay(fd, true);
	}
	if (!strcmp(lie, "endless"))
		huge_parts(fd);
	if (!strcmp(lie, "nonsense"))
		message(fd, "{\"version\":1,\"messages\":[{}]}");
	if (!strcmp(lie, "close")) {
		frame(fd, 0x88, "\x03\xf0go \033[31maway", 14, 14);
		_exit(0);
	}
	if (!strcmp(lie, "masked"))
		out(fd, "\x81\x85keysxxxxx", 11); /* only clients may */
	tell(fd, from, lie);
}

/* -------------------------------------------------------------- handshake */

static const char *header(const char *ask, const char *name)
{
	const char *p = strcasestr(ask, name);

	return p ? p + strlen(name) : "";
}

/* Answers that are no WebSocket's. */
static void other_answers(int fd, const char *lie)
{
	if (!strcmp(lie, "hang"))
		stay(fd, false);
	if (!strcmp(lie, "busy"))
		say(fd, "HTTP/1.1 429 Too Many Requests\r\n"
			"Content-Length: 0\r\n\r\n");
	else if (!strcmp(lie, "http"))
		say(fd, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
	else if (!strcmp(lie, "moved"))
		say(fd, "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\n"
			"Content-Length: 0\r\n\r\n");
	else
		return;
	_exit(0);
}

static void answer(int fd, const char *ask)
{
	const char *want = header(ask, "arbitrum-requested-sequence-number: ");
	const char *version = header(ask, "arbitrum-feed-client-version: ");
	char lie[64] = "", key[64] = "", text[512], sum[29];
	uint64_t from = strtoull(want, NULL, 10);

	(void)sscanf(ask, "GET /%63[a-z-]", lie);
	(void)sscanf(header(ask, "sec-websocket-key: "), "%63[^\r]", key);
	(void)fprintf(asked, "%s %llu %c\n", lie, (unsigned long long)from,
		      *version ? *version : '-');
	(void)fflush(asked);
	other_answers(fd, lie);
	accept_key(sum, strcmp(lie, "accept") ? key : "x");
	(void)snprintf(text, sizeof(text),
		       "HTTP/1.1 101 Switching Protocols\r\n"
		       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
		       "Sec-WebSocket-Accept: %s\r\n"
		       "Arbitrum-Feed-Server-Version: %s\r\n"
		       "Arbitrum-Chain-Id: %s\r\n\r\n",
		       sum, strcmp(lie, "version") ? "2" : "3",
		       strcmp(lie, "chain") ? CHAIN : "42161");
	say(fd, text);
	misbehave(fd, from, lie);
}

static void serve_one(int fd)
{
	static char ask[ROOM];
	size_t n = 0;

	while (n + 1 < sizeof(ask)) {
		ssize_t k = read(fd, ask + n, sizeof(ask) - 1 - n);

		if (k <= 0)
			return;
		n += (size_t)k;
		ask[n] = '\0';
		if (strstr(ask, "\r\n\r\n")) {
			answer(fd, ask);
			return;
		}
	}
}

static void load(struct lines *x, const char *path)
{
	FILE *f = fopen(path, "r");
	size_t room = 0;

	while (f && x->n < LINES && getline(&x->v[x->n], &room, f) > 0) {
		x->v[x->n][strcspn(x->v[x->n], "\n")] = '\0';
		x->n++;
		room = 0;
	}
	if (f)
		(void)fclose(f);
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (argc != 4 || !(asked = fopen(argv[3], "a")))
		return 2;
	load(&honest, argv[1]);
	load(&lies, argv[2]);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)alarm(600);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, 64) || getsockname(fd, (struct sockaddr *)&at, &n))
		return 1;
	(void)printf("%u\n", ntohs(at.sin_port));
	(void)fflush(stdout);
	for (;;) {
		int c = accept(fd, NULL, NULL);

		if (c >= 0 && !fork()) {
			(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
			(void)alarm(600);
			serve_one(c);
			_exit(0);
		}
		if (c >= 0)
			(void)close(c);
	}
}
