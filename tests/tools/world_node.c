/* The world of tests/tools/world over HTTP on a loopback port: /l1, /l2 and
 * /beacon/…, or /LIE/l1 and so on.  GET /become/l1/LIE makes /l1 itself lie
 * from then on ("honest": no more), and so of l2 and beacon.  Prints its port
 * and serves until it is killed, ten minutes at most.
 *	world_node [--blocks N] [--fork NAME] [--write DIR]
 * --write puts there what a client has to be told: config.yaml, feed.json and
 * `settings`, of networks "world" and "orbit". */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "world/world.h"

#define ROOM (1 << 20)
#define CONNS 64

struct conn {
	int fd;
	char *buf;
	size_t n;
};

static const char *const places[] = { "l1", "l2", "beacon" };
#define PLACES 3
static enum world_lie now[PLACES]; /* of each */

static struct world *w;
static struct pl_arena *scratch;

/* more: the rest follows at once, so that no packet waits for it */
static bool put(int fd, const void *p, size_t n, bool more)
{
	const char *s = p;

	while (n) {
		ssize_t k =
			send(fd, s, n, MSG_NOSIGNAL | (more ? MSG_MORE : 0));

		if (k <= 0)
			return false;
		s += k;
		n -= (size_t)k;
	}
	return true;
}

/* What must not stop the others is done by a child. */
static bool by_child(int fd, enum world_lie lie)
{
	static char block[65536];

	if (lie != WORLD_HUGE && lie != WORLD_HANG && lie != WORLD_SLOW)
		return false;
	if (fork())
		return true;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (lie == WORLD_SLOW) { /* and goes on as an honest one */
		(void)sleep(2);
		return false;
	} else if (lie == WORLD_HANG) {
		(void)sleep(600);
	} else if (put(fd,
		       "HTTP/1.1 200 OK\r\nContent-Type: "
		       "application/json\r\nConnection: close\r\n\r\n",
		       70, true)) {
		memset(block, '[', sizeof(block));
		for (size_t i = 0; i < 16384; i++)
			if (!put(fd, block, sizeof(block), true))
				break;
	}
	_exit(0);
}

/* "LIE/…" at *path: past it, and which. */
static bool take_lie(enum world_lie *lie, char **path)
{
	for (unsigned i = 0; world_lie_words[i]; i++) {
		size_t n = strlen(world_lie_words[i]);

		if (strncmp(*path, world_lie_words[i], n) ||
		    ((*path)[n] != '/' && (*path)[n]))
			continue;
		*lie = (enum world_lie)i;
		*path += n;
		return true;
	}
	return false;
}

/* "PLACE/LIE" */
static bool become(char *path)
{
	for (unsigned i = 0; i < PLACES; i++) {
		char *rest = path + strlen(places[i]) + 1;

		if (!strncmp(path, places[i], strlen(places[i])) &&
		    rest[-1] == '/')
			return take_lie(&now[i], &rest);
	}
	return false;
}

/* The lie that a path asks for, or that its place has become; the path
 * without it. */
static enum world_lie lie_of(char **path)
{
	enum world_lie lie = WORLD_HONEST;
	char *p = *path + 1;

	if (take_lie(&lie, &p)) {
		*path = p;
		return lie;
	}
	for (unsigned i = 0; i < PLACES; i++)
		if (!strncmp(p, places[i], strlen(places[i])))
			return now[i];
	return lie;
}

static bool answer(int fd, char *head, struct pl_span body)
{
	char *path = strchr(head, ' '),
	     *end = path ? strchr(path + 1, ' ') : NULL;
	const char *accept = strcasestr(head, "\r\naccept:");
	enum world_lie lie;
	struct world_reply r = { 200, "text/plain", "", { NULL, 0 } };
	size_t claimed;
	char line[256];

	if (!end)
		return false;
	*end = 0;
	path++;
	lie = lie_of(&path);
	if (by_child(fd, lie))
		return false;
	if (accept)
		accept = strtok_r(
			pl_strdup(scratch, end + 1 > accept ? "" : accept + 9),
			"\r\n", &(char *){ NULL });
	if (strncmp(path, "/become/", 8))
		r = world_serve(scratch, w, lie, path, accept, body);
	else if (!become(path + 8))
		r.status = 404;
	claimed = lie == WORLD_TRUNCATED ? 2 * r.body.n : r.body.n;
	(void)snprintf(line, sizeof(line),
		       "HTTP/1.1 %d X\r\nContent-Type: %s\r\n"
		       "Eth-Consensus-Version: %s\r\n"
		       "Content-Length: %zu\r\n\r\n",
		       r.status, r.type, r.fork, claimed);
	if (!put(fd, line, strlen(line), r.body.n) ||
	    !put(fd, r.body.p, r.body.n, false))
		lie = WORLD_TRUNCATED; /* no more either way */
	if (lie == WORLD_SLOW)
		_exit(0); /* the child that answered */
	return lie != WORLD_TRUNCATED;
}

/* As many whole requests as stand in the buffer. */
static bool take(struct conn *c)
{
	for (;;) {
		char *end, *length;
		size_t head, body = 0;

		c->buf[c->n] = 0;
		end = strstr(c->buf, "\r\n\r\n");
		if (!end)
			return c->n < ROOM - 1;
		head = (size_t)(end - c->buf) + 4;
		end[2] = 0;
		length = strcasestr(c->buf, "\r\ncontent-length:");
		if (length)
			body = strtoul(length + 17, NULL, 10);
		end[2] = '\r';
		if (head + body >= ROOM)
			return false;
		if (c->n < head + body)
			return true;
		end[2] = 0;
		if (!answer(c->fd, c->buf,
			    (struct pl_span){ (uint8_t *)c->buf + head, body }))
			return false;
		pl_arena_reset(scratch);
		memmove(c->buf, c->buf + head + body, c->n - head - body);
		c->n -= head + body;
	}
}

