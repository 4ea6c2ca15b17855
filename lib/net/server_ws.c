/* WebSockets after their handshake: frames in, messages to the handlers,
 * answers and what is pushed out.  All by the loop, but for pl_server_push. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/time.h"
#include "codec/wsf.h"
#include "net/server_impl.h"

#define AT_ONCE 8                     /* messages of a socket in work */
#define PIECE ((size_t)64 << 10)      /* read at a time */
#define KEEP ((size_t)64 << 10)       /* of memory, for the next message */
#define FULL ((size_t)1 << 20)        /* not taken yet: nothing more is read */
#define MAX_PUSHED ((size_t)16 << 20) /* not taken yet: given up */
#define PARTING_MS 2000               /* for the other side to hang up */

/* A message in work. */
struct ws_job {
	struct server_job job; /* first: it comes back as that */
	struct ws *w;
	uint64_t turn; /* 0: free */
};

/* Pushed, and waiting for the answers before it. */
struct pushed {
	struct pushed *next;
	struct pl_arena *a; /* all of this */
	uint64_t socket;
	uint64_t turn; /* messages from this one on come after it */
	struct pl_span text;
};

struct ws {
	uint64_t id; /* 0: free */
	enum { OPEN, PARTING, DEAD } state;
	bool told; /* while parting: that nothing more is sent */
	bool pinged;
	int fd; /* -1: hung up */
	void *handle;
	uint64_t heard_ns, moved_ns, part_ns; /* since when it is silent … */
	uint64_t turn;                        /* of the last message */
	struct ws_job job[AT_ONCE];

	const char *path;
	struct pl_arena *a, *in_a, *out_a;
	struct pl_buf in; /* from `at` on not taken yet */
	size_t at;
	bool in_message; /* its pieces so far: */
	struct pl_buf message;
	struct pl_buf out; /* from `sent` on not sent yet */
	size_t sent;
	struct pushed *first, *last;
	size_t held; /* bytes in that list */
};

struct server_ws {
	struct ws *all;
	uint64_t last_id;
	uint8_t piece[PIECE];
	pthread_mutex_t lock;
	struct pushed *first, *last; /* for the loop */
};

static size_t unsent(const struct ws *w)
{
	return w->out.n - w->sent;
}

/* ---------------------------------------------------------------- writing */

static void put(struct ws *w, enum pl_wsf_kind kind, struct pl_span body)
{
	uint8_t head[PL_WSF_HEAD];
	const size_t n = pl_wsf_head(head, kind, body.n);

	if (w->state != OPEN)
		return;
	if (!unsent(w))
		w->moved_ns = pl_time_mono_ns();
	pl_buf_put(&w->out, (struct pl_span){ head, n });
	pl_buf_put(&w->out, body);
}

static void part(struct ws *w, unsigned code)
{
	const uint8_t text[2] = { (uint8_t)(code >> 8), (uint8_t)code };

	put(w, PL_WSF_CLOSE, (struct pl_span){ text, sizeof(text) });
	w->state = PARTING;
	w->part_ns = pl_time_mono_ns();
}

static void fresh(struct pl_arena **a)
{
	if (pl_arena_used(*a) > KEEP) {
		pl_arena_close(*a);
		*a = pl_arena_open(0);
	}
	pl_arena_reset(*a);
}

static void flush(struct ws *w)
{
	while (unsent(w) && w->state != DEAD) {
		const ssize_t n = send(w->fd, w->out.p + w->sent, unsent(w),
				       MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n < 0) {
			w->state = DEAD;
			return;
		}
		w->sent += (size_t)n;
		w->moved_ns = pl_time_mono_ns();
	}
	if (w->state == PARTING && !w->told) {
		w->told = true;
		(void)shutdown(w->fd, SHUT_WR);
	}
	if (!w->out.n)
		return;
	fresh(&w->out_a);
	pl_buf_init(&w->out, w->out_a);
	w->sent = 0;
}

/* ---------------------------------------------------------------- pushing */

