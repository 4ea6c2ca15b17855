/* Where a server listens, and under which names it may be asked. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/server_impl.h"

#define BACKLOG 128

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

bool server_good_host(const char *host, const char *also)
{
	size_t n = strcspn(host, ":");
	char text[SERVER_PLACE];
	struct in_addr four;

	if (*host == '[')
		return strchr(host, ']') != NULL;
	if (!n || n >= sizeof(text))
		return false;
	if (host_is(host, n, "localhost"))
		return true;
	if (also && host_is(host, n, also))
		return true;
	memcpy(text, host, n);
	text[n] = '\0';
	return inet_pton(AF_INET, text, &four) == 1;
}

struct place {
	char host[SERVER_PLACE];
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
	if (!bind(fd, ai->ai_addr, ai->ai_addrlen) && !listen(fd, BACKLOG) &&
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

static void name_address(struct server_place *out)
{
	struct sockaddr_storage ss;
	struct sockaddr *sa = (struct sockaddr *)&ss;
	socklen_t n = sizeof(ss);
	char host[NI_MAXHOST] = "?", port[NI_MAXSERV] = "0";
	bool six;

	(void)getsockname(out->fd, sa, &n);
	(void)getnameinfo(sa, n, host, sizeof(host), port, sizeof(port),
			  NI_NUMERICHOST | NI_NUMERICSERV);
	six = sa->sa_family == AF_INET6;
	(void)snprintf(out->text, sizeof(out->text), "%s%.200s%s:%.8s",
		       six ? "[" : "", host, six ? "]" : "", port);
	out->local = is_loopback(sa);
}

enum pl_rc server_listen(struct server_place *out, const char *at,
			 struct pl_err *e)
{
	const struct addrinfo want = { .ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_NUMERICHOST |
						   AI_NUMERICSERV |
						   AI_PASSIVE };
	struct addrinfo *ai;
	struct place p;
	enum pl_rc rc;

	PL_TRY(split(&p, at, e));
	if (getaddrinfo(p.host, p.port, &want, &ai)) {
		(void)pl_fail(e, PL_EUSAGE, "%s: no address to listen at", at);
		return pl_hint(e, "ADDRESS:PORT with an address in digits, "
				  "such as 127.0.0.1:8545");
	}
	rc = bind_at(&out->fd, ai, at, e);
	freeaddrinfo(ai);
	if (!rc)
		name_address(out);
	return rc;
}
