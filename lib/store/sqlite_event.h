/* Events in the SQLite index.  Private to store/. */
#ifndef PL_STORE_SQLITE_EVENT_H
#define PL_STORE_SQLITE_EVENT_H

#include "store/event_ops.h"
#include "store/sqlite_impl.h"

enum pl_est {
	PL_EST_BY_LOG,
	PL_EST_INSERT,
	PL_EST_STRONGER,
	PL_EST_DROP,
	PL_EST_HASH_BELOW,
	PL_EST_COUNTS,
	PL_EST_CURSOR,
	PL_EST_CURSOR_PUT,
	PL_EST_WATCH,
	PL_EST_WATCH_PUT,
	PL_EST_COUNT
};

/* Kept statements of events. */
struct pl_sq_events {
	sqlite3_stmt *st[PL_EST_COUNT];
};

extern const struct pl_event_ops pl_sq_event_ops;

/* As pl_sq_stmt(). */
PL_CHECKED enum pl_rc pl_sq_estmt(sqlite3_stmt **out, struct pl_sq *s,
				  enum pl_est i, struct pl_err *e);
void pl_sq_events_close(struct pl_sq *s);

/* sqlite_event.c */
PL_CHECKED enum pl_rc pl_sq_event_put(struct pl_index *ix, enum pl_put *how,
				      int64_t token,
				      const struct pl_event_row *r,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_sq_event_each(struct pl_index *ix,
				       const struct pl_event_query *q,
				       pl_event_fn fn, void *ctx,
				       struct pl_err *e);

/* Every row of the statement's columns (pl_sq_event_columns). */
extern const char pl_sq_event_columns[];
PL_CHECKED enum pl_rc pl_sq_col_event(struct pl_event_row *out, struct pl_sq *s,
				      sqlite3_stmt *q, struct pl_err *e);

/* sqlite_whole.c */
PL_CHECKED enum pl_rc pl_sq_integrity(struct pl_index *ix, uint64_t *faults,
				      pl_index_fault_fn fn, void *ctx,
				      struct pl_err *e);

#endif
