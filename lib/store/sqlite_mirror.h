/* An index in memory that stands before another store: it takes rows by the
 * rules of index.h and says afterwards what became different. */
#ifndef PL_STORE_SQLITE_MIRROR_H
#define PL_STORE_SQLITE_MIRROR_H

#include "store/cell.h"
#include "store/index.h"

PL_CHECKED enum pl_rc pl_mirror_open(struct pl_index **out, struct pl_err *e);

/* Rows of a table that the other store has, one after the other as
 * cells; *n counts them.  PL_EFORMAT for bytes that are no such rows. */
PL_CHECKED enum pl_rc pl_mirror_load(struct pl_index *m, uint64_t *n,
				     const struct pl_store_table *t,
				     struct pl_span rows, struct pl_err *e);
/* Every source, oldest first. */
PL_CHECKED enum pl_rc pl_mirror_sources(struct pl_arena *a, struct pl_index *m,
					struct pl_source **out, size_t *n,
					struct pl_err *e);

/* From here on changes of rows are noted. */
PL_CHECKED enum pl_rc pl_mirror_watch(struct pl_index *m, struct pl_err *e);

/* A row as cells, without an end of its own. */
typedef enum pl_rc (*pl_mirror_fn)(void *ctx, struct pl_span row, bool gone,
				   struct pl_err *e);
/* Of one table: first rows as they were before they changed or went (gone),
 * then those that are new or other than before.  Where a row is in both, the
 * latter is what holds. */
PL_CHECKED enum pl_rc pl_mirror_changes(struct pl_index *m,
					const struct pl_store_table *t,
					pl_mirror_fn fn, void *ctx,
					struct pl_err *e);
/* They are in the other store now. */
PL_CHECKED enum pl_rc pl_mirror_settle(struct pl_index *m, struct pl_err *e);

#endif