static bool hear(struct conn *c)
{
	ssize_t k = recv(c->fd, c->buf + c->n, ROOM - 1 - c->n, 0);

	if (k <= 0)
		return false;
	c->n += (size_t)k;
	return take(c);
}

static void serve(int listener)
{
	struct pollfd p[CONNS + 1] = { { listener, POLLIN, 0 } };
	struct conn conn[CONNS] = { { 0, NULL, 0 } };
	nfds_t n = 1;

	while (poll(p, n, -1) > 0 || errno == EINTR) {
		for (nfds_t i = n; i-- > 1;) {
			if (!p[i].revents || hear(&conn[i - 1]))
				continue;
			(void)close(p[i].fd);
			free(conn[i - 1].buf);
			p[i] = p[n - 1];
			conn[i - 1] = conn[n - 2];
			n--;
		}
		if ((p[0].revents & POLLIN) && n <= CONNS) {
			p[n] = (struct pollfd){ accept(listener, NULL, NULL),
						POLLIN, 0 };
			conn[n - 1] = (struct conn){ p[n].fd, malloc(ROOM), 0 };
			n++;
		}
	}
}

static void put_file(const char *dir, const char *name, const char *text)
{
	const char *path = pl_printf(w->a, "%s/%s", dir, name);
	struct pl_err e;

	if (!pl_file_write(path, pl_span_str(text), 0644, &e))
		return;
	(void)fprintf(stderr, "%s\n", e.msg);
	exit(1);
}

static const char *hex(struct pl_span s)
{
	return pl_hex(w->a, s);
}

/* For a feed that is listened to: messages one a line, and one that was signed
 * in contradiction to the last but one of them. */
static void put_lines(const char *dir)
{
	size_t end = w->l2->n;
	struct pl_buf b;

	pl_buf_init(&b, w->a);
	for (size_t n = end - 4; n < end; n++)
		pl_buf_str(&b, world_feed_line(w->a, w, n, false));
	put_file(dir, "feed.lines", pl_buf_cstr(&b));
	put_file(dir, "feed.rival", world_feed_line(w->a, w, end - 2, true));
}

static void settles(struct pl_buf *b, const char *name, const char *parent,
		    const char *path, unsigned id, const struct world_orbit *o,
		    unsigned port)
{
	pl_buf_fmt(b,
		   "[network \"%s\"]\n\tchainid = %u\n"
		   "\trpc = http://127.0.0.1:%u/%s\n\tparent = %s\n"
		   "\tkind = bold\n\toutbox = %s\n\trollup = %s\n"
		   "\tbridge = %s\n\tsequencerinbox = %s\n",
		   name, id, port, path, parent, hex(pl_addr_span(&o->outbox)),
		   hex(pl_addr_span(&o->rollup)), hex(pl_addr_span(&o->bridge)),
		   hex(pl_addr_span(&o->sequencer_inbox)));
}

static void settings(const char *dir, unsigned port)
{
	struct pl_buf b;

	pl_buf_init(&b, w->a);
	pl_buf_fmt(&b,
		   "[network \"world\"]\n\tchainid = %d\n"
		   "\trpc = http://127.0.0.1:%u/l1\n"
		   "\tbeacon = http://127.0.0.1:%u/beacon\n"
		   "\tconsensus = %s/config.yaml\n"
		   "\tgenesisvalidatorsroot = %s\n\tgenesistime = %llu\n",
		   WORLD_L1, port, port, dir,
		   hex(pl_hash32_span(&w->config.genesis_validators_root)),
		   (unsigned long long)w->config.genesis_time);
	settles(&b, "orbit", "world", "l2", WORLD_L2, &w->orbit, port);
	settles(&b, "orbit3", "orbit", "l3", WORLD_L3, &w->orbit3, port);
	put_file(dir, "settings", pl_buf_cstr(&b));
	put_file(dir, "config.yaml", world_config_yaml(w->a, w));
	put_file(dir, "feed.json", world_feed(w->a, w));
	put_lines(dir);
	put_file(dir, "root", hex(pl_hash32_span(&w->root)));
}

int main(int argc, char **argv)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t n = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	struct world_conf conf = { .now = time(NULL) };
	const char *dir = NULL;
	struct pl_err e;

	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "--blocks"))
			conf.blocks = (unsigned)strtoul(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--fork") &&
			 pl_lc_fork_parse(&conf.fork, argv[i + 1], &e))
			return 2;
		else if (!strcmp(argv[i], "--write"))
			dir = argv[i + 1];
	}
	(void)signal(SIGCHLD, SIG_IGN);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)alarm(600);
	w = world_new(pl_arena_open(0), &conf);
	scratch = pl_arena_open(0);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    listen(fd, 64) || getsockname(fd, (struct sockaddr *)&at, &n))
		return 1;
	if (dir)
		settings(dir, ntohs(at.sin_port));
	(void)printf("%u\n", ntohs(at.sin_port));
	(void)fflush(stdout);
	serve(fd);
	return 0;
}
