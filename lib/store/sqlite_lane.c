#include "store/sqlite_lane.h"

#include <pthread.h>
#include <signal.h>

#define QUEUE 257 /* chunks: more than sqlite_bulk.c ever keeps */

struct pl_sq_lane {
	struct pl_sq *s;
	sqlite3_stmt *insert;
	uint64_t chain;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, idle;
	struct {
		const struct pl_sq_kept *v;
		uint32_t n;
	} queue[QUEUE];
	uint32_t given, done; /* chunks */
	bool stop;
	enum pl_rc rc;
	struct pl_err e; /* why rc */
};

/* ------------------------------------------------------------------ indexes */

/* as in schema.sql; transfer_loose has none of these rows */
static const char identity[] =
	"CREATE UNIQUE INDEX transfer_identity ON transfer (chain, tx, "
	"log_index) WHERE log_index IS NOT NULL";
static const char order[] =
	"CREATE INDEX transfer_order ON transfer (token, block, time, "
	"log_index)";
static const char checks_on[] = "PRAGMA ignore_check_constraints=OFF";

/* SQLite sorts what fits its cache at once: a list of the size of the
 * processor's own cache takes two thirds of the time of one in memory.  The
 * sorted lists are merged from a temporary file, without a name. */
static const char sort_small[] = "PRAGMA temp_store=FILE;PRAGMA cache_size=-"
				 "1024";
static const char sort_large[] = "PRAGMA cache_size=-65536;"
				 "PRAGMA temp_store=MEMORY";

void pl_sq_checks(struct pl_sq *s)
{
	(void)sqlite3_exec(s->db, checks_on, NULL, NULL, NULL);
}

enum pl_rc pl_sq_indexes_drop(struct pl_sq *s, struct pl_err *e)
{
	return pl_sq_exec(s,
			  "PRAGMA ignore_check_constraints=ON;"
			  "DROP INDEX transfer_identity;"
			  "DROP INDEX transfer_order",
			  e);
}

/* Transactions are random, and so sorted in small lists; where there is no
 * room for the file, in memory. */
static enum pl_rc make_identity(struct pl_sq *s, struct pl_err *e)
{
	const char *file = sqlite3_db_filename(s->db, "main");
	bool small = file && *file;
	int bad = SQLITE_ERROR;

	small = small && !sqlite3_exec(s->db, sort_small, NULL, NULL, NULL);
	if (small)
		bad = sqlite3_exec(s->db, identity, NULL, NULL, NULL);
	PL_TRY(pl_sq_exec(s, sort_large, e));
	if (!bad)
		return PL_OK;
	if (small && sqlite3_get_autocommit(s->db)) /* it was rolled back */
		return pl_sq_fail(s, bad, e);
	return pl_sq_exec(s, identity, e);
}

enum pl_rc pl_sq_indexes_make(struct pl_sq *s, struct pl_err *e)
{
	PL_TRY(make_identity(s, e));
	/* rows mostly come in this order, which one list shows at once */
	PL_TRY(pl_sq_exec(s, order, e));
	return pl_sq_exec(s, checks_on, e);
}

static enum pl_rc rows_write(struct pl_sq *s, sqlite3_stmt *q, uint64_t chain,
			     const struct pl_sq_kept *v, uint32_t n,
			     struct pl_err *e)
{
	for (uint32_t i = 0; i < n; i++)
		PL_TRY(pl_sq_insert_by(s, q, v[i].token, chain, &v[i].t, e));
	return PL_OK;
}

enum pl_rc pl_sq_rows_write(struct pl_sq *s, uint64_t chain,
			    const struct pl_sq_kept *v, uint32_t n,
			    struct pl_err *e)
{
	sqlite3_stmt *q = NULL;

	PL_TRY(pl_sq_stmt(&q, s, PL_ST_INSERT, e));
	return rows_write(s, q, chain, v, n, e);
}

/* ----------------------------------------------------------------- the lane */

static void *work(void *opaque)
{
	struct pl_sq_lane *l = opaque;

	(void)pthread_mutex_lock(&l->lock);
	for (;;) {
		const struct pl_sq_kept *v;
		enum pl_rc rc = PL_OK;
		uint32_t n;

		while (!l->stop && l->done == l->given)
			(void)pthread_cond_wait(&l->more, &l->lock);
		if (l->stop)
			break;
		v = l->queue[l->done].v;
		n = l->queue[l->done].n;
		if (!l->rc) {
			struct pl_err e;

			(void)pthread_mutex_unlock(&l->lock);
			rc = rows_write(l->s, l->insert, l->chain, v, n, &e);
			(void)pthread_mutex_lock(&l->lock);
			if (rc)
				l->e = e;
			l->rc = rc;
		}
		l->done++;
		(void)pthread_cond_signal(&l->idle);
	}
	(void)pthread_mutex_unlock(&l->lock);
	return NULL;
}

/* Signals are for the other threads: they end waits and writes there. */
static int start(struct pl_sq_lane *l)
{
	sigset_t all, before;
	int bad;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	bad = pthread_create(&l->thread, NULL, work, l);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return bad;
}

enum pl_rc pl_sq_lane_open(struct pl_sq_lane **out, struct pl_arena *a,
			   struct pl_sq *s, uint64_t chain, struct pl_err *e)
{
	struct pl_sq_lane *l = PL_NEW(a, struct pl_sq_lane);

	PL_TRY(pl_sq_stmt(&l->insert, s, PL_ST_INSERT, e));
	l->s = s;
	l->chain = chain;
	(void)pthread_mutex_init(&l->lock, NULL);
	(void)pthread_cond_init(&l->more, NULL);
	(void)pthread_cond_init(&l->idle, NULL);
	*out = start(l) ? NULL : l;
	return PL_OK;
}

enum pl_rc pl_sq_lane_give(struct pl_sq_lane *l, const struct pl_sq_kept *v,
			   uint32_t n, struct pl_err *e)
{
	enum pl_rc rc;

	(void)pthread_mutex_lock(&l->lock);
	rc = l->rc;
	if (rc)
		*e = l->e;
	l->queue[l->given].v = v;
	l->queue[l->given++].n = n;
	(void)pthread_cond_signal(&l->more);
	(void)pthread_mutex_unlock(&l->lock);
	return rc;
}

enum pl_rc pl_sq_lane_wait(struct pl_sq_lane *l, struct pl_err *e)
{
	enum pl_rc rc;

	(void)pthread_mutex_lock(&l->lock);
	while (l->done < l->given)
		(void)pthread_cond_wait(&l->idle, &l->lock);
	rc = l->rc;
	if (rc)
		*e = l->e;
	(void)pthread_mutex_unlock(&l->lock);
	return rc;
}

void pl_sq_lane_close(struct pl_sq_lane *l)
{
	(void)pthread_mutex_lock(&l->lock);
	l->stop = true;
	(void)pthread_cond_signal(&l->more);
	(void)pthread_mutex_unlock(&l->lock);
	(void)pthread_join(l->thread, NULL);
	(void)pthread_cond_destroy(&l->more);
	(void)pthread_cond_destroy(&l->idle);
	(void)pthread_mutex_destroy(&l->lock);
}
