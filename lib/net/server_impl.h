/* Within net/server*.c. */
#ifndef PL_NET_SERVER_IMPL_H
#define PL_NET_SERVER_IMPL_H

#include <pthread.h>

#include "net/server.h"

#define SERVER_PLACE 256 /* bytes of an address as text */

/* ------------------------------------------------- addresses: server_addr.c */

struct server_place {
	int fd; /* listening, not blocking */
	char text[SERVER_PLACE];
	bool local; /* only this machine reaches it */
};
PL_CHECKED enum pl_rc server_listen(struct server_place *out, const char *at,
				    struct pl_err *e);

/* Whether a Host header names this machine (an address, localhost), or is
 * `also` (or NULL): any other name is what an attacker's DNS could point
 * here. */
bool server_good_host(const char *host, const char *also);

/* --------------------------------------------------- threads: server_pool.c */

/* What is to be answered, within something larger. */
struct server_job {
	struct server_job *next;
	uint64_t since_ns;  /* waiting for a thread */
	struct pl_arena *a; /* for the answer */
	struct pl_ask ask;
	struct pl_reply reply;
};

struct server_pool;
typedef void (*server_job_fn)(void *ctx, unsigned worker,
			      struct server_job *job);

/* n threads that take jobs in their order.  They get no signals. */
PL_CHECKED enum pl_rc server_pool_open(struct pl_arena *a,
				       struct server_pool **out, unsigned n,
				       server_job_fn run, void *ctx,
				       struct pl_err *e);
void server_pool_put(struct server_pool *p, struct server_job *job);
void server_pool_close(struct server_pool *p); /* all jobs done; or NULL */

/* Jobs that are done, for the loop. */
struct server_done {
	pthread_mutex_t lock;
	struct server_job *first;
};
void server_done_init(struct server_done *d);
void server_done_put(struct server_done *d, struct server_job *job);
struct server_job *server_done_take(struct server_done *d); /* all */

/* A thread that calls `tick` every `ms`. */
struct server_ticker;
PL_CHECKED enum pl_rc server_ticker_open(struct pl_arena *a,
					 struct server_ticker **out,
					 unsigned ms, void (*tick)(void *ctx),
					 void *ctx, struct pl_err *e);
void server_ticker_close(struct server_ticker *t); /* or NULL */

/* -------------------------------------------------- requests: server_http.c */

struct server_http;

/* Listens at s->place, which is its from then on. */
PL_CHECKED enum pl_rc server_http_open(struct pl_arena *a,
				       struct server_http **out,
				       struct pl_server *s, struct pl_err *e);
void server_http_close(struct server_http *h, unsigned max_clients);
int server_http_fd(const struct server_http *h); /* to be polled */
void server_http_step(struct server_http *h);
/* Milliseconds until a step is needed though nobody asks. */
int server_http_rest(const struct server_http *h, int most_ms);
/* Its job, by a worker: it goes on. */
void server_http_answered(struct server_job *job);

/* ------------------------------------------------- WebSockets: server_ws.c */

struct server_ws;

void server_ws_init(struct pl_arena *a, struct pl_server *s);
bool server_ws_room(const struct pl_server *s); /* for one more */
/* A connection that shook hands: bytes that came already, and what
 * server_http_hang_up takes. */
void server_ws_begin(struct pl_server *s, int fd, const char *path,
		     struct pl_span came, void *handle);
void server_ws_answered(struct pl_server *s, struct server_job *job);
/* What to poll for, from fds on; how many.  Room for conf.max_sockets. */
struct pollfd;
unsigned server_ws_poll(struct pl_server *s, struct pollfd *fds);
void server_ws_step(struct pl_server *s, const struct pollfd *fds, unsigned n);
void server_ws_close(struct pl_server *s); /* all; workers have ended */

void server_http_hang_up(void *handle);

/* -------------------------------------------------------------- the server */

/* The answer to a job: true where it was there at once, else a worker will
 * bring it to …_answered. */
bool server_answer(struct pl_server *s, struct server_job *job);

/* The loop takes a step, whoever asks for it: a thread, a signal's handler. */
void server_wake(void);

struct pl_server {
	struct pl_server_conf conf;
	struct pl_arena *a;
	struct server_place place;
	struct server_http *http;
	struct server_ws *ws;
	struct server_pool *pool;
	struct server_done done;
	struct server_ticker *ticker;
};

#endif
