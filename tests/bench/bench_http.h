/* One connection to a port of this machine, and exchanges on it. */
#ifndef PL_TESTS_BENCH_HTTP_H
#define PL_TESTS_BENCH_HTTP_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A socket, or -1. */
static inline int bench_dial(uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	a.sin_port = htons(port);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	(void)close(fd);
	return -1;
}

/* One exchange; the answer's body until the next one, or NULL. */
static inline const char *bench_ask(int fd, const char *text)
{
	static char got[1 << 16];
	size_t n = 0;

	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		return NULL;
	for (;;) {
		ssize_t k = recv(fd, got + n, sizeof(got) - 1 - n, 0);
		const char *end, *length;

		if (k <= 0)
			return NULL;
		n += (size_t)k;
		got[n] = 0;
		end = strstr(got, "\r\n\r\n");
		length = strstr(got, "ength: ");
		if (end && length &&
		    n >= (size_t)(end + 4 - got) +
				    strtoul(length + 7, NULL, 10))
			return end + 4;
	}
}

#endif