void pl_server_push(struct pl_server *s, uint64_t socket, struct pl_span text)
{
	struct pl_arena *a = pl_arena_open(0);
	struct pushed *p = PL_NEW(a, struct pushed);

	*p = (struct pushed){ .a = a, .socket = socket };
	p->text = pl_span_dup(a, text);
	(void)pthread_mutex_lock(&s->ws->lock);
	if (s->ws->first)
		s->ws->last->next = p;
	else
		s->ws->first = p;
	s->ws->last = p;
	(void)pthread_mutex_unlock(&s->ws->lock);
	server_wake();
}

static struct ws *with_id(const struct pl_server *s, uint64_t id)
{
	for (unsigned i = 0; i < s->conf.max_sockets; i++)
		if (s->ws->all[i].id == id)
			return &s->ws->all[i];
	return NULL;
}

static void hold(struct ws *w, struct pushed *p)
{
	p->next = NULL;
	p->turn = w->turn;
	if (w->first)
		w->last->next = p;
	else
		w->first = p;
	w->last = p;
	w->held += p->text.n;
	/* whoever misses one message cannot trust the next */
	if (w->held + unsent(w) > MAX_PUSHED)
		w->state = DEAD;
}

static void take_pushed(struct pl_server *s)
{
	struct pushed *p, *next;

	(void)pthread_mutex_lock(&s->ws->lock);
	p = s->ws->first;
	s->ws->first = NULL;
	(void)pthread_mutex_unlock(&s->ws->lock);
	for (; p; p = next) {
		struct ws *w = p->socket ? with_id(s, p->socket) : NULL;

		next = p->next;
		if (w && w->state == OPEN)
			hold(w, p);
		else
			pl_arena_close(p->a);
	}
}

static bool is_before(const struct ws *w, uint64_t turn)
{
	for (unsigned i = 0; i < AT_ONCE; i++)
		if (w->job[i].turn && w->job[i].turn <= turn)
			return true;
	return false;
}

static void let_go(struct ws *w, bool all)
{
	while (w->first && (all || !is_before(w, w->first->turn))) {
		struct pushed *p = w->first;

		w->first = p->next;
		w->held -= p->text.n;
		put(w, PL_WSF_TEXT, p->text);
		pl_arena_close(p->a);
	}
}

/* ---------------------------------------------------------------- messages */

static void send_answer(struct ws_job *j)
{
	const struct pl_span body = j->job.reply.body;

	if (body.n)
		put(j->w, PL_WSF_TEXT, body);
	j->turn = 0;
	fresh(&j->job.a);
}

void server_ws_answered(struct pl_server *s, struct server_job *job)
{
	(void)s;
	send_answer((struct ws_job *)job);
}

static struct ws_job *free_job(struct ws *w)
{
	for (unsigned i = 0; i < AT_ONCE; i++)
		if (!w->job[i].turn)
			return &w->job[i];
	return NULL;
}

static void ask(struct pl_server *s, struct ws *w, struct pl_span text)
{
	struct ws_job *j = free_job(w);

	if (!pl_wsf_is_text(text)) {
		part(w, PL_WSF_NOT_UTF8);
		return;
	}
	j->w = w;
	j->turn = ++w->turn;
	if (!j->job.a)
		j->job.a = pl_arena_open(0);
	j->job.ask = (struct pl_ask){ .method = "POST",
				      .path = w->path,
				      .query = "",
				      .type = "application/json",
				      .accept = "",
				      .body = pl_span_dup(j->job.a, text),
				      .socket = w->id };
	if (server_answer(s, &j->job))
		send_answer(j);
}

/* SPEC RFC-6455 fragmentation: pieces of one message follow one another,
 * control frames may stand between them */
static void take_piece(struct pl_server *s, struct ws *w,
		       const struct pl_wsf *f, struct pl_span body)
{
	if (w->in_message != (f->kind == PL_WSF_MORE)) {
		part(w, PL_WSF_PROTOCOL);
		return;
	}
	if (f->last && !w->in_message) {
		ask(s, w, body);
		return;
	}
	pl_buf_put(&w->message, body);
	w->in_message = !f->last;
	if (f->last) {
		ask(s, w, pl_buf_span(&w->message));
		pl_buf_reset(&w->message);
	}
}

