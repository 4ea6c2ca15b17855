/* What a store behind pl_index has to do; the contracts are in index.h. */
#ifndef PL_STORE_BACKEND_H
#define PL_STORE_BACKEND_H

#include "store/index.h"

struct pl_event_ops; /* event_ops.h */
struct pl_bar_sums;  /* sums.h */
struct pl_balances;
struct pl_bar_rule;

struct pl_index_ops {
	void (*close)(struct pl_index *);
	enum pl_rc (*begin)(struct pl_index *, struct pl_err *);
	enum pl_rc (*commit)(struct pl_index *, struct pl_err *);
	void (*rollback)(struct pl_index *);
	enum pl_rc (*token_put)(struct pl_index *, struct pl_index_token *,
				struct pl_err *);
	enum pl_rc (*source_put)(struct pl_index *, struct pl_source *,
				 struct pl_err *);
	enum pl_rc (*source_count)(struct pl_index *, const struct pl_source *,
				   struct pl_err *);
	enum pl_rc (*put)(struct pl_index *, enum pl_put *, int64_t,
			  const struct pl_transfer *, struct pl_err *);
	enum pl_rc (*cursor_put)(struct pl_index *, int64_t, int64_t,
				 const struct pl_cursor *, struct pl_err *);
	enum pl_rc (*drop_from)(struct pl_index *, uint64_t *, int64_t, int64_t,
				uint64_t, struct pl_err *);
	enum pl_rc (*tokens)(struct pl_arena *, struct pl_index *,
			     struct pl_index_token **, size_t *,
			     struct pl_err *);
	enum pl_rc (*token_get)(struct pl_arena *, struct pl_index *,
				struct pl_index_token *,
				const struct pl_token_id *, struct pl_err *);
	enum pl_rc (*status)(struct pl_arena *, struct pl_index *,
			     struct pl_index_status *, int64_t,
			     struct pl_err *);
	enum pl_rc (*sources)(struct pl_arena *, struct pl_index *,
			      struct pl_source **, size_t *, int64_t,
			      struct pl_err *);
	enum pl_rc (*cursor)(struct pl_index *, struct pl_cursor *, int64_t,
			     int64_t, struct pl_err *);
	enum pl_rc (*hash_below)(struct pl_index *, bool *, uint64_t *,
				 struct pl_hash32 *, int64_t, int64_t, uint64_t,
				 struct pl_err *);
	enum pl_rc (*each)(struct pl_index *, const struct pl_index_query *,
			   pl_transfer_fn, void *, struct pl_err *);
	/* Sums, where the store does them by itself; NULL: rows are read. */
	enum pl_rc (*bars)(struct pl_arena *, struct pl_index *,
			   struct pl_bar_sums *, const struct pl_index_token *,
			   const struct pl_index_query *,
			   const struct pl_bar_rule *, struct pl_err *);
	enum pl_rc (*balances)(struct pl_arena *, struct pl_index *,
			       struct pl_balances *,
			       const struct pl_index_token *,
			       const struct pl_index_query *, struct pl_err *);
};

/* First member of every store's handle. */
struct pl_index {
	const struct pl_index_ops *ops;
	const struct pl_event_ops *events; /* NULL: keeps transfers only */
	struct pl_arena *a;                /* the handle's own */
	const char *path;
};

PL_CHECKED enum pl_rc pl_sqlite_open(struct pl_index **out, const char *path,
				     unsigned flags, struct pl_err *e);
/* url: clickhouse://… */
PL_CHECKED enum pl_rc pl_clickhouse_open(struct pl_index **out, const char *url,
					 unsigned flags, struct pl_err *e);

#endif
