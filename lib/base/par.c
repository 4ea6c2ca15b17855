#include "base/par.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

struct job {
	atomic_size_t next;
	size_t tasks;
	void (*fn)(void *ctx, size_t task);
	void *ctx;
};

static void *work(void *opaque)
{
	struct job *j = opaque;
	size_t i;

	while ((i = atomic_fetch_add(&j->next, 1)) < j->tasks)
		j->fn(j->ctx, i);
	return NULL;
}

static size_t how_many(unsigned threads, size_t tasks)
{
	long cpus = threads ? (long)threads : sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = cpus < 1 ? 1 : (size_t)cpus;

	n = n > PL_PAR_MAX ? PL_PAR_MAX : n;
	return n > tasks ? tasks : n;
}

void pl_par(size_t tasks, unsigned threads, void (*fn)(void *ctx, size_t task),
	    void *ctx)
{
	struct job j = { .tasks = tasks, .fn = fn, .ctx = ctx };
	pthread_t others[PL_PAR_MAX];
	const size_t n = how_many(threads, tasks);
	size_t started = 0;

	atomic_init(&j.next, 0);
	while (started + 1 < n &&
	       !pthread_create(&others[started], NULL, work, &j))
		started++;
	(void)work(&j);
	while (started)
		(void)pthread_join(others[--started], NULL);
}