static void take_frame(struct pl_server *s, struct ws *w,
		       const struct pl_wsf *f, struct pl_span body)
{
	switch (f->kind) {
	case PL_WSF_PING:
		put(w, PL_WSF_PONG, body);
		return;
	case PL_WSF_PONG:
		return;
	case PL_WSF_CLOSE:
		part(w, pl_wsf_close_code(body));
		return;
	case PL_WSF_BINARY:
		part(w, PL_WSF_NO_BINARY);
		return;
	case PL_WSF_MORE:
	case PL_WSF_TEXT:
		take_piece(s, w, f, body);
		return;
	}
}

/* Whether one more message could be worked on, and its answer kept. */
static bool can_take(struct ws *w)
{
	return w->state == OPEN && unsent(w) < FULL && free_job(w);
}

/* false: there is no whole frame. */
static bool next_frame(struct pl_server *s, struct ws *w)
{
	struct pl_span rest = { w->in.p + w->at, w->in.n - w->at };
	struct pl_wsf f;
	struct pl_err e;

	if (pl_wsf_read(&f, rest, &e)) {
		part(w, PL_WSF_PROTOCOL);
		return false;
	}
	if (f.body > s->conf.max_body - w->message.n) {
		part(w, PL_WSF_TOO_LARGE);
		return false;
	}
	if (!f.head || rest.n - f.head < f.body)
		return false;
	pl_wsf_mask(w->in.p + w->at + f.head, f.body, f.mask);
	(void)pl_span_take(&rest, f.head);
	w->at += f.head + f.body;
	take_frame(s, w, &f, pl_span_take(&rest, f.body));
	return true;
}

/* The bytes that were taken are given up. */
static void tidy_in(struct ws *w)
{
	const size_t rest = w->in.n - w->at;

	if (!rest && !w->in_message) {
		fresh(&w->in_a);
		pl_buf_init(&w->in, w->in_a);
		pl_buf_init(&w->message, w->in_a);
	} else {
		memmove(w->in.p, w->in.p + w->at, rest);
		w->in.n = rest;
	}
	w->at = 0;
}

static void take_frames(struct pl_server *s, struct ws *w)
{
	while (can_take(w) && w->in.n > w->at && next_frame(s, w))
		;
	if (w->at)
		tidy_in(w);
}

