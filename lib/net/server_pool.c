/* Threads beside the server's loop: those that answer what takes waiting, and
 * the one that looks for what is new. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/time.h"
#include "net/server_impl.h"

#define STACK ((size_t)1 << 20)

/* Signals stay with the thread that waits for them. */
static enum pl_rc start(pthread_t *out, void *(*run)(void *), void *arg,
			struct pl_err *e)
{
	pthread_attr_t attr;
	sigset_t all, was;
	int failed;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &was);
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setstacksize(&attr, STACK);
	failed = pthread_create(out, &attr, run, arg);
	(void)pthread_attr_destroy(&attr);
	(void)pthread_sigmask(SIG_SETMASK, &was, NULL);
	if (failed)
		return pl_fail(e, PL_EIO, "no thread: %s", strerror(failed));
	return PL_OK;
}

/* -------------------------------------------------------------------- jobs */

struct worker {
	struct server_pool *p;
	unsigned index;
	pthread_t thread;
};

struct server_pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct server_job *first, *last;
	bool closing;
	server_job_fn run;
	void *ctx;
	unsigned n;
	struct worker *worker;
};

/* The next job; NULL: none will come. */
static struct server_job *take(struct server_pool *p)
{
	struct server_job *job;

	(void)pthread_mutex_lock(&p->lock);
	while (!p->first && !p->closing)
		(void)pthread_cond_wait(&p->more, &p->lock);
	job = p->first;
	if (job)
		p->first = job->next;
	(void)pthread_mutex_unlock(&p->lock);
	return job;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct server_job *job;

	while ((job = take(w->p)))
		w->p->run(w->p->ctx, w->index, job);
	return NULL;
}

enum pl_rc server_pool_open(struct pl_arena *a, struct server_pool **out,
			    unsigned n, server_job_fn run, void *ctx,
			    struct pl_err *e)
{
	struct server_pool *p = PL_NEW(a, struct server_pool);

	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->more, NULL);
	p->run = run;
	p->ctx = ctx;
	p->worker = PL_NEW_N(a, struct worker, n);
	for (; p->n < n; p->n++) {
		struct worker *w = &p->worker[p->n];

		*w = (struct worker){ .p = p, .index = p->n };
		if (start(&w->thread, work, w, e)) {
			server_pool_close(p);
			return e->rc;
		}
	}
	*out = p;
	return PL_OK;
}

void server_pool_put(struct server_pool *p, struct server_job *job)
{
	job->next = NULL;
	job->since_ns = pl_time_mono_ns();
	(void)pthread_mutex_lock(&p->lock);
	if (p->first)
		p->last->next = job;
	else
		p->first = job;
	p->last = job;
	(void)pthread_cond_signal(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
}

void server_pool_close(struct server_pool *p)
{
	if (!p)
		return;
	(void)pthread_mutex_lock(&p->lock);
	p->closing = true;
	(void)pthread_cond_broadcast(&p->more);
	(void)pthread_mutex_unlock(&p->lock);
	while (p->n)
		(void)pthread_join(p->worker[--p->n].thread, NULL);
	(void)pthread_cond_destroy(&p->more);
	(void)pthread_mutex_destroy(&p->lock);
}

void server_done_init(struct server_done *d)
{
	(void)pthread_mutex_init(&d->lock, NULL);
}

void server_done_put(struct server_done *d, struct server_job *job)
{
	(void)pthread_mutex_lock(&d->lock);
	job->next = d->first;
	d->first = job;
	(void)pthread_mutex_unlock(&d->lock);
}

struct server_job *server_done_take(struct server_done *d)
{
	struct server_job *all;

	(void)pthread_mutex_lock(&d->lock);
	all = d->first;
	d->first = NULL;
	(void)pthread_mutex_unlock(&d->lock);
	return all;
}

/* ------------------------------------------------------------------- ticks */

struct server_ticker {
	pthread_mutex_t lock;
	pthread_cond_t end;
	bool closing;
	unsigned ms;
	void (*tick)(void *ctx);
	void *ctx;
	pthread_t thread;
};

/* false: the end has come before. */
static bool rest(struct server_ticker *t)
{
	struct timespec until;
	int rc = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += t->ms / 1000;
	until.tv_nsec += (long)(t->ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_nsec -= 1000000000;
		until.tv_sec++;
	}
	(void)pthread_mutex_lock(&t->lock);
	while (!t->closing && rc != ETIMEDOUT)
		rc = pthread_cond_timedwait(&t->end, &t->lock, &until);
	rc = t->closing;
	(void)pthread_mutex_unlock(&t->lock);
	return !rc;
}

static void *keep_time(void *arg)
{
	struct server_ticker *t = arg;

	while (rest(t))
		t->tick(t->ctx);
	return NULL;
}

enum pl_rc server_ticker_open(struct pl_arena *a, struct server_ticker **out,
			      unsigned ms, void (*tick)(void *ctx), void *ctx,
			      struct pl_err *e)
{
	struct server_ticker *t = PL_NEW(a, struct server_ticker);
	pthread_condattr_t attr;

	(void)pthread_mutex_init(&t->lock, NULL);
	(void)pthread_condattr_init(&attr);
	(void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&t->end, &attr);
	(void)pthread_condattr_destroy(&attr);
	t->ms = ms;
	t->tick = tick;
	t->ctx = ctx;
	PL_TRY(start(&t->thread, keep_time, t, e));
	*out = t;
	return PL_OK;
}

void server_ticker_close(struct server_ticker *t)
{
	if (!t)
		return;
	(void)pthread_mutex_lock(&t->lock);
	t->closing = true;
	(void)pthread_cond_signal(&t->end);
	(void)pthread_mutex_unlock(&t->lock);
	(void)pthread_join(t->thread, NULL);
	(void)pthread_cond_destroy(&t->end);
	(void)pthread_mutex_destroy(&t->lock);
}
