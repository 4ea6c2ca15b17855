/* An index in memory that stands before another store: it takes rows by the
 * rules of index.h and says afterwards what became different. */
#ifndef PL_STORE_SQLITE_MIRROR_H
#define PL_STORE_SQLITE_MIRROR_H

#include "store/index.h"

/* A row as the other store keeps it. */
struct pl_mirror_row {
	int64_t token;
	uint64_t chain;
	struct pl_transfer t;
	bool gone; /* it was such a row before and is none now */
};

typedef enum pl_rc (*pl_mirror_fn)(void *ctx, const struct pl_mirror_row *r,
				   struct pl_err *e);

PL_CHECKED enum pl_rc pl_mirror_open(struct pl_index **out, struct pl_err *e);

/* What the other store has, under its own numbers; nothing is checked. */
PL_CHECKED enum pl_rc pl_mirror_token(struct pl_index *m,
				      const struct pl_index_token *t,
				      struct pl_err *e);
PL_CHECKED enum pl_rc pl_mirror_source(struct pl_index *m,
				       const struct pl_source *s,
				       struct pl_err *e);
PL_CHECKED enum pl_rc pl_mirror_load(struct pl_index *m,
				     const struct pl_mirror_row *r,
				     struct pl_err *e);

/* From here on changes of rows are noted. */
PL_CHECKED enum pl_rc pl_mirror_watch(struct pl_index *m, struct pl_err *e);
/* Rows that are no more, then those that are new or other than before. */
PL_CHECKED enum pl_rc pl_mirror_changes(struct pl_index *m, pl_mirror_fn fn,
					void *ctx, struct pl_err *e);
/* They are in the other store now. */
PL_CHECKED enum pl_rc pl_mirror_settle(struct pl_index *m, struct pl_err *e);

#endif