static void read_some(struct pl_server *s, struct ws *w)
{
	const ssize_t n = recv(w->fd, s->ws->piece, PIECE, MSG_DONTWAIT);

	if (n < 0 &&
	    (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return;
	if (n <= 0) {
		w->state = DEAD;
		return;
	}
	w->heard_ns = pl_time_mono_ns();
	w->pinged = false;
	if (w->state == OPEN)
		pl_buf_put(&w->in, (struct pl_span){ s->ws->piece, (size_t)n });
}

/* -------------------------------------------------------------- the sockets */

void server_ws_init(struct pl_arena *a, struct pl_server *s)
{
	s->ws = PL_NEW(a, struct server_ws);
	s->ws->all = PL_NEW_N(a, struct ws, s->conf.max_sockets);
	(void)pthread_mutex_init(&s->ws->lock, NULL);
}

bool server_ws_room(const struct pl_server *s)
{
	return with_id(s, 0) != NULL;
}

void server_ws_begin(struct pl_server *s, int fd, const char *path,
		     struct pl_span came, void *handle)
{
	struct ws *w = with_id(s, 0);
	const int one = 1;

	if (!w) { /* the last place was taken after the handshake */
		server_http_hang_up(handle);
		return;
	}
	(void)fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	*w = (struct ws){ .id = ++s->ws->last_id,
			  .fd = fd,
			  .handle = handle,
			  .heard_ns = pl_time_mono_ns(),
			  .a = pl_arena_open(0),
			  .in_a = pl_arena_open(0),
			  .out_a = pl_arena_open(0) };
	w->path = pl_strdup(w->a, path);
	pl_buf_init(&w->in, w->in_a);
	pl_buf_init(&w->message, w->in_a);
	pl_buf_init(&w->out, w->out_a);
	pl_buf_put(&w->in, came);
	server_wake(); /* what came already is looked at in a step */
}

static bool in_work(const struct ws *w)
{
	return is_before(w, UINT64_MAX);
}

/* A dead one's place is free when nothing of it is in work any more. */
static void bury(struct pl_server *s, struct ws *w)
{
	const uint64_t id = w->id;

	if (w->fd >= 0)
		server_http_hang_up(w->handle);
	w->fd = -1;
	if (in_work(w))
		return;
	let_go(w, true);
	for (unsigned i = 0; i < AT_ONCE; i++)
		pl_arena_close(w->job[i].job.a);
	pl_arena_close(w->a);
	pl_arena_close(w->in_a);
	pl_arena_close(w->out_a);
	*w = (struct ws){ .id = 0 };
	if (s->conf.gone)
		s->conf.gone(s->conf.ctx, id);
}

static void look_at_the_clock(struct pl_server *s, struct ws *w)
{
	const uint64_t now = pl_time_mono_ns();
	const uint64_t idle = (uint64_t)s->conf.idle_s * 1000000000u;

	if (w->state == PARTING &&
	    now - w->part_ns > (uint64_t)PARTING_MS * 1000000)
		w->state = DEAD;
	if (unsent(w) && now - w->moved_ns > idle)
		w->state = DEAD;
	if (!can_take(w)) { /* it is not listened to */
		w->heard_ns = now;
	} else if (now - w->heard_ns > 2 * idle) {
		w->state = DEAD;
	} else if (now - w->heard_ns > idle && !w->pinged) {
		w->pinged = true;
		put(w, PL_WSF_PING, (struct pl_span){ NULL, 0 });
	}
}

unsigned server_ws_poll(struct pl_server *s, struct pollfd *fds)
{
	unsigned n = 0;

	for (unsigned i = 0; i < s->conf.max_sockets; i++) {
		struct ws *w = &s->ws->all[i];

		if (!w->id || w->fd < 0)
			continue;
		fds[n] = (struct pollfd){ .fd = w->fd };
		if (w->state == PARTING || can_take(w))
			fds[n].events |= POLLIN;
		if (unsent(w))
			fds[n].events |= POLLOUT;
		n++;
	}
	return n;
}

static void look_at(struct pl_server *s, struct ws *w, const struct pollfd *fds,
		    unsigned n)
{
	short came = 0;

	for (unsigned i = 0; i < n; i++)
		if (fds[i].fd == w->fd)
			came = fds[i].revents;
	if (came & POLLIN)
		read_some(s, w);
	else if (came & (POLLHUP | POLLERR | POLLNVAL))
		w->state = DEAD;
}

void server_ws_step(struct pl_server *s, const struct pollfd *fds, unsigned n)
{
	take_pushed(s);
	for (unsigned i = 0; i < s->conf.max_sockets; i++) {
		struct ws *w = &s->ws->all[i];

		if (!w->id)
			continue;
		if (w->fd >= 0 && w->state != DEAD)
			look_at(s, w, fds, n);
		take_frames(s, w);
		let_go(w, false);
		if (w->state != DEAD) {
			flush(w);
			look_at_the_clock(s, w);
		}
		if (w->state == DEAD)
			bury(s, w);
	}
}

void server_ws_close(struct pl_server *s)
{
	for (unsigned i = 0; i < s->conf.max_sockets; i++) {
		struct ws *w = &s->ws->all[i];

		if (!w->id)
			continue;
		if (w->state == OPEN) {
			part(w, PL_WSF_LEAVING);
			flush(w);
		}
		w->state = DEAD;
		bury(s, w);
	}
	take_pushed(s); /* to nobody */
}
